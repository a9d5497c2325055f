"""Turn arguments into a job, and what came of it into text and an exit status.

Only this module, `commands` and terminal print, and only they look at the clock. `--help` imports click and nothing
heavier: every other import stands in the function that needs it.
"""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from portalgen import terminal
from portalgen.commands import LazyGroup
from portalgen.commands.said import last_line, outcome_of, report, say_notes, version

if TYPE_CHECKING:
    from datetime import date

    from portalgen.pipeline import Job, Outcome

WELL, PROBLEMS, REFUSED, MACHINE, BUSY, STOPPED, TERMINATED = 0, 1, 2, 3, 5, 130, 143
"""The exit statuses; 4 is for a leak that the audit found."""

FORMATS = ("text", "json", "github", "sarif")
"""`text`, and the keys of formats.FORMATS, which is not imported for --help."""


def main() -> NoReturn:
    """Run the command that was typed, and end with its status."""
    signal.signal(signal.SIGTERM, _terminate)
    sys.excepthook = _ask_for_a_report
    terminal.prepare()
    status = run(sys.argv[1:])
    # Python ends by looking twice for rings among all that there is, a tenth of a small build: nobody needs them found.
    gc.disable()
    gc.freeze()
    sys.exit(status)


def run(arguments: Sequence[str]) -> int:
    """Return the exit status of the command that `arguments` name, after it was run."""
    try:
        # click obeys no NO_COLOR: tell it.
        status = portalgen.main(
            list(arguments),
            "portalgen",
            standalone_mode=False,
            color=False if terminal.is_plain() else None,
        )
    except click.ClickException as error:
        error.show()
        return REFUSED
    except click.Abort:
        terminal.say("Stopped. What was not finished is as it was.", sys.stderr)
        return STOPPED
    except OSError as error:
        if error.errno is None and not isinstance(error, io.UnsupportedOperation):
            # Not the machine's: Jinja2's TemplateNotFound, for one, is an OSError too.
            raise
        return _failed(terminal.plain(error))
    except MemoryError:
        return _failed("memory ran out")
    return status if isinstance(status, int) else WELL


def _failed(why: str) -> int:
    """Say how the machine failed; where not even that can be written, the status says it."""
    with suppress(OSError):
        terminal.say(f"portalgen: {why}", sys.stderr)
    return MACHINE


def _source(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--source",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path("."),
        help="The folder that holds content/. Default: the working folder.",
    )(command)


def _clients(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--client",
        "clients",
        multiple=True,
        metavar="SLUG",
        help="Only this client; may be given several times.",
    )(command)


def _as_of(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--as-of",
        metavar="DATE",
        callback=_read_day,
        help="The day, YYYY-MM-DD. Default: the day of SOURCE_DATE_EPOCH, else today in the client's time zone.",
    )(command)


def _strict(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--strict", is_flag=True, help="Take warnings as seriously as errors.")(command)


def _volume(command: Callable[..., Any]) -> Callable[..., Any]:
    quiet = click.option("--quiet", "-q", is_flag=True, help="Say nothing but problems.")
    verbose = click.option("--verbose", "-v", is_flag=True, help="List every warning, also many of one kind.")
    return quiet(verbose(command))


def _read_day(_context: click.Context, _parameter: click.Parameter, value: str | None) -> date | None:
    from datetime import date

    if value is None:
        return None
    try:
        if len(value) == len("2026-03-12") and value.isascii():
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise click.BadParameter(f"'{value}' is not a date: write it as YYYY-MM-DD")


def _read_shard(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> tuple[int, int] | None:
    if value is None:
        return None
    number, _, count = value.partition("/")
    if number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count):
        return int(number), int(count)
    raise click.BadParameter(f"'{value}' is no part of a whole: write 2/3 for the second of three")


def _show_version(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        terminal.say(f"portalgen {version() or '(not installed)'}", sys.stdout)
        context.exit()


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show it."
)
def portalgen() -> None:
    """A portal for each client, made from content in git.

    \b
    Examples:
      portalgen check                     what is wrong, and how it is mended
      portalgen build                     a site for each client in public/
      portalgen explain unknown-key       what a problem means
      portalgen schema risks              the JSON Schema of a kind
    """


@portalgen.command()
@_source
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the sites go, a folder a client. Default: public/ in the source.",
)
@_clients
@_as_of
@click.option(
    "--theme", default="", metavar="NAME", help="A folder in themes/. Default: as portalgen.yaml says."
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="At most so many processes. Default: one a processor.",
)
@click.option(
    "--shard", metavar="I/N", callback=_read_shard, help="Only the clients of part I of N, for N machines."
)
@click.option(
    "--executor", type=click.Choice(("processes", "dask")), default="processes", help="What makes the sites."
)
@click.option(
    "--scheduler", default="", metavar="ADDRESS", help="With --executor dask: tcp://host:8786, for one."
)
@click.option("--profile", is_flag=True, help="Say where the time went, by stage and by client.")
@click.option("--no-cache", is_flag=True, help="Make every site anew, also those of which nothing changed.")
@click.option("--no-history", is_flag=True, help="Do not ask git how things came to be as they are.")
@click.option("--at-commit", is_flag=True, help="With --as-of: build from the last commit of that day.")
@click.option(
    "--changed-list",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Add the clients whose sites changed to this file, one a line; take a line out once you have published it.",
)
@_strict
@_volume
def build(
    source: Path,
    output: Path | None,
    clients: tuple[str, ...],
    as_of: date | None,
    theme: str,
    jobs: int | None,
    shard: tuple[int, int] | None,
    executor: str,
    scheduler: str,
    profile: bool,
    no_cache: bool,
    no_history: bool,
    at_commit: bool,
    changed_list: Path | None,
    strict: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Make a site for each client.

    A client with errors keeps its old site, and the others are built.

    \b
    Examples:
      portalgen build
      portalgen build --client harbour-museum --as-of 2026-03-12
      portalgen build --as-of 2026-03-12 --at-commit --output then
      portalgen build --changed-list to-publish.txt
    """
    # To look for rings among all that a build makes, again and again, would take a tenth of its time.
    gc.set_threshold(100_000, 20, 50)
    from msgspec.structs import replace

    from portalgen import formats
    from portalgen.build import unchanged
    from portalgen.build.changed import add_changed, begin_changes
    from portalgen.build.stamps import Walk
    from portalgen.pipeline import build as pipeline_build

    started = time.monotonic()
    progress = (
        terminal.Progress(sys.stderr, started) if terminal.is_terminal(sys.stderr) and not quiet else None
    )
    job = _job(source, output, clients, as_of, strict, theme, jobs, progress)
    job = replace(job, cache=not no_cache, history=not no_history, shard=shard, scheduler=scheduler)
    if bool(scheduler) != (executor == "dask"):
        raise click.UsageError("--executor dask and --scheduler ADDRESS go together")
    if profile:
        job = replace(job, timer=time.perf_counter)
    if at_commit and job.as_of is None:
        raise click.UsageError("--at-commit goes back to a day: say which with --as-of")
    if at_commit and job.output == job.source / "public":
        # What was made internal since then would stand in it again, and be published with the next.
        raise click.UsageError(
            "--at-commit shows again what was taken back: say another folder with --output"
        )
    before, sites_before = None, begin_changes(changed_list, job.output) if changed_list else {}
    is_plain = not any(
        (
            changed_list,
            shard,
            scheduler,
            profile,
            clients,
            strict,
            theme,
            no_cache,
            no_history,
            at_commit,
            quiet,
            verbose,
        )
    )
    if is_plain:
        before = unchanged.look_before(str(job.source), str(job.output), as_of.isoformat() if as_of else "")
        if before:
            job = replace(job, walk=Walk(before["roots"], before["seen"][: len(before["roots"])]))

    def work() -> Outcome:
        try:
            if at_commit:
                from portalgen.lookback import build_as_it_stood

                return build_as_it_stood(job)
            return pipeline_build(job)
        finally:
            if progress:
                progress.clear()

    outcome = outcome_of(work, source, "text", verbose)
    if isinstance(outcome, int):
        return outcome
    if changed_list:
        add_changed(changed_list, job.output, sites_before, outcome.slugs)
    report(outcome.problems, source, "text", verbose)
    if not quiet:
        say_notes(outcome)
        for client in outcome.removed:
            terminal.say(f"Removed the site of {client}, which is no longer in content/", sys.stdout)
        terminal.say(last_line(outcome, f"{time.monotonic() - started:.1f}"), sys.stdout)
    # What git would not tell may be mended by a setting that `before` does not see.
    is_told = not any(problem.code == "no-history" for problem in outcome.problems)
    if profile:
        from portalgen.build.stages import table_of

        terminal.say(table_of(outcome.taken), sys.stderr)
    if before and outcome.status == WELL and is_told and not outcome.notes:
        said = formats.as_text(outcome.problems)
        unchanged.remember(
            before, now=job.now.timestamp(), until=outcome.until, slugs=list(outcome.slugs), said=said,
            last_line=last_line(outcome, "{seconds}").replace(f"({outcome.changed} changed)", "(0 changed)"),
        )  # fmt: skip
    return outcome.status


@portalgen.command()
@_source
@_clients
@_as_of
@_strict
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    help="text to stderr, the others to stdout.",
)
@_volume
def check(
    source: Path,
    clients: tuple[str, ...],
    as_of: date | None,
    strict: bool,
    form: str,
    quiet: bool,
    verbose: bool,
) -> int:
    """Name every mistake at its place, and write nothing.

    \b
    Examples:
      portalgen check
      portalgen check --strict --format github
    """
    from portalgen.pipeline import check as pipeline_check

    job = _job(source, None, clients, as_of, strict, "", None, None)
    outcome = outcome_of(lambda: pipeline_check(job), source, form, verbose)
    if isinstance(outcome, int):
        return outcome
    report(outcome.problems, source, form, verbose)
    if form == "text" and not quiet:
        from portalgen.formats import count_problems

        say_notes(outcome)
        terminal.say(count_problems(outcome.problems) or "No problems", sys.stdout)
    return outcome.status


@portalgen.command()
@click.argument("code", metavar="[CODE]", default="")
def explain(code: str) -> int:
    """Say what a problem means and how it is mended.

    The code is what stands in brackets at a problem's end. Without one, print the codes that there are.

    \b
    Example:
      portalgen explain unknown-key
    """
    from portalgen.codes import CODES
    from portalgen.problems import did_you_mean

    code = code.strip("[]")
    if not code:
        terminal.say("\n".join(f"{name:24} {each.title}" for name, each in CODES.items()), sys.stdout)
        return WELL
    if code not in CODES:
        hint = did_you_mean(code, CODES, otherwise="portalgen explain, without a code, lists them all")
        raise click.UsageError(f"there is no problem code '{code}': {hint}")
    found = CODES[code]
    terminal.say(f"{code} ({found.severity}): {found.title}\n\n{found.meaning}\n\n{found.mend}", sys.stdout)
    return WELL


def _job(
    source: Path,
    output: Path | None,
    clients: tuple[str, ...],
    as_of: date | None,
    strict: bool,
    theme: str,
    jobs: int | None,
    progress: Callable[[str, int, int], None] | None,
) -> Job:
    """Return the job that was typed; the clock and the environment are read here and nowhere else."""
    from datetime import UTC, datetime

    from portalgen.pipeline import Job

    # Not resolve(): a link that the user typed is what the user wants to read in messages.
    source = Path(os.path.abspath(source))
    return Job(
        source=source,
        output=Path(os.path.abspath(output)) if output else source / "public",
        clients=tuple(dict.fromkeys(clients)),
        as_of=as_of or _day_of_epoch(os.environ.get("SOURCE_DATE_EPOCH", "")),
        now=datetime.now(UTC),
        strict=strict,
        theme=theme,
        jobs=jobs or 0,
        progress=progress,
    )


def _day_of_epoch(seconds: str) -> date | None:
    from datetime import UTC, datetime

    if not seconds:
        return None
    try:
        return datetime.fromtimestamp(int(seconds), UTC).date()
    except (ValueError, OverflowError, OSError):
        message = f"SOURCE_DATE_EPOCH is '{seconds}', and should be a number of seconds since 1970"
        raise click.UsageError(message) from None


def _terminate(_signal: int, _frame: object) -> NoReturn:
    # An exception rather than an end, so that what was begun is put away.
    raise SystemExit(TERMINATED)


def _ask_for_a_report(*fault: Any) -> None:
    sys.__excepthook__(*fault)
    terminal.say(
        "portalgen: this is a fault of portalgen, not of your content: please report it with these lines",
        sys.stderr,
    )


if __name__ == "__main__":
    main()
