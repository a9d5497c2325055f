"""A build that is divided among machines is the whole, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from build.some_clients import write_clients
from click.testing import CliRunner
from sites import build_at, tree_of

from portalgen.build.shards import is_in_shard
from portalgen.cli import portalgen


def _sites(output: Path) -> dict[str, bytes]:
    return {name: data for name, data in tree_of(output).items() if not name.startswith(".portalgen/")}


def test_the_shards_of_three_machines_are_together_the_whole_build(tmp_path: Path) -> None:
    source = write_clients(tmp_path / "source", 9)
    build_at(source, tmp_path / "whole")
    for number in (1, 2, 3):
        build_at(source, tmp_path / f"part-{number}", shard=(number, 3))
    parts = [_sites(tmp_path / f"part-{number}") for number in (1, 2, 3)]
    assert all(parts)
    assert {name: data for part in parts for name, data in part.items()} == _sites(tmp_path / "whole")
    assert sum(map(len, parts)) == len(_sites(tmp_path / "whole"))


def test_a_shard_leaves_the_sites_of_the_others_and_removes_those_of_clients_that_are_gone(
    tmp_path: Path,
) -> None:
    source = write_clients(tmp_path / "source", 6)
    build_at(source, tmp_path / "out")
    gone = next(each for each in (source / "content").iterdir() if is_in_shard(each.name, (2, 2)))
    for file in sorted(gone.rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    gone.rmdir()
    outcome = build_at(source, tmp_path / "out", shard=(1, 2))
    assert outcome.removed == (gone.name,)
    assert sum(each.is_dir() and each.name != ".portalgen" for each in (tmp_path / "out").iterdir()) == 5


def test_the_shard_of_a_client_depends_on_its_slug_alone() -> None:
    slugs = ("a", "b", "c", "acme")
    assert [next(i for i in (1, 2, 3) if is_in_shard(slug, (i, 3))) for slug in slugs] == [2, 2, 3, 1]


@pytest.mark.parametrize("typed", ["0/3", "4/3", "1", "a/b", "-1/2", "1/0"])
def test_a_shard_that_is_no_part_of_a_whole_is_refused(typed: str) -> None:
    result = CliRunner().invoke(portalgen, ["build", "--shard", typed], standalone_mode=False)
    assert "is no part of a whole" in str(result.exception)


def test_profile_names_each_stage_and_the_slowest_clients(tmp_path: Path) -> None:
    source = write_clients(tmp_path / "source", 2)
    result = CliRunner().invoke(portalgen, ["build", "--source", str(source), "--profile"])
    assert result.exit_code == 0
    for word in (
        "read",
        "validate",
        "resolve",
        "publish",
        "history",
        "derive",
        "render",
        "write",
        "client-1",
    ):
        assert word in result.stderr
