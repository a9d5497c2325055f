"""Turn what an author can mend into values: a place, plain words, a stable code and a hint."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from msgspec import Struct

from portalgen.codes import CODES


class Place(Struct, frozen=True, order=True):
    """Where something stands in a file of the source folder."""

    path: str
    """Posix, relative to the source folder: `content/harbour-museum/risks.yaml`."""
    line: int = 1
    """Counted from 1."""
    column: int = 1
    """Counted from 1, in characters."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


class Problem(Struct, frozen=True, order=True):
    """One thing that an author can mend."""

    place: Place
    code: str
    """A key of `CODES`, stable for ever: people write it into their scripts."""
    message: str
    """One sentence without a full stop, in the author's words, with the text quoted as typed."""
    hint: str = ""

    @property
    def severity(self) -> str:
        """`error` stops the client's build, `warning` does so under --strict only."""
        return CODES[self.code].severity

    def __str__(self) -> str:
        first = f"{self.place}: {self.severity}: {self.message} [{self.code}]"
        return f"{first}\n  hint: {self.hint}" if self.hint else first


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is most like `word`, or None where none is near.

    The cutoff is difflib's default, 0.6: high enough that a hint is nearly always the word meant.
    """
    by_lower = {other.lower(): other for other in known}
    found = difflib.get_close_matches(word.lower(), by_lower, n=1)
    # A first name for `first-last` is far from it, letter by letter; where only one begins so, it is meant.
    begun = [other for other in by_lower if len(word) > 2 and other.startswith(f"{word.lower()}-")]
    return by_lower[found[0]] if found else by_lower[begun[0]] if len(begun) == 1 else None


def did_you_mean(word: str, known: Iterable[str], *, otherwise: str = "") -> str:
    """Return the hint that names the known word nearest to `word`, or `otherwise` where none is near."""
    found = nearest(word, known)
    return f"did you mean '{found}'?" if found else otherwise


def has_errors(problems: Iterable[Problem]) -> bool:
    """Return whether one of `problems` stops a build."""
    return any(problem.severity == "error" for problem in problems)
