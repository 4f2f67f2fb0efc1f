"""Who holds a place, from descriptions of states: "rebel-held X", "X controls Y", "under the control of", "stronghold of",
"in the hands of", "besieged X". Mere presence is nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from spacy.tokens import Doc, Token

from flows.coding.cues import Cues, word_set
from flows.coding.grammar import Frame, conjuncts, is_verb, kids, prepositions
from flows.coding.modality import ACTUAL, POSSIBLE, Modality, modality_of
from flows.coding.model import Argument
from flows.coding.phrases import Phrases
from flows.coding.territory import (
    ARTICLE,
    BESIEGES,
    CONTESTS,
    GAINS,
    HELD_SIGNS,
    HOLDS,
    LOSES,
    SETTLED,
    UNDER,
    Collector,
    is_area,
    is_country,
    joined_places,
    may_be_place,
    parties_of,
    places_of,
    whose,
)

_FIGHTING: Final = word_set(
    "battle fight struggle compete vie clash contest war try attempt battle contend race jostle"
)

_CONTENDING: Final = word_set("compete vie fight battle struggle contend jostle")

_GENERIC_SIDES: Final = word_set(
    "rebel regime government opposition insurgent jihadist militant loyalist separatist army islamist extremist"
)


# -- from states -------------------------------------------------------------------------------------------------------


def from_state(
    token: Token, taken: set[int], phrases: Phrases, frame: Callable[[Token], Frame], out: Collector
) -> None:
    """Put down what a word says about who holds a place; `taken` are the predicates that an event already tells."""
    low = token.lower_
    cues = out.cues
    if (
        low in HELD_SIGNS
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
    elif token.pos_ in ("NOUN", "PROPN") and token.lemma_ in UNDER | {"hand"}:
        _control_noun(token, taken, phrases, frame, out)
    elif token.pos_ in ("NOUN", "PROPN") and token.lemma_ in cues.of("stronghold_noun"):
        _stronghold(token, phrases, out)
    elif token.lemma_ in _CONTENDING and is_verb(token) and token.i not in taken:
        _contending_verb(token, phrases, frame, out)
    elif token.lemma_ in ("vacate", "abandon", "evacuate") and token.dep_ == "acl" and token.i not in taken:
        agents = parties_of([c for c in token.children if c.dep_ == "obl:agent"], phrases)
        if agents and is_area(token.head, phrases, cues):
            out.put(token, LOSES, phrases.argument(token.head, "place"), agents[0])
    if token.pos_ in ("NOUN", "PROPN") and token.lemma_ in SETTLED:
        _side_noun(token, phrases, out)


_RULES_OVER: Final = word_set("controls holds rules governs dominates")


def _is_run_by(verb: Token, phrases: Phrases, cues: Cues) -> bool:
    """ "the town was run by separatists"; a hospital run by a charity is no territory."""
    subject = next((c for c in verb.children if c.dep_ == "nsubj:pass"), None)
    if subject is None and verb.dep_ == "acl":
        subject = verb.head
    if subject is None or not (subject.lemma_ in SETTLED or phrases.is_place(subject)):
        return False
    agents = kids(verb, "obl:agent")
    return bool(agents) and phrases.is_a(agents[0], "armed")


def _misread_holding(noun: Token, phrases: Phrases, out: Collector) -> None:
    """ "X, whose army controls Y and Z", where the parser takes the verb for a noun and Y for its modifier."""
    doc = out.doc
    if noun.i < 2 or doc[noun.i - 2].lower_ != "whose":
        return
    holder = whose(doc[noun.i - 1], noun, phrases)
    first = doc[noun.i + 1] if noun.i + 1 < noun.sent.end else noun
    top = first
    while top.dep_ in ("compound", "det", "amod", "flat", "nummod", "nmod:desc") and top.head.i > noun.i:
        top = top.head
    for child in (top,):
        if child.i > noun.i:
            for place in places_of(child, phrases):
                if holder is not None and (
                    may_be_place(doc[place.head], phrases) or is_area(doc[place.head], phrases, out.cues)
                ):
                    out.put(noun, HOLDS, place, holder, modality=Modality(ACTUAL))
            for one in conjuncts(child)[1:]:
                if holder is not None and one.pos_ != "PROPN" and is_area(one, phrases, out.cues):
                    out.put(noun, HOLDS, phrases.argument(one, "place"), holder, modality=Modality(ACTUAL))
            return


def _contending_verb(verb: Token, phrases: Phrases, frame: Callable[[Token], Frame], out: Collector) -> None:
    """ "they compete for territory": contested by the subject."""
    for child in verb.children:
        if (
            child.dep_ == "obl"
            and prepositions(child) == "for"
            and child.lemma_ != "control"
            and is_area(child, phrases, out.cues)
        ):
            if phrases.is_a(child, "armed", "state") or is_country(child, phrases):
                continue
            holders = parties_of(frame(verb).subj, phrases)
            for place in places_of(child, phrases):
                out.put(verb, CONTESTS, place, holders[0] if holders else None)


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


def _held_adjective(token: Token, phrases: Phrases, out: Collector) -> None:
    """ "rebel-held eastern Aleppo": the noun after it is held by the word before the hyphen."""
    doc = out.doc
    low, low_sign = token.sent.start, token.lower_
    holder = _word_party(doc, token.i - 1, low, phrases)
    head = (
        token.head
        if token.head.i > token.i and token.dep_ in ("amod", "acl", "compound", "nmod", "dep", "nmod:desc")
        else None
    )
    if head is None or (head.pos_ not in ("NOUN", "PROPN", "ADJ", "X") and head.lemma_ not in SETTLED):
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
    area = phrases.is_place(head) or head.lemma_ in SETTLED or head.lemma_ in out.cues.of("area_noun")
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


def _holding_verb(verb: Token, phrases: Phrases, frame: Callable[[Token], Frame], out: Collector) -> None:
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
    objects = [o for o in objects if is_area(o, phrases, out.cues) or _is_held_name(o, verb, phrases)]
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
    if verb.lemma_ == "hold" and any(t.lower_ in _BLAMES for t in verb.doc[verb.i + 1 : verb.i + _BLAME_REACH]):
        return  # "holds T responsible for it"
    subjects = found.subj
    if not subjects and verb.dep_ == "conj":
        subjects = kids(verb.head, "nsubj", "nsubj:pass")
    holders = parties_of([_antecedent_noun(s, verb) for s in subjects], phrases)
    if not holders and subjects and any(c.lower_ in ("our", "their") for c in subjects[0].children):
        holders = [phrases.argument(subjects[0])]  # "our heroes hold the hill"
    if not holders and verb.dep_ == "conj" and not found.passive:
        near = [t for t in verb.doc[verb.sent.start : verb.i] if t.dep_.startswith("nsubj")]
        holders = parties_of(near[-1:], phrases)
    if not holders:
        return
    for place_head in objects:
        # "a town in eastern Syria held by X": the town is held, not the country it lies in.
        above = place_head.head
        if (
            verb.dep_ == "acl"
            and place_head.dep_ == "nmod"
            and prepositions(place_head) == "in"
            and above.lemma_ in SETTLED
        ):
            place_head = above
        for one in places_of(place_head, phrases):
            for place in joined_places(one, phrases):
                for holder in holders[:4]:
                    out.put(verb, HOLDS, place, holder)


_BLAMES: Final = word_set("responsible accountable liable answerable hostage")

_BLAME_REACH: Final = 9
"""How many words after "hold" the adjective of "hold T responsible" is looked for."""


def _antecedent_noun(token: Token, verb: Token) -> Token:
    """What a relative pronoun stands for: the noun its clause hangs on."""
    if token.lower_ in ("that", "which", "who", "whom") and verb.dep_ == "acl:relcl" and verb.head.i < token.i:
        return verb.head
    return token


def _is_held_name(token: Token, verb: Token, phrases: Phrases) -> bool:
    """True for an unknown name after "hold", "control" and the like: "who hold Bunagana"."""
    if not may_be_place(token, phrases):
        return False
    result = any(c.dep_ in ("xcomp", "advcl", "iobj") for c in verb.children)
    return not result and (verb.lemma_ != "hold" or not kids(token, "amod"))


def _hold_out(verb: Token, phrases: Phrases, frame: Callable[[Token], Frame], out: Collector) -> None:
    """ "a hundred fighters hold out in two quarters": held by those who do."""
    found = frame(verb)
    holders = parties_of([_antecedent_noun(s, verb) for s in found.subj], phrases)
    if not holders and found.subj and "Plur" in found.subj[0].morph.get("Number", []):
        holders = [phrases.argument(found.subj[0])]
    where = [c for c in verb.children if c.dep_ == "obl" and prepositions(c) in ("in", "at", "inside", "on")]
    for head in where[:1]:
        if holders and is_area(head, phrases, out.cues):
            for place in places_of(head, phrases):
                out.put(verb, HOLDS, place, holders[0])


def _besieged_adjective(token: Token, phrases: Phrases, out: Collector) -> None:
    """ "besieged eastern Ghouta", "the besieged town"."""
    if token.dep_ not in ("amod", "compound", "acl", "nmod", "dep") and token.pos_ != "ADJ":
        return
    head = token.head if token.head.i > token.i else _next_noun(token)
    if head is None or head.pos_ not in ("NOUN", "PROPN"):
        return
    if any(c.dep_ in ("aux:pass", "nsubj:pass", "obl:agent") for c in token.children):
        return
    if not (phrases.is_place(head) or head.lemma_ in SETTLED or head.pos_ == "PROPN"):
        return
    doc = out.doc
    holder = None
    if token.i >= 2 and doc[token.i - 1].text == "-":
        holder = _word_party(doc, token.i - 1, token.sent.start, phrases)
    for place in places_of(head, phrases):
        if place.head == head.i or phrases.names_a_place(place):
            out.put(token, BESIEGES, place, holder, modality=Modality(ACTUAL))


def _control_noun(
    noun: Token, taken: set[int], phrases: Phrases, frame: Callable[[Token], Frame], out: Collector
) -> None:
    """ "under the control of X", "in X's hands", "X has control over Y", "battling for control of Y"."""
    case = prepositions(noun)
    of = [c for c in noun.children if c.dep_ == "nmod" and prepositions(c) in ("of", "over")]
    owner = [
        c
        for c in noun.children
        if c.dep_ in ("nmod:poss", "compound", "amod", "nmod:desc") and phrases.is_a(c, "armed", "state")
    ]
    if noun.lemma_ == "hand" and not (case in ("in", "into") and "Plur" in noun.morph.get("Number", [])):
        return
    if noun.lemma_ == "hand" and case == "into":
        _into_hands(noun, [*owner, *of], phrases, frame, out)
        return
    if noun.lemma_ == "hand" and _with_in_hands(noun, phrases, frame, out):
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
            and any(is_area(c, phrases, out.cues) or may_be_place(c, phrases) for c in of)
        ):
            # "left the army in control of T", "remained in control of T"
            holder = _holder_around(noun, phrases, frame)
            for head in of:
                for place in places_of(head, phrases):
                    out.put(noun, HOLDS, place, holder)
            return
        holders = parties_of([*owner, *of], phrases)
        if not holders:
            if verb is not None and verb.lemma_ in ("have", "keep", "hold") and case == "under":
                f = frame(verb)
                subjects = parties_of(f.subj, phrases)
                for head in f.obj:
                    for place in places_of(head, phrases):
                        for holder in subjects[:2]:
                            out.put(noun, HOLDS, place, holder)
            return
        place_head = _placed_at(noun, phrases, frame)
        if place_head is None:
            return
        for place in places_of(place_head, phrases):
            for holder in holders[:4]:
                out.put(noun, HOLDS, _until(place, noun, phrases), holder)
        return
    if noun.lemma_ != "control":
        return
    over = [c for c in of if is_area(c, phrases, out.cues) or may_be_place(c, phrases)]
    if not over:
        return
    keeps = verb is not None and is_verb(verb) and verb.lemma_ in out.cues.of("keep_control_verb")
    with_it = case == "with"
    if owner or keeps or with_it:
        holders = parties_of(owner, phrases)
        if not holders and verb is not None:
            if with_it:
                f = frame(verb)
                holders = parties_of(f.obj or f.subj, phrases)
            else:
                holders = parties_of(frame(verb).subj, phrases)
        for head in over:
            for place in places_of(head, phrases):
                for holder in holders[:3]:
                    out.put(noun, HOLDS, place, holder)


def _into_hands(
    noun: Token, owners: list[Token], phrases: Phrases, frame: Callable[[Token], Frame], out: Collector
) -> None:
    """ "T passed into the hands of the rebels": gained by them."""
    verb = noun.head
    if not is_verb(verb) or verb.lemma_ not in ("pass", "fall", "come", "go", "slip", "deliver"):
        return
    holders = parties_of(owners, phrases)
    found = frame(verb)
    heads = found.obj if verb.lemma_ == "deliver" and not found.passive else found.subj
    for head in heads:
        if holders and (may_be_place(head, phrases) or is_area(head, phrases, out.cues)):
            for place in places_of(head, phrases):
                for holder in holders[:4]:
                    out.put(verb, GAINS, place, holder)


def _with_in_hands(noun: Token, phrases: Phrases, frame: Callable[[Token], Frame], out: Collector) -> bool:
    """ "with T in its hands the army ...": held by whom the pronoun stands for; False where it is not worded so."""
    doc, start = noun.doc, noun.i - 2
    if start <= noun.sent.start or doc[noun.i - 1].lower_ not in ("its", "their", "his", "her"):
        return False
    i = start - 1
    while i > noun.sent.start and doc[i].lower_ != "with" and start - i < _WITH_REACH:
        i -= 1
    if doc[i].lower_ != "with":
        return False
    heads = [t for t in doc[i + 1 : start] if t.pos_ in ("PROPN", "NOUN") and may_be_place(t, phrases)]
    verb = next((t for t in (*noun.ancestors, *heads[:1]) if is_verb(t)), None)
    if not heads or verb is None:
        return True
    holders = parties_of(frame(verb).subj, phrases)
    for place in places_of(heads[-1], phrases):
        for holder in holders[:1]:
            out.put(noun, HOLDS, place, holder)
    return True


_WITH_REACH: Final = 8
"""How many words "with T" may have before "in its hands"."""


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
        place.start, end, place.head, text, ARTICLE.sub("", text) if whole else place.antecedent, place.kind
    )


def _holder_around(noun: Token, phrases: Phrases, frame: Callable[[Token], Frame]) -> Argument | None:
    """Who is "in control of" a place: the object left so, or the subject."""
    own = next((c for c in noun.children if c.dep_ == "nsubj"), None)
    if own is not None and kids(noun, "cop"):
        parties = parties_of([_antecedent_noun(own, noun)], phrases)
        if parties:
            return parties[0]
    token = noun
    for _ in range(3):
        head = token.head
        if head.i == token.i:
            break
        if is_verb(head):
            f = frame(head)
            parties = parties_of(f.obj, phrases) if head.lemma_ in ("leave", "put", "keep") else []
            parties = parties or parties_of(f.subj, phrases)
            return parties[0] if parties else None
        if head.pos_ in ("NOUN", "PROPN"):
            parties = parties_of([head], phrases)
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
    if head.pos_ in ("NOUN", "PROPN") and (phrases.is_place(head) or head.lemma_ in SETTLED):
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
    if subject.lemma_ in ("whole", "entirety", "rest", "remainder", "most", "majority"):
        inner = next((c for c in subject.children if c.dep_ == "nmod" and prepositions(c) == "of"), None)
        if inner is not None and phrases.is_place(inner):
            return inner
    return subject if phrases.is_place(subject) or subject.pos_ == "PRON" else None


def _fight_over(
    noun: Token, of: list[Token], phrases: Phrases, frame: Callable[[Token], Frame], out: Collector
) -> None:
    """ "battling for control of T": contested by who battles."""
    fight: Token | None = None
    for candidate in (noun.head, noun.head.head):
        if candidate.lemma_ in _FIGHTING:
            fight = candidate
            break
    if fight is None:
        return
    holders = parties_of(frame(fight).subj, phrases) if is_verb(fight) else []
    for head in of:
        for place in places_of(head, phrases):
            out.put(fight, CONTESTS, place, holders[0] if holders else None)


def _stronghold(noun: Token, phrases: Phrases, out: Collector) -> None:
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
    holders = parties_of(owners, phrases)
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
    return (name is not None and name.kind == "place") or (name is None and token.lemma_ in SETTLED)


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


def _side_noun(noun: Token, phrases: Phrases, out: Collector) -> None:
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
