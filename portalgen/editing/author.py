"""Say who types: the person of people.yaml whose mail address git knows."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from portalgen.content.records import PersonEntry


def author_of(source: Path, people: Mapping[str, PersonEntry]) -> str:
    """Return the key of the person whose `email` is git's user.email; empty where there is none, or no git."""
    mail = git_setting(source, "user.email").casefold()
    found = (key for key, person in people.items() if mail and (person.fields.email or "").casefold() == mail)
    return next(found, "")


def git_setting(folder: Path, name: str) -> str:
    """Return one of git's settings as it holds in `folder`; empty where it is not set."""
    return _git(folder, "config", "--get", name)


def git_remote(folder: Path) -> str:
    """Return the address that `origin` has; empty where there is none."""
    return _git(folder, "config", "--get", "remote.origin.url")


def git_commit(folder: Path) -> str:
    """Return the commit that stands in `folder`; empty where it is no repository."""
    return _git(folder, "rev-parse", "--verify", "--quiet", "HEAD")


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        # Without git nobody is known; that is no fault.
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
