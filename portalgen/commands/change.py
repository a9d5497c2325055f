"""`portalgen set`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portalgen import terminal
from portalgen.commands.common import (
    WELL,
    as_of_option,
    look_at,
    now,
    say_problems,
    say_refusal,
    source_option,
)
from portalgen.commands.complete import complete_assignment, complete_client, complete_id

if TYPE_CHECKING:
    from datetime import date


@click.command("set")
@click.argument("client", shell_complete=complete_client)
@click.argument("record", metavar="ID", shell_complete=complete_id)
@click.argument("words", metavar="FIELD=VALUE…", nargs=-1, required=True, shell_complete=complete_assignment)
@as_of_option
@source_option
def set_command(client: str, record: str, words: tuple[str, ...], as_of: date | None, source: Path) -> int:
    """Change fields of a record, and leave all else in its file as it is.

    ID is a record's, a person's key, or one of the client's files such as client.yaml. `field=` takes a field out,
    `field+=value` adds to a list, and a dot leads into a mapping. What would be an error in the content is
    refused, and the file stays as it was.

    \b
    Examples:
      portalgen set harbour-museum ACT-15 status=done received_on=2026-12-01
      portalgen set harbour-museum MS-4 forecast=2026-12-18 links+=CR-9
      portalgen set harbour-museum CR-7 impact.cost='3900 EUR' decision_note=
      portalgen set harbour-museum client.yaml lead=tunde-adeyemi
    """
    from portalgen.editing.apply import changed_lines, check_change, save
    from portalgen.editing.change import Refused, change_target, find_target, parse_assignments

    before = look_at(source, client, as_of)
    try:
        change = change_target(source, find_target(before, record), parse_assignments(words))
        found = check_change(source, before, change, now=now(), as_of=as_of)
    except Refused as error:
        return say_refusal(error, source)
    if change.new == change.old:
        terminal.say(f"{change.path}: that is how it is already", sys.stdout)
        return WELL
    save(source, change)
    terminal.say(f"{change.path}:{change.line}", sys.stdout)
    terminal.say("\n".join(changed_lines(change)), sys.stdout)
    say_problems(found, source)
    return WELL
