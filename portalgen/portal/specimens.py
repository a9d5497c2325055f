"""Records that nobody wrote, for the examples of drawings: one of a thing, forty of them, the longest title."""

from __future__ import annotations

from datetime import date as Day
from datetime import timedelta
from decimal import Decimal

from portalgen.money import Money
from portalgen.portal.published import (
    Action,
    Approval,
    Change,
    ChangeDerived,
    DueDerived,
    HistoryEntry,
    Impact,
    Lists,
    Milestone,
    MilestoneDerived,
    MilestoneTrend,
    Project,
    ProjectDerived,
    Ref,
    Requirement,
    Retold,
    ScheduleImpact,
    ScopeImpact,
    Survey,
    SurveyDerived,
    TrendPoint,
)

LONG = (
    "Every visitor who borrows a handset at the cloakroom hears within two seconds which of the forty-eight "
    "Donaudampfschifffahrtsgesellschaftskapitänskajüten-stops comes next"
)
TODAY = Day(2026, 11, 23)
FIRST = Day(2026, 1, 5)
_STATES = ("validated", "validated", "implemented", "in_progress", "approved")
_NOWHERE = "index.html"
"""Where the links of specimens lead: every site has it."""


def project(count: int) -> Project:
    """Return a project with so many requirements, changes, milestones, actions and surveys, and their history."""
    requirements = tuple(_requirement(number) for number in range(count))
    milestones = tuple(_milestone(number) for number in range(count))
    lists = Lists(
        requirements=requirements,
        changes=tuple(_change(number) for number in range(count)),
        milestones=milestones,
        actions=tuple(_action(number) for number in range(count)),
        surveys=tuple(_survey(number) for number in range(count)),
        approvals=tuple(_approval(each) for each in requirements[:3]),
    )
    history = tuple(
        entry
        for number, each in enumerate(requirements)
        for entry in _ways(each, FIRST + timedelta(days=7 * (number % 40)))
    )
    derived = ProjectDerived(retold=Retold(trends=tuple(_trend(each) for each in milestones)))
    newest_first = tuple(sorted(history, key=lambda entry: entry.on, reverse=True))
    return Project(id="", name="Specimen", lists=lists, history=newest_first, derived=derived)


def _title(number: int) -> str:
    return LONG if number == 1 else f"Specimen {number + 1}"


def _url(kind: str, number: int) -> str:
    return f"{kind}/specimen-{number}.html"


def _requirement(number: int) -> Requirement:
    status = "proposed" if number % 13 == 12 else _STATES[number % len(_STATES)]
    return Requirement(
        id=f"REQ-{number + 1}", title=_title(number), url=_url("requirements", number), status=status,
        priority=("must", "should", "could", "")[number % 4],
        milestone=Ref("milestones", "MS-1", "Specimen", _NOWHERE) if number % 2 else None,
    )  # fmt: skip


def _ways(requirement: Requirement, begin: Day) -> list[HistoryEntry]:
    """Return how a requirement came to its status, a step every third week."""
    steps = ("proposed", "approved", "in_progress", "implemented", "validated")
    entries = [HistoryEntry(ref=requirement.ref, on=begin)]
    for number in range(steps.index(requirement.status)):
        on = begin + timedelta(days=21 * (number + 1))
        entries.append(
            HistoryEntry(
                ref=requirement.ref, on=min(on, TODAY), field="status",
                before=steps[number], after=steps[number + 1],
            )
        )  # fmt: skip
    return entries


def _change(number: int) -> Change:
    is_open = number % 5 == 4
    cost = Decimal((-1) ** number * (number * 731 % 9000 + 100))
    return Change(
        id=f"CR-{number + 1}", title=_title(number), url=_url("changes", number),
        status="waiting_for_approval" if is_open else "approved",
        submitted_on=FIRST + timedelta(days=number), decided_on=None if is_open else FIRST + timedelta(days=7 * number),
        impact=Impact(
            scope=ScopeImpact(), schedule=ScheduleImpact(days=number % 4 * 5 - 5), cost=Money(cost, "EUR")
        ),
        derived=ChangeDerived(pending=is_open),
    )  # fmt: skip


def _milestone(number: int) -> Milestone:
    agreed = FIRST + timedelta(days=45 * (number + 1))
    slip = timedelta(days=number % 3 * 9)
    is_met = agreed + slip <= TODAY
    state = "met" if is_met else "slipping" if slip else "scheduled"
    return Milestone(
        id=f"MS-{number + 1}", title=_title(number), url=_url("milestones", number), baseline=agreed,
        forecast=agreed + slip, met_on=agreed + slip if is_met else None,
        derived=MilestoneDerived(state=state, slip_days=slip.days),
    )  # fmt: skip


def _trend(milestone: Milestone) -> MilestoneTrend:
    agreed, expected = milestone.baseline or FIRST, milestone.forecast or FIRST
    points = [TrendPoint(said=FIRST, expected=agreed, is_start=True)]
    if expected != agreed:
        points.append(TrendPoint(said=FIRST + (expected - agreed) * 5, expected=expected))
    return MilestoneTrend(
        ref=milestone.ref, points=tuple(points), baseline=milestone.baseline, ended=milestone.met_on
    )


def _action(number: int) -> Action:
    asked = None if number % 9 == 8 else TODAY - timedelta(days=number * number % 140)
    age = (TODAY - asked).days if asked else None
    return Action(
        id=f"ACT-{number + 1}", title=_title(number), url=_url("actions", number), status="open",
        side="client" if number % 3 else "provider", requested_on=asked,
        derived=DueDerived(overdue=number % 4 == 1, age_days=age),
    )  # fmt: skip


def _survey(number: int) -> Survey:
    is_nps = number % 2 == 1
    return Survey(
        id=f"SVY-{number + 1}", title=_title(number), url=_url("surveys", number), status="closed",
        type="nps" if is_nps else "csat", closed_on=TODAY - timedelta(days=30 * number),
        derived=SurveyDerived(
            answers=number + 3, nps=number * 37 % 200 - 100 if is_nps else None,
            csat=None if is_nps else round(number % (number + 3) / (number + 3), 4),
        ),
    )  # fmt: skip


def _approval(requirement: Requirement) -> Approval:
    return Approval(
        id=requirement.id.replace("REQ", "APR"), title=requirement.title, url=f"approvals/{requirement.id}.html",
        status="approved", subject=(requirement.ref,),
    )  # fmt: skip
