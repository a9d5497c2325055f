"""Say how things stand, for the team: every record with its state, and every project in a line."""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from portalgen.content import schema
from portalgen.content.records import Entry
from portalgen.editing.look import Look
from portalgen.pipeline import rules_of
from portalgen.portal import published
from portalgen.portal.derive import milestone_state, risk_level

_FINISHED = frozenset(
    "done cancelled closed resolved met accepted conditionally_accepted rejected withdrawn validated".split()
)


class Line(Struct, frozen=True, kw_only=True):
    """A record, as `portalgen list` shows it."""

    client: str
    project: str
    kind: str
    id: str
    state: str
    """Typed or derived; empty for kinds that have none."""
    title: str
    owner: str
    """As the site names the person."""
    owner_key: str
    """As it was typed."""
    due: date | None
    is_overdue: bool
    is_shown: bool
    """Whether the client sees it."""
    place: str
    """`content/harbour-museum/risks.yaml:12`."""

    def as_json(self) -> dict[str, Any]:
        """Return the line for json.dumps."""
        return asdict(self) | {"due": self.due.isoformat() if self.due else None}


class Standing(Struct, frozen=True, kw_only=True):
    """A project, as `portalgen stats` shows it: the client's own view, and what only the team counts."""

    client: str
    project: str
    health: str
    """on_track, at_risk, off_track, on_hold, complete or unknown; empty for what stands beside several projects."""
    is_stale: bool
    reported_on: date | None
    progress: float | None
    """0.0 to 1.0; None where the scope is empty."""
    milestone: str
    """The next one's title; empty where there is none."""
    milestone_on: date | None
    slip_days: int | None
    waiting: int
    """Open actions of the client's side."""
    waiting_overdue: int
    decisions: int
    """What waits for the client's approval."""
    ours_overdue: int
    """Actions, deliverables and issues of our side that are past their date, internal ones too."""
    high_risks: int
    records: int
    held_back: int
    """Records that stay with the team."""
    problems: int

    def as_json(self) -> dict[str, Any]:
        """Return the standing for json.dumps."""
        days = {"reported_on": self.reported_on, "milestone_on": self.milestone_on}
        return asdict(self) | {name: day.isoformat() if day else None for name, day in days.items()}


def lines_of(look: Look) -> list[Line]:
    """Return every record of a client, in the order of files, then of lines."""
    return [_line(look, entry) for entry in look.records()]


def standings_of(look: Look) -> list[Standing]:
    """Return each project of a client, worst health first; one line without health where nothing can be read."""
    if look.portal is None or look.facts is None:
        return [_unknown(look)]
    lines = lines_of(look)
    found = []
    only = len(look.portal.areas) == 1
    for area in look.portal.areas:
        own = [line for line in lines if only or line.project == area.prefix.rstrip("/")]
        health, following = area.derived.health, area.derived.next_milestone
        found.append(
            Standing(
                client=look.slug,
                project=_name_of(area, look.portal),
                health=health.overall if area.id else "",
                is_stale=health.stale,
                reported_on=health.on,
                progress=area.derived.progress.ratio,
                milestone=following.title if following else "",
                milestone_on=following.forecast if following else None,
                slip_days=following.derived.slip_days if following else None,
                waiting=len(area.derived.needs_you),
                waiting_overdue=sum(each.overdue_days > 0 for each in area.derived.needs_you),
                decisions=len(area.derived.waiting_for_approval),
                ours_overdue=sum(line.is_overdue and not _is_theirs(look, line) for line in own),
                high_risks=sum(
                    line.kind == "risks"
                    and line.state not in ("closed", "rejected")
                    and _is_high(look, line.id)
                    for line in own
                ),
                records=len(own),
                held_back=sum(not line.is_shown for line in own),
                problems=len(look.problems) if area is look.portal.areas[0] else 0,
            )
        )
    return found


def state_of(entry: Entry, today: date) -> str:
    """Return a record's state: what was typed, else what its dates say."""
    match entry.fields:
        case schema.Milestone() as stone:
            dates = {
                name: getattr(stone, name) for name in ("baseline", "forecast", "met_on", "cancelled_on")
            }
            return milestone_state(
                published.Milestone(id=entry.id, title=entry.title, url="", **dates), today
            ).state
        case schema.Meeting(status=None, date=day):
            return "planned" if day is None or day > today else "held"
        case schema.Survey(status=None, closed_on=closed):
            return "closed" if closed else "open"
    return getattr(entry.fields, "status", None) or ""


def _name_of(area: published.Project, portal: published.Portal) -> str:
    if not area.id:
        return "beside the projects"
    return "" if len(portal.areas) == 1 and area.name == portal.client.name else area.name


def _line(look: Look, entry: Entry) -> Line:
    assert look.facts is not None
    fields = entry.fields
    state = state_of(entry, look.today)
    due = _due(fields)
    person = look.facts.content.people.get(fields.owner or "")
    return Line(
        client=look.slug,
        project=entry.project,
        kind=entry.kind,
        id=entry.id,
        state=state,
        title=entry.title,
        owner=person.fields.name if person else fields.owner or "",
        owner_key=fields.owner or "",
        due=due,
        is_overdue=due is not None
        and due < look.today
        and state not in _FINISHED
        and isinstance(fields, (schema.Action, schema.Deliverable, schema.Issue, schema.Milestone)),
        is_shown=entry.id.casefold() in look.shown,
        place=str(entry.place()).rpartition(":")[0],
    )


def _due(fields: schema.Record) -> date | None:
    match fields:
        case schema.Milestone():
            return fields.met_on or fields.forecast or fields.baseline
        case schema.Risk():
            return fields.review_on or fields.target_date
        case schema.Meeting() | schema.Report() | schema.Decision() | schema.Feedback():
            return fields.date
    return getattr(fields, "due", None) or getattr(fields, "target_date", None)


def _is_theirs(look: Look, line: Line) -> bool:
    assert look.facts is not None
    entry = look.facts.record(line.id)
    if entry is None or not isinstance(entry.fields, schema.Action):
        return line.kind == "milestones"
    person = look.facts.content.people.get(entry.fields.owner or "")
    return (entry.fields.side or (person.side if person else "provider")) == "client"


def _is_high(look: Look, id_: str) -> bool:
    assert look.facts is not None
    entry = look.facts.record(id_)
    if entry is None or not isinstance(entry.fields, schema.Risk):
        return False
    return risk_level(entry.fields.likelihood, entry.fields.impact, rules_of(look.facts))[1] == "high"


def _unknown(look: Look) -> Standing:
    return Standing(
        client=look.slug,
        project="",
        health="unknown",
        is_stale=False,
        reported_on=None,
        progress=None,
        milestone="",
        milestone_on=None,
        slip_days=None,
        waiting=0,
        waiting_overdue=0,
        decisions=0,
        ours_overdue=0,
        high_risks=0,
        records=0,
        held_back=0,
        problems=len(look.problems),
    )
