"""One batch: candidates in, a WARC with its fetch log out; both appear whole or not at all."""

from __future__ import annotations

import errno
import os
import queue
import shutil
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import urlsplit

from flows.errors import FetchError, SitrepError
from flows.records import Candidate, Fetched, stable_id
from flows.sources import Limits

from .archive import (
    Archive,
    check_batch_id,
    digest_of,
    log_path,
    part_path,
    read_log,
    recover,
    settle,
    sha1_digest,
    spool_path,
    warc_path,
    write_log,
)
from .client import MAX_PATIENCE_SECONDS, RETRYABLE, Answer, Client, Postponed
from .known import HELD

REFUSED: Final = frozenset(
    {
        "robots_disallow",
        "address_refused",
        "port_refused",
        "scheme_refused",
        "bad_url",
        "redirect_refused",
        "redirect_loop",
        "too_many_redirects",
        "body_too_large",
        "content_coding",
        "content_type",
        "tls_certificate",
        "tls_failed",
    }
)
"""Reasons that are our policy; everything else is the server's failure."""

FIRST_WAIT: Final = timedelta(hours=1)
FIRST_WAIT_LASTING: Final = timedelta(days=1)
LONGEST_WAIT: Final = timedelta(days=30)
"""A failed page is asked for again after a wait that doubles with each failure: an hour for what may pass, else a
day.
"""

PAGE_TYPES: Final = ("text/", "application/xhtml+xml", "application/xml")
_EMPTY: Final = b" \t\r\n\x00\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class _Result:
    """What became of the candidate with this number."""

    number: int
    answer: Answer | None
    row: Fetched


def fetch_batch(
    candidates: Iterable[Candidate],
    *,
    batch_id: str,
    warc_dir: Path,
    client: Client | None,
    known: Mapping[str, Fetched],
    now: datetime,
    limits: Mapping[str, Limits] | None = None,
    progress: Callable[[Fetched], None] | None = None,
) -> list[Fetched]:
    """Fetches what has no body, stores everything, and returns one row for each candidate, in their order.

    Hosts are served in parallel, each by one connection. The result lies in `<warc_dir>/<batch_id>.warc.gz` with its
    log `<batch_id>.fetches.parquet`. What is stored of a batch already is not fetched again: its rows come first, as
    they are, and what was missing is added.

    Args:
        client: from `open_client`; None when every candidate brings its body.
        known: from `known_urls`: validators for conditional requests, digests of bodies held.
        now: the time of the batch, in every row and record.
        limits: source id -> its limits (`max_bytes`, `delay_seconds`).
        progress: called with each row as it is known (in no order).

    Raises SitrepError when the batch cannot be stored (disk full, no permission).
    """
    check_batch_id(batch_id)
    wanted = _each_once(candidates)
    path = warc_path(warc_dir, batch_id)
    try:
        warc_dir.mkdir(parents=True, exist_ok=True)
        if path.exists() or spool_path(path).exists():
            recover(warc_dir)
        stored = read_log(log_path(warc_dir, batch_id)) if path.exists() else []
        held = {row.fetch_id for row in stored}
        missing = [c for c in wanted if _fetch_id(batch_id, c) not in held]
        if not missing:
            return stored
        rows = stored + _write_batch(missing, path, batch_id, client, known, now, limits or {}, progress)
        write_log(warc_dir, batch_id, rows)
    except OSError as error:
        for leftover in (path, log_path(warc_dir, batch_id)):
            part_path(leftover).unlink(missing_ok=True)
        hint = "free some space" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "mend that"
        raise SitrepError(
            f"batch {batch_id} could not be stored in {warc_dir} ({error.strerror or error}); {hint} and run again: "
            "what was stored before is untouched."
        ) from error
    return rows


def _each_once(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Two sources that offer one address cost one request; two bodies under one address are two versions."""
    once: dict[tuple[str, str | None], Candidate] = {}
    for candidate in candidates:
        once.setdefault((candidate.url, None if candidate.body is None else digest_of(candidate.body)), candidate)
    return list(once.values())


def _write_batch(
    wanted: list[Candidate],
    path: Path,
    batch_id: str,
    client: Client | None,
    known: Mapping[str, Fetched],
    now: datetime,
    limits: Mapping[str, Limits],
    progress: Callable[[Fetched], None] | None,
) -> list[Fetched]:
    """Pages come in any order and are spooled; the file has them in the order of the candidates, so that a rerun
    is equal.
    """
    worker = _Worker(batch_id=batch_id, client=client, known=known, now=now, limits=limits)
    rows: list[Fetched | None] = [None] * len(wanted)
    pieces: list[tuple[int, int, int | None]] = [(0, 0, None)] * len(wanted)
    where = f"{path.parent.name}/{path.name}"
    spool = spool_path(path)
    with part_path(path).open("wb") as out, spool.open("w+b") as aside:
        archive = Archive(aside, batch_id=batch_id, now=now)
        for result in worker.results(wanted):
            start = aside.tell()
            row, offset = _write_result(archive, aside, wanted[result.number], result, known)
            rows[result.number] = row
            pieces[result.number] = (start, aside.tell(), offset)
            # What the system has is safe from a crash of ours, and `recover` will find it.
            aside.flush()
            if progress is not None:
                progress(row)
        if path.exists():
            # The batch was interrupted: what it had comes first, as it was.
            with path.open("rb") as before:
                shutil.copyfileobj(before, out)
        else:
            Archive(out, batch_id=batch_id, now=now).write_info()
        aside.flush()
        finished: list[Fetched] = []
        for done_row, (start, end, offset) in zip(rows, pieces, strict=True):
            if done_row is None:
                raise AssertionError("a candidate without a result")
            at = None if offset is None else out.tell() + offset - start
            aside.seek(start)
            _copy(aside, out, end - start)
            finished.append(replace(done_row, warc_file=None if at is None else where, warc_offset=at))
        out.flush()
        os.fsync(out.fileno())
    settle(part_path(path), path)
    spool.unlink()
    return finished


def _copy(source: BinaryIO, target: BinaryIO, length: int) -> None:
    while length > 0:
        data = source.read(min(length, 1 << 20))
        if not data:
            raise OSError(errno.EIO, "the spool file ended early")
        target.write(data)
        length -= len(data)


def _write_result(
    archive: Archive, out: BinaryIO, candidate: Candidate, result: _Result, known: Mapping[str, Fetched]
) -> tuple[Fetched, int | None]:
    """The records of one candidate; returns its row with the record's id, and where the record begins."""
    row, answer = result.row, result.answer
    if row.outcome not in HELD:
        archive.write_metadata(candidate, row)
        return row, None
    record_id = archive.record_id_of(candidate, row.digest)
    row = replace(row, record_id=record_id)
    archive.write_metadata(candidate, row)
    if answer is None:
        offset = out.tell()
        archive.write_resource(candidate, record_id)
        return row, offset
    for number, hop in enumerate(answer.hops[:-1]):
        archive.write_exchange(hop, archive.hop_record_id(record_id, number))
    offset = out.tell()
    if row.outcome == "unchanged":
        archive.write_revisit(answer.last, record_id, known[candidate.url], sha1_digest(answer.last.body))
    else:
        archive.write_exchange(answer.last, record_id)
    return row, offset


@dataclass(frozen=True, slots=True, kw_only=True)
class _Worker:
    """Turns candidates into results; network ones in a thread for each host."""

    batch_id: str
    client: Client | None
    known: Mapping[str, Fetched]
    now: datetime
    limits: Mapping[str, Limits]

    def results(self, wanted: list[Candidate]) -> Iterable[_Result]:
        hosts: dict[str, list[int]] = {}
        for number, candidate in enumerate(wanted):
            if candidate.body is None:
                hosts.setdefault(_host(candidate.url), []).append(number)
        if hosts and self.client is None:
            raise ValueError("candidates without a body need a client")
        n_pages = sum(map(len, hosts.values()))
        # Bounded, so that fast hosts do not fill the memory while the disk is slow.
        done: queue.Queue[_Result | BaseException] = queue.Queue(maxsize=8)
        waiting: queue.SimpleQueue[list[int]] = queue.SimpleQueue()
        for numbers in sorted(hosts.values(), key=len, reverse=True):
            waiting.put(numbers)
        stop = threading.Event()

        def work() -> None:
            try:
                while not stop.is_set():
                    try:
                        numbers = waiting.get_nowait()
                    except queue.Empty:
                        return
                    self._serve_host(wanted, numbers, done, stop)
            except BaseException as error:
                done.put(error)

        parallel = min(len(hosts), self.client.parallel_hosts if self.client else 0)
        threads = [threading.Thread(target=work, name=f"fetch-{n}", daemon=True) for n in range(parallel)]
        for thread in threads:
            thread.start()
        try:
            for number, candidate in enumerate(wanted):
                if candidate.body is not None:
                    yield self._imported(number, candidate)
            for _ in range(n_pages):
                result = done.get()
                if isinstance(result, BaseException):
                    raise result
                yield result
        finally:
            stop.set()
            while any(thread.is_alive() for thread in threads):
                # A thread may wait for room in the queue; what it holds is no longer wanted.
                while not done.empty():
                    done.get_nowait()
                for thread in threads:
                    thread.join(0.05)

    def _serve_host(
        self,
        wanted: list[Candidate],
        numbers: list[int],
        done: queue.Queue[_Result | BaseException],
        stop: threading.Event,
    ) -> None:
        for n_asked, number in enumerate(numbers):
            if stop.is_set():
                return
            candidate = wanted[number]
            patience = self.client.patience(candidate.url) if self.client is not None and n_asked else 0.0
            if patience > MAX_PATIENCE_SECONDS:
                # Waiting would take the run's time; each page gets a later hour of its own.
                error = Postponed("crawl_delay", f"{patience:g} s", patience * n_asked)
                done.put(self._result(number, candidate, error))
            else:
                done.put(self._fetched(number, candidate))

    def _fetched(self, number: int, candidate: Candidate) -> _Result:
        if self.client is None:
            raise ValueError("candidates without a body need a client")
        held = self.known.get(candidate.url)
        held = held if held is not None and held.outcome in HELD else None
        limit = self.limits.get(candidate.source_id, Limits())
        try:
            answer = self.client.fetch(
                candidate.url,
                now=self.now,
                etag=held.etag if held else None,
                last_modified=held.last_modified if held else None,
                delay_seconds=limit.delay_seconds or 0.0,
                max_body_bytes=limit.max_bytes,
            )
            return self._judged(number, candidate, answer, held)
        except FetchError as error:
            return self._result(number, candidate, error)

    def _judged(self, number: int, candidate: Candidate, answer: Answer, held: Fetched | None) -> _Result:
        hop = answer.last
        base = replace(
            self._row(candidate),
            final_url=hop.url,
            http_status=hop.status,
            etag=_stored_header(hop.header("etag")),
            last_modified=_stored_header(hop.header("last-modified")),
        )
        if hop.status == 304 and held is not None:
            row = replace(
                base,
                outcome="unchanged",
                digest=held.digest,
                n_bytes=held.n_bytes,
                etag=base.etag or held.etag,
                last_modified=base.last_modified or held.last_modified,
            )
            return _Result(number, answer, row)
        if not answer.body.strip(_EMPTY):
            raise FetchError("empty_body", "200 without a page")
        content_type = (hop.header("content-type") or "text/html").split(";")[0].strip().lower()
        if not content_type.startswith(PAGE_TYPES):
            raise FetchError("content_type", content_type[:100])
        digest = digest_of(answer.body)
        outcome = "unchanged" if held is not None and held.digest == digest else "fetched"
        return _Result(number, answer, replace(base, outcome=outcome, digest=digest, n_bytes=len(answer.body)))

    def _imported(self, number: int, candidate: Candidate) -> _Result:
        body = candidate.body or b""
        row = replace(self._row(candidate), outcome="imported", digest=digest_of(body), n_bytes=len(body))
        return _Result(number, None, row)

    def _result(self, number: int, candidate: Candidate, error: FetchError) -> _Result:
        row = self._row(candidate)
        status = error.reason.removeprefix("http_")
        http_status = int(status) if status.isdigit() else None
        if isinstance(error, Postponed):
            outcome, wait = "postponed", timedelta(seconds=error.seconds)
        else:
            outcome = "refused" if error.reason in REFUSED else "failed"
            wait = self._next_wait(candidate, FIRST_WAIT if error.reason in RETRYABLE else FIRST_WAIT_LASTING)
        return _Result(
            number,
            None,
            replace(row, outcome=outcome, reason=error.reason, http_status=http_status, not_before_at=self.now + wait),
        )

    def _next_wait(self, candidate: Candidate, first: timedelta) -> timedelta:
        """Twice the wait of the last failure, so that a page that is gone costs ever fewer requests."""
        last = self.known.get(candidate.url)
        if last is None or last.outcome in HELD or last.not_before_at is None:
            return first
        return min(max(first, 2 * (last.not_before_at - last.fetched_at)), LONGEST_WAIT)

    def _row(self, candidate: Candidate) -> Fetched:
        return Fetched(
            fetch_id=_fetch_id(self.batch_id, candidate),
            batch_id=self.batch_id,
            source_id=candidate.source_id,
            outlet_id=candidate.outlet_id,
            url=candidate.url,
            final_url=None,
            outcome="failed",
            reason=None,
            http_status=None,
            n_bytes=None,
            digest=None,
            etag=None,
            last_modified=None,
            warc_file=None,
            warc_offset=None,
            record_id=None,
            not_before_at=None,
            fetched_at=self.now,
        )


def _fetch_id(batch_id: str, candidate: Candidate) -> str:
    digest = digest_of(candidate.body) if candidate.body is not None else None
    return stable_id(batch_id, candidate.source_id, candidate.url, digest)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _stored_header(value: str | None) -> str | None:
    """A validator as the log keeps it; one that no request could carry is dropped."""
    if value is None or not value.isascii() or not value.isprintable() or len(value) > 1_000:
        return None
    return value or None


def free_bytes(folder: Path) -> int:
    """Free space where a batch would be written."""
    return shutil.disk_usage(folder).free
