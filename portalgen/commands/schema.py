"""`portalgen schema`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from portalgen import terminal
from portalgen.commands.common import WELL, source_option
from portalgen.commands.complete import complete_schema


@click.command("schema")
@click.argument("name", metavar="[KIND|data]", default="", shell_complete=complete_schema)
@click.option(
    "--write",
    is_flag=True,
    help="Write all of them into .schemas/, with the ids that there are, for editors.",
)
@source_option
def schema_command(name: str, write: bool, source: Path) -> int:
    """Print the JSON Schema of a kind, for editors, or of data.json.

    Without a name, print the names that there are. Editors find a schema by the first line of a file, which
    `portalgen new` writes: # yaml-language-server: $schema=../../.schemas/risks.schema.json

    \b
    Examples:
      portalgen schema risks > risks.schema.json
      portalgen schema data
      portalgen schema --write
    """
    from portalgen.editing.schema_files import write_schemas
    from portalgen.kinds import KINDS
    from portalgen.problems import did_you_mean
    from portalgen.schemas import NAMES, json_schema

    if write:
        if name:
            raise click.UsageError("--write writes all schemas: leave the name away")
        written = list(write_schemas(source))
        terminal.say("\n".join(written) or "All schemas are current", sys.stdout)
        return WELL
    if not name:
        terminal.say("\n".join(NAMES), sys.stdout)
        return WELL
    if name not in NAMES:
        name = next((each for each in KINDS if KINDS[each].one.partition(" ")[2] == name), name)
    if name not in NAMES:
        hint = did_you_mean(name, NAMES, otherwise=f"there are {', '.join(NAMES)}")
        raise click.UsageError(f"there is no schema '{name}': {hint}")
    terminal.write(json.dumps(json_schema(name), ensure_ascii=False, indent=2) + "\n", sys.stdout)
    return WELL
