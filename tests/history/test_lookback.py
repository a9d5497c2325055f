"""Commands that look back: `history`, `diff`, and a site as it stood."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from repositories import ADDRESS, AUTHOR, CLIENT, MESSAGE, Repository
from sites import tree_of

from portalgen.cli import run
from portalgen.portal.past.compare import differences

RISKS = "content/acme/risks.yaml"
MILESTONES = "content/acme/milestones.yaml"
DAY = "2026-11-23"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "portals")
    made.commit(
        "2026-01-05",
        {
            CLIENT: "name: Acme\n",
            MILESTONES: "- {id: MS-1, title: Pilot, baseline: 2026-03-12}\n",
            "content/acme/changes.yaml": "- {id: CR-7, title: A bridge, status: approved, submitted_on: 2026-01-20, decided_on: 2026-02-03, "
            "decided_by: Jane Miller, links: {affects: MS-1}}\n",
        },
    )
    made.commit(
        "2026-02-04", {MILESTONES: "- {id: MS-1, title: Pilot, baseline: 2026-03-12, forecast: 2026-03-26}\n"}
    )
    return made


def out(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    capsys.readouterr()
    assert run(list(arguments)) == status
    return capsys.readouterr().out


def test_history_says_what_moved_when_and_because_of_what(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    said = out(capsys, "history", "acme", "ms-1", "--source", str(repository.folder), "--as-of", DAY)
    assert said.splitlines()[:2] == [
        "2026-02-04  MS-1  forecast: 2026-03-12 → 2026-03-26, because of CR-7",
        "2026-01-05  MS-1  shown: Pilot",
    ]


def test_history_can_begin_with_a_day_and_be_json(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    said = out(
        capsys,
        "history",
        "acme",
        "--since",
        "2026-02-01",
        "--format",
        "json",
        "--source",
        str(repository.folder),
        "--as-of",
        DAY,
    )
    assert json.loads(said) == [
        {"id": "MS-1", "on": "2026-02-04", "field": "forecast", "from": "2026-03-12", "to": "2026-03-26"}
    ]


def test_history_of_something_that_is_not_there_names_the_nearest(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["history", "acme", "MS-2", "--source", str(repository.folder)]) == 2
    assert "did you mean 'MS-1'?" in capsys.readouterr().err


def test_history_without_git_says_why_there_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "content/acme").mkdir(parents=True)
    (tmp_path / CLIENT).write_text("name: Acme\n")
    assert run(["history", "acme", "--source", str(tmp_path)]) == 0
    assert "content/ is not kept in git" in capsys.readouterr().err


def test_diff_says_what_a_client_would_see_change(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.write(
        {RISKS: "- {id: RSK-1, title: Flood}\n- {id: RSK-2, title: Canary, visibility: internal}\n"}
    )
    said = out(capsys, "diff", "HEAD~1", "--source", str(repository.folder), "--as-of", DAY)
    assert said.splitlines() == [
        "Acme (acme)",
        "  MS-1 Pilot",
        "    forecast: 2026-03-12 → 2026-03-26",
        "  RSK-1 Flood: now shown",
    ]


def test_diff_between_two_revisions_leaves_out_what_is_not_committed(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.write({RISKS: "- {id: RSK-1, title: Flood}\n"})
    assert "RSK-1" not in out(capsys, "diff", "HEAD~1", "HEAD", "--source", str(repository.folder))
    assert (
        out(capsys, "diff", "HEAD", "HEAD", "--source", str(repository.folder))
        == "No client would see a difference.\n"
    )


def test_diff_in_markdown_cannot_be_steered_by_a_title(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.write({RISKS: "- {id: RSK-1, title: '<img src=x> @everyone [a](b) *c*'}\n"})
    said = out(capsys, "diff", "HEAD", "--format", "markdown", "--source", str(repository.folder))
    assert said.splitlines()[-1] == "* RSK-1 &lt;img src=x&gt; &#64;everyone \\[a\\](b) \\*c\\*: now shown"


def test_diff_tells_of_clients_that_come_and_go(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.commit("2026-03-01", {"content/bakery/client.yaml": "name: Bakery\n"})
    repository.commit(
        "2026-03-02", {"content/bakery/client.yaml": None, "content/cafe/client.yaml": "name: Cafe\n"}
    )
    said = out(capsys, "diff", "HEAD~1", "HEAD", "--source", str(repository.folder))
    assert said.splitlines() == [
        "Bakery (bakery)",
        "  Bakery: has no site any more",
        "",
        "Cafe (cafe)",
        "  Cafe: gets a site",
    ]


@pytest.mark.parametrize("arguments", [("diff", "nowhere"), ("diff", "--end-of-options"), ("diff",)])
def test_diff_of_no_revision_is_refused(repository: Repository, arguments: tuple[str, ...]) -> None:
    assert run([*arguments, "--source", str(repository.folder)]) == 2


def test_a_difference_of_a_long_text_is_told_as_one(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.commit("2026-03-01", {RISKS: "- {id: RSK-1, title: Flood, body: First words.}\n"})
    repository.commit(
        "2026-03-02", {RISKS: "- {id: RSK-1, title: Flood, body: Other words., escalated: yes}\n"}
    )
    said = out(capsys, "diff", "HEAD~1", "HEAD", "--source", str(repository.folder))
    assert said.splitlines()[1:] == ["  RSK-1 Flood", "    body: the text changed", "    escalated: no → yes"]


def test_no_site_to_compare_is_no_difference() -> None:
    assert differences(None, None) == ()


# --- as it stood


def test_a_site_is_built_again_as_it_stood_with_the_same_bytes(
    repository: Repository, tmp_path: Path
) -> None:
    repository.build(as_of="2026-02-05")
    then = tree_of(repository.output)
    repository.commit(
        "2026-03-01",
        {
            MILESTONES: "- {id: MS-1, title: Other, baseline: 2026-03-12}\n",
            RISKS: "- {id: RSK-1, title: Flood}\n",
        },
    )
    repository.write({RISKS: "- {id: RSK-1, title: Not committed}\n"})
    again = tmp_path / "again"
    arguments = [
        "build",
        "--source",
        str(repository.folder),
        "--output",
        str(again),
        "--as-of",
        "2026-02-05",
        "--at-commit",
        "--quiet",
    ]
    assert run(arguments) == 0
    assert tree_of(again) == then


def test_the_commit_is_that_of_the_day_in_the_clients_time_zone(
    repository: Repository, tmp_path: Path
) -> None:
    shanghai = "name: Bakery\ntimezone: Asia/Shanghai\n"
    risks = "content/bakery/risks.yaml"
    repository.commit(
        "2026-03-01",
        {
            "content/bakery/client.yaml": shanghai,
            risks: "- {id: RSK-1, title: Flood}\n",
            RISKS: "- {id: RSK-1, title: Flood}\n",
        },
    )
    repository.commit(
        "2026-03-02T18:00", {risks: "- {id: RSK-1, title: Storm}\n", RISKS: "- {id: RSK-1, title: Storm}\n"}
    )
    arguments = [
        "build",
        "--source",
        str(repository.folder),
        "--output",
        str(tmp_path / "out"),
        "--as-of",
        "2026-03-02",
        "--at-commit",
        "--quiet",
    ]
    assert run(arguments) == 0
    titles = {
        slug: json.loads((tmp_path / "out" / slug / "data.json").read_text())["projects"][0]["risks"][0][
            "title"
        ]
        for slug in ("acme", "bakery")
    }
    assert titles == {"acme": "Storm", "bakery": "Flood"}


def test_before_the_first_commit_there_is_nothing_to_go_back_to(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    source, output = str(repository.folder), str(repository.folder / "then")
    assert run(["build", "--source", source, "--output", output, "--as-of", "2020-01-01", "--at-commit"]) == 2
    assert "nothing had been committed on 2020-01-01" in capsys.readouterr().err


def test_going_back_needs_a_day(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["build", "--source", str(repository.folder), "--at-commit"]) == 2
    assert "--as-of" in capsys.readouterr().err


def test_what_was_taken_back_is_not_put_into_the_sites_of_today(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    risk = "- {id: RSK-1, title: Canary}\n"
    repository.commit("2026-02-10", {RISKS: risk})
    repository.commit("2026-02-11", {RISKS: risk.replace("}", ", visibility: internal}")})
    today = ["build", "--source", str(repository.folder), "--as-of", "2026-02-12", "--quiet"]
    assert run(today) == 0
    before = tree_of(repository.folder / "public")
    then = [*today[:3], "--as-of", "2026-02-10", "--at-commit"]
    assert run(then) == 2
    assert "--output" in capsys.readouterr().err
    assert run([*then, "--output", str(repository.folder / "public")]) == 2
    assert tree_of(repository.folder / "public") == before
    assert run([*then, "--output", str(repository.folder / "then")]) == 0
    assert b"Canary" in (repository.folder / "then/acme/data.json").read_bytes()


def test_a_link_of_a_commit_is_refused_as_one_of_today_is(repository: Repository, tmp_path: Path) -> None:
    (repository.folder / "content/acme/secret.yaml").symlink_to("/etc/passwd")
    repository.commit("2026-02-10")
    arguments = [
        "build",
        "--source",
        str(repository.folder),
        "--output",
        str(tmp_path / "out"),
        "--as-of",
        "2026-02-10",
        "--at-commit",
        "--quiet",
    ]
    assert run(arguments) == 1
    assert not (tmp_path / "out" / "acme").exists()


def test_history_can_be_left_out(repository: Repository, tmp_path: Path) -> None:
    assert (
        run(
            [
                "build",
                "--source",
                str(repository.folder),
                "--output",
                str(tmp_path / "out"),
                "--no-history",
                "--quiet",
                "--as-of",
                DAY,
            ]
        )
        == 0
    )
    assert json.loads((tmp_path / "out" / "acme" / "data.json").read_text())["history_state"] == "none"


def test_no_command_says_who_committed(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["history", "acme"], ["diff", "HEAD~1"], ["build", "--quiet"]):
        run([*arguments, "--source", str(repository.folder)])
    captured = capsys.readouterr()
    said = captured.out + captured.err
    assert [word for word in (AUTHOR, ADDRESS, MESSAGE) if word in said] == []
