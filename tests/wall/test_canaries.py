"""Nothing internal, nothing of another client and nothing of the machine is in any byte that is written for a client."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from sites import REPOSITORY, dead_links, tree_of
from wall.company import SLUGS, Company, put_into_git, write_company
from wall.search import found_in


@dataclass(frozen=True, slots=True)
class Built:
    company: Company
    sites: dict[str, dict[str, bytes]]
    """Slug → file → bytes."""
    output: Path
    machine: set[str]
    """Words of git and of the machine."""
    said: str


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    root = tmp_path_factory.mktemp("canaryplace1") / "canaryplace2"
    company = write_company(root)
    machine = put_into_git(root)
    home = root.parent / "canaryhome1"
    home.mkdir()
    environment = os.environ | {
        "PYTHONPATH": str(REPOSITORY), "HOME": str(home), "USER": "canaryuser2", "LOGNAME": "canaryuser2", "EMAIL": "canarymail1@x.example",
        "CANARYENV1": "canaryenv1", "HOSTNAME": "canaryhost1", "PORTALGEN_X": "canaryenv2",
    }  # fmt: skip
    command = [
        sys.executable,
        "-m",
        "portalgen.cli",
        "build",
        "--as-of",
        "2026-11-23",
        "--output",
        str(root / "public"),
    ]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    sites = {slug: tree_of(root / "public" / slug) for slug in SLUGS}
    machine |= {
        f"canary{word}" for word in ("place1", "place2", "home1", "user2", "mail1", "env1", "env2", "host1")
    }
    return Built(company, sites, root / "public", machine, done.stdout + done.stderr)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_site_holds_no_word_that_stays_and_none_of_another_client(built: Built, slug: str) -> None:
    company = built.company
    assert len(company.foreign(slug)) > 900
    assert found_in(built.sites[slug], company.foreign(slug)) == set()


@pytest.mark.parametrize("slug", SLUGS)
def test_a_site_holds_no_word_of_git_or_of_the_machine(built: Built, slug: str) -> None:
    assert found_in(built.sites[slug], built.machine) == set()


@pytest.mark.parametrize("slug", SLUGS)
def test_a_site_does_not_tell_that_there_is_another_client(built: Built, slug: str) -> None:
    others = {other for other in SLUGS if other != slug} | {"internal", "_shared", "portalgen.yaml"}
    # "internal" is a word of ours that no page needs.
    assert {word for word, _ in found_in(built.sites[slug], others)} == set()


@pytest.mark.parametrize("slug", SLUGS)
def test_everything_that_is_published_is_there(built: Built, slug: str) -> None:
    """Else the tests above would be passed by an empty site."""
    words = built.company.own[slug]
    assert words - {word for word, _ in found_in(built.sites[slug], words)} == set()


@pytest.mark.parametrize("slug", SLUGS)
def test_no_link_of_the_canary_site_is_dead(built: Built, slug: str) -> None:
    assert dead_links(built.output / slug) == []


def test_what_the_command_says_holds_no_content_but_what_it_warns_of(built: Built) -> None:
    """Logs are read by more people than the repository: titles, bodies and notes are not in them."""
    kept = {
        word
        for word in built.company.internal
        if any(mark in word for mark in ("record", "prose", "block", "comment", "answer", "call"))
    }
    assert found_in({"log": built.said.encode()}, kept | built.machine) == set()
