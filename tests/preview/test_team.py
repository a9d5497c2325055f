"""The team's own view: every record, marked on every page, and known to nothing that writes."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sites import build_at, tree_of, write_tree

from portalgen.pipeline import Job, build
from portalgen.preview import team
from tests.preview.served import NOTE, Preview, serving, small, until

HELD = {
    "content/harbour/people.yaml": (
        "ines: {name: Ines Okafor, side: client}\nmole: {name: CANARYPERSON, side: client, visibility: internal}\n"
    ),
    "content/harbour/issues.yaml": "- id: ISS-1\n  title: CANARYINTERNAL issue\n  visibility: internal\n  status: open\n",
    "content/harbour/decisions/D-1.md": "---\ntitle: CANARYDRAFT\nvisibility: internal\n---\nThe reason is in [[ISS-1]].\n",
    "content/harbour/contract.yaml": "number: CANARYCONTRACT\nstatus: active\nvisibility: internal\n",
    "content/orchard/west/project.yaml": "name: CANARYPROJECT\nvisibility: internal\n",
    "content/orchard/west/risks.yaml": (
        "- id: RSK-1\n  title: CANARYRISK\n  likelihood: 2\n  impact: 4\n  status: approved\n"
    ),
}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tree(small(tmp_path_factory.mktemp("team")), HELD)


@pytest.fixture(scope="module")
def preview(source: Path) -> Iterator[Preview]:
    with serving(source, "--internal") as running:
        until(lambda: running.get("/_internal/harbour/").status == 200)
        until(lambda: running.get("/_internal/orchard/").status == 200)
        yield running


def crawl(preview: Preview, start: str) -> dict[str, str]:
    """Return every page that links lead to from `start`, below its folder."""
    found: dict[str, str] = {}
    waiting = [start]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        answer = preview.get(path)
        assert answer.status == 200, path
        found[path] = answer.text
        folder = path.rsplit("/", 1)[0]
        for link in re.findall(r' href="([^"#]+)', answer.text):
            link = html.unescape(link)
            if ":" in link or link.startswith("/") or not link.endswith(".html"):
                continue
            parts = folder.split("/")
            for part in link.split("/"):
                parts = parts[:-1] if part == ".." else [*parts, part]
            waiting.append("/".join(parts))
    return found


def test_101_the_team_s_view_shows_all_records_and_says_so_on_every_page(preview: Preview) -> None:
    pages = crawl(preview, "/_internal/harbour/index.html") | crawl(preview, "/_internal/orchard/index.html")
    assert len(pages) > 15
    every = "\n".join(pages.values())
    for word in (
        "CANARYINTERNAL issue",
        "CANARYDRAFT",
        "CANARYINTERNAL lesson",
        "CANARYPROJECT",
        "CANARYRISK",
        "CANARYPERSON",
    ):
        assert word in every, word
    for path, page in pages.items():
        assert "<strong>INTERNAL</strong>" in page, path
        assert "<title>INTERNAL: " in page, path
        assert '<meta name="portalgen-audience" content="team">' in page, path


def test_101_a_page_of_the_team_s_view_that_is_not_there_is_marked_too(preview: Preview) -> None:
    answer = preview.get("/_internal/harbour/nothing.html")
    assert answer.status == 404
    assert "<strong>INTERNAL</strong>" in answer.text


@pytest.mark.parametrize("address", ["data.json", "feed.xml", "calendar.ics", "_headers"])
def test_101_what_cannot_bear_the_mark_is_not_there(preview: Preview, address: str) -> None:
    assert preview.get(f"/_internal/harbour/{address}").status == 404


def test_101_the_client_s_pages_beside_it_hold_nothing_internal(preview: Preview) -> None:
    pages = crawl(preview, "/harbour/index.html") | crawl(preview, "/orchard/index.html")
    assert len(pages) > 5
    for path, page in pages.items():
        assert "CANARY" not in page, path
        assert "INTERNAL" not in page, path
    assert "CANARY" not in preview.get("/harbour/data.json").text


def test_101_without_internal_there_is_no_such_view(source: Path) -> None:
    with serving(source) as running:
        until(lambda: running.get("/harbour/").status == 200)
        assert running.get("/_internal/harbour/").status == 404
        assert "_internal" not in running.get("/").text


def test_101_build_never_comes_to_the_team_s_view(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("build asked for the team's view")

    monkeypatch.setattr(team, "prepare_for_team", refuse)
    monkeypatch.setattr(team, "open_facts", refuse)
    outcome = build_at(source, tmp_path / "public", jobs=1)
    assert outcome.sites == 2
    written = tree_of(tmp_path / "public")
    assert written
    for name, content in written.items():
        assert b"CANARY" not in content, name


def test_101_no_argument_of_the_pipeline_names_an_audience() -> None:
    names = {*Job.__struct_fields__, *build.__annotations__}
    assert not [name for name in names if re.search("team|internal|audience|visib", name)]


def test_the_team_s_view_changes_with_what_it_shows(tmp_path: Path) -> None:
    source = write_tree(small(tmp_path), HELD)
    with serving(source, "--internal") as running:
        page = "/_internal/harbour/issues/ISS-1.html"
        until(lambda: running.shows("CANARYINTERNAL issue", page))
        path = source / "content/harbour/issues.yaml"
        path.write_text(path.read_text().replace("CANARYINTERNAL issue", "Another issue"))
        until(lambda: running.shows("Another issue", page))
        (source / NOTE).write_text("---\nid: M-1\ntitel: x\n---\n")
        until(lambda: running.said("has errors"))
        assert running.shows("Another issue", page)
