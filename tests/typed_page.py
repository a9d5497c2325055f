"""Turn a page of the docs into what its reader does: files that are saved, lines that are changed, commands that are typed.

    ```yaml title="PATH"         a whole file (```markdown and others too)
    ```yaml add="PATH"           lines that go to the end of that file
    ```diff title="PATH"         lines of that file that are changed; what is not marked with + or - must stand there
    ```console                   commands behind `$ `, each with what it says; … stands for anything
    ```yaml fragment             an example that is no file, and ```console fragment one that is not typed: not tried

The same without being seen on the page, so that an example has what it needs around it:

    <!-- file PATH               a whole file, up to a line -->
    <!-- change PATH             as in a diff
    <!-- type COMMAND -->

Paths start in the folder that the reader has gone to with `cd`. Blocks in other languages (text, json …) are not tried.
"""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

TRIED = ("yaml", "markdown", "diff", "console")
"""Languages of which every block is tried, or says that it is a fragment."""
SECONDS = 60
"""A command that is silent for longer is a fault, so that a test ends."""

_FENCE = re.compile(r"(?P<indent> {0,3})(?P<fence>`{3,}|~{3,})(?P<language>[^\s`]*) *(?P<about>[^`]*)")
_COMMENT = re.compile(r"<!-- (?P<word>file|change|type) (?P<rest>.+?)(?P<end> -->)?")
_ABOUT = re.compile(r'(?P<word>title|add)="(?P<path>[^"]+)"')
_PROGRESS = "\r\x1b[K"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the reader does."""

    line: int
    """Where it stands on the page."""
    does: Literal["save", "add", "change", "type"]
    target: str
    """The file's path, or the command."""
    text: str
    """What is saved, added or changed, or what the command says; empty where the page does not show it."""
    is_seen: bool = True
    """Whether the page shows it."""


def read_page(text: str) -> tuple[Step, ...]:
    """Return what the page has its reader do, in order; raises ValueError for an example that says neither what nor why not."""
    return tuple(_steps(text))


def _steps(text: str) -> Iterator[Step]:
    lines = iter(enumerate(text.splitlines(), 1))
    for number, line in lines:
        if comment := _COMMENT.fullmatch(line):
            yield _hidden(number, comment, "" if comment["end"] else _until(lines, "-->"))
        elif fence := _FENCE.fullmatch(line):
            inside = _until(lines, fence["indent"] + fence["fence"])
            if fence["language"] in TRIED and fence["about"] != "fragment":
                yield from _shown(number, fence["language"], fence["about"], inside)


def _until(lines: Iterator[tuple[int, str]], end: str) -> str:
    inside = []
    for _, line in lines:
        if line == end:
            return "".join(f"{each}\n" for each in inside)
        inside.append(line)
    raise ValueError(f"nothing ends with {end}")


def _hidden(number: int, comment: re.Match[str], inside: str) -> Step:
    does: dict[str, Literal["save", "change", "type"]] = {"file": "save", "change": "change", "type": "type"}
    return Step(number, does[comment["word"]], comment["rest"], inside, is_seen=False)


def _shown(number: int, language: str, about: str, inside: str) -> Iterator[Step]:
    if language == "console":
        yield from _typed(number, inside)
        return
    found = _ABOUT.fullmatch(about)
    if not found or (language == "diff" and found["word"] == "add"):
        raise ValueError(
            f'line {number}: a {language} block says title="PATH", add="PATH" or fragment, not {about!r}'
        )
    does: Literal["save", "add", "change"] = (
        "change" if language == "diff" else "add" if found["word"] == "add" else "save"
    )
    yield Step(number, does, found["path"], inside)


def _typed(first: int, inside: str) -> Iterator[Step]:
    command, said, at = "", "", first
    for number, line in enumerate(inside.splitlines(keepends=True), first + 1):
        if line.startswith("$ "):
            if command:
                yield Step(at, "type", command, said)
            command, said, at = line[2:].rstrip("\n"), "", number
        else:
            said += line
    if not command:
        raise ValueError(f"line {first}: a console block begins with a command behind $")
    yield Step(at, "type", command, said)


def changed(text: str, diff: str) -> str:
    """Return `text` after the change that `diff` shows; raises ValueError where it does not fit exactly one place."""
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] in " -")
    after = "".join(line[1:] for line in lines if line[0] in " +")
    if text.count(before) != 1:
        raise ValueError(f"these lines stand {text.count(before)} times in the file:\n{before}")
    return text.replace(before, after)


def is_said(expected: str, said: str) -> bool:
    """Return whether `said` is what the page shows, where … stands for anything in a line, or alone for any lines."""
    pattern = "".join(
        "(?:.*\n)*" if line == "…\n" else ".*".join(map(re.escape, line.split("…")))
        for line in expected.splitlines(keepends=True)
    )
    return re.fullmatch(pattern, said) is not None


def write_programs(folder: Path) -> None:
    """Make the commands python and portalgen in `folder`, which run the code under test."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, arguments in (("python", '"$@"'), ("portalgen", '-P -m portalgen.cli "$@"')):
        program = folder / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments}\n', encoding="utf-8")
        program.chmod(0o755)


class Reader:
    """Somebody who follows a page in a terminal of its own: `with Reader(folder, programs) as reader: …`."""

    def __init__(self, folder: Path, programs: Path, environment: dict[str, str]) -> None:
        """`folder` is where the reader begins, `programs` holds the commands that are to be had beside the system's."""
        self._controller, terminal = os.openpty()
        self._shell = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=terminal,
            stderr=terminal,
            text=True,
            start_new_session=True,
            env={
                "HOME": str(folder),
                "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
                "LANG": "C.UTF-8",
                "NO_COLOR": "1",
                "TERM": "dumb",
                "GIT_CONFIG_GLOBAL": os.devnull,
                **{
                    f"GIT_{who}_{what}": value
                    for who in ("AUTHOR", "COMMITTER")
                    for what, value in (("NAME", "A Reader"), ("EMAIL", "reader@docs.example"))
                },
                **environment,
            },
        )
        os.close(terminal)
        self.folder = folder

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *fault: object) -> None:
        # With all that it has started, which may hang where the shell itself does not.
        os.killpg(self._shell.pid, signal.SIGKILL)
        self._shell.wait()
        if self._shell.stdin:
            self._shell.stdin.close()
        os.close(self._controller)

    def follow(self, page: str) -> None:
        """Do all that the text of a page says."""
        for step in read_page(page):
            self.do(step)

    def do(self, step: Step) -> None:
        """Do what the page says; raises AssertionError where something else comes of it."""
        path = self.folder / step.target
        match step.does:
            case "save":
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(step.text, encoding="utf-8")
            case "add":
                path.write_text(path.read_text(encoding="utf-8") + step.text, encoding="utf-8")
            case "change":
                path.write_text(changed(path.read_text(encoding="utf-8"), step.text), encoding="utf-8")
            case "type":
                said, status = self.type(step.target)
                assert step.text or status == 0, (
                    f"line {step.line}: {step.target} ended with {status}:\n{said}"
                )
                assert not step.text or is_said(step.text, said), (
                    f"line {step.line}: {step.target} says\n{said}\nand the page shows\n{step.text}"
                )

    def type(self, command: str) -> tuple[str, int]:
        """Return what a command says on a terminal, without the progress that it takes away again, and its exit status."""
        assert self._shell.stdin
        end = "\x02done"
        self._shell.stdin.write(f'{{ {command}\n}} </dev/null; printf \'\\x02done %s %s\\n\' "$?" "$PWD"\n')
        self._shell.stdin.flush()
        heard = b""
        while not re.search(rb"\x02done .*\n", heard):
            if not select.select([self._controller], [], [], SECONDS)[0]:
                raise AssertionError(f"{command} has said nothing for {SECONDS} seconds, after\n{heard!r}")
            heard += os.read(self._controller, 65536)
        text = heard.decode().replace("\r\n", "\n")
        said, _, after = text.partition(end)
        status, _, folder = after.strip().partition(" ")
        self.folder = Path(folder)
        # Not splitlines(): what takes progress away begins with a carriage return.
        return "\n".join(line.rpartition(_PROGRESS)[2] for line in said.split("\n")), int(status)
