"""From claims to facts through the whole dbt project: events, standings, territory control, history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from landing_rows import article, control_claim, event_claim, fill_landing, mention, project_with_small_dictionary

from flows.settings import Settings
from flows.transform import build

pytestmark = pytest.mark.slow

FACTS = (
    "fct_events",
    "fct_events_history",
    "fct_event_actors",
    "fct_event_tolls",
    "fct_actor_days",
    "fct_territory_control",
    "fct_territory_control_history",
    "fct_control_days",
    "fct_control_evidence",
)

WIRE = article("strike", "world-wire", date(2016, 5, 10))
POST = article("raid", "borduria-post", date(2016, 5, 11))
RADIO = article("radio", "front-radio", date(2016, 5, 11))
HERALD = article("herald", "army-herald", date(2016, 5, 12))
LATER = article("later", "world-wire", date(2016, 6, 20))
ARTICLES = (WIRE, POST, RADIO, HERALD, LATER)

STRIKE: dict[str, Any] = {"place_text": "Vale", "event_date": date(2016, 5, 9), "event_date_precision": "day"}
STRIKE |= {"date_basis": "stated"}
TOLD_BY_WIRE = event_claim(WIRE, "ASSAULT:airstrike", actor_text="ANA", killed_low=12, killed_high=12, **STRIKE)
TOLD_BY_POST = event_claim(POST, "ASSAULT:airstrike", actor_text="army", killed_low=15, killed_high=15, **STRIKE)
TOLD_BY_RADIO = event_claim(RADIO, "ASSAULT:airstrike", actor_text="ANA", killed_low=40, killed_high=None, **STRIKE)
DENIED = event_claim(HERALD, "ASSAULT:airstrike", actor_text="ANA", modality="negated", **STRIKE)
PLANNED = event_claim(WIRE, "ASSAULT:airstrike", place_text="Vale", modality="planned", sentence_no=5)
ELSEWHERE = event_claim(
    LATER, "ASSAULT:clash", place_text="Korm base", event_date=date(2016, 6, 19), event_date_precision="day"
)

TAKEN_DAY: dict[str, Any] = {"event_date": date(2016, 5, 8), "event_date_precision": "day", "date_basis": "stated"}
HELD_BEFORE = control_claim(WIRE, "holds", "Vale province", "ANA", sentence_no=2)
TAKEN = control_claim(POST, "gains", "Korm base", "the Front", from_text="ANA", **TAKEN_DAY)
TAKEN_TOO = control_claim(RADIO, "gains", "Korm base", "the Front", from_text="ANA", **TAKEN_DAY)
BOAST = control_claim(HERALD, "gains", "Vale", "ANA", modality="planned")
RETAKEN = control_claim(
    LATER, "gains", "Korm base", "ANA", from_text="the Front", event_date=date(2016, 6, 18), event_date_precision="day"
)
CLAIMS = (
    *(TOLD_BY_WIRE, TOLD_BY_POST, TOLD_BY_RADIO, DENIED, PLANNED, ELSEWHERE),
    *(HELD_BEFORE, TAKEN, TAKEN_TOO, BOAST, RETAKEN),
)


def rows_of(*articles: Any) -> list[Any]:
    """The articles with what they claim."""
    ids = {a.version_id for a in articles}
    return [*articles, *(mention(a, "Ardania", "place") for a in articles), *(c for c in CLAIMS if c.version_id in ids)]


class Facts:
    """A warehouse built from batches of articles."""

    def __init__(self, home: Path, batches: Sequence[Sequence[Any]]) -> None:
        self.settings, project = Settings(home=home), project_with_small_dictionary(home)
        for n, articles in enumerate(batches):
            fill_landing(self.settings, *rows_of(*articles), batch_id=f"b{n}")
        build(self.settings, project=project)

    def rows(self, sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.settings.build_db), read_only=True) as con:
            return con.execute(sql, list(arguments)).fetchall()

    def all_rows(self, table: str) -> list[str]:
        return sorted(str(row) for row in self.rows(f"select * from marts.{table}"))

    def event_of(self, claim: Any) -> str | None:
        ((event_id,),) = self.rows("select event_id from marts.fct_event_claims where claim_id = ?", claim.claim_id)
        return event_id


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return Facts(tmp_path_factory.mktemp("facts"), [ARTICLES])


@pytest.fixture(scope="module")
def reversed_facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return Facts(tmp_path_factory.mktemp("reversed"), [[a] for a in reversed(ARTICLES)])


@pytest.fixture(scope="module")
def facts_without_later(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return Facts(tmp_path_factory.mktemp("without"), [[a for a in ARTICLES if a is not LATER]])


def test_one_strike_told_by_three_outlets_and_denied_by_a_fourth_is_one_disputed_event(facts: Facts) -> None:
    ids = {facts.event_of(c) for c in (TOLD_BY_WIRE, TOLD_BY_POST, TOLD_BY_RADIO, DENIED)}
    assert len(ids) == 1
    assert facts.rows(
        "select actor_id, place_id, standing, killed_low, killed_high, is_toll_disputed, n_articles, n_voices,"
        " n_voices_against, date_start, date_basis from marts.fct_events where event_id = ?",
        ids.pop(),
    ) == [("ar_army", "ar_vale", "disputed", 12, 40, True, 4, 4, 1, date(2016, 5, 9), "stated")]


def test_another_event_stays_apart_and_a_planned_one_is_none(facts: Facts) -> None:
    assert facts.event_of(PLANNED) is None
    assert facts.event_of(ELSEWHERE) not in (None, facts.event_of(TOLD_BY_WIRE))


def test_each_voice_keeps_its_toll(facts: Facts) -> None:
    rows = facts.rows(
        "select voice_id, killed_low, killed_high from marts.fct_event_tolls where event_id = ? order by 1",
        facts.event_of(TOLD_BY_WIRE),
    )
    assert rows == [("borduria-post", 15, 15), ("front-radio", 40, None), ("world-wire", 12, 12)]


def test_the_history_of_an_event_tells_when_it_became_disputed(facts: Facts) -> None:
    rows = facts.rows(
        "select known_from, known_to, standing, n_voices from marts.fct_events_history where event_id = ? order by 1",
        facts.event_of(TOLD_BY_WIRE),
    )
    assert rows == [
        (date(2016, 5, 10), date(2016, 5, 11), "reported", 1),
        (date(2016, 5, 11), date(2016, 5, 12), "confirmed", 3),
        (date(2016, 5, 12), None, "disputed", 4),
    ]


def test_a_base_changes_hands_twice(facts: Facts) -> None:
    rows = facts.rows(
        "select holder_id, valid_from, valid_to, is_inherited from marts.fct_territory_control"
        " where place_id = 'ar_korm_airbase' order by valid_from nulls first"
    )
    assert rows == [
        ("ar_army", None, date(2016, 5, 8), False),
        ("ar_front", date(2016, 5, 8), date(2016, 6, 18), False),
        ("ar_army", date(2016, 6, 18), None, False),
    ]


def test_a_province_carries_to_its_city(facts: Facts) -> None:
    rows = facts.rows(
        "select holder_id, valid_from, is_inherited, inherited_from_place_id from marts.fct_territory_control"
        " where place_id = 'ar_vale'"
    )
    assert rows == [("ar_army", date(2016, 5, 10), True, "ar_vale_province")]


def test_the_map_of_one_day_as_known_on_another(facts: Facts) -> None:
    sql = (
        "select holder_id from marts.fct_territory_control_history where place_id = 'ar_korm_airbase'"
        " and (valid_from is null or valid_from <= $day) and (valid_to is null or $day < valid_to)"
        " and known_from <= $known and (known_to is null or $known < known_to)"
    )
    with duckdb.connect(str(facts.settings.build_db), read_only=True) as con:

        def holder(day: date, known: date) -> list[tuple[Any, ...]]:
            return con.execute(sql, {"day": day, "known": known}).fetchall()

        assert holder(date(2016, 6, 19), date(2016, 6, 19)) == [("ar_front",)]
        assert holder(date(2016, 6, 19), date(2016, 6, 20)) == [("ar_army",)]
        assert holder(date(2016, 5, 9), date(2016, 5, 10)) == []


@pytest.mark.parametrize("table", FACTS)
def test_the_order_of_arrival_changes_no_fact(facts: Facts, reversed_facts: Facts, table: str) -> None:
    assert reversed_facts.all_rows(table) == facts.all_rows(table) != []


def test_removing_an_article_removes_only_what_rested_on_it(facts: Facts, facts_without_later: Facts) -> None:
    lost = {row for row in facts.rows("select event_id from marts.fct_events")} - {
        row for row in facts_without_later.rows("select event_id from marts.fct_events")
    }
    assert lost == {(facts.event_of(ELSEWHERE),)}
    assert facts_without_later.rows(
        "select holder_id, valid_to from marts.fct_territory_control"
        " where place_id = 'ar_korm_airbase' and valid_from is not null"
    ) == [("ar_front", None)]
    assert set(facts_without_later.all_rows("fct_events")) < set(facts.all_rows("fct_events"))
