"""Walk a model's fields by what they mean: ids, persons, files, prose. One walk serves checking and publishing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from msgspec import Struct

from portalgen.content.schema import Strict, fields_of
from portalgen.content.values import Marker, RefTo

Model = Any
"""A subclass of Strict; mypy 2.4 lets no plain class be what a cache is asked for."""


class Part(Struct, frozen=True):
    """One value somewhere in a record."""

    address: tuple[str | int, ...]
    """As in the file: `("impact", "scope", "adds", 0)`."""
    marker: RefTo | Marker | None
    value: Any


def parts(model: Strict, address: tuple[str | int, ...] = ()) -> Iterator[Part]:
    """Yield every value that was typed into `model`, in the order of its fields; `internal` and `tags` aside."""
    kind: Model = type(model)
    for name, key, marker in _plan(kind):
        value = getattr(model, name)
        if value is None:
            continue
        at = (*address, key)
        if isinstance(value, Strict):
            yield from parts(value, at)
        elif isinstance(value, list):
            for number, item in enumerate(value):
                if isinstance(item, Strict):
                    yield from parts(item, (*at, number))
                else:
                    yield Part((*at, number), marker, item)
        elif isinstance(value, dict):
            for word in value:
                yield Part((*at, word), marker, word)
        else:
            yield Part(at, marker, value)


def parts_marked(model: Strict, marker: Marker) -> Iterator[Part]:
    """Yield the parts with this marker; a kind of record that has none is not walked through."""
    kind: Model = type(model)
    if _may_have(kind, marker):
        yield from (part for part in parts(model) if part.marker == marker)


def marker_of(model: Model, name: str) -> RefTo | Marker | None:
    """Return what the values of a field mean."""
    return _markers(model)[name]


@cache
def _markers(model: Model) -> dict[str, RefTo | Marker | None]:
    return {field: marker for field, _, marker in _plan(model)}


@cache
def _may_have(model: Model, marker: Marker) -> bool:
    return any(
        own == marker
        or any(_may_have(inner, marker) for inner in _models_in(fields_of(model)[name].annotation))
        for name, _, own in _plan(model)
    )


def _models_in(annotation: Any) -> Iterator[Model]:
    if isinstance(annotation, type) and issubclass(annotation, Strict):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _models_in(argument)


@cache
def _plan(model: Model) -> tuple[tuple[str, str, RefTo | Marker | None], ...]:
    return tuple(
        (name, field.key, _marker(field.annotation))
        for name, field in fields_of(model).items()
        if name not in ("internal", "tags", "visibility", "preferences")
    )


def _marker(annotation: Any, metadata: Any = ()) -> RefTo | Marker | None:
    for each in metadata:
        if isinstance(each, (RefTo, Marker)):
            return each
    own = _marker(None, annotation.__metadata__) if hasattr(annotation, "__metadata__") else None
    return own or next(
        (found for argument in getattr(annotation, "__args__", ()) if (found := _marker(argument))), None
    )
