"""Turn a length as people write it (`3d`, `2w`, `1m`) into calendar days."""

from __future__ import annotations

import re

DAYS_IN = {"d": 1, "w": 7, "m": 30}
"""A month is 30 days, everywhere."""

_LENGTH = re.compile(r"([+-]?)([0-9]{1,5})([dwm])")


def parse_length(text: str, *, signed: bool = False) -> int | None:
    """Return the days of a length, or None where `text` is none; a sign is allowed only if `signed`."""
    match = _LENGTH.fullmatch(text.strip())
    if not match or (match[1] and not signed):
        return None
    days = int(match[2]) * DAYS_IN[match[3]]
    return -days if match[1] == "-" else days
