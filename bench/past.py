"""Measure how fast the past is read, against git's own time and that of parsing.

    python bench/past.py FOLDER

FOLDER is what bench/history.py made; it is left with one commit more. All of this runs in one process.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from portalgen.content.past.git import NoHistory, open_blobs, open_repository, read_commits
from portalgen.content.yaml.places import read_front_matter, read_yaml
from portalgen.pipeline import Job, build

DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def main() -> None:
    """Print what was measured, in seconds."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    source = parser.parse_args().folder.resolve()
    log = _seconds(lambda: _git_log(source))
    floor = _seconds(lambda: _parse_all(source))
    with tempfile.TemporaryDirectory() as name:
        without = _seconds(lambda: _build(source, Path(name) / "without", history=False))
        first = _seconds(lambda: _build(source, Path(name) / "with", history=True))
        _commit_one_more(source)
        again = _seconds(lambda: _build(source, Path(name) / "with", history=True))
        _commit_one_more(source)
        again_without = _seconds(lambda: _build(source, Path(name) / "without", history=False))
    read = first - without
    print(f"git log --raw                       {log:7.2f} s")
    print(f"parsing each version (the floor)    {floor:7.2f} s")
    print(f"a build without history             {without:7.2f} s")
    print(f"a first build with history          {first:7.2f} s")
    print(f"so the first read took              {read:7.2f} s, allowed {4 * log + floor:.2f} s")
    print(f"after one more commit, with         {again:7.2f} s")
    print(f"after one more commit, without      {again_without:7.2f} s")
    print(f"with ÷ without                      {again / again_without:7.2f}, allowed 1.30")


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _git_log(source: Path) -> None:
    command = ["git", "log", "--first-parent", "--raw", "-z", "--no-abbrev", "--no-renames", "--", "content"]
    subprocess.run(command, cwd=source, check=True, capture_output=True)


def _parse_all(source: Path) -> None:
    """Read every version of every file as YAML, and do nothing with it: less cannot be done."""
    repository = open_repository(source)
    assert not isinstance(repository, NoHistory)
    commits = read_commits(repository)
    assert not isinstance(commits, NoHistory)
    changes = [change for commit in commits for change in commit.changes if change.blob]
    with open_blobs(repository) as blobs:
        contents = blobs.read(change.blob for change in changes)
        for change, (_, content) in zip(changes, contents, strict=True):
            text = (content or b"").decode()
            (read_front_matter if change.path.endswith(".md") else read_yaml)(text, change.path)


def _build(source: Path, output: Path, *, history: bool) -> None:
    outcome = build(Job(source=source, output=output, as_of=DAY, now=NOW, history=history, jobs=1))
    assert outcome.status == 0, outcome.problems[:3]


def _commit_one_more(source: Path) -> None:
    path = next((source / "content").glob("*/milestones/*.yaml"))
    path.write_text(path.read_text("utf-8").rstrip("\n") + " More.\n", "utf-8")
    who = ("-c", "user.name=Team", "-c", "user.email=team@example.org")
    when = {"GIT_COMMITTER_DATE": "2026-01-01T12:00:00Z", "GIT_AUTHOR_DATE": "2026-01-01T12:00:00Z"}
    subprocess.run(["git", *who, "commit", "--quiet", "--all", "--message", "Change"], cwd=source, check=True, env={
        **os.environ, **when})  # fmt: skip


if __name__ == "__main__":
    main()
