"""Fit a mapping to its model: return what fits, and a problem for each part that does not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import ValidationError

from portalgen.content import schema
from portalgen.content.faults import problems_of
from portalgen.content.places import Document, Value
from portalgen.content.records import Address
from portalgen.problems import Place, Problem

Model = TypeVar("Model", bound=schema.Strict)


@dataclass(frozen=True, slots=True)
class Found:
    """What checking has found so far."""

    problems: list[Problem] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    """Texts that could not be read: what is missed may stand in them."""

    def add(self, place: Place, code: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(place, code, message, hint))


def fit(
    model: type[Model], document: Document, address: Address, value: Value, what: str, found: Found
) -> tuple[Model | None, bool]:
    """Return the model made of what is right in `value`, and whether that was all of it.

    A key whose value is wrong is left out after it was reported, so that the rest can be checked in the same run;
    None where not even that makes a model.
    """
    if not isinstance(value, dict):
        shape = "list" if isinstance(value, list) else "text"
        found.add(
            document.place(address),
            "wrong-type",
            f"{what} is a mapping of fields, not a {shape}",
            "write 'name: value'",
        )
        return None, False
    typed = {key: item for key, item in value.items() if (*address, key) not in document.reported}
    is_whole = len(typed) == len(value)
    if "visibility" in typed and typed["visibility"] in (None, ""):
        place = document.place((*address, "visibility"), key=True)
        found.add(
            place, "unknown-value", "'visibility' is empty", "write client or internal, or leave the line out"
        )
        del typed["visibility"]
        is_whole = False
    fitting = without_empty(typed)
    try:
        return model.model_validate(fitting), is_whole
    except ValidationError as error:
        found.problems.extend(problems_of(error, model, document, address, value, what))
        wrong = {str(fault["loc"][0]) for fault in error.errors(include_url=False) if fault["loc"]}
    try:
        return model.model_validate({key: item for key, item in fitting.items() if key not in wrong}), False
    except ValidationError:
        return None, False


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
