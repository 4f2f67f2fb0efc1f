"""What the readers of each kind of source share: how a candidate and a refusal are made, and what a fetched
document is.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from flows.errors import RecordError
from flows.records import Candidate, Rejection, stable_id
from flows.sources import Source

from .urls import canonical_url

ROW_CONTENT_TYPE: Final = "application/x-sitrep-row+json"
DEFAULT_MAX_ITEMS: Final = {"feed": 2_000, "sitemap": 50_000, "urls": 100_000}
DEFAULT_MAX_BYTES: Final = 10_000_000

_TAG: Final = re.compile(r"<[^<>]{0,2000}>")
_SPACE: Final = re.compile(r"\s+")


class Document(Protocol):
    """What `get` brings: the decoded bytes of an address, their type, and where they came from in the end."""

    @property
    def body(self) -> bytes:
        """The decoded bytes."""
        ...

    @property
    def content_type(self) -> str | None:
        """The type as the server names it."""
        ...

    @property
    def final_url(self) -> str:
        """Where the bytes came from, redirects followed."""
        ...


Get = Callable[[str], Document]
Offer = Candidate | Rejection


@dataclass(frozen=True, slots=True)
class Desk:
    """Makes the candidates and refusals of one source in one run."""

    source: Source
    batch_id: str
    now: datetime

    def link(
        self,
        url: str,
        *,
        via: str,
        title: str | None = None,
        author: str | None = None,
        published_text: str | None = None,
        language: str | None = None,
    ) -> Offer:
        """A page to fetch, or the refusal of its address."""
        try:
            address = canonical_url(url)
        except RecordError as error:
            return self.refusal(error.reason, error.detail, record=via, url=url)
        return Candidate(
            source_id=self.source.id,
            outlet_id=self.source.id,
            url=address,
            via=via,
            title=plain_text(title),
            author=plain_text(author),
            published_text=plain_text(published_text),
            language=self.source.language or language_code(language),
        )

    def refusal(self, reason: str, detail: str, *, record: str | None, url: str | None = None) -> Rejection:
        """A quarantine row. Its id depends on what was refused, not on when, so that a second run adds none."""
        shown = None if url is None else _printable(url)[:500]
        return Rejection(
            rejection_id=stable_id("discover", self.source.id, reason, record, shown, detail),
            stage="discover",
            reason=reason,
            detail=_printable(detail)[:500],
            source_id=self.source.id,
            url=shown,
            record=record,
            batch_id=self.batch_id,
            rejected_at=self.now,
        )

    @property
    def max_bytes(self) -> int:
        """The cap on one body of this source."""
        return self.source.limits.max_bytes or DEFAULT_MAX_BYTES


def plain_text(value: object, limit: int = 2_000) -> str | None:
    """A claim of a source as one line of text: no markup, no control characters, None when nothing is left."""
    if not isinstance(value, str):
        return None
    # Twice: what was escaped within the markup is markup, too.
    text = _TAG.sub(" ", html.unescape(_TAG.sub(" ", value))) if "<" in value or "&" in value else value
    text = _SPACE.sub(" ", _printable(text)).strip()
    return text[:limit] or None


def language_code(value: str | None) -> str | None:
    """The ISO 639-1 part of a language tag ("en-GB" -> "en"), None for anything else."""
    match = re.match(r"([A-Za-z]{2})(?:[-_]|$)", value or "")
    return match.group(1).lower() if match else None


def row_body(row: dict[str, Any]) -> bytes:
    """A table row as canonical JSON: the same row gives the same bytes, hence the same digest."""
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def _printable(text: str) -> str:
    return "".join(c if c >= " " and c != "\x7f" and not "\ud800" <= c <= "\udfff" else " " for c in text)
