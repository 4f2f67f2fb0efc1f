"""The published copy: whole or not at all, readable without a lock, comments and macros inside."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from flows.errors import BuildError
from flows.publish.snapshot import publish_snapshot

NOW = datetime(2020, 10, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def build(tmp_path: Path) -> Path:
    path = tmp_path / "build.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("create schema marts")
        con.execute("create table marts.dim_places as select 'p1' as place_id, 'it''s' as name")
        con.execute("create table marts.dim_actors as from (values ('a', 'A'), ('b', 'B')) t(actor_id, name)")
        con.execute("comment on table marts.dim_places is 'One row per place; it''s a test.'")
        con.execute("comment on column marts.dim_places.name is 'The name.'")
        con.execute(
            "create table marts.fct_territory_control_history as from (values"
            " ('p1', 'a', date '2017-06-03', null::date, timestamp '2017-06-04', timestamp '2017-06-09'),"
            " ('p1', 'b', date '2017-06-03', null::date, timestamp '2017-06-09', null::timestamp))"
            " t(place_id, holder_id, valid_from, valid_to, known_from, known_to)"
        )
    return path


def test_the_copy_holds_tables_comments_build_info_and_the_macro(build: Path, tmp_path: Path) -> None:
    published = publish_snapshot(build, tmp_path / "published", NOW)
    assert published.rows == {"dim_actors": 2, "dim_places": 1, "fct_territory_control_history": 2}
    with duckdb.connect(str(published.database), read_only=True) as con:
        assert con.execute("select comment from duckdb_tables() where table_name = 'dim_places'").fetchall() == [
            ("One row per place; it's a test.",)
        ]
        assert con.execute("select generation from marts.build_info").fetchall() == [(published.generation,)]
        now = con.execute("select holder_id from marts.control_as_of(date '2017-06-05')").fetchall()
        then = con.execute(
            "select holder_id from marts.control_as_of(date '2017-06-05', timestamp '2017-06-05')"
        ).fetchall()
        before = con.execute("select holder_id from marts.control_as_of(date '2017-06-02')").fetchall()
    assert (now, then, before) == ([("b",)], [("a",)], [])


def test_parquet_files_are_swapped_as_one_folder(build: Path, tmp_path: Path) -> None:
    for day in range(4):
        published = publish_snapshot(build, tmp_path / "published", NOW + timedelta(days=day))
    assert sorted(p.name for p in published.parquet.iterdir()) == [
        "build_info.parquet",
        "dim_actors.parquet",
        "dim_places.parquet",
        "fct_territory_control_history.parquet",
    ]
    assert len(list((tmp_path / "published").glob(".parquet.*Z"))) == 2
    assert duckdb.sql(f"select generation from '{published.parquet}/build_info.parquet'").fetchall() == [
        (published.generation,)
    ]


def test_an_empty_build_publishes_nothing_and_leaves_the_old_copy(build: Path, tmp_path: Path) -> None:
    published = publish_snapshot(build, tmp_path / "published", NOW)
    before = published.database.read_bytes()
    duckdb.connect(str(tmp_path / "empty.duckdb")).close()
    with pytest.raises(BuildError):
        publish_snapshot(tmp_path / "empty.duckdb", tmp_path / "published", NOW + timedelta(days=1))
    assert published.database.read_bytes() == before
    assert not list((tmp_path / "published").glob(".sitrep.*"))


def test_remains_of_a_killed_publish_are_cleared(build: Path, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    folder.mkdir()
    (folder / ".sitrep.20200101.duckdb").write_bytes(b"torn")
    (folder / ".parquet.20200101.tmp").mkdir()
    publish_snapshot(build, folder, NOW)
    assert sorted(p.name for p in folder.iterdir() if not p.name.endswith("Z")) == ["parquet", "sitrep.duckdb"]


READER = """
import sys, time, duckdb
path, end, reads = sys.argv[1], time.time() + float(sys.argv[2]), 0
while time.time() < end:
    with duckdb.connect(path, read_only=True) as con:
        a = con.execute("select generation from marts.build_info").fetchall()
        b = con.execute("select count(*), max(name) from marts.dim_places").fetchall()
        assert len(a) == 1 and b == [(1, "it's")], (a, b)
    reads += 1
print(reads)
"""


def test_readers_meet_no_error_while_copies_are_swapped(build: Path, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    publish_snapshot(build, folder, NOW)
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(folder / "sitrep.duckdb"), "3"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    publishes = 1
    while any(r.poll() is None for r in readers):
        publish_snapshot(build, folder, NOW + timedelta(minutes=publishes))
        publishes += 1
    for reader in readers:
        out, err = reader.communicate()
        assert reader.returncode == 0, err
        assert int(out) > 0
    assert publishes > 3
