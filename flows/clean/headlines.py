"""Headlines made plain: outlet, section and breadcrumb taken off, and the ways in which a headline may be set again."""

from __future__ import annotations

import re
from typing import Final

from flows.clean.text import normalise_line, squeeze

_BAR: Final = re.compile(r"\s+(?:\||»|::?|·|•)\s+")
_DASH: Final = re.compile(r"\s+[-–—]\s+")
_OUTLET_WORD: Final = re.compile(
    r"\b(?:News|Times|Post|Daily|TV|Television|Website|Agency|Online|Herald|Tribune|Observer|Gazette|Press|Radio|Journal|"
    r"Chronicle|Monitor|Media|Network|Channel|Magazine|Review|Telegraph|Guardian|Archive|World|Region|International|English)\b"
)
_SECTION = (
    r"(?:Reports?|News|World|Politics|Local|International|Regional|Region|Libya|Syria|Middle\s+East|Africa|Breaking(?:\s+News)?|"
    r"Security|Latest(?:\s+News)?|Top\s+(?:News|Stories)|Headlines|Articles?|Analysis|Features?|Opinion)"
)
_BREADCRUMB: Final = re.compile(
    rf"Home(?:\s*[>»/|›→]\s*|\s+)(?:{_SECTION}(?:\s*[>»/|›→]\s*|\s+)){{1,3}}(?=[\"“‘A-Z0-9])"
)
_LABEL: Final = re.compile(r"(?:(?:title|headline)\s*:\s*)+", re.IGNORECASE)


def plain_headline(title: str | None, names: tuple[str, ...] = ()) -> tuple[str | None, tuple[str, ...]]:
    """A headline without what is no headline, and the forms in which it may be set again in the text, longest first.

    Args:
        title: as feed or page give it.
        names: names of outlet and site ("dailysabah", "Daily Sabah"): a part of the title that is one of them goes.
    """
    whole = normalise_line(title)
    if whole is None:
        return None, ()
    plain = _BREADCRUMB.sub("", _LABEL.sub("", whole, count=1), count=1)
    forms = [whole, plain]
    known = tuple(k for k in (squeeze(n) for n in names) if len(k) >= 3)
    for splitter in (_BAR, _DASH):
        parts = splitter.split(plain)
        while len(parts) > 1:
            if _is_name(parts[-1], known, parts[:-1], strict=splitter is _DASH):
                parts.pop()
            elif _is_name(parts[0], known, parts[1:], strict=True):
                parts.pop(0)
            else:
                break
            joiner = " | " if splitter is _BAR else " - "
            plain = joiner.join(parts)
            forms.append(plain)
    forms = [f for f in dict.fromkeys(forms) if f]
    return plain or whole, tuple(sorted(forms, key=len, reverse=True))


def _is_name(part: str, known: tuple[str, ...], others: list[str], *, strict: bool) -> bool:
    """True when one part of a title is the outlet, the section or the site and the rest is the headline."""
    key = squeeze(part)
    if not key:
        return True
    if sum(len(o.split()) for o in others) < 3:
        return False
    if any(key == k or (len(k) >= 5 and (key.startswith(k) or (k.startswith(key) and len(key) >= 5))) for k in known):
        return True
    words = part.split()
    if len(words) > 5 or any(
        w[0].islower() for w in words if w[0].isalpha() and w not in ("of", "and", "the", "to", "on")
    ):
        return False
    return bool(_OUTLET_WORD.search(part)) if strict else True
