"""dbt as a process of its own that never outlives the one that started it.

Use: `python -m flows.transform.dbt_process ARGUMENTS OF DBT`. An orphaned dbt would go on writing the warehouse
while the next run, whose lock is free, starts too.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent ends (Linux; elsewhere nothing happens)."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == 1:
        sys.exit(1)


def main() -> None:
    """Run the dbt command line with the arguments of this process."""
    _die_with_parent()
    from dbt.cli.main import cli

    cli()


if __name__ == "__main__":
    main()
