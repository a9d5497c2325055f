"""A client's colour can always be read."""

from __future__ import annotations

import colorsys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portalgen.site.colour import DARK, LEAST, LEAST_ON_DARK, LIGHT, brand_styles, contrast, readable
from portalgen.site.theme import load_theme


@pytest.mark.parametrize(
    ("a", "b", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#0000ff", "#ffffff", 8.59),
    ],
)
def test_contrast_is_that_of_wcag(a: str, b: str, ratio: float) -> None:
    assert contrast(a, b) == pytest.approx(ratio, abs=0.01)
    assert contrast(b, a) == contrast(a, b)


@given(st.integers(0, 0xFFFFFF))
def test_any_colour_becomes_readable_in_both_schemes(number: int) -> None:
    colour = f"#{number:06x}"
    for papers, least in ((LIGHT, LEAST), (DARK, LEAST_ON_DARK)):
        assert all(contrast(readable(colour, papers), paper) >= least for paper in papers)


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    assert readable("#0b5670", LIGHT) == "#0b5670"


def test_a_colour_keeps_its_hue() -> None:
    def hue(colour: str) -> float:
        return colorsys.rgb_to_hls(*(int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)))[0]

    assert hue(readable("#ff9ec4", LIGHT)) == pytest.approx(hue("#ff9ec4"), abs=0.02)


def test_the_papers_are_those_of_the_theme() -> None:
    styles = load_theme().styles.decode()
    assert f"--ink-50: {LIGHT[1]}" in styles
    assert f"--ink-990: {DARK[0]}" in styles
    assert f"--wash: {DARK[1]}" in styles


def test_the_stylesheet_leaves_links_on_paper_black() -> None:
    first, _, on_screen = brand_styles("#8c1d4b").decode().partition("@media screen")
    assert "--link" not in first
    assert "--link" in on_screen
