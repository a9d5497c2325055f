"""Turn what stands in a file as text into days, money, lengths and yes or no; nothing is guessed.

Each type is an annotation of which pydantic makes a check. A fault is a PydanticCustomError whose type is a problem
code and whose context holds the message and the hint.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, NoReturn
from urllib.parse import urlsplit

from msgspec import Struct

from portalgen.content.characters import SECRET_HINT, SECRET_IN_ADDRESS
from portalgen.content.reading import AsJson, Before, Reads, Stripped
from portalgen.lengths import parse_length
from portalgen.money import CURRENCIES, Money

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
# With points the day comes first wherever they are usual; of 4/3/2026 nobody knows.
_YEAR_FIRST = re.compile(r"(?P<y>[0-9]{4})[-/.年](?P<m>[0-9]{1,2})[-/.月](?P<d>[0-9]{1,2})日?")
_YEAR_LAST = re.compile(r"(?P<d>[0-9]{1,2})\. ?(?P<m>[0-9]{1,2})\. ?(?P<y>[0-9]{4})")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,6})?")
_MONEY = re.compile(r"([+-]?[0-9]{1,15}(?:\.[0-9]{1,6})?)(?:\s*([A-Z]{3}))?")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):[0-5][0-9](\s*[–-]\s*([01]?[0-9]|2[0-3]):[0-5][0-9])?")
_COLOUR = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_MAIL = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\"]+")
_SAFE_SCHEMES = ("http", "https", "mailto", "tel")


class RefTo(Struct, frozen=True):
    """Marks a text that is the id of a record; `kinds` are the kinds it may name, none for any."""

    kinds: tuple[str, ...] = ()


class Marker(Struct, frozen=True):
    """Marks what a text is: `person`, `file`, `prose` (free text that client_summary replaces) or `body`."""

    role: str


def _fault(code: str, message: str, hint: str = "") -> NoReturn:
    from pydantic_core import PydanticCustomError

    raise PydanticCustomError(code, "{message}", {"message": message, "hint": hint})


def _as_text(value: Any, what: str) -> str:
    if not isinstance(value, str):
        _fault("wrong-type", f"{what} is expected here, not a {_shape(value)}")
    return value.strip()


def _shape(value: Any) -> str:
    return "list" if isinstance(value, list) else "mapping"


def _day(value: Any) -> date:
    text = _as_text(value, "a date")
    match = _DAY.fullmatch(text)
    if not match:
        _fault("bad-date", f"'{text}' is not a date", f"write it as YYYY-MM-DD{_meant(text)}")
    year, month, day = map(int, match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        hint = "write it as YYYY-MM-DD"
        if 1 <= month <= 12 and year > 0:
            hint += f"; {calendar.month_name[month]} {year} has {calendar.monthrange(year, month)[1]} days"
        _fault("bad-date", f"'{text}' is not a date", hint)


def _meant(text: str) -> str:
    """Return the day that a text can only mean, as the end of a hint: `: 2026-03-04` of `4.3.2026` and `2026/3/4`."""
    found = _YEAR_FIRST.fullmatch(text) or _YEAR_LAST.fullmatch(text)
    try:
        return f": {date(*(int(found[name]) for name in ('y', 'm', 'd'))).isoformat()}" if found else ""
    except ValueError:
        return ""


def _flag(value: Any) -> bool:
    text = _as_text(value, "yes or no")
    match text.lower():
        case "true" | "yes":
            return True
        case "false" | "no":
            return False
    _fault("bad-flag", f"'{text}' is neither yes nor no", "write true, false, yes or no")


def _whole(low: int, high: int) -> Callable[[Any], int]:
    def convert(value: Any) -> int:
        text = _as_text(value, "a number")
        if not re.fullmatch(r"[+-]?[0-9]{1,9}", text):
            _fault("bad-number", f"'{text}' is not a whole number", f"write one from {low} to {high}")
        if not low <= int(text) <= high:
            _fault(
                "bad-number",
                f"{text} is not between {low} and {high}",
                f"write a whole number from {low} to {high}",
            )
        return int(text)

    return convert


def _weight(value: Any) -> Decimal:
    text = _as_text(value, "a number")
    if not _NUMBER.fullmatch(text):
        _fault("bad-number", f"'{text}' is not a number", "write it like 2 or 0.5")
    if Decimal(text) <= 0:
        _fault(
            "bad-number",
            f"the weight {text} is not above 0",
            "leave the requirement out of the scope by its priority or status",
        )
    return Decimal(text)


def _score(value: Any) -> Decimal:
    text = _as_text(value, "a number")
    if not _NUMBER.fullmatch(text):
        _fault("bad-number", f"'{text}' is not a number", "write it like 4 or 4.5")
    return Decimal(text)


def _days(*, signed: bool) -> Callable[[Any], int]:
    def convert(value: Any) -> int:
        text = _as_text(value, "a length")
        days = parse_length(text, signed=signed)
        if days is None:
            _fault(
                "bad-length",
                f"'{text}' is not a length of time",
                "write it like 3d, 2w or 1m" + (", with + or - in front" if signed else ""),
            )
        return days

    return convert


def _money(value: Any) -> Money:
    text = _as_text(value, "an amount of money")
    match = _MONEY.fullmatch(text)
    if not match:
        hint = "write it like 1200.50 EUR"
        if "," in text or " " in text.strip():
            hint += ", without separators between thousands and with a point"
        _fault("bad-money", f"'{text}' is not an amount of money", hint)
    amount, currency = match.groups()
    if currency and currency not in CURRENCIES:
        _fault(
            "bad-money", f"'{currency}' is no currency", "use the three letters of ISO 4217, for example EUR"
        )
    return Money(Decimal(amount), currency or "")


def _currency(value: Any) -> str:
    text = _as_text(value, "a currency")
    if text not in CURRENCIES:
        _fault("bad-money", f"'{text}' is no currency", "use the three letters of ISO 4217, for example EUR")
    return text


def _time(value: Any) -> str:
    text = _as_text(value, "a time")
    if not _TIME.fullmatch(text):
        _fault("bad-time", f"'{text}' is not a time", "write it like 10:00 or 10:00–11:30")
    return re.sub(r"\s*[–-]\s*", "–", text)


def _colour(value: Any) -> str:
    text = _as_text(value, "a colour")
    if not _COLOUR.fullmatch(text):
        _fault("bad-colour", f"'{text}' is not a colour", "write it in quotes as '#rrggbb'")
    digits = text[1:].lower()
    return "#" + ("".join(2 * digit for digit in digits) if len(digits) == 3 else digits)


def _web_address(value: Any) -> str:
    text = _as_text(value, "an address")
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if (
        parts.scheme.lower() not in _SAFE_SCHEMES
        or re.search(r"[\s<>\"\\]", text)
        or (parts.scheme.lower().startswith("http") and not parts.netloc)
    ):
        _fault(
            "bad-url",
            f"'{text}' is not an address that a client can open",
            "begin it with https://, mailto: or tel:",
        )
    if "@" in parts.netloc:
        _fault("bad-url", SECRET_IN_ADDRESS, SECRET_HINT)
    return text


def _mail(value: Any) -> str:
    text = _as_text(value, "a mail address")
    if not _MAIL.fullmatch(text):
        _fault("bad-url", f"'{text}' is not a mail address")
    return text


def _file(value: Any) -> str:
    text = _as_text(value, "a file's name")
    if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", text) or "\\" in text:
        _fault(
            "bad-file",
            f"'{text}' is not a file of this client",
            "name a file beside this one, or one from the client's folder with a / in front",
        )
    return text


def _one_or_many(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _points(value: Any) -> Any:
    """A text whose lines all begin with a dash is a list that somebody typed as a text."""
    if not isinstance(value, str):
        return value if isinstance(value, list) else [value]
    lines = [line.strip() for line in value.splitlines() if line.strip()]
    if len(lines) > 1 and all(line.startswith(("- ", "* ")) for line in lines):
        return [line[2:] for line in lines]
    return [value]


_TEXT = AsJson({"type": ["string", "number", "boolean"]})
_LENGTH = AsJson({"type": "string", "pattern": r"^[+-]?\d+[dwm]$"})
_AMOUNT = AsJson({"type": ["string", "number"], "pattern": r"^[+-]?\d+(\.\d+)?( *[A-Z]{3})?$"})

Label = Annotated[str, Stripped(), _TEXT]
"""A short text that client_summary leaves alone: a version, a number, a language."""
Text = Annotated[str, Stripped(), Marker("prose"), _TEXT]
Body = Annotated[str, Marker("body"), _TEXT]
Points = Annotated[list[Text], Before(_points)]
Labels = Annotated[list[Label], Before(_one_or_many)]
Day = Annotated[date, Reads(_day), AsJson({"type": "string", "format": "date"})]
Flag = Annotated[bool, Reads(_flag), AsJson({"type": ["boolean", "string"]})]
OneToFive = Annotated[int, Reads(_whole(1, 5)), AsJson({"type": "integer", "minimum": 1, "maximum": 5})]
Whole = Annotated[int, Reads(_whole(-999_999, 999_999)), AsJson({"type": "integer"})]
Weight = Annotated[Decimal, Reads(_weight), AsJson({"type": "number", "exclusiveMinimum": 0})]
Score = Annotated[Decimal, Reads(_score), AsJson({"type": "number"})]
Length = Annotated[int, Reads(_days(signed=False)), _LENGTH]
SignedLength = Annotated[int, Reads(_days(signed=True)), _LENGTH]
Amount = Annotated[Money, Reads(_money), _AMOUNT]
Currency = Annotated[str, Reads(_currency), AsJson({"type": "string", "pattern": "^[A-Z]{3}$"})]
Time = Annotated[str, Reads(_time), AsJson({"type": "string"})]
Colour = Annotated[str, Reads(_colour), AsJson({"type": "string"})]
WebAddress = Annotated[str, Reads(_web_address), AsJson({"type": "string", "format": "uri"})]
Mail = Annotated[str, Reads(_mail), AsJson({"type": "string", "format": "email"})]
Id = Annotated[str, Stripped(), _TEXT]
PersonName = Annotated[str, Stripped(), Marker("person"), _TEXT]
People = Annotated[list[PersonName], Before(_one_or_many)]
FileName = Annotated[str, Reads(_file), Marker("file"), AsJson({"type": "string"})]
FileNames = Annotated[list[FileName], Before(_one_or_many)]
AnyId = Annotated[str, Stripped(), RefTo(), _TEXT]
AnyIds = Annotated[list[AnyId], Before(_one_or_many)]
MilestoneId = Annotated[str, Stripped(), RefTo(("milestones",)), _TEXT]
MilestoneIds = Annotated[list[MilestoneId], Before(_one_or_many)]
DeliverableId = Annotated[str, Stripped(), RefTo(("deliverables",)), _TEXT]
DeliverableIds = Annotated[list[DeliverableId], Before(_one_or_many)]
RequirementId = Annotated[str, Stripped(), RefTo(("requirements",)), _TEXT]
RequirementIds = Annotated[list[RequirementId], Before(_one_or_many)]
ChangeId = Annotated[str, Stripped(), RefTo(("changes",)), _TEXT]
ChangeIds = Annotated[list[ChangeId], Before(_one_or_many)]
DocumentId = Annotated[str, Stripped(), RefTo(("documents",)), _TEXT]
DocumentIds = Annotated[list[DocumentId], Before(_one_or_many)]
