"""Tell which clients need not be built again. A client's cache is a file of its own, and holds nothing of another."""

from __future__ import annotations

import hashlib
import os
import posixpath
import stat
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from msgspec import Struct

from portalgen.build.boxes import read_box, write_box
from portalgen.build.stamps import Stamp, Walk, stamp_of, stamps_of
from portalgen.problems import Place, Problem

_PIECE_BYTES = 1 << 20


class Seen(Struct, frozen=True, kw_only=True):
    """How a client's folder stood before it was read."""

    stamps: list[Stamp]
    digest: str
    """Of the names and bytes of its files: what counts where times mean nothing, as in a fresh clone."""


class Kept(Struct, frozen=True, kw_only=True):
    """What is known of a client's last build."""

    problems: tuple[Problem, ...] = ()
    pages: int = 0
    notes: tuple[str, ...] = ()
    timezone: str = "UTC"
    """The client's, since the day that its site speaks of depends on it."""


class Cache(Struct, frozen=True, kw_only=True):
    """The caches beside an output folder. A damaged, foreign or older one is as if it were not there."""

    folder: Path
    source: Path
    output: Path
    state: str
    """Of what all clients depend on: the program, the themes, the settings, the shared people, the options."""
    as_of: date | None
    now: datetime
    walk: Walk = Walk()

    def find(self, slug: str, past: str) -> Kept | None:
        """Return the last build of a client if it was made of the same, and its site stands as it was left.

        `past` is what git remembers of the client, as a text.
        """
        box = read_box(self._path(slug), f"client {slug}")
        if box is None or box["key"] != self._key(box["timezone"], past):
            return None
        # Where files were copied, as into a machine that begins anew, their numbers and times are others: what counts
        # then is what is in them.
        folder, site = self.source / "content" / slug, self._site(slug)
        is_copied = not site or site != box["site"]
        if is_copied and (not site or digest_of(self.output / slug) != box["site_digest"]):
            return None
        stamps = self.walk.of(str(folder))
        if stamps != box["stamps"]:
            # Of a file that has another size what is in it need not be looked at.
            if _sizes(stamps) != _sizes(box["stamps"]) or digest_of(folder) != box["digest"]:
                return None
            is_copied = True
        if is_copied:
            write_box(self._path(slug), f"client {slug}", box | {"site": site, "stamps": stamps})
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

    def keep(self, slug: str, seen: Seen, kept: Kept, past: str, site_digest: str) -> None:
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
            "site_digest": site_digest,
            "problems": problems,
            "pages": kept.pages,
            "notes": list(kept.notes),
            "timezone": kept.timezone,
        }
        write_box(self._path(slug), f"client {slug}", box)

    def read_site(self, slug: str) -> Any:
        """Return what the same program kept of how it made a client's site with the same themes, else None."""
        return read_box(*self._site_box(slug))

    def keep_site(self, slug: str, value: Any) -> None:
        """Remember how a client's site was made: a value of numbers, texts, bytes, lists, tuples and dicts."""
        write_box(*self._site_box(slug), value)

    def forget(self, slug: str) -> None:
        """Remove what is kept of a client that is gone."""
        for path in (self._path(slug), self._site_box(slug)[0]):
            Path(path).unlink(missing_ok=True)

    def _site_box(self, slug: str) -> tuple[str, str]:
        return str(self.folder / f"{slug}.site"), f"site of {slug} {self.state}"

    def _key(self, timezone: str, past: str) -> str:
        return _digest(f"{self.state} {day_in(timezone, self.as_of, self.now)} {past}".encode())

    def _path(self, slug: str) -> str:
        return str(self.folder / f"{slug}.client")

    def _site(self, slug: str) -> int:
        found = stamp_of(str(self.output / slug))
        return found[3] if found else 0


def _sizes(stamps: Iterable[Stamp]) -> list[tuple[str, int, int]]:
    return [(path, stat.S_IFMT(mode), size) for path, mode, size, *_ in stamps]


def digest_of(folder: Path) -> str:
    """Return a digest of the names and bytes of all files below `folder`; of what is no regular file, its mode."""
    lines = []
    for path, mode, *_ in stamps_of(str(folder)):
        if stat.S_ISREG(mode):
            lines.append(_line(os.fsencode(path), _digest_of_file(os.path.join(folder, path))))
        else:
            lines.append(_line(os.fsencode(path), str(stat.S_IFMT(mode))))
    return _digest(b"".join(sorted(lines)))


def digest_of_files(sha256_by_path: Mapping[str, str]) -> str:
    """Return what `digest_of` says of a folder that holds these files and nothing else."""
    lines = [_line(path.encode(), sha256) for path, sha256 in sha256_by_path.items()]
    folders: set[str] = set()
    for folder in {posixpath.dirname(path) for path in sha256_by_path}:
        while folder and folder not in folders:
            folders.add(folder)
            folder = posixpath.dirname(folder)
    lines += [_line(folder.encode(), str(stat.S_IFMT(stat.S_IFDIR))) for folder in folders]
    return _digest(b"".join(sorted(lines)))


def _line(path: bytes, what: str) -> bytes:
    return f"{len(path)} ".encode() + path + f" {what}\n".encode()


def _digest_of_file(path: str) -> str:
    found = hashlib.sha256()
    # Not open(): of a thousand small files it asks twice as much of the system.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        while piece := os.read(descriptor, _PIECE_BYTES):
            found.update(piece)
    finally:
        os.close(descriptor)
    return found.hexdigest()


class FolderDigests:
    """What `digest_of` says of folders that all clients depend on; not reckoned again while their files stand."""

    def __init__(self, walk: Walk, before: dict[str, tuple[list[Stamp], str]] | None) -> None:
        self.now: dict[str, tuple[list[Stamp], str]] = {}
        """To be kept."""
        self._walk = walk
        self._before = before or {}

    def of(self, folder: Path) -> str:
        path = str(folder)
        if path not in self.now:
            stamps = self._walk.of(path)
            known = self._before.get(path)
            digest = known[1] if known and known[0] == stamps else digest_of(folder)
            self.now[path] = stamps, digest
        return self.now[path][1]


def state_of(digests: FolderDigests, roots: Iterable[Path], *parts: str) -> str:
    """Return a digest of the program, of the versions of its libraries, of everything below `roots`, and of `parts`.

    By what is in the files, not by how they stand: a machine that installs everything anew finds the same.
    """
    return _digest(repr((_program(digests), [digests.of(root) for root in roots], parts)).encode())


def _program(digests: FolderDigests) -> str:
    """Return a digest of what runs here."""
    libraries = sorted(
        name for name in os.listdir(Path(yaml.__file__).parent.parent) if name.endswith(".dist-info")
    )
    return _digest(
        repr((sys.version, libraries, digests.of(Path(__file__).resolve().parent.parent))).encode()
    )


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
