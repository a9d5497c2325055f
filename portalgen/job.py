"""What is asked for, and what came of it; and why nothing can come of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

from msgspec import Struct, field

from portalgen.build.stamps import Walk
from portalgen.problems import Problem, has_errors


class NoContent(Exception):
    """There is nothing to build: no content/ folder, or no client of the name asked for."""


class NoPast(Exception):
    """git cannot tell what was asked for; the message says why, `hint` what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class SettingsError(Exception):
    """portalgen.yaml has a fault: nothing is built, since nobody knows what was meant."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("portalgen.yaml has a fault")


class Job(Struct, frozen=True, kw_only=True):
    """What is to be checked or built."""

    source: Path
    """The folder that holds content/, absolute."""
    output: Path
    clients: tuple[str, ...] = ()
    """Slugs; empty for all."""
    as_of: date | None = None
    """None: today in each client's time zone."""
    now: datetime
    """Aware; the clock is read at the edge, once."""
    strict: bool = False
    theme: str = ""
    """Empty: as portalgen.yaml says, else `default`."""
    jobs: int = 0
    """Processes; 0 for as many as there are processors."""
    cache: bool = True
    """Whether clients of which nothing changed are left as they are."""
    history: bool = True
    """Whether git is asked how things came to be as they are."""
    past: tuple[Path, str] | None = None
    """The source folder and the commit whose past is told, where `source` is a copy of how it stood then."""
    shard: tuple[int, int] | None = None
    """(2, 3): only the second third of the clients."""
    scheduler: str = ""
    """The address of the Dask scheduler whose workers make the sites; empty for processes of this machine."""
    walk: Walk = Walk()
    """How content, themes and the program stood just before, where somebody looked."""
    timer: Callable[[], float] | None = None
    """A clock that counts seconds, where it is to be told what took how long."""
    progress: Callable[[str, int, int], None] | None = None
    """Called with a client, how many are done, and how many there are."""


class Outcome(Struct, frozen=True, kw_only=True):
    """What came of a job."""

    problems: tuple[Problem, ...] = ()
    """Sorted by place, each once."""
    sites: int = 0
    pages: int = 0
    changed: int = 0
    """Pages whose bytes are not what they were."""
    removed: tuple[str, ...] = ()
    """Sites of clients that are gone from content/."""
    kept: tuple[str, ...] = ()
    """Clients whose old site stands, because of problems."""
    notes: tuple[str, ...] = ()
    """To be said on a terminal; no problems."""
    strict: bool = False
    slugs: tuple[str, ...] = ()
    """The clients whose sites stand."""
    taken: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Client → stage → seconds, of the clients that were made, where the job has a timer."""
    until: float = 0.0
    """Seconds since 1970 up to which every site speaks of the same day."""

    @property
    def status(self) -> int:
        """The exit status: 0 all is well, 1 there are problems (with strict, warnings are)."""
        return 1 if has_errors(self.problems) or (self.strict and self.problems) else 0
