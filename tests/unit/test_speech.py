"""Who says so: direct, indirect and running speech, chains of sources, doubt."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from flows.coding.cues import Cues, load_cues
from flows.coding.parse import parse
from flows.coding.speech import Speaker, speech_of
from flows.errors import ConfigError

ROOT = Path(__file__).parents[2]


@lru_cache(maxsize=1)
def tools() -> tuple[Language, Cues]:
    return spacy.load(ROOT / "model" / "en_sitrep_ud"), load_cues(ROOT / "dbt_project" / "seeds" / "coder_cues.csv")


def speaker_of(text: str, word: str) -> Speaker | None:
    nlp, cues = tools()
    parsed = parse(nlp, text, None)
    return speech_of(parsed, cues).for_token(next(t for t in reversed(parsed.doc) if t.text == word))


@pytest.mark.parametrize(
    ("text", "word", "speaker"),
    [
        # indirect speech, the speaker first
        ("The ministry said troops had captured the village.", "captured", "The ministry"),
        ("A source at the port told Reuters that gunmen attacked the gate.", "attacked", "A source at the port"),
        (
            "Ukraine's general staff said Russian troops had captured two villages.",
            "captured",
            "Ukraine's general staff",
        ),
        ("Colonel Adam Musa announced the capture of the bridge.", "capture", "Colonel Adam Musa"),
        ("The militia denied that it had shelled the camp.", "shelled", "The militia"),
        ("Fighters besieging the town said they had pushed into its centre.", "pushed", "Fighters"),
        ("On Tuesday opposition groups stated that jets had bombed a school.", "bombed", "opposition groups"),
        # the tag after what is said
        ("Three soldiers were killed in the raid, activists said.", "killed", "activists"),
        ("Three soldiers were killed in the raid the army said on Friday.", "killed", "the army"),
        ("Rebels captured the hill, according to the Sudan Monitor.", "captured", "the Sudan Monitor"),
        ("The base was overrun, said a spokesman for the governor.", "overrun", "a spokesman for the governor"),
        ("Jets bombed the camp on Friday, residents said, the third raid in a week.", "bombed", "residents"),
        ("The army took the hill, a source told the agency, and killed ten rebels.", "killed", "a source"),
        (
            "Troops left the port on Monday as gunmen closed in, residents and medical staff said.",
            "left",
            "residents and medical staff",
        ),
        ("The Observatory has documented 30 raids on the town.", "raids", "The Observatory"),
        ("Amnesty International found that soldiers had executed ten villagers.", "executed", "Amnesty International"),
        ("The RSF blamed the raid on the army.", "raid", "The RSF"),
        ("The coordinator urged the sides to lift the siege.", "siege", "The coordinator"),
        # quotations
        ('"We captured the airport," General Omar Bakri said.', "captured", "General Omar Bakri"),
        ('The mayor said: "Shells hit the hospital. Ten people died."', "died", "The mayor"),
        ('"Shells hit the hospital. Ten people died," the mayor told Reuters.', "hit", "the mayor"),
        # verbs that are acts: what somebody is accused of, threatens, asks for
        ("The president accused the rebels of shelling the market.", "shelling", "The president"),
        ("The envoy warned that the army would storm the city.", "storm", "The envoy"),
        # by somebody
        ("The town has fallen, as reported by Radio Dabanga.", "fallen", "Radio Dabanga"),
    ],
)
def test_speakers(text: str, word: str, speaker: str) -> None:
    found = speaker_of(text, word)
    assert found is not None
    assert found.text == speaker


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("The army captured the town.", "captured"),
        ("Fighters besieging the town said they had pushed into its centre.", "besieging"),
        ("The explosion claimed the lives of four children.", "explosion"),
        ("The rebels attacked the port. The army said it was calm.", "attacked"),
        ("The president accused the rebels of shelling the market.", "accused"),
        ("Troops continued the assault on the city.", "assault"),
        ("The advance adds to fears in the capital.", "advance"),
    ],
)
def test_what_the_article_itself_asserts_has_no_speaker(text: str, word: str) -> None:
    assert speaker_of(text, word) is None


@pytest.mark.parametrize(
    ("text", "word", "antecedent"),
    [
        ("General Omar Bakri said the town was calm. He added that rebels had fled.", "fled", "General Omar Bakri"),
        ("The Sudan Monitor said jets hit a bridge. It said two people died.", "died", "The Sudan Monitor"),
        ("The town was calm, a source at the police command said. The source added that shells hit a mill.",
         "hit", "a source at the police command"),
        ("Foreign Minister Anna Lind spoke first. Lind said troops had crossed the border.",
         "crossed", "Minister Anna Lind"),
        ("Clashes killed ten people, a monitor said. The Sudan Observatory said most were guards.",
         "killed", "The Sudan Observatory"),
        ("The army said ten people were killed. Another guard was killed in the town.", "killed", "The army"),
    ],
)  # fmt: skip
def test_what_a_speaker_stands_for(text: str, word: str, antecedent: str) -> None:
    nlp, cues = tools()
    parsed = parse(nlp, text, None)
    speech = speech_of(parsed, cues)
    tokens = [t for t in parsed.doc if t.text == word]
    assert antecedent in {s.antecedent for t in tokens if (s := speech.for_token(t)) is not None}


@pytest.mark.parametrize(
    ("text", "word", "speaker", "via"),
    [
        ("A doctor told Reuters that shells hit the clinic.", "hit", "A doctor", "Reuters"),
        ("The army said it took the hill, according to Al Hadath.", "took", "The army", "Al Hadath"),
        (
            "Radio Dabanga quoted a resident as saying gunmen burned the village.",
            "burned",
            "a resident",
            "Radio Dabanga",
        ),
        ("Citing medical sources, the network said 12 people were killed.", "killed", "medical sources", "the network"),
    ],
)
def test_the_one_who_vouches_and_the_outlet_between(text: str, word: str, speaker: str, via: str) -> None:
    found = speaker_of(text, word)
    assert found is not None
    assert (found.text, found.via) == (speaker, via)


@pytest.mark.parametrize(
    ("text", "word", "doubted"),
    [
        ("The general claimed that his men had taken the port.", "taken", True),
        ("The president accused the rebels of shelling the market.", "shelling", True),
        ("The general said that his men had allegedly taken the port.", "taken", True),
        ("The general said that his men had taken the port.", "taken", False),
        ("The group claimed responsibility for the bombing.", "bombing", False),
    ],
)
def test_doubt(text: str, word: str, doubted: bool) -> None:
    found = speaker_of(text, word)
    assert found is not None
    assert found.doubted is doubted


def test_doubt_without_a_speaker() -> None:
    nlp, cues = tools()
    parsed = parse(nlp, 'The so-called liberation of the town began. The "withdrawal" was a farce.', None)
    speech = speech_of(parsed, cues)
    by_word = {t.text: speech.doubt_of(t) for t in parsed.doc}
    assert by_word["liberation"] == "so-called"
    assert by_word["withdrawal"] == '"withdrawal"'
    assert by_word["town"] is None


def test_an_unclosed_quotation_ends_with_its_sentence() -> None:
    text = '"Shells hit the market, the mayor said. The army attacked the port.'
    assert speaker_of(text, "attacked") is None


def test_thousands_of_quotation_marks_cost_bounded_time() -> None:
    nlp, cues = tools()
    parsed = parse(nlp, '" ' * 5_000 + "the army said rebels had fled.", None)
    speech_of(parsed, cues)
    assert len(parsed.doc) > 5_000


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("cue,kind,value\nsay,speech_verb,say\n", "the columns must be"),
        ("cue,kind,value,note\nsay,talk,say,\n", "cues.csv:2: unknown kind 'talk'"),
        ("cue,kind,value,note\n,doubt,,\n", "cues.csv:2: the cue is empty"),
        ("cue,kind,value,note\nsay,speech_verb,say,\nsay,speech_verb,claim,\n", "cues.csv:3: 'say' stands twice"),
    ],
)
def test_a_wrong_cue_dictionary_is_refused_with_its_line(rows: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "cues.csv"
    path.write_text(rows, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        load_cues(path)


def test_a_missing_cue_dictionary_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_cues(tmp_path / "cues.csv")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Drones struck the camp; on Friday a raid killed ten people, the rebels said.", "struck"),
        ("The soldiers found that the base was under attack.", "attack"),
        ("The villages counted on a truce after the attack.", "attack"),
    ],
)
def test_no_speaker_where_nobody_reports(text: str, word: str) -> None:
    assert speaker_of(text, word) is None
