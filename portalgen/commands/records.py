"""`portalgen list` and `portalgen stats`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portalgen import terminal
from portalgen.commands.common import WELL, as_of_option, kind_named, looks_at, source_option
from portalgen.commands.complete import complete_client, complete_kinds

if TYPE_CHECKING:
    from datetime import date

    from rich.table import Table

    from portalgen.editing.overview import Line, Standing

_clients_option = click.option(
    "--client",
    "clients",
    multiple=True,
    metavar="SLUG",
    help="Only this client; may be given several times.",
    shell_complete=complete_client,
)
_format_option = click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", help="How it is written."
)
_COLOUR_OF_HEALTH = {
    "on_track": "green",
    "complete": "green",
    "at_risk": "yellow",
    "off_track": "red",
    "on_hold": "blue",
}


@click.command("list")
@click.argument("kind", default="", shell_complete=complete_kinds)
@_clients_option
@click.option(
    "--state", "states", multiple=True, metavar="WORD", help="Only in this state; may be given several times."
)
@click.option(
    "--owner", default="", metavar="NAME", help="Only of this person: the key, or part of the name."
)
@click.option("--overdue", is_flag=True, help="Only what is past its date and not finished.")
@_format_option
@as_of_option
@source_option
def list_command(
    kind: str,
    clients: tuple[str, ...],
    states: tuple[str, ...],
    owner: str,
    overdue: bool,
    form: str,
    as_of: date | None,
    source: Path,
) -> int:
    """List records: of a kind, of a client, in a state.

    Internal ones are listed too, and marked. Into a pipe go lines with tabs between the columns.

    \b
    Examples:
      portalgen list risks --client harbour-museum
      portalgen list actions --state open --state blocked --owner saskia
      portalgen list --overdue
    """
    from portalgen.editing.overview import lines_of

    kind = kind_named(kind) if kind else ""
    wanted = owner.casefold()
    lines = [
        line
        for look in looks_at(source, clients, as_of)
        for line in lines_of(look)
        if (not kind or line.kind == kind)
        and (not states or line.state in states)
        and (not overdue or line.is_overdue)
        and (not wanted or wanted in line.owner.casefold() or wanted in line.owner_key)
    ]
    if form == "json":
        terminal.write(
            json.dumps([line.as_json() for line in lines], ensure_ascii=False, indent=2) + "\n", sys.stdout
        )
    elif terminal.is_terminal(sys.stdout):
        _print(_table_of_lines(lines, has_kind=not kind))
        terminal.say(f"{len(lines)} record{'' if len(lines) == 1 else 's'}", sys.stdout)
    elif lines:
        terminal.write("".join("\t".join(map(_safe, _cells(line))) + "\n" for line in lines), sys.stdout)
    return WELL


@click.command("stats")
@_clients_option
@_format_option
@as_of_option
@source_option
def stats_command(clients: tuple[str, ...], form: str, as_of: date | None, source: Path) -> int:
    """Say in a table how each client's projects stand.

    Health, progress, milestone and what waits on the client are what that client sees; records, internal ones and
    what we are late with are counted from all there is.

    \b
    Examples:
      portalgen stats
      portalgen stats --client orchard-foods --format json
    """
    from portalgen.editing.overview import standings_of

    found = [standing for look in looks_at(source, clients, as_of) for standing in standings_of(look)]
    if form == "json":
        terminal.write(
            json.dumps([each.as_json() for each in found], ensure_ascii=False, indent=2) + "\n", sys.stdout
        )
    else:
        _print(_table_of_standings(found))
    return WELL


def _cells(line: Line) -> list[str]:
    where = f"{line.client}/{line.project}" if line.project else line.client
    day = line.due.isoformat() if line.due else ""
    held = "" if line.is_shown else "internal"
    return [where, line.kind, line.id, line.state, day, line.owner, held, " ".join(line.title.split())]


def _table_of_lines(lines: list[Line], *, has_kind: bool) -> Table:
    from rich.text import Text

    table = _table("client", *(["kind"] if has_kind else []), "id", "state", "date", "owner", "title")
    for line in lines:
        where, kind, id_, state, day, owner, _, title = map(_safe, _cells(line))
        style = "" if line.is_shown else "dim"
        table.add_row(
            where,
            *([kind] if has_kind else []),
            Text(id_, no_wrap=True),
            state.replace("_", " "),
            Text(f"{day} !" if line.is_overdue else day, style="red" if line.is_overdue else ""),
            owner,
            title if line.is_shown else f"{title} (internal)",
            style=style,
        )
    return table


def _table_of_standings(found: list[Standing]) -> Table:
    from rich.text import Text

    table = _table(
        "client",
        "health",
        "done",
        "next milestone",
        "client's turn",
        "we are late",
        "high risks",
        "records",
        "problems",
    )
    for column in table.columns[5:]:
        column.justify = "right"
    table.columns[2].justify = "right"
    before = ""
    for each in found:
        name = each.client if each.client != before else ""
        if before and name:
            table.add_section()
        before = each.client
        label = "\n".join(part for part in (name, f"  {each.project}" if each.project else "") if part)
        health = each.health.replace("_", " ") or "–"
        reported = (
            f"\n{each.reported_on.isoformat()}{', stale' if each.is_stale else ''}"
            if each.reported_on
            else ""
        )
        slip = f", {each.slip_days:+} days" if each.slip_days else ""
        stone = f"{_safe(each.milestone)}\n{each.milestone_on or 'no date'}{slip}" if each.milestone else "–"
        needs = [
            f"{each.waiting} to do" + (f", {each.waiting_overdue} overdue" if each.waiting_overdue else "")
            if each.waiting
            else "",
            f"{each.decisions} to decide" if each.decisions else "",
        ]
        table.add_row(
            _safe(label),
            Text(health, style=_COLOUR_OF_HEALTH.get(each.health, "dim")).append(reported, style="dim"),
            "–" if each.progress is None else f"{each.progress:.0%}",
            Text(stone, style="yellow" if (each.slip_days or 0) > 0 else ""),
            "\n".join(part for part in needs if part) or "–",
            Text(str(each.ours_overdue or "–"), style="red" if each.ours_overdue else ""),
            Text(str(each.high_risks or "–"), style="red" if each.high_risks else ""),
            f"{each.records}" + (f"\n{each.held_back} internal" if each.held_back else ""),
            Text(str(each.problems or "–"), style="yellow" if each.problems else ""),
        )
    return table


def _table(*columns: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for name in columns:
        table.add_column(name, overflow="fold")
    return table


def _print(table: Any) -> None:
    from rich.console import Console

    # Into a pipe nothing is folded to 80 columns, which nobody has there.
    width = None if terminal.is_terminal(sys.stdout) else 160
    console = Console(
        file=sys.stdout, width=width, no_color=terminal.is_plain() or None, highlight=False, markup=False
    )
    console.print(table)


def _safe(text: str) -> str:
    from portalgen.formats import visible

    return "\n".join(map(visible, text.split("\n")))
