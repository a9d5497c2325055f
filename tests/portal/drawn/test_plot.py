"""What all drawings need: steps, months, labels that keep apart, texts that fit."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portalgen.portal.drawn import plot


@pytest.mark.parametrize(
    ("most", "expected"),
    [(0, (0, 1)), (1, (0, 1)), (5, (0, 1, 2, 3, 4, 5)), (21, (0, 5, 10, 15, 20, 25)), (1000, (0, 200, 400, 600, 800, 1000))],
)  # fmt: skip
def test_steps_are_round_and_hold_the_largest_number(most: int, expected: tuple[int, ...]) -> None:
    assert plot.steps(most) == expected


@given(st.integers(0, 10**7))
def test_steps_are_even_few_and_reach_the_largest_number(most: int) -> None:
    found = plot.steps(most)
    assert found[0] == 0
    assert found[-1] >= most
    assert len(found) <= 7
    assert len({after - before for before, after in pairwise(found)}) == 1


def test_months_are_thinned_out_evenly_where_there_are_too_many() -> None:
    found = plot.months(date(2026, 1, 5), date(2027, 6, 30), 6)
    assert found == (
        date(2026, 4, 1),
        date(2026, 7, 1),
        date(2026, 10, 1),
        date(2027, 1, 1),
        date(2027, 4, 1),
    )


def test_months_end_with_the_calendar() -> None:
    assert plot.months(date(9999, 10, 2), date(9999, 12, 31), 12) == (date(9999, 11, 1), date(9999, 12, 1))


def test_a_year_is_named_at_the_first_month_and_where_a_new_one_begins() -> None:
    begin, end = date(2026, 10, 15), date(2027, 2, 20)
    found = plot.ticks(begin, end, plot.calendar(begin, end, 0, 100), 12)
    assert [tick.has_year for tick in found] == [True, False, True, False]


@given(st.lists(st.floats(0, 300), max_size=12))
def test_labels_keep_apart_and_in_their_order_and_inside(places: list[float]) -> None:
    found = plot.spread(places, 18, 0, 300)
    gap = min(18, 300 / max(len(places) - 1, 1))
    assert all(-0.1 <= place <= 300.1 for place in found)
    assert all(after - before >= gap - 0.2 for before, after in pairwise(sorted(found)))
    order = sorted(range(len(places)), key=lambda each: places[each])
    assert [found[each] for each in order] == sorted(found)


def test_labels_that_stand_apart_are_not_moved() -> None:
    assert plot.spread([10, 200, 100], 18, 0, 300) == (10, 200, 100)


def test_words_that_would_touch_stand_in_rows() -> None:
    assert plot.rows([(0, 40), (30, 60), (70, 90), (45, 65)]) == (0, 1, 0, 2)


@given(st.text(max_size=60), st.floats(20, 300))
def test_a_shortened_text_fits_and_says_that_it_is_shortened(text: str, width: float) -> None:
    found = plot.shortened(text, width)
    assert plot.text_width(found) <= width or found == "…"
    assert found == text or found.endswith("…")


def test_han_characters_are_as_wide_as_they_are_high() -> None:
    assert plot.text_width("里程碑", 14) == 42
