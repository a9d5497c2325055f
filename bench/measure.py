"""Run a command and say what it took: wall time, CPU time, and the most memory of it and all its children."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_SECONDS_BETWEEN_LOOKS = 0.02
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""As on a user's machine, where Python keeps what it has compiled."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one run took."""

    wall: float
    """In seconds."""
    cpu: float
    """In seconds, of the command and of every child that it waited for."""


class Failed(Exception):
    """The command ended with another status than 0; the message holds what it said."""


def run(command: Sequence[str], folder: Path) -> Taken:
    """Return what `command` took; raises Failed."""
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=_ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise Failed(f"{' '.join(command)}: {said.read()[-2000:].decode(errors='replace')}")
    return Taken(wall, usage.ru_utime + usage.ru_stime)


def peak_memory_mb(command: Sequence[str], folder: Path) -> float:
    """Return the most memory that `command` and its children held at one moment; what they share counts once.

    Looking takes time, so this is a run of its own.
    """
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=_ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    most = 0
    while process.poll() is None:
        most = max(most, sum(map(_proportional_kb, _family(process.pid))))
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    return most / 1024


def _family(pid: int) -> list[int]:
    """Return a process and its descendants."""
    found = [pid]
    for one in found:
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
        except OSError:
            pass
    return found


def _proportional_kb(pid: int) -> int:
    """Return a process's part of the memory: of pages that three share, a third."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.split("\n") if line.startswith("Pss:")), 0)
