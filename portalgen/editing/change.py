"""Turn `field=value` into the smallest change of the file that holds the record, and refuse one that would be wrong."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from portalgen.content import schema
from portalgen.content.characters import join_line_ends
from portalgen.content.records import Address, Single
from portalgen.content.values import Marker
from portalgen.content.yaml.places import Document, Value, read_yaml
from portalgen.editing.files import edit_text, read_raw
from portalgen.editing.look import Look
from portalgen.editing.nodes import find, read_nodes
from portalgen.editing.splice import CannotEdit, Edit, append, put, take_out
from portalgen.problems import Problem, did_you_mean

_TYPED = re.compile(r"(?P<field>[^\W\d][\w.-]*?)(?P<sign>\+?=)(?P<value>.*)", re.DOTALL)


class Refused(Exception):
    """Nothing was changed; the message says why, and `problems` what would have been wrong."""

    def __init__(self, message: str, problems: Iterable[Problem] = ()) -> None:
        self.problems = tuple(problems)
        super().__init__(message)


class Assignment(Struct, frozen=True):
    """What was typed: `impact.cost=1200 EUR`, or `links+=CR-4` for one more."""

    address: tuple[str, ...]
    value: str
    """Empty: the field is taken out."""
    is_more: bool = False

    @property
    def name(self) -> str:
        return ".".join(self.address)


class Target(Struct, frozen=True, kw_only=True):
    """The mapping that is to be changed."""

    document: Document
    address: Address
    model: type[schema.Strict]
    has_body_below: bool = False


class FileChange(Struct, frozen=True, kw_only=True):
    """A file's new text, not written yet."""

    path: str
    """From the source folder."""
    old: str
    """Empty where the file is new."""
    new: str
    line: int = 1
    """Where it is worth looking, in the new text."""


def parse_assignments(words: Iterable[str]) -> list[Assignment]:
    """Return what was typed behind the id; raises Refused for a word that is no assignment."""
    found = []
    for word in words:
        match = _TYPED.fullmatch(word)
        if not match:
            raise Refused(
                f"'{word}' is no field=value; put quotes around a value with spaces: 'title=A new one'"
            )
        found.append(
            Assignment(tuple(match["field"].split(".")), match["value"].strip(), match["sign"] == "+=")
        )
    return found


def find_target(look: Look, name: str) -> Target:
    """Return the record, person or file (`client.yaml`, `webshop/project.yaml`) of a client that `name` means.

    Raises Refused where there is none.
    """
    facts = look.facts
    if facts is None:
        raise Refused(f"'{look.slug}' has no client.yaml", look.problems)
    if entry := facts.record(name):
        return Target(
            document=entry.document,
            address=entry.address,
            model=type(entry.fields),
            has_body_below=entry.body_line > 0,
        )
    content = facts.content
    singles: dict[str, Single[Any] | None] = {
        "client.yaml": content.client,
        "contract.yaml": content.contract,
    }
    singles |= {f"{folder}/project.yaml".lstrip("/"): project for folder, project in content.projects.items()}
    if single := singles.get(name):
        return Target(document=single.document, address=single.address, model=type(single.fields))
    if person := content.people.get(name):
        if person.is_shared:
            raise Refused(f"'{name}' stands in {person.document.path}, for all clients; change it there")
        return Target(document=person.document, address=person.address, model=schema.Person)
    known = [entry.id for entry in look.records()]
    if any(name in unread for unread in content.unread):
        raise Refused(f"'{name}' stands in a file that cannot be read; mend that first", look.problems)
    hint = did_you_mean(name, [*known, *(key for key, one in singles.items() if one), *content.people])
    raise Refused(f"'{look.slug}' has no record '{name}'" + (f": {hint}" if hint else ""))


def change_target(source: Path, target: Target, assignments: Sequence[Assignment]) -> FileChange:
    """Return the file's text with every assignment carried out; raises Refused where one cannot be."""
    path = target.document.path
    old = new = read_raw(source, path)
    for assignment in assignments:
        try:
            new = _changed(new, target, assignment)
        except CannotEdit as error:
            raise Refused(f"{target.document.place(target.address)}: {error}; do it in an editor") from error
    line = next((i for i, (a, b) in enumerate(zip(_lines(old), _lines(new), strict=False), 1) if a != b), 1)
    return FileChange(path=path, old=old, new=new, line=line)


def as_value(model: type[schema.Strict], address: Sequence[str], text: str) -> Value:
    """Return what was typed as a value of the field: a list where one is expected, a mapping from `{…}`."""
    info = _field(model, address)
    if info is None:
        return text
    shape = _shape(info)
    if text[:1] in "[{" and (shape.is_list or shape.is_mapping):
        document, problems = read_yaml(f"k: {text}\n", "")
        if document is None or problems or not isinstance(document.value, dict):
            raise Refused(f"'{text}' is not written as YAML writes a list or a mapping", problems)
        return document.value["k"]
    if shape.is_names:
        return [part.strip() for part in text.split(",") if part.strip()]
    return [text] if shape.is_list else text


def as_fields(model: type[schema.Strict], assignments: Iterable[Assignment]) -> dict[str, Value]:
    """Return what was typed as the fields of a new mapping; raises Refused where two cannot both be."""
    fields: dict[str, Value] = {}
    for each in assignments:
        inner = fields
        for number, key in enumerate(each.address[:-1], 1):
            below = inner.setdefault(key, {})
            if not isinstance(below, dict):
                raise Refused(
                    f"'{'.'.join(each.address[:number])}' is typed twice, and '{each.name}' is part of it"
                )
            inner = below
        inner[each.address[-1]] = as_value(model, each.address, each.value)
    return fields


def _changed(raw: str, target: Target, assignment: Assignment) -> str:
    address = (*target.address, *assignment.address)

    def change(yaml: str) -> list[Edit]:
        if assignment.address == ("body",) and (
            target.has_body_below or target.document.path.endswith(".md")
        ):
            raise CannotEdit("the body stands below the front matter")
        if not assignment.value:
            return take_out(yaml, address)
        if assignment.is_more:
            if find(read_nodes(yaml), address[:-1]) is None:
                raise CannotEdit(f"'{assignment.address[0]}' is not there yet")
            return append(yaml, address, assignment.value)
        value = as_value(target.model, assignment.address, assignment.value)
        # A mapping on the way that is not there yet is made with it.
        for length in range(len(target.address) + 1, len(address)):
            holder = find(read_nodes(yaml), address[:length])
            if holder is None or holder.is_empty:
                for key in reversed(address[length:]):
                    value = {str(key): value}
                return put(yaml, address[:length], value)
            if holder.form == "scalar":
                raise CannotEdit(
                    f"'{address[length - 1]}' is a text, and '{assignment.name}' needs a mapping there"
                )
        return put(yaml, address, value)

    return edit_text(raw, target.document.path, change)


def _field(model: Any, address: Sequence[str]) -> schema.Field | None:
    info: schema.Field | None = None
    for part in address:
        if not (isinstance(model, type) and issubclass(model, schema.Strict)):
            return None
        info = next((each for each in schema.fields_of(model).values() if each.key == part), None)
        if info is None:
            return None
        model = next((each for each in _leaves(info.annotation) if isinstance(each, type)), None)
    return info


class _Shape(Struct, frozen=True):
    is_list: bool
    is_mapping: bool
    """Whether a mapping may stand there."""
    is_names: bool
    """Of a list: whether it holds ids, names or words, which commas part; sentences they do not."""


def _shape(info: schema.Field) -> _Shape:
    layers = list(_layers(info.annotation))
    items = [typing.get_args(each)[0] for each in layers if typing.get_origin(each) is list]
    leaves = [leaf for each in [*layers, *items] for leaf in _layers(each)]
    is_sentence = any(Marker("prose") in getattr(item, "__metadata__", ()) for item in items)
    return _Shape(
        is_list=bool(items),
        is_mapping=any(
            each is Any
            or typing.get_origin(each) is dict
            or (isinstance(each, type) and issubclass(each, schema.Strict))
            for each in leaves
        ),
        is_names=(bool(items) and not is_sentence and str in leaves) or schema.Links in leaves,
    )


def _layers(annotation: Any) -> Iterable[Any]:
    """Yield the alternatives of a field: what stands beside `None`, without its annotations."""
    if hasattr(annotation, "__metadata__"):
        yield from _layers(annotation.__origin__)
    elif typing.get_origin(annotation) in (types.UnionType, typing.Union):
        for each in typing.get_args(annotation):
            yield from _layers(each)
    else:
        yield annotation


def _leaves(annotation: Any) -> Iterable[Any]:
    for each in _layers(annotation):
        if typing.get_origin(each) is list:
            yield from _leaves(typing.get_args(each)[0])
        else:
            yield each


def _lines(text: str) -> list[str]:
    return join_line_ends(text).split("\n")
