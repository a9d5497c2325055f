"""`portalgen history` and `portalgen diff`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portalgen import terminal
from portalgen.commands.common import PROBLEMS, WELL, as_of_option, now, say_problems, source_option
from portalgen.commands.complete import complete_client, complete_id

if TYPE_CHECKING:
    from datetime import date

    from portalgen.pipeline import Job

LONGEST = 60
"""Characters of a value that is said in a line; of a longer one only that it changed."""


def _read_since(_context: click.Context, _parameter: click.Parameter, value: str | None) -> date | None:
    from datetime import date

    try:
        if value is None or len(value) == len("2026-03-12"):
            return date.fromisoformat(value) if value else None
    except ValueError:
        pass
    raise click.BadParameter(f"'{value}' is not a date: write it as YYYY-MM-DD")


@click.command("history")
@click.argument("client", shell_complete=complete_client)
@click.argument("id_", metavar="[ID]", default="", shell_complete=complete_id)
@click.option(
    "--since", metavar="DATE", callback=_read_since, help="Only what happened on this day and after it."
)
@click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", help="For people or programs."
)
@as_of_option
@source_option
def history_command(
    client: str, id_: str, since: date | None, form: str, as_of: date | None, source: Path
) -> int:
    """Say how a record or a project came to be as it is.

    What git remembers of what the client sees today, newest first. ID is a record's or a project's.

    \b
    Examples:
      portalgen history harbour-museum
      portalgen history harbour-museum MS-4 --since 2026-09-01
      portalgen history harbour-museum --format json
    """
    import json

    from portalgen.lookback import tell
    from portalgen.portal.past.overtaken import content_hash
    from portalgen.problems import did_you_mean
    from portalgen.site.data import history_of

    told = _in_words(lambda: tell(_job(source, as_of), client), source)
    areas = told.portal.areas
    records = {record.id.casefold(): record for area in areas for record in area.lists.all()}
    projects = {area.id.casefold(): area for area in areas if area.id}
    wanted = id_.casefold()
    if wanted and wanted not in records and wanted not in projects:
        known = [*(record.id for record in records.values()), *projects]
        hint = did_you_mean(id_, known, otherwise="the client sees no record and no project of that id")
        raise click.UsageError(f"there is nothing called '{id_}' to tell of: {hint}")
    entries = [
        entry
        for area in areas
        for entry in area.history
        if (
            not wanted
            or entry.ref.id.casefold() == wanted
            or (wanted in projects and area.id.casefold() == wanted)
        )
        and (since is None or entry.on >= since)
    ]
    entries.sort(key=lambda entry: entry.on, reverse=True)
    if form == "json":
        text = json.dumps(history_of(entries), ensure_ascii=False, indent=1)
        terminal.write(text + "\n", sys.stdout)
    else:
        causes = {
            (url, day.on): day.causes
            for area in areas
            for url, days in area.derived.retold.stories.items()
            for day in days
        }
        for entry in entries:
            terminal.say(
                _line(entry, causes.get((entry.ref.url, entry.on), ()), with_id=entry.ref.id), sys.stdout
            )
        if wanted in records:
            # What an approval can keep, so that a later edit is seen.
            terminal.say(f"content_hash today: {content_hash(records[wanted])}", sys.stdout)
    if told.missing is not None:
        terminal.say(f"portalgen: there is no history: {told.missing.message}", sys.stderr)
        if told.missing.hint:
            terminal.say(f"  hint: {told.missing.hint}", sys.stderr)
        return WELL if told.missing.reason == "none" else PROBLEMS
    if not entries and form == "text":
        terminal.say("Nothing has changed" + (f" since {since.isoformat()}" if since else ""), sys.stdout)
    return WELL


def _line(entry: Any, causes: Any, *, with_id: str) -> str:
    """Return `2026-02-04  MS-1  forecast: 2026-03-12 → 2026-03-26, because of CR-7`."""
    from portalgen.portal.past.story import is_move

    if entry.is_creation:
        what = f"shown: {entry.ref.title}"
    elif entry.is_text:
        what = f"{_word(entry.field)}: the text changed"
    else:
        what = f"{_word(entry.field)}: {_value(_plain(entry.before))} → {_value(_plain(entry.after))}"
    if causes and not entry.is_creation and is_move(entry):
        what += f", because of {' and '.join(ref.id for ref in causes)}"
    return f"{entry.on.isoformat()}  {with_id}  {what}"


def _plain(value: Any) -> Any:
    from portalgen.site.data import plain

    return plain(value)


@click.command("diff")
@click.argument("before", metavar="REV")
@click.argument("after", metavar="[REV]", default="")
@click.option(
    "--client", "clients", multiple=True, metavar="SLUG", help="Only this client; may be given several times.",
    shell_complete=complete_client,
)  # fmt: skip
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "markdown")),
    default="text",
    help="markdown is for pull requests.",
)
@as_of_option
@source_option
def diff_command(
    before: str, after: str, clients: tuple[str, ...], form: str, as_of: date | None, source: Path
) -> int:
    """Say in words what a client would see change between two revisions.

    Without a second one, the content as it stands is compared, with what is not committed.

    \b
    Examples:
      portalgen diff HEAD
      portalgen diff origin/main HEAD --format markdown
    """
    from msgspec.structs import replace

    from portalgen.lookback import compare

    job = replace(_job(source, as_of), clients=clients)
    found = _in_words(lambda: compare(job, before, after), source)
    lines: list[str] = []
    for each in found:
        lines += _of_client(each, form)
    if not lines:
        lines = ["No client would see a difference."]
    terminal.say("\n".join(lines).strip("\n"), sys.stdout)
    return WELL


def _of_client(compared: Any, form: str) -> list[str]:
    is_markdown = form == "markdown"
    head = f"{compared.name} ({compared.slug})"
    lines = [f"### {_escaped(head)}" if is_markdown else head, *([""] if is_markdown else [])]
    before = None
    for each in compared.differences:
        subject = " ".join(part for part in (each.subject, each.title) if part) or each.kind
        if each.what != "changed" or not each.field:
            said = {"shown": "now shown", "hidden": "no longer shown", "changed": "changed"}[each.what]
            if each.kind == "client":
                said = {"shown": "gets a site", "hidden": "has no site any more"}[each.what]
            lines.append(_item(f"{subject}: {said}", is_markdown))
            before = None
            continue
        if (each.kind, each.subject) != before:
            lines.append(_item(subject, is_markdown))
            before = each.kind, each.subject
        lines.append(_inner(_changed(each), is_markdown))
    return [*lines, ""]


def _changed(difference: Any) -> str:
    field = _word(difference.field.removesuffix("_html"))
    old, new = _value(difference.before), _value(difference.after)
    if difference.field.endswith("_html") or len(old) > LONGEST or len(new) > LONGEST:
        if difference.before is None or difference.after is None:
            return f"{field}: {'added' if difference.before is None else 'taken out'}"
        return f"{field}: the text changed"
    return f"{field}: {old} → {new}"


def _item(text: str, is_markdown: bool) -> str:
    return f"* {_escaped(text)}" if is_markdown else f"  {text}"


def _inner(text: str, is_markdown: bool) -> str:
    return f"  * {_escaped(text)}" if is_markdown else f"    {text}"


def _escaped(text: str) -> str:
    """Return a text that Markdown shows as it stands."""
    for sign in "\\`*_[]<>#|@":
        text = text.replace(
            sign, f"\\{sign}" if sign not in "<>@" else {"<": "&lt;", ">": "&gt;", "@": "&#64;"}[sign]
        )
    return text


def _word(name: str | None) -> str:
    return (name or "").replace("_", " ").replace(".", ", ")


def _value(value: Any) -> str:
    """Return a value of data.json in words; `–` where there is none."""
    match value:
        case None | [] | {} | "":
            return "–"
        case bool():
            return "yes" if value else "no"
        case {"amount": amount, "currency": currency}:
            return f"{amount} {currency}"
        case list():
            return ", ".join(_value(each) for each in value)
        case dict():
            return ", ".join(
                f"{_word(key)} {_value(each)}" for key, each in value.items() if each is not None
            )
        case str() if value.replace("_", "").isalpha() and value.islower():
            return value.replace("_", " ")
    return str(value)


def _job(source: Path, as_of: date | None) -> Job:
    from portalgen.pipeline import Job

    return Job(source=source, output=source / "public", as_of=as_of, now=now())


def _in_words(work: Any, source: Path) -> Any:
    """Return what `work` returns; what keeps it from working ends the command with a sentence."""
    from portalgen.pipeline import NoContent, NoPast, SettingsError

    try:
        return work()
    except NoPast as error:
        hint = f"\n  hint: {error.hint}" if error.hint else ""
        raise click.UsageError(f"{error}{hint}") from None
    except NoContent as error:
        raise click.UsageError(str(error)) from None
    except SettingsError as error:
        say_problems(error.problems, source)
        raise click.UsageError("nothing can be done before portalgen.yaml is mended") from None
