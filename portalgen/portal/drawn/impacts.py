"""A change's impacts → the figures that are said of it; None is what nobody has said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date as Day
from decimal import Decimal

from msgspec import Struct

from portalgen.money import Money
from portalgen.portal.published import Change, ChangeTotals, Contract, Milestone, Portal, Project, Record


class Figures(Struct, frozen=True):
    """The three impacts of a change."""

    added: int | None
    """Requirements more; None where the impact on scope is not known."""
    removed: int | None
    changed: int | None
    days: int | None
    """The most that any date moves, as the change says; None where that is not known."""
    cost: Money | None

    @property
    def is_known(self) -> bool:
        """Whether all three have been said."""
        return self.added is not None and self.days is not None and self.cost is not None


class Price(Struct, frozen=True):
    """What was agreed at first and what it is with all agreed changes, in one currency."""

    agreed: Money | None
    """None where neither contract nor budget says."""
    added: Money
    now: Money | None
    pending: Money | None
    """What it would be with what still waits; None where nothing does."""


def figures(change: Change) -> Figures:
    """Return what a change does to scope, dates and price."""
    scope, schedule = change.impact.scope, change.impact.schedule
    days: int | None = None
    if schedule is not None:
        moves = [moved for _, moved in schedule.milestones]
        days = schedule.days if schedule.days is not None else max(moves, key=abs) if moves else 0
    return Figures(
        added=len(scope.adds) if scope is not None else None, removed=len(scope.removes) if scope is not None else None,
        changed=len(scope.changes) if scope is not None else None, days=days, cost=change.impact.cost,
    )  # fmt: skip


def moved_before(change: Change, milestone: Record) -> int:
    """Return by how many days a milestone is off its agreed date while the change is not decided; else 0.

    An approved change alone moves a date, so what has moved until then has another cause.
    """
    if not change.derived.pending or not isinstance(milestone, Milestone) or milestone.cancelled_on:
        return 0
    return milestone.derived.slip_days or 0


def prices(portal: Portal, project: Project) -> tuple[Price, ...]:
    """Return the price by currency: agreed, with the agreed changes, and with those that wait."""
    totals: ChangeTotals = project.derived.change_totals
    base = _base(portal, project)
    added = {money.currency: money for money in totals.cost}
    pending = {money.currency: money for money in totals.pending_cost}
    found = []
    for currency in dict.fromkeys([*([base.currency] if base else []), *added, *pending]):
        more = added.get(currency) or _nothing(currency)
        agreed = base if base is not None and base.currency == currency else None
        now = agreed + more if agreed is not None else None
        waits = pending.get(currency)
        found.append(Price(agreed, more, now, (now or more) + waits if waits is not None else None))
    return tuple(found)


def main_milestone(milestones: Iterable[Milestone]) -> Milestone | None:
    """Return the milestone at which the end of a project is read: the last one with an agreed date.

    Cancelled ones aside, and payments and reports too where there is anything else.
    """
    dated = [each for each in milestones if each.baseline is not None and each.derived.state != "cancelled"]
    telling = [each for each in dated if each.type not in ("payment", "reporting")]
    return max(telling or dated, key=lambda each: each.forecast or each.baseline or Day.min, default=None)


class After(Struct, frozen=True):
    """What price and dates are, or would be, with a change and all that was agreed before it."""

    price: Money | None
    """With the agreed price in it where that is known, else what the changes add up to; None where nobody knows."""
    has_base: bool
    days: int | None
    is_open: bool
    """Whether it is not decided, and so would be."""


def totals_after(portal: Portal, project: Project) -> dict[str, After]:
    """Return the running totals by the address of a change; changes that are declined or put off have none."""
    base = _base(portal, project)
    price: dict[str, Decimal] = {}
    days = 0
    found: dict[str, After] = {}
    in_order = sorted(
        agreed(project.lists.changes), key=lambda each: each.decided_on or each.submitted_on or Day.min
    )
    for change in in_order:
        known = figures(change)
        if known.cost is not None:
            price[known.cost.currency] = price.get(known.cost.currency, Decimal(0)) + known.cost.amount
        days += known.days or 0
        found[change.url] = _after(known, base, price, days, is_open=False)
    for change in pending(project.lists.changes):
        known = figures(change)
        with_it = dict(price)
        if known.cost is not None:
            with_it[known.cost.currency] = with_it.get(known.cost.currency, Decimal(0)) + known.cost.amount
        found[change.url] = _after(known, base, with_it, days + (known.days or 0), is_open=True)
    return found


def agreed(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return the changes that hold: approved or carried out."""
    return tuple(each for each in changes if each.status in ("approved", "implemented"))


def pending(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return the changes that are not decided yet."""
    return tuple(each for each in changes if each.derived.pending)


def _after(
    known: Figures, base: Money | None, price: dict[str, Decimal], days: int, *, is_open: bool
) -> After:
    has_base = known.cost is not None and base is not None and base.currency == known.cost.currency
    total = None
    if known.cost is not None:
        amount = price[known.cost.currency] + (base.amount if has_base and base is not None else 0)
        total = Money(amount, known.cost.currency)
    return After(total, has_base, days if known.days is not None else None, is_open)


def _base(portal: Portal, project: Project) -> Money | None:
    if project.budget is not None and project.budget.baseline is not None:
        return project.budget.baseline
    contract: Contract | None = portal.contract
    return contract.value if contract is not None and len(portal.projects) == 1 else None


def _nothing(currency: str) -> Money:
    return Money(Decimal(0), currency)
