"""What was published from step to step, and what is published today → the history that a client may read.

The wall holds here too: a value counts only if its commit and today both publish the record, the field, and whatever
the value names. What is hidden today has no past, not even its removal; what was hidden begins on the day it was shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from operator import itemgetter
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from portalgen.content.past.versions import keys_of
from portalgen.content.records import Entry
from portalgen.content.resolve import PERSON_KEY, Facts
from portalgen.kinds import KINDS
from portalgen.portal.order import natural
from portalgen.portal.past.replay import Replayed, Version
from portalgen.portal.published import HistoryEntry, HistoryValue, PersonRef, Portal, Project, Record, Ref
from portalgen.portal.visible import Visible, names_of_internal, shows_all
from portalgen.portal.words import Held, held_ids, ids_among

_FIRST_SIGHT = frozenset({"title", "status", "due"})
"""What is published of a deliverable before it is submitted."""
_KIND_ORDER = {kind: number for number, kind in enumerate(KINDS)}


def with_history(portal: Portal, replayed: Replayed, facts: Facts, visible: Visible) -> Portal:
    """Return `portal` with the history of each of its areas, up to its own day."""
    today = _Today(
        facts=facts,
        visible=visible,
        people={person.key: person.name for person in portal.people},
        hidden_names=names_of_internal(facts)
        | {
            entry.fields.name.casefold()
            for key, entry in facts.content.people.items()
            if key not in {person.key for person in portal.people}
        },
        held=held_ids(facts, visible),
        keys=keys_of(facts.records.values()),
    )

    def area(project: Project) -> Project:
        found = []
        for record in project.lists.all():
            place = (_KIND_ORDER[record.kind], natural(record.id), record.id)
            found += [
                ((-step, *place, entry.field or ""), entry)
                for step, entry in _of_record(record, replayed, today, portal.as_of)
            ]
        found.sort(key=itemgetter(0))
        return replace(project, history=tuple(entry for _, entry in found))

    told = replace(
        portal,
        projects=tuple(area(project) for project in portal.projects),
        own=area(portal.own) if portal.own else None,
    )
    # Not the day of the first commit: that may have touched nothing that a client sees.
    first = min((entry.on for project in told.areas for entry in project.history), default=None)
    return replace(told, history_state="told", history_from=first)


class _Today(Struct, frozen=True, kw_only=True):
    """What is published today, by which the past is judged."""

    facts: Facts
    visible: Visible
    people: Mapping[str, str]
    """Key → name of everybody whom the site names."""
    hidden_names: frozenset[str]
    """Names of those whom it does not name, without case."""
    held: Held
    """Ids that no text may name."""
    keys: Mapping[str, str]
    """Id without case → what the record is followed by."""

    def value(self, value: Any) -> HistoryValue:
        """Return a value of the past as today would publish it; None where it would not."""
        match value:
            case Ref():
                return self.visible.ref(value.id)
            case PersonRef(key=key) if key:
                return PersonRef(self.people[key], key) if key in self.people else None
            case PersonRef(name=name) if PERSON_KEY.fullmatch(name):
                # Named before people.yaml knew of anybody by that key.
                return PersonRef(self.people[name], name) if name in self.people else None
            case PersonRef():
                return None if value.name.casefold() in self.hidden_names else value
            case tuple():
                return tuple(each for each in map(self.value, value) if isinstance(each, Ref | PersonRef))
            case str():
                # The same sentence today would be an error.
                return None if ids_among(value, self.held) else value
        return value  # type: ignore[no-any-return]


def _of_record(
    record: Record, replayed: Replayed, today: _Today, as_of: date
) -> Iterator[tuple[int, HistoryEntry]]:
    """Yield a record's entries, oldest first, each with its step."""
    id_ = record.id.casefold()
    entry = today.facts.records[id_]
    begun: Version | None = None
    so_far: _SoFar | None = None
    for version in replayed.versions.get(today.keys[id_], ()):
        if not version.is_shown:
            # Whatever it becomes in the meantime is not told: what is shown again begins again.
            begun = so_far = None
            continue
        on = replayed.days[version.step]
        if on > as_of:
            return
        counts = version.step >= replayed.first
        if begun is None:
            begun = version
            if counts:
                yield version.step, HistoryEntry(ref=record.ref, on=on)
            continue
        if so_far is None:
            # Only now: most records have one version, of which nothing is told but that it was shown.
            so_far = _SoFar(entry, today)
            so_far.take(begun)
        for name, old, new in so_far.take(version):
            if counts:
                yield version.step, HistoryEntry(ref=record.ref, on=on, field=name, before=old, after=new)


class _SoFar:
    """What was told of a record since it was first shown: the next version is held against that.

    A version that speaks in another voice than today's record (its title or summary is of another kind, or it is a
    record of another kind) is passed over, and the next that speaks in today's goes on from the last that did.
    """

    def __init__(self, entry: Entry, today: _Today) -> None:
        self._entry = entry
        self._today = today
        self._kind = ""
        """Of the version before; empty where there was none."""
        self._values: dict[str, Any] = {}
        """As they were typed: today judges only those that are told."""
        self._words: Mapping[str, str] | None = None
        self._is_known = False
        """Whether there was a version of today's kind."""
        self._was_whole = False
        """Whether there was one of which all was shown."""

    def take(self, version: Version) -> list[tuple[str, HistoryValue, HistoryValue]]:
        """Return (field, old, new) of what today would tell of the way to a version; a text is None twice."""
        found: list[tuple[str, HistoryValue, HistoryValue]] = []
        if self._kind and version.kind != self._kind:
            found.append(("kind", self._kind, version.kind))
        self._kind = version.kind
        # Fields of another kind mean something else, even where their names are the same.
        if version.kind == self._entry.kind:
            found += self._of_values(version)
            found += self._of_words(version)
            self._is_known = True
            self._was_whole |= version.is_whole
        return found

    def _of_values(self, version: Version) -> Iterator[tuple[str, HistoryValue, HistoryValue]]:
        is_whole = shows_all(self._entry)
        for name in sorted(self._values.keys() | version.values.keys()):
            typed = version.values.get(name)
            if name in self._values and self._values[name] == typed:
                continue
            is_always_shown = name in _FIRST_SIGHT
            if not is_always_shown and not (is_whole and version.is_whole):
                continue
            # A title of the team's own is no past of the one that was made for the client.
            if name == "title" and version.has_client_title != bool(self._entry.fields.client_title):
                continue
            is_first = not (self._is_known if is_always_shown else self._was_whole)
            is_first |= name == "title" and name not in self._values
            before = self._values.get(name)
            self._values[name] = typed
            if is_first:
                continue
            old, new = self._today.value(before), self._today.value(typed)
            if isinstance(old, tuple) or isinstance(new, tuple):
                # A list that is not there is an empty one, as in data.json.
                old, new = old or (), new or ()
            if old != new:
                yield name, old, new

    def _of_words(self, version: Version) -> Iterator[tuple[str, HistoryValue, HistoryValue]]:
        has_todays_voice = version.has_summary == bool(self._entry.fields.client_summary)
        if not shows_all(self._entry) or not version.is_whole or not has_todays_voice:
            return
        before, self._words = self._words, version.words
        if before is not None:
            for name in sorted(before.keys() | version.words.keys()):
                if before.get(name) != version.words.get(name):
                    yield name, None, None
