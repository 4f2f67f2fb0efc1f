"""Load: Parquet batches into schema `landing`, keyed and idempotent.

A batch is a folder of Parquet files, one for each landing table, written aside and renamed, so that it is there whole or not
at all. `load_batch` merges it in one transaction together with its marker in `landing.batches`: the same batch twice changes
nothing, and a run killed half-way leaves either all of it or none.

Entry: `load_batch`. `write_rows` and `read_rows` are the only way rows become files and come back.
"""

from flows.load.files import count_rows, iter_rows, read_rows, write_folder, write_rows
from flows.load.landing import (
    LoadResult,
    ensure_landing,
    known_rejections,
    landing_fingerprint,
    load_batch,
    load_gazetteer,
    load_sources,
    loaded_batches,
    source_failures,
)

__all__ = [
    "LoadResult",
    "count_rows",
    "ensure_landing",
    "iter_rows",
    "known_rejections",
    "landing_fingerprint",
    "load_batch",
    "load_gazetteer",
    "load_sources",
    "loaded_batches",
    "read_rows",
    "source_failures",
    "write_folder",
    "write_rows",
]
