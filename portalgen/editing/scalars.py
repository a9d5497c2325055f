"""Write a value as YAML that reads back as the same value: plain where that is safe, else in quotes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from portalgen.content.yaml.places import Value, read_yaml

_NOT_PLAIN = frozenset(["", "~", "null", "Null", "NULL"])


def as_scalar(text: str, *, in_flow: bool = False) -> str:
    """Return `text` on one line as YAML writes it."""
    if text not in _NOT_PLAIN and text == text.strip() and _reads_back(text, text, in_flow):
        return text
    if '"' in text and "'" not in text and _reads_back(f"'{text}'", text, in_flow):
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False)


def as_flow(value: Value) -> str:
    """Return a value on one line: `[REQ-1, REQ-2]`, `{MS-2: +10d}`."""
    return _flow(value, is_inside=False)


def as_block(text: str, indent: int) -> str:
    """Return a text of several lines below a `|`, its lines `indent` spaces in; without a line end behind the last."""
    lines = text.rstrip("\n").split("\n")
    if text.strip() != text.strip("\n") or lines[0][:1] in (" ", "") or "\t" in text:
        return json.dumps(text, ensure_ascii=False)
    sign = "|" if text.endswith("\n") else "|-"
    return "\n".join([sign, *(" " * indent + line if line else "" for line in lines)])


def _flow(value: Value, *, is_inside: bool) -> str:
    if isinstance(value, Mapping):
        inside = (
            f"{as_scalar(key, in_flow=True)}: {_flow(part, is_inside=True)}" for key, part in value.items()
        )
        return "{" + ", ".join(inside) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(_flow(part, is_inside=True) for part in value) + "]"
    return as_scalar(value or "", in_flow=is_inside)


def _reads_back(written: str, text: str, in_flow: bool) -> bool:
    if "\n" in written:
        return False
    document, problems = read_yaml(f"k: [{written}, x]\n" if in_flow else f"k: {written}\n", "")
    return bool(document and not problems and document.value == {"k": [text, "x"] if in_flow else text})
