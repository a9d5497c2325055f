"""A language → the functions and filters with which templates say things; what is said often is put together once."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import date as Day
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from portalgen.portal.pages import Page
from portalgen.site.labels import LABELS
from portalgen.site.messages import Language
from portalgen.site.prose import bidi, flow, line, prose
from portalgen.site.rows import row_data
from portalgen.site.told import telling
from portalgen.site.untranslated import filled, marked


def globals_of(language: Language) -> dict[str, Any]:
    """Return the functions that templates of a language call by name."""

    def long_day(on: Day) -> Markup:
        """Return <time> with `20 November 2026`."""
        return _time(on, language.long_day(on))

    def full_day(on: Day) -> Markup:
        """Return <time> with `Friday 20 November 2026`."""
        return Markup('<time class="full-day" datetime="{}">{}</time>').format(
            on.isoformat(), language.full_day(on)
        )

    def narrow_day(page: Page, on: Day) -> str:
        """Return the day for a narrow column: `4 Dec`, in Chinese `12/4`."""
        return language.narrow_day(on, page.near)

    def spelled(number: int, at_start: bool = False) -> str:
        """Return a number in words up to nine, with a capital at the start of a sentence: `three`, `Three`, `12`."""
        known = language.label("number", "first" if at_start else "within", str(number))
        return known if 0 < number < 10 else language.number(number)

    def label(kind: str, field: str, word: str) -> str:
        """Return what a reader calls a word of the format, marked where it is English on a page that is not."""
        return marked(language, language.label(kind, field, word), LABELS[f"{kind}.{field}"].get(word, ""))

    def days(number: int) -> str:
        """Return `1 day` or `3 days`."""
        return language.ngettext("%(num)s day", "%(num)s days", number) % {"num": language.number(number)}

    return {
        **_gettext(language), "language": language, "icon_of": language.icon_of,
        "label": label if language.stands_in_english else language.label,
        "listing": language.listing, "day": _day(language), "long_day": long_day, "full_day": full_day,
        "narrow_day": narrow_day, "period": language.period, "money": language.money,
        "signed_money": language.signed_money, "number": language.number, "signed": language.signed,
        "percent": language.percent, "file_size": language.size, "spelled": spelled, "days": days,
        "drawing": _drawing(), "style_source": style_source, "row_data": row_data(language),
        "told": telling(language, _day(language)), "remembered": remembered,
    }  # fmt: skip


def remembered(macro: Callable[..., Markup]) -> Callable[..., Markup]:
    """Return a macro that depends on nothing but its arguments, texts and numbers: it is put together once for each."""
    # typed: a text that is to be escaped equals one that is safe already.
    return lru_cache(maxsize=2048, typed=True)(macro)


def filters_of(language: Language) -> dict[str, Any]:
    """Return the filters of a language's templates."""

    def text(value: str) -> str | Markup:
        """Return what somebody wrote for the middle of a line, set apart where it runs against the page."""
        return bidi(value, language.words_direction)

    def in_one_line(value: str) -> Markup:
        """Return sentences put together in a template as one line."""
        return flow(value, language.gap)

    return {"prose": prose, "line": line, "text": text, "flow": in_one_line}


def style_source(style: str) -> Markup:
    """Return the CSP source of an inline style, for the one page that has one."""
    digest = hashlib.sha256(str(style).encode()).digest()
    return Markup("'sha256-{}'").format(base64.b64encode(digest).decode())


def _gettext(language: Language) -> dict[str, Callable[..., Markup]]:
    """Return the functions behind `_` and `{% trans %}`: Jinja's own put every message together anew at each call."""
    known: dict[object, Markup] = {}

    def gettext(message: str, **variables: Any) -> Markup:
        """Return our words in the language of the site, their gaps filled: `_("by %(day)s", day=…)`."""
        if variables:
            return filled(marked(language, language.gettext(message), message), variables)
        found = known.get(message)
        if found is None:
            found = known[message] = filled(marked(language, language.gettext(message), message), {})
        return found

    def ngettext(singular: str, plural: str, num: int, **variables: Any) -> Markup:
        """Return the form that fits a number; `%(num)s` is that number in both."""
        shown = num if num < 1000 else language.number(num)
        words = marked(language, language.ngettext(singular, plural, num), singular, plural)
        return filled(words, {"num": shown, **variables})

    return {"gettext": gettext, "_": gettext, "ngettext": ngettext}


def _day(language: Language) -> Callable[[Page, Day], Markup]:
    known: dict[tuple[Day, Day | None], Markup] = {}

    def day(page: Page, on: Day) -> Markup:
        """Return <time> with `4 Dec`, with the year where it is not the one next to the page's day."""
        found = known.get((on, page.near))
        if found is None:
            found = known[on, page.near] = _time(on, language.day(on, page.near))
        return found

    return day


def _drawing() -> Callable[..., Markup]:
    known: dict[tuple[str, str], Markup] = {}

    def drawing(name: str, said: str = "") -> Markup:
        """Return the <svg> of an icon; `said` is read aloud where no word stands beside it."""
        found = known.get((name, said))
        if found is None:
            how = (
                Markup('role="img" aria-label="{}"').format(said)
                if said
                else Markup('aria-hidden="true" focusable="false"')
            )
            svg = Markup('<svg class="icon" viewBox="0 0 16 16" {}><use href="#i-{}"/></svg>').format(
                how, name
            )
            found = known[name, said] = svg
        return found

    return drawing


def _time(on: Day, words: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(on.isoformat(), words)
