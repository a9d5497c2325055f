"""Find text that looks as if it should have been held back: a slip in a mark must not publish what it was to hide."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterator, Sequence
from typing import Final

from markdown_it.token import Token

from portalgen.content.characters import quoted
from portalgen.content.markdown.blocks import BLOCKS
from portalgen.content.markdown.text import Places
from portalgen.problems import Problem, nearest

_COLON: Final = ":\uff1a;\uff1b"
_MARK_INSIDE = re.compile(r":::+\s*internal", re.IGNORECASE)
_BLOCK_LIKE = re.compile(rf"[^\w{_COLON}]{{0,3}}[{_COLON}]{{2,}}[^\w\n]{{0,3}}(\w+)")
_WIDE_MARK = re.compile(r"[^\w:\uff1a]{0,3}(?=:*\uff1a)[:\uff1a]{3,}\s*(\w*)")
_ONLY_COLONS = re.compile(r"\s*:{3,}\s*$")
_COLONS_ALONE = re.compile(r"[^\w:\uff1a]*[:\uff1a]+[^\w:\uff1a]*$")
_CALLOUT_LIKE = re.compile(r"\[!\s*(\w+)\s*\]")
_COMMENT_LIKE = re.compile(r"(-->)|!--|<.?--(?!>)|<!.?-|<-!|<!?$")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_MAX_REPORTED: Final = 20
_SHORT: Final = 60
"""A line that marks a block is short; in a longer one the same characters are prose."""

_Line = tuple[int, str]
"""A line's number, from 0, and what a reader sees of it, code left out."""


def find_lookalikes(
    tokens: Sequence[Token], places: Places, *, has_held_blocks: bool, has_odd_comments: bool
) -> list[Problem]:
    """Return a problem for each line that may be a mark with a slip in it.

    `has_held_blocks` says that the text has internal blocks: then no `:::` may be left over. `has_odd_comments` says
    that a comment ended earlier than it seems: then no `-->` may be.
    """
    lines = [line for token in tokens if token.type == "inline" for line in _shown_lines(token)]
    literal = [token for token in tokens if token.type in ("code_block", "html_block")]
    problems: list[Problem] = []
    strays = [number for number, text in lines if _ONLY_COLONS.match(text)]
    has_strays = bool(strays) or any(
        _ONLY_COLONS.match(line) for token in literal for line in token.content.split("\n")
    )
    for number in strays[:_MAX_REPORTED] if has_held_blocks else ():
        message = "':::' closes nothing, and this text has internal blocks"
        hint = "a block ends in the list item or quote where it began; was one closed too early?"
        problems.append(_problem(places, number, ":::", "stray-block-end", message, hint))
    before = ""
    for number, text in lines:
        if len(problems) >= _MAX_REPORTED:
            break
        if _is_slip(text, before, has_strays=has_strays):
            message = f"{quoted(text.strip())} looks like the mark of a block but would be shown as text"
            hint = "write it alone at the start of a line, '::: internal' or ':::'; as an example, write it as code"
            problems.append(_problem(places, number, text.strip(), "unknown-block", message, hint))
        before = text
    problems.extend(_unclosed_code(tokens, places))
    for token in literal:
        problems += _in_literal(token, places, has_held_blocks=has_held_blocks, has_strays=has_strays)
        if len(problems) >= _MAX_REPORTED:
            break
    around_comments = [line for token in tokens for line in _around_comments(token)]
    return [*problems[:_MAX_REPORTED], *_open_comments(around_comments, places, has_odd_comments)]


def _in_literal(
    token: Token, places: Places, *, has_held_blocks: bool, has_strays: bool
) -> Iterator[Problem]:
    """Yield the marks in indented code or in HTML, where they mark nothing."""
    where = "indented code" if token.type == "code_block" else "HTML"
    before = ""
    for index, line in enumerate(token.content.split("\n")):
        mark = line.strip()
        word = mark.strip(": \t").partition(" ")[0]
        is_mark = mark.startswith(":::") and (nearest(word, BLOCKS) is not None if word else has_held_blocks)
        if is_mark or _is_slip(line, before, has_strays=has_strays):
            message = f"{quoted(mark)} stands in {where}, where it would be shown as text"
            hint = "begin the line further left, or put an empty line before it; as an example, write it in fenced code"
            number = (token.map[0] if token.map else 0) + index
            yield _problem(places, number, mark, "misplaced-block", message, hint)
        before = line


def _unclosed_code(tokens: Sequence[Token], places: Places) -> Iterator[Problem]:
    """Yield fenced code that runs on to the end and holds a `:::` which may have been meant to close a block."""
    for token in tokens:
        if token.type != "fence" or ":::" not in token.content or token.map is None:
            continue
        is_closed = token.map[1] - token.map[0] - token.content.count("\n") == 2
        if not is_closed and any(line.strip().startswith(":::") for line in token.content.split("\n")):
            message = "the code that begins here is not closed, and a ':::' in it closes no block"
            hint = f"end the code with a line {token.markup}"
            yield _problem(places, token.map[0], token.markup, "misplaced-block", message, hint)


def _is_slip(line: str, before: str, *, has_strays: bool) -> bool:
    """Return whether `line` below `before` seems to begin a block; more does where a `:::` is left over in the text."""
    if not line or line.isspace():
        return False
    if _MARK_INSIDE.search(line):
        return True
    if found := _CALLOUT_LIKE.match(line):
        return _is_internal(found[1])
    if found := _WIDE_MARK.match(line):
        return not found[1] or nearest(found[1], BLOCKS) is not None or _is_internal(found[1])
    if (found := _BLOCK_LIKE.match(line)) and _is_internal(found[1]):
        return True
    if not has_strays:
        return False
    words = re.findall(r"\w+", line[:_SHORT])[:3]
    if words and _is_internal(words[0]) and _COLONS_ALONE.match(before):
        return True
    if len(line) > _SHORT:
        return False
    may_be_mark = len(words) == 1 or any(colon in line for colon in _COLON)
    return may_be_mark and any(_is_internal(word) for word in words)


@functools.lru_cache(maxsize=4096)
def _is_internal(word: str) -> bool:
    return 5 <= len(word) <= 11 and difflib.SequenceMatcher(None, word.lower(), "internal").ratio() >= 0.8


def _open_comments(lines: Sequence[_Line], places: Places, has_odd_comments: bool) -> Iterator[Problem]:
    """Yield text that begins almost as a comment where the end of a comment follows, and an end that ends nothing."""
    opened: tuple[int, str] | None = None
    for number, text in lines:
        for found in _COMMENT_LIKE.finditer(text) if "-" in text or "<" in text else ():
            if not found[1]:
                opened = opened or (number, found.group())
            elif has_odd_comments:
                message = "'-->' ends nothing, since a comment in this text ends earlier than it seems"
                hint = "comments do not nest: the first '-->' ends them; write an arrow as code"
                yield _problem(places, number, "-->", "unclosed-comment", message, hint)
                return
            elif opened:
                message = f"{quoted(opened[1])} looks like the beginning of a comment, and '-->' follows"
                hint = "all between would be shown: write '<!--', or write it as code"
                yield _problem(places, opened[0], opened[1], "unclosed-comment", message, hint)
                return


def _shown_lines(token: Token) -> Iterator[_Line]:
    number = token.map[0] if token.map else 0
    text = ""
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak"):
            yield number, text
            number, text = number + 1, ""
        elif (
            child.type == "text"
            or child.type == "record_link"
            or (child.type == "html_inline" and not child.content.startswith("<!--"))
        ):
            text += child.content
        elif child.type in ("code_inline", "image"):
            text += " "
    yield number, text


def _around_comments(token: Token) -> Iterator[_Line]:
    """Yield the lines in which something like the begin or end of a comment may be left."""
    number = token.map[0] if token.map else 0
    if token.type == "inline":
        yield from _shown_lines(token)
    elif token.type == "html_block":
        for index, line in enumerate(_COMMENT.sub(_line_ends, token.content).split("\n")):
            yield number + index, line
    elif token.type == "code_block" and token.content.rfind("<!--") > token.content.rfind("-->"):
        # Code is shown as it is; but this may be a comment whose first line was indented by mistake.
        yield number, "<!-"


def _line_ends(found: re.Match[str]) -> str:
    return "\n" * found.group().count("\n")


def _problem(places: Places, line: int, typed: str, code: str, message: str, hint: str) -> Problem:
    return Problem(places.at_line(line, places.line_text(line).find(typed) + 1 or 1), code, message, hint)
