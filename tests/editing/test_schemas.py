"""The schemas for editors take what `check` takes."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any, ClassVar

import jsonschema
import pytest
import yaml
from editing.portals import a_portal, run
from sites import REPOSITORY

from portalgen import cli
from portalgen.authoring import IDS, NAMES, author_schema
from portalgen.content import schema
from portalgen.editing.schema_files import ids_file, with_id, write_schemas
from portalgen.schemas import NAMES as ALL
from portalgen.schemas import json_schema


class Editor(yaml.SafeLoader):
    """Reads YAML 1.2, as editors do: 1.10 is a number, yes is a text, a day is a text."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


for _tag, _form, _first in (
    ("bool", r"true|false|True|False|TRUE|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+0123456789."),
    ("null", r"null|Null|NULL|~|", "nN~"),
):
    Editor.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_form})$"), [*_first, ""])
Editor.add_constructor("tag:yaml.org,2002:int", lambda _loader, node: int(node.value))


def kind_of(parts: tuple[str, ...]) -> str:
    return next((part.removesuffix(".yaml") for part in parts[1:] if part.removesuffix(".yaml") in NAMES), "")


def test_every_file_of_the_demonstration_fits_its_schema() -> None:
    judges = {name: jsonschema.Draft202012Validator(author_schema(name)) for name in NAMES}
    count = 0
    for path in sorted((REPOSITORY / "content").rglob("*")):
        kind = kind_of(path.relative_to(REPOSITORY / "content").parts)
        if path.suffix not in (".yaml", ".md") or not kind:
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".md":
            text = text.split("\n---\n", 1)[0] if text.startswith("---\n") else ""
        faults = [fault.message for fault in judges[kind].iter_errors(yaml.load(text, Editor))]
        assert faults == [], path
        count += 1
    assert count > 150


@pytest.mark.parametrize("name", ALL)
def test_a_schema_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema(name))


@pytest.mark.parametrize("kind", schema.RECORDS)
def test_every_field_of_a_record_is_explained(kind: str) -> None:
    fields = author_schema(kind)["$defs"][schema.RECORDS[kind].__name__]["properties"]
    assert set(fields) == {field.key for field in schema.fields_of(schema.RECORDS[kind]).values()}
    assert all(field["description"] for field in fields.values())


def test_a_printed_schema_leans_on_no_other_file() -> None:
    for name in NAMES:
        assert IDS not in json.dumps(author_schema(name))
    assert IDS in json.dumps(author_schema("requirements", with_ids=True))


def test_write_makes_them_and_what_is_current_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a_portal(tmp_path)
    assert cli.run(["schema", "--write", "--source", str(tmp_path)]) == 0
    assert ".schemas/risks.schema.json" in capsys.readouterr().out
    ids = json.loads((tmp_path / ".schemas" / IDS).read_text(encoding="utf-8"))["$defs"]
    assert ids["requirements"]["examples"] == ["REQ-007", "REQ-009"]
    assert ids["actions"]["examples"] == ["ACT-1", "ACT-2", "ACT-3"]
    assert ids["person"]["examples"] == ["jo", "maya", "omar"]
    assert cli.run(["schema", "--write", "--source", str(tmp_path)]) == 0
    assert "All schemas are current" in capsys.readouterr().out


def test_a_new_record_is_offered_at_once(tmp_path: Path) -> None:
    a_portal(tmp_path)
    list(write_schemas(tmp_path))
    assert run(tmp_path, "new", "issue", "cinema", "Hall 2 leaks") == 0
    path = tmp_path / ".schemas" / IDS
    assert json.loads(path.read_text(encoding="utf-8"))["$defs"]["issues"]["examples"] == ["ISS-1"]
    assert path.read_text(encoding="utf-8") == ids_file(tmp_path)


def test_a_file_of_ids_that_is_none_of_ours_stays() -> None:
    for text in ("", "{}", "[]", "<<<<<<< HEAD\n", '{"$defs": {"any": 1}}'):
        assert with_id(text, "risks", "RSK-1") == text


def test_git_joins_the_ids_that_two_people_have_added(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        person = ["-c", "user.name=T", "-c", "user.email=t@example.com"]
        subprocess.run(["git", *person, "-C", str(tmp_path), *arguments], check=True, capture_output=True)

    assert cli.run(["init", str(tmp_path), "--yes", "--quiet"]) == 0
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-qm", "start")
    path = tmp_path / ".schemas" / IDS
    for branch, id_ in (("one", "RSK-3"), ("two", "RSK-4")):
        git("checkout", "-qb", branch, "main")
        path.write_text(with_id(path.read_text(encoding="utf-8"), "risks", id_), encoding="utf-8")
        git("commit", "-qam", branch)
    git("merge", "-q", "one")
    assert {"RSK-3", "RSK-4"} <= set(
        json.loads(path.read_text(encoding="utf-8"))["$defs"]["risks"]["examples"]
    )


def test_a_name_beside_write_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["schema", "risks", "--write"]) == 2
    assert "leave the name away" in capsys.readouterr().err
