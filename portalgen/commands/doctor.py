"""`portalgen doctor`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from portalgen import terminal
from portalgen.commands.common import PROBLEMS, WELL, source_option

_SIGNS = {"well": ("ok  ", "32"), "note": ("note", "33"), "bad": ("BAD ", "31")}


@click.command("doctor")
@source_option
@click.option(
    "--output", type=click.Path(path_type=Path, file_okay=False), help="Default: public/ in the source."
)
def doctor_command(source: Path, output: Path | None) -> int:
    """Look over this machine and this repository, and say what is missing.

    Changes nothing. Ends with 1 where something would fail.

    \b
    Example:
      portalgen doctor
    """
    from portalgen.editing.examine import examine

    has_colour = terminal.is_terminal(sys.stdout) and not terminal.is_plain()
    status = WELL
    for finding in examine(source, Path(os.path.abspath(output)) if output else source / "public"):
        sign, colour = _SIGNS[finding.grade]
        if has_colour:
            terminal.write(f"\x1b[{colour}m{sign}\x1b[0m ", sys.stdout)
        else:
            terminal.write(f"{sign} ", sys.stdout)
        terminal.say(f"{finding.what}: {finding.said}", sys.stdout)
        if finding.mend:
            terminal.say(f"       {finding.mend}", sys.stdout)
        if finding.grade == "bad":
            status = PROBLEMS
    return status
