"""Turn the YAML parser's error into words an author knows, at the line of the slip, with the likely mend."""

from __future__ import annotations

import re
from typing import Any

import yaml
from yaml.events import MappingEndEvent, ScalarEvent, SequenceEndEvent

from portalgen.content.characters import find_odd_characters, in_quotes, name_of, quoted, shown

Words = tuple[int, int, str, str]
"""Line and column from 0, message, hint."""

_KEY_WITHOUT_SPACE = re.compile(r"^\s*(?:-\s+)*([\w-]+):(?!//)[^\s:]")
_KEY_AND_TEXT = re.compile(r"^\s*(?:-\s+)*([^:#]+?):\s+(.+?)\s*$")
_WIDE_COLON = "："
_GENERIC = (
    "this cannot be read as YAML",
    "look at this line and the one above it: a quote, a colon or the indentation",
)
_NO_KEY = ("a value stands here without a key", "write the key before the colon")
_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>")


def in_plain_words(error: yaml.MarkedYAMLError, lines: list[str], last_event: Any) -> Words:
    """Return where the slip behind `error` is, what it is, and how it is mended.

    `last_event` is the last event before the error: a quote that was closed too early or too late is seen there.
    """
    at = error.problem_mark or error.context_mark
    if at is None:
        return 0, 0, *_GENERIC
    problem, since = error.problem or "", error.context_mark
    # The end of the text is behind its last line.
    line_number = min(at.line, len(lines) - 1)
    line, column = lines[line_number], at.column
    found = (
        _tab(lines, line_number, problem)
        or _conflict(lines, since.line if since and "':'" in problem else line_number)
        or _quote(problem, since, last_event, line_number, column)
        or _by_problem(problem, error.context or "", since, lines, line_number, column, last_event)
        or (line_number, column, *_GENERIC)
    )
    odd = find_odd_characters(lines[min(found[0], len(lines) - 1)])
    if odd and found[0] == line_number:
        return *found[:3], f"the line holds {name_of(line[odd[0]])}, which cannot be seen: delete it"
    return found


def colon_slip(lines: list[str], number: int) -> Words | None:
    """Return the words for a key whose colon has no space behind it, or is a full-width one."""
    line = lines[number]
    if match := _KEY_WITHOUT_SPACE.match(line):
        return number, match.end() - 1, "a space is missing behind the colon", f"write '{match[1]}: …'"
    if _WIDE_COLON in line and ": " not in line:
        column = line.index(_WIDE_COLON)
        return (
            number,
            column,
            f"'{_WIDE_COLON}' is a full-width colon, which YAML does not know",
            "write ': '",
        )
    return None


def _tab(lines: list[str], number: int, problem: str) -> Words | None:
    line = lines[number]
    indentation = line[: len(line) - len(line.lstrip())]
    if "\t" not in indentation and "tab character" not in problem:
        return None
    return (
        number,
        max(line.find("\t"), 0),
        "a tab indents this line, which YAML does not allow",
        "indent with spaces",
    )


def _conflict(lines: list[str], number: int) -> Words | None:
    if not lines[number].startswith(_CONFLICT):
        return None
    return (
        number,
        0,
        f"{quoted(lines[number])} was left by a merge conflict",
        "keep what is right of the two versions and delete the line",
    )


def _quote(problem: str, since: Any, last: Any, number: int, column: int) -> Words | None:
    """Return what is wrong with a text in quotes, where the error comes from one."""
    if problem in ("found unexpected end of stream", "found unexpected document indicator") and since:
        message = "the quote that opens here is never closed"
        return since.line, since.column, message, "close it at the end of the text, or take both quotes away"
    if not isinstance(last, ScalarEvent) or last.style not in ("'", '"'):
        return None
    start: Any = last.start_mark
    end: Any = last.end_mark
    mark = last.style
    if end.line != number:
        return None
    if start.line != end.line:
        if end.line - start.line == 1:
            message = "the quote that opens here is closed on the next line, where more text follows"
        else:
            below = end.line - start.line
            message = f"the quote that opens here is closed {below} lines below, where more text follows"
        return start.line, start.column, message, f"is a {mark} missing at the end of this line?"
    if problem.startswith("did not find expected") and end.column <= column:
        if mark == "'":
            hint = "write '' for an apostrophe inside single quotes, or put the whole value in double quotes"
        else:
            hint = 'put the whole value in single quotes, or write \\" for a quote inside double quotes'
        return number, column, "text follows behind the closing quote", hint
    return None


def _by_problem(
    problem: str, context: str, since: Any, lines: list[str], number: int, column: int, last: Any
) -> Words | None:
    line = lines[number]
    rest = line[column:].strip()
    match problem:
        case "mapping values are not allowed in this context":
            return _second_colon(lines, number, column)
        case "could not find expected ':'":
            return _missing_colon(lines, since.line if since else number, since.column if since else column)
        case "did not find expected key":
            return _misplaced(lines, number, column, last)
        case "did not find expected '-' indicator":
            hint = "begin it with '- ', or indent it by as much as the keys of the entry above"
            return number, column, f"{quoted(rest)} stands between the entries of a list", hint
        case "did not find expected ',' or ']'" | "did not find expected ',' or '}'":
            return _open_bracket(lines, number, column, since, problem[-2])
        case "block sequence entries are not allowed in this context":
            if line[:column].strip():
                hint = "put each entry on a line of its own below the key; a text that begins with '- ' needs quotes"
                return number, column, "a list cannot begin on the line of its key", hint
            hint = "a key has a value or a list below it, not both"
            return number, column, "this list entry stands below a key that already has a value", hint
        case "found unknown escape character" | "did not find expected hexdecimal number":
            return _escape(lines, number, column)
        case "found invalid Unicode character escape code":
            return _escape(lines, number, column)
        case "found character that cannot start any token" | "mapping keys are not allowed in this context":
            return _needs_quotes(lines, number, column)
        case "did not find expected node content":
            return _needs_quotes(lines, number, column)
        case "did not find expected comment or line break" | "found an indentation indicator equal to 0":
            start = since or yaml.Mark("", 0, number, column, None, 0)
            typed = lines[start.line][start.column : start.column + 1]
            hint = (
                f"begin the text on the next line, indented; a text that begins with '{typed}' needs quotes"
            )
            return start.line, start.column, f"text follows on the line of the '{typed}'", hint
    if line.startswith("%"):
        return _needs_quotes(lines, number, 0)
    if since and any(word in context for word in ("alias", "anchor", "tag")):
        return _needs_quotes(lines, since.line, since.column)
    return None


def _second_colon(lines: list[str], number: int, column: int) -> Words:
    """A colon and a blank stand where a mapping cannot begin: inside a text, or on a line that is indented too far."""
    line = lines[number]
    before = line[:column]
    first = re.match(r"^\s*(?:-\s+)*[^:]*$", before) is not None
    above = number - 1
    while above >= 0 and not lines[above].strip():
        above -= 1
    if first and above >= 0:
        if slip := colon_slip(lines, above):
            return slip
        start = len(line) - len(line.lstrip())
        if _indent(lines[above]) < start:
            hint = "begin it in the column of the keys it belongs to; a text of several lines begins with '|'"
            return (
                number,
                start,
                f"{quoted(before.strip())} is indented deeper than the value above it allows",
                hint,
            )
        message = f"{quoted(lines[above].strip())} stands where a key is expected"
        return above, _indent(lines[above]), message, "is a colon missing behind the key?"
    typed = _KEY_AND_TEXT.match(line)
    hint = "put the whole text in quotes"
    if typed:
        hint += f": {shown(typed[1].strip())}: {in_quotes(typed[2])}"
    return number, column, "a colon with a space behind it cannot stand inside a text without quotes", hint


def _missing_colon(lines: list[str], number: int, column: int) -> Words:
    line = lines[number]
    if slip := colon_slip(lines, number):
        return slip
    hint = "is the colon behind the key missing, or is the line to be indented as part of the text above it?"
    return number, column, f"{quoted(line[column:].strip())} stands where a key is expected", hint


def _misplaced(lines: list[str], number: int, column: int, last: Any) -> Words:
    """Something stands where only a further key could."""
    line = lines[number]
    rest = line[column:].strip()
    if last.__class__ in (SequenceEndEvent, MappingEndEvent) and line[:column].rstrip().endswith(("]", "}")):
        opened = "[" if line[:column].rstrip().endswith("]") else "{"
        return (
            number,
            column,
            f"{quoted(rest)} follows behind a closing bracket",
            f"a text that begins with '{opened}' needs quotes",
        )
    if rest.startswith(":"):
        return number, column, *_NO_KEY
    if line[:column].strip():
        return number, column, f"{quoted(rest)} cannot stand here", "put the whole value in quotes"
    if rest.startswith("- "):
        hint = "a key has a value or a list below it, not both; the entries of a list begin in one column"
        return number, column, "a list entry stands where a key is expected", hint
    above = number - 1
    while above > 0 and not lines[above].strip():
        above -= 1
    if above >= 0 and " #" in lines[above]:
        hint = "the comment on the line above ends its text: put the whole text in quotes"
        return number, column, f"{quoted(rest)} cannot go on a text behind a comment", hint
    return (
        number,
        column,
        f"the indentation of {quoted(rest)} fits no line above it",
        "keys that belong together begin in the same column",
    )


def _open_bracket(lines: list[str], number: int, column: int, since: Any, closing: str) -> Words:
    opened = "[" if closing == "]" else "{"
    hint = f"close it with {closing}; a text that begins with '{opened}' needs quotes"
    if since and since.line != number:
        return since.line, since.column, f"the '{opened}' that opens here is never closed", hint
    rest = lines[number][column:].strip()
    return number, column, f"a comma or a '{closing}' is missing before {quoted(rest)}", hint


def _escape(lines: list[str], number: int, column: int) -> Words:
    start = lines[number].rfind("\\", 0, column + 1)
    typed = lines[number][start : start + 2]
    hint = "write \\\\ for a backslash inside double quotes, or use single quotes"
    return number, max(start, 0), f"{quoted(typed)} has no meaning inside double quotes", hint


def _needs_quotes(lines: list[str], number: int, column: int) -> Words:
    line = lines[number]
    typed, value = line[column : column + 1], line[column:].strip()
    if not value:
        if typed == "\t":
            return number, column, "a tab stands where a value begins", "write a space"
        return number, column, *_GENERIC
    if typed == ":":
        return number, column, *_NO_KEY
    if value == "...":
        return number, column, "'...' ends the file before anything stands in it", "delete the line"
    message = f"a text cannot begin with {quoted(typed)} without quotes"
    return number, column, message, f"put it in quotes: {in_quotes(value)}"


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
