"""What an author may write in a record: one model a kind."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from portalgen.content.reading import Before
from portalgen.content.schema.fields import Strict, must, say, text_as
from portalgen.content.schema.parts import Criteria, HealthWord, Period, Record, Row
from portalgen.content.values import (
    Amount,
    AnyIds,
    Day,
    DeliverableId,
    DeliverableIds,
    DocumentId,
    FileName,
    FileNames,
    Flag,
    Label,
    Length,
    MilestoneId,
    MilestoneIds,
    OneToFive,
    People,
    PersonName,
    Points,
    RequirementId,
    RequirementIds,
    Score,
    SignedLength,
    Text,
    Time,
    WebAddress,
    Weight,
    Whole,
)


class Requirement(Record):
    status: Literal[
        "proposed", "approved", "in_progress", "implemented", "validated", "rejected", "deferred", "withdrawn"
    ] = say("How far it has come", default="proposed")
    statement: Text | None = say("What is required, in one sentence")
    rationale: Text | None = say("Why it is wanted")
    type: Literal["functional", "quality", "constraint", "business"] | None = say(
        "What sort of requirement it is"
    )
    priority: Literal["must", "should", "could", "wont"] | None = say(
        "MoSCoW: must, should, could, or wont for this time", expected=True
    )
    requested_by: PersonName | None = say("Who asked for it")
    raised_on: Day | None = say("The day it came up")
    acceptance: Criteria = say("How we will know: texts, or {criterion, met, note}", default=[])
    verification: Text | None = say("How it is tested")
    weight: Weight = say("Its share of the scope, above 0", default=Decimal(1))
    milestone: MilestoneId | None = say("The milestone it is due with")
    deliverable: DeliverableId | None = say("The deliverable it is part of")
    parent: RequirementId | None = say("The requirement it is part of")
    approved_on: Day | None = say("The day it was agreed")
    validated_on: Day | None = say("The day the client accepted it")
    estimate: Length | None = say("How long it takes, for the team alone", internal=True)
    difficulty: Text | None = say("What makes it hard, for the team alone", internal=True)


class ScopeImpact(Strict):
    adds: RequirementIds = say("Requirements that come in", default=[])
    changes: RequirementIds = say("Requirements that become different", default=[])
    removes: RequirementIds = say("Requirements that go", default=[])


class ScheduleImpact(Strict):
    days: SignedLength | None = say("What it does to the end of the project")
    milestones: dict[MilestoneId, SignedLength] = say("What it does to each milestone", default={})


def _schedule(value: Any) -> Any:
    return {"milestones": value} if isinstance(value, dict) else {"days": value}


def _scope(value: Any) -> Any:
    return {} if isinstance(value, str) and value.strip().lower() == "none" else value


class Impact(Strict):
    scope: Annotated[ScopeImpact, Before(_scope)] | None = say(
        "adds, changes, removes: ids of requirements; none where it touches none"
    )
    schedule: Annotated[ScheduleImpact, Before(_schedule)] | None = say(
        "A length such as +10d, or one for each milestone: {MS-2: +10d}"
    )
    cost: Amount | None = say("What it costs; below zero is saved; 0 where it costs nothing")
    quality: Text | None = say("What it does to quality")
    risk: Text | None = say("What it does to risks")


class Change(Record):
    status: Literal[
        "submitted",
        "assessing",
        "waiting_for_approval",
        "approved",
        "rejected",
        "postponed",
        "merged",
        "implemented",
    ] = say("Where the decision stands", default="submitted")
    category: Text | None = say("What sort of change it is")
    requested_by: PersonName | None = say("Who asked for it")
    submitted_on: Day | None = say("The day it was asked for", expected=True)
    reason: Text | None = say("Why it is wanted")
    if_not_done: Text | None = say("What happens without it")
    impact: Impact | None = say("Its effect on scope, schedule, cost, quality and risk")
    decided_by: PersonName | None = say("Who decided")
    decided_on: Day | None = say("The day it was decided")
    decision_note: Text | None = say("What was said with the decision")
    implemented_on: Day | None = say("The day it was done")


class Milestone(Record):
    type: Literal["approval", "delivery", "reporting", "payment", "other"] | None = say(
        "What sort of milestone it is"
    )
    baseline: Day | None = say("The day that was agreed", expected=True)
    forecast: Day | None = say("The day it is expected now; without it the baseline")
    met_on: Day | None = say("The day it was reached")
    cancelled_on: Day | None = say("The day it was given up")
    value: Amount | None = say("What is paid with it")
    depends_on: MilestoneIds = say("Milestones that come first", default=[])
    deliverables: DeliverableIds = say("What is handed over with it", default=[])
    acceptance: Criteria = say("How we will know that it is reached", default=[])
    confidence: Text | None = say("How sure the team is, for the team alone", internal=True)


class Deliverable(Record):
    status: Literal[
        "planned",
        "in_progress",
        "submitted",
        "in_review",
        "accepted",
        "conditionally_accepted",
        "not_accepted",
    ] = say(
        "How far it has come; before submitted the client sees title, status and due alone", default="planned"
    )
    milestone: MilestoneId | None = say("The milestone it is due with")
    due: Day | None = say("The day it is due")
    version: Label | None = say("Its version")
    files: FileNames = say("Files beside this one, or from the client's folder with a / in front", default=[])
    criteria: Points = say("What it is judged by", default=[])
    reviewer: PersonName | None = say("Who looks at it")
    acceptor: PersonName | None = say("Who accepts it")
    submitted_on: Day | None = say("The day it was handed over")
    decided_on: Day | None = say("The day it was accepted or not")
    conditions: Text | None = say("What is still to be done where it was accepted with conditions")


class Decision(Record):
    status: Literal["decided", "superseded", "revoked", "proposed"] = say(
        "Whether it holds", default="decided"
    )
    date: Day | None = say("The day it was taken", expected=True)
    decided_by: People = say("Who took it", default=[])
    options: Points = say("What else was weighed", default=[])
    consequences: Text | None = say("What follows from it")
    applies_from: Day | None = say("The day from which it holds")


class Action(Record):
    status: Literal["open", "in_progress", "done", "blocked", "cancelled"] = say(
        "How far it has come", default="open"
    )
    side: Literal["client", "provider"] | None = say(
        "Whose turn it is; without it the owner's side, else provider"
    )
    owner: PersonName | None = say("Who does it: a key of people.yaml, or a plain name", expected=True)
    due: Day | None = say("The day it is due")
    requested_on: Day | None = say("The day it was asked for")
    received_on: Day | None = say("The day the answer came")
    type: Literal["feedback", "information", "resource", "material", "approval", "other"] | None = say(
        "What is asked for"
    )
    blocks: AnyIds = say("What cannot go on before this is done", default=[])


def _titles(value: Any) -> Any:
    rows = value if isinstance(value, list) else [value]
    return [{"title": row} if isinstance(row, str) else row for row in rows]


class Meeting(Record):
    status: Literal["planned", "held", "agreed", "cancelled"] | None = say(
        "Without it planned or held, by its date"
    )
    date: Day | None = say("The day; without it the file name's", expected=True)
    time: Time | None = say("10:00 or 10:00–11:30, in the client's time zone")
    type: (
        Literal["kickoff", "steering", "status", "workshop", "interview", "review", "event", "other"] | None
    ) = say("What sort of meeting it is")
    place: Text | None = say("Where it is held")
    attendees: People = say("Who was or will be there", default=[])
    apologies: People = say("Who could not come", default=[])
    agenda: Points = say("What is spoken about", default=[])
    next_meeting: Label | None = say("The day or the id of the next one")
    decisions: Annotated[list[Decision], Before(_titles)] = say(
        "Decisions taken in it: each a record or just its text", default=[]
    )
    actions: Annotated[list[Action], Before(_titles)] = say(
        "Actions agreed in it: each a record or just its text", default=[]
    )


class Rating(Strict):
    likelihood: OneToFive | None = say("1 (rare) to 5 (almost certain)")
    impact: OneToFive | None = say("1 (slight) to 5 (severe)")


class Risk(Record):
    status: Literal["proposed", "assessing", "approved", "closed", "rejected", "occurred"] = say(
        "Where it stands", default="proposed"
    )
    category: Text | None = say("What sort of risk it is; also assumption, dependency")
    cause: Text | None = say("What it comes from")
    event: Text | None = say("What may happen")
    effect: Text | None = say("What that would do")
    identified_on: Day | None = say("The day it was seen")
    likelihood: OneToFive | None = say("1 (rare) to 5 (almost certain)", expected=True)
    impact: OneToFive | None = say("1 (slight) to 5 (severe)", expected=True)
    residual: Rating | None = say("What is left after the response: likelihood and impact")
    response: Literal["avoid", "reduce", "accept", "share", "exploit", "enhance"] | None = say(
        "What is done about it"
    )
    action: Text | None = say("How that is done")
    review_on: Day | None = say("The day it is looked at again")
    target_date: Day | None = say("The day by which the response works")
    escalated: Flag = say("Whether the steering has been told", default=False)


class Issue(Record):
    status: Literal["open", "postponed", "resolved", "closed"] = say("Where it stands", default="open")
    category: Text | None = say("What sort of issue it is")
    raised_by: PersonName | None = say("Who raised it")
    raised_on: Day | None = say("The day it was raised", expected=True)
    urgency: OneToFive | None = say("1 (can wait) to 5 (at once)")
    impact: OneToFive | None = say("1 (slight) to 5 (severe)")
    size: OneToFive | None = say("1 (small) to 5 (large)")
    resolution: Text | None = say("How it was or will be solved")
    resolved_on: Day | None = say("The day it was solved")
    target_date: Day | None = say("The day by which it is to be solved")
    escalated: Flag = say("Whether the steering has been told", default=False)


class ReportHealth(Strict):
    overall: HealthWord | None = say("How the project stands")
    schedule: HealthWord | None = say("Dates")
    scope: HealthWord | None = say("Scope")
    cost: HealthWord | None = say("Money")
    quality: HealthWord | None = say("Quality")
    risk: HealthWord | None = say("Risks")


class Report(Record):
    status: Literal["published"] = say(
        "A report is published; it is corrected by a newer one that supersedes it", default="published"
    )
    date: Day | None = say("The day; without it the file name's (a week's is its Sunday)", expected=True)
    period: Period | None = say("The days it speaks of")
    health: Annotated[ReportHealth, text_as("overall")] | None = say(
        "on_track, at_risk, off_track, on_hold or complete; or one each for overall, schedule, scope, cost, quality "
        "and risk",
        expected=True,
    )
    achieved: Points = say("What was done", default=[])
    next: Points = say("What comes next", default=[])
    decisions_needed: Points = say("What has to be decided", default=[])
    author: PersonName | None = say("Who says so")


class Document(Record):
    status: Literal["issued", "superseded", "draft"] = say("A draft stays with the team", default="issued")
    type: Label | None = say("What sort of document it is")
    version: Label | None = say("Its version")
    date: Day | None = say("The day of this version")
    language: Label | None = say("Its language")
    file: FileName | None = say("A file beside this one, or from the client's folder with a / in front")
    url: WebAddress | None = say("Where it stands, if it is no file of ours")
    supersedes: DocumentId | None = say("The version it takes the place of")


class Feedback(Record):
    status: Literal["new", "acknowledged", "answered", "closed"] = say(
        "Whether it was answered", default="new"
    )
    date: Day | None = say("The day it was said", expected=True)
    channel: Literal["meeting", "mail", "form", "call", "survey"] | None = say("How it came")
    type: Literal["praise", "complaint", "idea", "question"] | None = say("What sort of feedback it is")
    answer: Text | None = say("What we answered")
    answered_on: Day | None = say("The day we answered")
    resulted_in: AnyIds = say("What came of it", default=[])
    from_: PersonName | None = say("Who said it, for the team alone", internal=True, alias="from")


class Response(Row):
    from_: PersonName | None = say("Who answered, for the team alone", internal=True, alias="from")
    date: Day | None = say("The day", internal=True)
    score: Score | None = say("The answer as a number", internal=True)
    comment: Text | None = say("What they wrote, for the team alone", internal=True)


class Survey(Record):
    status: Literal["open", "closed"] | None = say("open; closed once it has a closed_on")
    type: Literal["csat", "nps", "ces", "custom"] | None = say("What is measured")
    question: Text | None = say("What was asked")
    scale: Label | None = say("What the answers go from and to")
    opened_on: Day | None = say("The day it was sent", expected=True)
    closed_on: Day | None = say("The day it was closed")
    responses: list[Response] = say(
        "The answers; the client sees their totals alone", internal=True, default=[]
    )


class Approval(Record):
    status: Literal["requested", "approved", "changes_requested", "declined", "expired", "revoked"] = say(
        "Where it stands", default="requested"
    )
    subject: AnyIds = must("The id or ids of what is approved")
    requested_on: Day | None = say("The day it was asked for")
    decided_by: PersonName | None = say("Who decided")
    decided_on: Day | None = say("The day it was decided")
    role: Label | None = say("In what role")
    channel: Literal["mail", "meeting", "signature", "form", "pull_request"] | None = say("How it was said")
    evidence: Label | None = say(
        "The file or text that proves it; the site gives a file's sha256 alone", internal=True
    )
    content_hash: Label | None = say("The sha256 of what was approved, where it is kept")
    conditions: Text | None = say("Under which conditions")


class Communication(Record):
    date: Day | None = say("The day", expected=True)
    channel: Label | None = say("call, mail …")
    from_: People = say("Who called or wrote", default=[], alias="from")
    to: People = say("To whom", default=[])
    direction: Literal["in", "out"] | None = say("in from the client, out to the client")


class Lesson(Record):
    status: Literal["captured", "reviewed", "adopted", "rejected"] = say(
        "Where it stands", default="captured"
    )
    category: Text | None = say("What it is about")
    phase: Text | None = say("When it was learnt")
    context: Text | None = say("What happened")
    effect: Text | None = say("What that did")
    recommendation: Text | None = say("What to do next time")
    applied_in: Points = say("Where it was taken up: ids or words", default=[])


class Page(Record):
    order: Whole | None = say("Its place in the menu")
    menu: Flag = say("Whether the menu names it", default=True)


RECORDS: dict[str, type[Record]] = {
    "requirements": Requirement,
    "changes": Change,
    "milestones": Milestone,
    "deliverables": Deliverable,
    "meetings": Meeting,
    "decisions": Decision,
    "actions": Action,
    "risks": Risk,
    "issues": Issue,
    "reports": Report,
    "documents": Document,
    "feedback": Feedback,
    "surveys": Survey,
    "approvals": Approval,
    "communications": Communication,
    "lessons": Lesson,
    "pages": Page,
}
