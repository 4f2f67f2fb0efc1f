"""What earlier runs know: the fetch logs as one mapping, and which candidates are new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from flows.errors import RecordError
from flows.records import Candidate, Fetched

from .archive import LOG_SUFFIX, digest_of, read_log

HELD: Final = frozenset({"fetched", "unchanged", "imported"})
"""Outcomes after which the page's body lies in the raw zone."""


class Known(Mapping[str, Fetched]):
    """Address -> its best row: the latest that holds a body, else the latest of all.

    `has_body(url, digest)` also knows the older versions of an address, so that a table that tells one address twice
    with two texts is not imported again and again.
    """

    def __init__(self, rows: Iterable[Fetched] = ()) -> None:
        self._rows: dict[str, Fetched] = {}
        self._older: set[tuple[str, str]] = set()
        self._targets: set[str] = set()
        for row in rows:
            self.add(row)

    def add(self, row: Fetched) -> None:
        """Takes a row in; rows may come in any order."""
        if row.outcome in HELD and row.final_url is not None and row.final_url != row.url:
            self._targets.add(row.final_url)
        old = self._rows.get(row.url)
        if old is None:
            self._rows[row.url] = row
            return
        better = (row.outcome in HELD, row.fetched_at, row.fetch_id) > (
            old.outcome in HELD,
            old.fetched_at,
            old.fetch_id,
        )
        best, other = (row, old) if better else (old, row)
        if other.outcome in HELD and other.digest is not None and other.digest != best.digest:
            self._older.add((other.url, other.digest))
        self._rows[row.url] = best

    def has_body(self, url: str, digest: str) -> bool:
        """Whether this very body of this address was stored before."""
        row = self._rows.get(url)
        if row is None:
            return False
        return (row.outcome in HELD and row.digest == digest) or (url, digest) in self._older

    def is_target(self, url: str) -> bool:
        """Whether a page that was known by another address has moved here: it is held already."""
        return url in self._targets

    def __getitem__(self, url: str) -> Fetched:
        return self._rows[url]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def known_urls(warc_dir: Path) -> Known:
    """What the fetch logs below `warc_dir` hold. Call `recover` first: a damaged log is passed over here."""
    known = Known()
    for path in sorted(warc_dir.glob(f"*{LOG_SUFFIX}")):
        try:
            for row in read_log(path):
                known.add(row)
        except RecordError:
            continue
    return known


def new_candidates(
    candidates: Iterable[Candidate],
    known: Mapping[str, Fetched],
    *,
    now: datetime,
    refresh_after: timedelta | None = None,
) -> Iterator[Candidate]:
    """The candidates that are worth a fetch, each once; costs no request.

    Passed over: pages whose body is held (unless older than `refresh_after`: then they are asked for again,
    conditionally), addresses that a held page has moved to, failures and postponements whose `not_before_at` has not
    come, bodies at hand that are stored already.
    """
    seen: set[tuple[str, str | None]] = set()
    for candidate in candidates:
        digest = None if candidate.body is None else digest_of(candidate.body)
        key = (candidate.url, digest)
        if key in seen:
            continue
        seen.add(key)
        row = known.get(candidate.url)
        if row is not None and digest is not None:
            if known.has_body(candidate.url, digest) if isinstance(known, Known) else row.digest == digest:
                continue
        elif row is not None:
            if row.outcome in HELD:
                if refresh_after is None or row.fetched_at + refresh_after > now:
                    continue
            elif row.not_before_at is not None and row.not_before_at > now:
                continue
        elif digest is None and isinstance(known, Known) and known.is_target(candidate.url):
            continue
        yield candidate
