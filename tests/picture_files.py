"""Make small pictures part by part, so that a test can say what stands beside the pixels."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from typing import Literal

ARTIST, DESCRIPTION, ORIENTATION, MAKE, USER_COMMENT, SERIAL = 0x013B, 0x010E, 0x0112, 0x010F, 0x9286, 0xA431
XMP_OF_ADA = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator><rdf:Seq><rdf:li>Ada Lindqvist'
    b"</rdf:li></rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>"
)


def png_chunk(name: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG with its length and check sum."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(*before_pixels: bytes, after_end: bytes = b"") -> bytes:
    """Return a grey PNG of one pixel with more chunks."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    pixels = png_chunk(b"IDAT", zlib.compress(b"\x00\x80"))
    return (
        b"\x89PNG\r\n\x1a\n" + header + b"".join(before_pixels) + pixels + png_chunk(b"IEND", b"") + after_end
    )


def jpeg_segment(marker: int, data: bytes) -> bytes:
    """Return a segment of a JPEG with its length."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


JFIF = jpeg_segment(0xE0, b"JFIF\x00\x01\x02\x01\x00\x48\x00\x48\x00\x00")


def jpeg(*segments: bytes, after_end: bytes = b"") -> bytes:
    """Return what is built like a JPEG; its tables and pixels are made up, and nothing here decodes them."""
    tables = jpeg_segment(0xDB, b"\x00" + bytes(64)) + jpeg_segment(0xC4, b"\x00" + bytes(16))
    frame = jpeg_segment(0xC0, b"\x08\x00\x01\x00\x01\x01\x01\x11\x00")
    scan = jpeg_segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34\xff\xd0\x56"
    return b"\xff\xd8" + b"".join(segments) + tables + frame + scan + b"\xff\xd9" + after_end


def gif_blocks(*blocks: bytes) -> bytes:
    """Return a row of blocks as GIF has them, each behind its length, with the end."""
    return b"".join(bytes((len(block),)) + block for block in blocks) + b"\x00"


def gif(*extensions: bytes, after_end: bytes = b"") -> bytes:
    """Return a GIF of one pixel with extensions before it."""
    start = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\x00\x00\x00\xff\xff\xff"
    pixels = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02" + gif_blocks(b"\x44\x01")
    return start + b"".join(extensions) + pixels + b"\x3b" + after_end


def webp_chunk(name: bytes, data: bytes) -> bytes:
    """Return a chunk of a WebP with its length and its filling."""
    return name + struct.pack("<I", len(data)) + data + b"\x00" * (len(data) % 2)


WEBP_PIXELS = webp_chunk(b"VP8L", b"\x2f\x00\x00\x00\x00\x07\x10")


def webp(*chunks: bytes, after_end: bytes = b"") -> bytes:
    """Return a WebP of `chunks`; its pixels are made up."""
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body + after_end


def exif(
    texts: Mapping[int, bytes] | None = None,
    *,
    turned: int = 0,
    latitude: tuple[int, int, int] | None = None,
    order: Literal["big", "little"] = "big",
) -> bytes:
    """Return Exif data (the TIFF in them) with text tags, which way is up, and a place."""
    entries: list[tuple[int, int, int, bytes]] = [
        (tag, 2, len(text) + 1, text + b"\x00") for tag, text in (texts or {}).items()
    ]
    if turned:
        entries.append((ORIENTATION, 3, 1, turned.to_bytes(2, order)))
    if latitude is not None:
        degrees = b"".join(one.to_bytes(4, order) + (1).to_bytes(4, order) for one in latitude)
        # The place has a directory of its own, which must know where it stands: behind the first.
        place_at = 8 + _directory_size([*entries, (0x8825, 4, 1, b"\x00" * 4)])
        entries.append((0x8825, 4, 1, place_at.to_bytes(4, order)))
        first = _directory(entries, 8, order)
        second = _directory([(2, 5, 3, degrees)], place_at, order)
    else:
        first, second = _directory(entries, 8, order), b""
    start = b"MM\x00\x2a" if order == "big" else b"II\x2a\x00"
    return start + (8).to_bytes(4, order) + first + second


def _directory_size(entries: list[tuple[int, int, int, bytes]]) -> int:
    return 6 + 12 * len(entries) + sum(len(value) for *_, value in entries if len(value) > 4)


def _directory(entries: list[tuple[int, int, int, bytes]], at: int, order: Literal["big", "little"]) -> bytes:
    rows, values = b"", b""
    values_at = at + 6 + 12 * len(entries)
    for tag, kind, count, value in entries:
        rows += tag.to_bytes(2, order) + kind.to_bytes(2, order) + count.to_bytes(4, order)
        if len(value) <= 4:
            rows += value.ljust(4, b"\x00")
        else:
            rows += (values_at + len(values)).to_bytes(4, order)
            values += value
    return len(entries).to_bytes(2, order) + rows + bytes(4) + values
