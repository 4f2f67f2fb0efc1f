"""Parsing that can be killed: worker processes for pages, watched for time and memory, and replaced when they die."""

from __future__ import annotations

import json
import os
import select
import struct
import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Final, Self

from flows.clean.articles import Claims, Cleaned
from flows.errors import RecordError

PACKAGE_ROOT: Final = Path(__file__).resolve().parents[2]
_POLL: Final = 0.05  # seconds between two looks at a worker's memory
_START_SECONDS: Final = 60  # for starting Python and importing the parser on a busy machine
_MAX_REPLY: Final = 64 * 2**20


@dataclass(frozen=True, slots=True)
class ParseLimits:
    """What one page may take: `seconds` of wall time, `megabytes` of resident memory of its process.

    A worker is replaced after `pages` pages, or when it rests at more than half the memory, so that memory stays flat.
    """

    seconds: float = 30.0
    megabytes: int = 512
    pages: int = 2000


class ParserPool:
    """Cleans pages in worker processes. Use as a context manager; processes start when the first page comes."""

    def __init__(self, workers: int = 1, limits: ParseLimits | None = None) -> None:
        self.limits = limits or ParseLimits()
        self._free: SimpleQueue[_Worker] = SimpleQueue()
        self._all = [_Worker(self.limits) for _ in range(max(1, workers))]
        for worker in self._all:
            self._free.put(worker)
        self._threads = ThreadPoolExecutor(max_workers=max(1, workers), thread_name_prefix="clean")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._all:
            worker.close()
        self._threads.shutdown(wait=True)

    def submit(self, markup: str, claims: Claims) -> Future[Cleaned]:
        """Begin cleaning a page. The future gives the article or raises RecordError: what `clean_page` raises, or
        `parse_timeout`, `parse_memory`, `parse_error`, `parse_crash`."""
        return self._threads.submit(self._clean, markup, claims)

    def _clean(self, markup: str, claims: Claims) -> Cleaned:
        worker = self._free.get()
        try:
            reply = worker.ask(markup, claims)
        finally:
            self._free.put(worker)
        if "cleaned" in reply:
            return Cleaned.from_json(reply["cleaned"])
        raise RecordError(str(reply["reason"]), str(reply["detail"]))


class _Worker:
    """One process and the pipes to it."""

    def __init__(self, limits: ParseLimits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._n_pages = 0
        self._closed = False

    def ask(self, markup: str, claims: Claims) -> dict[str, Any]:
        """One page's reply. Raises RecordError when the process had to be killed or died."""
        process = self._started()
        body = markup.encode("utf-8", "surrogatepass")
        values = asdict(claims) | {"fetched_at": claims.fetched_at.isoformat()}
        head = json.dumps({"n_bytes": len(body), "claims": values}).encode()
        message = struct.pack(">I", len(head)) + head + body
        try:
            reply = self._exchange(process, message, time.monotonic() + self._limits.seconds, self._limits.seconds)
        except RecordError:
            self._kill()
            raise
        self._n_pages += 1
        if self._n_pages >= self._limits.pages or _resident(process.pid) > self._limits.megabytes * 2**19:
            self._kill()
        return reply

    def close(self) -> None:
        """End the process; a page under way is lost."""
        self._closed = True
        self._kill()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._closed:
            raise RecordError("parse_error", "the parser pool is closed")
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._kill()
        path = os.pathsep.join([str(PACKAGE_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "flows.clean.worker",
                str(self._limits.megabytes),
                str(int(self._limits.seconds) + 1),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
        self._n_pages = 0
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                os.set_blocking(pipe.fileno(), False)
        self._exchange(self._process, b"", time.monotonic() + _START_SECONDS, _START_SECONDS)
        return self._process

    def _exchange(
        self, process: subprocess.Popen[bytes], message: bytes, deadline: float, seconds: float
    ) -> dict[str, Any]:
        """Send a message and read one reply, watching the clock and the process's memory all the while."""
        assert process.stdin is not None and process.stdout is not None
        out, back = process.stdin.fileno(), process.stdout.fileno()
        unsent = memoryview(message)
        received = bytearray()
        while True:
            if time.monotonic() > deadline:
                raise RecordError("parse_timeout", f"parsing took longer than {seconds:g} s")
            if _resident(process.pid) > self._limits.megabytes * 2**20:
                raise RecordError("parse_memory", f"parsing took more than {self._limits.megabytes} MB of memory")
            readable, writable, _ = select.select([back], [out] if unsent else [], [], _POLL)
            try:
                if writable:
                    unsent = unsent[os.write(out, unsent[:65_536]) :]
                chunk = os.read(back, 1 << 20) if readable else None
            except BlockingIOError:
                continue
            except BrokenPipeError:
                chunk = b""
            if chunk == b"":
                raise RecordError("parse_crash", f"the parser process died (exit status {process.wait()})")
            received += chunk or b""
            if len(received) >= 4:
                (length,) = struct.unpack(">I", received[:4])
                if length > _MAX_REPLY:
                    raise RecordError("parse_crash", "the parser process sent no valid reply")
                if len(received) >= 4 + length:
                    reply: dict[str, Any] = json.loads(received[4 : 4 + length])
                    return reply

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()


def _resident(pid: int) -> int:
    """Resident memory of a process in bytes; 0 where the system does not tell (then only its own limit holds)."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError):
        return 0
