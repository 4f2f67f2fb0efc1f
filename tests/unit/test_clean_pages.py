"""Taking pages apart; and, where real pages lie at hand, the figure that must not fall below trafilatura's own."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from flows.clean.articles import article_text
from flows.clean.pages import take_page_apart
from flows.errors import RecordError

REAL_PAGES = Path(__file__).resolve().parents[3] / "shared" / "pages"
TEXT = "".join(
    f"<p>The {n} boats left the harbour before dawn and came back at noon, the harbour master told us.</p>"
    for n in ("two", "six", "ten")
)


def take(head: str = "", body: str = TEXT, title: str = "Boats leave the harbour of Zuwara - Coast Radio"):  # type: ignore[no-untyped-def]
    return take_page_apart(
        f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>", "https://c.example/1"
    )


def test_a_headline_is_the_heading_that_the_window_title_contains() -> None:
    body = f"<h1>Coast Radio</h1><h2>Boats leave the harbour of Zuwara</h2><h3>Latest</h3>{TEXT}"
    assert take(body=body).title == "Boats leave the harbour of Zuwara"


@pytest.mark.parametrize(
    ("head", "dates"),
    [
        ('<meta property="article:published_time" content="2017-06-03T10:00:00Z">', ("2017-06-03T10:00:00Z",)),
        ('<meta name="date" content="3 June 2017">', ("3 June 2017",)),
        ('<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","datePublished":"2017-06-03"}]}</script>', ("2017-06-03",)),
        ('<script type="application/ld+json">[{"@type":["X","BlogPosting"],"datePublished":"2017-06-03"}]</script>', ("2017-06-03",)),
        ('<script type="application/ld+json">{"@type":"WebSite","datePublished":"2001-01-01"}</script>', ()),
        ('<script type="application/ld+json">{"@type":"NewsArticle","datePublished":20170603}</script>', ()),
        ('<script type="application/ld+json">{not json</script>', ()),
        ("", ()),
    ],
)  # fmt: skip
def test_dates_that_a_page_states_are_found_and_others_are_not(head: str, dates: tuple[str, ...]) -> None:
    assert take(head).dates == dates


def test_line_breaks_of_the_source_are_spaces_as_in_a_browser() -> None:
    body = (
        "<p>The boats left\n    the harbour before dawn and\r\ncame back at noon, the harbour master told us on the quay.</p>"
        * 3
    )
    assert "left the harbour before dawn and came back at noon" in take(body=body).text


def test_a_locked_page_says_so() -> None:
    head = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":"False"}</script>'
    assert take(head).is_locked and not take().is_locked


@pytest.mark.parametrize("markup", ["", "   ", "\x00"])
def test_a_page_without_an_element_is_empty(markup: str) -> None:
    with pytest.raises(RecordError) as error:
        take_page_apart(markup, "https://c.example/1")
    assert error.value.reason == "empty_page"


def f1(gold: str, found: str) -> float:
    """F1 of word 4-grams."""
    a, b = ([*zip(*(re.findall(r"\w+", t)[i:] for i in range(4)), strict=False)] for t in (gold, found))
    common = sum((Counter(a) & Counter(b)).values())
    return 2 * common / max(1, len(a) + len(b))


@pytest.mark.slow
@pytest.mark.skipif(not REAL_PAGES.is_dir(), reason="needs the real pages with marked texts in ../shared/pages")
def test_real_pages_come_out_at_least_as_well_as_with_trafilatura_alone() -> None:
    import trafilatura

    gold = json.loads((REAL_PAGES / "ground-truth.json").read_text())
    ours, alone = [], []
    for name, truth in gold.items():
        body = gzip.decompress((REAL_PAGES / "html" / f"{name}.html.gz").read_bytes())
        ours.append(f1(truth["articleBody"], article_text(body.decode("utf-8", "replace"), truth["url"])))
        best = trafilatura.extract(body, include_comments=False, favor_precision=True)
        alone.append(f1(truth["articleBody"], best or ""))
    assert sum(ours) / len(ours) >= sum(alone) / len(alone)
    assert sum(ours) / len(ours) >= 0.96
