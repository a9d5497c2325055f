"""Change one value of a YAML text and leave every other character as it is, comments and blank lines too.

What comes out is read again: it says what the old text said, with that one change. A text in which that cannot be
done is refused rather than written anew.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

from msgspec import Struct

from portalgen.content.yaml.places import Value, read_yaml
from portalgen.editing.nodes import Node, find, read_nodes
from portalgen.editing.scalars import as_block, as_flow, as_scalar

Address = Sequence[str | int]

LAST_KEYS = ("body", "internal", "decisions", "actions")
"""Long values stand at a record's end: a new key goes above them."""


class CannotEdit(Exception):
    """The change is one that a person has to make in an editor; the message says why, in a sentence."""


class Edit(Struct, frozen=True, order=True):
    """Put `text` in the place of what stands from `start` to `end`."""

    start: int
    end: int
    text: str


def put(text: str, address: Address, value: Value) -> list[Edit]:
    """Return the edits that give `text` the value at `address`, whose mapping is there; its key may be missing."""
    root = read_nodes(text)
    holder, key = find(root, address[:-1]), address[-1]
    assert isinstance(key, str)
    if holder is not None and holder.form == "scalar" and not holder.is_empty:
        edits = _row_with_key(text, root, address[:-1], holder, key, value)
        return _checked(text, edits, address, value, is_row=True)
    if holder is None and root is None and len(address) == 1:
        edits = [Edit(len(text), len(text), f"{_line_end(text)}{_entry(key, value, 0)}\n")]
    elif holder is None or holder.form != "mapping":
        raise CannotEdit(f"'{key}' stands in something that is no mapping")
    elif key in holder.parts:
        edits = _replaced(text, holder, key, value)
    else:
        edits = _inserted(text, holder, key, value)
    return _checked(text, edits, address, value)


def append(text: str, address: Address, value: str) -> list[Edit]:
    """Return the edits that put one more text behind those at `address`: a list, one text, or nothing yet."""
    root = read_nodes(text)
    node = find(root, address)
    if node is None or node.is_empty:
        return put(text, address, [value])
    if node.form == "mapping":
        raise CannotEdit(f"'{address[-1]}' is a mapping: name the key, as in {address[-1]}.related+={value}")
    if node.form == "scalar":
        if node.style in ("|", ">"):
            raise CannotEdit(f"'{address[-1]}' is a text of several lines")
        return put(text, address, [node.value, value])
    if node.is_flow:
        at = node.items[-1].end if node.items else node.start + 1
        edits = [Edit(at, at, (", " if node.items else "") + as_scalar(value, in_flow=True))]
    else:
        at = _end_of_line(text, node.end)
        edits = [Edit(at, at, f"\n{' ' * node.column}- {as_scalar(value)}")]
    old = _at(_value(text), address)
    return _checked(text, edits, address, [*(old if isinstance(old, list) else []), value])


def take_out(text: str, address: Address) -> list[Edit]:
    """Return the edits that take the key at `address` out of its mapping; none where it is not there."""
    holder, key = find(read_nodes(text), address[:-1]), address[-1]
    assert isinstance(key, str)
    if holder is None or key not in holder.parts:
        return []
    names = list(holder.keys)
    place = names.index(key)
    start, end = holder.keys[key].start, max(holder.parts[key].end, holder.keys[key].end + 1)
    following = holder.keys[names[place + 1]].start if place + 1 < len(names) else None
    line = text.rfind("\n", 0, start) + 1
    if holder.is_flow:
        before = holder.parts[names[place - 1]].end if place else start
        edits = [Edit(start, following, "")] if following is not None else [Edit(before, end, "")]
    elif text[line:start].strip() == "":
        edits = [Edit(line, min(_end_of_line(text, end) + 1, len(text)), "")]
    elif following is not None:
        edits = [Edit(start, following, "")]
    else:
        raise CannotEdit(f"'{key}' is all that stands there")
    return _checked(text, edits, address, None, is_removed=True)


def add_row(text: str, row: str) -> list[Edit]:
    """Return the edits that put a row, lines of YAML that begin at `- `, at the end of the list that `text` is."""
    root = read_nodes(text)
    if root is not None and root.form != "list" and not root.is_empty:
        raise CannotEdit("the file holds no list")
    if root is not None and root.is_flow:
        if root.items:
            raise CannotEdit("the whole list stands in [ ]")
        edits = [Edit(root.start, root.end, row.rstrip("\n"))]
    else:
        column = root.column if root is not None and root.items else 0
        indented = "".join(
            " " * column + line if line.strip() else line for line in row.splitlines(keepends=True)
        )
        gap = "\n" if root is not None and _is_spaced(text, root) else ""
        edits = [Edit(len(text), len(text), _line_end(text) + gap + indented)]
    old, added = _value(text), _value(row)
    assert isinstance(added, list)
    expected: Value = [*(old if isinstance(old, list) else []), *added]
    if _value(apply(text, edits)) != expected:
        raise CannotEdit("the file's end cannot be added to")
    return edits


def apply(text: str, edits: Sequence[Edit]) -> str:
    """Return `text` after `edits`, which do not overlap."""
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _replaced(text: str, holder: Node, key: str, value: Value) -> list[Edit]:
    node, name = holder.parts[key], holder.keys[key]
    written = _written(value, holder.column + 2, in_flow=holder.is_flow)
    colon = text.index(":", name.end)
    line_end = _end_of_line(text, colon)
    if node.is_empty:
        return [Edit(colon + 1, colon + 1, " " + written)]
    behind = (
        text[colon + 1 : line_end] if node.start > line_end else text[node.end : _end_of_line(text, node.end)]
    )
    if "\n" in written and behind.strip():
        # A comment would come between the sign and the lines below it.
        written = _written(value, 0, in_flow=True)
    if node.start > line_end:
        # What was a list or mapping on lines of its own; a comment behind the colon stays where it is.
        return [Edit(colon + 1, colon + 1, " " + written), Edit(line_end, node.end, "")]
    if node.style in ("|", ">") and "\n" not in written:
        # A comment behind the sign stays.
        head_end = _end_of_line(text, node.start)
        sign_end = min((i for i in range(node.start, head_end) if text[i] == " "), default=head_end)
        return [Edit(node.start, sign_end, written), Edit(head_end, node.end, "")]
    return [Edit(node.start, node.end, written)]


def _inserted(text: str, holder: Node, key: str, value: Value) -> list[Edit]:
    names = list(holder.keys)
    if holder.is_flow:
        entry = f"{as_scalar(key, in_flow=True)}: {_written(value, 0, in_flow=True)}"
        if not names:
            return [Edit(holder.start + 1, holder.start + 1, entry)]
        end = max(holder.parts[names[-1]].end, holder.keys[names[-1]].end)
        return [Edit(end, end, ", " + entry)]
    above = [name for name in names if name not in LAST_KEYS]
    if not above:
        first = holder.keys[names[0]].start
        return [Edit(first, first, f"{_entry(key, value, holder.column)}\n{' ' * holder.column}")]
    last = holder.parts[above[-1]]
    at = _end_of_line(text, max(last.end, holder.keys[above[-1]].end))
    return [Edit(at, at, f"\n{' ' * holder.column}{_entry(key, value, holder.column)}")]


def _row_with_key(
    text: str, root: Node | None, address: Address, row: Node, key: str, value: Value
) -> list[Edit]:
    """A row that is just its text becomes a record with that text as its title."""
    holder = find(root, address[:-1]) if address else None
    if holder is None or (not isinstance(address[-1], int) and holder.form != "mapping"):
        raise CannotEdit(f"'{key}' stands in something that is no mapping")
    if holder.is_flow or isinstance(address[-1], str):
        return [Edit(row.start, row.end, as_flow({"title": row.value, key: value}))]
    at = _end_of_line(text, row.end)
    entry = f"\n{' ' * row.column}{_entry(key, value, row.column)}"
    title = f"title: {as_scalar(row.value)}"
    if at == row.end:
        return [Edit(row.start, row.end, title + entry)]
    return [Edit(row.start, row.end, title), Edit(at, at, entry)]


def _entry(key: str, value: Value, column: int) -> str:
    return f"{as_scalar(key)}: {_written(value, column + 2, in_flow=False)}"


def _written(value: Value, indent: int, *, in_flow: bool) -> str:
    if not isinstance(value, str):
        return as_flow(value)
    if "\n" in value and not in_flow:
        return as_block(value, indent)
    return as_scalar(value, in_flow=in_flow)


def _is_spaced(text: str, root: Node) -> bool:
    """Return whether blank lines stand between the rows; of one row alone, whether the text has any."""
    if len(root.items) < 2:
        return bool(root.items)
    last = root.items[-1]
    return "\n\n" in text[root.items[-2].end : last.start]


def _end_of_line(text: str, index: int) -> int:
    end = text.find("\n", index)
    return len(text) if end < 0 else end


def _line_end(text: str) -> str:
    return "" if not text or text.endswith("\n") else "\n"


def _value(text: str) -> Value:
    document, _ = read_yaml(text, "")
    return document.value if document else None


def _at(value: Value, address: Address) -> Value:
    for part in address:
        if isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        elif isinstance(value, dict) and isinstance(part, str):
            value = value.get(part)
        else:
            return None
    return value


def _checked(
    text: str,
    edits: list[Edit],
    address: Address,
    value: Value,
    *,
    is_row: bool = False,
    is_removed: bool = False,
) -> list[Edit]:
    """Return `edits` if the text then says what it said with this one change."""
    expected = copy.deepcopy(_value(text))
    if is_row:
        expected = _with(expected, address[:-1], {"title": str(_at(expected, address[:-1]))})
    if is_removed:
        holder = _at(expected, address[:-1])
        assert isinstance(holder, dict)
        holder.pop(str(address[-1]))
        found = _value(apply(text, edits))
        if found != expected and not (found is None and expected == {}):
            raise CannotEdit(f"'{address[-1]}' cannot be taken out without touching what stands around it")
        return edits
    if _value(apply(text, edits)) != _with(expected, address, value):
        raise CannotEdit(f"'{address[-1]}' cannot be changed without touching what stands around it")
    return edits


def _with(value: Value, address: Address, new: Value) -> Value:
    if not address:
        return new
    part = address[0]
    if isinstance(value, list) and isinstance(part, int):
        return [_with(item, address[1:], new) if i == part else item for i, item in enumerate(value)]
    known = value if isinstance(value, dict) else {}
    return known | {str(part): _with(known.get(str(part)), address[1:], new)}
