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
from everything import Everything
from sites import REPOSITORY, build_at, tree_of, write_tree
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


NINTH_HOUR = {"SOURCE_DATE_EPOCH": "1795435200"}
WAYS: dict[str, Way] = {
    "hash seed 0, Tokyo, locale C, umask 077, a fresh clone, one process": Way(
        {"PYTHONHASHSEED": "0", "TZ": "Asia/Tokyo", "LC_ALL": "C"}, ("--jobs", "1"), 0o077, prepare=_clone
    ),
    "hash seed 1, New York, ASCII, umask 000, files of 1970, another path, three processes": Way(
        {"PYTHONHASHSEED": "1", "TZ": "America/New_York", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "0"}, ("--jobs", "3"), 0,
        "a much longer/path with ünïcode/and spaces", prepare=_old_files,
    ),
    "hash seed 77, Kiritimati, Turkish, another user, files of the future, without a cache": Way(
        {"PYTHONHASHSEED": "77", "TZ": "Pacific/Kiritimati", "USER": "nobody", "LOGNAME": "nobody", "HOME": "/nonexistent"}
        | {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "LANGUAGE": "tr"}, ("--no-cache",), prepare=_future_files,
    ),
    "Arabic, another working folder, files written in another order, with warnings, the day as seconds": Way(
        {"LC_ALL": "ar_EG.UTF-8", "LANG": "ar_EG.UTF-8", "LANGUAGE": "ar", "PYTHONDEVMODE": "1"} | NINTH_HOUR,
        from_elsewhere=True, prepare=_written_backwards,
    ),
    "optimised": Way({"PYTHONOPTIMIZE": "1"}),
}  # fmt: skip
"""Each way that could make a difference, several in one build: where one fails, try its parts one by one."""


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


@pytest.mark.slow
@pytest.mark.parametrize("name", WAYS)
def test_the_same_bytes_come_out(name: str, scratch: Path, wanted: dict[str, bytes]) -> None:
    assert len(wanted) > 100
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
def test_ten_builds_in_a_row_make_the_same_bytes(tmp_path: Path) -> None:
    root = tmp_path / "portal"
    files = Everything().files | {"content/birch/client.yaml": "name: Birch\n"}
    seen = []
    for number in range(10):
        shutil.rmtree(root, ignore_errors=True)
        write_tree(root, files)
        assert build_at(root, tmp_path / f"out{number}", jobs=1 + number % 2).sites == 2
        seen.append(tree_of(tmp_path / f"out{number}" / "acme"))
    assert all(each == seen[0] for each in seen)


@pytest.mark.slow
def test_another_python_makes_the_same_bytes(scratch: Path, wanted: dict[str, bytes]) -> None:
    others = [path for path in os.environ.get("PORTALGEN_PYTHONS", "").split(os.pathsep) if path]
    if not others:
        pytest.skip("ONE PYTHON ONLY: name others that have the packages in PORTALGEN_PYTHONS")
    assert [
        differing(built(Way(python=other), scratch, f"python {number}"), wanted)
        for number, other in enumerate(others)
    ] == [[]] * len(others)
