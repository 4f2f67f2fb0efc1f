"""Kills a batch again and again, at every named point or at random times, and compares what the next run makes of it.

Run as a program of its own, so that it can fork before any thread exists. Prints one line of JSON.
"""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import random
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import warcio.warcwriter
from fastwarc.warc import ArchiveIterator, WarcRecordType

from flows.fetch import fetch_batch, known_urls, open_client, recover, verify_warc
from flows.records import Candidate

NOW = datetime(2020, 1, 1, tzinfo=UTC)


def candidates() -> list[Candidate]:
    pages = [
        Candidate(source_id="s", outlet_id="s", url=f"http://h{n}.example/page", via="test", title=f"Page {n}")
        for n in range(4)
    ]
    rows = [
        Candidate(
            source_id="t",
            outlet_id="o",
            url=f"urn:sitrep:t:{n}",
            via="table",
            body=b'{"text":"%d"}' % n,
            content_type="application/x-sitrep-row+json",
        )
        for n in range(3)
    ]
    return [pages[0], rows[0], pages[1], rows[1], pages[2], rows[2], pages[3]]


def run(folder: Path, port: int) -> None:
    """What the flow does: recover, then the batch."""
    recover(folder)
    routes = {f"h{n}.example": ("127.0.0.1", port) for n in range(4)}
    with open_client(routes=routes, deadline_seconds=5.0, backoff_seconds=0.01) as client:
        fetch_batch(candidates(), batch_id="b", warc_dir=folder, client=client, known=known_urls(folder), now=NOW)


def state(folder: Path) -> str:
    """Everything that the raw zone tells, in one digest; crashes must leave nothing else behind."""
    names = sorted(p.name for p in folder.iterdir())
    # Which page came first may differ when a batch was taken up again; where a record lies is checked by verify_warc.
    rows = [asdict(row) | {"warc_offset": row.warc_offset is not None} for _, row in sorted(known_urls(folder).items())]
    bodies = sorted(
        hashlib.sha256(record.reader.read()).hexdigest()
        for record in ArchiveIterator((folder / "b.warc.gz").open("rb"), parse_http=False)
        if record.record_type != WarcRecordType.warcinfo
    )
    return json.dumps([names, rows, bodies, verify_warc(folder / "b.warc.gz")], default=str)


def forked(work: Callable[[], None], kill_after: float | None = None) -> bool:
    """Runs `work` in a fork; True when it came to its end, False when it was killed."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException as error:
            print("child:", repr(error), file=sys.stderr, flush=True)
            os._exit(3)
        os._exit(0)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return False
    if os.WEXITSTATUS(status) != 0:
        raise SystemExit(f"the child failed with {os.WEXITSTATUS(status)}")
    return True


def die_at(point: int) -> None:
    """From now on this process kills itself before or after its `point`-th write, sync, rename or removal."""
    count = 0

    def watched(inner: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **kwargs: object) -> object:
            nonlocal count
            count += 1
            if count == point:
                os.kill(os.getpid(), signal.SIGKILL)
            result = inner(*args, **kwargs)
            count += 1
            if count == point:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return call

    os.fsync = watched(os.fsync)  # type: ignore[assignment]
    pathlib.Path.replace = watched(pathlib.Path.replace)  # type: ignore[assignment]
    pathlib.Path.unlink = watched(pathlib.Path.unlink)  # type: ignore[assignment]
    pq.write_table = watched(pq.write_table)
    warcio.warcwriter.WARCWriter.write_record = watched(warcio.warcwriter.WARCWriter.write_record)


def settled_state(folder: Path, port: int) -> str:
    """The state after one undisturbed run over whatever lies in `folder`."""
    reader, writer = os.pipe()

    def work() -> None:
        run(folder, port)
        with os.fdopen(writer, "w") as out:
            out.write(state(folder))

    pid = os.fork()
    if pid == 0:
        os.close(reader)
        try:
            work()
        except BaseException as error:
            print("child:", repr(error), file=sys.stderr, flush=True)
            os._exit(3)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as stream:
        found = stream.read()
    os.waitpid(pid, 0)
    return found


def main() -> None:
    mode, root, port, seed, n_times = (
        sys.argv[1],
        Path(sys.argv[2]),
        int(sys.argv[3]),
        int(sys.argv[4]),
        int(sys.argv[5]),
    )
    wanted = settled_state(root / "undisturbed" / "warc", port)
    started = time.monotonic()
    forked(lambda: run(root / "warm" / "warc", port))
    usual = time.monotonic() - started
    rng = random.Random(seed)
    differing: list[str] = []
    n_kills = n_points = 0
    for number in range(1, n_times + 1):
        folder = root / f"{mode}{number}" / "warc"
        if mode == "points":

            def work(number: int = number, folder: Path = folder) -> None:
                die_at(number)
                run(folder, port)

            if forked(work):
                break
            n_points, n_kills = number, n_kills + 1
            # A second crash, while the first one is being mended.
            if number % 4 == 0:
                n_kills += not forked(lambda folder=folder, number=number: (die_at(1 + number % 7), run(folder, port)))
        else:
            for _ in range(1 + number % 2):
                n_kills += not forked(lambda folder=folder: run(folder, port), kill_after=rng.uniform(0, usual * 1.1))
        if settled_state(folder, port) != wanted:
            differing.append(folder.parent.name)
    print(json.dumps({"kills": n_kills, "points": n_points, "differing": differing, "whole": bool(wanted)}))


if __name__ == "__main__":
    main()
