"""`sitrep serve`: Prefect's server, the work pool, the deployments, the automation for dead runs, and a worker, in one command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from rich.console import Console

from flows.errors import SitrepError
from flows.settings import PROJECT_ROOT, Settings
from flows.sources import check_sides

WORK_POOL = "sitrep"
START_SECONDS = 90
"""How long the server may take to answer: a first start migrates its database."""

say = Console(stderr=True, highlight=False).print


def prefect_variables(settings: Settings, port: int, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of everything that `serve` starts: one Prefect home, one server, one project."""
    return {
        **environ,
        "PREFECT_HOME": str(settings.home / ".prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_RUNNER_SERVER_ENABLE": "false",
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
        "PREFECT_LOGGING_EXTRA_LOGGERS": "flows",
        "DO_NOT_TRACK": "1",
        "SITREP_PROJECT": str(PROJECT_ROOT),
        "SITREP_HOME": str(settings.home),
    }


def serve_all(settings: Settings, port: int, sources: Path | None = None) -> None:
    """Start everything and stay until a signal comes or a part dies. Raises SitrepError when a part does not start."""
    env = prefect_variables(settings, port, os.environ)
    if sources is not None:
        check_sides(sources, settings.seeds)
        env["SITREP_SOURCES"] = str(sources.resolve())
    Path(env["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)
    children: list[subprocess.Popen[bytes]] = []

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    try:
        say(f"server: http://127.0.0.1:{port} (first start takes up to a minute)")
        children.append(_start(["server", "start", "--host", "127.0.0.1", "--port", str(port)], env))
        _wait_for_server(port, children[0])
        say("work pool and deployments")
        _prefect(["work-pool", "create", WORK_POOL, "--type", "process", "--overwrite"], env)
        deploy(env)
        _prefect_python(["-c", "from flows.serve import ensure_automation; ensure_automation()"], env)
        say(
            f"worker: picks up scheduled runs until Ctrl-C; to speak to this server: export PREFECT_API_URL={env['PREFECT_API_URL']}"
        )
        children.append(_start(["worker", "start", "--pool", WORK_POOL, "--type", "process"], env))
        while all(child.poll() is None for child in children):
            time.sleep(1)
        raise SitrepError("the Prefect server or the worker ended by itself; its last messages stand above")
    except KeyboardInterrupt:
        say("stopping")
    finally:
        for child in reversed(children):
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGINT)
        for child in reversed(children):
            try:
                child.wait(timeout=20)
            except subprocess.TimeoutExpired:
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)


def deploy(env: Mapping[str, str]) -> None:
    """Create or update every deployment of prefect.yaml on the server that `env` names."""
    _prefect(["--no-prompt", "deploy", "--all"], env)
    if sources := env.get("SITREP_SOURCES"):
        _prefect_python(["-c", "from flows.serve import set_sources; set_sources()", sources], env)


def set_sources() -> None:
    """Point all deployments at another sources.toml (first argument); runs in a process whose environment names the server."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import DeploymentUpdate

    with get_client(sync_client=True) as client:
        for deployment in client.read_deployments():
            client.update_deployment(
                deployment.id, DeploymentUpdate(parameters={**deployment.parameters, "sources": sys.argv[1]})
            )


def ensure_automation() -> None:
    """Set up, once, the automation that marks a run Crashed when its heartbeat has been missing for three minutes.

    A run killed with SIGKILL cannot say so itself; without this it would show as Running for ever.
    """
    from prefect.automations import Automation
    from prefect.client.schemas.objects import StateType
    from prefect.events.actions import ChangeFlowRunState
    from prefect.events.schemas.automations import EventTrigger, Posture

    name = "sitrep: a run without heartbeat has crashed"
    with suppress(ValueError):
        if Automation.read(name=name):
            return
    trigger: dict[str, Any] = {
        "after": {"prefect.flow-run.heartbeat"},
        "expect": {
            "prefect.flow-run.heartbeat",
            "prefect.flow-run.Completed",
            "prefect.flow-run.Failed",
            "prefect.flow-run.Crashed",
            "prefect.flow-run.Cancelled",
        },
        "match": {"prefect.resource.id": "prefect.flow-run.*"},
        "for_each": {"prefect.resource.id"},
        "posture": Posture.Proactive,
        "threshold": 1,
        "within": 180,
    }
    action = ChangeFlowRunState(
        name=None,
        force=False,
        state=StateType.CRASHED,
        message="No heartbeat: the process was killed. The next run goes on from what lies on disk.",
    )
    Automation(name=name, trigger=EventTrigger(**trigger), actions=[action]).create()


def _start(arguments: list[str], env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    # A group of its own, so that one signal reaches all that a part has started.
    return subprocess.Popen(
        [sys.executable, "-m", "prefect", *arguments], cwd=PROJECT_ROOT, env=dict(env), start_new_session=True
    )


def _prefect(arguments: list[str], env: Mapping[str, str]) -> None:
    _prefect_python(["-m", "prefect", *arguments], env)


def _prefect_python(arguments: list[str], env: Mapping[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=PROJECT_ROOT,
        env=dict(env),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    if done.returncode != 0:
        raise SitrepError(f"`{' '.join(arguments[:4])}` failed:\n{done.stdout[-1500:]}{done.stderr[-3000:]}")


def _wait_for_server(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise SitrepError(
                f"the Prefect server ended with exit code {server.returncode}: is port {port} taken? Give another with --port."
            )
        with suppress(URLError, OSError), urlopen(f"http://127.0.0.1:{port}/api/health", timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.5)
    raise SitrepError(f"the Prefect server did not answer on port {port} within {START_SECONDS} s")
