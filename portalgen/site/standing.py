"""What a site's files are made of, then and now → the files: those of which nothing changed stand as they are."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, BinaryIO

from portalgen.site.reads import Read
from portalgen.site.render import HOLE, Making
from portalgen.site.write import Content, FileCopy

KeptSite = dict[str, Any]
"""What was noted of a site: plain values. `reads` is what its files read, each with the digest of what it led to, and
`files` tells of each file by its address: the digest of its facts, the numbers of its reads, its sha256, its size, and
where in it the revision stands; -1 where it does not. `revision` is what stands there."""


def make_site(
    planned: Mapping[str, Making], kept: KeptSite | None, old: Callable[[str], bytes | None] | None = None
) -> tuple[dict[str, Content], KeptSite]:
    """Return a site's files by their address, and what to keep for the next time.

    `kept` is of a site that the same program made with the same themes. A file whose facts are what they were, and
    whose reads lead to what they led to, is not made: its content is known by its sha256, and made only if it is not
    found in the old site. Where it names another revision now, it is the old file, which `old` reads, with that.
    """
    digest_of = next((each.looker.digest for each in planned.values() if each.looker), None)
    old_reads: list[tuple[Read, bytes]] = kept["reads"] if kept and digest_of else []
    old_files: dict[str, tuple[bytes, tuple[int, ...], str, int, int]] = kept["files"] if kept else {}
    old_revision: bytes = kept["revision"] if kept else b""
    revision = next((each.revision for each in planned.values() if each.revision), b"")
    changed = {number for number, (read, was) in enumerate(old_reads) if digest_of and digest_of(read) != was}
    # A read keeps its number, so that a page that stands keeps all of its own.
    number_by_read = {read: number for number, (read, _) in enumerate(old_reads)}
    files: dict[str, Content] = {}
    known = {}
    for address, making in planned.items():
        looker = making.looker
        if looker is None:
            files[address] = making.make()
            continue
        facts = looker.digest_of(making.facts())
        data: bytes | None = None
        if (was := old_files.get(address)) and was[0] == facts and changed.isdisjoint(was[1]):
            reads, (sha256, size, at) = was[1], was[2:]
            if at < 0 or old_revision == revision:
                files[address] = FileCopy(partial(_again, address, making, sha256), size, sha256)
                known[address] = (facts, reads, sha256, size, at)
                continue
            data = old(address) if old else None
            if data is not None and hashlib.sha256(data).hexdigest() == sha256:
                data = data[:at] + revision + data[at + len(old_revision) :]
            else:
                data = None
        if data is None:
            looker.begin()
            data, at = _made(making)
            reads = tuple([number_by_read.setdefault(read, len(number_by_read)) for read in looker.reads])
        files[address] = data
        known[address] = (facts, reads, hashlib.sha256(data).hexdigest(), len(data), at)
    used = set().union(*(noted[1] for noted in known.values()))
    if len(used) < len(number_by_read) / 2:
        new_by_old = {number: new for new, number in enumerate(sorted(used))}
        known = {
            address: (noted[0], tuple([new_by_old[number] for number in noted[1]]), *noted[2:])
            for address, noted in known.items()
        }
        number_by_read = {
            read: new_by_old[number] for read, number in number_by_read.items() if number in used
        }
    reads_now = [(read, digest_of(read)) for read in number_by_read] if digest_of else []
    return files, {"reads": reads_now, "files": known, "revision": revision}


def sha256_of_each(kept: KeptSite) -> dict[str, str]:
    """Return address → sha256 of the files of which something was noted."""
    return {address: noted[2] for address, noted in kept["files"].items()}


def _made(making: Making) -> tuple[bytes, int]:
    """Return a file, and where in it the revision stands that may be another one the next time, or -1."""
    data = making.make()
    hole = HOLE.encode()
    at = data.find(hole) if making.revision else -1
    return (data if at < 0 else data[:at] + making.revision + data[at + len(hole) :]), at


def _again(address: str, making: Making, sha256: str) -> BinaryIO:
    """Return a file that should stand and does not, as where somebody removed it."""
    data, _ = _made(making)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise AssertionError(f"{address} is not what it was, though nothing that it was seen to read changed")
    return io.BytesIO(data)
