"""Replay the steps of a client's content → what each record published, from step to step.

The rules are those of today's site: `resolve.why_held` says what stays with the team, `publish.WayOut` which of its
values leave. Only what a step touched is looked at again, so that a long past of many records is read in one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar
from weakref import proxy

from msgspec import Struct, field

from portalgen.content import schema
from portalgen.content.folders import RecordFile, record_file
from portalgen.content.past.history import Step
from portalgen.content.past.versions import Past, Row, Today, digest, read_record, read_rows
from portalgen.content.records import Entry
from portalgen.content.resolve import is_day, why_held
from portalgen.portal import published
from portalgen.portal.past.shared import EVERYTHING, Shared
from portalgen.portal.past.values import flatten
from portalgen.portal.published import Html, Ref
from portalgen.portal.visible import Visible, shown_title, shows_all

BODY = "body"
Thing = TypeVar("Thing")


class Version(Struct, frozen=True):
    """What a client saw of a record from a step on."""

    step: int
    kind: str
    is_shown: bool
    """False: it stayed with the team, or was not there."""
    is_whole: bool = True
    """False for a deliverable of which only title, status and due day were shown."""
    has_client_title: bool = False
    has_summary: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)
    """Field → value, `impact.cost` for one inside another; Ref and PersonRef carry nothing but id and key or name."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Field → digest of a text or list of texts."""

    def is_like(self, other: Version) -> bool:
        """Return whether a client saw the same."""
        return (
            self.values == other.values
            and self.words == other.words
            and (self.kind, self.is_shown, self.is_whole) == (other.kind, other.is_shown, other.is_whole)
            and (self.has_client_title, self.has_summary) == (other.has_client_title, other.has_summary)
        )


class Replayed(Struct, frozen=True):
    """A client's past."""

    days: tuple[date, ...]
    """The day of each step, oldest first; they never go back."""
    first: int
    """The first step that counts."""
    versions: Mapping[str, tuple[Version, ...]]
    """By what each record is followed by (content.past.versions), oldest first."""
    skipped: int
    """Versions of files and records that were passed over, since they have faults."""


def replay(slug: str, steps: Iterable[Step]) -> Replayed:
    """Return what the steps published, of every record there ever was: `past.history` says what may be told."""
    play = Replay(slug)
    taken = []
    for step in steps:
        play.take(step.texts)
        taken.append(step)
    return play.told(taken)


class NeedsWholeError(Exception):
    """What was kept of a past is not enough to go on from it: all of it has to be read again."""


class _Then(Visible, frozen=True):
    """What could leave at a step; it remembers which ids were asked for."""

    asked: set[str] = field(default_factory=set)

    def ref(self, text: str) -> Ref | None:
        self.asked.add(text.casefold())
        return Visible.ref(self, text)


class Replay:
    """How things stand at a step: the one value here that grows.

    What `portal.past.box` has put back sleeps: a file's rows are read again when something asks for one of them.
    """

    def __init__(self, slug: str, today: Today | None = None) -> None:
        self.slug = slug
        self.today = today
        self.number = 0
        """Of the step that comes next."""
        self.folder = f"content/{slug}"
        self.shared = Shared(slug, today)
        self.texts: dict[str, str] = {}
        """Of files that hold records; not of those that sleep."""
        self.asleep: dict[str, str] = {}
        """Key → file in which its record stands, unread."""
        self.sleeping: set[str] = set()
        """Files that were not read yet."""
        self.wake: Callable[[str], str | None] = lambda path: None
        """Gives the text of a file that sleeps."""
        self.unread: set[str] = set()
        """Files whose last version has a fault: what they hold stands as it stood before."""
        self.rows: dict[str, dict[str, Row]] = {}
        """File → its records, by key."""
        self.homes: dict[str, list[str]] = {}
        """Key → files that hold it, sorted: the first counts, as `resolve` has it."""
        self.checked: dict[str, tuple[Row, Past]] = {}
        self.entries: dict[str, Entry] = _Entries(self)
        """By id without case: what `WayOut` looks ids up in."""
        self.refs: dict[str, Ref] = {}
        """What is published."""
        self.asking: dict[str, set[str]] = {}
        """Id without case → keys of records that name it."""
        self.naming: dict[str, set[str]] = {}
        """Key or name of a person, without case → keys of records that name them."""
        self.versions: dict[str, list[Version]] = {}
        self.passed_over = 0
        self.visible = _Then(self.refs, frozenset(), (), ())
        self.way_out = self.shared.way_out(self.entries, self.visible)

    def take(self, texts: Mapping[str, str | None]) -> None:
        """Take in what a step changed; add a version of every record that a client sees differently from then on.

        Raises NeedsWholeError where that cannot be said of what sleeps.
        """
        dirty = self._take_shared(texts)
        dirty |= self._take_records(texts)
        for key in list(dirty):
            dirty |= self._read(key)
        for key in self._settle(dirty):
            self._add_version(self.number, key)
        self.number += 1

    def told(self, steps: Sequence[Step]) -> Replayed:
        """Return what the steps published, all of them; those of what was put back have no texts."""
        first = next((number for number, step in enumerate(steps) if step.counts), len(steps))
        versions = {key: tuple(each) for key, each in self.versions.items()}
        days = tuple(step.day for step in steps)
        return Replayed(days, first, versions, self.passed_over + self.shared.passed_over)

    def _take_shared(self, texts: Mapping[str, str | None]) -> set[str]:
        """Return the records that show something else since what all depend on changed."""
        changed = self.shared.take(texts)
        if changed is EVERYTHING and self.asleep:
            raise NeedsWholeError
        if changed is EVERYTHING or changed:
            self.way_out = self.shared.way_out(self.entries, self.visible)
        if changed is EVERYTHING:
            return set(self.checked)
        return {key for word in changed for key in self.naming.get(word, ())}

    # --- records

    def _take_records(self, texts: Mapping[str, str | None]) -> set[str]:
        """Return the keys of records that may be different now."""
        dirty: set[str] = set()
        inside = f"{self.folder}/"
        changed = {path: text for path, text in texts.items() if path.startswith(inside)}
        for path in [path for path in changed if path.endswith("/project.yaml")]:
            # Its folder may be a project's now, or no longer: what stands in it is read with other eyes.
            below = path.removesuffix("project.yaml")
            if below != inside:
                if self.asleep:
                    raise NeedsWholeError
                changed |= {
                    each: text
                    for each, text in self.texts.items()
                    if each.startswith(below) and each not in changed
                }
        for path, text in changed.items():
            source = self._source(path)
            if text is None:
                self.texts.pop(path, None)
            else:
                self.texts[path] = text
            rows: list[Row] | None = []
            if text is not None and source is not None:
                rows = self._rows_of(text, source)
            if rows is None:
                self.passed_over += 1
                self.unread.add(path)
                continue
            self.unread.discard(path)
            dirty |= self._set_rows(path, rows)
        return dirty

    def _source(self, path: str) -> RecordFile | None:
        """Return what a file holds; None for no records."""
        parts = tuple(path.removeprefix(f"{self.folder}/").split("/"))
        project = parts[0] if parts[0] in self.shared.projects else ""
        inner = parts[1:] if project else parts
        return record_file(path, inner, project) if inner and inner[-1] != "README.md" else None

    def _set_rows(self, path: str, rows: list[Row]) -> set[str]:
        before = self._rows_in(path)
        self.rows.pop(path, None)
        now: dict[str, Row] = {}
        for row in rows:
            now.setdefault(row.key, row)
        if now:
            self.rows[path] = now
        for key in before.keys() - now.keys():
            self.homes[key].remove(path)
        for key in now.keys() - before.keys():
            homes = self.homes.setdefault(key, [])
            homes.append(path)
            homes.sort()
        same = {key for key in before.keys() & now.keys() if before[key].is_like(now[key])}
        return (before.keys() | now.keys()) - same

    def _read(self, key: str) -> set[str]:
        """Check the record that a key leads to now; return the keys of those that stand in it, if it is a meeting."""
        homes = self.homes.get(key)
        row = self._rows_in(homes[0])[key] if homes else None
        had = self.record(key)
        if row is None:
            self.checked.pop(key, None)
            self.entries.pop(key, None)
            return self._in_meeting(had[0]) if had else set()
        if had and had[0].is_like(row):
            return set()
        past = self._record_of(row)
        if past is None:
            # The old site stood, with the record as it was.
            self.passed_over += 1
            return set()
        self.checked[key] = (row, past)
        self.entries[key] = past.entry
        return self._in_meeting(row)

    def _in_meeting(self, row: Row) -> set[str]:
        if row.kind != "meetings":
            return set()
        return {
            key
            for key, each in self._rows_in(row.document.path).items()
            if each.meeting.casefold() == row.key
        }

    def record(self, key: str) -> tuple[Row, Past] | None:
        """Return the record that a key leads to, as it stood last without a fault."""
        if key in self.asleep:
            self._rows_in(self.asleep[key])
        return self.checked.get(key)

    def _rows_in(self, path: str) -> dict[str, Row]:
        """Return the rows of a file, read again if they sleep."""
        if path in self.sleeping:
            source, text = self._source(path), self.wake(path)
            rows = self._rows_of(text, source) if text is not None and source else None
            if rows is None:
                raise NeedsWholeError
            self.rows[path] = {}
            for row in rows:
                self.rows[path].setdefault(row.key, row)
            self.sleeping.discard(path)
            for key, row in self.rows[path].items():
                if self.asleep.get(key) != path:
                    continue
                past = self._record_of(row)
                if past is None:
                    raise NeedsWholeError
                del self.asleep[key]
                self.checked[key] = (row, past)
                self.entries[key] = past.entry
        return self.rows.get(path, {})

    def _rows_of(self, text: str, source: RecordFile) -> list[Row] | None:
        if self.today is None:
            return read_rows(text, source)
        return read_rows(text, source, self.today.file(source.path, text), self.today.known)

    def _record_of(self, row: Row) -> Past | None:
        if self.today is None:
            return read_record(row)
        return read_record(row, self.today.entry(row), self.today.known)

    # --- who sees what

    def _settle(self, dirty: set[str]) -> set[str]:
        """Decide anew what of `dirty` is published; return it with every record that names what came or went."""
        touched = set(dirty)
        waiting = sorted(dirty)
        turns = 0
        while waiting:
            key = waiting.pop()
            is_shown = self._is_shown(key)
            turns += 1
            if is_shown == (key in self.refs) or turns > 8 * len(touched) + 64:
                # Approvals that approve each other would take turns for ever.
                if is_shown:
                    self.refs[key] = self._ref(key)
                continue
            if is_shown:
                self.refs[key] = self._ref(key)
            else:
                del self.refs[key]
            naming = self.asking.get(key, set())
            touched |= naming
            waiting += sorted(naming)
        return touched

    def _ref(self, key: str) -> Ref:
        entry = self._past(key).entry
        return Ref(entry.kind, entry.id, "", "")

    def _is_shown(self, key: str) -> bool:
        had = self.record(key)
        if not self.shared.is_sound or had is None:
            return False
        entry, kinds, held_projects = had[1].entry, self.shared.kinds, self.shared.held_projects
        meeting = ""
        if entry.meeting:
            outer = self.record(entry.meeting.casefold())
            meeting = why_held(outer[1].entry, kinds, held_projects, "") if outer else "it is gone"
        if why_held(entry, kinds, held_projects, meeting):
            return False
        if not isinstance(entry.fields, schema.Approval):
            return True
        for id_ in entry.fields.subject:
            self.asking.setdefault(id_.casefold(), set()).add(key)
        return any(id_.casefold() in self.refs for id_ in entry.fields.subject)

    # --- what is seen

    def _add_version(self, number: int, key: str) -> None:
        versions = self.versions.setdefault(key, [])
        if key not in self.refs:
            if versions and versions[-1].is_shown:
                versions.append(Version(number, versions[-1].kind, False))
            return
        version = self._version(number, self._past(key))
        for asked, index in ((self.visible.asked, self.asking), (self.shared.asked, self.naming)):
            for word in asked:
                index.setdefault(word, set()).add(key)
            asked.clear()
        if not versions or not version.is_like(versions[-1]):
            versions.append(version)

    def _past(self, key: str) -> Past:
        had = self.record(key)
        assert had is not None, "only what is there is shown"
        return had[1]

    def _version(self, number: int, past: Past) -> Version:
        entry, way_out = past.entry, self.way_out
        fields, cls = entry.fields, published.RECORDS[entry.kind]
        is_whole = shows_all(entry)
        if is_whole:
            shown = way_out.allow.fields(fields, cls, entry.project)
            shown["owner"] = way_out.allow.person(fields.owner)
            # A meeting's own ways look through all records, for decisions and actions that history tells by themselves.
            shown |= (
                self._next_of(fields)
                if isinstance(fields, schema.Meeting)
                else way_out.own_ways(entry, Html())
            )
        else:
            shown = way_out.first_sight(fields)
        shown["title"] = shown_title(entry)
        values, words = dict[str, Any](), dict[str, str]()
        for name, value in shown.items():
            flatten(name, value, type(fields), name, values, words)
        if fields.client_summary:
            words = {BODY: digest(fields.client_summary)}
        elif is_whole and past.words:
            words[BODY] = past.words
        return Version(
            number,
            entry.kind,
            True,
            is_whole,
            bool(fields.client_title),
            bool(fields.client_summary),
            values,
            words,
        )

    def _next_of(self, meeting: schema.Meeting) -> dict[str, Any]:
        """Return the next meeting as a record, or its day."""
        next_ = meeting.next_meeting or ""
        if is_day(next_):
            return {"next_meeting": None, "next_meeting_on": date.fromisoformat(next_)}
        return {"next_meeting": self.visible.ref(next_)}


class _Entries(dict[str, Entry]):
    """Records by id without case; one that sleeps is read when it is asked for."""

    def __init__(self, play: Replay) -> None:
        super().__init__()
        # Else each would keep the other, and with them all of the client, until Python looks for rings.
        self._play = proxy(play)

    def get(self, key: str, default: Any = None) -> Any:
        had = self._play.record(key)
        return had[1].entry if had else default
