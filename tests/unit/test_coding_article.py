"""What the coder reads from a sentence: one line a case."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.coding import Coder, code_article, load_coder
from flows.names import name_key
from flows.records import Article, EventClaim
from flows.settings import PROJECT_ROOT, Settings

CITIES = {
    "Goma": 144_000,
    "Bukavu": 225_000,
    "Kherson": 279_000,
    "Kharkiv": 1_430_000,
    "El Fasher": 252_000,
    "Nyala": 565_000,
}


@pytest.fixture(scope="module")
def coder(tmp_path_factory: pytest.TempPathFactory) -> Coder:
    gazetteer = tmp_path_factory.mktemp("reference") / "gazetteer.parquet"
    rows = [{"keys": [name_key(n)], "kind": "city", "population": p} for n, p in CITIES.items()]
    rows += [
        {"keys": [name_key(n)], "kind": "country", "population": 1} for n in ("Sudan", "Ukraine", "Russia", "Chad")
    ]
    pq.write_table(pa.Table.from_pylist(rows), gazetteer)
    settings = Settings(home=PROJECT_ROOT)
    return load_coder(settings.model, settings.seeds, gazetteer)


def article(text: str, title: str | None = None) -> Article:
    return Article(
        version_id="v1", article_id="a1", source_id="s", outlet_id="s", url="https://example.org/1", title=title,
        author=None, text=text, language="en", word_count=len(text.split()), published_text=None, published_at=None,
        published_precision=None, dateline_text=None, dateline_date=None, reported_date=date(2023, 5, 10), date_note=None,
        text_digest="", signature=[], warc_file="", warc_offset=0, record_id="", batch_id="b",
        fetched_at=datetime(2023, 5, 11, tzinfo=UTC),
    )  # fmt: skip


def events(coder: Coder, text: str) -> list[EventClaim]:
    return list(code_article(coder, article(text)).event_claims)


# sentence, (type, mode, actor, target, place); None = nothing asked
CASES = [
    ("Rebels captured the town of Goma from the army.", ("COERCE", "seize", "Rebels", "army", "Goma")),
    ("The army was driven out of Bukavu by the rebels.", ("COERCE", "seize", "rebels", "army", "Bukavu")),
    ("Goma fell to the rebels on Tuesday.", ("COERCE", "seize", "rebels", None, "Goma")),
    ("Rebels took control of Nyala.", ("COERCE", "seize", "Rebels", None, "Nyala")),
    ("Troops managed to enter the airport near Nyala.", ("COERCE", "seize", "Troops", None, "Nyala")),
    ("The militia surrounded El Fasher.", ("COERCE", "siege", "militia", None, "El Fasher")),
    ("Soldiers arrested 12 protesters in Goma.", ("COERCE", "arrest", "Soldiers", "protesters", "Goma")),
    ("The government banned protests in Goma.", ("COERCE", "restrict", "government", None, "Goma")),
    (
        "Warplanes struck a market in Nyala, killing 20 civilians.",
        ("ASSAULT", "airstrike", "Warplanes", "civilians", "Nyala"),
    ),
    ("Russian air strikes on Kharkiv killed nine people.", ("ASSAULT", "airstrike", "Russian", "people", "Kharkiv")),
    ("Fighters fired rockets at Kherson.", ("ASSAULT", "shelling", "Fighters", None, "Kherson")),
    ("A car bomb exploded in Goma.", ("ASSAULT", "bombing", None, None, "Goma")),
    ("Clashes between the army and the militia erupted in Nyala.", ("ASSAULT", "clash", "army", "militia", "Nyala")),
    ("Gunmen abducted four nurses near Goma.", ("ASSAULT", "abduct", "Gunmen", "nurses", "Goma")),
    ("The militia executed 30 prisoners in Nyala.", ("ASSAULT", "execute", "militia", "prisoners", "Nyala")),
    ("Five villagers were killed in Nyala.", ("ASSAULT", "kill", None, "villagers", "Nyala")),
    ("The army launched an offensive to retake Goma.", ("MOBILIZE", "advance", "army", None, "Goma")),
    ("Ukraine has sent troops to Kherson.", ("MOBILIZE", "deploy", "Ukraine", None, "Kherson")),
    ("Russian forces withdrew from Kherson.", ("RETREAT", "withdraw", "Russian forces", None, "Kherson")),
    ("The withdrawal of the rebels from Goma began.", ("RETREAT", "withdraw", "rebels", None, "Goma")),
    ("The army lost Goma to the rebels.", ("RETREAT", "withdraw", "army", "rebels", "Goma")),
    ("The two sides agreed a ceasefire.", ("RETREAT", "ceasefire", None, None, None)),
    ("The militia released 40 hostages.", ("RETREAT", "release", "militia", "hostages", None)),
    ("The minister accused Chad of arming the rebels.", ("ACCUSE", None, "minister", "Chad", None)),
    ("The minister accused Chad of arming the rebels.", ("AID", None, "Chad", "rebels", None)),
    ("Sudan rejected the proposal.", ("REJECT", None, "Sudan", None, None)),
    ("The envoy urged the government to end the siege of Nyala.", ("REQUEST", None, "envoy", "government", None)),
    ("The president met the rebel leader in Goma.", ("CONSULT", None, "president", "leader", "Goma")),
    ("Rebels broke through the front line near Goma.", ("MOBILIZE", "advance", "Rebels", None, "Goma")),
    ("Militants set fire to a church in Goma.", ("ASSAULT", "attack", "Militants", None, "Goma")),
    ("The fighters slipped away to the desert.", ("RETREAT", "withdraw", "fighters", None, None)),
    ("Gunmen took four soldiers prisoner near Goma.", ("COERCE", "arrest", "Gunmen", "soldiers", "Goma")),
    ("The envoy urged both sides to stop shelling residential areas.", ("RETREAT", "ceasefire", None, None, None)),
    ("The militia prevented soldiers from entering Goma.", ("COERCE", "restrict", "militia", "soldiers", None)),
    ("Drones hit the retreating columns near Goma.", ("RETREAT", "withdraw", "columns", None, None)),
    ("Police fired tear gas at protesters in Goma.", ("COERCE", None, "Police", "protesters", "Goma")),
    ("The commander called the report a fabrication.", ("REJECT", None, "commander", None, None)),
    ("The column linked up with army units east of Goma.", ("COOPERATE", None, None, "army units", None)),
    ("The council adopted a resolution on Sudan.", ("AGREE", None, "council", None, None)),
    ("The army freed Nyala from the militia.", ("COERCE", "seize", "army", "militia", "Nyala")),
    ("Thousands of residents protested in Goma.", ("PROTEST", None, "residents", None, "Goma")),
]


def said(words: str | None, wanted: str | None) -> bool:
    return wanted is None or (words is not None and wanted.lower() in words.lower())


@pytest.mark.parametrize(("sentence", "wanted"), CASES, ids=[f"{c[0]} {c[1][0]}" for c in CASES])
def test_sentence_tells_the_event(coder: Coder, sentence: str, wanted: tuple[str | None, ...]) -> None:
    kind, mode, actor, target, place = wanted
    found = [e for e in events(coder, sentence) if e.event_type == kind and e.event_mode == mode]
    assert len(found) == 1, events(coder, sentence)
    claim = found[0]
    assert said(claim.actor_text, actor), claim.actor_text
    assert said(claim.target_text, target), claim.target_text
    assert said(claim.place_text, place), claim.place_text


@pytest.mark.parametrize(
    "sentence",
    [
        "The photo captured the attention of the world.",
        "The assault rifle was found in a house.",
        "Officials said the talks were in their hands.",
        "The minister took part in the debate.",
        "The striker scored twice in the match.",
        "The two sides entered a new phase of their negotiations.",
        "The charity works with internally displaced families.",
        "The group (banned in Russia) has a website.",
        "",
        "   ",
    ],
)
def test_no_event_where_there_is_none(coder: Coder, sentence: str) -> None:
    assert [e for e in events(coder, sentence) if e.event_type in ("ASSAULT", "COERCE", "MOBILIZE", "RETREAT")] == []


def test_one_event_told_twice_in_a_sentence_is_one_claim(coder: Coder) -> None:
    found = events(coder, "Air strikes on Nyala killed 30 people and wounded dozens.")
    assert [(e.event_type, e.event_mode) for e in found] == [("ASSAULT", "airstrike")]


def test_what_an_attack_did_is_no_second_claim(coder: Coder) -> None:
    found = events(coder, "Fighters fired rockets at Kherson, killing three civilians and wounding dozens.")
    assert [(e.event_type, e.event_mode) for e in found] == [("ASSAULT", "shelling")]


def test_the_toll_of_a_whole_war_is_no_event(coder: Coder) -> None:
    assert events(coder, "More than 300,000 people have been killed since the conflict began in 2011.") == []
    assert events(coder, "At least 30 people have been killed in Goma since Monday.") != []


def test_a_headline_is_a_claim_of_its_own_unless_the_text_repeats_it(coder: Coder) -> None:
    head, text = "Rebels Capture Goma From Army", "Rebels captured Goma from the army on Monday."
    assert [c.sentence_no for c in code_article(coder, article(text, head)).event_claims] == [0, 1]
    repeated = code_article(coder, article(f"{head}\n{text}", head))
    assert 0 not in {c.sentence_no for c in repeated.event_claims}


def test_two_events_in_a_sentence_are_two_claims(coder: Coder) -> None:
    found = events(coder, "Rebels seized Goma after clashes with the army.")
    assert {(e.event_type, e.event_mode) for e in found} == {("COERCE", "seize"), ("ASSAULT", "clash")}


def test_places_joined_under_one_verb_are_one_event(coder: Coder) -> None:
    (claim,) = events(coder, "Rebels captured Goma and Bukavu.")
    assert claim.place_text == "Goma" and claim.other_places == ["Bukavu"]


def test_pronouns_and_descriptions_are_led_back_to_names(coder: Coder) -> None:
    found = events(coder, "The Rapid Support Forces surrounded El Fasher. They shelled the city on Monday.")
    shelling = next(e for e in found if e.event_mode == "shelling")
    assert shelling.actor_text == "They" and "Rapid Support Forces" in (shelling.actor_antecedent or "")
    assert shelling.place_text == "the city" and shelling.place_antecedent == "El Fasher"


def test_abbreviation_in_brackets_stands_for_the_long_name(coder: Coder) -> None:
    found = events(coder, "The Northern Border Brigade (NBB) withdrew. The NBB attacked Goma.")
    assert found[-1].actor_antecedent == "Northern Border Brigade"


def test_spans_point_at_the_article_s_own_words(coder: Coder) -> None:
    text = "“IS” fighters – about 200\u00a0men – attacked  Goma, the mayor said.\nThe army (FARDC)had left Bukavu."
    for claim in code_article(coder, article(text)).event_claims:
        for start, end, words in (
            (claim.trigger_start, claim.trigger_end, claim.trigger),
            (claim.actor_start, claim.actor_end, claim.actor_text),
            (claim.place_start, claim.place_end, claim.place_text),
        ):
            if words is not None:
                assert start is not None and end is not None
                assert words in text[start:end]


def test_headline_is_coded_without_spans(coder: Coder) -> None:
    coded = code_article(coder, article("The mayor spoke of a hard winter.", "Rebels Capture Goma From Army"))
    (claim,) = coded.event_claims
    assert (claim.sentence_no, claim.event_mode, claim.trigger_start) == (0, "seize", None)


def test_the_same_article_gives_the_same_claims(coder: Coder) -> None:
    text = "Rebels seized Goma. The army attacked Goma. The army attacked Goma again, officials said."
    first, second = code_article(coder, article(text)), code_article(coder, article(text))
    assert first == second
    ids = [c.claim_id for c in (*first.event_claims, *first.control_claims)] + [m.mention_id for m in first.mentions]
    assert len(ids) == len(set(ids))


HOSTILE = {
    "one long sentence": "rebels attacked the army in Goma and " * 3_000,
    "one long word": "x" * 300_000,
    "quotes": '"' * 10_000,
    "quoted": '"yes" he said ' * 700,
    "brackets": "(" * 5_000 + "Goma" + ")" * 5_000,
    "spaced brackets": "( a " * 500 + ") " * 500,
    "right to left": "\u202eRebels\u202c attacked \u200fGoma\u200e. " * 50,
    "emoji": "😀 rebels 💥 attacked Goma 🚀. " * 50,
    "control characters": "Rebels\x00 attacked\x07 Goma \ud800.",
    "lines": "\n" * 10_000 + "Rebels attacked Goma.",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.timeout(60)
def test_hostile_text_costs_bounded_time_and_no_crash(coder: Coder, name: str) -> None:
    coded = code_article(coder, article(HOSTILE[name], HOSTILE[name][:200]))
    assert all(c.evidence for c in coded.event_claims)
    if name in ("one long word", "quotes", "brackets"):
        assert coded.skipped  # what was left unread is said


def test_missing_files_are_named(tmp_path: Path) -> None:
    from flows.errors import ConfigError

    with pytest.raises(ConfigError, match=r"coder_word_classes\.csv"):
        load_coder(Settings(home=PROJECT_ROOT).model, tmp_path, tmp_path / "gazetteer.parquet")
