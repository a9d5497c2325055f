"""A client's content → every text of it, published or held back, each with the reason and the place.

The rules of content-format.md are written here a second time, on purpose: `publish` builds what may leave and drops
the rest; this goes through everything that was typed and says of each text whether it leaves. Where the two differ, the
audit finds in the output what it takes for internal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from portalgen.content import schema
from portalgen.content.read import ClientFolder
from portalgen.content.records import Entry, PersonEntry, Single
from portalgen.content.resolve import Facts, target_of
from portalgen.content.roles import marker_of
from portalgen.content.schema import Strict
from portalgen.content.values import Marker, RefTo
from portalgen.portal import published
from portalgen.portal.visible import SUBMITTED, Visible, names_of_internal
from portalgen.problems import Place

NOTES = "the team's own notes"
TEAM_ALONE = "for the team alone"
_BEFORE_SUBMISSION = frozenset({"id", "title", "client_title", "status", "due"})
_PUBLISHED_AS = {"url": "external_url", "evidence": "evidence_sha256"}
_COMMENT = re.compile(r"(?:^|(?<=\s))#[ \t]*(\S.*)$", re.MULTILINE)


class Item(Struct, frozen=True):
    """One text or value that somebody typed."""

    kind: str
    """`requirements` and the like, or `client`, `project`, `contract`, `people`, `files`, `notes` …"""
    owner: str
    """The record's id, the person's key, the file's path; empty where there is one of the kind only."""
    field: str
    """`acceptance.2.note`, counted from 1."""
    text: str
    why: str
    """Why it stays with the team; empty where the client reads it."""
    find: Callable[[], Place]
    """Returns the place; finding it means reading the file again."""
    is_text: bool = True
    """False for a day, a number, a state: what says nothing outside its field, and is not looked for."""

    @property
    def name(self) -> str:
        """What the item belongs to: `requirements REQ-1`."""
        return f"{self.kind} {self.owner}".rstrip()


def items_of(facts: Facts, visible: Visible, folder: ClientFolder) -> tuple[Item, ...]:
    """Return everything that the client's folder and the shared people say, in the order of kinds, then of files."""
    ledger = _Ledger(facts, visible, names_of_internal(facts))
    content = facts.content
    found = list(ledger.single("client", "", content.client, published.Client, ""))
    for name, project in content.projects.items():
        if project is not None:
            why = "the project is internal" if name in facts.held_projects else ""
            found += ledger.single("project", name, project, published.Project, why)
    if content.contract is not None:
        fields = content.contract.fields
        why = "a pending contract" if fields.status == "pending" else ""
        found += ledger.single("contract", "", content.contract, published.Contract, why)
    for entry in facts.records.values():
        found += ledger.record(entry)
    for number, row in enumerate(content.responsibilities, start=1):
        needed = [*row.fields.responsible, *row.fields.accountable]
        why = "a person it needs stays with the team" if any(map(ledger.is_stranger, needed)) else ""
        found += ledger.single("responsibilities", str(number), row, published.Responsibility, why)
    for number, line in enumerate(content.communication_plan, start=1):
        found += ledger.single("communication-plan", str(number), line, published.CommunicationRow, "")
    named = {item.text for item in found if not item.why}
    for key, person in content.people.items():
        is_unnamed = person.is_shared and key not in named
        why = "nothing published names the person" if is_unnamed else ""
        found += ledger.single("people", key, person, published.Person, why)
    return (*found, *_files(facts, visible, found), *_notes(folder))


class _Ledger(Struct, frozen=True):
    """What deciding about one text needs to know."""

    facts: Facts
    visible: Visible
    strangers: frozenset[str]
    """Keys and names, without case, of persons who stay with the team."""

    def is_stranger(self, text: str) -> bool:
        return " ".join(text.split()).casefold() in self.strangers

    def record(self, entry: Entry) -> Iterator[Item]:
        """Yield all that a record says."""
        key = entry.id.casefold()
        why = self.facts.held_back.get(
            key, "" if key in self.visible.refs else "what it needs stays with the team"
        )
        for item in self._walk(entry.fields, (), why, published.RECORDS[entry.kind], entry.project, entry):
            yield replace(item, kind=entry.kind, owner=entry.id)
        fields, body = entry.fields, entry.body
        if body is None:
            return
        shows_body = not isinstance(fields, schema.Deliverable) or fields.status in SUBMITTED
        stays = why or ("not handed over yet" if not shows_body else "")
        stays = stays or ("client_summary stands in its place" if fields.client_summary else "")
        for number, line in enumerate(body.text.split("\n"), start=1):
            if line.strip():
                is_title = (
                    number == 1 and bool(fields.client_title) and body.title and body.title == entry.title
                )
                reason = stays or ("client_title stands in its place" if is_title else "")
                yield Item(
                    entry.kind, entry.id, "body", line, reason, partial(entry.place_in_body, number, 1)
                )
        for held in body.held_back:
            reason = stays or ("a comment" if held.lstrip().startswith("<!--") else "an internal block")
            place = partial(_place_of, entry, held)
            yield Item(entry.kind, entry.id, "body", held, reason, place)

    def single(
        self, kind: str, owner: str, holder: Single[Any] | PersonEntry, cls: type[Any], why: str
    ) -> Iterator[Item]:
        """Yield all that a file such as contract.yaml says, or a row or person."""
        entry = (
            holder
            if isinstance(holder, Single)
            else Single(fields=holder.fields, document=holder.document, address=holder.address)
        )
        if getattr(entry.fields, "visibility", None) == "internal":
            why = why or "visibility: internal"
        for item in self._walk(entry.fields, (), why, cls, owner if kind == "project" else "", entry):
            yield replace(item, kind=kind, owner=owner)

    def _walk(
        self, model: Strict, address: tuple[str | int, ...], why: str, cls: type[Any] | None, project: str,
        holder: Entry | Single[Any],
    ) -> Iterator[Item]:  # fmt: skip
        """Yield the texts below a mapping; `cls` is the published type, whose fields are the allow-list."""
        is_row = isinstance(model, schema.Row) and bool(address)
        if is_row and getattr(model, "visibility", None) == "internal":
            why = why or "visibility: internal"
        if (
            isinstance(model, schema.Amendment)
            and (model.status or ("signed" if model.signed_on else "draft")) != "signed"
        ):
            why = why or "a draft amendment"
        for name, info in schema.fields_of(type(model)).items():
            value = getattr(model, name)
            if value is None or name == "visibility" or name not in model.typed:
                continue
            at = (*address, info.key)
            if name in ("internal", "preferences", "tags"):
                yield from self._free(value, at, why or NOTES, holder)
                continue
            reason = why or self._why(model, name, value, cls, holder, is_top=not address)
            marker = marker_of(type(model), name)
            for at_value, one in _each(value, at):
                if isinstance(one, Strict):
                    inner = getattr(published, type(one).__name__, None)
                    yield from self._walk(one, at_value, reason, inner, project, holder)
                elif name != "body":
                    stays = reason or self._why_value(one, name, marker, holder)
                    yield self._item(at_value, one, stays, holder)

    def _why(
        self,
        model: Strict,
        name: str,
        value: Any,
        cls: type[Any] | None,
        holder: Entry | Single[Any],
        *,
        is_top: bool,
    ) -> str:
        """Return why a field stays, whatever it holds."""
        if schema.fields_of(type(model))[name].is_internal:
            return "only its sha256 is published" if name == "evidence" else TEAM_ALONE
        if isinstance(model, schema.Budget) and not model.show:
            return "a budget without show: true"
        if isinstance(model, schema.Record):
            if (
                isinstance(model, schema.Deliverable)
                and model.status not in SUBMITTED
                and name not in _BEFORE_SUBMISSION
            ):
                return "not handed over yet"
            if name == "title" and model.client_title:
                return "client_title stands in its place"
        fields = holder.fields
        has_summary = isinstance(fields, schema.Record) and bool(fields.client_summary)
        is_prose = marker_of(type(model), name) == Marker("prose") and name != "title"
        if has_summary and (is_prose or isinstance(model, schema.Criterion)):
            return "client_summary stands in its place"
        known = name in ("client_title", "client_summary", "brand", "feedback", "responses", "key")
        names = {name, _PUBLISHED_AS.get(name, name)}
        if cls is not None and is_top and not known and names.isdisjoint(_fields_of(cls)):
            return "never published"
        return ""

    def _why_value(
        self, value: Any, name: str, marker: RefTo | Marker | None, holder: Entry | Single[Any]
    ) -> str:
        """Return why one value of a field stays, by what it names."""
        if not isinstance(value, str):
            return ""
        if isinstance(marker, RefTo):
            return "" if self.visible.ref(value) else "a record that stays with the team"
        if name == "source":
            return "" if self.visible.ref(value) else "no id of a published record"
        if (
            name in ("next_meeting", "applied_in")
            and self.facts.record(value)
            and not self.visible.ref(value)
        ):
            return "a record that stays with the team"
        if marker == Marker("person") and self.is_stranger(value):
            return "a person who stays with the team"
        if marker == Marker("file"):
            folder = holder.folder if isinstance(holder, Entry) else self.facts.content.folder
            if self.facts.path_of(folder, value) in self.visible.held_files:
                return "an internal record names the file too"
        return ""

    def _free(
        self, value: Any, at: tuple[str | int, ...], why: str, holder: Entry | Single[Any]
    ) -> Iterator[Item]:
        """Yield the texts of notes, in which anything may stand."""
        if isinstance(value, dict):
            for key, item in value.items():
                yield from self._free(item, (*at, key), why, holder)
        elif isinstance(value, list):
            for number, item in enumerate(value):
                yield from self._free(item, (*at, number), why, holder)
        elif value is not None:
            yield self._item(at, value, why, holder)

    def _item(self, at: tuple[str | int, ...], value: Any, why: str, holder: Entry | Single[Any]) -> Item:
        field = ".".join(str(part + 1) if isinstance(part, int) else part for part in at)
        return Item("", "", field, str(value), why, partial(holder.place, *at), isinstance(value, str))


def _each(value: Any, at: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield a value, the entries of a list, or the keys of a mapping: they are ids."""
    if isinstance(value, list):
        yield from (((*at, number), item) for number, item in enumerate(value))
    elif isinstance(value, dict):
        yield from (((*at, key), key) for key in value)
    else:
        yield at, value


def _fields_of(cls: type[Any]) -> frozenset[str]:
    return frozenset(cls.__struct_fields__) | {"links", "body", "file", "files"}


def _place_of(entry: Entry, held: str) -> Place:
    """Return where a block or comment stands: its text begins on a line of the file that reads so."""
    first = held.strip().split("\n")[0].strip()
    lines = entry.document.text.split("\n") if entry.document.text else []
    number = next((number for number, line in enumerate(lines) if first and first in line), None)
    if number is not None:
        return Place(entry.document.path, entry.document.first_line + number)
    return entry.place("body") if not entry.body_line else Place(entry.document.path, entry.body_line)


def _files(facts: Facts, visible: Visible, items: list[Item]) -> Iterator[Item]:
    """Yield the files of the folder, by name: what is in them is not looked at."""
    owners: dict[str, str] = {}
    for entry in facts.records.values():
        for link in entry.body.links if entry.body else ():
            target = target_of(facts, entry, link)
            if isinstance(target, str):
                owners.setdefault(target, entry.id)
    del items
    for path in facts.content.files:
        if path in visible.held_files:
            why = "an internal record names it"
        elif path in visible.files:
            why = ""
        elif path in visible.evidence:
            why = "only its sha256 is published"
        else:
            why = "no published record names it"
        yield Item("files", path, "", path.rpartition("/")[2], why, partial(Place, path), is_text=bool(why))


def _notes(folder: ClientFolder) -> Iterator[Item]:
    """Yield what stands beside the fields: comments in YAML, and the README."""
    for path, text in folder.texts.items():
        is_readme = path.endswith("README.md")
        if is_readme:
            found = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
        elif path.endswith(".md"):
            continue
        else:
            found = [(text.count("\n", 0, match.start()) + 1, match[1]) for match in _COMMENT.finditer(text)]
        for number, line in found:
            why = "a README stays with the team" if is_readme else "a comment"
            yield Item("notes", path, "", line, why, partial(Place, path, number))
