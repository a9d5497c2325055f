"""A contract → what each side owes, and what is paid."""

from __future__ import annotations

from datetime import date as Day

from msgspec import Struct

from portalgen.money import Money
from portalgen.portal.published import Contract, Obligation, Payment


class Total(Struct, frozen=True):
    """Payments in one currency."""

    agreed: Money
    paid: Money
    to_pay: Money


class Payments(Struct, frozen=True):
    totals: tuple[Total, ...]
    """By currency."""
    paid: int
    late: int
    """Past their day and not recorded as paid."""
    next: Payment | None
    """The unpaid one with the earliest day from today on."""


class Obligations(Struct, frozen=True):
    """What one side owes the other."""

    open: tuple[Obligation, ...]
    """By due day, those without one last."""
    over: tuple[Obligation, ...]
    """Done or waived, as the contract lists them."""
    late: int

    def __bool__(self) -> bool:
        return bool(self.open or self.over)


def payments(contract: Contract, as_of: Day) -> Payments:
    """Return what is paid and what is to be paid, by currency."""
    agreed: dict[str, Money] = {}
    paid: dict[str, Money] = {}
    for payment in contract.payments:
        if payment.amount is None:
            continue
        currency = payment.amount.currency
        nothing = Money(payment.amount.amount * 0, currency)
        agreed[currency] = agreed.get(currency, nothing) + payment.amount
        is_paid = payment_state(payment, as_of) == "paid"
        paid[currency] = paid.get(currency, nothing) + (payment.amount if is_paid else nothing)
    states = [payment_state(payment, as_of) for payment in contract.payments]
    to_come = [payment for payment in contract.payments if payment_state(payment, as_of) == "due"]
    return Payments(
        totals=tuple(
            Total(
                agreed[currency],
                paid[currency],
                Money(agreed[currency].amount - paid[currency].amount, currency),
            )
            for currency in sorted(agreed)
        ),
        paid=states.count("paid"),
        late=states.count("late"),
        next=min(to_come, key=lambda payment: payment.due or Day.max, default=None),
    )


def payment_state(payment: Payment, as_of: Day) -> str:
    """Return paid, late (its day is past and nobody recorded it as paid), due, or undated."""
    if payment.paid_on is not None and payment.paid_on <= as_of:
        return "paid"
    if payment.due is None:
        return "undated"
    return "late" if payment.due < as_of else "due"


def obligations_of(party: str, contract: Contract, as_of: Day) -> Obligations:
    """Return what `client` or `provider` has promised in the contract."""
    own = [each for each in contract.obligations if each.party == party]
    still_open = sorted((each for each in own if each.status == "open"), key=lambda each: each.due or Day.max)
    return Obligations(
        open=tuple(still_open),
        over=tuple(each for each in own if each.status != "open"),
        late=sum(is_late(each.due, as_of) for each in still_open),
    )


def is_late(due: Day | None, as_of: Day) -> bool:
    """Return whether a day is over; a due day is not before its end."""
    return due is not None and due < as_of
