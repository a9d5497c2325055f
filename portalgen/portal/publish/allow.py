"""The allow-list: a field that an author wrote leaves only if the published type of its kind has a field of that name.

What the field holds is turned by `Allow.shown`, which drops every id, person and row that stays with the team.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import Struct, field

from portalgen.content import schema
from portalgen.content.resolve import Facts
from portalgen.content.roles import marker_of
from portalgen.content.values import Marker, RefTo
from portalgen.money import Money
from portalgen.portal import published
from portalgen.portal.published import PersonRef
from portalgen.portal.visible import Visible, names_of_internal

BY_HAND = frozenset({"links", "body", "source", "files", "file", "budget", "amendments"})
"""Fields that are published by a rule of their own: see records, singles and files."""

_NESTED: dict[type[schema.Strict], type[Any]] = {
    schema.Criterion: published.Criterion,
    schema.Impact: published.Impact,
    schema.ScopeImpact: published.ScopeImpact,
    schema.Rating: published.Rating,
    schema.Period: published.Period,
    schema.ReportHealth: published.ReportHealth,
    schema.Target: published.Target,
    schema.Obligation: published.Obligation,
    schema.Payment: published.Payment,
    schema.Amendment: published.Amendment,
}
"""What an author writes inside a field → what is published of it. What is not here cannot leave."""

_PERSON, _PROSE = Marker("person"), Marker("prose")


class Allow(Struct, frozen=True):
    """The rule, for one client."""

    facts: Facts
    visible: Visible
    strangers: list[frozenset[str]] = field(default_factory=list)
    """What internal persons are called, once it was asked for."""

    def fields(self, fields: schema.Strict, cls: type[Any], project: str) -> dict[str, Any]:
        """Return the typed values for which `cls` has a field; prose only where no summary replaces it."""
        summary = getattr(fields, "client_summary", None)
        values: dict[str, Any] = {}
        for name, marker in _taken(cls, type(fields)):
            value = getattr(fields, name)
            if value is None or (summary and marker == _PROSE):
                continue
            shown = self.shown(value, marker, project, without_prose=bool(summary))
            if shown is not None:
                values[name] = shown
        return values

    def shown(
        self, value: Any, marker: RefTo | Marker | None, project: str, *, without_prose: bool = False
    ) -> Any:
        """Return a value as a client may see it, or None where nothing of it may leave."""
        # Nearly all values are texts, days and numbers: these are told apart first.
        if isinstance(value, str):
            if isinstance(marker, RefTo):
                return self.visible.ref(value)
            return self.person(value) if marker == _PERSON else value
        if isinstance(value, date | Decimal):
            return value
        if value == []:
            return ()
        match value:
            case list():
                return tuple(
                    kept
                    for item in value
                    if (kept := self.shown(item, marker, project, without_prose=without_prose)) is not None
                )
            case schema.Row(visibility="internal"):
                return None
            case schema.Criterion() if without_prose:
                return None
            case schema.ScheduleImpact():
                pairs = ((self.visible.ref(id_), days) for id_, days in value.milestones.items())
                milestones = tuple((ref, days) for ref, days in pairs if ref)
                if value.milestones and not milestones and value.days is None:
                    return None
                return published.ScheduleImpact(days=value.days, milestones=milestones)
            case schema.ScopeImpact() if not self._has_any(value.adds, value.changes, value.removes):
                return None
            case schema.Strict():
                cls = _NESTED[type(value)]
                inner = self.fields(value, cls, project)
                if without_prose:
                    inner = {
                        name: kept for name, kept in inner.items() if marker_of(type(value), name) != _PROSE
                    }
                return cls(**inner)
            case Money():
                return Money(value.amount, value.currency or self.facts.currency(project))
        return value

    def person(self, text: str | None) -> PersonRef | None:
        """Return whom a text names: a key of people.yaml or a plain name; None for one who stays with the team."""
        if not text:
            return None
        entry = self.facts.content.people.get(text)
        if entry is None:
            return None if " ".join(text.split()).casefold() in self._internal_names() else PersonRef(text)
        if entry.fields.visibility == "internal":
            return None
        return PersonRef(entry.fields.name, text)

    def _internal_names(self) -> frozenset[str]:
        """Return what internal persons are called: an author may write the name where the key is meant."""
        if not self.strangers:
            self.strangers.append(names_of_internal(self.facts))
        return self.strangers[0]

    def _has_any(self, *ids: list[str]) -> bool:
        """Return whether one of the ids is published; also where none was typed, which says "none"."""
        typed = [id_ for each in ids for id_ in each]
        return not typed or any(self.visible.ref(id_) for id_ in typed)


def _taken(cls: type[Any], model: type[schema.Strict]) -> tuple[tuple[str, RefTo | Marker | None], ...]:
    """Return the fields that both a published type and what an author writes have, and what each means."""
    if (cls, model) not in _taken_by_types:
        _taken_by_types[cls, model] = tuple(
            (name, marker_of(model, name))
            for name in cls.__struct_fields__
            if name in schema.fields_of(model) and name not in BY_HAND
        )
    return _taken_by_types[cls, model]


_taken_by_types: dict[
    tuple[type[Any], type[schema.Strict]], tuple[tuple[str, RefTo | Marker | None], ...]
] = {}
