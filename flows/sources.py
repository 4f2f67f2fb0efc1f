"""`sources.toml` -> validated sources. Every problem is told at once, with file and line.

::

    [[source]]
    id = "libya-herald"                 # lower case letters, digits, hyphens, underscores
    kind = "feed"                       # feed, sitemap, urls, folder, table, warc
    url = "https://outlet.example/rss"  # or: path = "relative/to/this/file"
    name = "Libya Herald"               # the rest is optional
    language = "en"                     # ISO 639-1
    country = "LY"                      # ISO 3166-1 alpha-2, or "" for an outlet of no country
    side = "ly_lna"                     # an actor_id of the dictionaries
    published = "2017-06-03"            # folders only: one date for all files, or { "a.txt" = "2017-06-03" }
    limits = { max_items = 200, max_bytes = 1_000_000, delay_seconds = 2.0, floor = 1, ceiling = 500 }
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import urlsplit

from flows.errors import ConfigError

KINDS: Final = ("feed", "sitemap", "urls", "folder", "table", "warc")
TABLE_SUFFIXES: Final = (".jsonl", ".ndjson", ".csv", ".parquet")

_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "feed": ("url", "path"),
    "sitemap": ("url", "path"),
    "urls": ("url", "path"),
    "folder": ("path",),
    "table": ("path",),
    "warc": ("path",),
}
_KEYS: Final = ("id", "kind", "url", "path", "name", "language", "country", "side", "published", "limits")
_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_HEADER: Final = re.compile(r"\s*\[\[\s*(?:source|'source'|\"source\")\s*\]\]")

# ISO 3166-1 alpha-2, officially assigned, plus XK (user-assigned, Kosovo, in use by GeoNames and the EU).
ISO_3166: Final = frozenset(
    re.findall(
        r"\w+",
        """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
    FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
    JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
    MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
    TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW XK
    """,
    )
)
ISO_639: Final = frozenset(
    re.findall(
        r"\w+",
        """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el
    en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu
    ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na
    nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so
    sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one source may cost, and how much it usually gives.

    `max_items` candidates a run (the rest is told in one quarantine row), `max_bytes` of one body, `delay_seconds`
    between two requests to its host (robots.txt may ask for more), `floor` and `ceiling`: fewer or more items than that
    is an incident. None means the stage's own default.
    """

    max_items: int | None = None
    max_bytes: int | None = None
    delay_seconds: float | None = None
    floor: int | None = None
    ceiling: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One `[[source]]` table. Exactly one of `url` and `path` is set; `path` is absolute.

    `published` is None, one date for every file of a folder, or a date for each file (relative POSIX name -> date).
    `line` is where its table begins in the file, for messages.
    """

    id: str
    kind: str
    url: str | None = None
    path: Path | None = None
    name: str | None = None
    language: str | None = None
    country: str | None = None
    side: str | None = None
    published: date | Mapping[str, date] | None = None
    limits: Limits = field(default_factory=Limits)
    line: int | None = None


def read_sources(path: Path) -> list[Source]:
    """The sources that a file declares, in its order.

    Raises ConfigError with one line for each problem (`file:line: what, and what to do`).
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read ({error.strerror or error}); give an existing sources file."
        ) from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 text (byte {error.start}); save it as UTF-8.") from None
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is not valid TOML: {error}") from None
    except RecursionError:
        raise ConfigError(f"{path}: is nested too deep to be a sources file.") from None

    problems: list[str] = []
    for key in document.keys() - {"source"}:
        line = _line_of_key(text.splitlines(), key)
        problems.append(f"{path}:{line}: unknown key {key!r}; only [[source]] tables are known.")
    tables = document.get("source", [])
    if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
        raise ConfigError(f"{path}: `source` is one table; write [[source]] with double brackets, one for each source.")
    if not tables and not problems:
        problems.append(f"{path}:1: declares no [[source]]; add one.")

    lines = text.splitlines()
    starts = [n for n, line in enumerate(lines, 1) if _HEADER.match(line)]
    sources: list[Source] = []
    first_seen: dict[str, int] = {}
    for number, table in enumerate(tables):
        start = starts[number] if len(starts) == len(tables) else 1
        end = starts[number + 1] - 1 if len(starts) == len(tables) and number + 1 < len(starts) else len(lines)
        reader = _TableReader(table, file=path, start=start, lines=lines[start - 1 : end])
        source = reader.source()
        if source is not None and source.id in first_seen:
            reader.problem(
                "id", f"id {source.id!r} is taken by the source in line {first_seen[source.id]}; choose another."
            )
        if source is not None:
            first_seen.setdefault(source.id, start)
            sources.append(source)
        problems += reader.problems
    if problems:
        raise ConfigError("\n".join(problems))
    return sources


class _TableReader:
    """Reads one `[[source]]` table and collects what is wrong with it."""

    def __init__(self, table: Mapping[str, Any], *, file: Path, start: int, lines: list[str]) -> None:
        self._table = table
        self._file = file
        self._start = start
        self._lines = lines
        self._label = f"source {table['id']!r}" if isinstance(table.get("id"), str) else "source"
        self.problems: list[str] = []

    def problem(self, key: str | None, what: str) -> None:
        line = self._start + (_line_of_key(self._lines, key) - 1 if key else 0)
        self.problems.append(f"{self._file}:{line}: {self._label}: {what}")

    def source(self) -> Source | None:
        for key in self._table:
            if key not in _KEYS:
                self.problem(key, f"unknown key {key!r}; known are {', '.join(_KEYS)}.")
        source_id = self._text("id", required=True)
        if source_id is not None and not _ID.fullmatch(source_id):
            self.problem("id", f"id {source_id!r} must be lower case letters, digits, - and _, at most 64.")
        kind = self._text("kind", required=True)
        if kind is not None and kind not in KINDS:
            self.problem("kind", f"kind {kind!r} is unknown; it is one of {', '.join(KINDS)}.")
            kind = None
        url, path = self._place(kind)
        language = self._text("language")
        if language and language not in ISO_639:
            self.problem("language", f'language {language!r} is not an ISO 639-1 code such as "en" or "ar".')
        country = self._text("country")
        if country and country not in ISO_3166:
            self.problem("country", f'country {country!r} is not an ISO 3166-1 code of two capitals such as "LY".')
        published = self._published(kind, path)
        limits = self._limits()
        name, side = self._text("name"), self._text("side")
        if self.problems or source_id is None or kind is None:
            return None
        return Source(
            id=source_id, kind=kind, url=url, path=path, name=name, language=language or None, country=country or None,
            side=side or None, published=published, limits=limits, line=self._start,
        )  # fmt: skip

    def _text(self, key: str, *, required: bool = False) -> str | None:
        value = self._table.get(key)
        if value is None:
            if required:
                self.problem(None, f"has no {key}; add one.")
            return None
        if not isinstance(value, str):
            self.problem(key, f"{key} must be text in quotes, not {type(value).__name__}.")
            return None
        if "\x00" in value or (required and not value.strip()):
            self.problem(key, f"{key} is empty or holds a NUL character.")
            return None
        return value.strip()

    def _place(self, kind: str | None) -> tuple[str | None, Path | None]:
        url, raw_path = self._text("url"), self._text("path")
        has_url, has_path = "url" in self._table, "path" in self._table
        if has_url and has_path:
            self.problem("path", "has both url and path; keep one.")
            return None, None
        wanted = _NEEDS.get(kind or "", ("url", "path"))
        if not has_url and not has_path:
            self.problem(None, f"has neither url nor path; add {' or '.join(wanted)}.")
            return None, None
        if has_url and "url" not in wanted:
            self.problem("url", f"kind {kind!r} reads local files; give path instead of url.")
        if url is not None:
            try:
                parts = urlsplit(url)
                good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
            except ValueError:
                good = False
            if not good or any(c.isspace() for c in url):
                self.problem("url", f"url {url!r} is not an http or https address.")
        if raw_path is None:
            return url, None
        path = (self._file.parent / Path(raw_path).expanduser()).resolve()
        if not path.exists():
            self.problem("path", f"path {raw_path!r} does not exist (looked at {path}).")
        elif kind == "folder" and not path.is_dir():
            self.problem("path", f"path {raw_path!r} is not a folder.")
        elif kind in ("feed", "sitemap", "urls", "table") and not path.is_file():
            self.problem("path", f"path {raw_path!r} is not a file.")
        elif kind == "table" and path.suffix.lower() not in TABLE_SUFFIXES:
            self.problem("path", f"path {raw_path!r} is none of {', '.join(TABLE_SUFFIXES)}.")
        return url, path

    def _published(self, kind: str | None, path: Path | None) -> date | Mapping[str, date] | None:
        value = self._table.get("published")
        if value is None:
            return None
        if kind is not None and kind != "folder":
            self.problem("published", f"published is for folders; a {kind} brings its own dates.")
            return None
        if not isinstance(value, dict):
            return self._date("published", value)
        dates: dict[str, date] = {}
        for name, raw in value.items():
            day = self._date(name, raw)
            if path is not None and path.is_dir() and not (path / name).is_file():
                self.problem(name, f"published names {name!r}, which is no file of {path.name}.")
            if day is not None:
                dates[str(PurePosixPath(name))] = day
        return dates

    def _date(self, key: str, value: object) -> date | None:
        day: date | None = None
        if isinstance(value, datetime):
            day = (value.astimezone(UTC) if value.tzinfo else value).date()
        elif isinstance(value, date):
            day = value
        elif isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip()):
            try:
                day = date.fromisoformat(value.strip())
            except ValueError:
                day = None
        if day is None:
            self.problem(key, f"published {value!r} is not a date such as 2017-06-03.")
        elif day.year < 1990:
            self.problem(key, f"published {value!r} lies before 1990.")
            day = None
        return day

    def _limits(self) -> Limits:
        value = self._table.get("limits")
        if value is None:
            return Limits()
        if not isinstance(value, dict):
            self.problem("limits", "limits must be a table, as limits = { max_items = 100 }.")
            return Limits()
        known = tuple(Limits.__dataclass_fields__)
        numbers: dict[str, Any] = {}
        for key, number in value.items():
            if key not in known:
                self.problem(key, f"unknown limit {key!r}; known are {', '.join(known)}.")
            elif isinstance(number, bool) or not isinstance(number, (int, float) if key == "delay_seconds" else int):
                self.problem(key, f"limit {key} must be a number, not {number!r}.")
            elif not 0 <= number <= 10**12 or (number == 0 and key in ("max_items", "max_bytes")):
                self.problem(key, f"limit {key} = {number} is out of range.")
            else:
                numbers[key] = float(number) if key == "delay_seconds" else number
        if numbers.get("floor", 0) > numbers.get("ceiling", 10**12):
            self.problem("floor", "limit floor is above ceiling.")
        return Limits(**numbers)


def _line_of_key(lines: list[str], key: str) -> int:
    """The 1-based line that sets a key, else 1 (TOML parsers keep no positions, so the text is searched)."""
    pattern = re.compile(rf"(?:^|[\s{{,.\[])[\"']?{re.escape(key)}[\"']?\s*(?:[=.\]])")
    for number, line in enumerate(lines, 1):
        if pattern.search(line):
            return number
    return 1


def check_sides(path: Path, seeds: Path) -> list[Source]:
    """`read_sources`, and every `side` must be an actor of the dictionary.

    A slip there would silently change whose interest a claim serves. Raises ConfigError naming file and line.
    """
    sources = read_sources(path)
    with (seeds / "actors.csv").open(encoding="utf-8", newline="") as file:
        known = {row["actor_id"] for row in csv.DictReader(file)}
    lines = path.read_text(encoding="utf-8").splitlines()
    problems = []
    for source in sources:
        side = source.side
        if side is None or side in known:
            continue
        number = next((n for n, line in enumerate(lines, 1) if line.lstrip().startswith("side") and side in line), 1)
        near = get_close_matches(side, known, n=3)
        hint = f"; near it: {', '.join(near)}" if near else ""
        problems.append(f"{path}:{number}: source {source.id!r}: side {side!r} is no actor_id of actors.csv{hint}.")
    if problems:
        raise ConfigError("\n".join(problems))
    return sources
