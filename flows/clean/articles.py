"""From the payload of one record to a cleaned article, or to the reason why there is none. Pure: no clock, no file."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from flows.clean.datelines import Head, read_head
from flows.clean.dates import Reading, read_date
from flows.clean.headlines import plain_headline
from flows.clean.languages import language_name, language_of
from flows.clean.pages import PageParts, plain_text_of, take_page_apart
from flows.clean.residue import is_sentence, remove_lines, remove_residue
from flows.clean.signatures import signature
from flows.clean.text import count_words, normalise_line, normalise_text, repair_mojibake, squeeze
from flows.errors import RecordError

CODED_LANGUAGE: Final = "en"
MAX_TEXT: Final = 1_000_000  # characters of an article: the longest real ones have 200,000
MIN_WORDS_PAGE: Final = 25  # a page with fewer is a stub, a video or a notice
MIN_WORDS_GIVEN: Final = 5  # of a text that a source gives as an article there need only be a sentence
STUB_WORDS: Final = 160  # a text with more is an article, whatever the page says about subscriptions

STUB_WORDS_SOLD: Final = 60  # so few words beside an offer to subscribe are the beginning of more

# What a closed article says of itself.
_CLOSED = re.compile(
    r"\b(?:(?:subscribe|register|sign\s+up|sign\s+in|log\s+in)\s+(?:now\s+|for\s+free\s+)?to\s+(?:continue|keep|read|unlock|access)|"
    r"(?:to|and)\s+(?:continue|keep)\s+reading\b|(?:continue|keep)\s+reading\s+(?:with|by|for)\b|"
    r"(?:this|the)\s+(?:article|content|story|page)\s+is\s+(?:only\s+)?(?:available\s+(?:only\s+)?(?:to|for)|for|reserved\s+for|exclusive\s+to)"
    r"\s+(?:\w+\s+){0,3}(?:subscribers|members)|unlock\s+(?:this|the\s+full)\s+(?:article|story)|"
    r"read\s+the\s+(?:full|rest\s+of\s+the)\s+(?:article|story)\s+(?:with|by)|you\s+have\s+read\s+\d+\s*%|"
    r"you\s+have\s+(?:reached|used)\s+(?:your|all|the)\b.{0,40}\b(?:limit|articles))",
    re.IGNORECASE,
)
# What any page of an outlet with subscribers may say; it counts where little text stands, or text that breaks off.
_SELLS = re.compile(
    r"\b(?:subscribe\b|subscribers?\s+only|for\s+subscribers|(?:for\s+)?members[\s-]+only|already\s+(?:a\s+)?(?:subscriber|subscribed|member)|"
    r"premium\s+(?:content|article|subscribers?)|start\s+your\s+(?:free\s+)?(?:trial|subscription)|choose\s+(?:a|your)\s+(?:plan|subscription))",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"\b(?:404|page\s+(?:\w+\s+){0,3}not\s+(?:be\s+)?found|(?:page|article|story|content|url)\s+(?:you\s+\w+\s+(?:\w+\s+){0,4})?(?:does\s+not|doesn['’]?t|no\s+longer|cannot|can['’]?t|could\s+not|has\s+been\s+(?:re)?moved|was\s+not\s+found|is\s+not\s+available)|"
    r"nothing\s+(?:was\s+)?found|(?:sorry|oops)[,!.\s].{0,60}(?:find|found|exist|missing|wrong|moved))",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"\b(?:log\s?in|sign\s?in|login|create\s+(?:an\s+)?account|forgot\s+(?:your\s+)?password)\b", re.IGNORECASE
)
_ROBOT = re.compile(
    r"\b(?:just\s+a\s+moment|attention\s+required|access\s+(?:to\s+this\s+page\s+has\s+been\s+)?denied|are\s+you\s+(?:a\s+)?(?:human|robot)|verify\s+(?:that\s+)?you\s+are\s+(?:a\s+)?human|"
    r"checking\s+your\s+browser|captcha|enable\s+(?:javascript|cookies)|unusual\s+traffic|error\s+code\s*:?\s*\d{3,4}|service\s+(?:temporarily\s+)?unavailable|bad\s+gateway|internal\s+server\s+error|403\s+forbidden)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What the source claims about one article, and when it was fetched; `month_first`: its habit in 3/6/2017."""

    url: str
    outlet_id: str
    fetched_at: datetime
    title: str | None = None
    author: str | None = None
    published_text: str | None = None
    language: str | None = None
    month_first: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """The fields of an Article that come from its content."""

    title: str | None
    author: str | None
    text: str
    language: str
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

    def as_json(self) -> dict[str, Any]:
        """Plain values, for the way from a worker."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {k: v.isoformat() if isinstance(v, date) else v for k, v in values.items()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Cleaned:
        """The inverse of `as_json`."""
        for name, read in (
            ("published_at", datetime.fromisoformat),
            ("dateline_date", date.fromisoformat),
            ("reported_date", date.fromisoformat),
        ):
            if values[name] is not None:
                values[name] = read(values[name])
        return cls(**values)


def article_text(markup: str, url: str) -> str:
    """The text of a page's article, whatever its language and length: extraction, head and residue, no checks."""
    parts = take_page_apart(markup, url)
    names = tuple(n for n in (parts.site_name, urlsplit(url).hostname) if n)
    forms = tuple(f for t in (parts.title, parts.page_title) for f in plain_headline(t, names)[1])
    return _without_residue(parts.text, forms, None, date.max)[0]


def clean_page(markup: str, claims: Claims) -> Cleaned:
    """The article of an HTML page.

    Raises RecordError: `empty_page`, `not_an_article`, `paywall_stub`, `too_short`, `foreign_language`, `too_large`.
    """
    parts = take_page_apart(markup, claims.url)
    names = tuple(n for n in (parts.site_name, claims.outlet_id, urlsplit(claims.url).hostname) if n)
    title, forms = plain_headline(claims.title or parts.title, names)
    _, page_forms = plain_headline(parts.title, names)
    _, window_forms = plain_headline(parts.page_title, names)
    forms = tuple(dict.fromkeys([*forms, *page_forms, *window_forms]))
    return _finish(parts.text, title, forms, claims, dates=parts.dates, author=parts.author, page=parts, markup=markup)


def clean_plain(text: str, claims: Claims) -> Cleaned:
    """The article of a plain text file; a first line set like a headline is its title where the source gives none.

    Raises RecordError as `clean_page` does.
    """
    lines = normalise_text(repair_mojibake(_bounded(text))).split("\n")
    title, forms = plain_headline(claims.title, (claims.outlet_id,))
    if title is None and len(lines) > 1 and _looks_like_headline(lines[0]):
        given = lines[0]
        # A breadcrumb before the headline shows when the next line is the headline alone.
        if _is_prefixed(given, lines[1]):
            given, forms = lines[1], (lines[0],)
        title, more = plain_headline(given, (claims.outlet_id,))
        forms = (*more, *forms)
    return _finish("\n".join(lines), title, forms, claims)


def clean_row(body: bytes, claims: Claims) -> Cleaned:
    """The article of a table row (a JSON object with title, text, published, source, url).

    Raises RecordError: `bad_row` (no such object), and as `clean_page` does.
    """
    try:
        row = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RecordError("bad_row", f"the row is no JSON object: {error}") from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise RecordError("bad_row", "the row has no text")
    given = row.get("title") if isinstance(row.get("title"), str) else None
    text = normalise_text(repair_mojibake(_bounded(row["text"])))
    lines = text.split("\n")
    title, forms = plain_headline(repair_mojibake(claims.title or given or ""), (claims.outlet_id,))
    if title and len(lines) > 1 and _is_prefixed(title, lines[1]):
        title, more = plain_headline(lines[1], (claims.outlet_id,))
        forms = (*forms, *more)
    published = row.get("published") if isinstance(row.get("published"), str) else None
    return _finish(text, title, forms, claims, dates=(published,) if published else ())


def _finish(
    raw: str,
    title: str | None,
    forms: tuple[str, ...],
    claims: Claims,
    *,
    dates: tuple[str, ...] = (),
    author: str | None = None,
    page: PageParts | None = None,
    markup: str = "",
) -> Cleaned:
    """The steps that every kind of content shares: dates, head, residue, checks, language, signature."""
    reading, said = _published(claims, dates, page.guessed_date if page else None)
    published_day = reading.at.date() if reading.at else None
    text, head = _without_residue(raw, forms, published_day, (claims.fetched_at + timedelta(hours=24)).date())
    title = normalise_line(repair_mojibake(title or ""))
    _check_service(text, title, page, markup)
    words = count_words(text)
    if words < MIN_WORDS_GIVEN and page is not None:
        raise RecordError("not_an_article", f"of the page's {page.visible_words} words {words} are an article's")
    if words < MIN_WORDS_GIVEN:
        raise RecordError("too_short", f"{words} words are left of the text; {MIN_WORDS_GIVEN} are needed")
    language = language_of(f"{title or ''}\n{text}", claims.language)
    if language != CODED_LANGUAGE:
        raise RecordError("foreign_language", f"the text is in {language_name(language)}; only English is coded")
    if page is not None:
        _check_prose(text, page)
        if words < MIN_WORDS_PAGE:
            raise RecordError("too_short", f"{words} words are left of the page; {MIN_WORDS_PAGE} are needed")
    return Cleaned(
        title=title,
        author=normalise_line(claims.author) or author,
        text=text,
        language=language,
        word_count=words,
        published_text=said,
        published_at=reading.at,
        published_precision=reading.precision,
        dateline_text=head.said,
        dateline_date=head.day,
        reported_date=head.day or published_day,
        date_note=_notes(reading, head.day, head.note, published_day),
        text_digest=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        signature=signature(text),
    )


def _without_residue(raw: str, forms: tuple[str, ...], published: date | None, latest: date) -> tuple[str, Head]:
    """The news in a text, normalised, and what its head said."""
    text = _without_breadcrumb_lines(remove_lines(normalise_text(repair_mojibake(raw))), forms)
    head = read_head(text, titles=forms, published=published, latest=latest)
    return normalise_text(remove_residue(head.rest, titles=forms)), head


def _published(claims: Claims, dates: tuple[str, ...], guessed: str | None) -> tuple[Reading, str | None]:
    """The publication date and the words it was read from: the source's claim first, then what the page states, and
    only where both are silent the date that the page's address or text suggests (note `guessed`).

    Of dates on the same day, one that has a clock is preferred to one that has only the day.
    """
    said = [t for t in (normalise_line(d) for d in (claims.published_text, *dates)) if t]
    readings = [(read_date(t, fetched_at=claims.fetched_at, month_first=claims.month_first), t) for t in said[:8]]
    sure = [(r, t) for r, t in readings if r.at is not None]
    if not sure and not said and guessed:
        guess = read_date(guessed, fetched_at=claims.fetched_at, month_first=claims.month_first)
        if guess.at is not None:
            return Reading(guess.at, guess.precision, "; ".join(filter(None, [guess.note, "guessed"]))), guessed
    if not sure:
        return readings[0] if readings else (Reading(None, None, "missing"), None)
    first, words = sure[0]
    if first.precision == "day" and first.at is not None:
        for other, other_words in sure[1:]:
            near = other.at is not None and abs(other.at - first.at) < timedelta(hours=38)
            if other.precision == "time" and near and claims.published_text is None:
                return other, other_words
    return first, words


def _notes(reading: Reading, dateline: date | None, problem: str | None, published: date | None) -> str | None:
    """Everything a reader of the dates should know, as short codes."""
    notes = [reading.note] if reading.note else []
    if problem:
        notes.append(f"dateline_{problem}")
    if dateline and published and abs((dateline - published).days) > 2:
        notes.append("dateline_differs")
    return "; ".join(notes) or None


def _check_service(text: str, title: str | None, page: PageParts | None, markup: str) -> None:
    """Raise RecordError for what is no article in any language: nothing, a closed page, an error page, a log-in."""
    words = count_words(text)
    if page is None:
        if not words:
            raise RecordError("empty_page", "nothing is left of the text")
        return
    shown = f"{page.page_title or ''}\n{title or ''}"
    if words < STUB_WORDS:
        everything = plain_text_of(markup)
        if not everything and not words:
            raise RecordError("empty_page", "the page shows no word")
        surroundings = f"{shown}\n{everything}"
        if _MISSING.search(shown) or (words < 60 and _MISSING.search(everything[:1500])):
            raise RecordError("not_an_article", "the page says that what was asked for is not there")
        if words < 80 and _ROBOT.search(shown + "\n" + everything[:1000]):
            raise RecordError("not_an_article", "the page is a check or an error of the server")
        if words < 80 and page.has_password_field and _LOGIN.search(surroundings):
            raise RecordError("not_an_article", "the page asks to log in")
        breaks_off = words < STUB_WORDS_SOLD or (words < 2 * STUB_WORDS_SOLD and text.endswith(("...", "…")))
        if page.is_locked or _CLOSED.search(surroundings) or (breaks_off and _SELLS.search(surroundings)):
            raise RecordError("paywall_stub", f"{words} words and a prompt to subscribe")
    if not words:
        raise RecordError("not_an_article", f"the page shows {page.visible_words} words, none of them an article's")


def _check_prose(text: str, page: PageParts) -> None:
    """Raise RecordError for an English page whose words stand in a list of links and not in sentences."""
    words = count_words(text)
    lines = text.split("\n")
    in_sentences = sum(count_words(line) for line in lines if is_sentence(line))
    if words and (in_sentences < words * 0.35 or (page.link_words > page.visible_words * 0.9 and words < 80)):
        raise RecordError("not_an_article", f"of {words} words only {in_sentences} stand in sentences: a list of links")


def _looks_like_headline(line: str) -> bool:
    """True for a first line set like a headline: short, and without a full stop at its end."""
    return (2 <= len(line.split()) <= 28 and not line.endswith((".", ",", ";", ":", "”", '"'))) or line.endswith("...")


def _is_prefixed(line: str, plain: str) -> bool:
    """True when `line` is `plain` behind at most four more words."""
    key, whole = squeeze(plain), squeeze(line)
    return len(key) >= 12 and whole != key and whole.endswith(key) and len(line.split()) - len(plain.split()) <= 4


def _without_breadcrumb_lines(text: str, forms: tuple[str, ...]) -> str:
    """The text from its last leading headline line on, so that stamp and dateline come first; else the text."""
    keys = {squeeze(f) for f in forms if len(squeeze(f)) >= 8}
    lines = text.split("\n")
    start = 0
    for number, line in enumerate(lines[:4]):
        key = squeeze(line)
        if key in keys or any(
            key.endswith(k) and _is_prefixed(line, f) for f in forms for k in (squeeze(f),) if k in keys
        ):
            start = number + 1
    return "\n".join(lines[start:]) if start and start < len(lines) else text


def _bounded(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise RecordError("too_large", f"the text has {len(text):,} characters; the bound is {MAX_TEXT:,}")
    return text
