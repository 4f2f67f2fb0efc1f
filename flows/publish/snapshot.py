"""The readers' copy of the marts: one DuckDB file and one folder of Parquet files, each swapped in as a whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from flows.errors import BuildError

KEPT_GENERATIONS = 2
"""Parquet folders kept after a publish: the present one and the one that a slow reader may still be reading."""

# What the published copy offers besides tables. Table macros travel inside the file, so any client of it can call them.
# Half-open intervals: valid_from <= day < valid_to, known_from <= known_at < known_to; null = open.
_MACROS = """
create or replace macro marts.control_as_of(day, known_at := null) as table
    select p.name as place_name, a.name as holder_name, h.* from marts.fct_territory_control_history as h
    left join marts.dim_places as p on p.place_id = h.place_id
    left join marts.dim_actors as a on a.actor_id = h.holder_id
    where coalesce(h.valid_from, date '0001-01-01') <= day and (h.valid_to is null or day < h.valid_to)
      and case when known_at is null then h.known_to is null
               else h.known_from <= known_at and (h.known_to is null or known_at < h.known_to) end
"""


@dataclass(frozen=True, slots=True)
class Published:
    """What a publish put in place. `generation` names the build; `rows` counts each table."""

    database: Path
    parquet: Path
    generation: str
    rows: Mapping[str, int]


def publish_snapshot(build_db: Path, published: Path, now: datetime, schema: str = "marts") -> Published:
    """Copy `schema` of the writer's database into `published`, whole or not at all.

    The copy carries table and column comments, `marts.build_info` (generation, built_at, duckdb_version) and the table macro
    `marts.control_as_of(day, known_at)`. Raises BuildError when there is nothing to publish.
    """
    published.mkdir(parents=True, exist_ok=True)
    generation = now.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    target = published / "sitrep.duckdb"
    aside = published / f".sitrep.{generation}.duckdb"
    folder = published / f".parquet.{generation}"
    folder_aside = published / f".parquet.{generation}.tmp"
    for stale in [*published.glob(".sitrep.*"), *published.glob(".parquet.*.tmp")]:  # left by a killed publish
        shutil.rmtree(stale) if stale.is_dir() else stale.unlink(missing_ok=True)
    try:
        rows = _copy(build_db, aside, folder_aside, schema, generation, now)
        for leftover in published.glob(f".sitrep.{generation}.duckdb.wal"):
            raise BuildError(f"{leftover.name} is left after the checkpoint; nothing was published, run again.")
        _sync(aside)
        shutil.rmtree(folder, ignore_errors=True)
        folder_aside.rename(folder)
        aside.replace(target)
        _point(published / "parquet", folder)
        _sync(published)
    finally:
        aside.unlink(missing_ok=True)
        shutil.rmtree(folder_aside, ignore_errors=True)
    for old in sorted(published.glob(".parquet.*Z"))[:-KEPT_GENERATIONS]:
        shutil.rmtree(old, ignore_errors=True)
    return Published(target, published / "parquet", generation, rows)


def _copy(build_db: Path, aside: Path, folder: Path, schema: str, generation: str, now: datetime) -> dict[str, int]:
    rows: dict[str, int] = {}
    folder.mkdir(parents=True)
    with closing(duckdb.connect(str(aside))) as con:
        con.execute(f"attach {_text(build_db)} as build (read_only)")
        tables = [
            r[0]
            for r in con.execute(
                "select table_name from duckdb_tables() where database_name = 'build' and schema_name = ? order by 1",
                [schema],
            ).fetchall()
        ]
        if not tables:
            raise BuildError(f"The build holds no table in schema {schema}: run `sitrep run` until dbt finishes green.")
        con.execute(f"create schema {schema}")
        for table in tables:
            con.execute(f'create table {schema}."{table}" as select * from build.{schema}."{table}"')
            rows[table] = con.execute(f'select count(*) from {schema}."{table}"').fetchall()[0][0]
        for table, comment in con.execute(
            "select table_name, comment from duckdb_tables() where database_name = 'build' and schema_name = ? and comment is not null",
            [schema],
        ).fetchall():
            con.execute(f'comment on table {schema}."{table}" is {_text(comment)}')
        for table, column, comment in con.execute(
            "select table_name, column_name, comment from duckdb_columns()"
            " where database_name = 'build' and schema_name = ? and comment is not null",
            [schema],
        ).fetchall():
            if table in rows:
                con.execute(f'comment on column {schema}."{table}"."{column}" is {_text(comment)}')
        con.execute(
            f"create table {schema}.build_info as select ? as generation, ?::timestamp as built_at, version() as duckdb_version",
            [generation, now.astimezone(UTC).replace(tzinfo=None)],
        )
        if "fct_territory_control_history" in rows:
            con.execute(_MACROS)
        for table in [*rows, "build_info"]:
            con.execute(
                f'copy {schema}."{table}" to {_text(folder / f"{table}.parquet")} (format parquet, compression zstd)'
            )
        con.execute("detach build")
        con.execute("checkpoint")
    for path in folder.iterdir():
        _sync(path)
    return rows


def _point(link: Path, folder: Path) -> None:
    """Let `link` name `folder` from now on, in one step, so that a reader finds either all old files or all new ones."""
    if link.is_dir() and not link.is_symlink():
        shutil.rmtree(link)
    aside = link.with_name(f".{link.name}.link")
    with suppress(FileNotFoundError):
        aside.unlink()
    aside.symlink_to(folder.name, target_is_directory=True)
    aside.replace(link)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _text(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
