"""Safe CommonMark shows the words that CommonMark says, though headings, links and HTML are written anew."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from portalgen.content.markdown.body import parse_body, render_body
from tests.content.markdown.markdown_help import elements, shown
from tests.content.markdown.specification import examples

# HTML is let through by an allow-list and comments are errors or dropped; `[[…]]` may be a record.
_NOT_COMMON = re.compile(r"<[A-Za-z/!?]|\[\[|\]\]\]|-->|<!")

PIECES = [
    *[
        "one",
        "two *three*",
        "**four**",
        "`five`",
        "[six](/seven)",
        "![eight](nine.png)",
        "[ten][]",
        "\\*eleven\\*",
        "&copy;",
    ],
    *[
        "# twelve",
        "thirteen\n===",
        "- fourteen",
        "1. fifteen",
        "7) sixteen",
        "> seventeen",
        "    eighteen",
        "```\nnineteen\n```",
    ],
    *[
        "***",
        "twenty  \ntwenty-one",
        "[ten]: /url 'title'",
        "_a_b",
        "**a*b**",
        "`` ` ``",
        "a\\\nb",
        "- a\n\n  b\n- c",
        "> a\nlazy",
    ],
    *[
        "<https://example.org>",
        "*a",
        "_b",
        "`c",
        "[d",
        "![e",
        "f](g)",
        "#h",
        "+ i",
        "*\tj",
        "~~~ k\nl\n~~~",
        "\tm",
        "&#35;",
        "&nope;",
    ],
]


def ours(text: str) -> str:
    body, _ = parse_body(text, "a.md")
    return render_body(body, lambda link: "x", name="b").at("")


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(["\n\n", "\n", " "])), max_size=12))
def test_any_mixture_of_markdown_shows_what_commonmark_says(pieces: list[tuple[str, str]]) -> None:
    text = "".join(piece + end for piece, end in pieces)
    assert shown(ours(text)) == shown(MarkdownIt("commonmark", {"maxNesting": 100}).render(text))


@pytest.mark.parametrize("text", PIECES)
def test_the_structure_is_that_of_commonmark(text: str) -> None:
    moved = {"h1": "h2", "h2": "h3"}
    expected = [
        moved.get(element.tag, element.tag) for element in elements(MarkdownIt("commonmark").render(text))
    ]
    assert [element.tag for element in elements(ours(text))] == expected


def test_the_examples_of_the_specification_keep_their_words() -> None:
    wrong = [
        example.number
        for example in examples()
        if not _NOT_COMMON.search(example.markdown) and shown(ours(example.markdown)) != shown(example.html)
    ]
    assert wrong == []
