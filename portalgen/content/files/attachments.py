"""Files that records name → what is published of them: what their ending says, less what tells of their makers."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from portalgen.content.characters import quoted, shown
from portalgen.content.files import office
from portalgen.content.read import ContentFileError, open_file
from portalgen.problems import Place, Problem

TYPES = frozenset("pdf png jpg jpeg gif webp svg txt csv docx xlsx pptx odt ods odp zip ics".split())
"""Endings of files that are published, in lower case."""
PICTURE_TYPES = frozenset("png jpg jpeg gif webp".split())

LARGEST_REWRITTEN_BYTES = 32 * 1024 * 1024
"""Pictures are looked through as a whole; all other files are streamed, whatever their size."""

_CHUNK_BYTES = 1024 * 1024
_HEAD_BYTES = 1024
_TEXT_TYPES = frozenset("txt csv ics".split())
_LFS = (b"version https://git-lfs.github.com/spec/", b"version https://hawser.github.com/spec/")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED_OFFICE = "EncryptedPackage".encode("utf-16-le")
_MOST_NAMED = 6
_SAVE_AGAIN = "save it again with the program that made it, or rename it if the ending is wrong"


class Attachment(Struct, frozen=True, kw_only=True):
    """A file of the client's folder as it will be published."""

    path: str
    """Relative to the source folder; empty for a picture that came out of a body."""
    name: str
    """Without folders."""
    type: str
    """The ending in lower case, one of TYPES."""
    size: int
    """In bytes, of what is published."""
    sha256: str
    """Of what is published, in hexadecimal."""
    data: bytes | None
    """What is published where that differs from the file; None: the file as it stands."""


class _UnfitError(Exception):
    """A file cannot be published, for the reason that its problem gives."""

    def __init__(self, code: str, message: str, hint: str = "", line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint
        self.line = line
        self.column = column


def attach(source: Path, paths: Iterable[str]) -> tuple[dict[str, Attachment], list[Problem]]:
    """Return each of the files that can be published, by its path, and what there is to say of them all.

    A file is read once, and but for pictures never held as a whole. Each path is looked at once, in the order given.
    """
    attachments: dict[str, Attachment] = {}
    problems: list[Problem] = []
    for path in dict.fromkeys(paths):
        name = path.rpartition("/")[2]
        place = Place(shown(path))
        try:
            kind = _type(name)
            with open_file(source, path) as file:
                attachments[path] = _attachment(file, path, name, kind, problems)
        except ContentFileError as error:
            problems.append(Problem(place, "not-a-file", str(error), "put the file or folder itself there"))
        except _UnfitError as unfit:
            place = Place(place.path, unfit.line, unfit.column)
            problems.append(Problem(place, unfit.code, f"{quoted(name)} {unfit}", unfit.hint))
    return attachments, problems


def digest(source: Path, path: str) -> str:
    """Return the sha256 in hexadecimal of a file as it stands; raises ContentFileError as open_file does."""
    sha256 = hashlib.sha256()
    with open_file(source, path) as file:
        while chunk := file.read(_CHUNK_BYTES):
            sha256.update(chunk)
    return sha256.hexdigest()


def picture_of(name: str, data: bytes) -> Attachment | None:
    """Return a picture that stood in a body as a file `name`, less its metadata; None where it is none of that type."""
    from portalgen.content.files.pictures import PictureError, clean_picture

    kind = name.rpartition(".")[2].lower()
    if not _is_picture_of(kind, data[:12]):
        return None
    try:
        clean = clean_picture(data).data
    except PictureError:
        return None
    return _rewritten("", name, kind, clean)


def open_attachment(source: Path, attachment: Attachment) -> BinaryIO:
    """Return what is published of a file, open for reading; raises ContentFileError as open_file does."""
    if attachment.data is not None:
        return io.BytesIO(attachment.data)
    return open_file(source, attachment.path)


def _type(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    kind = ending.lower()
    if not stem or not dot or kind not in TYPES:
        what = f"ends with .{shown(ending)}" if stem and dot else "has no ending"
        raise _UnfitError(
            "bad-file-type",
            f"{what}, and files of that type are not published",
            "published are: " + ", ".join(sorted(TYPES)),
        )
    return kind


def _attachment(file: BinaryIO, path: str, name: str, kind: str, problems: list[Problem]) -> Attachment:
    """Return what is published of an open file; adds what an author should know to `problems`."""
    head = file.read(_HEAD_BYTES)
    file.seek(0)
    if head.startswith(_LFS):
        raise _UnfitError("lfs-pointer", "is a pointer of git LFS, not the file itself", "run `git lfs pull`")
    if kind == "svg":
        return _svg(_whole(file), path, name, problems)
    if kind in PICTURE_TYPES:
        return _picture(_whole(file), path, name, kind, problems)
    is_old_office = kind in office.ZIPPED and kind != "zip" and head.startswith(_OLD_OFFICE)
    if not is_old_office:
        _check_head(head, kind)
    size, sha256, author = _streamed(file, kind, is_old_office=is_old_office)
    if kind in office.ZIPPED and not is_old_office:
        try:
            author = office.author_in_archive(file, kind)
        except office.NotThatTypeError as error:
            raise _UnfitError("bad-file-content", str(error), _SAVE_AGAIN) from error
    if author:
        message = f"{quoted(name)} names its author, {quoted(author)}, and who opens it can read that"
        hint = "take the name out with the program that made the file, if it should not be known"
        problems.append(Problem(Place(shown(path)), "author-in-file", message, hint))
    return Attachment(path=path, name=name, type=kind, size=size, sha256=sha256, data=None)


def _streamed(file: BinaryIO, kind: str, *, is_old_office: bool) -> tuple[int, str, str]:
    """Return a file's size and sha256 and the author of a PDF, or ""; refuses a text that is none."""
    size, author, is_locked, before = 0, "", False, b""
    sha256 = hashlib.sha256()
    while chunk := file.read(_CHUNK_BYTES):
        size += len(chunk)
        sha256.update(chunk)
        if kind in _TEXT_TYPES and b"\x00" in chunk:
            hint = "save it as UTF-8, or rename it if the ending is wrong"
            raise _UnfitError("bad-file-content", "holds NUL, so it is no text that everybody can open", hint)
        if kind == "pdf" and not author:
            author = office.author_in_pdf(before + chunk)
        elif is_old_office and not is_locked:
            is_locked = _LOCKED_OFFICE in before + chunk
        before = chunk[-office.LONGEST_AUTHOR_BYTES :]
    # A .docx with a password stands inside an old Office file; one without is a .doc under another name.
    if is_old_office and not is_locked:
        raise _UnfitError("bad-file-content", f"is an old Office file, no .{kind}", _SAVE_AGAIN)
    return size, sha256.hexdigest(), author


def _check_head(head: bytes, kind: str) -> None:
    """Refuse a file that does not begin as its ending says."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if kind == "pdf":
        is_right = start.startswith(b"%PDF-")
    elif kind in office.ZIPPED:
        is_right = head.startswith((b"PK\x03\x04", b"PK\x05\x06"))
    elif kind == "ics":
        is_right = start[:15].upper() == b"BEGIN:VCALENDAR"
    else:
        is_right = True
    if not is_right:
        what = "is empty" if not head else f"does not begin like a .{kind}"
        raise _UnfitError("bad-file-content", what, _SAVE_AGAIN)


def _whole(file: BinaryIO) -> bytes:
    data = file.read(LARGEST_REWRITTEN_BYTES + 1)
    if len(data) > LARGEST_REWRITTEN_BYTES:
        message = f"is a picture of more than {LARGEST_REWRITTEN_BYTES // (1024 * 1024)} MiB"
        raise _UnfitError("too-large", message, "make it smaller, or put it into a .zip")
    return data


def _picture(data: bytes, path: str, name: str, kind: str, problems: list[Problem]) -> Attachment:
    # Imported here, like svg below, since few clients have pictures, and what is searched for in them is long.
    from portalgen.content.files.pictures import PictureError, clean_picture, picture_type

    if not _is_picture_of(kind, data[:12]):
        found = picture_type(data[:12])
        what = f"is a .{found}, no .{kind}" if found else f"does not begin like a .{kind}"
        raise _UnfitError("bad-file-content", "is empty" if not data else what, _SAVE_AGAIN)
    try:
        clean = clean_picture(data)
    except PictureError as error:
        raise _UnfitError("damaged-picture", str(error), "export it again") from error
    _warn_of_held(path, name, clean.held, problems)
    if clean.data != data:
        return _rewritten(path, name, kind, clean.data)
    sha256 = hashlib.sha256(data).hexdigest()
    return Attachment(path=path, name=name, type=kind, size=len(data), sha256=sha256, data=None)


def _svg(data: bytes, path: str, name: str, problems: list[Problem]) -> Attachment:
    # Imported here, since few clients have such pictures.
    from portalgen.content.files.svg import SvgError, clean_svg

    try:
        clean = clean_svg(data)
    except SvgError as error:
        hint = "save it as plain SVG with the program that made it"
        raise _UnfitError("bad-svg", str(error), hint, error.line, error.column) from error
    if clean.taken:
        some = clean.taken[:_MOST_NAMED] + (("more",) if len(clean.taken) > _MOST_NAMED else ())
        message = f"{quoted(name)} is published without {_joined(tuple(map(shown, some)))}"
        hint = "look whether the picture still shows what it should; text in <foreignObject> can be saved as plain text"
        problems.append(Problem(Place(shown(path), clean.line), "cleaned-svg", message, hint))
    _warn_of_held(path, name, clean.held, problems)
    return _rewritten(path, name, "svg", clean.data)


def _warn_of_held(path: str, name: str, held: tuple[str, ...], problems: list[Problem]) -> None:
    if held:
        message = f"{quoted(name)} holds {_joined(held)} beside the picture, taken out of what is published"
        hint = "the file in the repository still has it"
        problems.append(Problem(Place(shown(path)), "cleaned-picture", message, hint))


def _rewritten(path: str, name: str, kind: str, data: bytes) -> Attachment:
    sha256 = hashlib.sha256(data).hexdigest()
    return Attachment(path=path, name=name, type=kind, size=len(data), sha256=sha256, data=data)


def _is_picture_of(kind: str, head: bytes) -> bool:
    from portalgen.content.files.pictures import picture_type

    return picture_type(head) == ("jpg" if kind == "jpeg" else kind) and kind in PICTURE_TYPES


def _joined(words: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
