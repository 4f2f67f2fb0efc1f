"""What travels from stage to stage: one frozen dataclass for each kind of row.

A field's type is also its column type: `str` VARCHAR, `int` BIGINT, `bool` BOOLEAN, `datetime` TIMESTAMP (UTC, naive in
files, aware in memory), `date` DATE, `list[str]` VARCHAR[], `list[int]` BIGINT[]; `| None` means nullable. The load stage
derives Parquet schemas and landing tables from these classes, so a column is declared here and nowhere else. The primary
key of each landing table is named in `KEYS`.

All text spans are half-open offsets in characters into `Article.text`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final


def stable_id(*parts: object) -> str:
    """A key of 16 hexadecimal digits that depends on the parts alone, equal on every run and machine.

    None and "" give different keys; the order of the parts counts.
    """
    digest = hashlib.sha256()
    for part in parts:
        digest.update(b"\x00" if part is None else b"\x01" + str(part).encode("utf-8", "surrogatepass"))
        digest.update(b"\x1f")
    return digest.hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Something a source offers: an address to fetch, or a body that lies at hand (a file, a row of a table).

    `url` is canonical and identifies the article for ever. `body` is None when the page has to be fetched.
    `outlet_id` is the outlet that vouches for it (for a table: its `source` column as a slug), else the source's id.
    `title`, `author` and `published_text` are what the source claims, unparsed.
    """

    source_id: str
    outlet_id: str
    url: str
    via: str
    title: str | None = None
    author: str | None = None
    published_text: str | None = None
    language: str | None = None
    body: bytes | None = None
    content_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One row of the fetch log: what became of one candidate in one batch.

    `outcome`: `fetched` (a new body lies in the WARC), `unchanged` (304 or same digest), `imported` (body from a file or
    table), `postponed` (asked to come back later), `refused` (policy: robots, address, scheme, size), `failed` (time-out,
    broken answer, status). `reason` is a short code such as `robots_disallow`, `http_404`, `body_too_large`.
    `warc_file` is relative to raw/; `warc_offset` is the byte offset of the record there.
    """

    fetch_id: str
    batch_id: str
    source_id: str
    outlet_id: str
    url: str
    final_url: str | None
    outcome: str
    reason: str | None
    http_status: int | None
    n_bytes: int | None
    digest: str | None
    etag: str | None
    last_modified: str | None
    warc_file: str | None
    warc_offset: int | None
    record_id: str | None
    not_before_at: datetime | None
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One version of one article, cleaned. `article_id` = stable_id(url); `version_id` = stable_id(article_id, title, text).

    `published_at` is what outlet or page claims (None when unsure, then `date_note` says why); `published_precision` is
    `time` or `day`. `dateline_date` is the date the text itself gives in its dateline. `reported_date` is the day to read
    relative dates against: the dateline where there is one, else the published day, else None. `signature` is a MinHash of
    word trigrams for near-duplicate search. `text` holds paragraphs separated by one newline, white space normalised
    (no NBSP, no double spaces, straight quotes are NOT forced: the words stay the article's).
    """

    version_id: str
    article_id: str
    source_id: str
    outlet_id: str
    url: str
    title: str | None
    author: str | None
    text: str
    language: str | None
    word_count: int
    published_text: str | None
    published_at: datetime | None
    published_precision: str | None
    dateline_text: str | None
    dateline_date: date | None
    reported_date: date | None
    date_note: str | None
    text_digest: str
    signature: list[int]
    warc_file: str
    warc_offset: int
    record_id: str
    batch_id: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A quarantine row: what was refused, at which stage, and why. Nothing is dropped without one.

    `reason` is a short code (`empty_page`, `not_an_article`, `foreign_language`, `paywall_stub`, `parse_timeout`,
    `corrupt_record`, `bad_row` ...); `detail` one sentence for a person; `record` where the raw thing lies.
    """

    rejection_id: str
    stage: str
    reason: str
    detail: str
    source_id: str | None
    url: str | None
    record: str | None
    batch_id: str
    rejected_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of an article version; sentence 0 is the title where there is one (spans are then null)."""

    sentence_id: str
    version_id: str
    article_id: str
    sentence_no: int
    text: str
    span_start: int | None
    span_end: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventClaim:
    """One event that one sentence of one article reports (see docs/accuracy.md for what counts).

    `<slot>_text` are the words of the sentence; `<slot>_antecedent` the words elsewhere in the article that they stand for
    ("the group" -> "Benghazi Defense Brigades"), equal to `<slot>_text` when they stand for themselves; names are resolved
    from the antecedent. `*_start`/`*_end` are the spans of `<slot>_text`, null in a title. `other_places` are further places
    under the same predicate. `place_relation`: `in`, `near`, `outside`, `between`, `north_of`, ... `date_basis`: `stated`,
    `carried` (from elsewhere in the article) or null. `attributed_via` is an outlet cited between us and the speaker.
    """

    claim_id: str
    version_id: str
    article_id: str
    sentence_no: int
    evidence: str
    trigger: str
    trigger_start: int | None
    trigger_end: int | None
    event_type: str
    event_mode: str | None
    actor_text: str | None
    actor_antecedent: str | None
    actor_start: int | None
    actor_end: int | None
    target_text: str | None
    target_antecedent: str | None
    target_start: int | None
    target_end: int | None
    place_text: str | None
    place_antecedent: str | None
    place_start: int | None
    place_end: int | None
    place_relation: str | None
    other_places: list[str]
    event_date: date | None
    event_date_precision: str | None
    event_date_text: str | None
    date_basis: str | None
    modality: str
    modality_cue: str | None
    attributed_to_text: str | None
    attributed_to_antecedent: str | None
    attributed_via: str | None
    is_doubted: bool
    doubt_cue: str | None
    killed_low: int | None
    killed_high: int | None
    killed_text: str | None
    coder_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlClaim:
    """One statement about who holds a place. `relation`: gains, holds, loses, contests, besieges; slots as in EventClaim."""

    claim_id: str
    version_id: str
    article_id: str
    sentence_no: int
    evidence: str
    trigger: str
    trigger_start: int | None
    trigger_end: int | None
    relation: str
    place_text: str
    place_antecedent: str
    place_start: int | None
    place_end: int | None
    place_relation: str | None
    holder_text: str | None
    holder_antecedent: str | None
    holder_start: int | None
    holder_end: int | None
    from_text: str | None
    from_antecedent: str | None
    from_start: int | None
    from_end: int | None
    event_date: date | None
    event_date_precision: str | None
    event_date_text: str | None
    date_basis: str | None
    modality: str
    modality_cue: str | None
    attributed_to_text: str | None
    attributed_to_antecedent: str | None
    attributed_via: str | None
    is_doubted: bool
    doubt_cue: str | None
    coder_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name in an article: `kind` is `actor`, `person` or `place`. Gives context for places, evidence for discovered actors."""

    mention_id: str
    version_id: str
    article_id: str
    sentence_no: int
    mention_text: str
    antecedent: str
    kind: str
    span_start: int | None
    span_end: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """One outlet as sources.toml declares it (dictionary profiles are joined in dbt)."""

    source_id: str
    name: str | None
    kind: str
    url: str | None
    country: str | None
    language: str | None
    side: str | None


LANDING: Final[Mapping[str, tuple[type[Any], str]]] = {
    "fetches": (Fetched, "fetch_id"),
    "articles": (Article, "version_id"),
    "quarantine": (Rejection, "rejection_id"),
    "sentences": (Sentence, "sentence_id"),
    "event_claims": (EventClaim, "claim_id"),
    "control_claims": (ControlClaim, "claim_id"),
    "mentions": (Mention, "mention_id"),
    "sources": (SourceRow, "source_id"),
}
"""Landing table -> (its row class, its key). Besides its declared columns each landing table has `loaded_at`."""
