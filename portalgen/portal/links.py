"""Gather what a record leads to and what leads to it, each by the word that says how."""

from __future__ import annotations

from functools import cache
from typing import get_args

from msgspec.structs import fields

from portalgen.kinds import KINDS
from portalgen.portal.published import Change, Milestone, Record, Ref

LONGEST_ID = 24
_SHOWN_ELSEWHERE = {"links", "mentions", "source", "files", "derived"}


def short_id(ref: Ref | Record) -> str:
    """Return the id to show beside a title: `REQ-1`; empty where it is a date, a file's name, or the title itself."""
    is_telling = KINDS[ref.kind].prefix and len(ref.id) <= LONGEST_ID and not ref.id[:4].isdigit()
    return ref.id if is_telling and ref.id != ref.title else ""


def links_out(record: Record, without: tuple[str, ...] = ()) -> tuple[tuple[str, tuple[Ref, ...]], ...]:
    """Return (field or link type, records) for what `record` names, fields first; `mentions` last and only what is new.

    `without` are fields that the page shows in a place of their own.
    """
    groups: dict[str, list[Ref]] = {}
    for name, refs in _fields_out(record):
        if name not in without:
            groups.setdefault(name, []).extend(refs)
    for name, refs in record.links.items():
        groups.setdefault(name, []).extend(refs)
    if record.source is not None:
        groups.setdefault("source", []).append(record.source)
    if record.mentions:
        named = {ref.url for refs in groups.values() for ref in refs} | {record.url}
        if without:
            named |= {ref.url for name, refs in _fields_out(record) if name in without for ref in refs}
        groups["mentions"] = [ref for ref in record.mentions if ref.url not in named]
    return tuple((name, tuple(dict.fromkeys(refs))) for name, refs in groups.items() if refs)


def links_in(record: Record, without: tuple[str, ...] = ()) -> tuple[tuple[str, tuple[Ref, ...]], ...]:
    """Return (field or link type, records) for what names `record`; one that does so in two ways stands at the first.

    `without` are kinds of which the page shows the records in a place of their own. Plain mentions come last.
    """
    groups: dict[str, list[Ref]] = {}
    seen: set[str] = set()
    for backlink in sorted(record.derived.links_in, key=lambda each: _is_mention(each.type)):
        if backlink.ref.url in seen or backlink.ref.kind in without or backlink.ref.url == record.url:
            continue
        seen.add(backlink.ref.url)
        groups.setdefault("mentions" if _is_mention(backlink.type) else backlink.type, []).append(
            backlink.ref
        )
    return tuple((name, tuple(refs)) for name, refs in groups.items())


def lasting_state(milestone: Milestone) -> str:
    """Return a milestone's state as pages say it that name no day: `late` becomes what it was the day before."""
    derived = milestone.derived
    if derived.state != "late":
        return derived.state
    return "slipping" if (derived.slip_days or 0) > 0 else "scheduled"


def _is_mention(name: str) -> bool:
    return name in ("body", "mentions", "text")


@cache
def _names_of_refs(kind: type[Record]) -> tuple[str, ...]:
    """Return the fields of a kind that name one record or several: `Ref | None` or `tuple[Ref, ...]`."""
    return tuple(
        each.name
        for each in fields(kind)
        if each.name not in _SHOWN_ELSEWHERE and (each.type is Ref or Ref in get_args(each.type))
    )


def _fields_out(record: Record) -> list[tuple[str, tuple[Ref, ...]]]:
    found: list[tuple[str, tuple[Ref, ...]]] = []
    for name in _names_of_refs(type(record)):
        value = getattr(record, name)
        if value:
            found.append((name, value if isinstance(value, tuple) else (value,)))
    if isinstance(record, Change):
        scope, schedule = record.impact.scope, record.impact.schedule
        if scope is not None:
            found += [("adds", scope.adds), ("changes", scope.changes), ("removes", scope.removes)]
        if schedule is not None:
            found.append(("schedule", tuple(ref for ref, _ in schedule.milestones)))
    return [(name, refs) for name, refs in found if refs]
