"""What of our words is not translated stands in English, says so, and keeps its own direction."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec.structs import replace

from portalgen.site.messages import language_of
from portalgen.site.render import render_site
from portalgen.site.theme import load_theme
from portalgen.site.untranslated import with_elements
from tests.site import sample

PO = (
    'msgid ""\nmsgstr ""\n"Language: ar\\n"\n'
    '"Plural-Forms: nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);\\n"\n'
    '"Content-Type: text/plain; charset=utf-8\\n"\n\nmsgctxt "section.name"\nmsgid "Overview"\nmsgstr "نظرة عامة"\n'
)
ENGLISH = '<span lang="en" dir="ltr">'


@pytest.fixture(scope="module")
def partly(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The pages of a client who writes Arabic, in a theme that speaks one word of it."""
    theme = tmp_path_factory.mktemp("themes") / "own"
    (theme / "messages").mkdir(parents=True)
    (theme / "theme.yaml").write_text("name: own\nextends: default\nlanguages: [ar]\n", encoding="utf-8")
    (theme / "messages/ar.po").write_text(PO, encoding="utf-8")
    portal = sample.arabic()
    portal = replace(portal, client=replace(portal.client, language="ar"))
    site = render_site(portal, load_theme(str(theme)))
    return {url: data.decode() for url, data in site.items() if url.endswith(".html")}


def test_a_sentence_of_ours_is_english_from_left_to_right_and_its_values_run_as_they_do(
    partly: dict[str, str],
) -> None:
    home = partly["index.html"]
    title, link = "اكتمال جميع التسجيلات", '<a href="milestones/MS-4.html">'
    assert f"{ENGLISH}Next comes \u2068{link}{title}</a>\u2069 on \u2068<time" in home
    assert f"{ENGLISH}On track.</span>" in home
    assert f"{ENGLISH}نظرة عامة" not in home
    assert ">نظرة عامة<" in home


def test_sentences_that_follow_each_other_run_on(partly: dict[str, str]) -> None:
    assert re.search(r"milestones are met\. [^<]* ahead, [^<]* have moved\.", partly["timeline.html"])


def test_marks_become_elements_in_lines_alone(partly: dict[str, str]) -> None:
    class Reader(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.open: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert not any("<" in (value or "") for _, value in attrs)
            if tag not in ("meta", "link", "br", "input", "hr", "img"):
                self.open.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert tag in ("path", "line", "circle", "rect", "use") or self.open.pop() == tag

        def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert not any("<" in (value or "") for _, value in attrs)

        def handle_data(self, data: str) -> None:
            inside = {"svg", "title", "script", "style", "option"} & set(self.open)
            assert inside or "\u2066" not in data
            assert (
                not inside
                or "span" not in self.open[self.open.index(sorted(inside, key=self.open.index)[0]) :]
            )

    for html in partly.values():
        reader = Reader()
        reader.feed(html)
        assert reader.open == []


def test_where_all_is_translated_nothing_is_marked() -> None:
    for portal in (sample.rich(), sample.chinese()):
        home = render_site(portal, load_theme())["index.html"].decode()
        assert ENGLISH not in home
        assert "\u2066" not in home
        assert with_elements(home) is home


def test_english_on_a_page_from_the_right_is_marked_too() -> None:
    assert f"{ENGLISH}On track.</span>" in render_site(sample.arabic(), load_theme())["index.html"].decode()


@pytest.mark.parametrize(
    ("locale", "most"), [("en", 12), ("de", 12), ("zh-CN", 12), ("ar", 6), ("ar-SY", 4), ("he", 12)]
)
def test_a_chart_names_as_many_months_as_fit_beside_each_other(locale: str, most: int) -> None:
    # Asked for in its own language, so that the formats are that language's too.
    assert language_of(locale, locale, None).most_months == most


def test_a_theme_of_ones_own_is_marked_by_its_own_catalogue(tmp_path: Path) -> None:
    catalogue = tmp_path / "ar.po"
    catalogue.write_text(PO, encoding="utf-8")
    assert language_of("ar", "ar", catalogue).stands_in_english
    assert not language_of("de", "de", load_theme().catalogue("de")).stands_in_english
