"""What several tests share: the project's root and the command as its users call it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


def sitrep(*arguments: str | Path, timeout: float = 600, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, away from the project's folder, and return what it printed."""
    return subprocess.run(
        [sys.executable, "-m", "flows.cli", *map(str, arguments)],
        cwd=Path(__file__).resolve().parent,
        env={**os.environ, "COLUMNS": "200", **env},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real input beside the project; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("real input (../shared) is not on this machine")
    return SHARED
