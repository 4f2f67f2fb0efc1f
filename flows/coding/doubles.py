"""One event told twice in a sentence is one: verbs of harm and the attacks that did it, nouns and verbs of one act."""

from __future__ import annotations

from spacy.tokens import Token

from flows.coding.conditions import _ANYBODY, _ATTACK_MODES, _DEADLY, _HARM, MATERIAL
from flows.coding.grammar import (
    conjuncts,
    is_verb,
    kids,
)
from flows.coding.model import Argument, Event
from flows.coding.slots import Slots


class Doubles(Slots):
    """Joins the events of a sentence that are one."""

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
        truces = [k for k in kept if k.event_mode == "ceasefire"]
        return [k for k in kept if k.event_type != "AGREE" or not any(self._one_act(k, t) for t in truces)]

    @staticmethod
    def _one_act(first: Event, second: Event) -> bool:
        """Verb and noun of one act: "signed a ceasefire agreement"."""
        return (
            first.governor.i == second.pred.i or second.governor.i == first.pred.i or second.pred.head.i == first.pred.i
        )

    def _carriers(self, event: Event, by_token: dict[int, Event]) -> list[Event]:
        """The events of the sentence that a verb of harm only carries on: its subject, its means, its main clause."""
        verb = event.pred
        if not is_verb(verb):
            return []
        found: list[Event] = []
        frame = self.frame(verb)
        heads: list[Token] = list(frame.obj) if event.event_mode in ("attack", "shelling", "airstrike") else []
        if verb.dep_ in ("acl:relcl", "acl") and verb.lemma_ in (
            "land",
            "fall",
            "hit",
            "strike",
            "kill",
            "wound",
            "injure",
            "target",
            "destroy",
        ):
            heads.append(verb.head)
        for other in by_token.values():  # "fighting between A and B has killed": B read as the subject
            if (
                not is_verb(other.pred)
                and other.target is not None
                and any(other.target.head == t.i for t in frame.subj)
            ):
                heads.append(other.pred)
        if event.event_mode in ("clash", "attack") or verb.lemma_ in ("respond", "retaliate"):
            heads.extend(h for p, h, via in frame.obliques if p in ("with", "by", "using") and via in ("self", "obj"))
        if verb.lemma_ in _HARM or event.event_mode in ("kill", "attack"):
            heads.extend(frame.subj)
            if verb.lemma_ in ("suffer", "come", "sustain"):
                heads.extend(frame.obj)
            obliques = list(frame.obliques)
            for sibling in (*conjuncts(verb), verb.head):
                if (
                    sibling.i != verb.i
                    and is_verb(sibling)
                    and sibling.lemma_ in _HARM
                    and (sibling.dep_ == "conj" or verb.dep_ == "conj")
                ):
                    obliques.extend(o for o in self.frame(sibling).obliques if o[2] == "self")
            for case, head, via in obliques:
                first = case.split()[:1]
                if (
                    via in ("self", "obj")
                    and first
                    and first[0] in ("in", "by", "during", "with", "from", "due", "as", "because", "under", "of")
                ) or (via == "deep" and "of" in first):
                    heads.append(head)
        if verb.lemma_ == "claim" and any(o.lemma_ == "responsibility" for o in frame.obj):
            heads.extend(h for p, h, via in frame.obliques if p == "for")
            heads.extend(c for o in frame.obj for c in kids(o, "nmod"))
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
        if (
            verb.lower_.endswith("ing")
            and (verb.lemma_ in _HARM or (verb.lemma_ == "claim" and event.event_mode == "kill"))
            and not kids(verb, "aux", "nsubj", "mark", "case")
        ):
            # "fired shells at the town, killing three": the nearest attack told before it
            before = [
                e for e in by_token.values() if e.pred.i < verb.i and e.event_type == "ASSAULT" and e is not event
            ]
            if before and before[-1].event_mode in _ATTACK_MODES | {"clash"}:
                return [before[-1]]
        if verb.lemma_ in _HARM:
            for clause in kids(verb, "advcl"):
                marks = {m.lower_ for m in kids(clause, "mark", "advmod")}
                hit = by_token.get(clause.i) or next((e for e in by_token.values() if e.governor.i == clause.i), None)
                if (
                    hit is not None
                    and hit.event_type == "ASSAULT"
                    and marks & {"as", "when"}
                    and hit.event_mode != "clash"
                ):
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
        if first.event_type != "ASSAULT" and self._one_act(first, second):
            return first.event_mode == second.event_mode
        if first.event_type not in MATERIAL:
            return (
                self._agree(first.actor, second.actor)
                and first.lemma == second.lemma
                and self._agree(first.target, second.target)
            )
        modes = {first.event_mode, second.event_mode}
        if len(modes) > 1 and not (first.event_type == "ASSAULT" and "attack" in modes and modes <= _ATTACK_MODES):
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
