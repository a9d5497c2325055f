"""Markdown as a team writes it → a body without what stays with the team → HTML for a page.

`parse_body` reads a text once. A plain one becomes pieces of HTML with gaps at once. Of any other, internal blocks and
comments are taken out first, then markdown-it makes tokens, and these become the pieces. `render_body` fills the gaps:
links, pictures, ids, the words of the client's language. Whatever is not understood is an error, so that nothing is
published by a slip.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from portalgen.content.markdown.code import render_code
from portalgen.content.markdown.links import find_bare_ids, slug_of
from portalgen.content.markdown.quick import read_quickly
from portalgen.content.markdown.text import Places, check_plain, check_size, readable
from portalgen.content.markdown.types import (
    AS_TYPED,
    CALLOUTS,
    NAME_MARK,
    ROOT_MARK,
    AsTyped,
    Body,
    Code,
    DataPicture,
    Html,
    Link,
    LinkEnd,
    LinkStart,
    Picture,
    Piece,
    RecordLink,
    Resolve,
    Word,
    anchor_id,
)
from portalgen.content.markdown.written import Written
from portalgen.problems import Place, Problem

__all__ = [
    "AS_TYPED",
    "WORDS",
    "AsTyped",
    "Body",
    "DataPicture",
    "Html",
    "Link",
    "Resolve",
    "anchor_id",
    "check_plain",
    "coloured",
    "find_bare_ids",
    "parse_body",
    "plain_text",
    "render_body",
]

WORDS: Final[Mapping[str, str]] = {
    **{word: word.capitalize() for word in CALLOUTS},
    "footnotes": "Footnotes",
    "back": "Back to the text",
}
"""The words of ours that a body may show, in English: headings of callouts, names for screen readers."""

_MOST_OF_A_CODE: Final = 100
_SCHEME = re.compile(r"(?:https?|mailto|tel):")
_UNSAFE = re.compile(r'[\x00-\x20"<>\\^`{|}\x7f]')
_TAG = re.compile(r'<(/?\w+)((?:[^<>"]|"[^"]*")*)>')
_SPOKEN = re.compile(r' (?:alt|title)="([^"]*)"')
_INLINE = frozenset(
    """
    a abbr b bdi bdo cite code del dfn em i ins kbd label mark q rp rt ruby s samp small span strong sub sup time u var
    wbr
    """.split()
)


def parse_body(
    text: str, path: str, *, first_line: int = 1, quickly: bool = True
) -> tuple[Body, list[Problem]]:
    """Return what a Markdown text says to a client, and its problems; it begins on the file's line `first_line`.

    The body never holds what stays with the team, whatever the problems. With `quickly` false markdown-it reads every
    text, which takes longer and says the same.
    """
    if over := check_size(text, path, first_line):
        return Body(""), [over]
    text, problems = readable(text, path, first_line)
    typed = Places(text, path, first_line)
    if quickly and not problems and (written := read_quickly(typed)):
        body, broken = _body(text, (), written)
        return body, _first_of_each_code(broken)
    # Imported here, since nearly all texts are plain, and markdown-it takes long to come.
    from portalgen.content.markdown.whole import read_wholly

    read = read_wholly(typed, problems)
    if read is None:
        return Body(""), problems
    body, broken = _body(*read)
    return body, _first_of_each_code([*problems, *read[2].writer.problems, *broken])


def render_body(
    body: Body,
    resolve: Resolve,
    *,
    name: str,
    skip_title: bool = False,
    words: Mapping[str, str] = WORDS,
) -> Html:
    """Return the HTML of a body.

    `resolve` gives the address of a link: from the site's root, percent-encoded where a URL must be, or with a scheme;
    None for the label alone, `AS_TYPED` for `[[…]]` that is no link. It is not asked about links of the form `anchor`.
    `name` is unique on the page and begins every id. `skip_title` leaves out the heading that is `body.title`.
    `words` are those of `WORDS` in the client's language.
    """
    renderer = _Renderer(body, resolve, {**WORDS, **words})
    if not skip_title:
        renderer.write(body.heading)
    elif body.heading_anchor:
        # The page shows the title itself, but links may still lead to it.
        renderer.out.append(f'<span id="{NAME_MARK}-{html.escape(body.heading_anchor)}"></span>')
    renderer.write(body.pieces)
    text = "".join(renderer.out).replace(NAME_MARK, html.escape(name))
    if body.has_elements:
        # Imported here, since few bodies hold HTML as typed.
        from portalgen.content.markdown.html import clean

        text = clean(text)
    return Html(tuple(text.split(ROOT_MARK)))


def coloured(body: Body, colour: Callable[[str, str], str] = render_code) -> Body:
    """Return a body of which `render_body` makes the same, with its blocks of code written out already.

    `colour` does what `render_code` does, and may remember what it did before.
    """
    if not any(isinstance(piece, Code) for piece in body.pieces):
        return body
    return replace(
        body,
        pieces=tuple(
            colour(piece.language, piece.text) if isinstance(piece, Code) else piece for piece in body.pieces
        ),
    )


def plain_text(body: Body) -> str:
    """Return the words that a client reads, a block a line: labels, code, alternative texts and titles too."""

    text = render_body(body, lambda link: "#" if link.form == "picture" else None, name="body").at("")
    return html.unescape(_TAG.sub(_words_of_tag, text)).strip()


def _words_of_tag(tag: re.Match[str]) -> str:
    """Return what a reader hears or sees of a tag: a line's end of a block's, and the words in its attributes."""
    words = "".join(f" {word} " for word in _SPOKEN.findall(tag[2]))
    return words if tag[1].lstrip("/") in _INLINE or words else "\n"


def _body(text: str, held_back: tuple[str, ...], written: Written) -> tuple[Body, list[Problem]]:
    writer = written.writer
    anchors = writer.anchors
    places, problems = [], []
    for index, link in enumerate(writer.links):
        if link.form != "anchor":
            continue
        anchor = _find_anchor(link.fragment, anchors)
        if anchor is None:
            place = Place(writer.places.path, link.line, link.column)
            problems.append(
                Problem(place, "broken-anchor", f"no heading here has the fragment '#{link.fragment}'")
            )
        else:
            places.append((index, anchor))
    body = Body(
        text=text,
        links=tuple(writer.links),
        title=written.title,
        held_back=held_back,
        pictures=tuple(writer.pictures.values()),
        anchors=tuple(anchors),
        heading=written.heading,
        heading_anchor=written.heading_anchor,
        pieces=written.pieces,
        anchor_by_link=tuple(places),
        has_elements=written.has_elements,
    )
    return body, problems


def _first_of_each_code(problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems sorted by place, of each code the first hundred: a text made of slips has no more to say."""
    said: dict[str, int] = {}
    kept = []
    for problem in sorted(set(problems)):
        said[problem.code] = said.get(problem.code, 0) + 1
        if said[problem.code] <= _MOST_OF_A_CODE:
            kept.append(problem)
    return kept


def _find_anchor(fragment: str, anchors: Mapping[str, None]) -> str | None:
    """Return the anchor that is meant, with GitHub's own prefix, in capitals or as the heading's words too."""
    plain = fragment.removeprefix("user-content-")
    return next((one for one in (fragment, plain, plain.lower(), slug_of(plain)) if one in anchors), None)


class _Renderer:
    """Writes pieces one after the other; holds which links are open."""

    def __init__(self, body: Body, resolve: Resolve, words: Mapping[str, str]) -> None:
        self.out: list[str] = []
        self._body = body
        self._resolve = resolve
        self._words = words
        self._anchors = dict(body.anchor_by_link)
        self._ends: list[str] = []

    def write(self, pieces: Sequence[Piece]) -> None:
        for piece in pieces:
            match piece:
                case str():
                    self.out.append(piece)
                case LinkStart(link, title):
                    address = self._address(link)
                    if isinstance(address, str):
                        self.out.append(f"<a {_href(address)}{_title(title)}>")
                    self._ends.append("</a>" if isinstance(address, str) else "")
                case LinkEnd():
                    self.out.append(self._ends.pop())
                case Picture():
                    self._picture(piece)
                case RecordLink():
                    self._record(piece)
                case Code(language, text):
                    self.out.append(render_code(language, text))
                case Word(key):
                    self.out.append(html.escape(self._words[key]))

    def _address(self, index: int) -> str | AsTyped | None:
        link = self._body.links[index]
        if link.form == "anchor":
            anchor = self._anchors.get(index)
            return None if anchor is None else f"#{NAME_MARK}-{anchor}"
        return self._resolve(link)

    def _picture(self, picture: Picture) -> None:
        alternative = self._body.links[picture.link].label
        address = self._address(picture.link)
        if isinstance(address, str):
            source = html.escape(ROOT_MARK + _encoded(address))
            named = f'src="{source}" alt="{html.escape(alternative)}"{_title(picture.title)}{picture.size}'
            self.out.append(f'<img {named} loading="lazy" decoding="async">')
        else:
            self.out.append(html.escape(alternative, quote=False))

    def _record(self, record: RecordLink) -> None:
        address = self._address(record.link)
        if isinstance(address, str):
            self.out.append(f"<a {_href(address)}>")
            self.write(record.label)
            self.out.append("</a>")
        else:
            self.write(record.label if address is None else record.typed)


def _href(address: str) -> str:
    if address.startswith("#"):
        return f'href="{html.escape(address)}"'
    if _SCHEME.match(address):
        return f'href="{html.escape(_encoded(address))}" rel="noopener noreferrer"'
    return f'href="{html.escape(ROOT_MARK + _encoded(address))}"'


def _title(title: str) -> str:
    return f' title="{html.escape(title)}"' if title else ""


def _encoded(address: str) -> str:
    """Return an address without the characters that no URL may hold."""
    return _UNSAFE.sub(lambda found: f"%{ord(found.group()):02X}", address)
