"""What a team writes reaches the page as it was meant."""

from __future__ import annotations

import pytest

from portalgen.content.markdown.body import Body, anchor_id, parse_body, plain_text, render_body
from portalgen.problems import Place
from tests.content.markdown.markdown_help import codes, elements, read, render, shown


def test_headings_move_down_one_level_and_the_sixth_stays() -> None:
    tags = [element.tag for element in elements(render("# a\n\n## b\n\n##### e\n\n###### f\n"))]
    assert tags == ["h2", "h3", "h6", "h6"]


def test_the_first_heading_is_the_title_if_the_body_begins_with_it() -> None:
    assert read("<!-- draft -->\n\n# The *login* of `v2`\n\ntext").title == "The login of v2"
    assert read("text\n\n# Later").title == ""
    assert read("## Second level").title == ""


def test_a_title_in_an_internal_block_is_no_title() -> None:
    assert read("::: internal\n# Secret\n:::\n\n# Public\n").title == "Public"


def test_skip_title_leaves_out_that_heading_and_keeps_links_to_it_alive() -> None:
    body = read("# Plan\n\nSee [above](#plan).\n\n# Plan\n")
    html = render_body(body, lambda link: None, name="b", skip_title=True).at("")
    assert [element.get("id") for element in elements(html) if element.get("id")] == ["b-plan", "b-plan-1"]
    assert [element.tag for element in elements(html)].count("h2") == 1
    assert 'href="#b-plan"' in html


def test_ids_of_headings_follow_github_behind_the_name() -> None:
    html = render("## Ä 中文 标题！\n\n## a\n\n## a\n\n## a-1\n\n## !!!\n\n## `code` & [link](x.md)\n")
    ids = [element.get("id") for element in elements(html) if element.get("id")]
    assert ids == ["b-ä-中文-标题", "b-a", "b-a-1", "b-a-1-1", "b-", "b-code--link"]


def test_a_fragment_leads_to_the_heading_whatever_the_prefix() -> None:
    html = render("## Ä 中文\n\n[a](#ä-中文) [b](#%C3%A4-%E4%B8%AD%E6%96%87) [c](#user-content-ä-中文)\n")
    assert html.count('href="#b-ä-中文"') == 3


def test_a_fragment_without_a_heading_leaves_the_label_and_a_warning() -> None:
    assert codes("text [there](#nowhere)") == ["broken-anchor"]
    assert render("text [there](#nowhere)") == "<p>text there</p>\n"


def test_a_body_tells_its_anchors() -> None:
    body = read('# One\n\n<a name="old"></a>\n\n## Two\n')
    assert set(body.anchors) == {"one", "two", "old"}
    assert f'id="{anchor_id("b", "old")}"' in render_body(body, lambda link: None, name="b").at("")


def test_footnotes_of_two_bodies_on_one_page_have_different_ids() -> None:
    body = read("a[^1] b[^1]\n\n[^1]: note\n")
    page = "".join(render_body(body, lambda link: None, name=name).at("") for name in ("x", "y"))
    ids = [element.get("id") for element in elements(page) if element.get("id")]
    assert len(ids) == len(set(ids)) == 6
    links = [element.get("href") for element in elements(page) if element.tag == "a"]
    assert {link.removeprefix("#") for link in links} <= set(ids)


def test_a_heading_called_footnote_clashes_with_no_footnote() -> None:
    html = render("## footnote 1\n\na[^1]\n\n[^1]: note\n")
    ids = [element.get("id") for element in elements(html) if element.get("id")]
    assert len(ids) == len(set(ids))


def test_footnotes_stand_in_the_order_of_their_marks_and_keep_all_their_text() -> None:
    html = render("a[^z] b[^y]\n\n[^y]: second\n[^z]: first\n\n    more of the first\n")
    assert shown(html) == "a1 b2 first more of the first ↩︎ second ↩︎"


def test_a_footnote_inside_a_footnote_loses_no_text() -> None:
    html = render("a[^o]\n\n[^o]: outer before [^i]\n\n    [^i]: inner\n\n    outer after\n")
    assert all(word in shown(html) for word in ("outer before", "inner", "outer after"))


@pytest.mark.parametrize("text", ["[^u]: nobody refers to it\n", "a[^1]\n\n[^1]: one\n\n[^1]: two\n"])
def test_a_footnote_that_is_not_shown_is_said(text: str) -> None:
    assert codes(text) == ["lost-footnote"]


def test_a_head_of_a_table_without_words_is_no_head() -> None:
    html = render("| | before |\n| --- | --- |\n| boxes | 14 |")
    assert [each.tag for each in elements(html) if each.tag in ("th", "td")] == ["td", "th", "td", "td"]


def test_tables_are_aligned_by_class() -> None:
    html = render("| a | b | c | d |\n|:--|:-:|--:|---|\n| 1 | 2 | 3 | 4 |\n")
    assert [element.get("class") for element in elements(html) if element.tag == "td"] == [
        "align-left",
        "align-center",
        "align-right",
        None,
    ]
    assert "style" not in html


def test_cells_beyond_the_heading_are_said() -> None:
    text = "intro\n\n| a | b |\n|---|---|\n| 1 | 2 | three \\| four |\n| 1 \\| 1 | 2 |\n"
    problems = parse_body(text, "a.md", first_line=10)[1]
    assert [(problem.code, problem.place.line) for problem in problems] == [("lost-cells", 14)]
    assert "three | four" in problems[0].message


def test_task_lists_show_boxes_that_cannot_be_ticked() -> None:
    html = render("- [ ] open\n- [x] done\n- [X] *done too*\n- [y] no task\n- [](x)\n")
    boxes = [element for element in elements(html) if element.tag == "input"]
    assert [box.get("checked") is not None for box in boxes] == [False, True, True]
    assert all(box.get("disabled") is not None for box in boxes)
    assert "[y] no task" in shown(html)
    assert html.count("<label>") == 3


def test_definition_lists_strikethrough_and_bare_links() -> None:
    html = render(
        "Term\n: what it means\n\n~~old~~ https://example.org/a?b=c&d www.example.org a@example.org README.md\n"
    )
    assert "<dt>Term</dt>" in html
    assert "<dd>what it means</dd>" in html
    assert "<s>old</s>" in html
    assert [element.get("href") for element in elements(html) if element.tag == "a"] == [
        "https://example.org/a?b=c&d",
        "https://www.example.org",
        "mailto:a@example.org",
    ]


def test_a_bare_link_ends_where_chinese_text_goes_on() -> None:
    html = render("见https://example.org/a，然后看https://example.org/b这里。")
    assert [element.text for element in elements(html) if element.tag == "a"] == [
        "https://example.org/a",
        "https://example.org/b",
    ]


def test_a_line_break_between_chinese_characters_is_no_space() -> None:
    assert render("第一行\n第二行") == "<p>第一行第二行</p>\n"
    assert render("中文\nenglish") == "<p>中文\nenglish</p>\n"


@pytest.mark.parametrize(
    "text", ["> [!NOTE]\n> text\n", "> [!note]\n>\n> text\n", "::: note\ntext\n:::\n", ":::note\ntext\n:::"]
)
def test_both_ways_to_write_a_callout_give_the_same(text: str) -> None:
    html = render(text)
    assert [element.get("class") for element in elements(html)] == [
        "callout callout-note",
        "callout-title",
        None,
    ]
    assert shown(html) == "Note text"


def test_a_callout_may_have_a_title_of_its_own() -> None:
    assert shown(render("::: tip Read *this*\ntext\n:::")) == "Read this text"
    assert shown(render("> [!TIP] Read *this*\n> text")) == "Read this text"
    assert "<em>this</em></summary>" in render("::: details Read *this*\ntext\n:::")


def test_the_words_of_callouts_and_footnotes_are_those_of_the_client() -> None:
    words = {"warning": "警告", "footnotes": "脚注", "back": "返回正文"}
    html = render("::: warning\na[^1]\n:::\n\n[^1]: b\n", words=words)
    assert "警告" in shown(html)
    assert 'aria-label="脚注"' in html
    assert 'aria-label="返回正文"' in html


def test_callouts_nest_and_hold_any_block() -> None:
    html = render("::: note\n- a\n  ::: warning\n  ```\n  :::\n  ```\n  :::\n- b\n:::\nend\n")
    assert [
        element.get("class") for element in elements(html) if element.get("class", "").startswith("callout ")
    ] == [
        "callout callout-note",
        "callout callout-warning",
    ]
    assert html.endswith("</div>\n<p>end</p>\n")


def test_a_quote_that_begins_with_another_word_in_brackets_is_a_quote() -> None:
    assert shown(render("> [!REMARK]\n> text")) == "[!REMARK] text"


def test_code_is_coloured_by_class_and_unknown_languages_stay_plain() -> None:
    assert '<span class="k">def</span>' in render("```python\ndef f(): ...\n```\n")
    assert "<span" not in render("```nosuchlanguage\ndef f(): ...\n```\n")
    assert all(
        "style" not in element.attrib for element in elements(render("```html\n<p style='color:red'>\n```\n"))
    )


def test_the_word_behind_a_fence_cannot_leave_its_attribute() -> None:
    html = render('```"><script>alert(1)</script>\ntext\n```\n')
    assert [element.tag for element in elements(html)] == ["pre", "code"]


def test_code_with_very_long_lines_is_shown_plain() -> None:
    html = render("```python\n" + "x = (" * 5_000 + "\n```\n")
    assert "<span" not in html
    assert html.count("x = (") == 5_000


def test_crlf_and_a_byte_order_mark_change_nothing() -> None:
    text = "# a\n\n- b\n  ::: internal\n  c\n  :::\n\n```\nd\n```\n"
    assert read("\ufeff" + text.replace("\n", "\r\n")) == read(text)


@pytest.mark.parametrize("character", ["\x00", "\x1b"])
def test_nul_and_escape_are_errors(character: str) -> None:
    problems = parse_body(f"one\ntwo {character} three", "a.md", first_line=5)[1]
    assert [(problem.code, problem.severity, problem.place) for problem in problems] == [
        ("control-character", "error", Place("a.md", 6, 5))
    ]


def test_other_control_characters_become_a_space_with_a_warning() -> None:
    body, problems = parse_body("one\x07two\x9fthree\ufdd0four", "a.md")
    assert body.text == "one two three four"
    assert [(problem.code, problem.severity) for problem in problems] == [
        ("replaced-character", "warning")
    ] * 3


def test_a_character_that_turns_the_direction_is_named() -> None:
    problems = parse_body("safe \u202e txt", "a.md")[1]
    assert [problem.code for problem in problems] == ["odd-character"]
    assert "U+202E" in problems[0].message


def test_template_marks_are_text() -> None:
    assert shown(render("{{ client.name }} {% raw %} ${HOME}")) == "{{ client.name }} {% raw %} ${HOME}"


def test_a_body_renders_the_same_twice_and_for_another_root() -> None:
    body = read("[[REQ-1]] <b>x</b>")
    html = render_body(body, lambda link: "requirements/REQ-1.html", name="b")
    assert html == render_body(body, lambda link: "requirements/REQ-1.html", name="b")
    assert html.at("../../") == html.at("").replace('href="', 'href="../../')


def test_plain_text_has_every_word_a_reader_can_reach() -> None:
    body = read(
        '# Title\n\nun**believ**able `code` ![alternative](plan.png "tip") [[REQ-1|label]]\n\n| a | b |\n|---|---|\n| c | d |\n\n'
        "```py\nx = 1\n```\n\ntext[^1]\n\n[^1]: note\n"
    )
    words = plain_text(body).split()
    for word in ("Title", "unbelievable", "code", "alternative", "tip", "label", "a", "d", "x", "note"):
        assert word in words
    assert "<" not in plain_text(body)


def test_an_empty_body_is_empty() -> None:
    assert parse_body("", "a.md") == (Body(""), [])
    assert render("") == ""
    assert plain_text(Body("")) == ""
