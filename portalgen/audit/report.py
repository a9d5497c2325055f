"""A job → what leaves the team and what stays, what changed since a commit, and what stands in the output."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from portalgen.audit.compare import Shift, content_at, shifts
from portalgen.audit.items import Item, items_of
from portalgen.audit.leaks import (
    Leak,
    Needle,
    Search,
    find_leaks,
    letters_of,
    needles_of,
    text_of,
    words_of_ours,
)
from portalgen.content.read import read_client
from portalgen.content.resolve import resolve
from portalgen.content.validate import validate
from portalgen.pipeline import Job, check
from portalgen.portal.visible import select
from portalgen.problems import Problem, has_errors
from portalgen.site.theme import ThemeNotFound, load_theme
from portalgen.source import open_source

LEAK = 4
_EXCERPT = 70


class ClientAudit(Struct, frozen=True, kw_only=True):
    """What is known of one client."""

    slug: str
    items: tuple[Item, ...]
    has_errors: bool
    """Whether its content cannot be built: then the list is what was understood of it."""


class Audit(Struct, frozen=True, kw_only=True):
    """What came of an audit."""

    clients: tuple[ClientAudit, ...]
    problems: tuple[Problem, ...]
    leaks: tuple[Leak, ...]
    files: int
    """Files of the output that were looked through."""
    revision: str = ""
    """What was compared with; empty: nothing was."""
    exposed: tuple[Shift, ...] = ()
    hidden: tuple[Shift, ...] = ()

    @property
    def status(self) -> int:
        """The exit status: 4 where something leaked, else 1 where the content has errors."""
        return LEAK if self.leaks else 1 if has_errors(self.problems) else 0


def audit(job: Job, *, revision: str = "") -> Audit:
    """Return the audit of the job's clients; the output is searched for the texts of all of them.

    Raises what `pipeline.check` raises, NoSuchRevision, and OSError.
    """
    job = replace(job, history=False)
    everyone = replace(job, clients=())
    items = dict(_items(everyone))
    chosen = [slug for slug in items if not job.clients or slug in job.clients]
    problems = check(job).problems
    broken = {
        problem.place.path.split("/")[1]
        for problem in problems
        if problem.severity == "error" and "/" in problem.place.path
    }
    leaks, files = _search(job, items, chosen)
    exposed: list[Shift] = []
    hidden: list[Shift] = []
    if revision:
        with content_at(job.source, revision) as old:
            before = dict(_items(replace(everyone, source=old)))
        picked = {slug for slug in (*items, *before) if not job.clients or slug in job.clients}
        exposed, hidden = shifts(
            {slug: each for slug, each in before.items() if slug in picked},
            {slug: each for slug, each in items.items() if slug in picked},
        )
        # The places of what is gone are read while the folder is there: it is away by now, so none is asked for.
    return Audit(
        clients=tuple(
            ClientAudit(slug=slug, items=items[slug], has_errors=slug in broken) for slug in chosen
        ),
        problems=problems,
        leaks=tuple(leaks),
        files=files,
        revision=revision,
        exposed=tuple(exposed),
        hidden=tuple(hidden),
    )


def _items(job: Job) -> Iterator[tuple[str, tuple[Item, ...]]]:
    """Yield each client with all that was typed for it."""
    source, slugs, _ = open_source(job)
    for slug in slugs:
        folder, _ = read_client(source.root, slug)
        content, _ = validate(folder, source.people, source.people_unread)
        if content is None:
            yield slug, ()
            continue
        facts, _ = resolve(content, source.settings)
        visible, _ = select(facts)
        yield slug, items_of(facts, visible, folder)


def _search(job: Job, items: dict[str, tuple[Item, ...]], chosen: list[str]) -> tuple[list[Leak], int]:
    """Return what was found in the output, and in how many files it was looked for."""
    if not job.output.is_dir():
        return [], 0
    search = Search()
    for slug, each in items.items():
        for needle in needles_of(each, slug):
            search.add(needle)
    ours = "\n".join(words_of_ours(folder) for folder in _theme_folders(job))
    leaks: list[Leak] = []
    files = 0
    for folder in sorted(job.output.iterdir()):
        if folder.is_symlink() or folder.name == ".portalgen" or (job.clients and folder.name not in chosen):
            continue
        files += sum(1 for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 1
        is_allowed = _rule(folder.name, items.get(folder.name, ()), ours)
        if folder.is_dir():
            leaks += find_leaks(folder, search, f"{folder.name}/", is_allowed)
    return leaks, files


def _rule(slug: str, items: Iterable[Item], ours: str) -> Any:
    """Return what says whether a text may stand in the site of `slug`: published texts hold it, or our words do."""
    published = text_of(item for item in items if not item.why)

    @cache
    def holds(letters: str) -> bool:
        return letters in published or letters in ours

    def is_allowed(needle: Needle) -> bool:
        return (needle.client == slug and not needle.item.why) or holds(needle.letters)

    return is_allowed


def _theme_folders(job: Job) -> list[Path]:
    names = [job.theme, ""]
    folders: list[Path] = []
    for name in names:
        try:
            folders += [
                folder for folder in load_theme(name, near=job.source).folders if folder not in folders
            ]
        except ThemeNotFound:
            continue
    own = job.source / "themes"
    return [*folders, *([own] if own.is_dir() and own not in folders else [])]


# --- in words


def as_text(found: Audit) -> str:
    """Return the audit for people: per client what leaves and what stays, then what changed, then what leaked."""
    lines: list[str] = []
    for client in found.clients:
        lines += _client_lines(client)
    if found.revision:
        lines += _shift_lines(f"Newly exposed since {found.revision}", "+", found.exposed)
        lines += _shift_lines(f"Newly hidden since {found.revision}", "-", found.hidden)
    for leak in found.leaks:
        lines.append(
            f"LEAK {leak.file}: {_source_of(leak)}, {leak.item.why or 'of another client'}: “{leak.start}…”"
        )
    if found.files:
        told = "nothing internal found"
        if found.leaks:
            told = f"{_count(len(found.leaks), 'text')} found that should not be there"
        lines.append(f"Searched {_count(found.files, 'file')} of the output: {told}")
    else:
        lines.append("There is no output to search: build first")
    return "\n".join(lines) + "\n"


def _client_lines(client: ClientAudit) -> Iterator[str]:
    groups: dict[tuple[str, str], list[Item]] = {}
    for item in client.items:
        groups.setdefault((item.kind, item.owner), []).append(item)
    held = [name for name, group in groups.items() if all(item.why for item in group)]
    note = " (it has errors: this is what was understood of it)" if client.has_errors else ""
    yield f"{client.slug}: {len(groups) - len(held)} published, {len(held)} held back{note}"
    yield "  published"
    for name, group in groups.items():
        shown = dict.fromkeys(_field(item) for item in group if not item.why)
        if shown and name[0] != "notes":
            yield f"    {group[0].name}" + (f": {', '.join(filter(None, shown))}" if any(shown) else "")
    yield "  held back"
    for group in groups.values():
        first_by_reason: dict[str, Item] = {}
        fields_by_reason: dict[str, dict[str, None]] = {}
        for item in group:
            if item.why:
                first_by_reason.setdefault(item.why, item)
                fields_by_reason.setdefault(item.why, {})[_field(item)] = None
        for why, item in first_by_reason.items():
            is_whole = all(other.why == why for other in group)
            fields = "" if is_whole else " " + ", ".join(filter(None, fields_by_reason[why]))
            place = item.find()
            yield f"    {place.path}:{place.line}: {item.name}{fields}: {why}"


def _field(item: Item) -> str:
    return item.field.split(".")[0]


def _shift_lines(title: str, sign: str, found: Iterable[Shift]) -> Iterator[str]:
    listed = list(found)
    yield f"{title}: {len(listed) or 'nothing'}"
    for shift in listed:
        item = shift.item
        before = f" ({'was' if sign == '+' else 'now'}: {shift.before})" if shift.before else ""
        words = " ".join(item.text.split())
        excerpt = words if len(words) <= _EXCERPT else words[: _EXCERPT - 1] + "…"
        yield f"  {sign} {shift.client}: {item.name} {item.field}".rstrip() + f"{before}: “{excerpt}”"


def _source_of(leak: Leak) -> str:
    place = leak.item.find()
    return f"{place.path}:{place.line} ({leak.item.name} {leak.item.field}".rstrip() + ")"


def _count(number: int, one: str) -> str:
    return f"{number} {one if number == 1 else one + 's'}"


def as_value(found: Audit) -> dict[str, Any]:
    """Return the audit for programs. Texts stand in it only where they leave the team, or did at the other commit."""

    def of_item(item: Item) -> dict[str, Any]:
        return {"kind": item.kind, "owner": item.owner, "field": item.field}

    def of_shift(shift: Shift) -> dict[str, Any]:
        return {
            "client": shift.client,
            **of_item(shift.item),
            "before": shift.before,
            "text": shift.item.text,
        }

    def with_place(item: Item) -> dict[str, Any]:
        place = item.find()
        return of_item(item) | {"path": place.path, "line": place.line, "why": item.why}

    return {
        "clients": [
            {
                "client": client.slug,
                "has_errors": client.has_errors,
                "published": [of_item(item) for item in client.items if not item.why],
                "held_back": [with_place(item) for item in client.items if item.why],
            }
            for client in found.clients
        ],
        "revision": found.revision or None,
        "newly_exposed": [of_shift(shift) for shift in found.exposed],
        "newly_hidden": [of_shift(shift) for shift in found.hidden],
        "files_searched": found.files,
        "leaks": [
            {"file": leak.file, "client": leak.client, **with_place(leak.item), "start": leak.start}
            for leak in found.leaks
        ],
    }


__all__ = ["Audit", "ClientAudit", "as_text", "as_value", "audit", "letters_of"]
