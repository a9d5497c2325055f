"""Decide whether a folder may be written to: nothing that portalgen did not write is ever replaced or removed."""

from __future__ import annotations

import os
from pathlib import Path

from portalgen.site import disk

STATE = ".portalgen"
"""The folder in the output that shows it to be ours and holds what must not be published."""
MARKER = "layout"
MARKER_TEXT = b"portalgen output, layout 1\n"

_OF_A_START = frozenset({"lock", "README", ".gitignore", "sites", "staging", MARKER + ".new", MARKER})
"""What a build that was killed in its first moments may leave in the state folder, or one makes while we look."""


class OutputRefused(Exception):
    """The output folder must not be written to; the message says why, for people."""


def check_output(output: Path, source: Path) -> Path:
    """Return `output` as an absolute path without links, or raise OutputRefused; nothing is made or changed.

    It may be missing, empty, or marked as ours, and it is never a link, `/`, the home folder, the folder of
    the sources, one around it, or one inside content/.
    """
    if output.is_symlink():
        raise OutputRefused(f"the output folder '{output}' is a link; name the folder that it leads to")
    root = Path(os.path.realpath(output))
    real_source = Path(os.path.realpath(source))
    if root == Path(root.anchor):
        raise OutputRefused(f"the output folder '{output}' is the root of the file system; choose another")
    if _same_folder(root, Path(os.path.expanduser("~"))):
        raise OutputRefused(f"the output folder '{output}' is your home folder; choose another")
    if _same_folder(root, real_source):
        raise OutputRefused(f"the output folder '{output}' is the source folder itself; choose another")
    if any(_same_folder(root, folder) for folder in real_source.parents):
        raise OutputRefused(
            f"the output folder '{output}' holds the source folder '{source}'; choose another"
        )
    content = real_source / "content"
    if any(_same_folder(folder, content) for folder in (root, *root.parents)):
        raise OutputRefused(f"the output folder '{output}' is inside content/; choose another")
    _check_owner(output, root)
    return root


def _check_owner(output: Path, root: Path) -> None:
    """Raise OutputRefused where `root` holds anything and no marker of ours."""
    try:
        names = set(os.listdir(root))
    except FileNotFoundError:
        return
    except NotADirectoryError:
        raise OutputRefused(f"the output folder '{output}' is a file; choose another") from None
    if _is_marked(output, root):
        return
    if ".git" in names:
        raise OutputRefused(f"the output folder '{output}' is a git checkout; choose another")
    if names and not _is_barely_begun(root, names):
        raise OutputRefused(
            f"the output folder '{output}' is not empty and was not written by portalgen; "
            "choose another, or empty it yourself if nothing in it is needed"
        )


def _is_marked(output: Path, root: Path) -> bool:
    """Return whether a build of ours wrote here before; raise OutputRefused if it was one that we do not understand."""
    state = root / STATE
    try:
        if not disk.is_folder(os.fsencode(state)):
            return False
        found = disk.read(os.fsencode(state / MARKER))
    except FileNotFoundError:
        return False
    if found != MARKER_TEXT:
        raise OutputRefused(
            f"the output folder '{output}' was written by another version of portalgen "
            f"('{STATE}/{MARKER}' is not known here); use that version, or choose another folder"
        )
    return True


def _is_barely_begun(root: Path, names: set[str]) -> bool:
    """Return whether all that is there is the state folder of a build that ended before it wrote anything."""
    state = root / STATE
    return names == {STATE} and not state.is_symlink() and set(os.listdir(state)) <= _OF_A_START


def _same_folder(first: Path, second: Path) -> bool:
    """Return whether both paths lead to one folder, be it through another mount or in other letters' case."""
    if first == second:
        return True
    try:
        return os.path.samestat(os.stat(first), os.stat(second))
    except (FileNotFoundError, NotADirectoryError):
        return False
