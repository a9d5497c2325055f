"""Turn YAML text, and the front matter of Markdown, into plain values and the place of each.

Every scalar is the text that was typed, None where nothing was; the model converts. A place is computed when it is
asked for, since only problems need one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct, field

from portalgen.content.characters import (
    find_conflict,
    find_hidden_line_break,
    find_odd_characters,
    is_lfs_pointer,
    join_line_ends,
    line_and_column,
    lines_outside_code,
    name_of,
    quoted,
)
from portalgen.content.yaml.compose import Address, Mark, Value, compose, locate
from portalgen.content.yaml.findings import odd_words
from portalgen.content.yaml.words import colon_slip
from portalgen.problems import Place, Problem

__all__ = [
    "LARGEST_MARKDOWN_BYTES",
    "LARGEST_YAML_BYTES",
    "Address",
    "Document",
    "Read",
    "Value",
    "read_front_matter",
    "read_yaml",
]

LARGEST_YAML_BYTES = 8 * 1024 * 1024
LARGEST_MARKDOWN_BYTES = 1024 * 1024

# A wide colon and a list's dash too: what was meant to hold back is not published for a slip in it.
_HELD_BACK_KEY = re.compile(r"""^\s*(?:-\s+)?(["']?)(visibility|internal)\1\s*[:：]""", re.IGNORECASE)


class Document(Struct, frozen=True):
    """What one YAML text says."""

    path: str
    """Posix, relative to the source folder."""
    text: str
    """The YAML alone, its lines ended by LF."""
    first_line: int
    """The line of the file on which `text` begins."""
    value: Value
    """None where there is nothing but comments. Of two equal keys, the first."""
    reported: frozenset[Address] = frozenset()
    """Addresses of values that a problem of `read_yaml` is about already."""
    _marks: list[Mark] = field(default_factory=list)
    """The place of everything, found when one is first asked for."""

    def place(self, address: Sequence[str | int] = (), *, key: bool = False) -> Place:
        """Return where the value at `address` stands, or its key; of the nearest part above it where it is not there.

        An empty value stands where its key does.
        """
        mark = self._root()
        at = mark.line, mark.column
        for position, part in enumerate(address):
            if part not in mark.parts:
                break
            of_key = mark.keys.get(part)
            mark = mark.parts[part]
            at = mark.line, mark.column
            is_asked_for = position == len(address) - 1
            # Of a part above, the line of its name says more than the first line below it.
            if of_key and (mark.is_empty or (key if is_asked_for else of_key[0] < mark.line)):
                at = of_key
        return Place(self.path, self.first_line + at[0], at[1] + 1)

    def body_line(self, address: Sequence[str | int]) -> int:
        """Return the file's line on which the text at `address` begins: below a `|` or `>`, that of its first line."""
        mark = self._root()
        for part in address:
            mark = mark.parts[part]
        return self.first_line + mark.line + mark.is_block

    def _root(self) -> Mark:
        if not self._marks:
            self._marks.append(locate(self.text))
        return self._marks[0]


class Read(Protocol):
    """What `read_yaml` does."""

    def __call__(
        self, text: str, path: str, *, first_line: int = 1
    ) -> tuple[Document | None, list[Problem]]: ...


def read_yaml(text: str, path: str, *, first_line: int = 1) -> tuple[Document | None, list[Problem]]:
    """Return what `text` says and its problems; None where nothing of it can be used.

    `first_line` is the line of the file `path` on which `text` begins.
    """
    text = join_line_ends(text)
    problem = _unreadable(text, path, first_line, LARGEST_YAML_BYTES) or _line_break(text, path, first_line)
    if problem:
        return None, [problem]
    composed = compose(text, path, first_line)
    problems = list(composed.problems)
    if not composed.is_usable:
        return None, problems
    document = Document(path, text, first_line, composed.value, composed.reported)
    if isinstance(composed.value, str) and (slip := _missing_space(document)):
        return None, [slip]
    for index in find_odd_characters(text):
        line, column = line_and_column(text, index)
        problems.append(
            Problem(Place(path, first_line + line - 1, column), "odd-character", *odd_words(text[index]))
        )
    return document, sorted(problems)


def read_front_matter(
    text: str, path: str, read: Read = read_yaml
) -> tuple[Document | None, str, int, list[Problem]]:
    """Return a Markdown file's front matter, its body, the line on which the body begins, and the problems.

    The front matter is None where it cannot be read, and an empty mapping where there is none. `read` does as
    `read_yaml` does, and may remember what it read before.
    """
    text = join_line_ends(text)
    if problem := _unreadable(text, path, 1, LARGEST_MARKDOWN_BYTES):
        return None, "", 1, [problem]
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        if problem := _misplaced_opening(lines, path):
            return None, "", 1, [problem]
        return Document(path, "", 1, {}), text, 1, _later_block(text, path, 1)
    end = next((number for number, line in enumerate(lines) if number and line.rstrip() == "---"), None)
    if problem := _missing_end(lines, end, path):
        return None, "", 1, [problem]
    assert end is not None, "_missing_end has a problem where there is no end"
    document, problems = read("".join(f"{line}\n" for line in lines[1:end]), path, first_line=2)
    body, body_line = "\n".join(lines[end + 1 :]), end + 2
    if document and document.value is None:
        document = Document(path, document.text, 2, {})
    elif document and not isinstance(document.value, dict):
        message = "the lines between '---' and '---' are no keys with values"
        hint = "write 'key: value' on each; a rule above the text is written '***'"
        problems.append(Problem(document.place(), "front-matter", message, hint))
        document = None
    if lines[end + 1 : end + 2] and lines[end + 1].strip() == "---":
        message = "a second '---' stands directly under the front matter"
        hint = "put all keys between the first two; for a rule, leave a line empty above it"
        problems.append(Problem(Place(path, end + 2), "front-matter", message, hint))
    else:
        problems += _later_block(body, path, body_line)
    return document, body, body_line, sorted(problems)


def _unreadable(text: str, path: str, first_line: int, most_bytes: int) -> Problem | None:
    """Return why `text` is not worth parsing."""
    if len(text) > most_bytes or (
        len(text) > most_bytes // 4 and len(text.encode("utf-8", "replace")) > most_bytes
    ):
        message = f"the file is larger than {most_bytes // (1024 * 1024)} MiB"
        return Problem(Place(path), "too-large", message, "divide it into several files")
    if is_lfs_pointer(text):
        message = "this is a pointer of git LFS, not the file itself"
        return Problem(
            Place(path), "lfs-pointer", message, "run 'git lfs pull', or keep text files out of LFS"
        )
    if line := find_conflict(text):
        marker = text.split("\n")[line - 1]
        message = f"a merge conflict was not resolved: {quoted(marker)}"
        hint = "keep what is right of the two versions and delete the lines that git put in"
        return Problem(Place(path, first_line + line - 1), "merge-conflict", message, hint)
    return None


def _line_break(text: str, path: str, first_line: int) -> Problem | None:
    """Return a problem where a line ends for YAML that ends in no editor: a key could hide there."""
    index = find_hidden_line_break(text)
    if index is None:
        return None
    line, column = line_and_column(text, index)
    message = f"{name_of(text[index])} ends a line for YAML and in no editor"
    return Problem(
        Place(path, first_line + line - 1, column),
        "hidden-line-break",
        message,
        "write a space or a new line",
    )


def _missing_space(document: Document) -> Problem | None:
    """Return a problem where the whole text is `key:value`."""
    start = document.place()
    number = start.line - document.first_line
    words = colon_slip(document.text.split("\n"), number)
    if words is None:
        return None
    line, column, message, hint = words
    return Problem(Place(document.path, document.first_line + line, column + 1), "yaml-syntax", message, hint)


def _misplaced_opening(lines: list[str], path: str) -> Problem | None:
    """Return a problem where front matter was meant and none begins on the first line."""
    number, line = next(((number, line) for number, line in enumerate(lines) if line.strip()), (0, ""))
    typed = line.strip()
    if typed == "+++":
        message, hint = "'+++' begins front matter in TOML", "write it in YAML between '---' and '---'"
    elif typed == "---":
        message = "front matter begins on the first line, in the first column"
        hint = "move '---' there; for a rule above the text, write '***'"
    elif number == 0 and line.startswith("--- "):
        message, hint = f"{quoted(typed)} begins no front matter", "'---' stands alone on its line"
    else:
        return None
    return Problem(Place(path, number + 1, line.index(typed) + 1), "front-matter", message, hint)


def _missing_end(lines: list[str], end: int | None, path: str) -> Problem | None:
    """Return a problem where the front matter has no end, or an end that is none."""
    for number, line in enumerate(lines[1:end], 1):
        if line.rstrip() in ("...", "+++"):
            message = f"front matter ends with '---', not with '{line.rstrip()}'"
            return Problem(Place(path, number + 1), "front-matter", message, "write '---'")
    if end is not None:
        return None
    message, hint = (
        "the front matter that begins here has no end",
        "write '---' alone on the line below its last key",
    )
    for number, line in enumerate(lines[1:], 2):
        if line.strip() in ("---", "—", "–", "----", "--"):
            hint = f"line {number} is to be '---', without a space before it"
            break
    return Problem(Place(path), "front-matter", message, hint)


def _later_block(body: str, path: str, first_line: int) -> list[Problem]:
    """Return a problem where a later block between `---` lines names what holds text back: it would not."""
    if "---" not in body:
        return []
    rule: int | None = None
    is_open = False
    suspects: list[tuple[int, str]] = []
    found: tuple[int, str] | None = None
    for number, line in lines_outside_code(body):
        if line.strip() == "---":
            found = found or (suspects[0] if suspects else None)
            rule, is_open, suspects = number, True, []
        elif rule is not None:
            is_open = is_open and bool(line.strip())
            if match := _HELD_BACK_KEY.match(line):
                suspects.append((number, match[2]))
                # Directly under a rule it need not even be closed.
                if is_open:
                    found = found or suspects[0]
    if found is None:
        return []
    message = f"'{found[1]}' in a later '---' block holds nothing back"
    hint = "write it in the front matter; in a text, put the word into `code`"
    return [Problem(Place(path, first_line + found[0]), "front-matter", message, hint)]
