"""A portal → data.json: exactly what the site publishes, and the hash by which its pages name their data."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from types import NoneType
from typing import Any

from msgspec import Struct, json

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
PROJECT_DERIVED = ("health", "progress", "next_milestone", "needs_you", "waiting_for_approval")


def data_of(portal: Portal) -> dict[str, Any]:
    """Return data.json as a value, with its revision: a hash of everything in it less `as_of` and itself."""
    data = _without_revision(portal, _record)
    data["revision"] = _revision_of(_members(data))
    return data


def write_data(portal: Portal, line: Callable[[Record], bytes] | None = None) -> tuple[bytes, str]:
    """Return the bytes of data.json, UTF-8 with a line a record so that two versions compare well, and its revision.

    `line` does as `line_of` does; whoever makes a site again and again may remember what that said.
    """
    members = _members(_without_revision(portal, line or line_of))
    # Most of the time goes into putting each member into text: the hash and the file share it.
    revision = _revision_of(members)
    members |= _members({"revision": revision})
    return b"".join([*_whole(members), b"\n"]), revision


def line_of(record: Record) -> bytes:
    """Return a record in a line, as data.json has it."""
    return json.encode(_record(record))


def _revision_of(members: Mapping[str, list[bytes]]) -> str:
    found = hashlib.sha256()
    for piece in _whole({key: each for key, each in members.items() if key not in ("as_of", "revision")}):
        found.update(piece)
    return found.hexdigest()[:REVISION_DIGITS]


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


def _members(data: Mapping[str, Any], indent: bytes = b"") -> dict[str, list[bytes]]:
    """Return each member of an object in pieces: its lists have a line an item, and projects are spread likewise."""
    inner = indent + b" "
    members = {}
    for key, value in data.items():
        begin = b"%b%b: " % (inner, json.encode(key))
        if not isinstance(value, list) or not value or not isinstance(value[0], dict | bytes):
            members[key] = [begin + json.encode(value)]
            continue
        pieces = members[key] = [b"%b[\n%b " % (begin, inner)]
        between = b",\n%b " % inner
        for item in value:
            if type(item) is bytes:
                pieces.append(item)
            elif key == "projects":
                pieces += _whole(_members(item, inner + b" "), inner + b" ")
            else:
                pieces.append(json.encode(item))
            pieces.append(between)
        pieces[-1] = b"\n%b]" % inner
    return members


def _whole(members: Mapping[str, list[bytes]], indent: bytes = b"") -> list[bytes]:
    """Return an object with a line a member, in pieces."""
    pieces = [b"{\n"]
    for member in members.values():
        pieces += member
        pieces.append(b",\n")
    pieces[-1] = b"\n%b}" % indent
    return pieces


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
    kind: Any = type(value)
    return _way_of(kind)(value)


@cache
def _way_of(kind: Any) -> Callable[[Any], Any]:
    """Return what makes JSON of a value of the type `kind`."""
    for kinds, way in _WAYS:
        if issubclass(kind, kinds):
            return way
    raise AssertionError(f"data.json has no way to write a {kind.__name__}")


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _derived(value: Derived) -> dict[str, Any]:
    return _struct(value) | {"links_in": _ids(value.links_in)}


def _health(value: Health) -> dict[str, Any]:
    return {name: plain(getattr(value, name)) for name in Health.__struct_fields__ if name != "before"}


def _struct(value: Struct) -> dict[str, Any]:
    return {
        "from" if name == "from_" else name: plain(getattr(value, name))
        for name in value.__struct_fields__
        if name != "links_in"
    }


_WAYS: tuple[tuple[type[Any] | tuple[type[Any], ...], Callable[[Any], Any]], ...] = (
    (str, lambda text: text or None),
    ((NoneType, bool, int, float), lambda value: value),
    (Decimal, _number),
    (date, date.isoformat),
    (Ref, lambda ref: ref.id),
    (PersonRef, lambda person: person.key or person.name),
    (Money, lambda money: {"amount": str(money.amount), "currency": money.currency}),
    (Html, lambda body: body.at("") or None),
    (Waiting, lambda waiting: waiting.record.id),
    (Record, lambda record: record.id),
    (Health, _health),
    (
        ScheduleImpact,
        lambda one: {"days": one.days, "milestones": {ref.id: days for ref, days in one.milestones}},
    ),
    (Derived, _derived),
    (tuple, lambda values: [plain(each) for each in values]),
    (Mapping, lambda values: {key: plain(each) for key, each in values.items()}),
    (Struct, _struct),
)
"""How values of each type are written; the first that fits."""


def _ids(links: Iterable[Backlink]) -> list[str]:
    return list(dict.fromkeys(link.ref.id for link in links))
