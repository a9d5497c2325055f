"""Every case file says what it takes and what is expected; see casefile.py for the form."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from casefile import CASES, Case, list_cases, read_case, with_problems, write_source

from portalgen import pipeline
from portalgen.codes import CODES
from portalgen.formats import as_text

PROBLEM_CASES = CASES / "problems"


def run(case: Case, folder: Path) -> str:
    """Return the text of the problems that `case` has; what it builds is in `folder`/public."""
    source = folder / "source"
    source.mkdir()
    write_source(case, source)
    job = pipeline.Job(
        source=source,
        output=folder / "public",
        as_of=case.day,
        now=datetime(2026, 11, 23, 12, tzinfo=UTC),
        strict=case.is_strict,
    )
    try:
        outcome = (pipeline.build if case.outputs else pipeline.check)(job)
    except pipeline.SettingsError as error:
        return as_text(error.problems)
    return as_text(outcome.problems)


@pytest.mark.parametrize("path", list_cases(), ids=lambda path: path.relative_to(CASES).as_posix())
def test_a_case_comes_out_as_it_says(path: Path, tmp_path: Path, renew: bool) -> None:
    text = path.read_bytes().decode()
    case = read_case(text)
    found = run(case, tmp_path)
    if renew:
        path.write_bytes(with_problems(text, found).encode())
        return
    assert found == case.problems
    for block in case.outputs:
        name, _, verb = block.rest.rpartition(" ")
        output = tmp_path / "public" / name
        lines = [line for line in block.text.splitlines() if line]
        match verb:
            case "contains":
                page = output.read_text(encoding="utf-8")
                assert [line for line in lines if line not in page] == []
            case "lacks":
                page = output.read_text(encoding="utf-8")
                assert [line for line in lines if line in page] == []
            case "missing":
                assert not output.exists()
            case _:
                pytest.fail(f"'{verb}' is not contains, lacks or missing")


NEEDS_GIT = {"no-history"}
"""Codes that no tree of files alone can show: tests/history has real repositories for them."""


@pytest.mark.parametrize("code", sorted(CODES.keys() - NEEDS_GIT))
def test_every_problem_code_has_a_case_that_shows_it(code: str) -> None:
    path = PROBLEM_CASES / f"{code}.txt"
    assert path.exists(), f"write tests/cases/problems/{code}.txt"
    assert f"[{code}]" in read_case(path.read_text(encoding="utf-8")).problems


def test_every_problem_case_is_named_for_a_code() -> None:
    assert {path.stem for path in PROBLEM_CASES.glob("*.txt")} <= CODES.keys()


def test_a_code_says_what_it_means_in_whole_sentences() -> None:
    for key, code in CODES.items():
        assert code.meaning.endswith("."), key
        assert code.mend.endswith("."), key
        assert not code.title.endswith("."), key
    assert list(CODES) == sorted(CODES)
