"""Records and their history → how forecasts, scope, risks and health went, day by day."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date as Day
from datetime import timedelta
from decimal import Decimal

from msgspec.structs import replace

from portalgen.portal.order import natural
from portalgen.portal.past.story import LEFT_OUT
from portalgen.portal.past.then import Life, life_of, lives_of
from portalgen.portal.published import (
    Figures,
    HealthPoint,
    HistoryEntry,
    Lists,
    Milestone,
    MilestoneDerived,
    MilestoneThen,
    MilestoneTrend,
    Progress,
    Report,
    Requirement,
    ResponseTimes,
    Risk,
    RiskPoint,
    RiskStep,
    RiskTrend,
    ScopePoint,
    TrendPoint,
    Volatility,
)

Entries = Mapping[str, Sequence[HistoryEntry]]
"""By the address of a record's page, oldest first."""
Level = Callable[[int | None, int | None], tuple[int | None, str]]
"""likelihood, impact → score, level."""

MOST_MONTHS = 12
_CONTENT = frozenset(
    {"title", "statement", "rationale", "acceptance", "verification", "body", "priority", "weight", "type"}
)
_CLOSED_RISKS = ("closed", "rejected")


def trends(
    milestones: Iterable[Milestone], entries: Entries, first: Day, as_of: Day
) -> tuple[MilestoneTrend, ...]:
    """Return a line for each milestone with a date; what was there before history begins was said by its first day."""
    found = []
    for each in milestones:
        points: list[TrendPoint] = []
        for life in lives_of(each, entries.get(each.url, ()), "forecast"):
            before = None
            for on, values in life.steps:
                expected = values["forecast"]
                if expected is not None and expected != before:
                    points.append(TrendPoint(said=on or first, expected=expected, is_start=before is None))
                before = expected
        if points:
            ended = next((day for day in (each.cancelled_on, each.met_on) if day and day <= as_of), None)
            found.append(
                MilestoneTrend(ref=each.ref, points=tuple(points), baseline=each.baseline, ended=ended)
            )
    return tuple(found)


# --- scope


_SCOPE_FIELDS = ("status", "priority", "weight")
_IN_SCOPE = ("approved", "in_progress", "implemented", "validated")
_DELIVERED = ("implemented", "validated")


def burn_up(requirements: Iterable[Requirement], entries: Entries) -> tuple[ScopePoint, ...]:
    """Return what was agreed, delivered and accepted from each day on which one of these changed."""
    points: list[ScopePoint] = []
    for on, (scope, delivered, accepted) in _agreed(requirements, entries).items():
        point = ScopePoint(on=on, scope=scope, delivered=delivered, accepted=accepted)
        if on > Day.min and (not points or replace(points[-1], on=on) != point):
            points.append(point)
    return tuple(points) if any(point.scope for point in points) else ()


Shares = tuple[Decimal, Decimal, Decimal]
_NOTHING: Shares = (Decimal(0), Decimal(0), Decimal(0))


def _agreed(requirements: Iterable[Requirement], entries: Entries) -> dict[Day, Shares]:
    """Return scope, delivered and accepted by the day on which they came to that, in order, from `Day.min` on."""
    changes: dict[Day, list[Shares]] = {Day.min: []}
    for each in requirements:
        before = _NOTHING
        for on, values in life_of(each, entries.get(each.url, ()), _SCOPE_FIELDS).steps:
            now = _shares(values)
            changes.setdefault(on or Day.min, []).append(_minus(now, before))
            before = now
    total, found = _NOTHING, {}
    for on in sorted(changes):
        for change in changes[on]:
            total = _plus(total, change)
        found[on] = total
    return found


def _shares(values: Mapping[str, object]) -> Shares:
    """Return what a requirement adds to scope, delivered and accepted."""
    weight, status = values["weight"], values["status"]
    assert isinstance(weight, Decimal)
    if values["priority"] == "wont":
        return _NOTHING
    none = Decimal(0)
    return (
        weight if status in _IN_SCOPE else none,
        weight if status in _DELIVERED else none,
        weight if status == "validated" else none,
    )


def _plus(one: Shares, other: Shares) -> Shares:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _minus(one: Shares, other: Shares) -> Shares:
    return one[0] - other[0], one[1] - other[1], one[2] - other[2]


def volatility(
    requirements: Iterable[Requirement], entries: Entries, first: Day, as_of: Day
) -> tuple[Volatility, ...]:
    """Return how much the requirements changed in each of the last months that history tells as a whole."""
    requirements = tuple(requirements)
    lives = [
        (life_of(each, entries.get(each.url, ()), ("status", "priority")), entries.get(each.url, ()))
        for each in requirements
    ]
    begins = _next_month(first)
    months = []
    while begins <= as_of:
        months.append((begins, min(_next_month(begins) - timedelta(days=1), as_of)))
        begins = _next_month(begins)
    return (
        tuple(volatility_of(lives, begin, end) for begin, end in months[-MOST_MONTHS:])
        if requirements
        else ()
    )


def volatility_of(lives: Iterable[tuple[Life, Sequence[HistoryEntry]]], begin: Day, end: Day) -> Volatility:
    """Return (added + removed + changed) ÷ total at the start of a period; each requirement counts once."""
    counted: Counter[str] = Counter()
    for life, entries in lives:
        before, after = life.on(begin - timedelta(days=1)), life.on(end)
        was, is_ = before is not None and _is_wanted(before), after is not None and _is_wanted(after)
        if was:
            counted["total"] += 1
        if was and not is_:
            counted["removed"] += 1
        elif is_ and not was:
            counted["added"] += 1
        elif was and any(begin <= entry.on <= end and entry.field in _CONTENT for entry in entries):
            counted["changed"] += 1
    moved = counted["added"] + counted["removed"] + counted["changed"]
    total = counted["total"]
    return Volatility(
        begin=begin, end=end, total=total,
        added=counted["added"], removed=counted["removed"], changed=counted["changed"],
        ratio=round(moved / total, 4) if total else None,
    )  # fmt: skip


def _is_wanted(values: Mapping[str, object]) -> bool:
    return values["priority"] != "wont" and values["status"] not in LEFT_OUT


def _next_month(day: Day) -> Day:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


# --- answers


def response_times(lists: Lists) -> tuple[ResponseTimes, ...]:
    """Return how long answers took, by the records' own dates."""
    pairs: dict[str, list[tuple[Day | None, Day | None, bool]]] = {
        "feedback": [
            (each.date, each.answered_on, each.status in ("new", "acknowledged")) for each in lists.feedback
        ],
        "changes": [(each.submitted_on, each.decided_on, each.derived.pending) for each in lists.changes],
        "approvals": [
            (each.requested_on, each.decided_on, each.status == "requested") for each in lists.approvals
        ],
    }
    for side in ("client", "provider"):
        pairs[f"actions_{side}"] = [
            (each.requested_on, each.received_on, each.status in ("open", "in_progress", "blocked"))
            for each in lists.actions
            if each.side == side
        ]
    found = []
    for what, each in pairs.items():
        days = [(answered - asked).days for asked, answered, _ in each if asked and answered]
        if days:
            waiting = sum(is_open and not answered for _, answered, is_open in each)
            # Imported here, since few projects have anything to count.
            from statistics import median

            middle = float(median(days))
            found.append(
                ResponseTimes(
                    what=what, answered=len(days), waiting=waiting, median=middle, longest=max(days)
                )
            )
    return tuple(found)


# --- risks and health


_RISK_FIELDS = ("likelihood", "impact", "status")


def risk_trends(risks: Iterable[Risk], entries: Entries, level: Level) -> tuple[RiskTrend, ...]:
    """Return the levels of each risk whose level changed."""
    found = []
    for each in risks:
        steps: list[RiskStep] = []
        for on, values in life_of(each, entries.get(each.url, ()), _RISK_FIELDS).steps:
            score, word = level(values["likelihood"], values["impact"])
            if on is not None and (not steps or (steps[-1].score, steps[-1].level) != (score, word)):
                steps.append(RiskStep(on=on, score=score, level=word))
        if len({step.level for step in steps}) > 1:
            found.append(RiskTrend(ref=each.ref, steps=tuple(steps)))
    return tuple(found)


def risk_points(risks: Iterable[Risk], entries: Entries, level: Level) -> tuple[RiskPoint, ...]:
    """Return how many open risks there were of each level, from each day on which that changed."""
    changes: dict[Day, list[tuple[str, str]]] = {}
    counts: Counter[str] = Counter()
    for each in risks:
        before = ""
        for on, values in life_of(each, entries.get(each.url, ()), _RISK_FIELDS).steps:
            is_open = values["status"] not in _CLOSED_RISKS
            now = level(values["likelihood"], values["impact"])[1] if is_open else ""
            if on is None:
                counts[now] += 1
            else:
                changes.setdefault(on, []).append((before, now))
            before = now
    points: list[RiskPoint] = []
    for on in sorted(changes):
        for before, now in changes[on]:
            counts[before] -= 1
            counts[now] += 1
        point = RiskPoint(
            on=on, high=counts["high"], medium=counts["medium"], low=counts["low"], unrated=counts["unrated"]
        )
        if not points or replace(points[-1], on=on) != point:
            points.append(point)
    return tuple(points)


def health_points(reports: Iterable[Report], as_of: Day) -> tuple[HealthPoint, ...]:
    """Return what the reports said of health, oldest first; those that another supersedes aside."""
    told = [
        (each.date, each)
        for each in reports
        if each.date is not None and each.date <= as_of and each.health.overall
    ]
    superseded = {ref.url for _, each in told for ref in each.links.get("supersedes", ())}
    told = sorted(
        ((on, each) for on, each in told if each.url not in superseded),
        key=lambda pair: (pair[0], natural(pair[1].id)),
    )
    return tuple(HealthPoint(on=on, word=each.health.overall, report=each.ref) for on, each in told)


# --- as things stood


_MILESTONE_FIELDS = ("baseline", "forecast", "met_on", "cancelled_on")
State = Callable[[Milestone, Day], MilestoneDerived]


def figures(
    days: Mapping[str, Day],
    lists: Lists,
    entries: Entries,
    *,
    state: State,
    progress: Callable[[Decimal, Decimal, Decimal], Progress],
) -> dict[str, Figures]:
    """Return progress and milestones as they stood at the end of each of `days`, of the records published today."""
    if not days:
        return {}
    agreed = _agreed(lists.requirements, entries)
    turns = list(agreed)
    lives = [(each, life_of(each, entries.get(each.url, ()), _MILESTONE_FIELDS)) for each in lists.milestones]
    return {
        key: Figures(
            progress=progress(*agreed[turns[bisect_right(turns, day) - 1]]),
            milestones=_milestones_on(day, lives, state),
        )
        for key, day in days.items()
    }


def _milestones_on(
    day: Day, lives: Iterable[tuple[Milestone, Life]], state: State
) -> tuple[MilestoneThen, ...]:
    """Return the milestones that were shown on a day, as they stood at its end, in the order of what counted then."""
    found = []
    for milestone, life in lives:
        values = life.on(day)
        if values is None:
            continue
        then = replace(milestone, **values)
        derived = state(then, day)
        shown = MilestoneThen(
            ref=then.ref,
            baseline=then.baseline,
            forecast=then.forecast,
            state=derived.state,
            slip_days=derived.slip_days,
        )
        counts = {"met": then.met_on, "cancelled": then.cancelled_on}.get(derived.state, then.forecast)
        found.append((counts or Day.max, natural(milestone.id), shown))
    found.sort(key=lambda each: each[:2])
    return tuple(each[2] for each in found)
