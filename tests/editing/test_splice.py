"""One value of a YAML text changes, and every other character stays as it is."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portalgen.content.yaml.places import read_yaml
from portalgen.editing.files import edit_text
from portalgen.editing.scalars import as_flow, as_scalar
from portalgen.editing.splice import CannotEdit, add_row, append, apply, put, take_out

LIST = """\
# What we were asked for.

- id: REQ-1   # the first
  title:   A "quoted" word
  priority: must # they insist
  links:   # see
    - CR-1  # the mould
    - CR-2

  # on the body
  body: |
    Hello
      there

  # behind it

- {id: REQ-2,  title: "B, c"}   # short
- id: REQ-3
  due:
  acceptance: one
# the end
"""


def value_of(text: str) -> object:
    document, problems = read_yaml(text, "x.yaml")
    assert document is not None
    assert not problems
    return document.value


def changed_lines(old: str, new: str) -> list[str]:
    lines = [line for line in difflib.ndiff(old.splitlines(), new.splitlines()) if line[0] in "+-"]
    return sorted(lines, key=lambda line: line[0] == "+")


def put_in(text: str, address: Sequence[str | int], value: object) -> list[str]:
    return changed_lines(text, apply(text, put(text, address, value)))  # type: ignore[arg-type]


def test_a_value_is_replaced_and_the_comment_behind_it_stays() -> None:
    assert put_in(LIST, (0, "priority"), "should") == [
        "-   priority: must # they insist",
        "+   priority: should # they insist",
    ]


def test_a_new_key_goes_above_the_body() -> None:
    new = apply(LIST, put(LIST, (0, "status"), "approved"))
    assert "    - CR-2\n  status: approved\n\n  # on the body\n" in new
    assert changed_lines(LIST, new) == ["+   status: approved"]


def test_a_record_in_braces_stays_in_braces() -> None:
    assert put_in(LIST, (1, "status"), "a, b") == [
        '- - {id: REQ-2,  title: "B, c"}   # short',
        '+ - {id: REQ-2,  title: "B, c", status: "a, b"}   # short',
    ]


def test_an_empty_value_is_filled() -> None:
    assert put_in(LIST, (2, "due"), "2026-12-01") == ["-   due:", "+   due: 2026-12-01"]


def test_a_list_on_lines_of_its_own_becomes_one_in_brackets_and_keeps_the_comment_at_its_head() -> None:
    assert put_in(LIST, (0, "links"), ["CR-3", "MS-1"]) == [
        "-   links:   # see",
        "-     - CR-1  # the mould",
        "-     - CR-2",
        "+   links: [CR-3, MS-1]   # see",
    ]


def test_one_more_goes_to_the_end_of_a_list_in_the_form_that_it_has() -> None:
    assert changed_lines(LIST, apply(LIST, append(LIST, (0, "links"), "CR-3"))) == ["+     - CR-3"]
    assert changed_lines(LIST, apply(LIST, append(LIST, (2, "acceptance"), "two"))) == [
        "-   acceptance: one",
        "+   acceptance: [one, two]",
    ]
    flow = "links: [a,  b]  # c\n"
    assert apply(flow, append(flow, ("links",), "c d")) == "links: [a,  b, c d]  # c\n"


def test_a_text_of_several_lines_stands_below_a_bar() -> None:
    assert put_in("title: A\nowner: me\n", ("title",), "one\ntwo\n") == [
        "- title: A",
        "+ title: |",
        "+   one",
        "+   two",
    ]


def test_a_text_of_several_lines_keeps_the_comment_behind_it_by_standing_in_quotes() -> None:
    assert put_in(LIST, (0, "priority"), "a\nb") == [
        "-   priority: must # they insist",
        '+   priority: "a\\nb" # they insist',
    ]


def test_a_row_that_is_just_its_text_becomes_a_record() -> None:
    text = "decisions:\n  - We scan here  # all agreed\n  - And soon\nactions: [call, write]\n"
    assert apply(text, put(text, ("decisions", 0, "status"), "revoked")) == text.replace(
        "  - We scan here  # all agreed\n", "  - title: We scan here  # all agreed\n    status: revoked\n"
    )
    assert "actions: [call, {title: write, owner: me}]" in apply(
        text, put(text, ("actions", 1, "owner"), "me")
    )


def test_a_key_is_taken_out_with_its_lines() -> None:
    assert changed_lines(LIST, apply(LIST, take_out(LIST, (0, "links")))) == [
        "-   links:   # see",
        "-     - CR-1  # the mould",
        "-     - CR-2",
    ]
    assert changed_lines(LIST, apply(LIST, take_out(LIST, (1, "title")))) == [
        '- - {id: REQ-2,  title: "B, c"}   # short',
        "+ - {id: REQ-2}   # short",
    ]


def test_the_first_key_of_a_row_is_taken_out_and_the_next_moves_up() -> None:
    text = "- id: A\n  title: B\n"
    assert apply(text, take_out(text, (0, "id"))) == "- title: B\n"


def test_the_only_key_cannot_be_taken_out() -> None:
    with pytest.raises(CannotEdit):
        take_out("- id: A\n", (0, "id"))


def test_nothing_happens_where_the_key_is_not_there() -> None:
    assert take_out(LIST, (0, "owner")) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "- id: X\n"),
        ("# nothing yet\n", "# nothing yet\n- id: X\n"),
        ("[]  # nothing yet\n", "- id: X  # nothing yet\n"),
        ("- id: A", "- id: A\n- id: X\n"),
        ("- id: A\n- id: B\n", "- id: A\n- id: B\n- id: X\n"),
        ("- id: A\n\n- id: B\n", "- id: A\n\n- id: B\n\n- id: X\n"),
        ("  - id: A\n  - id: B\n", "  - id: A\n  - id: B\n  - id: X\n"),
        ("- id: A\n# end\n", "- id: A\n# end\n\n- id: X\n"),
    ],
)
def test_a_row_goes_to_the_end_in_the_way_in_which_the_others_stand(text: str, expected: str) -> None:
    assert apply(text, add_row(text, "- id: X\n")).replace("\n\n- id: X", "\n- id: X") == expected.replace(
        "\n\n- id: X", "\n- id: X"
    )
    if text.count("- id") > 1:
        assert apply(text, add_row(text, "- id: X\n")) == expected


def test_what_is_no_list_gets_no_row() -> None:
    with pytest.raises(CannotEdit, match="no list"):
        add_row("id: A\n", "- id: X\n")


def test_a_change_that_would_touch_more_than_it_should_is_refused() -> None:
    with pytest.raises(CannotEdit, match="no mapping"):
        put("title: A\n", ("title", "x", "y"), "1")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain words", "plain words"),
        ("1.10", "1.10"),
        ("2026-03-04", "2026-03-04"),
        ("10:00–11:30", "10:00–11:30"),
        ("a: b", '"a: b"'),
        ("a # b", '"a # b"'),
        ("#0b5670", '"#0b5670"'),
        ('say "no"', 'say "no"'),
        ('"no", they said', "'\"no\", they said'"),
        ("", '""'),
        ("null", '"null"'),
        ("- x", '"- x"'),
        ("@home", '"@home"'),
        (" padded ", '" padded "'),
        ("图书馆", "图书馆"),
    ],
)
def test_a_text_is_plain_where_that_reads_back_and_in_quotes_elsewhere(text: str, written: str) -> None:
    assert as_scalar(text) == written


TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Co", "Cn")), max_size=20)


@given(TEXTS, TEXTS)
@settings(max_examples=150, deadline=None)
def test_any_text_reads_back_as_it_was(first: str, second: str) -> None:
    assert value_of(f"k: {as_scalar(first)}\n") == {"k": first or ""}
    assert value_of(f"k: {as_flow([first, second])}\n") == {"k": [first or "", second or ""]}


KEYS = st.sampled_from(["title", "status", "owner", "links", "body", "new"])


@given(st.sampled_from([0, 1, 2]), KEYS, st.one_of(TEXTS, st.just("two\nlines"), st.lists(TEXTS, max_size=3)))
@settings(max_examples=200, deadline=None)
def test_any_value_under_any_key_changes_that_value_and_no_comment(
    row: int, key: str, value: str | list[str]
) -> None:
    before = value_of(LIST)
    new = apply(LIST, put(LIST, (row, key), value))
    after = value_of(new)
    assert isinstance(before, list)
    assert isinstance(after, list)
    before[row] = {**before[row], key: value}
    assert after == before
    for comment in (
        "# What we were asked for.",
        "# the first",
        "# they insist",
        "# on the body",
        "# short",
        "# the end",
    ):
        assert comment in new
    others = [line for line in LIST.splitlines() if line.strip() and f"{key}:" not in line]
    kept = [line for line in others if line in new.splitlines()]
    # A list, or a text of several lines, goes with its key; nothing else does.
    assert len(others) - len(kept) <= 2


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_the_byte_order_mark_of_a_file_stay(end: str, mark: str) -> None:
    raw = mark + LIST.replace("\n", end)
    new = edit_text(raw, "x.yaml", lambda yaml: put(yaml, (0, "body"), "one\ntwo"))
    assert new.startswith(mark + "# What")
    assert new.replace(end, "\n").removeprefix(mark) == apply(LIST, put(LIST, (0, "body"), "one\ntwo"))
    assert new.count("\r") == (new.count(end) if "\r" in end else 0)


def test_a_line_end_that_differs_from_the_others_stays_too() -> None:
    raw = "a: 1\r\nb: 2\nc: 3\r\n"
    assert edit_text(raw, "x.yaml", lambda yaml: put(yaml, ("b",), "5")) == "a: 1\r\nb: 5\nc: 3\r\n"


def test_of_markdown_the_front_matter_is_changed_and_nothing_below_it() -> None:
    raw = "---\r\ntitle: A  # x\r\n---\r\n# Head\r\n\r\n---\r\ntitle: no\r\n"
    new = edit_text(raw, "x.md", lambda yaml: put(yaml, ("status",), "held"))
    assert new == raw.replace("title: A  # x\r\n", "title: A  # x\r\nstatus: held\r\n")


def test_markdown_without_front_matter_gets_one() -> None:
    assert (
        edit_text("# Head\n", "x.md", lambda yaml: put(yaml, ("status",), "held"))
        == "---\nstatus: held\n---\n# Head\n"
    )
    empty = "---\n---\n# Head\n"
    assert edit_text(empty, "x.md", lambda yaml: put(yaml, ("a",), "b")) == "---\na: b\n---\n# Head\n"
