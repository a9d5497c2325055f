"""Take out of a Markdown text what stays with the team, before anything else reads it: comments and internal blocks."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from typing import Final

from markdown_it.common.html_re import HTML_TAG_RE
from markdown_it.token import Token
from msgspec import Struct

from portalgen.content.markdown.blocks import BlockWatch, HeldBlock
from portalgen.content.markdown.engine import parse_blocks
from portalgen.content.markdown.text import MAX_BYTES, Places
from portalgen.content.markdown.types import EMPTY_COMMENT
from portalgen.problems import Problem

_MAX_ROUNDS: Final = 20
_MAX_READ_AGAIN: Final = MAX_BYTES
"""Each round reads the whole text again."""

_SPECIAL = re.compile(r"\\[^\n]|`+|<")
_AUTOLINK = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]{1,31}:[^<>\x00-\x20]*>")
_AROUND = re.compile(r"[ \t>]*")


class Published(Struct, frozen=True):
    """A Markdown text without what stays with the team."""

    source: str
    """For the parser: emptied blocks and comments stand where they were, so that the text around stays what it is."""
    text: str
    """For readers: nothing stands there. Both have as many lines as the text that was typed."""
    held_back: tuple[str, ...] = ()
    blocks: tuple[tuple[int, int], ...] = ()
    """First and last line, from 0, of each internal block; it stands in `source` with nothing in it."""
    has_odd_comments: bool = False
    """Whether a comment ended earlier than it seems: `<!-->` is a whole one, and comments do not nest."""


class _Comment(Struct, frozen=True):
    start: int
    end: int
    """Offset behind `-->`; the end of the text where there is no `-->`."""
    is_closed: bool = True
    is_escaped: bool = False
    stays: bool = True
    """Whether it ends in the paragraph or HTML block where it begins, as CommonMark wants it."""


class _Edit(Struct, frozen=True):
    start: int
    end: int
    source: str
    text: str


def withhold(places: Places) -> tuple[Published, list[Problem]]:
    """Return the text of `places` without comments and internal blocks, and what is wrong with either.

    What is not closed is taken out up to the end of the text, or of the list item or quote where it begins.
    """
    source = places.text
    if ":::" not in source and "<!--" not in source:
        return Published(source, source), []
    held_back: list[str] = []
    problems: list[Problem] = []
    while True:
        watch = BlockWatch(Places(source, places.path, places.first_line))
        comments = list(_comments(source, parse_blocks(source, watch), watch.places))
        if not comments or comments[-1].stays:
            break
        # Taking it out changes what is a paragraph, so everything is looked at again.
        crossing = comments[-1]
        problems.extend(_faults(crossing, watch.places))
        if len(held_back) >= min(_MAX_ROUNDS, _MAX_READ_AGAIN // len(source)):
            message = "too many comments end in another paragraph than they begin in"
            problem = Problem(
                watch.places.at_offset(crossing.start),
                "unclosed-comment",
                message,
                "begin each on its own line",
            )
            problems.append(problem)
            crossing = _Comment(crossing.start, len(source))
        held_back.append(source[crossing.start : crossing.end])
        source = (
            source[: crossing.start]
            + _emptied(source[crossing.start : crossing.end])
            + source[crossing.end :]
        )
    edits = [_block_edit(source, watch.places, block) for block in watch.held]
    starts = [edit.start for edit in edits]
    source_comments: list[str] = []
    for comment in comments:
        before = bisect.bisect_right(starts, comment.start)
        if before and comment.start < edits[before - 1].end:
            continue
        problems.extend(_faults(comment, watch.places))
        source_comments.append(source[comment.start : comment.end])
        edits.append(_comment_edit(source, comment))
    problems.extend(watch.problems)
    is_odd = any(len(typed) < len(EMPTY_COMMENT) for typed in source_comments) or any(
        problem.code == "nested-comment" for problem in problems
    )
    edits.sort(key=lambda edit: edit.start)
    held_back.extend(source[edit.start : edit.end] for edit in edits)
    published = Published(
        _applied(source, edits, as_source=True),
        _applied(source, edits, as_source=False),
        tuple(held_back),
        watch.held_lines(),
        is_odd,
    )
    return published, problems


def _comments(source: str, tokens: list[Token], places: Places) -> Iterator[_Comment]:
    """Yield the comments outside code in reading order, up to the first that ends in another block than it began in."""
    if "<!--" not in source:
        return
    done = 0
    for token in tokens:
        if token.map is None or token.type not in ("inline", "html_block", "fence", "code_block"):
            continue
        begin = places.starts[token.map[0]]
        end = places.starts[max(token.map[1], token.map[0] + 1)] - 1
        # What no block took: definitions of links, cells without a column.
        for comment in _plain_comments(source, done, begin):
            yield comment
            if not comment.stays:
                return
            done = comment.end
        done = max(done, begin)
        if token.type in ("fence", "code_block"):
            done = max(done, end)
            continue
        found = (
            _plain_comments(source, done, end)
            if token.type == "html_block"
            else _inline_comments(source, token.content, done, end)
        )
        for comment in found:
            done = comment.end
            if comment.is_closed or comment.is_escaped or not comment.stays:
                yield comment
            if not comment.stays:
                return
    yield from _plain_comments(source, done, len(source))


def _plain_comments(source: str, start: int, end: int) -> Iterator[_Comment]:
    """Yield the comments that begin between `start` and `end`, where no code stands."""
    while (at := source.find("<!--", start, end)) >= 0:
        comment = _comment_at(source, at, end)
        yield comment
        start = comment.end


def _inline_comments(source: str, content: str, start: int, end: int) -> Iterator[_Comment]:
    """Yield the comments of a paragraph; one that is not closed and stays is code and passed over."""
    if "<!--" not in content:
        return
    for kind in _kinds(content):
        at = source.find("<!--", start, end)
        if at < 0:
            return
        if kind == "comment":
            comment = _comment_at(source, at, end)
        else:
            comment = _Comment(at, at + 4, is_closed=False, is_escaped=kind == "escaped")
        yield comment
        start = comment.end


def _comment_at(source: str, at: int, end: int) -> _Comment:
    # From + 2, since <!--> is a whole comment in HTML.
    close = source.find("-->", at + 2)
    if close < 0:
        return _Comment(at, len(source), is_closed=False, stays=False)
    return _Comment(at, close + 3, stays=close + 3 <= end)


def _kinds(content: str) -> Iterator[str]:
    """Yield `comment`, `code` or `escaped` for each `<!--` of a paragraph that stands in no other comment."""
    ticks: dict[int, list[int]] = {}
    for run in re.finditer("`+", content):
        ticks.setdefault(run.end() - run.start(), []).append(run.start())
    at = 0
    while found := _SPECIAL.search(content, at):
        at = found.end()
        match content[found.start()]:
            case "\\":
                if content.startswith("<!--", found.start() + 1):
                    yield "escaped"
            case "`":
                same = ticks[at - found.start()]
                closing = bisect.bisect_left(same, at)
                if closing < len(same):
                    close = same[closing]
                    for _ in range(content.count("<!--", at, close)):
                        yield "code"
                    at = close + len(found.group())
            case _:
                if content.startswith("<!--", found.start()):
                    yield "comment"
                    close = content.find("-->", found.start() + 2)
                    at = len(content) if close < 0 else close + 3
                elif tag := HTML_TAG_RE.match(content, found.start()) or _AUTOLINK.match(
                    content, found.start()
                ):
                    for _ in range(content.count("<!--", at, tag.end())):
                        yield "comment"
                    at = tag.end()


def _faults(comment: _Comment, places: Places) -> Iterator[Problem]:
    """Yield why a comment cannot be what its author meant."""
    place = places.at_offset(comment.start)
    typed = places.text[comment.start : comment.end]
    if comment.is_escaped:
        yield Problem(
            place,
            "unclosed-comment",
            r"'\<!--' looks like a comment but would be shown",
            "write it as code: `<!--`",
        )
    elif not comment.is_closed:
        yield Problem(
            place,
            "unclosed-comment",
            "'<!--' has no '-->'",
            "end the comment with '-->', or write '<!--' as code",
        )
    elif "<!--" in typed[4:]:
        message = "another '<!--' stands inside this comment, which ends with the first '-->'"
        yield Problem(place, "nested-comment", message, "end the first comment before the next begins")
    opened = 0
    for line in typed[4:].removesuffix("-->").split("\n") if ":::" in typed else ():
        mark = line.lstrip(" \t>")
        if mark.startswith(":::"):
            opened += 1 if mark.strip(": \t") else -1
            if opened < 0:
                break
    if opened:
        message = "the comment begins or ends in the middle of a ':::' block"
        yield Problem(place, "unclosed-block", message, "put the whole block into the comment, or none of it")


def _block_edit(source: str, places: Places, block: HeldBlock) -> _Edit:
    start, end = places.starts[block.first], places.starts[block.last + 1] - 1
    return _Edit(start, end, block.emptied(), "\n".join(prefix.rstrip() for prefix in block.prefixes))


def _comment_edit(source: str, comment: _Comment) -> _Edit:
    typed = source[comment.start : comment.end]
    others = typed.split("\n")[1:]
    if not others:
        return _Edit(comment.start, comment.end, EMPTY_COMMENT, "")
    # A letter keeps a paragraph's line from being empty, which would end the paragraph and with it the comment.
    lines = [_around(line) + "x" if line.strip(" \t>") else line for line in others]
    return _Edit(comment.start, comment.end, "\n".join(["<!--", *lines]) + "-->", _emptied(typed))


def _emptied(typed: str) -> str:
    return "\n".join(["", *(_around(line) for line in typed.split("\n")[1:])])


def _around(line: str) -> str:
    found = _AROUND.match(line)
    return found.group() if found else ""


def _applied(source: str, edits: list[_Edit], *, as_source: bool) -> str:
    parts = []
    done = 0
    for edit in edits:
        parts += [source[done : edit.start], edit.source if as_source else edit.text]
        done = edit.end
    return "".join([*parts, source[done:]])
