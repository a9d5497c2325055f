"""Keep, beside the sites in the output folder, what portalgen must know of them; mend what a killed build left.

The folder `.portalgen` of an output folder holds, readable by its owner only:

    layout            shows that the output is ours
    lock              held by the build that writes
    sites/<client>    shows that the client's folder is ours, and what its copied files were
    staging/<client>/ the new site while it is written (`site`), the old one while it is removed (`site`, `leaving`)
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from portalgen.site import disk
from portalgen.site.refuse import MARKER, MARKER_TEXT, STATE

README = """\
portalgen keeps here what it must know of the sites beside this folder: which
of them it wrote, and what it is writing now. Publish the clients' folders, each
on its own; never publish this one, since it names all clients. It may be
removed only together with everything else in the output folder.
"""

_CLAIM_HEAD = b"portalgen site 1"


class Record(Struct, frozen=True):
    """What a copied file of a site was when it was written."""

    sha256: str
    size: int
    mtime_ns: int
    inode: int


class Places(Struct, frozen=True):
    """Where the things of one client stand."""

    root: bytes
    live: bytes
    """The site that people read."""
    claim: bytes
    """The file that shows the folder to be ours; `read_claim` says what is in it."""
    staging: bytes
    """All that follows."""
    site: bytes
    """The new site, and after the switch the old one: whatever is here may be deleted."""
    leaving: bytes
    """The old site between two renames, where the two cannot be exchanged: this is put back if nothing is live."""


def places_of(root: bytes, slug: bytes) -> Places:
    """Return the places of the client `slug` in the output folder `root`."""
    state = root + b"/" + os.fsencode(STATE)
    staging = state + b"/staging/" + slug
    return Places(
        root=root,
        live=root + b"/" + slug,
        claim=state + b"/sites/" + slug,
        staging=staging,
        site=staging + b"/site",
        leaving=staging + b"/leaving",
    )


def make_output_folder(root: Path) -> None:
    """Make the output folder, those above it and the state folder, where they are missing."""
    path = os.fsencode(root)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with suppress(FileExistsError):
        disk.make_folder(path)
        disk.sync(os.path.dirname(path))
    with suppress(FileExistsError):
        os.mkdir(path + b"/" + os.fsencode(STATE), 0o700)


def lock_path(root: Path) -> bytes:
    """Return the path of the file that is locked by the build that writes to `root`."""
    return os.fsencode(root / STATE / "lock")


def make_state(root: Path) -> None:
    """Complete the state folder; the marker comes last, so that a marked folder is a complete one."""
    state = os.fsencode(root / STATE)
    marker = state + b"/" + os.fsencode(MARKER)
    if os.path.exists(marker):
        return
    for name in (b"/sites", b"/staging"):
        with suppress(FileExistsError):
            os.mkdir(state + name, 0o700)
    # A site that is pushed to a branch with `git add public` must not take our list of clients along.
    for path, text in (
        (state + b"/README", README.encode()),
        (state + b"/.gitignore", b"*\n"),
        (marker + b".new", MARKER_TEXT),
    ):
        disk.remove_tree(path)
        disk.write_new(path, (text,))
        disk.sync(path)
    disk.sync(state)
    os.rename(marker + b".new", marker)
    disk.sync(state)
    disk.sync(os.fsencode(root))


def heal(root: Path) -> None:
    """Undo what a killed build left half-done: every site is whole, and nothing else is in the way."""
    path = os.fsencode(root)
    state = os.fsencode(root / STATE)
    for places in staged_places(root):
        undo(places)
    live = _folders(path)
    for slug in sorted(os.listdir(state + b"/sites")):
        if slug not in live:
            # Of a first build that was killed before its site was there, or of a folder that someone removed.
            os.unlink(places_of(path, slug).claim)


def staged_places(root: Path) -> tuple[Places, ...]:
    """Return the places of all clients that have something in the staging folder."""
    slugs = sorted(os.listdir(os.fsencode(root / STATE / "staging")))
    return tuple(places_of(os.fsencode(root), slug) for slug in slugs)


def undo(places: Places) -> None:
    """Return when one client's live site is whole again and its staging folder is gone."""
    if disk.is_folder(places.leaving) and disk.is_folder(places.live) is None:
        os.rename(places.leaving, places.live)
    disk.remove_tree(places.staging)


def claimed_slugs(root: Path) -> tuple[str, ...]:
    """Return the clients whose folders are there and were written by us, sorted."""
    claims = set(os.listdir(os.fsencode(root / STATE / "sites")))
    return tuple(sorted(slug.decode("utf-8") for slug in claims & _folders(os.fsencode(root))))


def read_claim(places: Places) -> dict[bytes, Record] | None:
    """Return what is known of the site's copied files, by name; None where the site's folder is not ours.

    A damaged claim still claims the folder, and tells nothing of the files: they are looked at again.
    """
    try:
        head, *lines = disk.read(places.claim).split(b"\n")
    except FileNotFoundError:
        return None
    try:
        return dict(_parse(line) for line in lines if line) if head == _CLAIM_HEAD else {}
    except ValueError:
        return {}


def write_claim(places: Places, records: Mapping[bytes, Record]) -> None:
    """Claim the client's folder and keep `records`; the staging folder must be there."""
    lines = [_CLAIM_HEAD]
    for name, record in sorted(records.items()):
        about = f"{record.sha256} {record.size} {record.mtime_ns} {record.inode} "
        lines.append(about.encode() + name)
    new = places.staging + b"/claim"
    disk.write_new(new, (b"\n".join(lines) + b"\n",))
    os.rename(new, places.claim)


def _parse(line: bytes) -> tuple[bytes, Record]:
    """Return the file's name and what is known of it; raise ValueError for a damaged line."""
    sha256, size, mtime_ns, inode, name = line.split(b" ", 4)
    return name, Record(sha256.decode("ascii"), int(size), int(mtime_ns), int(inode))


def _folders(path: bytes) -> set[bytes]:
    """Return the names of the real folders at `path`."""
    with os.scandir(path) as entries:
        return {entry.name for entry in entries if entry.is_dir(follow_symlinks=False)}
