"""A change that history tells → a sentence in a language: for pages, where what it names is linked, and for feeds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date as Day
from decimal import Decimal

from markupsafe import Markup, escape

from portalgen.money import Money
from portalgen.portal.links import short_id
from portalgen.portal.pages import Page
from portalgen.portal.past.story import form_of
from portalgen.portal.published import HistoryEntry, HistoryValue, PersonRef, Ref
from portalgen.site.labels import LABELS
from portalgen.site.messages import Language
from portalgen.site.prose import bidi
from portalgen.site.untranslated import filled, marked, without_marks

Words = str | Markup
Say = Callable[[Page, HistoryEntry, Sequence[Ref]], Markup]


def telling(language: Language, day: Callable[[Page, Day], Markup]) -> Say:
    """Return the function by which templates say an entry: `told(page, entry, causes)`."""

    def told(page: Page, entry: HistoryEntry, causes: Sequence[Ref] = ()) -> Markup:
        """Return what an entry of history says, as a sentence, with the records that caused it as links."""

        def linked(ref: Ref) -> Words:
            id_, href = short_id(ref), page.href(ref.url)
            if not id_:
                return Markup('<a href="{}">{}</a>').format(href, _own(language, ref.title))
            # As the macro `mention` does.
            name = f"{id_}{language.gettext(': ')}{ref.title}"
            return Markup('<a href="{0}" title="{1}" aria-label="{1}">{2}</a>').format(href, name, id_)

        values = _Values(language, lambda on: day(page, on), linked)
        return _sentence(language, values, entry, causes)

    return told


def plain(language: Language, entry: HistoryEntry, causes: Sequence[Ref] = ()) -> str:
    """Return the same as plain text."""
    values = _Values(language, language.long_day, lambda ref: short_id(ref) or ref.title)
    text = str(Markup(_sentence(language, values, entry, causes)).striptags())
    return without_marks(text) if language.stands_in_english else text


class _Values:
    """How a language writes values, and how this place writes days and links."""

    def __init__(self, language: Language, day: Callable[[Day], Words], link: Callable[[Ref], Words]) -> None:
        self._language = language
        self._day = day
        self._link = link

    def word(self, entry: HistoryEntry, value: HistoryValue) -> Words:
        language = self._language
        match value:
            case None:
                return ""
            case bool():
                return language.gettext("yes") if value else language.gettext("no")
            case int() | Decimal():
                return language.number(value)
            case Day():
                return self._day(value)
            case Money():
                return language.money(value)
            case Ref():
                return self._link(value)
            case PersonRef():
                return _own(language, value.name)
            case tuple():
                return self.names(value)
        return self._text(entry, value)

    def names(self, values: Sequence[Ref | PersonRef]) -> Markup:
        return self._language.listing(
            self._link(each) if isinstance(each, Ref) else _own(self._language, each.name) for each in values
        )

    def _text(self, entry: HistoryEntry, value: str) -> Words:
        """Return a word of the format as readers call it, else the text as it was typed."""
        kind, field = entry.ref.kind, entry.field or ""
        if field == "kind":
            return self._language.within(self._language.label("kind", "one", value))
        of, name = ("health", "within") if field.startswith("health.") else (kind, field)
        if value in LABELS.get(f"{of}.{name}", {}):
            return self._language.within(self._language.label(of, name, value))
        text = _own(self._language, value)
        return Markup("<q>{}</q>").format(text) if field == "title" else text


def _own(language: Language, text: str) -> Words:
    return bidi(text, language.words_direction)


def _sentence(language: Language, values: _Values, entry: HistoryEntry, causes: Sequence[Ref]) -> Markup:

    def gettext(message: str) -> str:
        return marked(language, language.gettext(message), message)

    form = form_of(entry)
    # Only what the sentence says is put together: a long past has many of them.
    parts: dict[str, Markup] = {"field": escape(_field(language, entry.field or ""))}
    if form in ("moved", "changed", "cleared", "became"):
        parts["before"] = escape(values.word(entry, entry.before))
    if form in ("moved", "changed", "set", "became"):
        parts["after"] = escape(values.word(entry, entry.after))
    match form:
        case "shown":
            said = gettext("First shown")
        case "became":
            said = gettext("Was a record of another kind: %(before)s, now %(after)s")
        case "revised":
            said = gettext("%(field)s: wording changed")
        case "moved" if causes:
            parts["causes"] = values.names(tuple(causes))
            said = gettext("%(field)s moved from %(before)s to %(after)s, because of %(causes)s")
        case "moved":
            said = gettext("%(field)s moved from %(before)s to %(after)s")
        case "set":
            said = gettext("%(field)s: %(after)s")
        case "cleared":
            said = gettext("%(field)s: no longer %(before)s")
        case _:
            said = gettext("%(field)s: from %(before)s to %(after)s")
    return filled(said, parts)


def _field(language: Language, field: str) -> str:
    known = LABELS["history.field"]
    name = field if field in known else field.split(".")[0]
    return language.label("history", "field", name if name in known else "other")
