"""A client's portal and a theme → every file of the site but data.json and the published files."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import date as Day
from types import ModuleType
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from portalgen.portal import (
    answer,
    contacts,
    digest,
    folding,
    groups,
    home,
    impacts,
    links,
    matrix,
    pages,
    routes,
    scope,
    terms,
    track,
)
from portalgen.portal.pages import Page
from portalgen.portal.published import Portal, Project
from portalgen.site.colour import brand_styles
from portalgen.site.messages import Language, language_of
from portalgen.site.prose import bidi, flow, line, prose
from portalgen.site.theme import Theme

POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"

_MODULES: tuple[ModuleType, ...] = (
    answer, contacts, digest, folding, groups, home, impacts, links, matrix, pages, routes, scope, terms, track,
)  # fmt: skip
_ICON = re.compile(r'<use href="#i-([a-z-]+)"/>')
_ICONS_HERE = "<!-- icons -->"
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def render_site(portal: Portal, theme: Theme) -> dict[str, bytes]:
    """Return the site's files by their address: pages, 404.html, styles, script and `_headers`."""
    language = language_of(
        portal.client.language, portal.client.locale, theme.catalogue(portal.client.language)
    )
    environment = environment_of(theme, language)
    sprites: dict[frozenset[str], str] = {}
    frames: dict[tuple[object, ...], dict[str, Markup]] = {}
    files: dict[str, bytes] = {}
    for page in pages.plan_pages(portal):
        if page.url in files:
            raise AssertionError(f"two pages at {page.url}: resolve lets only one through")
        key = (
            page.area.id if page.area else None,
            page.section,
            page.root,
            page.record is None,
            page.is_dated,
            page.is_revised,
        )
        if key not in frames:
            frames[key] = _frame(environment, portal, page)
        html = environment.get_template(page.template).render(
            page=page,
            portal=portal,
            client=portal.client,
            area=page.area,
            record=page.record,
            frame=frames[key],
        )
        files[page.url] = _with_icons(html, theme, sprites).encode()
    alone = environment.get_template("pages/404.html").render(portal=portal, client=portal.client)
    files["404.html"] = alone.encode()
    files["assets/portal.css"] = theme.styles
    files["assets/portal.js"] = theme.script
    if portal.client.brand_colour:
        files["assets/brand.css"] = brand_styles(portal.client.brand_colour)
    files["_headers"] = _headers(alone).encode()
    return files


def environment_of(theme: Theme, language: Language) -> Environment:
    """Return the theme's templates speaking a language; made once for both."""
    key = (theme.folders, language.code, str(language.locale))
    if key not in _environments:
        _environments[key] = _environment(theme, language)
    return _environments[key]


_environments: dict[tuple[object, ...], Environment] = {}


def _environment(theme: Theme, language: Language) -> Environment:
    environment = theme.environment()
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        language.gettext,
        language.ngettext,
        newstyle=True,
        pgettext=language.pgettext,
        npgettext=language.npgettext,
    )

    def day(page: Page, on: Day) -> Markup:
        return Markup('<time datetime="{}">{}</time>').format(on.isoformat(), language.day(on, page.near))

    def long_day(on: Day) -> Markup:
        return Markup('<time datetime="{}">{}</time>').format(on.isoformat(), language.long_day(on))

    def full_day(on: Day) -> Markup:
        return Markup('<time datetime="{}">{}</time>').format(on.isoformat(), language.full_day(on))

    def spelled(number: int, at_start: bool = False) -> str:
        known = language.label("number", "first" if at_start else "within", str(number))
        return known if number < 10 else language.number(number)

    def days(number: int) -> str:
        return language.ngettext("%(num)s day", "%(num)s days", number) % {"num": language.number(number)}

    def text(value: str) -> str | Markup:
        return bidi(value, language.direction)

    environment.globals.update({module.__name__.rpartition(".")[2]: module for module in _MODULES})
    environment.globals.update(
        language=language, label=language.label, icon_of=language.icon_of, listing=language.listing, day=day,
        long_day=long_day, full_day=full_day, narrow_day=lambda page, on: language.narrow_day(on, page.near),
        money=language.money, signed_money=language.signed_money, number=language.number, signed=language.signed,
        percent=language.percent, file_size=language.size, spelled=spelled, days=days, policy=POLICY, style_source=lambda style: Markup(style_source(str(style))),
    )  # fmt: skip
    environment.filters.update(
        prose=prose, line=line, text=text, flow=lambda words: flow(words, language.gap)
    )
    return environment


def _frame(environment: Environment, portal: Portal, page: Page) -> dict[str, Markup]:
    """Return what is the same on many pages: the head's links, the masthead with the menu, and the foot."""
    module: Any = environment.get_template("layouts/frame.html").module
    area: Project | None = page.area
    return {
        "head": module.head(page, portal),
        "top": module.top(page, portal, pages.menu(portal, area)),
        "foot": module.foot(page, portal, pages.index(portal, area)),
    }


def _with_icons(html: str, theme: Theme, sprites: dict[frozenset[str], str]) -> str:
    """Return the page with the drawings of the icons that it uses, and no others."""
    used = frozenset(_ICON.findall(html))
    sprite = sprites.get(used)
    if sprite is None:
        symbols = "\n".join(theme.icons[name] for name in sorted(used))
        sprite = (
            f'<svg class="sprite" aria-hidden="true" focusable="false">\n{symbols}\n</svg>' if used else ""
        )
        sprites[used] = sprite
    return html.replace(_ICONS_HERE, sprite, 1)


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


def style_source(style: str) -> str:
    """Return the CSP source of an inline style."""
    digest_of_style = hashlib.sha256(style.encode()).digest()
    return f"'sha256-{base64.b64encode(digest_of_style).decode()}'"


def _style_source_of(html: str) -> str:
    found = _STYLE.search(html)
    if found is None:
        raise AssertionError("404.html has no style of its own")
    return style_source(found[1])
