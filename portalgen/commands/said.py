"""What came of a job → text on the terminal, and an exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from portalgen import terminal

if TYPE_CHECKING:
    from portalgen.pipeline import Outcome
    from portalgen.problems import Problem

REFUSED, MACHINE, BUSY = 2, 3, 5

_NAMED = 5
"""So many clients are named in a line, and the rest counted."""


def outcome_of(work: Callable[[], Outcome], source: Path, form: str, verbose: bool) -> Outcome | int:
    """Return what came of the work, or the exit status where nothing could come of it; the reason was said."""
    from portalgen.pipeline import NoContent, NoPast, NoScheduler, SettingsError
    from portalgen.site.theme import ThemeNotFound
    from portalgen.site.write import FileChanged, OutputBusy, OutputRefused

    try:
        return work()
    except SettingsError as error:
        report(error.problems, source, form, verbose)
        return REFUSED
    except (NoContent, NoPast, NoScheduler, ThemeNotFound, OutputRefused) as error:
        terminal.say(f"portalgen: {error}", sys.stderr)
        return REFUSED
    except FileChanged as error:
        terminal.say(f"portalgen: {error}", sys.stderr)
        return MACHINE
    except OutputBusy as error:
        terminal.say(f"portalgen: {error}", sys.stderr)
        return BUSY


def report(problems: Sequence[Problem], source: Path, form: str, verbose: bool) -> None:
    from portalgen import formats

    if form == "text":
        is_terminal = terminal.is_terminal(sys.stderr)
        text = formats.as_text(
            problems,
            is_verbose=verbose,
            colour=is_terminal and not terminal.is_plain(),
            source_line=terminal.source_lines(source) if is_terminal else None,
        )
        terminal.write(text, sys.stderr)
    else:
        text = formats.FORMATS[form](problems, prefix=_prefix(source), version=version())
        terminal.write(text, sys.stdout)


def _prefix(source: Path) -> str:
    """Return what leads from the working folder to the source, since programs look for files from there."""
    path = os.path.relpath(source).replace(os.sep, "/")
    return "" if path == "." or path.startswith("..") else path + "/"


def last_line(outcome: Outcome, seconds: str) -> str:
    from portalgen.formats import count, count_problems

    sites, pages = count(outcome.sites, "site"), count(outcome.pages, "page")
    line = f"Built {sites}, {pages} ({outcome.changed} changed) in {seconds} s"
    more = len(outcome.kept) - _NAMED
    named = ", ".join(outcome.kept[:_NAMED]) + (f" and {more} more" if more > 0 else "")
    kept = f"not built: {named}" if outcome.kept else ""
    return "; ".join(part for part in (line, count_problems(outcome.problems), kept) if part)


def say_notes(outcome: Outcome) -> None:
    for note in outcome.notes:
        terminal.say(f"note: {note}", sys.stderr)


def version() -> str:
    """Return the version that is installed, empty where none is."""
    from importlib import metadata

    try:
        return metadata.version("portalgen")
    except metadata.PackageNotFoundError:
        return ""
