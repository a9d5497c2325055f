"""Every published field reaches data.json, no other does, and the contract's lists are the ones in the code."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from everything import Everything
from jsonschema import Draft202012Validator

from portalgen.content import schema
from portalgen.pipeline import Job, build
from portalgen.portal import published
from portalgen.schemas import data_schema

COMMON_INTERNAL = {"visibility", "internal", "tags", "client_title", "client_summary"}
OTHERWISE = {"evidence": "evidence_sha256", "url": "external_url", "responses": "derived"}
"""Fields that are published under another name, or only as a figure made from them."""


@pytest.fixture(scope="module")
def everything() -> Everything:
    return Everything()


@pytest.fixture(scope="module")
def site(everything: Everything, tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("everything")
    for name, text in everything.files.items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    job = Job(
        source=source,
        output=source / "public",
        as_of=date(2026, 11, 23),
        now=datetime(2026, 11, 23, tzinfo=UTC),
    )
    outcome = build(job)
    assert [str(problem) for problem in outcome.problems if problem.severity == "error"] == []
    assert outcome.sites == 1
    return source / "public" / "acme"


def test_every_published_field_reaches_data_json(everything: Everything, site: Path) -> None:
    text = (site / "data.json").read_text(encoding="utf-8")
    assert {where for word, where in everything.shown.items() if word not in text} == set()


def test_no_other_field_reaches_any_byte_of_the_site(everything: Everything, site: Path) -> None:
    found = {
        f"{where} in {path.relative_to(site)}"
        for path in site.rglob("*")
        if path.is_file()
        for word, where in everything.canaries.items()
        if word.encode() in path.read_bytes()
    }
    assert found == set()


def test_every_published_record_has_a_page_that_says_its_texts(everything: Everything, site: Path) -> None:
    """Each text of a record stands on the record's own page, not in data.json alone."""
    pages: dict[str, str] = {}
    for path in site.glob("*/*.html"):
        # A type may be shown with a capital: look for words without case.
        pages[path.parent.name] = (
            pages.get(path.parent.name, "") + path.read_text(encoding="utf-8").casefold()
        )
    missing = {
        where
        for word, where in everything.shown.items()
        if (kind := where.split(".")[0]) in schema.RECORDS and word not in pages[kind]
    }
    assert missing == set()


def test_data_json_is_valid_against_its_schema(site: Path) -> None:
    Draft202012Validator.check_schema(data_schema())
    data = json.loads((site / "data.json").read_text(encoding="utf-8"))
    assert [error.message for error in Draft202012Validator(data_schema()).iter_errors(data)] == []


@pytest.mark.parametrize("kind", schema.RECORDS)
def test_what_is_not_published_is_marked_as_internal_in_the_schema(kind: str) -> None:
    """The two lists, of what authors write and of what clients see, differ by nothing that nobody decided."""
    shown = set(published.RECORDS[kind].__struct_fields__)
    for name, field in schema.fields_of(schema.RECORDS[kind]).items():
        is_published = OTHERWISE.get(name, name) in shown
        if name in COMMON_INTERNAL:
            assert not is_published
        elif name not in OTHERWISE:
            assert is_published != field.is_internal, f"{kind}.{name}"
