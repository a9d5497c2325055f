"""What an author may write once a client: the client itself, projects, people, the contract, who does what."""

from typing import Any, Literal

from portalgen.content.schema.fields import Strict, must, say
from portalgen.content.schema.parts import Period, Row, Target, Visibility
from portalgen.content.values import (
    Amount,
    ChangeIds,
    Colour,
    Currency,
    Day,
    DocumentIds,
    FileName,
    Flag,
    Id,
    Label,
    Length,
    Mail,
    MilestoneId,
    People,
    PersonName,
    Points,
    Text,
    WebAddress,
    Whole,
)


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


SINGLE: dict[str, type[Strict]] = {"client": Client, "project": Project, "contract": Contract}
"""Files that hold one mapping: client.yaml, project.yaml, contract.yaml."""


ROWS: dict[str, type[Strict]] = {"responsibilities": Responsibility, "communication-plan": CommunicationRow}
"""Files that hold a list of rows."""
