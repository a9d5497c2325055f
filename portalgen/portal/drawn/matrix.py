"""Risks → the cells of a risk matrix; responsibilities → the columns of a RASCI matrix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from portalgen.portal.published import Person, PersonRef, Responsibility, Risk

STEPS = range(1, 6)
"""Likelihood and impact go from 1 to 5."""

LEVELS = ("low", "medium", "high")

LETTERS = ("R", "A", "S", "C", "I")

RISK_IS_OVER = frozenset({"closed", "rejected", "occurred"})
"""A risk that can no longer happen, or has."""


class RiskCell(Struct, frozen=True):
    """One square of the risk matrix."""

    likelihood: int
    impact: int
    level: str
    """low, medium or high."""
    risks: tuple[Risk, ...]


class RiskMatrix(Struct, frozen=True):
    """Where the open risks stand."""

    rows: tuple[tuple[RiskCell, ...], ...]
    """Likelihood from 5 down to 1; in each row impact from 1 up to 5."""
    unrated: tuple[Risk, ...]
    """Open risks without likelihood or impact: they have no place in it."""

    @property
    def has_risks(self) -> bool:
        return any(cell.risks for row in self.rows for cell in row)


class RasciRow(Struct, frozen=True):
    """One activity, and what each person of `Rasci.people` has to do with it."""

    responsibility: Responsibility
    letters: tuple[tuple[str, ...], ...]
    """For each person the letters R A S C I that hold, in this order; mostly one or none."""


class Rasci(Struct, frozen=True):
    people: tuple[PersonRef, ...]
    """The columns: those whom a row names, in the order of the people page, names without an entry there last."""
    rows: tuple[RasciRow, ...]


def risk_matrix(risks: Iterable[Risk]) -> RiskMatrix:
    """Return the matrix of the open ones of `risks`, which keep their order within a cell."""
    open_risks = [risk for risk in risks if risk.status not in RISK_IS_OVER]
    placed: dict[tuple[int, int], list[Risk]] = {}
    unrated = []
    for risk in open_risks:
        if risk.likelihood is None or risk.impact is None:
            unrated.append(risk)
        else:
            placed.setdefault((risk.likelihood, risk.impact), []).append(risk)
    known = _levels_by_score(open_risks)
    rows = tuple(
        tuple(
            RiskCell(
                likelihood,
                impact,
                _level_at(likelihood * impact, known),
                tuple(placed.get((likelihood, impact), ())),
            )
            for impact in STEPS
        )
        for likelihood in reversed(STEPS)
    )
    return RiskMatrix(rows, tuple(unrated))


def rasci(responsibilities: Iterable[Responsibility], people: Iterable[Person]) -> Rasci:
    """Return the RASCI matrix, whose columns are in the order of `people`."""
    rows = tuple(responsibilities)
    place_by_key = {person.key: place for place, person in enumerate(people)}
    named = dict.fromkeys(
        person
        for row in rows
        for people_of_row in _people_by_letter(row).values()
        for person in people_of_row
    )
    columns = tuple(sorted(named, key=lambda person: place_by_key.get(person.key, len(place_by_key))))
    return Rasci(
        columns, tuple(RasciRow(row, tuple(_letters(row, person) for person in columns)) for row in rows)
    )


def _levels_by_score(risks: Iterable[Risk]) -> dict[int, str]:
    return {risk.derived.score: risk.derived.level for risk in risks if risk.derived.score is not None}


def _level_at(score: int, known: Mapping[int, str]) -> str:
    """Return the level of a score, as PM² has it, but never against the levels that rated risks have.

    Where medium and high begin is a setting, and settings are not published; the risks' own levels are.
    """
    usual = 0 if score <= 2 else 1 if score < 20 else 2
    at_least = max((LEVELS.index(level) for at, level in known.items() if at <= score), default=0)
    at_most = min((LEVELS.index(level) for at, level in known.items() if at >= score), default=2)
    return LEVELS[min(max(usual, at_least), at_most)]


def _people_by_letter(row: Responsibility) -> dict[str, tuple[PersonRef, ...]]:
    return {
        "R": (row.responsible,),
        "A": (row.accountable,),
        "S": row.supports,
        "C": row.consulted,
        "I": row.informed,
    }


def _letters(row: Responsibility, person: PersonRef) -> tuple[str, ...]:
    return tuple(letter for letter, people in _people_by_letter(row).items() if person in people)
