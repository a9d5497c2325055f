"""Search files for words as a curious client would: plain, in any case, escaped, encoded, and inside archives."""

from __future__ import annotations

import base64
import binascii
import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, unquote_to_bytes

_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}={0,2}")
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}){8,}")
_JSON_ESCAPE = re.compile(rb"\\u([0-9a-fA-F]{4})")
_CSS_ESCAPE = re.compile(rb"\\([0-9a-fA-F]{1,6}) ?")
_TAG = re.compile(rb"<[^>]*>")
_MARK = re.compile(rb"(?:canary|shown)[a-z]*[0-9]+")
_DEEPEST = 3


def found_in(files: Mapping[str, bytes], words: Iterable[str]) -> set[tuple[str, str]]:
    """Return (word, file) for each of `words`, plain lower-case letters and digits, in names and contents of `files`."""
    wanted = frozenset(words)
    # Words that begin alike are found by one look: the site is searched for a thousand of them.
    parts = {_MARK.sub(rb"(?:canary|shown)[a-z]*[0-9]+", re.escape(word.encode())) for word in wanted}
    pattern = re.compile(b"|".join(sorted(parts, reverse=True)) or rb"(?!)")
    found = {
        (match, name)
        for name, data in files.items()
        for view in (name.encode().lower(), *views(data))
        for match in set(pattern.findall(view))
    }
    # Another digit may follow a word by chance.
    return {(word, name) for match, name in found for word in _beginnings(match.decode()) if word in wanted}


def _beginnings(text: str) -> Iterator[str]:
    yield from (text[:end] for end in range(4, len(text) + 1))


def views(data: bytes, depth: int = 0) -> Iterator[bytes]:
    """Yield `data` in lower case in every reading that we know of: as it is, unescaped, decoded, unpacked."""
    yield data.lower()
    if depth >= _DEEPEST:
        return
    text = data.decode("utf-8", "replace")
    readings = {
        _TAG.sub(b"", data),
        html.unescape(text).encode("utf-8", "replace"),
        unquote_to_bytes(data),
        _JSON_ESCAPE.sub(lambda match: chr(int(match[1], 16)).encode("utf-8", "replace"), data),
        _CSS_ESCAPE.sub(lambda match: chr(min(int(match[1], 16), 0x10FFFF)).encode("utf-8", "replace"), data),
        text.encode("utf-8", "replace").replace(b"\0", b""),
        data.decode("utf-16-le", "replace").encode("utf-8", "replace") if b"\0" in data else b"",
        data.decode("utf-16-be", "replace").encode("utf-8", "replace") if b"\0" in data else b"",
    } - {data, b""}
    for reading in sorted(readings):
        yield reading.lower()
    for match in _BASE64.finditer(data):
        yield from _from_base64(match.group())
    for match in _HEX.finditer(data):
        yield bytes.fromhex(match.group().decode()).lower()
    for unpacked in _unpacked(data):
        yield from views(unpacked, depth + 1)


def forms(word: str) -> dict[str, bytes]:
    """Return `word` in each form that `found_in` reads, to prove that it does."""
    raw = word.encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w:t>{word}</w:t>")
    return {
        "plain": raw,
        "capitals": word.upper().encode(),
        "title": word.capitalize().encode(),
        "split by tags": word[:4].encode() + b"<b>" + word[4:].encode() + b"</b>",
        "base64": base64.b64encode(raw),
        "base64, one byte later": base64.b64encode(b"x" + raw),
        "base64, two bytes later": base64.b64encode(b"xy" + raw),
        "base64 for addresses": base64.urlsafe_b64encode(raw),
        "base64 of UTF-16": base64.b64encode(word.encode("utf-16-le")),
        "percent": "".join(f"%{byte:02X}" for byte in raw).encode(),
        "percent, as needed": quote(f"{word} ü").encode(),
        "HTML, decimal": "".join(f"&#{ord(one)};" for one in word).encode(),
        "HTML, hexadecimal": "".join(f"&#x{ord(one):x};" for one in word).encode(),
        "JSON": "".join(f"\\u{ord(one):04x}" for one in word).encode(),
        "CSS": "".join(f"\\{ord(one):x} " for one in word).encode(),
        "hexadecimal": raw.hex().encode(),
        "UTF-16, little end first": word.encode("utf-16-le"),
        "UTF-16, big end first": word.encode("utf-16-be"),
        "zip": packed.getvalue(),
        "zlib": zlib.compress(raw),
        "gzip": zlib.compress(raw, wbits=31),
    }


def _from_base64(run: bytes) -> Iterator[bytes]:
    run = run.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    for skipped in range(4):
        part = run[skipped:]
        try:
            decoded = base64.b64decode(
                part[: len(part) // 4 * 4 + (len(part) % 4 if len(part) % 4 > 1 else 0)] + b"=="
            )
        except (binascii.Error, ValueError):
            continue
        yield decoded.lower()
        yield decoded.replace(b"\0", b"").lower()


def _unpacked(data: bytes) -> Iterator[bytes]:
    if data[:2] == b"PK":
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for member in archive.infolist():
                    yield member.filename.encode("utf-8", "replace") + b"\n" + archive.read(member)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
            pass
    for start in (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda", b"\x1f\x8b\x08"):
        at = data.find(start)
        while at >= 0:
            try:
                yield zlib.decompressobj(47).decompress(data[at:], 1 << 24)
            except zlib.error:
                pass
            at = data.find(start, at + 1)
