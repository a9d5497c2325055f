"""Keep a list of the sites that changed and are not published yet: a client a line, in a file that scripts read."""

from __future__ import annotations

import os
from collections.abc import Iterable
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


def add_changed(file: Path, output: Path, before: dict[str, int], slugs: Iterable[str]) -> None:
    """Add to `file` the clients whose site is not the one that stood `before`.

    What stands there already stays, since nobody has published it: whoever does takes its line out. A client that has
    no site any more is dropped.
    """
    now = sites_now(output)
    waiting = file.read_text(encoding="utf-8").split() if file.exists() else []
    changed = {slug for slug in slugs if now.get(slug) and now[slug] != before.get(slug)}
    lines = sorted(slug for slug in {*waiting, *changed} if now.get(slug))
    file.write_text("".join(f"{slug}\n" for slug in lines), encoding="utf-8", newline="\n")
