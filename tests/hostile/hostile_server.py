"""A hostile web server on loopback: raw sockets, one host name for each behaviour, so that no two disturb each other.

`BEHAVIOURS` is the table: host label -> what it does, and what the fetch log must say about it.
"""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import struct
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

PAGE = b"<html><head><title>A page</title></head><body><p>A page that is whole.</p></body></html>"
PATIENCE_SECONDS = 20.0
"""A behaviour that never ends by itself gives up after this, so that no thread outlives the tests for long."""


@dataclass
class Visit:
    """One request as a behaviour sees it."""

    conn: socket.socket
    host: str
    path: str
    headers: dict[str, str]
    number: int
    stop: threading.Event

    def send(self, data: bytes) -> None:
        self.conn.sendall(data)

    def answer(
        self,
        body: bytes = PAGE,
        status: str = "200 OK",
        headers: dict[str, str] | None = None,
        length: str | None = None,
    ) -> None:
        lines = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Length": length or str(len(body)),
            "Connection": "close",
        }
        lines.update(headers or {})
        head = f"HTTP/1.1 {status}\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items()) + "\r\n"
        self.send(head.encode("latin-1") + body)

    def redirect(self, location: str, body: bytes = b"") -> None:
        self.answer(body, "302 Found", {"Location": location})

    def trickle(self, data: bytes, pause: float = 0.05) -> None:
        """Bytes one by one, for as long as the other side listens."""
        ends = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < ends and not self.stop.is_set():
            for byte in data:
                self.send(bytes([byte]))
                if self.stop.wait(pause):
                    return

    def flood(self, data: bytes) -> None:
        """As many bytes as the other side takes."""
        ends = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < ends and not self.stop.is_set():
            self.send(data)

    def hang(self) -> None:
        self.stop.wait(PATIENCE_SECONDS)

    def reset(self) -> None:
        self.conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.conn.close()


Handler = Callable[[Visit], None]


@dataclass(frozen=True)
class Behaviour:
    """`outcome` and `reason` are what the fetch log must hold; `n_requests` the most page requests it may cost."""

    handler: Handler
    outcome: str
    reason: str | None
    robots: Handler | None = None
    n_requests: int = 1


def gzip_bomb(n_megabytes: int) -> bytes:
    """About a kilobyte for each megabyte it unpacks to: one deflate block of zeros, said again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b"\x00" * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
    return head + block * n_megabytes + zlib.compress(b"", 9, wbits=-15)


GZIP = {"Content-Encoding": "gzip"}
CHUNKED_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
PLAIN_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def _flapping(visit: Visit) -> None:
    if visit.number <= 2:
        visit.answer(b"busy", "503 Service Unavailable")
    else:
        visit.answer()


def _chain(visit: Visit) -> None:
    visit.redirect(f"/{visit.number}")


def _bomb_in_redirect(visit: Visit) -> None:
    if visit.path == "/page":
        visit.answer(gzip_bomb(512), "302 Found", {"Location": "/target", **GZIP})
    else:
        visit.answer()


def _no_etag_change(visit: Visit) -> None:
    visit.answer(headers={"ETag": f'"{visit.number}"'})


def _same_after_304(visit: Visit) -> None:
    if visit.headers.get("if-none-match") == '"v1"':
        visit.send(b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\nConnection: close\r\n\r\n')
    else:
        visit.answer(headers={"ETag": '"v1"'})


SLOW = ("failed", "deadline_exceeded")
BIG = ("refused", "body_too_large")

BEHAVIOURS: dict[str, Behaviour] = {
    # time
    "slow-headers": Behaviour(lambda v: v.trickle(PLAIN_HEAD), *SLOW, n_requests=3),
    "slow-body": Behaviour(
        lambda v: (v.send(PLAIN_HEAD + b"Content-Length: 100000\r\n\r\n"), v.trickle(b"x")), *SLOW, n_requests=3
    ),
    "slow-chunks": Behaviour(lambda v: (v.send(CHUNKED_HEAD), v.trickle(b"1\r\nx\r\n")), *SLOW, n_requests=3),
    "endless-1xx": Behaviour(lambda v: v.trickle(b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.002), *SLOW, n_requests=3),
    "never-answers": Behaviour(lambda v: v.hang(), *SLOW, n_requests=3),
    "hangs-after-headers": Behaviour(
        lambda v: (v.send(PLAIN_HEAD + b"Content-Length: 10\r\n\r\n"), v.hang()), *SLOW, n_requests=3
    ),
    # size
    "endless-body": Behaviour(lambda v: (v.send(PLAIN_HEAD + b"\r\n"), v.flood(b"x" * 8192)), *BIG),
    "endless-chunked": Behaviour(lambda v: (v.send(CHUNKED_HEAD), v.flood(b"2000\r\n" + b"x" * 8192 + b"\r\n")), *BIG),
    "endless-1xx-flood": Behaviour(
        lambda v: v.flood(b"HTTP/1.1 103 Early Hints\r\nX: %s\r\n\r\n" % (b"y" * 20_000)), *BIG
    ),
    "endless-headers": Behaviour(
        lambda v: (v.send(PLAIN_HEAD), v.flood(b"X-Filler: " + b"y" * 1000 + b"\r\n")), "failed", "broken_http"
    ),
    "endless-header-line": Behaviour(
        lambda v: (v.send(PLAIN_HEAD + b"X: "), v.flood(b"y" * 8192)), "failed", "broken_http"
    ),
    "says-huge": Behaviour(
        lambda v: (v.send(PLAIN_HEAD + b"Content-Length: 99999999999\r\n\r\n"), v.flood(b"x" * 8192)), *BIG
    ),
    "gzip-bomb": Behaviour(lambda v: v.answer(gzip_bomb(1024), headers=GZIP), *BIG),
    "deflate-bomb": Behaviour(lambda v: v.answer(gzip_bomb(64)[10:], headers={"Content-Encoding": "deflate"}), *BIG),
    "bomb-in-redirect": Behaviour(_bomb_in_redirect, "fetched", None, n_requests=2),
    "double-gzip": Behaviour(
        lambda v: v.answer(gzip.compress(gzip.compress(PAGE)), headers={"Content-Encoding": "gzip, gzip"}),
        "refused",
        "content_coding",
    ),
    "secret-double-gzip": Behaviour(
        lambda v: v.answer(gzip.compress(gzip.compress(PAGE)), headers=GZIP), "refused", "content_coding"
    ),
    "400-codings": Behaviour(
        lambda v: v.answer(headers={"Content-Encoding": ", ".join(["gzip"] * 400)}), "refused", "content_coding"
    ),
    "unasked-coding": Behaviour(lambda v: v.answer(headers={"Content-Encoding": "br"}), "refused", "content_coding"),
    # broken
    "corrupt-gzip": Behaviour(
        lambda v: v.answer(gzip.compress(PAGE)[:10] + b"\xff" * 60, headers=GZIP), "refused", "content_coding"
    ),
    "wrong-crc-gzip": Behaviour(
        lambda v: v.answer(gzip.compress(PAGE)[:-8] + b"\x00" * 8, headers=GZIP), "refused", "content_coding"
    ),
    "not-gzip": Behaviour(lambda v: v.answer(PAGE, headers=GZIP), "refused", "content_coding"),
    "truncated-gzip": Behaviour(
        lambda v: v.answer(gzip.compress(PAGE)[:-9], headers=GZIP), "failed", "truncated_body", n_requests=3
    ),
    "length-too-long": Behaviour(
        lambda v: v.answer(PAGE, length=str(len(PAGE) + 50)), "failed", "truncated_body", n_requests=3
    ),
    "length-too-short": Behaviour(lambda v: v.answer(PAGE, length=str(len(PAGE) - 20)), "failed", "length_mismatch"),
    "length-too-short-later": Behaviour(
        lambda v: (
            v.send(PLAIN_HEAD + b"Connection: close\r\nContent-Length: 10\r\n\r\n<p>0123456"),
            time.sleep(0.01),
            v.send(b"and more of it"),
        ),
        "failed",
        "length_mismatch",
    ),
    "length-negative": Behaviour(lambda v: v.answer(PAGE, length="-5"), "failed", "broken_http"),
    "length-not-a-number": Behaviour(lambda v: v.answer(PAGE, length="12a"), "failed", "broken_http"),
    "length-doubled": Behaviour(
        lambda v: v.answer(PAGE, length=f"{len(PAGE)}\r\nContent-Length: 7"), "failed", "broken_http"
    ),
    "bad-chunk": Behaviour(lambda v: v.send(CHUNKED_HEAD + b"zz\r\nabc\r\n"), "failed", "broken_http"),
    "chunks-cut": Behaviour(lambda v: v.send(CHUNKED_HEAD + b"50\r\nabc"), "failed", "truncated_body", n_requests=3),
    "reset": Behaviour(lambda v: v.reset(), "failed", "connection_reset", n_requests=3),
    "reset-in-body": Behaviour(
        lambda v: (v.send(PLAIN_HEAD + b"Content-Length: 5000\r\n\r\n" + b"x" * 100), time.sleep(0.05), v.reset()),
        "failed",
        "connection_reset",
        n_requests=3,
    ),
    "closes-at-once": Behaviour(lambda v: None, "failed", "no_answer", n_requests=3),
    "not-http": Behaviour(lambda v: v.send(b"220 mail.example ESMTP ready\r\n"), "failed", "broken_http"),
    "bad-status": Behaviour(lambda v: v.send(b"HTTP/1.1 999999 What\r\n\r\n"), "failed", "broken_http"),
    "status-101": Behaviour(
        lambda v: v.send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
        "failed",
        "broken_http",
    ),
    "nul-in-header": Behaviour(
        lambda v: v.send(PLAIN_HEAD + b"X: a\x00b\r\nContent-Length: 1\r\n\r\nx"), "failed", "broken_http"
    ),
    # redirects
    "redirect-loop": Behaviour(
        lambda v: v.redirect("/other" if v.path == "/page" else "/page"), "refused", "redirect_loop", n_requests=2
    ),
    "redirect-to-itself": Behaviour(lambda v: v.redirect("/page"), "refused", "redirect_loop"),
    "redirect-chain": Behaviour(_chain, "refused", "too_many_redirects", n_requests=6),
    "redirect-nowhere": Behaviour(lambda v: v.answer(b"", "302 Found"), "refused", "redirect_refused"),
    "redirect-loopback": Behaviour(lambda v: v.redirect("http://127.0.0.1/"), "refused", "address_refused"),
    "redirect-localhost": Behaviour(lambda v: v.redirect("http://localhost/"), "refused", "address_refused"),
    "redirect-port": Behaviour(lambda v: v.redirect("http://93.184.216.34:6379/"), "refused", "port_refused"),
    "redirect-metadata": Behaviour(
        lambda v: v.redirect("http://169.254.169.254/latest/meta-data/"), "refused", "address_refused"
    ),
    "redirect-private": Behaviour(lambda v: v.redirect("http://10.0.0.1/"), "refused", "address_refused"),
    "redirect-decimal": Behaviour(lambda v: v.redirect("http://2130706433/"), "refused", "address_refused"),
    "redirect-mapped": Behaviour(lambda v: v.redirect("http://[::ffff:127.0.0.1]/"), "refused", "address_refused"),
    "redirect-file": Behaviour(lambda v: v.redirect("file:///etc/passwd"), "refused", "redirect_refused"),
    "redirect-javascript": Behaviour(lambda v: v.redirect("javascript:alert(1)"), "refused", "redirect_refused"),
    "redirect-user": Behaviour(lambda v: v.redirect("http://good.example@127.0.0.1/"), "refused", "redirect_refused"),
    "redirect-crlf": Behaviour(lambda v: v.redirect("/a\rX-Injected: 1"), "failed", "broken_http"),
    "redirect-tab": Behaviour(lambda v: v.redirect("/a\tb"), "refused", "redirect_refused"),
    # policy
    "busy-hour": Behaviour(
        lambda v: v.answer(b"", "429 Too Many Requests", {"Retry-After": "3600"}), "postponed", "http_429"
    ),
    "busy-until-9999": Behaviour(
        lambda v: v.answer(b"", "503 Service Unavailable", {"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}),
        "postponed",
        "http_503",
    ),
    "busy-nonsense": Behaviour(
        lambda v: v.answer(b"", "429 Too Many Requests", {"Retry-After": "soon"}), "postponed", "http_429"
    ),
    "flapping": Behaviour(_flapping, "fetched", None, n_requests=3),
    "always-503": Behaviour(lambda v: v.answer(b"", "503 Service Unavailable"), "failed", "http_503", n_requests=3),
    "forbidden": Behaviour(lambda v: v.answer(b"", "403 Forbidden"), "failed", "http_403"),
    "gone": Behaviour(lambda v: v.answer(b"", "410 Gone"), "failed", "http_410"),
    "robots-disallow": Behaviour(
        lambda v: v.answer(), "refused", "robots_disallow", lambda v: v.answer(b"User-agent: *\nDisallow: /\n"), 0
    ),
    "robots-names-us": Behaviour(
        lambda v: v.answer(),
        "refused",
        "robots_disallow",
        lambda v: v.answer(b"User-agent: *\nAllow: /\n\nUser-agent: Sitrep\nDisallow: /pa\n"),
        0,
    ),
    "robots-5xx": Behaviour(
        lambda v: v.answer(), "postponed", "robots_unreachable", lambda v: v.answer(b"", "500 Oops"), 0
    ),
    "robots-hangs": Behaviour(lambda v: v.answer(), "postponed", "robots_unreachable", lambda v: v.hang(), 0),
    "robots-reset": Behaviour(lambda v: v.answer(), "postponed", "robots_unreachable", lambda v: v.reset(), 0),
    "robots-403": Behaviour(lambda v: v.answer(), "fetched", None, lambda v: v.answer(b"", "403 Forbidden")),
    "robots-600k": Behaviour(
        lambda v: v.answer(),
        "refused",
        "robots_disallow",
        lambda v: v.answer(b"User-agent: *\nDisallow: /page\n" + b"# filler filler\n" * 40_000),
        0,
    ),
    "robots-rule-beyond-500k": Behaviour(
        lambda v: v.answer(),
        "fetched",
        None,
        lambda v: v.answer(b"User-agent: *\n" + b"# filler filler\n" * 40_000 + b"Disallow: /page\n"),
    ),
    "robots-endless": Behaviour(
        lambda v: v.answer(),
        "fetched",
        None,
        lambda v: (v.send(PLAIN_HEAD + b"\r\n"), v.flood(b"# filler filler\n" * 500)),
    ),
    "robots-html": Behaviour(lambda v: v.answer(), "fetched", None, lambda v: v.answer(PAGE)),
    "robots-redirects": Behaviour(
        lambda v: v.answer(),
        "refused",
        "robots_disallow",
        lambda v: (
            v.redirect("/robots.txt?x") if v.path == "/robots.txt" else v.answer(b"User-agent: *\nDisallow: /page\n")
        ),
        0,
    ),
    "robots-to-loopback": Behaviour(
        lambda v: v.answer(), "postponed", "robots_unreachable", lambda v: v.redirect("http://127.0.0.1/robots.txt"), 0
    ),
    # content
    "binary": Behaviour(
        lambda v: v.answer(b"\x89PNG\r\n", headers={"Content-Type": "image/png"}), "refused", "content_type"
    ),
    "empty": Behaviour(lambda v: v.answer(b""), "failed", "empty_body"),
    "white": Behaviour(lambda v: v.answer(b" \r\n\t \x00"), "failed", "empty_body"),
    "no-content": Behaviour(
        lambda v: v.send(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"), "failed", "http_204"
    ),
    "partial": Behaviour(lambda v: v.answer(PAGE[:20], "206 Partial Content"), "failed", "http_206"),
    "unasked-304": Behaviour(
        lambda v: v.send(b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"), "failed", "http_304"
    ),
    "no-type": Behaviour(
        lambda v: v.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(PAGE) + PAGE), "fetched", None
    ),
    "nul-bytes": Behaviour(lambda v: v.answer(PAGE + b"\x00" * 50), "fetched", None),
    "charset-lies": Behaviour(
        lambda v: v.answer(PAGE, headers={"Content-Type": "text/html; charset=utf-7; charset=no-such"}), "fetched", None
    ),
    "header-bytes": Behaviour(
        lambda v: v.answer(headers={"X-Odd": "caf\xe9 \xff", "ETag": "\xff\xfe"}), "fetched", None
    ),
    "gzip": Behaviour(lambda v: v.answer(gzip.compress(PAGE), headers=GZIP), "fetched", None),
    "gzip-two-members": Behaviour(
        lambda v: v.answer(gzip.compress(PAGE[:30]) + gzip.compress(PAGE[30:]), headers=GZIP), "fetched", None
    ),
    "chunked": Behaviour(
        lambda v: v.send(CHUNKED_HEAD + b"%x\r\n" % len(PAGE) + PAGE + b"\r\n0\r\n\r\n"), "fetched", None
    ),
    "until-close": Behaviour(lambda v: v.send(PLAIN_HEAD + b"\r\n" + PAGE), "fetched", None),
    "etag-changes": Behaviour(_no_etag_change, "fetched", None),
    "not-modified": Behaviour(_same_after_304, "fetched", None),
    "good": Behaviour(lambda v: v.answer(), "fetched", None, n_requests=1_000),
}


@dataclass
class HostileServer:
    """Serves `BEHAVIOURS` by Host header on one loopback port; with `tls` every connection is wrapped first."""

    behaviours: dict[str, Behaviour]
    tls: ssl.SSLContext | None = None
    requests: Counter[str] = field(default_factory=Counter)
    visits: list[tuple[str, float, float]] = field(default_factory=list)
    handshakes: Counter[str] = field(default_factory=Counter)

    def __enter__(self) -> HostileServer:
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                conn, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(conn,), daemon=True).start()

    def _serve(self, conn: socket.socket) -> None:
        conn.settimeout(PATIENCE_SECONDS)
        with contextlib.suppress(OSError), contextlib.closing(conn):
            if self.tls is not None:
                with self._lock:
                    self.handshakes["tried"] += 1
                conn = self.tls.wrap_socket(conn, server_side=True)
                with self._lock:
                    self.handshakes["done"] += 1
            data = b""
            while b"\r\n\r\n" not in data:
                part = conn.recv(65536)
                if not part:
                    return
                data += part
            started = time.monotonic()
            lines = data.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
            path = lines[0].split(" ")[1]
            headers = {k.lower(): v.strip() for k, v in (line.split(":", 1) for line in lines[1:])}
            host = headers.get("host", "").partition(":")[0]
            label = host.removesuffix(".example")
            is_robots = path.startswith("/robots.txt")
            with self._lock:
                self.requests[label + ("/robots.txt" if is_robots else "")] += 1
                number = self.requests[label + ("/robots.txt" if is_robots else "")]
            visit = Visit(conn, host, path, headers, number, self._stop)
            behaviour = self.behaviours[label]
            try:
                if not is_robots:
                    behaviour.handler(visit)
                elif behaviour.robots is not None:
                    behaviour.robots(visit)
                else:
                    visit.answer(b"", "404 Not Found")
            finally:
                with self._lock:
                    self.visits.append((label, started, time.monotonic()))
