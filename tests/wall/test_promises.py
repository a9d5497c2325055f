"""What SECURITY.md and the page of hostile input name as proofs is there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from sites import REPOSITORY

TESTS = REPOSITORY / "tests"
PAGES = ("SECURITY.md", "docs/reference/hostile-input.md")
FIRST = {*range(1, 19), *range(20, 38), 39, 41, 43, *range(45, 58), *range(60, 72), 74, *range(75, 87), *range(91, 95), *range(97, 108)}  # fmt: skip
"""What comes before any release; the other numbers of the catalogue come before version 1.0."""
_PROOF = re.compile(r"`([\w/-]+\.(?:py::test_\w+|txt))`")
_ROW = re.compile(r"^\| (\d+) \|(.*)\|(.*)\|$", re.MULTILINE)


def text_of(page: str) -> str:
    return (REPOSITORY / page).read_text(encoding="utf-8")


@cache
def functions_of(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def is_there(proof: str) -> bool:
    file, _, name = proof.partition("::")
    path = TESTS / file
    return path.is_file() and (not name or name in functions_of(path))


@pytest.mark.parametrize("document", PAGES)
def test_every_test_that_is_named_as_a_proof_exists(document: str) -> None:
    proofs = _PROOF.findall(text_of(document))
    assert len(proofs) > 10
    assert [proof for proof in proofs if not is_there(proof)] == []


def test_every_line_of_the_catalogue_has_a_test_or_a_reason() -> None:
    rows = {int(number): proof for number, _, proof in _ROW.findall(text_of("docs/reference/hostile-input.md"))}  # fmt: skip
    assert FIRST - rows.keys() == set()
    assert [n for n, proof in rows.items() if not _PROOF.search(proof) and "No test: " not in proof] == []
