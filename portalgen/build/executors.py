"""Run a function for each client: in this process, or in several, the largest client first."""

from __future__ import annotations

import errno
import gc
import os
import pickle
import signal
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

Result = TypeVar("Result")


def usable_cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_each(
    function: Callable[[str], Result], size_by_name: Mapping[str, int], *, jobs: int = 1
) -> Iterator[tuple[str, Result]]:
    """Yield (name, result) as they are ready, the largest begun first; what `function` raises is raised here.

    Raises OSError where a process was ended from outside, as a system does whose memory runs out.

    With more than one job, `function` runs in processes of its own; results and exceptions must be picklable.
    """
    names = sorted(size_by_name, key=lambda name: (-size_by_name[name], name))
    if jobs < 2:
        for number, name in enumerate(names):
            if number:
                gc.collect(0)
            yield name, _undisturbed(function, name)
        return
    # Imported here, since most builds make one client anew and need none of it.
    from multiprocessing.connection import wait

    # Not concurrent.futures: its processes share their pipes, and one that is killed while it speaks keeps all others
    # waiting for ever. Here each has a pipe of its own, which breaks when it dies.
    process_by_pipe: dict[Connection, BaseProcess] = {}
    name_by_pipe: dict[Connection, str] = {}
    try:
        for _ in names[:jobs]:
            pipe, process = _start(function, tuple(process_by_pipe))
            process_by_pipe[pipe] = process
        waiting = iter(names)
        for pipe, name in zip(process_by_pipe, waiting, strict=False):
            _ask(pipe, name)
            name_by_pipe[pipe] = name
        while name_by_pipe:
            ready = wait(list(name_by_pipe))
            for pipe in [each for each in name_by_pipe if each in ready]:
                result = _hear(pipe)
                name = name_by_pipe.pop(pipe)
                if (next_name := next(waiting, None)) is not None:
                    _ask(pipe, next_name)
                    name_by_pipe[pipe] = next_name
                yield name, result
    finally:
        # Ended rather than asked to end: whatever they are doing, nobody needs it any more.
        for process in process_by_pipe.values():
            process.kill()
        for pipe, process in process_by_pipe.items():
            process.join()
            # All that was said has been heard: nothing can be lost here.
            with suppress(OSError):
                process.close()
            with suppress(OSError):
                pipe.close()


def _start(function: Callable[[str], Any], others: Sequence[Connection]) -> tuple[Connection, BaseProcess]:
    """Return the pipe to a new process, which runs `function` for each name that comes through it; and the process."""
    import multiprocessing

    # fork: what is imported and compiled here is there already. No thread may run yet, so this is for the command
    # line alone; where there is no fork, processes begin anew.
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
    context: Any = multiprocessing.get_context(method)
    ours, theirs = context.Pipe()
    inherited = (ours, *others) if method == "fork" else ()
    process = context.Process(target=_work, args=(function, theirs, inherited), daemon=True)
    with theirs:
        process.start()
    return ours, process


def _ask(pipe: Connection, name: str) -> None:
    try:
        pipe.send(name)
    except OSError as error:
        raise _ended_from_outside() from error


def _hear(pipe: Connection) -> Any:
    """Return what a process made of the name that it was given, or raise what it raised."""
    try:
        result, raised = pipe.recv()
    except (EOFError, OSError) as error:
        raise _ended_from_outside() from error
    if raised is not None:
        raise raised
    return result


def _ended_from_outside() -> OSError:
    why = "a process of the build was ended from outside; if memory ran out, try --jobs 1"
    return OSError(errno.ECHILD, why)


def _work(function: Callable[[str], Any], pipe: Connection, inherited: Sequence[Connection]) -> None:
    """Be a process of the build: answer each name with (result, None) or (None, what was raised)."""
    # The build is told too, puts away what was begun, and ends this process.
    signal.signal(signal.SIGINT, _leave_it_to_the_build)
    signal.signal(signal.SIGTERM, _leave_it_to_the_build)
    Thread(target=_end_with_the_build, daemon=True).start()
    try:
        # The ends that are the build's alone: held here too, they would not break with it.
        for each in inherited:
            each.close()
        while True:
            pipe.send_bytes(_answer(function, pipe.recv()))
            gc.collect(0)
    except (EOFError, OSError):
        # Nobody hears it.
        os._exit(1)


def _answer(function: Callable[[str], Any], name: str) -> bytes:
    try:
        return pickle.dumps((_undisturbed(function, name), None))
    except Exception as error:
        # The lines do not go along with it.
        error.add_note("".join(traceback.format_exception(error)))
        return pickle.dumps((None, error))


def _undisturbed(function: Callable[[str], Result], name: str) -> Result:
    """Return what `function` makes of a name; Python does not look for rings of things that nobody needs meanwhile.

    A site is put together of a hundred thousand small things, and next to none are in rings: to look through all of
    them while they are needed takes a twentieth of the time. Whoever goes on to the next has it look before that.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return function(name)
    finally:
        if was_enabled:
            gc.enable()


def _leave_it_to_the_build(_signal: int, _frame: object) -> None:
    """Do nothing: a handler rather than SIG_IGN, which git would inherit."""


def _end_with_the_build() -> None:
    """End this process once the build is gone: else it would go on and hold the output's lock."""
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    if build := parent_process():
        wait([build.sentinel])
    os._exit(1)
