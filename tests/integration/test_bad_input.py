"""Bad input of every kind in one run: the good is coded, the bad lies in quarantine, and a wrong file is told with its line."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.settings import PROJECT_ROOT
from tests.conftest import sitrep

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("bad input")]

GOOD = (
    "The army said on Monday that its troops had taken the town of Sirte from Islamic State after two weeks of fighting. "
    "A hospital official said 12 soldiers were killed in the clashes. Residents said shelling went on in the evening, and that "
    "families were leaving the western districts for Misrata. The militants did not comment. "
)


def article(text: str, published: str = "2016-12-06", **more: Any) -> str:
    return json.dumps(
        {
            "url": f"https://good.example/{abs(hash(text)) % 10**8}",
            "title": "The town",
            "text": text,
            "published": published,
            "source": "Good",
        }
        | more
    )


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """One run over a good table and all that is bad."""
    folder = tmp_path_factory.mktemp("bad")
    (folder / "good.jsonl").write_text(
        "\n".join(
            [
                article(GOOD, url="https://good.example/1"),
                article(GOOD + "It was the second attempt.", published="9999-99-99", url="https://good.example/2"),
                article(GOOD + "Nobody else was hurt.", published="1066-10-14", url="https://good.example/3"),
                article(GOOD + "\x00 The\u200b spokesman \u202eleft.", url="https://good.example/4"),
                '{"url": "https://good.example/5", "title": ',
                article("", url="https://good.example/6"),
                article(
                    "قال الجيش يوم الاثنين إن قواته سيطرت على مدينة سرت بعد أسبوعين من القتال العنيف مع التنظيم في شوارع المدينة القديمة. "
                    * 5,
                    url="https://good.example/7",
                ),
            ]
        )
    )
    (folder / "columns.csv").write_text("headline,body\nA,B\n")
    pages = folder / "pages"
    pages.mkdir()
    (pages / "empty.html").write_text("")
    (pages / "huge.html").write_text("<html><body><p>" + "word " * 10_500_000 + "</p></body></html>")
    (pages / "binary.html").write_bytes(bytes(range(256)) * 400)
    (pages / "index.html").write_text(
        "<html><body><ul>"
        + "".join(f"<li><a href='/{i}'>Story {i}</a></li>" for i in range(80))
        + "</ul></body></html>"
    )
    warc = folder / "torn.warc.gz"
    whole = gzip.compress(
        b"WARC/1.1\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: <urn:uuid:1>\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    )
    warc.write_bytes(whole + whole[: len(whole) // 2])
    (folder / "sources.toml").write_text(
        "\n".join(
            f'[[source]]\nid = "{name}"\nkind = "{kind}"\n{key} = "{where}"\n'
            for name, kind, key, where in [
                ("good", "table", "path", "good.jsonl"), ("columns", "table", "path", "columns.csv"), ("pages", "folder", "path", "pages"),
                ("torn", "warc", "path", "torn.warc.gz"), ("loopback", "urls", "path", "urls.txt"),
            ]
        )
    )  # fmt: skip
    (folder / "urls.txt").write_text(
        "http://127.0.0.1:9/private\nhttp://169.254.169.254/latest\nfile:///etc/passwd\nnot an address\n"
    )
    home = folder / "home"
    done = sitrep("run", "--sources", folder / "sources.toml", "--home", home, "--json")
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Traceback" not in done.stderr
    return json.loads(done.stdout), home


def test_the_good_is_in_the_warehouse(outcome: tuple[dict[str, Any], Path]) -> None:
    summary, home = outcome
    with duckdb.connect(str(home / "warehouse" / "published" / "sitrep.duckdb"), read_only=True) as con:
        urls = {r[0] for r in con.execute("select url from marts.dim_articles").fetchall()}
        dates = dict(con.execute("select url, published_at from marts.dim_articles").fetchall())
    assert {f"https://good.example/{n}" for n in (1, 2, 3)} <= urls
    assert dates["https://good.example/2"] is None and dates["https://good.example/3"] is None
    assert summary["counts"]["fct_event_claims"] > 3


@pytest.mark.parametrize(
    ("source", "stage"),
    [
        ("good", "discover"),
        ("good", "clean"),
        ("columns", "discover"),
        ("pages", "clean"),
        ("torn", "discover"),
        ("loopback", "fetch"),
    ],
)
def test_the_bad_lies_in_quarantine(outcome: tuple[dict[str, Any], Path], source: str, stage: str) -> None:
    _, home = outcome
    with duckdb.connect(str(home / "warehouse" / "published" / "sitrep.duckdb"), read_only=True) as con:
        found = con.execute(
            "select reason, detail from marts.quarantine where source_id = ? and stage = ?", [source, stage]
        ).fetchall()
    assert found and all(reason and detail for reason, detail in found)


def test_a_source_of_the_wrong_layout_fails_alone(outcome: tuple[dict[str, Any], Path]) -> None:
    summary, _ = outcome
    assert set(summary["failed_sources"]) == {"columns"}
    assert "columns.csv" in summary["failed_sources"]["columns"]


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('[[source]]\nid = "a"\nkind = "carrier pigeon"\npath = "."\n', "carrier pigeon"),
        ('[[source]]\nid = "a"\nkind = "feed"\n', "url"),
        ('[[source]]\nid = "a"\nkind = "folder"\npath = "nowhere"\n', "nowhere"),
        (
            '[[source]]\nid = "a"\nkind = "folder"\npath = "."\n\n[[source]]\nid = "a"\nkind = "folder"\npath = "."\n',
            "sources.toml:7",
        ),
        ("[[source]\n", "sources.toml"),
        ("", "sources.toml"),
    ],
)
def test_a_malformed_sources_file_is_told_with_file_and_line(tmp_path: Path, toml: str, said: str) -> None:
    (tmp_path / "sources.toml").write_text(toml)
    done = sitrep("run", "--sources", tmp_path / "sources.toml", "--home", tmp_path / "home")
    assert (
        done.returncode == 2
        and "sources.toml" in done.stderr
        and said in done.stderr
        and "Traceback" not in done.stderr
    ), done.stderr


def test_a_broken_dictionary_stops_the_build_with_file_and_line(tmp_path: Path) -> None:
    from flows.errors import ConfigError
    from flows.transform.dictionaries import check_dictionaries

    shutil.copytree(PROJECT_ROOT / "dbt_project" / "seeds", tmp_path / "seeds")
    with (tmp_path / "seeds" / "actor_aliases.csv").open("a") as file:
        file.write("no_such_actor,Nobody,name,,,\n")
    with pytest.raises(ConfigError, match=r"actor_aliases\.csv:\d+.*no_such_actor"):
        check_dictionaries(tmp_path / "seeds")
