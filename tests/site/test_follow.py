"""calendar.ics and feed.xml, read by other libraries than wrote them, before and after an edit."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest
import vobject
from msgspec.structs import replace
from sites import DAY, build_at, write_tree

from portalgen.portal.published import HistoryEntry, Lists, Meeting, Milestone, Portal
from portalgen.site.calendar import write_calendar
from portalgen.site.feeds import write_feed
from portalgen.site.messages import language_of
from tests.site import sample

ENGLISH = language_of("en", "en", None)

SOURCE = {
    "content/acme/client.yaml": "name: Acme & Sons\ntimezone: Europe/Amsterdam\nurl: https://acme.example/portal/\n",
    "content/acme/people.yaml": "tess: {name: Tess Vos, side: client}\n",
    "content/acme/milestones.yaml": (
        "- {id: MS-1, title: Opening, baseline: 2026-12-04, forecast: 2026-12-04}\n"
        "- {id: MS-2, title: Someday}\n"
        "- {id: MS-3, title: Secret opening, baseline: 2026-12-05, visibility: internal}\n"
        "- {id: MS-4, title: The end of the ages, baseline: 9999-12-31}\n"
    ),
    "content/acme/meetings.yaml": (
        "- {id: spring, title: Before the clocks change, date: 2027-03-27, time: 10:00–11:30, place: 'Room 2; left, above'}\n"
        "- {id: summer, title: After the clocks change, date: 2027-03-29, time: 10:00–11:30}\n"
        "- {id: night, title: Move of the servers, date: 2026-12-01, time: 23:00–01:30}\n"
        "- {id: off, title: Called off, date: 2026-12-02, time: 9:00, status: cancelled}\n"
    ),
    "content/acme/actions.yaml": (
        "- {id: ACT-1, title: Send the logo, side: client, owner: tess, due: 2026-11-30}\n"
        "- {id: ACT-2, title: Print the cards, due: 2026-11-30}\n"
        "- {id: ACT-3, title: Already sent, due: 2026-11-20, status: done, received_on: 2026-11-19}\n"
    ),
    "content/acme/decisions.yaml": "- {id: DEC-1, title: Blue <b>and</b> white, date: 2026-11-10}\n",
}


def site(root: Path, *, as_of: date = DAY, **changed: str) -> Path:
    """Return the site of SOURCE, in which `changed` replaces texts: milestones="old → new"."""
    files = dict(SOURCE)
    for kind, change in changed.items():
        old, new = change.split(" → ")
        assert old in files[f"content/acme/{kind}.yaml"]
        files[f"content/acme/{kind}.yaml"] = files[f"content/acme/{kind}.yaml"].replace(old, new)
    write_tree(root, files)
    outcome = build_at(root, root / "public", as_of=as_of, history=False)
    assert [str(problem) for problem in outcome.problems if problem.severity == "error"] == []
    return root / "public" / "acme"


def entries(folder: Path) -> dict[str, Any]:
    """Return the calendar's entries by the record's id, as vobject reads them."""
    calendar = vobject.readOne((folder / "calendar.ics").read_text(encoding="utf-8"))
    return {event.uid.value.partition(".")[0]: event for event in calendar.vevent_list}


def of(calendar: bytes, id: str) -> Any:
    found = [
        each for each in vobject.readOne(calendar.decode()).vevent_list if each.uid.value.startswith(f"{id}.")
    ]
    assert len(found) == 1
    return found[0]


def test_milestones_meetings_and_open_actions_with_a_day_stand_in_the_calendar(tmp_path: Path) -> None:
    found = entries(site(tmp_path))
    assert {key: event.summary.value for key, event in found.items()} == {
        "ms-1": "Opening",
        "ms-4": "The end of the ages",
        "spring": "Before the clocks change",
        "summer": "After the clocks change",
        "night": "Move of the servers",
        "off": "Called off",
        "act-1": "Due from you: Send the logo",
        "act-2": "Due from us: Print the cards",
    }
    assert found["ms-1"].dtstart.value == date(2026, 12, 4)
    assert found["ms-4"].dtstart.value == date(9999, 12, 31)
    assert found["act-1"].dtstart.value == date(2026, 11, 30)
    assert "Tess Vos" in found["act-1"].description.value
    assert found["spring"].location.value == "Room 2; left, above"
    assert found["ms-1"].url.value == "https://acme.example/portal/milestones/MS-1.html"


def test_a_meeting_is_at_its_hour_in_the_clients_time_zone_in_winter_and_in_summer(tmp_path: Path) -> None:
    found = entries(site(tmp_path))
    assert found["spring"].dtstart.value.astimezone(UTC) == datetime(2027, 3, 27, 9, tzinfo=UTC)
    assert found["summer"].dtstart.value.astimezone(UTC) == datetime(2027, 3, 29, 8, tzinfo=UTC)
    assert found["summer"].dtend.value - found["summer"].dtstart.value == timedelta(minutes=90)


def test_a_meeting_over_midnight_ends_on_the_next_day(tmp_path: Path) -> None:
    night = entries(site(tmp_path))["night"]
    assert night.dtend.value.replace(tzinfo=None) == datetime(2026, 12, 2, 1, 30)


def test_a_meeting_that_is_called_off_says_so_rather_than_vanish(tmp_path: Path) -> None:
    found = entries(site(tmp_path))
    assert found["off"].status.value == "CANCELLED"
    assert found["night"].status.value == "CONFIRMED"


def test_a_date_that_moves_keeps_its_uid_and_is_a_later_version(tmp_path: Path) -> None:
    before = entries(site(tmp_path / "before"))["ms-1"]
    after = entries(site(tmp_path / "after", milestones="forecast: 2026-12-04 → forecast: 2026-12-11"))[
        "ms-1"
    ]
    assert after.uid.value == before.uid.value == "ms-1.acme@portalgen"
    assert (before.dtstart.value, after.dtstart.value) == (date(2026, 12, 4), date(2026, 12, 11))
    assert int(after.sequence.value) > int(before.sequence.value)
    assert "Agreed for 4 Dec 2026." in after.description.value


def test_each_change_that_history_tells_is_a_later_version_with_its_day() -> None:
    portal = sample.rich()
    (project,) = portal.projects
    opening = next(each for each in project.lists.milestones if each.id == "MS-7")
    moved = HistoryEntry(
        ref=opening.ref,
        on=date(2026, 11, 21),
        field="forecast",
        before=opening.baseline,
        after=opening.forecast,
    )
    sequences = []
    for times in (1, 2, 3):
        history = tuple(replace(moved, on=date(2026, 11, 18 + number)) for number in reversed(range(times)))
        told = replace(portal, projects=(replace(project, history=history),))
        event = of(write_calendar(told, ENGLISH), "ms-7")
        sequences.append((int(event.sequence.value), event.dtstamp.value.date()))
    assert [number for number, _ in sequences] == [1, 2, 3]
    assert sequences[-1][1] >= date(2026, 11, 20)


def test_the_calendar_of_tomorrow_is_that_of_today_where_nothing_changed(tmp_path: Path) -> None:
    today, tomorrow = site(tmp_path / "a"), site(tmp_path / "b", as_of=DAY + timedelta(days=1))
    for name in ("calendar.ics", "feed.xml"):
        assert (today / name).read_bytes() == (tomorrow / name).read_bytes()


def test_what_is_internal_is_in_neither_file(tmp_path: Path) -> None:
    folder = site(tmp_path)
    for name in ("calendar.ics", "feed.xml"):
        data = (folder / name).read_bytes()
        assert b"Secret" not in data
        assert b"MS-3" not in data.upper()


def meeting(title: str, **more: Any) -> Portal:
    """Return a portal with one meeting."""
    made = Meeting(
        id="M-1", title=title, url="meetings/M-1.html", status="planned", date=more.pop("on", DAY), **more
    )
    portal = sample.empty()
    project = replace(portal.projects[0], lists=Lists(meetings=(made,)))
    return replace(portal, projects=(project,))


def test_long_chinese_lines_are_folded_within_75_octets_and_come_back_whole() -> None:
    title = "请在两周之内确认五个社区站的开放时间，" * 8
    data = write_calendar(meeting(title, agenda=(title, "第二项")), ENGLISH)
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    event = of(data, "m-1")
    assert event.summary.value == title
    assert event.description.value.endswith(f"– {title}\n– 第二项")


@pytest.mark.parametrize(
    "title", ["a\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:x", "a;b,c\\n:d", "BEGIN:VEVENT", 'TZID="x"']
)
def test_no_title_breaks_out_of_its_entry(title: str) -> None:
    data = write_calendar(meeting(title, agenda=(title,), place=title), ENGLISH)
    event = of(data, "m-1")
    assert event.summary.value.replace("\r", "") == title.replace("\r", "")
    assert len(re.findall(rb"^UID:", data, re.MULTILINE)) == 1


@pytest.mark.parametrize("on", [date(1, 1, 1), date(1969, 5, 1), date(2500, 7, 1), date(9999, 12, 31)])
def test_a_meeting_far_from_our_time_is_entered_for_its_whole_day(on: date) -> None:
    event = of(write_calendar(meeting("Kickoff", on=on, time="23:00–01:00"), ENGLISH), "m-1")
    assert event.dtstart.value == on
    assert "23:00–01:00" in event.description.value


def test_an_hour_that_the_clocks_leave_out_is_written_as_the_team_wrote_it() -> None:
    portal = meeting("Kickoff", on=date(2027, 3, 28), time="02:30")
    portal = replace(portal, client=replace(portal.client, timezone="Europe/Amsterdam"))
    assert b"DTSTART;TZID=Europe/Amsterdam:20270328T023000" in write_calendar(portal, ENGLISH)


def test_a_calendar_without_dates_is_still_one() -> None:
    portal = sample.empty()
    undated = Milestone(id="MS-1", title="Someday", url="milestones/MS-1.html")
    portal = replace(portal, projects=(replace(portal.projects[0], lists=Lists(milestones=(undated,))),))
    calendar = vobject.readOne(write_calendar(portal, ENGLISH).decode())
    assert [part.name for part in calendar.components()] == ["VTIMEZONE"]


def test_entries_of_several_projects_name_theirs() -> None:
    portal = sample.several()
    project = portal.projects[0]
    event = of(write_calendar(portal, ENGLISH), f"{project.id}-ms-1")
    assert event.summary.value == f"{project.name}: Opening"


def test_the_feed_tells_what_is_new_newest_first_with_links_to_where_the_site_stands(tmp_path: Path) -> None:
    folder = site(tmp_path)
    ElementTree.parse(folder / "feed.xml")
    feed = feedparser.parse((folder / "feed.xml").read_bytes())
    assert not feed.bozo
    assert feed.feed.title == "What’s new – Acme & Sons"
    assert [(each.title, each.link) for each in feed.entries] == [
        ("Done: Already sent", "https://acme.example/portal/actions/ACT-3.html"),
        ("Decided: Blue <b>and</b> white", "https://acme.example/portal/decisions/DEC-1.html"),
    ]
    assert feed.entries[0].updated_parsed[:3] == (2026, 11, 19)


def test_an_entry_of_the_feed_keeps_its_id_when_its_record_is_edited(tmp_path: Path) -> None:
    before = feedparser.parse((site(tmp_path / "before") / "feed.xml").read_bytes())
    after = feedparser.parse(
        (site(tmp_path / "after", decisions="date: 2026-11-10 → date: 2026-11-12") / "feed.xml").read_bytes()
    )
    assert [each.id for each in after.entries] == [each.id for each in before.entries]
    assert [each.updated for each in after.entries] != [each.updated for each in before.entries]
    assert len({each.id for each in after.entries}) == len(after.entries)


def test_without_an_address_ids_are_urns_and_nothing_links(tmp_path: Path) -> None:
    root = ElementTree.fromstring(
        write_feed(replace(sample.rich(), client=replace(sample.rich().client, url="")), ENGLISH)
    )
    atom = "{http://www.w3.org/2005/Atom}"
    assert list(root.iter(f"{atom}link")) == []
    assert all(each.text.startswith("urn:uuid:") for each in root.iter(f"{atom}id") if each.text)
    assert all(entry.findtext(f"{atom}content") for entry in root.iter(f"{atom}entry"))


def test_a_title_that_xml_cannot_hold_is_still_a_feed() -> None:
    portal = sample.rich()
    (project,) = portal.projects
    news = replace(
        project.derived.news[0], ref=replace(project.derived.news[0].ref, title="a\x01\ufffe<x>]]>&amp;")
    )
    portal = replace(portal, projects=(replace(project, derived=replace(project.derived, news=(news,))),))
    assert "<x>]]>&amp;" in (
        ElementTree.fromstring(write_feed(portal, ENGLISH)).findtext(".//{*}entry/{*}title") or ""
    )


def test_a_client_with_nothing_to_follow_has_neither_file(tmp_path: Path) -> None:
    write_tree(tmp_path, {"content/bare/client.yaml": "name: Bare\n"})
    build_at(tmp_path, tmp_path / "public", history=False)
    found = {path.name for path in (tmp_path / "public" / "bare").iterdir()}
    assert found & {"calendar.ics", "feed.xml"} == set()
    assert "calendar.ics" not in (tmp_path / "public" / "bare" / "index.html").read_text(encoding="utf-8")
