"""Open actions → how long they have been open, by side."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from portalgen.portal.drawn import plot
from portalgen.portal.groups import ACTION_IS_OVER
from portalgen.portal.published import Action

LIMITS = ((0, 7), (8, 30), (31, 90), (91, None))
"""The buckets, in days, first and last; None: without end."""
LEAST = 3
"""Fewer open actions than that are read faster in the list."""
SIDES = ("client", "provider")


class Bucket(Struct, frozen=True):
    first: int | None
    """Days; None for actions of which nobody wrote down when they were asked for."""
    last: int | None
    """None without end."""
    total: int
    overdue: int


class Side(Struct, frozen=True):
    side: str
    """client or provider."""
    buckets: tuple[Bucket, ...]
    """By LIMITS, then those whose age is not known, where there are any on either side."""
    oldest_days: int | None
    """None where no age is known."""

    @property
    def total(self) -> int:
        return sum(bucket.total for bucket in self.buckets)

    @property
    def overdue(self) -> int:
        return sum(bucket.overdue for bucket in self.buckets)


def ageing(actions: Iterable[Action]) -> tuple[Side, ...]:
    """Return the sides that have open actions, the client's first; none where there are too few or no age is known."""
    still_open = [each for each in actions if each.status not in ACTION_IS_OVER]
    ages = [each.derived.age_days for each in still_open]
    if len(still_open) < LEAST or all(age is None for age in ages):
        return ()
    has_unknown = any(age is None for age in ages)
    found = (
        _side(side, [each for each in still_open if each.side == side], has_unknown=has_unknown)
        for side in SIDES
    )
    return tuple(side for side in found if side.total)


class Bar(Struct, frozen=True):
    bucket: Bucket
    y: float
    """The middle of the bar."""
    width: float
    late_width: float
    """Of its right end, how much is overdue: hatched."""


class Block(Struct, frozen=True):
    """One side's bars."""

    side: Side
    x: float
    """The left edge of its words."""
    y: float
    """The line of its heading."""
    bar_x: float
    bars: tuple[Bar, ...]


class Drawing(Struct, frozen=True):
    width: int
    height: float
    blocks: tuple[Block, ...]


ROW, BAR = 28, 16


def drawn(sides: tuple[Side, ...], width: int, names: tuple[str, ...], counts: tuple[str, ...]) -> Drawing:
    """Return the bars of each side, beside each other, or in a narrow drawing below each other.

    `names` are those of the buckets, `counts` what may stand at the end of a bar: both take their room.
    """
    is_narrow = width < plot.WIDE
    column = width if is_narrow else width / 2 - 12
    words = max(plot.text_width(name) for name in names) + 10
    most = max(bucket.total for side in sides for bucket in side.buckets)
    room = max(column - words - max(plot.text_width(count) for count in counts) - 10, 24)
    unit = min(room / most, 40)
    blocks = []
    x, y = 0.0, 16.0
    for side in sides:
        bars = tuple(
            Bar(
                bucket,
                round(y + 22 + number * ROW, 1),
                round(bucket.total * unit, 1),
                round(bucket.overdue * unit, 1),
            )
            for number, bucket in enumerate(side.buckets)
        )
        blocks.append(Block(side, round(x, 1), y, round(x + words, 1), bars))
        if is_narrow:
            y += 22 + len(side.buckets) * ROW + 14
        else:
            x += width / 2 + 12
    high = 16 + 22 + max(len(side.buckets) for side in sides) * ROW
    return Drawing(width, round(y - 30 if is_narrow else high - 8, 1), tuple(blocks))


def _side(side: str, actions: list[Action], *, has_unknown: bool) -> Side:
    limits: list[tuple[int | None, int | None]] = [*LIMITS, *([(None, None)] if has_unknown else [])]
    ages = [max(each.derived.age_days, 0) for each in actions if each.derived.age_days is not None]
    return Side(side, tuple(_bucket(first, last, actions) for first, last in limits), max(ages, default=None))


def _bucket(first: int | None, last: int | None, actions: list[Action]) -> Bucket:
    inside = [each for each in actions if _is_in(each.derived.age_days, first, last)]
    return Bucket(first, last, len(inside), sum(each.derived.overdue for each in inside))


def _is_in(age: int | None, first: int | None, last: int | None) -> bool:
    if age is None or first is None:
        return age is None and first is None
    # Asked for on a day to come: as young as can be.
    return max(age, 0) >= first and (last is None or max(age, 0) <= last)
