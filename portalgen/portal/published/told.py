"""What history tells: each change of what the client sees, and what follows from all of them."""

from collections.abc import Mapping
from datetime import date as Day
from decimal import Decimal

from msgspec import Struct, field

from portalgen.portal.published.entries import HistoryEntry
from portalgen.portal.published.parts import Ref
from portalgen.portal.published.standing import Progress


class StoryDay(Struct, frozen=True, kw_only=True):
    """What changed in a record on one day."""

    on: Day
    entries: tuple[HistoryEntry, ...]
    """In the order in which they happened."""
    causes: tuple[Ref, ...] = ()
    """Where a date moved: the changes and issues that the record is linked with and that were agreed or raised since
    its last move. Empty where none is known; nothing is guessed."""


class TrendPoint(Struct, frozen=True, kw_only=True):
    """Which day was expected, from the day on which that was said."""

    said: Day
    expected: Day
    is_start: bool = False
    """Whether the milestone came into sight, for the first time or again: no line leads here."""


class MilestoneTrend(Struct, frozen=True, kw_only=True):
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


class ScopePoint(Struct, frozen=True, kw_only=True):
    """Weights of requirements from a day on; they stay until the next point."""

    on: Day
    scope: Decimal
    delivered: Decimal
    accepted: Decimal


class Volatility(Struct, frozen=True, kw_only=True):
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


class ResponseTimes(Struct, frozen=True, kw_only=True):
    """How long answers took, in days."""

    what: str
    """feedback, changes, approvals, actions_client or actions_provider."""
    answered: int
    waiting: int
    median: float
    longest: int


class RiskStep(Struct, frozen=True, kw_only=True):
    """A risk's level from a day on."""

    on: Day
    score: int | None
    level: str


class RiskTrend(Struct, frozen=True, kw_only=True):
    ref: Ref
    steps: tuple[RiskStep, ...]
    """Oldest first."""


class RiskPoint(Struct, frozen=True, kw_only=True):
    """Open risks by level from a day on."""

    on: Day
    high: int = 0
    medium: int = 0
    low: int = 0
    unrated: int = 0


class HealthPoint(Struct, frozen=True, kw_only=True):
    """What a report said of the project's health."""

    on: Day
    word: str
    report: Ref


class Overtaken(Struct, frozen=True, kw_only=True):
    """An approval whose subject is not what was approved any more: to be confirmed again."""

    approval: Ref
    changed: tuple[HistoryEntry, ...] = ()
    """What changed in its subjects after the day of the decision, oldest first."""
    by_hash: tuple[Ref, ...] = ()
    """Subjects whose hash is not the approval's `content_hash`; then what changed may not be known."""


class MilestoneThen(Struct, frozen=True, kw_only=True):
    """A milestone as it stood on a day."""

    ref: Ref
    baseline: Day | None
    forecast: Day | None
    state: str
    slip_days: int | None


class Figures(Struct, frozen=True, kw_only=True):
    """How things stood at the end of a report's own day."""

    progress: Progress
    milestones: tuple[MilestoneThen, ...]
    """Those that were shown then and are today, in the order of the dates that counted then."""


class Retold(Struct, frozen=True, kw_only=True):
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
