"""The report: one self-contained page, read from the published copy, that opens without network and runs nothing from outside.

Text from articles reaches the page only through Jinja's autoescape or as JSON inside a script whose `<` are escaped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import altair as alt
import vl_convert
from jinja2 import Environment, PackageLoader

from flows.publish.reading import Row, disputed_control, disputed_events, open_copy, rows, table_counts

PLACES_SHOWN = 40
DISPUTES_SHOWN = 60
CLAIMS_SHOWN = 6
PALETTE = ("#4e79a7", "#e15759", "#59a14f", "#f28e2b", "#76b7b2", "#b07aa1", "#edc948", "#9c755f", "#ff9da7", "#2f4b7c")
"""One colour for each of the holders with most intervals; all others share `OTHER`, since a longer legend tells nothing."""

OTHER, NOBODY = "another", "nobody known"
WEEK_PIXELS, CHART_PIXELS = 5, 730

_FIGURES = {
    "dim_articles": "articles", "fct_event_claims": "event claims", "fct_events": "events", "fct_control_claims": "control statements",
    "fct_territory_control": "control intervals", "dim_actors": "actors", "quarantine": "in quarantine",
}  # fmt: skip


def write_report(database: Path, folder: Path) -> Path:
    """Write `folder`/index.html (aside, then renamed) from the published copy; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    with open_copy(database) as con:
        page = render(con)
    aside = folder / ".index.html.tmp"
    aside.write_text(page, encoding="utf-8")
    aside.replace(folder / "index.html")
    return folder / "index.html"


def render(con: Any) -> str:
    """The page as HTML text."""
    intervals = _own_intervals(con)
    shown = _busiest_places(intervals, PLACES_SHOWN)
    events = rows(
        con,
        "select date_trunc('week', date_start)::date as week, event_type as type, count(*) as n from marts.fct_events"
        " where date_precision in ('day', 'week') or date_basis = 'published' group by all order by 1, 2",
    )
    disputes = [
        *map(_event_dispute, disputed_events(con, 10_000)),
        *map(_control_dispute, disputed_control(con, 10_000)),
    ]
    counts = table_counts(con)
    environment = Environment(
        loader=PackageLoader("flows.publish"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("report.html.j2").render(
        info=rows(con, "select * from marts.build_info")[0],
        figures=[(label, counts[t]) for t, label in _FIGURES.items() if t in counts],
        control_spec=_script(_control_chart([i for i in intervals if i["place_id"] in shown], _last_day(con)))
        if shown
        else None,
        shown_places=len(shown),
        all_places=len({i["place_id"] for i in intervals}),
        events_spec=_script(_events_chart(events)) if events else None,
        disputes=disputes[:DISPUTES_SHOWN],
        n_disputed=len(disputes),
        sources=_sources(con),
        quarantine=rows(
            con,
            "select stage, reason, count(*) as n, min(coalesce(url, record, source_id)) as example from marts.quarantine group by 1, 2 order by 3 desc, 1, 2",
        ),
        vega=vl_convert.javascript_bundle(),  # type: ignore[call-arg]  # its stub asks for a snippet, the function does not
    )


def _script(spec: Mapping[str, Any]) -> str:
    """JSON that cannot end the script it stands in, whatever an article calls a place."""
    text = json.dumps(spec, ensure_ascii=True, default=str)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _last_day(con: Any) -> date:
    (found,) = rows(
        con,
        "select max(reported_date) as day from (select published_at::date as reported_date from marts.dim_articles) where reported_date is not null",
    )
    return found["day"] or date.today()


def _own_intervals(con: Any) -> list[Row]:
    return rows(
        con,
        "select place_id, place_name as place, coalesce(holder_name, 'nobody known') as holder, valid_from, valid_to,"
        " standing, n_voices, n_claims from marts.fct_territory_control where not is_inherited order by place_name, valid_from",
    )


def _busiest_places(intervals: Iterable[Row], most: int) -> set[str]:
    weight: dict[str, tuple[int, int]] = {}
    for i in intervals:
        changes, voices = weight.get(i["place_id"], (0, 0))
        weight[i["place_id"]] = (changes + 1, voices + (i["n_voices"] or 0))
    return set(sorted(weight, key=lambda p: (*weight[p], p), reverse=True)[:most])


def _control_chart(intervals: Sequence[Row], last_day: date) -> Row:
    holders = [i["holder"] for i in intervals]
    named = sorted(set(holders) - {NOBODY}, key=lambda h: (-holders.count(h), h))[: len(PALETTE)]
    domain, colours = [*named, OTHER, NOBODY], [*PALETTE[: len(named)], "#aab2bf", "#e4e7ec"]
    first_day = min((i["valid_from"] for i in intervals if i["valid_from"]), default=last_day - timedelta(days=30))
    values = [
        {
            "place": i["place"], "holder": i["holder"] if i["holder"] in domain else OTHER, "who": i["holder"],
            "from": str(i["valid_from"] or first_day), "to": str(i["valid_to"] or max(last_day, i["valid_from"] or last_day) + timedelta(days=1)),
            "open": i["valid_to"] is None, "since": str(i["valid_from"] or "before the first report"), "until": str(i["valid_to"] or "still"),
            "standing": i["standing"], "voices": i["n_voices"], "claims": i["n_claims"],
        }
        for i in intervals
    ]  # fmt: skip
    base = alt.Chart(_data(values)).encode(y=alt.Y("place:N", title=None, axis=alt.Axis(labelLimit=220)))
    bars = base.mark_bar(height=13, cornerRadius=2).encode(
        x=alt.X("from:T", title=None), x2="to:T",
        color=alt.Color("holder:N", title="Holder", scale=alt.Scale(domain=domain, range=colours), legend=alt.Legend(labelLimit=170)),
        opacity=alt.condition("datum.standing == 'claimed'", alt.value(0.45), alt.value(0.95)),
        stroke=alt.condition("datum.standing == 'disputed'", alt.value("#a3262a"), alt.value(None)),
        strokeWidth=alt.value(2),
        tooltip=["place:N", "who:N", "since:N", "until:N", "standing:N", "voices:Q", "claims:Q"],
    )  # fmt: skip
    dots = base.transform_filter("datum.open").mark_point(filled=True, size=22, color="#1d2330").encode(x="to:T")
    unknown = base.transform_filter("datum.since == 'before the first report'")
    arrows = unknown.mark_point(filled=True, size=40, shape="triangle-left", color="#1d2330").encode(x="from:T")
    return dict(_sized(alt.layer(bars, dots, arrows), height={"step": 20}).to_dict())


def _events_chart(events: Sequence[Row]) -> Row:
    values = [{"week": str(e["week"]), "type": e["type"], "n": e["n"]} for e in events]
    weeks = (max(e["week"] for e in events) - min(e["week"] for e in events)).days // 7 + 1
    chart = (
        alt.Chart(_data(values)).mark_bar(width=WEEK_PIXELS - 1)
        .encode(
            x=alt.X("week:T", title=None), y=alt.Y("n:Q", title="events", stack="zero"),
            color=alt.Color(
                "type:N", title="PLOVER type", scale=alt.Scale(scheme="tableau20"), legend=alt.Legend(orient="top", columns=8)
            ), tooltip=["week:T", "type:N", "n:Q"],
        )
    )  # fmt: skip
    return dict(_sized(chart, 260, min(4000, max(CHART_PIXELS, weeks * WEEK_PIXELS))).to_dict())


def _data(values: list[Row]) -> Any:
    return alt.Data(values=values)  # type: ignore[no-untyped-call]


def _sized(chart: Any, height: Any, width: int = CHART_PIXELS) -> Any:
    sized = chart.properties(width=width, height=height)
    return sized.configure_view(stroke=None).configure_axis(grid=True, gridColor="#eef1f6")


def _claim(c: Mapping[str, Any]) -> Row:
    marks = ["doubted"] if c["is_doubted"] else []
    marks += [c["interest"].replace("_", "-")] if c["interest"] and c["interest"] != "neutral" else []
    low, high = c.get("killed_low"), c.get("killed_high")
    marks += (
        []
        if low is None
        else [f"{low} dead" if low == high else f"{low}+ dead" if high is None else f"{low} to {high} dead"]
    )
    source = c["source_name"] or c["source_id"]
    return {
        "claim_id": c["claim_id"], "evidence": c["evidence"], "voice": c["voice_name"], "source": source, "marks": marks,
        "day": c["event_date"] or c["reported_at"].date(),
    }  # fmt: skip


def _side(label: str, css: str, claims: Sequence[Mapping[str, Any]]) -> Row:
    return {
        "label": label,
        "css": css,
        "claims": [_claim(c) for c in claims[:CLAIMS_SHOWN]],
        "more": max(0, len(claims) - CLAIMS_SHOWN),
    }


def _event_dispute(event: Row) -> Row:
    kind = event["event_mode"] or event["event_type"].lower()
    sides = " on ".join(n for n in (event["actor_name"], event["target_name"]) if n) or "unnamed"
    what = (
        f"{kind.capitalize()}: {sides}"
        + (f", {event['place_name']}" if event["place_name"] else "")
        + f", {event['date_start']}"
    )
    return {
        "id": event["event_id"],
        "what": what,
        "sides": [_side("Said to have happened", "yes", event["asserted"]), _side("Denied", "no", event["denied"])],
    }


def _control_dispute(interval: Row) -> Row:
    of_holder = [
        c
        for c in interval["claims"]
        if c["holder_id"] == interval["holder_id"] and c["modality"] != "negated" and c["relation"] != "loses"
    ]
    others = [c for c in interval["claims"] if c not in of_holder]
    what = f"Control of {interval['place_name']}, {interval['valid_from'] or '?'} to {interval['valid_to'] or 'still'}: {interval['holder_name'] or 'nobody known'}"
    return {
        "id": interval["interval_id"],
        "what": what,
        "sides": [_side("For the holder", "yes", of_holder), _side("Against", "no", others)],
    }


def _sources(con: Any) -> list[Row]:
    return rows(
        con,
        "select s.source_id, s.name, count(distinct d.article_id) as articles, count(c.claim_id) as claims,"
        " min(d.published_at)::date as first, max(d.published_at)::date as last"
        " from marts.dim_sources as s join marts.dim_articles as d on d.source_id = s.source_id"
        " left join marts.fct_event_claims as c on c.article_id = d.article_id group by all order by articles desc, s.source_id",
    )
