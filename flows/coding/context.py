"""What a sentence leaves open, from the sentence around it and from the article, where it is coherent."""

from __future__ import annotations

from collections import Counter

from spacy.tokens import Token

from flows.coding.conditions import (
    _LOCATIVE,
    _TOLLS,
    CONTEXT_SENTENCES,
    MATERIAL,
    NEAR_SENTENCES,
    _inherited,
    _is_push,
)
from flows.coding.grammar import (
    SPEECH,
    TIME_WORDS,
    frame_of,
    is_verb,
    kids,
    noun_governor,
    prepositions,
)
from flows.coding.model import Argument, Event
from flows.coding.sides import Sides


class Context(Sides):
    """Fills open slots: shared within a sentence, inherited from what was told before, the other side of a fight."""

    def _share(self, events: list[Event]) -> None:
        """Slots shared within the sentence: places of the main clause, parties of a fight."""
        for event in events:
            if self._is_war_long(event) and not self._has_named_place(event):
                country = self._country(self.parsed.sentence_of[event.pred.i])
                if country is not None:
                    event.places = [country]
        for event in events:
            if event.event_type in MATERIAL and not is_verb(event.pred) and event.pred.dep_ == "obl":
                own = any(
                    via == "self" and self.phrases.is_place(h) and not self._is_time(h)
                    for _, h, via in self.frame(event.pred).obliques
                )
                host = next(
                    (e for e in events if e is not event and event.pred.head.i in {t.i for t in e.tokens}), None
                )
                if not own and host is not None and self._has_named_place(host):
                    event.places = list(host.places)
        for event in events:
            if event.event_type in MATERIAL and not self._has_named_place(event):
                aim = next(
                    (
                        e
                        for e in events
                        if event.event_type == "MOBILIZE"
                        and e.event_mode in ("seize", "siege", "lift")
                        and self._has_named_place(e)
                        and not e.places[0].inherited
                        and event.pred.is_ancestor(e.pred)
                    ),
                    None,
                )
                near = (
                    self._where(event.pred)
                    or (aim.places[0] if aim else None)
                    or self._below(event)
                    or self._sentence_place(event)
                )
                if near is not None and (not event.places or self.phrases.names_a_place(near)):
                    event.places = self._in_front([near], event)
        for event in events:
            if event.event_type in MATERIAL and not self._has_named_place(event):
                lender = next(
                    (e for e in events if e is not event and self._has_named_place(e) and e.event_type in MATERIAL),
                    None,
                )
                if lender is not None:
                    event.places = self._in_front([_inherited(p) for p in lender.places], event)
        for event in events:
            if event.event_type in MATERIAL and not self._has_named_place(event) and not self._is_war_long(event):
                near = self._named_here(event)
                if near is not None:
                    event.places = self._in_front([near], event)
        for event in events:
            if event.event_type in ("AID", "COOPERATE", "SUPPORT") and not event.places:
                host = next((e for e in events if e.event_type in MATERIAL and self._has_named_place(e)), None)
                if host is not None:
                    event.places = [_inherited(p) for p in host.places]
        for event in events:
            if event.event_mode == "clash" and event.actor is None:
                governor = noun_governor(event.pred)
                if (
                    governor is not None
                    and event.pred.dep_ in ("obl", "advcl")
                    and prepositions(event.pred) in ("without", "in", "after", "during", "following", "amid")
                ):
                    told = self.frame(governor)
                    if (
                        not told.passive
                        and told.subj
                        and self.phrases.is_a(told.subj[0], "armed", "state")
                        and self._acting(told.subj[0])
                    ):
                        event.actor = self._acting(told.subj[0])

    def _sides(self, events: list[Event]) -> None:
        """Parties that the sentence tells with another of its events: who holds the place attacked, who was
        fought for it."""
        for event in events:
            if event.actor is None and not (is_verb(event.pred) and "Fin" in event.pred.morph.get("VerbForm", [])):
                giver = next(
                    (
                        e
                        for e in events
                        if e is not event
                        and e.actor is not None
                        and e.event_type in MATERIAL
                        and e.pred.is_ancestor(event.pred)
                        and not e.actor.inherited
                    ),
                    None,
                )
                purpose = "Inf" in event.pred.morph.get("VerbForm", []) or event.pred.dep_ in ("nmod", "acl")
                if giver is not None and purpose and event.event_type in MATERIAL and event.event_mode not in ("kill",):
                    event.actor = giver.actor
        for event in events:
            if (
                event.event_type in MATERIAL
                and event.event_mode not in ("withdraw", "deploy")
                and (event.target is None or event.target.kind == "place")
            ):
                owner = self._owner_of(event)
                if owner is not None and not self._one(owner, event.actor):
                    event.target = owner
        for event in events:
            if (
                event.event_type not in MATERIAL
                or event.target is not None
                or event.actor is None
                or event.event_mode in ("withdraw", "deploy", "access", "release")
            ):
                continue
            for other in events:
                if other is event or other.event_type not in MATERIAL:
                    continue
                if (
                    other.target is not None
                    and other.target.kind in ("armed", "state")
                    and self._one(other.actor, event.actor)
                ):
                    event.target = other.target
                    break
                if (
                    other.event_mode == "withdraw"
                    and other.actor is not None
                    and not self._one(other.actor, event.actor)
                    and event.event_mode in ("seize", "clash", "advance")
                ):
                    event.target = other.actor
                    break
                if (
                    other.actor is not None
                    and other.target is not None
                    and self._one(other.target, event.actor)
                    and other.actor.kind in ("armed", "state")
                ):
                    event.target = other.actor
                    break

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
                    if (
                        self.phrases.is_a(child, "armed")
                        and self.phrases.names.of(child) is not None
                        and self.phrases.names.at[child.i].kind == "actor"
                    ):
                        return self.phrases.argument(child)
                if (
                    child.dep_ == "nmod:poss"
                    and self.phrases.is_a(child, "armed")
                    and not self.phrases.is_a(child, "place")
                ):
                    return self.phrases.argument(child)
                if (
                    child.dep_ == "nmod"
                    and prepositions(child) == "of"
                    and self.phrases.is_a(child, "armed")
                    and not self.phrases.is_a(child, "place")
                ):
                    return self.phrases.argument(child)
                if child.dep_ in ("acl", "acl:relcl") and child.lemma_ in (
                    "control",
                    "hold",
                    "occupy",
                    "capture",
                    "seize",
                ):
                    for _, owner, via in self.frame(child).obliques:
                        if via == "self" and self.phrases.is_a(owner, "armed", "state"):
                            return self.phrases.argument(owner)
        return None

    def _below(self, event: Event) -> Argument | None:
        """The first locative phrase with a named place to the right of the predicate, below it or what tells it too."""
        for root in event.tokens:
            for token in root.subtree:
                if token.i <= root.i or token.dep_ not in ("obl", "nmod") or token.lower_ in TIME_WORDS:
                    continue
                case = prepositions(token)
                if self._bears_blame(token, case):
                    continue
                if case and case.split()[0] in _LOCATIVE and self.phrases.is_place(token):
                    argument = self.phrases.argument(token, "place")
                    if self.phrases.names_a_place(argument):
                        argument.relation = self._relation(case, token)
                        return argument
        return None

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
                    if (
                        via in ("self", "obj")
                        and words
                        and words[0]
                        in ("in", "at", "near", "around", "outside", "inside", "across", "throughout", "over")
                        and self.phrases.is_place(noun)
                        and not self._is_time(noun)
                    ):
                        argument = self.phrases.argument(noun, "place")
                        argument.relation = self._relation(case, noun)
                        return argument
            token = head
        return None

    def _named_here(self, event: Event) -> Argument | None:
        """The nearest place that the sentence names anywhere as a place: not in a speaker, not as a party's home."""
        doc, span = self.parsed.doc, self.parsed.sent_of(event.pred).span
        said = self.phrases.speech.by_sentence.get(self.parsed.sentence_of[event.pred.i], ())
        best: tuple[float, Token] | None = None
        seen = -1
        for i in range(span.start, span.end):
            name = self.phrases.names.at.get(i)
            if name is None or name.kind != "place" or name.start == seen or name.subkind in ("country", "capital"):
                continue
            seen = name.start
            root = doc[name.start : name.end].root
            if any(s.start <= root.i < s.end for s in said):
                continue
            head = root
            while (
                head.dep_ in ("compound", "flat", "nmod:desc", "nmod:poss", "nmod:unmarked", "amod")
                and head.head.i != head.i
            ):
                head = head.head
            if head.i != root.i and not self.phrases.is_place(head):
                continue  # "Misrata brigades", "Kyiv's commanders"
            case = prepositions(head).split()
            if not case and head.dep_ not in ("obj", "nsubj:pass", "nsubj", "appos", "conj", "flat", "nmod"):
                continue
            if case[:1] in (["for"], ["about"], ["with"], ["by"], ["than"], ["as"]):
                continue
            if case[:1] == ["from"] and (not is_verb(head.head) or head.head.lemma_ in ("come", "set", "flee", "hail")):
                continue
            if head.dep_ == "nmod" and self.phrases.is_a(head.head, "person", "state") and not is_verb(head.head):
                continue  # "officials in Misrata"
            if head.dep_.startswith("nsubj") and is_verb(head.head) and head.head.lemma_ in SPEECH:
                continue
            away = abs(root.i - event.pred.i) + (4.0 if root.i < event.pred.i else 0.0)
            if best is None or away < best[0]:
                best = (away, head)
        if best is None:
            return None
        argument = self.phrases.argument(best[1], "place")
        argument.relation = self._relation(prepositions(best[1]), best[1])
        return argument

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
                if (
                    event.event_mode in ("attack", "kill")
                    and source.event_mode not in (None, "kill")
                    and (toll or (source.event_mode not in ("clash", "execute", "abduct") and not is_verb(event.pred)))
                ):
                    event.event_mode = source.event_mode
                if event.actor is None and source.actor is not None:
                    event.actor = _inherited(source.actor)
                if event.target is None and source.target is not None and event.event_type == source.event_type:
                    event.target = _inherited(source.target)
                if not self._has_named_place(event) and source.places:
                    event.places = self._in_front([_inherited(p) for p in source.places], event)
            if event.actor is None and event.event_mode in ("seize", "siege", "advance") and event.places:
                doer = next(
                    (
                        e
                        for e in reversed(recent)
                        if e.event_mode in ("seize", "siege", "advance")
                        and e.actor is not None
                        and not e.actor.inherited
                        and e.places
                        and self._agree_places(e, event)
                    ),
                    None,
                )
                if doer is not None:
                    event.actor = _inherited(doer.actor) if doer.actor else None
            if event.actor is None and event.event_type == "ASSAULT" and not self._is_war_long(event):
                same = self._same_attack(event, recent)
                if same is not None and same.actor is not None and not self._one(same.actor, event.target):
                    event.actor = _inherited(same.actor)
            if event.actor is None and event.event_type == "MOBILIZE" and self._is_definite(event.pred):
                doer = next((e for e in reversed(recent) if _is_push(e) and e.actor is not None), None)
                if doer is not None and doer.actor is not None:
                    event.actor = _inherited(doer.actor)
            explicit = bool(event.places) and event.event_type != "ASSAULT" and not event.places[0].inherited
            if not self._has_named_place(event) and not explicit:
                lender = self._lender(event, recent)
                if lender is not None:
                    event.places = self._in_front([_inherited(p) for p in lender.places], event)
                elif self._focus is not None:
                    event.places = self._in_front([self._focus], event)

    def _same_attack(self, event: Event, recent: list[Event]) -> Event | None:
        """The act of violence that goes on: the same means at the same place, told just before with its author."""
        here = self.parsed.sentence_of[event.pred.i]
        for other in reversed(recent):
            if here - self.parsed.sentence_of[other.pred.i] > CONTEXT_SENTENCES:
                return None
            if other.event_type != "ASSAULT" or other.actor is None or not other.is_settled:
                continue
            if (
                other.event_mode == event.event_mode
                and self._agree_places(event, other)
                and self._agree(event.target, other.target)
            ):
                return other
        return None

    @staticmethod
    def _is_definite(noun: Token) -> bool:
        """ "the offensive": one that the article has told of."""
        return not is_verb(noun) and any(
            c.lower_ in ("the", "this", "that", "these", "those") for c in kids(noun, "det")
        )

    def _in_front(self, places: list[Argument], event: Event) -> list[Argument]:
        """Named places before the event's own; unnamed ones ("several bridges") are what was hit, not where."""
        return [
            *places,
            *(
                p
                for p in event.places
                if self.phrases.names_a_place(p) and all(p.antecedent != q.antecedent for q in places)
            ),
        ]

    def _lender(self, event: Event, recent: list[Event]) -> Event | None:
        """The event whose place an event without one shares: the nearest told before it, its own kind first."""
        able = [
            e
            for e in reversed(recent)
            if e.event_type in MATERIAL
            and self._has_named_place(e)
            and not e.places[0].inherited
            and (e.is_settled or not event.is_settled)
        ]
        here = self.parsed.sentence_of[event.pred.i]
        for other in able:
            if (
                here - self.parsed.sentence_of[other.pred.i] <= (1 if self.phrases.focus_is_clear else 2)
                and other.event_type == event.event_type
                and self._agree(event.actor, other.actor)
            ):
                return other
        near = [
            e
            for e in able
            if here - self.parsed.sentence_of[e.pred.i]
            <= (0 if self.phrases.focus_is_clear else NEAR_SENTENCES - (self._focus is not None))
        ]
        if near:
            return near[0]
        return None if self._focus is not None else next(iter(able), None)

    def _antecedent_event(self, event: Event, recent: list[Event]) -> Event | None:
        definite = event.lemma in _TOLLS or bool(
            {c.lower_ for c in kids(event.pred, "det")} & {"the", "this", "that", "these", "those"}
        )
        if is_verb(event.pred) and event.actor is not None and event.lemma not in _TOLLS:
            return None
        for other in reversed(recent):
            if other.event_type != event.event_type:
                continue
            if event.event_mode not in (other.event_mode, "attack", "kill") and other.event_mode != "attack":
                continue
            if not self._agree(event.actor, other.actor) or not self._agree_places(event, other):
                continue
            if (
                definite
                or (not is_verb(event.pred) and (event.actor is None or not kids(event.pred, "amod", "compound")))
                or (event.actor is None and not event.places)
            ):
                return other
        return None
