"""Local files: folders of pages and texts, lists of addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final
from urllib.parse import quote

from flows.errors import SourceError
from flows.records import Candidate

from .offers import Desk, Offer, plain_text

CONTENT_TYPES: Final = {".txt": "text/plain", ".html": "text/html", ".htm": "text/html"}
MAX_TITLE_CHARACTERS: Final = 300


def files_in_folder(desk: Desk, folder: Path) -> Iterator[Offer]:
    """One candidate for each *.txt, *.html, *.htm below a folder, in the order of their names; links are not followed.

    A file's address is `urn:sitrep:<source>:<relative name>`: a changed file is a new version of the same article.
    """
    published = desk.source.published
    names = sorted(p for p in folder.rglob("*") if p.suffix.lower() in CONTENT_TYPES and p.is_file())
    for path in names:
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or folder.resolve() not in path.resolve().parents:
            yield desk.refusal("outside_folder", f"{name} is a link that leads out of the folder", record=name)
            continue
        try:
            size = path.stat().st_size
            if size > desk.max_bytes:
                yield desk.refusal(
                    "body_too_large", f"{name}: {size:,} bytes, over the limit of {desk.max_bytes:,}", record=name
                )
                continue
            body = path.read_bytes()
        except OSError as error:
            yield desk.refusal("unreadable_file", f"{name}: {error.strerror or error}", record=name)
            continue
        day = published.get(name) if isinstance(published, Mapping) else published
        content_type = CONTENT_TYPES[path.suffix.lower()]
        yield Candidate(
            source_id=desk.source.id,
            outlet_id=desk.source.id,
            url=f"urn:sitrep:{desk.source.id}:{quote(name, safe='/-._~')}",
            via=f"folder {name}",
            title=title_of_text(body) if content_type == "text/plain" else None,
            published_text=day.isoformat() if isinstance(day, date) else None,
            language=desk.source.language,
            body=body,
            content_type=content_type,
        )


def title_of_text(body: bytes) -> str | None:
    """The first line of a text file, when it stands apart (a blank line follows) and does not end as a sentence
    does.
    """
    head = body[:4_000].decode("utf-8-sig", "replace").replace("\r\n", "\n").lstrip("\n \t")
    line, _, rest = head.partition("\n")
    line = line.strip()
    if not line or len(line) > MAX_TITLE_CHARACTERS or not re.match(r"[ \t]*\n", rest):
        return None
    if re.search(r"[.:;,…]['\"”’)]*$", line):
        return None
    return plain_text(line)


def links_in_list(desk: Desk, body: bytes, name: str) -> Iterator[Offer]:
    """One candidate for each line with an address; blank lines and lines that begin with # are passed over."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"source {desk.source.id!r}: {name} is not UTF-8 text (byte {error.start}).") from None
    for number, line in enumerate(text.split("\n"), 1):
        address = line.strip()
        if address and not address.startswith("#"):
            yield desk.link(address, via=f"urls {name}:{number}")
