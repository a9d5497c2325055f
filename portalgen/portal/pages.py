"""Plan the pages of a client's site: which there are, where they stand, and which menu leads to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date as Day

from msgspec import Struct, field
from msgspec.structs import replace

from portalgen.portal import folding
from portalgen.portal.published import DueDerived, MilestoneDerived, Portal, Project, Record, Ref, Report

MENU_SIZE = 9
"""Entries that a wide screen holds beside "All pages"."""


class Section(Struct, frozen=True):
    """A page that shows a list, or answers a question for the whole client."""

    name: str
    """Its file's name and its place in the menu: `timeline`."""
    question: str
    """The client's question under which it stands in the index at the foot: track, needs, changed, where, who."""
    rank: int
    """The lower, the sooner it has a place in the menu."""
    kinds: tuple[str, ...] = ()
    """The lists that it shows; empty for a page that stands once, at the site's root."""


SECTIONS: dict[str, Section] = {
    section.name: section
    for section in (
        Section("index", "track", 0),
        Section("needs-you", "needs", 1),
        Section("whats-new", "changed", 2),
        Section("timeline", "track", 3, ("milestones",)),
        Section("scope", "where", 4, ("requirements",)),
        Section("changes", "changed", 5, ("changes",)),
        Section("deliverables", "where", 12, ("deliverables",)),
        Section("documents", "where", 6, ("documents",)),
        Section("reports", "track", 7, ("reports",)),
        Section("meetings", "where", 9, ("meetings", "communications")),
        Section("decisions", "changed", 10, ("decisions",)),
        Section("actions", "needs", 11, ("actions",)),
        Section("risks", "track", 13, ("risks",)),
        Section("issues", "track", 14, ("issues",)),
        Section("people", "who", 8),
        Section("contract", "who", 15),
        Section("feedback", "who", 16, ("feedback", "surveys", "approvals")),
        Section("lessons", "where", 17, ("lessons",)),
        Section("search", "where", 18),
    )
}
"""In the order of the menu."""

QUESTIONS = ("track", "needs", "changed", "where", "who")

RECORD_TEMPLATES = {
    "requirements": "requirement", "changes": "change", "milestones": "milestone", "deliverables": "deliverable",
    "meetings": "meeting", "decisions": "decision", "actions": "action", "risks": "risk", "issues": "issue",
    "reports": "report", "documents": "document", "feedback": "feedback-entry", "surveys": "survey",
    "approvals": "approval", "communications": "communication", "lessons": "lesson", "pages": "page",
}  # fmt: skip

_SECTION_BY_KIND = {kind: section.name for section in SECTIONS.values() for kind in section.kinds} | {
    "pages": "pages"
}
_BEFORE_PROJECTS = 3
"""Overview, needs you and what's new stand before the projects' names."""
_UNFINISHED = {
    "open",
    "in_progress",
    "blocked",
    "postponed",
    "planned",
    "submitted",
    "in_review",
    "not_accepted",
}


class Page(Struct, frozen=True, kw_only=True):
    url: str
    """From the site's root: `webshop/requirements/REQ-1.html`."""
    template: str
    """`pages/requirement.html`"""
    section: str
    """The menu's entry that it belongs to: `scope`."""
    area: Project | None = None
    """None for a page about the whole client."""
    record: Record | None = None
    root: str = ""
    """What leads from it to the site's root: empty, `../` or `../../`."""
    near: Day | None = None
    """The as-of day, or a report's own, near which dates go without a year; None where they all have one."""
    is_dated: bool = False
    """Whether its foot names the as-of day, since something on it is reckoned from it."""
    is_revised: bool = False
    """Whether its foot names the revision of the data."""
    kind: str = ""
    """On a sheet of a long list, the kind of its records; else empty."""
    sheet: int = 0
    """Its number, from 1; 0 for every other page."""
    records: Mapping[str, Record] = field(default_factory=dict)
    """Every published record by its page's address."""

    def href(self, url: str) -> str:
        """Return the link from this page to an address from the site's root; other addresses stay as they are."""
        return url if url.startswith(("https:", "http:", "mailto:", "tel:")) else self.root + url

    def find(self, ref: Ref) -> Record:
        """Return the record that `ref` stands for."""
        return self.records[ref.url]


class Entry(Struct, frozen=True, kw_only=True):
    """A line of the menu or of the index at the foot."""

    section: str
    """A section's name, or empty where `name` is shown."""
    url: str
    name: str = ""
    """A project's name, or a team page's title."""
    is_key: bool = False
    """Whether a phone's menu shows it."""
    is_of: str = ""
    """The address of the area's folder that it belongs to: empty or `webshop/`."""


def plan_pages(portal: Portal) -> tuple[Page, ...]:
    """Return every page of the site but 404.html: sections first, then the records' pages, area by area."""
    records = {record.url: record for area in portal.areas for record in area.lists.all()}
    sections = tuple(_section_pages(portal, records))
    return (
        *sections,
        *(_record_page(area, record, records) for area in portal.areas for record in area.lists.all()),
    )


def menu(portal: Portal, area: Project | None) -> tuple[Entry, ...]:
    """Return the entries at the top of the pages of `area`, or of the whole client's, in order."""
    # The search has its own place beside the menu.
    names = [name for name in SECTIONS if name != "search" and _section_url(portal, area, name) is not None]
    projects = () if _is_project(area) or len(portal.projects) < 2 else portal.projects
    first = [name for name in names if SECTIONS[name].rank < _BEFORE_PROJECTS]
    named = projects[: MENU_SIZE - len(first) - 1]
    by_rank = sorted((name for name in names if name not in first), key=lambda name: SECTIONS[name].rank)
    after = set(by_rank[: MENU_SIZE - len(first) - len(named)])
    entries = [
        *(_entry(portal, area, name) for name in first),
        *(Entry(section="", url=home_of(portal, project), name=project.name) for project in named),
        *(_entry(portal, area, name) for name in names if name in after),
    ]
    keys = _keys(names, is_for_projects=bool(projects))
    return tuple(replace(entry, is_key=True) if entry.section in keys else entry for entry in entries)


def index(portal: Portal, area: Project | None) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    """Return (question, entries) for the foot of the pages of `area`; what answers none of the five questions follows.

    `projects` holds the projects of a client with several, `client` what stands beside the project folders,
    and `pages` the team's own.
    """
    groups: list[tuple[str, tuple[Entry, ...]]] = []
    names = [name for name in SECTIONS if _section_url(portal, area, name) is not None]
    for question in QUESTIONS:
        found = tuple(_entry(portal, area, name) for name in names if SECTIONS[name].question == question)
        groups.append((question, found))
    shown = {entry.url for _, entries in groups for entry in entries}
    if len(portal.projects) > 1:
        groups.append(
            (
                "projects",
                tuple(
                    Entry(section="", url=home_of(portal, each), name=each.name) for each in portal.projects
                ),
            )
        )
    if portal.own is not None:
        own = (
            _entry(portal, portal.own, name)
            for name in SECTIONS
            if SECTIONS[name].kinds and _has(portal.own, name)
        )
        groups.append(("client", tuple(entry for entry in own if entry.url not in shown)))
    pages = [page for each in _areas_near(portal, area) for page in each.lists.pages if page.menu]
    groups.append(("pages", tuple(Entry(section="", url=page.url, name=page.title) for page in pages)))
    return tuple((question, entries) for question, entries in groups if entries)


def home_of(portal: Portal, project: Project) -> str:
    """Return the address of a project's own home page."""
    return "index.html" if len(portal.projects) == 1 or not project.prefix else f"{project.prefix}index.html"


def one_project(portal: Portal) -> Project | None:
    """Return the project of a client that has just one."""
    return portal.projects[0] if len(portal.projects) == 1 else None


def areas_of(portal: Portal, area: Project | None) -> tuple[Project, ...]:
    """Return the areas that a home page speaks of: its project, with what stands beside it; or all of them."""
    if area is None or area is one_project(portal):
        return portal.areas
    return (area,)


def project_of(portal: Portal, url: str) -> Project | None:
    """Return whose page stands at an address, where a client has several projects; None beside their folders."""
    if len(portal.projects) < 2:
        return None
    return next((each for each in portal.projects if each.prefix and url.startswith(each.prefix)), None)


def sheets_of(area: Project, kind: str) -> tuple[str, ...]:
    """Return the addresses of the sheets of a list that is too long for its page; none for others."""
    count = len(folding.sheets(len(area.lists.of(kind))))
    return tuple(f"{area.prefix}{kind}-sheet-{number}.html" for number in range(1, count + 1))


def rows_of_sheet(page: Page) -> tuple[Record, ...]:
    """Return the records that a sheet shows, in the order of their list."""
    if page.area is None or not page.sheet:
        raise AssertionError(f"{page.url} is no sheet of a list")
    rows = page.area.lists.of(page.kind)
    first, last = folding.sheets(len(rows))[page.sheet - 1]
    return tuple(rows[first - 1 : last])


def has_search(portal: Portal) -> bool:
    """Return whether there is anything to find."""
    return bool(portal.people or any(area.lists.all() for area in portal.areas))


def is_list(page: Page) -> bool:
    """Return whether a page lists records that a reader may want to filter and sort."""
    return page.record is None and bool(SECTIONS[page.section].kinds) and page.section != "timeline"


def lists_of(portal: Portal, area: Project) -> tuple[tuple[str, str, int], ...]:
    """Return (address of the page that lists them, kind, how many) of what is published of an area, as in the menu."""
    found = (
        (f"{area.prefix}{section.name}.html", kind, len(area.lists.of(kind)))
        for section in SECTIONS.values()
        for kind in section.kinds
    )
    return tuple(each for each in found if each[2])


def waiting_count(portal: Portal) -> int:
    """Return how many things wait for the client."""
    return sum(len(area.derived.needs_you) + len(area.derived.waiting_for_approval) for area in portal.areas)


def section_url(portal: Portal, area: Project | None, name: str) -> str | None:
    """Return the address of a section for pages of `area`, or None where it has nothing to show."""
    return _section_url(portal, area, name)


def is_reckoned(record: Record) -> bool:
    """Return whether a record's page shows something that another day could change: overdue, late, or an age."""
    derived = record.derived
    if isinstance(derived, MilestoneDerived):
        return derived.state == "late"
    if isinstance(derived, DueDerived):
        is_open = getattr(record, "status", "") in _UNFINISHED
        return derived.overdue or (is_open and derived.age_days is not None)
    return False


def _section_pages(portal: Portal, records: Mapping[str, Record]) -> Iterator[Page]:
    def page(url: str, name: str, area: Project | None, template: str = "") -> Page:
        return Page(
            url=url, template=f"pages/{template or name}.html", section=name, area=area, root="../" * url.count("/"),
            near=portal.as_of, is_dated=True, is_revised=True, records=records,
        )  # fmt: skip

    single = one_project(portal)
    if single is not None:
        yield page("index.html", "index", single, "home")
    else:
        yield page("index.html", "index", None, "projects")
        for project in portal.projects:
            yield page(home_of(portal, project), "index", project, "home")
    for name, section in SECTIONS.items():
        if not section.kinds and name != "index" and _has_for_client(portal, name):
            yield page(f"{name}.html", name, single)
        for area in portal.areas if section.kinds else ():
            if _has(area, name) or _is_place_for_words(portal, area, name):
                yield page(f"{area.prefix}{name}.html", name, area)
            for kind in section.kinds:
                for number, url in enumerate(sheets_of(area, kind), start=1):
                    yield replace(page(url, name, area, "sheet"), kind=kind, sheet=number)


def _record_page(area: Project, record: Record, records: Mapping[str, Record]) -> Page:
    return Page(
        url=record.url, template=f"pages/{RECORD_TEMPLATES[record.kind]}.html", section=_SECTION_BY_KIND[record.kind],
        area=area, record=record, root="../" * record.url.count("/"), records=records,
        near=record.date if isinstance(record, Report) else None,
        is_dated=record.kind == "reports" or is_reckoned(record), is_revised=record.kind == "reports",
    )  # fmt: skip


def _entry(portal: Portal, area: Project | None, name: str) -> Entry:
    url = _section_url(portal, area, name)
    if url is None:
        raise AssertionError(
            f"the menu of {area.name if area else portal.client.name} names {name}, which has no page"
        )
    return Entry(section=name, url=url, is_of=area.prefix if area else "")


def _keys(names: list[str], *, is_for_projects: bool) -> set[str]:
    """Return the three entries that a phone's menu has room for beside "All pages"."""
    order = ("index", "needs-you", "people" if is_for_projects else "timeline")
    return set(sorted(names, key=lambda name: (name not in order, SECTIONS[name].rank))[:3])


def _is_project(area: Project | None) -> bool:
    return area is not None and bool(area.id)


def _section_url(portal: Portal, area: Project | None, name: str) -> str | None:
    if name == "index":
        return home_of(portal, area) if area is not None and area.id else "index.html"
    if not SECTIONS[name].kinds:
        return f"{name}.html" if _has_for_client(portal, name) else None
    for each in _areas_near(portal, area):
        if _has(each, name) or _is_place_for_words(portal, each, name):
            return f"{each.prefix}{name}.html"
    return None


def _areas_near(portal: Portal, area: Project | None) -> tuple[Project, ...]:
    """Return the areas whose sections the pages of `area` lead to: its own, or what is the whole client's."""
    if area is not None and area.id:
        return (area,)
    single = one_project(portal)
    return tuple(each for each in (single, portal.own) if each is not None)


def _has(area: Project, name: str) -> bool:
    if name == "scope" and (area.scope_in or area.scope_out or area.objectives or area.success_criteria):
        return True
    return any(area.lists.of(kind) for kind in SECTIONS[name].kinds)


def _is_place_for_words(portal: Portal, area: Project, name: str) -> bool:
    """Return whether feedback.html is made of an area without any, since it says how to say something."""
    has_address = bool(portal.client.feedback_email or portal.client.feedback_form)
    return name == "feedback" and has_address and len(portal.areas) == 1 and area is portal.areas[0]


def _has_for_client(portal: Portal, name: str) -> bool:
    match name:
        case "index":
            return True
        case "needs-you":
            return waiting_count(portal) > 0
        case "whats-new":
            return any(area.derived.news for area in portal.areas)
        case "people":
            has_roles = any(
                project.escalation or project.manager or project.steering for project in portal.projects
            )
            return bool(portal.people or portal.responsibilities or portal.communication_plan or has_roles)
        case "contract":
            return portal.contract is not None
        case "search":
            return has_search(portal)
    raise AssertionError(f"{name} is no page of the whole client")
