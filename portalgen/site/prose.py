"""Plain text as typed → safe HTML: paragraphs, links to the records that it names, and its own direction."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from markupsafe import Markup, escape

from portalgen.portal.pages import Page
from portalgen.portal.published import Record, Ref

_SPACES = re.compile(r"\s+")
_AFTER_FULL_WIDTH = re.compile("(?<=[。，：；！？、）”])((?:</?[a-z][^>]*>)*) +")
_PARAGRAPH = re.compile(r"\n\s*\n")


def bidi(text: str, direction: str = "ltr") -> str | Markup:
    """Return a text for the middle of a line: set apart with <bdi> where it runs against the page's direction."""
    if direction == "ltr" and text.isascii():
        return text
    against = _right_to_left() if direction == "ltr" else _left_to_right()
    return Markup("<bdi>{}</bdi>").format(text) if against.search(text) else text


def runs_from_right(text: str) -> bool:
    """Return whether the first letter of a text is of a script that runs from right to left."""
    if text.isascii():
        return False
    right, left = _right_to_left().search(text), _left_to_right().search(text)
    return right is not None and (left is None or right.start() < left.start())


def prose(text: str, page: Page, record: Record | None = None) -> Markup:
    """Return `text` as paragraphs; ids of records that `record` (or the page's) names are links."""
    mentions = _mentions(page, record)
    paragraphs = (part.strip() for part in _PARAGRAPH.split(text))
    return Markup(
        "\n".join(f'<p dir="auto">{_linked(part, page, mentions)}</p>' for part in paragraphs if part)
    )


def line(text: str, page: Page, record: Record | None = None) -> Markup:
    """Return `text` for the middle of a line, with links to the records that it names."""
    linked = _linked(text.strip(), page, _mentions(page, record))
    return (
        Markup("<bdi>{}</bdi>").format(linked)
        if not text.isascii() and _right_to_left().search(text)
        else linked
    )


def flow(words: str | Markup, gap: str = " ") -> Markup:
    """Return sentences put together in a template as one line; without a `gap` none stands after full-width signs."""
    single = _SPACES.sub(" ", str(escape(words)).strip())
    return Markup(single if gap else _AFTER_FULL_WIDTH.sub(r"\1", single))


# Classes of so many characters take long to compile, and most texts have none of them.
@cache
def _right_to_left() -> re.Pattern[str]:
    return re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")


@cache
def _left_to_right() -> re.Pattern[str]:
    return re.compile("[A-Za-z\u00c0-\u024f\u0370-\u058f\u0900-\u1fff\u3040-\uffdc]")


def _mentions(page: Page, record: Record | None) -> tuple[Ref, ...]:
    record = record or page.record
    return record.mentions if record is not None else ()


def _linked(text: str, page: Page, mentions: tuple[Ref, ...]) -> Markup:
    folded = text.casefold()
    ref_by_id = {id_: ref for ref in mentions if (id_ := ref.id.casefold()) in folded}
    if not ref_by_id:
        return escape(text)
    parts: list[str] = []
    end = 0
    for found in _ids(tuple(ref.id for ref in ref_by_id.values())).finditer(text):
        ref = ref_by_id.get((found["named"] or found["bare"]).casefold())
        # Python's patterns let a dotless i stand for an i.
        if ref is not None:
            said = escape(found["label"] or found["bare"] or ref.id)
            parts += (
                escape(text[end : found.start()]),
                f'<a class="ref" href="{escape(page.href(ref.url))}">{said}</a>',
            )
            end = found.end()
    parts.append(escape(text[end:]))
    return Markup("".join(parts))


@lru_cache(maxsize=512)
def _ids(ids: Iterable[str]) -> re.Pattern[str]:
    # Chinese text may touch an id: only letters and digits of ids themselves end one.
    one_of = "|".join(re.escape(each) for each in sorted(ids, key=len, reverse=True))
    return re.compile(
        rf"\[\[\s*(?P<named>{one_of})\s*(?:\|(?P<label>[^\[\]]+))?\]\]|(?<![A-Za-z0-9_./-])(?P<bare>{one_of})(?![A-Za-z0-9_-])",
        re.IGNORECASE,
    )
