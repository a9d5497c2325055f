"""Whatever fails, and whenever the build is killed: the site that people read is the whole old or the whole new one.

Faults are injected with strace at every call that has to do with files, one run of the build a fault.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

import pytest
import write_driver
from write_driver import NEW, OLD, OTHER, SLUG, contents, tree

from portalgen.site.write import OutputBusy, open_output

IN_CI = os.environ.get("CI") == "true"
NOT_FILES = {"mmap", "munmap", "poll", "ppoll", "select", "pselect6"}
"""Calls that strace counts among those on descriptors; the driver itself waits in select."""
STATE_FILES = {".gitignore", "README", "layout", "lock"}

needs_strace = pytest.mark.skipif(
    shutil.which("strace") is None and not IN_CI,
    reason="NO STRACE: install strace to try faults at every call",
)


@dataclass(frozen=True)
class Run:
    status: int
    calls: tuple[tuple[str, str], ...]
    """What strace saw, in order: the call's name, and the line."""
    was_hit: bool


class Driver:
    """The fork server of write_driver.py, and strace on its children."""

    def __init__(self, scratch: Path) -> None:
        self.log = scratch / "strace.log"
        self.process = subprocess.Popen(
            [sys.executable, write_driver.__file__, "serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, job: dict[str, str]) -> int:
        """Return the number of a child that waits to do `job`."""
        self._say(json.dumps(job))
        return int(self._hear())

    def release(self) -> None:
        """Let the waiting child run."""
        self._say("")

    def hear_status(self) -> int:
        """Return the exit status of the child, once it has ended."""
        return int(self._hear())

    def go(self) -> int:
        """Let the waiting child run and return its exit status."""
        self.release()
        return self.hear_status()

    def run(self, job: dict[str, str]) -> int:
        self.start(job)
        return self.go()

    def trace(self, job: dict[str, str], *options: str) -> Run:
        """Return what happened when the child did `job` under strace."""
        pid = self.start(job)
        command = ["strace", "-f", "-y", "-s", "200", "-o", str(self.log), *options, "-p", str(pid)]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
            assert strace.stderr is not None
            said = strace.stderr.readline()
            if "attached" not in said:
                self.go()
                pytest.fail(f"strace could not attach: {said}")
            status = self.go()
        lines = self.log.read_text(errors="replace").splitlines()
        calls = tuple((m[1], line) for line in lines if (m := re.match(r"\d+ +(\w+)\(", line)))
        return Run(
            status, calls, status < 0 or any("(INJECTED)" in line or "--- SIGINT" in line for line in lines)
        )

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()

    def _say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def _hear(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory if there is one: on a disk, most of a sweep's time goes into waiting for it."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    folder = memory / f"{tmp_path.name}-{os.getpid()}"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def driver(scratch: Path) -> Iterator[Driver]:
    driver = Driver(scratch)
    try:
        yield driver
    finally:
        driver.close()


def job(scratch: Path, act: str = "write", **more: str) -> dict[str, str]:
    return {
        "act": act,
        "site": "new",
        "output": str(scratch / "public"),
        "source": str(scratch / "source"),
        **more,
    }


def begin(scratch: Path, *slugs: str) -> Path:
    """Return a fresh output folder that holds old sites, or none if there are no slugs."""
    public = scratch / "public"
    shutil.rmtree(public, ignore_errors=True)
    if slugs:
        with open_output(public, source=scratch / "source") as output:
            for slug in slugs:
                output.write_site(slug, OLD)
    return public


def site_at(public: Path, slug: str = SLUG) -> str:
    """Return which site people find now: old, new, none, or what is wrong with it."""
    folder = public / slug
    if not folder.exists():
        return "none"
    found = tree(folder)
    for name, site in write_driver.SITES.items():
        if found == contents(site):
            return name
    return f"MIXED {sorted(found)}"


def assert_the_next_build_heals(scratch: Path, act: str, others: set[str]) -> None:
    """Do `act` again, and see that the output is as after an `act` that nothing befell."""
    public = scratch / "public"
    with open_output(public, source=scratch / "source", wait_seconds=0) as output:
        assert {site_at(public, slug) for slug in (SLUG, *others)} <= {"old", "new", "none"}
        for slug in (SLUG, OTHER) if act == "both" else (SLUG,):
            if act != "remove":
                output.write_site(slug, NEW)
            elif slug in output.sites():
                output.remove_site(slug)
        slugs = others if act == "remove" else {*others, SLUG}
        assert set(output.sites()) == slugs
    assert site_at(public) == ("none" if act == "remove" else "new")
    for slug in others:
        assert site_at(public, slug) == ("new" if act == "both" else "old")
    assert set(os.listdir(public)) == {".portalgen", *slugs}
    assert set(os.listdir(public / ".portalgen")) == {*STATE_FILES, "sites", "staging"}
    assert set(os.listdir(public / ".portalgen/sites")) == slugs
    assert os.listdir(public / ".portalgen/staging") == []


def sweep(
    driver: Driver,
    scratch: Path,
    fault: str,
    allowed: dict[int, set[str]],
    *,
    start: tuple[str, ...] = (SLUG, OTHER),
    **task: str,
) -> None:
    """Try `fault` at the first, second, … of each call that has to do with files, until a run is not hit.

    `allowed` says which sites may be found after an exit status, `start` whose sites are there before.
    """
    act = task.get("act", "write")
    others = set(start) - {SLUG}
    begin(scratch, *start)
    dry = driver.trace(job(scratch, **task), "-e", "trace=%file,%desc")
    assert dry.status == 0
    names = sorted({name for name, _ in dry.calls} - NOT_FILES)
    points = 0
    for name in names:
        for n in range(1, 1000):
            public = begin(scratch, *start)
            run = driver.trace(
                job(scratch, **task), "-e", f"trace={name}", "-e", f"inject={name}:{fault}:when={n}"
            )
            found = {site_at(public, slug) for slug in ((SLUG, OTHER) if act == "both" else (SLUG,))}
            where = f"{fault} at {name} number {n}: status {run.status}, {found}, {run.calls[-1:]}"
            assert found <= allowed.get(run.status, set()), where
            if not run.was_hit:
                assert run.status == 0, where
                break
            points += 1
            try:
                assert_the_next_build_heals(scratch, act, others)
            except Exception as error:
                raise AssertionError(f"the next build did not heal it: {where}") from error
    print(
        f"\n{points} points tried: {fault} at each of {len(names)} calls ({', '.join(names)}), {task or 'write'}"
    )
    assert points > 100


@needs_strace
@pytest.mark.slow
def test_a_build_killed_at_any_call_leaves_the_whole_old_or_the_whole_new_site(
    driver: Driver, scratch: Path
) -> None:
    sweep(driver, scratch, "signal=KILL", {-9: {"old", "new"}, 0: {"new"}})


@needs_strace
@pytest.mark.slow
def test_a_first_build_killed_at_any_call_leaves_no_site_or_a_whole_one(
    driver: Driver, scratch: Path
) -> None:
    sweep(driver, scratch, "signal=KILL", {-9: {"none", "new"}, 0: {"new"}}, start=(OTHER,))


@needs_strace
@pytest.mark.slow
def test_the_first_build_of_all_killed_at_any_call_leaves_an_output_that_the_next_one_takes_for_ours(
    driver: Driver, scratch: Path
) -> None:
    sweep(driver, scratch, "signal=KILL", {-9: {"none", "new"}, 0: {"new"}}, start=())


@needs_strace
@pytest.mark.slow
def test_a_removal_killed_at_any_call_leaves_no_site_or_a_whole_one(driver: Driver, scratch: Path) -> None:
    sweep(driver, scratch, "signal=KILL", {-9: {"old", "none"}, 0: {"none"}}, act="remove")


@needs_strace
@pytest.mark.slow
def test_sites_switched_together_and_killed_at_any_call_are_each_the_whole_old_or_the_whole_new_one(
    driver: Driver, scratch: Path
) -> None:
    sweep(driver, scratch, "signal=KILL", {-9: {"old", "new"}, 0: {"new"}}, act="both")


@needs_strace
@pytest.mark.slow
def test_of_sites_switched_together_all_are_the_old_ones_after_an_error_at_any_call(
    driver: Driver, scratch: Path
) -> None:
    sweep(driver, scratch, "error=ENOSPC", {3: {"old"}, 0: {"new"}}, act="both")


@needs_strace
@pytest.mark.slow
def test_where_folders_cannot_be_exchanged_a_kill_at_any_call_is_healed_by_the_next_start(
    driver: Driver, scratch: Path
) -> None:
    sweep(driver, scratch, "signal=KILL", {-9: {"old", "new", "none"}, 0: {"new"}}, system="plain")


@needs_strace
@pytest.mark.slow
def test_a_build_interrupted_at_any_call_leaves_a_whole_site(driver: Driver, scratch: Path) -> None:
    sweep(driver, scratch, "signal=INT", {130: {"old", "new"}, 0: {"new"}})


@needs_strace
@pytest.mark.slow
@pytest.mark.parametrize("name", ["ENOSPC", "EIO", "EACCES", "EMFILE", "EDQUOT", "EINTR"])
def test_an_error_at_any_call_names_a_file_and_leaves_the_old_site(
    driver: Driver, scratch: Path, name: str
) -> None:
    sweep(driver, scratch, f"error={name}", {3: {"old"}, 0: {"new"}})


@needs_strace
@pytest.mark.slow
def test_where_folders_cannot_be_exchanged_an_error_at_any_call_leaves_the_old_site(
    driver: Driver, scratch: Path
) -> None:
    sweep(driver, scratch, "error=EIO", {3: {"old"}, 0: {"new"}}, system="plain")


@needs_strace
def test_all_is_on_the_disk_before_the_switch_and_the_switch_before_the_removal(
    driver: Driver, scratch: Path
) -> None:
    public = begin(scratch, SLUG)
    run = driver.trace(job(scratch), "-e", "trace=%file,%desc")
    assert run.status == 0
    calls = [name for name, _ in run.calls]
    switch = calls.index("renameat2")
    synced = calls.index("syncfs")
    outside = [line for name, line in run.calls[switch:] if name == "fsync" and f"<{public}>" in line]
    removed = next(i for i in range(switch, len(calls)) if calls[i] == "unlink")
    assert max(i for i, name in enumerate(calls) if name in ("write", "linkat", "mkdir")) < synced < switch
    assert outside
    assert switch < calls.index("fsync", switch) < removed


@needs_strace
def test_nothing_is_made_changed_or_removed_outside_the_output(driver: Driver, scratch: Path) -> None:
    public = begin(scratch)
    run = driver.trace(job(scratch), "-e", "trace=%file,%desc")
    assert run.status == 0
    reads = {
        "newfstatat",
        "stat",
        "lstat",
        "fstat",
        "read",
        "close",
        "getdents64",
        "access",
        "fsync",
        *NOT_FILES,
    }
    done = [(name, line) for name, line in run.calls if "= -1 E" not in line and "O_RDONLY" not in line]
    changes = [line for name, line in done if name not in reads]
    assert len(changes) > 20
    assert [line for line in changes if str(public) not in line] == []


def test_the_lock_of_a_killed_build_is_free(driver: Driver, scratch: Path) -> None:
    public = begin(scratch, SLUG)
    holder = driver.start(job(scratch, "hold"))
    driver.release()
    wait_until(lambda: is_held(public, scratch))
    os.kill(holder, signal.SIGKILL)
    assert driver.hear_status() == -signal.SIGKILL
    with open_output(public, source=scratch / "source", wait_seconds=0) as output:
        assert output.sites() == (SLUG,)


def test_a_second_build_waits_until_the_first_has_ended(driver: Driver, scratch: Path) -> None:
    public = begin(scratch, SLUG)
    holder = driver.start(job(scratch, "hold"))
    driver.release()
    wait_until(lambda: is_held(public, scratch))
    Timer(0.2, os.kill, (holder, signal.SIGINT)).start()
    with open_output(public, source=scratch / "source", wait_seconds=30) as output:
        output.write_site(SLUG, NEW)
    assert driver.hear_status() == 130
    assert site_at(public) == "new"


@pytest.mark.slow
def test_of_two_builds_that_race_each_writes_its_site_whole_or_is_told_to_wait(scratch: Path) -> None:
    public = begin(scratch, SLUG)
    racers = [start_helper("race", scratch, "old"), start_helper("race", scratch, "new")]
    time.sleep(3)
    seen = [stop_helper(racer) for racer in racers]
    print(f"\n{seen}")
    assert all(s["written"] > 100 and s["wrong"] == 0 for s in seen)
    assert sum(s["busy"] for s in seen) > 0
    assert site_at(public) in ("old", "new")
    assert_the_next_build_heals(scratch, "write", set())


@pytest.mark.slow
def test_readers_find_every_page_whole_during_200_rebuilds(scratch: Path) -> None:
    public = begin(scratch, SLUG)
    readers = [start_helper("read", scratch), start_helper("read", scratch)]
    time.sleep(0.5)
    with open_output(public, source=scratch / "source") as output:
        for i in range(200):
            assert output.write_site(SLUG, NEW if i % 2 == 0 else OLD).changed > 0
            time.sleep(0.005)
    seen = [stop_helper(reader) for reader in readers]
    print(f"\n{seen}")
    assert sum(s["passes"] for s in seen) > 1000
    assert [(s["missing"], s["torn"]) for s in seen] == [(0, 0), (0, 0)]


@pytest.mark.parametrize("limit", [{"RLIMIT_FSIZE": "9000"}, {"RLIMIT_NOFILE": "6"}], ids=["size", "files"])
def test_a_limit_of_the_machine_leaves_the_old_site(
    driver: Driver, scratch: Path, limit: dict[str, str]
) -> None:
    public = begin(scratch, SLUG, OTHER)
    assert driver.run(job(scratch, **limit)) == 3
    assert site_at(public) == "old"
    assert_the_next_build_heals(scratch, "write", {OTHER})


def test_16_open_files_are_enough(driver: Driver, scratch: Path) -> None:
    public = begin(scratch, SLUG)
    assert driver.run(job(scratch, RLIMIT_NOFILE="16")) == 0
    assert site_at(public) == "new"


@pytest.mark.parametrize("umask", ["000", "022", "077"])
def test_everyone_may_read_a_site_whatever_the_umask(driver: Driver, scratch: Path, umask: str) -> None:
    public = begin(scratch)
    assert driver.run(job(scratch, umask=umask)) == 0
    site = public / SLUG
    assert {p.stat().st_mode & 0o777 for p in (public, site, *site.rglob("*")) if p.is_dir()} == {0o755}
    assert {p.stat().st_mode & 0o777 for p in site.rglob("*") if p.is_file()} == {0o644}


FULL = """
from pathlib import Path
import errno, os, sys
from write_driver import *
scratch = Path(sys.argv[1])
public = scratch / "public"
big = {**NEW, **{f"pages/{i}.html": b"x" * 4096 for i in range(400)}}
with open_output(public, source=scratch) as output:
    output.write_site(SLUG, OLD)
    try:
        output.write_site(SLUG, big)
    except OSError as error:
        assert error.errno in (errno.ENOSPC, errno.EDQUOT), error
        assert str(public) in error.filename
    else:
        raise AssertionError("there was room")
    assert tree(public / SLUG) == contents(OLD)
    assert os.listdir(public / ".portalgen/staging") == []
    output.write_site(SLUG, NEW)
assert tree(public / SLUG) == contents(NEW)
"""


@pytest.mark.parametrize("room", ["size=600k", "nr_inodes=60"])
def test_a_disk_that_is_too_small_keeps_the_old_site(tmp_path: Path, room: str) -> None:
    run_among_own_mounts(f'mount -t tmpfs -o {room} none "$1"', FULL, tmp_path)


READ_ONLY = """
from pathlib import Path
import errno, subprocess, sys
from write_driver import *
scratch = Path(sys.argv[1])
public = scratch / "public"
with open_output(public, source=scratch) as output:
    output.write_site(SLUG, OLD)
subprocess.run(["mount", "--bind", public, public], check=True)
subprocess.run(["mount", "-o", "remount,ro,bind", public], check=True)
for _ in range(20):
    try:
        with open_output(public, source=scratch) as output:
            output.write_site(SLUG, NEW)
    except OSError as error:
        assert error.errno == errno.EROFS, error
        assert str(public) in error.filename
    else:
        raise AssertionError("it could be written to")
    assert tree(public / SLUG) == contents(OLD)
"""


def test_an_output_that_may_only_be_read_keeps_the_old_site(tmp_path: Path) -> None:
    run_among_own_mounts("true", READ_ONLY, tmp_path)


def run_among_own_mounts(shell: str, code: str, scratch: Path) -> None:
    """Run the shell's commands and then the Python code where mounts are seen by nobody else and end with it."""
    trial = subprocess.run(
        ["unshare", "-m", "mount", "-t", "tmpfs", "none", scratch], capture_output=True, check=False
    )
    if trial.returncode != 0 and not IN_CI:
        pytest.skip("NEEDS ROOT: only root may mount a small disk")
    python = [sys.executable, "-c", code, str(scratch)]
    command = ["unshare", "-m", "sh", "-ec", f'{shell}; shift; exec "$@"', "sh", str(scratch), *python]
    path = os.pathsep.join(
        [str(Path(write_driver.__file__).parent), str(Path(write_driver.__file__).parents[1])]
    )
    ran = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": path}, stderr=subprocess.PIPE, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


def start_helper(*words: str | Path) -> subprocess.Popen[str]:
    command = [sys.executable, write_driver.__file__, *map(str, words)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def stop_helper(process: subprocess.Popen[str]) -> dict[str, int]:
    """Return what the helper saw until now."""
    said, _ = process.communicate(timeout=60)
    found: dict[str, int] = json.loads(said)
    return found


def is_held(public: Path, scratch: Path) -> bool:
    try:
        with open_output(public, source=scratch / "source", wait_seconds=0):
            return False
    except OutputBusy:
        return True


def wait_until(is_so: Callable[[], bool]) -> None:
    for _ in range(1000):
        if is_so():
            return
        time.sleep(0.01)
    pytest.fail("it did not come to pass in ten seconds")
