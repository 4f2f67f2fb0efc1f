"""Which language a text is in: its script first, then a language identifier among the languages that news comes in."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Any, Final

from flows.clean.text import words_of

NAMES: Final = {
    "ar": "Arabic", "az": "Azerbaijani", "bg": "Bulgarian", "bn": "Bengali", "bs": "Bosnian", "ca": "Catalan", "cs": "Czech",
    "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian",
    "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "hy": "Armenian",
    "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ka": "Georgian", "ko": "Korean", "ku": "Kurdish",
    "lt": "Lithuanian", "lv": "Latvian", "mk": "Macedonian", "ms": "Malay", "mt": "Maltese", "nl": "Dutch", "no": "Norwegian", "pl": "Polish",
    "ps": "Pashto", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian",
    "sq": "Albanian", "sr": "Serbian", "sv": "Swedish", "sw": "Swahili", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian",
    "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
_SCRIPT_LANGUAGES: Final = {
    "ARABIC": "ar", "CYRILLIC": "ru", "HEBREW": "he", "GREEK": "el", "CJK": "zh", "HIRAGANA": "ja", "KATAKANA": "ja",
    "HANGUL": "ko", "DEVANAGARI": "hi", "BENGALI": "bn", "THAI": "th", "GEORGIAN": "ka", "ARMENIAN": "hy",
}  # fmt: skip
_WINDOW: Final = 4000  # characters: more changes no answer and costs time
# The commonest English words that are no common words of another language in the list above.
_ENGLISH: Final = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "that",
        "is",
        "was",
        "for",
        "with",
        "as",
        "his",
        "her",
        "they",
        "at",
        "be",
        "this",
        "have",
        "from",
        "or",
        "had",
        "by",
        "but",
        "what",
        "were",
        "we",
        "when",
        "your",
        "said",
        "there",
        "an",
        "which",
        "their",
        "if",
        "will",
        "each",
        "about",
        "how",
        "up",
        "out",
        "them",
        "then",
        "many",
        "some",
        "these",
        "would",
        "other",
        "into",
        "has",
        "more",
        "two",
        "could",
        "been",
        "who",
        "its",
        "now",
        "than",
        "first",
        "after",
        "over",
        "against",
        "between",
        "during",
        "under",
        "killed",
        "forces",
        "near",
        "city",
    ]
)
_ENOUGH_ENGLISH: Final = 0.16  # share of such words: 0.25 to 0.45 in English news, under 0.06 in other languages
_LITTLE_ENGLISH: Final = 0.08
_FEW_WORDS: Final = 15


def language_of(text: str, declared: str | None = None) -> str | None:
    """The ISO 639-1 code of a text's language, or None when there are no letters to tell by.

    A text mainly in a script other than Latin has that script's commonest language unless the identifier knows better.
    English is decided by its function words, which hold for telegraphic news and for names in any spelling. Fewer
    than fifteen words cannot be told from the letters alone: there the language that the source declares counts.
    """
    sample = text[:_WINDOW]
    letters = [c for c in sample if c.isalpha()]
    if not letters:
        return None
    scripts = Counter(unicodedata.name(c, "?").split(" ")[0] for c in letters if not c.isascii())
    script, count = scripts.most_common(1)[0] if scripts else ("LATIN", 0)
    if script != "LATIN" and count > len(letters) * 0.5:
        if script in ("ARABIC", "CYRILLIC", "CJK"):
            found = _identify(sample)
            return found if found not in ("en", "") and not _is_latin(found) else _SCRIPT_LANGUAGES[script]
        return _SCRIPT_LANGUAGES.get(script, "und")
    words = words_of(sample)
    share = sum(w in _ENGLISH for w in words) / max(1, len(words))
    if share >= _ENOUGH_ENGLISH:
        return "en"
    if len(words) < _FEW_WORDS and (declared or share >= _LITTLE_ENGLISH):
        return declared or "en"
    return _identify(sample)


def language_name(code: str | None) -> str:
    """The English name of a language code, or the code itself."""
    return NAMES.get(code or "und", "an unknown language" if code in (None, "und") else str(code))


def _is_latin(code: str) -> bool:
    return code not in ("ar", "fa", "ur", "ps", "ku", "ru", "uk", "bg", "mk", "sr", "zh", "ja", "ko", "he", "el")


@lru_cache(maxsize=1)
def load_identifier() -> Any:
    """py3langid's model, restricted to the languages above; loaded once in a process (0.4 s, 30 MB)."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    known = {str(label) for label in identifier.labels}
    identifier.set_languages(sorted(known & NAMES.keys()))
    return identifier


def _identify(sample: str) -> str:
    return str(load_identifier().classify(sample)[0])
