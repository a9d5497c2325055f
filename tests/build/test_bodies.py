"""A body that was kept is the body that reading its text makes."""

from __future__ import annotations

from typing import Any

import pytest

from portalgen.build import bodies
from portalgen.build.bodies import KeptBodies
from portalgen.content.markdown.body import Link, coloured, parse_body, render_body

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
        monkeypatch.setattr(bodies, "parse_body", _never)
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
