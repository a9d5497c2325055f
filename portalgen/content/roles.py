"""Walk a model's fields by what they mean: ids, persons, files, prose. One walk serves checking and publishing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from msgspec import Struct

from portalgen.content.schema import Strict, fields_of
from portalgen.content.values import Marker, RefTo
from portalgen.money import Money

Model = Any
"""A subclass of Strict; mypy 2.4 lets no plain class be what a cache is asked for."""


Plan = tuple[tuple[str, str, RefTo | Marker | None], ...]
"""Of the fields of a model their names, their keys in a file, and what they mean."""


class Part(Struct, frozen=True):
    """One value somewhere in a record."""

    address: tuple[str | int, ...]
    """As in the file: `("impact", "scope", "adds", 0)`."""
    marker: RefTo | Marker | None
    value: Any


def parts(model: Strict) -> Iterator[Part]:
    """Yield every value that was typed into `model`, in the order of its fields; `internal` and `tags` aside."""
    return _parts(model, (), _plan)


def parts_to_check(model: Strict) -> Iterator[Part]:
    """Yield the parts that name a record, a person or a file, and amounts of money; no other field is looked into."""
    return _parts(model, (), _plan_to_check)


def _parts(model: Strict, address: tuple[str | int, ...], plan: Callable[[Model], Plan]) -> Iterator[Part]:
    kind: Model = type(model)
    for name, key, marker in plan(kind):
        value = getattr(model, name)
        if value is None:
            continue
        at = (*address, key)
        if isinstance(value, Strict):
            yield from _parts(value, at, plan)
        elif isinstance(value, list):
            for number, item in enumerate(value):
                if isinstance(item, Strict):
                    yield from _parts(item, (*at, number), plan)
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
def _plan_to_check(model: Model) -> Plan:
    return tuple(
        (name, key, marker)
        for name, key, marker in _plan(model)
        if isinstance(marker, RefTo)
        or marker in (Marker("person"), Marker("file"))
        or _holds_money(annotation := fields_of(model)[name].annotation)
        or any(_plan_to_check(inner) for inner in _models_in(annotation))
    )


def _holds_money(annotation: Any) -> bool:
    return annotation is Money or any(map(_holds_money, getattr(annotation, "__args__", ())))


@cache
def _plan(model: Model) -> Plan:
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
