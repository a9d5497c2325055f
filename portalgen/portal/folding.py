"""Long lists → parts, of which all but the first are folded away, and sheets: a page stays light on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as Day
from typing import Generic, TypeVar

from msgspec import Struct

T = TypeVar("T")

LONG = 500
"""Rows from which a list is folded."""
PART = 100
MOST = 1000
"""Rows of one list that its page holds at most; what is more stands on sheets of its own."""
SHEET = 500
"""Rows of a sheet."""


class Part(Struct, Generic[T], frozen=True):
    rows: tuple[T, ...]
    first: int
    """The first row's number in the list, from 1."""
    last: int
    total: int
    year: int | None
    """The year of its rows where a list is folded by years."""
    is_open: bool


def folded(rows: Sequence[T], date: str = "", whole: int = 0) -> tuple[Part[T], ...]:
    """Return `rows` as one open part, or, where there are more than 500, in parts with the first one open.

    `whole` is how many rows the page shows in all, where these are one of its groups.

    With `date`, the name of a field, a list whose rows all have that day is parted by years (in the order given);
    else, and where one year alone has too many, by hundreds.
    """
    total = len(rows)
    if max(total, whole) <= LONG or total <= PART + PART // 2:
        return (Part(tuple(rows), 1, total, total, None, True),) if rows else ()
    years = [_year(row, date) for row in rows] if date else []
    if years and all(years) and max(years.count(year) for year in set(years)) <= LONG:
        starts = [at for at in range(total) if at == 0 or years[at] != years[at - 1]]
    else:
        years, starts = [], list(range(0, total, PART))
    ends = [*starts[1:], total]
    return tuple(
        Part(tuple(rows[at:end]), at + 1, end, total, years[at] if years else None, at == 0)
        for at, end in zip(starts, ends, strict=True)
    )


def sheets(total: int) -> tuple[tuple[int, int], ...]:
    """Return the (first, last) row, from 1, of each sheet of a list of `total` rows; none where its page holds it."""
    if total <= MOST:
        return ()
    return tuple((first, min(first + SHEET - 1, total)) for first in range(1, total + 1, SHEET))


def _year(row: object, date: str) -> int | None:
    day = getattr(row, date)
    return day.year if isinstance(day, Day) else None
