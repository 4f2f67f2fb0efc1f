"""Quantities in words and figures, and the toll that belongs to a predicate."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from flows.coding.cues import Cues, load_cues
from flows.coding.numbers import deaths_in, quantity_in, toll_of
from flows.coding.parse import parse

ROOT = Path(__file__).parents[2]


@lru_cache(maxsize=1)
def tools() -> tuple[Language, Cues]:
    return spacy.load(ROOT / "model" / "en_sitrep_ud"), load_cues(ROOT / "dbt_project" / "seeds" / "coder_cues.csv")


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("18", 18, 18),
        ("1,200", 1200, 1200),
        ("at least 20", 20, None),
        ("no fewer than six", 6, None),
        ("more than 50", 51, None),
        ("over a hundred", 101, None),
        ("nearly 50", 45, 49),
        ("up to 200", 0, 200),
        ("as many as thirty", 0, 30),
        ("fewer than ten", 0, 9),
        ("some 400", 400, 400),
        ("twenty-five", 25, 25),
        ("two hundred and six", 206, 206),
        ("three thousand", 3000, 3000),
        ("1.5 million", 1_500_000, 1_500_000),
        ("between 20 and 30", 20, 30),
        ("20 to 30", 20, 30),
        ("20-30", 20, 30),
        ("forty or more", 40, None),
        ("dozens", 24, None),
        ("more than two dozen", 25, None),
        ("half a dozen", 6, 6),
        ("scores", 40, None),
        ("hundreds", 200, None),
        ("several hundred", 300, None),
        ("tens of thousands", 20_000, None),
        ("several", 3, None),
        ("a couple", 2, 2),
    ],
)
def test_quantities(words: str, low: int, high: int | None) -> None:
    found = quantity_in(words.split())
    assert found is not None
    assert (found.low, found.high) == (low, high)


@pytest.mark.parametrize("words", ["the rebels", "a soldier", "", "and or between"])
def test_words_without_a_quantity(words: str) -> None:
    assert quantity_in(words.split()) is None


@pytest.mark.parametrize(
    ("sentence", "predicate", "low", "high"),
    [
        ("Air strikes on the market killed at least 20 civilians and wounded 40.", "strikes", 20, None),
        ("A soldier and two of his comrades were killed in clashes on Friday.", "clashes", 3, 3),
        ("The death toll from the attack rose to 70, the ministry said.", "attack", 70, 70),
        ("A car bomb exploded near the mosque, killing three and destroying five cars.", "exploded", 3, 3),
        ("The shelling claimed the lives of four children.", "shelling", 4, 4),
        ("Dozens were killed when jets bombed the camp.", "bombed", 24, None),
        ("Between 20 and 30 rebels died when the base was shelled.", "shelled", 20, 30),
        ("The raid led to the death of eight people.", "raid", 8, 8),
        ("The blast left at least 12 people dead.", "blast", 12, None),
        ("Fighting, shelling and car bombs killed 18 guards.", "shelling", 18, 18),
        ("On 3 May 2014 seven people were killed in a raid.", "raid", 7, 7),
        ("Gunmen killed a police officer and three soldiers.", "killed", 4, 4),
        ("Twelve miners, including two women, were executed by the militia.", "executed", 12, 12),
        ("Five villagers were killed and nine others injured in the attack.", "attack", 5, 5),
        ("Scores of fighters died in the battle for the bridge.", "battle", 40, None),
    ],
)
def test_toll_of_a_predicate(sentence: str, predicate: str, low: int, high: int | None) -> None:
    nlp, cues = tools()
    doc = parse(nlp, sentence, None).doc
    toll = toll_of(next(t for t in doc if t.text == predicate), cues)
    assert toll is not None
    assert (toll.low, toll.high) == (low, high)


@pytest.mark.parametrize(
    ("sentence", "predicate"),
    [
        ("The shelling wounded 15 people.", "shelling"),
        ("An air strike destroyed three tanks.", "strike"),
        ("Drones hit 10 vehicles near the town.", "hit"),
        (
            "Rebels attacked the base, the army said, adding that 300 people had been killed in another town.",
            "attacked",
        ),
    ],
)
def test_no_toll(sentence: str, predicate: str) -> None:
    nlp, cues = tools()
    doc = parse(nlp, sentence, None).doc
    assert toll_of(next(t for t in doc if t.text == predicate), cues) is None


def test_a_sentence_may_tell_two_tolls() -> None:
    nlp, cues = tools()
    doc = parse(
        nlp, "Shelling killed four people in the city; in the east, two guards were killed by a mine.", None
    ).doc
    assert [(d.token.text, d.low) for d in deaths_in(next(iter(doc.sents)), cues)] == [("killed", 4), ("killed", 2)]
