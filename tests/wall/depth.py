"""How much of a sweep is tried: a sample in `make test`, all of it in `make sweep`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from random import Random
from typing import TypeVar

Value = TypeVar("Value")
IS_WHOLE = os.environ.get("PORTALGEN_SWEEP") == "all"


def some(values: Sequence[Value], number: int) -> list[Value]:
    """Return all values, or so many of them: always the same, in their order."""
    if IS_WHOLE or number >= len(values):
        return list(values)
    return [values[at] for at in sorted(Random(7).sample(range(len(values)), number))]
