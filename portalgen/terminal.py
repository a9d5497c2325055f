"""Say things on the terminal or into a pipe, for cli alone; imports nothing that --help would have to wait for."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from portalgen.problems import Place

PROGRESS_AFTER_SECONDS = 1.0


def prepare() -> None:
    """Make both streams take any text, whatever the locale: titles are in any script, and names may be no text."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Programs get UTF-8 in every locale, and a terminal what it can show.
            encoding = None if is_terminal(stream) else "utf-8"
            with suppress(OSError):
                # Where nobody can listen any more, what is said does not matter.
                stream.reconfigure(encoding=encoding, errors="backslashreplace")


def is_terminal(stream: TextIO) -> bool:
    """Return whether a person looks at `stream`."""
    return stream.isatty()


def is_plain() -> bool:
    """Return whether the reader asked for no colour, as in no-color.org."""
    return bool(os.environ.get("NO_COLOR"))


def say(text: str, stream: TextIO) -> None:
    """Write lines that may hold what somebody typed: nothing in them steers the terminal."""
    from portalgen.formats import visible

    write("\n".join(visible(line) for line in text.split("\n")) + "\n", stream)


def write(text: str, stream: TextIO) -> None:
    """Write and flush; whoever stops reading (`| head`) changes neither the work nor its status."""
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        # Python flushes once more at its end: let that go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def plain(error: OSError) -> str:
    """Return what the machine says in one line: `/p/x: No space left on device`."""
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason


def source_lines(source: Path) -> Callable[[Place], str | None]:
    """Return what finds the line of a place, reading each file once; None where it is not to be had."""
    import re

    from portalgen.content.read import read_text

    @cache
    def lines(path: str) -> list[str]:
        try:
            text, _problems = read_text(source, path)
        except OSError:
            # The line is a courtesy; the problem itself is told without it.
            return []
        return re.split(r"\r\n|\r|\n", text) if text else []

    def line(place: Place) -> str | None:
        found = lines(place.path)
        return found[place.line - 1] if place.line <= len(found) else None

    return line


class Progress:
    """One line that says how far a build is, once it has taken over a second."""

    def __init__(self, stream: TextIO, started: float) -> None:
        self._stream = stream
        self._started = started
        self._is_shown = False

    def __call__(self, client: str, done: int, of: int) -> None:
        if time.monotonic() - self._started > PROGRESS_AFTER_SECONDS:
            self._is_shown = True
            write(f"\r\x1b[K{done} of {of}: {client[:50]}", self._stream)

    def clear(self) -> None:
        """Take the line away, if it is there."""
        if self._is_shown:
            write("\r\x1b[K", self._stream)
            self._is_shown = False
