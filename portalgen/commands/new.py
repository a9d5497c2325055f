"""`portalgen new`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portalgen import terminal
from portalgen.commands.common import (
    PROBLEMS,
    WELL,
    as_of_option,
    kind_named,
    look_at,
    now,
    say_problems,
    say_refusal,
    source_option,
)
from portalgen.commands.complete import complete_kind, complete_place

if TYPE_CHECKING:
    from datetime import date

    from portalgen.editing.change import FileChange
    from portalgen.editing.look import Look


@click.command("new")
@click.argument("kind", shell_complete=complete_kind)
@click.argument("place", metavar="CLIENT[/PROJECT]", shell_complete=complete_place)
@click.argument("words", metavar="TITLE [FIELD=VALUE]…", nargs=-1)
@click.option("--edit", is_flag=True, help="Open the file in $EDITOR afterwards.")
@as_of_option
@source_option
def new_command(
    kind: str, place: str, words: tuple[str, ...], edit: bool, as_of: date | None, source: Path
) -> int:
    """Add a client, a project, or a record with the next free id.

    A record goes where its client keeps others of its kind: at the end of a list, or into a file of its own.
    Owner and day are filled in; fields that are typed are too. A meeting takes over the actions that are open.
    What would be an error in the content is refused, and nothing is written.

    \b
    Examples:
      portalgen new client alder-clinic 'Alder Clinic'
      portalgen new project alder-clinic/booking 'Booking online'
      portalgen new risk alder-clinic 'The terminal comes late' likelihood=2 impact=4
      portalgen new meeting alder-clinic 'Steering' type=steering --edit
    """
    from portalgen.editing.change import Refused

    kind = kind_named(kind, "client", "project")
    slug, _, project = place.partition("/")
    try:
        if kind == "client":
            return _new_client(source, place, words, edit, as_of)
        if not words:
            raise click.UsageError(
                "a title is missing, as in: portalgen new risk alder-clinic 'It comes late'"
            )
        look = look_at(source, slug, as_of)
        if kind == "project":
            return _new_project(source, look, project, words, edit, as_of)
        return _new_record(source, look, kind, project, words, edit, as_of)
    except Refused as error:
        return say_refusal(error, source)


def _new_client(source: Path, place: str, words: tuple[str, ...], edit: bool, as_of: date | None) -> int:
    from portalgen.content.names import fault_of_slug
    from portalgen.editing.change import parse_assignments
    from portalgen.editing.drafts import draft_client
    from portalgen.editing.ids import folder_name_of

    # One name will do: the folder's is made from it.
    name, fields = (words[0], words[1:]) if words and "=" not in words[0] else (place, words)
    slug = place if name is not place else folder_name_of(place)
    if fault := fault_of_slug(slug):
        example = folder_name_of(name) or "alder-clinic"
        raise click.UsageError(
            f"{fault[1]}: say how its folder is to be called, as in: portalgen new client {example} '{name}'"
        )
    change = draft_client(source, slug, name, parse_assignments(fields))
    (source / "content").mkdir(parents=True, exist_ok=True)
    return _finish(source, slug, change, f"client {slug}", None, edit, as_of)


def _new_project(
    source: Path, look: Look, folder: str, words: tuple[str, ...], edit: bool, as_of: date | None
) -> int:
    from portalgen.editing.change import parse_assignments
    from portalgen.editing.drafts import draft_project

    change = draft_project(
        source, look, folder, words[0], parse_assignments(words[1:]), author=_author(source, look)
    )
    return _finish(source, look.slug, change, f"project {words[0]}", look, edit, as_of)


def _new_record(
    source: Path, look: Look, kind: str, project: str, words: tuple[str, ...], edit: bool, as_of: date | None
) -> int:
    from portalgen.editing.change import parse_assignments
    from portalgen.editing.drafts import draft_record
    from portalgen.problems import did_you_mean

    projects = sorted(name for name in (look.facts.content.projects if look.facts else ()) if name)
    if project and project not in projects:
        hint = did_you_mean(
            project, projects, otherwise=f"portalgen new project {look.slug}/{project} '…' makes it"
        )
        raise click.UsageError(f"'{look.slug}' has no project '{project}': {hint}")
    draft = draft_record(
        source, look, kind, project, words[0], parse_assignments(words[1:]), author=_author(source, look)
    )
    return _finish(source, look.slug, draft.change, draft.id, look, edit, as_of, kind)


def _finish(
    source: Path,
    slug: str,
    change: FileChange,
    what: str,
    before: Look | None,
    edit: bool,
    as_of: date | None,
    kind: str = "",
) -> int:
    """Write what was drafted, unless that would be a mistake; return the exit status."""
    from portalgen.editing.apply import check_change, save
    from portalgen.editing.look import look
    from portalgen.editing.schema_files import offer_id

    before = before or look(source, slug, now=now(), as_of=as_of)
    checked = check_change(source, before, change, now=now(), as_of=as_of)
    save(source, change)
    if kind:
        offer_id(source, kind, what)
    terminal.say(f"{change.path}:{change.line}: {what}", sys.stdout)
    if not edit:
        say_problems(checked, source)
        return WELL
    click.edit(filename=str(source / change.path))
    after = look(source, slug, now=now(), as_of=as_of)
    say_problems(after.problems, source)
    return PROBLEMS if any(problem.severity == "error" for problem in after.problems) else WELL


def _author(source: Path, look: Look) -> str:
    from portalgen.editing.author import author_of

    return author_of(source, look.facts.content.people) if look.facts else ""
