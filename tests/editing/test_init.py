"""`portalgen init` makes a repository that is right from its first minute."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml
from sites import DAY, build_at, dead_links

from portalgen import cli, terminal
from portalgen.editing.origin import address_of, requirement_from
from portalgen.editing.scaffold import Answers, guess, plan_files
from portalgen.pipeline import Job, check

ANSWERS = Answers(
    client="Alder Clinic",
    slug="alder-clinic",
    team="Lind & Daughters",
    me="Maya Lind",
    mail="maya@lind.example",
    currency="EUR",
    ci="both",
)
ODD = Answers(
    client='O\'Neill: "Söhne" # & Co.',
    slug="oneill",
    team="- [x]",
    me="陆远",
    mail="lu@example.com",
    currency="EUR",
    ci="none",
)


@pytest.fixture(autouse=True)
def _git_knows_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("HOME", str(tmp_path))
    # Whatever the tests themselves run in.
    for name in (
        "GIT_AUTHOR_NAME",
        "GIT_AUTHOR_EMAIL",
        "GIT_COMMITTER_NAME",
        "GIT_COMMITTER_EMAIL",
        "GIT_DIR",
    ):
        monkeypatch.delenv(name, raising=False)


def test_the_new_repository_has_nothing_to_complain_of_and_builds_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "portals"
    assert cli.run(["init", str(folder), "--yes"]) == 0
    said = capsys.readouterr().out
    assert "portalgen build" in said
    assert cli.run(["check", "--strict", "--source", str(folder)]) == 0
    assert cli.run(["build", "--strict", "--source", str(folder)]) == 0
    assert capsys.readouterr().err == ""
    site = folder / "public/example-practice"
    assert dead_links(site) == []
    data = json.loads((site / "data.json").read_text(encoding="utf-8"))
    (project,) = data["projects"]
    assert {
        kind for kind, value in project.items() if isinstance(value, list) and value and kind in KINDS
    } == KINDS
    assert project["health"]["overall"] == "on_track"


KINDS = {"requirements", "milestones", "deliverables", "changes", "meetings", "decisions", "actions", "risks", "issues", "reports", "feedback"}  # fmt: skip


@pytest.mark.parametrize("answers", [ANSWERS, ODD])
@pytest.mark.parametrize("days", [0, 1, 400])
def test_whoever_it_is_for_nothing_is_wrong_with_it_then_and_later(
    tmp_path: Path, answers: Answers, days: int
) -> None:
    from datetime import UTC, date, datetime, timedelta

    from portalgen.editing.scaffold import write_files

    day = date(2026, 12, 30)
    list(write_files(tmp_path, plan_files(answers, day)))
    job = Job(
        source=tmp_path,
        output=tmp_path / "public",
        as_of=day + timedelta(days=days),
        now=datetime.now(UTC),
        strict=True,
    )
    assert [str(problem) for problem in check(job).problems] == []
    assert build_at(tmp_path, tmp_path / "out").sites == 1
    home = (tmp_path / f"out/{answers.slug}/data.json").read_text(encoding="utf-8")
    assert json.loads(home)["client"]["name"] == answers.client


def test_what_is_internal_in_the_example_is_in_no_file_of_the_site(tmp_path: Path) -> None:
    from portalgen.editing.scaffold import write_files

    list(write_files(tmp_path, plan_files(ANSWERS, DAY)))
    build_at(tmp_path, tmp_path / "out")
    pages = "".join(
        path.read_text(encoding="utf-8")
        for path in (tmp_path / "out/alder-clinic").rglob("*")
        if path.suffix in (".html", ".json")
    )
    for text in (
        "nobody else should read",
        "Wants it before",
        "two of our mails",
        "may leave in the autumn",
        "what payment would cost",
    ):
        assert text not in pages
        assert any(
            text in path.read_text("utf-8") for path in (tmp_path / "content").rglob("*") if path.is_file()
        )


def test_nothing_that_is_there_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = {
        "README.md": "mine",
        ".gitignore": "x",
        "content/mine/client.yaml": "name: Mine\n",
        "portalgen.yaml": "currency: GBP\n",
    }
    for name, text in own.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert cli.run(["init", str(tmp_path), "--yes"]) == 0
    assert "Left as they were: README.md, .gitignore, portalgen.yaml" in capsys.readouterr().out
    assert {name: (tmp_path / name).read_text(encoding="utf-8") for name in own} == own
    assert [path.name for path in (tmp_path / "content").iterdir()] == ["mine"]
    assert (tmp_path / ".github/workflows/check.yml").exists()


def test_a_second_init_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["init", str(tmp_path), "--yes"]) == 0
    before = {
        path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and ".git/" not in str(path)
    }
    capsys.readouterr()
    assert cli.run(["init", str(tmp_path), "--yes"]) == 0
    assert "Everything is there already" in capsys.readouterr().out
    assert {path: path.read_bytes() for path in before} == before


def test_it_asks_five_things_and_takes_what_was_given_for_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def prompt(text: str, **more: object) -> object:
        asked.append(text)
        return {"Your first client": "Alder Clinic", "Your name": "Maya Lind"}.get(text, more["default"])

    monkeypatch.setattr("click.prompt", prompt)
    monkeypatch.setattr(terminal, "is_terminal", lambda stream: True)
    assert cli.run(["init", str(tmp_path / "a")]) == 0
    assert asked == [
        "Your first client",
        "Your organisation",
        "Your name",
        "Your e-mail, which clients see",
        "Where will it be pushed to",
    ]
    assert (tmp_path / "a/content/alder-clinic/client.yaml").exists()
    assert "maya-lind:" in (tmp_path / "a/content/_shared/people.yaml").read_text(encoding="utf-8")
    asked.clear()
    assert (
        cli.run(
            [
                "init",
                str(tmp_path / "b"),
                "--client",
                "X",
                "--team",
                "Y",
                "--me",
                "Z",
                "--mail",
                "z@example.org",
                "--ci",
                "none",
            ]
        )
        == 0
    )
    assert asked == []


@pytest.mark.parametrize(
    ("ci", "there", "not_there"),
    [
        (
            "github",
            [".github/workflows/publish.yml", "publish/deploy.sh"],
            [".gitlab-ci.yml", "publish/gitlab-jobs.sh"],
        ),
        ("gitlab", [".gitlab-ci.yml", "publish/gitlab-jobs.sh", "publish/deploy.sh"], [".github"]),
        ("none", [".gitignore"], [".github", ".gitlab-ci.yml", "publish"]),
    ],
)
def test_only_the_continuous_integration_that_was_asked_for_is_set_up(
    tmp_path: Path, ci: str, there: list[str], not_there: list[str]
) -> None:
    assert cli.run(["init", str(tmp_path), "--yes", "--ci", ci]) == 0
    assert all((tmp_path / name).exists() for name in there)
    assert not any((tmp_path / name).exists() for name in not_there)


def test_where_it_is_pushed_to_is_guessed_from_git(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    assert guess(tmp_path).ci == "both"
    subprocess.run(
        ["git", "-C", tmp_path, "remote", "add", "origin", "git@gitlab.example:a/b.git"], check=True
    )
    assert guess(tmp_path).ci == "gitlab"


def test_the_sites_and_caches_are_ignored_by_git_and_scripts_can_be_run(tmp_path: Path) -> None:
    assert cli.run(["init", str(tmp_path), "--yes", "--quiet"]) == 0
    assert cli.run(["build", "--source", str(tmp_path), "--quiet"]) == 0
    told = subprocess.run(
        ["git", "-C", tmp_path, "status", "--porcelain", "--untracked-files=all"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    names = {line[3:] for line in told.splitlines()}
    assert not any(name.startswith(("public/", ".portalgen")) for name in names)
    assert "content/example-practice/client.yaml" in names
    assert os.access(tmp_path / "publish/deploy.sh", os.X_OK)


def test_no_placeholder_is_left_and_every_yaml_file_can_be_read() -> None:
    for path, text in plan_files(ANSWERS, DAY).items():
        assert "@me" not in text.replace("${{", "")
        assert "@day" not in text
        assert "@slug@" not in path + text
        if path.endswith((".yml", ".yaml")):
            yaml.safe_load(text)
        if path.endswith(".json"):
            json.loads(text)


def test_a_commit_with_a_mistake_is_stopped_by_what_the_hook_runs(tmp_path: Path) -> None:
    assert cli.run(["init", str(tmp_path), "--yes", "--quiet"]) == 0
    (hook,) = yaml.safe_load((tmp_path / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]
    program, *arguments = hook["entry"].split()
    assert program == "portalgen"
    assert cli.run([*arguments, "--source", str(tmp_path)]) == 0
    (tmp_path / "content/example-practice/risks.yaml").write_text("- {id: RSK-1}\n", encoding="utf-8")
    assert cli.run([*arguments, "--source", str(tmp_path)]) == 1


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://lena:secret@git.example/tools/portalgen.git", "https://git.example/tools/portalgen.git"),
        ("git@git.example:tools/portalgen.git", "ssh://git@git.example/tools/portalgen.git"),
        ("ssh://git@git.example:2222/portalgen", "ssh://git@git.example:2222/portalgen"),
        ("/home/lena/portalgen", ""),
        ("", ""),
    ],
)
def test_others_are_told_to_install_from_where_everybody_can(remote: str, address: str) -> None:
    assert address_of(remote) == address


def test_others_install_the_portalgen_that_made_the_repository(tmp_path: Path) -> None:
    name = "portalgen[serve]"
    assert requirement_from("0.1.0", "{}") == f"{name}==0.1.0"
    from_git = {"url": "https://git.example/portalgen", "vcs_info": {"vcs": "git", "commit_id": "abc"}}
    assert (
        requirement_from("0.1.0", json.dumps(from_git)) == f"{name} @ git+https://git.example/portalgen@abc"
    )
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    clone = json.dumps({"url": tmp_path.as_uri(), "dir_info": {"editable": True}})
    assert requirement_from("0.1.0", clone).startswith("# This portalgen came from a folder of one machine")
    git = ["git", "-C", str(tmp_path), "-c", "user.name=M", "-c", "user.email=m@lind.example"]
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
    subprocess.run([*git, "remote", "add", "origin", "git@git.example:portalgen.git"], check=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout
    wanted = f"{name} @ git+ssh://git@git.example/portalgen.git@{head.strip()}"
    assert requirement_from("0.1.0", clone) == wanted
