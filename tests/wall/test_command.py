"""The command as a whole, as it is run: hostile content, a machine that fails, signals, races, and what it touches."""

from __future__ import annotations

import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from sites import REPOSITORY, tree_of, write_tree
from wall.company import write_company
from wall.depth import IS_WHOLE
from wall.fork_server import ForkServer
from wall.hostile import BAD, GOOD

COMMAND = [sys.executable, "-m", "portalgen.cli"]
ENVIRONMENT = os.environ | {
    "PYTHONPATH": str(REPOSITORY),
    "GIT_CONFIG_GLOBAL": os.devnull,
    "PYTHONHASHSEED": "0",
}
PROBLEM = re.compile(r"content(?:/[^:\s]+)?(?::\d+:\d+)?: (?:error|warning): .+ \[[a-z-]+\]|  hint: .+")
needs_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="NOT ROOT: limits of the kernel are tried as root only"
)


def slug(name: str) -> str:
    return "x" + name


def run(
    root: Path, *arguments: str, prefix: tuple[str, ...] = (), before: Callable[[], None] | None = None, environment: Mapping[str, str] = ENVIRONMENT
) -> subprocess.CompletedProcess[str]:  # fmt: skip
    """Return what came of a build of `root`, in `root`."""
    return subprocess.run(
        [*prefix, *COMMAND, "build", "--as-of", "2026-11-23", *arguments], cwd=root, env=dict(environment), capture_output=True,
        text=True, check=False, preexec_fn=before, timeout=120,
    )  # fmt: skip


def a_portal(root: Path, *, title: str = "Flood") -> Path:
    """Write two clients with a page or two each."""
    files = {f"content/{one}/client.yaml": f"name: {one}\n" for one in ("acme", "birch")}
    files |= {
        f"content/{one}/risks.yaml": "".join(
            GOOD.replace("RSK-1", f"RSK-{n}").replace("Flood", f"{title} {n}") for n in range(20)
        )
        for one in ("acme", "birch")
    }
    return write_tree(root, files)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portal that was built once."""
    root = a_portal(tmp_path_factory.mktemp("template") / "portal")
    assert run(root).returncode == 0
    return root


@pytest.fixture
def built(template: Path, tmp_path: Path) -> Path:
    """A copy of it, for a test alone."""
    return Path(shutil.copytree(template, tmp_path / "portal"))


def sites_of(root: Path) -> dict[str, dict[str, bytes]]:
    """Return what readers find of the clients that `a_portal` writes; `root` is the output folder."""
    return {one: tree_of(root / one) for one in ("acme", "birch")}


def assert_no_fault_of_ours(done: subprocess.CompletedProcess[str]) -> None:
    assert "Traceback" not in done.stderr + done.stdout, done.stderr[-3000:]
    assert "fault of portalgen" not in done.stderr


# --- hostile content


@pytest.fixture(scope="module")
def hostile(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, dict[str, dict[str, bytes]], subprocess.CompletedProcess[str]]:
    """A portal of which every client was well, then all but two are hostile; their sites before; what the build said."""
    root = tmp_path_factory.mktemp("hostile")
    names = [*(slug(name) for name in BAD), "good-one", "good-two"]
    write_tree(
        root,
        {
            f"content/{name}/{file}": text
            for name in names
            for file, text in (("client.yaml", f"name: {name}\n"), ("risks.yaml", GOOD))
        },
    )
    assert run(root).returncode == 0
    before = {name: tree_of(root / "public" / name) for name in names}
    for name, files in BAD.items():
        if "risks.yaml" not in files and any(file.startswith("risks/") for file in files):
            (root / "content" / slug(name) / "risks.yaml").unlink()
        write_tree(root / "content" / slug(name), files)
    write_tree(root, {"content/good-two/risks.yaml": GOOD.replace("Flood", "Fire")})
    return root, before, run(root, "--verbose")


def test_hostile_content_ends_with_1_and_without_a_traceback(
    hostile: tuple[Path, dict[str, dict[str, bytes]], subprocess.CompletedProcess[str]],
) -> None:
    done = hostile[2]
    assert_no_fault_of_ours(done)
    assert done.returncode == 1
    assert f"Built 2 sites" in done.stdout  # noqa: F541


@pytest.mark.parametrize("name", BAD)
def test_each_hostile_client_is_told_its_place_and_keeps_its_old_site(
    name: str, hostile: tuple[Path, dict[str, dict[str, bytes]], subprocess.CompletedProcess[str]]
) -> None:
    root, before, done = hostile
    errors = [
        line
        for line in done.stderr.split("\n")
        if line.startswith(f"content/{slug(name)}/") and ": error: " in line
    ]
    assert errors
    assert tree_of(root / "public" / slug(name)) == before[slug(name)]


def test_the_other_clients_are_built(
    hostile: tuple[Path, dict[str, dict[str, bytes]], subprocess.CompletedProcess[str]],
) -> None:
    root, before, _ = hostile
    assert tree_of(root / "public" / "good-one") == before["good-one"]
    assert b"Fire" in (root / "public" / "good-two" / "risks.html").read_bytes()


def test_every_line_said_is_a_problem_a_hint_or_the_last_and_steers_no_terminal(
    hostile: tuple[Path, dict[str, dict[str, bytes]], subprocess.CompletedProcess[str]],
) -> None:
    said = hostile[2].stderr
    assert [line for line in said.split("\n") if line and not PROBLEM.fullmatch(line)] == []
    assert re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", said) is None


def test_hostile_content_ran_nothing_and_changed_nothing_in_the_source(
    hostile: tuple[Path, dict[str, dict[str, bytes]], subprocess.CompletedProcess[str]],
) -> None:
    root, _, _ = hostile
    assert not list(root.rglob("PWNED*"))
    before = {path: data for path, data in tree_of(root / "content").items()}
    run(root)
    assert tree_of(root / "content") == before


def test_settings_that_are_not_understood_end_with_2_and_build_nothing(built: Path) -> None:
    before = tree_of(built / "public")
    write_tree(built, {"portalgen.yaml": "visibility: {risk: internal}\n"})
    a_portal(built, title="Fire")
    done = run(built)
    assert (done.returncode, tree_of(built / "public")) == (2, before)
    assert "portalgen.yaml:1:" in done.stderr
    assert_no_fault_of_ours(done)


def test_a_client_with_warnings_keeps_its_old_site_under_strict(built: Path) -> None:
    before = sites_of(built / "public")
    write_tree(
        built,
        {
            "content/acme/risks.yaml": "- {id: RSK-1, title: no rating}\n",
            "content/birch/risks.yaml": GOOD.replace("Flood", "Fire"),
        },
    )
    assert run(built, "--strict").returncode == 1
    assert tree_of(built / "public" / "acme") == before["acme"]
    assert b"Fire" in (built / "public" / "birch" / "risks.html").read_bytes()


# --- what the command touches


@dataclass(frozen=True, slots=True)
class Traced:
    """A build of two clients, watched."""

    root: Path
    calls: list[str]


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Traced:
    strace = shutil.which("strace")
    if strace is None or os.geteuid() != 0:
        pytest.skip("NO STRACE OR NOT ROOT: what is opened, run and connected to was not looked at")
    scratch = tmp_path_factory.mktemp("traced")
    root = scratch / "portal"
    write_company(root, ("acme", "birch-and-sons"))
    write_tree(
        scratch,
        {"plans/plan.txt": "x", "portal/private.txt": "y", "portal/content/acme/never-named.txt": "z"},
    )
    subprocess.run(["git", "init", "-q"], cwd=root, check=True, env=ENVIRONMENT)
    watched = (
        "-f",
        "-qq",
        "-y",
        "-s",
        "300",
        "--seccomp-bpf",
        "-e",
        "trace=%file,connect,sendto,bind,execve",
    )
    prefix = (strace, *watched, "-o", str(scratch / "log"))
    done = run(root, "--no-cache", "--jobs", "1", prefix=prefix)
    assert done.returncode == 0, done.stderr
    return Traced(root, (scratch / "log").read_text(errors="replace").split("\n"))


@pytest.mark.slow
def test_nothing_is_connected_to_and_nothing_but_git_is_run(traced: Traced) -> None:
    calls = traced.calls
    assert [
        line for line in calls if re.search(r"\b(connect|sendto|bind)\(", line) and "AF_UNIX" not in line
    ] == []
    # The name service of the C library asks its cache over a socket of this machine, if somebody asks for a home folder.
    assert [line for line in calls if "connect(" in line and "nscd" not in line] == []
    run_ = {match[1] for line in calls if "= 0" in line and (match := re.search(r'execve\("([^"]+)"', line))}
    assert "git" in {Path(path).name for path in run_}
    assert {Path(path).name for path in run_} <= {
        Path(sys.executable).name,
        Path(os.path.realpath(sys.executable)).name,
        "git",
    }


@pytest.mark.slow
def test_only_the_content_and_the_programs_own_files_are_read_and_only_the_output_is_written(
    traced: Traced,
) -> None:
    root = traced.root
    opened = [
        line
        for line in traced.calls
        if re.search(r'\b(open|openat|creat)\([^"]*"([^"]*)"', line) and " = -1 " not in line
    ]
    # With -y strace says where each descriptor leads: that is the file, whatever it was called.
    real = {match[1] for line in opened if (match := re.search(r"= \d+<([^>]*)>", line))}
    inside = {path for path in real if path.startswith(str(root.parent))}
    assert len(inside) > 50
    assert [path for path in inside if path.endswith(("plan.txt", "private.txt", "never-named.txt"))] == []
    allowed = tuple(str(root / name) for name in ("content", "portalgen.yaml", "public", "themes", ".git"))
    assert {path for path in inside if not path.startswith(allowed)} <= {str(root), str(root.parent)}
    written = [
        line
        for line in opened
        if re.search(r"O_WRONLY|O_RDWR|O_CREAT", line) and "/dev/" not in line and "O_DIRECTORY" not in line
    ]
    places = {match[1] for line in written if (match := re.search(r"= \d+<([^>]*)>", line))}
    made = (str(root / "public"), "/tmp/pym", "/dev/shm", "/proc")
    assert {path for path in places if not path.startswith(made)} == set()


@pytest.mark.slow
@needs_root
def test_a_build_without_a_network_is_the_same(tmp_path: Path) -> None:
    if not shutil.which("unshare") or subprocess.run(["unshare", "-n", "true"], check=False).returncode:
        pytest.skip("NO UNSHARE: the build was not tried without a network")
    root = tmp_path / "portal"
    write_company(root, ("acme",))
    assert run(root).returncode == 0
    before = tree_of(root / "public")
    assert (
        run(root, "--no-cache", "--output", str(tmp_path / "alone"), prefix=("unshare", "-n")).returncode == 0
    )
    assert tree_of(tmp_path / "alone" / "acme") == {
        path[5:]: data for path, data in before.items() if path.startswith("acme/")
    }


# --- a machine that fails


def limit(kind: int, value: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(kind, (value, value))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "value", "statuses", "jobs"),
    [
        (resource.RLIMIT_NOFILE, 5, {3}, "1"), (resource.RLIMIT_NOFILE, 9, {0, 3}, "1"), (resource.RLIMIT_NOFILE, 16, {0, 3}, "2"),
        (resource.RLIMIT_FSIZE, 4096, {3}, "1"), (resource.RLIMIT_FSIZE, 100, {3}, "2"),
        (resource.RLIMIT_AS, 150 << 20, {0, 3}, "2"), (resource.RLIMIT_AS, 120 << 20, {0, 3}, "1"), (resource.RLIMIT_AS, 100 << 20, {0, 3}, "2"),
    ],
)  # fmt: skip
def test_a_limit_of_the_machine_ends_with_3_and_keeps_the_old_sites(
    built: Path, kind: int, value: int, statuses: set[int], jobs: str
) -> None:
    before = sites_of(built / "public")
    a_portal(built, title="Fire")
    done = run(built, "--jobs", jobs, before=limit(kind, value))
    assert done.returncode in statuses, done.stderr[-2000:]
    assert_no_fault_of_ours(done)
    if done.returncode == 3:
        assert sites_of(built / "public") == before
    assert run(built).returncode == 0
    assert b"Fire" in (built / "public" / "acme" / "risks.html").read_bytes()


def among_own_mounts(root: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Return what came of a shell's script in `root`, in which `$build` is the command; nobody else sees its mounts."""
    build = f"build='{' '.join(COMMAND)} build --as-of 2026-11-23'"
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", f"{build}\n{script}"], cwd=root, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )  # fmt: skip
    if ("mount" in done.stderr or "unshare" in done.stderr) and "denied" in done.stderr:
        pytest.skip("NO MOUNTS: a disk that is full or may only be read was not tried")
    return done


@pytest.mark.slow
@needs_root
def test_an_output_that_may_only_be_read_ends_with_3(built: Path) -> None:
    before = sites_of(built / "public")
    a_portal(built, title="Fire")
    done = among_own_mounts(built, "mount --bind public public && mount -o remount,ro,bind public && $build")
    assert done.returncode == 3
    assert "Read-only file system" in done.stderr
    assert_no_fault_of_ours(done)
    assert sites_of(built / "public") == before


@pytest.mark.slow
@needs_root
@pytest.mark.parametrize("lack", ["room", "inodes"])
def test_a_disk_that_is_too_small_ends_with_3_and_keeps_the_old_sites(built: Path, lack: str) -> None:
    """It has room for the old sites and a little of the new ones."""
    before = sites_of(built / "public")
    a_portal(built, title="Fire")
    found = list((built / "public").rglob("*"))
    pages = sum(-(-path.stat().st_size // 4096) for path in found if path.is_file())
    size = pages * 11 // 10 * 4096 if lack == "room" else "64m"
    inodes = len(found) * 11 // 10 if lack == "inodes" else "9000"
    done = among_own_mounts(
        built,
        f"mkdir small && mount -t tmpfs -o size={size},nr_inodes={inodes} none small && cp -a public small/ || exit 9\n"
        "$build --output small/public; status=$?; cp -a small/public after; exit $status",
    )
    assert done.returncode == 3, done.stderr
    assert "No space left on device" in done.stderr
    assert_no_fault_of_ours(done)
    assert sites_of(built / "after") == before


# --- signals and races


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, -1), (signal.SIGKILL, -9)],
)
def test_a_signal_leaves_each_site_whole_and_the_next_build_heals(
    built: Path, number: signal.Signals, status: int
) -> None:
    """To all processes of the build at once, as a terminal sends it; test_sweep.py does it at every call."""
    old = sites_of(built / "public")
    a_portal(built, title="Fire")
    process = subprocess.Popen(
        [*COMMAND, "build", "--as-of", "2026-11-23"], cwd=built, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip
    staging = built / "public" / ".portalgen" / "staging"
    while process.poll() is None and not list(staging.iterdir()):
        time.sleep(0.001)
    os.killpg(process.pid, number)
    told = time.monotonic()
    said = "".join(process.communicate(timeout=30))
    print(f"ended {time.monotonic() - told:.2f} s after the signal")
    assert process.returncode in (0, status)
    assert "Traceback" not in said, said
    found = sites_of(built / "public")
    assert run(built).returncode == 0
    new = sites_of(built / "public")
    assert all(found[one] in (old[one], new[one]) for one in found)
    assert b"Fire" in new["acme"]["risks.html"]
    assert list(staging.iterdir()) == []


@pytest.mark.slow
def test_a_build_that_is_killed_takes_its_worker_processes_along(built: Path) -> None:
    """Killed alone, as by a system whose memory runs out: what it began would hold the output's lock for ever."""
    for slug in ("acme", "birch"):
        more = "".join(f"- {{id: REQ-{n}, title: t}}\n" for n in range(2000))
        write_tree(built, {f"content/{slug}/requirements.yaml": more})
    process = subprocess.Popen(
        [*COMMAND, "build", "--as-of", "2026-11-23", "--jobs", "2"], cwd=built, env=ENVIRONMENT, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    while len(processes_of(process.pid)) < 3:
        assert process.poll() is None, "it ended before its workers had begun"
        time.sleep(0.001)
    process.kill()
    process.wait()
    told = time.monotonic()
    while processes_of(process.pid):
        assert time.monotonic() - told < 30, "its workers are still there"
        time.sleep(0.01)
    assert run(built).returncode == 0


def processes_of(session: int) -> list[int]:
    """Return the processes of a session that still run."""
    found = subprocess.run(["ps", "-o", "pid=,stat=", "-s", str(session)], capture_output=True, text=True, check=False)  # fmt: skip
    return [int(line.split()[0]) for line in found.stdout.splitlines() if "Z" not in line.split()[1]]


@pytest.mark.slow
def test_two_builds_at_once_end_with_0_or_5_and_leave_the_sites_of_one_of_them(tmp_path: Path) -> None:
    """200 rounds in a sweep, 25 in `make test`; the second begins while the first is anywhere between its start and its end."""
    chance, rounds, output = random.Random(4), 200 if IS_WHOLE else 25, tmp_path / "output"
    servers, whole, sources = {}, [], [a_portal(tmp_path / title, title=title) for title in ("Flood", "Fire")]
    arguments = ("build", "--as-of", "2026-11-23", "--no-cache", "--source")
    for source in sources:
        servers[source] = ForkServer(source / "said", *arguments, str(source))
        whole.append(sites_of(source / "public"))
    seen = {0: 0, 5: 0}
    for _ in range(rounds):
        both = [servers[source] for source in chance.sample(sources, 2)]
        for source in sources:
            servers[source].start(*arguments, str(source), "--output", str(output))
        both[0].release()
        time.sleep(chance.random() * 0.25)
        both[1].release()
        for server in both:
            seen[server.status()] += 1
            assert "Traceback" not in server.said.read_text()
        assert sites_of(output) in whole
    for server in servers.values():
        server.close()
    print(f"{rounds} rounds, ended with {seen}")


@pytest.mark.slow
def test_readers_find_every_page_whole_while_the_command_rebuilds(tmp_path: Path) -> None:
    """200 rebuilds in a sweep, 15 in `make test`; two readers open every page by its path, again and again."""
    rounds, root = 200 if IS_WHOLE else 15, tmp_path / "portal"
    arguments = ("build", "--as-of", "2026-11-23", "--source", str(root), "--client", "acme")
    wholes: list[dict[str, bytes]] = []
    for title in ("Fire", "Flood"):
        a_portal(root, title=title)
        assert run(root).returncode == 0
        wholes.append(tree_of(root / "public" / "acme"))
    server = ForkServer(tmp_path / "said", *arguments)
    names = sorted(wholes[0].keys() & wholes[1].keys())
    stop, counts, wrong = threading.Event(), [0, 0], list[str]()

    def read(reader: int) -> None:
        while not stop.is_set():
            for name in names:
                try:
                    data = (root / "public" / "acme" / name).read_bytes()
                except FileNotFoundError:
                    wrong.append(f"{name} is missing")
                    continue
                if data not in (wholes[0][name], wholes[1][name]):
                    wrong.append(f"{name} is neither old nor new")
            counts[reader] += 1
            # The builds shall come forward too.
            stop.wait(0.01)

    readers = [threading.Thread(target=read, args=(number,)) for number in range(2)]
    for reader in readers:
        reader.start()
    try:
        for number in range(rounds):
            a_portal(root, title=("Fire", "Flood")[number % 2])
            assert server.run(*arguments) == 0
    finally:
        stop.set()
        for reader in readers:
            reader.join()
        server.close()
    print(f"{sum(counts)} passes over {len(names)} files during {rounds} rebuilds")
    assert wrong == []
    assert sum(counts) > 2 * rounds


def test_who_stops_reading_changes_neither_the_sites_nor_the_status(tmp_path: Path) -> None:
    root = a_portal(tmp_path)
    write_tree(
        root,
        {"content/acme/requirements.yaml": "".join(f"- {{id: REQ-{n}, title: t}}\n" for n in range(300))},
    )
    script = f"{' '.join(COMMAND)} build --verbose --as-of 2026-11-23 2>&1 >/dev/null | head -1 >/dev/null; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", script], cwd=root, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "0"
    assert "Traceback" not in done.stderr
    assert len(tree_of(root / "public" / "acme")) > 300


def test_the_problems_of_a_hostile_portal_are_json_for_programs(
    hostile: tuple[Path, dict[str, dict[str, bytes]], subprocess.CompletedProcess[str]],
) -> None:
    root = hostile[0]
    done = subprocess.run(
        [*COMMAND, "check", "--format", "json", "--as-of", "2026-11-23"],
        cwd=root,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert {
        problem["path"].split("/")[1] for problem in json.loads(done.stdout) if problem["severity"] == "error"
    } == {slug(name) for name in BAD}
