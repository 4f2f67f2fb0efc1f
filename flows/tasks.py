"""The only wrappers around Prefect: which step retries, how long it may take, what a run shows. The steps stay plain functions.

One task for each source and each batch, never for each article: Prefect's local server is SQLite.
"""

from __future__ import annotations

from typing import Any

from prefect import task
from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from flows import steps
from flows.summary import RunSummary, in_markdown
from flows.transform import BuildResult

# A task's inputs are never a cache key here: what was done is read off the disk and the landing schema.
_COMMON: dict[str, Any] = {"cache_policy": NO_CACHE, "persist_result": False}

prepare_home = task(name="prepare", retries=1, timeout_seconds=600, **_COMMON)(steps.prepare_home)
declare_sources = task(name="declare sources", retries=1, timeout_seconds=120, **_COMMON)(steps.declare_sources)
collect = task(name="collect", task_run_name="collect {source.id}", timeout_seconds=6 * 3600, **_COMMON)(steps.collect)
clean_batch = task(name="clean", task_run_name="clean {batch_id}", retries=1, timeout_seconds=6 * 3600, **_COMMON)(
    steps.clean_batch
)
code_batches = task(name="code", retries=1, timeout_seconds=24 * 3600, **_COMMON)(steps.code_batches)
load_one = task(
    name="load", task_run_name="load {batch_id}", retries=2, retry_delay_seconds=2, timeout_seconds=1800, **_COMMON
)(steps.load_one)
# A red test stays red: a second try of dbt would only hide how long the answer took.
build_marts = task(name="transform", timeout_seconds=3600, **_COMMON)(steps.build_marts)
publish_marts = task(name="publish", timeout_seconds=1800, **_COMMON)(steps.publish_marts)


def show_run(summary: RunSummary) -> None:
    """Leave the run's artifacts: the summary, the quarantine by reason, dbt's results, and where the copy and the report lie."""
    create_markdown_artifact(in_markdown(summary), key="sitrep-summary", description="What this run did")
    if summary.quarantined:
        rows = [{"stage": q.stage, "reason": q.reason, "rows": q.rows} for q in summary.quarantined]
        create_table_artifact(rows, key="sitrep-quarantine", description="What lies in quarantine, by reason")
    create_link_artifact(
        f"file://{summary.report}",
        link_text="Report",
        key="sitrep-report",
        description="Control, events and disputes on one page",
    )
    create_link_artifact(
        f"file://{summary.published}",
        link_text="Published copy",
        key="sitrep-published",
        description="The readers' database",
    )


def show_dbt(built: BuildResult) -> None:
    """Leave dbt's node results as a table, slowest first."""
    rows = [
        {"node": n.name, "kind": n.kind, "status": n.status, "seconds": n.seconds}
        for n in built.slowest(len(built.nodes))
    ]
    create_table_artifact(rows, key="sitrep-dbt", description=f"dbt: {len(rows)} nodes in {built.seconds} s")
