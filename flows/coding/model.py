"""What the coder's parts hand to each other: arguments and events over the tokens of one parsed article."""

from __future__ import annotations

from dataclasses import dataclass, field

from spacy.tokens import Token


@dataclass(slots=True)
class Argument:
    """A phrase that fills a slot: token span (half-open indices into the Doc), its words, and what it stands for.

    `text` are the article's words; `antecedent` the words elsewhere in the article that they stand for, or the name
    within them (equal to `text` when they stand for themselves). `kind` is one of `armed` (forces and organisations),
    `state`, `person`, `people`, `place`, `goods`, `thing`. `relation` is the place relation (`in`, `near`, `outside`,
    `between`, `north_of`...), for places only. `inherited` marks an argument taken from another sentence or event.
    """

    start: int
    end: int
    head: int
    text: str
    antecedent: str
    kind: str
    relation: str | None = None
    inherited: bool = False


@dataclass(slots=True)
class Event:
    """One event found in one sentence, before dates, speakers, modality and tolls are added.

    `pred` is the head of the trigger (a verb or an event noun); `governor` is the verb to ask for modality: `pred`
    itself, or the light verb ("launched" in "launched an attack"). `merged` are further tokens that tell the same
    event in the same sentence (the verb "killed" of "air strikes killed 30"). `control` is the relation the lexicon
    gives (`gains`, `holds`, `loses`, `contests`, `besieges` or ""), for the actor; `places` are in the order of the
    text. `loser` is the party that loses the place, where told (equal to `target` for seizures). `is_settled` is
    False for what is planned, possible or denied: it lends nothing to other events.
    """

    pred: Token
    governor: Token
    trigger_start: int
    trigger_end: int
    event_type: str
    event_mode: str | None
    control: str
    lemma: str
    actor: Argument | None = None
    target: Argument | None = None
    loser: Argument | None = None
    places: list[Argument] = field(default_factory=list)
    merged: list[Token] = field(default_factory=list)
    is_anaphoric: bool = False
    is_settled: bool = True

    @property
    def tokens(self) -> list[Token]:
        """The predicate, its governor and all merged predicates, without doubles."""
        seen: dict[int, Token] = {t.i: t for t in (self.pred, self.governor, *self.merged)}
        return list(seen.values())
