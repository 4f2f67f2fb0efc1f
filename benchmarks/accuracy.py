"""Measure the coder on an annotated set: figures, change against the accepted figures, misses by cause.

usage: python benchmarks/accuracy.py [SET_DIR] [--misses] [--accept]

SET_DIR (default: tests/accuracy) holds `articles/<id>.json` (id, source, published, title, text, sentences) and
`annotations/<id>.json` (events, control, actors); docs/accuracy.md says what is annotated and how things are matched.
`--misses` lists every miss under its cause; `--accept` writes the figures to tests/accuracy/accepted.json, against
which later runs and the tests compare, and into docs/accuracy.md.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
import tempfile
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from flows.clean.articles import Claims, clean_row
from flows.coding import Coder, code_article, load_coder
from flows.coding.parse import parse
from flows.errors import RecordError
from flows.load.gazetteer import build_gazetteer
from flows.names import name_key
from flows.records import Article, ControlClaim, EventClaim, stable_id
from flows.settings import Settings, read_settings

OWN_SET: Final = Path(__file__).resolve().parents[1] / "tests" / "accuracy"
ACCEPTED: Final = OWN_SET / "accepted.json"
DOCS: Final = OWN_SET.parents[1] / "docs" / "accuracy.md"
BLOCK_START: Final = "<!-- accepted figures: written by benchmarks/accuracy.py --accept -->"
BLOCK_END: Final = "<!-- end of accepted figures -->"
FLOORED: Final = ("events", "events_strict", "core_recall", "control", "control_strict")
"""The figures that must not fall by more than `TOLERANCE`."""
TOLERANCE: Final = 0.01
MIN_OVERLAP: Final = 0.6
"""A claim belongs to the annotated sentence with which its evidence shares most words, if more than this share."""
HEADLINE_OVERLAP: Final = 0.8
"""Headlines are not annotated: evidence that lies in no sentence but shares this much with the title is left out."""
STRICT_SLOTS: Final = ("actor", "place", "modality")
CONTROL_MODES: Final = frozenset({"seize", "siege", "advance", "withdraw", "surrender", "lift"})
"""Events that change who holds a place."""
_FILLERS: Final = frozenset({"the", "a", "an", "of", "in", "and", "s"})


# ---------------------------------------------------------------- words and names


def words_of(text: str) -> list[str]:
    """The words that count in a comparison: no case, marks, possessives, articles and commonest prepositions."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text).lower() if not unicodedata.combining(c))
    return [w for w in re.findall(r"\w+", re.sub(r"['’]s\b", "", plain)) if w not in _FILLERS]


def names_agree(accepted: Iterable[str], read: Iterable[str]) -> bool:
    """Whether an accepted name and a read one are equal, or one is a run of whole words of the other."""
    padded = [f" {' '.join(words_of(name))} " for name in read]
    padded = [name for name in padded if name.strip()]
    for name in accepted:
        wanted = f" {' '.join(words_of(name))} "
        if wanted.strip() and any(wanted in other or other in wanted for other in padded):
            return True
    return False


def shared_words(one: str, other: str) -> float:
    """The words two texts share, as a share of the shorter."""
    left, right = Counter(words_of(one)), Counter(words_of(other))
    shorter = min(left.total(), right.total())
    return (left & right).total() / max(1, shorter)


def sentence_holding(evidence: str, sentences: Sequence[str]) -> int | None:
    """The index of the annotated sentence that the evidence is, or None."""
    best, found = MIN_OVERLAP, None
    for index, sentence in enumerate(sentences):
        if sentence.strip() == evidence.strip():
            return index
        weight = 1.0 if len(words_of(sentence)) > 3 else 0.9  # short sentences agree by chance
        share = shared_words(evidence, sentence) * weight
        if share > best:
            best, found = share, index
    return found


# ---------------------------------------------------------------- what is annotated, what is read


@dataclass(frozen=True, slots=True)
class Annotated:
    """One article and its annotation."""

    article_id: str
    source: str
    published: str
    title: str
    text: str
    sentences: list[str]
    events: list[dict[str, Any]]
    control: list[dict[str, Any]]
    actors: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRead:
    """An event claim as the warehouse would show it: names first by dictionary, then as the sentence has them."""

    sentence: int | None
    evidence: str
    trigger: str
    type: str
    mode: str | None
    actor: list[str]
    target: list[str]
    place: list[str]
    by: list[str]
    day: date | None
    precision: str | None
    modality: str
    doubt: bool
    killed: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlRead:
    """A control claim as the warehouse would show it."""

    sentence: int | None
    evidence: str
    trigger: str
    relation: str
    place: list[str]
    holder: list[str]
    modality: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What the coder read in one article."""

    events: list[EventRead]
    control: list[ControlRead]


def read_set(folder: Path) -> list[Annotated]:
    """The annotated articles of a folder, by name. Raises SystemExit when there are none."""
    out = []
    for path in sorted((folder / "annotations").glob("*.json")):
        article = json.loads((folder / "articles" / path.name).read_text(encoding="utf-8"))
        notes = json.loads(path.read_text(encoding="utf-8"))
        head = (article["id"], article["source"], article["published"], article["title"] or "", article["text"])
        out.append(Annotated(*head, article["sentences"], notes["events"], notes["control"], notes["actors"]))
    if not out:
        raise SystemExit(f"{folder}: no annotations/*.json; give a folder with articles/ and annotations/")
    return out


@dataclass(frozen=True, slots=True)
class Aliases:
    """Canonical names by name key. Generic aliases ("the army") need a war to be resolved and are left out."""

    actors: Mapping[str, list[tuple[str, str, str]]]
    places: Mapping[str, list[str]]

    def actor_names(self, words: str | None, day: str) -> list[str]:
        """The canonical names of an actor whose alias is valid on the day (ISO)."""
        found = self.actors.get(name_key(words) or "", ())
        return [name for name, first, last in found if (first or day) <= day < (last or "9999")]

    def place_names(self, words: str | None) -> list[str]:
        """The canonical names of a place."""
        return list(self.places.get(name_key(words) or "", ()))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def load_aliases(seeds: Path) -> Aliases:
    """Read the dictionaries' names."""
    actor_name = {row["actor_id"]: row["name"] for row in _rows(seeds / "actors.csv")}
    place_name = {row["place_id"]: row["name"] for row in _rows(seeds / "places.csv")}
    actors: defaultdict[str, list[tuple[str, str, str]]] = defaultdict(list)
    places: defaultdict[str, list[str]] = defaultdict(list)
    for row in _rows(seeds / "actor_aliases.csv"):
        key = name_key(row["alias"])
        if key and row["alias_kind"] != "generic" and row["actor_id"] in actor_name:
            actors[key].append((actor_name[row["actor_id"]], row["valid_from"], row["valid_to"]))
    for row in _rows(seeds / "place_aliases.csv"):
        key = name_key(row["alias"])
        if key and row["place_id"] in place_name:
            places[key].append(place_name[row["place_id"]])
    return Aliases(actors, places)


# ---------------------------------------------------------------- reading


def as_article(annotated: Annotated) -> Article:
    """The article as the clean stage would hand it to the coder. Raises RecordError when it would refuse it."""
    url = f"https://example.org/{annotated.article_id}"
    now = datetime(2026, 1, 1, tzinfo=UTC)
    row = {"title": annotated.title, "text": annotated.text, "published": annotated.published, "url": url}
    cleaned = clean_row(
        json.dumps(row).encode(), Claims(url=url, outlet_id=annotated.source, fetched_at=now, title=annotated.title)
    )
    content = {name: getattr(cleaned, name) for name in type(cleaned).__dataclass_fields__}
    return Article(
        **{**content, "title": cleaned.title or None},
        version_id=stable_id(url, cleaned.title, cleaned.text),
        article_id=stable_id(url),
        source_id="accuracy",
        outlet_id=annotated.source,
        url=url,
        warc_file="",
        warc_offset=0,
        record_id="",
        batch_id="accuracy",
        fetched_at=now,
    )


def read_article(coder: Coder, aliases: Aliases, annotated: Annotated) -> Reading:
    """Code one article and bring its claims into the form that is compared; claims of the headline are left out."""
    coded = code_article(coder, as_article(annotated))

    def actor(claim: EventClaim | ControlClaim, slot: str) -> list[str]:
        text, antecedent = getattr(claim, f"{slot}_text"), getattr(claim, f"{slot}_antecedent")
        known = aliases.actor_names(antecedent or text, annotated.published) or [antecedent]
        return [n for n in (*known, text) if n]

    def place(claim: EventClaim | ControlClaim) -> list[str]:
        text, antecedent = claim.place_text, claim.place_antecedent
        return [n for n in (*(aliases.place_names(antecedent or text) or (antecedent,)), text) if n]

    def where(claim: EventClaim | ControlClaim) -> int | None:
        return sentence_holding(claim.evidence, annotated.sentences)

    def counts(read: EventRead | ControlRead) -> bool:
        return read.sentence is not None or shared_words(read.evidence, annotated.title) < HEADLINE_OVERLAP

    events = [
        EventRead(
            sentence=where(c),
            evidence=c.evidence,
            trigger=c.trigger,
            type=c.event_type,
            mode=c.event_mode,
            actor=actor(c, "actor"),
            target=actor(c, "target"),
            place=place(c),
            by=actor(c, "attributed_to"),
            day=c.event_date,
            precision=c.event_date_precision,
            modality=c.modality,
            doubt=c.is_doubted,
            killed=c.killed_low,
        )
        for c in coded.event_claims
    ]
    control = [
        ControlRead(
            sentence=where(c),
            evidence=c.evidence,
            trigger=c.trigger,
            relation=c.relation,
            place=place(c),
            holder=actor(c, "holder"),
            modality=c.modality,
        )
        for c in coded.control_claims
    ]
    return Reading([e for e in events if counts(e)], [c for c in control if counts(c)])


def read_all(coder: Coder, aliases: Aliases, articles: Sequence[Annotated]) -> dict[str, Reading]:
    """What the coder reads in each article; an article that the clean stage refuses yields nothing."""
    out = {}
    for annotated in articles:
        try:
            out[annotated.article_id] = read_article(coder, aliases, annotated)
        except RecordError as refused:
            print(f"{annotated.article_id}: refused before coding ({refused})", file=sys.stderr)
            out[annotated.article_id] = Reading([], [])
    return out


def coder_for(settings: Settings) -> Coder:
    """The coder with the project's dictionaries; the gazetteer is built beside it where none is there yet."""
    if settings.gazetteer.exists():
        return load_coder(settings.model, settings.seeds, settings.gazetteer)
    with tempfile.TemporaryDirectory() as folder:
        gazetteer = Path(folder) / "gazetteer.parquet"
        build_gazetteer(gazetteer)
        return load_coder(settings.model, settings.seeds, gazetteer)


# ---------------------------------------------------------------- comparing


def date_agrees(wanted: str | None, day: date | None, precision: str | None) -> bool | None:
    """Whether a date fits one given as year, month or day; None when none is wanted."""
    if wanted is None:
        return None
    if day is None:
        return False
    if len(wanted) < len("2017-06-03"):
        return day.isoformat().startswith(wanted)
    return day.isoformat() == wanted and precision in ("day", None)


def event_slots(wanted: dict[str, Any], read: EventRead) -> dict[str, bool | None]:
    """For each slot of a matched event whether it is right; None when the annotation does not ask for it."""

    def agrees(slot: str, names: list[str]) -> bool | None:
        return names_agree(wanted[slot], names) if wanted[slot] else None

    slots = {
        "mode": (wanted["mode"] == read.mode) if wanted["mode"] is not None else None,
        "actor": agrees("actor", read.actor),
        "target": agrees("target", read.target),
        "place": agrees("place", read.place),
        "date": date_agrees(wanted["date"], read.day, read.precision),
        "modality": wanted["modality"] == read.modality,
        "attributed_to": agrees("by", read.by),
        "no_false_attribution": None if wanted["by"] else not read.by,
        "doubt": read.doubt if wanted["doubt"] else None,
        "killed": (read.killed == wanted["killed"][0]) if wanted["killed"] else None,
    }
    sides_asked = wanted["type"] == "ASSAULT" and wanted["mode"] == "clash" and wanted["actor"] and wanted["target"]
    if sides_asked and not slots["actor"] and names_agree(wanted["actor"], read.target):
        slots["actor"] = True  # the sides of a clash may be named in either order
        slots["target"] = names_agree(wanted["target"], read.actor)
    return slots


def control_slots(wanted: dict[str, Any], read: ControlRead) -> dict[str, bool | None]:
    """The same for a matched control claim."""
    holder = names_agree(wanted["holder"], read.holder) if wanted["holder"] else None
    return {"holder": holder, "control_modality": wanted["modality"] == read.modality}


def paired(
    wanted: Sequence[dict[str, Any]],
    read: Sequence[Any],
    fits: Callable[[dict[str, Any], Any], bool],
    slots: Callable[[dict[str, Any], Any], dict[str, bool | None]],
) -> list[tuple[int, int]]:
    """One-to-one pairs of indexes of what fits: those that agree in most slots first."""
    candidates = [
        (-sum(right is True for right in slots(w, r).values()), i, j)
        for i, w in enumerate(wanted)
        for j, r in enumerate(read)
        if fits(w, r)
    ]
    left_i, left_j = set(range(len(wanted))), set(range(len(read)))
    pairs = []
    for _, i, j in sorted(candidates):
        if i in left_i and j in left_j:
            left_i.remove(i)
            left_j.remove(j)
            pairs.append((i, j))
    return pairs


def event_fits(wanted: dict[str, Any], read: EventRead) -> bool:
    """Events match by sentence and type."""
    return bool(wanted["s"] == read.sentence and wanted["type"] == read.type)


def control_fits(wanted: dict[str, Any], read: ControlRead) -> bool:
    """Control claims match by sentence, relation and place."""
    same = wanted["s"] == read.sentence and wanted["relation"] == read.relation
    return bool(same and names_agree(wanted["place"] or (), read.place))


def _holder_only(wanted: dict[str, Any], read: ControlRead) -> dict[str, bool | None]:
    return {"holder": names_agree(wanted["holder"] or (), read.holder)}


@dataclass(slots=True)
class Tally:
    """Counts over a set, and the pairs they were counted from."""

    counts: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    types: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    event_pairs: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    control_pairs: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def ask(self, slots: dict[str, bool | None]) -> None:
        """Count the slots that the annotation asks for."""
        for slot, is_right in slots.items():
            if is_right is not None:
                self.asked[slot] += 1
                self.right[slot] += is_right


def compare(articles: Sequence[Annotated], readings: Mapping[str, Reading]) -> Tally:
    """Match what was read with what is annotated, article by article."""
    tally = Tally()
    for article in articles:
        reading = readings[article.article_id]
        pairs = paired(article.events, reading.events, event_fits, event_slots)
        tally.event_pairs[article.article_id] = pairs
        tally.counts["articles"] += 1
        tally.counts["events_wanted"] += len(article.events)
        tally.counts["events_read"] += len(reading.events)
        tally.counts["events_right"] += len(pairs)
        tally.counts["core_wanted"] += sum(w["core"] for w in article.events)
        for wanted in article.events:
            tally.types[wanted["type"]]["wanted"] += 1
        for read in reading.events:
            tally.types[read.type]["read"] += 1
        for i, j in pairs:
            wanted = article.events[i]
            slots = event_slots(wanted, reading.events[j])
            tally.ask(slots)
            tally.types[wanted["type"]]["right"] += 1
            tally.counts["core_right"] += wanted["core"]
            tally.counts["events_strict_right"] += all(slots[slot] is not False for slot in STRICT_SLOTS)
        held = paired(article.control, reading.control, control_fits, _holder_only)
        tally.control_pairs[article.article_id] = held
        tally.counts["control_wanted"] += len(article.control)
        tally.counts["control_read"] += len(reading.control)
        tally.counts["control_right"] += len(held)
        for i, j in held:
            slots = control_slots(article.control[i], reading.control[j])
            tally.ask(slots)
            tally.counts["control_strict_right"] += all(right is not False for right in slots.values())
    return tally


def _prf(right: int, read: int, wanted: int) -> dict[str, float]:
    precision, recall = right / max(1, read), right / max(1, wanted)
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return {"p": round(precision, 3), "r": round(recall, 3), "f1": round(f1, 3)}


def figures_of(tally: Tally) -> dict[str, Any]:
    """The figures of a tally: precision, recall and F1, shares of right slots, by type."""
    n = tally.counts
    return {
        "articles": n["articles"],
        "n_events": n["events_wanted"],
        "n_control": n["control_wanted"],
        "events": _prf(n["events_right"], n["events_read"], n["events_wanted"]),
        "events_strict": _prf(n["events_strict_right"], n["events_read"], n["events_wanted"]),
        "core_recall": round(n["core_right"] / max(1, n["core_wanted"]), 3),
        "control": _prf(n["control_right"], n["control_read"], n["control_wanted"]),
        "control_strict": _prf(n["control_strict_right"], n["control_read"], n["control_wanted"]),
        "slots": {
            slot: {"right": tally.right[slot], "asked": asked, "share": round(tally.right[slot] / asked, 3)}
            for slot, asked in sorted(tally.asked.items())
        },
        "by_type": {
            kind: _prf(c["right"], c["read"], c["wanted"]) | {"n": c["wanted"]}
            for kind, c in sorted(tally.types.items())
        },
    }


def main_figure(figures: Mapping[str, Any], name: str) -> float:
    """The one number of a figure: F1, or the recall itself."""
    value = figures[name]
    return float(value["f1"] if isinstance(value, dict) else value)


def fallen(figures: Mapping[str, Any], accepted: Mapping[str, Any]) -> list[str]:
    """What has fallen by more than the tolerance, in words."""
    return [
        f"{name}: {main_figure(figures, name):.3f}, accepted {main_figure(accepted, name):.3f}"
        for name in FLOORED
        if round(main_figure(accepted, name) - main_figure(figures, name), 6) > TOLERANCE
    ]


# ---------------------------------------------------------------- causes of misses


@dataclass(frozen=True, slots=True)
class Miss:
    """One thing that is wrong: the kind of mistake, its cause, and where."""

    kind: str
    cause: str
    where: str


@dataclass(frozen=True, slots=True)
class Words:
    """The coder's own view of a trigger: lemma and part of speech, and whether the event lexicon has the word."""

    coder: Coder
    known: frozenset[tuple[str, str]]

    def head_of(self, trigger: str, sentence: str) -> tuple[str, str]:
        """Lemma and part of speech of the trigger's word that carries the event: one the lexicon has, else the head."""
        at = sentence.find(trigger)
        if at < 0:
            return trigger.lower(), "?"
        parsed = parse(self.coder.nlp, sentence, None)
        inside = [t for t in parsed.doc if parsed.starts[t.i] < at + len(trigger) and parsed.ends[t.i] > at]
        if not inside:
            return trigger.lower(), "?"
        content = [t for t in inside if t.pos_ in ("VERB", "NOUN", "PROPN", "ADJ")] or inside
        known = [t for t in content if self.is_known(t.lemma_.lower(), t.pos_)]
        head = known[-1] if known else next((t for t in content if t.head not in content or t.head is t), content[0])
        return head.lemma_.lower(), head.pos_

    def is_known(self, lemma: str, pos: str) -> bool:
        """Whether the event lexicon has a row for the word."""
        return (lemma, pos) in self.known


def lexicon_words(seeds: Path) -> frozenset[tuple[str, str]]:
    """(lemma, part of speech) of every word that the event lexicon lists."""
    return frozenset(
        (lemma.strip().lower(), row["pos"])
        for row in _rows(seeds / "event_lexicon.csv")
        for lemma in row["lemma"].split("|")
    )


def _kind(event_type: str, mode: str | None) -> str:
    return f"{event_type} {mode}" if mode else event_type


def _touching(one: str, other: str) -> bool:
    return bool(set(words_of(one)) & set(words_of(other)))


def event_misses(article: Annotated, reading: Reading, pairs: list[tuple[int, int]], words: Words) -> Iterator[Miss]:
    """The causes of what is missed, extra or wrong in one article's events."""
    lost = set(range(len(article.events))) - {i for i, _ in pairs}
    extra = set(range(len(reading.events))) - {j for _, j in pairs}
    for i in sorted(lost):
        wanted = article.events[i]
        sentence = article.sentences[wanted["s"]]
        where = f"{article.article_id} [{wanted['s']}] «{wanted['trigger']}» {sentence[:140]}"
        beside = [
            j
            for j in sorted(extra)
            if reading.events[j].sentence == wanted["s"] and _touching(reading.events[j].trigger, wanted["trigger"])
        ]
        name = _kind(wanted["type"], wanted["mode"])
        if beside:
            other = reading.events[beside[0]]
            extra.discard(beside[0])
            yield Miss("event, wrong type", f"{name} read as {_kind(other.type, other.mode)}", where)
            continue
        lemma, pos = words.head_of(wanted["trigger"], sentence)
        kind = "event missed, word known" if words.is_known(lemma, pos) else "event missed, word not in the lexicon"
        yield Miss(kind, f"{lemma} ({pos}) for {name}", where)
    for j in sorted(extra):
        read = reading.events[j]
        lemma, pos = words.head_of(read.trigger, read.evidence)
        where = f"{article.article_id} [{read.sentence}] «{read.trigger}» {read.evidence[:140]}"
        twin = any(
            reading.events[m].sentence == read.sentence
            and reading.events[m].type == read.type
            and _touching(article.events[i]["trigger"], read.trigger)
            for i, m in pairs
        )
        kind = "event read twice" if twin else "event extra"
        yield Miss(kind, f"{lemma} ({pos}) as {_kind(read.type, read.mode)}", where)
    for i, j in pairs:
        wanted, read = article.events[i], reading.events[j]
        for slot, right in event_slots(wanted, read).items():
            if right is False:
                yield Miss("slot wrong", _slot_cause(slot, wanted, read), _slot_place(article, slot, wanted, read))


def _values(slot: str, wanted: dict[str, Any], read: EventRead) -> tuple[Any, Any]:
    if slot in ("attributed_to", "no_false_attribution"):
        return wanted["by"], read.by
    if slot == "date":
        return wanted["date"], read.day and f"{read.day} ({read.precision})"
    if slot == "killed":
        return wanted["killed"][0], read.killed
    return wanted[slot], getattr(read, slot)


def _slot_cause(slot: str, wanted: dict[str, Any], read: EventRead) -> str:
    want, got = _values(slot, wanted, read)
    if slot in ("mode", "modality"):
        return f"{slot}: {want} read as {got or 'none'}"
    if slot == "no_false_attribution":
        return "attributed_to: read where nobody is named"
    if slot == "doubt":
        return "doubt: not seen"
    if slot == "date" and got:
        return f"date: another day or precision ({'stated' if len(want) == 10 else 'month or year'})"
    return f"{slot}: {'another one read' if got else 'none read'}"


def _slot_place(article: Annotated, slot: str, wanted: dict[str, Any], read: EventRead) -> str:
    want, got = _values(slot, wanted, read)
    sentence = article.sentences[wanted["s"]][:140]
    return f"{article.article_id} [{wanted['s']}] «{wanted['trigger']}» wanted {want}, read {got} | {sentence}"


def control_misses(
    article: Annotated, reading: Reading, pairs: list[tuple[int, int]], event_pairs: list[tuple[int, int]]
) -> Iterator[Miss]:
    """The causes of what is missed, extra or wrong in one article's control claims."""
    matched = {i for i, _ in event_pairs}
    unread = {e["s"] for i, e in enumerate(article.events) if i not in matched and e["mode"] in CONTROL_MODES}
    lost = set(range(len(article.control))) - {i for i, _ in pairs}
    extra = set(range(len(reading.control))) - {j for _, j in pairs}
    for i in sorted(lost):
        wanted = article.control[i]
        holder = (wanted["holder"] or ["?"])[0]
        told = f"{holder} {wanted['relation']} {(wanted['place'] or ['?'])[0]}"
        where = f"{article.article_id} [{wanted['s']}] {told} | {article.sentences[wanted['s']][:140]}"
        here = [j for j in sorted(extra) if reading.control[j].sentence == wanted["s"]]
        same_place = [j for j in here if names_agree(wanted["place"] or (), reading.control[j].place)]
        same_relation = [j for j in here if reading.control[j].relation == wanted["relation"]]
        if same_place:
            extra.discard(same_place[0])
            other = reading.control[same_place[0]].relation
            yield Miss("control, wrong relation", f"{wanted['relation']} read as {other}", where)
        elif same_relation:
            extra.discard(same_relation[0])
            yield Miss(
                "control, wrong place", wanted["relation"], f"{where} | {reading.control[same_relation[0]].place}"
            )
        else:
            with_event = " (its event is missed too)" if wanted["s"] in unread else ""
            yield Miss("control missed", wanted["relation"] + with_event, where)
    for j in sorted(extra):
        read = reading.control[j]
        told = f"{(read.holder or ['?'])[0]} {read.relation} {(read.place or ['?'])[0]}"
        where = f"{article.article_id} [{read.sentence}] «{read.trigger}» {told} | {read.evidence[:140]}"
        yield Miss("control extra", read.relation, where)
    for i, j in pairs:
        wanted, read = article.control[i], reading.control[j]
        for slot, right in control_slots(wanted, read).items():
            if right is False:
                want, got = (wanted["holder"], read.holder) if slot == "holder" else (wanted["modality"], read.modality)
                cause = "another one read" if got else "none read"
                cause = f"holder: {cause}" if slot == "holder" else f"modality: {want} read as {got}"
                yield Miss(
                    "control slot wrong", cause, f"{article.article_id} [{wanted['s']}] wanted {want}, read {got}"
                )


def all_misses(
    articles: Sequence[Annotated], readings: Mapping[str, Reading], tally: Tally, words: Words
) -> list[Miss]:
    """Every miss of a set."""
    out: list[Miss] = []
    for article in articles:
        reading = readings[article.article_id]
        out += event_misses(article, reading, tally.event_pairs[article.article_id], words)
        held, matched = tally.control_pairs[article.article_id], tally.event_pairs[article.article_id]
        out += control_misses(article, reading, held, matched)
    return out


# ---------------------------------------------------------------- printing


def print_figures(figures: Mapping[str, Any], accepted: Mapping[str, Any] | None) -> None:
    """Figures, each with its change against the accepted ones where there are any."""

    def change(now: float, old: float | None) -> str:
        return "" if old is None else f"   {now - old:+.3f}"

    print(f"{figures['articles']} articles, {figures['n_events']} event claims, {figures['n_control']} control claims")
    print(f"\n{'figure':<22}{'P':>7}{'R':>7}{'F1':>7}" + ("   change" if accepted else ""))
    for name in FLOORED:
        value, old = figures[name], main_figure(accepted, name) if accepted else None
        if isinstance(value, dict):
            row = f"{value['p']:>7.3f}{value['r']:>7.3f}{value['f1']:>7.3f}"
        else:
            row = f"{'':7}{value:>7.3f}{'':7}"
        print(f"{name:<22}{row}{change(main_figure(figures, name), old)}")
    print(f"\n{'slot':<22}{'share':>7}{'right':>7}{'asked':>7}")
    for slot, s in figures["slots"].items():
        old = accepted["slots"].get(slot, {}).get("share") if accepted else None
        print(f"{slot:<22}{s['share']:>7.3f}{s['right']:>7}{s['asked']:>7}{change(s['share'], old)}")
    print(f"\n{'type':<22}{'P':>7}{'R':>7}{'F1':>7}{'n':>7}")
    for kind, t in figures["by_type"].items():
        old = accepted["by_type"].get(kind, {}).get("f1") if accepted else None
        print(f"{kind:<22}{t['p']:>7.3f}{t['r']:>7.3f}{t['f1']:>7.3f}{t['n']:>7}{change(t['f1'], old)}")


def print_misses(misses: Sequence[Miss], *, each: bool) -> None:
    """Misses counted by cause, most frequent first; `each`: with every case under its cause."""
    by_kind: defaultdict[str, list[Miss]] = defaultdict(list)
    for miss in misses:
        by_kind[miss.kind].append(miss)
    for kind, of_kind in sorted(by_kind.items(), key=lambda item: -len(item[1])):
        print(f"\n{kind}: {len(of_kind)}")
        causes = Counter(m.cause for m in of_kind)
        shown = causes.most_common() if each else causes.most_common(8)
        for cause, n in shown:
            print(f"  {n:>3}  {cause}")
            for miss in of_kind if each else ():
                if miss.cause == cause:
                    print(f"         {miss.where}")
        if len(shown) < len(causes):
            print(f"       and {len(causes) - len(shown)} other causes (--misses lists all)")


def docs_block(accepted: Mapping[str, Any]) -> str:
    """The part of docs/accuracy.md that the accepted figures fill, its markers included."""
    lines = [BLOCK_START, "", "| figure | P | R | F1 |", "| --- | --- | --- | --- |"]
    for name in FLOORED:
        value = accepted[name]
        cells = (
            f"{value['p']:.3f} | {value['r']:.3f} | {value['f1']:.3f}"
            if isinstance(value, dict)
            else f" | {value:.3f} | "
        )
        lines.append(f"| {name} | {cells} |")
    lines += ["", "| slot | right | asked | share |", "| --- | --- | --- | --- |"]
    lines += [f"| {slot} | {s['right']} | {s['asked']} | {s['share']:.3f} |" for slot, s in accepted["slots"].items()]
    lines += ["", "| type | P | R | F1 | n |", "| --- | --- | --- | --- | --- |"]
    lines += [
        f"| {k} | {t['p']:.3f} | {t['r']:.3f} | {t['f1']:.3f} | {t['n']} |" for k, t in accepted["by_type"].items()
    ]
    lines += ["", "| miss | n | its commonest causes |", "| --- | --- | --- |"]
    for kind, miss in accepted["misses"].items():
        lines.append(f"| {kind} | {miss['n']} | {'; '.join(f'{cause} {n}' for cause, n in miss['causes'].items())} |")
    return "\n".join([*lines, "", BLOCK_END])


def counted(misses: Sequence[Miss]) -> dict[str, Any]:
    """Misses of each kind, most frequent first, with up to eight causes that occur more than once."""
    out = {}
    for kind, n in Counter(m.kind for m in misses).most_common():
        causes = Counter(m.cause for m in misses if m.kind == kind).most_common(8)
        out[kind] = {"n": n, "causes": {cause: k for cause, k in causes if k > 1}}
    return out


def accept(figures: Mapping[str, Any], misses: Sequence[Miss]) -> None:
    """Write the accepted figures, and the block of the documentation that shows them."""
    accepted = {**figures, "misses": counted(misses)}
    text = DOCS.read_text(encoding="utf-8")
    before, start, rest = text.partition(BLOCK_START)
    _, end, after = rest.partition(BLOCK_END)
    if not start or not end:
        raise SystemExit(f"{DOCS.name}: the lines {BLOCK_START!r} and {BLOCK_END!r} are missing; put them back")
    ACCEPTED.write_text(json.dumps(accepted, indent=1) + "\n", encoding="utf-8")
    DOCS.write_text(before + docs_block(accepted) + after, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and accept if asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("set_dir", nargs="?", type=Path, default=OWN_SET, help="folder of the annotated set")
    parser.add_argument("--misses", action="store_true", help="list every miss under its cause")
    parser.add_argument("--accept", action="store_true", help="accept these figures (only for the project's own set)")
    given = parser.parse_args(arguments)
    is_own = given.set_dir.resolve() == OWN_SET
    if given.accept and not is_own:
        parser.error("--accept is for the project's own set; leave SET_DIR out")
    articles = read_set(given.set_dir)
    settings = read_settings()
    coder = coder_for(settings)
    readings = read_all(coder, load_aliases(settings.seeds), articles)
    tally = compare(articles, readings)
    figures = figures_of(tally)
    accepted = json.loads(ACCEPTED.read_text(encoding="utf-8")) if is_own and ACCEPTED.exists() else None
    misses = all_misses(articles, readings, tally, Words(coder, lexicon_words(settings.seeds)))
    print_figures(figures, accepted)
    print_misses(misses, each=given.misses)
    for line in fallen(figures, accepted) if accepted else ():
        print(f"\nfallen by more than {TOLERANCE}: {line}")
    if given.accept:
        accept(figures, misses)
        print(f"\naccepted: {ACCEPTED.name}, {DOCS.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
