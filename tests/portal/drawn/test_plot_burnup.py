"""The burn-up says what records and their history tell, from the day on which it is known, and nothing else."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from portalgen.money import Money
from portalgen.portal.drawn import burnup, plot
from portalgen.portal.drawn.specimens import FIRST, TODAY, project
from portalgen.portal.published import (
    Change,
    HistoryEntry,
    Impact,
    Lists,
    Project,
    Requirement,
    ScopeImpact,
)
from portalgen.portal.scope import scope_of

AS_OF = date(2026, 11, 23)


def day(month: int, number: int) -> date:
    return date(2026, month, number)


def requirement(number: int, status: str, **more: Any) -> Requirement:
    return Requirement(
        id=f"REQ-{number}",
        title=f"Need {number}",
        url=f"requirements/REQ-{number}.html",
        status=status,
        **more,
    )


def entry(
    of: Requirement, on: date, field: str | None = None, before: Any = None, after: Any = None
) -> HistoryEntry:
    return HistoryEntry(ref=of.ref, on=on, field=field, before=before, after=after)


def a_project(
    requirements: list[Requirement], history: list[HistoryEntry] | None = None, **lists: Any
) -> Project:
    newest_first = tuple(sorted(history or [], key=lambda each: each.on, reverse=True))
    return Project(
        id="", name="Guide", lists=Lists(requirements=tuple(requirements), **lists), history=newest_first
    )


def way(of: Project, history_from: date | None = None) -> list[tuple[date, int, int | None, int | None]]:
    found = burnup.burnup(of, AS_OF, history_from)
    assert found is not None
    return [(point.on, point.scope, point.delivered, point.accepted) for point in found.points]


def test_without_a_history_the_records_own_days_are_drawn() -> None:
    found = way(
        a_project(
            [
                requirement(1, "validated", approved_on=day(6, 1), validated_on=day(9, 1)),
                requirement(2, "approved", approved_on=day(8, 1)),
            ]
        )
    )
    # Delivered is known from the day of the acceptance: nobody says when before it.
    assert found == [(day(6, 1), 1, None, 0), (day(8, 1), 2, None, 0), (day(9, 1), 2, 1, 1), (AS_OF, 2, 1, 1)]


def test_a_day_of_delivery_that_nobody_wrote_down_is_not_invented() -> None:
    of = a_project(
        [
            requirement(1, "implemented", approved_on=day(6, 1)),
            requirement(2, "approved", approved_on=day(8, 1)),
        ]
    )
    found = burnup.burnup(of, AS_OF, None)
    assert found is not None
    assert not found.has_delivered
    assert found.now.delivered == 1
    assert burnup.drawn(found, plot.WIDE).delivered == ""


def test_nothing_is_drawn_where_an_agreed_requirement_has_no_day() -> None:
    of = a_project([requirement(1, "approved", approved_on=day(6, 1)), requirement(2, "approved")])
    assert burnup.burnup(of, AS_OF, None) is None


def test_nothing_is_drawn_of_a_fortnight_or_where_nothing_changed() -> None:
    of = a_project(
        [requirement(1, "approved", approved_on=AS_OF - timedelta(days=10)), requirement(2, "proposed")]
    )
    assert burnup.burnup(of, AS_OF, None) is None
    steady = a_project(
        [requirement(1, "approved", approved_on=day(6, 1)), requirement(2, "approved", approved_on=day(6, 1))]
    )
    assert burnup.burnup(steady, AS_OF, None) is None
    assert burnup.burnup(a_project([]), AS_OF, None) is None


def test_history_tells_the_days_that_no_record_names() -> None:
    one, two = requirement(1, "implemented"), requirement(2, "in_progress")
    history = [
        entry(one, day(5, 1)), entry(one, day(6, 1), "status", "proposed", "approved"),
        entry(one, day(9, 1), "status", "approved", "implemented"),
        entry(two, day(7, 1)), entry(two, day(8, 1), "status", "proposed", "in_progress"),
    ]  # fmt: skip
    assert way(a_project([one, two], history), day(5, 1)) == [
        (day(6, 1), 1, 0, 0), (day(8, 1), 2, 0, 0), (day(9, 1), 2, 1, 0), (AS_OF, 2, 1, 0),
    ]  # fmt: skip


def test_what_stood_before_history_began_is_known_from_that_day_only() -> None:
    one, two = requirement(1, "validated"), requirement(2, "approved")
    history = [
        entry(one, day(5, 1)), entry(one, day(9, 1), "status", "implemented", "validated"), entry(two, day(7, 1)),
    ]  # fmt: skip
    assert way(a_project([one, two], history), day(5, 1)) == [
        (day(5, 1), 1, 1, 0), (day(7, 1), 2, 1, 0), (day(9, 1), 2, 1, 1), (AS_OF, 2, 1, 1),
    ]  # fmt: skip


def test_the_records_own_day_stands_above_the_day_of_the_commit() -> None:
    one = requirement(1, "validated", approved_on=day(6, 1), validated_on=day(8, 20))
    two = requirement(2, "approved", approved_on=day(7, 15))
    history = [
        entry(one, day(7, 1)), entry(one, day(9, 1), "status", "approved", "validated"), entry(two, day(7, 1)),
    ]  # fmt: skip
    assert way(a_project([one, two], history), day(7, 1)) == [
        (day(6, 1), 1, 0, 0), (day(7, 15), 2, 0, 0), (day(8, 20), 2, 1, 1), (AS_OF, 2, 1, 1),
    ]  # fmt: skip


def test_a_removal_steps_down_on_the_day_of_its_change_and_names_it() -> None:
    gone = requirement(1, "withdrawn", approved_on=day(6, 1))
    kept = [requirement(number, "approved", approved_on=day(6, 1)) for number in (2, 3)]
    change = Change(
        id="CR-1", title="Less", url="changes/CR-1.html", status="approved", decided_on=day(9, 14),
        impact=Impact(scope=ScopeImpact(removes=(gone.ref,)), cost=Money(Decimal(0), "EUR")),
    )  # fmt: skip
    found = burnup.burnup(a_project([gone, *kept], changes=(change,)), AS_OF, None)
    assert found is not None
    assert [(point.on, point.scope) for point in found.points] == [
        (day(6, 1), 3),
        (day(9, 14), 2),
        (AS_OF, 2),
    ]
    assert found.jumps == (burnup.Jump(day(9, 14), -1, change.ref),)
    assert found.grown == -1


def test_a_change_is_not_named_for_more_than_it_brought() -> None:
    brought, other = (requirement(number, "approved", approved_on=day(9, 1)) for number in (1, 2))
    change = Change(
        id="CR-1", title="More", url="changes/CR-1.html", status="approved", decided_on=day(9, 1),
        impact=Impact(scope=ScopeImpact(adds=(brought.ref,))),
    )  # fmt: skip
    of = a_project([requirement(3, "approved", approved_on=day(6, 1)), brought, other], changes=(change,))
    found = burnup.burnup(of, AS_OF, None)
    assert found is not None
    assert found.jumps == (burnup.Jump(day(9, 1), 2, None),)


def test_what_was_taken_out_on_an_unknown_day_is_left_out_and_counted() -> None:
    of = a_project(
        [
            requirement(1, "deferred", approved_on=day(6, 1)),
            requirement(2, "approved", approved_on=day(6, 1)),
            requirement(3, "approved", approved_on=day(7, 1)),
        ]
    )
    found = burnup.burnup(of, AS_OF, None)
    assert found is not None
    assert found.uncounted == 1
    assert found.first.scope == 1


def test_what_is_not_wanted_this_time_is_no_scope() -> None:
    of = a_project(
        [
            requirement(1, "approved", priority="wont", approved_on=day(6, 1)),
            requirement(2, "approved", approved_on=day(6, 1)),
            requirement(3, "approved", approved_on=day(7, 1)),
        ]
    )
    found = burnup.burnup(of, AS_OF, None)
    assert found is not None
    assert found.now.scope == 2


def test_the_last_point_is_what_the_page_says_in_its_title() -> None:
    specimen = project(40)
    found = burnup.burnup(specimen, TODAY, FIRST)
    counted = scope_of(specimen.lists.requirements)
    assert found is not None
    assert (found.now.scope, found.now.delivered, found.now.accepted) == (
        counted.agreed, counted.delivered, counted.accepted,
    )  # fmt: skip


def test_lines_are_steps_inside_the_drawing_and_end_at_their_words() -> None:
    found = burnup.burnup(project(40), TODAY, FIRST)
    assert found is not None
    for width in (plot.WIDE, plot.NARROW):
        drawn = burnup.drawn(found, width)
        rises = sum(point.scope != before.scope for before, point in pairwise(found.points))
        assert drawn.scope.count("V") == rises
        assert drawn.scope.endswith(f"H{float(drawn.right)}")
        assert float(drawn.scope.split("V")[-1].split("H")[0]) == drawn.ends[0].y
        assert all(0 <= end.label_y <= drawn.height for end in drawn.ends)
        assert [end.count for end in drawn.ends] == [found.now.scope, found.now.delivered, found.now.accepted]


def test_a_long_table_has_a_row_a_month() -> None:
    found = burnup.burnup(project(40), TODAY, FIRST)
    assert found is not None
    rows = burnup.table(found)
    assert len(rows) <= burnup.MOST_ROWS
    assert rows[0] == found.first
    assert rows[-1] == found.now


def test_of_two_steps_without_room_for_both_the_larger_is_named() -> None:
    gone = requirement(1, "withdrawn", approved_on=day(6, 1))
    kept = [
        requirement(2, "approved", approved_on=day(6, 1)),
        requirement(3, "approved", approved_on=day(6, 1)),
    ]
    late = [requirement(number, "approved", approved_on=day(10, 13)) for number in (4, 5)]
    change = Change(
        id="CR-3", title="Less", url="changes/CR-3.html", status="approved", decided_on=day(9, 15),
        impact=Impact(scope=ScopeImpact(removes=(gone.ref,))),
    )  # fmt: skip
    found = burnup.burnup(a_project([gone, *kept, *late], changes=(change,)), AS_OF, None)
    assert found is not None
    # Between the two steps there is room for the words of one of them: the larger.
    (mark,) = burnup.drawn(found, plot.WIDE).jumps
    assert (mark.jump.by, mark.anchor) == (2, "end")
    assert [jump.by for jump in found.jumps] == [-1, 2]
