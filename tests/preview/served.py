"""A small portal, and the preview of it as a person starts it: in a process of its own, on this machine."""

from __future__ import annotations

import fcntl
import http.client
import os
import re
import signal
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sites import DAY, REPOSITORY, write_tree

from portalgen.pipeline import Job
from portalgen.preview.standing import Made, Teller
from portalgen.preview.workshop import Workshop
from portalgen.watch import Lack

Value = TypeVar("Value")
NOTE = "content/harbour/meetings/2026-11-03-kickoff.md"
NOTE_PAGE = "/harbour/meetings/M-1.html"
IS_WHOLE = os.environ.get("PORTALGEN_WHOLE") == "1"
"""Whether what is long is done whole: `make test` does a part of it, which finds the same faults if they are plain."""
PATIENCE_SECONDS = 30.0
"""So long for what takes a fraction of it on a machine with nothing else to do."""

SMALL = {
    "content/harbour/client.yaml": "name: Harbour Museum\n",
    "content/harbour/requirements.yaml": "- id: REQ-1\n  title: Handsets speak\n  status: approved\n  priority: must\n",
    "content/harbour/risks.yaml": (
        "- id: RSK-1\n  title: The terminal comes late\n  likelihood: 2\n  impact: 4\n  status: approved\n"
    ),
    NOTE: "---\nid: M-1\ntitle: Kick-off\n---\nWe began.\n",
    "content/orchard/client.yaml": "name: Orchard Foods\n",
    "content/orchard/lessons.yaml": "- id: LL-1\n  title: CANARYINTERNAL lesson\n",
}


def small(root: Path) -> Path:
    """Return a source folder with two clients."""
    return write_tree(root / "portal", SMALL)


def note(words: str) -> str:
    """Return the meeting's notes with other words."""
    return SMALL[NOTE].replace("We began.", words)


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    """Names in small letters."""
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Preview:
    """A preview that runs."""

    process: subprocess.Popen[str]
    source: Path
    port: int = 0
    lines: list[str] = field(default_factory=list)
    """What it said on the terminal so far."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, *, method: str = "GET", **headers: str) -> Answer:
        """Return the answer to a request whose path is sent as it is; header names have `_` for `-`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.putrequest(method, path, skip_host="host" in headers, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            answer = connection.getresponse()
            return Answer(
                answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
            )
        finally:
            connection.close()

    def shows(self, words: str, path: str = NOTE_PAGE) -> bool:
        return words in self.get(path).body.decode(errors="replace")

    def said(self, words: str) -> bool:
        return any(words in line for line in self.lines)


def until(claim: Callable[[], Value], seconds: float = PATIENCE_SECONDS) -> Value:
    """Return what `claim` returns once that is true; fail if it is not in time."""
    end = time.monotonic() + seconds
    while not (found := claim()):
        assert time.monotonic() < end, f"not so after {seconds} s"
        time.sleep(0.01)
    return found


@contextmanager
def serving(source: Path, *options: str, before: tuple[str, ...] = ()) -> Iterator[Preview]:
    """Start `portalgen serve` on a free port, with the words `before` it, and end it."""
    command = (
        sys.executable,
        "-m",
        "portalgen.cli",
        "serve",
        "--source",
        str(source),
        "--port",
        "0",
        "--as-of",
        str(DAY),
    )
    process = subprocess.Popen(
        [*before, *command, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    preview = Preview(process, source)

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            preview.lines.append(line.rstrip("\n"))

    threading.Thread(target=listen, daemon=True).start()
    try:
        until(lambda: preview.said("Serving") or process.poll() is not None)
        found = re.search(r"http://[^ ]*:(\d+)/", "\n".join(preview.lines))
        assert found, preview.lines
        preview.port = int(found[1])
        yield preview
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@dataclass
class Told:
    """What a workshop said."""

    made: list[Made] = field(default_factory=list)
    lacks: list[Lack] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@contextmanager
def working(
    source: Path, *, clock: Callable[[], datetime] | None = None, as_of: bool = True, shows_team: bool = False
) -> Iterator[tuple[Workshop, Told]]:
    """Run a workshop in this process, without a server; it has made everything when this begins."""
    told = Told()
    now = clock or (lambda: datetime(2026, 11, 23, 12, tzinfo=UTC))
    job = Job(source=source, output=source / "public", as_of=DAY if as_of else None, now=now())
    tell = Teller(
        made=lambda made, _seconds: told.made.extend(made), lack=told.lacks.append, fault=told.faults.append
    )
    workshop = Workshop(job, now, tell, shows_team=shows_team)
    workshop.start()
    try:
        settle(workshop)
        yield workshop, told
    finally:
        workshop.stop()


def is_at_rest(workshop: Workshop) -> bool:
    """Return whether the system has told all that it knows, and the workshop has done what followed from it."""
    untold = 0
    for descriptor in os.listdir("/proc/self/fd") if Path("/proc/self/fd").exists() else ():
        try:
            if os.readlink(f"/proc/self/fd/{descriptor}") == "anon_inode:inotify":
                waiting = fcntl.ioctl(int(descriptor), termios.FIONREAD, b"\0\0\0\0")
                untold += int.from_bytes(waiting, sys.byteorder)
        except OSError:
            # Closed since it was listed.
            continue
    with workshop._turn:
        is_idle = workshop._burst.first is None and not workshop._due and not workshop._made
    return not untold and (is_idle or bool(workshop.trouble))


def settle(workshop: Workshop, quiet_seconds: float = 0.8) -> int:
    """Return how many builds there were, once there was none for a while.

    A while, since the half of a renaming is told half a second late, in case its other half comes.
    """
    builds, since = -1, time.monotonic()
    end = since + PATIENCE_SECONDS * 2
    while time.monotonic() - since < quiet_seconds:
        if workshop.builds != builds or not workshop.looks or not is_at_rest(workshop):
            builds, since = workshop.builds, time.monotonic()
        assert since < end, "it never came to rest"
        time.sleep(0.01)
    return builds


def page_of(workshop: Workshop, address: str = "meetings/M-1.html", slug: str = "harbour") -> str:
    """Return a page as the last good site has it; empty where there is none."""
    standing = workshop.standing(slug)
    if standing is None or standing.site is None or address not in standing.site.files:
        return ""
    page = standing.site.files[address]()
    assert isinstance(page, bytes)
    return page.decode()
