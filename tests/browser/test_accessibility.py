"""axe finds nothing on any kind of page, and the browser has nothing to complain of, in any language, width or scheme."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.places import (
    ARABIC,
    CHINESE,
    ENGLISH,
    SCHEMES,
    SEVERAL,
    WIDTHS,
    Watched,
    pages_by_kind,
    watched,
)

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block"]
"""Rules whose answer another width or scheme can change."""
RUN = """([tags, rules]) => axe.run(document, {
    runOnly: rules.length ? {type: "rule", values: rules} : {type: "tag", values: tags},
    rules: {"target-size": {enabled: true}}, resultTypes: ["violations"], preload: false,
}).then(found => found.violations.map(each => each.id + ": " + each.nodes.map(node => node.html.slice(0, 160)).join(" | ")))"""


def violations(page: Page, axe: str, rules: list[str] | None = None) -> list[str]:
    """Return what axe finds on a page as it stands."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(axe)
    return list(page.evaluate(RUN, [TAGS, rules or []]))


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")


def overflow(page: Page) -> Any:
    """Return what sticks out of the page sideways."""
    return page.evaluate(
        """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
        [...document.querySelectorAll("body *")].filter(each => {
            const box = each.getBoundingClientRect();
            return box.right > document.documentElement.clientWidth + 1 || box.left < -1;
        }).map(each => each.outerHTML.slice(0, 120))"""
    )


View = tuple[int, str]
EVERY: tuple[View, ...] = tuple((width, scheme) for width in WIDTHS for scheme in SCHEMES)
WOVEN: tuple[View, ...] = tuple((width, SCHEMES[number % 2]) for number, width in enumerate(WIDTHS))
"""Every width and both schemes, if not each with each; AGAINST is the other half."""
AGAINST: tuple[View, ...] = tuple(view for view in EVERY if view not in WOVEN)


def look(seen: Watched, axe: str, address: str, views: tuple[View, ...]) -> list[str]:
    """Return what is wrong with a page, which is opened once: everything in the first and the last view, in all what looks can change."""
    found: list[str] = []
    for number, (width, scheme) in enumerate(views):
        seen.page.set_viewport_size({"width": width, "height": 740})
        seen.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        if number == 0:
            seen.open(address)
            unfold(seen.page)
        rules = None if number in (0, len(views) - 1) else LOOKS
        found += [f"{address} at {width}, {scheme}: {each}" for each in violations(seen.page, axe, rules)]
        found += [f"{address} at {width}: sticks out: {each}" for each in overflow(seen.page)]
    return found


VIEWS = {ENGLISH: EVERY, CHINESE: WOVEN, ARABIC: AGAINST, SEVERAL: AGAINST}
PARTS = {ENGLISH: 3, CHINESE: 2, ARABIC: 1, SEVERAL: 2}
"""How many tests share the pages of a site, so that two processors end at the same time."""


@pytest.mark.parametrize(("site", "part"), [(site, part) for site in VIEWS for part in range(PARTS[site])])
def test_every_kind_of_page_is_accessible_at_every_width_in_light_and_dark(
    browser: Browser, public: Path, base: str, axe: str, site: str, part: int
) -> None:
    kinds = pages_by_kind(public / site)
    assert {"index", "needs-you", "whats-new", "search"} <= set(kinds)
    addresses = list(kinds.values())[part :: PARTS[site]]
    with watched(browser, base) as seen:
        found = [each for address in addresses for each in look(seen, axe, f"{site}/{address}", VIEWS[site])]
        assert found + seen.faults == []


@pytest.mark.parametrize(("site", "query"), [(ENGLISH, "scan"), (CHINESE, "社区"), (ARABIC, "البحث")])
def test_the_open_search_is_accessible(browser: Browser, base: str, axe: str, site: str, query: str) -> None:
    with watched(browser, base) as seen:
        for width, scheme in VIEWS[site] if site == ENGLISH else (VIEWS[site][0], VIEWS[site][-1]):
            seen.page.set_viewport_size({"width": width, "height": 740})
            seen.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            seen.open(f"{site}/scope.html")
            seen.page.keyboard.press("Control+K")
            seen.page.get_by_role("searchbox").fill(query)
            seen.page.locator(".find__results a").first.wait_for()
            assert violations(seen.page, axe) == []
            assert overflow(seen.page) == []
            seen.open(f"{site}/search.html?q={query}")
            seen.page.locator(".find__results a").first.wait_for()
            assert violations(seen.page, axe) == []
            assert overflow(seen.page) == []
        assert seen.faults == []


def test_a_filtered_list_is_accessible(browser: Browser, base: str, axe: str) -> None:
    with watched(browser, base, viewport={"width": 360, "height": 740}) as seen:
        seen.open(f"{ENGLISH}/actions.html?late=1")
        assert seen.page.locator("output").inner_text().startswith("Shown: ")
        assert violations(seen.page, axe) == []
        assert seen.faults == []


def test_the_page_for_a_wrong_address_is_accessible(browser: Browser, base: str, axe: str) -> None:
    with watched(browser, base) as seen:
        seen.open(f"{ENGLISH}/404.html")
        assert violations(seen.page, axe) == []
        assert seen.faults == []


def test_axe_does_find_what_is_wrong(browser: Browser, base: str, axe: str) -> None:
    """The judge is awake: a picture without words and pale letters are found."""
    with watched(browser, base) as seen:
        seen.open(f"{ENGLISH}/index.html")
        seen.page.evaluate("document.querySelector('main').append(document.createElement('img'))")
        seen.page.evaluate("document.querySelector('h1').style.color = '#eee'")
        found = json.dumps(violations(seen.page, axe))
        assert "image-alt" in found
        assert "color-contrast" in found
