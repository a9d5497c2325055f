"""What stands in a file → the mapping that it is, or every fault in it: the only module that imports pydantic."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from portalgen.content.schema.fields import Strict, fields_of

# What else is installed has no say in what content means; and pydantic would look through all of it at each start.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

from pydantic import GetCoreSchemaHandler, TypeAdapter, ValidationError
from pydantic_core import CoreSchema, core_schema

__all__ = ["ValidationError", "check", "json_schema_of", "schema_of"]

Model = TypeVar("Model", bound=Strict)


def check(model: type[Model], value: Mapping[str, Any]) -> Model:
    """Return what `value` says; raises ValidationError with all of its faults."""
    kind: Any = model
    checked: Model = _adapter(kind).validate_python(value)
    return checked


def json_schema_of(model: type[Strict]) -> dict[str, Any]:
    """Return pydantic's JSON Schema of a mapping, by the keys that stand in files; nothing is to be looked up in it."""
    kind: Any = model
    return _adapter(kind).json_schema()


@cache
def _adapter(model: Any) -> TypeAdapter[Any]:
    # Made when the first record of a kind is read: most portals have a few kinds.
    return TypeAdapter(model)


def schema_of(model: type[Strict], handler: GetCoreSchemaHandler) -> CoreSchema:
    """Return what pydantic has to check of a mapping; only what was typed is set in what comes of it."""
    fields = {
        name: core_schema.typed_dict_field(
            handler.generate_schema(field.annotation),
            required=field.is_required,
            validation_alias=field.key,
        )
        for name, field in fields_of(model).items()
    }
    mapping = core_schema.typed_dict_schema(fields, extra_behavior="forbid")
    return core_schema.no_info_after_validator_function(lambda typed: model(**typed), mapping)
