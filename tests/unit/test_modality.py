"""Actual, negated, planned or possible: one construction a line."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from flows.coding.cues import Cues, load_cues
from flows.coding.modality import modality_of
from flows.coding.parse import parse

ROOT = Path(__file__).parents[2]


@lru_cache(maxsize=1)
def tools() -> tuple[Language, Cues]:
    return spacy.load(ROOT / "model" / "en_sitrep_ud"), load_cues(ROOT / "dbt_project" / "seeds" / "coder_cues.csv")


@pytest.mark.parametrize(
    ("sentence", "predicate", "value"),
    [
        # told as having happened
        ("The army captured the town.", "captured", "actual"),
        ("Troops managed to enter the city.", "enter", "actual"),
        ("The militia began to withdraw from the port.", "withdraw", "actual"),
        ("The rebels were forced to retreat.", "retreat", "actual"),
        ("After taking the town the rebels moved north.", "taking", "actual"),
        ("The fighters who seized the base have left.", "seized", "actual"),
        ("The army repelled an attack on the base.", "attack", "actual"),
        ("The ministry confirmed that troops had crossed the river.", "crossed", "actual"),
        ("The truce ended the siege of the town.", "siege", "actual"),
        ("The rebels not only shelled the village but burned it.", "shelled", "actual"),
        ("Russia claims to have captured the town.", "captured", "actual"),
        # denied, or did not happen
        ("The general ruled out talks with the rebels.", "talks", "negated"),
        ("The army did not attack the village.", "attack", "negated"),
        ("The spokesman denied that troops had entered the town.", "entered", "negated"),
        ("The rebels never captured the airport.", "captured", "negated"),
        ("No clashes were reported in the city.", "clashes", "negated"),
        ("The town was taken without a fight.", "fight", "negated"),
        ("The army failed to recapture the base.", "recapture", "negated"),
        ("The convoy was prevented from entering the camp.", "entering", "negated"),
        ("Nobody was arrested.", "arrested", "negated"),
        # intended, ordered, promised, attempted
        ("The rebels plan to attack the capital.", "attack", "planned"),
        ("The army will storm the city next week.", "storm", "planned"),
        ("The president ordered troops to withdraw.", "withdraw", "planned"),
        ("The militia tried to seize the oil field.", "seize", "planned"),
        ("They launched an offensive to retake the town.", "retake", "planned"),
        ("Fighters gathered in a bid to storm the palace.", "storm", "planned"),
        ("The general vowed to liberate the province.", "liberate", "planned"),
        ("Troops shelled the hill before taking it.", "taking", "planned"),
        ("The UN called for a ceasefire.", "ceasefire", "planned"),
        ("The army is preparing for an assault on the port.", "assault", "planned"),
        ("The group said it would lift the siege.", "lift", "planned"),
        ("The campaign is aimed at capturing the coast.", "capturing", "planned"),
        ("They want to enter and occupy the town.", "occupy", "planned"),
        # may have happened, may happen
        ("Should the rebels attack the city, thousands will flee.", "attack", "possible"),
        ("The rebels may have captured the bridge.", "captured", "possible"),
        ("The army could attack at any time.", "attack", "possible"),
        ("If the rebels attack the city, thousands will flee.", "attack", "possible"),
        ("Residents fear that the army will shell the town.", "shell", "possible"),
        ("The garrison appears to have surrendered.", "surrendered", "possible"),
        ("The fighters have apparently withdrawn.", "withdrawn", "possible"),
        ("The envoy warned of possible strikes.", "strikes", "possible"),
        ("There is a risk of clashes in the city.", "clashes", "possible"),
    ],
)
def test_modality(sentence: str, predicate: str, value: str) -> None:
    nlp, cues = tools()
    doc = parse(nlp, sentence, None).doc
    found = modality_of(next(t for t in reversed(doc) if t.text == predicate), cues)
    assert found.value == value, found


def test_the_cue_is_named_and_only_where_there_is_one() -> None:
    nlp, cues = tools()
    doc = parse(nlp, "The rebels plan to attack the capital.", None).doc
    assert modality_of(doc[4], cues).cue == "plan"
    doc = parse(nlp, "The rebels attacked the capital.", None).doc
    assert modality_of(doc[2], cues).cue is None
