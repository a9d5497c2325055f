"""A second theme changes two files of the default one, and nothing breaks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sites import REPOSITORY, build_at, dead_links

from tests.browser.places import ENGLISH, SEVERAL, pages_by_kind, serve, watched
from tests.browser.test_accessibility import violations

pytestmark = pytest.mark.browser

EVENING = Path(__file__).parent.parent / "themes" / "evening"


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration company's sites in the second theme."""
    source = tmp_path_factory.mktemp("evening")
    shutil.copytree(REPOSITORY / "content", source / "content")
    shutil.copy(REPOSITORY / "portalgen.yaml", source)
    shutil.copytree(EVENING, source / "themes" / "evening")
    outcome = build_at(source, source / "public", theme="evening", history=False)
    assert [str(problem) for problem in outcome.problems if problem.severity == "error"] == []
    return source / "public"


def test_two_files_change_what_they_change_and_nothing_else(public: Path, evening: Path) -> None:
    changed = [path for path in EVENING.rglob("*.*") if path.name != "theme.yaml"]
    assert len(changed) == 2
    for site in (ENGLISH, SEVERAL):
        mine, default = (
            {
                path.relative_to(root / site): path.read_bytes()
                for path in (root / site).rglob("*")
                if path.is_file()
            }
            for root in (evening, public)
        )
        assert mine.keys() == default.keys()
        differs = {path for path in mine if mine[path] != default[path]}
        assert {path.suffix for path in differs} == {".html", ".css"}
        assert b"Your turn </span>" in mine[Path("index.html")]
        assert dead_links(evening / site) == []


def test_every_kind_of_page_of_the_second_theme_is_accessible(
    browser: Browser, axe: str, evening: Path
) -> None:
    with serve(evening) as base, watched(browser, base, viewport={"width": 360, "height": 740}) as seen:
        found = []
        for number, address in enumerate(pages_by_kind(evening / ENGLISH).values()):
            seen.page.emulate_media(color_scheme="dark" if number % 2 else "light")
            seen.open(f"{ENGLISH}/{address}")
            found += [f"{address}: {each}" for each in violations(seen.page, axe)]
        assert found + seen.faults == []
