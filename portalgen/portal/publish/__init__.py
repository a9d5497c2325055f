"""Turn facts into what a client may see: the one way out, by allow-list.

allow.py      the rule: a field leaves only if the published type of its kind has a field of that name
records.py    what a kind publishes in a way of its own, and what records tell of each other
known.py      what left the last time, and when it still does
bodies.py     Markdown, in which only what is published has an address
files.py      files, and their addresses on the site
singles.py    client.yaml, project.yaml, people.yaml, contract.yaml, responsibilities, the communication plan
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from portalgen.content import schema
from portalgen.content.files.attachments import Attachment
from portalgen.content.records import Entry
from portalgen.content.resolve import Facts
from portalgen.portal import published
from portalgen.portal.publish.allow import Allow
from portalgen.portal.publish.bodies import Bodies
from portalgen.portal.publish.files import Files
from portalgen.portal.publish.known import Known, leave, world_of
from portalgen.portal.publish.records import WayOut
from portalgen.portal.publish.singles import Singles
from portalgen.portal.published import Portal, Project, Record
from portalgen.portal.visible import Visible
from portalgen.portal.words import NONE_HELD, Held, held_ids, people_of
from portalgen.problems import Problem


class Publication(Struct, frozen=True):
    """What leaves the team: values, and the files they name."""

    portal: Portal
    """Not derived yet."""
    files: Mapping[str, Attachment]
    """Address from the site's root (not percent-encoded) → file."""
    responses: Mapping[str, tuple[Decimal, ...]]
    """Survey id → the numbers answered, and nothing of who answered; only their totals are shown."""


def publish(
    facts: Facts,
    visible: Visible,
    attachments: Mapping[str, Attachment],
    digests: Mapping[str, str],
    as_of: date,
    words: Mapping[str, str] | None = None,
    known: Known | None = None,
) -> tuple[Publication, list[Problem]]:
    """Return what the client may see of `facts`, and problems that only show when it is put into words.

    `attachments` are the files of `visible.files` and `digests` the sha256 of those of `visible.evidence`, as read.
    `words` are our own in bodies (content.markdown.body.WORDS) in the client's language; None: in English.
    `known` may remember what left of records the last time.
    """
    way_out = way_out_of(facts, visible, attachments, digests, words, held_ids(facts, visible))
    singles = Singles(facts, way_out.allow, way_out.files, way_out.held, way_out.problems)
    if known:
        known.begin(world_of(facts, visible, attachments, digests, words or {}))
    leaving = [leave(entry, way_out, known) for id_, entry in facts.records.items() if id_ in visible.refs]
    records = [record for record, _ in leaving]
    lists = _lists(facts, records)
    client = singles.client()
    shown = {
        name: single for name, single in facts.content.projects.items() if name not in facts.held_projects
    }
    # Where all projects stay with the team the client looks like one that has none: it is one project itself.
    projects = [
        singles.project(name, single, lists.get(name, published.Lists()))
        for name, single in (shown or {"": None}).items()
    ]
    own = None
    if shown and "" not in shown and "" in lists:
        own = Project(id="", name=client.name, lists=lists[""])
    contract = singles.contract()
    responsibilities = tuple(
        row for single in facts.content.responsibilities if (row := singles.responsibility(single))
    )
    plan = tuple(
        line for single in facts.content.communication_plan if (line := singles.communication_row(single))
    )
    # Only now, since a shared person is published where something that leaves names them, and nowhere else.
    bare = [replace(project, lists=published.Lists()) for project in projects]
    named = set(people_of((client, *bare, *responsibilities, *plan)))
    named.update(*(keys for _, keys in leaving))
    portal = Portal(
        client=client,
        as_of=as_of,
        people=singles.people(named),
        contract=contract,
        responsibilities=responsibilities,
        communication_plan=plan,
        projects=tuple(projects),
        own=own,
    )
    responses = {
        entry.id: tuple(
            row.score
            for row in entry.fields.responses
            if row.score is not None and row.visibility != "internal"
        )
        for entry in facts.records.values()
        if isinstance(entry.fields, schema.Survey) and entry.id.casefold() in visible.refs
    }
    return Publication(portal, way_out.files.put_by_address, responses), way_out.problems


def way_out_of(
    facts: Facts,
    visible: Visible,
    attachments: Mapping[str, Attachment] | None = None,
    digests: Mapping[str, str] | None = None,
    words: Mapping[str, str] | None = None,
    held: Held = NONE_HELD,
) -> WayOut:
    """Return what turns the records of `facts`, one by one."""
    problems: list[Problem] = []
    files = Files(visible, attachments or {}, problems, {})
    bodies = Bodies(facts, visible, files, problems, words or {})
    nested: dict[str, list[Entry]] = {}
    for entry in facts.records.values():
        if entry.kind != "meetings":
            nested.setdefault(entry.meeting, []).append(entry)
    return WayOut(facts, visible, Allow(facts, visible), files, bodies, digests or {}, held, problems, nested)


def _lists(facts: Facts, records: list[Record]) -> dict[str, published.Lists]:
    by_project: dict[str, dict[str, list[Record]]] = {}
    for record in records:
        project = facts.records[record.id.casefold()].project
        by_project.setdefault(project, {}).setdefault(record.kind, []).append(record)
    return {
        name: published.Lists(**{kind: tuple(rows) for kind, rows in kinds.items()})  # type: ignore[arg-type]
        for name, kinds in by_project.items()
    }


__all__ = ["Publication", "WayOut", "publish", "way_out_of"]
