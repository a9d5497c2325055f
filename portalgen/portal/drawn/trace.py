"""Requirements → the way of each to milestone, deliverable, acceptance and approval."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from portalgen.portal.published import Approval, Lists, Ref, Requirement
from portalgen.portal.scope import DELIVERED, IN_SCOPE


class Trace(Struct, frozen=True):
    """One requirement and what it leads to; what nobody has named is None."""

    requirement: Requirement
    milestone: Ref | None
    deliverable: Ref | None
    met: int
    """Criteria that are met."""
    criteria: int
    approvals: tuple[Approval, ...]
    """Approvals of the requirement or of its deliverable."""


class Traces(Struct, frozen=True):
    rows: tuple[Trace, ...]
    """Requirements in scope, in the order of the list."""
    with_milestone: int
    with_deliverable: int
    with_criteria: int
    accepted: int
    unlinked: int
    """How many name neither a milestone nor a deliverable."""


def traces(lists: Lists) -> Traces | None:
    """Return the ways of the requirements in scope; None where none of them leads anywhere."""
    approvals: dict[str, list[Approval]] = {}
    for approval in lists.approvals:
        for subject in approval.subject:
            approvals.setdefault(subject.url, []).append(approval)
    milestone_by_deliverable = {
        each.url: each.milestone for each in lists.deliverables if each.milestone is not None
    }
    rows = tuple(
        _trace(each, milestone_by_deliverable, approvals)
        for each in lists.requirements
        if each.status in IN_SCOPE and each.priority != "wont"
    )
    if not any(row.milestone or row.deliverable or row.approvals for row in rows):
        return None
    return Traces(
        rows, sum(row.milestone is not None for row in rows), sum(row.deliverable is not None for row in rows),
        sum(row.criteria > 0 for row in rows), sum(row.requirement.status == "validated" for row in rows),
        sum(row.milestone is None and row.deliverable is None for row in rows),
    )  # fmt: skip


def is_delivered(requirement: Requirement) -> bool:
    """Return whether a requirement is delivered or accepted."""
    return requirement.status in DELIVERED


def _trace(
    requirement: Requirement, milestone_by_deliverable: dict[str, Ref], approvals: dict[str, list[Approval]]
) -> Trace:
    deliverable = requirement.deliverable
    through = milestone_by_deliverable.get(deliverable.url) if deliverable else None
    return Trace(
        requirement, requirement.milestone or through, deliverable,
        sum(each.met is True for each in requirement.acceptance), len(requirement.acceptance),
        _each_once(approvals.get(requirement.url, []), approvals.get(deliverable.url, []) if deliverable else []),
    )  # fmt: skip


def _each_once(*lists: Iterable[Approval]) -> tuple[Approval, ...]:
    return tuple({approval.url: approval for each in lists for approval in each}.values())
