"""The event lexicon: which words carry which event, under which conditions, and which slot of the grammar is who.

The lexicon is data (`dbt_project/seeds/event_lexicon.csv`, word classes in `coder_word_classes.csv`). Rows of one
lemma are tried in the order of the file; the first whose conditions hold decides, and the type `-` says "no event".
Conditions are separated by spaces and must all hold; `!` negates one; `|` separates alternatives:

    obj:place       the object's head is of that word class (`any`: there is one); also subj, poss
    obj=control     the object's head has that lemma; also subj, mod (any modifier)
    prt:out         a particle or adverb; prep:on, prep:on=place: an oblique with that preposition (and class or lemma)
    xcomp, ccomp    a clause complement; xcomp:assault: whose verb is an act of force
    negated         a negation hangs on it;  active, pass, form:past, form:verb, plural, mark:when, case:with
    light:launch    governed by that verb; purpose:seize: an infinitive below it takes a place
    role:nsubj      the noun's relation; csubj:state  the class of the subject of a clause complement
    context:ASSAULT an event of that type is told shortly before; means:gas  the object (or "of") is such a weapon
    cause:bomb      subject or means of that class

Slots name the argument's place in the grammar, in order of preference: `subj` and `obj` are logical (a passive's
subject is `obj`), `lsubj` is the subject of the governing verb, `poss`, `mod` (modifier that names an actor), a
preposition stands for its oblique, `obj.of` for a modifier of the object; `:place` keeps only fillers of that class;
`between` is the first of two, `between.2` the second; `gsubj` is the subject of whatever verb governs a
noun; `xcomp.obj` and `ccomp.subj` are arguments of a clause complement.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flows.errors import ConfigError

COLUMNS: Final = (
    "lemma", "pos", "when", "event_type", "event_mode", "control", "actor", "target", "place", "note",
)  # fmt: skip
EVENT_TYPES: Final = frozenset(
    [
        "ASSAULT",
        "COERCE",
        "MOBILIZE",
        "RETREAT",
        "PROTEST",
        "ACCUSE",
        "THREATEN",
        "REJECT",
        "REQUEST",
        "AGREE",
        "CONSULT",
        "SUPPORT",
        "CONCEDE",
        "COOPERATE",
        "AID",
        "SANCTION",
    ]
)
CONTROL_RELATIONS: Final = frozenset(("", "gains", "holds", "loses", "contests", "besieges"))
NO_EVENT: Final = "-"
_TESTS: Final = frozenset(
    [
        "obj",
        "subj",
        "poss",
        "mod",
        "prt",
        "prep",
        "xcomp",
        "ccomp",
        "active",
        "pass",
        "form",
        "plural",
        "mark",
        "case",
        "light",
        "purpose",
        "cause",
        "topic",
        "context",
        "means",
        "role",
        "csubj",
        "negated",
    ]
)


@dataclass(frozen=True, slots=True)
class Test:
    """One condition: `name`, the wanted words or classes, and whether it is by class (`:`) or by lemma (`=`)."""

    name: str
    wanted: frozenset[str]
    prepositions: frozenset[str]
    by_lemma: bool
    negated: bool


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of the grammar: `path` are the steps ("obj", "of"), `only` the class a filler must have, or ""."""

    path: tuple[str, ...]
    only: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the lexicon."""

    line: int
    pos: str
    tests: tuple[Test, ...]
    event_type: str
    event_mode: str | None
    control: str
    actor: tuple[Slot, ...]
    target: tuple[Slot, ...]
    place: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`verbs` and `nouns`: lemma -> rows in order; `classes`: word class -> lemmas; `classes_of`: lemma -> word classes."""

    verbs: Mapping[str, tuple[Row, ...]]
    nouns: Mapping[str, tuple[Row, ...]]
    classes: Mapping[str, frozenset[str]]
    classes_of: Mapping[str, frozenset[str]]


def _tests_in(text: str, where: str) -> tuple[Test, ...]:
    tests = []
    for piece in text.split():
        negated = piece.startswith("!")
        body = piece.lstrip("!")
        equals, colon = body.find("="), body.find(":")
        prepositions: frozenset[str] = frozenset()
        if body.startswith("prep:"):
            prepositional, _, value = body[5:].partition("=")
            name, by_lemma = "prep", False
            prepositions = frozenset(prepositional.split("|"))
        elif equals >= 0 and (colon < 0 or equals < colon):
            name, value = body[:equals], body[equals + 1 :]
            by_lemma = True
        else:
            name, _, value = body.partition(":")
            by_lemma = False
        if name not in _TESTS:
            raise ConfigError(f"{where}: unknown condition {piece!r}")
        tests.append(Test(name, frozenset(v for v in value.split("|") if v), prepositions, by_lemma, negated))
    return tuple(tests)


def _slots_in(text: str) -> tuple[Slot, ...]:
    slots = []
    for piece in text.split():
        path, _, only = piece.partition(":")
        slots.append(Slot(tuple(path.split(".")), only))
    return tuple(slots)


def load_classes(path: Path) -> dict[str, frozenset[str]]:
    """Read the word classes; ConfigError names the line that is wrong."""
    classes: dict[str, frozenset[str]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines)
            if rows.fieldnames != ["word_class", "words", "note"]:
                raise ConfigError(f"{path.name}:1: the columns must be word_class,words,note, not {rows.fieldnames}")
            for row in rows:
                name = row["word_class"].strip()
                if not name or name in classes:
                    raise ConfigError(f"{path.name}:{rows.line_num}: the class {name!r} is empty or stands twice")
                classes[name] = frozenset(w.strip().lower() for w in row["words"].split("|") if w.strip())
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); restore it from the repository") from error
    return classes


def load_lexicon(seeds: Path) -> Lexicon:
    """Read the lexicon and its word classes from the folder of dictionaries.

    Raises:
        ConfigError: a file is missing, or a row has an unknown type, relation, class or condition; names file and line.
    """
    classes = load_classes(seeds / "coder_word_classes.csv")
    path = seeds / "event_lexicon.csv"
    tables: dict[str, dict[str, list[Row]]] = {"VERB": {}, "NOUN": {}}
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines)
            if tuple(rows.fieldnames or ()) != COLUMNS:
                raise ConfigError(f"{path.name}:1: the columns must be {','.join(COLUMNS)}, not {rows.fieldnames}")
            for row in rows:
                where = f"{path.name}:{rows.line_num}"
                if row["pos"] not in tables:
                    raise ConfigError(f"{where}: pos must be VERB or NOUN, not {row['pos']!r}")
                if row["event_type"] != NO_EVENT and row["event_type"] not in EVENT_TYPES:
                    raise ConfigError(f"{where}: unknown event type {row['event_type']!r}")
                if (row["control"] or "") not in CONTROL_RELATIONS:
                    raise ConfigError(f"{where}: unknown control relation {row['control']!r}")
                entry = Row(
                    rows.line_num,
                    row["pos"],
                    _tests_in(row["when"] or "", where),
                    row["event_type"],
                    row["event_mode"] or None,
                    row["control"] or "",
                    _slots_in(row["actor"] or ""),
                    _slots_in(row["target"] or ""),
                    _slots_in(row["place"] or ""),
                )
                for slot in (*entry.actor, *entry.target, *entry.place):
                    if slot.only and slot.only not in classes and slot.only != "any":
                        raise ConfigError(f"{where}: unknown word class {slot.only!r}")
                for lemma in row["lemma"].split("|"):
                    tables[row["pos"]].setdefault(lemma.strip().lower(), []).append(entry)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); restore it from the repository") from error
    return Lexicon(
        {lemma: tuple(found) for lemma, found in tables["VERB"].items()},
        {lemma: tuple(found) for lemma, found in tables["NOUN"].items()},
        classes,
        _reversed(classes),
    )


def _reversed(classes: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, words in classes.items():
        for word in words:
            found.setdefault(word, set()).add(name)
    return {word: frozenset(names) for word, names in found.items()}
