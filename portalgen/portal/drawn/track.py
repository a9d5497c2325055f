"""Milestones → places along a calendar, in per cent of its width."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date as Day
from datetime import timedelta

from msgspec import Struct

from portalgen.portal.published import Milestone, Project, Ref

MOST_MONTHS = 12
"""Names of months that fit beside each other, where they are short: Dec, 12月."""
LONG_DAYS, MANY, LEAST_FOLDED = 550, 25, 3
"""When a project is long, in days and in milestones, and how many are worth folding away."""


class Mark(Struct, frozen=True):
    """One milestone on the calendar; places are 0.0 to 100.0."""

    milestone: Milestone
    at: float | None
    """Where it stands now; None without a date."""
    agreed: float | None
    """Where it was agreed; None where it stands there."""


class Track(Struct, frozen=True):
    months: tuple[tuple[Day, float], ...]
    """First days of the months that are named, and their places."""
    today: float | None
    """None where the day lies outside."""
    by_url: Mapping[str, Mark]
    """Every milestone's mark by the address of its page."""
    is_by_year: bool
    """Whether only the first months of years are named."""


def track(milestones: Sequence[Milestone], as_of: Day, most_months: int = MOST_MONTHS) -> Track | None:
    """Return the calendar that holds every milestone, whole months at both ends; None where none has a date.

    `most_months` is of how many the names fit beside each other.
    """
    drawn = [each for each in milestones if each.cancelled_on is None]
    days = [day for each in drawn for day in (each.baseline, _now(each)) if day is not None]
    if not days:
        return None
    begin = min(days).replace(day=1)
    end = _next_month(max(days))
    # The day of today is worth a few empty months at the end, but not years of them.
    if begin.toordinal() - 92 <= as_of.toordinal() < end.toordinal() + 92:
        begin, end = min(begin, as_of.replace(day=1)), max(end, _next_month(as_of))
    span = (end - begin).days

    def place(day: Day) -> float:
        return round((day - begin).days / span * 100, 2)

    marks: dict[str, Mark] = {}
    for each in milestones:
        now = _now(each)
        agreed = place(each.baseline) if each.baseline is not None and each.baseline != now else None
        is_drawn = now is not None and each.cancelled_on is None
        marks[each.url] = Mark(each, place(now) if is_drawn and now else None, agreed if is_drawn else None)
    months = tuple((month, place(month)) for month in _months(begin, end, most_months))
    is_by_year = (end - begin).days > 366 * 6 and all(month.month == 1 for month, _ in months)
    return Track(months, place(as_of) if begin <= as_of < end else None, marks, is_by_year)


class Window(Struct, frozen=True):
    """The milestones of a long project that count now, and those before and after, which are folded away."""

    before: tuple[Milestone, ...]
    shown: tuple[Milestone, ...]
    after: tuple[Milestone, ...]


def window(milestones: Sequence[Milestone], as_of: Day) -> Window:
    """Return all milestones as shown; of a long project those from the last one met to a year from now.

    Long is more than about eighteen months or 25 milestones. What is late is shown however long ago it was due.
    """
    days = [day for each in milestones if (day := _now(each)) is not None and each.cancelled_on is None]
    is_long = bool(days) and (max(days) - min(days)).days > LONG_DAYS
    if not is_long and len(milestones) <= MANY:
        return Window((), tuple(milestones), ())
    met = [each for each in milestones if each.derived.state == "met"]
    last = max(met, key=lambda each: each.met_on or Day.min, default=None)
    until = as_of.toordinal() + 366
    before: list[Milestone] = []
    shown: list[Milestone] = []
    after: list[Milestone] = []
    for each in milestones:
        day = _now(each)
        if each.derived.state in ("met", "cancelled") and each is not last:
            before.append(each)
        elif each is last or (day is not None and day.toordinal() <= until and len(shown) < MANY):
            shown.append(each)
        else:
            after.append(each)
    if not shown:
        # Nothing is near: what comes next is shown, however far it is; without any date, as many as a page holds.
        few = MANY if after and _now(after[0]) is None else 1
        shown, after = after[:few], after[few:]
    if len(before) + len(after) < LEAST_FOLDED or not shown:
        return Window((), tuple(milestones), ())
    return Window(tuple(before), tuple(shown), tuple(after))


class Summary(Struct, frozen=True):
    """Milestones counted; cancelled ones aside."""

    total: int
    met: int
    late: int
    """Past their day and not met."""
    ahead: int
    undated: int
    """Of those ahead, how many have no date."""
    moved: int
    """Of those ahead, how many are no longer on their agreed day."""


def summary(milestones: Sequence[Milestone]) -> Summary:
    """Return how milestones stand as a whole."""
    states = [each.derived.state for each in milestones if each.derived.state != "cancelled"]
    ahead = [each for each in milestones if each.derived.state in ("scheduled", "slipping", "undated")]
    return Summary(
        total=len(states), met=states.count("met"), late=states.count("late"), ahead=len(ahead),
        undated=states.count("undated"), moved=sum(bool(each.derived.slip_days) for each in ahead),
    )  # fmt: skip


def causes(project: Project) -> tuple[Ref, ...]:
    """Return what moved the milestones that are still ahead, each once."""
    ahead = (
        each
        for each in project.derived.moved
        if each.milestone.derived.state in ("slipping", "late", "scheduled")
    )
    return tuple(dict.fromkeys(ref for each in ahead for ref in each.causes))


def today_at(milestones: Sequence[Milestone], as_of: Day) -> int:
    """Return before which milestone of the list today stands: the first that is still to come."""
    for number, each in enumerate(milestones):
        day = each.cancelled_on or _now(each)
        if day is None or day > as_of or (day == as_of and each.met_on is None):
            return number
    return len(milestones)


def _now(milestone: Milestone) -> Day | None:
    return milestone.met_on or milestone.forecast or milestone.baseline


def _months(begin: Day, end: Day, most: int) -> list[Day]:
    """Return the months to name: each, or every second, third, sixth or twelfth where there are too many."""
    count = (end.year - begin.year) * 12 + end.month - begin.month
    step = next((each for each in (1, 2, 3, 6, 12) if count <= most * each), 12 * (count // (12 * most) + 1))
    months = [begin]
    while (following := _next_month(months[-1])) < end:
        months.append(following)
    return [month for month in months if (month.year * 12 + month.month - 1) % step == 0]


def _next_month(day: Day) -> Day:
    """Return the first of the next month; the calendar ends with 9999, and there its last day."""
    if (day.year, day.month) == (Day.max.year, 12):
        return Day.max
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
