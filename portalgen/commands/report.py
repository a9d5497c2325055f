"""`portalgen report`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portalgen import terminal
from portalgen.commands.common import PROBLEMS, WELL, as_of_option, now, say_problems, source_option
from portalgen.commands.complete import complete_client

if TYPE_CHECKING:
    from datetime import date

_MACHINE = 3


@click.command("report")
@click.argument("client", shell_complete=complete_client)
@click.option("--id", "report_id", metavar="REPORT", default="", help="Default: the newest report.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write. Default: CLIENT-REPORT.pdf in the working folder.",
)
@click.option("--theme", default="", metavar="NAME", help="A theme in themes/ of the source.")
@as_of_option
@source_option
def report_command(
    client: str, report_id: str, output: Path | None, theme: str, as_of: date | None, source: Path
) -> int:
    """Make a PDF of a status report: tagged, on A4, as the client's site shows it.

    Needs the extra: pip install 'portalgen[pdf]'.

    \b
    Examples:
      portalgen report harbour-museum
      portalgen report harbour-museum --id 2026-W46 --output w46.pdf
    """
    from portalgen.editing.files import replace_file
    from portalgen.paper import print_report
    from portalgen.pipeline import Job, NoContent, SettingsError
    from portalgen.site.pdf import NoPdf
    from portalgen.site.theme import ThemeNotFound

    job = Job(source=source, output=source / "public", as_of=as_of, now=now(), theme=theme)
    try:
        paper = print_report(job, client, report_id)
    except (NoContent, ThemeNotFound) as error:
        raise click.UsageError(str(error)) from None
    except SettingsError as error:
        say_problems(error.problems, source)
        raise click.UsageError("nothing can be done before portalgen.yaml is mended") from None
    except NoPdf as error:
        terminal.say(f"portalgen: {error}", sys.stderr)
        return _MACHINE
    say_problems([problem for problem in paper.problems if problem.severity == "error"], source)
    if paper.report is None:
        terminal.say(f"portalgen: {client} has errors, and no PDF was made.", sys.stderr)
        return PROBLEMS
    path = output or Path(f"{client}-{paper.report.id}.pdf")
    replace_file(path, paper.data)
    for note in paper.notes:
        terminal.say(f"portalgen: {note}", sys.stderr)
    terminal.say(f"Wrote {path}", sys.stdout)
    return WELL
