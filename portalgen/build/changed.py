"""Keep a list of the sites that changed and are not published yet: a client a line, in a file that scripts read.

How the sites stood before a build is written down beside the list until the list is right: what a build that was
killed or failed on its way had changed already, the next one adds.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from portalgen.build.unchanged import sites_as_left


def sites_now(output: Path) -> dict[str, int]:
    """Return each client's site with a number that is another after an exchange; nothing without an output."""
    try:
        names = sorted(name for name in os.listdir(output) if not name.startswith("."))
    except FileNotFoundError:
        return {}
    found = sites_as_left([(str(output / name), 0) for name in names])
    return {os.path.basename(path): number for path, number in found}


def begin_changes(file: Path, output: Path) -> dict[str, int]:
    """Return how the sites stand before a build, after `file` was given what an earlier one had no time to add."""
    note = _note_of(file)
    if note.exists():
        lines = [line.partition(" ") for line in note.read_text(encoding="utf-8").splitlines()]
        before = {slug: int(number) for number, _, slug in lines if number.isdecimal()}
        add_changed(file, output, before, sites_now(output))
    now = sites_now(output)
    _write(note, (f"{number} {slug}" for slug, number in now.items()))
    return now


def add_changed(file: Path, output: Path, before: Mapping[str, int], slugs: Iterable[str]) -> None:
    """Add to `file` the clients whose site is not the one that stood `before`.

    What stands there already stays, since nobody has published it: whoever does takes its line out. A client that has
    no site any more is dropped.
    """
    now = sites_now(output)
    waiting = file.read_text(encoding="utf-8").split() if file.exists() else []
    changed = {slug for slug in slugs if now.get(slug) and now[slug] != before.get(slug)}
    _write(file, sorted(slug for slug in {*waiting, *changed} if now.get(slug)))
    _note_of(file).unlink(missing_ok=True)


def _note_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.before")


def _write(file: Path, lines: Iterable[str]) -> None:
    """Put lines into a file, which is the old one until it is the whole new one."""
    beside = file.with_name(f"{file.name}.new")
    beside.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
    os.replace(beside, file)
