"""Clean: WARC records to articles, or rejections with a reason. The only stage that uses trafilatura.

`clean_warc` is the stage. Below it, in the order of the data: `warc` (records, damage told record by record),
`payloads` (HTTP, content coding, character set), `parsers` and `worker` (processes that can be killed), `pages` (HTML
taken apart), `headlines`, `datelines`, `dates`, `residue`, `text`, `languages`, `signatures`, and `articles`, which
joins them.
"""

from __future__ import annotations

from flows.clean.batches import SourceDefaults, clean_warc
from flows.clean.dates import Reading, read_date
from flows.clean.parsers import ParseLimits
from flows.clean.signatures import signature, similarity
from flows.clean.text import normalise_text

__all__ = [
    "ParseLimits",
    "Reading",
    "SourceDefaults",
    "clean_warc",
    "normalise_text",
    "read_date",
    "signature",
    "similarity",
]
