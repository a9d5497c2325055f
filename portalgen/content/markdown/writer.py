"""Collect pieces of HTML and the links in them, and know where in the file the writing has come to."""

from __future__ import annotations

import html
from typing import Final, Literal

from msgspec import Struct

from portalgen.content.characters import SECRET_HINT, SECRET_IN_ADDRESS, quoted
from portalgen.content.markdown.links import (
    Elsewhere,
    Here,
    Refused,
    classify,
    find_bare_ids,
    read_data_picture,
)
from portalgen.content.markdown.text import Places
from portalgen.content.markdown.types import DataPicture, Link, LinkEnd, LinkStart, Picture, Piece
from portalgen.problems import Place, Problem

_NEAR: Final = 2_000
"""Characters in which an id is looked for in the paragraph as typed, where it may be written otherwise."""

OUTGOING: Final = 'rel="noopener noreferrer"'


class _Open(Struct):
    """An element that is being written."""

    out: list[Piece]
    start: int
    """Where in `out` it begins."""
    is_emptied: bool = False
    """Whether something in it was held back: if nothing else is in it, it leaves no trace."""


class Writer:
    """The pieces written so far, and everything that was found on the way."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.out: list[Piece] = []
        self.links: list[Link] = []
        self.pictures: dict[str, DataPicture] = {}
        self.problems: list[Problem] = []
        self.anchors: dict[str, None] = {}
        self.link_depth = 0
        """Above 0 inside a label: a link cannot stand in another."""
        self._stack: list[_Open] = []
        self._line = 0
        self._content = ""
        self._at = 0
        self._found: tuple[int, int, int, int] | None = None
        """The line found last: its number, its begin and end in the paragraph, and its place in the file's line."""

    # --- where it stands

    def move_to(self, line: int, content: str) -> None:
        """Go on at a paragraph or an HTML block: its first line, from 0, and its text without what stands around it."""
        self._line, self._content, self._at, self._found = line, content, 0, None

    def advance(self, at: int) -> None:
        """Go on at this offset of the paragraph's text."""
        self._at = at

    def place(self, at: int | None = None) -> Place:
        """Return where the writing has come to, or the place of an offset in the paragraph's text."""
        at = self._at if at is None else at
        found = self._found
        # Most places are asked for in reading order: looking from the start each time would take the square.
        if found is None or not found[1] <= at <= found[2]:
            known = found if found and found[1] <= at else (self._line, 0, 0, 0)
            line = known[0] + self._content.count("\n", known[1], at)
            start = self._content.rfind("\n", 0, at) + 1
            end = self._content.find("\n", at)
            end = len(self._content) if end < 0 else end
            before = self.places.line_text(line).find(self._content[start:end])
            found = self._found = (line, start, end, before)
        line, start, _, before = found
        return self.places.at_line(line, before + at - start + 1 if before >= 0 else 1)

    def report(self, code: str, message: str, hint: str = "") -> None:
        """Note a problem where the writing has come to."""
        self.problems.append(Problem(self.place(), code, message, hint))

    # --- HTML

    def write(self, piece: Piece) -> None:
        self.out.append(piece)

    def open(self, tag: str) -> None:
        """Write the tag of an element that disappears again if all that is in it is held back."""
        self._stack.append(_Open(self.out, len(self.out)))
        self.out.append(tag)

    def close(self, tag: str) -> None:
        """Write the end of the element that was opened last."""
        element = self._stack.pop()
        out = element.out
        if element.is_emptied and all(
            isinstance(piece, str) and not piece.strip() for piece in out[element.start + 1 :]
        ):
            del out[element.start :]
            self.hold_back()
        else:
            out.append(tag)

    def hold_back(self) -> None:
        """Note that something of the innermost element is not written."""
        if self._stack:
            self._stack[-1].is_emptied = True

    def text(self, text: str) -> None:
        """Write running text; ids in it become links."""
        done = 0
        for start, end, found in find_bare_ids(text) if self.link_depth == 0 else ():
            at = self._content.find(found, self._at, self._at + _NEAR)
            if at >= 0:
                self._at = at + len(found)
            place = self.place(at if at >= 0 else self._at)
            self.links.append(Link("record", found, "", found, place.line, place.column, bare=True))
            self.out += [
                html.escape(text[done:start], quote=False),
                LinkStart(len(self.links) - 1, ""),
                found,
                LinkEnd(),
            ]
            done = end
        self.out.append(html.escape(text[done:], quote=False))

    # --- links

    def add_link(
        self, form: Literal["record", "path", "picture", "anchor"], target: str, fragment: str, label: str
    ) -> int:
        """Return the index of a new link to something of ours."""
        place = self.place()
        self.links.append(Link(form, target, fragment, label, place.line, place.column))
        return len(self.links) - 1

    def start_link(self, url: str, title: str, label: str) -> Piece | None:
        """Write the beginning of a link and return its end, or None where the label stands alone."""
        if self.link_depth:
            return None
        match classify(url):
            case Elsewhere(address):
                rel = f" {OUTGOING}" if address.startswith("http") else ""
                self.write(f'<a href="{html.escape(address)}"{rel}{_title(title)}>')
                return "</a>"
            case Here("", ""):
                return None
            case Here("", fragment):
                self.write(LinkStart(self.add_link("anchor", "", fragment, label), title))
            case Here(path, fragment):
                self.write(LinkStart(self.add_link("path", path, fragment, label), title))
            case Refused(has_user=True):
                self.secret_address()
                return None
            case Refused(scheme):
                hint = "only http, https, mailto, tel and paths of your own become links"
                self.report(
                    "refused-link", f"a link to '{scheme}:' is not let through; its label stays", hint
                )
                return None
        return LinkEnd()

    def picture(self, url: str, alternative: str, title: str, size: str = "") -> None:
        """Write a picture of ours, or a link to one on another host."""
        if url.strip()[:5].lower() == "data:":
            found = read_data_picture(url.strip())
            if isinstance(found, DataPicture):
                self.pictures[found.name] = found
                self.write(Picture(self.add_link("picture", found.name, "", alternative), title, size))
                return
            self.report(
                "refused-picture",
                f"a picture in the text is left out: {found}",
                "use png, jpg, gif or webp in base64",
            )
            self.write(html.escape(alternative, quote=False))
            return
        match classify(url):
            case Here(path, _) if path:
                self.write(Picture(self.add_link("picture", path, "", alternative), title, size))
            case Elsewhere(address) if address.startswith("http"):
                self._distant_picture(address, alternative)
            case Refused(has_user=True):
                self.secret_address()
                self.write(html.escape(alternative, quote=False))
            case Refused(scheme):
                self.report(
                    "refused-link",
                    f"a picture from '{scheme}:' is not let through; its alternative text stays",
                )
                self.write(html.escape(alternative, quote=False))
            case _:
                self.write(html.escape(alternative, quote=False))

    def secret_address(self) -> None:
        self.report("bad-url", SECRET_IN_ADDRESS, SECRET_HINT)

    def _distant_picture(self, address: str, alternative: str) -> None:
        label = alternative.strip() or address.rstrip("/").rpartition("/")[2].partition("?")[0] or address
        hint = "add the file to the content if the client shall see it on the page"
        self.report(
            "distant-picture",
            f"the picture {quoted(label)} stands on another host, so it is shown as a link",
            hint,
        )
        escaped = html.escape(label, quote=False)
        self.write(
            escaped if self.link_depth else f'<a href="{html.escape(address)}" {OUTGOING}>{escaped}</a>'
        )


def _title(title: str) -> str:
    return f' title="{html.escape(title)}"' if title else ""
