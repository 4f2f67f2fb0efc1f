"""The parties of an article: which phrases name one party, who fights whom, and who must be meant where a sentence
does not say.

A sentence of news leaves out what its readers know by then: "the town was captured", "14 people died in the raids".
Once all events of an article are read, the open actor or target of a material event is filled from the others, where
they point to one party: the opponent of the party that was hit, the author of the same act told near by, the party
that does most of the fighting. Such fillers are marked as inherited.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from spacy.tokens import Token

from flows.coding.conditions import (
    COMMON_ENEMY_SHARE,
    COMMON_ENEMY_VOTES,
    MATERIAL,
    _inherited,
)
from flows.coding.doubles import Doubles
from flows.coding.grammar import SPEECH, below_quantity, conjuncts, is_verb
from flows.coding.model import Argument, Event
from flows.names import name_key

ACT_SENTENCES: Final = 8
"""The author of an act is sought in events of its kind told at most this many sentences away."""

MIN_STANDING: Final = 3
CLEAR_STANDING: Final = 1.5
"""A party is "the other side" with so much standing (mentions, events twice), so many times that of the next."""

_PASSERS_BY: Final = frozenset(["column", "patrol", "convoy", "contingent", "enemy", "officer", "side", "camp"])
"""Nouns for a part of some party, told of once: no author of what is told elsewhere."""
_PARTY_NOUNS: Final = frozenset(
    ["rebel", "regime", "army", "jihadist", "opposition", "separatist", "insurgent", "militia"]
)
SIDES: Final = ("armed", "state")
_ACTORS: Final = ("armed", "state", "person")
_STATE_FORCES: Final = frozenset(
    [
        "force",
        "troop",
        "army",
        "soldier",
        "military",
        "navy",
        "jet",
        "warplane",
        "plane",
        "aircraft",
        "helicopter",
        "drone",
        "missile",
        "artillery",
        "rocket",
        "gun",
        "tank",
        "air",
        "armed",
        "special",
        "security",
        "government",
        "regime",
        "president",
        "ministry",
        "defence",
        "defense",
        "foreign",
        "official",
        "state",
        "unit",
        "serviceman",
        "personnel",
        "police",
        "command",
        "commander",
        "leader",
        "general",
        "staff",
        "fighter",
        "fleet",
        "guard",
        "men",
    ]
)
_SAME_PARTY: Final = {
    "regime": "government",
    "loyalist": "government",
    "opposition": "rebel",
    "insurgent": "rebel",
    "jihadi": "jihadist",
    "takfiri": "terrorist",
}
_STEM: Final = 4
"""Letters that a country and its adjective share ("Mali", "Malian"; "Turkey", "Turkish")."""
_WORD: Final = re.compile(r"[^\W_]+")
_FIRE: Final = frozenset(("airstrike", "shelling", "attack", "bombing", "chemical", "kill"))
_GROUND: Final = frozenset(("seize", "siege", "advance", "clash"))
_NO_OPPONENT: Final = frozenset(("release", "access", "deploy", "lift", "ceasefire"))


class Sides(Doubles):
    """Parties and their oppositions over all events of an article."""

    # -- which phrases name one party ----------------------------------------------------------------------------

    def _party(self, argument: Argument) -> str:
        """One key for a party: its dictionary id where its name has one, else its nation, else its words."""
        words = argument.antecedent.lower()
        ids = self.phrases.names.ids
        if words in ids:
            return ids[words]
        name = self.phrases.names.of(self.parsed.doc[argument.head])
        if name is not None and name.actor_id and not argument.inherited and name.text.lower() in words:
            return name.actor_id
        parts = [w for w in _WORD.findall(re.sub(r"['’]s\b", "", argument.antecedent)) if len(w) > 1]
        bare = [w for w in parts if w.lower() not in _STATE_FORCES and w.lower().removesuffix("s") not in _STATE_FORCES]
        nations = [w for w in bare if w[:1].isupper()]
        if len(bare) == 1 and nations and len(nations[0]) >= _STEM:
            known = ids.get(nations[0].lower())
            return known or f"nation:{nations[0][:_STEM].lower()}"
        lemma = str(self.parsed.doc[argument.head].lemma_)
        if not any(w[:1].isupper() for w in parts):
            for word in (*(w.lower().removesuffix("s") for w in parts), lemma):
                if word in _SAME_PARTY or word in ("government", "rebel", "jihadist", "terrorist", "militant"):
                    return _SAME_PARTY.get(str(word), str(word))
        return str(name_key(argument.antecedent) or words)

    @staticmethod
    def _one(first: Argument | None, second: Argument | None) -> bool:
        """Whether two arguments are certainly the same party."""
        if first is None or second is None:
            return False
        a, b = first.antecedent.lower(), second.antecedent.lower()
        return a == b or a in b or b in a

    def _same_party(self, first: Argument | None, second: Argument | None) -> bool:
        """The same party by words, dictionary or nation."""
        if first is None or second is None:
            return False
        return self._one(first, second) or self._party(first) == self._party(second)

    def _is_war_long(self, event: Event) -> bool:
        """A toll of the whole war ("killed since the uprising began"): it has no town and no single author."""
        if event.event_mode != "kill":
            return False
        if is_verb(event.pred) and any(t.lemma_ in ("war", "conflict") for t in self.frame(event.pred).subj):
            return True
        for token in event.pred.subtree:
            if token.lower_ == "since":
                span = self.parsed.sent_of(token).span
                around = self.parsed.doc[max(span.start, token.i - 14) : min(token.i + 10, span.end)]
                return any(
                    t.lemma_ in ("war", "conflict", "uprising", "revolution", "revolt", "crisis", "insurgency")
                    for t in around
                )
        return False

    # -- who fights whom -----------------------------------------------------------------------------------------

    def _oppose(self, events: list[Event]) -> None:
        """Open actors and targets of material events, from all events of the article."""
        against: dict[str, Counter[str]] = {}
        known: dict[str, Argument] = {}
        struck: Counter[str] = Counter()
        acting: Counter[str] = Counter()
        for event in events:
            if event.event_type not in MATERIAL or event.event_mode in ("release", "access"):
                continue
            if event.actor is not None and event.actor.kind in SIDES and event.event_type != "RETREAT":
                key = self._party(event.actor)
                acting[key] += 1
                known.setdefault(key, event.actor)
            if event.actor is None or event.target is None:
                continue
            if event.target.kind not in SIDES or event.actor.kind not in SIDES or event.target.inherited:
                continue
            a, t = self._party(event.actor), self._party(event.target)
            if a in t or t in a:
                continue
            struck[t] += 1
            against.setdefault(a, Counter())[t] += 1
            against.setdefault(t, Counter())[a] += 1
            known.setdefault(a, event.actor)
            known.setdefault(t, event.target)
        self._standing_of(events, known)
        common_enemy = self._leading(struck, known)
        aggressor = self._leading(acting, known)

        def rival(argument: Argument) -> Argument | None:
            me = self._party(argument)
            votes = against.get(me)
            if votes is None:
                for other in (common_enemy, aggressor):
                    if other is not None and not self._same_party(other, argument):
                        return other
                return self._other_side(argument)
            (best, first), *others = votes.most_common(3)
            for key, count in others:
                if count == first and self._standing[key] > self._standing[best]:
                    best = key
            return _inherited(known[best])

        for event in events:
            if event.event_type not in MATERIAL or self._is_war_long(event):
                continue
            if event.actor is None:
                event.actor = self._author(event, events, rival, aggressor)
        for event in events:
            if event.event_type == "ASSAULT" and event.actor is not None and self._is_unowned(event.actor):
                owner = rival(event.target) if event.target is not None and event.target.kind in SIDES else None
                owner = owner or self._owner_near(event, events) or aggressor
                if owner is not None and not self._same_party(owner, event.target):
                    event.actor = replace(event.actor, antecedent=owner.antecedent, inherited=True)
        for event in events:
            if event.event_type not in MATERIAL or event.event_mode in _NO_OPPONENT or event.actor is None:
                continue
            wanting = event.target is None or (event.target.kind == "place" and event.event_mode in _GROUND)
            if (
                wanting
                and event.event_mode != "withdraw"
                and event.actor.kind in _ACTORS
                and not self._is_war_long(event)
            ):
                event.target = rival(event.actor) or event.target

    def _standing_of(self, events: list[Event], known: dict[str, Argument]) -> None:
        """How much the article tells of each party that fights: its mentions, and its events twice."""
        self._standing: Counter[str] = Counter()
        self._allied: set[frozenset[str]] = set()
        self._shown: dict[str, Argument] = {}
        for entity in self.phrases.entities:
            if "armed" not in entity.classes or "person" in entity.classes or "people" in entity.classes:
                continue
            token = self.parsed.doc[entity.head]
            name = self.phrases.names.of(token)
            if name is None and token.lemma_ not in _PARTY_NOUNS:
                continue
            if name is not None and (name.kind == "place" or name.subkind in ("igo", "ngo", "media", "person")):
                continue
            if token.dep_ in ("amod", "compound") or self._told_of(token):
                continue
            argument = self.phrases.argument(token)
            key = self._party(argument)
            self._standing[key] += 1
            self._shown.setdefault(key, _inherited(argument))
            for other in conjuncts(token)[:4]:
                if other.i != token.i and self.phrases.is_a(other, "armed"):
                    self._allied.add(frozenset((key, self._party(self.phrases.argument(other)))))
        for event in events:
            if event.event_type not in MATERIAL:
                continue
            for told in (event.actor, event.target):
                if told is not None and not told.inherited and told.kind in SIDES:
                    key = self._party(told)
                    if key in self._standing or key in known:
                        self._standing[key] += 2
                        self._shown.setdefault(key, _inherited(told))

    @staticmethod
    def _told_of(token: Token) -> bool:
        """Merely a speaker: its words count, it does not fight."""
        return token.dep_ == "nsubj" and token.head.lemma_ in SPEECH

    def _other_side(self, argument: Argument) -> Argument | None:
        """The one other party of weight, where the article tells of two sides."""
        me = self._party(argument)
        others = [
            (count, key)
            for key, count in self._standing.items()
            if key != me
            and key not in me
            and me not in key
            and frozenset((key, me)) not in self._allied
            and not self._same_party(self._shown[key], argument)
        ]
        if not others:
            return None
        others.sort(reverse=True)
        best, key = others[0]
        second = others[1][0] if len(others) > 1 else 0
        return self._shown[key] if best >= MIN_STANDING and best >= CLEAR_STANDING * second else None

    def _is_unowned(self, actor: Argument) -> bool:
        """A weapon whose owner the phrase does not name ("helicopters", "Su-34 bombers")."""
        classes = self.lexicon.classes
        head = below_quantity(self.parsed.doc[actor.head])
        if head.lemma_ not in classes["aircraft"] | classes["missile"] | {"bomber", "artillery", "gun", "tank"}:
            return False
        return not self._actor_words(actor) and self.phrases.resolve(head) is None

    def _actor_words(self, actor: Argument) -> bool:
        """A party among the words of a phrase: a known name, a country, its adjective, a word for a force."""
        for i in range(actor.start, actor.end):
            token, name = self.parsed.doc[i], self.phrases.names.at.get(i)
            if name is not None and (name.is_known or name.subkind in ("country", "capital")):
                return True
            if token.lemma_ in _PARTY_NOUNS or token.lemma_ in ("coalition", "government", "ally"):
                return True
            if token.text[:1].isupper() and token.lower_.endswith(("ian", "ish", "ese", "qi", "ni", "can", "-led")):
                return True
        return False

    def _owner_near(self, event: Event, events: list[Event]) -> Argument | None:
        """Who else in the article strikes with such weapons."""
        for other in events:
            if other is event or other.actor is None or other.event_mode != event.event_mode:
                continue
            if self._fights(other.actor) and not self._is_unowned(other.actor):
                return other.actor
        return None

    @staticmethod
    def _leading(votes: Counter[str], known: dict[str, Argument]) -> Argument | None:
        """The party with most votes, if it has enough of them and enough of all."""
        if not votes:
            return None
        (best, count), *_ = votes.most_common(1)
        if count >= COMMON_ENEMY_VOTES and count >= COMMON_ENEMY_SHARE * sum(votes.values()):
            return _inherited(known[best])
        return None

    def _author(
        self,
        event: Event,
        events: list[Event],
        rival: Callable[[Argument], Argument | None],
        aggressor: Argument | None,
    ) -> Argument | None:
        """Who did what the sentence leaves without an author."""
        if event.target is not None and event.target.kind in SIDES and event.event_type != "RETREAT":
            found = rival(event.target)
            if found is not None:
                return found
        near = self._same_act(event, events)
        if near is not None:
            return _inherited(near)
        if event.event_type != "RETREAT" and aggressor is not None and not self._same_party(aggressor, event.target):
            return aggressor
        return None

    def _fights(self, actor: Argument) -> bool:
        """A party that may be the author of an act told elsewhere: no person, monitor, agency or outlet."""
        if actor.kind not in SIDES and not (actor.kind in ("goods", "thing") and self._actor_words(actor)):
            return False
        if self.parsed.doc[actor.head].lemma_ in _PASSERS_BY and actor.antecedent.islower():
            return False
        name = self.phrases.names.of(self.parsed.doc[actor.head])
        return name is None or name.subkind not in ("igo", "ngo", "media", "person")

    def _same_act(self, event: Event, events: list[Event]) -> Argument | None:
        """The author of an act of the same kind told near by, earlier ones first."""
        here = self.parsed.sentence_of[event.pred.i]
        best: tuple[float, Argument] | None = None
        for other in events:
            if other is event or other.actor is None or not self._fights(other.actor):
                continue
            away = self.parsed.sentence_of[other.pred.i] - here
            if abs(away) > ACT_SENTENCES or not self._one_kind(event, other):
                continue
            if self._same_party(other.actor, event.target):
                continue
            cost = abs(away) + (2.0 if away > 0 else 0.0)
            cost += 0.0 if event.event_mode == other.event_mode else 2.0
            cost += 0.0 if self._agree_places(event, other) else 4.0
            cost += 3.0 if other.actor.inherited else 0.0
            cost += 0.0 if self._standing[self._party(other.actor)] >= MIN_STANDING else 3.0
            if best is None or cost < best[0]:
                best = (cost, other.actor)
        return best[1] if best else None

    @staticmethod
    def _one_kind(event: Event, other: Event) -> bool:
        """Whether two events may be acts of one author: fire and fire, ground and ground, or the same type and mode."""
        if event.event_type == other.event_type and event.event_mode == other.event_mode:
            return True
        if event.event_type == other.event_type == "ASSAULT":
            return {event.event_mode, other.event_mode} <= _FIRE and (
                "attack" in (event.event_mode, other.event_mode) or "kill" in (event.event_mode, other.event_mode)
            )
        return {event.event_mode, other.event_mode} <= _GROUND
