"""Replay the steps of a client's content → what each record published, from step to step.

The rules are those of today's site: `resolve.why_held` says what stays with the team, `publish.WayOut` which of its
values leave. Only what a step touched is looked at again, so that a long past of many records is read in one pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from portalgen.content import schema
from portalgen.content.folders import record_file
from portalgen.content.history import SETTINGS, SHARED_PEOPLE, Step
from portalgen.content.records import ClientContent, Entry, PersonEntry, Single
from portalgen.content.resolve import Facts, kind_visibility, why_held
from portalgen.content.versions import (
    Past,
    Row,
    digest,
    read_model,
    read_past_settings,
    read_persons,
    read_record,
    read_rows,
)
from portalgen.portal import published
from portalgen.portal.past_values import flatten
from portalgen.portal.publish import WayOut
from portalgen.portal.published import Html, Ref
from portalgen.portal.visible import Visible, shown_title, shows_all
from portalgen.settings import Settings

BODY = "body"
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Version:
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


@dataclass(frozen=True, slots=True)
class Replayed:
    """A client's past."""

    days: tuple[date, ...]
    """The day of each step, oldest first; they never go back."""
    first: int
    """The first step that counts."""
    versions: Mapping[str, tuple[Version, ...]]
    """By what each record is followed by (content.versions), oldest first."""
    skipped: int
    """Versions of files and records that were passed over, since they have faults."""


def replay(slug: str, steps: Iterable[Step]) -> Replayed:
    """Return what the steps published, of every record that there ever was: `portal.history` says what may be told."""
    state = _State(slug)
    days: list[date] = []
    first: int | None = None
    for number, step in enumerate(steps):
        days.append(step.day)
        if step.counts and first is None:
            first = number
        state.take(number, step.texts)
    versions = {key: tuple(each) for key, each in state.versions.items()}
    return Replayed(tuple(days), len(days) if first is None else first, versions, state.skipped)


@dataclass(frozen=True, slots=True)
class _Then(Visible):
    """What could leave at a step; it remembers which ids were asked for."""

    asked: set[str] = field(default_factory=set)

    def ref(self, text: str) -> Ref | None:
        self.asked.add(text.casefold())
        return Visible.ref(self, text)


class _State:
    """How things stand at a step: the one value here that grows."""

    def __init__(self, slug: str) -> None:
        self.slug = slug
        self.folder = f"content/{slug}"
        self.settings = Settings()
        self.client: Single[schema.Client] | None = None
        self.projects: dict[str, Single[schema.Project] | None] = {}
        self.own_people: dict[str, PersonEntry] = {}
        self.shared_people: dict[str, PersonEntry] = {}
        self.texts: dict[str, str] = {}
        """Of files that hold records."""
        self.rows: dict[str, dict[str, Row]] = {}
        """File → its records, by key."""
        self.homes: dict[str, list[str]] = {}
        """Key → files that hold it, sorted: the first counts, as `resolve` has it."""
        self.checked: dict[str, tuple[Row, Past]] = {}
        self.entries: dict[str, Entry] = {}
        """By id without case: what `WayOut` looks ids up in."""
        self.refs: dict[str, Ref] = {}
        """What is published."""
        self.asking: dict[str, set[str]] = {}
        """Id without case → keys of records that name it."""
        self.versions: dict[str, list[Version]] = {}
        self.skipped = 0
        self.good: set[str] = set()
        self.faulty: set[str] = set()
        """Files on which all depends and of which there is no good version yet: no site was made."""
        self.kinds: dict[str, bool] = {}
        self.held_projects: frozenset[str] = frozenset()
        self.visible = _Then(self.refs, frozenset(), (), ())
        self.way_out = self._way_out()

    def take(self, number: int, texts: Mapping[str, str | None]) -> None:
        """Take in what a step changed; add a version of every record that a client sees differently from then on."""
        dirty: set[str] = set()
        if self._take_shared(texts):
            dirty |= self.checked.keys()
        dirty |= self._take_records(texts)
        for key in list(dirty):
            dirty |= self._read(key)
        for key in self._settle(dirty):
            self._add_version(number, key)

    # --- what all records depend on

    def _take_shared(self, texts: Mapping[str, str | None]) -> bool:
        """Return whether client.yaml, portalgen.yaml, a project.yaml or people.yaml changed what any record shows."""
        before = self._context()
        for path, text in texts.items():
            name = path.removeprefix(f"{self.folder}/")
            folder, _, file = name.rpartition("/")
            if path == SETTINGS:
                settings = read_past_settings(text) if text else Settings()
                self.settings = self._good(path, settings, self.settings)
            elif path == SHARED_PEOPLE:
                people = read_persons(text, path, is_shared=True) if text else {}
                self.shared_people = self._good(path, people, self.shared_people)
            elif name == "people.yaml":
                people = read_persons(text, path, is_shared=False) if text else {}
                self.own_people = self._good(path, people, self.own_people)
            elif name == "client.yaml":
                self.client = self._single(text, path, schema.Client, self.client)
            elif file == "project.yaml" and "/" not in folder:
                single = self._single(text, path, schema.Project, self.projects.get(folder))
                if text is None:
                    self.projects.pop(folder, None)
                else:
                    # One with a fault makes a project of its folder all the same.
                    self.projects[folder] = single
        if self._context() == before:
            return False
        self.held_projects = frozenset(
            name for name, each in self.projects.items() if each and each.fields.visibility == "internal"
        )
        self.way_out = self._way_out()
        if self.client:
            self.kinds = kind_visibility(self.way_out.facts.content, self.settings, [])
        return True

    def _context(self) -> tuple[Any, ...]:
        """Return all that decides what a record shows and does not stand in it."""
        client = self.client.fields if self.client else None
        return (
            bool(self.faulty),
            dict(self.settings.visibility),
            self.settings.currency,
            (dict(client.visibility), client.currency) if client else None,
            {
                name: (each.fields.visibility, each.fields.currency) if each else None
                for name, each in self.projects.items()
            },
            {
                key: (person.side, person.fields.name if person.fields.visibility == "internal" else None)
                for people in (self.shared_people, self.own_people)
                for key, person in people.items()
            },
        )

    def _single(
        self, text: str | None, path: str, model: type[Any], before: Single[Any] | None
    ) -> Single[Any] | None:
        if text is None:
            self.faulty.discard(path)
            self.good.discard(path)
            return None
        read = read_model(text, path, model)
        return self._good(path, Single(fields=read[0], document=read[1]) if read else None, before)

    def _good(self, path: str, new: Thing | None, before: Thing) -> Thing:
        """Return what was read, or what stood before where that has a fault: then the old site stood as well."""
        if new is not None:
            self.faulty.discard(path)
            self.good.add(path)
            return new
        self.skipped += 1
        if path not in self.good:
            self.faulty.add(path)
        return before

    def _way_out(self) -> WayOut:
        unnamed = schema.Client(name=self.slug)
        no_document: Any = None
        content = ClientContent(
            slug=self.slug,
            folder=self.folder,
            client=self.client or Single(fields=unnamed, document=no_document),
            projects=self.projects or {"": None},
            people={**self.shared_people, **self.own_people},
            contract=None,
            responsibilities=(),
            communication_plan=(),
            entries=(),
            files={},
            unread=(),
        )
        facts = Facts(
            content=content,
            settings=self.settings,
            records=self.entries,
            held_back={},
            held_projects=self.held_projects,
            by_path={},
        )
        return WayOut(facts, self.visible, {}, {}, [], {}, set())

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
                changed |= {
                    each: text
                    for each, text in self.texts.items()
                    if each.startswith(below) and each not in changed
                }
        for path, text in changed.items():
            parts = tuple(path.removeprefix(inside).split("/"))
            project = parts[0] if parts[0] in self.projects else ""
            source = (
                record_file(path, parts[1:] if project else parts, project)
                if len(parts) > bool(project)
                else None
            )
            if text is None:
                self.texts.pop(path, None)
            else:
                self.texts[path] = text
            rows: list[Row] | None = []
            if text is not None and source is not None and parts[-1] != "README.md":
                rows = read_rows(text, source)
            if rows is None:
                self.skipped += 1
                continue
            dirty |= self._set_rows(path, rows)
        return dirty

    def _set_rows(self, path: str, rows: list[Row]) -> set[str]:
        before = self.rows.pop(path, {})
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
        row = self.rows[homes[0]][key] if homes else None
        had = self.checked.get(key)
        if row is None:
            self.checked.pop(key, None)
            self.entries.pop(key, None)
            return self._in_meeting(had[0]) if had else set()
        if had and had[0].is_like(row):
            return set()
        past = read_record(row)
        if past is None:
            # The old site stood, with the record as it was.
            self.skipped += 1
            return set()
        self.checked[key] = (row, past)
        self.entries[key] = past.entry
        return self._in_meeting(row)

    def _in_meeting(self, row: Row) -> set[str]:
        if row.kind != "meetings":
            return set()
        return {
            key
            for key, each in self.rows.get(row.document.path, {}).items()
            if each.meeting.casefold() == row.key
        }

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
        entry = self.checked[key][1].entry
        return Ref(entry.kind, entry.id, "", "")

    def _is_shown(self, key: str) -> bool:
        if self.client is None or self.faulty or key not in self.checked:
            return False
        entry = self.checked[key][1].entry
        meeting = ""
        if entry.meeting:
            outer = self.checked.get(entry.meeting.casefold())
            meeting = why_held(outer[1].entry, self.kinds, self.held_projects, "") if outer else "it is gone"
        if why_held(entry, self.kinds, self.held_projects, meeting):
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
        past = self.checked[key][1]
        version = self._version(number, past)
        for id_ in self.visible.asked:
            self.asking.setdefault(id_, set()).add(key)
        self.visible.asked.clear()
        if not versions or not version.is_like(versions[-1]):
            versions.append(version)

    def _version(self, number: int, past: Past) -> Version:
        entry, way_out = past.entry, self.way_out
        fields, cls = entry.fields, published.RECORDS[entry.kind]
        is_whole = shows_all(entry)
        if is_whole:
            shown = way_out.fields(fields, cls, entry.project)
            shown["owner"] = way_out.person(fields.owner)
            # A meeting's own ways look through all records, for decisions and actions that history tells by themselves.
            if not isinstance(fields, schema.Meeting):
                shown |= way_out.own_ways(entry, Html())
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
