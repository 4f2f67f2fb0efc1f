"""The raw zone: readable by other tools, verified to the last byte, mended after a crash, and read back by
discovery.
"""

from __future__ import annotations

import gzip
import io
import random
import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator as WarcioIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.discover import ROW_CONTENT_TYPE, discover
from flows.errors import SitrepError
from flows.fetch import fetch_batch, known_urls, new_candidates, recover, verify_warc
from flows.fetch.archive import read_log, rows_in_warc
from flows.records import Candidate, Fetched, Rejection
from flows.sources import Limits, Source

NOW = datetime(2020, 1, 1, 12, tzinfo=UTC)


def row(number: int, text: str = "text", **changes: str) -> Candidate:
    candidate = Candidate(
        source_id="table",
        outlet_id="herald",
        url=f"https://a.example/{number}",
        via=f"table t.jsonl:{number}",
        title=f"Títle {number}",
        author="A. Writer",
        published_text="2017-06-03",
        language="en",
        body=b'{"text":"%s"}' % f"{text} {number} ".encode() * 5,
        content_type=ROW_CONTENT_TYPE,
    )
    return replace(candidate, **changes)


def store(folder: Path, candidates: list[Candidate], batch_id: str = "b", now: datetime = NOW) -> list[Fetched]:
    return fetch_batch(candidates, batch_id=batch_id, warc_dir=folder, client=None, known=known_urls(folder), now=now)


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    store(tmp_path / "warc", [row(n) for n in range(20)])
    return tmp_path / "warc"


def archives(folder: Path, **limits: int) -> tuple[list[Candidate], list[Rejection]]:
    source = Source(id="again", kind="warc", path=folder, limits=Limits(**limits))
    found = list(discover(source, pytest.fail, batch_id="b", now=NOW))  # type: ignore[arg-type]
    return [x for x in found if isinstance(x, Candidate)], [x for x in found if isinstance(x, Rejection)]


def test_rows_tell_where_bodies_lie(stored: Path) -> None:
    rows = read_log(stored / "b.fetches.parquet")
    assert len(rows) == 20
    for number, one in enumerate(rows):
        assert (one.outcome, one.warc_file, one.fetched_at) == ("imported", "warc/b.warc.gz", NOW)
        with (stored / "b.warc.gz").open("rb") as stream:
            stream.seek(one.warc_offset or 0)
            record = next(iter(FastIterator(stream)))
            assert record.headers["WARC-Record-ID"] == one.record_id
            assert record.reader.read() == row(number).body


def test_other_tools_read_it(stored: Path) -> None:
    with (stored / "b.warc.gz").open("rb") as stream:
        kinds = Counter(
            record.rec_type
            for record in WarcioIterator(stream, check_digests="raise")
            if record.content_stream().read() or True
        )
    assert kinds == {"warcinfo": 1, "metadata": 20, "resource": 20}
    with (stored / "b.warc.gz").open("rb") as stream:
        records = [
            (str(r.record_type), r.verify_block_digest(), r.headers.get("WARC-Date")) for r in FastIterator(stream)
        ]
    assert len(records) == 41 and all(good for _, good, _ in records)
    assert {date for _, _, date in records} == {"2020-01-01T12:00:00.000000Z"}


def test_the_same_batch_gives_the_same_bytes(tmp_path: Path) -> None:
    store(tmp_path / "one" / "warc", [row(n) for n in range(5)])
    store(tmp_path / "two" / "warc", [row(n) for n in range(5)])
    names = ["b.fetches.parquet", "b.warc.gz"]
    assert sorted(p.name for p in (tmp_path / "one" / "warc").iterdir()) == names
    assert (tmp_path / "one/warc/b.warc.gz").read_bytes() == (tmp_path / "two/warc/b.warc.gz").read_bytes()


def test_a_stored_batch_is_returned_as_it_is(stored: Path) -> None:
    before = (stored / "b.warc.gz").stat().st_mtime_ns
    assert store(stored, [row(n) for n in range(20)], now=NOW + timedelta(days=1)) == read_log(
        stored / "b.fetches.parquet"
    )
    assert (stored / "b.warc.gz").stat().st_mtime_ns == before


def test_what_is_missing_in_a_batch_is_added(stored: Path) -> None:
    before = read_log(stored / "b.fetches.parquet")
    assert [r.url for r in store(stored, [row(3), row(99)])] == [r.url for r in before] + ["https://a.example/99"]
    assert read_log(stored / "b.fetches.parquet")[:20] == before
    assert verify_warc(stored / "b.warc.gz") == [] and recover(stored) == []


def test_a_log_older_than_its_archive_is_rebuilt(stored: Path) -> None:
    log = (stored / "b.fetches.parquet").read_bytes()
    rows = store(stored, [row(99)])
    (stored / "b.fetches.parquet").write_bytes(log)
    assert "older than its WARC" in recover(stored)[0]
    assert read_log(stored / "b.fetches.parquet") == rows


class Interrupted(BaseException):
    """Stands for a kill: no handler of errors may catch it."""


def test_what_an_interrupted_batch_had_is_saved(tmp_path: Path) -> None:
    seen: list[Fetched] = []

    def stop_at_ten(one: Fetched) -> None:
        seen.append(one)
        if len(seen) == 10:
            raise Interrupted

    wanted = [row(n) for n in range(20)]
    with pytest.raises(Interrupted):
        fetch_batch(wanted, batch_id="b", warc_dir=tmp_path, client=None, known={}, now=NOW, progress=stop_at_ten)
    assert known_urls(tmp_path) == {}
    assert any("saved 9 candidates" in line for line in recover(tmp_path))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.fetches.parquet", "b.warc.gz"]
    assert verify_warc(tmp_path / "b.warc.gz") == []
    assert list(new_candidates(wanted, known_urls(tmp_path), now=NOW)) == wanted[9:]
    assert [r.url for r in store(tmp_path, wanted)] == [c.url for c in wanted]
    assert verify_warc(tmp_path / "b.warc.gz") == []


@pytest.mark.parametrize("batch_id", ["", "../x", "a/b", ".hidden", "a b", "x" * 300, "a\x00b", "trailing."])
def test_a_batch_id_is_a_file_name(tmp_path: Path, batch_id: str) -> None:
    with pytest.raises(SitrepError, match="batch id"):
        store(tmp_path, [row(1)], batch_id=batch_id)


def test_nothing_to_store_stores_nothing(tmp_path: Path) -> None:
    assert store(tmp_path / "warc", []) == []
    assert list((tmp_path / "warc").iterdir()) == []


def test_the_log_is_rebuilt_from_the_archive_alone(stored: Path) -> None:
    rows = read_log(stored / "b.fetches.parquet")
    assert rows_in_warc(stored / "b.warc.gz") == rows
    (stored / "b.fetches.parquet").unlink()
    assert recover(stored) == ["rebuilt b.fetches.parquet from its WARC"]
    assert read_log(stored / "b.fetches.parquet") == rows
    assert recover(stored) == []


def test_what_a_crash_leaves_is_mended(stored: Path) -> None:
    rows = read_log(stored / "b.fetches.parquet")
    (stored / ".c.warc.gz.part").write_bytes(b"half a record")
    (stored / ".c.fetches.parquet.part").write_bytes(b"")
    (stored / "b.fetches.parquet").write_bytes(b"PAR1 torn")
    (stored / "lost.fetches.parquet").write_bytes(b"whatever")
    (stored / "torn.warc.gz").write_bytes((stored / "b.warc.gz").read_bytes()[:500])
    told = "\n".join(recover(stored))
    assert (
        "rebuilt b.fetches.parquet" in told
        and "torn.warc.gz.damaged" in told
        and "lost.fetches.parquet.orphaned" in told
    )
    assert sorted(p.name for p in stored.iterdir()) == [
        "b.fetches.parquet",
        "b.warc.gz",
        "lost.fetches.parquet.orphaned",
        "torn.warc.gz.damaged",
    ]
    assert read_log(stored / "b.fetches.parquet") == rows


def test_a_full_disk_loses_nothing_and_is_told(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    before = {p.name: p.read_bytes() for p in stored.iterdir()}

    def full(self: WARCWriter, record: object, params: object = None) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(WARCWriter, "write_record", full)
    with pytest.raises(SitrepError, match=r"No space left on device.*free some space and run again"):
        store(stored, [row(50)], batch_id="c")
    left = {p.name: p.read_bytes() for p in stored.iterdir() if not p.name.startswith(".")}
    assert left == before
    monkeypatch.undo()
    assert store(stored, [row(50)], batch_id="c")[0].outcome == "imported"


# --- what later runs know ---------------------------------------------------------------------------------------------


def test_the_same_row_is_imported_once_and_a_changed_one_again(stored: Path) -> None:
    known = known_urls(stored)
    assert len(known) == 20
    again = [row(n) for n in range(20)]
    assert list(new_candidates(again, known, now=NOW)) == []
    changed = row(3, "another text")
    assert list(new_candidates([*again, changed, changed], known, now=NOW)) == [changed]
    later = NOW + timedelta(hours=1)
    store(stored, [changed], batch_id="c", now=later)
    known = known_urls(stored)
    assert known["https://a.example/3"].fetched_at == later
    assert list(new_candidates([*again, changed], known, now=later)) == [], "the older version is known as well"


def test_two_texts_under_one_address_are_two_versions(tmp_path: Path) -> None:
    rows = store(tmp_path, [row(1), row(1, "other"), row(1)])
    assert len(rows) == 2 and len({r.fetch_id for r in rows}) == 2 and len({r.record_id for r in rows}) == 2
    assert verify_warc(tmp_path / "b.warc.gz") == []


# --- reading archives as a source -------------------------------------------------------------------------------------


def test_an_own_archive_gives_back_what_went_in(stored: Path) -> None:
    found, refused = archives(stored)
    assert refused == []
    for number, one in enumerate(found):
        wanted = row(number)
        assert (one.url, one.outlet_id, one.title, one.author) == (wanted.url, "herald", f"Títle {number}", "A. Writer")
        assert (one.published_text, one.language, one.body) == ("2017-06-03", "en", wanted.body)
        assert (one.source_id, one.content_type) == ("again", ROW_CONTENT_TYPE)
    assert len(found) == 20


def foreign(file: Path, pages: list[tuple[str, str, list[tuple[str, str]], bytes]], *, packed: bool = True) -> None:
    with file.open("wb") as out:
        writer = WARCWriter(out, gzip=packed)
        for url, status, headers, body in pages:
            head = StatusAndHeaders(status, headers, protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(
                    url, "response", payload=io.BytesIO(body), length=len(body), http_headers=head
                )
            )


HTML = ("Content-Type", "text/html; charset=windows-1256")
PAGES = [
    ("https://www.outlet.example/a?utm_source=x", "200 OK", [HTML], b"<p>plain</p>"),
    ("https://outlet.example/b", "200 OK", [HTML, ("Content-Encoding", "gzip")], gzip.compress(b"<p>packed</p>")),
    ("https://outlet.example/c", "200 OK", [HTML, ("Transfer-Encoding", "chunked")], b"c\r\n<p>chunk</p>\r\n0\r\n\r\n"),
    ("https://outlet.example/d", "301 Moved", [("Location", "/e")], b""),
    ("https://outlet.example/i.png", "200 OK", [("Content-Type", "image/png")], b"\x89PNG"),
    ("https://outlet.example/big", "200 OK", [HTML], b"x" * 5_000),
]


@pytest.mark.parametrize("packed", [True, False])
def test_a_foreign_archive(tmp_path: Path, packed: bool) -> None:
    file = tmp_path / ("f.warc.gz" if packed else "f.warc")
    foreign(file, PAGES, packed=packed)
    found, refused = archives(file, max_bytes=2_000)
    assert [(c.url, c.body, c.outlet_id) for c in found] == [
        ("https://www.outlet.example/a", b"<p>plain</p>", "outlet-example"),
        ("https://outlet.example/b", b"<p>packed</p>", "outlet-example"),
        ("https://outlet.example/c", b"<p>chunk</p>", "outlet-example"),
    ]
    assert found[0].content_type == "text/html; charset=windows-1256"
    assert [r.reason for r in refused] == ["body_too_large", "no_page"]
    assert "1 of type image/png" in refused[1].detail and "1 with status 301" in refused[1].detail


def test_an_archive_packed_as_one_member(tmp_path: Path) -> None:
    foreign(tmp_path / "plain.warc", PAGES[:3], packed=False)
    (tmp_path / "one.warc.gz").write_bytes(gzip.compress((tmp_path / "plain.warc").read_bytes()))
    (tmp_path / "plain.warc").unlink()
    assert len(archives(tmp_path)[0]) == 3


@pytest.mark.parametrize(
    "body", [b"", b"\x1f\x8b\x08", b"nonsense", b"WARC/1.0\r\n", b"\x00" * 10_000, gzip.compress(b"no record")]
)
def test_what_is_no_archive_is_refused(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "x.warc.gz").write_bytes(body)
    found, refused = archives(tmp_path / "x.warc.gz")
    assert found == [] and [r.reason for r in refused] == ["corrupt_record"]


def test_one_corrupt_member_costs_one_record(stored: Path) -> None:
    rows = read_log(stored / "b.fetches.parquet")
    data = bytearray((stored / "b.warc.gz").read_bytes())
    at = (rows[7].warc_offset or 0) + 40
    data[at : at + 20] = b"\xff" * 20
    (stored / "b.warc.gz").write_bytes(data)
    found, refused = archives(stored)
    assert [c.url for c in found] == [row(n).url for n in range(20) if n != 7]
    assert [r.reason for r in refused] == ["corrupt_record"]


# --- damage, at random ------------------------------------------------------------------------------------------------


def test_500_truncations_are_all_found(stored: Path, tmp_path: Path) -> None:
    """Cut anywhere, between members too: there the log still knows what is missing."""
    whole = (stored / "b.warc.gz").read_bytes()
    broken = tmp_path / "broken"
    broken.mkdir()
    shutil.copy(stored / "b.fetches.parquet", broken)
    rng = random.Random(20200101)
    for _ in range(500):
        length = rng.randrange(len(whole))
        (broken / "b.warc.gz").write_bytes(whole[:length])
        assert verify_warc(broken / "b.warc.gz"), length


def test_500_bit_flips_are_all_found_and_cost_at_most_their_record(stored: Path, tmp_path: Path) -> None:
    whole = (stored / "b.warc.gz").read_bytes()
    broken = tmp_path / "broken"
    broken.mkdir()
    shutil.copy(stored / "b.fetches.parquet", broken)
    rng = random.Random(20200102)
    unnoticed = []
    for number in range(500):
        data = bytearray(whole)
        position = rng.randrange(len(whole))
        data[position] ^= 1 << rng.randrange(8)
        (broken / "b.warc.gz").write_bytes(data)
        if not verify_warc(broken / "b.warc.gz"):
            # Flags, time and operating system in a gzip header carry nothing: all records must be as they were.
            unnoticed.append(position)
            assert rows_in_warc(broken / "b.warc.gz") == read_log(broken / "b.fetches.parquet")
        if number % 10 == 0:
            found, refused = archives(broken / "b.warc.gz")
            bodies = {c.body for c in found}
            assert bodies <= {row(n).body for n in range(20)}, "no damaged body passes for a whole one"
            assert len(found) >= 19 and (refused or len(found) == 20)
    assert len(unnoticed) < 30


def test_a_member_cut_from_the_middle_is_found(stored: Path) -> None:
    rows = read_log(stored / "b.fetches.parquet")
    data = (stored / "b.warc.gz").read_bytes()
    (stored / "b.warc.gz").write_bytes(data[: rows[4].warc_offset] + data[rows[6].warc_offset or 0 :])
    assert verify_warc(stored / "b.warc.gz")
