"""The raw zone: one WARC 1.1 file for each batch, its fetch log beside it, both written aside and renamed.

For each candidate the file holds, in the order of the candidates: a `metadata` record (application/warc-fields) with
the candidate's claims and the whole row of the fetch log, then what it is concurrent to: a `response` with its
`request` (redirects before it likewise), a `resource` for a body that lay at hand, a `revisit` for an unchanged page,
or nothing for a failure. So the log can be rebuilt from the WARC alone. Each record is one gzip member; offsets in
the log point to its first byte.

The log is written after the WARC. A crash leaves a part file, or a WARC without its log; `recover` mends both.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import re
import shutil
import sys
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, get_type_hints

import pyarrow as pa
import pyarrow.parquet as pq
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.errors import RecordError, SitrepError
from flows.records import Candidate, Fetched

from .client import Hop

WARC_SUFFIX: Final = ".warc.gz"
LOG_SUFFIX: Final = ".fetches.parquet"
PART_SUFFIX: Final = ".part"
SOFTWARE: Final = "sitrep/0.1"
REVISIT_PROFILE: Final = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED_PROFILE: Final = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

_NAMESPACE: Final = uuid.UUID("6f0d2d4e-6f6c-5f0e-9d0b-3f6a6c1d7a51")
_CLAIMS: Final = ("source_id", "outlet_id", "url", "via", "title", "author", "published_text", "language")
_ARROW: Final = {
    str: pa.string(),
    str | None: pa.string(),
    int | None: pa.int64(),
    datetime: pa.timestamp("us"),
    datetime | None: pa.timestamp("us"),
}
_HINTS: Final = get_type_hints(Fetched)
_SIZE_KEY: Final = b"warc_bytes"
"""In the log's own metadata: how large its archive is. Another size means that the log is older."""
LOG_SCHEMA: Final = pa.schema([pa.field(f.name, _ARROW[_HINTS[f.name]]) for f in fields(Fetched)])


def digest_of(body: bytes) -> str:
    """The digest by which two bodies are the same: SHA-256 of what the page is once decoded."""
    return "sha256:" + hashlib.sha256(body).hexdigest()


class _ExactHeaders(StatusAndHeaders):  # type: ignore[misc]
    """HTTP headers that are written byte for byte as they came (warcio would re-encode them)."""

    def __init__(self, raw: bytes) -> None:
        super().__init__("200 OK", [], protocol="HTTP/1.1")
        self._raw = raw

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        self.headers_buff = self._raw


class Archive:
    """Writes the records of one batch to an open binary file, one gzip member each."""

    def __init__(self, out: BinaryIO, *, batch_id: str, now: datetime) -> None:
        self._out = out
        self._batch_id = batch_id
        self._date = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        self._writer = WARCWriter(out, gzip=True, warc_version="WARC/1.1")

    def write_info(self) -> None:
        """The file's own papers."""
        self._write(
            "warcinfo",
            None,
            f"software: {SOFTWARE}\r\nformat: WARC File Format 1.1\r\nisPartOf: {self._batch_id}\r\n".encode(),
            record_id=self._record_id("warcinfo"),
            content_type="application/warc-fields",
            headers={"WARC-Filename": self._batch_id + WARC_SUFFIX},
        )

    def record_id_of(self, candidate: Candidate, digest: str | None) -> str:
        """The record's id: equal when the same batch is written again."""
        return self._record_id("page", candidate.source_id, candidate.url, digest or "")

    def write_metadata(self, candidate: Candidate, row: Fetched) -> None:
        """Claims and log row, before the record they speak of."""
        values: dict[str, object] = {name: getattr(candidate, name) for name in _CLAIMS}
        for field in fields(Fetched):
            if field.name not in ("warc_file", "warc_offset", "url"):
                values[field.name] = getattr(row, field.name)
        lines = []
        for name, value in values.items():
            if value is not None:
                text = value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
                lines.append(f"{name}: {_one_line(text)}\r\n")
        headers = {"WARC-Concurrent-To": row.record_id} if row.record_id else {}
        self._write(
            "metadata",
            candidate.url,
            "".join(lines).encode("utf-8", "replace"),
            record_id=self._record_id("metadata", row.fetch_id),
            content_type="application/warc-fields",
            headers=headers,
        )

    def write_resource(self, candidate: Candidate, record_id: str) -> None:
        """A body that lay at hand."""
        self._write(
            "resource",
            candidate.url,
            candidate.body or b"",
            record_id=record_id,
            content_type=_one_line(candidate.content_type or "application/octet-stream"),
            headers={},
        )

    def write_exchange(self, hop: Hop, record_id: str) -> None:
        """A response with its request. The body is what was transferred (content coding kept, chunking undone)."""
        headers = {"WARC-IP-Address": hop.peer} if hop.peer else {}
        if hop.truncated:
            headers["WARC-Truncated"] = "length"
        if hop.protocol == "HTTP/2":
            headers["WARC-Protocol"] = "h2"
        self._write("response", hop.url, hop.body, record_id=record_id, headers=headers, head=_response_head(hop))
        request = b"GET " + hop.request_target + b" HTTP/1.1\r\n" + _header_lines(hop.request_headers) + b"\r\n"
        self._write(
            "request",
            hop.url,
            b"",
            record_id=self._record_id("request", record_id),
            headers={"WARC-Concurrent-To": record_id},
            head=request,
        )

    def write_revisit(self, hop: Hop, record_id: str, known: Fetched, payload_digest: str | None) -> None:
        """An unchanged page: the response's headers, and which record holds the body."""
        headers = {
            "WARC-Profile": NOT_MODIFIED_PROFILE if hop.status == 304 else REVISIT_PROFILE,
            "WARC-Refers-To-Target-URI": known.final_url or known.url,
            "WARC-Refers-To-Date": known.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        }
        if known.record_id:
            headers["WARC-Refers-To"] = known.record_id
        if payload_digest and hop.status != 304:
            headers["WARC-Payload-Digest"] = payload_digest
        if hop.peer:
            headers["WARC-IP-Address"] = hop.peer
        self._write("revisit", hop.url, b"", record_id=record_id, headers=headers, head=_response_head(hop))

    def hop_record_id(self, record_id: str, number: int) -> str:
        """The id of a redirect's record."""
        return self._record_id("hop", record_id, number)

    def _record_id(self, *parts: object) -> str:
        return f"<urn:uuid:{uuid.uuid5(_NAMESPACE, chr(31).join(map(str, (self._batch_id, *parts))))}>"

    def _write(
        self,
        kind: str,
        uri: str | None,
        body: bytes,
        *,
        record_id: str,
        headers: dict[str, str],
        content_type: str = "",
        head: bytes | None = None,
    ) -> None:
        record = self._writer.create_warc_record(
            uri,
            kind,
            payload=io.BytesIO(body),
            length=len(body),
            warc_content_type=content_type,
            warc_headers_dict={"WARC-Record-ID": record_id, "WARC-Date": self._date, **headers},
            http_headers=None if head is None else _ExactHeaders(head),
        )
        self._writer.write_record(record)


def sha1_digest(body: bytes) -> str:
    """A payload digest as WARC tools write it."""
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


def _response_head(hop: Hop) -> bytes:
    status = f"HTTP/1.1 {hop.status} ".encode() + re.sub(rb"[\r\n]", b" ", hop.phrase) + b"\r\n"
    kept = []
    for name, value in hop.headers:
        # The body is stored without chunking; a reader that trusted the header would undo it twice.
        kept.append((b"X-Archive-Orig-" + name if name.lower() == b"transfer-encoding" else name, value))
    return status + _header_lines(kept) + b"\r\n"


def _header_lines(headers: list[tuple[bytes, bytes]]) -> bytes:
    return b"".join(name + b": " + re.sub(rb"[\r\n]+[ \t]*", b" ", value) + b"\r\n" for name, value in headers)


def _one_line(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]+", " ", text).strip()


# --- files ------------------------------------------------------------------------------------------------------------


def warc_path(warc_dir: Path, batch_id: str) -> Path:
    """Where a batch's WARC lies."""
    return warc_dir / (batch_id + WARC_SUFFIX)


def log_path(warc_dir: Path, batch_id: str) -> Path:
    """Where a batch's fetch log lies."""
    return warc_dir / (batch_id + LOG_SUFFIX)


def part_path(path: Path) -> Path:
    """Where a file is written before it is renamed (hidden, so that no glob takes it for a whole one)."""
    return path.with_name("." + path.name + PART_SUFFIX)


def spool_path(path: Path) -> Path:
    """Where the records of a batch are gathered while it runs, in the order in which they come."""
    return part_path(path.with_name(path.name + ".spool"))


def settle(part: Path, path: Path) -> None:
    """Makes a file that was written aside the real one, for good: data, then name, then folder reach the disk."""
    with part.open("rb+") as stream:
        os.fsync(stream.fileno())
    part.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Makes renames and removals in a folder reach the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_log(warc_dir: Path, batch_id: str, rows: list[Fetched]) -> None:
    """The fetch log of a batch as Parquet (one column for each field of `Fetched`; times UTC without zone)."""
    columns: dict[str, list[object]] = {name: [] for name in LOG_SCHEMA.names}
    for row in rows:
        for name in LOG_SCHEMA.names:
            value = getattr(row, name)
            columns[name].append(value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value)
    path = log_path(warc_dir, batch_id)
    schema = LOG_SCHEMA.with_metadata({_SIZE_KEY: str(warc_path(warc_dir, batch_id).stat().st_size)})
    pq.write_table(pa.table(columns, schema=schema), part_path(path))
    settle(part_path(path), path)


def read_log(path: Path) -> list[Fetched]:
    """The rows of one fetch log. Raises RecordError(corrupt_log) when the file is damaged."""
    try:
        table = pq.read_table(path, schema=LOG_SCHEMA)
    except (pa.ArrowException, OSError) as error:
        raise RecordError("corrupt_log", f"{path.name}: {str(error)[:200]}") from None
    return [row_of_log(row) for row in table.to_pylist()]


def row_of_log(row: dict[str, Any]) -> Fetched:
    """A log row with its times aware again. Words that many rows share are held once: logs of years fit in memory."""
    for name in ("batch_id", "source_id", "outlet_id", "outcome", "reason", "warc_file"):
        if row[name] is not None:
            row[name] = sys.intern(row[name])
    for name in ("not_before_at", "fetched_at"):
        if row[name] is not None:
            row[name] = row[name].replace(tzinfo=UTC)
    return Fetched(**row)


# --- reading back -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Member:
    """One gzip member of a WARC: where it begins and ends, its content, and what is wrong with it."""

    start: int
    end: int
    data: bytes
    problem: str | None


MAX_MEMBER_BYTES: Final = 64_000_000


def members(stream: BinaryIO) -> Iterator[Member]:
    """The gzip members of a file. One that does not end properly is the last (nothing behind it can be trusted)."""
    position = 0
    buffer = b""
    while True:
        buffer = buffer or stream.read(1 << 18)
        if not buffer:
            return
        start = position
        unpacker = zlib.decompressobj(31)
        parts: list[bytes] = []
        n_bytes = 0
        problem: str | None = None
        try:
            while not unpacker.eof:
                part = unpacker.decompress(buffer, 1 << 20)
                n_bytes += len(part)
                if n_bytes <= MAX_MEMBER_BYTES:
                    parts.append(part)
                rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
                position += len(buffer) - len(rest)
                buffer = rest
                if not buffer and not unpacker.eof:
                    buffer = stream.read(1 << 18)
                    if not buffer:
                        problem = "the file ends within a gzip member"
                        break
        except zlib.error as error:
            problem = f"gzip member: {error}"
        if problem is None and n_bytes > MAX_MEMBER_BYTES:
            problem = f"over {MAX_MEMBER_BYTES:,} bytes when unpacked"
        yield Member(start, position, b"".join(parts), problem)
        if problem is not None:
            return


def _headers_of(data: bytes) -> tuple[dict[str, str], bytes] | None:
    """A record's WARC headers (lower-case names) and its block; None when it is no whole record."""
    head, mark, rest = data.partition(b"\r\n\r\n")
    lines = head.decode("utf-8", "replace").split("\r\n")
    if not mark or not lines[0].startswith("WARC/1."):
        return None
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    length = headers.get("content-length", "")
    if not length.isdigit() or len(rest) != int(length) + 4 or not rest.endswith(b"\r\n\r\n"):
        return None
    return headers, rest[: int(length)]


def rows_in_warc(path: Path) -> list[Fetched]:
    """The fetch log as the WARC's metadata records tell it, offsets included.

    Raises RecordError(corrupt_record) when the file is damaged or holds no such records.
    """
    rows: list[dict[str, Any]] = []
    offsets: dict[str, int] = {}
    with path.open("rb") as stream:
        for member in members(stream):
            parsed = None if member.problem else _headers_of(member.data)
            if parsed is None:
                raise RecordError(
                    "corrupt_record", f"{path.name}@{member.start}: {member.problem or 'no whole record'}"
                )
            headers, block = parsed
            offsets[headers.get("warc-record-id", "")] = member.start
            try:
                row = _row_of_record(headers, block)
            except (ValueError, KeyError) as error:
                raise RecordError("corrupt_record", f"{path.name}@{member.start}: {error}") from None
            if row is not None:
                rows.append(row)
    return _placed(rows, offsets, path)


def _placed(rows: list[dict[str, Any]], offsets: dict[str, int], path: Path) -> list[Fetched]:
    """Log rows completed by where their records lie."""
    where = f"{path.parent.name}/{path.name}"
    placed = []
    for row in rows:
        at = offsets.get(row["record_id"] or "")
        placed.append(Fetched(**row, warc_file=None if at is None else where, warc_offset=at))
    return placed


def _row_of_record(headers: dict[str, str], block: bytes) -> dict[str, Any] | None:
    """The log row that a metadata record of ours holds, None for every other record."""
    if headers.get("warc-type") != "metadata" or headers.get("content-type") != "application/warc-fields":
        return None
    values = dict(line.split(": ", 1) for line in block.decode("utf-8", "replace").split("\r\n") if ": " in line)
    if "fetch_id" not in values:
        return None
    row: dict[str, Any] = {}
    for field in fields(Fetched):
        if field.name in ("warc_file", "warc_offset"):
            continue
        text = values.get(field.name)
        if text is None:
            row[field.name] = None
        elif _HINTS[field.name] in (int, int | None):
            row[field.name] = int(text)
        elif _HINTS[field.name] in (datetime, datetime | None):
            row[field.name] = datetime.fromisoformat(text)
        else:
            row[field.name] = text
    return row


def verify_warc(path: Path) -> list[str]:
    """What is wrong with a WARC of ours: one line for each problem, none when it is whole.

    Every gzip member must end properly (a cut member can pass its digest), every record must be as long as it says,
    its block and payload digests must fit, and the fetch log beside it must say the same as the records and point to
    them.
    """
    problems: list[str] = []
    offsets: dict[str, int] = {}
    raw_rows: list[dict[str, Any]] = []
    n_members = 0
    try:
        with path.open("rb") as stream:
            for member in members(stream):
                n_members += 1
                where = f"{path.name}@{member.start}"
                if member.problem:
                    problems.append(f"{where}: {member.problem}")
                    continue
                parsed = _headers_of(member.data)
                if parsed is None:
                    problems.append(f"{where}: holds no whole WARC record")
                    continue
                headers, block = parsed
                offsets[headers.get("warc-record-id", "")] = member.start
                problems += [f"{where}: {what}" for what in _digest_problems(headers, block)]
                try:
                    told = _row_of_record(headers, block)
                except (ValueError, KeyError) as error:
                    problems.append(f"{where}: its fields cannot be read ({error})")
                    continue
                if told is not None:
                    raw_rows.append(told)
    except OSError as error:
        return [f"{path.name}: cannot be read ({error.strerror or error})"]
    if n_members == 0:
        problems.append(f"{path.name}: is empty")
    log = path.with_name(path.name.removesuffix(WARC_SUFFIX) + LOG_SUFFIX)
    if not log.exists():
        return [*problems, f"{log.name}: is missing; the next run rebuilds it"]
    try:
        rows = read_log(log)
    except RecordError as error:
        return [*problems, f"{log.name}: {error.detail}; the next run rebuilds it"]
    for row in rows:
        if row.record_id is not None and offsets.get(row.record_id) != row.warc_offset:
            problems.append(f"{log.name}: {row.url} points to {row.warc_offset}, where its record is not")
    if not problems and rows != _placed(raw_rows, offsets, path):
        problems.append(f"{log.name}: differs from what the WARC tells")
    return problems


def _digest_problems(headers: dict[str, str], block: bytes) -> Iterator[str]:
    kind = headers.get("warc-type")
    block_digest = headers.get("warc-block-digest")
    if block_digest is None:
        yield "has no block digest"
    elif block_digest != sha1_digest(block):
        yield "its block digest does not fit"
    payload_digest = headers.get("warc-payload-digest")
    if payload_digest is not None and kind in ("response", "resource"):
        payload = block.partition(b"\r\n\r\n")[2] if kind == "response" else block
        if payload_digest != sha1_digest(payload):
            yield "its payload digest does not fit"


def recover(warc_dir: Path) -> list[str]:
    """Mends what a crash left behind; to be called by the one writer before a run. Says what it did, a line each.

    What an interrupted batch had fetched is saved as a batch of its own, so that no page is asked for twice; then part
    files are removed, a missing or damaged log is rebuilt from its WARC, a log without its WARC is set aside
    (its pages count as unknown again), a WARC that is damaged and has no log is set aside as well. Nothing whole is
    ever removed.
    """
    if not warc_dir.is_dir():
        return []
    try:
        return _recover(warc_dir)
    except OSError as error:
        raise SitrepError(
            f"{warc_dir} cannot be mended ({error.strerror or error}); free some space or mend that, and run again."
        ) from error


def _recover(warc_dir: Path) -> list[str]:
    done: list[str] = []
    for spool in sorted(warc_dir.glob(f".*{WARC_SUFFIX}.spool{PART_SUFFIX}")):
        n_saved = _salvage(warc_dir, spool)
        if n_saved:
            done.append(f"saved {n_saved} candidates of an interrupted batch from {spool.name}")
    for part in sorted(warc_dir.glob(f".*{PART_SUFFIX}")):
        part.unlink()
        done.append(f"removed {part.name}, left by an interrupted run")
    for warc in sorted(warc_dir.glob(f"*{WARC_SUFFIX}")):
        batch_id = warc.name.removesuffix(WARC_SUFFIX)
        log = log_path(warc_dir, batch_id)
        if log.exists():
            try:
                size = (pq.read_schema(log).metadata or {}).get(_SIZE_KEY)
            except (pa.ArrowException, OSError):
                size = None
            if size is not None and int(size) == warc.stat().st_size:
                continue
            done.append(f"{log.name} is damaged, or older than its WARC")
        try:
            write_log(warc_dir, batch_id, rows_in_warc(warc))
            done.append(f"rebuilt {log.name} from its WARC")
        except RecordError as error:
            aside = warc.with_name(warc.name + ".damaged")
            warc.replace(aside)
            done.append(f"set {warc.name} aside as {aside.name}: {error.detail}")
    for log in sorted(warc_dir.glob(f"*{LOG_SUFFIX}")):
        if not warc_path(warc_dir, log.name.removesuffix(LOG_SUFFIX)).exists():
            aside = log.with_name(log.name + ".orphaned")
            log.replace(aside)
            done.append(f"set {log.name} aside as {aside.name}: its WARC is gone")
    if done:
        sync_folder(warc_dir)
    return done


def _salvage(warc_dir: Path, spool: Path) -> int:
    """Makes a batch of the whole candidates in a spool; how many there were. The last may be cut off: it is left.

    Nothing is saved when the batch is stored already: then the spool is only what had not been removed yet.
    """
    path = warc_dir / spool.name.removeprefix(".").removesuffix(f".spool{PART_SUFFIX}")
    if path.exists():
        return 0
    starts: list[int] = []
    when: datetime | None = None
    end = 0
    with spool.open("rb") as stream:
        for member in members(stream):
            parsed = None if member.problem else _headers_of(member.data)
            if parsed is None:
                break
            try:
                row = _row_of_record(*parsed)
            except (ValueError, KeyError):
                break
            if row is not None:
                starts.append(member.start)
                when = when or row["fetched_at"]
            end = member.end
        # The last candidate counts only when it is known to be complete: when another one follows it.
        end = starts[-1] if starts else end
        if len(starts) < 2 or when is None:
            return 0
        with part_path(path).open("wb") as out:
            Archive(out, batch_id=path.name.removesuffix(WARC_SUFFIX), now=when).write_info()
            stream.seek(0)
            shutil.copyfileobj(_Cut(stream, end), out)
    settle(part_path(path), path)
    return len(starts) - 1


class _Cut(io.RawIOBase):
    """The first bytes of a stream, `length` of them."""

    def __init__(self, stream: BinaryIO, length: int) -> None:
        self._stream = stream
        self._left = length

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        return data


def check_batch_id(batch_id: str) -> None:
    """A batch id becomes a file name. Raises SitrepError when it could leave the folder or hide."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.+=-]{0,150}", batch_id) or batch_id.endswith("."):
        raise SitrepError(f"batch id {batch_id!r} is no file name; use letters, digits, - and _.")
