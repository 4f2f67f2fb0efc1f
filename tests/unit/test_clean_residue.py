"""What is residue goes, what is news stays: one line a case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.clean.residue import remove_residue

TITLE = "Guards close the crossing at Ras Ajdir"
FIRST = "The guards of the crossing closed it on Tuesday evening after a quarrel over fuel."
LAST = "Traders said that lorries stood in a queue of nine kilometres on both sides."
NEWS = f"{FIRST}\n{LAST}"


@pytest.mark.parametrize(
    "line",
    [
        "Source link",
        "Read more",
        "Read More »",
        "Continue reading...",
        "Advertisement",
        "Share this article",
        "Share on Facebook",
        "Facebook Twitter WhatsApp",
        "Tweet",
        "12 Comments",
        "Leave a comment",
        "Follow us on Twitter",
        "Sign up for our newsletter to get the news first",
        "Subscribe to our channel on Telegram",
        "Home > News > Libya",
        "Front page - Sabha - Murzuq - Ghat - Fuel prices",
        "Visitors: 0048216",
        "SPA/ab",
        "Reporting by Coast Radio staff in Zuwara; editing by the Africa desk",
        "Our Standards: The Coast Trust Code.",
        "Home / Reports / Borders",
        "Photo: Amal Kamil",
        "Image credit: Coast Radio",
        "FILE PHOTO",
        "Colonel Salem Darwish - Internet",
        "A lorry waits at the crossing [Reuters]",
        "Lorries at the gate (AP Photo/Amal Kamil)",
        "A guard on his post. REUTERS/Amal Kamil",
        "© 2019 Coast Media",
        "All rights reserved.",
        "Tags: Libya, Tunisia, borders",
        "READ MORE: How the border economy works",
        "Related: Fuel prices double in the west",
        "3 min read",
        "By clicking here" if False else "Click here to read more",
        "Your email address will not be published. Required fields are marked *",
        "å",
        "* * *",
        TITLE,
        f"Home Reports {TITLE}",
    ],
)
def test_a_line_of_residue_goes_wherever_it_stands(line: str) -> None:
    assert remove_residue(f"{line}\n{NEWS}", titles=(TITLE,)) == NEWS
    assert remove_residue(f"{FIRST}\n{line}\n{LAST}", titles=(TITLE,)) == NEWS
    if TITLE not in line:  # the headline is looked for where a headline stands
        assert remove_residue(f"{NEWS}\n{line}", titles=(TITLE,)) == NEWS


@pytest.mark.parametrize(
    "heading",
    [
        "Popular posts from this blog",
        "Related articles",
        "Read also",
        "Most read",
        "You may also like",
        "Latest news",
        "More stories",
        "Editor's picks",
    ],
)
def test_a_heading_goes_with_the_links_below_it_and_the_news_behind_them_stays(heading: str) -> None:
    links = "Fuel prices double in the west\nInterview with the mayor of Zuwara\nA dog saves its master"
    assert remove_residue(f"{NEWS}\n{heading}\n{links}") == NEWS
    assert remove_residue(f"{FIRST}\n{heading}\n{links}\n{LAST}") == NEWS


@pytest.mark.parametrize(
    "tail",
    [
        "-AFP",
        " --Reuters",
        " – Agencies",
        " (Reuters)",
        " (With AFP and Reuters)",
        " (Source: Border Media Office)",
        " (Source: Border Council + Agencies) Twitter",
        " Source: SANA",
        " Source CoastTV and agencies",
        " Reporting by Amal Kamil; Editing by Salem Darwish and Huda Noor",
        " Reporting by Amal Kamil; Editing by Salem Darwish Our Standards: The Thomson Reuters Trust Principles.",
        " Read Also",
        " Read more...",
        " Source link",
        " Twitter",
        " Facebook Twitter Email",
        " Community standards Discussion Comment via Facebook",
        " Tags Libya borders Ras Ajdir Tunisia",
        " About Us Careers Contact Us Privacy Policy Cookie Policy",
        " 12",
        " 218-11",
        " Amal Kamil",
        " A. Kamil/ S. Darwish",
        " English Bulletin",
        "å",
    ],
)
def test_inline_residue_after_the_last_sentence_goes(tail: str) -> None:
    assert remove_residue(NEWS + tail) == NEWS


@pytest.mark.parametrize(
    "news",
    [
        "The minister met the visiting envoy and Gen. Khalid Omar",
        "The council was told so by U.S. Ambassador Jane Roe.",
        "Officials blamed the raid on a group that calls itself Share the Land.",
        "Read the statement, said the spokesman, and you will see what we mean.",
        "The source said that two men had been held since Sunday.",
        "Source of the fire was a shell that hit the depot, the oil company said.",
        "Photographers were kept away from the site by the guards.",
        "Tags were found on the bodies, and the names on them were those of missing recruits.",
        "Tags Libya Tunisia Activists say that the strike has hit a market near the old harbour.",
        "| Sirte | 12 | 14 | 9 | dead |",
        "Home to ten thousand people before the war, the town is empty now.",
        "Follow-up talks are due in Geneva next week, the envoy said.",
        "Related families fled together, and the tribe took them in.",
        "Subscribers to the state's fuel card will get less from May on.",
        "The fighters come from Chechnya, China (Xinjiang Province) Saudi Arabia and Uzbekistan. 12",
        "The agency that broke the news was Reuters.",
        "The report was first carried by AFP",
        "Comments by the mayor angered the tribes of the south.",
        "Print shops and bakeries were looted during the night.",
        "The border post - closed since Internet services failed - will open on Monday.",
        "Most read the decree as a victory for the coast guard.",
        "Its privacy policy, said the bank, forbids it to comment on the accounts of the militia.",
        "Editing by the censors left little of the film, its director said.",
        "More on the talks was expected by the evening, but the delegates left in silence.",
    ],
)
def test_never_eats_a_news_sentence(news: str) -> None:
    kept = news.removesuffix(" 12")
    assert remove_residue(news) == kept
    assert remove_residue(f"{FIRST}\n{news}\n{LAST}") == f"{FIRST}\n{news}\n{LAST}"
    assert remove_residue(f"{FIRST}\n{news}") == f"{FIRST}\n{kept}"


def test_tags_in_the_middle_of_one_long_paragraph_go() -> None:
    assert remove_residue(f"{FIRST} Tags Libya Tunisia fuel Ras Ajdir. {LAST}") == f"{FIRST} {LAST}"


def test_a_line_said_twice_is_kept_once() -> None:
    assert remove_residue(f"{FIRST}\n{FIRST}\n{LAST}") == NEWS


def test_a_headline_that_opens_a_sentence_stays() -> None:
    news = f"{TITLE} for the third time this year, and traders wonder why."
    assert remove_residue(f"{news}\n{LAST}", titles=(TITLE,)) == f"{news}\n{LAST}"


def test_nothing_but_residue_gives_nothing() -> None:
    assert remove_residue("Share\nTweet\nRead more\nAdvertisement") == ""
    assert remove_residue("") == ""


@given(
    st.lists(
        st.sampled_from(
            [FIRST, LAST, "Read more", "Related", "-AFP", "Tags a b", TITLE, "x", "Reporting by A B", "Home > News"]
        ),
        max_size=12,
    )
)
def test_removing_never_invents_and_never_loses_a_sentence(lines: list[str]) -> None:
    kept = remove_residue("\n".join(lines), titles=(TITLE,)).split("\n")
    assert all(k in lines or k == "" or any(line.startswith(k) for line in lines) for k in kept)
    for sentence in (FIRST, LAST):
        assert (sentence in lines) == (sentence in kept)


@pytest.mark.parametrize(
    "hostile",
    [
        "Reporting by Aa reporting by Bb " * 4000 + "!",
        "Home " * 20_000,
        "Home > " * 10_000,
        "Terms Terms Of Use " * 8000 + "x",
        "A" * 200_000,
        "(" * 100_000,
        "Tags " * 30_000,
        "a - " * 50_000 + "|",
        "- a " * 50_000,
        "A/ " * 50_000,
        "(AP " * 50_000,
        "Source " * 20_000 + "\n" + "Share " * 30_000,
        "Mr. A. B. " * 20_000,
    ],
)
def test_hostile_repetition_takes_no_time(hostile: str) -> None:
    import time

    began = time.perf_counter()
    remove_residue(hostile, titles=(TITLE,))
    remove_residue("\n".join(hostile[i : i + 599] for i in range(0, len(hostile), 599)), titles=(TITLE,))
    assert time.perf_counter() - began < 3
