"""Turn one version of a file into rows, and a row into its record: what the past is read with.

Nothing is reported: what `check` would refuse today is left out, and whoever reads the past goes on with the version
before it, as the site did when it was new. Bodies are not rendered: of a text of the past only its digest is kept.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import PurePosixPath

from msgspec import Struct
from msgspec.structs import replace

from portalgen.content import schema
from portalgen.content.entries import NESTED, entries_of
from portalgen.content.fit import Found, fit
from portalgen.content.folders import RecordFile
from portalgen.content.markdown.body import parse_body
from portalgen.content.records import Address, ClientContent, Entry, File, PersonEntry
from portalgen.content.validate import KnownParts, read_people
from portalgen.content.yaml.places import Document, Value, read_front_matter, read_yaml
from portalgen.problems import Problem, has_errors
from portalgen.settings import Settings, read_settings

_HEADING = re.compile(r"\s*#[ \t]+([\w ,.;:'’()/-]+?)[ \t]*#*[ \t]*(?:\n|$)")
"""A first heading that is nothing but words: the usual one, told without reading Markdown."""
# Where a link leads may be something that stays with the team; which words it stands under is for everybody.
_TARGETS = re.compile(
    r"\]\([^)\n]*\)|\]\[[^\]\n]*\]|^[ \t]*\[[^\]\n]+\]:.*$|<(?:a|img)\b[^>]*>", re.MULTILINE
)
_OF_TARGETS = ("](", "][", "]:", "<")
"""What no target is without: most texts have none, and need not be searched."""
_DIGEST_DIGITS = 16


class Row(Struct, frozen=True):
    """A record as one version of a file had it, not checked yet."""

    kind: str
    id: str
    """As typed, else the file's name; empty for a nested one without an id."""
    key: str
    """What it is followed by from version to version: its id without case; see `key_of_nested`."""
    project: str
    meeting: str
    """The id of the meeting that it stands in."""
    raw: Mapping[str, Value]
    body: str
    """The text below the front matter."""
    document: Document
    address: Address

    def is_like(self, other: Row) -> bool:
        """Return whether both say the same, wherever they stand."""
        return (
            self.raw == other.raw
            and self.body == other.body
            and (self.kind, self.id, self.project, self.meeting)
            == (other.kind, other.id, other.project, other.meeting)
            and self._stem() == other._stem()
        )

    def _stem(self) -> str | None:
        """The name of a file that holds this record alone: it may be its date."""
        return PurePosixPath(self.document.path).stem if self.address == () else None


class Today:
    """What was read of the files as they stand today: a version that is the same need not be read again."""

    def __init__(
        self,
        content: ClientContent,
        texts: Mapping[str, str],
        known: KnownParts | None = None,
        settings: Settings | None = None,
        shared: Mapping[str, PersonEntry] | None = None,
    ) -> None:
        """`texts` are those of `content`, which has no errors: a version that has one is passed over.

        `known` may remember the small files; `settings` and the `shared` people are those of today, where they have no
        errors either.
        """
        self.known = known
        self._settings = settings
        self._shared = shared
        self._texts = texts
        self._files = content.read
        self._entries = {(entry.document.path, entry.address): entry for entry in content.entries}

    def file(self, path: str, text: str) -> File | None:
        """Return what was read of a file, if `text` is what it says today."""
        return self._files.get(path) if self._texts.get(path) == text else None

    def settings(self, path: str, text: str) -> Settings | None:
        """Return the settings, if `text` is what they say today."""
        return self._settings if self._texts.get(path) == text else None

    def shared(self, path: str, text: str) -> Mapping[str, PersonEntry] | None:
        """Return the people of content/_shared, if `text` is what they say today."""
        return self._shared if self._texts.get(path) == text else None

    def entry(self, row: Row) -> Entry | None:
        """Return the record that a row is, if the row stands in a file as that stands today."""
        entry = self._entries.get((row.document.path, row.address))
        is_it = (
            entry is not None
            and entry.document is row.document
            # Where a project.yaml came or went, the same file held something else.
            and (entry.kind, entry.project, entry.meeting) == (row.kind, row.project, row.meeting)
            # Of a text without one, the title is told in another way here: see `_read_text`.
            and bool(row.raw.get("title"))
        )
        return entry if is_it else None


def read_rows(
    text: str, source: RecordFile, known: File | None = None, parts: KnownParts | None = None
) -> list[Row] | None:
    """Return the records that a version of a file holds; None where it cannot be read as a whole.

    `known` is the file where it was read before; `parts` may remember its front matter.
    """
    document: Document | None
    body = ""
    read = parts.read_yaml if parts else read_yaml
    if known:
        document, body, problems = known.document, known.body, list[Problem]()
    elif source.path.endswith(".md"):
        document, body, _, problems = read_front_matter(text, source.path, read)
    else:
        document, problems = read_yaml(text, source.path)
    if document is None or has_errors(problems):
        return None
    value = document.value
    rows: list[Row] = []
    if source.form == "record":
        if not isinstance(value, dict | None):
            return None
        _add(rows, source, document, (), value or {}, body, "")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            if each is not None:
                _add(rows, source, document, (number,), each, "", "")
    elif value is not None:
        return None
    return rows


def _add(
    rows: list[Row],
    source: RecordFile,
    document: Document,
    address: Address,
    value: Value,
    body: str,
    meeting: str,
) -> None:
    if not isinstance(value, dict):
        return
    id_ = _typed_id(value)
    if not id_ and address == ():
        id_ = unicodedata.normalize("NFC", PurePosixPath(document.path).stem)
    if not id_:
        return
    is_meeting = source.kind == "meetings"
    raw = {name: item for name, item in value.items() if not (is_meeting and name in NESTED)}
    rows.append(Row(source.kind, id_, id_.casefold(), source.project, meeting, raw, body, document, address))
    if is_meeting:
        for kind in NESTED:
            _add_nested(rows, kind, source.project, document, (*address, kind), value.get(kind), id_)


def _add_nested(
    rows: list[Row], kind: str, project: str, document: Document, address: Address, value: Value, meeting: str
) -> None:
    times: dict[str, int] = {}
    inner = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
    for number, each in inner:
        raw: Value = {"title": each} if isinstance(each, str) else each
        if not isinstance(raw, dict):
            continue
        id_ = _typed_id(raw)
        key = id_.casefold()
        if not id_:
            title = raw.get("title")
            told = _told(title) if isinstance(title, str) else ""
            times[told] = times.get(told, 0) + 1
            key = key_of_nested(meeting, kind, told, times[told])
        at: Address = address if number is None else (*address, number)
        rows.append(Row(kind, id_, key, project, meeting, raw, "", document, at))


def _typed_id(value: Mapping[str, Value]) -> str:
    typed = value.get("id")
    return unicodedata.normalize("NFC", typed.strip()) if isinstance(typed, str) else ""


def key_of_nested(meeting: str, kind: str, title: str, time: int) -> str:
    """Return what a nested record without an id is followed by: its words, since its number tells only its place.

    `time` tells apart those of one meeting that say the same.
    """
    return f"{meeting.casefold()}\0{kind}\0{_told(title)}\0{time}"


def _told(title: str) -> str:
    return " ".join(title.split()).casefold()


def keys_of(entries: Iterable[Entry]) -> dict[str, str]:
    """Return by what each record of today is followed, by its id without case."""
    times: dict[tuple[str, str, str], int] = {}
    keys = {}
    for entry in entries:
        if entry.meeting and "id" not in entry.fields.typed:
            title = _told(entry.fields.title or "")
            place = entry.meeting, entry.kind, title
            times[place] = times.get(place, 0) + 1
            keys[entry.id.casefold()] = key_of_nested(entry.meeting, entry.kind, title, times[place])
        else:
            keys[entry.id.casefold()] = entry.id.casefold()
    return keys


class Past(Struct, frozen=True):
    """A record as a version had it, checked."""

    entry: Entry
    """Nobody asks for its body."""
    words: str
    """The digest of what a client reads of its body; empty without one."""


def read_record(row: Row, known: Entry | None = None, parts: KnownParts | None = None) -> Past | None:
    """Return the record that a row is, or None where it has a fault: then no site was made of it.

    `known` is the record where it was read before; `parts` may remember what its fields were checked to be.
    """
    text = row.body if row.body.strip() else row.raw.get("body")
    if text is not None and not isinstance(text, str):
        return None
    raw = {name: item for name, item in row.raw.items() if name != "body"}
    words = ""
    if text and text.strip():
        if row.body.strip() and isinstance(row.raw.get("body"), str):
            return None
        shown, title = _read_text(text, row.document.path, is_title_missing=not raw.get("title"))
        if shown is None:
            return None
        words = digest(_TARGETS.sub("]", shown) if any(mark in shown for mark in _OF_TARGETS) else shown)
        if not raw.get("title"):
            raw["title"] = title
    if known:
        return Past(known, words)
    found = Found(known=parts)
    # A list's address is of no use for a row that is read alone; an own file's is: its name may be a date.
    for entry in entries_of(
        row.kind, row.project, File(row.document), row.address, raw, found, meeting=row.meeting
    ):
        if not entry.is_whole or has_errors(found.problems):
            return None
        return Past(entry, words)
    return None


def _read_text(text: str, path: str, *, is_title_missing: bool) -> tuple[str | None, str]:
    """Return what a client reads of a body, and its first heading where it is asked for; None where it has a fault."""
    is_plain = ":::" not in text and "<!--" not in text and "：：" not in text
    heading = _HEADING.match(text) if is_title_missing else None
    if is_plain and (heading or not is_title_missing):
        return text, heading[1] if heading else ""
    body, problems = parse_body(text, path)
    return (None if has_errors(problems) else body.text), body.title


# From version to version most texts stay as they are.
@lru_cache(maxsize=1024)
def digest(text: str) -> str:
    """Return what two texts have in common that differ in nothing but spaces and line ends."""
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "surrogatepass")).hexdigest()[
        :_DIGEST_DIGITS
    ]


def read_model(
    text: str, path: str, model: type[schema.Strict], known: KnownParts | None = None
) -> tuple[schema.Strict, Document] | None:
    """Return what a file such as client.yaml says; None where it has a fault."""
    document, problems = known.read_yaml(text, path) if known else read_yaml(text, path)
    if document is None or has_errors(problems):
        return None
    found = Found(known=known)
    value = document.value if document.value is not None else {}
    fields, is_whole = fit(model, document, (), value, PurePosixPath(path).name, found)
    return (fields, document) if fields and is_whole and not has_errors(found.problems) else None


def read_persons(
    text: str, path: str, *, is_shared: bool, known: KnownParts | None = None
) -> dict[str, PersonEntry] | None:
    """Return the people of a people.yaml; None where it has a fault."""
    people, _, problems = read_people(text, path, known)
    if has_errors(problems):
        return None
    return people if is_shared else {key: replace(each, is_shared=False) for key, each in people.items()}


def read_past_settings(text: str) -> Settings | None:
    """Return what portalgen.yaml said; None where it has a fault."""
    document, problems = read_yaml(text, "portalgen.yaml")
    settings, found = read_settings(document)
    return None if has_errors([*problems, *found]) else settings
