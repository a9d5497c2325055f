"""Whatever is marked, the site is the one of a team that has nothing to hide: byte for byte."""

from __future__ import annotations

import difflib
import itertools
import os
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sites import build_at, tree_of, write_tree
from wall.random_site import draw_site, files_of, public_part
from wall.search import found_in

EXAMPLES = int(os.environ.get("PORTALGEN_EXAMPLES", "40"))
"""Of `make test`; a sweep tries two thousand."""
_numbers = itertools.count()


def site_of(files: dict[str, str], scratch: Path) -> dict[str, bytes]:
    """Return every file of the one client's site."""
    source = write_tree(scratch / f"source{next(_numbers)}", files)
    outcome = build_at(source, source / "public", jobs=1, history=False)
    errors = [str(problem) for problem in outcome.problems if problem.severity == "error"]
    assert errors == []
    return tree_of(source / "public" / "acme")


def differences(wanted: dict[str, bytes], seen: dict[str, bytes]) -> list[str]:
    """Return the lines in which two sites differ, data.json's first."""
    names = sorted(wanted.keys() | seen.keys(), key=lambda name: (name != "data.json", name))
    return [
        f"{name}: {line}"
        for name in names
        for line in difflib.unified_diff(
            *(site.get(name, b"").decode("utf-8", "replace").splitlines() for site in (wanted, seen)),
            n=0,
            lineterm="",
        )
        if not line.startswith(("---", "+++", "@@"))
    ]


def check(random: Random, scratch: Path) -> None:
    whole = draw_site(random)
    files = files_of(whole)
    seen = site_of(files, scratch)
    canaries = {
        word
        for text in files.values()
        for word in text.replace('"', " ").split()
        if word.startswith("canary")
    }
    assert found_in(seen, canaries) == set()
    wanted = site_of(files_of(public_part(whole)), scratch)
    assert differences(wanted, seen) == []


@pytest.mark.slow
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_a_site_is_the_one_of_a_team_that_has_nothing_to_hide(
    tmp_path_factory: pytest.TempPathFactory, random: Random
) -> None:
    check(random, tmp_path_factory.getbasetemp())


@pytest.mark.parametrize("seed", range(6))
def test_a_few_sites_are_those_of_a_team_that_has_nothing_to_hide(tmp_path: Path, seed: int) -> None:
    check(Random(seed), tmp_path)
