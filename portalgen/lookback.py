"""Look back for the team: a client's history, what two versions of the content show differently, a site as it stood."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, tzinfo
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from portalgen.content import schema
from portalgen.content.past.git import (
    NoHistory,
    Repository,
    list_tree,
    open_blobs,
    open_repository,
    read_commits,
    resolve_commit,
)
from portalgen.content.past.history import day_at, in_order
from portalgen.content.past.versions import read_model
from portalgen.content.read import list_clients, read_text
from portalgen.pipeline import Job, NoContent, NoPast, Outcome, build, is_zone, prepare
from portalgen.portal.past.compare import Difference, differences
from portalgen.portal.published import Portal
from portalgen.problems import Problem
from portalgen.site.data import data_of
from portalgen.source import open_source

_WANTED = ("content", "portalgen.yaml", "themes")
"""All that a site depends on."""


class Told(Struct, frozen=True, kw_only=True):
    """A client's portal with its history."""

    portal: Portal
    missing: NoHistory | None
    """Why there is no history."""
    problems: tuple[Problem, ...]


def tell(job: Job, slug: str) -> Told:
    """Return a client's portal with its history; raises NoContent where there is no such client or no client.yaml."""
    source, _, _ = open_source(replace(job, clients=(slug,)))
    prepared, problems = prepare(source, slug, job)
    if prepared is None:
        raise NoContent(f"'{slug}' has no client.yaml")
    missing = source.logs if isinstance(source.logs, NoHistory) else None
    return Told(portal=prepared.portal, missing=missing, problems=tuple(problems))


class Compared(Struct, frozen=True, kw_only=True):
    """One client in two versions."""

    slug: str
    name: str
    differences: tuple[Difference, ...]


def compare(job: Job, before: str, after: str = "") -> list[Compared]:
    """Return what each client would see differently, for those who would; without `after`, the content as it stands.

    Raises NoPast where git does not know a revision, NoContent where neither version has any content.
    """
    repository = _repository(job.source)
    with ExitStack() as stack:
        versions = []
        for name in (before, after):
            source = job.source
            if name:
                commit = resolve_commit(repository, name)
                if commit is None:
                    raise NoPast(f"git knows no revision '{name}' here")
                source = stack.enter_context(checked_out(repository, commit))
            versions.append(_data_of_all(replace(job, source=source, history=False)))
        found = []
        for slug in sorted(versions[0].keys() | versions[1].keys()):
            old, new = versions[0].get(slug), versions[1].get(slug)
            if changed := differences(old, new):
                found.append(
                    Compared(slug=slug, name=(new or old or {})["client"]["name"], differences=changed)
                )
        return found


def _data_of_all(job: Job) -> dict[str, Mapping[str, Any]]:
    try:
        source, slugs, _ = open_source(replace(job, clients=()))
    except NoContent:
        return {}
    found: dict[str, Mapping[str, Any]] = {}
    for slug in slugs:
        if job.clients and slug not in job.clients:
            continue
        prepared, _ = prepare(source, slug, job)
        if prepared is not None:
            found[slug] = data_of(prepared.portal)
    return found


def build_as_it_stood(job: Job) -> Outcome:
    """Build each site from the last commit of its `as_of` day, with the history that there was then.

    The day is each client's own: where time zones make it another commit, a client is built from that. Raises NoPast,
    and what pipeline.build raises.
    """
    assert job.as_of is not None, "without a day there is nothing to go back to"
    repository = _repository(job.source)
    with ExitStack() as stack:
        commit = _commit_of(repository, job.as_of, UTC)
        sources = {commit: stack.enter_context(checked_out(repository, commit))}
        slugs = [slug for slug in list_clients(sources[commit])[0] if not job.clients or slug in job.clients]
        by_commit: dict[str, list[str]] = {}
        for slug in slugs:
            own = _commit_of(repository, job.as_of, _zone(sources[commit], slug))
            by_commit.setdefault(own, []).append(slug)
        for own in by_commit.keys() - sources.keys():
            sources[own] = stack.enter_context(checked_out(repository, own))
        if set(by_commit) <= {commit}:
            return build(replace(job, source=sources[commit], past=(job.source, commit)))
        outcomes = [
            build(replace(job, source=sources[own], past=(job.source, own), clients=tuple(some)))
            for own, some in sorted(by_commit.items())
        ]
        return _joined(outcomes)


def _joined(outcomes: Sequence[Outcome]) -> Outcome:
    first, *others = outcomes
    for each in others:
        first = replace(
            first, problems=tuple(sorted({*first.problems, *each.problems})), sites=first.sites + each.sites,
            pages=first.pages + each.pages, changed=first.changed + each.changed, kept=first.kept + each.kept,
            notes=first.notes + each.notes,
        )  # fmt: skip
    return first


def _zone(source: Path, slug: str) -> tzinfo:
    path = f"content/{slug}/client.yaml"
    text, _ = read_text(source, path)
    read = read_model(text, path, schema.Client) if text is not None else None
    name = getattr(read[0], "timezone", "") if read else ""
    return ZoneInfo(name) if is_zone(name) else UTC


def _repository(source: Path) -> Repository:
    repository = open_repository(source)
    if isinstance(repository, NoHistory):
        raise NoPast(repository.message, repository.hint)
    return repository


def _commit_of(repository: Repository, day: date, zone: tzinfo) -> str:
    commits = read_commits(repository)
    if isinstance(commits, NoHistory):
        raise NoPast(commits.message, commits.hint)
    times = in_order([commit.at for commit in commits])
    before = [commit.id for commit, time in zip(commits, times, strict=True) if day_at(time, zone) <= day]
    if not before:
        raise NoPast(f"nothing had been committed on {day.isoformat()}")
    return before[-1]


@contextmanager
def checked_out(repository: Repository, commit: str) -> Iterator[Path]:
    """Give a folder that holds what a commit's sites depend on; it is gone afterwards."""
    with TemporaryDirectory(prefix="portalgen-") as name, open_blobs(repository) as blobs:
        root = Path(name)
        (root / "content").mkdir()
        files = list_tree(repository, commit, below=_WANTED)
        contents = blobs.read([file.blob for file in files])
        for file, (_, content) in zip(files, contents, strict=True):
            parts = file.path.split("/")
            if content is None or any(part in ("", ".", "..") for part in parts):
                continue
            path = root.joinpath(*parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            if file.is_link:
                # As in the commit; who reads content does not follow it.
                os.symlink(os.fsdecode(content), path)
            else:
                path.write_bytes(content)
        yield root
