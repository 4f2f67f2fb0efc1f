"""What the command line, the summary and the report ask of the published copy. Reads only; the copy is sealed on opening."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import duckdb

from flows.errors import BuildError, ConfigError, NotFoundError
from flows.names import name_key

Row = dict[str, Any]

MARTS_COUNTED = (
    "dim_sources", "dim_articles", "dim_actors", "dim_places", "fct_event_claims", "fct_control_claims", "fct_events", "fct_event_actors",
    "fct_actor_days", "fct_territory_control", "fct_territory_control_history", "fct_control_days", "quarantine",
)  # fmt: skip


@contextmanager
def open_copy(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published copy, read-only, unable to reach files or the network. Raises NotFoundError when nothing is published."""
    if not database.exists():
        raise NotFoundError(
            f"{database} does not exist: nothing was published yet. Run `sitrep run` (or `make run`) first."
        )
    config: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": "false",
        "lock_configuration": "true",
    }
    try:
        con = duckdb.connect(str(database), read_only=True, config=config)
    except duckdb.Error as error:
        raise BuildError(
            f"{database} cannot be opened ({error}): it is damaged, or another program holds it for writing. `sitrep run --rebuild` makes it anew."
        ) from None
    with closing(con):
        yield con


def rows(con: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
    """The rows of a query as dictionaries, in its order; a column whose name came before is told with a number (a, a_2)."""
    cursor = con.execute(sql, list(parameters))
    if cursor is None:
        raise ConfigError("the query is empty")
    names: list[str] = []
    for column in cursor.description or []:
        repeats = sum(1 for n in names if n == column[0] or n.rpartition("_")[0] == column[0])
        names.append(f"{column[0]}_{repeats + 1}" if column[0] in names else column[0])
    return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


def table_counts(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows of each mart that the copy holds."""
    have = {r["table_name"] for r in rows(con, "select table_name from duckdb_tables() where schema_name = 'marts'")}
    return {t: rows(con, f"select count(*) as n from marts.{t}")[0]["n"] for t in MARTS_COUNTED if t in have}


# --- control --------------------------------------------------------------------------------------------------------

_INTERVALS = """
select c.*,
       (select string_agg(coalesce(x.name, u.id), ', ' order by x.name) from unnest(c.contested_by) as u(id)
            left join marts.dim_actors as x on x.actor_id = u.id) as contested_by_names,
       (select string_agg(coalesce(x.name, u.id), ', ' order by x.name) from unnest(c.besieged_by) as u(id)
            left join marts.dim_actors as x on x.actor_id = u.id) as besieged_by_names
from marts.fct_territory_control as c
"""

# An inherited interval rests on the statements about its region, so the place's own id is not what ties them together.
_CONTROL_CLAIMS = """
select e.interval_id, e.role, c.claim_id, c.article_id, c.sentence_no, c.evidence, c.relation, c.modality, c.place_id,
       c.place_name, c.holder_id, c.holder_name, c.from_name, c.event_date, c.event_date_precision, c.attributed_to_name,
       c.is_doubted, c.interest, c.origin_id, c.source_id, c.date_low, c.reported_at, s.name as source_name, d.url,
       d.published_at, coalesce(c.attributed_to_name, s.name, c.source_id) as voice_name
from marts.fct_control_claims as c
join marts.dim_articles as d using (article_id)
left join marts.dim_sources as s on s.source_id = c.source_id
left join marts.fct_control_evidence as e on e.claim_id = c.claim_id
"""


@dataclass(frozen=True, slots=True)
class ControlAnswer:
    """Who holds a place: its intervals (all, or those of one day) and the statements they rest on, oldest first."""

    place_id: str
    place_name: str
    day: date | None
    intervals: list[Row]
    claims: list[Row]


def find_place(con: duckdb.DuckDBPyConnection, place: str) -> Row:
    """The place that an id or a name in any spelling means; of several, the one with most control statements.

    Raises NotFoundError with the nearest names.
    """
    known = rows(
        con,
        "select p.place_id, p.name, p.name as spelling, count(c.claim_id) as n from marts.dim_places as p"
        " left join marts.fct_control_claims as c using (place_id) group by all"
        " union all select place_id, place_name, place_text, count(*) from marts.fct_control_claims where place_id is not null group by all",
    )
    wanted = name_key(place)
    found = [r for r in known if r["place_id"] == place or name_key(r["spelling"]) == wanted]
    if not found:
        near = get_close_matches(place.casefold(), {str(r["name"]).casefold(): r for r in known if r["name"]}, n=3)
        hint = f" Did you mean {', '.join(repr(n) for n in near)}?" if near else ""
        raise NotFoundError(f"No article in the warehouse names a place {place!r}.{hint}")
    return max(found, key=lambda r: (r["n"], r["place_id"]))


def control(con: duckdb.DuckDBPyConnection, place: str, day: date | None = None) -> ControlAnswer:
    """Who holds `place` (on `day`; without one, through time), with the statements behind each interval."""
    found = find_place(con, place)
    where = "where c.place_id = ?"
    values: list[Any] = [found["place_id"]]
    if day:
        where += " and coalesce(c.valid_from, date '0001-01-01') <= ? and (c.valid_to is null or c.valid_to > ?)"
        values += [day, day]
    intervals = rows(con, f"{_INTERVALS} {where} order by c.valid_from nulls first", values)
    claims = rows(
        con,
        f"{_CONTROL_CLAIMS} where e.interval_id in (select unnest(?)) or (c.place_id = ? and e.interval_id is null)"
        " order by c.date_low, c.reported_at, c.claim_id, e.interval_id",
        [[i["interval_id"] for i in intervals], found["place_id"]],
    )
    if day:
        claims = [c for c in claims if c["interval_id"] is not None]
    return ControlAnswer(found["place_id"], found["name"], day, intervals, claims)


def most_contested_place(con: duckdb.DuckDBPyConnection) -> str | None:
    """The id of the place whose own (not inherited) control changed most often, None when no place has an interval."""
    found = rows(
        con,
        "select place_id from marts.fct_territory_control where not is_inherited group by 1 order by count(*) desc, 1 limit 1",
    )
    return found[0]["place_id"] if found else None


# --- events ---------------------------------------------------------------------------------------------------------

_EVENT_CLAIMS = """
select c.*, s.name as source_name, d.url, d.published_at, coalesce(c.attributed_to_name, s.name, c.source_id) as voice_name
from marts.fct_event_claims as c
join marts.dim_articles as d using (article_id)
left join marts.dim_sources as s on s.source_id = c.source_id
"""


def disputed_events(con: duckdb.DuckDBPyConnection, limit: int = 100) -> list[Row]:
    """Events that some voice denies or contradicts, latest first; `asserted` and `denied` hold the claims of each side."""
    events = rows(
        con,
        "select * from marts.fct_events where standing = 'disputed' order by n_voices desc, date_start desc, event_id limit ?",
        [limit],
    )
    for event in events:
        claims = rows(
            con, f"{_EVENT_CLAIMS} where c.event_id = ? order by d.published_at, c.claim_id", [event["event_id"]]
        )
        event["asserted"] = [c for c in claims if c["modality"] != "negated"]
        event["denied"] = [c for c in claims if c["modality"] == "negated"]
    return events


def disputed_control(con: duckdb.DuckDBPyConnection, limit: int = 100) -> list[Row]:
    """Disputed control intervals of places themselves (not inherited), with the statements about the place at that time."""
    intervals = rows(
        con,
        f"{_INTERVALS} where c.standing = 'disputed' and not c.is_inherited order by c.n_voices desc, c.valid_from desc, c.place_id limit ?",
        [limit],
    )
    for interval in intervals:
        interval["claims"] = rows(
            con,
            f"{_CONTROL_CLAIMS} where e.interval_id = ? order by c.date_low, c.reported_at, c.claim_id",
            [interval["interval_id"]],
        )
    return intervals


# --- explain --------------------------------------------------------------------------------------------------------


def explain(con: duckdb.DuckDBPyConnection, identifier: str) -> Row:
    """Everything behind one id: an event, a control interval, a claim, an article, a place or an actor.

    Returns a dictionary with `kind` and the row itself, and as far as they apply `claims` (with sentence, voice, article),
    `article`, `raw` (WARC file and offset), `intervals`. Raises NotFoundError when no table holds the id.
    """
    if found := rows(con, "select * from marts.fct_events where event_id = ?", [identifier]):
        claims = rows(con, f"{_EVENT_CLAIMS} where c.event_id = ? order by d.published_at, c.claim_id", [identifier])
        return {
            "kind": "event",
            "row": found[0],
            "claims": claims,
            "articles": [_article(con, a) for a in dict.fromkeys(c["article_id"] for c in claims)],
        }
    for table, kind in (("fct_event_claims", "event claim"), ("fct_control_claims", "control claim")):
        if found := rows(con, f"select * from marts.{table} where claim_id = ?", [identifier]):
            return {"kind": kind, "row": found[0], "articles": [_article(con, found[0]["article_id"])]}
    if rows(con, "select 1 from marts.dim_articles where article_id = ?", [identifier]):
        claims = rows(con, f"{_EVENT_CLAIMS} where c.article_id = ? order by c.sentence_no, c.claim_id", [identifier])
        held = rows(con, f"{_CONTROL_CLAIMS} where c.article_id = ? order by c.sentence_no, c.claim_id", [identifier])
        return {
            "kind": "article",
            "row": _article(con, identifier),
            "claims": claims,
            "control_claims": held,
            "articles": [],
        }
    if found := rows(con, f"{_INTERVALS} where c.interval_id = ?", [identifier]):
        claims = rows(
            con, f"{_CONTROL_CLAIMS} where e.interval_id = ? order by c.date_low, c.reported_at", [identifier]
        )
        articles = [_article(con, a) for a in dict.fromkeys(c["article_id"] for c in claims)]
        return {"kind": "control interval", "row": found[0], "control_claims": claims, "articles": articles}
    if found := rows(con, "select * from marts.dim_places where place_id = ?", [identifier]):
        answer = control(con, identifier)
        return {
            "kind": "place",
            "row": found[0],
            "intervals": answer.intervals,
            "control_claims": answer.claims,
            "articles": [],
        }
    if found := rows(con, "select * from marts.dim_actors where actor_id = ?", [identifier]):
        events = rows(
            con,
            "select e.*, x.role from marts.fct_events as e join marts.fct_event_actors as x using (event_id)"
            " where x.actor_id = ? order by e.date_start desc, e.event_id limit 20",
            [identifier],
        )
        return {"kind": "actor", "row": found[0], "events": events, "articles": []}
    raise NotFoundError(
        f"No event, interval, claim, article, place or actor in the published copy has the id {identifier!r}. Ids stand in the first column of each table."
    )


def _article(con: duckdb.DuckDBPyConnection, article_id: str) -> Row:
    (found,) = rows(
        con,
        "select d.* exclude (text), s.name as source_name from marts.dim_articles as d left join marts.dim_sources as s using (source_id) where article_id = ?",
        [article_id],
    )
    return found
