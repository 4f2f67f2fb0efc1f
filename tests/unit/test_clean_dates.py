"""Dates as outlets write them, one line a case, and datelines in the text."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.clean.datelines import read_head
from flows.clean.dates import read_date

FETCHED = datetime(2020, 1, 1, 12, tzinfo=UTC)


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected", "precision", "note"),
    [
        # ISO 8601
        ("2016-06-29", at(2016, 6, 29), "day", None),
        ("2016-06-29T15:07:41Z", at(2016, 6, 29, 15, 7, 41), "time", None),
        ("2016-06-29T15:07:41.123+02:00", at(2016, 6, 29, 13, 7, 41), "time", None),
        ("2016-06-29 15:07:41 -0430", at(2016, 6, 29, 19, 37, 41), "time", None),
        ("2016-06-29T24:00:00Z", at(2016, 6, 30), "time", None),
        ("20160629T150741Z", at(2016, 6, 29, 15, 7, 41), "time", None),
        ("20160629", at(2016, 6, 29), "day", None),
        ("2016-06-29T15:07", at(2016, 6, 29, 15, 7), "day", "no_zone"),
        ("2016/6/29 15:07:41", at(2016, 6, 29, 15, 7, 41), "day", "no_zone"),
        # RFC 822 and its zones
        ("Wed, 29 Jun 2016 15:07:41 +0200", at(2016, 6, 29, 13, 7, 41), "time", None),
        ("Wed, 29 Jun 2016 15:07:41 GMT", at(2016, 6, 29, 15, 7, 41), "time", None),
        ("29 Jun 16 15:07 UT", at(2016, 6, 29, 15, 7), "time", None),
        ("Wed, 29 Jun 2016 15:07:41 EST", at(2016, 6, 29, 20, 7, 41), "time", None),
        ("Wed, 29 Jun 2016 15:07:41 EDT", at(2016, 6, 29, 19, 7, 41), "time", None),
        ("Wed, 29 Jun 2016 15:07:41 PDT", at(2016, 6, 29, 22, 7, 41), "time", None),
        ("Wed, 29 Jun 2016 15:07:41 CET", at(2016, 6, 29, 14, 7, 41), "time", None),
        ("Wed, 29 Jun 2016 15:07:41 CEST", at(2016, 6, 29, 13, 7, 41), "time", None),
        ("Wed, 29 Jun 2016 15:07:41 EEST", at(2016, 6, 29, 12, 7, 41), "time", None),
        ("Wed, 29 Jun 2016 15:07:41 MSK", at(2016, 6, 29, 12, 7, 41), "time", None),
        ("Wed, 29 Jun 2016 15:07:41 BST", at(2016, 6, 29, 15, 7, 41), "day", "ambiguous_zone"),
        ("Wed, 29 Jun 2016 15:07:41 IST", at(2016, 6, 29, 15, 7, 41), "day", "ambiguous_zone"),
        ("Wed, 29 Jun 2016 15:07:41 -0000", at(2016, 6, 29, 15, 7, 41), "day", "no_zone"),
        ("Wed, 29 Jun 2016 15:07:41 XYZ", at(2016, 6, 29, 15, 7, 41), "day", "unknown_zone"),
        ("Tue, 29 Jun 2016 15:07:41 GMT", at(2016, 6, 29, 15, 7, 41), "time", "weekday_mismatch"),
        ("Sat Jun 03 15:07:41 UTC 2017", at(2017, 6, 3, 15, 7, 41), "time", None),
        # words
        ("June 3, 2017", at(2017, 6, 3), "day", None),
        ("3rd of June, 2017", at(2017, 6, 3), "day", None),
        ("Tue Sep 4, 2018", at(2018, 9, 4), "day", None),
        ("Jun. 3, 2017 4:05 PM EST", at(2017, 6, 3, 21, 5), "time", None),
        ("June 3, 2017 12:05 am GMT", at(2017, 6, 3, 0, 5), "time", None),
        ("15:07 GMT, 29 June 2016", at(2016, 6, 29, 15, 7), "time", None),
        ("Published: Thursday 28 January 2016 17:27", at(2016, 1, 28, 17, 27), "day", "no_zone"),
        ("Date of publication 3 June 2016", at(2016, 6, 3), "day", None),
        ("Last updated at Jul 012016", at(2016, 7, 1), "day", None),
        # seconds since 1970
        ("1467212861", at(2016, 6, 29, 15, 7, 41), "time", None),
        ("1467212861000", at(2016, 6, 29, 15, 7, 41), "time", None),
        # day and month
        ("29/6/2016", at(2016, 6, 29), "day", None),
        ("6/29/2016", at(2016, 6, 29), "day", None),
        ("6/6/2016", at(2016, 6, 6), "day", None),
        ("03.06.2017", at(2017, 6, 3), "day", None),
        ("3/6/2017", None, None, "day_or_month_first"),
        ("3-6-2017", None, None, "day_or_month_first"),
        # not to be believed
        ("2020-01-03T00:00:00Z", None, None, "in_the_future"),
        ("2020-01-02T11:59:00Z", at(2020, 1, 2, 11, 59), "time", None),
        ("2020-01-02T12:01:00Z", None, None, "in_the_future"),
        ("2020-01-02", at(2020, 1, 2), "day", None),
        ("2020-01-03", None, None, "in_the_future"),
        ("9999-12-31", None, None, "in_the_future"),
        ("1989-12-31", None, None, "before_1990"),
        ("1970-01-01T00:00:00Z", None, None, "before_1990"),
        ("31 Feb 2016", None, None, "no_such_day"),
        ("2016-13-45", None, None, "no_such_day"),
        ("2016-06", None, None, "unreadable"),
        ("2 hours ago", None, None, "relative"),
        ("yesterday", None, None, "relative"),
        ("soon, God willing", None, None, "unreadable"),
        ("=HYPERLINK(\"x\")", None, None, "unreadable"),
        ("", None, None, "missing"),
        (None, None, None, "missing"),
    ],
)  # fmt: skip
def test_reads_a_date(text: str | None, expected: datetime | None, precision: str | None, note: str | None) -> None:
    found = read_date(text, fetched_at=FETCHED)
    assert (found.at, found.precision, found.note) == (expected, precision, note)


def test_the_habit_of_a_source_decides_between_day_and_month() -> None:
    assert read_date("3/6/2017", fetched_at=FETCHED, month_first=True).at == at(2017, 3, 6)
    assert read_date("3/6/2017", fetched_at=FETCHED, month_first=False).at == at(2017, 6, 3)
    assert read_date("29/6/2016", fetched_at=FETCHED, month_first=True).at == at(2016, 6, 29)


@given(st.text(max_size=60), st.booleans())
def test_no_text_breaks_the_reader(text: str, digits: bool) -> None:
    found = read_date(text if not digits else "2016-0" + text, fetched_at=FETCHED)
    assert found.at is None or at(1990, 1, 1) <= found.at <= FETCHED + timedelta(hours=36)


@given(st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2019, 12, 31)), st.integers(-14 * 60, 14 * 60))
def test_iso_times_with_an_offset_come_back_as_they_went(moment: datetime, minutes: int) -> None:
    sign, size = ("-" if minutes < 0 else "+"), abs(minutes)
    moment = moment.replace(microsecond=0)
    text = f"{moment.isoformat()}{sign}{size // 60:02}:{size % 60:02}"
    assert read_date(text, fetched_at=FETCHED).at == moment.replace(tzinfo=UTC) - timedelta(minutes=minutes)


TITLE = "Two dead as shells fall on the market of Zliten"
NEWS = "Shells hit the market of Zliten on Thursday, officials in the town said."
LATEST = date(2021, 1, 1)


@pytest.mark.parametrize(
    ("head", "said", "day"),
    [
        ("DAMASCUS, 3 June 2017 - ", "DAMASCUS, 3 June 2017", date(2017, 6, 3)),
        ("TRIPOLI, Libya, June 3, 2017 (Reuters) — ", "TRIPOLI, Libya, June 3, 2017 (Reuters)", date(2017, 6, 3)),
        ("Thu 07 Apr 2017 at 0914 ", "Thu 07 Apr 2017 at 0914", date(2017, 4, 7)),
        ("(Reuters) Tue Sep 4, 2018 ", "(Reuters) Tue Sep 4, 2018", date(2018, 9, 4)),
        ("Jun. 3 (SANA) ", "Jun. 3 (SANA)", date(2017, 6, 3)),
        ("Benghazi, Dec. 30 (LANA) - ", "Benghazi, Dec. 30 (LANA)", date(2016, 12, 30)),
        ("Last Updated : 3 June 2017\n", "Last Updated : 3 June 2017", date(2017, 6, 3)),
        ("Published June 3 2017 ", "Published June 3 2017", date(2017, 6, 3)),
        ("Date of publication 3 June 2017 ", "Date of publication 3 June 2017", date(2017, 6, 3)),
        ("Last updated at Jun 032017 ", "Last updated at Jun 032017", date(2017, 6, 3)),
        ("03-06-2017 ", "03-06-2017", date(2017, 6, 3)),
        ("13-06-2017 ", "13-06-2017", date(2017, 6, 13)),
        ("03.06.2017(updated 1404 03.06.2017) Get short URL 191 ", "03.06.2017", date(2017, 6, 3)),
        (f"{TITLE} AFP Saturday 3 Jun 2017 ", "Saturday 3 Jun 2017", date(2017, 6, 3)),
        (f"Saturday 03 June 2017 16:02 {TITLE}. ", "Saturday 03 June 2017 16:02", date(2017, 6, 3)),
        (f"Posted on June 3 2017 by Amal Kamil {TITLE} ", "Posted on June 3 2017", date(2017, 6, 3)),
        ("BEIRUT (AP) — ", "BEIRUT (AP)", None),
        ("Sirte, Libya (AFP) - ", "Sirte, Libya (AFP)", None),
        ("Tripoli- ", "Tripoli", None),
        (f"{TITLE}\n", None, None),
        (f"{TITLE}. ", None, None),
        ("", None, None),
    ],
)
def test_reads_stamp_and_dateline(head: str, said: str | None, day: date | None) -> None:
    found = read_head(head + NEWS, titles=(TITLE,), published=date(2017, 6, 4), latest=LATEST)
    assert found.rest == NEWS
    assert found.day == day
    assert (found.said or "").strip(" .") == (said or "")


@pytest.mark.parametrize(
    "news",
    [
        "3 June 2017 saw the fall of the last base in the desert, and few noticed it at the time.",
        "On 3 June 2017 the town changed hands for the third time in a year, residents recalled.",
        "Aleppo – once the largest city of the country – was hit again on Monday by barrel bombs.",
        "Two dead as shells fall on the market of Zliten, and nobody claims to have fired them, people said.",
        "Two dead as shells fall on the market of Zliten Monday morning, the second such attack in a week.",
        "By Friday evening the road to the airport was open again, the ministry of transport said.",
        "Share prices of oil companies fell after the port was closed by the guards on Tuesday.",
        "AP reporters in the town saw six burnt vehicles and a crater by the side of the road.",
        "Al-Qaeda - linked fighters left the camp before the army came, two witnesses told a local radio.",
        "Reuters could not verify the claim, which a spokesman made on television late on Sunday.",
        "May brought no peace to the southern tribes, whose elders met twice without a result.",
        "NATO Secretary General Stoltenberg said that no request had been made by the new government.",
        "Print workers in the capital went on strike on Sunday because their wages had not been paid.",
    ],
)
def test_never_eats_the_beginning_of_a_news_sentence(news: str) -> None:
    found = read_head(news, titles=(TITLE,), published=date(2017, 6, 4), latest=LATEST)
    assert found.rest == news
    assert found.day is None


def test_an_update_stamp_at_the_end_is_a_dateline_too() -> None:
    found = read_head(
        f"{NEWS} Last Update: Saturday 3 June 2017 KSA 08:45 - GMT 05:45", titles=(), published=None, latest=LATEST
    )
    assert (found.rest, found.day) == (NEWS, date(2017, 6, 3))


def test_a_numeric_dateline_that_may_be_two_days_is_decided_by_publication_then_by_weekday() -> None:
    ask = {"titles": (), "latest": LATEST}
    assert read_head(f"05-02-2015 {NEWS}", published=date(2015, 2, 6), **ask).day == date(2015, 2, 5)
    assert read_head(f"05-02-2015 {NEWS}", published=date(2015, 5, 3), **ask).day == date(2015, 5, 2)
    # 5 February 2015 was a Thursday, the day that the text names; 2 May was a Saturday.
    assert read_head(f"05-02-2015 {NEWS}", published=None, **ask).day == date(2015, 2, 5)
    unsure = read_head("05-02-2015 Shells hit the market again, officials said.", published=None, **ask)
    assert (unsure.day, unsure.note) == (None, "day_or_month_first")


def test_a_year_is_taken_from_the_published_day_even_across_new_year() -> None:
    ask = {"titles": (), "latest": LATEST}
    assert read_head(f"Dec. 31 (SANA) {NEWS}", published=date(2017, 1, 2), **ask).day == date(2016, 12, 31)
    assert read_head(f"Jan. 1 (SANA) {NEWS}", published=date(2016, 12, 31), **ask).day == date(2017, 1, 1)
    assert read_head(f"Feb. 29 (SANA) {NEWS}", published=date(2017, 3, 1), **ask).day == date(2016, 2, 29)
    assert read_head(f"Jan. 1 (SANA) {NEWS}", published=None, **ask).note == "no_year"


def test_no_dateline_from_the_future_or_the_distant_past_is_believed() -> None:
    for stamp in ("3 June 2031", "3 June 1931", "31 February 2017"):
        found = read_head(f"Published {stamp} {NEWS}", titles=(), published=date(2017, 6, 4), latest=LATEST)
        assert found.day is None


def test_a_text_that_is_its_headline_keeps_it() -> None:
    found = read_head(f"3 June 2017 {TITLE}", titles=(TITLE,), published=None, latest=LATEST)
    assert (found.rest, found.day) == (TITLE, date(2017, 6, 3))


@given(st.text(alphabet="ABab 0123456789.,-–()\n:/", max_size=200), st.text(alphabet="ABab 0123", max_size=40))
def test_no_head_breaks_the_reader(text: str, title: str) -> None:
    found = read_head(text, titles=(title,), published=date(2017, 6, 4), latest=LATEST)
    assert found.day is None or found.day <= LATEST
