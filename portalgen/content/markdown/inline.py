"""Write what stands in one paragraph, heading or table cell."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Final

from markdown_it.token import Token
from msgspec import Struct

from portalgen.content.markdown.blocks import MAX_DEPTH
from portalgen.content.markdown.links import BARE_ID
from portalgen.content.markdown.tags import TypedHtml
from portalgen.content.markdown.types import NAME_MARK, Piece, RecordLink
from portalgen.content.markdown.words import without_gap, words_of
from portalgen.content.markdown.writer import Writer
from portalgen.content.markdown.written import joins_lines

_PLAIN_TAGS: Final = {
    "em_open": "<em>",
    "em_close": "</em>",
    "strong_open": "<strong>",
    "strong_close": "</strong>",
    "s_open": "<s>",
    "s_close": "</s>",
    "hardbreak": "<br>\n",
}


class InlineWriter(Struct):
    """Writes paragraphs, one after the other."""

    writer: Writer
    typed_html: TypedHtml
    _offset: int = 0
    """Where in its paragraph the text begins whose tokens are written."""

    def write(self, token: Token) -> None:
        """Write the content of an `inline` token."""
        children = token.children or []
        base = len(self.typed_html.open)
        if max((child.level for child in children), default=0) > MAX_DEPTH:
            self.writer.report("too-deep", f"emphasis and links stand inside more than {MAX_DEPTH} others")
        self._write_all(children)
        self.typed_html.end_paragraph(base)

    def _write_all(self, tokens: Sequence[Token]) -> None:
        ends: list[Piece | None] = []
        writer = self.writer
        for index, token in enumerate(tokens):
            if "at" in token.meta:
                writer.advance(self._offset + token.meta["at"])
            if self.typed_html.lost and token.type != "html_inline":
                continue
            match token.type:
                case "text":
                    writer.text(without_gap(tokens, index))
                case "softbreak":
                    if not _joins(tokens, index):
                        writer.write("\n")
                case "code_inline":
                    writer.write(f"<code>{html.escape(token.content, quote=False)}</code>")
                case "html_inline":
                    self.typed_html.write_tag(token.content)
                case "link_open":
                    label = words_of(tokens[index + 1 : _end_of_link(tokens, index)])
                    end = writer.start_link(
                        str(token.attrs["href"]), str(token.attrs.get("title", "")), label
                    )
                    writer.link_depth += end is not None
                    ends.append(end)
                case "link_close":
                    end = ends.pop()
                    if end is not None:
                        writer.link_depth -= 1
                        writer.write(end)
                case "image":
                    words = words_of(token.children or ())
                    writer.picture(str(token.attrs["src"]), words, str(token.attrs.get("title", "")))
                case "record_link":
                    self._record_link(token)
                case "footnote_ref":
                    writer.write(_footnote_mark(token, is_linked=writer.link_depth == 0))
                case _:
                    writer.write(_PLAIN_TAGS[token.type])

    def _record_link(self, token: Token) -> None:
        writer = self.writer
        target = token.meta["target"]
        label = token.meta["label"]
        link = writer.add_link("record", target, "", words_of(label) or target)
        writer.link_depth += 1
        at = token.meta["at"]
        words = (
            self._captured(label, at + token.content.find("|") + 1)
            if label
            else (html.escape(target, quote=False),)
        )
        writer.link_depth -= 1
        is_id = BARE_ID.fullmatch(target) is not None
        writer.link_depth += is_id
        typed = self._captured(token.children or [], at + 1)
        writer.link_depth -= is_id
        writer.write(RecordLink(link, words, ("[", *typed, "]")))

    def _captured(self, tokens: Sequence[Token], offset: int) -> tuple[Piece, ...]:
        out, self.writer.out = self.writer.out, []
        before, self._offset = self._offset, self._offset + offset
        base = len(self.typed_html.open)
        self._write_all(tokens)
        self.typed_html.end_paragraph(base)
        captured, self.writer.out = self.writer.out, out
        self._offset = before
        return tuple(captured)


def _end_of_link(tokens: Sequence[Token], start: int) -> int:
    level = tokens[start].level
    index = start + 1
    while tokens[index].type != "link_close" or tokens[index].level != level:
        index += 1
    return index


def _joins(tokens: Sequence[Token], index: int) -> bool:
    """Return whether `joins_lines` is true of the line break at `index`."""
    if not 0 < index < len(tokens) - 1:
        return False
    before, after = tokens[index - 1], tokens[index + 1]
    if before.type != "text" or after.type != "text":
        return False
    return joins_lines(f"{before.content[-1:]}\n{after.content[:1]}", 1)


def _footnote_mark(token: Token, *, is_linked: bool) -> str:
    number = token.meta["id"] + 1
    again = f"-{token.meta['subId'] + 1}" if token.meta.get("subId") else ""
    if not is_linked:
        return f'<sup class="footnote-ref">{number}</sup>'
    ids = f'href="#footnote-{NAME_MARK}-{number}" id="footnote-ref-{NAME_MARK}-{number}{again}"'
    return f'<sup class="footnote-ref"><a {ids}>{number}</a></sup>'
