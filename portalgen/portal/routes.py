"""A record's status → the way from its first state to its last, and how far along it the record is."""

from __future__ import annotations

from datetime import date as Day

from msgspec import Struct

from portalgen.portal.published import Change, Deliverable, Feedback, Issue, Milestone, Record, Requirement


class Step(Struct, frozen=True, kw_only=True):
    status: str
    """A word of the kind's states."""
    on: Day | None = None
    """When it was reached, where that is known."""
    expected: Day | None = None
    """When it should be reached, where a date says so."""
    is_here: bool = False
    is_ahead: bool = False
    is_going_on: bool = False
    """Whether it stands here and is at work: in progress, rather than agreed and waiting for the next step."""


_USUAL: dict[str, tuple[str, ...]] = {
    "requirements": ("proposed", "approved", "in_progress", "implemented", "validated"),
    "changes": ("submitted", "assessing", "waiting_for_approval", "approved", "implemented"),
    "deliverables": ("planned", "in_progress", "submitted", "in_review", "accepted"),
    "issues": ("open", "resolved", "closed"),
    "feedback": ("new", "acknowledged", "answered", "closed"),
}
_AT_WORK = frozenset({"in_progress", "assessing", "waiting_for_approval", "in_review", "open"})
# A state off the usual way stands where the way was left: after these, and nothing is ahead of it.
_INSTEAD: dict[str, dict[str, str]] = {
    "requirements": {"rejected": "proposed", "deferred": "approved", "withdrawn": "proposed"},
    "changes": {"rejected": "waiting_for_approval", "postponed": "assessing", "merged": "submitted"},
    "deliverables": {"conditionally_accepted": "in_review", "not_accepted": "in_review"},
    "issues": {"postponed": "open"},
    "feedback": {},
}


def route_of(record: Record, milestone: Milestone | None = None) -> tuple[Step, ...]:
    """Return the steps of a record's way; empty for kinds that have none.

    `milestone`, where given, says when a requirement or deliverable is expected.
    """
    usual = _USUAL.get(record.kind)
    status = getattr(record, "status", "")
    if usual is None:
        return ()
    reached = _days(record)
    left_after = _INSTEAD[record.kind].get(status)
    if left_after is not None:
        way, here = (*usual[: usual.index(left_after) + 1], status), status
    else:
        way, here = usual, status
    expected = _expected(record, milestone)
    at = way.index(here)
    return tuple(
        Step(
            status=word, on=reached.get(word), is_here=number == at, is_ahead=number > at,
            is_going_on=number == at and word in _AT_WORK,
            expected=expected[1] if number > at and expected is not None and expected[0] == word else None,
        )
        for number, word in enumerate(way)
    )  # fmt: skip


def _days(record: Record) -> dict[str, Day | None]:
    match record:
        case Requirement():
            return {
                "proposed": record.raised_on,
                "approved": record.approved_on,
                "validated": record.validated_on,
            }
        case Change():
            return {
                "submitted": record.submitted_on, "approved": record.decided_on, "rejected": record.decided_on,
                "implemented": record.implemented_on,
            }  # fmt: skip
        case Deliverable():
            decided = ("accepted", "conditionally_accepted", "not_accepted")
            return {"submitted": record.submitted_on} | dict.fromkeys(decided, record.decided_on)
        case Issue():
            return {"open": record.raised_on, "resolved": record.resolved_on}
        case Feedback():
            return {"new": record.date, "answered": record.answered_on}
    return {}


def _expected(record: Record, milestone: Milestone | None) -> tuple[str, Day] | None:
    if isinstance(record, Deliverable) and record.due is not None:
        return "submitted", record.due
    if isinstance(record, Requirement) and milestone is not None and milestone.forecast is not None:
        return "implemented", milestone.forecast
    if isinstance(record, Issue) and record.target_date is not None:
        return "resolved", record.target_date
    return None
