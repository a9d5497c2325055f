"""A portal → what a client can follow elsewhere: the entries of a calendar, and those of a feed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date as Day
from datetime import time as Time
from typing import TypeAlias
from urllib.parse import quote

from msgspec import Struct

from portalgen.portal.digest import merged
from portalgen.portal.pages import project_of
from portalgen.portal.published import Action, Meeting, Milestone, News, Portal, Project, Ref

Followed: TypeAlias = "Milestone | Meeting | Action"

MOST_NEWS = 100
"""Entries of a feed; a reader that asks now and then misses none."""

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?:–(\d{1,2}):(\d{2}))?")
_OPEN = ("open", "in_progress", "blocked")
_CALENDAR_KINDS = ("milestones", "meetings", "actions")


class Date(Struct, frozen=True, kw_only=True):
    """One entry of the calendar."""

    record: Followed
    project: Project | None
    """Whose it is, where the client has several."""
    on: Day
    begins: Time | None = None
    """In the client's time zone; None for a whole day."""
    ends: Time | None = None
    """Earlier than `begins` where it ends on the next day."""
    version: int = 0
    """Grows whenever what is known of the record changes, as far as its history and its own dates tell."""
    changed_on: Day | None = None
    """The last day on which something of the record changed or happened, or was reported; None where none is known."""
    causes: tuple[Ref, ...] = ()
    """What moved it."""


class Item(Struct, frozen=True, kw_only=True):
    """One entry of the feed."""

    news: News
    number: int
    """1, or which time it is that the same thing happened to the same record, the oldest first."""
    project: Project | None
    """Whose it is, where the client has several."""


def has_calendar(portal: Portal) -> bool:
    """Return whether there is a calendar: where anything that could stand in one is published, dated or not."""
    return any(area.lists.of(kind) for area in portal.areas for kind in _CALENDAR_KINDS)


def has_feed(portal: Portal) -> bool:
    """Return whether there is a feed: it tells of the same as whats-new.html."""
    return any(area.derived.news for area in portal.areas)


def absolute(portal: Portal, url: str) -> str:
    """Return an address from the site's root as the whole web knows it; empty where client.yaml gives no `url`."""
    if not portal.client.url:
        return ""
    return f"{portal.client.url.rstrip('/')}/{quote(url, safe='/%')}"


def subscription(portal: Portal) -> str:
    """Return the address at which calendar programs subscribe; empty where nobody knows where the site will stand."""
    return re.sub(r"^https?://", "webcal://", absolute(portal, "calendar.ics"))


def dates(portal: Portal) -> tuple[Date, ...]:
    """Return the entries of the calendar by day, then by address: milestones, meetings, and open actions with a day."""
    entries = (entry for area in portal.areas for entry in _dates_of(portal, area))
    return tuple(sorted(entries, key=lambda each: (each.on, each.record.url)))


def items(portal: Portal) -> tuple[Item, ...]:
    """Return the entries of the feed, newest first."""
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for news in reversed(merged(portal.areas)):
        key = (news.ref.url, news.what)
        seen[key] += 1
        found.append(Item(news=news, number=seen[key], project=project_of(portal, news.ref.url)))
    return tuple(reversed(found))[:MOST_NEWS]


def _dates_of(portal: Portal, area: Project) -> Iterator[Date]:
    versions = Counter(entry.ref.url for entry in area.history if not entry.is_creation)
    told = [(each.ref.url, each.on) for each in area.history]
    told += [(each.ref.url, each.on) for each in area.derived.news]
    changed: dict[str, Day] = {}
    for url, on in told:
        changed[url] = max(on, changed.get(url, on))
    report = area.derived.last_report
    reported_on = report.date if report is not None else None
    causes = {each.milestone.url: each.causes for each in area.derived.moved}

    def date(record: Followed, on: Day, version: int = 0) -> Date:
        begins, ends = _clock(record.time) if isinstance(record, Meeting) else (None, None)
        known = [day for day in (changed.get(record.url), reported_on) if day is not None]
        return Date(
            record=record, project=project_of(portal, record.url), on=on, begins=begins, ends=ends,
            version=max(version, versions[record.url]), changed_on=max(known, default=None),
            causes=causes.get(record.url, ()),
        )  # fmt: skip

    for milestone in area.lists.milestones:
        now = milestone.met_on or milestone.forecast
        if now is not None:
            # Where there is no history, a date that is not the agreed one has moved once at least.
            yield date(milestone, now, int(milestone.baseline is not None and now != milestone.baseline))
    for meeting in area.lists.meetings:
        if meeting.date is not None:
            yield date(meeting, meeting.date)
    for action in area.lists.actions:
        if action.due is not None and action.status in _OPEN:
            yield date(action, action.due)


def _clock(text: str) -> tuple[Time | None, Time | None]:
    """Return when a meeting begins and, if that is said, ends."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None, None
    hour, minute, until_hour, until_minute = found.groups()
    begins = Time(int(hour), int(minute))
    return begins, Time(int(until_hour), int(until_minute)) if until_hour else None
