from __future__ import annotations

from portalgen.portal.drawn.matrix import rasci, risk_matrix
from portalgen.portal.published import Person, PersonRef, Responsibility, Risk, RiskDerived

STEEN = PersonRef("Dr Johanna Steen", "johanna-steen")
VELDKAMP = PersonRef("Saskia Veldkamp", "saskia-veldkamp")
CLERK = PersonRef("the clerk of the board")


def a_risk(
    id: str, likelihood: int | None, impact: int | None, level: str = "unrated", status: str = "approved"
) -> Risk:
    score = likelihood * impact if likelihood and impact else None
    return Risk(
        id=id,
        title=id,
        url=f"risks/{id}.html",
        status=status,
        likelihood=likelihood,
        impact=impact,
        derived=RiskDerived(score=score, level=level),
    )


def a_person(ref: PersonRef, side: str = "client") -> Person:
    return Person(key=ref.key, name=ref.name, side=side)


def test_the_matrix_has_the_likeliest_row_on_top_and_the_gravest_column_last() -> None:
    rows = risk_matrix([]).rows
    assert [[(cell.likelihood, cell.impact) for cell in row] for row in rows] == [
        [(likelihood, impact) for impact in (1, 2, 3, 4, 5)] for likelihood in (5, 4, 3, 2, 1)
    ]


def test_a_risk_stands_in_the_cell_of_its_likelihood_and_impact() -> None:
    matrix = risk_matrix([a_risk("RSK-1", 2, 5, "medium"), a_risk("RSK-2", 2, 5, "medium")])
    assert [risk.id for risk in matrix.rows[3][4].risks] == ["RSK-1", "RSK-2"]
    assert sum(len(cell.risks) for row in matrix.rows for cell in row) == 2
    assert matrix.has_risks


def test_a_risk_that_is_over_has_no_cell() -> None:
    over = [a_risk(status, 5, 5, "high", status) for status in ("closed", "rejected", "occurred")]
    assert not risk_matrix(over).has_risks


def test_an_open_risk_without_a_rating_is_named_beside_the_matrix() -> None:
    matrix = risk_matrix([a_risk("RSK-1", 3, None), a_risk("RSK-2", None, None, status="closed")])
    assert [risk.id for risk in matrix.unrated] == ["RSK-1"]
    assert not matrix.has_risks


def test_empty_cells_have_the_levels_of_pm2() -> None:
    level = {(cell.likelihood, cell.impact): cell.level for row in risk_matrix([]).rows for cell in row}
    assert (level[1, 2], level[3, 1], level[4, 4], level[4, 5], level[5, 5]) == (
        "low",
        "medium",
        "medium",
        "high",
        "high",
    )


def test_no_cell_contradicts_the_level_of_a_rated_risk() -> None:
    # A team whose settings call 12 high and 4 low.
    matrix = risk_matrix([a_risk("RSK-1", 3, 4, "high"), a_risk("RSK-2", 2, 2, "low")])
    level = {cell.likelihood * cell.impact: cell.level for row in matrix.rows for cell in row}
    assert (level[3], level[4], level[5], level[10], level[12], level[15], level[16]) == (
        "low",
        "low",
        "medium",
        "medium",
        "high",
        "high",
        "high",
    )


def test_rasci_columns_are_the_people_named_in_the_order_of_the_people_page_and_plain_names_last() -> None:
    table = rasci(
        [
            Responsibility(
                activity="Approve changes", responsible=VELDKAMP, accountable=STEEN, informed=(CLERK,)
            )
        ],
        [a_person(STEEN), a_person(PersonRef("Nobody", "nobody")), a_person(VELDKAMP, "provider")],
    )
    assert table.people == (STEEN, VELDKAMP, CLERK)
    assert table.rows[0].letters == (("A",), ("R",), ("I",))


def test_a_person_with_two_parts_in_an_activity_has_two_letters_in_the_order_of_rasci() -> None:
    row = Responsibility(activity="Sign", responsible=STEEN, accountable=STEEN, consulted=(VELDKAMP, STEEN))
    table = rasci([row], [])
    assert table.people == (STEEN, VELDKAMP)
    assert table.rows[0].letters == (("R", "A", "C"), ("C",))
