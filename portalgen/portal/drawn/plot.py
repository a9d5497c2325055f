"""What all drawings need: places along an axis, round steps, months, labels that do not lie on each other."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date as Day
from datetime import timedelta

from msgspec import Struct

WIDE, NARROW = 720, 288
"""Units across the two drawings of one figure: at their usual width a unit is a pixel, so letters do not shrink."""

LETTER = 14
"""Height of a letter in a drawing, in its units."""


class Scale(Struct, frozen=True):
    """Values from `low` to `high` along an axis from `start` to `end`; it may run backwards."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return the place of a value, to a tenth of a unit."""
        span = self.high - self.low
        share = (value - self.low) / span if span else 0.0
        return round(self.start + share * (self.end - self.start), 1)


class Calendar(Struct, frozen=True):
    """Days along an axis."""

    scale: Scale

    def at(self, day: Day) -> float:
        return self.scale.at(day.toordinal())


class Tick(Struct, frozen=True):
    """A month that is named below a drawing."""

    at: float
    month: Day
    """Its first day."""
    has_year: bool
    """Whether its year is named too: at the first one, and where a new one begins."""


def calendar(begin: Day, end: Day, start: float, stop: float) -> Calendar:
    """Return the axis on which `begin` stands at `start` and `end` at `stop`."""
    return Calendar(Scale(begin.toordinal(), end.toordinal(), start, stop))


def steps(most: int, at_most: int = 5) -> tuple[int, ...]:
    """Return 0 and round numbers up to `most` or the one above it, no more than `at_most` steps: (0, 5, 10, 15, 20)."""
    step = 1
    while most > step * at_most:
        step = {1: 2, 2: 5, 5: 10}[int(str(step)[0])] * 10 ** (len(str(step)) - 1)
    return tuple(range(0, max(most, 1) + step, step) if most % step or not most else range(0, most + 1, step))


def months(begin: Day, end: Day, at_most: int) -> tuple[Day, ...]:
    """Return the first days of the months between two days: each, or every second, third, sixth, twelfth …"""
    first = begin if begin.day == 1 else _next_month(begin)
    count = max((end.year - first.year) * 12 + end.month - first.month + 1, 0)
    step = next((each for each in (1, 2, 3, 6, 12, 24, 60, 120) if count <= at_most * each), 1200)
    found = []
    month = first
    while month <= end:
        if (month.year * 12 + month.month - 1) % step == 0:
            found.append(month)
        if month == _next_month(month):
            break
        month = _next_month(month)
    return tuple(found)


def ticks(begin: Day, end: Day, place: Calendar, at_most: int) -> tuple[Tick, ...]:
    """Return the months to be named along a calendar."""
    named = months(begin, end, at_most)
    years = [None, *(month.year for month in named)]
    return tuple(
        Tick(place.at(month), month, month.year != before)
        for month, before in zip(named, years, strict=False)
    )


def spread(places: Sequence[float], gap: float, low: float, high: float) -> tuple[float, ...]:
    """Return the places moved as little as need be to stand `gap` apart, in their order, within `low` and `high`.

    Where there is no room for all, they stand closer.
    """
    if not places:
        return ()
    gap = min(gap, (high - low) / max(len(places) - 1, 1))
    order = sorted(range(len(places)), key=lambda each: places[each])
    moved = [min(max(places[each], low), high) for each in order]
    for number in range(1, len(moved)):
        moved[number] = max(moved[number], moved[number - 1] + gap)
    moved[-1] = min(moved[-1], high)
    for number in range(len(moved) - 2, -1, -1):
        moved[number] = min(moved[number], moved[number + 1] - gap)
    back = dict(zip(order, moved, strict=True))
    return tuple(round(back[number], 1) for number in range(len(places)))


def rows(spans: Iterable[tuple[float, float]], gap: float = 8) -> tuple[int, ...]:
    """Return for each span (from, to) the first row in which nothing else stands there."""
    taken: list[list[tuple[float, float]]] = []
    found = []
    for first, last in spans:
        row = next(
            (
                number
                for number, there in enumerate(taken)
                if all(last + gap <= left or first - gap >= right for left, right in there)
            ),
            len(taken),
        )
        if row == len(taken):
            taken.append([])
        taken[row].append((first, last))
        found.append(row)
    return tuple(found)


def text_width(text: str, size: float = LETTER, *, is_bold: bool = False) -> float:
    """Return about how wide a text stands, rather too wide than too narrow."""
    width = sum(_letter_width(letter) for letter in text) * size
    return round(width * (1.07 if is_bold else 1.0), 1)


def shortened(text: str, width: float, size: float = LETTER) -> str:
    """Return the text, or as much of it as fits with an ellipsis."""
    if text_width(text, size) <= width:
        return text
    kept = ""
    for letter in text:
        if text_width(f"{kept}{letter}…", size) > width:
            break
        kept += letter
    return f"{kept.rstrip()}…"


def _letter_width(letter: str) -> float:
    """Return the width of a letter for a size of 1."""
    if unicodedata.combining(letter) or unicodedata.category(letter) == "Cf":
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if letter in "ijlftrI.,:;'’|!()[] ":
        return 0.33
    if letter in "mwMW%—…@":
        return 0.9
    return 0.67 if letter.isupper() else 0.57


def _next_month(day: Day) -> Day:
    """Return the first of the next month; the calendar ends with 9999, and there its last month."""
    if (day.year, day.month) == (Day.max.year, 12):
        return day.replace(day=1)
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
