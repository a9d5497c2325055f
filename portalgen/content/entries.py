"""Turn one mapping of a file into a record: its id, its title, its body; what it holds of decisions and actions too."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import PurePosixPath

from portalgen.content import schema
from portalgen.content.fit import Found, fit
from portalgen.content.markdown.body import Body, parse_body
from portalgen.content.records import Address, Entry, File
from portalgen.content.yaml.places import Document, Value
from portalgen.kinds import KINDS
from portalgen.problems import Place, Problem

NESTED = ("decisions", "actions")
"""What a meeting may hold as records of their own."""

Parse = Callable[[str, str], tuple[Body, list[Problem]]]
"""What `parse_body` does with a text and its file's path; whoever reads the same texts often may remember them."""

_ID = re.compile(r"[\w.-]{1,100}")
_WINDOWS = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_FILE_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?!\d)")
_FILE_WEEK = re.compile(r"(\d{4})-W(\d{2})(?!\d)")


def entries_of(
    kind: str,
    project: str,
    file: File,
    address: Address,
    value: Value,
    found: Found,
    *,
    meeting: str = "",
    parse: Parse = parse_body,
) -> Iterator[Entry]:
    """Yield the record that `value` is, then those that stand in it; what is wrong goes to `found`.

    `meeting` is the id of the meeting that a nested record stands in; `parse` does as `parse_body` does.
    """
    what, document = KINDS[kind].one, file.document
    raw: Value = {"title": value} if meeting and isinstance(value, str) else value
    nested: list[tuple[str, Address, Value]] = []
    if kind == "meetings" and isinstance(raw, dict):
        nested = [(name, *row) for name in NESTED for row in _rows(raw.get(name))]
        raw = {name: item for name, item in raw.items() if name not in NESTED}
    fields, is_whole = fit(schema.RECORDS[kind], document, address, raw, what, found)
    identity = _identity(raw, document, address, what, meeting, found) if isinstance(raw, dict) else None
    if identity is None or fields is None:
        found.unread.append(f"{identity or ''} {raw.get('id') or '' if isinstance(raw, dict) else ''}")
        return
    body, body_line = _body(fields, file, address, found, parse)
    if address == () and kind in ("meetings", "reports"):
        fields = _with_day_of_file(fields, PurePosixPath(document.path).stem)
    entry = Entry(
        kind=kind,
        id=identity,
        fields=fields,
        document=document,
        address=address,
        folder=posixpath.dirname(document.path) or ".",
        project=project,
        body=body,
        body_line=body_line,
        title=fields.title or (body.title if body else ""),
        meeting=meeting,
        is_whole=is_whole,
    )
    if is_whole:
        _check_together(entry, what, found)
    yield entry
    for name, number, row in nested:
        at = (*address, name, *number)
        yield from entries_of(name, project, file, at, row, found, meeting=identity, parse=parse)


def _rows(value: Value) -> list[tuple[Address, Value]]:
    if value is None:
        return []
    if isinstance(value, list):
        return [((number,), row) for number, row in enumerate(value) if row is not None]
    return [((), value)]


def _identity(
    raw: dict[str, Value], document: Document, address: Address, what: str, meeting: str, found: Found
) -> str | None:
    """Return the record's id; empty where a meeting will number it, None where there is no good one."""
    typed = raw.get("id")
    if isinstance(typed, str) and typed.strip():
        text, place = typed.strip(), (*address, "id")
    elif meeting:
        return ""
    elif address:
        hint = "without one, give it a file of its own: the file's name is then its id"
        found.add(document.place(address), "missing-field", f"{what} in a list needs an 'id'", hint)
        return None
    else:
        text, place = PurePosixPath(document.path).stem, ()
    if is_id(text):
        return unicodedata.normalize("NFC", text)
    hint = "use letters, digits, '.', '_' and '-', at most 100 of them"
    found.add(document.place(place), "bad-id", f"'{text}' cannot be an id", hint)
    return None


def is_id(text: str) -> bool:
    """Return whether `text` can be an id: letters and digits of any script, `.`, `_`, `-`, at most 100 characters."""
    return (
        bool(_ID.fullmatch(unicodedata.normalize("NFC", text)))
        and ".." not in text
        and text[-1] != "."
        and text[0] not in ".-"
        and not _WINDOWS.fullmatch(text)
    )


def _body(
    fields: schema.Record, file: File, address: Address, found: Found, parse: Parse
) -> tuple[Body | None, int]:
    """Return the parsed body and the file's line it begins on (0 for a value in YAML)."""
    document = file.document
    is_below = address == () and bool(file.body.strip())
    if is_below and fields.body:
        place = document.place(("body",), key=True)
        message = "there is a 'body' and a text below the front matter"
        found.add(place, "two-bodies", message, "keep one of the two")
    text = file.body if is_below else fields.body
    if not text:
        return None, 0
    body, problems = parse(text, document.path)
    if problems:
        shift = (file.body_line if is_below else document.body_line((*address, "body"))) - 1
        found.problems.extend(
            Problem(
                Place(document.path, one.place.line + shift, one.place.column),
                one.code,
                one.message,
                one.hint,
            )
            for one in problems
            # A YAML file was looked through for odd characters as a whole.
            if is_below or one.code != "odd-character"
        )
    return body, file.body_line if is_below else 0


def _with_day_of_file(fields: schema.Record, stem: str) -> schema.Record:
    if getattr(fields, "date", None) is not None:
        return fields
    day = day_of_name(stem)
    return fields.but(date=day) if day else fields


def day_of_name(stem: str) -> date | None:
    """Return the day that a file's name begins with: `2026-03-04-kickoff`, or `2026-W10`, whose day is its Sunday."""
    try:
        if match := _FILE_DAY.match(stem):
            return date.fromisoformat(match[1])
        if match := _FILE_WEEK.match(stem):
            return date.fromisocalendar(int(match[1]), int(match[2]), 7)
    except ValueError:
        return None
    return None


def _check_together(entry: Entry, what: str, found: Found) -> None:
    """What one field asks of another."""
    fields = entry.fields
    if not entry.title:
        hint = "write 'title: …', or begin the body with '# …'"
        found.add(entry.place(), "missing-field", f"{what} needs a 'title'", hint)
    if "id" not in fields.typed and not entry.meeting:
        for name in ("client_title", "client_summary"):
            if getattr(fields, name):
                message = f"{what} with a '{name}' needs an 'id'"
                found.add(
                    entry.place(name, key=True),
                    "missing-field",
                    message,
                    "the file's name would tell its title",
                )
    if isinstance(fields, schema.Approval) and fields.status in ("approved", "changes_requested", "declined"):
        for name in ("decided_by", "decided_on"):
            if getattr(fields, name) is None:
                message = f"an approval that is {fields.status} needs '{name}'"
                found.add(
                    entry.place("status"),
                    "missing-field",
                    message,
                    f"add '{name}', or let the status be requested",
                )
