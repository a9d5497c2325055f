"""A portal → calendar.ics: milestones, meetings and open actions, which move in a subscriber's calendar when they move.

An entry is known by its UID, made of the client's slug and the record's id alone. DTSTAMP and SEQUENCE come from the
record and its history, never from the clock: the same content is the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from datetime import date as Day
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar import Calendar, Timezone, vDDDTypes, vText
from icalendar.parser import Contentline

from portalgen.portal import follow
from portalgen.portal.follow import Date
from portalgen.portal.links import short_id
from portalgen.portal.published import Action, Meeting, Milestone, Portal
from portalgen.site.messages import Language

_NEVER = Day(2000, 1, 1)
"""Stands where nobody knows when a record was made."""
_YEARS = range(1970, 2038)
"""The years whose rules of summer time are told; a meeting in any other is entered for its whole day."""
_FOLDED_BYTES = 75
"""A line of so many bytes is folded (RFC 5545, 3.1)."""


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
    end = b"END:VCALENDAR\r\n"
    entries = (_event(portal, language, each, zone) for each in dates)
    return b"".join([calendar.to_ical().removesuffix(end), *entries, end])


def uid_of(portal: Portal, id: str) -> str:
    """Return what a record's entry is known by, for ever: `ms-1.harbour-museum@portalgen`; ids differ without case."""
    return f"{quote(id.casefold(), safe='')}.{portal.client.id}@portalgen"


def _event(portal: Portal, language: Language, date: Date, zone: ZoneInfo) -> bytes:
    """Return the entry of a date, its lines in icalendar's order.

    icalendar's own Event, which looks up the type of each value and each parameter, takes ten times as long; what is
    hard about the format stays with icalendar: how a text and a moment are written, and where a long line is folded.
    """
    record = date.record
    changed = f"{_written(date.changed_on or _NEVER)}T000000Z"
    lines = [
        "BEGIN:VEVENT",
        f"SUMMARY:{_text(_summary(language, date))}",
        *_when(date, zone),
        f"DTSTAMP:{changed}",
        f"UID:{_text(uid_of(portal, record.id))}",
        f"SEQUENCE:{date.version}",
        f"CATEGORIES:{_text(language.label('kind', 'one', record.kind))}",
    ]
    if words := _description(language, date):
        lines.append(f"DESCRIPTION:{_text(chr(10).join(words))}")
    lines.append(f"LAST-MODIFIED:{changed}")
    if isinstance(record, Meeting) and record.place:
        lines.append(f"LOCATION:{_text(record.place)}")
    lines.append(f"STATUS:{'CANCELLED' if _is_cancelled(date) else 'CONFIRMED'}")
    lines.append(f"TRANSP:{'OPAQUE' if date.begins else 'TRANSPARENT'}")
    if url := follow.absolute(portal, record.url):
        lines.append(f"URL:{url}")
    lines.append("END:VEVENT")
    return b"".join(_folded(line) + b"\r\n" for line in lines)


def _when(date: Date, zone: ZoneInfo) -> Iterator[str]:
    if date.begins is None or date.on.year not in _YEARS:
        # Without an end it is that day; the day after 9999-12-31 could not be written.
        yield f"DTSTART;VALUE=DATE:{_written(date.on)}"
        return
    yield f"DTSTART{_at(datetime.combine(date.on, date.begins, zone))}"
    if date.ends is not None:
        days = 1 if date.ends <= date.begins else 0
        yield f"DTEND{_at(datetime.combine(date.on + timedelta(days), date.ends, zone))}"


def _at(moment: datetime) -> str:
    """Return a moment with what stands before it: `;TZID=Europe/Berlin:20260310T100000`; some zones are always UTC."""
    value = vDDDTypes(moment.replace(tzinfo=UTC) if moment.tzname() == "UTC" else moment)
    parameters = value.params.to_ical().decode()
    return f"{parameters and ';'}{parameters}:{value.to_ical().decode()}"


def _written(day: Day) -> str:
    return day.isoformat().replace("-", "")


def _text(text: str) -> str:
    return vText(text).to_ical().decode()


def _folded(line: str) -> bytes:
    content = line.encode()
    # icalendar folds letter by letter, and most lines are too short for it.
    return content if len(content) < _FOLDED_BYTES else bytes(Contentline(line).to_ical())  # type: ignore[no-untyped-call]


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


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
