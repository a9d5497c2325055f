"""Turn the events of YAML's C parser into plain values, and refuse on the way what no content needs.

No type is implied: `no`, `1.10` and `010` stay the text that was typed. What is refused: nesting that would crash the
parser, anchors, aliases, merge keys, tags, directives, a second document, and a key that stands twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import yaml
from msgspec import Struct, field
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from portalgen.content.characters import find_control_characters, line_and_column, name_of, shown
from portalgen.content.yaml.findings import DEEPEST, LONGEST_TEXT, MOST_KEYS, MOST_PROBLEMS, Findings, TooMuch
from portalgen.content.yaml.words import in_plain_words
from portalgen.problems import Place, Problem

try:
    from yaml._yaml import CParser
except ImportError as error:
    raise ImportError(
        "portalgen needs PyYAML with its C parser (libyaml), and this PyYAML was built without it: "
        "install a wheel of PyYAML, or libyaml's headers before building it"
    ) from error

Value: TypeAlias = "str | None | list[Value] | dict[str, Value]"
Address: TypeAlias = "tuple[str | int, ...]"

# No author can write this key, since control characters are refused: it takes what belongs to no key that counts.
_DROPPED = "\0"
_DIRECTIVE = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*%")


class Mark(NamedTuple):
    """Where a value stands, and where its parts do; lines and columns from 0."""

    line: int
    column: int
    is_block: bool
    """True for a text below `|` or `>`."""
    is_empty: bool
    keys: dict[str | int, tuple[int, int]]
    """Of a mapping: where each key stands."""
    parts: dict[str | int, Mark]


class Composed(Struct, frozen=True, kw_only=True):
    """What was read from one text."""

    is_usable: bool
    """False where so much was refused that the value would mislead."""
    value: Value
    reported: frozenset[Address]
    """Addresses of values whose problem is told already."""
    problems: tuple[Problem, ...]


def compose(text: str, path: str, first_line: int) -> Composed:
    """Return the value of the YAML `text`, whose first line is `first_line` of its file, and its problems in order.

    `text` ends its lines with LF alone.
    """
    findings = Findings(text, path, first_line)
    nest = _Nest()
    try:
        try:
            _read_events(text, nest, findings)
            _report_duplicates(text, nest, findings)
        except yaml.MarkedYAMLError as error:
            # PyYAML 6.0.4's parser looks ahead and stops by itself at level 1,000, before it tells of level 33.
            if error.problem != "exceeded maximum nesting depth":
                raise
            findings.too_deep(error.problem_mark)
    except TooMuch:
        findings.is_usable = False
    except yaml.MarkedYAMLError as error:
        line, column, message, hint = in_plain_words(error, findings.lines, findings.last_event)
        return _unusable(Problem(findings.place(line, column), "yaml-syntax", message, hint))
    except (yaml.reader.ReaderError, UnicodeEncodeError):
        return _unusable(*_control_characters(text, path, first_line))
    if not findings.is_usable:
        return _unusable(*sorted(findings.problems))
    return Composed(
        is_usable=True,
        value=nest.top[0] if nest.top else None,
        reported=frozenset(findings.reported),
        problems=tuple(sorted(findings.problems)),
    )


def locate(text: str) -> Mark:
    """Return where each part of `text` stands, which `compose` has found usable before."""
    next_event: Callable[[], Any] = CParser(text).get_event
    next_event()  # the start of the stream
    if next_event().__class__ is StreamEndEvent:
        return Mark(0, 0, False, True, {}, {})
    return _locate(next_event(), next_event)


class _Nest(Struct):
    """The values so far, and the list or mapping that is being filled."""

    top: list[Value] = field(default_factory=list)
    """The document's value once it is there, alone in a list."""
    mapping: dict[str, Value] | None = None
    items: list[Value] = field(default_factory=list)
    """The list that is being filled, where `mapping` is None."""
    key: str | None = None
    """The key that waits for its value."""
    above: list[tuple[dict[str, Value] | None, list[Value], str | None]] = field(default_factory=list)
    count: int = -1
    """Keys and list entries so far; the document itself, which is an entry of `top`, is none."""
    duplicates: list[tuple[Any, dict[str, Value], Address]] = field(default_factory=list)
    """Of each key that was there before: its event, its mapping and the mapping's address."""

    def __post_init__(self) -> None:
        self.items = self.top

    def put(self, value: Value) -> None:
        """Add `value` to the list, or to the mapping under the key that waits."""
        if self.mapping is None:
            self.items.append(value)
            self.count += 1
        elif self.key is None:  # a list, mapping or alias in a key's place, which is reported
            self.mapping[_DROPPED] = value
            self.key = _DROPPED
        else:
            self.mapping[self.key] = value
            self.key = None

    def open(self, child: dict[str, Value] | list[Value]) -> None:
        """Add `child` and go on inside it."""
        self.put(child)
        self.above.append((self.mapping, self.items, self.key))
        self.key = None
        if isinstance(child, dict):
            self.mapping = child
        else:
            self.mapping, self.items = None, child

    def close(self) -> None:
        """Go on in what is open above."""
        self.mapping, self.items, self.key = self.above.pop()

    def address(self) -> Address:
        """Return the address of the mapping or list that is being filled: the last part of each one above it."""
        return tuple(
            next(reversed(mapping)) if mapping is not None else len(items) - 1
            for mapping, items, _ in self.above[1:]
        )


def _read_events(text: str, nest: _Nest, findings: Findings) -> None:
    """Fill `nest` from `text`. A turn of the loop is an event: this is where reading spends its time."""
    if "%" in text and (directive := _DIRECTIVE.match(text)):
        # Said before the parser sees them: it takes the square of their number.
        findings.directive(directive.end() - 1)
        return
    next_event: Callable[[], Any] = CParser(text).get_event
    hash_lines = findings.lines_with_comments()
    has_escapes = "\\" in text
    is_long = len(text) > LONGEST_TEXT
    key_event: Any = None
    while True:
        event = next_event()
        findings.last_event = event
        kind = event.__class__
        if nest.count > MOST_KEYS:
            findings.many_keys(event)
        if kind is ScalarEvent:
            if event.tag is not None or event.anchor is not None:
                findings.tag_or_anchor(event)
            value: str | None = event.value
            style = event.style
            if style == "":  # plain, for which the parser in Python has None
                if not value:
                    value = None
                elif " -" in value:
                    findings.list_in_text(event)
            elif style in ('"', "'"):
                if has_escapes and style == '"':
                    findings.escapes(event)
                if event.start_mark.line != event.end_mark.line:
                    findings.swallowed_keys(event)
            if is_long and value is not None and len(value) > LONGEST_TEXT:
                findings.long_text(event)
            if nest.mapping is not None and nest.key is None:
                nest.key = _key(value, event, nest.mapping, nest, findings)
                nest.count += 1
                key_event = event
                continue
            if hash_lines:
                if value is None:
                    last_part = len(nest.items) if nest.key is None else nest.key
                    value = findings.hidden_value(
                        event, None if nest.key is None else key_event, (*nest.address(), last_part)
                    )
                elif style == "" and event.end_mark.line in hash_lines:
                    findings.hidden_text(event)
            nest.put(value)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            if event.tag is not None or event.anchor is not None:
                findings.tag_or_anchor(event)
            if len(nest.above) >= DEEPEST:
                findings.too_deep(event.start_mark)
            if nest.mapping is not None and nest.key is None:
                findings.key_of_parts(event)
            nest.open({} if kind is MappingStartEvent else [])
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            nest.close()
        elif kind is AliasEvent:
            findings.alias(event)
            nest.put(None)
        elif kind is DocumentEndEvent:
            findings.rest(event)
            return
        elif kind is StreamEndEvent:
            return


def _key(value: str | None, event: Any, mapping: dict[str, Value], nest: _Nest, findings: Findings) -> str:
    """Return the key under which the next value goes into `mapping`."""
    if value is None:
        findings.key_without_name(event)
        return _DROPPED
    if value in mapping:
        # The first one stays, so that what else the file says can be checked.
        nest.duplicates.append((event, mapping, nest.address()))
        if len(nest.duplicates) > MOST_PROBLEMS:
            findings.many_duplicates(event)
        return _DROPPED
    if value == "<<" and event.style == "":
        findings.merge_key(event)
    elif value[:1].isspace() and event.style == "":
        findings.odd_space(event)
    return value


def _report_duplicates(text: str, nest: _Nest, findings: Findings) -> None:
    if not nest.duplicates or not findings.is_usable:
        return
    root = locate(text)
    for event, mapping, address in nest.duplicates:
        mapping.pop(_DROPPED, None)
        # What stands below a key that does not count is said with that key.
        if _DROPPED not in address:
            mark = root
            for part in address:
                mark = mark.parts[part]
            findings.duplicate(event, mark.keys[event.value][0])


def _locate(event: Any, next_event: Callable[[], Any]) -> Mark:
    """Return where the value that `event` begins stands. `compose` has counted the depth: this may call itself."""
    keys: dict[str | int, tuple[int, int]] = {}
    parts: dict[str | int, Mark] = {}
    start = event.start_mark
    kind = event.__class__
    if kind is ScalarEvent:
        style = event.style
        return Mark(
            start.line, start.column, style in ("|", ">"), not event.value and style == "", keys, parts
        )
    if kind is MappingStartEvent:
        while (key := next_event()).__class__ is not MappingEndEvent:
            part = _locate(next_event(), next_event)
            # Of two equal keys the first one counts, as above.
            if key.value not in keys:
                keys[key.value] = key.start_mark.line, key.start_mark.column
                parts[key.value] = part
    else:
        while (entry := next_event()).__class__ is not SequenceEndEvent:
            parts[len(parts)] = _locate(entry, next_event)
    return Mark(start.line, start.column, False, False, keys, parts)


def _control_characters(text: str, path: str, first_line: int) -> list[Problem]:
    """Return a problem for each control character of the text, at its first place."""
    problems = []
    for index in find_control_characters(text):
        line, column = line_and_column(text, index)
        message = f"{name_of(text[index])} is a control character, which no text needs"
        hint = f"delete it; it is written here as '{shown(text[index])}'"
        problems.append(
            Problem(Place(path, first_line + line - 1, column), "control-character", message, hint)
        )
    return problems


def _unusable(*problems: Problem) -> Composed:
    return Composed(is_usable=False, value=None, reported=frozenset(), problems=problems)
