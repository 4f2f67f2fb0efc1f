"""Did it happen: actual, negated, planned or possible, read from the grammar above and around a predicate.

The predicate's own clause is asked first (negation, auxiliaries, hedges), then each construction that holds it,
outwards:
complements of plans, fears and denials, purpose clauses, conditions, modifiers of nouns. What is presupposed ("after
taking the town", "stopped the attack", a relative clause) stays actual.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from spacy.tokens import Token

from flows.coding.cues import Cues, base, is_finite, word_set

ACTUAL: Final = "actual"
NEGATED: Final = "negated"
PLANNED: Final = "planned"
POSSIBLE: Final = "possible"


@dataclass(frozen=True, slots=True)
class Modality:
    """`value` is actual, negated, planned or possible; `cue` the word that makes it so (None for actual)."""

    value: str
    cue: str | None = None


_MAX_STEPS: Final = 14
_VERBAL: Final = ("VERB", "AUX")
_DEFINITE: Final = word_set("the this that these those its his their her our")
_NEGATIVE_DETERMINERS: Final = frozenset({"no", "neither"})
_FUTURE: Final = frozenset({"will", "shall", "would", "'ll"})
_PREVENTING: Final = word_set("prevent avert avoid deter thwart foil")
_ADJECTIVE_VALUE: Final = {
    "able": ACTUAL,
    "ready": PLANNED,
    "set": PLANNED,
    "due": PLANNED,
    "willing": PLANNED,
    "likely": POSSIBLE,
    "unlikely": POSSIBLE,
    "unable": NEGATED,
    "poised": PLANNED,
    "prepared": PLANNED,
    "determined": PLANNED,
    "eager": PLANNED,
    "about": PLANNED,
    "keen": PLANNED,
    "bound": POSSIBLE,
    "possible": POSSIBLE,
    "impossible": NEGATED,
    "close": POSSIBLE,
    "aimed": PLANNED,
    "afraid": POSSIBLE,
    "certain": POSSIBLE,
}


def modality_of(predicate: Token, cues: Cues) -> Modality:
    """The modality of the event that a predicate (verb, event noun or light verb's noun) tells.

    Args:
        predicate: the word that carries the event.
        cues: the cue dictionary (plan, possible, negative and factive verbs and nouns, modals, negators, hedges).

    Returns:
        The innermost cue that is not actual decides; a denial or a negated plan around it makes it negated; two
        negations
        cancel each other.
    """
    value, cue = _own_clause(predicate, cues, noun=predicate.pos_ not in _VERBAL)
    token = predicate
    for _ in range(_MAX_STEPS):
        head = token.head
        if head.i == token.i:
            break
        step, reason, stop = _step(token, head, cues, innermost=value == ACTUAL)
        value, cue = _combine(value, cue, step, reason)
        if stop:
            break
        token = head
    if value == ACTUAL:
        denial = _denied_before(predicate, cues)
        if denial is not None:
            return Modality(NEGATED, denial)
    return Modality(value, None if value == ACTUAL else cue)


_DENIAL_REACH: Final = 12
_APART: Final = word_set("after before during since following while when as because but where who which and or")


def _denied_before(predicate: Token, cues: Cues) -> str | None:
    """A denial read from the words before, where the tree loses it: "denied charges that the army used", "denied a raid".

    Only names, nouns and auxiliaries may stand between; a rejection needs a report that is rejected.
    """
    doc, report = predicate.doc, False
    for i in range(predicate.i - 1, max(predicate.sent.start, predicate.i - _DENIAL_REACH) - 1, -1):
        token = doc[i]
        if token.lower_ == "out" and token.i > token.sent.start and doc[token.i - 1].lemma_ == "rule":
            return "rule out"
        having = token.lower_ in ("denies", "denied") and doc[token.i + 1].lower_ == "having"  # whatever its tag
        if (
            having
            or (token.pos_ == "VERB" and token.lemma_ in ("deny", "refute"))
            or (report and token.lemma_ in ("reject", "dismiss"))
        ):
            return token.lemma_
        report = report or cues.has("speech_noun", token)
        if token.is_punct or token.lower_ in _APART or (token.pos_ == "VERB" and token.lower_ != "having"):
            return None
    return None


def _combine(value: str, cue: str | None, outer: str, reason: str | None) -> tuple[str, str | None]:
    """The inner value under an outer one."""
    if outer == ACTUAL:
        return value, cue
    if value == ACTUAL:
        return outer, reason
    if outer == NEGATED and value == NEGATED:
        return (value, cue) if reason == cue else (ACTUAL, None)
    if outer == POSSIBLE and cue in _FUTURE:
        return outer, reason
    if value == NEGATED and reason and cue in _PREVENTING and outer in (PLANNED, POSSIBLE):
        return POSSIBLE, cue
    if outer == NEGATED and value in (PLANNED, POSSIBLE):
        # A foiled attempt was an attempt; a denied or refused plan was none.
        return (value, cue) if reason in ("foil", "thwart", "stop", "prevent") else (NEGATED, reason)
    return value, cue


def _own_clause(token: Token, cues: Cues, *, noun: bool) -> tuple[str, str | None]:
    """What the word's own dependents say: negation, auxiliaries, hedges, hypothetical adjectives, conditions."""
    negated: str | None = None
    value, cue = ACTUAL, None
    going = False
    past_frame = False
    for child in token.children:
        low = child.lower_
        relation = base(child)
        if low in ("would", "'d") and child.dep_ == "aux":
            past_frame = True
        may_negate = relation in ("advmod", "det", "cc", "discourse") or child.dep_ == "aux"
        if may_negate and low in cues.of("negator") and not (low == "no" and relation == "advmod") and not _only(child):
            negated = low
        if child.dep_ == "det" and low in _NEGATIVE_DETERMINERS:
            negated = low
        if child.dep_ in ("case", "mark") and low == "without":
            negated = low
        if relation == "case" and low in ("instead", "rather"):
            negated = low
        if child.dep_ == "aux":
            modal = cues.of("modal").get(low)
            if modal == POSSIBLE and low == "could" and any(c.lower_ in cues.of("negator") for c in token.children):
                modal = ACTUAL  # "could not hold the town" is told as a failure
            if low == "should" and child.i == token.sent.start:
                modal = POSSIBLE  # "Should the army attack, ..."
            if modal and value == ACTUAL:
                value, cue = modal, low
        # "was probably carried out by X" doubts the author, not the act
        of_author = low in ("likely", "probably") and any(c.dep_ == "obl:agent" for c in token.children)
        if relation == "advmod" and low in cues.of("hedge") and value == ACTUAL and not of_author:
            value, cue = cues.of("hedge")[low], low
        if relation in ("amod", "compound") and noun and low in cues.of("hedge_adjective") and value == ACTUAL:
            value, cue = cues.of("hedge_adjective")[low], low
        if relation == "aux" and low == "going":
            going = True
        if child.dep_ in ("nsubj", "nsubj:pass"):
            nobody = child.lower_ if low in ("nobody", "none", "nothing") else None
            negated = next((d.lower_ for d in child.children if d.lower_ in _NEGATIVE_DETERMINERS), nobody) or negated
    if going and value == ACTUAL:
        value, cue = PLANNED, "going to"
    if noun and token.pos_ == "ADJ":
        past_frame = False
    condition = _condition(token, cues)
    if condition:
        value, cue = POSSIBLE, condition
    elif past_frame and value == PLANNED:
        scheme = any(c.dep_.startswith("nsubj") and cues.has("plan_noun", c) for c in token.children)
        value, cue = (PLANNED, "would") if scheme or _reported(token, cues) else (POSSIBLE, "would")
    elif value == PLANNED and _has_condition(token, cues):
        value, cue = POSSIBLE, "if"
    if condition:
        return value, cue
    if negated:
        return NEGATED, negated
    if token.lower_ in ("unable", "incapable") or (noun and token.lemma_ in cues.of("negative_noun")):
        return NEGATED, token.lower_
    if value == ACTUAL and _is_bare_infinitive(token):
        return PLANNED, "to"
    return value, cue


def _only(child: Token) -> bool:
    """True for "not only ... but also", which denies nothing."""
    following = child.doc[child.i + 1] if child.i + 1 < len(child.doc) else child
    return following.lower_ in ("only", "just", "merely", "least")


def _is_bare_infinitive(token: Token) -> bool:
    """True for "the air strikes to be executed": an infinitive that hangs on a noun or heads a headline."""
    forms = [token, *(c for c in token.children if c.dep_.startswith("aux"))]
    if token.pos_ not in _VERBAL or not any("Inf" in f.morph.get("VerbForm", []) for f in forms):
        return False
    to = any(c.lower_ == "to" and c.dep_ in ("mark", "aux") for c in token.children)
    return to and (token.head.i == token.i or base(token) in ("acl", "ccomp", "parataxis"))


def _condition(token: Token, cues: Cues) -> str | None:
    """The mark of a conditional clause that this word heads."""
    for child in token.children:
        if child.dep_ == "mark" and child.lower_ in cues.of("condition"):
            return child.lower_
    return None


def _has_condition(token: Token, cues: Cues) -> bool:
    """True if an if-clause hangs on the word."""
    return any(c.dep_ == "advcl" and _condition(c, cues) for c in token.children)


def _reported(token: Token, cues: Cues) -> bool:
    """True if "would" is only the reported form of "will": the clause is what somebody said, and no condition hangs
    on it."""
    if _has_condition(token, cues):
        return False
    for _ in range(4):
        head = token.head
        if head.i == token.i:
            return False
        if head.pos_ == "VERB" and (cues.has("speech_verb", head) or cues.has("plan_verb", head)):
            return True
        token = head
    return False


def _step(token: Token, head: Token, cues: Cues, *, innermost: bool) -> tuple[str, str | None, bool]:
    """What the head does to the event below it: (value, cue, stop here)."""
    relation = base(token)
    if innermost:
        value, cue = _linear(token, cues)
        if value != ACTUAL:
            return value, cue, False
    predicate = base(token) in ("xcomp", "ccomp", "advcl") and any(c.dep_ == "cop" for c in token.children)
    if (token.pos_ in _VERBAL and token.dep_ != "amod") or predicate:
        return _verb_step(token, head, relation, cues)
    return _noun_step(token, head, relation, cues, innermost=innermost)


_SAYS_TO_HAVE: Final = word_set("claim say report admit boast allege profess deny")
_NEAR: Final = 7


def _linear(token: Token, cues: Cues) -> tuple[str, str | None]:
    """Purpose phrases and plans read from the words before, where the tree is wrong or silent.

    "in preparation for the liberation", "in a bid to take", "of planning attack", and an infinitive that the parser
    took for something else.
    """
    doc, low = token.doc, token.sent.start
    begin = token.i
    if token.pos_ not in _VERBAL:
        begin = max(token.left_edge.i, token.i - _NEAR)
        while begin < token.i and doc[begin].pos_ in ("ADP", "SCONJ", "PUNCT"):
            begin += 1
    before = [t.lower_ for t in doc[max(low, begin - 6) : begin]]
    for size in (5, 4, 3, 2):
        phrase = " ".join(before[-size:]) if len(before) >= size else ""
        if phrase in cues.of("purpose"):
            return PLANNED, phrase
        if phrase in cues.of("instead"):
            return NEGATED, phrase
    if token.pos_ not in _VERBAL and begin > low:
        verb = doc[begin - 1]
        if verb.lower_.endswith("ing") and verb.lemma_ in (
            "plan",
            "plot",
            "prepare",
            "consider",
            "threaten",
            "attempt",
            "mull",
        ):
            return PLANNED, verb.lower_
    infinitive = (
        token.pos_ != "ADJ"
        and begin == token.i
        and token.i - 1 > low
        and before[-1:] == ["to"]
        and token.lower_ == token.lemma_
    )
    if infinitive and not (token.dep_ in ("xcomp", "advcl", "acl", "ccomp", "csubj") and _has_to(token)):
        for word in reversed(doc[max(low, token.i - 5) : token.i - 1]):
            if word.pos_ in ("VERB", "ADJ"):
                return _complement(word, cues, infinitive=True)
            if word.pos_ == "NOUN":
                return _noun_complement(word, cues, infinitive=True), word.lower_
    return ACTUAL, None


def _has_to(token: Token) -> bool:
    return any(c.lower_ == "to" and c.dep_ in ("mark", "aux", "case") and c.i < token.i for c in token.children)


def _mark(token: Token) -> str:
    return next((c.lower_ for c in token.children if c.dep_ in ("mark", "case") and c.i < token.i), "")


_LEAVES_OPEN: Final = word_set("say know confirm report mention realize recognise recognize")
"""Verbs whose negation leaves the clause below them standing: "did not mention that the town had fallen"."""

_CONTRADICTS: Final = word_set("contest dispute contradict challenge question doubt")
"""Verbs of contradiction: "did not contest that the town had fallen" grants it."""


def _verb_step(token: Token, head: Token, relation: str, cues: Cues) -> tuple[str, str | None, bool]:
    mark = _mark(token)
    infinitive = _has_to(token)
    if (
        infinitive
        and head.lemma_ in _SAYS_TO_HAVE
        and any(c.lower_ == "have" and c.dep_ == "aux" for c in token.children)
    ):
        return ACTUAL, None, False  # "claims to have taken the town"
    if token.dep_ in ("acl:relcl", "advcl:relcl"):
        return ACTUAL, None, True
    if relation == "advcl":
        if mark in cues.of("condition"):
            return POSSIBLE, mark, True
        if mark == "before" and not is_finite(token):
            return PLANNED, mark, True
        if mark == "without":
            return NEGATED, mark, True
        if mark in ("instead", "rather"):
            return NEGATED, mark, True
        if infinitive and head.lemma_ == "use" and _clause_value(head, cues) == ACTUAL:
            return ACTUAL, None, False  # "used the pause to regroup"
        if infinitive and head.lemma_ == "go" and any(c.lower_ == "on" for c in head.children):
            return ACTUAL, None, False
        if infinitive:
            value, cue = _complement(head, cues, infinitive=True)
            if head.lemma_ in ("go", "come", "return", "prove", "serve", "join", "help") and head.lemma_ != "move":
                value, cue = PLANNED, "to"
            if value == ACTUAL:
                value, cue = PLANNED, "to"
            # What is done in order to do it is told in the main clause; a plan about that is a plan about this.
            return value, cue, True
        if mark == "" and token.i == head.i + 1 and token.lower_.endswith("ing"):
            value, cue = _complement(head, cues, infinitive=False)
            if value != ACTUAL:
                return value, cue, False  # "denied losing", "considered attacking"
        if mark in ("that", "so"):
            return ACTUAL, None, False
        if mark in ("by", "at", "of", "for", "from", "against", "in", "on", "to", "into", "with", ""):
            value, cue = _complement(head, cues, infinitive=False)
            if value != ACTUAL and mark not in ("by", ""):
                return value, cue, False
            if mark == "" and cues.has("speech_verb", token):
                return ACTUAL, None, True  # "..., accusing rebels of": an act of the speaker
            if mark in ("by", "") and not is_finite(token):
                return _clause_value(head, cues), _clause_cue(head, cues), False
        return ACTUAL, None, True
    if relation == "csubj":
        below = [
            c
            for c in head.children
            if c.dep_ == "nmod" and any(x.lower_ == "of" for x in c.children if x.dep_ == "case")
        ]
        aim = next((t for t in (head, *below) if t.lemma_ in cues.of("plan_noun")), None)
        return (PLANNED, aim.lower_, True) if aim is not None else (ACTUAL, None, True)
    if relation == "xcomp" and head.lemma_ in cues.of("ending_verb") and not infinitive and mark != "from":
        return ACTUAL, None, False  # "stopped shelling": it had been going on
    if relation == "xcomp" and head.lemma_ == "have" and any(c.lower_ == "yet" for c in head.children):
        return NEGATED, "yet to", False
    if relation in ("xcomp", "ccomp", "obj", "obl"):
        value, cue = _complement(head, cues, infinitive=infinitive or relation == "xcomp")
        if value == ACTUAL and relation == "xcomp" and _is_infinitive(token) and not _is_implied(head, cues):
            value, cue = PLANNED, "to"
        if mark in cues.of("condition") and head.lemma_ in (
            "ask",
            "know",
            "wonder",
            "question",
            "see",
            "clear",
            "decide",
            "determine",
        ):
            value, cue = POSSIBLE, mark
        own, own_cue = _clause_value(head, cues), _clause_cue(head, cues)
        if relation == "ccomp" and cues.has("speech_verb", head) and value != NEGATED:
            return value, cue, False
        if own == NEGATED:
            if value == NEGATED:
                return ACTUAL, None, False
            if value == POSSIBLE:
                return POSSIBLE, cue, False
            if head.lemma_ in _LEAVES_OPEN or (head.lemma_ in _CONTRADICTS and relation == "ccomp"):
                return ACTUAL, None, False
            return NEGATED, own_cue, False
        if value == ACTUAL:
            return own, own_cue, False
        if own == POSSIBLE and value == PLANNED:
            return PLANNED, cue, False
        return value, cue, False
    if relation == "acl":
        if infinitive and any(c.lower_ in _NEGATIVE_DETERMINERS and c.dep_ == "det" for c in head.children):
            return NEGATED, "no", False
        if infinitive or mark in ("of", "at", "for", "to", "from", "against"):
            return _noun_complement(head, cues, infinitive=infinitive), head.lower_, False
        if mark == "" and is_finite(token) and cues.has("speech_noun", head):
            return ACTUAL, None, False  # "denied a report it had attacked": the report's verb decides
        if not is_finite(token) and mark == "":
            return ACTUAL, None, True
        if mark == "that":
            return _noun_complement(head, cues, infinitive=False), head.lower_, False
        return ACTUAL, None, True
    if relation == "conj":
        spoken = is_finite(token) and cues.has("speech_verb", token) and base(head) == "ccomp"
        if spoken and not any(c.dep_.startswith("nsubj") for c in token.children):
            return ACTUAL, None, True  # "denied that T had fallen and said that ...": the denial ends before "and"
        shares = head.pos_ in _VERBAL and (not is_finite(token) or _bare_after_modal(token, head))
        if shares and not any(c.dep_.startswith("nsubj") for c in token.children):
            value, cue = _own_clause(head, cues, noun=False)
            return (value, cue, False) if value != NEGATED else (ACTUAL, None, False)
        return ACTUAL, None, False
    if relation in ("parataxis", "appos", "dep", "nmod", "nsubj", "advmod", "amod"):
        if relation == "nmod":
            return _noun_complement(head, cues, infinitive=False), head.lower_, False
        return ACTUAL, None, False
    return ACTUAL, None, False


def _is_infinitive(token: Token) -> bool:
    """True for "to take" and "to be taken"."""
    forms = [token, *(c for c in token.children if c.dep_.startswith("aux"))]
    return _has_to(token) and any("Inf" in f.morph.get("VerbForm", []) for f in forms)


def _is_implied(head: Token, cues: Cues) -> bool:
    """True for verbs and adjectives whose infinitive took place ("managed to", "forced to", "able to")."""
    return head.pos_ not in _VERBAL or head.lemma_ in cues.of("factive_verb") or head.lower_ in _ADJECTIVE_VALUE


def _bare_after_modal(token: Token, head: Token) -> bool:
    """True for the second verb of "may attack and seize" or "to enter and hold": it has no auxiliary of its own."""
    if any(c.dep_ == "aux" for c in token.children):
        return False
    plain = "Inf" in token.morph.get("VerbForm", []) or token.lower_ == token.lemma_
    return plain and any(c.dep_ == "aux" or c.lower_ == "to" for c in head.children)


def _complement(head: Token, cues: Cues, *, infinitive: bool) -> tuple[str, str | None]:
    """What a governing verb or adjective does to its complement."""
    lemma = head.lemma_
    if lemma in ("call", "name", "dub", "know") and (
        head.dep_ in ("acl", "amod") or head.doc[max(head.i - 1, 0)].lower_ == "so"
    ):
        return ACTUAL, None
    if head.pos_ == "ADJ" or head.lower_ in _ADJECTIVE_VALUE:
        value = _ADJECTIVE_VALUE.get(head.lower_)
        if value is not None:
            return value, head.lower_
    if lemma in cues.of("negative_verb"):
        return NEGATED, lemma
    if infinitive and lemma in cues.of("plan_verb"):
        return PLANNED, lemma
    if lemma in cues.of("possible_verb"):
        return POSSIBLE, lemma
    if not infinitive and lemma in cues.of("plan_gerund"):
        return PLANNED, lemma
    return ACTUAL, None


def _clause_value(head: Token, cues: Cues) -> str:
    return _own_clause(head, cues, noun=False)[0]


def _clause_cue(head: Token, cues: Cues) -> str | None:
    return _own_clause(head, cues, noun=False)[1]


def _noun_complement(head: Token, cues: Cues, *, infinitive: bool) -> str:
    """What a noun does to the act that hangs on it: "an attempt to take", "fears of an attack", "lack of
    coordination"."""
    lemma = head.lemma_
    if lemma in cues.of("plan_noun"):
        return PLANNED
    if lemma in cues.of("possible_noun"):
        return POSSIBLE
    if lemma in cues.of("negative_noun"):
        return NEGATED
    if infinitive:
        return PLANNED
    return ACTUAL


def _noun_step(
    token: Token, head: Token, relation: str, cues: Cues, *, innermost: bool
) -> tuple[str, str | None, bool]:
    case = next((c.lower_ for c in token.children if c.dep_ == "case"), "")
    if relation == "amod":
        return ACTUAL, None, True
    if relation in ("compound", "flat", "nummod", "appos", "fixed"):
        return ACTUAL, None, False
    if relation == "conj":
        if head.pos_ not in _VERBAL:
            value, cue = _own_clause(head, cues, noun=True)
            return (value, cue, False) if value in (POSSIBLE, NEGATED) else (ACTUAL, None, False)
        return ACTUAL, None, False
    if relation == "nmod" and head.pos_ not in _VERBAL:
        if token.dep_ == "nmod:poss":
            return ACTUAL, None, False
        lemma = head.lemma_
        if case in ("of", "about") and any(
            c.lower_ in _NEGATIVE_DETERMINERS and c.dep_ == "det" for c in head.children
        ):
            return NEGATED, "no", False
        if case in ("of", "for", "to", "about", "against", "over"):
            if lemma in cues.of("negative_noun") and case in ("of", "to"):
                return NEGATED, lemma, False
            if lemma in cues.of("possible_noun") and case in ("of", "about", "over", "for"):
                return POSSIBLE, lemma, False
            if case in ("for", "of") and lemma in cues.of("plan_noun_of"):
                return PLANNED, lemma, False
        return ACTUAL, None, _is_definite(token) and case not in ("with", "by")
    if head.pos_ in _VERBAL or head.pos_ == "ADJ":
        return _argument_step(token, head, relation, case, cues, innermost=innermost)
    return ACTUAL, None, False


def _argument_step(
    token: Token, head: Token, relation: str, case: str, cues: Cues, *, innermost: bool
) -> tuple[str, str | None, bool]:
    """An event noun as subject, object or oblique of a verb."""
    lemma = head.lemma_
    light = lemma in cues.of("light_verb")
    definite = _is_definite(token)
    own, cue = _own_clause(head, cues, noun=False)
    if (
        definite
        and cue in ("if", "whether")
        and head.head.lower_ in ("clear", "known", "sure", "certain", "determine", "know")
    ):
        return ACTUAL, None, True
    if definite and token.dep_ == "nsubj:pass" and lemma in ("believe", "suspect", "think", "consider"):
        return ACTUAL, None, True  # "the strikes are believed to be ...": only their author or nature is in doubt
    if relation == "obj" or (token.dep_ == "nsubj:pass" and not any(c.dep_ == "xcomp" for c in head.children)):
        if lemma in cues.of("ending_verb"):
            return ACTUAL, None, True
        if lemma in cues.of("negative_verb"):
            if own == NEGATED:
                return ACTUAL, None, False
            return (POSSIBLE if own in (PLANNED, POSSIBLE) or _has_to(head) else NEGATED), lemma, False
        if lemma in cues.of("plan_object"):
            return PLANNED, lemma, False
        if lemma in cues.of("possible_object"):
            return POSSIBLE, lemma, False
    if relation == "obl":
        if case in ("of", "about", "against", "over") and lemma in (
            "warn",
            "fear",
            "worry",
            "caution",
            "dream",
            "talk",
        ):
            return (POSSIBLE, lemma, False) if lemma in ("warn", "fear", "worry", "caution") else (ACTUAL, None, False)
        if case == "for" and lemma in cues.of("plan_for"):
            return PLANNED, lemma, False
        if case == "from" and lemma in ("refrain", "abstain", "prevent", "stop", "desist", "hold"):
            return NEGATED, lemma, False
        if case in ("before", "with", "after", "during", "despite", "amid", "following", "since") and not light:
            return ACTUAL, None, True
    if own == NEGATED:
        if (
            light
            or (relation == "nsubj" and lemma in ("take", "occur", "happen", "begin", "start"))
            or (relation == "obj" and not definite)
        ):
            return NEGATED, cue, False
        return ACTUAL, None, False
    if own in (PLANNED, POSSIBLE):
        if relation == "obl" and not light and any(c.lower_ == "have" for c in head.children):
            return ACTUAL, None, True  # "may have been killed in a clash": the clash took place
        if light or not definite:
            return own, cue, False
        return ACTUAL, None, True
    if definite and not light:
        return ACTUAL, None, True
    # An indefinite or light-verb noun shares the fate of its verb: go on from there.
    return ACTUAL, None, relation == "obl" and not light and definite


def _is_definite(token: Token) -> bool:
    return any(
        (c.dep_ in ("det", "nmod:poss") and c.lower_ in _DEFINITE) or c.dep_ == "acl:relcl" for c in token.children
    )
