"""An open document (PDF, Office, zip) → whether it is what its ending says, and who is named as its author."""

from __future__ import annotations

import errno
import html
import re
import struct
import zlib
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from zipfile import ZipFile

LONGEST_AUTHOR_BYTES = 1000
"""How much of a PDF from the word /Author on is looked at."""

_OOXML_FOLDERS = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
_ODF_TYPES = {"odt": b"text", "ods": b"spreadsheet", "odp": b"presentation"}
_ODF_TYPE = b"application/vnd.oasis.opendocument."
ZIPPED = frozenset(["zip", *_OOXML_FOLDERS, *_ODF_TYPES])
"""Types that are zip archives inside."""

_LARGEST_DIRECTORY = 1024 * 1024
_LARGEST_PROPERTIES = 256 * 1024
_DIRECTORY_END = b"PK\x05\x06"
_LARGE_DIRECTORY_END = b"PK\x06\x07"
_LONGEST_END = 22 + 65535
_PACKED_AS_USUAL = (0, 8)
"""Stored and deflated."""
# What zipfile raises for archives that contradict themselves, beside its own BadZipFile.
_BROKEN = (zlib.error, struct.error, RuntimeError, EOFError, ValueError, OverflowError)
_XML_AUTHOR = re.compile(rb"<(?:\w+:)?(?:creator|lastModifiedBy|initial-creator)(?:\s[^>]*)?>([^<]+)<")
_PDF_AUTHOR = re.compile(
    rb"/Author\s{0,10}(?:\(((?:[^\\)]|\\.){1,400})\)|<([0-9A-Fa-f\s]{1,800})>)", re.DOTALL
)
_PDF_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r?\n|.)", re.DOTALL)


class NotThatTypeError(ValueError):
    """The file is no document of the type that its ending says; the text completes "the file …"."""


def author_in_archive(file: BinaryIO, kind: str) -> str:
    """Return who is named as author of the archive in `file`, or "" where nobody is or it is no Office document.

    Raises NotThatTypeError where it is no archive of that kind. A very large directory is not looked at.
    """
    if not _has_small_directory(file):
        return ""
    # Imported here, since few clients have such files.
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(file) as archive:
            folder, odf_type = _OOXML_FOLDERS.get(kind), _ODF_TYPES.get(kind)
            if folder and not any(name.startswith(folder) for name in archive.namelist()):
                raise NotThatTypeError(f"holds no folder '{folder[:-1]}', as every .{kind} does")
            if odf_type and not _member(archive, "mimetype").startswith(_ODF_TYPE + odf_type):
                raise NotThatTypeError(f"does not say of itself that it is a .{kind}")
            if kind == "zip":
                return ""
            properties = _member(archive, "docProps/core.xml" if folder else "meta.xml")
    except (BadZipFile, *_BROKEN) as error:
        if isinstance(error, NotThatTypeError):
            raise
        raise NotThatTypeError("is a damaged archive") from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # the archive says that a part of it stands before its beginning
            raise
        raise NotThatTypeError("is a damaged archive") from error
    found = (
        html.unescape(match[1].decode("utf-8", "replace")).strip()
        for match in _XML_AUTHOR.finditer(properties)
    )
    return next(filter(None, found), "")


def author_in_pdf(piece: bytes) -> str:
    """Return who `piece` of a PDF names as its author, where that is plainly written, or ""."""
    for match in _PDF_AUTHOR.finditer(piece):
        raw = _PDF_ESCAPE.sub(_unescaped, match[1]) if match[1] else bytes.fromhex(_even(match[2]))
        is_utf_16 = raw.startswith(b"\xfe\xff")
        text = raw.decode("utf-16", "replace") if is_utf_16 else raw.decode("latin-1")
        text = text.strip(" \x00")
        if text and text.isprintable():  # in a locked PDF, names are locked too
            return text
    return ""


def _has_small_directory(file: BinaryIO) -> bool:
    """Return whether the archive's directory is small enough to be read; raises NotThatTypeError where it has none."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _LONGEST_END - 20))
    tail = file.read(_LONGEST_END + 20)
    at = tail.rfind(_DIRECTORY_END)
    if at < 0 or len(tail) < at + 22:
        raise NotThatTypeError("is an archive that ends in the middle")
    is_large = tail[max(0, at - 20) : at].startswith(_LARGE_DIRECTORY_END)
    return not is_large and int.from_bytes(tail[at + 12 : at + 16], "little") <= _LARGEST_DIRECTORY


def _member(archive: ZipFile, name: str) -> bytes:
    """Return a file of the archive, or nothing where it is not there, is locked, or is too large to be true."""
    try:
        info = archive.getinfo(name)
    except KeyError:
        return b""
    if info.compress_type not in _PACKED_AS_USUAL or info.flag_bits & 1:
        return b""
    with archive.open(info) as member:
        return member.read(_LARGEST_PROPERTIES)


def _unescaped(match: re.Match[bytes]) -> bytes:
    sign = match[1]
    if sign.isdigit():
        return bytes((int(sign, 8) & 0xFF,))
    return b"" if sign.endswith(b"\n") else {b"n": b"\n", b"r": b"\r", b"t": b"\t"}.get(sign, sign)


def _even(digits: bytes) -> str:
    """Return hexadecimal digits in pairs; PDF lets the last zero away."""
    joined = b"".join(digits.split()).decode("ascii")
    return joined + "0" * (len(joined) % 2)
