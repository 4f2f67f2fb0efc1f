"""Transform: dbt turns `landing` and the dictionaries into `staging`, `intermediate` and `marts`.

Entry: `build`. `docs` writes dbt's documentation pages. Both run dbt in a process of its own: DuckDB
lets one process at a time write, and a build that fails must leave the caller's process clean.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.errors import BuildError
from flows.settings import Settings
from flows.transform.dictionaries import check_dictionaries

_BAD = ("error", "fail", "runtime error")
_TAIL_LINES = 12


@dataclass(frozen=True, slots=True)
class NodeResult:
    """What became of one dbt node.

    `status` is dbt's (success, pass, warn, error, fail, skipped), `seconds` the wall time, `message` dbt's on one line.
    """

    unique_id: str
    status: str
    seconds: float
    message: str

    @property
    def kind(self) -> str:
        """model, seed, test, unit_test or operation."""
        return self.unique_id.split(".", 1)[0]

    @property
    def name(self) -> str:
        """The node's own name, without project and hash; a unit test's is its sentence."""
        parts = self.unique_id.split(".")
        return parts[-1] if self.kind == "unit_test" else parts[min(2, len(parts) - 1)]


@dataclass(frozen=True, slots=True)
class BuildResult:
    """A green build: its nodes, those that only warned, and how long it took in seconds, dbt's start included."""

    nodes: tuple[NodeResult, ...]
    seconds: float

    @property
    def warnings(self) -> tuple[NodeResult, ...]:
        """Tests that warned."""
        return tuple(n for n in self.nodes if n.status == "warn")

    def count(self, kind: str) -> int:
        """Nodes of one kind (model, seed, test, unit_test)."""
        return sum(1 for n in self.nodes if n.kind == kind)

    def slowest(self, n: int = 5) -> tuple[NodeResult, ...]:
        """The nodes that took longest, slowest first."""
        return tuple(sorted(self.nodes, key=lambda node: (-node.seconds, node.unique_id))[:n])


def build(
    settings: Settings,
    *,
    full_refresh: bool = False,
    select: str | Sequence[str] | None = None,
    unit_tests: bool = False,
    project: Path | None = None,
) -> BuildResult:
    """Check the dictionaries, then run `dbt build`: seeds, models and every data test.

    Args:
        settings: where the warehouse lies and how many threads dbt uses.
        full_refresh: rebuild incremental models from nothing.
        select: dbt node selectors; None builds everything.
        unit_tests: run dbt's unit tests too. They test the SQL, not the data, so only the test command needs them.
        project: the dbt project folder (default: the project's own).

    Raises:
        ConfigError: a dictionary is wrong (file and line).
        BuildError: landing is empty, or dbt did not finish green; names the failing nodes and their messages. The build
            database may then hold models of two generations: publish nothing from it.
    """
    project = project or settings.dbt_project
    check_dictionaries(project / "seeds")
    arguments = ["build"]
    if full_refresh:
        arguments.append("--full-refresh")
    if not unit_tests:
        arguments += ["--exclude-resource-type", "unit_test"]
    if select:
        arguments += ["--select", *([select] if isinstance(select, str) else select)]
    results_file = _target(settings) / "run_results.json"
    results_file.unlink(missing_ok=True)
    started = time.monotonic()
    finished, errors = _run_dbt(settings, project, arguments)
    nodes = _node_results(results_file)
    bad = [n for n in nodes if n.status in _BAD]
    if finished != 0 or bad:
        raise BuildError(_failure(nodes, bad, errors, finished))
    if not nodes:
        raise BuildError(f"dbt found nothing to build for {select!r}; check the selector.")
    return BuildResult(nodes, round(time.monotonic() - started, 2))


def docs(settings: Settings, *, project: Path | None = None) -> Path:
    """Write dbt's documentation as one self-contained page and return its path. Raises BuildError when dbt does."""
    project = project or settings.dbt_project
    finished, errors = _run_dbt(settings, project, ["docs", "generate", "--static"])
    page = _target(settings) / "static_index.html"
    if finished != 0 or not page.exists():
        raise BuildError(_failure((), (), errors, finished))
    return page


def _target(settings: Settings) -> Path:
    return settings.warehouse / "dbt" / "target"


def _run_dbt(settings: Settings, project: Path, arguments: Sequence[str]) -> tuple[int, list[str]]:
    """Exit status of dbt and the messages it logged as errors."""
    settings.build_db.parent.mkdir(parents=True, exist_ok=True)
    # The caller's own DBT_* variables (a target, a selector) must not change what is built here.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DBT_")}
    environment |= {
        "SITREP_BUILD_DB": str(settings.build_db),
        "SITREP_GAZETTEER": str(settings.gazetteer),
        "SITREP_DBT_THREADS": str(settings.dbt_threads),
    }
    command = [sys.executable, "-m", "flows.transform.dbt_process", "--log-format", "json", *arguments]
    command += ["--project-dir", str(project), "--profiles-dir", str(project)]
    command += ["--target-path", str(_target(settings)), "--log-path", str(settings.warehouse / "dbt" / "logs")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    errors = list(_logged_errors(done.stdout.splitlines()))
    return done.returncode, errors or done.stderr.strip().splitlines()[-_TAIL_LINES:]


def _logged_errors(lines: Iterable[str]) -> Iterable[str]:
    for line in lines:
        try:
            info = json.loads(line)["info"]
        except (ValueError, KeyError, TypeError):
            continue
        if info.get("level") == "error" and str(info.get("msg", "")).strip():
            yield str(info["msg"]).strip()


def _node_results(results_file: Path) -> tuple[NodeResult, ...]:
    if not results_file.exists():
        return ()
    results: list[dict[str, Any]] = json.loads(results_file.read_text(encoding="utf-8"))["results"]
    return tuple(
        NodeResult(
            r["unique_id"], r["status"], round(r["execution_time"], 3), " ".join(str(r.get("message") or "").split())
        )
        for r in results
    )


def _failure(nodes: Sequence[NodeResult], bad: Sequence[NodeResult], errors: Sequence[str], status: int) -> str:
    """One message: what failed and why, then what to do."""
    broken = [n for n in bad if n.kind != "operation"]
    if broken:
        skipped = sum(1 for n in nodes if n.status == "skipped")
        head = f"dbt: {len(broken)} of {len(nodes)} nodes failed, {skipped} skipped; nothing is published."
        return "\n  ".join([head, *(f"{n.kind} {n.name}: {n.message or n.status}" for n in broken)])
    for message in errors:
        if "nothing to publish" in message:
            return message[message.index("nothing to publish") :].splitlines()[0]
    return f"dbt ended with status {status} before it built anything; nothing is published.\n  " + "\n  ".join(
        errors[-_TAIL_LINES:] or ["no message; see dbt.log in warehouse/dbt/logs"]
    )
