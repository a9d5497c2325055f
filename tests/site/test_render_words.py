"""Languages: every message is translated, and dates, numbers and money are written as their readers write them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from gettext import NullTranslations
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.pofile import read_po

from portalgen.content.markdown.body import WORDS
from portalgen.money import Money
from portalgen.site.catalogue import extract
from portalgen.site.labels import ICONS, LABELS
from portalgen.site.messages import Language, body_words, is_translated, language_of, nearest_language
from portalgen.site.render import render_site
from portalgen.site.theme import built_in_themes, load_theme
from tests.site import sample

DEFAULT = built_in_themes() / "default"
CATALOGUES = sorted((DEFAULT / "messages").glob("*.po"))
ADVENT = date(2026, 12, 4)


def english(locale: str = "en") -> Language:
    return language_of("en", locale, None)


def chinese() -> Language:
    return language_of("zh-Hans", "zh-CN", load_theme().catalogue("zh-Hans"))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_every_message_of_the_theme_is_translated(path: Path) -> None:
    with path.open("rb") as file:
        known = read_po(file)
    missing = []
    for message in extract(DEFAULT):
        if not message.id:
            continue
        found = known.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
        if found is None or not is_translated(found):
            missing.append((message.context, message.id))
    assert missing == []


def test_every_language_that_the_theme_names_has_a_catalogue_and_the_other_way_round() -> None:
    theme = load_theme()
    assert {theme.catalogue(code) for code in theme.languages if code != "en"} == set(CATALOGUES)
    assert {path.stem for path in CATALOGUES} >= {"de", "zh_Hans", "zh_Hant"}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_plural_has_as_many_forms_as_its_language(path: Path) -> None:
    with path.open("rb") as file:
        known = read_po(file)
    forms = {"de": 2, "zh_Hans": 1, "zh_Hant": 1}[path.stem]
    assert known.num_plurals == forms
    for message in known:
        if isinstance(message.id, tuple | list):
            assert len(message.string) == forms, message.id


def test_traditional_chinese_is_written_in_its_own_characters() -> None:
    with (DEFAULT / "messages" / "zh_Hant.po").open("rb") as file:
        words = "".join(
            each.string if isinstance(each.string, str) else "".join(each.string)
            for each in read_po(file)
            if each.id
        )
    assert not set(words) & set("这个项变阶风问题决会议记录审验范围报读发给对关开约书负责没时历执进")


def test_german_and_chinese_dates_end_no_sentence_with_two_full_stops() -> None:
    # A short German date ends in a full stop of its own: "4. Dez."
    for path in CATALOGUES:
        with path.open("rb") as file:
            known = read_po(file)
        for message in known:
            texts = (message.string,) if isinstance(message.string, str) else message.string
            if path.stem == "de":
                assert not any(re.search(r"%\(date\)s\.$", text) for text in texts), message.id


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_translation_fills_the_same_gaps_as_the_message(path: Path) -> None:
    with path.open("rb") as file:
        known = read_po(file)
    for message in known:
        if not message.id:
            continue
        ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
        texts = (message.string,) if isinstance(message.string, str) else tuple(message.string)
        # Where a form is for one alone, it may say "eine" in place of the number.
        for_one = {"num", "count", "moved"} if known.num_plurals == 2 else {"num"}
        allowed = {gap for each in ids for gap in re.findall(r"%\((\w+)\)s", each)} | {"num"}
        needed = set.intersection(*(set(re.findall(r"%\((\w+)\)s", each)) for each in ids))
        for i, text in enumerate(texts):
            gaps = set(re.findall(r"%\((\w+)\)s", text))
            assert gaps <= allowed, f"{ids} is filled with {gaps}"
            spared = for_one if len(texts) > 1 and i == 0 else {"num"}
            assert needed - spared <= gaps, f"{ids} loses {needed - gaps}"


def test_the_template_of_the_catalogue_is_current() -> None:
    with (DEFAULT / "messages" / "portalgen.pot").open("rb") as file:
        written = {
            (each.context, each.id if isinstance(each.id, str) else tuple(each.id))
            for each in read_po(file)
            if each.id
        }
    now = {
        (each.context, each.id if isinstance(each.id, str) else tuple(each.id))
        for each in extract(DEFAULT)
        if each.id
    }
    assert written == now


def test_every_status_has_an_icon_that_the_theme_draws() -> None:
    icons = load_theme().icons
    assert set(ICONS.values()) <= set(icons)
    for key, words in LABELS.items():
        if key.endswith(".status"):
            assert all(english().icon_of(key.split(".")[0], word) in icons for word in words)


def test_dates_near_the_day_go_without_a_year_and_others_have_one() -> None:
    assert english().day(ADVENT, date(2026, 11, 23)) == "4 Dec"
    assert english().day(date(2027, 3, 19), date(2026, 11, 23)) == "19 Mar"
    assert english().day(date(2027, 9, 19), date(2026, 11, 23)) == "19 Sept 2027"
    assert english().day(ADVENT) == "4 Dec 2026"


def test_dates_are_written_in_the_clients_own_way() -> None:
    assert english("en-US").day(ADVENT, ADVENT) == "Dec 4"
    assert english().full_day(date(2026, 11, 20)) == "Friday 20 November 2026"
    assert chinese().day(ADVENT, ADVENT) == "12月4日"
    assert chinese().narrow_day(ADVENT, ADVENT) == "12/4"
    assert chinese().full_day(date(2026, 11, 20)) == "2026年11月20日星期五"


def test_money_has_its_currency_and_cents_only_where_there_are_any() -> None:
    assert english().money(Money(Decimal("96000"), "EUR")) == "€96,000"
    assert english().money(Money(Decimal("1200.50"), "EUR")) == "€1,200.50"
    assert english().signed_money(Money(Decimal("-2200"), "EUR")) == "−€2,200"
    assert english().signed_money(Money(Decimal("4150"), "EUR")) == "+€4,150"
    assert chinese().money(Money(Decimal("32000"), "CNY")) == "¥32,000"
    assert english().money(Money(Decimal("7"), "CHF")) == "CHF\u00a07"
    assert english("de-DE").money(Money(Decimal("5"), "JPY")) == "JP¥5"


def test_sizes_of_files_are_rounded_to_what_people_say() -> None:
    assert [english().size(size) for size in (1, 812, 412_000, 1_240_000, 18_000_000)] == [
        "1 byte",
        "812 bytes",
        "412 kB",
        "1.2 MB",
        "18 MB",
    ]


@pytest.mark.parametrize(
    ("typed", "spoken"),
    [
        ("en", "en"),
        ("en-US", "en"),
        ("zh-CN", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("zh-Hans-SG", "zh-Hans"),
        ("zh_CN", "zh-Hans"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-Hant", "zh-Hant"),
        ("de-AT", "de"),
        ("fr", None),
        ("no such", None),
    ],
)
def test_a_locale_finds_the_language_that_is_nearest_to_it(typed: str, spoken: str | None) -> None:
    assert nearest_language(typed, load_theme().languages) == spoken


def test_a_list_ends_in_the_word_of_its_language_and_is_escaped() -> None:
    assert english().listing(["CR-7", "ISS-3", "<b>"]) == "CR-7, ISS-3 and &lt;b&gt;"
    assert chinese().listing(["CR-7", "ISS-3"]) == "CR-7和ISS-3"


def test_a_language_from_right_to_left_says_so() -> None:
    assert Language("ar", Locale("ar"), NullTranslations()).direction == "rtl"


@pytest.mark.parametrize("locale", ["ar", "ar-EG", "he-IL", "fa"])
def test_a_client_who_writes_from_right_to_left_gets_such_pages_and_english_words_and_dates(
    locale: str,
) -> None:
    found = english(locale)
    assert (found.direction, found.words_direction) == ("rtl", "ltr")
    assert found.day(ADVENT, ADVENT) == "4 Dec"
    assert found.money(Money(Decimal("96000"), "EUR")) == "€96,000"


def test_a_language_that_is_missing_is_named_at_the_foot_of_every_page() -> None:
    said = "Our own words on this site are in English: there is no translation into Arabic yet."
    site = render_site(sample.arabic(), load_theme())
    pages = [data.decode() for url, data in site.items() if url.endswith(".html") and url != "404.html"]
    assert all(said in html and '<html lang="en" dir="rtl">' in html for html in pages)
    assert b"there is no translation" not in render_site(sample.rich(), load_theme())["index.html"]
    assert b"there is no translation" not in render_site(sample.chinese(), load_theme())["index.html"]


def test_bodies_have_a_word_of_ours_for_each_that_markdown_writes() -> None:
    assert LABELS["body.word"] == WORDS
    assert body_words(chinese())["warning"] == "警告"
    assert body_words(english()) == WORDS
