"""Keep what the small parts of files say, and what they were checked to be, by their text."""

from __future__ import annotations

import hashlib
from typing import Any

from portalgen.content.characters import join_line_ends
from portalgen.content.fit import Model
from portalgen.content.packed import pack_fields, unpack_fields
from portalgen.content.schema import Strict
from portalgen.content.yaml.places import Document, Value, read_yaml
from portalgen.problems import Problem

_DIGEST_BYTES = 16


class Checked:
    """What small files, and the front matter of others, said the last time and were checked to be then.

    A note of which the text alone changed is not checked again, nor is what did not change at all.
    """

    def __init__(self, before: dict[str, dict[bytes, Any]] | None) -> None:
        self.parts: dict[str, dict[bytes, Any]] = {}
        """To be kept: path → digest of what was read → plain values. What was not asked for is not in it."""
        self._parts_before = before or {}

    def read_yaml(
        self, text: str, path: str, *, first_line: int = 1
    ) -> tuple[Document | None, list[Problem]]:
        """Do what `read_yaml` does; of a text in which nothing was wrong, say what it said the last time."""
        text = join_line_ends(text)
        key = digest_of("yaml", text)
        known = self._find(path, key)
        if known is not None:
            return Document(path, text, first_line, known[0]), []
        document, problems = read_yaml(text, path, first_line=first_line)
        if document is not None and not problems:
            self._keep(path, key, (document.value,))
        return document, problems

    def find_fields(self, model: type[Model], path: str, value: Value) -> Model | None:
        """Return what a mapping was checked to be; None where it is not known."""
        packed = self._find(path, digest_of(model.__name__, repr(value)))
        return unpack_fields(model, packed) if packed is not None else None

    def keep_fields(self, path: str, value: Value, fields: Strict) -> None:
        """Remember what a mapping of a file is."""
        packed = pack_fields(fields)
        if packed is not None:
            self._keep(path, digest_of(type(fields).__name__, repr(value)), packed)

    def stands(self, path: str) -> None:
        """Keep all of a file, which is as it was and need not be asked for."""
        if path in self._parts_before:
            self.parts[path] = self._parts_before[path]

    def _find(self, path: str, key: bytes) -> Any:
        found = self._parts_before.get(path, {}).get(key)
        if found is not None:
            self._keep(path, key, found)
        return found

    def _keep(self, path: str, key: bytes, part: Any) -> None:
        self.parts.setdefault(path, {})[key] = part


def digest_of(*parts: str) -> bytes:
    """Return what no other texts in this order have."""
    lengths = " ".join([str(len(part)) for part in parts])
    text = f"{lengths}:{''.join(parts)}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=_DIGEST_BYTES).digest()
