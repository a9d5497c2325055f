"""What all records of a client depend on, as it stood at a step: client.yaml, portalgen.yaml, projects, people."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final, Literal, TypeVar

from portalgen.content import schema
from portalgen.content.past.history import SETTINGS, SHARED_PEOPLE
from portalgen.content.past.versions import Today, read_model, read_past_settings, read_persons
from portalgen.content.records import ClientContent, Entry, PersonEntry, Single
from portalgen.content.resolve import Facts, kind_visibility
from portalgen.portal.publish import WayOut, way_out_of
from portalgen.portal.visible import Visible
from portalgen.settings import Settings

Thing = TypeVar("Thing")


class _Extent(Enum):
    EVERYTHING = 1


EVERYTHING: Final = _Extent.EVERYTHING
"""Any record may show something else."""


def is_shared(path: str, slug: str) -> bool:
    """Return whether a file is one on which all records depend, and is read before any other."""
    if not path.startswith(f"content/{slug}/"):
        return path in (SETTINGS, SHARED_PEOPLE)
    folder, _, name = path.removeprefix(f"content/{slug}/").rpartition("/")
    if folder:
        return name == "project.yaml" and "/" not in folder
    return name in ("client.yaml", "people.yaml", "project.yaml")


class Shared:
    """What all depend on. A file with a fault leaves standing what stood before it: the old site stood as well."""

    def __init__(self, slug: str, today: Today | None = None) -> None:
        self.slug = slug
        self._today = today
        self._known = today.known if today else None
        self.folder = f"content/{slug}"
        self.settings = Settings()
        self.client: Single[schema.Client] | None = None
        self.projects: dict[str, Single[schema.Project] | None] = {}
        self.own_people: dict[str, PersonEntry] = {}
        self.shared_people: Mapping[str, PersonEntry] = {}
        self.kinds: dict[str, bool] = {}
        """Kind → whether it stays with the team where a record does not say."""
        self.held_projects: frozenset[str] = frozenset()
        self.asked: set[str] = set()
        """Keys and names, without case, of persons whom somebody looked up."""
        self.passed_over = 0
        self._good: set[str] = set()
        self.faulty: set[str] = set()
        """Files of which there is no good version yet."""

    @property
    def is_sound(self) -> bool:
        """Whether a site could have been made."""
        return self.client is not None and not self.faulty

    def take(self, texts: Mapping[str, str | None]) -> set[str] | Literal[_Extent.EVERYTHING]:
        """Take in what a step changed; return the persons, by key or name, of whom records may show something else."""
        if not any(is_shared(path, self.slug) for path in texts):
            return set()
        before, people_before = self._context(), self._persons()
        for path, text in texts.items():
            name = path.removeprefix(f"{self.folder}/")
            folder, _, file = name.rpartition("/")
            if path == SETTINGS:
                settings = self._settings(text) if text else Settings()
                self.settings = self._kept(path, settings, self.settings)
            elif path == SHARED_PEOPLE:
                shared = self._persons_shared(text) if text else {}
                self.shared_people = self._kept(path, shared, self.shared_people)
            elif name == "people.yaml":
                people = read_persons(text, path, is_shared=False, known=self._known) if text else {}
                self.own_people = self._kept(path, people, self.own_people)
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
            return {words[0] for words in people_before ^ self._persons()}
        self.held_projects = frozenset(
            name for name, each in self.projects.items() if each and each.fields.visibility == "internal"
        )
        if self.client:
            self.kinds = kind_visibility(self._content(), self.settings, [])
        return EVERYTHING

    def way_out(self, entries: Mapping[str, Entry], visible: Visible) -> WayOut:
        """Return what publishes records as they were published then."""
        facts = Facts(
            content=self._content(),
            settings=self.settings,
            records=entries,
            held_back={},
            held_projects=self.held_projects,
            by_path={},
        )
        return way_out_of(facts, visible)

    def _content(self) -> ClientContent:
        no_document: Any = None
        return ClientContent(
            slug=self.slug,
            folder=self.folder,
            client=self.client or Single(fields=schema.Client(name=self.slug), document=no_document),
            projects=self.projects or {"": None},
            people=_People({**self.shared_people, **self.own_people}, self.asked),
            contract=None,
            responsibilities=(),
            communication_plan=(),
            entries=(),
            files={},
            unread=(),
        )

    def _context(self) -> tuple[Any, ...]:
        """Return all that decides what any record shows, persons aside."""
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
        )

    def _persons(self) -> set[tuple[str, ...]]:
        """Return (key or name, …) of everybody, with what of them decides what records show."""
        found: set[tuple[str, ...]] = set()
        for key, person in {**self.shared_people, **self.own_people}.items():
            found.add((key, person.side, person.fields.visibility or ""))
            if person.fields.visibility == "internal":
                found.add((_one_line(person.fields.name), "internal"))
        return found

    def _settings(self, text: str) -> Settings | None:
        today = self._today.settings(SETTINGS, text) if self._today else None
        return today or read_past_settings(text)

    def _persons_shared(self, text: str) -> Mapping[str, PersonEntry] | None:
        today = self._today.shared(SHARED_PEOPLE, text) if self._today else None
        return read_persons(text, SHARED_PEOPLE, is_shared=True) if today is None else today

    def _single(
        self, text: str | None, path: str, model: type[Any], before: Single[Any] | None
    ) -> Single[Any] | None:
        if text is None:
            self.faulty.discard(path)
            self._good.discard(path)
            return None
        read = read_model(text, path, model, self._known)
        return self._kept(path, Single(fields=read[0], document=read[1]) if read else None, before)

    def _kept(self, path: str, new: Thing | None, before: Thing) -> Thing:
        if new is not None:
            self.faulty.discard(path)
            self._good.add(path)
            return new
        self.passed_over += 1
        if path not in self._good:
            self.faulty.add(path)
        return before


class _People(dict[str, PersonEntry]):
    """Those whom people.yaml knew at a step; it remembers who was asked for."""

    def __init__(self, people: Mapping[str, PersonEntry], asked: set[str]) -> None:
        super().__init__(people)
        self._asked = asked

    def get(self, key: str, default: Any = None) -> Any:
        self._asked.add(_one_line(key))
        return super().get(key, default)


def _one_line(text: str) -> str:
    return " ".join(text.split()).casefold()
