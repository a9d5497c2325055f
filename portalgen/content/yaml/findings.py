"""Collect what is wrong with one YAML text while it is read: a method a fault, in the author's words."""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct, field

from portalgen.content.characters import (
    find_control_characters,
    find_hidden_line_break,
    find_odd_characters,
    in_quotes,
    line_and_column,
    name_of,
    quoted,
)
from portalgen.problems import Place, Problem

DEEPEST = 32
"""Lists and mappings inside each other. The C parser dies near 24,000."""
MOST_KEYS = 50_000
"""Keys and list entries of a file: what a client with 5,000 requirements writes, and a site of them takes seconds."""
LONGEST_TEXT = 1024 * 1024
"""Characters of one value."""
MOST_PROBLEMS = 100
"""Errors of one file, after which the rest of it is not looked at."""
MOST_WARNINGS = 1000
"""Warnings of one file that are listed."""

_INDENTATION = re.compile(r"[ -]*")
_KEY = re.compile(r"([ -]*)[\w.-]+:(?:\s|$)")
_COMMENT_BEHIND_TEXT = re.compile(r"[ \t]+#\w")


class TooMuch(Exception):
    """The rest of the text is not worth reading, or not safe to read."""


class Findings(Struct):
    """The problems of one text so far, and whether what is read from it can still be used.

    The events and marks that its methods take are PyYAML's; lines and columns in them count from 0.
    """

    text: str
    path: str
    first_line: int
    problems: list[Problem] = field(default_factory=list)
    reported: set[tuple[str | int, ...]] = field(default_factory=set)
    """Addresses of values whose problem is told."""
    is_usable: bool = True
    last_event: Any = None
    _errors: int = 0
    _lines: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """The text's lines, split when they are first asked for."""
        if not self._lines:
            self._lines = self.text.split("\n")
        return self._lines

    def place(self, line: int, column: int) -> Place:
        """Return the place in the file of a line and a column from 0."""
        return Place(self.path, self.first_line + line, column + 1)

    def lines_with_comments(self) -> set[int]:
        """Return the lines, from 0, on which a `#` stands behind a blank: there a value may have vanished."""
        if " #" not in self.text and "\t#" not in self.text:
            return set()
        return {number for number, line in enumerate(self.lines) if " #" in line or "\t#" in line}

    def add(self, place: Place, code: str, message: str, hint: str = "") -> None:
        """Add a problem that leaves the rest of the text usable. Raises TooMuch at the last error that is listed."""
        problem = Problem(place, code, message, hint)
        if problem.severity == "error":
            self.problems.append(problem)
            self._errors += 1
            if self._errors >= MOST_PROBLEMS:
                raise TooMuch
        # Warnings alone never make a text unusable: its records would vanish without an error.
        elif len(self.problems) < MOST_WARNINGS:
            self.problems.append(problem)

    def refuse(self, place: Place, code: str, message: str, hint: str = "") -> None:
        """Add a problem after which nothing of the text can be used."""
        self.is_usable = False
        self.add(place, code, message, hint)

    def tag_or_anchor(self, event: Any) -> None:
        """Refuse `!tag` and `&anchor`."""
        mark = event.start_mark
        typed = re.split(r"[\s,\]}]", self.lines[mark.line][mark.column :], maxsplit=1)[0]
        what, code = ("an anchor", "yaml-anchor") if event.anchor is not None else ("a YAML tag", "yaml-tag")
        message = f"{quoted(typed)} is {what}, which content may not use"
        self.refuse(self._at(mark), code, message, _write_it_out(typed))

    def alias(self, event: Any) -> None:
        """Refuse `*alias`."""
        typed = f"*{event.anchor}"
        message = f"{quoted(typed)} stands for something written elsewhere, which content may not use"
        self.refuse(self._at(event.start_mark), "yaml-anchor", message, _write_it_out(typed))

    def directive(self, index: int) -> None:
        """Refuse `%YAML` and `%TAG`."""
        line, column = line_and_column(self.text, index)
        message = f"{quoted(self.lines[line - 1].strip())} is a YAML directive, which content may not use"
        self.refuse(self.place(line - 1, column - 1), "yaml-tag", message, "delete the line")

    def merge_key(self, event: Any) -> None:
        """Refuse `<<`."""
        message = "'<<' merges another mapping into this one, which content may not use"
        self.refuse(self._at(event.start_mark), "yaml-anchor", message, "write the keys out")

    def odd_space(self, event: Any) -> None:
        """Refuse a key that begins with a space of another kind, which is part of the key to YAML."""
        blank = name_of(event.value[0])
        message = f"the key {quoted(event.value.strip())} begins with {blank}, which is no space to YAML"
        self.refuse(self._at(event.start_mark), "bad-key", message, "indent with ordinary spaces")

    def key_without_name(self, event: Any) -> None:
        """Refuse a value whose key is empty."""
        message, hint = "a value stands here without a key", "write the key before the colon"
        self.refuse(self._at(event.start_mark), "bad-key", message, hint)

    def key_of_parts(self, event: Any) -> None:
        """Refuse a list or mapping as a key: most often a template's `{{ … }}` without quotes."""
        mark = event.start_mark
        typed = self.lines[mark.line][mark.column : mark.column + 1]
        hint = (
            f"a text that begins with '{typed}' needs quotes"
            if typed in "{["
            else "write a word before the colon"
        )
        self.refuse(self._at(mark), "bad-key", "a list or a mapping stands where a key is expected", hint)

    def long_text(self, event: Any) -> None:
        """Refuse a value of more than `LONGEST_TEXT`."""
        message = f"this text has {len(event.value):,} characters; one text may have {LONGEST_TEXT:,}"
        self.refuse(self._at(event.start_mark), "too-large", message, "divide it, or add it as a file")

    def many_keys(self, event: Any) -> None:
        """Refuse a text of more than `MOST_KEYS`, and stop."""
        message = f"the file has more than {MOST_KEYS:,} keys and list entries"
        self.refuse(
            self._at(event.start_mark),
            "too-large",
            message,
            "divide it: a folder may hold a file for each record",
        )
        raise TooMuch

    def too_deep(self, mark: Any) -> None:
        """Refuse nesting deeper than `DEEPEST`, and stop: further events would take the parser minutes, or its life."""
        message = f"lists and mappings are nested deeper than {DEEPEST}"
        self.refuse(self._at(mark), "too-deep", message, "a text that begins with [ or { needs quotes")
        raise TooMuch

    def duplicate(self, event: Any, first_line: int) -> None:
        """Say that a key stands twice in a mapping, the first time on `first_line` of the text."""
        line = self.first_line + first_line
        message = f"{quoted(event.value)} is written twice: here and on line {line}"
        hint = "delete one of the two, or join what they say"
        self.add(self._at(event.start_mark), "duplicate-key", message, hint)

    def many_duplicates(self, event: Any) -> None:
        """Refuse a text in which more than `MOST_PROBLEMS` keys stand twice, and stop."""
        message = (
            f"more than {MOST_PROBLEMS} keys of the file are written twice, {quoted(event.value)} among them"
        )
        self.refuse(self._at(event.start_mark), "duplicate-key", message, "was the file pasted into itself?")
        raise TooMuch

    def escapes(self, event: Any) -> None:
        """Look at what the escapes of a text in double quotes stand for."""
        text, place = event.value, self._at(event.start_mark)
        found = find_control_characters(text)
        line_break = find_hidden_line_break(text)
        if found or line_break is not None:
            what = name_of(text[found[0] if found else line_break])
            hint = "delete the escape; in single quotes a backslash stays a backslash"
            message = f"an escape in this text stands for {what}, which no text needs"
            self.refuse(place, "control-character", message, hint)
        for index in find_odd_characters(text):
            if text[index] not in self.text:
                self.add(place, "odd-character", *odd_words(text[index]))

    def swallowed_keys(self, event: Any) -> None:
        """Refuse a text in quotes that goes on over a line which reads as a key of its own: its quote is missing."""
        start, end = event.start_mark.line, event.end_mark.line
        indentation = len(_INDENTATION.match(self.lines[start])[0])  # type: ignore[index]  # it matches nothing too
        for number in range(start + 1, end + 1):
            match = _KEY.match(self.lines[number])
            if match and len(match[1]) <= indentation:
                message = (
                    f"the quote that opens here takes in {quoted(self.lines[number].strip())} on a line below"
                )
                hint = f"is a {event.style} missing at the end of this line? If not, indent the lines below"
                self.refuse(self._at(event.start_mark), "yaml-syntax", message, hint)
                return

    def list_in_text(self, event: Any) -> None:
        """Warn of list entries, and refuse an indented `---`, that YAML takes for more of the text above them."""
        for number in range(event.start_mark.line + 1, event.end_mark.line + 1):
            line = self.lines[number]
            start = len(line) - len(line.lstrip())
            if line.strip() == "---":
                message = "'---' with a space before it is read as part of the text above it"
                hint = "begin it in the first column; in a text, put the text in quotes"
                self.refuse(self.place(number, start), "front-matter", message, hint)
                return
            if line.startswith("- ", start):
                message = "this list entry is read as part of the text above it"
                hint = "a list stands below a key without a value; a text that goes on with '- ' stands in quotes"
                self.add(self.place(number, start), "list-in-text", message, hint)
                return

    def hidden_value(self, event: Any, key_event: Any, address: tuple[str | int, ...]) -> str | None:
        """Return what stands behind a `#` in place of the empty value of `event`, or None where nothing does.

        `key_event` is that of the value's key, None in a list; `address` is the value's.
        """
        # In [ ] and { } the mark of an empty value is that of whatever comes next: then look behind the key.
        mark, behind = event.start_mark, self._behind(event.start_mark)
        if not behind.startswith("#") and key_event is not None:
            mark, behind = key_event.end_mark, self._behind(key_event.end_mark)
        if not behind.startswith("#"):
            return None
        name = f"the value of {quoted(key_event.value)}" if key_event is not None else "the list entry"
        message = f"{name} is empty: {quoted(behind)} is a comment"
        hint = "write a value, delete the line, or put the note on a line of its own"
        if behind[1:2].strip(" \t#"):
            hint = f"put it in quotes: {in_quotes(behind)}"
        self.add(
            self.place(mark.line, len(self.lines[mark.line]) - len(behind)), "hidden-value", message, hint
        )
        self.reported.add(address)
        # Returned, so that the value does not count as missing too.
        return behind

    def hidden_text(self, event: Any) -> None:
        """Warn of text that is cut off a value without quotes by a `#` directly before a word."""
        mark = event.end_mark
        rest = self.lines[mark.line][mark.column :]
        if not _COMMENT_BEHIND_TEXT.match(rest):
            return
        behind = rest.strip()
        hint = f"for a text, put it in quotes: {in_quotes(event.value + ' ' + behind)}; for a comment, write '# '"
        place = self.place(mark.line, mark.column + len(rest) - len(rest.lstrip()))
        self.add(place, "hidden-text", f"{quoted(behind)} is a comment and no part of the value", hint)

    def rest(self, event: Any) -> None:
        """Refuse what stands behind the end of the first document."""
        mark = event.end_mark
        if not self.text[mark.index :].strip():
            return
        for number in range(mark.line, len(self.lines)):
            line = self.lines[number] if number > mark.line else self.lines[number][mark.column :]
            typed = line.strip()
            if not typed or typed.startswith("#"):
                continue
            place = self.place(number, self.lines[number].index(typed))
            if event.explicit or typed.startswith(("---", "...")):
                message = f"{quoted(typed)} belongs to a second document, and a file holds one"
                hint = "put it into a file of its own, or delete the line of dashes or dots"
                self.refuse(place, "several-documents", message, hint)
            else:
                hint = "keys that belong together begin in the same column"
                self.refuse(place, "yaml-syntax", f"{quoted(typed)} fits nothing above it", hint)
            return

    def _behind(self, mark: Any) -> str:
        """Return what stands on the line of `mark` behind it, less a colon and blanks."""
        return self.lines[mark.line][mark.column :].lstrip(": \t") if mark.line < len(self.lines) else ""

    def _at(self, mark: Any) -> Place:
        return self.place(mark.line, mark.column)


def odd_words(character: str) -> tuple[str, str]:
    """Return message and hint for a character that cannot be seen or that turns the reading order."""
    message = f"{name_of(character)} cannot be seen, and can make the text read as something else"
    return message, "delete it, unless the text needs it"


def _write_it_out(typed: str) -> str:
    return f"write out what is meant; a text that begins with '{typed[:1]}' needs quotes"
