"""The event lexicon is checked when it is read; an error names file, line and cause."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from flows.coding.lexicon import COLUMNS, load_lexicon
from flows.errors import ConfigError
from flows.settings import PROJECT_ROOT, Settings

SEEDS = Settings(home=PROJECT_ROOT).seeds
HEADER = ",".join(COLUMNS)


def seeds_with(tmp_path: Path, *rows: str) -> Path:
    shutil.copy(SEEDS / "coder_word_classes.csv", tmp_path)
    (tmp_path / "event_lexicon.csv").write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
    return tmp_path


def test_the_lexicon_loads_and_is_not_small() -> None:
    lexicon = load_lexicon(SEEDS)
    assert len(lexicon.verbs) > 300
    assert len(lexicon.nouns) > 80
    assert {"armed", "state", "people", "place", "goods", "agreement"} <= set(lexicon.classes)


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        ("seize,ADV,,COERCE,seize,gains,subj,,obj,x", "pos must be VERB or NOUN"),
        ("seize,VERB,,COERCION,seize,gains,subj,,obj,x", "unknown event type"),
        ("seize,VERB,,COERCE,seize,wins,subj,,obj,x", "unknown control relation"),
        ("seize,VERB,thing:place,COERCE,seize,gains,subj,,obj,x", "unknown condition"),
        ("seize,VERB,,COERCE,seize,gains,subj:heroes,,obj,x", "unknown word class"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, row: str, cause: str) -> None:
    with pytest.raises(ConfigError, match=rf"event_lexicon\.csv:2: .*{cause}"):
        load_lexicon(seeds_with(tmp_path, row))


def test_wrong_columns_are_named(tmp_path: Path) -> None:
    shutil.copy(SEEDS / "coder_word_classes.csv", tmp_path)
    (tmp_path / "event_lexicon.csv").write_text("lemma,type\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="columns must be"):
        load_lexicon(tmp_path)


def test_types_and_modes_are_in_the_event_type_dictionary() -> None:
    with (SEEDS / "event_types.csv").open(encoding="utf-8", newline="") as lines:
        known = {(r["event_type"], r["event_mode"] or None) for r in csv.DictReader(lines)}
    lexicon = load_lexicon(SEEDS)
    used = {
        (row.event_type, row.event_mode)
        for table in (lexicon.verbs, lexicon.nouns)
        for rows in table.values()
        for row in rows
        if row.event_type != "-"
    }
    assert used <= known, used - known


def test_conditions_name_classes_that_exist() -> None:
    lexicon = load_lexicon(SEEDS)
    by_class = ("obj", "subj", "poss", "cause", "csubj")
    for table in (lexicon.verbs, lexicon.nouns):
        for lemma, rows in table.items():
            for row in rows:
                for test in row.tests:
                    if test.name in by_class and not test.by_lemma:
                        unknown = test.wanted - set(lexicon.classes) - {"any"}
                        assert not unknown, f"line {row.line} ({lemma}): {unknown}"
