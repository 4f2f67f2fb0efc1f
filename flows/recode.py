"""Read every article again with the present coder, from the articles already cleaned; then build and publish."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows import tasks
from flows.errors import LockedError
from flows.settings import read_settings
from flows.steps import fingerprint, one_writer
from flows.summary import RunSummary, Stopwatch, read_summary


@flow(name="sitrep recode", retries=0)
def recode(home: str | None = None) -> RunSummary | State[Any]:
    """Code every cleaned batch with the present coder; its rows replace those of older coders, version by version.

    A new alias does not need this (dbt resolves names anew on each build); a new event word or a better coder does.
    """
    settings = read_settings(Path(home) if home else None)
    now, clock = datetime.now(UTC), Stopwatch()
    try:
        with one_writer(settings.lock_file):
            tasks.prepare_home(settings)
            batches = sorted(p.name.removesuffix(".warc.gz") for p in settings.warc.glob("*.warc.gz"))
            with clock("clean"):
                for batch in batches:
                    tasks.clean_batch(settings, batch, (), now)
            with clock("code"):
                tasks.code_batches(settings, batches, now, again=True)
            with clock("load"):
                changed = sum(tasks.load_one(settings, batch, now).changed for batch in batches)
            with clock("transform"):
                built = tasks.build_marts(settings)
            tasks.show_dbt(built)
            with clock("publish"):
                tasks.publish_marts(settings, fingerprint(settings), now)
            summary = read_summary(settings, [], changed, clock)
    except LockedError as busy:
        return Completed(name="Skipped", message=str(busy))
    tasks.show_run(summary)
    return summary
