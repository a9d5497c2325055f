"""A prepared client and a theme → its site, of which a page is rendered when somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from portalgen.build.files import copy_of
from portalgen.pipeline import Prepared, in_language
from portalgen.portal.pages import plan_pages
from portalgen.portal.published import Portal
from portalgen.site.data import data_of, write_data
from portalgen.site.render import plan_site
from portalgen.site.theme import Theme
from portalgen.site.write import Content


class Site(Struct, frozen=True, kw_only=True):
    """All files of a client's site."""

    prepared: Prepared
    portal: Portal
    """In the theme's language."""
    theme: Theme
    files: Mapping[str, Callable[[], Content]]
    """By address from the site's root, not percent-encoded. Rendering raises what a theme's faults raise."""


def open_site(prepared: Prepared, theme: Theme, root: Path) -> Site:
    """Return the site that `build` would write, byte for byte, without rendering any of it."""
    portal, _notes = in_language(prepared.portal, theme)
    plan = plan_site(portal, theme)
    unrevised = {page.url for page in plan_pages(portal) if not page.is_revised}

    # The revision is a digest of everything: worked out when the first page that shows it is asked for.
    @cache
    def revised() -> dict[str, Callable[[], bytes]]:
        return plan_site(replace(portal, revision=data_of(portal)["revision"]), theme)

    files: dict[str, Callable[[], Content]] = {"data.json": lambda: write_data(portal)[0]}
    for address, render in plan.items():
        files[address] = render if address in unrevised else partial(_render, revised, address)
    for address, attachment in prepared.files.items():
        data = attachment.data
        files[address] = partial(_as_is, data if data is not None else copy_of(root, attachment))
    return Site(prepared=prepared, portal=portal, theme=theme, files=files)


def _render(plan: Callable[[], dict[str, Callable[[], bytes]]], address: str) -> bytes:
    return plan()[address]()


def _as_is(content: Content) -> Content:
    return content
