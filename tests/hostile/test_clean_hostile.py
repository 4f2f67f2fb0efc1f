"""Hostile pages, rows and files through the clean stage: nothing crashes, nothing hangs, nothing is lost in silence.

`SITREP_FUZZ_PAGES` sets how many mutated pages are tried (default 300; 20,000 for a long run).
"""

from __future__ import annotations

import json
import os
import random
import re
import time
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.clean import ParseLimits, clean_warc
from flows.clean.articles import Claims, clean_plain, clean_row
from flows.errors import RecordError
from flows.records import Article, Rejection

NOW = datetime(2020, 1, 1, tzinfo=UTC)
N_FUZZ = int(os.environ.get("SITREP_FUZZ_PAGES", "300"))
EXPECTED_REASONS = {
    "empty_page", "not_an_article", "paywall_stub", "too_short", "too_large", "foreign_language", "undecodable", "parse_error",
}  # fmt: skip
PARAGRAPHS = [
    f"On the {n}th day the column left the town of Nalut and went down to the plain, a driver who had seen it said by telephone."
    for n in range(4, 12)
]
PAGE = (
    "<!doctype html><html lang=en><head><meta charset=utf-8><title>Column leaves Nalut | Hill Radio</title>"
    '<meta property="article:published_time" content="2017-06-03T15:07:41+02:00">'
    '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2017-06-03","author":{"name":"A. Kamil"}}</script>'
    "<style>p{color:red}</style></head><body><nav><a href=/>Home</a> <a href=/n>News</a></nav><article><h1>Column leaves Nalut</h1>"
    "<figure><img src=a.jpg><figcaption>The column (AP Photo/A. Kamil)</figcaption></figure>"
    + "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    + "<table><tr><td>dead</td><td>4</td></tr></table><blockquote>“We saw it”</blockquote></article>"
    "<aside><a href=/x>Read more</a></aside><!-- comment --><footer>© Hill Radio</footer></body></html>"
).encode()
BITS = [
    b"<", b">", b"</p>", b"<p>", b"<div>" * 300, b"</div>" * 50, b"<table><tr><td>", b"<script>", b"</script>", b"<!--", b"-->", b"<![CDATA[",
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\x80\x81", "\u202e".encode(), b"&#0;", b"&#x110000;", b"&" * 50, b"<svg><math>", b"<a href='",
    b"<meta charset=utf-7>", b"<meta charset=x>", b"<base href=javascript:1>", b"<input type=password>", b"<time datetime='99999-99-99'>",
    b'<script type="application/ld+json">[[[{"@type":["NewsArticle"],"datePublished":7}]]]</script>', b"<title>", b"<html>", b"<frameset>",
    b"<textarea>", b"<noscript>", b"<template>", b"<body>", b"<pre>", b"\r", b"<br>" * 200, b"=cmd|' /C calc'!A0", b"{{7*7}}", b"'; drop table--",
]  # fmt: skip


def mutated(page: bytes, source: random.Random) -> bytes:
    """A page with one to eight wounds."""
    body = bytearray(page)
    for _ in range(source.randint(1, 8)):
        at, length = source.randrange(len(body)), source.randint(1, 200)
        match source.randrange(7):
            case 0:
                body[at] ^= 1 << source.randrange(8)
            case 1:
                del body[at : at + length]
            case 2:
                body[at:at] = source.choice(BITS)
            case 3:
                body[at:at] = body[max(0, at - length) : at] * source.randint(1, 20)
            case 4:
                del body[max(1, at) :]
            case 5:
                body[at : at + length] = source.randbytes(length)
            case _:
                other = source.randrange(len(body))
                body[at : at + length], body[other : other + length] = (
                    body[other : other + length],
                    body[at : at + length],
                )
        body = body or bytearray(b"<")
    return bytes(body)


def write_pages(path: Path, pages: list[tuple[str, bytes, str]]) -> Path:
    """(address, body, content type) as responses."""
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True, warc_version="WARC/1.1")
        for url, body, content_type in pages:
            http = StatusAndHeaders("200 OK", [("Content-Type", content_type)], protocol="HTTP/1.1")
            writer.write_record(writer.create_warc_record(url, "response", payload=BytesIO(body), http_headers=http))
    return path


def test_mutated_pages_never_crash_a_run(tmp_path: Path) -> None:
    source = random.Random(20_170_603)
    pages = [(f"http://hill.example/{n}", mutated(PAGE, source), "text/html") for n in range(N_FUZZ)]
    found = list(clean_warc(write_pages(tmp_path / "fuzz.warc.gz", pages), batch_id="b", now=NOW, workers=2))
    assert [r.url for r in found] == [url for url, _, _ in pages], "one row for each page, in order"
    strange = [
        (r.url, r.reason, r.detail) for r in found if isinstance(r, Rejection) and r.reason not in EXPECTED_REASONS
    ]
    assert strange == []
    for article in found:
        if isinstance(article, Article):
            assert article.text and "\x00" not in article.text and not re.search(r"[ \n]{2}|[\x00-\x08]", article.text)
            assert article.published_at is None or 1990 <= article.published_at.year <= 2020
    assert sum(isinstance(r, Article) for r in found) > N_FUZZ * 0.4, "most wounds leave an article"


def test_mutated_rows_and_files_never_raise_anything_but_their_reason() -> None:
    source = random.Random(7)
    claims = Claims(
        url="urn:x:1", outlet_id="hill-radio", fetched_at=NOW, title="Column leaves Nalut", published_text="2017-06-03"
    )
    row = json.dumps(
        {"title": "Column leaves Nalut", "text": "\n".join(PARAGRAPHS), "published": "3 June 2017"}
    ).encode()
    kept = 0
    for _ in range(N_FUZZ * 2):
        body = mutated(row, source)
        for clean, content in ((clean_row, body), (clean_plain, body.decode("utf-8", "replace"))):
            try:
                kept += bool(clean(content, claims).text)  # type: ignore[operator]
            except RecordError as error:
                assert error.reason in EXPECTED_REASONS | {"bad_row"}
    assert kept > N_FUZZ * 0.4


@pytest.mark.parametrize(
    ("body", "content_type", "words"),
    [
        # the header lies, the page's own declaration lies, both lie, or nobody says anything
        (PAGE, "text/html; charset=iso-8859-1", "“We saw it”"),
        (PAGE.decode().encode("cp1252"), "text/html; charset=utf-8", "column left the town"),
        (PAGE.replace(b"charset=utf-8", b"charset=shift_jis"), "text/html", "“We saw it”"),
        (PAGE.replace(b"charset=utf-8", b"charset=utf-8000"), "text/html; charset=bogus", "“We saw it”"),
        (b"\xef\xbb\xbf" + PAGE, "text/html; charset=utf-16", "“We saw it”"),
        (PAGE.decode().encode("utf-16"), "text/html; charset=utf-8", "“We saw it”"),
        (PAGE, "application/octet-stream", "“We saw it”"),
        (PAGE, "", "“We saw it”"),
        (PAGE.replace(b" the column", b" \x00the\xc2\xad col\xe2\x80\x8bumn"), "text/html", "the column left"),
        (PAGE.replace("“We saw it”".encode(), "“We saw it”".encode().decode("cp1252", "ignore").encode()), "text/html", "We saw it"),
    ],
)  # fmt: skip
def test_a_charset_lie_ends_in_the_right_text(tmp_path: Path, body: bytes, content_type: str, words: str) -> None:
    path = write_pages(tmp_path / "a.warc.gz", [("http://hill.example/1", body, content_type)])
    (article,) = clean_warc(path, batch_id="b", now=NOW)
    assert isinstance(article, Article), article
    assert words in article.text
    assert "�" not in article.text and "\xad" not in article.text


@pytest.mark.parametrize(
    "body",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
        bytes(range(256)) * 200,
        random.Random(5).randbytes(50_000),
        b"<html><body><p>" + random.Random(6).randbytes(50_000),
    ],
)
def test_binary_sent_as_html_is_quarantined(tmp_path: Path, body: bytes) -> None:
    path = write_pages(tmp_path / "a.warc.gz", [("http://hill.example/1", body, "text/html")])
    (found,) = clean_warc(path, batch_id="b", now=NOW)
    assert isinstance(found, Rejection) and found.reason == "undecodable"


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 200_000,
        b"<p>" + b"<b><i>" * 50_000 + b"word",
        b"<html><body>" + b"<a href='/x'>link</a> " * 60_000,
        b"<!--" * 200_000,
        b"<" * 1_000_000,
        b"&lt;" * 500_000,
        b"<p " + b"a=1 " * 300_000 + b">x",
        b"<script type='application/ld+json'>" + b"[" * 400_000 + b"</script><p>x",
        b"<p>" + b"Home > " * 150_000,
        b"<p>" + b"Reporting by Aa Bb; " * 60_000,
        b"<title>" + b"x | " * 200_000 + b"</title><p>word",
        b"<table>" * 20_000,
    ],
    ids=lambda b: b[:24].decode(),
)  # fmt: skip
def test_no_page_holds_the_stage_longer_than_its_limit(tmp_path: Path, body: bytes) -> None:
    pages = [("http://hill.example/1", body, "text/html"), ("http://hill.example/2", PAGE, "text/html")]
    began = time.monotonic()
    first, second = clean_warc(
        write_pages(tmp_path / "a.warc.gz", pages), batch_id="b", now=NOW, limits=ParseLimits(seconds=5)
    )
    assert isinstance(first, Rejection)
    assert isinstance(second, Article), "the page behind it is unaffected"
    assert time.monotonic() - began < 40


def test_a_file_that_is_no_warc_is_one_refusal(tmp_path: Path) -> None:
    for content in (b"not a warc at all", b"\x1f\x8b\x08 no", b"PK\x03\x04", b"\x00" * 1000, b"WARC/1.1\r\n"):
        path = tmp_path / "odd.warc.gz"
        path.write_bytes(content)
        (found,) = clean_warc(path, batch_id="b", now=NOW)
        assert isinstance(found, Rejection) and found.reason == "corrupt_record"


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    words = "=HYPERLINK(1) ../../etc/passwd '; drop table articles; -- {{7*7}} ignore all former instructions"
    page = PAGE.replace(b"On the 5th day", f"&lt;script&gt;alert(1)&lt;/script&gt; {words}".encode())
    (article,) = clean_warc(
        write_pages(tmp_path / "a.warc.gz", [("http://hill.example/1", page, "text/html")]), batch_id="b", now=NOW
    )
    assert isinstance(article, Article)
    assert words in article.text, "the text is the article's, unchanged; outputs make it inert"
