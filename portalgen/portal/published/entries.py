"""One change of what the client sees of a record: what all history is made of."""

from datetime import date as Day
from decimal import Decimal
from typing import TypeAlias

from msgspec import Struct

from portalgen.money import Money
from portalgen.portal.published.parts import PersonRef, Ref

HistoryValue: TypeAlias = (
    "Day | Decimal | Money | Ref | PersonRef | str | int | bool | tuple[Ref | PersonRef, ...] | None"
)


class HistoryEntry(Struct, frozen=True, kw_only=True):
    """One change of what the client sees of a record, on the day of its commit in the client's time zone.

    Both that commit and today publish the record, the field and what its values name.
    """

    ref: Ref
    on: Day
    field: str | None = None
    """As the published type names it, `impact.cost` for one inside another; None: the record came into sight."""
    before: HistoryValue = None
    after: HistoryValue = None
    """Both None for a text or a list of texts: that it changed is told, and not how."""

    @property
    def is_creation(self) -> bool:
        return self.field is None

    @property
    def is_text(self) -> bool:
        """Whether a text changed, of which neither version is told."""
        return self.field is not None and self.before is None and self.after is None
