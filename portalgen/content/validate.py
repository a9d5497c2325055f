"""Turn a client's files into records: every mapping against its model, every fault at its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Protocol

from msgspec.structs import replace

from portalgen.content import schema
from portalgen.content.entries import Parse, entries_of
from portalgen.content.fit import Found, KnownFields, Model, fit
from portalgen.content.folders import Layout, RecordFile, lay_out
from portalgen.content.markdown.body import parse_body
from portalgen.content.read import ClientFolder
from portalgen.content.records import Address, ClientContent, Entry, File, PersonEntry, Single
from portalgen.content.yaml.places import Document, Read, Value, read_front_matter, read_yaml
from portalgen.problems import Problem


class KnownParts(KnownFields, Protocol):
    """Remembers what the parts of files say, and what they were checked to be, from one time to the next."""

    def read_yaml(
        self, text: str, path: str, *, first_line: int = 1
    ) -> tuple[Document | None, list[Problem]]:
        """Do what `read_yaml` does; a text in which nothing was wrong is remembered."""


class Known(KnownParts, Protocol):
    """Remembers the records of whole files too."""

    def find(self, source: RecordFile, text: str, parse: Parse) -> list[Entry] | None:
        """Return the records of a file with this text, in which nothing was wrong; None where they are not known."""

    def keep(self, source: RecordFile, text: str, file: File, entries: Sequence[Entry]) -> None:
        """Remember the records of a file in which nothing was wrong."""


_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def validate(
    folder: ClientFolder,
    shared: Mapping[str, PersonEntry],
    shared_unread: str = "",
    *,
    parse: Parse = parse_body,
    known: Known | None = None,
) -> tuple[ClientContent | None, list[Problem]]:
    """Return what `folder` says and every fault of form in it; None where there is no client.yaml to begin with.

    `shared` are the people of content/_shared; `shared_unread` is what of their file could not be read. `known` may
    remember the records of files in which nothing was wrong.
    """
    layout, problems = lay_out(folder)
    found = Found(problems, [shared_unread] if shared_unread else [])
    remembered = {
        source.path: entries
        for source in (layout.records if known else ())
        if known and (entries := known.find(source, folder.texts[source.path], parse)) is not None
    }
    unknown = [path for path in layout.paths() if path not in remembered]
    # Lists of records are left out: they are long, and one of which a record changed is checked as a whole.
    lists = {source.path for source in layout.records if not source.path.endswith(".md")}
    reads = {path: known.read_yaml for path in unknown if known and path not in lists}
    files, spoilt = _read_files(folder, unknown, found, reads)
    if layout.client is None:
        return None, found.problems
    small = replace(found, known=known)

    def single(model: type[Model], path: str | None, default: Model) -> Single[Model] | None:
        if path is None or path not in files:
            return None
        document = files[path].document
        value = document.value if document.value is not None else {}
        fields, _ = fit(model, document, (), value, PurePosixPath(path).name, small)
        return Single(fields=fields or default, document=document)

    def rows(model: type[Model], path: str | None) -> list[Single[Model]]:
        if path is None or path not in files:
            return []
        document, what = files[path].document, f"a row of {PurePosixPath(path).name}"
        fitted = (
            (address, fit(model, document, address, value, what, small)[0])
            for address, value in _records_in(document, "list", found)
        )
        return [
            Single(fields=fields, document=document, address=address) for address, fields in fitted if fields
        ]

    unnamed = schema.Client(name=folder.slug)
    nothing = Document(path=layout.client, text="", first_line=1, value={})
    people = _people(files[layout.people].document, small) if layout.people in files else {}
    for key in people.keys() & shared.keys():
        place = people[key].document.place(people[key].address, key=True)
        message = f"'{key}' is in content/_shared/people.yaml too"
        found.add(place, "duplicate-id", message, "give one of the two another key")
    responsibilities = rows(schema.Responsibility, layout.responsibilities)
    for row in responsibilities:
        _check_one_person(row, found)
    projects = {
        name: single(schema.Project, path, schema.Project(name=name or folder.slug))
        for name, path in layout.projects.items()
    }
    content = ClientContent(
        slug=folder.slug,
        folder=folder.path,
        client=single(schema.Client, layout.client, unnamed) or Single(fields=unnamed, document=nothing),
        projects=projects or {"": None},
        people={**shared, **people},
        contract=single(schema.Contract, layout.contract, schema.Contract()),
        responsibilities=tuple(responsibilities),
        communication_plan=tuple(rows(schema.CommunicationRow, layout.communication_plan)),
        entries=tuple(_entries(layout, files, remembered, spoilt, folder, small, parse, known)),
        files=folder.files,
        unread=tuple(found.unread),
        read=files,
    )
    return content, found.problems


def read_people(
    text: str, path: str, known: KnownParts | None = None
) -> tuple[dict[str, PersonEntry], str, list[Problem]]:
    """Return the people of content/_shared/people.yaml, what of it could not be read, and the problems."""
    document, problems = known.read_yaml(text, path) if known else read_yaml(text, path)
    found = Found(problems, known=known)
    people = _people(document, found, is_shared=True) if document else {}
    return people, text if document is None else "\n".join(found.unread), found.problems


def _read_files(
    folder: ClientFolder, paths: Iterable[str], found: Found, reads: Mapping[str, Read]
) -> tuple[dict[str, File], frozenset[str]]:
    """Return the files that can be read, and the paths of those with problems.

    `reads` says of some paths what reads them in the place of `read_yaml`.
    """
    files: dict[str, File] = {}
    spoilt: set[str] = set()
    for path in paths:
        text = folder.texts[path]
        document: Document | None
        body, body_line = "", 0
        read = reads.get(path, read_yaml)
        if path.endswith(".md"):
            document, body, body_line, problems = read_front_matter(text, path, read)
        else:
            document, problems = read(text, path)
        found.problems.extend(problems)
        if problems:
            spoilt.add(path)
        if document is None:
            found.unread.append(f"{PurePosixPath(path).stem}\n{text}")
        else:
            files[path] = File(document, body, body_line)
    return files, frozenset(spoilt)


def _entries(
    layout: Layout,
    files: Mapping[str, File],
    remembered: Mapping[str, list[Entry]],
    spoilt: frozenset[str],
    folder: ClientFolder,
    found: Found,
    parse: Parse,
    known: Known | None,
) -> list[Entry]:
    entries: list[Entry] = []
    for source in layout.records:
        if source.path in remembered:
            entries += remembered[source.path]
        elif file := files.get(source.path):
            wrong = len(found.problems), len(found.unread)
            here = found if source.path.endswith(".md") else replace(found, known=None)
            made = [
                entry
                for address, value in _records_in(file.document, source.form, here)
                for entry in entries_of(source.kind, source.project, file, address, value, here, parse=parse)
            ]
            entries += made
            if known and source.path not in spoilt and wrong == (len(found.problems), len(found.unread)):
                known.keep(source, folder.texts[source.path], file, made)
    return entries


def _records_in(document: Document, form: str, found: Found) -> list[tuple[Address, Value]]:
    """Return the rows of a list, or the one mapping of a record's own file."""
    value = document.value
    if form == "record" and (value is None or isinstance(value, dict)):
        return [((), value or {})]
    if form == "list" and value is None:
        return []
    if form == "list" and isinstance(value, list):
        return [((number,), row) for number, row in enumerate(value) if row is not None]
    message = (
        "a list is expected in this file"
        if form == "list"
        else "a record's own file holds one mapping of fields"
    )
    hint = "begin each record with '- '" if form == "list" else "put lists of records into <kind>.yaml"
    found.add(document.place(()), "wrong-type", message, hint)
    found.unread.append(document.text)
    return []


def _people(document: Document, found: Found, *, is_shared: bool = False) -> dict[str, PersonEntry]:
    people: dict[str, PersonEntry] = {}
    rows: list[tuple[Address, Value]]
    if isinstance(document.value, dict):
        rows = [((key,), value) for key, value in document.value.items()]
    else:
        rows = _records_in(document, "list", found)
    for address, value in rows:
        key = (
            address[0] if isinstance(address[0], str) else value.get("key") if isinstance(value, dict) else ""
        )
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            message = f"'{key or ''}' is no key for a person"
            hint = "use lower-case letters, digits and hyphens"
            found.add(document.place(address, key=True), "bad-person-key", message, hint)
        elif key in people:
            message = f"'{key}' is the key of two people"
            found.add(document.place(address), "duplicate-id", message, "give one of the two another key")
        else:
            fields, _ = fit(schema.Person, document, address, value, "a person", found)
            if fields is None:
                found.unread.append(key)
            else:
                people[key] = PersonEntry(
                    key=key, fields=fields, document=document, address=address, is_shared=is_shared
                )
    return people


def _check_one_person(row: Single[schema.Responsibility], found: Found) -> None:
    for name in ("responsible", "accountable"):
        people = getattr(row.fields, name)
        if len(people) != 1:
            message = f"'{row.fields.activity}' has {len(people)} persons under '{name}'"
            found.add(row.place(name), "one-person", message, "PM² asks for exactly one")
