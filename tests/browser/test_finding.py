"""The search, the filters of lists, and what is new since the last visit, in a real browser."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sites import build_at, write_tree

from tests.browser.places import ENGLISH, Watched, serve, watched

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)> </script><script>alert(2)</script> & \"quotes\" 'too'"


def titles(page: Page) -> list[str]:
    return page.locator(".find__results .find__title").all_inner_texts()


def find(seen: Watched, query: str) -> list[str]:
    seen.page.get_by_role("searchbox").fill(query)
    expect(seen.page.locator(".find__count")).to_have_text(re.compile("^(Found: |Nothing was found)"))
    return titles(seen.page)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site whose texts try to break out, with one record that stays with the team."""
    source = write_tree(
        tmp_path_factory.mktemp("small"),
        {
            "content/acme/client.yaml": "name: Acme\n",
            "content/acme/people.yaml": "zoe: {name: Zoë Ångström, side: client, role: Treasurer}\n",
            "content/acme/risks.yaml": f"- id: RSK-1\n  title: {json.dumps(HOSTILE)}\n  effect: {json.dumps('so: ' + HOSTILE)}\n",
            "content/acme/decisions.yaml": (
                "- {id: DEC-1, title: Café opens at ten, date: 2026-11-10}\n"
                "- {id: DEC-10, title: Kaffee aus der Küche, date: 2026-11-10}\n"
                "- {id: DEC-2, title: Hidden thing, date: 2026-11-11, visibility: internal}\n"
                "- {id: DEC-3, title: ガイドの音量を上げる, date: 2026-11-12}\n"
                "- {id: DEC-4, title: 票, date: 2026-11-12}\n"
            ),
            "content/acme/lessons.yaml": "- {id: LL-1, title: Never published word xyzzy}\n",
            "content/acme/meetings/2026-11-02-long.md": (
                "---\ndate: 2026-11-02\n---\n# Long minutes\n\n"
                + "Nothing of note was said. " * 200
                + "Then came the walrus.\n"
            ),
        },
    )
    build_at(source, source / "public", history=False)
    return source / "public"


def test_what_authors_write_is_shown_as_they_wrote_it_and_never_run(browser: Browser, small: Path) -> None:
    with serve(small) as base, watched(browser, base) as seen:
        seen.page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
        seen.open("acme/search.html")
        assert HOSTILE in find(seen, "onerror alert")
        assert seen.page.locator(".find__results img, .find__results script").count() == 0
        assert seen.faults == []


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("cafe", "Café opens at ten"),
        ("CAFÉ", "Café opens at ten"),
        ("kueche", "Kaffee aus der Küche"),
        ("Küche", "Kaffee aus der Küche"),
        ("kafee", "Kaffee aus der Küche"),
        ("dec-1", "Café opens at ten"),
        ("DEC-10", "Kaffee aus der Küche"),
        ("音量", "ガイドの音量を上げる"),
        ("ガイド", "ガイドの音量を上げる"),
        ("票", "票"),
        ("walrus", "Long minutes"),
        ("treasurer", "Zoë Ångström"),
        ("angstrom", "Zoë Ångström"),
    ],
)
def test_it_is_found_as_people_type_it(browser: Browser, small: Path, query: str, title: str) -> None:
    with serve(small) as base, watched(browser, base) as seen:
        seen.open("acme/search.html")
        assert find(seen, query)[0] == title


def test_what_stays_with_the_team_is_not_found(browser: Browser, small: Path) -> None:
    data = (small / "acme" / "assets" / "search-data.js").read_text(encoding="utf-8")
    assert "Hidden thing" not in data
    assert "xyzzy" not in data
    with serve(small) as base, watched(browser, base) as seen:
        seen.open("acme/search.html")
        assert find(seen, "Hidden xyzzy") == []
        expect(seen.page.locator(".find__count")).to_contain_text("Nothing was found")


def test_a_search_page_keeps_its_question_in_the_address(browser: Browser, base: str) -> None:
    with watched(browser, base) as seen:
        seen.open(f"{ENGLISH}/search.html")
        find(seen, "scan")
        seen.page.get_by_role("button", name=re.compile("^Documents")).click()
        shown = titles(seen.page)
        assert re.search(r"\?q=scan&kind=Documents$", seen.page.url)
        seen.page.reload()
        expect(seen.page.locator(".find__results a").first).to_be_visible()
        assert titles(seen.page) == shown
        assert seen.page.get_by_role("searchbox").input_value() == "scan"


def test_no_letter_is_lost_that_is_typed_while_the_search_is_being_read(browser: Browser, base: str) -> None:
    with watched(browser, base) as seen:
        seen.page.route(
            re.compile("search-data.js"), lambda route: (seen.page.wait_for_timeout(300), route.continue_())
        )
        seen.open(f"{ENGLISH}/index.html")
        seen.page.keyboard.press("/")
        seen.page.keyboard.type("scanning/2")
        expect(seen.page.get_by_role("searchbox")).to_have_value("scanning/2")


def test_nothing_of_the_search_is_read_before_it_is_opened(browser: Browser, public: Path, base: str) -> None:
    with watched(browser, base) as seen:
        asked: list[str] = []
        seen.page.on("request", lambda request: asked.append(request.url))
        seen.open(f"{ENGLISH}/index.html")
        seen.page.wait_for_load_state("networkidle")
        assert not any("search" in url for url in asked)
        sizes = [
            len(seen.page.request.get(url).body()) for url in asked if not re.search(r"\.(svg|png|jpg)$", url)
        ]
        assert sum(sizes) < 100_000
    scripts = [path for path in (public / ENGLISH / "assets").glob("*.js") if path.name != "search-data.js"]
    assert sum(len(gzip.compress(path.read_bytes())) for path in scripts) < 30_000


def test_a_list_is_filtered_and_sorted_and_the_address_says_how(browser: Browser, base: str) -> None:
    with watched(browser, base) as seen:
        seen.open(f"{ENGLISH}/actions.html")
        page = seen.page
        rows = page.locator("main li[data-state]")
        total = rows.count()
        page.get_by_label("Overdue only").check()
        late = page.locator("main li[data-state]:visible")
        assert 0 < late.count() < total
        assert all(row.get_attribute("data-late") is not None for row in late.all())
        assert page.locator("output").inner_text() == f"Shown: {late.count()} of {total}"
        assert page.url.endswith("?late=1")
        page.reload()
        assert page.get_by_label("Overdue only").is_checked()
        page.get_by_role("button", name="Show all rows").click()
        assert page.locator("main li[data-state]:visible").count() == total
        assert page.url.endswith("actions.html")
        page.get_by_label("Order").select_option("title")
        first = page.locator("main .ledger").first.locator("h3 a").all_inner_texts()
        assert first == sorted(first, key=str.casefold)
        page.get_by_label("Order").select_option("")
        page.get_by_label("Owner").select_option("Fleur Nagtegaal")
        assert {
            row.get_attribute("data-owner") for row in page.locator("main li[data-state]:visible").all()
        } == {"Fleur Nagtegaal"}
        assert seen.faults == []


def test_every_list_of_a_site_can_be_filtered_without_a_fault(
    browser: Browser, public: Path, base: str
) -> None:
    with watched(browser, base) as seen:
        filtered = 0
        for path in sorted((public / ENGLISH).glob("*.html")):
            seen.open(f"{ENGLISH}/{path.name}")
            if not seen.page.locator("[data-tools]").count() or seen.page.locator("[data-tools]").is_hidden():
                continue
            filtered += 1
            for order in ("on", "-on", "title", "state", ""):
                before = sorted(seen.page.locator("main li[data-state]").all_inner_texts())
                seen.page.get_by_label("Order").select_option(order)
                assert sorted(seen.page.locator("main li[data-state]").all_inner_texts()) == before
            state = seen.page.locator("[name=state]")
            if state.is_visible():
                state.select_option(index=1)
                shown = {
                    row.get_attribute("data-state")
                    for row in seen.page.locator("main li[data-state]:visible").all()
                }
                assert shown == {state.input_value()}
        assert filtered >= 6
        assert seen.faults == []


def test_a_link_to_a_row_that_the_filter_would_hide_shows_it(browser: Browser, base: str) -> None:
    with watched(browser, base) as seen:
        seen.open(f"{ENGLISH}/scope.html")
        rows = seen.page.locator("main li[data-state][id]")
        id, state = rows.first.get_attribute("id"), rows.first.get_attribute("data-state")
        other = next(each for row in rows.all() if (each := row.get_attribute("data-state")) != state)
        seen.page.goto(f"{base}{ENGLISH}/scope.html?state={other}#{id}")
        expect(seen.page.locator(f"[id='{id}']")).to_be_visible()


def test_a_thousand_rows_are_sorted_through_all_their_parts(browser: Browser, tmp_path: Path) -> None:
    rows = "".join(
        f"- {{id: DEC-{number}, title: Decision number {1000 - number}, status: decided}}\n"
        for number in range(1000)
    )
    source = write_tree(
        tmp_path, {"content/acme/client.yaml": "name: Acme\n", "content/acme/decisions.yaml": rows}
    )
    build_at(source, source / "public", history=False)
    with (
        serve(source / "public") as base,
        watched(browser, base, viewport={"width": 360, "height": 740}) as seen,
    ):
        seen.open("acme/decisions.html")
        seen.page.locator(".tools summary").click()
        seen.page.get_by_label("Order").select_option("title")
        names = seen.page.locator("main .ledger h3 a").all_text_contents()
        assert names == [f"Decision number {number}" for number in range(1, 1001)]
        parts = [part.locator("li").count() for part in seen.page.locator("main .ledger").all()]
        assert parts == [100] * 10
        seen.open("acme/search.html")
        assert find(seen, "number 777")[0] == "Decision number 777"
        find(seen, "decision")
        expect(seen.page.locator(".find__results li")).to_have_count(30)
        seen.page.get_by_role("button", name="Show more").click()
        expect(seen.page.locator(".find__results li")).to_have_count(60)
        assert (
            seen.page.evaluate(
                "[...document.querySelectorAll('.find__results a')].indexOf(document.activeElement)"
            )
            == 30
        )
        assert seen.faults == []


def test_what_is_new_since_the_last_visit_is_told_by_this_browser_alone(
    browser: Browser, tmp_path: Path
) -> None:
    def write(*rows: str) -> None:
        text = "".join(f"- {{{row}}}\n" for row in rows)
        write_tree(
            tmp_path, {"content/acme/client.yaml": "name: Acme\n", "content/acme/decisions.yaml": text}
        )
        build_at(tmp_path, tmp_path / "public", history=False)

    write("id: DEC-1, title: First thing, date: 2026-11-10")
    with serve(tmp_path / "public") as base, watched(browser, base) as seen:
        page, section = seen.page, seen.page.locator("[data-visit]")
        page.clock.set_fixed_time("2026-11-23T10:00:00Z")
        seen.open("acme/whats-new.html")
        expect(section).to_be_hidden()  # nobody knows of an earlier visit
        page.clock.set_fixed_time("2026-11-24T10:00:00Z")
        seen.open("acme/whats-new.html")
        expect(section).to_contain_text("Nothing has been added since you were here.")
        write(
            "id: DEC-1, title: First thing, date: 2026-11-10",
            "id: DEC-2, title: Second thing, date: 2026-11-10",
        )
        page.clock.set_fixed_time("2026-11-25T10:00:00Z")
        seen.open("acme/whats-new.html")
        expect(section).to_contain_text("24 November 2026")
        assert section.locator("h3 a").all_inner_texts() == ["Second thing"]
        page.clock.set_fixed_time("2026-11-25T10:20:00Z")
        page.reload()
        assert section.locator("h3 a").all_inner_texts() == ["Second thing"]  # still the same visit
        assert "thing" not in str(page.evaluate("JSON.stringify(localStorage)"))
        section.get_by_role("button", name="Forget them").click()
        assert page.evaluate("localStorage.length") == 0
        assert seen.faults == []


def test_a_browser_that_keeps_nothing_still_shows_every_page(browser: Browser, base: str) -> None:
    with watched(browser, base) as seen:
        seen.page.add_init_script(
            "Object.defineProperty(window, 'localStorage', {get() { throw new Error('off'); }})"
        )
        seen.open(f"{ENGLISH}/whats-new.html")
        expect(seen.page.locator("h1")).to_be_visible()
        seen.page.keyboard.press("/")
        assert find(seen, "scan")
        assert seen.faults == []
