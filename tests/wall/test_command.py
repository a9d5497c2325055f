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
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from sites import REPOSITORY, tree_of, write_tree
from wall.company import write_company
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


def test_settings_that_are_not_understood_end_with_2_and_build_nothing(tmp_path: Path) -> None:
    root = a_portal(tmp_path)
    assert run(root).returncode == 0
    before = tree_of(root / "public")
    write_tree(root, {"portalgen.yaml": "visibility: {risk: internal}\n"})
    a_portal(root, title="Fire")
    done = run(root)
    assert (done.returncode, tree_of(root / "public")) == (2, before)
    assert "portalgen.yaml:1:" in done.stderr
    assert_no_fault_of_ours(done)


def test_a_client_with_warnings_keeps_its_old_site_under_strict(tmp_path: Path) -> None:
    root = a_portal(tmp_path)
    assert run(root, "--strict").returncode == 0
    before = tree_of(root / "public" / "acme")
    write_tree(
        root,
        {
            "content/acme/risks.yaml": "- {id: RSK-1, title: no rating}\n",
            "content/birch/risks.yaml": GOOD.replace("Flood", "Fire"),
        },
    )
    assert run(root, "--strict").returncode == 1
    assert tree_of(root / "public" / "acme") == before
    assert b"Fire" in (root / "public" / "birch" / "risks.html").read_bytes()


# --- what the command touches


def _calls(root: Path, log: Path) -> list[str]:
    strace = shutil.which("strace")
    if strace is None or os.geteuid() != 0:
        pytest.skip("NO STRACE OR NOT ROOT: what is opened, run and connected to was not looked at")
    done = run(
        root,
        "--no-cache",
        "--jobs",
        "1",
        prefix=(
            strace,
            "-f",
            "-qq",
            "-y",
            "-s",
            "300",
            "-e",
            "trace=%file,connect,sendto,bind,execve",
            "-o",
            str(log),
        ),
    )
    assert done.returncode == 0, done.stderr
    return log.read_text(errors="replace").split("\n")


@pytest.mark.slow
def test_nothing_is_connected_to_and_nothing_but_git_is_run(tmp_path: Path) -> None:
    root = tmp_path / "portal"
    write_company(root, ("acme",))
    subprocess.run(["git", "init", "-q"], cwd=root, check=True, env=ENVIRONMENT)
    calls = _calls(root, tmp_path / "log")
    assert [
        line for line in calls if re.search(r"\b(connect|sendto|bind)\(", line) and "AF_UNIX" not in line
    ] == []
    # The name service of the C library asks its cache over a socket of this machine, if somebody asks for a home folder.
    assert [line for line in calls if "connect(" in line and "nscd" not in line] == []
    run_ = {match[1] for line in calls if "= 0" in line and (match := re.search(r'execve\("([^"]+)"', line))}
    assert {Path(path).name for path in run_} <= {
        Path(sys.executable).name,
        Path(os.path.realpath(sys.executable)).name,
        "git",
    }


@pytest.mark.slow
def test_only_the_content_and_the_programs_own_files_are_read_and_only_the_output_is_written(
    tmp_path: Path,
) -> None:
    root = tmp_path / "portal"
    write_company(root, ("acme", "birch-and-sons"))
    write_tree(
        tmp_path,
        {"secret/plan.txt": "x", "portal/private.txt": "y", "portal/content/acme/never-named.txt": "z"},
    )
    calls = _calls(root, tmp_path / "log")
    opened = [
        (match[2], line)
        for line in calls
        if (match := re.search(r'\b(open|openat|creat)\([^"]*"([^"]*)"', line)) and " = -1 " not in line
    ]
    ours = (str(root), str(REPOSITORY))
    # With -y strace says where each descriptor leads: that is the file, whatever it was called.
    real = {match[1] for _, line in opened if (match := re.search(r"= \d+<([^>]*)>", line))}
    inside = {path for path in real if path.startswith(str(tmp_path))}
    assert not any("secret" in path or path.endswith(("private.txt", "never-named.txt")) for path in inside)
    allowed = tuple(
        str(root / name)
        for name in ("content", "portalgen.yaml", "public", ".portalgen-cache", "themes", ".git")
    )
    assert {
        path for path in inside if not path.startswith(allowed) and path not in (str(root), str(tmp_path))
    } == set()
    written = [
        line
        for _, line in opened
        if re.search(r"O_WRONLY|O_RDWR|O_CREAT", line) and "/dev/" not in line and "O_DIRECTORY" not in line
    ]
    places = {match[1] for line in written if (match := re.search(r"= \d+<([^>]*)>", line))}
    made = tuple(str(root / name) for name in ("public", ".portalgen-cache"))
    assert {path for path in places if not path.startswith((*made, "/tmp/pym", "/dev/shm", "/proc"))} == set()
    del ours


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
    ("kind", "value", "statuses"),
    [
        (resource.RLIMIT_NOFILE, 5, {3}), (resource.RLIMIT_NOFILE, 9, {0, 3}), (resource.RLIMIT_NOFILE, 16, {0, 3}), (resource.RLIMIT_FSIZE, 4096, {3}),
        (resource.RLIMIT_FSIZE, 100, {3}), (resource.RLIMIT_AS, 150 << 20, {0, 3}), (resource.RLIMIT_AS, 120 << 20, {0, 3}), (resource.RLIMIT_AS, 100 << 20, {0, 3}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_limit_of_the_machine_ends_with_3_and_keeps_the_old_sites(
    tmp_path: Path, kind: int, value: int, statuses: set[int], jobs: str
) -> None:
    root = a_portal(tmp_path)
    assert run(root).returncode == 0
    before = {one: tree_of(root / "public" / one) for one in ("acme", "birch")}
    a_portal(root, title="Fire")
    done = run(root, "--jobs", jobs, before=limit(kind, value))
    if kind == resource.RLIMIT_AS and "import" in done.stderr and done.returncode == 1:
        pytest.skip("Python itself does not start with so little memory")
    assert done.returncode in statuses, done.stderr[-2000:]
    if done.returncode == 3:
        assert_no_fault_of_ours(done)
        assert {one: tree_of(root / "public" / one) for one in ("acme", "birch")} == before
    assert run(root).returncode == 0
    assert b"Fire" in (root / "public" / "acme" / "risks.html").read_bytes()


@pytest.mark.slow
@needs_root
def test_an_output_that_may_only_be_read_ends_with_3(tmp_path: Path) -> None:
    root = a_portal(tmp_path)
    assert run(root).returncode == 0
    script = f"mount --bind public public && mount -o remount,ro,bind public && exec {' '.join(COMMAND)} build --as-of 2026-11-24"
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script],
        cwd=root,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    if "mount" in done.stderr and "denied" in done.stderr:
        pytest.skip("NO MOUNTS: a read-only output was not tried")
    assert done.returncode == 3
    assert_no_fault_of_ours(done)


# --- signals and races


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, -1), (signal.SIGKILL, -9)],
)
def test_a_signal_leaves_each_site_whole_and_the_next_build_heals(
    tmp_path: Path, number: signal.Signals, status: int
) -> None:
    root = a_portal(tmp_path)
    assert run(root).returncode == 0
    old = {one: tree_of(root / "public" / one) for one in ("acme", "birch")}
    a_portal(root, title="Fire")
    started = time.monotonic()
    assert run(root, "--output", str(tmp_path / "new")).returncode == 0
    took = time.monotonic() - started
    new = {one: tree_of(tmp_path / "new" / one) for one in ("acme", "birch")}
    seen, points = set(), 12
    for point in range(points):
        a_portal(root, title="Flood")
        assert run(root).returncode == 0
        a_portal(root, title="Fire")
        process = subprocess.Popen(
            [*COMMAND, "build", "--as-of", "2026-11-23"],
            cwd=root,
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        time.sleep(took * (0.3 + 0.8 * point / points))
        os.killpg(process.pid, number)
        said = "".join(process.communicate(timeout=30))
        seen.add(process.returncode)
        assert "Traceback" not in said or process.returncode != status or "KeyboardInterrupt" in said, said
        for one in ("acme", "birch"):
            assert tree_of(root / "public" / one) in (old[one], new[one])
        assert run(root).returncode == 0
        assert {one: tree_of(root / "public" / one) for one in ("acme", "birch")} == new
        assert os.listdir(root / "public" / ".portalgen" / "staging") == []
    assert seen <= {0, status, -number}
    print(f"{points} points tried, ended with {sorted(seen)}")


@pytest.mark.slow
def test_two_builds_at_once_end_with_0_or_5_and_leave_the_sites_of_one_of_them(tmp_path: Path) -> None:
    chance = random.Random(4)
    sources = [a_portal(tmp_path / title, title=title) for title in ("Flood", "Fire")]
    whole = []
    for source in sources:
        assert run(source).returncode == 0
        whole.append({one: tree_of(source / "public" / one) for one in ("acme", "birch")})
    output, statuses = tmp_path / "output", set()
    for _ in range(12):
        processes = []
        for source in chance.sample(sources, 2):
            processes.append(
                subprocess.Popen(
                    [*COMMAND, "build", "--as-of", "2026-11-23", "--output", str(output), "--no-cache"],
                    cwd=source,
                    env=ENVIRONMENT,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                )
            )
            time.sleep(chance.random() * 0.3)
        for process in processes:
            _, said = process.communicate(timeout=60)
            assert b"Traceback" not in said
            statuses.add(process.returncode)
        assert {one: tree_of(output / one) for one in ("acme", "birch")} in whole
    assert statuses <= {0, 5}


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
