"""One page, one address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.discover import canonical_url, slug
from flows.errors import RecordError

SAME = [
    ("HTTP://News.Example/", "http://news.example/"),
    ("http://news.example", "http://news.example/"),
    ("http://news.example:80/a", "http://news.example/a"),
    ("https://news.example:443/a", "https://news.example/a"),
    ("https://news.example:80/a", "https://news.example:80/a"),
    ("http://news.example./a", "http://news.example/a"),
    ("http://user:secret@news.example/a", "http://news.example/a"),
    ("http://news.example/a#comments", "http://news.example/a"),
    ("http://news.example/a?utm_source=x&id=3&utm_medium=y&fbclid=z", "http://news.example/a?id=3"),
    ("http://news.example/a?gclid=1", "http://news.example/a"),
    ("http://news.example/a?b=2&a=1", "http://news.example/a?b=2&a=1"),
    ("http://news.example/a?&&b=2&", "http://news.example/a?b=2"),
    ("http://news.example/a?empty=", "http://news.example/a?empty="),
    ("http://news.example/a/./b/../c", "http://news.example/a/c"),
    ("http://news.example/../../a", "http://news.example/a"),
    ("http://news.example/a/..", "http://news.example/"),
    ("http://news.example/%7euser/%c3%a9", "http://news.example/~user/%C3%A9"),
    ("http://news.example/é", "http://news.example/%C3%A9"),
    ("http://news.example/a%2fb", "http://news.example/a%2Fb"),
    ("http://news.example/100%", "http://news.example/100%25"),
    ("http://bücher.example/", "http://xn--bcher-kva.example/"),
    ("http://ليبيا.example/خبر", "http://xn--mgbb7fyab.example/%D8%AE%D8%A8%D8%B1"),
    ("http://NEWS。example/", "http://news.example/"),
    ("  http://news.example/a \n", "http://news.example/a"),
    ("http://[2606:2800:220:1::]/a", "http://[2606:2800:220:1::]/a"),
    ("http://news.example/a?q=<b>", "http://news.example/a?q=%3Cb%3E"),
]


@pytest.mark.parametrize(("written", "canonical"), SAME)
def test_canonical(written: str, canonical: str) -> None:
    assert canonical_url(written) == canonical


@pytest.mark.parametrize(("_", "canonical"), SAME)
def test_canonical_stays_canonical(_: str, canonical: str) -> None:
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    "written",
    ["", "   ", "news.example/a", "/a", "ftp://news.example/", "javascript:alert(1)", "file:///etc/passwd",
    "data:text/html,x", "http://",
     "http:///a", "http://a b/", "http://news.example/a\x00b", "http://news.example/a\r\nX: 1", "http://[::1",
     "http://news.example:99999/",
     "http://news.example:x/", "http://" + "a" * 3000, "http://-\u202e.example/", "mailto:a@b.example",
     "http://a\ud800.example/"],
)  # fmt: skip
def test_what_is_no_address(written: str) -> None:
    with pytest.raises(RecordError, match="bad_url"):
        canonical_url(written)


@given(st.text(max_size=60))
def test_any_path_is_stable(text: str) -> None:
    try:
        once = canonical_url("http://news.example/" + text)
    except RecordError:
        return
    assert canonical_url(once) == once
    assert once.isascii() and "#" not in once and " " not in once


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Al Jazeera English", "al-jazeera-english"),
        ("sana", "sana"),
        ("Ahram Online (Cairo)", "ahram-online-cairo"),
        ("L'Orient–Le Jour", "lorient-le-jour"),
        ("  ÉCHO  ", "echo"),
        ("../../etc", "etc"),
    ],
)
def test_slugs(name: str, wanted: str) -> None:
    assert slug(name) == wanted


def test_slugs_of_other_scripts_stay_apart() -> None:
    assert slug("سانا") != slug("المنار")
    assert slug("سانا") == slug("سانا")
