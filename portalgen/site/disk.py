"""Write, read, list and remove files and folders by bytes paths, with errors that always name the file.

Names are UTF-8 on the disk whatever the locale: a requirement's id may be Chinese on a machine set to Turkish.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress

from msgspec import Struct

from portalgen.site.exchange import sync_file_system

FILE_MODE = 0o644
FOLDER_MODE = 0o755
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
_PIECE_BYTES = 1 << 20


class Tree(Struct, frozen=True):
    """What stands below a folder, by names relative to it."""

    files: frozenset[bytes]
    folders: frozenset[bytes]
    is_sound: bool
    """False where something is neither a file nor a folder, or where a folder is not readable by everyone."""


@contextmanager
def opened(path: bytes) -> Iterator[int]:
    """Yield a descriptor to read the file at `path` by, or to sync it; never follow a link, nor wait for a pipe."""
    with named(path):
        descriptor = os.open(path, _READ)
        try:
            yield descriptor
        finally:
            # Nothing was written by it, so nothing can be lost here.
            with suppress(OSError):
                os.close(descriptor)


def read_pieces(descriptor: int) -> Iterator[bytes]:
    """Yield the rest of an open file in pieces, so that a film of 5 GB takes no memory."""
    while piece := os.read(descriptor, _PIECE_BYTES):
        yield piece


def read(path: bytes) -> bytes:
    """Return what is in the file at `path`."""
    with opened(path) as descriptor:
        return b"".join(read_pieces(descriptor))


def write_new(path: bytes, pieces: Iterable[bytes]) -> os.stat_result:
    """Return what is known of a new file made of `pieces`, readable by everyone whatever the umask."""
    with named(path):
        descriptor = os.open(path, _WRITE, FILE_MODE)
        try:
            for piece in pieces:
                _write_whole(descriptor, piece)
            about = os.fstat(descriptor)
            if stat.S_IMODE(about.st_mode) != FILE_MODE:
                os.fchmod(descriptor, FILE_MODE)
        except BaseException:
            os.close(descriptor)
            raise
        # Some file systems (NFS) tell only here that the disk is full.
        os.close(descriptor)
    return about


def make_folder(path: bytes) -> None:
    """Make a folder that is not there yet, readable by everyone whatever the umask."""
    os.mkdir(path, FOLDER_MODE)
    mode = stat.S_IMODE(os.stat(path).st_mode)
    if mode & 0o777 != FOLDER_MODE:
        # Keep the bit that hands a group on to what is made inside.
        os.chmod(path, mode & ~0o777 | FOLDER_MODE)


def is_folder(path: bytes) -> bool | None:
    """Return None where nothing is at `path`, and False where it is a link or anything else that is no folder."""
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return None


def list_tree(top: bytes) -> Tree:
    """Return what stands below `top`, following no link."""
    files: list[bytes] = []
    folders = [top]
    is_sound = True
    for folder in folders:
        is_sound = is_sound and os.stat(folder).st_mode & 0o555 == 0o555
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                elif entry.is_file(follow_symlinks=False):
                    files.append(entry.path)
                else:
                    is_sound = False
    start = len(top) + 1
    return Tree(frozenset(p[start:] for p in files), frozenset(p[start:] for p in folders[1:]), is_sound)


def remove_tree(top: bytes) -> None:
    """Remove what is at `top` with all that stands below it, following no link; nothing there is well too."""
    match is_folder(top):
        case None:
            return
        case False:
            os.unlink(top)
            return
    folders = [top]
    for folder in folders:
        with os.scandir(folder) as entries:
            found = list(entries)
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
            else:
                os.unlink(entry.path)
    for folder in reversed(folders):
        os.rmdir(folder)


def sync_trees(tops: Sequence[bytes], *others: bytes) -> None:
    """Return when all below `tops`, and the folders `others` on the same file system, will outlive a power cut."""
    if sync_file_system(tops[0]):
        return
    for top in tops:
        tree = list_tree(top)
        for name in (*sorted(tree.files), *sorted(tree.folders, reverse=True)):
            sync(top + b"/" + name)
    for folder in (*tops, *others):
        sync(folder)


def sync(path: bytes) -> None:
    """Return when the file, or the folder's list of names, at `path` will outlive a power cut."""
    with opened(path) as descriptor:
        os.fsync(descriptor)


@contextmanager
def named(path: bytes) -> Iterator[None]:
    """Name the file in errors of calls that know only its descriptor."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = path
        raise


def _write_whole(descriptor: int, data: bytes) -> None:
    """Write all of `data`: the system may take less than it was given."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
