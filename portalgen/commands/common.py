"""What several commands share: their options, the clock, and how problems are said."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from portalgen import terminal

if TYPE_CHECKING:
    from datetime import date, datetime

    from portalgen.editing.change import Refused
    from portalgen.editing.look import Look
    from portalgen.problems import Problem

WELL, PROBLEMS, REFUSED = 0, 1, 2
Command = TypeVar("Command", bound=Callable[..., Any])


def source_option(command: Command) -> Command:
    """Add --source, which comes as an absolute path."""
    return click.option(
        "--source",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path("."),
        callback=lambda _context, _parameter, value: Path(os.path.abspath(value)),
        help="The folder that holds content/. Default: the working folder.",
    )(command)


def as_of_option(command: Command) -> Command:
    """Add --as-of, which comes as a day or None."""
    return click.option(
        "--as-of",
        metavar="DATE",
        callback=_read_day,
        help="The day, YYYY-MM-DD. Default: the day of SOURCE_DATE_EPOCH, else today in the client's time zone.",
    )(command)


def now() -> datetime:
    """Return the time by the clock, with its time zone."""
    from datetime import UTC, datetime

    return datetime.now(UTC)


def look_at(source: Path, slug: str, as_of: date | None) -> Look:
    """Return the client as the team sees it; a client or settings that are not there end the command."""
    from portalgen.editing.look import existing_client, look
    from portalgen.pipeline import NoContent, SettingsError

    try:
        return look(source, existing_client(source, slug), now=now(), as_of=as_of)
    except NoContent as error:
        raise click.UsageError(str(error)) from None
    except SettingsError as error:
        say_problems(error.problems, source)
        raise click.UsageError("nothing can be done before portalgen.yaml is mended") from None


def looks_at(source: Path, slugs: tuple[str, ...], as_of: date | None) -> Iterator[Look]:
    """Yield these clients, or all; one that is not there ends the command."""
    from portalgen.editing.look import client_names
    from portalgen.pipeline import NoContent

    try:
        names = slugs or client_names(source)
    except NoContent as error:
        raise click.UsageError(str(error)) from None
    for slug in names:
        yield look_at(source, slug, as_of)


def kind_named(word: str, *more: str) -> str:
    """Return the kind that was typed: `risks`, `risk`, `rsk` or its beginning; `more` are words beside the kinds."""
    from portalgen.kinds import KINDS
    from portalgen.problems import did_you_mean

    by_word = {kind.one.partition(" ")[2]: name for name, kind in KINDS.items()} | {
        name: name for name in KINDS
    }
    by_word |= {name: name for name in more}
    if found := by_word.get(word.lower()):
        return found
    begun = {name for each, name in by_word.items() if each.startswith(word.lower())}
    begun |= {name for name, kind in KINDS.items() if kind.prefix and kind.prefix.lower() == word.lower()}
    if len(begun) == 1:
        return begun.pop()
    hint = did_you_mean(word, by_word, otherwise=f"there are {', '.join([*more, *KINDS])}")
    raise click.UsageError(f"there is no kind '{word}': {hint}")


def say_problems(
    problems: Iterable[Problem], source: Path, texts: Callable[[str], str | None] | None = None
) -> None:
    """Say problems to stderr, with their lines on a terminal; `texts` knows files that are not written yet."""
    from portalgen import formats

    is_terminal = terminal.is_terminal(sys.stderr)
    line_of = terminal.source_lines(source)

    def line(place: Any) -> str | None:
        text = texts(place.path) if texts else None
        if text is None:
            return line_of(place)
        lines = text.splitlines()
        return lines[place.line - 1] if place.line <= len(lines) else None

    text = formats.as_text(
        list(problems),
        is_verbose=True,
        colour=is_terminal and not terminal.is_plain(),
        source_line=line if is_terminal or texts else None,
    )
    terminal.write(text, sys.stderr)


def say_refusal(error: Refused, source: Path) -> int:
    """Say why nothing was written, with the lines as they would have been; return the exit status."""
    from portalgen.editing.apply import RefusedChange

    def text(path: str) -> str | None:
        return error.change.new if isinstance(error, RefusedChange) and path == error.change.path else None

    say_problems(error.problems, source, text)
    end = "" if str(error).endswith("?") else "."
    terminal.say(f"portalgen: {error}{end} Nothing was written.", sys.stderr)
    return PROBLEMS


def _read_day(_context: click.Context, _parameter: click.Parameter, value: str | None) -> date | None:
    from datetime import UTC, date, datetime

    try:
        if value is not None:
            if len(value) == len("2026-03-12") and value.isascii():
                return date.fromisoformat(value)
            raise ValueError
        seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
        return datetime.fromtimestamp(int(seconds), UTC).date() if seconds else None
    except (ValueError, OverflowError, OSError):
        if value is None:
            raise click.UsageError("SOURCE_DATE_EPOCH should be a number of seconds since 1970") from None
        raise click.BadParameter(f"'{value}' is not a date: write it as YYYY-MM-DD") from None
