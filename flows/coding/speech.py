"""Who says so: the speaker behind each word of an article, through direct, indirect and running speech.

A statement has a cue (a verb of saying, "according to", a noun such as "rumours"), a speaker and a scope (the tokens it
covers). The speaker of a word is that of the innermost statement that covers it; an outlet around it is kept as `via`
("the Observatory, quoted by AFP"). What the article itself asserts has no speaker: subjects of verbs of saying, their
relative clauses, clauses beside the statement.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from spacy.tokens import Doc, Token

from flows.coding.antecedents import antecedent_of, look_ahead, name_index
from flows.coding.cues import Cues, base
from flows.coding.parse import Parsed, Sent
from flows.coding.statements import QUOTE, Statement, statements_in


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who vouches for a word.

    `text` are the words of the sentence, tokens [start, end); `antecedent` the words elsewhere that they stand for
    ("he" -> "Ahmed al-Mismari"), equal to `text` where they stand for themselves. `via` is an outlet cited in
    between. `doubted` is true where the article keeps its distance; `cue` is the word of saying or of doubt.
    """

    text: str
    antecedent: str
    start: int
    end: int
    via: str | None
    doubted: bool
    cue: str


@dataclass(slots=True)
class SpeechMap:
    """The statements of an article; `for_token` gives the speaker of a word."""

    doc: Doc
    cues: Cues
    sentence_of: list[int]
    by_sentence: dict[int, list[Statement]] = field(default_factory=dict)
    quotes: list[tuple[int, int]] = field(default_factory=list)
    quoted_by: dict[int, Statement] = field(default_factory=dict)
    quote_of: dict[int, int] = field(default_factory=dict)
    inherited: dict[int, Statement] = field(default_factory=dict)

    def for_token(self, token: Token) -> Speaker | None:
        """The speaker of a word, None where the article itself asserts it."""
        chain = self.statements_for(token)
        if not chain:
            return None
        inner = chain[0]
        via = inner.via
        for outer in chain[1:]:
            if via is None and outer.antecedent and outer.antecedent != inner.antecedent:
                via = outer.antecedent
        doubt = self.doubt_of(token)
        return Speaker(
            self.doc[inner.start : inner.end].text,
            inner.antecedent or self.doc[inner.start : inner.end].text,
            inner.start,
            inner.end,
            via,
            inner.value in ("claim", "accuse") or doubt is not None,
            doubt or inner.word,
        )

    def statements_for(self, token: Token) -> list[Statement]:
        """The statements that cover a word, the one who vouches first."""
        number = self.sentence_of[token.i]
        here = [
            s
            for s in self.by_sentence.get(number, ())
            if (s.cue.i != token.i and s.covers(token.i)) or (s.cue.i == token.i and s.is_deed)
        ]
        # Requests and promises give their content to the one who makes them only if nobody reports them.
        # What somebody verified, thought or estimated is vouched for by whoever reports that.
        reporting = [s for s in here if s.value not in ("ask", "promise", "confirm", "think")]
        here = reporting or here
        told = any(not s.trailing for s in here)
        here.sort(
            key=lambda s: (s.word not in ("citing", "quoting"), told and s.word == "according to", s.width(), -s.cue.i)
        )
        quote = self.quote_of.get(token.i)
        if quote is not None and quote in self.quoted_by:
            by = self.quoted_by[quote]
            if by.cue.i != token.i and by not in here:
                here.append(by)
        if not here and number in self.inherited:
            here = [self.inherited[number]]
        return here

    def doubt_of(self, token: Token) -> str | None:
        """The word that marks the act itself as doubtful ("allegedly", "so-called", scare quotes), also without a
        speaker."""
        doubts = self.cues.of("doubt")
        here = [token, token.head] if token.head.pos_ in ("VERB", "AUX") or base(token) == "compound" else [token]
        for one in here:
            for child in one.children:
                if child.lower_ in doubts:
                    return child.lower_
        if any(c.dep_ == "obl:agent" for c in token.children):
            # "was most likely carried out by jets": who did it is uncertain
            hedge = next((c.lower_ for c in token.children if c.lower_ in ("likely", "probably", "apparently")), None)
            if hedge is not None:
                return hedge
        for subject in token.children:
            if subject.dep_ in ("nsubj", "nsubj:pass", "obl:agent"):
                # "jets believed to be Russian", "a suspected bomber": who did it is uncertain
                for child in subject.children:
                    if child.lower_ in doubts or (
                        child.dep_ == "acl" and child.lemma_ in ("believe", "suspect", "think")
                    ):
                        return child.lower_
        before = self.doc[max(token.sent.start, token.left_edge.i - 1) : token.i]
        words = before.text.lower()
        for cue in ("so-called", "so called"):
            if cue in words and token.pos_ in ("NOUN", "PROPN"):
                return "so-called"
        if 0 < token.i < len(self.doc) - 1:
            left, right = self.doc[token.i - 1], self.doc[token.i + 1]
            if left.text == QUOTE and right.text == QUOTE and token.pos_ in ("NOUN", "VERB"):
                return f'"{token.text}"'
        return None

    def last_speaker(self, number: int) -> Statement | None:
        """The statement that a sentence without one of its own would continue."""
        here = self.by_sentence.get(number)
        return here[-1] if here else None


def _quotes_of(parsed: Parsed) -> list[tuple[int, int]]:
    """Quotations as token ranges (the marks outside), across sentences but not across paragraphs.

    Where a closing mark is missing the quotation ends with its sentence: at the next opening mark or the paragraph's
    end.
    """
    found: list[tuple[int, int]] = []
    open_at: int | None = None
    paragraph = -1
    text = parsed.doc.text

    def close_unfinished(at: int) -> None:
        end = min(parsed.sentences[parsed.sentence_of[at]].span.end, len(parsed.doc))
        if end > at:
            found.append((at, end))

    for sent in parsed.sentences:
        if sent.paragraph != paragraph and open_at is not None:
            close_unfinished(open_at)
            open_at = None
        paragraph = sent.paragraph
        for token in sent.span:
            if token.text != QUOTE:
                continue
            before = text[token.idx - 1] if token.idx else " "
            opens = (before.isspace() or before in "([") and not token.whitespace_
            if open_at is not None and opens and token.i > open_at + 1:
                close_unfinished(open_at)
                open_at = token.i + 1
            elif open_at is None:
                open_at = token.i + 1
            else:
                if token.i > open_at:
                    found.append((open_at, token.i))
                open_at = None
    if open_at is not None and open_at < len(parsed.doc):
        close_unfinished(open_at)
    return found


_SCARE: Final = 4
"""A quotation of fewer tokens than this is a word held at a distance, not a statement."""


def speech_of(parsed: Parsed, cues: Cues) -> SpeechMap:
    """Find every statement of an article, its speaker and what it covers.

    Args:
        parsed: the parsed article.
        cues: the cue dictionary.

    Returns:
        The map; costs time linear in the length of the article.
    """
    doc = parsed.doc
    out = SpeechMap(doc, cues, parsed.sentence_of)
    out.quotes = [q for q in _quotes_of(parsed) if q[1] - q[0] >= _SCARE]
    for n, (a, b) in enumerate(out.quotes):
        for i in range(a, b):
            out.quote_of[i] = n
    names = name_index(parsed)
    history: list[Statement] = []
    for number, sent in enumerate(parsed.sentences):
        here = list(statements_in(sent, cues))
        _part_coordinated(here)
        for statement in here:
            statement.antecedent = antecedent_of(statement, history, names, doc, cues)
            history.append(statement)
        if here:
            out.by_sentence[number] = here
        elif number and _continues(sent) and out.by_sentence.get(number - 1):
            before = out.by_sentence[number - 1][-1]
            out.inherited[number] = before
        elif number and _continues(sent) and number - 1 in out.inherited:
            out.inherited[number] = out.inherited[number - 1]
    look_ahead(history, doc, cues)
    _give_quotes(out, parsed)
    return out


def _part_coordinated(here: list[Statement]) -> None:
    """ "X denied A, and Y dismissed B": what X said ends where Y begins."""
    for later in here:
        verb = later.cue
        if verb.dep_ != "conj" or later.trailing:
            continue
        for earlier in here:
            if earlier.cue.i == verb.head.i and later.start > earlier.cue.i:
                earlier.scope = [(a, min(b, later.start)) for a, b in earlier.scope if a < later.start]


_GOES_ON: Final = re.compile(
    r"^(?:another|(?:two|three|four|five|six|seven|eight|nine|ten|\d+|several|dozens of|at least \w+)"
    r" (?:more|other|others))\b",
    re.I,
)

_ALSO_KILLED: Final = re.compile(r"\balso (?:been )?(?:killed|wounded|injured|hit|targeted)\b|\bamong the dead\b", re.I)


def _continues(sent: Sent) -> bool:
    """True for a sentence that goes on with a report: "Another militant was killed ...", "Two guards were also
    killed."."""
    return bool(_GOES_ON.search(sent.text) or (len(sent.span) < 16 and _ALSO_KILLED.search(sent.text)))


def _give_quotes(out: SpeechMap, parsed: Parsed) -> None:
    """Give each quotation the statement beside it: in the sentence where it ends, where it begins, else the one
    before."""
    previous: Statement | None = None
    for n, (a, b) in enumerate(out.quotes):
        first, last = parsed.sentence_of[a], parsed.sentence_of[min(b, len(parsed.doc) - 1)]
        closing, opening = out.by_sentence.get(last, []), out.by_sentence.get(first, [])
        chosen = next((s for s in closing if s.cue.i >= b and s.cue.i - b < 30), None)
        if chosen is None:
            chosen = next((s for s in reversed(opening) if s.cue.i < a and a - s.cue.i < 20), None)
        if chosen is None:
            chosen = next((s for s in closing if s.cue.i >= b), None)
        whole = parsed.sentences[first].span.start >= a - 2
        if chosen is None and whole and previous is not None:
            far = first - parsed.sentence_of[previous.cue.i]
            chosen = previous if far <= 2 else None
        if chosen is None and whole and first:
            before = out.by_sentence.get(first - 1)
            chosen = before[-1] if before else None
        if chosen is not None:
            out.quoted_by[n] = chosen
            previous = chosen
