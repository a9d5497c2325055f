"""How everything stands that sites are made of: stamps of files, taken without opening one."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from portalgen.content.names import is_litter, steers_a_host

Stamp = tuple[str, int, int, int, int, int]
"""Path, mode, size, inode, mtime and ctime in nanoseconds: ctime moves even where mtime is set back."""
Stamps = tuple[Stamp, ...]


class Seen(Struct, frozen=True, kw_only=True):
    """What was seen of a source folder."""

    clients: Mapping[str, Stamps]
    """Every folder in content/ that may be a client's."""
    shared: Stamps
    """Of what all clients depend on: portalgen.yaml and content/_shared."""
    names: tuple[tuple[str, int], ...]
    """What stands in content/ itself, and which kind of thing it is."""
    themes: Stamps
    git: Stamps
    folders: int
    """How many there are to watch; content/ and what holds it are not counted."""


def look(
    source: Path, themes: Collection[Path], *, before: Seen | None = None, only: Collection[str] = ()
) -> Seen:
    """Return how everything stands; of `only` these clients where the rest is as it was `before`."""
    if before is not None and only:
        clients = dict(before.clients)
        for slug in only:
            stamps = stamps_of(source / "content" / slug)
            clients[slug] = stamps
        return Seen(
            clients=clients,
            shared=before.shared,
            names=before.names,
            themes=before.themes,
            git=before.git,
            folders=len(clients) + _count_folders(before.shared, before.themes, *clients.values()),
        )
    names = tuple(_names(source / "content"))
    shared = (*_stamp(source / "portalgen.yaml"), *stamps_of(source / "content" / "_shared"))
    theme_stamps = tuple(stamp for folder in themes for stamp in (*_stamp(folder), *stamps_of(folder)))
    clients = {
        name: stamps_of(source / "content" / name)
        for name, kind in names
        if stat.S_ISDIR(kind) and name[0] not in "_."
    }
    if before is not None:
        # The same object where nothing changed: comparing it later costs nothing.
        clients = {
            slug: old if (old := before.clients.get(slug)) == stamps else stamps
            for slug, stamps in clients.items()
        }
    return Seen(
        clients=clients,
        shared=shared,
        names=names,
        themes=theme_stamps,
        git=tuple(_git_stamps(source)),
        folders=len(clients) + _count_folders(shared, theme_stamps, *clients.values()),
    )


def stamps_of(folder: Path) -> Stamps:
    """Return the stamps of all that stands below a folder and is nobody's litter, sorted by path."""
    found: list[Stamp] = []
    _walk(str(folder), "", found)
    found.sort()
    return tuple(found)


def _walk(folder: str, prefix: str, found: list[Stamp]) -> None:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name
                if name == "__pycache__" or (is_litter(name) and not steers_a_host(name)):
                    continue
                try:
                    about = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                if stat.S_ISDIR(about.st_mode):
                    found.append((prefix + name, about.st_mode, 0, about.st_ino, 0, 0))
                    _walk(entry.path, f"{prefix}{name}/", found)
                else:
                    found.append(_stamp_from(prefix + name, about))
    except OSError as error:
        # Gone, or not to be read: that too is how it stands, and reading it will say so.
        found.append((prefix, 0, 0, error.errno or 0, 0, 0))


def _stamp(path: Path) -> Iterator[Stamp]:
    try:
        about = os.stat(path, follow_symlinks=False)
    except OSError:
        return
    if stat.S_ISDIR(about.st_mode):
        yield (str(path), about.st_mode, 0, about.st_ino, 0, 0)
    else:
        yield _stamp_from(str(path), about)


def _stamp_from(path: str, about: os.stat_result) -> Stamp:
    return path, about.st_mode, about.st_size, about.st_ino, about.st_mtime_ns, about.st_ctime_ns


def _names(content: Path) -> Iterator[tuple[str, int]]:
    try:
        with os.scandir(content) as entries:
            found = sorted(
                (entry.name, stat.S_IFMT(entry.stat(follow_symlinks=False).st_mode)) for entry in entries
            )
    except OSError:
        return
    yield from ((name, kind) for name, kind in found if not is_litter(name))


def _count_folders(*trees: Stamps) -> int:
    return sum(stat.S_ISDIR(stamp[1]) for tree in trees for stamp in tree)


def _git_stamps(source: Path) -> Iterator[Stamp]:
    """Yield what moves when something is committed or another branch is checked out."""
    for folder in (source, *source.parents):
        git = folder / ".git"
        if git.is_file():
            # A worktree or submodule: the file says where git keeps it.
            try:
                git = folder / git.read_text("utf-8").removeprefix("gitdir:").strip()
            except (OSError, UnicodeDecodeError):
                return
        if git.is_dir():
            for name in ("HEAD", "logs/HEAD", "packed-refs", "shallow"):
                yield from _stamp(git / name)
            return


def is_told_of(before: Seen, seen: Seen) -> bool:
    """Return whether anything changed of which the system should have told: not modes, and not git's own files."""
    return _told(before) != _told(seen)


def _told(seen: Seen) -> tuple[object, ...]:
    return (
        seen.names,
        *([(path, size, inode, mtime) for path, _, size, inode, mtime, _ in stamps]
          for stamps in (seen.shared, seen.themes, *seen.clients.values())),
    )  # fmt: skip
