"""A record's published values → what history compares: single values as they are, texts as digests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from msgspec import Struct

from portalgen.content import schema
from portalgen.content.past.versions import digest
from portalgen.content.roles import Model, marker_of
from portalgen.content.values import Marker
from portalgen.portal import published
from portalgen.portal.published import PersonRef, Ref

NOT_FOLLOWED = frozenset(
    {
        "files",
        "file",
        "links",
        "source",
        "mentions",
        "url",
        "body",
        "reason",
        "evidence_sha256",
        "derived",
        "id",
    }
)
"""Fields of which no past is told: files, and what is made of other fields."""


def flatten(
    name: str, value: Any, model: Model, at: str, values: dict[str, Any], words: dict[str, str]
) -> None:
    """Put a published value into `values`, or its digest into `words` where it is a text."""
    if value is None or value == "" or value == () or (name == at and name in NOT_FOLLOWED):
        return
    # Nearly all values are texts, days and numbers: these are told apart first.
    if isinstance(value, str):
        if name != "title" and name in _prose_of(model):
            words[at] = digest(value)
        else:
            values[at] = value
        return
    match value:
        case date() | Decimal() | bool() | int():
            values[at] = value
        case PersonRef():
            values[at] = PersonRef("", value.key) if value.key else value
        case tuple() if all(isinstance(each, Ref) for each in value):
            values[at] = value
        case tuple() if all(isinstance(each, PersonRef) for each in value):
            values[at] = tuple(PersonRef("", each.key) if each.key else each for each in value)
        case tuple() if all(isinstance(each, published.Criterion) for each in value):
            # Whether a criterion is met says how far things are; what was agreed stays as it is.
            words[at] = digest(repr([each.criterion for each in value]))
            if seen := [
                (each.criterion, each.met, each.note) for each in value if each.met is not None or each.note
            ]:
                words[f"{at}.met"] = digest(repr(seen))
        case tuple():
            words[at] = digest(repr(value))
        case published.ScheduleImpact():
            if value.days is not None:
                values[f"{at}.days"] = value.days
            if value.milestones:
                words[f"{at}.milestones"] = digest(repr([(ref.id, days) for ref, days in value.milestones]))
        case Ref():
            values[at] = value
        case Struct() if type(value) in _MODELS:
            for name in value.__struct_fields__:
                flatten(
                    name,
                    getattr(value, name),
                    _MODELS[type(value)],
                    f"{at}.{name.rstrip('_')}",
                    values,
                    words,
                )
        case _:
            values[at] = value


_MODELS: dict[type[Any], type[schema.Strict]] = {
    published.Impact: schema.Impact,
    published.ScopeImpact: schema.ScopeImpact,
    published.Rating: schema.Rating,
    published.Period: schema.Period,
    published.ReportHealth: schema.ReportHealth,
}


@cache
def _prose_of(model: Model) -> frozenset[str]:
    """Return the fields that hold free text."""
    return frozenset(name for name in schema.fields_of(model) if _is_prose(model, name))


def _is_prose(model: type[schema.Strict], name: str) -> bool:
    return name not in NOT_WALKED and marker_of(model, name) == Marker("prose")


NOT_WALKED = frozenset({"internal", "tags", "visibility", "preferences"})
"""Fields that content.roles passes by."""
