"""Read one client's folder into texts and names; no other module opens content.

Every folder is opened relative to the one above it and no link is followed, so that what was checked is what is read,
even if someone swaps a link in between.
"""

from __future__ import annotations

import errno
import os
import stat
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct, field

from portalgen.content.characters import join_line_ends, quoted, shown
from portalgen.content.names import Fault, fault_of_name, fault_of_slug, folded, is_litter, steers_a_host
from portalgen.content.yaml.places import LARGEST_MARKDOWN_BYTES, LARGEST_YAML_BYTES
from portalgen.problems import Place, Problem

MOST_FILES = 50_000
"""Files and folders of a client."""
MOST_TEXT_BYTES = 256 * 1024 * 1024
"""All texts of a client together."""
DEEPEST_FOLDER = 16
"""Folders inside each other below a client's."""

_TEXT_ENDINGS = {".yaml": LARGEST_YAML_BYTES, ".yml": LARGEST_YAML_BYTES, ".md": LARGEST_MARKDOWN_BYTES}
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
# O_NONBLOCK: a pipe that took the file's place would wait for its writer for ever.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
# What opening says of a link, a socket, a file in a folder's place: a fault of the content, not of the machine.
_NOT_A_FILE = frozenset([errno.ELOOP, errno.EMLINK, errno.ENXIO, errno.ENOTDIR, errno.ENODEV, errno.EISDIR])


class ClientFolder(Struct, frozen=True):
    """All of a client's content that there is to read."""

    slug: str
    path: str
    """Relative to the source folder: `content/harbour-museum`."""
    texts: Mapping[str, str]
    """Path, relative to the source folder, to text of each .yaml, .yml and .md; sorted by path, lines ended by LF."""
    files: Mapping[str, int]
    """Path to size in bytes of every other file; sorted by path. They are not opened."""


class ContentFileError(Exception):
    """A file of the content is not there, is no regular file, or lies behind a link."""


def list_clients(source: Path) -> tuple[list[str], list[Problem]]:
    """Return the slugs of the clients, sorted, and what is wrong with other folders' names.

    Raises FileNotFoundError where `source` has no folder content/.
    """
    slugs: list[str] = []
    problems: list[Problem] = []
    with _folder(source, "content", problems) as content:
        if content is None:
            if not problems:
                raise FileNotFoundError(errno.ENOENT, "there is no folder content/ here", str(source))
            return [], problems
        for name, mode in _entries(content, "content"):
            path = f"content/{shown(name)}"
            if name.startswith(("_", ".")) or is_litter(name) or stat.S_ISREG(mode):
                continue
            if not stat.S_ISDIR(mode):
                problems.append(_not_a_file(path, mode))
            elif fault := fault_of_slug(name):
                problems.append(_problem(path, fault))
            else:
                slugs.append(name)
    return slugs, problems


def read_client(source: Path, slug: str) -> tuple[ClientFolder, list[Problem]]:
    """Return the content of the client `slug` and what of it cannot be read.

    Raises FileNotFoundError where there is no such folder, and OSError with the path of what the machine refuses.
    """
    path = f"content/{slug}"
    if fault_of_slug(slug):
        raise FileNotFoundError(errno.ENOENT, "there is no such client", path)
    found = _Found()
    with _folder(source, path, found.problems) as folder:
        if folder is None and not found.problems:
            raise FileNotFoundError(errno.ENOENT, "there is no such client", path)
        if folder is not None:
            _walk(folder, path, 0, found)
    if found.entries > MOST_FILES:
        found.problems.append(_too_large(path, f"the client has more than {MOST_FILES:,} files and folders"))
    if found.text_bytes > MOST_TEXT_BYTES:
        message = f"the client's texts are larger than {MOST_TEXT_BYTES // (1024 * 1024)} MiB together"
        found.problems.append(_too_large(path, message))
    client = ClientFolder(slug, path, dict(sorted(found.texts.items())), dict(sorted(found.files.items())))
    return client, sorted(found.problems)


def size_of(source: Path, slug: str) -> int:
    """Return about how many bytes a client's folder holds, so that the largest can be begun first."""
    folders = os.walk(source / "content" / slug)
    return sum(os.lstat(os.path.join(folder, name)).st_size for folder, _, names in folders for name in names)


def read_text(source: Path, path: str) -> tuple[str | None, list[Problem]]:
    """Return the text of the file at `path`, such as portalgen.yaml; None where it is not there or cannot be read."""
    problems: list[Problem] = []
    above, _, name = path.rpartition("/")
    with _folder(source, above, problems) as folder:
        if folder is None:
            return None, problems
        text, _ = _read_text(folder, name, path, problems)
    return text, problems


def open_file(source: Path, path: str) -> BinaryIO:
    """Return the file at `path`, open for reading: a regular file below `source` with no link on the way.

    Raises ContentFileError where it is anything else, or not there.
    """
    above, _, name = path.rpartition("/")
    problems: list[Problem] = []
    with _folder(source, above, problems) as folder:
        descriptor = None if folder is None else _open_regular(folder, name, path, problems)
    if descriptor is None:
        raise ContentFileError(problems[0].message if problems else f"{quoted(path)} is not there")
    return os.fdopen(descriptor, "rb")


class _Found(Struct):
    """What was found so far below a client's folder."""

    texts: dict[str, str] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    entries: int = 0
    text_bytes: int = 0


def _walk(folder: int, path: str, depth: int, found: _Found) -> None:
    """Add what stands in the open `folder` and below it to `found`."""
    seen: dict[str, str] = {}
    fault: Fault | None
    for name, mode in _entries(folder, path):
        below = f"{path}/{name}"
        found.entries += 1
        if found.entries > MOST_FILES or found.text_bytes > MOST_TEXT_BYTES:
            return
        if name == ".git":
            fault = (
                "nested-repository",
                "this folder is a git repository of its own",
                "only its files are read",
            )
            found.problems.append(_problem(path, fault))
        if is_litter(name) and not steers_a_host(name):
            continue
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            found.problems.append(_not_a_file(below, mode))
        elif (fault := fault_of_name(name) or _fault_of_kind(name, mode, depth)) is not None:
            found.problems.append(_problem(below, fault))
        elif (other := seen.setdefault(folded(name), name)) != name:
            found.problems.append(_problem(below, _clash(other, name)))
        elif stat.S_ISDIR(mode):
            _walk_below(folder, name, below, depth + 1, found)
        elif os.path.splitext(name)[1] in _TEXT_ENDINGS:
            text, size = _read_text(folder, name, below, found.problems)
            found.text_bytes += size
            if text is not None:
                found.texts[below] = text
        else:
            with _named(below):
                found.files[below] = os.stat(name, dir_fd=folder, follow_symlinks=False).st_size


def _walk_below(folder: int, name: str, path: str, depth: int, found: _Found) -> None:
    if depth > DEEPEST_FOLDER:
        fault = "too-deep", f"folders are nested deeper than {DEEPEST_FOLDER}", "move this one up"
        found.problems.append(_problem(path, fault))
        return
    descriptor = _open(name, _FOLDER | os.O_NOFOLLOW, folder, path, found.problems)
    if descriptor is None:
        return
    try:
        _walk(descriptor, path, depth, found)
    finally:
        os.close(descriptor)


def _fault_of_kind(name: str, mode: int, depth: int) -> Fault | None:
    """Return what is wrong with a name that would be well elsewhere."""
    if stat.S_ISDIR(mode):
        if depth == 0 and name.lower() == "assets":
            message = "'assets' is the folder of the site's own styles and scripts"
            return "steering-name", message, "rename the folder, to 'pictures' for example"
        return None
    ending = os.path.splitext(name)[1]
    if ending not in _TEXT_ENDINGS and ending.lower() in _TEXT_ENDINGS:
        better = name[: -len(ending)] + ending.lower()
        return "bad-file-name", f"{quoted(name)} has its ending in capitals", f"rename it to {quoted(better)}"
    return None


def _clash(name: str, other: str) -> Fault:
    message = f"{quoted(name)} and {quoted(other)} are one name on other systems"
    is_same_to_see = unicodedata.normalize("NFC", name) == unicodedata.normalize("NFC", other)
    hint = (
        "they differ in how an accent is stored: delete one of them"
        if is_same_to_see
        else "rename one of them"
    )
    return "clashing-names", message, hint


def _read_text(folder: int, name: str, path: str, problems: list[Problem]) -> tuple[str | None, int]:
    """Return the text of a file and its size in bytes; None and a problem where it cannot be read."""
    most_bytes = _TEXT_ENDINGS.get(os.path.splitext(name)[1], LARGEST_MARKDOWN_BYTES)
    descriptor = _open_regular(folder, name, path, problems)
    if descriptor is None:
        return None, 0
    with _named(path), os.fdopen(descriptor, "rb") as file:
        # One more than is allowed: the size that the system tells may be old by now.
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        message = f"the file is larger than {most_bytes // (1024 * 1024)} MiB"
        problems.append(_too_large(path, message))
        return None, len(data)
    try:
        return join_line_ends(data.decode("utf-8")), len(data)
    except UnicodeDecodeError as error:
        problems.append(_bad_encoding(data, error.start, path))
        return None, len(data)


def _bad_encoding(data: bytes, offset: int, path: str) -> Problem:
    """Return the problem of `data` that is no UTF-8 from `offset` on, with a guess at what it is."""
    before = data[:offset]
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8")) + 1
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        guess = "UTF-16"
    elif len(data) > offset + 1 and data[offset] >= 0xA1 and data[offset + 1] >= 0xA1 and _is_chinese(data):
        guess = "GBK"
    else:
        guess = "Latin-1"
    message = f"the byte 0x{data[offset]:02x} at offset {offset} is not UTF-8"
    return Problem(
        Place(shown(path), line, column), "bad-encoding", message, f"is it {guess}? Save the file as UTF-8"
    )


def _is_chinese(data: bytes) -> bool:
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True


@contextmanager
def _folder(source: Path, path: str, problems: list[Problem]) -> Iterator[int | None]:
    """Give the open folder `path` of `source`; None where it is not there, a problem too where a link is on the way."""
    # The source folder itself may be a link: it was named on the command line.
    descriptor: int | None = os.open(source, _FOLDER)
    try:
        here = ""
        for name in path.split("/") if path else []:
            here = f"{here}/{name}" if here else name
            assert descriptor is not None
            below = None
            if name not in ("", ".", ".."):
                below = _open(name, _FOLDER | os.O_NOFOLLOW, descriptor, here, problems)
            os.close(descriptor)
            descriptor = below
            if descriptor is None:
                break
        yield descriptor
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _open_regular(folder: int, name: str, path: str, problems: list[Problem]) -> int | None:
    """Return the open regular file `name` of `folder`; None where it is gone, a problem too where it is no file."""
    if name in ("", ".", ".."):
        return None
    descriptor = _open(name, _FILE, folder, path, problems)
    if descriptor is None:
        return None
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return descriptor
    os.close(descriptor)
    problems.append(_not_a_file(path, mode))
    return None


def _open(name: str, flags: int, folder: int, path: str, problems: list[Problem]) -> int | None:
    try:
        with _named(path):
            return os.open(name, flags, dir_fd=folder)
    except FileNotFoundError:
        # Deleted since its folder was listed: as if it had never been there.
        return None
    except OSError as error:
        if error.errno not in _NOT_A_FILE:
            raise
        # It may be gone again by now: then it was swapped in and out, which only a link is.
        try:
            mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
        except FileNotFoundError:
            mode = stat.S_IFLNK
        problems.append(_not_a_file(path, mode))
        return None


def _entries(folder: int, path: str) -> list[tuple[str, int]]:
    """Return name and kind of what stands in the open `folder`, sorted by name."""
    with _named(path), os.scandir(folder) as entries:
        return sorted((entry.name, _kind(entry)) for entry in entries)


def _kind(entry: os.DirEntry[str]) -> int:
    """Return the bits of a mode that tell a file from a folder; most systems need not look at the file for it."""
    if entry.is_symlink():
        return stat.S_IFLNK
    if entry.is_dir(follow_symlinks=False):
        return stat.S_IFDIR
    if entry.is_file(follow_symlinks=False):
        return stat.S_IFREG
    try:
        return stat.S_IFMT(entry.stat(follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return stat.S_IFREG


def _not_a_file(path: str, mode: int) -> Problem:
    kinds = (
        (stat.S_ISLNK, "a link, and links are not followed", "put the file or folder itself there"),
        (stat.S_ISDIR, "a folder where a file is expected", "rename the folder"),
        (stat.S_ISREG, "a file where a folder is expected", "rename the file"),
        (stat.S_ISFIFO, "a pipe", "delete it"),
        (stat.S_ISSOCK, "a socket", "delete it"),
    )
    what, hint = next(
        ((what, hint) for is_one, what, hint in kinds if is_one(mode)), ("a device", "delete it")
    )
    return _problem(path, ("not-a-file", f"{quoted(path.rpartition('/')[2])} is {what}", hint))


def _too_large(path: str, message: str) -> Problem:
    return _problem(path, ("too-large", message, "divide it, or add what is long as a document"))


def _problem(path: str, fault: Fault) -> Problem:
    code, message, hint = fault
    return Problem(Place(shown(path)), code, message, hint)


@contextmanager
def _named(path: str) -> Iterator[None]:
    """Let an OSError name the whole path of what it is about."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from error
