"""A portal → data.json: exactly what the site publishes, and the hash by which its pages name their data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import Struct

from portalgen.money import Money
from portalgen.portal.published import (
    Backlink,
    Client,
    Derived,
    Health,
    HistoryEntry,
    Html,
    Lists,
    PersonRef,
    Portal,
    Project,
    Record,
    Ref,
    ScheduleImpact,
    Waiting,
)  # fmt: skip

SCHEMA = "portalgen/1"
REVISION_DIGITS = 12
RECORD_KEYS = {"url": "page", "external_url": "url", "body": "body_html", "from_": "from"}
"""Where data.json calls a field of a record otherwise; `page` is the address of its page from the site's root."""
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode
PROJECT_DERIVED = ("health", "progress", "next_milestone", "needs_you", "waiting_for_approval")


class Line(str):
    """A record as data.json has it, in a line."""


def data_of(portal: Portal) -> dict[str, Any]:
    """Return data.json as a value, with its revision: a hash of everything in it less `as_of` and itself."""
    data = _without_revision(portal, _record)
    data["revision"] = _revision_of(_members(data))
    return data


def write_data(portal: Portal, line: Callable[[Record], str] | None = None) -> tuple[bytes, str]:
    """Return the bytes of data.json, UTF-8 with a line a record so that two versions compare well, and its revision.

    `line` does as `line_of` does; whoever makes a site again and again may remember what that said.
    """
    line = line or line_of
    members = _members(_without_revision(portal, lambda record: Line(line(record))))
    # Most of the time goes into putting each member into text: the hash and the file share it.
    revision = _revision_of(members)
    members |= _members({"revision": revision})
    return _whole(members).encode() + b"\n", revision


def line_of(record: Record) -> str:
    """Return a record in a line, as data.json has it."""
    return _ENCODE(_record(record))


def _revision_of(members: Mapping[str, str]) -> str:
    hashed = {key: text for key, text in members.items() if key not in ("as_of", "revision")}
    return hashlib.sha256(_whole(hashed).encode()).hexdigest()[:REVISION_DIGITS]


def _without_revision(portal: Portal, record: Callable[[Record], Any]) -> dict[str, Any]:
    """Return data.json with an empty revision, in its place; `record` says how a record of a list stands in it."""
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "as_of": portal.as_of.isoformat(),
        "revision": "",
        "history_state": portal.history_state,
        "history_from": plain(portal.history_from),
        "client": _client(portal.client),
        "people": [plain(person) for person in portal.people],
        "contract": plain(portal.contract) if portal.contract else None,
        "responsibilities": [plain(row) for row in portal.responsibilities],
        "communication_plan": [plain(row) for row in portal.communication_plan],
        "projects": [_project(project, record) for project in portal.projects],
    }
    if portal.own:
        waiting = {
            name: plain(getattr(portal.own.derived, name)) for name in ("needs_you", "waiting_for_approval")
        }
        data |= waiting | {"history": history_of(portal.own.history)} | _lists(portal.own.lists, record)
    return data


def _members(data: Mapping[str, Any], indent: str = "") -> dict[str, str]:
    """Return each member of an object as text: its lists have a line an item, and projects are spread likewise."""
    inner = indent + " "
    members = {}
    for key, value in data.items():
        if isinstance(value, list) and value and isinstance(value[0], dict | Line):
            items = (
                item
                if type(item) is Line
                else _whole(_members(item, inner + " "), inner + " ")
                if key == "projects"
                else _ENCODE(item)
                for item in value
            )
            text = "[\n" + ",\n".join(f"{inner} {item}" for item in items) + f"\n{inner}]"
        else:
            text = _ENCODE(value)
        members[key] = f"{inner}{_ENCODE(key)}: {text}"
    return members


def _whole(members: Mapping[str, str], indent: str = "") -> str:
    """Return an object with a line a member."""
    return "{\n" + ",\n".join(members.values()) + f"\n{indent}}}"


def _client(client: Client) -> dict[str, Any]:
    taken = ("brand_colour", "logo", "feedback_email", "feedback_form")
    data = {name: plain(getattr(client, name)) for name in Client.__struct_fields__ if name not in taken}
    data["brand"] = {"colour": client.brand_colour or None, "logo": plain(client.logo)}
    data["feedback"] = {"email": client.feedback_email or None, "form": client.feedback_form or None}
    return data


def _project(project: Project, record: Callable[[Record], Any]) -> dict[str, Any]:
    data = {
        name: plain(getattr(project, name))
        for name in Project.__struct_fields__
        if name not in ("prefix", "lists", "derived", "history")
    }
    data |= {name: plain(getattr(project.derived, name)) for name in PROJECT_DERIVED}
    return data | {"history": history_of(project.history)} | _lists(project.lists, record)


def history_of(entries: Iterable[HistoryEntry]) -> list[dict[str, Any]]:
    """Return `history` of data.json."""
    return [
        {
            "id": entry.ref.id,
            "on": entry.on.isoformat(),
            "field": "url" if entry.field == "external_url" else entry.field,
            "from": plain(entry.before),
            "to": plain(entry.after),
        }
        for entry in entries
    ]


def _lists(lists: Lists, record: Callable[[Record], Any]) -> dict[str, Any]:
    return {name: [record(each) for each in lists.of(name)] for name in Lists.__struct_fields__}


def _record(record: Record) -> dict[str, Any]:
    return {RECORD_KEYS.get(name, name): plain(getattr(record, name)) for name in record.__struct_fields__}


def plain(value: Any) -> Any:
    """Return a value as JSON has it; what is not known is null, never 0 and never an empty text."""
    # Most values are texts or nothing at all: what stands below takes its time for each.
    if type(value) is str:
        return value or None
    if value is None:
        return None
    match value:
        case bool() | int() | float():
            return value
        case str():
            return value or None
        case Ref():
            return value.id
        case PersonRef():
            return value.key or value.name
        case date():
            return value.isoformat()
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case Money():
            return {"amount": str(value.amount), "currency": value.currency}
        case Html():
            return value.at("") or None
        case Waiting() | Record():
            return (value.record if isinstance(value, Waiting) else value).id
        case Health():
            return {
                name: plain(getattr(value, name)) for name in Health.__struct_fields__ if name != "before"
            }
        case ScheduleImpact():
            return {"days": value.days, "milestones": {ref.id: days for ref, days in value.milestones}}
        case Derived():
            rest = {
                name: plain(getattr(value, name)) for name in value.__struct_fields__ if name != "links_in"
            }
            return rest | {"links_in": _ids(value.links_in)}
        case tuple():
            return [plain(item) for item in value]
        case Mapping():
            return {key: plain(item) for key, item in value.items()}
    if not isinstance(value, Struct):
        raise AssertionError(f"data.json has no way to write a {type(value).__name__}")
    return {
        RECORD_KEYS.get(name, name) if name == "from_" else name: plain(getattr(value, name))
        for name in value.__struct_fields__
    }


def _ids(links: Iterable[Backlink]) -> list[str]:
    return list(dict.fromkeys(link.ref.id for link in links))
