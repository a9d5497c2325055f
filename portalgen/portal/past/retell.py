"""A portal and its history → what that history shows: stories, trends, figures of the day. Pure, like all of portal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from portalgen.portal.derive import Rules, milestone_state, oldest_first, progress_of, risk_level
from portalgen.portal.past.overtaken import again, overtaken
from portalgen.portal.past.story import joined, story_of
from portalgen.portal.past.then import by_record
from portalgen.portal.past.trend import (
    burn_up,
    figures,
    health_points,
    response_times,
    risk_points,
    risk_trends,
    trends,
    volatility,
)
from portalgen.portal.published import HistoryEntry, Portal, Project, Record, Retold


def retell(portal: Portal, rules: Rules) -> Portal:
    """Return a derived `portal` with `retold` of each area, and with what history tells among its news."""
    records = {record.url: record for area in portal.areas for record in area.lists.all()}
    entries = by_record(entry for area in portal.areas for entry in area.history)

    def area(project: Project) -> Project:
        retold = _retold(project, portal, rules, records, entries)
        news = project.derived.news
        if portal.history_from is not None:
            news = joined(news, project, retold.stories, portal.history_from)
        asked = oldest_first(
            [*project.derived.waiting_for_approval, *again(retold.overtaken, project, records)]
        )
        derived = replace(project.derived, retold=retold, news=news, waiting_for_approval=asked)
        return replace(project, derived=derived)

    return replace(
        portal,
        projects=tuple(area(project) for project in portal.projects),
        own=area(portal.own) if portal.own else None,
    )


def _retold(
    project: Project,
    portal: Portal,
    rules: Rules,
    records: Mapping[str, Record],
    entries: Mapping[str, Sequence[HistoryEntry]],
) -> Retold:
    lists, today, first = project.lists, portal.as_of, portal.history_from
    always = Retold(
        response_times=response_times(lists),
        health=health_points(lists.reports, today),
        overtaken=overtaken(lists.approvals, records, entries),
    )
    if first is None:
        return always

    def level(likelihood: int | None, impact: int | None) -> tuple[int | None, str]:
        return risk_level(likelihood, impact, rules)

    return replace(
        always,
        stories={
            record.url: story_of(record, entries[record.url], records)
            for record in lists.all()
            if record.url in entries
        },
        trends=trends(lists.milestones, entries, first, today),
        burn_up=burn_up(lists.requirements, entries),
        volatility=volatility(lists.requirements, entries, first, today),
        risk_trends=risk_trends(lists.risks, entries, level),
        risk_points=risk_points(lists.risks, entries, level),
        figures=figures(
            {
                report.url: report.date
                for report in lists.reports
                if report.date and first <= report.date <= today
            },
            lists,
            entries,
            state=milestone_state,
            progress=progress_of,
        ),
    )
