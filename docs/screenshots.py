"""Make the pictures of docs/images/ from the demonstration company, as `make screenshots` does.

Not part of `make test`: another chromium or other fonts give other bytes. Those that are committed were taken with
Roboto and Noto Serif, which Android has (on Debian fonts-roboto-unhinted and fonts-noto-core). Look at the pictures
before you commit them.
"""

from __future__ import annotations

import base64
import shutil
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from replay import replay

from portalgen.pipeline import Job, build

REPOSITORY = Path(__file__).resolve().parent.parent
IMAGES = REPOSITORY / "docs" / "images"
DAY = date(2026, 11, 23)
"""As in the Makefile: the story of the demonstration company is told as of this day."""
MAX_BYTES = 200_000
WIDE_PX = (1280, 860)
PHONE_PX = (390, 780)
GAP_PX = 24


def main() -> int:
    """Build the demonstration, with its past, into a folder of its own and take its pictures."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        source, output = Path(folder) / "portals", Path(folder) / "public"
        replay(REPOSITORY, source)
        build(Job(source=source, output=output, as_of=DAY, now=datetime(2026, 11, 23, 12, tzinfo=UTC)))
        museum, library = (output / name / "index.html" for name in ("harbour-museum", "qinghe-library"))
        browser = playwright.chromium.launch(executable_path=_chromium())
        phones = [_picture(browser, museum, PHONE_PX, "light"), _picture(browser, library, PHONE_PX, "dark")]
        pictures = {
            "home.png": _picture(browser, museum, WIDE_PX, "light"),
            "phones.png": _beside(browser, phones),
            "trend.png": _section(browser, museum.with_name("timeline.html"), "trend"),
        }
        browser.close()
    for name, picture in pictures.items():
        print(f"docs/images/{name}: {len(picture):,} bytes", file=sys.stderr)
        if len(picture) > MAX_BYTES:
            raise SystemExit(f"that is more than {MAX_BYTES:,}")
        (IMAGES / name).write_bytes(picture)
    return 0


def _chromium() -> str | None:
    """Return the path of the system's chromium; None for the one that Playwright brings."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def _picture(browser: Browser, path: Path, size_px: tuple[int, int], scheme: str) -> bytes:
    """Return as a PNG what a screen of `size_px` shows of a page first."""
    width, height = size_px
    page = browser.new_page(
        viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page.goto(path.as_uri())
    picture = page.screenshot()
    page.close()
    return picture


def _section(browser: Browser, path: Path, id_: str) -> bytes:
    """Return as a PNG a section of a page, as a wide screen shows it."""
    page = browser.new_page(viewport={"width": WIDE_PX[0], "height": WIDE_PX[1]}, color_scheme="light")
    page.goto(path.as_uri())
    picture = page.locator(f"#{id_}").screenshot()
    page.close()
    return picture


def _beside(browser: Browser, pictures: list[bytes]) -> bytes:
    """Return pictures of phones beside each other, on a grey that lets a light and a dark one stand out."""
    width, height = PHONE_PX
    shown = "".join(
        f'<img src="data:image/png;base64,{base64.b64encode(picture).decode()}" width="{width}">'
        for picture in pictures
    )
    page = browser.new_page(
        viewport={
            "width": len(pictures) * (width + GAP_PX) + GAP_PX,
            "height": height + 2 * GAP_PX,
        }
    )
    style = f"display: flex; gap: {GAP_PX}px; margin: {GAP_PX}px; background: #b9c4c6"
    page.set_content(f'<body style="{style}">{shown}</body>', wait_until="load")
    picture = page.screenshot()
    page.close()
    return picture


if __name__ == "__main__":
    sys.exit(main())
