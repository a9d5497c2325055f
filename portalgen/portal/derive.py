"""Reckon what nobody types: states, progress, overdue, health, from what is published and the day alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from portalgen.money import Money
from portalgen.portal.links import links_out
from portalgen.portal.news import news_of
from portalgen.portal.order import in_order, natural
from portalgen.portal.published import (
    Action,
    Backlink,
    Change,
    ChangeDerived,
    ChangeTotals,
    Deliverable,
    Derived,
    DueDerived,
    Feedback,
    FeedbackDerived,
    Health,
    Issue,
    Lists,
    Meeting,
    Milestone,
    MilestoneDerived,
    Moved,
    Portal,
    Progress,
    Project,
    ProjectDerived,
    Record,
    Ref,
    Report,
    Requirement,
    Risk,
    RiskDerived,
    Survey,
    SurveyDerived,
    Waiting,
)  # fmt: skip

HEALTH_ORDER = ("off_track", "at_risk", "stale", "unknown", "on_hold", "on_track", "complete")
"""Worst first."""
STALE_AFTER_DAYS = 30
"""Where no cadence of reports was promised."""
PENDING = ("submitted", "assessing", "waiting_for_approval")
IN_SCOPE = ("approved", "in_progress", "implemented", "validated")
DELIVERED = ("implemented", "validated")


class Rules(Struct, frozen=True, kw_only=True):
    """What the team has settled, and no client is told: only what follows from it is shown."""

    risk_medium: int = 3
    risk_high: int = 20
    report_days: int | None = None
    """How often a report was promised; None where nothing was."""
    survey_min: int = 3


def derive(portal: Portal, responses: Mapping[str, tuple[Decimal, ...]], rules: Rules) -> Portal:
    """Return `portal` with all that is reckoned, its lists in the order of their pages, as of its own day."""
    today = portal.as_of
    links_in = _links_in(portal.areas)
    projects = [_area(area, today, rules, responses, links_in) for area in portal.areas]
    own = projects.pop() if portal.own else None
    order = sorted(
        projects,
        key=lambda project: (
            HEALTH_ORDER.index(project.derived.health.word),
            project.order is None,
            project.order or 0,
            project.name,
            project.id,
        ),
    )
    return replace(portal, projects=tuple(order), own=own)


def _area(
    area: Project,
    today: date,
    rules: Rules,
    responses: Mapping[str, tuple[Decimal, ...]],
    links_in: Mapping[str, tuple[Backlink, ...]],
) -> Project:
    lists = {
        kind: in_order(
            kind,
            [
                _derived(record, today, rules, responses, links_in.get(record.url, ()))
                for record in area.lists.of(kind)
            ],
        )
        for kind in Lists.__struct_fields__
    }
    derived = Lists(**lists)
    return replace(area, lists=derived, derived=_project(area, derived, today, rules))


def _links_in(areas: Iterable[Project]) -> dict[str, tuple[Backlink, ...]]:
    """Return by address which published records name each record, and by which field."""
    found: dict[str, list[Backlink]] = {}
    for area in areas:
        for record in area.lists.all():
            for name, refs in links_out(record):
                for target in refs:
                    if target.url != record.url:
                        found.setdefault(target.url, []).append(Backlink(name, record.ref))
    kinds = list(Lists.__struct_fields__)
    # Most records are named by a few others, and each of these names several.
    place_by_url: dict[str, tuple[Any, ...]] = {}

    def place(ref: Ref) -> tuple[Any, ...]:
        if ref.url not in place_by_url:
            place_by_url[ref.url] = kinds.index(ref.kind), natural(ref.id)
        return place_by_url[ref.url]

    return {
        url: tuple(sorted(links, key=lambda link: (place(link.ref), link.type)))
        if len(links) > 1
        else (*links,)
        for url, links in found.items()
    }


# --- records


def _derived(
    record: Record,
    today: date,
    rules: Rules,
    responses: Mapping[str, tuple[Decimal, ...]],
    links_in: tuple[Backlink, ...],
) -> Record:
    match record:
        case Milestone():
            return replace(record, derived=milestone_state(record, today, links_in))
        case Risk():
            score, level = risk_level(record.likelihood, record.impact, rules)
            return replace(record, derived=RiskDerived(score=score, level=level, links_in=links_in))
        case Change():
            days = days_between(record.submitted_on, record.decided_on)
            return replace(
                record,
                derived=ChangeDerived(
                    days_to_decide=days, pending=record.status in PENDING, links_in=links_in
                ),
            )
        case Action():
            is_open = record.status in ("open", "in_progress", "blocked")
            until = today if is_open else record.received_on
            return replace(
                record, derived=_due(record.due, record.requested_on, until, is_open, today, links_in)
            )
        case Deliverable():
            is_open = record.status not in ("accepted", "conditionally_accepted")
            # What was handed over in time waits for its decision: it is not late.
            is_owed = is_open and record.status not in ("submitted", "in_review")
            until = today if is_open else record.decided_on
            return replace(
                record, derived=_due(record.due, record.submitted_on, until, is_owed, today, links_in)
            )
        case Issue():
            is_open = record.status in ("open", "postponed")
            until = today if is_open else record.resolved_on
            return replace(
                record, derived=_due(record.target_date, record.raised_on, until, is_open, today, links_in)
            )
        case Feedback():
            return replace(
                record,
                derived=FeedbackDerived(
                    days_to_answer=days_between(record.date, record.answered_on), links_in=links_in
                ),
            )
        case Survey():
            return replace(
                record, derived=survey_totals(record, responses.get(record.id, ()), rules, links_in)
            )
        case Meeting(status=""):
            is_over = record.date is None or record.date <= today
            return replace(
                record, status="held" if is_over else "planned", derived=Derived(links_in=links_in)
            )
    return replace(record, derived=Derived(links_in=links_in))


def has_happened(day: date | None, today: date) -> bool:
    """Return whether a day is known and not after today: a date after the day has not happened."""
    return day is not None and day <= today


def milestone_state(
    milestone: Milestone, today: date, links_in: tuple[Backlink, ...] = ()
) -> MilestoneDerived:
    """Return a milestone's state and slip, as content-format.md derives them."""
    forecast = milestone.forecast or milestone.baseline
    if has_happened(milestone.cancelled_on, today):
        state = "cancelled"
    elif has_happened(milestone.met_on, today):
        state = "met"
    elif forecast is None:
        state = "undated"
    elif forecast < today:
        state = "late"
    elif milestone.baseline and forecast > milestone.baseline:
        state = "slipping"
    else:
        state = "scheduled"
    counts = milestone.met_on if state == "met" else forecast
    return MilestoneDerived(
        state=state, slip_days=days_between(milestone.baseline, counts), links_in=links_in
    )


def risk_level(likelihood: int | None, impact: int | None, rules: Rules) -> tuple[int | None, str]:
    """Return likelihood × impact and its level; PM² has low to 2, medium to 16 (below 20), high from 20."""
    if likelihood is None or impact is None:
        return None, "unrated"
    score = likelihood * impact
    return score, "high" if score >= rules.risk_high else "medium" if score >= rules.risk_medium else "low"


def _due(
    due: date | None,
    since: date | None,
    until: date | None,
    is_open: bool,
    today: date,
    links_in: tuple[Backlink, ...],
) -> DueDerived:
    return DueDerived(
        overdue=is_open and due is not None and due < today,
        age_days=days_between(since, until),
        links_in=links_in,
    )


def survey_totals(
    survey: Survey, scores: tuple[Decimal, ...], rules: Rules, links_in: tuple[Backlink, ...] = ()
) -> SurveyDerived:
    """Return how many answered and, of a closed survey with enough answers, what they said.

    CSAT is the share of 4 and 5; NPS is % of 9–10 − % of 0–6 (Reichheld). Too few answers would tell who said what.
    """
    if survey.status != "closed" or len(scores) < rules.survey_min:
        return SurveyDerived(answers=len(scores), links_in=links_in)
    count = len(scores)
    mean = float(round(sum(scores, Decimal(0)) / count, 2))
    csat = (
        float(round(Decimal(sum(score >= 4 for score in scores)) / count, 4))
        if survey.type in ("csat", "")
        else None
    )
    promoters, detractors = sum(score >= 9 for score in scores), sum(score <= 6 for score in scores)
    nps = round(100 * (promoters - detractors) / count) if survey.type == "nps" else None
    return SurveyDerived(answers=count, mean=mean, csat=csat, nps=nps, links_in=links_in)


def days_between(start: date | None, end: date | None) -> int | None:
    """Return the days from `start` to `end`, or None where either is not known."""
    return (end - start).days if start and end else None


# --- projects


def _project(area: Project, lists: Lists, today: date, rules: Rules) -> ProjectDerived:
    reports = [report for report in lists.reports if has_happened(report.date, today)]
    return ProjectDerived(
        health=health(lists.reports, area.status, today, rules),
        progress=progress(lists.requirements),
        next_milestone=next_milestone(lists.milestones),
        needs_you=needs_you(lists, today),
        waiting_for_approval=waiting_for_approval(lists, today),
        moved=moved(lists),
        news=news_of(lists, today),
        change_totals=change_totals(lists.changes),
        last_report=reports[0] if reports else None,
    )


def health(reports: Iterable[Report], status: str, today: date, rules: Rules) -> Health:
    """Return how the project stands by its newest report that no other supersedes.

    Stale is a report older than one and a half times what was promised, or 30 days; never where the project is closed
    or reported complete.
    """
    told = [report for report in reports if has_happened(report.date, today) and report.health.overall]
    superseded = {ref.url for report in told for ref in report.links.get("supersedes", ())}
    told = sorted(
        (report for report in told if report.url not in superseded),
        key=lambda report: (report.date or today, natural(report.id)),
    )
    if not told:
        return Health()
    newest = told[-1]
    limit_days = 1.5 * rules.report_days if rules.report_days else STALE_AFTER_DAYS
    is_over = status in ("closed", "cancelled") or newest.health.overall == "complete"
    age_days = days_between(newest.date, today) or 0
    return Health(
        overall=newest.health.overall,
        reason=newest.reason,
        on=newest.date,
        report=newest.ref,
        author=newest.author,
        stale=age_days > limit_days and not is_over,
        before=told[-2].health.overall if len(told) > 1 else "",
    )


def progress(requirements: Iterable[Requirement]) -> Progress:
    """Return the weights of what is agreed, delivered and accepted; `wont` aside."""
    counted = [one for one in requirements if one.priority != "wont"]

    def weight(states: tuple[str, ...]) -> Decimal:
        return sum((one.weight for one in counted if one.status in states), Decimal(0))

    return progress_of(weight(IN_SCOPE), weight(DELIVERED), weight(("validated",)))


def progress_of(scope: Decimal, delivered: Decimal, accepted: Decimal) -> Progress:
    """Return what these weights come to."""
    ratio = float(round(delivered / scope, 4)) if scope else None
    return Progress(scope=scope, delivered=delivered, accepted=accepted, ratio=ratio)


def next_milestone(milestones: Iterable[Milestone]) -> Milestone | None:
    """Return the milestone that comes first of those still ahead or late."""
    ahead = [one for one in milestones if one.derived.state in ("late", "slipping", "scheduled")]
    return min(ahead, key=lambda one: (one.forecast or date.max, natural(one.id)), default=None)


def needs_you(lists: Lists, today: date) -> tuple[Waiting, ...]:
    """Return the open actions of the client's side, oldest first."""
    waiting = []
    for action in lists.actions:
        if action.side == "client" and action.status in ("open", "in_progress", "blocked"):
            holds_up = tuple(dict.fromkeys((*action.blocks, *action.links.get("blocks", ()))))
            waiting.append(_waiting(action, action.requested_on, action.due, today, holds_up))
    return oldest_first(waiting)


def waiting_for_approval(lists: Lists, today: date) -> tuple[Waiting, ...]:
    """Return what the client decides on: changes, approvals and deliverables, oldest first."""
    waiting = [
        _waiting(change, change.submitted_on, None, today)
        for change in lists.changes
        if change.status == "waiting_for_approval"
    ]
    asked = [approval for approval in lists.approvals if approval.status == "requested"]
    waiting += [
        _waiting(approval, approval.requested_on, None, today, approval.subject) for approval in asked
    ]
    # What an approval asks for is not asked for twice.
    subjects = {ref.url for approval in asked for ref in approval.subject}
    waiting += [
        _waiting(one, one.submitted_on, None, today)
        for one in lists.deliverables
        if one.status in ("submitted", "in_review")
    ]
    return oldest_first([one for one in waiting if one.record.url not in subjects])


def _waiting(
    record: Record, since: date | None, due: date | None, today: date, holds_up: tuple[Ref, ...] = ()
) -> Waiting:
    overdue_days = (today - due).days if due and due < today else 0
    return Waiting(record=record, since=since, due=due, overdue_days=overdue_days, holds_up=holds_up)


def oldest_first(waiting: Iterable[Waiting]) -> tuple[Waiting, ...]:
    """Return what waits by the day on which it was asked for, then by its due day."""
    return tuple(
        sorted(
            waiting,
            key=lambda one: (one.since or one.due or date.max, one.due or date.max, natural(one.record.id)),
        )
    )


def moved(lists: Lists) -> tuple[Moved, ...]:
    """Return the milestones whose date is not the agreed one, each with the changes and issues it is linked with."""
    weight = {
        record.url: (0 if record.status in ("approved", "implemented") else 1) for record in lists.changes
    }
    found = []
    for milestone in lists.milestones:
        if milestone.derived.slip_days and milestone.derived.state != "cancelled":
            named = [ref for refs in milestone.links.values() for ref in refs] + list(milestone.mentions)
            named += [
                back.ref
                for back in milestone.derived.links_in
                if back.type in ("affects", "schedule", "blocks", "resulted_in")
            ]
            causes = [
                ref
                for ref in dict.fromkeys(named)
                if ref.kind in ("changes", "issues") and weight.get(ref.url, 0) == 0
            ]
            found.append(Moved(milestone=milestone, causes=tuple(sorted(causes, key=lambda ref: ref.kind))))
    return tuple(found)


def change_totals(changes: Iterable[Change]) -> ChangeTotals:
    """Return what agreed changes come to, and what pending ones would; money by currency."""
    cost: dict[str, Money] = {}
    pending_cost: dict[str, Money] = {}
    numbers = {"days": 0, "pending_days": 0, "added": 0, "removed": 0, "unknown": 0}
    for change in changes:
        is_agreed, is_pending = change.status in ("approved", "implemented"), change.derived.pending
        if not is_agreed and not is_pending:
            continue
        impact = change.impact
        if impact.cost:
            totals = cost if is_agreed else pending_cost
            before = totals.get(impact.cost.currency)
            totals[impact.cost.currency] = before + impact.cost if before else impact.cost
        numbers["days" if is_agreed else "pending_days"] += schedule_days(change) or 0
        if impact.scope and is_agreed:
            numbers["added"] += len(impact.scope.adds)
            numbers["removed"] += len(impact.scope.removes)
        if is_pending and (impact.cost is None or impact.schedule is None or impact.scope is None):
            numbers["unknown"] += 1
    return ChangeTotals(
        cost=tuple(cost[key] for key in sorted(cost)),
        pending_cost=tuple(pending_cost[key] for key in sorted(pending_cost)),
        **numbers,
    )


def schedule_days(change: Change) -> int | None:
    """Return what a change does to the end in days: as typed, else the most that it does to any milestone."""
    schedule = change.impact.schedule
    if schedule is None:
        return None
    if schedule.days is not None:
        return schedule.days
    return max((days for _, days in schedule.milestones), key=abs, default=None)
