"""kill -9 at every point of a batch, and at random times: the next run leaves exactly what an undisturbed run
leaves.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hostile_server import PAGE, Behaviour, HostileServer

BEHAVIOURS = {f"h{n}": Behaviour(lambda v: v.answer(PAGE + v.host.encode()), "fetched", None) for n in range(4)}
PROGRAM = Path(__file__).with_name("crash_program.py")


def crash(mode: str, folder: Path, seed: int, n_times: int) -> dict[str, object]:
    with HostileServer(BEHAVIOURS) as server:
        command = [sys.executable, str(PROGRAM), mode, str(folder), str(server.port), str(seed), str(n_times)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_killed_at_every_point(tmp_path: Path) -> None:
    found = crash("points", tmp_path, 0, 500)
    assert found["whole"] and found["differing"] == []
    # 18 records, and around them the syncs, renames and removals, each before and after: all were reached.
    assert int(str(found["points"])) >= 50


@pytest.mark.parametrize("seed", [1])
def test_killed_at_random_times(tmp_path: Path, seed: int) -> None:
    found = crash("random", tmp_path, seed, 12)
    assert found["whole"] and found["differing"] == []
    assert int(str(found["kills"])) >= 6
