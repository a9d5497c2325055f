"""JSON Schemas of what an author writes: for editors, which underline, complete and explain by them.

They take what `check` takes: a number or a flag where a text is asked for, one value where a list is, a text where a
mapping may be cut short, and an empty value anywhere. What only the whole content can tell (an id that names nothing)
they leave to `check`. Messages are said in the way that yaml-language-server reads them (`errorMessage`).
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from typing import Any

from portalgen.content import schema
from portalgen.content.reading import AsJson, Before
from portalgen.content.values import Marker, RefTo
from portalgen.kinds import KINDS
from portalgen.money import CURRENCIES

DRAFT = "https://json-schema.org/draft/2020-12/schema"
FILES = ("client", "project", "contract", "people", "responsibilities", "communication-plan")
NAMES = (*schema.RECORDS, *FILES, "settings")
"""Everything that an author writes: a kind, a file of which there is one, or portalgen.yaml (`settings`)."""
IDS = "ids.schema.json"
"""The file beside the schemas that holds a repository's ids and people, each name a key of `$defs`."""

Schema = dict[str, Any]

# Not `type: null`: editors would offer the word null.
_NOTHING: Schema = {"not": {"type": ["string", "number", "boolean", "object", "array"]}}
# The second half lets yes, no and nothing through: with `boolean` editors would offer true and false for a title.
_TEXT: Schema = {
    "anyOf": [
        {"type": ["string", "number"], "errorMessage": "A text is expected here, not a list or a mapping"},
        {"not": {"type": ["object", "array"]}},
    ]
}


def author_schema(name: str, *, with_ids: bool = False) -> Schema:
    """Return the schema of a name in `NAMES`; with ids it leans on the file `IDS` beside it, for completion.

    A kind's takes one record as well as a list of them, since `risks.yaml` holds a list and `risks/*.yaml` a record.
    """
    forms = _Forms(with_ids)
    head = {"$schema": DRAFT, "title": name}
    match name:
        case "settings":
            return head | _settings()
        case "people":
            person = forms.of_model(schema.Person)
            either = {
                "if": {"type": "array"},
                "then": {"items": {"allOf": [person, {"required": ["key"]}]}},
                "else": _maybe({"type": "object", "additionalProperties": person}),
            }
            return head | either | forms.definitions()
        case "client" | "project" | "contract":
            return head | _maybe(forms.of_model(schema.SINGLE[name])) | forms.definitions()
        case "responsibilities" | "communication-plan":
            rows = {"type": "array", "items": forms.of_model(schema.ROWS[name])}
            return head | _maybe(rows) | forms.definitions()
    record = forms.of_model(schema.RECORDS[name])
    row = {
        "allOf": [
            record,
            {"required": ["id"], "errorMessage": f"{KINDS[name].one.capitalize()} in a list needs an id"},
        ]
    }
    return (
        head | {"if": {"type": "array"}, "then": {"items": row}, "else": _maybe(record)} | forms.definitions()
    )


def ids_schema(ids_by_kind: Mapping[str, list[str]], people: list[str]) -> Schema:
    """Return the schema that `IDS` holds: what editors offer where an id or a person is expected."""
    names = {kind: sorted(set(ids_by_kind.get(kind, ()))) for kind in KINDS}
    every = sorted({id_ for ids in names.values() for id_ in ids})
    offered = {**names, "any": every, "person": sorted(set(people))}
    return {"$schema": DRAFT, "$defs": {name: {"examples": ids} for name, ids in offered.items()}}


class _Forms:
    """Schemas of the models that are met, each made once."""

    def __init__(self, with_ids: bool) -> None:
        self._with_ids = with_ids
        self._made: dict[str, Schema] = {}

    def definitions(self) -> Schema:
        """Return what the references lead to."""
        return {"$defs": self._made} if self._made else {}

    def of_model(self, model: type[schema.Strict]) -> Schema:
        """Return a reference to the schema of a model."""
        name = model.__name__
        if name not in self._made:
            self._made[name] = {}  # a model that holds itself finds it here
            known = schema.fields_of(model).values()
            fields = {field.key: self._field(field) for field in known}
            required = [field.key for field in known if field.is_required]
            self._made[name] = {
                "type": "object",
                "properties": fields,
                "additionalProperties": False,
                **({"required": required} if required else {}),
            }
        return {"$ref": f"#/$defs/{name}"}

    def _field(self, info: schema.Field) -> Schema:
        found = self._of(info.annotation)
        said = [info.description]
        if info.is_expected:
            said.append("Expected: check warns where it is missing.")
        if info.is_internal and "team" not in said[0]:
            said.append("Never leaves the team.")
        # Editors head what they tell with the title.
        field = {"title": info.key, "description": "\n\n".join(said), **_maybe(found)}
        # `escalated: false` need not be offered: it is so anyway.
        if isinstance(info.default, str) and "enum" in found:
            field["default"] = info.default
        return field

    def _of(self, annotation: Any, metadata: tuple[Any, ...] = ()) -> Schema:
        """Return the schema of what one may type for an annotation."""
        if hasattr(annotation, "__metadata__"):
            return self._of(annotation.__origin__, (*metadata, *annotation.__metadata__))
        if base := next((each for each in metadata if isinstance(each, AsJson)), None):
            return self._offered(_value(base.schema), metadata)
        origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
        if origin in (types.UnionType, typing.Union):
            (inner,) = (each for each in arguments if each is not type(None))
            return self._of(inner, metadata)
        if origin is typing.Literal:
            return {"enum": list(arguments)}
        if origin is list:
            item = self._of(arguments[0])
            rows = {"type": "array", "items": _maybe(item)}
            return {"anyOf": [rows, item]} if _is_lenient(metadata) else rows
        if origin is dict:
            return {"type": "object", "additionalProperties": _maybe(self._of(arguments[1]))}
        if annotation is Any:
            return {}
        if isinstance(annotation, type) and issubclass(annotation, schema.Strict):
            return self._shortened(annotation)
        return self._offered(_TEXT, metadata)

    def _shortened(self, model: type[schema.Strict]) -> Schema:
        """Return the schema of a mapping, or of what may stand for it in short."""
        if model is schema.ScheduleImpact:
            length = _value({"pattern": "dwm"})
            return {"anyOf": [length, {"type": "object", "additionalProperties": _maybe(length)}]}
        found = self.of_model(model)
        if model is schema.ScopeImpact:
            return {"anyOf": [{"enum": ["none"]}, found]}
        if model is schema.ReportHealth:
            return {"anyOf": [{"enum": list(typing.get_args(schema.HealthWord))}, found]}
        if model is schema.Links:
            id_ = self._offered(_TEXT, (RefTo(),))
            one = self._offered({"type": "string"}, (RefTo(),))
            return {"anyOf": [found, {"type": "array", "items": id_}, one]}
        if model in (schema.Criterion, schema.Decision, schema.Action):
            return {"anyOf": [{"type": ["string", "number"]}, found]}
        return found

    def _offered(self, found: Schema, metadata: tuple[Any, ...]) -> Schema:
        """Return `found` with the ids or people that an editor may offer there."""
        names = []
        for each in metadata if self._with_ids else ():
            match each:
                case RefTo(kinds):
                    names += list(kinds) or ["any"]
                case Marker("person"):
                    names.append("person")
        if not names:
            return found
        return {**found, "allOf": [{"$ref": f"{IDS}#/$defs/{name}"} for name in names]}


def _maybe(found: Schema) -> Schema:
    """Return a schema that takes nothing too: an empty value is as if the key were not there."""
    if not found or found.get("anyOf") is _TEXT["anyOf"]:
        return found
    return {"anyOf": [found, _NOTHING]}


def _is_lenient(metadata: tuple[Any, ...]) -> bool:
    return any(isinstance(each, Before) for each in metadata)


def _value(base: Mapping[str, Any]) -> Schema:
    """Return how a value of the content format is typed; the base is what content.values says of it."""
    match base:
        case {"type": ["string", "number", "boolean"]}:
            return _TEXT
        case {"format": "date"}:
            return _written(r"\d{4}-\d{2}-\d{2}", "A date is expected here, as YYYY-MM-DD")
        case {"type": "integer", "minimum": low, "maximum": high}:
            said = f"A whole number from {low} to {high} is expected here"
            return _written(f"[{low}-{high}]", said, "integer") | {"minimum": low, "maximum": high}
        case {"type": "integer"}:
            return _written(r"[+-]?\d+", "A whole number is expected here", "integer")
        case {"type": "number"}:
            more = {"exclusiveMinimum": 0} if "exclusiveMinimum" in base else {}
            return _written(r"[+-]?\d+(\.\d+)?", "A number is expected here", "number") | more
        case {"type": ["boolean", "string"]}:
            words = "|".join("".join(f"[{letter.upper()}{letter}]" for letter in word) for word in _FLAGS)
            return _written(f"({words})", "yes or no is expected here", "boolean")
        case {"pattern": str(pattern)} if "dwm" in pattern:
            return _written(r"[+-]?\d{1,5}[dwm]", "A length of time is expected here, such as 3d, 2w or 1m")
        case {"pattern": "^[A-Z]{3}$"}:
            return {"enum": sorted(CURRENCIES)}
        case {"pattern": _}:
            said = "An amount of money is expected here, such as 1200.50 EUR"
            return _written(r"[+-]?\d+(\.\d+)?( *[A-Z]{3})?", said, "number")
        case {"format": "email"}:
            return _written(r"[^\s@]+@[^\s@]+\.[^\s@]+", "A mail address is expected here")
        case {"format": "uri"}:
            return _written(
                r"([Hh][Tt][Tt][Pp][Ss]?://|mailto:|tel:)\S+",
                "An address is expected here, such as https://…",
            )
    return {"type": ["string", "number"]}


_FLAGS = ("true", "false", "yes", "no")


def _written(pattern: str, said: str, *more: str) -> Schema:
    return {
        "type": ["string", *more] if more else "string",
        "pattern": rf"^\s*{pattern}\s*$",
        "patternErrorMessage": said,
        "errorMessage": said,
    }


def _settings() -> Schema:
    """Return the schema of portalgen.yaml, as `settings` reads it."""

    def mapping(description: str, **fields: Schema) -> Schema:
        inner = {"type": "object", "properties": fields, "additionalProperties": False}
        return {"description": description, **_maybe(inner)}

    def said(description: str, found: Schema) -> Schema:
        return {"description": description, **_maybe(found)}

    length = _value({"pattern": "dwm"})
    whole = _value({"type": "integer"})
    word = {"enum": ["client", "internal"]}
    return mapping(
        "Settings for all clients of this repository. None of this is published",
        visibility=mapping(
            "Who sees the records of a kind that do not say so themselves",
            **{name: said(f"Of {name}", word) for name in KINDS},
        ),
        risk=mapping(
            "From which score on (likelihood × impact) a risk is medium, and high",
            medium=said("Below it a risk is low", whole),
            high=said("From it on a risk is high", whole),
        ),
        cadence=mapping(
            "What was promised; `check` warns of gaps",
            report=said("How often a status report comes: 7d", length),
            meeting=said("How often we meet: 14d", length),
            answer=said("How soon we answer: 2d", length),
        ),
        theme=said("A folder in themes/", _TEXT),
        languages=said(
            "Languages that the clients read, as in en or zh-Hans",
            {"anyOf": [{"type": "array", "items": _TEXT}, {"type": "string"}]},
        ),
        currency=said("Of amounts that name none", {"enum": sorted(CURRENCIES)}),
        survey=mapping(
            "How many answers are needed before totals are shown",
            min=said("Fewer would let a client guess who wrote what", whole),
        ),
        history=mapping(
            "What of git's history counts",
            **{
                "from": said("The first commit, or the first day", _TEXT),
                "branch": said("The branch that is read", _TEXT),
            },
        ),
    )
