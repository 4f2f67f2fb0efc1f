"""The flow on one screen: the same by hand (`sitrep run`), by schedule and by backfill (prefect.yaml)."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows import tasks
from flows.errors import ConfigError, LockedError
from flows.fetch import known_urls, open_client, recover
from flows.sample import serve_sample_for
from flows.settings import PROJECT_ROOT, read_settings
from flows.sources import check_sides
from flows.steps import fingerprint, is_published, one_writer, pending_batches
from flows.summary import RunSummary, Stopwatch, read_summary

log = logging.getLogger(__name__)


@flow(name="sitrep", flow_run_name="{sources} {only}", retries=0)
def pipeline(
    sources: str = "sources.toml",
    home: str | None = None,
    only: str | None = None,
    since: date | None = None,
    until: date | None = None,
    rebuild: bool = False,
    place: str | None = None,
) -> RunSummary | State[Any]:
    """Fetch, clean, code and load what is new, then build and publish the marts.

    Args:
        sources: a sources.toml; relative paths start at the project.
        home: where raw/ and warehouse/ lie (default: SITREP_HOME, else the project).
        only: one source's id; the others are left alone.
        since, until: collect only candidates whose claimed day lies between (inclusive); undated ones are collected.
        rebuild: build and publish even when nothing changed.
        place: the place whose control the summary tells (default: the most contested).

    Returns:
        The run's summary, or a Completed state named "Skipped" when another run holds the warehouse.
    """
    settings = read_settings(Path(home) if home else None)
    declared = check_sides(PROJECT_ROOT / sources, settings.seeds)
    chosen = [s for s in declared if only in (None, s.id)]
    if not chosen:
        raise ConfigError(f"{sources} declares no source {only!r}; it has: {', '.join(s.id for s in declared)}.")
    now, clock = datetime.now(UTC), Stopwatch()
    try:
        with ExitStack() as stack:
            stack.enter_context(one_writer(settings.lock_file))
            with clock("prepare"):
                tasks.prepare_home(settings)
                recover(settings.warc)
                changed = tasks.declare_sources(settings, declared, now)
            with clock("fetch"):
                routes = stack.enter_context(serve_sample_for(chosen))
                client = stack.enter_context(
                    open_client(contact=settings.contact, allow_hosts=settings.allow_hosts, routes=routes)
                )
                known = known_urls(settings.warc)
                running = [tasks.collect.submit(settings, s, client, known, now, since, until) for s in chosen]
                collected = [future.result() for future in running]
            pending = pending_batches(settings)
            with clock("clean"):
                for batch in pending:
                    tasks.clean_batch(settings, batch, declared, now)
            with clock("code"):
                tasks.code_batches(settings, pending, now)
            with clock("load"):
                changed += sum(tasks.load_one(settings, batch, now).changed for batch in pending)
            wanted = fingerprint(settings)
            if rebuild or not is_published(settings, wanted):
                with clock("transform"):
                    built = tasks.build_marts(settings)
                tasks.show_dbt(built)
                with clock("publish"):
                    tasks.publish_marts(settings, wanted, now)
            else:
                log.info("nothing new: the published copy stays as it is")
            summary = read_summary(settings, collected, changed, clock, place)
    except LockedError as busy:
        return Completed(name="Skipped", message=str(busy))
    tasks.show_run(summary)
    return summary
