"""Lists of records → the groups in which their pages show them, and the figures said of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date as Day
from typing import TypeVar

from msgspec import Struct

from portalgen.portal.drawn.matrix import RISK_IS_OVER
from portalgen.portal.published import (
    Action,
    Approval,
    Deliverable,
    Document,
    Feedback,
    Issue,
    Meeting,
    Project,
    Record,
    Ref,
    Risk,
    Survey,
    Waiting,
)

R = TypeVar("R", bound=Record)

ACTION_IS_OVER = frozenset({"done", "cancelled"})
DELIVERABLE_WAITS = frozenset({"submitted", "in_review"})
ISSUE_IS_OVER = frozenset({"resolved", "closed"})


class Mean(Struct, frozen=True):
    """How long answers took."""

    days: float
    answers: int
    """How many it is the mean of; never 0."""

    @property
    def whole_days(self) -> int:
        return round(self.days)


class Side(Struct, frozen=True):
    """The actions of one side."""

    open: tuple[Action, ...]
    over: tuple[Action, ...]
    """Done or cancelled."""
    overdue: int
    response: Mean | None
    """From the day an action was asked for to the day the answer came."""

    def __bool__(self) -> bool:
        return bool(self.open or self.over)


class Chain(Struct, frozen=True):
    """A document and what it took the place of."""

    newest: Document
    older: tuple[Document, ...]
    """Newest first."""


class Shelf(Struct, frozen=True):
    """Documents of one type."""

    type: str
    """As typed; empty for documents without one, and where all stand on one shelf."""
    chains: tuple[Chain, ...]


class Deliverables(Struct, frozen=True):
    waiting: tuple[Deliverable, ...]
    """Submitted or in review: the client's turn."""
    coming: tuple[Deliverable, ...]
    """Planned, in work, or sent back."""
    accepted: tuple[Deliverable, ...]
    """With conditions or without, the newest decision first."""
    with_conditions: int
    sent_back: int
    overdue: int
    next: Deliverable | None
    """The one of `coming` whose day comes first from today on."""


class Meetings(Struct, frozen=True):
    coming: tuple[Meeting, ...]
    """The next one first."""
    past: tuple[Meeting, ...]
    """In the order given: newest first."""
    held: int
    promised: Day | None
    """The day of the next meeting that a past one names, where no planned one does."""


class Year(Struct, frozen=True):
    """Records of one year; the year is None for those without a date."""

    year: int | None
    records: tuple[Record, ...]


class Risks(Struct, frozen=True):
    open: tuple[Risk, ...]
    occurred: tuple[Risk, ...]
    over: tuple[Risk, ...]
    """Closed or rejected."""
    high: tuple[Risk, ...]
    """Of the open ones."""
    high_ready: int
    """High ones that have an owner and a date (target or review)."""
    high_without_owner: int
    high_without_date: int
    medium: int
    low: int
    unrated: int


class Issues(Struct, frozen=True):
    open: tuple[Issue, ...]
    over: tuple[Issue, ...]
    overdue: int
    oldest_days: int | None
    """How long the oldest open one has been open; None where no first day is known."""
    resolution: Mean | None
    """From raised_on to resolved_on."""


class Approvals(Struct, frozen=True):
    waiting: tuple[Approval, ...]
    approved: tuple[Approval, ...]
    """Those with conditions too."""
    other: tuple[Approval, ...]
    """Declined, changes requested, expired, revoked."""


def actions_of(side: str, actions: Iterable[Action]) -> Side:
    """Return the actions of `client` or `provider`."""
    own = [action for action in actions if action.side == side]
    still_open = tuple(action for action in own if action.status not in ACTION_IS_OVER)
    return Side(
        open=still_open,
        over=tuple(action for action in own if action.status in ACTION_IS_OVER),
        overdue=sum(action.derived.overdue for action in still_open),
        response=mean_days((action.requested_on, action.received_on) for action in own),
    )


def mean_days(spans: Iterable[tuple[Day | None, Day | None]]) -> Mean | None:
    """Return how many days lie between first and last on average, of the spans that have both; None without any."""
    days = [
        (last - first).days
        for first, last in spans
        if first is not None and last is not None and last >= first
    ]
    return Mean(sum(days) / len(days), len(days)) if days else None


def shelves(documents: Iterable[Document]) -> tuple[Shelf, ...]:
    """Return version chains by the type of their newest version, in the order given; those without a type last.

    Where most types have one document only, all stand on one shelf: a heading for each would say less than a list.
    """
    chains = version_chains(documents)
    by_type: dict[str, list[Chain]] = {}
    for chain in chains:
        by_type.setdefault(chain.newest.type, []).append(chain)
    if 2 * len(by_type) > len(chains):
        return (Shelf("", chains),) if chains else ()
    return tuple(
        Shelf(word, tuple(chains)) for word, chains in sorted(by_type.items(), key=lambda each: not each[0])
    )


def version_chains(documents: Iterable[Document]) -> tuple[Chain, ...]:
    """Return each document that nothing supersedes, with what it took the place of; every document stands once.

    Where two documents supersede the same one, it stands behind the first; a circle of documents begins at its first.
    """
    all_documents = tuple(documents)
    document_by_id = {document.id: document for document in all_documents}
    replaced = {document.supersedes.id for document in all_documents if document.supersedes}
    heads = [document for document in all_documents if document.id not in replaced]
    shown: set[str] = set()
    chains = []
    # The second pass finds documents that only point at each other.
    for document in (*heads, *all_documents):
        if document.id in shown:
            continue
        chain = []
        at: Document | None = document
        while at is not None and at.id not in shown:
            shown.add(at.id)
            chain.append(at)
            at = document_by_id.get(at.supersedes.id) if at.supersedes else None
        chains.append(Chain(chain[0], tuple(chain[1:])))
    return tuple(chains)


def deliverables(records: Iterable[Deliverable], as_of: Day) -> Deliverables:
    """Return deliverables by whose turn it is."""
    every = tuple(records)
    accepted = [each for each in every if each.status in {"accepted", "conditionally_accepted"}]
    waiting = [each for each in every if each.status in DELIVERABLE_WAITS]
    coming = tuple(each for each in every if each not in accepted and each not in waiting)
    ahead = [each for each in coming if each.due is not None and each.due >= as_of]
    return Deliverables(
        waiting=tuple(sorted(waiting, key=lambda each: each.submitted_on or Day.max)),
        coming=coming,
        accepted=tuple(sorted(accepted, key=lambda each: each.decided_on or Day.min, reverse=True)),
        with_conditions=sum(each.status == "conditionally_accepted" for each in accepted),
        sent_back=sum(each.status == "not_accepted" for each in coming),
        overdue=sum(each.derived.overdue for each in coming),
        next=min(ahead, key=lambda each: each.due or Day.max, default=None),
    )


def meetings(records: Iterable[Meeting], as_of: Day) -> Meetings:
    """Return meetings that are planned for `as_of` or later, the next first, and all others."""
    every = tuple(records)
    coming = [
        each for each in every if each.status == "planned" and each.date is not None and each.date >= as_of
    ]
    past = tuple(each for each in every if each not in coming)
    promised = [
        each.next_meeting_on for each in past if each.next_meeting_on and each.next_meeting_on >= as_of
    ]
    return Meetings(
        coming=tuple(sorted(coming, key=lambda each: (each.date, each.time))),
        past=past,
        held=len(with_status(past, "held", "agreed")),
        promised=min(promised, default=None) if not coming else None,
    )


def years(records: Iterable[Record]) -> tuple[Year, ...]:
    """Return records by the year of their `date`, in the order given; those without a date last."""
    by_year: dict[int | None, list[Record]] = {}
    for record in records:
        day: Day | None = getattr(record, "date", None)
        by_year.setdefault(day.year if day else None, []).append(record)
    return tuple(
        Year(year, tuple(of_year))
        for year, of_year in sorted(by_year.items(), key=lambda each: each[0] is None)
    )


def newest(records: Iterable[R]) -> R | None:
    """Return the record with the latest `date`; None where none has one."""
    dated = [record for record in records if getattr(record, "date", None)]
    return max(dated, key=lambda record: getattr(record, "date", Day.min), default=None)


def with_status(records: Iterable[R], *statuses: str) -> tuple[R, ...]:
    """Return the records in one of `statuses`, in the order given."""
    return tuple(record for record in records if getattr(record, "status", "") in statuses)


def risks(records: Iterable[Risk]) -> Risks:
    """Return risks by whether they can still happen."""
    every = tuple(records)
    still_open = tuple(risk for risk in every if risk.status not in RISK_IS_OVER)
    high = tuple(risk for risk in still_open if risk.derived.level == "high")
    return Risks(
        open=still_open,
        occurred=with_status(every, "occurred"),
        over=with_status(every, "closed", "rejected"),
        high=high,
        high_ready=sum(risk.owner is not None and risk_day(risk) is not None for risk in high),
        high_without_owner=sum(risk.owner is None for risk in high),
        high_without_date=sum(risk_day(risk) is None for risk in high),
        medium=sum(risk.derived.level == "medium" for risk in still_open),
        low=sum(risk.derived.level == "low" for risk in still_open),
        unrated=sum(risk.derived.level == "unrated" for risk in still_open),
    )


def risk_day(risk: Risk) -> Day | None:
    """Return the day by which something is done about a risk, or it is looked at again."""
    return risk.target_date or risk.review_on


def issues(records: Iterable[Issue]) -> Issues:
    """Return issues by whether they are resolved."""
    every = tuple(records)
    still_open = tuple(issue for issue in every if issue.status not in ISSUE_IS_OVER)
    return Issues(
        open=still_open,
        over=tuple(issue for issue in every if issue.status in ISSUE_IS_OVER),
        overdue=sum(issue.derived.overdue for issue in still_open),
        oldest_days=max(
            (issue.derived.age_days for issue in still_open if issue.derived.age_days is not None),
            default=None,
        ),
        resolution=mean_days((issue.raised_on, issue.resolved_on) for issue in every),
    )


def approvals(records: Iterable[Approval]) -> Approvals:
    """Return approvals by what came of them."""
    every = tuple(records)
    return Approvals(
        waiting=with_status(every, "requested"),
        approved=with_status(every, "approved"),
        other=tuple(each for each in every if each.status not in {"requested", "approved"}),
    )


def unanswered(records: Iterable[Feedback]) -> tuple[Feedback, ...]:
    """Return feedback that nobody has answered or closed."""
    return with_status((each for each in records if not each.answered_on), "new", "acknowledged")


def answer_time(records: Iterable[Feedback]) -> Mean | None:
    """Return how long answers to feedback took."""
    return mean_days((each.date, each.answered_on) for each in records)


def has_figures(survey: Survey) -> bool:
    """Return whether more than the number of answers is known of a survey."""
    derived = survey.derived
    return derived.mean is not None or derived.csat is not None or derived.nps is not None


def waiting_by_id(areas: Iterable[Project]) -> dict[str, Waiting]:
    """Return what waits for the client by record id; what an approval is asked for stands under its own id too."""
    found: dict[str, Waiting] = {}
    for area in areas:
        for waiting in (*area.derived.needs_you, *area.derived.waiting_for_approval):
            found[waiting.record.id] = waiting
            for subject in waiting.record.subject if isinstance(waiting.record, Approval) else ():
                found.setdefault(subject.id, waiting)
    return found


def waiting_among(records: Iterable[R], waiting: Mapping[str, Waiting]) -> tuple[R, ...]:
    """Return those of `records` that wait for the client, by `waiting_by_id`."""
    return tuple(record for record in records if record.id in waiting)


def as_title(words: str) -> str:
    """Return words as typed, with a capital at the beginning."""
    return words[:1].upper() + words[1:]


def related(record: Record, kind: str) -> tuple[Ref, ...]:
    """Return the records of a kind that this one links to, then those that name it; each once."""
    linked = [ref for refs in record.links.values() for ref in refs if ref.kind == kind]
    return tuple(dict.fromkeys((*linked, *named_by(record, kind))))


def born_in(meeting: Meeting, kind: str) -> tuple[Ref, ...]:
    """Return the decisions or actions that stand in a meeting, then those that name it; each once."""
    inside: tuple[Ref, ...] = getattr(meeting, kind)
    return tuple(dict.fromkeys((*inside, *named_by(meeting, kind))))


def asked_of(record: Record, records: Mapping[str, Record]) -> tuple[Ref, ...]:
    """Return the approvals that are requested for a record; `records` are all published ones by address."""
    return tuple(
        ref
        for ref in named_by(record, "approvals", "subject")
        if getattr(records[ref.url], "status", "") == "requested"
    )


def named_by(record: Record, kind: str, link: str = "") -> tuple[Ref, ...]:
    """Return the records of a kind that name this one, by a field or link type or by any; each once."""
    return tuple(
        dict.fromkeys(
            back.ref
            for back in record.derived.links_in
            if back.ref.kind == kind and (not link or back.type == link)
        )
    )
