"""Tell by a walk whether files are as they were: nothing is opened and little imported, since this runs first."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Sequence

Stamp = tuple[str, int, int, int, int, int]
"""Path below the root, mode, size, inode, mtime and ctime in nanoseconds: ctime moves even where mtime is set back."""


class Walk:
    """How all below some folders stood a moment ago: what is asked of them need not be looked at again.

    What changed since then is found to be changed the next time.
    """

    def __init__(self, roots: Sequence[str] = (), stamps: Sequence[list[Stamp]] = ()) -> None:
        self._stamps_by_root = dict(zip(roots, stamps, strict=True))

    def of(self, folder: str) -> list[Stamp]:
        """Return what `stamps_of` said of a folder; what it says now, where nobody has walked there."""
        if folder in self._stamps_by_root:
            return self._stamps_by_root[folder]
        for root, stamps in self._stamps_by_root.items():
            if folder.startswith(f"{root}/"):
                inside = folder[len(root) + 1 :]
                # `0` is the character behind `/`.
                first, last = bisect_left(stamps, (f"{inside}/",)), bisect_left(stamps, (f"{inside}0",))
                return [(stamp[0][len(inside) + 1 :], *stamp[1:]) for stamp in stamps[first:last]]
        return stamps_of(folder)


def stamps_of(root: str) -> list[Stamp]:
    """Return the stamp of everything below `root`, sorted by path; nothing where there is no such folder."""
    found: list[Stamp] = []
    _walk(root, "", found)
    found.sort()
    return found


def _walk(folder: str, prefix: str, found: list[Stamp]) -> None:
    try:
        entries = os.scandir(folder)
    except FileNotFoundError:
        return
    with entries:
        for entry in entries:
            if entry.name == "__pycache__":
                continue
            about = entry.stat(follow_symlinks=False)
            path = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                # Of a folder only that it is there: its own times say nothing that its entries do not.
                found.append((path, about.st_mode, 0, about.st_ino, 0, 0))
                _walk(entry.path, path + "/", found)
            else:
                found.append(
                    (path, about.st_mode, about.st_size, about.st_ino, about.st_mtime_ns, about.st_ctime_ns)
                )


def stamp_of(path: str) -> Stamp | None:
    """Return the stamp of one file, or None where there is none."""
    try:
        about = os.stat(path, follow_symlinks=False)
    except OSError:
        return None
    return (path, about.st_mode, about.st_size, about.st_ino, about.st_mtime_ns, about.st_ctime_ns)
