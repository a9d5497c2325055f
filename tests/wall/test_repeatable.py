"""The same content makes the same bytes, whoever builds it, where, when, and in whatever order a disk lists its files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sites import REPOSITORY, tree_of
from wall.company import put_into_git, write_company

DAY = "2026-11-23"
BACKWARDS = r"""
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#define MOST 4096
static struct { DIR *dir; struct dirent64 *all[100000]; int left; } open_dirs[64];
static struct dirent64 *backwards(DIR *dir) {
    struct dirent64 *(*next)(DIR *) = dlsym(RTLD_NEXT, "readdir64");
    int free_place = -1;
    for (int i = 0; i < 64; i++) {
        if (open_dirs[i].dir == dir) return open_dirs[i].left ? open_dirs[i].all[--open_dirs[i].left] : NULL;
        if (!open_dirs[i].dir && free_place < 0) free_place = i;
    }
    open_dirs[free_place].dir = dir;
    open_dirs[free_place].left = 0;
    for (struct dirent64 *one; (one = next(dir));) {
        struct dirent64 *copy = malloc(sizeof *copy);
        memcpy(copy, one, sizeof *copy);
        open_dirs[free_place].all[open_dirs[free_place].left++] = copy;
    }
    return backwards(dir);
}
struct dirent64 *readdir64(DIR *dir) { return backwards(dir); }
struct dirent *readdir(DIR *dir) { return (struct dirent *)backwards(dir); }
int closedir(DIR *dir) {
    int (*close)(DIR *) = dlsym(RTLD_NEXT, "closedir");
    for (int i = 0; i < 64; i++) if (open_dirs[i].dir == dir) open_dirs[i].dir = NULL;
    return close(dir);
}
"""


@dataclass(frozen=True, slots=True)
class Way:
    """How one build differs from another."""

    environment: dict[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    umask: int = 0o022
    folder: str = "portal"
    """Where the repository stands, below the scratch folder."""
    from_elsewhere: bool = False
    prepare: Callable[[Path], None] | None = None
    python: str = sys.executable


def _clone(root: Path) -> None:
    other = root.with_name("clone")
    subprocess.run(["git", "clone", "-q", str(root), str(other)], check=True, capture_output=True)
    shutil.rmtree(root)
    other.rename(root)


def _old_files(root: Path) -> None:
    for number, path in enumerate(sorted((root / "content").rglob("*"))):
        os.utime(path, (number, number), follow_symlinks=False)


def _future_files(root: Path) -> None:
    for path in (root / "content").rglob("*"):
        os.utime(path, (4_000_000_000, 4_000_000_000), follow_symlinks=False)


def _written_backwards(root: Path) -> None:
    """Files that are written in another order are often listed in another one."""
    other = root.with_name("other")
    for path in sorted(root.rglob("*"), reverse=True):
        if path.is_file():
            (other / path.relative_to(root)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, other / path.relative_to(root))
    for name in (".git/refs/heads", ".git/refs/tags", ".git/objects/info"):
        (other / name).mkdir(parents=True, exist_ok=True)
    shutil.rmtree(root)
    other.rename(root)


WAYS: dict[str, Way] = {
    "hash seed 0": Way({"PYTHONHASHSEED": "0"}),
    "hash seed 1": Way({"PYTHONHASHSEED": "1"}),
    "hash seed 77": Way({"PYTHONHASHSEED": "77"}),
    "Tokyo": Way({"TZ": "Asia/Tokyo"}),
    "New York": Way({"TZ": "America/New_York"}),
    "Kiritimati": Way({"TZ": "Pacific/Kiritimati"}),
    "locale C": Way({"LC_ALL": "C"}),
    "locale C.UTF-8": Way({"LC_ALL": "C.UTF-8", "PYTHONUTF8": "0"}),
    "Turkish": Way({"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "LANGUAGE": "tr"}),
    "Arabic": Way({"LC_ALL": "ar_EG.UTF-8", "LANG": "ar_EG.UTF-8", "LANGUAGE": "ar"}),
    "umask 077": Way(umask=0o077),
    "umask 000": Way(umask=0),
    "another working folder": Way(from_elsewhere=True),
    "another path": Way(folder="a much longer/path with ünïcode/and spaces"),
    "another user": Way({"USER": "nobody", "LOGNAME": "nobody", "HOME": "/nonexistent"}),
    "one process": Way(arguments=("--jobs", "1")),
    "three processes": Way(arguments=("--jobs", "3")),
    "without a cache": Way(arguments=("--no-cache",)),
    "a fresh clone": Way(prepare=_clone),
    "files of 1970": Way(prepare=_old_files),
    "files of the future": Way(prepare=_future_files),
    "files written in another order": Way(prepare=_written_backwards),
    "without optimisation, with warnings": Way({"PYTHONDEVMODE": "1"}),
    "optimised": Way({"PYTHONOPTIMIZE": "1"}),
    "the day as seconds": Way({"SOURCE_DATE_EPOCH": "1795435200"}),
}  # fmt: skip


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    scratch = tmp_path_factory.mktemp("ways")
    write_company(scratch / "original", ("acme", "cedar"))
    put_into_git(scratch / "original")
    return scratch


@pytest.fixture(scope="module")
def wanted(scratch: Path) -> dict[str, bytes]:
    return built(Way(), scratch, "first")


def built(way: Way, scratch: Path, name: str) -> dict[str, bytes]:
    """Return both sites as this way of building makes them."""
    folder = scratch / name
    root = folder / way.folder
    root.parent.mkdir(parents=True)
    shutil.copytree(scratch / "original", root)
    if way.prepare:
        way.prepare(root)
    day = () if "SOURCE_DATE_EPOCH" in way.environment else ("--as-of", DAY)
    output = folder / "out"
    where = ("--source", str(root)) if way.from_elsewhere else ()
    command = [
        way.python,
        "-m",
        "portalgen.cli",
        "build",
        *where,
        "--output",
        str(output),
        *day,
        *way.arguments,
    ]
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LC_", "LANG", "TZ", "SOURCE_DATE"))
    }
    environment |= {"PYTHONPATH": str(REPOSITORY), "GIT_CONFIG_GLOBAL": os.devnull} | way.environment
    done = subprocess.run(
        command,
        cwd=scratch if way.from_elsewhere else root,
        env=environment,
        umask=way.umask,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = {
        f"{slug}/{path}": data for slug in ("acme", "cedar") for path, data in tree_of(output / slug).items()
    }
    shutil.rmtree(folder)
    return found


def differing(seen: dict[str, bytes], wanted: dict[str, bytes]) -> list[str]:
    return sorted(name for name in seen.keys() | wanted.keys() if seen.get(name) != wanted.get(name))


def test_all_at_once_makes_the_same_bytes(scratch: Path, wanted: dict[str, bytes]) -> None:
    way = Way(
        {"PYTHONHASHSEED": "5", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "USER": "x", "SOURCE_DATE_EPOCH": "1795435200"},
        arguments=("--jobs", "2", "--no-cache"), umask=0o077, folder="else where", from_elsewhere=True, prepare=_clone,
    )  # fmt: skip
    assert len(wanted) > 100
    assert differing(built(way, scratch, "all"), wanted) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", WAYS)
def test_the_same_bytes_come_out(name: str, scratch: Path, wanted: dict[str, bytes]) -> None:
    assert differing(built(WAYS[name], scratch, name), wanted) == []


@pytest.mark.slow
def test_the_same_bytes_come_out_where_the_disk_lists_files_backwards(
    scratch: Path, wanted: dict[str, bytes]
) -> None:
    if sys.platform != "linux" or not shutil.which("gcc"):
        pytest.skip("NO COMPILER: gcc makes the library that turns listings round")
    library = scratch / "backwards.so"
    (scratch / "backwards.c").write_text(BACKWARDS)
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-O1", "-o", str(library), str(scratch / "backwards.c"), "-ldl"],
        check=True,
    )
    probe = [sys.executable, "-c", "import os; print([entry.name for entry in os.scandir('.')])"]
    lists = [
        subprocess.run(
            probe, cwd=REPOSITORY, env=os.environ | more, capture_output=True, text=True, check=True
        ).stdout
        for more in ({}, {"LD_PRELOAD": str(library)})
    ]
    assert lists[0] != lists[1]
    assert differing(built(Way({"LD_PRELOAD": str(library)}), scratch, "backwards"), wanted) == []


@pytest.mark.slow
def test_ten_builds_in_a_row_make_the_same_bytes(scratch: Path, wanted: dict[str, bytes]) -> None:
    assert [differing(built(Way(), scratch, f"row {number}"), wanted) for number in range(10)] == [[]] * 10


@pytest.mark.slow
def test_another_python_makes_the_same_bytes(scratch: Path, wanted: dict[str, bytes]) -> None:
    others = [path for path in os.environ.get("PORTALGEN_PYTHONS", "").split(os.pathsep) if path]
    if not others:
        pytest.skip("ONE PYTHON ONLY: name others that have the packages in PORTALGEN_PYTHONS")
    assert [
        differing(built(Way(python=other), scratch, f"python {number}"), wanted)
        for number, other in enumerate(others)
    ] == [[]] * len(others)
