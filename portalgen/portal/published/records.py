"""A published record of each kind, and the lists in which a client's pages show them."""

from collections.abc import Mapping
from datetime import date as Day
from decimal import Decimal
from typing import ClassVar

from msgspec import Struct, field

from portalgen.kinds import KINDS
from portalgen.money import Money
from portalgen.portal.published.parts import (
    ChangeDerived,
    Derived,
    DueDerived,
    FeedbackDerived,
    File,
    Html,
    MilestoneDerived,
    PersonRef,
    Ref,
    RiskDerived,
    SurveyDerived,
)


class Record(Struct, frozen=True, kw_only=True):
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


class Criterion(Struct, frozen=True, kw_only=True):
    """One line of an acceptance list."""

    criterion: str
    met: bool | None = None
    """None where nobody has said."""
    note: str = ""


class Requirement(Record, frozen=True, kw_only=True):
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


class ScopeImpact(Struct, frozen=True, kw_only=True):
    adds: tuple[Ref, ...] = ()
    changes: tuple[Ref, ...] = ()
    removes: tuple[Ref, ...] = ()


class ScheduleImpact(Struct, frozen=True, kw_only=True):
    """What a change does to dates, in days; below zero is earlier."""

    days: int | None = None
    """To the project as a whole; None where it is given by milestone or not at all."""
    milestones: tuple[tuple[Ref, int], ...] = ()


class Impact(Struct, frozen=True, kw_only=True):
    """None means that nobody has said; an empty scope impact means none."""

    scope: ScopeImpact | None = None
    schedule: ScheduleImpact | None = None
    cost: Money | None = None
    quality: str = ""
    risk: str = ""


class Change(Record, frozen=True, kw_only=True):
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


class Milestone(Record, frozen=True, kw_only=True):
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


class Deliverable(Record, frozen=True, kw_only=True):
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


class Meeting(Record, frozen=True, kw_only=True):
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


class Decision(Record, frozen=True, kw_only=True):
    kind: ClassVar[str] = "decisions"
    status: str
    """decided, superseded, revoked or proposed."""
    date: Day | None = None
    decided_by: tuple[PersonRef, ...] = ()
    options: tuple[str, ...] = ()
    consequences: str = ""
    applies_from: Day | None = None


class Action(Record, frozen=True, kw_only=True):
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


class Rating(Struct, frozen=True, kw_only=True):
    likelihood: int | None = None
    """1 to 5."""
    impact: int | None = None
    """1 to 5."""


class Risk(Record, frozen=True, kw_only=True):
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


class Issue(Record, frozen=True, kw_only=True):
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


class Period(Struct, frozen=True, kw_only=True):
    from_: Day | None = None
    to: Day | None = None


class ReportHealth(Struct, frozen=True, kw_only=True):
    """Words of health; `overall` is empty where the report gives none."""

    overall: str = ""
    schedule: str = ""
    scope: str = ""
    cost: str = ""
    quality: str = ""
    risk: str = ""


class Report(Record, frozen=True, kw_only=True):
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


class Document(Record, frozen=True, kw_only=True):
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


class Feedback(Record, frozen=True, kw_only=True):
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


class Survey(Record, frozen=True, kw_only=True):
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


class Approval(Record, frozen=True, kw_only=True):
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


class Communication(Record, frozen=True, kw_only=True):
    kind: ClassVar[str] = "communications"
    date: Day | None = None
    channel: str = ""
    from_: tuple[PersonRef, ...] = ()
    to: tuple[PersonRef, ...] = ()
    direction: str = ""
    """in, out or empty."""


class Lesson(Record, frozen=True, kw_only=True):
    kind: ClassVar[str] = "lessons"
    status: str
    """captured, reviewed, adopted or rejected."""
    category: str = ""
    phase: str = ""
    context: str = ""
    effect: str = ""
    recommendation: str = ""
    applied_in: tuple[str, ...] = ()


class TeamPage(Record, frozen=True, kw_only=True):
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


class Lists(Struct, frozen=True, kw_only=True):
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
        return tuple(record for kind in self.__struct_fields__ for record in self.of(kind))
