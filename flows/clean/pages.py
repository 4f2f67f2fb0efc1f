"""A page of HTML taken apart: its article's text and what it says of itself. The only module that uses trafilatura."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

import lxml.html
import trafilatura
from trafilatura import bare_extraction

from flows.clean.text import count_words, normalise_line, normalise_text, squeeze
from flows.errors import RecordError

MAX_MARKUP: Final = 5_000_000  # characters: the longest of 181 real pages has 1.4 million
# Where the precise extraction finds less than this share of the balanced one, it has lost the article.
# (On the 181 real pages: 0.4 to 0.6 give the same mean F1 within 0.001; see benchmarks/bench_clean.py.)
_LOST_SHARE: Final = 0.5

# A precise extraction of so many characters has never been one that lost the article; the second look is then saved.
_SURELY_WHOLE: Final = 1200
_SOURCE_BREAK: Final = re.compile(r"[ \t]*[\r\n]\s*")

_DATE_METAS: Final = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "date", "pubdate",
    "publishdate", "publish-date", "publication_date", "dc.date", "dc.date.issued", "dcterms.created", "dcterms.date",
    "sailthru.date", "parsely-pub-date", "article.published", "cxenseparse:recs:publishtime", "rnews:datepublished",
)  # fmt: skip
_ARTICLE_TYPES: Final = re.compile(r"(?:\w*Article|BlogPosting|Report|LiveBlogPosting)$")


@dataclass(frozen=True, slots=True)
class PageParts:
    """What a page holds: the article's `text` (normalised, residue not yet removed), what metadata says (unparsed),
    the date that trafilatura finds without such metadata, the page's own `<title>`, the site's name, how many words
    stand in links, and whether the page says that it is closed."""

    text: str
    title: str | None
    page_title: str | None
    author: str | None
    site_name: str | None
    dates: tuple[str, ...]
    guessed_date: str | None
    visible_words: int
    link_words: int
    has_password_field: bool
    is_locked: bool


def take_page_apart(markup: str, url: str) -> PageParts:
    """The parts of an HTML page.

    Raises RecordError: `empty_page` (no element in it), `too_large` (more than five million characters).
    """
    if len(markup) > MAX_MARKUP:
        raise RecordError("too_large", f"the page has {len(markup):,} characters; the bound is {MAX_MARKUP:,}")
    tree = trafilatura.load_html(markup.replace("\x00", ""))
    if tree is None:
        raise RecordError("empty_page", "there is no HTML element in the page")
    # What the page says is read before extraction, which changes the tree.
    metas = list(_metas(tree))
    linked = list(_json_ld(tree))
    dates = tuple(_dates(tree, metas, linked))
    page_title = normalise_line(tree.findtext(".//title"))
    stated = normalise_line(
        _first(metas, "og:title") or next((i["headline"] for i in linked if _is_text(i, "headline")), None)
    )
    heading = _heading_in(tree, page_title or "")
    password = bool(tree.xpath("boolean(.//input[@type='password'])"))
    locked = any(item.get("isAccessibleForFree") in (False, "False", "false") for item in linked)
    visible, in_links = _visible_words(tree)
    _join_lines(tree)
    document, text = _extract(tree, url)
    return PageParts(
        text=text,
        title=stated or heading or normalise_line(document.title if document else None) or page_title,
        page_title=page_title,
        author=normalise_line(document.author if document else None),
        site_name=normalise_line(_first(metas, "og:site_name") or (document.sitename if document else None)),
        dates=dates,
        guessed_date=(document.date or None) if document else None,
        visible_words=visible,
        link_words=in_links,
        has_password_field=password,
        is_locked=locked,
    )


def _extract(tree: Any, url: str) -> tuple[Any, str]:
    """trafilatura's document and the article's text, by the precise setting, or the balanced one where that lost it."""
    options: dict[str, Any] = {"url": url, "include_comments": False, "fast": True}
    document = bare_extraction(
        deepcopy(tree),
        favor_precision=True,
        with_metadata=True,
        date_extraction_params={"original_date": True, "extensive_search": False},
        **options,
    )
    narrow = normalise_text(getattr(document, "text", None) or "")
    if len(narrow) >= _SURELY_WHOLE:
        return document, narrow
    balanced = bare_extraction(tree, **options)
    broad = normalise_text(getattr(balanced, "text", None) or "")
    return document or balanced, narrow if len(narrow) >= _LOST_SHARE * len(broad) and narrow else broad


def _join_lines(tree: Any) -> None:
    """Make every line break inside a text one space, as a browser does; breaks that count are elements."""
    for element in tree.iter():
        if element.tag in ("pre", "textarea", "script", "style"):
            continue
        if element.text and "\n" in element.text:
            element.text = _SOURCE_BREAK.sub(" ", element.text)
        if element.tail and "\n" in element.tail:
            element.tail = _SOURCE_BREAK.sub(" ", element.tail)


def _is_text(item: dict[str, Any], key: str) -> bool:
    return isinstance(item.get(key), str) and bool(item[key].strip())


def _heading_in(tree: Any, page_title: str) -> str | None:
    """The longest heading (h1 to h3) that the page's `<title>` contains: the headline without outlet and section."""
    whole = squeeze(page_title)
    found = ""
    for element in tree.xpath("(//h1 | //h2 | //h3)[position() <= 40]"):
        text = normalise_line(element.text_content()[:500]) or ""
        key = squeeze(text)
        if len(key) >= 12 and key in whole and len(text) > len(found):
            found = text
    return found or None


def _metas(tree: Any) -> Iterator[tuple[str, str]]:
    """(name, content) of each meta element, names in lower case."""
    for meta in tree.iterfind(".//meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        content = meta.get("content") or ""
        if name and content:
            yield name.strip().lower(), content.strip()[:1000]


def _first(metas: list[tuple[str, str]], name: str) -> str | None:
    return next((content for found, content in metas if found == name), None)


def _json_ld(tree: Any) -> Iterator[dict[str, Any]]:
    """The article objects of a page's JSON-LD blocks; a block that is no JSON is passed over."""
    for script in tree.xpath(".//script[@type='application/ld+json']")[:20]:
        source = script.text or ""
        if len(source) > 500_000:
            continue
        try:
            stack = [json.loads(source, strict=False)]
        except (ValueError, RecursionError):
            continue
        seen = 0
        while stack and seen < 2000:
            item = stack.pop()
            seen += 1
            if isinstance(item, list):
                stack.extend(item)
            elif isinstance(item, dict):
                kinds = item.get("@type")
                kinds = kinds if isinstance(kinds, list) else [kinds]
                if any(isinstance(k, str) and _ARTICLE_TYPES.search(k) for k in kinds):
                    yield item
                stack.extend(v for k, v in item.items() if k in ("@graph", "mainEntity", "mainEntityOfPage"))


def _dates(tree: Any, metas: list[tuple[str, str]], linked: list[dict[str, Any]]) -> Iterator[str]:
    """Publication dates that the page states, the most explicit first."""
    for item in linked:
        for key in ("datePublished", "dateCreated"):
            if isinstance(item.get(key), str):
                yield item[key]
    for wanted in _DATE_METAS:
        found = _first(metas, wanted)
        if found:
            yield found
    marked = tree.xpath(".//*[@itemprop='datePublished'] | .//time[@pubdate]")
    article_times = tree.xpath(".//article//time[@datetime] | .//header//time[@datetime]")
    for element in [*marked, *article_times][:3]:
        found = element.get("datetime") or element.get("content") or normalise_line(element.text_content())
        if found:
            yield found[:100]


def _visible_words(tree: Any) -> tuple[int, int]:
    """Words of the page outside scripts and styles, and how many of them stand in links."""
    skip = {"script", "style", "noscript", "template", "head"}
    visible = in_links = 0
    body = tree.find(".//body")
    stack = [(tree if body is None else body, False)]
    while stack:
        element, linked = stack.pop()
        if not isinstance(element.tag, str):
            if element.tail:
                visible += count_words(element.tail)
            continue
        inside = linked or element.tag == "a"
        if element.tag not in skip:
            own = count_words(element.text or "")
            visible += own
            in_links += own if inside else 0
            stack.extend((child, inside) for child in element)
        if element.tail:
            after = count_words(element.tail)
            visible += after
            in_links += after if linked else 0
    return visible, in_links


def plain_text_of(markup: str) -> str:
    """All visible text of a small page, for telling why it holds no article."""
    try:
        tree = lxml.html.document_fromstring(markup[:200_000].replace("\x00", "") or "<p></p>")
    except (lxml.etree.ParserError, ValueError):
        return ""
    for element in tree.xpath("//script | //style | //template"):
        element.drop_tree()
    return normalise_text("\n".join(t for t in tree.itertext() if t.strip()))[:20_000]
