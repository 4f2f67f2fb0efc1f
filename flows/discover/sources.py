"""The entry function: one source in, its candidates and refusals out."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from flows.errors import FetchError, RecordError, SourceError
from flows.records import Candidate
from flows.sources import Source

from .apart import links_apart
from .archives import records_in_archives
from .files import files_in_folder, links_in_list
from .links import Links
from .offers import DEFAULT_MAX_ITEMS, Desk, Get, Offer
from .tables import rows_in_table

MAX_SITEMAPS: Final = 500
"""Child sitemaps read for one source in one run (the protocol allows 50,000; a politely fetched 500 take minutes)."""
MAX_SITEMAP_DEPTH: Final = 3


def discover(source: Source, get: Get, *, batch_id: str = "", now: datetime | None = None) -> Iterator[Offer]:
    """Everything a source offers now, known or not, each address once.

    Args:
        source: as `read_sources` gives it.
        get: brings a document's bytes (the fetch stage's `Client.get`); raises FetchError.
        batch_id, now: what refusals are stamped with; `now` is the present when not given.

    Yields Candidates and Rejections (`bad_url`, `bad_row`, `corrupt_record`, `too_many_items`, `below_floor`, ...).
    Raises SourceError when the source as a whole cannot be read; the message names the source, the cause and the place.
    """
    desk = Desk(source, batch_id, now or datetime.now(UTC))
    limit = source.limits.max_items or DEFAULT_MAX_ITEMS.get(source.kind)
    seen: set[str] = set()
    n_offered = n_over = 0
    for offer in _offers(desk, get, limit):
        if isinstance(offer, Candidate):
            if offer.body is None:
                if offer.url in seen:
                    continue
                seen.add(offer.url)
            if limit is not None and n_offered >= limit:
                n_over += 1
                continue
            n_offered += 1
        elif offer.reason == "too_many_items":
            n_over += int(offer.detail)
            continue
        yield offer
    place = source.url or (source.path.name if source.path else None)
    if n_over:
        yield desk.refusal(
            "too_many_items", f"{n_over:,} items beyond the limit of {limit:,} were passed over", record=place
        )
    floor, ceiling = source.limits.floor, source.limits.ceiling
    if floor is not None and n_offered < floor:
        yield desk.refusal("below_floor", f"gave {n_offered:,} items, its floor is {floor:,}", record=place)
    if ceiling is not None and n_offered + n_over > ceiling:
        yield desk.refusal(
            "above_ceiling", f"gave {n_offered + n_over:,} items, its ceiling is {ceiling:,}", record=place
        )


def _offers(desk: Desk, get: Get, limit: int | None) -> Iterator[Offer]:
    source = desk.source
    if source.kind in ("feed", "sitemap"):
        yield from _documents(desk, get, limit or DEFAULT_MAX_ITEMS[source.kind])
    elif source.kind == "urls":
        body, place, _ = _read(source, get)
        yield from links_in_list(desk, body, place)
    elif source.path is None:
        raise SourceError(f"source {source.id!r}: kind {source.kind} needs a path.")
    elif source.kind == "folder":
        yield from files_in_folder(desk, source.path)
    elif source.kind == "table":
        yield from rows_in_table(desk, source.path)
    elif source.kind == "warc":
        yield from records_in_archives(desk, source.path)
    else:
        raise SourceError(f"source {source.id!r}: kind {source.kind!r} is unknown.")


def _documents(desk: Desk, get: Get, limit: int) -> Iterator[Offer]:
    """A feed, or a sitemap with the sitemaps it names, breadth first. The first document must be good; the others
    may fail.
    """
    source = desk.source
    queue: deque[tuple[str | None, int]] = deque([(None, 0)])
    seen: set[str] = set()
    n_left = limit
    while queue:
        child, depth = queue.popleft()
        try:
            if child is None:
                body, place, content_type = _read(source, get)
            else:
                document = get(child)
                body, place, content_type = document.body, document.final_url, document.content_type
            base_url = place if "://" in place else "about:blank"
            links = links_apart(
                body, kind=source.kind, base_url=base_url, content_type=content_type, max_items=max(n_left, 0)
            )
        except (FetchError, RecordError) as error:
            if child is None:
                raise SourceError(f"source {source.id!r}: {source.url or source.path}: {error}") from None
            yield desk.refusal(error.reason, error.detail, record=child, url=child)
            continue
        seen.add(place)
        n_left -= len(links.items)
        yield from _links(desk, links, place)
        for address in links.children:
            if address in seen:
                continue
            seen.add(address)
            if depth + 1 > MAX_SITEMAP_DEPTH or len(seen) > MAX_SITEMAPS or n_left <= 0:
                yield desk.refusal("too_many_sitemaps", "not read: too many or too deep", record=place, url=address)
            else:
                queue.append((address, depth + 1))


def _links(desk: Desk, links: Links, place: str) -> Iterator[Offer]:
    via = f"{links.format} {place}"
    for link in links.items:
        yield desk.link(
            link.url,
            via=via,
            title=link.title,
            author=link.author,
            published_text=link.published_text,
            language=link.language,
        )
    if links.damage:
        yield desk.refusal("damaged_document", f"read in part: {links.damage}", record=place)
    if links.n_without_url:
        yield desk.refusal("item_without_url", f"{links.n_without_url} items have no address", record=place)
    if links.n_over:
        # Counted by the caller, who tells it once for the whole source.
        yield desk.refusal("too_many_items", str(links.n_over), record=place)


def _read(source: Source, get: Get) -> tuple[bytes, str, str | None]:
    """The source's own document: its bytes, the name of the place they came from, their type."""
    if source.url is not None:
        try:
            document = get(source.url)
        except FetchError as error:
            raise SourceError(f"source {source.id!r}: {source.url}: {error}") from None
        return document.body, document.final_url, document.content_type
    path = source.path or Path()
    try:
        return path.read_bytes(), path.name, None
    except OSError as error:
        raise SourceError(f"source {source.id!r}: {path} cannot be read ({error.strerror or error}).") from None
