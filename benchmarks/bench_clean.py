"""Measure the clean stage on real pages and real news: F1, speed, dateline figures, rejections by reason.

usage: python benchmarks/bench_clean.py [--pages DIR] [--table FILE.jsonl] [--workers N] [--repeat N]

DIR holds `html/<id>.html.gz` and `ground-truth.json` (the article-extraction-benchmark's layout: id -> articleBody,
url). FILE.jsonl holds rows of url, title, text, published, source. F1 is the mean over pages of the F1 of word 4-grams,
and, as the benchmark does it, the F1 of mean precision and mean recall; trafilatura alone is run on the same pages.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.clean import clean_warc
from flows.clean.articles import article_text
from flows.records import Article

NOW = datetime(2026, 1, 1, tzinfo=UTC)
_WORD = re.compile(r"\w+")


def write_warc(path: Path, records: Iterable[tuple[str, bytes, str, dict[str, str]]]) -> None:
    """Write (url, body, content type, claims) as WARC records; HTML as responses, everything else as resources."""
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True, warc_version="WARC/1.1")
        for url, body, content_type, claims in records:
            if "html" in content_type:
                http = StatusAndHeaders("200 OK", [("Content-Type", content_type)], protocol="HTTP/1.1")
                record = writer.create_warc_record(url, "response", payload=BytesIO(body), http_headers=http)
            else:
                record = writer.create_warc_record(
                    url, "resource", payload=BytesIO(body), warc_content_type=content_type
                )
            writer.write_record(record)
            fields = "".join(f"{k}: {v}\r\n" for k, v in claims.items()).encode()
            about = {"WARC-Concurrent-To": record.rec_headers.get_header("WARC-Record-ID")}
            writer.write_record(
                writer.create_warc_record(
                    url,
                    "metadata",
                    payload=BytesIO(fields),
                    warc_content_type="application/warc-fields",
                    warc_headers_dict=about,
                )
            )


def shingles(text: str, n: int = 4) -> Counter[tuple[str, ...]]:
    """The word n-grams of a text."""
    words = _WORD.findall(text)
    return Counter(tuple(words[i : i + n]) for i in range(max(1, len(words) - n + 1))) if words else Counter()


def compare(gold: str, found: str) -> tuple[float, float, float]:
    """Precision, recall and F1 of a text's shingles against the gold text's."""
    a, b = shingles(gold), shingles(found)
    common = sum((a & b).values())
    precision, recall = common / max(1, sum(b.values())), common / max(1, sum(a.values()))
    return precision, recall, 2 * precision * recall / (precision + recall) if common else 0.0


def report(name: str, scores: list[tuple[float, float, float]]) -> None:
    """Print means."""
    p, r, f = (sum(s[i] for s in scores) / len(scores) for i in range(3))
    print(f"{name:42} P {p:.4f}  R {r:.4f}  mean F1 {f:.4f}  F1 of means {2 * p * r / (p + r):.4f}")


def bench_pages(folder: Path, workers: int, repeat: int) -> None:
    """F1 and pages a second of the stage and of trafilatura alone."""
    import trafilatura

    gold = json.loads((folder / "ground-truth.json").read_text())
    bodies = {k: gzip.decompress((folder / "html" / f"{k}.html.gz").read_bytes()) for k in gold}
    for name, options in (
        ("trafilatura alone (defaults)", {}),
        ("trafilatura alone (no comments, precise)", {"include_comments": False, "favor_precision": True}),
    ):
        began = time.perf_counter()
        texts = {k: trafilatura.extract(b, **options) or "" for k, b in bodies.items()}
        seconds = time.perf_counter() - began
        report(name, [compare(gold[k]["articleBody"], texts[k]) for k in gold])
        print(f"{'':42} {len(gold) / seconds:.1f} pages/s on one core, text only")
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "pages.warc.gz"
        addresses = {f"https://pages.invalid/{n}/{k}": k for n in range(repeat) for k in gold}
        write_warc(
            path,
            ((u, bodies[k], "text/html", {"source_id": "pages", "url": u}) for u, k in addresses.items()),
        )
        began = time.perf_counter()
        rows = list(clean_warc(path, batch_id="bench", now=NOW, workers=workers))
        seconds = time.perf_counter() - began
    found = {addresses[r.url]: r.text for r in rows if isinstance(r, Article)}
    texts = {k: article_text(b.decode("utf-8", "replace"), gold[k]["url"]) for k, b in bodies.items()}
    report("clean stage, text of every page", [compare(gold[k]["articleBody"], texts[k]) for k in gold])
    report("clean stage, articles it accepts", [compare(gold[k]["articleBody"], found[k]) for k in gold if k in found])
    print(
        f"{'':42} {len(rows) / seconds:.1f} pages/s with {workers} worker(s), {len(rows)} pages, metadata and all rules"
    )
    dated = sum(1 for r in rows if isinstance(r, Article) and r.published_at)
    print(f"{'':42} {dated} of {len(found) * repeat} with a publication date")
    print("rejected:", dict(Counter(r.reason for r in rows if not isinstance(r, Article))))
    for row in rows:
        if not isinstance(row, Article) and "/0/" in str(row.url):
            print(f"   {row.reason}: {row.detail} [{str(row.url)[-64:][:12]}]")


def bench_table(file: Path) -> None:
    """Dateline figures, rejections and rows a second over a table of articles."""
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "table.warc.gz"
        claims = [
            {
                "source_id": "table",
                "outlet_id": r["source"],
                "url": r["url"],
                "title": r["title"],
                "published": r["published"],
            }
            for r in rows
        ]
        kind = "application/x-sitrep-row+json"
        write_warc(path, ((r["url"], json.dumps(r).encode(), kind, c) for r, c in zip(rows, claims, strict=True)))
        began = time.perf_counter()
        found = list(clean_warc(path, batch_id="bench", now=NOW))
        seconds = time.perf_counter() - began
    articles = [a for a in found if isinstance(a, Article)]
    dated = [a for a in articles if a.dateline_date]
    apart = [a for a in dated if a.published_at and abs((a.dateline_date or date.max) - a.published_at.date()).days > 2]
    print(f"table: {len(rows)} rows, {len(articles)} articles, {len(rows) / seconds:.0f} rows/s")
    print(f"   with a dated dateline {len(dated)}, more than 2 days from the published day {len(apart)}")
    print("   rejected:", dict(Counter(r.reason for r in found if not isinstance(r, Article))))


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=Path)
    parser.add_argument("--table", type=Path)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=1)
    args = parser.parse_args()
    if args.pages:
        bench_pages(args.pages, args.workers, args.repeat)
    if args.table:
        bench_table(args.table)
    usage = [resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(f"peak memory: {usage[0]} MB here, {usage[1]} MB in a worker")


if __name__ == "__main__":
    main()
