"""A status report's page → a tagged PDF, the same bytes each time; WeasyPrint, an extra, is imported when wanted."""

from __future__ import annotations

import io
import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import unquote, urljoin

from markupsafe import escape
from msgspec.structs import replace

from portalgen.portal.published import Portal, Report
from portalgen.site.colour import brand_styles
from portalgen.site.data import data_of
from portalgen.site.prose import runs_from_right
from portalgen.site.render import language_of_site, plan_site
from portalgen.site.theme import Theme

NEEDS = "a PDF needs WeasyPrint, which is not installed: pip install 'portalgen[pdf]'"
NEEDS_PANGO = (
    "a PDF needs Pango, which WeasyPrint did not find. On Debian and Ubuntu: "
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
)
_SITE = "https://portal.invalid/"
"""Where the page seems to stand while it is drawn: nothing is fetched from a network or a disk."""
_ICON = re.compile(r'(<svg class="icon" viewBox=")[^"]*("[^>]*>)<use href="#i-([a-z-]+)"/>')
_SYMBOL = re.compile(r'<symbol [^>]*viewBox="([^"]*)"[^>]*>(.*)</symbol>', re.DOTALL)
_SPRITE = re.compile(r'<svg class="sprite".*?</svg>', re.DOTALL)
_SCRIPT = re.compile(r"<script\b[^>]*></script>")
_LINK = re.compile(r'(<a\b[^>]*?) href="([^"]*)"')
_ROLE = re.compile(r"--([a-z0-9-]+): (#[0-9a-f]{3,8});")
"""The last of a name counts, as in the style itself: what is said for paper."""
_VALUE = re.compile(r"var\(--([a-z0-9-]+)\)")
_AUTO = re.compile(r' dir="auto"')
_AHEAD = 2000
"""Characters in which the first letter of a block is looked for."""
_TAG = re.compile(r"<[^>]*>")
_ABROAD = re.compile(r"(?:https?|mailto|tel):")


class NoPdf(Exception):
    """WeasyPrint, or what it needs of the system, is missing; the message says what to do about it."""


def report_pdf(
    portal: Portal, theme: Theme, report: Report, read_file: Callable[[str], bytes | None]
) -> bytes:
    """Return the page of a report of `portal` on A4, tagged for screen readers.

    `read_file` gives a published file by its address from the site's root. Raises NoPdf.
    """
    weasyprint = _weasyprint()
    portal = replace(portal, revision=data_of(portal)["revision"])
    page = plan_site(portal, theme)[report.url]().decode()
    styles = {
        f"{_SITE}assets/portal.css": theme.styles + theme.paper,
        f"{_SITE}assets/brand.css": brand_styles(portal.client.brand_colour)
        if portal.client.brand_colour
        else b"",
    }

    class Fetcher(weasyprint.urls.URLFetcher):  # type: ignore[misc, name-defined]
        """Gives what belongs to the page, and nothing of the network or the disk."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            content = styles.get(url)
            if content is None and url.startswith(_SITE):
                content = read_file(unquote(url.removeprefix(_SITE)))
            if content is None:
                raise ValueError(f"{url} is not of this page")
            kind = {"Content-Type": "text/css"} if url in styles else {}
            return weasyprint.urls.URLFetcherResponse(url, io.BytesIO(content), kind)

    with _on_day(report):
        document = weasyprint.HTML(
            string=_paper(page, portal, theme, report),
            base_url=_SITE + report.url,
            url_fetcher=Fetcher(),
            media_type="print",
        )
        return bytes(document.write_pdf(pdf_variant="pdf/ua-1"))


def _weasyprint() -> Any:
    # It warns of every property that is for screens; what is wrong with a page shows on paper.
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    try:
        import weasyprint
        import weasyprint.urls
    except ImportError:
        raise NoPdf(NEEDS) from None
    except OSError as error:
        raise NoPdf(NEEDS_PANGO) from error
    return weasyprint


@contextmanager
def _on_day(report: Report) -> Iterator[None]:
    """Make the programs that write fonts and files take the report's day for now: the clock is in no byte."""
    day = report.date or datetime(2000, 1, 1, tzinfo=UTC).date()
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(int(datetime.combine(day, time(12), UTC).timestamp()))
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before


def _paper(page: str, portal: Portal, theme: Theme, report: Report) -> str:
    """Return the page for a program that runs no script and draws each <svg> by itself."""
    facts = [
        f'<meta name="generator" content="portalgen"><meta name="keywords" content="{escape(report.id)}">'
    ]
    if report.author:
        facts.append(f'<meta name="author" content="{escape(report.author.name)}">')
    if report.date:
        facts.append(f'<meta name="dcterms.created" content="{report.date.isoformat()}">')
        facts.append(f'<meta name="dcterms.modified" content="{report.date.isoformat()}">')

    roles: dict[str, str] = dict(_ROLE.findall((theme.styles + theme.paper).decode()))

    def drawn(icon: re.Match[str]) -> str:
        symbol = _SYMBOL.search(theme.icons[icon[3]])
        if symbol is None:
            return icon[0]
        # It knows no colour of the text around a drawing: an icon takes that of the role with its name.
        ink = roles.get(icon[3], roles.get("text", "#000"))
        shape = _VALUE.sub(lambda found: roles.get(found[1], ink), symbol[2])
        return f"{icon[1]}{symbol[1]}{icon[2]}{shape.replace('currentColor', ink)}"

    def leading(link: re.Match[str]) -> str:
        # On paper a link leads to the site, where it has an address; else it is text.
        if _ABROAD.match(link[2]):
            return link[0]
        if not portal.client.url or link[2].startswith("#"):
            return link[1]
        root = portal.client.url.rstrip("/") + "/"
        return f'{link[1]} href="{escape(urljoin(urljoin(root, report.url), link[2]))}"'

    page = _AUTO.sub(_directed, _SCRIPT.sub("", _ICON.sub(drawn, _SPRITE.sub("", page))))
    if language_of_site(portal, theme).missing:
        # It sets no line apart by its direction: our English words would be turned round on a page from right to left.
        page = page.replace(' dir="rtl"', "", 1)
    return _LINK.sub(leading, page).replace("</head>", "".join(facts) + "</head>", 1)


def _directed(block: re.Match[str]) -> str:
    """Return the direction of a block by its first letter, for which the program does not look itself."""
    ahead = block.string[block.end() : block.end() + _AHEAD].partition(">")[2]
    return f' dir="{"rtl" if runs_from_right(_TAG.sub("", ahead)) else "ltr"}"'
