"""Finding the events of an article: predicates by the lexicon, their arguments by grammar, doubles merged.

For each sentence the predicates are verbs and event nouns that the lexicon holds; each becomes an `Event` with actor,
target and places. Then what is told twice is joined ("air strikes killed 30" is one event), the kind of weapon in the
clause refines the mode, and slots that the sentence leaves open are taken from the article where it is coherent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from spacy.tokens import Token

from flows.coding.cues import Cues
from flows.coding.grammar import (
    TIME_WORDS,
    Frame,
    after_to,
    below_quantity,
    conjuncts,
    frame_of,
    is_passive,
    is_verb,
    kids,
    nominal,
    noun_frame,
    noun_governor,
    prepositions,
    told_as_modifier,
)
from flows.coding.lexicon import NO_EVENT, Lexicon, Row, Slot, Test
from flows.coding.mentions import TIME_NAMES
from flows.coding.modality import modality_of
from flows.coding.model import Argument, Event
from flows.coding.parse import IRREGULAR_PASTS, Parsed
from flows.coding.phrases import Phrases

MAX_EVENTS_PER_SENTENCE: Final = 12
CONTEXT_SENTENCES: Final = 4
"""A toll ("the death toll rose to 70") belongs to an act of violence told at most this many sentences before."""

NEAR_SENTENCES: Final = 1
"""An event without a place takes that of an event told at most this many sentences before, else the article's main place."""

LEAD_SENTENCES: Final = 6
"""A headline's event is looked for in this many sentences of the text."""

MATERIAL: Final = frozenset(("ASSAULT", "COERCE", "MOBILIZE", "RETREAT"))
_WHERE: Final = ("in", "at", "near", "around", "outside", "inside", "on", "over", "across", "throughout", "within", "along",
                 "into", "to", "toward", "towards", "north of", "south of", "east of", "west of", "of", "from", "for", "between", "off")  # fmt: skip
_LOCATIVE: Final = frozenset(("in", "at", "near", "around", "outside", "inside", "on", "over", "across", "throughout", "within", "along", "north", "south", "east", "west", "off", "against", "into"))
_LIGHT: Final = frozenset(
    "launch carry conduct stage mount make wage undertake perform begin start execute commit unleash resume continue"
    " intensify step plan order face suffer witness see repel resist call hold lead join announce declare impose deliver"
    " endure expect halt stop end prepare escalate renew".split()
)
_HAPPEN: Final = frozenset(
    "kill wound injure hit strike destroy damage cause leave occur happen take erupt break rage continue resume intensify"
    " follow come begin start last rock shake target claim flare ensue go be force spark trigger displace level hurt"
    " devastate wreck carry launch conduct hold escalate subside report pound spread land fall prompt drive push".split()
)
_HARM: Final = frozenset("kill wound injure hurt maim die perish destroy damage hit strike rock target slaughter level devastate".split())
_WITHSTAND: Final = frozenset("repel repulse thwart foil resist face suffer survive withstand endure sustain fend".split())
_NAMED_FORCES: Final = frozenset(("state", "armed", "political", "side", "igo"))
_NO_ACTOR: Final = frozenset("aim rumour rumor statement way reason result step move time effect cause fact report plan goal claim".split())
_DEADLY: Final = frozenset(("kill", "die", "perish", "slaughter", "murder"))
_ANYBODY: Final = frozenset(("terrorist", "militant", "fighter", "gunman", "attacker", "group", "organization", "organisation"))
_TOLLS: Final = frozenset(("toll", "die", "dead", "death", "perish"))
_MEANS_ORDER: Final = ("gas", "aircraft", "bomb", "missile")
_MODE_OF: Final = {"gas": "chemical", "aircraft": "airstrike", "bomb": "bombing", "missile": "shelling"}
_REFINABLE: Final = frozenset(("attack", "kill", "shelling", "bombing", "airstrike"))
_DEMONYMS: Final = ("ian", "ish", "ese", "li", "qi", "ni", "ti", "ri", "di", "bi", "aki", "can", "ench", "-led", "-backed")
_UNDERTAKE: Final = _LIGHT | frozenset("take participate engage respond retaliate press proceed prepare fight win lose threaten claim own lift lead include contain voice express repeat carry mastermind".split())
_ENDING: Final = frozenset("end halt stop repel resist suffer face endure see witness expect lose".split())
_NOUN_WORDS: Final = frozenset(("NOUN", "PROPN"))


class Finder:
    """Finds the events of one article."""

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

    def find(self) -> list[Event]:
        """All events, in the order of the text."""
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

    def _party(self, argument: Argument) -> str:
        """One key for a party: its dictionary id where its name has one, else its words."""
        words = argument.antecedent.lower()
        return self.phrases.names.ids.get(words, words)

    def _oppose(self, events: list[Event]) -> None:
        """The other side of a fight that the sentence leaves open, where the article tells of one opponent only."""
        against: dict[str, Counter[str]] = {}
        known: dict[str, Argument] = {}
        sides = ("armed", "state")
        for event in events:
            if event.event_type not in MATERIAL or event.event_mode in ("release", "access") or event.actor is None or event.target is None:
                continue
            if event.target.kind not in sides or event.actor.kind not in sides or event.target.inherited:
                continue
            a, t = self._party(event.actor), self._party(event.target)
            if a in t or t in a:
                continue
            against.setdefault(a, Counter())[t] += 1
            against.setdefault(t, Counter())[a] += 1
            known.setdefault(a, event.actor)
            known.setdefault(t, event.target)

        def rival(argument: Argument) -> Argument | None:
            votes = against.get(self._party(argument))
            if votes is None:
                return None
            (best, first), *others = votes.most_common(2)
            return _inherited(known[best]) if not others or first > others[0][1] else None

        for event in events:
            if event.event_mode in ("clash", "seize", "siege", "advance") and event.actor is not None and (event.target is None or event.target.kind == "place"):
                event.target = rival(event.actor) or event.target
            elif event.event_type == "ASSAULT" and event.actor is None and event.target is not None and event.target.kind in sides and not self._is_war_long(event):
                event.actor = rival(event.target)

    def _without_repeated_headline(self, events: list[Event]) -> list[Event]:
        """Headline events that the first sentences tell again, more fully, are left to those."""
        if not self.parsed.sentences or not self.parsed.sentences[0].is_title:
            return events
        title = " ".join(self.parsed.sentences[0].text.lower().split())
        if title.rstrip(".") in " ".join(self.parsed.text[: 2 * len(title) + 400].lower().split()):
            self.headline_is_repeated = True
            return [e for e in events if self.parsed.sentence_of[e.pred.i] > 0]
        body = [e for e in events if 0 < self.parsed.sentence_of[e.pred.i] <= LEAD_SENTENCES]
        return [
            e
            for e in events
            if self.parsed.sentence_of[e.pred.i] > 0
            or not any(
                e.event_type == b.event_type and (e.event_mode == b.event_mode or e.event_type == "ASSAULT") for b in body
            )
        ]

    # -- predicates ----------------------------------------------------------------------------------------------

    def frame(self, token: Token) -> Frame:
        """The frame of a predicate, computed once."""
        found = self._frames.get(token.i)
        if found is None:
            found = frame_of(token) if is_verb(token) else noun_frame(token)
            self._frames[token.i] = found
        return found

    def _event_at(self, token: Token) -> Event | None:
        name = self.phrases.names.of(token)
        if name is not None and not name.is_generic and not self._operation_name(token):
            return None
        if token.lemma_ in self.lexicon.verbs and is_verb(token) and (token.pos_ not in ("NOUN", "PROPN") or token.text in IRREGULAR_PASTS or after_to(token)):
            if token.dep_ in ("aux", "aux:pass", "cop", "fixed", "case", "mark", "compound:prt"):
                return None
            if token.dep_ in ("obj", "nsubj", "nsubj:pass", "obl", "nmod", "iobj") and "Part" in token.morph.get("VerbForm") and not kids(token, "nsubj", "obj", "aux"):
                return None  # "the wounded", "the displaced"
            if token.dep_ == "compound" and token.text not in IRREGULAR_PASTS and not after_to(token):
                return None
            if token.dep_ == "amod" and not self._verbal_amod(token):
                return None
            if self._is_description(token):
                return None
            rows = self.lexicon.verbs[token.lemma_]
            if token.lower_ in self.lexicon.nouns and not kids(token, "obj", "aux", "xcomp", "ccomp") and token.dep_ not in ("xcomp", "acl", "advcl"):
                rows = self.lexicon.nouns[token.lower_]  # "shelling", "fighting" used as nouns
        elif token.pos_ in _NOUN_WORDS and token.lemma_ in self.lexicon.nouns:
            if token.dep_ in ("compound", "nmod:desc") and token.head.i != token.i and token.i < token.head.i and name is None:
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
            and (token.dep_ in ("obj", "nsubj:pass") or (token.dep_ in ("flat", "compound", "appos") and token.head.dep_ in ("obj", "nsubj:pass")))
            and governor.lemma_ in ("launch", "begin", "start", "announce", "conduct")
            and not (governor.lemma_ in ("begin", "start") and token in frame_of(governor).subj)
        )

    def _is_description(self, verb: Token) -> bool:
        """A participle that says what a party or place is, not what happened: "rebels fighting the regime"."""
        if verb.dep_ != "acl" or kids(verb, "mark", "case"):
            return False
        if verb.lemma_ in ("outlaw", "ban", "sanction", "designate", "blacklist") and is_passive(verb):
            return True
        if verb.lemma_ == "support" and verb.tag_ == "VBG" or verb.lemma_ == "support" and "Ger" in verb.morph.get("VerbForm"):
            return True
        if verb.lemma_ in ("occupy", "control"):
            return verb.tag_ == "VBN" or is_passive(verb)
        if verb.lemma_ in ("fight", "battle", "combat", "oppose"):
            return not any(p.split()[:1] in (["in"], ["near"], ["at"], ["around"]) and via == "self" for p, _, via in self.frame(verb).obliques)
        return False

    @staticmethod
    def _verbal_amod(token: Token) -> bool:
        """A modifier that tells an event: "retreating fighters", or a finite verb labelled as a modifier."""
        if "Fin" in token.morph.get("VerbForm") and token.i > token.head.i:
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
            return governor.lemma_ in _LIGHT or governor.lemma_ in ("confirm", "describe", "survive", "deny", "claim")
        return prepositions(noun) in ("in", "during", "after", "by", "following", "amid", "from", "with", "despite", "before")

    # -- conditions ----------------------------------------------------------------------------------------------

    def _holds(self, test: Test, token: Token, frame: Frame) -> bool:
        found = self._found(test, token, frame)
        return found != test.negated

    def _match(self, heads: Iterable[Token], test: Test) -> bool:
        for head in heads:
            if test.by_lemma:
                if head.lemma_ in test.wanted or head.lower_ in test.wanted or below_quantity(head).lemma_ in test.wanted:
                    return True
            elif not self.phrases.classes_of(head).isdisjoint(test.wanted):
                return True
        return False

    def _found(self, test: Test, token: Token, frame: Frame) -> bool:  # noqa: C901, PLR0911, PLR0912
        name = test.name
        if name == "obj":
            return self._match((c for o in frame.obj for c in conjuncts(o)), test)
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
            return bool({"that"} & test.prepositions) and bool(kids(token, "acl", "ccomp"))
        if name == "negated":
            return any(c.lower_ in ("not", "n't", "never", "nt") for c in token.children)
        if name == "role":
            return token.dep_.split(":")[0] in test.wanted
        if name == "csubj":
            return any(self.phrases.is_a(t, *test.wanted) for c in kids(token, "ccomp") for t in kids(c, "nsubj", "nsubj:pass"))
        if name == "context":
            here = self.parsed.sentence_of[token.i]
            return any(e.event_type in test.wanted and here - self.parsed.sentence_of[e.pred.i] <= CONTEXT_SENTENCES for e in self._told[-8:])
        if name == "means":
            return any(not self._means(o).isdisjoint(test.wanted) for o in frame.obj) or any(
                not self._means(h).isdisjoint(test.wanted) for p, h, via in frame.obliques if p == "of" and via == "self"
            )
        if name == "xcomp":
            inner = [c for c in kids(token, "xcomp", "ccomp", "advcl", "acl") if any(m.lower_ == "to" for m in kids(c, "mark")) or c.dep_ == "xcomp"]
            for found in frame.obj:
                inner += [c for c in kids(found, "acl") if any(m.lower_ == "to" for m in kids(c, "mark"))]
            if not test.wanted:
                return any(is_verb(c) for c in inner)
            if test.by_lemma:
                return any(c.lemma_ in test.wanted for c in inner)
            return any(self._is_force(c) for c in inner)
        if name == "ccomp":
            return bool(kids(token, "ccomp"))
        if name == "active":
            return not frame.passive
        if name == "pass":
            return frame.passive
        if name == "form":
            if "past" in test.wanted:
                return token.tag_ == "VBD" or "Past" in token.morph.get("Tense") or token.lower_.endswith("ed")
            return token.pos_ == "VERB"
        if name == "plural":
            return "Plur" in token.morph.get("Number") or token.lower_.endswith("s")
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
            heads = [t for p, t, via in frame.obliques if p.split()[:1] and p.split()[0] in ("in", "by", "from", "during", "with", "due", "as", "because", "under", "amid", "of")]
            return self._match([*heads, *frame.subj], test)
        return name == "topic" and not kids(token, "nmod", "nmod:poss") and bool({c.lower_ for c in kids(token, "det")} & {"the", "this"})

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
        return any(r.event_type == "ASSAULT" or r.event_mode in ("seize", "siege") for r in self.lexicon.verbs.get(verb.lemma_, ())) or verb.lemma_ in ("respond", "avenge", "invade")

    def _is_taking(self, verb: Token) -> bool:
        if verb.lemma_ in ("aim", "intend", "design", "seek", "try", "attempt"):
            return any(self._is_taking(c) for c in verb.children if c.dep_ in ("xcomp", "advcl", "obl", "ccomp") and c.i > verb.i) or any(
                t.lemma_ in ("clear", "retake", "capture", "seize", "take", "drive", "liberate", "recapture", "reopen") for t in self.parsed.doc[verb.i + 1 : verb.i + 4]
            )
        if verb.lemma_ in ("destroy", "eliminate", "eradicate", "defeat", "dislodge", "oust", "uproot"):
            return True
        return any(r.event_mode in ("seize", "siege") or r.event_type == "MOBILIZE" for r in self.lexicon.verbs.get(verb.lemma_, ()))

    @staticmethod
    def _purpose_of_governor(noun: Token) -> list[Token]:
        governor = noun_governor(noun)
        return [c for c in kids(governor, "advcl", "xcomp", "acl") if c.i > noun.i] if governor is not None else []

    def _demonym(self, token: Token) -> bool:
        """ "Russian", "US-led", "Turkish-backed": an adjective that names an actor."""
        if token.i == self.parsed.sent_of(token).span.start and self.phrases.names.of(token) is None and not token.lower_.endswith(_DEMONYMS):
            return False
        return (
            token.text[:1].isupper()
            and token.dep_ in ("amod", "compound", "nmod:desc", "nmod:poss")
            and token.lower_ not in TIME_NAMES
        )

    # -- slots ---------------------------------------------------------------------------------------------------

    def _event(self, token: Token, frame: Frame, row: Row) -> Event:
        governor = token
        if row.pos == "NOUN":
            over = noun_governor(token)
            if over is not None and (over.lemma_ in _LIGHT or over.lemma_ in _HAPPEN):
                governor = over
        event = Event(token, governor, token.i, token.i + 1, row.event_type, row.event_mode, row.control, token.lemma_)
        actors = self._fill(row.actor, token, frame, acting=True)
        targets = [t for t in self._fill(row.target, token, frame) if t not in actors]
        event.actor = self._acting(actors[0]) if actors else None
        if event.actor is None and row.event_type not in MATERIAL and row.pos == "VERB" and not frame.passive:
            event.actor = self._sayer(token)
        if event.actor is None and row.pos == "NOUN":
            event.actor = self._doer_in_participle(token)
        places = self._place_heads(row, token, frame)
        if targets:
            event.target = self.phrases.argument(targets[0])
        elif row.event_type == "ASSAULT" and places and places[0][1] in frame.obj:
            event.target = self.phrases.argument(places[0][1])
        event.is_settled = modality_of(token, self.cues).value == "actual"
        event.places = self._places(places)
        if event.places and row.event_type in MATERIAL and not self.phrases.names_a_place(event.places[0]):
            named = self._named_place(token, frame, places)
            if named is not None:
                event.places.insert(0, named)
        if row.control in ("gains",) and event.target is not None and event.target.kind != "people":
            event.loser = event.target
        if row.pos == "NOUN" and row.event_type == "ASSAULT" and (event.target is None or event.target.kind == "place"):
            over = noun_governor(token)
            if over is not None and over.lemma_ in _WITHSTAND:
                held = self.frame(over).subj
                if held and self.phrases.is_a(held[0], "armed", "state", "people"):
                    event.target = self.phrases.argument(held[0])
        self._widen_trigger(event, frame)
        self._refine(event, token, frame)
        return event

    def _sayer(self, verb: Token) -> Argument | None:
        """The speaker of a verbal act, where grammar finds no subject ("the minister, X, warned that ...")."""
        for statement in self.phrases.speech.by_sentence.get(self.parsed.sentence_of[verb.i], ()):
            if statement.cue.i == verb.i and statement.end > statement.start:
                return self.phrases.argument(self.parsed.doc[statement.start : statement.end].root)
        return None

    def _doer_in_participle(self, noun: Token) -> Argument | None:
        """ "strikes launched by X", "an attack claimed by X"."""
        for child in noun.children:
            if child.dep_ in ("acl", "acl:relcl") and child.lemma_ in ("launch", "carry", "conduct", "claim", "mount", "stage", "lead", "fire", "perpetrate", "execute", "make", "impose", "wage", "begin", "commit", "drop", "undertake"):
                told = self.frame(child)
                for head in told.subj:
                    if head.i != noun.i and self.phrases.is_a(head, "armed", "state", "person"):
                        return self._acting(head)
        return None

    def _acting(self, head: Token) -> Argument | None:
        """The actor for a subject; for a weapon ("a helicopter belonging to the army") its owner, or nobody."""
        inner = below_quantity(head)
        if inner.pos_ == "NOUN" and inner.dep_ not in ("amod", "compound") and not self.phrases.is_a(inner, "armed", "state", "person", "people", "aircraft", "missile", "bomb", "goods", "assaultive") and self.phrases.names.of(inner) is None:
            manned = any(c.dep_ in ("compound", "amod") and self.phrases.is_a(c, "armed") for c in inner.children)
            if (self.phrases.is_a(inner, "place") and not manned) or inner.lemma_ in _NO_ACTOR:
                return None
        if inner.lemma_ in self.lexicon.classes["assaultive"] and not self.phrases.names.of(inner):
            for child in inner.children:
                if child.dep_ in ("nmod", "nmod:poss") and (child.dep_ == "nmod:poss" or prepositions(child) in ("from", "by", "of")) and self.phrases.is_a(child, "armed", "state"):
                    return self.phrases.argument(child)
            modifiers = self._actor_modifiers(inner)
            return self.phrases.argument(modifiers[0]) if modifiers else None
        if inner.lemma_ in ("explosion", "statement"):
            return None
        weapon = inner.lemma_ in self.lexicon.classes["aircraft"] | self.lexicon.classes["missile"] | self.lexicon.classes["bomb"] | self.lexicon.classes["goods"]
        if not weapon:
            return self.phrases.argument(head)
        for child in inner.children:
            if child.dep_ == "nmod:poss" or child.dep_ == "nmod" and prepositions(child) in ("of", "from") and self.phrases.is_a(child, "armed", "state"):
                return self.phrases.argument(child)
            if child.dep_ in ("acl", "acl:relcl") and child.lemma_ in ("belong", "own", "fly", "operate", "fire", "launch", "drop"):
                for _, owner, via in self.frame(child).obliques:
                    if via == "self" and self.phrases.is_a(owner, "armed", "state"):
                        return self.phrases.argument(owner)
        modifiers = self._actor_modifiers(inner)
        if modifiers or inner.lemma_ in ("coalition", "air"):
            return self.phrases.argument(head)
        own = inner.dep_.startswith("nsubj") and inner.lemma_ in self.lexicon.classes["aircraft"] | {"vehicle", "tank", "convoy"}
        return self.phrases.argument(head) if own else None

    def _widen_trigger(self, event: Event, frame: Frame) -> None:
        """The trigger takes in particles and modifiers that belong to it ("took over", "air strikes")."""
        token = event.pred
        for child in token.children:
            if child.dep_ == "compound:prt" and child.i == event.trigger_end:
                event.trigger_end = child.i + 1
            elif child.dep_ in ("compound", "amod") and child.i == event.trigger_start - 1 and not self.phrases.names.of(child):
                event.trigger_start = child.i
            elif child.dep_ == "obj" and token.i < child.i <= token.i + 4 and child.lemma_ in self.lexicon.classes["control"] | {"fire", "siege"}:
                event.trigger_end = child.i + 1

    def _fill(self, slots: tuple[Slot, ...], token: Token, frame: Frame, *, acting: bool = False) -> list[Token]:
        for slot in slots:
            heads = self._heads(slot.path, token, frame)
            if slot.only and slot.only != "any":
                heads = [h for h in heads if self.phrases.is_a(h, slot.only)]
            heads = [h for h in heads if self._can_act(h)]
            if acting:
                heads = [h for h in heads if self._acting(h) is not None]
            if heads:
                return heads
        return []

    def _can_act(self, head: Token) -> bool:
        """A phrase that can fill a slot: a noun, name or pronoun, not a predicate and not a time."""
        if not nominal(head) or head.lower_ in ("which", "that", "there", "what", "this", "who") or self._is_time(head):
            return False
        if kids(head, "cop") or (head.pos_ in ("ADJ", "DET") and self.phrases.names.of(head) is None and head.dep_ not in ("amod", "compound", "nmod:desc", "nsubj", "nsubj:pass", "obj")):
            return False
        return True

    def _heads(self, path: tuple[str, ...], token: Token, frame: Frame) -> list[Token]:
        step = path[0]
        if len(path) == 2:
            second = path[1]
            if step == "between":
                return self._between(frame)[1:2]
            if step == "mod":
                return []
            if step == "ccomp":
                for inner in kids(token, "ccomp", "xcomp"):
                    found = kids(inner, "nsubj", "nsubj:pass")
                    if found and self.phrases.is_a(found[0], "armed", "state", "people"):
                        return found[:1]
                return []
            if step == "xcomp":
                for inner in kids(token, "xcomp", "advcl"):
                    found = frame_of(inner).obj
                    if found:
                        return found
                return []
            bases = frame.obj if step == "obj" else [h for p, h, _ in frame.obliques if step in p.split()]
            out: list[Token] = []
            for base in bases:
                for child in base.children:
                    if child.dep_ in ("nmod", "obl", "obl:agent") and second in prepositions(child).split():
                        out.append(child)
                if second == "poss":
                    out.extend(kids(base, "nmod:poss"))
            return out
        if step == "subj":
            return frame.subj
        if step == "obj":
            return frame.obj
        if step == "iobj":
            return frame.iobj
        if step == "lsubj":
            governor = noun_governor(token)
            return frame.subj if governor is not None and governor.lemma_ in _UNDERTAKE - _ENDING else []
        if step == "gsubj":
            governor = noun_governor(token)
            return self.frame(governor).subj if governor is not None else []
        if step == "poss":
            return kids(token, "nmod:poss")
        if step == "mod":
            return self._actor_modifiers(token)
        if step == "between":
            return self._between(frame)[:1]
        if step == "topic":
            return []
        via_own = ("self", "obj", "deep") if step == "by" and frame.pred.pos_ in _NOUN_WORDS else ("self", "obj")
        own = [h for p, h, via in frame.obliques if _led_by(p, step) and via in via_own and not self._is_time(h)]
        return own or [h for p, h, via in frame.obliques if _led_by(p, step) and via == "gov" and not self._is_time(h)]

    def _between(self, frame: Frame) -> list[Token]:
        for case, head, _ in frame.obliques:
            if case == "between":
                return conjuncts(head)
        if frame.pred.pos_ in _NOUN_WORDS:
            span = self.parsed.sent_of(frame.pred).span
            for i in range(frame.pred.i + 1, min(span.end, frame.pred.i + 25)):
                token = self.parsed.doc[i]
                if token.lower_ == "between" and token.dep_ == "case":
                    sides = conjuncts(token.head)
                    return sides if len(sides) > 1 and self.phrases.is_a(sides[0], "armed", "state") else []
        return []

    def _actor_modifiers(self, token: Token) -> list[Token]:
        """Modifiers of an event noun that name who did it: "Russian air strikes", "rebel attack", "IS withdrawal"."""
        found = []
        around = [c for c in token.children if c.dep_ in ("amod", "compound", "nmod:desc", "nmod:unmarked", "flat")]
        for child in (*around, *(g for c in around if not self.phrases.names.of(c) for g in c.children)):
            if child.dep_ in ("amod", "compound", "nmod:desc", "nmod:unmarked", "flat") and child.i < token.i:
                name = self.phrases.names.of(child)
                if child.lower_ in ("led", "launched") and any(g.i < child.i and g.pos_ in ("NOUN", "PROPN", "ADJ") for g in child.children):
                    found.append(next(g for g in child.children if g.i < child.i and g.pos_ in ("NOUN", "PROPN", "ADJ")))
                    continue
                if name is not None and token.lemma_ in ("campaign", "operation") and not _NAMED_FORCES & {name.subkind}:
                    continue
                if (name is not None and name.kind != "place" and (name.is_known or name.text.isupper())) or child.lemma_ in self.lexicon.classes["armed"] and child.lemma_ not in ("military", "warplane", "bomber", "column", "police", "sniper") or self._demonym(child):
                    found.append(child)
                elif name is not None and name.kind == "place" and name.subkind == "country":
                    found.append(child)
        return found

    def _is_time(self, head: Token) -> bool:
        return head.lower_ in TIME_WORDS or head.like_num and head.pos_ == "NUM"

    # -- places --------------------------------------------------------------------------------------------------

    def _place_heads(self, row: Row, token: Token, frame: Frame) -> list[tuple[str, Token]]:
        """(preposition, head) of the places of an event, the row's slots first, then any locative phrase of the clause."""
        for slot in row.place:
            heads = self._heads(slot.path, token, frame)
            if slot.path[0] in ("obj", "subj", "poss") and len(slot.path) == 1:
                heads = [h for o in heads for h in conjuncts(o)]
            heads = [h for h in heads if self.phrases.is_place(below_quantity(h)) or self.phrases.is_place(h)]
            if heads:
                step = slot.path[-1]
                return [("" if step in ("obj", "subj", "poss") else step, h) for h in self._joined(heads)]
        if row.event_type not in MATERIAL | {"PROTEST", "CONSULT"} and not any(via == "self" for _, _, via in frame.obliques):
            return []
        for wanted in (("self", "obj"), ("gov", "deep"), ("conj",)):
            for case, head, via in frame.obliques:
                words = case.split()
                if via in wanted and words and (words[0] in _LOCATIVE or words[-1] in _LOCATIVE) and not self._is_time(head) and self.phrases.is_place(head):
                    return [(case, h) for h in self._joined([head])]
        return []

    def _named_place(self, token: Token, frame: Frame, places: list[tuple[str, Token]]) -> Argument | None:
        """A named place in the same clause that holds the unnamed one: "struck a market in X"."""
        candidates = list(frame.obliques)
        for _, head in places:
            below = head
            for _ in range(3):
                inner = [c for c in below.children if c.dep_ in ("nmod", "appos") and c.i > below.i]
                if not inner:
                    break
                below = inner[0]
                candidates.append((prepositions(below) or "in", below, "deep"))
        for case, head, _ in sorted(candidates, key=lambda c: c[0].split()[:1] != ["in"]):
            words = case.split()
            if words and (words[0] in _LOCATIVE or words[-1] in _LOCATIVE) and not self._is_time(head) and self.phrases.is_place(head):
                argument = self.phrases.argument(head, "place")
                if self.phrases.names_a_place(argument):
                    argument.relation = self._relation(case, head)
                    return argument
        return None

    def _where(self, token: Token) -> Argument | None:
        """The place that a relative clause with "where" or "in which" speaks of: "X, where rebels seized ground"."""
        for _ in range(6):
            if token.dep_ in ("acl:relcl", "advcl:relcl", "acl", "advcl") and any(
                t.lower_ in ("where", "which") and (t.lower_ == "where" or kids(t, "case")) for t in token.subtree if t.i < token.i and t.i > token.i - 12
            ):
                where = next((t for t in token.subtree if t.lower_ in ("where", "which")), token)
                for i in range(where.i - 1, max(self.parsed.sent_of(token).span.start - 1, where.i - 8), -1):
                    before = self.parsed.doc[i]
                    if nominal(before) and self.phrases.is_place(before) and before.dep_ not in ("compound", "flat"):
                        return self.phrases.argument(before, "place")
                if nominal(token.head) and self.phrases.is_place(token.head):
                    return self.phrases.argument(token.head, "place")
            if token.head.i == token.i:
                return None
            token = token.head
        return None

    def _joined(self, heads: list[Token]) -> list[Token]:
        out: list[Token] = []
        for head in heads:
            for each in self.phrases.places(head) or [head]:
                if each not in out:
                    out.append(each)
        return out

    def _places(self, found: list[tuple[str, Token]]) -> list[Argument]:
        out: list[Argument] = []
        for case, head in found[:12]:
            argument = self.phrases.argument(head, "place")
            argument.relation = self._relation(case, head)
            if all(argument.head != other.head for other in out):
                out.append(argument)
        return out

    @staticmethod
    def _relation(case: str, head: Token) -> str:
        words = case.split()
        for side in ("north", "south", "east", "west"):
            if side in words:
                return f"{side}_of"
        for word in ("near", "outside", "around", "between"):
            if word in words:
                return word
        return "in"

    # -- weapons -------------------------------------------------------------------------------------------------

    def _refine(self, event: Event, token: Token, frame: Frame) -> None:
        """The weapon in the clause decides the mode of violence that the verb leaves open."""
        if event.event_type != "ASSAULT" or event.event_mode not in _REFINABLE:
            return
        heads: list[Token] = [*frame.subj]
        if event.event_mode in ("attack", "shelling", "kill") and token.lemma_ in ("drop", "fire", "launch", "use", "lob", "release", "unleash"):
            heads.extend(frame.obj)
        for case, head, via in frame.obliques:
            words = case.split()
            if via in ("self", "obj", "gov") and (not words or words[0] in ("with", "by", "using", "from", "in", "of", "under", "via", "through")):
                heads.append(head)
                if words[:1] == ["under"]:
                    heads.extend(c for c in head.children if c.dep_ in ("nmod", "compound", "amod"))
        for inner in kids(token, "acl", "advcl"):
            if inner.lemma_ == "use":
                heads.extend(kids(inner, "obj"))
        for extra in self._object_modifiers(frame, token):
            heads.append(extra)
        classes: set[str] = set()
        for head in heads:
            for each in conjuncts(head):
                classes |= self._means(each)
        if event.event_mode == "airstrike" and token.lemma_ in ("drop", "use", "bomb"):
            if "gas" in classes:
                event.event_mode = "chemical"
            return
        order = _MEANS_ORDER if event.event_mode in ("attack", "kill") else ("gas", "aircraft") if event.event_mode == "shelling" else ("gas",)
        for means in order:
            if means in classes:
                event.event_mode = _MODE_OF[means]
                return

    def _object_modifiers(self, frame: Frame, token: Token) -> list[Token]:
        if token.lemma_ in ("drop", "release", "fire", "use"):
            return [g for o in frame.obj for c in o.children for g in (c, *c.children)]
        return []

    def _means(self, head: Token) -> set[str]:
        found: set[str] = set()
        classes = self.lexicon.classes
        for word in (head, *(c for c in head.children if c.dep_ in ("compound", "amod", "nmod:desc", "flat", "nmod"))):
            lemma = word.lemma_
            if lemma in classes["gas"] or lemma in ("toxic", "poisonous", "poison"):
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

    # -- one event told twice ------------------------------------------------------------------------------------

    def _merged(self, events: list[Event]) -> list[Event]:
        """Events of one sentence without doubles."""
        kept: list[Event] = []
        gone: dict[int, Event] = {}
        by_token = {e.pred.i: e for e in events}
        for event in events:
            if event.pred.i in gone or event.event_type != "ASSAULT":
                continue
            for noun in self._carriers(event, by_token):
                while noun.pred.i in gone and gone[noun.pred.i] is not noun:
                    noun = gone[noun.pred.i]
                if noun is event:
                    continue
                self._absorb(noun, event)
                gone[event.pred.i] = noun
        for event in events:
            if event.pred.i in gone:
                continue
            twin = next((k for k in kept if self._same(k, event)), None)
            if twin is not None:
                self._absorb(twin, event)
            else:
                kept.append(event)
        return kept

    def _carriers(self, event: Event, by_token: dict[int, Event]) -> list[Event]:
        """The events of the sentence that a verb of harm only carries on: its subject, its means, its main clause."""
        verb = event.pred
        if not is_verb(verb):
            return []
        found: list[Event] = []
        frame = self.frame(verb)
        heads: list[Token] = list(frame.obj) if event.event_mode in ("attack", "shelling", "airstrike") else []
        if verb.dep_ in ("acl:relcl", "acl") and verb.lemma_ in ("land", "fall", "hit", "strike", "kill", "wound", "injure", "target", "destroy"):
            heads.append(verb.head)
        if event.event_mode in ("clash", "attack"):
            heads.extend(h for p, h, via in frame.obliques if p in ("with", "by", "using") and via in ("self", "obj"))
        if verb.lemma_ in _HARM or event.event_mode in ("kill", "attack"):
            heads.extend(frame.subj)
            if verb.lemma_ in ("suffer", "come", "sustain"):
                heads.extend(frame.obj)
            obliques = list(frame.obliques)
            for sibling in (*conjuncts(verb), verb.head):
                if sibling.i != verb.i and is_verb(sibling) and sibling.lemma_ in _HARM and (sibling.dep_ == "conj" or verb.dep_ == "conj"):
                    obliques.extend(o for o in self.frame(sibling).obliques if o[2] == "self")
            for case, head, via in obliques:
                first = case.split()[:1]
                if via in ("self", "obj") and first and first[0] in ("in", "by", "during", "with", "from", "due", "as", "because", "under", "of"):
                    heads.append(head)
                elif via == "deep" and "of" in first:
                    heads.append(head)
        for head in heads:
            for each in conjuncts(head):
                hit = by_token.get(each.i)
                if hit is None:
                    for inner in kids(each, "acl", "acl:relcl", "nmod"):
                        hit = by_token.get(inner.i)
                        if hit is not None:
                            break
                if hit is not None and hit.event_type == "ASSAULT" and hit not in found:
                    found.append(hit)
        if found:
            return found
        if verb.lemma_ in _HARM and verb.dep_ in ("advcl", "conj", "xcomp", "acl", "parataxis", "dep"):
            main = verb.head
            hit = by_token.get(main.i)
            if hit is not None and hit.event_type == "ASSAULT" and (verb.dep_ != "conj" or frame.inherited_subj):
                if verb.lemma_ in ("wound", "injure", "hurt", "maim", "destroy", "damage", "level", "devastate"):
                    return [hit]
                if verb.lemma_ in ("kill", "hit", "strike") and (verb.dep_ != "conj" or hit.event_mode != "kill"):
                    return [hit]
            if hit is None and verb.dep_ in ("advcl", "acl"):
                for subject in self.frame(main).subj if is_verb(main) else [main]:
                    hit = by_token.get(subject.i)
                    if hit is not None and hit.event_type == "ASSAULT":
                        return [hit]
        if verb.lemma_ in _HARM:
            for clause in kids(verb, "advcl"):
                marks = {m.lower_ for m in kids(clause, "mark", "advmod")}
                hit = by_token.get(clause.i) or next((e for e in by_token.values() if e.governor.i == clause.i), None)
                if hit is not None and hit.event_type == "ASSAULT" and marks & {"as", "when"} and hit.event_mode != "clash":
                    return [hit]
        return []

    def _absorb(self, into: Event, event: Event) -> None:
        into.merged.append(event.pred)
        into.merged.extend(event.merged)
        if into.actor is None and event.actor is not None and not self._is_event_word(event.actor):
            into.actor = event.actor
        if event.target is not None and (
            into.target is None
            or into.target.kind == "place"
            or (event.pred.lemma_ in _HARM and not any(t.lemma_ in _DEADLY for t in into.merged[:-1]))
        ):
            into.target = event.target
        if not into.places:
            into.places = event.places
        if into.event_mode == "attack" and event.event_mode not in (None, "attack", "kill", "clash"):
            into.event_mode = event.event_mode

    def _is_event_word(self, argument: Argument) -> bool:
        return self.parsed.doc[argument.head].lemma_ in self.lexicon.classes["assaultive"]

    def _same(self, first: Event, second: Event) -> bool:
        """Whether two predicates of one sentence tell one event."""
        if first.event_type != second.event_type:
            return False
        if first.event_type not in MATERIAL:
            return self._agree(first.actor, second.actor) and first.lemma == second.lemma and self._agree(first.target, second.target)
        modes = {first.event_mode, second.event_mode}
        if len(modes) > 1 and not (first.event_type == "ASSAULT" and modes & {"attack"} and "clash" not in modes):
            return False
        if not self._agree(first.actor, second.actor) or not self._agree_places(first, second):
            return False
        if not self._agree(first.target, second.target):
            return False
        return not self._apart(first, second)

    def _apart(self, first: Event, second: Event) -> bool:
        """Coordinated verbs with objects of their own, or one planned and one told, are two events."""
        if first.pred.lemma_ == second.pred.lemma_ and first.pred.dep_ == "conj":
            return False
        if first.event_type == "COERCE" and first.event_mode == "seize":
            return bool(first.places and second.places) and first.places[0].antecedent != second.places[0].antecedent
        return False

    def _agree(self, first: Argument | None, second: Argument | None) -> bool:
        """Whether two arguments may be the same party: one open, the same words, or a bare description of the other."""
        if first is None or second is None:
            return True
        a, b = first.antecedent.lower(), second.antecedent.lower()
        if a == b or a in b or b in a:
            return True
        heads = {self.parsed.doc[first.head].lemma_, self.parsed.doc[second.head].lemma_}
        return bool(heads & _ANYBODY) and first.kind == second.kind

    def _agree_places(self, first: Event, second: Event) -> bool:
        if not first.places or not second.places:
            return True
        mine = [p.antecedent.lower() for p in first.places]
        theirs = [p.antecedent.lower() for p in second.places]
        return any(a in b or b in a for a in mine for b in theirs)

    # -- what the sentence leaves open ---------------------------------------------------------------------------

    def _share(self, events: list[Event]) -> None:
        """Slots shared within the sentence: places of the main clause, parties of a fight."""
        for event in events:
            if self._is_war_long(event) and not self._has_named_place(event):
                country = self._country(self.parsed.sentence_of[event.pred.i])
                if country is not None:
                    event.places = [country]
        for event in events:
            if event.event_type in MATERIAL and not is_verb(event.pred) and event.pred.dep_ == "obl":
                own = any(via == "self" and self.phrases.is_place(h) and not self._is_time(h) for _, h, via in self.frame(event.pred).obliques)
                host = next((e for e in events if e is not event and event.pred.head.i in {t.i for t in e.tokens}), None)
                if not own and host is not None and self._has_named_place(host):
                    event.places = list(host.places)
        for event in events:
            if event.event_type in MATERIAL and not self._has_named_place(event):
                aim = next((e for e in events if event.event_type == "MOBILIZE" and e.event_mode in ("seize", "siege", "lift") and self._has_named_place(e) and not e.places[0].inherited and event.pred.is_ancestor(e.pred)), None)
                near = self._where(event.pred) or (aim.places[0] if aim else None) or self._below(event) or self._sentence_place(event)
                if near is not None and (not event.places or self.phrases.names_a_place(near)):
                    event.places.insert(0, near)
        for event in events:
            if event.event_type in MATERIAL and not self._has_named_place(event):
                lender = next((e for e in events if e is not event and self._has_named_place(e) and e.event_type in MATERIAL), None)
                if lender is not None:
                    event.places = [*(_inherited(p) for p in lender.places), *event.places]
        for event in events:
            if event.event_type in ("AID", "COOPERATE", "SUPPORT") and not event.places:
                host = next((e for e in events if e.event_type in MATERIAL and self._has_named_place(e)), None)
                if host is not None:
                    event.places = [_inherited(p) for p in host.places]
        for event in events:
            if event.event_mode == "clash" and event.actor is None:
                governor = noun_governor(event.pred)
                if governor is not None and event.pred.dep_ in ("obl", "advcl") and prepositions(event.pred) in ("without", "in", "after", "during", "following", "amid"):
                    told = self.frame(governor)
                    if not told.passive and told.subj and self.phrases.is_a(told.subj[0], "armed", "state") and self._acting(told.subj[0]):
                        event.actor = self._acting(told.subj[0])

    def _sides(self, events: list[Event]) -> None:
        """Parties that the sentence tells with another of its events: who holds the place attacked, who was fought for it."""
        for event in events:
            if event.actor is None and not (is_verb(event.pred) and "Fin" in event.pred.morph.get("VerbForm")):
                giver = next((e for e in events if e is not event and e.actor is not None and e.event_type in MATERIAL and e.pred.is_ancestor(event.pred) and not e.actor.inherited), None)
                purpose = "Inf" in event.pred.morph.get("VerbForm") or event.pred.dep_ in ("nmod", "acl")
                if giver is not None and purpose and event.event_type in MATERIAL and event.event_mode not in ("kill",):
                    event.actor = giver.actor
        for event in events:
            if event.event_type in MATERIAL and event.event_mode not in ("withdraw", "deploy") and (event.target is None or event.target.kind == "place"):
                owner = self._owner_of(event)
                if owner is not None and not self._one(owner, event.actor):
                    event.target = owner
        for event in events:
            if event.event_type not in MATERIAL or event.target is not None or event.actor is None or event.event_mode in ("withdraw", "deploy", "access", "release"):
                continue
            for other in events:
                if other is event or other.event_type not in MATERIAL:
                    continue
                if other.target is not None and other.target.kind in ("armed", "state") and self._one(other.actor, event.actor):
                    event.target = other.target
                    break
                if other.event_mode == "withdraw" and other.actor is not None and not self._one(other.actor, event.actor) and event.event_mode in ("seize", "clash", "advance"):
                    event.target = other.actor
                    break
                if other.actor is not None and other.target is not None and self._one(other.target, event.actor) and other.actor.kind in ("armed", "state"):
                    event.target = other.actor
                    break

    @staticmethod
    def _one(first: Argument | None, second: Argument | None) -> bool:
        """Whether two arguments are certainly the same party."""
        if first is None or second is None:
            return False
        a, b = first.antecedent.lower(), second.antecedent.lower()
        return a == b or a in b or b in a

    def _owner_of(self, event: Event) -> Argument | None:
        """Who holds the place that is attacked: "rebel-held X", "positions of X", "headquarters of X"."""
        for place in event.places[:1]:
            if place.inherited:
                continue
            head = self.parsed.doc[place.head]
            for child in head.children:
                if child.dep_ == "amod" or child.dep_ == "compound":
                    words = [g for g in child.children if g.i < child.i and not g.is_punct]
                    if child.lower_ in ("held", "controlled", "occupied", "dominated", "run") and words:
                        return self.phrases.argument(words[0], "armed")
                    if self.phrases.is_a(child, "armed") and self.phrases.names.of(child) is not None and self.phrases.names.at[child.i].kind == "actor":
                        return self.phrases.argument(child)
                if child.dep_ == "nmod:poss" and self.phrases.is_a(child, "armed") and not self.phrases.is_a(child, "place"):
                    return self.phrases.argument(child)
                if child.dep_ == "nmod" and prepositions(child) == "of" and self.phrases.is_a(child, "armed") and not self.phrases.is_a(child, "place"):
                    return self.phrases.argument(child)
                if child.dep_ in ("acl", "acl:relcl") and child.lemma_ in ("control", "hold", "occupy", "capture", "seize"):
                    for _, owner, via in self.frame(child).obliques:
                        if via == "self" and self.phrases.is_a(owner, "armed", "state"):
                            return self.phrases.argument(owner)
        return None

    def _below(self, event: Event) -> Argument | None:
        """The first locative phrase with a named place to the right of the predicate, below it."""
        for token in event.pred.subtree:
            if token.i > event.pred.i and token.dep_ in ("obl", "nmod") and self.phrases.is_place(token) and not self._is_time(token):
                case = prepositions(token)
                if case and case.split()[0] in _LOCATIVE:
                    argument = self.phrases.argument(token, "place")
                    if self.phrases.names_a_place(argument):
                        argument.relation = self._relation(case, token)
                        return argument
        return None

    def _is_war_long(self, event: Event) -> bool:
        """A toll of the whole war ("killed since the uprising began"): it has no town and no single author."""
        if event.event_mode != "kill":
            return False
        for token in event.pred.subtree:
            if token.lower_ == "since":
                span = self.parsed.sent_of(token).span
                around = self.parsed.doc[max(span.start, token.i - 14) : min(token.i + 10, span.end)]
                return any(t.lemma_ in ("war", "conflict", "uprising", "revolution", "revolt", "crisis", "insurgency") for t in around)
        return False

    def _country(self, sentence: int) -> Argument | None:
        """The country that the article names most, in its own words."""
        counts: Counter[str] = Counter()
        first: dict[str, int] = {}
        for name in self.phrases.names.spans:
            if name.kind == "place" and name.subkind == "country":
                counts[name.text] += 1
                first.setdefault(name.text, name.start)
        if not counts:
            return None
        best = counts.most_common(1)[0][0]
        argument = self.phrases.argument(self.parsed.doc[first[best]], "place")
        argument.relation = "in"
        argument.inherited = self.parsed.sentence_of[first[best]] != sentence
        return argument

    def _has_named_place(self, event: Event) -> bool:
        return bool(event.places) and self.phrases.names_a_place(event.places[0])

    def _sentence_place(self, event: Event) -> Argument | None:
        """A locative phrase elsewhere in the clauses above the predicate."""
        token = event.pred
        for _ in range(5):
            head = token.head
            if head.i == token.i:
                break
            if is_verb(head):
                for case, noun, via in frame_of(head).obliques:
                    words = case.split()
                    if via in ("self", "obj") and words and words[0] in ("in", "at", "near", "around", "outside", "inside", "across", "throughout", "over") and self.phrases.is_place(noun) and not self._is_time(noun):
                        argument = self.phrases.argument(noun, "place")
                        argument.relation = self._relation(case, noun)
                        return argument
            token = head
        return None

    def _inherit(self, here: list[Event], before: list[Event]) -> None:
        """Take from the article what a definite event noun or a bare predicate leaves open."""
        recent = before[-12:]
        for event in here:
            if event.event_type not in MATERIAL:
                continue
            source = self._antecedent_event(event, recent)
            if source is not None:
                event.is_anaphoric = True
                toll = event.lemma in _TOLLS
                if event.event_mode in ("attack", "kill") and source.event_mode not in (None, "kill") and (toll or (source.event_mode not in ("clash", "execute", "abduct") and not is_verb(event.pred))):
                    event.event_mode = source.event_mode
                if event.actor is None and source.actor is not None:
                    event.actor = _inherited(source.actor)
                if event.target is None and source.target is not None and event.event_type == source.event_type:
                    event.target = _inherited(source.target)
                if not self._has_named_place(event) and source.places:
                    event.places = [*(_inherited(p) for p in source.places), *event.places]
            if event.actor is None and event.event_mode in ("seize", "siege", "advance") and event.places:
                doer = next((e for e in reversed(recent) if e.event_mode in ("seize", "siege", "advance") and e.actor is not None and not e.actor.inherited and e.places and self._agree_places(e, event)), None)
                if doer is not None:
                    event.actor = _inherited(doer.actor) if doer.actor else None
            explicit = bool(event.places) and event.event_type != "ASSAULT" and not event.places[0].inherited
            if not self._has_named_place(event) and not explicit:
                lender = self._lender(event, recent)
                if lender is not None:
                    event.places = [*(_inherited(p) for p in lender.places), *event.places]
                elif self._focus is not None:
                    event.places = [self._focus, *event.places]

    def _lender(self, event: Event, recent: list[Event]) -> Event | None:
        """The event whose place an event without one shares: the nearest told before it, its own kind first."""
        able = [e for e in reversed(recent) if e.event_type in MATERIAL and self._has_named_place(e) and (e.is_settled or not event.is_settled)]
        here = self.parsed.sentence_of[event.pred.i]
        for other in able:
            if here - self.parsed.sentence_of[other.pred.i] <= 2 and other.event_type == event.event_type and self._agree(event.actor, other.actor):
                return other
        near = [e for e in able if here - self.parsed.sentence_of[e.pred.i] <= NEAR_SENTENCES]
        if near:
            return near[0]
        return None if self._focus is not None else next(iter(able), None)

    def _antecedent_event(self, event: Event, recent: list[Event]) -> Event | None:
        definite = event.lemma in _TOLLS or bool({c.lower_ for c in kids(event.pred, "det")} & {"the", "this", "that", "these", "those"})
        if is_verb(event.pred) and event.actor is not None and event.lemma not in _TOLLS:
            return None
        for other in reversed(recent):
            if other.event_type != event.event_type:
                continue
            if event.event_mode not in (other.event_mode, "attack", "kill") and other.event_mode != "attack":
                continue
            if not self._agree(event.actor, other.actor) or not self._agree_places(event, other):
                continue
            if definite or (not is_verb(event.pred) and (event.actor is None or not kids(event.pred, "amod", "compound"))) or (event.actor is None and not event.places):
                return other
        return None


def _led_by(case: str, step: str) -> bool:
    """Whether a slot's preposition is the one of a phrase ("out" for "out of"; "of" is not "north of")."""
    return case == step or case.split(" ", 1)[0] == step


def _inherited(argument: Argument) -> Argument:
    return Argument(argument.start, argument.end, argument.head, argument.text, argument.antecedent, argument.kind, argument.relation, True)

