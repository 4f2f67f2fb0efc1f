"""The way to the network: an httpx2 transport that connects to vetted addresses only, within one deadline and one
byte budget.

Plain client time-outs are for each read, so a server that sends one byte a second holds them for ever; here the whole
exchange has one deadline, kept beside the socket, and one budget of bytes, headers included.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpcore2
import httpx2
from httpcore2 import NetworkBackend, NetworkStream

from flows.errors import FetchError

from .guard import Resolver, vetted_addresses

MAX_HEADER_BYTES: Final = 128 * 1024
Connector = Callable[[str, int, float], NetworkStream]
"""Address, port, seconds -> an open stream."""


def system_resolver(host: str, port: int) -> list[str]:
    """Every address that the system's resolver knows for a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [str(entry[4][0]) for entry in found]


@dataclass(slots=True)
class Exchange:
    """The limits of one request and what it used: its deadline (monotonic seconds), bytes received, its first bytes."""

    deadline: float
    budget: int
    n_received: int = 0
    head: bytearray = field(default_factory=bytearray)
    peer: str | None = None

    def seconds_left(self) -> float:
        """Seconds until the deadline; FetchError(deadline_exceeded) when there are none."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise FetchError("deadline_exceeded", "the whole request took too long")
        return left

    def take(self, data: bytes) -> None:
        """Counts bytes received; FetchError(body_too_large) beyond the budget."""
        self.n_received += len(data)
        if self.n_received > self.budget:
            raise FetchError("body_too_large", f"over {self.budget:,} bytes on the wire")
        if len(self.head) < MAX_HEADER_BYTES:
            self.head += data[: MAX_HEADER_BYTES - len(self.head)]


class _Current(threading.local):
    """The exchange that this thread works on. One exchange is served by one thread from start to end."""

    exchange: Exchange | None = None


class BoundedStream(NetworkStream):
    """A stream whose reads and writes end with the current exchange's deadline and budget."""

    def __init__(self, inner: NetworkStream, current: _Current) -> None:
        self._inner = inner
        self._current = current

    def _seconds(self, timeout: float | None) -> float | None:
        exchange = self._current.exchange
        if exchange is None:
            return timeout
        left = exchange.seconds_left()
        return left if timeout is None else min(left, timeout)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Bytes from the peer, b"" at its end."""
        try:
            data = self._inner.read(max_bytes, self._seconds(timeout))
        except httpcore2.ReadTimeout:
            raise FetchError("deadline_exceeded", "no complete answer in time") from None
        if self._current.exchange is not None:
            self._current.exchange.take(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Sends all of `buffer`."""
        self._inner.write(buffer, self._seconds(timeout))

    def close(self) -> None:
        """Closes the socket."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        """The same stream within TLS; the certificate is verified by the context."""
        return BoundedStream(self._inner.start_tls(ssl_context, server_hostname, self._seconds(timeout)), self._current)

    def get_extra_info(self, info: str) -> Any:
        """What the inner stream tells of itself."""
        return self._inner.get_extra_info(info)


class VettingBackend(NetworkBackend):
    """Opens connections for the pool: resolve once, vet every address, connect to the vetted address."""

    def __init__(
        self,
        *,
        resolve: Resolver,
        connect: Connector | None,
        routes: Mapping[str, tuple[str, int]],
        allow_hosts: frozenset[str],
        current: _Current,
    ) -> None:
        self._resolve = resolve
        self._connect = connect or self._connect_system
        self._routes = routes
        self._allow_hosts = allow_hosts
        self._current = current
        self._system = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> NetworkStream:
        """A stream to a vetted address of the host; FetchError when there is none."""
        exchange = self._current.exchange
        seconds = exchange.seconds_left() if exchange else (timeout or 15.0)
        if host in self._routes:
            addresses: list[str] = [self._routes[host][0]]
            port = self._routes[host][1]
        elif f"{host}:{port}" in self._allow_hosts:
            addresses = list(dict.fromkeys(self._resolved_in_time(host.strip("[]"), port, seconds)))
        else:
            addresses = vetted_addresses(host, port, lambda h, p: self._resolved_in_time(h, p, seconds))
        failure: Exception | None = None
        for number, address in enumerate(addresses[:4]):
            seconds = exchange.seconds_left() if exchange else seconds
            try:
                # Not the whole time for the first of several addresses: IPv6 may lead nowhere.
                share = seconds / 2 if number + 1 < len(addresses[:4]) else seconds
                stream = self._connect(address, port, share)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout, OSError) as error:
                failure = error
                continue
            if exchange:
                exchange.peer = address
            return BoundedStream(stream, self._current)
        raise FetchError("connect_failed", f"{host}:{port}: {failure}")

    def _connect_system(self, address: str, port: int, seconds: float) -> NetworkStream:
        return self._system.connect_tcp(address, port, timeout=seconds)

    def _resolved_in_time(self, host: str, port: int, seconds: float) -> list[str]:
        """The resolver has no time-out of its own, so it works in a thread that is left behind when it takes too
        long.
        """
        answers: queue.Queue[list[str] | OSError] = queue.Queue(1)

        def work() -> None:
            try:
                answers.put(list(self._resolve(host, port)))
            except (OSError, UnicodeError) as error:
                answers.put(error if isinstance(error, OSError) else OSError(str(error)))

        threading.Thread(target=work, name="resolve", daemon=True).start()
        try:
            answer = answers.get(timeout=seconds)
        except queue.Empty:
            raise FetchError("dns_failed", f"{host}: no answer in time") from None
        if isinstance(answer, OSError):
            raise answer
        return answer


class VettingTransport(httpx2.BaseTransport):
    """httpx2's transport over the vetting backend. No proxies, no redirects, no environment: the client above
    decides.
    """

    def __init__(
        self,
        *,
        resolve: Resolver = system_resolver,
        connect: Connector | None = None,
        routes: Mapping[str, tuple[str, int]] | None = None,
        allow_hosts: Iterable[str] = (),
        ssl_context: ssl.SSLContext | None = None,
        http2: bool = False,
        max_connections: int = 32,
    ) -> None:
        self._current = _Current()
        backend = VettingBackend(
            resolve=resolve,
            connect=connect,
            routes=routes or {},
            allow_hosts=frozenset(allow_hosts),
            current=self._current,
        )
        self._pool = httpcore2.ConnectionPool(
            ssl_context=ssl_context,
            max_connections=max_connections,
            max_keepalive_connections=max_connections,
            keepalive_expiry=10.0,
            http1=True,
            http2=http2,
            network_backend=backend,
        )

    def begin(self, exchange: Exchange) -> None:
        """From now on this thread's traffic counts against `exchange`."""
        self._current.exchange = exchange

    def end(self) -> None:
        """This thread's exchange is over."""
        self._current.exchange = None

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """One request, one response; the body is still to be read from its stream, undecoded."""
        if request.url.scheme not in ("http", "https"):
            raise FetchError("scheme_refused", request.url.scheme)
        exchange = self._current.exchange
        seconds = exchange.seconds_left() if exchange else 15.0
        timeout = {"connect": seconds, "read": seconds, "write": seconds, "pool": seconds}
        core = httpcore2.Request(
            method=request.method,
            url=httpcore2.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=b"",
            extensions={**request.extensions, "timeout": timeout},
        )
        response = self._pool.handle_request(core)
        return httpx2.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_CoreStream(response),
            extensions=response.extensions,
        )

    def close(self) -> None:
        """Closes every connection."""
        self._pool.close()


class _CoreStream(httpx2.SyncByteStream):
    def __init__(self, response: httpcore2.Response) -> None:
        self._response = response

    def __iter__(self) -> Any:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()
