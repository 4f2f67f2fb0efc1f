"""Which addresses may be talked to: public ones only. Pure, so that it is tested without a connection.

`ipaddress.is_global` alone lets NAT64, 6to4 and multicast pass, hence the unwrapping here: an IPv6 address that
carries an IPv4 address is as good as the address it carries.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
from typing import Final

from flows.errors import FetchError

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Sequence[str]]
"""Host and port -> every address the name has. Raises OSError when it has none."""

ALLOWED_PORTS: Final = frozenset({80, 443, 8000, 8008, 8080, 8443})
"""Ports on which public web servers answer; others (25, 6379, ...) belong to services that a web page must not
reach.
"""

_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_TRANSLATED: Final = ipaddress.IPv6Network("::ffff:0:0:0/96")
_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
_ISATAP: Final = (0x00005EFE, 0x02005EFE)
# Never public, whatever the registries' tables of the running Python say.
_REFUSED: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",  # "this network": Linux connects 0.0.0.0 to loopback
        "100.64.0.0/10",  # carrier-grade NAT; holds Alibaba's metadata service
        "168.63.129.16/32",  # Azure's wire server, a public address that answers only inside
        "169.254.0.0/16",  # link-local; holds the metadata services of most clouds
        "192.0.0.0/24",  # IETF protocol assignments; holds Oracle's metadata service
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",  # benchmarks
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
        "::/96",  # IPv4-compatible, unspecified, loopback
        "64:ff9b:1::/48",  # NAT64 for local use
        "100::/64",  # discard
        "2001::/23",  # IETF protocol assignments, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, retired
        "3fff::/20",  # documentation
        "5f00::/16",  # segment routing
        "fc00::/7",  # unique local
        "fe80::/10",  # link-local
        "fec0::/10",  # site-local
        "ff00::/8",  # multicast
    )
)


def why_not_public(address: str) -> str | None:
    """Why an address must not be connected to, or None when it is a public unicast address."""
    try:
        parsed: IPAddress = ipaddress.ip_address(address)
    except ValueError:
        return "is no address"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.scope_id is not None:
            return "has a scope"
        inner = _carried(parsed)
        if inner is not None:
            reason = why_not_public(str(inner))
            return None if reason is None else f"carries {inner}, which {reason}"
        if parsed not in _UNICAST:
            return f"lies outside {_UNICAST}, the only public unicast space"
    for network in _REFUSED:
        if parsed.version == network.version and parsed in network:
            return f"lies in {network}"
    if parsed.is_multicast or not parsed.is_global:
        return "is not public"
    return None


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address within an IPv6 address: mapped, translated, NAT64 or ISATAP.

    6to4 and Teredo are refused as a whole.
    """
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    value = int(address)
    if address in _NAT64 or address in _TRANSLATED or (value >> 32) & 0xFFFFFFFF in _ISATAP:
        return ipaddress.IPv4Address(value & 0xFFFFFFFF)
    return None


def vetted_addresses(host: str, port: int, resolve: Resolver) -> list[str]:
    """Every address of a host, resolved once; connect to one of these and to nothing else.

    Raises FetchError: `address_refused` when any of them is not public (a name with one public and one private
    address is an attack, not a news site), `dns_failed` when there is none, `port_refused`, `bad_url` for numbers
    disguised as host names.
    """
    if port not in ALLOWED_PORTS:
        raise FetchError("port_refused", f"port {port} of {host} is none of the web's")
    literal = host.strip("[]")
    try:
        ipaddress.ip_address(literal)
    except ValueError:
        # inet_aton reads 0x7f.1, 2130706433 or 0177.0.0.1 as addresses; no host name ends in a number (RFC 1123,
        # WHATWG URL).
        if re.fullmatch(r"(?:.*\.)?(?:\d+|0[xX][0-9a-fA-F]*)\.?", literal):
            raise FetchError("address_refused", f"{host} is an address in disguise") from None
        try:
            addresses = list(dict.fromkeys(resolve(literal, port)))
        except OSError as error:
            raise FetchError("dns_failed", f"{host}: {error}") from None
    else:
        addresses = [literal]
    if not addresses:
        raise FetchError("dns_failed", f"{host} has no address")
    for address in addresses:
        reason = why_not_public(address)
        if reason is not None:
            raise FetchError("address_refused", f"{host} -> {address} {reason}")
    return addresses
