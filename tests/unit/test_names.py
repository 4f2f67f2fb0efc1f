"""One key for all spellings of a name, and different keys for different names."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.names import name_key

SPELLINGS_OF_ONE_NAME = [
    "Waddan | Weddan | Waddān",
    "Derna | Darnah | Darna | Dernah",
    "Tobruk | Tobrok | Tobrouk",
    "Bayda | Al-Baida | Al Bayda | Beida | el-Beida | Al Bayḑā’",
    "Gaddafi | Qaddafi | Ghadhafi | Gadhafi | Qadhafi | Kadhafi | al-Gaddafi",
    "Deir ez-Zor | Deir al-Zour | Deir al-Zor | Dayr az Zawr | Deir ez Zor | Dair az-Zour",
    "Raqqa | Raqqah | ar-Raqqah | Ar Raqqah | Rakka | al-Raqqa",
    "Daraa | Dara'a | Deraa | Dar‘ā | Dar'a",
    "Hasakah | Hasaka | al-Hassakeh | Hasakeh | Al Ḩasakah",
    "Qaryatain | Qaryatayn | al-Qaryatayn | Al Qaryatayn",
    "Qusayr | Qusair | Al-Qusayr | Quseir",
    "Jabhat al-Nusra | Jebhat al-Nusra | Jabhat an-Nusra | Jabhat Al Nusra",
    "Mismari | Mesmary | al-Mismari | Mesmari",
    "Hezbollah | Hizbullah | Hizbollah",
    "Al-Jufra | Jufra | Al Jufrah | al-Jufra | JUFRA | Jufra's | Jufra’s",
    "Hun | Hon | Houn | Hoon | Hūn",
    "Sebha | Sabha | Sabhā",
    "Gharyan | Gheryan",
    "Tarhuna | Terhuna | Tarhouna",
    "Zawiya | Az Zāwīyah | al-Zawiyah | Zawia",
    "Bani Walid | Bani Waleed",
    "Bin Jawad | Ben Jawad | Bin Jawwad",
    "Ras Lanuf | Ra's Lanuf | Ra’s Lanuf | Ras Lanouf",
    "Qarabulli | Garabulli",
    "Qatrun | Gatroun | Al Qaţrūn",
    "Khan Sheikhun | Khan Shaykhun | Khan Sheikhoun | Khān Shaykhūn",
    "Sheikh Maqsoud | Shaykh Maqsud | Sheikh Maksoud",
    "Ain Issa | Ayn Issa | ‘Ayn ‘Īsá",
    "Tell Abyad | Tal Abyad | Tel Abyad | Tall Abyaḑ",
    "Saraqib | Saraqeb",
    "Idlib | Idleb",
    "Manbij | Manbej",
    "Kafr Nabl | Kafar Nabl",
    "Abu Kamal | Abou Kamal",
    "Douma | Duma | Dūmā",
    "Khaled | Khalid",
    "Mohammed | Muhammad | Mohamed | Mohamad",
    "Ahmed | Ahmad",
    "Jaysh al-Islam | Jaish al-Islam",
    "Haftar's forces | Haftar forces | Haftar’s forces | the Haftar forces",
    "Benghazi Defense Brigades | Benghazi Defence Brigades",
    "U.N. | UN | the UN | the U.N.",
    "U.S.-led coalition | US-led coalition",
    "Erdoğan | Erdogan",
    "Türkiye | Turkiye",
    "الجفرة | الجفره | جفرة",
]

DIFFERENT_NAMES = [
    ("Hama", "Homs"),
    ("Sirte", "Surt"),
    ("Mali", "Mil"),
    ("Barqa", "Baraka"),
    ("Iran", "Iraq"),
    ("Sudan", "Sweden"),
    ("Kufra", "Kafr"),
    ("Syria", "Sarra"),
    ("Niger", "Nigeria"),
    ("Nigerian", "Nigerien"),
    ("Iraq", "Iraqi"),
    ("Misrata", "Misrati"),
    ("Hamid", "Hamad"),
    ("Jamil", "Jamal"),
    ("Sabkha", "Sabqa"),
    ("Oman", "Amman"),
    ("Aden", "Eden"),
    ("Brak", "Barak"),
    ("Austria", "Australia"),
    ("Marj", "Merge"),
    ("SAA", "SSA"),
    ("PC", "PCC"),
    ("12th Brigade", "128th Brigade"),
    ("Kharkiv", "Kharkov"),
    ("Benghazi Defence Brigades", "Benghazi"),
    ("الجفرة", "الكفرة"),
]


@pytest.mark.parametrize("spellings", SPELLINGS_OF_ONE_NAME)
def test_spellings_of_one_name_share_a_key(spellings: str) -> None:
    keys = {spelling: name_key(spelling) for spelling in spellings.split(" | ")}
    assert len(set(keys.values())) == 1, keys


@pytest.mark.parametrize(("one", "other"), DIFFERENT_NAMES)
def test_different_names_stay_apart(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize("nothing", [None, "", " ", "-", "...", "’", "\x00", "—"])
def test_a_name_without_letter_or_digit_has_no_key(nothing: str | None) -> None:
    assert name_key(nothing) is None


@pytest.mark.parametrize("article", ["the", "al", "a"])
def test_an_article_alone_is_a_name(article: str) -> None:
    assert name_key(article) == article


@given(st.text(max_size=60))
def test_a_key_is_made_of_words_and_takes_any_text(text: str) -> None:
    key = name_key(text)
    assert key is None or (key == " ".join(key.split()) and key == key.strip() and key != "")


@given(st.text(alphabet="abcdefghijklmnoprstuvwyz'- ", max_size=40))
def test_case_and_marks_do_not_count(text: str) -> None:
    assert name_key(text.upper()) == name_key(text) == name_key(f"  {text}  ")


def test_a_hundred_thousand_new_names_take_seconds_at_most() -> None:
    names = [f"Kafr al-Name{i % 977} Shaykh{i}" for i in range(100_000)]
    start = time.process_time()
    for name in names:
        name_key(name)
    assert time.process_time() - start < 5
