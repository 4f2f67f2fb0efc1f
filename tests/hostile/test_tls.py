"""Certificates are always verified: a bad one is refused at the first try, and no request is ever sent through it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hostile_server import Behaviour, HostileServer

from flows.fetch import fetch_batch, open_client
from flows.records import Candidate, Fetched

x509 = pytest.importorskip("cryptography.x509")
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

NOW = datetime(2020, 1, 1, tzinfo=UTC)
TODAY = datetime.now(UTC)


class Authority:
    """A certificate authority of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test authority")])
        self.file = folder / "ca.pem"
        builder = self._builder(self.name, self.key.public_key(), days=(-2, 30))
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        builder = builder.add_extension(usage, critical=True)
        self.file.write_bytes(builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def _builder(
        self, subject: x509.Name, key: object, days: tuple[int, int], issuer: x509.Name | None = None
    ) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer or self.name).public_key(key)  # type: ignore[arg-type]
        builder = builder.serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(TODAY + timedelta(days=days[0])).not_valid_after(
            TODAY + timedelta(days=days[1])
        )
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)  # type: ignore[arg-type]
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        return builder.add_extension(authority, critical=False)

    def server_context(
        self, host: str, *, days: tuple[int, int] = (-1, 20), signed_by_itself: bool = False
    ) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
        builder = self._builder(name, key.public_key(), days, name if signed_by_itself else None)
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        certificate = builder.sign(key if signed_by_itself else self.key, hashes.SHA256())
        pem = self.folder / "server.pem"
        pem.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        return context


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Authority]:
    yield Authority(tmp_path)


BEHAVIOURS = {
    "secure": Behaviour(lambda v: v.answer(), "fetched", None),
    "downgrade": Behaviour(lambda v: v.redirect("http://secure.example/page"), "refused", "redirect_refused"),
}


def fetch(host: str, context: ssl.SSLContext, authority: Authority) -> tuple[Fetched, HostileServer]:
    candidate = Candidate(source_id="s", outlet_id="s", url=f"https://{host}/page", via="test")
    with HostileServer(BEHAVIOURS, tls=context) as server:
        routes = {host: ("127.0.0.1", server.port)}
        with open_client(routes=routes, ca_file=authority.file, deadline_seconds=3.0, backoff_seconds=0.01) as client:
            [row] = fetch_batch([candidate], batch_id="b", warc_dir=authority.folder, client=client, known={}, now=NOW)
    return row, server


def test_a_good_certificate_is_accepted(authority: Authority) -> None:
    row, server = fetch("secure.example", authority.server_context("secure.example"), authority)
    assert (row.outcome, row.reason) == ("fetched", None)
    assert server.requests["secure"] == 1


@pytest.mark.parametrize("case", ["expired", "not yet valid", "wrong host", "self-signed"])
def test_a_bad_certificate_is_refused_for_good(authority: Authority, case: str) -> None:
    context = {
        "expired": lambda: authority.server_context("secure.example", days=(-20, -1)),
        "not yet valid": lambda: authority.server_context("secure.example", days=(2, 20)),
        "wrong host": lambda: authority.server_context("other.example"),
        "self-signed": lambda: authority.server_context("secure.example", signed_by_itself=True),
    }[case]()
    row, server = fetch("secure.example", context, authority)
    assert (row.outcome, row.reason) == ("refused", "tls_certificate")
    assert sum(server.requests.values()) == 0, "nothing may be sent through an unverified connection"
    assert server.handshakes["tried"] == 1, "a bad certificate is no reason to try again"


def test_https_never_leads_to_http(authority: Authority) -> None:
    row, _ = fetch("downgrade.example", authority.server_context("downgrade.example"), authority)
    assert (row.outcome, row.reason) == ("refused", "redirect_refused")


def test_a_server_without_tls_is_no_secure_one(authority: Authority) -> None:
    candidate = Candidate(source_id="s", outlet_id="s", url="https://secure.example/page", via="test")
    with HostileServer(BEHAVIOURS) as server:
        routes = {"secure.example": ("127.0.0.1", server.port)}
        with open_client(routes=routes, tries=1, deadline_seconds=2.0) as client:
            [row] = fetch_batch([candidate], batch_id="b", warc_dir=authority.folder, client=client, known={}, now=NOW)
    assert row.outcome != "fetched"
    assert sum(server.requests.values()) == 0
