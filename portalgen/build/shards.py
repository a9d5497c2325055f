"""Which part of the clients a machine builds: by the slug alone, so that a new client moves no other."""

from __future__ import annotations

import hashlib


def is_in_shard(slug: str, shard: tuple[int, int]) -> bool:
    """Return whether a client is of the shard (i, n), 1 ≤ i ≤ n; every client is of exactly one."""
    number, count = shard
    return int.from_bytes(hashlib.sha256(slug.encode()).digest()[:8]) % count == number - 1
