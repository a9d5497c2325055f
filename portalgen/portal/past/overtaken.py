"""Approvals and their subjects' history → which of them were overtaken by an edit and have to be confirmed again."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from portalgen.content.resolve import Facts
from portalgen.money import Money
from portalgen.portal.published import (
    Approval,
    File,
    HistoryEntry,
    Html,
    Overtaken,
    PersonRef,
    Portal,
    Project,
    Record,
    Ref,
    Waiting,
)
from portalgen.problems import Problem

DECIDED = ("approved",)
NO_CONTENT = frozenset(
    {
        "status", "owner", "links", "source", "mentions", "url", "derived", "kind", "evidence_sha256", "content_hash",
        "forecast", "approved_on", "validated_on", "met_on", "cancelled_on", "submitted_on", "decided_on", "decided_by",
        "decision_note", "implemented_on", "reviewer", "acceptor", "conditions", "received_on", "answered_on", "answer",
        "resolved_on", "requested_by", "requested_on", "raised_on", "milestone", "deliverable", "parent",
        "acceptance.met",
    }
)  # fmt: skip
"""Fields that go on changing after something was approved and are no part of what was approved: how far it has come,
who has it, what it is linked with."""
_TAG = re.compile(r"<[^>]*>")


def overtaken(
    approvals: Iterable[Approval],
    records: Mapping[str, Record],
    entries: Mapping[str, Sequence[HistoryEntry]],
) -> tuple[Overtaken, ...]:
    """Return the approvals whose subject's published content is another since the day of the decision.

    Where an approval carries a `content_hash`, the hash alone decides: what was approved may have come back. `records`
    are all of the portal by the addresses of their pages, `entries` their history, oldest first.
    """
    found = []
    for approval in approvals:
        if approval.status not in DECIDED or approval.decided_on is None:
            continue
        subjects = [records[ref.url] for ref in approval.subject if ref.url in records]
        changed = tuple(
            entry
            for subject in subjects
            for entry in entries.get(subject.url, ())
            if entry.on > approval.decided_on and is_content(entry)
        )
        if approval.content_hash:
            wrong = _unlike(approval.content_hash, subjects)
            if wrong:
                found.append(Overtaken(approval=approval.ref, changed=changed, by_hash=wrong))
        elif changed:
            found.append(Overtaken(approval=approval.ref, changed=changed))
    return tuple(found)


def again(found: Iterable[Overtaken], project: Project, records: Mapping[str, Record]) -> Iterator[Waiting]:
    """Yield what the client is asked to confirm again, from the day on which it became another.

    What another approval asks for, or has confirmed since, is not asked for twice.
    """
    for each in found:
        approval = records[each.approval.url]
        assert isinstance(approval, Approval), "nothing else is overtaken"
        last = max((entry.on for entry in each.changed), default=approval.decided_on)
        subjects = {ref.url for ref in (*(entry.ref for entry in each.changed), *each.by_hash)}
        others = [other for other in project.lists.approvals if other.url != approval.url]
        newer = [
            other
            for other in others
            if other.status == "requested"
            or (other.status in DECIDED and other.decided_on and last and other.decided_on >= last)
        ]
        if not subjects <= {ref.url for other in newer for ref in other.subject}:
            since = min((entry.on for entry in each.changed), default=None)
            yield Waiting(record=approval, since=since, is_again=True)


def is_content(entry: HistoryEntry) -> bool:
    """Return whether a change touched what somebody approved; not how far it has come."""
    return entry.field is not None and entry.field not in NO_CONTENT


def _unlike(content_hash: str, subjects: Sequence[Record]) -> tuple[Ref, ...]:
    """Return the subjects that are not what the hash was made of; of several, one hash may be of them all together."""
    told = content_hash.casefold().removeprefix("sha256:").strip()
    if told == _joint_hash(subjects):
        return ()
    return tuple(subject.ref for subject in subjects if told not in hashes_of(subject))


def hashes_of(record: Record) -> frozenset[str]:
    """Return by which hashes a record can be named: of its published content, and of each of its files."""
    return frozenset({content_hash(record), *(file.sha256 for file in record.files)})


def content_hash(record: Record) -> str:
    """Return the sha256 of a record's published content: what an approval may keep as `content_hash`.

    It covers what is_content covers, whatever the order and the looks: fields that are empty do not count, and of a
    body only its words do.
    """
    content = {
        name: value
        for name in record.__struct_fields__
        if name not in NO_CONTENT and (value := _plain(getattr(record, name))) not in (None, "", [], {})
    }
    text = json.dumps(
        {"kind": record.kind, **content}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _joint_hash(records: Sequence[Record]) -> str:
    return hashlib.sha256("\n".join(sorted(content_hash(each) for each in records)).encode()).hexdigest()


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case date():
            return value.isoformat()
        case Decimal():
            return str(value.normalize())
        case Money():
            return [str(value.amount.normalize()), value.currency]
        case Ref():
            return value.id
        case PersonRef():
            return value.key or value.name
        case File():
            return [value.name, value.sha256]
        case Html():
            return " ".join(html.unescape(_TAG.sub(" ", value.at(""))).split())
        case tuple():
            return [_plain(each) for each in value]
        case Mapping():
            return {key: _plain(each) for key, each in value.items()}
    inner = {name: _plain(getattr(value, name)) for name in value.__struct_fields__}
    # Whether a criterion is met is how far things are, not what was agreed.
    return {
        name: each
        for name, each in inner.items()
        if name not in ("met", "note", "scope") and each not in (None, "", [])
    }


def warn_of_overtaken(facts: Facts, portal: Portal) -> Iterator[Problem]:
    """Yield a warning for each approval that was overtaken, at its place."""
    for area in portal.areas:
        for each in area.derived.retold.overtaken:
            entry = facts.record(each.approval.id)
            if entry is None:
                raise AssertionError(f"the published approval {each.approval.id} is no record")
            names = sorted({change.ref.id for change in each.changed} | {ref.id for ref in each.by_hash})
            fields = dict.fromkeys(str(change.field) for change in each.changed)
            what = f" ({', '.join(fields)})" if fields else ""
            message = f"'{', '.join(names)}' was changed after '{each.approval.id}' approved it{what}"
            hint = "ask for it to be confirmed again, or put back what was approved"
            yield Problem(entry.place("subject"), "overtaken-approval", message, hint)
