"""Fetching from a well-behaved server: what is stored, what is reused, what is asked for again, and when."""

from __future__ import annotations

import gzip
import http.server
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator

from flows.discover import discover
from flows.errors import FetchError
from flows.fetch import Known, fetch_batch, known_urls, new_candidates, open_client, verify_warc
from flows.fetch.client import Hop, decoded_body, retry_seconds
from flows.records import Candidate, Fetched, stable_id
from flows.sources import Limits, Source

NOW = datetime(2020, 1, 1, tzinfo=UTC)


class Site:
    """An outlet's server on loopback: pages by path, with what was asked noted down."""

    def __init__(self) -> None:
        site = self
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.peers: set[int] = set()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
                site.peers.add(self.client_address[1])
                status, headers, body = site.pages.get(self.path, (404, {}, b"not here"))
                if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                    status, body = 304, b""
                self.send_response_only(status)
                for name, value in {"Content-Type": "text/html", **headers}.items():
                    self.send_header(name, value)
                if status != 304:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None: ...

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def routes(self) -> dict[str, tuple[str, int]]:
        return {name: ("127.0.0.1", self.server.server_address[1]) for name in ("outlet.example", "other.example")}

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@pytest.fixture
def site() -> Iterator[Site]:
    found = Site()
    yield found
    found.server.shutdown()
    found.server.server_close()


def page(path: str, **changes: str) -> Candidate:
    values = {"source_id": "s", "outlet_id": "s", "url": f"http://outlet.example{path}", "via": "test", **changes}
    return Candidate(**values)  # type: ignore[arg-type]


def fetch(
    site: Site, folder: Path, candidates: list[Candidate], batch_id: str = "b", now: datetime = NOW, **options: object
) -> list[Fetched]:
    known = known_urls(folder)
    limits = options.pop("limits", None)
    with open_client(routes=site.routes, backoff_seconds=0.01, **options) as client:  # type: ignore[arg-type]
        return fetch_batch(
            candidates, batch_id=batch_id, warc_dir=folder, client=client, known=known, now=now, limits=limits
        )  # type: ignore[arg-type]


def test_from_feed_to_archive(site: Site, tmp_path: Path) -> None:
    feed = (
        b'<rss version="2.0"><channel><item><title>One</title><link>/a/1?utm_source=feed</link></item></channel></rss>'
    )
    site.pages["/feed"] = (200, {"Content-Type": "application/rss+xml"}, feed)
    site.pages["/a/1"] = (200, {"ETag": '"1"', "Content-Encoding": "gzip"}, gzip.compress(b"<p>one</p>", mtime=0))
    with open_client(routes=site.routes) as client:
        found = list(discover(Source(id="s", kind="feed", url="http://outlet.example/feed"), client.get))
        [row] = fetch_batch(found, batch_id="b", warc_dir=tmp_path / "warc", client=client, known={}, now=NOW)  # type: ignore[arg-type]
    assert (row.outcome, row.url, row.etag, row.n_bytes) == ("fetched", "http://outlet.example/a/1", '"1"', 10)
    assert (row.warc_file, row.fetch_id) == ("warc/b.warc.gz", stable_id("b", "s", "http://outlet.example/a/1", None))
    with (tmp_path / "warc" / "b.warc.gz").open("rb") as stream:
        records = [
            (r.headers["WARC-Type"], r.headers.get("WARC-Target-URI"), r.reader.read())
            for r in ArchiveIterator(stream, parse_http=False)
        ]
    assert [kind for kind, _, _ in records] == ["warcinfo", "metadata", "response", "request"]
    assert records[2][2].endswith(gzip.compress(b"<p>one</p>", mtime=0)), "the body is kept as it was transferred"
    assert b"title: One\r\n" in records[1][2] and b"via: rss20 http://outlet.example/feed\r\n" in records[1][2]
    assert records[3][2].startswith(b"GET /a/1 HTTP/1.1\r\nHost: outlet.example\r\n")
    assert site.paths() == ["/robots.txt", "/feed", "/a/1"], "robots.txt is asked for once"
    assert len(site.peers) == 1, "one connection serves the host"


def test_a_moved_page_keeps_its_address_and_its_way_is_stored(site: Site, tmp_path: Path) -> None:
    site.pages["/old"] = (301, {"Location": "http://other.example/new"}, b"moved")
    site.pages["/new"] = (200, {}, b"<p>new</p>")
    [row] = fetch(site, tmp_path, [page("/old")])
    assert (row.outcome, row.url, row.final_url) == ("fetched", "http://outlet.example/old", "http://other.example/new")
    with (tmp_path / "b.warc.gz").open("rb") as stream:
        kinds = [(r.headers["WARC-Type"], r.headers.get("WARC-Target-URI")) for r in ArchiveIterator(stream)]
        stream.seek(row.warc_offset or 0)
        assert next(iter(ArchiveIterator(stream))).reader.read() == b"<p>new</p>"
    moved_to = page("/new", url="http://other.example/new")
    assert list(new_candidates([moved_to], known_urls(tmp_path), now=NOW)) == []
    assert kinds[1:] == [
        ("metadata", "http://outlet.example/old"),
        ("response", "http://outlet.example/old"),
        ("request", "http://outlet.example/old"),
        ("response", "http://other.example/new"),
        ("request", "http://other.example/new"),
    ]


def test_known_pages_cost_no_request_and_changed_ones_become_versions(site: Site, tmp_path: Path) -> None:
    site.pages["/a"] = (200, {"ETag": '"1"', "Last-Modified": "Wed, 01 Jan 2020 00:00:00 GMT"}, b"<p>first</p>")
    wanted = [page("/a")]
    [first] = fetch(site, tmp_path, wanted)
    later, week = NOW + timedelta(days=8), timedelta(days=7)
    known = known_urls(tmp_path)
    assert list(new_candidates(wanted, known, now=later)) == []
    assert list(new_candidates(wanted, known, now=later, refresh_after=week)) == wanted
    [same] = fetch(site, tmp_path, wanted, "c", later)
    assert (same.outcome, same.http_status, same.digest) == ("unchanged", 304, first.digest)
    assert site.asked[-1][1]["if-none-match"] == '"1"'
    assert site.asked[-1][1]["if-modified-since"] == "Wed, 01 Jan 2020 00:00:00 GMT"
    site.pages["/a"] = (200, {"ETag": '"2"'}, b"<p>second</p>")
    [changed] = fetch(site, tmp_path, wanted, "d", later + week)
    assert changed.outcome == "fetched" and changed.digest != first.digest
    assert [verify_warc(tmp_path / f"{b}.warc.gz") for b in "bcd"] == [[], [], []]


def test_an_unchanged_page_is_a_revisit_that_names_its_first_record(site: Site, tmp_path: Path) -> None:
    site.pages["/a"] = (200, {"ETag": '"1"'}, b"<p>first</p>")
    [first] = fetch(site, tmp_path, [page("/a")])
    [same] = fetch(site, tmp_path, [page("/a")], "c", NOW + timedelta(days=1))
    with (tmp_path / "c.warc.gz").open("rb") as stream:
        stream.seek(same.warc_offset or 0)
        record = next(iter(ArchiveIterator(stream)))
        headers = record.headers
        assert (headers["WARC-Type"], headers["WARC-Refers-To"]) == ("revisit", first.record_id)
        assert headers["WARC-Refers-To-Date"] == "2020-01-01T00:00:00.000000Z"
        assert headers["WARC-Profile"].endswith("/revisit/server-not-modified")


def test_two_sources_with_one_address_cost_one_request(site: Site, tmp_path: Path) -> None:
    site.pages["/a"] = (200, {}, b"<p>a</p>")
    rows = fetch(site, tmp_path, [page("/a"), page("/a", source_id="t", outlet_id="t")])
    assert [r.source_id for r in rows] == ["s"]
    assert site.paths().count("/a") == 1


def test_limits_of_a_source_hold(site: Site, tmp_path: Path) -> None:
    site.pages["/a"] = (200, {}, b"<p>" + b"a" * 2_000)
    [row] = fetch(site, tmp_path, [page("/a")], limits={"s": Limits(max_bytes=1_000)})
    assert (row.outcome, row.reason) == ("refused", "body_too_large")


def test_local_and_remote_candidates_share_a_batch_in_their_order(site: Site, tmp_path: Path) -> None:
    site.pages["/a"] = (200, {}, b"<p>a</p>")
    local = Candidate(source_id="t", outlet_id="t", url="urn:sitrep:t:1", via="x", body=b"x", content_type="text/plain")
    rows = fetch(site, tmp_path, [page("/a"), local, page("/gone")])
    assert [(r.outcome, r.reason) for r in rows] == [("fetched", None), ("imported", None), ("failed", "http_404")]
    assert verify_warc(tmp_path / "b.warc.gz") == []


def test_a_page_without_a_client_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="need a client"):
        fetch_batch([page("/a")], batch_id="b", warc_dir=tmp_path, client=None, known={}, now=NOW)


def test_claims_cannot_smuggle_fields_into_the_archive(tmp_path: Path) -> None:
    evil = Candidate(
        source_id="t", outlet_id="t", url="urn:sitrep:t:1", via="x", title="a\r\nfetch_id: 0\r\n\r\nWARC/1.1\r\n",
        body=b"x", content_type="text/plain\r\nX: 1"
    )  # fmt: skip
    [row] = fetch_batch([evil], batch_id="b", warc_dir=tmp_path, client=None, known={}, now=NOW)
    assert verify_warc(tmp_path / "b.warc.gz") == []
    assert known_urls(tmp_path)["urn:sitrep:t:1"] == row


def test_get_tells_why(site: Site) -> None:
    with open_client(routes=site.routes) as client, pytest.raises(FetchError) as caught:
        client.get("http://outlet.example/nothing")
    assert caught.value.reason == "http_404"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0), ("120", 120), ("86400", 86_400), ("999999999", 86_400), (" 5 ", 5), ("-1", 3_600), ("1.5", 3_600),
        ("soon", 3_600), ("", 3_600),
        (None, 3_600), ("Wed, 01 Jan 2020 00:10:00 GMT", 600), ("Wed, 01 Jan 2020 01:10:00 +0100", 600),
        ("Tue, 31 Dec 2019 00:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400), ("Fri, 99 Dec 2020 00:00:00 GMT", 3_600),
        ("٣", 3_600), ("9" * 500, 3_600),
    ],
)  # fmt: skip
def test_retry_after(value: str | None, seconds: float) -> None:
    assert retry_seconds(value, NOW) == seconds


def hop(body: bytes, coding: str) -> Hop:
    headers = [(b"Content-Encoding", coding.encode())] if coding else []
    return Hop(
        url="http://a.example/", request_headers=[], request_target=b"/", status=200, phrase=b"OK", protocol="HTTP/1.1",
        headers=headers, body=body, truncated=False, peer=None,
    )  # fmt: skip


def test_deflate_comes_in_two_kinds() -> None:
    import zlib

    raw = zlib.compressobj(wbits=-15)
    assert decoded_body(hop(zlib.compress(b"page"), "deflate"), 100) == b"page"
    assert decoded_body(hop(raw.compress(b"page") + raw.flush(), "deflate"), 100) == b"page"


def test_every_cut_of_a_coded_body_is_refused() -> None:
    whole = gzip.compress(b"<p>a page of some length</p>" * 20)
    for length in range(len(whole)):
        with pytest.raises(FetchError) as caught:
            decoded_body(hop(whole[:length], "gzip"), 10_000)
        assert caught.value.reason in ("truncated_body", "content_coding")
    assert len(decoded_body(hop(whole, "gzip"), 10_000)) == 560


def fetched(outcome: str, hour: int, digest: str | None = None, wait: int | None = None) -> Fetched:
    at = NOW + timedelta(hours=hour)
    return Fetched(
        fetch_id=f"{hour:016x}", batch_id="b", source_id="s", outlet_id="s", url="http://outlet.example/a",
        final_url=None, outcome=outcome,
        reason=None, http_status=None, n_bytes=None, digest=digest, etag=None, last_modified=None, warc_file=None,
        warc_offset=None, record_id=None,
        not_before_at=None if wait is None else at + timedelta(hours=wait), fetched_at=at,
    )  # fmt: skip


def test_the_best_row_of_an_address_wins_in_any_order() -> None:
    rows = [fetched("failed", 0), fetched("fetched", 1, "x"), fetched("fetched", 2, "y"), fetched("failed", 3)]
    for order in (rows, rows[::-1], rows[2:] + rows[:2]):
        known = Known(order)
        assert known["http://outlet.example/a"] == rows[2]
        assert known.has_body("http://outlet.example/a", "x") and known.has_body("http://outlet.example/a", "y")
        assert not known.has_body("http://outlet.example/a", "z") and not known.has_body("http://other.example/", "x")


@pytest.mark.parametrize("outcome", ["failed", "refused", "postponed"])
def test_what_failed_is_asked_for_again_in_its_time(outcome: str) -> None:
    known = Known([fetched(outcome, 0, wait=2)])
    wanted = [page("/a")]
    assert list(new_candidates(wanted, known, now=NOW + timedelta(hours=1))) == []
    assert list(new_candidates(wanted, known, now=NOW + timedelta(hours=2))) == wanted
