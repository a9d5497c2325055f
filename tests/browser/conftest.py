"""The sites that a browser looks at, and the tools that judge them."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.places import NODE_MODULES, build_sites, serve


@pytest.fixture(scope="session")
def public(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder of the sites, built once for a run: of several workers the first builds, the others wait for it."""
    if worker_id == "master":
        return build_sites(tmp_path_factory.mktemp("sites"))
    folder = tmp_path_factory.getbasetemp().parent / "sites"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        built = folder / "built"
        if not built.exists():
            build_sites(folder)
            built.touch()
    return folder / "public"


@pytest.fixture(scope="session")
def base(public: Path) -> Iterator[str]:
    """The address at which the sites stand."""
    with serve(public) as address:
        yield address


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    return tool("axe-core/axe.min.js").read_text(encoding="utf-8")


def tool(name: str, *programs: str) -> Path:
    """Return a file that npm installed; without it, and without the programs that run it, a test is skipped aloud."""
    path = NODE_MODULES / name
    missing = [program for program in programs if shutil.which(program) is None]
    if path.exists() and not missing:
        return path
    what = (
        f"{' and '.join(missing)} is not installed" if missing else "run `make test`, or `npm ci` in tests/"
    )
    if os.environ.get("CI") == "true":
        pytest.fail(f"{name} cannot judge the pages: {what}")
    pytest.skip(f"NO {name}: {what}")
