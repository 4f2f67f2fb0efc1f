"""Records to Parquet and back; the schema is the record class itself."""

from __future__ import annotations

import os
import shutil
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

Row = TypeVar("Row")

_ARROW: dict[Any, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    bool: pa.bool_(),
    date: pa.date32(),
    datetime: pa.timestamp("us"),
    list[str]: pa.list_(pa.string()),
    list[int]: pa.list_(pa.int64()),
}


def arrow_schema(row_class: type[Any]) -> pa.Schema:
    """The Arrow schema of a record class; a field of an unforeseen type is a TypeError."""
    hints = typing.get_type_hints(row_class)
    columns = []
    for declared in fields(row_class):
        kind, nullable = hints[declared.name], False
        if isinstance(kind, types.UnionType):
            kind, nullable = next(a for a in typing.get_args(kind) if a is not type(None)), True
        if kind not in _ARROW:
            raise TypeError(f"{row_class.__name__}.{declared.name}: no column type for {kind}")
        columns.append(pa.field(declared.name, _ARROW[kind], nullable=nullable))
    return pa.schema(columns)


def _plain(value: Any) -> Any:
    """Aware times as naive UTC (files and tables hold UTC without a zone); lone surrogates replaced, else no encoder takes them."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    return value


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_rows(path: Path, row_class: type[Row], rows: Iterable[Row], group: int = 20_000) -> int:
    """Write records to one Parquet file (zstd), `group` rows at a time, and sync it; returns the number of rows."""
    schema, count = arrow_schema(row_class), 0
    names = schema.names
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        pending: list[dict[str, Any]] = []
        for row in rows:
            pending.append({name: _plain(getattr(row, name)) for name in names})
            count += 1
            if len(pending) >= group:
                writer.write_table(pa.Table.from_pylist(pending, schema=schema))
                pending = []
        writer.write_table(pa.Table.from_pylist(pending, schema=schema))
    _sync(path)
    return count


def iter_rows(path: Path, row_class: type[Row], group: int = 500) -> Iterator[Row]:
    """Records of one Parquet file, `group` in memory at a time, times made aware again (UTC)."""
    stamps = [f.name for f in arrow_schema(row_class) if pa.types.is_timestamp(f.type)]
    with pq.ParquetFile(path) as file:
        for chunk in file.iter_batches(batch_size=group):
            for values in chunk.to_pylist():
                for name in stamps:
                    if values[name] is not None:
                        values[name] = values[name].replace(tzinfo=UTC)
                yield row_class(**values)


def read_rows(path: Path, row_class: type[Row]) -> list[Row]:
    """All records of one Parquet file."""
    return list(iter_rows(path, row_class))


def count_rows(path: Path) -> int:
    """Rows of one Parquet file, from its footer."""
    with pq.ParquetFile(path) as file:
        return int(file.metadata.num_rows)


def write_folder(folder: Path, tables: Mapping[str, tuple[type[Any], Iterable[Any]]]) -> dict[str, int]:
    """Write one Parquet file for each table into `folder`, aside first, then renamed: there whole or not at all.

    A folder that exists is replaced. Returns the rows written for each table.
    """
    aside = folder.with_name(folder.name + ".tmp")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    counts = {
        name: write_rows(aside / f"{name}.parquet", row_class, rows) for name, (row_class, rows) in tables.items()
    }
    _sync(aside)
    if folder.exists():
        shutil.rmtree(folder)
    aside.rename(folder)
    _sync(folder.parent)
    return counts
