"""What all tests share: the option that renews expected texts, and the browser."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
CHROMIUM_FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--renew", action="store_true", help="write what portalgen now does into the expected files"
    )


REAL_TIME = frozenset(("browser", "build", "editing", "preview", "test_cli", "test_write_faults", "wall"))
"""Folders and files whose tests wait for real programs: one that came too late is asked again, and said aloud."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not REAL_TIME.isdisjoint((item.path.parent.name, item.path.stem)):
            item.add_marker(pytest.mark.flaky(reruns=2, reruns_delay=2))
    if CHROMIUM is None and os.environ.get("CI") != "true":
        skip = pytest.mark.skip(reason="NO BROWSER: install chromium to run this test")
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(skip)


@pytest.fixture
def renew(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are to be written rather than compared."""
    return bool(request.config.getoption("--renew"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's chromium; Playwright's own browsers are never downloaded."""
    if CHROMIUM is None:
        pytest.fail("chromium is not installed")
    return {
        **browser_type_launch_args,
        "executable_path": str(Path(CHROMIUM)),
        "args": CHROMIUM_FLAGS.split(),
    }
