"""Noun phrases as arguments: what kind of thing they name, and whom or what they stand for within the article.

Pronouns ("they"), definite descriptions ("the group", "the town"), abbreviations and phrases around a name ("fighters
of the X") are led back to a name or fuller phrase of the same article, by recency, grammatical role and agreement in
kind. Who the name is in the world is not decided here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from spacy.tokens import Token

from flows.coding.grammar import (
    SPEECH,
    below_quantity,
    conjuncts,
    is_verb,
    kids,
    phrase,
    prepositions,
    subjects,
)
from flows.coding.lexicon import Lexicon
from flows.coding.mentions import TIME_NAMES, Name, Names
from flows.coding.model import Argument
from flows.coding.parse import Parsed
from flows.coding.speech import SpeechMap
from flows.names import name_key

LOOK_BACK_SENTENCES: Final = 6
LEAD_WEIGHT: Final = 1.5
FOCUS_WEIGHT: Final = 3.0
CLEAR_FOCUS: Final = 2.0
"""A place is what an article is about from this weight on; a name in the title or first sentence weighs more."""
LOOK_BACK_ENTITIES: Final = 60
"""An antecedent is sought this far back, no further: it keeps the cost of a long article linear."""

_HE: Final = frozenset(["he", "she", "him", "her", "his", "hers", "himself", "herself"])
_IT: Final = frozenset(["it", "its", "itself"])
_THEY: Final = frozenset(["they", "them", "their", "theirs", "themselves", "both"])
_WE: Final = frozenset(["we", "us", "our", "ours", "i", "my", "me", "mine", "ourselves"])
_MOUTHPIECES: Final = frozenset(["spokesman", "spokesperson", "spokeswoman"])
_WHEREABOUTS: Final = frozenset(
    [
        "in",
        "near",
        "on",
        "outside",
        "inside",
        "at",
        "around",
        "across",
        "throughout",
        "within",
        "along",
        "about",
        "over",
    ]
)
_NO_START: Final = frozenset(["also", "where", "when", "which", "that", "now", "then", "today", "however", "meanwhile"])
_WHERE: Final = frozenset(["there", "here"])
_DEFINITE: Final = frozenset(["the", "this", "that", "these", "those", "its", "their", "his", "her", "such"])
_STANDS_ALONE: Final = frozenset(
    [
        "army",
        "regime",
        "government",
        "rebel",
        "opposition",
        "police",
        "military",
        "state",
        "ground",
        "border",
        "front",
        "capital",
        "east",
        "west",
        "north",
        "south",
        "world",
        "west",
        "country",
        "public",
        "media",
        "people",
        "civilian",
    ]
)
_OF_NAME_HEADS: Final = frozenset(
    [
        "force",
        "troop",
        "fighter",
        "militant",
        "soldier",
        "army",
        "militia",
        "militiaman",
        "group",
        "member",
        "element",
        "unit",
        "rebel",
        "gunman",
        "insurgent",
        "terrorist",
        "jihadist",
        "jihadi",
        "extremist",
        "loyalist",
        "faction",
        "side",
        "movement",
        "organisation",
        "organization",
        "government",
        "regime",
        "military",
        "authority",
        "warplane",
        "jet",
        "plane",
        "aircraft",
        "helicopter",
        "drone",
        "command",
        "leadership",
        "personnel",
        "air",
        "branch",
        "spokesman",
        "party",
        "network",
        "gang",
        "police",
        "official",
        "commander",
        "leader",
        "administration",
        "convoy",
        "tank",
        "vehicle",
        "navy",
        "guard",
        "brigade",
        "battalion",
        "cell",
        "supporter",
        "fleet",
        "general",
        "staff",
        "operation",
        "division",
        "partisan",
        "separatist",
        "affiliate",
    ]
)
_PLACE_WRAPPERS: Final = frozenset(
    [
        "town",
        "village",
        "city",
        "district",
        "neighbourhood",
        "neighborhood",
        "area",
        "region",
        "province",
        "governorate",
        "capital",
        "base",
        "airbase",
        "airport",
        "port",
        "camp",
        "suburb",
        "island",
        "road",
        "bridge",
        "crossing",
        "field",
        "dam",
        "settlement",
        "hamlet",
        "countryside",
        "enclave",
        "stronghold",
        "bastion",
        "valley",
        "county",
        "state",
        "republic",
        "municipality",
        "locality",
        "prison",
        "mountain",
        "peninsula",
        "front",
        "axis",
        "headquarters",
    ]
)
_OF_PLACES: Final = frozenset(
    [
        "seal",
        "capture",
        "seize",
        "surround",
        "besiege",
        "encircle",
        "retake",
        "recapture",
        "overrun",
        "liberate",
        "loss",
        "fall",
        "recapture",
        "takeover",
        "storm",
        "shell",
        "bombard",
        "occupy",
        "lose",
        "regain",
        "reclaim",
    ]
)
_INSTALLATIONS: Final = frozenset(
    [
        "position",
        "target",
        "base",
        "outpost",
        "camp",
        "headquarters",
        "stronghold",
        "checkpoint",
        "site",
        "hideout",
        "line",
        "post",
        "barracks",
    ]
)
"""Nouns that a party's name before them does not place: "Armenian positions" may be anywhere."""

_NO_SETTLEMENTS: Final = frozenset(
    [
        "region",
        "governorate",
        "province",
        "base",
        "airbase",
        "airport",
        "oil_port",
        "oil_field",
        "dam",
        "road",
        "prison",
        "border_crossing",
    ]
)
_LEADING: Final = re.compile(
    r"^(?:(?:the|a|an|this|that|these|those|some|several|many|more than|at least|about|around|nearly|almost|over|up to|"
    r"as many as|dozens of|scores of|hundreds of|thousands of|all|most of|most|both|two|three|four|five|six|seven|"
    r"eight|"
    r"least|"
    r"nine|ten|eleven|twelve|its|their|his|her|our|my|other|another|no|any|\d[\d,.]*)\s+)+",
    re.IGNORECASE,
)


_ARMY: Final = re.compile(r"\b(?:armed forces|air force|aerospace|army|military|navy|troops|soldiers)\b", re.IGNORECASE)
"""A state's forces: no "group", "militants" or "insurgents" stand for them."""


@dataclass(slots=True)
class Entity:
    """A thing the article mentions: where, what kind, and the words that name it best."""

    head: int
    sentence: int
    classes: frozenset[str]
    lemma: str
    text: str
    is_name: bool
    subkind: str
    plural: bool
    subject: bool
    name_text: str


class Phrases:
    """Arguments and antecedents over one parsed article."""

    def __init__(self, parsed: Parsed, names: Names, lexicon: Lexicon, speech: SpeechMap) -> None:
        self.speech = speech
        self.parsed = parsed
        self.names = names
        self.classes = lexicon.classes
        self._by_lemma = lexicon.classes_of
        self._deeds = lexicon.verbs
        self._event_nouns = lexicon.nouns
        self._class_cache: dict[int, frozenset[str]] = {}
        self._resolved: dict[int, Entity | None] = {}
        self.entities: list[Entity] = []
        self._entity_at: dict[int, int] = {}
        self._weights: dict[str, float] = defaultdict(float)
        self._first_named: dict[str, Name] = {}
        self.focus_is_clear = False
        self._collect()
        self._weigh()

    # -- kinds ---------------------------------------------------------------------------------------------------

    def classes_of(self, token: Token) -> frozenset[str]:
        """The word classes a phrase's head belongs to, by lemma and by name; pronouns by their antecedent."""
        cached = self._class_cache.get(token.i)
        if cached is not None:
            return cached
        self._class_cache[token.i] = frozenset(("any",))  # guards against loops
        found = self._classes(token)
        self._class_cache[token.i] = found
        return found

    def _classes(self, token: Token) -> frozenset[str]:
        inner = below_quantity(token)
        if inner.i != token.i:
            return self.classes_of(inner)
        if (token.pos_ == "PRON" or token.lower_ in _WE) and self.names.of(token) is None:
            entity = self.resolve(token)
            if entity is not None:
                return entity.classes | {"any"}
            if token.lower_ in _HE:
                return frozenset(("person", "state", "armed", "people", "any"))
            if token.lower_ in _THEY | _WE:
                return frozenset(("armed", "state", "people", "any"))
            if token.lower_ in _IT:
                return frozenset(("armed", "state", "place", "any"))
            return frozenset(("any",))
        return self._own_classes(token) | {"any"}

    def _own_classes(self, token: Token) -> frozenset[str]:
        by_lemma = self._by_lemma.get(token.lemma_, frozenset()) | self._by_lemma.get(token.lower_, frozenset())
        name = self.names.of(token)
        if name is None:
            if token.pos_ == "PROPN" and not by_lemma:
                if token.text.endswith("s") and token.text[:1].isupper() and "Plur" in token.morph.get("Number", []):
                    return frozenset(("armed", "state", "people"))
                return frozenset(("armed", "state", "person"))
            if token.pos_ == "NUM" or (token.pos_ == "ADJ" and token.dep_ in ("nsubj", "nsubj:pass", "obj")):
                return by_lemma | {"people"}
            return by_lemma
        return _name_classes(name) | (
            by_lemma - {"place"}
            if name.kind != "place"
            else by_lemma & {"base_place", "military_place", "settlement", "region", "way", "border", "place"}
        )

    def is_a(self, token: Token, *wanted: str) -> bool:
        """True if the phrase's head is of one of these classes."""
        return not self.classes_of(token).isdisjoint(wanted)

    # -- arguments -----------------------------------------------------------------------------------------------

    def argument(self, head: Token, kind: str | None = None) -> Argument:
        """The phrase of a head as an argument, resolved within the article."""
        name = self.names.of(head)
        start, end = phrase(head)
        if name is not None:
            start, end = min(start, name.start), max(end, name.end)
        if any(
            self.parsed.doc[i].lower_ in TIME_NAMES or (self.parsed.doc[i].like_num and len(self.parsed.doc[i]) == 4)
            for i in range(start, head.i)
        ):
            start = max(
                (
                    i + 1
                    for i in range(start, head.i)
                    if self.parsed.doc[i].lower_ in TIME_NAMES or self.parsed.doc[i].like_num
                ),
                default=start,
            )
        for child in kids(head, "case"):
            if start <= child.i < head.i and child.lower_ not in ("'s", "'"):
                start = child.i + 1  # "most probably by the army"
        while start < head.i and (
            self.parsed.doc[start].is_punct
            or (
                self.parsed.doc[start].pos_ in ("ADP", "CCONJ", "SCONJ", "PART")
                and self.parsed.doc[start + 1].lower_ not in ("least", "most", "to", "than")
                and self.parsed.doc[start].lower_ not in ("around", "about", "over", "up", "to", "'s")
            )
            or self.parsed.doc[start].lower_ in _NO_START
        ):
            start += 1
        end = self._bounded(start, end)
        span = self.parsed.doc[start:end]
        text = self.parsed.words_of(span).strip(" ,\"'“”‘’()")
        entity = self.resolve(head)
        named = self._names_it(head) if name is None else None
        if named is not None:
            return Argument(start, end, head.i, text or span.text, self._full(named), kind or self.kind_of(head))
        beside = self._name_beside(head, end) if name is None else None
        if beside is not None and entity is None:
            text = self.parsed.words_of(self.parsed.doc[start : max(end, beside.end)]).strip(" ,\"'“”‘’()")
            return Argument(start, max(end, beside.end), head.i, text, self._full(beside), kind or self.kind_of(head))
        antecedent = entity.name_text if entity is not None else self._core(head, start, end)
        return Argument(start, end, head.i, text or span.text, antecedent or text, kind or self.kind_of(head))

    def _names_it(self, head: Token) -> Name | None:
        """The place a description stands beside: "Qamishli, a town in the north"."""
        if head.dep_ != "appos" or head.lemma_ not in self.classes["place"]:
            return None
        name = self.names.of(head.head)
        return name if name is not None and name.kind == "place" and name.subkind != "country" else None

    def _name_beside(self, head: Token, end: int) -> Name | None:
        """The name in apposition to a description: "the president, X", "regime allies X and Y"."""
        if head.pos_ not in ("NOUN", "PROPN"):
            return None
        for child in head.children:
            if (
                child.dep_ in ("appos", "flat", "nmod:desc", "nmod:unmarked")
                and child.i > head.i
                and child.left_edge.i <= end + 1
            ):
                name = self.names.of(child)
                if name is not None and not name.is_generic and name.kind != "place":
                    return name
                if name is not None and name.subkind == "country" and self.is_a(head, "state"):
                    return name
        return None

    def _bounded(self, start: int, end: int) -> int:
        """Very long phrases are cut: a slot holds a name or description, not a paragraph; so are phrases at a comma."""
        end = min(end, start + 24)
        comma = next((i for i in range(start + 1, end) if self.parsed.doc[i].text in (",", ";", ":")), end)
        return comma if self.parsed.doc[comma - 1].pos_ in ("NOUN", "PROPN", "NUM", "PRON") else end

    def kind_of(self, head: Token) -> str:
        """One kind for an argument."""
        classes = self.classes_of(head)
        name = self.names.of(head)
        if name is not None:
            return {"place": "place", "person": "person"}.get(
                name.kind, "state" if name.subkind == "state" else "armed"
            )
        for kind in ("armed", "people", "person", "place", "state", "goods"):
            if kind in classes:
                return kind
        return "thing"

    def _core(self, head: Token, start: int, end: int) -> str:
        """The naming part of a phrase: the name a generic head belongs to, else the phrase without counts and
        articles."""
        doc = self.parsed.doc
        inner = below_quantity(head)
        name = self.names.of(inner)
        if name is not None and not name.is_generic and (name.kind == "place" or name.end > inner.i):
            return self._full(name)
        if inner.lemma_ in _OF_NAME_HEADS or inner.lemma_ in _PLACE_WRAPPERS or inner.lemma_ in self.classes["place"]:
            place_wanted = inner.lemma_ not in _OF_NAME_HEADS
            for candidate in self._names_within(inner, start, end):
                if place_wanted == (candidate.kind == "place"):
                    if not place_wanted and candidate.kind == "person":
                        continue
                    return self._full(candidate)
        if inner.lemma_ in _OF_NAME_HEADS:
            for owner in kids(inner, "nmod:poss"):  # "its ground forces": the forces of whoever "its" is
                entity = self.resolve(owner)
                if entity is not None and entity.name_text:
                    return entity.name_text
        if inner.i != head.i:
            low, high = phrase(inner)
            start, end = low, max(high, low + 1)
        if not self.is_a(inner, "place") or self.is_a(inner, "armed", "people"):
            end = self._without_whereabouts(inner, end)
            start = self._without_place_names(inner, start)
        text = self.parsed.words_of(doc[start:end]).strip(" ,\"'“”‘’()")
        for within in self._names_within(inner, start, end):
            if within.full and within.text == within.full + "s":  # "Assads forces": an apostrophe lost
                text = text.replace(within.text, within.full)
        return _LEADING.sub("", text) or text

    def _without_whereabouts(self, head: Token, end: int) -> int:
        """A party without where it stands: "rebels" of "rebels near X", unless that belongs to its name."""
        doc = self.parsed.doc
        for i in range(head.i + 1, end):
            if doc[i].lower_ in _WHEREABOUTS and self.names.at.get(i) is None:
                return i
        return end

    def _without_place_names(self, head: Token, start: int) -> int:
        """A party without a run of places before it, which is a remnant of a page ("Syria Idlib regime")."""
        places = {n.start: n for i in range(start, head.i) if (n := self.names.at.get(i)) and n.kind == "place"}
        if len(places) < 2 or any(t.text in (",", "-") or t.pos_ == "CCONJ" for t in self.parsed.doc[start : head.i]):
            return start
        return max(places[k].end for k in places)

    def _full(self, name: Name) -> str:
        if name.full and name.full != name.text:
            return name.full
        return self.parsed.words_of(self.parsed.doc[name.start : name.end])

    def _names_within(self, head: Token, start: int, end: int) -> list[Name]:
        found: list[Name] = []
        for i in range(start, end):
            name = self.names.at.get(i)
            if name is not None and not name.is_generic and (not found or found[-1] is not name):
                found.append(name)
        # the name nearest to the head names the thing itself ("Jufra airbase", "town of Waddan")
        return sorted(found, key=lambda n: min(abs(n.start - head.i), abs(n.end - 1 - head.i)))

    # -- antecedents ---------------------------------------------------------------------------------------------

    def _collect(self) -> None:
        for position, sentence in enumerate(self.parsed.sentences):
            for token in sentence.span:
                if token.pos_ not in ("NOUN", "PROPN") and self.names.of(token) is None:
                    continue
                name = self.names.of(token)
                if name is not None and token.i != self._name_head(name):
                    continue
                if token.dep_ in ("flat", "goeswith", "fixed") and name is None:
                    continue
                if token.dep_ == "compound" and name is None:
                    continue
                subject = token.dep_ in ("nsubj", "nsubj:pass", "nsubj:outer")
                text = name.text if name is not None else token.text
                entity = Entity(
                    token.i,
                    position,
                    self._own_classes(token),
                    token.lemma_,
                    text,
                    name is not None and not name.is_generic,
                    name.subkind if name else "",
                    "Plur" in token.morph.get("Number", []),
                    subject,
                    self._full(name) if name is not None else "",
                )
                self._entity_at[token.i] = len(self.entities)
                self.entities.append(entity)

    def _name_head(self, name: Name) -> int:
        return self.parsed.doc[name.start : name.end].root.i

    def resolve(self, token: Token) -> Entity | None:
        """The earlier entity that a pronoun or definite description stands for; None when it stands for itself."""
        if token.i in self._resolved:
            return self._resolved[token.i]
        self._resolved[token.i] = None
        found = self._resolve(token)
        self._resolved[token.i] = found
        return found

    def _resolve(self, token: Token) -> Entity | None:
        low = token.lower_
        if low in _WE and (low == "i" or not token.text.isupper()):
            return self._speaker(token)
        if token.pos_ in ("PRON", "DET") or low in _HE | _IT | _THEY:
            if low in _HE:
                return self._back(token, lambda e: "person" in e.classes and not e.plural and (e.is_name or e.subject))
            if (
                low in _IT
                and token.head.lemma_ in _OF_PLACES
                and (token.dep_ in ("obj", "nsubj:pass", "nmod:poss") or token.head.lemma_ == "fall")
            ):
                return self._back(
                    token,
                    lambda e: (
                        "place" in e.classes
                        and e.subkind != "country"
                        and (e.is_name or bool(e.classes & {"settlement", "region", "base_place"}))
                    ),
                )
            if low in _IT:
                acts = self._does_something(token)
                return self._back(
                    token,
                    lambda e: (
                        not e.plural
                        and not e.classes.isdisjoint(("armed", "state") if acts else ("armed", "state", "place"))
                        and "person" not in e.classes
                        and (not acts or "place" not in e.classes or e.subkind in ("country", "capital"))
                    ),
                )
            if low in _THEY:
                above = self._subject_above(token)
                if above is not None:
                    return above
                return self._back(
                    token,
                    lambda e: (
                        (e.plural or ("armed" in e.classes and "person" not in e.classes))
                        and not e.classes.isdisjoint(("armed", "people", "state"))
                        and ("place" not in e.classes or e.subkind in ("country", "capital"))
                    ),
                )
            return None
        if token.pos_ not in ("NOUN", "PROPN") or (
            self.names.of(token) is not None and not self.names.at[token.i].is_generic
        ):
            return None
        return self._definite(token)

    def _subject_above(self, token: Token) -> Entity | None:
        """ "they" in a clause below one with a plural subject: "some of the leaders slipped away, from where they"."""
        if token.dep_ not in ("nsubj", "nsubj:pass"):
            return None
        verb = token.head
        for _ in range(4):
            if verb.dep_ not in ("advcl", "ccomp", "xcomp") or verb.head.i == verb.i:
                return None
            verb = verb.head
            for subject in kids(verb, "nsubj", "nsubj:pass"):
                inner = below_quantity(subject)
                k = self._entity_at.get(inner.i)
                if k is None or inner.i > token.i or not is_verb(verb):
                    return None
                entity = self.entities[k]
                if not entity.plural or entity.classes.isdisjoint(("armed", "state", "people")):
                    return None
                if not entity.name_text:
                    entity.name_text = self._entity_text(entity)
                return entity
        return None

    def _does_something(self, token: Token) -> bool:
        """ "it" as the subject of a deed or a saying: a party, not a town."""
        verb = token.head
        if token.dep_ == "nmod:poss":
            return verb.pos_ == "NOUN" and verb.lemma_ in self._event_nouns
        return (
            token.dep_ == "nsubj"
            and verb.pos_ == "VERB"
            and (verb.lemma_ in SPEECH or verb.lemma_ in self._deeds)
            and verb.lemma_ not in _OF_PLACES
        )

    def _speaker(self, token: Token) -> Entity | None:
        """ "we" and "I" are whoever speaks there."""
        speaker = self.speech.for_token(token)
        if speaker is None or speaker.antecedent.lower() in _WE | _HE | _THEY | _IT:
            return None
        mouth = next(
            (
                t
                for t in self.parsed.doc[speaker.start : speaker.end]
                if t.lemma_ in _MOUTHPIECES and token.lower_ != "i"
            ),
            None,
        )
        if mouth is not None:  # "we", says a party's spokesman: the party
            for owner in kids(mouth, "nmod:poss", "nmod", "compound"):
                entity = self.resolve(owner)
                if entity is None and self.names.of(owner) is not None and self.names.at[owner.i].kind == "actor":
                    k = self._entity_at.get(owner.i)
                    entity = self.entities[k] if k is not None else None
                if entity is not None and not entity.classes.isdisjoint(("armed", "state")):
                    if not entity.name_text:
                        entity.name_text = self._entity_text(entity)
                    return entity
        for i in range(speaker.start, speaker.end):
            k = self._entity_at.get(i)
            if k is not None:
                found = self.entities[k]
                return Entity(
                    found.head,
                    found.sentence,
                    found.classes,
                    found.lemma,
                    speaker.antecedent,
                    True,
                    found.subkind,
                    found.plural,
                    True,
                    speaker.antecedent,
                )
        return Entity(
            token.i,
            self.parsed.sentence_of[token.i],
            frozenset(("armed", "state", "person")),
            "",
            speaker.antecedent,
            True,
            "",
            False,
            True,
            speaker.antecedent,
        )

    def _definite(self, token: Token) -> Entity | None:
        determiners = [c for c in token.children if c.dep_ in ("det", "nmod:poss") and c.lower_ in _DEFINITE]
        if not determiners or token.lemma_ in _STANDS_ALONE:
            return None
        start, end = phrase(token)
        if any(self.names.at.get(i) is not None and not self.names.at[i].is_generic for i in range(start, end)):
            return None
        if any(c.dep_ in ("nmod", "acl") and c.i > token.i for c in token.children):
            return None
        modifiers = [
            c
            for c in token.children
            if c.dep_ in ("amod", "compound", "nummod")
            and c.lemma_
            not in (
                "same",
                "terrorist",
                "militant",
                "entire",
                "whole",
                "armed",
                "jihadist",
                "takfiri",
                "rebel",
                "strategic",
                "key",
            )
        ]
        if modifiers:
            return None
        lemma = token.lemma_
        plural = "Plur" in token.morph.get("Number", [])
        for kind in ("settlement", "base_place", "region"):
            if lemma in self.classes[kind] and (plural or any(d.dep_ == "nmod:poss" for d in determiners)):
                return None
            if lemma in self.classes[kind]:
                return self._back(
                    token, partial(self._place_fits, lemma=lemma, kind=kind), subject_bonus=0.0, per_sentence=3.0
                )
        if lemma in self.classes["people"] - self.classes["armed"]:
            return None
        if lemma in self.classes["person"] and "Plur" not in token.morph.get("Number", []):
            return self._back(
                token,
                lambda e: (e.is_name and "person" in e.classes) or (e.lemma == lemma and e.head != token.i),
                sentences=3,
            )
        if lemma in self.classes["armed"] or lemma in self.classes["state"]:
            exact = self._back(
                token,
                lambda e: (e.is_name and e.lemma == lemma) or (e.is_name and lemma in e.text.lower().split()),
                subject_bonus=0.0,
                sentences=LOOK_BACK_SENTENCES * 2,
            )
            if exact is not None:
                return exact
            if lemma in (
                "group",
                "organisation",
                "organization",
                "alliance",
                "coalition",
                "movement",
                "militia",
                "militant",
                "terrorist",
                "faction",
                "jihadist",
                "extremist",
                "insurgent",
                "fighter",
                "force",
                "brigade",
                "battalion",
                "network",
                "party",
                "body",
                "side",
            ) and not (
                plural and lemma in ("group", "faction", "party", "side", "organisation", "organization", "body")
            ):
                return self._back(
                    token,
                    lambda e: (
                        e.is_name
                        and "armed" in e.classes
                        and not _ARMY.search(e.name_text or e.text)
                        and "place" not in e.classes
                        and e.subkind in ("armed", "other", "political")
                    ),
                )
        return None

    def _place_fits(self, entity: Entity, lemma: str, kind: str) -> bool:
        if "place" not in entity.classes or not entity.is_name or entity.subkind == "country":
            return False
        if entity.subkind == "capital" and not prepositions(self.parsed.doc[entity.head]):
            return False  # "Ankara said": the state, not the city
        sub = entity.subkind
        if kind == "settlement":
            return sub not in _NO_SETTLEMENTS
        if kind == "base_place":
            same = {
                "airport": ("airport", "airbase"),
                "base": ("base", "airbase", "camp"),
                "airbase": ("airbase", "base", "airport"),
            }
            text = entity.text.lower()
            return sub in same.get(lemma, (lemma,)) or lemma in text or any(w in text for w in same.get(lemma, ()))
        return True

    def _back(
        self,
        token: Token,
        fits: Callable[[Entity], bool],
        *,
        subject_bonus: float = 6.0,
        sentences: int = LOOK_BACK_SENTENCES,
        per_sentence: float = 8.0,
    ) -> Entity | None:
        """The best earlier entity that fits, by nearness and role."""
        here = self.parsed.sentence_of[token.i]
        clause = token.head.i if token.dep_ not in ("nmod:poss", "det") else token.head.head.i
        rivals: set[int] = set()
        if token.dep_ in ("obj", "iobj") and is_verb(token.head):
            rivals = {t.i for t in subjects(token.head)}
        plural = token.lower_ in _THEY or "Plur" in token.morph.get("Number", [])
        said = [s for s in self.speech.by_sentence.get(here, ()) if s.start <= token.i < s.end and s.trailing]
        best: Entity | None = None
        best_cost = 1e9
        order = 0
        position = self._position_before(token.i)
        for k in range(position - 1, max(-1, position - 1 - LOOK_BACK_ENTITIES), -1):
            entity = self.entities[k]
            if here - entity.sentence > sentences:
                break
            if (
                self.parsed.sentences[entity.sentence].is_title
                and not self.parsed.sentences[here].is_title
                and here > 3
            ):
                break
            order += 1
            if not fits(entity):
                continue
            if entity.head in rivals:
                continue
            if entity.sentence == here and any(s.covers(entity.head) for s in said):
                continue  # "...", its spokesman said: not what the quotation names
            if self._entity_head(entity) == clause and token.dep_ not in ("nmod:poss", "det"):
                continue
            if subject_bonus and entity.sentence == here and self._speaks_of(entity, token):
                subject_bonus_here = subject_bonus + 6.0
            else:
                subject_bonus_here = subject_bonus
            salience = (
                min(2.0 * self._weights.get(self._place_key(entity.text), 0.0), 15.0)
                if "place" in entity.classes
                else 0.0
            )
            cost = (
                per_sentence * (here - entity.sentence)
                - salience
                + 0.7 * order
                - (subject_bonus_here if entity.subject else 0.0)
                - (2.0 if entity.is_name else 0.0)
                - (3.0 if entity.plural == plural else 0.0)
            )
            if cost < best_cost:
                best, best_cost = entity, cost
        if best is not None and not best.name_text:
            best.name_text = self._entity_text(best)
        return best

    def _speaks_of(self, entity: Entity, token: Token) -> bool:
        """The entity is the subject of a verb of saying whose clause holds the token: "rebels said they had
        advanced"."""
        if not entity.subject:
            return False
        verb = self.parsed.doc[entity.head].head
        return verb.lemma_ in SPEECH and verb.is_ancestor(token)

    def _entity_head(self, entity: Entity) -> int:
        return self.parsed.doc[entity.head].head.i

    def _entity_text(self, entity: Entity) -> str:
        head = self.parsed.doc[entity.head]
        further = self.resolve(head)
        if further is not None and further.name_text:
            return further.name_text
        start, end = phrase(head)
        return self._core(head, start, self._bounded(start, end))

    def _position_before(self, index: int) -> int:
        """How many entities begin before the token."""
        low, high = 0, len(self.entities)
        while low < high:
            middle = (low + high) // 2
            if self.entities[middle].head < index:
                low = middle + 1
            else:
                high = middle
        return low

    def names_a_place(self, argument: Argument) -> bool:
        """True if the phrase holds or stands for the name of a place ("the outskirts of X"), not "residential
        areas"."""
        if argument.antecedent != argument.text and argument.antecedent[:1].isupper():
            return True
        installation = self.parsed.doc[argument.head].lemma_ in _INSTALLATIONS
        for i in range(argument.start, argument.end):
            token, name = self.parsed.doc[i], self.names.at.get(i)
            if name is not None and name.kind == "place":
                return True
            capital = token.text[:1].isupper() and token.pos_ in ("ADJ", "PROPN")  # "northern Syrian towns"
            if capital and name is None and i > argument.start and not installation:
                return True
        return False

    def _weigh(self) -> None:
        """How much the article makes of each named place: its mentions, more for title and first sentences."""
        for name in self.names.spans:
            if name.kind != "place" or name.subkind == "country":
                continue
            key = self._place_key(name.text)
            token = self.parsed.doc[name.start : name.end].root
            speaks = token.head.lemma_ in SPEECH or token.dep_ in ("nmod:poss", "compound", "amod")
            placed = token.dep_ in ("nsubj:pass", "obj", "ROOT") or (
                self.parsed.sent_of(token).is_title and not speaks and token.dep_ == "nsubj"
            )
            if name.subkind == "capital" and not prepositions(token) and not placed:
                continue  # "Damascus said": the state
            position = self.parsed.sentence_of[name.start]
            speaker = token.dep_ == "nmod" and self.is_a(token.head, "person", "state") and not is_verb(token.head)
            self._weights[key] += (0.5 if speaker else 1.0) + (LEAD_WEIGHT if position <= 1 and not speaker else 0.0)
            if (
                key not in self._first_named
                or self.parsed.sentences[self.parsed.sentence_of[self._first_named[key].start]].is_title
            ):
                self._first_named[key] = name

    @staticmethod
    def _place_key(words: str) -> str:
        key = name_key(words) or words
        kept = [w for w in key.split() if w not in _PLACE_WRAPPERS]
        return " ".join(kept) or key

    def focus(self) -> Argument | None:
        """The place the article is about: the one it makes most of, if it names it early; countries aside."""
        if not self._weights:
            return None
        (best, weight), *others = sorted(self._weights.items(), key=lambda kv: -kv[1])[:2]
        name = self._first_named[best]
        if weight < FOCUS_WEIGHT or self.parsed.sentence_of[name.start] > 4:
            return None
        found = self.argument(self.parsed.doc[name.start : name.end].root, "place")
        found.relation = "in"
        found.inherited = True
        self.focus_is_clear = not others or weight >= CLEAR_FOCUS * others[0][1]
        return found

    # -- places --------------------------------------------------------------------------------------------------

    def is_place(self, token: Token) -> bool:
        """True if the phrase names a place (a place noun, a place name, or a pronoun for one)."""
        classes = self.classes_of(token)
        if "place" not in classes:
            return False
        name = self.names.of(below_quantity(token))
        if name is not None:
            return name.kind == "place"
        return token.pos_ != "PRON" or token.lower_ == "it"

    def places(self, head: Token) -> list[Token]:
        """The head and its coordinated phrases that are places."""
        return [t for t in conjuncts(head) if self.is_place(t) or (t.pos_ == "PROPN" and self.is_place(head))]


def _name_classes(name: Name) -> frozenset[str]:
    if name.kind == "place":
        if name.subkind in ("country", "capital"):
            return frozenset(("place", "state", "armed", "region" if name.subkind == "country" else "settlement"))
        return frozenset(("place",))
    if name.kind == "person":
        return frozenset(("person", "state", "armed"))
    if name.subkind in ("igo", "ngo", "media"):
        return frozenset(("state",))
    return frozenset(("armed", "state"))
