"""Each kind of source: what it offers, what it refuses, and when it fails as a whole."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.discover import ROW_CONTENT_TYPE, discover
from flows.discover.apart import links_apart
from flows.errors import FetchError, RecordError, SourceError
from flows.records import Candidate, Rejection
from flows.sources import Limits, Source

NOW = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Page:
    body: bytes
    content_type: str | None = None
    final_url: str = ""


def getter(pages: dict[str, bytes], content_type: str | None = None) -> Callable[[str], Page]:
    def get(url: str) -> Page:
        if url not in pages:
            raise FetchError("http_404", url)
        return Page(pages[url], content_type, url)

    return get


def offline(url: str) -> Page:
    raise AssertionError(f"{url} must not be asked for")


def offers(source: Source, get: Callable[[str], Page] = offline) -> tuple[list[Candidate], list[Rejection]]:
    found = list(discover(source, get, batch_id="b", now=NOW))
    return [x for x in found if isinstance(x, Candidate)], [x for x in found if isinstance(x, Rejection)]


def feed(body: bytes | str, content_type: str | None = None, **limits: int) -> tuple[list[Candidate], list[Rejection]]:
    url = "https://outlet.example/feeds/all"
    data = body if isinstance(body, bytes) else body.encode()
    return offers(Source(id="s", kind="feed", url=url, limits=Limits(**limits)), getter({url: data}, content_type))


RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>Outlet</title><link>https://outlet.example/</link><language>en-GB</language>%s</channel></rss>"""
ITEM = "<item><title>%s</title><link>%s</link><pubDate>%s</pubDate><dc:creator>A. Writer</dc:creator></item>"
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar"><title>Outlet</title>
<entry><title type="html">Forces &lt;b&gt;advance&lt;/b&gt;</title><link rel="self" href="/self"/>
<link rel="alternate" href="../a/1"/>
<author><name>B. Writer</name></author><published>2017-06-03T10:00:00+02:00</published>
<updated>2019-01-01T00:00:00Z</updated></entry>
<entry><title>No address</title></entry></feed>"""


def test_rss() -> None:
    [one], [] = feed(RSS % (ITEM % ("One &amp;amp; only", "/a/1?utm_source=rss", "Sat, 3 Jun 2017 10:00:00 BST")))
    assert one == Candidate(
        source_id="s",
        outlet_id="s",
        url="https://outlet.example/a/1",
        via="rss20 https://outlet.example/feeds/all",
        title="One & only",
        author="A. Writer",
        published_text="Sat, 3 Jun 2017 10:00:00 BST",
        language="en",
    )


def test_atom() -> None:
    [one], [refused] = feed(ATOM)
    assert (one.url, one.title, one.author) == ("https://outlet.example/a/1", "Forces advance", "B. Writer")
    assert one.published_text == "2017-06-03T10:00:00+02:00"
    assert refused.reason == "item_without_url"


def test_json_feed() -> None:
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Outlet",
        "language": "en",
        "items": [
            {
                "id": "1",
                "url": "/a/1",
                "title": "One",
                "date_published": "2017-06-03T10:00:00Z",
                "authors": [{"name": "A"}, {"name": "B"}, 7],
            },
            {"id": "2", "external_url": "https://other.example/2"},
            {"id": "3"},
            "nonsense",
        ],
    }
    found, refused = feed(json.dumps(body))
    assert [(c.url, c.title, c.author, c.published_text) for c in found] == [
        ("https://outlet.example/a/1", "One", "A, B", "2017-06-03T10:00:00Z"),
        ("https://other.example/2", None, None, None),
    ]
    assert [r.reason for r in refused] == ["item_without_url"]


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type"),
    [("windows-1256", "windows-1256", None), ("utf-16", "utf-16", None), ("utf-8", "utf-8",
    "application/rss+xml; charset=utf-8"),
     ("windows-1256", "utf-8", "application/xml; charset=windows-1256")],
)  # fmt: skip
def test_feeds_in_other_encodings(encoding: str, declared: str, content_type: str | None) -> None:
    text = (RSS % (ITEM % ("أخبار ليبيا", "https://outlet.example/1", ""))).replace(
        '"1.0"?', f'"1.0" encoding="{declared}"?', 1
    )
    [one], _ = feed(text.encode(encoding), content_type)
    assert one.title == "أخبار ليبيا"


HOSTILE_TITLES = [
    "&lt;script&gt;alert(1)&lt;/script&gt;x",
    "&lt;img src=x onerror=alert(1)&gt;",
    "a\x01b",
    "x" * 100_000,
    "a&#10;b",
]


@pytest.mark.parametrize("title", HOSTILE_TITLES)
def test_titles_are_one_line_of_plain_text(title: str) -> None:
    found, _ = feed(RSS % (ITEM % (title, "https://outlet.example/1", "")))
    for one in found:
        assert one.title is None or ("<" not in one.title and "\n" not in one.title and len(one.title) <= 2_000)


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "http://a b/", "data:text/html,x", "http://[::1"]
)
def test_links_that_are_no_addresses_are_refused(link: str) -> None:
    found, refused = feed(RSS % (ITEM % ("x", link, "") + ITEM % ("good", "https://outlet.example/1", "")))
    assert [c.title for c in found] == ["good"]
    assert [(r.reason, r.stage, r.source_id, r.batch_id) for r in refused] in (
        [("bad_url", "discover", "s", "b")],
        [("item_without_url", "discover", "s", "b")],  # feedparser drops what it cannot parse
    )


def test_one_address_is_offered_once() -> None:
    items = "".join(ITEM % ("x", f"https://outlet.example/1?utm_campaign={n}", "") for n in range(1_000))
    found, refused = feed(RSS % items)
    assert len(found) == 1 and refused == []


def test_a_poisoned_feed_is_capped_and_told() -> None:
    items = "".join(f"<item><link>/{n}</link></item>" for n in range(10_000))
    found, refused = feed(RSS % items, max_items=50, ceiling=500)
    assert len(found) == 50
    assert [(r.reason, r.detail) for r in refused] == [
        ("too_many_items", "9,950 items beyond the limit of 50 were passed over"),
        ("above_ceiling", "gave 10,000 items, its ceiling is 500"),
    ]


def test_a_feed_of_200_000_items_ends_in_time() -> None:
    items = "".join(f"<item><link>/{n}</link></item>" for n in range(200_000))
    found, refused = feed(RSS % items)
    assert len(found) == 2_000
    assert [(r.reason, r.detail) for r in refused] == [
        ("too_many_items", "198,000 items beyond the limit of 2,000 were passed over")
    ]


def test_an_empty_feed_is_below_its_floor() -> None:
    found, refused = feed(RSS % "", floor=1)
    assert found == [] and [r.reason for r in refused] == ["below_floor"]


def test_a_cut_feed_gives_what_it_holds_and_says_so() -> None:
    whole = RSS % "".join(ITEM % (f"t{n}", f"https://outlet.example/{n}", "") for n in range(20))
    found, refused = feed(whole[: len(whole) // 2])
    assert 5 <= len(found) <= 15
    assert "damaged_document" in [r.reason for r in refused]


BOMB = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("body", "reason"),
    [(b"", "not_a_feed"), (b"<html><body>no feed</body></html>", "not_a_feed"), (b"{}", "not_a_feed"),
    (b"[" * 100_000, "not_a_feed"),
     (b"{" + b'"a":{' * 100_000, "not_a_feed"), (b"\x1f\x8b\x08" + b"\xff" * 50, "corrupt_gzip"),
     (gzip.compress(gzip.compress(b"x")), "corrupt_gzip"),
     (gzip.compress(b"\x00" * 60_000_000), "body_too_large"),
     ((BOMB + "<rss version='2.0'><channel><title>&b;</title></channel></rss>").encode(), "forbidden_xml"),
     (b"\x00" * 1000, "not_a_feed"), (b'{"version": "https://jsonfeed.org/version/1", "items": {}}', "not_a_feed")],
)  # fmt: skip
def test_what_is_no_feed_fails_the_source(body: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=rf"source 's': https://outlet.example/feeds/all: {reason}"):
        feed(body)


def test_a_feed_that_cannot_be_fetched_fails_the_source() -> None:
    with pytest.raises(SourceError, match="http_404"):
        offers(Source(id="s", kind="feed", url="https://outlet.example/x"), getter({}))


def test_a_parser_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(RecordError, match="parse_timeout"):
        links_apart(b"<rss/>", kind="feed", base_url="http://a.example/", content_type=None, max_items=1, seconds=0.01)


def test_a_parser_that_takes_too_much_memory_is_stopped() -> None:
    body = (RSS % ("<item><title>some words</title><link>/1</link></item>" * 20_000)).encode()
    with pytest.raises(RecordError, match=r"parse_(memory|crash)"):
        links_apart(
            body,
            kind="feed",
            base_url="http://a.example/",
            content_type=None,
            max_items=20_000,
            memory_bytes=60 * 2**20,
        )


# --- sitemaps ---------------------------------------------------------------------------------------------------------

INDEX = "https://outlet.example/sitemap.xml"
NEWS = """<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url>
<loc> https://outlet.example/a/1 </loc><lastmod>2019-01-01</lastmod><image:image><image:loc>https://outlet.example/i.png</image:loc></image:image>
<news:news><news:publication><news:name>Outlet</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2017-06-03</news:publication_date><news:title>One</news:title></news:news></url>
<url><loc>https://outlet.example/a/2</loc><lastmod>2019-01-01</lastmod></url><url><lastmod>2019-01-01</lastmod></url></urlset>"""


def sitemap(pages: dict[str, bytes | str], **limits: int) -> tuple[list[Candidate], list[Rejection]]:
    data = {url: body if isinstance(body, bytes) else body.encode() for url, body in pages.items()}
    return offers(Source(id="s", kind="sitemap", url=INDEX, limits=Limits(**limits)), getter(data))


def index(*urls: str) -> str:
    return (
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        + "".join(f"<sitemap><loc>{u}</loc></sitemap>" for u in urls)
        + "</sitemapindex>"
    )


def test_news_sitemap() -> None:
    found, refused = sitemap({INDEX: NEWS})
    assert [(c.url, c.title, c.published_text, c.language) for c in found] == [
        ("https://outlet.example/a/1", "One", "2017-06-03", "en"),
        ("https://outlet.example/a/2", None, None, None),
    ]
    assert [r.reason for r in refused] == ["item_without_url"]


def test_sitemap_index_with_gzip_and_a_bad_child() -> None:
    child, bad, gone = (f"https://outlet.example/{name}" for name in ("a.xml.gz", "bad.xml", "gone.xml"))
    found, refused = sitemap(
        {INDEX: index(child, bad, gone, child, INDEX), child: gzip.compress(NEWS.encode()), bad: "<html/>"}
    )
    assert [c.url for c in found] == ["https://outlet.example/a/1", "https://outlet.example/a/2"]
    assert Counter(r.reason for r in refused) == {"item_without_url": 1, "not_a_sitemap": 1, "http_404": 1}


def test_sitemaps_that_never_end_are_not_followed_for_ever() -> None:
    asked: list[str] = []

    def get(url: str) -> Page:
        asked.append(url)
        return Page(index(url + "x").encode(), None, url)

    found, refused = offers(Source(id="s", kind="sitemap", url=INDEX), get)
    assert found == [] and len(asked) == 4
    assert [r.reason for r in refused] == ["too_many_sitemaps"]


def test_plain_text_sitemap() -> None:
    found, _ = sitemap({INDEX: "\ufeffhttps://outlet.example/1\r\nhttps://outlet.example/2\n"})
    assert len(found) == 2


def test_a_cut_sitemap_gives_what_it_holds() -> None:
    found, refused = sitemap({INDEX: NEWS[: NEWS.index("<url><lastmod>")]})
    assert len(found) == 2 and [r.reason for r in refused] == ["damaged_document"]


def test_the_limit_holds_over_all_sitemaps() -> None:
    children = [f"https://outlet.example/{n}.xml" for n in range(5)]
    pages: dict[str, bytes | str] = {INDEX: index(*children)}
    for number, child in enumerate(children):
        pages[child] = (
            "<urlset>"
            + "".join(f"<url><loc>https://outlet.example/{number}/{n}</loc></url>" for n in range(10))
            + "</urlset>"
        )
    found, refused = sitemap(pages, max_items=25)
    assert len(found) == 25 and "too_many_items" in [r.reason for r in refused]


@pytest.mark.parametrize(
    "body",
    ["", "<html/>", "no sitemap", BOMB + "<urlset><url><loc>&b;</loc></url></urlset>", "<!DOCTYPE urlset><urlset/>"],
)
def test_what_is_no_sitemap_fails_the_source(body: str) -> None:
    with pytest.raises(SourceError, match=r"not_a_sitemap|forbidden_xml"):
        sitemap({INDEX: body})


# --- lists and folders ------------------------------------------------------------------------------------------------


def test_list_of_addresses(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("# pages\nhttps://a.example/1\n\nnonsense\r\n  https://a.example/2#x \nhttps://a.example/1\n")
    found, refused = offers(Source(id="s", kind="urls", path=file))
    assert [(c.url, c.via) for c in found] == [
        ("https://a.example/1", "urls list.txt:2"),
        ("https://a.example/2", "urls list.txt:5"),
    ]
    assert [(r.reason, r.record) for r in refused] == [("bad_url", "urls list.txt:4")]


def test_folder(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "b.txt").write_text("Forces take the town\n\nForces took the town on Friday.\n")
    (tmp_path / "a.txt").write_text("Forces took the town on Friday. It was quiet.\nMore.\n")
    (tmp_path / "sub" / "c d.HTML").write_bytes(b"<p>caf\xe9</p>")
    (tmp_path / "ignored.pdf").write_bytes(b"x")
    (tmp_path / "big.htm").write_bytes(b"x" * 2_000)
    (tmp_path / "out.txt").symlink_to("/etc/hostname")
    source = Source(
        id="s",
        kind="folder",
        path=tmp_path,
        language="en",
        published={"b.txt": date(2017, 6, 3)},
        limits=Limits(max_bytes=1_000),
    )
    found, refused = offers(source)
    assert [(c.url, c.title, c.published_text, c.content_type) for c in found] == [
        ("urn:sitrep:s:a.txt", None, None, "text/plain"),
        ("urn:sitrep:s:b.txt", "Forces take the town", "2017-06-03", "text/plain"),
        ("urn:sitrep:s:sub/c%20d.HTML", None, None, "text/html"),
    ]
    assert found[2].body == b"<p>caf\xe9</p>"
    assert sorted(r.reason for r in refused) == ["body_too_large", "outside_folder"]


# --- tables -----------------------------------------------------------------------------------------------------------

ROW = {"url": "https://a.example/1", "title": "One", "text": "Text.", "published": "2017-06-03", "source": "The Herald"}


def table(
    folder: Path, lines: list[object], name: str = "t.jsonl", **limits: int
) -> tuple[list[Candidate], list[Rejection]]:
    file = folder / name
    file.write_bytes(b"\n".join(x if isinstance(x, bytes) else json.dumps(x).encode() for x in lines))
    return offers(Source(id="s", kind="table", path=file, limits=Limits(**limits)))


def test_json_lines(tmp_path: Path) -> None:
    [one], [] = table(tmp_path, [ROW])
    assert (one.url, one.outlet_id, one.title, one.published_text) == (
        "https://a.example/1",
        "the-herald",
        "One",
        "2017-06-03",
    )
    assert (one.content_type, one.via) == (ROW_CONTENT_TYPE, "table t.jsonl:1")
    assert json.loads(one.body or b"") == ROW


def test_csv_and_parquet_give_the_same_rows(tmp_path: Path) -> None:
    rows = [ROW, {**ROW, "url": "https://a.example/2", "text": 'Two,\n"lines"', "title": "Ünï"}]
    [*as_json], _ = table(tmp_path, list(rows))
    csv_file, parquet_file = tmp_path / "t.csv", tmp_path / "t.parquet"
    quoted = "\n".join(",".join('"' + r[c].replace('"', '""') + '"' for c in ROW) for r in rows)
    csv_file.write_text("\ufeff" + ",".join(ROW) + "\n" + quoted + "\n", encoding="utf-8")
    pq.write_table(pa.Table.from_pylist(rows), parquet_file)
    for file in (csv_file, parquet_file):
        found, refused = offers(Source(id="s", kind="table", path=file))
        assert refused == []
        assert [(c.url, c.body, c.outlet_id, c.title) for c in found] == [
            (c.url, c.body, c.outlet_id, c.title) for c in as_json
        ]


def test_a_row_without_address_is_known_by_its_content(tmp_path: Path) -> None:
    bare = {**ROW, "url": None}
    [one, two, three], _ = table(tmp_path, [bare, {**bare, "url": " "}, {**bare, "text": "Other."}])
    assert one.url.startswith("urn:sitrep:s:") and one.url != three.url
    again, _ = table(tmp_path, [{**ROW, "url": "https://x.example/"}, bare])
    assert again[1].url == one.url, "its place in the file does not count"
    assert two.url.startswith("urn:sitrep:s:")


def test_malformed_rows_are_refused_with_their_line(tmp_path: Path) -> None:
    lines: list[object] = [
        ROW, b"{not json", b"[1, 2]", b"", {**ROW, "text": None}, {**ROW, "text": 7}, {**ROW, "title": "a\x00b"},
        b'{"text": "\x00"}',
        b'{"text": "\xff"}', b'{"title": "x", "text": "\\ud800", "published": "", "source": ""}', b"[" * 20_000,
        {**ROW, "url": "nonsense"},
        {**ROW, "text": "x" * 3_000}, b'{"text": "' + b"y" * 50_000 + b'"}', {**ROW, "url": "https://a.example/last"},
    ]  # fmt: skip
    found, refused = table(tmp_path, lines, max_bytes=2_000)
    assert [c.url for c in found] == ["https://a.example/1", "https://a.example/last"]
    assert [(r.record, r.reason) for r in refused] == [
        ("t.jsonl:2", "bad_row"), ("t.jsonl:3", "bad_row"), ("t.jsonl:5", "bad_row"), ("t.jsonl:6", "bad_row"),
        ("t.jsonl:7", "bad_row"),
        ("t.jsonl:8", "bad_row"), ("t.jsonl:9", "bad_row"), ("t.jsonl:10", "bad_row"), ("t.jsonl:11", "bad_row"),
        ("t.jsonl:12", "bad_url"),
        ("t.jsonl:13", "body_too_large"), ("t.jsonl:14", "body_too_large"),
    ]  # fmt: skip
    assert len({r.rejection_id for r in refused}) == len(refused)
    assert table(tmp_path, lines, max_bytes=2_000)[1] == refused, (
        "a second run refuses the same rows under the same ids"
    )


def test_malformed_csv_rows(tmp_path: Path) -> None:
    text = b"url,title,text,published,source\nhttps://a.example/1,a,b,,c\nshort,row\n,a,\xff,,c\n,a,nul\x00,,c\n\nhttps://a.example/2,a,b,,c\n"
    (tmp_path / "t.csv").write_bytes(text)
    found, refused = offers(Source(id="s", kind="table", path=tmp_path / "t.csv"))
    assert [c.url for c in found] == ["https://a.example/1", "https://a.example/2"]
    assert [(r.record, r.reason) for r in refused] == [
        ("t.csv:3", "bad_row"),
        ("t.csv:4", "bad_row"),
        ("t.csv:5", "bad_row"),
    ]


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_missing_columns_are_named(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"t.{suffix}"
    if suffix == "jsonl":
        file.write_text('{"title": "a", "body": "b"}\n')
    elif suffix == "csv":
        file.write_text("title,body\na,b\n")
    else:
        pq.write_table(pa.table({"title": ["a"], "body": ["b"]}), file)
    with pytest.raises(SourceError, match=rf"t\.{suffix}.*has no column text, published, source"):
        offers(Source(id="s", kind="table", path=file))


@pytest.mark.parametrize("body", [b"", b"PAR1 nonsense", b"PAR1" + b"\x00" * 100 + b"PAR1"])
def test_a_broken_parquet_file_fails_the_source(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "t.parquet").write_bytes(body)
    with pytest.raises(SourceError, match="Parquet"):
        offers(Source(id="s", kind="table", path=tmp_path / "t.parquet"))


def test_a_large_table_is_streamed(tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    with file.open("w") as out:
        for number in range(5_000):
            out.write(json.dumps({**ROW, "url": f"https://a.example/{number}", "text": "x" * 1_000}) + "\n")
    tracemalloc.start()
    n_rows = sum(isinstance(x, Candidate) for x in discover(Source(id="s", kind="table", path=file), offline))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert n_rows == 5_000
    assert peak < 5_000_000
