"""What a client does with a portal, done in a real browser."""

from __future__ import annotations

import re
import subprocess
from datetime import date
from pathlib import Path

import pytest
import vobject
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import tool
from tests.browser.lighthouse import PROGRAM, lighthouse
from tests.browser.places import CHINESE, ENGLISH, SEVERAL, watched

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


def is_on_first_screen(page: Page, selector: str) -> bool:
    return bool(
        page.evaluate(
            "each => { const box = document.querySelector(each).getBoundingClientRect(); "
            "return box.top >= 0 && box.bottom <= innerHeight; }",
            selector,
        )
    )


def test_the_first_screen_of_a_phone_says_how_it_stands_and_what_is_asked(
    browser: Browser, base: str
) -> None:
    with watched(browser, base, **PHONE) as seen:
        seen.open(f"{ENGLISH}/index.html")
        page = seen.page
        assert page.locator("h1").inner_text().startswith("On track.")
        asked = page.get_by_role("link", name=re.compile("things? we need from you"))
        expect(asked).to_be_in_viewport(ratio=1)
        assert is_on_first_screen(page, "h1")
        asked.click()
        expect(page.get_by_role("heading", name="What we need from you")).to_be_in_viewport()
        page.get_by_role("link", name=re.compile("^Needs you")).first.click()
        expect(page).to_have_url(re.compile("needs-you.html"))
        assert "from you" in page.locator("h1").inner_text()
        assert seen.faults == []


def test_a_document_is_found_by_a_word_of_its_title_and_comes_as_a_file(
    browser: Browser, public: Path, base: str
) -> None:
    with watched(browser, base, **PHONE) as seen:
        seen.open(f"{ENGLISH}/index.html")
        page = seen.page
        page.get_by_role("link", name="Search", exact=True).first.click()
        page.get_by_role("searchbox").fill(
            "protcol negatives"
        )  # misspelt, as on the way between two meetings
        first = page.locator(".find__results a").first
        expect(first).to_contain_text("Scanning protocol for glass negatives")
        page.get_by_role("button", name=re.compile("^Documents")).click()
        page.locator(".find__results a").first.click()
        expect(page.locator("h1")).to_contain_text("Scanning protocol")
        link = page.locator("main a[href*='files/']").first
        address = page.evaluate("link => link.href", link.element_handle())
        response = page.request.get(address)
        assert response.ok
        assert response.body() == (public / address.removeprefix(base)).read_bytes()
        assert seen.faults == []


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("社区站", "社区"),
        ("五个社区还书站", "社区"),
        ("屏幕反光", "文昌站屏幕在下午反光"),
        ("增容", "地下一层供电须增容"),
        ("CR-3", "第六个社区站"),
        ("周以宁", "周以宁"),
    ],
)
def test_chinese_is_found_without_spaces_between_words(
    browser: Browser, base: str, query: str, title: str
) -> None:
    with watched(browser, base) as seen:
        seen.open(f"{CHINESE}/search.html")
        seen.page.get_by_role("searchbox").fill(query)
        expect(seen.page.locator(".find__results a").first).to_contain_text(title)
        assert seen.faults == []


def test_a_search_waits_until_an_input_method_has_made_its_signs(browser: Browser, base: str) -> None:
    with watched(browser, base) as seen:
        seen.open(f"{CHINESE}/search.html")
        box = seen.page.get_by_role("searchbox")
        box.evaluate(
            "box => { box.value = 'she qu'; box.dispatchEvent(new InputEvent('input', {isComposing: true, bubbles: true})); }"
        )
        seen.page.wait_for_timeout(300)
        assert seen.page.locator(".find__results a").count() == 0
        box.evaluate(
            "box => { box.value = '社区'; box.dispatchEvent(new CompositionEvent('compositionend', {bubbles: true})); }"
        )
        expect(seen.page.locator(".find__results a").first).to_contain_text("社区")


def test_dates_are_subscribed_to_from_the_timeline(browser: Browser, public: Path, base: str) -> None:
    with watched(browser, base) as seen:
        seen.open(f"{ENGLISH}/timeline.html")
        link = seen.page.get_by_role("link", name="Subscribe in your calendar")
        assert link.get_attribute("href") == "webcal://harbour-museum.portal.example/calendar.ics"
        with seen.page.expect_download() as coming:
            seen.page.get_by_role("link", name="Save the dates as a file").click()
        calendar = vobject.readOne(Path(coming.value.path()).read_text(encoding="utf-8"))
        days = {event.summary.value: event.dtstart.value for event in calendar.vevent_list}
        assert date(2027, 3, 5) in days.values()
        seen.open(f"{ENGLISH}/whats-new.html")
        feed = seen.page.locator("link[type='application/atom+xml']").get_attribute("href")
        assert (public / ENGLISH / str(feed)).is_file()


@pytest.mark.parametrize("site", [ENGLISH, CHINESE])
def test_a_report_is_one_sheet_of_paper(
    browser: Browser, public: Path, base: str, tmp_path: Path, site: str
) -> None:
    newest = max((public / site / "reports").glob("*.html"))
    with watched(browser, base) as seen:
        seen.open(f"{site}/reports/{newest.name}")
        sheet = tmp_path / "report.pdf"
        seen.page.pdf(path=sheet, format="A4", prefer_css_page_size=True)
        title = seen.page.locator("h1").inner_text()
    told = subprocess.run(["pdfinfo", str(sheet)], capture_output=True, text=True, check=True).stdout
    assert re.search(r"^Pages:\s+1$", told, re.MULTILINE), told
    words = subprocess.run(
        ["pdftotext", "-layout", str(sheet), "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "".join(title.split())[:12] in "".join(words.split())


def test_the_whole_way_is_gone_by_keyboard_alone(browser: Browser, base: str) -> None:
    with watched(browser, base) as seen:
        seen.open(f"{ENGLISH}/index.html")
        page = seen.page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        expect(page.locator(".skip")).to_be_in_viewport(ratio=1)
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("Boolean(document.activeElement.closest('main'))")
        page.keyboard.press("/")
        page.keyboard.type("rights policy")
        expect(page.locator(".find__results a").first).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        assert (
            page.evaluate(
                "[...document.querySelectorAll('.find__results a')].indexOf(document.activeElement)"
            )
            == 1
        )
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowUp")
        assert page.evaluate("document.activeElement.type") == "search"
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")  # the first may empty the field
        expect(page.locator("dialog")).to_be_hidden()
        assert page.evaluate("Boolean(document.activeElement.closest('main'))")
        page.keyboard.press("Control+K")
        page.keyboard.press("Control+A")
        page.keyboard.type("ACT-21")
        expect(page.locator(".find__results a").first).to_contain_text("ACT-21")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("actions/ACT-21.html"))
        assert seen.faults == []


def test_the_focus_is_always_seen(browser: Browser, base: str) -> None:
    """Every stop of the Tab key on a home page lies on the screen and has an outline of its own."""
    with watched(browser, base, viewport={"width": 1280, "height": 740}, reduced_motion="reduce") as seen:
        seen.open(f"{ENGLISH}/index.html")
        unseen = []
        for _ in range(400):
            seen.page.keyboard.press("Tab")
            state = seen.page.evaluate(
                """() => {
                const at = document.activeElement, box = at.getBoundingClientRect();
                const after = getComputedStyle(at, "::after"), own = getComputedStyle(at);
                const has = style => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
                return [at.tagName, at.textContent.trim().slice(0, 40), has(own) || has(after),
                    box.bottom > 0 && box.top < innerHeight];
                }"""
            )
            if state[0] == "BODY":
                break
            if not (state[2] and state[3]):
                unseen.append(state)
        else:
            pytest.fail("the Tab key never came to the end of the page")
        assert unseen == []


def test_the_key_that_opens_the_search_can_be_switched_off(browser: Browser, base: str) -> None:
    """WCAG 2.2, 2.1.4: a shortcut of a single character can be turned off."""
    with watched(browser, base) as seen:
        seen.open(f"{ENGLISH}/index.html")
        page = seen.page
        page.keyboard.press("/")
        page.get_by_role("checkbox", name="The key / opens the search").uncheck()
        page.get_by_role("button", name="Close").click()
        expect(page.locator("dialog")).to_be_hidden()
        seen.open(f"{ENGLISH}/scope.html")
        page.keyboard.press("/")
        page.wait_for_timeout(200)
        assert page.locator("dialog").count() == 0
        page.keyboard.press("Control+K")
        expect(page.locator("dialog")).to_be_visible()


@pytest.mark.parametrize("site", [ENGLISH, SEVERAL, CHINESE])
def test_everything_is_read_without_javascript(browser: Browser, public: Path, base: str, site: str) -> None:
    with watched(browser, base, java_script_enabled=False) as seen:
        hidden = []
        for path in sorted((public / site).glob("*.html")):
            seen.open(f"{site}/{path.name}")
            # What only a script can fill may stay away; nothing else may. What is inside counts with what it is in.
            tags = seen.page.evaluate(
                "[...document.querySelectorAll('[hidden]')].filter(each => !each.parentElement.closest('[hidden]'))"
                ".map(each => each.cloneNode(false).outerHTML)"
            )
            hidden += [
                f"{path.name}: {tag}"
                for tag in tags
                if not re.search(r"scheme|data-tools|data-visit|data-find", tag)
            ]
        assert hidden == []
        seen.open(f"{site}/index.html")
        seen.page.get_by_role("link", name=re.compile("^(Search|搜索)$")).first.click()
        expect(seen.page).to_have_url(re.compile("search.html"))
        expect(seen.page.locator("[data-find-off]")).to_be_visible()
        assert seen.page.locator("main .lists a").count() >= 5
        assert seen.faults == []


def test_a_site_opens_from_a_file_system_with_its_search(browser: Browser, public: Path) -> None:
    with watched(browser, f"{public.as_uri()}/") as seen:
        page = seen.page
        page.goto((public / CHINESE / "index.html").as_uri())
        assert (
            page.evaluate("getComputedStyle(document.querySelector('.board')).backgroundColor")
            != "rgba(0, 0, 0, 0)"
        )
        page.keyboard.press("/")
        page.get_by_role("searchbox").fill("社区")
        page.locator(".find__results a").first.click()
        page.wait_for_url(re.compile("^file:.*html$"))
        assert "社区" in page.locator("main").inner_text()
        page.goto((public / CHINESE / "search.html").as_uri())
        page.get_by_role("searchbox").fill("读者")
        expect(page.locator(".find__results a").first).to_be_visible()
        assert seen.faults == []


@pytest.mark.slow
def test_lighthouse_gives_the_home_page_a_hundred_for_accessibility_and_best_practices(base: str) -> None:
    """`make audit-pages` asks about more pages, and about performance: no test depends on how busy the machine is."""
    tool(PROGRAM, "node")
    scores, wrong = lighthouse(f"{base}{ENGLISH}/index.html", "accessibility", "best-practices")
    assert scores == {"accessibility": 100, "best-practices": 100}, wrong
