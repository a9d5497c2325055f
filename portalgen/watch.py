"""Say that content may have changed. An event means no more than "look again": stamps tell what is different.

Linux tells of changes through inotify, other systems in their own ways; watchdog knows them all. Where the system
tells nothing, or not everything, there is a reason to look at regular times instead: `Watch.lack` says it.
"""

from __future__ import annotations

import errno
import logging
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from watchdog import events
from watchdog.observers import Observer

from portalgen.content.names import is_litter

QUIET_SECONDS = 0.015
"""After a save: an editor's renames and the file that takes the old one's place come within it."""
MANY_QUIET_SECONDS = 0.2
"""After changes of many files: a checkout pauses between files."""
WRITER_SECONDS = 0.4
"""So long after its last write somebody who keeps a file open is taken to be done with it."""
MOST_SECONDS = 2.0
"""Whoever writes on and on is looked at that often."""
FEW = 4
"""Files that one save touches at most."""
_MOST_WRITERS = 1000

# Not that files were opened and read: that is what we do ourselves.
_KINDS: list[type[events.FileSystemEvent]] = [
    events.FileCreatedEvent,
    events.FileModifiedEvent,
    events.FileMovedEvent,
    events.FileDeletedEvent,
    events.FileClosedEvent,
    events.DirCreatedEvent,
    events.DirMovedEvent,
    events.DirDeletedEvent,
]


class Burst(Struct):
    """Changes that belong together, from the first event until all is quiet. Times are seconds of one clock."""

    is_restless: bool = False
    """Whether it follows hard on others: somebody saves again and again, and is given more time."""
    knows_closing: bool = sys.platform == "linux"
    """Whether the system tells when a writer closes its file."""
    first: float | None = None
    last: float = 0.0
    paths: set[str] = field(default_factory=set)
    """The first few that were told of."""
    writers: set[str] = field(default_factory=set)
    """Files that were written to and not closed yet."""
    has_folders: bool = False
    """Whether folders came or went: then the system may not have told of all that is in them."""

    def add(self, kind: str, path: str, at: float, *, is_folder: bool = False) -> None:
        """Take in an event; `kind` is watchdog's: created, modified, closed, moved or deleted."""
        if self.first is None:
            self.first = at
        self.last = at
        self.has_folders |= is_folder
        if len(self.paths) <= FEW:
            self.paths.add(path)
        if kind == "modified" and self.knows_closing and len(self.writers) < _MOST_WRITERS:
            self.writers.add(path)
        else:
            self.writers.discard(path)

    @property
    def is_large(self) -> bool:
        """Whether more was touched than a save touches: then everything is looked at."""
        return self.has_folders or len(self.paths) > FEW

    def ready_at(self) -> float | None:
        """Return when it is time to look; None where nothing happened."""
        if self.first is None:
            return None
        quiet = MANY_QUIET_SECONDS if self.is_large or self.is_restless else QUIET_SECONDS
        return min(self.last + (WRITER_SECONDS if self.writers else quiet), self.first + MOST_SECONDS)


class Lack(Struct, frozen=True):
    """Why changes have to be looked for."""

    reason: str
    """Begins a sentence: `the system lets no more folders be watched`."""
    hint: str = ""


Note = Callable[[str, str, bool], None]
"""Is told an event's kind, its path and whether that is a folder; from any thread, and it must be quick."""


class Watch:
    """Watches folders until it is stopped."""

    def __init__(self, note: Note) -> None:
        self.lack: Lack | None = None
        """None while the system tells of all changes."""
        self._note = note
        self._observer: Any = None
        self._marks: dict[Path, tuple[int, int]] = {}
        self._listener = _Listener(self)

    def start(self, roots: Iterable[tuple[Path, bool]]) -> None:
        """Watch folders from now on, those with True and all that is below them, and no others any more.

        Folders that are not there are left out: look again when they may be.
        """
        self.stop()
        handler = _Handler(self._note)
        observer: Any = None
        try:
            observer = Observer()
            for root, is_deep in roots:
                mark = mark_of(root)
                if mark is not None:
                    self._marks[root] = mark
                    observer.schedule(handler, str(root), recursive=is_deep, event_filter=_KINDS)
            self._listener.attach()
            observer.start()
            self._observer = observer
        except (OSError, RuntimeError) as error:
            # Whatever is the matter, looking at regular times always works.
            _end(observer)
            self.lack = lack_of(error)

    def is_current(self, roots: Iterable[tuple[Path, bool]]) -> bool:
        """Return whether what is watched is what stands at these paths now: a folder may have been made anew."""
        return self._marks == {root: mark for root, _ in roots if (mark := mark_of(root)) is not None}

    def check(self, folders: int) -> None:
        """Note a lack where the system watches fewer folders than there are."""
        found = watched_folders()
        if self._observer is not None and found is not None and found < folders:
            self.lack = lack_of(OSError(errno.ENOSPC, f"{found} of {folders}"))

    def stop(self) -> None:
        """Watch nothing any more."""
        self._listener.detach()
        self._marks = {}
        observer, self._observer = self._observer, None
        _end(observer)


def _end(observer: Any) -> None:
    if observer is None:
        return
    observer.stop()
    if observer.is_alive():
        observer.join(0.5)


def mark_of(folder: Path) -> tuple[int, int] | None:
    """Return what tells a folder from another one of the same name; None where there is none."""
    try:
        about = os.stat(folder)
    except OSError:
        return None
    return about.st_dev, about.st_ino


def lack_of(error: Exception) -> Lack:
    """Return in plain words why the system tells of no changes."""
    code = error.errno if isinstance(error, OSError) else None
    if code == errno.ENOSPC:
        hint = "raise the limit: sudo sysctl fs.inotify.max_user_watches=524288"
        return Lack("the system lets no more folders be watched", hint)
    if code == errno.EMFILE:
        hint = "raise the limit: sudo sysctl fs.inotify.max_user_instances=1024"
        return Lack("the system lets no more programs watch folders", hint)
    return Lack(f"the folders cannot be watched ({error})")


def watched_folders() -> int | None:
    """Return how many folders inotify watches for this process; None where the system does not say."""
    count = 0
    try:
        for name in os.listdir("/proc/self/fdinfo"):
            try:
                with open(f"/proc/self/fdinfo/{name}", encoding="ascii", errors="replace") as file:
                    count += sum(line.startswith("inotify ") for line in file)
            except FileNotFoundError:
                # Closed since it was listed, as the one of the listing itself is.
                continue
    except OSError:
        return None
    return count


class _Handler(events.FileSystemEventHandler):
    """Passes on what is nobody's litter."""

    def __init__(self, note: Note) -> None:
        self._note = note

    def dispatch(self, event: events.FileSystemEvent) -> None:
        for path in (event.src_path, event.dest_path):
            text = os.fsdecode(path)
            if text and not is_litter(os.path.basename(text)):
                self._note(event.event_type, text, event.is_directory)


class _Listener(logging.Handler):
    """Hears watchdog complain, which is all it does when the system's queue overflows."""

    def __init__(self, watch: Watch) -> None:
        super().__init__(logging.WARNING)
        self._watch = watch

    def attach(self) -> None:
        log = logging.getLogger("watchdog")
        log.addHandler(self)
        log.propagate = False

    def detach(self) -> None:
        log = logging.getLogger("watchdog")
        log.removeHandler(self)
        log.propagate = True

    def emit(self, record: logging.LogRecord) -> None:
        self._watch.lack = Lack("more changed at once than the system could tell")
        self._watch._note("moved", "", True)
