"""From the block of a record to the bytes and the text of a page: HTTP message, content coding, character set."""

from __future__ import annotations

import codecs
import re
import zlib
from dataclasses import dataclass
from typing import Final

from flows.clean.warc import WarcRecord
from flows.errors import RecordError

MAX_BODY: Final = 10 * 2**20  # bytes of a decoded page; the fetch stage keeps the same bound
_META_WINDOW: Final = 4096  # bytes; HTML says 1,024, real pages put it later

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:\-]{2,40})", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:\-]{2,40})", re.IGNORECASE)
_STATUS = re.compile(rb"(?:HTTP/\d(?:\.\d)?|ICY)[ \t]+(\d{3})")
_BOMS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# What the WHATWG Encoding Standard reads these labels as.
_LABELS: Final = {
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "l1": "cp1252", "us-ascii": "cp1252",
    "ascii": "cp1252", "iso-8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949", "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "utf8": "utf-8", "unicode": "utf-16-le",
    "utf-16": "utf-16-le", "windows-1252": "cp1252", "x-cp1252": "cp1252", "iso-8859-6": "iso8859-6", "windows-1256": "cp1256",
}  # fmt: skip
_NO_CHARSETS: Final = frozenset(
    [
        "idna",
        "punycode",
        "unicode_escape",
        "unicode-escape",
        "raw_unicode_escape",
        "raw-unicode-escape",
        "mbcs",
        "oem",
        "undefined",
    ]
)
_REPLACEMENT: Final = "\ufffd"
_TRUE_UTF8: Final = 4  # valid sequences for each invalid one
_LITTLE_DAMAGE: Final = 0.002  # share of characters that no writer wrote
_MOST_ACCENTS: Final = 0.35  # share of letters beyond ASCII: Vietnamese reaches it, Windows-1252 text does not
_TEXT_TYPES: Final = ("text/", "application/xhtml", "application/xml", "application/json", "application/x-sitrep-row")


@dataclass(frozen=True, slots=True)
class Payload:
    """The body of a page: bytes after content coding, its media type (lower case, no parameters), charset as declared,
    and the HTTP status (None for a resource)."""

    body: bytes
    media_type: str
    charset: str | None
    status: int | None


def http_status(record: WarcRecord) -> int | None:
    """The HTTP status of a response record, or None."""
    match = _STATUS.match(record.block) if record.kind == "response" else None
    return int(match[1]) if match else None


def read_payload(record: WarcRecord) -> Payload:
    """The payload of a `response`, `resource` or `conversion` record.

    Raises RecordError: `corrupt_record` (no HTTP message, bad chunks, bad content coding, wrong payload digest),
    `too_large`.
    """
    content_type = record.fields.get("content-type", "")
    if record.kind != "response" or not content_type.lower().startswith("application/http"):
        if len(record.block) > MAX_BODY:
            raise RecordError("too_large", f"the body has {len(record.block):,} bytes; the bound is {MAX_BODY:,}")
        media_type, charset = split_content_type(content_type)
        return Payload(record.block, media_type, charset, None)
    status, headers, body = _split_http(record.block)
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _dechunked(body)
    codings = [c.strip().lower() for c in headers.get("content-encoding", "").split(",") if c.strip()]
    body = _decoded(body, [c for c in codings if c != "identity"])
    if len(body) > MAX_BODY:
        raise RecordError("too_large", f"the body has {len(body):,} bytes; the bound is {MAX_BODY:,}")
    media_type, charset = split_content_type(headers.get("content-type", ""))
    return Payload(body, media_type, charset, status)


def split_content_type(value: str) -> tuple[str, str | None]:
    """Media type in lower case and charset parameter of a Content-Type."""
    media_type = value.split(";")[0].strip().lower()
    match = re.search(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:\-]{2,40})", value, re.IGNORECASE)
    return media_type, match[1] if match else None


def decode_body(body: bytes, charset: str | None, *, markup: bool) -> str:
    """The text of a body: byte-order mark first, then strict UTF-8, then the declared charset, then Windows-1252.

    A declared charset that the bytes contradict is a lie, and UTF-8 proves itself: text in another charset with letters
    beyond ASCII is practically never valid UTF-8. For markup, `<meta charset>` counts where the header gives none.

    Raises RecordError `undecodable` for binary data and for text that no charset explains.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _without_binary(body[len(mark) :].decode(name, "replace"))
    declared = charset
    if markup:
        window = body[:_META_WINDOW]
        match = _META_CHARSET.search(window) or _XML_CHARSET.search(window)
        in_page = match[1].decode("ascii") if match else None
        candidates = [c for c in (declared, in_page) if c]
    else:
        candidates = [declared] if declared else []
    wide = _wide_encoding(body)
    if wide:
        return _without_binary(body.decode(wide, "replace"))
    try:
        return _without_binary(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        if error.start > len(body) - 4:  # cut inside the last character
            return _without_binary(body[: error.start].decode("utf-8"))
    mended = body.decode("utf-8", "replace")
    n_bad = mended.count(_REPLACEMENT)
    n_good = sum(1 for c in mended[:200_000] if c > "\x7f") - n_bad
    if (
        n_good > _TRUE_UTF8 * n_bad
    ):  # UTF-8 with a wound: single-byte text is hardly ever valid UTF-8 in four places of five
        return _without_binary(mended)
    for label in candidates:
        codec = _LABELS.get(label.lower(), label.lower())
        if codec.startswith("utf") or codec in _NO_CHARSETS:
            continue
        try:
            text = body.decode(codec, "replace")
        except (LookupError, ValueError):
            continue  # a charset that does not exist says nothing
        if _damage(text) <= _LITTLE_DAMAGE:
            return _without_binary(text)
    text = body.decode("cp1252", "replace")
    letters = [c for c in text[:200_000] if c.isalpha()]
    foreign = sum(1 for c in letters if c > "\x7f")
    if _damage(text) > _LITTLE_DAMAGE or foreign > len(letters) * _MOST_ACCENTS:
        raise RecordError("undecodable", "no character set that is declared or likely turns these bytes into text")
    return _without_binary(text)


def is_binary(body: bytes) -> bool:
    """True for data that is no text under any charset: known magic numbers, or many control bytes."""
    start = body[:2048]
    if start.startswith(
        (
            b"%PDF",
            b"\x89PNG",
            b"\xff\xd8\xff",
            b"GIF8",
            b"PK\x03\x04",
            b"\x1f\x8b",
            b"RIFF",
            b"\x00\x00\x00",
            b"ID3",
            b"OggS",
            b"\x7fELF",
            b"MZ\x90",
            b"BZh",
            b"\xfd7zXZ",
            b"7z\xbc\xaf",
            b"Rar!",
        )
    ):
        return True
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _wide_encoding(start):
        return False
    controls = sum(1 for b in start if b < 9 or 13 < b < 27 or 27 < b < 32)
    return controls > max(8, len(start) // 20)


def is_text_type(media_type: str) -> bool:
    """True for media types that this stage reads."""
    return not media_type or media_type == "application/octet-stream" or media_type.startswith(_TEXT_TYPES)


def _wide_encoding(body: bytes) -> str | None:
    """UTF-16 without a mark: ASCII markup with a zero in every second byte."""
    start = body[:400]
    if len(start) < 16:
        return None
    even, odd = start[0::2].count(0), start[1::2].count(0)
    half = len(start) // 2
    if odd > half * 0.7 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.7 and odd < half * 0.1:
        return "utf-16-be"
    return None


def _damage(text: str) -> float:
    """Share of characters that no writer wrote: replacement characters and C1 controls."""
    if not text:
        return 0.0
    bad = text.count(_REPLACEMENT) + sum(text.count(chr(c)) for c in range(0x80, 0xA0))
    return bad / len(text)


def _without_binary(text: str) -> str:
    """The text; raises `undecodable` when it is full of controls or replacement characters."""
    sample = text[:20_000]
    if sample:
        bad = sum(1 for c in sample if c == _REPLACEMENT or (c < " " and c not in "\t\n\r\f\v\x00\x1b"))
        if bad > max(10, len(sample) // 50):
            raise RecordError("undecodable", f"{bad} of the first {len(sample)} characters are no text")
    return text


def _split_http(block: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (names in lower case, repeated ones joined) and body of an HTTP response."""
    end, gap = block.find(b"\r\n\r\n", 0, 262_144), 4
    if end < 0:
        end, gap = block.find(b"\n\n", 0, 262_144), 2
    match = _STATUS.match(block)
    if match is None or end < 0:
        raise RecordError("corrupt_record", "the record is no whole HTTP response")
    headers: dict[str, str] = {}
    for raw in block[:end].split(b"\n")[1:]:
        name, _, value = raw.decode("latin-1").partition(":")
        name = name.strip().lower()
        headers[name] = f"{headers[name]}, {value.strip()}" if name in headers else value.strip()
    return int(match[1]), headers, block[end + gap :]


def _dechunked(body: bytes) -> bytes:
    """The body of a chunked message; a body that some writer already joined is returned as it is."""
    if not re.match(rb"[0-9A-Fa-f]{1,8}[ \t]*(?:;[^\r\n]{0,200})?\r?\n", body):
        return body
    parts: list[bytes] = []
    position = 0
    while True:
        end = body.find(b"\n", position, position + 256)
        size = body[position : end if end >= 0 else position].split(b";")[0].strip()
        try:
            length = int(size, 16) if end >= 0 and size else -1
        except ValueError:
            length = -1
        if length < 0 or end + 1 + length > len(body):
            raise RecordError("corrupt_record", "a chunk of the HTTP body is damaged or missing")
        if length == 0:
            return b"".join(parts)
        parts.append(body[end + 1 : end + 1 + length])
        position = end + 1 + length
        position += 2 if body[position : position + 2] == b"\r\n" else 1


def _decoded(body: bytes, codings: list[str]) -> bytes:
    """The body after its content coding; one coding at most, bounded."""
    if not codings:
        return body
    if len(codings) > 1:
        raise RecordError("corrupt_record", f"{len(codings)} content codings, one upon the other")
    coding = codings[0].removeprefix("x-")
    if coding == "gzip":
        if body[:2] != b"\x1f\x8b":
            return body  # an archive that keeps the decoded body and the old header
        return _inflated(body, 31)
    if coding == "deflate":
        try:
            return _inflated(body, 15)
        except RecordError as error:
            if error.reason == "too_large":
                raise
            return _inflated(body, -15)
    if body.lstrip()[:1] == b"<":
        return body
    raise RecordError("corrupt_record", f"content coding {coding[:20]!r} is not known")


def _inflated(body: bytes, wbits: int) -> bytes:
    """Inflated bytes, whole or not at all."""
    inflater = zlib.decompressobj(wbits=wbits)
    try:
        found = inflater.decompress(body, MAX_BODY + 1)
    except zlib.error as error:
        raise RecordError("corrupt_record", f"the compressed body is damaged: {error}") from error
    if len(found) > MAX_BODY:
        raise RecordError("too_large", f"the body inflates to more than {MAX_BODY:,} bytes")
    if not inflater.eof:
        raise RecordError("corrupt_record", "the compressed body ends before its end")
    return found
