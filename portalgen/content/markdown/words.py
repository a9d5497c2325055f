"""The plain words of what stands in a heading, a label or an alternative text."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

from portalgen.content.markdown.html import is_prose, read_tag


def words_of(tokens: Sequence[Token], *, as_github: bool = False) -> str:
    """Return the text of inline tokens; `as_github` leaves out what GitHub leaves out when it names a heading."""
    return "".join(_words(token, as_github) for token in tokens)


def _words(token: Token, as_github: bool) -> str:
    match token.type:
        case "text" | "code_inline":
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
