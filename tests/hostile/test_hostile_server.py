"""Every hostile behaviour has its row in the fetch log, in time, and the good host beside it is unaffected.

All traffic stays on loopback: host names are routed to the test's own server, everything else meets the guard.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hostile_server import BEHAVIOURS, HostileServer

from flows.fetch import fetch_batch, known_urls, new_candidates, open_client, verify_warc
from flows.records import Candidate, Fetched

NOW = datetime(2020, 1, 1, tzinfo=UTC)
DEADLINE_SECONDS = 1.5
MAX_WIRE_BYTES = 2_000_000
MAX_BODY_BYTES = 400_000
TRIES = 3


def candidate(host: str, path: str = "/page") -> Candidate:
    return Candidate(source_id="s", outlet_id="s", url=f"http://{host}.example{path}", via="test")


def hostile_client(server: HostileServer, **changes: object):
    routes = {f"{label}.example": ("127.0.0.1", server.port) for label in server.behaviours}
    options = {
        "routes": routes,
        "deadline_seconds": DEADLINE_SECONDS,
        "max_wire_bytes": MAX_WIRE_BYTES,
        "max_body_bytes": MAX_BODY_BYTES,
        "backoff_seconds": 0.02,
        "tries": TRIES,
        "parallel_hosts": 24,
    }
    return open_client(**{**options, **changes})  # type: ignore[arg-type]


class Ran:
    """One batch over all behaviours at once, with as many pages of the good host beside them."""

    def __init__(self, folder: Path) -> None:
        self.warc_dir = folder / "warc"
        bad = [candidate(label) for label in BEHAVIOURS if label != "good"]
        good = [candidate("good", f"/page-{number}") for number in range(len(bad))]
        self.wanted = [c for pair in zip(bad, good, strict=True) for c in pair]
        with HostileServer(BEHAVIOURS) as server:
            started = time.monotonic()
            with hostile_client(server) as client:
                rows = fetch_batch(self.wanted, batch_id="b1", warc_dir=self.warc_dir, client=client, known={}, now=NOW)
            self.seconds = time.monotonic() - started
            self.requests = server.requests
            self.visits = server.visits
        self.rows = {row.url: row for row in rows}
        self.order = [row.url for row in rows]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    yield Ran(tmp_path_factory.mktemp("hostile"))


@pytest.mark.parametrize("label", [label for label in BEHAVIOURS if label != "good"])
def test_behaviour_has_its_outcome(ran: Ran, label: str) -> None:
    behaviour = BEHAVIOURS[label]
    row = ran.rows[f"http://{label}.example/page"]
    assert (row.outcome, row.reason) == (behaviour.outcome, behaviour.reason)
    assert ran.requests[label] <= behaviour.n_requests
    held = row.outcome == "fetched"
    assert (row.warc_offset is not None) == (row.digest is not None) == held
    assert (row.not_before_at is None) == held


def test_the_good_host_is_unaffected(ran: Ran) -> None:
    good = [row for url, row in ran.rows.items() if url.startswith("http://good.example/")]
    assert len(good) == len(BEHAVIOURS) - 1
    assert {row.outcome for row in good} == {"fetched"}


def test_one_row_for_each_candidate_in_their_order(ran: Ran) -> None:
    assert ran.order == [c.url for c in ran.wanted]


def test_nothing_hangs(ran: Ran) -> None:
    # Each host is at most TRIES deadlines and a robots deadline away; four waves of 24 hosts, most of them instant.
    assert ran.seconds < 20


def test_the_archive_is_whole(ran: Ran) -> None:
    assert verify_warc(ran.warc_dir / "b1.warc.gz") == []


def test_one_connection_for_each_host(ran: Ran) -> None:
    for label in BEHAVIOURS:
        times = sorted(
            (start, end) for host, start, end in ran.visits if host == label and BEHAVIOURS[label].outcome == "fetched"
        )
        assert all(later >= earlier - 0.05 for (_, earlier), (later, _) in pairwise(times)), label


@pytest.mark.parametrize(
    ("label", "seconds"),
    [("busy-hour", 3_600), ("busy-until-9999", 86_400), ("busy-nonsense", 3_600), ("robots-5xx", 3_600)],
)
def test_the_host_is_left_alone_until_then(ran: Ran, label: str, seconds: int) -> None:
    assert ran.rows[f"http://{label}.example/page"].not_before_at == NOW + timedelta(seconds=seconds)


def test_later_runs(ran: Ran) -> None:
    """A 304 and an equal body are no new versions; what is held or asked us to wait costs no request."""
    known = known_urls(ran.warc_dir)
    soon = NOW + timedelta(minutes=1)
    assert list(new_candidates(ran.wanted, known, now=soon)) == []
    again = [candidate("etag-changes"), candidate("not-modified"), candidate("good", "/page-0")]
    fresh = list(new_candidates(again, known, now=NOW + timedelta(days=2), refresh_after=timedelta(days=1)))
    assert fresh == again
    with HostileServer(BEHAVIOURS) as server, hostile_client(server) as client:
        server.requests["etag-changes"] = 1
        rows = fetch_batch(
            fresh, batch_id="b2", warc_dir=ran.warc_dir, client=client, known=known, now=NOW + timedelta(days=2)
        )
    assert [(row.outcome, row.http_status) for row in rows] == [
        ("unchanged", 200),
        ("unchanged", 304),
        ("unchanged", 200),
    ]
    assert rows[0].etag == '"2"'
    assert [row.digest for row in rows] == [known[row.url].digest for row in rows]
    assert verify_warc(ran.warc_dir / "b2.warc.gz") == []


def test_a_failing_host_is_left_alone_after_five_failures(tmp_path: Path) -> None:
    wanted = [candidate("always-503", f"/page-{number}") for number in range(12)]
    with HostileServer(BEHAVIOURS) as server, hostile_client(server, tries=1) as client:
        rows = fetch_batch(wanted, batch_id="b", warc_dir=tmp_path, client=client, known={}, now=NOW)
    assert [row.reason for row in rows] == ["http_503"] * 5 + ["circuit_open"] * 7
    assert server.requests["always-503"] == 5


def test_a_host_that_asks_for_time_gets_it_for_all_its_pages(tmp_path: Path) -> None:
    wanted = [candidate("busy-hour", f"/page-{number}") for number in range(4)]
    with HostileServer(BEHAVIOURS) as server, hostile_client(server) as client:
        rows = fetch_batch(wanted, batch_id="b", warc_dir=tmp_path, client=client, known={}, now=NOW)
    assert {row.outcome for row in rows} == {"postponed"}
    assert server.requests["busy-hour"] == 1


def test_failures_wait_twice_as_long_each_time(tmp_path: Path) -> None:
    when, waits = NOW, []
    with HostileServer(BEHAVIOURS) as server, hostile_client(server) as client:
        for number in range(4):
            known = known_urls(tmp_path)
            [row] = fetch_batch(
                [candidate("gone")], batch_id=f"b{number}", warc_dir=tmp_path, client=client, known=known, now=when
            )
            assert row.not_before_at is not None
            waits.append(row.not_before_at - when)
            when = row.not_before_at
    assert waits == [timedelta(days=1), timedelta(days=2), timedelta(days=4), timedelta(days=8)]


@pytest.mark.parametrize(("robots", "gap"), [(b"", 0.2), (b"User-agent: *\nCrawl-delay: 0.4\n", 0.4)])
def test_requests_to_a_host_keep_their_distance(tmp_path: Path, robots: bytes, gap: float) -> None:
    from hostile_server import Behaviour

    behaviours = {"polite": Behaviour(lambda v: v.answer(), "fetched", None, lambda v: v.answer(robots))}
    wanted = [Candidate(source_id="s", outlet_id="s", url=f"http://polite.example:{{}}/{n}", via="t") for n in range(3)]
    with HostileServer(behaviours) as server:
        pages = [Candidate(source_id="s", outlet_id="s", url=c.url.format(server.port), via="t") for c in wanted]
        with open_client(
            allow_hosts=[f"polite.example:{server.port}"], resolve=lambda h, p: ["127.0.0.1"], delay_seconds=0.2
        ) as client:
            rows = fetch_batch(pages, batch_id="b", warc_dir=tmp_path, client=client, known={}, now=NOW)
    assert {row.outcome for row in rows} == {"fetched"}
    times = sorted((start, end) for _, start, end in server.visits)
    assert len(times) == 4
    assert all(later - earlier >= gap - 0.02 for (_, earlier), (later, _) in pairwise(times[1:]))


def test_a_crawl_delay_of_an_hour_is_not_waited_for(tmp_path: Path) -> None:
    from hostile_server import Behaviour

    robots = b"User-agent: *\nCrawl-delay: 3600\n"
    behaviours = {"slow": Behaviour(lambda v: v.answer(), "fetched", None, lambda v: v.answer(robots))}
    slept: list[float] = []
    with HostileServer(behaviours) as server, hostile_client(server, sleep=slept.append) as client:
        wanted = [candidate("slow", f"/{number}") for number in range(3)]
        rows = fetch_batch(wanted, batch_id="b", warc_dir=tmp_path, client=client, known={}, now=NOW)
    assert [row.reason for row in rows] == [None, "crawl_delay", "crawl_delay"]
    assert [row.not_before_at for row in rows[1:]] == [NOW + timedelta(seconds=3_600), NOW + timedelta(seconds=7_200)]
    assert server.requests["slow"] == 1


def test_the_user_agent_is_honest(tmp_path: Path) -> None:
    from hostile_server import Behaviour

    seen: list[dict[str, str]] = []
    behaviours = {"plain": Behaviour(lambda v: (seen.append(v.headers), v.answer()), "fetched", None)}
    with HostileServer(behaviours) as server, hostile_client(server, contact="desk@monitor.example") as client:
        fetch_batch([candidate("plain")], batch_id="b", warc_dir=tmp_path, client=client, known={}, now=NOW)
    assert "sitrep" in seen[0]["user-agent"] and "desk@monitor.example" in seen[0]["user-agent"]
    assert "cookie" not in seen[0] and "authorization" not in seen[0]


BOMB_PROGRAM = """
import resource, sys
from itertools import pairwise
from datetime import UTC, datetime
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from flows.fetch import fetch_batch, open_client
from flows.records import Candidate
page = lambda n: Candidate(source_id="s", outlet_id="s", url=f"http://{sys.argv[4]}.example/{n}", via="t")
port = int(sys.argv[2])
with open_client(routes={f"{h}.example": ("127.0.0.1", port) for h in ("good", sys.argv[4])}) as client:
    client.get("http://good.example/")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows = fetch_batch([page(n) for n in range(3)], batch_id="b", warc_dir=Path(sys.argv[3]), client=client, known={},
    now=datetime.now(UTC))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print({row.reason for row in rows}, after - before)
"""


@pytest.mark.parametrize("label", ["gzip-bomb", "deflate-bomb", "endless-body", "endless-chunked"])
def test_a_bomb_takes_no_more_than_64_megabytes(tmp_path: Path, label: str) -> None:
    with HostileServer(BEHAVIOURS) as server:
        arguments = [str(Path(__file__).parent), str(server.port), str(tmp_path), label]
        done = subprocess.run(
            [sys.executable, "-c", BOMB_PROGRAM, *arguments], capture_output=True, text=True, timeout=60
        )
    assert done.returncode == 0, done.stderr
    reasons, kilobytes = done.stdout.rsplit(" ", 1)
    assert reasons == "{'body_too_large'}"
    assert int(kilobytes) < 64 * 1024


def test_fetched_rows_say_where_the_body_lies(ran: Ran) -> None:
    from fastwarc.warc import ArchiveIterator

    held: list[Fetched] = [row for row in ran.rows.values() if row.outcome == "fetched"]
    assert len(held) > len(BEHAVIOURS)
    with (ran.warc_dir / "b1.warc.gz").open("rb") as stream:
        for row in held:
            stream.seek(row.warc_offset or 0)
            record = next(iter(ArchiveIterator(stream, parse_http=True, auto_decode="all", strict_mode=False)))
            assert (
                record.record_id == (row.record_id or "").strip("<>")
                or record.headers.get("WARC-Record-ID") == row.record_id
            )
            assert len(record.reader.read()) == row.n_bytes


def test_a_pause_lasts_beyond_its_batch(tmp_path: Path) -> None:
    with HostileServer(BEHAVIOURS) as server, hostile_client(server) as client:
        for number in range(3):
            wanted = [candidate("busy-hour", f"/page-{number}")]
            [row] = fetch_batch(wanted, batch_id=f"b{number}", warc_dir=tmp_path, client=client, known={}, now=NOW)
            assert (row.outcome, row.reason) == ("postponed", "http_429")
    assert server.requests["busy-hour"] == 1
