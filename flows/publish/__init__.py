"""Publish: marts of a green build as a read-only copy, Parquet files and a report; and the queries that read the copy.

Readers never meet a writer's lock: each build is copied to a new file, closed, synced and renamed into place.
Entries: `publish_snapshot`, `write_report`; `reading` holds what the command line asks of the published copy.
"""

from flows.publish.report import write_report
from flows.publish.snapshot import Published, publish_snapshot

__all__ = ["Published", "publish_snapshot", "write_report"]
