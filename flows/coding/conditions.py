"""The lexicon's conditions, asked of the grammar around a word.

`Conditions` holds what all steps of finding events share: the lexicon, the phrases of the article, and the frames of
its predicates.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from spacy.tokens import Token

from flows.coding.cues import Cues
from flows.coding.grammar import (
    RELATIVE,
    TIME_WORDS,
    Frame,
    below_quantity,
    conjuncts,
    frame_of,
    is_verb,
    kids,
    noun_frame,
    noun_governor,
    prepositions,
)
from flows.coding.lexicon import Lexicon, Test
from flows.coding.mentions import TIME_NAMES
from flows.coding.model import Argument, Event
from flows.coding.parse import Parsed, lemma_of
from flows.coding.phrases import Phrases

MAX_EVENTS_PER_SENTENCE: Final = 12
CONTEXT_SENTENCES: Final = 4
"""A toll ("the death toll rose to 70") belongs to an act of violence told at most this many sentences before."""

COMMON_ENEMY_VOTES: Final = 2
COMMON_ENEMY_SHARE: Final = 0.6
"""A party that is the target of so many events, and of such a share of all, is the one the article tells the fight against."""

NEAR_SENTENCES: Final = 2
"""An event without a place takes that of an event told at most this many sentences before, else the article's
main place."""

MATERIAL: Final = frozenset(("ASSAULT", "COERCE", "MOBILIZE", "RETREAT"))
_LOCATIVE: Final = frozenset(
    (
        "in",
        "at",
        "near",
        "around",
        "outside",
        "inside",
        "on",
        "over",
        "across",
        "throughout",
        "within",
        "along",
        "north",
        "south",
        "east",
        "west",
        "off",
        "against",
        "into",
    )
)
_LIGHT: Final = frozenset(
    [
        "launch",
        "carry",
        "conduct",
        "stage",
        "mount",
        "make",
        "wage",
        "undertake",
        "perform",
        "begin",
        "start",
        "execute",
        "commit",
        "unleash",
        "resume",
        "continue",
        "intensify",
        "step",
        "plan",
        "order",
        "face",
        "suffer",
        "witness",
        "see",
        "repel",
        "resist",
        "call",
        "hold",
        "lead",
        "join",
        "announce",
        "declare",
        "impose",
        "deliver",
        "endure",
        "expect",
        "halt",
        "stop",
        "end",
        "prepare",
        "escalate",
        "renew",
    ]
)
_HAPPEN: Final = frozenset(
    [
        "kill",
        "wound",
        "injure",
        "hit",
        "strike",
        "destroy",
        "damage",
        "cause",
        "leave",
        "occur",
        "happen",
        "take",
        "erupt",
        "break",
        "rage",
        "continue",
        "resume",
        "intensify",
        "follow",
        "come",
        "begin",
        "start",
        "last",
        "rock",
        "shake",
        "target",
        "claim",
        "flare",
        "ensue",
        "go",
        "be",
        "force",
        "spark",
        "trigger",
        "displace",
        "level",
        "hurt",
        "devastate",
        "wreck",
        "carry",
        "launch",
        "conduct",
        "hold",
        "escalate",
        "subside",
        "report",
        "pound",
        "spread",
        "land",
        "fall",
        "prompt",
        "drive",
        "push",
    ]
)
_HARM: Final = frozenset(
    [
        "kill",
        "wound",
        "injure",
        "hurt",
        "maim",
        "die",
        "perish",
        "destroy",
        "damage",
        "hit",
        "strike",
        "rock",
        "target",
        "slaughter",
        "level",
        "devastate",
    ]
)
_WITHSTAND: Final = frozenset(
    [
        "repel",
        "repulse",
        "thwart",
        "foil",
        "resist",
        "face",
        "suffer",
        "survive",
        "withstand",
        "endure",
        "sustain",
        "fend",
    ]
)
_NAMED_FORCES: Final = frozenset(("state", "armed", "political", "side", "igo"))
_ATTACK_MODES: Final = frozenset(("attack", "airstrike", "shelling", "bombing", "chemical"))
_BY_ARMS: Final = frozenset(("kill", "airstrike", "shelling", "bombing", "chemical", "execute"))
_DEADLY: Final = frozenset(("kill", "die", "perish", "slaughter", "murder"))
_ANYBODY: Final = frozenset(
    ("terrorist", "militant", "fighter", "gunman", "attacker", "group", "organization", "organisation")
)
_TOLLS: Final = frozenset(("toll", "die", "dead", "death", "perish"))
_MEANS_ORDER: Final = ("gas", "aircraft", "bomb", "missile")
_MODE_OF: Final = {"gas": "chemical", "aircraft": "airstrike", "bomb": "bombing", "missile": "shelling"}
_REFINABLE: Final = frozenset(("attack", "kill", "shelling", "bombing", "airstrike"))
_DEMONYMS: Final = (
    "ian",
    "ish",
    "ese",
    "li",
    "qi",
    "ni",
    "ti",
    "ri",
    "di",
    "bi",
    "aki",
    "can",
    "ench",
    "-led",
    "-backed",
)
_UNDERTAKE: Final = _LIGHT | frozenset(
    [
        "take",
        "participate",
        "engage",
        "respond",
        "retaliate",
        "press",
        "proceed",
        "prepare",
        "fight",
        "win",
        "lose",
        "threaten",
        "claim",
        "own",
        "lift",
        "lead",
        "include",
        "contain",
        "voice",
        "express",
        "repeat",
        "carry",
        "mastermind",
    ]
)
_ENDING: Final = frozenset(
    ["end", "halt", "stop", "repel", "resist", "suffer", "face", "endure", "see", "witness", "expect", "lose"]
)
_NOUN_WORDS: Final = frozenset(("NOUN", "PROPN"))


def _led_by(case: str, step: str) -> bool:
    """Whether a slot's preposition is the one of a phrase ("out" for "out of"; "of" is not "north of")."""
    return case == step or case.split(" ", 1)[0] == step


def _is_push(event: Event) -> bool:
    """A move to take ground: an advance, a seizure, a siege."""
    return event.event_mode in ("advance", "seize", "siege")


def _inherited(argument: Argument) -> Argument:
    return Argument(
        argument.start,
        argument.end,
        argument.head,
        argument.text,
        argument.antecedent,
        argument.kind,
        argument.relation,
        True,
    )


class Conditions:
    """Answers the lexicon's conditions for the words of one article."""

    def __init__(self, lexicon: Lexicon, phrases: Phrases, cues: Cues) -> None:
        self.cues = cues
        self.lexicon = lexicon
        self.phrases = phrases
        self.parsed: Parsed = phrases.parsed
        self._frames: dict[int, Frame] = {}
        self._told: list[Event] = []
        self._focus = phrases.focus()
        self.skipped: list[str] = []
        self.headline_is_repeated = False

    def frame(self, token: Token) -> Frame:
        """The frame of a predicate, computed once."""
        found = self._frames.get(token.i)
        if found is None:
            found = frame_of(token) if is_verb(token) else noun_frame(token)
            self._frames[token.i] = found
        return found

    def _holds(self, test: Test, token: Token, frame: Frame) -> bool:
        found = self._found(test, token, frame)
        return found != test.negated

    def _match(self, heads: Iterable[Token], test: Test) -> bool:
        for head in heads:
            if test.by_lemma:
                if (
                    head.lemma_ in test.wanted
                    or head.lower_ in test.wanted
                    or below_quantity(head).lemma_ in test.wanted
                ):
                    return True
            elif not self.phrases.classes_of(head).isdisjoint(test.wanted):
                return True
        return False

    def _found(self, test: Test, token: Token, frame: Frame) -> bool:
        name = test.name
        if name == "obj":
            heads = [token.head if o.lower_ in RELATIVE and token.dep_ == "acl:relcl" else o for o in frame.obj]
            return self._match((c for o in heads for c in conjuncts(o)), test)
        if name == "subj":
            return self._match(frame.subj, test)
        if name == "poss":
            return self._match(kids(token, "nmod:poss"), test)
        if name == "mod":
            return self._modifier(token, test.wanted)
        if name == "prt":
            return not frame.particles.isdisjoint(test.wanted) or any(
                not test.wanted.isdisjoint(p.split()) and via in ("self", "obj") for p, _, via in frame.obliques
            )
        if name == "prep":
            for case, head, via in frame.obliques:
                if via in ("conj",) or (via == "deep" and test.wanted):
                    continue
                if not test.prepositions.isdisjoint(case.split()):
                    if not test.wanted:
                        if via in ("self", "obj"):
                            return True
                    elif head.lemma_ in test.wanted or not self.phrases.classes_of(head).isdisjoint(test.wanted):
                        return True
            after = self.parsed.doc[token.i + 1 : token.i + 2]
            if not test.wanted and any(t.lower_ in test.prepositions and t.dep_ == "case" for t in after):
                return True  # the phrase hung on another word
            if not test.wanted and any(
                m.lower_ in test.prepositions for c in kids(token, "advcl", "xcomp") for m in kids(c, "mark", "case")
            ):
                return True  # "kept civilians from leaving"
            return bool({"that"} & test.prepositions) and bool(kids(token, "acl", "ccomp"))
        if name == "negated":
            return any(c.lower_ in ("not", "n't", "never", "nt") for c in token.children)
        if name == "role":
            return token.dep_.split(":")[0] in test.wanted
        if name == "csubj":
            return any(
                self.phrases.is_a(t, *test.wanted) for c in kids(token, "ccomp") for t in kids(c, "nsubj", "nsubj:pass")
            )
        if name == "context":
            here = self.parsed.sentence_of[token.i]
            return any(
                e.event_type in test.wanted and here - self.parsed.sentence_of[e.pred.i] <= CONTEXT_SENTENCES
                for e in self._told[-8:]
            )
        if name == "means":
            return any(not self._means(o).isdisjoint(test.wanted) for o in frame.obj) or any(
                not self._means(h).isdisjoint(test.wanted)
                for p, h, via in frame.obliques
                if p == "of" and via == "self"
            )
        if name == "xcomp":
            inner = [
                c
                for c in kids(token, "xcomp", "ccomp", "advcl", "acl")
                if any(m.lower_ == "to" for m in kids(c, "mark")) or c.dep_ == "xcomp"
            ]
            for found in frame.obj:
                inner += [c for c in kids(found, "acl") if any(m.lower_ == "to" for m in kids(c, "mark"))]
            if not test.wanted:
                return any(is_verb(c) for c in inner)
            if test.by_lemma:
                inner += kids(token, "obj")[1:]  # "called the report a fabrication"
                after = self.parsed.doc[token.i + 1 : token.i + 2]  # "stop shelling X", read as a modifier of X
                return any(c.lemma_ in test.wanted for c in inner) or any(
                    t.lower_.endswith("ing") and lemma_of(t.lower_, "VERB") in test.wanted for t in after
                )
            return any(self._is_force(c) for c in inner)
        if name == "ccomp":
            return bool(kids(token, "ccomp"))
        if name == "active":
            return not frame.passive
        if name == "pass":
            return frame.passive
        if name == "form":
            if "past" in test.wanted:
                return token.tag_ == "VBD" or "Past" in token.morph.get("Tense", []) or token.lower_.endswith("ed")
            return token.pos_ == "VERB"
        if name == "plural":
            return "Plur" in token.morph.get("Number", []) or (
                token.lower_.endswith("s") and token.lower_ != token.lemma_
            )
        if name == "mark":
            marks = {c.lower_ for c in kids(token, "mark", "advmod")}
            return not marks.isdisjoint(test.wanted)
        if name == "case":
            return not test.wanted.isdisjoint(prepositions(token).split())
        if name == "light":
            governor = noun_governor(token)
            return governor is not None and governor.lemma_ in test.wanted
        if name == "purpose":
            return any(self._is_taking(c) for c in (*kids(token, "acl"), *self._purpose_of_governor(token)))
        if name == "cause":
            heads = [
                t
                for p, t, via in frame.obliques
                if p.split()[:1]
                and p.split()[0]
                in ("in", "by", "from", "during", "with", "due", "as", "because", "under", "amid", "of")
            ]
            return self._match([*heads, *frame.subj], test)
        return (
            name == "topic"
            and not kids(token, "nmod", "nmod:poss")
            and bool({c.lower_ for c in kids(token, "det")} & {"the", "this"})
        )

    def _modifier(self, token: Token, wanted: frozenset[str]) -> bool:
        words: set[str] = set()
        for child in token.children:
            if child.dep_ in ("amod", "compound", "nmod:desc", "nmod:poss", "nmod:unmarked", "acl", "flat", "nummod"):
                for inner in (child, *child.children):
                    words.add(inner.lemma_)
                    words.add(inner.lower_)
                words.update(child.lower_.split("-"))
        if token.i > 0 and self.parsed.doc[token.i - 1].dep_ in ("compound", "amod", "nmod", "nmod:desc", "conj"):
            before = self.parsed.doc[token.i - 1]
            words.update((before.lemma_, before.lower_))
        words.update(token.lower_.split("-")[:-1])
        return not words.isdisjoint(wanted)

    def _is_force(self, verb: Token) -> bool:
        return any(
            r.event_type == "ASSAULT" or r.event_mode in ("seize", "siege")
            for r in self.lexicon.verbs.get(verb.lemma_, ())
        ) or verb.lemma_ in ("respond", "avenge", "invade")

    def _is_taking(self, verb: Token) -> bool:
        if verb.lemma_ in ("aim", "intend", "design", "seek", "try", "attempt"):
            return any(
                self._is_taking(c)
                for c in verb.children
                if c.dep_ in ("xcomp", "advcl", "obl", "ccomp") and c.i > verb.i
            ) or any(
                t.lemma_ in ("clear", "retake", "capture", "seize", "take", "drive", "liberate", "recapture", "reopen")
                for t in self.parsed.doc[verb.i + 1 : verb.i + 4]
            )
        if verb.lemma_ in ("destroy", "eliminate", "eradicate", "defeat", "dislodge", "oust", "uproot"):
            return True
        return any(
            r.event_mode in ("seize", "siege") or r.event_type == "MOBILIZE"
            for r in self.lexicon.verbs.get(verb.lemma_, ())
        )

    @staticmethod
    def _purpose_of_governor(noun: Token) -> list[Token]:
        governor = noun_governor(noun)
        return [c for c in kids(governor, "advcl", "xcomp", "acl") if c.i > noun.i] if governor is not None else []

    def _demonym(self, token: Token) -> bool:
        """ "Russian", "US-led", "Turkish-backed": an adjective that names an actor."""
        if (
            token.i == self.parsed.sent_of(token).span.start
            and self.phrases.names.of(token) is None
            and not token.lower_.endswith(_DEMONYMS)
        ):
            return False
        return (
            token.text[:1].isupper()
            and token.dep_ in ("amod", "compound", "nmod:desc", "nmod:poss")
            and token.lower_ not in TIME_NAMES
        )

    def _means(self, head: Token) -> set[str]:
        found: set[str] = set()
        classes = self.lexicon.classes
        for word in (head, *(c for c in head.children if c.dep_ in ("compound", "amod", "nmod:desc", "flat", "nmod"))):
            lemma = word.lemma_
            if lemma in classes["gas"] or lemma in ("toxic", "poisonous", "poison"):
                if not any(c.lower_ in ("tear", "natural", "cooking") for c in head.children):
                    found.add("gas")
            elif lemma in classes["aircraft"] or lemma in ("airstrike", "air", "aerial", "barrel", "cluster"):
                found.add("aircraft")
            elif lemma in classes["bomb"]:
                found.add("bomb")
            elif lemma in classes["missile"] and lemma not in ("round", "shot"):
                found.add("missile")
        if "aircraft" in found and head.lemma_ in ("bomb",):
            found.discard("bomb")
        return found

    def _is_time(self, head: Token) -> bool:
        return head.lower_ in TIME_WORDS or (head.like_num and head.pos_ == "NUM")
