"""Find the ids that a client's records had once, by git: a new record given one would inherit another's past."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from portalgen.content.folders import record_file
from portalgen.content.past.git import Blobs, Change, NoHistory, open_blobs, open_repository, read_commits

_ID = re.compile(rb"""(?:^|[\s{,\[-])["']?id["']?[ \t]*:[ \t]*["']?([^\s"',}\]]+)""", re.MULTILINE)
_IN_MEETINGS = ("decisions", "actions")


def ids_of_past(source: Path, slug: str, kind: str) -> set[str]:
    """Return every id that a committed record of `kind` has had, on the way that leads to what is checked out.

    Versions are looked through, not parsed: what looks like an id in a text is taken for one, which costs a number.
    Nothing where git has no past to tell.
    """
    repository = open_repository(source)
    if isinstance(repository, NoHistory):
        return set()
    folder = f"content/{slug}"
    commits = read_commits(repository, only=(folder,))
    if isinstance(commits, NoHistory):
        return set()
    changes = [
        change for commit in commits for change in commit.changes if _may_hold(change, f"{folder}/", kind)
    ]
    with open_blobs(repository) as blobs:
        return {PurePosixPath(change.path).stem for change in changes} | _ids_in(blobs, changes)


def _may_hold(change: Change, folder: str, kind: str) -> bool:
    """Return whether records of `kind` stood in a file, in the client's folder or in one of a project."""
    parts = PurePosixPath(change.path.removeprefix(folder)).parts
    found = record_file(change.path, parts, "")
    if found is None and len(parts) > 1:
        found = record_file(change.path, parts[1:], parts[0])
    return found is not None and (found.kind == kind or (found.kind == "meetings" and kind in _IN_MEETINGS))


def _ids_in(blobs: Blobs, changes: list[Change]) -> set[str]:
    names = dict.fromkeys(change.blob for change in changes if change.blob)
    return {
        found.decode("utf-8", "replace")
        for _, content in blobs.read(names)
        for found in _ID.findall(content or b"")
    }
