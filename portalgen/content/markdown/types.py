"""What a Markdown body holds once it is read, and the HTML that is made of it."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Final, Literal

from msgspec import Struct

ROOT_MARK: Final = "\ufdd0"
"""Stands in HTML where a link from the site's root begins. A noncharacter: `readable` lets none through."""

CALLOUTS: Final = ("note", "tip", "info", "important", "success", "warning", "caution", "danger", "details")
"""Words behind `:::` and in `[!…]` that set a text apart."""

NAME_MARK: Final = "\ufdd1"
"""Stands in HTML for the name that makes ids unique on a page."""


EMPTY_COMMENT: Final = "<!---->"
"""Stands in Markdown where a comment was: it ends paragraphs as a comment does, and keeps lists tight."""


class AsTyped(enum.Enum):
    """The type of `AS_TYPED` and of nothing else."""

    AS_TYPED = "as typed"


AS_TYPED: Final = AsTyped.AS_TYPED
"""What `resolve` returns for a link that is none: its source text stays, brackets and all."""


class Link(Struct, frozen=True):
    """A link to something of ours: a record, a page, a file, a picture or a place on the same page."""

    form: Literal["record", "path", "picture", "anchor"]
    """`record` is `[[REQ-1]]` or a bare `REQ-1`; `path` is `[x](../a.md)` or `<a href>`; `picture` is `![x](a.png)`
    or `<img>`; `anchor` is `[x](#fragment)`."""
    target: str
    """The id as typed, or the path as typed, percent-decoded, without query and fragment."""
    fragment: str
    """What stands behind `#`, percent-decoded; empty without."""
    label: str
    """Plain text: the words between the brackets, or the alternative text of a picture."""
    line: int
    """In the file, from 1."""
    column: int
    """In the line, from 1; 1 where it is not known."""
    bare: bool = False
    """True for an id without brackets."""


class DataPicture(Struct, frozen=True):
    """A picture that was written into the text as a `data:` address."""

    name: str
    """`picture-` with a part of its sha256 and the ending of its type: `picture-0f3c9a12b4d5.png`."""
    media_type: str
    data: bytes


class LinkStart(Struct, frozen=True, tag=True):
    """Where a link to something of ours begins; what follows up to `LinkEnd` is its label."""

    link: int
    """Index in `Body.links`."""
    title: str


class LinkEnd(Struct, frozen=True, tag=True):
    """Where the link that began last ends."""


class Picture(Struct, frozen=True, tag=True):
    """A picture, or its alternative text where the file is not published."""

    link: int
    title: str
    size: str
    """Ready attributes of width and height, with a space before each; empty without."""


class RecordLink(Struct, frozen=True, tag=True):
    """`[[REQ-1|the login]]`: a link, its label alone, or the text as typed."""

    link: int
    label: tuple[Piece, ...]
    typed: tuple[Piece, ...]


class Code(Struct, frozen=True, tag=True):
    """A block of code; it is coloured only when the page is made."""

    language: str
    text: str


class Word(Struct, frozen=True, tag=True):
    """A word of ours, which depends on the client's language: the heading of a callout."""

    key: str


Piece = str | LinkStart | LinkEnd | Picture | RecordLink | Code | Word


class Body(Struct, frozen=True):
    """A Markdown text that was read, without what stays with the team."""

    text: str
    """Internal blocks and comments are taken out; as many lines as before, each ended by a line feed only."""
    links: tuple[Link, ...] = ()
    """In reading order."""
    title: str = ""
    """The first heading of level 1 as plain text if the body begins with it."""
    held_back: tuple[str, ...] = ()
    """The texts of internal blocks and comments, for the audit."""
    pictures: tuple[DataPicture, ...] = ()
    """Each once; a link of the form `picture` has its name as target."""
    anchors: tuple[str, ...] = ()
    """The fragments that exist here, as GitHub would call them; `anchor_id` gives the id on the page."""

    heading: tuple[Piece, ...] = ()
    """The heading that `title` was taken from."""
    heading_anchor: str = ""
    pieces: tuple[Piece, ...] = ()
    """All but that heading."""
    anchor_by_link: tuple[tuple[int, str], ...] = ()
    """Index of a link of the form `anchor`, and the anchor that it leads to; links that lead nowhere are not in it."""
    has_elements: bool = False
    """Whether HTML elements were typed that may be left open: then the whole is cleaned."""


class Html(Struct, frozen=True):
    """HTML whose links to this site begin at its root, wherever the page stands."""

    parts: tuple[str, ...]

    def at(self, root: str) -> str:
        """Return the HTML for a page from which `root` ("", "../" …) leads to the site's root."""
        return root.join(self.parts)


Resolve = Callable[[Link], str | AsTyped | None]


def anchor_id(name: str, anchor: str) -> str:
    """Return the id on the page of an anchor of the body that was rendered under `name`."""
    return f"{name}-{anchor}"
