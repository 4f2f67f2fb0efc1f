"""What the readers of control share: the statement itself, its collector, and how places and parties are told apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from spacy.tokens import Doc, Token

from flows.coding.cues import Cues, word_set
from flows.coding.grammar import below_quantity, conjuncts, kids, nominal, prepositions
from flows.coding.modality import ACTUAL, Modality, modality_of
from flows.coding.model import Argument, Event
from flows.coding.phrases import Phrases

GAINS: Final = "gains"

HOLDS: Final = "holds"

LOSES: Final = "loses"

CONTESTS: Final = "contests"

BESIEGES: Final = "besieges"


@dataclass(slots=True)
class Control:
    """One statement that a party stands in a relation to a place.

    `relation` is gains, holds, loses, contests or besieges; `holder` the party it speaks about (None if unnamed),
    `loser`
    the party that lost the place, for gains. `pred` is the word that tells it, tokens [trigger_start, trigger_end) its
    words; date and speaker are those of `event` where there is one, else to be asked of `pred`. For fights "to take"
    a place
    `event` is the fight.
    """

    pred: Token
    trigger_start: int
    trigger_end: int
    relation: str
    place: Argument
    holder: Argument | None
    loser: Argument | None
    modality: Modality
    event: Event | None = None


SETTLED: Final = word_set(
    "town village city area territory enclave district neighborhood neighbourhood suburb stronghold bastion"
    " pocket region zone quarter province part countryside half side east west north south swath swathe stretch"
    " land redoubt heartland"
)

_SITES: Final = word_set(
    "post outpost locality complex building airport airbase base camp hill ridge road highway crossing port dam bridge"
    " facility refinery plant factory works hospital prison compound barracks headquarters palace island junction"
)

_NO_PLACES: Final = word_set(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august"
    " september october november december ramadan eid parliament congress"
)

HELD_SIGNS: Final = word_set("held controlled occupied dominated ruled run administered governed")

UNDER: Final = word_set("control rule authority grip sway occupation")

_BESIDE: Final = re.compile(
    r"\b(?:near|outside|around|(?:north|south|east|west)\w*(?: of)?|from|between)(?: the)? $", re.IGNORECASE
)

ARTICLE: Final = re.compile(r"^(?:the|a|an) ", re.IGNORECASE)


def _itself(place: Argument) -> Argument:
    """A place that is only said to lie near a named one ("towns east of the capital") stands for itself."""
    at = place.text.find(place.antecedent)
    if at > 0 and _BESIDE.search(place.text[:at]) and not place.inherited:
        text = ARTICLE.sub("", place.text)
        return Argument(place.start, place.end, place.head, place.text, text, place.kind, place.relation)
    return place


def _without_party(place: Argument, doc: Doc) -> Argument:
    """The place without the party that the parser hung on it: "the hill to the rebels", "the village from the army"."""
    for i in range(place.head + 1, place.end):
        if doc[i].lower_ in ("to", "from", "by", "between", "against") and doc[i].dep_ == "case" and i > place.start:
            if doc[place.head].lemma_ in ("road", "way", "highway", "corridor", "route", "stretch", "border"):
                return place
            text = doc[place.start : i].text
            own = place.antecedent if doc[i].text not in place.antecedent.split() else ARTICLE.sub("", text)
            return Argument(place.start, i, place.head, text, own, place.kind, place.relation, place.inherited)
    return place


def _no_longer(pred: Token) -> bool:
    """True for "no longer holds T", "T is not under its control any more": what was held is lost."""
    verb = pred
    while verb.pos_ not in ("VERB", "AUX") and verb.head.i != verb.i and not kids(verb, "cop"):
        verb = verb.head
    doc, negated = verb.doc, any(c.lower_ in ("not", "n't") for c in verb.children)
    for word in doc[max(verb.sent.start, verb.i - _NEAR) : min(verb.sent.end, max(verb.i, pred.i) + _NEAR)]:
        mine = word.head.i in (verb.i, pred.i) or (word.head.head.i == verb.i and word.dep_ != "ROOT")
        after = word.nbor(-1).lower_ if word.i > verb.sent.start else ""
        if word.lower_ == "longer" and mine and (after == "no" or (negated and after == "any")):
            return True
        if negated and mine and (word.lower_ == "anymore" or (word.lower_ == "more" and after == "any")):
            return True
    return False


_NEAR: Final = 10
"""How many words around a verb its "no longer" and "any more" are looked for."""


class Collector:
    """Statements of one article, without doubles."""

    def __init__(self, doc: Doc, sentence_of: Sequence[int], cues: Cues) -> None:
        self.doc = doc
        self.cues = cues
        self.sentence_of = sentence_of
        self.found: list[Control] = []
        self._seen: dict[tuple[int, str, str], Control] = {}

    def put(
        self,
        pred: Token,
        relation: str,
        place: Argument,
        holder: Argument | None,
        *,
        loser: Argument | None = None,
        modality: Modality | None = None,
        event: Event | None = None,
        trigger: tuple[int, int] | None = None,
    ) -> None:
        """Add a statement; the same relation to the same place in the same sentence is kept once for each holder."""
        if holder is not None and holder.start == place.start and holder.end == place.end:
            return
        if relation == HOLDS and _no_longer(pred):
            relation, modality = LOSES, Modality(ACTUAL)
        place = _without_party(_itself(place), self.doc)
        key = (self.sentence_of[pred.i], relation, place.antecedent.lower())
        known = self._seen.get(key)
        if known is not None and (
            holder is None or known.holder is None or known.holder.antecedent.lower() == holder.antecedent.lower()
        ):
            known.holder = known.holder or holder
            known.loser = known.loser or loser
            return
        start, end = trigger or (pred.i, pred.i + 1)
        made = Control(
            pred, start, end, relation, place, holder, loser, modality or modality_of(pred, self.cues), event
        )
        self._seen.setdefault(key, made)
        self.found.append(made)


_SHARES: Final = word_set("percent % per cent fifth fourth sixth eighth tenth two-thirds three-quarters")


def joined_places(place: Argument, phrases: Phrases) -> Iterator[Argument]:
    """ "the cities of A, B and C" is three places; so are "A, B and C", "A and B ports", "towns such as A and B"."""
    doc = phrases.parsed.doc
    if place.inherited:
        yield place
        return
    head = doc[place.head]
    plural = "Plur" in head.morph.get("Number", []) and head.pos_ == "NOUN"
    named = _names_in_span(place.start, place.end, phrases)
    if plural and len(named) < 2:
        named = _unknown_names_of(head, place, phrases) or named
    words = [t.lower_ for t in doc[place.start : place.end]]
    for joint in ("along", "addition", "well"):
        if joint in words and not plural:
            cut = place.start + words.index(joint)
            yield place
            for start, end in named:
                if start > cut:
                    yield _named_argument(start, end, phrases)
            return
    if plural and len(named) > 1:
        for start, end in named:
            yield _named_argument(start, end, phrases)
    else:
        yield place
    elsewhere = (
        [o for o in kids(head.head, head.dep_) if o.i >= place.end and kids(o, "cc")] if head.dep_ == "obj" else []
    )
    below = [t for t in doc[place.start : place.end] if t.i != head.i and t.dep_ == "nmod" and prepositions(t) == "of"]
    shared = [c for t in below for c in conjuncts(t)[1:] if c.i >= place.end]
    for one in (*conjuncts(head)[1:], *shared, *elsewhere):
        unknown = may_be_place(one, phrases) and (head.pos_ == "PROPN" or one in shared)
        area = one.lemma_ in SETTLED | _SITES
        if not kids(one, "case") and one.i >= place.end and (phrases.is_place(one) or unknown or area):
            yield phrases.argument(one, "place")
    # "in A and B towns", "A, in addition to B": names joined after the phrase, wherever the parser hung them.
    i = place.end
    while True:
        j = _after_joint(doc, i, head.sent.end)
        name = phrases.names.at.get(j) if j is not None else None
        if name is None or name.kind != "place" or name.start != j:
            return
        follows = doc[name.end] if name.end < head.sent.end else head
        if follows.pos_ in ("VERB", "AUX") or follows.text == "-":
            return
        yield _named_argument(name.start, name.end, phrases)
        i = name.end


def _unknown_names_of(head: Token, place: Argument, phrases: Phrases) -> list[tuple[int, int]]:
    """The names in "the villages of A, B and C" where the dictionaries do not know them all."""
    first = next((c for c in head.children if c.dep_ == "nmod" and prepositions(c) == "of" and c.i > head.i), None)
    if first is None or not may_be_place(first, phrases):
        return []
    out = []
    for one in conjuncts(first):
        if not may_be_place(one, phrases) or (one.i != first.i and kids(one, "case")):
            break
        made = phrases.argument(one, "place")
        out.append((made.start, made.end))
    return out if len(out) > 1 else []


_JOINTS: Final = (("and",), (",", "and"), (",",), ("in", "addition", "to"), ("as", "well", "as"), ("along", "with"))


def _after_joint(doc: Doc, i: int, end: int) -> int | None:
    """Where the next name of a list would begin: after "and", "as well as" and the like, and "the town of"."""
    start = i + 1 if i < end and doc[i].text == "," else i
    for first, joints in ((start, _JOINTS[3:]), (i, _JOINTS[1:2]), (i, _JOINTS[:1] + _JOINTS[2:3])):
        for joint in joints:
            if tuple(t.lower_ for t in doc[first : min(first + len(joint), end)]) == joint:
                j = first + len(joint)
                if j + 2 < end and doc[j].lower_ == "the" and doc[j + 2].lower_ == "of":
                    j += 3
                return j if j < end else None
    return None


def _names_in_span(start: int, end: int, phrases: Phrases) -> list[tuple[int, int]]:
    """Place names in a phrase, but for those that say where it lies ("the towns of A and B in C")."""
    found: list[tuple[int, int]] = []
    doc = phrases.parsed.doc
    i = start
    while i < end:
        name = phrases.names.at.get(i)
        if name is None:
            i += 1
            continue
        before = doc[name.start - 1].lower_ if name.start > start else ""
        if name.kind == "place" and before not in (
            "in",
            "near",
            "from",
            "north",
            "south",
            "east",
            "west",
            "northern",
            "southern",
            "eastern",
            "western",
        ):
            found.append((name.start, min(name.end, end)))
        i = max(name.end, i + 1)
    return found


def _named_argument(start: int, end: int, phrases: Phrases) -> Argument:
    span = phrases.parsed.doc[start:end]
    text = phrases.parsed.words_of(span)
    return Argument(start, end, span.root.i, text, text, "place")


def whose(owned: Token, verb: Token, phrases: Phrases) -> Argument | None:
    """ "whose men": those of the person or party that the clause hangs on."""
    mark = next((c for c in owned.children if c.lower_ == "whose"), None)
    start = mark.i if mark is not None else owned.i - 1
    doc = owned.doc
    i = start - 1
    while i > owned.sent.start and doc[i].text == ",":
        i -= 1
    head = doc[i]
    if verb.dep_ == "acl:relcl" and verb.head.i < start and head.pos_ != "PROPN":
        head = verb.head
    while head.dep_ in ("flat", "appos", "compound") and head.head.i != head.i and head.head.pos_ == "PROPN":
        head = head.head
    if head.pos_ not in ("NOUN", "PROPN"):
        return None
    owner = phrases.argument(head)
    span = doc[start : owned.i + 1]
    return Argument(
        start, owned.i + 1, owned.i, phrases.parsed.words_of(span), owner.antecedent, "armed", None, owner.inherited
    )


def is_country(token: Token, phrases: Phrases) -> bool:
    """True for the name of a country."""
    name = phrases.names.of(token)
    return name is not None and name.kind == "place" and name.subkind == "country"


def is_area(token: Token, phrases: Phrases, cues: Cues) -> bool:
    """True for a place, a part of one ("portions", "most of the city") or a pronoun for one."""
    inner = below_quantity(token)
    if token.lower_ in _SHARES:
        inner = next((c for c in token.children if c.dep_ == "nmod" and prepositions(c) == "of"), inner)
    return (
        phrases.is_place(inner)
        or phrases.is_place(token)
        or cues.has("area_noun", token)
        or cues.has("area_noun", inner)
    )


def places_of(head: Token, phrases: Phrases) -> Iterator[Argument]:
    """The places that a phrase names: what its head stands for, and what is joined with it."""
    head = _described(head, phrases)
    for one in conjuncts(head):
        if one.i == head.i or (not kids(one, "case") and (phrases.is_place(one) or one.pos_ == "PROPN")):
            yield phrases.argument(one, "place")


def _described(head: Token, phrases: Phrases) -> Token:
    """The place that a description stands for: "X, a town held by", "X is the last town held by", "the capital, X"."""
    if head.pos_ != "NOUN" or phrases.names.of(head) is not None:
        return head
    own = [c for c in head.children if c.dep_ == "nmod" and prepositions(c) == "of" and may_be_place(c, phrases)]
    own += [c for c in head.children if c.dep_ in ("compound", "flat") and may_be_place(c, phrases)]
    if phrases.resolve(head) is not None or (own and not kids(head, "cop")):
        return head
    beside = next((c for c in head.children if c.dep_ == "appos" and c.i <= head.i + 2 and c.pos_ == "PROPN"), None)
    if beside is not None and may_be_place(beside, phrases):
        return beside
    top = head
    if head.dep_ == "nmod" and prepositions(head) in ("of", "among") and head.head.lower_ in ("one", "some", "number"):
        top = head.head
    subject = next((c for c in top.children if c.dep_ == "nsubj"), None)
    if subject is not None and kids(top, "cop") and _is_site(subject, phrases):
        return subject
    before: Token | None = None
    article = next((c for c in head.children if c.dep_ == "det"), None)
    if article is not None and article.lower_ in ("a", "an", "another"):
        i = article.i - 1
        while i > head.sent.start and (head.doc[i].text == "," or head.doc[i].dep_ == "case"):
            i -= 1
        before = head.doc[i]
        name = phrases.names.of(before)
        if before.i < article.i and name is not None and name.kind == "place" and before.i >= head.sent.start:
            return before
    if head.dep_ == "appos" and head.head.pos_ == "PROPN" and may_be_place(head.head, phrases):
        return head.head
    return head


def may_be_place(token: Token, phrases: Phrases) -> bool:
    """True for the name of a place, and for a name that nothing shows to be a party's or a person's."""
    name = phrases.names.of(token)
    if name is not None and (name.is_known or name.is_generic or name.kind == "place"):
        return name.kind == "place"
    if name is not None and (name.subkind not in ("other", "person") or name.text.isupper()):
        return False
    return token.pos_ == "PROPN" and token.text[:1].isupper() and token.lower_ not in _NO_PLACES


def _is_site(token: Token, phrases: Phrases) -> bool:
    """True for a place by name, by kind or by a pronoun."""
    return phrases.is_place(token) or may_be_place(token, phrases) or token.lemma_ in SETTLED | _SITES


def parties_of(tokens: Iterable[Token], phrases: Phrases) -> list[Argument]:
    """The parties that tokens name, with what is coordinated with them."""
    out = []
    for token in tokens:
        for one in conjuncts(token):
            if one.lower_ in ("de", "facto", "jure", "last", "main", "key", "former"):
                continue
            if any(c.lower_ == "whose" and c.dep_ == "nmod:poss" for c in one.children):
                owned = whose(one, one.head, phrases)
                if owned is not None:
                    out.append(owned)
                    continue
            if (
                nominal(one)
                and phrases.is_a(one, "armed", "state", "person", "people")
                and not (phrases.is_a(one, "place") and not phrases.is_a(one, "armed", "state"))
            ):
                out.append(phrases.argument(one))
    return out
