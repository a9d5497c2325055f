"""The whole command many times over: a server that read modules, templates and languages once forks a child for each run.

As a program it takes jobs on stdin, a line of JSON each: {"arguments": […], "said": FILE}. The child's number comes back on
stdout; after an empty line on stdin the child runs `portalgen …` as it is typed, from its first step; its exit status
comes back, minus a signal's number where it was killed. What it says stands in FILE.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import select
import signal
import subprocess
import sys
import traceback
from pathlib import Path


class ForkServer:
    """The server, as a test uses it."""

    def __init__(self, said: Path, *warm: str) -> None:
        """Start it; `warm` are the arguments of a build that succeeds."""
        self.said = said
        self.process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._say(json.dumps({"arguments": warm}))
        assert self._hear() == "ready"

    def start(self, *arguments: str) -> str:
        """Return the number of a child that waits to run the command."""
        self._say(json.dumps({"arguments": arguments, "said": str(self.said)}))
        return self._hear()

    def release(self) -> None:
        """Let the waiting child run."""
        self._say("")

    def status(self) -> int:
        """Return the exit status of the child, once it has ended."""
        return int(self._hear())

    def run(self, *arguments: str) -> int:
        self.start(*arguments)
        self.release()
        return self.status()

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(10)

    def _say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def _hear(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


def child(job: dict[str, object], gate: int, ready: int) -> int:
    """Return the exit status of the command, which starts when something can be read from `gate`."""
    # Let strace attach although it is a sister, not a parent, where the system is strict about that.
    ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1 & (2**64 - 1)), 0, 0, 0)
    said = os.open(str(job["said"]), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(said, 1)
    os.dup2(said, 2)
    sys.argv = ["portalgen", *job["arguments"]]  # type: ignore[misc]
    os.write(ready, b"!")
    # Not a read: that would be the first that a sweep hits.
    select.select([gate], [], [])
    try:
        from portalgen.start import main

        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except BaseException:
        # As Python itself would.
        try:
            sys.excepthook(*sys.exc_info())
        except BaseException:
            traceback.print_exc()
        return 1
    return 0


def build_once(arguments: list[str]) -> None:
    """Build in this process: modules, templates and languages are read, and every child has them."""
    from portalgen import cli

    # Also what only several processes need; a fault while Python imports is not ours to stand.
    for name in ("multiprocessing.connection", "multiprocessing.popen_fork"):
        importlib.import_module(name)
    for name in ("portalgen.start", "portalgen.build.unchanged", "portalgen.formats"):
        importlib.import_module(name)
    stdout = os.dup(1)
    os.dup2(2, 1)
    assert cli.run([*arguments, "--quiet", "--jobs", "1"]) == 0
    os.dup2(stdout, 1)
    os.close(stdout)


def serve() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    build_once(json.loads(sys.stdin.readline())["arguments"])
    print("ready", flush=True)
    for line in sys.stdin:
        gate, key = os.pipe()
        is_ready, ready = os.pipe()
        pid = os.fork()
        if pid == 0:
            status = 99
            try:
                os.close(key)
                status = child(json.loads(line), gate, ready)
                sys.stdout.flush()
                sys.stderr.flush()
            finally:
                os._exit(status)
        os.read(is_ready, 1)
        print(pid, flush=True)
        sys.stdin.readline()
        os.write(key, b"go")
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
        for descriptor in (gate, key, is_ready, ready):
            os.close(descriptor)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    serve()
