"""What pip installs does what the repository does."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DAY = "2026-11-23"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this repository, made without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    options = [
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--disable-pip-version-check",
        "--wheel-dir",
        str(folder),
    ]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(ROOT)], check=True, cwd=folder)
    (made,) = folder.glob("portalgen-*.whl")
    return made


def build(modules: Path, output: Path) -> dict[str, bytes]:
    """Build the demonstration company with the portalgen in `modules`, from elsewhere; return the sites' files."""
    code = "import portalgen, sys; sys.stderr.write(portalgen.__path__[0]); from portalgen.cli import main; main()"
    arguments = ["build", "--source", str(ROOT), "--output", str(output), "--as-of", DAY, "--quiet"]
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, *arguments],
        cwd=output.parent,
        env={**os.environ, "PYTHONPATH": str(modules)},
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert done.stderr.startswith(str(modules / "portalgen"))
    sites = [folder for folder in output.iterdir() if not folder.name.startswith(".")]
    files = [path for site in sites for path in site.rglob("*") if path.is_file()]
    return {path.relative_to(output).as_posix(): path.read_bytes() for path in files}


@pytest.mark.slow
def test_the_wheel_carries_the_themes_and_every_module(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder, inside in (("themes", "portalgen/_themes"), ("portalgen", "portalgen")):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert f"{inside}/{path.relative_to(ROOT / folder).as_posix()}" in names


@pytest.mark.slow
def test_an_installed_portalgen_builds_the_same_bytes_from_another_folder(
    wheel: Path, tmp_path: Path
) -> None:
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    from_wheel = build(installed, tmp_path / "of-wheel")
    from_repository = build(ROOT, tmp_path / "of-repository")
    assert from_wheel.keys() == from_repository.keys()
    assert [name for name in from_wheel if from_wheel[name] != from_repository[name]] == []
    assert len(from_wheel) > 10
