"""Who does what to whom in a Universal Dependencies tree: logical subjects and objects, obliques, noun phrases.

The functions look only at the tree. They repair what the parser gets wrong often: prepositional phrases hung on the
object instead of the verb, finite verbs labelled as modifiers, subjects and objects shared by coordination and control.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from lemminflect import getAllLemmas
from spacy.tokens import Token

OBJECT_CONTROL: Final = frozenset(
    [
        "force",
        "urge",
        "ask",
        "order",
        "allow",
        "permit",
        "let",
        "persuade",
        "convince",
        "help",
        "enable",
        "compel",
        "tell",
        "call",
        "request",
        "require",
        "invite",
        "want",
        "encourage",
        "instruct",
        "press",
        "push",
        "beg",
        "advise",
        "lead",
        "cause",
        "prompt",
        "see",
        "hear",
        "leave",
        "find",
        "accuse",
        "expect",
        "train",
        "push",
        "oblige",
    ]
)
SPEECH: Final = frozenset(
    [
        "say",
        "tell",
        "report",
        "add",
        "state",
        "announce",
        "claim",
        "note",
        "confirm",
        "warn",
        "write",
        "tweet",
        "explain",
        "argue",
    ]
)
_OF_DOING: Final = frozenset(
    [
        "accuse",
        "blame",
        "condemn",
        "denounce",
        "suspect",
        "charge",
        "stop",
        "prevent",
        "criticise",
        "criticize",
        "praise",
        "thank",
        "fault",
    ]
)
_PARTICLES: Final = frozenset(["down", "up", "over", "off", "out", "back", "away", "in"])
_PARTICLE_VERBS: Final = frozenset(
    [
        "shoot",
        "take",
        "hand",
        "seal",
        "cut",
        "turn",
        "give",
        "blow",
        "drive",
        "push",
        "win",
        "bring",
        "round",
        "call",
        "lay",
        "chase",
        "force",
        "kick",
        "throw",
    ]
)
TIME_WORDS: Final = frozenset(
    [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
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
        "today",
        "yesterday",
        "tomorrow",
        "morning",
        "evening",
        "night",
        "afternoon",
        "day",
        "week",
        "month",
        "year",
        "hour",
        "minute",
        "days",
        "weeks",
        "months",
        "years",
        "hours",
        "time",
        "times",
        "weekend",
        "dawn",
        "noon",
        "midnight",
        "nightfall",
        "dusk",
        "sunset",
        "sunrise",
        "daybreak",
        "midday",
        "lunchtime",
        "meantime",
        "period",
        "decade",
        "decades",
    ]
)
_DONE_TO: Final = frozenset(
    [
        "kill",
        "wound",
        "injure",
        "arrest",
        "detain",
        "abduct",
        "kidnap",
        "execute",
        "capture",
        "seize",
        "retake",
        "recapture",
        "release",
        "free",
        "displace",
        "destroy",
        "damage",
        "behead",
        "besiege",
        "shell",
        "bomb",
        "hurt",
        "murder",
        "massacre",
        "shoot",
        "evacuate",
        "expel",
        "deploy",
        "liberate",
        "hit",
        "target",
    ]
)
"""Verbs whose bare participle is passive in headlines ("20 killed in raid")."""

_MODIFYING: Final = frozenset(
    [
        "back",
        "lead",
        "hold",
        "control",
        "affiliate",
        "link",
        "train",
        "arm",
        "fund",
        "support",
        "own",
        "run",
        "occupy",
        "besiege",
        "base",
    ]
)
_READ_AS_CASE: Final = frozenset(["as", "after", "before", "since", "while", "when", "until", "because", "once"])
_COMPASS: Final = frozenset(
    ["north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest", "outside", "near", "inside"]
)
_EVENT_NOUNS: Final = frozenset(
    [
        "operation",
        "attack",
        "strike",
        "airstrike",
        "raid",
        "clash",
        "battle",
        "fighting",
        "ambush",
        "bombing",
        "shelling",
        "bombardment",
        "assault",
        "offensive",
        "explosion",
        "blast",
        "raids",
        "violence",
    ]
)
RELATIVE: Final = frozenset(["who", "which", "that", "whom", "whose"])
_QUANTITY: Final = frozenset(
    [
        "dozen",
        "score",
        "hundred",
        "thousand",
        "million",
        "ten",
        "tens",
        "tenth",
        "number",
        "majority",
        "most",
        "part",
        "rest",
        "half",
        "quarter",
        "some",
        "many",
        "several",
        "all",
        "each",
        "one",
        "two",
        "group",
        "series",
        "couple",
        "handful",
        "lot",
        "bulk",
        "section",
        "portion",
        "area",
        "swath",
        "swathe",
        "stretch",
        "total",
        "mix",
        "variety",
        "kind",
        "type",
        "third",
        "any",
        "none",
        "few",
        "plenty",
        "wave",
        "member",
        "remnant",
        "convoy",
        "outskirts",
        "edge",
        "entrance",
        "centre",
        "center",
        "heart",
        "suburb",
        "last",
        "first",
        "remainder",
        "both",
        "half",
        "minority",
        "batch",
        "contingent",
        "column",
        "flotilla",
    ]
)
_DISTRIBUTED: Final = frozenset(["each", "both", "all"])
_OPENS_ASIDE: Final = frozenset(["who", "whose", "which", "whom", "a", "an", "the", "one", "home", "once", "formerly"])
_SUBJECT_DEPS: Final = frozenset(["nsubj", "nsubj:pass", "nsubj:outer"])


@dataclass(slots=True)
class Frame:
    """The arguments of one predicate: logical `subj` and `obj` heads, `obliques` as (preposition, head, hung on).

    `hung on` is `self`, `obj` (a modifier of the object), `gov` (the governing verb's) or `deep` (a modifier of a
    modifier).
    `inherited_subj` is true when the subject is another clause's.
    """

    pred: Token
    passive: bool = False
    subj: list[Token] = field(default_factory=list)
    obj: list[Token] = field(default_factory=list)
    iobj: list[Token] = field(default_factory=list)
    obliques: list[tuple[str, Token, str]] = field(default_factory=list)
    particles: frozenset[str] = frozenset()
    inherited_subj: bool = False


def kids(token: Token, *deps: str) -> list[Token]:
    """Dependents with one of these exact relations, in the order of the text."""
    return [c for c in token.children if c.dep_ in deps]


def is_verb(token: Token) -> bool:
    """A verb, or a word that the tagger calls something else but inflects as one."""
    return (
        token.pos_ in ("VERB", "AUX")
        or bool(token.morph.get("VerbForm", []))
        or after_to(token)
        or (token.is_lower and only_a_verb(token.text))
    )


def is_passive(verb: Token) -> bool:
    """Passive by its own marks: auxiliary, passive subject, or a participle that modifies a noun."""
    if any(c.dep_ in ("aux:pass", "nsubj:pass", "csubj:pass") for c in verb.children):
        return True
    shares = verb.dep_ == "conj" and verb.head.i != verb.i and not kids(verb, "nsubj", "obj", "aux")
    if shares and is_verb(verb.head) and "Part" in verb.morph.get("VerbForm", []) and is_passive(verb.head):
        return True
    if verb.dep_ == "amod" and (after_to(verb) or told_as_modifier(verb)):
        return False
    if verb.dep_ in ("acl", "amod", "advcl", "ROOT", "parataxis") and "Pass" in verb.morph.get("Voice", []):
        main = verb.dep_ not in ("acl", "amod") or (
            verb.dep_ == "acl"
            and nominal(verb.head)
            and "ROOT" in (verb.head.dep_, verb.head.head.dep_ if verb.head.dep_ == "nmod" else "")
        )
        if main and verb.lemma_ not in _DONE_TO and not kids(verb, "obl:agent"):
            return False  # a past tense that the tagger took for a participle
        return not kids(verb, "obj", "nsubj")
    return False


def prepositions(token: Token) -> str:
    """The preposition of an oblique ("out of", "due to" joined by a space); "" for none."""
    words = []
    for child in token.children:
        if child.dep_ == "case" and child.i < token.i and child.lower_ not in ("'s", "'"):
            words.append(child.lower_)
            words.extend(g.lower_ for g in child.children if g.dep_ == "fixed")
    if not words:  # hung on the first word of a name: "by/case < Benghazi/compound < Brigades"
        for child in token.children:
            if child.i < token.i and child.dep_ in ("compound", "amod", "flat", "nmod:desc", "nmod:unmarked"):
                words.extend(
                    g.lower_
                    for g in child.children
                    if g.dep_ == "case" and g.i < child.i and g.lower_ not in ("'s", "'")
                )
    return " ".join(words)


def conjuncts(token: Token, limit: int = 25) -> list[Token]:
    """The token and what is coordinated with it, in the order of the text."""
    found = [token]
    queue = [token]
    while queue and len(found) < limit:
        for child in queue.pop().children:
            if child.dep_ == "conj" and child not in found:
                found.append(child)
                queue.append(child)
    return sorted(found, key=lambda t: t.i)


def after_to(verb: Token) -> bool:
    """An infinitive that the parser took for a modifier: "wants to occupy ports"."""
    return (
        verb.i > 0
        and verb.doc[verb.i - 1].lower_ == "to"
        and verb.dep_ in ("amod", "compound")
        and verb.pos_ in ("VERB", "ADJ", "NOUN")
    )


def told_as_modifier(verb: Token) -> bool:
    """A finite verb that the parser took for a modifier of its object: "groups targeted X district"."""
    if verb.dep_ != "amod" or verb.pos_ != "VERB" or verb.i == 0 or verb.head.i < verb.i:
        return False
    before = verb.doc[verb.i - 1]
    if before.pos_ not in ("NOUN", "PROPN", "PRON", "CCONJ", "ADV") or before.dep_ in ("amod", "nmod:poss"):
        return False
    led = [c for c in verb.head.children if c.i < verb.i and c.dep_ in ("det", "nmod:poss", "nummod", "case")]
    whole = before.pos_ in ("NOUN", "PROPN") and all(c.i < before.i for c in led) and verb.lemma_ not in _MODIFYING
    if led and not whole:
        return False
    return (
        verb.text.endswith(("ed", "ing"))
        or "Fin" in verb.morph.get("VerbForm", [])
        or "Part" in verb.morph.get("VerbForm", [])
    )


@lru_cache(maxsize=20_000)
def only_a_verb(form: str) -> bool:
    """A form that can be nothing but a verb ("withdrew"), whatever the tagger says."""
    found = getAllLemmas(form)
    return set(found) == {"VERB"} and not form.endswith("ing") and form not in ("left",)


def nominal(token: Token) -> bool:
    """Can head a noun phrase."""
    return token.pos_ in ("NOUN", "PROPN", "PRON", "NUM", "ADJ", "DET", "X", "SYM")


def subjects(verb: Token) -> list[Token]:
    """The surface subjects of a verb, its own or shared."""
    return _surface_subject(verb)[0]


def _surface_subject(verb: Token, depth: int = 0) -> tuple[list[Token], bool]:
    """(surface subjects of a verb, are they another clause's); follows coordination, control and relative clauses."""
    own = kids(verb, "nsubj", "nsubj:pass", "nsubj:outer")
    if own and own[-1].lower_ in TIME_WORDS and any(c.lower_ == "to" for c in kids(verb, "mark")):
        own = []  # "for months to surround": how long, not who
    own = (
        [t for t in own if not (t.lower_ in TIME_WORDS and kids(t, "case"))] if len(own) < 2 else own
    )  # "by nightfall"
    if own:
        subject = own[-1] if len(own) > 1 and own[-1].i < verb.i else own[0]
        if subject.lower_ in RELATIVE and verb.dep_ in ("acl:relcl", "acl", "advcl:relcl"):
            near = verb.doc[subject.i - 1] if subject.i > 0 else subject
            if near.dep_ == "conj" and near.pos_ == "PROPN" and verb.head.pos_ != "PROPN":
                return [near], False
            return [verb.head], False
        if subject.lower_ in RELATIVE:  # a relative clause hung elsewhere: the noun before the pronoun
            before = verb.doc[subject.i - 1] if subject.i > verb.sent.start else None
            while before is not None and before.is_punct and before.i > verb.sent.start:
                before = verb.doc[before.i - 1]
            if before is not None and nominal(before):
                return [before], False
        if subject.lower_ in _DISTRIBUTED and subject.pos_ in ("DET", "PRON") and not kids(subject, "nmod"):
            parties = _parties_before(subject)  # "Germany and France each expelled"
            if parties is not None:
                return [parties], False
        return [_before_including(subject)], False
    if depth > 6:
        return [], False
    if verb.pos_ == "VERB" and kids(verb, "aux"):  # "Should the RSF launch": the subject read as part of the verb
        inside = [
            c for c in kids(verb, "compound", "nmod:desc", "nmod") if c.i < verb.i and c.pos_ in ("NOUN", "PROPN")
        ]
        if inside:
            return inside[-1:], False
    strayed = _strayed_subject(verb)
    if strayed is not None:
        return [strayed], False
    if "Fin" in verb.morph.get("VerbForm", []) and verb.dep_ in ("conj", "advcl", "parataxis", "ROOT"):
        beside = _beside_conjunction(verb)
        if beside is not None:
            return [beside], False
    if (
        verb.dep_ == "advcl"
        and verb.text.endswith("ed")
        and not kids(verb, "mark", "aux", "advmod", "case")
        and is_verb(verb.head)
        and verb.head.i < verb.i
        and verb.head.text.endswith("ed")
        and not any(t.text == "," for t in verb.doc[verb.head.i : verb.i])
        and kids(verb.head, "nsubj", "nsubj:pass")
        and kids(verb, "obj")
    ):  # "groups positioned in X targeted Y": the participle taken for the main verb
        return kids(verb.head, "nsubj", "nsubj:pass")[:1], False
    swallowed = [
        c
        for c in verb.children
        if c.dep_ == "obl"
        and c.i < verb.i
        and c.pos_ in ("NOUN", "PROPN")
        and c.lower_ not in TIME_WORDS
        and _holds_time(c)
    ]
    if swallowed:  # "For nearly a week troops have ...": the subject taken into the time phrase
        return swallowed[-1:], False
    if verb.dep_ in ("xcomp", "advcl", "ccomp", "acl") and not is_verb(verb.head) and kids(verb.head, "nsubj"):
        return kids(verb.head, "nsubj")[:1], True  # "they were able to drive", "were busy fighting"
    if verb.pos_ not in ("VERB", "AUX"):  # a verb taken for a noun: the noun before it is its subject
        left = ("compound", "nmod", "nmod:desc", "nmod:unmarked", "appos")
        nouns = [c for c in verb.children if c.i < verb.i and c.dep_ in left]
        if nouns:
            return nouns[-1:], False
    head, dep = verb.head, verb.dep_
    if head.i == verb.i:
        return [], False
    if dep == "acl:relcl":
        return ([head], False) if not kids(verb, "mark") else ([], False)
    if dep == "amod" and told_as_modifier(verb):
        for i in range(verb.i - 1, max(verb.sent.start, verb.i - 6) - 1, -1):
            token = verb.doc[i]
            if token.pos_ == "CCONJ":
                break
            if token.pos_ in ("NOUN", "PROPN", "PRON"):
                noun: Token = token
                while (
                    noun.head.i != noun.i
                    and nominal(noun.head)
                    and noun.head.i < verb.i
                    and noun.dep_ in ("nmod", "compound", "flat", "appos", "nmod:desc")
                ):
                    noun = noun.head
                return [noun], False
            if token.pos_ not in ("ADV", "PUNCT"):
                break
        for i in range(verb.i - 1, verb.sent.start - 1, -1):
            if is_verb(verb.doc[i]) and verb.doc[i].dep_ != "amod":
                return _surface_subject(verb.doc[i], depth + 1)[0], True
        return [], False
    if dep in ("amod", "compound") and (kids(verb, "aux") or after_to(verb)):
        for above in _verbs_above(verb):
            return _surface_subject(above, depth + 1)[0], True
        return [], False
    if dep in ("acl", "amod"):
        infinitive = any(c.dep_ == "mark" and c.lower_ == "to" for c in verb.children)
        if infinitive and kids(head, "nmod:poss"):
            return kids(head, "nmod:poss"), True
        if any(c.dep_ == "mark" and c.lower_ in ("of", "for") for c in verb.children):
            governor = noun_governor(head)
            before_head = verb.doc[max(verb.sent.start, head.i - 5) : head.i]
            if (governor is not None and governor.lemma_ in _OF_DOING) or any(
                t.lemma_ in _OF_DOING for t in before_head
            ):
                return [head], True
        if head.lower_ in TIME_WORDS:
            for above in _verbs_above(head):
                return _surface_subject(above, depth + 1)[0], True
        if infinitive or (kids(verb, "mark") and not is_verb(head)):
            governor = noun_governor(head)
            controlled = infinitive and head.dep_ in ("obj", "iobj", "nsubj:pass") and nominal(head)
            if governor is not None and controlled and governor.lemma_ in OBJECT_CONTROL and head.head.i == governor.i:
                return [head], True  # "urges the parties to open"
            if governor is not None:
                found, _ = _surface_subject(governor, depth + 1)
                return found, True
        else:
            return ([head], False) if nominal(head) else ([], False)
    if dep == "conj":
        if is_verb(head):
            found, _ = _surface_subject(head, depth + 1)
            return found, True
        if kids(head, "nsubj"):
            return kids(head, "nsubj")[:1], True
    if dep in ("xcomp", "ccomp") and is_verb(head):
        if dep == "ccomp" and "Fin" in verb.morph.get("VerbForm", []):
            return [], False
        objects = kids(head, "obj", "iobj")
        if objects and (head.lemma_ in OBJECT_CONTROL or not any(c.lower_ == "to" for c in kids(verb, "mark"))):
            return objects[:1], True
        if is_passive(head) and head.lemma_ in OBJECT_CONTROL:
            return _surface_subject(head, depth + 1)[0], True
        return _surface_subject(head, depth + 1)[0], True
    if dep in ("advcl", "parataxis", "dep", "obl") and is_verb(head) and "Fin" not in verb.morph.get("VerbForm", []):
        marks = {c.lower_ for c in kids(verb, "mark", "case")}
        if head.lemma_ in _OF_DOING and marks & {"of", "for", "from", "with"}:
            return (kids(head, "obj", "nsubj:pass") or _surface_subject(head, depth + 1)[0])[:1], True
        if head.lemma_ in SPEECH:  # "after taking the town, a monitor said": the adverbial belongs to what is said
            for told in (*kids(head, "ccomp", "parataxis"), head.head):
                if is_verb(told) and told.i != head.i and told.lemma_ not in SPEECH and told.i < verb.i:
                    found = _surface_subject(told, depth + 1)[0]
                    if found:
                        return found, True
        if head.dep_ == "acl" and is_passive(head) and "Inf" in verb.morph.get("VerbForm", []):
            for above in _verbs_above(head):
                found = _surface_subject(above, depth + 1)[0]
                if found:
                    return found, True
        return _surface_subject(head, depth + 1)[0], True
    if dep in ("advcl",) and nominal(head) and "Fin" not in verb.morph.get("VerbForm", []):
        return _surface_subject(head, depth + 1)[0] if kids(head, "cop") else [head], True
    if ("Fin" not in verb.morph.get("VerbForm", []) or dep == "conj") and dep not in ("ROOT", "amod", "compound"):
        for above in _verbs_above(verb):  # a participle or infinitive hung on some noun: the nearest clause's subject
            found = _surface_subject(above, depth + 2)[0]
            if found and not is_passive(above):
                return found, True
        for i in range(verb.i - 1, max(verb.sent.start, verb.i - 14) - 1, -1):
            before = verb.doc[i]
            if (
                is_verb(before)
                and (told_as_modifier(before) or "Fin" in before.morph.get("VerbForm", []))
                and before.lemma_ not in SPEECH
            ):
                return _surface_subject(before, depth + 2)[0], True
    return [], False


def _strayed_subject(verb: Token) -> Token | None:
    """The subject of a finite verb that the parser hung elsewhere: "as/case troops/obl closed/advcl in on the city".

    Only for verbs that need one of their own: the noun just before the verb, led by a conjunction that was read as a
    preposition, or a subject hung on a word that is no verb.
    """
    if verb.dep_ not in ("ROOT", "advcl", "ccomp", "parataxis", "acl:relcl", "conj") or verb.pos_ != "VERB":
        return None
    if verb.dep_ == "conj":
        return _across_aside(verb) if "Fin" in verb.morph.get("VerbForm", []) and not is_verb(verb.head) else None
    if (
        not verb.morph.get("VerbForm", [])
        or verb.morph.get("VerbForm", [])[0] not in ("Fin", "Part")
        or (verb.text.endswith("ing") and not kids(verb, "aux"))
    ):
        return None
    if kids(verb, "mark") and verb.morph.get("VerbForm", [])[0] != "Fin" and not kids(verb, "aux"):
        return None
    first = verb.sent.start
    i = verb.i - 1
    while i > first and verb.doc[i].pos_ in ("ADV", "AUX", "PART"):
        i -= 1
    token = verb.doc[i]
    if token.pos_ in ("NOUN", "PROPN", "PRON") and i >= first:
        for _ in range(5):
            if token.dep_ == "obl" and set(prepositions(token).split()) & _READ_AS_CASE and token.head.i != token.i:
                return token
            if token.head.i == token.i or token.head.i > verb.i or not nominal(token.head):
                break
            token = token.head
    for clause in kids(verb, "advcl"):  # "troops backed by X have been fighting": the subject taken by the participle
        if (
            clause.i < verb.i
            and "Part" in clause.morph.get("VerbForm", [])
            and not kids(clause, "aux", "aux:pass", "mark")
            and kids(clause, "nsubj")
        ):
            return kids(clause, "nsubj")[0]
    for j in range(verb.i - 1, max(first, verb.i - 40) - 1, -1):
        token = verb.doc[j]
        if (
            token.dep_ == "nsubj"
            and not is_verb(token.head)
            and token.head.i < verb.i
            and not kids(token.head, "cop")
            and verb.is_ancestor(token)
        ):
            return token
    finite = "Fin" in verb.morph.get("VerbForm", []) or bool(kids(verb, "aux"))
    return _across_aside(verb) if finite else None


def _parties_before(word: Token) -> Token | None:
    """The noun phrase that "each" or "both" before a verb sums up."""
    i = word.i - 1
    if i < word.sent.start or not nominal(word.doc[i]):
        return None
    token = word.doc[i]
    for _ in range(4):
        if token.dep_ in ("conj", "flat", "compound") and token.head.i < word.i and nominal(token.head):
            token = token.head
    return token


def _head_of_run(last: Token, first: int) -> Token:
    """The head of the noun phrase that ends in a token: the last noun up the tree that lies left of it."""
    token = last
    for _ in range(6):
        above = token.head
        if above.i == token.i or above.i > last.i or above.i < first or not nominal(above):
            break
        if token.dep_ not in ("flat", "compound", "nmod", "nmod:desc", "nmod:unmarked", "goeswith"):
            break
        token = above
    return token


def _across_aside(verb: Token) -> Token | None:
    """The subject before an aside in commas: "General X, whose army holds Y, rejects", with the verb hung elsewhere."""
    doc, first = verb.doc, verb.sent.start
    i = verb.i - 1
    while i > first and (doc[i].pos_ in ("ADV", "AUX", "PART") or doc[i].lower_ in TIME_WORDS or doc[i].lower_ == "on"):
        i -= 1
    if doc[i].text != "," or i - 2 <= first:
        return None
    for j in range(i - 2, max(first, i - 26), -1):
        if doc[j].text in (";", ":", '"'):
            return None
        if doc[j].text != ",":
            continue
        opens = doc[j + 1]
        before = doc[j - 1]
        named = all(t.pos_ == "PROPN" or t.is_punct for t in doc[j + 1 : i])
        if before.pos_ not in ("NOUN", "PROPN") or not (
            named or opens.lower_ in _OPENS_ASIDE or "Part" in opens.morph.get("VerbForm", [])
        ):
            continue
        found = _head_of_run(before, first)
        if kids(found, "case") or found.lower_ in TIME_WORDS or found.dep_ in ("obj", "obl", "nmod"):
            return None
        return found
    return None


def _beside_conjunction(verb: Token) -> Token | None:
    """The noun between a conjunction and a finite verb that was coordinated with an earlier noun: "on the road and
    jets bombed"."""
    doc, first = verb.doc, verb.sent.start
    i = verb.i - 1
    while i > first and doc[i].pos_ in ("ADV", "AUX", "PART"):
        i -= 1
    last = doc[i]
    if last.pos_ not in ("NOUN", "PROPN") or last.dep_ != "conj" or last.lower_ in TIME_WORDS:
        return None
    left = last.left_edge.i
    leads = [t for t in doc[left : last.i] if t.pos_ == "CCONJ"]
    return (
        last
        if (leads or (left > first and doc[left - 1].pos_ == "CCONJ")) and last.head.dep_ not in _SUBJECT_DEPS
        else None
    )


def _holds_time(noun: Token) -> bool:
    """A noun with a time word among its modifiers ("nearly a week troops")."""
    modifiers = ("compound", "nmod", "nmod:desc", "nmod:unmarked", "amod")
    return any(t.lower_ in TIME_WORDS for t in noun.children if t.dep_ in modifiers)


def _before_including(subject: Token) -> Token:
    """ "25 people including a child were killed": the people, not the child."""
    doc = subject.doc
    for i in range(subject.i - 1, max(subject.sent.start, subject.i - 9) - 1, -1):
        token = doc[i]
        if token.lower_ == "including" and i > subject.sent.start:
            for j in range(i - 1, max(subject.sent.start, i - 4) - 1, -1):
                if nominal(doc[j]) and not doc[j].is_punct:
                    return doc[j]
            return subject
        if token.pos_ in ("VERB", "AUX", "SCONJ"):
            return subject
    return subject


def _verbs_above(token: Token, limit: int = 6) -> Iterator[Token]:
    for _ in range(limit):
        head = token.head
        if head.i == token.i:
            return
        token = head
        if is_verb(token) and token.lemma_ not in SPEECH:
            yield token


def noun_governor(noun: Token) -> Token | None:
    """The verb whose object, passive subject or subject a noun is (through coordination), or None."""
    token = noun
    for _ in range(6):
        if token.dep_ in ("obj", "nsubj:pass", "nsubj", "obl", "obl:agent", "xcomp", "iobj", "advcl"):
            return token.head if is_verb(token.head) and token.head.i != token.i else None
        if token.dep_ in ("conj", "appos", "nmod", "compound") and token.head.i != token.i:
            token = token.head
            continue
        if token.dep_ == "amod" and token.head.lower_ in TIME_WORDS:  # "launched an offensive Friday"
            token = token.head
            continue
        return None
    return None


def _obliques(token: Token, via: str, deep: bool = True) -> Iterator[tuple[str, Token, str]]:
    for child in token.children:
        if child.dep_ == "obj" and prepositions(child):
            yield prepositions(child), child, via
        elif child.dep_ in (
            "obl",
            "obl:agent",
            "nmod",
            "obl:arg",
            "obl:unmarked",
            "nmod:unmarked",
            "obl:tmod",
            "obl:npmod",
        ):
            case = prepositions(child)
            yield case, child, via
            if deep:
                for grand in child.children:
                    if grand.dep_ == "nmod":
                        yield prepositions(grand), grand, "deep"
        elif child.dep_ in ("advmod", "advcl", "xcomp", "amod") and nominal(child) and kids(child, "case"):
            yield prepositions(child), child, via
        elif child.dep_ == "advmod" and via in ("self", "gov"):  # "north of X", "outside X", "deep into X"
            for grand in child.children:
                if grand.dep_ in ("obl", "nmod"):
                    case = prepositions(grand)
                    yield (f"{child.lower_} {case}" if child.lower_ in _COMPASS else case), grand, via


def frame_of(verb: Token) -> Frame:
    """The logical arguments of a verb."""
    passive = is_passive(verb)
    surface, inherited = _surface_subject(verb)
    frame = Frame(verb, passive=passive, inherited_subj=inherited)
    frame.particles = frozenset(
        c.lower_
        for c in verb.children
        if c.dep_ in ("compound:prt", "advmod", "discourse", "xcomp")
        and (c.dep_ != "xcomp" or c.pos_ in ("ADJ", "NOUN", "ADV"))
    ) | frozenset(c.lower_ for c in verb.children if c.dep_ == "obl" and c.pos_ == "ADV")
    frame.obliques = list(_obliques(verb, "self"))
    objects = [o for o in kids(verb, "obj") if not prepositions(o)]
    frame.iobj = kids(verb, "iobj")
    if passive:
        frame.obj = surface
        agents = kids(verb, "obl:agent") or [t for p, t, via in frame.obliques if p == "by" and via == "self"]
        frame.subj = agents[:1]
        if not agents and inherited and verb.dep_ == "conj" and is_verb(verb.head):
            shared = kids(verb.head, "obl:agent")
            frame.subj = shared[:1]
    else:
        frame.subj = surface
        frame.obj = objects[:1]
        if not objects:
            frame.obj = _taken_by_participle(verb) or _shared_object(verb, surface)
        if not frame.obj and verb.lemma_ in _PARTICLE_VERBS:
            for case, head, via in frame.obliques:  # "handed over the airport": the particle taken for a preposition
                if via == "self" and case in _PARTICLES:
                    frame.obj = [head]
                    frame.particles |= {case}
                    frame.obliques = [o for o in frame.obliques if o[1].i != head.i]
                    break
    for found in frame.obj:
        if found.i != verb.i and nominal(found) and found.head.i == verb.i:
            frame.obliques.extend(_obliques(found, "obj"))
            counted = below_quantity(found)
            if counted.i != found.i:
                frame.obliques.extend(_obliques(counted, "obj"))
    # A participle after the object ("tanks heading to X"), a verb under a light verb: places may hang on the head.
    if verb.dep_ == "xcomp" and is_verb(verb.head):
        frame.obliques.extend((p, t, "gov") for p, t, via in _obliques(verb.head, "gov") if via == "gov")
    if verb.dep_ == "conj" and is_verb(verb.head):
        frame.obliques.extend((p, t, "conj") for p, t, via in _obliques(verb.head, "gov") if via == "gov")
    return frame


def _taken_by_participle(verb: Token) -> list[Token]:
    """The object that the parser made subject of the participle after it: "battling fighters holed up in X"."""
    for clause in kids(verb, "advcl", "ccomp", "xcomp"):
        if "Part" not in clause.morph.get("VerbForm", []) or kids(clause, "aux", "aux:pass", "mark"):
            continue
        subject = next(iter(kids(clause, "nsubj", "nsubj:pass")), None)
        if subject is not None and verb.i < subject.left_edge.i <= verb.i + 1 and subject.i < clause.i:
            return [subject]
    return []


def _shared_object(verb: Token, surface: list[Token]) -> list[Token]:
    """Object of a verb that has none of its own: of a relative clause, of a coordinated or controlled verb."""
    head = verb.head
    if (
        verb.dep_ in ("amod", "compound")
        and head.i > verb.i
        and (kids(verb, "nsubj", "aux") or after_to(verb) or told_as_modifier(verb))
    ):
        return [head]
    if verb.dep_ == "acl:relcl" and head.i != verb.i and head not in surface:
        return [head]
    if verb.dep_ == "acl:relcl" and kids(verb, "nsubj") and kids(verb, "nsubj")[0].lower_ not in RELATIVE:
        return [head]
    for child in verb.children:
        if child.dep_ == "conj" and is_verb(child) and child.i > verb.i and not kids(child, "nsubj", "nsubj:pass"):
            found = kids(child, "obj")
            if not found:
                for inner in kids(child, "xcomp"):
                    found = kids(inner, "obj")
            between = verb.doc[verb.i + 1 : child.i]
            if (
                found
                and len(between) <= 6
                and not any(t.dep_ in ("obl", "advcl", "ccomp") and t.head == verb for t in between)
            ):
                return found[:1]
    return []


def noun_frame(noun: Token) -> Frame:
    """The arguments of an event noun: its modifiers, and those of the verb that governs it."""
    frame = Frame(noun)
    frame.obliques = list(_obliques(noun, "self"))
    governor = noun_governor(noun)
    if governor is not None:
        over = frame_of(governor)
        top = noun
        while top.dep_ in ("nmod", "conj", "compound") and top.head.i != governor.i and top.head.i != top.i:
            top = top.head  # "the start of the second stage of the campaign"
        if top in over.obj:
            frame.subj = over.subj
        elif noun not in over.subj:
            frame.subj = over.subj if noun.dep_ in ("obl", "xcomp", "advcl") else []
        frame.obliques.extend(
            (p, t, "gov")
            for p, t, via in over.obliques
            if via in ("self", "gov") and t.i != noun.i and not t.is_ancestor(noun)
        )
        frame.inherited_subj = over.inherited_subj
    return frame


def below_quantity(token: Token) -> Token:
    """The noun that a quantity counts: "dozens of fighters" -> fighters, "most of the city" -> city."""
    for _ in range(3):
        if token.lemma_ not in _QUANTITY and token.lower_ not in _QUANTITY and token.pos_ != "NUM":
            return token
        inner = [c for c in token.children if c.dep_ == "nmod" and prepositions(c) == "of"]
        if not inner:
            return token
        token = inner[0]
    return token


_PHRASE_DEPS: Final = frozenset(
    [
        "det",
        "amod",
        "compound",
        "flat",
        "nummod",
        "nmod:poss",
        "case",
        "nmod",
        "nmod:desc",
        "nmod:unmarked",
        "fixed",
        "goeswith",
        "det:predet",
        "advmod",
        "cc:preconj",
        "acl",
        "appos",
        "punct",
    ]
)


def phrase(head: Token, *, keep_case: bool = False) -> tuple[int, int]:
    """Half-open token range of the noun phrase of a head: determiners, modifiers and "of/at/from/in" complements.

    Coordinated phrases, relative clauses, appositions and the preposition before the phrase are left out.
    """
    left = right = head.i
    for child in head.children:
        dep = child.dep_
        if child.i < head.i:
            if dep in (
                "det",
                "amod",
                "compound",
                "flat",
                "nummod",
                "nmod:poss",
                "nmod:desc",
                "nmod:unmarked",
                "det:predet",
                "goeswith",
                "nmod",
            ) or (dep == "advmod" and child.i >= head.i - 4):
                left = min(left, child.left_edge.i)
            elif dep == "case" and keep_case:
                left = min(left, child.i)
    gap_ok = head.i
    for child in sorted(head.children, key=lambda t: t.i):
        if child.i <= head.i:
            continue
        dep = child.dep_
        first = child.left_edge.i
        if first > gap_ok + 1:
            break
        if (
            dep in ("flat", "goeswith", "compound")
            and child.is_lower
            and child.is_alpha
            and len(child) < 4
            and child.lower_ not in ("al", "el", "bin", "ibn")
        ):
            break
        if dep in ("flat", "goeswith", "compound", "nummod", "nmod:desc", "fixed") or (
            dep == "case" and child.lower_ in ("'s", "'")
        ):
            right = gap_ok = max(right, child.right_edge.i if dep != "case" else child.i)
        elif dep == "advmod" and child.lower_ in _COMPASS and kids(child, "obl", "nmod"):
            right = gap_ok = max(right, phrase(kids(child, "obl", "nmod")[0])[1] - 1)
        elif dep == "nmod" and (child.lemma_ in _EVENT_NOUNS or child.lower_ in TIME_WORDS):
            break
        elif dep in ("nmod", "nmod:unmarked", "amod"):
            _, end = phrase(child)
            right = gap_ok = max(right, end - 1)
        elif dep == "acl" and child.lemma_ in ("affiliate", "link", "ally", "back", "lead") and not kids(child, "aux"):
            right = gap_ok = max(right, child.right_edge.i)
        else:
            break
    return left, right + 1
