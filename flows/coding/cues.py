"""The coder's cue words: what marks speech, doubt, plans, denials, deaths and control, read from a dictionary.

The words are data (`dbt_project/seeds/coder_cues.csv`: cue, kind, value, note), the grammar around them is code. A
cue is a
lemma, or a phrase of several words; a cue may be of several kinds.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from spacy.tokens import Token

from flows.errors import ConfigError


def word_set(text: str) -> frozenset[str]:
    """A set of words written as one line of text."""
    return frozenset(text.split())


KINDS: Final = word_set(
    "speech_verb performative speech_noun attribution attribution_participle medium speaker_noun doubt hedge"
    " hedge_adjective negator modal condition plan_verb possible_verb negative_verb factive_verb plan_noun"
    " possible_noun negative_noun plan_gerund plan_noun_of plan_object possible_object plan_for ending_verb"
    " light_verb purpose instead kill_verb die_verb death_noun toll_noun life_noun not_person collective"
    " control_verb control_noun stronghold_noun held_suffix held_adjective take_control_verb keep_control_verb"
    " lose_control_verb drive_out_verb area_noun"
)


@dataclass(frozen=True, slots=True)
class Cues:
    """Cue words by kind: `of(kind)` maps a cue (lower-case lemma or phrase) to its value."""

    by_kind: Mapping[str, Mapping[str, str]]

    def of(self, kind: str) -> Mapping[str, str]:
        """The cues of one kind with their values; KeyError for a kind that does not exist."""
        return self.by_kind[kind]

    def has(self, kind: str, token: Token) -> bool:
        """True if the token's lemma is a cue of that kind."""
        return token.lemma_ in self.by_kind[kind]


def load_cues(path: Path) -> Cues:
    """Read the cue dictionary.

    Raises:
        ConfigError: the file is missing, has other columns, an unknown kind or the same cue twice under one kind; names
            the line.
    """
    by_kind: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines)
            if rows.fieldnames != ["cue", "kind", "value", "note"]:
                raise ConfigError(f"{path.name}:1: the columns must be cue,kind,value,note, not {rows.fieldnames}")
            for row in rows:
                where = f"{path.name}:{rows.line_num}"
                cue, kind = (row["cue"] or "").strip().lower(), (row["kind"] or "").strip()
                if kind not in by_kind:
                    raise ConfigError(f"{where}: unknown kind {kind!r}; known are {', '.join(sorted(KINDS))}")
                if not cue:
                    raise ConfigError(f"{where}: the cue is empty")
                if cue in by_kind[kind]:
                    raise ConfigError(f"{where}: {cue!r} stands twice under {kind}")
                by_kind[kind][cue] = (row["value"] or "").strip()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); restore it from the repository") from error
    return Cues(by_kind)


def children(token: Token, *relations: str) -> Iterator[Token]:
    """The token's dependents whose relation is one of `relations` or a subtype of one ("obl" takes "obl:agent")."""
    for child in token.children:
        dep = child.dep_
        if dep in relations or dep.split(":", 1)[0] in relations:
            yield child


def base(token: Token) -> str:
    """The universal relation of a token, without its subtype."""
    return token.dep_.split(":", 1)[0]


def ancestors(token: Token, limit: int = 40) -> Iterator[tuple[Token, Token]]:
    """(child, head) pairs from the token to the root, at most `limit` of them."""
    for _ in range(limit):
        head = token.head
        if head.i == token.i:
            return
        yield token, head
        token = head


def edges(token: Token) -> tuple[int, int]:
    """Half-open token range of the token's subtree."""
    return token.left_edge.i, token.right_edge.i + 1


def is_finite(token: Token) -> bool:
    """True if the token heads a finite clause (own finite form, or a finite auxiliary or copula)."""
    if "Fin" in token.morph.get("VerbForm", []):
        return True
    return any("Fin" in c.morph.get("VerbForm", []) for c in children(token, "aux", "cop"))
