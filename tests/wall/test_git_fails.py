"""Where git is ended from outside or breaks off, no site is made that has lost its past without a word."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sites import REPOSITORY, tree_of, write_tree

REAL = shutil.which("git")
RISK = "- {id: RSK-1, title: Flood, likelihood: 1, impact: 1}\n"


@pytest.fixture
def portal(tmp_path: Path) -> Path:
    """Two commits and a site that was built of them; then another title."""
    root = write_tree(
        tmp_path / "portal", {"content/acme/client.yaml": "name: Acme\n", "content/acme/risks.yaml": RISK}
    )
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@x.example"]
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    for title in ("Flood", "Fire"):
        write_tree(root, {"content/acme/risks.yaml": RISK.replace("Flood", title)})
        subprocess.run([*git, "add", "content"], cwd=root, check=True)
        subprocess.run([*git, "commit", "-q", "-m", title], cwd=root, check=True)
    assert build(root).returncode == 0
    write_tree(root, {"content/acme/risks.yaml": RISK.replace("Flood", "Frost")})
    return root


def build(root: Path, *, path: str = "") -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "PYTHONPATH": str(REPOSITORY),
        "PATH": f"{path}{os.pathsep}{os.environ['PATH']}",
    }
    command = [sys.executable, "-m", "portalgen.cli", "build", "--as-of", "2026-11-23", "--no-cache"]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("rev-parse", "kill -9 $$"), ("log", "kill -9 $$"), ("cat-file", "kill -9 $$"), ("cat-file", "exit 0"),
        ("cat-file", "read id; echo $id blob 500; echo half; kill -9 $$"), ("log", "echo 'fatal: Too many open files' >&2; exit 128"),
        ("log", "head -c 3000 /dev/urandom; exit 0"), ("log", r"printf '\001\377 word\000:1\000'; exit 0"), ("cat-file", "read id; echo $id blob many; exit 0"),
        ("--is-inside-work-tree", "echo yes; exit 0"),
    ],
)  # fmt: skip
def test_a_git_that_breaks_off_ends_with_3_and_leaves_the_old_site(
    portal: Path, tmp_path: Path, command: str, fault: str
) -> None:
    before = tree_of(portal / "public" / "acme")
    shim = tmp_path / "bin" / "git"
    write_tree(
        tmp_path,
        {
            "bin/git": f'#!/bin/sh\nfor a in "$@"; do if [ "$a" = {command} ]; then {fault}; fi; done\nexec {REAL} "$@"\n'
        },
    )
    shim.chmod(0o755)
    done = build(portal, path=str(shim.parent))
    assert done.returncode == 3, done.stderr
    assert done.stderr.startswith("portalgen: git: ")
    assert "Traceback" not in done.stderr
    assert tree_of(portal / "public" / "acme") == before
    assert build(portal).returncode == 0
    assert b"Frost" in (portal / "public" / "acme" / "risks.html").read_bytes()


def test_a_repository_that_git_takes_for_none_is_told_of(portal: Path) -> None:
    """Its site would lose its past without a word."""
    (portal / ".git" / "HEAD").write_text("damaged\n")
    done = build(portal)
    assert "there is a .git here that git takes for no repository" in done.stderr
    assert "[no-history]" in done.stderr


def test_a_commit_that_git_cannot_read_is_not_taken_for_no_commit_at_all(portal: Path) -> None:
    for path in (portal / ".git" / "objects").rglob("*"):
        if path.is_file():
            path.chmod(0o644)
            path.write_bytes(b"damaged")
    done = build(portal)
    assert done.returncode in (0, 3)
    assert "git" in done.stderr
    assert "Traceback" not in done.stderr
