"""The landing schema: tables derived from the records, and the keyed merge of a batch."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from flows.load.files import arrow_schema
from flows.records import LANDING, SourceRow

_SQL_TYPES = {
    pa.string(): "VARCHAR",
    pa.int64(): "BIGINT",
    pa.bool_(): "BOOLEAN",
    pa.date32(): "DATE",
    pa.timestamp("us"): "TIMESTAMP",
    pa.list_(pa.string()): "VARCHAR[]",
    pa.list_(pa.int64()): "BIGINT[]",
}

# What the coder wrote about one article version is replaced as a whole, so that a better coder leaves nothing of the old one.
_REPLACED_BY_VERSION = ("sentences", "event_claims", "control_claims", "mentions")

# First come, first kept: a later batch that brings the same key brings the same thing, fetched or refused once more.
_KEPT = ("fetches", "articles", "quarantine")


@dataclass(frozen=True, slots=True)
class LoadResult:
    """Rows that one load changed, by table: inserted, updated, deleted."""

    inserted: Mapping[str, int] = field(default_factory=dict)
    updated: Mapping[str, int] = field(default_factory=dict)
    deleted: Mapping[str, int] = field(default_factory=dict)

    @property
    def changed(self) -> int:
        """All rows touched."""
        return sum(self.inserted.values()) + sum(self.updated.values()) + sum(self.deleted.values())


_ONE_AT_A_TIME = threading.Lock()


@contextmanager
def _connect(db: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection of one thread at a time: DuckDB refuses to open a file that another thread is about to close."""
    with _ONE_AT_A_TIME, closing(duckdb.connect(str(db))) as con:
        yield con


def _columns(row_class: type[Any]) -> list[str]:
    return [f.name for f in fields(row_class)]


def ensure_landing(db: Path) -> None:
    """Create the landing schema and its tables where they are missing, and add columns that a newer version declares."""
    db.parent.mkdir(parents=True, exist_ok=True)
    with _connect(db) as con:
        con.execute("create schema if not exists landing")
        for table, (row_class, _) in LANDING.items():
            schema = arrow_schema(row_class)
            columns = ", ".join(f"{f.name} {_SQL_TYPES[f.type]}" for f in schema)
            con.execute(f"create table if not exists landing.{table} ({columns}, loaded_at TIMESTAMP not null)")
            for f in schema:
                con.execute(f"alter table landing.{table} add column if not exists {f.name} {_SQL_TYPES[f.type]}")
        con.execute(
            "create table if not exists landing.batches"
            " (batch_id VARCHAR not null, source_id VARCHAR, coder_version VARCHAR not null, n_rows BIGINT, loaded_at TIMESTAMP not null)"
        )
        con.execute(
            "create table if not exists landing.gazetteer (place_id VARCHAR, name VARCHAR, kind VARCHAR, country VARCHAR,"
            " admin1 VARCHAR, latitude DOUBLE, longitude DOUBLE, population BIGINT, names VARCHAR[], keys VARCHAR[])"
        )


def load_gazetteer(db: Path, gazetteer: Path) -> int:
    """Fill `landing.gazetteer` from its Parquet file unless that very file is loaded; returns the rows loaded (0: up to date)."""
    digest = hashlib.sha256(gazetteer.read_bytes()).hexdigest()
    with _connect(db) as con:
        con.execute("create table if not exists landing.gazetteer_loaded (digest VARCHAR not null)")
        if con.execute("select digest from landing.gazetteer_loaded").fetchall() == [(digest,)]:
            return 0
        con.execute("begin")
        con.execute("delete from landing.gazetteer")
        con.execute("delete from landing.gazetteer_loaded")
        con.execute("insert into landing.gazetteer by name select * from read_parquet(?)", [str(gazetteer)])
        con.execute("insert into landing.gazetteer_loaded values (?)", [digest])
        ((rows,),) = con.execute("select count(*) from landing.gazetteer").fetchall()
        con.execute("commit")
        return int(rows)


def loaded_batches(db: Path) -> set[tuple[str, str]]:
    """(batch_id, coder_version) of every batch that lies whole in the landing schema."""
    if not db.exists():
        return set()
    with _connect(db) as con:
        return set(con.execute("select batch_id, coder_version from landing.batches").fetchall())


def known_rejections(db: Path) -> set[str]:
    """Ids of the quarantine rows already loaded, so that the same bad row met again opens no new batch."""
    with _connect(db) as con:
        return {r[0] for r in con.execute("select rejection_id from landing.quarantine").fetchall()}


def source_failures(db: Path) -> list[tuple[str, str, int]]:
    """(source_id, reason, rows) of the quarantine, most first."""
    with _connect(db) as con:
        return con.execute(
            "select coalesce(source_id, ''), reason, count(*) from landing.quarantine group by all order by 3 desc, 1, 2"
        ).fetchall()


def landing_fingerprint(db: Path) -> str:
    """Rows and latest load of every landing table: changes whenever a load changed a row."""
    with _connect(db) as con:
        parts = [
            f"{table}:{con.execute(f'select count(*), max(loaded_at) from landing.{table}').fetchall()[0]}"
            for table in sorted(LANDING)
        ]
    return "|".join(parts)


def load_sources(db: Path, sources: Iterable[SourceRow], now: datetime) -> LoadResult:
    """Merge the outlets that sources.toml declares; a changed declaration updates its row."""
    rows = list(sources)
    if not rows:
        return LoadResult()
    table = pa.Table.from_pylist([asdict(r) for r in rows], schema=arrow_schema(SourceRow))
    with _connect(db) as con:
        con.register("incoming", table)
        inserted, updated = _merge(con, "sources", "incoming", now, update=True)
    return LoadResult({"sources": inserted}, {"sources": updated})


def load_batch(
    db: Path, batch_id: str, folders: Sequence[Path], *, coder_version: str, source_id: str | None, now: datetime
) -> LoadResult:
    """Merge one batch (all Parquet files in `folders`, named for their tables) in one transaction with its marker.

    A table may come in several folders (each stage has its own quarantine). Files of no landing table are refused with
    KeyError. Returns the rows changed; the same batch again returns zeros.
    """
    inserted: dict[str, int] = {}
    updated: dict[str, int] = {}
    deleted: dict[str, int] = {}
    files: dict[str, list[str]] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.parquet")):
            LANDING[path.stem]
            files.setdefault(path.stem, []).append(str(path))
    with _connect(db) as con:
        con.execute("begin")
        for table, paths in files.items():
            con.execute(
                f"create or replace temp view incoming as select * from read_parquet({_literal(paths)}, union_by_name=true)"
            )
            if table in _REPLACED_BY_VERSION:
                key = LANDING[table][1]
                articles = files.get("articles", [])
                gone = con.execute(
                    f"delete from landing.{table} where version_id in (select version_id from read_parquet({_literal(articles)}))"
                    f" and {key} not in (select {key} from incoming)"
                ).fetchall()[0][0]
                deleted[table] = int(gone)
            inserted[table], updated[table] = _merge(con, table, "incoming", now, update=table not in _KEPT)
        con.execute(
            "merge into landing.batches as t using (select ? as batch_id, ? as source_id, ? as coder_version, ?::bigint as n_rows,"
            " ?::timestamp as loaded_at) as s on t.batch_id = s.batch_id and t.coder_version = s.coder_version"
            " when not matched then insert by name",
            [batch_id, source_id, coder_version, sum(inserted.values()), _utc(now)],
        )
        con.execute("commit")
    return LoadResult(inserted, updated, deleted)


def _merge(
    con: duckdb.DuckDBPyConnection, table: str, incoming: str, now: datetime, *, update: bool
) -> tuple[int, int]:
    row_class, key = LANDING[table]
    columns = _columns(row_class)
    names = ", ".join(columns)
    changed = " or ".join(f"t.{c} is distinct from s.{c}" for c in columns if c != key)
    sets = ", ".join(f"{c} = s.{c}" for c in columns if c != key)
    values = ", ".join(f"s.{c}" for c in columns)
    matched = f"when matched and ({changed}) then update set {sets}, loaded_at = ?::timestamp" if update else ""
    actions = con.execute(
        f"merge into landing.{table} as t using (select distinct on ({key}) {names} from {incoming} order by {key}) as s"
        f" on t.{key} = s.{key} {matched} when not matched then insert ({names}, loaded_at) values ({values}, ?::timestamp)"
        " returning merge_action",
        [_utc(now)] * (2 if update else 1),
    ).fetchall()
    inserted = sum(1 for (action,) in actions if action == "INSERT")
    return inserted, len(actions) - inserted


def _literal(paths: Sequence[str]) -> str:
    return "[" + ", ".join("'" + p.replace("'", "''") + "'" for p in paths) + "]"


def _utc(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(tzinfo=None)
