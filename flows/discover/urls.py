"""Addresses made canonical, so that one page has one address for ever."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Final
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit, urlunsplit

import idna

from flows.errors import RecordError

MAX_URL_CHARACTERS: Final = 2_000

# Parameters that say how the reader came, never which page it is. Exact names, or prefixes that end with an underscore.
TRACKING_NAMES: Final = frozenset(
    re.findall(
        r"\S+",
        """
    fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid twclid ttclid igshid igsh mc_cid mc_eid mkt_tok _ga _gl
    _hsenc _hsmi vero_id vero_conv oly_anon_id oly_enc_id s_cid ncid cmpid ito ocid smid smtyp xtor wt_mc wt.mc_id
    __twitter_impression ref_src ref_url feature_src spm at_medium at_campaign at_custom1 at_custom2 at_custom3
    at_custom4 at_link_id at_link_type at_format at_ptr_name at_link_origin at_bbc_team
    """,
    )
)
TRACKING_PREFIXES: Final = ("utm_", "pk_", "mtm_", "matomo_", "piwik_", "hsa_", "__hs", "itm_")

_PORTS: Final = {"http": 80, "https": 443}
_UNRESERVED: Final = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
_ESCAPE: Final = re.compile(rb"%([0-9A-Fa-f]{2})")


def canonical_url(url: str) -> str:
    """The one spelling of an http or https address.

    Lower-case scheme and host (IDN as A-labels), no default port, no user name, no fragment, no tracking parameters
    (the order of the others is kept), dot segments resolved, percent-encoding upper-case and only where needed, path
    at least `/`.

    Raises RecordError(bad_url) for anything that is no absolute http(s) address.
    """
    cleaned = url.strip().strip("\ufeff")
    if not cleaned or len(cleaned) > MAX_URL_CHARACTERS:
        raise RecordError("bad_url", "empty" if not cleaned else f"{len(cleaned)} characters long")
    if any(unicodedata.category(c) in ("Cc", "Cs") or c in "\u2028\u2029" or c.isspace() for c in cleaned):
        raise RecordError("bad_url", f"holds control characters or spaces: {cleaned[:200]!r}")
    try:
        parts = urlsplit(cleaned)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise RecordError("bad_url", f"{error}: {cleaned[:200]!r}") from None
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not host:
        raise RecordError("bad_url", f"no http or https address: {cleaned[:200]!r}")
    netloc = _host(host)
    if port is not None and port != _PORTS[scheme]:
        netloc = f"{netloc}:{port}"
    path = _remove_dot_segments(_normal_escapes(parts.path, safe="/:@!$&'()*+,;=")) or "/"
    query = "&".join(p for p in parts.query.split("&") if p and not _is_tracking(p))
    query = _normal_escapes(query, safe="/:@!$&'()*+,;=?[]")
    return urlunsplit(SplitResult(scheme, netloc, path, query, ""))


def slug(name: str) -> str:
    """An outlet's name as an id: ASCII lower case, words joined by hyphens ("Al Jazeera English" ->
    al-jazeera-english).

    A name without any Latin letter or digit gets `outlet-<hash>`, so that two such names stay apart.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", name).lower() if not unicodedata.combining(c))
    joined = re.sub(r"[^a-z0-9]+", "-", re.sub(r"['’‘ʼ`]", "", plain)).strip("-")[:64].rstrip("-")
    return joined or f"outlet-{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:10]}"


def _host(host: str) -> str:
    if ":" in host:
        return f"[{host.lower()}]"
    ascii_host = host
    if not host.isascii():
        try:
            ascii_host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError) as error:
            raise RecordError("bad_url", f"host {host[:100]!r}: {error}") from None
    ascii_host = ascii_host.lower().rstrip(".")
    if not ascii_host or len(ascii_host) > 253 or not re.fullmatch(r"[a-z0-9._-]+", ascii_host):
        raise RecordError("bad_url", f"host {host[:100]!r} is no host name")
    return ascii_host


def _is_tracking(parameter: str) -> bool:
    name = parameter.split("=", 1)[0].lower()
    return name in TRACKING_NAMES or name.startswith(TRACKING_PREFIXES)


def _normal_escapes(text: str, *, safe: str) -> str:
    """Percent-encoding as RFC 3986 section 6.2.2 wants it: upper case, unreserved characters plain, everything
    else kept.
    """
    raw = text.encode("utf-8", "surrogatepass")

    def fix(match: re.Match[bytes]) -> bytes:
        byte = unquote_to_bytes(match.group(0))
        return byte if byte[0] in _UNRESERVED else match.group(0).upper()

    raw = _ESCAPE.sub(fix, raw)
    # A lone % is text, not an escape.
    raw = re.sub(rb"%(?![0-9A-Fa-f]{2})", b"%25", raw)
    return quote(raw, safe=safe + "%~")


def _remove_dot_segments(path: str) -> str:
    """RFC 3986 section 5.2.4, for absolute paths."""
    output: list[str] = []
    segments = path.split("/")
    for number, segment in enumerate(segments):
        last = number == len(segments) - 1
        if segment in (".", ".."):
            if segment == ".." and len(output) > 1:
                output.pop()
            if last:
                output.append("")
        else:
            output.append(segment)
    return "/".join(output)
