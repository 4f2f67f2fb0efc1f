"""The stage's entry: one WARC file in, its articles and rejections out, in the order of the file."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from flows.clean.articles import Claims, Cleaned, clean_plain, clean_row
from flows.clean.parsers import ParseLimits, ParserPool
from flows.clean.payloads import decode_body, http_status, is_binary, is_text_type, read_payload
from flows.clean.warc import BrokenRecord, WarcRecord, records_in_warc
from flows.errors import RecordError
from flows.records import Article, Rejection, stable_id

ROW_TYPE: Final = "application/x-sitrep-row+json"
_CONTENT_KINDS: Final = ("response", "resource", "conversion")
_BEHIND: Final = 100  # finished rows that may wait behind a page under way, for each worker
_AHEAD: Final = 4  # pages that wait for each worker: enough to keep it busy, few enough to bound memory
_HTML_SIGN: Final = re.compile(
    rb"^\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,500}?-->\s*){0,5}"
    rb"<(?:!doctype\s+html|html|head|body|meta|title|article|div|p)\b",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDefaults:
    """What holds for a source where its records say nothing: language (ISO 639-1), publication date as text, and the
    country (ISO 3166), which tells whether 3/6/2017 has its month first (`US`) or its day (any other)."""

    language: str | None = None
    published: str | None = None
    country: str | None = None


def clean_warc(
    warc_file: Path,
    *,
    batch_id: str,
    now: datetime,
    workers: int = 1,
    defaults: Mapping[str, SourceDefaults] | None = None,
    limits: ParseLimits | None = None,
    warc_name: str | None = None,
) -> Iterator[Article | Rejection]:
    """Clean every page, file and table row of a WARC file.

    Args:
        warc_file: a WARC 1.0 or 1.1 file, gzip by record or plain.
        batch_id: goes into every row.
        now: the time of the run (aware): `rejected_at`, and the time of the fetch where a record gives none.
        workers: processes that parse HTML; the result does not depend on their number.
        defaults: by source id, what holds where a record's metadata says nothing.
        limits: what one page may take.
        warc_name: the file's name in the rows, relative to raw/ (default: its folder's name and its own).

    Yields:
        In the order of the records, an Article or a Rejection for each record that holds content. Requests, revisits,
        redirects and the file's own description hold none. Damage gives a Rejection `corrupt_record`, and reading
        goes on behind it.

    Raises:
        OSError when the file cannot be read.
    """
    name = warc_name or f"{warc_file.parent.name}/{warc_file.name}"
    described = _metadata_of(warc_file)
    waiting: deque[Article | Rejection | _Pending] = deque()
    pending = 0
    with ParserPool(workers, limits) as pool:
        for record in records_in_warc(warc_file):
            item = _begin(record, described, pool, name, batch_id, now, defaults or {})
            if item is None:
                continue
            waiting.append(item)
            pending += isinstance(item, _Pending)
            while waiting and (
                not isinstance(waiting[0], _Pending) or pending > _AHEAD * workers or len(waiting) > _BEHIND * workers
            ):
                first = waiting.popleft()
                pending -= isinstance(first, _Pending)
                yield first.result() if isinstance(first, _Pending) else first
        while waiting:
            first = waiting.popleft()
            yield first.result() if isinstance(first, _Pending) else first


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where a record lies and what is known of it before its content is read."""

    name: str
    offset: int
    record_id: str
    batch_id: str
    now: datetime
    source_id: str | None
    claims: Claims | None
    url: str | None

    def rejection(self, reason: str, detail: str) -> Rejection:
        return Rejection(
            rejection_id=stable_id("clean", self.name, self.offset, self.record_id, reason),
            stage="clean",
            reason=reason,
            detail=detail[:500],
            source_id=self.source_id,
            url=self.url,
            record=f"{self.name}:{self.offset}",
            batch_id=self.batch_id,
            rejected_at=self.now,
        )

    def article(self, cleaned: Cleaned) -> Article:
        assert self.claims is not None
        article_id = stable_id(self.claims.url)
        return Article(
            version_id=stable_id(article_id, cleaned.title, cleaned.text),
            article_id=article_id,
            source_id=self.source_id or "warc",
            outlet_id=self.claims.outlet_id,
            url=self.claims.url,
            title=cleaned.title,
            author=cleaned.author,
            text=cleaned.text,
            language=cleaned.language,
            word_count=cleaned.word_count,
            published_text=cleaned.published_text,
            published_at=cleaned.published_at,
            published_precision=cleaned.published_precision,
            dateline_text=cleaned.dateline_text,
            dateline_date=cleaned.dateline_date,
            reported_date=cleaned.reported_date,
            date_note=cleaned.date_note,
            text_digest=cleaned.text_digest,
            signature=cleaned.signature,
            warc_file=self.name,
            warc_offset=self.offset,
            record_id=self.record_id,
            batch_id=self.batch_id,
            fetched_at=self.claims.fetched_at,
        )


@dataclass(frozen=True, slots=True)
class _Pending:
    """A page that a worker is at."""

    origin: _Origin
    future: Future[Cleaned]

    def result(self) -> Article | Rejection:
        try:
            return self.origin.article(self.future.result())
        except RecordError as error:
            return self.origin.rejection(error.reason, error.detail)


def _begin(
    record: WarcRecord | BrokenRecord,
    described: Mapping[str, Mapping[str, str]],
    pool: ParserPool,
    name: str,
    batch_id: str,
    now: datetime,
    defaults: Mapping[str, SourceDefaults],
) -> Article | Rejection | _Pending | None:
    """What becomes of one record; None for a record without content of its own."""
    record_id = record.fields.get("warc-record-id", "").strip()  # with its brackets, as the fetch log keeps it
    target = record.fields.get("warc-target-uri", "").strip("<> ") or None
    kind = record.fields.get("warc-type", "").lower()
    meta = described.get(record_id.strip("<> "), {})
    if isinstance(record, BrokenRecord):
        origin = _Origin(
            name,
            record.offset,
            record_id,
            batch_id,
            now,
            meta.get("source_id"),
            None,
            meta.get("url") or target,
        )
        return origin.rejection("corrupt_record", f"{kind or 'a'} record: {record.reason}")
    if kind not in _CONTENT_KINDS or (
        kind == "response" and record.fields.get("content-type", "").lower().startswith("text/dns")
    ):
        return None
    url = meta.get("url") or target
    source_id = meta.get("source_id")
    if not url:
        return _Origin(name, record.offset, record_id, batch_id, now, source_id, None, None).rejection(
            "corrupt_record", "the record names no address (WARC-Target-URI)"
        )
    if described and not meta and not 300 <= (http_status(record) or 0) < 400:
        # In a file of our own each content has its papers; without them nobody knows whose words these are.
        return _Origin(name, record.offset, record_id, batch_id, now, None, None, url).rejection(
            "corrupt_record", "its metadata record is missing or damaged: source and claims are not known"
        )
    claims = _claims(record, meta, url, now, defaults.get(source_id or "", SourceDefaults()))
    origin = _Origin(name, record.offset, record_id, batch_id, now, source_id, claims, url)
    try:
        return _clean(record, claims, origin, pool)
    except RecordError as error:
        return origin.rejection(error.reason, error.detail)


def _clean(record: WarcRecord, claims: Claims, origin: _Origin, pool: ParserPool) -> Article | _Pending | None:
    """Clean a record at once, or hand its page to a worker; None for a redirect. Raises RecordError."""
    status = http_status(record)
    if status is not None and 300 <= status < 400:
        return None
    payload = read_payload(record)
    if record.fields.get("warc-truncated"):
        raise RecordError(
            "corrupt_record", f"the body was cut off when it was written ({record.fields['warc-truncated'][:40]})"
        )
    if payload.status is not None and payload.status >= 400:
        raise RecordError("not_an_article", f"the server answered with status {payload.status}")
    if payload.media_type == ROW_TYPE:
        return origin.article(clean_row(payload.body, claims))
    if not payload.body.strip():
        raise RecordError("empty_page", "the body is empty")
    if is_binary(payload.body):
        raise RecordError("undecodable", f"the body is binary data, sent as {payload.media_type or 'no type'}")
    if not is_text_type(payload.media_type):
        raise RecordError("not_an_article", f"the content is {payload.media_type}, not a page or a text")
    is_markup = "html" in payload.media_type or (
        payload.media_type != "text/plain" and _HTML_SIGN.match(payload.body[:2000]) is not None
    )
    text = decode_body(payload.body, payload.charset, markup=is_markup)
    if is_markup:
        return _Pending(origin, pool.submit(text, claims))
    return origin.article(clean_plain(text, claims))


def _claims(record: WarcRecord, meta: Mapping[str, str], url: str, now: datetime, default: SourceDefaults) -> Claims:
    """What the record's metadata claims, completed by the source's defaults."""
    host = urlsplit(url).hostname or ""
    slug = re.sub(r"[^a-z0-9]+", "-", host.lower().removeprefix("www.")).strip("-")
    return Claims(
        url=url,
        outlet_id=meta.get("outlet_id") or meta.get("source_id") or slug or "warc",
        fetched_at=_warc_date(meta.get("fetched_at")) or _warc_date(record.fields.get("warc-date")) or now,
        title=meta.get("title") or None,
        author=meta.get("author") or None,
        published_text=meta.get("published_text") or default.published,
        language=(meta.get("language") or default.language or "")[:2].lower() or None,
        month_first=None if default.country is None else default.country.upper() == "US",
    )


def _warc_date(text: str | None) -> datetime | None:
    """A WARC-Date (ISO 8601, UTC) as an aware time, or None."""
    try:
        found = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _metadata_of(warc_file: Path) -> dict[str, dict[str, str]]:
    """The claims of the file's metadata records, by the id of the record that each is about.

    Read in a pass of its own, because a metadata record may stand before or behind its record.
    """
    found: dict[str, dict[str, str]] = {}
    for record in records_in_warc(warc_file):
        if isinstance(record, BrokenRecord) or record.kind != "metadata":
            continue
        about = record.fields.get("warc-concurrent-to") or record.fields.get("warc-refers-to") or ""
        values: dict[str, str] = {}
        key = ""
        for line in record.block[:1_000_000].decode("utf-8", "replace").splitlines():
            if line[:1] in (" ", "\t") and key:
                values[key] += " " + line.strip()
                continue
            key, _, value = line.partition(":")
            key = key.strip().lower()
            if key:
                values[key] = value.strip()
        if "source_id" in values:  # other archives use metadata records for other things
            found.setdefault(about.strip("<> "), {}).update(values)
    return found
