"""Closed surveys → bars of satisfaction (CSAT) and recommendation (NPS), each with the number of its answers."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from portalgen.portal.drawn import plot
from portalgen.portal.published import Survey

ROW, BAR = 50, 14


class Score(Struct, frozen=True):
    survey: Survey
    measure: str
    """csat or nps."""
    value: float
    """csat: 0.0 to 1.0; nps: −100 to 100."""
    answers: int
    good: int | None
    """csat: how many answers were a 4 or a 5."""


def scores(surveys: Iterable[Survey], measure: str) -> tuple[Score, ...]:
    """Return what surveys found by one measure, `csat` or `nps`, the oldest first; those without figures aside."""
    found = []
    for survey in surveys:
        derived = survey.derived
        value = derived.csat if measure == "csat" else derived.nps
        if value is not None and derived.answers:
            good = round(value * derived.answers) if measure == "csat" else None
            found.append(Score(survey, measure, float(value), derived.answers, good))
    return tuple(reversed(found))


class Bar(Struct, frozen=True):
    score: Score
    label: str
    """The survey's title, shortened to what fits."""
    words_y: float
    y: float
    """The bar's upper edge."""
    x: float
    width: float


class Drawing(Struct, frozen=True):
    width: int
    height: float
    zero: float
    """Where nothing stands."""
    ticks: tuple[tuple[float, int, str], ...]
    """Place, value and anchor: per cent, or points of NPS."""
    bars: tuple[Bar, ...]


def drawn(found: tuple[Score, ...], width: int, values: tuple[str, ...]) -> Drawing:
    """Return a bar for each score along the whole scale; `values` are the words at the end of each title."""
    is_csat = found[0].measure == "csat"
    scale = plot.Scale(0 if is_csat else -100, 1 if is_csat else 100, 1, width - 1)
    bars = []
    for number, (score, words) in enumerate(zip(found, values, strict=True)):
        top = number * ROW
        ends = sorted((scale.at(0), scale.at(score.value)))
        room = width - plot.text_width(words, is_bold=True) - 12
        bars.append(
            Bar(
                score, plot.shortened(score.survey.title, room), top + 15, top + 23, ends[0],
                round(max(ends[1] - ends[0], 1), 1),
            )
        )  # fmt: skip
    marks = ((0, 0), (0.5, 50), (1, 100)) if is_csat else ((-100, -100), (0, 0), (100, 100))
    anchors = ("start", "middle", "end")
    ticks = tuple(
        (scale.at(place), value, anchor) for (place, value), anchor in zip(marks, anchors, strict=True)
    )
    return Drawing(width, len(found) * ROW + 18, scale.at(0), ticks, tuple(bars))
