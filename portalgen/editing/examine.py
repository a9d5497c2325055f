"""Look over a machine and a repository: what portalgen needs, what it would like, and what does not fit together."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata, util
from pathlib import Path
from typing import Literal

from msgspec import Struct

from portalgen.authoring import IDS
from portalgen.content.read import list_clients, read_text
from portalgen.content.yaml.places import read_yaml
from portalgen.editing.schema_files import FOLDER as SCHEMAS
from portalgen.editing.schema_files import ids_file, schema_files
from portalgen.problems import has_errors
from portalgen.settings import Settings, read_settings
from portalgen.site.refuse import OutputRefused, check_output
from portalgen.site.theme import ThemeNotFound, load_theme
from portalgen.source import SETTINGS

EXTRAS = {
    "pdf": ("weasyprint", "status reports as PDF"),
    "serve": ("watchdog", "the preview, portalgen serve"),
}
"""Extra → the module that shows that it is installed, and what it is for."""


class Finding(Struct, frozen=True):
    """One thing that was looked at."""

    grade: Literal["well", "note", "bad"]
    """`note`: works, and could be better; `bad`: something will fail."""
    what: str
    said: str
    mend: str = ""
    """What to do about it; empty where nothing is to be done."""


def examine(source: Path, output: Path) -> Iterator[Finding]:
    """Yield what was found, in the order in which things go wrong."""
    yield _python()
    yield _yaml()
    yield from _extras()
    yield from _content(source)
    yield from _git(source)
    yield _schemas(source)
    yield from _theme(source)
    yield _output(source, output)
    yield _editor()


def _python() -> Finding:
    try:
        version = metadata.version("portalgen")
    except metadata.PackageNotFoundError:
        version = "not installed, run from its folder"
    return Finding(
        "well", "portalgen", f"{version}, Python {sys.version.split()[0]}, {os.cpu_count()} processors"
    )


def _yaml() -> Finding:
    import yaml

    # Without it nothing imports; that it is missing is said by content.yaml.compose.
    return Finding("well", "YAML", f"PyYAML {yaml.__version__} with its C parser")


def _extras() -> Iterator[Finding]:
    offered = _offered()
    for extra, (module, purpose) in EXTRAS.items():
        if extra not in offered:
            continue
        if util.find_spec(module) is None:
            yield Finding(
                "note", f"extra {extra}", f"not installed: {purpose}", f"pip install 'portalgen[{extra}]'"
            )
        else:
            yield Finding("well", f"extra {extra}", purpose)


def _offered() -> set[str]:
    try:
        return set(metadata.metadata("portalgen").get_all("Provides-Extra") or [])
    except metadata.PackageNotFoundError:
        return set()


def _content(source: Path) -> Iterator[Finding]:
    try:
        slugs, problems = list_clients(source)
    except FileNotFoundError:
        yield Finding("bad", "content", f"there is no content/ in {source}", "portalgen init")
        return
    named = "1 client" if len(slugs) == 1 else f"{len(slugs)} clients"
    if problems:
        yield Finding(
            "bad", "content", f"{named}, and {len(problems)} folders that are none", "portalgen check"
        )
    else:
        yield Finding("well", "content", named)


def _git(source: Path) -> Iterator[Finding]:
    if not shutil.which("git"):
        yield Finding(
            "note", "git", "not installed: nothing is known of how records came to be", "install git"
        )
        return
    if _ask_git(source, "rev-parse", "--is-inside-work-tree") != "true":
        yield Finding("note", "git", "the content is not kept in git: there is no history", "git init")
        return
    commits = _ask_git(source, "rev-list", "--count", "HEAD")
    if not commits:
        yield Finding(
            "note",
            "git",
            "nothing is committed yet",
            "when the examples are replaced: git add . && git commit",
        )
    elif _ask_git(source, "rev-parse", "--is-shallow-repository") == "true":
        yield Finding(
            "bad",
            "git",
            f"a shallow clone of {_count(commits)}: dates from git would all be the same",
            "git fetch --unshallow; in CI fetch-depth: 0 (GitHub) or GIT_DEPTH: 0 (GitLab)",
        )
    else:
        yield Finding("well", "git", f"{_count(commits)}, whole history")
    if _ask_git(source, "check-ignore", "public/") != "public/":
        yield Finding(
            "note",
            "git",
            "public/ is not ignored: the sites of all clients would be committed",
            "echo public/ >> .gitignore",
        )
    remote = _ask_git(source, "config", "--get", "remote.origin.url")
    if remote:
        yield Finding(
            "note",
            "git",
            f"pushed to {_without_password(remote)}: the repository holds what clients must not see, so it is private",
        )


def _count(commits: str) -> str:
    return "1 commit" if commits == "1" else f"{commits} commits"


def _schemas(source: Path) -> Finding:
    folder = source / SCHEMAS
    if not folder.is_dir():
        return Finding(
            "note", "editor", f"no {SCHEMAS}/: editors complete nothing", "portalgen schema --write"
        )
    wanted = schema_files()
    old = [name for name, text in wanted.items() if _text(folder / name) != text]
    if old:
        return Finding(
            "note",
            "editor",
            f"{len(old)} schemas in {SCHEMAS}/ are of another version",
            "portalgen schema --write",
        )
    try:
        offers_all = _text(folder / IDS) == ids_file(source)
    except OSError:
        # That the content cannot be read is said of it.
        offers_all = True
    if not offers_all:
        return Finding(
            "note",
            "editor",
            f"{SCHEMAS}/{IDS} does not hold the ids and people that the content has: editors offer others",
            "portalgen schema --write",
        )
    return Finding(
        "well", "editor", f"{len(wanted)} schemas in {SCHEMAS}/ are current, and the ids with them"
    )


def _theme(source: Path) -> Iterator[Finding]:
    text, problems = read_text(source, SETTINGS)
    document = None
    if text is not None:
        document, problems = read_yaml(text, SETTINGS)
    settings, found = read_settings(document)
    if has_errors([*problems, *found]):
        yield Finding("bad", SETTINGS, "has faults", "portalgen check")
        settings = Settings()
    try:
        theme = load_theme(settings.theme, near=source)
    except ThemeNotFound as error:
        yield Finding("bad", "theme", str(error), f"name a folder of themes/ in {SETTINGS}")
        return
    languages = ", ".join(sorted(theme.languages)) or "en"
    yield Finding("well", "theme", f"{settings.theme or 'default'}, in {languages}")


def _output(source: Path, output: Path) -> Finding:
    try:
        check_output(output, source)
    except OutputRefused as error:
        return Finding("bad", "output", str(error), "name another folder with --output")
    except OSError as error:
        return Finding("bad", "output", str(error), "name another folder with --output")
    existing = next(folder for folder in (output, *output.parents) if folder.exists())
    if not os.access(existing, os.W_OK):
        return Finding("bad", "output", f"{output} cannot be written to", "name another folder with --output")
    free = shutil.disk_usage(existing).free // (1 << 20)
    grade: Literal["well", "note"] = "note" if free < 200 else "well"
    return Finding(grade, "output", f"{output}, {free:,} MiB free")


def _editor() -> Finding:
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if named:
        return Finding("well", "editor", f"--edit opens {named}")
    return Finding(
        "note", "editor", "--edit asks the system for an editor", "export EDITOR=nano, for example"
    )


def _ask_git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], capture_output=True, text=True, timeout=30, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else ""


def _without_password(address: str) -> str:
    scheme, separator, rest = address.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}" if separator else address


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
