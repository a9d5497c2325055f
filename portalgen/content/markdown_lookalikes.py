"""Find text that looks as if it should have been held back: a slip in a mark must not publish what it was to hide."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterator, Sequence
from typing import Final

from markdown_it.token import Token

from portalgen.content.characters import quoted
from portalgen.content.markdown_blocks import BLOCKS
from portalgen.content.markdown_text import Places
from portalgen.problems import Problem, nearest

_COLON: Final = ":\uff1a;\uff1b"
_MARK_INSIDE = re.compile(r":::+\s*internal", re.IGNORECASE)
_BLOCK_LIKE = re.compile(rf"[^\w{_COLON}]{{0,3}}[{_COLON}]{{2,}}[^\w\n]{{0,3}}(\w+)")
_WIDE_MARK = re.compile(r"[^\w:\uff1a]{0,3}(?=[:\uff1a]*\uff1a)[:\uff1a]{3,}\s*(\w*)")
_ONLY_COLONS = re.compile(r":{3,}$")
_CALLOUT_LIKE = re.compile(r"\[!\s*(\w+)\s*\]")
_COMMENT_LIKE = re.compile(r"!--|<.?--(?!>)|<!.?-")
_MAX_REPORTED: Final = 20
_SHORT: Final = 40
"""A line that marks a block is short; in a longer one the same characters are prose."""


def find_lookalikes(
    tokens: Sequence[Token], places: Places, *, has_held_blocks: bool, has_nested_comments: bool
) -> list[Problem]:
    """Return a problem for each line of running text that may be a mark with a slip in it.

    `has_held_blocks` says that the text has internal blocks: then no `:::` may be left over. `has_nested_comments` says
    that a comment held the beginning of another: then no `-->` may be.
    """
    problems: list[Problem] = []
    lines = [(number, line, token) for token in tokens for number, line, token in _lines(token)]
    strays = [(number, line) for number, line, _ in lines if _ONLY_COLONS.match(line.strip())]
    if has_held_blocks:
        for number, line in strays[:_MAX_REPORTED]:
            message = f"{quoted(line.strip())} closes nothing, and this text has internal blocks"
            hint = "a block ends in the list item or quote where it began; was one closed too early?"
            problems.append(_problem(places, number, line.strip(), "stray-block-end", message, hint))
    for number, line, token in lines:
        if len(problems) >= _MAX_REPORTED:
            break
        word = _slip(line, has_strays=bool(strays))
        if word and not _is_code(token, line):
            message = f"{quoted(line.strip())} looks like a block but would be shown as text"
            hint = f"write '::: {word}' alone at the start of a line, not in a table or heading; as an example, write it as code"
            problems.append(_problem(places, number, line.strip(), "unknown-block", message, hint))
    return [*problems, *_open_comments(tokens, places, has_nested_comments)]


def find_in_literal(token: Token, places: Places, *, has_held_blocks: bool) -> list[Problem]:
    """Return the problems of `:::` lines in indented code or in an HTML block, where they mark nothing."""
    problems = []
    for index, line in enumerate(token.content.split("\n")):
        mark = line.strip()
        if not mark.startswith(":::"):
            continue
        word = mark.strip(": \t").partition(" ")[0]
        number = (token.map[0] if token.map else 0) + index
        if (word and (nearest(word, BLOCKS) or _is_internal(word))) or (has_held_blocks and not word):
            where = "indented code" if token.type == "code_block" else "HTML"
            message = f"{quoted(mark)} stands in {where}, where it would be shown as text"
            hint = "begin the line further left, or put an empty line before it; as an example, write it in fenced code"
            problems.append(_problem(places, number, mark, "misplaced-block", message, hint))
    return problems


def _lines(token: Token) -> Iterator[tuple[int, str, Token]]:
    if token.type == "inline" and token.map:
        for index, line in enumerate(token.content.split("\n")):
            yield token.map[0] + index, line, token


def _slip(line: str, *, has_strays: bool) -> str:
    """Return the word of the block that `line` seems to mark; empty where it does not."""
    if _MARK_INSIDE.search(line):
        return "internal"
    if found := _CALLOUT_LIKE.match(line):
        return "internal" if _is_internal(found[1]) else ""
    if found := _WIDE_MARK.match(line):
        return (nearest(found[1], BLOCKS) if found[1] else None) or "internal"
    if (found := _BLOCK_LIKE.match(line)) and _is_internal(found[1]):
        return "internal"
    if has_strays and len(line) <= _SHORT:
        words = re.findall(r"\w+", line)[:3]
        has_colon = any(colon in line for colon in _COLON)
        if any(_is_internal(word) for word in (words if has_colon else words if len(words) == 1 else ())):
            return "internal"
    return ""


@functools.lru_cache(maxsize=4096)
def _is_internal(word: str) -> bool:
    return 5 <= len(word) <= 11 and difflib.SequenceMatcher(None, word.lower(), "internal").ratio() >= 0.8


def _is_code(token: Token, line: str) -> bool:
    """Return whether the mark in `line` stands in code only, where it is an example."""
    shown = "".join(child.content for child in token.children or () if child.type == "text")
    return "`" in line and not _MARK_INSIDE.search(shown) and not _BLOCK_LIKE.match(line)


def _open_comments(tokens: Sequence[Token], places: Places, has_nested_comments: bool) -> Iterator[Problem]:
    """Yield text that begins almost as a comment, where the end of a comment follows."""
    opened: tuple[int, str] | None = None
    for token in tokens:
        if token.type != "inline" or not token.map or "-" not in token.content:
            continue
        for number, text in _shown_lines(token):
            for found in re.finditer(rf"(-->)|{_COMMENT_LIKE.pattern}", text):
                if not found[1]:
                    opened = opened or (number, found.group())
                elif has_nested_comments:
                    message = "'-->' ends nothing, since a comment in this text ends earlier than it seems"
                    hint = "comments do not nest: the first '-->' ends them; write an arrow as code"
                    yield _problem(places, number, "-->", "unclosed-comment", message, hint)
                    return
                elif opened:
                    message = f"{quoted(opened[1])} looks like the beginning of a comment, and '-->' follows: all of it would be shown"
                    yield _problem(
                        places,
                        opened[0],
                        opened[1],
                        "unclosed-comment",
                        message,
                        "write '<!--', or write it as code",
                    )
                    return


def _shown_lines(token: Token) -> Iterator[tuple[int, str]]:
    number = token.map[0] if token.map else 0
    text = ""
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak"):
            yield number, text
            number, text = number + 1, ""
        elif child.type == "text":
            text += child.content
        elif child.type != "html_inline" or not child.content.startswith("<!--"):
            text += " "
    yield number, text


def _problem(places: Places, line: int, typed: str, code: str, message: str, hint: str) -> Problem:
    return Problem(places.at_line(line, places.line_text(line).find(typed) + 1 or 1), code, message, hint)
