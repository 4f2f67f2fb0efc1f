"""What `sitrep doctor` examines: versions, paths, model, dictionaries, the lock, the published copy, the health of sources."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import filelock

from flows.errors import SitrepError
from flows.publish import reading
from flows.settings import PROJECT_ROOT, Settings
from flows.transform.dictionaries import check_dictionaries

PACKAGES = ("prefect", "dbt-core", "dbt-duckdb", "duckdb", "trafilatura", "spacy")
SPARE_MEGABYTES = 500
"""Free disk below which a run may fail half-way (it heals when space returns)."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing examined: its name, whether it is as it should be, and what was seen or what to do."""

    name: str
    is_ok: bool
    detail: str


def examine(settings: Settings) -> list[Check]:
    """Examine everything; a check that fails never stops the next."""
    return [
        Check("python", sys.version_info[:2] == (3, 11), sys.version.split()[0]),
        *(_version(p) for p in PACKAGES),
        _try(
            "parser",
            lambda: (
                f"{settings.model}"
                if (settings.model / "meta.json").exists()
                else _fail(f"{settings.model} is missing: take a fresh checkout")
            ),
        ),
        _try("dictionaries", lambda: _dictionaries(settings)),
        _try("home", lambda: _home(settings)),
        _try("writer's lock", lambda: _lock(settings)),
        _try("published copy", lambda: _copy(settings)),
        *_sources(settings),
    ]


def _fail(message: str) -> str:
    raise SitrepError(message)


def _try(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except (SitrepError, OSError) as error:
        return Check(name, False, str(error))


def _version(package: str) -> Check:
    try:
        return Check(package, True, version(package))
    except PackageNotFoundError:
        return Check(package, False, "not installed: run `make env`")


def _dictionaries(settings: Settings) -> str:
    check_dictionaries(settings.seeds)
    return f"{len(list(settings.seeds.glob('*.csv')))} CSV files are well formed"


def _home(settings: Settings) -> str:
    folder = settings.home
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not os.access(folder, os.W_OK):
        _fail(f"{folder} cannot be written: give another with --home or SITREP_HOME")
    free = shutil.disk_usage(folder).free // 2**20
    if free < SPARE_MEGABYTES:
        _fail(f"{free} MB free on the disk of {folder}, {SPARE_MEGABYTES} wanted: make room")
    warcs = len(list(settings.warc.glob("*.warc.gz")))
    return f"{settings.home} ({warcs} WARC files, {free} MB free; code in {PROJECT_ROOT})"


def _lock(settings: Settings) -> str:
    if not settings.lock_file.exists():
        return "free"
    lock = filelock.FileLock(settings.lock_file)
    try:
        with lock.acquire(timeout=0):
            return "free"
    except filelock.Timeout:
        return "held by a run at work"


def _copy(settings: Settings) -> str:
    with reading.open_copy(settings.published_db) as con:
        (info,) = reading.rows(con, "select * from marts.build_info")
        counts = reading.table_counts(con)
    return (
        f"built {info['built_at']} UTC, {counts.get('dim_articles', 0)} articles, {counts.get('fct_events', 0)} events"
    )


def _sources(settings: Settings) -> list[Check]:
    if not _try("published copy", lambda: _copy(settings)).is_ok:
        return []  # said above
    with reading.open_copy(settings.published_db) as con:
        found = reading.rows(con, "select * from marts.mart_source_health order by source_id, date_day")
    latest: dict[str, reading.Row] = {}
    for row in found:
        latest[str(row["source_id"])] = row
    return [
        Check(
            f"source {name}",
            not row["is_silent"],
            f"{row['n_articles']} articles and {row['n_event_claims'] + row['n_control_claims']} claims on {row['date_day']},"
            f" last seen {row['last_seen_at']:%Y-%m-%d %H:%M} UTC" + (", SILENT since" if row["is_silent"] else ""),
        )
        for name, row in latest.items()
    ]
