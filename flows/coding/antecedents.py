"""Whom the words of a speaker stand for: "he", "the group", "the spokesman", a surname alone."""

from __future__ import annotations

from typing import Final

from spacy.tokens import Doc

from flows.coding.cues import Cues, word_set
from flows.coding.parse import Parsed
from flows.coding.statements import QUOTE, Statement, clean_end, glued, may_speak


def name_index(parsed: Parsed) -> dict[str, tuple[int, int]]:
    """Last word of each name of two or more capitalised words -> its first place in the article (token range)."""
    out: dict[str, tuple[int, int]] = {}
    doc = parsed.doc
    i = 0
    while i < len(doc):
        token = doc[i]
        if token.pos_ == "PROPN" or (token.is_title and token.pos_ == "ADJ"):
            start = i
            while i < len(doc) and (
                doc[i].pos_ == "PROPN"
                or (doc[i].text == "-" and glued(doc, i))
                or doc[i].lower_ in ("al", "bin", "abu")
            ):
                i += 1
            words = [t for t in doc[start:i] if not t.is_punct]
            if len(words) >= 2:
                out.setdefault(words[-1].lower_, (start, i))
            i = max(i, start + 1)
        else:
            i += 1
    return out


_PERSON_WORDS: Final = word_set(
    "spokesman spokeswoman spokesperson commander minister envoy ambassador chief chairman head leader director"
    " president general colonel lieutenant major brigadier captain mayor governor doctor medic senator diplomat"
    " analyst reporter correspondent official resident witness eyewitness activist journalist lawmaker"
)

_BODY_WORDS: Final = word_set(
    "agency news observatory network army force forces group ministry council command government organisation"
    " organization movement party front coalition brigade brigades police media television channel website"
    " newspaper monitor source reuters states nations union house department centre center office authority"
    " militia rebels resident sources activists staff communique communiqué"
)


def _is_person(statement: Statement, doc: Doc) -> bool:
    words = [t for t in doc[statement.start : statement.end] if t.is_alpha]
    if not words:
        return False
    head = words[-1]
    if any(t.lemma_ in _PERSON_WORDS for t in words) and head.lower_ not in _BODY_WORDS:
        return True
    if any(t.lower_ in _BODY_WORDS for t in words) or head.text.isupper():
        return False
    return head.pos_ == "PROPN" and len(words) <= 6


def antecedent_of(
    statement: Statement, history: list[Statement], names: dict[str, tuple[int, int]], doc: Doc, cues: Cues
) -> str:
    """What the speaker's words stand for."""
    span = doc[statement.start : statement.end]
    text = span.text
    head = doc[statement.end - 1]
    recent = history[-12:][::-1]
    if (len(span) == 1 and head.pos_ == "PRON") or head.lower_ in ("he", "she", "it", "they", "who"):
        low = head.lower_
        if low == "they" and statement.cue.dep_ in ("acl:relcl", "advcl", "acl"):
            own = next(
                (
                    t
                    for t in doc[statement.cue.sent.start : statement.start]
                    if t.dep_ == "nsubj" and t.pos_ in ("NOUN", "PROPN")
                ),
                None,
            )
            if own is not None:
                return doc[own.left_edge.i : own.i + 1].text
        told = _subject_before(statement, doc, cues) if low in ("they", "it") else None
        if told is not None and (not recent or _sentences_between(recent[0], statement) >= 2):
            return told
        people = [r for r in recent[:6] if r.antecedent and _is_person(r, doc) and r.cue.i != statement.cue.i]
        for before in recent:
            if before.antecedent is None or before.cue.i == statement.cue.i:
                continue
            if low in ("he", "she") and before not in people and _is_headline(before, doc):
                continue
            person = _is_person(before, doc) or (
                before.antecedent != doc[before.start : before.end].text and len(before.antecedent.split()) <= 4
            )
            if (
                low in ("he", "she")
                and not person
                and len(recent) > 1
                and before is recent[0]
                and any(_is_person(r, doc) for r in recent[:3])
            ):
                continue
            if low == "it" and _is_person(before, doc) and any(not _is_person(r, doc) for r in recent[:4]):
                continue
            return before.antecedent
        return _subject_before(statement, doc, cues) or text
    definite = span[0].lower_ in ("the", "this", "that")
    if (
        definite
        and (cues.has("speaker_noun", head) or cues.has("medium", head) or cues.has("speech_noun", head))
        and not any(t.pos_ == "PROPN" for t in span)
    ):
        for before in recent:
            spoken = doc[before.start : before.end]
            if (
                before.antecedent
                and any(t.lemma_ == head.lemma_ for t in spoken)
                and before.antecedent.lower() != text.lower()
            ):
                return before.antecedent
        if head.lemma_ in (
            "group",
            "monitor",
            "organisation",
            "organization",
            "agency",
            "observatory",
            "network",
            "ministry",
            "force",
            "command",
            "movement",
            "website",
            "newspaper",
            "channel",
        ):
            for before in recent:
                if (
                    before.antecedent
                    and not _is_person(before, doc)
                    and any(t.pos_ == "PROPN" for t in doc[before.start : before.end])
                ):
                    return before.antecedent
        if cues.has("speech_noun", head) and recent and recent[0].antecedent:
            return recent[0].antecedent
        if head.lemma_ in _PERSON_WORDS:
            for before in recent:
                if before.antecedent and _is_person(before, doc):
                    return before.antecedent
        return text
    words = [t for t in span if not t.is_punct]
    if words and len([t for t in words if t.pos_ == "PROPN"]) == 1 and len(words) <= 2 and head.pos_ == "PROPN":
        full = names.get(head.lower_)
        if full is not None and full[0] < statement.start:
            return doc[full[0] : full[1]].text
        for before in [*history[:40], *history[-40:]]:
            if (
                before.antecedent
                and head.lower_ in before.antecedent.lower().split()
                and before.antecedent.lower() != text.lower()
            ):
                return before.antecedent
    return text


def _is_headline(statement: Statement, doc: Doc) -> bool:
    """True for a speaker of a headline (the first sentence, without a stop), which names no person for "he"."""
    sent = statement.cue.sent
    return sent.start == 0 and doc[sent.end - 1].text not in (".", "!", "?", QUOTE)


def _sentences_between(before: Statement, statement: Statement) -> int:
    """How many sentences lie between two statements, counted up to 3."""
    start, count = statement.cue.sent.start, 0
    while start > before.cue.i and count < 3:
        start = before.cue.doc[start - 1].sent.start
        count += 1
    return count


def _subject_before(statement: Statement, doc: Doc, cues: Cues) -> str | None:
    """The first subject of the sentence before that can speak, for a pronoun that no speaker explains."""
    sent = statement.cue.sent
    if sent.start == 0:
        return None
    before = doc[sent.start - 1].sent
    root = before.root
    for token in before:
        found = token.dep_.startswith("nsubj") or (
            token.i == root.i - 1 and not any(c.dep_.startswith("nsubj") for c in root.children)
        )
        if found and token.pos_ in ("PROPN", "NOUN") and may_speak(token, "add", cues):
            return doc[token.left_edge.i : clean_end(doc, token.left_edge.i, token.i + 1)].text
    return None


_WATCHERS: Final = word_set(
    "observatory watch network monitor monitors group committee committees centre center organisation"
    " organization rights commission council society foundation institute initiative mission"
)


def look_ahead(history: list[Statement], doc: Doc, cues: Cues) -> None:
    """ "a monitor said" in a lead is the named organisation that speaks next."""
    for n, statement in enumerate(history):
        span = doc[statement.start : statement.end]
        generic = span[0].lower_ in ("a", "an") and doc[statement.end - 1].lemma_ in (
            "monitor",
            "group",
            "watchdog",
            "organisation",
            "organization",
        )
        if not generic or any(t.pos_ == "PROPN" for t in span) or statement.antecedent != span.text:
            continue
        for later in history[n + 1 : n + 6]:
            named = doc[later.start : later.end]
            if not _WATCHERS & {t.lower_ for t in named}:
                continue
            if any(t.pos_ == "PROPN" for t in named) and not _is_person(later, doc):
                statement.antecedent = later.antecedent or named.text
                break
