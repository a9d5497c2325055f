"""A language: the words of a catalogue, and dates, numbers and money as its readers write them."""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Iterable
from datetime import date as Day
from datetime import timedelta
from decimal import Decimal
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval, format_skeleton
from babel.lists import format_list
from babel.numbers import NumberPattern, format_decimal, format_percent, parse_pattern
from markupsafe import Markup

from portalgen.money import Money
from portalgen.site.labels import ICONS, LABELS
from portalgen.site.theme import built_in_themes

if TYPE_CHECKING:
    from babel.messages.catalog import Message

_NEAR = timedelta(days=182)
_TEMPLATE = "portalgen.pot"
_MESSAGE = re.compile(r'^msgid (?!""\n\n|""\nmsgstr)', re.MULTILINE)
_SHORT_MONTH = 5
"""Characters."""
_MINUS = "\u2212"
_LETTER_BY_DIGIT = re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")


class Language:
    """The words and formats of one locale; every format is reckoned once."""

    def __init__(
        self,
        code: str,
        locale: Locale,
        catalogue: gettext.NullTranslations,
        *,
        asked: Locale | None = None,
        is_partial: bool = False,
    ) -> None:
        self.code = code
        """As in `<html lang>`: `zh-Hans`."""
        self.locale = locale
        self.direction = "rtl" if (asked or locale).character_order == "right-to-left" else "ltr"
        """Of the client's own language, which is that of most texts even where our words are English."""
        self.words_direction = "rtl" if locale.character_order == "right-to-left" else "ltr"
        """Of our own words: a name that runs against them is set apart in a sentence."""
        self.missing = str(asked.get_language_name("en") or asked.language) if asked else ""
        """In English, the language that the client asked for and the theme does not speak: "Arabic"; else empty."""
        self.is_partial = is_partial
        """Whether some words of ours are not translated yet, and stand in English."""
        self.stands_in_english = is_partial or self.direction != ("ltr" if asked else self.words_direction)
        """Whether words of ours in English are marked so: beside others, or all on a page that runs from the right."""
        self.gap = "" if locale.language in ("zh", "ja") else " "
        """What stands between two sentences."""
        # A sign would go to the other side of its number, in text that runs from right to left.
        self._left_to_right = "\u200e" if self.direction == "rtl" else ""
        self.gettext = catalogue.gettext
        self.ngettext = catalogue.ngettext
        self.pgettext = catalogue.pgettext
        self.npgettext = catalogue.npgettext
        self.days_cache: dict[tuple[Day, str], str] = {}
        self._labels: dict[tuple[str, str, str], str] = {}
        self._numbers: dict[int | float | Decimal, str] = {}

    def label(self, kind: str, field: str, word: str) -> str:
        """Return what a reader calls a word of the format: label("requirements", "status", "validated") is "Accepted".

        A word that the format does not know, and an empty one, come back as they are.
        """
        found = self._labels.get((kind, field, word))
        if found is None:
            name = f"{kind}.{field}"
            text = LABELS[name].get(word, "")
            found = self._labels[kind, field, word] = self.pgettext(name, text) if text else word
        return found

    def icon_of(self, kind: str, word: str) -> str:
        """Return the icon that goes with a status."""
        return ICONS.get(f"{kind}.{word}") or ICONS.get(word, "open")

    def day(self, day: Day, near: Day | None = None) -> str:
        """Return `4 Dec`, or `4 Dec 2026` where it is not the one next to the day `near`."""
        is_near = near is not None and abs(day - near) <= _NEAR
        return self._format(day, "MMMd" if is_near else "yMMMd")

    def narrow_day(self, day: Day, near: Day | None = None) -> str:
        """Return the day for a narrow column: `4 Dec`, in Chinese `12/4`."""
        if self.locale.language not in ("zh", "ja"):
            return self.day(day, near)
        is_near = near is not None and abs(day - near) <= _NEAR
        return self._format(day, "Md" if is_near else "yMd")

    def long_day(self, day: Day) -> str:
        """Return `20 November 2026`."""
        return self._format(day, "long")

    def period(self, first: Day, last: Day) -> str:
        """Return `16 – 20 Nov 2026`: what both days share is said once."""
        return str(format_interval(first, last, "yMMMd", locale=self.locale))

    def full_day(self, day: Day) -> str:
        """Return `Friday 20 November 2026`."""
        return (
            self._format(day, "full").replace(",", "")
            if self.locale.language == "en"
            else self._format(day, "full")
        )

    def month(self, day: Day, *, with_year: bool = False) -> str:
        """Return `Dec`, or `Dec 2026`."""
        return self._format(day, "yMMM" if with_year else "LLL")

    @cached_property
    def most_months(self) -> int:
        """Of how many months the names fit beside each other in a chart: `Dec` of twelve, `ديسمبر` of six."""
        longest = max(len(self.month(Day(2026, number, 1))) for number in range(1, 13))
        return 12 if longest <= _SHORT_MONTH else 6 if longest <= 2 * _SHORT_MONTH else 4

    def number(self, number: int | float | Decimal) -> str:
        """Return `1,200`; at most two digits after the point."""
        found = self._numbers.get(number)
        if found is None:
            found = self._numbers[number] = format_decimal(number, "#,##0.##", locale=self.locale)
        return found

    def signed(self, number: int | Decimal) -> str:
        """Return `+7`, `−1` or `0`."""
        return f"{self._left_to_right}{_sign(number)}{self.number(-number if number < 0 else number)}"

    def percent(self, ratio: float) -> str:
        """Return `65%` of 0.65."""
        return format_percent(ratio, locale=self.locale)

    def money(self, money: Money) -> str:
        """Return `€1,200.50`; whole amounts go without cents."""
        is_whole = money.amount == money.amount.to_integral_value()
        text = _money_pattern(self.locale, is_whole).apply(
            abs(money.amount), self.locale, currency=money.currency, currency_digits=not is_whole
        )
        # Babel leaves out the space that CLDR asks for between the letters of a currency and a digit.
        spaced = _LETTER_BY_DIGIT.sub("\u00a0", text)
        return f"{self._left_to_right}{_MINUS}{spaced}" if money.amount < 0 else spaced

    def signed_money(self, money: Money) -> str:
        """Return `+€4,150`, `−€2,200` or `€0`."""
        return f"{self._left_to_right + '+' if money.amount > 0 else ''}{self.money(money)}"

    def within(self, words: str) -> str:
        """Return a label for the middle of a sentence: English begins it small."""
        return words[:1].lower() + words[1:] if self.locale.language == "en" else words

    def listing(self, parts: Iterable[str]) -> Markup:
        """Return `a, b and c`; parts that are no Markup are escaped."""
        return Markup(format_list([str(Markup.escape(part)) for part in parts], locale=self.locale))

    def size(self, size: int) -> str:
        """Return a file's size: `412 kB`, `18 MB`."""
        for limit, unit in ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")):
            if size >= limit:
                return f"{self.number(round(size / limit, 1 if size < 10 * limit else 0))} {unit}"
        return self.ngettext("%(num)s byte", "%(num)s bytes", size) % {"num": self.number(size)}

    def _format(self, day: Day, form: str) -> str:
        key = (day, form)
        found = self.days_cache.get(key)
        if found is None:
            if form in ("long", "full"):
                found = format_date(day, form, locale=self.locale)
            elif form == "LLL":
                found = format_date(day, "LLL", locale=self.locale)
            else:
                found = format_skeleton(form, day, locale=self.locale)
            self.days_cache[key] = found
        return found


@lru_cache(maxsize=32)
def language_of(code: str, locale: str, catalogue: Path | None) -> Language:
    """Return the language of a site: words from `catalogue` (None: English), formats of `locale` as it was typed."""
    wanted, spoken = _plain(locale), _plain(code)
    asked = wanted if wanted and spoken and wanted.language != spoken.language else None
    words, is_partial = _words(catalogue)
    return Language(code, _locale(code, locale), words, asked=asked, is_partial=is_partial)


def forget_languages() -> None:
    """Read every catalogue anew when it is asked for next."""
    language_of.cache_clear()
    _words.cache_clear()


def body_words(language: Language) -> dict[str, str]:
    """Return our own words in the bodies of records: headings of callouts, and names for screen readers."""
    return {word: language.label("body", "word", word) for word in LABELS["body.word"]}


def is_translated(message: Message) -> bool:
    """Return whether a message of a catalogue says something in every plural form."""
    texts = (message.string,) if isinstance(message.string, str) else message.string or ("",)
    return all(texts) and not message.fuzzy


def nearest_language(locale: str, languages: Iterable[str]) -> str | None:
    """Return the language of a theme that is nearest to a locale as typed (`zh-CN` is `zh-Hans`), or None."""
    known = {_parsed(code): code for code in languages}
    wanted = _parsed(locale)
    if wanted is None:
        return None
    for candidate, code in known.items():
        if candidate is not None and (candidate.language, candidate.script) == (
            wanted.language,
            wanted.script,
        ):
            return code
    return next(
        (code for each, code in known.items() if each is not None and each.language == wanted.language), None
    )


def _locale(code: str, locale: str) -> Locale:
    """Return the locale whose formats fit: the client's own where it is of the site's language."""
    wanted, spoken = _plain(locale), _plain(code)
    if wanted is None or spoken is None or wanted.language != spoken.language:
        wanted = spoken or Locale("en")
    # Plain English would be American to CLDR: "Dec 4". The design writes "4 Dec".
    return Locale("en", "GB") if wanted.language == "en" and wanted.territory is None else wanted


def _plain(locale: str) -> Locale | None:
    try:
        return Locale.parse(locale.replace("_", "-"), sep="-")
    except (ValueError, UnknownLocaleError):
        return None


@cache
def _parsed(locale: str) -> Locale | None:
    """Return the locale with its likely script, so that zh-CN and zh-Hans meet."""
    plain = _plain(locale)
    if plain is None or plain.script:
        return plain
    likely = {
        "zh_TW": "Hant",
        "zh_HK": "Hant",
        "zh_MO": "Hant",
        "zh": "Hans",
        "zh_CN": "Hans",
        "zh_SG": "Hans",
    }
    script = likely.get(str(plain))
    return Locale(plain.language, script=script) if script else Locale(plain.language)


@cache
def _words(catalogue: Path | None) -> tuple[gettext.NullTranslations, bool]:
    """Return the words of a catalogue, and whether any is missing in it."""
    if catalogue is None:
        return gettext.NullTranslations(), False
    # Imported here, since English needs none of it.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with catalogue.open("rb") as file:
        messages = read_po(file)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    known = sum(bool(message.id) and is_translated(message) for message in messages)
    return gettext.GNUTranslations(compiled), known < _message_count(catalogue)


def _message_count(catalogue: Path) -> int:
    """Return how many messages a whole catalogue has, by the template beside it or else portalgen's own."""
    beside, own = catalogue.with_name(_TEMPLATE), built_in_themes() / "default" / "messages" / _TEMPLATE
    template = beside if beside.is_file() else own
    # Counted, not parsed: that would take as long as the catalogue itself, for one line at the foot.
    return len(_MESSAGE.findall(template.read_text("utf-8"))) if template.is_file() else 0


@cache
def _money_pattern(locale: Locale, is_whole: bool) -> NumberPattern:
    standard = locale.currency_formats["standard"].pattern
    return parse_pattern(re.sub(r"\.0+", "", standard) if is_whole else standard)


def _sign(number: int | Decimal) -> str:
    return "+" if number > 0 else _MINUS if number < 0 else ""
