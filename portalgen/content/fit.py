"""Fit a mapping to its model: return what fits, and a problem for each part that does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol, TypeVar

from msgspec import Struct, field

from portalgen.content import schema
from portalgen.content.faults import known_keys, problems_of
from portalgen.content.markdown.body import check_plain
from portalgen.content.records import Address
from portalgen.content.yaml.places import Document, Value
from portalgen.problems import Place, Problem, did_you_mean

Model = TypeVar("Model", bound=schema.Strict)


_THE_TEAMS_OWN = frozenset({"internal", "preferences"})
"""Keys under which anything may stand, in any form."""
_SWALLOWED = re.compile(
    r"^[ \t]*([\w-]{1,20}[ \t]*:[ \t]*['\"]?(?:client|internal)['\"]?|internal[ \t]*:(?!:).*)[ \t]*$",
    re.MULTILINE,
)
"""A line that reads like a key of the record, in a text that took it in."""


class KnownFields(Protocol):
    """Remembers what mappings in which nothing was wrong were checked to be."""

    def find_fields(self, model: type[Model], path: str, value: Value) -> Model | None:
        """Return what a mapping of a file was checked to be; None where it is not known."""

    def keep_fields(self, path: str, value: Value, fields: schema.Strict) -> None:
        """Remember what a mapping of a file is."""


class Found(Struct, frozen=True):
    """What checking has found so far."""

    problems: list[Problem] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    """Texts that could not be read: what is missed may stand in them."""
    known: KnownFields | None = None

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
    known = None if document.reported else found.known
    if known and (fields := known.find_fields(model, document.path, value)) is not None:
        return fields, True
    problems_before = len(found.problems)
    typed = {key: item for key, item in value.items() if (*address, key) not in document.reported}
    # Nearly all values are texts that say something: only of what has parts, or is empty, is there more to ask.
    rest = {key: item for key, item in typed.items() if item.__class__ is not str or _is_empty(item)}
    # client.yaml has a mapping there, which may well name no kind.
    is_client = model is schema.Client and rest.get("visibility") == {}
    for at in [] if is_client else list(_lost_visibilities(rest)):
        message = f"'{at[-1]}' is empty" if at[-1] == "visibility" else f"the visibility of {at[-1]} is empty"
        hint = "write client or internal, or leave the line out"
        found.add(document.place((*address, *at), key=True), "unknown-value", message, hint)
        typed.pop(str(at[0]), None)
        rest.pop(str(at[0]), None)
    for at in list(_unknown_and_empty(rest, model)) if rest else ():
        keys = known_keys(model, at[:-1])
        hint = did_you_mean(str(at[-1]), keys, otherwise="known here: " + ", ".join(sorted(keys)))
        message = f"'{at[-1]}' is no field of {what}"
        found.add(document.place((*address, *at), key=True), "unknown-key", message, hint)
        typed.pop(str(at[0]), None)
    # pydantic comes with it, which takes longer than all that a small change asks for.
    from portalgen.content.schema.check import ValidationError, check

    is_whole = len(typed) == len(value)
    fitting = without_empty(typed) if rest else typed
    try:
        fields = check(model, fitting)
        _check_texts(fields, document, address, found)
        if known and is_whole and problems_before == len(found.problems):
            known.keep_fields(document.path, value, fields)
        return fields, is_whole
    except ValidationError as error:
        found.problems.extend(problems_of(error, model, document, address, value, what))
        wrong = {str(fault["loc"][0]) for fault in error.errors(include_url=False) if fault["loc"]}
    try:
        return check(model, {key: item for key, item in fitting.items() if key not in wrong}), False
    except ValidationError:
        return None, False


def without_empty(value: dict[str, Value]) -> dict[str, Value]:
    """Return `value` less every key whose value is empty: it is as if the key were not there."""
    return {key: _without_empty(item) for key, item in value.items() if not _is_empty(item)}


def _without_empty(value: Value) -> Value:
    if isinstance(value, dict):
        return without_empty(value)
    if isinstance(value, list):
        return [_without_empty(item) for item in value if not _is_empty(item)]
    return value


def _is_empty(value: Value) -> bool:
    """Return whether nothing is said. `{draft}` is a mapping with a key, and not empty: its word would be lost."""
    if isinstance(value, str):
        return not value.strip()
    return all(map(_is_empty, value)) if isinstance(value, list) else not value


def _lost_visibilities(value: Value) -> Iterator[Address]:
    """Yield where a visibility, or that of a kind in client.yaml, has no word: what was meant to stay would leave."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from ((number, *rest) for rest in _lost_visibilities(item))
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "visibility":
                if _is_empty(item):
                    yield (key,)
                elif isinstance(item, dict):
                    yield from ((key, kind) for kind, word in item.items() if _is_empty(word))
            elif key not in _THE_TEAMS_OWN:
                yield from ((key, *rest) for rest in _lost_visibilities(item))


def _unknown_and_empty(value: Value, model: type[schema.Strict], loc: Address = ()) -> Iterator[Address]:
    """Yield where a key that no model knows has no value, as in `{title: a, visibility internal}`: it would vanish."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _unknown_and_empty(item, model, (*loc, number))
    elif isinstance(value, dict):
        # Of a change's schedule the keys are ids.
        known = known_keys(model, loc) if loc[-1:] != ("schedule",) else frozenset()
        for key, item in value.items():
            if known and key not in known and _is_empty(item):
                yield (*loc, key)
            elif item and not isinstance(item, str) and key not in _THE_TEAMS_OWN:
                yield from _unknown_and_empty(item, model, (*loc, key))


def _check_texts(fields: schema.Strict, document: Document, address: Address, found: Found) -> None:
    """Blocks and comments work in a body only: in a plain text they would be shown."""
    for name in fields.typed - _THE_TEAMS_OWN:
        value = getattr(fields, name)
        if not isinstance(value, str | list | schema.Strict):
            continue
        if value.__class__ is str and _is_plain(value):
            continue
        at = (*address, schema.fields_of(type(fields))[name].key)
        if isinstance(value, schema.Strict):
            _check_texts(value, document, at, found)
        elif isinstance(value, str):
            _check_text(value, document, at, found, is_body=name == "body")
        elif isinstance(value, list):
            for number, item in enumerate(value):
                if isinstance(item, schema.Strict):
                    _check_texts(item, document, (*at, number), found)
                elif isinstance(item, str):
                    _check_text(item, document, (*at, number), found)


def _check_text(
    text: str, document: Document, address: Address, found: Found, *, is_body: bool = False
) -> None:
    if not is_body and not _is_plain(text):
        place = document.place(address)
        found.problems.extend(check_plain(text, place.path, place.line, place.column))
    if "\n" in text and (key := _SWALLOWED.search(text)):
        message = f"'{key[1].strip()}' stands inside this text, where it holds nothing back"
        hint = "begin the line in the column of the other keys; if it is meant as text, put it in backticks"
        found.add(document.place(address), "swallowed-key", message, hint)


def _is_plain(text: str) -> bool:
    """Return whether a text is one line without anything that a body alone may hold."""
    return text.isprintable() and ":::" not in text and "<!--" not in text and "\uff1a" not in text
