"""A fault in content/_shared fails every client that names someone of it, and no other."""

from __future__ import annotations

from pathlib import Path

from sites import build_at, write_tree

FILES = {
    "content/_shared/people.yaml": "ines: {name: Ines Okafor}\ntom: {name: Tom, emial: t@x.example}\n",
    "content/alone/client.yaml": "name: Alone\n",
    "content/served/client.yaml": "name: Served\nlead: ines\n",
}


def test_a_fault_in_shared_people_fails_only_clients_that_name_someone_of_them(tmp_path: Path) -> None:
    outcome = build_at(write_tree(tmp_path, FILES), tmp_path / "public")
    assert outcome.status == 1
    assert (outcome.kept, outcome.sites) == (("served",), 1)
    assert [problem.code for problem in outcome.problems] == ["unknown-key"]


def test_shared_people_that_cannot_be_read_at_all_are_one_problem(tmp_path: Path) -> None:
    files = FILES | {"content/_shared/people.yaml": "ines: {name: 'Ines\n"}
    outcome = build_at(write_tree(tmp_path, files), tmp_path / "public")
    assert outcome.kept == ("served",)
    assert [problem.code for problem in outcome.problems] == ["yaml-syntax"]
