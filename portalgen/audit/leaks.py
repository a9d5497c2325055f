"""Look in every file of the output for what should not be there: in any case, escaped, encoded, and inside archives.

Texts are compared by their letters and digits alone, so that neither marks, spaces and line ends nor the tags around
words hide one. What is looked for, and where, is said by `Search`.
"""

from __future__ import annotations

import base64
import binascii
import html
import itertools
import json
import os
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

from msgspec import Struct, field

from portalgen.audit.items import Item

SHORTEST = 12
"""Characters of a text that is looked for; shorter ones stand in any text by chance."""
SHORTEST_CHINESE = 4
FEWEST_LETTERS = 8
"""Of the twelve characters so many are letters or digits: `a – b – c – d` is no text."""
PREFIX = 12
"""So much of a text is shown: enough to find it in the source, and no leak of its own in a log that others read."""

_FAR_EASTERN = re.compile(
    "[\u2e80-\u2fdf\u3040-\u30ff\u3400-\u9fff\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_SENTENCE = re.compile(r"\n+|(?<=[.!?;])\s+|(?<=[。！？；])|\]\(")
_WORD = re.compile(r"[^\W_]+")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_NOT_LETTERS = re.compile(r"[\W_]+")
_NUMBERS_ONLY = re.compile(
    r"[\W\d_]*(?:(?:january|february|march|april|may|june|july|august|september|october|november|december|[a-z]{3})[\W\d_]*)?"
)
_TAG = re.compile(r"<[^>]*>")
_JSON_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}")
_CHUNK_BYTES = 8 * 1024 * 1024
_OVERLAP_BYTES = 64 * 1024
_LARGEST_MEMBER_BYTES = 64 * 1024 * 1024
_TEXT_ENDINGS = frozenset("html json css js xml ics txt csv svg md".split())


class Needle(Struct, frozen=True):
    """One sentence or line that must not be found."""

    letters: str
    """Its letters and digits, in lower case."""
    word: str
    """The longest of its words: a file without it need not be looked at closely. Empty for Chinese."""
    item: Item
    client: str


class Leak(Struct, frozen=True):
    """A text that stands where it should not."""

    file: str
    """From the output folder."""
    client: str
    """Whose text it is."""
    item: Item
    start: str
    """The first letters of what was found."""


class Search(Struct):
    """What is looked for: every text of every client."""

    by_word: dict[str, list[Needle]] = field(default_factory=dict)
    unparted: list[Needle] = field(default_factory=list)
    """Those in which no spaces part the words."""

    def add(self, needle: Needle) -> None:
        if needle.word:
            self.by_word.setdefault(needle.word, []).append(needle)
        else:
            self.unparted.append(needle)


def letters_of(text: str) -> str:
    """Return the letters and digits of a text in lower case, without anything between them."""
    return _NOT_LETTERS.sub("", text.casefold())


def needles_of(items: Iterable[Item], client: str) -> Iterator[Needle]:
    """Yield what to look for: each line and sentence of the texts that is long enough to be told from any other."""
    seen = set()
    for item in items:
        if not item.is_text:
            continue
        for piece in _SENTENCE.split(html.unescape(item.text)):
            plain = _EDGES.sub("", _TAG.sub("", piece))
            eastern = len(_FAR_EASTERN.findall(plain))
            if len(plain) < SHORTEST and eastern < SHORTEST_CHINESE:
                continue
            if _NUMBERS_ONLY.fullmatch(plain.casefold()):
                # A day or an amount: it says nothing of where it comes from.
                continue
            letters = letters_of(plain)
            if len(letters) >= (SHORTEST_CHINESE if eastern else FEWEST_LETTERS) and letters not in seen:
                seen.add(letters)
                words = _WORD.findall(plain.casefold())
                yield Needle(letters, "" if eastern else max(words, key=len), item, client)


def text_of(items: Iterable[Item]) -> str:
    """Return the letters of all texts, one a line: a text that is part of none of them may not be in a site."""
    return "\n".join(letters_of(_TAG.sub("", html.unescape(item.text))) for item in items if item.is_text)


def find_leaks(
    site: Path, search: Search, prefix: str, is_allowed: Callable[[Needle], bool]
) -> Iterator[Leak]:
    """Yield each text of `search` that stands in a file below `site`, once a file; links are not followed.

    `is_allowed` says which texts the site may hold. In published files, which are given away as they are, only what is
    internal is looked for: two clients may well have been sent the same terms.
    """
    for folder, folders, names in os.walk(site):
        folders[:] = sorted(name for name in folders if name != ".portalgen")
        for name in sorted(names):
            path = os.path.join(folder, name)
            if os.path.islink(path) or not os.path.isfile(path):
                continue
            relative = os.path.relpath(path, site).replace(os.sep, "/")
            is_given = relative.startswith("files/")
            told: set[str] = set()
            with open(path, "rb") as file:
                for text in itertools.chain([unquote(name)], _readings(file, name)):
                    for needle in _in_text(text, search):
                        if needle.letters in told or (is_given and not needle.item.why) or is_allowed(needle):
                            continue
                        told.add(needle.letters)
                        yield Leak(prefix + relative, needle.client, needle.item, needle.letters[:PREFIX])


def _in_text(text: str, search: Search) -> Iterator[Needle]:
    folded = text.casefold()
    known = search.by_word.keys() & set(_WORD.findall(folded))
    candidates = [needle for word in sorted(known) for needle in search.by_word[word]]
    if not candidates and not (search.unparted and _FAR_EASTERN.search(folded)):
        return
    letters = _NOT_LETTERS.sub("", folded)
    yield from (needle for needle in (*candidates, *search.unparted) if needle.letters in letters)


def _readings(file: BinaryIO, name: str) -> Iterator[str]:
    """Yield the texts that somebody could read in a file: as it stands, unescaped, decoded, unpacked."""
    rest = b""
    while chunk := file.read(_CHUNK_BYTES):
        yield from _readings_of(rest + chunk, is_text=name.rpartition(".")[2].lower() in _TEXT_ENDINGS)
        rest = chunk[-_OVERLAP_BYTES:]
    file.seek(0)
    if file.read(2) == b"PK":
        file.seek(0)
        try:
            with zipfile.ZipFile(file) as archive:
                for member in archive.infolist():
                    yield member.filename
                    with archive.open(member) as inside:
                        data = inside.read(_LARGEST_MEMBER_BYTES)
                    yield from _readings_of(data, is_text=True)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError):
            # Locked or damaged: whoever gets it can read no more of it than we can.
            return


def _readings_of(data: bytes, *, is_text: bool) -> Iterator[str]:
    text = data.decode("utf-8", "replace")
    yield text
    yield html.unescape(_TAG.sub("", text))
    if "&" in text:
        yield html.unescape(text)
    if "%" in text:
        yield unquote(text)
    if "\\u" in text:
        yield _JSON_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    if b"\0" in data:
        for encoding in ("utf-16-le", "utf-16-be"):
            yield data.decode(encoding, "replace")
            yield data[1:].decode(encoding, "replace")
    for run in _BASE64.finditer(data):
        # Of anything: a number in base64 need not begin where the run of letters does.
        yield from _from_base64(run.group(), deep=is_text)


def _from_base64(run: bytes, *, deep: bool) -> Iterator[str]:
    if not deep and len(run) > 1 << 16:
        # A picture's bytes, by chance.
        return
    run = run.translate(bytes.maketrans(b"-_", b"+/"))
    for skipped in range(4):
        part = run[skipped:]
        # One letter of the last four tells no byte.
        part = part[:-1] if len(part) % 4 == 1 else part
        try:
            decoded = base64.b64decode(part + b"=" * (-len(part) % 4))
        except (binascii.Error, ValueError):
            continue
        yield decoded.decode("utf-8", "replace")
        if b"\0" in decoded:
            yield decoded.replace(b"\0", b"").decode("utf-8", "replace")


def words_of_ours(theme: Path) -> str:
    """Return the letters of all that a theme itself says: headings, labels, sentences, styles and scripts."""
    texts = []
    for folder, _, names in os.walk(theme):
        for name in sorted(names):
            if name.endswith((".html", ".po", ".pot", ".css", ".js", ".svg", ".yaml")):
                text = Path(folder, name).read_text(encoding="utf-8", errors="replace")
                texts += [letters_of(_TAG.sub("", text)), letters_of(text)]
                if name.endswith((".po", ".pot")):
                    texts += [
                        letters_of(json.loads(f'"{quoted}"'))
                        for quoted in re.findall(
                            r'^\s*(?:msg\w+(?:\[\d\])?\s+)?"((?:[^"\\]|\\.)*)"', text, re.MULTILINE
                        )
                    ]
    return "\n".join(texts)
