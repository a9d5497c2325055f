"""A record's history → its story: what changed on which day, and because of what; and what is news of a project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date as Day
from itertools import groupby

from portalgen.portal.published import (
    Change,
    HistoryEntry,
    Issue,
    Record,
    Ref,
    StoryDay,
    Told,
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


def news_from(history: Sequence[HistoryEntry]) -> tuple[Told, ...]:
    """Return what of a project's history no date of the records tells, newest first."""
    return tuple(told for entry in history for told in _told(entry))


def _told(entry: HistoryEntry) -> Iterator[Told]:
    kind = entry.ref.kind
    if is_move(entry) and kind not in (
        "meetings",
        "reports",
        "decisions",
        "documents",
        "feedback",
        "communications",
    ):
        yield Told(on=entry.on, what="moved", group="dates", entry=entry)
    elif entry.is_creation and kind in ("requirements", "milestones", "deliverables"):
        yield Told(
            on=entry.on, what="added", group="scope" if kind == "requirements" else "dates", entry=entry
        )
    elif kind == "requirements" and entry.field == "status" and entry.after in LEFT_OUT:
        yield Told(on=entry.on, what="withdrawn", group="scope", entry=entry)
    elif kind == "requirements" and entry.field in _CONTENT_OF_SCOPE:
        yield Told(on=entry.on, what="changed", group="scope", entry=entry)
    elif kind == "risks" and entry.field in _RATED:
        yield Told(on=entry.on, what="rated", group="risks", entry=entry)
