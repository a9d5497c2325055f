"""A theme's components → the example of each, with nothing in it, one thing, forty, and the longest words."""

from __future__ import annotations

from markupsafe import Markup
from msgspec.structs import replace

from portalgen.portal.drawn import specimens
from portalgen.portal.pages import plan_pages
from portalgen.portal.published import Portal
from portalgen.site.render import environment_of, language_of_site
from portalgen.site.theme import Theme

EXAMPLE = "example.html"


def component_names(theme: Theme) -> tuple[str, ...]:
    """Return the components of a theme and of those that it extends, sorted."""
    folders = (each for folder in theme.folders for each in (folder / "templates" / "components").glob("*/"))
    return tuple(sorted({folder.name for folder in folders}))


def example_names(theme: Theme) -> tuple[str, ...]:
    """Return the components that have an example, sorted."""
    return tuple(
        name
        for name in component_names(theme)
        if any((folder / "templates" / "components" / name / EXAMPLE).is_file() for folder in theme.folders)
    )


def render_example(name: str, portal: Portal, theme: Theme) -> Markup:
    """Return a component's example in the language of a client, whose portal stands behind it.

    It sees what every page sees (`page`, `portal`, `client`, `area`, and no `record`); its page also finds the records
    of portal.drawn.specimens, from which examples take what no client may have.
    """
    environment = environment_of(theme, language_of_site(portal, theme))
    page = next(iter(plan_pages(portal)))
    page = replace(page, records={**page.records, **specimens.records()}, near=specimens.TODAY)
    html = environment.made(
        f"components/{name}/{EXAMPLE}",
        page=page,
        portal=portal,
        client=portal.client,
        area=page.area,
        record=None,
    )
    return Markup(html)
