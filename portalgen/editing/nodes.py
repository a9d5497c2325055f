"""Turn YAML text into a tree that knows where each part begins and ends, so that one part can be changed alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct, field
from yaml._yaml import CParser
from yaml.events import (
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)


class Node(Struct):
    """A value and its place: indices into the text, of its first character and of the one behind its last."""

    form: str
    """`mapping`, `list` or `scalar`."""
    start: int
    end: int
    """Behind the last character that is the value's own: no comment, and no blank line below it."""
    column: int
    """Of its first character, from 0."""
    is_flow: bool = False
    """Whether it stands in { } or [ ]."""
    style: str = ""
    """Of a scalar: empty for a plain one, else its sign."""
    value: str = ""
    keys: dict[str, Node] = field(default_factory=dict)
    """Of a mapping: the scalars that are its keys, in order."""
    parts: dict[str, Node] = field(default_factory=dict)
    """Of a mapping: what stands under each key."""
    items: list[Node] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands there."""
        return self.form == "scalar" and not self.value and not self.style

    def below(self, part: str | int) -> Node | None:
        """Return what stands under a key or at a place of a list."""
        if isinstance(part, str):
            return self.parts.get(part)
        return self.items[part] if part < len(self.items) else None


def read_nodes(text: str) -> Node | None:
    """Return the tree of `text`, which `read_yaml` has found usable and whose lines end with LF; None for no value."""
    next_event: Callable[[], Any] = CParser(text).get_event
    next_event()  # the start of the stream
    if isinstance(next_event(), StreamEndEvent):
        return None
    return _node(next_event(), next_event, text)


def find(root: Node | None, address: Sequence[str | int]) -> Node | None:
    """Return the node at `address`, or None."""
    node = root
    for part in address:
        node = node.below(part) if node else None
    return node


def _node(event: Any, next_event: Callable[[], Any], text: str) -> Node:
    """Return the node that `event` begins; read_yaml has counted the depth, so this may call itself."""
    start = event.start_mark
    if isinstance(event, ScalarEvent):
        return _scalar(event, text)
    is_flow = bool(event.flow_style)
    if isinstance(event, MappingStartEvent):
        node = Node("mapping", start.index, start.index, start.column, is_flow)
        while not isinstance(event := next_event(), MappingEndEvent):
            key = _node(event, next_event, text)
            part = _node(next_event(), next_event, text)
            if key.value not in node.parts:
                node.keys[key.value], node.parts[key.value] = key, part
            node.end = max(node.end, key.end, part.end)
    elif isinstance(event, SequenceStartEvent):
        node = Node("list", start.index, start.index, start.column, is_flow)
        while not isinstance(event := next_event(), SequenceEndEvent):
            node.items.append(_node(event, next_event, text))
            node.end = max(node.end, node.items[-1].end)
    else:
        raise AssertionError(f"read_yaml lets no {type(event).__name__} through")
    if is_flow:
        node.end = event.end_mark.index
    return node


def _scalar(event: Any, text: str) -> Node:
    start, end = event.start_mark, event.end_mark.index
    if event.style in ("|", ">"):
        # The parser goes on to the next line that is not blank; blank lines count under `|+` alone.
        head = text[start.index : text.find("\n", start.index)]
        if "+" not in head:
            end = start.index + len(text[start.index : end].rstrip(" \n"))
    return Node("scalar", start.index, end, start.column, style=event.style.strip() or "", value=event.value)
