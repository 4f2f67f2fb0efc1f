"""Prefect for real: a local server, the deployments, a worker that picks a scheduled run up, and a red build that says why."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import duckdb
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("prefect")]

ARTICLE = {
    "url": "https://one.example/1",
    "title": "Troops enter Sirte",
    "text": "Troops of the Libyan National Army captured the town of Sirte on Monday, a spokesman said. Clashes killed 12 fighters.",
    "published": "2020-01-07",
    "source": "One",
}


def call(port: int, path: str, body: dict[str, Any] | None = None, method: str = "POST") -> Any:
    request = Request(
        f"http://127.0.0.1:{port}/api/{path}",
        data=json.dumps(body or {}).encode() if method != "GET" else None,
        headers={"Content-Type": "application/json"},
        method=method,
    )
    with urlopen(request, timeout=30) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def wait_for(what: Callable[[], Any], seconds: float, server: subprocess.Popen[str]) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert server.poll() is None, "sitrep serve ended by itself"
        try:
            if found := what():
                return found
        except OSError:
            pass
        time.sleep(1)
    raise AssertionError(f"not within {seconds} s")


class Served:
    """`sitrep serve` at work: its port and what its API says."""

    def __init__(self, port: int, home: Path, process: subprocess.Popen[str]) -> None:
        self.port, self.home, self.process = port, home, process

    def deployments(self) -> dict[str, dict[str, Any]]:
        return {d["name"]: d for d in call(self.port, "deployments/filter")}

    def finished(self, run_id: str, seconds: float = 420) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            run = call(self.port, f"flow_runs/{run_id}", method="GET")
            return run if run["state_type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"} else None

        found: dict[str, Any] = wait_for(look, seconds, self.process)
        return found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("served")
    (home / "one.jsonl").write_text(json.dumps(ARTICLE) + "\n")
    (home / "sources.toml").write_text('[[source]]\nid = "one"\nkind = "table"\npath = "one.jsonl"\nlanguage = "en"\n')
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (home / "serve.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "serve", "--home", str(home), "--port", str(port), "--sources", str(home / "sources.toml")],
        stdout=log, stderr=subprocess.STDOUT, text=True, start_new_session=True, env={k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")},
    )  # fmt: skip
    running = Served(port, home, process)
    try:
        wait_for(lambda: "worker:" in (home / "serve.log").read_text(), 240, process)
        yield running
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        log.close()


def test_serve_creates_the_deployments_with_their_schedules(served: Served) -> None:
    found = served.deployments()
    assert set(found) == {"hourly", "nightly", "backfill"}
    assert [len(found[d]["schedules"]) for d in ("hourly", "nightly", "backfill")] == [1, 1, 0]
    assert {d["work_pool_name"] for d in found.values()} == {"sitrep"}
    assert {d["global_concurrency_limit"]["limit"] for d in found.values()} == {1}
    assert {"only", "since", "until"} <= set(found["backfill"]["parameter_openapi_schema"]["properties"])


def test_the_zombie_automation_is_there_once(served: Served) -> None:
    assert len(call(served.port, "automations/filter")) == 1


def test_a_scheduled_run_is_picked_up_and_completes(served: Served) -> None:
    """A schedule of its own, seconds away, on the hourly deployment: the scheduler makes the run, the worker picks it up."""
    hourly = served.deployments()["hourly"]
    call(
        served.port,
        f"deployments/{hourly['id']}/schedules",
        [
            {
                "schedule": {
                    "interval": 3600,
                    "anchor_date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 15)),
                },
                "active": True,
                "slug": "soon",
            }
        ],
    )  # type: ignore[arg-type]

    def first() -> str | None:
        runs = call(
            served.port,
            "flow_runs/filter",
            {"deployments": {"id": {"any_": [hourly["id"]]}}, "sort": "EXPECTED_START_TIME_ASC", "limit": 1},
        )
        return runs[0]["id"] if runs else None

    run = served.finished(wait_for(first, 90, served.process))
    assert run["state_type"] == "COMPLETED", run["state"]["message"]
    assert run["auto_scheduled"] or run["created_by"]["type"] == "SCHEDULE"
    with duckdb.connect(str(served.home / "warehouse" / "published" / "sitrep.duckdb"), read_only=True) as con:
        assert con.execute("select count(*) from marts.fct_event_claims").fetchall()[0][0] > 0
    keys = {a["key"] for a in call(served.port, "artifacts/filter")}
    assert {"sitrep-summary", "sitrep-dbt", "sitrep-report", "sitrep-published"} <= keys


def test_a_failing_dbt_test_fails_the_run_and_is_named(served: Served) -> None:
    """A row that breaks a key is put into landing; the next build must be red, and the published copy stay as it was."""
    copy = served.home / "warehouse" / "published" / "sitrep.duckdb"
    nightly = served.deployments()["nightly"]

    def run_nightly() -> dict[str, Any]:
        created = call(served.port, f"deployments/{nightly['id']}/create_flow_run", {"state": {"type": "SCHEDULED"}})
        return served.finished(created["id"])

    if not copy.exists():  # this test alone, or on another worker than the one before it
        assert run_nightly()["state_type"] == "COMPLETED"
    before = copy.stat().st_mtime_ns
    with duckdb.connect(str(served.home / "warehouse" / "build.duckdb")) as con:
        con.execute("insert into landing.event_claims select * from landing.event_claims limit 1")
    run = run_nightly()
    assert run["state_type"] == "FAILED"
    assert "event_claims" in run["state"]["message"], run["state"]["message"]
    assert copy.stat().st_mtime_ns == before
