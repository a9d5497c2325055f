"""The command as it is typed, killed and failed at every call that has to do with files: each site is whole, the next build heals.

`make test` tries a sample of the points; `make sweep` (PORTALGEN_SWEEP=all) tries all that touch the portal.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sites import tree_of, write_tree
from wall.depth import IS_WHOLE
from wall.fork_server import ForkServer

IN_CI = os.environ.get("CI") == "true"
NOT_FILES = {
    "mmap",
    "munmap",
    "poll",
    "ppoll",
    "select",
    "pselect6",
    "epoll_wait",
    "epoll_create1",
    "epoll_ctl",
}
"""Calls that strace counts among those on descriptors and that touch no file."""
OWN_PIPES = ("Exception ignored in", "Process ForkProcess-")
"""Python tells so of faults of the pipes between its processes, which happen in a sweep alone."""
SLUGS = ("acme", "birch", "cedar")
DAY = "2026-11-23"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        shutil.which("strace") is None and not IN_CI,
        reason="NO STRACE: install strace to try faults at every call",
    ),
]

ALWAYS = {
    "content/birch/client.yaml": "name: Birch\n",
    "content/birch/risks.yaml": "- {id: RSK-1, title: Frost, likelihood: 1, impact: 1}\n",
    "content/acme/client.yaml": "name: Acme\nbrand: {logo: logo.svg}\n",
    "content/acme/logo.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"><rect width="2" height="2"/></svg>',
    "content/acme/documents.yaml": "- {id: DOC-1, title: Plan, file: plan.txt}\n- {id: DOC-2, title: Map, file: map.txt}\n",
    "content/acme/map.txt": "The map stays as it is.\n",
}
STATES: dict[str, dict[str, str]] = {
    "A": ALWAYS
    | {
        "content/acme/risks.yaml": "- {id: RSK-1, title: Flood, likelihood: 1, impact: 1}\n- {id: RSK-2, title: Gone, likelihood: 1, impact: 1}\n",
        "content/acme/plan.txt": "The first plan.\n",
        "content/cedar/client.yaml": "name: Cedar\n",
    },
    "B": ALWAYS
    | {
        "content/acme/risks.yaml": "- {id: RSK-1, title: Fire, likelihood: 2, impact: 2}\n- {id: RSK-3, title: 新的, likelihood: 1, impact: 1}\n",
        "content/acme/plan.txt": "The second plan, which is longer.\n",
    },
}
"""What two builds in turn are of: the second changes a client, leaves one as it is and loses one, and back."""

Trees = dict[str, dict[str, bytes]]


@dataclass(frozen=True)
class Run:
    status: int
    said: str
    calls: tuple[tuple[str, str], ...]
    """What strace saw, in order: the call's name, and the line."""
    was_hit: bool


class Portal:
    """A portal that is built again and again."""

    def __init__(self, scratch: Path) -> None:
        self.scratch, self.log, self.said = scratch, scratch / "strace.log", scratch / "said"
        self.public = scratch / "portal" / "public"
        self.arguments = ("build", "--source", str(scratch / "portal"), "--as-of", DAY)
        self.set("A")
        self.server = ForkServer(self.said, *self.arguments, "--output", str(scratch / "warm" / "public"))
        self.whole: dict[str, Trees] = {}
        for state in ("B", "A"):
            self.set(state)
            assert self.build() == 0, self.said.read_text()
            self.whole[state] = self.trees()
        self.names = self.listing()

    def set(self, state: str) -> None:
        """Make the content that of `state`."""
        shutil.rmtree(self.scratch / "portal" / "content", ignore_errors=True)
        write_tree(self.scratch / "portal", STATES[state])
        self.state = state

    def trees(self) -> Trees:
        return {slug: tree_of(self.public / slug) for slug in SLUGS if (self.public / slug).exists()}

    def listing(self) -> set[str]:
        """Return all names of state and caches, without the clients' own files."""
        folders = (self.public / ".portalgen", self.scratch / "portal" / ".portalgen-cache")
        return {str(path.relative_to(self.scratch)) for folder in folders for path in folder.rglob("*")}

    def build(self) -> int:
        return self.server.run(*self.arguments)

    def trace(self, *options: str) -> Run:
        """Return what happened when the command was run under strace."""
        pid = self.server.start(*self.arguments)
        command = ["strace", "-f", "-y", "-s", "200", "-o", str(self.log), *options, "-p", pid]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
            assert strace.stderr is not None
            said = strace.stderr.readline()
            self.server.release()
            status = self.server.status()
            assert "attached" in said, said
        lines = self.log.read_text(errors="replace").splitlines()
        calls = tuple((m[1], line) for line in lines if (m := re.match(r"\d+ +(\w+)\(", line)))
        was_hit = status < 0 or any("(INJECTED)" in line or "--- SIG" in line for line in lines)
        return Run(status, self.said.read_text(errors="replace"), calls, was_hit)


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    """In memory if that is there: on a disk, most of a sweep's time goes into waiting for it."""
    memory = Path("/dev/shm")
    scratch = memory / f"{tmp_path.name}-{os.getpid()}" if os.access(memory, os.W_OK) else tmp_path
    scratch.mkdir(exist_ok=True)
    portal = Portal(scratch)
    try:
        yield portal
    finally:
        portal.server.close()
        if scratch != tmp_path:
            shutil.rmtree(scratch)


def points_of(portal: Portal, sample: int) -> list[tuple[str, int]]:
    """Return the points at which a rebuild can be hit, (call, how many-th of its kind): all, or so many of them."""
    portal.set("B")
    dry = portal.trace("-e", "trace=%file,%desc")
    assert dry.status == 0
    count, near, far = Counter[str](), list[tuple[str, int]](), list[tuple[str, int]]()
    for name, line in dry.calls:
        if name not in NOT_FILES:
            count[name] += 1
            # Far ones look at files of the program, of its libraries or of git.
            (near if str(portal.scratch) in line else far).append((name, count[name]))
    chance = random.Random(7)
    # The rare calls change something, the usual ones only look: take more of the rare kinds.
    order = {point: chance.random() * count[point[0]] ** 0.5 for point in [*near, *far]}
    near, far = sorted(near, key=order.__getitem__), sorted(far, key=order.__getitem__)
    print(
        f"\n{len(near)} calls of a rebuild touch the portal, {len(far)} others the program, its libraries and git: {dict(count)}"
    )
    assert len(near) > 300
    return sorted(near + far[:200] if IS_WHOLE else near[: sample * 4 // 5] + far[: sample // 5])


def sweep(portal: Portal, fault: str, statuses: set[int], *, sample: int) -> None:
    """Try `fault` at many points of a rebuild, and build again after each."""
    points, hits, seen, began = points_of(portal, sample), 0, dict[int, int](), time.monotonic()
    assert portal.build() == 0
    for name, number in points:
        old = portal.state
        new = "A" if old == "B" else "B"
        portal.set(new)
        run = portal.trace("-e", f"trace={name}", "-e", f"inject={name}:{fault}:when={number}")
        where = f"{fault} at {name} number {number}: status {run.status}\n{run.said[-3000:]}"
        hits += run.was_hit
        seen[run.status] = seen.get(run.status, 0) + 1
        found = portal.trees()
        # Where git may not be run the site is built without its history, and the build says so.
        is_without_git = fault == "error=EACCES" and "[no-history]" in run.said
        for slug in SLUGS:
            one, other = portal.whole[old].get(slug), portal.whole[new].get(slug)
            assert is_without_git or found.get(slug) in (one, other), (
                f"{slug} is neither old nor new: {where}"
            )
        # 2: by access() the command line asks whether --source can be read.
        assert run.status in statuses | {0} | ({2} if "is not readable" in run.said else set()), where
        if run.status == 0 and not is_without_git:
            assert found == portal.whole[new], f"not the new sites, and nothing said: {where}"
        assert "Traceback" not in run.said or any(pipe in run.said for pipe in OWN_PIPES), where
        assert portal.build() == 0, where
        assert portal.trees() == portal.whole[new], f"the next build did not heal it: {where}"
        litter = portal.listing() - portal.names
        assert not litter, f"{litter} is left behind: {where}"
    print(
        f"{fault}: {len(points)} points tried, {hits} hit, ended with {seen}, {time.monotonic() - began:.0f} s"
    )
    assert hits > len(points) * 0.8


def test_the_command_killed_at_any_call_leaves_each_site_whole_and_the_next_build_heals(
    portal: Portal,
) -> None:
    sweep(portal, "signal=KILL", {-9, 3}, sample=120)


@pytest.mark.parametrize("error", ["ENOSPC", "EIO", "EACCES", "EMFILE"])
def test_an_error_of_the_machine_at_any_call_ends_with_3_and_leaves_each_site_whole(
    portal: Portal, error: str
) -> None:
    # In one process: the pipes between several fail in a sweep alone, and then Python waits for ever.
    portal.arguments += ("--jobs", "1")
    sweep(portal, f"error={error}", {3}, sample=50)


@pytest.mark.parametrize(
    ("signal", "statuses"), [("INT", {130}), ("TERM", {143, -15}), ("HUP", {-1}), ("PIPE", set())]
)
def test_a_signal_at_any_call_leaves_each_site_whole_and_shows_no_traceback(
    portal: Portal, signal: str, statuses: set[int]
) -> None:
    """3 where it was git or a worker process that the signal met."""
    sweep(portal, f"signal={signal}", statuses | {3}, sample=10)
