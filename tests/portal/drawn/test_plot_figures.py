"""Waterfalls, trends, squares, ages, scores and ways: what is drawn adds up to what is published."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from msgspec.structs import replace

from portalgen.money import Money
from portalgen.portal import home
from portalgen.portal.derive import change_totals
from portalgen.portal.drawn import ageing, drift, plot, satisfaction, squares, trace, track, waterfall
from portalgen.portal.drawn.specimens import TODAY, project
from portalgen.portal.published import (
    Action,
    Budget,
    Change,
    ChangeDerived,
    Client,
    DueDerived,
    Impact,
    Lists,
    Milestone,
    MilestoneDerived,
    MilestoneTrend,
    Portal,
    Project,
    ProjectDerived,
    Retold,
    ScheduleImpact,
    Survey,
    SurveyDerived,
    TrendPoint,
    Waiting,
)
from portalgen.portal.scope import COLUMNS, scope_of
from tests.site import sample

AS_OF = date(2026, 11, 23)


def change(
    number: int, cost: str | None, days: int | None, *, pending: bool = False, currency: str = "EUR"
) -> Change:
    return Change(
        id=f"CR-{number}", title=f"Change {number}", url=f"changes/CR-{number}.html",
        status="waiting_for_approval" if pending else "approved", decided_on=None if pending else date(2026, 6, number),
        impact=Impact(
            cost=Money(Decimal(cost), currency) if cost else None,
            schedule=ScheduleImpact(days=days) if days is not None else None,
        ),
        derived=ChangeDerived(pending=pending),
    )  # fmt: skip


def portal_of(of: Project) -> Portal:
    return Portal(client=Client(id="museum", name="Museum"), as_of=AS_OF, projects=(of,))


def with_changes(*changes: Change, base: str | None = None) -> Project:
    budget = Budget(baseline=Money(Decimal(base), "EUR")) if base else None
    derived = ProjectDerived(change_totals=change_totals(changes))
    return Project(id="", name="Guide", lists=Lists(changes=changes), budget=budget, derived=derived)


def test_a_price_begins_at_what_was_agreed_and_ends_with_what_is_open() -> None:
    of = with_changes(
        change(1, "1800", 0), change(2, "-2200", 0), change(3, "4150", 0, pending=True), base="96000"
    )
    (found,) = waterfall.prices(portal_of(of), of)
    assert [(step.before, step.by, step.after, step.is_open) for step in found.steps] == [
        (96000, 1800, 97800, False), (97800, -2200, 95600, False), (95600, 4150, 99750, True),
    ]  # fmt: skip
    assert (found.base, found.now, found.pending) == (96000, 95600, 99750)
    assert waterfall.totals(found) == (96000, 95600, 99750)


def test_two_currencies_are_two_drawings() -> None:
    of = with_changes(
        change(1, "1", 0),
        change(2, "2", 0),
        change(3, "10", 0, currency="CHF"),
        change(4, "20", 0, currency="CHF"),
    )
    assert {found.currency: found.now for found in waterfall.prices(portal_of(of), of)} == {
        "EUR": 3,
        "CHF": 30,
    }


def test_a_change_that_costs_nothing_is_no_bar_and_one_alone_no_drawing() -> None:
    of = with_changes(change(1, "0", 7), change(2, "5", 0))
    assert waterfall.prices(portal_of(of), of) == ()
    assert waterfall.days(of) is None


def test_days_add_up_to_what_the_page_says() -> None:
    of = with_changes(change(1, None, 7), change(2, None, -2), change(3, None, 10, pending=True))
    found = waterfall.days(of)
    assert found is not None
    assert (found.base, found.now, found.pending) == (None, of.derived.change_totals.days, 15)


def test_many_agreed_changes_are_one_bar_and_stay_in_the_table() -> None:
    of = with_changes(*project(40).lists.changes)
    (found,) = waterfall.prices(portal_of(of), of)
    bars = found.bars()
    assert len(bars) == waterfall.MOST_BARS
    assert sum(step.by for step in bars) == sum(step.by for step in found.steps)
    assert len(found.steps) == 40
    assert bars[0].after == bars[1].before


def test_bars_and_their_words_stay_inside_the_drawing() -> None:
    of = with_changes(*project(40).lists.changes)
    (found,) = waterfall.prices(portal_of(of), of)
    words = [("A name that is far too long to stand beside anything at all", "+€1,000")] * len(found.bars())
    totals = [(value, f"€{value}") for value in waterfall.totals(found)]
    for width in (plot.WIDE, plot.NARROW):
        drawn = waterfall.drawn(found, width, words, totals)
        for bar in drawn.bars:
            long = plot.text_width(bar.label) + plot.text_width(" +€1,000", is_bold=True)
            left = bar.label_x - long if bar.anchor == "end" else bar.label_x
            assert left >= -0.1
            assert left + long <= width + 0.1
            assert bar.x >= 0
            assert bar.x + bar.width <= width


def milestone(number: int, on: date | None, *, met: bool = False, state: str = "") -> Milestone:
    return Milestone(
        id=f"MS-{number}", title=f"Stage {number}", url=f"milestones/MS-{number}.html", baseline=on, forecast=on,
        met_on=on if met else None, derived=MilestoneDerived(state=state or ("met" if met else "scheduled"), slip_days=0),
    )  # fmt: skip


def with_trends(*told: tuple[Milestone, list[tuple[date, date]]]) -> Project:
    trends = tuple(
        MilestoneTrend(
            ref=each.ref, ended=each.met_on,
            points=tuple(TrendPoint(said=said, expected=expected, is_start=not number) for number, (said, expected) in enumerate(points)),
        )
        for each, points in told
    )  # fmt: skip
    lists = Lists(milestones=tuple(each for each, _ in told))
    return Project(id="", name="Guide", lists=lists, derived=ProjectDerived(retold=Retold(trends=trends)))


def test_a_trend_shows_when_the_main_date_moved_and_by_how_much() -> None:
    opening = milestone(1, date(2027, 3, 19))
    of = with_trends(
        (opening, [(date(2026, 6, 1), date(2027, 3, 12)), (date(2026, 10, 19), date(2027, 3, 19))])
    )
    found = drift.drift(of, AS_OF)
    assert found is not None
    assert found.main is not None
    assert (found.main.moves, found.main.days) == ((date(2026, 10, 19),), 7)
    assert found.main.expected(date(2026, 10, 18)) == date(2027, 3, 12)
    assert found.days == (date(2026, 6, 1), date(2026, 10, 19), AS_OF)


def test_dates_that_never_moved_are_no_trend() -> None:
    opening = milestone(1, date(2027, 3, 12))
    assert drift.drift(with_trends((opening, [(date(2026, 6, 1), date(2027, 3, 12))])), AS_OF) is None
    assert drift.drift(with_trends(), AS_OF) is None


def test_a_line_ends_on_the_day_the_milestone_was_met() -> None:
    met = milestone(1, date(2026, 9, 11), met=True)
    of = with_trends((met, [(date(2026, 6, 1), date(2026, 9, 4)), (date(2026, 8, 1), date(2026, 9, 11))]))
    found = drift.drift(of, AS_OF)
    assert found is not None
    assert found.lines[0].until == date(2026, 9, 11)
    assert found.lines[0].expected(AS_OF) is None


def test_what_moved_before_a_milestone_was_hidden_is_drawn_as_a_line_of_its_own() -> None:
    opening = milestone(1, date(2027, 3, 19))
    days = [(date(2026, 6, 1), date(2027, 3, 1), True), (date(2026, 7, 1), date(2027, 3, 8), False)]
    days += [(date(2026, 9, 1), date(2027, 3, 12), True), (date(2026, 10, 19), date(2027, 3, 19), False)]
    points = tuple(TrendPoint(said=on, expected=to, is_start=is_start) for on, to, is_start in days)
    of = with_trends((opening, []))
    trends = (MilestoneTrend(ref=opening.ref, points=points),)
    found = drift.drift(replace(of, derived=ProjectDerived(retold=Retold(trends=trends))), AS_OF)
    assert found is not None
    (line,) = found.lines
    assert (line.moves, line.days) == ((date(2026, 7, 1), date(2026, 10, 19)), 7)
    assert line.expected(date(2026, 6, 30)) == date(2027, 3, 1)
    assert line.expected(date(2026, 8, 1)) is None
    assert line.expected(date(2026, 9, 1)) == date(2027, 3, 12)
    (stroke,) = drift.drawn(found, plot.WIDE).strokes
    assert (stroke.path.count("M"), stroke.path.count("V")) == (2, 2)


def test_all_that_moved_is_drawn_and_six_lines_are_named() -> None:
    found = drift.drift(project(40), TODAY)
    assert found is not None
    assert len(found.lines) == drift.MOST_NAMED
    assert all(line.moves for line in found.others)
    assert len(found.lines) + len(found.others) + found.steady == 40
    drawn = drift.drawn(found, plot.NARROW)
    assert len(drawn.quiet) == len(found.others)
    heights = sorted(stroke.label_y for stroke in drawn.strokes)
    assert all(after - before >= 21.8 for before, after in pairwise(heights))


def test_there_is_a_square_for_each_requirement() -> None:
    groups = scope_of(project(300).lists.requirements).by_importance
    for width in (plot.WIDE, plot.NARROW):
        drawn = squares.drawn(groups, ["Name"] * 4, ["1 of 2"] * 4, width)
        for row, group in zip(drawn.rows, groups, strict=True):
            count = dict(zip(COLUMNS, group.counts, strict=True))
            assert row.check.count("M") == count["validated"]
            assert row.solid.count("M") == count["validated"] + count["implemented"]
            assert row.half.count("M") == count["in_progress"]
            assert row.outline.count("M") == count["in_progress"] + count["approved"]
            assert row.dashed.count("M") == count["proposed"]


def action(
    number: int, age: int | None, *, side: str = "client", overdue: bool = False, status: str = "open"
) -> Action:
    return Action(
        id=f"ACT-{number}", title="Do", url=f"actions/ACT-{number}.html", status=status, side=side,
        derived=DueDerived(age_days=age, overdue=overdue),
    )  # fmt: skip


def test_open_actions_stand_in_the_bucket_of_their_age() -> None:
    (yours, ours) = ageing.ageing(
        [action(1, 0), action(2, 7, overdue=True), action(3, 8), action(4, 91), action(5, 40, status="done"),
         action(6, 90, side="provider"), action(7, None, side="provider")]
    )  # fmt: skip
    assert [(bucket.total, bucket.overdue) for bucket in yours.buckets] == [
        (2, 1),
        (1, 0),
        (0, 0),
        (1, 0),
        (0, 0),
    ]
    assert [bucket.total for bucket in ours.buckets] == [0, 0, 1, 0, 1]
    assert (yours.oldest_days, ours.oldest_days) == (91, 90)


def test_two_open_actions_or_unknown_ages_are_not_drawn() -> None:
    assert ageing.ageing([action(1, 3), action(2, 5)]) == ()
    assert ageing.ageing([action(number, None) for number in range(5)]) == ()


def survey(number: int, **derived: float) -> Survey:
    return Survey(
        id=f"SVY-{number}", title="How was it?", url=f"surveys/SVY-{number}.html", status="closed", type="csat",
        derived=SurveyDerived(**derived),
    )  # type: ignore[arg-type]  # fmt: skip


def test_scores_come_oldest_first_with_their_answers_and_never_without() -> None:
    surveys = [
        survey(3, answers=2),
        survey(2, answers=8, csat=0.75),
        survey(1, answers=4, csat=0.5),
        survey(4, answers=9, nps=-20),
    ]
    assert [(each.value, each.good, each.answers) for each in satisfaction.scores(surveys, "csat")] == [
        (0.5, 2, 4),
        (0.75, 6, 8),
    ]
    (nps,) = satisfaction.scores(surveys, "nps")
    drawn = satisfaction.drawn((nps,), plot.WIDE, ("−20, 9 answers",))
    assert drawn.bars[0].x < drawn.zero
    assert drawn.bars[0].x + drawn.bars[0].width == drawn.zero


def test_a_way_leads_through_the_deliverable_to_its_milestone_and_approval() -> None:
    found = trace.traces(sample.LISTS)
    assert found is not None
    row = next(row for row in found.rows if row.requirement.id == "REQ-21")
    assert (row.milestone, row.deliverable, row.met, row.criteria) == (sample.MS_5, sample.DEL_5, 1, 3)
    assert [approval.id for approval in row.approvals] == ["APR-3"]
    assert all(row.requirement.status not in ("withdrawn", "deferred", "proposed") for row in found.rows)


def test_requirements_that_lead_nowhere_are_no_table() -> None:
    lists = replace(project(4).lists, approvals=())
    bare = replace(lists, requirements=tuple(replace(each, milestone=None) for each in lists.requirements))
    assert trace.traces(bare) is None


def test_a_short_project_is_shown_whole() -> None:
    every = tuple(milestone(number, AS_OF + timedelta(days=20 * number - 60)) for number in range(8))
    assert track.window(every, AS_OF).shown == every


def test_of_a_long_project_the_last_one_met_to_a_year_from_now_is_shown() -> None:
    days = [AS_OF + timedelta(days=90 * number - 900) for number in range(30)]
    every = tuple(milestone(number, on, met=on < AS_OF) for number, on in enumerate(days))
    found = track.window(every, AS_OF)
    assert found.shown[0] == [each for each in every if each.met_on][-1]
    assert all((each.forecast or AS_OF) <= AS_OF + timedelta(days=366) for each in found.shown)
    assert (*found.before, *found.shown, *found.after) == every


def test_of_many_milestones_without_a_date_as_many_are_shown_as_a_window_holds() -> None:
    every = tuple(milestone(number, None) for number in range(40))
    found = track.window(every, AS_OF)
    assert (len(found.before), len(found.shown), len(found.after)) == (0, 25, 15)


def test_what_is_late_is_never_folded_away() -> None:
    days = [AS_OF + timedelta(days=90 * number - 900) for number in range(30)]
    every = tuple(
        milestone(number, on, met=on < AS_OF and number != 2, state="late" if number == 2 else "")
        for number, on in enumerate(days)
    )
    assert every[2] in track.window(every, AS_OF).shown


def test_a_home_page_shows_six_of_thirty_and_all_of_eight() -> None:
    thirty = tuple(Waiting(record=action(number, 1)) for number in range(30))
    assert len(home.few(thirty)) == 6
    assert len(home.few(thirty[:8])) == 8
