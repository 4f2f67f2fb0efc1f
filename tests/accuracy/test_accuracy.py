"""The coder's figures on the project's own annotated set may not fall, and the set itself is sound."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from benchmarks import accuracy
from benchmarks.accuracy import Annotated, ControlRead, EventRead, Reading
from flows.settings import PROJECT_ROOT, read_settings

ARTICLES = accuracy.read_set(accuracy.OWN_SET)
MODALITIES = {"actual", "negated", "planned", "possible"}
RELATIONS = {"gains", "holds", "loses", "contests", "besieges"}
KINDS = {"state", "armed", "political", "igo", "ngo", "media", "person", "other"}
EVENT_KEYS = (
    ["s", "trigger", "type", "mode", "actor", "target", "place", "date", "modality", "by", "doubt", "killed", "core"],
    ["s", "place", "holder", "relation", "from", "date", "modality", "by", "doubt"],
)


def event_types() -> set[tuple[str, str | None]]:
    path = PROJECT_ROOT / "dbt_project" / "seeds" / "event_types.csv"
    return {(row["event_type"], row["event_mode"] or None) for row in accuracy._rows(path)}


# ---------------------------------------------------------------- the set


def test_the_set_is_as_large_and_as_varied_as_its_purpose_needs() -> None:
    wars = Counter(a.article_id.split("-")[0] for a in ARTICLES)
    assert len(ARTICLES) >= 12
    assert len(wars) >= 4, wars
    assert len({a.source for a in ARTICLES}) >= 6
    assert sum(len(a.events) for a in ARTICLES) >= 200
    assert sum(len(a.control) for a in ARTICLES) >= 60


@pytest.mark.parametrize("article", ARTICLES, ids=lambda a: a.article_id)
def test_an_article_is_its_sentences(article: Annotated) -> None:
    assert " ".join(article.text.split()) == " ".join(article.sentences)
    assert 150 <= len(article.text.split()) <= 350
    assert len(set(article.sentences)) == len(article.sentences)
    date.fromisoformat(article.published)


@pytest.mark.parametrize("article", ARTICLES, ids=lambda a: a.article_id)
def test_every_annotation_is_valid(article: Annotated) -> None:
    types = event_types()
    words = accuracy.words_of(f"{article.title}\n{article.text}")
    whole = f" {' '.join(words)} "
    for entries, keys in zip((article.events, article.control), EVENT_KEYS, strict=True):
        for entry in entries:
            note = (article.article_id, entry)
            assert set(entry) == set(keys), note
            assert 0 <= entry["s"] < len(article.sentences), note
            assert entry["modality"] in MODALITIES, note
            assert isinstance(entry["doubt"], bool), note
            assert entry["date"] is None or entry["date"] <= _end_of_year(article), note
            assert entry["date"] is None or date.fromisoformat((entry["date"] + "-01-01")[:10]), note
            for slot in {"actor", "target", "place", "by", "holder", "from"} & set(entry):
                names = entry[slot]
                assert names is None or (names and all(isinstance(n, str) and n.strip() for n in names)), note
                assert names is None or any(f" {' '.join(accuracy.words_of(n))} " in whole for n in names), (slot, note)
    for event in article.events:
        note = (article.article_id, event)
        assert event["trigger"] in article.sentences[event["s"]], note
        assert (event["type"], event["mode"]) in types, note
        assert isinstance(event["core"], bool), note
        assert not event["core"] or event["modality"] == "actual", note
        if event["killed"] is not None:
            low, high = event["killed"]
            assert event["type"] == "ASSAULT", note
            assert low >= 0 and (high is None or high >= low), note
    for control in article.control:
        assert control["relation"] in RELATIONS, control
        assert control["place"], control
        assert control["from"] is None or control["relation"] == "gains", control


def _end_of_year(article: Annotated) -> str:
    return f"{article.published[:4]}-12-31"


@pytest.mark.parametrize("article", ARTICLES, ids=lambda a: a.article_id)
def test_actors_are_named_as_the_article_names_them(article: Annotated) -> None:
    whole = f"{article.title}\n{article.text}".lower()
    for actor in article.actors:
        assert actor["kind"] in KINDS, actor
        assert actor["names"], actor
        for name in actor["names"]:
            # "UN envoy X" names the UN as well as X: the name need not stand alone
            assert name.lower() in whole, (article.article_id, name)
    firsts = [actor["names"][0].lower() for actor in article.actors]
    assert len(set(firsts)) == len(firsts), firsts


def test_no_annotation_stands_twice() -> None:
    for article in ARTICLES:
        for entries in (article.events, article.control):
            told = [json.dumps(entry, sort_keys=True) for entry in entries]
            assert len(set(told)) == len(told), article.article_id


# ---------------------------------------------------------------- the measure


def as_read(article: Annotated) -> Reading:
    """What a coder that agrees with the annotation in everything would read."""

    def day(text: str | None) -> date | None:
        return date.fromisoformat((text + "-01-01")[:10] if len(text) == 4 else (text + "-01")[:10]) if text else None

    events = [
        EventRead(
            sentence=e["s"],
            evidence=article.sentences[e["s"]],
            trigger=e["trigger"],
            type=e["type"],
            mode=e["mode"],
            actor=(e["actor"] or [])[:1],
            target=(e["target"] or [])[:1],
            place=(e["place"] or [])[:1],
            by=(e["by"] or [])[:1],
            day=day(e["date"]),
            precision={4: "year", 7: "month", 10: "day"}[len(e["date"])] if e["date"] else None,
            modality=e["modality"],
            doubt=e["doubt"],
            killed=e["killed"][0] if e["killed"] else None,
        )
        for e in article.events
    ]
    control = [
        ControlRead(
            sentence=c["s"],
            evidence=article.sentences[c["s"]],
            trigger="",
            relation=c["relation"],
            place=(c["place"] or [])[:1],
            holder=(c["holder"] or [])[:1],
            modality=c["modality"],
        )
        for c in article.control
    ]
    return Reading(events, control)


def figures(readings: dict[str, Reading]) -> dict[str, Any]:
    return accuracy.figures_of(accuracy.compare(ARTICLES, readings))


def test_the_annotation_itself_scores_full_marks() -> None:
    full = figures({a.article_id: as_read(a) for a in ARTICLES})
    assert [accuracy.main_figure(full, name) for name in accuracy.FLOORED] == [1.0] * 5
    assert {slot: s["share"] for slot, s in full["slots"].items()} == dict.fromkeys(full["slots"], 1.0)
    assert len(full["slots"]) == 12


def test_reading_nothing_scores_nothing() -> None:
    none = figures({a.article_id: Reading([], []) for a in ARTICLES})
    assert [accuracy.main_figure(none, name) for name in accuracy.FLOORED] == [0.0] * 5


def test_reading_everything_twice_halves_the_precision() -> None:
    readings = {a.article_id: as_read(a) for a in ARTICLES}
    twice = figures({k: Reading(r.events * 2, r.control * 2) for k, r in readings.items()})
    assert twice["events"]["p"] == twice["control"]["p"] == 0.5
    assert twice["events"]["r"] == twice["core_recall"] == 1.0


@pytest.mark.parametrize(
    ("field", "value", "slot", "strict_falls"),
    [
        ("actor", ["nobody"], "actor", True),
        ("place", ["Atlantis"], "place", True),
        ("modality", "unheard", "modality", True),
        ("target", ["nobody"], "target", False),
        ("mode", "none", "mode", False),
        ("killed", -1, "killed", False),
        ("by", ["an oracle"], "attributed_to", False),
        ("by", ["an oracle"], "no_false_attribution", False),
        ("day", None, "date", False),
        ("doubt", False, "doubt", False),
    ],
)
def test_a_wrong_slot_costs_that_slot(field: str, value: Any, slot: str, strict_falls: bool) -> None:
    readings = {
        a.article_id: Reading([dataclasses.replace(e, **{field: value}) for e in as_read(a).events], as_read(a).control)
        for a in ARTICLES
    }
    wrong = figures(readings)
    assert wrong["slots"][slot]["share"] < 0.2
    assert wrong["events"]["f1"] == 1.0
    assert (wrong["events_strict"]["f1"] < 1.0) == strict_falls


def test_the_sides_of_a_clash_may_be_named_in_either_order() -> None:
    turned = {
        a.article_id: Reading(
            [
                dataclasses.replace(e, actor=e.target, target=e.actor) if e.mode == "clash" and e.target else e
                for e in as_read(a).events
            ],
            [],
        )
        for a in ARTICLES
    }
    assert figures(turned)["slots"]["actor"]["share"] == 1.0


@pytest.mark.parametrize(
    ("accepted", "read", "agree"),
    [
        (["Libyan National Army", "LNA"], ["LNA forces"], True),
        (["Aleppo"], ["eastern Aleppo"], True),
        (["eastern Aleppo"], ["Aleppo"], True),
        (["Mali"], ["Somali forces"], False),
        (["Médecins Sans Frontières"], ["Medecins sans Frontieres"], True),
        (["Iran's army"], ["Iran army"], True),
        (["the"], ["the"], False),
        ([], ["x"], False),
        (["x"], [], False),
    ],
)
def test_names_agree_by_whole_words(accepted: list[str], read: list[str], agree: bool) -> None:
    assert accuracy.names_agree(accepted, read) is agree


@pytest.mark.parametrize(
    ("wanted", "day", "precision", "agrees"),
    [
        (None, date(2020, 1, 1), "day", None),
        ("2020-01-05", date(2020, 1, 5), "day", True),
        ("2020-01-05", date(2020, 1, 5), "month", False),
        ("2020-01", date(2020, 1, 5), "day", True),
        ("2020", date(2020, 6, 1), "month", True),
        ("2020", date(2019, 6, 1), "month", False),
        ("2020-01", None, None, False),
    ],
)
def test_dates_agree_at_the_precision_annotated(
    wanted: str | None, day: date | None, precision: str | None, agrees: bool | None
) -> None:
    assert accuracy.date_agrees(wanted, day, precision) is agrees


def test_evidence_finds_its_sentence() -> None:
    sentences = ["The army took the town of Amber on Monday.", "It left.", "Residents fled the town of Amber."]
    assert accuracy.sentence_holding("Residents fled the town of Amber.", sentences) == 2
    assert accuracy.sentence_holding("DAMASCUS: The army took the town of Amber on Monday.", sentences) == 0
    assert accuracy.sentence_holding("Nothing of the kind was said here at all", sentences) is None


def test_what_has_fallen_is_told_and_what_has_not_is_not() -> None:
    accepted = figures({a.article_id: as_read(a) for a in ARTICLES})
    assert accuracy.fallen(accepted, accepted) == []
    a_point_lower = {**accepted, "core_recall": 0.99}
    assert accuracy.fallen(a_point_lower, accepted) == []
    more = {**accepted, "core_recall": 0.989}
    assert accuracy.fallen(more, accepted) == ["core_recall: 0.989, accepted 1.000"]


def test_the_measure_agrees_with_the_reference_scorer(shared: Path) -> None:
    gold = shared / "gold"
    if not (gold / "score.py").exists():
        pytest.skip("the reference scorer (../shared/gold/score.py) is not on this machine")
    spec = importlib.util.spec_from_file_location("reference_scorer", gold / "score.py")
    assert spec is not None
    assert spec.loader is not None
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    articles = accuracy.read_set(gold / "dev")
    readings = {a.article_id: spoilt(found_again(a)) for a in articles}
    shown = {key: {"events": as_rows(r.events), "control": as_rows(r.control)} for key, r in readings.items()}
    mine = accuracy.figures_of(accuracy.compare(articles, readings))
    theirs = reference.score(shown, gold / "dev")
    assert 0.3 < mine["events_strict"]["f1"] < mine["events"]["f1"] < 0.95
    assert {name: mine[name] for name in accuracy.FLOORED} == {name: theirs[name] for name in accuracy.FLOORED}
    assert {slot: s["share"] for slot, s in mine["slots"].items()} == theirs["slots"]


def found_again(article: Annotated) -> Reading:
    """The annotation read back, each claim's sentence found from its evidence (a sentence may stand twice)."""
    reading = as_read(article)

    def where(read: Any) -> Any:
        return dataclasses.replace(read, sentence=accuracy.sentence_holding(read.evidence, article.sentences))

    return Reading([where(e) for e in reading.events], [where(c) for c in reading.control])


def spoilt(reading: Reading) -> Reading:
    """A reading with mistakes of every sort at fixed places: claims lost, doubled, of another type, values changed."""
    events = [e for i, e in enumerate(reading.events) if i % 7]
    events += events[::11]
    events = [dataclasses.replace(e, type="AID") if i % 13 == 5 else e for i, e in enumerate(events)]
    events = [dataclasses.replace(e, actor=e.target, target=e.actor) if i % 3 == 1 else e for i, e in enumerate(events)]
    events = [dataclasses.replace(e, place=["Atlantis"], by=[]) if i % 5 == 2 else e for i, e in enumerate(events)]
    events = [dataclasses.replace(e, modality="planned", mode=None) if i % 6 == 3 else e for i, e in enumerate(events)]
    control = [c for i, c in enumerate(reading.control) if i % 5]
    control = [dataclasses.replace(c, relation="holds") if i % 4 == 1 else c for i, c in enumerate(control)]
    return Reading(events, [dataclasses.replace(c, holder=[]) if i % 6 == 2 else c for i, c in enumerate(control)])


def as_rows(reads: list[Any]) -> list[dict[str, Any]]:
    """Claims as the reference scorer takes them; it finds the sentence from the evidence itself."""
    return [
        {k: v for k, v in dataclasses.asdict(read).items() if k != "sentence"} | {"by": getattr(read, "by", [])}
        for read in reads
    ]


def test_the_documentation_shows_the_accepted_figures() -> None:
    accepted = json.loads(accuracy.ACCEPTED.read_text(encoding="utf-8"))
    assert accuracy.docs_block(accepted) in accuracy.DOCS.read_text(encoding="utf-8")


# ---------------------------------------------------------------- the coder


@pytest.mark.slow
def test_no_figure_falls_by_more_than_a_point_below_the_accepted_ones() -> None:
    accepted = json.loads(accuracy.ACCEPTED.read_text(encoding="utf-8"))
    settings = read_settings()
    coder = accuracy.coder_for(settings)
    readings = accuracy.read_all(coder, accuracy.load_aliases(settings.seeds), ARTICLES)
    measured = figures(readings)
    assert measured["articles"] == accepted["articles"]
    assert measured["n_events"] == accepted["n_events"], (
        "the annotation has changed: run `make accuracy` and accept anew"
    )
    assert not accuracy.fallen(measured, accepted), "look at `make accuracy`; accept anew only what you meant"
