"""WARC 1.0 and 1.1 files read record by record, so that damage to one record costs that record and no other.

The readers of the WARC libraries stop at damage, or pass over it in silence. Here each gzip member is inflated by
itself under a bound, its end and checksum are checked, the record inside is held against its Content-Length and digest,
and after damage reading goes on at the next member. Source: ISO 28500:2017 (WARC 1.1), RFC 1952 (gzip).
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

MAX_RECORD: Final = 64 * 2**20  # bytes of one record inflated: above the fetch stage's 10 MB, below a worker's memory
MAX_HEADER: Final = 256 * 2**10  # bytes of one record's header
_CHUNK: Final = 256 * 2**10
_GZIP: Final = b"\x1f\x8b\x08"


@dataclass(frozen=True, slots=True)
class WarcRecord:
    """One whole record: `offset` is where it begins in the file (bytes), `fields` its header (names in lower case)."""

    offset: int
    fields: dict[str, str]
    block: bytes

    @property
    def kind(self) -> str:
        """WARC-Type: response, resource, metadata, request, revisit, warcinfo, conversion ..."""
        return self.fields.get("warc-type", "").lower()

    @property
    def target(self) -> str:
        """WARC-Target-URI without angle brackets (WARC 1.0 wrote them)."""
        return self.fields.get("warc-target-uri", "").strip("<> ")


@dataclass(frozen=True, slots=True)
class BrokenRecord:
    """A place where a record should be and cannot be read: `reason` says why, `fields` holds what was read."""

    offset: int
    reason: str
    fields: dict[str, str]


def records_in_warc(path: Path, *, max_record: int = MAX_RECORD) -> Iterator[WarcRecord | BrokenRecord]:
    """The records of a WARC file (gzip by record, or plain) in order; a damaged one comes as a BrokenRecord.

    Every truncation is found: an unfinished gzip member, a block shorter than its Content-Length, a checksum or digest
    that does not agree. An empty file gives nothing. Raises OSError when the file cannot be read.
    """
    with path.open("rb") as stream:
        start = stream.read(3)
        stream.seek(0)
        if not start:
            return
        if start == _GZIP or not start.startswith(b"WAR"[: len(start)]):
            yield from _compressed(stream, max_record)
        else:
            yield from _plain(stream, max_record)


def _compressed(stream: BinaryIO, max_record: int) -> Iterator[WarcRecord | BrokenRecord]:
    """Records of a file in which each record is one gzip member."""
    offset = 0
    size = stream.seek(0, 2)
    while offset < size:
        stream.seek(offset)
        content, end, reason = _inflate(stream, max_record)
        if reason is None:
            yield from _records_of_member(content, offset)
            offset = end
            continue
        yield BrokenRecord(offset, reason, _split(content)[0] or {})
        offset = end if end > offset else _next_member(stream, offset + 1, size)


def _inflate(stream: BinaryIO, max_record: int) -> tuple[bytes, int, str | None]:
    """One gzip member: its content, the offset after it, and what is wrong with it (None: nothing).

    The offset is 0 when the end is not known.
    """
    begin = stream.tell()
    inflater = zlib.decompressobj(wbits=31)
    parts: list[bytes] = []
    total, consumed = 0, 0
    too_large = False
    while not inflater.eof:
        raw = stream.read(_CHUNK)
        if not raw:
            return b"".join(parts), 0, "the gzip member ends before its end: the file is cut off"
        pending = raw
        while pending and not inflater.eof:
            try:
                part = inflater.decompress(pending, _CHUNK)
            except zlib.error as error:
                return b"".join(parts), 0, f"the gzip member is damaged: {error}"
            total += len(part)
            too_large = too_large or total > max_record
            if not too_large:
                parts.append(part)
            elif total > 64 * max_record:  # a bomb: do not even inflate it to find its end
                return b"".join(parts), 0, f"the record inflates to more than {64 * max_record} bytes"
            pending = inflater.unconsumed_tail
        consumed += len(raw)
    end = begin + consumed - len(inflater.unused_data)
    if too_large:
        return b"".join(parts), end, f"the record is larger than {max_record} bytes"
    return b"".join(parts), end, None


def _next_member(stream: BinaryIO, offset: int, size: int) -> int:
    """The offset of the next gzip member whose beginning inflates to a WARC version line, or the end of the file."""
    position, carry = offset, b""
    stream.seek(position)
    while True:
        chunk = stream.read(_CHUNK)
        if not chunk:
            return size
        window = carry + chunk
        found = window.find(_GZIP)
        while found >= 0:
            candidate = position - len(carry) + found
            if _begins_record(stream, candidate):
                return candidate
            found = window.find(_GZIP, found + 1)
        position += len(chunk)
        carry = window[-2:]
        stream.seek(position)


def _begins_record(stream: BinaryIO, offset: int) -> bool:
    """True when a gzip member at this offset begins with a WARC version line."""
    stream.seek(offset)
    try:
        return zlib.decompressobj(wbits=31).decompress(stream.read(512), 16).startswith(b"WARC/")
    except zlib.error:
        return False


def _records_of_member(content: bytes, offset: int) -> Iterator[WarcRecord | BrokenRecord]:
    """The record of one member; some writers put several records or padding in one member."""
    rest = content
    while rest.strip(b"\r\n"):
        rest = rest.lstrip(b"\r\n")
        fields, header_length, reason = _split_checked(rest)
        if fields is None:
            yield BrokenRecord(offset, reason, {})
            return
        length = int(fields["content-length"])
        block = rest[header_length : header_length + length]
        yield _checked(offset, fields, block, length)
        rest = rest[header_length + length :]


def _plain(stream: BinaryIO, max_record: int) -> Iterator[WarcRecord | BrokenRecord]:
    """Records of an uncompressed file."""
    offset = 0
    size = stream.seek(0, 2)
    while offset < size:
        stream.seek(offset)
        head = stream.read(MAX_HEADER)
        padding = len(head) - len(head.lstrip(b"\r\n"))
        if padding:
            offset += padding
            continue
        fields, header_length, reason = _split_checked(head)
        if fields is None:
            yield BrokenRecord(offset, reason, {})
            offset = _next_version(stream, offset + 1, size)
            continue
        length = int(fields["content-length"])
        if length > max_record:
            yield BrokenRecord(offset, f"the record is larger than {max_record} bytes", fields)
            offset += header_length + length
            continue
        stream.seek(offset + header_length)
        record = _checked(offset, fields, stream.read(length), length)
        yield record
        # A wrong length would swallow the records after it: look for the next one from the header on.
        good = isinstance(record, WarcRecord)
        offset = offset + header_length + length if good else _next_version(stream, offset + header_length, size)


def _next_version(stream: BinaryIO, offset: int, size: int) -> int:
    """The offset of the next WARC version line at the start of a line, or the end of the file."""
    position, carry = offset, b""
    stream.seek(position)
    while True:
        chunk = stream.read(_CHUNK)
        if not chunk:
            return size
        window = carry + chunk
        found = window.find(b"\nWARC/1.")
        if found >= 0:
            return position - len(carry) + found + 1
        position += len(chunk)
        carry = window[-7:]


def _split(content: bytes) -> tuple[dict[str, str] | None, int]:
    """Header fields of a record (None when there is no WARC header) and the header's length in bytes."""
    limited = content[:MAX_HEADER]
    if not limited.startswith(b"WARC/"):
        return None, 0
    end, gap = limited.find(b"\r\n\r\n"), 4
    if end < 0:
        end, gap = limited.find(b"\n\n"), 2
    if end < 0:
        return None, 0
    fields: dict[str, str] = {}
    name = ""
    for line in limited[:end].decode("utf-8", "replace").splitlines()[1:]:
        if line[:1] in (" ", "\t") and name:
            fields[name] += " " + line.strip()
            continue
        name, _, value = line.partition(":")
        name = name.strip().lower()
        if name:
            fields.setdefault(name, value.strip())
    return fields, end + gap


def _split_checked(content: bytes) -> tuple[dict[str, str] | None, int, str]:
    """Header fields and length, or None with what is wrong."""
    fields, length = _split(content)
    if fields is None:
        return None, 0, "there is no whole WARC header here"
    size = fields.get("content-length", "")
    if not (size.isascii() and size.isdigit() and len(size) < 16):
        return None, 0, f"Content-Length is {size[:40]!r}, not a number of bytes"
    return fields, length, ""


def _checked(offset: int, fields: dict[str, str], block: bytes, length: int) -> WarcRecord | BrokenRecord:
    """The record, or what is wrong with its block."""
    if len(block) < length:
        return BrokenRecord(offset, f"the block has {len(block)} of {length} bytes: the record is cut off", fields)
    if not _agrees(fields.get("warc-block-digest"), block):
        return BrokenRecord(offset, "the block does not have the digest that the record gives", fields)
    return WarcRecord(offset, fields, block)


def _agrees(digest: str | None, block: bytes) -> bool:
    """False when a digest of a known algorithm disagrees with the block."""
    algorithm, _, value = (digest or "").partition(":")
    if algorithm.lower() not in ("sha1", "sha256", "md5") or not value:
        return True
    found = hashlib.new(algorithm.lower(), block, usedforsecurity=False).digest()
    value = value.strip()
    return value.lower() == found.hex() or value.upper().rstrip("=") == base64.b32encode(found).decode().rstrip("=")
