"""The pages of portals made by hand: valid, complete in themselves, and true to what is published."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from itertools import pairwise
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote

import html5lib
import pytest
from msgspec.structs import replace

from portalgen.portal.published import Lists, Portal, Requirement
from portalgen.site.render import render_site
from portalgen.site.speech import style_source
from portalgen.site.theme import load_theme
from tests.site import sample

XHTML = "{http://www.w3.org/1999/xhtml}"
SITES: dict[str, Callable[[], Portal]] = {make.__name__: make for make in sample.ALL}


@cache
def site(name: str) -> dict[str, bytes]:
    return render_site(SITES[name](), load_theme())


@cache
def pages(name: str) -> dict[str, Any]:
    parser = html5lib.HTMLParser(strict=True)
    return {url: parser.parse(data.decode()) for url, data in site(name).items() if url.endswith(".html")}


def elements(page: Any, name: str) -> list[Any]:
    return list(page.iter(XHTML + name))


def words(page: Any) -> str:
    return re.sub(r"\s+", " ", "".join(page.find(f".//{XHTML}body").itertext()))


@pytest.mark.parametrize("name", SITES)
def test_every_page_is_valid_html(name: str) -> None:
    assert pages(name)  # html5lib in strict mode raises at the first error


@pytest.mark.parametrize("name", SITES)
def test_every_page_has_one_title_one_main_and_a_language(name: str) -> None:
    for url, page in pages(name).items():
        assert len(elements(page, "h1")) == 1, url
        assert len(elements(page, "main")) == 1, url
        assert page.get("lang") == SITES[name]().client.language
        assert SITES[name]().client.name in elements(page, "title")[0].text


@pytest.mark.parametrize("name", SITES)
def test_headings_never_skip_a_level(name: str) -> None:
    for url, page in pages(name).items():
        levels = [
            int(each.tag[-1])
            for each in page.iter()
            if re.fullmatch(re.escape(XHTML) + "h[1-6]", str(each.tag))
        ]
        for before, after in pairwise(levels):
            assert after <= before + 1, f"{url}: h{before} is followed by h{after}"


@pytest.mark.parametrize("name", SITES)
def test_no_page_has_a_style_or_a_script_of_its_own(name: str) -> None:
    for url, page in pages(name).items():
        if url == "404.html":
            continue
        assert not elements(page, "style"), url
        assert all(each.get("src") and not (each.text or "").strip() for each in elements(page, "script")), (
            url
        )
        for element in page.iter():
            found = [key for key in element.attrib if key == "style" or key.startswith("on")]
            assert not found, f"{url}: {found}"


@pytest.mark.parametrize("name", SITES)
def test_every_link_leads_to_a_file_of_the_site_and_to_a_place_on_it(name: str) -> None:
    files, parsed = site(name), pages(name)
    ids = {url: {each.get("id") for each in page.iter()} for url, page in parsed.items()}
    for url, page in parsed.items():
        for element in page.iter():
            address = element.get("href") or element.get("src")
            if address is None or re.match("(https?|mailto|tel):", address):
                continue
            path, _, fragment = address.partition("#")
            target = normpath(join(dirname(url), unquote(path))) if path else url
            if target.startswith("files/"):
                continue
            assert target in files, f"{url} links to {address}"
            assert not path.startswith("/")
            assert not path.endswith("/")
            if fragment and not str(element.tag).endswith("use"):
                assert fragment in ids[target], f"{url} links to {address}"


@pytest.mark.parametrize("name", SITES)
def test_ids_are_used_once_on_a_page(name: str) -> None:
    for url, page in pages(name).items():
        ids = [each.get("id") for each in page.iter() if each.get("id")]
        assert len(ids) == len(set(ids)), url


@pytest.mark.parametrize("name", SITES)
def test_every_icon_on_a_page_is_drawn_on_it(name: str) -> None:
    for url, data in site(name).items():
        html = data.decode() if url.endswith(".html") else ""
        used, drawn = (
            set(re.findall(r'href="#(i-[\w-]+)"', html)),
            set(re.findall(r'<symbol id="(i-[\w-]+)"', html)),
        )
        assert used == drawn, url


@pytest.mark.parametrize("name", SITES)
def test_every_published_record_has_a_page_with_its_title(name: str) -> None:
    for area in SITES[name]().areas:
        for record in area.lists.all():
            assert re.sub(r"\s+", " ", record.title) in words(pages(name)[record.url]), record.url


@pytest.mark.parametrize("name", SITES)
def test_search_engines_and_other_hosts_are_kept_out(name: str) -> None:
    for url, page in pages(name).items():
        metas = {
            each.get("name") or each.get("http-equiv"): each.get("content") for each in elements(page, "meta")
        }
        assert metas["robots"] == "noindex, nofollow", url
        assert metas["referrer"] == "no-referrer", url
        assert "unsafe" not in metas["Content-Security-Policy"], url
        assert metas["Content-Security-Policy"].startswith("default-src 'none'"), url


def test_the_404_page_stands_alone_and_its_style_is_known_by_its_hash() -> None:
    html = site("rich")["404.html"].decode()
    style = re.search("<style>(.*?)</style>", html, re.DOTALL)
    assert style is not None
    assert style_source(style[1]) in html.replace("&#39;", "'")
    assert style_source(style[1]) in site("rich")["_headers"].decode()
    assert not re.search(r'(href|src)="(?!https?:)', html)


def test_headers_say_what_a_meta_element_cannot() -> None:
    headers = site("rich")["_headers"].decode()
    assert "frame-ancestors 'none'" in headers
    assert "X-Robots-Tag: noindex, nofollow" in headers


def test_the_same_portal_makes_the_same_bytes() -> None:
    assert render_site(sample.rich(), load_theme()) == site("rich")


def test_a_page_with_nothing_to_show_is_not_made() -> None:
    assert {url for url in site("empty") if url.endswith(".html")} == {"index.html", "404.html"}


def test_a_client_of_whom_nothing_is_known_is_told_so() -> None:
    said = words(pages("empty")["index.html"])
    assert "No report yet. The first status report will say how the project stands." in said
    assert "Not known" not in said
    assert "Nothing needed from you" in said
    assert "On track" not in said


def test_the_home_page_says_health_reason_next_date_and_what_waits() -> None:
    said = words(pages("rich")["index.html"])
    assert "On track. We have won back a week: from Monday two voices are recorded side by side." in said
    assert "Next comes All voices recorded on 4 Dec, 7 days later than agreed, because of ISS-3." in said
    assert "Ines Okafor, Friday 20 November 2026. The report before: at risk." in said
    assert "things we need from you" in said
    assert "5 days overdue" in said
    assert "Holds up All voices recorded." in said


def test_the_chinese_home_page_speaks_chinese() -> None:
    said = words(pages("chinese")["index.html"])
    assert "进展正常。录音已追回一周" in said
    assert "下一个里程碑是全部录音完成，预计12月4日完成，比原定日期晚 7 天，原因是ISS-3。" in said
    assert "件事需要您处理" in said
    assert "2026年11月20日星期五" in said
    assert "待您处理" in said


def test_several_projects_begin_with_the_worst() -> None:
    page = pages("several")["index.html"]
    assert "One of four projects is off track: Webshop." in words(page)
    listed = next(each for each in elements(page, "ul") if each.get("class") == "projects")
    assert [each.get("id") for each in listed] == ["webshop", "loyalty-app", "recipes", "intranet"]


def test_a_stale_report_is_called_stale_and_its_word_is_not_shown_as_true() -> None:
    said = words(pages("several")["recipes/index.html"])
    assert "The last report is old." in said
    assert "On 1 Oct, 53 days ago, it said “on track”; that may no longer hold." in said
    assert "status--on-track" not in site("several")["recipes/index.html"].decode()


def test_yellow_is_on_a_page_only_where_it_is_the_clients_turn() -> None:
    assert 'class="turn"' not in site("empty")["index.html"].decode()
    assert 'class="turn"' in site("rich")["needs-you.html"].decode()


def test_the_board_stands_on_home_pages_only() -> None:
    with_board = {url for url, data in site("several").items() if b'class="board"' in data}
    assert with_board == {
        "index.html",
        "webshop/index.html",
        "loyalty-app/index.html",
        "recipes/index.html",
        "intranet/index.html",
    }


def test_a_records_page_carries_the_day_only_where_something_is_reckoned_from_it() -> None:
    assert "As of 23 November 2026" in words(pages("rich")["actions/ACT-14.html"])
    assert "As of" not in words(pages("rich")["requirements/REQ-1.html"])
    assert "As of 23 November 2026" in words(pages("rich")["scope.html"])


def test_another_day_changes_no_page_on_which_nothing_is_reckoned() -> None:
    later = render_site(replace(sample.rich(), as_of=date(2026, 11, 24), revision="other"), load_theme())
    for url in (
        "requirements/REQ-21.html",
        "changes/CR-7.html",
        "milestones/MS-1.html",
        "decisions/DEC-11.html",
    ):
        assert later[url] == site("rich")[url], url


def test_text_of_a_client_is_escaped_everywhere() -> None:
    evil = '<script>alert("x")</script>{{ 7*7 }}'
    portal = sample.rich()
    requirement = Requirement(
        id="REQ-1",
        title=evil,
        url="requirements/REQ-1.html",
        status="approved",
        statement=evil,
        rationale=evil,
    )
    project = replace(
        portal.projects[0],
        name=evil,
        lists=Lists(requirements=(requirement,)),
        derived=type(portal.projects[0].derived)(),
    )
    portal = replace(
        portal,
        client=replace(portal.client, name=evil),
        projects=(project,),
        contract=None,
        responsibilities=(),
        communication_plan=(),
    )
    for url, data in render_site(portal, load_theme()).items():
        if url.endswith(".html"):
            assert b"<script>" not in data, url
            assert b"49" not in data, url


def test_a_thousand_requirements_are_folded_and_the_page_stays_under_a_megabyte() -> None:
    many = tuple(
        Requirement(
            id=f"REQ-{number}",
            title=f"Requirement number {number} of a long list",
            url=f"requirements/REQ-{number}.html",
            status="approved",
            priority="must",
        )
        for number in range(1, 1001)
    )
    portal = sample.rich()
    project = replace(
        portal.projects[0], lists=Lists(requirements=many), derived=type(portal.projects[0].derived)()
    )
    page = render_site(replace(portal, projects=(project,), contract=None), load_theme())["scope.html"]
    assert len(page) < 1_000_000
    assert page.count(b'<details class="fold">') == 9
    assert page.count(b"Requirement number") == 1000


def test_right_to_left_text_keeps_its_order_in_a_page_that_runs_left_to_right() -> None:
    html = site("rich")["scope.html"].decode()
    assert "<bdi>الزوار يصححون النص بأنفسهم (نسخة 2)</bdi>" in html


def test_a_client_with_a_colour_gets_a_stylesheet_of_its_own_and_others_none() -> None:
    assert b"--brand:" in site("several")["assets/brand.css"]
    assert "assets/brand.css" not in site("rich")
    assert b"brand.css" not in site("rich")["index.html"]
