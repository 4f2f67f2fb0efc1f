"""Plain text made uniform: the one normaliser that every title and every body passes through."""

from __future__ import annotations

import re
import unicodedata

# Breaks of a line under any name: CR, CR LF, vertical tab, form feed, next line, line and paragraph separator.
_BREAK = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
# Invisible: controls, soft hyphen, zero-width and joiner marks, direction marks, byte-order mark, tag characters,
# lone surrogates, non-characters. They break words for every later match and carry no meaning in English.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U000e0000-\U000e0fff]"
)
_SPACES = re.compile("[ \t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+")

# UTF-8 read as Windows-1252: a lead byte's character followed by the characters of one to three continuation bytes.
_CP1252_HIGH = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\x80-\xbf"
_MOJIBAKE = re.compile(f"[Â-ß][{_CP1252_HIGH}]|[à-ï][{_CP1252_HIGH}]{{2}}|[ð-ô][{_CP1252_HIGH}]{{3}}")


def normalise_text(text: str) -> str:
    """Text with one kind of space, one kind of line break, nothing invisible; paragraphs separated by one newline.

    The words stay the article's: quotes, dashes and letters are kept (only composed, Unicode NFC). Idempotent:
    normalising twice gives what normalising once gives. An empty string means that nothing visible was there.
    """
    text = _INVISIBLE.sub("", _BREAK.sub("\n", text))
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", text))
    lines = (line.strip(" ") for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def normalise_line(text: str | None) -> str | None:
    """A title or a name: normalised, on one line; None when nothing visible is left."""
    return normalise_text(text or "").replace("\n", " ") or None


def repair_mojibake(text: str) -> str:
    """Text in which UTF-8 that was read as Windows-1252 ("â€™") is read as UTF-8 again ("’"); other text is untouched.

    Only whole sequences that are valid UTF-8 are replaced, so a French "Ã" that stands alone stays.
    """

    def reread(match: re.Match[str]) -> str:
        raw = bytearray()
        for char in match.group():
            try:
                raw += char.encode("cp1252")
            except UnicodeEncodeError:
                raw.append(ord(char))
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return match.group()

    return _MOJIBAKE.sub(reread, text)


def count_words(text: str) -> int:
    """Number of words (runs of letters, digits, apostrophes inside) in a text."""
    return len(_WORD.findall(text))


_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, in order."""
    return [w.replace("’", "'") for w in _WORD.findall(text.casefold())]


def squeeze(text: str) -> str:
    """Letters and digits only, lower case: for comparing a headline with the same headline set otherwise."""
    return "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if c.isalnum())
