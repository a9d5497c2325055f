"""A portal → assets/search-data.js: what the search of its site finds, read only when somebody opens the search.

A script rather than JSON, so that it can be read from a file system. It holds published words only, and few of each
record: how it begins, and beyond that every further word once.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from portalgen.portal import pages
from portalgen.portal.published import (
    RECORDS,
    Criterion,
    File,
    Html,
    Person,
    PersonRef,
    Portal,
    Project,
    Record,
)
from portalgen.site.messages import Language

EXCERPT = 240
"""Characters shown below a title."""
WORDS_OF_ALL = 900_000
"""Characters beyond the excerpts of a whole site; shared among its records."""
WORDS_OF_ONE = (200, 12_000)
"""Fewest and most characters of one record beyond its excerpt."""

_READ_AT_MOST = 400_000
_NO_PROSE = frozenset({
    "id", "title", "url", "kind", "status", "type", "priority", "response", "channel", "direction", "language", "scale",
    "side", "time", "evidence_sha256", "content_hash", "external_url", "body",
})  # fmt: skip
_FACTS = frozenset({"version", "category", "phase", "place", "role"})
"""Short texts: found, and not shown as what a record says."""
_PROSE = {
    kind: tuple(name for name in cls.__struct_fields__ if name not in _NO_PROSE and name not in _FACTS)
    for kind, cls in RECORDS.items()
}
_NAMES = {kind: cls.__struct_fields__ for kind, cls in RECORDS.items()}
_REST = r"""[^<>"']*(?:"[^"]*"[^<>"']*|'[^']*'[^<>"']*)*>"""
_BLOCK = re.compile(
    r"</?(?:p|li|[uo]l|d[ltd]|t[rhd]|h[1-6]|br|hr|div|pre|blockquote|summary|details|img)\b" + _REST,
    re.IGNORECASE,
)
_TAG = re.compile("<" + _REST)
_WORD = re.compile(r"[^\W_]+")
_WORDS_ALONE = "".join(chr(each) if chr(each).isalnum() else " " for each in range(128))
"""For `translate`: what ASCII has between words becomes a space."""

Words = Callable[[Record, int], tuple[str, str]]


def has_search(portal: Portal) -> bool:
    """Return whether there is anything to find."""
    return bool(portal.people or any(area.lists.all() for area in portal.areas))


def write_search(portal: Portal, language: Language, words: Words | None = None) -> bytes:
    """Return the script that sets `portalSearch`: words for the page's script, kinds, areas, and an entry a page.

    `words` does as `words_of` does; whoever makes a site again and again may remember what that said.
    """
    words = words or words_of
    records = [(area, record) for area in portal.areas for record in area.lists.all()]
    least, most = WORDS_OF_ONE
    limit = min(most, max(least, WORDS_OF_ALL // max(len(records), 1)))
    kinds = ["", *dict.fromkeys(record.kind for _, record in records)]
    areas = list(portal.areas)
    entries = [
        *_sections(portal, language),
        *(
            [
                kinds.index(record.kind),
                record.id,
                record.title,
                record.url,
                *words(record, limit),
                areas.index(area),
            ]
            for area, record in records
        ),
    ]
    if portal.people:
        kinds.append("people")
        entries += [_person(person, len(kinds) - 1) for person in portal.people]
    data = {
        "words": _ui(language),
        "kinds": [_kind(language, kind) for kind in kinds],
        "areas": [area.name if len(portal.projects) > 1 and area.id else "" for area in areas],
        "entries": entries,
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # No text of an author can end the script early where it is read by an old browser.
    text = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"var portalSearch={text};\n".encode(errors="replace")


def words_of(record: Record, limit: int) -> tuple[str, str]:
    """Return how a record's prose begins, and every further word of it in small letters, up to so many characters."""
    texts = [each for name in _PROSE[record.kind] if isinstance(each := getattr(record, name), str)]
    if record.body:
        texts.append(plain(record.body))
    return _cut(_joined(texts), limit, _joined(_facts(record)))


def plain(body: Html) -> str:
    """Return the words of HTML, with a space wherever a block ends and none inside a word."""
    return html.unescape(_TAG.sub("", _BLOCK.sub(" ", body.at("")[:_READ_AT_MOST])))


def _sections(portal: Portal, language: Language) -> Iterator[list[Any]]:
    """Yield an entry for each page that shows a list or answers a question: kind 0."""
    areas = list(portal.areas)
    for page in pages.plan_pages(portal):
        if page.record is not None or page.sheet or page.section == "search":
            continue
        area = areas.index(page.area) if page.area in areas else 0
        is_home = page.section == "index"
        several = len(portal.projects) > 1
        name = "projects" if is_home and page.area is None and several else page.section
        title = (
            page.area.name if is_home and page.area and several else language.label("section", "name", name)
        )
        words = _joined(
            _facts_of(portal, page.area) if is_home else _contract(portal) if name == "contract" else ()
        )
        yield [0, "", title, page.url, *_cut(words, WORDS_OF_ONE[1]), area]


def _facts_of(portal: Portal, project: Project | None) -> Iterator[str]:
    yield portal.client.name
    if project is not None:
        yield from (project.name, project.code)
        yield from (*project.objectives, *project.scope_in, *project.scope_out, *project.success_criteria)


def _contract(portal: Portal) -> Iterator[str]:
    contract = portal.contract
    if contract is not None:
        yield from (contract.title, contract.number, contract.terms)
        yield from (each.text for each in contract.obligations)
        yield from (each.title for each in contract.payments)
        for amendment in contract.amendments:
            yield from (amendment.id, amendment.description, amendment.rationale)


def _person(person: Person, kind: int) -> list[Any]:
    words = _joined([person.role, person.organisation, *person.responsibilities, person.email, person.phone])
    return [kind, "", person.name, f"people.html#{person.key}", *_cut(words, WORDS_OF_ONE[1]), -1]


def _facts(record: Record) -> Iterator[str]:
    """Yield what a record says beside its prose: lines of lists, names of people and of files."""
    for name in _NAMES[record.kind]:
        value = getattr(record, name)
        if not value or (isinstance(value, str) and name not in _FACTS):
            continue
        for part in value if isinstance(value, tuple) else (value,):
            match part:
                case str():
                    yield part
                case Criterion():
                    yield f"{part.criterion} {part.note}"
                case PersonRef() | File():
                    yield part.name


def _joined(texts: Iterable[str]) -> str:
    return " ".join(filter(None, texts))


def _cut(text: str, limit: int, more: str = "") -> tuple[str, str]:
    """Return how a text begins, to be shown, and the words after that and of `more` which have not been said yet."""
    # A long text is not put in order as a whole for the sake of its beginning.
    start = " ".join(text[: 4 * EXCERPT].split())
    if len(start) <= EXCERPT < len(text):
        start = " ".join(text.split())
    begins = start[:EXCERPT]
    if len(start) > EXCERPT:
        # Chinese has no spaces to cut at.
        at = begins.rfind(" ")
        begins = begins[:at] if at > EXCERPT // 2 else begins
    words = dict.fromkeys(_words_of(f"{text} {more}".lower()))
    for word in _words_of(begins.lower()):
        words.pop(word, None)
    return begins + ("…" if len(start) > len(begins) else ""), " ".join(words)[:limit]


def _words_of(text: str) -> list[str]:
    # Python's own split takes a third of the time of a regular expression.
    return text.translate(_WORDS_ALONE).split() if text.isascii() else _WORD.findall(text)


def _kind(language: Language, kind: str) -> list[str]:
    """Return what one of a kind is called, and what many are."""
    if kind == "people":
        name = language.label("section", "name", "people")
        return [name, name]
    if not kind:
        return [language.gettext("Page"), language.gettext("Pages of this site")]
    return [language.label("kind", "one", kind), language.label("kind", "many", kind)]


def _ui(language: Language) -> dict[str, str]:
    """Return what the page's script says, in the language of the site."""
    _ = language.gettext
    return {
        "search": _("Search"),
        "label": _("Search this site"),
        "hint": _("A word, a name or a number, such as REQ-12"),
        "close": _("Close"),
        "all": _("Everything"),
        "filter": _("Show only"),
        "found": _("Found: %(num)s"),
        "none": _("Nothing was found. Try fewer or other words."),
        "more": _("Show more"),
        "reading": _("Reading …"),
        "slash": _("The key / opens the search"),
        "keys": _("Up and down move through what was found, Enter opens it, Esc closes."),
    }
