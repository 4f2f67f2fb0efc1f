"""Finding the events of an article: predicates by the lexicon, their arguments by grammar, doubles merged.

For each sentence the predicates are verbs and event nouns that the lexicon holds; each becomes an `Event` with actor,
target and places (`slots`). Then what is told twice is joined (`doubles`), and slots that the sentence leaves open are
taken from the article where it is coherent (`context`).
"""

from __future__ import annotations

from typing import Final

from spacy.tokens import Token

from flows.coding.conditions import _LIGHT, _NOUN_WORDS, MATERIAL, MAX_EVENTS_PER_SENTENCE
from flows.coding.context import Context
from flows.coding.grammar import (
    TIME_WORDS,
    Frame,
    after_to,
    frame_of,
    is_passive,
    is_verb,
    kids,
    noun_governor,
    prepositions,
    told_as_modifier,
)
from flows.coding.lexicon import NO_EVENT, Row
from flows.coding.model import Event
from flows.coding.parse import IRREGULAR_PASTS, lemma_of

_MOVING_AWAY: Final = {"retreating": "retreat", "withdrawing": "withdraw", "fleeing": "flee"}
"""Participles before a noun that tell an event of it, often tagged as nouns: "the retreating units"."""

_PULL_OUT: Final = (["-", "out"], ["-", "back"])

_CLAUSAL_DEPS: Final = frozenset(("ROOT", "ccomp", "xcomp", "advcl", "parataxis", "acl:relcl"))
"""Relations of a clause's head: a word in one of them that has an object is a verb, whatever the tagger calls it."""

_WAR_LONG: Final = frozenset(("war", "conflict", "uprising", "revolution", "revolt", "crisis", "insurgency"))
"""What a toll of years is counted from: "killed since the conflict began"."""

_SINCE_WINDOW: Final = 14
"""How many words after a verb of killing a clause with "since" is looked for."""

_TELLING: Final = frozenset(
    (
        "confirm",
        "describe",
        "survive",
        "deny",
        "claim",
        "acknowledge",
        "admit",
        "propose",
        "blame",
        "foil",
        "thwart",
        "repulse",
        "direct",
        "pursue",
    )
)
"""Verbs under which even "the attack" is told, not only mentioned."""

_TELLING_WITH: Final = frozenset((("carry", "on"), ("go", "on"), ("blame", "for"), ("press", "with")))
"""The same for an oblique: "carry on the fight", "blamed X for the strike"."""

_NOMINAL_DEPS: Final = frozenset(("nsubj", "nsubj:pass", "obj", "obl", "nmod"))
"""Relations that only a noun stands in, whatever the tagger calls it."""


class Finder(Context):
    """Finds the events of one article."""

    def find(self) -> list[Event]:
        """All events, in the order of the text."""
        self._mend_tags()
        events: list[Event] = []
        for sentence in self.parsed.sentences:
            here: list[Event] = []
            for token in sentence.span:
                event = self._event_at(token)
                if event is not None:
                    here.append(event)
            here = self._merged(here)
            if len(here) > MAX_EVENTS_PER_SENTENCE:
                self.skipped.append(f"{len(here) - MAX_EVENTS_PER_SENTENCE} events of sentence {sentence.sentence_no}")
                here = here[:MAX_EVENTS_PER_SENTENCE]
            self._share(here)
            self._sides(here)
            self._inherit(here, events)
            events.extend(here)
            self._told = events
        self._oppose(events)
        return self._without_repeated_headline(events)

    def _mend_tags(self) -> None:
        """Give verbs that the tagger took for nouns or adjectives, yet with an object or subject, their tag back."""
        for token in self.parsed.doc:
            form = token.lower_
            if form in _MOVING_AWAY:
                if token.dep_ in ("amod", "compound"):
                    token.pos_, token.lemma_, token.dep_ = "VERB", _MOVING_AWAY[form], "amod"
                continue
            if token.pos_ not in ("NOUN", "ADJ", "PROPN"):
                continue
            if form == "pull" and [t.lower_ for t in self.parsed.doc[token.i + 1 : token.i + 3]] in _PULL_OUT:
                token.lemma_ = "pull-out"
            elif self._is_hidden_verb(token):
                token.pos_, token.lemma_ = "VERB", lemma_of(form, "VERB")

    def _is_hidden_verb(self, token: Token) -> bool:
        if self.phrases.names.of(token) is not None or not token.is_alpha:
            return False
        inflected = token.lower_.endswith(("ed", "ing")) and token.lower_ not in self.lexicon.nouns
        if not inflected and token.dep_ not in _CLAUSAL_DEPS:
            return False
        governs = any(
            (c.dep_ == "obj" and c.i > token.i) or (inflected and c.dep_ in ("aux", "nsubj", "nsubj:pass"))
            for c in token.children
        )
        return governs and lemma_of(token.lower_, "VERB") in self.lexicon.verbs

    def _without_repeated_headline(self, events: list[Event]) -> list[Event]:
        """Where the text begins with the headline, its events are left to the text, which has spans."""
        if not self.parsed.sentences or not self.parsed.sentences[0].is_title:
            return events
        title = " ".join(self.parsed.sentences[0].text.lower().split())
        if title.rstrip(".") in " ".join(self.parsed.text[: 2 * len(title) + 400].lower().split()):
            self.headline_is_repeated = True
            return [e for e in events if self.parsed.sentence_of[e.pred.i] > 0]
        return events

    def _event_at(self, token: Token) -> Event | None:
        name = self.phrases.names.of(token)
        if name is not None and not name.is_generic and not self._operation_name(token):
            return None
        if (
            token.lemma_ in self.lexicon.verbs
            and is_verb(token)
            and (token.pos_ not in ("NOUN", "PROPN") or token.text in IRREGULAR_PASTS or after_to(token))
        ):
            if token.dep_ in ("aux", "aux:pass", "cop", "fixed", "case", "mark", "compound:prt"):
                return None
            if (
                token.dep_ in ("obj", "nsubj", "nsubj:pass", "obl", "nmod", "iobj")
                and "Part" in token.morph.get("VerbForm", [])
                and not kids(token, "nsubj", "obj", "aux")
            ):
                return None  # "the wounded", "the displaced"
            if token.dep_ == "compound" and token.text not in IRREGULAR_PASTS and not after_to(token):
                return None
            if token.dep_ == "amod" and not self._verbal_amod(token):
                return None
            if self._is_description(token) or self._is_war_toll(token):
                return None
            rows = self.lexicon.verbs[token.lemma_]
            if (
                token.lower_ in self.lexicon.nouns
                and not kids(token, "obj", "aux", "xcomp", "ccomp")
                and token.dep_ not in ("xcomp", "acl", "advcl")
            ):
                rows = self.lexicon.nouns[token.lower_]  # "shelling", "fighting" used as nouns
        elif token.lemma_ in self.lexicon.nouns and (
            token.pos_ in _NOUN_WORDS
            or (token.pos_ == "ADJ" and (token.head.lower_ in TIME_WORDS or token.dep_ in _NOMINAL_DEPS))
        ):
            if (
                token.dep_ in ("compound", "nmod:desc")
                and token.head.i != token.i
                and token.i < token.head.i
                and token.head.pos_ in _NOUN_WORDS
                and name is None
            ):
                return None
            rows = self.lexicon.nouns[token.lemma_]
        else:
            return None
        frame = self.frame(token)
        for row in rows:
            if all(self._holds(test, token, frame) for test in row.tests):
                if row.event_type == NO_EVENT:
                    return None
                if row.pos == "NOUN" and not self._is_told(token, frame, row):
                    return None
                return self._event(token, frame, row)
        return None

    def _operation_name(self, token: Token) -> bool:
        """ "launched Operation X": the name of an operation under a verb of launching is an event, not an actor."""
        if token.lemma_ not in ("operation", "campaign"):
            return False
        governor = noun_governor(token)
        return (
            governor is not None
            and (
                token.dep_ in ("obj", "nsubj:pass")
                or (token.dep_ in ("flat", "compound", "appos") and token.head.dep_ in ("obj", "nsubj:pass"))
            )
            and governor.lemma_ in ("launch", "begin", "start", "announce", "conduct")
            and not (governor.lemma_ in ("begin", "start") and token in frame_of(governor).subj)
        )

    def _is_war_toll(self, verb: Token) -> bool:
        """ "More than 300,000 have been killed since the conflict began": the toll of a whole war is no event."""
        if verb.lemma_ not in ("kill", "die", "displace", "wound", "injure"):
            return False
        after = self.parsed.doc[verb.i + 1 : min(verb.i + _SINCE_WINDOW, self.parsed.sent_of(verb).span.end)]
        since = next((t for t in after if t.lower_ == "since"), None)
        return since is not None and any(t.lemma_ in _WAR_LONG for t in after if t.i > since.i)

    def _is_description(self, verb: Token) -> bool:
        """A participle that says what a party or place is, not what happened: "rebels fighting the regime"."""
        if verb.lemma_ in ("outlaw", "ban", "prohibit") and any(
            t.lower_ in ("(", "both") for t in self.parsed.doc[max(0, verb.i - 2) : verb.i]
        ):
            return True
        if verb.lemma_ == "displace" and verb.i > 0 and self.parsed.doc[verb.i - 1].lower_ in ("internally", "newly"):
            return True
        if verb.dep_ != "acl" or kids(verb, "mark", "case"):
            return False
        if verb.lemma_ in ("outlaw", "ban", "sanction", "designate", "blacklist") and is_passive(verb):
            return True
        if (verb.lemma_ == "support" and verb.tag_ == "VBG") or (
            verb.lemma_ == "support" and "Ger" in verb.morph.get("VerbForm", [])
        ):
            return True
        if verb.lemma_ in ("occupy", "control"):
            return verb.tag_ == "VBN" or is_passive(verb)
        if verb.lemma_ in ("fight", "battle", "combat", "oppose"):
            return not any(
                p.split()[:1] in (["in"], ["near"], ["at"], ["around"]) and via == "self"
                for p, _, via in self.frame(verb).obliques
            )
        return False

    @staticmethod
    def _verbal_amod(token: Token) -> bool:
        """A modifier that tells an event: "retreating fighters", or a finite verb labelled as a modifier."""
        if "Fin" in token.morph.get("VerbForm", []) and token.i > token.head.i:
            return True
        if kids(token, "nsubj", "nsubj:pass", "aux") or after_to(token) or told_as_modifier(token):
            return True
        return token.lemma_ in ("retreat", "flee", "withdraw") and token.tag_ != "JJ"

    def _is_told(self, noun: Token, frame: Frame, row: Row) -> bool:
        """Whether a noun tells an event rather than mentions a topic ("commented on the attack")."""
        if row.event_type not in MATERIAL:
            return True
        determiners = {c.lower_ for c in kids(noun, "det")}
        own = any(via == "self" for _, _, via in frame.obliques)
        if own or kids(noun, "nmod:poss", "nummod", "acl:relcl"):
            return True
        if any(not kids(c, "mark") for c in kids(noun, "acl")):
            return True
        modifiers = [c for c in noun.children if c.dep_ in ("amod", "compound", "nmod:desc")]
        if any(self.phrases.is_a(m, "armed", "state") or self._demonym(m) for m in modifiers):
            return True
        governor = noun_governor(noun)
        if not (determiners & {"the", "this", "that", "these", "those"}):
            return not (noun.dep_ in ("obl", "nmod") and prepositions(noun) in ("about", "like", "as", "than"))
        if governor is None:
            return noun.dep_ in ("ROOT", "conj", "parataxis")
        if noun.dep_.startswith("nsubj"):
            return True
        if noun.dep_ == "obj":
            return governor.lemma_ in _LIGHT | _TELLING
        if (governor.lemma_, prepositions(noun)) in _TELLING_WITH:
            return True
        return prepositions(noun) in (
            "in",
            "during",
            "after",
            "by",
            "following",
            "amid",
            "from",
            "with",
            "despite",
            "before",
        )
