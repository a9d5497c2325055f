"""Links lead where they are meant to, say where they stand, and leave nothing of what is not published."""

from __future__ import annotations

import base64

import pytest

from portalgen.content.markdown.body import AS_TYPED, find_bare_ids, parse_body, render_body
from tests.content.markdown.markdown_help import codes, elements, read, render, shown

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"0" * 20).decode()


@pytest.mark.parametrize(
    "text",
    [
        "REQ-1",
        "看REQ-1吧",
        "(REQ-1)",
        "REQ-1.",
        "REQ-1，CR",
        "x/REQ-1/y",
        "REQ-1은",
        "a–REQ-1",
        "--REQ-1",
        "*REQ-1*",
        "REQ-1: b",
    ],
)
def test_a_bare_id_is_a_link(text: str) -> None:
    link = next(element for element in elements(render(text)) if element.tag == "a")
    assert (link.text, link.get("href")) == ("REQ-1", "requirements/REQ-1.html")


@pytest.mark.parametrize(
    "text",
    [
        "X-REQ-1",
        "REQ-1.2",
        "REQ-1st",
        "aREQ-1",
        "яREQ-1",
        "REQ-1_a",
        "REQ-1-b",
        "REQ-1.md",
        "`REQ-1`",
        "```\nREQ-1\n```",
        "req-1",
    ],
)
def test_a_part_of_another_word_or_of_code_is_no_id(text: str) -> None:
    assert "<a " not in render(text)
    assert read(text).links == ()


def test_ids_inside_a_link_are_no_links() -> None:
    html = render(
        "[REQ-1](https://example.org) https://example.org/REQ-1 [x REQ-1](plan.pdf) <a href='plan.pdf'>REQ-1</a>"
    )
    assert "requirements/REQ-1.html" not in html


def test_the_places_of_bare_ids() -> None:
    found = list(find_bare_ids("见REQ-1、CR-22."))
    assert found == [(1, 6, "REQ-1"), (7, 12, "CR-22")]


def test_a_record_link_shows_its_label() -> None:
    html = render("[[REQ-1]] and [[REQ-1|the *login*]]")
    assert html == (
        '<p><a href="requirements/REQ-1.html">REQ-1</a> and <a href="requirements/REQ-1.html">the <em>login</em></a></p>\n'
    )


def test_a_record_link_in_a_table_escapes_its_bar() -> None:
    assert ">the login</a></td>" in render("| a |\n|---|\n| [[REQ-1\\|the login]] |\n")


@pytest.mark.parametrize(
    "text",
    [
        "[[nodiscard]] int f();",
        "if [[ -f x ]]; then",
        "[[Prototype]]",
        "a[[0]]",
        "![[picture.png]]",
        "[[a|b *c*]]",
        "[[  ]]",
        "[[]]",
    ],
)
def test_what_names_no_record_stays_as_typed(text: str) -> None:
    assert shown(render(text)) == shown(text.replace("*", ""))


def test_links_in_double_brackets_that_are_no_record_work() -> None:
    html = render("[[Zulip]](https://example.org) [[text](plan.pdf)] [[label]]\n\n[label]: plan.pdf\n")
    assert [element.get("href") for element in elements(html) if element.tag == "a"] == [
        "https://example.org",
        "files/DOC-1/plan.pdf",
        "files/DOC-1/plan.pdf",
    ]
    assert shown(html) == "[Zulip] [text] [label]"


def test_without_an_address_the_label_stands_alone() -> None:
    text = '[[X-9|label]] X-9 [path](../secret/plan.md "secret title") ![alt](../secret/p.png "secret title")'
    html = render(text, lambda link: None)
    assert html == "<p>label X-9 path alt</p>\n"


def test_an_anchor_written_in_html_leaves_its_text_too() -> None:
    html = render(
        "<a href='../secret.md' title='secret'>label</a> <img src='secret.png' alt='alt' title='secret'>",
        lambda link: None,
    )
    assert shown(html) == "label alt"
    assert "secret" not in html


def test_paths_are_decoded_once_and_lose_query_and_fragment() -> None:
    body = read(
        "[a](../a%20b.md#Two%20words) [b](<c d.md>) [c](100%25.md?raw=1) ![d](e%2520f.png) <a href='g%20h.md#i'>j</a>"
    )
    assert [(link.form, link.target, link.fragment, link.label) for link in body.links] == [
        ("path", "../a b.md", "Two words", "a"),
        ("path", "c d.md", "", "b"),
        ("path", "100%.md", "", "c"),
        ("picture", "e%20f.png", "", "d"),
        ("path", "g h.md", "i", ""),
    ]


def test_links_say_their_line_and_column_in_the_file() -> None:
    text = "intro\n\npara one\ntwo [x](a.md) and REQ-1\n\n- item\n  > quote [[REQ-2]]\n\n| a | b |\n|---|---|\n| c | REQ-3 |\n\n<p>\n<a href='b.md'>b</a></p>\n"
    body = parse_body(text, "a.md", first_line=11)[0]
    assert [(link.target, link.line, link.column) for link in body.links] == [
        ("a.md", 14, 5),
        ("REQ-1", 14, 19),
        ("REQ-2", 17, 11),
        ("REQ-3", 21, 7),
        ("b.md", 24, 1),
    ]


def test_lines_stay_right_below_comments_and_internal_blocks() -> None:
    text = "<!--\n\n-->\n\n::: internal\nx\n:::\n\nREQ-1 <!-- a\nb --> REQ-2\n"
    assert [(link.target, link.line) for link in read(text).links] == [("REQ-1", 9), ("REQ-2", 10)]


def test_links_stand_in_reading_order() -> None:
    body = read("REQ-1 [a](a.md) [![b](b.png)](c.md) [[REQ-2]] [d](#d)\n\n# d")
    assert [link.form for link in body.links] == ["record", "path", "path", "picture", "record", "anchor"]


def test_links_to_other_hosts_send_no_referrer() -> None:
    html = render("[a](https://example.org) [b](//example.org/x) [c](mailto:a@example.org) [d](tel:+123)")
    assert [
        (element.get("href"), element.get("rel")) for element in elements(html) if element.tag == "a"
    ] == [
        ("https://example.org", "noopener noreferrer"),
        ("https://example.org/x", "noopener noreferrer"),
        ("mailto:a@example.org", None),
        ("tel:+123", None),
    ]


def test_a_record_link_may_lead_to_another_host() -> None:
    assert render("[[REQ-1]]", lambda link: "https://example.org/x") == (
        '<p><a href="https://example.org/x" rel="noopener noreferrer">REQ-1</a></p>\n'
    )


@pytest.mark.parametrize(
    "scheme",
    """
    javascript vbscript data file blob ms-msdt search-ms intent view-source feed ftp ws wss about jar chrome
    moz-extension ms-word smb ldap gopher JaVaScRiPt
    """.split(),
)
@pytest.mark.parametrize(
    "form",
    [
        "[label]({0}:x)",
        "[label](<{0}:x>)",
        "[label]\n\n[label]: {0}:x",
        "<a href='{0}:x'>label</a>",
        "<a href=' &#x01;{0}:x'>label</a>",
    ],
)
def test_an_address_of_another_kind_leaves_its_label_and_a_warning(scheme: str, form: str) -> None:
    text = form.format(scheme)
    assert "refused-link" in codes(text)
    assert "<a" not in render(text)
    assert "label" in render(text)


@pytest.mark.parametrize(
    "url",
    [
        "java&#9;script:x",
        "java&Tab;script:x",
        "\tjavascript:x",
        "javascript&colon;x",
        "java&NewLine;script:x",
    ],
)
def test_characters_that_browsers_skip_hide_no_scheme(url: str) -> None:
    for text in (f"[label](<{url}>)", f'<a href="{url}">label</a>'):
        assert all(element.get("href") is None for element in elements(render(text)))


def test_a_picture_of_ours_has_its_words_and_no_foreign_address() -> None:
    picture = next(
        iter(element for element in elements(render('![the plan](plan.png "tip")')) if element.tag == "img")
    )
    assert (picture.get("src"), picture.get("alt"), picture.get("title")) == (
        "files/DOC-1/plan.png",
        "the plan",
        "tip",
    )


@pytest.mark.parametrize(
    "text", ["![the plan](https://h.example/p.png)", "<img alt='the plan' src='//h.example/p.png'>"]
)
def test_a_picture_on_another_host_becomes_a_link(text: str) -> None:
    assert codes(text) == ["distant-picture"]
    html = render(text)
    assert "<img" not in html
    assert '<a href="https://h.example/p.png" rel="noopener noreferrer">the plan</a>' in html


def test_a_distant_picture_inside_a_link_is_its_label() -> None:
    assert render("[![build](https://h.example/b.svg)](https://example.org)") == (
        '<p><a href="https://example.org" rel="noopener noreferrer">build</a></p>\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        f"![p](data:image/png;base64,{PNG})",
        f"<img alt=p src='data:image/jpeg;base64,{PNG}'>",
        f"![p][r]\n\n[r]: data:image/png;base64,{PNG}",
    ],
)
def test_a_picture_in_the_text_becomes_a_file_of_the_type_that_it_is(text: str) -> None:
    body = read(text)
    (picture,) = body.pictures
    assert picture.name.startswith("picture-")
    assert picture.name.endswith(".png")
    assert picture.data.startswith(b"\x89PNG")
    assert [(link.form, link.target) for link in body.links] == [("picture", picture.name)]
    html = render_body(body, lambda link: f"files/{link.target}", name="b").at("")
    assert f'src="files/{picture.name}"' in html
    assert "data:" not in html


@pytest.mark.parametrize(
    "url",
    [
        "data:image/svg+xml;base64,PHN2Zz4=",
        "data:image/png;base64,AAAA",
        "data:image/png,%89PNG",
        "data:text/html;base64,AAAA",
        "data:",
    ],
)
def test_a_picture_in_the_text_that_is_none_leaves_its_words(url: str) -> None:
    body, problems = parse_body(f"![words](<{url}>)", "a.md")
    assert [problem.code for problem in problems] == ["refused-picture"]
    assert body.pictures == ()
    assert render_body(body, lambda link: "x", name="b").at("") == "<p>words</p>\n"


def test_an_address_cannot_leave_its_attribute() -> None:
    html = render("[[REQ-1]]", lambda link: 'a"><script>.html')
    assert [element.tag for element in elements(html)] == ["p", "a"]
    assert render("[[zzz]]", lambda link: AS_TYPED) == "<p>[[zzz]]</p>\n"
