"""Find the programs that judge what portalgen makes; a test without its program is skipped aloud, and fails in CI."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

NODE_MODULES = Path(__file__).resolve().parent.parent / "node_modules"


def from_npm(name: str) -> Path:
    """Return a file that npm installed, with node to run it."""
    path = NODE_MODULES / name
    program("node", "install Node.js")
    if not path.exists():
        _lacking(name, "run `make test`, or `npm ci` in tests/")
    return path


def program(name: str, how: str = "") -> str:
    """Return where a program of the system is."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is None:
        _lacking(name, how or f"apt-get install {name}")
        raise AssertionError("_lacking ends the test")
    return found


def _lacking(name: str, how: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{name} is not there: {how}")
    pytest.skip(f"NO {name}: {how}")
