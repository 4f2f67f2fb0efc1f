"""Rules that take what is no news out of an article's text: links, credits, prompts, boilerplate, repeated headlines.

Each rule is explicit, names what it removes, and is bound to a form that a news sentence does not have: a line of its
own, a known prompt, a fragment after the last sentence. In doubt the words stay.
"""

from __future__ import annotations

import re
from typing import Final

from flows.clean.datelines import AGENCY
from flows.clean.text import squeeze

TAIL_LENGTH: Final = 700  # characters at the end of the text in which inline residue is looked for
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")

_SHARE_WORD = r"(?:Print|Tweet|Share|E-?mail|Send|Facebook|Twitter|X|WhatsApp|Telegram|LinkedIn|Pinterest|Reddit|Copy\s+[Ll]ink|Messenger|Viber|Instagram|YouTube)"
_NAME = r"[A-Z][\w'’.\-]*"

# Whole lines (case is ignored). Each alternative is one kind of residue.
_LINE: Final = re.compile(
    r"(?:"
    r"source\s+link|original\s+(?:source|article|link)|view\s+original(?:\s+article)?"
    r"|(?:click\s+here\s+to\s+)?(?:read|see|learn|find\s+out|show|load|view)\s+(?:more|also|next|full\s+(?:story|article)|the\s+full\s+(?:story|article))(?:\s*[.…»>→]+)?"
    r"|continue\s+reading(?:\s+(?:the\s+main\s+story|below))?(?:\s*[.…»>→]+)?"
    r"|(?:skip|jump)\s+(?:to|past)\s+(?:main\s+)?(?:content|newsletter\s+promotion|navigation|comments)"
    r"|(?:story\s+continues\s+(?:below|after)(?:\s+(?:the\s+)?(?:advertisement|ad))?)|advertisement|advertisements|sponsored(?:\s+content)?|promoted(?:\s+stories)?"
    r"|(?:leave|post|write|add)\s+a\s+(?:comment|reply)|(?:no|\d+)\s+comments?|comments?(?:\s*\(\d+\))?|view\s+comments|join\s+the\s+(?:conversation|discussion)"
    r"|(?:share|print|tweet|email|e-mail|save|bookmark|listen|copy\s+link)(?:\s+(?:this|it|on|to|via|article|story|page|with|your|friends|facebook|twitter|whatsapp|telegram|email|linkedin)){0,5}\s*:?"
    r"|(?:facebook|twitter|whatsapp|telegram|linkedin|pinterest|reddit|instagram|youtube|messenger|viber|google\+|rss)(?:[\s,|/]+(?:facebook|twitter|whatsapp|telegram|linkedin|pinterest|reddit|instagram|youtube|messenger|viber|google\+|email|print|rss)){0,9}"
    r"|(?:\d+\s+)?(?:shares?|likes?|retweets?|views?|hits?)(?:\s*:?\s*\d[\d,.kKmM]*)?"
    r"|(?:follow|like)\s+us(?:\s+on\b.{0,80})?|(?:follow|join|subscribe\s+to)\s+(?:us|our)\b.{0,120}(?:twitter|facebook|telegram|whatsapp|newsletter|channel|instagram|youtube|google\s+news)\b.{0,40}"
    r"|(?:sign\s+up|subscribe)(?:\s+(?:now|here|today|to|for)\b.{0,100})?"
    r"|(?:file|stock|handout|archive)\s+(?:photo|picture|image|video)s?\b.{0,30}"
    r"|(?:photo|photograph|picture|image|video|photo\s+credit|image\s+credit|picture\s+credit|credit|credits|caption)s?(?:\s+(?:by|courtesy(?:\s+of)?|from|source))?\s*:\s*\S.{0,80}"
    r"|(?:©|\(c\)|copyright)\s*.{0,120}|all\s+rights\s+reserved\.?.{0,60}|.{0,80}\ball\s+rights\s+reserved\.?"
    r"|(?:tags?|topics?|keywords|filed\s+under|categories|labels)\s*:.{0,300}"
    r"|(?:about\s+us|contact\s+us|privacy\s+policy|terms\s+(?:of\s+use|of\s+service|and\s+conditions)|cookie\s+policy|log\s*in|sign\s+in|register|back\s+to\s+top|next\s+article|previous\s+article|next\s+post|previous\s+post|home|menu|search)"
    r"|\d+\s+min(?:ute)?s?\s+read|(?:estimated\s+)?reading\s+time\s*:?\s*\d+.{0,20}"
    r"|(?:image|video|photo|gallery|slideshow|play\s+video|audio|live)\s*(?:\d+\s+(?:of|/)\s+\d+)?"
    r"|our\s+standards\s*:\s*the\s+.{3,60}"
    r"|(?:visitors|visits|hits|views|reads|page\s+views)\s*:?\s*\d[\d,. ]*"
    r"|[a-z]{2,6}(?:\s*/\s*[a-z]{1,4}){1,3}"
    r"|[\W_]*[^\W\d_]?[\W_]*"  # a line with at most one letter and no digit
    r")",
    re.IGNORECASE,
)
# Breadcrumbs: "Home > News > Libya", "Home / Reports".
_BREADCRUMB = re.compile(
    r"(?:You\s+are\s+here\s*:?\s*)?Home(?:page)?\s*(?:[>»›/|→]+\s*[^>»›/|→.]{1,60}){1,6}", re.IGNORECASE
)
_MENU_MARK = re.compile(r"\s(?:-|–|—|\||::|·|•)\s")
# A caption with its credit at the end: "[Reuters]", "(AP Photo/...)", "REUTERS/Name", " - Internet".
_CREDIT = re.compile(
    rf"(?:\[(?:File|Photo|Handout|[^\[\]]{{0,60}}/)?[^\[\]]{{0,30}}(?:{AGENCY}|Getty(?:\s+Images)?|EPA|Getty|File)[^\[\]]{{0,30}}\]"
    rf"|\((?:[^()]{{0,40}}/)?(?:(?:{AGENCY}|EPA|Getty)\s+(?:Photo|File|Images?|Picture)|File(?:\s+[Pp]hoto)?|Photo(?:\s+by|:)|Getty)[^()]{{0,60}}\)"
    r"|(?:REUTERS|AFP|EPA|Reuters|AP|Getty\s+Images)\s*/\s*[A-Z][^.]{0,50}"
    r"|(?:Photo|Photograph|Image|Picture|Credit)\s*(?:by|:|credit:)\s*[^.]{2,60}"
    r"|[A-Z][\w .'’\-]{1,40}/\s*(?:AFP|Reuters|REUTERS|AP|EPA|Getty(?:\s+Images)?|Anadolu(?:\s+Agency)?)(?:\s+via\s+[A-Z][\w ]{2,30})?"
    r"|\s[-–—|]\s*(?:Internet|Social\s+[Mm]edia|Archives?|File(?:\s+[Pp]hoto)?|Getty(?:\s+Images)?|EPA|Courtesy.{0,30}|Handout))\.?$"
)
# A heading whose following lines are links to other articles.
_LINKS_HEADING = re.compile(
    r"(?:popular\s+(?:posts|stories|now)(?:\s+(?:from|on)\s+.{1,40})?|(?:most|more)\s+(?:read|popular|viewed|shared|stories|news|from\s+.{1,40}|on\s+this(?:\s+(?:story|topic))?|in\s+.{1,30})"
    r"|related(?:\s+(?:articles?|posts?|stories|news|links?|topics?|content|coverage|reading|items?))?|recommended(?:\s+(?:for\s+you|stories|articles?|reading))?"
    r"|(?:read|see|watch|view)\s+(?:also|more|next)|also\s+(?:read|on\s+.{1,30})|you\s+(?:may|might)\s+(?:also\s+)?(?:like|be\s+interested\s+in)|you\s+might\s+have\s+missed|don'?t\s+miss|trending(?:\s+now)?|latest\s+(?:news|stories|articles?|posts?|headlines)"
    r"|editors?['’]?s?\s+(?:picks?|choice)|what\s+to\s+read\s+next|up\s+next|top\s+stories|other\s+(?:news|stories|articles)|further\s+reading|in\s+this\s+section|recent\s+(?:posts|news|articles|stories)|keep\s+reading)\s*[:>»…]*",
    re.IGNORECASE,
)
# One line that is a labelled link: "READ MORE: Headline of another article". The label is in capitals or is plain.
_LABELLED_LINK = re.compile(
    r"(?:READ\s+(?:MORE|ALSO|NEXT)|Read\s+(?:[Mm]ore|[Aa]lso|[Nn]ext)|SEE\s+ALSO|See\s+also|RELATED(?:\s+\w+)?|Related(?:\s+(?:article|story|news|post)s?)?|"
    r"WATCH|MORE(?:\s+(?:ON|FROM)\s+[^:]{2,40})?|EXPLAINER|OPINION|LISTEN|ALSO\s+READ|Also\s+read|DON'?T\s+MISS|Click\s+here)\s*[:|»>–—-]+\s*\S.{0,200}"
)
_PROMPT_SENTENCE = re.compile(
    r"(?:(?:Click|Tap)\s+here\s+(?:to|for)\b|Sign\s+up\s+(?:for|to)\s+(?:our|the|get|receive)\b|Subscribe\s+to\s+(?:our|the)\b|"
    r"(?:Download|Get)\s+(?:our|the)\s+(?:free\s+)?app\b|Follow\s+(?:us|@\w+|\w+\s+on\s+Twitter)\b|Support\s+(?:our|independent)\s+journalism\b|"
    r"This\s+(?:site|website)\s+uses\s+cookies\b|(?:Please\s+)?(?:enable|turn\s+on)\s+JavaScript\b|We\s+use\s+cookies\b|"
    r"Your\s+email\s+address\s+will\s+not\s+be\s+published\b|Required\s+fields\s+are\s+marked\b|Comments\s+are\s+closed\b)[^\n]{0,250}$"
)

# Inline residue at the very end, tried again and again until none fits. All are anchored at the end.
_SECTION = re.compile(
    r"About(?:\s+Us)?|Contact(?:\s+Us)?|Privacy(?:\s+(?:Policy|Notice))?|Terms(?:\s+of\s+(?:Use|Service)|\s+(?:and|&)\s+Conditions)?|"
    r"Cookies?(?:\s+Policy)?|Legal|Careers|Jobs|Advertise(?:\s+(?:With\s+)?Us)?|Press\s+Releases?|Sitemap|Site\s+Map|FAQ|RSS|"
    r"Newsletters?|Subscribe|Copyright|Disclaimer|Accessibility"
)
_LAST_SECTION = re.compile(rf"(?:{_SECTION.pattern})$")
_CREDITS = re.compile(
    r"(?<=[.!?\"”’)])\s*[\[(]?(?:Additional\s+|With\s+additional\s+)?"
    r"(?:[Rr]eporting|[Ww]riting|[Ee]diting|[Tt]ranslat(?:ion|ed)|[Cc]ompiled)(?:\s+(?:and|&)\s+(?:[Rr]eporting|[Ww]riting|[Ee]diting))?\s+by\s*:?\s+(?=[A-Z])"
)
_CREDIT_PIECE = re.compile(
    r"(?:(?:with\s+)?additional\s+)?(?:reporting|writing|editing|translat\w+|compiled)\b.{0,60}?\bby\b|[A-Z(]",
    re.IGNORECASE,
)
_TAGS = re.compile(r"\s(?:Tags?|Topics?|Keywords|Labels|Filed\s+under)\s*:?\s+(?=\S)")
_TAG_SENTENCE = re.compile(r"(?:(?<=[.!?\"”’)])\s+|^)(?:Tags|Keywords)\s*:?\s+([A-Z][^.!?\n]{2,200})\.(?=\s|$)")
# Words that sentences have and lists of tags have not.
_FUNCTION_WORDS: Final = frozenset(
    [
        "the",
        "a",
        "an",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "has",
        "have",
        "had",
        "said",
        "says",
        "say",
        "that",
        "which",
        "who",
        "will",
        "would",
        "at",
        "by",
        "after",
        "before",
        "when",
        "while",
        "as",
        "it",
        "its",
        "they",
        "their",
        "he",
        "his",
        "she",
        "her",
        "this",
        "these",
        "those",
        "from",
        "into",
        "than",
        "but",
        "not",
    ]
)

_TAILS: Final = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        # -AFP, --Reuters, — (Agencies)
        (rf"\s*(?<=[.!?\"”’)\s])[-–—]{{1,2}}\s*\(?{AGENCY}(?:\s*[/,&]\s*{AGENCY})*\)?\.?$", 0),
        # (With AFP and Reuters), (Reuters), (Agencies), [AFP]
        (
            rf"(?<=[.!?\"”’)])\s*[\[(](?:[Ww]ith\s+|[Ss]ources?\s*:?\s*|[Bb]y\s+|[Ii]nputs?\s+from\s+)*(?:{AGENCY}(?:\s*(?:,|and|&|/|\+|-|–)?\s*)){{1,5}}[\])]\.?$",
            0,
        ),
        # Source SANA; (Source: Syrian Coalition); Source: TRT World and agencies
        (rf"(?<=[.!?\"”’)])\s*[\[(]?Sources?\s*:?\s+{_NAME}(?:[\s,/&]+(?:and\s+|of\s+|for\s+)?(?:{_NAME}|agencies|website|media)){{0,6}}[\])]?\.?$", 0),
        (rf"\s*\(Sources?\s*:\s*{_NAME}(?:(?:\s*[,/&+]\s*|\s+)(?:and\s+)?(?:{_NAME}|agencies)){{0,6}}\)\.?$", 0),
        (rf"\s*\bSource\s+{_NAME}(?:\s+{_NAME}){{0,3}}\s+and\s+[Aa]gencies\.?$", 0),
        (r"(?<=[.!?\"”’)\]…])\s*[Aa]gencies\s+contributed(?:\s+to\s+this\s+(?:report|article|story))?\.?$", 0),
        (r"(?<=[.!?\"”’)…])\s*\((?:Click\s+to\s+enlarge|Photos?\b[^()]{0,160}|File\s+photo)\)\.?$", 0),
        (r"\s*Our\s+Standards\s*:\s*The\s+(?:[A-Z]\w*\s*){1,6}\.?$", 0),
        # comment and link prompts
        (r"\s*Community\s+standards\s*(?:Discussion)?\s*(?:Comment\s+via\s+\w+\s*(?:Comment\s+via\s+[\w ]{3,20})?)?$", 0),
        (r"(?<=[.!?\"”’)…])\s*(?:Read|See|Watch)\s+(?:[Aa]lso|[Mm]ore|[Nn]ext)\s*[:.…»>→]*$", 0),
        (r"\s+(?:Read|See)\s+Also$", 0),
        (r"(?<=[.!?\"”’)…])\s*(?:Source\s+[Ll]ink|More\s*Images?|Full\s+[Ss]tory|English\s+[Bb]ulletin|Continue\s+reading)\s*$", 0),
        (rf"(?<=[.!?\"”’)…])\s*(?:{_SHARE_WORD}\s*){{1,8}}$", 0),
        # a lone letter with a diacritic: what a broken decoder leaves
        (r"(?<=[.!?\"”’)…])\s*[\xc0-\xff]$", 0),
        # a view counter, or the initials and names of those who wrote, after the last sentence
        (r"(?<=[a-z\d)\"”][.!?])\s*\d{1,6}(?:-\d{1,3})?$", 0),
    )
)  # fmt: skip
_SIGNATURE_WORD = r"(?:[A-Z][\w'’\-]*|[A-Z]\.|(?:al|el)-[A-Z]\w*|and|/|\d{1,3})"
_SIGNED = re.compile(
    rf"(?:(?<=[.!?])|(?<=[.!?][\"”’)]))\s+((?:{_SIGNATURE_WORD})(?:(?:\s+|\s*/\s*|(?<=\.)){_SIGNATURE_WORD}){{0,6}})$"
)
_BEFORE_SIGNED = re.compile(r"(?<!\w)(?:[a-z][\w'’]*[a-z]|[A-Z][\w'’\-]{4,}|\d{2,}|\S*[)\"”’])[.!?]?[\"”’)]*$")
_SHORT_URL = re.compile(r"\s*\bGet\s+short\s+URL(?:\s+\d+){0,3}(?=\s+[\"“A-Z]|\s*$)")


def remove_lines(text: str) -> str:
    """A normalised text without its lines of residue: menus, prompts, credits, headings with their links."""
    return "\n".join(_without_blocks(text.split("\n")))


def remove_residue(text: str, *, titles: tuple[str, ...] = ()) -> str:
    """A normalised text without its residue; paragraphs keep their order.

    `titles` are the ways in which the headline may be set: a line that is the headline, or the headline after a
    breadcrumb of at most four words, is dropped where it stands before the news. A text that is nothing but residue
    gives "".
    """
    lines = _without_blocks(text.split("\n"))
    lines = _without_headlines(lines, tuple(squeeze(t) for t in titles if len(squeeze(t)) >= 8))
    lines = [_SHORT_URL.sub("", _TAG_SENTENCE.sub(_without_tags, line)).strip() for line in lines]
    lines = _without_repeats([line for line in lines if line])
    return "\n".join(_without_tails(lines))


def _is_menu(line: str) -> bool:
    """True for at least four short names with dashes or bars between them: "Front page - World - Libya - Sport"."""
    if line.startswith("|"):  # a row of a table
        return False
    names = _MENU_MARK.split(line)
    return len(names) >= 4 and not is_sentence(line) and all(0 < len(n) <= 30 and len(n.split()) <= 4 for n in names)


def is_sentence(line: str) -> bool:
    """True for a line that can be news: it ends like a sentence, or is longer than a link's text."""
    return bool(_SENTENCE_END.search(line)) or len(line.split()) > 22


def _without_blocks(lines: list[str]) -> list[str]:
    """Lines without prompts, credits, labelled links, and headings with the links below them."""
    kept: list[str] = []
    in_links = False
    for number, line in enumerate(lines):
        if len(line) > 600:  # no residue rule reaches a long paragraph
            kept.append(line)
            in_links = False
            continue
        if _LINKS_HEADING.fullmatch(line):
            in_links = True
            continue
        if in_links and not is_sentence(line):
            continue
        in_links = False
        if _LINE.fullmatch(line) or _BREADCRUMB.fullmatch(line) or _LABELLED_LINK.fullmatch(line):
            continue
        if _PROMPT_SENTENCE.match(line) or _is_menu(line):
            continue
        if number >= len(lines) - 3 and len(line.split()) <= 40 and ("©" in line or "(c) " in line.lower()):
            continue  # the owner's notice at the foot
        if len(line.split()) <= 60 and _credits_start(f". {line}") == 1:
            continue
        if len(line.split()) <= 45 and _CREDIT.search(line):
            continue
        kept.append(line)
    return kept


def _without_headlines(lines: list[str], keys: tuple[str, ...]) -> list[str]:
    """Lines without the headline (and without it behind a breadcrumb) among the first six; at least one line stays."""
    if not keys or len(lines) < 2:
        return lines
    kept = []
    for number, line in enumerate(lines):
        if number < 6 and len(line) <= 400:
            key = squeeze(line)
            if key in keys:
                continue
            if any(
                key.endswith(k) and len(line.split()) - len(_words_of_key(line, k)) <= 4 and not is_sentence(line)
                for k in keys
            ):
                continue
        kept.append(line)
    return kept or lines[-1:]


def _words_of_key(line: str, key: str) -> list[str]:
    """The last words of a line that together squeeze to the key."""
    words = line.split()
    for start in range(len(words) - 1, -1, -1):
        if len(squeeze(" ".join(words[start:]))) >= len(key):
            return words[start:]
    return words


def _without_repeats(lines: list[str]) -> list[str]:
    """Lines without any that says again, letter for letter, one of the three before it."""
    kept: list[str] = []
    for line in lines:
        key = squeeze(line)
        if len(key) >= 12 and any(squeeze(k) == key for k in kept[-3:]):
            continue
        kept.append(line)
    return kept


def _without_tails(lines: list[str]) -> list[str]:
    """Lines without inline residue at the end of the last one."""
    while lines:
        last = lines[-1]
        cut = max(0, len(last) - TAIL_LENGTH)
        body, tail = last[:cut], last[cut:]
        for _ in range(12):
            shorter = _shortened(tail)
            if shorter == tail:
                break
            tail = shorter
        lines = [*lines[:-1], (body + tail).rstrip()] if (body + tail).strip() else lines[:-1]
        if lines and lines[-1] == last.rstrip():
            break
        if (body + tail).strip():
            break
    return lines


def _shortened(tail: str) -> str:
    """The tail less one piece of residue, or the same tail."""
    for pattern in _TAILS:
        match = pattern.search(tail)
        if match is not None:
            return tail[: match.start()].rstrip()
    for start in (_credits_start(tail), _tags_start(tail), _footer_start(tail)):
        if start is not None:
            return tail[:start].rstrip()
    signed = _SIGNED.search(tail)
    if signed is not None and _BEFORE_SIGNED.search(tail[: signed.start()]) and " " in tail[: signed.start()].strip():
        return tail[: signed.start()].rstrip()
    return tail


def _without_tags(match: re.Match[str]) -> str:
    """Nothing for a list of tags; the whole match where its words make a sentence."""
    return match.group() if _has_function_words(match[1]) else ""


def _has_function_words(text: str) -> bool:
    return any(word.strip(".,;:()").casefold() in _FUNCTION_WORDS for word in text.split())


def _credits_start(tail: str) -> int | None:
    """Where the credits of a wire story begin ("Reporting by ...; Editing by ..."), if nothing but credits follows."""
    match = _CREDITS.search(tail)
    if match is None:
        return None
    pieces = [p.strip(" \n)]") for p in re.split(r"[.;]\s", tail[match.end() :])]
    only_names = all(
        _CREDIT_PIECE.match(p) and not _has_function_words(re.sub(r"\b(?:by|the|at)\b", "", p)) for p in pieces if p
    )
    return match.start() if only_names else None


def _tags_start(tail: str) -> int | None:
    """Where a list of tags begins that runs to the end."""
    starts = [m for m in _TAGS.finditer(tail)]
    if not starts:
        return None
    rest = tail[starts[-1].end() :]
    if len(rest) > 300 or re.search(r"[.!?]\s|[.!?]$", rest) or _has_function_words(rest):
        return None
    return starts[-1].start()


def _footer_start(tail: str) -> int | None:
    """Where a site's footer begins: a run of capitalised words to the end that holds at least three section names.

    The footer is cut at its first section name, so that capitalised words of the news before it stay.
    """
    if not _LAST_SECTION.search(tail):
        return None
    words = list(re.finditer(r"\S+", tail))
    first = len(words)
    while first and (
        words[first - 1].group()[0].isupper() or words[first - 1].group() in ("of", "and", "&", "|", "·", "-")
    ):
        first -= 1
    if first == len(words):
        return None
    sections = list(_SECTION.finditer(tail, words[first].start()))
    return sections[0].start() if len(sections) >= 3 else None
