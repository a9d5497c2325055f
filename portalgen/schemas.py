"""JSON Schemas: of what an author writes, for editors, and of data.json, for whoever reads a site's data."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from portalgen import authoring
from portalgen.authoring import DRAFT
from portalgen.portal import published
from portalgen.site import data

NAMES = (*authoring.NAMES, "data")
"""Everything that has a schema."""


def json_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of what an author writes under a name in `NAMES`, or of `data`."""
    return data_schema() if name == "data" else authoring.author_schema(name)


# --- data.json


def data_schema() -> dict[str, Any]:
    """Return the schema of data.json, made from the published types: what is not in it is never published."""
    text, texts = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
    day = {"type": "string", "format": "date"}
    history = {
        "type": "array",
        "items": _object({"id": text, "on": day, "field": _nullable(text), "from": {}, "to": {}}),
    }
    lists = {
        kind: {"type": "array", "items": {"$ref": f"#/$defs/{cls.__name__}"}}
        for kind, cls in published.RECORDS.items()
    }
    project = {
        name: _type(hint)
        for name, hint in _fields(published.Project)
        if name not in ("prefix", "lists", "derived", "history")
    } | {
        "health": _object(
            {name: _type(hint) for name, hint in _fields(published.Health) if name != "before"}
        ),
        "progress": _type(published.Progress),
        "next_milestone": _nullable(text),
        "needs_you": texts,
        "waiting_for_approval": texts,
        "history": history,
    }
    client = {
        name: _type(hint)
        for name, hint in _fields(published.Client)
        if name not in ("brand_colour", "logo", "feedback_email", "feedback_form")
    } | {
        "brand": _object({"colour": _nullable(text), "logo": _type(published.File | None)}),
        "feedback": _object({"email": _nullable(text), "form": _nullable(text)}),
    }
    own = {"needs_you": texts, "waiting_for_approval": texts, "history": history} | lists
    required = {
        "schema": {"const": data.SCHEMA},
        "as_of": {"type": "string", "format": "date"},
        "revision": {"type": "string", "pattern": f"^[0-9a-f]{{{data.REVISION_DIGITS}}}$"},
        "history_state": {"enum": ["told", "none", "shallow", "unreadable"]},
        "history_from": _nullable(day),
        "client": _object(client),
        "people": {"type": "array", "items": _type(published.Person)},
        "contract": _nullable(_type(published.Contract)),
        "responsibilities": {"type": "array", "items": _type(published.Responsibility)},
        "communication_plan": {"type": "array", "items": _type(published.CommunicationRow)},
        "projects": {"type": "array", "items": _object(project | lists)},
    }
    return {
        "$schema": DRAFT,
        "title": "data.json of a portalgen site",
        **_object(required | own, optional=tuple(own)),
        "$defs": {cls.__name__: _record(cls) for cls in published.RECORDS.values()},
    }


def _record(cls: type[published.Record]) -> dict[str, Any]:
    return _object({data.RECORD_KEYS.get(name, name): _type(hint) for name, hint in _fields(cls)})


def _object(properties: Mapping[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {
        "type": "object",
        "properties": dict(properties),
        "required": required,
        "additionalProperties": False,
    }


def _nullable(of: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [of, {"type": "null"}]}


def _type(hint: Any) -> dict[str, Any]:
    """Return the schema of a published type as data.json writes it."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        inner = [_type(argument) for argument in arguments if argument is not type(None)]
        return _nullable(inner[0])
    if origin is tuple:
        return {"type": "array", "items": _type(arguments[0])}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _type(arguments[1])}
    match hint.__name__:
        case "str" | "Html":
            return {"type": ["string", "null"]}
        case "bool":
            return {"type": "boolean"}
        case "int":
            return {"type": "integer"}
        case "float" | "Decimal":
            return {"type": "number"}
        case "date":
            return {"type": "string", "format": "date"}
        case "Ref" | "PersonRef":
            return {"type": "string"}
        case "Money":
            return _object(
                {"amount": {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}, "currency": {"type": "string"}}
            )
        case "ScheduleImpact":
            days = {"type": "integer"}
            return _object(
                {"days": _nullable(days), "milestones": {"type": "object", "additionalProperties": days}}
            )
    if issubclass(hint, published.Derived):
        rest = {name: _type(inner) for name, inner in _fields(hint) if name != "links_in"}
        return _object(rest | {"links_in": {"type": "array", "items": {"type": "string"}}})
    if not issubclass(hint, Struct):
        raise AssertionError(f"data.json has no schema for {hint}")
    return _object({"from" if name == "from_" else name: _type(inner) for name, inner in _fields(hint)})


def _fields(cls: Any) -> list[tuple[str, Any]]:
    hints = typing.get_type_hints(cls)
    return [(name, hints[name]) for name in cls.__struct_fields__]
