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
    calls: tuple[tuple[str, str, str], ...]
    """What strace saw, in order: the process, the call's name, and the line."""
    was_hit: bool


def put_into_git(root: Path) -> None:
    """Commit the content as it stands; what is edited later is not committed."""
    settings = ("-c", "user.name=x", "-c", "user.email=x@x.example")
    for arguments in (("init", "-q"), ("add", "content"), ("commit", "-q", "-m", "All")):
        subprocess.run(["git", *settings, *arguments], cwd=root, check=True)


class Portal:
    """A portal that is built again and again."""

    def __init__(self, scratch: Path) -> None:
        self.scratch, self.log, self.said = scratch, scratch / "strace.log", scratch / "said"
        self.public = scratch / "portal" / "public"
        self.arguments = ("build", "--source", str(scratch / "portal"), "--as-of", DAY)
        self.set("A")
        put_into_git(scratch / "portal")
        self.server = ForkServer(self.said, *self.arguments, "--output", str(scratch / "warm" / "public"))
        self.whole: dict[str, Trees] = {}
        for state in ("B", "A"):
            self.set(state)
            assert self.build() == 0, self.said.read_text()
            self.whole[state] = self.trees()
        self.names = self.listing()
        head = scratch / "portal" / ".git" / "HEAD"
        kept = head.read_text()
        head.write_text("damaged\n")
        self.without_past: dict[str, Trees] = {}
        """State → the sites where git does not answer: said so, and without a history."""
        for state in ("B", "A"):
            self.set(state)
            assert self.build() == 0, self.said.read_text()
            self.without_past[state] = self.trees()
        head.write_text(kept)
        assert self.build() == 0

    def set(self, state: str) -> None:
        """Make the content that of `state`."""
        shutil.rmtree(self.scratch / "portal" / "content", ignore_errors=True)
        write_tree(self.scratch / "portal", STATES[state])
        self.state = state

    def use(self, jobs: int) -> None:
        """Let the builds from now on run in so many processes."""
        self.jobs = jobs
        self.arguments += ("--jobs", str(jobs))

    def trees(self) -> Trees:
        return {slug: tree_of(self.public / slug) for slug in SLUGS if (self.public / slug).exists()}

    def standing(self) -> dict[str, tuple[int, ...]]:
        """Return how everything stands of which a build is made and which it makes: the same, and so is the next build."""
        return {str(path): stamp(path) for path in (self.scratch / "portal").rglob("*")}

    def listing(self) -> set[str]:
        """Return all names of state and caches, without the clients' own files."""
        folders = (self.public / ".portalgen", self.scratch / "portal" / ".portalgen-cache")
        return {str(path.relative_to(self.scratch)) for folder in folders for path in folder.rglob("*")}

    def build(self) -> int:
        return self.server.run(*self.arguments)

    def trace(self, *options: str) -> Run:
        """Return what happened when the command was run under strace."""
        pid = self.server.start(*self.arguments)
        command = ["strace", "-f", "-o", str(self.log), *options, "-p", pid]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
            assert strace.stderr is not None
            said = strace.stderr.readline()
            self.server.release()
            status = self.server.status()
            assert "attached" in said, said
        lines = self.log.read_text(errors="replace").splitlines()
        calls = tuple((m[1], m[2], line) for line in lines if (m := re.match(r"(\d+) +(\w+)\(", line)))
        was_hit = status < 0 or any("(INJECTED)" in line or "--- SIG" in line for line in lines)
        return Run(status, self.said.read_text(errors="replace"), calls, was_hit)


def stamp(path: Path) -> tuple[int, ...]:
    about = path.lstat()
    return about.st_mode, about.st_size, about.st_ino, about.st_mtime_ns, about.st_ctime_ns


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


def points_of(portal: Portal) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Return the points at which a rebuild can be hit, (call, how many-th of its kind in its process): near, and far.

    Far ones look at files of the program, of its libraries or of git alone.
    """
    dry = portal.trace("-y", "-s", "200", "-e", "trace=%file,%desc")
    assert dry.status == 0, dry.said
    count, near, far = Counter[tuple[str, str]](), set[tuple[str, int]](), set[tuple[str, int]]()
    for process, name, line in dry.calls:
        if name not in NOT_FILES:
            count[process, name] += 1
            (near if str(portal.scratch) in line else far).add((name, count[process, name]))
    far -= near
    by_name = Counter(name for name, _ in near | far)
    print(f"\n{len(near)} calls of a rebuild touch the portal, {len(far)} others the program, its libraries and git: {dict(by_name)}")  # fmt: skip
    assert len(near) > 300
    return order(near, by_name), order(far, by_name)


def order(points: set[tuple[str, int]], by_name: Counter[str]) -> list[tuple[str, int]]:
    """Return points by chance, those of rare calls first: they change something, the usual ones only look."""
    chance = random.Random(7)
    weight = {point: chance.random() * by_name[point[0]] ** 0.5 for point in sorted(points)}
    return sorted(points, key=weight.__getitem__)


def sweep(portal: Portal, fault: str, statuses: set[int], *, sample: int) -> None:
    """Try `fault` at many points of a rebuild, or at all, and build again after each that left anything otherwise."""
    portal.set("B")
    near, far = points_of(portal)
    # What is far does not ask how many processes there are.
    far = far if portal.jobs == 1 else []
    points = sorted(near + far if IS_WHOLE else near[: sample * 4 // 5] + far[: sample // 5])
    hits, seen, healed, wrong, began = 0, Counter[int](), 0, list[str](), time.monotonic()
    assert portal.build() == 0
    old = "B"
    portal.set("A")
    for name, number in points:
        before = portal.standing()
        run = portal.trace("-e", f"trace={name}", "-e", f"inject={name}:{fault}:when={number}")
        hits += run.was_hit
        seen[run.status] += 1
        faults = list(faults_of(portal, run, old, statuses, is_error=fault.startswith("error")))
        # Where nothing at all was touched the next build is the one that was begun here.
        if faults or portal.standing() != before:
            healed += 1
            faults += faults_of_healing(portal)
            old = portal.state
            portal.set("A" if old == "B" else "B")
        wrong += [
            f"{each}: {fault} at {name} number {number}: status {run.status}\n{run.said[-3000:]}"
            for each in faults
        ]
        assert len(wrong) < 20, "\n".join(wrong)
    assert portal.build() == 0
    assert portal.trees() == portal.whole[portal.state]
    print(
        f"{fault}, {portal.jobs} jobs: {len(points)} points tried, {hits} hit, ended with {dict(seen)}; "
        f"{healed} left something otherwise, and the next build healed it; {time.monotonic() - began:.0f} s"
    )
    assert not wrong, "\n".join(wrong)
    assert hits > len(points) * 0.8


def faults_of(portal: Portal, run: Run, old: str, statuses: set[int], *, is_error: bool) -> Iterator[str]:
    """Yield what is wrong after a run that was hit, on the way from the state `old`."""
    found = portal.trees()
    # Where git does not answer the site is built without its past, and the build says so.
    is_told = is_error and "[no-history]" in run.said
    fitting = [portal.whole[portal.state], *([portal.without_past[portal.state]] if is_told else [])]
    for slug in SLUGS:
        if found.get(slug) not in [trees.get(slug) for trees in (portal.whole[old], *fitting)]:
            yield f"{slug} is neither old nor new"
    # 2: by access() the command line asks whether --source can be read.
    if run.status not in statuses | {0} | ({2} if "is not readable" in run.said else set()):
        yield "another exit status"
    if run.status == 0 and found not in fitting:
        yield "not the new sites, and nothing said"
    if "Traceback" in run.said:
        yield "a traceback"


def faults_of_healing(portal: Portal) -> Iterator[str]:
    """Yield what is wrong after the next build, which nothing hits."""
    if portal.build() != 0:
        yield f"the next build fails: {portal.said.read_text(errors='replace')[-1000:]}"
    if portal.trees() != portal.whole[portal.state]:
        yield "the next build did not heal it"
    if litter := portal.listing() - portal.names:
        yield f"{litter} is left behind"


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_command_killed_at_any_call_leaves_each_site_whole_and_the_next_build_heals(
    portal: Portal, jobs: int
) -> None:
    portal.use(jobs)
    sweep(portal, "signal=KILL", {-9, 3}, sample=120)


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("error", ["ENOSPC", "EIO", "EACCES", "EMFILE"])
def test_an_error_of_the_machine_at_any_call_ends_with_3_and_leaves_each_site_whole(
    portal: Portal, error: str, jobs: int
) -> None:
    portal.use(jobs)
    sweep(portal, f"error={error}", {3}, sample=50)


@pytest.mark.parametrize(
    ("signal", "statuses"), [("INT", {130}), ("TERM", {143, -15}), ("HUP", {-1}), ("PIPE", set())]
)
def test_a_signal_at_any_call_leaves_each_site_whole_and_shows_no_traceback(
    portal: Portal, signal: str, statuses: set[int]
) -> None:
    """3 where it was git or a worker process that the signal met."""
    portal.use(2)
    sweep(portal, f"signal={signal}", statuses | {3}, sample=10)
