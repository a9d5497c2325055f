"""The plain words of what stands in a heading, a label or an alternative text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markdown_it.token import Token

from portalgen.content.markdown.html import is_prose, read_tag

_BREAKS: Final = ("softbreak", "hardbreak")


def words_of(tokens: Sequence[Token], *, as_github: bool = False) -> str:
    """Return the text of inline tokens; `as_github` leaves out what GitHub leaves out when it names a heading."""
    return "".join(
        without_gap(tokens, index) if token.type == "text" else _words(token, as_github)
        for index, token in enumerate(tokens)
    )


def without_gap(tokens: Sequence[Token], index: int) -> str:
    """Return the text at `index` less the blanks that only stood around a comment: two in a row would tell of it."""
    text = tokens[index].content
    if index + 1 < len(tokens) and _is_comment(tokens[index + 1]):
        after = tokens[index + 2] if index + 2 < len(tokens) else None
        if after is None or after.type in _BREAKS or (after.type == "text" and after.content[:1] in " \t"):
            text = text.rstrip(" \t")
    if index > 0 and _is_comment(tokens[index - 1]) and (index == 1 or tokens[index - 2].type in _BREAKS):
        text = text.lstrip(" \t")
    return text


def _is_comment(token: Token) -> bool:
    return token.type == "html_inline" and token.content.startswith("<!--")


def _words(token: Token, as_github: bool) -> str:
    match token.type:
        case "code_inline":
            return token.content
        case "softbreak" | "hardbreak":
            return " "
        case "image":
            return "" if as_github else words_of(token.children or ())
        case "record_link":
            return words_of(token.meta["label"]) or str(token.meta["target"])
        case "html_inline":
            tag = read_tag(token.content)
            is_text = (
                not as_github and not token.content.startswith("<!--") and (tag is None or is_prose(tag))
            )
            return token.content if is_text else ""
    return ""
