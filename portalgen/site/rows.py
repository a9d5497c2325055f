"""A record → the attributes of its row in a list, by which a reader filters and sorts it in the browser."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup, escape

from portalgen.portal.published import (
    DueDerived,
    MilestoneDerived,
    Record,
    Ref,
    Report,
    Requirement,
    RiskDerived,
)
from portalgen.site.messages import Language


def row_data(language: Language) -> Callable[[Record | Ref], Markup]:
    """Return the function that writes a row's attributes: state, owner, priority and late; a Ref has none."""

    def data(record: Record | Ref) -> Markup:
        """Return the attributes of a record's row, by which a reader filters and sorts a list."""
        if isinstance(record, Ref):
            return Markup("")
        found = {
            "state": _state(record, language),
            "owner": record.owner.name if record.owner else "",
            "priority": _priority(record, language),
        }
        attributes = [f' data-{name}="{escape(value)}"' for name, value in found.items() if value]
        is_late = isinstance(record.derived, DueDerived) and record.derived.overdue
        return Markup("".join([*attributes, " data-late" if is_late else ""]))

    return data


def _state(record: Record, language: Language) -> str:
    derived = record.derived
    if isinstance(derived, MilestoneDerived):
        return language.label("milestones", "state", derived.state)
    if isinstance(record, Report):
        return language.label("health", "word", record.health.overall)
    status = getattr(record, "status", "")
    return language.label(record.kind, "status", status) if status else ""


def _priority(record: Record, language: Language) -> str:
    if isinstance(record, Requirement):
        return language.label("requirements", "priority", record.priority)
    if isinstance(record.derived, RiskDerived):
        return language.label("risks", "level", record.derived.level)
    return ""
