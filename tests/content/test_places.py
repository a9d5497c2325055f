"""YAML and front matter become plain values, and everything knows its place."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from portalgen.content.yaml.places import Document, Value, read_front_matter, read_yaml

RISKS = """\
# the register
- id: RSK-1
  title: "Flood"
  impact: {likelihood: 2, impact: 5}
  owner:
  body: |

    First line.

    Second line.
- id: RSK-2
  tags:
    - 港口
    - water
"""


def read(text: str, *, first_line: int = 1) -> Document:
    """Return the document of a text without any problem."""
    document, problems = read_yaml(text, "f.yaml", first_line=first_line)
    assert problems == []
    assert document is not None
    return document


def value(text: str) -> Value:
    return read(text).value


def refused(text: str) -> str:
    """Return the one problem of a text of which nothing is used, as text."""
    document, problems = read_yaml(text, "f.yaml")
    assert document is None
    [problem] = problems
    return str(problem)


# Values


@pytest.mark.parametrize(
    "typed",
    "no yes on off true False null ~ 1:30 12:30 010 1_000 1e3 1.10 0x1f 2026-02-30 2026-03-04T10:00:00Z .inf 0o17 =".split(),
)
def test_a_scalar_is_the_text_that_was_typed(typed: str) -> None:
    assert value(f"client: {typed}\n") == {"client": typed}
    assert value(f"- {typed}\n") == [typed]
    assert value(f"{typed}: x\n") == {typed: "x"}


def test_an_empty_value_is_none_and_an_empty_text_in_quotes_is_a_text() -> None:
    assert value("a:\nb: ''\nc: \"\"\nd: {e: , f}\ng:\n  # a comment\nh: [x, '']\n") == {
        "a": None,
        "b": "",
        "c": "",
        "d": {"e": None, "f": None},
        "g": None,
        "h": ["x", ""],
    }


def test_keys_keep_their_order() -> None:
    assert list(read("b: 1\na: 2\nc: 3\n").value or ()) == ["b", "a", "c"]


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing yet\n", "---\n", "\ufeff", "   \n"])
def test_a_file_that_says_nothing_has_the_value_none_and_a_place(text: str) -> None:
    document = read(text)
    assert document.value is None
    assert document.place(()).path == "f.yaml"


@pytest.mark.parametrize(("text", "expected"), [("just a text\n", "just a text"), ("- a\n- b\n", ["a", "b"])])
def test_a_list_or_a_text_at_the_top_is_given_as_it_is(text: str, expected: Value) -> None:
    assert value(text) == expected


def test_a_single_document_may_have_its_marks() -> None:
    assert value("--- # ours\na: 1\n...\n# the end\n\n") == {"a": "1"}


def test_a_byte_order_mark_crlf_and_a_missing_last_line_end_make_no_difference() -> None:
    plain = read(RISKS)
    for text in (
        "\ufeff" + RISKS,
        RISKS.replace("\n", "\r\n"),
        RISKS.replace("\n", "\r"),
        RISKS.rstrip("\n") + "\n",
    ):
        assert read(text) == plain
    assert read(RISKS[:-1]).value == plain.value
    body = "body: |\n  one\n  two"
    assert value(body.replace("\n", "\r\n") + "\r\n") == {"body": "one\ntwo\n"}


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp", "Cn"]), max_size=30
)
# Without quotes these are refused: no key at all, a merge key, and a key that begins with a space of another kind.
KEYS = TEXTS.filter(lambda key: key not in ("", "<<") and key == key.lstrip())
VALUES = st.recursive(
    TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


class Writer(yaml.SafeDumper):
    """Writes every text without a tag, and repeats what it could refer to."""

    yaml_implicit_resolvers = {}  # noqa: RUF012

    def ignore_aliases(self, data: object) -> bool:
        return True


@settings(max_examples=200, deadline=None)
@given(VALUES, st.booleans(), st.sampled_from(['"', "'", "|", None]))
def test_whatever_another_tool_writes_as_yaml_is_read_as_it_was(
    given_value: Value, is_flow: bool, style: str | None
) -> None:
    text = yaml.dump(
        [given_value],
        Dumper=Writer,
        default_flow_style=is_flow,
        default_style=style,
        allow_unicode=True,
        width=1000,
    )
    document, problems = read_yaml(text, "f.yaml")
    assert [problem for problem in problems if problem.severity == "error"] == []
    assert document is not None
    assert empty_is_none(document.value) == [empty_is_none(given_value)]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "a: ",
                "- ",
                "b",
                "\n",
                "\n  ",
                "[",
                "]",
                "{",
                "}",
                ", ",
                '"',
                "'",
                "#",
                " #",
                "|\n",
                "\t",
                "*",
                "&",
                "!",
                "? ",
                "---\n",
                "...\n",
                "：",
                "\x1b",
                "\x85",
                "\u202e",
                "\ufeff",
                ": ",
            ]
        ),
        max_size=25,
    ).map("".join)
)
def test_any_text_is_read_or_has_an_error_that_can_be_shown_on_a_terminal(text: str) -> None:
    document, problems = read_yaml(text, "f.yaml")
    errors = [problem for problem in problems if problem.severity == "error"]
    assert document is not None or errors
    for problem in problems:
        assert str(problem).replace("\n  hint: ", "").isprintable()
        assert 1 <= problem.place.line <= text.count("\n") + text.count("\x85") + 1
        assert problem.place.column >= 1
    if document is not None and not errors:
        assert empty_is_none(yaml.load(text.removeprefix("\ufeff"), yaml.CBaseLoader)) == empty_is_none(
            document.value
        )


def empty_is_none(given_value: object) -> object:
    """Return the value with every empty text as None: PyYAML's BaseLoader does not tell them apart."""
    if isinstance(given_value, dict):
        return {key: empty_is_none(part) for key, part in given_value.items()}
    if isinstance(given_value, list):
        return [empty_is_none(part) for part in given_value]
    return given_value or None


# Places


@pytest.mark.parametrize(
    ("address", "line", "column"),
    [
        ((), 2, 1),
        ((0,), 2, 3),
        ((0, "id"), 2, 7),
        ((0, "title"), 3, 10),
        ((0, "impact", "impact"), 4, 35),
        ((0, "body"), 6, 9),
        ((1, "tags"), 13, 5),
        ((1, "tags", 0), 13, 7),
        ((1, "tags", 1), 14, 7),
    ],
)
def test_every_value_has_its_place(address: tuple[str | int, ...], line: int, column: int) -> None:
    place = read(RISKS).place(address)
    assert (place.path, place.line, place.column) == ("f.yaml", line, column)


@pytest.mark.parametrize(
    ("address", "line", "column"),
    [((0, "id"), 2, 3), ((0, "impact", "impact"), 4, 27), ((1, "tags"), 12, 3), ((1, "tags", 1), 14, 7)],
)
def test_every_key_has_its_place(address: tuple[str | int, ...], line: int, column: int) -> None:
    place = read(RISKS).place(address, key=True)
    assert (place.line, place.column) == (line, column)


def test_an_empty_value_stands_where_its_key_does() -> None:
    place = read(RISKS).place((0, "owner"))
    assert (place.line, place.column) == (5, 3)


@pytest.mark.parametrize(
    ("address", "line", "column"),
    [
        ((0, "status"), 2, 3),
        ((0, "impact", "size", "x"), 4, 11),
        ((1, "tags", 7), 12, 3),
        ((9,), 2, 1),
        (("id",), 2, 1),
    ],
)
def test_what_is_not_there_has_the_place_of_the_nearest_part_above(
    address: tuple[str | int, ...], line: int, column: int
) -> None:
    place = read(RISKS).place(address)
    assert (place.line, place.column) == (line, column)


def test_columns_count_characters_and_not_bytes() -> None:
    place = read("港口: {名称: 博物馆, x: y}\n").place(("港口", "x"))
    assert place.column == 18


def test_places_count_from_the_line_that_the_text_begins_on() -> None:
    assert read("a: 1\nb: 2\n", first_line=10).place(("b",)).line == 11


def test_a_text_in_a_block_begins_below_its_mark() -> None:
    document = read(RISKS, first_line=3)
    assert document.body_line((0, "body")) == 9
    assert document.value[0]["body"].startswith("\nFirst")  # type: ignore[index, call-overload, union-attr]
    assert read("a: >-\n  x\n").body_line(("a",)) == 2
    assert read("\na: x\n").body_line(("a",)) == 2
    assert read('a: "x"\n').body_line(("a",)) == 1


def test_no_place_is_looked_up_until_one_is_asked_for() -> None:
    document = read(RISKS)
    assert document._marks == []
    document.place((0, "id"))
    [marks] = document._marks
    document.place((1, "id"))
    assert document._marks == [marks]


def test_a_document_can_be_copied_to_another_process() -> None:
    document = read(RISKS)
    document.place((0,))
    again = pickle.loads(pickle.dumps(document))
    assert again == document == copy.deepcopy(document)
    assert again.place((1, "id")) == document.place((1, "id"))


# What was typed wrong


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("a:\n\tb: 1\n", "2:1", "a tab indents this line", "spaces"),
        ("a: 1\n\tb: 2\n", "2:1", "a tab indents this line", "spaces"),
        ("a: |\n\tb\n", "2:1", "a tab indents this line", "spaces"),
        ('a: 1\ntitle: "Flood\nb: 2\n', "2:8", "the quote that opens here is never closed", "close it"),
        ('title: "Flood\nowner: "anna"\n', "1:8", "closed on the next line", 'is a " missing'),
        ('title: "Flood\nb: 1\nowner: "anna"\n', "1:8", "closed 2 lines below", 'is a " missing'),
        ("title: 'It's late'\n", "1:12", "text follows behind the closing quote", "''"),
        ('title: "Open" doors\n', "1:15", "text follows behind the closing quote", "single quotes"),
        ('title: "x\n---\ny"\n', "1:8", "never closed", ""),
        ("title: Risk: late: x\n", "1:12", "a colon with a space behind it", 'title: "Risk: late: x"'),
        ('- Note: see "a": b\n', "1:16", "a colon with a space behind it", "Note: 'see \"a\": b'"),
        ("title: Flood\n  status: open\n", "2:3", "'status' is indented deeper", "column of the keys"),
        ("a:\n    b: 1\n  c: 2\n", "3:3", "the indentation of 'c: 2' fits no line above it", "same column"),
        (" a: 1\nb: 2\n", "2:1", "'b: 2' fits nothing above it", "same column"),
        ("- a: 1\n b: 2\n", "2:2", "'b: 2' stands between the entries of a list", "- "),
        ("a: 1\nb:2\nc: 3\n", "2:3", "a space is missing behind the colon", "'b: …'"),
        ("- a: 1\n- b:2\n  c: 3\n", "2:5", "a space is missing behind the colon", "'b: …'"),
        ("name:Harbour\n", "1:6", "a space is missing behind the colon", "'name: …'"),
        ("# a\n\n名称：港口\n", "3:3", "full-width colon", "': '"),
        ("a: 1\n名称：港口\nb: 2\n", "2:3", "full-width colon", "': '"),
        ("a: 1\njust text\nb: 2\n", "2:1", "'just text' stands where a key is expected", "colon"),
        ("just text\nb: 2\n", "1:1", "'just text' stands where a key is expected", "colon"),
        ("a: |\n  x\ny\n", "3:1", "'y' stands where a key is expected", "indented"),
        ("a: - b\n", "1:4", "a list cannot begin on the line of its key", "line of its own"),
        ("a: 1\n- b\n", "2:1", "a list entry stands where a key is expected", "not both"),
        ("a: [x, y\nb: 1\n", "1:4", "the '[' that opens here is never closed", "]"),
        ("a: {x: 1\nb: 2\n", "1:4", "the '{' that opens here is never closed", "}"),
        ("a: [Draft] Plan\n", "1:12", "'Plan' follows behind a closing bracket", "'[' needs quotes"),
        ("a: @anna\n", "1:4", "a text cannot begin with '@'", '"@anna"'),
        ("a: `code`\n", "1:4", "a text cannot begin with '`'", '"`code`"'),
        ("a: %5\n", "1:4", "a text cannot begin with '%'", '"%5"'),
        ("a: **bold**\n", "1:4", "a text cannot begin with '*'", '"**bold**"'),
        ("...\n", "1:1", "'...' ends the file before anything stands in it", "delete"),
        ("a: ? b\n", "1:4", "a text cannot begin with '?'", '"? b"'),
        ("a: |text\n  more\n", "1:4", "text follows on the line of the '|'", "next line"),
        ('a: "C:\\dir"\n', "1:7", "'\\d' has no meaning inside double quotes", "single quotes"),
        ("a: x # y\n  z\n", "2:3", "'z' cannot go on a text behind a comment", "quotes"),
        (": b\n", "1:1", "a value stands here without a key", "key"),
        ("a: {: b}\n", "1:5", "a value stands here without a key", "key"),
        ("a: b\n=======\nc: d\n", "2:1", "'=======' was left by a merge conflict", "delete"),
        ("a: b\n\ufeffc: d\n", "2:2", "", "U+FEFF"),
    ],
)
def test_a_slip_is_named_in_plain_words_where_it_was_made(
    text: str, place: str, message: str, hint: str
) -> None:
    problem = refused(text)
    assert problem.startswith(f"f.yaml:{place}: error: ")
    first, _, second = problem.partition("\n  hint: ")
    assert message in first
    assert hint in second
    for jargon in (
        "token",
        "scalar",
        "mapping values",
        "block",
        "flow",
        "expected <",
        "simple key",
        "context",
    ):
        assert jargon not in problem


def test_a_syntax_error_is_the_only_problem_of_its_file() -> None:
    assert "[yaml-syntax]" in refused("a: 1\na: 2\nb: x #5\nc: [\n")


def test_all_other_slips_of_a_file_are_reported_at_once_and_the_rest_stays_usable() -> None:
    document, problems = read_yaml("a: 1\nb: #5\na: 2\nc: {d: 1, d: 2}\n", "f.yaml")
    assert document is not None
    assert document.value == {"a": "1", "b": "#5", "c": {"d": "1"}}
    assert [(problem.place.line, problem.code) for problem in problems] == [
        (2, "hidden-value"),
        (3, "duplicate-key"),
        (4, "duplicate-key"),
    ]


@pytest.mark.parametrize(
    ("text", "place", "quoted", "hint", "address"),
    [
        ("a: 1\ntitle: #5\n", "2:8", "'title' is empty: '#5'", '"#5"', ("title",)),
        ("title: # to do\n", "1:8", "'title' is empty: '# to do'", "a line of its own", ("title",)),
        ("title:    #\n", "1:11", "'title' is empty: '#'", "a line of its own", ("title",)),
        ("x:\n- a\n- #5\n", "3:3", "the list entry is empty: '#5'", '"#5"', ("x", 1)),
        ("- y: {title: #5\n  }\n", "1:14", "'title' is empty: '#5'", '"#5"', (0, "y", "title")),
        ("? title\n: #5\n", "2:3", "'title' is empty: '#5'", '"#5"', ("title",)),
    ],
)
def test_a_value_that_vanished_behind_a_hash_is_an_error_and_counts_as_there(
    text: str, place: str, quoted: str, hint: str, address: tuple[str | int, ...]
) -> None:
    document, [problem] = read_yaml(text, "f.yaml")
    assert str(problem.place) == f"f.yaml:{place}"
    assert (problem.code, problem.severity) == ("hidden-value", "error")
    assert quoted in problem.message
    assert hint in problem.hint
    assert document is not None
    assert document.reported == {address}


def test_comments_where_nothing_is_lost_are_no_problem() -> None:
    assert value(
        "# a\na: 1 # b\nb: # the list\n  - x # y\n  # z\nc: '#5'\nd: |  # text\n  #5\ne:\n# f\ng: a#5\nh: http://x/#y\n"
    ) == {"a": "1", "b": ["x"], "c": "#5", "d": "#5\n", "e": None, "g": "a#5", "h": "http://x/#y"}


@pytest.mark.parametrize(
    ("text", "place"),
    [("title: Portal #2\n", "1:15"), ("- a\n- b #修复 c\n", "2:5"), ("a: one\n  two #x\n", "2:7")],
)
def test_text_cut_off_by_a_hash_before_a_word_is_a_warning_that_shows_it(text: str, place: str) -> None:
    document, [problem] = read_yaml(text, "f.yaml")
    assert document is not None
    assert str(problem.place) == f"f.yaml:{place}"
    assert (problem.code, problem.severity) == ("hidden-text", "warning")
    assert text.rstrip().partition(" #")[2] in problem.message


def test_any_number_of_warnings_leaves_a_file_usable() -> None:
    document, problems = read_yaml("- a #b\n" * 5000, "f.yaml")
    assert document is not None
    assert document.value == ["a"] * 5000
    assert {problem.severity for problem in problems} == {"warning"}
    assert len(problems) == 1000


def test_list_entries_below_a_key_with_a_value_are_a_warning() -> None:
    document, [problem] = read_yaml("tags: water\n  - port\nother: a\n  and b\n", "f.yaml")
    assert document is not None
    assert document.value == {"tags": "water - port", "other": "a and b"}
    assert (problem.place.line, problem.place.column, problem.code) == (2, 3, "list-in-text")


def test_a_quote_that_takes_in_the_next_keys_is_an_error() -> None:
    problem = refused('title: "Flood\nvisibility: internal\nreason: "\nowner: anna\n')
    assert problem.startswith("f.yaml:1:8: error: the quote that opens here takes in 'visibility: internal'")


def test_a_text_in_quotes_may_go_on_over_indented_lines() -> None:
    assert value('- title: "Flood,\n    note: high\n\n    water"\n') == [
        {"title": "Flood, note: high\nwater"}
    ]


# Front matter

NOTE = "---\ntitle: Hello\n---\n\n# Text\n"


def test_front_matter_and_body_are_told_apart() -> None:
    document, body, line, problems = read_front_matter(NOTE, "f.md")
    assert problems == []
    assert document is not None
    assert document.value == {"title": "Hello"}
    assert (body, line) == ("\n# Text\n", 4)
    assert document.place(("title",)).line == 2


@pytest.mark.parametrize(
    "text",
    ["\ufeff" + NOTE, NOTE.replace("\n", "\r\n"), NOTE.replace("---", "---  "), NOTE.replace("\n", "\r")],
)
def test_front_matter_is_the_same_with_a_byte_order_mark_crlf_and_blanks_behind_the_dashes(text: str) -> None:
    assert read_front_matter(text, "f.md") == read_front_matter(NOTE, "f.md")


@pytest.mark.parametrize("text", ["# Text\n", "", "Text\n---\n\nMore\n\n---\nEnd\n", "----\nText\n"])
def test_a_file_without_front_matter_is_all_body(text: str) -> None:
    document, body, line, problems = read_front_matter(text, "f.md")
    assert problems == []
    assert document is not None
    assert (document.value, body, line) == ({}, text, 1)
    assert str(document.place()) == "f.md:1:1"
    assert str(document.place(("title",))) == "f.md:1:1"


@pytest.mark.parametrize("text", ["---\n---\nText\n", "---\n# nothing\n---\nText\n", "---\n\n---\nText\n"])
def test_empty_front_matter_is_an_empty_mapping(text: str) -> None:
    document, body, _, problems = read_front_matter(text, "f.md")
    assert problems == []
    assert document is not None
    assert (document.value, body) == ({}, "Text\n")


def test_a_problem_in_front_matter_has_the_line_of_the_file() -> None:
    _, _, _, problems = read_front_matter("---\na: 1\na: 2\n---\n", "f.md")
    assert [str(problem.place) for problem in problems] == ["f.md:3:1"]
    assert "on line 2" in problems[0].message
    _, _, _, problems = read_front_matter("---\na: 1\nb: c: d\n---\n", "f.md")
    assert [str(problem.place) for problem in problems] == ["f.md:3:5"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("---\ntitle: x\n\nCANARYINTERNAL\n", "1:1"),
        ("---\nvisibility: internal\n ---\nCANARYINTERNAL\n", "1:1"),
        ("---\nvisibility: internal\n ---\nText\n---\n", "4:1"),
        ("---\nvisibility: internal\n ---\n\n---\nText\n", "3:2"),
        ("---\nvisibility: internal\n...\nText\n", "3:1"),
        ("---\nvisibility: internal\n...\nText\n---\nText\n", "3:1"),
        (" ---\nvisibility: internal\n---\nText\n", "1:2"),
        ("\n---\nvisibility: internal\n---\nText\n", "2:1"),
        ("+++\nvisibility = 'internal'\n+++\nText\n", "1:1"),
        ("--- # ours\nvisibility: internal\n---\nText\n", "1:1"),
        ("---\ntitle: x\n---\n---\nvisibility: internal\n---\nText\n", "4:1"),
        ("---\ntitle: x\n---\n---\nanything: x\n---\nText\n", "4:1"),
        ("---\ntitle: x\n---\n\n---\nvisibility: internal\n---\nText\n", "6:1"),
        ("---\ntitle: x\n---\n\nText\n\n---\n\ninternal: x\n\n---\nText\n", "9:1"),
        ("---\ntitle: x\n---\nText\n\n---\nother: x\nVisibility : internal\n", "8:1"),
        ("Text\n\n---\n'visibility': internal\n---\nText\n", "4:1"),
        ("<!-- note -->\n---\nvisibility：internal\n---\nText\n", "3:1"),
        ("---\njust text\n---\nText\n", "2:1"),
        ("---\n- a\n---\nText\n", "2:1"),
    ],
)
def test_front_matter_that_is_not_where_it_must_be_is_an_error(text: str, place: str) -> None:
    document, _, _, problems = read_front_matter(text, "f.md")
    errors = [problem for problem in problems if problem.severity == "error"]
    assert f"f.md:{place}" in [str(problem.place) for problem in errors]
    assert document is None or errors


def test_the_hint_for_front_matter_without_end_names_the_line_that_was_meant() -> None:
    _, _, _, [problem] = read_front_matter("---\ntitle: x\n ---\nText\n", "f.md")
    assert "line 3" in problem.hint


@pytest.mark.parametrize(
    "text",
    [
        # As in the first of openEuler's proposals: a block of the author's own below the front matter.
        "---\nid: oEEP-0000\n---\n\n---\n标题:     索引\n状态:     活跃\n---\n\n## 索引\n",
        "---\ntitle: x\n---\nText\n\n---\n\nThe internal: view, and visibility: good\n",
        "---\ntitle: x\n---\nText\n\n---\n\ninternal: a word at the end\n",
        "---\ntitle: x\n---\n```yaml\n---\nvisibility: internal\n---\n```\n",
        "---\ntitle: x\n---\ninternal: before any rule\n\n---\n\nText\n",
    ],
)
def test_any_other_later_block_is_text(text: str) -> None:
    document, body, line, problems = read_front_matter(text, "f.md")
    assert problems == []
    assert document is not None
    assert body == "\n".join(text.split("\n")[line - 1 :])


def test_a_dashed_line_inside_a_block_text_is_text() -> None:
    document, _, _, problems = read_front_matter(
        "---\nclient_summary: |\n  a\n  ---\n  b\n---\nText\n", "f.md"
    )
    assert problems == []
    assert document is not None
    assert document.value == {"client_summary": "a\n---\nb\n"}


# Without the C parser


def test_a_pyyaml_without_its_c_parser_is_refused_in_words() -> None:
    code = "import sys; sys.modules['yaml._yaml'] = None; import portalgen.content.yaml.places"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "ImportError: portalgen needs PyYAML with its C parser" in done.stderr
