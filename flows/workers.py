"""Worker processes that can be killed: what parses text from outside may hang, swell or crash, and the run goes on.

`run_each` gives each item to a process of its own pool, with a limit of time and memory for the item; an item that breaks its
worker comes back as `Killed`, and a fresh worker takes the next one. Results keep the order of the items. Standard library
only; Linux's /proc is used for memory where it is there.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, TypeVar

Item = TypeVar("Item")

_POLL_SECONDS = 0.25
_AHEAD = 8
"""Items a slow one may be overtaken by, for each worker: bounds what waits in memory for its turn."""


@dataclass(frozen=True, slots=True)
class Killed:
    """An item that gave no result. `reason`: `timeout`, `memory`, `crash` (the process died) or `error` (an exception)."""

    reason: str
    detail: str


@dataclass(slots=True)
class _Worker:
    process: Any
    pipe: Connection
    number: int | None = None
    deadline: float = 0.0
    is_ready: bool = False


def _serve(
    pipe: Connection, function: Callable[..., Any], setup: Callable[..., Any] | None, setup_args: tuple[Any, ...]
) -> None:
    state = (setup(*setup_args),) if setup else ()
    pipe.send(("ready", None))
    while True:
        try:
            item = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(("done", function(*state, item)))
        except MemoryError:
            os._exit(3)
        except Exception as error:
            pipe.send(("error", f"{type(error).__name__}: {error}"[:500]))


def _resident_megabytes(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except (OSError, ValueError, IndexError):
        return 0.0


class _Pool:
    def __init__(
        self, function: Callable[..., Any], setup: Callable[..., Any] | None, setup_args: tuple[Any, ...]
    ) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._what = (function, setup, setup_args)
        self.workers: list[_Worker] = []

    def start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs, *self._what), daemon=True)
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self.workers.append(worker)
        return worker

    def drop(self, worker: _Worker) -> int | None:
        """Kill a worker for good; returns its exit code."""
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()
        self.workers.remove(worker)
        return int(worker.process.exitcode) if worker.process.exitcode is not None else None


def run_each(
    function: Callable[..., Any],
    items: Iterable[Item],
    *,
    workers: int,
    seconds: float,
    megabytes: float,
    setup: Callable[..., Any] | None = None,
    setup_args: tuple[Any, ...] = (),
    setup_seconds: float = 120.0,
) -> Iterator[tuple[Item, Any]]:
    """Yield (item, result) in the order of `items`; the result is a `Killed` when the item gave none.

    Args:
        function: importable; called with the item, after the state that `setup` made where there is one.
        items: read lazily, a few ahead of the results.
        workers: processes at once.
        seconds: wall-clock limit for one item.
        megabytes: limit of resident memory for a worker, its state included.
        setup, setup_args: run once in each process; its time does not count against the first item.
        setup_seconds: limit for it.

    Raises:
        RuntimeError: when a worker cannot even set itself up, with what it said.
    """
    pool = _Pool(function, setup, setup_args)
    source = enumerate(items)
    waiting: deque[tuple[int, Item]] = deque()
    given: dict[int, Item] = {}
    done: dict[int, Any] = {}
    following, exhausted = 0, False
    failed_starts = 0
    try:
        while True:
            while not exhausted and len(given) + len(waiting) + len(done) < workers * _AHEAD:
                try:
                    waiting.append(next(source))
                except StopIteration:
                    exhausted = True
            while following in done:
                yield given.pop(following), done.pop(following)
                following += 1
            busy = sum(1 for w in pool.workers if w.number is not None)
            if exhausted and not waiting and not busy and not done:
                return
            while waiting and len(pool.workers) < min(workers, busy + len(waiting)):
                pool.start().deadline = time.monotonic() + setup_seconds
            for worker in pool.workers:
                if worker.is_ready and worker.number is None and waiting:
                    number, item = waiting.popleft()
                    given[number] = item
                    worker.number, worker.deadline = number, time.monotonic() + seconds
                    with suppress(OSError):  # a dead worker shows as end of file below
                        worker.pipe.send(item)
            for pipe in wait([w.pipe for w in pool.workers], timeout=_POLL_SECONDS):
                worker = next(w for w in pool.workers if w.pipe is pipe)
                try:
                    kind, value = worker.pipe.recv()
                except (EOFError, OSError):
                    held, code = worker.number, pool.drop(worker)
                    if held is not None:
                        done[held] = Killed(
                            "memory" if code == 3 else "crash", f"the worker process ended with exit code {code}"
                        )
                    else:
                        failed_starts += 1
                        if failed_starts > workers:
                            raise RuntimeError(
                                f"worker processes cannot start (exit code {code}); see the messages above"
                            ) from None
                    continue
                if kind == "ready":
                    worker.is_ready, failed_starts = True, 0
                elif worker.number is not None:
                    done[worker.number] = value if kind == "done" else Killed("error", value)
                    worker.number = None
            for worker in list(pool.workers):
                if worker.number is None and worker.is_ready:
                    continue
                reason = None
                if time.monotonic() > worker.deadline:
                    reason = Killed("timeout", f"no result within {seconds:g} s")
                elif worker.number is not None and (used := _resident_megabytes(worker.process.pid)) > megabytes:
                    reason = Killed("memory", f"{used:.0f} MB in use, {megabytes:g} allowed")
                if reason:
                    held = worker.number
                    pool.drop(worker)
                    if held is None:
                        raise RuntimeError(f"a worker process was not ready within {setup_seconds:g} s")
                    done[held] = reason
    finally:
        for worker in list(pool.workers):
            pool.drop(worker)
