"""A small company's whole output is what it was, byte for byte: what a change does to a site is read in its diff."""

from __future__ import annotations

import shutil
from pathlib import Path

from sites import build_at, dead_links, tree_of

GOLDEN = Path(__file__).parent / "golden"
SOURCE, PUBLIC = GOLDEN / "source", GOLDEN / "public"


def test_the_golden_site_is_as_it_was(tmp_path: Path, renew: bool) -> None:
    outcome = build_at(SOURCE, tmp_path / "public")
    assert [str(problem) for problem in outcome.problems if problem.severity == "error"] == []
    made = {
        name: data
        for name, data in tree_of(tmp_path / "public").items()
        if not name.startswith(".portalgen/")
    }
    if renew:
        shutil.rmtree(PUBLIC, ignore_errors=True)
        for name, data in made.items():
            path = PUBLIC / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return
    expected = tree_of(PUBLIC)
    assert sorted(made) == sorted(expected)
    assert [name for name in made if made[name] != expected[name]] == [], (
        "make golden renews; read the difference"
    )


def test_every_link_of_the_golden_site_leads_somewhere(tmp_path: Path) -> None:
    build_at(SOURCE, tmp_path / "public")
    assert [
        link for site in (tmp_path / "public").iterdir() if site.name[0] != "." for link in dead_links(site)
    ] == []
