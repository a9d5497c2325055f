"""What a site's files are made of, then and now → the files: those of which nothing changed stand as they are."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from functools import partial
from typing import Any, BinaryIO

from portalgen.site.reads import Read
from portalgen.site.render import Making
from portalgen.site.write import Content, FileCopy

KeptSite = dict[str, Any]
"""What was noted of a site: plain values. `reads` is what its files read, and `files` tells of each by its address:
the digest of its facts, the numbers of its reads, the digest of what they led to, its sha256 and its size."""


def make_site(planned: Mapping[str, Making], kept: KeptSite | None) -> tuple[dict[str, Content], KeptSite]:
    """Return a site's files by their address, and what to keep for the next time.

    `kept` is of a site that the same program made with the same themes. A file whose facts are what they were, and
    whose reads lead to what they led to, is not made: its content is known by its sha256, and made only if it is not
    found in the old site.
    """
    old_reads: list[Read] = kept["reads"] if kept else []
    old_files: dict[str, tuple[bytes, tuple[int, ...], bytes, str, int]] = kept["files"] if kept else {}
    number_by_read: dict[Read, int] = {}
    files: dict[str, Content] = {}
    known = {}
    for address, making in planned.items():
        looker = making.looker
        if looker is None:
            files[address] = making.make()
            continue
        facts = looker.digest_of(making.facts())
        reads: list[Read]
        if (old := old_files.get(address)) and old[0] == facts:
            reads, digest = [old_reads[number] for number in old[1]], old[2]
            if looker.digest(reads) == digest:
                sha256, size = old[3:]
                files[address] = FileCopy(partial(_made, address, making, sha256), size, sha256)
                numbers = tuple(number_by_read.setdefault(read, len(number_by_read)) for read in reads)
                known[address] = (facts, numbers, digest, sha256, size)
                continue
        looker.begin()
        data = files[address] = making.make()
        reads = list(looker.reads)
        numbers = tuple(number_by_read.setdefault(read, len(number_by_read)) for read in reads)
        known[address] = (facts, numbers, looker.digest(reads), hashlib.sha256(data).hexdigest(), len(data))
    return files, {"reads": list(number_by_read), "files": known}


def sha256_of_each(kept: KeptSite) -> dict[str, str]:
    """Return address → sha256 of the files of which something was noted."""
    return {address: noted[3] for address, noted in kept["files"].items()}


def _made(address: str, making: Making, sha256: str) -> BinaryIO:
    """Return a file that should stand and does not, as where somebody removed it."""
    data = making.make()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise AssertionError(f"{address} is not what it was, though nothing that it was seen to read changed")
    return io.BytesIO(data)
