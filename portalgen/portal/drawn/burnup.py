"""Requirements, what history tells of them and their own days → scope, delivered and accepted from day to day.

Nothing is guessed: a line begins on the day from which every requirement's way is known. A day that a record names
(approved_on, validated_on) stands above the day on which the record was changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date as Day
from datetime import timedelta
from itertools import pairwise

from msgspec import Struct

from portalgen.portal.drawn import plot
from portalgen.portal.drawn.impacts import agreed
from portalgen.portal.past.then import by_record, life_of
from portalgen.portal.published import Change, HistoryEntry, Project, Ref, Requirement

_LEVELS = {"approved": 1, "in_progress": 1, "implemented": 2, "validated": 3}
_ACCEPTED = 3
LEAST_DAYS = 14
"""A shorter time is no story."""
RECENT = timedelta(days=30)
FEW_JUMPS = 6
MOST_ROWS = 30
"""Days that the table names; more than that, and it has a row a month."""


class Point(Struct, frozen=True):
    """How many requirements were agreed, delivered and accepted at the end of a day."""

    on: Day
    scope: int
    delivered: int | None
    """None before the day from which it is known."""
    accepted: int | None


class Jump(Struct, frozen=True):
    """A day on which the scope changed."""

    on: Day
    by: int
    cause: Ref | None
    """The one change by which all of it came."""


class Burnup(Struct, frozen=True):
    points: tuple[Point, ...]
    """Days on which a number changed, with the first day and today."""
    jumps: tuple[Jump, ...]
    uncounted: int
    """Requirements taken out again on a day that nobody wrote down: they are in no point."""

    @property
    def first(self) -> Point:
        return self.points[0]

    @property
    def now(self) -> Point:
        return self.points[-1]

    @property
    def has_delivered(self) -> bool:
        """Whether delivered is a line, and not one point at the end: where it is known of half the time at least."""
        return self._is_known("delivered")

    @property
    def has_accepted(self) -> bool:
        return self._is_known("accepted")

    def _is_known(self, name: str) -> bool:
        since = next(point.on for point in self.points if getattr(point, name) is not None)
        return 2 * (since - self.first.on) <= self.now.on - self.first.on

    @property
    def grown(self) -> int:
        """By how much the scope is larger than on the first day; below zero it is smaller."""
        return self.now.scope - self.first.scope


class _Life(Struct, frozen=True):
    """A requirement's way: its levels by day, oldest first, and since when its reaching each level is known."""

    url: str
    events: tuple[tuple[Day, int], ...]
    known_from: tuple[Day, Day, Day]
    """For scope, delivered, accepted; Day.min where the day itself is known."""
    is_counted: bool = True

    def level(self, on: Day) -> int:
        found = 0
        for day, level in self.events:
            if day > on:
                break
            found = level
        return found


def burnup(project: Project, as_of: Day, history_from: Day | None) -> Burnup | None:
    """Return the way of a project's requirements up to today; None where too little of it is known."""
    told = by_record(entry for entry in project.history if entry.ref.kind == "requirements")
    removed = _removed_on(project.lists.changes)
    every = [
        _life(each, told.get(each.url, ()), removed.get(each.url), as_of, history_from)
        for each in project.lists.requirements
    ]
    lives = [life for life in every if life.is_counted]
    # What happens on the last day only is what stands at the end anyway.
    days = sorted({day for life in lives for day, _ in life.events})
    agreed_on = [day for life in lives for day, level in life.events if level]
    if not agreed_on:
        return None
    known = [max(min(agreed_on), *(life.known_from[number] for life in lives)) for number in range(3)]
    begin = known[0]
    if (as_of - begin).days < LEAST_DAYS:
        return None
    inside = sorted({begin, as_of, *(day for day in days if begin <= day <= as_of)})
    points = [_point(day, lives, known) for day in inside]
    kept = [
        point
        for number, point in enumerate(points)
        if number in (0, len(points) - 1) or _counts(point) != _counts(points[number - 1])
    ]
    if len({_counts(point) for point in kept[:-1]}) < 2 or not kept[-1].scope:
        return None
    jumps = _jumps(kept, project.lists.changes, lives)
    return Burnup(tuple(kept), jumps, len(every) - len(lives))


def recent(found: Burnup, line: str) -> int | None:
    """Return by how much delivered or accepted rose in the last thirty days; None where that is not known."""
    since = found.now.on - RECENT
    before = [point for point in found.points if point.on <= since]
    if not before or getattr(before[-1], line) is None:
        return None
    return int(getattr(found.now, line)) - int(getattr(before[-1], line))


def table(found: Burnup) -> tuple[Point, ...]:
    """Return the points that a table shows: all of them, or where there are many the last of each month."""
    if len(found.points) <= MOST_ROWS:
        return found.points
    by_month = {(point.on.year, point.on.month): point for point in found.points}
    return tuple(dict.fromkeys((found.first, *by_month.values())))


class End(Struct, frozen=True):
    """Where a line ends, and what stands beside it."""

    name: str
    """scope, delivered or accepted."""
    count: int
    y: float
    label_y: float


class JumpMark(Struct, frozen=True):
    """Where the words of a step stand: beside it, on the side on which its line is the lower one."""

    at: float
    """Where the step is."""
    x: float
    y: float
    anchor: str
    """start or end."""
    jump: Jump


class Drawing(Struct, frozen=True):
    width: int
    height: int
    left: float
    right: float
    bottom: float
    grid: tuple[tuple[float, int], ...]
    """Height and number of each line across."""
    months: tuple[plot.Tick, ...]
    scope: str
    delivered: str
    """Empty without a line, as `accepted`."""
    fill: str
    accepted: str
    ends: tuple[End, ...]
    jumps: tuple[JumpMark, ...]


def drawn(found: Burnup, width: int) -> Drawing:
    """Return the burn-up's lines in a drawing of a width."""
    is_narrow = width < plot.WIDE
    left, right, top, bottom, height = (30, 282, 30, 270, 310) if is_narrow else (36, 560, 28, 300, 342)
    across = plot.calendar(found.first.on, found.now.on, left, right)
    numbers = plot.steps(max(max(point.scope, point.delivered or 0) for point in found.points))
    up = plot.Scale(0, numbers[-1], bottom, top)
    names = ("scope", "delivered", "accepted")
    last = [getattr(found.now, name) for name in names]
    places = [up.at(number) for number in last]
    labels = (
        _above(places, bottom)
        if is_narrow
        else plot.spread([place + 4.5 for place in places], 18, top, bottom)
    )
    delivered = _path([(point.on, point.delivered) for point in found.points], across, up)
    accepted = _path([(point.on, point.accepted) for point in found.points], across, up)
    return Drawing(
        width=width, height=height, left=left, right=right, bottom=bottom,
        grid=tuple((up.at(number), number) for number in numbers),
        months=plot.ticks(found.first.on, found.now.on, across, 4 if is_narrow else 9),
        scope=_path([(point.on, point.scope) for point in found.points], across, up),
        delivered=delivered if found.has_delivered else "",
        fill=f"{delivered}V{bottom}H{delivered[1:].split(' ')[0]}z" if found.has_delivered else "",
        accepted=accepted if found.has_accepted else "",
        ends=tuple(
            End(name, count, place, label)
            for name, count, place, label in zip(names, last, places, labels, strict=True)
        ),
        jumps=_marks(found, across, up, left, right - (80 if is_narrow else 0), 34 if is_narrow else 78),
    )  # fmt: skip


def _above(places: Sequence[float], bottom: float) -> tuple[float, ...]:
    """Return where words stand above the ends of lines, pushed upwards where they would touch."""
    upwards = [11 - place for place in reversed(places)]
    return tuple(-place for place in reversed(plot.spread(upwards, 18, 4 - bottom, -14)))


def _marks(
    found: Burnup, across: plot.Calendar, up: plot.Scale, left: float, right: float, room: float
) -> tuple[JumpMark, ...]:
    """Return the jumps of the scope that have room for a word, the largest first; of many, those with a cause."""
    told = found.jumps if len(found.jumps) <= FEW_JUMPS else [jump for jump in found.jumps if jump.cause]
    scope = {point.on: point.scope for point in found.points}
    kept: list[JumpMark] = []
    for jump in sorted(told, key=lambda each: (-abs(each.by), each.on)):
        x = across.at(jump.on)
        y = up.at(max(scope[jump.on], scope[jump.on] - jump.by))
        # To the right of a step up its own line is in the way: there the words stand on it.
        before = JumpMark(x, round(x - 6, 1), round(y + 3, 1), "end", jump)
        after = JumpMark(x, round(x + 5, 1), round(y - 7 if jump.by > 0 else y + 3, 1), "start", jump)
        for mark in (before, after) if jump.by > 0 else (after,):
            first, last = _span(mark, room)
            is_free = all(
                last < there[0] or first > there[1] for there in (_span(each, room) for each in kept)
            )
            if first >= left and last <= right and is_free:
                kept.append(mark)
                break
    return tuple(sorted(kept, key=lambda each: each.at))


def _span(mark: JumpMark, room: float) -> tuple[float, float]:
    """Return from where to where the words of a step may reach."""
    return (mark.x - room, mark.x) if mark.anchor == "end" else (mark.x, mark.x + room)


def _path(values: Sequence[tuple[Day, int | None]], across: plot.Calendar, up: plot.Scale) -> str:
    """Return a line of steps: what was done on a day is not drawn as if it had come little by little."""
    known = [(across.at(on), up.at(number)) for on, number in values if number is not None]
    if not known:
        return ""
    steps = "".join(f"H{x}V{y}" for (_, before), (x, y) in pairwise(known) if y != before)
    return f"M{known[0][0]} {known[0][1]}{steps}H{known[-1][0]}"


def _point(on: Day, lives: Iterable[_Life], known: Sequence[Day]) -> Point:
    levels = [life.level(on) for life in lives]
    scope, delivered, accepted = (sum(level >= least for level in levels) for least in (1, 2, 3))
    return Point(on, scope, delivered if on >= known[1] else None, accepted if on >= known[2] else None)


def _counts(point: Point) -> tuple[int, int | None, int | None]:
    return point.scope, point.delivered, point.accepted


def _jumps(points: Sequence[Point], changes: Iterable[Change], lives: Iterable[_Life]) -> tuple[Jump, ...]:
    moves: dict[Day, list[tuple[str, int]]] = {}
    for life in lives:
        before = 0
        for day, level in life.events:
            if (level > 0) != (before > 0):
                moves.setdefault(day, []).append((life.url, 1 if level else -1))
            before = level
    causes = _causes(changes)
    found = []
    for earlier, point in pairwise(points):
        by = point.scope - earlier.scope
        if by:
            named = {causes.get(move) for move in moves.get(point.on, [])}
            is_all_of_it = len(named) == 1 and len(moves.get(point.on, [])) == abs(by)
            found.append(Jump(point.on, by, named.pop() if is_all_of_it else None))
    return tuple(found)


def _causes(changes: Iterable[Change]) -> dict[tuple[str, int], Ref | None]:
    """Return the agreed change that brought (1) or took out (-1) a requirement, by its address; None for two."""
    found: dict[tuple[str, int], Ref | None] = {}
    for change in agreed(changes):
        scope = change.impact.scope
        for ref, way in [
            *((ref, 1) for ref in (scope.adds if scope else ())),
            *((ref, -1) for ref in (scope.removes if scope else ())),
        ]:
            found[ref.url, way] = None if (ref.url, way) in found else change.ref
    return found


def _removed_on(changes: Iterable[Change]) -> dict[str, Day]:
    """Return the day on which an agreed change took a requirement out, by its address."""
    found: dict[str, Day] = {}
    for change in agreed(changes):
        for ref in change.impact.scope.removes if change.impact.scope else ():
            if change.decided_on is not None:
                found[ref.url] = min(change.decided_on, found.get(ref.url, Day.max))
    return found


def _life(
    requirement: Requirement, told: Sequence[HistoryEntry], removed_on: Day | None, as_of: Day, history_from: Day | None
) -> _Life:  # fmt: skip
    level = _level(requirement.status, requirement.priority)
    # Without a history all that is known is how it stands today.
    events, is_born = [(as_of, level)], False
    if told:
        life = life_of(requirement, told, ("status", "priority"))
        begun = history_from or as_of
        events = [(on or begun, _level(step["status"], step["priority"])) for on, step in life.steps]
        is_born = life.shown is not None
    begin, first = events[0]
    known = [Day.min, Day.min, Day.min]
    for number in range(first):
        # What was agreed when it was first shown is new on that day, unless everything was.
        is_new = number == 0 and is_born and begin != history_from
        known[number] = Day.min if is_new else begin
    approved, accepted = _past(requirement.approved_on, as_of), _past(requirement.validated_on, as_of)
    if approved is not None and any(each for _, each in events):
        events, known[0] = _begun(events, approved), Day.min
    elif approved is not None:
        if removed_on is None or not approved <= removed_on <= as_of:
            return _Life(requirement.url, (), (Day.min, Day.min, Day.min), is_counted=False)
        events, known = [(approved, 1), (removed_on, 0)], [Day.min, Day.min, Day.min]
    if accepted is not None and level == _ACCEPTED:
        events, known[2] = _accepted(events, accepted), Day.min
        known[1] = min(known[1], accepted)
    return _Life(requirement.url, tuple(events), (known[0], known[1], known[2]))


def _begun(events: Sequence[tuple[Day, int]], on: Day) -> list[tuple[Day, int]]:
    """Return the events with the first step into scope on its own day."""
    first = next(number for number, (_, level) in enumerate(events) if level)
    if on < events[first][0]:
        return [*((day, level) for day, level in events[:first] if day < on), (on, 1), *events[first:]]
    return [*events[:first], *((max(day, on), level) for day, level in events[first:])]


def _accepted(events: Sequence[tuple[Day, int]], on: Day) -> list[tuple[Day, int]]:
    """Return the events with the last step, to accepted, on its own day."""
    last = len(events) - 1
    while last and events[last - 1][1] == _ACCEPTED:
        last -= 1
    if on < events[last][0]:
        return [*((day, level) for day, level in events[:last] if day < on), (on, _ACCEPTED)]
    return [*events[:last], (on, _ACCEPTED)]


def _level(status: str, priority: str) -> int:
    return 0 if priority == "wont" else _LEVELS.get(status, 0)


def _past(day: Day | None, as_of: Day) -> Day | None:
    return day if day is not None and day <= as_of else None
