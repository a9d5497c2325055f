"""How a field is declared, and the mapping of which every key is known: what all that an author writes is made of.

Annotations in this folder are values, not texts: what a field means is asked of them at every start.
"""

from typing import TYPE_CHECKING, Any, ClassVar, Self

from msgspec import Struct
from msgspec.structs import replace

from portalgen.content.reading import Before

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


class Field(Struct, frozen=True, kw_only=True):
    """What is known of a field."""

    description: str
    """The sentence that explains it to an author."""
    key: str = ""
    """The field's name in the file, where it is another one than here: `from` cannot be a name in Python."""
    annotation: Any = None
    default: Any = None
    is_required: bool = False
    is_expected: bool = False
    is_internal: bool = False


def say(
    description: str, *, expected: bool = False, internal: bool = False, default: Any = None, alias: str = ""
) -> Any:
    """Return a field that may be left out, with the sentence that explains it to an author."""
    return Field(
        description=description, key=alias, default=default, is_expected=expected, is_internal=internal
    )


def must(description: str) -> Any:
    """Return a field that may not be left out."""
    return Field(description=description, is_required=True)


def text_as(key: str) -> Before:
    """A plain text in place of a mapping stands for one of its keys."""
    return Before(lambda value: {key: value} if isinstance(value, str) else value)


class Strict:
    """A mapping of which every key is known. It never changes; what was not typed is as its class has it."""

    _fields: ClassVar[dict[str, Field]] = {}

    def __init_subclass__(cls) -> None:
        cls._fields = dict(cls._fields)
        for name, annotation in cls.__annotations__.items():
            field: Field = vars(cls)[name]
            cls._fields[name] = replace(field, key=field.key or name, annotation=annotation)
            if field.is_required:
                delattr(cls, name)
            else:
                setattr(cls, name, field.default)

    def __init__(self, **values: Any) -> None:
        """Nothing is checked here: `check` makes this of what stands in a file."""
        self.__dict__.update(values)

    @property
    def typed(self) -> frozenset[str]:
        """The names of the fields that an author typed."""
        return frozenset(self.__dict__)

    def but(self, **values: Any) -> Self:
        """Return the same with other values."""
        return type(self)(**(self.__dict__ | values))

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} never changes, not its '{name}' either")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self._fields)

    def __repr__(self) -> str:
        typed = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"{type(self).__name__}({typed})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from portalgen.content.schema.check import schema_of

        return schema_of(cls, handler)


def fields_of(model: type[Strict]) -> dict[str, Field]:
    """Return the fields of a mapping by their names, in the order in which they are declared."""
    return model._fields
