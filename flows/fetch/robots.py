"""robots.txt by RFC 9309, one decision for each origin: what may be fetched, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from protego import Protego

from flows.errors import FetchError

ROBOTS_TOKEN: Final = "sitrep"
MAX_ROBOTS_BYTES: Final = 500 * 1024
CACHE_SECONDS: Final = 24 * 3600.0
UNREACHABLE_CACHE_SECONDS: Final = 600.0


@dataclass(frozen=True, slots=True)
class Rules:
    """What one robots.txt says. `parsed` None: everything is allowed, or nothing when `unreachable` tells why."""

    parsed: Protego | None
    unreachable: str | None
    expires: float

    def check(self, url: str) -> None:
        """Raises FetchError: `robots_unreachable` or `robots_disallow`."""
        if self.unreachable is not None:
            raise FetchError("robots_unreachable", self.unreachable)
        if self.parsed is not None and not self.parsed.can_fetch(url, ROBOTS_TOKEN):
            raise FetchError("robots_disallow", url)

    @property
    def crawl_delay(self) -> float:
        """Seconds between two requests that the site asks for, 0 when it does not."""
        if self.parsed is None:
            return 0.0
        delay = float(self.parsed.crawl_delay(ROBOTS_TOKEN) or 0.0)
        rate = self.parsed.request_rate(ROBOTS_TOKEN)
        if rate is not None and rate.requests:
            delay = max(delay, float(rate.seconds) / float(rate.requests))
        return delay if 0 <= delay < 10**7 else 0.0


def rules_from_answer(status: int, body: bytes, *, now: float) -> Rules:
    """RFC 9309 section 2.3.1: 4xx allows everything, 5xx nothing; only the first 500 KiB count. 429 asks to stay
    away.
    """
    if 200 <= status < 300:
        text = body[:MAX_ROBOTS_BYTES].decode("utf-8", "replace").removeprefix("\ufeff").replace("\x00", "")
        if len(body) > MAX_ROBOTS_BYTES:
            text = text.rpartition("\n")[0]
        return Rules(Protego.parse(text), None, now + CACHE_SECONDS)
    if status == 429 or status >= 500:
        return unreachable(f"robots.txt answers {status}", now=now)
    return Rules(None, None, now + CACHE_SECONDS)


def unreachable(why: str, *, now: float) -> Rules:
    """No answer is a complete disallow."""
    return Rules(None, why, now + UNREACHABLE_CACHE_SECONDS)
