"""Note what a page reads of its client's portal, so that a page of which nothing changed need not be made again.

Templates, a team's own among them, and the functions that they call reach what is published through `portal` and what
hangs on it. `Looker` gives them views instead: a view looks like the portal, a project, its lists or the client, hands
out what they hold, and notes what it handed out. What is no view itself is noted as a whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType, MethodType
from typing import Any

from msgspec.msgpack import Encoder

from portalgen.portal.published import Client, Lists, Portal, Project, ProjectDerived, Record, Retold

Read = tuple[str | int, ...]
"""The names on the way from the portal to what was read: ("projects", 0, "lists", "requirements")."""

_OPENED = (Portal, Project, ProjectDerived, Lists, Client, Retold)
"""Of these a part can be read without the rest."""
_RECORDS = "records"
# What no field is called.
_COUNT, _IS_THERE, _KEY, _EACH = "#", "?", "[]", "*"
_DIGEST_BYTES = 16


class Digests:
    """Digests of published values: of their types, of their fields and of all that they hold."""

    def __init__(self) -> None:
        self._by_id: dict[int, tuple[bytes, Record]] = {}
        """With the record itself: the number of one that is gone could be another's."""
        self._encode = Encoder().encode

    def of(self, value: Any) -> bytes:
        """Return the digest of any value.

        By `repr`, which tells a date from the same text, and a record of one kind from a like one of another.
        """
        if isinstance(value, Record):
            return self.of_record(value)
        said = self._said(value).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(said, digest_size=_DIGEST_BYTES).digest()

    def of_record(self, record: Record) -> bytes:
        """Return the digest of a record, reckoned once: it stands in its list, behind links and on its own page.

        No field of a record may hold values of two types that look alike, so the fields' names and values say all.
        """
        known = self._by_id.get(id(record))
        if known is None:
            try:
                data = self._encode(record)
            except UnicodeEncodeError:
                data = repr(record).encode("utf-8", "surrogatepass")
            found = hashlib.blake2b(record.kind.encode(), digest_size=_DIGEST_BYTES)
            found.update(data)
            known = self._by_id[id(record)] = found.digest(), record
        return known[0]

    def _said(self, value: Any) -> str:
        if type(value) is tuple:
            return f"tuple {len(value)} {''.join([self._said(each) for each in value])}"
        if isinstance(value, Record):
            return f"record {self.of_record(value).hex()}"
        text = repr(value)
        return f"value {len(text)} {text}"


class Looker:
    """Views of one portal, and what was read through them since `begin`."""

    def __init__(
        self, portal: Portal, records: Mapping[str, Record], digests: Digests, *, by_field: bool = False
    ) -> None:
        """Look at `portal`; `records` are its records by address.

        With `by_field` a list of records is not noted as a whole: of each field that is read, all its values are.
        """
        self.reads: dict[Read, None] = {}
        self.portal: Portal = _view(portal, (), self)
        self.records: Mapping[str, Record] = _Keyed(records, (_RECORDS,), self)
        self.by_field = by_field
        self._portal = portal
        self._records = records
        self.digest_of = digests.of
        self._digest_by_read: dict[Read, bytes] = {}

    def begin(self) -> None:
        """Note from now on what the next page reads."""
        self.reads = {}

    def number_of(self, area: Project | None) -> int:
        """Return which of the client's projects an area is; -1 for what stands beside them, -2 for none."""
        if area is None:
            return -2
        return next((number for number, each in enumerate(self._portal.projects) if each is area), -1)

    def area(self, area: Project | None) -> Project | None:
        """Return the view of one of the portal's areas."""
        number = self.number_of(area)
        if number == -2:
            return None
        return self.portal.own if number == -1 else self.portal.projects[number]

    def digest(self, read: Read) -> bytes:
        """Return a digest of what stands where `read` leads."""
        digest = self._digest_by_read.get(read)
        if digest is None:
            digest = self._digest_by_read[read] = self.digest_of(self._value(read))
        return digest

    def _value(self, read: Read) -> Any:
        """Return what stands today where a read leads; None where the way there is gone."""
        if read[0] == _RECORDS:
            return self._records.get(str(read[2])) if len(read) == 3 else tuple(self._records.values())
        value: Any = self._portal
        steps = iter(read)
        for name in steps:
            match name:
                case "?":
                    return value is not None
                case "#":
                    return len(value)
                case "[]":
                    return value.get(next(steps))
                case "*":
                    field = str(next(steps))
                    return tuple(getattr(each, field) for each in value)
                case int():
                    value = value[name] if name < len(value) else None
                case _:
                    value = getattr(value, name)
            if value is None:
                return None
        return value


class Unnoted:
    """What `Looker` is, but that nothing is noted: for a site that is made as a whole, in less time."""

    def __init__(self, portal: Portal, records: Mapping[str, Record]) -> None:
        self.portal = portal
        self.records = records

    def number_of(self, area: Project | None) -> int:
        """Return nothing of use: nobody compares it."""
        return 0

    def area(self, area: Project | None) -> Project | None:
        """Return the area itself."""
        return area

    def digest_of(self, value: Any) -> bytes:
        """Return nothing of use: nobody compares it."""
        return b""


class Parts:
    """What was made of single records, by their digests: of a long list most is as it was."""

    def __init__(self, before: Mapping[bytes, Any] | None = None) -> None:
        self.digests = Digests()
        self._before = before or {}
        self._now: dict[bytes, Any] = {}

    def find(self, what: bytes, record: Record, make: Callable[[], Any]) -> Any:
        """Return what was made of a record, else what `make` makes: numbers, texts, and tuples of them.

        `what` tells what is made, and all that it is made of beside the record.
        """
        key = what + b" " + self.digests.of_record(record)
        known = self._before.get(key)
        if known is None:
            known = make()
        self._now[key] = known
        return known

    def to_keep(self) -> Mapping[bytes, Any]:
        """Return what was asked for, else, where nothing was, what was kept before."""
        return self._now or self._before


class _View:
    """Looks like a published value, and notes what is asked of it."""

    __slots__ = ("_at", "_known", "_looker", "_of")

    def __init__(self, of: Any, at: Read, looker: Looker) -> None:
        self._of = of
        self._at = at
        self._looker = looker
        self._known: dict[str, tuple[Read, Any]] = {}

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        """What it looks like: `isinstance` and `match` ask for this."""
        return type(self._of)

    def __getattr__(self, name: str) -> Any:
        known = self._known.get(name)
        if known is not None:
            self._looker.reads[known[0]] = None
            return known[1]
        defined = getattr(type(self._of), name, None)
        # What is reckoned is reckoned from the view, so that what that reads is noted.
        if isinstance(defined, property) and defined.fget is not None:
            return defined.fget(self)
        if isinstance(defined, FunctionType):
            return MethodType(defined, self)
        known = self._known[name] = self._look(getattr(self._of, name), (*self._at, name))
        self._looker.reads[known[0]] = None
        return known[1]

    def _look(self, value: Any, at: Read) -> tuple[Read, Any]:
        """Return what is noted of a value that stands at `at`, and what is handed out for it."""
        looker = self._looker
        if _EACH in self._at:
            return at, value
        if isinstance(value, _OPENED):
            return (*at, _IS_THERE), _view(value, at, looker)
        if isinstance(value, Mapping):
            return (*at, _IS_THERE), _Keyed(value, at, looker)
        if isinstance(value, tuple) and value and isinstance(value[0], _OPENED):
            views = tuple(_view(each, (*at, number), looker) for number, each in enumerate(value))
            return (*at, _COUNT), views
        if looker.by_field and isinstance(value, tuple) and value and isinstance(value[0], Record):
            return (*at, _COUNT), tuple(_view(each, (*at, _EACH), looker) for each in value)
        return at, value


def _view(value: Any, at: Read, looker: Looker) -> Any:
    return _View(value, at, looker)


class _Keyed(Mapping[str, Any]):
    """A mapping of which each value that is asked for is noted."""

    def __init__(self, values: Mapping[str, Any], at: Read, looker: Looker) -> None:
        self._values = values
        self._at = at
        self._looker = looker

    def __getitem__(self, key: str) -> Any:
        self._looker.reads[(*self._at, _KEY, key)] = None
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        self._looker.reads[self._at] = None
        return iter(self._values)

    def __len__(self) -> int:
        self._looker.reads[self._at] = None
        return len(self._values)
