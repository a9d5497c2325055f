"""Remember what was read of a client and of its past, so that after a save only what is new is read again."""

from __future__ import annotations

import marshal
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from portalgen.content.files.attachments import Attachment, attach, digest
from portalgen.content.markdown.body import Body, parse_body
from portalgen.pipeline import Means
from portalgen.problems import Problem

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_Stamp = tuple[str, int, int, int, int]


class Memory:
    """Of one client: what this preparation and the one before it read, and nothing older."""

    def __init__(self) -> None:
        self._bodies: _Kept[tuple[str, str], tuple[Body, tuple[Problem, ...]]] = _Kept()
        self._files: _Kept[_Stamp, tuple[Attachment | None, tuple[Problem, ...]]] = _Kept()
        self._digests: _Kept[_Stamp, str] = _Kept()

    def means(self) -> Means:
        """Return what reads for the next preparation; what the last one did not ask for is forgotten."""
        for kept in (self._bodies, self._files, self._digests):
            kept.turn()
        return Means(parse=self._parse, attach=self._attach, digest=self._digest)

    def _parse(self, text: str, path: str) -> tuple[Body, list[Problem]]:
        known = self._bodies.find((text, path))
        if known is None:
            body, problems = parse_body(text, path)
            known = self._bodies.keep((text, path), (body, tuple(problems)))
        return known[0], list(known[1])

    def _attach(self, source: Path, paths: Iterable[str]) -> tuple[dict[str, Attachment], list[Problem]]:
        attachments: dict[str, Attachment] = {}
        problems: list[Problem] = []
        for path in dict.fromkeys(paths):
            stamp = _stamp_of(source, path)
            known = self._files.find(stamp) if stamp else None
            if known is None:
                made, found = attach(source, [path])
                known = made.get(path), tuple(found)
                if stamp:
                    self._files.keep(stamp, known)
            if known[0] is not None:
                attachments[path] = known[0]
            problems.extend(known[1])
        return attachments, problems

    def _digest(self, source: Path, path: str) -> str:
        stamp = _stamp_of(source, path)
        known = self._digests.find(stamp) if stamp else None
        if known is None:
            known = digest(source, path)
            if stamp:
                self._digests.keep(stamp, known)
        return known


class KeptInMemory:
    """Keeps the past of all clients while the preview runs: nothing of it is written."""

    def __init__(self) -> None:
        self._boxes: dict[str, bytes] = {}

    def read(self, slug: str = "") -> Any:
        box = self._boxes.get(slug)
        return None if box is None else marshal.loads(box)

    def write(self, value: Any, slug: str = "") -> None:
        # As bytes, so that whoever reads it may change what comes out.
        self._boxes[slug] = marshal.dumps(value)

    def forget(self, slug: str) -> None:
        """Forget a client that is gone."""
        self._boxes.pop(slug, None)


class _Kept(dict[_Key, _Value]):
    """What was asked for since the last turn; what was asked for before it is at hand until the next."""

    def __init__(self) -> None:
        super().__init__()
        self._before: dict[_Key, _Value] = {}

    def turn(self) -> None:
        self._before = dict(self)
        self.clear()

    def find(self, key: _Key) -> _Value | None:
        value = self.get(key)
        if value is None and (value := self._before.get(key)) is not None:
            self[key] = value
        return value

    def keep(self, key: _Key, value: _Value) -> _Value:
        self[key] = value
        return value


def _stamp_of(source: Path, path: str) -> _Stamp | None:
    """Return how a file stands before it is read; None where that cannot be said, or it has only just changed."""
    try:
        about = os.stat(source / path, follow_symlinks=False)
    except OSError:
        return None
    return path, about.st_size, about.st_ino, about.st_mtime_ns, about.st_ctime_ns
