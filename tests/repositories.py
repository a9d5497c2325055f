"""Real git repositories for tests: content, committed on the days that a test says."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sites import build_at

AUTHOR = "Canary-Author"
ADDRESS = "canary-address@team.example"
MESSAGE = "canary-message"
BRANCH = "canary-branch"

CLIENT = "content/acme/client.yaml"


class Repository:
    """A source folder kept in git."""

    def __init__(self, folder: Path, *, branch: str = BRANCH) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", f"--initial-branch={branch}")

    def git(self, *arguments: str, at: str = "2026-01-01", author: str = AUTHOR) -> str:
        """Run git and return what it says."""
        return git(self.folder, *arguments, at=at, author=author)

    def write(self, files: Mapping[str, str | None]) -> None:
        """Write files below the source; None deletes one."""
        for name, text in files.items():
            path = self.folder / name
            if text is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")

    def commit(
        self, at: str, files: Mapping[str, str | None] | None = None, *, message: str = MESSAGE
    ) -> str:
        """Write files, commit everything on a day (or a moment: `2026-03-04T23:30`), and return the commit."""
        self.write(files or {})
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message, at=at)
        return self.git("rev-parse", "HEAD").strip()

    def build(self, *, client: str = "acme", as_of: str = "2026-11-23", **more: Any) -> dict[str, Any]:
        """Build the sites and return a client's data.json."""
        output = self.folder.parent / f"{self.folder.name}-public"
        day = datetime.fromisoformat(as_of).date()
        self.outcome = build_at(self.folder, output, as_of=day, jobs=1, **more)
        return json.loads((output / client / "data.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]

    @property
    def output(self) -> Path:
        return self.folder.parent / f"{self.folder.name}-public"


def git(folder: Path, *arguments: str, at: str = "2026-01-01", author: str = AUTHOR) -> str:
    """Run git in a folder as somebody, on a day, and return what it says."""
    moment = datetime.fromisoformat(at)
    seconds = int(
        moment.replace(tzinfo=moment.tzinfo or UTC, hour=moment.hour if "T" in at else 12).timestamp()
    )
    names = {
        "GIT_AUTHOR_NAME": author,
        "GIT_COMMITTER_NAME": author,
        "GIT_AUTHOR_EMAIL": ADDRESS,
        "GIT_COMMITTER_EMAIL": ADDRESS,
    }
    days = {"GIT_AUTHOR_DATE": f"@{seconds} +0000", "GIT_COMMITTER_DATE": f"@{seconds} +0000"}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    options = ("-c", "commit.gpgsign=false", "-c", "protocol.file.allow=always")
    done = subprocess.run(
        ["git", *options, *arguments], cwd=folder, env={**os.environ, **names, **days, **alone},
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout


def changes(data: Mapping[str, Any], id_: str | None = None) -> list[tuple[Any, ...]]:
    """Return (id, on, field, from, to) of a client's history, oldest first."""
    entries = [entry for project in data["projects"] for entry in reversed(project["history"])]
    return [tuple(entry.values()) for entry in entries if id_ in (None, entry["id"])]
