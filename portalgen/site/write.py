"""Write each client's site so that whoever reads it finds the whole old or the whole new one, whatever goes wrong.

A new site is written beside the live one, in a folder that nobody reads; files that stay the same are linked,
not copied. When all of it is on the disk, the two folders change places in one step and the old one is removed.
A build that fails or is killed on the way changes nothing that is read; the next one clears away what it left.

What portalgen must remember stands in the folder `.portalgen` of the output (state.py says what). It is in the
output folder because only there it is sure to be on the same file system. It names all clients: hosts must
publish the clients' folders, each on its own, and never the output folder as a whole.

A reader who opens several pages by path while a site is exchanged can get some of the old and some of the new.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from portalgen.site import disk, state
from portalgen.site.exchange import exchange
from portalgen.site.lock import LockBusyError, locked
from portalgen.site.refuse import OutputRefused, check_output
from portalgen.site.state import Places, Record

__all__ = [
    "Content",
    "FileChanged",
    "FileCopy",
    "Output",
    "OutputBusy",
    "OutputRefused",
    "Staged",
    "Written",
    "open_output",
]

_PIECE_BYTES = 1 << 20
_ODD_NAME = re.compile(r"[\x00-\x1f\x7f\\]|(?:^|/)\.{0,2}(?:/|\Z)")
"""Control characters, a backslash, or a part that is empty, `.` or `..`."""
_CANNOT_LINK = frozenset(
    {errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EXDEV, errno.ENOENT}
)
"""No links here, none of another user's files, too many of one, or the file went away: it is written anew."""


class OutputBusy(Exception):
    """Another build holds the output folder; the message says so, for people."""


class FileChanged(Exception):
    """A file that was to be copied is no longer what it was when it was looked at; the message says so, for people."""


class FileCopy(Struct, frozen=True):
    """A file of a site that is never whole in memory."""

    open: Callable[[], BinaryIO]
    """Called only when the file is not in the live site already."""
    size: int
    """In bytes."""
    sha256: str
    """In lower-case hexadecimal digits."""


Content = bytes | FileCopy


class Written(Struct, frozen=True):
    """How much of a site was new."""

    total: int
    changed: int
    """Files that were not there before, or with other content."""
    removed: int = 0
    """Files of the old site that the new one has not."""
    changed_pages: int = 0
    """Of `changed`, those that are HTML."""


class Staged(Struct, frozen=True):
    """A client's new site, written where nobody reads it yet."""

    slug: str
    written: Written
    is_equal: bool
    """True where the live site is just the same, so that nothing was written."""


class Output(Struct, frozen=True):
    """An output folder that is ours; see `open_output`, whose lock covers all that is done with it.

    A worker process may write or stage the sites of its own clients while the process that opened it waits.
    """

    root: Path

    def sites(self) -> tuple[str, ...]:
        """Return the clients whose sites we wrote, sorted."""
        with _names_as_text():
            return state.claimed_slugs(self.root)

    def read(self, slug: str, address: str) -> bytes | None:
        """Return a file of the client's live site; None where it cannot be read."""
        try:
            return disk.read(self._places(slug).live + b"/" + _name(address))
        except OSError:
            return None

    def write_site(self, slug: str, files: Mapping[str, Content]) -> Written:
        """Return how much was new once the client's folder holds `files` and nothing else; equal sites are not touched.

        Raises OSError with the old site in place, OutputRefused where the folder is not ours, and FileChanged.
        The new site is on the disk when this returns, and outlives a power cut.
        """
        staged = self.stage_site(slug, files)
        self.switch_sites([staged])
        return staged.written

    def stage_site(self, slug: str, files: Mapping[str, Content]) -> Staged:
        """Return the client's new site, to be put in its place by `switch_sites`; raises what `write_site` does.

        Many sites that are switched together wait for the disk once; one that never is goes with the output's lock.
        """
        with _names_as_text():
            return _stage_site(self._places(slug), slug, {_name(name): files[name] for name in sorted(files)})

    def switch_sites(self, staged: Iterable[Staged]) -> None:
        """Put staged sites in the place of the old ones, each in one step; after an OSError all old ones stand."""
        with _names_as_text():
            _switch_sites(
                os.fsencode(self.root), [self._places(site.slug) for site in staged if not site.is_equal]
            )

    def remove_site(self, slug: str) -> None:
        """Remove the folder of a client, if we wrote it: in one step out of sight, then from the disk."""
        with _names_as_text():
            places = self._places(slug)
            if state.read_claim(places) is None or not disk.is_folder(places.live):
                raise OutputRefused(f"'{self.root / slug}' was not written by portalgen and is left alone")
            _remove_site(places)

    def _places(self, slug: str) -> Places:
        name = _name(slug)
        if b"/" in name or name.startswith(b"."):
            raise AssertionError(f"{slug!r} is no name for a client's folder")
        return state.places_of(os.fsencode(self.root), name)


@contextmanager
def open_output(path: Path, *, source: Path, wait_seconds: float = 10.0) -> Iterator[Output]:
    """Yield the output folder at `path`, locked, made if it is missing, and mended after a build that was killed.

    Raises OutputRefused where the folder is not ours to write to, OutputBusy when another build holds it for
    longer than `wait_seconds`, and OSError. `source` is the folder that holds content/.
    """
    with _names_as_text():
        root = check_output(path, source)
        state.make_output_folder(root)
        try:
            with locked(state.lock_path(root), wait_seconds=wait_seconds):
                check_output(path, source)
                state.make_state(root)
                state.heal(root)
                try:
                    yield Output(root)
                finally:
                    _clear(root)
        except LockBusyError:
            raise OutputBusy(f"another build is writing to '{path}'; try again when it has ended") from None


def _stage_site(places: Places, slug: str, wanted: Mapping[bytes, Content]) -> Staged:
    """Return the new site as `Output.stage_site` promises; `wanted` is sorted by name."""
    folders = _folders_of(wanted)
    is_there = disk.is_folder(places.live)
    claim = state.read_claim(places)
    if is_there is False or (is_there and claim is None):
        path = os.fsdecode(places.live)
        raise OutputRefused(
            f"'{path}' was not written by portalgen; move it away to make room for the client's site"
        )
    old = disk.list_tree(places.live) if is_there else disk.Tree(frozenset(), frozenset(), is_sound=False)
    kept, records = _compare(places, wanted, old, claim or {})
    is_equal = old.is_sound and old.files == wanted.keys() == kept and old.folders == folders
    if not is_equal or records != claim:
        try:
            disk.remove_tree(places.staging)
            os.mkdir(places.staging, 0o700)
            if not is_equal:
                _stage_files(places, wanted, folders, kept, records)
            # Before the switch, since a site without a claim would be refused ever after; a claim that runs
            # ahead of its site does no harm, for it is believed only of files that are as it says.
            state.write_claim(places, records)
        except BaseException:
            _undo(places)
            raise
        if is_equal:
            _undo(places)
    changed = wanted.keys() - kept
    pages = sum(name.endswith(b".html") for name in changed)
    written = Written(len(wanted), len(changed), len(old.files - wanted.keys()), pages)
    return Staged(slug, written, is_equal)


def _switch_sites(root: bytes, sites: Sequence[Places]) -> None:
    """Put all staged sites in their places, or after an error none."""
    if not sites:
        return
    switched: list[Places] = []
    try:
        disk.sync_trees([places.staging for places in sites], os.path.dirname(sites[0].claim))
        for places in sites:
            _switch(places)
            switched.append(places)
        # Before the old sites are removed, their successors must be what is found after a power cut.
        disk.sync(root)
    except BaseException:
        for places in switched:
            _switch_back(places)
        for places in sites:
            _undo(places)
        raise
    for places in sites:
        _undo(places)


def _remove_site(places: Places) -> None:
    """Remove a site that is ours."""
    try:
        disk.remove_tree(places.staging)
        os.mkdir(places.staging, 0o700)
        os.rename(places.live, places.site)
        try:
            disk.sync(places.root)
        except OSError:
            os.rename(places.site, places.live)
            raise
    finally:
        _undo(places)


def _compare(
    places: Places, wanted: Mapping[bytes, Content], old: disk.Tree, known: Mapping[bytes, Record]
) -> tuple[frozenset[bytes], dict[bytes, Record]]:
    """Return the files of the live site that are as wanted, and what is now known of the copied ones among them.

    Pages are compared byte by byte: it costs no more than to hash them, and sees what was changed by hand.
    """
    kept: set[bytes] = set()
    records: dict[bytes, Record] = {}
    for name, content in wanted.items():
        if name not in old.files:
            continue
        path = places.live + b"/" + name
        if isinstance(content, FileCopy):
            record = _known_copy(path, content, known.get(name)) or _equal_copy(path, content)
            if record is None:
                continue
            records[name] = record
        elif not _is_equal(path, content):
            continue
        kept.add(name)
    return frozenset(kept), records


def _is_equal(path: bytes, content: bytes) -> bool:
    """Return whether the file holds `content` and everyone can read it; one that cannot be read does not."""
    try:
        with disk.opened(path) as descriptor:
            is_likely = _is_readable(os.fstat(descriptor), len(content))
            return is_likely and os.read(descriptor, len(content) + 1) == content
    except OSError:
        return False


def _known_copy(path: bytes, content: FileCopy, record: Record | None) -> Record | None:
    """Return `record` if it is of this content and the file has not been touched since it was made."""
    if record is None or record.sha256 != content.sha256:
        return None
    try:
        about = os.lstat(path)
    except OSError:
        return None
    return record if _is_readable(about, content.size) and record == _record(content, about) else None


def _equal_copy(path: bytes, content: FileCopy) -> Record | None:
    """Return what is known of the file after it was read and found to hold the content, else None."""
    digest = hashlib.sha256()
    try:
        with disk.opened(path) as descriptor:
            about = os.fstat(descriptor)
            if not _is_readable(about, content.size):
                return None
            for piece in disk.read_pieces(descriptor):
                digest.update(piece)
    except OSError:
        return None
    return _record(content, about) if digest.hexdigest() == content.sha256 else None


def _is_readable(about: os.stat_result, size: int) -> bool:
    """Return whether a file is of this size and readable by everyone."""
    return about.st_size == size and about.st_mode & 0o444 == 0o444


def _record(content: FileCopy, about: os.stat_result) -> Record:
    return Record(content.sha256, about.st_size, about.st_mtime_ns, about.st_ino)


def _stage_files(
    places: Places,
    wanted: Mapping[bytes, Content],
    folders: frozenset[bytes],
    kept: frozenset[bytes],
    records: dict[bytes, Record],
) -> None:
    """Write the whole new site to `places.site`, and into `records` what is known of newly copied files."""
    disk.make_folder(places.site)
    for folder in sorted(folders):
        disk.make_folder(places.site + b"/" + folder)
    for name, content in wanted.items():
        path = places.site + b"/" + name
        if name in kept and _link(places.live + b"/" + name, path):
            continue
        if isinstance(content, FileCopy):
            records[name] = _record(content, disk.write_new(path, _checked_pieces(content, name)))
        else:
            disk.write_new(path, (content,))


def _link(old: bytes, new: bytes) -> bool:
    """Return whether the file now has a second name; False where it must be written anew."""
    try:
        os.link(old, new, follow_symlinks=False)
    except OSError as error:
        if error.errno in _CANNOT_LINK:
            return False
        raise
    return True


def _checked_pieces(content: FileCopy, name: bytes) -> Iterator[bytes]:
    """Yield the file in pieces; raise FileChanged if it turns out not to be what was promised."""
    digest = hashlib.sha256()
    size = 0
    # Reading knows no path: name at least the file that was to be made of it.
    with disk.named(name), content.open() as stream:
        while size <= content.size and (piece := stream.read(_PIECE_BYTES)):
            size += len(piece)
            digest.update(piece)
            yield piece
    if size != content.size or digest.hexdigest() != content.sha256:
        raise FileChanged(f"the source of '{os.fsdecode(name)}' changed while it was copied; build again")


def _switch(places: Places) -> None:
    """Put the new site in the place of the old one, which stays somewhere in the staging folder."""
    if disk.is_folder(places.live) is None:
        os.rename(places.site, places.live)
    elif not exchange(places.site, places.live):
        # For a moment there is no site. If we are killed in it, the next start puts the old one back.
        os.rename(places.live, places.leaving)
        os.rename(places.site, places.live)


def _switch_back(places: Places) -> None:
    """Take the new site away again, as far as that can be done; `_undo` puts back what was left by two renames."""
    with suppress(OSError):
        if disk.is_folder(places.site):
            exchange(places.site, places.live)
        else:
            os.rename(places.live, places.site)


def _undo(places: Places) -> None:
    """Clear away what is half-done, as far as that can be done now; the next start does the rest."""
    with suppress(OSError):
        state.undo(places)
        # Only now: an old site that could not be put back needs its claim.
        if disk.is_folder(places.live) is None:
            os.unlink(places.claim)


def _clear(root: Path) -> None:
    """Clear away what was staged and never switched."""
    with suppress(OSError):
        for places in state.staged_places(root):
            _undo(places)


def _folders_of(names: Mapping[bytes, Content]) -> frozenset[bytes]:
    """Return all folders that the files stand in; raise AssertionError where a file would be one of them."""
    folders: set[bytes] = set()
    for name in names:
        while (name := os.path.dirname(name)) and name not in folders:
            folders.add(name)
    if both := folders & names.keys():
        raise AssertionError(f"{sorted(both)} are files and folders of one site: pages lets only one through")
    return frozenset(folders)


def _name(name: str) -> bytes:
    """Return a relative name as it stands on the disk; raise AssertionError for one that could lead elsewhere."""
    if _ODD_NAME.search(name):
        raise AssertionError(f"{name!r} is no name for a file of a site: content lets none such through")
    return name.encode("utf-8")


@contextmanager
def _names_as_text() -> Iterator[None]:
    """Give errors the file's name as text, whatever they were raised with."""
    try:
        yield
    except OSError as error:
        if isinstance(error.filename, bytes):
            error.filename = os.fsdecode(error.filename)
        if isinstance(error.filename2, bytes):
            error.filename2 = os.fsdecode(error.filename2)
        raise
