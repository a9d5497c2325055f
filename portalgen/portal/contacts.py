"""People → whom to ask for what, who is here, and how to reach them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date as Day

from portalgen.portal.published import Person, PersonRef, Portal, Project


def managers(portal: Portal) -> tuple[tuple[PersonRef, tuple[Project, ...]], ...]:
    """Return whom to ask first, and for which projects; no projects where one person is asked for everything.

    Without a manager it is the client's lead person.
    """
    led: dict[PersonRef, list[Project]] = {}
    for project in portal.projects:
        who = project.manager or portal.client.lead
        if who is not None:
            led.setdefault(who, []).append(project)
    if len(led) == 1 and sum(map(len, led.values())) == len(portal.projects):
        return ((next(iter(led)), ()),)
    return tuple((who, tuple(projects)) for who, projects in led.items())


def escalation(area: Project) -> tuple[PersonRef, ...]:
    """Return whom to ask about a project, first to last; its manager where no ladder is given."""
    return area.escalation or ((area.manager,) if area.manager else ())


def has_address(portal: Portal) -> bool:
    """Return whether a client knows where to say something: a mailbox, a form, or their lead person's address."""
    who = person(portal, portal.client.lead)
    return bool(
        portal.client.feedback_email or portal.client.feedback_form or (who and (who.email or who.phone))
    )


def person(portal: Portal, named: PersonRef | None) -> Person | None:
    """Return the entry of the people page for a person whom a record names; None for a plain name."""
    if named is None or not named.key:
        return None
    return next((each for each in portal.people if each.key == named.key), None)


def people_here(people: Iterable[Person], side: str, as_of: Day) -> tuple[Person, ...]:
    """Return the people of a side who have not left, in the order given."""
    return tuple(each for each in people if each.side == side and not has_left(each, as_of))


def people_gone(people: Iterable[Person], as_of: Day) -> tuple[Person, ...]:
    """Return the people of both sides who have left, in the order given."""
    return tuple(each for each in people if has_left(each, as_of))


def has_left(each: Person, as_of: Day) -> bool:
    """Return whether a person's last day has come."""
    return each.left_on is not None and each.left_on <= as_of
