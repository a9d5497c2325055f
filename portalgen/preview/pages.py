"""The preview's own pages: the index of all clients, a theme's components, and what stands in for a missing page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from portalgen.preview.notices import Notice, as_data, notice_of_fault
from portalgen.preview.site import Site
from portalgen.preview.standing import Standing
from portalgen.site.examples import example_names, render_example
from portalgen.site.messages import language_of
from portalgen.site.render import language_of_site

_LOCAL = re.compile(r'( (?:href|src)=")(?![a-z][a-z0-9+.-]*:|[#/])')
_WORDS = language_of("en", "en", None)


def render_index(
    standings: Sequence[Standing], notices: Sequence[Mapping[str, Any]], *, shows_team: bool, has_lines: bool
) -> bytes:
    """Return the page that lists all clients: how their projects stand, and what is to be mended."""
    clients = [
        {
            "slug": standing.slug,
            "name": standing.site.portal.client.name if standing.site else standing.slug,
            "as_of": standing.site.portal.as_of if standing.site else None,
            "health": list(_health(standing)),
            "is_read": standing.key is not None,
            "has_site": standing.site is not None,
            "errors": [as_data(one, has_lines=has_lines) for one in standing.notices],
            "warnings": [as_data(one, has_lines=False) for one in standing.warnings],
        }
        for standing in standings
    ]
    return _page("index.html", clients=clients, notices=notices, shows_team=shows_team)


def _health(standing: Standing) -> Iterable[dict[str, str]]:
    if standing.site is None:
        return
    for project in standing.site.portal.projects:
        word = project.derived.health.word
        yield {"project": project.name, "word": word, "label": _WORDS.label("health", "word", word)}


def render_trouble(title: str, notices: Sequence[Mapping[str, Any]]) -> bytes:
    """Return what is shown where there is no good page yet."""
    return _page("trouble.html", title=title, notices=notices)


def render_components(site: Site) -> bytes:
    """Return a page with the example of every component of the site's theme, made with a client's portal.

    An example is a template, `example.html` in the component's folder. It sees what every page sees: `page`, `portal`,
    `client`, `area`, and no `record`.
    """
    portal = site.portal
    language = language_of_site(portal, site.theme)
    examples: list[dict[str, Any]] = []
    for name in example_names(site.theme):
        try:
            html = str(render_example(name, portal, site.theme))
            # Its links lead from the client's first page.
            shown = Markup(_LOCAL.sub(rf"\1/{portal.client.id}/", html))
            examples.append({"name": name, "html": shown, "notice": None})
        except Exception as error:
            # Somebody is writing it: the fault is shown in its place, beside the examples that are well.
            fault: Notice = notice_of_fault(error, site.theme.folders)
            examples.append({"name": name, "html": "", "notice": as_data(fault, has_lines=True)})
    drawings = Markup("\n".join(site.theme.icons.values()))
    return _page(
        "components.html",
        theme=site.theme.name,
        examples=examples,
        drawings=drawings,
        language=language,
        has_brand=bool(portal.client.brand_colour),
    )


def styles_and_script(site: Site) -> dict[str, bytes]:
    """Return what a page of components needs beside it, by name."""
    names = ("portal.css", "portal.js", "brand.css")
    found = {name: site.files.get(f"assets/{name}") for name in names}
    return {
        name: content
        for name, render in found.items()
        if render is not None and isinstance(content := render(), bytes)
    }


def _page(name: str, **values: Any) -> bytes:
    return _environment().get_template(name).render(**values).encode()


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("portalgen.preview", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
