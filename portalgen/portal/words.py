"""Find, in what a client reads, the names of records that stay with the team."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from types import NoneType
from typing import Any
from urllib.parse import unquote

from msgspec import Struct

from portalgen.content.markdown.body import find_bare_ids
from portalgen.content.records import Address, Entry, PersonEntry, Single
from portalgen.content.resolve import Facts
from portalgen.content.roles import parts
from portalgen.content.values import Marker
from portalgen.portal.published import Derived, File, Html, PersonRef, Record, Ref
from portalgen.portal.visible import Visible, shown_title, shows_all
from portalgen.problems import Place, Problem

_BLOCK_TAG = re.compile(
    r"</?(?:p|div|h[1-6]|ul|ol|li|dl|dt|dd|table|tr|td|th|pre|blockquote|section|details|summary|hr|br)\b[^>]*>"
)
_TAG = re.compile(r"<[^>]*>")
_ATTRIBUTE = re.compile(r'\s[a-z-]+="([^"]*)"')
_WORD = re.compile(r"[^\W_][\w.-]*")
_TELLING = re.compile(r"(?=.*\d)(?=.*[^\W\d_])(?=.*[-._])")
"""An id with a letter, a digit and a sign between them is no word that stands in a text by chance."""
_NOBODY = (str, NoneType, date, bool, Ref, Html)


@cache
def _far_eastern() -> re.Pattern[str]:
    # A class of so many characters takes long to compile, and most portals have none of them in an id.
    return re.compile("[\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]")


def texts_of(value: Any) -> Iterator[str]:
    """Yield every text in a published value; of a body its words, then what its links and pictures say unseen."""
    match value:
        case str():
            yield value
        case Html():
            text = value.at("")
            yield html.unescape(_TAG.sub("", _BLOCK_TAG.sub("\n", text)))
            for found in _ATTRIBUTE.finditer(text):
                yield unquote(html.unescape(found[1]))
        case File():
            # The ending would make another word of it.
            yield value.name.rpartition(".")[0]
        case Ref() | Derived():
            return
        case PersonRef():
            yield value.name
        case tuple():
            for item in value:
                yield from texts_of(item)
        case Mapping():
            for item in value.values():
                yield from texts_of(item)
        case Struct():
            for name in value.__struct_fields__:
                yield from texts_of(getattr(value, name))


def people_of(value: Any) -> Iterator[str]:
    """Yield the keys of the persons whom a published value names, in no order."""
    # One walk over all that a client sees: most of it are texts, days, and references, which name nobody.
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, _NOBODY):
            continue
        if isinstance(each, tuple):
            waiting += each
        elif isinstance(each, PersonRef):
            if each.key:
                yield each.key
        elif isinstance(each, Struct):
            waiting += [getattr(each, name) for name in each.__struct_fields__]
        elif isinstance(each, Mapping):
            waiting += each.values()


class Held(Struct, frozen=True):
    """The ids of records that stay with the team."""

    id_by_folded: Mapping[str, str]
    """Without case → as written. Not those that could be a word or a date of their own (`budget`, `2026-03`)."""
    unparted: frozenset[str]
    """Those, without case, in a script that puts no spaces between words."""
    beginnings: frozenset[str]
    """Their first characters."""
    lengths: tuple[int, ...]
    """Their lengths in characters."""


def held_of(id_by_folded: Mapping[str, str]) -> Held:
    """Return these ids, ready to be looked for."""
    unparted = frozenset(id_ for id_ in id_by_folded if not id_.isascii() and _far_eastern().search(id_))
    lengths = tuple(sorted({len(id_) for id_ in unparted}))
    return Held(id_by_folded, unparted, frozenset(id_[0] for id_ in unparted), lengths)


NONE_HELD = held_of({})


def held_ids(facts: Facts, visible: Visible) -> Held:
    """Return the ids of all records that stay with the team, as far as they can be looked for."""
    return held_of(
        {
            id_: entry.id
            for id_, entry in facts.records.items()
            if id_ not in visible.refs and _TELLING.match(id_)
        }
    )


def ids_among(text: str, held: Held) -> list[str]:
    """Return those of `held`, without case, that `text` names, in whatever case: `REQ-9`, `req-9`, `DRAFT.2-b`."""
    if not held.id_by_folded or not text:
        return []
    found = {id_.casefold(): None for _, _, id_ in find_bare_ids(text.upper())}
    for word in _WORD.finditer(text):
        found[word.group().rstrip(".-_").casefold()] = None
    named = [id_ for id_ in found if id_ in held.id_by_folded]
    if held.unparted:
        named += [id_ for id_ in dict.fromkeys(_unparted_in(text.casefold(), held)) if id_ not in named]
    return named


def _unparted_in(text: str, held: Held) -> Iterator[str]:
    """Yield the ids that stand anywhere in `text`, unless a digit follows: `需求-1` is not in `需求-12`."""
    for at, character in enumerate(text):
        if character in held.beginnings:
            for length in held.lengths:
                if (id_ := text[at : at + length]) in held.unparted and not text[
                    at + length : at + length + 1
                ].isdecimal():
                    yield id_


def check_record(entry: Entry, record: Record, held: Held) -> Iterator[Problem]:
    """Yield a problem for each of `held` that a published record names, wherever a client could find it."""
    if not held.id_by_folded:
        return
    named = dict.fromkeys(id_ for text in texts_of(record) for id_ in ids_among(text, held))
    for id_ in named:
        one = held_of({id_: held.id_by_folded[id_]})
        for place in _places(entry, id_, one) or [entry.place()]:
            yield _problem(place, held.id_by_folded[id_])


def check_single(holder: Single[Any] | PersonEntry, value: Any, held: Held) -> Iterator[Problem]:
    """Yield the same for what is published of a file such as contract.yaml, a row or a person."""
    if not held.id_by_folded:
        return
    for name in value.__struct_fields__:
        for text in texts_of(getattr(value, name)):
            for id_ in ids_among(text, held):
                yield _problem(holder.document.place((*holder.address, name)), held.id_by_folded[id_])


def _problem(place: Place, id_: str) -> Problem:
    return Problem(
        place,
        "internal-id",
        f"'{id_}' stays with the team and is named in what the client reads",
        "say it in words, or publish the record",
    )


def _places(entry: Entry, id_: str, held: Held) -> list[Place]:
    """Return where the author wrote it: of plain texts the field, of the body the line."""
    fields = entry.fields
    words: list[tuple[Address, str]] = [
        (("client_title",) if fields.client_title else ("title",), shown_title(entry))
    ]
    if fields.client_summary:
        words.append((("client_summary",), fields.client_summary))
    elif shows_all(entry):
        words += [
            (part.address, part.value)
            for part in parts(fields)
            if isinstance(part.value, str)
            and part.marker != Marker("body")
            and part.address not in (("title",), ("id",), ("client_title",))
        ]
    places = [entry.place(*address) for address, text in words if ids_among(text, held)]
    if entry.body and not fields.client_summary and shows_all(entry):
        links = [link for link in entry.body.links if link.form == "record" and link.target.casefold() == id_]
        if links:
            return [*places, *map(entry.place_of, links)]
        for number, line in enumerate(entry.body.text.splitlines(), start=1):
            if ids_among(line, held):
                return [*places, entry.place_in_body(number, max(0, line.casefold().find(id_)) + 1)]
    return places
