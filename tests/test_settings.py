from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from portalgen.problems import Place, Problem
from portalgen.settings import Cadence, Settings, read_settings


@dataclass(frozen=True)
class Document:
    """A file that was read; the line of a place is how deep it stands, and its column 5 if it is a key's."""

    value: object

    def place(self, address: Sequence[str | int] = (), *, key: bool = False) -> Place:
        return Place("portalgen.yaml/" + "/".join(map(str, address)), len(address) + 1, 5 if key else 1)


def read(value: object) -> tuple[Settings, list[Problem]]:
    return read_settings(Document(value))


def problem(value: object) -> tuple[str, str, str, str]:
    """Return where the one problem of `value` stands, its code, message and hint."""
    _, problems = read(value)
    (found,) = problems
    return found.place.path.removeprefix("portalgen.yaml/"), found.code, found.message, found.hint


@pytest.mark.parametrize("value", [None, "", {}])
def test_without_settings_the_defaults_hold(value: object) -> None:
    assert read(value) == (Settings(), [])
    assert read_settings(None) == (Settings(), [])
    assert (Settings().risk_medium, Settings().risk_high, Settings().survey_min) == (3, 20, 3)
    assert Settings().cadence == Cadence(report_days=None, meeting_days=None, answer_days=None)


def test_every_setting_is_read() -> None:
    settings, problems = read(
        {
            "visibility": {"lessons": "client", "risks": "internal"},
            "risk": {"medium": "4", "high": "15"},
            "cadence": {"report": "7d", "meeting": "2w", "answer": "1m"},
            "theme": "plain",
            "languages": ["en", "zh-Hans"],
            "currency": "EUR",
            "survey": {"min": "5"},
            "history": {"from": "2026-01-01", "branch": "main"},
        }
    )
    assert problems == []
    assert settings == Settings(
        visibility={"lessons": "client", "risks": "internal"},
        risk_medium=4,
        risk_high=15,
        cadence=Cadence(report_days=7, meeting_days=14, answer_days=30),
        theme="plain",
        languages=("en", "zh-Hans"),
        currency="EUR",
        survey_min=5,
        history_from="2026-01-01",
        history_branch="main",
    )


def test_an_empty_value_is_as_if_the_key_were_not_there() -> None:
    empty = {"risk": {"medium": None}, "cadence": None, "theme": "", "languages": None, "survey": {"min": ""}}
    assert read(empty) == (Settings(), [])


def test_where_a_list_is_expected_one_value_will_do() -> None:
    assert read({"languages": "de"})[0].languages == ("de",)


def test_a_misspelt_setting_names_the_nearest_one_at_the_key() -> None:
    _, (found,) = read({"curency": "EUR"})
    assert found == Problem(
        Place("portalgen.yaml/curency", 2, 5),
        "unknown-key",
        "'curency' is no setting",
        "did you mean 'currency'?",
    )


def test_a_misspelt_setting_below_another_names_the_nearest_one_there() -> None:
    assert problem({"risk": {"hihg": "20"}}) == (
        "risk/hihg",
        "unknown-key",
        "'hihg' is no setting",
        "did you mean 'high'?",
    )


def test_visibility_is_by_kind_of_record() -> None:
    assert problem({"visibility": {"risk": "client"}}) == (
        "visibility/risk",
        "unknown-key",
        "'risk' is no kind of record",
        "did you mean 'risks'?",
    )


@pytest.mark.parametrize("word", ["Client", "internal ", "public", "true", "no"])
def test_only_the_exact_words_are_a_visibility(word: str) -> None:
    settings, (found,) = read({"visibility": {"risks": word}})
    assert (found.code, found.message) == ("unknown-value", f"'{word}' is no visibility")
    assert settings.visibility == {}


@pytest.mark.parametrize("value", [{"visibility": None}, {"visibility": ""}, {"visibility": {"risks": None}}])
def test_an_empty_visibility_is_an_error(value: object) -> None:
    code, message = problem(value)[1:3]
    assert code == "unknown-value"
    assert message.endswith("is empty")


@pytest.mark.parametrize("value", ["internal", ["internal"]])
def test_a_visibility_without_kinds_is_an_error(value: object) -> None:
    assert problem({"visibility": value})[1] == "wrong-type"


@pytest.mark.parametrize("text", ["0", "26", "-1", "3.0", "three", "٣", "1_0", "99999999999"])
def test_a_score_is_a_whole_number_that_a_risk_can_have(text: str) -> None:
    settings, (found,) = read({"risk": {"high": text}})
    assert found.code == "bad-number"
    assert found.hint == "write a whole number from 1 to 25"
    assert settings.risk_high == 20


def test_high_is_above_medium() -> None:
    assert problem({"risk": {"medium": "20"}})[:3] == (
        "risk/high",
        "bad-number",
        "'high: 20' is not above 'medium: 20'",
    )


@pytest.mark.parametrize("text", ["7", "weekly", "0d", "+7d"])
def test_a_cadence_is_a_length_of_time(text: str) -> None:
    assert problem({"cadence": {"report": text}}) == (
        "cadence/report",
        "bad-length",
        f"'{text}' is not a length of time",
        "write it as 7d, 2w or 1m",
    )


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ({"theme": "../other"}, "theme"),
        ({"currency": "euro"}, "currency"),
        ({"languages": ["en", "??"]}, "languages/1"),
        ({"history": {"branch": "--output=x"}}, "history/branch"),
        ({"history": {"from": "-n1"}}, "history/from"),
    ],
)
def test_a_word_that_does_not_fit_is_named_at_its_place(value: object, at: str) -> None:
    found = problem(value)
    assert found[:2] == (at, "unknown-value")
    assert found[3]


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ("EUR", ""),
        (["EUR"], ""),
        ({"risk": "3"}, "risk"),
        ({"theme": ["a"]}, "theme"),
        ({"survey": {"min": ["3"]}}, "survey/min"),
    ],
)
def test_another_form_than_expected_is_named(value: object, at: str) -> None:
    assert problem(value)[:2] == (at, "wrong-type")


def test_all_problems_are_reported_sorted_by_place() -> None:
    _, problems = read({"zzz": "1", "currency": "euro", "cadence": {"report": "7"}})
    assert [found.code for found in problems] == ["bad-length", "unknown-value", "unknown-key"]
    assert problems == sorted(problems)
