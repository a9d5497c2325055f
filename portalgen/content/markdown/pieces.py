"""Turn markdown-it's tokens into pieces of HTML, with a gap wherever the page decides what stands there."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Final

from markdown_it.token import Token

from portalgen.content.characters import quoted
from portalgen.content.markdown.code import language_of
from portalgen.content.markdown.inline import InlineWriter
from portalgen.content.markdown.links import unique_slugs
from portalgen.content.markdown.tags import TypedHtml
from portalgen.content.markdown.text import Places
from portalgen.content.markdown.types import CALLOUTS, NAME_MARK, Code, Piece, Word
from portalgen.content.markdown.words import words_of
from portalgen.content.markdown.writer import Writer
from portalgen.content.markdown.written import ALIGNMENTS, Written, joined

_CONTAINERS: Final = {
    "blockquote": "blockquote",
    "bullet_list": "ul",
    "dl": "dl",
    "dt": "dt",
    "dd": "dd",
    "table": "table",
    "thead": "thead",
    "tbody": "tbody",
    "tr": "tr",
}
_OPENING: Final = {"dt": "<dt>", "dd": "<dd>", "tr": "<tr>"}


def write_pieces(tokens: Sequence[Token], places: Places, footnotes: dict[int, str]) -> Written:
    """Return the pieces of `tokens`; `footnotes` are the labels of the footnotes in the order of their numbers."""
    blocks = _Blocks(tokens, Writer(places))
    blocks.write_all()
    _write_footnotes(blocks, footnotes)
    writer = blocks.writer
    out = writer.out
    return Written(
        writer,
        blocks.title,
        tuple(joined(out[: blocks.heading_end])),
        blocks.heading_anchor,
        tuple(joined(out[blocks.heading_end :])),
        blocks.typed_html.wrote_elements,
    )


class _Blocks:
    def __init__(self, tokens: Sequence[Token], writer: Writer) -> None:
        self.tokens = tokens
        self.writer = writer
        self.typed_html = TypedHtml(writer)
        self.inline = InlineWriter(writer, self.typed_html)
        headings = [index for index, token in enumerate(tokens) if token.type == "heading_open"]
        words = [words_of(tokens[index + 1].children or (), as_github=True) for index in headings]
        self.slugs = dict(zip(headings, unique_slugs(words), strict=True))
        """Index of a heading's token to its fragment."""
        writer.anchors = dict.fromkeys(self.slugs.values())
        self.title = ""
        self.heading_end = 0
        self.heading_anchor = ""
        self.columns = 0
        self.footnotes: dict[str, list[Piece]] = {}
        self.footnote_lines: dict[str, int] = {}
        self._outer: list[tuple[list[Piece], Token]] = []

    def write_all(self) -> None:
        writer = self.writer
        for index, token in enumerate(self.tokens):
            if token.meta.get("gone"):
                continue
            match token.type:
                case "inline" if "callout_title" in token.meta:
                    pass  # written with its callout
                case "inline":
                    self._paragraph_text(token)
                case "paragraph_open":
                    writer.open("" if token.hidden else "<p>")
                case "paragraph_close":
                    writer.close("" if token.hidden else "</p>\n")
                case "heading_open":
                    self._heading(index, token)
                case "heading_close":
                    writer.close(f"</h{_level(token)}>\n")
                    if self.heading_anchor and not self.heading_end and token.level == 0:
                        self.heading_end = len(writer.out)
                case "fence" | "code_block":
                    writer.write(Code(language_of(token.info), token.content))
                case "html_block":
                    writer.move_to(token.map[0] if token.map else 0, token.content)
                    self.typed_html.write_block(token.content)
                case "hr":
                    writer.write("<hr>\n")
                case _:
                    self._container(index, token)

    def _paragraph_text(self, token: Token) -> None:
        self.writer.move_to(token.map[0] if token.map else 0, token.content)
        if "task" in token.meta:
            checked = " checked" if token.meta["task"] else ""
            self.writer.write(f'<label><input type="checkbox" disabled{checked}> ')
            self.inline.write(token)
            self.writer.write("</label>")
        else:
            self.inline.write(token)

    def _heading(self, index: int, token: Token) -> None:
        writer = self.writer
        slug = self.slugs[index]
        if (
            token.tag == "h1"
            and token.level == 0
            and not self.title
            and not "".join(_texts(writer.out)).strip()
        ):
            self.title = words_of(self.tokens[index + 1].children or ()).strip()
            self.heading_anchor = slug
        writer.open(f'<h{_level(token)} id="{NAME_MARK}-{html.escape(slug)}">')

    def _container(self, index: int, token: Token) -> None:
        name, _, side = token.type.rpartition("_")
        writer = self.writer
        match name:
            case "footnote_reference":
                self._footnote(token)
            case "callout":
                self._callout(index, token)
            case "list_item" if side == "open":
                writer.open('<li class="task-list-item">' if "task" in token.meta else "<li>")
            case "list_item":
                writer.close("</li>\n")
            case "ordered_list" if side == "open":
                start = token.attrs.get("start", 1)
                writer.open("<ol>\n" if start == 1 else f'<ol start="{start}">\n')
            case "ordered_list":
                writer.close("</ol>\n")
            case "th" | "td" if side == "open":
                self.columns += name == "th"
                tag = _cell(name, self.tokens[index + 1])
                writer.write(f"<{tag}{ALIGNMENTS.get(str(token.attrs.get('style', '')), '')}>")
            case "th" | "td":
                writer.write(f"</{_cell(name, self.tokens[index - 1])}>")
            case _:
                self._plain_container(name, side, token)

    def _plain_container(self, name: str, side: str, token: Token) -> None:
        tag = _CONTAINERS[name]
        if side == "close":
            # A wide table scrolls in a box of its own, which must be reachable by keyboard.
            self.writer.close(f"</{tag}></div>\n" if tag == "table" else f"</{tag}>\n")
            return
        if tag == "tr":
            self._say_lost_cells(token)
        elif tag == "table":
            self.columns = 0
        self.writer.open(
            '<div class="table-scroll" tabindex="0"><table>\n'
            if tag == "table"
            else _OPENING.get(tag, f"<{tag}>\n")
        )

    def _callout(self, index: int, token: Token) -> None:
        writer = self.writer
        if token.info not in CALLOUTS:
            # An internal block, already with nothing in it.
            writer.hold_back()
            return
        if token.type == "callout_close":
            details = token.info == "details"
            writer.close("</details>\n" if details else "</div>\n")
            return
        word = token.info
        has_title = index + 1 < len(self.tokens) and "callout_title" in self.tokens[index + 1].meta
        if word == "details":
            writer.open('<details class="callout callout-details">\n')
            before, after = "<summary>", "</summary>\n"
        else:
            writer.open(f'<div class="callout callout-{word}" role="note">\n')
            before, after = '<p class="callout-title">', "</p>\n"
        writer.write(before)
        if has_title:
            title = self.tokens[index + 1]
            writer.move_to(title.map[0] if title.map else 0, title.content)
            self.inline.write(title)
        else:
            writer.write(Word(word))
        writer.write(after)

    def _footnote(self, token: Token) -> None:
        writer = self.writer
        if token.type == "footnote_reference_open":
            self._outer.append((writer.out, token))
            writer.out = []
            return
        text = writer.out
        writer.out, opening = self._outer.pop()
        label = opening.meta["label"]
        line = opening.map[0] if opening.map else 0
        if label in self.footnotes:
            writer.move_to(line, "")
            writer.report(
                "lost-footnote", f"the footnote {quoted(f'[^{label}]')} stands twice; only the first is shown"
            )
        else:
            self.footnotes[label] = text
            self.footnote_lines[label] = line

    def _say_lost_cells(self, token: Token) -> None:
        if token.map is None or not self.columns:
            return
        line = self.writer.places.line_text(token.map[0]).lstrip(" \t>")
        cells = _cells(line)
        lost = [cell.strip() for cell in cells[self.columns :] if cell.strip()]
        if lost:
            self.writer.move_to(token.map[0], "")
            heading = f"the table's heading has {self.columns}"
            message = f"the row has {len(cells)} cells, but {heading}: {quoted(lost[0])} is not shown"
            self.writer.report("lost-cells", message, r"write | as \| if it is part of the text")


def _cell(name: str, words: Token) -> str:
    """Return the element of a cell: a head without words is none, since a reader would hear an empty one."""
    return name if words.content.strip() else "td"


def _write_footnotes(blocks: _Blocks, labels: dict[int, str]) -> None:
    writer = blocks.writer
    referred = set(labels.values())
    for label in [one for one in blocks.footnotes if one not in referred]:
        writer.move_to(blocks.footnote_lines[label], "")
        writer.report(
            "lost-footnote", f"nothing refers to the footnote {quoted(f'[^{label}]')}, so it is not shown"
        )
    writer.problems.sort()
    if not labels:
        return
    writer.out += [
        '<section class="footnotes" role="doc-endnotes" aria-label="',
        Word("footnotes"),
        '">\n<ol>\n',
    ]
    for number, label in sorted(labels.items()):
        ids = f"{NAME_MARK}-{number + 1}"
        writer.write(f'<li id="footnote-{ids}">')
        back: list[Piece] = [
            f' <a class="footnote-back" href="#footnote-ref-{ids}" aria-label="',
            Word("back"),
            '">\u21a9\ufe0e</a>',
        ]
        text = blocks.footnotes.get(label, [])
        if text and isinstance(text[-1], str) and text[-1] == "</p>\n":
            writer.out += [*text[:-1], *back, "</p>\n"]
        else:
            writer.out += [*text, *back]
        writer.write("</li>\n")
    writer.write("</ol>\n</section>\n")


def _texts(pieces: Sequence[Piece]) -> list[str]:
    return [piece if isinstance(piece, str) else "x" for piece in pieces]


def _level(token: Token) -> int:
    return min(int(token.tag[1]) + 1, 6)


def _cells(line: str) -> list[str]:
    """Return the cells of a table's row as markdown-it divides it."""
    cells = line.strip().replace("\\|", "\ufdd2").split("|")
    if cells and not cells[0]:
        cells.pop(0)
    if cells and not cells[-1]:
        cells.pop()
    return [cell.replace("\ufdd2", "|") for cell in cells]
