"""Replace names by the things they name: ids, persons, files, links in bodies. What names nothing is a problem."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from portalgen.content import schema
from portalgen.content.markdown.body import Link
from portalgen.content.records import ClientContent, Entry, Single
from portalgen.content.roles import Part, parts_to_check
from portalgen.content.values import Marker, RefTo
from portalgen.kinds import KINDS
from portalgen.money import Money
from portalgen.problems import Place, Problem, did_you_mean
from portalgen.settings import Settings

PERSON_KEY = re.compile(r"[a-z0-9-]+")
CLIENT_ITSELF = "/"
"""Stands for a project where an amount is the client's: it has the currency of an only project that is published."""
_NUMBERED = re.compile(r"(.+)-\d+")
_NAMED = 5
"""So many ids are named in a hint."""


class Facts(Struct, frozen=True, kw_only=True):
    """A client's content with every name known to lead somewhere. It knows everything: only `publish` reads it."""

    content: ClientContent
    settings: Settings
    records: Mapping[str, Entry]
    """By id without case, in the order of files, then of lines."""
    held_back: Mapping[str, str]
    """Id without case → why the record stays with the team."""
    held_projects: frozenset[str]
    """Folders of projects that are internal."""
    by_path: Mapping[str, str]
    """A record's own file → its id without case."""

    def record(self, text: str) -> Entry | None:
        """Return the record that an id names."""
        return self.records.get(text.casefold())

    def currency(self, project: str) -> str:
        """Return the currency of amounts that name none; `project` may be CLIENT_ITSELF."""
        own = self.content.projects.get(project)
        if project == CLIENT_ITSELF and "" not in self.held_projects:
            own = self.content.projects.get("")
        return (
            (own.fields.currency if own else None)
            or self.content.client.fields.currency
            or self.settings.currency
        )

    def named_people(self) -> Iterator[str]:
        """Yield every key of people.yaml that something of the client names."""
        content = self.content
        singles: tuple[Single[Any] | None, ...] = (
            content.client,
            content.contract,
            *content.projects.values(),
        )
        models: list[schema.Strict] = [single.fields for single in singles if single]
        models += [row.fields for row in content.responsibilities]
        models += [row.fields for row in content.communication_plan]
        models += [entry.fields for entry in content.entries]
        for model in models:
            for part in parts_to_check(model):
                if part.marker == Marker("person") and PERSON_KEY.fullmatch(part.value):
                    yield part.value

    def path_of(self, entry_folder: str, target: str) -> str | None:
        """Return the path from the source of what a file in `entry_folder` names; None outside the client's folder."""
        base = self.content.folder if target.startswith("/") else entry_folder
        path = posixpath.normpath(posixpath.join(base, target.lstrip("/")))
        return path if path.startswith(self.content.folder + "/") else None


def resolve(content: ClientContent, settings: Settings) -> tuple[Facts, list[Problem]]:
    """Return the facts of a client and every name in them that leads nowhere.

    Visibility is decided here, once: the strictest of the record's own word (else its kind's, from client.yaml,
    else portalgen.yaml, else the built-in one), its meeting's and its project's; a draft is internal.
    """
    problems: list[Problem] = []
    held_projects = frozenset(
        name
        for name, project in content.projects.items()
        if project and project.fields.visibility == "internal"
    )
    kinds = kind_visibility(content, settings, problems)
    entries = _numbered(content.entries, kinds, held_projects)
    records: dict[str, Entry] = {}
    for entry in entries:
        other = records.setdefault(entry.id.casefold(), entry)
        if other is not entry:
            where = other.place("id") if "id" in other.fields.typed else other.place()
            problems.append(
                Problem(
                    _id_place(entry),
                    "duplicate-id",
                    f"'{entry.id}' is an id twice: also at {where}",
                    "ids are unique in a client, whatever their case",
                )
            )
    meetings = {
        id_: why_held(entry, kinds, held_projects, "")
        for id_, entry in records.items()
        if entry.kind == "meetings"
    }
    held_back = {
        id_: why
        for id_, entry in records.items()
        if (why := why_held(entry, kinds, held_projects, meetings.get(entry.meeting.casefold(), "")))
    }
    facts = Facts(
        content=content,
        settings=settings,
        records=records,
        held_back=held_back,
        held_projects=held_projects,
        by_path={entry.document.path: id_ for id_, entry in records.items() if entry.address == ()},
    )
    prefixes = {match[1].casefold() for entry in records.values() if (match := _NUMBERED.fullmatch(entry.id))}
    for entry in records.values():
        problems.extend(_check_names(facts, entry))
        problems.extend(_check_links(facts, entry, prefixes))
    problems.extend(_check_single(facts))
    return facts, problems


def _id_place(entry: Entry) -> Place:
    return entry.place("id") if "id" in entry.fields.typed else entry.place()


def kind_visibility(content: ClientContent, settings: Settings, problems: list[Problem]) -> dict[str, bool]:
    """Return whether each kind stays with the team where a record does not say."""
    own = content.client.fields.visibility
    for kind in own.keys() - KINDS.keys():
        problems.append(
            Problem(
                content.client.place("visibility", kind, key=True),
                "unknown-key",
                f"'{kind}' is no kind of record",
                did_you_mean(kind, KINDS),
            )
        )
    return {
        name: (
            own.get(name) or settings.visibility.get(name) or ("internal" if kind.is_internal else "client")
        )
        == "internal"
        for name, kind in KINDS.items()
    }


def why_held(entry: Entry, kinds: Mapping[str, bool], held_projects: frozenset[str], meeting: str) -> str:
    """Return why a record stays with the team; empty where the client sees it."""
    if entry.fields.visibility == "internal":
        return "visibility: internal"
    if entry.project in held_projects:
        return "its project is internal"
    if meeting:
        return "its meeting is internal"
    if entry.fields.visibility is None and kinds[entry.kind]:
        return f"{entry.kind} are internal by default"
    if isinstance(entry.fields, schema.Document) and entry.fields.status == "draft":
        return "a draft"
    return ""


def _numbered(
    entries: tuple[Entry, ...], kinds: Mapping[str, bool], held_projects: frozenset[str]
) -> list[Entry]:
    """Number what stands in meetings without an id: published ones first, so that no gap tells of an internal one."""
    held_meetings = {
        entry.id
        for entry in entries
        if entry.kind == "meetings" and why_held(entry, kinds, held_projects, "")
    }
    numbers: dict[str, int] = {}
    given: dict[int, str] = {}
    nameless = [entry for entry in entries if not entry.id]
    for entry in sorted(
        nameless,
        key=lambda entry: bool(
            why_held(entry, kinds, held_projects, "x" if entry.meeting in held_meetings else "")
        ),
    ):
        stem = f"{entry.meeting}.{entry.kind[0]}"
        numbers[stem] = numbers.get(stem, 0) + 1
        given[id(entry)] = f"{stem}{numbers[stem]}"
    return [replace(entry, id=given[id(entry)]) if id(entry) in given else entry for entry in entries]


def _check_names(facts: Facts, entry: Entry) -> Iterator[Problem]:
    for part in parts_to_check(entry.fields):
        yield from _check_part(facts, part, entry, entry.folder, entry.project)
    if isinstance(entry.fields, schema.Meeting) and entry.fields.next_meeting:
        target = entry.fields.next_meeting
        if not is_day(target) and not facts.record(target):
            yield from _unknown_id(facts, target, entry.place("next_meeting"), ("meetings",))


def is_day(text: str) -> bool:
    """Return whether a text is a calendar day."""
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _check_part(
    facts: Facts, part: Part, holder: Entry | Single[Any], folder: str, project: str
) -> Iterator[Problem]:
    at = holder.place
    match part.marker:
        case RefTo(kinds):
            found = facts.record(part.value)
            if not found:
                yield from _unknown_id(facts, part.value, at(*part.address), kinds)
            elif kinds and found.kind not in kinds:
                yield Problem(
                    at(*part.address),
                    "wrong-kind",
                    f"'{part.value}' is {KINDS[found.kind].one}, not {KINDS[kinds[0]].one}",
                    f"name {KINDS[kinds[0]].one} here, or put the id under 'links'",
                )
        case Marker("person"):
            if (
                PERSON_KEY.fullmatch(part.value)
                and part.value not in facts.content.people
                and not _is_unread(facts, part.value)
            ):
                hint = did_you_mean(
                    part.value,
                    facts.content.people,
                    otherwise="add the person to people.yaml, or write the whole name",
                )
                yield Problem(
                    at(*part.address), "unknown-person", f"'{part.value}' is nobody in people.yaml", hint
                )
        case Marker("file"):
            path = facts.path_of(folder, part.value)
            if path is None:
                yield Problem(
                    at(*part.address),
                    "file-outside",
                    f"'{part.value}' leaves the client's folder",
                    "copy the file into it",
                )
            elif path not in facts.content.files:
                near = did_you_mean(
                    part.value, [posixpath.relpath(name, folder) for name in facts.content.files]
                )
                yield Problem(
                    at(*part.address),
                    "missing-file",
                    f"there is no file '{part.value}'",
                    near or "a file is named from the folder of the file that names it",
                )
        case _:
            if isinstance(part.value, Money) and not part.value.currency and not facts.currency(project):
                yield Problem(
                    at(*part.address),
                    "bad-money",
                    f"'{part.value.amount}' has no currency",
                    "write it like 1200.50 EUR, or put 'currency: EUR' into client.yaml",
                )


def _unknown_id(facts: Facts, text: str, place: Place, kinds: tuple[str, ...]) -> Iterator[Problem]:
    if _is_unread(facts, text):
        return
    # An id is usually called after its kind: where any may stand, and there is none of this, that is what is said.
    prefix = match[1].casefold() if (match := _NUMBERED.fullmatch(text)) else ""
    kinds = kinds or tuple(
        name for name, kind in KINDS.items() if prefix and kind.prefix.casefold() == prefix
    )
    known = [entry.id for entry in facts.records.values() if not kinds or entry.kind in kinds]
    kind = kinds[0] if kinds else "records"
    there = f"there are {', '.join(known[:_NAMED])}" + (" and others" if len(known) > _NAMED else "")
    hint = did_you_mean(text, known, otherwise=there if known else f"there are no {kind} yet")
    yield Problem(place, "unknown-id", f"'{text}' names no record of this client", hint)


def _is_unread(facts: Facts, text: str) -> bool:
    """What stands in a file that could not be read may be what is missed: that file's problem is reported already."""
    return any(text in unread for unread in facts.content.unread)


def _check_links(facts: Facts, entry: Entry, prefixes: set[str]) -> Iterator[Problem]:
    if entry.body is None:
        return
    for link in entry.body.links:
        if link.form == "record" and not link.bare and not facts.record(link.target):
            match = _NUMBERED.fullmatch(link.target)
            if match and match[1].casefold() in prefixes:
                yield from _unknown_id(facts, link.target, entry.place_of(link), ())


def target_of(facts: Facts, entry: Entry, link: Link) -> Entry | str | None:
    """Return what a link of a body leads to: a record, the path of a file of the client's folder, or None."""
    if link.form == "record":
        return facts.record(link.target)
    path = facts.path_of(entry.folder, link.target)
    if path is None:
        return None
    if path in facts.by_path:
        return facts.records[facts.by_path[path]]
    return path if path in facts.content.files else None


def _check_single(facts: Facts) -> Iterator[Problem]:
    content = facts.content
    singles: list[tuple[Single[Any] | None, str]] = [(content.client, ""), (content.contract, CLIENT_ITSELF)]
    singles.extend((project, name) for name, project in content.projects.items())
    singles.extend((row, "") for row in content.responsibilities)
    singles.extend((row, "") for row in content.communication_plan)
    for single, project in singles:
        if single is not None:
            folder = posixpath.dirname(single.document.path)
            for part in parts_to_check(single.fields):
                yield from _check_part(facts, part, single, folder, project)
