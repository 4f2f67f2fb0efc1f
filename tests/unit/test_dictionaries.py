"""The dictionaries are whole, and what is wrong with a broken one is told at once, by file and line."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.errors import ConfigError
from flows.names import name_key
from flows.transform.dictionaries import COLUMNS, check_dictionaries

PROJECT = Path(__file__).resolve().parents[2]
SEEDS = PROJECT / "dbt_project" / "seeds"
GOLD = PROJECT.parent / "shared" / "gold" / "dev" / "annotations"

SOUND = {
    "theatres.csv": "theatre,name,countries,starts_on,ends_on\nlibya,Libya,LY,2011-02-15,\n",
    "actors.csv": (
        "actor_id,name,kind,country,theatre,description\n"
        "ly_lna,Libyan National Army,armed,LY,libya,\n"
        "ly_east,Eastern side,side,LY,libya,\n"
        "pe_haftar,Khalifa Haftar,person,LY,,\n"
    ),
    "actor_aliases.csv": (
        "actor_id,alias,alias_kind,theatre,valid_from,valid_to\n"
        "ly_lna,LNA,abbreviation,,,\n"
        "ly_lna,the army,generic,libya,2014-05-16,2021-03-16\n"
        "pe_haftar,the army,generic,libya,2021-03-16,\n"
    ),
    "actor_affiliations.csv": (
        "actor_id,parent_actor_id,relation,valid_from,valid_to\n"
        "ly_lna,ly_east,side_with,2014-05-16,\n"
        "pe_haftar,ly_lna,part_of,2014-05-16,\n"
    ),
    "places.csv": (
        "place_id,name,kind,country,admin1,parent_place_id,latitude,longitude,geonames_id,theatre\n"
        "iso_LY,Libya,country,LY,,,28,17,2215636,libya\n"
        "ly_jufra,Al Jufra,district,LY,64,iso_LY,29.1,16.3,,libya\n"
    ),
    "place_aliases.csv": "place_id,alias\nly_jufra,Jufra\n",
    "event_types.csv": (
        "event_type,event_mode,quad_class,acled_event_type,acled_sub_event_type,intensity,description\n"
        "ASSAULT,airstrike,material_conflict,Explosions/Remote violence,Air/drone strike,-9,\n"
    ),
    "source_profiles.csv": (
        "source_id,name,url,country,language,kind,side_actor_id\nherald,Herald,https://herald.example,LY,en,newspaper,ly_east\n"
    ),
}

BROKEN = [
    # (file, what to replace, by what, what must be told)
    ("theatres.csv", "2011-02-15,", "2011-02-30,", "theatres.csv:2: starts_on '2011-02-30' is no date"),
    ("theatres.csv", "2011-02-15,", "15/02/2011,", "theatres.csv:2: starts_on '15/02/2011' is no date"),
    (
        "theatres.csv",
        "2011-02-15,",
        "2011-02-15,2011-02-15",
        "theatres.csv:2: starts_on 2011-02-15 is not before ends_on",
    ),
    ("theatres.csv", ",LY,", ",LBY,", "theatres.csv:2: countries 'LBY' is no ISO 3166-1"),
    ("theatres.csv", "theatre,name,countries", "theatre,name,lands", "theatres.csv:1: lacks the column countries"),
    ("actors.csv", "pe_haftar,", "ly_lna,", "actors.csv:4: actor_id 'ly_lna' is already on line 2"),
    ("actors.csv", ",armed,", ",army,", "actors.csv:2: kind 'army' is unknown"),
    ("actors.csv", ",LY,libya,\nly_east", ",ly,libya,\nly_east", "actors.csv:2: country 'ly' is no ISO 3166-1"),
    (
        "actors.csv",
        "LY,libya,\nly_east",
        "LY,lybia,\nly_east",
        "actors.csv:2: theatre 'lybia' is no theatre of theatres.csv",
    ),
    ("actors.csv", "pe_haftar,Khalifa Haftar", "da_0,Khalifa Haftar", "actors.csv:4: actor_id 'da_0' begins like"),
    ("actors.csv", "pe_haftar,", "pe haftar,", "actors.csv:4: actor_id 'pe haftar' is no id"),
    ("actors.csv", ",Khalifa Haftar,", ",—,", "actors.csv:4: name '—' has no letter"),
    ("actors.csv", ",Khalifa Haftar,", ",,", "actors.csv:4: name is blank"),
    ("actors.csv", ",Khalifa Haftar,", ", Khalifa Haftar,", "actors.csv:4: name ' Khalifa Haftar' has blanks around"),
    (
        "actors.csv",
        "Khalifa Haftar,person",
        "Khalifa, Haftar,person",
        "actors.csv:4: has 7 cells where the header has 6",
    ),
    ("actors.csv", "Khalifa", "Kha\x00lifa", "actors.csv:4: holds a NUL byte"),
    ("actors.csv", ",name,kind,", ",name,name,kind,", "actors.csv:1: names a column twice"),
    (
        "actor_aliases.csv",
        "ly_lna,LNA",
        "ly_lan,LNA",
        "actor_aliases.csv:2: actor_id 'ly_lan' is no actor of actors.csv",
    ),
    ("actor_aliases.csv", "abbreviation", "acronym", "actor_aliases.csv:2: alias_kind 'acronym' is unknown"),
    (
        "actor_aliases.csv",
        "libya,2021-03-16,",
        "libya,2021-03-15,",
        "actor_aliases.csv:4: alias 'the army' means 'pe_haftar' here and 'ly_lna' on line 3, in the theatre 'libya'",
    ),
    (
        "actor_aliases.csv",
        "pe_haftar,the army,generic,libya,2021-03-16,",
        "ly_lna,L.N.A.,name,,,",
        "actor_aliases.csv:4: alias 'L.N.A.' says the same as 'LNA' on line 2",
    ),
    (
        "actor_affiliations.csv",
        "ly_lna,part_of",
        "ly_lna,member",
        "actor_affiliations.csv:3: relation 'member' is unknown",
    ),
    (
        "actor_affiliations.csv",
        "ly_lna,ly_east,side_with,2014-05-16,",
        "ly_lna,pe_haftar,part_of,2015-01-01,",
        "actor_affiliations.csv:2: affiliation makes a circle: ly_lna < pe_haftar < ly_lna",
    ),
    (
        "actor_affiliations.csv",
        "ly_lna,ly_east,",
        "ly_lna,ly_lna,",
        "actor_affiliations.csv:2: affiliation makes a circle: ly_lna < ly_lna",
    ),
    (
        "actor_affiliations.csv",
        "pe_haftar,ly_lna,part_of,2014-05-16,",
        "ly_lna,ly_east,part_of,2016-01-01,",
        "actor_affiliations.csv:3: ly_lna belongs to ly_east on line 2 already",
    ),
    ("places.csv", ",29.1,", ",129.1,", "places.csv:3: latitude 129.1 lies outside -90 to 90"),
    ("places.csv", ",29.1,", ",north,", "places.csv:3: latitude 'north' is no number"),
    ("places.csv", ",29.1,", ",nan,", "places.csv:3: latitude nan lies outside"),
    ("places.csv", ",29.1,", ",,", "places.csv:3: latitude and longitude come together"),
    ("places.csv", ",district,", ",oasis,", "places.csv:3: kind 'oasis' is unknown"),
    ("places.csv", ",64,iso_LY,", ",64,iso_LB,", "places.csv:3: parent_place_id 'iso_LB' is no place of places.csv"),
    (
        "places.csv",
        "LY,,,28",
        "LY,,ly_jufra,28",
        "places.csv:2: parent_place_id makes a circle: iso_LY < ly_jufra < iso_LY",
    ),
    ("places.csv", "16.3,,libya", "16.3,2215636,libya", "places.csv:3: geonames_id '2215636' is already on line 2"),
    ("places.csv", "16.3,,libya", "16.3,gn_1,libya", "places.csv:3: geonames_id 'gn_1' is no whole number"),
    (
        "place_aliases.csv",
        "ly_jufra,",
        "ly_jofra,",
        "place_aliases.csv:2: place_id 'ly_jofra' is no place of places.csv",
    ),
    ("place_aliases.csv", "ly_jufra,Jufra", 'ly_jufra,"Jufra', "place_aliases.csv:2: is not well-formed CSV"),
    ("event_types.csv", "material_conflict", "conflict", "event_types.csv:2: quad_class 'conflict' is unknown"),
    ("event_types.csv", ",-9,", ",-90,", "event_types.csv:2: intensity -90 lies outside -10 to 10"),
    ("source_profiles.csv", ",ly_east", ",ly_south", "source_profiles.csv:2: side_actor_id 'ly_south' is no actor"),
    ("source_profiles.csv", ",en,", ",English,", "source_profiles.csv:2: language 'English' is no ISO 639 code"),
]


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder


def test_a_sound_dictionary_passes(tmp_path: Path) -> None:
    check_dictionaries(write(tmp_path, SOUND))


@pytest.mark.parametrize(("file", "old", "new", "told"), BROKEN, ids=[case[3][:60] for case in BROKEN])
def test_one_mistake_is_told_by_file_and_line_and_nothing_else_is(
    tmp_path: Path, file: str, old: str, new: str, told: str
) -> None:
    assert SOUND[file].count(old) >= 1
    write(tmp_path, SOUND | {file: SOUND[file].replace(old, new, 1)})
    with pytest.raises(ConfigError) as caught:
        check_dictionaries(tmp_path)
    first, *problems = str(caught.value).splitlines()
    assert problems[0].startswith(told)
    # What follows is the same mistake seen from elsewhere (the other end of a circle, a reference to the lost id).
    assert len(problems) <= 3
    assert first.startswith(f"{len(problems)} problems in the dictionaries of")


def test_all_mistakes_are_told_at_once_in_the_order_of_files_and_lines(tmp_path: Path) -> None:
    files = SOUND | {
        "actors.csv": SOUND["actors.csv"].replace(",armed,", ",army,").replace(",side,", ",sides,"),
        "places.csv": SOUND["places.csv"].replace(",29.1,", ",91,"),
    }
    with pytest.raises(ConfigError) as caught:
        check_dictionaries(write(tmp_path, files))
    told = [line.split(" ")[0] for line in str(caught.value).splitlines()[1:]]
    assert told == ["actors.csv:2:", "actors.csv:3:", "places.csv:3:"]


def test_a_missing_file_is_told_once_however_many_rows_refer_to_it(tmp_path: Path) -> None:
    write(tmp_path, SOUND)
    (tmp_path / "actors.csv").unlink()
    with pytest.raises(ConfigError, match=r"^1 problems.*\nactors\.csv:0: cannot be read"):
        check_dictionaries(tmp_path)


def test_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, SOUND)
    (tmp_path / "place_aliases.csv").write_bytes("place_id,alias\nly_jufra,Jufra\nly_jufra,Joufré\n".encode("cp1252"))
    with pytest.raises(ConfigError, match=r"place_aliases\.csv:3: is not UTF-8"):
        check_dictionaries(tmp_path)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    check_dictionaries(write(tmp_path, {name: "\ufeff" + text.replace("\n", "\r\n") for name, text in SOUND.items()}))


# --- the dictionaries of the project itself


def rows(name: str) -> list[dict[str, str]]:
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_project_dictionaries_are_sound() -> None:
    check_dictionaries(SEEDS)


@pytest.mark.parametrize("name", COLUMNS)
def test_the_project_dictionaries_have_their_columns_in_order(name: str) -> None:
    assert tuple(rows(name)[0]) == COLUMNS[name]


def test_the_dictionaries_are_large_enough_to_be_of_use() -> None:
    places = rows("places.csv")
    assert sum(p["country"] == "SY" for p in places) >= 400
    assert sum(p["country"] == "LY" for p in places) >= 200
    assert len(rows("actors.csv")) >= 700
    assert {t["theatre"] for t in rows("theatres.csv")} >= {
        "libya",
        "syria",
        "iraq",
        "yemen",
        "ukraine",
        "sudan",
        "mali",
    }


def test_every_place_of_a_theatre_lies_in_its_country() -> None:
    places = {p["place_id"]: p for p in rows("places.csv")}
    for place in places.values():
        top = place
        while top["parent_place_id"]:
            top = places[top["parent_place_id"]]
        assert top["kind"] == "country", place["place_id"]
        assert top["country"] == place["country"], place["place_id"]


@pytest.mark.parametrize(
    ("country", "south", "north", "west", "east"), [("LY", 19.4, 33.3, 9.2, 25.3), ("SY", 32.2, 37.4, 35.4, 42.5)]
)
def test_places_lie_within_the_borders_of_their_country(
    country: str, south: float, north: float, west: float, east: float
) -> None:
    for place in rows("places.csv"):
        if place["country"] == country:
            where = float(place["latitude"]), float(place["longitude"])
            assert south <= where[0] <= north and west <= where[1] <= east, (place["place_id"], where)


def resolve(name: str, theatre: str, day: str) -> str | None:
    """The actor of a name as the warehouse finds it: the theatre's aliases first, those valid anywhere then."""
    aliases = defaultdict(list)
    for row in rows("actor_aliases.csv"):
        aliases[name_key(row["alias"]), row["theatre"]].append(row)
    for where in (theatre, ""):
        for row in aliases[name_key(name), where]:
            if (row["valid_from"] or "0000") <= day < (row["valid_to"] or "9999"):
                return row["actor_id"]
    return None


@pytest.mark.parametrize(
    ("name", "theatre", "day", "actor_id"),
    [
        ("rebels", "libya", "2011-06-01", "ly_rebels_2011"),
        ("rebels", "syria", "2016-06-01", "sy_opposition"),
        ("Haftar's forces", "", "2017-06-03", "ly_lna"),
        ("the army", "libya", "2017-06-03", "ly_lna"),
        ("the army", "syria", "2017-06-03", "sy_army"),
        ("unity government", "libya", "2017-06-03", "ly_gna"),
        ("unity government", "libya", "2021-06-20", "ly_gnu"),
        ("SDF", "syria", "2017-06-03", "sy_sdf"),
        ("SDF", "libya", "2018-06-03", "ly_rada"),
        ("coalition", "yemen", "2016-01-01", "saudi_led_coalition"),
        ("U.N.", "libya", "2017-06-03", "un"),
        ("Daesh", "syria", "2016-06-03", "islamic_state"),
        ("Washington", "", "2016-06-03", "us_government"),
        ("Kremlin", "syria", "2016-06-03", "ru_government"),
    ],
)
def test_a_name_means_an_actor_at_its_place_and_time(name: str, theatre: str, day: str, actor_id: str) -> None:
    assert resolve(name, theatre, day) == actor_id


def sides(actor_id: str, day: str, theatre: str) -> set[str]:
    up = defaultdict(list)
    for row in rows("actor_affiliations.csv"):
        if (row["valid_from"] or "0000") <= day < (row["valid_to"] or "9999"):
            up[row["actor_id"]].append(row["parent_actor_id"])
    actors = {a["actor_id"]: a for a in rows("actors.csv")}
    found, todo = set(), [actor_id]
    while todo:
        actor = todo.pop()
        if actors[actor]["kind"] == "side" and actors[actor]["theatre"] in ("", theatre):
            found.add(actor)
        todo += up[actor]
    return found


@pytest.mark.parametrize(
    ("actor_id", "day", "theatre", "side"),
    [
        ("pe_mismari", "2017-06-03", "libya", {"ly_side_east"}),
        ("ly_third_force", "2017-06-01", "libya", {"ly_side_west"}),
        ("ly_gna", "2018-01-01", "libya", {"ly_side_west"}),
        ("ly_kaniyat", "2018-01-01", "libya", {"ly_side_west"}),
        ("ly_kaniyat", "2019-06-01", "libya", {"ly_side_east"}),
        ("sy_army", "2016-01-01", "syria", {"sy_side_government"}),
        ("hezbollah", "2014-01-01", "syria", {"sy_side_government"}),
        ("ru_aerospace", "2016-01-01", "syria", {"sy_side_government"}),
        ("ru_aerospace", "2014-01-01", "syria", set()),
        ("sy_ypg", "2017-01-01", "syria", {"sy_side_sdf"}),
        ("sy_nusra", "2016-01-01", "syria", {"sy_side_opposition", "side_al_qaeda"}),
        ("reuters", "2016-01-01", "syria", set()),
    ],
)
def test_an_actor_stands_on_a_side_on_a_day(actor_id: str, day: str, theatre: str, side: set[str]) -> None:
    assert sides(actor_id, day, theatre) == side


# --- coverage of the annotated articles, where they are at hand


def annotations() -> Iterator[dict[str, Any]]:
    if not GOLD.is_dir():
        pytest.skip("the annotated articles (../shared/gold/dev) are not at hand")
    for path in sorted(GOLD.glob("*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))


def test_the_organised_actors_of_the_annotated_articles_are_known() -> None:
    known = {name_key(row["alias"]) for row in rows("actor_aliases.csv")}
    kinds = {"state", "armed", "political", "igo", "ngo", "media"}
    actors = [a["names"] for article in annotations() for a in article["actors"] if a["kind"] in kinds]
    unknown = [names for names in actors if not any(name_key(n) in known for n in names)]
    print(f"{len(actors) - len(unknown)} of {len(actors)} organised actors known; not: {unknown}")
    assert len(unknown) <= 0.03 * len(actors), unknown


def test_the_places_of_the_annotated_articles_are_known() -> None:
    known = {name_key(row["alias"]) for row in rows("place_aliases.csv")}
    places = [c["place"] for a in annotations() for c in a["events"] + a["control"] if c["place"]]
    unknown = [names for names in places if not any(name_key(n) in known for n in names)]
    print(f"{len(places) - len(unknown)} of {len(places)} place slots known without GeoNames; not: {unknown}")
    assert len(unknown) <= 0.06 * len(places), unknown
