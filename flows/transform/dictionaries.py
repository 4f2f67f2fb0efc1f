"""The dictionaries are checked as a whole before dbt reads them: every problem at once, each as `file:line: what`.

dbt tests run after the data was built and stop at the first broken column; an analyst who edits a CSV by hand needs all
of it, with line numbers, in a second.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from flows.errors import ConfigError
from flows.names import name_key

ACTOR_KINDS: Final = frozenset({"state", "armed", "political", "igo", "ngo", "media", "person", "side", "other"})
ALIAS_KINDS: Final = frozenset({"name", "abbreviation", "generic"})
RELATIONS: Final = frozenset({"part_of", "side_with"})
PLACE_KINDS: Final = frozenset(
    {
        "country",
        "region",
        "governorate",
        "district",
        "city",
        "town",
        "village",
        "neighbourhood",
        "airbase",
        "airport",
        "base",
        "oil_port",
        "oil_field",
        "border_crossing",
        "camp",
        "road",
        "dam",
        "prison",
        "other",
    }
)
QUAD_CLASSES: Final = frozenset({"verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict"})
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "theatres.csv": ("theatre", "name", "countries", "starts_on", "ends_on"),
    "actors.csv": ("actor_id", "name", "kind", "country", "theatre", "description"),
    "actor_aliases.csv": ("actor_id", "alias", "alias_kind", "theatre", "valid_from", "valid_to"),
    "actor_affiliations.csv": ("actor_id", "parent_actor_id", "relation", "valid_from", "valid_to"),
    "places.csv": (
        "place_id", "name", "kind", "country", "admin1", "parent_place_id", "latitude", "longitude",
        "geonames_id", "theatre",
    ),
    "place_aliases.csv": ("place_id", "alias"),
    "event_types.csv": (
        "event_type", "event_mode", "quad_class", "acled_event_type", "acled_sub_event_type", "intensity",
        "description",
    ),
    "source_profiles.csv": ("source_id", "name", "url", "country", "language", "kind", "side_actor_id"),
}  # fmt: skip
"""Dictionary file -> the columns it must have, in any order; more are welcome."""

_ID = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]*")
_ISO2 = re.compile(r"[A-Z]{2}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_DISCOVERED = re.compile(r"d[ap]_")
_EVER: Final = (date.min, date.max)


@dataclass(frozen=True)
class _Row:
    """One record of one file, with the line it starts on."""

    file: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


@dataclass
class _Problems:
    """What was found, kept with file and line so that it can be told in the order of the files."""

    found: list[tuple[str, int, str]] = field(default_factory=list)

    def add(self, file: str, line: int, what: str) -> None:
        self.found.append((file, line, what))

    def at(self, row: _Row, what: str) -> None:
        self.add(row.file, row.line, what)


def check_dictionaries(seeds: Path) -> None:
    """Check the dictionary CSVs in the folder `seeds`, each alone and all together.

    Checked: that each file is there, is UTF-8 without NUL bytes and has its columns; that ids are unique and every
    reference leads somewhere; that values are of a known kind, dates are ISO and in order, countries ISO 3166-1
    alpha-2, coordinates in range; that no name means two actors in one theatre on one day; that nothing belongs to
    itself.

    Raises:
        ConfigError: with every problem, one a line, as `file:line: what`.
    """
    problems = _Problems()
    tables = {file: _read(seeds / file, columns, problems) for file, columns in COLUMNS.items()}
    theatres = {row["theatre"] for row in tables["theatres.csv"] or ()}
    actors = {row["actor_id"] for row in tables["actors.csv"] or ()}
    places = {row["place_id"] for row in tables["places.csv"] or ()}
    # A file that could not be read must not make every reference into it a problem of its own.
    in_theatres = _reference(theatres, "theatre", "theatres.csv", tables["theatres.csv"] is not None)
    in_actors = _reference(actors, "actor", "actors.csv", tables["actors.csv"] is not None)
    in_places = _reference(places, "place", "places.csv", tables["places.csv"] is not None)

    for row in tables["theatres.csv"] or ():
        _check(row, problems, theatre=[_is_id], name=[_is_filled], countries=[_is_country_list])
        _period(row, "starts_on", "ends_on", problems)
    for row in tables["actors.csv"] or ():
        _check(
            row, problems, actor_id=[_is_id, _is_not_discovered], name=[_is_filled, _has_key],
            kind=[_one_of(ACTOR_KINDS)], country=[_is_country], theatre=[in_theatres],
        )  # fmt: skip
    for row in tables["actor_aliases.csv"] or ():
        _check(
            row, problems, actor_id=[_is_filled, in_actors], alias=[_is_filled, _has_key],
            alias_kind=[_one_of(ALIAS_KINDS)], theatre=[in_theatres],
        )  # fmt: skip
    for row in tables["actor_affiliations.csv"] or ():
        _check(
            row, problems, actor_id=[_is_filled, in_actors], parent_actor_id=[_is_filled, in_actors],
            relation=[_one_of(RELATIONS)],
        )  # fmt: skip
    for row in tables["places.csv"] or ():
        _check(
            row, problems, place_id=[_is_id, _is_not_discovered], name=[_is_filled, _has_key],
            kind=[_one_of(PLACE_KINDS)], country=[_is_country], parent_place_id=[in_places], latitude=[_in_range(90)],
            longitude=[_in_range(180)], geonames_id=[_is_whole_number], theatre=[in_theatres],
        )  # fmt: skip
        if bool(row["latitude"]) != bool(row["longitude"]):
            problems.at(row, "latitude and longitude come together: give both or neither")
    for row in tables["place_aliases.csv"] or ():
        _check(row, problems, place_id=[_is_filled, in_places], alias=[_is_filled, _has_key])
    for row in tables["event_types.csv"] or ():
        _check(
            row, problems, event_type=[_is_filled], quad_class=[_one_of(QUAD_CLASSES)], acled_event_type=[_is_filled],
            acled_sub_event_type=[_is_filled], intensity=[_is_filled, _in_range(10)],
        )  # fmt: skip
    for row in tables["source_profiles.csv"] or ():
        _check(
            row, problems, source_id=[_is_id], name=[_is_filled], country=[_is_country], language=[_is_language],
            side_actor_id=[in_actors],
        )  # fmt: skip

    for file, columns in (
        ("theatres.csv", ("theatre",)),
        ("actors.csv", ("actor_id",)),
        ("places.csv", ("place_id",)),
        ("event_types.csv", ("event_type", "event_mode")),
        ("source_profiles.csv", ("source_id",)),
    ):
        _unique(tables[file] or (), columns, problems)
    _unique([r for r in tables["places.csv"] or () if r["geonames_id"]], ("geonames_id",), problems)
    _one_meaning(tables["actor_aliases.csv"] or (), problems)
    _one_row_a_day(tables["actor_affiliations.csv"] or (), problems)
    _no_cycle_of_places(tables["places.csv"] or (), problems)
    _no_cycle_of_actors(tables["actor_affiliations.csv"] or (), problems)

    if problems.found:
        order = {file: i for i, file in enumerate(COLUMNS)}
        lines = [
            f"{f}:{n}: {what}" for f, n, what in sorted(set(problems.found), key=lambda p: (order[p[0]], p[1], p[2]))
        ]
        raise ConfigError(f"{len(lines)} problems in the dictionaries of {seeds}:\n" + "\n".join(lines))


def _read(path: Path, columns: tuple[str, ...], problems: _Problems) -> list[_Row] | None:
    """The rows of one file; None (and a problem) when it cannot be read as a table at all."""
    file = path.name
    try:
        raw = path.read_bytes()
    except OSError as error:
        problems.add(file, 0, f"cannot be read: {error.strerror}")
        return None
    line = raw[: max(raw.find(b"\x00"), 0)].count(b"\n") + 1
    if b"\x00" in raw:
        problems.add(file, line, "holds a NUL byte: save it as plain UTF-8 text")
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.add(file, raw[: error.start].count(b"\n") + 1, "is not UTF-8: save it with that encoding")
        return None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[_Row] = []
    try:
        header = next(reader, [])
        missing = [c for c in columns if c not in header]
        if missing or len(set(header)) < len(header):
            what = f"lacks the column {', '.join(missing)}" if missing else "names a column twice"
            problems.add(file, 1, f"{what} (its header: {', '.join(header) or 'none'})")
            return None
        start = reader.line_num + 1
        for cells in reader:
            if len(cells) != len(header) and cells:
                problems.add(file, start, f"has {len(cells)} cells where the header has {len(header)}")
            elif cells:
                rows.append(_Row(file, start, dict(zip(header, cells, strict=True))))
            start = reader.line_num + 1
    except csv.Error as error:
        problems.add(file, reader.line_num, f"is not well-formed CSV: {error}")
        return None
    for row in rows:
        for column, value in row.cells.items():
            if value != value.strip():
                problems.at(row, f"{column} {value!r} has blanks around it")
    return rows


_Rule = Callable[[str], "str | None"]
"""Says what is wrong with a value, as the end of a sentence, or None; blank is right unless `_is_filled` says so."""


def _check(row: _Row, problems: _Problems, **rules: list[_Rule]) -> None:
    for column, column_rules in rules.items():
        for rule in column_rules:
            wrong = rule(row[column])
            if wrong is not None:
                problems.at(row, f"{column} {wrong}")
                break


def _is_filled(value: str) -> str | None:
    return None if value else "is blank"


def _is_id(value: str) -> str | None:
    return None if _ID.fullmatch(value) else f"{value!r} is no id: use letters, digits, '_' and '-'"


def _is_not_discovered(value: str) -> str | None:
    return f"{value!r} begins like the id of a discovered one: choose another" if _DISCOVERED.match(value) else None


def _has_key(value: str) -> str | None:
    return None if name_key(value) is not None else f"{value!r} has no letter or digit"


def _is_country(value: str) -> str | None:
    return None if not value or _ISO2.fullmatch(value) else f"{value!r} is no ISO 3166-1 alpha-2 code"


def _is_country_list(value: str) -> str | None:
    return _is_filled(value) or next((w for w in map(_is_country, value.split()) if w), None)


def _is_language(value: str) -> str | None:
    return None if not value or _LANGUAGE.fullmatch(value) else f"{value!r} is no ISO 639 code"


def _is_whole_number(value: str) -> str | None:
    return None if not value or (value.isascii() and value.isdigit()) else f"{value!r} is no whole number"


def _one_of(known: Iterable[str]) -> _Rule:
    values = sorted(known)
    return lambda value: None if value in values else f"{value!r} is unknown: use one of {', '.join(values)}"


def _in_range(limit: float) -> _Rule:
    def rule(value: str) -> str | None:
        if not value:
            return None
        try:
            number = float(value)
        except ValueError:
            return f"{value!r} is no number"
        return None if -limit <= number <= limit else f"{value} lies outside -{limit:g} to {limit:g}"

    return rule


def _reference(ids: set[str], thing: str, file: str, is_known: bool) -> _Rule:
    return lambda value: f"{value!r} is no {thing} of {file}" if is_known and value and value not in ids else None


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else None
    except ValueError:
        return None


def _period(row: _Row, start: str, end: str, problems: _Problems | None = None) -> tuple[date, date] | None:
    """The half-open period of a row, blank ends open; None (and a problem where asked) when it is none."""
    bounds = []
    for column, open_end in zip((start, end), _EVER, strict=True):
        day = _day(row[column]) if row[column] else open_end
        if day is None and problems is not None:
            problems.at(row, f"{column} {row[column]!r} is no date like 2017-06-03")
        bounds.append(day)
    first, last = bounds
    if first is None or last is None:
        return None
    if first >= last:
        if problems is not None:
            problems.at(row, f"{start} {row[start]} is not before {end} {row[end]}")
        return None
    return first, last


def _unique(rows: Iterable[_Row], columns: tuple[str, ...], problems: _Problems) -> None:
    first: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = tuple(row[c] for c in columns)
        if key in first:
            problems.at(row, f"{' '.join(columns)} {' '.join(key)!r} is already on line {first[key]}")
        else:
            first[key] = row.line


def _overlapping(
    rows: Iterable[_Row], problems: _Problems, key: Callable[[_Row], object]
) -> Iterator[tuple[_Row, _Row]]:
    """Pairs of rows with one key whose periods share a day, the earlier row first."""
    seen: dict[object, list[tuple[_Row, tuple[date, date]]]] = defaultdict(list)
    for row in rows:
        period = _period(row, "valid_from", "valid_to", problems)
        group = key(row)
        if period is None or group is None:
            continue
        for other, (start, end) in seen[group]:
            if period[0] < end and start < period[1]:
                yield other, row
        seen[group].append((row, period))


def _one_meaning(rows: Iterable[_Row], problems: _Problems) -> None:
    """No name (by its key) of one theatre means two actors on one day, nor one actor in two rows."""

    def key(row: _Row) -> object:
        name = name_key(row["alias"])
        return None if name is None else (name, row["theatre"])

    for other, row in _overlapping(rows, problems, key):
        where = f"in the theatre {row['theatre']!r}" if row["theatre"] else "in any theatre"
        if other["actor_id"] == row["actor_id"]:
            problems.at(row, f"alias {row['alias']!r} says the same as {other['alias']!r} on line {other.line}")
        else:
            what = (
                f"alias {row['alias']!r} means {row['actor_id']!r} here and {other['actor_id']!r} on line {other.line}"
            )
            problems.at(row, f"{what}, {where} and on the same days")


def _one_row_a_day(rows: Iterable[_Row], problems: _Problems) -> None:
    """No affiliation is told twice for one day."""

    def key(row: _Row) -> object:
        return row["actor_id"], row["parent_actor_id"]

    for other, row in _overlapping(rows, problems, key):
        problems.at(
            row, f"{row['actor_id']} belongs to {row['parent_actor_id']} on line {other.line} already on these days"
        )


def _no_cycle_of_places(rows: Iterable[_Row], problems: _Problems) -> None:
    parents = {row["place_id"]: row["parent_place_id"] for row in rows}
    for row in rows:
        path = [row["place_id"]]
        while (parent := parents.get(path[-1], "")) and parent not in path:
            path.append(parent)
        if parent == row["place_id"]:
            problems.at(row, f"parent_place_id makes a circle: {' < '.join([*path, parent])}")


def _no_cycle_of_actors(rows: Iterable[_Row], problems: _Problems) -> None:
    """No actor belongs to itself, over however many steps, on any one day (periods are carried along the way)."""
    upward: dict[str, list[tuple[str, tuple[date, date]]]] = defaultdict(list)
    for row in rows:
        period = _period(row, "valid_from", "valid_to")
        if period is not None:
            upward[row["actor_id"]].append((row["parent_actor_id"], period))
    for row in rows:
        period = _period(row, "valid_from", "valid_to")
        if period is None:
            continue
        circle = _way_back(row["actor_id"], [row["actor_id"], row["parent_actor_id"]], period, upward)
        if circle is not None:
            problems.at(row, f"affiliation makes a circle: {' < '.join(circle)}")


def _way_back(
    goal: str, path: list[str], period: tuple[date, date], upward: Mapping[str, list[tuple[str, tuple[date, date]]]]
) -> list[str] | None:
    """The way from the end of `path` upward to `goal` that is open on one day of `period`, or None."""
    if path[-1] == goal:
        return path
    for parent, (start, end) in upward.get(path[-1], []):
        shared = max(start, period[0]), min(end, period[1])
        if shared[0] < shared[1] and (parent == goal or parent not in path):
            way = _way_back(goal, [*path, parent], shared, upward)
            if way is not None:
                return way
    return None
