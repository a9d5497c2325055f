from __future__ import annotations

import pytest

from portalgen.lengths import parse_length


@pytest.mark.parametrize(("text", "days"), [("3d", 3), ("2w", 14), ("1m", 30), (" 10d ", 10), ("0d", 0)])
def test_a_length_is_calendar_days_and_a_month_is_thirty(text: str, days: int) -> None:
    assert parse_length(text) == days


@pytest.mark.parametrize(("text", "days"), [("+10d", 10), ("-2w", -14), ("3d", 3)])
def test_an_impact_may_have_a_sign(text: str, days: int) -> None:
    assert parse_length(text, signed=True) == days


@pytest.mark.parametrize(
    "text", ["", "3", "d", "3 d", "3days", "1.5d", "3D", "+3d", "-3d", "٣d", "9999999d", "3d\n4d"]
)
def test_anything_else_is_no_length(text: str) -> None:
    assert parse_length(text) is None
