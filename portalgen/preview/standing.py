"""What is known of each client while the preview runs, and what is told of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from msgspec import Struct

from portalgen.preview.look import Stamps
from portalgen.preview.notices import Notice
from portalgen.preview.site import Site
from portalgen.problems import Problem
from portalgen.watch import Lack

Key = tuple[Stamps, Stamps, Stamps, Stamps, date | None]
"""What a site was made of: the client's folder, what is shared, the themes, git's commits, and the day."""


class Standing(Struct, frozen=True, kw_only=True):
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


class Made(Struct, frozen=True, kw_only=True):
    """One client that was made anew, for the terminal."""

    slug: str
    seconds: float
    problems: tuple[Problem, ...]
    """Errors that were not there before."""
    notices: tuple[Notice, ...] = ()
    """What else is in the way: a theme's fault, or the machine's."""
    is_good: bool
    was_good: bool


class Teller(Struct, frozen=True, kw_only=True):
    """Says on the terminal what happens; each may be called from any thread."""

    made: Callable[[tuple[Made, ...], float], None]
    """Clients that were made one after the other, and how many seconds it took."""
    lack: Callable[[Lack], None]
    fault: Callable[[str], None]
