"""What history tells of forecasts → the milestone trend chart: how each expected date has moved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date as Day
from datetime import timedelta

from msgspec import Struct

from portalgen.portal.drawn import plot
from portalgen.portal.drawn.impacts import main_milestone
from portalgen.portal.published import Milestone, MilestoneTrend, Project

MOST_NAMED = 6
LEAST_DAYS = 14
"""A shorter time is no story."""


class Line(Struct, frozen=True):
    """The days on which a milestone was expected."""

    milestone: Milestone
    is_main: bool
    points: tuple[tuple[Day, Day], ...]
    """(on that day, it was expected for), oldest first; the last one is how it stands at the end of the line."""
    until: Day
    """Today, or the day on which it was met or given up."""
    moves: tuple[Day, ...]
    """The days on which its date moved."""
    earlier: tuple[tuple[tuple[Day, Day], ...], ...] = ()
    """The same as `points`, of each time that it was shown before and then was not."""

    @property
    def begin(self) -> Day:
        """The first day of which anything is told."""
        return (self.earlier or (self.points,))[0][0][0]

    @property
    def first(self) -> Day:
        return self.points[0][1]

    @property
    def now(self) -> Day:
        return self.points[-1][1]

    @property
    def days(self) -> int:
        """By how many days it is later than the first date told; below zero it is earlier."""
        return (self.now - self.first).days

    def expected(self, on: Day) -> Day | None:
        """Return what was expected at the end of a day; None before the line begins and after it ends."""
        if on > self.until:
            return None
        for points in (self.points, *reversed(self.earlier)):
            if points[0][0] <= on:
                # When it went is not told: its last date stands until the day on which that was said.
                is_told = points is self.points or on <= points[-1][0]
                return next(expected for day, expected in reversed(points) if day <= on) if is_told else None
        return None


class Drift(Struct, frozen=True):
    lines: tuple[Line, ...]
    """Those that are named beside the drawing, in the order of the dates expected now."""
    others: tuple[Line, ...]
    """All others that moved, in the same order: drawn in grey behind them."""
    begin: Day
    end: Day
    steady: int
    """Milestones with a date that are not drawn, because they never moved."""

    @property
    def main(self) -> Line | None:
        return next((line for line in self.lines if line.is_main), None)

    @property
    def moved(self) -> int:
        """How many of the lines have moved."""
        return sum(bool(line.moves) for line in (*self.lines, *self.others))

    @property
    def days(self) -> tuple[Day, ...]:
        """The days on which anything named moved, with the first and the last."""
        return tuple(sorted({self.begin, self.end, *(day for line in self.lines for day in line.moves)}))


def drift(project: Project, as_of: Day) -> Drift | None:
    """Return how all dates have moved, named the main milestone's and those that moved most; None where none has."""
    by_url = {each.url: each for each in project.lists.milestones}
    main = main_milestone(project.lists.milestones)
    lines = [
        _line(each, by_url[each.ref.url], is_main=main is not None and main.url == each.ref.url, as_of=as_of)
        for each in project.derived.retold.trends
    ]
    order = sorted(lines, key=lambda line: (not line.is_main, -abs(line.days), -len(line.moves)))
    moved = [line for line in order if line.is_main or line.moves]
    if not any(line.moves for line in moved):
        return None
    begin = min(line.begin for line in moved)
    if (as_of - begin).days < LEAST_DAYS:
        return None
    return Drift(
        _by_date(moved[:MOST_NAMED]), _by_date(moved[MOST_NAMED:]), begin, as_of, len(lines) - len(moved)
    )


def _by_date(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=lambda line: (line.now, line.milestone.id)))


def _line(told: MilestoneTrend, milestone: Milestone, *, is_main: bool, as_of: Day) -> Line:
    """Return the line of a milestone; what it became while it was not shown, nobody tells."""
    pieces: list[list[tuple[Day, Day]]] = []
    for point in told.points:
        if point.is_start:
            pieces.append([])
        pieces[-1].append((point.said, point.expected))
    *earlier, points = map(tuple, pieces)
    until = max(min(told.ended or as_of, as_of), points[-1][0])
    moves = tuple(day for piece in pieces for day, _ in piece[1:])
    return Line(milestone, is_main, points, until, moves, tuple(earlier))


class Stroke(Struct, frozen=True):
    """A line as it is drawn."""

    line: Line
    path: str
    x: float
    """Where it ends."""
    y: float
    label_y: float
    """Where its name stands, spread from the others; in a narrow drawing the middle of its number."""
    title: str
    """Shortened to what fits beside the drawing."""


class Quiet(Struct, frozen=True):
    """A line behind the others, without a name."""

    path: str
    x: float
    """Where it ends."""
    y: float


class Drawing(Struct, frozen=True):
    width: int
    height: int
    left: float
    right: float
    bottom: float
    grid: tuple[tuple[float, Day, bool], ...]
    """Height and first day of each month that is named, and whether its year is named too."""
    months: tuple[plot.Tick, ...]
    strokes: tuple[Stroke, ...]
    quiet: tuple[Quiet, ...]


def drawn(found: Drift, width: int) -> Drawing:
    """Return the trend in a drawing of a width: to the right is later said, upwards is later expected."""
    is_narrow = width < plot.WIDE
    left, right, top, bottom, height = (56, 244, 16, 330, 370) if is_narrow else (64, 500, 20, 320, 362)
    shown = (points for line in (*found.lines, *found.others) for points in (*line.earlier, line.points))
    expected = [day for points in shown for _, day in points]
    low, high = min(expected) - timedelta(days=7), max(expected) + timedelta(days=7)
    across = plot.calendar(found.begin, found.end, left, right)
    up = plot.calendar(low, high, bottom - 8, top)
    places = [up.at(line.now) for line in found.lines]
    labels = plot.spread(places, 22 if is_narrow else 38, top + 4, bottom - (8 if is_narrow else 22))
    named = plot.months(low, high, 7)
    return Drawing(
        width=width, height=height, left=left, right=right, bottom=bottom,
        grid=tuple(
            (up.at(month), month, month.month == 1 or number == 0) for number, month in enumerate(named)
        ),
        months=plot.ticks(found.begin, found.end, across, 3 if is_narrow else 7),
        strokes=tuple(
            Stroke(
                line, _path(line, across, up), across.at(line.until), place, label,
                plot.shortened(line.milestone.title, width - right - 24) if not is_narrow else "",
            )
            for line, place, label in zip(found.lines, places, labels, strict=True)
        ),
        quiet=tuple(
            Quiet(_path(line, across, up), across.at(line.until), up.at(line.now)) for line in found.others
        ),
    )  # fmt: skip


def _path(line: Line, across: plot.Calendar, up: plot.Calendar) -> str:
    pieces = (_steps(points, across, up) for points in (*line.earlier, line.points))
    return f"{''.join(pieces)}H{across.at(line.until)}"


def _steps(points: tuple[tuple[Day, Day], ...], across: plot.Calendar, up: plot.Calendar) -> str:
    first = f"M{across.at(points[0][0])} {up.at(points[0][1])}"
    return first + "".join(f"H{across.at(on)}V{up.at(expected)}" for on, expected in points[1:])
