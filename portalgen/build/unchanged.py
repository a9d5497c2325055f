"""Say that nothing has changed since the last build, if that is so: before anything heavy is imported."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from portalgen.build.boxes import read_box, write_box
from portalgen.build.stamps import stamp_of, stamps_of

SNAPSHOT = "last-build"
_looked: list[tuple[list[str], list[str], list[Any]]] = []
"""What `repeat` saw and found to be otherwise than it was, for the build that follows at once."""
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
    if kept is None or kept["asked"] != asked or not kept["from"] <= time.time() < kept["until"]:  # noqa: TID251
        return None
    if any(os.isatty(stream) for stream in (1, 2)) and kept["said"]:
        return None
    try:
        seen = look(kept["roots"], kept["files"])
        is_as_left = seen == kept["seen"] and sites_as_left(kept["sites"]) == kept["sites"]
    except OSError:
        # A build meets it too, and says it.
        return None
    if not is_as_left:
        _looked[:] = [(kept["roots"], kept["files"], seen)]
        return None
    sys.stderr.write(kept["said"])
    sys.stdout.write(kept["last_line"].replace("{seconds}", f"{time.perf_counter() - started:.1f}") + "\n")
    return 0


def look_before(source: str, output: str, as_of: str) -> dict[str, Any] | None:
    """Return how everything stands that a build of these is about to read; None where git's state is out of sight."""
    files = _files_of_git(source)
    if files is None:
        return None
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    roots = [os.path.join(source, "content"), os.path.join(source, "themes"), package]
    if not os.path.isdir(os.path.join(package, "_themes")):
        roots.append(os.path.join(os.path.dirname(package), "themes"))
    files = [os.path.join(source, "portalgen.yaml"), *files]
    asked = {
        "source": source,
        "output": output,
        "as_of": as_of,
        "epoch": os.environ.get("SOURCE_DATE_EPOCH", ""),
    }
    # What changed since `repeat` looked, a moment ago, is found to be changed the next time.
    just_seen = [seen for of_roots, of_files, seen in _looked if (of_roots, of_files) == (roots, files)]
    _looked.clear()
    seen = just_seen[0] if just_seen else look(roots, files)
    return {"asked": asked, "roots": roots, "files": files, "seen": seen}


def remember(
    before: dict[str, Any], *, now: float, until: float, slugs: list[str], said: str, last_line: str
) -> None:
    """Keep what a build saw before it began and what it said at its end, for `repeat`.

    `now` and `until` are the seconds since 1970 between which the day of every client stays the same; `last_line` holds
    `{seconds}`. Only a build of status 0 is kept.
    """
    output = before["asked"]["output"]
    sites = sites_as_left([(os.path.join(output, slug), 0) for slug in slugs])
    value = before | {"from": now, "until": until, "sites": sites, "said": said, "last_line": last_line}
    write_box(os.path.join(cache_folder(output), SNAPSHOT), SNAPSHOT, value)


def _files_of_git(source: str) -> list[str] | None:
    """Return the files that tell git's present commit, or None where there is more to it: a worktree or a submodule."""
    folder = source
    while True:
        git = os.path.join(folder, ".git")
        if os.path.isdir(git):
            break
        if os.path.exists(git):
            return None
        above = os.path.dirname(folder)
        if above == folder:
            return []
        folder = above
    head = os.path.join(git, "HEAD")
    names = [head, os.path.join(git, "packed-refs"), os.path.join(git, "shallow")]
    try:
        with open(head, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError):
        return None
    if text.startswith("ref: "):
        names.append(os.path.join(git, text[5:].strip()))
    return names


def cache_folder(output: str) -> str:
    """Return the folder beside the output in which caches stand."""
    return os.path.join(os.path.dirname(output), ".portalgen-cache", os.path.basename(output))


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
