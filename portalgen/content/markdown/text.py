"""Make text that can be parsed out of what was typed, and know where each part of it stands."""

from __future__ import annotations

import bisect
import re
from itertools import accumulate
from typing import Final

from portalgen.content.characters import (
    find_control_characters,
    find_odd_characters,
    join_line_ends,
    line_and_column,
    name_of,
    quoted,
)
from portalgen.problems import Place, Problem

MAX_BYTES: Final = 1024 * 1024
MAX_LINES: Final = 100_000
MAX_BRACKETS: Final = 50_000
"""The slowest texts are rows of brackets and of very short lines; ten times what real texts hold stays quick."""

# Line feeds and tabs are text; the noncharacters from U+FDD0 are ours, see ROOT_MARK.
_NOT_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
_FORBIDDEN: Final = "\x00\x1b"
_BLOCK_MARK = re.compile(r"[^\w\n]*?[:\uff1a]{3}")


class Places:
    """Knows the file, line and column of a part of a text."""

    __slots__ = ("_starts", "first_line", "path", "text")

    def __init__(self, text: str, path: str, first_line: int) -> None:
        self.text = text
        self.path = path
        self.first_line = first_line
        self._starts: list[int] | None = None

    @property
    def starts(self) -> list[int]:
        """The offset of each line's first character, and of the end."""
        if self._starts is None:
            lengths = (len(line) + 1 for line in self.text.split("\n"))
            self._starts = list(accumulate(lengths, initial=0))
        return self._starts

    def line_text(self, index: int) -> str:
        """Return line `index`, counted from 0, without its end; empty where there is no such line."""
        if not 0 <= index < len(self.starts) - 1:
            return ""
        return self.text[self.starts[index] : self.starts[index + 1] - 1]

    def at_line(self, index: int, column: int = 1) -> Place:
        """Return the place of line `index`, counted from 0, and `column`, counted from 1."""
        return Place(self.path, self.first_line + index, column)

    def at_offset(self, offset: int) -> Place:
        """Return the place of the character at `offset`."""
        line = bisect.bisect_right(self.starts, offset, hi=len(self.starts) - 1) - 1
        return self.at_line(line, offset - self.starts[line] + 1)


def readable(text: str, path: str, first_line: int) -> tuple[str, list[Problem]]:
    """Return `text` with line feeds as line ends and spaces in place of control characters, and what is wrong in it."""
    text = join_line_ends(text)
    places = Places(text, path, first_line)
    problems = [
        Problem(
            places.at_offset(index),
            "odd-character",
            f"an invisible character stands here: {name_of(text[index])}",
        )
        for index in find_odd_characters(text)
    ]
    if _NOT_TEXT.search(text) is None:
        return text, problems
    for index in find_control_characters(text):
        if text[index] in _FORBIDDEN:
            problems.append(
                Problem(
                    places.at_offset(index), "control-character", f"{name_of(text[index])} stands in the text"
                )
            )
    told = set(_FORBIDDEN)
    for found in _NOT_TEXT.finditer(text):
        if found.group() not in told:
            told.add(found.group())
            message = f"{name_of(found.group())} is shown as a space"
            problems.append(
                Problem(places.at_offset(found.start()), "replaced-character", message, "take it out")
            )
    return _NOT_TEXT.sub(" ", text), problems


def check_size(text: str, path: str, first_line: int) -> Problem | None:
    """Return the limit that `text` is over, or None."""
    place = Place(path, first_line)
    hint = "divide it, or add it to the documents as a file"
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return Problem(place, "too-large", f"the text is longer than {MAX_BYTES // 1024:,} KiB", hint)
    if text.count("\n") > MAX_LINES:
        return Problem(place, "too-large", f"the text has more than {MAX_LINES:,} lines", hint)
    if text.count("[") > MAX_BRACKETS:
        return Problem(place, "too-large", f"the text has more than {MAX_BRACKETS:,} opening brackets", hint)
    return None


def check_plain(text: str, path: str, line: int, column: int) -> list[Problem]:
    """Return what is wrong in a text that is shown as typed; `line` and `column` are where it begins.

    Blocks and comments work in a body only: in any other text they would publish what was meant to stay.
    """
    problems: list[Problem] = []
    hint = "move it to the body, or keep it under 'internal'"
    if ":::" in text or "\uff1a" in text:
        for index, typed in enumerate(text.split("\n")):
            if _BLOCK_MARK.match(typed):
                place = Place(path, line + index, column if index == 0 else 1)
                message = (
                    f"{quoted(typed.strip())} would begin or end a block, but this text is shown as typed"
                )
                problems.append(Problem(place, "block-in-plain-text", message, hint))
                break
    if "<!--" in text:
        number, within = line_and_column(text, text.index("<!--"))
        place = Place(path, line + number - 1, column + within - 1 if number == 1 else within)
        message = "'<!--' would begin a comment, but this text is shown as typed"
        problems.append(Problem(place, "block-in-plain-text", message, hint))
    for index in find_control_characters(text):
        number, within = line_and_column(text, index)
        place = Place(path, line + number - 1, column + within - 1 if number == 1 else within)
        problems.append(Problem(place, "control-character", f"{name_of(text[index])} stands in the text"))
    return problems
