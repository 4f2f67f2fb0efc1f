"""The head of an article's text: stamps, datelines, bylines and the headline said again, told apart from the news.

Only what stands at the very start is touched, item by item, and each item must be followed by what can start a
sentence; so "3 June 2017 saw the fall ..." stays, and "3 June 2017 Six people were killed ..." loses its stamp.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from flows.clean.dates import EARLIEST, MONTHS, WEEKDAYS
from flows.clean.text import squeeze

HEAD_LENGTH: Final = 600  # characters: the longest head seen in 783 news texts is under 300
NEAR: Final = timedelta(days=10)  # how near a day-or-month reading must lie to the published day to be believed

AGENCY: Final = (
    r"(?:AFP|AP|A\.P\.|Associated\s+Press|(?:Thomson\s+)?Reuters|REUTERS|SANA|Sana|TASS|Tass|Xinhua|DPA|dpa|EFE|ANSA|UPI|PTI|IANS|"
    r"KUNA|WAM|SPA|MENA|NNA|IRNA|ISNA|Tasnim|FNA|Anadolu(?:\s+Agency)?|AA|RIA(?:\s+Novosti)?|Interfax|Sputnik|LANA|WAL|TAP|APS|"
    r"Petra|QNA|BNA|INA|APA|CNN|BBC(?:\s+News)?|Bloomberg|[Aa]gencies|AGENCIES|News\s+[Aa]gencies)"
)
_MONTH = (
    "(?:" + "|".join(sorted({m.title() for m in MONTHS} | {m.upper() for m in MONTHS}, key=len, reverse=True)) + ")"
)
_WEEKDAY = (
    "(?:" + "|".join(sorted({w.title() for w in WEEKDAYS} | {w.upper() for w in WEEKDAYS}, key=len, reverse=True)) + ")"
)
_START = r"(?=\s*(?:[A-Z0-9À-Þ\"'“‘«(\[—–\-|•]|$|by\s+[A-Z]|title\s*:))"  # what may follow a stamp: the start of a sentence, or nothing

_YEAR = r"(?P<year>(?:19|20)\d{2})"
_DATED = (
    rf"(?:{_WEEKDAY}\b\.?,?\s+)?(?:"
    rf"(?P<day_a>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month_a>{_MONTH})\b\.?,?\s+(?P<year_a>(?:19|20)\d{{2}})(?!\d)"
    rf"|(?P<month_b>{_MONTH})\b\.?\s*(?P<day_b>\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s*(?P<year_b>(?:19|20)\d{{2}})(?!\d)"
    r"|(?P<year_c>(?:19|20)\d{2})[-/.](?P<month_c>\d{1,2})[-/.](?P<day_c>\d{1,2})(?!\d)"
    r"|(?P<one>\d{1,2})(?P<mark>[-/.])(?P<two>\d{1,2})(?P=mark)(?P<year_d>(?:19|20)\d{2})(?!\d)"
    r")"
)
_YEARLESS = rf"(?:{_WEEKDAY}\b\.?,?\s+)?(?:(?P<month_e>{_MONTH})\b\.?\s+(?P<day_e>\d{{1,2}})|(?P<day_f>\d{{1,2}})\s+(?P<month_f>{_MONTH})\b\.?)(?!\s*\d)"
_CLOCK = (
    r"(?:[\s,|–—\-]*(?:\bat\s+)?(?:[A-Z]{3,4}\s+)?(?:"
    r"[0-2]?\d[:.][0-5]\d(?:[:.][0-5]\d)?(?!\d)(?:\s*[AaPp]\.?[Mm]\b\.?)?"
    r"|(?<=at\s)[0-2]\d[0-5]\d\b|[0-2]\d[0-5]\d(?=\s+(?:UTC|GMT|[A-Z][a-z]))"
    r"|[0-2]\d[0-5]\d(?!000)[0-5]\d(?=\s+[A-Z0-9])"
    r")(?:\s*(?:UTC|GMT|KSA|EST|EDT|CET|CEST|EET|EEST|MSK|BST|local\s+time)(?:\s*[+-]\d{1,2}(?::?\d{2})?)?)?)*"
)
_CUE = (
    r"(?:(?:First\s+|Last\s+)?(?:[Pp]ublished|[Pp]osted|[Uu]pdated?|[Cc]reated|[Ii]ssued|[Mm]odified|PUBLISHED|UPDATED|"
    r"[Dd]ate(?:\s+of\s+[Pp]ublication)?|[Rr]elease\s+date)(?:\s+(?:on|at))?\s*:?\s*)"
)
_STAMP = re.compile(rf"{_CUE}?{_DATED}{_CLOCK}\)?{_START}")
_TIME_FIRST = re.compile(rf"(?:[0-2]\d[:.]?[0-5]\d)\s*,?\s+{_DATED}\)?{_START}")
_GLUED = re.compile(rf"{_CUE}?{_DATED}(?=[(A-Z])")  # 02.10.2017Get short URL
_SOFT = re.compile(
    rf"{_WEEKDAY}\b\.?,?\s+{_DATED}{_CLOCK}(?!\s*(?:,|and\b|to\b))"
)  # after a headline, with its weekday
_PRINT = re.compile(r"(?:Print\s+this\s+page|Print\s+Tweet)\s+(?=[A-Z0-9])")
_UPDATED = re.compile(r"\((?:[Uu]pdated|[Ll]ast\s+updated)[^()]{3,40}\)")

# Place, maybe country or date, maybe agency in brackets, then a dash or colon.
_NAME = r"[A-Z][\w'’.\-]*"
_PLACE = rf"(?P<place>{_NAME}(?:[\s/]+{_NAME}){{0,3}}(?:,\s*{_NAME}(?:\s+{_NAME}){{0,2}})?)"
_DASH = r"(?:\s*(?:--|[-–—])\s*)"
# Any name in brackets counts as an agency's where place, date or capitals and a dash stand around it.
_BRACKETED = r"\(\s*(?:The\s+)?[A-Z][\w.&’'\-]*(?:[\s/,]+(?:and\s+)?[A-Z][\w.&’'\-]*){0,4}\s*\)"
_AGENCY_LINE = re.compile(
    rf"(?:{_PLACE}(?:,?\s+(?P<when>{_DATED}|{_YEARLESS}))?\s*\(\s*(?P<agency>{AGENCY}(?:\s*[/,&]\s*{AGENCY})*)\s*\){_DASH}?"
    rf"|\(\s*{AGENCY}\s*\){_DASH}?)(?=\s*[\"“‘A-Z0-9])"
)
_NAMED_LINE = re.compile(
    rf"{_PLACE},?\s+(?P<when>{_DATED}|{_YEARLESS})\s*{_BRACKETED}{_DASH}(?=[\"“‘A-Z0-9])"
    rf"|[A-Z][A-Z'’.\-]{{2,}}(?:[\s/]+[A-Z][A-Z'’.\-]+){{0,3}}(?:,\s*{_NAME}(?:\s+{_NAME})?)?\s*{_BRACKETED}{_DASH}(?=[\"“‘A-Z0-9])"
)
_DATED_LINE = re.compile(rf"{_PLACE},?\s+(?P<when>{_DATED}|{_YEARLESS}){_DASH}(?=[\"“‘A-Z0-9])")
_CAPITALS_LINE = re.compile(
    r"(?P<place>[A-Z][A-Z'’.\-]{2,}(?:[\s/]+[A-Z][A-Z'’.\-]+){0,3}(?:,\s*[A-Z][A-Za-z.]+(?:\s+[A-Z][A-Za-z]+)?)?)"
    r"\s*(?:--|[–—]|\s-|-\s)\s*(?=[\"“‘A-Z0-9])"
)
_PLACE_DASH = re.compile(rf"(?P<place>{_NAME}(?:\s+{_NAME}){{0,2}})(?:-\s+|\s+[–—-]\s+)(?=[\"“‘]?[A-Z])")
_AGENCY_DASH = re.compile(rf"(?:[A-Z][a-z]+(?:\s+[A-Z][a-z]+)?,?\s+)?{AGENCY}(?:--|\s*[-–—:])\s*(?=[\"“‘A-Z0-9])")
_YEARLESS_AGENCY = re.compile(
    rf"(?P<when>{_YEARLESS}),?\s*(?:\(\s*{AGENCY}\s*\)(?:{_DASH})?|{_DASH})(?=\s*[\"“‘A-Z0-9])"
)
_AGENCY_ALONE = re.compile(rf"\(?{AGENCY}\)?(?=\s+[\"“‘A-Z0-9])")
_CAPITALS_PLACE = re.compile(r"(?P<place>[A-Z]{4,}(?:\s+[A-Z]{3,}){0,2}(?:\s+[A-Z][a-z]{3,})?)(?=\s+(?:At|The|A|An|In|On|For|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Dozens|Hundreds|Thousands|More|Government|Rebels)\s)")  # fmt: skip

# Cities from which agencies date their reports: behind a stamp such a word in capitals is a dateline.
_CITIES = (
    r"BEIRUT|DAMASCUS|ALEPPO|HOMS|AMMAN|BAGHDAD|CAIRO|TUNIS|TRIPOLI|BENGHAZI|ALGIERS|RABAT|KHARTOUM|ANKARA|ISTANBUL|TEHRAN|"
    r"RIYADH|DOHA|DUBAI|JERUSALEM|GAZA|MOSCOW|GENEVA|LONDON|PARIS|ROME|BERLIN|BRUSSELS|VIENNA|WASHINGTON|NAIROBI|KABUL|"
    r"ISLAMABAD|KYIV|KIEV|ERBIL|SANAA|ADEN|VALLETTA|ATHENS|ADDIS\s+ABABA|UNITED\s+NATIONS|NEW\s+YORK"
)
_CITY = re.compile(
    rf"(?:{_CITIES})(?:,?\s+[A-Z][a-z]{{3,}}(?=\s+[A-Z0-9]))??(?=\s+[\"“A-Z0-9][\w.-]*)(?!\s+[A-Z]{{4,}})"
)

_SHARE = re.compile(
    r"(?:Get\s+short\s+URL(?:\s+\d+){0,3}(?=\s+[\"“A-Z])|Get\s+short\s+URL|Topic:?\s+[^.()]{3,90}\(\d+\)(?:\s+\d+(?=\s+[\"“A-Z]))?"
    r"|(?:Print|Tweet|Share|E-?mail|SEND|Send|Facebook|Twitter|WhatsApp|Telegram|Text\s+size|Font\s+size)(?=\s+[\"“A-Z0-9]|\s+https?|\s*$|\s*\n)"
    r"|https?:?/{0,2}\S+|(?:[Tt]itle|[Hh]eadline)\s*:|Print\s+this\s+page|Views\s+\d+(?=\s+[\"“A-Z])|\d+\s+min(?:ute)?s?\s+read|(?:A\s+){2}A)"
)
_BYLINE_LINE = re.compile(
    r"(?:By|BY|Written\s+by|Reported\s+by)\s*:?\s+[A-Z][^\n.!?;]{1,70}(?:(?:\s[A-Z]\.)[^\n.!?;]{1,40})?(?=\n)"
)
_BYLINE_START = re.compile(r"[Bb]y\s+(?=[A-Z])")
_STARTER = (
    r"(?:The|A|An|At|In|On|For|It|After|As|More|Some|Several|Dozens|Hundreds|Thousands|Scores|Over|Nearly|About|Around|"
    r"Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Government|Rebel|Rebels|\d)"
)
_BYLINE_NAMES = re.compile(rf"[Bb]y\s+{_NAME}\s+{_NAME}(?:\s+{_NAME})??(?=\s+{_STARTER}\b)")
_OPENING = re.compile(
    r"\s+(?:The|A|An|At\s+least|More\s+than|Nearly|About|Some|Dozens|Hundreds|Scores|Over|Several|It|Two|Three|Four|Five|Six|Seven|Eight|"
    r"Nine|Ten|Fierce|Heavy)\s+(?:[a-z]|\d)"
)
_MIDDLE = re.compile(rf"(?<![\w,])(?P<agency>{AGENCY})\s+(?P<stamp>{_WEEKDAY}\s+{_DATED}){_START}")
_TAIL = re.compile(
    rf"[\s(]*(?:Last\s+)?(?:Updated?|Modified|UPDATED?)(?:\s+(?:on|at))?\s*:?\s*(?P<when>{_DATED})[^.!?\n]{{0,60}}$"
)


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of a text holds. `rest` is the text without it; `said` the words of stamp or dateline, if any;
    `day` the date these words give; `note` why a stamp gave no date (`day_or_month_first`, `no_such_day`)."""

    rest: str
    said: str | None
    day: date | None
    note: str | None


def read_head(text: str, *, titles: tuple[str, ...], published: date | None, latest: date) -> Head:
    """Take stamps, dateline, byline and repeated headline off the start (and an update stamp off the end) of a text.

    Args:
        text: normalised text.
        titles: the headline as it may be set again in the text, longest first; may be empty.
        published: the published day: gives the year where the dateline has none, and decides 3/6 where one order is
            within ten days of it.
        latest: no dateline after this day is believed (day of the fetch plus one).
    """
    reader = _HeadReader(text[:HEAD_LENGTH], titles, published, latest)
    reader.read()
    rest = text[_skip(reader.head, reader.position) :] if reader.position else text
    if not reader.said:
        middle = _MIDDLE.search(reader.head)
        if middle is not None:
            reader.take_stamp(middle.group(), middle)
            rest = text[: middle.start()].rstrip() + "\n" + text[middle.end() :].lstrip()
    tail = _TAIL.search(rest, max(0, len(rest) - 200))
    if tail is not None:
        if reader.day is None:
            reader.take_stamp(tail.group(), tail)
        rest = rest[: tail.start()].rstrip()
    if len(rest.split()) < 5 and reader.headline is not None:  # the text is its headline: keep that much
        rest = " ".join(f"{text[slice(*reader.headline)]} {rest}".split())
    return Head(rest, " ".join(reader.said)[:300] or None, reader.day, None if reader.day else reader.note)


class _HeadReader:
    """Reads a head item by item; `position` is where the news begins as far as is known."""

    def __init__(self, head: str, titles: tuple[str, ...], published: date | None, latest: date) -> None:
        self.head = head
        self.position = 0
        self.said: list[str] = []
        self.day: date | None = None
        self.note: str | None = None
        self.headline: tuple[int, int] | None = None
        self._keys = tuple(k for k in dict.fromkeys(squeeze(t) for t in titles) if len(k) >= 8)
        self._published = published
        self._latest = latest

    def read(self) -> None:
        """Go on until neither item, headline nor byline follows; fourteen are more than any head has."""
        for _ in range(14):
            start = _skip(self.head, self.position)
            if not (self._take_item(start) or self._take_headline(start) or self._take_byline(start)):
                return

    def take_stamp(self, words: str, match: re.Match[str] | None) -> None:
        """Keep the words of a stamp or dateline, and its day when it is the first to give one."""
        self.said.append(words.strip(" \n-–—|:"))
        if self.day is None and match is not None:
            self.day, problem = _day_of(match, self._published, self._latest, self.head)
            self.note = self.note or problem

    def _take_item(self, start: int) -> bool:
        found = _item(self.head, start, stamped=bool(self.said) or self.headline is not None)
        if found is None:
            return False
        end, match, kind = found
        if kind != "noise":
            self.take_stamp(self.head[start:end], match)
        self.position = end
        return True

    def _take_headline(self, start: int) -> bool:
        if self.headline is not None:
            return False
        end = _headline_end(self.head, start, self._keys, stamped=bool(self.said))
        if end is None and self.said and _BYLINE_START.match(self.head, start):
            end = _headline_within(self.head, start, self._keys, reach=140)
        if end is None:
            return False
        self.headline, self.position = (start, end), end
        # Between headline and stamp stand agency, photographer and section, all in capitals.
        bridge = _bridge_to_stamp(self.head, end) if not self.said else None
        if bridge is not None:
            match, self.position = bridge
            self.take_stamp(match.group(), match)
        return True

    def _take_byline(self, start: int) -> bool:
        byline = _BYLINE_NAMES.match(self.head, start) if self.said else None
        if byline is None:
            return False
        self.position = byline.end()
        return True


def _skip(head: str, position: int) -> int:
    """The next place that is neither space nor a separator."""
    while position < len(head) and head[position] in " \n|•·,;:.–—-":
        if head[position] == "-" and position + 1 < len(head) and head[position + 1].isdigit():
            break
        position += 1
    return position


def _item(head: str, at: int, *, stamped: bool) -> tuple[int, re.Match[str] | None, str] | None:
    """The item that starts at a place: its end, its match where it carries a date, and its kind."""
    for pattern in (_STAMP, _TIME_FIRST, _GLUED):
        match = pattern.match(head, at)
        if match is not None:
            return match.end(), match, "stamp"
    match = _UPDATED.match(head, at) if stamped else _PRINT.match(head, at)
    if match is not None:
        return match.end(), None, "noise"
    for pattern in (_AGENCY_LINE, _NAMED_LINE, _DATED_LINE, _YEARLESS_AGENCY):
        match = pattern.match(head, at)
        if match is not None:
            return match.end(), match, "line"
    match = _AGENCY_DASH.match(head, at) or _CAPITALS_LINE.match(head, at)
    if match is not None:
        return match.end(), None, "line"
    match = _PLACE_DASH.match(head, at)
    if match is not None and _is_place_dash(head[match.end() : match.end() + 200]):
        return match.end(), None, "line"
    match = _BYLINE_LINE.match(head, at)
    if match is not None:
        return match.end(), None, "noise"
    if stamped:
        match = _SHARE.match(head, at) or _AGENCY_ALONE.match(head, at)
        if match is not None:
            return match.end(), None, "noise"
        match = _CAPITALS_PLACE.match(head, at) or _CITY.match(head, at)
        if match is not None:
            return match.end(), None, "line"
    return None


def _is_place_dash(after: str) -> bool:
    """True when what follows "Tripoli - " is a sentence: no second dash in it, and no credit of a few words."""
    sentence = re.split(r"\. |\n", after)[0]
    return len(sentence.split()) >= 6 and not re.search(r"\s[–—-]\s", sentence)


def _headline_end(head: str, at: int, keys: tuple[str, ...], *, stamped: bool) -> int | None:
    """Where the headline that starts at a place ends, or None when it is not there or runs on as the news itself."""
    for key in keys:
        end = _walk(head, at, key)
        if end is None:
            continue
        after = head[end : end + 40]
        if re.match(r"\s*(?:\n|$)|\s*[.!?:]+(?:\s|$)", after):
            return end
        following = after.lstrip(" .?!")
        if re.match(rf"(?:{AGENCY}\s+)?(?:{_WEEKDAY}\s+)?{_DATED}", following) or _bridge_to_stamp(head, end):
            return end
        # "... hits 43 Monitor At least 43 people": a headline, for no sentence goes on with "At least" in a capital.
        if len(key) >= 30 and _OPENING.match(after):
            return end
        if stamped and re.match(r"\s+[\"“‘A-Z0-9]", after) and not re.match(rf"(?:{_WEEKDAY}|{_MONTH})\b", following):
            return end
    return None


def _headline_within(head: str, at: int, keys: tuple[str, ...], *, reach: int) -> int | None:
    """The end of a headline that starts at some word of the next `reach` characters, or None."""
    for start in (m.start() for m in re.finditer(r"(?<=\s)\S", head[at : at + reach])):
        end = _headline_end(head, at + start, keys, stamped=True)
        if end is not None:
            return end
    return None


def _walk(head: str, at: int, key: str) -> int | None:
    """The end of the run from `at` whose letters and digits are exactly `key`, or None."""
    seen = ""
    for position in range(at, len(head)):
        seen += squeeze(head[position])
        if not key.startswith(seen):
            return None
        if len(seen) == len(key):
            whole = position + 1 >= len(head) or not head[position + 1].isalnum()
            return position + 1 if whole else None
    return None


def _bridge_to_stamp(head: str, at: int) -> tuple[re.Match[str], int] | None:
    """A stamp within ten capitalised words after a headline ("AFP Monday 9 Feb 2015"), with its end."""
    position = at
    for _ in range(10):
        position = _skip(head, position)
        for pattern in (_STAMP, _TIME_FIRST, _GLUED, _SOFT):
            match = pattern.match(head, position)
            if match is not None:
                return match, match.end()
        word = re.compile(r"(?:[A-Z(][\w'’.()/\-]*|and|of)(?=\s)").match(head, position)
        if word is None:
            return None
        position = word.end()
    return None


def _day_of(match: re.Match[str], published: date | None, latest: date, head: str) -> tuple[date | None, str | None]:
    """The day that a matched stamp names, or None with the reason.

    Of two readings of 3-6-2017 the one within ten days of the published day is taken, else the one whose weekday the
    head of the text names ("... said on Saturday").
    """
    g = match.groupdict()
    readings: list[date] = []
    try:
        if g.get("year_a"):
            readings.append(date(int(g["year_a"]), MONTHS[g["month_a"].casefold()], int(g["day_a"])))
        elif g.get("year_b"):
            readings.append(date(int(g["year_b"]), MONTHS[g["month_b"].casefold()], int(g["day_b"])))
        elif g.get("year_c"):
            readings.append(date(int(g["year_c"]), int(g["month_c"]), int(g["day_c"])))
        elif g.get("year_d"):
            readings = _numeric_readings(int(g["one"]), int(g["two"]), int(g["year_d"]), g["mark"])
        elif g.get("month_e") or g.get("month_f"):
            month = MONTHS[(g.get("month_e") or g["month_f"]).casefold()]
            day = int(g.get("day_e") or g["day_f"])
            if published is None:
                return None, "no_year"
            years = [y for y in (published.year - 1, published.year, published.year + 1) if _exists(y, month, day)]
            readings = [min((date(y, month, day) for y in years), key=lambda d: abs(d - published))] if years else []
        else:
            return None, None
    except ValueError:
        return None, "no_such_day"
    readings = [r for r in readings if EARLIEST <= r <= latest]
    if len(readings) > 1 and published is not None:
        near = [r for r in readings if abs(r - published) <= NEAR]
        readings = near if len(near) == 1 else readings
    if len(readings) > 1:
        named = {WEEKDAYS[w.casefold()] for w in re.findall(rf"\b{_WEEKDAY}\b", head)}
        told = [r for r in readings if r.weekday() in named]
        readings = told if len(told) == 1 else readings
    if len(readings) == 1:
        return readings[0], None
    return None, "day_or_month_first" if readings else "no_such_day"


def _numeric_readings(one: int, two: int, year: int, mark: str) -> list[date]:
    """The days that 3/6/2017 may mean; with dots the day comes first."""
    orders = [(two, one)] if mark == "." else [(two, one), (one, two)]
    return list(dict.fromkeys(date(year, m, d) for m, d in orders if _exists(year, m, d)))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
