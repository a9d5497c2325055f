"""Run a function for each client: in this process, or in several, the largest client first."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

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
        for name in names:
            yield name, function(name)
        return
    # Imported here, since most builds make one client anew and need none of it.
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool

    # fork: what is imported and compiled here is there already. No thread may run yet, so this is for the command
    # line alone; where there is no fork, processes begin anew.
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    goes_on, ends = context.Pipe(duplex=False)
    executor = ProcessPoolExecutor(
        jobs, mp_context=context, initializer=_begin, initargs=(function, goes_on, ends)
    )
    try:
        name_by_future = {executor.submit(_run, name): name for name in names}
        for future in as_completed(name_by_future):
            yield name_by_future[future], future.result()
        # All is there, so none is asked to end: where one was killed while it said that it ends, another would wait
        # for ever for its turn to say so.
        ends.close()
    except BrokenProcessPool as error:
        why = "a process of the build was ended from outside; if memory ran out, try --jobs 1"
        raise OSError(errno.ECHILD, why) from error
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
        ends.close()
        goes_on.close()


_functions: list[Callable[[str], Any]] = []
"""What this worker process runs: sent once, not with every name."""


def _begin(function: Callable[[str], Any], goes_on: Connection, ends: Connection) -> None:
    ends.close()
    # Where one process is killed while it holds what they share, the others can only be ended, not asked to end.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    Thread(target=_end_with_the_build, args=(goes_on,), daemon=True).start()
    _functions[:] = [function]


def _end_with_the_build(goes_on: Connection) -> None:
    """End this process once the build needs it no more, or is gone: else it would hold the output's lock for ever."""
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    build = parent_process()
    wait([goes_on, build.sentinel] if build else [goes_on])
    os._exit(1)


def _run(name: str) -> Any:
    return _functions[0](name)
