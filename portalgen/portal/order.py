"""Put each kind's records in the order in which its page, and so data.json, shows them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from portalgen.portal.published import Record

_DIGITS = re.compile(r"(\d+)")
_LAST = date.max
_PRIORITIES = ("must", "should", "could", "", "wont")
_PROGRESS = (
    "validated",
    "implemented",
    "in_progress",
    "approved",
    "proposed",
    "deferred",
    "withdrawn",
    "rejected",
)


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that sorts `REQ-9` before `REQ-10`."""
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part.casefold())
        for part in _DIGITS.split(text)
        if part
    )


def in_order(kind: str, records: Iterable[Record]) -> tuple[Any, ...]:
    """Return the records of a kind in the order that `portal.published.Lists` promises."""
    return tuple(sorted(records, key=lambda record: (*_KEYS[kind](record), natural(record.id), record.id)))


def newest_first(day: date | None) -> int:
    """Return a key that sorts newer days first and unknown ones last."""
    return -day.toordinal() if day else 0


def _action(action: Any) -> tuple[Any, ...]:
    if action.status in ("open", "in_progress", "blocked"):
        return (0, action.due or _LAST)
    return (1, newest_first(action.received_on or action.due or action.requested_on))


def _approval(approval: Any) -> tuple[Any, ...]:
    if approval.status == "requested":
        return (0, approval.requested_on or _LAST)
    return (1, newest_first(approval.decided_on or approval.requested_on))


def _milestone(milestone: Any) -> tuple[Any, ...]:
    match milestone.derived.state:
        case "met":
            return (milestone.met_on,)
        case "cancelled":
            return (milestone.cancelled_on,)
    return (milestone.forecast or _LAST,)


_KEYS: dict[str, Callable[[Any], tuple[Any, ...]]] = {
    "requirements": lambda one: (_PRIORITIES.index(one.priority), _PROGRESS.index(one.status)),
    "changes": lambda one: (one.status != "waiting_for_approval", newest_first(one.submitted_on)),
    "milestones": _milestone,
    "deliverables": lambda one: (one.due or _LAST,),
    "meetings": lambda one: (newest_first(one.date),),
    "decisions": lambda one: (newest_first(one.date),),
    "actions": _action,
    "risks": lambda one: (one.status in ("closed", "rejected"), -(one.derived.score or 0)),
    "issues": lambda one: (one.status in ("resolved", "closed"), newest_first(one.raised_on)),
    "reports": lambda one: (newest_first(one.date),),
    "documents": lambda one: (one.status == "superseded", newest_first(one.date)),
    "feedback": lambda one: (newest_first(one.date),),
    "surveys": lambda one: (newest_first(one.closed_on or one.opened_on),),
    "approvals": _approval,
    "communications": lambda one: (newest_first(one.date),),
    "lessons": lambda one: (),
    "pages": lambda one: (one.order is None, one.order or 0, one.title.casefold()),
}
