"""`portalgen doctor` finds what would go wrong later."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from editing.portals import a_portal

from portalgen import cli
from portalgen.editing.examine import Finding, examine
from portalgen.editing.schema_files import write_schemas


def found(folder: Path, what: str) -> list[Finding]:
    return [finding for finding in examine(folder, folder / "public") if finding.what == what]


def git(folder: Path, *arguments: str) -> None:
    person = ["-c", "user.name=T", "-c", "user.email=t@example.com"]
    subprocess.run(["git", *person, "-C", str(folder), *arguments], check=True, capture_output=True)


def test_a_new_repository_is_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.run(["init", str(tmp_path), "--yes", "--quiet"])
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    capsys.readouterr()
    assert cli.run(["doctor", "--source", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "ok   git: 1 commit, whole history" in said
    assert "schemas in .schemas/ are current" in said
    assert "BAD" not in said


def test_a_shallow_clone_is_bad_and_says_how_to_mend_it(tmp_path: Path) -> None:
    origin = tmp_path / "origin"
    a_portal(origin)
    git(origin, "init", "-q")
    git(origin, "add", ".")
    git(origin, "commit", "-qm", "one")
    git(origin, "commit", "-qm", "two", "--allow-empty")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{origin}", "clone")
    (shallow, *_) = found(tmp_path / "clone", "git")
    assert shallow.grade == "bad"
    assert "fetch-depth: 0" in shallow.mend
    assert cli.run(["doctor", "--source", str(tmp_path / "clone")]) == 1


def test_sites_that_git_would_commit_are_noted(tmp_path: Path) -> None:
    a_portal(tmp_path)
    git(tmp_path, "init", "-q")
    assert any("public/ is not ignored" in finding.said for finding in found(tmp_path, "git"))


def test_a_password_in_the_remotes_address_is_not_shown(tmp_path: Path) -> None:
    a_portal(tmp_path)
    git(tmp_path, "init", "-q")
    git(tmp_path, "remote", "add", "origin", "https://me:secret@host.example/x.git")
    said = " ".join(finding.said for finding in found(tmp_path, "git"))
    assert "https://host.example/x.git" in said
    assert "secret" not in said


def test_old_schemas_faulty_settings_and_a_foreign_output_are_found(tmp_path: Path) -> None:
    a_portal(tmp_path)
    (tmp_path / ".schemas").mkdir()
    (tmp_path / ".schemas/risks.schema.json").write_text("{}", encoding="utf-8")
    (tmp_path / "portalgen.yaml").write_text("colour: red\n", encoding="utf-8")
    (tmp_path / "public").mkdir()
    (tmp_path / "public/theirs.txt").write_text("x", encoding="utf-8")
    grades = {(finding.what, finding.grade) for finding in examine(tmp_path, tmp_path / "public")}
    assert {("editor", "note"), ("portalgen.yaml", "bad"), ("output", "bad")} <= grades


def test_ids_that_editors_do_not_offer_yet_are_noted(tmp_path: Path) -> None:
    a_portal(tmp_path)
    list(write_schemas(tmp_path))
    assert found(tmp_path, "editor")[0].grade == "well"
    (tmp_path / "content/cinema/lessons.yaml").write_text(
        "- {id: LL-1, title: Ask early}\n", encoding="utf-8"
    )
    noted = found(tmp_path, "editor")[0]
    assert (noted.grade, noted.mend) == ("note", "portalgen schema --write")
    assert "ids.schema.json does not hold the ids" in noted.said
    assert list(write_schemas(tmp_path)) == [".schemas/ids.schema.json"]
    assert found(tmp_path, "editor")[0].grade == "well"
    (tmp_path / ".schemas/ids.schema.json").unlink()
    assert found(tmp_path, "editor")[0] == noted


def test_an_empty_folder_is_told_of_init(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, "content")
    assert (finding.grade, finding.mend) == ("bad", "portalgen init")
