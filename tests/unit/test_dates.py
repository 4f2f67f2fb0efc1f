"""Time expressions, what they hang on, and dates carried to other mentions of an event."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from flows.coding.cues import Cues, load_cues
from flows.coding.dates import Datable, DateMap, EventDate, carry_dates, dates_of
from flows.coding.parse import Parsed, parse

ROOT = Path(__file__).parents[2]
REPORTED = date(2017, 6, 7)
"""A Wednesday."""


@lru_cache(maxsize=1)
def tools() -> tuple[Language, Cues]:
    return spacy.load(ROOT / "model" / "en_sitrep_ud"), load_cues(ROOT / "dbt_project" / "seeds" / "coder_cues.csv")


def read(text: str, reported: date | None = REPORTED) -> tuple[Parsed, DateMap]:
    nlp, cues = tools()
    parsed = parse(nlp, text, None)
    return parsed, dates_of(parsed, reported, cues)


def date_for(text: str, word: str, reported: date | None = REPORTED) -> tuple[str, str] | None:
    parsed, dates = read(text, reported)
    found = dates.for_token(next(t for t in parsed.doc if t.text == word))
    return (found.day.isoformat(), found.precision) if found else None


@pytest.mark.parametrize(
    ("sentence", "word", "day", "precision"),
    [
        ("The army captured the town on Friday.", "captured", "2017-06-02", "day"),
        ("The army captured the town on Wednesday.", "captured", "2017-06-07", "day"),
        ("The army captured the town last Wednesday.", "captured", "2017-05-31", "day"),
        ("Rebels seized the port last Tuesday.", "seized", "2017-06-06", "day"),
        ("Yesterday rebels attacked the port.", "attacked", "2017-06-06", "day"),
        ("In 2014 the visit ended badly: soldiers who raided the office were killed.", "killed", "2014-01-01", "year"),
        ("The observatory has documented today the advance of the army.", "advance", "2017-06-07", "day"),
        ("KHARTOUM, June 6 - Rebels attacked the port on Monday, the army said.", "attacked", "2017-06-05", "day"),
        ("The war began in 2011 and a truce was signed the next year.", "signed", "2012-01-01", "year"),
        ("Jets bombed the camp overnight.", "bombed", "2017-06-07", "day"),
        ("Jets bombed the camp last night.", "bombed", "2017-06-06", "day"),
        ("The attack took place two days ago.", "attack", "2017-06-05", "day"),
        ("The militia withdrew early on Sunday.", "withdrew", "2017-06-04", "day"),
        ("Fighting has raged since Monday.", "raged", "2017-06-05", "day"),
        ("The siege was lifted in April.", "lifted", "2017-04-01", "month"),
        ("The town fell in September.", "fell", "2016-09-01", "month"),
        ("The siege was lifted in May 2016.", "lifted", "2016-05-01", "month"),
        ("They took the base on 3 May.", "took", "2017-05-03", "day"),
        ("They took the base on August 21.", "took", "2016-08-21", "day"),
        ("They took the base on June 3, 2015.", "took", "2015-06-03", "day"),
        ("They took the base on 12/05/2017.", "took", "2017-05-12", "day"),
        ("Ten soldiers were killed between 3 and 5 May.", "killed", "2017-05-03", "day"),
        ("The city fell in the summer of 2014.", "fell", "2014-01-01", "year"),
        ("Troops entered the district earlier this month.", "entered", "2017-06-01", "month"),
        ("The port was seized last month.", "seized", "2017-05-01", "month"),
        ("The port was seized last year.", "seized", "2016-01-01", "year"),
        ("Two years ago the militia took the airport.", "took", "2015-01-01", "year"),
        ("About a month ago the two leaders met.", "met", "2017-05-01", "month"),
        ("Thirty fighters were killed in the last 24 hours.", "killed", "2017-06-01", "month"),
        ("More than 100 civilians have been killed since the beginning of the year.", "killed", "2017-01-01", "year"),
        ("A bomb exploded on the first day of Ramadan.", "exploded", "2017-05-27", "day"),
        ("The village was shelled during Ramadan.", "shelled", "2017-05-01", "month"),
        ("The truce began on Eid al-Adha 2016.", "began", "2016-09-12", "day"),
        ("Wednesday's raid killed three.", "raid", "2017-06-07", "day"),
        ("The 2011 uprising toppled the ruler.", "uprising", "2011-01-01", "year"),
        ("The parliament will meet on Friday.", "meet", "2017-06-09", "day"),
        ("The army said that on Tuesday its jets bombed the town.", "bombed", "2017-06-06", "day"),
        ("On Monday shells hit the market, killing three.", "killing", "2017-06-05", "day"),
        ("Earlier today the ministry said that gunmen had fired at a bus.", "fired", "2017-06-07", "day"),
    ],
)
def test_dates_of_predicates(sentence: str, word: str, day: str, precision: str) -> None:
    assert date_for(sentence, word) == (day, precision)


@pytest.mark.parametrize(
    ("sentence", "word"),
    [
        ("The group said on Wednesday it had taken the base.", "taken"),
        ("Three guards were killed, a doctor told Reuters on Sunday.", "killed"),
        ("The rebels captured the hill.", "captured"),
        ("His forces have been trying for months to surround the city.", "surround"),
        ("Troops may march on the capital.", "march"),
        ("A force of 2014 fighters attacked the base.", "attacked"),
    ],
)
def test_no_date(sentence: str, word: str) -> None:
    assert date_for(sentence, word) is None


def test_the_time_of_speaking_is_the_date_of_a_verbal_act() -> None:
    assert date_for("The minister warned on Tuesday that the town would be attacked.", "warned") == (
        "2017-06-06",
        "day",
    )


def test_what_is_told_of_the_present_has_the_time_of_speaking() -> None:
    assert date_for('"Clashes are continuing in the suburbs," the monitor said on Tuesday.', "Clashes") == (
        "2017-06-06",
        "day",
    )


def test_the_next_day_counts_from_the_day_told_before() -> None:
    assert date_for("The army entered the town on Friday. It withdrew the next day.", "withdrew") == (
        "2017-06-03",
        "day",
    )


def test_without_a_day_of_report_only_full_dates_are_read() -> None:
    assert date_for("The army took the base on 3 May 2016.", "took", None) == ("2016-05-03", "day")
    assert date_for("The army took the base on Friday.", "took", None) is None


def test_the_dateline_is_no_event_date() -> None:
    text = "7 June 2017 Gunmen attacked a checkpoint near the border."
    assert date_for(text, "attacked") is None


@pytest.mark.parametrize("text", ["31 February 2017 saw clashes.", "Clashes on 99/99/2017.", "Clashes in 2017-13-45."])
def test_impossible_dates_are_not_read(text: str) -> None:
    _, dates = read(text)
    assert all(e.value.precision != "day" for e in dates.expressions)


def claim(text: str, word: str, kind: str, *, place: str = "", actor: str = "", settled: bool = True) -> Datable:
    parsed, dates = read(text)
    token = next(t for t in parsed.doc if t.text == word)
    return Datable(
        token,
        kind,
        kind.split("/")[0],
        frozenset(place.split()),
        frozenset(actor.split()),
        settled,
        dates.for_token(token),
    )


def test_a_date_is_carried_to_the_same_event_told_elsewhere() -> None:
    dated = claim("A bomb exploded in Basra on Friday.", "exploded", "ASSAULT/bombing", place="basra")
    again = claim("The blast damaged shops.", "blast", "ASSAULT/bombing", place="basra")
    carried = carry_dates([dated, again])[1]
    assert carried == EventDate(date(2017, 6, 2), "day", "Friday", "carried", True)


def test_no_date_is_carried_to_another_place_and_party() -> None:
    dated = claim("A bomb exploded in Basra on Friday.", "exploded", "ASSAULT/bombing", place="basra", actor="cell")
    other = claim("Gunmen attacked a bus.", "attacked", "ASSAULT/attack", place="mosul", actor="gunmen")
    assert carry_dates([dated, other])[1] is None


def test_no_date_is_carried_where_the_article_tells_two() -> None:
    first = claim("A bomb exploded in Basra on Friday.", "exploded", "ASSAULT/bombing", place="basra")
    second = claim("A bomb exploded in Basra on Monday.", "exploded", "ASSAULT/bombing", place="basra")
    third = claim("Bombs exploded in Basra.", "exploded", "ASSAULT/bombing", place="basra")
    assert carry_dates([first, second, third])[2] is None


def test_an_old_date_is_background_and_not_carried() -> None:
    old = claim(
        "On 13 March 2017 a bomber killed ten people at a wedding.", "killed", "ASSAULT/bombing", place="hasaka"
    )
    news = claim("Gunmen attacked a bus.", "attacked", "ASSAULT/attack")
    assert carry_dates([news, old])[0] is None


def test_plans_neither_give_nor_take_a_date() -> None:
    planned = claim("They will bomb Basra on Friday.", "bomb", "ASSAULT/bombing", place="basra", settled=False)
    told = claim("A bomb exploded in Basra.", "exploded", "ASSAULT/bombing", place="basra")
    assert carry_dates([planned, told])[1] is None
