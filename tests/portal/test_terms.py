from __future__ import annotations

from datetime import date as Day
from decimal import Decimal

import pytest

from portalgen.money import Money
from portalgen.portal import terms
from portalgen.portal.published import Contract, Obligation, Payment

TODAY = Day(2026, 11, 20)
YESTERDAY, TOMORROW = Day(2026, 11, 19), Day(2026, 11, 21)


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def test_payments_are_added_up_by_currency() -> None:
    contract = Contract(
        payments=(
            Payment(title="A", amount=euros("100.10"), paid_on=YESTERDAY),
            Payment(title="B", amount=Money(Decimal(5), "CHF")),
            Payment(title="C", amount=euros("0.20"), due=TOMORROW),
            Payment(title="D", due=YESTERDAY),
        )
    )
    found = terms.payments(contract, TODAY)
    assert found.totals == (
        terms.Total(Money(Decimal(5), "CHF"), paid=Money(Decimal(0), "CHF"), to_pay=Money(Decimal(5), "CHF")),
        terms.Total(euros("100.30"), paid=euros("100.10"), to_pay=euros("0.20")),
    )
    assert (found.paid, found.late) == (1, 1)


def test_the_next_payment_is_the_unpaid_one_whose_day_comes_first() -> None:
    first, second = Payment(title="first", due=TODAY), Payment(title="second", due=TOMORROW)
    late = Payment(title="late", due=YESTERDAY)
    assert terms.payments(Contract(payments=(second, late, first)), TODAY).next == first


def test_a_contract_with_everything_paid_has_no_next_payment() -> None:
    assert terms.payments(Contract(payments=(Payment(title="A", paid_on=TODAY),)), TODAY).next is None


@pytest.mark.parametrize(
    ("due", "paid_on", "state"),
    [
        (TODAY, None, "due"),
        (YESTERDAY, None, "late"),
        (YESTERDAY, TODAY, "paid"),
        (TODAY, TOMORROW, "due"),
        (None, None, "undated"),
    ],
)
def test_a_payment_is_late_after_its_day_and_not_paid_before_it_happened(
    due: Day | None, paid_on: Day | None, state: str
) -> None:
    assert terms.payment_state(Payment(title="A", due=due, paid_on=paid_on), TODAY) == state


def test_what_a_side_still_owes_stands_by_its_day_and_what_is_undated_last() -> None:
    contract = Contract(
        obligations=(
            Obligation(party="client", text="undated"),
            Obligation(party="client", text="late", due=YESTERDAY),
            Obligation(party="client", text="done", due=YESTERDAY, status="done"),
            Obligation(party="client", text="today", due=TODAY),
            Obligation(party="provider", text="ours"),
        )
    )
    found = terms.obligations_of("client", contract, TODAY)
    assert [each.text for each in found.open] == ["late", "today", "undated"]
    assert [each.text for each in found.over] == ["done"]
    assert found.late == 1
    assert not terms.obligations_of("provider", Contract(), TODAY)
