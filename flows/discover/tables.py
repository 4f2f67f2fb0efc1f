"""Tables of articles: JSON Lines, CSV, Parquet. Streamed: a row at a time is held, never the table."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from flows.errors import RecordError, SourceError
from flows.records import Candidate

from .offers import ROW_CONTENT_TYPE, Desk, Offer, plain_text, row_body
from .urls import canonical_url, slug

REQUIRED_COLUMNS: Final = ("title", "text", "published", "source")
COLUMNS: Final = ("url", *REQUIRED_COLUMNS)
PEEK_ROWS: Final = 100
"""So many rows are looked at before a column is called missing (JSON Lines may leave out empty fields)."""

Row = tuple[int, dict[str, Any] | RecordError]


def rows_in_table(desk: Desk, path: Path) -> Iterator[Offer]:
    """One candidate for each row; a malformed row is a refusal with its line (for Parquet, its row number from 1).

    Raises SourceError naming the columns that are missing, or when the file is no table at all.
    """
    max_bytes = desk.max_bytes
    suffix = path.suffix.lower()
    try:
        if suffix == ".csv":
            rows = _csv_rows(path, max_bytes)
        elif suffix == ".parquet":
            rows = _parquet_rows(path)
        else:
            rows = _json_rows(path, max_bytes)
        head = list(islice(rows, PEEK_ROWS))
        seen = {key for _, row in head if isinstance(row, dict) for key in row}
        if any(isinstance(row, dict) for _, row in head):
            missing = [c for c in REQUIRED_COLUMNS if c not in seen]
            if missing:
                raise SourceError(
                    f"source {desk.source.id!r}: {path.name} has no column {', '.join(missing)}; "
                    f"a table needs {', '.join(REQUIRED_COLUMNS)} (and may have url)."
                )
        for number, row in chain(head, rows):
            where = f"{path.name}:{number}"
            try:
                if isinstance(row, RecordError):
                    raise row
                yield _candidate(desk, row, where, max_bytes)
            except RecordError as error:
                yield desk.refusal(error.reason, f"{where}: {error.detail}", record=where)
    except OSError as error:
        raise SourceError(f"source {desk.source.id!r}: {path} cannot be read ({error.strerror or error}).") from None


def _candidate(desk: Desk, row: dict[str, Any], where: str, max_bytes: int) -> Candidate:
    values: dict[str, str | None] = {}
    for column in COLUMNS:
        value = row.get(column)
        if isinstance(value, datetime | date):
            value = value.isoformat()
        if value is not None and not isinstance(value, str):
            raise RecordError("bad_row", f"column {column} holds {type(value).__name__}, not text")
        if value is not None:
            if "\x00" in value:
                raise RecordError("bad_row", f"column {column} holds a NUL character")
            try:
                value.encode("utf-8")
            except UnicodeEncodeError:
                raise RecordError("bad_row", f"column {column} is not valid UTF-8 text") from None
        values[column] = value
    if values["text"] is None:
        raise RecordError("bad_row", "column text is missing or null")
    outlet = plain_text(values["source"])
    body = row_body(values)
    if len(body) > max_bytes:
        raise RecordError("body_too_large", f"{len(body):,} bytes, over the limit of {max_bytes:,}")
    if values["url"] and values["url"].strip():
        url = values["url"].strip()
        url = url if url.startswith("urn:") and not any(c.isspace() for c in url) else canonical_url(url)
    else:
        # Identity without an address: the whole row but its place in the file.
        url = f"urn:sitrep:{desk.source.id}:{hashlib.sha256(body).hexdigest()[:32]}"
    return Candidate(
        source_id=desk.source.id,
        outlet_id=slug(outlet) if outlet else desk.source.id,
        url=url,
        via=f"table {where}",
        title=plain_text(values["title"]),
        published_text=plain_text(values["published"]),
        language=desk.source.language,
        body=body,
        content_type=ROW_CONTENT_TYPE,
    )


def _json_rows(path: Path, max_bytes: int) -> Iterator[Row]:
    # A row may be larger as JSON than as a body (escapes), so the line has room for six bytes a character.
    limit = max_bytes * 6 + 10_000
    with path.open("rb") as stream:
        number = 0
        while line := stream.readline(limit + 1):
            number += 1
            if len(line) > limit:
                while line and not line.endswith(b"\n"):
                    line = stream.readline(1 << 20)
                yield number, RecordError("body_too_large", f"the line is over {limit:,} bytes")
                continue
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            if not line.strip():
                continue
            yield number, _json_row(line)


def _json_row(line: bytes) -> dict[str, Any] | RecordError:
    try:
        row = json.loads(line)
    except UnicodeDecodeError:
        return RecordError("bad_row", "is not UTF-8 text")
    except RecursionError:
        return RecordError("bad_row", "is nested too deep")
    except ValueError as error:
        detail = "holds a NUL byte" if b"\x00" in line else f"is not JSON: {error}"
        return RecordError("bad_row", detail)
    if not isinstance(row, dict):
        return RecordError("bad_row", f"is a JSON {type(row).__name__}, not an object")
    return row


def _csv_rows(path: Path, max_bytes: int) -> Iterator[Row]:
    csv.field_size_limit(max(max_bytes, csv.field_size_limit()))
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
        reader = csv.reader(stream, strict=True)
        try:
            header = [name.strip() for name in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            raise SourceError(f"{path.name}:1: the header line is not CSV: {error}") from None
        if len(set(header)) != len(header):
            raise SourceError(f"{path.name}:1: two columns have the same name.")
        missing = [c for c in REQUIRED_COLUMNS if c not in header]
        if missing:
            raise SourceError(
                f"{path.name}:1: has no column {', '.join(missing)}; a table needs {', '.join(REQUIRED_COLUMNS)}."
            )
        while True:
            number = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield number, RecordError("bad_row", f"is not CSV: {error}")
                continue
            if not cells:
                continue
            if len(cells) != len(header):
                yield number, RecordError("bad_row", f"has {len(cells)} cells, the header {len(header)}")
                continue
            yield number, dict(zip(header, cells, strict=True))


def _parquet_rows(path: Path) -> Iterator[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as table:
            names = table.schema_arrow.names
            missing = [c for c in REQUIRED_COLUMNS if c not in names]
            if missing:
                raise SourceError(
                    f"{path.name}: has no column {', '.join(missing)}; a table needs {', '.join(REQUIRED_COLUMNS)}."
                )
            number = 0
            for batch in table.iter_batches(batch_size=256, columns=[c for c in COLUMNS if c in names]):
                for row in batch.to_pylist():
                    number += 1
                    yield number, row
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path.name}: is not a readable Parquet file: {str(error)[:200]}") from None
