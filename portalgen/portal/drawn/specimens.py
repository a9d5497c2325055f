"""Records that nobody wrote, for the examples of drawings: one of a thing, forty of them, the longest title."""

from __future__ import annotations

from datetime import date as Day
from datetime import timedelta
from decimal import Decimal

from msgspec.structs import replace

from portalgen.money import Money
from portalgen.portal.published import (
    Action,
    Approval,
    Backlink,
    Change,
    ChangeDerived,
    Criterion,
    Derived,
    Document,
    DueDerived,
    File,
    Health,
    HistoryEntry,
    Html,
    Impact,
    Lists,
    Milestone,
    MilestoneDerived,
    MilestoneTrend,
    Moved,
    News,
    Person,
    PersonRef,
    Project,
    ProjectDerived,
    Record,
    Ref,
    Report,
    ReportHealth,
    Requirement,
    Responsibility,
    Retold,
    Risk,
    RiskDerived,
    ScheduleImpact,
    ScopeImpact,
    Survey,
    SurveyDerived,
    TrendPoint,
    Waiting,
)

LONG = (
    "Every visitor who borrows a handset at the cloakroom hears within two seconds which of the forty-eight "
    "Donaudampfschifffahrtsgesellschaftskapitänskajüten-stops comes next"
)
TODAY = Day(2026, 11, 23)
FIRST = Day(2026, 1, 5)
_STATES = ("validated", "validated", "implemented", "in_progress", "approved")
_NOWHERE = "index.html"
"""Where the links of specimens lead: every site has it."""
_WORDS_OF_HEALTH = ("on_track", "at_risk", "off_track", "on_hold", "complete", "unknown")
_NEWS = (
    "raised",
    "agreed",
    "accepted",
    "approved",
    "met",
    "held",
    "decided",
    "moved",
    "resolved",
    "reported",
)
_GROUPS = ("dates", "scope", "decided", "delivered", "risks", "other")
BODY = Html(
    (
        "<h2>A heading</h2><p>A paragraph with <strong>weight</strong>, <em>stress</em>, <code>code</code> and a "
        f'<a href="{_NOWHERE}">link</a>.</p><ul><li>one</li><li>two<ul><li>inside</li></ul></li></ul>'
        "<ol><li>first</li></ol>"
        "<blockquote><p>What somebody said.</p></blockquote><pre><code>a line of code</code></pre>"
        "<table><thead><tr><th>What</th><th>How many</th></tr></thead>"
        "<tbody><tr><td>Stops</td><td>48</td></tr></tbody></table>"
        f"<p>{LONG}</p>",
    )
)
"""Everything that a Markdown text may hold."""


def project(count: int) -> Project:
    """Return a project with so many requirements, changes, milestones, actions and surveys, and their history."""
    requirements = tuple(_requirement(number) for number in range(count))
    milestones = tuple(_milestone(number) for number in range(count))
    lists = Lists(
        requirements=requirements,
        changes=tuple(_change(number) for number in range(count)),
        milestones=milestones,
        actions=tuple(_action(number) for number in range(count)),
        surveys=tuple(_survey(number) for number in range(count)),
        approvals=tuple(_approval(each) for each in requirements[:3]),
    )
    history = tuple(
        entry
        for number, each in enumerate(requirements)
        for entry in _ways(each, FIRST + timedelta(days=7 * (number % 40)))
    )
    derived = ProjectDerived(retold=Retold(trends=tuple(_trend(each) for each in milestones)))
    newest_first = tuple(sorted(history, key=lambda entry: entry.on, reverse=True))
    return Project(id="", name="Specimen", lists=lists, history=newest_first, derived=derived)


def _title(number: int) -> str:
    return LONG if number == 1 else f"Specimen {number + 1}"


def _url(kind: str, number: int) -> str:
    return f"{kind}/specimen-{number}.html"


def _requirement(number: int) -> Requirement:
    status = "proposed" if number % 13 == 12 else _STATES[number % len(_STATES)]
    return Requirement(
        id=f"REQ-{number + 1}", title=_title(number), url=_url("requirements", number), status=status,
        priority=("must", "should", "could", "")[number % 4],
        milestone=Ref("milestones", "MS-1", "Specimen", _NOWHERE) if number % 2 else None,
    )  # fmt: skip


def _ways(requirement: Requirement, begin: Day) -> list[HistoryEntry]:
    """Return how a requirement came to its status, a step every third week."""
    steps = ("proposed", "approved", "in_progress", "implemented", "validated")
    entries = [HistoryEntry(ref=requirement.ref, on=begin)]
    for number in range(steps.index(requirement.status)):
        on = begin + timedelta(days=21 * (number + 1))
        entries.append(
            HistoryEntry(
                ref=requirement.ref, on=min(on, TODAY), field="status",
                before=steps[number], after=steps[number + 1],
            )
        )  # fmt: skip
    return entries


def _change(number: int) -> Change:
    is_open = number % 5 == 4
    cost = Decimal((-1) ** number * (number * 731 % 9000 + 100))
    return Change(
        id=f"CR-{number + 1}", title=_title(number), url=_url("changes", number),
        status="waiting_for_approval" if is_open else "approved",
        submitted_on=FIRST + timedelta(days=number), decided_on=None if is_open else FIRST + timedelta(days=7 * number),
        impact=Impact(
            scope=ScopeImpact(), schedule=ScheduleImpact(days=number % 4 * 5 - 5), cost=Money(cost, "EUR")
        ),
        derived=ChangeDerived(pending=is_open),
    )  # fmt: skip


def _milestone(number: int) -> Milestone:
    agreed = FIRST + timedelta(days=45 * (number + 1))
    slip = timedelta(days=number % 3 * 9)
    is_met = agreed + slip <= TODAY
    state = "met" if is_met else "slipping" if slip else "scheduled"
    return Milestone(
        id=f"MS-{number + 1}", title=_title(number), url=_url("milestones", number), baseline=agreed,
        forecast=agreed + slip, met_on=agreed + slip if is_met else None,
        derived=MilestoneDerived(state=state, slip_days=slip.days),
    )  # fmt: skip


def _trend(milestone: Milestone) -> MilestoneTrend:
    agreed, expected = milestone.baseline or FIRST, milestone.forecast or FIRST
    points = [TrendPoint(said=FIRST, expected=agreed, is_start=True)]
    if expected != agreed:
        points.append(TrendPoint(said=FIRST + (expected - agreed) * 5, expected=expected))
    return MilestoneTrend(
        ref=milestone.ref, points=tuple(points), baseline=milestone.baseline, ended=milestone.met_on
    )


def _action(number: int) -> Action:
    asked = None if number % 9 == 8 else TODAY - timedelta(days=number * number % 140)
    age = (TODAY - asked).days if asked else None
    return Action(
        id=f"ACT-{number + 1}", title=_title(number), url=_url("actions", number), status="open",
        side="client" if number % 3 else "provider", requested_on=asked,
        derived=DueDerived(overdue=number % 4 == 1, age_days=age),
    )  # fmt: skip


def _survey(number: int) -> Survey:
    is_nps = number % 2 == 1
    return Survey(
        id=f"SVY-{number + 1}", title=_title(number), url=_url("surveys", number), status="closed",
        type="nps" if is_nps else "csat", closed_on=TODAY - timedelta(days=30 * number),
        derived=SurveyDerived(
            answers=number + 3, nps=number * 37 % 200 - 100 if is_nps else None,
            csat=None if is_nps else round(number % (number + 3) / (number + 3), 4),
        ),
    )  # fmt: skip


def _approval(requirement: Requirement) -> Approval:
    return Approval(
        id=requirement.id.replace("REQ", "APR"), title=requirement.title, url=f"approvals/{requirement.id}.html",
        status="approved", subject=(requirement.ref,),
    )  # fmt: skip


# ---- what the components of records, lists and home pages show


def records() -> dict[str, Record]:
    """Return every specimen that another one names, by its address, for pages that look them up."""
    lists = project(40).lists
    every = {record.url: record for record in lists.all()}
    return every | {_NOWHERE: lists.milestones[0]}


def refs(count: int) -> tuple[Ref, ...]:
    """Return so many records as others name them; the second has the longest title."""
    return tuple(each.ref for each in project(count).lists.requirements)


def lines(count: int) -> tuple[str, ...]:
    """Return so many short texts; the second is the longest."""
    return tuple(_title(number) for number in range(count))


def linked(count: int) -> Requirement:
    """Return a requirement that leads to so many others, and to which as many lead."""
    named = refs(count)
    return replace(
        _requirement(3), body=BODY, links={"depends_on": named, "related": named[:1]},
        derived=Derived(links_in=tuple(Backlink("affects", each) for each in named)),
    )  # fmt: skip


def criteria(count: int) -> tuple[Criterion, ...]:
    """Return criteria that are met, not yet met, and of which nobody has said."""
    said = (True, False, None)
    return tuple(
        Criterion(criterion=_title(number), met=said[number % 3], note=LONG if number == 2 else "")
        for number in range(count)
    )


def files(count: int) -> tuple[File, ...]:
    """Return files from one byte to gigabytes; the second has the longest name."""
    return tuple(
        File(
            f"{_title(number)}.pdf", _NOWHERE, ("pdf", "xlsx", "png")[number % 3], 11**number % 3**23,
            f"{number:064x}",
        )
        for number in range(count)
    )  # fmt: skip


def documents(count: int) -> tuple[Document, ...]:
    """Return documents with a file, elsewhere, and with neither."""
    each_file = files(count)
    return tuple(
        Document(
            id=f"DOC-{number + 1}", title=_title(number), url=_url("documents", number), status="issued",
            version=str(number + 1) if number % 2 else "", date=TODAY - timedelta(days=number),
            file=each_file[number] if number % 3 == 0 else None,
            external_url="https://example.com/" if number % 3 == 1 else "",
        )
        for number in range(count)
    )  # fmt: skip


def risks(count: int) -> tuple[Risk, ...]:
    """Return risks all over the matrix, the last of five without a rating."""
    found = []
    for number in range(count):
        likelihood, impact = number % 5 + 1, number * 2 % 5 + 1
        score = likelihood * impact if number % 5 != 4 else None
        level = "unrated" if score is None else "high" if score >= 15 else "medium" if score >= 5 else "low"
        found.append(
            Risk(
                id=f"RSK-{number + 1}", title=_title(number), url=_url("risks", number), status="approved",
                likelihood=likelihood if score else None, impact=impact if score else None,
                derived=RiskDerived(score=score, level=level),
            )
        )  # fmt: skip
    return tuple(found)


def people(count: int) -> tuple[Person, ...]:
    """Return people of both sides with all facts, with a name alone, and one who has left."""
    return tuple(
        Person(
            key=f"p{number}", name=LONG[:60] if number == 1 else f"Specimen Person {number + 1}",
            side="provider" if number % 2 else "client", role="" if number == 2 else "Project manager",
            email="" if number == 2 else f"p{number}@example.com", phone="+31 20 555 01 34" if number % 3 == 0 else "",
            responsibilities=lines(number % 3), availability="Mondays to Thursdays" if number == 1 else "",
            left_on=TODAY if number == 3 else None,
        )
        for number in range(count)
    )  # fmt: skip


def named(count: int) -> tuple[PersonRef, ...]:
    """Return people as records name them."""
    return tuple(PersonRef(each.name, each.key) for each in people(count))


def responsibilities(count: int) -> tuple[Responsibility, ...]:
    """Return so many rows of a RASCI matrix for six people."""
    who = named(6)
    return tuple(
        Responsibility(
            activity=_title(number), responsible=who[number % 6], accountable=who[(number + 1) % 6],
            supports=who[:1], consulted=who[2:4], informed=who[4:],
        )
        for number in range(count)
    )  # fmt: skip


def news(count: int) -> tuple[News, ...]:
    """Return things that happened, one a day."""
    each = refs(max(count, 1))
    return tuple(
        News(
            on=TODAY - timedelta(days=number), what=_NEWS[number % len(_NEWS)], group=_GROUPS[number % len(_GROUPS)],
            ref=each[number],
        )
        for number in range(count)
    )  # fmt: skip


def waiting(count: int) -> tuple[Waiting, ...]:
    """Return things that wait for the client: due in a while, today, overdue, and without a day."""
    lists = project(max(count, 5)).lists
    pending = [each for each in lists.changes if each.status == "waiting_for_approval"]
    found: list[Record] = [*lists.actions, *pending][:count]
    dues = (TODAY + timedelta(days=9), TODAY, TODAY - timedelta(days=3), None)
    return tuple(
        Waiting(
            record=record, since=TODAY - timedelta(days=number), due=dues[number % 4],
            overdue_days=3 if number % 4 == 2 else 0, holds_up=refs(number % 3),
        )
        for number, record in enumerate(found)
    )  # fmt: skip


def projects() -> tuple[Project, ...]:
    """Return a project for each word of health, and a stale one; the second has the longest name."""
    stale = _standing(len(_WORDS_OF_HEALTH), "on_track", is_stale=True)
    fresh = (_standing(number, word, is_stale=False) for number, word in enumerate(_WORDS_OF_HEALTH))
    return (*fresh, stale)


def _standing(number: int, word: str, *, is_stale: bool) -> Project:
    ahead = [each for each in project(12).lists.milestones if each.derived.state != "met"]
    milestone = ahead[number % len(ahead)]
    is_known = word != "unknown"
    report = Report(
        id="2026-W47", title="Specimen", url=_NOWHERE, status="published", date=TODAY,
        health=ReportHealth(overall=word if is_known else "", schedule="at_risk", scope="on_track", cost="off_track"),
    )  # fmt: skip
    health = Health(
        overall=word, reason=LONG + "." if number == 1 else "The first sentence says why." if is_known else "",
        on=TODAY - timedelta(days=50 if is_stale else 3) if is_known else None,
        report=report.ref if is_known else None, author=named(1)[0], stale=is_stale, before="at_risk",
    )  # fmt: skip
    return Project(
        id=f"specimen-{number}", name=_title(number), lists=Lists(reports=(report,) if is_known else ()),
        derived=ProjectDerived(
            health=health, next_milestone=milestone, needs_you=waiting(number % 3),
            moved=(Moved(milestone=milestone, causes=refs(number % 3)),), last_report=report if is_known else None,
        ),
    )  # fmt: skip
