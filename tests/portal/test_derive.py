"""What is reckoned and never typed: states, levels, progress, health, overdue, what waits."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from portalgen.money import Money
from portalgen.portal import published as p
from portalgen.portal.derive import (
    Rules,
    change_totals,
    derive,
    health,
    milestone_state,
    moved,
    needs_you,
    next_milestone,
    progress,
    risk_level,
    survey_totals,
    waiting_for_approval,
)  # fmt: skip
from portalgen.portal.drawn.impacts import main_milestone
from portalgen.portal.news import news_of
from portalgen.portal.order import in_order, natural

TODAY = date(2026, 11, 23)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def a_milestone(id_: str = "MS-1", **values: object) -> p.Milestone:
    return p.Milestone(id=id_, title=id_, url=f"milestones/{id_}.html", **values)  # type: ignore[arg-type]


def a_requirement(id_: str, status: str, **values: object) -> p.Requirement:
    return p.Requirement(id=id_, title=id_, url=f"requirements/{id_}.html", status=status, **values)  # type: ignore[arg-type]


def a_report(day: date, word: str, id_: str = "", **values: object) -> p.Report:
    name = id_ or day.isoformat()
    return p.Report(
        id=name,
        title=name,
        url=f"reports/{name}.html",
        status="published",
        date=day,
        health=p.ReportHealth(overall=word),
        **values,
    )  # type: ignore[arg-type]


def an_action(id_: str, **values: object) -> p.Action:
    return p.Action(
        id=id_, title=id_, url=f"actions/{id_}.html", **({"status": "open", "side": "client"} | values)
    )  # type: ignore[arg-type]


def a_change(id_: str, status: str, **values: object) -> p.Change:
    return p.Change(id=id_, title=id_, url=f"changes/{id_}.html", status=status, **values)  # type: ignore[arg-type]


def a_portal(**lists: tuple[p.Record, ...]) -> p.Portal:
    project = p.Project(id="x", name="X", lists=p.Lists(**lists))  # type: ignore[arg-type]
    return p.Portal(client=p.Client(id="x", name="X"), as_of=TODAY, projects=(project,))


def lists_of(**lists: tuple[p.Record, ...]) -> p.Lists:
    return derive(a_portal(**lists), {}, Rules()).projects[0].lists


@pytest.mark.parametrize(
    ("values", "state", "slip_days"),
    [
        ({}, "undated", None),
        ({"baseline": TODAY, "forecast": TODAY}, "scheduled", 0),
        ({"baseline": YESTERDAY, "forecast": YESTERDAY}, "late", 0),
        ({"baseline": TODAY, "forecast": TOMORROW}, "slipping", 1),
        ({"baseline": TOMORROW, "forecast": TODAY}, "scheduled", -1),
        ({"forecast": TOMORROW}, "scheduled", None),
        ({"baseline": YESTERDAY, "forecast": TOMORROW, "met_on": TODAY}, "met", 1),
        ({"baseline": TODAY, "forecast": TOMORROW, "met_on": TOMORROW}, "slipping", 1),
        ({"baseline": YESTERDAY, "met_on": YESTERDAY, "cancelled_on": TODAY}, "cancelled", 0),
    ],
)
def test_a_milestones_state_follows_the_table(
    values: dict[str, date], state: str, slip_days: int | None
) -> None:
    derived = milestone_state(a_milestone(**values), TODAY)
    assert (derived.state, derived.slip_days) == (state, slip_days)


def test_a_milestone_is_not_late_on_its_day() -> None:
    assert milestone_state(a_milestone(baseline=TODAY, forecast=TODAY), TODAY).state == "scheduled"


@pytest.mark.parametrize(
    ("likelihood", "impact", "level"),
    [(1, 2, "low"), (1, 3, "medium"), (4, 4, "medium"), (4, 5, "high"), (5, 5, "high"), (None, 5, "unrated")],
)
def test_risk_levels_are_those_of_pm2(likelihood: int | None, impact: int | None, level: str) -> None:
    assert risk_level(likelihood, impact, Rules())[1] == level


def test_settings_move_the_bands_of_risk() -> None:
    assert risk_level(2, 3, Rules(risk_medium=2, risk_high=6)) == (6, "high")


def test_progress_counts_weights_and_leaves_wont_aside() -> None:
    found = progress(
        [
            a_requirement("REQ-1", "validated", weight=Decimal(3)),
            a_requirement("REQ-2", "implemented"),
            a_requirement("REQ-3", "approved", weight=Decimal("0.5")),
            a_requirement("REQ-4", "proposed", weight=Decimal(9)),
            a_requirement("REQ-5", "validated", priority="wont", weight=Decimal(9)),
        ]
    )
    assert (found.scope, found.delivered, found.accepted) == (Decimal("4.5"), Decimal(4), Decimal(3))
    assert found.ratio == 0.8889


def test_an_empty_scope_has_no_progress_rather_than_none_of_it() -> None:
    assert progress([a_requirement("REQ-1", "proposed")]).ratio is None


def test_health_is_the_word_of_the_newest_report_up_to_today() -> None:
    reports = [a_report(TODAY, "at_risk"), a_report(YESTERDAY, "on_track"), a_report(TOMORROW, "off_track")]
    found = health(reports, "active", TODAY, Rules())
    assert (found.overall, found.before, found.stale) == ("at_risk", "on_track", False)


def test_a_superseded_report_does_not_count() -> None:
    old = a_report(TODAY, "off_track", "old")
    new = a_report(YESTERDAY, "on_track", "new", links={"supersedes": (old.ref,)})
    assert health([old, new], "active", TODAY, Rules()).overall == "on_track"


@pytest.mark.parametrize(
    ("age_days", "rules", "is_stale"),
    [
        (10, Rules(report_days=7), False),
        (11, Rules(report_days=7), True),
        (30, Rules(), False),
        (31, Rules(), True),
    ],
)
def test_a_report_is_stale_after_one_and_a_half_times_what_was_promised(
    age_days: int, rules: Rules, is_stale: bool
) -> None:
    report = a_report(TODAY - timedelta(days=age_days), "on_track")
    assert health([report], "active", TODAY, rules).stale is is_stale


def test_a_closed_or_complete_project_never_goes_stale() -> None:
    old = date(2025, 1, 1)
    assert not health([a_report(old, "on_track")], "closed", TODAY, Rules()).stale
    assert not health([a_report(old, "complete")], "active", TODAY, Rules()).stale


def test_without_a_report_health_is_unknown() -> None:
    assert health([], "active", TODAY, Rules()).word == "unknown"


def test_the_worst_project_comes_first() -> None:
    def project(id_: str, *reports: p.Report) -> p.Project:
        return p.Project(id=id_, name=id_, prefix=f"{id_}/", lists=p.Lists(reports=reports))

    old = TODAY - timedelta(days=40)
    portal = p.Portal(
        client=p.Client(id="x", name="X"),
        as_of=TODAY,
        projects=(
            project("fine", a_report(TODAY, "on_track")),
            project("none"),
            project("stale", a_report(old, "on_track")),
            project("bad", a_report(TODAY, "off_track")),
            project("risky", a_report(TODAY, "at_risk")),
        ),
    )
    assert [each.id for each in derive(portal, {}, Rules()).projects] == [
        "bad",
        "risky",
        "stale",
        "none",
        "fine",
    ]


def test_an_action_is_not_overdue_on_its_due_day() -> None:
    lists = lists_of(
        actions=(
            an_action("ACT-1", due=TODAY),
            an_action("ACT-2", due=YESTERDAY),
            an_action("ACT-3", due=YESTERDAY, status="done"),
        )
    )
    assert {action.id: action.derived.overdue for action in lists.actions} == {
        "ACT-1": False,
        "ACT-2": True,
        "ACT-3": False,
    }


def test_a_deliverable_that_waits_for_its_decision_is_not_overdue() -> None:
    def deliverable(id_: str, status: str) -> p.Deliverable:
        return p.Deliverable(id=id_, title=id_, url=f"deliverables/{id_}.html", status=status, due=YESTERDAY)

    lists = lists_of(
        deliverables=(
            deliverable("DEL-1", "submitted"),
            deliverable("DEL-2", "planned"),
            deliverable("DEL-3", "not_accepted"),
        )
    )
    assert {one.id for one in lists.deliverables if one.derived.overdue} == {"DEL-2", "DEL-3"}


def test_what_is_needed_from_the_client_is_oldest_first() -> None:
    lists = lists_of(
        actions=(
            an_action("ACT-1", requested_on=TODAY, due=YESTERDAY),
            an_action("ACT-2", requested_on=YESTERDAY),
            an_action("ACT-3", side="provider", requested_on=YESTERDAY),
            an_action("ACT-4", status="done"),
        )
    )
    waiting = needs_you(lists, TODAY)
    assert [one.record.id for one in waiting] == ["ACT-2", "ACT-1"]
    assert waiting[1].overdue_days == 1


def test_what_an_approval_asks_for_is_asked_for_once() -> None:
    change = a_change("CR-1", "waiting_for_approval", submitted_on=YESTERDAY)
    approval = p.Approval(
        id="APR-1",
        title="A",
        url="approvals/APR-1.html",
        status="requested",
        subject=(change.ref,),
        requested_on=TODAY,
    )
    assert [
        one.record.id
        for one in waiting_for_approval(lists_of(changes=(change,), approvals=(approval,)), TODAY)
    ] == ["APR-1"]


def test_changes_add_up_by_currency_and_by_whether_they_are_agreed() -> None:
    def impact(cost: str, days: int) -> p.Impact:
        amount, currency = cost.split()
        return p.Impact(
            scope=p.ScopeImpact(), schedule=p.ScheduleImpact(days=days), cost=Money(Decimal(amount), currency)
        )

    lists = lists_of(
        changes=(
            a_change("CR-1", "approved", impact=impact("1000.10 EUR", 7)),
            a_change("CR-2", "implemented", impact=impact("-100.20 EUR", 0)),
            a_change("CR-3", "rejected", impact=impact("9000 EUR", 90)),
            a_change("CR-4", "waiting_for_approval", impact=impact("50 CHF", 3)),
            a_change("CR-5", "submitted"),
        )
    )
    totals = change_totals(lists.changes)
    assert totals.cost == (Money(Decimal("899.90"), "EUR"),)
    assert totals.pending_cost == (Money(Decimal(50), "CHF"),)
    assert (totals.days, totals.pending_days, totals.unknown) == (7, 3, 1)


def test_a_slip_names_the_agreed_change_that_the_milestone_is_linked_with() -> None:
    agreed, refused = a_change("CR-1", "approved"), a_change("CR-2", "rejected")
    late = a_milestone(baseline=YESTERDAY, forecast=TOMORROW, links={"affects": (agreed.ref, refused.ref)})
    found = moved(lists_of(milestones=(late,), changes=(agreed, refused)))
    assert [[cause.id for cause in one.causes] for one in found] == [["CR-1"]]


def test_the_next_milestone_is_the_first_that_is_not_met() -> None:
    lists = lists_of(
        milestones=(
            a_milestone("MS-1", baseline=YESTERDAY, forecast=YESTERDAY, met_on=YESTERDAY),
            a_milestone("MS-3", baseline=TOMORROW, forecast=TOMORROW),
            a_milestone("MS-2", baseline=YESTERDAY, forecast=YESTERDAY),
        )
    )
    found = next_milestone(lists.milestones)
    assert found is not None
    assert found.id == "MS-2"


def test_a_final_payment_is_not_what_a_project_ends_with() -> None:
    opening = a_milestone("MS-1", baseline=TODAY, forecast=TODAY)
    payment = a_milestone("MS-2", baseline=TOMORROW, forecast=TOMORROW, type="payment")
    found = main_milestone([opening, payment])
    assert found is not None
    assert found.id == "MS-1"


def test_a_survey_shows_its_totals_only_when_it_is_closed_and_enough_answered() -> None:
    def survey(status: str, type_: str = "csat") -> p.Survey:
        return p.Survey(id="SVY-1", title="S", url="surveys/SVY-1.html", status=status, type=type_)

    scores = tuple(map(Decimal, (5, 4, 2)))
    assert survey_totals(survey("closed"), scores, Rules()).csat == 0.6667
    assert survey_totals(survey("open"), scores, Rules()) == p.SurveyDerived(answers=3)
    assert survey_totals(survey("closed"), scores[:2], Rules()) == p.SurveyDerived(answers=2)
    assert survey_totals(survey("closed", "nps"), tuple(map(Decimal, (10, 9, 8, 3))), Rules()).nps == 25


def test_news_holds_nothing_that_has_not_happened() -> None:
    lists = lists_of(milestones=(a_milestone("MS-1", met_on=YESTERDAY), a_milestone("MS-2", met_on=TOMORROW)))
    assert [(news.ref.id, news.what) for news in news_of(lists, TODAY)] == [("MS-1", "met")]


def test_a_meeting_without_a_state_is_planned_before_its_day_and_held_after() -> None:
    def meeting(id_: str, day: date) -> p.Meeting:
        return p.Meeting(id=id_, title=id_, url=f"meetings/{id_}.html", status="", date=day)

    lists = lists_of(meetings=(meeting("a", TOMORROW), meeting("b", TODAY)))
    assert {each.id: each.status for each in lists.meetings} == {"a": "planned", "b": "held"}


def test_back_links_name_the_field_that_leads_here() -> None:
    milestone = a_milestone()
    requirement = a_requirement("REQ-1", "approved", milestone=milestone.ref)
    lists = lists_of(milestones=(milestone,), requirements=(requirement,))
    assert [(back.type, back.ref.id) for back in lists.milestones[0].derived.links_in] == [
        ("milestone", "REQ-1")
    ]


def test_ids_sort_by_their_numbers() -> None:
    assert sorted(["REQ-10", "REQ-9", "req-1"], key=natural) == ["req-1", "REQ-9", "REQ-10"]


def test_requirements_stand_by_importance_then_by_how_far_they_are() -> None:
    records = [
        a_requirement("REQ-1", "approved", priority="should"),
        a_requirement("REQ-2", "approved", priority="must"),
        a_requirement("REQ-3", "validated", priority="must"),
    ]
    assert [record.id for record in in_order("requirements", records)] == ["REQ-3", "REQ-2", "REQ-1"]


def test_deriving_twice_changes_nothing() -> None:
    portal = derive(a_portal(milestones=(a_milestone(baseline=TODAY, forecast=TOMORROW),)), {}, Rules())
    assert derive(portal, {}, Rules()) == replace(portal)
