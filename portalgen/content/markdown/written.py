"""A body in pieces, and what both ways of reading one into pieces share: quick.py's, and whole.py's by markdown-it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby
from typing import Final, cast

from msgspec import Struct

from portalgen.content.markdown.types import Piece
from portalgen.content.markdown.writer import Writer

ALIGNMENTS: Final = {f"text-align:{side}": f' class="align-{side}"' for side in ("left", "right", "center")}
# Between two of these a line break is no space: Chinese and Japanese have none between words.
_WIDE: Final = (
    "\u2e80-\u303f\u3040-\u30ff\u31f0-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60\uffe0-\uffe6"
    "\U00020000-\U0003ffff"
)


class Written(Struct, frozen=True):
    """A body in pieces."""

    writer: Writer
    title: str
    heading: tuple[Piece, ...]
    heading_anchor: str
    pieces: tuple[Piece, ...]
    has_elements: bool


def joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Return `pieces` with neighbouring texts in one."""
    joined: list[Piece] = []
    for is_text, some in groupby(pieces, _is_text):
        if is_text:
            joined.append("".join(cast("Iterable[str]", some)))
        else:
            joined += some
    return joined


def joins_lines(text: str, at: int) -> bool:
    """Return whether the line break at `at` stands between two characters that are written without a space."""
    around = text[at - 1 : at] + text[at + 1 : at + 2]
    return len(around) == 2 and not around.isascii() and _both_wide().fullmatch(around) is not None


@cache
def _both_wide() -> re.Pattern[str]:
    # A class of so many characters takes long to compile, and most texts have none of them.
    return re.compile(f"[{_WIDE}]{{2}}")


def _is_text(piece: Piece) -> bool:
    return piece.__class__ is str
