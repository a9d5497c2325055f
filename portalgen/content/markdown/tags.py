"""Write the HTML that an author typed: what is allowed anew, what is unknown as text, the rest not at all."""

from __future__ import annotations

import html
import re
from typing import Final

from msgspec import Struct, field

from portalgen.content.markdown.blocks import MAX_DEPTH
from portalgen.content.markdown.html import (
    ALLOWED,
    CONTENT_LOST,
    VOID,
    Tag,
    clean_tag,
    hides,
    is_prose,
    next_tag,
    picture_size,
    read_tag,
)
from portalgen.content.markdown.types import NAME_MARK, Piece
from portalgen.content.markdown.writer import Writer

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FOREIGN: Final = frozenset(["svg", "math"])
_BLOCKS: Final = frozenset(
    """
    article blockquote center dd details div dl dt figure figcaption h1 h2 h3 h4 h5 h6 li ol p pre section summary table
    caption colgroup tbody td tfoot th thead tr ul
    """.split()
)
"""Elements that may stay open from one block of Markdown to the next. All others end where their paragraph ends."""

# Which open elements a tag ends, and where the search for them stops, as browsers do.
_IMPLIED_ENDS: Final = {
    "li": (frozenset(["li"]), frozenset(["ol", "ul"])),
    "dt": (frozenset(["dt", "dd"]), frozenset(["dl"])),
    "dd": (frozenset(["dt", "dd"]), frozenset(["dl"])),
    "td": (frozenset(["td", "th"]), frozenset(["tr", "table"])),
    "th": (frozenset(["td", "th"]), frozenset(["tr", "table"])),
    "tr": (frozenset(["tr"]), frozenset(["table"])),
    "thead": (frozenset(["thead", "tbody", "tfoot"]), frozenset(["table"])),
    "tbody": (frozenset(["thead", "tbody", "tfoot"]), frozenset(["table"])),
    "tfoot": (frozenset(["thead", "tbody", "tfoot"]), frozenset(["table"])),
}


class _Element(Struct):
    name: str
    end: Piece
    is_link: bool = False


class TypedHtml(Struct):
    """What is open of the HTML that an author typed."""

    writer: Writer
    open: list[_Element] = field(default_factory=list)
    lost: str = ""
    """`script` or `style` while what follows is no text."""
    foreign: str = ""
    """`svg` or `math` while elements that HTML does not have are drawing, not text."""
    wrote_elements: bool = False
    is_too_deep: bool = False

    def write_block(self, content: str) -> None:
        """Write a block of HTML, in which nothing is Markdown."""
        base = len(self.open)
        at = 0
        # Nothing is left of a comment, not even its line ends: they would tell how long it was.
        if content.startswith("<!--") and not _COMMENT.sub("", content).strip():
            self.writer.hold_back()
            return
        while True:
            begin, end = next_tag(content, at)
            self._write_text(content[at : begin if begin >= 0 else None], at)
            if begin < 0:
                break
            self.writer.advance(begin)
            self.write_tag(content[begin:end])
            at = end
        self.end_paragraph(base, keep=_BLOCKS)

    def write_tag(self, typed: str) -> None:
        """Write what is left of a tag, comment or declaration as typed."""
        writer = self.writer
        if typed.startswith("<!--"):
            writer.hold_back()
            return
        tag = read_tag(typed)
        if self.lost:
            if tag and tag.closes and tag.name == self.lost:
                self.lost = ""
            return
        if tag is None or is_prose(tag):
            if not self.foreign:
                writer.text(typed)
        elif tag.closes:
            if tag.name == self.foreign:
                self.foreign = ""
            self._close(tag.name)
        else:
            self._open(tag, typed)

    def end_paragraph(self, base: int, keep: frozenset[str] = frozenset()) -> None:
        """End the elements that were opened since there were `base` of them, but those in `keep`."""
        if self.lost:
            hint = "close it in the same paragraph, without an empty line"
            self.writer.report(
                "unclosed-html", f"'<{self.lost}>' is not closed, so what follows it would be lost", hint
            )
        self.lost = self.foreign = ""
        kept: list[_Element] = []
        while len(self.open) > base:
            element = self.open.pop()
            if element.name in keep:
                kept.append(element)
            else:
                self._end(element)
        self.open.extend(reversed(kept))

    def _write_text(self, typed: str, at: int) -> None:
        if typed and not self.lost:
            self.writer.advance(at)
            self.writer.text(html.unescape(typed))

    def _open(self, tag: Tag, typed: str) -> None:
        writer = self.writer
        if hides(tag):
            message = f"'{_shortened(typed)}' hides text that anybody can read in the page's source"
            hint = "'::: internal' keeps it with the team; <details> folds it up"
            writer.report("hidden-html", message, hint)
        if tag.name == "img":
            self._picture(tag)
        elif tag.name == "a":
            self._link(tag)
        elif tag.name not in ALLOWED:
            self._refuse(tag, typed)
        else:
            self._allowed(tag)

    def _allowed(self, tag: Tag) -> None:
        self._imply_ends(tag.name)
        if len(self.open) >= MAX_DEPTH:
            if not self.is_too_deep:
                message = f"'<{tag.name}>' stands inside more than {MAX_DEPTH} elements"
                self.writer.report("too-deep", message, "close the elements that are not meant to hold it")
            self.is_too_deep = True
            return
        cleaned = clean_tag(tag, self._anchor(tag))
        self._say_refused(tag, cleaned.refused)
        self.writer.write(cleaned.opening)
        if tag.name in VOID:
            return
        self.wrote_elements = True
        if tag.is_complete:
            self.writer.write(cleaned.closing)
        else:
            self.open.append(_Element(tag.name, cleaned.closing))

    def _link(self, tag: Tag) -> None:
        writer = self.writer
        # A link ends the one that is still open: none can stand in another.
        if any(element.name == "a" for element in self.open):
            self._close("a")
        self._say_refused(tag, clean_tag(tag, "").refused)
        self.wrote_elements = True
        if anchor := self._anchor(tag):
            writer.write(f'<span id="{anchor}"></span>')
        if "href" not in tag.attributes or tag.is_complete:
            return
        end = writer.start_link(tag.attributes["href"], tag.attributes.get("title", ""), "")
        if end is not None:
            writer.link_depth += 1
            self.open.append(_Element("a", end, is_link=True))

    def _picture(self, tag: Tag) -> None:
        self._say_refused(tag, clean_tag(tag, "").refused)
        alternative = tag.attributes.get("alt", "")
        self.writer.picture(
            tag.attributes.get("src", ""), alternative, tag.attributes.get("title", ""), picture_size(tag)
        )

    def _refuse(self, tag: Tag, typed: str) -> None:
        if tag.name in CONTENT_LOST:
            self.lost = tag.name
        elif tag.name in _FOREIGN and not tag.is_complete:
            self.foreign = tag.name
        what = "it and all that stands in it are" if self.lost else "the element is"
        hint = "" if self.lost else "its text stays; write it as code to show the tag itself"
        self.writer.report(
            "refused-html", f"'{_shortened(typed)}' is not let through: {what} taken out", hint
        )

    def _say_refused(self, tag: Tag, names: tuple[str, ...]) -> None:
        for name in names:
            self.writer.report("refused-html", f"the attribute '{name}' of <{tag.name}> is not let through")

    def _anchor(self, tag: Tag) -> str:
        """Return the id to write for what the author called this place; empty without, and for a name that is taken."""
        named = tag.attributes.get("id") or (tag.attributes.get("name", "") if tag.name == "a" else "")
        anchor = re.sub(r"\s+", "-", named.strip())
        if not anchor or anchor in self.writer.anchors:
            return ""
        self.writer.anchors[anchor] = None
        return f"{NAME_MARK}-{html.escape(anchor)}"

    def _imply_ends(self, name: str) -> None:
        if name in _BLOCKS and self.open and self.open[-1].name == "p":
            self._close("p")
        ends, stops = _IMPLIED_ENDS.get(name, (frozenset[str](), frozenset[str]()))
        for element in reversed(self.open if ends else []):
            if element.name in stops:
                break
            if element.name in ends:
                self._close(element.name)
                break

    def _close(self, name: str) -> None:
        """End the innermost open element of this name with all that is open in it; a stray end tag is no text."""
        if all(element.name != name for element in self.open):
            return
        while True:
            element = self.open.pop()
            self._end(element)
            if element.name == name:
                return

    def _end(self, element: _Element) -> None:
        self.writer.write(element.end)
        if element.is_link:
            self.writer.link_depth -= 1


def _shortened(typed: str) -> str:
    one_line = " ".join(typed.split())
    return one_line if len(one_line) <= 60 else one_line[:59] + "…"
