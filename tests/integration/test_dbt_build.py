"""The dbt project over hand-made landing rows: names, sides, voices, interest, and what a build says when it cannot."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from landing_rows import (
    article,
    control_claim,
    event_claim,
    fill_landing,
    mention,
    project_with_small_dictionary,
    rejection,
)

from flows.errors import BuildError
from flows.settings import Settings
from flows.transform import BuildResult, build, docs

# One build serves most tests here, so they stay together in one worker.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dbt")]

SPRING_2016, SPRING_2018 = date(2016, 5, 10), date(2018, 5, 10)


class Warehouse:
    """A built warehouse and the articles that went in."""

    def __init__(self, settings: Settings, project: Path, result: BuildResult) -> None:
        self.settings, self.project, self.result = settings, project, result

    def rows(self, sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.settings.build_db), read_only=True) as con:
            return con.execute(sql, list(arguments)).fetchall()

    def one(self, columns: str, table: str, claim_id: str) -> tuple[Any, ...]:
        (row,) = self.rows(f"select {columns} from marts.{table} where claim_id = ?", claim_id)
        return row

    def fingerprint(self) -> dict[str, str]:
        """Rows and content of each mart as one number, independent of order."""
        tables = [t for (t,) in self.rows("select table_name from duckdb_tables() where schema_name = 'marts'")]
        return {t: str(self.rows(f"select count(*), sum(hash(t)::hugeint) from marts.{t} as t")) for t in tables}


WIRE = article("wire", "world-wire")
WIRE_OLD = article("twice", "world-wire", version=1)
WIRE_NEW = article("twice", "world-wire", version=2)
WIRE_2018 = article("wire-2018", "world-wire", SPRING_2018)
HERALD = article("herald", "army-herald")
RADIO = article("radio", "front-radio")
STRANGER = article("stranger", "borduria-post")
UNDATED = article("undated", "world-wire", None)

SEIZURE = event_claim(
    WIRE,
    "COERCE:seize",
    actor_text="the Front's fighters",
    target_text="army",
    target_antecedent="Ardanian army",
    place_text="the town of Vala",
    attributed_to_text="a Monitor official",
    other_places=["Dorn", "Nowhere Hill"],
)
SEIZURE_2018 = event_claim(WIRE_2018, "COERCE:seize", actor_text="the Front", place_text="Vale")
LOSS = event_claim(
    WIRE, "RETREAT:withdraw", actor_text="Orlo forces", place_text="eastern Vale", attributed_to_text="ANA spokesman"
)
BOAST = event_claim(HERALD, "COERCE:seize", actor_text="ANA", place_text="Vale")
ACCUSED = event_claim(
    RADIO,
    "ASSAULT:airstrike",
    actor_text="ANA",
    target_text="12 civilians",
    place_text="Vale",
    killed_low=12,
    killed_high=12,
)
NAMELESS = event_claim(WIRE, "ASSAULT", place_text=None)
OLD = event_claim(WIRE_OLD, "ASSAULT", actor_text="rebels")
NEW = event_claim(WIRE_NEW, "ASSAULT", actor_text="rebels")
FOREIGN = event_claim(STRANGER, "ASSAULT", actor_text="rebels", place_text="Dorn")
HELD = control_claim(
    RADIO, "gains", "Korm base", "the Front", from_text="ANA", event_date=SPRING_2016, event_date_precision="day"
)
WOLVES = control_claim(WIRE, "holds", "Vale province", "Blue Wolves", sentence_no=2)
UNNAMED = control_claim(UNDATED, "contests", "Vale", None)
HOSTILE = article("hostile")
HOSTILE_TEXTS = (
    "'; drop table landing.articles; --",
    "{{ 1/0 }}",
    "%s \\",
    "«»",
    "\u202egnp.exe",
    "x" * 5_000,
    "word " * 300,
    "  ",
    "الجفرة",
)
HOSTILE_CLAIMS = [
    *(event_claim(HOSTILE, "ASSAULT", actor_text=t, place_text=t, trigger=str(n)) for n, t in enumerate(HOSTILE_TEXTS)),
    *(control_claim(HOSTILE, "holds", t, t, trigger=str(n)) for n, t in enumerate(HOSTILE_TEXTS) if t.strip()),
]
ROWS = (
    *(HOSTILE, *HOSTILE_CLAIMS),
    *(WIRE, WIRE_OLD, WIRE_NEW, WIRE_2018, HERALD, RADIO, STRANGER, UNDATED),
    *(mention(a, "Ardania", "place") for a in (WIRE, WIRE_NEW, WIRE_2018, HERALD, RADIO, UNDATED)),
    *(mention(STRANGER, "Borduria", "place"), mention(WIRE, "Blue Wolves", "actor")),
    *(SEIZURE, SEIZURE_2018, LOSS, BOAST, ACCUSED, NAMELESS, OLD, NEW, FOREIGN, HELD, WOLVES, UNNAMED),
    rejection("not_an_article"),
)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    home = tmp_path_factory.mktemp("home")
    settings, project = Settings(home=home), project_with_small_dictionary(home)
    fill_landing(settings, *ROWS)
    yield Warehouse(settings, project, build(settings, project=project, unit_tests=True))


def test_the_build_tells_its_nodes(warehouse: Warehouse) -> None:
    assert warehouse.result.count("model") > 30
    assert warehouse.result.count("test") > 100
    assert {n.status for n in warehouse.result.nodes} <= {"success", "pass", "warn", "no-op"}
    assert warehouse.result.slowest(1)[0].seconds > 0


def test_every_rule_passes_its_unit_test(warehouse: Warehouse) -> None:
    assert warehouse.result.count("unit_test") > 50


@pytest.mark.parametrize(
    ("claim", "columns", "expected"),
    [
        (SEIZURE, "actor_id, actor_side_id", ("ar_front", "ar_rebels")),
        (SEIZURE, "target_id, target_name", ("ar_army", "Ardanian National Army")),
        (SEIZURE, "place_id, place_name", ("ar_vale", "Vale")),
        (
            SEIZURE,
            "attributed_to_id, origin_id, origin_kind, interest",
            ("ar_monitor", "ar_monitor", "actor", "neutral"),
        ),
        (SEIZURE, "date_low, date_high", (date(2016, 5, 7), SPRING_2016)),
        (LOSS, "actor_id, origin_id, interest", ("ar_army", "ar_army", "against_interest")),
        (
            BOAST,
            "origin_id, origin_kind, origin_side_id, interest",
            ("army-herald", "outlet", "ar_government", "self_serving"),
        ),
        (ACCUSED, "target_name, origin_side_id, interest", ("12 civilians", "ar_rebels", "self_serving")),
        (NAMELESS, "actor_id, target_id, place_id, attributed_to_id", (None, None, None, None)),
        (NAMELESS, "origin_id, origin_side_id, interest", ("world-wire", None, "neutral")),
        (FOREIGN, "actor_id, place_id, theatre", ("bo_rebels", "gn_103", "borduria")),
        (NEW, "actor_id, theatre", ("ar_rebels", "ardania")),
    ],
)
def test_an_event_claim_is_resolved(warehouse: Warehouse, claim: Any, columns: str, expected: tuple[Any, ...]) -> None:
    assert warehouse.one(columns, "fct_event_claims", claim.claim_id) == expected


def test_an_alias_out_of_its_validity_names_a_discovered_actor(warehouse: Warehouse) -> None:
    actor_id, name = warehouse.one("actor_id, actor_name", "fct_event_claims", SEIZURE_2018.claim_id)
    assert actor_id.startswith("da_") and name == "the Front"


@pytest.mark.parametrize(
    ("claim", "columns", "expected"),
    [
        (HELD, "place_id, holder_id, from_id, interest", ("ar_korm_airbase", "ar_front", "ar_army", "self_serving")),
        (HELD, "date_low, date_high", (SPRING_2016, SPRING_2016)),
        (WOLVES, "place_id, holder_name", ("ar_vale_province", "Blue Wolves")),
        (UNNAMED, "holder_id, holder_name, date_high", (None, None, date(2020, 6, 1))),
    ],
)
def test_a_control_claim_is_resolved(warehouse: Warehouse, claim: Any, columns: str, expected: tuple[Any, ...]) -> None:
    assert warehouse.one(columns, "fct_control_claims", claim.claim_id) == expected


def test_a_part_of_a_place_lies_in_that_place(warehouse: Warehouse) -> None:
    (place_id,) = warehouse.one("place_id", "fct_event_claims", LOSS.claim_id)
    rows = warehouse.rows(
        "select name, parent_place_id, is_discovered from marts.dim_places where place_id = ?", place_id
    )
    assert rows == [("eastern Vale", "ar_vale", True)]


def test_further_places_are_resolved_too(warehouse: Warehouse) -> None:
    (ids,) = warehouse.one("other_place_ids", "fct_event_claims", SEIZURE.claim_id)
    assert "gn_102" in ids and len(ids) == 2 and any(i.startswith("dp_") for i in ids)


def test_only_the_latest_version_is_told(warehouse: Warehouse) -> None:
    assert warehouse.rows("select count(*) from marts.fct_event_claims where claim_id = ?", OLD.claim_id) == [(0,)]
    assert warehouse.rows("select version_id from marts.dim_articles where article_id = ?", WIRE.article_id)
    assert warehouse.rows("select count(*) from marts.dim_articles") == [(8,)]


def test_every_outlet_is_a_source_with_a_profile_or_without(warehouse: Warehouse) -> None:
    rows = warehouse.rows("select source_id, name, side_actor_id from marts.dim_sources order by 1")
    assert rows == [
        ("army-herald", "Army Herald", "ar_army"),
        ("borduria-post", "borduria-post", None),
        ("front-radio", "Front Radio", "ar_front"),
        ("world-wire", "World Wire", None),
    ]


def test_refusals_and_source_health_are_told(warehouse: Warehouse) -> None:
    assert warehouse.rows("select stage, reason, source_id from marts.quarantine") == [
        ("clean", "not_an_article", "world-wire")
    ]
    rows = warehouse.rows(
        "select sum(n_articles), sum(n_event_claims), sum(n_control_claims), sum(n_quarantined)"
        " from marts.mart_source_health"
    )
    assert rows == [(8, 8 + len(HOSTILE_TEXTS), 3 + len(HOSTILE_TEXTS) - 1, 1)]


def test_a_second_build_gives_the_same_rows(warehouse: Warehouse) -> None:
    before = warehouse.fingerprint()
    assert len(before) > 10
    build(warehouse.settings, project=warehouse.project)
    assert warehouse.fingerprint() == before


def test_an_alias_added_to_the_dictionary_re_resolves_history(warehouse: Warehouse, tmp_path: Path) -> None:
    project = project_with_small_dictionary(tmp_path)
    with (project / "seeds" / "actor_aliases.csv").open("a", encoding="utf-8") as file:
        file.write("ar_front,Blue Wolves,name,ardania,,\n")
    build(warehouse.settings, project=project, select="actor_aliases+")
    assert warehouse.one("holder_id", "fct_control_claims", WOLVES.claim_id) == ("ar_front",)


def test_docs_are_one_page(warehouse: Warehouse) -> None:
    page = docs(warehouse.settings, project=warehouse.project)
    assert page.stat().st_size > 500_000
    assert "fct_event_claims" in page.read_text(encoding="utf-8")


def test_old_sources_are_told_by_their_freshness(warehouse: Warehouse, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "flows.transform.dbt_process", "source", "freshness"]
    command += ["--project-dir", str(warehouse.project), "--profiles-dir", str(warehouse.project)]
    command += ["--target-path", str(tmp_path), "--log-path", str(tmp_path)]
    environment = os.environ | {
        "SITREP_BUILD_DB": str(warehouse.settings.build_db),
        "SITREP_GAZETTEER": str(warehouse.settings.gazetteer),
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    results = json.loads((tmp_path / "sources.json").read_text(encoding="utf-8"))["results"]
    assert {r["unique_id"].rsplit(".", 1)[1]: r["status"] for r in results}["articles"] == "warn", done.stdout


def test_an_article_without_claims_still_builds(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    fill_landing(settings, article("quiet"))
    build(settings, project=project_with_small_dictionary(tmp_path))
    with duckdb.connect(str(settings.build_db), read_only=True) as con:
        assert con.execute("select count(*) from marts.dim_articles").fetchall() == [(1,)]
        assert con.execute("select count(*) from marts.fct_events").fetchall() == [(0,)]


def test_hostile_names_break_nothing(warehouse: Warehouse) -> None:
    told = "from marts.{} where article_id = ?"
    events = warehouse.rows("select count(*) " + told.format("fct_event_claims"), HOSTILE.article_id)
    assert events == [(len(HOSTILE_TEXTS),)]
    nameless = warehouse.rows(
        "select count(*) filter (where holder_id is null) " + told.format("fct_control_claims"), HOSTILE.article_id
    )
    assert nameless == [(0,)]


def test_a_selector_that_finds_nothing_is_no_green_build(warehouse: Warehouse) -> None:
    with pytest.raises(BuildError, match="no_such_model"):
        build(warehouse.settings, project=warehouse.project, select="no_such_model")


@pytest.mark.parametrize("make_landing", [True, False], ids=["no article", "no landing schema"])
def test_nothing_landed_is_said_plainly(tmp_path: Path, make_landing: bool) -> None:
    settings = Settings(home=tmp_path)
    if make_landing:
        fill_landing(settings, rejection("empty_page"))
    with pytest.raises(BuildError, match=r"^nothing to publish: "):
        build(settings, project=project_with_small_dictionary(tmp_path))


def test_a_failing_test_is_named_with_its_message(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    fill_landing(
        settings, one := article("one"), event_claim(one, "ASSAULT:ogle", actor_text="rebels", modality="guessed")
    )
    with pytest.raises(BuildError, match=r"test accepted_values_stg_\w+_modality.*: Got 1 result") as failure:
        build(settings, project=project_with_small_dictionary(tmp_path), select="+stg_landing__event_claims")
    assert "nothing is published" in str(failure.value)


def test_a_broken_model_is_named_with_its_message(tmp_path: Path) -> None:
    settings, project = Settings(home=tmp_path), project_with_small_dictionary(tmp_path)
    fill_landing(settings, article("one"))
    (project / "models" / "staging" / "stg_reference__actors.sql").write_text(
        "select no_such_column from {{ ref('actors') }}"
    )
    with pytest.raises(BuildError, match=r"model stg_reference__actors: .*no_such_column"):
        build(settings, project=project, select="+stg_reference__actors")


def test_ids_of_discovered_names_are_equal_on_every_run(warehouse: Warehouse) -> None:
    rows = warehouse.rows("select actor_id from marts.dim_actors where name = '12 civilians' and is_discovered")
    assert rows and all(len(i) == len("da_") + 12 for (i,) in rows)
