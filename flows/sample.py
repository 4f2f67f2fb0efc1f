"""The bundled sample as a small web: one loopback server that answers for each invented outlet by its Host name.

The pages keep their true addresses (`http://www.outlet.example/...`) in the warehouse; only the connection is routed
to the loopback address, through the `routes` that the fetch client takes. `.example` is reserved (RFC 2606), so a route
can never hide a real outlet.

A folder of sites looks so::

    sites/<host>/robots.txt, feed.rss, sitemap.xml, news/some-page.html, ...
    sites/<host>/_redirects      optional: lines of "/from /to" (answered with 301)
    sites/<host>/_headers        optional: lines of ".suffix content/type; charset=..." that replace the defaults

Files whose names begin with _ or . are never served.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from flows.errors import ConfigError
from flows.settings import PROJECT_ROOT
from flows.sources import Source

SAMPLE: Final = PROJECT_ROOT / "raw" / "sample"
SITES: Final = SAMPLE / "sites"

_TYPES: Final[Mapping[str, str]] = {
    ".html": "text/html",  # without a charset: most pages declare it themselves
    ".htm": "text/html",
    ".rss": "application/rss+xml",
    ".atom": "application/atom+xml",
    ".xml": "application/xml",
    ".txt": "text/plain; charset=utf-8",
}
_IDLE_SECONDS: Final = 10  # a kept-alive connection that says nothing is closed
_MAX_REQUEST_BODY: Final = 65_536


@dataclass(frozen=True, slots=True)
class SampleServer:
    """A running server. `routes` maps each host to where it is served, as the fetch client takes it."""

    port: int
    routes: Mapping[str, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class _Site:
    folder: Path
    redirects: Mapping[str, str]
    types: Mapping[str, str]


@contextmanager
def serve_sample(folder: Path = SITES, *, port: int = 0) -> Iterator[SampleServer]:
    """Serve the sites of `folder` (one sub-folder a host) on 127.0.0.1 until the block ends.

    Args:
        folder: holds one folder for each host name.
        port: 0 takes a free one.

    Raises ConfigError when the folder holds no site or the port is taken.
    """
    sites = _read_sites(folder)
    try:
        server = _Server(("127.0.0.1", port), sites)
    except OSError as error:
        raise ConfigError(f"127.0.0.1:{port}: the sample cannot be served there ({error}); use port 0.") from None
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="sample", daemon=True)
    thread.start()
    try:
        bound = int(server.server_address[1])
        yield SampleServer(port=bound, routes={host: ("127.0.0.1", bound) for host in sites})
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


@contextmanager
def serve_sample_for(sources: Iterable[Source], folder: Path = SITES) -> Iterator[Mapping[str, tuple[str, int]]]:
    """The routes that these sources need: those of the sample when one of them reads it, else none and no server.

    A source reads the sample when its address has a host of the sample, or its path lies beside the sample's sites.
    """
    hosts = {p.name for p in folder.iterdir() if p.is_dir()} if folder.is_dir() else set()
    near = folder.resolve().parent
    needed = any(
        (source.url is not None and urlsplit(source.url).hostname in hosts)
        or (source.path is not None and near in source.path.resolve().parents)
        for source in sources
    )
    if not needed or not hosts:
        yield {}
        return
    with serve_sample(folder) as server:
        yield server.routes


def _read_sites(folder: Path) -> dict[str, _Site]:
    sites = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_dir() and not path.name.startswith((".", "_")):
            sites[path.name.lower()] = _Site(
                path.resolve(), _pairs(path / "_redirects"), {**_TYPES, **_pairs(path / "_headers")}
            )
    if not sites:
        raise ConfigError(f"{folder}: holds no site; it needs one folder for each host, such as www.outlet.example.")
    return sites


def _pairs(file: Path) -> dict[str, str]:
    """Lines of "key value" (the value may hold spaces); blank lines and lines that begin with # are passed over."""
    if not file.is_file():
        return {}
    pairs = {}
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            key, _, value = line.strip().partition(" ")
            if not value.strip():
                raise ConfigError(f"{file}:{number}: {line!r} has no value after {key!r}.")
            pairs[key] = value.strip()
    return pairs


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], sites: Mapping[str, _Site]) -> None:
        self.sites = sites
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        # HTTPServer's own asks the resolver for a name, which can hang on a machine without DNS.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up or talks nonsense is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "sample"
    sys_version = ""
    timeout = _IDLE_SECONDS
    server: _Server

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: the fetch log tells what was asked."""

    def _answer(self, *, with_body: bool) -> None:
        self._drain()
        target = urlsplit(self.path)
        host = (target.hostname or self.headers.get("Host", "").rsplit(":", 1)[0]).strip().lower()
        site = self.server.sites.get(host)
        if site is None:
            self._send(404, b"No such host here.\n", {"Content-Type": "text/plain; charset=utf-8"}, with_body)
            return
        if target.path in site.redirects:
            self._send(301, b"", {"Location": site.redirects[target.path]}, with_body)
            return
        file = _file_of(site.folder, target.path)
        if file is None:
            page = b"<html><head><title>Not found</title></head><body><h1>404</h1><p>No such page.</p></body></html>\n"
            self._send(404, page, {"Content-Type": "text/html; charset=utf-8"}, with_body)
            return
        body = file.read_bytes()
        modified = int(file.stat().st_mtime)
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {"ETag": etag, "Last-Modified": formatdate(modified, usegmt=True)}
        if self._is_known(etag, modified):
            self._send(304, b"", headers, with_body)
            return
        headers["Content-Type"] = site.types.get(file.suffix.lower(), "application/octet-stream")
        self._send(200, body, headers, with_body)

    def _drain(self) -> None:
        """Read a request body that nobody asked for, so that the next request on the connection starts clean."""
        length = self.headers.get("Content-Length", "0")
        if length.isdigit() and 0 < int(length) <= _MAX_REQUEST_BODY:
            self.rfile.read(int(length))
        elif length != "0" or "Transfer-Encoding" in self.headers:
            self.close_connection = True

    def _is_known(self, etag: str, modified: int) -> bool:
        """RFC 9110, 13.1: If-None-Match decides where it is given, else If-Modified-Since."""
        wanted = self.headers.get("If-None-Match")
        if wanted is not None:
            tags = {tag.strip().removeprefix("W/") for tag in wanted.split(",")}
            return etag in tags or "*" in tags
        since = self.headers.get("If-Modified-Since")
        if since is None:
            return False
        try:
            return modified <= parsedate_to_datetime(since).timestamp()
        except (TypeError, ValueError, OverflowError):
            return False

    def _send(self, status: int, body: bytes, headers: Mapping[str, str], with_body: bool) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        try:
            self.end_headers()
            if with_body and status != 304:
                self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError, TimeoutError):
            self.close_connection = True


def _file_of(folder: Path, url_path: str) -> Path | None:
    """The file behind a path of an address: itself, with .html added, or a folder's index page; never outside."""
    relative = unquote(url_path).strip("/")
    if "\x00" in relative or any(part.startswith(("_", ".")) for part in relative.split("/")):
        return None
    wanted = folder / relative
    for path in (wanted, wanted.parent / f"{wanted.name}.html", wanted / "index.html", wanted / "index.htm"):
        try:
            file = path.resolve()
            if file.is_file() and folder in file.parents:
                return file
        except OSError:  # a name too long, a loop of links
            return None
    return None
