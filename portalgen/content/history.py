"""git's commits → the steps that one client's content went through, each with its day and the texts that changed."""

from __future__ import annotations

import hashlib
import posixpath
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path

from portalgen.content.characters import join_line_ends
from portalgen.content.git import (
    Blobs,
    Change,
    Commit,
    NoHistory,
    Repository,
    first_parents,
    open_repository,
    read_commits,
)

SETTINGS = "portalgen.yaml"
SHARED_PEOPLE = "content/_shared/people.yaml"
_SHARED = (SETTINGS, SHARED_PEOPLE)
_TEXTS = (".yaml", ".yml", ".md")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LAST_SECOND = int(datetime(9999, 12, 30, tzinfo=UTC).timestamp())


@dataclass(frozen=True, slots=True)
class Log:
    """The commits that one client's site depends on, oldest first."""

    commits: tuple[Commit, ...] = ()
    first: int = 0
    """The number in `commits` of the first that counts: those before it are how things stood when counting began."""
    from_day: date | None = None
    """The first day that counts."""
    is_elsewhere: bool = False
    """Whether the client's folder is a repository of its own (a submodule), whose past is not in this one."""


@dataclass(frozen=True, slots=True)
class Logs:
    """What git remembers of all clients, read once."""

    repository: Repository
    by_slug: Mapping[str, Log]
    shared: Log
    """Of what all clients depend on, for a client that was never committed."""

    def of(self, slug: str) -> Log:
        return self.by_slug.get(slug, self.shared)


@dataclass(frozen=True, slots=True)
class Step:
    """One commit, or what was not committed yet, as far as one client's texts go."""

    day: date
    texts: Mapping[str, str | None]
    """Path from the source → text; None where the file went. Files that could not be read are left out."""
    counts: bool
    """Whether history is told from here on; a step before that only says how things stood."""


def read_logs(
    source: Path, slugs: Iterable[str], *, branch: str = "", since: str = "", at: str = ""
) -> Logs | NoHistory:
    """Return what git remembers of `slugs`, or why there is nothing to tell.

    `since` is the first day or commit that counts. `at` is the commit whose past is told in place of the branch's.
    """
    repository = open_repository(source, branch=branch)
    if isinstance(repository, NoHistory):
        return repository
    if at:
        repository = Repository(repository.folder, repository.prefix, at)
    commits = read_commits(repository)
    if isinstance(commits, NoHistory):
        return commits
    if not commits:
        return NoHistory("none", "content/ has never been committed")
    first, from_day = 0, None
    if since and _DAY.fullmatch(since):
        try:
            from_day = date.fromisoformat(since)
        except ValueError:
            return NoHistory(
                "unreadable", f"'{since}' is no day", "mend 'history: {from: …}' in portalgen.yaml"
            )
    elif since:
        counted = first_parents(repository, since)
        if isinstance(counted, NoHistory):
            return counted
        ids = set(counted)
        first = next((number for number, commit in enumerate(commits) if commit.id in ids), len(commits))
    return Logs(repository, *_by_client(commits, tuple(slugs), first, from_day))


def _by_client(
    commits: Sequence[Commit], slugs: Sequence[str], first: int, from_day: date | None
) -> tuple[dict[str, Log], Log]:
    own: dict[str, list[Commit]] = {slug: [] for slug in (*slugs, "")}
    starts: dict[str, int] = {}
    elsewhere: set[str] = set()
    for number, commit in enumerate(commits):
        by_slug: dict[str, list[Change]] = {}
        for change in commit.changes:
            if change.path in _SHARED:
                for slug in own:
                    by_slug.setdefault(slug, []).append(change)
            elif change.path.startswith("content/"):
                slug = change.path.split("/", 2)[1]
                if slug in own:
                    by_slug.setdefault(slug, []).append(change)
                    if change.path == f"content/{slug}" or change.is_repository:
                        (elsewhere.add if change.is_repository else elsewhere.discard)(slug)
        for slug, changes in by_slug.items():
            if number >= first:
                starts.setdefault(slug, len(own[slug]))
            own[slug].append(Commit(commit.id, commit.at, tuple(changes)))
    logs = {
        slug: Log(tuple(each), starts.get(slug, len(each)), from_day, slug in elsewhere)
        for slug, each in own.items()
    }
    return logs, logs.pop("")


def in_order(times: Sequence[int]) -> list[int]:
    """Return times that never go back, with as few of them changed as can be.

    Clocks are wrong, and commits are carried from branch to branch: what is out of order is told on the day of the
    last one before it that is not.
    """
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, time in enumerate(times):
        place = bisect_right(tails, time)
        before.append(ends[place - 1] if place else -1)
        tails[place : place + 1], ends[place : place + 1] = [time], [number]
    kept = set()
    number = ends[-1] if ends else -1
    while number >= 0:
        kept.add(number)
        number = before[number]
    found: list[int] = []
    first = min((times[each] for each in kept), default=0)
    for number, time in enumerate(times):
        found.append(time if number in kept else found[-1] if found else first)
    return found


def day_at(seconds: int, zone: tzinfo) -> date:
    """Return the day of a moment in a client's time zone."""
    return datetime.fromtimestamp(min(max(seconds, 0), _LAST_SECOND), zone).date()


def steps_of(log: Log, blobs: Blobs, zone: tzinfo, lost: list[str]) -> Iterator[Step]:
    """Yield the steps of a client's past, oldest first; paths of versions that are no text are added to `lost`."""
    days = [day_at(time, zone) for time in in_order([commit.at for commit in log.commits])]
    wanted = (
        change.blob for commit in log.commits for change in commit.changes if change.blob and _is_text(change)
    )
    contents = blobs.read(wanted)
    for number, (commit, day) in enumerate(zip(log.commits, days, strict=True)):
        texts: dict[str, str | None] = {}
        for change in commit.changes:
            if not _is_text(change):
                continue
            if not change.blob:
                texts[change.path] = None
                continue
            _, content = next(contents)
            text = _decoded(content)
            if text is None:
                lost.append(change.path)
            else:
                texts[change.path] = text
        counts = number >= log.first and (log.from_day is None or day >= log.from_day)
        yield Step(day, texts, counts)


def step_of_today(log: Log, texts: Mapping[str, str], day: date) -> Step:
    """Return what is not committed yet: `texts`, the client's and those that all share, against the last commit."""
    committed: dict[str, str] = {}
    for commit in log.commits:
        for change in commit.changes:
            if _is_text(change):
                committed[change.path] = change.blob
    changed: dict[str, str | None] = {
        path: text for path, text in texts.items() if not _is_blob(text, committed.get(path, ""))
    }
    changed |= {path: None for path, blob in committed.items() if blob and path not in texts}
    return Step(day, changed, log.from_day is None or day >= log.from_day)


def _is_text(change: Change) -> bool:
    return posixpath.splitext(change.path)[1] in _TEXTS


def _is_blob(text: str, blob: str) -> bool:
    """Return whether git would give a text this name; a text whose line ends were mended has another."""
    content = text.encode("utf-8", "surrogatepass")
    made = hashlib.sha1(usedforsecurity=False) if len(blob) == 40 else hashlib.sha256()
    made.update(b"blob %d\0" % len(content) + content)
    return made.hexdigest() == blob


def _decoded(content: bytes | None) -> str | None:
    if content is None:
        return None
    try:
        return join_line_ends(content.decode("utf-8"))
    except UnicodeDecodeError:
        return None
