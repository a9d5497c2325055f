"""What is read without markdown-it is what markdown-it would have said: pieces, links with their places, problems, HTML."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portalgen.content.markdown.body import parse_body, render_body
from portalgen.content.markdown.quick import read_quickly
from portalgen.content.markdown.text import Places
from tests.content.markdown.specification import examples

HERE = Path(__file__).resolve()
FOLDERS = (HERE.parents[3] / "content", HERE.parents[4] / "shared" / "samples" / "content")

BEGINNINGS = """
    # |## |####### |#|- |- [ ] |- [x] |* |+ |1. |2) |12. |0. |> |>|>> |  |    |\t|```|```json|~~~|| a | b |||| --- | :-: |||---|
    |*** |---|===|: |:::|[a]: |[^1]: |=|_|-|+5 |1.|\u3000|\u2003|| a ||- - |- # |- > |- 1. |> - |> ```|# [x] |
""".strip().replace("\n    ", "").split("|")  # fmt: skip
INLINE = [
    "one", "two", "Résumé", "中文", "好", "½", "`code`", "``a ` b``", "`", "**bold**", "**Note:**", "**", "*em*", "*", "_em_",
    "_", "snake_case", "__x__", "***x***", "**a*b**", "~~gone~~", "~", "[a](b.md)", "[the note](../x/y.md#part)",
    "[`a`](c)", "[a](https://Example.org/%41)", "[a](javascript:x)", "[a](b 'c')", "[x]", "[ ]", "[", "]", "[[REQ-1]]",
    "[[REQ-1|the login]]", "[[REQ-1]](x)", "[[REQ-1]]:", "[[a|b]]", "![a](b.png)", "!", "REQ-1", "REQ-10", "X-REQ-1", "REQ-1.",
    "(REQ-2)", ":", "::", "：", "；：", ": internal", "internal", "<b>", "<", ">", "-->", "--", "&amp;", "&", "&#35;", "\\", "\\*",
    "https://example.org", "www.example.org", "a@example.org", "mailto:a@b.org", "|", "| --- |", "[#x](#one)", "#", ".", ",", ")",
    "[a](#one)", "[a](x_y*z)", "[a b](http://a.org/b*c)", "(*em*)", "a**b**c", "'q'", '"', "  ", "\u00a0", "\u200b", "\u2028",
]  # fmt: skip


def faithful(text: str) -> bool:
    """Return whether `text` was read quickly; whichever way it was, both ways say the same."""
    quick = parse_body(text, "a.md", first_line=7)
    slow = parse_body(text, "a.md", first_line=7, quickly=False)
    assert quick == slow
    assert [body(quick, title) for title in (True, False)] == [body(slow, title) for title in (True, False)]
    return read_quickly(Places(text, "a.md", 7)) is not None


def body(read: tuple, skip_title: bool) -> str:
    return render_body(read[0], lambda link: f"{link.form}.html", name="n", skip_title=skip_title).at("../")


words = st.lists(
    st.tuples(st.sampled_from(INLINE), st.sampled_from(["", " ", " ", "\n", "  \n"])), min_size=1, max_size=6
)
lines = st.tuples(
    st.sampled_from(BEGINNINGS), words, st.sampled_from(["\n", "\n", "\n\n", "\n  ", "\n   ", "\n\n\n"])
)


def written(line: tuple[str, list[tuple[str, str]], str]) -> str:
    return line[0] + "".join(word + space for word, space in line[1]) + line[2]


@settings(max_examples=int(os.environ.get("PORTALGEN_EXAMPLES", "500")), deadline=None)
@given(st.lists(lines, max_size=6))
def test_any_mixture_of_marks_is_read_as_markdown_it_reads_it(text: list) -> None:
    faithful("".join(map(written, text)))


@settings(max_examples=int(os.environ.get("PORTALGEN_EXAMPLES", "500")), deadline=None)
@given(st.text(alphabet="ab1 \n*_`[]()#->|:.!+~=R-中：&<\\", max_size=40))
def test_any_row_of_marks_is_read_as_markdown_it_reads_it(text: str) -> None:
    faithful(text)


PLAIN = [
    "One paragraph\nof two lines.\n\nAnd **one** more with `code`, *stress* and _stress_.",
    "# Title\n\nText with [[REQ-1]], [[REQ-2|a label]], REQ-3 and [words](../a/b.md#part).",
    "## A\n\n## A\n\n## `b` **c** [d](e) [[REQ-1]]\n\n[up](#a-1) and [away](#nowhere)",
    "- one\n- two REQ-1\n- [ ] three\n- [x] four **done**\n\n1. a\n2. b\n\n3) c\n4) d",
    "- one\n  goes on\n  - inner\n  - inner two\n- two\n\n* other",
    "> said REQ-1\n>\n> - a\n> - b\n\n***\n\nEnd.",
    "```json\n{\n\n  <b>\n}\n```\n\n````\n```\n````",
    "| A | B |\n| :-- | --: |\n| 1 | REQ-2 |\n|  | **x** |\n\nEnd",
    "|  | B |\n| --- | :-: |\n| 1 | 2 |",
    "中文的**重点**在这里\n下一行",
    "A & B, snake_case, [not a link], 100 * is not here: ok.".replace("*", "x"),
    "REQ-1 `REQ-1` [[REQ-1]] REQ-1",
    "",
]  # fmt: skip


@pytest.mark.parametrize("text", PLAIN)
def test_what_teams_write_most_is_read_quickly(text: str) -> None:
    assert faithful(text)


DOUBTFUL = [
    "a * b", "**a *b* c**", "`a", "a\\*b", "<b>a</b>", "&amp;", "https://example.org", "a@example.org", "    code", "\ttab",
    "a  \nb", "- a\n\n- b", "- a\nlazy", "- a\n   b", "> a\nlazy", "[a]: b\n\n[a]", "a\n===", "![a](b.png)", ":::\na", "::: note\na\n:::",
    "<!-- a -->", "a\n: b", "[^1]\n\n[^1]: a", "~~a~~", "```\nopen", "| a |\n| - |\n| b | c |", "- - -", "* ***", "a\n| b |\n| - |",
    "[a](javascript:b)", "： internal： internal：：", "--> and !--", "- # a", "a\n1.  b", "1.  b", "1.", "# >",
]  # fmt: skip


@pytest.mark.parametrize("text", DOUBTFUL)
def test_what_may_mean_more_is_left_to_markdown_it(text: str) -> None:
    assert not faithful(text)


def test_every_text_of_the_content_at_hand_is_read_the_same_both_ways() -> None:
    files = [file for folder in FOLDERS for end in ("md", "yaml") for file in folder.rglob(f"*.{end}")]
    assert files
    # Every third: the samples are thousands of texts of a few kinds.
    read = [faithful(file.read_text(encoding="utf-8").split("\n---\n", 1)[-1]) for file in sorted(files)[::3]]
    assert any(read)


def test_the_examples_of_the_specification_are_read_the_same_both_ways() -> None:
    read = [faithful(example.markdown) for example in examples()]
    assert 50 < sum(read) < len(read)
