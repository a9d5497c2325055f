"""git's commits → the steps that one client's content went through, each with its day and the texts that changed."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from portalgen.content.characters import join_line_ends
from portalgen.content.past.git import (
    Blobs,
    Change,
    Commit,
    NoHistory,
    Repository,
    failed,
    first_parents,
    is_on_the_way,
    open_repository,
    read_commits,
)

SETTINGS = "portalgen.yaml"
SHARED_PEOPLE = "content/_shared/people.yaml"
_SHARED = (SETTINGS, SHARED_PEOPLE)
_TEXTS = (".yaml", ".yml", ".md")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LAST_SECOND = int(datetime(9999, 12, 30, tzinfo=UTC).timestamp())


class Log(Struct, frozen=True):
    """The commits that one client's site depends on, oldest first."""

    commits: tuple[Commit, ...] = ()
    first: int = 0
    """The number in `commits` of the first that counts: those before it are how things stood when counting began."""
    from_day: date | None = None
    """The first day that counts."""
    is_elsewhere: bool = False
    """Whether the client's folder is a repository of its own (a submodule), whose past is not in this one."""
    last: str = ""
    """The client's last commit: whatever stands before it cannot be another without its being another."""
    since: str = ""
    """Where `commits` are only those after an earlier last commit of the client's: that commit; else empty."""


class Logs(Struct, frozen=True):
    """What git remembers of all clients, read once."""

    repository: Repository
    by_slug: Mapping[str, Log]
    shared: Log
    """Of what all clients depend on, for a client that was never committed."""

    def of(self, slug: str) -> Log:
        return self.by_slug.get(slug, self.shared)

    def whole(self, slug: str) -> Log:
        """Return all of a client's commits, asked for again where `of` has only the newer ones."""
        log = self.of(slug)
        if not log.since:
            return log
        commits = read_commits(self.repository, only=(*_SHARED, f"content/{slug}"))
        if isinstance(commits, NoHistory):
            raise failed(commits.message)
        return _by_client(commits, (slug,), 0, log.from_day)[0][slug]

    def known(self) -> Known:
        """Return what is worth keeping for the next time."""
        last = {slug: (log.last, log.is_elsewhere) for slug, log in self.by_slug.items()}
        return Known(head=self.repository.head, last=last)


class Known(Struct, frozen=True):
    """Up to where the past was read before."""

    head: str
    last: Mapping[str, tuple[str, bool]]
    """Slug → the client's last commit up to there, and whether its folder was a repository of its own."""


class Step(Struct, frozen=True):
    """One commit, or what was not committed yet, as far as one client's texts go."""

    day: date
    texts: Mapping[str, str | None]
    """Path from the source → text; None where the file went. Files that could not be read are left out."""
    counts: bool
    """Whether history is told from here on; a step before that only says how things stood."""


def read_logs(
    source: Path,
    slugs: Iterable[str],
    *,
    branch: str = "",
    since: str = "",
    at: str = "",
    known: Known | None = None,
) -> Logs | NoHistory:
    """Return what git remembers of `slugs`, or why there is nothing to tell.

    `since` is the first day or commit that counts. `at` is the commit whose past is told in place of the branch's.
    With `known`, only what is new is read, where that is possible.
    """
    repository = open_repository(source, branch=branch)
    if isinstance(repository, NoHistory):
        return repository
    if at:
        repository = Repository(repository.folder, repository.prefix, at)
    slugs = tuple(slugs)
    is_day = bool(_DAY.fullmatch(since))
    if (
        known
        and (is_day or not since)
        and set(slugs) <= known.last.keys()
        and is_on_the_way(repository, known.head)
    ):
        return _only_new(repository, known, _day(since) if is_day else None)
    commits = read_commits(repository)
    if isinstance(commits, NoHistory):
        return commits
    if not commits:
        return NoHistory("none", "content/ has never been committed")
    first, from_day = 0, None
    if is_day:
        from_day = _day(since)
        if from_day is None:
            hint = "mend 'history: {from: …}' in portalgen.yaml"
            return NoHistory("unreadable", f"'{since}' is no day", hint)
    elif since:
        counted = first_parents(repository, since)
        if isinstance(counted, NoHistory):
            return counted
        ids = set(counted)
        first = next((number for number, commit in enumerate(commits) if commit.id in ids), len(commits))
    return Logs(repository, *_by_client(commits, slugs, first, from_day))


def _only_new(repository: Repository, known: Known, from_day: date | None) -> Logs | NoHistory:
    commits = read_commits(repository, since=known.head) if known.head != repository.head else []
    if isinstance(commits, NoHistory):
        return commits
    logs, shared = _by_client(commits, tuple(known.last), 0, from_day)
    for slug, log in logs.items():
        last, was_elsewhere = known.last[slug]
        is_elsewhere = log.is_elsewhere or (
            was_elsewhere
            and not any(
                change.path == f"content/{slug}" for commit in log.commits for change in commit.changes
            )
        )
        logs[slug] = replace(log, since=last, last=log.last or last, is_elsewhere=is_elsewhere)
    return Logs(repository, logs, shared)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


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
        slug: Log(
            tuple(each), starts.get(slug, len(each)), from_day, slug in elsewhere, each[-1].id if each else ""
        )
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


class Texts:
    """The texts of the past, by their names in git: git is asked for none that stands today."""

    def __init__(self, blobs: Blobs, by_blob: Mapping[str, str] = MappingProxyType({})) -> None:
        self._blobs = blobs
        self._by_blob = by_blob

    def read(self, blobs: Iterable[str]) -> Iterator[str | None]:
        """Yield the text of each blob, in the order given; None where it is none."""
        asked = list(blobs)
        contents = self._blobs.read(blob for blob in asked if blob not in self._by_blob)
        for blob in asked:
            text = self._by_blob.get(blob)
            yield text if text is not None else _decoded(next(contents)[1])


def blobs_of(texts: Mapping[str, str], repository: Repository) -> dict[str, str]:
    """Return path → the name that git would give a text; one whose line ends were mended is none that git has."""
    # The names of a repository's objects are all made in one way.
    is_sha1 = len(repository.head) == 40
    found = {}
    for path, text in texts.items():
        content = text.encode("utf-8", "surrogatepass")
        made = hashlib.sha1(usedforsecurity=False) if is_sha1 else hashlib.sha256()
        made.update(b"blob %d\0" % len(content) + content)
        found[path] = made.hexdigest()
    return found


def steps_of(log: Log, then: Texts, zone: tzinfo, before: Sequence[int] = ()) -> Iterator[Step]:
    """Yield the steps of a client's past, oldest first.

    `before` are the moments of commits that were read another time: their steps come first, without texts.
    """
    times = in_order([*before, *(commit.at for commit in log.commits)])
    days = [day_at(time, zone) for time in times]
    for day in days[: len(before)]:
        yield Step(day, {}, log.from_day is None or day >= log.from_day)
    wanted = (
        change.blob for commit in log.commits for change in commit.changes if change.blob and _is_text(change)
    )
    found = then.read(wanted)
    for number, (commit, day) in enumerate(zip(log.commits, days[len(before) :], strict=True)):
        texts: dict[str, str | None] = {}
        for change in commit.changes:
            if not _is_text(change):
                continue
            if not change.blob:
                texts[change.path] = None
                continue
            text = next(found)
            # A version that is no text is passed over, as one with a fault is.
            if text is not None:
                texts[change.path] = text
        counts = number >= log.first and (log.from_day is None or day >= log.from_day)
        yield Step(day, texts, counts)


def committed_files(log: Log, before: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """Return path → blob of the texts as the last commit has them; `before` as they were before the first one."""
    committed = dict(before)
    for commit in log.commits:
        for change in commit.changes:
            if _is_text(change):
                committed[change.path] = change.blob
    return {path: blob for path, blob in committed.items() if blob}


def step_of_today(
    log: Log, committed: Mapping[str, str], texts: Mapping[str, str], blobs: Mapping[str, str], day: date
) -> Step:
    """Return what is not committed yet: `texts`, the client's and those that all share, against the last commit.

    `blobs` are what `blobs_of` says of the texts.
    """
    changed: dict[str, str | None] = {
        path: text for path, text in texts.items() if blobs[path] != committed.get(path)
    }
    changed |= {path: None for path in committed if path not in texts}
    return Step(day, changed, log.from_day is None or day >= log.from_day)


def _is_text(change: Change) -> bool:
    return change.path.endswith(_TEXTS) and "/." not in change.path


def _decoded(content: bytes | None) -> str | None:
    if content is None:
        return None
    try:
        return join_line_ends(content.decode("utf-8"))
    except UnicodeDecodeError:
        return None
