"""Parses one hostile document in a process of its own, so that neither time nor memory of the run depends on it.

`python -m flows.discover.apart` reads one line of JSON (the arguments) and the document's bytes, and writes one line
of JSON.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from typing import Final

from flows.errors import RecordError

from .links import Links, links_in_document

PARSE_SECONDS: Final = 30.0
PARSE_MEMORY_BYTES: Final = 512 * 2**20


def links_apart(
    body: bytes,
    *,
    kind: str,
    base_url: str,
    content_type: str | None,
    max_items: int,
    seconds: float = PARSE_SECONDS,
    memory_bytes: int = PARSE_MEMORY_BYTES,
) -> Links:
    """`links_in_document`, killed after `seconds` or over `memory_bytes`.

    Raises RecordError: what the parser raises, else `parse_timeout` or `parse_crash`.
    """
    arguments = {
        "kind": kind,
        "base_url": base_url,
        "content_type": content_type,
        "max_items": max_items,
        "memory_bytes": memory_bytes,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "flows.discover.apart"],
            input=json.dumps(arguments).encode() + b"\n" + body,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RecordError("parse_timeout", f"took over {seconds:g} s and was stopped") from None
    if done.returncode != 0:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no message"]
        raise RecordError("parse_crash", f"parser ended with {done.returncode}: {last[0][:200]}")
    answer = done.stdout.decode("utf-8")
    if answer.startswith("!"):
        refusal = json.loads(answer[1:])
        raise RecordError(refusal["reason"], refusal["detail"])
    return Links.from_json(answer)


def main() -> None:
    """The process's own side."""
    import resource

    arguments = json.loads(sys.stdin.buffer.readline())
    limit = arguments.pop("memory_bytes")
    with contextlib.suppress(ValueError, OSError):  # not every system can limit address space; time is limited anyway
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    try:
        links = links_in_document(sys.stdin.buffer.read(), **arguments)
        sys.stdout.write(links.to_json())
    except RecordError as error:
        sys.stdout.write("!" + json.dumps({"reason": error.reason, "detail": error.detail}))
    except MemoryError:
        sys.stdout.write("!" + json.dumps({"reason": "parse_memory", "detail": f"needs over {limit:,} bytes"}))
    except RecursionError:
        sys.stdout.write("!" + json.dumps({"reason": "parse_crash", "detail": "nested too deep"}))


if __name__ == "__main__":
    main()
