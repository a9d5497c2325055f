"""`portalgen init`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from portalgen import terminal
from portalgen.commands.common import WELL, now

if TYPE_CHECKING:
    from portalgen.editing.scaffold import Answers, Ci

_CI: tuple[Ci, ...] = ("github", "gitlab", "both", "none")


@click.command("init")
@click.argument(
    "folder", metavar="[DIR]", default=Path("."), type=click.Path(path_type=Path, file_okay=False)
)
@click.option("--client", default="", metavar="NAME", help="The first client's name.")
@click.option("--team", default="", metavar="NAME", help="Your organisation's name.")
@click.option("--me", default="", metavar="NAME", help="Your name. Default: as git knows you.")
@click.option(
    "--mail", default="", metavar="ADDRESS", help="Yours, for clients to see. Default: as git knows you."
)
@click.option("--ci", type=click.Choice(_CI), help="Whose continuous integration. Default: by git's remote.")
@click.option("--yes", "-y", is_flag=True, help="Ask nothing.")
@click.option("--quiet", "-q", is_flag=True, help="Do not list the files.")
def init_command(
    folder: Path, client: str, team: str, me: str, mail: str, ci: str | None, yes: bool, quiet: bool
) -> int:
    """Make a new portal repository: a first client, checks and publishing.

    The client is an example that explains itself; it passes `check --strict` and can be built at once. A file that is
    there already stays as it is, and where there are clients already none is added.

    \b
    Examples:
      portalgen init portals
      portalgen init --yes --client 'Alder Clinic' --ci github
    """
    from portalgen.editing.scaffold import begin_repository, guess, plan_files, write_files

    folder = Path(os.path.abspath(folder))
    answers = guess(folder if folder.exists() else folder.parent)
    given = {"client": client, "team": team, "me": me, "mail": mail, "ci": ci or ""}
    answers = replace(answers, **{name: word for name, word in given.items() if word})
    has_clients = any(folder.glob("content/*/client.yaml"))
    if not yes and terminal.is_terminal(sys.stdin):
        answers = _ask(answers, given, has_clients=has_clients)
    answers = replace(answers, slug=_slug(answers.client))
    folder.mkdir(parents=True, exist_ok=True)
    begun = begin_repository(folder)
    made = list(write_files(folder, plan_files(answers, now().astimezone().date())))
    _say_what_was_made([each.path for each in made if each.is_new], quiet=quiet)
    kept = [each.path for each in made if not each.is_new]
    if kept:
        terminal.say(f"Left as they were: {', '.join(kept)}", sys.stdout)
    if begun:
        terminal.say("Began a git repository", sys.stdout)
    _say_what_comes_next(folder, answers, has_clients=has_clients)
    return WELL


def _ask(answers: Answers, given: dict[str, str], *, has_clients: bool) -> Answers:
    """Return the answers; what was given as an option is not asked."""
    if not given["client"] and not has_clients:
        answers = replace(answers, client=click.prompt("Your first client", default=answers.client))
    if not given["team"] and not has_clients:
        answers = replace(answers, team=click.prompt("Your organisation", default=answers.team))
    if not given["me"] and not has_clients:
        answers = replace(answers, me=click.prompt("Your name", default=answers.me))
    if not given["mail"] and not has_clients:
        answers = replace(answers, mail=click.prompt("Your e-mail, which clients see", default=answers.mail))
    if not given["ci"]:
        chosen: Ci = click.prompt("Where will it be pushed to", type=click.Choice(_CI), default=answers.ci)
        answers = replace(answers, ci=chosen)
    return answers


def _slug(client: str) -> str:
    from portalgen.content.names import fault_of_slug
    from portalgen.editing.ids import folder_name_of

    slug = folder_name_of(client)
    # A name in another script has no letters for an address: the folder can be renamed.
    return "first-client" if not slug or fault_of_slug(slug) else slug


def _say_what_was_made(paths: list[str], *, quiet: bool) -> None:
    if not paths:
        terminal.say("Everything is there already", sys.stdout)
        return
    if quiet:
        return
    shown = [path for path in paths if not path.startswith(".schemas/")]
    hidden = len(paths) - len(shown)
    terminal.say("\n".join(f"  {path}" for path in shown), sys.stdout)
    if hidden:
        terminal.say(f"  .schemas/ ({hidden} schemas, for editors)", sys.stdout)


def _say_what_comes_next(folder: Path, answers: Answers, *, has_clients: bool) -> None:
    where = os.path.relpath(folder)
    steps = [f"cd {where}"] if where != "." else []
    if has_clients:
        steps += ["portalgen new client 'Birch Bank'", "portalgen build"]
    else:
        steps += [
            "portalgen build",
            f"open public/{answers.slug}/index.html in a browser",
            f"make the examples in content/{answers.slug}/ your client's, then commit: clients read what git remembers",
        ]
    terminal.say("\nNext:\n" + "\n".join(f"  {step}" for step in steps), sys.stdout)
    terminal.say("Or see the pages while you write: portalgen serve --open", sys.stdout)
