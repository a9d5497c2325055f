"""Make a new record: its id, what is known of it already, and the file it belongs into by the client's own habit."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from msgspec import Struct

from portalgen.content import schema
from portalgen.content.characters import join_line_ends
from portalgen.content.records import Entry
from portalgen.content.yaml.places import Value
from portalgen.editing.change import Assignment, FileChange, Refused, as_fields
from portalgen.editing.files import edit_text, read_raw
from portalgen.editing.ids import next_id
from portalgen.editing.look import Look
from portalgen.editing.past_ids import ids_of_past
from portalgen.editing.scalars import as_flow, as_scalar
from portalgen.editing.schema_files import FOLDER as SCHEMAS
from portalgen.editing.splice import CannotEdit, add_row
from portalgen.kinds import KINDS

Form = Literal["list", "yaml", "md"]

MODELINE = "# yaml-language-server: $schema="

_DAY_FIELD = {
    "requirements": "raised_on",
    "changes": "submitted_on",
    "meetings": "date",
    "decisions": "date",
    "actions": "requested_on",
    "risks": "identified_on",
    "issues": "raised_on",
    "reports": "date",
    "documents": "date",
    "feedback": "date",
    "surveys": "opened_on",
    "approvals": "requested_on",
    "communications": "date",
}
"""Kind → the field that says since when the record is there."""
_OWNED = frozenset(
    "requirements changes milestones deliverables actions risks issues feedback surveys approvals".split()
)
_PROSE: frozenset[str] = frozenset(["meetings", "reports", "pages", "lessons"])
"""Kinds that a client's first record of is written as Markdown."""
_UNFINISHED = ("open", "in_progress", "blocked")


class Draft(Struct, frozen=True, kw_only=True):
    """A record that is to be written."""

    kind: str
    id: str
    change: FileChange
    form: Form


def draft_record(
    source: Path,
    look: Look,
    kind: str,
    project: str,
    title: str,
    assignments: Sequence[Assignment] = (),
    *,
    author: str = "",
) -> Draft:
    """Return a new record of `kind` in a project (empty: the client's own folder), with the fields that were typed too.

    `author` is who types: a key of people.yaml, or empty. Raises Refused where the record cannot be added.
    """
    facts = look.facts
    if facts is None:
        raise Refused(f"'{look.slug}' has no client.yaml", look.problems)
    typed = as_fields(schema.RECORDS[kind], assignments)
    day = _day(typed.get(_DAY_FIELD.get(kind, ""))) or look.today
    of_kind = look.records(kind)
    near = [entry for entry in of_kind if entry.project == project] or of_kind
    written = [entry.id for entry in near if not entry.meeting or "id" in entry.fields.typed]
    id_ = typed.get("id")
    if not id_:
        # What git tells of an id would be told of the new record too.
        taken = _taken(look) | ids_of_past(source, look.slug, kind)
        id_ = next_id(kind, title, day, same_project=written, taken=taken)
    assert isinstance(id_, str)
    form = _form(look, kind, project, near)
    folder = "/".join(part for part in (facts.content.folder, project) if part)
    path = (
        f"{folder}/{kind}.yaml"
        if form == "list"
        else f"{folder}/{_subfolder(near, kind, folder)}/{id_}.{form}"
    )
    fields = _fields(look, kind, project, id_, title, day, author, in_list=form == "list") | typed
    body = _open_actions(look, project) if kind == "meetings" else ""
    modeline = _modeline(source, path, kind)
    if form == "list":
        return Draft(
            kind=kind, id=id_, change=_in_list(source, path, kind, fields, body, modeline), form=form
        )
    if (source / path).exists():
        raise Refused(f"{path} is there already")
    new = (
        _as_markdown(kind, fields, body, modeline)
        if form == "md"
        else modeline + _as_yaml(kind, fields, body)
    )
    return Draft(kind=kind, id=id_, change=FileChange(path=path, old="", new=new), form=form)


def draft_client(source: Path, slug: str, name: str, assignments: Sequence[Assignment] = ()) -> FileChange:
    """Return the client.yaml of a new client."""
    path = f"content/{slug}/client.yaml"
    if (source / "content" / slug).exists():
        raise Refused(f"content/{slug} is there already")
    fields: dict[str, Value] = {"name": name}
    fields |= as_fields(schema.Client, assignments)
    text = _modeline(source, path, "client") + _mapping(fields)
    for line in _CLIENT_HINTS:
        if line.split(":")[0] not in fields:
            text += f"# {line}\n"
    return FileChange(path=path, old="", new=text)


def draft_project(
    source: Path,
    look: Look,
    folder: str,
    name: str,
    assignments: Sequence[Assignment] = (),
    *,
    author: str = "",
) -> FileChange:
    """Return the project.yaml of a new project of a client; `folder` is empty for a client with one project."""
    facts = look.facts
    if facts is None:
        raise Refused(f"'{look.slug}' has no client.yaml", look.problems)
    path = "/".join(part for part in (facts.content.folder, folder, "project.yaml") if part)
    others = [name for name, project in facts.content.projects.items() if project]
    if folder in others or (source / path).exists():
        raise Refused(f"{path} is there already")
    if folder and "" in others:
        raise Refused(
            f"{look.slug} has one project, in its own folder: give that a folder of its own first "
            f"(move project.yaml and the records into content/{look.slug}/<name>/)"
        )
    if not folder and others:
        raise Refused(f"{look.slug} has projects in folders; name one: {look.slug}/<name>")
    fields: dict[str, Value] = {"name": name, "phase": "initiating"}
    manager = author or facts.content.client.fields.lead
    if manager:
        fields["manager"] = manager
    fields["start"] = look.today.isoformat()
    fields |= as_fields(schema.Project, assignments)
    return FileChange(path=path, old="", new=_modeline(source, path, "project") + _mapping(fields))


def owner_of(look: Look, project: str, author: str = "") -> str:
    """Return who sees to a new record: who types it, else the project's manager, else the client's lead."""
    assert look.facts is not None
    content = look.facts.content
    own = content.projects.get(project)
    return author or (own.fields.manager if own else None) or content.client.fields.lead or ""


_CLIENT_HINTS = (
    "locale: en-GB            language and country",
    "timezone: Europe/London  when its days begin",
    "currency: GBP            of amounts that name none",
    "lead: somebody           whom the client asks first: a key of people.yaml",
)


def _day(value: Value | None) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def _taken(look: Look) -> set[str]:
    """Return all that is an id, or may turn out to be one: file names, and words of files that cannot be read."""
    assert look.facts is not None
    names = {entry.id for entry in look.records()}
    names |= {posixpath.splitext(posixpath.basename(path))[0] for path in look.folder.texts}
    return names | {
        word.strip("'\",:[]{}") for unread in look.facts.content.unread for word in unread.split()
    }


def _form(look: Look, kind: str, project: str, near: Sequence[Entry]) -> Form:
    """Return how most records of the kind are written here; how this kind usually is, where there are none."""
    own = [entry for entry in near if not entry.meeting]
    forms = Counter(_form_of(entry) for entry in reversed(own))
    if forms:
        return forms.most_common(1)[0][0]
    return "md" if kind in _PROSE else "list"


def _form_of(entry: Entry) -> Form:
    if entry.address:
        return "list"
    return "md" if entry.document.path.endswith(".md") else "yaml"


def _subfolder(near: Sequence[Entry], kind: str, folder: str) -> str:
    """Return the folder for a record's own file: the kind's, or the one in it into which the last one went."""
    inside = [
        entry.folder for entry in near if not entry.address and entry.folder.startswith(f"{folder}/{kind}")
    ]
    return posixpath.relpath(inside[-1], folder) if inside and len(set(inside)) == 1 else kind


def _fields(
    look: Look, kind: str, project: str, id_: str, title: str, day: date, author: str, *, in_list: bool
) -> dict[str, Value]:
    fields: dict[str, Value] = {}
    # In a file of its own the file's name is the id, and says the day of a meeting or report too.
    if in_list:
        fields["id"] = id_
    if title:
        fields["title"] = title
    if kind in _DAY_FIELD and (in_list or kind != "meetings" or not id_.startswith(day.isoformat())):
        fields[_DAY_FIELD[kind]] = day.isoformat()
    owner = owner_of(look, project, author)
    if owner and kind in _OWNED:
        fields["owner"] = owner
    if kind == "reports":
        monday = day - timedelta(days=day.weekday())
        fields["period"] = {"from": monday.isoformat(), "to": (monday + timedelta(days=4)).isoformat()}
        if owner:
            fields["author"] = owner
    return fields


def _in_list(
    source: Path, path: str, kind: str, fields: Mapping[str, Value], body: str, modeline: str
) -> FileChange:
    rows = _as_yaml(kind, fields, body).splitlines(keepends=True)
    row = "".join(("- " if i == 0 else "  " if line.strip() else "") + line for i, line in enumerate(rows))
    if not (source / path).exists():
        return FileChange(path=path, old="", new=modeline + row, line=1 + bool(modeline))
    old = read_raw(source, path)
    try:
        new = edit_text(old, path, lambda yaml: add_row(yaml, row))
    except CannotEdit as error:
        raise Refused(f"{path}: {error}; add the record in an editor") from error
    added = len(join_line_ends(new).split("\n")) - row.count("\n")
    return FileChange(path=path, old=old, new=new, line=max(1, added))


def _as_yaml(kind: str, fields: Mapping[str, Value], body: str) -> str:
    text = _mapping(fields) + _hints(kind, fields)
    if body:
        text += "body: |\n" + "".join(f"  {line}".rstrip() + "\n" for line in body.splitlines())
    return text


def _as_markdown(kind: str, fields: Mapping[str, Value], body: str, modeline: str) -> str:
    return f"---\n{modeline}{_mapping(fields)}{_hints(kind, fields)}---\n{body or _BODIES.get(kind, '')}"


def _mapping(fields: Mapping[str, Value]) -> str:
    return "".join(
        f"{as_scalar(key)}: {as_scalar(value) if isinstance(value, str) else as_flow(value)}\n"
        for key, value in fields.items()
    )


def _hints(kind: str, fields: Mapping[str, Value]) -> str:
    """Return a line of comment for each field that is expected and not there: an empty one would be a mistake."""
    lines = []
    for name, info in schema.fields_of(schema.RECORDS[kind]).items():
        if info.is_expected and name not in fields and name != "date":
            lines.append(f"# {name}:    {info.description}\n")
    return "".join(lines)


_BODIES = {
    "reports": "<!-- The first paragraph is what the home page says: is it on track, and why? -->\n",
}


def _open_actions(look: Look, project: str) -> str:
    """Return what is still to be done, as Markdown; actions that stay with the team stand in a block that does too."""
    assert look.facts is not None
    shown, held = list[str](), list[str]()
    for entry in look.records("actions"):
        fields = entry.fields
        if (
            entry.project != project
            or not isinstance(fields, schema.Action)
            or fields.status not in _UNFINISHED
        ):
            continue
        person = look.facts.content.people.get(fields.owner or "")
        who = person.fields.name if person else fields.owner or ""
        due = f"due {fields.due.isoformat()}" if fields.due else ""
        about = ", ".join(part for part in (who, due) if part)
        line = f"* [[{entry.id}]]" + (f" ({about})" if about else "")
        (shown if entry.id.casefold() in look.shown else held).append(line)
    if not shown and not held:
        return ""
    parts = ["## Open actions from before", *(["", *shown] if shown else [])]
    if held:
        parts += ["", "::: internal", *held, ":::"]
    return "\n".join(parts) + "\n"


def _modeline(source: Path, path: str, kind: str) -> str:
    """Return the line by which an editor finds the schema; none in a repository that keeps no schemas."""
    if not (source / SCHEMAS / f"{kind}.schema.json").is_file():
        return ""
    up = "../" * path.count("/")
    return f"{MODELINE}{up}{SCHEMAS}/{kind}.schema.json\n"


def kind_names() -> tuple[str, ...]:
    """Return what can be made anew."""
    return ("client", "project", *KINDS)
