"""The bytes of an SVG → an SVG made anew of nothing but drawing: what runs, fetches or tells of its maker is left out.

It is built from an allow-list, so what nobody thought of is left out too. No document type is read: there are no
entities to expand and nothing is fetched.
"""

from __future__ import annotations

import base64
import binascii
import re
from xml.parsers import expat
from xml.sax.saxutils import escape

from msgspec import Struct

from portalgen.content.files import exif
from portalgen.content.files.pictures import DIAGRAM, PictureError, clean_picture, picture_type
from portalgen.content.files.svg_css import clean_declarations, clean_stylesheet, is_plain_value
from portalgen.content.files.svg_labels import Label
from portalgen.content.files.svg_words import (
    ANIMATED,
    ANIMATED_VALUES,
    ANIMATIONS,
    ATTRIBUTES,
    ELEMENTS,
    HELD_WITHOUT_A_WORD,
    LONG_NUMBERS,
    PROPERTIES,
    SHAPES,
    TEXTS,
)

MOST_PARTS = 500_000
"""Elements and attributes."""
DEEPEST = 128
"""Elements inside each other."""
MOST_STYLES = 4 * 1024 * 1024
"""Characters of all styles that differ, with the fonts that stand in them."""
MOST_DRAWN = 1_000_000
"""Shapes that are drawn, each as often as it is used."""

_TOO_MANY_PARTS = f"has more than {MOST_PARTS:,} elements and attributes"
_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_XML, _XHTML = "http://www.w3.org/XML/1998/namespace", "http://www.w3.org/1999/xhtml"
_ENCODINGS = frozenset("utf-8 utf8 us-ascii ascii iso-8859-1 iso-8859-15 latin1 windows-1252 cp1252".split())
_DECLARED_ENCODING = re.compile(rb"""<\?xml[^>]{0,100}?\sencoding\s*=\s*["']([\w.-]{1,40})["']""")
_PROLOG = re.compile(r"(?:\s++|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
# A document type that only names where its rules are: nothing of it is needed to draw, and nothing is fetched.
_DOCTYPE = re.compile(
    r"""<!DOCTYPE\s+[\w:.-]+(?:\s+(?:SYSTEM|PUBLIC\s+(?:"[^"]*"|'[^']*'))\s+(?:"[^"]*"|'[^']*'))?\s*>""",
    re.DOTALL,
)
_DATA_PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,([A-Za-z0-9+/=\s]+)", re.IGNORECASE)
_PATHS_OF_EDITORS = (" export-filename", " docbase", " docname", " absref")
_SLASH = re.compile(r"[/\\]")
_LOOKED_THROUGH = (PROPERTIES - LONG_NUMBERS) | ANIMATED_VALUES
_AUTHORS = frozenset("author contributor creator publisher rights".split())


class CleanSvg(Struct, frozen=True):
    data: bytes
    taken: tuple[str, ...]
    """What was taken out that would run or fetch something or that nobody knows, sorted: "<script>", "'onload'"."""
    held: tuple[str, ...]
    """What its metadata named, as in pictures.CleanPicture; sorted."""
    line: int
    """Where the first thing that was taken out stood; 1 where nothing was."""


class SvgError(ValueError):
    """The bytes are no SVG that can be read; the text completes "the SVG …"."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


def clean_svg(data: bytes) -> CleanSvg:
    """Return the drawing of an SVG and nothing else, always in the same form.

    Raises SvgError where it is not well-formed, declares entities, is nested too deep or would draw without end.
    """
    text = _text(data)
    prolog = _PROLOG.match(text)
    at = prolog.end() if prolog else 0
    doctype = _DOCTYPE.match(text, at)
    if doctype:
        text = text[:at] + "\n" * doctype[0].count("\n") + text[doctype.end() :]
    rebuilt = _Rebuilt()
    rebuilt.read(text)
    return CleanSvg(
        rebuilt.data(), tuple(sorted(rebuilt.taken)), tuple(sorted(rebuilt.held)), rebuilt.first_line
    )


def _text(data: bytes) -> str:
    declared = _DECLARED_ENCODING.match(data[:200])
    encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif data.startswith(b"\xef\xbb\xbf"):
        encoding = "utf-8-sig"
    elif data.startswith(b"\x1f\x8b"):
        raise SvgError("is packed with gzip")
    elif encoding not in _ENCODINGS:
        raise SvgError(f"is written in {encoding}")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SvgError(
            f"holds bytes that are no {encoding}", data.count(b"\n", 0, error.start) + 1
        ) from error


class _Rebuilt:
    """The SVG that is put together while another is read."""

    def __init__(self) -> None:
        self.taken: set[str] = set()
        self.held: set[str] = set()
        self.first_line = 1
        self._pieces: list[str] = []
        self._open: list[str] = []
        self._parts = 0
        self._uses_xlink = False
        self._dropped_below = 0
        """How many elements are open from the outermost that is being left out on; 0 while all is kept."""
        self._author_from = 0
        self._label: Label | None = None
        self._style: list[str] = []
        self._style_characters = 0
        self._declarations_by_text: dict[str, str] = {}
        self._drawn = _Drawn()
        self._parser = expat.ParserCreate("utf-8", " ")
        self._parser.buffer_text = True
        self._parser.ordered_attributes = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.ProcessingInstructionHandler = self._instruction
        self._parser.StartDoctypeDeclHandler = self._doctype

    def read(self, text: str) -> None:
        """Read the whole SVG."""
        # The parser holds all attributes of an element before it gives them out.
        if text.count("=") > 2 * MOST_PARTS:
            raise SvgError(_TOO_MANY_PARTS)
        try:
            self._parser.Parse(text.encode(), True)
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            raise SvgError(f"cannot be read: {reason}", error.lineno, error.offset + 1) from error
        if self._drawn.count() > MOST_DRAWN:
            raise SvgError(f"would draw more than {MOST_DRAWN:,} shapes, or itself inside itself")

    def data(self) -> bytes:
        """Return the SVG that was put together."""
        xlink = f' xmlns:xlink="{_XLINK}"' if self._uses_xlink else ""
        return f'<svg xmlns="{_SVG}"{xlink}{"".join(self._pieces)}\n'.encode()

    def _fail(self, message: str) -> SvgError:
        return SvgError(message, self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)

    def _take(self, what: str) -> None:
        if not self.taken:
            self.first_line = self._parser.CurrentLineNumber
        self.taken.add(what)

    def _doctype(self, *_: object) -> None:
        raise self._fail("has a document type with declarations of its own, and entities are not read")

    def _instruction(self, target: str, _: str) -> None:
        if target.lower() == "xml-stylesheet":
            self._take("a style sheet of another file")

    def _start(self, name: str, pairs: list[str]) -> None:
        space, _, local = name.rpartition(" ")
        attributes = dict(zip(pairs[::2], pairs[1::2], strict=True))
        self._parts += 1 + len(attributes)
        if self._parts > MOST_PARTS:
            raise self._fail(_TOO_MANY_PARTS)
        if len(self._open) + self._dropped_below >= DEEPEST:
            raise self._fail(f"is nested deeper than {DEEPEST}")
        if not self._open and (space, local) != (_SVG, "svg"):
            raise self._fail(f'begins with <{local[:40]}> in place of <svg xmlns="{_SVG}">')
        if self._dropped_below or not self._is_kept(space, local, attributes):
            self._dropped_below += 1
            if self._label:
                self._label.start(local, attributes)
            elif (space, local) == (_SVG, "foreignObject") and self._dropped_below == 1:
                self._label = Label(attributes)
            if local in _AUTHORS and not self._author_from:
                self._author_from = self._dropped_below
        else:
            self._keep(local, attributes)
        if any(key.endswith(_PATHS_OF_EDITORS) and _SLASH.search(value) for key, value in attributes.items()):
            self.held.add(exif.PATH)

    def _is_kept(self, space: str, local: str, attributes: dict[str, str]) -> bool:
        if space != _SVG:
            if space == _XHTML:
                self._take(f"<{local[:40]}>")
            return False
        if local not in ELEMENTS:
            if local not in HELD_WITHOUT_A_WORD:
                self._take(f"<{local[:40]}>")
            return False
        if local in ANIMATIONS and attributes.get("attributeName", "transform") not in ANIMATED:
            self._take(f"<{local}> of '{attributes['attributeName'][:40]}'")
            return False
        if local == "style" and attributes.get("type", "text/css").strip().lower() not in ("", "text/css"):
            self._take("styles that are no CSS")
            return False
        # A style sheet is looked through as one text, so nothing stands inside it.
        return "style" not in self._open

    def _keep(self, local: str, attributes: dict[str, str]) -> None:
        kept: list[str] = []
        target = ""
        for name, value in attributes.items():
            found = self._attribute(local, name, value)
            if found:
                kept.append(f' {found[0]}="{escape(found[1], _QUOTED)}"')
                target = found[1] if found[0] in ("href", "xlink:href") else target
        if local == "style":
            self._style = []
        self._drawn.start(local, attributes.get("id", ""), target)
        if self._open:
            self._pieces.append(f"<{local}")
        self._open.append(local)
        self._pieces.append("".join(kept) + ">")

    def _end(self, name: str) -> None:
        if self._dropped_below:
            self._end_of_dropped(name.rpartition(" ")[2])
            return
        local = self._open.pop()
        if local == "style":
            styles = self._stylesheet("".join(self._style))
            if styles:
                self._pieces.append(escape(styles))
        self._drawn.end()
        last = self._pieces[-1]
        # In a text, > is escaped: what ends with it is the start or the end of an element.
        if last.endswith(">") and not last.endswith("/>") and not last.startswith("</"):
            self._pieces[-1] = last[:-1] + "/>"
        else:
            self._pieces.append(f"</{local}>")

    def _end_of_dropped(self, local: str) -> None:
        if self._author_from == self._dropped_below:
            self._author_from = 0
        self._dropped_below -= 1
        if self._label and self._dropped_below:
            self._label.end(local)
        elif self._label:
            words = self._label.text()
            self._label = None
            if words and not {"text", "title", "desc", "style"}.intersection(self._open):
                self._pieces += (words, "</text>")

    def _characters(self, text: str) -> None:
        if self._dropped_below:
            if self._author_from and text.strip():
                self.held.add(exif.AUTHOR)
            if self._label:
                self._label.characters(text)
        elif self._open[-1] == "style":
            self._style.append(text)
        elif self._open[-1] in TEXTS:
            self._pieces.append(escape(text, {"\r": "&#13;"}))

    def _attribute(self, element: str, name: str, value: str) -> tuple[str, str] | None:
        """Return an attribute as it is kept, or None."""
        space, _, local = name.rpartition(" ")
        if local == "href" and space in ("", _XLINK):
            return self._reference(element, "xlink:href" if space else "href", value)
        if space == _XML and local in ("lang", "space"):
            return f"xml:{local}", value
        if space:
            return None
        if local.lower().startswith("on"):
            self._take(f"'{local[:40]}'")
            return None
        if local == "style":
            styles = self._declarations(value)
            return ("style", styles) if styles else None
        if local not in ATTRIBUTES and not local.startswith("aria-"):
            if (element, local) == ("svg", "content"):  # where draw.io keeps all pages of the diagram
                self.held.add(DIAGRAM)
            return None
        if local in _LOOKED_THROUGH and not is_plain_value(value):
            self._take(f"what '{local}' fetches")
            return None
        return local, value

    def _declarations(self, text: str) -> str:
        """Return what stays of a style attribute; the same few stand at thousands of elements."""
        if text not in self._declarations_by_text:
            self._count_styles(text)
            self._declarations_by_text[text], taken = clean_declarations(text)
            for what in sorted(taken):
                self._take(what)
        return self._declarations_by_text[text]

    def _stylesheet(self, text: str) -> str:
        self._count_styles(text)
        styles, taken = clean_stylesheet(text)
        for what in sorted(taken):
            self._take(what)
        return styles

    def _count_styles(self, text: str) -> None:
        self._style_characters += len(text)
        if self._style_characters > MOST_STYLES:
            raise self._fail(f"has styles of more than {MOST_STYLES:,} characters")

    def _reference(self, element: str, name: str, value: str) -> tuple[str, str] | None:
        """Return a reference to a part of the drawing or a picture that stands in it; None for any other."""
        value = value.strip()
        if value[:1] == "#" and not re.search(r"\s", value):
            kept = value
        elif element in ("image", "feImage") and (picture := _DATA_PICTURE.fullmatch(value)):
            kept = self._picture(picture[1])
        else:
            kept = ""
        if not kept:
            if value:
                self._take(f"the link of <{element}>")
            return None
        self._uses_xlink = self._uses_xlink or name.startswith("xlink:")
        return name, kept

    def _picture(self, coded: str) -> str:
        """Return a picture that stands in the drawing, less its metadata; "" where it is none."""
        try:
            data = base64.b64decode("".join(coded.split()), validate=True)
            picture = clean_picture(data)
        except (binascii.Error, PictureError):
            return ""
        self.held.update(picture.held)
        kind = picture_type(data[:12]).replace("jpg", "jpeg")
        return f"data:image/{kind};base64,{base64.b64encode(picture.data).decode('ascii')}"


_QUOTED = {'"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}


class _Drawn:
    """How much is drawn: a few elements that use each other can ask a browser for billions of shapes."""

    def __init__(self) -> None:
        self._own = [0]
        """Shapes of each element that has an id, less those of elements inside that have one; first, of all others."""
        self._inside: list[list[int | str]] = [[]]
        """What each of them holds: numbers of elements in it, and the ids that it uses."""
        self._number_by_id: dict[str, int] = {}
        self._open = [0]

    def start(self, element: str, name: str, target: str) -> None:
        """Note an element that has the id `name`, or "", and refers to `target`, or ""."""
        number = self._open[-1]
        if name:
            number = len(self._own)
            self._inside[self._open[-1]].append(number)
            self._own.append(0)
            self._inside.append([])
            self._number_by_id.setdefault(name, number)  # of two with one id, browsers take the first
        self._open.append(number)
        if element in SHAPES:
            self._own[number] += 1
        if element == "use":
            self._inside[number].append(target[1:])

    def end(self) -> None:
        """Note that the element noted last and not yet ended ends."""
        self._open.pop()

    def count(self) -> int:
        """Return how many shapes are drawn; more than MOST_DRAWN where something uses itself."""
        held = [
            [at for one in inside if (at := self._number_by_id.get(one, 0) if isinstance(one, str) else one)]
            for inside in self._inside
        ]
        counts: dict[int, int] = {}
        begun: set[int] = set()
        waiting = [0]
        while waiting:
            number = waiting[-1]
            missing = [one for one in held[number] if one not in counts] if number not in begun else []
            begun.add(number)
            if not begun.isdisjoint(missing):
                return MOST_DRAWN + 1
            if missing:
                waiting.extend(missing)
                continue
            if number not in counts:
                drawn = self._own[number] + sum(counts[one] for one in held[number])
                counts[number] = min(drawn, MOST_DRAWN + 1)
            waiting.pop()
        return counts[0]
