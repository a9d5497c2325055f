"""Tell which clients need not be built again. A client's cache is a file of its own, and holds nothing of another."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from portalgen.build.boxes import read_box, write_box
from portalgen.build.stamps import Stamp, stamp_of, stamps_of
from portalgen.problems import Place, Problem

_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How a client's folder stood before it was read."""

    stamps: list[Stamp]
    digest: str
    """Of the names and bytes of its files: what counts where times mean nothing, as in a fresh clone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is known of a client's last build."""

    problems: tuple[Problem, ...] = ()
    pages: int = 0
    notes: tuple[str, ...] = ()
    timezone: str = "UTC"
    """The client's, since the day that its site speaks of depends on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache:
    """The caches beside an output folder. A damaged, foreign or older one is as if it were not there."""

    folder: Path
    source: Path
    output: Path
    state: str
    """Of what all clients depend on: the program, the themes, the settings, the shared people, the options."""
    as_of: date | None
    now: datetime

    def find(self, slug: str, past: str) -> Kept | None:
        """Return the last build of a client if it was made of the same, and its site stands as it was left.

        `past` is what git remembers of the client, as a text.
        """
        box = read_box(self._path(slug), f"client {slug}")
        if box is None or box["key"] != self._key(box["timezone"], past) or box["site"] != self._site(slug):
            return None
        folder = self.source / "content" / slug
        if stamps_of(str(folder)) != box["stamps"] and digest_of(folder) != box["digest"]:
            return None
        problems = tuple(
            Problem(Place(*place), code, message, hint) for place, code, message, hint in box["problems"]
        )
        return Kept(
            problems=problems, pages=box["pages"], notes=tuple(box["notes"]), timezone=box["timezone"]
        )

    def look(self, slug: str) -> Seen:
        """Return how a client's folder stands, to be kept if it is built from now on."""
        folder = self.source / "content" / slug
        return Seen(stamps=stamps_of(str(folder)), digest=digest_of(folder))

    def keep(self, slug: str, seen: Seen, kept: Kept, past: str) -> None:
        """Remember a client's build, once its site stands in its place."""
        problems = [
            ((one.place.path, one.place.line, one.place.column), one.code, one.message, one.hint)
            for one in kept.problems
        ]
        box = {
            "key": self._key(kept.timezone, past),
            "stamps": seen.stamps,
            "digest": seen.digest,
            "site": self._site(slug),
            "problems": problems,
            "pages": kept.pages,
            "notes": list(kept.notes),
            "timezone": kept.timezone,
        }
        write_box(self._path(slug), f"client {slug}", box)

    def forget(self, slug: str) -> None:
        """Remove what is kept of a client that is gone."""
        Path(self._path(slug)).unlink(missing_ok=True)

    def _key(self, timezone: str, past: str) -> str:
        return _digest(f"{self.state} {day_in(timezone, self.as_of, self.now)} {past}".encode())

    def _path(self, slug: str) -> str:
        return str(self.folder / f"{slug}.client")

    def _site(self, slug: str) -> int:
        found = stamp_of(str(self.output / slug))
        return found[3] if found else 0


def digest_of(folder: Path) -> str:
    """Return a digest of the names and bytes of all files below `folder`; of what is no regular file, its mode."""
    found = hashlib.sha256()
    for path, mode, *_ in stamps_of(str(folder)):
        found.update(f"{len(os.fsencode(path))} {stat.S_IFMT(mode)} ".encode() + os.fsencode(path))
        if stat.S_ISREG(mode):
            with open(folder / path, "rb", opener=_without_following) as file:
                size = 0
                while piece := file.read(_PIECE_BYTES):
                    size += len(piece)
                    found.update(piece)
                found.update(f" {size}".encode())
    return found.hexdigest()


def _without_following(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def state_of(roots: Iterable[Path], *parts: str) -> str:
    """Return a digest of the program and its libraries, of everything below `roots`, and of `parts`."""
    package = Path(__file__).resolve().parent.parent
    # pip touches the folder of the libraries whenever it puts one there or takes one away.
    libraries = stamp_of(str(Path(yaml.__file__).parent.parent))
    stamps = [stamps_of(str(root)) for root in (package, *roots)]
    return _digest(repr((sys.version, libraries, stamps, parts)).encode())


def day_in(timezone: str, as_of: date | None, now: datetime) -> date:
    """Return the day that is asked for, else today in a time zone; in UTC where there is no such zone."""
    if as_of:
        return as_of
    try:
        return now.astimezone(ZoneInfo(timezone)).date()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return now.astimezone(UTC).date()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
