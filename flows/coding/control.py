"""Who holds which place: statements about control, from events and from descriptions of states.

From events: whoever takes a place gains it, the party it is taken from loses it, whoever withdraws loses it, whoever
besieges
it besieges it, and whoever fights in order to take it contests it. From states: "rebel-held X", "X controls Y",
"under the
control of", "in the hands of", "stronghold of", "besieged X". Mere presence is nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from spacy.tokens import Doc, Token

from flows.coding.cues import Cues, word_set
from flows.coding.grammar import Frame, below_quantity, is_verb, kids, nominal, prepositions
from flows.coding.holdings import from_state
from flows.coding.modality import ACTUAL, NEGATED, PLANNED, Modality, modality_of
from flows.coding.model import Argument, Event
from flows.coding.phrases import Phrases
from flows.coding.territory import (
    BESIEGES,
    CONTESTS,
    GAINS,
    HELD_SIGNS,
    HOLDS,
    LOSES,
    SETTLED,
    UNDER,
    Collector,
    Control,
    is_area,
    is_country,
    joined_places,
    may_be_place,
    parties_of,
    places_of,
)

_FIGHTS: Final = word_set(
    "offensive operation campaign battle fight push assault attack counteroffensive counterattack try attempt"
    " battle advance struggle clash compete vie launch mount wage press drive bid effort war strive race scramble rush"
)
"""Words for deeds done to take a place: what they aim at is contested."""

_INSIDE: Final = word_set("in near within inside around outside")

_OFFENSIVES: Final = word_set("offensive counteroffensive assault push advance attack")


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
    out = Collector(parsed.doc, parsed.sentence_of, cues)
    by_token: dict[int, tuple[Event, Modality]] = {}
    for event, modality in zip(events, modalities, strict=True):
        for token in event.tokens:
            by_token.setdefault(token.i, (event, modality))
    for event, modality in zip(events, modalities, strict=True):
        _from_event(event, modality, by_token, phrases, frame, out)
    taken = {e.pred.i for e in events if e.control}
    for sentence in parsed.sentences:
        for token in sentence.span:
            from_state(token, taken, phrases, frame, out)
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
    out: Collector,
) -> None:
    relation = event.control or _attack_on_held(event, out)
    if not relation:
        return
    if relation == GAINS and _is_lasting(event.pred):
        relation = HOLDS
    if relation == CONTESTS and event.event_type == "COERCE" and modality.value == PLANNED:
        relation = GAINS
    if is_verb(event.pred) and _is_anyone(event.pred, frame):
        return
    if relation == GAINS and _drives_off(event.pred, frame):
        relation = LOSES
    if relation == CONTESTS and _is_unopposed(event):
        relation = GAINS
    places = _event_places(event, phrases, frame, out.cues)
    if not places:
        return
    trigger = (event.trigger_start, event.trigger_end)
    fight = _fight_for(event.pred, by_token, out.cues) if relation == GAINS and modality.value == PLANNED else None
    if relation == LOSES and modality.value == PLANNED:
        return
    if relation == LOSES and _leaves_no_place(event.pred, places):
        return
    if relation == LOSES and _gives_up_goods(event, places, phrases, frame, out.cues):
        return
    if modality.value == NEGATED and modality.cue in ("prevent", "avert", "thwart", "foil", "stop"):
        return
    actor = event.actor
    if actor is not None and relation == LOSES and out.doc[actor.head].lower_ in _DENIES:
        actor = None
    if actor is None and relation in (GAINS, BESIEGES):
        # "driven out of T by the rebels", "surrounded on three sides by troops", with the rebels hung on T or the sides
        hung = [out.doc[p.head] for p in places if not p.inherited]
        hung += [t for _, t, via in frame(event.pred).obliques if via == "self"] if is_verb(event.pred) else []
        by = [c for t in hung for c in t.children if c.dep_ == "nmod" and prepositions(c) == "by"]
        actor = next(iter(parties_of(by[:1], phrases)), None)
        if actor is None and relation == GAINS:
            actor = _declarer(event.pred, phrases, frame)
    if actor is None and relation == LOSES and is_verb(event.pred):
        actor = _leaver(event.pred, phrases, frame) or _denier(event.pred, phrases)
    gapped: list[tuple[Token, Argument]] = []
    if relation == LOSES and is_verb(event.pred) and event.lemma in out.cues.of("lose_control_verb"):
        gapped = _gapped(event.pred, phrases, out)
        places = [p for p in places if all(t.i != p.head for t, _ in gapped)]
    for token, next_taker in gapped:
        lost = phrases.argument(token, "place")
        out.put(event.pred, LOSES, lost, actor, modality=modality, event=event, trigger=trigger)
        out.put(event.pred, GAINS, lost, next_taker, loser=actor, modality=modality, event=event, trigger=trigger)
    for place in places:
        if relation == CONTESTS and not _is_contest(event, modality, place, phrases, out):
            continue
        if relation != BESIEGES and _is_party(place, phrases):
            continue
        if [t.lower_ for t in out.doc[place.end : place.end + 2]] == ["after", "another"]:
            continue  # "driven from one stronghold after another" names none
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


_ANYONE: Final = word_set("anyone anybody whoever everyone everybody someone somebody")


def _is_anyone(verb: Token, frame: Callable[[Token], Frame]) -> bool:
    """True for "anyone who takes T": of nobody in particular."""
    subjects = [verb.head if s.lower_ in ("who", "that") and verb.dep_ == "acl:relcl" else s for s in frame(verb).subj]
    return any(s.lower_ in _ANYONE for s in subjects)


_FIGHT_WORDS: Final = word_set("fight battle shot resistance opposition firing bloodshed clash")

_WITHOUT_REACH: Final = 12
"""How many words after a verb of entering "without a fight" is looked for."""


def _is_unopposed(event: Event) -> bool:
    """True for "entered T without a fight": whoever goes in unopposed takes it."""
    verb = event.pred
    if not is_verb(verb) or verb.lemma_ not in ("enter", "move", "march", "roll", "advance", "drive", "walk"):
        return False
    words = [t.lower_ for t in verb.doc[verb.i + 1 : min(verb.sent.end, verb.i + _WITHOUT_REACH)]]
    if "unopposed" in words:
        return True
    return "without" in words and not _FIGHT_WORDS.isdisjoint(words[words.index("without") + 1 :][:4])


_DENIES: Final = ("denies", "denied")


def _denier(verb: Token, phrases: Phrases) -> Argument | None:
    """ "the army denies having lost T", where the parser takes the verb of denying for a noun: the army."""
    doc, i = verb.doc, verb.i - 2
    if i <= verb.sent.start or doc[i].lower_ not in _DENIES or doc[i + 1].lower_ != "having":
        return None
    noun = doc[i - 1]
    return phrases.argument(noun) if phrases.is_a(noun, "armed", "state", "person") else None


def _drives_off(verb: Token, frame: Callable[[Token], Frame]) -> bool:
    """True for "had driven off in the night", without an object: whoever drives off leaves."""
    if not is_verb(verb) or verb.lemma_ not in ("drive", "pull", "push", "move"):
        return False
    found = frame(verb)
    away = any(c.dep_ == "compound:prt" and c.lower_ in ("off", "out", "away") for c in verb.children)
    return away and bool(found.subj) and not kids(verb, "aux:pass", "obj", "nsubj:pass") and verb.dep_ != "acl"


def _declarer(verb: Token, phrases: Phrases, frame: Callable[[Token], Frame]) -> Argument | None:
    """The force that tells of its own success: "the general declared T liberated"."""
    head = verb.head
    if (
        not is_verb(verb)
        or head.i == verb.i
        or not is_verb(head)
        or verb.dep_ not in ("xcomp", "ccomp", "advcl", "obj")
    ):
        return None
    if head.lemma_ not in ("declare", "proclaim", "pronounce") or kids(verb, "aux:pass"):
        return None
    return next(iter(parties_of(frame(head).subj[:1], phrases)), None)


def _leaves_no_place(noun: Token, places: list[Argument]) -> bool:
    """True for "a retreat from its promises in T": what is left is told, and it is none of the places."""
    if is_verb(noun):
        return False
    left = [c for c in noun.children if c.dep_ == "nmod" and prepositions(c) == "from"]
    return bool(left) and not any(
        p.start <= c.i < p.end or c.is_ancestor(noun.doc[p.head]) for c in left for p in places
    )


def _gives_up_goods(
    event: Event, places: list[Argument], phrases: Phrases, frame: Callable[[Token], Frame], cues: Cues
) -> bool:
    """True for "handed over their weapons in T": what is given up is no place."""
    if event.pred.lemma_ not in ("hand", "surrender", "give", "turn", "yield") or not is_verb(event.pred):
        return False
    found = frame(event.pred)
    objects = found.obj or [t for case, t, via in found.obliques if case in ("over", "up") and via == "self"]
    if not objects or any(p.start <= o.i < p.end for p in places for o in objects):
        return False
    return not any(is_area(o, phrases, cues) or may_be_place(o, phrases) for o in objects)


def _gapped(verb: Token, phrases: Phrases, out: Collector) -> list[tuple[Token, Argument]]:
    """The further losses in "lost A to B and C to D": each place with its taker."""
    found = []
    for token in verb.subtree:
        if token.dep_ != "conj" or token.i <= verb.i or not nominal(token) or is_verb(token):
            continue
        to = [c for c in token.children if c.dep_ in ("obl", "nmod") and c.i > token.i and prepositions(c) == "to"]
        takers = parties_of(to[:1], phrases)
        if takers and not kids(token, "case") and (may_be_place(token, phrases) or is_area(token, phrases, out.cues)):
            found.append((token, takers[0]))
    return found


def _is_party(place: Argument, phrases: Phrases) -> bool:
    """True for a "place" that is the name of a force or body."""
    name = phrases.names.at.get(place.head)
    if name is None or name.kind not in ("actor", "person"):
        return False
    return not may_be_place(phrases.parsed.doc[place.head], phrases)


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


def _attack_on_held(event: Event, out: Collector) -> str:
    """An attack on a place that another side is said to hold ("attacking government-held districts") contests it."""
    if (
        event.event_type != "ASSAULT"
        or event.pred.lemma_ not in ("attack", "assault", "storm", "raid")
        or not is_verb(event.pred)
    ):
        return ""
    for place in event.places:
        if not place.inherited and any(t.lower_ in HELD_SIGNS for t in out.doc[place.start : place.end]):
            return CONTESTS
    return ""


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
                parties = parties_of([token], phrases)
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
    if not told:
        objects = [o for o in frame(event.pred).obj if is_verb(event.pred)]
        over = [
            c
            for o in objects
            if o.lemma_ in UNDER
            for c in o.children
            if c.dep_ == "nmod" and prepositions(c) in ("of", "over")
        ]
        if over and not any(is_area(c, phrases, cues) or c.pos_ == "PROPN" for c in over):
            return []
        if over:
            return [place for c in over[:3] for place in places_of(c, phrases)][:10]
        if event.control == BESIEGES and objects:
            return [phrases.argument(o, "place") for o in objects[:2]]
        if event.control == BESIEGES and event.target is not None and not event.places:
            return [event.target]
        objects = [o for o in objects if (phrases.is_place(o) or o.lemma_ in SETTLED) and o.lemma_ not in _VAGUE]
        if objects and event.control != CONTESTS:
            told = [phrases.argument(o, "place") for o in objects[:2]]
    if not told:
        aside = event.pred.dep_ == "amod" and event.pred.lower_.endswith("ing")  # "the retreating units"
        settled = event.control in (GAINS, LOSES) and event.is_settled and not aside
        told = event.places[:1] if settled else []
    out: list[Argument] = []
    for place in told:
        for one in joined_places(place, phrases):
            if all(one.antecedent.lower() != known.antecedent.lower() for known in out):
                out.append(one)
    return out[:10]


def _own_object(
    event: Event, told: list[Argument], phrases: Phrases, frame: Callable[[Token], Frame], cues: Cues
) -> list[Argument]:
    """The site that a verb takes or loses, where all places read for it lie in a clause below that site."""
    objects = [o for o in frame(event.pred).obj if o.head.i == event.pred.i and o.pos_ == "NOUN"]
    if len(objects) != 1 or objects[0].lemma_ in _VAGUE or not is_area(objects[0], phrases, cues):
        return told
    site = objects[0]
    clauses = [c for c in site.children if c.dep_ in ("acl:relcl", "acl") and c.i > site.i]
    if clauses and all(any(c.is_ancestor(phrases.parsed.doc[p.head]) for c in clauses) for p in told):
        return [phrases.argument(site, "place")]
    return told


def _is_contest(event: Event, modality: Modality, place: Argument, phrases: Phrases, out: Collector) -> bool:
    """An advance contests a place only if it takes place and goes into it, on it or against it, not merely towards
    it."""
    if modality.value != ACTUAL or is_country(out.doc[place.head], phrases):
        return False
    if event.event_type != "MOBILIZE":
        return True
    before = [out.doc[i].lower_ for i in range(max(place.start - 3, 0), place.start)]
    if {"towards", "toward"} & set(before) or (before and before[-1] == "to"):
        return False
    if event.pred.lemma_ in ("operation", "campaign", "intervention") and before and "in" in before[-2:]:
        return event.governor.lemma_ in ("launch", "begin", "start", "mount", "resume", "open")
    return True


def _loss_is_worded(event: Event, loser: Argument, out: Collector) -> bool:
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


__all__ = ["BESIEGES", "CONTESTS", "GAINS", "HOLDS", "LOSES", "Control", "control_claims"]
