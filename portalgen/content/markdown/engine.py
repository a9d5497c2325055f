"""Set up markdown-it for our Markdown: which rules it has, and what they keep for the stages that follow."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, MutableMapping
from typing import Any, Final

from linkify_it import LinkifyIt  # type: ignore[import-untyped]
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, autolink, html_inline, image, link, text
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from portalgen.content.markdown.blocks import (
    MAX_DEPTH,
    BlockWatch,
    TooDeep,
    callout_title,
    colon_block,
    counted_table,
    html_block,
)
from portalgen.content.markdown.links import CJK
from portalgen.content.markdown.types import CALLOUTS

_MAX_BLOCK_NESTING: Final = 100
"""Markdown-it drops blocks without a word beyond this; `MAX_DEPTH` is reached long before."""

_MAX_INLINE_NESTING: Final = 20
"""Brackets inside each other beyond this are text. Its time grows with it."""

_MAX_URL: Final = 4_000

_CALLOUT_LINE = re.compile(r"\[!([A-Za-z]+)\][ \t]*([^\n]*)(?:\n|$)")
_TASK = re.compile(r"\[([ xX])\][ \t]+(?=\S)")
_RECORD = re.compile(r"\[\[([^\[\]|\n]+)(?:\|([^\[\]]*))?\]\]")
_HTTP = re.compile(r"(?:^|[^a-z0-9.+-])(https?)$", re.IGNORECASE)
_CJK_CHARACTER = re.compile(f"[{CJK}]")
_BEGINS_LINK = re.compile(r"://|mailto:|www\.|@", re.IGNORECASE)

Env = MutableMapping[str, Any]
InlineRule = Callable[[StateInline, bool], bool]


def parse_blocks(source: str, watch: BlockWatch) -> list[Token]:
    """Return the blocks of `source`, with paragraphs as typed. Raises TooDeep and TooMany."""
    tokens: list[Token] = []
    _parse_blocks_into(tokens, source, {"watch": watch})
    return tokens


def parse_all(source: str, env: Env) -> list[Token]:
    """Return the blocks of `source` and what stands in their paragraphs; `env["watch"]` is a BlockWatch.

    Raises TooDeep and TooMany.
    """
    return _inline_parser().parse(source, env)


@functools.cache
def _block_parser() -> MarkdownIt:
    return _set_up(_MAX_BLOCK_NESTING)


@functools.cache
def _inline_parser() -> MarkdownIt:
    parser = _set_up(_MAX_INLINE_NESTING)
    parser.core.ruler.at("block", lambda state: _parse_blocks_into(state.tokens, state.src, state.env))
    parser.core.ruler.after("block", "callouts_and_tasks", _callouts_and_tasks)
    return parser


def _parse_blocks_into(tokens: list[Token], source: str, env: Env) -> None:
    parser = _block_parser()
    parser.block.parse(source, parser, env, tokens)


def _set_up(max_nesting: int) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": max_nesting, "linkify": True})
    parser.enable(["table", "strikethrough", "linkify"])
    parser.linkify = _BareLinks()
    parser.use(footnote_plugin, inline=False, move_to_end=False).use(deflist_plugin)
    # Which addresses may be linked is decided by an allow-list later: refused here, the target would stay as text.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    parser.normalizeLink = _normalized(parser.normalizeLink)  # type: ignore[assignment, method-assign]
    parser.block.ruler.at("table", counted_table, {"alt": ["paragraph", "reference"]})
    parser.block.ruler.at("html_block", html_block, {"alt": ["paragraph", "reference", "blockquote"]})
    ends = ["paragraph", "reference", "blockquote", "list"]
    parser.block.ruler.before("table", "colon_block", colon_block, {"alt": ends})
    parser.block.tokenize = _counting_depth(parser.block.tokenize)  # type: ignore[assignment, method-assign]
    rules = _inline_rules(parser)
    parser.inline.ruler.at("text", lambda state, silent: _try_rules(rules, state, silent))
    parser.inline.ruler.enableOnly(["text"])
    return parser


def _inline_rules(parser: MarkdownIt) -> dict[str, tuple[InlineRule, ...]]:
    """Return the rules for what begins with a character; markdown-it itself tries all twelve at each."""
    named = {rule.name: rule.fn for rule in parser.inline.ruler.__rules__}
    return {
        "\n": (named["newline"],),
        "\\": (named["escape"],),
        "`": (named["backticks"],),
        "~": (named["strikethrough"],),
        "*": (named["emphasis"],),
        "_": (named["emphasis"],),
        "&": (named["entity"],),
        ":": (_bare_link,),
        "[": (_keeping_place(_where_a_bracket_closes(link)), _record_link, named["footnote_ref"]),
        "!": (_keeping_place(_where_a_bracket_closes(image)),),
        "<": (_keeping_place(autolink), _keeping_place(html_inline)),
    }


def _try_rules(rules: dict[str, tuple[InlineRule, ...]], state: StateInline, silent: bool) -> bool:
    found = rules.get(state.src[state.pos])
    if found is None:
        return text(state, silent)
    return any(rule(state, silent) for rule in found)


class _BareLinks(LinkifyIt):  # type: ignore[misc]
    """Addresses in running text: with a scheme, or with `www.`. A domain alone is none: README.md would be one."""

    def __init__(self) -> None:
        super().__init__()
        self.add("ftp:", None)
        self.add("//", None)

    def pretest(self, text: str) -> bool:
        return _BEGINS_LINK.search(text) is not None

    def test(self, text: str) -> bool:
        return self.pretest(text) and bool(super().test(text))

    def match(self, text: str) -> list[Any] | None:
        found = [
            one for one in super().match(text) or () if one.schema or one.text.lower().startswith("www.")
        ]
        for one in found:
            one.text = _before_cjk(one.text)
            one.last_index = one.index + len(one.text)
            one.url = one.text if one.schema else "https://" + one.text
            if one.schema == "mailto:" and not one.text.lower().startswith("mailto:"):
                one.url = "mailto:" + one.text
            one.schema = one.schema or "https:"
        return found or None


def _before_cjk(url: str) -> str:
    """Return `url` up to the first Chinese, Japanese or Korean character: such text has no space before it goes on."""
    found = _CJK_CHARACTER.search(url)
    return url[: found.start()] if found else url


def _normalized(normalize: Callable[[str], str]) -> Callable[[str], str]:
    def normalize_but_data(url: str) -> str:
        return url if url[:5].lower() == "data:" else normalize(url)

    return normalize_but_data


def _counting_depth(
    tokenize: Callable[[StateBlock, int, int], None],
) -> Callable[[StateBlock, int, int], None]:
    """Return `tokenize` that raises TooDeep: every list item, quote, footnote and callout calls it for its content."""

    def tokenize_counted(state: StateBlock, start_line: int, end_line: int) -> None:
        watch: BlockWatch = state.env["watch"]
        if watch.depth > MAX_DEPTH:
            raise TooDeep(start_line)
        watch.depth += 1
        tokenize(state, start_line, end_line)
        watch.depth -= 1

    return tokenize_counted


def _keeping_place(rule: InlineRule) -> InlineRule:
    """Return `rule` that notes in the first token it makes where in its paragraph that stands."""

    def rule_with_place(state: StateInline, silent: bool) -> bool:
        start, made = state.pos, len(state.tokens)
        if state.pending and not silent:
            made += 1  # the text before it becomes a token of its own
        if not rule(state, silent):
            return False
        if not silent and made < len(state.tokens):
            state.tokens[made].meta["at"] = start
        return True

    return rule_with_place


def _where_a_bracket_closes(rule: InlineRule) -> InlineRule:
    """Return `rule` that is not tried behind the last `]`: a row of `[` would take the square of its length."""

    def rule_before_last_bracket(state: StateInline, silent: bool) -> bool:
        # Keys of this cache are offsets, so -1 is free.
        last = state.cache.get(-1)
        if last is None:
            last = state.cache[-1] = state.src.rfind("]")
        return state.pos < last and rule(state, silent)

    return rule_before_last_bracket


def _bare_link(state: StateInline, silent: bool) -> bool:
    """Markdown-it's rule for `https://…` in running text; its own looks through all the text before each `://`."""
    if state.linkLevel > 0 or not state.src.startswith("://", state.pos):
        return False
    scheme = _HTTP.search(state.pending[-6:])
    if scheme is None:
        return False
    start = state.pos - len(scheme[1])
    found = state.md.linkify.match_at_start(state.src[start : start + _MAX_URL])  # type: ignore[union-attr]
    if not found:
        return False
    url = _before_cjk(found.url.rstrip("*"))
    if not silent:
        state.pending = state.pending[: -len(scheme[1])]
        opening = state.push("link_open", "a", 1)
        opening.attrs = {"href": state.md.normalizeLink(url)}
        opening.meta["at"] = start
        state.push("text", "", 0).content = state.md.normalizeLinkText(url)
        state.push("link_close", "a", -1)
    state.pos = start + len(url)
    return True


def _record_link(state: StateInline, silent: bool) -> bool:
    """Markdown-it's rule for `[[REQ-1]]` and `[[REQ-1|the login]]`, tried where no ordinary link stands."""
    if state.linkLevel > 0 or not state.src.startswith("[[", state.pos):
        return False
    found = _RECORD.match(state.src, state.pos, state.posMax)
    if found is None or not found[1].strip():
        return False
    if not silent:
        token = state.push("record_link", "", 0)
        token.meta = {"at": state.pos, "target": found[1].strip(), "label": _inline(state, found[2] or "")}
        token.content = found.group()
        # With the inner brackets, since they may be a link of their own: [[text]] below [text]: address.
        token.children = _inline(state, found.group()[1:-1])
    state.pos = found.end()
    return True


def _inline(state: StateInline, source: str) -> list[Token]:
    tokens: list[Token] = []
    return state.md.inline.parse(source.strip(), state.md, state.env, tokens) if source.strip() else tokens


def _callouts_and_tasks(state: StateCore) -> None:
    """Make callouts of quotes that begin with `[!NOTE]`, and take `[x]` off list items, before links are looked for."""
    titles: dict[int, Token] = {}
    for index, token in enumerate(state.tokens):
        if token.type != "inline" or not token.content.startswith("["):
            continue
        before = state.tokens[index - 2]
        if before.type == "blockquote_open" and (found := _CALLOUT_LINE.match(token.content)):
            if found[1].lower() in CALLOUTS:
                titles |= _become_callout(state.tokens, index, found)
        elif before.type == "list_item_open" and (found := _TASK.match(token.content)):
            before.meta["task"] = token.meta["task"] = found[1] in "xX"
            token.content = token.content[found.end() :]
    if titles:
        state.tokens = [
            one
            for index, token in enumerate(state.tokens)
            for one in ((titles[index], token) if index in titles else (token,))
        ]


def _become_callout(tokens: list[Token], index: int, found: re.Match[str]) -> dict[int, Token]:
    """Make the quote whose first paragraph is at `index` a callout; return its title by the index it belongs before."""
    quote, inline = tokens[index - 2], tokens[index]
    end = index
    while tokens[end].type != "blockquote_close" or tokens[end].level != quote.level:
        end += 1
    quote.type, tokens[end].type = "callout_open", "callout_close"
    quote.info = tokens[end].info = found[1].lower()
    inline.content = inline.content[found.end() :]
    line = inline.map[0] if inline.map else 0
    inline.map = [line + 1, max(line + 1, inline.map[1] if inline.map else 0)]
    if not inline.content:
        for one in tokens[index - 1 : index + 2]:
            one.meta["gone"] = True
    return {index - 1: callout_title(found[2].strip(), line)} if found[2].strip() else {}
