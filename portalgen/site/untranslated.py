"""Our English words on a page in another language → marked as English, each with a direction of its own.

Where words stand is not known when they are asked for: in a line, an attribute, a drawing. So they are set between two
marks, which by themselves keep them apart from a line that runs from right to left; on the finished page each pair that
stands in a line becomes an element, which says to a screen reader in which language to read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from portalgen.site.messages import Language

# Isolates of Unicode; the word joiner beside them, which is not seen, tells ours from an author's.
_BEGIN, _END = "\u2066\u2060", "\u2060\u2069"
_APART = Markup("\u2068{}\u2069")
"""Runs as the first letter in it does."""
_MARKS = re.compile("[\u2066\u2068\u2069\u2060]")
_BETWEEN = re.compile(f"{_END}(\\s+){_BEGIN}")
_GAP = re.compile(r"%\(\w+\)s")
_LETTER = re.compile(r"[A-Za-z]")
_TAG = re.compile(r"(<[^>]*>)")
_NAME = re.compile(r"</?([a-z]+)")
_TEXT_ALONE = frozenset(("title", "svg", "style", "script", "option", "textarea"))
"""Elements that hold no others of HTML."""


def marked(language: Language, words: str, *english: str) -> str:
    """Return words of a catalogue, between the two marks where they are English on a page that is not.

    `english` is what they are without a translation. Signs and gaps alone are no words.
    """
    if not language.stands_in_english or words not in english or not _LETTER.search(_GAP.sub("", words)):
        return words
    return f"{_BEGIN}{words}{_END}"


def filled(words: str, values: Mapping[str, Any]) -> Markup:
    """Return words with their gaps filled; in English that is marked, each value keeps a direction of its own."""
    safe = {name: escape(value) for name, value in values.items()}
    if words.startswith(_BEGIN):
        safe = {name: _APART.format(value) for name, value in safe.items()}
    return Markup(words % safe)


def without_marks(text: str) -> str:
    """Return a text that is no page's."""
    return _MARKS.sub("", text)


def with_elements(html: str) -> str:
    """Return a page on which what is marked in a line is an element of English."""
    if _BEGIN not in html:
        return html
    pieces = _TAG.split(html)
    inside = 0
    # Every second piece is a tag.
    for number, piece in enumerate(pieces):
        if number % 2:
            name = _NAME.match(piece)
            if name and name[1] in _TEXT_ALONE:
                inside += -1 if piece.startswith("</") else 1
        elif not inside:
            # Sentences that follow each other run on in the same direction.
            piece = _BETWEEN.sub(r"\1", piece)
            pieces[number] = piece.replace(_BEGIN, '<span lang="en" dir="ltr">').replace(_END, "</span>")
    return "".join(pieces)
