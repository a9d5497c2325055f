"""Check a change before it is written: what would be a new error is refused, and the file stays as it is."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from portalgen.content.characters import join_line_ends
from portalgen.editing.change import FileChange, Refused
from portalgen.editing.files import read_raw, write_whole
from portalgen.editing.look import Look, look, new_problems
from portalgen.problems import Problem


def check_change(
    source: Path, before: Look, change: FileChange, *, now: datetime, as_of: date | None
) -> list[Problem]:
    """Return the warnings that a change brings; raises Refused where it brings errors."""
    text = join_line_ends(change.new)
    after = look(source, before.slug, now=now, as_of=as_of, texts={change.path: text})
    found = new_problems(before, after)
    errors = [problem for problem in found if problem.severity == "error"]
    if errors:
        raise RefusedChange(errors, change)
    return found


class RefusedChange(Refused):
    """The content would be wrong with the change."""

    def __init__(self, problems: list[Problem], change: FileChange) -> None:
        self.change = change
        super().__init__(
            "that would be a mistake" if len(problems) == 1 else "those would be mistakes", problems
        )


def save(source: Path, change: FileChange) -> None:
    """Write a change; raises Refused where the file was saved by somebody else since it was read."""
    path = source / change.path
    if (read_raw(source, change.path) if path.exists() else "") != change.old:
        raise Refused(f"{change.path} was changed meanwhile")
    write_whole(source, change.path, change.new)


def changed_lines(change: FileChange) -> Iterator[str]:
    """Yield the lines that go, with a minus, and those that come, with a plus."""
    old, new = (join_line_ends(text).splitlines() for text in (change.old, change.new))
    for line in difflib.ndiff(old, new):
        if line.startswith(("- ", "+ ")):
            yield f"  {line}"
