"""Let one build at a time write to a folder: a lock that the kernel frees when its holder ends, however it ends."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_PAUSE_SECONDS = 0.05


class LockBusyError(Exception):
    """Another process holds the lock and did not let go in time."""


@contextmanager
def locked(path: bytes, *, wait_seconds: float) -> Iterator[None]:
    """Hold the lock of the file at `path`, which is made if it is missing and stays for ever; raise LockBusyError.

    Processes forked while it is held keep it until they end too: what they write is under the lock.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        _take(descriptor, path, wait_seconds)
        try:
            yield
        finally:
            # Not by close() alone: a worker that is still about would keep the lock for as long as it lives.
            with suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        with suppress(OSError):
            os.close(descriptor)


def _take(descriptor: int, path: bytes, wait_seconds: float) -> None:
    """Return with the lock held; ask again and again, since a waiting flock() knows no time limit."""
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            left = deadline - time.monotonic()
            if left <= 0:
                raise LockBusyError(os.fsdecode(path)) from None
            time.sleep(min(_PAUSE_SECONDS, left))
        except OSError as error:
            error.filename = path
            raise
        else:
            return
