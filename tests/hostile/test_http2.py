"""HTTP/2 with a server of the test's own: pages, compression, and bodies that break off or never end."""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from test_tls import Authority

from flows.fetch import fetch_batch, open_client, verify_warc
from flows.records import Candidate

h2_connection = pytest.importorskip("h2.connection")
import h2.config
import h2.events

NOW = datetime(2020, 1, 1, tzinfo=UTC)
PAGE = b"<p>a page over HTTP/2</p>"


class Http2Server:
    """Serves a few paths over TLS with ALPN h2, one thread a connection."""

    def __init__(self, context: ssl.SSLContext) -> None:
        context.set_alpn_protocols(["h2"])
        self.context = context
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.n_connections = 0
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                conn, _ = self.listener.accept()
                self.n_connections += 1
                threading.Thread(target=self.serve, args=(conn,), daemon=True).start()

    def serve(self, raw: socket.socket) -> None:
        with contextlib.suppress(OSError, h2.exceptions.ProtocolError):
            conn = self.context.wrap_socket(raw, server_side=True)
            state = h2_connection.H2Connection(h2.config.H2Configuration(client_side=False))
            state.initiate_connection()
            conn.sendall(state.data_to_send())
            while data := conn.recv(65536):
                for event in state.receive_data(data):
                    if isinstance(event, h2.events.RequestReceived):
                        path = dict(event.headers)[b":path"].decode()
                        self.answer(conn, state, event.stream_id, path)
                conn.sendall(state.data_to_send())

    def answer(self, conn: ssl.SSLSocket, state: object, stream: int, path: str) -> None:
        send = state.send_headers  # type: ignore[attr-defined]
        html = [(":status", "200"), ("content-type", "text/html")]
        if path == "/robots.txt":
            send(stream, [(":status", "404")], end_stream=True)
        elif path == "/gzip":
            send(stream, [*html, ("content-encoding", "gzip")])
            state.send_data(stream, gzip.compress(PAGE), end_stream=True)  # type: ignore[attr-defined]
        elif path == "/cut":
            send(stream, [*html, ("content-length", "5000")])
            state.send_data(stream, PAGE)  # type: ignore[attr-defined]
            conn.sendall(state.data_to_send())  # type: ignore[attr-defined]
            conn.shutdown(socket.SHUT_RDWR)
        elif path == "/reset":
            send(stream, html)
            state.send_data(stream, PAGE)  # type: ignore[attr-defined]
            state.reset_stream(stream)  # type: ignore[attr-defined]
        elif path == "/hangs":
            send(stream, html)
            conn.sendall(state.data_to_send())  # type: ignore[attr-defined]
            time.sleep(3)
        else:
            send(stream, html)
            state.send_data(stream, PAGE, end_stream=True)  # type: ignore[attr-defined]


def test_http2(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    server = Http2Server(authority.server_context("two.example"))
    paths = ["/a", "/gzip", "/b", "/cut", "/reset", "/hangs"]
    wanted = [Candidate(source_id="s", outlet_id="s", url=f"https://two.example{p}", via="t") for p in paths]
    try:
        with open_client(
            routes={"two.example": ("127.0.0.1", server.port)}, ca_file=authority.file, deadline_seconds=1.0, tries=1
        ) as client:
            rows = fetch_batch(wanted, batch_id="b", warc_dir=tmp_path / "warc", client=client, known={}, now=NOW)
    finally:
        server.close()
    assert [(r.outcome, r.n_bytes) for r in rows[:3]] == [("fetched", len(PAGE))] * 3
    assert [r.outcome for r in rows[3:]] == ["failed"] * 3
    assert rows[5].reason == "deadline_exceeded"
    data = gzip.decompress((tmp_path / "warc" / "b.warc.gz").read_bytes())
    assert data.count(b"WARC-Protocol: h2\r\n") == 3 and b"HTTP/1.1 200 \r\n" in data
    assert verify_warc(tmp_path / "warc" / "b.warc.gz") == []
