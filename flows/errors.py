"""The exception tree. Each says what, why and what to do; the command line prints the message, never a traceback.

::

    SitrepError
    ├── ConfigError        a setting, sources.toml or a dictionary is wrong (names file and line)
    ├── SourceError        one source's layout is bad: that source fails, the others go on
    ├── FetchError         one request failed or was refused (becomes a fetch-log row)
    ├── RecordError        one raw record, row or page cannot be read (becomes a quarantine row)
    ├── LockedError        another run holds the warehouse
    ├── BuildError         dbt failed; names the node and its message; nothing is published
    └── NotFoundError      what the user asked for is not in the warehouse
"""

from __future__ import annotations


class SitrepError(Exception):
    """Base of every error that Sitrep raises on purpose."""


class ConfigError(SitrepError):
    """A setting, `sources.toml` or a dictionary is wrong; the message names the file and, where there is one, the line."""


class SourceError(SitrepError):
    """The layout of one source is not what it should be; that source fails and the others go on."""


class FetchError(SitrepError):
    """One request failed or was refused; `reason` is the short code that the fetch log keeps."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class RecordError(SitrepError):
    """One raw record, table row or page cannot be read; `reason` is the short code that the quarantine keeps."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class LockedError(SitrepError):
    """Another run holds the warehouse's writer lock."""


class BuildError(SitrepError):
    """dbt did not finish green; the message names the failing node. Nothing is published."""


class NotFoundError(SitrepError):
    """What the user asked for (a place, an id) is not in the warehouse."""
