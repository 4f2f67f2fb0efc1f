"""How many died: quantities in words and figures, and which toll belongs to which predicate.

A quantity is a pair (low, high); high is None where the text leaves the top open. The conventions: "at least 20" is
(20, None), "more than 50" (51, None), "nearly 50" (45, 49), "up to 200" (0, 200), "dozens" (24, None), "scores" (40,
None), "hundreds" (200, None), "several" (3, None), "20 to 30" (20, 30), "some 400" (400, 400).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from spacy.tokens import Span, Token

from flows.coding.cues import Cues, base, children, is_finite, word_set

_UNITS: Final = {
    w: n
    for n, w in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS: Final = {
    w: 10 * n for n, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_MULTIPLES: Final = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_OPEN: Final = {  # plural quantity words and the least they can mean
    "dozens": 24,
    "scores": 40,
    "tens": 20,
    "hundreds": 200,
    "thousands": 2_000,
    "millions": 2_000_000,
    "several": 3,
    "numerous": 3,
}
_AT_LEAST: Final = (
    ("at", "least"),
    ("no", "fewer", "than"),
    ("no", "less", "than"),
    ("not", "less", "than"),
    ("a", "minimum", "of"),
    ("upwards", "of"),
    ("minimum",),
)
_MORE_THAN: Final = (("more", "than"), ("over",), ("above",), ("exceeding",), ("well", "over"))
_UP_TO: Final = (("up", "to"), ("as", "many", "as"), ("a", "maximum", "of"), ("at", "most"), ("no", "more", "than"))
_LESS_THAN: Final = (("fewer", "than"), ("less", "than"), ("under",), ("below",))
_NEARLY: Final = (("nearly",), ("almost",), ("close", "to"), ("just", "under"))
_ABOUT: Final = (("about",), ("around",), ("some",), ("approximately",), ("roughly",), ("circa",), ("an", "estimated"))
_FIGURE: Final = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,9}(?:\.\d+)?")
_RANGE: Final = re.compile(r"(\d{1,6})[-–—](\d{1,6})")
_NEARLY_SHARE: Final = 0.9
""" "nearly 50" is read as 90 % of the number or more, and less than the number."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity read from words[start:end]; `high` None means open at the top."""

    low: int
    high: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Toll:
    """Number of dead tied to a predicate; `text` are the words that give it, with the dead ("at least 20
    civilians")."""

    low: int
    high: int | None
    text: str


def _number(words: Sequence[str], i: int) -> tuple[int, int] | None:
    """(value, next position) of the number that begins at words[i], or None."""
    word = words[i]
    if _FIGURE.fullmatch(word):
        value = float(word.replace(",", ""))
        i += 1
        if i < len(words) and words[i] in _MULTIPLES:
            value *= _MULTIPLES[words[i]]
            i += 1
        return int(value), i
    total, current, seen = 0, 0, False
    while i < len(words):
        word = words[i]
        parts = word.split("-")
        if word in _UNITS:
            current += _UNITS[word]
        elif word in _TENS:
            current += _TENS[word]
            if tuple(words[i + 1 : i + 2]) == ("-",) and i + 2 < len(words) and words[i + 2] in _UNITS:
                current += _UNITS[words[i + 2]]
                i += 2
        elif len(parts) == 2 and parts[0] in _TENS and parts[1] in _UNITS:
            current += _TENS[parts[0]] + _UNITS[parts[1]]
        elif word == "dozen" and seen:
            current *= 12
        elif word == "hundred" and seen:
            current = max(current, 1) * 100
        elif word in _MULTIPLES and seen:
            total += max(current, 1) * _MULTIPLES[word]
            current = 0
        elif word == "and" and seen and i + 1 < len(words) and (words[i + 1] in _UNITS or words[i + 1] in _TENS):
            if current % 100 or current == 0:
                break
        elif (
            word in ("a", "one")
            and not seen
            and i + 1 < len(words)
            and (words[i + 1] == "dozen" or words[i + 1] in _MULTIPLES)
        ):
            current = 1
        elif word == "half" and not seen and tuple(words[i + 1 : i + 3]) == ("a", "dozen"):
            return 6, i + 3
        elif word in ("dozen", "hundred", "thousand") and not seen:
            current = 12 if word == "dozen" else _MULTIPLES[word]
        else:
            break
        seen = True
        i += 1
    return (total + current, i) if seen else None


def _cue(words: Sequence[str], i: int, cues: Sequence[tuple[str, ...]]) -> int:
    """Length of the cue that begins at words[i], 0 if none does."""
    return next((len(c) for c in cues if tuple(words[i : i + len(c)]) == c), 0)


def quantity_in(words: Sequence[str]) -> Quantity | None:
    """The first quantity in a list of lower-case words, with its qualifier ("at least", "between ... and ...").

    Args:
        words: tokens in lower case.

    Returns:
        The quantity and its place in `words`; None if there is none. "a" and "an" alone are no quantity.
    """
    for i in range(len(words)):
        found = _quantity_at(words, i)
        if found:
            return found
    return None


def _quantity_at(words: Sequence[str], start: int) -> Quantity | None:
    i = start
    if words[i] == "between":
        first = _number(words, i + 1) if i + 1 < len(words) else None
        if first and first[1] < len(words) and words[first[1]] in ("and", "to"):
            second = _number(words, first[1] + 1) if first[1] + 1 < len(words) else None
            if second and second[0] >= first[0]:
                return Quantity(first[0], second[0], start, second[1])
        return None
    kind = ""
    for name, cues in (
        ("least", _AT_LEAST),
        ("upto", _UP_TO),
        ("more", _MORE_THAN),
        ("less", _LESS_THAN),
        ("nearly", _NEARLY),
        ("about", _ABOUT),
    ):
        length = _cue(words, i, cues)
        if length:
            kind, i = name, i + length
            break
    if kind == "least" and i < len(words) and words[i] in ("some", "about"):
        i += 1
    if i >= len(words):
        return None
    word = words[i]
    joined = _RANGE.fullmatch(word)
    if joined and int(joined[1]) < int(joined[2]):
        return Quantity(int(joined[1]), int(joined[2]), start, i + 1)
    if word in ("several", "few", "many") and tuple(words[i + 1 : i + 2]) in (("dozen",), ("hundred",), ("thousand",)):
        return Quantity(3 * {"dozen": 12, "hundred": 100, "thousand": 1_000}[words[i + 1]], None, start, i + 2)
    if word == "a" and tuple(words[i + 1 : i + 3]) in (("few", "dozen"), ("few", "hundred"), ("few", "thousand")):
        return Quantity(3 * {"dozen": 12, "hundred": 100, "thousand": 1_000}[words[i + 2]], None, start, i + 3)
    if word in _OPEN:
        low, end = _OPEN[word], i + 1
        if word == "tens" and tuple(words[end : end + 2]) == ("of", "thousands"):
            low, end = 20_000, end + 2
        elif word == "hundreds" and tuple(words[end : end + 2]) == ("of", "thousands"):
            low, end = 200_000, end + 2
        return Quantity(low, None, start, end)
    if tuple(words[i : i + 2]) == ("a", "few"):
        return Quantity(3, None, start, i + 2)
    if word in ("a", "the") and tuple(words[i + 1 : i + 2]) == ("couple",):
        return Quantity(2, 2, start, i + 2)
    if word == "both":
        return Quantity(2, 2, start, i + 1)
    if word == "a" and kind and i + 1 < len(words) and words[i + 1] in ("dozen", "hundred", "thousand", "million"):
        pass
    found = _number(words, i)
    if found is None:
        return None
    value, end = found
    if end < len(words) and words[end] in ("to", "or", "-", "–"):
        second = _number(words, end + 1) if end + 1 < len(words) else None
        if second and second[0] > value and not kind:
            return Quantity(value, second[0], start, second[1])
    if tuple(words[end : end + 2]) == ("or", "more"):
        kind, end = "least", end + 2
    bounds: tuple[int, int | None] = {
        "least": (value, None),
        "more": (value + 1, None),
        "upto": (0, value),
        "less": (0, max(value - 1, 0)),
        "nearly": (int(value * _NEARLY_SHARE), max(value - 1, 0)),
    }.get(kind, (value, value))
    return Quantity(*bounds, start, end)


@dataclass(frozen=True, slots=True)
class Deaths:
    """A place in a sentence that tells deaths: the word that tells them, its tokens' range and the number."""

    token: Token
    low: int
    high: int | None
    text: str


_QUANTITY_WORDS: Final = (
    set(_UNITS) | set(_TENS) | set(_MULTIPLES) | set(_OPEN) | {"dozen", "couple", "both", "half", "few"}
)
_COUNTERS: Final = word_set("number total toll rest majority most many")
"""Nouns that count others and are nobody themselves ("the number of rebels")."""
_QUALIFIER_WORDS: Final = word_set(
    "at least no fewer less than more over above up to as many nearly almost about around some approximately"
    " roughly between and or of an estimated"
)
_MONTHS: Final = word_set(
    "january february march april may june july august september october november december jan feb mar apr jun"
    " jul aug sep sept oct nov dec"
)
_NAMED: Final = 7
"""A name counts as one person only in a short phrase of its own ("Colonel X and two guards")."""
_WINDOW: Final = 24
"""The dead are named at most so many tokens away from the word that tells their death."""
_AFTER_A_MEASURE: Final = word_set(
    "year-old km kilometre kilometer mile metre meter mm percent % day hour week month year minute am pm"
)
_HURT: Final = word_set("injured wounded hurt missing arrested captured detained kidnapped abducted")
_MODIFYING: Final = word_set("including armed led backed estimated fighting")
_HURTING: Final = word_set("injuring wounding hurting displacing")


def _masked(tokens: Sequence[Token]) -> list[str]:
    """The tokens in lower case; figures of dates, ages, distances and money blanked, so that they count nobody."""
    words = [t.lower_ for t in tokens]
    out = list(words)
    for n, word in enumerate(words):
        if not (word[:1].isdigit() or word in _UNITS or word in _TENS):
            continue
        before = words[n - 1] if n else ""
        after = words[n + 1] if n + 1 < len(words) else ""
        lemma_after = tokens[n + 1].lemma_ if n + 1 < len(words) else ""
        if (
            before in _MONTHS
            or (after in _MONTHS and tokens[n + 1].text[:1].isupper())
            or (
                re.fullmatch(r"(?:19|20)\d\d", word)
                and (
                    before in _MONTHS or before in ("in", "since", "of", "late") or (n > 1 and words[n - 2] in _MONTHS)
                )
            )
            or lemma_after in _AFTER_A_MEASURE
            or before in ("$", "£", "€", "aged", "no.")
            or (n > 1 and words[n - 2] == "aged")
            or (n > 2 and "aged" in words[n - 4 : n - 1])
            or (after == "-" and n + 2 < len(words) and words[n + 2] == "year")
            or re.search(r"[:/]|\d-[a-z]|\d[a-z]", word)
        ):
            out[n] = "#"
    return out


def _parts(tokens: Sequence[Token]) -> list[list[Token]]:
    """A stretch that names the dead, split at "and" and commas; "including ..." and "of whom ..." are cut out."""
    parts: list[list[Token]] = [[]]
    aside = False
    for n, token in enumerate(tokens):
        word = token.lower_
        if word == "one" and n and tuple(t.lower_ for t in tokens[n + 1 : n + 3]) in (("of", "them"), ("of", "whom")):
            aside = True
        if (
            word == "of"
            and n + 1 < len(tokens)
            and tokens[n + 1].lower_ in ("whom", "them")
            and len(parts) > 1
            and len(parts[-1]) < 4
        ):
            parts.pop()  # ", nine of them children" is a part of the number before
        if word in ("including", "among", "mostly", "mainly") or (
            word == "of" and n + 1 < len(tokens) and tokens[n + 1].lower_ in ("whom", "them")
        ):
            aside = True
        if aside:
            continue
        between = n + 1 < len(tokens) and word == "and" and parts[-1] and parts[-1][0].lower_ == "between"
        if (word in ("and", ",") or (word == "plus")) and not between:
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]


def _head_of(part: Sequence[Token]) -> Token | None:
    """The noun that a part of a list is about: the last one before "of" or another preposition."""
    head = None
    for token in part:
        if token.pos_ in ("NOUN", "PROPN", "NUM") or token.lower_ in _QUANTITY_WORDS:
            head = token
        elif (token.pos_ == "ADP" and head is not None and token.lower_ not in _QUALIFIER_WORDS) or (
            token.lower_ == "of" and head is not None and head.lower_ not in _QUANTITY_WORDS | _COUNTERS
        ):
            break
    if head is None and part and part[-1].pos_ == "ADJ":
        return part[-1]
    return head


def count_of(tokens: Sequence[Token], cues: Cues) -> tuple[int, int | None, int, int] | None:
    """How many people a stretch of tokens names: its number, 1 for "a soldier", the sum over "30 soldiers and a medic".

    Returns:
        (low, high, first token, last token + 1) in document positions; None where it gives no number ("civilians") or
        counts no people ("two tanks").
    """
    total_low, total_high, open_top, first, last = 0, 0, False, -1, -1
    has_case = any(t.pos_ == "ADP" for t in tokens)
    for part in _parts(tokens):
        head = _head_of(part)
        if head is None or cues.has("not_person", head) or any(t.lower_ in _HURT or t.lemma_ == "injury" for t in part):
            continue
        words = _masked(part)
        found = None
        for start in range(len(words) - 1, -1, -1):
            here = _quantity_at(words, start)
            if here and (found is None or here.end >= found.end):
                found = here
        low: int
        high: int | None
        if found is not None:
            low, high, begin = found.low, found.high, part[found.start].i
        elif (
            not (part[0].pos_ == "ADP" and part[0].lower_ in ("in", "at", "near", "from"))
            and head.pos_ in ("NOUN", "PROPN", "ADJ")
            and "Plur" not in head.morph.get("Number", [])
            and head.lower_ not in _COUNTERS
            and not cues.has("collective", head)
            and (head.pos_ != "PROPN" or (not head.text.isupper() and len(tokens) <= _NAMED and not has_case))
            and "#" not in words
        ):
            low, high, begin = 1, 1, part[0].i
        else:
            continue
        total_low += low
        total_high += high or 0
        open_top = open_top or high is None
        first = begin if first < 0 else first
        last = max(last, head.i + 1)
    if first < 0:
        return None
    return total_low, None if open_top else total_high, first, last


def _left_of(token: Token) -> list[Token]:
    """The stretch before a passive or a verb of dying that names the dead: back to the last verb, mark or sentence
    start."""
    doc, i = token.doc, token.i - 1
    while i >= token.sent.start and doc[i].pos_ in ("AUX", "ADV", "PART"):
        i -= 1
    end = i + 1
    while i >= token.sent.start and end - i <= _WINDOW:
        here = doc[i]
        ends = (
            here.text in '"();:'
            or here.lower_ in ("that", "when", "where", "while", "as", "because", "but", "after")
            or (here.pos_ == "VERB" and here.lower_ not in _MODIFYING)
        )
        if ends and not (here.lower_ == "as" and {"many", "much"} & {doc[i - 1].lower_, doc[i + 1].lower_}):
            break
        i -= 1
    return list(doc[max(i + 1, token.sent.start) : end])


_STOPS: Final = word_set(
    "in on near during after before when while as since by with from for where who which that into inside outside"
    " across because but according overnight yesterday today following amid also leaving"
)


def _right_of(token: Token) -> list[Token]:
    """The stretch after an active verb of killing that names the dead: up to the next preposition, verb or mark."""
    doc, i = token.doc, token.i + 1
    out: list[Token] = []
    while i < token.sent.end and len(out) <= _WINDOW:
        here = doc[i]
        nearby = doc[i + 1].lower_ if i + 1 < token.sent.end else ""
        counted = nearby[:1].isdigit() or nearby in _QUANTITY_WORDS
        qualifier = (
            (here.lower_ in ("over", "about", "around", "under", "nearly") and counted)
            or (here.lower_, nearby) in {("at", "least"), ("as", "many"), ("at", "most"), ("up", "to")}
            or (i > 0 and doc[i - 1].lower_ in ("many", "much") and here.lower_ == "as")
        )
        if not qualifier and (
            here.text in '"();:.'
            or here.lower_ in _STOPS
            or (here.lower_ == "at" or (here.lower_ == "to" and not doc[i - 1].like_num and doc[i - 1].lower_ != "up"))
            or (
                here.pos_ in ("VERB", "AUX") and here.lower_ not in ("including", "armed", "estimated", "led", "backed")
            )
            or here.lower_ in _HURTING
            or here.lemma_ in ("injure", "wound")
        ):
            other = here.lower_ in _HURT or (
                here.pos_ in ("VERB", "AUX") and (is_finite(here) or here.lower_.endswith("ed"))
            )
            if other and out and any(t.lower_ in ("and", ",") for t in out):
                return _without_last_part(out)
            if here.lower_ in _HURT:
                return []
            break
        out.append(here)
        i += 1
    return out


def _without_last_part(tokens: list[Token]) -> list[Token]:
    """Without what follows the last "and" or comma: in "killed 5 and 3 injured" the 3 are not dead."""
    for n in range(len(tokens) - 1, -1, -1):
        if tokens[n].lower_ in ("and", ","):
            return tokens[:n]
    return []


def _is_passive(verb: Token) -> bool:
    """True if the verb's patient stands before it ("were killed", "three rebels killed in ...")."""
    if any(c.dep_ in ("nsubj:pass", "aux:pass") for c in verb.children):
        return True
    if "Part" not in verb.morph.get("VerbForm", []) or "Pres" in verb.morph.get("Tense", []):
        return False
    if any(c.lower_ in ("have", "has", "had") for c in children(verb, "aux")):
        return False
    return not _right_of(verb)


def deaths_in(sentence: Span, cues: Cues) -> list[Deaths]:
    """Every place in a sentence that tells a number of dead, in order. The wounded, the missing and vehicles do not
    count."""
    found: list[Deaths] = []
    doc = sentence.doc

    def put(token: Token, count: tuple[int, int | None, int, int] | None) -> None:
        if count is not None:
            found.append(Deaths(token, count[0], count[1], doc[count[2] : max(count[3], count[2] + 1)].text))

    for token in sentence:
        low = token.lower_
        if cues.has("kill_verb", token) or low in ("killed", "killing", "kills"):
            following = doc[token.i + 1] if token.i + 1 < sentence.end else token
            if token.pos_ == "NOUN" and low not in ("killed", "kills") and following.pos_ not in ("DET", "NUM"):
                if token.i + 1 < sentence.end and doc[token.i + 1].lower_ == "of":
                    put(token, count_of(_right_of(doc[token.i + 1]), cues))
                continue
            if token.pos_ not in ("VERB", "PROPN", "ADJ", "NOUN", "AUX"):
                continue
            if _is_passive(token):
                put(token, count_of(_left_of(token), cues))
            else:
                put(
                    token,
                    count_of(_right_of(token), cues)
                    or (count_of(_left_of(token), cues) if low == "killed" and token.dep_ != "ROOT" else None),
                )
        elif cues.has("die_verb", token) and token.pos_ == "VERB":
            put(token, count_of(_left_of(token), cues))
        elif low in ("dead", "deaths", "killed") and doc[max(token.i - 2, 0) : token.i].text.lower() == "number of":
            put(token, _toll_figure(token, sentence))
        elif low == "dead":
            put(token, _dead(token))
        elif cues.has("life_noun", token):
            verb = doc[max(token.i - 6, sentence.start) : token.i]
            lost = next((v for v in verb if v.lemma_ == "lose"), None)
            if lost is not None:
                put(token, count_of(_left_of(lost), cues))
            elif any(v.lemma_ in ("claim", "take", "cost") for v in verb):
                of = token.i + 1 < sentence.end and doc[token.i + 1].lower_ == "of"
                put(token, count_of(_right_of(doc[token.i + 1]) if of else _near_left(token), cues))
        elif cues.has("toll_noun", token):
            put(token, _toll_figure(token, sentence))
        elif cues.has("death_noun", token) and token.pos_ == "NOUN":
            if token.i + 1 < sentence.end and cues.has("toll_noun", doc[token.i + 1]):
                continue
            of = token.i + 1 < sentence.end and doc[token.i + 1].lower_ == "of"
            own = _near_left(token)
            if quantity_in(_masked(own)):
                put(token, count_of([*own, token], cues))
            elif of:
                put(token, count_of(_right_of(doc[token.i + 1]), cues))
    return found


def _near_left(token: Token) -> list[Token]:
    """Up to five tokens before, from the last verb, preposition or mark on, qualifiers of numbers kept."""
    doc, i = token.doc, token.i - 1
    while i >= max(token.sent.start, token.i - 5):
        here = doc[i]
        if (
            here.is_punct
            or here.pos_ in ("VERB", "AUX")
            or (here.pos_ == "ADP" and here.lower_ not in _QUALIFIER_WORDS)
        ):
            break
        i -= 1
    return list(doc[i + 1 : token.i])


def _dead(token: Token) -> tuple[int, int | None, int, int] | None:
    """The number with "dead": "left 12 people dead", "12 dead", "at least 20 are dead"."""
    window = list(token.doc[max(token.sent.start, token.i - 8) : token.i])
    words = _masked(window)
    for start in range(len(words)):
        found = _quantity_at(words, start)
        if found and len(words) - found.end <= 3 and not any(w in ("and", ",", ".") for w in words[found.end :]):
            return found.low, found.high, window[start].i, token.i + 1
    return None


_TOLL_LEADS: Final = word_set("to at of reached hit passed exceeded : topped was is reaching reaches")


def _toll_figure(token: Token, sentence: Span) -> tuple[int, int | None, int, int] | None:
    """The figure of "the death toll rose to 70", "a toll of 12", "updated to 18 its toll"."""
    doc = token.doc
    if any(t.lemma_ in ("injury", "wounded", "injured") for t in doc[max(sentence.start, token.i - 3) : token.i]):
        return None
    after = list(doc[token.i + 1 : min(sentence.end, token.i + 30)])
    words = _masked(after)
    for start in range(len(words)):
        found = _quantity_at(words, start)
        if found is not None and start and words[start - 1] in _TOLL_LEADS:
            return found.low, found.high, token.i, token.i + 1 + found.end
    before = list(doc[max(sentence.start, token.i - 6) : token.i])
    words = _masked(before)
    for start in range(1, len(words)):
        found = _quantity_at(words, start)
        if found is not None and words[start - 1] == "to":
            return found.low, found.high, before[start].i, token.i + 1
    return None


_DOWN: Final = word_set("advcl acl xcomp obl nmod obj parataxis ccomp appos compound dep conj nsubj advmod amod")
_UP: Final = word_set("nsubj obl nmod conj compound amod obj dep advcl advmod acl xcomp")
_LINEAR_REACH: Final = 22
"""Where the grammar does not tie a toll to an act of its sentence, nearness does, up to so many tokens."""


def toll_of(predicate: Token, cues: Cues, deaths: Sequence[Deaths] | None = None) -> Toll | None:
    """The number of dead that the sentence ties to a predicate (a verb or an event noun).

    Ties, nearest first: the predicate tells the deaths itself ("killed 30"); it is the means or cause under the verb
    that does ("air strikes killed 30", "30 were killed in clashes"); the deaths hang below it ("struck the town,
    killing 30", "an attack in which 30 died"); it stands near them in the same statement. Coordinated causes share
    the toll. Ask only for acts of violence.

    Args:
        predicate: the word that carries the event.
        cues: the cue dictionary.
        deaths: what `deaths_in` found in its sentence, if at hand already.

    Returns:
        None where no number of dead is tied to it; the wounded never count.
    """
    told = deaths_in(predicate.sent, cues) if deaths is None else deaths
    best: tuple[int, Deaths] | None = None
    for one in told:
        distance = _tie(predicate, one.token, cues)
        if distance is None:
            distance = _nearness(predicate, one.token, cues)
        if distance is not None and (best is None or distance < best[0]):
            best = distance, one
    if best is None:
        return None
    return Toll(best[1].low, best[1].high, best[1].text)


def _tie(predicate: Token, teller: Token, cues: Cues) -> int | None:
    """Steps between a predicate and the word that tells deaths, if the grammar ties them; None otherwise."""
    if predicate.i == teller.i:
        return 0
    chain, token = [predicate], predicate
    while token.head.i != token.i and len(chain) < 7:
        token = token.head
        chain.append(token)
    below = {t.i: n for n, t in enumerate(chain)}
    token = teller
    path: list[Token] = []
    while token.i not in below and len(path) < 6:
        path.append(token)
        if token.head.i == token.i:
            return None
        token = token.head
    if token.i not in below:
        return None
    up = chain[: below[token.i]]
    if any(base(step) not in _UP or _own_clause(step, first=n == 0) for n, step in enumerate(up)):
        return None
    if any(base(step) not in _DOWN or _own_clause(step, first=False) for step in path):
        return None
    if any(cues.has("speech_verb", step) and base(step) != "acl" for step in path[1:]):
        return None
    return len(up) + len(path)


def _own_clause(step: Token, *, first: bool) -> bool:
    """True for a verb coordinated with another that has a subject of its own: what is told there is another matter."""
    if base(step) != "conj" or step.pos_ not in ("VERB", "AUX") or step.head.pos_ not in ("VERB", "AUX"):
        return False
    if step.lower_ in _HURT or step.lemma_ == "suffer":
        return False
    return first or any(c.dep_.startswith("nsubj") for c in step.children)


def _nearness(predicate: Token, teller: Token, cues: Cues) -> int | None:
    """A distance for words in the same stretch of a sentence; None across a semicolon, a quote or another's
    statement."""
    first, last = sorted((predicate.i, teller.i))
    if last - first > _LINEAR_REACH:
        return None
    for token in predicate.doc[first + 1 : last]:
        if token.text in ';"' or token.lower_ in ("meanwhile", "while", "whereas", "but"):
            return None
        if token.pos_ == "VERB" and cues.has("speech_verb", token):
            return None
    return 20 + last - first
