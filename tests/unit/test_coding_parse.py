"""From an article to sentences: what is mended in the copy, and that offsets lead back to the article's own words."""

from __future__ import annotations

import pytest
import spacy
from spacy.language import Language

from flows.coding.parse import lemma_of, parse
from flows.settings import PROJECT_ROOT, Settings


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.load(Settings(home=PROJECT_ROOT).model)


def sentences(nlp: Language, text: str, title: str | None = None) -> list[str]:
    return [s.text for s in parse(nlp, text, title).sentences]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Brig. Gen. Ali Saleh spoke. He left.", 2),
        ("The U.S. army left. It came back.", 2),
        ("“We won the town.” The mayor was glad.", 2),
        ("“We hold the town,” he said. “It is ours.”", 2),
        ("“We took the town.” Saleh said.", 1),
        ("First line\nSecond line", 2),
        ("It fell at 3 p.m. on Monday.", 1),
        ("", 0),
        (" \n ", 0),
    ],
)
def test_sentence_ends(nlp: Language, text: str, count: int) -> None:
    assert len(sentences(nlp, text)) == count, sentences(nlp, text)


def test_the_title_is_sentence_0_and_has_no_span(nlp: Language) -> None:
    parsed = parse(nlp, "The army left.", "Army leaves")
    assert [(s.sentence_no, s.is_title, s.start) for s in parsed.sentences] == [(0, True, None), (1, False, 0)]


@pytest.mark.parametrize(
    "text",
    [
        "IS fighters left.",
        "The army (FARDC)had left Goma.",
        "The\u00a0army  left\u200b Goma.",
        "Gen.Saleh said: “We left”yesterday.",
        "They closed the border crossing at Ras Ajdir.",
        "x" * 100 + " the army left.",
        "The army […] left [Goma].",
    ],
)
def test_every_word_leads_back_to_the_article(nlp: Language, text: str) -> None:
    parsed = parse(nlp, text, None)
    assert len(parsed.sentences) == 1
    last = 0
    for token in parsed.doc:
        start, end = parsed.starts[token.i], parsed.ends[token.i]
        assert last <= start < end <= len(text)
        last = start
    (sentence,) = parsed.sentences
    assert text[sentence.start : sentence.end] == sentence.text


def test_is_before_a_noun_is_an_organisation_and_keeps_its_words(nlp: Language) -> None:
    parsed = parse(nlp, "IS militants left the town.", None)
    first = parsed.doc[0]
    assert first.text == "ISIS" and parsed.words_of(first) == "IS"


def test_capitals_of_a_headline_do_not_hide_its_verbs(nlp: Language) -> None:
    parsed = parse(nlp, "The rebels left. Goma was quiet, and the army stayed.", "Rebels Leave Goma After Army Attack")
    words = [t.text for t in parsed.sentences[0].span]
    assert "Goma" in words and "attack" in words


@pytest.mark.parametrize(
    ("form", "pos", "lemma"),
    [
        ("Withdrew", "VERB", "withdraw"),
        ("expelled", "VERB", "expel"),
        ("shot", "VERB", "shoot"),
        ("left", "VERB", "leave"),
        ("clashes", "NOUN", "clash"),
        ("terrorist", "ADJ", "terrorist"),
        ("…", "PUNCT", "…"),
    ],
)
def test_lemmas(form: str, pos: str, lemma: str) -> None:
    assert lemma_of(form, pos) == lemma


def test_what_is_left_unread_is_said(nlp: Language) -> None:
    assert parse(nlp, "y" * 500, None).skipped
    assert not parse(nlp, "The army left.", None).skipped
