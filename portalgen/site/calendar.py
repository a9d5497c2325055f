"""A portal → calendar.ics: milestones, meetings and open actions, which move in a subscriber's calendar when they move.

An entry is known by its UID, made of the client's slug and the record's id alone. DTSTAMP and SEQUENCE come from the
record and its history, never from the clock: the same content is the same bytes.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from datetime import date as Day
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar import Calendar, Event, Timezone

from portalgen.portal import follow
from portalgen.portal.follow import Date
from portalgen.portal.links import short_id
from portalgen.portal.published import Action, Meeting, Milestone, Portal
from portalgen.site.messages import Language

_NEVER = Day(2000, 1, 1)
"""Stands where nobody knows when a record was made."""
_YEARS = range(1970, 2038)
"""The years whose rules of summer time are told; a meeting in any other is entered for its whole day."""


def write_calendar(portal: Portal, language: Language) -> bytes:
    """Return calendar.ics; a calendar without entries still names its time zone, since it may not be empty."""
    dates = follow.dates(portal)
    zone = _zone(portal.client.timezone)
    calendar = Calendar()
    calendar.add("prodid", "-//portalgen//portalgen//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", portal.client.name)
    # Programs that came before RFC 7986 know these.
    calendar.add("x-wr-calname", portal.client.name)
    calendar.add("x-wr-timezone", portal.client.timezone)
    calendar.add("refresh-interval", timedelta(hours=12), parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT12H")
    if source := follow.absolute(portal, "calendar.ics"):
        calendar.add("url", follow.absolute(portal, "index.html"))
        calendar.add("source", source, parameters={"value": "URI"})
    years = [each.on.year for each in dates if each.begins is not None and each.on.year in _YEARS]
    if zone.key != "UTC" or not dates:
        calendar.add_component(_rules_of(zone, years))
    for each in dates:
        calendar.add_component(_event(portal, language, each, zone))
    return bytes(calendar.to_ical())


def uid_of(portal: Portal, id: str) -> str:
    """Return what a record's entry is known by, for ever: `ms-1.harbour-museum@portalgen`; ids differ without case."""
    return f"{quote(id.casefold(), safe='')}.{portal.client.id}@portalgen"


def _event(portal: Portal, language: Language, date: Date, zone: ZoneInfo) -> Event:
    record = date.record
    event = Event()
    event.add("uid", uid_of(portal, record.id))
    event.add("dtstamp", _midnight(date.changed_on or _NEVER))
    event.add("last-modified", _midnight(date.changed_on or _NEVER))
    event.add("sequence", date.version)
    event.add("summary", _summary(language, date))
    event.add("categories", [language.label("kind", "one", record.kind)])
    if words := _description(language, date):
        event.add("description", "\n".join(words))
    if isinstance(record, Meeting) and record.place:
        event.add("location", record.place)
    if url := follow.absolute(portal, record.url):
        event.add("url", url)
    event.add("status", "CANCELLED" if _is_cancelled(date) else "CONFIRMED")
    event.add("transp", "OPAQUE" if date.begins else "TRANSPARENT")
    if date.begins is None or date.on.year not in _YEARS:
        # Without an end it is that day; the day after 9999-12-31 could not be written.
        event.add("dtstart", date.on)
        return event
    begins = datetime.combine(date.on, date.begins, zone)
    event.add("dtstart", _as_written(begins))
    if date.ends is not None:
        days = 1 if date.ends <= date.begins else 0
        event.add("dtend", _as_written(datetime.combine(date.on + timedelta(days), date.ends, zone)))
    return event


def _summary(language: Language, date: Date) -> str:
    record = date.record
    title = record.title
    if isinstance(record, Action):
        words = (
            language.gettext("Due from you: %(title)s")
            if record.side == "client"
            else language.gettext("Due from us: %(title)s")
        )
        title = words % {"title": title}
    if date.project is not None:
        return language.gettext("%(project)s: %(title)s") % {"project": date.project.name, "title": title}
    return title


def _description(language: Language, date: Date) -> list[str]:
    """Return what stands below a title, a line each: the id, then what moved it, whom it is for, the agenda."""
    record = date.record
    lines = [f"{language.label('kind', 'one', record.kind)} {record.id}"] if short_id(record) else []
    match record:
        case Milestone(baseline=Day() as agreed) if agreed != date.on:
            lines.append(language.gettext("Agreed for %(day)s.") % {"day": language.day(agreed)})
            if date.causes:
                ids = str(language.listing([ref.id for ref in date.causes]))
                lines.append(language.gettext("Moved because of %(what)s.") % {"what": ids})
        case Action(owner=owner) if owner is not None:
            lines.append(language.gettext("For %(name)s.") % {"name": owner.name})
        case Meeting():
            if date.begins and date.on.year not in _YEARS:
                lines.append(record.time)
            lines += [f"– {line}" for line in record.agenda]
    return lines


def _is_cancelled(date: Date) -> bool:
    match date.record:
        case Milestone(cancelled_on=cancelled_on):
            return cancelled_on is not None
        case Meeting(status=status):
            return status == "cancelled"
    return False


def _rules_of(zone: ZoneInfo, years: list[int]) -> Timezone:
    """Return the time zone with its summer times in the years of the meetings."""
    first, last = min(years, default=2026), max(years, default=2026)
    return Timezone.from_tzinfo(zone, zone.key, first_date=Day(first, 1, 1), last_date=Day(last + 1, 1, 1))


def _as_written(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzname() == "UTC" else moment


def _midnight(day: Day) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
