"""Who holds which place: statements read from events and from descriptions, in several wars."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import spacy
from spacy.language import Language

from flows.coding.control import Control, control_claims
from flows.coding.cues import Cues, load_cues
from flows.coding.events import Finder
from flows.coding.lexicon import Lexicon, load_lexicon
from flows.coding.mentions import Recogniser, load_dictionaries
from flows.coding.modality import modality_of
from flows.coding.parse import parse
from flows.coding.phrases import Phrases
from flows.coding.speech import speech_of
from flows.names import name_key

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "dbt_project" / "seeds"
PLACES = ["Lyman", "Mosul", "Kirkuk", "Kunduz", "Goma", "Walikale", "Mekelle", "Palma", "Khartoum", "Hodeidah"]
PLACES += ["Marib", "Bakhmut", "Darfur", "Kidal", "Gao"]


@lru_cache(maxsize=1)
def tools(gazetteer: Path) -> tuple[Language, Lexicon, Recogniser, Cues]:
    table = pa.table(
        {
            "keys": [[name_key(p) or ""] for p in PLACES],
            "kind": ["city"] * len(PLACES),
            "population": [200_000] * len(PLACES),
        }
    )
    pq.write_table(table, gazetteer)
    lexicon = load_lexicon(SEEDS)
    recogniser = Recogniser(load_dictionaries(SEEDS, gazetteer), lexicon.classes)
    return spacy.load(ROOT / "model" / "en_sitrep_ud"), lexicon, recogniser, load_cues(SEEDS / "coder_cues.csv")


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gazetteer") / "places.parquet"


def statements(text: str, gazetteer: Path) -> list[Control]:
    nlp, lexicon, recogniser, cues = tools(gazetteer)
    parsed = parse(nlp, text, None)
    phrases = Phrases(parsed, recogniser.names_in(parsed), lexicon, speech_of(parsed, cues))
    finder = Finder(lexicon, phrases, cues)
    events = finder.find()
    return control_claims(events, [modality_of(e.pred, cues) for e in events], phrases, finder.frame, cues)


def told(text: str, gazetteer: Path) -> set[tuple[str | None, str, str]]:
    return {
        (c.holder.antecedent if c.holder else None, c.relation, c.place.antecedent) for c in statements(text, gazetteer)
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # events
        ("Ukrainian forces have recaptured the town of Lyman from Russian troops.",
         {("Ukrainian forces", "gains", "Lyman"), ("Russian troops", "loses", "Lyman")}),
        ("The army withdrew from Goma.", {("army", "loses", "Goma")}),
        ("The rebels no longer hold Goma.", {("rebels", "loses", "Goma")}),
        ("The insurgents, who had held Goma for a month, had driven off in the night.",
         {("insurgents", "holds", "Goma"), ("insurgents", "loses", "Goma")}),
        ("Kidal passed into the hands of the rebels on Thursday.", {("rebels", "gains", "Kidal")}),
        ("The army moved into Gao on Monday without a shot being fired.", {("army", "gains", "Gao")}),
        ("The army lost Goma to the rebels, and Palma to the Islamic State.",
         {("army", "loses", "Goma"), ("rebels", "gains", "Goma"),
          ("army", "loses", "Palma"), ("Islamic State", "gains", "Palma")}),
        ("M23 took control of Rutshuru and Kiwanja.",
         {("M23", "gains", "Rutshuru"), ("M23", "gains", "Kiwanja")}),
        ("Kunduz is surrounded on three sides by Taliban fighters.", {("Taliban fighters", "besieges", "Kunduz")}),
        ("The last of the peacekeepers left Gao in March.", {("peacekeepers", "loses", "Gao")}),
        ("Dozens of gunmen handed over their weapons in Goma.", set()),
        ("Army campaigns drove the militants from one stronghold after another.", set()),
        # states in relative clauses and descriptions
        ("M23 rebels, who hold Bunagana, fired rockets.", {("M23", "holds", "Bunagana")}),
        ("The shells fell on districts that the rebels still hold.", {("rebels", "holds", "districts")}),
        ("The general, Adam Musa, whose men control most of Khartoum and the oil refinery, rejected the deal.",
         {("Adam Musa", "holds", "Khartoum"), ("Adam Musa", "holds", "oil refinery")}),
        ("The last militants hold out in the northern districts of Marib.",
         {("last militants", "holds", "Marib")}),
        ("Ukrainian troops are in full control of Lyman.", {("Ukrainian troops", "holds", "Lyman")}),
        ("A convoy was stopped in Kidal, a town under Malian control.", {("Malian", "holds", "Kidal")}),
        ("Palma is one of the few towns that the insurgents still control.", {("insurgents", "holds", "Palma")}),
        ("Taliban fighters surrounded Kunduz.", {("Taliban fighters", "besieges", "Kunduz")}),
        ("The capture of Mosul by Islamic State shocked the world.", {("Islamic State", "gains", "Mosul")}),
        ("Government troops were driven out of Goma by M23 fighters.",
         {("M23", "gains", "Goma"), ("Government troops", "loses", "Goma")}),
        ("The rebels launched an offensive to take Marib.", {("rebels", "contests", "Marib")}),
        ("The rebels tried to seize Kidal.", {("rebels", "contests", "Kidal")}),
        ("Tigrayan forces lost control of Mekelle to federal troops.",
         {("Tigrayan forces", "loses", "Mekelle"), ("federal troops", "gains", "Mekelle")}),
        ("Soldiers seized the towns of Kidal and Gao.", {("Soldiers", "gains", "Kidal"), ("Soldiers", "gains", "Gao")}),
        # states
        ("The Houthi-held port of Hodeidah was calm.", {("Houthi", "holds", "Hodeidah")}),
        ("Rebel-controlled Kidal and army-held Gao slept.", {("Rebel", "holds", "Kidal"), ("army", "holds", "Gao")}),
        ("Bakhmut is in the hands of Wagner fighters.", {("Wagner fighters", "holds", "Bakhmut")}),
        ("Kirkuk remains under the control of Kurdish fighters.", {("Kurdish fighters", "holds", "Kirkuk")}),
        ("The separatists still control Kidal.", {("separatists", "holds", "Kidal")}),
        ("Kidal is controlled by separatists.", {("separatists", "holds", "Kidal")}),
        ("Militants are battling for control of Palma.", {("Militants", "contests", "Palma")}),
        ("Food is short in besieged Mekelle.", {(None, "besieges", "Mekelle")}),
        ("Palma, the insurgents' last stronghold, was quiet.", {("insurgents", "holds", "Palma")}),
    ],
)  # fmt: skip
def test_statements(text: str, expected: set[tuple[str | None, str, str]], gazetteer: Path) -> None:
    assert expected <= told(text, gazetteer)


@pytest.mark.parametrize(
    "text",
    [
        "Fighters remain in Kidal.",
        "The president holds Kyiv responsible for the raid.",
        "Anyone who takes Goma will pay for it.",
        "The army will move towards Khartoum.",
        "Officials met in Goma.",
        "The state-run agency in Khartoum published the list.",
        "The general took control of the talks.",
    ],
)
def test_no_statement(text: str, gazetteer: Path) -> None:
    assert told(text, gazetteer) == set()


@pytest.mark.parametrize(
    ("text", "relation", "modality"),
    [
        ("The rebels want to seize Kidal.", "gains", "planned"),
        ("The rebels may have seized Kidal.", "gains", "possible"),
        ("The rebels did not seize Kidal.", "gains", "negated"),
        ("The rebels seized Kidal.", "gains", "actual"),
        ("The army denied having lost Bukavu.", "loses", "negated"),
        ("The government did not contest that Goma had been captured by rebels.", "gains", "actual"),
    ],
)
def test_modality_of_statements(text: str, relation: str, modality: str, gazetteer: Path) -> None:
    assert {(c.relation, c.modality.value) for c in statements(text, gazetteer)} == {(relation, modality)}


def test_the_loser_stands_beside_the_gain(gazetteer: Path) -> None:
    gains = [c for c in statements("The rebels captured Kidal from the army.", gazetteer) if c.relation == "gains"]
    assert [c.loser.antecedent for c in gains if c.loser] == ["army"]


def test_a_besieger_named_once_is_lent_to_the_place(gazetteer: Path) -> None:
    text = "The army has besieged Mekelle since May. Food is short in besieged Mekelle."
    assert [c.holder.antecedent for c in statements(text, gazetteer) if c.relation == "besieges" and c.holder] == [
        "army",
        "army",
    ]
