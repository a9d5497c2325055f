"""What all clients share, read once: the settings, our own people, and what git remembers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from portalgen.build.remember import SWITCHED_OFF, Keep, open_logs
from portalgen.build.shards import is_in_shard
from portalgen.content.past.git import NoHistory
from portalgen.content.past.history import Logs
from portalgen.content.past.versions import Today
from portalgen.content.read import list_clients, read_text
from portalgen.content.records import ClientContent, PersonEntry
from portalgen.content.validate import KnownParts, read_people
from portalgen.content.yaml.places import read_yaml
from portalgen.job import Job, NoContent, SettingsError
from portalgen.problems import Problem, did_you_mean, has_errors
from portalgen.settings import Settings, read_settings

SETTINGS = "portalgen.yaml"
SHARED_PEOPLE = "content/_shared/people.yaml"


class Source(Struct, frozen=True, kw_only=True):
    """What clients share: read once."""

    root: Path
    slugs: tuple[str, ...]
    """Of all clients, sorted, whichever are asked for."""
    settings: Settings
    people: Mapping[str, PersonEntry]
    people_unread: str
    people_problems: tuple[Problem, ...]
    texts: Mapping[str, str]
    """Path → text of what all clients depend on."""
    logs: Logs | NoHistory
    keep: Keep | None
    """Where the past is kept between builds, if it is."""

    def only(self, slug: str) -> Source:
        """Return what one client's site is made of."""
        logs = self.logs
        if not isinstance(logs, NoHistory):
            logs = replace(logs, by_slug={slug: logs.of(slug)})
        return replace(self, slugs=(slug,), logs=logs)

    def today(self, content: ClientContent, texts: Mapping[str, str], known: KnownParts | None) -> Today:
        """Return how a client without errors stands today; `texts` are those of its files and of the shared ones."""
        shared = None if has_errors(self.people_problems) else self.people
        return Today(content, texts, known, self.settings, shared)

    def past_of(self, slug: str) -> str:
        """Return what git remembers of a client, by name only: the part of it that its site depends on."""
        if isinstance(self.logs, NoHistory):
            return repr(self.logs)
        log = self.logs.of(slug)
        return f"{log.last} {log.first} {log.is_elsewhere}"


def open_source(
    job: Job, keep: Keep | None = None, known: KnownParts | None = None
) -> tuple[Source, list[str], list[Problem]]:
    settings = _settings(job.source, known)
    try:
        slugs, problems = list_clients(job.source)
    except FileNotFoundError:
        raise NoContent(f"there is no content/ in {job.source}") from None
    for name in job.clients:
        if name not in slugs:
            raise NoContent(
                f"there is no client '{name}'" + (f": {hint}" if (hint := did_you_mean(name, slugs)) else "")
            )
    people: dict[str, PersonEntry] = {}
    unread, faults = "", list[Problem]()
    text, found = read_text(job.source, SHARED_PEOPLE)
    if text is not None:
        people, unread, faults = read_people(text, SHARED_PEOPLE, known)
    shared = {SHARED_PEOPLE: text, SETTINGS: read_text(job.source, SETTINGS)[0]}
    chosen = [
        slug
        for slug in slugs
        if (not job.clients or slug in job.clients) and (not job.shard or is_in_shard(slug, job.shard))
    ]
    source = Source(
        root=job.source,
        slugs=tuple(slugs),
        settings=settings,
        people=people,
        people_unread=unread,
        people_problems=tuple(found + faults),
        texts={path: each for path, each in shared.items() if each is not None},
        logs=_logs(job, chosen, settings, keep),
        keep=keep,
    )
    return source, chosen, problems + list(source.people_problems)


def _logs(job: Job, slugs: Iterable[str], settings: Settings, keep: Keep | None) -> Logs | NoHistory:
    if not job.history:
        return SWITCHED_OFF
    root, commit = job.past or (job.source, "")
    return open_logs(root, slugs, settings, at=commit, keep=keep)


def _settings(root: Path, known: KnownParts | None) -> Settings:
    text, problems = read_text(root, SETTINGS)
    document = None
    if text is not None:
        document, problems = known.read_yaml(text, SETTINGS) if known else read_yaml(text, SETTINGS)
    if has_errors(problems):
        raise SettingsError(problems)
    settings, problems = read_settings(document)
    if has_errors(problems):
        raise SettingsError(problems)
    return settings
