"""The clean stage from WARC file to articles and rejections."""

from __future__ import annotations

import gzip
import json
import os
import signal
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.clean import ParseLimits, SourceDefaults, clean_warc
from flows.clean.warc import records_in_warc
from flows.records import Article, Rejection, stable_id

NOW = datetime(2020, 1, 1, 12, tzinfo=UTC)
ROW = "application/x-sitrep-row+json"
TITLE = "Guards close the crossing at Ras Ajdir"
PARAGRAPHS = (
    "The guards of the crossing closed it on Tuesday evening after a quarrel over fuel, officials on both sides said.",
    "Traders told a local radio that lorries stood in a queue of nine kilometres and that the drivers had slept in them.",
    "A commander of the border force said the gate would stay shut until smugglers had been driven out of the area.",
    "The interior ministry promised talks with the elders of the nearby town and sent a delegation there on Wednesday.",
)


@dataclass(frozen=True)
class Thing:
    """One record of a test's WARC file, with the claims of its metadata record (None: it has none)."""

    url: str
    body: bytes
    content_type: str = "text/html; charset=utf-8"
    claims: dict[str, str] | None = field(default_factory=dict)
    status: str = "200 OK"
    headers: tuple[tuple[str, str], ...] = ()
    kind: str = ""


def write_warc(path: Path, things: Iterable[Thing], *, metadata_first: bool = True) -> Path:
    """A WARC file of these things, as the fetch stage writes it: a metadata record, then what it speaks of."""
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True, warc_version="WARC/1.1")
        writer.write_record(writer.create_warcinfo_record("x", {"software": "test"}))
        for number, thing in enumerate(things):
            identity = f"<urn:uuid:00000000-0000-0000-0000-{number:012}>"
            given = {"WARC-Record-ID": identity, "WARC-Date": "2019-12-31T10:00:00Z"}
            if thing.content_type.startswith("text/html") and thing.kind != "resource":
                http = StatusAndHeaders(
                    thing.status, [("Content-Type", thing.content_type), *thing.headers], protocol="HTTP/1.1"
                )
                page = writer.create_warc_record(
                    thing.url,
                    thing.kind or "response",
                    payload=BytesIO(thing.body),
                    http_headers=http,
                    warc_headers_dict=given,
                )
            else:
                page = writer.create_warc_record(
                    thing.url,
                    "resource",
                    payload=BytesIO(thing.body),
                    warc_content_type=thing.content_type,
                    warc_headers_dict=given,
                )
            records = [page]
            if thing.claims is not None:
                claims = {"source_id": "border-watch", "outlet_id": "border-watch", "url": thing.url, **thing.claims}
                text = "".join(f"{k}: {v}\r\n" for k, v in claims.items()).encode()
                about = writer.create_warc_record(
                    thing.url,
                    "metadata",
                    payload=BytesIO(text),
                    warc_content_type="application/warc-fields",
                    warc_headers_dict={"WARC-Concurrent-To": identity, "WARC-Date": "2019-12-31T10:00:00Z"},
                )
                records.insert(0 if metadata_first else 1, about)
            for record in records:
                writer.write_record(record)
    return path


def page(
    paragraphs: Iterable[str] = PARAGRAPHS, *, title: str = TITLE, head: str = "", before: str = "", after: str = ""
) -> bytes:
    """A page as outlets make them: navigation, the article, links, comments, a footer."""
    text = "".join(f"<p>{p}</p>" for p in paragraphs)
    return (
        f"<!doctype html><html lang=en><head><title>{title} | Border Watch</title>{head}</head><body>"
        "<nav><ul><li><a href=/>Home</a><li><a href=/news>News</a><li><a href=/world>World</a></ul></nav>"
        f"<article><h1>{title}</h1>{before}{text}{after}</article>"
        "<aside><h3>Related articles</h3><ul><li><a href=/a>Fuel prices double in the west</a></ul></aside>"
        "<footer><a href=/about>About us</a> <a href=/privacy>Privacy policy</a> © Border Watch</footer></body></html>"
    ).encode()


def row(**values: str | None) -> bytes:
    return json.dumps(
        {"title": TITLE, "text": "\n".join(PARAGRAPHS), "published": "2017-06-04", "source": "border-watch"} | values
    ).encode()


def clean(path: Path, **options: object) -> list[Article | Rejection]:
    return list(clean_warc(path, batch_id="b1", now=NOW, **options))  # type: ignore[arg-type]


def only(path: Path, thing: Thing, **options: object) -> Article | Rejection:
    (found,) = clean(write_warc(path / "one.warc.gz", [thing]), **options)
    return found


def test_a_page_becomes_an_article_with_its_ids_dates_and_place_in_the_file(tmp_path: Path) -> None:
    claims = {
        "title": TITLE,
        "author": "Amal Kamil",
        "published_text": "Sun, 04 Jun 2017 10:00:00 +0200",
        "outlet_id": "border-radio",
    }
    before = "<p>TRIPOLI, June 3, 2017 (Reuters) - </p>"
    article = only(tmp_path, Thing("https://border.example/1", page(before=before), claims=claims))
    assert isinstance(article, Article)
    assert article.title == TITLE
    assert article.text == "\n".join(PARAGRAPHS)
    assert article.article_id == stable_id("https://border.example/1")
    assert article.version_id == stable_id(article.article_id, TITLE, article.text)
    assert (article.source_id, article.outlet_id, article.author) == ("border-watch", "border-radio", "Amal Kamil")
    assert (article.published_at, article.published_precision) == (datetime(2017, 6, 4, 8, tzinfo=UTC), "time")
    assert article.published_text == claims["published_text"]
    assert (article.dateline_date, article.reported_date) == (date(2017, 6, 3), date(2017, 6, 3))
    assert (article.language, article.word_count, len(article.signature)) == (
        "en",
        len(" ".join(PARAGRAPHS).split()),
        128,
    )
    assert article.fetched_at == datetime(2019, 12, 31, 10, tzinfo=UTC)
    assert article.warc_file == f"{tmp_path.name}/one.warc.gz"
    raw = (tmp_path / "one.warc.gz").read_bytes()
    assert raw[article.warc_offset :].startswith(b"\x1f\x8b")
    assert article.record_id.encode() in gzip.decompress(raw[article.warc_offset :])[:600]


def test_the_page_dates_itself_where_the_source_does_not(tmp_path: Path) -> None:
    head = '<meta property="article:published_time" content="2017-06-03T15:07:41+02:00">'
    article = only(tmp_path, Thing("https://border.example/1", page(head=head)))
    assert isinstance(article, Article)
    assert (article.published_at, article.published_precision) == (datetime(2017, 6, 3, 13, 7, 41, tzinfo=UTC), "time")


def test_an_absurd_claim_gives_way_to_the_page_and_is_told_where_nothing_is_better(tmp_path: Path) -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2017-06-03"}</script>'
    claims = {"published_text": "Mon, 01 Jan 2035 00:00:00 GMT"}
    article = only(tmp_path, Thing("https://border.example/1", page(head=head), claims=claims))
    assert isinstance(article, Article) and article.published_at == datetime(2017, 6, 3, tzinfo=UTC)
    article = only(tmp_path, Thing("https://border.example/1", page(), claims=claims))
    assert isinstance(article, Article)
    assert (article.published_at, article.published_precision, article.date_note) == (None, None, "in_the_future")
    assert article.published_text == claims["published_text"]
    assert article.reported_date is None


def test_a_table_row_is_taken_as_it_is_but_for_residue(tmp_path: Path) -> None:
    text = f"Published June 9 2017 {TITLE}. {' '.join(PARAGRAPHS)} (With AFP and Reuters)"
    article = only(tmp_path, Thing("urn:x:1", row(text=text), ROW, {"published_text": "2017-06-04", "title": TITLE}))
    assert isinstance(article, Article)
    assert article.text == " ".join(PARAGRAPHS)
    assert (article.dateline_text, article.dateline_date) == ("Published June 9 2017", date(2017, 6, 9))
    assert (article.reported_date, article.date_note) == (date(2017, 6, 9), "dateline_differs")


@pytest.mark.parametrize("first", [TITLE, f"Home Reports {TITLE}\n\n{TITLE}"])
def test_a_text_file_gives_its_first_line_as_title(tmp_path: Path, first: str) -> None:
    body = (first + "\n\nColonel Salem Darwish - Internet\n\n" + "\n\n".join(PARAGRAPHS) + "\n\nSource link\n").encode()
    thing = Thing("https://files.example/a.txt", body, "text/plain")
    article = only(tmp_path, thing, defaults={"border-watch": SourceDefaults(published="2017-06-04", country="LY")})
    assert isinstance(article, Article)
    assert (article.title, article.text) == (TITLE, "\n".join(PARAGRAPHS))
    assert article.published_at == datetime(2017, 6, 4, tzinfo=UTC)


def test_a_text_file_that_begins_with_a_sentence_has_no_title(tmp_path: Path) -> None:
    article = only(tmp_path, Thing("https://files.example/a.txt", "\n".join(PARAGRAPHS).encode(), "text/plain"))
    assert isinstance(article, Article)
    assert (article.title, article.text) == (None, "\n".join(PARAGRAPHS))


ARABIC = "قالت القوات المسلحة العربية الليبية إنها سيطرت على مدينة سرت بعد معارك استمرت ثلاثة أيام في محيط المدينة. "
STUB = "<p>The guards of the crossing closed it on Tuesday evening after a quarrel over fuel.</p>"


REFUSED = (
        (Thing("https://a.example/1", b""), "empty_page"),
        (Thing("https://a.example/1", b"  \n "), "empty_page"),
        (Thing("https://a.example/1", b"<html></html>"), "empty_page"),
        (Thing("https://a.example/1", page([ARABIC] * 5, title="سرت")), "foreign_language"),
        (Thing("https://a.example/1", (ARABIC * 5).encode("cp1256"), "text/plain; charset=windows-1256"), "foreign_language"),
        (Thing("https://a.example/1", page([STUB], after="<p>Subscribe to continue reading this article.</p>")), "paywall_stub"),
        (Thing("https://a.example/1", page([STUB], after="<div>Already a subscriber? Sign in</div>")), "paywall_stub"),
        (Thing("https://a.example/1", page(["Sorry, the page you asked for cannot be found."], title="404 - Page not found")), "not_an_article"),
        (Thing("https://a.example/1", page(), status="404 Not Found"), "not_an_article"),
        (Thing("https://a.example/1", page(), status="503 Service Unavailable"), "not_an_article"),
        (
            Thing("https://a.example/1", b"<html><head><title>Sign in</title></head><body><form><p>Log in to your account</p>"
                  b"<input type=text><input type=password></form></body></html>"),
            "not_an_article",
        ),
        (
            Thing("https://a.example/1", b"<html><head><title>Just a moment...</title></head><body><p>Checking your browser.</p></body></html>"),
            "not_an_article",
        ),
        (
            Thing("https://a.example/news", ("<html><head><title>News</title></head><body><ul>" + "".join(
                f"<li><a href=/{i}>Army moves on town number {i} in the south</a></li>" for i in range(60)) + "</ul></body></html>").encode()),
            "not_an_article",
        ),
        (Thing("https://a.example/1", b"%PDF-1.7\n%\xe2\xe3 binary"), "undecodable"),
        (Thing("https://a.example/1", b"{}", "application/pdf"), "not_an_article"),
        (Thing("https://a.example/1", b"x" * 10_600_000, "text/plain"), "too_large"),
        (Thing("https://a.example/1", b"War.", "text/plain"), "too_short"),
        (Thing("urn:x:1", b"{}", ROW), "bad_row"),
        (Thing("urn:x:1", b"[1]", ROW), "bad_row"),
        (Thing("urn:x:1", b"{\"text\": 3}", ROW), "bad_row"),
        (Thing("urn:x:1", b"[" * 100_000, ROW), "bad_row"),
        (Thing("urn:x:1", b"not json \xff", ROW), "bad_row"),
        (Thing("urn:x:1", row(text=" \x00 "), ROW), "empty_page"),
        (Thing("urn:x:1", row(text="word " * 300_000), ROW), "too_large"),
        (Thing("https://a.example/1", gzip.compress(page())[:-20], headers=(("Content-Encoding", "gzip"),)), "corrupt_record"),
)  # fmt: skip


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> list[Article | Rejection]:
    """All of them in one file, so that one worker serves all."""
    return clean(write_warc(tmp_path_factory.mktemp("warc") / "refused.warc.gz", [thing for thing, _ in REFUSED]))


@pytest.mark.parametrize("number", range(len(REFUSED)), ids=lambda n: f"{n}-{REFUSED[n][1]}")
def test_what_is_no_article_is_refused_with_its_reason(refused: list[Article | Rejection], number: int) -> None:
    (thing, reason), found = REFUSED[number], refused[number]
    assert isinstance(found, Rejection), found
    assert found.reason == reason, found.detail
    assert (found.stage, found.source_id, found.url, found.batch_id) == ("clean", "border-watch", thing.url, "b1")
    assert found.record and "/refused.warc.gz:" in found.record and found.detail
    assert found.rejected_at == NOW


def test_each_refusal_has_a_key_of_its_own(refused: list[Article | Rejection]) -> None:
    assert len(refused) == len(REFUSED) == len({r.rejection_id for r in refused if isinstance(r, Rejection)})


def test_a_foreign_language_is_named(tmp_path: Path) -> None:
    found = only(tmp_path, Thing("https://a.example/1", page([ARABIC] * 5, title="سرت")))
    assert isinstance(found, Rejection) and "Arabic" in found.detail


def test_redirects_requests_and_revisits_hold_no_content(tmp_path: Path) -> None:
    things = [
        Thing("https://a.example/1", b"moved", status="301 Moved Permanently"),
        Thing("https://a.example/2", b"", kind="revisit"),
        Thing("https://a.example/3", page()),
    ]
    assert [r.url for r in clean(write_warc(tmp_path / "a.warc.gz", things))] == ["https://a.example/3"]


def test_a_record_without_metadata_has_its_host_as_outlet(tmp_path: Path) -> None:
    article = only(tmp_path, Thing("https://www.border.example/1", page(), claims=None))
    assert isinstance(article, Article)
    assert (article.outlet_id, article.url, article.title) == ("border-example", "https://www.border.example/1", TITLE)


def test_the_place_of_the_metadata_record_does_not_matter(tmp_path: Path) -> None:
    thing = Thing("https://border.example/1", page(), claims={"title": "Another headline of the feed"})
    path = write_warc(tmp_path / "a.warc.gz", [thing, thing], metadata_first=False)
    assert {r.title for r in clean(path) if isinstance(r, Article)} == {"Another headline of the feed"}


def test_results_come_in_the_order_of_the_file_whatever_the_number_of_workers(tmp_path: Path) -> None:
    things = [
        Thing(
            f"https://border.example/{i}", page([*PARAGRAPHS, f"It was closure number {i}, said one of the traders."])
        )
        if i % 3
        else Thing(f"urn:x:{i}", row(), ROW)
        for i in range(24)
    ]
    things[7] = Thing("https://border.example/7", b"")
    path = write_warc(tmp_path / "a.warc.gz", things)
    one, three = clean(path), clean(path, workers=3)
    assert one == three
    assert [r.url for r in one] == [t.url for t in things]
    assert one == clean(path), "a second run gives the same rows"


def test_a_corrupt_member_costs_one_article(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "a.warc.gz", [Thing(f"urn:x:{i}", row(url=f"urn:x:{i}"), ROW) for i in range(5)])
    whole = clean(path)
    assert isinstance(whole[2], Article)
    raw = bytearray(path.read_bytes())
    raw[whole[2].warc_offset + 40] ^= 0xFF
    path.write_bytes(raw)
    found = clean(path)
    assert [r.url for r in found if isinstance(r, Article)] == ["urn:x:0", "urn:x:1", "urn:x:3", "urn:x:4"]
    (broken,) = [r for r in found if isinstance(r, Rejection)]
    assert broken.reason == "corrupt_record"


def test_a_page_whose_metadata_is_damaged_is_not_ascribed_to_anybody(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "a.warc.gz", [Thing(f"urn:x:{i}", row(url=f"urn:x:{i}"), ROW) for i in range(3)])
    raw = bytearray(path.read_bytes())
    papers = [r.offset for r in records_in_warc(path) if r.fields["warc-type"] == "metadata"]
    raw[papers[1] + 40] ^= 0xFF
    path.write_bytes(raw)
    found = clean(path)
    assert [r.url for r in found if isinstance(r, Article)] == ["urn:x:0", "urn:x:2"]
    assert [r.reason for r in found if isinstance(r, Rejection)] == ["corrupt_record", "corrupt_record"]


def test_a_generator_left_early_leaves_no_process(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "a.warc.gz", [Thing(f"https://border.example/{i}", page()) for i in range(12)])
    rows = clean_warc(path, batch_id="b1", now=NOW, workers=2)
    assert isinstance(next(rows), Article)
    assert children()
    rows.close()
    assert not children()


def children() -> list[str]:
    """Worker processes of this process that live."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
            command = (stat.parent / "cmdline").read_text()
        except OSError:
            continue
        if int(text.rsplit(")", 1)[1].split()[1]) == os.getpid() and "flows.clean.worker" in command:
            found.append(stat.parent.name)
    return found


def test_a_page_over_its_time_is_killed_and_the_others_are_not(tmp_path: Path) -> None:
    slow = b"<html><body>" + b"<p>The army moved on the town in the night and took it.</p>" * 70_000 + b"</body></html>"
    things = [
        Thing("https://a.example/1", page()),
        Thing("https://a.example/slow", slow),
        Thing("https://a.example/2", page()),
    ]
    found = clean(write_warc(tmp_path / "a.warc.gz", things), limits=ParseLimits(seconds=1.5))
    assert [r.reason if isinstance(r, Rejection) else "" for r in found] == ["", "parse_timeout", ""]
    assert "1.5 s" in getattr(found[1], "detail", "")


def test_a_parser_that_dies_costs_its_page_only(tmp_path: Path) -> None:
    slow = b"<html><body>" + b"<p>The army moved on the town in the night and took it.</p>" * 70_000 + b"</body></html>"
    things = [Thing("https://a.example/slow", slow), Thing("https://a.example/2", page())]

    def kill() -> None:
        for _ in range(200):
            time.sleep(0.1)
            for process in children():
                time.sleep(1.5)  # it has started and is at the slow page
                os.kill(int(process), signal.SIGKILL)
                return

    killer = threading.Thread(target=kill)
    killer.start()
    found = clean(write_warc(tmp_path / "a.warc.gz", things))
    killer.join()
    assert isinstance(found[0], Rejection) and found[0].reason == "parse_crash"
    assert isinstance(found[1], Article)


def test_a_page_over_its_memory_is_killed_and_the_others_are_not(tmp_path: Path) -> None:
    fat = b"<html><body>" + b"<i><b>x</b></i>" * 300_000 + b"</body></html>"
    things = [
        Thing("https://a.example/1", page()),
        Thing("https://a.example/fat", fat),
        Thing("https://a.example/2", page()),
    ]
    found = clean(write_warc(tmp_path / "a.warc.gz", things), limits=ParseLimits(megabytes=260))
    assert [r.reason if isinstance(r, Rejection) else "" for r in found] == ["", "parse_memory", ""]
