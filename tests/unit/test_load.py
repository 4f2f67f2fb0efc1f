"""Parquet batches and the keyed merge: the same batch twice changes nothing; a better coder replaces the old one's rows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import MISSING, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.load import (
    ensure_landing,
    known_rejections,
    load_batch,
    load_sources,
    loaded_batches,
    read_rows,
    write_folder,
)
from flows.load.files import arrow_schema
from flows.records import LANDING, Article, EventClaim, Rejection, SourceRow

NOW = datetime(2020, 10, 23, 12, 0, tzinfo=UTC)


def filled(row_class: type[Any], **values: Any) -> Any:
    """A record with the given values and the least value that its type allows elsewhere."""
    schema = arrow_schema(row_class)
    least: dict[str, Any] = {"string": "", "int64": 0, "bool": False}
    row = {}
    for f in fields(row_class):
        assert f.default is MISSING or row_class is not Article
        column = schema.field(f.name)
        row[f.name] = (
            None
            if column.nullable
            else []
            if "list" in str(column.type)
            else NOW
            if "timestamp" in str(column.type)
            else least[str(column.type)]
        )
    return row_class(**(row | values))


def batch(folder: Path, *claims: EventClaim, version: str = "v1") -> Path:
    write_folder(
        folder,
        {
            "articles": (
                Article,
                [
                    filled(
                        Article, version_id=version, article_id="a1", url="http://x.example/1", text="T", signature=[1]
                    )
                ],
            ),
            "event_claims": (EventClaim, claims),
        },
    )
    return folder


def claim(claim_id: str, **values: Any) -> EventClaim:
    return filled(
        EventClaim,
        claim_id=claim_id,
        version_id="v1",
        article_id="a1",
        evidence="They took it.",
        trigger="took",
        event_type="COERCE",
        modality="actual",
        **values,
    )


def count(db: Path, table: str) -> int:
    with duckdb.connect(str(db)) as con:
        return int(con.execute(f"select count(*) from landing.{table}").fetchall()[0][0])


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "w" / "build.duckdb"
    ensure_landing(path)
    ensure_landing(path)
    return path


@pytest.mark.parametrize("table", sorted(LANDING))
def test_every_record_has_a_schema_and_its_key(table: str) -> None:
    row_class, key = LANDING[table]
    assert key in arrow_schema(row_class).names


def test_rows_survive_the_way_through_parquet(tmp_path: Path) -> None:
    article = filled(
        Article, version_id="v", url="http://x.example/\udce9", text="نص\nsecond", signature=[3, 4], published_at=NOW
    )
    write_folder(tmp_path / "b", {"articles": (Article, [article])})
    (back,) = read_rows(tmp_path / "b" / "articles.parquet", Article)
    assert back == replace(article, url="http://x.example/?")


def test_the_same_batch_twice_changes_nothing(db: Path, tmp_path: Path) -> None:
    folder = batch(tmp_path / "b1", claim("c1"), claim("c2"))
    first = load_batch(db, "b1", [folder], coder_version="1", source_id="s", now=NOW)
    second = load_batch(db, "b1", [folder], coder_version="1", source_id="s", now=NOW)
    assert (first.changed, second.changed) == (3, 0)
    assert loaded_batches(db) == {("b1", "1")}


def test_a_better_coder_replaces_the_rows_of_the_versions_it_read(db: Path, tmp_path: Path) -> None:
    load_batch(db, "b1", [batch(tmp_path / "b1", claim("c1"), claim("c2"))], coder_version="1", source_id="s", now=NOW)
    result = load_batch(
        db,
        "b1",
        [batch(tmp_path / "b1", claim("c2", killed_low=4), claim("c3"))],
        coder_version="2",
        source_id="s",
        now=NOW,
    )
    assert (result.inserted["event_claims"], result.updated["event_claims"], result.deleted["event_claims"]) == (
        1,
        1,
        1,
    )
    assert count(db, "event_claims") == 2


def test_another_version_of_the_article_leaves_the_first_alone(db: Path, tmp_path: Path) -> None:
    load_batch(db, "b1", [batch(tmp_path / "b1", claim("c1"))], coder_version="1", source_id="s", now=NOW)
    load_batch(
        db,
        "b2",
        [batch(tmp_path / "b2", replace(claim("c9"), version_id="v2"), version="v2")],
        coder_version="1",
        source_id="s",
        now=NOW,
    )
    assert (count(db, "articles"), count(db, "event_claims")) == (2, 2)


def test_a_key_twice_in_one_batch_is_one_row(db: Path, tmp_path: Path) -> None:
    load_batch(db, "b1", [batch(tmp_path / "b1", claim("c1"), claim("c1"))], coder_version="1", source_id="s", now=NOW)
    assert count(db, "event_claims") == 1


def test_a_refusal_met_again_keeps_its_first_row(db: Path, tmp_path: Path) -> None:
    for day in (1, 2):
        rejection = filled(
            Rejection,
            rejection_id="r1",
            stage="fetch",
            reason="http_404",
            detail="d",
            batch_id="b",
            rejected_at=NOW.replace(day=day),
        )
        write_folder(tmp_path / "q", {"quarantine": (Rejection, [rejection])})
        load_batch(db, f"b{day}", [tmp_path / "q"], coder_version="1", source_id="s", now=NOW)
    assert known_rejections(db) == {"r1"} and count(db, "quarantine") == 1


def test_sources_update_only_when_their_declaration_changes(db: Path) -> None:
    row = SourceRow(
        source_id="s", name="S", kind="feed", url="http://s.example", country="LY", language="en", side=None
    )
    assert [load_sources(db, [r], NOW).changed for r in (row, row, replace(row, side="ly_lna"))] == [1, 0, 1]


def test_a_file_of_no_table_stops_the_load(db: Path, tmp_path: Path) -> None:
    write_folder(tmp_path / "b", {"nonsense": (Rejection, [])})
    with pytest.raises(KeyError):
        load_batch(db, "b", [tmp_path / "b"], coder_version="1", source_id="s", now=NOW)
    assert loaded_batches(db) == set()


def test_threads_may_ask_at_once(db: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda _: known_rejections(db), range(200))) == [set()] * 200
