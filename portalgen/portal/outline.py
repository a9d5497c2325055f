"""A long text → its headings, so that a reader finds a place in it."""

from __future__ import annotations

import html
import re

from msgspec import Struct

from portalgen.portal.published import Html

LONG = 12_000
"""Letters of HTML from which a text has an outline: some six screens of a phone."""
FEWEST = 4
_HEADING = re.compile(r'<h([2-6]) id="([^"]*)"[^>]*>(.*?)</h\1>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


class Heading(Struct, frozen=True):
    anchor: str
    """Its id on the page."""
    words: str


def has_headings(body: Html) -> bool:
    """Return whether a text has headings: they stand below one of the page's own."""
    return any("<h3 " in part for part in body.parts)


def outline(body: Html) -> tuple[Heading, ...]:
    """Return the highest headings of a long text in reading order; none of a short text, or where they are few."""
    if sum(map(len, body.parts)) < LONG:
        return ()
    found = _HEADING.findall(body.at(""))
    highest = min((level for level, _, _ in found), default="")
    headings = tuple(
        Heading(html.unescape(anchor), html.unescape(_TAG.sub("", words)).strip())
        for level, anchor, words in found
        if level == highest
    )
    return headings if len(headings) >= FEWEST else ()
