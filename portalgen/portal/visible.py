"""Decide which records, files and persons leave the team, before any of them is turned into what a client sees."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from msgspec import Struct

from portalgen.content import schema
from portalgen.content.records import Entry
from portalgen.content.resolve import Facts, target_of
from portalgen.content.roles import parts_marked
from portalgen.content.values import Marker
from portalgen.kinds import KINDS
from portalgen.portal.published import Ref
from portalgen.problems import Problem

SUBMITTED = ("submitted", "in_review", "accepted", "conditionally_accepted", "not_accepted")
"""A deliverable in one of these states shows more than its title, status and due day."""

_FILE = Marker("file")


class Visible(Struct, frozen=True):
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
    strangers = names_of_internal(facts)
    while lost := {id_: why for id_, entry in visible.items() if (why := _lack(entry, visible, strangers))}:
        for id_, (field, reason, hint) in lost.items():
            entry = visible.pop(id_)
            message = f"'{entry.id}' stays with the team, since {reason}"
            problems.append(Problem(entry.place(field), "held-back", message, hint))
    refs = {
        id_: Ref(entry.kind, entry.id, shown_title(entry), page_of(entry)) for id_, entry in visible.items()
    }
    held_files = frozenset(
        path for id_, entry in facts.records.items() if id_ not in visible for path in _files_of(facts, entry)
    ) | frozenset(path for path in facts.content.files if _is_in_held_project(facts, path))
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


def _lack(
    entry: Entry, visible: Mapping[str, Entry], strangers: frozenset[str]
) -> tuple[str, str, str] | None:
    """Return the field that a record cannot do without and that stays with the team, the reason, and a hint."""
    fields = entry.fields
    if not isinstance(fields, schema.Approval):
        return None
    if not any(id_.casefold() in visible for id_ in fields.subject):
        return "subject", "all that it approves does", "publish what it approves, or mark it internal"
    is_decided = fields.status in ("approved", "changes_requested", "declined")
    if is_decided and " ".join((fields.decided_by or "").split()).casefold() in strangers:
        return "decided_by", "the person who decided does", "name somebody whom the client may know"
    return None


def names_of_internal(facts: Facts) -> frozenset[str]:
    """Return the keys and names, without case, of persons who stay with the team."""
    people = facts.content.people.items()
    hidden = [(key, entry) for key, entry in people if entry.fields.visibility == "internal"]
    return frozenset(
        " ".join(word.split()).casefold() for key, entry in hidden for word in (key, entry.fields.name)
    )


def _is_in_held_project(facts: Facts, path: str) -> bool:
    folder = facts.content.folder
    return any(name and path.startswith(f"{folder}/{name}/") for name in facts.held_projects)


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


def evidence_of(facts: Facts, entry: Entry) -> str | None:
    """Return the file that proves an approval, if its evidence names one."""
    if not isinstance(entry.fields, schema.Approval) or not entry.fields.evidence:
        return None
    path = facts.path_of(entry.folder, entry.fields.evidence)
    return path if path in facts.content.files else None


def _files_of(facts: Facts, entry: Entry) -> Iterator[str]:
    for part in parts_marked(entry.fields, _FILE):
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
