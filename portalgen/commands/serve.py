"""`portalgen serve`."""

from __future__ import annotations

import sys
import threading
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portalgen import terminal
from portalgen.commands.common import as_of_option, now, source_option

if TYPE_CHECKING:
    from datetime import date

    from portalgen.pipeline import Job
    from portalgen.preview.standing import Made, Teller
    from portalgen.serve import Ready
    from portalgen.watch import Lack

REFUSED, STOPPED = 2, 130
_MANY = 3
"""More clients than this, made one after the other, are told of in one line."""


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="The next free one is taken where it is not.",
)
@click.option(
    "--client", "clients", multiple=True, metavar="SLUG", help="Only this client; may be given several times."
)
@click.option("--open", "opens", is_flag=True, help="Open the first page in your browser.")
@click.option("--internal", is_flag=True, help="Show the team's own view beside each client's.")
@click.option(
    "--let-others-read",
    is_flag=True,
    help="With another --host: whoever reaches it reads all clients' pages, without a password.",
)
@click.option(
    "--theme", default="", metavar="NAME", help="A folder in themes/. Default: as portalgen.yaml says."
)
@as_of_option
@source_option
def serve_command(
    host: str,
    port: int,
    clients: tuple[str, ...],
    opens: bool,
    internal: bool,
    let_others_read: bool,
    theme: str,
    as_of: date | None,
    source: Path,
) -> int:
    """Show the portals while they are written.

    Each client is at /<client>/, a list of all at /. An open page changes by itself when a file is saved; a mistake is
    shown over the last good page, with its lines, until it is mended. Nothing is written. Ctrl-C ends it.

    \b
    Examples:
      portalgen serve --open
      portalgen serve --client harbour-museum --internal
    """
    try:
        from portalgen.serve import NoPort, Order, serve
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in ("starlette", "uvicorn", "watchdog", "anyio", "h11"):
            raise
        terminal.say(
            "portalgen: the preview needs some packages more: pip install 'portalgen[serve]'", sys.stderr
        )
        return REFUSED
    from portalgen.commands.common import say_problems
    from portalgen.pipeline import Job, NoContent, SettingsError
    from portalgen.preview.guard import is_loopback

    if not is_loopback(host) and not let_others_read:
        raise click.UsageError(
            f"--host {host} lets everyone who reaches this machine read every client's portal, without a password. "
            "If you mean it, add --let-others-read; to see the pages yourself leave --host out"
        )
    if internal and not is_loopback(host):
        raise click.UsageError("--internal is for this machine alone: leave --host out")
    job = Job(
        source=source,
        # Nothing is ever written there: a job has to name one.
        output=source / "public",
        clients=tuple(dict.fromkeys(clients)),
        as_of=as_of,
        now=now(),
        theme=theme,
    )
    order = Order(job=job, host=host, port=port, shows_team=internal)

    def ready(where: Ready) -> None:
        _say_ready(where, order.port, job, is_open=not is_loopback(host), internal=internal)
        if opens:
            address = where.address + (f"{where.clients[0]}/" if len(where.clients) == 1 else "")
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    try:
        serve(order, clock=now, tell=_teller(source), ready=ready)
    except SettingsError as error:
        say_problems(error.problems, source)
        return REFUSED
    except (NoContent, NoPort) as error:
        terminal.say(f"portalgen: {error}", sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        terminal.say("\nStopped.", sys.stderr)
        return STOPPED
    return 0


def _say_ready(where: Ready, wanted: int, job: Job, *, is_open: bool, internal: bool) -> None:
    from portalgen.formats import count

    if wanted and where.port != wanted:
        terminal.say(f"Port {wanted} is taken: {where.port} is used.", sys.stderr)
    if is_open:
        terminal.say(
            "WARNING: whoever reaches this machine over the network can read every client's portal here, without a "
            "password and not encrypted. Stop it as soon as you can.",
            sys.stderr,
        )
    if internal:
        terminal.say(
            "The team's own view of a client is at /_internal/<client>/. It shows what no client may see.",
            sys.stderr,
        )
    day = f", as of {job.as_of.isoformat()}" if job.as_of else ""
    terminal.say(
        f"Serving {count(len(where.clients), 'client')} at {where.address}{day} (Ctrl-C ends it)", sys.stdout
    )


def _teller(source: Path) -> Teller:
    from portalgen.formats import count
    from portalgen.preview.standing import Teller

    def made(all_made: tuple[Made, ...], seconds: float) -> None:
        from portalgen.commands.common import say_problems

        faulty = [one for one in all_made if not one.is_good]
        if len(all_made) > _MANY:
            tail = f"; {count(len(faulty), 'client')} with errors" if faulty else ""
            terminal.say(f"Made {count(len(all_made), 'client')} in {seconds:.1f} s{tail}", sys.stdout)
        else:
            for one in all_made:
                state = "made" if one.is_good else "has errors, and its last good pages stay"
                if one.is_good and not one.was_good:
                    state = "is well again"
                terminal.say(f"{one.slug}: {state} ({one.seconds:.2f} s)", sys.stdout)
        for one in all_made:
            say_problems(one.problems, source)
            for notice in one.notices:
                terminal.say(": ".join(filter(None, (notice.place, "error", notice.message))), sys.stderr)

    def lack(found: Lack) -> None:
        hint = f" ({found.hint})" if found.hint else ""
        terminal.say(
            f"Watching: {found.reason}, so all files are looked through every second{hint}", sys.stderr
        )

    return Teller(made=made, lack=lack, fault=lambda lines: terminal.write(lines, sys.stderr))
