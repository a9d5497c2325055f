"""A real public history: every date that its team moved is told, with nothing left out and nothing made up."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from repositories import changes
from sites import DAY, SAMPLES, build_at

from portalgen.cli import run
from portalgen.lookback import tell
from portalgen.pipeline import Job
from portalgen.portal.drawn import drift, plot

BUNDLE, TRUTH = SAMPLES / "history-k8s-storage.bundle", SAMPLES / "history-k8s-storage.truth.json"
pytestmark = pytest.mark.skipif(not BUNDLE.is_file(), reason="NO SAMPLES beside the repository")
CLIENT = "k8s-storage"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("k8s") / "portals"
    subprocess.run(["git", "clone", "--quiet", str(BUNDLE), str(folder)], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    return json.loads(TRUTH.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def data(source: Path) -> dict[str, Any]:
    assert run(["build", "--source", str(source), "--quiet", "--as-of", DAY.isoformat()]) == 0
    return json.loads((source / "public" / CLIENT / "data.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def day_of(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


@pytest.mark.parametrize(
    ("field", "name", "number"), [("forecast", "forecast_moves", 51), ("status", "status_changes", 33)]
)
def test_each_change_of_the_truth_file_is_told_on_its_day_and_no_other(
    data: dict[str, Any], truth: dict[str, Any], field: str, name: str, number: int
) -> None:
    # A change without a status is `submitted`: that is what its page shows.
    default = {"status": "submitted"}.get(field)
    expected = Counter(
        (each["id"], day_of(each["at"]), each["from"] or default, each["to"] or default)
        for each in truth[name]
    )
    found = Counter((id_, on, before, after) for id_, on, of, before, after in changes(data) if of == field)
    assert sum(expected.values()) == number
    assert found == expected


def test_the_history_command_prints_each_move(
    source: Path, truth: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(["history", CLIENT, "--source", str(source), "--as-of", DAY.isoformat()]) == 0
    lines = Counter(capsys.readouterr().out.splitlines())
    moves = Counter(
        f"{day_of(each['at'])}  {each['id']}  forecast: {each['from']} → {each['to']}"
        for each in truth["forecast_moves"]
    )
    assert moves - lines == Counter()


def test_the_trend_has_each_move(source: Path, truth: dict[str, Any]) -> None:
    told = tell(
        Job(source=source, output=source / "public", as_of=DAY, now=datetime(2026, 11, 23, tzinfo=UTC)),
        CLIENT,
    )
    (area,) = told.portal.areas
    points = Counter(
        (trend.ref.id, point.said, point.expected)
        for trend in area.derived.retold.trends
        for point in trend.points
        if not point.is_start
    )
    expected = Counter(
        (each["id"], date.fromisoformat(day_of(each["at"])), date.fromisoformat(each["to"]))
        for each in truth["forecast_moves"]
    )
    assert points == expected


def test_the_timeline_shows_each_move(source: Path, truth: dict[str, Any], tmp_path: Path) -> None:
    build_at(source, tmp_path, jobs=1)
    page = (tmp_path / "k8s-storage" / "timeline.html").read_text("utf-8")
    assert 'id="trend"' in page
    trend = page[page.index('id="trend"') : page.index('id="follow"')]
    assert trend.count("Expected day moved from") == len(truth["forecast_moves"])


def test_the_chart_draws_each_move(source: Path, truth: dict[str, Any]) -> None:
    job = Job(source=source, output=source / "public", as_of=DAY, now=datetime(2026, 11, 23, tzinfo=UTC))
    portal = tell(job, CLIENT).portal
    found = drift.drift(portal.projects[0], portal.as_of)
    assert found is not None
    drawn = Counter(
        (line.milestone.id, on.isoformat()) for line in (*found.lines, *found.others) for on in line.moves
    )
    assert drawn == Counter((each["id"], day_of(each["at"])) for each in truth["forecast_moves"])
    for width in (plot.WIDE, plot.NARROW):
        drawing = drift.drawn(found, width)
        paths = [*(stroke.path for stroke in drawing.strokes), *(line.path for line in drawing.quiet)]
        assert sum(path.count("V") for path in paths) == 51
