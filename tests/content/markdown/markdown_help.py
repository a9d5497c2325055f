"""What the Markdown tests share: parse and render in one call, and look at the result as a browser does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import html5lib

from portalgen.content.markdown.body import AS_TYPED, AsTyped, Body, Link, parse_body, render_body

ADDRESSES = {
    "REQ-1": "requirements/REQ-1.html",
    "../meetings/kickoff.md": "meetings/kickoff.html",
    "plan.pdf": "files/DOC-1/plan.pdf",
    "plan.png": "files/DOC-1/plan.png",
}
"""What is published in these tests."""


def resolve(link: Link) -> str | AsTyped | None:
    """Return what a portal with ADDRESSES would say."""
    if link.target in ADDRESSES:
        return ADDRESSES[link.target] + (f"#{link.fragment}" if link.fragment else "")
    return AS_TYPED if link.form == "record" and not link.bare else None


def read(text: str) -> Body:
    """Return the body of a text that has no errors."""
    body, problems = parse_body(text, "a.md")
    errors = [str(problem) for problem in problems if problem.severity == "error"]
    assert errors == []
    return body


def render(text: str, answer: Callable[[Link], str | AsTyped | None] = resolve, **options: Any) -> str:
    """Return the HTML of a text that has no errors, on a page at the site's root."""
    return render_body(read(text), answer, **{"name": "b", **options}).at("")


def codes(text: str) -> list[str]:
    """Return the codes of all problems of a text, sorted by place."""
    return [problem.code for problem in parse_body(text, "a.md")[1]]


def has_error(text: str) -> bool:
    return any(problem.severity == "error" for problem in parse_body(text, "a.md")[1])


def elements(html: str) -> Iterator[Any]:
    """Yield the elements that a browser makes of `html`, in reading order."""
    for element in html5lib.parseFragment(html, namespaceHTMLElements=False).iter():
        if isinstance(element.tag, str) and element.tag != "DOCUMENT_FRAGMENT":
            yield element


def shown(html: str) -> str:
    """Return the text that a browser shows, with single spaces."""
    parsed = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return " ".join("".join(parsed.itertext()).split())
