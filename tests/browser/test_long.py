"""A client with thousands of records and minutes of 350 kB reads them on a phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sites import build_at, dead_links

from bench.long import write_long
from tests.browser.places import Watched, serve, watched
from tests.browser.test_accessibility import overflow, violations

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
MOST_BYTES = 1_000_000
ROWS = "main :is(.ledger, .needs, .changes) > li"


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a client with 1,000 requirements, 2,000 decisions, 60 milestones and minutes of 350 kB."""
    source = write_long(tmp_path_factory.mktemp("long"))
    build_at(source, source / "public", history=False)
    return source / "public"


def rows_in_sight(seen: Watched) -> int:
    """Return how many rows of a page are not folded away."""
    return int(
        seen.page.evaluate(
            f"[...document.querySelectorAll('{ROWS}')].filter(each => each.checkVisibility()).length"
        )
    )


def test_no_list_page_is_heavy_and_every_record_is_on_one(long: Path) -> None:
    site = long / "long-town"
    pages = {path.name: path.read_text(encoding="utf-8") for path in sorted(site.glob("*.html"))}
    assert {name: len(text) for name, text in pages.items() if len(text.encode()) > MOST_BYTES} == {}
    assert (site / "meetings" / "2026-11-16-hearing.html").stat().st_size > 350_000
    for kind, total in (("decisions", 2000), ("requirements", 1000)):
        linked = {href for text in pages.values() for href in re.findall(rf'href="{kind}/([^"]+)"', text)}
        assert len(linked) == total
    assert dead_links(site) == []


def test_long_lists_are_folded_or_on_sheets_and_fit_a_phone(browser: Browser, axe: str, long: Path) -> None:
    with serve(long) as base, watched(browser, base, **PHONE) as seen:
        for name in ("scope", "decisions", "decisions-sheet-2", "whats-new", "timeline", "index"):
            seen.open(f"long-town/{name}.html")
            assert 0 < rows_in_sight(seen) <= 500 or name == "timeline"
            assert overflow(seen.page) == []
        seen.open("long-town/timeline.html")
        stations = seen.page.locator(".line > li:not(.line__today)")
        assert 10 < sum(station.is_visible() for station in stations.all()) < 25
        seen.page.get_by_text("The 28 milestones before").click()
        expect(seen.page.get_by_role("link", name="Release 1 is with the officers").last).to_be_visible()
        seen.open("long-town/decisions-sheet-4.html")
        assert violations(seen.page, axe) == []
        assert seen.faults == []


def test_a_record_among_thousands_is_found_by_search_by_filter_and_on_its_sheet(
    browser: Browser, long: Path
) -> None:
    with serve(long) as base, watched(browser, base, **PHONE) as seen:
        page = seen.page
        seen.open("long-town/search.html")
        page.get_by_role("searchbox").fill("DEC-7")
        expect(page.locator(".find__results a").first).to_contain_text("DEC-7")
        seen.open("long-town/scope.html")
        page.locator(".tools summary").click()
        page.locator("[name=priority]").select_option("Must")
        page.locator("[name=state]").select_option("In progress")
        assert 0 < rows_in_sight(seen) < 40
        seen.open("long-town/decisions.html")
        page.get_by_role("link", name="1,501–2,000").click()
        expect(page.get_by_role("heading", name="1,501 to 2,000 of 2,000")).to_be_visible()
        assert page.locator(ROWS).count() == 500
        assert seen.faults == []


def test_minutes_of_350_kilobytes_begin_with_their_headings(browser: Browser, axe: str, long: Path) -> None:
    with serve(long) as base, watched(browser, base, **PHONE) as seen:
        seen.open("long-town/meetings/2026-11-16-hearing.html")
        assert overflow(seen.page) == []
        assert violations(seen.page, axe, ["heading-order", "skip-link", "scrollable-region-focusable"]) == []
        contents = seen.page.locator("details.outline")
        contents.locator("summary").click()
        contents.get_by_role("link", name="Case 100, REQ-101").click()
        expect(seen.page.get_by_role("heading", name="Case 100, REQ-101")).to_be_in_viewport()
        assert seen.faults == []
