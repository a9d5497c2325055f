"""Bytes of Exif, XMP and IPTC → what they say of people and places, and the one thing to keep: which way is up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal
from xml.parsers import expat

PLACE, AUTHOR, TEXT = "a place", "an author", "a text"
SERIAL, PATH = "the serial number of a camera", "a path of its maker's disk"

_ORIENTATION, _EXIF_POINTER, _GPS_POINTER = 0x0112, 0x8769, 0x8825
_SAID_BY_TAG = {
    0x013B: AUTHOR,  # Artist
    0x8298: AUTHOR,  # Copyright
    0x9C9D: AUTHOR,  # XPAuthor
    0xA430: AUTHOR,  # CameraOwnerName
    0x010E: TEXT,  # ImageDescription
    0x9286: TEXT,  # UserComment
    0x9C9B: TEXT,  # XPTitle
    0x9C9C: TEXT,  # XPComment
    0x9C9E: TEXT,  # XPKeywords
    0x9C9F: TEXT,  # XPSubject
    0xA431: SERIAL,
    0xA435: SERIAL,  # of the lens
}
_USER_COMMENT = 0x9286
_LATITUDE, _LONGITUDE = 2, 4
_TYPE_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_MOST_ENTRIES = 1000
_LONGEST_VALUE = 1000

_SAID_BY_XMP = {
    **dict.fromkeys(
        "creator rights Artist Credit AuthorsPosition CaptionWriter OwnerName CameraOwnerName".split(), AUTHOR
    ),
    **dict.fromkeys("GPSLatitude GPSLongitude City State Country Location LocationName".split(), PLACE),
    **dict.fromkeys("title description subject Headline Instructions UserComment LayerText".split(), TEXT),
    **dict.fromkeys("SerialNumber BodySerialNumber LensSerialNumber".split(), SERIAL),
    "filePath": PATH,
}
"""By the names of properties, without the prefixes that each tool chooses."""
_XMP_PROPERTY = re.compile(rb"\b(?:" + "|".join(sorted(_SAID_BY_XMP)).encode() + rb")\b")
_SAID_BY_IPTC = {
    **dict.fromkeys((80, 85, 110, 115, 116, 118, 122), AUTHOR),
    **dict.fromkeys((26, 27, 90, 92, 95, 100, 101), PLACE),
    **dict.fromkeys((5, 25, 40, 105, 120), TEXT),
}
_IPTC_RESOURCE = 0x0404
_SAID_BY_TOOLS = re.compile(
    rb"\s*(?:screenshot|applemark|lavc[\d.]+|optimized by jpegmini[^\n]{0,40}|compressed by jpeg-recompress|"
    rb"(?:created with|edited with|made with) (?:the )?(?:gimp|ezgif|inkscape|paint)[^\n]{0,20}|"
    rb"creator: gd-jpeg[^\n]{0,80}|file written by adobe photoshop[^\n]{0,20})[\s\x00]*",
    re.IGNORECASE,
)


class _RefusedError(Exception):
    """XMP has a document type, which it never needs."""


def orientation(tiff: bytes) -> int:
    """Return which way is up, 1 to 8 as in Exif; 1 where the data do not say or cannot be read."""
    for tag, kind, value in _entries(tiff, _first_directory(tiff)):
        if tag == _ORIENTATION and kind == 3:
            turned = int.from_bytes(value[:2], _order(tiff))
            return turned if 1 <= turned <= 8 else 1
    return 1


def orientation_only(turned: int) -> bytes:
    """Return the smallest Exif data (without `Exif` and its zeros) that say nothing but which way is up."""
    entry = b"\x01\x12\x00\x03\x00\x00\x00\x01" + turned.to_bytes(2, "big") + b"\x00\x00"
    return b"MM\x00\x2a\x00\x00\x00\x08\x00\x01" + entry + b"\x00\x00\x00\x00"


def said_by_exif(tiff: bytes) -> set[str]:
    """Return which of PLACE, AUTHOR, TEXT and SERIAL these data name; nothing for data that cannot be read."""
    said: set[str] = set()
    directories = [(_first_directory(tiff), False)]
    order = _order(tiff)
    for start, is_of_the_place in directories:  # the first may add the two that it points to
        for tag, _, value in _entries(tiff, start):
            if is_of_the_place:
                # Each is three fractions; cameras without a place write 0 over 1.
                if tag in (_LATITUDE, _LONGITUDE) and any(any(value[at : at + 4]) for at in (0, 8, 16)):
                    said.add(PLACE)
            elif tag in (_EXIF_POINTER, _GPS_POINTER):
                if len(directories) < 3:
                    directories.append((int.from_bytes(value[:4], order), tag == _GPS_POINTER))
            elif tag in _SAID_BY_TAG:
                text = value[8:] if tag == _USER_COMMENT else value
                if not is_said_by_tools(text):
                    said.add(_SAID_BY_TAG[tag])
    return said


def said_by_xmp(xmp: bytes) -> set[str]:
    """Return which of PLACE, AUTHOR, TEXT, SERIAL and PATH an XMP packet says; of a broken one, which it may say."""
    said: set[str] = set()
    within: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        within.append(_SAID_BY_XMP.get(name.rpartition(":")[2], within[-1] if within else ""))
        for key, value in attributes.items():
            if not is_said_by_tools(value.encode()):
                said.add(_SAID_BY_XMP.get(key.rpartition(":")[2], ""))

    def characters(text: str) -> None:
        if within and within[-1] and not is_said_by_tools(text.encode()):
            said.add(within[-1])

    def refuse(*_: object) -> None:
        raise _RefusedError

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: within.pop()
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(xmp.strip(b"\x00"), True)
    except (expat.ExpatError, _RefusedError):
        said |= {_SAID_BY_XMP[name.decode("ascii")] for name in _XMP_PROPERTY.findall(xmp)}
    return said - {""}


def is_said_by_tools(text: bytes) -> bool:
    """Return whether a text is empty or one that tools write without anybody's doing: a warning would be noise."""
    return not text.strip(b"\x00 \t\r\n") or _SAID_BY_TOOLS.fullmatch(text) is not None


def said_by_photoshop(resources: bytes) -> set[str]:
    """Return which of PLACE, AUTHOR and TEXT the IPTC part of Photoshop's image resources names."""
    said: set[str] = set()
    at = 0
    while resources[at : at + 4] == b"8BIM":
        number = int.from_bytes(resources[at + 4 : at + 6], "big")
        name_end = at + 7 + (resources[at + 6] if len(resources) > at + 6 else 0)
        start = name_end + (name_end - at) % 2 + 4
        size = int.from_bytes(resources[start - 4 : start], "big")
        if number == _IPTC_RESOURCE:
            said |= _said_by_iptc(resources[start : start + size])
        at = start + size + size % 2
    return said


def _said_by_iptc(records: bytes) -> set[str]:
    said: set[str] = set()
    at = 0
    while records[at : at + 1] == b"\x1c" and at + 5 <= len(records):
        size = int.from_bytes(records[at + 3 : at + 5], "big")
        if records[at + 1] == 2 and records[at + 5 : at + 5 + size].strip(b"\x00 "):
            said |= {_SAID_BY_IPTC[records[at + 2]]} if records[at + 2] in _SAID_BY_IPTC else set()
        at += 5 + size
    return said


def _order(tiff: bytes) -> Literal["big", "little"]:
    return "little" if tiff[:2] == b"II" else "big"


def _first_directory(tiff: bytes) -> int:
    """Return where the first directory begins, or 0 (where none can be) for data that are no TIFF."""
    if tiff[:4] not in (b"II\x2a\x00", b"MM\x00\x2a"):
        return 0
    return int.from_bytes(tiff[4:8], _order(tiff))


def _entries(tiff: bytes, at: int) -> Iterator[tuple[int, int, bytes]]:
    """Yield tag, type and value of each entry of the directory at `at`, as far as they are within the data."""
    order = _order(tiff)
    if not 8 <= at <= len(tiff) - 2:
        return
    count = int.from_bytes(tiff[at : at + 2], order)
    for start in range(at + 2, at + 2 + 12 * min(count, _MOST_ENTRIES), 12):
        entry = tiff[start : start + 12]
        if len(entry) < 12:
            return
        tag, kind = int.from_bytes(entry[:2], order), int.from_bytes(entry[2:4], order)
        size = int.from_bytes(entry[4:8], order) * _TYPE_SIZES.get(kind, 1)
        if size <= 4:
            yield tag, kind, entry[8 : 8 + size]
        else:
            value_at = int.from_bytes(entry[8:12], order)
            yield tag, kind, tiff[value_at : value_at + min(size, _LONGEST_VALUE)]
