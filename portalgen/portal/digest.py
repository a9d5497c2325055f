"""News → what happened since the last report, and week by week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date as Day
from datetime import timedelta
from itertools import groupby

from msgspec import Struct

from portalgen.portal.published import News, Portal, Project

WITHOUT_A_REPORT = timedelta(days=30)
"""How far back "new" goes where there is no report to count from."""


GROUPS = ("dates", "scope", "decided", "delivered", "risks", "other")
MOST_TOGETHER = 6
FEW = 5
FEW_GROUPS = 2
"""How many groups are counted beside the number of all."""
MOST = 1000
"""How many things that are older than the weeks are told: a page has to stay light."""
WEEKS_APART = 13
"""For how many weeks news is shown week by week."""


class Since(Struct, frozen=True, kw_only=True):
    """What happened after a day."""

    on: Day
    is_report: bool
    """Whether it is the day of a report; else it is thirty days ago."""
    news: tuple[News, ...]
    """Newest first."""
    by_group: tuple[tuple[str, int], ...]
    """(dates, scope, delivered, …; how many), the most first."""

    @property
    def counted(self) -> tuple[tuple[str, int], ...]:
        """The two groups with the most that a few words can count, and a third where nothing else is left."""
        named = tuple(pair for pair in self.by_group if pair[0] != "other")
        return named if len(named) == FEW_GROUPS + 1 == len(self.by_group) else named[:FEW_GROUPS]

    @property
    def uncounted(self) -> int:
        """How many there are beside those in `counted`."""
        return len(self.news) - sum(count for _, count in self.counted)

    @property
    def groups(self) -> tuple[tuple[str, tuple[News, ...]], ...]:
        """The news by groups, in the order in which they are read; a few stand together, under no group's name."""
        if len(self.news) <= MOST_TOGETHER:
            return (("", self.news),) if self.news else ()
        groups = ((group, tuple(each for each in self.news if each.group == group)) for group in GROUPS)
        return tuple((group, news) for group, news in groups if news)


class Week(Struct, frozen=True):
    begins: Day
    """Its Monday."""
    news: tuple[News, ...]


class Year(Struct, frozen=True):
    number: int
    news: tuple[News, ...]


class Older(Struct, frozen=True):
    weeks: tuple[Week, ...]
    years: tuple[Year, ...]
    """What is older than the weeks."""
    left_out: int = 0
    """How many things are older still: of those only the lists tell."""


def since_report(portal: Portal, areas: Iterable[Project]) -> Since:
    """Return what is new in `areas` since their last report before the as-of day.

    Where nothing is, since the report before that one: the day after a report, "nothing" would be no answer.
    """
    areas = tuple(areas)
    reports = {each.date for area in areas for each in area.lists.reports if each.date is not None}
    days = sorted((day for day in reports if day < portal.as_of), reverse=True)[:2]
    news = merged(areas)
    on = days[0] if days else portal.as_of - WITHOUT_A_REPORT
    if len(days) == 2 and not any(each.on > on for each in news):
        on = days[1]
    new = tuple(each for each in news if each.on > on)
    counts = Counter(each.group for each in new)
    return Since(on=on, is_report=bool(days), news=new, by_group=tuple(counts.most_common()))


def older(portal: Portal, since: Since) -> Older:
    """Return what happened before `since`: the last weeks one by one, the rest by years."""
    news = [each for each in merged(portal.areas) if each.on <= since.on]
    weeks = by_week(news)
    recent = tuple(week for week in weeks if (since.on - week.begins).days < WEEKS_APART * 7)
    rest = [each for week in weeks[len(recent) :] for each in week.news]
    told = groupby(rest[:MOST], key=lambda each: each.on.year)
    return Older(recent, tuple(Year(number, tuple(each)) for number, each in told), len(rest[MOST:]))


def latest(areas: Iterable[Project]) -> tuple[News, ...]:
    """Return the few things that happened last, however long ago."""
    return merged(areas)[:FEW]


def merged(areas: Iterable[Project]) -> tuple[News, ...]:
    """Return the news of all areas, newest first."""
    return tuple(
        sorted((each for area in areas for each in area.derived.news), key=lambda each: each.on, reverse=True)
    )


def by_week(news: Iterable[News]) -> tuple[Week, ...]:
    """Return news by calendar weeks, in the order given, which is newest first."""
    weeks = groupby(news, key=lambda each: each.on - timedelta(days=each.on.weekday()))
    return tuple(Week(begins, tuple(each)) for begins, each in weeks)
