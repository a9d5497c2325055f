"""Specimens of what history tells, for the examples of components: long, empty, and many."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from portalgen.portal.drawn.specimens import FIRST, LONG, TODAY, refs, risks
from portalgen.portal.published import (
    Figures,
    HealthPoint,
    HistoryEntry,
    MilestoneThen,
    Overtaken,
    Progress,
    Project,
    ProjectDerived,
    Ref,
    ResponseTimes,
    Retold,
    RiskPoint,
    RiskStep,
    RiskTrend,
    StoryDay,
    Volatility,
)

_MOVED = Ref("milestones", "MS-1", LONG, "index.html")


def days(count: int) -> tuple[StoryDay, ...]:
    """Return so many days of a story, newest first, each with a change of another form."""
    forms = (
        HistoryEntry(ref=_MOVED, on=TODAY, field="forecast", before=FIRST, after=TODAY),
        HistoryEntry(ref=_MOVED, on=TODAY, field="title", before="Specimen", after=LONG),
        HistoryEntry(ref=_MOVED, on=TODAY, field="depends_on", before=(), after=refs(3)),
        HistoryEntry(ref=_MOVED, on=TODAY, field="met_on", before=TODAY),
        HistoryEntry(ref=_MOVED, on=TODAY, field="body"),
        HistoryEntry(ref=_MOVED, on=TODAY),
    )
    return tuple(
        StoryDay(on=TODAY - timedelta(days=number), entries=(forms[number % len(forms)],), causes=refs(2))
        for number in range(count)
    )


def told() -> Project:
    """Return a project of which history tells something of everything."""
    changed = tuple(entry for day in days(3) for entry in day.entries)
    # Of a risk that came down, and up again.
    levels = ((20, "high"), (2, "low"), (12, "medium"), (None, "unrated"))
    steps = tuple(
        RiskStep(on=FIRST + timedelta(days=30 * number), score=score, level=level)
        for number, (score, level) in enumerate(levels)
    )
    retold = Retold(
        overtaken=(Overtaken(approval=_MOVED, changed=changed), Overtaken(approval=_MOVED, by_hash=refs(2))),
        figures={"index.html": _figures()},
        volatility=(
            Volatility(begin=FIRST, end=TODAY, total=0, added=40),
            Volatility(begin=FIRST, end=TODAY, total=1200, added=40, removed=3, changed=7, ratio=0.0417),
        ),
        response_times=tuple(
            ResponseTimes(what=what, answered=4, waiting=1, median=2.5, longest=30)
            for what in ("feedback", "changes")
        ),
        risk_trends=tuple(RiskTrend(ref=risk.ref, steps=steps) for risk in risks(3)),
        risk_points=(RiskPoint(on=FIRST, high=1), RiskPoint(on=TODAY, medium=2, low=3, unrated=4)),
        health=tuple(
            HealthPoint(on=FIRST + timedelta(days=7 * number), word=word, report=_MOVED)
            for number, word in enumerate(("on_track", "on_track", "at_risk", "off_track", "complete"))
        ),
    )
    return Project(id="", name="Specimen", derived=ProjectDerived(retold=retold))


def _figures() -> Figures:
    milestones = tuple(
        MilestoneThen(ref=_MOVED, baseline=FIRST, forecast=TODAY, state=state, slip_days=slip)
        for state, slip in (("slipping", 7), ("late", 1), ("scheduled", 0), ("scheduled", -2), ("met", 0))
    )
    undated = MilestoneThen(ref=_MOVED, baseline=None, forecast=None, state="undated", slip_days=None)
    progress = Progress(scope=Decimal(40), delivered=Decimal(11), accepted=Decimal("4.5"), ratio=0.275)
    return Figures(progress=progress, milestones=(*milestones, undated))
