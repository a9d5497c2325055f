"""Name the fields of a kind and the words that a field takes."""

from __future__ import annotations

import typing
from typing import Any

from portalgen.content import schema


def fields_of(kind: str) -> list[str]:
    """Return the keys that a record of `kind` may have; those of every record where the kind is not known."""
    model = schema.RECORDS.get(kind, schema.Record)
    return [info.key for info in schema.fields_of(model).values()]


def words_of(kind: str, field: str) -> list[str]:
    """Return the words that may stand under a field, in the order of the schema; none where it takes any text."""
    model = schema.RECORDS.get(kind, schema.Record)
    info = next((each for each in schema.fields_of(model).values() if each.key == field), None)
    return list(_words(info.annotation)) if info else []


def _words(annotation: Any) -> typing.Iterator[str]:
    if typing.get_origin(annotation) is typing.Literal:
        yield from typing.get_args(annotation)
        return
    for each in typing.get_args(annotation):
        yield from _words(each)
