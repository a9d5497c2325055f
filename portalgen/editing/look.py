"""Read one client as the team sees it, with texts that are not saved yet in the place of those on the disk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from portalgen.content.files.attachments import attach, digest
from portalgen.content.read import ClientFolder, list_clients, read_client, read_text
from portalgen.content.records import ClientContent, Entry
from portalgen.content.resolve import Facts, resolve
from portalgen.content.validate import read_people, validate
from portalgen.content.yaml.places import read_yaml
from portalgen.pipeline import NoContent, SettingsError, is_zone, rules_of
from portalgen.portal.derive import derive
from portalgen.portal.practice import practice
from portalgen.portal.publish import publish
from portalgen.portal.published import Portal
from portalgen.portal.visible import select
from portalgen.problems import Problem, did_you_mean, has_errors
from portalgen.settings import Settings, read_settings
from portalgen.source import SETTINGS, SHARED_PEOPLE


class Look(Struct, frozen=True, kw_only=True):
    """A client and all that is wrong with it."""

    slug: str
    folder: ClientFolder
    facts: Facts | None
    """None where there is no client.yaml to begin with."""
    portal: Portal | None
    """What the client sees, without what git remembers."""
    problems: tuple[Problem, ...]
    """Sorted by place, each once."""
    today: date
    shown: frozenset[str] = frozenset()
    """Ids, without case, of the records that the client sees."""

    def records(self, kind: str = "") -> list[Entry]:
        """Return the records of a kind, or all, in the order of files, then of lines."""
        found = self.facts.records.values() if self.facts else ()
        return [entry for entry in found if not kind or entry.kind == kind]


def client_names(source: Path) -> list[str]:
    """Return the slugs of the clients; raises NoContent where there is no content/."""
    try:
        return list_clients(source)[0]
    except FileNotFoundError:
        raise NoContent(f"there is no content/ in {source}; `portalgen init` makes one") from None


def existing_client(source: Path, slug: str) -> str:
    """Return `slug` if there is such a client; raises NoContent that names the nearest one."""
    names = client_names(source)
    if slug not in names:
        hint = did_you_mean(slug, names, otherwise=f"there are {', '.join(names)}" if names else "")
        raise NoContent(f"there is no client '{slug}'" + (f": {hint}" if hint else ""))
    return slug


def look(
    source: Path,
    slug: str,
    *,
    now: datetime,
    as_of: date | None = None,
    texts: Mapping[str, str] | None = None,
) -> Look:
    """Return what the content of a client says; `texts` (path → text) stand in for files, or come beside them.

    Raises SettingsError, and OSError.
    """
    texts = texts or {}
    settings = _settings(source, texts)
    people_text, problems = read_text(source, SHARED_PEOPLE)
    people, unread, found = (
        read_people(people_text, SHARED_PEOPLE) if people_text is not None else ({}, "", [])
    )
    problems += found
    folder, found = _folder(source, slug, texts)
    problems += found
    content, found = validate(folder, people, unread)
    problems += found
    if content is None:
        return Look(
            slug=slug,
            folder=folder,
            facts=None,
            portal=None,
            problems=tuple(sorted(set(problems))),
            today=as_of or now.astimezone(UTC).date(),
        )
    today = as_of or now.astimezone(_zone(content)).date()
    facts, found_names = resolve(content, settings)
    visible, found_visible = select(facts)
    attachments, found_files = attach(source, visible.files)
    digests = {path: digest(source, path) for path in visible.evidence}
    publication, found_words = publish(facts, visible, attachments, digests, today)
    portal = derive(publication.portal, publication.responses, rules_of(facts))
    problems += [*found_names, *found_visible, *found_files, *found_words, *practice(facts, today)]
    return Look(
        slug=slug,
        folder=folder,
        facts=facts,
        portal=portal,
        problems=tuple(sorted(set(problems))),
        today=today,
        shown=frozenset(visible.refs),
    )


def new_problems(before: Look, after: Look) -> list[Problem]:
    """Return what is wrong after a change and was not before; a problem that only moved to another line is not new."""
    known: dict[tuple[str, str, str], int] = {}
    for problem in before.problems:
        key = problem.place.path, problem.code, problem.message
        known[key] = known.get(key, 0) + 1
    found = []
    for problem in after.problems:
        key = problem.place.path, problem.code, problem.message
        if known.get(key, 0):
            known[key] -= 1
        else:
            found.append(problem)
    return found


def _settings(source: Path, texts: Mapping[str, str]) -> Settings:
    text, problems = read_text(source, SETTINGS)
    text = texts.get(SETTINGS, text)
    document = None
    if text is not None and not has_errors(problems):
        document, problems = read_yaml(text, SETTINGS)
    settings, found = read_settings(document)
    if has_errors([*problems, *found]):
        raise SettingsError([*problems, *found])
    return settings


def _folder(source: Path, slug: str, texts: Mapping[str, str]) -> tuple[ClientFolder, list[Problem]]:
    path = f"content/{slug}"
    try:
        folder, problems = read_client(source, slug)
    except FileNotFoundError:
        folder, problems = ClientFolder(slug, path, {}, {}), []
    own = {name: text for name, text in texts.items() if name.startswith(path + "/")}
    return replace(folder, texts=dict(sorted({**folder.texts, **own}.items()))), problems


def _zone(content: ClientContent) -> ZoneInfo:
    name = content.client.fields.timezone
    return ZoneInfo(name if is_zone(name) else "UTC")
