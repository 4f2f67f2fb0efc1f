"""Who holds which place: statements about control, from events and from descriptions of states.

From events: whoever takes a place gains it, the party it is taken from loses it, whoever withdraws loses it, whoever
besieges
it besieges it, and whoever fights in order to take it contests it. From states: "rebel-held X", "X controls Y",
"under the
control of", "in the hands of", "stronghold of", "besieged X". Mere presence is nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from spacy.tokens import Doc, Token

from flows.coding.cues import Cues, word_set
from flows.coding.grammar import Frame, below_quantity, conjuncts, is_verb, kids, nominal, prepositions
from flows.coding.modality import ACTUAL, NEGATED, PLANNED, POSSIBLE, Modality, modality_of
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


_FIGHTS: Final = word_set(
    "offensive operation campaign battle fight push assault attack counteroffensive counterattack try attempt"
    " battle advance struggle clash compete vie launch mount wage press drive bid effort war strive race scramble rush"
)
"""Words for deeds done to take a place: what they aim at is contested."""
_FIGHTING: Final = word_set(
    "battle fight struggle compete vie clash contest war try attempt battle contend race jostle"
)
_INSIDE: Final = word_set("in near within inside around outside")
_OFFENSIVES: Final = word_set("offensive counteroffensive assault push advance attack")
_CONTENDING: Final = word_set("compete vie fight battle struggle contend jostle")
_SETTLED: Final = word_set(
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
_HELD_SIGNS: Final = word_set("held controlled occupied dominated ruled run administered governed")
_UNDER: Final = word_set("control rule authority grip sway occupation")
_GENERIC_SIDES: Final = word_set(
    "rebel regime government opposition insurgent jihadist militant loyalist separatist army islamist extremist"
)


_BESIDE: Final = re.compile(
    r"\b(?:near|outside|around|(?:north|south|east|west)\w*(?: of)?|from|between)(?: the)? $", re.IGNORECASE
)
_ARTICLE: Final = re.compile(r"^(?:the|a|an) ", re.IGNORECASE)


def _itself(place: Argument) -> Argument:
    """A place that is only said to lie near a named one ("towns east of the capital") stands for itself."""
    at = place.text.find(place.antecedent)
    if at > 0 and _BESIDE.search(place.text[:at]) and not place.inherited:
        text = _ARTICLE.sub("", place.text)
        return Argument(place.start, place.end, place.head, place.text, text, place.kind, place.relation)
    return place


def _without_party(place: Argument, doc: Doc) -> Argument:
    """The place without the party that the parser hung on it: "the hill to the rebels", "the village from the army"."""
    for i in range(place.head + 1, place.end):
        if doc[i].lower_ in ("to", "from", "by", "between", "against") and doc[i].dep_ == "case" and i > place.start:
            if doc[place.head].lemma_ in ("road", "way", "highway", "corridor", "route", "stretch", "border"):
                return place
            text = doc[place.start : i].text
            own = place.antecedent if doc[i].text not in place.antecedent.split() else _ARTICLE.sub("", text)
            return Argument(place.start, i, place.head, text, own, place.kind, place.relation, place.inherited)
    return place


class _Collector:
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


def control_claims(
    events: Sequence[Event],
    modalities: Sequence[Modality],
    phrases: Phrases,
    frame: Callable[[Token], Frame],
    cues: Cues,
) -> list[Control]:
    """Every control statement of an article, in the order of the text.

    Args:
        events: the events of the article, with their arguments.
        modalities: the modality of each, in the same order.
        phrases: arguments and antecedents of the article.
        frame: gives the frame of a predicate token.
        cues: the cue dictionary.

    Returns:
        Statements with place, holder and modality; costs time linear in the length of the article.
    """
    parsed = phrases.parsed
    out = _Collector(parsed.doc, parsed.sentence_of, cues)
    by_token: dict[int, tuple[Event, Modality]] = {}
    for event, modality in zip(events, modalities, strict=True):
        for token in event.tokens:
            by_token.setdefault(token.i, (event, modality))
    for event, modality in zip(events, modalities, strict=True):
        _from_event(event, modality, by_token, phrases, frame, out)
    taken = {e.pred.i for e in events if e.control}
    for sentence in parsed.sentences:
        for token in sentence.span:
            _from_state(token, taken, phrases, frame, out)
    _lend_besiegers(out.found)
    out.found = _without_echoes(out.found, parsed.sentence_of)
    out.found.sort(key=lambda c: (c.pred.i, c.place.start))
    return out.found


def _without_echoes(found: list[Control], sentence_of: Sequence[int]) -> list[Control]:
    """Without fights for what is taken in the same breath, plans to take what is fought for, and losses by nobody."""

    def key(one: Control) -> tuple[int, str, str]:
        holder = one.holder.antecedent.lower() if one.holder else ""
        return sentence_of[one.pred.i], one.place.antecedent.lower(), holder

    taken = {key(c) for c in found if c.relation == GAINS and c.modality.value == ACTUAL}
    fought = {key(c) for c in found if c.relation == CONTESTS}
    out = []
    for one in found:
        unnamed = one.holder is None and not (one.event is not None and one.event.lemma in _OFFENSIVES)
        if one.relation == CONTESTS and (unnamed or key(one) in taken):
            continue
        if one.relation == GAINS and one.modality.value == PLANNED and key(one) in fought:
            continue
        if one.relation == LOSES and one.holder is None:
            continue
        out.append(one)
    return out


# -- from events -------------------------------------------------------------------------------------------------------


def _from_event(
    event: Event,
    modality: Modality,
    by_token: Mapping[int, tuple[Event, Modality]],
    phrases: Phrases,
    frame: Callable[[Token], Frame],
    out: _Collector,
) -> None:
    relation = event.control or _attack_on_held(event, out)
    if not relation:
        return
    if relation == GAINS and _is_lasting(event.pred):
        relation = HOLDS
    if relation == CONTESTS and event.event_type == "COERCE" and modality.value == PLANNED:
        relation = GAINS
    places = _event_places(event, phrases, frame, out.cues)
    if not places:
        return
    trigger = (event.trigger_start, event.trigger_end)
    fight = _fight_for(event.pred, by_token, out.cues) if relation == GAINS and modality.value == PLANNED else None
    if relation == LOSES and modality.value == PLANNED:
        return
    if relation == LOSES and _gives_up_goods(event, places, phrases, frame, out.cues):
        return
    if modality.value == NEGATED and modality.cue in ("prevent", "avert", "thwart", "foil", "stop"):
        return
    actor = event.actor
    if actor is None and relation in (GAINS, BESIEGES):
        # "driven out of T by the rebels", "surrounded on three sides by troops", with the rebels hung on T or the sides
        hung = [out.doc[p.head] for p in places if not p.inherited]
        hung += [t for _, t, via in frame(event.pred).obliques if via == "self"] if is_verb(event.pred) else []
        by = [c for t in hung for c in t.children if c.dep_ == "nmod" and prepositions(c) == "by"]
        actor = next(iter(_party(by[:1], phrases)), None)
    if actor is None and relation == LOSES and is_verb(event.pred):
        actor = _leaver(event.pred, phrases, frame)
    gapped: list[tuple[Token, Argument]] = []
    if relation == LOSES and is_verb(event.pred) and event.lemma in out.cues.of("lose_control_verb"):
        gapped = _gapped(event.pred, phrases, out)
        places = [p for p in places if all(t.i != p.head for t, _ in gapped)]
    for token, taker in gapped:
        lost = phrases.argument(token, "place")
        out.put(event.pred, LOSES, lost, actor, modality=modality, event=event, trigger=trigger)
        out.put(event.pred, GAINS, lost, taker, loser=actor, modality=modality, event=event, trigger=trigger)
    for place in places:
        if relation == CONTESTS and not _is_contest(event, modality, place, phrases, out):
            continue
        if relation != BESIEGES and _is_party(place, phrases):
            continue
        if relation == LOSES and not place.inherited and _goes_to(place, out.doc):
            continue
        if fight is not None:
            over, how = fight
            holder = actor or (over.actor if over else None)
            out.put(event.pred, CONTESTS, place, holder, modality=how, event=over or event, trigger=trigger)
            continue
        loser = event.loser if relation == GAINS else None
        if loser is not None and actor is not None and loser.antecedent.lower() == actor.antecedent.lower():
            loser = None
        if loser is not None and actor is None and modality.value == ACTUAL and _loss_is_worded(event, loser, out):
            out.put(event.pred, LOSES, place, loser, modality=modality, event=event, trigger=trigger)
            continue
        out.put(event.pred, relation, place, actor, loser=loser, modality=modality, event=event, trigger=trigger)
        if loser is not None and modality.value == ACTUAL and _loss_is_worded(event, loser, out):
            out.put(event.pred, LOSES, place, loser, modality=modality, event=event, trigger=trigger)
        taker = event.target if relation == LOSES else None
        if relation == LOSES and taker is None and event.lemma in out.cues.of("lose_control_verb"):
            taker = _taker_below(out.doc[place.head], phrases)
        if taker is not None and taker.kind in ("armed", "state", "person"):
            out.put(event.pred, GAINS, place, taker, loser=actor, modality=modality, event=event, trigger=trigger)


def _gives_up_goods(
    event: Event, places: list[Argument], phrases: Phrases, frame: Callable[[Token], Frame], cues: Cues
) -> bool:
    """True for "handed over their weapons in T": what is given up is no place."""
    if event.pred.lemma_ not in ("hand", "surrender", "give", "turn", "yield") or not is_verb(event.pred):
        return False
    objects = frame(event.pred).obj
    if not objects or any(p.start <= o.i < p.end for p in places for o in objects):
        return False
    return not any(_is_area(o, phrases, cues) or _may_be_place(o, phrases) for o in objects)


def _gapped(verb: Token, phrases: Phrases, out: _Collector) -> list[tuple[Token, Argument]]:
    """The further losses in "lost A to B and C to D": each place with its taker."""
    found = []
    for token in verb.subtree:
        if token.dep_ != "conj" or token.i <= verb.i or not nominal(token) or is_verb(token):
            continue
        to = [c for c in token.children if c.dep_ in ("obl", "nmod") and c.i > token.i and prepositions(c) == "to"]
        takers = _party(to[:1], phrases)
        if takers and not kids(token, "case") and (_may_be_place(token, phrases) or _is_area(token, phrases, out.cues)):
            found.append((token, takers[0]))
    return found


def _is_party(place: Argument, phrases: Phrases) -> bool:
    """True for a "place" that is the name of a force or body."""
    name = phrases.names.at.get(place.head)
    if name is None or name.kind not in ("actor", "person"):
        return False
    return not _may_be_place(phrases.parsed.doc[place.head], phrases)


def _goes_to(place: Argument, doc: Doc) -> bool:
    """True for where those who withdraw go to, which is not what they lose."""
    return place.start > 0 and doc[place.start - 1].lower_ in ("to", "into", "towards", "toward")


def _leaver(verb: Token, phrases: Phrases, frame: Callable[[Token], Frame]) -> Argument | None:
    """The force behind a part of it: "the last of the peacekeepers quit T"."""
    for subject in frame(verb).subj:
        inner = next((c for c in subject.children if c.dep_ == "nmod" and prepositions(c) == "of"), None)
        if subject.lower_ in ("last", "rest", "remainder", "first", "remaining") and inner is not None:
            return phrases.argument(inner)
    return None


_STRETCHES: Final = word_set("decade year month week day period time century era summer winter")


def _is_lasting(verb: Token) -> bool:
    """True for "have controlled T since 2014", "occupies T", "the month in which they occupied T": holding."""
    if verb.lemma_ not in ("control", "occupy", "hold") or not is_verb(verb):
        return False
    if verb.dep_ == "acl:relcl" and verb.head.lemma_ in _STRETCHES:
        return True
    if any(c.lower_ in ("has", "have", "had") for c in kids(verb, "aux")):
        return True
    return "Pres" in verb.morph.get("Tense", []) and "Fin" in verb.morph.get("VerbForm", [])


def _attack_on_held(event: Event, out: _Collector) -> str:
    """An attack on a place that another side is said to hold ("attacking government-held districts") contests it."""
    if (
        event.event_type != "ASSAULT"
        or event.pred.lemma_ not in ("attack", "assault", "storm", "raid")
        or not is_verb(event.pred)
    ):
        return ""
    for place in event.places:
        if not place.inherited and any(t.lower_ in _HELD_SIGNS for t in out.doc[place.start : place.end]):
            return CONTESTS
    return ""


_SHARES: Final = word_set("percent % per cent fifth fourth sixth eighth tenth two-thirds three-quarters")
_VAGUE: Final = word_set("ground territory land control position way")


def _lemma_of(phrases: Phrases, place: Argument) -> str:
    """The lemma of a place's head noun."""
    return phrases.parsed.doc[place.head].lemma_


def _taker_below(head: Token, phrases: Phrases) -> Argument | None:
    """ "lost the capital of the province to the army", with "to the army" hung somewhere below the place."""
    frontier = [head]
    for _ in range(3):
        frontier = [c for t in frontier for c in t.children if c.dep_ in ("nmod", "obl", "flat")]
        for token in frontier:
            if prepositions(token) == "to":
                parties = _party([token], phrases)
                return parties[0] if parties else None
    return None


def _event_places(event: Event, phrases: Phrases, frame: Callable[[Token], Frame], cues: Cues) -> list[Argument]:
    """The places an event's relation is about, one for each that is joined; the object before a place from
    elsewhere."""
    told = [p for p in event.places if not p.inherited]
    if event.control == GAINS and event.loser is not None and not event.loser.inherited:
        head = phrases.parsed.doc[event.loser.head]
        left = [
            c for c in below_quantity(head).children if prepositions(c) in ("from", "out of") and phrases.is_place(c)
        ]
        if left:
            return [phrases.argument(left[0], "place")]
    if told and is_verb(event.pred) and event.control in (GAINS, LOSES):
        told = _own_object(event, told, phrases, frame, cues)
    if len(told) > 1 and is_verb(event.pred):
        taken = {o.i for o in frame(event.pred).obj}
        if any(p.head in taken for p in told):
            # "lost its last enclave in the city": the enclave, not the city it lies in
            told = [p for p in told if p.head in taken or phrases.parsed.doc[max(p.start - 1, 0)].lower_ not in _INSIDE]
    vague = [p for p in told if _lemma_of(phrases, p) in _VAGUE]
    if vague and len(vague) == len(told):
        clause = event.pred if is_verb(event.pred) else event.governor
        near = clause.doc[max(clause.sent.start, clause.i - 4) : clause.i]
        where = next((t for t in near if t.lower_ == "where"), None)
        if where is not None and where.i > clause.sent.start and nominal(clause.doc[where.i - 1]):
            return [phrases.argument(clause.doc[where.i - 1], "place")]
        if not any(phrases.names_a_place(p) for p in told):
            told = [p for p in told if _lemma_of(phrases, p) == "territory"]
            if not told and event.control == LOSES:
                return []  # "a retreat from its position": no place that another sentence names
    if not told:
        objects = [o for o in frame(event.pred).obj if is_verb(event.pred)]
        over = [
            c
            for o in objects
            if o.lemma_ in _UNDER
            for c in o.children
            if c.dep_ == "nmod" and prepositions(c) in ("of", "over")
        ]
        if over and not any(_is_area(c, phrases, cues) or c.pos_ == "PROPN" for c in over):
            return []
        if over:
            return [place for c in over[:3] for place in _place_of(c, phrases)][:10]
        if event.control == BESIEGES and objects:
            return [phrases.argument(o, "place") for o in objects[:2]]
        if event.control == BESIEGES and event.target is not None and not event.places:
            return [event.target]
        objects = [o for o in objects if (phrases.is_place(o) or o.lemma_ in _SETTLED) and o.lemma_ not in _VAGUE]
        if objects and event.control != CONTESTS:
            told = [phrases.argument(o, "place") for o in objects[:2]]
    if not told:
        settled = event.control in (GAINS, LOSES) and event.is_settled
        told = event.places[:1] if settled else []
    out: list[Argument] = []
    for place in told:
        for one in _joined_places(place, phrases):
            if all(one.antecedent.lower() != known.antecedent.lower() for known in out):
                out.append(one)
    return out[:10]


def _own_object(
    event: Event, told: list[Argument], phrases: Phrases, frame: Callable[[Token], Frame], cues: Cues
) -> list[Argument]:
    """The site that a verb takes or loses, where all places read for it lie in a clause below that site."""
    objects = [o for o in frame(event.pred).obj if o.head.i == event.pred.i and o.pos_ == "NOUN"]
    if len(objects) != 1 or objects[0].lemma_ in _VAGUE or not _is_area(objects[0], phrases, cues):
        return told
    site = objects[0]
    clauses = [c for c in site.children if c.dep_ in ("acl:relcl", "acl") and c.i > site.i]
    if clauses and all(any(c.is_ancestor(phrases.parsed.doc[p.head]) for c in clauses) for p in told):
        return [phrases.argument(site, "place")]
    return told


def _joined_places(place: Argument, phrases: Phrases) -> Iterator[Argument]:
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
        unknown = _may_be_place(one, phrases) and (head.pos_ == "PROPN" or one in shared)
        area = one.lemma_ in _SETTLED | _SITES
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
    if first is None or not _may_be_place(first, phrases):
        return []
    out = []
    for one in conjuncts(first):
        if not _may_be_place(one, phrases) or (one.i != first.i and kids(one, "case")):
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


def _is_contest(event: Event, modality: Modality, place: Argument, phrases: Phrases, out: _Collector) -> bool:
    """An advance contests a place only if it takes place and goes into it, on it or against it, not merely towards
    it."""
    if modality.value != ACTUAL or _is_country(out.doc[place.head], phrases):
        return False
    if event.event_type != "MOBILIZE":
        return True
    before = [out.doc[i].lower_ for i in range(max(place.start - 3, 0), place.start)]
    if {"towards", "toward"} & set(before) or (before and before[-1] == "to"):
        return False
    if event.pred.lemma_ in ("operation", "campaign", "intervention") and before and "in" in before[-2:]:
        return event.governor.lemma_ in ("launch", "begin", "start", "mount", "resume", "open")
    return True


def _loss_is_worded(event: Event, loser: Argument, out: _Collector) -> bool:
    """True if the words say that somebody loses the place: "from Y", "cleared Y out", not merely "against Y"."""
    if loser.inherited:
        return False
    case = prepositions(out.doc[loser.head]) if loser.start > event.pred.i else ""
    return case in ("from", "out of", "of") or event.pred.lemma_ in out.cues.of("drive_out_verb")


def _fight_for(
    pred: Token, by_token: Mapping[int, tuple[Event, Modality]], cues: Cues
) -> tuple[Event | None, Modality] | None:
    """The fight in order to take a place ("launched an offensive to retake T", "tried to seize T"); None for mere
    intent."""
    token = pred
    for _ in range(4):
        head = token.head
        if head.i == token.i:
            return None
        if head.lemma_ in _FIGHTS:
            found = by_token.get(head.i)
            if found is not None:
                return (found[0], found[1]) if found[1].value == ACTUAL else None
            above = by_token.get(head.head.i) if head.head.i != head.i else None
            if above is not None and head.pos_ == "NOUN":
                return (above[0], above[1]) if above[1].value == ACTUAL else None
            how = modality_of(head, cues)
            return (None, how) if how.value == ACTUAL else None
        if not (token.dep_ in ("xcomp", "advcl", "acl", "conj", "obj", "nmod", "obl", "amod") or not is_verb(token)):
            return None
        # What an act of force is done for ("attacked the base to take it") is contested too.
        found = by_token.get(head.i)
        if (
            found is not None
            and token.dep_ in ("xcomp", "advcl", "acl")
            and found[0].event_type in ("MOBILIZE", "ASSAULT")
        ):
            return (found[0], found[1]) if found[1].value == ACTUAL else None
        token = head
    return None


# -- from states -------------------------------------------------------------------------------------------------------


def _from_state(
    token: Token, taken: set[int], phrases: Phrases, frame: Callable[[Token], Frame], out: _Collector
) -> None:
    low = token.lower_
    cues = out.cues
    if (
        low in _HELD_SIGNS
        and token.i > 1
        and out.doc[token.i - 1].text in ("-", "‑")
        and token.i - 2 >= token.sent.start
    ):
        _held_adjective(token, phrases, out)
    elif token.lemma_ in cues.of("control_verb") and is_verb(token) and cues.of("control_verb")[token.lemma_] == HOLDS:
        if token.lemma_ == "hold" and any(c.lower_ == "out" for c in token.children):
            _hold_out(token, phrases, frame, out)
        elif token.i not in taken:
            _holding_verb(token, phrases, frame, out)
    elif token.lemma_ == "run" and is_verb(token) and token.i not in taken and _is_run_by(token, phrases, cues):
        _holding_verb(token, phrases, frame, out)
    elif low in _RULES_OVER and token.pos_ == "NOUN" and token.dep_ == "acl:relcl":
        _misread_holding(token, phrases, out)
    elif low in ("occupied",) and token.dep_ in ("acl", "amod") and is_verb(token) and token.i not in taken:
        _holding_verb(token, phrases, frame, out)
    elif low in cues.of("held_adjective") and token.i not in taken:
        _besieged_adjective(token, phrases, out)
    elif token.pos_ in ("NOUN", "PROPN") and token.lemma_ in _UNDER | {"hand"}:
        _control_noun(token, taken, phrases, frame, out)
    elif token.pos_ in ("NOUN", "PROPN") and token.lemma_ in cues.of("stronghold_noun"):
        _stronghold(token, phrases, out)
    elif token.lemma_ in _CONTENDING and is_verb(token) and token.i not in taken:
        _contending_verb(token, phrases, frame, out)
    elif token.lemma_ in ("vacate", "abandon", "evacuate") and token.dep_ == "acl" and token.i not in taken:
        agents = _party([c for c in token.children if c.dep_ == "obl:agent"], phrases)
        if agents and _is_area(token.head, phrases, cues):
            out.put(token, LOSES, phrases.argument(token.head, "place"), agents[0])
    if token.pos_ in ("NOUN", "PROPN") and token.lemma_ in _SETTLED:
        _side_noun(token, phrases, out)


_RULES_OVER: Final = word_set("controls holds rules governs dominates")


def _is_run_by(verb: Token, phrases: Phrases, cues: Cues) -> bool:
    """ "the town was run by separatists"; a hospital run by a charity is no territory."""
    subject = next((c for c in verb.children if c.dep_ == "nsubj:pass"), None)
    if subject is None and verb.dep_ == "acl":
        subject = verb.head
    if subject is None or not (subject.lemma_ in _SETTLED or phrases.is_place(subject)):
        return False
    agents = kids(verb, "obl:agent")
    return bool(agents) and phrases.is_a(agents[0], "armed")


def _misread_holding(noun: Token, phrases: Phrases, out: _Collector) -> None:
    """ "X, whose army controls Y and Z", where the parser takes the verb for a noun and Y for its modifier."""
    doc = out.doc
    if noun.i < 2 or doc[noun.i - 2].lower_ != "whose":
        return
    holder = _whose(doc[noun.i - 1], noun, phrases)
    first = doc[noun.i + 1] if noun.i + 1 < noun.sent.end else noun
    top = first
    while top.dep_ in ("compound", "det", "amod", "flat", "nummod", "nmod:desc") and top.head.i > noun.i:
        top = top.head
    for child in (top,):
        if child.i > noun.i:
            for place in _place_of(child, phrases):
                if holder is not None and (
                    _may_be_place(doc[place.head], phrases) or _is_area(doc[place.head], phrases, out.cues)
                ):
                    out.put(noun, HOLDS, place, holder, modality=Modality(ACTUAL))
            for one in conjuncts(child)[1:]:
                if holder is not None and one.pos_ != "PROPN" and _is_area(one, phrases, out.cues):
                    out.put(noun, HOLDS, phrases.argument(one, "place"), holder, modality=Modality(ACTUAL))
            return


def _whose(owned: Token, verb: Token, phrases: Phrases) -> Argument | None:
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


def _is_country(token: Token, phrases: Phrases) -> bool:
    name = phrases.names.of(token)
    return name is not None and name.kind == "place" and name.subkind == "country"


def _contending_verb(verb: Token, phrases: Phrases, frame: Callable[[Token], Frame], out: _Collector) -> None:
    """ "they compete for territory": contested by the subject."""
    for child in verb.children:
        if (
            child.dep_ == "obl"
            and prepositions(child) == "for"
            and child.lemma_ != "control"
            and _is_area(child, phrases, out.cues)
        ):
            if phrases.is_a(child, "armed", "state") or _is_country(child, phrases):
                continue
            holders = _party(frame(verb).subj, phrases)
            for place in _place_of(child, phrases):
                out.put(verb, CONTESTS, place, holders[0] if holders else None)


def _is_area(token: Token, phrases: Phrases, cues: Cues) -> bool:
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


def _place_of(head: Token, phrases: Phrases) -> Iterator[Argument]:
    head = _described(head, phrases)
    for one in conjuncts(head):
        if one.i == head.i or (not kids(one, "case") and (phrases.is_place(one) or one.pos_ == "PROPN")):
            yield phrases.argument(one, "place")


def _described(head: Token, phrases: Phrases) -> Token:
    """The place that a description stands for: "X, a town held by", "X is the last town held by", "the capital, X"."""
    if head.pos_ != "NOUN" or phrases.names.of(head) is not None:
        return head
    own = [c for c in head.children if c.dep_ == "nmod" and prepositions(c) == "of" and _may_be_place(c, phrases)]
    own += [c for c in head.children if c.dep_ in ("compound", "flat") and _may_be_place(c, phrases)]
    if phrases.resolve(head) is not None or (own and not kids(head, "cop")):
        return head
    beside = next((c for c in head.children if c.dep_ == "appos" and c.i <= head.i + 2 and c.pos_ == "PROPN"), None)
    if beside is not None and _may_be_place(beside, phrases):
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
    if head.dep_ == "appos" and head.head.pos_ == "PROPN" and _may_be_place(head.head, phrases):
        return head.head
    return head


def _may_be_place(token: Token, phrases: Phrases) -> bool:
    """True for the name of a place, and for a name that nothing shows to be a party's or a person's."""
    name = phrases.names.of(token)
    if name is not None and (name.is_known or name.is_generic or name.kind == "place"):
        return name.kind == "place"
    if name is not None and (name.subkind not in ("other", "person") or name.text.isupper()):
        return False
    return token.pos_ == "PROPN" and token.text[:1].isupper() and token.lower_ not in _NO_PLACES


def _is_site(token: Token, phrases: Phrases) -> bool:
    """True for a place by name, by kind or by a pronoun."""
    return phrases.is_place(token) or _may_be_place(token, phrases) or token.lemma_ in _SETTLED | _SITES


def _party(tokens: Iterable[Token], phrases: Phrases) -> list[Argument]:
    """The parties that tokens name, with what is coordinated with them."""
    out = []
    for token in tokens:
        for one in conjuncts(token):
            if one.lower_ in ("de", "facto", "jure", "last", "main", "key", "former"):
                continue
            if any(c.lower_ == "whose" and c.dep_ == "nmod:poss" for c in one.children):
                owned = _whose(one, one.head, phrases)
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


def _word_party(doc: Doc, end: int, low: int, phrases: Phrases) -> Argument:
    """The party written before a hyphen ("Islamic State-held", "rebel-held", "al-Qaida-controlled"): tokens up to
    `end`."""
    last = doc[end - 1]
    name = phrases.names.of(last)
    start = name.start if name is not None and name.start >= low else last.i
    if name is None:
        while (
            start - 2 >= low
            and doc[start - 1].text == "-"
            and not doc[start - 1].whitespace_
            and not doc[start - 2].whitespace_
        ):
            start -= 2
    span = doc[start:end]
    text = phrases.parsed.words_of(span)
    full = phrases.names.at[last.i].full if name is not None and name.full else text
    return Argument(start, end, last.i, text, full, "armed")


def _held_adjective(token: Token, phrases: Phrases, out: _Collector) -> None:
    """ "rebel-held eastern Aleppo": the noun after it is held by the word before the hyphen."""
    doc = out.doc
    low, low_sign = token.sent.start, token.lower_
    holder = _word_party(doc, token.i - 1, low, phrases)
    head = (
        token.head
        if token.head.i > token.i and token.dep_ in ("amod", "acl", "compound", "nmod", "dep", "nmod:desc")
        else None
    )
    if head is None or (head.pos_ not in ("NOUN", "PROPN", "ADJ", "X") and head.lemma_ not in _SETTLED):
        head = _next_noun(token)
    if head is None:
        return
    if doc[token.i - 2].lower_ in ("state", "privately", "family", "long", "widely", "newly", "hand", "jointly"):
        return
    coordinated = None
    after = doc[token.i + 1] if token.i + 1 < token.sent.end else token
    if after.lower_ in ("and", "or") and token.i + 3 < token.sent.end and doc[token.i + 3].text == "-":
        coordinated = _next_noun(doc[min(token.i + 4, token.sent.end - 1)])
    head = coordinated or head
    area = phrases.is_place(head) or head.lemma_ in _SETTLED or head.lemma_ in out.cues.of("area_noun")
    if not area and (
        low_sign not in ("held", "controlled") or phrases.is_a(head, "people", "person", "armed", "state", "goods")
    ):
        return
    trigger = (holder.start, token.i + 1)
    where = phrases.argument(head, "place")
    divided = None
    if (
        head.lemma_ in ("area", "part", "territory")
        and "Plur" in head.morph.get("Number", [])
        and not phrases.names_a_place(where)
    ):
        divided = _divided_place(head, phrases)
        if divided is not None:
            where = divided
    if divided is None and where.end <= token.i + 1:
        return
    if divided is None and where.start > holder.start >= where.start - 2:
        where = _widened(where, holder.start, phrases)
    out.put(head if head.i != token.i else token, HOLDS, where, holder, modality=Modality(ACTUAL), trigger=trigger)


def _widened(place: Argument, start: int, phrases: Phrases) -> Argument:
    span = phrases.parsed.doc[start : place.end]
    return Argument(
        start, place.end, place.head, phrases.parsed.words_of(span), place.antecedent, place.kind, place.relation
    )


def _divided_place(head: Token, phrases: Phrases) -> Argument | None:
    """ "the city has been divided into rebel-held and regime-held areas": the city."""
    token = head
    for _ in range(3):
        token = token.head
        if token.lemma_ in ("divide", "split") and is_verb(token):
            subject = next((c for c in token.children if c.dep_ in ("nsubj:pass", "nsubj")), None)
            return phrases.argument(subject, "place") if subject is not None else None
    return None


def _next_noun(token: Token) -> Token | None:
    """The head of the noun phrase that begins after a modifier."""
    doc, i = token.doc, token.i + 1
    last: Token | None = None
    while i < token.sent.end and i - token.i < 7:
        here = doc[i]
        if here.pos_ in ("NOUN", "PROPN"):
            last = here
        elif here.pos_ in ("ADJ", "NUM") or here.text == "-" or here.lower_ in ("al", "and"):
            if last is not None and here.text != "-" and here.lower_ != "al":
                break
        else:
            break
        i += 1
    return last


def _holding_verb(verb: Token, phrases: Phrases, frame: Callable[[Token], Frame], out: _Collector) -> None:
    """ "X controls Y", "Y is held by X", "areas controlled by X"."""
    found = frame(verb)
    news = "Past" in verb.morph.get("Tense", []) and "Fin" in verb.morph.get("VerbForm", []) and not found.passive
    if (
        news
        and verb.lemma_ == "control"
        and verb.dep_ in ("ROOT", "ccomp", "parataxis")
        and not kids(verb, "aux", "advmod")
    ):
        return  # "X controlled T" told as news is a seizure, which is an event's matter
    if verb.lemma_ != "control" and not found.obj:
        return
    objects = [_antecedent_noun(o, verb) for o in found.obj]
    objects = [o for o in objects if _is_area(o, phrases, out.cues) or _is_held_name(o, verb, phrases)]
    if not objects and not found.passive:
        # "controls about a fifth of the country": the parser takes "about" for a preposition
        objects = [
            c
            for c in verb.children
            if c.dep_ == "obl" and c.i > verb.i and prepositions(c) in ("about", "around", "over", "nearly")
        ]
    objects += [
        c
        for o in objects
        for c in o.children
        if c.dep_ == "nmod" and prepositions(c) == "including" and phrases.is_place(c)
    ]
    if not objects:
        return
    if found.passive and not found.subj:
        return
    subjects = found.subj
    if not subjects and verb.dep_ == "conj":
        subjects = kids(verb.head, "nsubj", "nsubj:pass")
    holders = _party([_antecedent_noun(s, verb) for s in subjects], phrases)
    if not holders and subjects and any(c.lower_ in ("our", "their") for c in subjects[0].children):
        holders = [phrases.argument(subjects[0])]  # "our heroes hold the hill"
    if not holders and verb.dep_ == "conj" and not found.passive:
        near = [t for t in verb.doc[verb.sent.start : verb.i] if t.dep_.startswith("nsubj")]
        holders = _party(near[-1:], phrases)
    if not holders:
        return
    for place_head in objects:
        # "a town in eastern Syria held by X": the town is held, not the country it lies in.
        above = place_head.head
        if (
            verb.dep_ == "acl"
            and place_head.dep_ == "nmod"
            and prepositions(place_head) == "in"
            and above.lemma_ in _SETTLED
        ):
            place_head = above
        for one in _place_of(place_head, phrases):
            for place in _joined_places(one, phrases):
                for holder in holders[:4]:
                    out.put(verb, HOLDS, place, holder)


def _antecedent_noun(token: Token, verb: Token) -> Token:
    """What a relative pronoun stands for: the noun its clause hangs on."""
    if token.lower_ in ("that", "which", "who", "whom") and verb.dep_ == "acl:relcl" and verb.head.i < token.i:
        return verb.head
    return token


def _is_held_name(token: Token, verb: Token, phrases: Phrases) -> bool:
    """True for an unknown name after "hold", "control" and the like: "who hold Bunagana"."""
    if not _may_be_place(token, phrases):
        return False
    result = any(c.dep_ in ("xcomp", "advcl", "iobj") for c in verb.children)
    return not result and (verb.lemma_ != "hold" or not kids(token, "amod"))


def _hold_out(verb: Token, phrases: Phrases, frame: Callable[[Token], Frame], out: _Collector) -> None:
    """ "a hundred fighters hold out in two quarters": held by those who do."""
    found = frame(verb)
    holders = _party([_antecedent_noun(s, verb) for s in found.subj], phrases)
    if not holders and found.subj and "Plur" in found.subj[0].morph.get("Number", []):
        holders = [phrases.argument(found.subj[0])]
    where = [c for c in verb.children if c.dep_ == "obl" and prepositions(c) in ("in", "at", "inside", "on")]
    for head in where[:1]:
        if holders and _is_area(head, phrases, out.cues):
            for place in _place_of(head, phrases):
                out.put(verb, HOLDS, place, holders[0])


def _besieged_adjective(token: Token, phrases: Phrases, out: _Collector) -> None:
    """ "besieged eastern Ghouta", "the besieged town"."""
    if token.dep_ not in ("amod", "compound", "acl", "nmod", "dep") and token.pos_ != "ADJ":
        return
    head = token.head if token.head.i > token.i else _next_noun(token)
    if head is None or head.pos_ not in ("NOUN", "PROPN"):
        return
    if any(c.dep_ in ("aux:pass", "nsubj:pass", "obl:agent") for c in token.children):
        return
    if not (phrases.is_place(head) or head.lemma_ in _SETTLED or head.pos_ == "PROPN"):
        return
    doc = out.doc
    holder = None
    if token.i >= 2 and doc[token.i - 1].text == "-":
        holder = _word_party(doc, token.i - 1, token.sent.start, phrases)
    for place in _place_of(head, phrases):
        if place.head == head.i or phrases.names_a_place(place):
            out.put(token, BESIEGES, place, holder, modality=Modality(ACTUAL))


def _control_noun(
    noun: Token, taken: set[int], phrases: Phrases, frame: Callable[[Token], Frame], out: _Collector
) -> None:
    """ "under the control of X", "in X's hands", "X has control over Y", "battling for control of Y"."""
    case = prepositions(noun)
    of = [c for c in noun.children if c.dep_ == "nmod" and prepositions(c) in ("of", "over")]
    owner = [
        c
        for c in noun.children
        if c.dep_ in ("nmod:poss", "compound", "amod", "nmod:desc") and phrases.is_a(c, "armed", "state")
    ]
    if noun.lemma_ == "hand" and not (case == "in" and "Plur" in noun.morph.get("Number", [])):
        return
    if case == "for" and noun.lemma_ == "control":
        _fight_over(noun, of, phrases, frame, out)
        return
    verb = noun.head if noun.head.i != noun.i else None
    if verb is not None and verb.i in taken:
        return
    if case in ("under", "in", "within"):
        if (
            case == "in"
            and noun.lemma_ == "control"
            and any(_is_area(c, phrases, out.cues) or _may_be_place(c, phrases) for c in of)
        ):
            # "left the army in control of T", "remained in control of T"
            holder = _holder_around(noun, phrases, frame)
            for head in of:
                for place in _place_of(head, phrases):
                    out.put(noun, HOLDS, place, holder)
            return
        holders = _party([*owner, *of], phrases)
        if not holders:
            if verb is not None and verb.lemma_ in ("have", "keep", "hold") and case == "under":
                f = frame(verb)
                subjects = _party(f.subj, phrases)
                for head in f.obj:
                    for place in _place_of(head, phrases):
                        for holder in subjects[:2]:
                            out.put(noun, HOLDS, place, holder)
            return
        place_head = _placed_at(noun, phrases, frame)
        if place_head is None:
            return
        for place in _place_of(place_head, phrases):
            for holder in holders[:4]:
                out.put(noun, HOLDS, _until(place, noun, phrases), holder)
        return
    if noun.lemma_ != "control":
        return
    over = [c for c in of if _is_area(c, phrases, out.cues) or _may_be_place(c, phrases)]
    if not over:
        return
    keeps = verb is not None and is_verb(verb) and verb.lemma_ in out.cues.of("keep_control_verb")
    with_it = case == "with"
    if owner or keeps or with_it:
        holders = _party(owner, phrases)
        if not holders and verb is not None:
            if with_it:
                f = frame(verb)
                holders = _party(f.obj or f.subj, phrases)
            else:
                holders = _party(frame(verb).subj, phrases)
        for head in over:
            for place in _place_of(head, phrases):
                for holder in holders[:3]:
                    out.put(noun, HOLDS, place, holder)


def _until(place: Argument, noun: Token, phrases: Phrases) -> Argument:
    """The place without "under the control of X", where the parser made that a part of it."""
    if not place.start < noun.i < place.end:
        return place
    end = noun.left_edge.i
    if end <= place.head:
        return place
    text = phrases.parsed.words_of(phrases.parsed.doc[place.start : end]).strip()
    whole = place.antecedent == place.text or noun.text in place.antecedent
    return Argument(
        place.start, end, place.head, text, _ARTICLE.sub("", text) if whole else place.antecedent, place.kind
    )


def _holder_around(noun: Token, phrases: Phrases, frame: Callable[[Token], Frame]) -> Argument | None:
    """Who is "in control of" a place: the object left so, or the subject."""
    own = next((c for c in noun.children if c.dep_ == "nsubj"), None)
    if own is not None and kids(noun, "cop"):
        parties = _party([_antecedent_noun(own, noun)], phrases)
        if parties:
            return parties[0]
    token = noun
    for _ in range(3):
        head = token.head
        if head.i == token.i:
            break
        if is_verb(head):
            f = frame(head)
            parties = _party(f.obj, phrases) if head.lemma_ in ("leave", "put", "keep") else []
            parties = parties or _party(f.subj, phrases)
            return parties[0] if parties else None
        if head.pos_ in ("NOUN", "PROPN"):
            parties = _party([head], phrases)
            if parties:
                return parties[0]
        token = head
    return None


def _placed_at(noun: Token, phrases: Phrases, frame: Callable[[Token], Frame]) -> Token | None:
    """The place that is "under the control of" somebody: the noun it hangs on, the subject, or the object of its
    verb."""
    subject = next((c for c in noun.children if c.dep_ in ("nsubj", "nsubj:pass")), None)
    if subject is not None:
        return _relative(subject, noun, phrases)
    head = noun.head
    if head.i == noun.i:
        return None
    if head.pos_ in ("NOUN", "PROPN") and (phrases.is_place(head) or head.lemma_ in _SETTLED):
        return head
    if is_verb(head) or head.pos_ == "ADJ":
        f = frame(head)
        if f.obj and phrases.is_place(f.obj[0]):
            return f.obj[0]
        for one in f.subj:
            if phrases.is_place(one):
                return one
    return None


def _relative(subject: Token, noun: Token, phrases: Phrases) -> Token | None:
    if subject.lower_ in ("which", "that", "who") and noun.dep_ == "acl:relcl":
        return noun.head
    return subject if phrases.is_place(subject) or subject.pos_ == "PRON" else None


def _fight_over(
    noun: Token, of: list[Token], phrases: Phrases, frame: Callable[[Token], Frame], out: _Collector
) -> None:
    """ "battling for control of T": contested by who battles."""
    fight: Token | None = None
    for candidate in (noun.head, noun.head.head):
        if candidate.lemma_ in _FIGHTING:
            fight = candidate
            break
    if fight is None:
        return
    holders = _party(frame(fight).subj, phrases) if is_verb(fight) else []
    for head in of:
        for place in _place_of(head, phrases):
            out.put(fight, CONTESTS, place, holders[0] if holders else None)


def _stronghold(noun: Token, phrases: Phrases, out: _Collector) -> None:
    """ "the IS stronghold of Raqqa", "Raqqa, the group's de facto capital", "T is a rebel bastion"."""
    if noun.lemma_ in ("pocket", "enclave"):
        return
    owners = [
        c
        for c in noun.children
        if c.dep_ in ("nmod:poss", "compound", "amod", "nmod:desc", "nmod")
        and (prepositions(c) in ("", "of", "for") or c.dep_ != "nmod")
        and phrases.is_a(c, "armed", "state", "person")
        and not _only_place(c, phrases)
        and (c.dep_ != "amod" or c.text[:1].isupper() or c.lower_ in _GENERIC_SIDES)
    ]
    if noun.lemma_ == "capital":
        de_facto = any(
            c.lower_ in ("facto", "jure") or c.lower_ == "de"
            for c in noun.doc[max(noun.sent.start, noun.i - 4) : noun.i]
        )
        if not de_facto:
            return
    holders = _party(owners, phrases)
    if not holders:
        word = noun.doc[noun.i - 1] if noun.i > noun.sent.start else noun
        if word.lower_ in _GENERIC_SIDES:
            holders = [_word_party(noun.doc, noun.i, noun.sent.start, phrases)]
    if not holders:
        return
    place = _stronghold_place(noun, owners, phrases)
    if place is None:
        if all(o.pos_ == "PRON" for o in owners) and owners:
            return
        place = phrases.argument(noun, "place")
    for holder in holders[:3]:
        out.put(noun, HOLDS, place, holder, modality=_description_modality(noun, out.cues))


def _description_modality(noun: Token, cues: Cues) -> Modality:
    """A description in apposition is asserted; a predicate ("is believed to be the last stronghold") may be hedged."""
    start = noun.left_edge.i
    for token in noun.doc[max(noun.sent.start, start - 4) : start]:
        if token.lemma_ in cues.of("possible_verb"):
            return Modality(POSSIBLE, token.lemma_)
    if any(c.dep_ == "cop" for c in noun.children) or noun.dep_ == "xcomp":
        return modality_of(noun, cues)
    return Modality(ACTUAL)


def _only_place(token: Token, phrases: Phrases) -> bool:
    name = phrases.names.of(token)
    return (name is not None and name.kind == "place") or (name is None and token.lemma_ in _SETTLED)


def _stronghold_place(noun: Token, owners: list[Token], phrases: Phrases) -> Argument | None:
    subject = next((c for c in noun.children if c.dep_ in ("nsubj", "nsubj:outer")), None)
    if subject is not None:
        if subject.lower_ in ("which", "that") and noun.dep_ == "acl:relcl":
            return phrases.argument(noun.head, "place")
        return phrases.argument(subject, "place")
    above = noun.head
    if (noun.dep_ == "nmod" and above.lower_ in ("one", "among", "some")) or (
        noun.dep_ == "xcomp"
        and above.lemma_
        in ("believe", "consider", "think", "become", "remain", "be", "know", "say", "describe", "regard", "report")
    ):
        subject = next((c for c in above.children if c.dep_.startswith("nsubj")), None)
        if subject is not None and subject.lower_ in ("which", "that"):
            return phrases.argument(above.head, "place")
        if subject is not None:
            return phrases.argument(subject, "place")
        if above.dep_ in ("acl:relcl", "appos", "conj", "parataxis") and above.head.i < above.i:
            return phrases.argument(above.head, "place")
    if noun.dep_ == "appos" and (phrases.is_place(noun.head) or noun.head.pos_ == "PROPN"):
        return phrases.argument(noun.head, "place")
    for child in noun.children:
        named = child.dep_ in ("nmod", "appos", "flat", "nmod:desc", "compound") and child.i not in {
            o.i for o in owners
        }
        if named and child.i > noun.i and prepositions(child) in ("", "of") and _only_place(child, phrases):
            return phrases.argument(child, "place")
    # "Raqqa the group's de facto capital", without a comma: the place name right before the phrase.
    left = noun.left_edge.i - 1
    if any(c.dep_ == "cop" for c in noun.children) or (left > noun.sent.start and noun.doc[left].lemma_ == "be"):
        before = [
            t
            for t in noun.doc[noun.sent.start : left + 1]
            if t.dep_.startswith("nsubj") and t.lower_ not in ("which", "that", "who")
        ]
        if before:
            return phrases.argument(before[-1], "place")
    if left >= noun.sent.start and noun.doc[left].text == ",":
        left -= 1
    if left >= noun.sent.start and _only_place(noun.doc[left], phrases) and noun.doc[left].pos_ in ("PROPN", "NOUN"):
        return phrases.argument(noun.doc[left], "place")
    head = noun.head
    if (
        head.i != noun.i
        and noun.dep_ in ("compound", "nmod", "nmod:desc", "flat", "amod")
        and _only_place(head, phrases)
        and head.i > noun.i
    ):
        return phrases.argument(head, "place")
    after = noun.doc[noun.i + 1] if noun.i + 1 < noun.sent.end else None
    if after is not None and after.pos_ == "PROPN" and _only_place(after, phrases):
        return phrases.argument(after, "place")
    return None


def _side_noun(noun: Token, phrases: Phrases, out: _Collector) -> None:
    """ "a rebel town", "IS territory", "rebel areas": the place belongs to the side that modifies it."""
    for child in noun.children:
        if child.dep_ not in ("compound", "amod", "nmod:poss", "nmod:desc") or child.i >= noun.i:
            continue
        name = phrases.names.of(child)
        generic = child.lower_ in _GENERIC_SIDES
        armed = (
            name is not None
            and not name.is_generic
            and name.kind == "actor"
            and name.subkind == "armed"
            and child.pos_ != "ADJ"
            and noun.lemma_
            in ("territory", "area", "enclave", "stronghold", "bastion", "pocket", "land", "town", "village")
        )
        if not (generic or armed):
            continue
        if child.i + 1 < noun.i and out.doc[child.i + 1].text == "-":
            continue
        if noun.lemma_ in (
            "stronghold",
            "bastion",
            "redoubt",
            "side",
            "part",
            "east",
            "west",
            "north",
            "south",
            "half",
            "zone",
        ):
            continue
        holder = phrases.argument(child)
        place = phrases.argument(noun, "place")
        out.put(noun, HOLDS, place, holder, modality=Modality(ACTUAL), trigger=(child.i, noun.i + 1))


def _lend_besiegers(found: list[Control]) -> None:
    """A besieged place whose besieger the sentence leaves open has the one besieger that the article names for it."""
    known: dict[str, list[Argument]] = {}
    for one in found:
        if one.relation == BESIEGES and one.holder is not None and one.modality.value == ACTUAL:
            known.setdefault(one.place.antecedent.lower(), []).append(one.holder)
    for one in found:
        if one.relation == BESIEGES and one.holder is None:
            named = {h.antecedent.lower(): h for h in known.get(one.place.antecedent.lower(), ())}
            if len(named) == 1:
                lent = next(iter(named.values()))
                one.holder = Argument(
                    lent.start, lent.end, lent.head, lent.text, lent.antecedent, lent.kind, None, True
                )
