"""Turn portalgen.yaml into settings: what holds for every client that does not say otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, Protocol

from msgspec import Struct, field

from portalgen.kinds import KINDS
from portalgen.lengths import parse_length
from portalgen.problems import Place, Problem, did_you_mean

Visibility = Literal["client", "internal"]
Address = tuple[str | int, ...]


class YamlDocument(Protocol):
    """What is needed of a file that was read: its value, scalars as typed, and the place of each part."""

    @property
    def value(self) -> object: ...

    def place(self, address: Sequence[str | int] = (), *, key: bool = False) -> Place: ...


class Cadence(Struct, frozen=True, kw_only=True):
    """How often something is promised, in days. None: nothing is promised, and nothing is called a gap."""

    report_days: int | None = None
    meeting_days: int | None = None
    answer_days: int | None = None


class Settings(Struct, frozen=True, kw_only=True):
    """All settings, with the values that hold without a portalgen.yaml. None of them is ever published."""

    visibility: Mapping[str, Visibility] = field(default_factory=dict)
    """Of the kinds that are named; the others keep their own."""
    risk_medium: int = 3
    """Likelihood × impact from which a risk is medium, 1 to 25; below it is low."""
    risk_high: int = 20
    """From which it is high; above `risk_medium`. 3 and 20 are the bands of PM²."""
    cadence: Cadence = Cadence()
    theme: str = ""
    """A folder in themes/; empty: the default theme."""
    languages: tuple[str, ...] = ()
    """Languages that this repository's clients read, as in `zh-Hans`; empty: all that there are."""
    currency: str = ""
    """ISO 4217, of amounts that name none; empty: such an amount is an error."""
    survey_min: int = 3
    """Fewer answers than this are counted and not shown, since they would let a client guess who wrote them."""
    history_from: str = ""
    """The first commit or day that counts; empty: the first there is."""
    history_branch: str = ""
    """Empty: the branch that is checked out."""


def read_settings(document: YamlDocument | None) -> tuple[Settings, list[Problem]]:
    """Return the settings of portalgen.yaml and what is wrong with it; what is wrong or missing has its default.

    None stands for no file. With an error among the problems nothing should be built: a visibility that was not
    understood would publish what was meant to stay.
    """
    if document is None:
        return Settings(), []
    fields = _Fields(document, document.value, ())
    risk = fields.below("risk")
    cadence = fields.below("cadence")
    history = fields.below("history")
    found = Settings(
        visibility=_visibility(fields),
        risk_medium=risk.number("medium", Settings().risk_medium, at_least=1, at_most=25),
        risk_high=risk.number("high", Settings().risk_high, at_least=1, at_most=25),
        cadence=Cadence(
            report_days=cadence.days("report"),
            meeting_days=cadence.days("meeting"),
            answer_days=cadence.days("answer"),
        ),
        theme=fields.word("theme", _NAME, "a theme's name", "write the name of a folder in themes/"),
        languages=fields.words("languages", _LANGUAGE, "a language", "write it as in en, de or zh-Hans"),
        currency=fields.word("currency", _CURRENCY, "a currency", "write its three letters, for example EUR"),
        survey_min=fields.below("survey").number("min", Settings().survey_min, at_least=1, at_most=1000),
        history_from=history.word(
            "from", _LINE, "a commit or a day", "write it as YYYY-MM-DD or as git names it"
        ),
        history_branch=history.word("branch", _LINE, "a branch", "write its name, for example main"),
    )
    if found.risk_medium >= found.risk_high:
        risk.say(
            "bad-number",
            f"'high: {found.risk_high}' is not above 'medium: {found.risk_medium}'",
            ("high",),
            "a risk is medium from the first score on and high from the second",
        )
    return found, sorted(set(fields.finish()))


_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
_CURRENCY = re.compile(r"[A-Z]{3}")
_LINE = re.compile(r"[^-\s]\S*")
"""Not a minus first: git would take it for an option."""


def _visibility(settings: _Fields) -> Mapping[str, Visibility]:
    # Empty is "not there" anywhere else; here it may be a word that was lost.
    lost = "write client or internal, or leave the line out"
    if settings.among(("visibility",)) and not settings.take("visibility"):
        settings.say("unknown-value", "'visibility' is empty", ("visibility",), lost)
    fields = settings.below("visibility", "kind of record")
    words: dict[str, Visibility] = {}
    for kind in fields.among(KINDS):
        match fields.take(kind):
            case "client":
                words[kind] = "client"
            case "internal":
                words[kind] = "internal"
            case None | "":
                fields.say("unknown-value", f"the visibility of {kind} is empty", (kind,), lost)
            case str(word):
                hint = did_you_mean(word, ("client", "internal"), otherwise="it is client or internal")
                fields.say("unknown-value", f"'{word}' is no visibility", (kind,), hint)
            case _:
                hint = "write client or internal"
                fields.say("wrong-type", f"the visibility of {kind} is one word", (kind,), hint)
    return words


class _Fields:
    """A mapping of the file that is taken apart; it remembers which keys somebody knew, and what was wrong."""

    def __init__(
        self, document: YamlDocument, value: object, address: Address, noun: str = "setting"
    ) -> None:
        self._noun = noun
        self._document = document
        self._address = address
        self._parts: list[_Fields] = []
        self._problems: list[Problem] = []
        self._values: dict[str, object] = {}
        self.known: set[str] = set()
        match value:
            case dict():
                self._values = value
            case None | "":
                pass
            case _:
                name = f"'{address[-1]}'" if address else "the file"
                self.say("wrong-type", f"{name} holds names with their values", (), "write 'name: value'")

    def say(self, code: str, message: str, address: Address, hint: str = "", *, key: bool = False) -> None:
        place = self._document.place((*self._address, *address), key=key)
        self._problems.append(Problem(place, code, message, hint))

    def finish(self) -> list[Problem]:
        """Return all problems, with those of keys that nobody asked for."""
        for name in self._values.keys() - self.known:
            hint = did_you_mean(name, self.known)
            self.say("unknown-key", f"'{name}' is no {self._noun}", (name,), hint, key=True)
        return [*self._problems, *(problem for part in self._parts for problem in part.finish())]

    def among(self, names: Iterable[str]) -> list[str]:
        """Return those of `names` that stand here; all of them are known."""
        self.known |= set(names)
        return [name for name in names if name in self._values]

    def take(self, name: str) -> object:
        self.known.add(name)
        return self._values.get(name)

    def below(self, name: str, noun: str = "setting") -> _Fields:
        part = _Fields(self._document, self.take(name), (*self._address, name), noun)
        self._parts.append(part)
        return part

    def word(self, name: str, form: re.Pattern[str], noun: str, hint: str) -> str:
        return self._fitting(self.take(name), (name,), form, noun, hint)

    def words(self, name: str, form: re.Pattern[str], noun: str, hint: str) -> tuple[str, ...]:
        match self.take(name):
            case None | "":
                return ()
            case list(values):
                found = (self._fitting(value, (name, i), form, noun, hint) for i, value in enumerate(values))
                return tuple(word for word in found if word)
            case value:
                word = self._fitting(value, (name,), form, noun, hint)
                return (word,) if word else ()

    def _fitting(self, value: object, address: Address, form: re.Pattern[str], noun: str, hint: str) -> str:
        if not value or (isinstance(value, str) and form.fullmatch(value)):
            return str(value or "")
        if isinstance(value, str):
            self.say("unknown-value", f"'{value}' is not {noun}", address, hint)
        else:
            self.say("wrong-type", f"{noun} is one word", address, hint)
        return ""

    def number(self, name: str, default: int, *, at_least: int, at_most: int) -> int:
        def read(text: str) -> int | None:
            # isdigit() lets other scripts' digits through, and int() reads them.
            number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
            return number if number is not None and at_least <= number <= at_most else None

        hint = f"write a whole number from {at_least} to {at_most}"
        found = self._converted(name, read, "bad-number", f"a number from {at_least} to {at_most}", hint)
        return default if found is None else found

    def days(self, name: str) -> int | None:
        def read(text: str) -> int | None:
            return parse_length(text) or None

        return self._converted(name, read, "bad-length", "a length of time", "write it as 7d, 2w or 1m")

    def _converted(
        self, name: str, read: Callable[[str], int | None], code: str, noun: str, hint: str
    ) -> int | None:
        value = self.take(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            self.say("wrong-type", f"'{name}' is {noun}", (name,), hint)
            return None
        found = read(value)
        if found is None:
            self.say(code, f"'{value}' is not {noun}", (name,), hint)
        return found
