"""Who, to whom and where: the slots of an event, filled from the grammar around its predicate."""

from __future__ import annotations

from typing import Final

from spacy.tokens import Token

from flows.coding.conditions import (
    _BY_ARMS,
    _ENDING,
    _HAPPEN,
    _LIGHT,
    _LOCATIVE,
    _MEANS_ORDER,
    _MODE_OF,
    _NAMED_FORCES,
    _NOUN_WORDS,
    _REFINABLE,
    _UNDERTAKE,
    _WITHSTAND,
    MATERIAL,
    Conditions,
    _led_by,
)
from flows.coding.grammar import (
    SPEECH,
    Frame,
    below_quantity,
    conjuncts,
    frame_of,
    is_verb,
    kids,
    nominal,
    noun_governor,
    prepositions,
)
from flows.coding.lexicon import Row, Slot
from flows.coding.mentions import is_english
from flows.coding.modality import modality_of
from flows.coding.model import Argument, Event

_TELLERS: Final = frozenset(
    [
        "official",
        "source",
        "resident",
        "activist",
        "spokesman",
        "spokesperson",
        "spokeswoman",
        "analyst",
        "expert",
        "witness",
        "monitor",
        "observatory",
        "reporter",
        "correspondent",
        "journalist",
        "agency",
        "doctor",
        "medic",
        "diplomat",
        "media",
        "statement",
        "report",
        "outlet",
        "observer",
        "director",
        "head",
    ]
)
"""Nouns of those who tell of acts of force without doing them."""
_AGENTS: Final = ("er", "or", "man", "men", "ist", "ian", "eer", "ant", "crew", "aircraft")
_NO_FORCE: Final = frozenset(
    ["resolution", "report", "statement", "talk", "sanction", "plan", "draft", "media", "photo", "video", "source"]
)
"""Nouns that speak or bind in verbal acts, and never do what is told of force."""
_STRUCK: Final = frozenset(
    ["hit", "strike", "rock", "shake", "pound", "target", "devastate", "batter", "destroy", "level"]
)
"""Verbs whose object is where the attack that is their subject fell."""


class Slots(Conditions):
    """Builds an event from a predicate and its row of the lexicon."""

    def _event(self, token: Token, frame: Frame, row: Row) -> Event:
        governor = token
        if row.pos == "NOUN":
            over = noun_governor(token)
            if over is not None and (over.lemma_ in _LIGHT or over.lemma_ in _HAPPEN):
                governor = over
        event = Event(token, governor, token.i, token.i + 1, row.event_type, row.event_mode, row.control, token.lemma_)
        actors = self._fill(row.actor, token, frame, acting=True)
        targets = [
            t
            for t in self._fill(row.target, token, frame)
            if t not in actors and not self._is_weapon(row, t) and not self._bears_blame(t, prepositions(t))
        ]
        event.actor = self._acting(actors[0]) if actors else None
        if event.actor is None and row.event_type not in MATERIAL and row.pos == "VERB" and not frame.passive:
            event.actor = self._sayer(token)
        if event.actor is None and row.pos == "NOUN":
            event.actor = self._doer_in_participle(token)
        if row.event_type in MATERIAL:
            if event.actor is not None and (
                self._only_tells(token, event.actor)
                or self.parsed.doc[event.actor.head].lemma_ in _NO_FORCE
                or self._is_unresolved(event.actor)
            ):
                event.actor = None
            event.actor = self._blamed(token) or event.actor
        places = self._place_heads(row, token, frame)
        if targets:
            event.target = self.phrases.argument(targets[0])
        elif row.event_type == "ASSAULT" and places and places[0][1] in frame.obj:
            event.target = self.phrases.argument(places[0][1])
        if event.actor is not None and row.event_mode in _BY_ARMS and event.actor.kind == "people":
            if event.target is None:  # "20 civilians killed in raid": who was hit, read as who did it
                event.target = event.actor
            event.actor = None
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

    def _is_weapon(self, row: Row, head: Token) -> bool:
        """ "a barrage of rockets", "shelling by mortars": what was fired, not who was hit."""
        classes = self.lexicon.classes
        return row.event_type == "ASSAULT" and head.lemma_ in (classes["missile"] | classes["bomb"])

    def _sayer(self, verb: Token) -> Argument | None:
        """The speaker of a verbal act, where grammar finds no subject ("the minister, X, warned that ...")."""
        for statement in self.phrases.speech.by_sentence.get(self.parsed.sentence_of[verb.i], ()):
            if statement.cue.i == verb.i and statement.end > statement.start:
                root = self.parsed.doc[statement.start : statement.end].root
                return self.phrases.argument(root) if nominal(root) else None
        return None

    def _is_unresolved(self, argument: Argument) -> bool:
        """A pronoun that no one in the article is found for: better open than "he"."""
        head = self.parsed.doc[argument.head]
        return head.pos_ in ("PRON", "DET") and argument.antecedent.lower() == argument.text.lower()

    def _only_tells(self, pred: Token, actor: Argument) -> bool:
        """The actor is the one who says so, and no party: an official, a monitor, a resident."""
        head = below_quantity(self.parsed.doc[actor.head])
        name = self.phrases.names.of(head)
        if name is not None and name.subkind not in ("igo", "ngo", "media", "person"):
            return False
        if name is None and head.lemma_ not in _TELLERS:
            return False
        verb = head.head
        speaks = verb.lemma_ in SPEECH and head.dep_.startswith("nsubj") and verb.i != pred.i
        return speaks or any(s.start <= head.i < s.end for s in self.phrases.speech.statements_for(pred))

    def _blamed(self, pred: Token) -> Argument | None:
        """Who is blamed for an act or claims it: "blamed the strike on X", "X claimed responsibility for the blast"."""
        noun = pred
        for _ in range(3):
            verb = noun.head
            if verb.i == noun.i:
                return None
            if verb.lemma_ == "blame" and is_verb(verb):
                for case, head, _ in self.frame(verb).obliques:
                    if case == "on" and head.i != pred.i and self.phrases.is_a(head, "armed", "state", "person"):
                        return self.phrases.argument(head)
                if prepositions(noun) == "for":
                    for head in (*kids(verb, "obj"), *kids(verb, "nsubj:pass")):
                        if self.phrases.is_a(head, "armed", "state", "person"):
                            return self.phrases.argument(head)
            if verb.lemma_ == "accuse" and prepositions(noun) == "of" and not is_verb(pred):
                for head in (*kids(verb, "obj"), *kids(verb, "nsubj:pass")):
                    return self.phrases.argument(head)
            if (
                is_verb(verb)
                and verb.lemma_ in ("claim", "deny", "bear", "accept", "take", "admit")
                and any(t.lemma_ == "responsibility" for t in kids(verb, "obj"))
            ):
                for head in self.frame(verb).subj[:1]:
                    if self.phrases.is_a(head, "armed", "state", "person"):
                        return self.phrases.argument(head)
            noun = verb
        return None

    def _doer_in_participle(self, noun: Token) -> Argument | None:
        """ "strikes launched by X", "an attack claimed by X"."""
        for child in noun.children:
            if child.dep_ in ("acl", "acl:relcl") and child.lemma_ in (
                "launch",
                "carry",
                "conduct",
                "claim",
                "mount",
                "stage",
                "lead",
                "fire",
                "perpetrate",
                "execute",
                "make",
                "impose",
                "wage",
                "begin",
                "commit",
                "drop",
                "undertake",
            ):
                told = self.frame(child)
                for head in told.subj:
                    if head.i != noun.i and self.phrases.is_a(head, "armed", "state", "person"):
                        return self._acting(head)
        return None

    def _acting(self, head: Token) -> Argument | None:
        """The actor for a subject; for a weapon ("a helicopter belonging to the army") its owner, or nobody."""
        inner = below_quantity(head)
        if inner.pos_ == "NUM" and self.phrases.names.of(inner) is None:
            return None
        described = any(
            c.dep_ in ("appos", "flat")
            and c.i > inner.i
            and (name := self.phrases.names.of(c)) is not None
            and name.kind != "place"
            for c in inner.children
        )
        described = described or (
            inner.lemma_ == "office" and any(self.phrases.is_a(c, "person", "state") for c in kids(inner, "nmod:poss"))
        )
        titled = inner.text[:1].isupper() and inner.i > self.parsed.sent_of(inner).span.start and inner.dep_ == "nsubj"
        if (
            inner.pos_ == "NOUN"
            and not described
            and not titled
            and inner.dep_ not in ("amod", "compound")
            and not self.phrases.is_a(
                inner, "armed", "state", "person", "people", "aircraft", "missile", "bomb", "goods", "assaultive"
            )
            and self.phrases.names.of(inner) is None
        ):
            manned = inner.lemma_.endswith(_AGENTS) and any(
                c.dep_ in ("compound", "amod") and self.phrases.is_a(c, "armed") for c in inner.children
            )
            if not manned:
                return None  # a place, a plan, a video: nothing that acts
        name = self.phrases.names.of(inner)
        if name is not None and name.kind == "place" and name.subkind not in ("country", "capital"):
            return None
        if inner.lemma_ in self.lexicon.classes["assaultive"] and not self.phrases.names.of(inner):
            for child in inner.children:
                if (
                    child.dep_ in ("nmod", "nmod:poss")
                    and (child.dep_ == "nmod:poss" or prepositions(child) in ("from", "by", "of"))
                    and self.phrases.is_a(child, "armed", "state")
                ):
                    return self.phrases.argument(child)
            modifiers = self._actor_modifiers(inner)
            return self.phrases.argument(modifiers[0]) if modifiers else None
        if inner.lemma_ in ("explosion", "statement"):
            return None
        weapon = (
            inner.lemma_
            in self.lexicon.classes["aircraft"]
            | self.lexicon.classes["missile"]
            | self.lexicon.classes["bomb"]
            | self.lexicon.classes["goods"]
        )
        if not weapon:
            return self.phrases.argument(head)
        for child in inner.children:
            if child.dep_ == "nmod:poss" or (
                child.dep_ == "nmod"
                and prepositions(child) in ("of", "from")
                and self.phrases.is_a(child, "armed", "state")
            ):
                return self.phrases.argument(child)
            if child.dep_ in ("acl", "acl:relcl") and child.lemma_ in (
                "belong",
                "own",
                "fly",
                "operate",
                "fire",
                "launch",
                "drop",
            ):
                for _, owner, via in self.frame(child).obliques:
                    if via == "self" and self.phrases.is_a(owner, "armed", "state"):
                        return self.phrases.argument(owner)
        modifiers = self._actor_modifiers(inner)
        if modifiers or inner.lemma_ in ("coalition", "air"):
            return self.phrases.argument(head)
        own = inner.dep_.startswith("nsubj") and inner.lemma_ in self.lexicon.classes["aircraft"] | {
            "vehicle",
            "tank",
            "convoy",
        }
        return self.phrases.argument(head) if own else None

    def _widen_trigger(self, event: Event, frame: Frame) -> None:
        """The trigger takes in particles and modifiers that belong to it ("took over", "air strikes")."""
        token = event.pred
        for child in token.children:
            if child.dep_ == "compound:prt" and child.i == event.trigger_end:
                event.trigger_end = child.i + 1
            elif (
                child.dep_ in ("compound", "amod")
                and child.i == event.trigger_start - 1
                and not self.phrases.names.of(child)
            ):
                event.trigger_start = child.i
            elif (
                child.dep_ == "obj"
                and token.i < child.i <= token.i + 4
                and child.lemma_ in self.lexicon.classes["control"] | {"fire", "siege"}
            ):
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
        return not (
            kids(head, "cop")
            or (
                head.pos_ in ("ADJ", "DET")
                and self.phrases.names.of(head) is None
                and head.dep_ not in ("amod", "compound", "nmod:desc", "nsubj", "nsubj:pass", "obj")
            )
        )

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
        return (
            own
            or [h for p, h, via in frame.obliques if _led_by(p, step) and via == "gov" and not self._is_time(h)]
            or [
                h
                for p, h, via in frame.obliques
                if _led_by(p, step) and via == "deep" and step in ("from", "on") and not self._is_time(h)
            ]
        )

    def _between(self, frame: Frame) -> list[Token]:
        for case, head, _ in frame.obliques:
            if case == "between":
                sides = conjuncts(head)
                return sides if len(sides) > 1 else [*sides, *self._after_and(head)]
        if frame.pred.pos_ in _NOUN_WORDS:
            span = self.parsed.sent_of(frame.pred).span
            for i in range(frame.pred.i + 1, min(span.end, frame.pred.i + 25)):
                token = self.parsed.doc[i]
                if token.lower_ == "between" and token.dep_ == "case":
                    sides = conjuncts(token.head)
                    return sides if len(sides) > 1 and self.phrases.is_a(sides[0], "armed", "state") else []
        return []

    def _after_and(self, head: Token) -> list[Token]:
        """The second side of "between A and B" where the parser gave B to the next verb."""
        span = self.parsed.sent_of(head).span
        for i in range(head.i + 1, min(span.end, head.i + 6)):
            if self.parsed.doc[i].lower_ == "and":
                for j in range(i + 1, min(span.end, i + 6)):
                    token = self.parsed.doc[j]
                    if token.dep_ in ("nsubj", "nsubj:pass", "obj", "conj", "obl", "nmod") and nominal(token):
                        return [token]
                return []
        return []

    def _actor_modifiers(self, token: Token) -> list[Token]:
        """Modifiers of an event noun that name who did it: "Russian air strikes", "rebel attack", "IS withdrawal"."""
        found = []
        around = [c for c in token.children if c.dep_ in ("amod", "compound", "nmod:desc", "nmod:unmarked", "flat")]
        for child in (*around, *(g for c in around if not self.phrases.names.of(c) for g in c.children)):
            if child.dep_ in ("amod", "compound", "nmod:desc", "nmod:unmarked", "flat") and child.i < token.i:
                name = self.phrases.names.of(child)
                ordinary = name is None and child.pos_ in ("NOUN", "PROPN") and is_english(child.lower_)
                if ordinary and child.lemma_ not in self.lexicon.classes["armed"]:
                    continue  # "War jets", "Air raids"
                if child.lower_ in ("led", "launched") and any(
                    g.i < child.i and g.pos_ in ("NOUN", "PROPN", "ADJ") for g in child.children
                ):
                    found.append(
                        next(g for g in child.children if g.i < child.i and g.pos_ in ("NOUN", "PROPN", "ADJ"))
                    )
                    continue
                if (
                    name is not None
                    and token.lemma_ in ("campaign", "operation")
                    and not _NAMED_FORCES & {name.subkind}
                ):
                    continue
                if (
                    (name is not None and name.kind != "place" and (name.is_known or name.text.isupper()))
                    or (
                        child.lemma_ in self.lexicon.classes["armed"]
                        and child.lemma_ not in ("military", "warplane", "bomber", "column", "police", "sniper")
                    )
                    or self._demonym(child)
                ) or (name is not None and name.kind == "place" and name.subkind == "country"):
                    found.append(child)
        return found

    def _place_heads(self, row: Row, token: Token, frame: Frame) -> list[tuple[str, Token]]:
        """(preposition, head) of the places of an event, the row's slots first, then any locative phrase of the
        clause."""
        for slot in row.place:
            heads = self._heads(slot.path, token, frame)
            if slot.path[0] in ("obj", "subj", "poss") and len(slot.path) == 1:
                heads = [h for o in heads for h in conjuncts(o)]
            heads = [h for h in heads if self.phrases.is_place(below_quantity(h)) or self.phrases.is_place(h)]
            if heads:
                step = slot.path[-1]
                found = [("" if step in ("obj", "subj", "poss") else step, h) for h in self._joined(heads)]
                return [(case, h) for case, h in found if not self._bears_blame(h, case)]
        if row.pos == "NOUN" and row.event_type == "ASSAULT":
            over = noun_governor(token)
            if over is not None and over.lemma_ in _STRUCK and token.dep_ in ("nsubj", "conj"):
                struck = [h for o in self.frame(over).obj for h in conjuncts(o) if self.phrases.is_place(h)]
                if struck:
                    return [("", h) for h in self._joined(struck)]
        if row.event_type not in MATERIAL | {"PROTEST", "CONSULT"} and not any(
            via == "self" for _, _, via in frame.obliques
        ):
            return []
        for wanted in (("self", "obj"), ("gov", "deep"), ("conj",)):
            for case, head, via in frame.obliques:
                words = case.split()
                if (
                    via in wanted
                    and words
                    and (words[0] in _LOCATIVE or words[-1] in _LOCATIVE)
                    and not self._is_time(head)
                    and self.phrases.is_place(head)
                    and not self._bears_blame(head, words[0])
                ):
                    return [(case, h) for h in self._joined([head])]
        return []

    @staticmethod
    def _bears_blame(head: Token, case: str) -> bool:
        """ "blamed the strike on X": X is no place, whatever the phrase hangs on."""
        above = head
        for _ in range(3):
            above = above.head
            if above.lemma_ in ("blame", "pin") and case == "on":
                return True
        return False

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
            if (
                words
                and (words[0] in _LOCATIVE or words[-1] in _LOCATIVE)
                and not self._is_time(head)
                and self.phrases.is_place(head)
            ):
                argument = self.phrases.argument(head, "place")
                if self.phrases.names_a_place(argument):
                    argument.relation = self._relation(case, head)
                    return argument
        return None

    def _where(self, token: Token) -> Argument | None:
        """The place that a relative clause with "where" or "in which" speaks of: "X, where rebels seized ground"."""
        for _ in range(6):
            if token.dep_ in ("acl:relcl", "advcl:relcl", "acl", "advcl") and any(
                t.lower_ in ("where", "which") and (t.lower_ == "where" or kids(t, "case"))
                for t in token.subtree
                if t.i < token.i and t.i > token.i - 12
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

    def _refine(self, event: Event, token: Token, frame: Frame) -> None:
        """The weapon in the clause decides the mode of violence that the verb leaves open."""
        if event.event_type != "ASSAULT" or event.event_mode not in _REFINABLE:
            return
        heads: list[Token] = [*frame.subj]
        if event.event_mode in ("attack", "shelling", "kill") and token.lemma_ in (
            "drop",
            "fire",
            "launch",
            "use",
            "lob",
            "release",
            "unleash",
        ):
            heads.extend(frame.obj)
        for case, head, via in frame.obliques:
            words = case.split()
            if via in ("self", "obj", "gov") and (
                not words or words[0] in ("with", "by", "using", "from", "in", "of", "under", "via", "through")
            ):
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
        order = (
            _MEANS_ORDER
            if event.event_mode in ("attack", "kill")
            else ("gas", "aircraft")
            if event.event_mode == "shelling"
            else ("gas",)
        )
        for means in order:
            if means in classes:
                event.event_mode = _MODE_OF[means]
                return

    def _object_modifiers(self, frame: Frame, token: Token) -> list[Token]:
        if token.lemma_ in ("drop", "release", "fire", "use"):
            return [g for o in frame.obj for c in o.children for g in (c, *c.children)]
        return []
