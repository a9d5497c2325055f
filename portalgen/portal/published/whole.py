"""A project and a client's whole portal: what pages, data.json, feeds and indexes are made from."""

from datetime import date as Day

from msgspec import Struct

from portalgen.portal.published.entries import HistoryEntry
from portalgen.portal.published.parts import PersonRef
from portalgen.portal.published.records import Lists, Milestone, Report
from portalgen.portal.published.singles import Client, CommunicationRow, Contract, Person, Responsibility
from portalgen.portal.published.standing import (
    Budget,
    ChangeTotals,
    Health,
    Moved,
    News,
    Progress,
    Target,
    Waiting,
)
from portalgen.portal.published.told import Retold


class ProjectDerived(Struct, frozen=True, kw_only=True):
    """What is reckoned of a project from what is published of it."""

    health: Health = Health()
    progress: Progress = Progress()
    next_milestone: Milestone | None = None
    needs_you: tuple[Waiting, ...] = ()
    """Open actions of the client's side, oldest first."""
    waiting_for_approval: tuple[Waiting, ...] = ()
    """Changes, approvals and deliverables that the client decides on, and approvals that were overtaken by an edit;
    oldest first."""
    moved: tuple[Moved, ...] = ()
    """In the order of the timeline."""
    news: tuple[News, ...] = ()
    """Newest first; nothing after the day."""
    change_totals: ChangeTotals = ChangeTotals()
    last_report: Report | None = None
    retold: Retold = Retold()
    """What history makes of it."""


class Project(Struct, frozen=True, kw_only=True):
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


class Portal(Struct, frozen=True, kw_only=True):
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
