"""`portalgen completion`."""

from __future__ import annotations

import sys

import click

from portalgen import terminal
from portalgen.commands.common import WELL

_INSTALL = {
    "bash": "echo 'eval \"$(portalgen completion bash)\"' >> ~/.bashrc",
    "zsh": "echo 'eval \"$(portalgen completion zsh)\"' >> ~/.zshrc",
    "fish": "portalgen completion fish > ~/.config/fish/completions/portalgen.fish",
}


@click.command("completion")
@click.argument("shell", type=click.Choice(tuple(_INSTALL)))
def completion_command(shell: str) -> int:
    """Print what makes your shell complete commands, clients, kinds, ids, fields and their words.

    \b
    Examples:
      eval "$(portalgen completion bash)"       now, in this terminal
      portalgen completion zsh                  and how to keep it, in its first line
    """
    from click.shell_completion import get_completion_class

    group = click.get_current_context().find_root().command
    made = get_completion_class(shell)
    assert made is not None, "click knows these three shells"
    script = made(group, {}, "portalgen", "_PORTALGEN_COMPLETE").source()
    terminal.write(f"# To keep this: {_INSTALL[shell]}\n{script}\n", sys.stdout)
    return WELL
