"""WARC archives, our own and foreign ones (Common Crawl News, wget, Browsertrix): pages at hand, no fetching.

A gzip WARC is a row of gzip members, one for each record. Each is unpacked alone and must end properly (a digest does
not see a truncated member), so one corrupt member costs one refusal and the others go on.
"""

from __future__ import annotations

import io
import mmap
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from fastwarc.warc import ArchiveIterator, WarcRecordType

from flows.errors import RecordError, SourceError
from flows.records import Candidate

from .offers import ROW_CONTENT_TYPE, Desk, Offer, language_code, plain_text
from .urls import canonical_url, slug

SUFFIXES: Final = (".warc", ".warc.gz")
PAGE_TYPES: Final = ("text/html", "application/xhtml+xml", "text/plain", ROW_CONTENT_TYPE)
MAX_RECORD_BYTES: Final = 64_000_000
"""No record is unpacked beyond this; a larger one is passed over and told."""

_GZIP: Final = b"\x1f\x8b\x08"
_CHUNK: Final = 256 * 1024
_CONTENT_LENGTH: Final = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Block:
    """The bytes of one record, and where its member begins in the file."""

    offset: int
    data: bytes


def records_in_archives(desk: Desk, path: Path) -> Iterator[Offer]:
    """Candidates with bodies from one archive, or from all archives below a folder in the order of their names.

    Own archives bring the claims of their first collection along. Refusals: `corrupt_record`, `body_too_large`,
    `bad_url`, and one `no_page` for each archive that tells how many records held something else (redirects, images,
    ...).
    """
    files = [path]
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.name.endswith(SUFFIXES) and p.is_file())
    for file in files:
        try:
            yield from _records_in_archive(desk, file)
        except OSError as error:
            message = f"source {desk.source.id!r}: {file} cannot be read ({error.strerror or error})."
            raise SourceError(message) from None


def _records_in_archive(desk: Desk, file: Path) -> Iterator[Offer]:
    claims: dict[str, dict[str, str]] = {}
    passed_over: Counter[str] = Counter()
    if file.stat().st_size == 0:
        yield desk.refusal("corrupt_record", f"{file.name} is empty", record=file.name)
        return
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for block in blocks_in_archive(data):
            where = f"{file.name}@{block.offset}"
            try:
                if isinstance(block, DamagedBlock):
                    raise RecordError(block.reason, block.detail)
                offer = _candidate(desk, block, where, claims)
            except RecordError as error:
                yield desk.refusal(error.reason, f"{where}: {error.detail}", record=where)
                continue
            if isinstance(offer, Candidate):
                yield offer
            elif offer is not None:
                passed_over[offer] += 1
    if passed_over:
        told = ", ".join(f"{n:,} {what}" for what, n in sorted(passed_over.items()))
        yield desk.refusal("no_page", f"{file.name}: records passed over: {told}", record=file.name)


@dataclass(frozen=True, slots=True)
class DamagedBlock:
    """A stretch of the file that is no whole record."""

    offset: int
    reason: str
    detail: str


def blocks_in_archive(data: mmap.mmap | bytes) -> Iterator[Block | DamagedBlock]:
    """The records of an archive as bytes, each alone; after damage the next record is searched for."""
    size = len(data)
    position = 0
    while position < size:
        if data[position : position + 2] == b"\x1f\x8b":
            unpacked, end, problem = _member(data, position)
            if problem is not None:
                yield DamagedBlock(position, *problem)
                position = _next_record(data, position + 1) if end is None else end
                continue
            yield from _split(unpacked, position)
            position = size if end is None else end
        elif data[position : position + 5] == b"WARC/":
            head_end = data.find(b"\r\n\r\n", position, position + 65_536)
            length = _CONTENT_LENGTH.search(data[position : head_end + 2]) if head_end > 0 else None
            if head_end < 0 or length is None:
                yield DamagedBlock(position, "corrupt_record", "its header does not end or has no length")
                position = _next_record(data, position + 1)
                continue
            end = head_end + 4 + int(length.group(1))
            if end > size:
                yield DamagedBlock(position, "corrupt_record", "the file ends within the record")
                position = _next_record(data, position + 1)
            elif end - position > MAX_RECORD_BYTES:
                yield DamagedBlock(position, "body_too_large", f"{end - position:,} bytes")
                position = end
            else:
                yield Block(position, data[position:end])
                position = end
        elif data[position : position + 2] in (b"\r\n", b"\n\r", b"\n\n"):
            position += 2
        else:
            yield DamagedBlock(position, "corrupt_record", "no record begins here")
            position = _next_record(data, position + 1)


def _member(data: mmap.mmap | bytes, start: int) -> tuple[bytes, int | None, tuple[str, str] | None]:
    """One gzip member: its content, the offset behind it, or (None, reason and detail) when it does not unpack."""
    unpacker = zlib.decompressobj(31)
    parts: list[bytes] = []
    n_unpacked = 0
    position = start
    size = len(data)
    try:
        while not unpacker.eof and position < size:
            chunk = unpacker.unconsumed_tail
            if not chunk:
                chunk = data[position : position + _CHUNK]
                position += len(chunk)
            part = unpacker.decompress(chunk, 1 << 20)
            n_unpacked += len(part)
            if n_unpacked > MAX_RECORD_BYTES:
                return b"", None, ("body_too_large", f"over {MAX_RECORD_BYTES:,} bytes when unpacked")
            parts.append(part)
        while not unpacker.eof and unpacker.unconsumed_tail:
            part = unpacker.decompress(unpacker.unconsumed_tail, 1 << 20)
            n_unpacked += len(part)
            if n_unpacked > MAX_RECORD_BYTES:
                return b"", None, ("body_too_large", f"over {MAX_RECORD_BYTES:,} bytes when unpacked")
            parts.append(part)
    except zlib.error as error:
        return b"", None, ("corrupt_record", f"gzip member: {error}")
    if not unpacker.eof:
        return b"", None, ("corrupt_record", "the file ends within the gzip member")
    return b"".join(parts), position - len(unpacker.unused_data), None


def _split(unpacked: bytes, offset: int) -> Iterator[Block | DamagedBlock]:
    """The records of one member (mostly one; some writers pack a whole file as one member)."""
    if not unpacked.lstrip(b"\r\n").startswith(b"WARC/"):
        yield DamagedBlock(offset, "corrupt_record", "the gzip member holds no WARC record")
        return
    for block in blocks_in_archive(unpacked):
        if isinstance(block, DamagedBlock):
            yield DamagedBlock(offset, block.reason, block.detail)
        else:
            yield Block(offset, block.data)


def _next_record(data: mmap.mmap | bytes, start: int) -> int:
    """Where the next record begins at or after `start`, else the end of the file."""
    plain = data.find(b"\r\n\r\nWARC/1.", start)
    plain = len(data) if plain < 0 else plain + 4
    position = start
    while 0 <= (position := data.find(_GZIP, position)) < plain:
        try:
            if zlib.decompressobj(31).decompress(data[position : position + 4_096], 64).startswith(b"WARC/"):
                return position
        except zlib.error:
            pass
        position += 1
    return plain


def _candidate(desk: Desk, block: Block, where: str, claims: dict[str, dict[str, str]]) -> Candidate | str | None:
    """The page in a record, a word for what else it holds, or None for records that are no content by their nature."""
    record = _parse(block)
    kind = record.record_type
    if kind == WarcRecordType.metadata:
        fields = _fields(record)
        concurrent = record.headers.get("WARC-Concurrent-To")
        if concurrent and "source_id" in fields:
            claims[concurrent] = fields
        return None
    if kind not in (WarcRecordType.response, WarcRecordType.resource, WarcRecordType.conversion):
        return None
    claimed = claims.pop(record.headers.get("WARC-Record-ID") or "", {})
    target = (claimed.get("url") or record.headers.get("WARC-Target-URI") or "").strip("<> ")
    if kind == WarcRecordType.response:
        if not target.startswith(("http://", "https://")):
            return "other protocols"
        try:
            record.parse_http(auto_decode="all", strict_mode=False)
        except Exception as error:  # fastwarc raises ValueError, RuntimeError and its own kinds on broken HTTP
            raise RecordError("corrupt_record", f"its HTTP header cannot be read: {error}") from None
        status = record.http_headers.status_code if record.http_headers else None
        if status != 200:
            return f"with status {status}"
        content_type = record.http_headers.get("Content-Type") or "text/html"
    else:
        content_type = record.headers.get("Content-Type") or ""
    essence = content_type.split(";")[0].strip().lower()
    if essence not in PAGE_TYPES:
        return f"of type {essence[:60] or 'unknown'}"
    try:
        body = record.reader.read(desk.max_bytes + 1)
    except Exception as error:
        raise RecordError("corrupt_record", f"its body cannot be decoded: {error}") from None
    if len(body) > desk.max_bytes:
        raise RecordError("body_too_large", f"over the limit of {desk.max_bytes:,} bytes")
    url = target if target.startswith("urn:") else canonical_url(target)
    return Candidate(
        source_id=desk.source.id,
        outlet_id=claimed.get("outlet_id") or _outlet(url) or desk.source.id,
        url=url,
        via=f"warc {where}",
        title=plain_text(claimed.get("title")),
        author=plain_text(claimed.get("author")),
        published_text=plain_text(claimed.get("published_text")),
        language=desk.source.language or language_code(claimed.get("language")),
        body=body,
        content_type=content_type,
    )


def _parse(block: Block) -> Any:
    """The record, its block digest checked where it has one."""
    try:
        record = next(iter(ArchiveIterator(io.BytesIO(block.data), parse_http=False, strict_mode=False)))
        if record.headers.get("WARC-Block-Digest") and not record.verify_block_digest():
            raise RecordError("corrupt_record", "its digest does not fit its content")
    except RecordError:
        raise
    except StopIteration:
        raise RecordError("corrupt_record", "its WARC header cannot be read") from None
    except Exception as error:  # ValueError for unknown digests, RuntimeError, UnicodeError for broken headers
        raise RecordError("corrupt_record", f"cannot be read: {error}") from None
    return record


def _fields(record: Any) -> dict[str, str]:
    """The `application/warc-fields` of a metadata record."""
    text = record.reader.read(1 << 20).decode("utf-8", "replace")
    pairs = (line.split(":", 1) for line in text.splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, value in pairs}


def _outlet(url: str) -> str | None:
    """In a foreign archive the host is the outlet: an archive of many outlets must not count as one voice."""
    match = re.match(r"https?://(?:www\.)?([^/:]+)", url)
    return slug(match.group(1)) if match else None
