"""Turn a client's files into records: every mapping against its model, every fault at its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import TypeVar

from pydantic import ValidationError

from portalgen.content import schema
from portalgen.content.faults import problems_of
from portalgen.content.folders import Layout, lay_out
from portalgen.content.markdown import Body, check_plain, parse_body
from portalgen.content.places import Document, Value, read_front_matter, read_yaml
from portalgen.content.read import ClientFolder
from portalgen.content.records import Address, ClientContent, Entry, PersonEntry, Single
from portalgen.kinds import KINDS
from portalgen.problems import Place, Problem, did_you_mean

Model = TypeVar("Model", bound=schema.Strict)

_ID = re.compile(r"[\w.-]{1,100}")
_WINDOWS = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FILE_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?!\d)")
_FILE_WEEK = re.compile(r"(\d{4})-W(\d{2})(?!\d)")


@dataclass(frozen=True, slots=True)
class _File:
    """A file read: its YAML, and the text below its front matter."""

    document: Document
    body: str = ""
    body_line: int = 0


@dataclass(slots=True)
class _Findings:
    """What reading has found so far: the one value of this stage that grows."""

    problems: list[Problem]
    entries: list[Entry]
    unread: list[str]

    def add(self, place: Place, code: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(place, code, message, hint))


def validate(
    folder: ClientFolder, shared: Mapping[str, PersonEntry], shared_unread: str = ""
) -> tuple[ClientContent | None, list[Problem]]:
    """Return what `folder` says and every fault of form in it; None where there is no client.yaml to begin with.

    `shared` are the people of content/_shared; `shared_unread` is their file's text where it could not be read.
    """
    layout, problems = lay_out(folder)
    found = _Findings(problems, [], [shared_unread] if shared_unread else [])
    files = _read_files(folder, layout, found)
    documents = {path: file.document for path, file in files.items()}
    if layout.client is None:
        return None, found.problems

    nothing = Document(path=layout.client, text="", first_line=1, value={"name": folder.slug})
    client = _single(
        schema.Client,
        documents.get(layout.client, nothing),
        "client.yaml",
        found,
        default=schema.Client(name=folder.slug),
    )
    projects: dict[str, Single[schema.Project] | None] = {
        name: _single(
            schema.Project,
            documents[path],
            "project.yaml",
            found,
            default=schema.Project(name=name or folder.slug),
        )
        for name, path in layout.projects.items()
        if path in documents
    }
    own_people = _people(documents.get(layout.people) if layout.people else None, found)
    for key in own_people.keys() & shared.keys():
        person = own_people[key]
        found.add(
            person.document.place(person.address, key=True),
            "duplicate-id",
            f"'{key}' is in content/_shared/people.yaml too",
            "give one of the two another key",
        )
    contract = (
        _single(
            schema.Contract, documents[layout.contract], "contract.yaml", found, default=schema.Contract()
        )
        if layout.contract in documents
        else None
    )

    for source in layout.records:
        file = files.get(source.path)
        if file is not None:
            for address, value in _records_in(file.document, source.form, found):
                _entry(source.kind, source.project, file, address, value, found)
    content = ClientContent(
        slug=folder.slug,
        folder=folder.path,
        client=client,
        projects=projects or {"": None},
        people={**shared, **own_people},
        contract=contract,
        responsibilities=_rows(
            schema.Responsibility,
            documents.get(layout.responsibilities or ""),
            "a row of responsibilities.yaml",
            found,
        ),
        communication_plan=_rows(
            schema.CommunicationRow,
            documents.get(layout.communication_plan or ""),
            "a row of communication-plan.yaml",
            found,
        ),
        entries=tuple(found.entries),
        files=folder.files,
        unread=tuple(found.unread),
    )
    return content, found.problems


def read_people(text: str, path: str) -> tuple[dict[str, PersonEntry], str, list[Problem]]:
    """Return the people of content/_shared/people.yaml, what of it could not be read, and the problems."""
    document, problems = read_yaml(text, path)
    found = _Findings(problems, [], [])
    people = _people(document, found, is_shared=True) if document else {}
    return people, text if document is None else "\n".join(found.unread), found.problems


def _read_files(folder: ClientFolder, layout: Layout, found: _Findings) -> dict[str, _File]:
    files = {}
    for path in layout.paths():
        text = folder.texts[path]
        document: Document | None
        body, body_line = "", 0
        if path.endswith(".md"):
            document, body, body_line, problems = read_front_matter(text, path)
        else:
            document, problems = read_yaml(text, path)
        found.problems.extend(problems)
        if document is None:
            found.unread.append(f"{PurePosixPath(path).stem}\n{text}")
        else:
            files[path] = _File(document, body, body_line)
    return files


def _single(
    model: type[Model], document: Document, what: str, found: _Findings, *, default: Model
) -> Single[Model]:
    fields = _model(model, document, (), document.value if document.value is not None else {}, what, found)
    return Single(fields=fields or default, document=document)


def _rows(
    model: type[Model], document: Document | None, what: str, found: _Findings
) -> tuple[Single[Model], ...]:
    if document is None:
        return ()
    rows = []
    for address, value in _records_in(document, "list", found):
        fields = _model(model, document, address, value, what, found)
        if fields is None:
            continue
        if isinstance(fields, schema.Responsibility):
            for name in ("responsible", "accountable"):
                people = getattr(fields, name)
                if len(people) != 1:
                    found.add(
                        document.place((*address, name)),
                        "one-person",
                        f"'{fields.activity}' has {len(people)} persons under '{name}'",
                        "PM² asks for exactly one",
                    )
        rows.append(Single(fields=fields, document=document, address=address))
    return tuple(rows)


def _people(
    document: Document | None, found: _Findings, *, is_shared: bool = False
) -> dict[str, PersonEntry]:
    if document is None or document.value is None:
        return {}
    people: dict[str, PersonEntry] = {}
    rows: Iterable[tuple[Address, str | None, Value]]
    if isinstance(document.value, dict):
        rows = [((key,), key, value) for key, value in document.value.items()]
    else:
        rows = [(address, None, value) for address, value in _records_in(document, "list", found)]
    for address, key, value in rows:
        if key is None and isinstance(value, dict):
            key = str(value.get("key") or "")
        if key is None or not _KEY.fullmatch(key):
            found.add(
                document.place(address, key=True),
                "bad-person-key",
                f"'{key or ''}' is no key for a person",
                "use lower-case letters, digits and hyphens",
            )
            continue
        if key in people:
            found.add(
                document.place(address),
                "duplicate-id",
                f"'{key}' is the key of two people",
                "give one of the two another key",
            )
            continue
        fields = _model(
            schema.Person,
            document,
            address,
            {"name": value} if isinstance(value, str) else value,
            "a person",
            found,
        )
        if fields is None:
            found.unread.append(key)
        else:
            people[key] = PersonEntry(
                key=key, fields=fields, document=document, address=address, is_shared=is_shared
            )
    return people


def _records_in(document: Document, form: str, found: _Findings) -> list[tuple[Address, Value]]:
    """Return the rows of a list, or the one mapping of a record's own file."""
    value = document.value
    if form == "record":
        if value is None or isinstance(value, dict):
            return [((), value or {})]
        found.add(
            document.place(()),
            "wrong-type",
            "a record's own file holds one mapping of fields",
            "put lists of records into <kind>.yaml",
        )
        found.unread.append(document.text)
        return []
    if value is None:
        return []
    if isinstance(value, list):
        return [((number,), row) for number, row in enumerate(value) if row is not None]
    found.add(
        document.place(()), "wrong-type", "a list is expected in this file", "begin each record with '- '"
    )
    found.unread.append(document.text)
    return []


def _entry(
    kind: str,
    project: str,
    file: _File,
    address: Address,
    value: Value,
    found: _Findings,
    *,
    meeting: str = "",
) -> None:
    what, document = KINDS[kind].one, file.document
    raw: Value = {"title": value} if meeting and isinstance(value, str) else value
    if not isinstance(raw, dict):
        found.add(
            document.place(address),
            "wrong-type",
            f"{what} is a mapping of fields, not a {'list' if isinstance(raw, list) else 'text'}",
            "write 'title: …'",
        )
        return
    path = PurePosixPath(document.path)
    is_own_file = address == ()
    identity = _identity(raw, document, address, what, meeting, found)
    nested = (
        [(name, row) for name in ("decisions", "actions") for row in _nested(raw.get(name))]
        if kind == "meetings"
        else []
    )
    own: Value = {name: row for name, row in raw.items() if not nested or name not in ("decisions", "actions")}
    fields = _model(schema.RECORDS[kind], document, address, own, what, found)
    if identity is None or fields is None:
        found.unread.append(f"{identity or ''} {raw.get('id') or ''}")
        return
    if "id" not in raw and not meeting and (fields.client_title or fields.client_summary):
        found.add(document.place((*address, "client_title" if fields.client_title else "client_summary"), key=True), "missing-field",
                  f"{what} with a client_title or client_summary needs an 'id'", "the file's name would tell its title")  # fmt: skip

    body, body_line = _body(fields, file, address, found)
    title = fields.title or (body.title if body else "")
    if not title:
        found.add(
            document.place(address),
            "missing-field",
            f"{what} needs a 'title'",
            "write 'title: …', or begin the body with '# …'",
        )
    if is_own_file and kind in ("meetings", "reports"):
        fields = _with_day_of_file(fields, path.stem)
    _check_texts(fields, document, address, found)
    entry = Entry(kind=kind, id=identity, fields=fields, document=document, address=address, folder=str(path.parent), project=project,
                  body=body, body_line=body_line, title=title, meeting=meeting)  # fmt: skip
    _check_together(entry, found)
    found.entries.append(entry)
    for name, row in nested:
        number, inner = row
        _entry(name, project, file, (*address, name, *number), inner, found, meeting=identity)


def _nested(value: Value) -> list[tuple[Address, Value]]:
    if value is None:
        return []
    if isinstance(value, list):
        return [((number,), row) for number, row in enumerate(value) if row is not None]
    return [((), value)]


def _identity(
    raw: Mapping[str, Value], document: Document, address: Address, what: str, meeting: str, found: _Findings
) -> str | None:
    """Return the record's id; empty where a meeting will number it, None where there is no good one."""
    typed = raw.get("id")
    if isinstance(typed, str) and typed.strip():
        return _good_id(
            typed.strip(), document.place((*address, "id")) if not is_id(typed.strip()) else None, found
        )
    if meeting:
        return ""
    if address:
        found.add(
            document.place(address),
            "missing-field",
            f"{what} in a list needs an 'id'",
            "without one, give it a file of its own: the file's name is then its id",
        )
        return None
    stem = PurePosixPath(document.path).stem
    return _good_id(stem, Place(document.path) if not is_id(stem) else None, found)


def is_id(text: str) -> bool:
    """Return whether `text` can be an id: letters and digits of any script, `.`, `_`, `-`, at most 100 characters."""
    return (
        bool(_ID.fullmatch(text))
        and ".." not in text
        and text[-1] != "."
        and text[0] not in ".-"
        and not _WINDOWS.fullmatch(text)
    )


def _good_id(text: str, bad: Place | None, found: _Findings) -> str | None:
    if bad is None:
        return unicodedata.normalize("NFC", text)
    found.add(
        bad,
        "bad-id",
        f"'{text}' cannot be an id",
        "use letters, digits, '.', '_' and '-', at most 100 of them",
    )
    return None


def _body(fields: schema.Record, file: _File, address: Address, found: _Findings) -> tuple[Body | None, int]:
    """Return the parsed body and the file's line it begins on (0 for a value in YAML)."""
    document = file.document
    is_below = address == () and bool(file.body.strip())
    if is_below and fields.body:
        found.add(
            document.place(("body",), key=True),
            "two-bodies",
            "there is a 'body' and a text below the front matter",
            "keep one of the two",
        )
    text = file.body if is_below else fields.body
    if not text:
        return None, 0
    body, problems = parse_body(text, document.path)
    if problems:
        shift = (file.body_line if is_below else document.body_line((*address, "body"))) - 1
        found.problems.extend(
            Problem(
                Place(one.place.path, one.place.line + shift, one.place.column),
                one.code,
                one.message,
                one.hint,
            )
            for one in problems
        )
    return body, file.body_line if is_below else 0


def _with_day_of_file(fields: schema.Record, stem: str) -> schema.Record:
    if getattr(fields, "date", None) is not None:
        return fields
    day = day_of_name(stem)
    return fields.model_copy(update={"date": day}) if day else fields


def day_of_name(stem: str) -> date | None:
    """Return the day that a file's name begins with: `2026-03-04-kickoff`, or `2026-W10`, whose day is its Sunday."""
    try:
        if match := _FILE_DAY.match(stem):
            return date.fromisoformat(match[1])
        if match := _FILE_WEEK.match(stem):
            return date.fromisocalendar(int(match[1]), int(match[2]), 7)
    except ValueError:
        return None
    return None


def _check_texts(fields: schema.Strict, document: Document, address: Address, found: _Findings) -> None:
    """Blocks and comments work in a body only: in a plain text they would be shown."""
    for name in fields.model_fields_set:
        value = getattr(fields, name)
        at = (*address, type(fields).model_fields[name].alias or name)
        if name == "body" or name == "internal":
            continue
        if isinstance(value, str):
            if ":::" in value or "<!--" in value or not value.isprintable():
                place = document.place(at)
                found.problems.extend(check_plain(value, place.path, place.line, place.column))
        elif isinstance(value, schema.Strict):
            _check_texts(value, document, at, found)
        elif isinstance(value, list):
            for number, item in enumerate(value):
                if isinstance(item, schema.Strict):
                    _check_texts(item, document, (*at, number), found)
                elif isinstance(item, str) and (":::" in item or "<!--" in item or not item.isprintable()):
                    place = document.place((*at, number))
                    found.problems.extend(check_plain(item, place.path, place.line, place.column))


def _check_together(entry: Entry, found: _Findings) -> None:
    """What one field asks of another."""
    match entry.fields:
        case schema.Approval(status="approved" | "changes_requested" | "declined") as approval:
            for name in ("decided_by", "decided_on"):
                if getattr(approval, name) is None:
                    found.add(
                        entry.place("status"),
                        "missing-field",
                        f"an approval that is {approval.status} needs '{name}'",
                    )
        case schema.Requirement() | schema.Change():
            pass


def _model(
    model: type[Model], document: Document, address: Address, value: Value, what: str, found: _Findings
) -> Model | None:
    if not isinstance(value, dict):
        found.add(
            document.place(address),
            "wrong-type",
            f"{what} is a mapping of fields, not a {'list' if isinstance(value, list) else 'text'}",
        )
        return None
    if "visibility" in value and value["visibility"] in (None, ""):
        found.add(
            document.place((*address, "visibility"), key=True),
            "unknown-value",
            "'visibility' is empty",
            "write client or internal, or leave the line out",
        )
        return None
    try:
        return model.model_validate(without_empty(value))
    except ValidationError as error:
        found.problems.extend(problems_of(error, model, document, address, value, what))
        return None


def without_empty(value: dict[str, Value]) -> dict[str, Value]:
    """Return `value` less every key whose value is empty: it is as if the key were not there."""
    return {
        key: kept for key, item in value.items() if (kept := _without_empty(item)) not in (None, "", [], {})
    }


def _without_empty(value: Value) -> Value:
    if isinstance(value, dict):
        return without_empty(value)
    if isinstance(value, list):
        return [kept for item in value if (kept := _without_empty(item)) not in (None, "", [], {})]
    return value


def unknown_kind_hint(name: str) -> str:
    """Return the hint for a folder or file whose name is no kind's."""
    return did_you_mean(name, KINDS, otherwise="the kinds are " + ", ".join(KINDS))
