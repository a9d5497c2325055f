"""The records of one file ↔ plain values that a cache can keep, so that a file that stays as it was is not read again.

Only what is made of values known here is packed; a file that holds anything else is read every time.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from portalgen.content import schema
from portalgen.content.entries import Parse
from portalgen.content.records import Entry, File, Model
from portalgen.content.schema import parts, records, singles
from portalgen.content.yaml.places import Document
from portalgen.money import Money

Packed = tuple[Any, ...]

_MODELS: dict[str, type[schema.Strict]] = {
    name: each
    for module in (parts, records, singles)
    for name, each in vars(module).items()
    if isinstance(each, type) and issubclass(each, schema.Strict)
}
_AS_THEY_ARE = (str, int, bool, float, type(None))


class _UnknownError(Exception):
    """A value is of a type that is not packed."""


def pack_entries(file: File, text: str, entries: Sequence[Entry]) -> Packed | None:
    """Return the records of a file with this text, in which nothing is wrong; None where they cannot be packed."""
    document, body = file.document, file.body
    start = text.find("\n") + 1 if document.first_line > 1 else 0
    end = start + len(document.text)
    if text[start:end] != document.text or not text.endswith(body) or document.reported:
        return None
    try:
        rows = [_pack_entry(entry, body) for entry in entries]
    except _UnknownError:
        return None
    return start, end, document.first_line, len(body), rows


def unpack_entries(packed: Packed, text: str, path: str, parse: Parse) -> list[Entry]:
    """Return the records that were packed from a file with this path and text."""
    start, end, first_line, body_length, rows = packed
    # What its values are stands in the records; the document is asked for places only.
    document = Document(path, text[start:end], first_line, None)
    below = text[len(text) - body_length :]
    folder = posixpath.dirname(path) or "."
    return [_unpack_entry(row, document, folder, below, parse) for row in rows]


def pack_fields(fields: schema.Strict) -> Packed | None:
    """Return what a mapping was checked to be; None where it cannot be packed."""
    try:
        packed: Packed = _pack(fields)
    except _UnknownError:
        return None
    return packed


def unpack_fields(model: type[Model], packed: Packed) -> Model | None:
    """Return what a mapping was checked to be; None where that is no `model`."""
    fields = _model(packed)
    return fields if isinstance(fields, model) else None


def _pack_entry(entry: Entry, below: str) -> Packed:
    if not entry.is_whole:
        raise _UnknownError
    has_below = bool(entry.body_line)
    if entry.body is not None and not has_below and not entry.fields.body:
        raise _UnknownError
    return (
        entry.kind, entry.id, _pack(entry.fields), entry.address, entry.project, entry.body is not None,
        entry.body_line, entry.title, entry.meeting,
    )  # fmt: skip


def _unpack_entry(row: Packed, document: Document, folder: str, below: str, parse: Parse) -> Entry:
    kind, id_, packed, address, project, has_body, body_line, title, meeting = row
    fields: schema.Record = _unpack(packed)
    body = None
    if has_body:
        body, _ = parse(below if body_line else fields.body or "", document.path)
    return Entry(
        kind=kind, id=id_, fields=fields, document=document, address=address, folder=folder, project=project,
        body=body, body_line=body_line, title=title, meeting=meeting,
    )  # fmt: skip


def _pack(value: Any) -> Any:
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if isinstance(value, schema.Strict) and _MODELS.get(kind.__name__) is kind:
        # Of a record most fields are not typed, and are what every record of the kind has.
        return "m", kind.__name__, {name: _pack(each) for name, each in vars(value).items()}
    if kind is list or kind is tuple:
        return "l" if kind is list else "t", [_pack(each) for each in value]
    if kind is dict and all(type(name) is str for name in value):
        return "d", {name: _pack(each) for name, each in value.items()}
    if kind is date:
        return "y", value.toordinal()
    if kind is Decimal:
        return "n", str(value)
    if kind is Money:
        return "c", str(value.amount), value.currency
    raise _UnknownError


def _unpack(value: Any) -> Any:
    return _UNPACK[value[0]](value) if type(value) is tuple else value


def _model(value: Packed) -> schema.Strict:
    _, name, typed = value
    # Checked when it was packed: the cache's digest tells that it is what it was.
    return _MODELS[name](
        **{field: _UNPACK[each[0]](each) if type(each) is tuple else each for field, each in typed.items()}
    )


_UNPACK: dict[str, Callable[[Packed], Any]] = {
    "m": _model,
    "l": lambda value: [_unpack(each) for each in value[1]],
    "t": lambda value: tuple(_unpack(each) for each in value[1]),
    "d": lambda value: {name: _unpack(each) for name, each in value[1].items()},
    "y": lambda value: date.fromordinal(value[1]),
    "n": lambda value: Decimal(value[1]),
    "c": lambda value: Money(amount=Decimal(value[1]), currency=value[2]),
}
