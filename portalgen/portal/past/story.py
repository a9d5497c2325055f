"""A record's history → its story: what changed on which day, and because of what; and what is news of a project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date as Day
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from portalgen.portal.published import (
    Change,
    Figures,
    HistoryEntry,
    Issue,
    MilestoneThen,
    News,
    Overtaken,
    Portal,
    Project,
    Record,
    Ref,
    StoryDay,
)

DATES = ("forecast", "baseline", "due", "target_date", "next_meeting_on", "date", "review_on")
"""Fields that say when something will be."""
LEFT_OUT = ("rejected", "deferred", "withdrawn")
_CONTENT_OF_SCOPE = (
    "title",
    "statement",
    "acceptance",
    "priority",
    "weight",
    "body",
    "rationale",
    "verification",
)
_RATED = ("likelihood", "impact")
RECENT = 6
"""Days of a story that are shown at once."""
MOST_AHEAD = 6
LEVELS = ("high", "medium", "low", "unrated")
_OF_DATES = ("requirements", "changes", "milestones", "deliverables", "actions", "risks", "issues")
"""Kinds of which a date that moved is news."""


def story_of(
    record: Record, entries: Sequence[HistoryEntry], records: Mapping[str, Record]
) -> tuple[StoryDay, ...]:
    """Return a record's story, newest first; `entries` are its own, oldest first, `records` all by their addresses."""
    causes = _causes(record, records)
    days = [(on, tuple(group)) for on, group in groupby(entries, key=lambda entry: entry.on)]
    story: list[StoryDay] = []
    moved_before: Day | None = None
    for on, group in days:
        found: tuple[Ref, ...] = ()
        if any(is_move(entry) for entry in group):
            found = tuple(
                ref for ref, day in causes if day <= on and (moved_before is None or day > moved_before)
            )
            moved_before = on
        story.append(StoryDay(on=on, entries=group, causes=found))
    return tuple(reversed(story))


def is_move(entry: HistoryEntry) -> bool:
    """Return whether a date that was said became another one."""
    return entry.field in DATES and entry.before is not None and entry.after is not None


def _causes(record: Record, records: Mapping[str, Record]) -> list[tuple[Ref, Day]]:
    """Return agreed changes and issues that a record is linked with, each with the day on which it was known."""
    named = [ref for refs in record.links.values() for ref in refs] + list(record.mentions)
    named += [
        link.ref
        for link in record.derived.links_in
        if link.type in ("affects", "schedule", "blocks", "resulted_in")
    ]
    found = []
    for ref in dict.fromkeys(named):
        match records.get(ref.url):
            case Change(status="approved" | "implemented", decided_on=Day() as day):
                found.append((ref, day))
            case Issue(raised_on=Day() as day):
                found.append((ref, day))
    return sorted(found, key=lambda pair: (pair[0].kind, pair[1], pair[0].id))


def joined(
    news: Sequence[News], project: Project, stories: Mapping[str, tuple[StoryDay, ...]], first: Day
) -> tuple[News, ...]:
    """Return `news`, which the records' own dates tell, with what history alone tells, in the same order.

    What was there on the `first` day of all was not added on it, and of a record whose own date says when it came,
    that is enough.
    """
    dated = {each.ref.url for each in news}
    told = [
        each
        for url, days in stories.items()
        for day in days
        for each in _news_of(day, is_dated=url in dated or day.on == first)
    ]
    number = {record.url: place for place, record in enumerate(project.lists.all())}
    both = [*news, *told]
    both.sort(key=lambda each: (-each.on.toordinal(), number[each.ref.url]))
    return tuple(both)


def _news_of(day: StoryDay, *, is_dated: bool) -> Iterator[News]:
    found: dict[tuple[str, str], list[HistoryEntry]] = {}
    for entry in day.entries:
        if (kind := _kind_of_news(entry)) and not (kind[0] == "added" and is_dated):
            found.setdefault(kind, []).append(entry)
    for (what, group), entries in found.items():
        causes = day.causes if what == "moved" else ()
        yield News(
            on=day.on, what=what, group=group, ref=entries[0].ref, entries=tuple(entries), causes=causes
        )


def _kind_of_news(entry: HistoryEntry) -> tuple[str, str] | None:
    """Return (what, group) of an entry that no date of its record tells; None where it is no news."""
    kind, field = entry.ref.kind, entry.field
    if is_move(entry) and kind in _OF_DATES:
        return "moved", "dates"
    if entry.is_creation and kind in ("requirements", "milestones", "deliverables"):
        return "added", "scope" if kind == "requirements" else "dates"
    if kind == "requirements" and field == "status" and entry.after in LEFT_OUT:
        return "withdrawn", "scope"
    if kind == "requirements" and field in _CONTENT_OF_SCOPE:
        return "changed", "scope"
    if kind == "risks" and field in _RATED:
        return "rated", "risks"
    return None


# --- what pages show


def shown(portal: Portal, record: Record) -> tuple[StoryDay, ...]:
    """Return a record's story as its page tells it, newest first; empty where nothing of it ever changed."""
    for area in portal.areas:
        days = area.derived.retold.stories.get(record.url, ())
        if any(not entry.is_creation for day in days for entry in day.entries):
            return tuple(replace(day, entries=entries) for day in days if (entries := _telling(day)))
    return ()


def _telling(day: StoryDay) -> tuple[HistoryEntry, ...]:
    """Return a day's entries without those that only say again that it was that day, or who decided."""
    has_status = any(entry.field == "status" for entry in day.entries)
    return tuple(
        entry
        for entry in day.entries
        if not (
            has_status and (entry.field == "decided_by" or (entry.before is None and entry.after == day.on))
        )
    )


def form_of(entry: HistoryEntry) -> str:
    """Return how an entry is said: shown, became, revised, moved, set, cleared or changed."""
    if entry.is_creation:
        return "shown"
    if entry.field == "kind":
        return "became"
    if entry.is_text:
        return "revised"
    if is_move(entry):
        return "moved"
    if entry.before in (None, ()):
        return "set"
    return "cleared" if entry.after in (None, ()) else "changed"


def overtaken_of(portal: Portal, approval: Record) -> Overtaken | None:
    """Return what has overtaken an approval; None where it still holds."""
    all_of_them = (each for area in portal.areas for each in area.derived.retold.overtaken)
    return next((each for each in all_of_them if each.approval.url == approval.url), None)


def figures_of(portal: Portal, report: Record) -> Figures | None:
    """Return how things stood on a report's own day; None where history does not reach it."""
    return next(
        (
            found
            for area in portal.areas
            if (found := area.derived.retold.figures.get(report.url)) is not None
        ),
        None,
    )


def ahead(figures: Figures | None) -> tuple[MilestoneThen, ...]:
    """Return the next milestones of a report's day: it is to be printed on one sheet."""
    found = [each for each in figures.milestones if each.state not in ("met", "cancelled")] if figures else []
    return tuple(found[:MOST_AHEAD])


def moves(project: Project) -> tuple[StoryDay, ...]:
    """Return every move of a milestone's expected day, newest first, each for itself."""
    found = [
        replace(day, entries=(entry,))
        for days in project.derived.retold.stories.values()
        for day in days
        for entry in day.entries
        if entry.ref.kind == "milestones" and entry.field == "forecast" and is_move(entry)
    ]
    return tuple(sorted(found, key=lambda day: day.on, reverse=True))


class Stretch(Struct, frozen=True):
    """Reports one after the other that said the same of a project's health."""

    word: str
    first: Day
    last: Day
    reports: int


def health_stretches(project: Project) -> tuple[Stretch, ...]:
    """Return a project's health through time, newest first."""
    found = []
    for word, group in groupby(project.derived.retold.health, key=lambda point: point.word):
        points = tuple(group)
        found.append(Stretch(word, points[0].on, points[-1].on, len(points)))
    return tuple(reversed(found))
