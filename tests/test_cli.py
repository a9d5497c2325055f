from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import TemplateNotFound

from portalgen import cli, pipeline, terminal
from portalgen.codes import CODES
from portalgen.problems import Place, Problem
from portalgen.site.theme import ThemeNotFound
from portalgen.site.write import FileChanged, OutputBusy, OutputRefused

ERROR = Problem(
    Place("content/harbour/risks.yaml", 2, 11), "unknown-value", "'hihg' is no status of a risk", "mend it"
)
HEAVY = {"babel", "jinja2", "markdown_it", "nh3", "pydantic", "pygments", "rich", "yaml"}


@pytest.fixture(autouse=True)
def _no_outer_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SOURCE_DATE_EPOCH", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def warning(monkeypatch: pytest.MonkeyPatch) -> Problem:
    monkeypatch.setitem(CODES, "a-warning", CODES["bad-date"].__class__("warning", "T", "M.", "D."))
    return Problem(Place("content/harbour/risks.yaml", 3), "a-warning", "no owner")


def an_outcome(*problems: Problem, **fields: Any) -> SimpleNamespace:
    """What the pipeline hands back; the cli trusts its status and counts nothing itself."""
    defaults = {
        "sites": 1,
        "pages": 1,
        "changed": 1,
        "removed": (),
        "kept": (),
        "notes": (),
        "slugs": (),
        "until": 0.0,
        "status": int(bool(problems)),
    }
    return SimpleNamespace(problems=problems, **{**defaults, **fields})


@pytest.fixture
def returns(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], list[pipeline.Job]]:
    """Make check and build return a value (or raise it); gives the list in which their jobs are gathered."""

    def set_up(value: Any) -> list[pipeline.Job]:
        jobs: list[pipeline.Job] = []

        def work(job: pipeline.Job) -> Any:
            jobs.append(job)
            if isinstance(value, BaseException):
                raise value
            return value(job) if callable(value) else value

        monkeypatch.setattr(pipeline, "build", work)
        monkeypatch.setattr(pipeline, "check", work)
        return jobs

    return set_up


@pytest.fixture
def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "is_terminal", lambda stream: True)


def python(code: str, *arguments: str, **options: Any) -> subprocess.Popen[str]:
    """Start a Python that runs `code` with `arguments`, as somebody's shell would start portalgen."""
    pipes: dict[str, Any] = {
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        "text": True,
        "encoding": "utf-8",
    }
    root = Path(cli.__file__).parent.parent
    environment = {**os.environ, "PYTHONPATH": str(root), **options.pop("environment", {})}
    return subprocess.Popen([sys.executable, "-c", code, *arguments], env=environment, **{**pipes, **options})


WORKING_FOR_LONG = """
import sys, time
from portalgen import cli, pipeline
def build(job):
    try:
        print("started", file=sys.stderr, flush=True)
        time.sleep(60)
    finally:
        print("put away", file=sys.stderr, flush=True)
pipeline.build = build
cli.main()
"""


# What is imported


@pytest.mark.parametrize("arguments", [["--help"], ["build", "--help"], ["check", "--help"], []])
def test_help_imports_click_and_nothing_heavier(arguments: Sequence[str]) -> None:
    code = (
        "import sys; from portalgen import cli; status = cli.run(sys.argv[1:]); "
        "print(status, *sorted(name for name in sys.modules if '.' not in name or name.startswith('portalgen.')))"
    )
    process = python(code, *arguments)
    output, _ = process.communicate()
    status, *modules = output.splitlines()[-1].split()
    assert status == ("0" if arguments else "2")
    assert "click" in modules
    assert HEAVY.isdisjoint(modules)
    assert {name for name in modules if name.startswith("portalgen.")} == {
        "portalgen.cli",
        "portalgen.commands",
        "portalgen.commands.said",
        "portalgen.terminal",
    }
    outside = {
        name
        for name in modules
        if name not in sys.stdlib_module_names and not name.startswith(("_", "portalgen"))
    }
    assert outside <= {"click", "sitecustomize", "usercustomize", "colorama"}


@pytest.mark.parametrize("command", ["build", "check", "schema", "explain"])
def test_the_help_of_a_command_has_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([command, "--help"]) == 0
    assert f"  portalgen {command}" in capsys.readouterr().out.partition("Example")[2]


def test_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("portalgen ")


# Arguments to a job


def test_without_arguments_the_working_folder_is_built_into_public(
    returns: Callable[[Any], list[pipeline.Job]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    jobs = returns(an_outcome())
    assert cli.run(["build"]) == 0
    (job,) = jobs
    assert (job.source, job.output) == (tmp_path, tmp_path / "public")
    assert (job.clients, job.as_of, job.strict, job.theme, job.progress) == ((), None, False, "", None)
    assert job.now.utcoffset() == timedelta(0)


def test_arguments_become_the_job(
    returns: Callable[[Any], list[pipeline.Job]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    jobs = returns(an_outcome())
    typed = "build --source a --output b --client x --client y --client x --as-of 2026-03-12 --strict --theme plain"
    assert cli.run([*typed.split(), "--jobs", "4", "--no-cache", "--quiet"]) == 0
    (job,) = jobs
    assert (job.source, job.output) == (tmp_path / "a", tmp_path / "b")
    assert (job.clients, job.as_of, job.strict, job.theme) == (("x", "y"), date(2026, 3, 12), True, "plain")
    assert job.jobs == 4


def test_the_day_is_that_of_source_date_epoch_unless_as_of_is_given(
    returns: Callable[[Any], list[pipeline.Job]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1773273600")
    jobs = returns(an_outcome())
    cli.run(["check"])
    cli.run(["check", "--as-of", "2026-01-02"])
    assert [job.as_of for job in jobs] == [date(2026, 3, 12), date(2026, 1, 2)]


# Exit statuses


@pytest.mark.parametrize(
    "typed",
    [
        "build --as-of 2026-02-30",
        "build --as-of 20260212",
        "build --as-of tomorrow",
        "build --jobs 0",
        "build --nonsense",
        "biuld",
        "check --format xml",
        "check --source {file}",
        "explain nonsense",
        "schema nonsense",
    ],
)
def test_wrong_arguments_end_with_2_and_say_why(
    typed: str,
    tmp_path: Path,
    returns: Callable[[Any], list[pipeline.Job]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "file").touch()
    jobs = returns(an_outcome())
    assert cli.run(typed.replace("{file}", str(tmp_path / "file")).split()) == 2
    assert jobs == []
    assert "Error: " in capsys.readouterr().err


@pytest.mark.parametrize("seconds", ["yesterday", "1e9", "9" * 30])
def test_a_source_date_epoch_that_is_no_time_ends_with_2(
    seconds: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", seconds)
    assert cli.run(["check"]) == 2
    assert "SOURCE_DATE_EPOCH" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["build", "check"])
@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        (pipeline.NoContent("there is no content/ in x"), 2, "portalgen: there is no content/ in x\n"),
        (ThemeNotFound("there is no theme 'x'"), 2, "portalgen: there is no theme 'x'\n"),
        (OutputRefused("public/ is not ours"), 2, "portalgen: public/ is not ours\n"),
        (OSError(28, "No space left on device", "/p/x"), 3, "portalgen: /p/x: No space left on device\n"),
        (PermissionError(13, "Permission denied", "/p/\x1b"), 3, "portalgen: /p/\\x1b: Permission denied\n"),
        (FileChanged("plan.pdf changed"), 3, "portalgen: plan.pdf changed\n"),
        (OutputBusy("another build writes public/"), 5, "portalgen: another build writes public/\n"),
    ],
)
def test_each_fault_has_its_status_and_is_said_in_a_line(
    command: str,
    fault: BaseException,
    status: int,
    said: str,
    returns: Callable[[Any], list[pipeline.Job]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    returns(fault)
    assert cli.run([command]) == status
    assert capsys.readouterr() == ("", said)


def test_a_fault_in_the_settings_ends_with_2_and_is_shown_at_its_place(
    returns: Callable[[Any], list[pipeline.Job]], capsys: pytest.CaptureFixture[str]
) -> None:
    returns(
        pipeline.SettingsError((Problem(Place("portalgen.yaml", 1, 1), "unknown-key", "'x' is no setting"),))
    )
    assert cli.run(["check"]) == 2
    assert capsys.readouterr().err == "portalgen.yaml:1:1: error: 'x' is no setting [unknown-key]\n"
    assert cli.run(["check", "--format", "json"]) == 2
    assert json.loads(capsys.readouterr().out)[0]["path"] == "portalgen.yaml"


@pytest.mark.parametrize("status", [0, 1])
def test_the_status_of_the_outcome_is_the_status(
    status: int, returns: Callable[[Any], list[pipeline.Job]], capsys: pytest.CaptureFixture[str]
) -> None:
    returns(an_outcome(status=status))
    assert (cli.run(["build"]), cli.run(["check"])) == (status, status)


@pytest.mark.parametrize("fault", [AssertionError("two pages at x"), TemplateNotFound("two pages at x")])
def test_a_fault_of_ours_is_not_caught(
    fault: Exception, returns: Callable[[Any], list[pipeline.Job]]
) -> None:
    returns(fault)
    with pytest.raises(type(fault), match="two pages at x"):
        cli.run(["build"])


def test_a_fault_of_ours_asks_for_a_report() -> None:
    code = "from portalgen import cli, pipeline\ndef build(job): raise AssertionError('two pages')\n"
    process = python(code + "pipeline.build = build\ncli.main()", "build")
    _, errors = process.communicate()
    assert "AssertionError: two pages\nportalgen: this is a fault of portalgen" in errors


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_build_with_its_status_after_putting_away(
    sent: signal.Signals, status: int
) -> None:
    with python(WORKING_FOR_LONG, "build") as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "started\n"
        process.send_signal(sent)
        errors = process.stderr.read()
        assert process.wait() == status
    assert errors.startswith("put away\n")
    assert "Traceback" not in errors


def test_who_stops_reading_changes_no_status_and_hears_no_complaint() -> None:
    code = (
        "from types import SimpleNamespace\nfrom portalgen import cli, pipeline\nfrom portalgen.problems import *\n"
        "problems = tuple(Problem(Place('content/a/b.yaml', n), 'bad-date', 'x' * 1000) for n in range(1, 2000))\n"
        "pipeline.check = lambda job: SimpleNamespace(problems=problems, status=1, notes=())\ncli.main()\n"
    )
    with python(code, "check", "--format", "json") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait() == 1


# What is said where


def test_problems_go_to_stderr_as_text_and_the_result_to_stdout(
    returns: Callable[[Any], list[pipeline.Job]], capsys: pytest.CaptureFixture[str]
) -> None:
    returns(an_outcome(ERROR, notes=("no language 'xx'",)))
    assert cli.run(["check"]) == 1
    said = capsys.readouterr()
    assert said.err == f"{ERROR}\nnote: no language 'xx'\n"
    assert said.out == "1 error\n"


@pytest.mark.parametrize("form", ["json", "github", "sarif"])
def test_formats_for_programs_go_to_stdout_and_nothing_else_does(
    form: str, returns: Callable[[Any], list[pipeline.Job]], capsys: pytest.CaptureFixture[str]
) -> None:
    returns(an_outcome(ERROR, notes=("a note",)))
    assert cli.run(["check", "--format", form]) == 1
    said = capsys.readouterr()
    assert said.err == ""
    assert "'hihg' is no status of a risk" in said.out
    if form != "github":
        json.loads(said.out)


def test_a_source_below_the_working_folder_is_part_of_the_path_for_programs(
    returns: Callable[[Any], list[pipeline.Job]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "portal").mkdir()
    monkeypatch.chdir(tmp_path)
    returns(an_outcome(ERROR))
    paths = []
    for source in ("portal", ".", str(tmp_path / "portal")):
        cli.run(["check", "--format", "json", "--source", source])
        paths.append(json.loads(capsys.readouterr().out)[0]["path"])
    assert paths == ["portal/" + ERROR.place.path, ERROR.place.path, "portal/" + ERROR.place.path]


def test_a_check_without_problems_says_so(
    returns: Callable[[Any], list[pipeline.Job]], capsys: pytest.CaptureFixture[str]
) -> None:
    returns(an_outcome())
    cli.run(["check"])
    assert capsys.readouterr() == ("No problems\n", "")


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"sites": 12, "pages": 840, "changed": 31}, "Built 12 sites, 840 pages (31 changed) in 0.0 s"),
        ({"sites": 1, "pages": 1, "changed": 0}, "Built 1 site, 1 page (0 changed) in 0.0 s"),
        ({"kept": ("harbour",)}, "Built 1 site, 1 page (1 changed) in 0.0 s; not built: harbour"),
        (
            {"kept": tuple("abcdefg")},
            "Built 1 site, 1 page (1 changed) in 0.0 s; not built: a, b, c, d, e and 2 more",
        ),
    ],
)
def test_the_last_line_of_a_build_counts_what_was_built(
    fields: dict[str, Any],
    line: str,
    returns: Callable[[Any], list[pipeline.Job]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 7.0)
    returns(an_outcome(**fields))
    cli.run(["build"])
    assert capsys.readouterr().out == line + "\n"


def test_the_last_line_of_a_build_says_how_long_it_took_and_counts_problems(
    warning: Problem,
    returns: Callable[[Any], list[pipeline.Job]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    times = iter((7.0, 8.94))
    monkeypatch.setattr(time, "monotonic", lambda: next(times))
    returns(an_outcome(warning, warning, removed=("gone",)))
    cli.run(["build"])
    assert capsys.readouterr().out == (
        "Removed the site of gone, which is no longer in content/\n"
        "Built 1 site, 1 page (1 changed) in 1.9 s; 2 warnings\n"
    )


def test_quiet_says_problems_and_nothing_else(
    returns: Callable[[Any], list[pipeline.Job]], capsys: pytest.CaptureFixture[str]
) -> None:
    returns(an_outcome(ERROR, removed=("gone",), notes=("a note",)))
    cli.run(["build", "--quiet"])
    cli.run(["check", "--quiet"])
    assert capsys.readouterr() == ("", f"{ERROR}\n" * 2)


def test_verbose_lists_warnings_of_which_there_are_many(
    warning: Problem, returns: Callable[[Any], list[pipeline.Job]], capsys: pytest.CaptureFixture[str]
) -> None:
    returns(an_outcome(*[warning] * 20))
    cli.run(["check"])
    assert len(capsys.readouterr().err.splitlines()) == 2
    cli.run(["check", "--verbose"])
    assert len(capsys.readouterr().err.splitlines()) == 20


# On a terminal


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / ERROR.place.path
    path.parent.mkdir(parents=True)
    path.write_text("- id: RSK-1\n  status: hihg\n")
    (tmp_path / "content/harbour/client.yaml").write_text("name: Harbour\n")
    return tmp_path


@pytest.mark.usefixtures("on_a_terminal")
def test_on_a_terminal_the_source_line_is_shown_in_colour(
    source: Path, returns: Callable[[Any], list[pipeline.Job]], capsys: pytest.CaptureFixture[str]
) -> None:
    returns(an_outcome(ERROR))
    cli.run(["check", "--source", str(source)])
    said = capsys.readouterr().err
    assert "  status: hihg\n" in said
    assert "\x1b[31;1m^^^^\x1b[0m" in said


@pytest.mark.usefixtures("on_a_terminal")
def test_no_color_is_obeyed(
    source: Path,
    returns: Callable[[Any], list[pipeline.Job]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    returns(an_outcome(ERROR))
    cli.run(["check", "--source", str(source)])
    said = capsys.readouterr().err
    assert "  status: hihg\n" in said
    assert "\x1b" not in said


@pytest.mark.usefixtures("on_a_terminal")
def test_a_line_of_a_file_that_is_gone_is_left_out(
    tmp_path: Path, returns: Callable[[Any], list[pipeline.Job]], capsys: pytest.CaptureFixture[str]
) -> None:
    returns(an_outcome(ERROR))
    assert cli.run(["check", "--source", str(tmp_path)]) == 1
    assert "|" not in capsys.readouterr().err


def a_build_that_tells(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> Callable[[pipeline.Job], Any]:
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])

    def work(job: pipeline.Job) -> Any:
        if job.progress:
            job.progress("harbour", 1, 3)
            clock[0] += 1.5
            job.progress("orchard", 2, 3)
        return an_outcome()

    return work


@pytest.mark.usefixtures("on_a_terminal")
def test_progress_is_shown_on_a_terminal_once_a_build_takes_over_a_second_and_then_wiped(
    returns: Callable[[Any], list[pipeline.Job]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    returns(a_build_that_tells([0.0], monkeypatch))
    cli.run(["build"])
    assert capsys.readouterr().err == "\r\x1b[K2 of 3: orchard\r\x1b[K"


def test_off_a_terminal_there_is_no_progress(
    returns: Callable[[Any], list[pipeline.Job]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    returns(a_build_that_tells([0.0], monkeypatch))
    cli.run(["build"])
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo-terminal")
def test_a_real_terminal_gets_the_line_and_colour(source: Path) -> None:
    ours, theirs = os.openpty()
    code = (
        "from types import SimpleNamespace\nfrom portalgen import cli, pipeline\nfrom portalgen.problems import *\n"
        f"pipeline.check = lambda job: SimpleNamespace(problems=({ERROR!r},), status=1, notes=())\ncli.main()\n"
    )
    with python(code, "check", "--source", str(source), stderr=theirs) as process:
        os.close(theirs)
        assert process.wait() == 1
    said = os.read(ours, 10_000).decode()
    os.close(ours)
    assert "  status: hihg\r\n" in said
    assert "\x1b[31;1m^^^^" in said


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_any_title_can_be_said_in_any_locale(encoding: str) -> None:
    code = (
        "from types import SimpleNamespace\nfrom portalgen import cli, pipeline\nfrom portalgen.problems import *\n"
        "problems = (Problem(Place('content/a/\\udcff.yaml'), 'bad-date', '世界'),)\n"
        "pipeline.check = lambda job: SimpleNamespace(problems=problems, status=1, notes=())\ncli.main()\n"
    )
    for form in ("text", "json", "sarif"):
        process = python(code, "check", "--format", form, environment={"PYTHONIOENCODING": encoding})
        output, errors = process.communicate()
        assert "世界" in output + errors
        assert process.returncode == 1


# The other commands


def test_explain_says_what_a_code_means_and_how_it_is_mended(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["explain", "[unknown-key]"]) == 0
    said = capsys.readouterr().out
    code = CODES["unknown-key"]
    assert said == f"unknown-key (error): {code.title}\n\n{code.meaning}\n\n{code.mend}\n"


def test_explain_without_a_code_lists_them_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["explain"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(CODES)


def test_an_unknown_code_names_the_nearest_one(capsys: pytest.CaptureFixture[str]) -> None:
    cli.run(["explain", "unknwn-key"])
    assert "did you mean 'unknown-key'?" in capsys.readouterr().err


def test_schema_prints_the_json_schema_of_a_kind(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["schema", "risks"]) == 0
    printed = capsys.readouterr().out
    assert isinstance(json.loads(printed), dict)
    assert cli.run(["schema", "risk"]) == 0
    assert capsys.readouterr().out == printed


def test_schema_without_a_name_prints_the_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["schema"]) == 0
    assert {"risks", "data"} <= set(capsys.readouterr().out.split())


def test_an_unknown_kind_names_the_nearest_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["schema", "riks"]) == 2
    assert "did you mean 'risks'?" in capsys.readouterr().err


def test_on_windows_a_sentence_says_where_it_runs() -> None:
    program = "import sys; sys.platform = 'win32'; from portalgen.start import main; main()"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (3, "")
    assert ran.stderr == "portalgen: runs on Linux and macOS; on Windows, run it in WSL (`wsl --install`)\n"
