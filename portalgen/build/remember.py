"""What git remembers of a client → its portal with a history; and what to say where git remembers nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import tzinfo
from pathlib import Path

from portalgen.content.git import NoHistory, open_blobs
from portalgen.content.history import Logs, Step, read_logs, step_of_today, steps_of
from portalgen.content.resolve import Facts
from portalgen.portal.history import with_history
from portalgen.portal.past import replay
from portalgen.portal.published import Portal
from portalgen.portal.visible import Visible
from portalgen.problems import Place, Problem
from portalgen.settings import Settings

SWITCHED_OFF = NoHistory("none", "history is switched off")


def open_logs(source: Path, slugs: Iterable[str], settings: Settings, *, at: str = "") -> Logs | NoHistory:
    """Return what git remembers of all clients, or why it is not to be had."""
    return read_logs(source, slugs, branch=settings.history_branch, since=settings.history_from, at=at)


def problems_of(logs: Logs | NoHistory) -> list[Problem]:
    """Return a warning where there should be a history and is none; nothing where the content is not kept in git."""
    if isinstance(logs, Logs) or logs.reason == "none":
        return []
    return [Problem(Place("content"), "no-history", logs.message, logs.hint)]


def remember(
    portal: Portal,
    logs: Logs | NoHistory,
    texts: Mapping[str, str],
    facts: Facts,
    visible: Visible,
    zone: tzinfo,
) -> tuple[Portal, list[Problem]]:
    """Return `portal` with its history, or with the reason why it has none.

    `texts` are all that the client's site depends on as they stand now, by their paths from the source: what differs
    from the last commit counts as changed on the portal's own day.
    """
    if isinstance(logs, NoHistory):
        return replace(portal, history_state=logs.reason), problems_of(logs)
    slug = facts.content.slug
    log = logs.of(slug)
    if log.is_elsewhere:
        # Reading the folder has warned of it: nested-repository.
        return replace(portal, history_state="unreadable"), []
    lost: list[str] = []
    with open_blobs(logs.repository) as blobs:

        def steps() -> Iterator[Step]:
            yield from steps_of(log, blobs, zone, lost)
            yield step_of_today(log, texts, portal.as_of)

        replayed = replay(slug, steps())
    return with_history(portal, replayed, facts, visible), []
