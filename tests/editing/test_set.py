"""`portalgen set` changes what was asked for, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from editing.portals import a_portal, run, texts_of


@pytest.fixture
def portal(tmp_path: Path) -> Path:
    return a_portal(tmp_path)


def only_change(portal: Path, before: dict[str, str], path: str, old: str, new: str) -> None:
    """Assert that `old` became `new` in one file, and that no other byte of the content changed."""
    assert texts_of(portal) == before | {path: before[path].replace(old, new)}
    assert before[path].count(old) == 1


@pytest.mark.parametrize(
    ("words", "path", "old", "new"),
    [
        (
            "REQ-007 priority=should",
            "content/cinema/requirements.yaml",
            "  priority: must\n",
            "  priority: should\n",
        ),
        (
            "REQ-009 status=deferred",
            "content/cinema/requirements.yaml",
            "internal}",
            "internal, status: deferred}",
        ),
        (
            "MS-1 forecast=2026-12-18",
            "content/cinema/milestones.yaml",
            "2026-12-11  # late",
            "2026-12-18  # late",
        ),
        ("MS-1 forecast=", "content/cinema/milestones.yaml", "  forecast: 2026-12-11  # late\n", ""),
        ("MS-1 links=CR-1", "content/cinema/milestones.yaml", "# late\n", "# late\n  links: [CR-1]\n"),
        (
            "MS-1 links.affects=REQ-007",
            "content/cinema/milestones.yaml",
            "# late\n",
            "# late\n  links: {affects: [REQ-007]}\n",
        ),
        ("CR-1 impact.schedule=+3d", "content/cinema/changes/CR-1.yaml", "5 EUR}", "5 EUR, schedule: +3d}"),
        (
            "CR-1 impact.schedule.MS-1=+3d",
            "content/cinema/changes/CR-1.yaml",
            "5 EUR}",
            "5 EUR, schedule: {MS-1: +3d}}",
        ),
        ("rsk-1 likelihood=3", "content/cinema/risks/first.md", "likelihood: 1\n", "likelihood: 3\n"),
        (
            "ACT-1 status=done",
            "content/cinema/meetings/2026-11-18-trial.md",
            "2026-11-20\n",
            "2026-11-20\n    status: done\n",
        ),
        (
            "2026-11-18-trial.d1 decided_by=omar",
            "content/cinema/meetings/2026-11-18-trial.md",
            "  - We open later   # agreed\n",
            "  - title: We open later   # agreed\n    decided_by: [omar]\n",
        ),
        (
            "2026-11-18-trial attendees+=jo",
            "content/cinema/meetings/2026-11-18-trial.md",
            "[omar, maya]",
            "[omar, maya, jo]",
        ),
        ("client.yaml lead=jo", "content/cinema/client.yaml", "maya   # she", "jo   # she"),
        (
            "jo role=Boxes",
            "content/cinema/people.yaml",
            "  name: Jo Banks\n",
            "  name: Jo Banks\n  role: Boxes\n",
        ),
    ],
)
def test_one_field_changes_and_every_other_byte_stays(
    portal: Path, words: str, path: str, old: str, new: str
) -> None:
    before = texts_of(portal)
    assert run(portal, "set", "cinema", *words.split()) == 0
    only_change(portal, before, path, old, new)


def test_several_fields_change_at_once(portal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        run(portal, "set", "cinema", "ACT-1", "status=done", "received_on=2026-11-21", "title=Send it: now")
        == 0
    )
    said = capsys.readouterr().out
    assert said == (
        "content/cinema/meetings/2026-11-18-trial.md:8\n"
        "  -     title: Send the plan\n"
        '  +     title: "Send it: now"\n'
        "  +     status: done\n"
        "  +     received_on: 2026-11-21\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("REQ-007", "priority=most"), "'most' is no priority of a requirement"),
        (("REQ-007", "priorty=must"), "did you mean 'priority'?"),
        (("REQ-007", "milestone=MS-2"), "'MS-2' names no record of this client"),
        (("MS-1", "forecast=2026-02-30"), "'2026-02-30' is not a date"),
        (("MS-1", "owner=mya"), "did you mean 'maya'?"),
        (("ACT-1", "visibility="), ""),
        (("RSK-1", "body=New"), "do it in an editor"),
        (("REQ-07", "priority=must"), "did you mean 'REQ-007'? Nothing"),
        (("MS-1", "forecast"), "is no field=value"),
        (("maya", "role=Boss"), "content/_shared/people.yaml"),
        (("MS-1", "id=CR-1"), "is an id twice"),
    ],
)
def test_what_would_be_a_mistake_is_refused_and_the_file_stays(
    portal: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    before = texts_of(portal)
    status = run(portal, "set", "cinema", *words)
    assert texts_of(portal) == before
    if said:
        assert status == 1
        errors = capsys.readouterr().err
        assert said in errors
        assert errors.endswith("Nothing was written.\n")


def test_the_refusal_shows_the_line_as_it_would_have_been(
    portal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(portal, "set", "cinema", "MS-1", "forecast=soon")
    assert " 4 |   forecast: soon  # late\n" in capsys.readouterr().err


def test_a_mistake_that_was_there_before_hinders_nobody(portal: Path) -> None:
    path = portal / "content/cinema/risks.yaml"
    path.write_text("- {id: RSK-5, title: X, likelihood: 9}\n", encoding="utf-8")
    assert run(portal, "set", "cinema", "REQ-007", "priority=should") == 0


def test_a_warning_is_said_and_the_change_is_made(portal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(portal, "set", "cinema", "REQ-007", "acceptance=") == 0
    assert "[bare-must]" in capsys.readouterr().err
    assert "acceptance" not in texts_of(portal)["content/cinema/requirements.yaml"]


def test_nothing_is_written_where_it_is_so_already(portal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(portal, "set", "cinema", "REQ-007", "priority=must") == 0
    assert "that is how it is already" in capsys.readouterr().out


def test_an_unknown_client_names_the_nearest_one(portal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(portal, "set", "cinem", "REQ-007", "priority=must") == 2
    assert "did you mean 'cinema'?" in capsys.readouterr().err


def test_the_file_keeps_its_line_ends_and_its_mode(portal: Path) -> None:
    path = portal / "content/cinema/requirements.yaml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    path.chmod(0o640)
    before = path.read_bytes()
    assert run(portal, "set", "cinema", "REQ-007", "priority=should", "status=approved") == 0
    assert path.read_bytes() == before.replace(b"priority: must", b"priority: should").replace(
        b"It works\r\n", b"It works\r\n  status: approved\r\n"
    )
    assert path.stat().st_mode & 0o777 == 0o640
    assert [name.name for name in path.parent.iterdir() if name.name.startswith(".")] == []
