"""Colour code by CSS classes, without inline styles."""

from __future__ import annotations

import html
import re
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pygments.formatters import HtmlFormatter
    from pygments.lexer import Lexer

MAX_CHARACTERS: Final = 30_000
MAX_LINE: Final = 1_000
"""Lexers are regular expressions; some of them take very long for very long lines."""

LANGUAGES: Final = frozenset(
    """
    apacheconf awk bash bat batch c c# c++ clojure cmake console cpp cs csharp css csv cuda cypher d dart diff docker
    dockerfile elixir erlang fish fortran fsharp gherkin go golang gradle graphql groovy haskell hcl html http ini java
    javascript jinja js json json5 jsonld jsx julia kotlin latex less lisp lua make makefile markdown matlab md mermaid
    mysql nginx nix objective-c ocaml patch perl php pl/pgsql plpgsql postgresql powershell properties proto protobuf
    ps1 py pycon python python3 r rb reg rs rst ruby rust sass scala scheme scss sh shell shell-session sql sqlite3
    svelte svg swift systemd tcl terraform tex tf toml ts tsx typescript udiff vb.net vim vue xml yaml yml zig zsh
    """.split()
)
"""Fence words that are coloured. Others are shown plain, so that a lexer nobody looked at cannot hold up a build."""

_WORD = re.compile(r"[^\s{},]+")


def language_of(info: str) -> str:
    """Return the language that the words behind ``` name, in lower case; empty where they name none."""
    found = _WORD.search(info)
    return found.group().lower().removeprefix("language-") if found else ""


def render_code(language: str, text: str) -> str:
    """Return `text` as HTML of a block of code, coloured where the language is known and the text not too long."""
    coloured = _colour(language, text) if language in LANGUAGES else None
    inner = html.escape(text, quote=False) if coloured is None else coloured
    named = f' class="language-{html.escape(language)}"' if language else ""
    # Wide code scrolls, and what scrolls must be reachable by keyboard.
    return f'<pre class="code" tabindex="0"><code{named}>{inner}</code></pre>\n'


def _colour(language: str, text: str) -> str | None:
    """Return `text` with its parts in classes of Pygments; None where it must stay plain."""
    if len(text) > MAX_CHARACTERS or max(map(len, text.split("\n"))) > MAX_LINE:
        return None
    lexer, formatter = _lexer_class(language), _formatter()
    if lexer is None:
        return None
    from pygments import highlight

    return highlight(text, lexer(stripnl=False, ensurenl=False), formatter)


# Pygments is imported here, since few builds read a body with code; it looks through hundreds of names for a lexer,
# and writes a whole stylesheet for a formatter.
@cache
def _lexer_class(language: str) -> type[Lexer] | None:
    from pygments.lexers import find_lexer_class_by_name
    from pygments.util import ClassNotFound

    try:
        return find_lexer_class_by_name(language)
    except ClassNotFound:
        return None


@cache
def _formatter() -> HtmlFormatter[str]:
    from pygments.formatters import HtmlFormatter

    return HtmlFormatter(nowrap=True)
