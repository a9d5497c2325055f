"""In a browser: an open page changes by itself and stays where it was; a mistake is shown over it until it is mended."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.preview.served import NOTE, NOTE_PAGE, Preview, note, serving, small

pytestmark = pytest.mark.browser

LONG = "\n\n".join(f"Point {number} was talked over." for number in range(200))


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Preview]:
    source = small(tmp_path)
    (source / NOTE).write_text(note(LONG))
    with serving(source) as running:
        yield running


def wait_until(page: Page, claim: str) -> None:
    """Return once `claim` is true in the page, whose policy lets Playwright's own waiting evaluate nothing."""
    end = time.monotonic() + 15
    while not page.evaluate(claim):
        assert time.monotonic() < end, claim
        page.wait_for_timeout(50)


def test_an_open_page_changes_by_itself_and_keeps_its_place(preview: Preview, page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(preview.address + NOTE_PAGE)
    page.evaluate("scrollTo(0, 1500)")
    page.evaluate("window.isOld = true")
    (preview.source / NOTE).write_text(note(LONG + "\n\nA new last line."))
    expect(page.get_by_text("A new last line.")).to_be_attached(timeout=15_000)
    wait_until(page, "window.isOld === undefined && scrollY === 1500")
    assert not complaints


def test_a_mistake_is_shown_over_the_last_good_page_until_it_is_mended(preview: Preview, page: Page) -> None:
    risks = preview.source / "content/harbour/risks.yaml"
    good = risks.read_text()
    page.goto(preview.address + NOTE_PAGE)
    page.evaluate("scrollTo(0, 900)")
    risks.write_text(good.replace("status: approved", "status: aproved"))
    panel = page.get_by_role("alert")
    expect(panel).to_be_visible(timeout=15_000)
    expect(panel).to_contain_text("content/harbour/risks.yaml:5:11")
    expect(panel.locator(".here")).to_have_text("    5 |   status: aproved")
    expect(panel).to_contain_text("hint: did you mean 'approved'?")
    expect(page.get_by_text("Point 199 was talked over.")).to_be_attached()
    assert page.evaluate("scrollY") == 900
    risks.write_text(good)
    expect(panel).to_have_count(0, timeout=15_000)
    wait_until(page, "scrollY === 900")


def test_the_panel_can_be_put_away(preview: Preview, page: Page) -> None:
    (preview.source / "content/harbour/risks.yaml").write_text("- title: [\n")
    page.goto(preview.address + "/harbour/")
    panel = page.get_by_role("alert")
    expect(panel).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="Hide").click()
    expect(panel).to_have_count(0)


def test_a_page_that_comes_into_being_takes_the_place_of_page_not_found(preview: Preview, page: Page) -> None:
    answer = page.goto(preview.address + "/harbour/requirements/REQ-2.html")
    assert answer is not None
    assert answer.status == 404
    path = preview.source / "content/harbour/requirements.yaml"
    path.write_text(
        path.read_text()
        + "- id: REQ-2\n  title: A quiz for children\n  status: proposed\n  priority: could\n"
    )
    expect(page.get_by_role("heading", name="A quiz for children")).to_be_visible(timeout=15_000)


def test_opened_parts_of_a_page_stay_open(preview: Preview, page: Page) -> None:
    (preview.source / NOTE).write_text(
        note("<details>\n<summary>More</summary>\n\nHidden words\n\n</details>")
    )
    page.goto(preview.address + NOTE_PAGE)
    page.get_by_text("More", exact=True).click()
    (preview.source / NOTE).write_text(
        note("<details>\n<summary>More</summary>\n\nOther words\n\n</details>")
    )
    expect(page.get_by_text("Other words")).to_be_visible(timeout=15_000)


def test_the_list_of_clients_shows_what_is_to_be_mended(preview: Preview, page: Page) -> None:
    page.goto(preview.address)
    expect(page.get_by_role("link", name="Harbour Museum")).to_be_visible(timeout=15_000)
    (preview.source / "content/harbour/risks.yaml").write_text("- id: RSK-1\n  titel: Late\n")
    expect(page.get_by_text("content/harbour/risks.yaml:2:3")).to_be_visible(timeout=15_000)


def test_ctrl_c_ends_within_a_second_with_pages_open(preview: Preview, page: Page) -> None:
    for path in ("/", "/harbour/", NOTE_PAGE):
        page.context.new_page().goto(preview.address + path)
    page.goto(preview.address + "/orchard/")
    time.sleep(0.5)
    began = time.monotonic()
    preview.process.send_signal(signal.SIGINT)
    assert preview.process.wait(10) == 130
    # A second, and what a busy machine may add to it.
    assert time.monotonic() - began < 3
    assert not preview.said("Traceback")
