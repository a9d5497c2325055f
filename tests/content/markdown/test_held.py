"""What stays with the team leaves no trace in a body, and a slip in a mark is an error rather than a leak."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portalgen.content.markdown.body import Body, check_plain, parse_body, plain_text, render_body
from portalgen.problems import Place
from tests.content.markdown.markdown_help import codes, has_error, read, render, shown

CANARY = "CANARYWORD"

BLOCK = f"::: internal\n{CANARY}\n:::\n"
HELD = [
    f"before\n\n{BLOCK}\nafter\n",
    f"before\n{BLOCK}after\n",
    f"- a\n  ::: internal\n  {CANARY}\n  :::\n- b\n",
    f"- ::: internal\n  {CANARY}\n  :::\n",
    f"1. a\n\n   ::: internal\n   - {CANARY}\n   :::\n",
    f"> q\n> ::: internal\n> {CANARY}\n> :::\n> more\n",
    f"> - a\n>   ::: internal\n>   {CANARY}\n>   :::\n",
    f"- > a\n  > ::: internal\n  > {CANARY}\n  > :::\n",
    f"::: note\nx\n{BLOCK}y\n:::\n",
    f"::: internal\na\n::: note\n{CANARY}\n:::\n{CANARY}\n:::\n",
    f"::: internal\na\n::: internal\nb\n:::\n{CANARY}\n:::\n",
    f"::: internal\n```\n:::\n```\n{CANARY}\n:::\n",
    f"::: internal\n~~~~\n```\n:::\n~~~~\n{CANARY}\n:::\n",
    f"x[^1]\n\n[^1]: note\n\n    ::: internal\n    {CANARY}\n    :::\n",
    f"Term\n\n: meaning\n\n  ::: internal\n  {CANARY}\n  :::\n",
    f"::: internal why {CANARY}\nx\n:::\n",
    f"::::: internal\n{CANARY}\n:::::\n",
    f":::internal\n{CANARY}\n:::\n",
    f"   ::: internal \t\n{CANARY}\n  :::  \n",
    f"<div>\n::: internal\n{CANARY}\n:::\n</div>\n",
    f"::: internal\n<p>{CANARY}</p>\n:::\n",
    f"::: internal\n- {CANARY}\n:::\nafter\n",
    f"::: internal\n> {CANARY}\n:::\nafter\n",
    f"::: internal\n| a |\n|---|\n| {CANARY} |\n:::\nafter\n",
    f"[x]\n\n::: internal\n[x]: https://example.org/{CANARY}\n:::\n",
    f"x[^1]\n\n::: internal\n[^1]: {CANARY}\n:::\n",
    f"::: internal\r\n{CANARY}\r\n:::\r\n",
    f"a <!-- {CANARY} --> b\n",
    f"<!--\n{CANARY}\n-->\ntext\n",
    f"<!-- {CANARY}\n\n- {CANARY}\n\n{CANARY} -->\ntext\n",
    f"- x <!-- {CANARY}\n  more -->\n- y\n",
    f"> <!-- {CANARY}\n> -->\n> z\n",
    f"text <!-- begins\n\n{CANARY}\n\nends --> text\n",
    f"- a <!-- begins\n- {CANARY}\n\n# {CANARY}\nends --> text\n",
    f"| a | <!-- {CANARY} --> |\n|---|---|\n| b | c |\n",
    f"# heading <!-- {CANARY} -->\n",
    f"<div><!-- {CANARY} --></div>\n",
    f"<!-- ::: internal\n{CANARY}\n::: -->\ntext\n",
    f"text <!-- a\n::: internal\n{CANARY}\n:::\n--> text\n",
]


def _everything(body: Body) -> str:
    """Return all that could leave the team."""
    html = render_body(body, lambda link: None, name="b").at("")
    return "\n".join(
        [
            html,
            body.text,
            body.title,
            plain_text(body),
            repr(body.links),
            repr(body.pieces),
            repr(body.heading),
        ]
    )


# Here a slip makes something else of a comment that CommonMark has a meaning for: code, a link's title, a lost cell.
HELD_IN_ODD_PLACES = [
    f"`code` <!-- {CANARY} ` --> `code`\n",
    f"[a]: /b '<!-- {CANARY} -->'\n\n[a]\n",
    f"| a |\n|---|\n| b | <!-- {CANARY} --> |\n",
]


@pytest.mark.parametrize("text", [*HELD, *HELD_IN_ODD_PLACES])
def test_internal_blocks_and_comments_are_held_back_wherever_they_stand(text: str) -> None:
    body = read(text)
    assert CANARY not in _everything(body)
    assert CANARY in "".join(body.held_back)
    assert body.text.count("\n") == text.count("\n")


def test_the_text_around_keeps_its_place() -> None:
    assert render(HELD[1]) == "<p>before</p>\n<p>after</p>\n"
    assert render(HELD[2]) == "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"
    assert render("- a\n\n<!-- -->\n\n- b\n").count("<ul>") == 2


def test_what_holds_nothing_else_disappears_with_it() -> None:
    assert render(f"- a\n- ::: internal\n  {CANARY}\n  :::\n- b\n") == "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"
    assert render(f"- ::: internal\n  {CANARY}\n  :::\n") == ""
    assert render(f"> <!-- {CANARY} -->\n") == ""
    assert render(f"- <!-- {CANARY} -->\n-\n") == "<ul>\n<li></li>\n</ul>\n"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a\n\n::: internal\nb\n", "unclosed-block", 3),
        ("- a\n  ::: internal\n  b\n\nc\n:::\n", "unclosed-block", 2),
        ("> ::: internal\n> b\n\n:::\n", "unclosed-block", 1),
        ("::: internal\n- a\n  :::\n", "unclosed-block", 1),
        ("::: internal\n```\n:::\n", "unclosed-block", 1),
        ("::: internal\na\n     :::\n", "unclosed-block", 1),
        ("::: note\n", "unclosed-block", 1),
        ("::: internal\na\n:::\nb\n:::\n", "stray-block-end", 5),
        ("::: internal\n:::\n- a\n  :::\n", "stray-block-end", 4),
        ("::: Internal\na\n:::\n", "unknown-block", 1),
        ("::: INTERNAL\na\n:::\n", "unknown-block", 1),
        ("::: intern\na\n:::\n", "unknown-block", 1),
        ("::: {internal}\na\n:::\n", "unknown-block", 1),
        (":::{.internal}\na\n:::\n", "unknown-block", 1),
        ("::: spoiler\na\n:::\n", "unknown-block", 1),
        (":: internal\na\n:::\n", "unknown-block", 1),
        ("::; internal\na\n:::\n", "unknown-block", 1),
        ("x::: internal\na\n:::\n", "unknown-block", 1),
        ("\\::: internal\na\n:::\n", "unknown-block", 1),
        ("- [ ] ::: internal\n  a\n  :::\n", "unknown-block", 1),
        ("# ::: internal\na\n:::\n", "unknown-block", 1),
        ("text ::: internal a :::\n", "unknown-block", 1),
        ("\u00a0::: internal\na\n:::\n", "unknown-block", 1),
        ("：：： internal\na\n：：：\n", "unknown-block", 1),
        ("> [!INTERNAL]\n> a\n", "unknown-block", 1),
        ("| a |\n|---|\n| ::: internal |\n", "unknown-block", 3),
        ("    ::: internal\n    a\n    :::\n", "misplaced-block", 1),
        ("\t::: internal\n\ta\n\t:::\n", "misplaced-block", 1),
        ("<pre>\n::: internal\na\n:::\n</pre>\n", "misplaced-block", 2),
        ("::: internal\n``\n:::\n```\na\n:::\n", "misplaced-block", 4),
        ("a <!-- b\n", "unclosed-comment", 1),
        ("a\n\n<!-- b\n\nc\n", "unclosed-comment", 3),
        ("a \\<!-- b -->\n", "unclosed-comment", 1),
        ("a <!- b -->\n", "unclosed-comment", 1),
        ("a !-- b\n\nc -->\n", "unclosed-comment", 1),
        ("<!-- a <!-- b --> c -->\n", "unclosed-comment", 1),
        ("<!--> a -->\n", "unclosed-comment", 1),
        ("<!--\n::: internal\n-->\na\n:::\n", "unclosed-block", 1),
        ("a <!-- b\n\n::: internal\nc --> d\n:::\n", "unclosed-block", 1),
        ("<p hidden>a</p>\n", "hidden-html", 1),
        ("<template>a</template>\n", "hidden-html", 1),
        ("<span style='DISPLAY : none'>a</span>\n", "hidden-html", 1),
    ],
)
def test_what_may_be_a_slip_is_an_error(text: str, code: str, line: int) -> None:
    problems = [problem for problem in parse_body(text, "a.md")[1] if problem.severity == "error"]
    assert (code, line) in [(problem.code, problem.place.line) for problem in problems]


@pytest.mark.parametrize("space", ["", "\n"])
def test_an_internal_block_in_a_table_is_an_error(space: str) -> None:
    text = f"| a |\n|---|\n| b |\n{space}::: internal\n| c |\n:::\n"
    assert has_error(text) is (space == "")


def test_an_unknown_block_names_the_nearest_known_one() -> None:
    (problem,) = parse_body("one\n\n  ::: Intenral\nx\n:::\n", "a.md", first_line=5)[1]
    assert problem.place == Place("a.md", 7, 3)
    assert problem.message == "'::: Intenral' is no block that is known here"
    assert problem.hint == "did you mean 'internal'?"


@pytest.mark.parametrize(
    "text",
    [
        ":::\n",
        "text\n:::\nmore\n",
        "a ::: b\n",
        "std::string `::: internal` and ``<!--``\n",
        "```\n::: internal\n<!--\n:::\n```\n",
        "~~~\n::: Whatever\n~~~\n",
        "    <!-- in code\n",
        "a --> b <--> c\n",
        "x :: internal_type\n",
        "The ::: sign\n",
    ],
)
def test_other_colons_and_arrows_are_text(text: str) -> None:
    assert not has_error(text)
    assert shown(render(text)) == " ".join(text.replace("`", "").replace("~", "").split())


def test_a_body_with_an_error_holds_nothing_internal_either() -> None:
    for text in (f"::: internal\n{CANARY}\n", f"::: Internal\n{CANARY}\n:::\n", f"a <!-- {CANARY}\n"):
        body, problems = parse_body(text, "a.md")
        assert any(problem.severity == "error" for problem in problems)
        assert CANARY not in _everything(body)


CONTEXTS = {
    "%s": "",
    "before\n\n%s\nafter\n": "",
    "para\n%safter\n": "",
    "- a\n%s- b\n": "  ",
    "1. a\n\n%s\n2. b\n": "   ",
    "> q\n%s> more\n": "> ",
    "- a\n  > q\n%s  > r\n- b\n": "  > ",
    "::: note\nx\n%sy\n:::\n": "",
    "Term\n\n: d\n\n%s": "  ",
    "x[^1]\n\n[^1]: note\n\n%s": "    ",
}
FRAGMENTS = """x|# h|- l|> q|[r]: https://example.org|<div>|<!-- c -->|    code|1. x|***|a%===|[^9]: f|<b>x|T%: d|`a|**b|[[REQ-9]]
|-|`|```%:::%```|::: note%t%:::|<!--%x%-->""".split("|")


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(sorted(CONTEXTS)),
    st.lists(st.sampled_from(FRAGMENTS), max_size=4),
    st.lists(st.sampled_from(FRAGMENTS), max_size=4),
)
def test_no_byte_outside_an_internal_block_depends_on_what_stands_in_it(
    context: str, one: list[str], other: list[str]
) -> None:
    results = []
    for fragments in (one, other):
        lines = ["::: internal", *"%".join(fragments).split("%"), ":::"]
        text = context % "".join(f"{CONTEXTS[context]}{line}\n" for line in lines) + "\n[r] [^9]\n"
        body, problems = parse_body(text, "a.md")
        if any(problem.severity == "error" for problem in problems):
            return
        links = [(link.form, link.target) for link in body.links]
        results.append((render_body(body, lambda link: None, name="b"), links, plain_text(body)))
    assert results[0] == results[1]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(HELD), st.data())
def test_one_wrong_character_in_a_mark_is_an_error_or_no_leak(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)).filter(lambda at: not _is_in_canary(text, at)))
    typed = data.draw(st.sampled_from(["", *"x :;-`>!<\\#|*.[/i\uff1a\u3000\u00a0"]))
    replaced = data.draw(st.booleans())
    changed = text[:at] + typed + text[at + (replaced or not typed) :]
    body, problems = parse_body(changed, "a.md")
    if not any(problem.severity == "error" for problem in problems):
        assert CANARY not in _everything(body)


def _is_in_canary(text: str, at: int) -> bool:
    return any(text.startswith(CANARY, start) for start in range(max(0, at - len(CANARY)), at + 1))


def test_plain_texts_hold_neither_blocks_nor_comments() -> None:
    assert check_plain("just: text :: and -> arrows", "a.yaml", 3, 7) == []
    assert [str(problem.place) for problem in check_plain("::: internal\nx\n:::", "a.yaml", 3, 7)] == [
        "a.yaml:3:7"
    ]
    assert [str(problem.place) for problem in check_plain("one\n  ::: note", "a.yaml", 3, 7)] == [
        "a.yaml:4:1"
    ]
    assert [str(problem.place) for problem in check_plain("two <!-- x -->", "a.yaml", 3, 7)] == [
        "a.yaml:3:11"
    ]
    assert [problem.code for problem in check_plain("bell \x07", "a.yaml", 3, 7)] == ["control-character"]


def test_all_errors_of_a_body_are_said_at_once() -> None:
    text = "::: Note\nx\n:::\n\ntext <!-- open\n"
    assert codes(text) == ["unknown-block", "unclosed-comment"]


COMMENTED = [
    "one <!-- x --> two",
    "## one <!-- x --> two <!-- y -->",
    "## <!-- x --> one",
    "one <!-- x -->\ntwo",
    "one <!-- x\ny --> two",
    "| a |\n|---|\n| <!-- x --> one <!-- y --> two <!-- z --> |",
    "- [ ] one <!-- x --> <!-- y -->",
    "**one** <!-- x --> two",
    "**one <!-- x --> two**",
    "[one <!-- x --> two](https://example.org)",
    "![one <!-- x --> two](picture.png)",
    "one[^1]\n\n[^1]: two <!-- x --> three",
    "one\n: two <!-- x --> three",
]


@pytest.mark.parametrize("text", COMMENTED)
def test_no_blank_too_many_tells_that_a_comment_stood_between_words(text: str) -> None:
    typed = re.sub(r" *<!--.*?-->", "", text, flags=re.DOTALL).replace("##  one", "## one")
    assert render(text) == render(typed)
    assert plain_text(read(text)) == plain_text(read(typed))
