"""Problems, and faults of a theme or of the machine → notices for a browser, each with its source lines."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import yaml
from jinja2 import TemplateError, TemplateSyntaxError
from msgspec import Struct
from msgspec.structs import asdict

from portalgen.content.read import read_text
from portalgen.formats import visible
from portalgen.problems import Problem
from portalgen.site.theme import ThemeNotFound

_LINES_BEFORE, _LINES_AFTER = 2, 1
_LONGEST_LINE = 240
_LINE_END = re.compile(r"\r\n|\r|\n")


class Notice(Struct, frozen=True, kw_only=True):
    """What a person has to mend, in plain text."""

    severity: str
    """`error` or `warning`."""
    message: str
    path: str = ""
    """Relative to the source folder; of a theme, relative to its own; empty where it is no file's fault."""
    line: int = 0
    """From 1; 0 where there is none."""
    column: int = 0
    code: str = ""
    hint: str = ""
    lines: tuple[tuple[int, str], ...] = ()
    """Lines of the file around the place, with their numbers. They are shown to this machine only."""

    @property
    def place(self) -> str:
        """`content/harbour/risks.yaml:12:5`, or as much of it as is known."""
        numbers = (number for number in (self.line, self.column) if number)
        return ":".join((self.path, *map(str, numbers))) if self.path else ""


def as_data(notice: Notice, *, has_lines: bool) -> dict[str, Any]:
    """Return a notice as plain values for JSON."""
    return asdict(notice) | {"place": notice.place, "lines": list(notice.lines) if has_lines else []}


def notices_of(problems: Iterable[Problem], source: Path) -> tuple[Notice, ...]:
    """Return notices of problems, errors first, else in their order; each file is read once."""
    lines_of = _reader(source)
    return tuple(
        Notice(
            severity=problem.severity,
            message=visible(problem.message),
            path=visible(problem.place.path),
            line=problem.place.line,
            column=problem.place.column,
            code=problem.code,
            hint=visible(problem.hint),
            # Warnings stand in a list, where lines would be in the way.
            lines=_around(lines_of(problem.place.path), problem.place.line)
            if problem.severity == "error"
            else (),
        )
        for problem in sorted(set(problems), key=lambda one: (one.severity != "error", one))
    )


def notice_of_machine(error: OSError) -> Notice:
    """Return what the machine refused."""
    reason = error.strerror or str(error)
    path = str(error.filename) if error.filename else ""
    return Notice(severity="error", message=visible(f"{path}: {reason}" if path else reason))


def notice_of_fault(error: Exception, folders: Iterable[Path] = ()) -> Notice:
    """Return a theme's fault at its place, if `error` came of a template in one of `folders`; else a fault of ours."""
    if isinstance(error, ThemeNotFound):
        return Notice(severity="error", message=visible(str(error)))
    if isinstance(error, TemplateSyntaxError):
        place = _place_in(folders, error.filename or "", error.lineno)
        return _of_theme(error, place)
    if isinstance(error, yaml.YAMLError):
        return Notice(severity="error", message=visible(f"the theme's theme.yaml: {error}"))
    place = None
    for frame in traceback.extract_tb(error.__traceback__):
        # The last of its frames inside the theme: templates know their own lines.
        place = _place_in(folders, frame.filename, frame.lineno or 0) or place
    if place or isinstance(error, TemplateError):
        return _of_theme(error, place)
    what = f"{type(error).__name__}: {error}"
    hint = "the lines in the terminal tell more: please report it with them"
    return Notice(
        severity="error", message=visible(f"a fault of portalgen, not of your content: {what}"), hint=hint
    )


def _of_theme(error: Exception, place: tuple[Path, str, int] | None) -> Notice:
    message = visible(f"the theme: {str(error) or type(error).__name__}")
    if place is None:
        return Notice(severity="error", message=message)
    file, path, line = place
    try:
        lines = _LINE_END.split(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        lines = []
    return Notice(
        severity="error", message=message, path=visible(path), line=line, lines=_around(lines, line)
    )


def _place_in(folders: Iterable[Path], file: str, line: int) -> tuple[Path, str, int] | None:
    """Return a file of a theme with the name that people call it by, and the line."""
    path = Path(file)
    for folder in folders:
        if path.is_relative_to(folder):
            return path, f"themes/{folder.name}/{path.relative_to(folder).as_posix()}", line
    return None


def _reader(source: Path) -> Callable[[str], list[str]]:
    known: dict[str, list[str]] = {}

    def lines_of(path: str) -> list[str]:
        if path not in known:
            try:
                # The reader of all content: it refuses what lies outside and what is no text.
                text = read_text(source, path)[0]
            except (OSError, ValueError):
                text = None
            known[path] = _LINE_END.split(text.removesuffix("\n")) if text else []
        return known[path]

    return lines_of


def _around(lines: list[str], line: int) -> tuple[tuple[int, str], ...]:
    if not 0 < line <= len(lines):
        return ()
    first, last = max(1, line - _LINES_BEFORE), min(len(lines), line + _LINES_AFTER)
    return tuple((number, _cut(lines[number - 1])) for number in range(first, last + 1))


def _cut(line: str) -> str:
    text = visible(line.replace("\t", "    "))
    return text if len(text) <= _LONGEST_LINE else text[:_LONGEST_LINE] + "…"
