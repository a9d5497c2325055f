"""Requirements by importance → squares, one for each, drawn by how far it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from portalgen.portal.drawn import plot
from portalgen.portal.scope import Importance

MANY = 45
"""From this many in one row of importance the squares are small."""


class Row(Struct, frozen=True):
    """One importance; every path is empty where nothing is drawn by it."""

    name: str
    name_y: float
    count: str
    count_x: float
    count_y: float
    is_count_at_end: bool
    solid: str
    """Delivered and accepted ones."""
    check: str
    """Ticks over accepted ones."""
    outline: str
    """In progress and agreed ones."""
    half: str
    """Over those in progress."""
    dashed: str
    """Proposed ones."""


class Squares(Struct, frozen=True):
    width: int
    height: float
    is_small: bool
    rows: tuple[Row, ...]


def drawn(groups: Iterable[Importance], names: Sequence[str], counts: Sequence[str], width: int) -> Squares:
    """Return the squares of each importance beside its name (above them where it is narrow) and its count."""
    groups = tuple(groups)
    is_narrow = width < plot.WIDE
    size, pitch = (20.0, 25.0) if is_narrow else (24.0, 30.0)
    is_small = max((sum(group.counts) for group in groups), default=0) > MANY
    if is_small:
        size, pitch = 12.0, 15.0
    left = 0.0 if is_narrow else max(92.0, *(plot.text_width(name, is_bold=True) + 16 for name in names))
    room = width - left - (0 if is_narrow else max(plot.text_width(count) for count in counts) + 12)
    a_row = max(int((room + pitch - size) // pitch), 1)
    top = 0.0
    rows = []
    for group, name, count in zip(groups, names, counts, strict=True):
        number = sum(group.counts)
        first = top + (24 if is_narrow else 0)
        lines = -(-number // a_row)
        last = min(number, a_row)
        rows.append(
            _row(group.counts, name, count, a_row, size, pitch, left, first,
                 count_x=width if is_narrow else left + last * pitch + 6,
                 text_y=top + (16 if is_narrow else max(size / 2 + 5, 14)), is_narrow=is_narrow)
        )  # fmt: skip
        top = first + lines * pitch - (pitch - size) + (22 if is_narrow else 18)
    return Squares(width, round(max(top - 18, 1), 1), is_small, tuple(rows))


def _row(
    counts: Sequence[int], name: str, count: str, a_row: int, size: float, pitch: float, left: float, top: float,
    *, count_x: float, text_y: float, is_narrow: bool,
) -> Row:  # fmt: skip
    solid, check, outline, half, dashed = [], [], [], [], []
    states = [state for state, number in enumerate(counts) for _ in range(number)]
    edge = 0.75
    for number, state in enumerate(states):
        x, y = left + number % a_row * pitch, top + number // a_row * pitch
        inner = f"M{_n(x + edge)} {_n(y + edge)}h{_n(size - 2 * edge)}v{_n(size - 2 * edge)}h-{_n(size - 2 * edge)}z"
        if state <= 1:
            solid.append(f"M{_n(x)} {_n(y)}h{_n(size)}v{_n(size)}h-{_n(size)}z")
        if state == 0:
            check.append(
                f"M{_n(x + size * 0.25)} {_n(y + size * 0.51)}l{_n(size * 0.18)} {_n(size * 0.18)}"
                f" {_n(size * 0.32)}-{_n(size * 0.37)}"
            )
        if state in (2, 3):
            outline.append(inner)
        if state == 2:
            half.append(f"M{_n(x)} {_n(y + size)}L{_n(x + size)} {_n(y)}v{_n(size)}z")
        if state == 4:
            dashed.append(inner)
    paths = ("".join(each) for each in (solid, check, outline, half, dashed))
    return Row(name, round(text_y, 1), count, round(count_x, 1), round(text_y, 1), is_narrow, *paths)


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
