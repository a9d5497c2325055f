"""`portalgen audit`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portalgen import terminal
from portalgen.commands.common import REFUSED, as_of_option, now, say_problems, source_option
from portalgen.commands.complete import complete_client

if TYPE_CHECKING:
    from datetime import date


@click.command("audit")
@click.option(
    "--client", "clients", multiple=True, metavar="SLUG", shell_complete=complete_client,
    help="Only this client; may be given several times.",
)  # fmt: skip
@click.option(
    "--diff", "revision", default="", metavar="REV", help="Say what is newly exposed since this commit."
)
@source_option
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="The sites that are searched. Default: public/ in the source.",
)
@as_of_option
@click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", help="How it is written."
)
def audit_command(
    clients: tuple[str, ...], revision: str, source: Path, output: Path | None, as_of: date | None, form: str
) -> int:
    """List what is published and what is held back, and search the output for internal text.

    The exit status is 4 where the output holds a text that should not be there. Of such a text only the first letters
    are shown, since logs are read by more people than the repository.

    \b
    Examples:
      portalgen audit
      portalgen audit --client harbour-museum --diff origin/main
    """
    import json

    from portalgen.audit.compare import NoSuchRevision
    from portalgen.audit.report import as_text, as_value, audit
    from portalgen.pipeline import Job, NoContent, SettingsError

    job = Job(
        source=source,
        output=Path(os.path.abspath(output)) if output else source / "public",
        clients=tuple(dict.fromkeys(clients)),
        as_of=as_of,
        now=now(),
    )
    try:
        found = audit(job, revision=revision)
    except SettingsError as error:
        say_problems(error.problems, source)
        return REFUSED
    except (NoContent, NoSuchRevision) as error:
        terminal.say(f"portalgen: {error}", sys.stderr)
        return REFUSED
    say_problems([problem for problem in found.problems if problem.severity == "error"], source)
    if form == "json":
        terminal.write(json.dumps(as_value(found), ensure_ascii=False, indent=1) + "\n", sys.stdout)
    else:
        terminal.say(as_text(found).rstrip("\n"), sys.stdout)
    return found.status
