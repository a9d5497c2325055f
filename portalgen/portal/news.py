"""Records → what happened and when, by the records' own dates; nothing after the day has happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from portalgen.portal.order import natural
from portalgen.portal.published import (
    Action,
    Approval,
    Change,
    Communication,
    Decision,
    Deliverable,
    Document,
    Feedback,
    Issue,
    Lists,
    Meeting,
    Milestone,
    News,
    Record,
    Report,
    Requirement,
    Risk,
)  # fmt: skip

_DECIDED_CHANGES = ("approved", "rejected", "postponed", "merged", "implemented")


def news_of(lists: Lists, today: date) -> tuple[News, ...]:
    """Return all that happened up to `today`, newest first, then by kind and id."""
    found = [
        (News(on=day, what=what, group=group, ref=record.ref), number)
        for number, record in enumerate(lists.all())
        for day, what, group in _happened(record)
        if day is not None and day <= today
    ]
    return tuple(
        news
        for news, number in sorted(
            found, key=lambda pair: (-pair[0].on.toordinal(), pair[1], natural(pair[0].ref.id))
        )
    )


def _happened(record: Record) -> Iterator[tuple[date | None, str, str]]:
    """Yield (day, what happened, group) for each date of a record that a client would call news."""
    match record:
        case Requirement():
            yield record.raised_on, "raised", "scope"
            if record.status in ("approved", "in_progress", "implemented", "validated"):
                yield record.approved_on, "agreed", "scope"
            if record.status == "validated":
                yield record.validated_on, "accepted", "delivered"
        case Change():
            yield record.submitted_on, "asked", "scope"
            if record.status in _DECIDED_CHANGES:
                yield (
                    record.decided_on,
                    "approved" if record.status == "implemented" else record.status,
                    "decided",
                )
            if record.status == "implemented":
                yield record.implemented_on, "implemented", "delivered"
        case Milestone():
            yield record.met_on, "met", "delivered"
            yield record.cancelled_on, "cancelled", "dates"
        case Deliverable():
            yield record.submitted_on, "handed_over", "delivered"
            if record.status in ("accepted", "conditionally_accepted", "not_accepted"):
                yield record.decided_on, record.status, "decided"
        case Meeting() if record.status in ("held", "agreed"):
            yield record.date, "held", "other"
        case Decision() if record.status != "proposed":
            yield record.date, "decided", "decided"
        case Action():
            yield record.requested_on, "asked", "other"
            if record.status == "done":
                yield record.received_on, "done", "delivered"
        case Risk():
            yield record.identified_on, "identified", "risks"
        case Issue():
            yield record.raised_on, "raised", "risks"
            if record.status in ("resolved", "closed"):
                yield record.resolved_on, "resolved", "risks"
        case Report():
            yield record.date, "reported", "other"
        case Document():
            yield record.date, "issued", "other"
        case Feedback():
            yield record.date, "said", "other"
            yield record.answered_on, "answered", "other"
        case Approval():
            yield record.requested_on, "asked", "decided"
            if record.status in ("approved", "changes_requested", "declined"):
                yield record.decided_on, record.status, "decided"
        case Communication():
            yield record.date, "noted", "other"
