"""How things stood at a client's last commit ↔ plain values that a cache can keep, so that only what is new is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from portalgen.content.past.versions import Today
from portalgen.money import Money
from portalgen.portal.past.replay import Replay, Version
from portalgen.portal.published import PersonRef, Ref


def pack(play: Replay) -> dict[str, Any] | None:
    """Return all that `unpack` needs but the texts; None where something stands otherwise than its file's last text."""
    homes = {key: paths for key, paths in play.homes.items() if paths}
    if play.unread or not play.shared.is_sound:
        return None
    for key, paths in homes.items():
        if key in play.asleep:
            continue
        row = play.rows[paths[0]][key]
        had = play.checked.get(key)
        if had is None or not had[0].is_like(row):
            return None
    return {
        "number": play.number,
        "homes": homes,
        "refs": {key: (ref.kind, ref.id) for key, ref in play.refs.items()},
        "asking": {word: sorted(keys) for word, keys in play.asking.items()},
        "naming": {word: sorted(keys) for word, keys in play.naming.items()},
        "passed_over": play.passed_over + play.shared.passed_over,
        "versions": {key: [_version(each) for each in versions] for key, versions in play.versions.items()},
    }


def unpack(
    slug: str,
    box: Mapping[str, Any],
    shared: Mapping[str, str],
    wake: Callable[[str], str | None],
    today: Today | None = None,
) -> Replay:
    """Return how things stood when `pack` was called.

    `shared` are the texts, at that commit, of the files that past_shared.is_shared names; `wake` gives any other.
    """
    play = Replay(slug, today)
    play.take(shared)
    play.number = box["number"]
    play.passed_over = box["passed_over"] - play.shared.passed_over
    play.homes = {key: list(paths) for key, paths in box["homes"].items()}
    play.refs |= {key: Ref(kind, id_, "", "") for key, (kind, id_) in box["refs"].items()}
    play.asking = {word: set(keys) for word, keys in box["asking"].items()}
    play.naming = {word: set(keys) for word, keys in box["naming"].items()}
    play.versions = {
        key: [_unversion(each) for each in versions] for key, versions in box["versions"].items()
    }
    for key, paths in play.homes.items():
        play.asleep[key] = paths[0]
        play.sleeping |= set(paths)
    play.wake = wake
    return play


def _version(version: Version) -> tuple[Any, ...]:
    values = {name: _value(value) for name, value in version.values.items()}
    flags = (version.is_shown, version.is_whole, version.has_client_title, version.has_summary)
    return (version.step, version.kind, flags, values, dict(version.words))


def _unversion(packed: tuple[Any, ...]) -> Version:
    step, kind, flags, values, words = packed
    is_shown, is_whole, has_client_title, has_summary = flags
    return Version(
        step,
        kind,
        is_shown,
        is_whole,
        has_client_title,
        has_summary,
        {name: _unvalue(value) for name, value in values.items()},
        words,
    )


def _value(value: Any) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case date():
            return ("day", value.toordinal())
        case Decimal():
            return ("number", str(value))
        case Money():
            return ("money", str(value.amount), value.currency)
        case Ref():
            return ("record", value.kind, value.id)
        case PersonRef():
            return ("person", value.name, value.key)
        case tuple():
            return ("list", [_value(each) for each in value])
    raise AssertionError(f"the past has no way to keep a {type(value).__name__}")


def _unvalue(packed: Any) -> Any:
    match packed:
        case ("day", number):
            return date.fromordinal(number)
        case ("number", text):
            return Decimal(text)
        case ("money", amount, currency):
            return Money(Decimal(amount), currency)
        case ("record", kind, id_):
            return Ref(kind, id_, "", "")
        case ("person", name, key):
            return PersonRef(name, key)
        case ("list", items):
            return tuple(map(_unvalue, items))
    return packed
