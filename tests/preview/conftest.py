"""A small portal, and a workshop that runs on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portalgen.preview.workshop import Workshop
from tests.preview.served import Told, small, working


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return small(tmp_path)


@pytest.fixture
def running(source: Path) -> Iterator[tuple[Workshop, Told]]:
    with working(source) as both:
        yield both
