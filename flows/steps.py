"""One plain function for each step of a run: compose stages, write their files, count what happened. Knows no Prefect.

Everything a step leaves behind is a file that is there whole or not at all, so the state of a run can be read off the disk::

    raw/warc/<batch>.warc.gz                the batch was fetched           -> clean_batch
    raw/batches/<batch>/clean/              it was cleaned                  -> code_batch
    raw/batches/<batch>/coding-<version>/   it was coded                    -> load_one
    landing.batches                         it was loaded                   -> build_marts when the fingerprint changed
    warehouse/published/.fingerprint        what the published copy was built from
"""

from __future__ import annotations

import hashlib
import itertools
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import filelock

from flows import load, names
from flows.clean import SourceDefaults, clean_warc
from flows.coding import CODER_VERSION, Coded, code_article, load_coder
from flows.discover import discover
from flows.errors import FetchError, LockedError, SourceError
from flows.fetch import Client, Known, fetch_batch, new_candidates, read_log
from flows.load.gazetteer import build_gazetteer, is_current
from flows.publish import Published, publish_snapshot, write_report
from flows.records import (
    Article,
    Candidate,
    ControlClaim,
    EventClaim,
    Fetched,
    Mention,
    Rejection,
    Sentence,
    SourceRow,
    stable_id,
)
from flows.settings import Settings
from flows.sources import Source
from flows.transform import BuildResult, build
from flows.workers import Killed, run_each

log = logging.getLogger(__name__)

LOCK_WAIT_SECONDS = 3
"""How long a run waits for the writer's lock before it ends as skipped."""


CODING_SECONDS = 60.0
CODING_MEGABYTES = 2_000.0
"""What one article may cost the coder, its dictionaries (about 600 MB) included; beyond, the article is quarantined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What one source gave: new batches, and candidates counted by outcome. `error` is set when the source failed as a whole."""

    source_id: str
    batches: tuple[str, ...] = ()
    offered: int = 0
    known: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
    error: str | None = None


@contextmanager
def one_writer(lock_file: Path) -> Iterator[None]:
    """Hold the writer's lock: an OS lock, so it dies with its process. Raises LockedError when another run holds it."""
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(lock_file)
    try:
        lock.acquire(timeout=LOCK_WAIT_SECONDS)
    except filelock.Timeout:
        raise LockedError(
            f"Another run holds {lock_file}; this one is skipped. It may be started again when that one ends."
        ) from None
    try:
        yield
    finally:
        lock.release()


def prepare_home(settings: Settings) -> None:
    """Create the folders, the landing schema and the gazetteer where they are missing."""
    for folder in (settings.warc, settings.batches, settings.published, settings.report):
        folder.mkdir(parents=True, exist_ok=True)
    load.ensure_landing(settings.build_db)
    if not is_current(settings.gazetteer):
        log.info("gazetteer: converting GeoNames once (about 20 s)")
        build_gazetteer(settings.gazetteer)
    load.load_gazetteer(settings.build_db, settings.gazetteer)


def declare_sources(settings: Settings, sources: Sequence[Source], now: datetime) -> int:
    """Merge the declared sources into landing; returns the rows changed."""
    rows = [
        SourceRow(
            source_id=s.id,
            name=s.name,
            kind=s.kind,
            url=s.url or (str(s.path) if s.path else None),
            country=s.country,
            language=s.language,
            side=s.side,
        )
        for s in sources
    ]
    return load.load_sources(settings.build_db, rows, now).changed


def collect(
    settings: Settings,
    source: Source,
    client: Client,
    known: Known,
    now: datetime,
    since: date | None = None,
    until: date | None = None,
) -> Collected:
    """Discover one source and fetch what is new, batch by batch; its failure is a quarantine row, never the end of the run."""
    refused: list[Rejection] = []
    seen = load.known_rejections(settings.build_db)
    counts: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    batches: list[str] = []
    error = None

    def offered() -> Iterator[Candidate]:
        for item in discover(source, client.get, now=now):
            if isinstance(item, Rejection):
                if item.rejection_id not in seen:
                    refused.append(item)
            elif _in_window(item, since, until):
                counts["offered"] += 1
                yield item

    def new() -> Iterator[Candidate]:
        for candidate in new_candidates(offered(), known, now=now):
            counts["new"] += 1
            yield candidate

    try:
        for number, chunk in enumerate(_chunks(new(), settings.batch_size)):
            batch_id = f"{now.astimezone(UTC):%Y%m%dT%H%M%S%f}-{source.id}-{number:04d}"
            log.info("%s: fetching %d candidates into %s", source.id, len(chunk), batch_id)
            fetched = fetch_batch(
                chunk,
                batch_id=batch_id,
                warc_dir=settings.warc,
                client=client,
                known=known,
                now=now,
                limits={source.id: source.limits},
            )
            for row in fetched:  # the next source need not ask for the same page
                known.add(row)
            outcomes.update(f.outcome for f in fetched)
            refused.extend(r for r in map(_refusal, fetched) if r and r.rejection_id not in seen)
            batches.append(batch_id)
            _write_fetch(settings, batch_id, fetched, refused)
            refused = []
    except (SourceError, FetchError) as failure:
        error = str(failure)
        log.warning("%s failed: %s", source.id, error)
        reason = failure.reason if isinstance(failure, FetchError) else "bad_source"
        refused.append(
            Rejection(
                rejection_id=stable_id("discover", reason, source.id, now.date()),
                stage="discover",
                reason=reason,
                detail=error,
                source_id=source.id,
                url=source.url,
                record=str(source.path) if source.path else None,
                batch_id="",
                rejected_at=now,
            )
        )
    refused = [r for r in refused if r.rejection_id not in seen]
    if refused:
        batch_id = f"{now.astimezone(UTC):%Y%m%dT%H%M%S%f}-{source.id}-refused"
        _write_fetch(settings, batch_id, [], refused)
        batches.append(batch_id)
    return Collected(
        source_id=source.id,
        batches=tuple(batches),
        offered=counts["offered"],
        known=counts["offered"] - counts["new"],
        outcomes=dict(outcomes),
        error=error,
    )


def pending_batches(settings: Settings) -> list[str]:
    """Batches that still lack a stage, oldest first, whichever run left them so."""
    loaded = {batch for batch, _ in load.loaded_batches(settings.build_db) if not _wants_cleaning(settings, batch)}
    fetched = {p.name.removesuffix(".warc.gz") for p in settings.warc.glob("*.warc.gz")}
    noted = {p.parent.name for p in settings.batches.glob("*/fetch")}
    return sorted((fetched | noted) - loaded)


def clean_batch(settings: Settings, batch_id: str, sources: Sequence[Source], now: datetime) -> Counter[str]:
    """WARC records to articles and rejections in `clean/`; counts by outcome. Does nothing where it was done.

    `sources` say what holds where a record says nothing: language, date, and the country that tells how dates are written.
    """
    folder = settings.batches / batch_id / "clean"
    warc = settings.warc / f"{batch_id}.warc.gz"
    if not _wants_cleaning(settings, batch_id):
        return Counter()
    defaults = {s.id: SourceDefaults(language=s.language, country=s.country) for s in sources}
    articles: list[Article] = []
    refused: list[Rejection] = []
    for item in clean_warc(warc, batch_id=batch_id, now=now, workers=settings.workers, defaults=defaults):
        if isinstance(item, Article):
            articles.append(item)
        else:
            refused.append(item)
    load.write_folder(folder, {"articles": (Article, articles), "quarantine": (Rejection, refused)})
    return Counter(
        {"articles": len(articles)} | {f"rejected {r}": n for r, n in Counter(x.reason for x in refused).items()}
    )


def code_batches(settings: Settings, batch_ids: Sequence[str], now: datetime, *, again: bool = False) -> Counter[str]:
    """Articles to claims and mentions in `coding-<version>/` of each batch; counts rows. Passes over what was done, unless `again`.

    All batches go through one pool of workers, since a worker loads parser and dictionaries (some seconds) before its first
    article; each batch is written as soon as its last article is read, so a killed run loses at most one.
    """
    wanted = [b for b in batch_ids if _wants_coding(settings, b, again)]
    left = {b: load.count_rows(_cleaned_articles(settings, b)) for b in wanted}
    results = run_each(
        code_article,
        (article for b in wanted for article in load.iter_rows(_cleaned_articles(settings, b), Article)),
        workers=settings.workers,
        seconds=CODING_SECONDS,
        megabytes=CODING_MEGABYTES,
        setup=load_coder,
        setup_args=(settings.model, settings.seeds, settings.gazetteer),
    )
    total: Counter[str] = Counter()
    for number, batch_id in enumerate(wanted, 1):
        coded: list[Coded] = []
        refused: list[Rejection] = []
        for article, result in itertools.islice(results, left[batch_id]):
            if isinstance(result, Killed):
                refused.append(_uncoded(article, result, batch_id, now))
            else:
                coded.append(result)
                refused.extend(_skipped(article, what, batch_id, now) for what in result.skipped)
        counts = load.write_folder(
            settings.batches / batch_id / f"coding-{CODER_VERSION}",
            {
                "sentences": (Sentence, (row for c in coded for row in c.sentences)),
                "event_claims": (EventClaim, (row for c in coded for row in c.event_claims)),
                "control_claims": (ControlClaim, (row for c in coded for row in c.control_claims)),
                "mentions": (Mention, (row for c in coded for row in c.mentions)),
                "quarantine": (Rejection, refused),
            },
        )
        total.update(counts)
        log.info(
            "coded %d of %d: %s: %d articles, %d event claims",
            number,
            len(wanted),
            batch_id,
            left[batch_id],
            counts["event_claims"],
        )
    return total


def load_one(settings: Settings, batch_id: str, now: datetime) -> load.LoadResult:
    """Merge everything one batch has left on disk into landing."""
    folder = settings.batches / batch_id
    coded = _coded_folder(settings, batch_id)
    version = coded.name.removeprefix("coding-") if coded else ""
    parts = [p for p in (folder / "fetch", folder / "clean", coded) if p and p.exists()]
    fetches = settings.warc / f"{batch_id}.fetches.parquet"
    if not (folder / "fetch").exists() and fetches.exists():  # killed between the WARC and its quarantine rows
        rows = read_log(fetches)
        _write_fetch(settings, batch_id, rows, [r for r in map(_refusal, rows) if r])
        parts.insert(0, folder / "fetch")
    source_id = batch_id.split("-", 1)[1].rsplit("-", 1)[0] if "-" in batch_id else None
    return load.load_batch(settings.build_db, batch_id, parts, coder_version=version, source_id=source_id, now=now)


def fingerprint(settings: Settings) -> str:
    """What the marts depend on: landing rows, dictionaries, models and the coder. Equal fingerprints give equal marts."""
    digest = hashlib.sha256(CODER_VERSION.encode())
    digest.update(load.landing_fingerprint(settings.build_db).encode())
    digest.update(Path(names.__file__).read_bytes())
    for path in sorted(settings.dbt_project.rglob("*")):
        if path.suffix in {".csv", ".sql", ".yml"} and not {"target", "logs", "dbt_packages"} & set(
            path.relative_to(settings.dbt_project).parts
        ):
            digest.update(path.relative_to(settings.dbt_project).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def is_published(settings: Settings, wanted: str) -> bool:
    """True when the published copy was built from `wanted`."""
    note = settings.published / ".fingerprint"
    return settings.published_db.exists() and note.exists() and note.read_text() == wanted


def build_marts(settings: Settings) -> BuildResult:
    """dbt: dictionaries checked, seeds, models, tests. Raises BuildError or ConfigError; then nothing is published."""
    return build(settings)


def publish_marts(settings: Settings, wanted: str, now: datetime) -> Published:
    """The readers' copy, Parquet and the report, then the note of what they were built from."""
    published = publish_snapshot(settings.build_db, settings.published, now)
    write_report(published.database, settings.report)
    aside = settings.published / ".fingerprint.tmp"
    aside.write_text(wanted)
    aside.replace(settings.published / ".fingerprint")
    return published


def _write_fetch(settings: Settings, batch_id: str, fetched: Sequence[Fetched], refused: Sequence[Rejection]) -> None:
    load.write_folder(
        settings.batches / batch_id / "fetch", {"fetches": (Fetched, fetched), "quarantine": (Rejection, refused)}
    )


def _coded_folder(settings: Settings, batch_id: str) -> Path | None:
    """The batch's folder of the present coder, else of the latest coder that read it."""
    present = settings.batches / batch_id / f"coding-{CODER_VERSION}"
    if present.exists():
        return present
    older = [p for p in (settings.batches / batch_id).glob("coding-*") if not p.name.endswith(".tmp")]
    return max(older, key=lambda p: p.stat().st_mtime, default=None)


def _refusal(fetched: Fetched) -> Rejection | None:
    """The quarantine row of a candidate that brought no body for a reason worth telling."""
    if fetched.outcome not in {"failed", "refused", "postponed"}:
        return None
    reason = fetched.reason or fetched.outcome
    status = f" (HTTP {fetched.http_status})" if fetched.http_status else ""
    return Rejection(
        rejection_id=stable_id("fetch", reason, fetched.source_id, fetched.url),
        stage="fetch",
        reason=reason,
        detail=f"{fetched.outcome}: {reason}{status}",
        source_id=fetched.source_id,
        url=fetched.url,
        record=fetched.warc_file,
        batch_id=fetched.batch_id,
        rejected_at=fetched.fetched_at,
    )


def _wants_cleaning(settings: Settings, batch_id: str) -> bool:
    """True when the WARC file is there and the batch's articles are not (never made, or deleted to be made again)."""
    return (settings.warc / f"{batch_id}.warc.gz").exists() and not (settings.batches / batch_id / "clean").exists()


def _cleaned_articles(settings: Settings, batch_id: str) -> Path:
    return settings.batches / batch_id / "clean" / "articles.parquet"


def _wants_coding(settings: Settings, batch_id: str, again: bool) -> bool:
    if not _cleaned_articles(settings, batch_id).exists():
        return False
    done = _coded_folder(settings, batch_id)
    return done is None or again


def _skipped(article: Article, what: str, batch_id: str, now: datetime) -> Rejection:
    """A part of an article that the coder left unread, in its words."""
    return Rejection(
        rejection_id=stable_id("coding", "part_unread", article.source_id, article.version_id, what),
        stage="coding",
        reason="part_unread",
        detail=what,
        source_id=article.source_id,
        url=article.url,
        record=f"{article.warc_file}@{article.warc_offset}",
        batch_id=batch_id,
        rejected_at=now,
    )


def _uncoded(article: Article, killed: Killed, batch_id: str, now: datetime) -> Rejection:
    reason = f"coding_{killed.reason}"
    return Rejection(
        rejection_id=stable_id("coding", reason, article.source_id, article.version_id),
        stage="coding",
        reason=reason,
        detail=killed.detail,
        source_id=article.source_id,
        url=article.url,
        record=f"{article.warc_file}@{article.warc_offset}",
        batch_id=batch_id,
        rejected_at=now,
    )


def _in_window(candidate: Candidate, since: date | None, until: date | None) -> bool:
    """True unless the claimed date is readable and lies outside [since, until]; an unreadable date is decided by reading."""
    if since is None and until is None:
        return True
    day = _claimed_day(candidate.published_text)
    return day is None or ((since is None or day >= since) and (until is None or day <= until))


def _claimed_day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError):
        return None


def _chunks(items: Iterable[Candidate], size: int) -> Iterator[list[Candidate]]:
    iterator = iter(items)
    while chunk := list(itertools.islice(iterator, size)):
        yield chunk
