"""Turn a case file into a source folder and what is expected of it.

A case is a text anybody can write: a title, then blocks, each under a line that begins with three dashes.

    A misspelt status names the nearest one
    --- content/harbour/client.yaml
    name: Harbour Museum
    --- content/harbour/risks.yaml
    - {id: RSK-1, title: Flood, status: hihg}
    --- problems
    content/harbour/risks.yaml:1:35: error: 'hihg' is no status of a risk [unknown-value]
      hint: did you mean 'high'?

    --- PATH                     a file of the source
    --- PATH (bytes)             the same, where \\x00 stands for a byte in hexadecimal digits
    --- PATH (repeated 5000)     the same, the text as often as that
    --- link PATH TARGET         a symbolic link
    --- fifo PATH                a named pipe
    --- folder PATH              an empty folder
    --- as-of 2026-11-23         the day, which is 2026-11-23 without it
    --- strict                   as with --strict
    --- problems                 the text of all problems; without it there may be none
    --- output PATH contains     each line stands somewhere in that file of the output
    --- output PATH lacks        no line does
    --- output PATH missing      there is no such file

A line of a text that would be taken for such a line has a backslash before it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

CASES = Path(__file__).parent / "cases"
DEFAULT_DAY = date(2026, 11, 23)

_WORDS = ("as-of", "strict", "problems", "output", "link", "fifo", "folder")
_HEADER = re.compile(
    rf"--- (?:(?P<word>{'|'.join(_WORDS)})(?: (?P<rest>.+))?|(?P<path>[^\s:]+)(?: \((?P<how>bytes|repeated \d+)\))?)"
)


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a case file."""

    header: str
    """The line that it stands under, without the dashes."""
    word: str
    """`problems`, `output`, …; empty for a file of the source."""
    rest: str
    """What follows the word; the path of a file of the source."""
    how: str
    """`bytes`, `repeated 5000`, or empty."""
    text: str
    """The lines, each with its end."""


@dataclass(frozen=True, slots=True)
class Case:
    """A small source folder and what is expected of it."""

    title: str
    blocks: tuple[Block, ...]

    @property
    def day(self) -> date:
        days = [block.rest for block in self.blocks if block.word == "as-of"]
        return date.fromisoformat(days[0]) if days else DEFAULT_DAY

    @property
    def is_strict(self) -> bool:
        return any(block.word == "strict" for block in self.blocks)

    @property
    def problems(self) -> str:
        """The text expected, empty where no problem is."""
        return "".join(block.text for block in self.blocks if block.word == "problems")

    @property
    def files(self) -> tuple[Block, ...]:
        return tuple(block for block in self.blocks if not block.word)

    @property
    def outputs(self) -> tuple[Block, ...]:
        return tuple(block for block in self.blocks if block.word == "output")


def list_cases(folder: Path = CASES) -> list[Path]:
    """Return all case files below `folder`, sorted."""
    return sorted(folder.rglob("*.txt"))


def read_case(text: str) -> Case:
    """Return the case that `text` holds; raises ValueError where it is none."""
    title, _, rest = text.partition("\n")
    blocks = tuple(_blocks(rest))
    if not title.strip() or title.startswith("---") or not blocks:
        raise ValueError("a case begins with a title, and a block below it")
    return Case(title.strip(), blocks)


def write_source(case: Case, folder: Path) -> None:
    """Make the source folder of `case` in `folder`."""
    for block in case.blocks:
        match block.word:
            case "":
                path = _place(folder, block.rest)
                path.write_bytes(_content(block))
            case "link":
                name, target = block.rest.split(" ", 1)
                _place(folder, name).symlink_to(target)
            case "fifo":
                os.mkfifo(_place(folder, block.rest))
            case "folder":
                _place(folder, block.rest).mkdir()
            case _:
                pass


def with_problems(text: str, problems: str) -> str:
    """Return the case file `text` with other problems expected; the block goes where there are none."""
    lines = text.splitlines(keepends=True)
    starts = [i for i, line in enumerate(lines) if _HEADER.fullmatch(line.rstrip("\n"))]
    block = f"--- problems\n{_escaped(problems)}" if problems else ""
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        if lines[start] == "--- problems\n":
            return "".join([*lines[:start], block, *lines[end:]])
    outputs = [i for i in starts if lines[i].startswith("--- output")]
    at = outputs[0] if outputs else len(lines)
    return "".join([*lines[:at], block, *lines[at:]])


def _blocks(text: str) -> Iterator[Block]:
    header: re.Match[str] | None = None
    lines: list[str] = []
    for line in [*text.splitlines(keepends=True), "--- problems"]:
        found = _HEADER.fullmatch(line.rstrip("\n"))
        if not found:
            lines.append(line[1:] if line.startswith("\\---") else line)
            continue
        if header:
            path = header["path"] or header["rest"] or ""
            yield Block(header[0][4:], header["word"] or "", path, header["how"] or "", "".join(lines))
        elif "".join(lines).strip():
            raise ValueError("between the title and the first block stands nothing")
        header, lines = found, []


def _content(block: Block) -> bytes:
    content = block.text.encode()
    if block.how == "bytes":
        return re.sub(rb"\\x([0-9a-f]{2})", lambda match: bytes.fromhex(match[1].decode()), content)
    if block.how.startswith("repeated"):
        return content * int(block.how.split()[1])
    return content


def _place(folder: Path, name: str) -> Path:
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
        raise ValueError(f"{name} would stand outside the case's folder")
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _escaped(text: str) -> str:
    return "".join(
        f"\\{line}" if _HEADER.fullmatch(line.rstrip("\n")) else line for line in text.splitlines(True)
    )
