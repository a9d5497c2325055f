"""Changes → how price and dates came about: from what was agreed at first, one change after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date as Day
from decimal import Decimal
from functools import partial

from msgspec import Struct

from portalgen.money import Money
from portalgen.portal.drawn import impacts, plot
from portalgen.portal.published import Change, Portal, Project

MOST_BARS = 12
"""Bars in one drawing; more agreed changes than that, and the older ones become one."""
ROW, BAR = 52, 16
_NOTHING = Decimal(0)


class Step(Struct, frozen=True):
    """One change, or several older ones together."""

    changes: tuple[Change, ...]
    by: Decimal
    after: Decimal
    """What it comes to with this step and all before it."""
    is_open: bool
    """Not decided: it would be so."""

    @property
    def before(self) -> Decimal:
        return self.after - self.by


class Waterfall(Struct, frozen=True):
    currency: str
    """Empty for days."""
    base: Decimal | None
    """The price agreed at first; None where nobody says, and for days."""
    steps: tuple[Step, ...]
    """Agreed ones in the order of their decision, then open ones; those that change nothing aside."""
    now: Decimal
    """With all agreed changes."""
    pending: Decimal | None
    """With the open ones too; None without any."""

    def bars(self) -> tuple[Step, ...]:
        """Return the steps to be drawn: with too many of them the oldest agreed ones as one."""
        over = len(self.steps) - MOST_BARS
        settled = [step for step in self.steps if not step.is_open]
        if over <= 0 or not settled:
            return self.steps
        first = settled[: max(min(over + 1, len(settled)), 1)]
        together = Step(
            tuple(change for step in first for change in step.changes),
            sum((step.by for step in first), _NOTHING),
            first[-1].after,
            is_open=False,
        )
        return (together, *self.steps[len(first) :])


def prices(portal: Portal, project: Project) -> tuple[Waterfall, ...]:
    """Return a waterfall for each currency in which two changes or more have a cost: one is told in a sentence."""
    base = {price.added.currency: price.agreed for price in impacts.prices(portal, project)}
    found = []
    for currency, agreed in base.items():
        steps = _steps(project.lists.changes, partial(_amount, currency), agreed.amount if agreed else None)
        if len(steps) > 1:
            found.append(_waterfall(currency, agreed, steps))
    return tuple(found)


def days(project: Project) -> Waterfall | None:
    """Return the waterfall of days; None where fewer than two changes move a date."""
    steps = _steps(project.lists.changes, _days, None)
    return _waterfall("", None, steps) if len(steps) > 1 else None


def totals(found: Waterfall) -> tuple[Decimal, ...]:
    """Return the amounts to be marked, each once: agreed at first, with the agreed changes, with the open ones too."""
    marked = (found.base or _NOTHING, found.now, *(() if found.pending is None else (found.pending,)))
    return tuple(dict.fromkeys(marked))


def money_of(amount: Decimal, currency: str) -> Money:
    """Return an amount of a waterfall as money."""
    return Money(amount, currency)


class Bar(Struct, frozen=True):
    step: Step
    y: float
    """The bar's upper edge; its words stand above it."""
    x: float
    width: float
    label: str
    """Shortened to what fits."""
    label_x: float
    anchor: str
    """start or end."""
    link: float
    """Where the line down to the next bar stands."""


class Mark(Struct, frozen=True):
    """A total: a line down the drawing, with its words on top."""

    x: float
    y: float
    words: str
    words_x: float
    anchor: str


class Drawing(Struct, frozen=True):
    width: int
    height: float
    top: float
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]


def drawn(
    found: Waterfall, width: int, words: Sequence[tuple[str, str]], totals: Sequence[tuple[Decimal, str]]
) -> Drawing:
    """Return a waterfall in a drawing of a width.

    `words` are the name and the amount of each bar, `totals` the amounts that are marked, with what is said of them.
    """
    bars = found.bars()
    values = [value for step in bars for value in (step.before, step.after)] + [value for value, _ in totals]
    low, high = float(min(values)), float(max(values))
    across = plot.Scale(low, high if high > low else low + 1, 2, width - 2)
    marks, top = _marks(across, width, totals)
    return Drawing(
        width=width, height=top + len(bars) * ROW, top=top,
        bars=tuple(
            _bar(step, across, width, top + number * ROW + ROW - BAR - 8, *words[number])
            for number, step in enumerate(bars)
        ),
        marks=marks,
    )  # fmt: skip


def _bar(step: Step, across: plot.Scale, width: int, y: float, name: str, amount: str) -> Bar:
    ends = across.at(float(step.before)), across.at(float(step.after))
    left, right = min(ends), max(ends)
    room = width - plot.text_width(f" {amount}", is_bold=True)
    label = plot.shortened(name, room)
    long = plot.text_width(label) + plot.text_width(f" {amount}", is_bold=True)
    is_at_start = left + long <= width
    is_at_end = not is_at_start and right - long >= 0
    return Bar(
        step, y, left, round(max(right - left, 1.5), 1), label,
        left if is_at_start else right if is_at_end else 0, "end" if is_at_end else "start", ends[1],
    )  # fmt: skip


def _marks(
    across: plot.Scale, width: int, totals: Sequence[tuple[Decimal, str]]
) -> tuple[tuple[Mark, ...], float]:
    """Return the marks and how much room they take above the bars; words that would touch stand in rows."""
    placed = []
    for value, words in totals:
        x, wide = across.at(float(value)), plot.text_width(words)
        left = min(max(x - wide / 2, 0), max(width - wide, 0))
        placed.append((x, left, wide, words))
    rows = plot.rows((left, left + wide) for _, left, wide, _ in placed)
    marks = tuple(
        Mark(x, 15 + row * 18, words, *_held(x, left, wide, width))
        for (x, left, wide, words), row in zip(placed, rows, strict=True)
    )
    return marks, 20.0 + 18 * max(rows, default=0)


def _held(x: float, left: float, wide: float, width: int) -> tuple[float, str]:
    """Return where words stand on a mark, and by which of their ends: they never leave the drawing."""
    if left <= 0:
        return 0, "start"
    if left + wide >= width:
        return width, "end"
    return x, "middle"


def _steps(
    changes: Iterable[Change], amount: Callable[[Change], Decimal | None], base: Decimal | None
) -> tuple[Step, ...]:
    changes = tuple(changes)
    settled = sorted(
        impacts.agreed(changes), key=lambda each: (each.decided_on or each.submitted_on or Day.min, each.id)
    )
    waiting = sorted(impacts.pending(changes), key=lambda each: (each.submitted_on or Day.min, each.id))
    total = base or _NOTHING
    found = []
    for change in (*settled, *waiting):
        by = amount(change)
        if by:
            total += by
            found.append(Step((change,), by, total, is_open=change.derived.pending))
    return tuple(found)


def _waterfall(currency: str, base: Money | None, steps: tuple[Step, ...]) -> Waterfall:
    settled = [step for step in steps if not step.is_open]
    start = base.amount if base else _NOTHING
    return Waterfall(
        currency, base.amount if base else None, steps, settled[-1].after if settled else start,
        steps[-1].after if steps[-1].is_open else None,
    )  # fmt: skip


def _amount(currency: str, change: Change) -> Decimal | None:
    cost = change.impact.cost
    return cost.amount if cost is not None and cost.currency == currency else None


def _days(change: Change) -> Decimal | None:
    moved = impacts.figures(change).days
    return None if moved is None else Decimal(moved)
