"""From an article's words to one spaCy Doc with sentences, lemmas and the way back to the article's offsets.

The parser was trained on tidy text; news pages are not tidy. `parse` therefore mends what is known to mislead it (odd
white space, curly quotes, "IS" read as a verb, glued words, title-case headlines) in a copy, parses the copy
paragraph by paragraph, and keeps for each token where it stands in the article. Sentence ends are found by rule,
because the parser breaks after "Brig." and between a closing quote and "X reported".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Final

from lemminflect import getAllLemmas, getLemma
from spacy.language import Language
from spacy.tokens import Doc, Span, Token

MAX_ARTICLE_CHARS: Final = 1_600_000
"""Longer articles are read up to here (about 260,000 words) and the rest is reported as skipped."""

MAX_PIECE_CHARS: Final = 6_000
"""A paragraph longer than this is cut at a sentence end or a space, so that memory stays bounded."""

MAX_WORD_CHARS: Final = 60
"""A run of non-space characters longer than this is no word (encoded data, a broken page): it is blanked."""

MAX_SENTENCE_TOKENS: Final = 160
"""A "sentence" longer than this is cut here; no claim is lost, only the grammar across the cut."""

FREE_SENTENCE_TOKENS: Final = 60
"""Above this length the parser may add sentence ends of its own (texts that lost their full stops)."""

_ABBREVIATIONS: Final = frozenset(
    [
        "brig",
        "gen",
        "lt",
        "col",
        "maj",
        "capt",
        "cpl",
        "sgt",
        "cmdr",
        "adm",
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "sen",
        "rep",
        "gov",
        "pres",
        "min",
        "amb",
        "rev",
        "hon",
        "sheikh",
        "no",
        "nos",
        "vs",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "mt",
        "ft",
        "inc",
        "corp",
        "ltd",
        "co",
        "e.g",
        "i.e",
        "a.m",
        "p.m",
        "u.s",
        "u.n",
        "u.k",
    ]
)
IRREGULAR_PASTS: Final = frozenset(
    [
        "withdrew",
        "retook",
        "overran",
        "fled",
        "drove",
        "shot",
        "struck",
        "fought",
        "overthrew",
        "broke",
        "undertook",
        "took",
        "fell",
        "blew",
        "broke",
        "threw",
        "flew",
        "met",
    ]
)
"""Past tenses that are no nouns, whatever the tagger says."""

_SPEECH: Final = (
    "said|says|added|adds|reported|reports|told|announced|stated|wrote|tweeted|claimed|noted|explained|confirmed|warned"
    "|"
    "stressed|declared|insisted|quoted"
)
# A closing quote followed by a short tag ("... town." Al-Mismari said on Monday.) belongs to the quoted sentence.
_TAG_AFTER_QUOTE: Final = re.compile(
    rf"\s*(?:(?:the|an?|one|its|their|his|her)\s)?(?:[\w'’.-]+,?\s){{0,8}}?(?:{_SPEECH})\b(?!\s+(?:that|in|the|[A-Z]?[\w-]+\s+had)\b)"
)
_SENTENCE_END: Final = re.compile(r"[.!?…]+[\"')\]]*(?=\s)")
_HEADLINE_SMALL: Final = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "or",
        "but",
        "nor",
        "of",
        "in",
        "on",
        "at",
        "to",
        "for",
        "from",
        "by",
        "with",
        "as",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "into",
        "over",
        "under",
        "near",
        "after",
        "before",
        "against",
        "amid",
        "its",
        "it",
        "his",
        "her",
        "their",
        "that",
        "who",
        "not",
        "no",
    ]
)
_CAPITALISED: Final = re.compile(r"(?<=[a-z,] )[A-Z][\w'’-]*")
_WORD: Final = re.compile(r"[^\W\d_][\w'’-]*")


_DATELINE: Final = re.compile(
    r"^(?:[A-Z][\w.'/]*(?:[ -][A-Z][\w.'/]*){0,3})(?:, [A-Z][\w.]*(?: [A-Z][\w.]*){0,2}){0,2}"
    r"(?:,? (?:[A-Z][a-z]{2,8}\.? \d{1,2}|\d{1,2} [A-Z][a-z]{2,8})(?:,? \d{4})?)?"
    r"(?: ?\([A-Z][\w /.,-]{1,30}\)(?: ?(?:-{1,2}|[\u2013\u2014]))?| ?(?:-{1,2}|[\u2013\u2014])) (?=[A-Z\"'])"
)
"""Place, date and agency before the first sentence of a report: no part of its grammar."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One sentence: its tokens, its number in the article (0 = the title), its paragraph and its span in Article.text.

    `start` and `end` are None for the title.
    """

    span: Span
    sentence_no: int
    is_title: bool
    paragraph: int
    start: int | None
    end: int | None
    text: str


@dataclass(slots=True)
class Parsed:
    """A parsed article.

    `doc` holds title and text; `sentences` are in order; `sentence_of` maps a token's index to its position in
    `sentences`; `starts` and `ends` are the tokens' offsets in Article.text (-1 in the title). `skipped` says in words
    what was left unread.
    """

    doc: Doc
    text: str
    sentences: list[Sent]
    sentence_of: list[int]
    starts: list[int]
    ends: list[int]
    skipped: list[str] = field(default_factory=list)
    _indices: list[int] = field(default_factory=list)

    def sent_of(self, token: Token) -> Sent:
        """The sentence that holds the token."""
        return self.sentences[self.sentence_of[token.i]]

    def span_in_article(self, start_char: int, end_char: int) -> tuple[int, int] | None:
        """Offsets in `doc` (characters of doc.text) as offsets in Article.text; None inside the title or
        outside the text."""
        if not self._indices or end_char <= start_char:
            return None
        first = max(bisect_right(self._indices, start_char) - 1, 0)
        last = max(bisect_right(self._indices, end_char - 1) - 1, 0)
        if self.starts[first] < 0 or self.ends[last] < 0:
            return None
        return self.starts[first], self.ends[last]

    def span_of(self, span: Span | Token) -> tuple[int, int] | None:
        """The offsets of a span or token in Article.text; None in the title."""
        first, last = (span.i, span.i) if isinstance(span, Token) else (span.start, span.end - 1)
        if self.starts[first] < 0 or self.ends[last] < 0:
            return None
        return self.starts[first], self.ends[last]

    def words_of(self, span: Span | Token) -> str:
        """The article's own words for a span (the parser's copy only in the title)."""
        where = self.span_of(span)
        return self.text[where[0] : where[1]] if where else span.text


@dataclass(slots=True)
class _Copy:
    """A mended copy of a piece of text; `moves` are (position in the copy, shift back to the original)."""

    text: str
    at: list[int]
    shift: list[int]

    def original(self, position: int) -> int:
        return position + self.shift[bisect_right(self.at, position) - 1]


_MENDS: Final = re.compile(
    rf"(?P<word>\S{{{MAX_WORD_CHARS + 1},}})"
    r"|(?P<space>[\u00a0\u2000-\u200a\u202f\u205f\u3000\t\v\f\[\]]| (?= ))"
    r"|(?P<mark>[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\x00\ud800-\udfff])"
    r"|(?P<close>[\u201d](?=[A-Za-z]))"
    r"|(?P<double>[\u201c\u201d\u201e\u201f\u00ab\u00bb])"
    r"|(?P<single>[\u2018\u2019\u201a\u201b\u00b4`])"
    r"|(?P<is>(?<![\w-])IS(?=[\s,.;:'’)\"-]|$))"
    r"|(?P<hyphen>\b(?:[Cc]ounter|[Cc]ease|[Aa]ir)-(?=(?:offensive|attack|fire|strike|raid)s?\b))"
    r"|(?P<crossing>\b[Bb]order[ -]crossings?\b)"
    r"|(?P<bracket>\)(?=\w)|(?<=[a-z])\((?=[A-Z]))"
    r"|(?P<stop>(?<=[a-z]{2})[.](?=[A-Z][a-z])|(?<=[a-z]),(?=[A-Za-z]))"
    r"|(?P<dash>(?<=[a-z])[\u2013\u2014](?=[A-Za-z]))"
)


def _mended(text: str) -> _Copy:
    """The copy that is parsed. White space, quotes and marks keep their length; inserted letters shift what follows."""
    out: list[str] = []
    at, shift, position, last = [0], [0], 0, 0

    def put(piece: str, consumed: int) -> None:
        nonlocal position
        if piece == " " and (position == 0 or out[-1].endswith(" ")):
            piece = ""  # a double space would become a token of its own
        if piece:
            out.append(piece)
        position += len(piece)
        if len(piece) != consumed:
            at.append(position)
            shift.append(shift[-1] + consumed - len(piece))

    for match in _MENDS.finditer(text):
        plain = text[last : match.start()]
        if plain.startswith(" ") and out and out[-1].endswith(" "):
            put("", 1)
            plain = plain[1:]
        put(plain, len(plain))
        found, kind = match.group(), match.lastgroup
        if kind == "word":
            put(" " * len(found), len(found))
        elif kind == "mark" or found == " ":
            put("", 1)
        elif kind == "space":
            put(" ", 1)
        elif kind == "double":
            put('"', 1)
        elif kind == "close":
            put('" ', 1)
        elif kind == "single":
            put("'", 1)
        elif kind == "is":
            around = text[max(0, match.start() - 24) : match.start()] + text[match.end() : match.end() + 24]
            shouting = not any(c.islower() for c in around)
            put("IS" if shouting else "ISIS", 2)
        elif kind == "hyphen":  # "counter-offensive" falls into three words otherwise
            put(found[:-1], len(found))
        elif kind == "crossing":  # parsed as a noun and a verb otherwise
            put("checkpoints" if found.endswith("s") else "checkpoint", len(found))
        elif kind in ("bracket", "stop"):
            put(" (" if found == "(" else found + " ", 1)
        else:
            put(" - ", 1)
        last = match.end()
    rest = text[last:]
    if rest.startswith(" ") and out and out[-1].endswith(" "):
        put("", 1)
        rest = rest[1:]
    put(rest, len(rest))
    return _Copy("".join(out), at, shift)


def _is_headline(text: str) -> bool:
    """A short sentence in title case or capitals, as headlines are written."""
    words = _WORD.findall(text[:400])
    if not 4 <= len(words) <= 30:
        return False
    content = [w for w in words if w.lower() not in _HEADLINE_SMALL]
    stopped = text.rstrip().endswith(
        "."
    )  # a sentence full of names is no headline: with a full stop all must be capitals
    needed, share = (5, 0.95) if stopped else (3, 0.8)
    return len(content) >= needed and sum(w[0].isupper() for w in content) >= share * len(content)


def _truecased(text: str, seen_lower: frozenset[str], seen_upper: frozenset[str]) -> str:
    """Headline sentences in sentence case: words that are ordinary words are made small; names stay. Same length."""

    def one(match: re.Match[str]) -> str:
        word = match.group()
        low = word.lower()
        if len(low) != len(word) or match.start() == 0:
            return word
        if low in _HEADLINE_SMALL:
            return low
        if low not in seen_upper and (low in seen_lower or (not word.isupper() and _is_ordinary(low))):
            return low
        if word.isupper() and low in seen_upper and len(word) > 4:
            return word.capitalize()
        return word

    starts = [0, *_sentence_starts(text), len(text)]
    pieces = [text[a:b] for a, b in pairwise(starts)]
    return "".join(_WORD.sub(one, piece) if _is_headline(piece) else piece for piece in pieces)


def _seen_upper(text: str) -> frozenset[str]:
    """Words written with a capital inside ordinary sentences: names."""
    found: set[str] = set()
    for line in text.split("\n"):
        starts = [0, *_sentence_starts(line), len(line)]
        for a, b in pairwise(starts):
            if not _is_headline(line[a:b]):
                found.update(m.lower() for m in _CAPITALISED.findall(line[a:b]))
    return frozenset(found)


@lru_cache(maxsize=50_000)
def _is_ordinary(word: str) -> bool:
    return any(getAllLemmas(w) for w in (word, word.removesuffix("'s"), word.removesuffix("’s")))


@lru_cache(maxsize=100_000)
def lemma_of(form: str, pos: str) -> str:
    """The lemma of a word form (lower-cased here) under a UPOS tag; the lower-cased form itself where none is known."""
    low = form.lower()
    upos = {"PROPN": "NOUN"}.get(pos, pos)
    if upos not in ("VERB", "AUX", "NOUN", "ADJ", "ADV") or not low[:1].isalpha():
        return low
    found = getLemma(low, upos=upos, lemmatize_oov=upos not in ("ADJ", "ADV"))
    return str(found[0]) if found else low


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """(offset, text) of paragraphs, long ones cut at a sentence end, else at a space, else anywhere."""
    position = 0
    for line in text.split("\n"):
        start = 0
        while len(line) - start > MAX_PIECE_CHARS:
            window = line[start : start + MAX_PIECE_CHARS]
            cut = max(window.rfind(". "), window.rfind('." '), window.rfind("? "), window.rfind("! ")) + 1
            if cut < MAX_PIECE_CHARS // 4:
                cut = window.rfind(" ") + 1
            if cut < MAX_PIECE_CHARS // 4:
                cut = MAX_PIECE_CHARS
            yield position + start, line[start : start + cut]
            start += cut
        if line[start:].strip():
            yield position + start, line[start:]
        position += len(line) + 1


def _sentence_starts(text: str) -> list[int]:
    """Offsets at which a sentence begins after a full stop (the first sentence's 0 is left out)."""
    starts = []
    for match in _SENTENCE_END.finditer(text):
        rest = match.end()
        while rest < len(text) and text[rest].isspace():
            rest += 1
        if rest >= len(text):
            break
        following = text[rest]
        if not (following.isupper() or following.isdigit() or following in "\"'([-•"):
            continue
        mark = match.group()
        if mark[0] == "." and len(mark) == 1:
            before = text[max(0, match.start() - 12) : match.start()].split()
            word = before[-1].lstrip("\"'([") if before else ""
            if word.lower() in _ABBREVIATIONS or (len(word) == 1 and word.isupper()):
                continue
        if mark[-1] in "\"'":
            tag = _TAG_AFTER_QUOTE.match(text, match.end(), min(len(text), match.end() + 120))
            if tag and '"' not in text[tag.end() : tag.end() + 60].split(". ")[0]:
                continue
        starts.append(rest)
    return starts


def _with_sentence_starts(doc: Doc) -> Doc:
    """Fix the sentence starts found by rule before the parser runs; only over-long stretches are left to the parser."""
    starts = set(_sentence_starts(doc.text))
    dateline = _DATELINE.match(doc.text[:120])
    if dateline:
        starts.add(dateline.end())
    bounds = [0]
    for token in doc:
        if token.i and token.idx in starts:
            bounds.append(token.i)
    bounds.append(len(doc))
    for first, last in pairwise(bounds):
        length = last - first
        for i in range(first, last):
            if i == 0:
                continue
            if i == first or (length > MAX_SENTENCE_TOKENS and (i - first) % MAX_SENTENCE_TOKENS == 0):
                doc[i].is_sent_start = True
            elif length <= FREE_SENTENCE_TOKENS:
                doc[i].is_sent_start = False
    return doc


def _is_dateline(doc: Doc, span: Span) -> bool:
    """A dateline that was cut off before parsing, with its sentence right after it."""
    if len(span) > 16 or span.end >= len(doc):
        return False
    text = span.text_with_ws
    found = _DATELINE.match(text + doc[span.end].text)
    return found is not None and found.end() == len(text)


def parse(nlp: Language, article_text: str, title: str | None) -> Parsed:
    """Parse one article.

    Args:
        nlp: the trained pipeline (tok2vec, morphologizer, parser).
        article_text: Article.text; paragraphs are lines.
        title: Article.title, becomes sentence 0; None or blank leaves sentence 0 out.

    Returns:
        The parsed article; empty texts give an empty Doc. Time is linear in the length and
        bounded by MAX_ARTICLE_CHARS.
    """
    skipped: list[str] = []
    text = article_text
    if len(text) > MAX_ARTICLE_CHARS:
        skipped.append(f"{len(text) - MAX_ARTICLE_CHARS} characters after the first {MAX_ARTICLE_CHARS}")
        text = text[:MAX_ARTICLE_CHARS]
    head = text[:200_000]
    words = _WORD.findall(head)
    seen_lower = frozenset(w for w in words if w.islower())
    mid_upper = _seen_upper(head)

    pieces: list[tuple[int, int, _Copy]] = []  # (paragraph, offset or -1, copy)
    if title and title.strip():
        line = title[:1_000]
        pieces.append((0, -1, _mended(_truecased(line, seen_lower, mid_upper))))
    paragraph, last_line_at, blanked = 0, -1, 0
    for offset, piece in _pieces(text):
        if offset == 0 or text[offset - 1] == "\n" or last_line_at < 0:
            paragraph += 1
        last_line_at = offset
        copy = _mended(_truecased(piece, seen_lower, mid_upper))
        blanked += sum(len(w) > MAX_WORD_CHARS for w in piece.split())
        if copy.text.strip():
            pieces.append((paragraph, offset, copy))
    if blanked:
        skipped.append(f"{blanked} runs of more than {MAX_WORD_CHARS} characters without a space")

    made = [_with_sentence_starts(nlp.make_doc(copy.text)) for _, _, copy in pieces]
    docs = list(nlp.pipe(made, batch_size=24)) if made else []
    starts: list[int] = []
    ends: list[int] = []
    token_paragraph: list[int] = []
    for (para, offset, copy), doc in zip(pieces, docs, strict=True):
        for token in doc:
            if offset < 0:
                starts.append(-1)
                ends.append(-1)
            else:
                begin = offset + copy.original(token.idx)
                starts.append(begin)
                ends.append(max(begin + 1, offset + copy.original(token.idx + len(token))))
            token_paragraph.append(para if offset >= 0 else -1)
    doc = Doc.from_docs(docs, ensure_whitespace=True) if docs else nlp.make_doc("")
    if doc is None:
        doc = nlp.make_doc("")
    for token in doc:
        token.lemma_ = lemma_of(token.text, token.pos_)
        if token.pos_ == "NOUN" and token.is_lower and token.text in IRREGULAR_PASTS:
            token.lemma_ = lemma_of(token.text, "VERB")

    sentences: list[Sent] = []
    sentence_of = [0] * len(doc)
    number = 0
    opening: int | None = None  # a dateline, parsed apart, belongs to the sentence after it
    for span in doc.sents:
        if _is_dateline(doc, span) and opening is None:
            opening = span.start
            continue
        if opening is not None:
            span = doc[opening : span.end]
            opening = None
        if not span.text.strip():
            for token in span:
                sentence_of[token.i] = max(len(sentences) - 1, 0)
            continue
        is_title = token_paragraph[span.start] < 0
        if not is_title:
            number += 1
        visible = [t.i for t in span if not t.is_space]
        first_char = None if is_title else starts[visible[0]]
        last_char = None if is_title else ends[visible[-1]]
        words_here = title.strip() if is_title and title else text[first_char or 0 : last_char or 0]
        for token in span:
            sentence_of[token.i] = len(sentences)
        sentences.append(
            Sent(
                span,
                0 if is_title else number,
                is_title,
                max(token_paragraph[span.start], 0),
                first_char,
                last_char,
                words_here,
            )
        )
    return Parsed(doc, text, sentences, sentence_of, starts, ends, skipped, [t.idx for t in doc])
