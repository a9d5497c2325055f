"""Say what a link leads to: another host, a path of ours, a place on the page, or nothing that is let through."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import unquote

from msgspec import Struct

from portalgen.content.markdown.types import DataPicture

SCHEMES: Final = frozenset(["http", "https", "mailto", "tel"])

# Capitals, a hyphen, a number. Chinese, Japanese and Korean text may touch it; letters, digits and further parts of
# an id may not.
CJK: Final = (
    "\u1100-\u11ff\u2e80-\u303f\u3040-\u30ff\u3100-\u318f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f"
    "\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
)
_CJK_RANGES: Final = tuple(zip(CJK[::3], CJK[2::3], strict=True))
"""First and last of each range."""
BARE_ID: Final = re.compile(r"(?<![0-9A-Za-z_])(?<![0-9A-Za-z_][-._])[A-Z][A-Z0-9]*+-[0-9]++(?![-._][^\W_])")

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
# Browsers skip these inside an address, so `java\tscript:` would be one.
_SKIPPED = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\ufeff]")
_DATA = re.compile(r"data:([^;,]*)((?:;[^;,]*)*),", re.IGNORECASE)
_MAGIC: Final = (
    (b"\x89PNG\r\n\x1a\n", "png", "image/png"),
    (b"\xff\xd8\xff", "jpg", "image/jpeg"),
    (b"GIF87a", "gif", "image/gif"),
    (b"GIF89a", "gif", "image/gif"),
)


class Elsewhere(Struct, frozen=True):
    """An address on another host, or of a mailbox or telephone."""

    url: str


class Here(Struct, frozen=True):
    """A path or a fragment of our own, percent-decoded."""

    path: str
    """Empty where only a fragment was typed."""
    fragment: str


class Refused(Struct, frozen=True):
    """An address of a kind that is not let through."""

    scheme: str
    has_user: bool = False
    """Whether it is refused for the user name or password in it."""


def classify(url: str) -> Elsewhere | Here | Refused:
    """Return what `url` leads to."""
    bare = _SKIPPED.sub("", url)
    if bare.startswith("//"):
        bare = "https:" + bare
    scheme = _SCHEME.match(bare)
    if scheme is None:
        path, _, fragment = url.strip().partition("#")
        return Here(unquote(path.partition("?")[0]), unquote(fragment))
    name = scheme[1].lower()
    if name not in SCHEMES or len(bare) == scheme.end():
        return Refused(name)
    if name in ("http", "https") and not re.match(r"//[^/?#\\]", bare[scheme.end() :]):
        return Refused(name)
    if name in ("http", "https") and re.match(r"//[^/?#\\]*@", bare[scheme.end() :]):
        return Refused(name, has_user=True)
    return Elsewhere(bare)


def read_data_picture(url: str) -> DataPicture | str:
    """Return the picture in a `data:` address, or in words why it is none that can be shown."""
    head = _DATA.match(url)
    if head is None or "base64" not in head[2].lower():
        return "it is not written in base64"
    try:
        data = base64.b64decode(re.sub(r"\s+", "", unquote(url[head.end() :])) + "==", validate=False)
    except (binascii.Error, ValueError):
        return "its base64 is damaged"
    found = next(((ending, media) for magic, ending, media in _MAGIC if data.startswith(magic)), None)
    if found is None and data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        found = ("webp", "image/webp")
    if found is None:
        return "it is no png, jpg, gif or webp"
    return DataPicture(f"picture-{hashlib.sha256(data).hexdigest()[:12]}.{found[0]}", found[1], data)


def find_bare_ids(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and text of each id without brackets: `REQ-1`, but not in `X-REQ-1`, `REQ-1.2` or `REQ-1st`."""
    if "-" not in text:
        return
    for found in BARE_ID.finditer(text):
        start, end = found.span()
        # Looked at here: an expression that names all of these scripts takes Python long to put together.
        if not (_is_letter(text[max(start - 1, 0) : start]) or _is_letter(text[end : end + 1])):
            yield start, end, found.group()


def slug_of(heading: str) -> str:
    """Return the fragment that GitHub gives a heading of this plain text, before it is made unique."""
    lowered = heading.strip().lower()
    if lowered.isascii():
        return re.sub(r"[^\w\- ]", "", lowered).replace(" ", "-")
    return "".join(one for one in lowered if one in " -" or _is_word(one)).replace(" ", "-")


def unique_slugs(headings: Iterable[str]) -> list[str]:
    """Return the fragments of headings in their order, numbered where two are alike, as GitHub does."""
    taken: dict[str, int] = {}
    slugs = []
    for heading in headings:
        first = slug = slug_of(heading)
        while slug in taken:
            taken[first] += 1
            slug = f"{first}-{taken[first]}"
        taken[slug] = 0
        slugs.append(slug)
    return slugs


def _is_letter(character: str) -> bool:
    """Return whether a character is of a word, and of no script that is written without spaces."""
    is_word = character.isalnum() or character == "_"
    return is_word and not any(first <= character <= last for first, last in _CJK_RANGES)


def _is_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character) in ("Mn", "Mc", "Me", "Pc")
