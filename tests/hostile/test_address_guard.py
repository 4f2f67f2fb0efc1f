"""No request to a non-public address: on the guard alone, with resolver and connector injected. Nothing here
connects out.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import httpcore2
import pytest
from hostile_server import Behaviour, HostileServer

from flows.errors import ConfigError, FetchError
from flows.fetch import fetch_batch, open_client
from flows.fetch.guard import vetted_addresses, why_not_public
from flows.records import Candidate

NOW = datetime(2020, 1, 1, tzinfo=UTC)

REFUSED_HOSTS = [
    # loopback, by every spelling that inet_aton or a URL parser has ever taken
    "127.0.0.1", "127.0.0.1.", "127.1", "127.0.1", "127.127.127.127", "0", "0.0.0.0", "0x7f000001", "0x7f.0.0.1",
    "0x7f.1",
    "0177.0.0.1", "0177.1", "017700000001", "2130706433", "127.0.0.0x1", "0x7f.0x0.0x0.0x1", "00000000177.0.0.01",
    "4294967295",
    "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::7f00:1]", "[64:ff9b:1::8.8.8.8]", "[2002:7f00:1::]", "[2002:7f00:0001::1]", "[2001:0:7f00:1::]",
    "[2001:0:4136:e378:8000:63bf:80ff:fffe]", "[fe80::5efe:127.0.0.1]", "[2a00::200:5efe:10.0.0.1]",
    # private, link-local, metadata
    "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "169.254.1.1", "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16", "192.0.0.192", "192.0.0.8", "0xA9FEA9FE", "2852039166", "[fd00:ec2::254]", "[fe80::1]",
    "[fe80::1%25eth0]",
    "[fc00::1]", "[fec0::1]", "[::ffff:169.254.169.254]", "[::ffff:0:10.0.0.1]", "[64:ff9b::169.254.169.254]",
    "[64:ff9b::10.0.0.1]",
    # multicast, broadcast, reserved, documentation, benchmarks, retired
    "224.0.0.1", "239.255.255.250", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.51.100.7", "203.0.113.9",
    "198.18.0.1",
    "192.88.99.1", "[ff02::1]", "[ff0e::1]", "[2001:db8::1]", "[3fff::1]", "[100::1]", "[5f00::1]", "[2001:10::1]",
]  # fmt: skip
PUBLIC_HOSTS = [
    "93.184.216.34",
    "8.8.8.8",
    "1.1.1.1",
    "[2606:2800:220:1:248:1893:25c8:1946]",
    "[64:ff9b::8.8.8.8]",
    "[::ffff:8.8.8.8]",
    "[::ffff:0:8.8.8.8]",
]


def never(host: str, port: int) -> Sequence[str]:
    raise AssertionError(f"{host} must not be resolved")


def fetch_one(url: str, folder: Path, **options: object) -> tuple[str, str | None]:
    candidate = Candidate(source_id="s", outlet_id="s", url=url, via="test")
    with open_client(tries=1, deadline_seconds=2.0, delay_seconds=0.0, **options) as client:  # type: ignore[arg-type]
        [row] = fetch_batch([candidate], batch_id="b", warc_dir=folder, client=client, known={}, now=NOW)
    return row.outcome, row.reason


class Connections:
    """A connector that notes where it is sent, and sends everything to one loopback port, or nowhere."""

    def __init__(self, port: int | None = None) -> None:
        self.port = port
        self.made: list[tuple[str, int]] = []

    def __call__(self, address: str, port: int, seconds: float) -> httpcore2.NetworkStream:
        self.made.append((address, port))
        if self.port is None:
            raise httpcore2.ConnectError("no network in tests")
        return httpcore2.SyncBackend().connect_tcp("127.0.0.1", self.port, timeout=seconds)


def test_there_are_at_least_forty_spellings() -> None:
    assert len(set(REFUSED_HOSTS)) >= 40


@pytest.mark.parametrize("host", REFUSED_HOSTS)
def test_spelling_is_refused(host: str, tmp_path: Path) -> None:
    connections = Connections()
    outcome, reason = fetch_one(f"http://{host}/page", tmp_path, resolve=never, connect=connections)
    assert outcome == "refused" and reason in ("address_refused", "bad_url")
    assert connections.made == []


@pytest.mark.parametrize("host", REFUSED_HOSTS)
def test_a_name_that_resolves_to_it_is_refused(host: str, tmp_path: Path) -> None:
    address = host.strip("[]").replace("%25", "%")
    try:
        socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address.partition("%")[0])
    except OSError:
        pytest.skip("a spelling that resolvers never answer with")
    connections = Connections()
    outcome = fetch_one("http://news.example/", tmp_path, resolve=lambda h, p: [address], connect=connections)
    assert outcome == ("refused", "address_refused")
    assert connections.made == []


@pytest.mark.parametrize("host", PUBLIC_HOSTS)
def test_public_addresses_are_let_through(host: str) -> None:
    assert vetted_addresses(host, 80, never) == [host.strip("[]")]


@pytest.mark.parametrize("host", PUBLIC_HOSTS)
def test_the_vetted_address_is_the_one_connected_to(host: str, tmp_path: Path) -> None:
    address = host.strip("[]")
    connections = Connections()
    fetch_one("http://news.example/", tmp_path, resolve=lambda h, p: [address], connect=connections)
    assert connections.made and set(connections.made) == {(address, 80)}


def test_one_private_address_among_public_ones_refuses_the_name(tmp_path: Path) -> None:
    connections = Connections()
    answer = ["93.184.216.34", "10.0.0.1"]
    outcome = fetch_one("http://news.example/", tmp_path, resolve=lambda h, p: answer, connect=connections)
    assert outcome == ("refused", "address_refused")
    assert connections.made == []


def test_a_name_that_turns_private_is_refused_on_the_next_connection(tmp_path: Path) -> None:
    """DNS rebinding: robots.txt comes from the public address, the page would come from the private one."""
    answers = [["93.184.216.34"], ["192.168.0.1"]]
    asked: list[str] = []

    def rebind(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return answers[min(len(asked), 2) - 1]

    behaviours = {"news": Behaviour(lambda v: v.answer(), "refused", "address_refused")}
    with HostileServer(behaviours) as server:
        connections = Connections(server.port)
        outcome = fetch_one("http://news.example/page", tmp_path, resolve=rebind, connect=connections)
    assert outcome == ("refused", "address_refused")
    assert connections.made == [("93.184.216.34", 80)]
    assert len(asked) == 2, "resolved once for each connection, never again between vetting and connecting"


@pytest.mark.parametrize("location", ["http://[::1]/", "http://0x7f.1/", "http://internal.example/", "//10.0.0.1/x"])
def test_each_hop_is_vetted(location: str, tmp_path: Path) -> None:
    behaviours = {"news": Behaviour(lambda v: v.redirect(location), "refused", "address_refused")}

    def resolve(host: str, port: int) -> Sequence[str]:
        return ["172.20.0.5"] if host == "internal.example" else ["93.184.216.34"]

    with HostileServer(behaviours) as server:
        connections = Connections(server.port)
        outcome = fetch_one("http://news.example/page", tmp_path, resolve=resolve, connect=connections)
    assert outcome == ("refused", "address_refused")
    assert {address for address, _ in connections.made} == {"93.184.216.34"}


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://news.example:22/", "port_refused"),
        ("http://news.example:6379/", "port_refused"),
        ("ftp://news.example/", "scheme_refused"),
        ("file:///etc/passwd", "scheme_refused"),
        ("http://user:pw@news.example/", "bad_url"),
        ("http://[::1/", "bad_url"),
        ("http:///page", "bad_url"),
        ("http://news.example:99999/", "bad_url"),
        ("http://exa mple/", "bad_url"),
    ],
)
def test_other_ports_and_schemes_are_refused(url: str, reason: str, tmp_path: Path) -> None:
    connections = Connections()
    assert fetch_one(url, tmp_path, resolve=lambda h, p: ["93.184.216.34"], connect=connections) == ("refused", reason)
    assert connections.made == []


def test_a_resolver_that_never_answers_is_left_behind(tmp_path: Path) -> None:
    import threading

    block = threading.Event()

    def hang(host: str, port: int) -> Sequence[str]:
        block.wait(10)
        return []

    try:
        outcome = fetch_one("http://news.example/", tmp_path, resolve=hang, connect=Connections())
    finally:
        block.set()
    assert outcome == ("postponed", "robots_unreachable")


def test_an_allowed_host_is_exempt_and_only_with_its_port(tmp_path: Path) -> None:
    behaviours = {"127.0.0.1": Behaviour(lambda v: v.answer(), "fetched", None)}
    with HostileServer(behaviours) as server:
        allowed = [f"127.0.0.1:{server.port}"]
        url = f"http://127.0.0.1:{server.port}/page"
        assert fetch_one(url, tmp_path / "a", allow_hosts=allowed) == ("fetched", None)
        assert fetch_one("http://127.0.0.1/page", tmp_path / "b", allow_hosts=allowed) == ("refused", "address_refused")


@pytest.mark.parametrize("contact", ["a\r\nX-Evil: 1", "", "désk@example.org", "a\x00b"])
def test_a_contact_cannot_smuggle_headers(contact: str) -> None:
    with pytest.raises(ConfigError, match="contact"):
        open_client(contact=contact)


@pytest.mark.parametrize("pair", ["localhost", "a:b", "http://x:80", ":80"])
def test_malformed_allowed_hosts_are_told(pair: str) -> None:
    with pytest.raises(ConfigError, match="host:port"):
        open_client(allow_hosts=[pair])


def test_the_guard_judges_addresses_only() -> None:
    assert why_not_public("news.example") == "is no address"
    with pytest.raises(FetchError, match="dns_failed"):
        vetted_addresses("news.example", 80, lambda h, p: [])
