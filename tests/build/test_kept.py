"""What was kept of a client is what reading it makes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from build.some_clients import files_of
from everything import Everything
from msgspec.structs import replace
from sites import write_tree

from portalgen.build import kept
from portalgen.build.kept import KeptBodies, KeptRecords
from portalgen.content.markdown.body import Link, coloured, parse_body, render_body
from portalgen.content.read import ClientFolder, list_clients, read_client
from portalgen.content.validate import validate

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
