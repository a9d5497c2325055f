"""The bytes of a PNG, JPEG, GIF or WebP → the same picture less everything that is not picture.

No pixel is decoded or encoded: a picture is a row of chunks, and those on a list of what is needed to show it are kept.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from functools import partial

from msgspec import Struct

from portalgen.content.files import exif

DIAGRAM, TRAILING = "the diagram it was drawn from", "data after its end"
MOST_PARTS = 200_000
"""Chunks, segments or extensions of a picture."""

_MOST_LOOKS = 100
_LONGEST_LOOK = 256 * 1024
_ORDER_OF_WORDS = (exif.PLACE, exif.AUTHOR, exif.TEXT, exif.SERIAL, exif.PATH, DIAGRAM, TRAILING)


class CleanPicture(Struct, frozen=True):
    data: bytes
    held: tuple[str, ...]
    """What was taken out that says something of people: "a place", "an author"; times and tools are not named."""


class PictureError(ValueError):
    """The bytes are no whole picture of that kind; the text completes "the picture …"."""


def picture_type(head: bytes) -> str:
    """Return png, jpg, gif or webp by the first 12 bytes of a file, or "" where they begin none of these."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    return "webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else ""


def clean_picture(data: bytes) -> CleanPicture:
    """Return the picture less its metadata; the very same bytes where there is nothing to take out.

    Raises PictureError for a picture that is cut off or built in a way that no format allows.
    """
    clean = _CLEANERS.get(picture_type(data[:12]))
    if clean is None:
        raise PictureError("begins like none of png, jpg, gif and webp")
    held = _Held()
    return CleanPicture(clean(data, held), tuple(word for word in _ORDER_OF_WORDS if word in held.words))


class _Held:
    """What metadata were found to say."""

    def __init__(self) -> None:
        self.words: set[str] = set()
        self._looks = 0

    def look(self, find: Callable[[bytes], set[str]], data: bytes) -> None:
        """Add what `find` says of metadata; of more than any tool writes, that they say something."""
        self._looks += 1
        self.words |= find(data[:_LONGEST_LOOK]) if self._looks <= _MOST_LOOKS else {exif.TEXT}


# --- PNG: https://www.w3.org/TR/png-3/ ---

_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA sRGB cHRM iCCP cICP mDCV cLLI pHYs acTL fcTL fdAT bKGD sBIT".split()
)
_PNG_TEXTS = frozenset((b"tEXt", b"zTXt", b"iTXt"))
# Written by tools without anybody's doing: taken out like the rest, but a warning for each would hide those that count.
_PNG_QUIET = re.compile(
    rb"software|creation time|create-date|date:\w+|thumb::(?!uri)[\w:]+|png:[\w.]+|exif:(?!gps|user|artist)[\w.]+",
    re.I,
)


def _clean_png(data: bytes, held: _Held) -> bytes:
    kept = [data[:8]]
    seen: set[bytes] = set()
    at = 8
    for _ in _parts():
        if b"IEND" in seen:
            break
        name = data[at + 4 : at + 8]
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        if len(name) < 4 or end > len(data):
            raise PictureError("ends in the middle")
        if not seen and (name != b"IHDR" or end - at != 25):
            raise PictureError("does not begin with its header")
        if name in _PNG_KEPT:
            if zlib.crc32(data[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
                raise PictureError("is damaged: a check sum is wrong")
            kept.append(data[at:end])
        elif name == b"eXIf":
            kept.append(_png_exif(data[at + 8 : end - 4], held))
        elif name in _PNG_TEXTS:
            held.look(partial(_said_by_png_text, name), data[at + 8 : end - 4])
        elif not name[0] & 0x20:
            raise PictureError(f"has a part {name.decode('latin-1')!r} that browsers cannot show")
        seen.add(name)
        at = end
    if b"IDAT" not in seen:
        raise PictureError("has no pixels")
    return _whole(kept, data[at:], held)


def _png_exif(tiff: bytes, held: _Held) -> bytes:
    held.look(exif.said_by_exif, tiff)
    turned = exif.orientation(tiff)
    if turned == 1:
        return b""
    body = b"eXIf" + exif.orientation_only(turned)
    return (len(body) - 4).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")


def _said_by_png_text(name: bytes, chunk: bytes) -> set[str]:
    keyword, _, text = chunk.partition(b"\x00")
    if name == b"zTXt":
        text = _inflated(text[1:])
    elif name == b"iTXt":
        is_compressed = text[:1] == b"\x01"
        text = text[2:].split(b"\x00", 2)[-1]
        text = _inflated(text) if is_compressed else text
    key = keyword.lower()
    if key == b"xml:com.adobe.xmp":
        return exif.said_by_xmp(text)
    if key.startswith(b"raw profile type"):
        return _said_by_raw_profile(key, text)
    if key in (b"mxfile", b"application/vnd.excalidraw+json"):
        return {DIAGRAM}
    if _PNG_QUIET.fullmatch(key) or exif.is_said_by_tools(text):
        return set()
    return {
        exif.AUTHOR if key in (b"author", b"artist", b"copyright", b"creator", b"exif:artist") else exif.TEXT
    }


def _said_by_raw_profile(key: bytes, text: bytes) -> set[str]:
    """Return what a profile says that ImageMagick wrote in hexadecimal below its name and length."""
    try:
        profile = bytes.fromhex(b"".join(text.split()[2:]).decode("ascii"))
    except ValueError:
        return set()
    if key.endswith(b"iptc"):
        return exif.said_by_photoshop(profile)
    if key.endswith(b"xmp") or b"<x:xmpmeta" in profile:
        return exif.said_by_xmp(profile)
    return exif.said_by_exif(profile.removeprefix(b"Exif\x00\x00"))


def _inflated(packed: bytes) -> bytes:
    """Return what zlib makes of `packed`, at most _LONGEST_LOOK of it; nothing where it is damaged."""
    try:
        return zlib.decompressobj().decompress(packed, _LONGEST_LOOK)
    except zlib.error:
        return b""


# --- JPEG: ITU-T T.81 annex B; JFIF; Exif ---

_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_TABLES = frozenset((0xC4, 0xCC, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF))
_JPEG_METADATA = frozenset(range(0xE0, 0xF0)) | {0xFE}
_SCAN, _END = 0xDA, 0xD9
# Inside a scan, FF 00 is a pixel's byte and FF D0 to FF D7 are its restarts.
_JPEG_AFTER_SCAN = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_JPEG_FILL = re.compile(rb"\xff+")


def _clean_jpeg(data: bytes, held: _Held) -> bytes:
    kept = [data[:2]]
    seen: set[int] = set()
    at = 2
    for _ in _parts():
        if data[at : at + 1] not in (b"\xff", b""):
            raise PictureError("is damaged: no part begins where the one before it ends")
        fill = _JPEG_FILL.match(data, at)
        at = fill.end() if fill else at
        marker, length = (
            int.from_bytes(data[at : at + 1], "big"),
            int.from_bytes(data[at + 1 : at + 3], "big"),
        )
        if marker == _END and seen:
            break
        payload = data[at + 3 : at + 1 + length]
        at += 1 + length
        if length < 2 or at > len(data):
            raise PictureError("ends in the middle")
        if marker in _JPEG_METADATA:
            payload = _jpeg_metadata(marker, payload, held)
            if not payload:
                continue
        elif marker not in _JPEG_FRAMES and marker not in _JPEG_TABLES and marker != _SCAN:
            raise PictureError(f"has a part {marker:02X} that browsers cannot show")
        seen.add(marker)
        kept.append(bytes((0xFF, marker)) + (len(payload) + 2).to_bytes(2, "big") + payload)
        if marker == _SCAN:
            after = _JPEG_AFTER_SCAN.search(data, at)
            if after is None:
                raise PictureError("ends in the middle")
            kept.append(data[at : after.start()])
            at = after.start()
    if _SCAN not in seen or not seen & _JPEG_FRAMES:
        raise PictureError("has no pixels")
    kept.append(b"\xff\xd9")
    return _whole(kept, data[at + 1 :], held)


def _jpeg_metadata(marker: int, payload: bytes, held: _Held) -> bytes:
    """Return what stays of an application's segment or a comment: colours and which way is up; else nothing."""
    if marker == 0xE0 and payload.startswith(b"JFIF\x00"):
        return payload[:12] + b"\x00\x00"  # without its small picture, which may show what was cut away
    if marker == 0xE1 and payload.startswith(b"Exif\x00"):
        held.look(exif.said_by_exif, payload[6:])
        turned = exif.orientation(payload[6:])
        return b"Exif\x00\x00" + exif.orientation_only(turned) if turned != 1 else b""
    if marker == 0xE2 and payload.startswith(b"ICC_PROFILE\x00"):
        return payload
    if marker == 0xEE and payload.startswith(b"Adobe"):
        return payload[:12]
    if marker == 0xE1:
        held.look(exif.said_by_xmp, payload.removeprefix(b"http://ns.adobe.com/xap/1.0/\x00"))
    elif marker == 0xED:
        held.look(exif.said_by_photoshop, payload.removeprefix(b"Photoshop 3.0\x00"))
    elif marker == 0xFE:
        held.look(_said_by_comment, payload)
    return b""


# --- GIF: https://www.w3.org/Graphics/GIF/spec-gif89a.txt ---

_GIF_LOOP = re.compile(rb"\x03\x01..", re.DOTALL)


def _clean_gif(data: bytes, held: _Held) -> bytes:
    at = 13 + _colours_size(data[10:11])
    kept = [data[:at]]
    has_picture = False
    for _ in _parts():
        start, kind = at, data[at : at + 1]
        # Some tools forget the sign of the end, and no browser minds.
        if kind == b"\x3b" or (not kind and has_picture):
            break
        if kind == b"\x2c":
            at += 10 + _colours_size(data[at + 9 : at + 10]) + 1
            at = _gif_end(data, at)
            has_picture = True
            kept.append(data[start:at])
        elif kind == b"\x21":
            label = data[at + 1 : at + 2]
            at = _gif_end(data, at + 2)
            kept.append(_gif_extension(label, data[start + 2 : at], held))
        else:
            raise PictureError(
                "ends in the middle"
                if not kind
                else "is damaged: no part begins where the one before it ends"
            )
    if not has_picture:
        raise PictureError("has no pixels")
    kept.append(b"\x3b")
    return _whole(kept, data[at + 1 :], held)


def _gif_extension(label: bytes, row: bytes, held: _Held) -> bytes:
    """Return what stays of an extension, its label and blocks: how a frame is shown, how often all are repeated."""
    if label == b"\xf9" and len(row) == 6 and row[0] == 4:
        return b"\x21\xf9" + row
    if label == b"\xff" and row.startswith((b"\x0bNETSCAPE2.0", b"\x0bANIMEXTS1.0")):
        loop = _GIF_LOOP.search(row, 12)
        return b"\x21\xff" + row[:12] + loop[0] + b"\x00" if loop else b""
    if label == b"\xff" and row.startswith(b"\x0bXMP DataXMP"):
        # XMP stands there unpacked: the blocks' lengths are characters of it, and 258 bytes behind it lead out.
        held.look(exif.said_by_xmp, row[12:-258])
    elif label in (b"\xfe", b"\x01"):
        held.look(_said_by_comment, row[1:-1])
    return b""


def _gif_end(data: bytes, at: int) -> int:
    """Return where the row of blocks at `at` ends, each behind its length, the last of length 0."""
    size = len(data)
    while at < size:
        if data[at] == 0:
            return at + 1
        at += 1 + data[at]
    raise PictureError("ends in the middle")


def _colours_size(flags: bytes) -> int:
    if not flags:
        raise PictureError("ends in the middle")
    return 3 << ((flags[0] & 7) + 1) if flags[0] & 0x80 else 0


# --- WebP: https://developers.google.com/speed/webp/docs/riff_container ---

_WEBP_KEPT = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_WEBP_FRAME_KEPT = frozenset((b"VP8 ", b"VP8L", b"ALPH"))
_WEBP_PIXELS = frozenset((b"VP8 ", b"VP8L", b"ANMF"))
_WEBP_HAS_EXIF, _WEBP_HAS_XMP = 0x08, 0x04


def _clean_webp(data: bytes, held: _Held) -> bytes:
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise PictureError("ends in the middle")
    chunks: list[tuple[bytes, bytes]] = []
    for name, payload in _riff_chunks(data[12:end]):
        if name == b"EXIF":
            tiff = payload.removeprefix(b"Exif\x00\x00")
            held.look(exif.said_by_exif, tiff)
            if exif.orientation(tiff) != 1:
                chunks.append((name, exif.orientation_only(exif.orientation(tiff))))
        elif name == b"XMP ":
            held.look(exif.said_by_xmp, payload)
        elif name == b"ANMF":
            frame = [(part, body) for part, body in _riff_chunks(payload[16:]) if part in _WEBP_FRAME_KEPT]
            chunks.append((name, payload[:16] + _riff(frame)))
        elif name in _WEBP_KEPT:
            chunks.append((name, payload))
    names = {name for name, _ in chunks}
    if not names & _WEBP_PIXELS:
        raise PictureError("has no pixels")
    if chunks[0][0] == b"VP8X":
        flags = chunks[0][1][0] & ~(_WEBP_HAS_EXIF | _WEBP_HAS_XMP) if chunks[0][1] else 0
        flags |= _WEBP_HAS_EXIF if b"EXIF" in names else 0
        chunks[0] = (b"VP8X", bytes((flags,)) + chunks[0][1][1:])
    elif chunks[0][0] in _WEBP_FRAME_KEPT & _WEBP_PIXELS:
        chunks = chunks[:1]  # only the long form may have more than the one part
    else:
        raise PictureError("begins with no pixels")
    body = b"WEBP" + _riff(chunks)
    return _whole([b"RIFF", len(body).to_bytes(4, "little"), body], data[end:], held)


def _riff_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    chunks: list[tuple[bytes, bytes]] = []
    at = 0
    for _ in _parts():
        if at >= len(data):
            break
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        payload = data[at + 8 : at + 8 + size]
        if len(data) < at + 8 or len(payload) < size:
            raise PictureError("ends in the middle")
        chunks.append((data[at : at + 4], payload))
        at += 8 + size + size % 2
    return chunks


def _riff(chunks: list[tuple[bytes, bytes]]) -> bytes:
    return b"".join(
        name + len(payload).to_bytes(4, "little") + payload + b"\x00" * (len(payload) % 2)
        for name, payload in chunks
    )


def _whole(kept: list[bytes], rest: bytes, held: _Held) -> bytes:
    """Return the picture of its `kept` parts; what stands behind it is left out, and named unless it is filling."""
    if rest.strip(b"\x00\xff \t\r\n"):
        held.words.add(TRAILING)
    return b"".join(kept)


def _parts() -> Iterator[int]:
    """Yield a number for each part of a picture; raises PictureError where there are more than any picture has."""
    yield from range(MOST_PARTS)
    raise PictureError(f"has more than {MOST_PARTS:,} parts")


def _said_by_comment(text: bytes) -> set[str]:
    return set() if exif.is_said_by_tools(text) else {exif.TEXT}


_CLEANERS: dict[str, Callable[[bytes, _Held], bytes]] = {
    "png": _clean_png,
    "jpg": _clean_jpeg,
    "gif": _clean_gif,
    "webp": _clean_webp,
}
