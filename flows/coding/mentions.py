"""Names in a text: which words name an actor, a person or a place.

Names come from the dictionaries (actors, places and their aliases), from the world gazetteer, and, for names that
none of them holds, from the way they are written and used ("the town of X", "Colonel X", "X Brigade"). Matching is by
`names.name_key`, so spellings do not matter. The types of names are never asked of a statistical model: measured, those
were wrong for a third of the names in news on wars.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq
from lemminflect import getAllLemmas
from spacy.tokens import Doc, Token

from flows.coding.parse import Parsed
from flows.errors import ConfigError
from flows.names import name_key

MAX_NAME_TOKENS: Final = 9
_SINGLE_WORD_POPULATION: Final = 100_000
"""A single-word gazetteer name counts without grammatical support only above this population."""

_PLACE_PREPOSITIONS: Final = frozenset(
    [
        "in",
        "at",
        "near",
        "from",
        "to",
        "toward",
        "towards",
        "into",
        "around",
        "outside",
        "inside",
        "of",
        "across",
        "throughout",
        "over",
        "through",
        "within",
        "along",
        "between",
        "on",
        "against",
        "north",
        "south",
        "east",
        "west",
        "northeast",
        "northwest",
        "southeast",
        "southwest",
        "via",
        "off",
        "beyond",
    ]
)
_PLACE_VERBS: Final = frozenset(
    [
        "enter",
        "leave",
        "reach",
        "capture",
        "seize",
        "retake",
        "recapture",
        "besiege",
        "surround",
        "encircle",
        "overrun",
        "liberate",
        "occupy",
        "storm",
        "shell",
        "bombard",
        "flee",
        "evacuate",
        "take",
        "lose",
        "control",
        "approach",
        "blockade",
        "reclaim",
    ]
)
TIME_NAMES: Final = frozenset(
    [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "mondays",
        "tuesdays",
        "wednesdays",
        "thursdays",
        "fridays",
        "saturdays",
        "sundays",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "ramadan",
        "eid",
        "easter",
        "christmas",
        "gmt",
        "am",
        "pm",
        "sun",
        "mon",
        "tue",
        "tues",
        "wed",
        "thu",
        "thur",
        "thurs",
        "fri",
    ]
)
_DEMONYM_ENDINGS: Final = ("ish", "ese", "ian", "ans", "ians", "can", "i", "is", "ench", "utch")
_CONNECTORS: Final = frozenset(
    ["of", "for", "al", "el", "de", "la", "ibn", "bin", "the", "and", "-", "&", "du", "le", "des"]
)


@dataclass(frozen=True, slots=True)
class Known:
    """What the dictionaries know about a name: `kind` (`actor`, `person`, `place`), `subkind` (the dictionary's
    kind)."""

    kind: str
    subkind: str
    is_generic: bool = False
    population: int = 0
    actor_id: str = ""


@dataclass(slots=True)
class Name:
    """A name in the text: token span, `kind` (`actor`, `person`, `place`), the dictionary's kind, and its full form.

    `full` is the long form where the article introduces an abbreviation, else the text itself.
    """

    start: int
    end: int
    text: str
    kind: str
    subkind: str
    is_known: bool
    is_generic: bool
    full: str = ""
    actor_id: str = ""


@dataclass(slots=True)
class Names:
    """All names of an article: in order, by token, the abbreviations it introduces, dictionary ids of actors by
    text."""

    spans: list[Name] = field(default_factory=list)
    at: dict[int, Name] = field(default_factory=dict)
    abbreviations: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def of(self, token: Token) -> Name | None:
        """The name that covers a token, or None."""
        return self.at.get(token.i)


@dataclass(frozen=True, slots=True)
class Dictionaries:
    """Names that the coder recognises, by key; `generic` are common nouns that stand for an actor ("rebels")."""

    actors: Mapping[str, Known]
    generic: Mapping[str, Known]
    places: Mapping[str, Known]
    world: Mapping[str, int]
    first_words: frozenset[str]


def _rows(path: Path, needed: tuple[str, ...]) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = [c for c in needed if c not in (reader.fieldnames or ())]
            if missing:
                raise ConfigError(f"{path.name}:1: column {missing[0]!r} is missing")
            return list(reader)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); restore it from the repository") from error


def load_dictionaries(seeds: Path, gazetteer: Path) -> Dictionaries:
    """Read the dictionaries and the gazetteer.

    Args:
        seeds: the folder with actors.csv, actor_aliases.csv, places.csv, place_aliases.csv.
        gazetteer: the Parquet file of world places (columns keys, kind, population).

    Raises:
        ConfigError: a file is missing or lacks a column.
    """
    kinds: dict[str, str] = {}
    actors: dict[str, Known] = {}
    generic: dict[str, Known] = {}
    places: dict[str, Known] = {}

    def add(table: dict[str, Known], name: str, known: Known) -> None:
        key = name_key(name)
        if key and key not in table:
            table[key] = known

    for row in _rows(seeds / "actors.csv", ("actor_id", "name", "kind")):
        kinds[row["actor_id"]] = row["kind"]
        kind = "person" if row["kind"] == "person" else "actor"
        if row["kind"] != "side":
            add(actors, row["name"], Known(kind, row["kind"], actor_id=row["actor_id"]))
    for row in _rows(seeds / "actor_aliases.csv", ("actor_id", "alias", "alias_kind")):
        subkind = kinds.get(row["actor_id"], "other")
        kind = "person" if subkind == "person" else "actor"
        if row["alias_kind"] == "generic" and not any(c.isupper() for c in row["alias"]):
            add(generic, row["alias"], Known("actor", subkind, True))
        else:
            add(actors, row["alias"], Known(kind, subkind, actor_id=row["actor_id"]))
    place_kinds: dict[str, str] = {}
    for row in _rows(seeds / "places.csv", ("place_id", "name", "kind")):
        place_kinds[row["place_id"]] = row["kind"]
        add(places, row["name"], Known("place", row["kind"]))
    for row in _rows(seeds / "place_aliases.csv", ("place_id", "alias")):
        add(places, row["alias"], Known("place", place_kinds.get(row["place_id"], "other")))

    world: dict[str, int] = {}
    if not gazetteer.exists():
        raise ConfigError(f"{gazetteer}: the gazetteer is missing; build it first (sitrep reference)")
    table = pq.read_table(gazetteer, columns=["keys", "kind", "population"])
    for keys, kind, population in zip(
        table["keys"].to_pylist(), table["kind"].to_pylist(), table["population"].to_pylist(), strict=True
    ):
        for key in keys or ():
            if kind == "country":
                places.setdefault(key, Known("place", "country"))
            elif world.get(key, -1) < (population or 0):
                world[key] = population or 0
    first = frozenset(k.split(" ", 1)[0] for t in (actors, generic, places, world) for k in t)
    return Dictionaries(actors, generic, places, world, first)


def _capitalised(token: Token) -> bool:
    text = token.text
    return text[:1].isupper() or (len(text) > 3 and text[:3].lower() in ("al-", "el-") and text[3:4].isupper())


def _joins(token: Token) -> bool:
    return token.lower_ in _CONNECTORS


@lru_cache(maxsize=50_000)
def is_english(word: str) -> bool:
    """An ordinary English word: no place by itself, though many a village bears its name."""
    return bool(getAllLemmas(word))


class Recogniser:
    """Finds the names of an article; built once from the dictionaries and word classes."""

    def __init__(self, known: Dictionaries, classes: Mapping[str, frozenset[str]]) -> None:
        self._known = known
        self._places = classes["place"]
        self._heads = classes["name_head"]
        self._titles = classes["title"]
        self._armed = classes["armed"]

    def names_in(self, parsed: Parsed) -> Names:
        """All names of the article, left to right, none overlapping; costs time linear in its length."""
        doc = parsed.doc
        names = Names()
        lower_seen = {t.lower_ for t in doc if t.is_lower}
        taken = bytearray(len(doc) + 1)
        for sentence in parsed.sentences:
            self._known_names(doc, sentence.span.start, sentence.span.end, names, taken, lower_seen)
            self._unknown_names(doc, sentence.span.start, sentence.span.end, names, taken, lower_seen)
        names.spans.sort(key=lambda n: n.start)
        self._abbreviate(doc, names)
        for name in names.spans:
            name.full = names.abbreviations.get(name.text, self._with_apostrophe(name))
            if name.actor_id:
                names.ids.setdefault(name.text.lower(), name.actor_id)
            for i in range(name.start, name.end):
                names.at[i] = name
        self._agree(names)
        return names

    def _lookup(self, text: str) -> Known | None:
        key = name_key(text)
        if key is None:
            return None
        found = self._by_key(key)
        if found is None and len(text) > 4 and text.endswith("s") and not text.endswith("ss"):
            found = self._lookup_exact(text[:-1])  # texts that lost their apostrophes: "Aleppos", "Assads"
        return found

    def _with_apostrophe(self, name: Name) -> str:
        """The name without the "s" of a possessive that lost its apostrophe ("Syrias")."""
        text = name.text
        if name.is_known and len(text) > 4 and text.endswith("s") and not text.endswith(("ss", "'s", "’s")):
            key, bare = name_key(text), name_key(text[:-1])
            if (key is None or self._by_key(key) is None) and bare is not None and self._by_key(bare) is not None:
                return text[:-1]
        return text

    def _lookup_exact(self, text: str) -> Known | None:
        key = name_key(text)
        return None if key is None else self._by_key(key)

    def _by_key(self, key: str) -> Known | None:
        actor, place = self._known.actors.get(key), self._known.places.get(key)
        if actor is None or actor.kind == "person":
            return actor or place
        if place is None and self._known.world.get(key, 0) >= _SINGLE_WORD_POPULATION and actor.subkind == "state":
            place = Known("place", "city")
        if place is None:
            return actor
        return (
            place if place.subkind == "country" else Known("place", "capital")
        )  # "Syria", "Damascus": place and state

    def _known_names(
        self, doc: Doc, start: int, end: int, names: Names, taken: bytearray, lower_seen: set[str]
    ) -> None:
        i = start
        while i < end:
            token = doc[i]
            if token.is_punct or token.is_space or not (_capitalised(token) or token.lower_ in ("al", "el")):
                if not token.is_punct and token.lemma_ and not token.is_stop:
                    self._generic(doc, i, end, names, taken)
                i += 1
                continue
            if not self._may_begin_a_name(token) or self._is_half(doc, i, start, end):
                i += 1
                continue
            found = None
            for j in range(min(end, i + MAX_NAME_TOKENS), i, -1):
                last = doc[j - 1]
                if (
                    last.is_punct
                    or last.is_space
                    or (j - 1 > i and (_joins(last) or (last.is_lower and len(last) < 4)))
                ):
                    continue
                if last.lower_ in ("'s", "'"):
                    continue
                if j - i == 1 and (token.lower_ in ("the", "a", "an", "al", "el") or not self._single_ok(token, start)):
                    continue
                text = doc[i:j].text
                known = self._lookup(text)
                if known is None and j - i > 1 and token.lower_ in ("al", "el"):
                    known = None
                if known is None:
                    known = self._world(doc, i, j, start, lower_seen)
                if known is not None:
                    found = (j, known)
                    break
            if found is None:
                i += 1
                continue
            j, known = found
            begin = i + 1 if doc[i].lower_ in ("the", "a", "an") and j - i > 1 else i
            self._add(doc, begin, j, known, names, taken)
            i = j

    @staticmethod
    def _is_half(doc: Doc, i: int, start: int, end: int) -> bool:
        """Half of a hyphenated abbreviation ("CSP-DPA"): it names nothing by itself."""
        if not (doc[i].text.isupper() and len(doc[i]) > 1):
            return False
        before = i - 2 >= start and doc[i - 1].text == "-" and not doc[i - 1].whitespace_ and not doc[i - 2].whitespace_
        after = i + 2 < end and doc[i + 1].text == "-" and not doc[i].whitespace_ and not doc[i + 1].whitespace_
        return (before and doc[i - 2].text.isupper()) or (after and doc[i + 2].text.isupper())

    def _may_begin_a_name(self, token: Token) -> bool:
        """Whether any name of the dictionaries begins with this word; spares the longer look-ups."""
        key = name_key(token.text)
        if key is None or token.lower_ in ("the", "a", "an", "al", "el"):
            return True
        first = key.split(" ", 1)[0]
        return first in self._known.first_words or (len(token) > 4 and token.text.endswith("s"))

    @staticmethod
    def _single_ok(token: Token, start: int) -> bool:
        """A capital at the start of a sentence proves nothing unless the tagger also sees a name."""
        return token.i > start or token.pos_ in ("PROPN", "X", "NOUN", "ADJ")

    def _generic(self, doc: Doc, i: int, end: int, names: Names, taken: bytearray) -> None:
        if taken[i] or doc[i].pos_ not in ("NOUN", "PROPN", "ADJ"):
            return
        for j in range(min(end, i + 4), i, -1):
            key = name_key(doc[i:j].text)
            if key and key in self._known.generic and doc[j - 1].pos_ in ("NOUN", "PROPN"):
                self._add(doc, i, j, self._known.generic[key], names, taken)
                return

    def _world(self, doc: Doc, i: int, j: int, start: int, lower_seen: set[str]) -> Known | None:
        """A gazetteer place, if the words around it let it be one."""
        text = doc[i:j].text
        key = name_key(text)
        if key is None:
            return None
        population = self._known.world.get(key)
        if population is None:
            return None
        first, last = doc[i], doc[j - 1]
        if j - i == 1 and (
            first.lower_ in TIME_NAMES or first.pos_ not in ("PROPN", "NOUN", "X") or is_english(first.lower_)
        ):
            return None
        if first.lower_ in TIME_NAMES or last.lower_ in TIME_NAMES:
            return None
        if (
            j < len(doc)
            and j - i == 1
            and _capitalised(doc[j])
            and doc[j].pos_ == "PROPN"
            and doc[j].lower_ not in self._places
        ):
            return None  # part of a longer name
        if i > start and (
            doc[i - 1].lower_.strip(".") in self._titles
            or (_capitalised(doc[i - 1]) and doc[i - 1].pos_ == "PROPN" and i - 1 > start)
        ):
            return None
        if any(t.lower_ in lower_seen for t in doc[i:j]) and not self._place_context(doc, i, j, start):
            return None
        if self._place_context(doc, i, j, start) and last.pos_ in ("PROPN", "NOUN", "X", "ADJ"):
            return Known("place", "city", population=population)
        if population >= _SINGLE_WORD_POPULATION and first.pos_ == "PROPN" and len(text) > 3:
            return Known("place", "city", population=population)
        return None

    def _place_context(self, doc: Doc, i: int, j: int, start: int) -> bool:
        """A place preposition before, or a place noun on either side ("the town of X", "X province")."""
        before = doc[i - 1] if i > start else None
        if before is not None and before.lower_ == "the" and i - 1 > start:
            before = doc[i - 2]
        if j < len(doc) and (doc[j].lower_ in self._places or doc[j].lemma_ in self._places):
            return True
        if before is None:
            return False
        if before.lower_ == "of":
            noun = doc[i - 2] if i - 2 >= start else None
            return noun is not None and (noun.lemma_ in self._places or noun.lower_ == "out")
        if before.lower_ in _PLACE_PREPOSITIONS:
            return True
        return before.lemma_ in self._places or (before.lower_ in ("'s",) and False)

    def _unknown_names(
        self, doc: Doc, start: int, end: int, names: Names, taken: bytearray, lower_seen: set[str]
    ) -> None:
        """Capitalised runs that no dictionary holds."""
        i = start
        while i < end:
            token = doc[i]
            if taken[i] or not self._starts_name(token, start, lower_seen):
                i += 1
                continue
            j = i + 1
            while j < end and not taken[j]:
                word = doc[j]
                if (
                    _capitalised(word)
                    and not word.is_punct
                    and word.pos_ not in ("PRON", "VERB", "AUX")
                    and word.lower_ not in TIME_NAMES
                ):
                    j += 1
                elif (
                    _joins(word)
                    and word.lower_ not in ("the", "and", "-")
                    and j + 1 < end
                    and _capitalised(doc[j + 1])
                    and not taken[j + 1]
                ) or (
                    word.text == "-"
                    and j + 1 < end
                    and not taken[j + 1]
                    and _capitalised(doc[j + 1])
                    and not word.whitespace_
                    and not doc[j - 1].whitespace_
                ):
                    j += 2
                else:
                    break
            if j - i > 2 and doc[i].pos_ == "ADJ" and doc[i].lower_.endswith(_DEMONYM_ENDINGS):
                i += 1  # "American Kevin King": the person, not the nationality
            kind, subkind = self._kind_of_unknown(doc, i, j, start)
            if kind:
                self._add(doc, i, j, Known(kind, subkind), names, taken, is_known=False)
            i = j

    def _starts_name(self, token: Token, start: int, lower_seen: set[str]) -> bool:
        doc = token.doc
        if (
            token.lower_ in ("al", "el", "as", "ar", "ad", "an", "at", "az", "ash")
            and token.i + 2 < len(doc)
            and doc[token.i + 1].text == "-"
            and not token.whitespace_
            and doc[token.i + 2].text[:1].isupper()
            and token.pos_ in ("PROPN", "X", "NOUN", "DET", "ADJ")
        ):
            return True  # "Al-Abdiyah was overrun", "al-Kashef"
        if not _capitalised(token) or token.is_punct or token.like_num or token.lower_ in TIME_NAMES:
            return False
        if token.pos_ in ("PRON", "DET", "ADP", "CCONJ", "SCONJ", "AUX", "ADV", "VERB", "INTJ", "PART", "NUM"):
            return False
        if token.i == start and token.lower_ in lower_seen:
            return False
        if token.i == start and token.pos_ != "PROPN":
            return False
        return token.pos_ in ("PROPN", "X") or (token.pos_ in ("NOUN", "ADJ") and token.i > start)

    def _kind_of_unknown(self, doc: Doc, i: int, j: int, start: int) -> tuple[str, str]:
        last, first = doc[j - 1], doc[i]
        before = doc[i - 1] if i > start else None
        if (
            last.lower_ in self._heads
            or last.lemma_ in self._heads
            or any(
                t.lower_ in self._heads
                for t in doc[i:j]
                if t.i < j - 1 and t.i + 1 < j and doc[t.i + 1].lower_ in ("of", "for")
            )
        ):
            return "actor", "armed" if last.lemma_ in self._armed else "other"
        if last.lower_ in self._places or last.lemma_ in self._places:
            return "place", last.lemma_
        if before is not None and before.lower_.strip(".") in self._titles:
            return "person", "person"
        if first.lower_.strip(".") in self._titles and j - i > 1:
            return "person", "person"
        if j - i == 1 and (first.pos_ == "ADJ" or is_english(first.lower_)) and not first.text.isupper():
            return "", ""
        if self._place_context(doc, i, j, start):
            return "place", "other"
        if first.text.isupper() and len(first.text) >= 2 and j - i == 1:
            return "actor", "other"
        if first.pos_ == "ADJ" or (first.pos_ == "PROPN" and first.dep_ in ("amod",)):
            return "", ""
        root = doc[i:j].root
        while root.dep_ == "flat" and root.head.i < root.i and root.head.i >= start:
            root = root.head
        if root.dep_ in ("obj", "nsubj:pass") and root.head.lemma_ in _PLACE_VERBS:
            return "place", "other"
        if any(
            c.dep_ == "appos" and c.i > root.i and (c.lemma_ in self._places or c.lower_ == "home")
            for c in root.children
        ):
            return "place", "other"
        if root.dep_ in ("nsubj", "appos") and root.head.lemma_ in ("say", "tell", "add", "report", "state", "claim"):
            return "person", "person"
        if j - i >= 2:
            return "person", "person"
        return "actor", "other"

    @staticmethod
    def _add(doc: Doc, i: int, j: int, known: Known, names: Names, taken: bytearray, is_known: bool = True) -> None:
        if any(taken[k] for k in range(i, j)):
            return
        text = doc[i:j].text
        names.spans.append(
            Name(i, j, text, known.kind, known.subkind, is_known, known.is_generic, text, known.actor_id)
        )
        for k in range(i, j):
            taken[k] = 1

    @staticmethod
    def _abbreviate(doc: Doc, names: Names) -> None:
        """Abbreviations in brackets after a name: "Libyan National Army (LNA)"."""
        for name in names.spans:
            j = name.end
            if j + 2 < len(doc) and doc[j].text == "(" and doc[j + 2].text == ")":
                short = doc[j + 1].text
                is_short = 2 <= len(short) <= 8 and sum(c.isupper() for c in short) >= 2
                if is_short and name.kind != "place" and name.end - name.start > 1:
                    names.abbreviations.setdefault(short, name.text)

    @staticmethod
    def _agree(names: Names) -> None:
        """One spelling, one kind: an unknown name takes the kind it has most often in the article, places first."""
        kinds: dict[str, dict[str, int]] = {}
        for name in names.spans:
            if not name.is_known:
                kinds.setdefault(name.text, {}).setdefault(name.kind, 0)
                kinds[name.text][name.kind] += 1
        for name in names.spans:
            votes = kinds.get(name.text)
            if votes and not name.is_known and len(votes) > 1:
                best = max(votes, key=lambda k: (votes[k], k == "place"))
                name.kind = best
        people = {n.text.split()[-1]: n for n in names.spans if n.kind == "person" and " " in n.text}
        for name in names.spans:
            if not name.is_known and " " not in name.text and name.text in people and name.kind != "place":
                name.kind, name.subkind = "person", "person"
                name.full = people[name.text].text
