"""Say in an author's words, at its place, what pydantic found wrong."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from portalgen.content import schema
from portalgen.content.records import Address
from portalgen.content.yaml.places import Document, Value
from portalgen.problems import Problem, did_you_mean

if TYPE_CHECKING:
    from pydantic import ValidationError


def problems_of(
    error: ValidationError,
    model: type[schema.Strict],
    document: Document,
    address: Address,
    value: Value,
    what: str,
) -> list[Problem]:
    """Return a problem for each fault, at its place; `what` is the record in a sentence: `a risk`."""
    return [
        _problem(fault, model, document, address, value, what) for fault in error.errors(include_url=False)
    ]


def _problem(
    fault: Any, model: type[schema.Strict], document: Document, address: Address, value: Value, what: str
) -> Problem:
    where = _in_file(fault["loc"], value)
    last = str(fault["loc"][-1]) if fault["loc"] else ""
    field = next((str(part) for part in reversed(where) if isinstance(part, str)), last)
    typed = fault.get("input")
    at = (*address, *where)
    match fault["type"]:
        case "extra_forbidden":
            known = known_keys(model, fault["loc"][:-1])
            hint = did_you_mean(last, known, otherwise="known here: " + ", ".join(sorted(known)))
            inside = f"'{where[-2]}' of {what}" if len(where) > 1 and isinstance(where[-2], str) else what
            return Problem(
                document.place(at, key=True), "unknown-key", f"'{last}' is no field of {inside}", hint
            )
        case "missing":
            hint = f"{last}: {said}" if (said := _said_of(model, last, len(fault["loc"]))) else ""
            return Problem(
                document.place(at), "missing-field", f"{_inside(what, where)} needs '{last}'", hint
            )
        case "literal_error":
            words = [
                word.strip().strip("'") for word in fault["ctx"]["expected"].replace(" or ", ", ").split(",")
            ]
            hint = did_you_mean(str(typed), words, otherwise="write one of " + ", ".join(words))
            if len(words) == 1:
                hint = f"the only word here is {words[0]}"
            return Problem(
                document.place(at), "unknown-value", f"'{_short(typed)}' is no {field} of {what}", hint
            )
        case "string_type":
            return Problem(
                document.place(at),
                "wrong-type",
                f"'{field}' of {what} is a text, not a {_shape(typed)}",
                "put the text in quotes if it holds ': ' or begins with [ or {",
            )
        case "model_type" | "model_attributes_type" | "dict_type":
            known = known_keys(model, fault["loc"])
            hint = "it has " + ", ".join(sorted(known)) if known else ""
            return Problem(
                document.place(at),
                "wrong-type",
                f"'{field}' of {what} is a mapping, not a {_shape(typed)}",
                hint,
            )
        case "list_type":
            return Problem(
                document.place(at),
                "wrong-type",
                f"'{field}' of {what} is a list",
                "begin each line with '- '",
            )
        case code:
            # Our own types of values: content.values gives the code, the sentence and the hint.
            context = fault["ctx"]
            return Problem(document.place(at), code, f"{context['message']}", context["hint"])


def _in_file(loc: tuple[str | int, ...], value: Value) -> Address:
    """Return the parts of `loc` that are in the file: a union's tag and the number of a single value are not."""
    found: list[str | int] = []
    for part in loc:
        if isinstance(value, dict) and part in value:
            value = value[str(part)]
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            continue
        found.append(part)
    return tuple(found)


def known_keys(model: Any, loc: tuple[str | int, ...]) -> frozenset[str]:
    """Return the field names of the model that `loc` leads to, as they are typed."""
    return _known_keys(model, tuple(part for part in loc if isinstance(part, str)))


@lru_cache(maxsize=512)
def _known_keys(model: Any, loc: tuple[str, ...]) -> frozenset[str]:
    models = [model]
    for part in loc:
        annotations = [
            field.annotation
            for each in models
            for name, field in schema.fields_of(each).items()
            if part in (name, field.key)
        ]
        if annotations:
            models = [inner for annotation in annotations for inner in _models_in(annotation)]
    return frozenset(field.key for each in models for field in schema.fields_of(each).values())


def _said_of(model: type[schema.Strict], field: str, depth: int) -> str:
    """Return what the schema says of a field of the record itself; nothing of a field further in."""
    info = schema.fields_of(model).get(field)
    return info.description if info and depth == 1 else ""


def _models_in(annotation: Any) -> list[type[schema.Strict]]:
    if isinstance(annotation, type) and issubclass(annotation, schema.Strict):
        return [annotation]
    return [found for argument in getattr(annotation, "__args__", ()) for found in _models_in(argument)]


def _inside(what: str, where: Address) -> str:
    names = [str(part) for part in where if isinstance(part, str)]
    return f"'{names[-1]}' of {what}" if names else what


def _shape(value: Any) -> str:
    match value:
        case dict():
            return "mapping"
        case list():
            return "list"
    return "text"


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "…"
