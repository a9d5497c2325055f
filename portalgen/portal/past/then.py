"""A record of today and its history → what it was on any day since it was last shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date as Day
from itertools import pairwise
from typing import Any

from msgspec import Struct

from portalgen.portal.published import HistoryEntry, Record


class Life(Struct, frozen=True):
    """The values of some fields from day to day."""

    record: Record
    shown: Day | None
    """When the record was shown; None: before history begins."""
    steps: tuple[tuple[Day | None, Mapping[str, Any]], ...]
    """(from which day on, field → value), oldest first, at most one a day; the first is what was first shown."""

    def on(self, day: Day) -> Mapping[str, Any] | None:
        """Return the values at the end of a day, or None where the record was not shown yet."""
        found = None
        for begins, values in self.steps:
            if begins is None or begins <= day:
                found = values
        return found

    @property
    def today(self) -> Mapping[str, Any]:
        return self.steps[-1][1]


def by_record(history: Iterable[HistoryEntry]) -> dict[str, tuple[HistoryEntry, ...]]:
    """Return the entries of each record, oldest first, by the address of its page; `history` is newest first."""
    found: dict[str, list[HistoryEntry]] = {}
    for entry in history:
        found.setdefault(entry.ref.url, []).append(entry)
    return {url: tuple(reversed(entries)) for url, entries in found.items()}


def life_of(record: Record, entries: Sequence[HistoryEntry], names: Sequence[str]) -> Life:
    """Return what the fields `names` were; `entries` are the record's, oldest first.

    A record that was shown again, or became one of another kind, begins there.
    """
    start = max((number for number, entry in enumerate(entries) if entry.field in (None, "kind")), default=-1)
    shown = entries[start].on if start >= 0 else None
    since = [entry for entry in entries[start + 1 :] if entry.field in names]
    values = {name: getattr(record, name) for name in names}
    for entry in reversed(since):
        # Backwards, so that the first entry of a field has the last word on what it was before.
        values[entry.field or ""] = _as_published(record, entry.field or "", entry.before)
    steps: list[tuple[Day | None, dict[str, Any]]] = [(shown, values)]
    for entry in since:
        values = {**values, entry.field or "": _as_published(record, entry.field or "", entry.after)}
        if steps[-1][0] == entry.on:
            steps[-1] = (entry.on, values)
        else:
            steps.append((entry.on, values))
    return Life(record, shown, tuple(steps))


def lives_of(record: Record, entries: Sequence[HistoryEntry], name: str) -> tuple[Life, ...]:
    """Return the lives of a record that was shown again, oldest first, of which the past of field `name` is known."""
    starts = [number for number, entry in enumerate(entries) if entry.field in (None, "kind")]
    earlier = [entries[begin:end] for begin, end in pairwise([0, *starts]) if begin < end]
    known = [each for each in earlier if any(entry.field == name for entry in each)]
    return (*(life_of(record, each, (name,)) for each in known), life_of(record, entries, (name,)))


def _as_published(record: Record, name: str, value: Any) -> Any:
    """Return a value as its field has it: a text or list that is not there is empty."""
    if value is not None:
        return value
    match getattr(record, name):
        case str():
            return ""
        case tuple():
            return ()
    return None
