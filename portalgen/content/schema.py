"""What an author may write: one pydantic model a kind, each field with the sentence that editors and the docs show.

A field that is not here is refused. `expected` fields are warned about where they are missing; `internal` ones never
leave the team (what leaves is named in portal.published, and nowhere else).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from portalgen.content.values import (
    Amount,
    AnyIds,
    Body,
    ChangeIds,
    Colour,
    Currency,
    Day,
    DeliverableId,
    DeliverableIds,
    DocumentId,
    DocumentIds,
    FileName,
    FileNames,
    Flag,
    Id,
    Label,
    Labels,
    Length,
    Mail,
    Marker,
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
)  # fmt: skip

Visibility = Literal["client", "internal"]
HealthWord = Literal["on_track", "at_risk", "off_track", "on_hold", "complete"]


def say(
    description: str,
    *,
    expected: bool = False,
    internal: bool = False,
    default: Any = None,
    alias: str | None = None,
) -> Any:
    """Return a field that may be left out, with the sentence that explains it to an author."""
    extra = {name: True for name, is_so in (("expected", expected), ("internal", internal)) if is_so}
    return Field(default=default, description=description, alias=alias, json_schema_extra=extra or None)  # type: ignore[arg-type]


def must(description: str) -> Any:
    """Return a field that may not be left out."""
    return Field(description=description)


def _text_as(key: str) -> BeforeValidator:
    """A plain text in place of a mapping stands for one of its keys."""
    return BeforeValidator(lambda value: {key: value} if isinstance(value, str) else value)


class Strict(BaseModel):
    """A mapping of which every key is known."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False, hide_input_in_errors=True)


class Row(Strict):
    """A row of a list, which may stay with the team."""

    visibility: Visibility | None = say(
        "client or internal; an internal row stays with the team", internal=True
    )
    internal: Any = say("The team's own notes on this row", internal=True)


class Links(Strict):
    """Records that this one is linked to, by what the link means."""

    related: AnyIds = say("Linked, without saying how", default=[])
    depends_on: AnyIds = say("What has to be there first", default=[])
    blocks: AnyIds = say("What cannot go on before this is done", default=[])
    raised_in: AnyIds = say("The meeting or record it came up in", default=[])
    resulted_in: AnyIds = say("What came of it", default=[])
    affects: AnyIds = say("What it touches", default=[])
    supersedes: AnyIds = say("What it takes the place of", default=[])
    duplicates: AnyIds = say("What says the same", default=[])
    mitigates: AnyIds = say("The risk it makes smaller", default=[])
    evidenced_by: AnyIds = say("What proves it", default=[])


def _links(value: Any) -> Any:
    return {"related": value} if isinstance(value, (str, list)) else value


class Record(Strict):
    """What every record may have."""

    id: Id | None = say("Letters, digits, . _ -; unique in the client. Without it the file's name is the id")
    title: Text | None = say("What the record is called on the site")
    client_title: Label | None = say("Shown to the client in place of title")
    client_summary: Annotated[str, Marker("summary")] | None = say(
        "Shown to the client in place of the body and every other prose field"
    )
    visibility: Visibility | None = say("client or internal; without it the kind's default", internal=True)
    internal: Any = say("The team's own notes: never leaves the team", internal=True)
    owner: PersonName | None = say("Who sees to it: a key of people.yaml, or a plain name")
    tags: Labels = say("The team's own words to sort by", internal=True, default=[])
    links: Annotated[Links, BeforeValidator(_links)] | None = say("Ids, or link types with ids")
    source: Label | None = say(
        "Where it came from: an id or a text; published only where it is a published record's id"
    )
    body: Body | None = say("Markdown")


class Criterion(Row):
    criterion: Text = must("What has to be so")
    met: Flag | None = say("yes or no; leave it out where nobody has looked")
    note: Text | None = say("How it was seen, or what is missing")


Criteria = Annotated[
    list[Annotated[Criterion, _text_as("criterion")]],
    BeforeValidator(lambda value: value if isinstance(value, list) else [value]),
]


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
    scope: Annotated[ScopeImpact, BeforeValidator(_scope)] | None = say(
        "adds, changes, removes: ids of requirements; none where it touches none"
    )
    schedule: Annotated[ScheduleImpact, BeforeValidator(_schedule)] | None = say(
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
    decisions: Annotated[list[Decision], BeforeValidator(_titles)] = say(
        "Decisions taken in it: each a record or just its text", default=[]
    )
    actions: Annotated[list[Action], BeforeValidator(_titles)] = say(
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


class Period(Strict):
    from_: Day | None = say("The first day", alias="from")
    to: Day | None = say("The last day")


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
    health: Annotated[ReportHealth, _text_as("overall")] | None = say(
        "A word, or one each for overall, schedule, scope, cost, quality, risk", expected=True
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


class Person(Strict):
    key: Label | None = say("In a list: the key by which records name the person")
    name: Label = must("The name as the site shows it")
    organisation: Label | None = say("Whom the person works for")
    side: Literal["client", "provider"] | None = say(
        "client or provider; in _shared provider, elsewhere client"
    )
    role: Label | None = say("What the person is in the project")
    responsibilities: Points = say("What to ask the person for", default=[])
    email: Mail | None = say("Mail address")
    phone: Label | None = say("Telephone number")
    availability: Label | None = say("When the person can be reached")
    left_on: Day | None = say("The day the person left the project")
    interest: Text | None = say("For the team alone", internal=True)
    influence: Text | None = say("For the team alone", internal=True)
    attitude: Text | None = say("For the team alone", internal=True)
    visibility: Visibility | None = say("internal: no page names the person", internal=True)
    internal: Any = say("The team's own notes on the person", internal=True)


class Brand(Strict):
    colour: Colour | None = say("'#rrggbb'; made darker or lighter until it can be read")
    logo: FileName | None = say("An SVG or PNG beside client.yaml")


class FeedbackWays(Strict):
    email: Mail | None = say("Where a client writes to")
    form: WebAddress | None = say("Where a client fills in a form")


class Cadence(Strict):
    report: Length | None = say("How often a status report was promised: 7d")
    meeting: Length | None = say("How often we meet: 14d")
    answer: Length | None = say("How soon we answer: 2d")


class Client(Strict):
    name: Label = must("The client's name as the site shows it")
    legal_name: Label | None = say("The name in the contract")
    locale: Label = say("Language and country: en, en-GB, zh-CN", default="en")
    timezone: Label = say("Of the client, as in Europe/Amsterdam", default="UTC")
    url: WebAddress | None = say("Where the site will stand")
    currency: Currency | None = say("Of amounts without one")
    lead: PersonName | None = say("Whom the client asks first")
    brand: Brand | None = say("colour and logo")
    feedback: FeedbackWays | None = say("email and form for feedback")
    since: Day | None = say("Client since", internal=True)
    status: Literal["prospect", "active", "dormant", "closed"] | None = say(
        "Where the relation stands", internal=True
    )
    theme: Label | None = say("The theme of this client's site", internal=True)
    preferences: Any = say("What the team should know of the client's ways", internal=True)
    cadence: Cadence | None = say("report, meeting, answer: what was promised", internal=True)
    visibility: dict[str, Visibility] = say(
        "A default for kinds: {risks: internal}", internal=True, default={}
    )
    internal: Any = say("The team's own notes", internal=True)


class Target(Strict):
    baseline: Day | None = say("The end that was agreed")
    forecast: Day | None = say("The end that is expected now")


class Budget(Strict):
    baseline: Amount | None = say("What was agreed")
    spent: Amount | None = say("What has been spent")
    show: Flag = say("Whether the client sees it", default=False, internal=True)


class Project(Strict):
    name: Label = must("The project's name as the site shows it")
    code: Label | None = say("A short sign for it")
    phase: Literal["initiating", "planning", "executing", "closing"] | None = say("PM² phase")
    status: Literal["proposed", "active", "on_hold", "closing", "closed", "cancelled"] = say(
        "Where it stands", default="active"
    )
    manager: PersonName | None = say("Who leads it")
    steering: People = say("Who steers it", default=[])
    escalation: People = say("Whom to go to, first to last", default=[])
    objectives: Points = say("What it is for", default=[])
    scope_in: Points = say("What belongs to it", default=[])
    scope_out: Points = say("What does not", default=[])
    success_criteria: Points = say("How we will know that it worked", default=[])
    start: Day | None = say("Its first day")
    target: Target | None = say("Its last day: baseline and forecast")
    currency: Currency | None = say("Of amounts without one")
    budget: Budget | None = say("baseline, spent; published with show: true only")
    order: Whole | None = say("Its place among projects of equal health")
    visibility: Visibility | None = say("internal: nothing of the project leaves the team", internal=True)
    internal: Any = say("The team's own notes", internal=True)


class Obligation(Row):
    party: Literal["client", "provider"] = must("Whose obligation it is")
    text: Label = must("What has to be done")
    due: Day | None = say("By when")
    status: Literal["open", "done", "waived"] = say("Where it stands", default="open")


class Payment(Row):
    title: Label = must("What is paid")
    milestone: MilestoneId | None = say("The milestone it is due with")
    amount: Amount | None = say("How much")
    due: Day | None = say("By when")
    paid_on: Day | None = say("The day it was paid")


class Amendment(Row):
    id: Id | None = say("Its number")
    date: Day | None = say("Its day")
    description: Label | None = say("What it changes")
    rationale: Label | None = say("Why")
    changes: ChangeIds = say("The changes it puts into the contract", default=[])
    signed_on: Day | None = say("The day it was signed")
    status: Literal["draft", "signed"] | None = say(
        "signed with signed_on, else draft; a draft stays with the team"
    )


class Contract(Strict):
    title: Label | None = say("What it is called")
    number: Label | None = say("Its number")
    status: Literal["pending", "active", "terminated", "cancelled"] = say(
        "A pending contract stays with the team", default="active"
    )
    signed_on: Day | None = say("The day it was signed")
    period: Period | None = say("from and to")
    notice_by: Day | None = say("The last day to give notice")
    value: Amount | None = say("What was agreed")
    terms: Text | None = say("The terms in short")
    obligations: list[Obligation] = say("Who owes what", default=[])
    payments: list[Payment] = say("What is paid when", default=[])
    documents: DocumentIds = say("Documents of the contract", default=[])
    amendments: list[Amendment] = say("What was changed since", default=[])
    visibility: Visibility | None = say("internal: nothing of the contract leaves the team", internal=True)
    internal: Any = say("The team's own notes", internal=True)


class Responsibility(Row):
    activity: Label = must("What is done")
    responsible: People = must("Who does it: exactly one")
    accountable: People = must("Who answers for it: exactly one")
    supports: People = say("Who helps", default=[])
    consulted: People = say("Who is asked", default=[])
    informed: People = say("Who is told", default=[])


class CommunicationRow(Row):
    audience: Label = must("For whom")
    content: Label = must("What about")
    format: Label | None = say("In what form")
    frequency: Label | None = say("How often")
    medium: Label | None = say("By what way")
    responsible: PersonName | None = say("Who does it")


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
SINGLE: dict[str, type[Strict]] = {"client": Client, "project": Project, "contract": Contract}
"""Files that hold one mapping: client.yaml, project.yaml, contract.yaml."""
ROWS: dict[str, type[Strict]] = {"responsibilities": Responsibility, "communication-plan": CommunicationRow}
"""Files that hold a list of rows."""
