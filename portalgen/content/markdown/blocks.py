"""Know `::: note` … `:::` and raw HTML as blocks of Markdown, each inside the list item or quote where it began."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from markdown_it.common.html_blocks import block_names
from markdown_it.common.html_re import HTML_OPEN_CLOSE_TAG_STR
from markdown_it.rules_block import StateBlock, table
from markdown_it.token import Token
from msgspec import Struct, field

from portalgen.content.characters import quoted
from portalgen.content.markdown.html import is_element
from portalgen.content.markdown.text import Places
from portalgen.content.markdown.types import CALLOUTS
from portalgen.problems import Problem, did_you_mean

BLOCKS: Final = ("internal", *CALLOUTS)

MAX_DEPTH: Final = 32
"""Lists, quotes, definitions, footnotes and callouts inside each other."""

_LITERAL_OPEN = re.compile(r"<(?:script|pre|style|textarea)(?=[\s>]|$)", re.IGNORECASE)
_LITERAL_CLOSE = re.compile(r"</(?:script|pre|style|textarea)>", re.IGNORECASE)
_BLOCK_ELEMENT = re.compile("</?(?:" + "|".join(block_names) + r")(?=\s|/?>|$)", re.IGNORECASE)
_TAG_ALONE = re.compile(HTML_OPEN_CLOSE_TAG_STR[1:] + r"[ \t]*$")
_TAG_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")


_MAX_COLUMNS: Final = 200
MAX_CELLS: Final = 50_000
"""Of all tables of a text; a few characters can make a hundred empty cells each."""


class TooMany(Exception):
    """The tables of a text have more than `MAX_CELLS` cells; `line` is counted from 0."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class TooDeep(Exception):
    """A block stands inside more others than `MAX_DEPTH`; `line` is counted from 0."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class OpenBlock(Struct):
    """A `:::` block whose end is not found yet."""

    word: str
    level: int
    """Markdown-it's level of what stands directly in it."""
    end: int = -1
    """Line of the `:::` that closes it; -1 as long as none did."""


class HeldBlock(Struct, frozen=True):
    """A block that stays with the team: the lines it takes and what stands before it on each of them."""

    first: int
    last: int
    """The line of its `:::`, or of the end of where it began."""
    is_closed: bool
    prefixes: tuple[str, ...]
    """What of each line belongs to the lists and quotes around the block."""

    def emptied(self) -> str:
        """Return the block with nothing in it, on as many lines: the text around keeps its structure."""
        inner = [prefix.rstrip() for prefix in self.prefixes]
        inner[0] = f"{self.prefixes[0]}::: internal"
        if self.is_closed:
            inner[-1] = f"{self.prefixes[-1]}:::"
        return "\n".join(inner)


class BlockWatch(Struct):
    """What the rules below saw while one text was parsed; it stands in markdown-it's `env` as `watch`."""

    places: Places
    depth: int = 0
    cells: int = 0
    table_end: int = -1
    """The line behind the last table."""
    open: list[OpenBlock] = field(default_factory=list)
    held: list[HeldBlock] = field(default_factory=list)
    marks: set[int] = field(default_factory=set)
    """Lines that open or close a block."""
    problems: list[Problem] = field(default_factory=list)

    def held_lines(self) -> tuple[tuple[int, int], ...]:
        """Return first and last line of each internal block."""
        return tuple((block.first, block.last) for block in self.held)

    def report(self, line: int, code: str, message: str, hint: str = "") -> None:
        typed = self.places.line_text(line)
        column = max(typed.find(":::"), 0) + 1
        self.problems.append(Problem(self.places.at_line(line, column), code, message, hint))


def colon_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Markdown-it's rule for `::: word`, up to the `:::` that closes it."""
    start = state.bMarks[start_line] + state.tShift[start_line]
    if not state.src.startswith(":::", start) or state.is_code_block(start_line):
        return False
    watch: BlockWatch = state.env["watch"]
    rest = state.src[start : state.eMarks[start_line]].lstrip(":").strip()
    if silent:
        # A closing line ends the paragraphs, lists and quotes inside its block.
        return bool(rest) or bool(watch.open)
    if not rest:
        return _close(state, watch, start_line, end_line)
    word, _, title = rest.partition(" ")
    _check_word(watch, start_line, word)
    watch.marks.add(start_line)
    # A word that is not known may be a misspelt "internal": it stays in.
    is_held = word not in CALLOUTS
    if is_held and start_line == watch.table_end:
        message = "'::: internal' stands in a table, whose rows below it would be shown"
        watch.report(
            start_line, "misplaced-block", message, "put an empty line before it, if the table ends there"
        )
    token = state.push("callout_open", "div", 1)
    token.info = word
    token.map = [start_line, start_line + 1]
    if title.strip():
        state.tokens.append(callout_title(title.strip(), start_line))
    block = OpenBlock(word, state.level)
    watch.open.append(block)
    held_before = len(watch.held)
    old_parent, state.parentType = state.parentType, "callout"
    state.line = start_line + 1
    state.md.block.tokenize(state, start_line + 1, end_line)
    state.parentType = old_parent
    watch.open.remove(block)
    is_closed = block.end >= 0
    if not is_closed:
        block.end = state.line - 1
        watch.report(
            start_line,
            "unclosed-block",
            f"'::: {word}' is not closed in the list item, the quote or the text where it begins",
            "end it with a line ':::' that is indented like its first line; code in between must be closed too",
        )
    state.line = block.end + 1
    token.map[1] = state.line
    state.push("callout_close", "div", -1).info = word
    if is_held:
        del watch.held[held_before:]
        prefixes = tuple(_prefixes(state, start_line, state.line))
        watch.held.append(HeldBlock(start_line, state.line - 1, is_closed, prefixes))
    return True


def counted_table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Markdown-it's rule for tables; raises TooMany."""
    watch: BlockWatch = state.env["watch"]
    before = len(state.tokens)
    # A row of one character gets as many cells as its heading, so a wide heading alone can be too much.
    if state.src.count("|", state.bMarks[start_line], state.eMarks[start_line]) > _MAX_COLUMNS and table(
        state, start_line, min(end_line, start_line + 2), True
    ):
        raise TooMany(start_line)
    if not table(state, start_line, end_line, silent):
        return False
    if not silent:
        watch.table_end = state.line
    watch.cells += (len(state.tokens) - before) // 3
    if watch.cells > MAX_CELLS:
        raise TooMany(start_line)
    return True


def html_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Markdown-it's rule for HTML blocks, with two differences.

    A line that begins with an element that HTML does not have is text, and `:::` ends a block as an empty line does.
    """
    start = state.bMarks[start_line] + state.tShift[start_line]
    if not state.src.startswith("<", start) or state.is_code_block(start_line):
        return False
    text = state.src[start : state.eMarks[start_line]]
    end: re.Pattern[str] | str | None
    if text.startswith("<!--"):
        end = "-->"
    elif _LITERAL_OPEN.match(text):
        end = _LITERAL_CLOSE
    elif _BLOCK_ELEMENT.match(text) or (
        not silent and (name := _TAG_NAME.match(text)) and is_element(name[1]) and _TAG_ALONE.match(text)
    ):
        end = None
    else:
        return False
    if silent:
        return True
    line = start_line + 1
    if not _ends(end, text):
        while line < end_line:
            if state.sCount[line] < state.blkIndent and (end is None or not state.isEmpty(line)):
                break
            if end is None and (state.isEmpty(line) or colon_block(state, line, end_line, True)):
                break
            line += 1
            if _ends(
                end, state.src[state.bMarks[line - 1] + state.tShift[line - 1] : state.eMarks[line - 1]]
            ):
                break
    state.line = line
    token = state.push("html_block", "", 0)
    token.map = [start_line, line]
    token.content = state.getLines(start_line, line, state.blkIndent, True)
    return True


def callout_title(text: str, line: int) -> Token:
    """Return the token of a callout's own title, which stands right behind the callout's first token."""
    token = Token("inline", "", 0, content=text, map=[line, line + 1], children=[])
    token.meta["callout_title"] = True
    return token


def _ends(end: re.Pattern[str] | str | None, text: str) -> bool:
    if end is None:
        return False
    return end in text if isinstance(end, str) else end.search(text) is not None


def _close(state: StateBlock, watch: BlockWatch, line: int, end_line: int) -> bool:
    """Close the innermost block if it began where this line stands; else the line is text."""
    if not watch.open or watch.open[-1].level != state.level or watch.open[-1].end >= 0:
        return False
    watch.open[-1].end = line
    watch.marks.add(line)
    # Makes the tokenizer of this block's content stop; colon_block sets the line right again.
    state.line = end_line
    return True


def _check_word(watch: BlockWatch, line: int, word: str) -> None:
    if word in BLOCKS:
        return
    plain = word.strip("{}[]().")
    hint = did_you_mean(plain, BLOCKS, otherwise="known are " + ", ".join(BLOCKS))
    watch.report(line, "unknown-block", f"{quoted('::: ' + word)} is no block that is known here", hint)


def _prefixes(state: StateBlock, first: int, end: int) -> Iterator[str]:
    """Yield what stands before the content of a list item or quote on each of its lines from `first` on."""
    start = state.bMarks[first]
    typed = state.src[state.src.rfind("\n", 0, start) + 1 : start + state.tShift[first]]
    yield typed
    # The next lines have no mark of a list item, but the space that it took.
    prefix = "".join(one if one in ">\t" else " " for one in typed)
    for line in range(first + 1, end):
        # A line below zero goes on with a paragraph of the quote without its mark.
        if state.sCount[line] >= 0 and not state.isEmpty(line):
            begin = state.src.rfind("\n", 0, state.bMarks[line]) + 1
            prefix = state.src[begin : state.bMarks[line]] + " " * state.blkIndent
        yield prefix
