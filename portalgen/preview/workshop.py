"""Keep every client's last good site, and make a new one when what it is made of has changed.

One thread looks, prepares and keeps; whoever serves reads what is kept. A client is due when it was made of something
else than what stands there now, so nothing is forgotten: what changes while a client is made is due again afterwards.
"""

from __future__ import annotations

import gc
import math
import threading
import time
import traceback
from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from portalgen.build.cache import day_in
from portalgen.build.remember import keep_logs
from portalgen.content.read import ContentFileError
from portalgen.pipeline import Job, NoContent, SettingsError, prepare, theme_of
from portalgen.preview.look import Seen, is_told_of, look
from portalgen.preview.memory import KeptInMemory, Memory
from portalgen.preview.notices import Notice, notice_of_fault, notice_of_machine, notices_of
from portalgen.preview.site import Site, open_site
from portalgen.preview.standing import Key, Made, Standing, Teller
from portalgen.preview.team import prepare_for_team
from portalgen.problems import Problem, has_errors
from portalgen.site.render import forget_themes
from portalgen.site.theme import ThemeNotFound, built_in_themes
from portalgen.source import Source, open_source
from portalgen.watch import Burst, Lack, Watch

LOOK_SECONDS = 5.0
"""So often everything is looked at, though the system tells of changes: it may fail to."""
POLL_SECONDS = 1.0
"""So often where it does not tell."""
_IDLE_SECONDS = 0.3
"""So long nobody saves before memory is put in order: shorter than a person takes from one save to the next."""
_SWEEP_BUILDS = 50
_RESTLESS = 4
"""Bursts in a second."""


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
        self.opens = 0
        """How often what all clients share was read anew."""
        self.is_stopped = False
        self._job, self._clock, self._tell, self._shows_team = job, clock, tell, shows_team
        self._standings: dict[str, Standing] = {}
        self._past = KeptInMemory()
        self._memories: dict[str, Memory] = {}
        self._faulty: dict[str, frozenset[Problem]] = {}
        self._turn = threading.Condition()
        self._burst = Burst()
        self._bursts: deque[float] = deque(maxlen=_RESTLESS)
        """When the last ones were looked at."""
        self._events = 0
        self._told = 0
        """How many events there were when everything was looked at last."""
        self._asked: dict[str, float] = {}
        self._open_pages: Counter[str] = Counter()
        self._made: list[Made] = []
        self._made_since = 0.0
        self._unswept = 0
        self._sweep_at = 0.0
        self._themes = _theme_folders(job)
        self._watch = Watch(self._note)
        self._lack: Lack | None = None
        # Seen before anything is read, so that what changes from here on is due.
        self._seen = look(job.source, self._themes)
        self._source, self._slugs, problems = self._open(None)
        self.remarks = notices_of(problems, job.source)
        self._due = set(self._slugs)
        self._next_look = math.inf
        self._thread = threading.Thread(target=self._work, name="workshop", daemon=True)

    # --- what others ask

    def start(self) -> None:
        """Watch, and make what is due, in a thread of its own."""
        self._watch.start(self._roots())
        self._next_look = time.monotonic()
        self._sweep_at = math.inf
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

    def tell_fault(self, lines: str) -> None:
        """Say a fault of ours on the terminal, with the lines that tell where it is."""
        self._tell.fault(lines)

    # --- the thread

    def _note(self, kind: str, path: str, is_folder: bool) -> None:
        with self._turn:
            burst = self._burst
            is_first, was_open = burst.first is None, bool(burst.writers)
            burst.add(kind, path, time.monotonic(), is_folder=is_folder)
            self._events += 1
            # The thread looks at the clock by itself, but for what makes it be ready sooner.
            if is_first or (was_open and not burst.writers and not burst.is_large):
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
                    self._bursts.append(now)
                    is_restless = len(self._bursts) == _RESTLESS and now - self._bursts[0] < 1.0
                    self._burst = Burst(is_restless=is_restless)
                elif self._next_look <= now:
                    only = frozenset()
                else:
                    slug = self._next_due()
                if only is not None or slug or self._made or self._sweep_at <= now:
                    break
                wake_at = min(self._next_look, self._sweep_at, ready_at or self._next_look)
                self._turn.wait(wake_at - now)
        if self.is_stopped:
            return
        if only is not None:
            self._look(only)
        elif slug:
            self._make(slug)
        elif self._made:
            self._tell.made(tuple(self._made), time.monotonic() - self._made_since)
            self._made.clear()
        else:
            self._sweep()

    def _sweep(self) -> None:
        """Put memory in order: what is kept would be looked through again and again while a page is waited for."""
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        self._unswept = 0
        self._sweep_at = math.inf

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

    def _look(self, only: frozenset[str]) -> None:
        """See what changed, of these clients or (of none) of everything."""
        started, before, events = time.monotonic(), self._seen, self._events
        is_watched = bool(only) or self._renew_watch()
        seen = look(self._job.source, self._themes, before=before, only=only)
        if is_watched and self._lack is None and is_told_of(before, seen) and not self._was_told():
            self._fall_back(Lack("something changed and the system did not tell", "is it a network folder?"))
        self._told = events
        self._seen = seen
        self.looks += 1
        if seen.themes != before.themes:
            forget_themes()
        if self.trouble or (seen.shared, seen.names, seen.git) != (before.shared, before.names, before.git):
            self._reopen(before)
        self._find_due()
        if not only:
            self._plan_next_look(started, seen, before)

    def _plan_next_look(self, started: float, seen: Seen, before: Seen) -> None:
        now = time.monotonic()
        is_settled = seen.folders == before.folders
        if is_settled:
            self._watch.check(seen.folders)
        if self._watch.lack is not None:
            self._fall_back(self._watch.lack)
        # What came with a new folder may have come before the folder was watched: look again soon.
        pause = LOOK_SECONDS if self._lack is None and is_settled else POLL_SECONDS
        self._next_look = now + max(pause, 20 * (now - started))

    def _was_told(self) -> bool:
        """Return whether the system told of a change, if not before then a moment after it was seen."""
        for _ in range(20):
            if self._events != self._told:
                return True
            time.sleep(0.02)
        return False

    def _fall_back(self, lack: Lack) -> None:
        if self._lack is None:
            self._lack = lack
            self._tell.lack(lack)

    def _renew_watch(self) -> bool:
        """Watch what stands at its path now; return whether that was watched before."""
        roots = self._roots()
        if self._watch.is_current(roots):
            return True
        self._watch.start(roots)
        return False

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
                self._past.forget(slug)
                self._faulty.pop(slug, None)
        self.opens += 1
        self.changed()

    def _open(self, before: Source | None) -> tuple[Source, list[str], list[Problem]]:
        """Return what clients share, with the past as it was `before` if nothing was committed since."""
        job = replace(self._job, now=self._clock(), history=self._job.history and before is None)
        source, slugs, problems = open_source(job, self._past)
        keep_logs(source.logs, self._past)
        if before is not None:
            if self._slugs != slugs or _past_of(source) != _past_of(before):
                return self._open(None)
            source = replace(source, logs=before.logs)
        return source, slugs, problems

    def _key(self, slug: str, site: Site | None, now: datetime) -> Key:
        seen, day = self._seen, None
        if site is not None:
            day = day_in(site.portal.client.timezone, self._job.as_of, now)
        return seen.clients.get(slug, ()), seen.shared, seen.themes, seen.git, day

    def _find_due(self) -> None:
        now, at = self._clock(), time.monotonic()
        due = set()
        for slug in self._slugs:
            standing = self._standings.get(slug)
            key = self._key(slug, standing.site if standing else None, now)
            if standing is None or standing.key is None or standing.key != key:
                due.add(slug)
                if standing and standing.key and standing.key[0] != key[0]:
                    # Somebody works on it: it comes before those that only something shared made due.
                    self._asked[slug] = at
        with self._turn:
            self._due = due

    # --- making

    def _make(self, slug: str) -> None:
        """Make a client; if its content has errors its site stays, with what has to be mended."""
        started, now = time.monotonic(), self._clock()
        if not self._made:
            self._made_since = started
        before = self._standings.get(slug) or Standing(slug=slug)
        site, team, problems, trouble = self._sites(before, now)
        errors = frozenset(problem for problem in problems if problem.severity == "error")
        notices = notices_of(problems, self._job.source)
        self.builds += 1
        self._unswept += 1
        if self._unswept >= _SWEEP_BUILDS or self._sweep_at < math.inf:
            self._sweep_at = time.monotonic() + _IDLE_SECONDS
        is_new = site is not before.site or team is not before.team
        standing = Standing(
            slug=slug,
            site=site,
            team=team,
            build=self.builds if is_new else before.build,
            notices=(*trouble, *(notice for notice in notices if notice.severity == "error")),
            warnings=tuple(notice for notice in notices if notice.severity == "warning"),
            key=self._key(slug, site, now),
        )
        self._standings[slug] = standing
        with self._turn:
            self._due.discard(slug)
        known = self._faulty.get(slug, frozenset())
        self._faulty[slug] = errors
        self._made.append(
            Made(
                slug=slug,
                seconds=time.monotonic() - started,
                problems=tuple(sorted(errors - known)),
                notices=trouble,
                is_good=not standing.notices,
                was_good=not before.notices,
            )
        )
        self.changed()

    def _sites(
        self, before: Standing, now: datetime
    ) -> tuple[Site | None, Site | None, list[Problem], tuple[Notice, ...]]:
        """Return the client's site and the team's view of it, the old ones where no new ones can be made, and why."""
        slug, source, site, team = before.slug, self._source, before.site, before.team
        job = replace(self._job, now=now)
        means = self._memories.setdefault(slug, Memory()).means()
        problems: list[Problem] = []
        try:
            prepared, problems = prepare(source, slug, job, means)
            if prepared is None or has_errors(problems):
                return site, team, problems, ()
            theme = theme_of(prepared, source, job)
            # Pages that show the same are not another site: nobody's page is loaded again for nothing.
            if site is None or site.prepared != prepared or site.theme is not theme:
                site = open_site(prepared, theme, source.root)
            if self._shows_team:
                view = prepare_for_team(source, slug, job, means)
                if team is None or team.prepared != view or team.theme is not theme:
                    team = open_site(view, theme, source.root)
        except OSError as error:
            # A file that went away while it was read is one: the next look tells.
            return before.site, before.team, problems, (notice_of_machine(error),)
        except (ContentFileError, ThemeNotFound) as error:
            return before.site, before.team, problems, (Notice(severity="error", message=str(error)),)
        except Exception as error:
            notice = notice_of_fault(error, self._themes)
            if not notice.path:
                self._tell.fault(traceback.format_exc())
            return before.site, before.team, problems, (notice,)
        return site, team, problems, ()


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


def _past_of(source: Source) -> tuple[str, str]:
    """Return what portalgen.yaml says of the past that is read."""
    return source.settings.history_branch, source.settings.history_from
