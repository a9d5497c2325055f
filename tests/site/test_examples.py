"""Every component has an example, and every example stands up to its extremes in every language."""

from __future__ import annotations

from collections.abc import Callable

import html5lib
import pytest

from portalgen.portal.drawn import specimens
from portalgen.portal.published import Portal
from portalgen.site.examples import component_names, example_names, render_example
from portalgen.site.theme import load_theme
from tests.site import sample

XHTML = "{http://www.w3.org/1999/xhtml}"
NAMES = example_names(load_theme())
WITHOUT_WORDS = set(
    """
    ageing burnup due find follow icon impacts level moved reply report route scheme squares survey tools trace trend turn
    visit
    """.split()
)
"""Components that show nothing that somebody wrote, or show it by its id, so that no words can be too long."""


def macros_of(name: str) -> bool:
    folders = [folder / "templates" / "components" / name for folder in load_theme().folders]
    return any(path.name != "example.html" for folder in folders for path in folder.glob("*.html"))


def test_every_component_has_an_example() -> None:
    missing = [name for name in component_names(load_theme()) if macros_of(name) and name not in NAMES]
    assert missing == []


@pytest.mark.parametrize("make", sample.ALL, ids=lambda make: make.__name__)
@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_valid_html_whatever_the_client(name: str, make: Callable[[], Portal]) -> None:
    html = render_example(name, make(), load_theme())
    # In strict mode the first error is raised.
    html5lib.HTMLParser(strict=True).parse(
        f"<!DOCTYPE html><html lang=en><title>x</title><body>{html}</body></html>"
    )


@pytest.mark.parametrize("name", NAMES)
def test_an_example_uses_an_id_once(name: str) -> None:
    html = html5lib.parse(render_example(name, sample.rich(), load_theme()))
    ids = [each.get("id") for each in html.iter() if each.get("id")]
    twice = {each for each in ids if ids.count(each) > 1}
    # Rows bear their record's id, and an example shows the same rows again.
    assert {each for each in twice if not each.startswith(("REQ-", "CR-", "p"))} == set()


@pytest.mark.parametrize("name", NAMES)
def test_an_example_of_words_has_the_longest_ones(name: str) -> None:
    html = html5lib.parse(render_example(name, sample.rich(), load_theme()))
    words = "".join(html.itertext())
    if name not in WITHOUT_WORDS:
        assert specimens.LONG[-40:] in words or specimens.LONG[:40] in words


def test_the_extremes_are_there() -> None:
    html = render_example("bullets", sample.rich(), load_theme())
    assert html.count("<li") == 1 + 3 + 40
    assert "500" in render_example("fold", sample.rich(), load_theme())
    assert "Nothing needed from you" in render_example("board", sample.rich(), load_theme())
