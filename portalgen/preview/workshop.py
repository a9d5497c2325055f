"""Keep every client's last good site, and make a new one when what it is made of has changed.

One thread looks, prepares and keeps; whoever serves reads what is kept. A client is due when it was made of something
else than what stands there now, so nothing is forgotten: what changes while a client is made is due again afterwards.
"""

from __future__ import annotations

import gc
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from portalgen.build.cache import day_in
from portalgen.content.read import ContentFileError
from portalgen.pipeline import (
    Job,
    NoContent,
    SettingsError,
    Source,
    open_source,
    prepare,
    theme_of,
)
from portalgen.preview.look import Seen, Stamps, look
from portalgen.preview.memory import Memory
from portalgen.preview.notices import Notice, notice_of_fault, notice_of_machine, notices_of
from portalgen.preview.site import Site, open_site
from portalgen.preview.team import prepare_for_team
from portalgen.problems import Problem, has_errors
from portalgen.site.render import forget_themes
from portalgen.site.theme import ThemeNotFound, built_in_themes
from portalgen.watch import Burst, Lack, Watch

LOOK_SECONDS = 5.0
"""So often everything is looked at, though the system tells of changes: it may fail to."""
POLL_SECONDS = 1.0
"""So often where it does not tell."""
_IDLE_SECONDS = 2.0
_MANY = 3
"""More clients than this in a row are told of in one line."""

Key = tuple[Stamps, Stamps, Stamps, Stamps, date | None]
"""What a site was made of: the client's folder, what is shared, the themes, git's commits, and the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of one client."""

    slug: str
    site: Site | None = None
    """The last good one; None where there was none yet."""
    team: Site | None = None
    """The team's view of it, if that is shown."""
    build: int = 0
    """Which build made `site`: another number is another site."""
    notices: tuple[Notice, ...] = ()
    """Errors for which `site` is not what the content says now."""
    warnings: tuple[Notice, ...] = ()
    key: Key | None = None
    """What the last try was made of; None before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One client that was made anew, for the terminal."""

    slug: str
    seconds: float
    problems: tuple[Problem, ...]
    """Errors that were not there before."""
    is_good: bool
    was_good: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Says on the terminal what happens; each may be called from any thread."""

    made: Callable[[tuple[Made, ...], float], None]
    """Clients that were made one after the other, and how many seconds it took."""
    lack: Callable[[Lack], None]
    fault: Callable[[str], None]


class Workshop:
    """The one place that changes; `standing`, `standings` and `trouble` may be read from any thread."""

    def __init__(
        self,
        job: Job,
        clock: Callable[[], datetime],
        tell: Teller,
        *,
        shows_team: bool = False,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self.changed = changed
        """Called, from the workshop's thread, whenever there is something new to show."""
        self.trouble: tuple[Notice, ...] = ()
        """Why no client can be made at all; empty while all is well."""
        self.remarks: tuple[Notice, ...] = ()
        """Problems of no single client."""
        self.builds = 0
        self.looks = 0
        self.is_stopped = False
        self._job, self._clock, self._tell, self._shows_team = job, clock, tell, shows_team
        self._standings: dict[str, Standing] = {}
        self._memories: dict[str, Memory] = {}
        self._faulty: dict[str, frozenset[Problem]] = {}
        self._turn = threading.Condition()
        self._burst = Burst()
        self._events = 0
        self._asked: dict[str, float] = {}
        self._open_pages: Counter[str] = Counter()
        self._made: list[Made] = []
        self._made_since = 0.0
        self._unswept = 0
        self._themes = _theme_folders(job)
        self._watch = Watch(self._note)
        self._lack: Lack | None = None
        # Seen before anything is read, so that what changes from here on is due.
        self._seen = look(job.source, self._themes)
        self._source, self._slugs, problems = self._open(None)
        self.remarks = notices_of(problems, job.source)
        self._due = set(self._slugs)
        self._next_look = 0.0
        self._thread = threading.Thread(target=self._work, name="workshop", daemon=True)

    # --- what others ask

    def start(self) -> None:
        """Watch, and make what is due, in a thread of its own."""
        self._watch.start(self._roots())
        self._next_look = time.monotonic()
        self._thread.start()

    def stop(self) -> None:
        """End the thread, or leave it to end with the program if it is busy."""
        with self._turn:
            self.is_stopped = True
            self._turn.notify_all()
        if self._thread.is_alive():
            self._thread.join(0.5)
        self._watch.stop()

    def slugs(self) -> tuple[str, ...]:
        """Return all clients, sorted."""
        return tuple(self._slugs)

    def standing(self, slug: str) -> Standing | None:
        """Return what is known of a client; None where there is no such client."""
        return self._standings.get(slug) or (Standing(slug=slug) if slug in self._slugs else None)

    def want(self, slug: str) -> bool:
        """Return whether a client is due; it is made before those that nobody asks for."""
        with self._turn:
            self._asked[slug] = time.monotonic()
            is_due = slug in self._due and not self.trouble
            if is_due:
                self._turn.notify_all()
            return is_due

    def opened(self, slug: str, pages: int) -> None:
        """Count pages of a client that stand open in a browser: +1 or -1."""
        with self._turn:
            self._open_pages[slug] += pages
            self._open_pages += Counter()

    # --- the thread

    def _note(self, kind: str, path: str, is_folder: bool) -> None:
        with self._turn:
            is_first = self._burst.first is None
            self._burst.add(kind, path, time.monotonic(), is_folder=is_folder)
            self._events += 1
            if is_first:
                self._turn.notify_all()

    def _work(self) -> None:
        while not self.is_stopped:
            try:
                self._step()
            except Exception as error:
                # Ours to mend, but whoever writes goes on: it is said, and the next change is a new try.
                self._tell.fault(traceback.format_exc())
                self.trouble = (notice_of_fault(error),)
                self._due.clear()
                self.changed()

    def _step(self) -> None:
        """Wait until something is to be done, and do it."""
        only: frozenset[str] | None = None
        slug = ""
        with self._turn:
            while not self.is_stopped:
                now = time.monotonic()
                ready_at = self._burst.ready_at()
                if ready_at is not None and ready_at <= now:
                    only = self._clients_of(self._burst)
                    self._burst = Burst()
                    break
                if self._next_look <= now:
                    only = frozenset()
                    break
                if slug := self._next_due():
                    break
                wake_at = min(self._next_look, ready_at if ready_at is not None else self._next_look)
                if self._made or self._unswept:
                    wake_at = min(wake_at, now + (_IDLE_SECONDS if not self._made else 0.0))
                self._turn.wait(max(0.0, wake_at - now)) if wake_at > now else None
                if self._made or (self._unswept and time.monotonic() - now >= _IDLE_SECONDS):
                    break
            else:
                return
        if only is not None:
            self._look(only)
        elif slug:
            self._make(slug)
        else:
            self._rest()

    def _rest(self) -> None:
        """Say what was made, and once nothing is to do for a while put memory in order."""
        if self._made:
            self._tell.made(tuple(self._made), time.monotonic() - self._made_since)
            self._made.clear()
            return
        # Everything that is kept would be looked through again and again while a page is waited for.
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        self._unswept = 0

    def _clients_of(self, burst: Burst) -> frozenset[str]:
        """Return the clients to which a burst belongs; nothing where everything has to be looked at."""
        if burst.is_large:
            return frozenset()
        content = str(self._job.source / "content") + "/"
        slugs = set()
        for path in burst.paths:
            slug, slash, _ = path.removeprefix(content).partition("/")
            if not path.startswith(content) or not slash or slug not in self._seen.clients:
                return frozenset()
            slugs.add(slug)
        return frozenset(slugs)

    def _next_due(self) -> str:
        """Return the client to be made next, empty for none: those in open pages first, then those asked for last."""
        if not self._due or self.trouble:
            return ""
        return min(
            self._due,
            key=lambda slug: (not self._open_pages[slug], -self._asked.get(slug, 0.0), slug),
        )

    # --- looking

    def _look(self, only: Iterable[str]) -> None:
        """See what changed, of these clients or (of none) of everything."""
        started, events, before = time.monotonic(), self._events, self._seen
        only = tuple(only)
        if not only:
            self._renew_watch()
        seen = look(self._job.source, self._themes, before=before, only=only)
        self.looks += 1
        is_other = seen != before
        if is_other and not only and not self._was_told(events):
            self._fall_back(Lack("something changed and the system did not tell", "is it a network folder?"))
        self._seen = seen
        if seen.themes != before.themes:
            forget_themes()
        if self.trouble or (seen.shared, seen.names, seen.git) != (before.shared, before.names, before.git):
            self._reopen(before)
        self._find_due()
        now = time.monotonic()
        if not only:
            self._watch.check(seen.folders)
            if self._watch.lack is not None:
                self._fall_back(self._watch.lack)
            pause = POLL_SECONDS if self._lack else LOOK_SECONDS
            self._next_look = now + max(pause, 20 * (now - started))
            if seen.folders != before.folders:
                # What came with a new folder may have come before the folder was watched.
                self._next_look = now + POLL_SECONDS / 2

    def _was_told(self, events: int) -> bool:
        """Return whether the system told of a change, if not before then a moment after it was seen."""
        for _ in range(20):
            if self._lack or self._events or events != self._events or self.looks < 2:
                return True
            time.sleep(0.02)
        return False

    def _fall_back(self, lack: Lack) -> None:
        if self._lack is None:
            self._lack = lack
            self._tell.lack(lack)

    def _renew_watch(self) -> None:
        """Watch what stands at its path now, if that is another folder than before."""
        roots = self._roots()
        if not self._watch.is_current(roots):
            self._watch.start(roots)

    def _roots(self) -> tuple[tuple[Path, bool], ...]:
        source = self._job.source
        return ((source, False), (source / "content", True), *((folder, True) for folder in self._themes))

    def _reopen(self, before: Seen) -> None:
        """Read anew what clients share."""
        had_trouble = bool(self.trouble)
        try:
            keeps_logs = before.git == self._seen.git and not had_trouble
            self._source, self._slugs, problems = self._open(self._source if keeps_logs else None)
            self.trouble, self.remarks = (), notices_of(problems, self._job.source)
        except SettingsError as error:
            self.trouble = notices_of(error.problems, self._job.source)
        except NoContent as error:
            self.trouble = (Notice(severity="error", message=str(error)),)
        except OSError as error:
            self.trouble = (notice_of_machine(error),)
        if not self.trouble:
            for slug in self._standings.keys() - set(self._slugs):
                self._standings.pop(slug, None)
                self._memories.pop(slug, None)
                self._faulty.pop(slug, None)
        self.changed()

    def _open(self, before: Source | None) -> tuple[Source, list[str], list[Problem]]:
        """Return what clients share, with the past as it was `before` if nothing was committed since."""
        job = replace(self._job, now=self._clock(), history=self._job.history and before is None)
        source, slugs, problems = open_source(job)
        if before is not None:
            if self._slugs != slugs:
                return self._open(None)
            source = replace(source, logs=before.logs)
        return source, slugs, problems

    def _key(self, slug: str) -> Key:
        standing = self._standings.get(slug)
        day = None
        if standing and standing.site:
            zone = standing.site.portal.client.timezone
            day = day_in(zone, self._job.as_of, self._clock())
        seen = self._seen
        return seen.clients.get(slug, ()), seen.shared, seen.themes, seen.git, day

    def _find_due(self) -> None:
        due = set()
        for slug in self._slugs:
            standing = self._standings.get(slug)
            if standing is None or standing.key is None or standing.key != self._key(slug):
                due.add(slug)
        with self._turn:
            self._due = due

    # --- making

    def _make(self, slug: str) -> None:
        """Make a client; if its content has errors its site stays, with what has to be mended."""
        started = time.monotonic()
        if not self._made:
            self._made_since = started
        before = self._standings.get(slug) or Standing(slug=slug)
        key = self._key(slug)
        job = replace(self._job, now=self._clock())
        problems: list[Problem] = []
        site, team, trouble = before.site, before.team, list[Notice]()
        try:
            memory = self._memories.setdefault(slug, Memory())
            means = memory.means()
            prepared, problems = prepare(self._source, slug, job, means)
            if prepared is not None and not has_errors(problems):
                theme = theme_of(prepared, self._source, job)
                # Pages that show the same are not another site: nobody's page is loaded again for nothing.
                if site is None or site.prepared != prepared or site.theme is not theme:
                    site = open_site(prepared, theme, self._source.root)
                if self._shows_team:
                    view = prepare_for_team(self._source, slug, job, means)
                    if team is None or team.prepared != view or team.theme is not theme:
                        team = open_site(view, theme, self._source.root)
        except (FileNotFoundError, ContentFileError):
            # It went away while it was read. The next look tells.
            if (self._job.source / "content" / slug).is_dir():
                raise
            return self._find_gone(slug)
        except ThemeNotFound as error:
            trouble = [notice_of_fault(error)]
        except OSError as error:
            trouble = [notice_of_machine(error)]
        except Exception as error:
            trouble = [notice_of_fault(error, self._themes)]
            if not trouble[0].path:
                self._tell.fault(traceback.format_exc())
        errors = frozenset(problem for problem in problems if problem.severity == "error")
        notices = notices_of(problems, self._job.source)
        is_new = site is not before.site or team is not before.team
        standing = Standing(
            slug=slug,
            site=site,
            team=team,
            build=self.builds + 1 if is_new else before.build,
            notices=(*trouble, *(notice for notice in notices if notice.severity == "error")),
            warnings=tuple(notice for notice in notices if notice.severity == "warning"),
            key=key if site is before.site else (*key[:4], day_of(site, key)),
        )
        self.builds += 1
        self._unswept += 1
        self._standings[slug] = standing
        with self._turn:
            if self._key(slug) == standing.key or standing.key == key:
                self._due.discard(slug)
        known = self._faulty.get(slug, frozenset())
        self._faulty[slug] = errors
        self._made.append(
            Made(
                slug=slug,
                seconds=time.monotonic() - started,
                problems=tuple(sorted(errors - known)),
                is_good=not standing.notices,
                was_good=not before.notices,
            )
        )
        self.changed()
        return None

    def _find_gone(self, slug: str) -> None:
        with self._turn:
            self._due.discard(slug)
            self._next_look = 0.0
        self._standings.pop(slug, None)


def day_of(site: Site | None, key: Key) -> date | None:
    """Return the day that a site speaks of."""
    return site.portal.as_of if site else key[4]


def _theme_folders(job: Job) -> tuple[Path, ...]:
    """Return the folders in which any theme stands that a site may use."""
    folders = [job.source / "themes", built_in_themes()]
    if "/" in job.theme or "\\" in job.theme:
        folders.append(job.source / job.theme)
    # themes/ of the source may be the one that portalgen brings: no folder is watched twice.
    found: dict[Path, Path] = {}
    for folder in folders:
        if folder.is_dir():
            found.setdefault(folder.resolve(), folder)
    return tuple(found.values())


def errors_of(standings: Mapping[str, Standing]) -> int:
    """Return how many clients show an older site than their content says."""
    return sum(bool(standing.notices) for standing in standings.values())
