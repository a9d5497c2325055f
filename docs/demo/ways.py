"""A record as it stands → what it said before, by its own dates and by what earlier.yaml tells."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

Fields = dict[str, Any]
"""As YAML has them, all scalars as they were typed."""
GONE = ""
"""What a field says that is not there."""
Before = dict[date, Fields]
"""Day → what fields said until the day before."""


@dataclass(kw_only=True)
class Record:
    """A record as it stands today, and what it said before."""

    ids: frozenset[str]
    """Its own, and those of what stands in it."""
    fields: Fields
    born: date
    before: Before = field(default_factory=dict)

    def on(self, day: date) -> Fields:
        """Return the fields as they were on a day."""
        fields = dict(self.fields)
        for until in sorted(self.before, reverse=True):
            if until > day:
                fields |= self.before[until]
        return {name: value for name, value in fields.items() if value != GONE}


def record_of(
    kind: str, fields: Fields, stem: str, start: date, said: Mapping[str, Any], last: date
) -> Record:
    """Return a record with its past, up to the day `last`.

    `start` is its project's first day, `said` what earlier.yaml tells of its project.
    """
    id_ = fields.get("id", stem)
    told = {**said.get(id_, {})}
    born = _day(told.pop("shown", "")) or _first_day(kind, fields, stem) or start
    before = _WAYS[kind](fields, born) if kind in _WAYS else {}
    for day, values in told.items():
        before.setdefault(date.fromisoformat(day), {}).update(values)
    nested = [
        each
        for name in ("decisions", "actions")
        for each in fields.get(name, [])
        if kind == "meetings" and isinstance(each, dict)
    ]
    ids = frozenset({id_, *(each["id"] for each in nested if "id" in each)})
    return Record(ids=ids, fields=fields, born=min(max(born, start), last), before=before)


_FIRST_DAYS = ("raised_on", "submitted_on", "identified_on", "requested_on", "opened_on", "date")


def _first_day(kind: str, fields: Fields, stem: str) -> date | None:
    """Return the day on which a record was written, by its dates or its file's name."""
    if kind in ("milestones", "deliverables"):
        return None
    days = [day for name in _FIRST_DAYS if (day := _day(fields.get(name, "")))]
    if days:
        return days[0]
    if found := re.search(r"\d{4}-\d{2}-\d{2}", stem):
        return date.fromisoformat(found[0])
    if kind == "actions" and (due := _day(fields.get("due", ""))):
        return due - timedelta(days=14)
    return None


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None


def _dated(fields: Fields, name: str, *with_it: str, status: str) -> Before:
    """Return that until the day of field `name`, it and what came with it were not there and the status was another."""
    day = _day(fields.get(name, ""))
    return {day: {"status": status, name: GONE, **dict.fromkeys(with_it, GONE)}} if day else {}


def _joined(*parts: Before) -> Before:
    found: Before = {}
    for part in parts:
        for day, values in part.items():
            # Of two on one day the earlier step counts: it is the last of `parts`.
            found.setdefault(day, {}).update(values)
    return found


def _requirement(fields: Fields, born: date) -> Before:
    approved, validated = _day(fields.get("approved_on", "")), _day(fields.get("validated_on", ""))
    steps = [_dated(fields, "validated_on", status="implemented")]
    if validated:
        done = validated - timedelta(days=7)
        begun = (approved or born) + (done - (approved or born)) / 2
        unmet = [
            {"criterion": each["criterion"]} if isinstance(each, dict) else each
            for each in fields.get("acceptance", [])
        ]
        steps += [
            {done: {"status": "in_progress", "acceptance": unmet or GONE}},
            {begun: {"status": "approved"}},
        ]
    return _joined(*steps, _dated(fields, "approved_on", status="proposed"))


def _change(fields: Fields, born: date) -> Before:
    decided = _dated(fields, "decided_on", "decided_by", "decision_note", status="waiting_for_approval")
    looked_at = (
        {} if fields.get("status") == "assessing" else {born + timedelta(days=2): {"status": "assessing"}}
    )
    return _joined(_dated(fields, "implemented_on", status="approved"), decided, looked_at)


def _milestone(fields: Fields, born: date) -> Before:
    days = [day for name in ("met_on", "cancelled_on") if (day := _day(fields.get(name, "")))]
    return {day: {"met_on": GONE, "cancelled_on": GONE, "body": GONE} for day in days}


def _deliverable(fields: Fields, born: date) -> Before:
    submitted, due = _day(fields.get("submitted_on", "")), _day(fields.get("due", ""))
    decided = _dated(fields, "decided_on", "conditions", status="in_review")
    handed_in = _dated(fields, "submitted_on", "version", "files", "body", status="in_progress")
    begun = (submitted or due or born) - timedelta(days=30)
    return _joined(
        decided, handed_in, {begun: {"status": "planned"}} if fields["status"] != "planned" else {}
    )


def _meeting(fields: Fields, born: date) -> Before:
    """Return that what was agreed to be done was open until it was done."""
    actions = [each for each in fields.get("actions", []) if isinstance(each, dict)]
    done = {
        day
        for each in actions
        if each.get("status") == "done" and (day := _day(each.get("received_on") or each.get("due", "")))
    }
    return {
        until: {
            "actions": [_open(each, until) if isinstance(each, dict) else each for each in fields["actions"]]
        }
        for until in done
    }


def _open(action: Fields, until: date) -> Fields:
    day = _day(action.get("received_on") or action.get("due", ""))
    if action.get("status") != "done" or day is None or day < until:
        return action
    return {name: value for name, value in action.items() if name not in ("status", "received_on")}


def _action(fields: Fields, born: date) -> Before:
    day = _day(fields.get("received_on") or fields.get("due", ""))
    if fields.get("status") == "in_progress":
        return {born + timedelta(days=2): {"status": "open", "body": GONE}}
    if day is None or fields.get("status", "open") == "open":
        return {}
    return {day: {"status": "open", "received_on": GONE, "body": GONE}}


def _risk(fields: Fields, born: date) -> Before:
    return {born + timedelta(days=7): {"status": "assessing", "action": GONE}}


def _issue(fields: Fields, born: date) -> Before:
    return _dated(fields, "resolved_on", "resolution", status="open")


def _feedback(fields: Fields, born: date) -> Before:
    answered = _dated(fields, "answered_on", "answer", "resulted_in", status="acknowledged")
    return _joined(answered, {born + timedelta(days=1): {"status": "new"}} if answered else {})


def _survey(fields: Fields, born: date) -> Before:
    return _dated(fields, "closed_on", "responses", status="open")


def _approval(fields: Fields, born: date) -> Before:
    return _dated(fields, "decided_on", "decided_by", "conditions", "evidence", "channel", status="requested")


_WAYS: dict[str, Callable[[Fields, date], Before]] = {
    "requirements": _requirement,
    "changes": _change,
    "milestones": _milestone,
    "deliverables": _deliverable,
    "meetings": _meeting,
    "actions": _action,
    "risks": _risk,
    "issues": _issue,
    "feedback": _feedback,
    "surveys": _survey,
    "approvals": _approval,
}
