"""The run as a process: ended at once by a signal, and cleared of what an earlier, killed run left behind. Linux's /proc.

Everything a stage writes is there whole or not at all, so a run may be stopped anywhere; what must not happen is that it
lingers, or that processes of a run killed with SIGKILL live on.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import FrameType

PREFECT_SERVER = "prefect.server.api.server"


def stop_at_once_on_signals() -> None:
    """Let SIGINT and SIGTERM end this process and all that it started, with a word on what happens next (exit 130, 143)."""

    def stop(number: int, frame: FrameType | None) -> None:
        for pid in descendants(os.getpid()):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        sys.stderr.write("\nstopped; what was collected is kept, and the next run goes on from here\n")
        sys.stderr.flush()
        os._exit(128 + number)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)


def descendants(pid: int) -> list[int]:
    """Processes started by `pid`, and by those, deepest last; empty where /proc does not tell."""
    found: list[int] = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, children.read_text().split()):
                found += [child, *descendants(child)]
    return found


def end_orphaned_servers(prefect_home: Path) -> int:
    """End Prefect servers of this home whose run was killed (their parent is gone); returns how many."""
    ended = 0
    for pid in _orphans():
        with suppress(OSError):
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
            environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
            if PREFECT_SERVER.encode() in command and f"PREFECT_HOME={prefect_home}".encode() in environment:
                os.kill(pid, signal.SIGTERM)
                ended += 1
    return ended


def _orphans() -> Iterator[int]:
    for status in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError, StopIteration):
            parent = next(line for line in status.read_text().splitlines() if line.startswith("PPid:"))
            if parent.split()[1] == "1":
                yield int(status.parent.name)
