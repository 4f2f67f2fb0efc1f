"""Names made comparable: one key for every spelling of a name (vocabulary: standard library only).

`name_key` serves the coder (matching names in text), dbt (as the SQL function `name_key`) and the gazetteer alike, so that
a name is equal to itself everywhere.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_DROP = {"the", "a", "an"}
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_POSSESSIVE = re.compile(r"(?<=\w)['’ʼ`´]s\b|(?<=s)['’](?=\s|$)")
_QUOTE = re.compile("['’‘ʼʻ`´ʿʾ]")
# The Arabic article and its assimilated forms ("ad-Dawla", "ash-Sham"); only before a hyphen or as a word of its own.
_ARTICLE = re.compile(r"\b(?:al|el|ul|ad|ar|as|at|az|an|ash|esh|adh|ath|ed|er|es|et|ez)[-‐‑–](?=\w)", re.IGNORECASE)


@lru_cache(maxsize=200_000)
def name_key(name: str | None) -> str | None:
    """The comparison key of a name: lower case, no diacritics, no article, no possessive, one spelling of transliterations.

    Args:
        name: a name as written, any script; None and names without a letter or digit give None.

    Returns:
        Space-separated words. "Al-Jufra", "Al Jufra", "al-Jufrah", "Jufra" share one key; so do "Mismari", "Mesmary".
    """
    if name is None:
        return None
    text = unicodedata.normalize("NFKD", name)
    text = "".join(c for c in text if not unicodedata.combining(c)).casefold()
    text = _POSSESSIVE.sub("", text)
    text = _QUOTE.sub("", text)
    text = _ARTICLE.sub(" ", text)
    words = [w for w in _WORD.findall(text) if w not in _DROP]
    if len(words) > 1:
        words = [w for w in words if w not in {"al", "el"}] or words
    folded = [_fold(w) for w in words]
    return " ".join(folded) or None


def _fold(word: str) -> str:
    """One spelling for the transliterations of one Arabic word; short words are left alone (they are mostly English)."""
    if len(word) < 5 or not word.isascii() or word.isdigit():
        return word
    for variant, plain in (("ou", "u"), ("oo", "u"), ("ee", "i"), ("ei", "i"), ("ai", "i"), ("ay", "i"), ("dh", "d"), ("th", "t"),
                           ("kh", "k"), ("gh", "g"), ("sh", "s"), ("ph", "f"), ("q", "k"), ("y", "i"), ("e", "i"), ("o", "u")):
        word = word.replace(variant, plain)
    word = re.sub(r"(.)\1", r"\1", word)
    word = re.sub(r"(?<=[^aiu])h$|(?<=a)h$", "", word)
    return word
