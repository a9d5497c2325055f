"""The list of sites that changed names each until it is published, also where a build was killed before it wrote it."""

from __future__ import annotations

from pathlib import Path

import pytest
from build.some_clients import write_clients
from sites import write_tree

from portalgen.build import changed
from portalgen.cli import run

DAY = "2026-11-23"


@pytest.fixture
def portal(tmp_path: Path) -> Path:
    """Three clients whose sites were built and published."""
    root = write_clients(tmp_path / "portal", 3)
    assert build(root) == ["client-0", "client-1", "client-2"]
    (root / "changed.txt").write_text("")
    return root


def build(root: Path) -> list[str]:
    """Build, and return what the list names then."""
    changed_list = root / "changed.txt"
    assert (
        run(["build", "--source", str(root), "--as-of", DAY, "--quiet", "--changed-list", str(changed_list)])
        == 0
    )
    return changed_list.read_text().split()


def edit(root: Path, slug: str, title: str) -> None:
    write_tree(
        root, {f"content/{slug}/risks.yaml": f"- {{id: RSK-1, title: {title}, likelihood: 1, impact: 1}}\n"}
    )


def test_a_site_that_changed_is_named_until_its_line_is_taken_out(portal: Path) -> None:
    assert build(portal) == []
    edit(portal, "client-1", "Flood")
    assert build(portal) == ["client-1"]
    edit(portal, "client-2", "Flood")
    assert build(portal) == ["client-1", "client-2"]
    assert sorted(path.name for path in portal.glob("changed*")) == ["changed.txt"]


def test_what_a_build_changed_that_was_killed_before_it_said_so_is_named_by_the_next(
    portal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would never be published: a host would go on to show what is internal by now."""
    edit(portal, "client-0", "Flood")
    assert build(portal) == ["client-0"]
    edit(portal, "client-1", "Flood")
    with monkeypatch.context() as patch:
        patch.setattr(changed, "add_changed", killed)
        with pytest.raises(KilledError):
            build(portal)
    assert "Flood" in (portal / "public/client-1/risks.html").read_text()
    edit(portal, "client-2", "Flood")
    assert build(portal) == ["client-0", "client-1", "client-2"]
    assert sorted(path.name for path in portal.glob("changed*")) == ["changed.txt"]


class KilledError(BaseException):
    pass


def killed(*_: object) -> None:
    raise KilledError
