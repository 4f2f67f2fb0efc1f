"""Discover: what do the sources offer? Parses bytes, never opens the network (`get` is given).

discover(source, get)    candidates and refusals of one source: feeds, sitemaps, lists, folders, tables, WARC archives
canonical_url(url)       the one spelling of an address
slug(name)               an outlet's name as an id
"""

from __future__ import annotations

from .offers import ROW_CONTENT_TYPE, Document
from .sources import discover
from .urls import canonical_url, slug

__all__ = ["ROW_CONTENT_TYPE", "Document", "canonical_url", "discover", "slug"]
