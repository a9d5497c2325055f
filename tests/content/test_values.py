"""A value that is typed in another form is told how it is written here."""

from __future__ import annotations

import pytest

from portalgen.content.values import _meant


@pytest.mark.parametrize(
    "typed", ["4.3.2026", "04.03.2026", "4. 3. 2026", "2026/3/4", "2026-3-4", "2026年3月4日"]
)
def test_a_day_that_can_only_mean_one_is_written_out(typed: str) -> None:
    assert _meant(typed) == ": 2026-03-04"


@pytest.mark.parametrize("typed", ["4/3/2026", "30.2.2026", "March 4", "4.3.26", "2026-03", "0.0.0000", ""])
def test_a_day_that_may_mean_several_or_none_is_not_guessed(typed: str) -> None:
    assert _meant(typed) == ""
