"""What the search of a site holds, read as the browser reads it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from portalgen.portal.published import (
    Action,
    DueDerived,
    Html,
    Lists,
    Meeting,
    PersonRef,
    Portal,
    Ref,
    Risk,
    RiskDerived,
)
from portalgen.site.messages import language_of
from portalgen.site.rows import row_data
from portalgen.site.search import EXCERPT, plain, write_search
from portalgen.site.theme import load_theme
from tests.site import sample

ENGLISH = language_of("en", "en", None)


def data(portal: Portal) -> dict[str, Any]:
    """Return what assets/search-data.js sets."""
    text = write_search(portal, ENGLISH).decode()
    assert text.startswith("var portalSearch={")
    assert text.endswith("};\n")
    return json.loads(text.removeprefix("var portalSearch=").removesuffix(";\n"))  # type: ignore[no-any-return]


def with_meeting(body: str, **more: Any) -> Portal:
    """Return a portal with one meeting of these minutes."""
    made = Meeting(
        id="M-1", title="Minutes", url="meetings/M-1.html", status="held", body=Html((body,)), **more
    )
    portal = sample.empty()
    return replace(portal, projects=(replace(portal.projects[0], lists=Lists(meetings=(made,))),))


def entry(portal: Portal, id: str) -> list[Any]:
    (found,) = (each for each in data(portal)["entries"] if each[1] == id)
    return list(found)


def test_every_record_every_person_and_every_list_is_found_at_its_own_address() -> None:
    portal = sample.rich()
    urls = [each[3] for each in data(portal)["entries"]]
    assert len(urls) == len(set(urls))
    assert {record.url for record in portal.projects[0].lists.all()} <= set(urls)
    assert {f"people.html#{person.key}" for person in portal.people} <= set(urls)
    assert {"index.html", "timeline.html", "contract.html"} <= set(urls)


def test_an_entry_says_of_what_kind_and_of_which_project_it_is() -> None:
    found = data(sample.several())
    kinds = {found["kinds"][each[0]][0] for each in found["entries"]}
    assert {"Page", "Milestone", "Change"} <= kinds
    names = {project.name for project in sample.several().projects}
    assert names <= {found["areas"][each[6]] for each in found["entries"]}


def test_words_at_the_end_of_long_minutes_are_held_once_each() -> None:
    body = "<p>" + "Nothing of note. " * 500 + "Then came the walrus, Walrus and walrus.</p>"
    _, _, _, _, begins, more, _ = entry(with_meeting(body), "M-1")
    assert len(begins) <= EXCERPT + 1
    assert begins.endswith("…")
    assert more == "then came the walrus and"


def test_an_entry_is_kept_small_however_long_its_text() -> None:
    body = "<p>" + " ".join(f"word{number}" for number in range(100_000)) + "</p>"
    assert len(json.dumps(entry(with_meeting(body), "M-1"))) < 14_000


def test_what_is_shown_is_prose_and_what_is_found_is_more() -> None:
    portal = with_meeting(
        "<p>We agreed.</p>", place="Room 2", attendees=(PersonRef("Ines Okafor", "ines"),), agenda=("Budget",)
    )
    _, _, _, _, begins, more, _ = entry(portal, "M-1")
    assert begins == "We agreed."
    assert set(more.split()) == {"room", "2", "ines", "okafor", "budget"}


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one two"),
        ("<p>讲<b>解</b>员</p>", "讲解员"),
        ("<p>a<br>b</p><ul><li>c</li><li>d</li></ul>", "a b c d"),
        ('<p><img alt="a > b" src="x.png">after &amp; &lt;b&gt;</p>', "after & <b>"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1 2"),
    ],
)
def test_html_becomes_the_words_that_a_reader_sees(html: str, text: str) -> None:
    assert " ".join(plain(Html((html,))).split()) == text


def test_no_text_ends_the_script_early() -> None:
    script = write_search(with_meeting("<p>&lt;/script&gt;\u2028x\u2029</p>"), ENGLISH).decode()
    assert "</script" not in script
    assert "\u2028" not in script
    assert entry(with_meeting("<p>&lt;/script&gt;</p>"), "M-1")[4] == "</script>"


def test_the_theme_keeps_the_search_out_of_the_script_of_every_page() -> None:
    scripts = load_theme().scripts
    assert b"MiniSearch" not in scripts["portal"]
    assert b"Permission is hereby granted" in scripts["search"]
    assert b"window.portalFind" in scripts["search"]


def test_a_row_says_how_it_stands_whose_it_is_and_whether_it_is_overdue() -> None:
    data = row_data(ENGLISH)
    action = Action(
        id="ACT-1", title="x", url="actions/ACT-1.html", status="in_progress", owner=PersonRef('Ann "A" <Lee>'),
        due=date(2026, 11, 1), derived=DueDerived(overdue=True),
    )  # fmt: skip
    assert data(action) == ' data-state="In progress" data-owner="Ann &#34;A&#34; &lt;Lee&gt;" data-late'
    assert "data-late" not in data(replace(action, derived=DueDerived()))
    risk = Risk(
        id="RSK-1",
        title="x",
        url="risks/RSK-1.html",
        status="approved",
        derived=RiskDerived(score=20, level="high"),
    )
    assert data(risk) == ' data-state="Watched" data-priority="High"'
    assert data(Ref("risks", "RSK-1", "x", "risks/RSK-1.html")) == ""
