"""When it happened: time expressions in a text, resolved against the day of the report, and the predicate each belongs
to.

A date is the first day of a period with its precision. The readings, all relative to the day of the report: "on
Friday" is the last Friday up to and including it, "last Friday" the one before it; "in April" the last April not
after it; "yesterday", "two days ago", "last night" count back; "last 24 hours", "last week" and the like name a
month; "two years ago" names a year. The time of speaking ("said on Wednesday it had taken ...") is not the event's. A
plain report without a time word has no date.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from spacy.tokens import Span, Token

from flows.coding.cues import Cues, base, is_finite, word_set
from flows.coding.numbers import quantity_in
from flows.coding.parse import Parsed

NEWS_DAYS: Final = 7
"""A report tells the news of so many days; older days are background and are not carried to what is told without a
date."""


@dataclass(frozen=True, slots=True)
class EventDate:
    """A period: its first `day`, its `precision` (day, week, month, year), the words, and the `basis`.

    `basis` is `stated` (in the same sentence) or `carried` (the article dates the same event elsewhere). `is_news` is
    true for a day within a week of the report.
    """

    day: date
    precision: str
    text: str
    basis: str = "stated"
    is_news: bool = False


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """A time expression in tokens [start, end) of the document.

    `value` is its reading for the past, `future` the reading where the verb looks ahead (None: the same). `anchor` is
    the
    token it hangs on. `speech` is the position of the verb of saying whose time it tells, -1 if it tells an event's.
    """

    start: int
    end: int
    value: EventDate
    future: EventDate | None
    anchor: int
    speech: int = -1


# First days of Ramadan and of the two feasts in public calendars; local sightings differ by a day.
_RAMADAN: Final = {
    2009: (8, 22), 2010: (8, 11), 2011: (8, 1), 2012: (7, 20), 2013: (7, 9), 2014: (6, 28), 2015: (6, 18), 2016: (6, 6),
    2017: (5, 27), 2018: (5, 16), 2019: (5, 6), 2020: (4, 24), 2021: (4, 13), 2022: (4, 2), 2023: (3, 23), 2024: (3,
    11),
    2025: (3, 1), 2026: (2, 18), 2027: (2, 8),
}  # fmt: skip
_EID_FITR: Final = {
    2009: (9, 20), 2010: (9, 10), 2011: (8, 30), 2012: (8, 19), 2013: (8, 8), 2014: (7, 28), 2015: (7, 17), 2016: (7,
    6),
    2017: (6, 25), 2018: (6, 15), 2019: (6, 4), 2020: (5, 24), 2021: (5, 13), 2022: (5, 2), 2023: (4, 21), 2024: (4,
    10),
    2025: (3, 30), 2026: (3, 20), 2027: (3, 9),
}  # fmt: skip
_EID_ADHA: Final = {
    2009: (11, 27), 2010: (11, 16), 2011: (11, 6), 2012: (10, 26), 2013: (10, 15), 2014: (10, 4), 2015: (9, 24), 2016:
    (9, 12),
    2017: (9, 1), 2018: (8, 21), 2019: (8, 11), 2020: (7, 31), 2021: (7, 20), 2022: (7, 9), 2023: (6, 28), 2024: (6,
    16),
    2025: (6, 6), 2026: (5, 27), 2027: (5, 16),
}  # fmt: skip

_MONTHS: Final = {
    name: n
    for n, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
            "september sep sept", "october oct", "november nov", "december dec",
        ), 1,
    )
    for name in names.split()
}  # fmt: skip
_DAYS: Final = {
    name: n
    for n, names in enumerate(
        (
            "monday mon",
            "tuesday tue tues",
            "wednesday wed",
            "thursday thu thurs thur",
            "friday fri",
            "saturday sat",
            "sunday sun",
        )
    )
    for name in names.split()
}
_MON: Final = (
    r"(?P<mon>january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
)
_DAY: Final = r"(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR: Final = r"(?P<year>(?:19|20)\d\d)"
_WD: Final = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_PART: Final = r"(?: (?:at |early |late )?(?:morning|afternoon|evening|night|noon|midday|dawn|midnight|daybreak|dusk))?"
_N: Final = (
    r"(?P<n>an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,3}|several|a few|few|many|some"
    r"|a couple of|couple of|dozens of)"
)
_ABOUT: Final = r"(?:(?:about|around|nearly|almost|roughly|more than|less than|over|just|only|at least|some) )?"
_ORDER: Final = {
    w: n
    for n, w in enumerate(
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
    )
}

Reading = tuple[EventDate, EventDate | None] | None


@dataclass(slots=True)
class _Context:
    """What a relative expression is read against: the day of the report, and the last day told before it in the
    text."""

    ref: date | None
    told: date | None
    period: date | None = None


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_of(day: date) -> date:
    return day.replace(day=1)


def _past_weekday(ref: date, weekday: int) -> date:
    return ref - timedelta(days=(ref.weekday() - weekday) % 7)


def _make(day: date | None, precision: str, text: str) -> Reading:
    return (EventDate(day, precision, text), None) if day else None


def _full(m: re.Match[str], ctx: _Context) -> Reading:
    return _make(_safe(int(m["year"]), _MONTHS[m["mon"].rstrip(".")], int(m["day"])), "day", m.group())


def _numeric(m: re.Match[str], ctx: _Context) -> Reading:
    year, month, day = int(m["year"]), int(m["m"]), int(m["d"])
    if month > 12 >= day:
        month, day = day, month
    return _make(_safe(year, month, day), "day", m.group())


def _day_month(m: re.Match[str], ctx: _Context) -> Reading:
    if ctx.ref is None:
        return None
    month, day = _MONTHS[m["mon"].rstrip(".")], int(m["day"])
    here = _safe(ctx.ref.year, month, day)
    past = here if here and here <= ctx.ref + timedelta(days=1) else _safe(ctx.ref.year - 1, month, day)
    later = here if here and here > ctx.ref else _safe(ctx.ref.year + 1, month, day)
    if past is None:
        return None
    return EventDate(past, "day", m.group()), EventDate(later, "day", m.group()) if later else None


def _month_year(m: re.Match[str], ctx: _Context) -> Reading:
    return _make(_safe(int(m["year"]), _MONTHS[m["mon"].rstrip(".")], 1), "month", m.group())


def _month(m: re.Match[str], ctx: _Context) -> Reading:
    if ctx.ref is None:
        return None
    month = _MONTHS[m["mon"].rstrip(".")]
    lead = m["lead"] or ""
    year = ctx.ref.year if month <= ctx.ref.month else ctx.ref.year - 1
    if "last" in lead and month == ctx.ref.month:
        year -= 1
    ahead = ctx.ref.year if month >= ctx.ref.month else ctx.ref.year + 1
    if "next" in lead:
        return _make(date(ahead, month, 1), "month", m.group())
    return EventDate(date(year, month, 1), "month", m.group()), EventDate(date(ahead, month, 1), "month", m.group())


def _weekday(m: re.Match[str], ctx: _Context) -> Reading:
    if ctx.ref is None:
        return None
    weekday = _DAYS[m["wd"]]
    lead, tail = m["lead"] or "", m["tail"] or ""
    past = _past_weekday(ctx.ref, weekday)
    ahead = past if past == ctx.ref else past + timedelta(days=7)
    if "last week" in tail or "previous week" in tail:
        past = ctx.ref - timedelta(days=ctx.ref.weekday() + 7 - weekday)
    elif "next week" in tail:
        past = ctx.ref + timedelta(days=7 - ctx.ref.weekday() + weekday)
    elif ("last" in lead or "previous" in lead) and past == ctx.ref:
        past -= timedelta(days=7)
    elif "next" in lead or "coming" in lead:
        past = past + timedelta(days=7)
    return EventDate(past, "day", m.group()), EventDate(ahead, "day", m.group())


def _offset(days: int) -> Callable[[re.Match[str], _Context], Reading]:
    def read(m: re.Match[str], ctx: _Context) -> Reading:
        return _make(ctx.ref + timedelta(days=days) if ctx.ref else None, "day", m.group())

    return read


def _from_told(days: int) -> Callable[[re.Match[str], _Context], Reading]:
    def read(m: re.Match[str], ctx: _Context) -> Reading:
        anchor = ctx.told or ctx.ref
        return _make(anchor + timedelta(days=days) if anchor else None, "day", m.group())

    return read


def _count(words: str) -> int | None:
    """A count of units, None for an unknown number ("several")."""
    if words in ("a", "an"):
        return 1
    if words.endswith("couple of"):
        return 2
    if words in ("several", "a few", "few", "many", "some", "dozens of"):
        return None
    found = quantity_in(words.split())
    return found.low if found else None


def _shift_months(day: date, months: int) -> date:
    total = day.year * 12 + day.month - 1 + months
    return date(total // 12, total % 12 + 1, 1)


def _ago(m: re.Match[str], ctx: _Context) -> Reading:
    direction, unit = m["dir"], m["unit"]
    anchor = ctx.ref if direction == "ago" else (ctx.told or ctx.ref)
    if anchor is None:
        return None
    sign = 1 if direction in ("later", "after", "afterwards") else -1
    n = _count(m["n"])
    if unit in ("hour", "minute"):
        return _make(anchor, "day", m.group()) if n is None or n <= 12 else None
    if unit in ("day", "night"):
        return (
            _make(anchor + timedelta(days=sign * n), "day", m.group())
            if n
            else _make(_month_of(anchor + timedelta(days=sign * 4)), "month", m.group())
        )
    try:
        if unit == "week":
            if n is None:
                return _make(date((anchor + timedelta(weeks=sign * 4)).year, 1, 1), "year", m.group())
            there = anchor + timedelta(weeks=sign * n)
            return _make(there - timedelta(days=there.weekday()), "week", m.group())
        if unit == "month":
            if n is None:
                return _make(date(_shift_months(anchor, sign * 4).year, 1, 1), "year", m.group())
            return _make(_shift_months(anchor, sign * n), "month", m.group())
        return _make(date(anchor.year + sign * n, 1, 1), "year", m.group()) if n else None
    except (ValueError, OverflowError):
        return None


def _period(m: re.Match[str], ctx: _Context) -> Reading:
    """ "last week", "this month", "earlier this year", "next month"."""
    if ctx.ref is None:
        return None
    which, unit = m["which"].removeprefix("the "), m["unit"]
    if m.group().startswith(("the next", "the following")) and unit in ("year", "month") and ctx.period is not None:
        after = _shift_months(ctx.period, 1) if unit == "month" else date(ctx.period.year + 1, 1, 1)
        return _make(after, unit, m.group())
    step = -1 if which in ("last", "previous", "past") else 1 if which in ("next", "coming") else 0
    if unit in ("week", "weekend"):
        if unit == "weekend" and step <= 0:
            saturday = _past_weekday(ctx.ref, 5)
            return _make(saturday, "week", m.group())
        return _make(_month_of(ctx.ref + timedelta(days=7 * step)), "month", m.group())
    if unit == "month":
        return _make(_shift_months(ctx.ref, step), "month", m.group())
    return _make(date(ctx.ref.year + step, 1, 1), "year", m.group())


def _stretch(m: re.Match[str], ctx: _Context) -> Reading:
    """ "in the last 24 hours", "over the past two days", "for nearly a week": the month; longer stretches are no
    date."""
    if ctx.ref is None:
        return None
    n, unit = _count(m["n"] or "a"), m["unit"]
    if unit in ("month", "year") or n is None:
        return None
    days = {"hour": n / 24, "day": n, "night": n, "week": 7 * n}[unit]
    if days > 14:
        return None
    back = ctx.ref if unit == "hour" else ctx.ref - timedelta(days=int(days))
    return _make(_month_of(back), "month", m.group())


def _edge(m: re.Match[str], ctx: _Context) -> Reading:
    """ "since the beginning of the year", "at the end of last month"."""
    if ctx.ref is None:
        return None
    last = m["which"] == "last"
    if m["unit"] == "year":
        return _make(date(ctx.ref.year - last, 1, 1), "year", m.group())
    if m["unit"] == "month":
        return _make(_shift_months(ctx.ref, -1 if last else 0), "month", m.group())
    return _make(_month_of(ctx.ref - timedelta(days=7 * last)), "month", m.group())


def _year(m: re.Match[str], ctx: _Context) -> Reading:
    return _make(date(int(m["year"]), 1, 1), "year", m.group())


def _feast(table: Mapping[int, tuple[int, int]], length: int) -> Callable[[re.Match[str], _Context], Reading]:
    def read(m: re.Match[str], ctx: _Context) -> Reading:
        groups = m.groupdict()
        year = int(groups["year"]) if groups.get("year") else None
        if year is None:
            if ctx.ref is None:
                return None
            year = ctx.ref.year
            begins = table.get(year)
            lead = groups.get("lead") or ""
            if "last" in lead or (begins and date(year, *begins) > ctx.ref + timedelta(days=30)):
                year -= 1
        begins = table.get(year)
        if begins is None:
            return None
        first = date(year, *begins)
        order = groups.get("order")
        if order == "last":
            return _make(first + timedelta(days=length - 1), "day", m.group())
        if order in _ORDER:
            return _make(first + timedelta(days=_ORDER[order]), "day", m.group())
        if length > 5:
            return _make(_month_of(first), "month", m.group())
        return _make(first, "day", m.group())

    return read


_RULES: Final[Sequence[tuple[re.Pattern[str], Callable[[re.Match[str], _Context], Reading]]]] = [
    (re.compile(pattern), read)
    for pattern, read in (
        (r"\b(?P<year>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)\b", _numeric),
        (r"\b(?P<d>\d\d?)[./-](?P<m>\d\d?)[./-](?P<year>(?:19|20)\d\d)\b", _numeric),
        (rf"(?:\b{_WD},? (?:the )?)?\b{_DAY}(?:(?:-|–| to | and )\d\d?(?:st|nd|rd|th)?)?(?: of)? {_MON},? {_YEAR}\b", _full),
        (rf"(?:\b{_WD},? )?\b{_MON} (?:the )?{_DAY}(?:(?:-|–| to | and )\d\d?(?:st|nd|rd|th)?)?,? {_YEAR}\b", _full),
        (rf"(?:\b{_WD},? (?:the )?)?\b{_DAY}(?:(?:-|–| to | and )\d\d?(?:st|nd|rd|th)?)?(?: of)? {_MON}(?!\w)", _day_month),
        (rf"(?:\b{_WD},? )?\b{_MON} (?:the )?{_DAY}(?!\d)(?:(?:-|–| to | and )\d\d?(?:st|nd|rd|th)?)?\b(?! (?:people|civilians|soldiers|rebels|fighters|militants|km))", _day_month),
        (rf"\b(?:(?:early|late|mid)[ -])?{_MON}(?: of)?,? {_YEAR}\b", _month_year),
        (rf"\b(?:the )?(?P<order>first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last) (?:day|days|night) of (?:the )?(?:holy )?(?:muslim |islamic )?(?:(?:fasting )?month of )?ramadan(?: {_YEAR})?\b", _feast(_RAMADAN, 30)),
        (rf"\b(?P<lead>last )?(?:the )?(?:holy )?(?:muslim |islamic )?(?:(?:fasting )?month of )?ramadan(?: {_YEAR})?\b", _feast(_RAMADAN, 30)),
        (rf"\b(?:the )?(?:(?P<order>first|second|third) day of )?eid[ -](?:al|ul|el)[ -]?fitr(?: {_YEAR})?\b", _feast(_EID_FITR, 3)),
        (rf"\b(?:the )?(?:(?P<order>first|second|third|fourth) day of )?eid[ -](?:al|ul|el)[ -]?ad-?ha(?: {_YEAR})?\b", _feast(_EID_ADHA, 4)),
        (rf"\b(?:(?P<lead>last|this|past|next|coming|previous|earlier|early|late) (?:on |in )?)?(?:the )?(?P<wd>{_WD})s?(?:'s)?{_PART}(?:(?: and | to | until |-)(?:late |early )?{_WD}{_PART})?(?P<tail>,? (?:of )?(?:last|next|this|previous) week)?\b", _weekday),
        (r"\bthe day before yesterday\b", _offset(-2)),
        (rf"\byesterday{_PART}\b", _offset(-1)),
        (r"\blast night\b", _offset(-1)),
        (r"\b(?:earlier |later |late |early )?today\b|\btonight\b|\bovernight\b|\bthis (?:morning|afternoon|evening)\b|\blater in the (?:evening|afternoon|night)\b", _offset(0)),
        (r"\btomorrow\b", _offset(1)),
        (r"\b(?:on )?(?:the |that )?same (?:day|night|evening|morning)\b|\b(?:earlier|later|late|early) (?:in|on|that|the same) (?:the )?day\b|\bon that day\b|\bthat (?:night|evening|morning)\b", _from_told(0)),
        (r"\bthe (?:previous|preceding) (?:day|night|evening)\b|\bthe (?:day|night) before\b", _from_told(-1)),
        (r"\bthe (?:next|following) (?:day|morning|night)\b|\bthe day after\b", _from_told(1)),
        (rf"\b{_ABOUT}{_N} (?P<unit>minute|hour|day|night|week|month|year)s? (?P<dir>ago|earlier|before|later|prior|afterwards)\b", _ago),
        (rf"\b(?:(?:in|over|during|within|for|throughout) )?(?:the )?(?:last|past|previous) {_ABOUT}{_N} (?P<unit>hour|day|night|week|month|year)s?\b", _stretch),
        (rf"\b(?:for|in|within) {_ABOUT}{_N} (?P<unit>hour|day|night|week|month|year)s?\b", _stretch),
        (r"\b(?:(?:in|over|during) )?(?:the )?(?:last|past) (?P<n>)(?P<unit>day|hour)s?\b", _stretch),
        (r"\b(?:the )?(?:very )?(?:beginning|start|end|middle|turn) of (?P<which>the|this|last) (?P<unit>year|month|week)\b", _edge),
        (r"\b(?:(?:earlier|later|late|early) )?(?P<which>last|this|(?:the )?next|the following|previous|coming|earlier|the current) (?P<unit>weekend|week|month|year)\b(?! of\b)", _period),
        (rf"\b(?P<lead>(?:earlier |later |early |late )?(?:in |since |during |until |by |from |of |between |before |after )?(?:last |this |next |early |late |mid[ -]|the )?){_MON}(?!\w)", _month),
        (rf"\b(?:(?:early|late|mid|spring|summer|autumn|fall|winter)(?: of| in)?[ -])?{_YEAR}\b(?![-–/.,]?\d)", _year),
    )
]  # fmt: skip
_HINT: Final = re.compile(
    r"\d{4}|day\b|days\b|night|week|month|year|hour|minute|today|tomorrow|morning|evening|afternoon|ramadan|\beid\b|"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)
_BARE_MONTH_LEAD: Final = re.compile(
    r"\b(?:in|since|during|until|by|from|of|last|this|next|early|late|mid|between|before|after)\b"
)
_AMBIGUOUS_MONTHS: Final = frozenset({"may", "march", "mar", "jun", "sep", "dec", "nov", "jan", "apr"})
_YEAR_LEAD: Final = re.compile(
    r"\b(?:in|since|of|during|by|until|till|from|late|early|mid|before|after|between|year|to|and|the|a)\s$|['(-]$|\bthe \w+ $"
)


def expressions_in(
    sentence: Span, ref: date | None, told: date | None = None, period: date | None = None
) -> list[tuple[int, int, EventDate, EventDate | None]]:
    """The time expressions of a sentence, in order: (start, end) in characters of the sentence, past and future
    reading.

    Args:
        sentence: any span of a document.
        ref: the day of the report; None leaves relative expressions unread.
        told: the last day told before the sentence, to which "the next day" refers.
        period: the first day of the last period told before it, to which "the next year" refers.
    """
    original = sentence.text
    if not _HINT.search(original):
        return []
    text = original.lower()
    if len(text) != len(original):
        text = "".join(c.lower() if len(c.lower()) == 1 else c for c in original)
    taken = bytearray(len(text))
    ctx = _Context(ref, told, period)
    found: list[tuple[int, int, EventDate, EventDate | None]] = []
    waiting: list[tuple[int, int, re.Match[str], Callable[[re.Match[str], _Context], Reading]]] = []
    for pattern, read in _RULES:
        for m in pattern.finditer(text):
            start, end = m.span()
            if any(taken[start:end]) or not _plausible(m, read, original):
                continue
            taken[start:end] = b"\x01" * (end - start)
            waiting.append((start, end, m, read))
    for start, end, m, read in sorted(waiting, key=lambda w: w[0]):
        reading = read(m, ctx)
        if reading is None:
            continue
        words = original[start:end].strip()
        past, future = reading
        if past.precision == "day":
            ctx.told = past.day
        ctx.period = past.day
        found.append((start, end, replace(past, text=words), replace(future, text=words) if future else None))
    return found


def _plausible(m: re.Match[str], read: Callable[..., Reading], original: str) -> bool:
    """False where the words only look like a time: "may" the verb, "march" the walk, a four-digit toll."""
    if read in (_month, _month_year, _day_month, _full):
        at = m.start("mon")
        if not original[at].isupper():
            return False
        if read is _month and m["mon"].rstrip(".") in _AMBIGUOUS_MONTHS:
            return bool(_BARE_MONTH_LEAD.search(m["lead"]))
        if read is _month and at == 0:
            return m["mon"] not in ("may", "march", "august")
    if read is _year and m.group() == m["year"]:
        before = original[: m.start()].lower()
        after = original[m.end() : m.end() + 24].lower()
        if re.match(
            r"\s(?:people|civilians|soldiers|fighters|rebels|militants|troops|others|families|km|kilomet|miles|men|dead|refugees|residents|prisoners|wounded|tanks|vehicles)",
            after,
        ):
            return False
        return (
            bool(_YEAR_LEAD.search(before))
            or re.match(r"[,;.)]|\s(?:and|or|when|after|the|it|they|he|on)\b|$", after) is not None
        )
    return True


_SKIP_TO_SPEECH: Final = word_set(
    "on early late in the a an at by of for to his her its their via during from earlier later"
)
_ADDRESSEE: Final = word_set(
    "reporter journalist agency news television tv radio afp reuters ap statement interview conference website"
    " telephone phone condition anonymity press twitter facebook channel newspaper post report message network"
    " page media account correspondent online brief briefing bulletin tweet video arabiya jazeera skype sana"
)


def _speech_verb_of(start: int, sentence: Span, cues: Cues) -> int:
    """The position of the verb of saying that stands right before an expression ("told AFP in Beirut on Friday"), or
    -1.

    An addressee or a medium may stand between; a subject or another verb may not.
    """
    doc, i = sentence.doc, start - 1
    steps = 0
    while i >= sentence.start and steps < 12:
        token = doc[i]
        if token.pos_ in ("VERB", "AUX") or (
            cues.has("speech_verb", token) and token.lower_.endswith(("ed", "said", "told"))
        ):
            if not cues.has("speech_verb", token) or token.lemma_ in _WITNESSING:
                return -1
            direct = steps > 0 and any(
                c.dep_ == "obj" and token.i < c.i < start and c.lemma_ not in _ADDRESSEE and c.pos_ == "NOUN"
                for c in token.children
            )
            return -1 if direct else i
        if token.lower_ in ("that", "as", "when", "after", "where", "while") or token.text in '";:':
            return -1
        if token.dep_.startswith("nsubj") and token.head.i > start and token.head.i != i:
            return -1
        plain = token.pos_ == "NOUN" and token.lemma_ not in _ADDRESSEE and token.lower_ not in _SKIP_TO_SPEECH
        if plain and not cues.has("speaker_noun", token):
            return -1
        steps += 1
        i -= 1
    return -1


_WITNESSING: Final = word_set("document record register count log tally")
"""Verbs whose time is that of what they report: "has documented today the advance"."""


@dataclass(slots=True)
class DateMap:
    """The dates of an article: `for_token` gives a predicate's date; `expressions` are all time expressions found."""

    cues: Cues
    expressions: list[TimeExpression] = field(default_factory=list)
    by_anchor: dict[int, list[TimeExpression]] = field(default_factory=dict)
    by_sentence: dict[int, list[TimeExpression]] = field(default_factory=dict)
    by_speech: dict[int, TimeExpression] = field(default_factory=dict)
    sentence_of: Sequence[int] = ()

    def for_token(self, predicate: Token) -> EventDate | None:
        """The date that the sentence gives to a predicate (verb or event noun); None where it gives none.

        A verb of saying that is itself the act (warned, accused) has the time of speaking; so has what a speaker says
        of
        the present ("fighting continues, the group said on Saturday").
        """
        spoken = self.by_speech.get(predicate.i)
        own = spoken.value if spoken else self._own(predicate)
        if own is not None:
            return own
        found = self._from_above(predicate)
        if found is not None:
            return found
        found = self._from_below(predicate)
        if found is not None:
            return found
        return self._from_sentence(predicate) or self._from_act_before(predicate) or self._from_present(predicate)

    def _pick(self, token: Token, governor: Token) -> EventDate | None:
        for one in self.by_anchor.get(token.i, ()):
            if one.future is not None and _looks_ahead(governor):
                return one.future
            return one.value
        return None

    def _own(self, token: Token) -> EventDate | None:
        return self._pick(token, token)

    def _from_above(self, predicate: Token) -> EventDate | None:
        """From the clause that holds the predicate: upwards through noun phrases and clauses that share its time."""
        token = predicate
        for _ in range(8):
            head = token.head
            if head.i == token.i:
                return None
            relation = base(token)
            verb = token.pos_ in ("VERB", "AUX")
            speech = self.cues.has("speech_verb", head) and head.pos_ == "VERB"
            announced = relation == "obj" and self.cues.has("performative", head)
            if speech and not announced and relation in ("ccomp", "parataxis", "obj", "xcomp", "obl"):
                return None
            if verb and token.dep_ == "acl:relcl":
                return self._own(head)  # "the attack on Friday that killed ten"
            misread = relation == "csubj" and token.lower_.endswith("ed")  # "troops pushed rebels out of a works ..."
            if verb and relation in ("ccomp", "parataxis", "csubj") and not misread:
                return None
            if verb and relation == "acl" and head.pos_ not in ("NOUN", "PROPN"):
                return None
            if verb and relation == "acl":
                return self._own(head) if not is_finite(token) else None
            if verb and relation == "advcl" and is_finite(token) and not _same_time(token):
                return None
            if verb and relation == "conj" and any(c.dep_.startswith("nsubj") for c in token.children):
                return None
            found = self._own(head)
            if found is not None:
                return found
            if head.pos_ == "VERB":
                for below in head.children:
                    if below.i != token.i and below.dep_ in ("obj", "nsubj", "nsubj:pass", "obl"):
                        found = found or self._own(below)
                if found is not None:
                    return found
            for below in head.children:
                if below.dep_ == "xcomp" and below.i != token.i and self._own(below) is not None:
                    return self._own(below)
            if relation == "conj":
                for sister in head.children:
                    if sister.dep_ == "conj" and sister.i != token.i:
                        found = self._own(sister)
                        if found is not None:
                            return found
            token = head
        return None

    def _from_below(self, predicate: Token) -> EventDate | None:
        """From what hangs under the predicate: "the attack that took place on Friday", "killed in an attempt on
        Monday"."""
        frontier, depth = [predicate], 0
        while frontier and depth < 4:
            following: list[Token] = []
            for token in frontier:
                for child in token.children:
                    relation = base(child)
                    clause = child.pos_ in ("VERB", "AUX") and relation in ("advcl", "ccomp", "parataxis", "conj")
                    own_subject = any(c.dep_.startswith("nsubj") for c in child.children)
                    shares = (relation == "conj" and not own_subject) or (relation == "advcl" and _same_time(child))
                    if clause and not shares:
                        continue
                    if child.dep_ == "acl:relcl" and token.i != predicate.i:
                        continue
                    found = self._own(child)
                    if found is not None:
                        return found
                    following.append(child)
            frontier, depth = following[:24], depth + 1
        return None

    def _from_sentence(self, predicate: Token) -> EventDate | None:
        """From the only time the sentence tells, where it opens the sentence or stands near in the same stretch."""
        here = [e for e in self.by_sentence.get(self.sentence_of[predicate.i], ()) if e.speech < 0]
        if len(here) != 1:
            return None
        one = here[0]
        doc, sent = predicate.doc, predicate.sent
        first, last = sorted((one.start, predicate.i))
        between = doc[first:last]
        if any(t.text in '";' or t.lower_ in ("but", "while", "meanwhile") for t in between):
            return None
        opening = one.start - sent.start <= 2 or not any(t.pos_ in ("VERB", "AUX") for t in doc[sent.start : one.start])
        if opening and _TODAY.search(one.value.text):
            return one.value
        if any(t.pos_ == "VERB" and self.cues.has("speech_verb", t) for t in between):
            return None
        if one.value.text.lower().startswith("since") or doc[one.start].lower_ == "since":
            return None
        governor = doc[one.anchor]
        if opening:
            relative = any(t.dep_ == "acl:relcl" for t in _chain(predicate)) and not any(t.text == ":" for t in between)
            return None if relative else one.value
        if last - first <= 18 and predicate.pos_ in ("NOUN", "PROPN") and governor.pos_ in ("VERB", "NOUN", "PROPN"):
            return one.value
        if last - first <= (14 if predicate.i < one.start else 8) and not any(
            t.pos_ == "VERB" and t.i != predicate.i and is_finite(t) for t in between
        ):
            return one.value
        return None

    def _from_act_before(self, predicate: Token) -> EventDate | None:
        """From the verb before, for a participle that tells its result: "shelled the city on Monday, killing four"."""
        auxiliary = any(c.dep_ == "aux" for c in predicate.children)
        if not predicate.lower_.endswith("ing") or predicate.pos_ != "VERB" or auxiliary:
            return None
        for i in range(predicate.i - 1, max(predicate.sent.start, predicate.i - 25) - 1, -1):
            token = predicate.doc[i]
            if token.text in '";':
                return None
            if token.pos_ == "VERB" and is_finite(token) and not self.cues.has("speech_verb", token):
                return self._own(token) or self._from_above(token) or self._from_below(token)
        return None

    def _from_present(self, predicate: Token) -> EventDate | None:
        """The time of speaking, for an act told in the present tense."""
        here = [e for e in self.by_sentence.get(self.sentence_of[predicate.i], ()) if e.speech >= 0]
        if len(here) != 1:
            return None
        clause = next((t for t in _chain(predicate) if t.pos_ in ("VERB", "AUX") and is_finite(t)), None)
        if clause is None or clause.i == here[0].speech:
            return None
        forms = [clause, *(c for c in clause.children if c.dep_ in ("aux", "cop"))]
        present = any("Pres" in f.morph.get("Tense", []) and "Fin" in f.morph.get("VerbForm", []) for f in forms)
        perfect = any(f.lower_ in ("has", "have") for f in forms) and "Past" in clause.morph.get("Tense", [])
        return here[0].value if present and not perfect else None

    def of_speech(self, verb: Token) -> EventDate | None:
        """The time of speaking of a verb of saying, where the text gives one."""
        one = self.by_speech.get(verb.i)
        return one.value if one else None


_TODAY: Final = re.compile(
    r"\b(?:today|(?:earlier|later) (?:in|on) the (?:day|evening|afternoon)|this (?:morning|evening))\b"
    r"|^(?:earlier|later)\b",
    re.I,
)


def _chain(token: Token) -> list[Token]:
    out = [token]
    while token.head.i != token.i and len(out) < 30:
        token = token.head
        out.append(token)
    return out


def _same_time(token: Token) -> bool:
    """True for a clause that happens when its main clause does: "as", "when", "while"."""
    return any(c.dep_ in ("mark", "advmod") and c.lower_ in ("as", "when", "while", "since") for c in token.children)


def _looks_ahead(verb: Token) -> bool:
    """True if the verb is future: "will", "shall", "going to", "to be held", "plans to"."""
    for token in _chain(verb)[:3]:
        for child in token.children:
            if child.dep_ == "aux" and child.lower_ in ("will", "shall", "'ll"):
                return True
        if token.lemma_ in ("schedule", "plan", "expect", "set", "due"):
            return True
    return False


def _anchor_of(start: int, end: int, sentence: Span) -> Token:
    """The token that a time expression hangs on: the head of its own head."""
    doc = sentence.doc
    span = doc[start:end]
    root = span.root
    head = root.head
    seen = 0
    while start <= head.i < end and head.head.i != head.i and seen < 8:
        head, seen = head.head, seen + 1
    # A time phrase that the parser hung on another time phrase, on a mere place or on a name belongs to their verb.
    while head.pos_ in ("PROPN", "NUM", "ADP", "ADV", "DET", "PRON", "X") and head.head.i != head.i and seen < 8:
        head, seen = head.head, seen + 1
    return head


def dates_of(parsed: Parsed, reported_date: date | None, cues: Cues) -> DateMap:
    """Find and resolve every time expression of an article and hang each on the word whose time it tells.

    Args:
        parsed: the parsed article.
        reported_date: the day to read relative dates against; None leaves them unread.
        cues: the cue dictionary (verbs of saying).

    Returns:
        The map; costs time linear in the length of the article.
    """
    out = DateMap(cues, sentence_of=parsed.sentence_of)
    told: date | None = None
    period: date | None = None
    for number, sent in enumerate(parsed.sentences):
        span = sent.span
        for begin, stop, past, future in expressions_in(span, reported_date, told, period):
            period = past.day
            tokens = span.doc.char_span(span.start_char + begin, span.start_char + stop, alignment_mode="expand")
            if tokens is None or not len(tokens):
                continue
            first, last = tokens.start, tokens.end
            if reported_date is not None and past.precision == "day":
                past = replace(past, is_news=abs((past.day - reported_date).days) <= NEWS_DAYS)
            if _is_dateline(past, reported_date, number, first, span) or _opens_report(
                past, reported_date, number, first, last, span
            ):
                continue
            anchor = _anchor_of(first, last, span)
            root = span.doc[first:last].root
            modifies = (
                root.dep_ in ("compound", "nmod:poss", "amod", "nummod")
                and root.head.i >= last
                and root.head.i - last < 4
            )
            speech = -1 if modifies else _speech_verb_of(first, span, cues)
            one = TimeExpression(first, last, past, future, anchor.i, speech)
            out.expressions.append(one)
            out.by_sentence.setdefault(parsed.sentence_of[first], []).append(one)
            if speech >= 0:
                out.by_speech[speech] = one
            else:
                out.by_anchor.setdefault(anchor.i, []).append(one)
            if past.precision == "day":
                told = past.day
    return out


_AFTER_DATELINE: Final = frozenset({"-", "–", "—", ".", ":", "(", ")"})


def _opens_report(value: EventDate, ref: date | None, number: int, first: int, last: int, span: Span) -> bool:
    """True for the day in "TRIPOLI, Sept 19 - Forces ...": names only before it, a dash or stop after it."""
    if number > 1 or value.precision != "day" or first == span.start:
        return False
    before = span.doc[span.start : first]
    named = all(t.pos_ in ("PROPN", "X", "NOUN") or t.is_punct for t in before) and len(before) <= 6
    after = span.doc[last].text if last < len(span.doc) else "."
    near = ref is None or abs((value.day - ref).days) <= 1
    return named and before[-1].text in (",", "(") and after in _AFTER_DATELINE and near


def _is_dateline(value: EventDate, ref: date | None, number: int, first: int, span: Span) -> bool:
    """True for the full date at the head of the text that is the day of the report itself."""
    return (
        number <= 1
        and ref is not None
        and value.precision == "day"
        and value.day == ref
        and re.search(r"\d{4}", value.text) is not None
        and first - span.start <= 14
        and (first == span.start or span.doc[first - 1].lower_ not in ("on", "since", "in", "of")
             or span.doc[first - 2].lower_ in ("posted", "published", "updated"))
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Datable:
    """What carrying a date over needs to know of a claim: its predicate, its kind and where it took place.

    `kind` is any value that is equal for events of one kind (type and mode); `family` one that is equal for those
    which may name each other ("the attack" for an air strike): the type. `place` and `actor` are the words of the
    names, empty where unknown; two that share a word may be the same. `settled` is False for claims that are planned,
    possible or denied: they neither give nor take a date.
    """

    predicate: Token
    kind: Hashable
    family: Hashable
    place: frozenset[str]
    actor: frozenset[str]
    settled: bool
    date: EventDate | None


def carry_dates(claims: Sequence[Datable]) -> list[EventDate | None]:
    """Give undated claims the date that the article states for the same event elsewhere.

    A claim takes a date from claims of its kind that agree in place and actor (a slot left open agrees with all) if
    these
    state one single period; else from its family, if the article dates all of that family that agree with it alike;
    else,
    for a definite mention ("the attack"), from the nearest dated claim of its family before it. A claim dated only to a
    month or year takes a day within it on the same terms.

    Returns:
        One date for each claim, in order: its own, a carried one (`basis` "carried"), or None.
    """
    dated = [
        c
        for c in claims
        if c.date is not None and c.settled and c.date.basis == "stated" and c.date.precision != "year"
    ]
    by_family: dict[Hashable, list[Datable]] = {}
    for claim in dated:
        by_family.setdefault(claim.family, []).append(claim)
    for sources in by_family.values():
        sources.sort(key=lambda c: c.predicate.i)
    places = {family: [c.predicate.i for c in sources] for family, sources in by_family.items()}
    out: list[EventDate | None] = []
    for claim in claims:
        own = claim.date
        if not claim.settled or (own is not None and own.precision == "day") or _is_background(claim.predicate):
            out.append(own)
            continue
        family = _around(claim, by_family.get(claim.family, []), places.get(claim.family, []))
        near = [c for c in family if c.date is not None and c.date.precision == "day" and _may_agree(c, claim)]
        if own is not None:
            near = [c for c in near if c.date is not None and _within(c.date.day, own)]
        found = _single([c for c in near if c.kind == claim.kind and _shares(c, claim)])
        news = [c for c in family if c.date is not None and c.date.is_news]
        if found is None and any(c in near for c in news):
            found = _single(news if own is None else near)
        if found is None and own is None:
            found = _single([c for c in family if c.kind == claim.kind and _shares(c, claim) and _may_agree(c, claim)])
        if found is None and own is None and _is_definite(claim.predicate):
            before = [c for c in near if c.predicate.i < claim.predicate.i]
            found = before[-1].date if before else None
        out.append(replace(found, basis="carried") if found is not None else own)
    _share_with_joined(claims, out)
    return out


def _share_with_joined(claims: Sequence[Datable], dates: list[EventDate | None]) -> None:
    """ "opened fire and looted the clinic": acts joined under one subject have one date, also where it is carried."""
    known = {c.predicate.i: d for c, d in zip(claims, dates, strict=True) if d is not None and d.basis == "carried"}
    for n, claim in enumerate(claims):
        verb = claim.predicate
        if dates[n] is not None or not claim.settled or verb.pos_ != "VERB":
            continue
        own = any(c.dep_.startswith("nsubj") for c in verb.children)
        joined = [verb.head] if verb.dep_ == "conj" and not own else []
        joined += [
            c for c in verb.children if c.dep_ == "conj" and not any(g.dep_.startswith("nsubj") for g in c.children)
        ]
        dates[n] = next((known[t.i] for t in joined if t.i in known), None)
        before = claims[n - 1].predicate if n else verb
        linked = verb.i > 0 and verb.doc[verb.i - 1].pos_ == "CCONJ" and verb.i - before.i < 10 and not own
        if dates[n] is None and linked and before.sent.start == verb.sent.start:
            dates[n] = known.get(before.i)


_REACH: Final = 60
"""Dates are carried from so many dated claims before and after, no further: the cost of a long article stays linear."""


def _around(claim: Datable, sources: list[Datable], positions: list[int]) -> list[Datable]:
    at = bisect_left(positions, claim.predicate.i)
    return [c for c in sources[max(0, at - _REACH) : at + _REACH] if c is not claim]


_RANK: Final = {"day": 0, "week": 1, "month": 2, "year": 3}


def _within(day: date, period: EventDate) -> bool:
    if period.precision == "year":
        return day.year == period.day.year
    if period.precision == "month":
        return (day.year, day.month) == (period.day.year, period.day.month)
    return 0 <= (day - period.day).days < 7


def _single(claims: Sequence[Datable]) -> EventDate | None:
    """The one period that all these claims state; a coarser period that holds it does not contradict it."""
    dates = sorted((c.date for c in claims if c.date is not None), key=lambda d: _RANK[d.precision])
    if not dates:
        return None
    first = dates[0]
    same = all(d.day == first.day or (d.precision != first.precision and _within(first.day, d)) for d in dates)
    return first if same else None


def _may_agree(a: Datable, b: Datable) -> bool:
    """False only if the two name different places and different actors."""
    place = not a.place or not b.place or bool(a.place & b.place)
    actor = not a.actor or not b.actor or bool(a.actor & b.actor)
    return place or actor


def _shares(a: Datable, b: Datable) -> bool:
    """True if both name the same place or actor, or the second is a definite mention."""
    return bool(a.place & b.place) or bool(a.actor & b.actor) or _is_definite(b.predicate)


def _is_background(predicate: Token) -> bool:
    """True for what has been going on or tends to happen: "has carried out several raids", "are usually attacked"."""
    clause = next((t for t in _chain(predicate) if t.pos_ in ("VERB", "AUX") and is_finite(t)), None)
    if clause is None or _is_definite(predicate):
        return False
    words = {c.lower_ for c in clause.children if c.dep_ in ("aux", "advmod")}
    return bool(words & {"has", "have", "usually", "often", "always", "regularly", "repeatedly"})


def _is_definite(predicate: Token) -> bool:
    """True for "the attack", "this raid", "its siege"."""
    return predicate.pos_ in ("NOUN", "PROPN") and any(
        c.dep_ in ("det", "nmod:poss") and c.lower_ in ("the", "this", "that", "these", "those", "its", "their", "his")
        for c in predicate.children
    )
