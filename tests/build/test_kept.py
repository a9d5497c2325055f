"""What was kept of a client is what reading it makes."""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from build.some_clients import files_of
from everything import Everything
from msgspec.structs import replace
from sites import write_tree

from portalgen.build import checked, kept
from portalgen.build.kept import KeptBodies, KeptPublished, KeptRecords
from portalgen.content.markdown.body import Link, coloured, parse_body, render_body
from portalgen.content.read import ClientFolder, list_clients, read_client
from portalgen.content.schema import check
from portalgen.content.validate import validate
from portalgen.pipeline import Job, Means, prepare
from portalgen.problems import Problem
from portalgen.source import open_source

TEXTS = (
    "",
    "# A title\n\nSee [[REQ-1]], [[REQ-2|the *login*]] and REQ-3.\n",
    "[a file](plan.pdf 'said') and [here](#nowhere), ![drawn](a.png){width=3}\n\n```json\n{}\n```\n",
    "::: warning\nMind *this*.\n:::\n\n::: internal\nNot that.\n:::\n\n<!-- nor that -->\n",
    "![](data:image/gif;base64,R0lGODlhAQABAAAAACw=)\n\n<b>raw <i>HTML\n\nA note[^1].\n\n[^1]: Said.\n",
    "half a character \ud800, a bell \x07 and 中文\n",
)


@pytest.mark.parametrize("text", TEXTS)
def test_a_kept_body_and_its_problems_are_those_that_reading_makes(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    body, problems = parse_body(text, "content/acme/pages/a.md")
    read = coloured(body), problems
    assert render_body(read[0], _address, name="a") == render_body(body, _address, name="a")
    first = KeptBodies(None)
    assert first.parse(text, "content/acme/pages/a.md") == read
    second = KeptBodies(first.now)
    if first.now:
        monkeypatch.setattr(kept, "parse_body", _never)
    assert second.parse(text, "content/acme/pages/a.md") == read
    assert second.now == first.now


def test_the_same_text_in_another_file_is_read_again() -> None:
    """Its problems name that file."""
    first = KeptBodies(None)
    first.parse("[x](#nowhere)", "content/acme/a.md")
    second = KeptBodies(first.now)
    _, problems = second.parse("[x](#nowhere)", "content/acme/b.md")
    assert [problem.place.path for problem in problems] == ["content/acme/b.md"]


def test_what_nobody_asked_for_is_not_kept_on() -> None:
    first = KeptBodies(None)
    first.parse("one", "a.md")
    first.parse("two", "a.md")
    second = KeptBodies(first.now)
    second.parse("two", "a.md")
    assert len(second.now) == 1


def test_a_kept_body_that_is_none_is_read_again() -> None:
    first = KeptBodies(None)
    body, _ = first.parse("one", "a.md")
    spoilt = dict.fromkeys(first.now, b"\x93no")
    assert KeptBodies(spoilt).parse("one", "a.md")[0] == body


def test_a_block_of_code_that_stands_is_not_coloured_again(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "\n```json\n{}\n```\n\n    plain\n"
    first = KeptBodies(None)
    first.parse(f"One.\n{code}", "a.md")
    second = KeptBodies(first.now, first.code)
    with monkeypatch.context() as patch:
        patch.setattr(kept, "render_code", _never)
        body, _ = second.parse(f"One, and two.\n{code}", "a.md")
    assert body == coloured(parse_body(f"One, and two.\n{code}", "a.md")[0])
    third = KeptBodies(second.now, second.code)
    third.parse(f"One, and two.\n{code}", "a.md")
    assert third.code == second.code


def test_a_note_of_which_the_text_alone_changed_is_not_checked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = "---\ntitle: A\ndate: 2026-03-04\ndecisions:\n- title: B\n---\n"
    files = files_of("acme") | {"meetings/a.md": f"{head}Said.\n"}
    write_tree(tmp_path, {f"content/acme/{path}": text for path, text in files.items()})
    first = KeptRecords(None)
    validate(read_client(tmp_path, "acme")[0], {}, known=first)
    (tmp_path / "content/acme/meetings/a.md").write_text(f"{head}Said otherwise.\n", encoding="utf-8")
    folder, _ = read_client(tmp_path, "acme")
    clean, faults = validate(folder, {})
    second = KeptRecords(first.now, first.parts)
    with monkeypatch.context() as patch:
        patch.setattr(checked, "read_yaml", _never)
        patch.setattr(check, "check", _never)
        content, problems = validate(folder, {}, known=second)
    assert problems == faults
    assert clean is not None
    assert content is not None
    nothing = clean.client.document
    for entry, other in zip(clean.entries, content.entries, strict=True):
        assert replace(other, document=nothing) == replace(entry, document=nothing)
    assert content.client.fields == clean.client.fields
    assert second.parts == first.parts


def _address(link: Link) -> str:
    return f"{link.target}.html"


def _never(*_arguments: Any) -> Any:
    raise AssertionError("read again")


HOME = Path(__file__).resolve().parents[2]


def _clients(root: Path) -> Iterator[ClientFolder]:
    """Yield those of the demonstration, and one in which every field is filled."""
    for slug in list_clients(HOME)[0]:
        yield read_client(HOME, slug)[0]
    write_tree(root, Everything().files)
    yield read_client(root, "acme")[0]


def test_kept_records_are_those_that_reading_makes_each_with_its_places(tmp_path: Path) -> None:
    count = 0
    for folder in _clients(tmp_path):
        bodies, first = KeptBodies(None), KeptRecords(None)
        read, problems = validate(folder, {}, parse=bodies.parse, known=first)
        second = KeptRecords(first.now)
        again, still = validate(folder, {}, parse=bodies.parse, known=second)
        assert read is not None
        assert again is not None
        assert still == problems
        assert second.now == first.now
        count += len(first.now)
        nothing = read.client.document
        for entry, other in zip(read.entries, again.entries, strict=True):
            assert replace(other, document=nothing) == replace(entry, document=nothing)
            assert other.fields.typed == entry.fields.typed
            for name in ("id", "title", "body", "no such"):
                assert other.place(name) == entry.place(name)
            for link in entry.body.links if entry.body else ():
                assert other.place_of(link) == entry.place_of(link)
    assert count > 50


def _prepared(root: Path, slug: str, before: dict[str, Any]) -> tuple[Any, list[Problem], dict[str, Any]]:
    """Return a client's portal and problems, and what is kept of them for the next time."""
    job = Job(source=root, output=root / "public", now=datetime(2026, 11, 20, 12, tzinfo=UTC), history=False)
    source, _, _ = open_source(job)
    bodies = KeptBodies(before.get("bodies"), before.get("code"))
    records = KeptRecords(before.get("records"), before.get("checked"))
    published = KeptPublished(before.get("published"), records)
    means = Means(parse=bodies.parse, known=records, published=published)
    prepared, problems = prepare(source, slug, job, means if "fresh" not in before else Means())
    read = {"bodies": bodies.now, "code": bodies.code, "records": records.now, "checked": records.parts}
    now = read | {"published": published.now}
    return prepared, sorted(set(problems)), now


def test_what_is_kept_of_published_records_is_what_publishing_makes(tmp_path: Path) -> None:
    count = 0
    write_tree(tmp_path, Everything().files)
    for root, slug in [*((HOME, slug) for slug in list_clients(HOME)[0]), (tmp_path, "acme")]:
        clean, problems, _ = _prepared(root, slug, {"fresh": True})
        first, found, kept = _prepared(root, slug, {})
        again, still, now = _prepared(root, slug, kept)
        assert clean.portal == first.portal == again.portal
        assert clean.files.keys() == first.files.keys() == again.files.keys()
        assert problems == found == still
        assert now == kept
        count += len(kept["published"]["records"])
    assert count > 50


CHANGES = (
    {"risks/a.md": "---\nid: RSK-9\ntitle: Another\nvisibility: internal\n---\nSee REQ-1.\n"},
    {"risks/a.md": "---\nid: RSK-9\ntitle: Risky\n---\nSee REQ-1.\n"},
    {"risks/a.md": "---\nid: RSK-9\ntitle: Risky\nclient_summary: Of RSK-8.\n---\nSee REQ-1.\n"},
    {"risks/c.md": "---\nid: RSK-7\ntitle: More\n---\nSee RSK-9.\n"},
    {"people.yaml": "ada: {name: Ada King}\n"},
    {"people.yaml": "ada: {name: Ada Byron, visibility: internal}\n"},
    {"project.yaml": "name: A project\ncurrency: USD\n"},
    {"client.yaml": "name: Acme\ncurrency: CHF\nlocale: nl\n"},
    {"risks/plan.pdf": "%PDF-1.4\n"},
    {"meetings/m.yaml": "id: M-1\ntitle: We met\ndate: 2026-10-09\ndecisions: [{title: To go on}]\nactions: [{title: Do it}]\n"},
    {"meetings/m.yaml": "id: M-1\ntitle: We met\ndate: 2026-10-08\nactions: [{title: Do it, owner: ada}]\n"},
    {"people.yaml": "ada: {name: Ada Byron, side: provider}\n"},
)  # fmt: skip


def test_a_published_record_is_kept_only_in_a_world_that_is_the_same(tmp_path: Path) -> None:
    """Whatever changes, what is kept is as if it were not."""
    base = files_of("acme") | {
        "people.yaml": "ada: {name: Ada Byron}\n",
        "risks/a.md": "---\nid: RSK-9\ntitle: Another\nowner: ada\n---\n# On [[RSK-8]]\n\nSee REQ-1, [a plan](plan.pdf).\n",
        "risks/b.md": "---\nid: RSK-8\ntitle: More\n---\nAs [RSK-9](a.md#more) says, and RSK-9; [a plan](plan.pdf).\n\n## Mine\n",
        "changes.yaml": "- {id: CR-7, title: Dear, impact: {cost: 100, scope: {adds: [RSK-9]}}}\n",
        "meetings/m.yaml": "id: M-1\ntitle: We met\ndate: 2026-10-08\ndecisions: [{title: To go on}]\nactions: [{title: Do it}]\n",
        "actions.yaml": "- {id: ACT-9, title: Send it, owner: ada}\n",
    }  # fmt: skip
    for number, change in enumerate(({}, *CHANGES)):
        root = tmp_path / str(number)
        write_tree(root / "content/acme", base)
        _, _, kept = _prepared(root, "acme", {})
        assert kept["published"]["records"]
        write_tree(root / "content/acme", change)
        clean, problems, _ = _prepared(root, "acme", {"fresh": True})
        again, found, _ = _prepared(root, "acme", kept)
        assert (clean and clean.portal, problems) == (again and again.portal, found), change


EDITS = (
    (re.compile(r".*"), ""),
    (re.compile(r"\d(?=\D*$)"), "7"),
    (re.compile(r"\binternal\b"), "client"),
    (re.compile(r"\bclient\b"), "internal"),
    (re.compile(r"\bprovider\b"), "client"),
    (re.compile(r"\bopen\b"), "done"),
)
"""Of a line: all of it, a number, who sees it, whose side it is on, how far it is."""


@pytest.mark.parametrize("slug", ["acme", "harbour-museum", "orchard-foods", "qinghe-library"])
def test_after_any_edit_of_a_line_what_is_kept_is_what_reading_makes(slug: str, tmp_path: Path) -> None:
    if slug == "acme":
        files = {
            path: yaml.safe_dump(yaml.safe_load(text), allow_unicode=True, sort_keys=False, width=1000)
            if path.endswith(".yaml")
            else text
            for path, text in Everything().files.items()
        }
        write_tree(tmp_path, files)
    else:
        for name in (slug, "_shared"):
            shutil.copytree(HOME / "content" / name, tmp_path / "content" / name)
        shutil.copy(HOME / "portalgen.yaml", tmp_path)
    _, _, kept = _prepared(tmp_path, slug, {})
    edits = [
        (path, number, changed)
        for path in sorted((tmp_path / "content").rglob("*"))
        if path.suffix in (".yaml", ".md")
        for number, line in enumerate(path.read_text("utf-8").split("\n"))
        for pattern, word in EDITS
        if (changed := pattern.sub(word, line, count=1)) != line
    ]
    if os.environ.get("PORTALGEN_SWEEP") != "all":
        edits = random.Random(slug).sample(edits, 25)
    print(f"{len(edits)} edits of {slug}")
    for path, number, changed in edits:
        text = path.read_text("utf-8")
        lines = text.split("\n")
        path.write_text("\n".join([*lines[:number], changed, *lines[number + 1 :]]), "utf-8")
        clean, problems, _ = _prepared(tmp_path, slug, {"fresh": True})
        again, found, _ = _prepared(tmp_path, slug, kept)
        path.write_text(text, "utf-8")
        assert (clean and clean.portal, problems) == (again and again.portal, found), (path, number, changed)


def test_a_file_with_a_problem_is_read_every_time(tmp_path: Path) -> None:
    files = files_of("acme") | {
        "risks/a.md": "---\ntitle: A\nlikelihod: 3\n---\n",
        "pages/b.md": "[x](#nowhere)",
    }
    write_tree(tmp_path, {f"content/acme/{path}": text for path, text in files.items()})
    folder, _ = read_client(tmp_path, "acme")
    first = KeptRecords(None)
    _, problems = validate(folder, {}, known=first)
    assert {problem.code for problem in problems} >= {"unknown-key", "broken-anchor"}
    _, still = validate(folder, {}, known=KeptRecords(first.now))
    assert still == problems
