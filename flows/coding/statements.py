"""Acts of saying in one sentence: the verb, noun or phrase that tells one, its speaker and the words it covers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from spacy.tokens import Doc, Token

from flows.coding.cues import Cues, base, is_finite, word_set
from flows.coding.parse import Sent, lemma_of


@dataclass(slots=True)
class Statement:
    """One act of saying: `cue` token, `value` (say, claim, deny, ...), speaker tokens [start, end), covered token
    ranges.

    `trailing` marks a tag after or within what is said ("..., activists said"). `is_deed` marks claims that are the
    news themselves ("claimed responsibility", "declared victory").
    """

    cue: Token
    value: str
    start: int
    end: int
    scope: list[tuple[int, int]]
    trailing: bool = False
    via: str | None = None
    antecedent: str | None = None
    word: str = ""
    is_deed: bool = False

    def covers(self, i: int) -> bool:
        """True if the token at i is part of what is said."""
        return any(a <= i < b for a, b in self.scope)

    def width(self) -> int:
        """Number of tokens covered."""
        return sum(b - a for a, b in self.scope)


_STRONG: Final = word_set(
    "say tell announce state claim allege deny accuse warn insist declare confirm report believe fear vow stress tweet urge"
)
"""Verbs whose subject speaks, whatever it is; with others the subject must look like a speaker."""

_NEEDS_CLAUSE: Final = word_set(
    "add continue conclude note observe record document detail post publish broadcast mention describe relay call"
    " estimate recall highlight comment write explain indicate suggest reveal specify brief remark clarify testify"
    " argue maintain calculate assess propose ask appeal request think expect suspect predict anticipate worry"
    " point"
)
"""Verbs that speak only with a clause, a quotation or as a tag ("he continued"), never with a mere object."""

_OBSERVES: Final = word_set("document record count register log tally find learn establish determine discover")
"""Verbs that report only where an observer or a body is their subject; the last five only with a clause."""

_OF_FINDING: Final = word_set("find learn establish determine discover")

_NO_SPEAKER: Final = word_set(
    "bomb rocket missile shell jet plane helicopter drone casualty death injury incident blast explosion bombing"
    " killing counterattack shelling assault loss damage"
    " victim violence attack evidence move step footage picture photo image video map figure data sign signal"
    " development operation conflict war fighting strike raid clash toll number time day week month year death"
    " result ceasefire truce offensive advance battle"
)

_PRONOUNS: Final = word_set("he she it they who which")

_RELATIVE: Final = word_set("who which that whom whose where")

_CLAIM_OF: Final = word_set("responsibility life lives victim victims credit toll")

_NAMING: Final = word_set("affiliate link ally back lead call know base close name head run")

QUOTE: Final = '"'

_MAX_SPEAKER: Final = 24


def clean_end(doc: Doc, start: int, end: int) -> int:
    """The end of a speaker's phrase: before a relative clause, a comma, a bracket or a verb."""
    for i in range(start, min(end, start + _MAX_SPEAKER)):
        token = doc[i]
        if i > start and (token.text in ',;:()"-–—' and not (token.text == "-" and glued(doc, i))):
            return i
        if i > start and token.lower_ in _RELATIVE:
            return i
        if (
            i > start
            and token.dep_ == "acl"
            and token.pos_ == "VERB"
            and token.lemma_ not in _NAMING
            and start <= token.head.i < i
        ):
            return i
    return min(end, start + _MAX_SPEAKER)


def glued(doc: Doc, i: int) -> bool:
    """True for a hyphen inside a word ("al-Mismari")."""
    return 0 < i < len(doc) - 1 and not doc[i - 1].whitespace_ and not doc[i].whitespace_


def _phrase_left_of(end: int, low: int, doc: Doc, cues: Cues) -> tuple[int, int] | None:
    """The noun phrase that ends right before `end`: names with their titles, "a source at the ministry",
    "activists"."""
    i = end - 1
    while i >= low and (doc[i].pos_ in ("AUX", "ADV") or doc[i].text == ","):
        i -= 1
    last = i
    if i < low or doc[i].pos_ not in ("NOUN", "PROPN", "PRON", "ADJ", "NUM", "X"):
        return None
    if doc[i].pos_ == "PRON":
        return (i, i + 1) if doc[i].lower_ in _PRONOUNS else None
    start = last
    while start - 1 >= low and last - start < _MAX_SPEAKER:
        token = doc[start - 1]
        here = doc[start]
        if token.lower_ in _TIME_WORDS:
            break
        if here.pos_ == "DET" or here.dep_ == "det":
            # Before the article only a preposition joins: "a source at the ministry", "the head of the agency".
            if (
                token.pos_ == "ADP"
                and token.lower_ in ("of", "for", "at", "in", "from", "to")
                and start - 2 >= low
                and (cues.has("speaker_noun", doc[start - 2]) or token.lower_ == "of")
            ):
                start -= 2
                continue
            break
        if (
            token.pos_ in ("PROPN", "ADJ", "NOUN", "DET", "X")
            or token.text in ("'s", "'", "-")
            or token.dep_ in ("compound", "amod", "flat")
        ):
            start -= 1
            continue
        if (
            token.pos_ == "ADP"
            and token.lower_ in ("of", "for", "at", "in", "from")
            and start - 2 >= low
            and (
                cues.has("speaker_noun", doc[start - 2])
                or (token.lower_ in ("of", "for") and doc[start - 2].pos_ in ("PROPN", "NOUN"))
            )
        ):
            start -= 2
            continue
        if (
            token.lower_ == "and"
            and start - 3 >= low
            and doc[start - 2].pos_ == "NOUN"
            and "Plur" in doc[start - 2].morph.get("Number", [])
            and doc[start - 3].text == ","
        ):
            start -= 2
            break
        if (
            token.lower_ == "and"
            and start - 2 >= low
            and doc[start - 2].pos_ in ("PROPN", "ADJ")
            and doc[last].pos_ == "NOUN"
        ):
            start -= 2
            continue
        break
    return start, last + 1


def _phrase_right_of(begin: int, high: int, doc: Doc) -> tuple[int, int] | None:
    """The noun phrase that starts at `begin`: the speaker after an inverted verb or "according to"."""
    i = begin
    seen_noun = False
    while i < high and i - begin < _MAX_SPEAKER:
        token = doc[i]
        glued = token.text in ("-", "'", "'s", "’s") and i > begin
        if token.pos_ in ("NOUN", "PROPN", "X") or (token.pos_ in ("PRON",) and i == begin):
            if seen_noun and (
                token.lower_ in _RELATIVE
                or (
                    doc[i - 1].lower_ in ("statement", "report", "source", "sources", "activists")
                    and token.pos_ == "PROPN"
                )
            ):
                break
            seen_noun = True
        elif (
            token.pos_ in ("DET", "NUM")
            and seen_noun
            and doc[i - 1].pos_ not in ("ADP",)
            and doc[i - 1].lower_ != "and"
        ):
            break
        elif token.pos_ in ("DET", "ADJ", "NUM") or glued or token.dep_ in ("amod", "compound", "flat"):
            pass
        elif (
            token.lower_ in ("of", "for", "at", "in", "from", "and", "to")
            and seen_noun
            and i + 1 < high
            and doc[i + 1].pos_ in ("DET", "PROPN", "NOUN", "ADJ")
        ):
            if (
                token.lower_ in ("to", "in", "and")
                and not (doc[i + 1].pos_ == "PROPN" and token.lower_ != "to")
                and not (token.lower_ == "and" and doc[i + 1].pos_ in ("PROPN", "NOUN", "ADJ"))
            ):
                break
        else:
            break
        i += 1
    while i > begin and doc[i - 1].lower_ in ("and", "of", "for", "at", "in", "from", "-", "to"):
        i -= 1
    return (begin, i) if seen_noun and i > begin else None


def _phrase_of(head: Token, verb: Token, doc: Doc) -> tuple[int, int]:
    """The phrase of a subject found in the tree, cut before its clauses."""
    low = _without_time(max(head.left_edge.i, verb.sent.start), head.i, doc)
    if doc[low].pos_ == "ADP" and low > verb.sent.start and doc[low - 1].pos_ == "PROPN":
        while low > verb.sent.start and (doc[low - 1].pos_ in ("PROPN", "ADJ", "DET") or doc[low - 1].text == "-"):
            low -= 1
    while low < head.i and (
        doc[low].is_punct
        or doc[low].pos_ in ("CCONJ", "SCONJ", "ADV", "INTJ")
        or doc[low].lower_ in ("but", "and", "as", "that", "while", "when", "because")
    ):
        low += 1
    if head.i < verb.i:
        high = head.head.i if head.i < head.head.i < verb.i else verb.i
        while high > head.i + 1 and (
            doc[high - 1].pos_ in ("AUX", "ADV", "PUNCT", "PART") or doc[high - 1].dep_ == "aux"
        ):
            high -= 1
        # A comma before the head ends an earlier apposition: "the spokesman of X, Ahmed Y, said" keeps its first part.
        start = low
        end = clean_end(doc, start, max(high, head.i + 1))
        if end <= head.i:
            title, name = doc[start:end], doc[head.i]
            if any(t.pos_ in ("NOUN", "PROPN") for t in title) and name.pos_ != "PROPN":
                return start, end
            start = next((i for i in range(head.i, low, -1) if doc[i - 1].text in ',;:()"'), low)
            end = clean_end(doc, start, max(high, head.i + 1))
            end = max(end, head.i + 1)
        return start, end
    high = min(head.right_edge.i + 1, verb.sent.end)
    return low, max(clean_end(doc, low, high), head.i + 1)


_TIME_WORDS: Final = word_set(
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august"
    " september october november december"
)


def _without_time(low: int, head: int, doc: Doc) -> int:
    """Past a time that the parser took into a speaker's phrase: "On Tuesday opposition forces"."""
    for i in range(low, min(low + 3, head)):
        if doc[i].lower_ in _TIME_WORDS:
            return i + 1
        if doc[i].pos_ not in ("ADP", "DET", "ADV", "ADJ"):
            break
    return low


def _tail_is_empty(start: int, end: int, doc: Doc, cues: Cues, *, told: bool) -> bool:
    """True if nothing is said after a tag: only a time, an addressee, a place of speaking. `told`: the verb is
    "tell"."""
    for i in range(start, end):
        token = doc[i]
        if token.pos_ in ("VERB", "AUX") and (is_finite(token) or "Part" in token.morph.get("VerbForm", [])):
            if cues.has("speech_verb", token) or token.dep_ in ("acl:relcl", "acl", "amod"):
                return True
            if token.lower_ in ("using", "speaking", "adding", "citing", "referring", "quoting"):
                return True
            return token.dep_ == "advcl" and not is_finite(token)
        if token.lower_ == "that" and (token.dep_ == "mark" or told or i == start):
            return False
        if token.lower_ in _RELATIVE and i > start:
            return True
    return True


def _subject_of(verb: Token, depth: int = 0) -> Token | None:
    """The subject of a verb of saying in the tree, inherited by coordination and by participles ("saying",
    "adding")."""
    own = [c for c in verb.children if c.dep_ == "nsubj" and c.i < verb.i]
    if len(own) > 1 and any(t.text == ":" for t in verb.doc[own[0].i : own[-1].i]):
        return own[-1]  # "Kyiv region: the monitor has documented ...": the label before the colon says nothing
    for child in verb.children:
        if child.dep_ in ("nsubj", "nsubj:outer") or (child.dep_ == "nsubj:pass" and verb.lower_ in ("said", "says")):
            if (
                child.lower_ in _RELATIVE
                and verb.dep_ in ("acl:relcl",)
                and verb.head.pos_ in ("NOUN", "PROPN", "PRON")
            ):
                return verb.head
            return child
    if depth > 4 or verb.head.i == verb.i:
        return None
    relation = base(verb)
    if (
        depth == 0
        and relation == "acl"
        and verb.head.dep_ == "ROOT"
        and verb.head.i < verb.i - 1
        and _told(verb)
        and verb.doc[verb.i - 1].text != ","
    ):
        return verb.head  # "the spokesman of X, on Monday dismissed ...", taken for a participle
    if depth == 0 and relation in ("amod", "acl") and verb.i > 0 and verb.doc[verb.i - 1].pos_ == "CCONJ":
        return next(
            (
                c
                for t in reversed(verb.doc[verb.sent.start : verb.i - 1])
                if t.pos_ == "VERB" and is_finite(t)
                for c in t.children
                if c.dep_ == "nsubj" and c.lower_ not in _RELATIVE
            ),
            None,
        )
    if any(c.dep_ in ("nsubj:pass", "csubj") for c in verb.children):
        return None
    if relation in ("conj", "xcomp", "advcl", "parataxis", "ccomp") and verb.head.pos_ in ("VERB", "AUX", "ADJ"):
        if relation in ("ccomp",) or (
            relation == "advcl"
            and is_finite(verb)
            and "Ger" not in verb.morph.get("VerbForm", [])
            and not verb.lower_.endswith("ing")
        ):
            return None
        if relation == "parataxis" and not verb.lower_.endswith("ing"):
            return None
        if any(c.dep_ == "nsubj:pass" for c in verb.head.children) and relation == "advcl":
            return None
        return _subject_of(verb.head, depth + 1)
    return None


def _verb_lemma(token: Token) -> str:
    """The lemma of a word read as a verb, also where the tagger took it for a noun ("has documented the advance")."""
    if token.pos_ in ("NOUN", "ADJ", "PROPN") and token.lower_.endswith("ed"):
        return lemma_of(token.lower_, "VERB")
    return token.lemma_


def _told(verb: Token) -> bool:
    """True for a past form that no "by" follows and no comma precedes within its phrase."""
    after = verb.doc[verb.i + 1].lower_ if verb.i + 1 < verb.sent.end else ""
    return verb.lower_.endswith("ed") and after != "by" and verb.head.pos_ in ("NOUN", "PROPN")


def _is_speech(token: Token, cues: Cues) -> str | None:
    """The value of a verb of saying, None for other words and for uses that say nothing ("claimed 12 lives")."""
    value = cues.of("speech_verb").get(_verb_lemma(token))
    if value is None and token.lower_ not in ("said", "says", "told"):
        return None
    perfect = token.lower_.endswith("ed") and any(c.dep_ in ("nsubj", "aux") for c in token.children)
    if token.pos_ not in ("VERB", "AUX") and token.lower_ not in ("said", "says", "told") and not perfect:
        return None
    joined = token.i > token.sent.start and token.doc[token.i - 1].pos_ == "CCONJ" and token.lower_.endswith("ed")
    if token.dep_ in ("amod", "compound") and not (
        joined or any(c.dep_.startswith(("nsubj", "aux")) for c in token.children)
    ):
        return None
    if token.lemma_ == "rule" and not any(c.lower_ == "out" and c.i == token.i + 1 for c in token.children):
        return None
    if token.lemma_ == "claim" and token.i + 1 < token.sent.end:
        after = [t.lower_ for t in token.doc[token.i + 1 : min(token.i + 6, token.sent.end)]]
        if after[:1] == ["responsibility"]:
            return "say"
        if _CLAIM_OF & set(after):
            return None
    return value or "say"


def _passive(verb: Token) -> bool:
    if verb.lower_ in ("said", "says") and not any(c.dep_ == "aux:pass" for c in verb.children):
        return False  # nobody is said: the subject is the speaker, whatever the parser calls it
    return any(c.dep_ in ("aux:pass", "nsubj:pass") for c in verb.children)


def _agent_of(verb: Token) -> Token | None:
    for child in verb.children:
        if child.dep_ == "obl:agent" or (
            child.dep_ in ("obl", "nmod") and any(x.lower_ == "by" and x.dep_ == "case" for x in child.children)
        ):
            return child
    return None


def _addressee(verb: Token, doc: Doc, cues: Cues) -> str | None:
    """The outlet that somebody told it to: "told AFP", "in remarks to Reuters"."""
    if verb.lemma_ != "tell":
        return None
    i = verb.i + 1
    start = i
    while i < verb.sent.end and (
        doc[i].pos_ in ("PROPN", "ADJ", "X")
        or (doc[i].pos_ == "DET" and i == start)
        or cues.has("medium", doc[i])
        or (doc[i].text in ("-", "'s") and i > start)
    ):
        i += 1
    words = doc[start:i]
    named = any(t.pos_ == "PROPN" for t in words)
    return words.text if i > start and named else None


def _conj_cut(verb: Token, high: int) -> int:
    """Where a clause beside a verb of saying begins that is not part of what is said: "..., although the army denied
    it"."""
    cut = high
    for i in range(verb.i + 1, high):
        if verb.doc[i].lower_ in ("although", "though", "whereas", "meanwhile") and verb.doc[i].dep_ in (
            "mark",
            "advmod",
        ):
            cut = i
            break
    for child in verb.children:
        if child.dep_ == "conj" and child.i > verb.i and child.pos_ in ("VERB", "AUX"):
            own = any(c.dep_.startswith("nsubj") for c in child.children)
            comma = any(c.dep_ == "cc" for c in child.children)
            # A conjunct with an own subject is more often part of what is said; one without is the speaker's next act.
            if (
                not own
                and comma
                and is_finite(child)
                and not any(c.dep_ == "aux" and c.lower_ in ("had", "has") for c in child.children)
            ):
                complement = any(c.dep_ in ("ccomp", "parataxis") and verb.i < c.i < child.i for c in verb.children)
                if complement:
                    cut = min(cut, child.left_edge.i if child.left_edge.i > verb.i else child.i)
    return cut


def statements_in(sent: Sent, cues: Cues) -> Iterator[Statement]:
    """The acts of saying in a sentence, in the order of their cues; antecedents are left open."""
    span = sent.span
    doc, low, high = span.doc, span.start, span.end
    before: list[Statement] = []
    for token in span:
        value = _is_speech(token, cues)
        if value is not None:
            made = _verb_statement(token, value, low, high, doc, cues, before)
            if made is not None:
                before.append(made)
                yield made
            continue
        if token.lemma_ in ("put", "update", "revise", "raise", "lower") and token.pos_ == "VERB":
            made = _toll_statement(token, high, doc, cues)
            if made is not None:
                before.append(made)
                yield made
            continue
        if token.lower_ == "according" and token.i + 1 < high and doc[token.i + 1].lower_ == "to":
            where = _phrase_right_of(token.i + 2, high, doc)
            if (
                where
                and where[1] + 2 < high
                and doc[where[1] + 1].lower_ in ("by", "from")
                and doc[where[1]].lower_
                in ("provided", "released", "published", "issued", "given", "cited", "obtained", "compiled", "carried")
            ):
                where = _phrase_right_of(where[1] + 2, high, doc) or where
            if where:
                yield Statement(
                    token, "say", where[0], where[1], _around(low, high, token.i, where[1]), True, word="according to"
                )
        elif token.lower_ in ("citing", "quoting") and token.pos_ in ("VERB", "ADP"):
            where = _phrase_right_of(token.i + 1, high, doc)
            if where:
                yield Statement(
                    token, "say", where[0], where[1], _around(low, high, token.i, where[1]), True, word=token.lower_
                )
        elif cues.has("speech_noun", token) and token.pos_ == "NOUN":
            made = _noun_statement(token, cues, doc)
            if made is not None:
                yield made


def _toll_statement(verb: Token, high: int, doc: Doc, cues: Cues) -> Statement | None:
    """ "the monitor put the toll at 18": who gives a toll vouches for it."""
    if not any(cues.has("toll_noun", t) for t in doc[verb.i + 1 : min(high, verb.i + 8)]):
        return None
    subject = _subject_of(verb)
    where: tuple[int, int] | None = None
    if subject is None:
        where, _ = _linear_speaker(verb, verb.sent.start, high, doc, cues)
    elif subject.i < verb.i and may_speak(subject, "put", cues):
        where = _phrase_of(subject, verb, doc)
    if where is None:
        return None
    return Statement(verb, "say", where[0], where[1], [(verb.i + 1, high)], word=verb.lower_)


def _around(low: int, high: int, start: int, end: int) -> list[tuple[int, int]]:
    """The whole sentence but a stretch."""
    return [(a, b) for a, b in ((low, start), (end, high)) if b > a]


def _noun_statement(noun: Token, cues: Cues, doc: Doc) -> Statement | None:
    """ "X's rumours of retaking the town", "the army's claim that it had taken it", "statements by X that ..."."""
    value = cues.of("speech_noun")[noun.lemma_]
    clauses = [
        c
        for c in noun.children
        if c.dep_ in ("acl", "acl:relcl", "ccomp")
        and c.i > noun.i
        and any(x.lower_ == "that" and x.dep_ == "mark" for x in c.children)
    ]
    phrases = [
        c
        for c in noun.children
        if (c.dep_ == "acl" and c.i > noun.i and c.lower_.endswith("ing"))
        or (
            c.dep_ == "nmod"
            and c.i > noun.i
            and any(x.lower_ in ("of", "about") for x in c.children if x.dep_ == "case")
        )
    ]
    content = clauses + (phrases if value == "claim" else [])
    owner = next(
        (
            c
            for c in noun.children
            if c.dep_ in ("nmod:poss", "compound") and c.pos_ in ("PROPN", "NOUN") and c.i < noun.i
        ),
        None,
    )
    if owner is None:
        owner = next(
            (
                c
                for c in noun.children
                if c.dep_ == "nmod" and any(x.lower_ == "by" for x in c.children if x.dep_ == "case")
            ),
            None,
        )
    if not content or owner is None:
        return None
    start = owner.left_edge.i
    while start < owner.i and doc[start].pos_ == "ADP":
        start += 1
    end = max(clean_end(doc, start, owner.right_edge.i + 1), owner.i + 1) if owner.i > noun.i else owner.i + 1
    return Statement(noun, value, start, end, [(c.left_edge.i, c.right_edge.i + 1) for c in content], word=noun.lower_)


def _verb_statement(
    verb: Token, value: str, low: int, high: int, doc: Doc, cues: Cues, before: list[Statement]
) -> Statement | None:
    lemma = _verb_lemma(verb)
    if _passive(verb) or (
        verb.lower_ in ("reported", "stated", "claimed", "quoted", "cited", "announced", "denied", "described")
        and verb.i + 1 < high
        and doc[verb.i + 1].lower_ == "by"
    ):
        return _passive_statement(verb, value, low, high, doc)
    via = _addressee(verb, doc, cues)
    if lemma in ("quote", "cite"):
        spoken = next((c for c in verb.children if c.dep_ == "obj" and c.i > verb.i), None)
        where = (
            (spoken.left_edge.i, clean_end(doc, spoken.left_edge.i, spoken.right_edge.i + 1))
            if spoken is not None
            else (_phrase_right_of(verb.i + 1, high, doc))
        )
        subject = _subject_of(verb)
        if where is None:
            return None
        outlet = doc[slice(*_phrase_of(subject, verb, doc))].text if subject is not None else None
        return Statement(verb, "say", where[0], where[1], [(where[1], high)], via=outlet, word=verb.lower_)
    subject = _subject_of(verb)
    where = None
    inverted = False
    if before and verb.lower_.endswith("ing") and not any(c.dep_ == "aux" for c in verb.children):
        # "..., adding that", "..., revealing": the speaker goes on.
        last = before[-1]
        if last.cue.i < verb.i and (last.covers(verb.i) or last.trailing):
            return Statement(
                verb, value, last.start, last.end, [(verb.i + 1, high)], False, via or last.via, word=verb.lower_
            )
    if subject is not None and subject.i > verb.i:
        inverted = True
    told = next((c for c in verb.children if c.dep_ == "obj" and c.i > verb.i), None) if lemma == "say" else None
    if (
        told is not None
        and not inverted
        and (told.pos_ == "PROPN" or cues.has("speaker_noun", told))
        and not any(c.dep_ in ("ccomp", "xcomp", "parataxis") and c.i > verb.i for c in verb.children)
    ):
        # "..., said the observatory", taken for an object: nobody says an observatory.
        subject, inverted = told, True
    mark = (
        None
        if subject is None or inverted
        else next((i for i in range(verb.i - 1, subject.i, -1) if doc[i].text == QUOTE), None)
    )
    if subject is not None and mark is not None and sum(t.text == QUOTE for t in doc[subject.i : verb.i]) % 2:
        # The subject the tree gives lies inside the quotation; the tag begins after its closing mark.
        tag = _phrase_right_of(mark + 1 if doc[mark + 1].text != "," else mark + 2, verb.i, doc)
        subject = None
        if tag is not None:
            return Statement(verb, value, tag[0], tag[1], [(low, tag[0])], True, via, word=verb.lower_)
    if subject is not None and not may_speak(subject, lemma, cues):
        subject = None
        if lemma not in ("say", "tell"):
            return None
    if subject is not None:
        where = _phrase_of(subject, verb, doc)
        if where[1] <= where[0]:
            where = (subject.i, subject.i + 1)
        nearer = _nearer_speaker(verb, subject, low, doc, cues)
        where = nearer or where
    else:
        where, inverted = _linear_speaker(verb, low, high, doc, cues)
        if where is None:
            return None
        head = _core_of(where, doc)
        if not inverted and not may_speak(head, lemma, cues):
            return None
    if lemma in _OBSERVES and not _observer(where, doc, cues):
        return None
    if value == "accuse" and lemma == "blame" and any(c.dep_ == "obj" and c.i > verb.i for c in verb.children):
        return Statement(
            verb, value, where[0], where[1], [(verb.i + 1, _conj_cut(verb, high))], False, via, word=verb.lower_
        )
    if value == "accuse":
        begin = next((i for i in range(verb.i + 1, min(high, verb.i + 20)) if doc[i].lower_ in ("of", "for")), None)
        return (
            None
            if begin is None
            else Statement(
                verb, value, where[0], where[1], [(begin, _conj_cut(verb, high))], False, via, word=verb.lower_
            )
        )
    if not inverted and _is_inserted(where, verb, low, high, doc):
        scope = [(_after_break(low, where[0], doc), where[0]), (verb.i + 1, high)]
        return Statement(verb, value, where[0], where[1], scope, True, via, word=verb.lower_)
    after = where[1] if inverted else verb.i + 1
    first_word = doc[after].lower_ if after < high else ""
    empty = _tail_is_empty(after, high, doc, cues, told=lemma == "tell")
    said_before = (
        any(t.pos_ in ("VERB", "AUX", "NOUN") for t in doc[low : min(where[0], verb.i)]) if where[0] > low else inverted
    )
    complement = any(c.dep_ in ("ccomp",) and c.i > verb.i for c in verb.children) or first_word in (
        "that",
        ":",
        QUOTE,
    )
    if inverted or (empty and said_before and not (complement and not inverted)):
        if lemma in _NEEDS_CLAUSE and value not in ("say", "claim", "warn", "think", "confirm"):
            return None
        if not inverted and _has_object(verb, after) and not _quote_before(where[0], low, doc):
            return _object_statement(verb, value, where, high, via)
        if inverted and lemma not in (
            "say",
            "add",
            "claim",
            "note",
            "report",
            "write",
            "continue",
            "explain",
            "declare",
            "insist",
            "announce",
            "warn",
            "confirm",
            "state",
            "stress",
            "recall",
            "admit",
        ):
            return None
        if value in ("ask", "promise"):
            return None
        start = min(where[0], verb.i)
        scope = [(_after_break(low, start, doc), start)]
        end = max(where[1], verb.i + 1)
        if end < high and doc[end].lower_ not in _RELATIVE:
            scope.append((end, high))
        return Statement(verb, value, where[0], where[1], scope, True, via, word=verb.lower_)
    clause = complement or not empty
    if not clause:
        if lemma in (_NEEDS_CLAUSE | _OF_FINDING) - (_OBSERVES - _OF_FINDING):
            return None
        return _object_statement(verb, value, where, high, via)
    if lemma in _OBSERVES - _OF_FINDING and not complement:
        return _object_statement(verb, value, where, high, via)
    if lemma in _NEEDS_CLAUSE | _OF_FINDING and not (
        complement
        or any(c.dep_ in ("xcomp", "ccomp", "parataxis") and c.i > verb.i for c in verb.children)
        or doc[min(verb.i + 1, high - 1)].lower_ in ("that", "for", "of")
    ):
        return None
    scope = [(verb.i + 1, _conj_cut(verb, high))]
    if verb.dep_ == "acl:relcl" and verb.head.i < verb.i and verb.head.i not in range(*where):
        # "an attack which Washington says killed 30": the noun before is part of what is said.
        nouns = [verb.head, *([verb.head.head] if verb.head.dep_ == "nmod" else [])]
        scope += [(t.i, t.i + 1) for t in nouns if t.pos_ in ("NOUN", "PROPN")]
    if value == "think" and lemma == "expect" and _passive(verb):
        return None
    return Statement(verb, value, where[0], where[1], scope, False, via, word=verb.lower_)


def _observer(where: tuple[int, int], doc: Doc, cues: Cues) -> bool:
    """True for a named body or a speaker by trade, who counts and documents what happens."""
    words = doc[slice(*where)]
    named = any(t.pos_ == "PROPN" for t in words) and not _PRONOUNS & {t.lower_ for t in words}
    return named or any(cues.has("speaker_noun", t) or cues.has("medium", t) for t in words)


_VERBS_OF_TAGS: Final = word_set("say tell add report claim allege note state announce warn confirm stress insist")


def _is_inserted(where: tuple[int, int], verb: Token, low: int, high: int, doc: Doc) -> bool:
    """ "..., residents said, ..." and "..., a source told the agency on Friday, ...": a tag between commas."""
    if where[0] <= low or doc[where[0] - 1].text != "," or verb.i < where[1] or verb.i - where[1] > 2:
        return False
    if verb.lemma_ not in _VERBS_OF_TAGS or not any(t.pos_ in ("VERB", "AUX", "NOUN") for t in doc[low : where[0]]):
        return False
    relative = any(t.lower_ in _RELATIVE | {"that", "as"} for t in doc[where[0] : verb.i])
    if relative or any(t.text == QUOTE for t in doc[low : where[0]]):
        return False
    for i in range(verb.i + 1, min(verb.i + 9, high)):
        token = doc[i]
        if token.text == ",":
            return i + 1 < high and doc[i + 1].lower_ not in ("that", "citing", "quoting", "adding")
        if token.pos_ in ("VERB", "AUX", "SCONJ") or token.lower_ in ("that", "there"):
            return False
    return False


def _after_break(low: int, end: int, doc: Doc) -> int:
    """Where the clause that a tag closes begins: after the last semicolon or colon that no quotation holds."""
    for i in range(end - 1, low, -1):
        if doc[i].text == QUOTE:
            return low
        if doc[i].text in (";", ":"):
            told = any(t.pos_ in ("VERB", "AUX") for t in doc[low:i])
            return i + 1 if told else low
    return low


def _has_object(verb: Token, after: int) -> bool:
    return any(
        c.dep_ == "obj" and c.i >= after and c.lemma_ not in ("statement", "reporter", "journalist")
        for c in verb.children
    ) and (verb.lemma_ != "tell")


def _quote_before(start: int, low: int, doc: Doc) -> bool:
    return (start > low and doc[start - 1].text == ",") or any(
        doc[i].text == QUOTE for i in range(max(low, start - 2), start)
    )


def _object_statement(verb: Token, value: str, where: tuple[int, int], high: int, via: str | None) -> Statement | None:
    """ "the army announced the capture of the town": the object is what is said."""
    parts = [
        c
        for c in verb.children
        if c.i > verb.i
        and (
            base(c) in ("obj", "xcomp", "ccomp")
            or (base(c) == "obl" and value in ("accuse", "warn", "ask", "think", "claim"))
        )
    ]
    if not parts and value == "deny":
        return Statement(verb, value, where[0], where[1], [(verb.i + 1, high)], False, via, word=verb.lower_)
    if not parts:
        return None
    begin = min(c.left_edge.i for c in parts)
    deed = verb.lemma_ in ("claim", "declare", "announce")
    scope = [(max(begin, verb.i + 1), _conj_cut(verb, high))]
    return Statement(verb, value, where[0], where[1], scope, False, via, word=verb.lower_, is_deed=deed)


def _passive_statement(verb: Token, value: str, low: int, high: int, doc: Doc) -> Statement | None:
    agent = _agent_of(verb)
    if agent is None:
        if verb.lemma_ in ("quote", "cite"):
            subject = next((c for c in verb.children if c.dep_ == "nsubj:pass"), None)
            if subject is not None:
                where = _phrase_of(subject, verb, doc)
                return Statement(verb, "say", where[0], where[1], [(verb.i + 1, high)], word=verb.lower_)
        return None
    if verb.lemma_ in ("expect", "believe", "fear", "call", "describe", "post", "publish", "broadcast"):
        return None
    where = (agent.left_edge.i, agent.right_edge.i + 1)
    while where[0] < agent.i and doc[where[0]].pos_ in ("ADP", "PUNCT"):
        where = (where[0] + 1, where[1])
    where = (where[0], max(clean_end(doc, *where), agent.i + 1))
    if verb.lemma_ in ("quote", "cite") and verb.dep_ in ("acl", "advcl"):
        # "the Observatory, quoted by AFP, said": AFP only passes it on; the statement of the Observatory
        # stands by itself.
        return None
    return Statement(verb, value, where[0], where[1], _around(low, high, verb.i, where[1]), True, word=verb.lower_)


def may_speak(head: Token, lemma: str, cues: Cues) -> bool:
    """True if the word can be a speaker of this verb."""
    if head.pos_ == "PRON" or head.pos_ == "DET":
        return head.lower_ in _PRONOUNS or head.lower_ in ("some", "others", "many", "one", "both")
    if head.lemma_ in _NO_SPEAKER or head.ent_type_ == "DATE":
        return False
    if (
        head.pos_ == "PROPN"
        or (head.text.isupper() and len(head) > 1)
        or cues.has("speaker_noun", head)
        or cues.has("medium", head)
        or cues.has("speech_noun", head)
    ):
        return True
    if lemma in _STRONG:
        return head.pos_ in ("NOUN", "ADJ", "X", "NUM", "VERB")
    return head.pos_ == "NOUN" and (
        "Plur" in head.morph.get("Number", []) or (head.i + 1 < len(head.doc) and head.doc[head.i + 1].pos_ == "PROPN")
    )


def _core_of(where: tuple[int, int], doc: Doc) -> Token:
    """The noun a speaker's phrase is about: the last one before its first preposition."""
    core = doc[where[1] - 1]
    for i in range(*where):
        if doc[i].pos_ == "ADP" and i > where[0]:
            return doc[i - 1]
    return core


def _nearer_speaker(verb: Token, subject: Token, low: int, doc: Doc, cues: Cues) -> tuple[int, int] | None:
    """ "a counterattack in northern Syria a monitor said": a phrase with an article of its own right before the
    verb."""
    if subject.i > verb.i or subject.i == verb.i - 1 or subject.pos_ == "PROPN" or cues.has("speaker_noun", subject):
        return None
    left = _phrase_left_of(verb.i, max(low, subject.i + 1), doc, cues)
    if left is None or doc[left[0]].pos_ != "DET" or not cues.has("speaker_noun", doc[left[1] - 1]):
        return None
    first = doc[left[0] - 1]
    return left if first.pos_ not in ("ADP", "DET", "CCONJ", "VERB", "SCONJ") and first.i > subject.i else None


def _linear_speaker(verb: Token, low: int, high: int, doc: Doc, cues: Cues) -> tuple[tuple[int, int] | None, bool]:
    """The speaker by position where the tree gives none: right before the verb, else right after it."""
    left = _phrase_left_of(verb.i, low, doc, cues)
    if left is not None:
        first = doc[left[0] - 1] if left[0] > low else None
        governed = first is not None and first.pos_ == "ADP" and first.lower_ not in ("of",)
        head = _core_of(left, doc)
        speaker = (
            cues.has("speaker_noun", head)
            or cues.has("medium", head)
            or head.pos_ in ("PROPN", "PRON")
            or head.dep_ == "nsubj"
        )
        plural = "Plur" in head.morph.get("Number", [])
        if head.lemma_ in _NO_SPEAKER:
            governed = True
        tag = doc[left[0]].pos_ == "DET" and verb.lemma_ in ("say", "add", "report")
        tag = tag or (first is not None and first.text == "," and verb.lemma_ in ("say", "add", "tell"))
        if not governed and (tag or speaker or (plural and doc[left[0]].pos_ != "DET") or left[0] == low):
            return left, False
        if governed and cues.has("speaker_noun", head) and head.lemma_ not in _NO_SPEAKER:
            return left, False
        mark = next((i for i in range(left[0] - 1, low - 1, -1) if doc[i].text == QUOTE), None)
        if governed and mark is not None:
            named = _phrase_right_of(mark + 1 if doc[mark + 1].text != "," else mark + 2, verb.i, doc)
            if named is not None:
                return named, False
        if governed and first is not None:
            top = _above_modifiers(head, verb)
            if top is not None:
                return _phrase_of(top, verb, doc), False
    if verb.lemma_ in ("say", "add", "tell", "report", "claim", "note", "state") and verb.i + 1 < high:
        right = _phrase_right_of(verb.i + 1, high, doc)
        if (
            right is not None
            and doc[right[1] - 1].pos_ in ("PROPN", "NOUN")
            and verb.lower_.endswith(("ed", "id", "ys"))
        ):
            return right, True
    return (left, False) if left is not None and left[0] == low else (None, False)


def _above_modifiers(token: Token, verb: Token) -> Token | None:
    """ "fighters besieging territory held by X said": the noun that the modifiers before the verb hang on."""
    found: Token | None = None
    for _ in range(10):
        head = token.head
        if head.i == token.i or head.i >= verb.i:
            break
        if token.dep_ in ("acl", "acl:relcl") and head.pos_ in ("NOUN", "PROPN"):
            found = head
        token = head
    return found
