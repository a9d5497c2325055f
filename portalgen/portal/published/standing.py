"""How a project stands: health, progress, what waits for the client, what moved, what is new."""

from datetime import date as Day
from decimal import Decimal

from msgspec import Struct

from portalgen.money import Money
from portalgen.portal.published.entries import HistoryEntry
from portalgen.portal.published.parts import PersonRef, Ref
from portalgen.portal.published.records import Milestone, Record


class Health(Struct, frozen=True, kw_only=True):
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


class Progress(Struct, frozen=True, kw_only=True):
    """Weights of requirements; `wont` aside."""

    scope: Decimal = Decimal(0)
    """approved, in_progress, implemented or validated."""
    delivered: Decimal = Decimal(0)
    """implemented or validated."""
    accepted: Decimal = Decimal(0)
    """validated."""
    ratio: float | None = None
    """delivered / scope, 0.0 to 1.0; None where the scope is empty."""


class Budget(Struct, frozen=True, kw_only=True):
    """Published with `show: true` only."""

    baseline: Money | None = None
    spent: Money | None = None


class Target(Struct, frozen=True, kw_only=True):
    baseline: Day | None = None
    forecast: Day | None = None


class Waiting(Struct, frozen=True, kw_only=True):
    """One thing that waits for the client."""

    record: Record
    since: Day | None = None
    """When it was asked; None where nobody wrote it down."""
    due: Day | None = None
    overdue_days: int = 0
    """Days past `due`; 0 where it is not."""
    holds_up: tuple[Ref, ...] = ()
    """What cannot go on before it is answered."""
    is_again: bool = False
    """It is an approval that was given, and what was approved has changed since: see Overtaken."""


class Moved(Struct, frozen=True, kw_only=True):
    """A milestone whose date is not the agreed one, and why."""

    milestone: Milestone
    causes: tuple[Ref, ...] = ()
    """Changes and issues that the milestone names, or that name it; approved changes first."""


class News(Struct, frozen=True, kw_only=True):
    """One thing that happened, by the records' own dates or by history."""

    on: Day
    what: str
    """raised, agreed, accepted, asked, approved, rejected, met, held, decided, …: see portal.news; by history moved,
    added, withdrawn, changed, rated."""
    group: str
    """dates, scope, decided, delivered, risks, or other."""
    ref: Ref
    entries: tuple[HistoryEntry, ...] = ()
    """What history tells of it; empty where a date of the record's own tells it."""
    causes: tuple[Ref, ...] = ()
    """What moved a date, as in StoryDay."""


class ChangeTotals(Struct, frozen=True, kw_only=True):
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
