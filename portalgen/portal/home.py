"""What a home page shows of the lists behind it: the few that matter now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date as Day

from msgspec import Struct

from portalgen.portal.answer import NextDate, against_plan, causes_of
from portalgen.portal.pages import areas_of, section_url
from portalgen.portal.published import Document, Milestone, Person, PersonRef, Portal, Project, Waiting

MOST_NEWS = 8
MOST_DATES = 4
MOST_DOCUMENTS = 3
MOST_WAITING = 6


class Documents(Struct, frozen=True):
    shown: tuple[Document, ...]
    total: int
    """How many there are, superseded ones too."""
    url: str
    """The page that lists them, where there is one."""


class Asked(Struct, frozen=True):
    """Whom to ask."""

    person: Person | None
    name: str
    """Where only a name is known."""


class NextOfAll(Struct, frozen=True):
    """The next date of several projects, and whose it is."""

    project: Project
    next: NextDate


def needs_of(portal: Portal, area: Project | None) -> tuple[Waiting, ...]:
    """Return the open actions of the client's side for a home page, oldest first."""
    return _oldest_first(each for one in areas_of(portal, area) for each in one.derived.needs_you)


def approvals_of(portal: Portal, area: Project | None) -> tuple[Waiting, ...]:
    """Return what the client decides on, oldest first."""
    return _oldest_first(each for one in areas_of(portal, area) for each in one.derived.waiting_for_approval)


def few(waiting: Sequence[Waiting]) -> tuple[Waiting, ...]:
    """Return what a home page shows at once: all of a short list, the first six of one longer than eight."""
    return tuple(waiting if len(waiting) <= MOST_WAITING + 2 else waiting[:MOST_WAITING])


def next_dates(project: Project) -> tuple[Milestone, ...]:
    """Return the milestones that come next, those whose day has passed unmet among them."""
    ahead = (
        each for each in project.lists.milestones if each.derived.state in ("late", "slipping", "scheduled")
    )
    return tuple(ahead)[:MOST_DATES]


def next_of_all(portal: Portal) -> NextOfAll | None:
    """Return the earliest next date of all projects."""
    found = []
    for project in portal.projects:
        milestone = project.derived.next_milestone
        if milestone is not None and milestone.forecast is not None:
            found.append(
                NextOfAll(project, against_plan(milestone, causes_of(project, milestone), portal.as_of))
            )
    return min(found, key=lambda each: each.next.on or Day.max, default=None)


def newest_documents(portal: Portal, area: Project | None) -> Documents:
    """Return the newest current documents and how many there are."""
    documents = [each for one in areas_of(portal, area) for each in one.lists.documents]
    current = [each for each in documents if each.status == "issued"]
    newest = sorted(current, key=lambda each: each.date or Day.min, reverse=True)[:MOST_DOCUMENTS]
    return Documents(tuple(newest), len(documents), section_url(portal, area, "documents") or "")


def who_answers(portal: Portal, area: Project | None) -> Asked:
    """Return whom to ask about a project: its manager, else the client's lead; about the client, its lead."""
    chosen: PersonRef | None = portal.client.lead
    if area is not None and area.manager is not None and (len(portal.projects) > 1 or chosen is None):
        chosen = area.manager
    if chosen is None:
        return Asked(None, "")
    return Asked(next((each for each in portal.people if each.key == chosen.key), None), chosen.name)


def late(portal: Portal) -> int:
    """Return how many of the things that wait for the client are overdue."""
    return sum(bool(each.overdue_days) for each in (*needs_of(portal, None), *approvals_of(portal, None)))


def days_left(waiting: Waiting, as_of: Day) -> int | None:
    """Return the days until something is due, 0 on the day; None where it is overdue or has no day."""
    return (waiting.due - as_of).days if waiting.due is not None and waiting.due >= as_of else None


def days_since(waiting: Waiting, as_of: Day) -> int | None:
    """Return for how many days it has been waiting."""
    return (as_of - waiting.since).days if waiting.since is not None else None


def _oldest_first(waiting: Iterable[Waiting]) -> tuple[Waiting, ...]:
    return tuple(sorted(waiting, key=lambda each: each.since or each.due or Day.max))
