"""Measure how fast the past is read, against git's own time and that of parsing.

    python bench/past.py [FOLDER]

FOLDER is what bench/history.py made, and is left with a few commits more; without it one is made for the time being. All
builds run in one process. What is told is processor time, git's with it, and written into bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from history import make
from measure import run
from report import write_section

from portalgen import pipeline, source
from portalgen.content.folders import record_file
from portalgen.content.past.git import NoHistory, open_blobs, open_repository, read_commits
from portalgen.content.past.versions import read_record, read_rows
from portalgen.pipeline import Job, build

DAY = date(2026, 11, 23)
TIMES = 7
# With --jobs in both, since a plain build looks twice at all files to know the next time that nothing changed, and one
# with --no-history does not: that is no price of the past.
_COMMAND = (sys.executable, "-m", "portalgen", "build", "--jobs", "1", "--as-of", DAY.isoformat())
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def main() -> None:
    """Measure the folder that the argument names, or one that is made."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?")
    folder = parser.parse_args().folder
    if folder:
        measure(folder.resolve())
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        make(Path(name) / "source", clients=100, records=10_000, commits=20_000)
        measure(Path(name) / "source")


def measure(source: Path) -> None:
    """Print what was measured, in seconds, and write it down."""
    # As the command line does: what is there already is not looked through again and again.
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)
    log = _seconds(lambda: _git_log(source))
    texts = _texts_of(source)
    parsing = _seconds(lambda: _read_all(texts, is_checked=False))
    checking = _seconds(lambda: _read_all(texts, is_checked=True))
    with tempfile.TemporaryDirectory() as name:
        without = _seconds(lambda: _build(source, Path(name) / "without", history=False))
        with _counting() as read:
            first = _seconds(lambda: _build(source, Path(name) / "with", history=True))
        again, again_without = _after_one_more(source, Path(name))
        whole, whole_without = _command_after_one_more(source, Path(name))
    rows = [
        ("", "processor time, s", "allowed"),
        ("`git log --raw`", f"{log:.2f}", ""),
        ("parsing each version as YAML", f"{parsing:.2f}", ""),
        ("parsing and checking each version", f"{checking:.2f}", ""),
        ("a build without history", f"{without:.2f}", ""),
        ("a first build with history", f"{first:.2f}", ""),
        ("of which reading the past", f"{sum(read):.2f}", f"{4 * (log + parsing):.2f}, 4 × (log + parsing)"),
        ("the same", f"{sum(read):.2f}", f"{4 * log + parsing:.2f}, 4 × log + parsing"),
        ("the command after one more commit, with", f"{whole:.3f}", ""),
        ("the command after one more commit, without", f"{whole_without:.3f}", ""),
        ("with ÷ without", f"{whole / whole_without:.2f}", "1.30"),
        ("of which the work, once started, with", f"{again:.3f}", ""),
        ("of which the work, once started, without", f"{again_without:.3f}", ""),
        ("with ÷ without", f"{again / again_without:.2f}", ""),
    ]
    for row in rows:
        print(f"{row[0]:<36}{row[1]:>18}  {row[2]}")
    about = (
        "20,000 commits over 10,000 records of 100 clients, by bench/history.py: processor time of one process and of the "
        "git that it asks."
    )
    write_section(Path(__file__).parent / "RESULTS.md", "History", about, rows)


def _seconds(work: Callable[[], object]) -> float:
    begin = _spent()
    work()
    return _spent() - begin


def _spent() -> float:
    children = getrusage(RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


@contextmanager
def _counting() -> Iterator[list[float]]:
    """Give the seconds that reading the past takes inside: asking git, parsing, and replaying to what is told."""
    spent: list[float] = []
    kept = {(source, "open_logs"): source.open_logs, (pipeline, "remember"): pipeline.remember}

    def counted(work: Callable[..., object]) -> Callable[..., object]:
        def count(*given: object, **named: object) -> object:
            begin = _spent()
            try:
                return work(*given, **named)
            finally:
                spent.append(_spent() - begin)

        return count

    for (module, name), work in kept.items():
        setattr(module, name, counted(work))
    yield spent
    for (module, name), work in kept.items():
        setattr(module, name, work)


def _after_one_more(source: Path, folder: Path) -> tuple[float, float]:
    """Return what a build takes after one more commit, with history and without: the middle of several."""
    with_it, without = [], []
    for _ in range(TIMES):
        _commit_one_more(source)
        with_it.append(_seconds(lambda: _build(source, folder / "with", history=True)))
        without.append(_seconds(lambda: _build(source, folder / "without", history=False)))
    return median(with_it), median(without)


def _command_after_one_more(source: Path, folder: Path) -> tuple[float, float]:
    """Return the same of `portalgen build`, from its start to its end."""
    with_it, without = [], []
    for number in range(TIMES + 2):
        _commit_one_more(source)
        taken = [
            run(
                [
                    *_COMMAND,
                    "--source",
                    str(source),
                    "--output",
                    str(folder / f"of-command{option}"),
                    *option.split(),
                ],
                source,
            )
            for option in ("", " --no-history")
        ]
        # The first makes all, and the second notes what pages read.
        if number > 1:
            with_it.append(taken[0].cpu)
            without.append(taken[1].cpu)
    return median(with_it), median(without)


def _git_log(source: Path) -> None:
    command = ["git", "log", "--first-parent", "--raw", "-z", "--no-abbrev", "--no-renames", "--", "content"]
    subprocess.run(command, cwd=source, check=True, capture_output=True)


def _texts_of(source: Path) -> list[tuple[str, str]]:
    """Return the path and the text of every version of every file."""
    repository = open_repository(source)
    assert not isinstance(repository, NoHistory)
    commits = read_commits(repository)
    assert not isinstance(commits, NoHistory)
    changes = [change for commit in commits for change in commit.changes if change.blob]
    with open_blobs(repository) as blobs:
        contents = blobs.read(change.blob for change in changes)
        return [
            (change.path, (content or b"").decode())
            for change, (_, content) in zip(changes, contents, strict=True)
        ]


def _read_all(texts: list[tuple[str, str]], *, is_checked: bool) -> None:
    """Read every version as YAML, and check it against the format if it is asked for: less cannot be done."""
    for path, text in texts:
        source_file = record_file(path, tuple(path.split("/")[2:]), "")
        for row in read_rows(text, source_file) or () if source_file else ():
            if is_checked:
                read_record(row)


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
