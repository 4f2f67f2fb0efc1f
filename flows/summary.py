"""What a run says at its end: one frozen `RunSummary`, read from the published copy and the run's own counts."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from flows.publish import reading
from flows.settings import Settings
from flows.steps import Collected


class Stopwatch:
    """Wall-clock seconds by stage: `with clock("clean"): ...` adds to that stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Time the block and add it to `stage`, also when it raises."""
        start = time.monotonic()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + time.monotonic() - start


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Rows in quarantine of one stage and reason."""

    stage: str
    reason: str
    rows: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Who held a place on a day, in words: `holder` None when nobody is known to."""

    place: str
    day: date
    holder: str | None
    since: date | None
    standing: str | None
    sentence: str | None


@dataclass(frozen=True, slots=True)
class Dispute:
    """One disputed fact in words: what, and who says so against whom."""

    fact_id: str
    what: str
    said_by: tuple[str, ...]
    against: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """The run in figures. `rows_changed` counts landing rows inserted, updated or deleted by this run (0: nothing new)."""

    rows_changed: int
    collected: tuple[Collected, ...]
    articles_by_source: Mapping[str, int]
    counts: Mapping[str, int]
    standings: Mapping[str, int]
    quarantined: tuple[Quarantined, ...]
    seconds: Mapping[str, float]
    answers: tuple[Answer, ...]
    disputes: tuple[Dispute, ...]
    build: str
    published: str
    report: str
    failed_sources: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def read_summary(
    settings: Settings, collected: Sequence[Collected], changed: int, clock: Stopwatch, place: str | None = None
) -> RunSummary:
    """Read the published copy and put the run's counts beside it. `place`: whose control to tell (default: the most contested)."""
    with reading.open_copy(settings.published_db) as con:
        sources = reading.rows(
            con, "select source_id, count(*) as n from marts.dim_articles group by 1 order by 2 desc, 1"
        )
        quarantine = reading.rows(
            con, "select stage, reason, count(*) as n from marts.quarantine group by 1, 2 order by 3 desc, 1, 2"
        )
        standings = reading.rows(con, "select standing, count(*) as n from marts.fct_events group by 1 order by 2 desc")
        return RunSummary(
            rows_changed=changed,
            collected=tuple(collected),
            articles_by_source={r["source_id"]: r["n"] for r in sources},
            counts=reading.table_counts(con),
            standings={r["standing"]: r["n"] for r in standings},
            quarantined=tuple(Quarantined(r["stage"], r["reason"], r["n"]) for r in quarantine),
            seconds={k: round(v, 2) for k, v in clock.seconds.items()},
            answers=tuple(_answers(con, place)),
            disputes=tuple(_disputes(con)),
            build=str(settings.build_db),
            published=str(settings.published_db),
            report=str(settings.report / "index.html"),
            failed_sources={c.source_id: c.error for c in collected if c.error},
        )


def _answers(con: Any, place: str | None, most: int = 3) -> list[Answer]:
    """Who held the place in its last `most` holdings, each asked for a day within it."""
    wanted = place or reading.most_contested_place(con)
    if wanted is None:
        return []
    whole = reading.control(con, wanted)
    known = [i for i in whole.intervals if i["holder_id"]]
    holdings = [i for n, i in enumerate(known) if n == 0 or i["holder_id"] != known[n - 1]["holder_id"]][-most:]
    found = []
    for holding in holdings:
        before_first = holding["valid_to"] - timedelta(days=1) if holding["valid_to"] else holding["last_told_on"]
        day = holding["valid_from"] + timedelta(days=1) if holding["valid_from"] else before_first
        if day is None:
            continue
        answer = reading.control(con, whole.place_id, day)
        told = answer.intervals[0] if answer.intervals else holding
        opening = [c["evidence"] for c in answer.claims if c["claim_id"] == told["opening_claim_id"]]
        found.append(
            Answer(
                whole.place_name,
                day,
                told["holder_name"],
                told["held_from"],
                told["standing"],
                next(iter(opening), None),
            )
        )
    return found


def event_in_words(event: Mapping[str, Any]) -> str:
    """One line for an event row: type, sides, place, day, dead."""
    kind = event["event_mode"] or event["event_type"].lower()
    sides = " on ".join(n for n in (event["actor_name"], event["target_name"]) if n) or "unnamed"
    place = f" at {event['place_name']}" if event["place_name"] else ""
    dead = ""
    if event["killed_low"] is not None:
        high = event["killed_high"]
        dead = (
            f", {event['killed_low']}"
            + ("" if high == event["killed_low"] else "+" if high is None else f" to {high}")
            + " dead"
        )
    return f"{kind} by {sides}{place}, {event['date_start']}{dead}"


def _disputes(con: Any) -> list[Dispute]:
    found = []
    for event in reading.disputed_events(con):
        voices = {side: tuple(Counter(c["voice_name"] for c in event[side])) for side in ("asserted", "denied")}
        found.append(Dispute(event["event_id"], event_in_words(event), voices["asserted"], voices["denied"]))
    for interval in reading.disputed_control(con):
        holders: dict[str, Counter[str]] = {}
        for claim in interval["claims"]:
            who = f"{claim['relation']}: {claim['holder_name'] or 'unnamed'}" + (
                " (denied)" if claim["modality"] == "negated" else ""
            )
            holders.setdefault(who, Counter())[
                claim["attributed_to_name"] or claim["source_name"] or claim["source_id"]
            ] += 1
        what = f"control of {interval['place_name']} from {interval['valid_from']}"
        sides = [f"{who} ({', '.join(voices)})" for who, voices in holders.items()]
        found.append(Dispute(interval["interval_id"], what, tuple(sides), ()))
    return found


def in_markdown(summary: RunSummary) -> str:
    """The summary as Markdown, for the run's artifact."""
    lines = [f"**{summary.rows_changed}** landing rows changed", "", "| mart | rows |", "| --- | ---: |"]
    lines += [f"| {table} | {n} |" for table, n in summary.counts.items()]
    lines += [
        "",
        "| source | articles |",
        "| --- | ---: |",
        *(f"| {_cell(s)} | {n} |" for s, n in summary.articles_by_source.items()),
    ]
    lines += ["", "| stage | seconds |", "| --- | ---: |", *(f"| {s} | {n:.1f} |" for s, n in summary.seconds.items())]
    lines += ["", "| quarantined at | reason | rows |", "| --- | --- | ---: |"]
    lines += [f"| {q.stage} | {_cell(q.reason)} | {q.rows} |" for q in summary.quarantined]
    lines += [f"\nSource **{_cell(s)}** failed: {_cell(why)}" for s, why in summary.failed_sources.items()]
    for answer in summary.answers:
        lines.append(
            f"\n{_cell(answer.place)} on {answer.day}: **{_cell(answer.holder or 'nobody known')}** ({answer.standing}, since {answer.since})"
        )
    return "\n".join(lines)


def _cell(text: str) -> str:
    """Text from outside inside a Markdown table: no cell break, no markup, no HTML."""
    return "".join(f"\\{c}" if c in "\\`*_[]|<>#!" else " " if c in "\r\n" else c for c in text)
