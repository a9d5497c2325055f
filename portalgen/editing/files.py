"""Carry edits of a file's YAML over to the bytes of the file, whose line ends and byte order mark stay."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from portalgen.content.characters import join_line_ends
from portalgen.content.yaml.places import read_front_matter
from portalgen.editing.splice import Edit, apply

_LINE_END = re.compile(r"\r\n|\r")


def edit_text(raw: str, path: str, change: Callable[[str], Sequence[Edit]]) -> str:
    """Return the text of a file after `change` was asked for the edits of its YAML; all else is as it was.

    `raw` is the text as it stands in the file `path`; of Markdown its front matter is changed, and made if it has none.
    """
    plain = join_line_ends(raw)
    yaml, offset = plain, 0
    head, foot = "", ""
    if path.endswith(".md"):
        document, _, _, _ = read_front_matter(plain, path)
        assert document is not None, "only files that could be read are changed"
        if document.first_line == 1:
            yaml, head, foot = "", "---\n", "---\n"
        else:
            yaml, offset = document.text, plain.index("\n") + 1
    if head:
        return _like(raw, head + apply(yaml, change(yaml)) + foot) + raw
    at = _positions(raw)
    edits = [
        Edit(at(edit.start + offset), at(edit.end + offset), _like(raw, edit.text)) for edit in change(yaml)
    ]
    return apply(raw, edits)


def read_raw(root: Path, path: str) -> str:
    """Return the text of a file with its own line ends."""
    return (root / path).read_bytes().decode("utf-8")


def write_whole(root: Path, path: str, text: str) -> None:
    """Write a file below `root` as `replace_file` does."""
    replace_file(root / path, text.encode("utf-8"))


def replace_file(path: Path, data: bytes) -> None:
    """Write a file so that whoever reads it meanwhile finds the old bytes or the new ones; folders are made.

    Where the disk is full the old file stands, and nothing beside it. What a link leads to is replaced, not the link;
    a pipe or a device is written to.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
    name = ""
    try:
        # The dot keeps it from being read as content.
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        os.chmod(name, mode)
        os.replace(name, target)
    except BaseException as error:
        if name:
            with suppress(OSError):
                os.unlink(name)
        if isinstance(error, OSError):
            # Of the one beside it nobody knows.
            error.filename, error.filename2 = str(path), None
        raise


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _like(raw: str, text: str) -> str:
    """Return `text` with the line ends that `raw` has first."""
    found = re.search(r"\r\n|\r|\n", raw)
    return text.replace("\n", found[0]) if found and found[0] != "\n" else text


def _positions(raw: str) -> Callable[[int], int]:
    """Return what leads from an index in the text with plain line ends to one in `raw`."""
    mark = 1 if raw.startswith("\ufeff") else 0
    # Of each CRLF one character is gone; a lone CR keeps its place.
    gone = [
        found.start() - mark - i
        for i, found in enumerate(m for m in _LINE_END.finditer(raw) if m[0] == "\r\n")
    ]

    def position(index: int) -> int:
        import bisect

        return index + mark + bisect.bisect_left(gone, index)

    return position
