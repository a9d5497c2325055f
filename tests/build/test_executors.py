"""Work for each client in processes of its own: what fails in one is told, and whoever is killed keeps nobody waiting."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from portalgen.build.executors import run_each

NAMES = {f"name-{number}": number for number in range(6)}
VICTIM = "name-5"
"""The largest, begun first: whichever process makes it is the one that is killed."""
MOMENTS = ("before", "half-way", "after")


def shouted(name: str) -> str:
    return name.upper()


def failing(name: str) -> str:
    if name == "name-2":
        raise OSError(errno.ENOSPC, "No space left on device", "page.html")
    return name


def faulty(name: str) -> str:
    raise AssertionError(f"a broken promise about {name}")


def killed(name: str) -> str:
    if name == "name-3":
        os.kill(os.getpid(), signal.SIGKILL)
    return name


@pytest.mark.parametrize("jobs", [1, 2, 4, 9])
def test_each_name_has_its_result(jobs: int) -> None:
    assert dict(run_each(shouted, NAMES, jobs=jobs)) == {name: name.upper() for name in NAMES}


@pytest.mark.parametrize("jobs", [1, 3])
def test_what_a_function_raises_is_raised_here(jobs: int) -> None:
    with pytest.raises(OSError, match="No space") as raised:
        list(run_each(failing, NAMES, jobs=jobs))
    assert (raised.value.errno, raised.value.filename) == (errno.ENOSPC, "page.html")


def test_a_fault_of_ours_tells_the_line_where_it_arose_in_another_process() -> None:
    with pytest.raises(AssertionError, match="a broken promise about") as raised:
        list(run_each(faulty, NAMES, jobs=2))
    assert "in faulty" in "".join(raised.value.__notes__)


def test_a_process_that_is_killed_is_told_with_what_may_help() -> None:
    with pytest.raises(OSError, match="--jobs 1") as raised:
        list(run_each(killed, NAMES, jobs=2))
    assert raised.value.errno == errno.ECHILD


def killed_at(call: str, number: int, moment: str, times: int) -> Callable[[str], bytes]:
    """Return a function whose process is killed at the `number`-th time that it sends or receives something."""
    mine = os.getpid()

    def function(name: str) -> bytes:
        if name == VICTIM and os.getpid() != mine:
            die_at(call, number, moment)
        return name.encode() * times

    return function


def die_at(call: str, number: int, moment: str) -> None:
    original = getattr(Connection, call)
    done = 0

    def dying(self: Connection, what: object, *rest: object) -> object:
        nonlocal done
        done += 1
        if done < number:
            return original(self, what, *rest)
        if moment == "half-way" and isinstance(what, bytes):
            original(self, what[: len(what) // 2], *rest)
        elif moment == "after":
            original(self, what, *rest)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("it is still alive")

    setattr(Connection, call, dying)


def drive(call: str, number: int, moment: str, times: int) -> None:
    """What `test_a_process_killed_at_an_awkward_moment…` runs as a program."""
    try:
        found = dict(run_each(killed_at(call, number, moment, times), NAMES, jobs=3))
        print("all", found == {name: name.encode() * times for name in NAMES})
    except OSError as error:
        print("told", error.errno == errno.ECHILD)


@pytest.mark.skipif(sys.platform == "win32", reason="its pipes are others")
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("call", ["_send", "_recv"])
@pytest.mark.parametrize("times", [1, 30_000], ids=["a word", "more than a pipe holds"])
def test_a_process_killed_at_an_awkward_moment_keeps_nobody_waiting(
    times: int, call: str, number: int, moment: str
) -> None:
    """Where processes share a pipe, one that dies while it holds it would keep all others waiting for ever."""
    script = f"from build.test_executors import drive; drive({call!r}, {number}, {moment!r}, {times})"
    tests = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", script], env=os.environ | {"PYTHONPATH": f"{tests}:{tests.parent}"}, capture_output=True, text=True,
        timeout=30, check=True,
    )  # fmt: skip
    assert done.stdout in ("all True\n", "told True\n")
    assert "Traceback" not in done.stderr
