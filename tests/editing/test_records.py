"""`portalgen list` and `portalgen stats` say how things stand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from editing.portals import DAY, a_portal, run
from sites import REPOSITORY

from portalgen import terminal


@pytest.fixture
def portal(tmp_path: Path) -> Path:
    return a_portal(
        tmp_path,
        cinema__reports="- {id: R-1, title: Late, date: 2026-11-20, health: at_risk, next: Rest}\n",
        library__client="name: 图书馆\n",
    )


def test_every_record_is_a_line_with_tabs(portal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(portal, "list") == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert {line[2] for line in lines} == {
        "REQ-007", "REQ-009", "MS-1", "CR-1", "RSK-1", "R-1", "ACT-1", "ACT-2", "ACT-3",
        "2026-11-18-trial", "2026-11-18-trial.d1",
    }  # fmt: skip
    assert ["cinema", "milestones", "MS-1", "slipping", "2026-12-11", "", "", "Opening"] in lines
    assert ["cinema", "meetings", "2026-11-18-trial", "held", "2026-11-18", "", "", "Trial"] in lines
    assert ["cinema", "actions", "ACT-2", "open", "", "Maya Lind", "internal", "Ask the bank"] in lines


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("requirements", ["REQ-007", "REQ-009"]),
        ("action --state open", ["ACT-1", "ACT-2"]),
        ("actions --state open --state done --owner maya", ["ACT-2", "ACT-3"]),
        ("--overdue", ["ACT-1"]),
        ("--client library", []),
    ],
)
def test_records_are_chosen(
    portal: Path, capsys: pytest.CaptureFixture[str], words: str, ids: list[str]
) -> None:
    assert run(portal, "list", *words.split(), "--format", "json") == 0
    assert [line["id"] for line in json.loads(capsys.readouterr().out)] == ids


def test_on_a_terminal_stands_a_table(
    portal: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "is_terminal", lambda stream: True)
    monkeypatch.setenv("COLUMNS", "100")
    assert run(portal, "list", "actions") == 0
    said = capsys.readouterr().out
    assert "Send the plan" in said
    assert "Ask the bank (internal)" in said
    assert said.endswith("3 records\n")
    assert max(map(len, said.splitlines())) <= 100


def test_stats_show_what_the_client_sees_and_what_only_the_team_counts(
    portal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(portal, "stats", "--format", "json") == 0
    cinema, library = json.loads(capsys.readouterr().out)
    told = {
        name: cinema[name]
        for name in ("health", "milestone", "milestone_on", "slip_days", "waiting", "waiting_overdue")
    }
    assert told == {
        "health": "at_risk",
        "milestone": "Opening",
        "milestone_on": "2026-12-11",
        "slip_days": 7,
        "waiting": 1,
        "waiting_overdue": 1,
    }
    assert (cinema["records"], cinema["held_back"], cinema["progress"]) == (11, 2, None)
    assert (library["client"], library["health"], library["records"]) == ("library", "unknown", 0)
    assert run(portal, "stats") == 0
    table = capsys.readouterr().out
    assert "at risk" in table
    assert "1 to do, 1 overdue" in table


def test_no_name_steers_the_terminal(portal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (portal / "content/cinema/issues.yaml").write_text(
        '- {id: I-1, title: "a\\tb\u202ec", raised_on: 2026-11-20}\n', "utf-8"
    )
    run(portal, "list", "issues")
    run(portal, "stats")
    said = capsys.readouterr().out
    assert "\u202e" not in said
    assert "\x1b" not in said


def completed(portal: Path, *words: str) -> list[str]:
    """Return what a shell would offer for the last of `words`."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY),
        "_PORTALGEN_COMPLETE": "fish_complete",
        "COMP_WORDS": " ".join(["portalgen", *words]),
        "COMP_CWORD": words[-1],
    }
    code = "from portalgen.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=portal, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return [line.partition(",")[2].partition("\t")[0] for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("ne",), {"new"}),
        (("new", "ri"), {"risk"}),
        (("new", "risk", "c"), {"cinema"}),
        (("set", "l"), {"library"}),
        (("set", "cinema", "REQ"), {"REQ-007", "REQ-009"}),
        (("set", "cinema", "ACT-1", "received"), {"received_on="}),
        (("set", "cinema", "ACT-1", "status=b"), {"status=blocked"}),
        (("list", "issu"), {"issues"}),
        (("list", "--client", "c"), {"cinema"}),
    ],
)
def test_a_shell_completes_commands_clients_ids_fields_and_words(
    portal: Path, words: tuple[str, ...], offered: set[str]
) -> None:
    assert set(completed(portal, *words)) == offered


def test_completing_reads_no_model(portal: Path) -> None:
    code = (
        "import sys; from portalgen.commands import complete; from pathlib import Path; "
        f"print(complete._records(Path({str(portal)!r}), 'cinema')); print('pydantic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "('requirements', 'REQ-007', 'Tickets')" in done.stdout
    assert done.stdout.endswith("False\n")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_a_shell_is_printed(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    from portalgen import cli

    assert cli.run(["completion", shell]) == 0
    said = capsys.readouterr().out
    assert said.startswith("# To keep this: ")
    assert "_PORTALGEN_COMPLETE" in said
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=said, text=True, check=True)


def test_bash_completes_ids_for_real(portal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from portalgen import cli

    cli.run(["completion", "bash"])
    program = portal / "portalgen"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m portalgen.cli "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    script = capsys.readouterr().out + (
        "COMP_WORDS=(./portalgen set cinema REQ-00); COMP_CWORD=3; _portalgen_completion ./portalgen\n"
        'echo "${COMPREPLY[@]}"\n'
    )
    done = subprocess.run(
        ["bash"],
        input=script,
        cwd=portal,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["REQ-007", "REQ-009"]


def test_the_day_is_the_one_that_was_asked_for(portal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(portal, "list", "milestones", "--format", "json", day="2026-12-31") == 0
    (line,) = json.loads(capsys.readouterr().out)
    assert (line["state"], line["is_overdue"]) == ("late", True)
    assert DAY < "2026-12-31"
