"""What git remembers of a client → its portal with a history; and what to say where git remembers nothing.

How things stood at the client's last commit is kept in the client's own file, so that after one more commit one commit
is read. A file that is damaged, foreign or older is as if it were not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, tzinfo
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from portalgen.build.boxes import read_box, write_box
from portalgen.content.past.git import NoHistory, open_blobs
from portalgen.content.past.history import (
    Known,
    Log,
    Logs,
    Step,
    Texts,
    blobs_of,
    committed_files,
    read_logs,
    step_of_today,
    steps_of,
)
from portalgen.content.past.versions import Today
from portalgen.content.resolve import Facts
from portalgen.portal.past.box import pack, unpack
from portalgen.portal.past.history import with_history
from portalgen.portal.past.replay import NeedsWholeError, Replay, Replayed
from portalgen.portal.past.shared import is_shared
from portalgen.portal.published import Portal
from portalgen.portal.visible import Visible
from portalgen.problems import Place, Problem
from portalgen.settings import Settings

SWITCHED_OFF = NoHistory("none", "history is switched off")


class Keep(Protocol):
    """Where the past is kept from one time to the next; of a client, or of none: up to where it was read."""

    def read(self, slug: str = "") -> Any:
        """Return what was kept last, or None where that cannot be said for certain."""

    def write(self, value: Any, slug: str = "") -> None:
        """Keep a value of numbers, texts, bytes, lists, tuples and dicts."""


class KeptOnDisk(Struct, frozen=True):
    """Keeps the past between builds."""

    folder: Path
    state: str
    """Of the program: what another one kept is not read."""

    def read(self, slug: str = "") -> Any:
        return read_box(*self._box(slug))

    def write(self, value: Any, slug: str = "") -> None:
        write_box(*self._box(slug), value)

    def forget(self, slug: str) -> None:
        """Remove what is kept of a client that is gone."""
        Path(self._box(slug)[0]).unlink(missing_ok=True)

    def _box(self, slug: str) -> tuple[str, str]:
        if not slug:
            return str(self.folder / "past"), f"past {self.state}"
        return str(self.folder / f"{slug}.past"), f"past of {slug} {self.state}"


def open_logs(
    source: Path, slugs: Iterable[str], settings: Settings, *, at: str = "", keep: Keep | None = None
) -> Logs | NoHistory:
    """Return what git remembers of all clients, or why it is not to be had."""
    box = keep.read() if keep and not at else None
    known = Known(head=box["head"], last=box["last"]) if box else None
    return read_logs(
        source, slugs, branch=settings.history_branch, since=settings.history_from, at=at, known=known
    )


def keep_logs(logs: Logs | NoHistory, keep: Keep) -> None:
    """Keep up to where the past was read."""
    if isinstance(logs, Logs):
        known = logs.known()
        keep.write({"head": known.head, "last": dict(known.last)})


def problems_of(logs: Logs | NoHistory) -> list[Problem]:
    """Return a warning where there should be a history and is none; nothing where the content is not kept in git."""
    if isinstance(logs, Logs) or logs.reason == "none":
        return []
    return [Problem(Place("content"), "no-history", logs.message, logs.hint)]


def remember(
    portal: Portal,
    logs: Logs | NoHistory,
    texts: Mapping[str, str],
    facts: Facts,
    visible: Visible,
    zone: tzinfo,
    keep: Keep | None = None,
    today: Today | None = None,
) -> tuple[Portal, list[Problem]]:
    """Return `portal` with its history, or with the reason why it has none.

    `texts` are all that the client's site depends on as they stand now, by their paths from the source: what differs
    from the last commit counts as changed on the portal's own day. `today` is what was read of them, where the client's
    content has no errors.
    """
    if isinstance(logs, NoHistory):
        return replace(portal, history_state=logs.reason), problems_of(logs)
    slug = facts.content.slug
    log = logs.of(slug)
    if log.is_elsewhere:
        # Reading the folder has warned of it: nested-repository.
        return replace(portal, history_state="unreadable"), []
    blob_by_path = blobs_of(texts, logs.repository)
    with open_blobs(logs.repository) as blobs:
        then = Texts(blobs, {blob: texts[path] for path, blob in blob_by_path.items()})
        way = _Way(slug, then, texts, blob_by_path, portal.as_of, zone, today, keep)
        replayed = way.go_on(log) or way.read_all(logs.whole(slug))
    return with_history(portal, replayed, facts, visible), []


class _Way(Struct, frozen=True):
    """Through a client's past, with all that is needed on it."""

    slug: str
    then: Texts
    texts: Mapping[str, str]
    blob_by_path: Mapping[str, str]
    """Of `texts`."""
    day: date
    zone: tzinfo
    today: Today | None
    keep: Keep | None

    def read_all(self, log: Log) -> Replayed:
        play, steps = Replay(self.slug, self.today), []
        for step in steps_of(log, self.then, self.zone):
            play.take(step.texts)
            steps.append(replace(step, texts={}))
        committed = committed_files(log)
        self._write(play, log, [], committed)
        return self._up_to_today(play, log, steps, committed)

    def go_on(self, log: Log) -> Replayed | None:
        """Return the same from what was kept and what is new; None where all has to be read again."""
        box = self.keep.read(self.slug) if self.keep else None
        if box is not None and box["last"] == log.last and not log.first:
            log = replace(log, commits=(), since=log.last)
        if box is None or not log.since or box["last"] != log.since:
            return None
        files = box["files"]
        paths = [path for path in files if is_shared(path, self.slug)]
        shared = dict(zip(paths, self.then.read(files[path] for path in paths), strict=True))
        if None in shared.values():
            return None

        def wake(path: str) -> str | None:
            return next(self.then.read([files[path]])) if path in files else None

        try:
            known = {path: text for path, text in shared.items() if text is not None}
            play = unpack(self.slug, box["play"], known, wake, self.today)
            steps = []
            for number, step in enumerate(steps_of(log, self.then, self.zone, box["times"])):
                if number >= len(box["times"]):
                    play.take(step.texts)
                steps.append(replace(step, texts={}))
            committed = committed_files(log, files)
            if log.commits:
                self._write(play, log, box["times"], committed)
            return self._up_to_today(play, log, steps, committed)
        except NeedsWholeError:
            return None

    def _up_to_today(
        self, play: Replay, log: Log, steps: list[Step], committed: Mapping[str, str]
    ) -> Replayed:
        steps.append(step_of_today(log, committed, self.texts, self.blob_by_path, self.day))
        play.take(steps[-1].texts)
        return play.told(steps)

    def _write(self, play: Replay, log: Log, before: list[int], committed: Mapping[str, str]) -> None:
        """Keep how things stood at the client's last commit, where that can be kept."""
        packed = pack(play) if self.keep else None
        if self.keep and packed is not None:
            times = [*before, *(commit.at for commit in log.commits)]
            self.keep.write(
                {"last": log.last, "times": times, "files": dict(committed), "play": packed}, self.slug
            )
