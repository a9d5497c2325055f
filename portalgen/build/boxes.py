"""Keep plain values in files that may be damaged, foreign or older: what is not sound is as if it were not there."""

from __future__ import annotations

import marshal
import os
from typing import Any

_HEAD = b"portalgen-cache-1\n"
_DIGEST_BYTES = 32
_LARGE_BYTES = 1 << 20


def read_box(path: str, name: str) -> Any:
    """Return the value that `write_box` put at `path` under `name`, or None where that cannot be said for certain."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return None
    # Without a copy: it may be large.
    head, body = data[: len(_HEAD)], memoryview(data)[len(_HEAD) + _DIGEST_BYTES :]
    if head != _HEAD or data[len(_HEAD) : len(_HEAD) + _DIGEST_BYTES] != _digest(body):
        return None
    kept_name, value = marshal.loads(body)
    return value if kept_name == name else None


def write_box(path: str, name: str, value: Any) -> None:
    """Put a value of numbers, texts, bytes, lists, tuples and dicts at `path`, in one step; on a full disk, nowhere."""
    body = marshal.dumps((name, value), 4)
    # One name, so that killed builds leave one file at most. Two that write at once may spoil it: its digest tells.
    beside = f"{path}.new"
    try:
        _make_private(os.path.dirname(path))
        with open(beside, "wb") as file:
            file.writelines((_HEAD, _digest(body), body))
        os.replace(beside, path)
    except OSError:
        # A cache that cannot be written costs time, and nothing else.
        try:
            os.unlink(beside)
        except OSError:
            pass


def _make_private(folder: str) -> None:
    """Make `folder` and the one above it for their owner alone.

    Caches name clients, and an output may stand among files that a web server shows.
    """
    for each in (os.path.dirname(folder), folder):
        try:
            os.mkdir(each, 0o700)
        except FileExistsError:
            pass


def _digest(body: bytes | memoryview) -> bytes:
    if len(body) > _LARGE_BYTES:
        # OpenSSL takes a third of the time.
        from hashlib import sha256
    else:
        # `_sha2` and `_sha256` are hashlib's own core, without OpenSSL behind it: 2 ms less at each start.
        try:
            from _sha256 import sha256  # type: ignore[import-not-found,no-redef]
        except ImportError:
            from hashlib import sha256
    return bytes(sha256(body).digest())
