"""What git remembers reaches a client's history, whatever way it was written, moved, renamed or merged."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest
from repositories import CLIENT, Repository, changes

MILESTONE = "- {{id: MS-1, title: Pilot, baseline: 2026-03-12, forecast: {}}}\n"
MILESTONES = "content/acme/milestones.yaml"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "portals")
    made.commit("2026-01-05", {CLIENT: "name: Acme\n", MILESTONES: MILESTONE.format("2026-03-12")})
    return made


def test_a_moved_date_is_told_with_its_day_and_both_values(repository: Repository) -> None:
    repository.commit("2026-02-04", {MILESTONES: MILESTONE.format("2026-03-26")})
    data = repository.build()
    assert data["history_state"] == "told"
    assert data["history_from"] == "2026-01-05"
    assert changes(data) == [
        ("MS-1", "2026-01-05", None, None, None),
        ("MS-1", "2026-02-04", "forecast", "2026-03-12", "2026-03-26"),
    ]


def test_history_is_told_newest_first(repository: Repository) -> None:
    repository.commit("2026-02-04", {MILESTONES: MILESTONE.format("2026-03-26")})
    repository.commit("2026-02-18", {MILESTONES: MILESTONE.format("2026-04-02")})
    days = [entry["on"] for entry in repository.build()["projects"][0]["history"]]
    assert days == ["2026-02-18", "2026-02-04", "2026-01-05"]


def test_a_record_is_followed_by_its_id_into_a_file_of_its_own_a_renamed_file_and_back(
    repository: Repository,
) -> None:
    own = "id: MS-1\ntitle: Pilot\nbaseline: 2026-03-12\nforecast: 2026-03-12\n"
    repository.commit("2026-01-10", {MILESTONES: None, "content/acme/milestones/pilot.yaml": own})
    renamed = f"---\n{own}---\n"
    repository.commit(
        "2026-01-20",
        {"content/acme/milestones/pilot.yaml": None, "content/acme/milestones/2026/the-pilot.md": renamed},
    )
    repository.commit(
        "2026-02-04",
        {"content/acme/milestones/2026/the-pilot.md": None, MILESTONES: MILESTONE.format("2026-03-26")},
    )
    assert changes(repository.build()) == [
        ("MS-1", "2026-01-05", None, None, None),
        ("MS-1", "2026-02-04", "forecast", "2026-03-12", "2026-03-26"),
    ]


def test_a_record_that_becomes_one_of_another_kind_keeps_its_first_day(repository: Repository) -> None:
    repository.commit(
        "2026-01-06", {"content/acme/requirements.yaml": "- {id: X-1, title: A map, priority: must}\n"}
    )
    repository.commit(
        "2026-02-01",
        {
            "content/acme/requirements.yaml": None,
            "content/acme/changes.yaml": "- {id: X-1, title: A map, submitted_on: 2026-02-01}\n",
        },
    )
    assert changes(repository.build(), "X-1") == [
        ("X-1", "2026-01-06", None, None, None),
        ("X-1", "2026-02-01", "kind", "requirements", "changes"),
    ]


def test_what_moves_into_another_project_keeps_its_past(tmp_path: Path) -> None:
    made = Repository(tmp_path / "portals")
    shop, app = ("content/acme/shop", "content/acme/app")
    projects = {
        f"{shop}/project.yaml": "name: Shop\n",
        f"{app}/project.yaml": "name: App\n",
        CLIENT: "name: Acme\n",
    }
    made.commit("2026-01-05", {**projects, f"{shop}/milestones.yaml": MILESTONE.format("2026-03-12")})
    made.commit(
        "2026-02-04",
        {f"{shop}/milestones.yaml": None, f"{app}/milestones.yaml": MILESTONE.format("2026-03-26")},
    )
    by_project = {
        project["id"]: [entry["on"] for entry in project["history"]] for project in made.build()["projects"]
    }
    assert by_project == {"shop": [], "app": ["2026-02-04", "2026-01-05"]}


def test_decisions_and_actions_of_a_meeting_have_a_past_and_no_number_of_theirs_counts(
    repository: Repository,
) -> None:
    path = "content/acme/meetings/2026-01-07-kickoff.yaml"
    repository.commit(
        "2026-01-07",
        {
            path: "title: Kick-off\ndecisions: [Begin]\nactions: [{id: ACT-1, title: Send plans, due: 2026-01-20}]\n"
        },
    )
    repository.commit(
        "2026-01-09",
        {
            path: "title: Kick-off\ndecisions: [Wait for the permit, Begin]\nactions: [{id: ACT-1, title: Send plans, due: 2026-01-30}]\n"
        },
    )
    data = repository.build()
    titles = {row["id"]: row["title"] for row in data["projects"][0]["decisions"]}
    assert titles == {"2026-01-07-kickoff.d1": "Wait for the permit", "2026-01-07-kickoff.d2": "Begin"}
    assert [change for change in changes(data) if change[0].startswith("2026-01-07-kickoff.")] == [
        ("2026-01-07-kickoff.d2", "2026-01-07", None, None, None),
        ("2026-01-07-kickoff.d1", "2026-01-09", None, None, None),
    ]
    assert ("ACT-1", "2026-01-09", "due", "2026-01-20", "2026-01-30") in changes(data)


def test_of_a_text_is_told_that_it_changed_and_not_how(repository: Repository) -> None:
    path = "content/acme/requirements/REQ-1.md"
    head = "---\ntitle: A map\nstatement: {}\n---\n"
    repository.commit("2026-01-06", {path: head.format("First words.") + "Text of January.\n"})
    repository.commit("2026-01-07", {path: head.format("Other words.") + "Text of January.\n"})
    repository.commit("2026-01-08", {path: head.format("Other words.") + "Text of\nFebruary.\n"})
    repository.commit("2026-01-09", {path: head.format("Other words.") + "Text  of February.\n"})
    data = repository.build()
    assert changes(data, "REQ-1")[1:] == [
        ("REQ-1", "2026-01-07", "statement", None, None),
        ("REQ-1", "2026-01-08", "body", None, None),
    ]
    assert "First words" not in (repository.output / "acme" / "data.json").read_text(encoding="utf-8")


def test_an_edit_that_is_not_committed_counts_as_today(repository: Repository) -> None:
    repository.write(
        {
            MILESTONES: MILESTONE.format("2026-03-26"),
            "content/acme/risks.yaml": "- {id: RSK-1, title: Flood}\n",
        }
    )
    data = repository.build(as_of="2026-03-01")
    assert changes(data, "MS-1")[1:] == [("MS-1", "2026-03-01", "forecast", "2026-03-12", "2026-03-26")]
    assert changes(data, "RSK-1") == [("RSK-1", "2026-03-01", None, None, None)]


def test_files_with_windows_line_ends_are_no_edit(repository: Repository) -> None:
    (repository.folder / MILESTONES).write_bytes(
        MILESTONE.format("2026-03-12").replace("\n", "\r\n").encode()
    )
    assert [change[2] for change in changes(repository.build())] == [None]


def test_the_day_is_the_commits_in_the_clients_time_zone(repository: Repository) -> None:
    repository.commit(
        "2026-02-04T17:30",
        {CLIENT: "name: Acme\ntimezone: Asia/Shanghai\n", MILESTONES: MILESTONE.format("2026-03-26")},
    )
    assert changes(repository.build())[-1][1] == "2026-02-05"


def test_nothing_that_happened_after_the_as_of_day_is_told(repository: Repository) -> None:
    repository.commit("2026-02-04", {MILESTONES: MILESTONE.format("2026-03-26")})
    assert changes(repository.build(as_of="2026-02-03")) == [("MS-1", "2026-01-05", None, None, None)]


def test_a_version_that_cannot_be_read_is_passed_over(repository: Repository) -> None:
    repository.commit("2026-01-10", {MILESTONES: "- {id: MS-1, title: [unclosed\n"})
    repository.commit("2026-01-11", {MILESTONES: MILESTONE.format("soon")})
    (repository.folder / MILESTONES).write_bytes(b"\xff\xfe\x00")
    repository.commit("2026-01-12")
    repository.commit("2026-02-04", {MILESTONES: MILESTONE.format("2026-03-26")})
    assert changes(repository.build())[1:] == [("MS-1", "2026-02-04", "forecast", "2026-03-12", "2026-03-26")]


def test_what_was_taken_out_and_put_back_begins_again(repository: Repository) -> None:
    repository.commit("2026-02-04", {MILESTONES: None})
    repository.commit("2026-03-04", {MILESTONES: MILESTONE.format("2026-03-26")})
    assert changes(repository.build()) == [
        ("MS-1", "2026-01-05", None, None, None),
        ("MS-1", "2026-03-04", None, None, None),
    ]


def test_a_merge_is_told_on_the_day_it_was_merged(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "-b", "proposal")
    repository.commit("2026-01-10", {MILESTONES: MILESTONE.format("2026-03-20")})
    repository.commit("2026-01-12", {MILESTONES: MILESTONE.format("2026-03-26")})
    repository.git("checkout", "--quiet", "-")
    repository.commit("2026-01-15", {"content/acme/risks.yaml": "- {id: RSK-1, title: Flood}\n"})
    repository.git("merge", "--quiet", "--no-ff", "--message", "x", "proposal", at="2026-02-04")
    assert changes(repository.build(), "MS-1")[1:] == [
        ("MS-1", "2026-02-04", "forecast", "2026-03-12", "2026-03-26")
    ]


def test_days_never_go_back_whatever_the_commits_say(repository: Repository) -> None:
    repository.commit("2031-01-01", {MILESTONES: MILESTONE.format("2026-03-13")})
    repository.commit("2026-02-01", {MILESTONES: MILESTONE.format("2026-03-14")})
    repository.commit("1999-01-01", {MILESTONES: MILESTONE.format("2026-03-15")})
    repository.commit("2026-03-01", {MILESTONES: MILESTONE.format("2026-03-16")})
    told = changes(repository.build())
    assert [change[1] for change in told] == [
        "2026-01-05",
        "2026-01-05",
        "2026-02-01",
        "2026-02-01",
        "2026-03-01",
    ]
    assert [change[4] for change in told[1:]] == [f"2026-03-{day}" for day in (13, 14, 15, 16)]


def test_a_rewritten_history_gives_the_same_bytes(repository: Repository) -> None:
    repository.commit("2026-02-04", {MILESTONES: MILESTONE.format("2026-03-26")})
    repository.build()
    before = (repository.output / "acme" / "data.json").read_bytes()
    repository.git(
        "commit", "--quiet", "--amend", "--message", "other words", at="2026-02-04", author="Somebody Else"
    )
    repository.git("branch", "--move", "other-branch")
    repository.build()
    assert (repository.output / "acme" / "data.json").read_bytes() == before


# --- settings


def test_history_can_begin_with_a_day(repository: Repository) -> None:
    repository.commit("2026-02-04", {MILESTONES: MILESTONE.format("2026-03-26")})
    repository.commit(
        "2026-02-18",
        {MILESTONES: MILESTONE.format("2026-04-02"), "portalgen.yaml": "history: {from: 2026-02-10}\n"},
    )
    data = repository.build()
    assert changes(data) == [("MS-1", "2026-02-18", "forecast", "2026-03-26", "2026-04-02")]
    assert data["history_from"] == "2026-02-18"


def test_history_can_begin_with_a_commit(repository: Repository) -> None:
    first = repository.commit("2026-02-04", {MILESTONES: MILESTONE.format("2026-03-26")})
    repository.commit(
        "2026-02-18",
        {MILESTONES: MILESTONE.format("2026-04-02"), "portalgen.yaml": f"history: {{from: {first[:12]}}}\n"},
    )
    assert [change[1] for change in changes(repository.build())] == ["2026-02-04", "2026-02-18"]


def test_history_of_another_branch_ends_with_what_stands_here(repository: Repository) -> None:
    repository.git("branch", "live")
    repository.commit(
        "2026-02-04",
        {MILESTONES: MILESTONE.format("2026-03-26"), "portalgen.yaml": "history: {branch: live}\n"},
    )
    assert changes(repository.build(as_of="2026-05-01"))[-1][1:] == (
        "2026-05-01",
        "forecast",
        "2026-03-12",
        "2026-03-26",
    )


@pytest.mark.parametrize("setting", ["{branch: nowhere}", "{from: nowhere}"])
def test_a_setting_that_names_nothing_is_warned_of_and_no_history_is_told(
    repository: Repository, setting: str
) -> None:
    repository.commit("2026-02-04", {"portalgen.yaml": f"history: {setting}\n"})
    data = repository.build()
    assert (data["history_state"], changes(data)) == ("unreadable", [])
    assert [problem.code for problem in repository.outcome.problems if problem.code == "no-history"] == [
        "no-history"
    ]


def test_history_can_be_switched_off(repository: Repository) -> None:
    data = repository.build(history=False)
    assert (data["history_state"], changes(data)) == ("none", [])


# --- odd repositories


def test_a_shallow_clone_has_no_history_and_says_so(repository: Repository, tmp_path: Path) -> None:
    repository.commit("2026-02-04", {MILESTONES: MILESTONE.format("2026-03-26")})
    repository.git("clone", "--quiet", "--depth=1", f"file://{repository.folder}", str(tmp_path / "shallow"))
    clone = object.__new__(Repository)
    clone.folder = tmp_path / "shallow"
    data = clone.build()
    assert (data["history_state"], data["history_from"], changes(data)) == ("shallow", None, [])
    (warning,) = [problem for problem in clone.outcome.problems if problem.code == "no-history"]
    assert "fetch-depth: 0" in warning.hint
    assert clone.outcome.status == 0


def test_a_shallow_clone_is_an_error_under_strict(repository: Repository, tmp_path: Path) -> None:
    repository.commit("2026-02-04", {MILESTONES: MILESTONE.format("2026-03-26")})
    repository.git("clone", "--quiet", "--depth=1", f"file://{repository.folder}", str(tmp_path / "shallow"))
    clone = object.__new__(Repository)
    clone.folder = tmp_path / "shallow"
    with pytest.raises(FileNotFoundError):
        clone.build(strict=True)
    assert clone.outcome.status == 1
    assert clone.outcome.kept == ("acme",)


def test_a_partial_clone_has_no_history_and_asks_nobody_for_it(
    repository: Repository, tmp_path: Path
) -> None:
    repository.git("config", "uploadpack.allowFilter", "true")
    repository.git(
        "clone", "--quiet", "--filter=blob:none", f"file://{repository.folder}", str(tmp_path / "partial")
    )
    clone = object.__new__(Repository)
    clone.folder = tmp_path / "partial"
    assert clone.build()["history_state"] == "unreadable"


def test_without_git_the_site_is_built_all_the_same(repository: Repository) -> None:
    shutil.rmtree(repository.folder / ".git")
    data = repository.build()
    assert (data["history_state"], changes(data)) == ("none", [])
    assert repository.outcome.problems == ()


def test_without_the_git_program_the_site_is_built_all_the_same(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert repository.build()["history_state"] == "none"


def test_before_the_first_commit_there_is_no_history(tmp_path: Path) -> None:
    made = Repository(tmp_path / "portals")
    made.write({CLIENT: "name: Acme\n"})
    assert made.build()["history_state"] == "none"


def test_content_that_git_ignores_has_no_history(repository: Repository, tmp_path: Path) -> None:
    inner = repository.folder / "ignored"
    (repository.folder / ".gitignore").write_text("ignored\n")
    repository.commit("2026-02-01")
    made = object.__new__(Repository)
    made.folder = inner
    made.write({CLIENT: "name: Acme\n"})
    assert made.build()["history_state"] == "none"


def test_a_source_below_the_repositorys_root_has_its_history(tmp_path: Path) -> None:
    outer = Repository(tmp_path / "everything")
    outer.commit(
        "2026-01-05",
        {
            "portals [1]/" + CLIENT: "name: Acme\n",
            "portals [1]/" + MILESTONES: MILESTONE.format("2026-03-12"),
        },
    )
    outer.commit(
        "2026-02-04",
        {
            "portals [1]/" + MILESTONES: MILESTONE.format("2026-03-26"),
            "other/content/acme/risks.yaml": "- {}\n",
        },
    )
    made = object.__new__(Repository)
    made.folder = outer.folder / "portals [1]"
    assert [change[1:3] for change in changes(made.build())] == [
        ("2026-01-05", None),
        ("2026-02-04", "forecast"),
    ]


def test_a_worktree_has_the_history_of_its_repository(repository: Repository, tmp_path: Path) -> None:
    repository.commit("2026-02-04", {MILESTONES: MILESTONE.format("2026-03-26")})
    repository.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "worktree"))
    made = object.__new__(Repository)
    made.folder = tmp_path / "worktree"
    assert [change[1] for change in changes(made.build())] == ["2026-01-05", "2026-02-04"]


def test_a_worktree_of_a_bare_repository_has_its_history(repository: Repository, tmp_path: Path) -> None:
    repository.git("clone", "--quiet", "--bare", str(repository.folder), str(tmp_path / "bare.git"))
    repository.git(
        "--git-dir", str(tmp_path / "bare.git"), "worktree", "add", "--quiet", str(tmp_path / "worktree")
    )
    made = object.__new__(Repository)
    made.folder = tmp_path / "worktree"
    assert [change[1] for change in changes(made.build())] == ["2026-01-05"]


def test_content_inside_a_bare_repository_has_no_history(tmp_path: Path) -> None:
    made = Repository(tmp_path / "portals")
    made.git("config", "core.bare", "true")
    made.write({CLIENT: "name: Acme\n"})
    assert made.build()["history_state"] == "none"


def test_a_detached_head_has_its_history(repository: Repository) -> None:
    first = repository.git("rev-parse", "HEAD").strip()
    repository.commit("2026-02-04", {MILESTONES: MILESTONE.format("2026-03-26")})
    repository.git("checkout", "--quiet", first)
    assert [change[1] for change in changes(repository.build())] == ["2026-01-05"]


def test_content_that_is_a_submodule_has_its_own_history(repository: Repository, tmp_path: Path) -> None:
    inner = Repository(tmp_path / "inner")
    inner.commit(
        "2026-01-05",
        {"acme/client.yaml": "name: Acme\n", "acme/milestones.yaml": MILESTONE.format("2026-03-12")},
    )
    inner.commit("2026-02-04", {"acme/milestones.yaml": MILESTONE.format("2026-03-26")})
    outer = Repository(tmp_path / "outer")
    outer.git("submodule", "--quiet", "add", str(inner.folder), "content")
    outer.commit("2026-03-01", {"portalgen.yaml": "currency: EUR\n"})
    assert [change[1:3] for change in changes(outer.build())] == [
        ("2026-01-05", None),
        ("2026-02-04", "forecast"),
    ]


def test_a_client_that_is_a_submodule_has_no_history_and_the_others_have_theirs(
    repository: Repository, tmp_path: Path
) -> None:
    inner = Repository(tmp_path / "inner")
    inner.commit(
        "2026-01-05", {"client.yaml": "name: Bakery\n", "milestones.yaml": MILESTONE.format("2026-03-12")}
    )
    repository.git("submodule", "--quiet", "add", str(inner.folder), "content/bakery")
    repository.commit("2026-03-01")
    assert repository.build()["history_state"] == "told"
    bakery = repository.build(client="bakery")
    assert (bakery["history_state"], changes(bakery)) == ("unreadable", [])
    assert "nested-repository" in [problem.code for problem in repository.outcome.problems]


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0,
    reason="NOT ROOT: only root can give a folder to another user",
)
def test_a_repository_of_another_user_is_not_read_and_the_way_out_is_named(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    for path in (repository.folder, repository.folder / ".git"):
        os.chown(path, 12345, 12345)
    assert repository.build()["history_state"] == "unreadable"
    (warning,) = [problem for problem in repository.outcome.problems if problem.code == "no-history"]
    assert "safe.directory" in warning.hint
    assert str(repository.folder) in warning.hint


def test_what_a_hook_tells_git_does_not_lead_elsewhere(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Repository(tmp_path / "other")
    other.commit("2026-01-01", {CLIENT: "name: Other\n"})
    monkeypatch.setenv("GIT_DIR", str(other.folder / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.folder))
    assert [change[1] for change in changes(repository.build())] == ["2026-01-05"]


def test_what_people_settle_for_their_own_git_changes_nothing(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit("2026-02-04", {MILESTONES: MILESTONE.format("2026-03-26")})
    settings = tmp_path / "gitconfig"
    settings.write_text(
        "[log]\n showSignature = true\n date = relative\n decorate = full\n[color]\n ui = always\n[diff]\n renames = copies\n"
        " external = false\n noprefix = true\n[core]\n quotePath = true\n pager = false\n abbrev = 4\n[format]\n pretty = fuller\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    assert [change[1] for change in changes(repository.build())] == ["2026-01-05", "2026-02-04"]


def test_git_is_not_called_once_a_file(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def calls() -> int:
        log.write_text("")
        repository.build(cache=False)
        return len(log.read_text().splitlines())

    git = shutil.which("git")
    log, wrapper = tmp_path / "calls", tmp_path / "bin" / "git"
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\necho "$*" >> {log}\nexec {git} "$@"\n')
    wrapper.chmod(wrapper.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{wrapper.parent}{os.pathsep}{os.environ['PATH']}")
    # Of what stands today git is asked for nothing: this is one version more.
    repository.commit("2026-01-20", {MILESTONES: MILESTONE.format("2026-03-20")})
    before = calls()
    repository.write(
        {f"content/acme/risks/RSK-{number}.yaml": f"title: Risk {number}\n" for number in range(40)}
    )
    repository.commit("2026-02-01")
    repository.write(
        {f"content/acme/risks/RSK-{number}.yaml": f"title: Danger {number}\n" for number in range(40)}
    )
    repository.commit("2026-02-02")
    assert len(changes(repository.build())) > 80
    assert calls() == before
    assert before <= 6
