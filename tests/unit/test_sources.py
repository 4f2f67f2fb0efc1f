"""sources.toml: what is read, and every way it can be wrong, told with file and line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.errors import ConfigError
from flows.sources import ISO_639, ISO_3166, Limits, Source, read_sources


def write(folder: Path, text: str) -> Path:
    (folder / "texts").mkdir(exist_ok=True)
    (folder / "texts" / "a.txt").write_text("a")
    (folder / "texts" / "b.txt").write_text("b")
    (folder / "rows.jsonl").write_text("{}\n")
    (folder / "rows.xlsx").write_text("")
    file = folder / "sources.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_full_table(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        """
# a comment
[[source]]
id = "herald"
kind = "feed"
url = "https://outlet.example/rss"
name = "The Herald"
language = "en"
country = "LY"
side = "ly_lna"
limits = { max_items = 10, max_bytes = 1000, delay_seconds = 2, floor = 1, ceiling = 50 }
""",
    )
    [source] = read_sources(file)
    assert source == Source(
        id="herald",
        kind="feed",
        url="https://outlet.example/rss",
        name="The Herald",
        language="en",
        country="LY",
        side="ly_lna",
        limits=Limits(max_items=10, max_bytes=1000, delay_seconds=2.0, floor=1, ceiling=50),
        line=3,
    )


@pytest.mark.parametrize(
    ("published", "wanted"),
    [
        ('published = "2017-06-03"', date(2017, 6, 3)),
        ("published = 2017-06-03", date(2017, 6, 3)),
        ("published = 2017-06-03T23:30:00-05:00", date(2017, 6, 4)),
        (
            'published = { "a.txt" = "2017-06-03", "b.txt" = 2018-01-01 }',
            {"a.txt": date(2017, 6, 3), "b.txt": date(2018, 1, 1)},
        ),
        ('[source.published]\n"a.txt" = "2017-06-03"', {"a.txt": date(2017, 6, 3)}),
    ],
)
def test_dates_of_a_folder(tmp_path: Path, published: str, wanted: object) -> None:
    [source] = read_sources(write(tmp_path, f'[[source]]\nid = "s"\nkind = "folder"\npath = "texts"\n{published}\n'))
    assert source.published == wanted
    assert source.path == (tmp_path / "texts").resolve()


FEED = '[[source]]\nid = "s"\nkind = "feed"\nurl = "https://a.example/"\n'
FOLDER = '[[source]]\nid = "s"\nkind = "folder"\npath = "texts"\n'

WRONG = [
    (FEED + 'colour = "red"', 5, "unknown key 'colour'"),
    ('title = "x"\n' + FEED, 1, "unknown key 'title'"),
    (FEED.replace("feed", "rss"), 3, "kind 'rss' is unknown"),
    (FEED.replace('id = "s"\n', ""), 1, "has no id"),
    (FEED.replace('kind = "feed"\n', ""), 1, "has no kind"),
    (FEED.replace('"s"', '"Has Spaces"'), 2, "must be lower case"),
    (FEED.replace('"s"', '"../x"'), 2, "must be lower case"),
    (FEED.replace('"s"', "7"), 2, "must be text in quotes"),
    (FEED.replace('url = "https://a.example/"\n', ""), 1, "neither url nor path"),
    (FEED + 'path = "rows.jsonl"', 5, "both url and path"),
    (FEED.replace("https:", "ftp:"), 4, "not an http or https address"),
    (FEED.replace("https://a.example/", "https://"), 4, "not an http or https address"),
    (FEED.replace("a.example", "a b.example"), 4, "not an http or https address"),
    (FOLDER.replace("texts", "nowhere"), 4, "does not exist"),
    (FOLDER.replace("texts", "rows.jsonl"), 4, "is not a folder"),
    (FOLDER.replace('path = "texts"', 'url = "https://a.example/"'), 4, "give path instead of url"),
    ('[[source]]\nid = "s"\nkind = "table"\npath = "texts"\n', 4, "is not a file"),
    ('[[source]]\nid = "s"\nkind = "table"\npath = "rows.xlsx"\n', 4, "is none of .jsonl"),
    (FOLDER + 'published = "03/06/2017"', 5, "is not a date"),
    (FOLDER + 'published = "2017-02-30"', 5, "is not a date"),
    (FOLDER + 'published = "1066-10-14"', 5, "before 1990"),
    (FOLDER + 'published = { "a.txt" = "2017-06-03", "z.txt" = "2017-06-03" }', 5, "no file of texts"),
    (FEED + 'published = "2017-06-03"', 5, "published is for folders"),
    (FEED + 'country = "UK"', 5, "not an ISO 3166-1 code"),
    (FEED + 'country = "ly"', 5, "not an ISO 3166-1 code"),
    (FEED + 'language = "english"', 5, "not an ISO 639-1 code"),
    (FEED + "limits = { pages = 3 }", 5, "unknown limit 'pages'"),
    (FEED + 'limits = { max_items = "3" }', 5, "must be a number"),
    (FEED + "limits = { max_items = 0 }", 5, "out of range"),
    (FEED + "limits = { max_items = true }", 5, "must be a number"),
    (FEED + "limits = { delay_seconds = -1.0 }", 5, "out of range"),
    (FEED + "limits = { delay_seconds = nan }", 5, "out of range"),
    (FEED + "limits = { floor = 9, ceiling = 3 }", 5, "floor is above ceiling"),
    (FEED + "limits = 7", 5, "limits must be a table"),
    (FEED + "\n" + FEED, 7, "is taken by the source in line 1"),
    ("", 1, "declares no [[source]]"),
]


@pytest.mark.parametrize(("text", "line", "what"), WRONG)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        read_sources(file)
    assert any(m.startswith(f"{file}:{line}: ") and what in m for m in str(caught.value).splitlines()), str(
        caught.value
    )


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[[source]\n", "not valid TOML"),
        ("[source]\nid = 1\n", "double brackets"),
        ("source = 3\n", "double brackets"),
        ("a = " + "[" * 9000, "TOML"),
    ],
)
def test_what_is_no_table_at_all(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_sources(write(tmp_path, text))
    assert str(tmp_path / "sources.toml") in str(caught.value)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        FEED.replace("feed", "rss") + 'country = "XX"\n\n' + FOLDER.replace("texts", "nowhere").replace('"s"', '"t"'),
    )
    with pytest.raises(ConfigError) as caught:
        read_sources(file)
    assert len(str(caught.value).splitlines()) == 3


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_sources(tmp_path / "none.toml")
    bad = tmp_path / "latin.toml"
    bad.write_bytes(b'[[source]]\nid = "caf\xe9"\n')
    with pytest.raises(ConfigError, match="not UTF-8"):
        read_sources(bad)


def test_code_lists_are_whole() -> None:
    assert len(ISO_3166) == 250 and {"LY", "SY", "PS", "XK"} <= ISO_3166
    assert len(ISO_639) >= 183 and {"en", "ar", "fr"} <= ISO_639
