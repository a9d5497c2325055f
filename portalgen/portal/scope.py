"""Requirements → the groups of the scope page, and what can be counted of them."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from portalgen.portal.published import Requirement

PRIORITIES = ("must", "should", "could", "")
IN_SCOPE = frozenset({"approved", "in_progress", "implemented", "validated"})
DELIVERED = frozenset({"implemented", "validated"})
LEFT_OUT = frozenset({"rejected", "deferred", "withdrawn"})

COLUMNS = ("validated", "implemented", "in_progress", "approved", "proposed")


class Importance(Struct, frozen=True):
    """The requirements of one priority that are not left out."""

    priority: str
    """must, should, could, or empty where nobody has said."""
    requirements: tuple[Requirement, ...]
    counts: tuple[int, ...]
    """By COLUMNS: accepted, delivered, in progress, agreed, proposed."""
    agreed: int
    """How many are in scope."""
    delivered: int
    """How many of these are delivered or accepted."""


class Scope(Struct, frozen=True):
    by_importance: tuple[Importance, ...]
    left_out: tuple[Requirement, ...]
    """Won't this time, declined, put off and withdrawn."""
    agreed: int
    delivered: int
    accepted: int
    proposed: int
    is_weighed: bool
    """Whether any weight differs: then counts and weights say different things."""


def scope_of(requirements: Iterable[Requirement]) -> Scope:
    """Return requirements by importance, in the order of the list, with their counts."""
    requirements = tuple(requirements)
    left_out = tuple(each for each in requirements if each.priority == "wont" or each.status in LEFT_OUT)
    left = {each.url for each in left_out}
    kept = tuple(each for each in requirements if each.url not in left)
    groups = tuple(
        _importance(priority, tuple(each for each in kept if each.priority == priority))
        for priority in PRIORITIES
    )
    return Scope(
        by_importance=tuple(group for group in groups if group.requirements), left_out=left_out,
        agreed=sum(group.agreed for group in groups), delivered=sum(group.delivered for group in groups),
        accepted=sum(each.status == "validated" for each in kept),
        proposed=sum(each.status == "proposed" for each in kept),
        is_weighed=len({each.weight for each in kept}) > 1,
    )  # fmt: skip


def _importance(priority: str, requirements: tuple[Requirement, ...]) -> Importance:
    counts = tuple(sum(each.status == status for each in requirements) for status in COLUMNS)
    return Importance(
        priority, requirements, counts,
        sum(each.status in IN_SCOPE for each in requirements), sum(each.status in DELIVERED for each in requirements),
    )  # fmt: skip
