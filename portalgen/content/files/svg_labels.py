"""The HTML that stands in an SVG → the same words as SVG text.

Diagrams of Mermaid and draw.io write their labels so; without the HTML, nothing but empty boxes would be left of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

_LINE_END = "\x00"  # which no XML holds
_OWN_LINES = frozenset(
    "address article blockquote br dd div dl dt figure h1 h2 h3 h4 h5 h6 hr li ol p pre section table tr ul".split()
)
_UNSEEN = frozenset(
    "head iframe noscript object script select style template textarea title video audio".split()
)
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d{1,6}(?:\.\d{1,9})?")
_FONT_SIZE = re.compile(r"(?:^|;)\s*font-size\s*:\s*(\d{1,3}(?:\.\d{1,3})?)px", re.IGNORECASE)


class Label:
    """What a foreignObject says, gathered while it is read."""

    def __init__(self, attributes: Mapping[str, str]) -> None:
        """Begin a label in the place that the foreignObject's `attributes` give."""
        typed = [attributes.get(name, "0").strip() for name in ("x", "y", "width", "height")]
        is_placed = all(_NUMBER.fullmatch(one) for one in typed)
        self._x, self._y, self._width, self._height = map(float, typed) if is_placed else (0.0, 0.0, 0.0, 0.0)
        self._font_size = ""
        self._parts: list[str] = []
        self._has_words = False
        self._unseen_below = 0

    def start(self, element: str, attributes: Mapping[str, str]) -> None:
        """Note that an element begins."""
        style = attributes.get("style", "")
        if self._unseen_below or element in _UNSEEN or "hidden" in attributes or _HIDDEN.search(style):
            self._unseen_below += 1
            return
        if element in _OWN_LINES:
            self._parts.append(_LINE_END)
        size = _FONT_SIZE.search(style)
        if size and not self._has_words:
            self._font_size = size[1]  # of the elements around the first words, the innermost counts

    def end(self, element: str) -> None:
        """Note that the element that began last ends."""
        if self._unseen_below:
            self._unseen_below -= 1
        elif element in _OWN_LINES:
            self._parts.append(_LINE_END)

    def characters(self, text: str) -> None:
        """Note a text."""
        if not self._unseen_below:
            self._parts.append(text)
            self._has_words = self._has_words or not text.isspace()

    def text(self) -> str:
        """Return the words as a text element without its end, in the middle of their place; "" where there are none.

        Words whose place is not told in plain numbers stay out too: what stands beside them in a switch is shown.
        """
        lines = [" ".join(line.split()) for line in "".join(self._parts).split(_LINE_END)]
        lines = [line for line in lines if line]
        if not lines or self._width <= 0 or self._height <= 0:
            return ""
        x, y = f"{self._x + self._width / 2:.10g}", f"{self._y + self._height / 2:.10g}"
        size = f' font-size="{self._font_size}px"' if self._font_size else ""
        first = f"{-0.6 * (len(lines) - 1):.4g}em" if len(lines) > 1 else "0"
        rows = "".join(
            f'<tspan x="{x}" dy="{first if number == 0 else "1.2em"}">{escape(line)}</tspan>'
            for number, line in enumerate(lines)
        )
        return f'<text x="{x}" y="{y}" text-anchor="middle" dominant-baseline="central"{size}>{rows}'
