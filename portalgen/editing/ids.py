"""Find the next free id of a kind, in the way in which a client's ids are written already."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from portalgen.content.entries import is_id
from portalgen.kinds import KINDS

LONGEST_SLUG = 50
"""Characters of a title that become part of an id."""

_NUMBERED = re.compile(r"(?P<stem>.*[^\d])(?P<number>\d{1,9})")
_WEEK = re.compile(r"(?P<stem>.*?)\d{4}-W\d{2}(?!\d)")
_DAY = re.compile(r"(?P<stem>.*?)\d{4}-\d{2}-\d{2}(?!\d)")


def next_id(kind: str, title: str, day: date, *, same_project: Sequence[str], taken: Iterable[str]) -> str:
    """Return an id that no record has.

    `same_project` are the ids of the kind that show how ids are written, in the order of files; `taken` are all ids of
    the client, internal ones too, and whatever else may be one.
    """
    names = set(map(_fold, taken))
    match kind:
        case "meetings":
            return _free(f"{_dated(same_project, _DAY, day.isoformat())}-{slug_of(title)}".rstrip("-"), names)
        case "reports":
            days = sum(bool(_DAY.match(id_)) for id_ in same_project)
            if days > sum(bool(_WEEK.match(id_)) for id_ in same_project):
                return _free(_dated(same_project, _DAY, day.isoformat()), names)
            year, week, _ = day.isocalendar()
            return _free(_dated(same_project, _WEEK, f"{year}-W{week:02}"), names)
        case "pages":
            return _free(slug_of(title) or "page", names)
    return _numbered(same_project, KINDS[kind].prefix, names)


def slug_of(title: str) -> str:
    """Return what of a title can be part of an id: its words, in any script and small letters, with hyphens."""
    words = re.findall(r"\w+", unicodedata.normalize("NFC", title).casefold().replace("_", " "))
    slug = ""
    for word in words:
        if len(slug) + len(word) >= LONGEST_SLUG:
            break
        slug = f"{slug}-{word}" if slug else word
    slug = slug or "".join(words)[:LONGEST_SLUG]
    return slug if slug and is_id(slug) else ""


def folder_name_of(name: str) -> str:
    """Return a client's or project's name as the name of a folder; empty where nothing of it can be one."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"['’]", "", plain)).strip("-")[:60].strip("-")


def _numbered(ids: Sequence[str], prefix: str, taken: set[str]) -> str:
    found = [match for id_ in ids if (match := _NUMBERED.fullmatch(id_))]
    # Of equally usual ones the last: that is how they are written now.
    stems = Counter(match["stem"] for match in reversed(found))
    stem = stems.most_common(1)[0][0] if stems else f"{prefix}-"
    numbers = [match["number"] for match in found if match["stem"] == stem]
    everywhere = [
        int(match["number"])
        for id_ in taken
        if (match := _NUMBERED.fullmatch(id_)) and match["stem"] == _fold(stem)
    ]
    width = max((len(number) for number in numbers if number.startswith("0")), default=0)
    number = max(everywhere, default=0) + 1
    while _fold(f"{stem}{number:0{width}}") in taken:
        number += 1
    return f"{stem}{number:0{width}}"


def _dated(ids: Sequence[str], form: re.Pattern[str], day: str) -> str:
    stems = Counter(match["stem"] for id_ in reversed(ids) if (match := form.match(id_)))
    return (stems.most_common(1)[0][0] if stems else "") + day


def _free(id_: str, taken: set[str]) -> str:
    number, found = 1, id_
    while _fold(found) in taken:
        number += 1
        found = f"{id_}-{number}"
    return found


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
