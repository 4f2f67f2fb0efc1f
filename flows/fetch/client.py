"""The polite, bounded client: one request after another for each host, within limits that no server can stretch.

Environment proxies are not honoured: a proxy resolves names itself, so the address guard would be blind behind it.
Certificates are always verified, against the system's store or `ca_file`.
"""

from __future__ import annotations

import random
import re
import ssl
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import urljoin, urlsplit

import httpcore2
import httpx2

from flows.errors import ConfigError, FetchError

from .guard import Resolver
from .robots import MAX_ROBOTS_BYTES, Rules, rules_from_answer, unreachable
from .transport import Connector, Exchange, VettingTransport, system_resolver

MAX_POSTPONE_SECONDS: Final = 24 * 3600.0
DEFAULT_POSTPONE_SECONDS: Final = 3600.0
MAX_PATIENCE_SECONDS: Final = 60.0
"""A longer crawl-delay is not waited for within a run: the host gets one request, the rest comes back later."""
CIRCUIT_FAILURES: Final = 5
CIRCUIT_SECONDS: Final = 3600.0
"""After so many failures of a host in a row the rest of its pages is left for so long."""
MAX_ERROR_BODY_BYTES: Final = 256 * 1024
"""Bodies of redirects and errors are read no further."""
SURPLUS_WAIT_SECONDS: Final = 0.25

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
RETRYABLE: Final = frozenset(
    {
        "deadline_exceeded",
        "connect_failed",
        "connection_reset",
        "no_answer",
        "truncated_body",
        "dns_failed",
        "http_500",
        "http_502",
        "http_503",
        "http_504",
    }
)
OWN_REFUSALS: Final = frozenset(
    {"address_refused", "port_refused", "scheme_refused", "bad_url", "tls_certificate", "tls_failed"}
)
ACCEPT: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,text/plain;q=0.8,*/*;q=0.5"


class Postponed(FetchError):
    """The host asks to come back later; `seconds` is how much later, at most a day."""

    def __init__(self, reason: str, detail: str, seconds: float) -> None:
        super().__init__(reason, detail)
        self.seconds = max(0.0, min(seconds, MAX_POSTPONE_SECONDS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What `Client.get` brings: the decoded bytes, the type as the server names it, where they came from, the
    status.
    """

    body: bytes
    content_type: str | None
    final_url: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One request and its response as it went over the wire. `body` is what was transferred, codings included."""

    url: str
    request_headers: list[tuple[bytes, bytes]]
    request_target: bytes
    status: int
    phrase: bytes
    protocol: str
    headers: list[tuple[bytes, bytes]]
    body: bytes
    truncated: bool
    peer: str | None

    def header(self, name: str) -> str | None:
        """The first value of a header, as text."""
        wanted = name.lower().encode()
        for key, value in self.headers:
            if key.lower() == wanted:
                return value.decode("utf-8", "replace").strip()
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """All hops of one fetch, the last one being the page, and its decoded body (empty for 304)."""

    hops: list[Hop]
    body: bytes

    @property
    def last(self) -> Hop:
        """The hop that answered."""
        return self.hops[-1]


class _Slot:
    """One host's turn: one request at a time, the next not before `free_at` (monotonic seconds)."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.free_at = 0.0


class Client:
    """See `open_client`. Safe to use from many threads; each host is served by one of them at a time."""

    def __init__(
        self,
        transport: VettingTransport,
        *,
        user_agent: str,
        delay_seconds: float,
        deadline_seconds: float,
        max_wire_bytes: int,
        max_body_bytes: int,
        max_redirects: int,
        tries: int,
        backoff_seconds: float,
        parallel_hosts: int,
        free_hosts: frozenset[str],
        sleep: Callable[[float], None],
    ) -> None:
        self._transport = transport
        self.user_agent = user_agent
        self.delay_seconds = delay_seconds
        self.deadline_seconds = deadline_seconds
        self.max_wire_bytes = max_wire_bytes
        self.max_body_bytes = max_body_bytes
        self.max_redirects = max_redirects
        self.tries = tries
        self.backoff_seconds = backoff_seconds
        self.parallel_hosts = parallel_hosts
        self._free_hosts = free_hosts
        self._sleep = sleep
        self._jitter = random.Random()
        self._guard = threading.Lock()
        self._slots: dict[str, _Slot] = {}
        self._robots: dict[str, Rules] = {}
        self._robots_locks: dict[str, threading.Lock] = {}
        self._pauses: dict[str, tuple[float, str]] = {}
        self._failures: Counter[str] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes every connection."""
        self._transport.close()

    def get(self, url: str) -> Document:
        """A document of a source (feed, sitemap, list): robots, rate, limits and retries as for pages.

        Raises FetchError with the fetch log's reason.
        """
        answer = self.fetch(url, now=datetime.now(UTC))
        if answer.last.status != 200:
            raise FetchError(f"http_{answer.last.status}", url)
        return Document(
            body=answer.body,
            content_type=answer.last.header("content-type"),
            final_url=answer.last.url,
            status=answer.last.status,
        )

    def fetch(
        self,
        url: str,
        *,
        now: datetime,
        etag: str | None = None,
        last_modified: str | None = None,
        delay_seconds: float = 0.0,
        max_body_bytes: int | None = None,
    ) -> Answer:
        """A page: status 200 with a whole body, or 304 when `etag` or `last_modified` still hold.

        Raises FetchError for everything else, Postponed when the host asks for time. At most `tries` attempts.
        """
        conditions: list[tuple[str, str]] = []
        if etag and _is_field_value(etag):
            conditions.append(("If-None-Match", etag))
        if last_modified and _is_field_value(last_modified):
            conditions.append(("If-Modified-Since", last_modified))
        host = _host(_checked(url))
        for attempt in range(1, self.tries + 1):
            try:
                answer = self._follow(url, conditions, now, delay_seconds, max_body_bytes or self.max_body_bytes)
            except Postponed:
                raise
            except FetchError as error:
                if error.reason not in RETRYABLE:
                    self._failures[host] = 0
                    raise
                if attempt == self.tries:
                    self._failed(host)
                    raise
            else:
                self._failures[host] = 0
                return answer
            # Full jitter: clients that failed together do not come back together.
            self._sleep(self.backoff_seconds * 2 ** (attempt - 1) * (0.5 + self._jitter.random()))
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _failed(self, host: str) -> None:
        """The circuit breaker: a host that fails again and again is left alone for a while."""
        self._failures[host] += 1
        if self._failures[host] >= CIRCUIT_FAILURES:
            self._pause(host, f"circuit_open after {CIRCUIT_FAILURES} failures in a row", CIRCUIT_SECONDS)
            self._failures[host] = 0

    def _pause(self, host: str, why: str, seconds: float) -> None:
        self._pauses[host] = (time.monotonic() + seconds, why)

    def _raise_while_paused(self, url: str) -> None:
        """The host has asked for time, or fails: all its pages wait, and no request is made."""
        until, why = self._pauses.get(_host(url), (0.0, ""))
        left = until - time.monotonic()
        if left > 0:
            reason, _, detail = why.partition(" ")
            raise Postponed(reason, detail, left)

    def patience(self, url: str) -> float:
        """Seconds that the host's robots.txt wants between requests, as far as it is known."""
        rules = self._robots.get(_origin(url))
        return rules.crawl_delay if rules else 0.0

    def _follow(
        self, url: str, conditions: list[tuple[str, str]], now: datetime, delay_seconds: float, max_body_bytes: int
    ) -> Answer:
        """One attempt: the request and its redirects within one deadline."""
        deadline = time.monotonic() + self.deadline_seconds
        hops: list[Hop] = []
        address, seen = _checked(url), set[str]()
        while True:
            seen.add(address)
            self._raise_while_paused(address)
            started = time.monotonic()
            delay = max(delay_seconds, self._delay(address, check=True))
            with self._turn(address, delay):
                # Waiting for robots.txt and for the host's turn is ours, not the server's: it does not count.
                deadline += time.monotonic() - started
                hop = self._exchange(address, conditions, deadline, self.max_wire_bytes)
            hops.append(hop)
            if hop.status not in REDIRECTS:
                break
            if len(hops) > self.max_redirects:
                raise FetchError("too_many_redirects", f"more than {self.max_redirects}")
            address = _next_address(hop)
            if address in seen:
                raise FetchError("redirect_loop", address[:300])
        self._raise_for_status(hop, now)
        if hop.status == 304:
            if not conditions:
                raise FetchError("http_304", "not modified, though nothing was asked for")
            return Answer(hops=hops, body=b"")
        return Answer(hops=hops, body=decoded_body(hop, max_body_bytes))

    def _raise_for_status(self, hop: Hop, now: datetime) -> None:
        if hop.status in (200, 304):
            return
        retry_after = hop.header("retry-after")
        if hop.status == 429 or (hop.status == 503 and retry_after is not None):
            seconds = retry_seconds(retry_after, now)
            self._pause(_host(hop.url), f"http_{hop.status} asked for the whole host", seconds)
            raise Postponed(f"http_{hop.status}", f"Retry-After: {(retry_after or 'none')[:60]}", seconds)
        raise FetchError(f"http_{hop.status}", hop.url)

    def _delay(self, url: str, *, check: bool) -> float:
        """Seconds between requests to the host of `url`; asks its robots.txt first and raises when that forbids
        the page.
        """
        rules = self._rules(url)
        if check:
            try:
                rules.check(url)
            except FetchError as error:
                if error.reason == "robots_unreachable":
                    raise Postponed(error.reason, error.detail, DEFAULT_POSTPONE_SECONDS) from None
                raise
        return max(self._base_delay(url), min(rules.crawl_delay, MAX_PATIENCE_SECONDS))

    def _base_delay(self, url: str) -> float:
        return 0.0 if _host(url) in self._free_hosts else self.delay_seconds

    def _rules(self, url: str) -> Rules:
        origin = _origin(url)
        with self._guard:
            lock = self._robots_locks.setdefault(origin, threading.Lock())
        with lock:
            rules = self._robots.get(origin)
            if rules is None or time.monotonic() >= rules.expires:
                rules = self._fetch_rules(origin)
                self._robots[origin] = rules
            return rules

    def _fetch_rules(self, origin: str) -> Rules:
        address = f"{origin}/robots.txt"
        deadline = time.monotonic() + self.deadline_seconds
        try:
            for _ in range(6):
                started = time.monotonic()
                with self._turn(address, self._base_delay(address)):
                    deadline += time.monotonic() - started
                    hop = self._exchange(address, [], deadline, MAX_ROBOTS_BYTES + 64 * 1024, cut=MAX_ROBOTS_BYTES + 1)
                if hop.status not in REDIRECTS:
                    body = hop.body
                    if hop.status == 200 and hop.header("content-encoding"):
                        body = decoded_body(hop, 4 * MAX_ROBOTS_BYTES)
                    return rules_from_answer(hop.status, body, now=time.monotonic())
                address = _next_address(hop)
            # RFC 9309 2.3.1.2: more than five redirects may be treated as "not there".
            return rules_from_answer(404, b"", now=time.monotonic())
        except FetchError as error:
            # What our own policy refuses is told as it is; what a redirect of robots.txt ran into makes it unreachable.
            if error.reason in OWN_REFUSALS and address == f"{origin}/robots.txt":
                raise
            return unreachable(f"robots.txt: {error}", now=time.monotonic())

    @contextmanager
    def _turn(self, url: str, delay: float) -> Iterator[None]:
        """The host's turn: waits until it is free and `delay` has passed since the last answer."""
        host = _host(url)
        with self._guard:
            slot = self._slots.setdefault(host, _Slot())
        with slot.lock:
            wait = slot.free_at + delay - time.monotonic()
            if slot.free_at and wait > 0:
                self._sleep(wait)
            try:
                yield
            finally:
                slot.free_at = time.monotonic()

    def _exchange(
        self, url: str, conditions: list[tuple[str, str]], deadline: float, budget: int, cut: int | None = None
    ) -> Hop:
        """One request, one response, no redirect. `cut`: stop reading the body there and keep what came."""
        exchange = Exchange(deadline=deadline, budget=budget)
        headers = [
            ("User-Agent", self.user_agent),
            ("Accept", ACCEPT),
            ("Accept-Encoding", "gzip, deflate"),
            *conditions,
        ]
        try:
            request = httpx2.Request("GET", url, headers=headers)
        except (httpx2.InvalidURL, ValueError, UnicodeError) as error:
            raise FetchError("bad_url", f"{error}: {url[:200]!r}") from None
        self._transport.begin(exchange)
        response: httpx2.Response | None = None
        try:
            response = self._transport.handle_request(request)
            limit = cut if cut is not None else (None if response.status_code == 200 else MAX_ERROR_BODY_BYTES)
            body, truncated = _read_body(response, exchange, limit)
            if not truncated:
                _refuse_surplus(response, exchange, body)
        except FetchError:
            raise
        except Exception as error:
            raise _as_fetch_error(error, answered=response is not None, n_received=exchange.n_received) from error
        finally:
            if response is not None:
                response.stream.close()  # type: ignore[union-attr]
            self._transport.end()
        protocol = response.extensions.get("http_version", b"HTTP/1.1")
        return Hop(
            url=url,
            request_headers=request.headers.raw,
            request_target=request.url.raw_path,
            status=response.status_code,
            phrase=response.extensions.get("reason_phrase", b""),
            protocol=protocol.decode("ascii", "replace"),
            headers=list(response.headers.raw),
            body=body,
            truncated=truncated,
            peer=exchange.peer,
        )


def open_client(
    *,
    contact: str = "unset",
    allow_hosts: Iterable[str] = (),
    routes: Mapping[str, tuple[str, int]] | None = None,
    delay_seconds: float = 1.0,
    deadline_seconds: float = 15.0,
    max_wire_bytes: int = 5_000_000,
    max_body_bytes: int = 10_000_000,
    max_redirects: int = 5,
    tries: int = 3,
    backoff_seconds: float = 1.0,
    parallel_hosts: int = 8,
    ca_file: Path | None = None,
    resolve: Resolver = system_resolver,
    connect: Connector | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Client:
    """A client, to be closed (`with open_client(...) as client`).

    Args:
        contact: a mail address or page for the User-Agent, so that a site can reach whoever runs this.
        allow_hosts: "host:port" pairs exempt from the address guard (their names are resolved, not vetted).
        routes: host -> (address, port) connected to instead, without delay between requests: the bundled sample's
        server. delay_seconds: least time between two requests to one host; robots.txt may ask for more.
        deadline_seconds: for one request over all: name, connection, TLS, redirects, body.
        max_wire_bytes, max_body_bytes: caps before and after decoding.
        tries: attempts on time-outs, resets and 5xx; `backoff_seconds` doubles between them, with jitter.
        parallel_hosts: so many hosts are served at a time, each with one connection.
        ca_file: certificates to trust besides the system's.
        resolve, connect, sleep: the world, for tests.

    Raises ConfigError when contact, allow_hosts or ca_file are malformed.
    """
    if not _is_field_value(contact) or not contact.isascii():
        raise ConfigError(f"contact {contact!r} must be one line of ASCII text: a mail address or a page.")
    allow_hosts = tuple(allow_hosts)
    for pair in allow_hosts:
        if not re.fullmatch(r"(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}", pair):
            raise ConfigError(f"allowed host {pair!r} must be host:port, such as 127.0.0.1:8080.")
    context = httpx2.create_ssl_context(trust_env=True)
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=str(ca_file))
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(f"{ca_file}: no readable certificates ({error}).") from None
    known = contact if contact != "unset" else "contact not set"
    transport = VettingTransport(
        resolve=resolve,
        connect=connect,
        routes=routes or {},
        allow_hosts=allow_hosts,
        ssl_context=context,
        http2=find_spec("h2") is not None,
        max_connections=max(parallel_hosts, 1) * 2,
    )
    return Client(
        transport,
        user_agent=f"sitrep/0.1 (news archive for conflict research; {known})",
        delay_seconds=delay_seconds,
        deadline_seconds=deadline_seconds,
        max_wire_bytes=max_wire_bytes,
        max_body_bytes=max_body_bytes,
        max_redirects=max_redirects,
        tries=tries,
        backoff_seconds=backoff_seconds,
        parallel_hosts=parallel_hosts,
        free_hosts=frozenset(routes or {}),
        sleep=sleep,
    )


def retry_seconds(value: str | None, now: datetime) -> float:
    """What a Retry-After asks for, in seconds from `now`, between 0 and a day; an hour when it says nothing
    sensible.
    """
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,18}", text):
        return min(float(text), MAX_POSTPONE_SECONDS)
    if not text:
        return DEFAULT_POSTPONE_SECONDS
    try:
        moment = parsedate_to_datetime(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (moment - now) / timedelta(seconds=1)
    except (TypeError, ValueError, IndexError, OverflowError):
        return DEFAULT_POSTPONE_SECONDS
    return max(0.0, min(seconds, MAX_POSTPONE_SECONDS))


def decoded_body(hop: Hop, max_bytes: int) -> bytes:
    """The body without its content coding, never more than `max_bytes`; a coding that does not end properly is
    refused.
    """
    values = [v.decode("latin-1") for k, v in hop.headers if k.lower() == b"content-encoding"]
    codings = [
        c for c in (part.strip().lower() for value in values for part in value.split(",")) if c and c != "identity"
    ]
    if len(codings) > 1:
        raise FetchError("content_coding", f"{len(codings)} codings")
    if not codings:
        body = hop.body
    elif codings[0] in ("gzip", "x-gzip"):
        body = _inflate(hop.body, 31, max_bytes)
    elif codings[0] == "deflate":
        # RFC 9110 means zlib; some servers send raw deflate.
        is_zlib = len(hop.body) >= 2 and hop.body[0] & 0x0F == 8 and (hop.body[0] << 8 | hop.body[1]) % 31 == 0
        body = _inflate(hop.body, 15 if is_zlib else -15, max_bytes)
    else:
        raise FetchError("content_coding", f"{codings[0][:40]} was not asked for")
    if len(body) > max_bytes:
        raise FetchError("body_too_large", f"over {max_bytes:,} bytes")
    if codings and body.startswith(b"\x1f\x8b\x08"):
        raise FetchError("content_coding", "packed twice")
    return body


def _inflate(data: bytes, window: int, max_bytes: int) -> bytes:
    parts: list[bytes] = []
    n_bytes = 0
    while True:
        unpacker = zlib.decompressobj(window)
        try:
            while not unpacker.eof:
                part = unpacker.decompress(data, min(max_bytes + 1 - n_bytes, 1 << 20))
                n_bytes += len(part)
                if n_bytes > max_bytes:
                    raise FetchError("body_too_large", f"over {max_bytes:,} bytes when decoded")
                parts.append(part)
                data = unpacker.unconsumed_tail
                if not part and not data and not unpacker.eof:
                    raise FetchError("truncated_body", "the content coding does not end")
        except zlib.error as error:
            raise FetchError("content_coding", str(error)[:100]) from None
        data = unpacker.unused_data
        # RFC 1952: a gzip file may have several members; zero padding is common and harmless.
        if not data.strip(b"\x00"):
            return b"".join(parts)
        if window != 31 or not data.startswith(b"\x1f\x8b"):
            raise FetchError("content_coding", "bytes after its end")


def _read_body(response: httpx2.Response, exchange: Exchange, limit: int | None) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    n_bytes = 0
    for part in response.stream:  # type: ignore[union-attr]
        exchange.seconds_left()
        parts.append(part)
        n_bytes += len(part)
        if limit is not None and n_bytes > limit:
            return b"".join(parts)[:limit], True
        if n_bytes > exchange.budget:
            raise FetchError("body_too_large", f"over {exchange.budget:,} bytes")
    return b"".join(parts), False


def _refuse_surplus(response: httpx2.Response, exchange: Exchange, body: bytes) -> None:
    """More bytes than Content-Length says: the length lies, so the body may be half a page (HTTP/1.1 only)."""
    length = response.headers.get("content-length", "")
    if (
        response.extensions.get("http_version", b"") == b"HTTP/2"
        or not length.isdigit()
        or "transfer-encoding" in response.headers
    ):
        return
    head = bytes(exchange.head)
    start = 0
    while True:
        end = head.find(b"\r\n\r\n", start)
        if end < 0:
            return
        if not re.match(rb"HTTP/\d\.\d 1\d\d", head[start : start + 12]):
            break
        start = end + 4
    surplus = exchange.n_received - (end + 4) - len(body)
    if surplus <= 0:
        stream = response.extensions.get("network_stream")
        # A server that closes does so at once, so its end is waited for; an open connection is only looked at.
        closes = response.headers.get("connection", "").strip().lower() == "close"
        if stream is not None and (closes or stream.get_extra_info("is_readable")):
            try:
                surplus = len(stream.read(1, timeout=SURPLUS_WAIT_SECONDS))
            except (httpcore2.NetworkError, FetchError):
                surplus = 0
    if surplus > 0:
        raise FetchError("length_mismatch", f"sent more than its Content-Length of {length}")


def _next_address(hop: Hop) -> str:
    """Where a redirect leads. Raises FetchError(redirect_refused) for anything but a plain http(s) address of
    equal safety.
    """
    location = hop.header("location")
    if not location:
        raise FetchError("redirect_refused", f"{hop.status} without Location")
    if re.search(r"[\x00-\x20\x7f\\]", location):
        raise FetchError("redirect_refused", f"control characters in {location[:100]!r}")
    try:
        address = urljoin(hop.url, location)
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise FetchError("redirect_refused", f"{error}") from None
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise FetchError("redirect_refused", f"to {address[:200]}")
    if parts.username is not None:
        raise FetchError("redirect_refused", "carries a user name")
    if hop.url.startswith("https:") and parts.scheme == "http":
        raise FetchError("redirect_refused", f"from https to {address[:200]}")
    return address.partition("#")[0]


def _as_fetch_error(error: Exception, *, answered: bool, n_received: int) -> FetchError:
    """One reason for each way a transfer can break."""
    detail = f"{type(error).__name__}: {error}"[:300]
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, FetchError):
            return cause
        if isinstance(cause, ssl.SSLCertVerificationError):
            return FetchError("tls_certificate", cause.verify_message or detail)
        if isinstance(cause, ssl.SSLError):
            return FetchError("tls_failed", detail)
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpcore2.TimeoutException):
        return FetchError("deadline_exceeded", detail)
    if isinstance(error, httpcore2.ConnectError):
        return FetchError("connect_failed", detail)
    if isinstance(error, httpcore2.ReadError | httpcore2.WriteError):
        return FetchError("connection_reset", detail)
    if isinstance(error, httpcore2.RemoteProtocolError):
        if answered and "peer closed" in str(error):
            return FetchError("truncated_body", detail)
        is_silent = n_received == 0 and "without sending a response" in str(error)
        return FetchError("no_answer" if is_silent else "broken_http", detail)
    if isinstance(error, httpcore2.UnsupportedProtocol | httpcore2.LocalProtocolError):
        return FetchError("bad_url", detail)
    return FetchError("broken_http", detail)


def _is_field_value(text: str) -> bool:
    return bool(text) and all(" " <= c != "\x7f" for c in text) and text.isascii() and len(text) <= 1_000


def _checked(url: str) -> str:
    """The address itself, when a request could be sent there. Raises FetchError: `scheme_refused`, `bad_url`."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise FetchError("bad_url", f"{error}: {url[:200]!r}") from None
    if parts.scheme not in ("http", "https"):
        raise FetchError("scheme_refused", url[:200])
    if not host or port == 0 or parts.username is not None or any(c.isspace() for c in url):
        raise FetchError("bad_url", url[:200])
    return url


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"
