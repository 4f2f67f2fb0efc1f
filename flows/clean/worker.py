"""One worker process: pages come in on standard input, cleaned articles go out on standard output.

A message is four bytes of length (big-endian), then JSON, then (inwards) the markup in UTF-8, whose length the JSON
gives. Started as `python -m flows.clean.worker MEGABYTES SECONDS`. The parent kills it when a page takes too long or
too much; the limits set here only make sure of it when the parent itself is gone.
"""

from __future__ import annotations

import json
import logging
import resource
import signal
import struct
import sys
from datetime import datetime
from typing import BinaryIO

from flows.clean.articles import Claims, clean_page
from flows.clean.languages import load_identifier
from flows.errors import RecordError


def main(megabytes: int, seconds: int) -> None:
    """Answer messages until standard input ends."""
    logging.disable(logging.CRITICAL)
    # Private data may pass the watched resident size for a moment, never by this much.
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = (2 * megabytes + 512) * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    load_identifier()  # now, not within the first page's time
    _write(stdout, {"ready": True})
    while True:
        head = stdin.read(4)
        if len(head) < 4:
            return
        message = json.loads(stdin.read(struct.unpack(">I", head)[0]))
        markup = stdin.read(message["n_bytes"]).decode("utf-8", "surrogatepass")
        signal.alarm(2 * seconds + 5)
        _write(stdout, answer(markup, message["claims"]))
        signal.alarm(0)


def answer(markup: str, claims: dict[str, object]) -> dict[str, object]:
    """The cleaned article as plain values, or reason and detail of the refusal."""
    claims["fetched_at"] = datetime.fromisoformat(str(claims["fetched_at"]))
    try:
        return {"cleaned": clean_page(markup, Claims(**claims)).as_json()}  # type: ignore[arg-type]
    except RecordError as error:
        return {"reason": error.reason, "detail": error.detail}
    except MemoryError:
        return {"reason": "parse_memory", "detail": "the parser ran out of memory"}
    except RecursionError:
        return {"reason": "parse_error", "detail": "the page is nested too deeply"}
    except Exception as error:  # the parser's own failures on malformed pages; nothing else runs here
        return {"reason": "parse_error", "detail": f"the parser failed: {type(error).__name__}: {str(error)[:200]}"}


def _write(stream: BinaryIO, message: dict[str, object]) -> None:
    body = json.dumps(message).encode()
    stream.write(struct.pack(">I", len(body)) + body)
    stream.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
