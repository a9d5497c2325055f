"""Swap two folders in one step, where the system can, and push a file system's changes to the disk in one go.

Python's `os` offers neither: both calls are made through the C library.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from contextlib import suppress

_CANNOT = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP})
"""What a kernel or a file system answers that does not know the call."""

_C = ctypes.CDLL(None, use_errno=True)
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
"""Linux, linux/fs.h."""
_RENAME_SWAP = 2
"""macOS, sys/stdio.h: the same number by chance."""


def exchange(first: bytes, second: bytes) -> bool:
    """Return True when `first` and `second` have swapped places in one step, False where the system has no such step.

    Nothing has changed when it returns False or raises OSError.
    """
    if sys.platform == "darwin":
        call, arguments = "renamex_np", (first, second, _RENAME_SWAP)
    else:
        call, arguments = "renameat2", (_AT_FDCWD, first, _AT_FDCWD, second, _RENAME_EXCHANGE)
    return _call(call, arguments, first)


def sync_file_system(folder: bytes) -> bool:
    """Return True when all that was written to the file system of `folder` is on the disk, False without such a call.

    One call for a whole site: fsync of each of its files takes five times as long on ext4.
    Linux tells of failed writes here since 5.8; before, only close() and fsync() did.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        return _call("syncfs", (descriptor,), folder)
    finally:
        with suppress(OSError):
            os.close(descriptor)


def _call(name: str, arguments: tuple[int | bytes, ...], path: bytes) -> bool:
    """Return whether the C library and the kernel know the call; raise OSError about `path` when it fails."""
    function = getattr(_C, name, None)
    if function is None:
        return False
    while function(*arguments) != 0:
        code = ctypes.get_errno()
        if code in _CANNOT:
            return False
        if code != errno.EINTR:
            raise OSError(code, os.strerror(code), os.fsdecode(path))
    return True
