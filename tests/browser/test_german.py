"""German words are long: its menu is one line, and nothing sticks out of any kind of page."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sites import REPOSITORY, build_at

from tests.browser.places import ENGLISH, pages_by_kind, serve, watched
from tests.browser.test_accessibility import overflow

pytestmark = pytest.mark.browser


def test_the_menu_is_one_line_and_no_page_is_too_wide(browser: Browser, tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "content" / ENGLISH, tmp_path / "content" / ENGLISH)
    shutil.copytree(REPOSITORY / "content" / "_shared", tmp_path / "content" / "_shared")
    client = tmp_path / "content" / ENGLISH / "client.yaml"
    client.write_text(re.sub(r"(?m)^locale: .*$", "locale: de", client.read_text("utf-8")), "utf-8")
    build_at(tmp_path, tmp_path / "public", history=False)
    with serve(tmp_path / "public") as base, watched(browser, base) as seen:
        for address in pages_by_kind(tmp_path / "public" / ENGLISH).values():
            seen.open(f"{ENGLISH}/{address}")
            for width in (320, 360, 1280):
                seen.page.set_viewport_size({"width": width, "height": 740})
                assert (address, width, overflow(seen.page)) == (address, width, [])
                lines = seen.page.locator(".nav li:visible").evaluate_all(
                    "all => new Set(all.map(each => each.offsetTop)).size"
                )
                assert lines == 1 or width < 360
        assert seen.page.locator("html").get_attribute("lang") == "de"
        assert "Alle Seiten" in seen.page.locator(".nav").inner_text()
        assert seen.faults == []
