"""Keep what was read of a client by the text that it was read from: one changed note is one file to read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import MsgspecError
from msgspec.msgpack import Decoder, Encoder

from portalgen.build.checked import Checked, digest_of
from portalgen.content.entries import Parse
from portalgen.content.folders import RecordFile
from portalgen.content.markdown.body import Body, coloured, parse_body
from portalgen.content.markdown.code import render_code
from portalgen.content.markdown.types import Code
from portalgen.content.packed import Packed, pack_entries, unpack_entries
from portalgen.content.records import Entry, File
from portalgen.portal.published import RECORDS, Record
from portalgen.problems import Problem
from portalgen.site.data import line_of
from portalgen.site.reads import Digests

Blocks = tuple[bytes, list[tuple[bytes, int]]]
"""The key of a body, and of each block of code in it a digest and its number among the body's pieces."""


class KeptBodies:
    """The bodies of one client that this build reads, and those that the one before it read."""

    def __init__(self, before: dict[bytes, bytes] | None, code: dict[str, Blocks] | None = None) -> None:
        self.now: dict[bytes, bytes] = {}
        """To be kept: plain values. What was not asked for is not in it."""
        self.code: dict[str, Blocks] = {}
        """To be kept too: path → the blocks of code in its last body."""
        self._before = before or {}
        self._code_before = code or {}
        self._write = Encoder().encode
        self._read = Decoder(tuple[Body, list[Problem]]).decode

    def parse(self, text: str, path: str) -> tuple[Body, list[Problem]]:
        """Return what `parse_body` says of a text: what it said the last time, where that is known.

        Blocks of code are coloured already, which takes longer than all else of a body.
        """
        key = digest_of(path, text)
        known = self._before.get(key)
        if known is not None:
            try:
                found = self._read(known)
                self.now[key] = known
                if path in self._code_before:
                    self.code[path] = self._code_before[path]
                return found
            except MsgspecError:
                pass
        body, problems = parse_body(text, path)
        body = self._coloured(body, path, key)
        try:
            self.now[key] = self._write((body, problems))
        except UnicodeEncodeError:
            # Half of a character: it is a problem of its own, and read again.
            pass
        return body, problems

    def _coloured(self, body: Body, path: str, key: bytes) -> Body:
        """Return the body with its blocks of code written out; those that the one before it had are not made anew."""
        blocks = [
            (digest_of(piece.language, piece.text), number)
            for number, piece in enumerate(body.pieces)
            if isinstance(piece, Code)
        ]
        if not blocks:
            return body
        self.code[path] = key, blocks
        known = self._blocks_before(path)
        return coloured(
            body, lambda language, text: known.get(digest_of(language, text)) or render_code(language, text)
        )

    def _blocks_before(self, path: str) -> dict[bytes, str]:
        """Return digest → what is shown of the blocks of code in a file's body before this one."""
        key, blocks = self._code_before.get(path, (b"", []))
        try:
            pieces = self._read(self._before[key])[0].pieces
        except (KeyError, MsgspecError):
            return {}
        return {digest: piece for digest, number in blocks if isinstance(piece := pieces[number], str)}


class KeptRecords(Checked):
    """The records of one client's files in which nothing is wrong, now and in the build before this one."""

    def __init__(
        self, before: dict[bytes, Packed] | None, checked: dict[str, dict[bytes, Any]] | None = None
    ) -> None:
        super().__init__(checked)
        self.now: dict[bytes, Packed] = {}
        """To be kept: plain values. What was not asked for is not in it."""
        self._before = before or {}
        self._key_by_entry: dict[int, tuple[bytes, Entry]] = {}
        """With the record itself: the number of one that is gone could be another's."""

    def key_of(self, entry: Entry) -> bytes | None:
        """Return what one of these records as it stands is known by; None where it is not one of them."""
        known = self._key_by_entry.get(id(entry))
        return known[0] if known else None

    def find(self, source: RecordFile, text: str, parse: Parse) -> list[Entry] | None:
        """Return the records of a file with this text; None where they are not known."""
        key = _key_of(source, text)
        packed: Any = self._before.get(key)
        if packed is None:
            return None
        self.now[key] = packed
        self.stands(source.path)
        entries = unpack_entries(packed, text, source.path, parse)
        self._number(key, entries)
        return entries

    def keep(self, source: RecordFile, text: str, file: File, entries: Sequence[Entry]) -> None:
        """Remember the records of a file in which nothing was wrong."""
        packed = pack_entries(file, text, entries)
        if packed is not None:
            key = _key_of(source, text)
            self.now[key] = packed
            self._number(key, entries)

    def _number(self, key: bytes, entries: Sequence[Entry]) -> None:
        for number, entry in enumerate(entries):
            self._key_by_entry[id(entry)] = b"%b %d" % (key, number), entry


class KeptPublished:
    """What left of one client's records, now and in the build before this one: published values, and nothing else."""

    def __init__(self, before: Any, records: KeptRecords) -> None:
        self.now: dict[str, Any] = {"world": b"", "records": {}}
        """To be kept: plain values. What was not asked for is not in it."""
        self._records = records
        self._before: Any = before
        self._known: dict[bytes, tuple[bytes, tuple[str, ...]]] = {}
        self._write = Encoder().encode
        self._read = {kind: Decoder(cls).decode for kind, cls in RECORDS.items()}

    def begin(self, world: bytes) -> None:
        """Forget what left into another world than this one."""
        self.now["world"] = world
        if self._before and self._before["world"] == world:
            self._known = self._before["records"]

    def find(self, entry: Entry) -> tuple[Record, tuple[str, ...]] | None:
        """Return what left of the record as it stands, and the keys of the persons whom that names, where known."""
        key = self._records.key_of(entry)
        known = self._known.get(key) if key else None
        if known is None:
            return None
        self.now["records"][key] = known
        return self._read[entry.kind](known[0]), known[1]

    def keep(self, entry: Entry, record: Record, named: tuple[str, ...]) -> None:
        """Remember what leaves of a record."""
        if key := self._records.key_of(entry):
            try:
                self.now["records"][key] = self._write(record), named
            except UnicodeEncodeError:
                pass


class KeptLines:
    """The lines of records in data.json: those that stand in the old one are taken from there."""

    def __init__(self, before: Any, old: Callable[[str], bytes | None], digests: Digests) -> None:
        self._digests = digests
        self._asked: dict[bytes, bytes] = {}
        self._data, self._place_by_digest = b"", {}
        data = old("data.json") if before else None
        if data is not None and hashlib.sha256(data).hexdigest() == before["sha256"]:
            self._data, self._place_by_digest = data, before["places"]

    def line(self, record: Record) -> bytes:
        """Return what `line_of` says of a record."""
        digest = self._digests.of_record(record)
        place = self._place_by_digest.get(digest)
        line = self._asked[digest] = self._data[place[0] : place[1]] if place else line_of(record)
        return line

    def to_keep(self, data: bytes) -> Any:
        """Return where the lines that were asked for stand in `data`, in the order in which they were."""
        places, end = {}, 0
        for digest, line in self._asked.items():
            begin = data.index(line, end)
            end = begin + len(line)
            places[digest] = begin, end
        return {"sha256": hashlib.sha256(data).hexdigest() if places else "", "places": places}


def _key_of(source: RecordFile, text: str) -> bytes:
    return digest_of(source.path, source.kind, source.project, source.form, text)
