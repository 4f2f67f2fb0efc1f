"""Reading WARC records one by one, payloads and character sets."""

from __future__ import annotations

import gzip
import random
from io import BytesIO
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.clean.payloads import decode_body, is_binary, read_payload
from flows.clean.warc import BrokenRecord, WarcRecord, records_in_warc
from flows.errors import RecordError


def write(path: Path, n: int = 5, *, compressed: bool = True) -> list[bytes]:
    """A WARC of resources of some hundred bytes that gzip cannot shrink; gives the bodies."""
    source = random.Random(7)
    bodies = [source.randbytes(300 + 40 * i).hex().encode() for i in range(n)]
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=compressed, warc_version="WARC/1.1")
        for i, body in enumerate(bodies):
            writer.write_record(
                writer.create_warc_record(
                    f"urn:x:{i}", "resource", payload=BytesIO(body), warc_content_type="text/plain"
                )
            )
    return bodies


@pytest.mark.parametrize("compressed", [True, False])
def test_reads_what_warcio_wrote_with_its_offsets(tmp_path: Path, compressed: bool) -> None:
    path = tmp_path / "a.warc.gz"
    bodies = write(path, compressed=compressed)
    records = list(records_in_warc(path))
    assert [r.block for r in records if isinstance(r, WarcRecord)] == bodies
    raw = path.read_bytes()
    for record in records:
        start = raw[record.offset :]
        assert start.startswith(b"\x1f\x8b" if compressed else b"WARC/1.1")
    assert [r.target for r in records if isinstance(r, WarcRecord)] == [f"urn:x:{i}" for i in range(5)]


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "empty.warc.gz"
    path.touch()
    assert list(records_in_warc(path)) == []


@pytest.mark.parametrize("compressed", [True, False])
def test_every_truncation_is_told_and_costs_only_its_record(tmp_path: Path, compressed: bool) -> None:
    path, cut = tmp_path / "a.warc.gz", tmp_path / "cut.warc.gz"
    bodies = write(path, compressed=compressed)
    raw = path.read_bytes()
    starts = [r.offset for r in records_in_warc(path)]
    ends = [*starts[1:], len(raw)]
    for length in random.Random(1).sample(range(1, len(raw)), 120):
        cut.write_bytes(raw[:length])
        records = list(records_in_warc(cut))
        # A plain record is whole without the two empty lines behind it.
        slack = 0 if compressed else 4
        whole = [b for b, end in zip(bodies, ends, strict=True) if end - slack <= length]
        assert [r.block for r in records if isinstance(r, WarcRecord)] == whole
        at_a_seam = any(end - slack <= length <= end for end in ends)
        assert any(isinstance(r, BrokenRecord) for r in records) != at_a_seam


def test_every_bit_flip_is_told_and_costs_only_its_record(tmp_path: Path) -> None:
    path, flipped = tmp_path / "a.warc.gz", tmp_path / "flipped.warc.gz"
    bodies = write(path)
    raw = path.read_bytes()
    starts = [r.offset for r in records_in_warc(path)]
    source = random.Random(2)
    for _ in range(120):
        position = source.randrange(len(raw))
        damaged = bytearray(raw)
        damaged[position] ^= 1 << source.randrange(8)
        flipped.write_bytes(damaged)
        hit = max(i for i, start in enumerate(starts) if start <= position)
        records = list(records_in_warc(flipped))
        good = [r.block for r in records if isinstance(r, WarcRecord)]
        others = [b for i, b in enumerate(bodies) if i != hit]
        # Some bits of a gzip header (time, system, flags) mean nothing: then the record is whole, and right.
        assert good in (others, bodies)
        assert any(isinstance(r, BrokenRecord) for r in records) == (good == others)


def test_junk_between_records_costs_no_record(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    bodies = write(path)
    starts = [r.offset for r in records_in_warc(path)]
    raw = path.read_bytes()
    junk = b"\x1f\x8b\x08 not a member \x1f\x8b"
    path.write_bytes(junk + raw[: starts[2]] + junk + raw[starts[2] :])
    assert [r.block for r in records_in_warc(path) if isinstance(r, WarcRecord)] == bodies
    assert sum(isinstance(r, BrokenRecord) for r in records_in_warc(path)) == 2


def test_a_bomb_is_bounded_and_the_next_record_read(tmp_path: Path) -> None:
    path = tmp_path / "bomb.warc.gz"
    body = b"0" * 3_000_000
    head = f"WARC/1.1\r\nWARC-Type: resource\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    write(path, 1)
    path.write_bytes(gzip.compress(head + body + b"\r\n\r\n") + path.read_bytes())
    first, second = records_in_warc(path, max_record=1_000_000)
    assert isinstance(first, BrokenRecord) and "larger than 1000000 bytes" in first.reason
    assert isinstance(second, WarcRecord)


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("WARC-Type: resource\r\nContent-Length: 99", "2 of 99 bytes"),
        ("WARC-Type: resource\r\nContent-Length: -1", "not a number of bytes"),
        ("WARC-Type: resource\r\nContent-Length: 1e3", "not a number of bytes"),
        ("WARC-Type: resource", "not a number of bytes"),
        ("WARC-Type: resource\r\nContent-Length: 2\r\nWARC-Block-Digest: sha1:AAAA", "digest"),
    ],
)
def test_a_record_at_odds_with_its_header_is_told(tmp_path: Path, header: str, reason: str) -> None:
    path = tmp_path / "odd.warc.gz"
    path.write_bytes(gzip.compress(b"WARC/1.1\r\n" + header.encode() + b"\r\n\r\nok"))
    (record,) = records_in_warc(path)
    assert isinstance(record, BrokenRecord) and reason in record.reason


def response(body: bytes, *headers: tuple[str, str], status: str = "200 OK") -> WarcRecord:
    """A response record as warcio writes it, read back."""
    stream = BytesIO()
    http = StatusAndHeaders(status, list(headers), protocol="HTTP/1.1")
    writer = WARCWriter(stream, gzip=False)
    writer.write_record(
        writer.create_warc_record("http://a.example/", "response", payload=BytesIO(body), http_headers=http)
    )
    raw = stream.getvalue()
    block = raw[raw.index(b"\r\n\r\n") + 4 : -4]
    return WarcRecord(0, {"warc-type": "response", "content-type": "application/http; msgtype=response"}, block)


def test_content_codings_are_undone_once_and_bounded() -> None:
    assert read_payload(response(gzip.compress(b"news"), ("Content-Encoding", "gzip"))).body == b"news"
    assert read_payload(response(b"news", ("Content-Encoding", "gzip"))).body == b"news"
    assert read_payload(response(b"4\r\nnews\r\n0\r\n\r\n", ("Transfer-Encoding", "chunked"))).body == b"news"
    assert read_payload(response(b"news", ("Transfer-Encoding", "chunked"))).body == b"news"
    for body, coding, reason in (
        (gzip.compress(gzip.compress(b"x")), "gzip, gzip", "corrupt_record"),
        (gzip.compress(b"news" * 50)[:-9], "gzip", "corrupt_record"),
        (gzip.compress(b"\0" * 30_000_000), "gzip", "too_large"),
        (b"\x1f\x8bnot gzip at all", "gzip", "corrupt_record"),
        (b"??", "br", "corrupt_record"),
    ):
        with pytest.raises(RecordError) as error:
            read_payload(response(body, ("Content-Encoding", coding)))
        assert error.value.reason == reason


def test_media_type_status_and_charset_are_read() -> None:
    payload = read_payload(response(b"x", ("Content-Type", 'Text/HTML; Charset="UTF-8"'), status="404 Not Found"))
    assert (payload.media_type, payload.charset, payload.status) == ("text/html", "UTF-8", 404)


@pytest.mark.parametrize(
    ("body", "declared", "text"),
    [
        ("Sirte – “taken”".encode(), None, "Sirte – “taken”"),
        ("Sirte – “taken”".encode("cp1252"), "iso-8859-1", "Sirte – “taken”"),
        ("Sirte – “taken”".encode("cp1252"), None, "Sirte – “taken”"),
        ("Sirte – “taken”".encode("cp1252"), "utf-8", "Sirte – “taken”"),
        ("Sirte – “taken”".encode(), "iso-8859-1", "Sirte – “taken”"),
        ("Sirte – “taken”".encode(), "no-such-charset", "Sirte – “taken”"),
        ("\ufeffSirte".encode(), "iso-8859-1", "Sirte"),
        ("\ufeffSirte – taken".encode("utf-16-le"), "utf-8", "Sirte – taken"),
        ("<p>Sirte was taken on Sunday</p>".encode("utf-16-be"), None, "<p>Sirte was taken on Sunday</p>"),
        (
            "<meta charset=windows-1256>سرت مدينة على البحر".encode("cp1256"),
            None,
            "<meta charset=windows-1256>سرت مدينة على البحر",
        ),
        ("سرت مدينة على البحر".encode("cp1256"), "windows-1256", "سرت مدينة على البحر"),
        ("Сирт взят войсками".encode("cp1251"), "windows-1251", "Сирт взят войсками"),
        (b"", None, ""),
    ],
)
def test_text_is_decoded_whatever_the_header_says(body: bytes, declared: str | None, text: str) -> None:
    assert decode_body(body, declared, markup=True) == text


def test_what_no_charset_explains_is_refused() -> None:
    with pytest.raises(RecordError) as error:
        decode_body(bytes(random.Random(3).randbytes(4000)), "utf-8", markup=True)
    assert error.value.reason == "undecodable"


@pytest.mark.parametrize(
    ("body", "binary"),
    [
        (b"%PDF-1.7 ...", True),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 90, True),
        (bytes(range(32)) * 20, True),
        (b"<html>plain</html>", False),
        (b"one\x00NUL in a text of some length", False),
        ("<p>wide text of a page</p>".encode("utf-16"), False),
        ("نص عربي".encode(), False),
        (b"", False),
    ],
)
def test_binary_is_told_from_text(body: bytes, binary: bool) -> None:
    assert is_binary(body) is binary
