"""Dates as outlets write them, read strictly: what is not sure is None, with the reason.

Nothing here guesses. A zone that means two things, or none at all, leaves the day alone sure (precision `day`); day and
month that could change places give no date unless the source's habit is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

EARLIEST: Final = date(1990, 1, 1)
LATEST_AHEAD: Final = timedelta(hours=24)

MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            "monday mon",
            "tuesday tue tues",
            "wednesday wed weds",
            "thursday thu thur thurs",
            "friday fri",
            "saturday sat",
            "sunday sun",
        )
    )
    for name in names.split()
}
# Hours east of UTC. RFC 822 fixes the American ones; the rest are names with one meaning in use.
ZONES: Final = {
    "z": 0,
    "ut": 0,
    "utc": 0,
    "gmt": 0,
    "wet": 0,
    "west": 1,
    "cet": 1,
    "mez": 1,
    "cest": 2,
    "mesz": 2,
    "eet": 2,
    "eest": 3,
    "idt": 3,
    "msk": 3,
    "trt": 3,
    "eat": 3,
    "cat": 2,
    "sast": 2,
    "wat": 1,
    "pkt": 5,
    "hkt": 8,
    "sgt": 8,
    "jst": 9,
    "kst": 9,
    "aest": 10,
    "aedt": 11,
    "nzst": 12,
    "nzdt": 13,
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
    "akst": -9,
    "akdt": -8,
    "hst": -10,
}
# Names that different countries use for different offsets, and American names that do not say summer or winter.
AMBIGUOUS_ZONES: Final = frozenset(
    ["bst", "ist", "ast", "gst", "sst", "adt", "amt", "art", "ect", "pt", "et", "ct", "mt", "wst"]
)

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_WEEKDAY = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
_TIME = (
    r"(?P<hour>[01]?\d|2[0-4])[:.h](?P<minute>[0-5]\d)(?:[:.](?P<second>[0-5]\d|60)(?:[.,]\d{1,9})?)?"
    r"(?:\s*(?P<half>[ap]\.?m\b\.?))?"
)
_OFFSET = r"(?P<offset>(?:GMT|UTC)?\s*[+\-−]\d{1,2}(?::?\d{2})?(?!\d)|\(?[A-Za-z]{1,5}\)?)"
_LEAD = (
    r"(?:(?:first\s+)?(?:published|posted|updated|created|issued|modified|date(?:\s+of\s+publication)?|last\s+(?:updated?|modified))"
    r"(?:\s+(?:on|at))?\s*:?\s*)?"
)
_DAY_NAME = rf"(?:(?P<weekday>{_WEEKDAY})\b\.?\s*,?\s*)?"
_BETWEEN = r"(?:\s*(?:[T,|@–—\-]|\bat\b|\bon\b)\s*|\s+)"

_CLOCK = rf"(?:{_BETWEEN}{_TIME}(?:\s*{_OFFSET}(?:\s*\([A-Za-z ]{{1,40}}\))?)?)?"
_FORMS: Final = tuple(
    re.compile(_LEAD + form + r"\s*\.?", re.IGNORECASE)
    for form in (
        # 2016-06-29T15:07:41Z, 2016/6/29 15:07:41, 2016.06.29
        _DAY_NAME + r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})" + _CLOCK,
        # 20160629, 20160629T150741Z
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
        r"(?:T?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<half>(?!))?\s*" + _OFFSET + "?)?",
        # Wed, 29 Jun 2016 15:07:41 +0200; 3rd of June, 2017; 29-Jun-16
        _DAY_NAME + rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s\-./]*(?P<name>{_MONTH})\b\.?"
        r"\s*[,\-./]?\s*(?P<year>\d{4}|\d{2})" + _CLOCK,
        # June 3, 2017 4:05 PM EST; Jul 012016
        _DAY_NAME + rf"(?P<name>{_MONTH})\b\.?\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s*(?P<year>\d{{4}})" + _CLOCK,
        # 29/6/2016, 29.06.2016, 29-06-2016
        _DAY_NAME + r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second_part>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})" + _CLOCK,
        # 15:07 29 June 2016; 15:07 GMT, 29 June 2016
        _TIME + r"(?:\s*" + _OFFSET + r")?\s*[,|–—\-]?\s*" + _DAY_NAME +
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<name>{_MONTH})\b\.?\s*,?\s*(?P<year>\d{{4}})",
        # Sat Jun 03 15:07:41 UTC 2017 (asctime)
        _DAY_NAME + rf"(?P<name>{_MONTH})\s+(?P<day>\d{{1,2}})\s+" + _TIME + r"(?:\s*" + _OFFSET + r")?\s+(?P<year>\d{4})",
    )
)  # fmt: skip
_EPOCH = re.compile(r"\d{10}|\d{13}")
_RELATIVE = re.compile(
    r"\b(?:ago|today|yesterday|tomorrow|just\s+now|this\s+(?:morning|afternoon|evening)|last\s+(?:week|month|night))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a date text says: `at` in UTC (None when unsure), its precision (`time`, `day`, None), and notes.

    With precision `day` only the date of `at` is meant: the clock is kept as told where the zone is missing or has two
    meanings. `note` is None or short codes joined by "; " (`no_zone`, `ambiguous_zone`, `day_or_month_first`,
    `unreadable`, `in_the_future`, `before_1990`, `weekday_mismatch`, `relative`).
    """

    at: datetime | None
    precision: str | None
    note: str | None


def read_date(text: str | None, *, fetched_at: datetime, month_first: bool | None = None) -> Reading:
    """Read one date text.

    Args:
        text: as the outlet writes it: ISO 8601, RFC 822, seconds or milliseconds since 1970, or English words.
        fetched_at: when the page was fetched (aware); nothing later than 24 hours after it is believed.
        month_first: the source's habit in 3/6/2017: True for the United States' order, False for day first,
            None when not known (then such a date gives None, unless only one order is possible).

    Returns:
        A Reading; never raises on any text.
    """
    words = " ".join((text or "").split())[:200]
    if not words:
        return Reading(None, None, "missing")
    if _EPOCH.fullmatch(words):
        seconds = int(words) / (1000 if len(words) == 13 else 1)
        return _bounded(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds), "time", [], fetched_at)
    for form in _FORMS:
        match = form.fullmatch(words)
        if match is None:
            continue
        day, notes = day_of_match(match, month_first)
        if day is None:
            return Reading(None, None, "; ".join(notes))
        at, precision, clock_notes = _clock_of_match(match, day)
        return _bounded(at, precision, notes + clock_notes, fetched_at)
    return Reading(None, None, "relative" if _RELATIVE.search(words) else "unreadable")


def day_of_match(match: re.Match[str], month_first: bool | None) -> tuple[date | None, list[str]]:
    """The day that a match of one of the forms names, or None, with notes."""
    groups = match.groupdict()
    year = int(groups["year"])
    if len(groups["year"]) == 2:  # RFC 2822, 4.3
        year += 2000 if year < 50 else 1900
    notes: list[str] = []
    if groups.get("first") is not None:
        first, second = int(groups["first"]), int(groups["second_part"])
        if first <= 12 < second:
            month, day = first, second
        elif second <= 12 < first or first == second or groups["mark"] == "." or month_first is False:
            day, month = first, second  # with dots the day comes first wherever dots are used
        elif month_first:
            month, day = first, second
        else:
            return None, ["day_or_month_first"]
    else:
        day = int(groups["day"])
        month = MONTHS[groups["name"].casefold()] if groups.get("name") else int(groups["month"])
    try:
        value = date(year, month, day)
    except ValueError:
        return None, ["no_such_day"]
    weekday = groups.get("weekday")
    if weekday and WEEKDAYS[weekday.casefold()] != value.weekday():
        notes.append("weekday_mismatch")
    return value, notes


def _clock_of_match(match: re.Match[str], day: date) -> tuple[datetime, str, list[str]]:
    """Day and clock of a match as a time in UTC, with its precision and notes."""
    groups = match.groupdict()
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    if groups.get("hour") is None:
        return midnight, "day", []
    hour, minute, second = int(groups["hour"]), int(groups["minute"] or 0), int(groups.get("second") or 0)
    half = (groups.get("half") or "").casefold()[:1]
    if half and not 1 <= hour <= 12:
        return midnight, "day", ["no_such_time"]
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        return midnight, "day", ["no_such_time"]
    told = timedelta(hours=hour, minutes=minute, seconds=second)
    offset, note = _offset_of(groups.get("offset"))
    try:
        if offset is None:
            return midnight + told, "day", [note or "no_zone"]
        return (midnight.replace(tzinfo=timezone(offset)) + told).astimezone(UTC), "time", []
    except OverflowError:
        return midnight, "day", ["no_such_time"]


def _offset_of(text: str | None) -> tuple[timedelta | None, str | None]:
    """Offset east of UTC that a zone text means, or None with the reason."""
    zone = (text or "").strip(" ()").casefold().replace("−", "-")
    if not zone:
        return None, "no_zone"
    if zone in ZONES:
        return timedelta(hours=ZONES[zone]), None
    number = re.fullmatch(r"(?:gmt|utc)?\s*([+-])(\d{1,2}):?(\d{2})?", zone)
    if number:
        hours, minutes = int(number[2]), int(number[3] or 0)
        if zone == "-0000" or hours > 14 or minutes > 59:  # RFC 2822: -0000 says that the zone is not known
            return None, "no_zone" if zone == "-0000" else "no_such_zone"
        size = timedelta(hours=hours, minutes=minutes)
        return (size if number[1] == "+" else -size), None
    return None, "ambiguous_zone" if zone in AMBIGUOUS_ZONES else "unknown_zone"


def _bounded(at: datetime, precision: str, notes: list[str], fetched_at: datetime) -> Reading:
    """The reading, or None when it lies before 1990 or more than 24 hours after the fetch."""
    limit = fetched_at.astimezone(UTC) + LATEST_AHEAD
    if at.date() < EARLIEST:
        return Reading(None, None, "; ".join([*notes, "before_1990"]))
    too_late = at.date() > limit.date() if precision == "day" else at > limit
    if too_late:
        return Reading(None, None, "; ".join([*notes, "in_the_future"]))
    return Reading(at, precision, "; ".join(notes) or None)
