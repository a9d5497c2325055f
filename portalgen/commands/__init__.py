"""The commands beside build and check, a module each: none is imported before it is asked for."""

from __future__ import annotations

from importlib import import_module

import click

LAZY = {
    "audit": ("audit", "List what is published and held back, and search the output for leaks."),
    "completion": ("completion", "Print what makes your shell complete commands, clients and ids."),
    "diff": ("past", "Say in words what a client would see change between two revisions."),
    "doctor": ("doctor", "Look over this machine and this repository, and say what is missing."),
    "history": ("past", "Say how a record or a project came to be as it is."),
    "hosting": ("hosting", "Print the configuration of nginx or Caddy: each client behind its own password."),
    "init": ("init", "Make a new portal repository: a first client, checks and publishing."),
    "list": ("records", "List records: of a kind, of a client, in a state."),
    "new": ("new", "Add a client, a project, or a record with the next free id."),
    "schema": ("schema", "Print the JSON Schema of a kind, for editors, or write all of them."),
    "report": ("report", "Make a PDF of a status report, for mail or paper."),
    "serve": ("serve", "Show the portals while they are written: pages change by themselves."),
    "set": ("change", "Change fields of a record, and leave all else in its file as it is."),
    "stats": ("records", "Say in a table how each client's projects stand."),
}
"""Command → its module in this folder, and what --help says of it."""


class LazyGroup(click.Group):
    """A group that imports the module of a command in LAZY only when that command is typed."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Return all names, sorted."""
        return sorted({*self.commands, *LAZY})

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Return the command, imported now if need be; None where there is none of that name."""
        if name in LAZY and name not in self.commands:
            module = import_module(f"portalgen.commands.{LAZY[name][0]}")
            self.add_command(getattr(module, f"{name}_command"), name)
        return super().get_command(context, name)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the names and what they do, without importing what is typed rarely."""
        rows = []
        for name in self.list_commands(context):
            if name in LAZY:
                rows.append((name, LAZY[name][1]))
            elif (command := self.commands[name]) and not command.hidden:
                rows.append((name, command.get_short_help_str(limit=100)))
        with formatter.section("Commands"):
            formatter.write_dl(rows)
