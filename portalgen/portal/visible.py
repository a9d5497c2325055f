"""Decide which records, files and persons leave the team, before any of them is turned into what a client sees."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portalgen.content import schema
from portalgen.content.markdown import Link
from portalgen.content.records import Entry
from portalgen.content.resolve import Facts, target_of
from portalgen.content.roles import parts
from portalgen.content.values import Marker
from portalgen.kinds import KINDS
from portalgen.portal.published import Ref
from portalgen.problems import Problem

SUBMITTED = ("submitted", "in_review", "accepted", "conditionally_accepted", "not_accepted")
"""A deliverable in one of these states shows more than its title, status and due day."""


@dataclass(frozen=True, slots=True)
class Visible:
    """What may leave, by name only."""

    refs: Mapping[str, Ref]
    """Of every published record, by id without case."""
    held_files: frozenset[str]
    """Files that a record which stays with the team names: they stay too."""
    files: tuple[str, ...]
    """Files that published records name, sorted; `attach` reads them."""
    evidence: tuple[str, ...]
    """Files of which the client learns the sha256 alone."""

    def ref(self, text: str) -> Ref | None:
        return self.refs.get(text.casefold())


def select(facts: Facts) -> tuple[Visible, list[Problem]]:
    """Return what may leave the team, with a warning for each record that must stay because of what it needs."""
    problems: list[Problem] = []
    visible = {id_: entry for id_, entry in facts.records.items() if id_ not in facts.held_back}
    # An approval of what nobody may see stays; that may take another approval's subject away, so look again.
    while lost := [id_ for id_, entry in visible.items() if not _has_what_it_needs(entry, visible)]:
        for id_ in lost:
            entry = visible.pop(id_)
            problems.append(
                Problem(
                    entry.place("subject"),
                    "held-back",
                    f"'{entry.id}' stays with the team, since all that it approves does",
                    "publish what it approves, or mark it internal",
                )
            )
    refs = {
        id_: Ref(entry.kind, entry.id, shown_title(entry), page_of(entry)) for id_, entry in visible.items()
    }
    held_files = frozenset(
        path for id_, entry in facts.records.items() if id_ not in visible for path in _files_of(facts, entry)
    )
    wanted = {
        path for entry in visible.values() if shows_all(entry) for path in _files_of(facts, entry)
    } - held_files
    brand = facts.content.client.fields.brand
    if brand and brand.logo:
        logo = facts.path_of(facts.content.folder, brand.logo)
        if logo and logo in facts.content.files and logo not in held_files:
            wanted.add(logo)
    evidence = {path for entry in visible.values() if (path := evidence_of(facts, entry))}
    return Visible(refs, held_files, tuple(sorted(wanted)), tuple(sorted(evidence))), problems


def _has_what_it_needs(entry: Entry, visible: Mapping[str, Entry]) -> bool:
    return not isinstance(entry.fields, schema.Approval) or any(
        id_.casefold() in visible for id_ in entry.fields.subject
    )


def shown_title(entry: Entry) -> str:
    """Return the title that a client sees."""
    return " ".join((entry.fields.client_title or entry.title).split())


def shows_all(entry: Entry) -> bool:
    """Return whether a client sees more of a record than its title, status and due day."""
    return not isinstance(entry.fields, schema.Deliverable) or entry.fields.status in SUBMITTED


def page_of(entry: Entry) -> str:
    """Return the address of a record's page, from the site's root."""
    return (
        f"{entry.project}/{entry.kind}/{entry.id}.html" if entry.project else f"{entry.kind}/{entry.id}.html"
    )


def links_of(entry: Entry) -> tuple[Link, ...]:
    """Return the links of the body that a client sees; none where a summary takes its place."""
    return entry.body.links if entry.body and not entry.fields.client_summary else ()


def evidence_of(facts: Facts, entry: Entry) -> str | None:
    """Return the file that proves an approval, if its evidence names one."""
    if not isinstance(entry.fields, schema.Approval) or not entry.fields.evidence:
        return None
    path = facts.path_of(entry.folder, entry.fields.evidence)
    return path if path in facts.content.files else None


def _files_of(facts: Facts, entry: Entry) -> Iterator[str]:
    for part in parts(entry.fields):
        if part.marker == Marker("file"):
            path = facts.path_of(entry.folder, part.value)
            if path in facts.content.files:
                yield path  # type: ignore[misc]
    for link in entry.body.links if entry.body else ():
        target = target_of(facts, entry, link)
        if isinstance(target, str):
            yield target


def file_name(path: str) -> str:
    """Return the name under which a file is published."""
    return posixpath.basename(path)


def kind_name(entry: Entry) -> str:
    """Return a record's kind in a sentence: `a risk`."""
    return KINDS[entry.kind].one
