"""A client's portal and a theme → every file of the site but data.json and the published files."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial
from operator import attrgetter
from types import ModuleType
from typing import Any

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from portalgen.portal import (
    answer,
    contacts,
    digest,
    folding,
    follow,
    groups,
    home,
    links,
    outline,
    pages,
    routes,
    scope,
    terms,
)
from portalgen.portal.drawn import (
    ageing,
    burnup,
    drift,
    impacts,
    matrix,
    plot,
    satisfaction,
    specimens,
    squares,
    told_specimens,
    trace,
    track,
    waterfall,
)
from portalgen.portal.pages import Entry, Page
from portalgen.portal.past import story
from portalgen.portal.published import Portal, Project, Record
from portalgen.site.colour import brand_styles
from portalgen.site.compiler import QuickEnvironment
from portalgen.site.messages import Language, forget_languages, language_of
from portalgen.site.reads import Looker, Parts, Unnoted
from portalgen.site.search import words_of, write_search
from portalgen.site.speech import filters_of, globals_of, style_source
from portalgen.site.theme import Theme, forget_folders
from portalgen.site.untranslated import with_elements

POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"

TEMPLATE_MODULES: tuple[ModuleType, ...] = (
    ageing, answer, burnup, contacts, digest, drift, folding, follow, groups, home, impacts, links, matrix, outline,
    pages, plot, routes, satisfaction, scope, specimens, squares, story, terms, told_specimens, trace, track,
    waterfall,
)  # fmt: skip
Menu = tuple[Entry, ...]
Index = tuple[tuple[str, Menu], ...]

_ICON = '<use href="#i-'
_ICONS_HERE = "<!-- icons -->"
HOLE = "\0revision0a\0"
"""Stands in a foot for the revision, as long as one: no content has such a character."""
_FACTS_OF_PAGE = attrgetter(
    *(name for name in Page.__struct_fields__ if name not in ("area", "record", "records"))
)
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


class Making(Struct, frozen=True):
    """How one of a site's files is made, and of what."""

    make: Callable[[], bytes]
    looker: Looker | None = None
    """Through which `make` reads the portal; None for a file that is made in no time."""
    facts: Callable[[], tuple[object, ...]] = tuple
    """What it is made of beside the theme and what is read through `looker`."""
    revision: bytes = b""
    """What belongs where `make` leaves a HOLE; empty where it leaves none."""


def render_site(portal: Portal, theme: Theme) -> dict[str, bytes]:
    """Return the site's files by their address: pages, 404.html, styles, script, feed, calendar and `_headers`."""
    return {address: make() for address, make in plan_site(portal, theme).items()}


def plan_site(portal: Portal, theme: Theme) -> dict[str, Callable[[], bytes]]:
    """Return what makes each of the site's files, by their address: a preview asks for one at a time."""
    return {address: making.make for address, making in plan_files(portal, theme, is_noted=False).items()}


def plan_files(
    portal: Portal, theme: Theme, parts: Parts | None = None, *, is_noted: bool = True
) -> dict[str, Making]:
    """Return how each of the site's files is made, and of what, by their address; `parts` of some are kept.

    Where `is_noted` is false, of no file is known what it is made of.
    """
    parts = parts or Parts()
    language = language_of_site(portal, theme)
    spoken = (theme.name, language.code, str(language.locale), language.missing)
    planned = pages.plan_pages(portal)
    records = planned[0].records
    looker = Looker(portal, records, parts.digests) if is_noted else Unnoted(portal, records)
    by_field = Looker(portal, records, parts.digests, by_field=True) if is_noted else looker
    noted, noted_by_field = (each if isinstance(each, Looker) else None for each in (looker, by_field))
    environment = environment_of(theme, language)
    sprites: dict[frozenset[str], str] = {}
    entries: dict[str | None, tuple[Menu, Index]] = {}
    frames: dict[tuple[object, ...], tuple[dict[str, Markup], bytes, bool]] = {}

    def entries_of(area: Project | None) -> tuple[Menu, Index]:
        key = area.id if area else None
        if key not in entries:
            entries[key] = pages.menu(portal, area), pages.index(portal, area)
        return entries[key]

    def frame_of(page: Page) -> tuple[dict[str, Markup], bytes, bool]:
        key = (
            page.area.id if page.area else None,
            page.section,
            page.root,
            page.record is None,
            page.is_dated,
            page.is_revised,
        )
        if key not in frames:
            menu, index = entries_of(page.area)
            frame = _frame(environment, portal, page, menu, index)
            is_to_have_hole = is_noted and page.is_revised
            with_hole = _with_hole(environment, portal, page, frame, index) if is_to_have_hole else None
            frame = with_hole or frame
            frames[key] = frame, looker.digest_of((spoken, tuple(frame.items()))), with_hole is not None
        return frames[key]

    def facts_of(page: Page) -> tuple[object, ...]:
        return repr(_FACTS_OF_PAGE(page)), page.record, looker.number_of(page.area), frame_of(page)[1]

    def shown(page: Page, frame: dict[str, Markup]) -> str:
        seen = replace(page, area=looker.area(page.area), records=looker.records)
        return environment.made(
            page.template,
            page=seen,
            portal=looker.portal,
            client=looker.portal.client,
            area=seen.area,
            record=page.record,
            frame=frame,
        )

    def render(page: Page) -> bytes:
        frame, _, has_hole = frame_of(page)
        html = shown(page, frame)
        if has_hole and html.count(HOLE) != 1:
            # A team's own theme may show the foot in a way of its own.
            html = shown(page, _frame(environment, portal, page, *entries_of(page.area)))
        return _with_icons(html, theme, sprites).encode()

    def words(record: Record, limit: int) -> tuple[str, str]:
        if not is_noted:
            return words_of(record, limit)
        found: tuple[str, str] = parts.find(b"words %d" % limit, record, lambda: words_of(record, limit))
        return found

    @cache
    def alone() -> str:
        return with_elements(environment.made("pages/404.html", portal=portal, client=portal.client))

    files: dict[str, Making] = {}
    for page in planned:
        if page.url in files:
            raise AssertionError(f"two pages at {page.url}: resolve lets only one through")
        revision = portal.revision.encode() if noted and page.is_revised else b""
        files[page.url] = Making(partial(render, page), noted, partial(facts_of, page), revision)
    files["404.html"] = Making(lambda: alone().encode())
    files["assets/portal.css"] = Making(lambda: theme.styles)
    files["assets/portal.js"] = Making(lambda: theme.scripts["portal"])
    if pages.has_search(portal):
        files["assets/search.js"] = Making(lambda: theme.scripts["search"])
        files["assets/search-data.js"] = Making(
            lambda: write_search(looker.portal, language, words), noted, lambda: spoken
        )
    if portal.client.logo is None:
        files["assets/icon.svg"] = Making(lambda: theme.icon)
    if portal.client.brand_colour:
        files["assets/brand.css"] = Making(lambda: brand_styles(portal.client.brand_colour))
    files["_headers"] = Making(lambda: _headers(alone()).encode())
    if follow.has_feed(portal):
        files["feed.xml"] = Making(partial(_feed, looker.portal, language), noted, lambda: spoken)
    if follow.has_calendar(portal):
        # A calendar shows a few fields of long lists: it stands while those do.
        files["calendar.ics"] = Making(
            partial(_calendar, by_field.portal, language), noted_by_field, lambda: spoken
        )
    return files


def _feed(portal: Portal, language: Language) -> bytes:
    # This and icalendar are imported where they are used, since they take long to come.
    from portalgen.site.feeds import write_feed

    return write_feed(portal, language)


def _calendar(portal: Portal, language: Language) -> bytes:
    from portalgen.site.calendar import write_calendar

    return write_calendar(portal, language)


def language_of_site(portal: Portal, theme: Theme) -> Language:
    """Return the language that a client's site speaks."""
    client = portal.client
    return language_of(client.language, client.locale, theme.catalogue(client.language))


def environment_of(theme: Theme, language: Language) -> QuickEnvironment:
    """Return the theme's templates speaking a language; made once for both."""
    key = (theme.folders, language.code, str(language.locale), language.missing)
    if key not in _environments:
        _environments[key] = _environment(theme, language)
    return _environments[key]


_environments: dict[tuple[object, ...], QuickEnvironment] = {}


def forget_themes() -> None:
    """Read every theme and its words anew from now on; a site that is planned already keeps what it has."""
    _environments.clear()
    forget_languages()
    forget_folders()


def _environment(theme: Theme, language: Language) -> QuickEnvironment:
    environment = theme.environment()
    environment.globals.update({module.__name__.rpartition(".")[2]: module for module in TEMPLATE_MODULES})
    environment.globals.update(globals_of(language), policy=POLICY)
    environment.filters.update(filters_of(language))
    return environment


def _frame(
    environment: QuickEnvironment, portal: Portal, page: Page, menu: Menu, index: Index
) -> dict[str, Markup]:
    """Return what is the same on many pages: the head's links, the masthead with the menu, and the foot."""
    module: Any = environment.get_template("layouts/frame.html").module
    return {
        "head": module.head(page, portal),
        "top": module.top(page, portal, menu),
        "foot": module.foot(page, portal, index),
    }


def _with_hole(
    environment: QuickEnvironment, portal: Portal, page: Page, frame: dict[str, Markup], index: Index
) -> dict[str, Markup] | None:
    """Return the frame with a HOLE in its foot instead of the revision; None where that is not all that it is for."""
    module: Any = environment.get_template("layouts/frame.html").module
    foot = module.foot(page, replace(portal, revision=HOLE), index)
    is_all = foot.count(HOLE) == 1 and foot.replace(HOLE, portal.revision) == frame["foot"]
    return frame | {"foot": foot} if is_all else None


def _with_icons(html: str, theme: Theme, sprites: dict[frozenset[str], str]) -> str:
    """Return the page with the drawings of the icons that it uses, and no others."""
    used = frozenset([after[: after.index('"')] for after in html.split(_ICON)[1:]])
    sprite = sprites.get(used)
    if sprite is None:
        symbols = "\n".join(theme.icons[name] for name in sorted(used))
        sprite = (
            f'<svg class="sprite" aria-hidden="true" focusable="false">\n{symbols}\n</svg>' if used else ""
        )
        sprites[used] = sprite
    return with_elements(html.replace(_ICONS_HERE, sprite, 1))


def _headers(alone: str) -> str:
    """Return the headers for hosts that read such a file; 404.html brings its own style, known by its hash."""
    policy = POLICY.replace("style-src 'self'", f"style-src 'self' {_style_source_of(alone)}")
    return (
        "/*\n"
        f"  Content-Security-Policy: {policy}; frame-ancestors 'none'\n"
        "  X-Robots-Tag: noindex, nofollow\n"
        "  Referrer-Policy: no-referrer\n"
        "  X-Content-Type-Options: nosniff\n"
    )


def _style_source_of(html: str) -> str:
    found = _STYLE.search(html)
    if found is None:
        raise AssertionError("404.html has no style of its own")
    return style_source(found[1])
