"""What would take too long or nest too deep is an error with its place; nothing of a text vanishes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portalgen.content.markdown.body import parse_body, render_body
from portalgen.content.markdown.types import Body
from tests.content.markdown.markdown_help import codes, render, shown

NESTING: dict[str, Callable[[int], str]] = {
    "lists": lambda depth: "".join("  " * level + f"- w{level}\n" for level in range(depth)),
    "lists in one line": lambda depth: "- " * depth + "w0",
    "quotes": lambda depth: "> " * depth + "w0",
    "numbers": lambda depth: "1. " * depth + "w0",
    "callouts": lambda depth: "::: note\n" * depth + "w0\n" + ":::\n" * depth,
    "quotes in lists": lambda depth: "- > " * (depth // 2) + "w0",
    "definitions": lambda depth: "t\n" + "".join("  " * level + ": t\n\n" for level in range(depth)),
}


@pytest.mark.parametrize("kind", NESTING)
def test_thirty_two_levels_keep_their_text(kind: str) -> None:
    text = NESTING[kind](32)
    assert "too-deep" not in codes(text)
    html = shown(render(text))
    assert "w0" in html or kind == "definitions"
    if kind == "lists":
        assert all(f"w{level}" in html for level in range(32))


@pytest.mark.parametrize("kind", NESTING)
@pytest.mark.parametrize("depth", [35, 100, 1_000, 20_000])
def test_deeper_is_an_error(kind: str, depth: int) -> None:
    body, problems = parse_body(NESTING[kind](min(depth, 400 if "\n" in NESTING[kind](2) else depth)), "a.md")
    assert [problem.code for problem in problems] == ["too-deep"]
    assert problems[0].severity == "error"
    assert body == Body("")


def test_too_deep_html_is_an_error() -> None:
    assert "too-deep" in codes("<div>" * 40 + "x" + "</div>" * 40)
    assert "too-deep" not in codes("<div>" * 32 + "x" + "</div>" * 32)


def test_too_deep_emphasis_is_an_error() -> None:
    assert "too-deep" in codes("**" * 40 + "x" + "**" * 40)


@pytest.mark.parametrize(
    "text",
    ["x" * (1024 * 1024 + 1), "\n" * 100_001, "[" * 50_001, "文" * (350 * 1024)],
    ids=["long", "lines", "brackets", "bytes"],
)
def test_a_text_over_a_limit_is_an_error(text: str) -> None:
    problems = parse_body(text, "a.md", first_line=7)[1]
    assert [(problem.code, str(problem.place)) for problem in problems] == [("too-large", "a.md:7:1")]


def test_tables_with_too_many_cells_are_an_error() -> None:
    wide = "|a" * 150 + "|\n" + "|-" * 150 + "|\n" + "|\n" * 1_000
    assert codes(wide) == ["too-large"]
    assert codes("|a" * 500 + "|\n" + "|-" * 500 + "|\n|\n") == ["too-large"]


FAMILIES = {
    "[": "[",
    "[a](": "[a](",
    "![a": "![a",
    "![](": "![](",
    "[![a](b)](c)": "[![a](b)](c) ",
    "[[": "[[",
    "[[a|": "[[a|",
    "nested link": "[",
    "emphasis": "*a _b ",
    "stars": "a**b",
    "backticks": "`x``y",
    "div": "<div>",
    "div lines": "<div>\n\n",
    "b": "x <b>",
    "attribute": "<a x='",
    "comments": "<!-- -->",
    "open comments": "<!--",
    "crossing comments": "a <!--\n\n--> b\n\n",
    "svg": "<svg>",
    "li": "<li>a",
    "entities": "&#1;&amp;",
    "schemes": "a://",
    "links": "http://a.b ",
    "mails": "a@b.cc",
    "ids": "REQ-1 ",
    "almost ids": "A-1-",
    "capitals": "AAAAAAAA",
    "letters": "aaaaaaaa",
    "digits": "11111111",
    "anchors": "[a](#b) ",
    "footnotes": "[^a]",
    "strays": "internal\n:::\n",
    "slips": ":: internel\n",
    "blocks": "::: internal\nx\n:::\n",
    "unknown blocks": "::: bad\n:::\n",
    "callouts": "> [!NOTE] t\n> x\n\n",
    "arrows": "!-- ",
    "rows": "|\n",
    "tilde": "~~a ",
    "control": "\x01",
    "escaped": "\\<!--",
}


@pytest.mark.parametrize("family", FAMILIES)
def test_rows_of_the_same_end_soon_and_lose_nothing(family: str) -> None:
    """Not timed: a rule that takes the square of the length would hold this test up for minutes."""
    unit = FAMILIES[family]
    text = unit * (120_000 // len(unit)) + "-1-->](x)"
    body, problems = parse_body(text, "a.md")
    render_body(body, lambda link: "x", name="b")
    assert len(problems) <= 300
