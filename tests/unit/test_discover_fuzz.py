"""Mutated documents, archives and tables: nothing but candidates, refusals and named failures comes out. Seeded."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from test_discover import ATOM, ITEM, NEWS, ROW, RSS, index
from test_warc import PAGES, foreign

from flows.discover import discover
from flows.discover.links import links_in_document
from flows.errors import RecordError, SourceError
from flows.records import Candidate, Rejection
from flows.sources import Limits, Source

N_MUTANTS = int(os.environ.get("SITREP_FUZZ_PAGES", "300"))
BITS = [b"<", b">", b"&", b"\x00", b"\xff\xfe", b"]]>", b"<![CDATA[", b"<!--", b"&#x110000;", b"&#xD800;", b'"']
BITS += [
    b"<item>",
    b"</entry>",
    b"<link>",
    b"9" * 400,
    b"\xed\xa0\x80",
    b"encoding='utf-7'",
    b"encoding='idna'",
    b"{" * 50,
]
BITS += [b"WARC/1.1\r\n", b"\r\n\r\n", b"\x1f\x8b\x08"]


def mutants(seed: bytes, number: int) -> Iterator[bytes]:
    rng = random.Random(number)
    for _ in range(N_MUTANTS):
        data = bytearray(seed)
        for _ in range(rng.randint(1, 8)):
            at = rng.randrange(len(data) + 1)
            until = min(len(data), at + rng.randint(1, 60))
            kind = rng.randrange(4)
            if kind == 0 and at < len(data):
                data[at] = rng.randrange(256)
            elif kind == 1:
                data[at:at] = rng.choice(BITS)
            elif kind == 2:
                del data[at:until]
            else:
                data[at:at] = data[at:until] * rng.randint(1, 4)
        yield bytes(data)


DOCUMENTS = {
    "rss": ("feed", (RSS % (ITEM % ("a", "/1", "Sat, 3 Jun 2017 10:00:00 BST") * 3)).encode()),
    "atom": ("feed", ATOM.encode()),
    "sitemap": ("sitemap", NEWS.encode()),
    "index": ("sitemap", index("https://a.example/1").encode()),
    "json": (
        "feed",
        b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"url": "/a", "authors": [{"name": "q"}]}]}',
    ),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents(name: str) -> None:
    kind, seed = DOCUMENTS[name]
    n_read = 0
    for data in mutants(seed, 1):
        try:
            links = links_in_document(
                data, kind=kind, base_url="http://a.example/x", content_type="text/xml", max_items=5
            )
        except RecordError:
            continue
        assert type(links).from_json(links.to_json()) == links
        n_read += 1
    assert n_read > 0


def offered(file: Path, kind: str) -> int:
    source = Source(id="s", kind=kind, path=file, limits=Limits(max_bytes=2_000))
    found = list(discover(source, pytest.fail))  # type: ignore[arg-type]
    assert all(isinstance(x, Candidate | Rejection) for x in found)
    return sum(isinstance(x, Candidate) for x in found)


@pytest.mark.parametrize("name", ["m.warc", "m.warc.gz"])
def test_archives(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    foreign(file, PAGES, packed=name.endswith("gz"))
    n_pages = 0
    for data in mutants(file.read_bytes(), 2):
        file.write_bytes(data)
        n_pages += offered(file, "warc")
    assert n_pages > N_MUTANTS, "damage in one record leaves the others"


@pytest.mark.parametrize("name", ["m.jsonl", "m.csv", "m.parquet"])
def test_tables(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    if name == "m.parquet":
        pq.write_table(pa.Table.from_pylist([ROW] * 3), file)
    elif name == "m.csv":
        file.write_text("url,title,text,published,source\n" + 'https://a.example/1,"a ""q""",b,,c\n' * 4)
    else:
        file.write_text(
            '{"url": "https://a.example/1", "title": "a", "text": "b", "published": "", "source": "c"}\n' * 4
        )
    n_rows = 0
    for data in mutants(file.read_bytes(), 3):
        file.write_bytes(data)
        try:
            n_rows += offered(file, "table")
        except SourceError:
            continue
    # A Parquet file whose bytes have moved is no table any more.
    assert n_rows > 0 or name == "m.parquet"
