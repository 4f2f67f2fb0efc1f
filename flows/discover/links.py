"""Feeds and sitemaps: bytes in, links out. Pure; run apart by `apart.py`, since the bytes may be hostile.

Formats: RSS 0.9x to 2.0, Atom 0.3 and 1.0 (feedparser), JSON Feed 1.x (https://jsonfeed.org/version/1.1), sitemaps and
sitemap indexes (https://www.sitemaps.org/protocol.html) with the news extension, gzip of any of them.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Final
from urllib.parse import urljoin

from flows.errors import RecordError

MAX_DECODED_BYTES: Final = 50_000_000
"""The sitemap protocol's own limit for one file."""
_CHARACTER: Final = re.compile(rb"&#(?:[xX]([0-9a-fA-F]{1,20})|([0-9]{1,20}));")


@dataclass(slots=True)
class Link:
    """One item of a feed or sitemap, as the document words it (strings unparsed, None where it says nothing)."""

    url: str
    title: str | None = None
    author: str | None = None
    published_text: str | None = None
    language: str | None = None


@dataclass(slots=True)
class Links:
    """What a document offers: its format, its items, further sitemaps to read, items without an address, damage
    found.
    """

    format: str
    items: list[Link] = field(default_factory=list)
    children: list[str] = field(default_factory=list)
    n_without_url: int = 0
    n_over: int = 0
    damage: str | None = None

    def to_json(self) -> str:
        """For the way between two processes."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Links:
        """The inverse of `to_json`."""
        raw: dict[str, Any] = json.loads(text)
        raw["items"] = [Link(**item) for item in raw["items"]]
        return cls(**raw)


def links_in_document(body: bytes, *, kind: str, base_url: str, content_type: str | None, max_items: int) -> Links:
    """The links of a feed (`kind` "feed") or sitemap ("sitemap"), at most `max_items`; the rest is counted in `n_over`.

    Raises RecordError with reason `not_a_feed`, `not_a_sitemap`, `forbidden_xml`, `corrupt_gzip` or `body_too_large`.
    """
    data = _plain_bytes(body)
    if kind == "sitemap":
        return _sitemap(data, base_url, max_items)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _json_feed(data, base_url, max_items)
    return _xml_feed(data, base_url, content_type, max_items)


def _plain_bytes(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as stream:
            data = stream.read(MAX_DECODED_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise RecordError("corrupt_gzip", str(error)) from None
    if len(data) > MAX_DECODED_BYTES:
        raise RecordError("body_too_large", f"over {MAX_DECODED_BYTES:,} bytes when unpacked")
    if data.startswith(b"\x1f\x8b"):
        raise RecordError("corrupt_gzip", "packed more than once")
    return data


def _xml_feed(data: bytes, base_url: str, content_type: str | None, max_items: int) -> Links:
    import feedparser

    if b"<!ENTITY" in data[:100_000] or b"<!ENTITY".decode().encode("utf-16-le") in data[:100_000]:
        raise RecordError("forbidden_xml", "declares entities")
    data, n_cut = _first_items(data, max_items)
    # feedparser guesses less when it knows the transport's charset; only XML types may carry it (RFC 7303).
    headers = {"content-location": base_url}
    if content_type and "xml" in content_type.lower():
        headers["content-type"] = content_type
    try:
        parsed = feedparser.parse(
            io.BytesIO(_CHARACTER.sub(_possible_character, data)),
            response_headers=headers,
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # feedparser promises none, and raises ValueError and others on mutated feeds
        raise RecordError("not_a_feed", f"{type(error).__name__}: {error}"[:300]) from None
    if not parsed.get("version"):
        raise RecordError("not_a_feed", "neither RSS, Atom nor JSON Feed")
    links = Links(format=parsed.version, n_over=n_cut)
    problem = parsed.get("bozo_exception")
    # These two only say that header and document disagree about the charset; the text is whole.
    if parsed.get("bozo") and type(problem).__name__ not in ("CharacterEncodingOverride", "NonXMLContentType"):
        links.damage = f"{type(problem).__name__}: {problem}"[:300]
    language = parsed.feed.get("language")
    for entry in parsed.entries:
        url = _entry_url(entry)
        if url is None:
            links.n_without_url += 1
        elif len(links.items) >= max_items:
            links.n_over += 1
        else:
            # `published` is the text as written; feedparser's own dates are wrong for some formats and zones.
            links.items.append(
                Link(
                    url=_joined(base_url, url),
                    title=entry.get("title"),
                    author=entry.get("author"),
                    published_text=_string(entry.get("published")),
                    language=_string(entry.get("language")) or _string(language),
                )
            )
    return links


def _possible_character(match: re.Match[bytes]) -> bytes:
    """A character reference beyond Unicode, or to half a character, would end the whole feed."""
    code = int(match.group(1), 16) if match.group(1) else int(match.group(2))
    return match.group(0) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else b"&#xFFFD;"


def _first_items(data: bytes, max_items: int) -> tuple[bytes, int]:
    """A feed cut behind its `max_items`-th item, and how many that leaves out.

    feedparser takes 0.1 ms an item and more, so a hostile feed of 200,000 would take half a minute.
    """
    for tag, closing in ((b"</item>", b"</channel></rss>"), (b"</entry>", b"</feed>")):
        n_items = data.count(tag)
        if n_items <= max_items:
            continue
        end = 0
        for _ in range(max_items):
            end = data.index(tag, end) + len(tag)
        return data[:end] + (b"</rdf:RDF>" if b"<rdf:RDF" in data[:10_000] else closing), n_items - max_items
    return data, 0


def _entry_url(entry: Any) -> str | None:
    for link in entry.get("links", []):
        if link.get("rel") == "alternate" and link.get("href"):
            return str(link["href"]).strip()
    if entry.get("link"):
        return str(entry["link"]).strip()
    guid = str(entry.get("id") or "").strip()
    return guid if guid.startswith(("http://", "https://")) else None


def _json_feed(data: bytes, base_url: str, max_items: int) -> Links:
    try:
        feed = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise RecordError("not_a_feed", f"JSON: {error}"[:300]) from None
    if not isinstance(feed, dict) or not str(feed.get("version", "")).startswith("https://jsonfeed.org/version/"):
        raise RecordError("not_a_feed", "JSON without a jsonfeed.org version")
    items = feed.get("items")
    if not isinstance(items, list):
        raise RecordError("not_a_feed", "JSON Feed without a list of items")
    links = Links(format="json-feed")
    for item in items:
        url = item.get("url") or item.get("external_url") if isinstance(item, dict) else None
        if not isinstance(url, str) or not url.strip():
            links.n_without_url += 1
            continue
        if len(links.items) >= max_items:
            links.n_over += 1
            continue
        authors = item.get("authors") or ([item["author"]] if isinstance(item.get("author"), dict) else [])
        names = (
            [a["name"] for a in authors if isinstance(a, dict) and isinstance(a.get("name"), str)]
            if isinstance(authors, list)
            else []
        )
        links.items.append(
            Link(
                url=_joined(base_url, url.strip()),
                title=_string(item.get("title")),
                author=", ".join(names) or None,
                published_text=_string(item.get("date_published")),
                language=_string(item.get("language")) or _string(feed.get("language")),
            )
        )
    return links


def _sitemap(data: bytes, base_url: str, max_items: int) -> Links:
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        return _text_sitemap(data, base_url, max_items)
    links = Links(format="sitemap")
    root: str | None = None
    item: dict[str, str] = {}
    path: list[str] = []
    for event, tag, text in _xml_events(data, links):
        if event == "start":
            root = root or tag
            if root not in ("urlset", "sitemapindex"):
                raise RecordError("not_a_sitemap", f"its root is <{tag[:50]}>")
            if len(path) == 1:
                item = {}
            path.append(tag)
            continue
        path.pop()
        if text and tag in ("loc", "title", "publication_date", "language") and (tag != "loc" or len(path) == 2):
            item.setdefault(tag, text)
        if len(path) != 1:
            continue
        loc = item.get("loc", "")
        if root == "sitemapindex" and tag == "sitemap":
            if loc:
                links.children.append(_joined(base_url, loc))
            else:
                links.n_without_url += 1
        elif root == "urlset" and tag == "url":
            if not loc:
                links.n_without_url += 1
            elif len(links.items) >= max_items:
                links.n_over += 1
            else:
                # `lastmod` is when the page changed, not when it was published: it is no claim about the article's
                # date.
                links.items.append(
                    Link(
                        url=_joined(base_url, loc),
                        title=item.get("title"),
                        published_text=item.get("publication_date"),
                        language=item.get("language"),
                    )
                )
    if root is None:
        raise RecordError("not_a_sitemap", links.damage or "empty")
    return links


def _xml_events(data: bytes, links: Links) -> Iterator[tuple[str, str, str | None]]:
    """Start and end of elements by local name, DTDs forbidden; a document that breaks midway gives what came before."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, iterparse

    depth = 0
    try:
        for event, element in iterparse(io.BytesIO(data), events=("start", "end"), forbid_dtd=True):
            depth += 1 if event == "start" else -1
            if depth > 50:
                raise RecordError("not_a_sitemap", "nested over 50 deep")
            tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
            yield event, tag, (element.text or "").strip() if event == "end" else None
            if event == "end" and depth <= 2:
                element.clear()
    except DefusedXmlException as error:
        raise RecordError("forbidden_xml", type(error).__name__) from None
    except (ParseError, UnicodeError, ValueError, LookupError) as error:
        links.damage = f"{type(error).__name__}: {error}"[:300]


def _text_sitemap(data: bytes, base_url: str, max_items: int) -> Links:
    """The protocol's plain text form: one address a line."""
    links = Links(format="sitemap-text")
    for raw in data.decode("utf-8-sig", "replace").splitlines():
        line = raw.strip()
        if not line:
            continue
        if not line.startswith(("http://", "https://")):
            raise RecordError("not_a_sitemap", f"neither XML nor addresses: {line[:80]!r}")
        if len(links.items) >= max_items:
            links.n_over += 1
        else:
            links.items.append(Link(url=line))
    if not links.items:
        raise RecordError("not_a_sitemap", "empty")
    return links


def _joined(base_url: str, url: str) -> str:
    """The absolute address; what cannot be joined is kept as written, for the reader of addresses to refuse."""
    try:
        return urljoin(base_url, url)
    except ValueError:
        return url


def _string(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
