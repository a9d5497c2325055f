"""Two versions of a client's data.json → what a client sees differently, as values: for reviews, not for the client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from portalgen.kinds import KINDS

Data = Mapping[str, Any]

_NOT_SAID = frozenset({"page", "derived", "links_in", "mentions", "id"})
"""What follows from other values, or is the same by nature."""
_LISTS = (*KINDS, "history", "needs_you", "waiting_for_approval", "next_milestone")
_ROOT = ("contract", "responsibilities", "communication_plan")


class Difference(Struct, frozen=True, kw_only=True):
    """One thing that a client sees differently."""

    subject: str
    """`MS-4`, `people`, `contract`; empty: the client or a project itself."""
    title: str
    """Of a record or project as it is now, else as it was."""
    kind: str
    """A kind of record, `people`, `contract`, `project`, `client` …"""
    what: str
    """shown, hidden or changed."""
    field: str = ""
    before: Any = None
    after: Any = None
    """As in data.json."""


def differences(before: Data | None, after: Data | None) -> tuple[Difference, ...]:
    """Return what is different, records in the order of their kinds; None stands for a client that has no site."""
    if before is None or after is None:
        data = after or before
        if data is None:
            return ()
        name = data["client"]["name"]
        what = "shown" if after else "hidden"
        return (Difference(subject="", title=name, kind="client", what=what),)
    return tuple(_differences(before, after))


def _differences(before: Data, after: Data) -> Iterator[Difference]:
    name = after["client"]["name"]
    yield from _fields(before["client"], after["client"], subject="", title=name, kind="client")
    for key in _ROOT:
        if before[key] != after[key]:
            yield from _part(key, before[key], after[key])
    people = [{each["key"]: each for each in data["people"]} for data in (before, after)]
    yield from _rows(*people, kind="people", title="name")
    projects = [{each["id"]: each for each in data["projects"]} for data in (before, after)]
    for id_ in projects[0].keys() | projects[1].keys():
        if id_ in projects[0] and id_ in projects[1]:
            old, new = (
                {key: value for key, value in each[id_].items() if key not in _LISTS} for each in projects
            )
            yield from _fields(old, new, subject=id_, title=new["name"], kind="project")
    yield from _gone_and_come(*projects, kind="project", title="name")
    for kind in KINDS:
        rows = [
            {row["id"]: row for part in (data, *data["projects"]) for row in part.get(kind, ())}
            for data in (before, after)
        ]
        yield from _rows(*rows, kind=kind, title="title")


def _rows(
    before: Mapping[str, Data], after: Mapping[str, Data], *, kind: str, title: str
) -> Iterator[Difference]:
    for id_, row in after.items():
        if id_ in before:
            yield from _fields(before[id_], row, subject=id_, title=row[title], kind=kind)
    yield from _gone_and_come(before, after, kind=kind, title=title)


def _gone_and_come(
    before: Mapping[str, Data], after: Mapping[str, Data], *, kind: str, title: str
) -> Iterator[Difference]:
    for id_ in sorted(after.keys() - before.keys()):
        yield Difference(subject=id_, title=after[id_][title], kind=kind, what="shown")
    for id_ in sorted(before.keys() - after.keys()):
        yield Difference(subject=id_, title=before[id_][title], kind=kind, what="hidden")


def _fields(before: Data, after: Data, *, subject: str, title: str, kind: str) -> Iterator[Difference]:
    for field in dict.fromkeys((*after, *before)):
        old, new = before.get(field), after.get(field)
        if field in _NOT_SAID or old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            for inner in _fields(old, new, subject=subject, title=title, kind=kind):
                yield Difference(
                    subject=subject, title=title, kind=kind, what="changed", field=f"{field}.{inner.field}",
                    before=inner.before, after=inner.after,
                )  # fmt: skip
        else:
            yield Difference(
                subject=subject, title=title, kind=kind, what="changed", field=field, before=old, after=new
            )


def _part(key: str, before: Any, after: Any) -> Iterator[Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _fields(before, after, subject=key, title="", kind=key)
    elif not before:
        yield Difference(subject=key, title="", kind=key, what="shown")
    elif not after:
        yield Difference(subject=key, title="", kind=key, what="hidden")
    else:
        yield Difference(subject=key, title="", kind=key, what="changed")
