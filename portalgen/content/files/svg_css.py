"""Styles of an SVG → the same styles less whatever fetches or runs something."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portalgen.content.files.svg_words import CSS_PROPERTIES, FUNCTIONS

_DEEPEST = 4
_MOST_FUNCTIONS = 1000
_NESTED = frozenset("@media @supports @keyframes @-webkit-keyframes @layer @container".split())
_SAID_ELSEWHERE = frozenset("@charset @namespace".split())
_TOKEN = re.compile(
    r"""/\*.*?(?:\*/|\Z)|"[^"\n\r\f\\]*"|'[^'\n\r\f\\]*'|[{};()"'\\]|(?:[^{};()"'\\/]|/(?!\*))++""", re.DOTALL
)
_FUNCTION = re.compile(r"(?<![-\w])([-\w]*)\(")
_URL = re.compile(
    r"""url\(\s*+(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^"'()\s]*+))\s*+\)""", re.IGNORECASE
)
_FRAGMENT = re.compile(r"#[^\s\"'()\\]+")
_FONT = re.compile(
    r"data:(?:font/(?:woff2?|ttf|otf|sfnt)|application/(?:x-)?font-(?:woff2?|ttf|otf|sfnt|truetype|opentype))"
    r"(?:;charset=[\w-]+)?;base64,[A-Za-z0-9+/=\s]*"
)
_SELECTOR = re.compile(r"""(?!.*url\()[-\w\s.#*>+~:,()\[\]="'|^$%]*""", re.IGNORECASE | re.DOTALL)
_OWN_PROPERTY = re.compile(r"--[-\w]+")
_CONDITION = re.compile(r"""[-\w\s.,:()<>=%/]*""")


class _UnreadableStyleError(ValueError):
    """The styles are cut off, or written with escapes that hide what they say."""


def is_plain_value(value: str, *, font: bool = False) -> bool:
    """Return whether a property's value fetches nothing: at most parts of the picture itself, named by `url(#id)`.

    With `font`, a font that stands in the picture itself may be named too.
    """
    if "(" not in value:
        return "\\" not in value and "@" not in value
    if value.count("(") > _MOST_FUNCTIONS:
        return False
    addresses = [match["double"] or match["single"] or match["bare"] or "" for match in _URL.finditer(value)]
    rest = _URL.sub(" ", value)
    return (
        "\\" not in value
        and "@" not in rest
        and all(_FRAGMENT.fullmatch(one) or (font and _FONT.fullmatch(one)) for one in addresses)
        and all(not name or name.lower() in FUNCTIONS for name in _FUNCTION.findall(rest))
    )


def clean_declarations(text: str) -> tuple[str, set[str]]:
    """Return the declarations of a style attribute that are harmless, and what was taken out that was not."""
    taken: set[str] = set()
    try:
        tokens = _Tokens(text)
        kept = _declarations(tokens, taken, font=False)
        tokens.must_be_done()
    except _UnreadableStyleError:
        return "", {"a style that cannot be read"}
    return kept, taken


def clean_stylesheet(text: str) -> tuple[str, set[str]]:
    """Return the rules of a style sheet that are harmless, and what was taken out that was not."""
    taken: set[str] = set()
    try:
        tokens = _Tokens(text)
        kept = _rules(tokens, taken, 0)
        tokens.must_be_done()
    except _UnreadableStyleError:
        return "", {"styles that cannot be read"}
    return kept, taken


class _Tokens:
    """The tokens of a style, comments aside, given out up to the next sign that ends something."""

    def __init__(self, text: str) -> None:
        self._tokens: Iterator[str] = (match[0] for match in _TOKEN.finditer(text))

    def until_sign(self) -> tuple[str, str]:
        """Return the text before the next `;`, `{` or `}` outside brackets, and that sign; "" at the end."""
        parts: list[str] = []
        depth = 0
        for token in self._tokens:
            if token in ("\\", '"', "'"):
                raise _UnreadableStyleError
            if token in (";", "{", "}") and depth == 0:
                return "".join(parts).strip(), token
            if token.startswith("/*"):
                token = " "
            depth += (token == "(") - (token == ")")
            if depth < 0:
                raise _UnreadableStyleError
            parts.append(token)
        if depth:
            raise _UnreadableStyleError
        return "".join(parts).strip(), ""

    def skip_block(self) -> None:
        """Go behind the `}` of the block just begun."""
        depth = 1
        while depth:
            _, sign = self.until_sign()
            if not sign:
                return
            depth += (sign == "{") - (sign == "}")

    def must_be_done(self) -> None:
        """Refuse styles that close a block which none opened: browsers and we would read on differently."""
        if next(self._tokens, None) is not None:
            raise _UnreadableStyleError


def _rules(tokens: _Tokens, taken: set[str], depth: int) -> str:
    kept: list[str] = []
    while True:
        prelude, sign = tokens.until_sign()
        name = prelude.split(None, 1)[0].partition("(")[0].lower() if prelude.startswith("@") else ""
        if sign != "{":
            if name and name not in _SAID_ELSEWHERE:
                taken.add(name)
            if sign != ";":
                return "".join(kept)
        elif name == "@font-face":
            kept.append(f"@font-face{{{_declarations(tokens, taken, font=True)}}}")
        elif name in _NESTED and depth < _DEEPEST and _CONDITION.fullmatch(prelude[1:]):
            kept.append(f"{prelude}{{{_rules(tokens, taken, depth + 1)}}}")
        elif not name and _SELECTOR.fullmatch(prelude):
            kept.append(f"{prelude}{{{_declarations(tokens, taken, font=False)}}}")
        else:
            taken.add(name or "a style rule")
            tokens.skip_block()


def _declarations(tokens: _Tokens, taken: set[str], *, font: bool) -> str:
    """Return the harmless declarations up to the end of the block, each as `name:value`, joined by `;`."""
    kept: list[str] = []
    while True:
        text, sign = tokens.until_sign()
        if sign == "{":
            taken.add("a style rule inside a rule")
            tokens.skip_block()
            continue
        name, colon, value = text.partition(":")
        name, value = name.strip().lower() if not name.startswith("--") else name.strip(), value.strip()
        if colon and not is_plain_value(value, font=font and name == "src"):
            taken.add(f"what '{name}' of a style fetches")
        elif colon and (name in CSS_PROPERTIES or _OWN_PROPERTY.fullmatch(name)):
            kept.append(f"{name}:{value}")
        if sign != ";":
            return ";".join(kept)
