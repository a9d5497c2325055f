"""Say that nothing has changed since the last build, if that is so: before anything heavy is imported."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from portalgen.build.boxes import read_box, write_box
from portalgen.build.stamps import stamp_of, stamps_of

SNAPSHOT = "last-build"
_OPTIONS = {"--source": "source", "--output": "output", "--as-of": "as_of"}


def repeat(arguments: list[str]) -> int | None:
    """Print what the last build of these arguments said and return its exit status; None where it has to be done.

    The last build is repeated only if every file that it read is as it was, the day is the same, each site stands as it
    was left, and nobody watches on a terminal, where the sites are looked at one by one.
    """
    started = time.perf_counter()
    asked = _asked(arguments)
    if asked is None:
        return None
    kept = read_box(os.path.join(cache_folder(asked["output"]), SNAPSHOT), SNAPSHOT)
    if kept is None or kept["asked"] != asked or not kept["from"] <= time.time() < kept["until"]:
        return None
    if any(os.isatty(stream) for stream in (1, 2)) and kept["said"]:
        return None
    if look(kept["roots"], kept["files"]) != kept["seen"] or sites_as_left(kept["sites"]) != kept["sites"]:
        return None
    sys.stderr.write(kept["said"])
    sys.stdout.write(kept["last_line"].replace("{seconds}", f"{time.perf_counter() - started:.1f}") + "\n")
    return int(kept["status"])


def remember(
    arguments: list[str], *, seen: Any, roots: list[str], files: list[str], sites: list[str], day: tuple[float, float],
    said: str, last_line: str, status: int,
) -> None:  # fmt: skip
    """Keep what a build saw before it began and what it said at its end, for `repeat`.

    `seen` is what `look(roots, files)` gave before anything was read; `day` are the seconds since 1970 between which
    the day of every client stays the same; `last_line` holds `{seconds}`.
    """
    asked = _asked(arguments)
    if asked is not None:
        value = {
            "asked": asked, "seen": seen, "roots": roots, "files": files, "from": day[0], "until": day[1],
            "sites": sites_as_left([(site, 0) for site in sites]), "said": said, "last_line": last_line, "status": status,
        }  # fmt: skip
        write_box(os.path.join(cache_folder(asked["output"]), SNAPSHOT), SNAPSHOT, value)


def cache_folder(output: str) -> str:
    """Return the folder beside the output in which caches stand."""
    return os.path.join(os.path.dirname(output), ".portalgen-cache")


def look(roots: list[str], files: list[str]) -> list[Any]:
    """Return how everything below `roots`, and `files`, stands now."""
    return [*(stamps_of(root) for root in roots), [stamp_of(file) for file in files]]


def sites_as_left(sites: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return each site's folder with its inode, which is another one after every exchange; 0 where there is none."""
    found = []
    for path, _ in sites:
        stamp = stamp_of(path)
        found.append((path, stamp[3] if stamp else 0))
    return found


def _asked(arguments: list[str]) -> dict[str, str] | None:
    """Return what a plain `build` asks for, or None where an option stands that needs a closer look."""
    if arguments[:1] != ["build"]:
        return None
    asked = {"source": ".", "output": "", "as_of": "", "epoch": os.environ.get("SOURCE_DATE_EPOCH", "")}
    rest = arguments[1:]
    while rest:
        name, separator, value = rest.pop(0).partition("=")
        if name not in _OPTIONS or (not separator and not rest):
            return None
        asked[_OPTIONS[name]] = value if separator else rest.pop(0)
    asked["source"] = os.path.abspath(asked["source"])
    asked["output"] = os.path.abspath(asked["output"] or os.path.join(asked["source"], "public"))
    return asked
