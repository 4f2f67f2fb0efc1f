"""Fetch: candidates -> WARC files under raw/ and a fetch log. The only stage that opens the network.

open_client(...)                the polite, bounded client; `.get(url)` brings documents for discovery
fetch_batch(candidates, ...)    one batch: fetched or imported, stored, logged
known_urls(warc_dir)            what earlier batches hold
new_candidates(candidates, known, now=...)   what is worth a fetch
recover(warc_dir)               mends what a crash left behind, before a run
read_log(path)                  the rows of one batch's fetch log
verify_warc(path)               what is wrong with a WARC file
"""

from __future__ import annotations

from .archive import read_log, recover, verify_warc
from .batch import fetch_batch
from .client import Client, Document, open_client
from .known import Known, known_urls, new_candidates

__all__ = [
    "Client",
    "Document",
    "Known",
    "fetch_batch",
    "known_urls",
    "new_candidates",
    "open_client",
    "read_log",
    "recover",
    "verify_warc",
]
