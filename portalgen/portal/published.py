"""What a client may see, and nothing else: a field that is not named here is never published.

These types are the contract with designers. `publish` fills them, `derive` adds what is reckoned (`derived`),
data.json is written from them and templates read them. Field names are those of the content format.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date as Day
from decimal import Decimal
from typing import ClassVar, TypeAlias

from portalgen.kinds import KINDS
from portalgen.money import Money


@dataclass(frozen=True, slots=True)
class Ref:
    """A published record, seen from another one."""

    kind: str
    id: str
    title: str
    url: str
    """Its page, from the site's root: `webshop/requirements/REQ-1.html`."""


@dataclass(frozen=True, slots=True)
class PersonRef:
    """A person as a record names one."""

    name: str
    key: str = ""
    """The key in `Portal.people`; empty for a plain name."""


@dataclass(frozen=True, slots=True)
class File:
    """A published file."""

    name: str
    url: str
    """From the site's root, percent-encoded: `files/DOC-1/plan%20b.pdf`."""
    type: str
    """The ending in lower case: `pdf`."""
    size: int
    """In bytes."""
    sha256: str


@dataclass(frozen=True, slots=True)
class Html:
    """Safe HTML whose links are written from the site's root."""

    parts: tuple[str, ...] = ()

    def at(self, root: str) -> str:
        """Return the HTML for a page from which the site's root is `root`: empty, `../` or `../../`."""
        return root.join(self.parts)

    def __bool__(self) -> bool:
        return bool(self.parts)


@dataclass(frozen=True, slots=True)
class Backlink:
    """A published record that names this one."""

    type: str
    """The field or link type by which it does: `milestone`, `depends_on`, `affects`, `body`."""
    ref: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """What is reckoned of any record."""

    links_in: tuple[Backlink, ...] = ()
    """By kind, then by id; a record that names this one in two ways stands twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneDerived(Derived):
    state: str = "undated"
    """cancelled, met, undated, late, slipping or scheduled."""
    slip_days: int | None = None
    """(met_on, else forecast) − baseline; below zero is early; None without both dates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskDerived(Derived):
    score: int | None = None
    """likelihood × impact, 1 to 25; None where either is missing."""
    level: str = "unrated"
    """low, medium, high or unrated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDerived(Derived):
    """Of actions, deliverables and issues."""

    overdue: bool = False
    """Past its date and not finished; a due day is not over before its end."""
    age_days: int | None = None
    """Days that it has been open, or was; None where its first day is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDerived(Derived):
    days_to_decide: int | None = None
    """From submitted_on to decided_on."""
    pending: bool = False
    """Submitted, being assessed, or waiting for approval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackDerived(Derived):
    days_to_answer: int | None = None
    """From date to answered_on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyDerived(Derived):
    answers: int = 0
    """How many answered; shown always, the totals below only of a closed survey with enough answers."""
    mean: float | None = None
    csat: float | None = None
    """Answers of 4 and 5 / answers, 0.0 to 1.0 (scale 1 to 5)."""
    nps: int | None = None
    """% of 9–10 − % of 0–6, −100 to 100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What every published record has."""

    kind: ClassVar[str]
    id: str
    title: str
    url: str
    """Its page, from the site's root."""
    owner: PersonRef | None = None
    links: Mapping[str, tuple[Ref, ...]] = field(default_factory=dict)
    """Link type → records; `related` where the author gave no type."""
    source: Ref | None = None
    body: Html = Html()
    mentions: tuple[Ref, ...] = ()
    """Records that the body or a text of this record names, in reading order, each once."""
    files: tuple[File, ...] = ()
    """Files that belong to it: `file`, `files`, and those that its body links to or shows."""
    derived: Derived = Derived()

    @property
    def ref(self) -> Ref:
        return Ref(self.kind, self.id, self.title, self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One line of an acceptance list."""

    criterion: str
    met: bool | None = None
    """None where nobody has said."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement(Record):
    kind: ClassVar[str] = "requirements"
    status: str
    """proposed, approved, in_progress, implemented, validated, rejected, deferred or withdrawn."""
    statement: str = ""
    rationale: str = ""
    type: str = ""
    """functional, quality, constraint, business or empty."""
    priority: str = ""
    """must, should, could, wont or empty."""
    requested_by: PersonRef | None = None
    raised_on: Day | None = None
    acceptance: tuple[Criterion, ...] = ()
    verification: str = ""
    weight: Decimal = Decimal(1)
    milestone: Ref | None = None
    deliverable: Ref | None = None
    parent: Ref | None = None
    approved_on: Day | None = None
    validated_on: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeImpact:
    adds: tuple[Ref, ...] = ()
    changes: tuple[Ref, ...] = ()
    removes: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleImpact:
    """What a change does to dates, in days; below zero is earlier."""

    days: int | None = None
    """To the project as a whole; None where it is given by milestone or not at all."""
    milestones: tuple[tuple[Ref, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """None means that nobody has said; an empty scope impact means none."""

    scope: ScopeImpact | None = None
    schedule: ScheduleImpact | None = None
    cost: Money | None = None
    quality: str = ""
    risk: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Record):
    kind: ClassVar[str] = "changes"
    status: str
    """submitted, assessing, waiting_for_approval, approved, rejected, postponed, merged or implemented."""
    category: str = ""
    requested_by: PersonRef | None = None
    submitted_on: Day | None = None
    reason: str = ""
    if_not_done: str = ""
    impact: Impact = Impact()
    decided_by: PersonRef | None = None
    decided_on: Day | None = None
    decision_note: str = ""
    implemented_on: Day | None = None
    derived: ChangeDerived = ChangeDerived()


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone(Record):
    kind: ClassVar[str] = "milestones"
    type: str = ""
    """approval, delivery, reporting, payment, other or empty."""
    baseline: Day | None = None
    forecast: Day | None = None
    """The baseline where no forecast is typed."""
    met_on: Day | None = None
    cancelled_on: Day | None = None
    value: Money | None = None
    depends_on: tuple[Ref, ...] = ()
    deliverables: tuple[Ref, ...] = ()
    acceptance: tuple[Criterion, ...] = ()
    derived: MilestoneDerived = MilestoneDerived()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliverable(Record):
    """Before it is submitted only title, status and due are published."""

    kind: ClassVar[str] = "deliverables"
    status: str
    """planned, in_progress, submitted, in_review, accepted, conditionally_accepted or not_accepted."""
    milestone: Ref | None = None
    due: Day | None = None
    version: str = ""
    criteria: tuple[str, ...] = ()
    reviewer: PersonRef | None = None
    acceptor: PersonRef | None = None
    submitted_on: Day | None = None
    decided_on: Day | None = None
    conditions: str = ""
    derived: DueDerived = DueDerived()


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting(Record):
    kind: ClassVar[str] = "meetings"
    status: str
    """planned, held, agreed or cancelled; planned or held by its date where none is typed."""
    date: Day | None = None
    time: str = ""
    """`10:00` or `10:00–11:30`, in the client's time zone."""
    type: str = ""
    """kickoff, steering, status, workshop, interview, review, event, other or empty."""
    place: str = ""
    attendees: tuple[PersonRef, ...] = ()
    apologies: tuple[PersonRef, ...] = ()
    agenda: tuple[str, ...] = ()
    next_meeting: Ref | None = None
    next_meeting_on: Day | None = None
    """Where the next meeting is named by its day."""
    decisions: tuple[Ref, ...] = ()
    actions: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Record):
    kind: ClassVar[str] = "decisions"
    status: str
    """decided, superseded, revoked or proposed."""
    date: Day | None = None
    decided_by: tuple[PersonRef, ...] = ()
    options: tuple[str, ...] = ()
    consequences: str = ""
    applies_from: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Record):
    kind: ClassVar[str] = "actions"
    status: str
    """open, in_progress, done, blocked or cancelled."""
    side: str = "provider"
    """client or provider."""
    due: Day | None = None
    requested_on: Day | None = None
    received_on: Day | None = None
    type: str = ""
    """feedback, information, resource, material, approval, other or empty."""
    blocks: tuple[Ref, ...] = ()
    derived: DueDerived = DueDerived()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    likelihood: int | None = None
    """1 to 5."""
    impact: int | None = None
    """1 to 5."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk(Record):
    kind: ClassVar[str] = "risks"
    status: str
    """proposed, assessing, approved, closed, rejected or occurred."""
    category: str = ""
    cause: str = ""
    event: str = ""
    effect: str = ""
    identified_on: Day | None = None
    likelihood: int | None = None
    impact: int | None = None
    residual: Rating | None = None
    response: str = ""
    """avoid, reduce, accept, share, exploit, enhance or empty."""
    action: str = ""
    review_on: Day | None = None
    target_date: Day | None = None
    escalated: bool = False
    derived: RiskDerived = RiskDerived()


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue(Record):
    kind: ClassVar[str] = "issues"
    status: str
    """open, postponed, resolved or closed."""
    category: str = ""
    raised_by: PersonRef | None = None
    raised_on: Day | None = None
    urgency: int | None = None
    impact: int | None = None
    size: int | None = None
    resolution: str = ""
    resolved_on: Day | None = None
    target_date: Day | None = None
    escalated: bool = False
    derived: DueDerived = DueDerived()


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    from_: Day | None = None
    to: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportHealth:
    """Words of health; `overall` is empty where the report gives none."""

    overall: str = ""
    schedule: str = ""
    scope: str = ""
    cost: str = ""
    quality: str = ""
    risk: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Record):
    kind: ClassVar[str] = "reports"
    status: str
    date: Day | None = None
    period: Period | None = None
    health: ReportHealth = ReportHealth()
    reason: str = ""
    """The first paragraph of the summary as plain text: what health's word rests on."""
    achieved: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    decisions_needed: tuple[str, ...] = ()
    author: PersonRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Record):
    kind: ClassVar[str] = "documents"
    status: str
    """issued or superseded."""
    type: str = ""
    version: str = ""
    date: Day | None = None
    language: str = ""
    file: File | None = None
    external_url: str = ""
    """Where the document stands elsewhere (`url` in the content)."""
    supersedes: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback(Record):
    kind: ClassVar[str] = "feedback"
    status: str
    """new, acknowledged, answered or closed."""
    date: Day | None = None
    channel: str = ""
    """meeting, mail, form, call, survey or empty."""
    type: str = ""
    """praise, complaint, idea, question or empty."""
    answer: str = ""
    answered_on: Day | None = None
    resulted_in: tuple[Ref, ...] = ()
    derived: FeedbackDerived = FeedbackDerived()


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey(Record):
    kind: ClassVar[str] = "surveys"
    status: str
    """open or closed."""
    type: str = ""
    """csat, nps, ces, custom or empty."""
    question: str = ""
    scale: str = ""
    opened_on: Day | None = None
    closed_on: Day | None = None
    derived: SurveyDerived = SurveyDerived()


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval(Record):
    kind: ClassVar[str] = "approvals"
    status: str
    """requested, approved, changes_requested, declined, expired or revoked."""
    subject: tuple[Ref, ...] = ()
    requested_on: Day | None = None
    decided_by: PersonRef | None = None
    decided_on: Day | None = None
    role: str = ""
    channel: str = ""
    """mail, meeting, signature, form, pull_request or empty."""
    evidence_sha256: str = ""
    """Of the file that proves it; the file itself stays with the team."""
    content_hash: str = ""
    conditions: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Communication(Record):
    kind: ClassVar[str] = "communications"
    date: Day | None = None
    channel: str = ""
    from_: tuple[PersonRef, ...] = ()
    to: tuple[PersonRef, ...] = ()
    direction: str = ""
    """in, out or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson(Record):
    kind: ClassVar[str] = "lessons"
    status: str
    """captured, reviewed, adopted or rejected."""
    category: str = ""
    phase: str = ""
    context: str = ""
    effect: str = ""
    recommendation: str = ""
    applied_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPage(Record):
    kind: ClassVar[str] = "pages"
    order: int | None = None
    menu: bool = True


RECORDS: dict[str, type[Record]] = {
    cls.kind: cls
    for cls in (
        Requirement, Change, Milestone, Deliverable, Meeting, Decision, Action, Risk, Issue,
        Report, Document, Feedback, Survey, Approval, Communication, Lesson, TeamPage,
    )
}  # fmt: skip
if tuple(RECORDS) != tuple(KINDS):
    raise AssertionError("portal.published and kinds name different kinds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """The published records of a project, or those beside project folders; each list as its page shows it."""

    requirements: tuple[Requirement, ...] = ()
    """By priority, then by how far they are, then by id."""
    changes: tuple[Change, ...] = ()
    """What waits for the client first, then newest first."""
    milestones: tuple[Milestone, ...] = ()
    """By the date that counts now (met, cancelled, else forecast), those without one last."""
    deliverables: tuple[Deliverable, ...] = ()
    """By due day, those without one last."""
    meetings: tuple[Meeting, ...] = ()
    """Newest first."""
    decisions: tuple[Decision, ...] = ()
    """Newest first."""
    actions: tuple[Action, ...] = ()
    """Open ones by due day, then finished ones, newest first."""
    risks: tuple[Risk, ...] = ()
    """Open before closed, then the highest score first."""
    issues: tuple[Issue, ...] = ()
    """Open before closed, then newest first."""
    reports: tuple[Report, ...] = ()
    """Newest first."""
    documents: tuple[Document, ...] = ()
    """Current before superseded, then newest first."""
    feedback: tuple[Feedback, ...] = ()
    """Newest first."""
    surveys: tuple[Survey, ...] = ()
    """Newest first."""
    approvals: tuple[Approval, ...] = ()
    """Requested ones first, the oldest first; then newest first."""
    communications: tuple[Communication, ...] = ()
    """Newest first."""
    lessons: tuple[Lesson, ...] = ()
    """By id."""
    pages: tuple[TeamPage, ...] = ()
    """By order, then by title."""

    def of(self, kind: str) -> tuple[Record, ...]:
        """Return the list of a kind by its name."""
        return getattr(self, kind)  # type: ignore[no-any-return]

    def all(self) -> tuple[Record, ...]:
        """Return every record, kind by kind."""
        return tuple(record for each in fields(self) for record in self.of(each.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    key: str
    name: str
    organisation: str = ""
    side: str = "provider"
    """client or provider."""
    role: str = ""
    responsibilities: tuple[str, ...] = ()
    email: str = ""
    phone: str = ""
    availability: str = ""
    left_on: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    party: str
    """client or provider."""
    text: str
    due: Day | None = None
    status: str = "open"
    """open, done or waived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    title: str
    milestone: Ref | None = None
    amount: Money | None = None
    due: Day | None = None
    paid_on: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """A signed amendment; drafts stay with the team."""

    id: str
    date: Day | None = None
    description: str = ""
    rationale: str = ""
    changes: tuple[Ref, ...] = ()
    signed_on: Day | None = None
    status: str = "signed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    title: str = ""
    number: str = ""
    status: str = "active"
    """active, terminated or cancelled."""
    signed_on: Day | None = None
    period: Period | None = None
    notice_by: Day | None = None
    value: Money | None = None
    terms: str = ""
    obligations: tuple[Obligation, ...] = ()
    payments: tuple[Payment, ...] = ()
    documents: tuple[Ref, ...] = ()
    amendments: tuple[Amendment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsibility:
    """One row of the RASCI matrix."""

    activity: str
    responsible: PersonRef
    accountable: PersonRef
    supports: tuple[PersonRef, ...] = ()
    consulted: tuple[PersonRef, ...] = ()
    informed: tuple[PersonRef, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunicationRow:
    """One row of the communication plan."""

    audience: str
    content: str
    format: str = ""
    frequency: str = ""
    medium: str = ""
    responsible: PersonRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    id: str
    """The slug."""
    name: str
    legal_name: str = ""
    locale: str = "en"
    """As typed; `language` is what the site speaks."""
    language: str = "en"
    """The nearest language that the theme has."""
    timezone: str = "UTC"
    url: str = ""
    currency: str = ""
    lead: PersonRef | None = None
    brand_colour: str = ""
    """`#rrggbb` as typed; `site` makes it readable."""
    logo: File | None = None
    feedback_email: str = ""
    feedback_form: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a project stands, as its newest report says."""

    overall: str = "unknown"
    """on_track, at_risk, off_track, on_hold, complete, or unknown without a report."""
    reason: str = ""
    on: Day | None = None
    report: Ref | None = None
    author: PersonRef | None = None
    stale: bool = False
    """The report is older than one and a half times what was promised, or 30 days."""
    before: str = ""
    """The word of the report before it; empty without one."""

    @property
    def word(self) -> str:
        """What is shown: `stale` takes the place of the report's word."""
        return "stale" if self.stale else self.overall


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Weights of requirements; `wont` aside."""

    scope: Decimal = Decimal(0)
    """approved, in_progress, implemented or validated."""
    delivered: Decimal = Decimal(0)
    """implemented or validated."""
    accepted: Decimal = Decimal(0)
    """validated."""
    ratio: float | None = None
    """delivered / scope, 0.0 to 1.0; None where the scope is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Published with `show: true` only."""

    baseline: Money | None = None
    spent: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    baseline: Day | None = None
    forecast: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One thing that waits for the client."""

    record: Record
    since: Day | None = None
    """When it was asked; None where nobody wrote it down."""
    due: Day | None = None
    overdue_days: int = 0
    """Days past `due`; 0 where it is not."""
    holds_up: tuple[Ref, ...] = ()
    """What cannot go on before it is answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A milestone whose date is not the agreed one, and why."""

    milestone: Milestone
    causes: tuple[Ref, ...] = ()
    """Changes and issues that the milestone names, or that name it; approved changes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing that happened, by the records' own dates."""

    on: Day
    what: str
    """raised, agreed, accepted, asked, approved, rejected, met, held, decided, …: see portal.news."""
    group: str
    """dates, scope, decided, delivered, risks, or other."""
    ref: Ref


HistoryValue: TypeAlias = (
    "Day | Decimal | Money | Ref | PersonRef | str | int | bool | tuple[Ref | PersonRef, ...] | None"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One change of what the client sees of a record, on the day of its commit in the client's time zone.

    Both that commit and today publish the record, the field and what its values name.
    """

    ref: Ref
    on: Day
    field: str | None = None
    """As the published type names it, `impact.cost` for one inside another; None: the record came into sight."""
    before: HistoryValue = None
    after: HistoryValue = None
    """Both None for a text or a list of texts: that it changed is told, and not how."""

    @property
    def is_creation(self) -> bool:
        return self.field is None

    @property
    def is_text(self) -> bool:
        """Whether a text changed, of which neither version is told."""
        return self.field is not None and self.before is None and self.after is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTotals:
    """Approved and implemented changes added up, and those that wait."""

    cost: tuple[Money, ...] = ()
    """One a currency."""
    pending_cost: tuple[Money, ...] = ()
    days: int = 0
    pending_days: int = 0
    added: int = 0
    removed: int = 0
    unknown: int = 0
    """Pending changes of which at least one impact is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDay:
    """What changed in a record on one day."""

    on: Day
    entries: tuple[HistoryEntry, ...]
    """In the order in which they happened."""
    causes: tuple[Ref, ...] = ()
    """Where a date moved: the changes and issues that the record is linked with and that were agreed or raised since
    its last move. Empty where none is known; nothing is guessed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """Which day was expected, from the day on which that was said."""

    said: Day
    expected: Day
    is_start: bool = False
    """Whether the milestone came into sight, for the first time or again: no line leads here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneTrend:
    """One line of the milestone trend chart: the forecast against the day it was said."""

    ref: Ref
    points: tuple[TrendPoint, ...]
    """Oldest first; the first one is a start."""
    baseline: Day | None = None
    ended: Day | None = None
    """When it was met or cancelled: the line ends there."""

    @property
    def moves(self) -> int:
        """How often the forecast moved."""
        return sum(not point.is_start for point in self.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopePoint:
    """Weights of requirements from a day on; they stay until the next point."""

    on: Day
    scope: Decimal
    delivered: Decimal
    accepted: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Volatility:
    """How much the requirements changed in a period: (added + removed + changed) ÷ total at its start."""

    begin: Day
    end: Day
    """The last day of the period, or the as-of day."""
    total: int
    """Requirements at the start that were not left out."""
    added: int = 0
    removed: int = 0
    """Rejected, put off, withdrawn, or no longer wanted this time."""
    changed: int = 0
    """In title, text, acceptance, priority or weight; what came or went in the period does not count here."""
    ratio: float | None = None
    """None where there was nothing at the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseTimes:
    """How long answers took, in days."""

    what: str
    """feedback, changes, approvals, actions_client or actions_provider."""
    answered: int
    waiting: int
    median: float
    longest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskStep:
    """A risk's level from a day on."""

    on: Day
    score: int | None
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskTrend:
    ref: Ref
    steps: tuple[RiskStep, ...]
    """Oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPoint:
    """Open risks by level from a day on."""

    on: Day
    high: int = 0
    medium: int = 0
    low: int = 0
    unrated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthPoint:
    """What a report said of the project's health."""

    on: Day
    word: str
    report: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Overtaken:
    """An approval whose subject is not what was approved any more: to be confirmed again."""

    approval: Ref
    changed: tuple[HistoryEntry, ...] = ()
    """What changed in its subjects after the day of the decision, oldest first."""
    by_hash: tuple[Ref, ...] = ()
    """Subjects whose hash is not the approval's `content_hash`; then what changed may not be known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneThen:
    """A milestone as it stood on a day."""

    ref: Ref
    baseline: Day | None
    forecast: Day | None
    state: str
    slip_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How things stood at the end of a report's own day."""

    progress: Progress
    milestones: tuple[MilestoneThen, ...]
    """Those that were shown then and are today, in the order of the dates that counted then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One change that no date of the records themselves tells."""

    on: Day
    what: str
    """moved, added, withdrawn, changed, rated."""
    group: str
    """dates, scope, delivered, risks or other, as of News."""
    entry: HistoryEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Retold:
    """What follows from a project's history; empty where there is none, but for what the records' own dates tell."""

    stories: Mapping[str, tuple[StoryDay, ...]] = field(default_factory=dict)
    """By the address of the record's page; newest first."""
    trends: tuple[MilestoneTrend, ...] = ()
    """In the order of the timeline; milestones without any date have none."""
    burn_up: tuple[ScopePoint, ...] = ()
    """Oldest first, from the first day that history tells to the as-of day."""
    volatility: tuple[Volatility, ...] = ()
    """By calendar month, oldest first, at most twelve; without the first month of all, which begins with nothing."""
    response_times: tuple[ResponseTimes, ...] = ()
    """Only where something was answered; by the records' own dates, so without git too."""
    risk_trends: tuple[RiskTrend, ...] = ()
    """Of risks whose level changed, in the order of the register."""
    risk_points: tuple[RiskPoint, ...] = ()
    """Oldest first."""
    health: tuple[HealthPoint, ...] = ()
    """Oldest first; superseded reports aside. By the reports' own dates, so without git too."""
    overtaken: tuple[Overtaken, ...] = ()
    """In the order of the approvals."""
    figures: Mapping[str, Figures] = field(default_factory=dict)
    """By the address of a report's page; only of reports whose day history reaches."""
    news: tuple[Told, ...] = ()
    """Newest first; to stand beside ProjectDerived.news, which it does not repeat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectDerived:
    """What is reckoned of a project from what is published of it."""

    health: Health = Health()
    progress: Progress = Progress()
    next_milestone: Milestone | None = None
    needs_you: tuple[Waiting, ...] = ()
    """Open actions of the client's side, oldest first."""
    waiting_for_approval: tuple[Waiting, ...] = ()
    """Changes, approvals and deliverables that the client decides on, oldest first."""
    moved: tuple[Moved, ...] = ()
    """In the order of the timeline."""
    news: tuple[News, ...] = ()
    """Newest first; nothing after the day."""
    change_totals: ChangeTotals = ChangeTotals()
    last_report: Report | None = None
    retold: Retold = Retold()
    """What history makes of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project, or the client's own records beside project folders (`Portal.own`, whose id is empty)."""

    id: str
    name: str
    prefix: str = ""
    """What its pages' addresses begin with: empty or `webshop/`."""
    code: str = ""
    phase: str = ""
    """initiating, planning, executing, closing or empty."""
    status: str = "active"
    """proposed, active, on_hold, closing, closed or cancelled."""
    manager: PersonRef | None = None
    steering: tuple[PersonRef, ...] = ()
    escalation: tuple[PersonRef, ...] = ()
    """Whom to ask, first to last."""
    objectives: tuple[str, ...] = ()
    scope_in: tuple[str, ...] = ()
    scope_out: tuple[str, ...] = ()
    success_criteria: tuple[str, ...] = ()
    start: Day | None = None
    target: Target | None = None
    currency: str = ""
    budget: Budget | None = None
    order: int | None = None
    lists: Lists = Lists()
    history: tuple[HistoryEntry, ...] = ()
    """Newest first; of records that are published today. Empty where there is none: `Portal.history_state` says why."""
    derived: ProjectDerived = ProjectDerived()


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """Everything that one client may see."""

    client: Client
    as_of: Day
    revision: str = ""
    """A hash of data.json less `as_of` and `revision`; empty until data.json is written."""
    people: tuple[Person, ...] = ()
    """The client's side first, then by name."""
    contract: Contract | None = None
    responsibilities: tuple[Responsibility, ...] = ()
    communication_plan: tuple[CommunicationRow, ...] = ()
    projects: tuple[Project, ...] = ()
    """Worst health first, then by order, then by name."""
    own: Project | None = None
    """The client's own records beside project folders; None where there are none."""
    history_state: str = "none"
    """told; none: the content is not kept in git, or history is switched off; shallow: the clone that the site was
    built from has no past; unreadable: git has it and could not be asked. Only `told` has a history."""
    history_from: Day | None = None
    """The day of the first thing that history tells; None where it tells nothing."""

    @property
    def areas(self) -> tuple[Project, ...]:
        """The projects, and what stands beside them."""
        return (*self.projects, *((self.own,) if self.own else ()))
