"""Warn of what is well-formed and still poor practice: for the team's eyes, so from all facts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

from portalgen.content import schema
from portalgen.content.records import Entry
from portalgen.content.resolve import Facts
from portalgen.kinds import KINDS
from portalgen.problems import Problem

MUST_SHARE = Decimal("0.6")
"""DSDM: Musts are no more than 60 % of the effort, so that there is something to give when time runs short."""


def practice(facts: Facts, today: date) -> list[Problem]:
    """Return a warning for each thing that the last section of content-format.md warns of."""
    found: list[Problem] = []
    for entry in facts.records.values():
        if entry.is_whole:
            found += _missing(entry)
            found += _of_kind(facts, entry)
    for project in facts.content.projects or {"": None}:
        entries = [entry for entry in facts.records.values() if entry.project == project]
        found += _too_many_musts(entries)
        found += _gaps(facts, entries, today)
    return found


def _missing(entry: Entry) -> Iterator[Problem]:
    for name, info in schema.fields_of(type(entry.fields)).items():
        if not info.is_expected or getattr(entry.fields, name) is not None:
            continue
        if entry.meeting and name == "date":
            continue
        yield Problem(
            entry.place(),
            "missing-expected",
            f"'{entry.id}', {KINDS[entry.kind].one}, has no '{name}'",
            f"{name}: {info.description}",
        )


def _of_kind(facts: Facts, entry: Entry) -> Iterator[Problem]:
    match entry.fields:
        case schema.Requirement(priority="must", status=status) as must if status not in (
            "rejected",
            "withdrawn",
            "deferred",
        ):
            lacking = [
                what
                for what, there in (("acceptance criteria", must.acceptance), ("a milestone", must.milestone))
                if not there
            ]
            if lacking:
                yield Problem(
                    entry.place(),
                    "bare-must",
                    f"'{entry.id}' is a Must without {' and '.join(lacking)}",
                    "say how the client will know that it is there, and when",
                )
        case schema.Change(status="approved" | "implemented") as change:
            impact = change.impact
            lacking = [
                name
                for name in ("scope", "schedule", "cost")
                if impact is None or getattr(impact, name) is None
            ]
            if lacking:
                yield Problem(
                    entry.place(),
                    "change-without-impact",
                    f"'{entry.id}' was approved without its effect on {', '.join(lacking)}",
                    "write 'scope: none', 'schedule: 0d' or 'cost: 0' where there is none",
                )
            missing = [name for name in ("decided_by", "decided_on") if getattr(change, name) is None]
            if missing:
                yield Problem(
                    entry.place(),
                    "change-without-decision",
                    f"'{entry.id}' was approved and does not say {'by whom' if 'decided_by' in missing else 'when'}",
                    f"add '{missing[0]}'",
                )
        case schema.Risk(likelihood=int(likelihood), impact=int(weight), status=status) as risk if (
            status not in ("closed", "rejected")
        ):
            lacking = [
                what
                for what, there in (("an owner", risk.owner), ("a date", risk.review_on or risk.target_date))
                if not there
            ]
            if likelihood * weight >= facts.settings.risk_high and lacking:
                yield Problem(
                    entry.place(),
                    "bare-risk",
                    f"'{entry.id}' is a high risk without {' and '.join(lacking)}",
                    "say who watches it and when it is looked at again",
                )
        case schema.Report(health=schema.ReportHealth(overall="at_risk" | "off_track" as word), next=[]):
            yield Problem(
                entry.place(),
                "report-without-next",
                f"'{entry.id}' says {word} and not what comes next",
                "add 'next': what is done about it",
            )


def _too_many_musts(entries: list[Entry]) -> Iterator[Problem]:
    counted = [
        entry
        for entry in entries
        if isinstance(entry.fields, schema.Requirement)
        and entry.fields.priority not in (None, "wont")
        and entry.fields.status not in ("rejected", "withdrawn", "deferred")
    ]
    total = sum(
        (entry.fields.weight for entry in counted if isinstance(entry.fields, schema.Requirement)), Decimal(0)
    )
    musts = [
        entry
        for entry in counted
        if isinstance(entry.fields, schema.Requirement) and entry.fields.priority == "must"
    ]
    weight = sum(
        (entry.fields.weight for entry in musts if isinstance(entry.fields, schema.Requirement)), Decimal(0)
    )
    if total and weight / total > MUST_SHARE:
        share = round(100 * weight / total)
        yield Problem(
            musts[0].place(),
            "too-many-musts",
            f"Musts are {share} % of the scope's weight",
            "DSDM asks for 60 % at most, so that something can give",
        )


def _gaps(facts: Facts, entries: list[Entry], today: date) -> Iterator[Problem]:
    own, settings = facts.content.client.fields.cadence, facts.settings.cadence
    promised = {
        "reports": (own.report if own else None) or settings.report_days,
        "meetings": (own.meeting if own else None) or settings.meeting_days,
    }
    for kind, days in promised.items():
        dated = sorted(
            (
                (entry.fields.date, entry)
                for entry in entries
                if isinstance(entry.fields, (schema.Report, schema.Meeting))
                and entry.kind == kind
                and entry.fields.date
                and entry.fields.date <= today
            ),
            key=lambda pair: pair[0],
        )
        if days is None or not dated:
            continue
        for (before, _), (after, entry) in pairwise(dated):
            if (after - before).days > days:
                yield Problem(
                    entry.place(),
                    "gap",
                    f"{(after - before).days} days after the {kind[:-1]} before it; {days} were promised",
                    "the cadence in client.yaml or portalgen.yaml says so; promise less, if that is what you keep",
                )
        last, entry = dated[-1]
        if (today - last).days > days:
            yield Problem(
                entry.place(),
                "gap",
                f"this is the last {kind[:-1]}, {(today - last).days} days ago; one every {days} days was promised",
                "write the next one, or change the cadence in client.yaml or portalgen.yaml",
            )
