"""The demonstration company's past, as `make demo` replays it: the same each time, and telling of what history is for."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from replay import LAST_DAY, ROOT, replay
from repositories import changes, git
from sites import build_at

from portalgen.lookback import build_as_it_stood
from portalgen.pipeline import Job

CLIENT = "harbour-museum"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("demo") / "portals"
    replay(ROOT, made)
    return made


@pytest.fixture(scope="module")
def output(folder: Path) -> Path:
    output = folder.parent / "public"
    outcome = build_at(folder, output, as_of=LAST_DAY, jobs=1, clients=(CLIENT,))
    assert [problem.code for problem in outcome.problems] == ["overtaken-approval", "gap"]
    return output


@pytest.fixture(scope="module")
def data(output: Path) -> dict[str, Any]:
    return dict(json.loads((output / CLIENT / "data.json").read_text("utf-8")))


def files_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted((folder / "content").rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def test_it_ends_with_the_content_as_it_stands(folder: Path) -> None:
    assert list(files_of(folder)) == list(files_of(ROOT))


def test_it_is_the_same_each_time(folder: Path, tmp_path: Path) -> None:
    replay(ROOT, tmp_path / "again")
    assert git(tmp_path / "again", "rev-parse", "HEAD") == git(folder, "rev-parse", "HEAD")


@pytest.mark.usefixtures("output")
def test_what_a_build_makes_of_a_client_is_in_no_ring(folder: Path, tmp_path: Path) -> None:
    """It would stay in memory until Python looks for rings, beside the next client's."""
    gc.collect()
    gc.disable()
    try:
        build_at(folder, tmp_path / "public", as_of=LAST_DAY, jobs=1, clients=(CLIENT,))
        assert gc.collect() < 200
    finally:
        gc.enable()


def test_requirements_grew(data: dict[str, Any]) -> None:
    shown = [on for id_, on, field, *_ in changes(data) if id_.startswith("REQ-") and field is None]
    assert sum(on <= "2026-06-30" for on in shown) == 21
    assert sum("2026-07-01" <= on <= "2026-11-23" for on in shown) == 5


def test_a_date_slipped(data: dict[str, Any]) -> None:
    moves = [entry[1:] for entry in changes(data, "MS-4") if entry[2] == "forecast"]
    assert moves == [
        ("2026-10-09", "forecast", "2026-10-30", "2026-11-20"),
        ("2026-10-12", "forecast", "2026-11-20", "2026-11-24"),
        ("2026-10-13", "forecast", "2026-11-24", "2026-12-11"),
    ]


def test_the_pages_tell_of_the_slip_and_of_the_approval_that_was_overtaken(output: Path) -> None:
    def read(page: str) -> str:
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", (output / CLIENT / page).read_text("utf-8")))

    assert "Expected day moved from 24 Nov 2026 to 11 Dec 2026, because of CR-4" in read(
        "milestones/MS-4.html"
    )
    assert "To be confirmed again What was approved has been changed since." in read("approvals/APR-2.html")
    assert "How to answer" in read("approvals/APR-2.html")
    assert "How the dates have moved" in read("timeline.html")
    assert "How much the requirements changed" in read("scope.html")


def test_what_became_internal_has_no_past_and_what_was_internal_begins_when_it_was_shown(
    output: Path, data: dict[str, Any]
) -> None:
    assert changes(data, "RSK-7") == [("RSK-7", "2026-08-15", None, None, None)]
    assert changes(data, "MS-12") == []
    for path in (output / CLIENT).rglob("*"):
        if path.is_file():
            assert b"MS-12" not in path.read_bytes(), path


@pytest.mark.parametrize("day", [date(2026, 6, 15), date(2026, 8, 15), date(2026, 10, 10)])
def test_each_site_can_be_built_as_it_stood(folder: Path, tmp_path: Path, day: date) -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    outcome = build_as_it_stood(Job(source=folder, output=tmp_path, as_of=day, now=now, jobs=1))
    assert outcome.status == 0
    assert outcome.sites == (2 if day.month == 6 else 3)
