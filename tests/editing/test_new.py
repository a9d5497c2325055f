"""`portalgen new` adds a record where its client keeps others of its kind."""

from __future__ import annotations

from pathlib import Path

import pytest
from editing.portals import DAY, FILES, a_portal, run, texts_of
from repositories import Repository
from sites import DAY as TODAY
from sites import build_at

from portalgen.editing.ids import folder_name_of, next_id, slug_of


@pytest.fixture
def portal(tmp_path: Path) -> Path:
    return a_portal(tmp_path)


def added(portal: Path, before: dict[str, str]) -> dict[str, str]:
    """Return what was added: to a file its end, of a new file all; asserts that nothing else changed."""
    found = {}
    for path, text in texts_of(portal).items():
        assert text.startswith(before.get(path, "")), f"{path} changed before its end"
        if text != before.get(path):
            found[path] = text[len(before.get(path, "")) :]
    return found


def test_a_record_goes_to_the_end_of_a_list_with_the_next_id_in_the_same_form(
    portal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = texts_of(portal)
    assert run(portal, "new", "requirement", "cinema", "Seats: chosen", "priority=should") == 0
    # REQ-009 is internal and counts all the same.
    assert added(portal, before) == {
        "content/cinema/requirements.yaml": (
            '\n- id: REQ-010\n  title: "Seats: chosen"\n  raised_on: 2026-11-23\n  owner: maya\n  priority: should\n'
        )
    }
    assert capsys.readouterr().out == "content/cinema/requirements.yaml:11: REQ-010\n"


def test_a_record_gets_a_file_of_its_own_where_others_have_one(portal: Path) -> None:
    before = texts_of(portal)
    assert run(portal, "new", "change", "cinema", "Popcorn") == 0
    assert run(portal, "new", "risk", "cinema", "It snows", "likelihood=2", "impact=3") == 0
    assert added(portal, before) == {
        "content/cinema/changes/CR-2.yaml": "title: Popcorn\nsubmitted_on: 2026-11-23\nowner: maya\n",
        "content/cinema/risks/RSK-2.md": (
            "---\ntitle: It snows\nidentified_on: 2026-11-23\nowner: maya\nlikelihood: 2\nimpact: 3\n---\n"
        ),
    }


def test_an_id_that_git_remembers_is_not_given_again(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "portal")
    portal, changes = repository.folder, "content/cinema/changes"
    action = "---\ntitle: Trial\nactions: [{id: ACT-9, title: Ask, owner: omar}]\n---\n"
    repository.commit("2026-11-20", {
        **FILES, f"{changes}/CR-2.yaml": "title: Popcorn\n", "content/cinema/meetings/2026-11-23-x.md": action,
        "content/cinema/shop/project.yaml": "name: Shop\n",
        "content/cinema/shop/milestones.yaml": '- {"id": "MS-4", title: Trial}\n',
    })  # fmt: skip
    repository.commit("2026-11-21", {
        f"{changes}/CR-2.yaml": None, "content/cinema/meetings/2026-11-23-x.md": None,
        "content/cinema/shop/milestones.yaml": "- {id: MS-3, title: Trial}\n",
    })  # fmt: skip
    # Deleted since the last commit, and of another client.
    repository.write({"content/cinema/risks/first.md": None, "content/other/risks.yaml": "- {id: RSK-7}\n"})
    before = texts_of(portal)
    for kind in ("change", "risk", "action", "milestone"):
        assert run(portal, "new", kind, "cinema", "Seats") == 0
    assert run(portal, "new", "meeting", "cinema", "x") == 0
    told = added(portal, before)
    assert f"{changes}/CR-3.yaml" in told
    assert "content/cinema/meetings/2026-11-23-x-2.md" in told
    assert "id: RSK-2\n" in told["content/cinema/risks.yaml"]
    assert "id: ACT-10\n" in told["content/cinema/actions.yaml"]
    assert "id: MS-5\n" in told["content/cinema/milestones.yaml"]


def test_an_expected_field_that_is_missing_stands_there_as_a_comment_and_is_warned_of(
    portal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(portal, "new", "risk", "cinema", "It snows") == 0
    text = (portal / "content/cinema/risks/RSK-2.md").read_text(encoding="utf-8")
    assert "# likelihood:    1 (rare) to 5 (almost certain)\n" in text
    assert "has no 'likelihood'" in capsys.readouterr().err


def test_a_kind_without_records_begins_in_its_usual_form(portal: Path) -> None:
    before = texts_of(portal)
    assert run(portal, "new", "issue", "cinema", "Hall 2 leaks") == 0
    assert run(portal, "new", "page", "cinema", "How we work") == 0
    assert added(portal, before) == {
        "content/cinema/issues.yaml": "- id: ISS-1\n  title: Hall 2 leaks\n  raised_on: 2026-11-23\n  owner: maya\n",
        "content/cinema/pages/how-we-work.md": "---\ntitle: How we work\n---\n",
    }


def test_a_meeting_takes_over_what_is_open_and_keeps_internal_actions_internal(
    portal: Path, tmp_path: Path
) -> None:
    before = texts_of(portal)
    assert (
        run(portal, "new", "meeting", "cinema", "Steering, in December", "type=steering", "date=2026-12-01")
        == 0
    )
    (path,) = added(portal, before)
    assert path == "content/cinema/meetings/2026-12-01-steering-in-december.md"
    assert texts_of(portal)[path] == (
        "---\ntitle: Steering, in December\ntype: steering\ndate: 2026-12-01\n---\n"
        "## Open actions from before\n\n* [[ACT-1]] (Omar Reed, due 2026-11-20)\n\n"
        "::: internal\n* [[ACT-2]] (Maya Lind)\n:::\n"
    )
    assert build_at(portal, tmp_path / "out").status == 0
    page = (tmp_path / "out/cinema/meetings/2026-12-01-steering-in-december.html").read_text(encoding="utf-8")
    assert "Send the plan" in page
    assert "ACT-2" not in page
    assert "Ask the bank" not in page


def test_a_report_is_called_after_its_week_and_says_who_wrote_it(portal: Path) -> None:
    assert run(portal, "new", "report", "cinema", "On track", "health=on_track") == 0
    text = texts_of(portal)["content/cinema/reports/2026-W48.md"]
    assert text.startswith(
        "---\ntitle: On track\ndate: 2026-11-23\nperiod: {from: 2026-11-23, to: 2026-11-27}\nauthor: maya\nhealth: on_track\n"
    )
    assert run(portal, "new", "report", "cinema", "Corrected", "health=at_risk", "next=Rest") == 0
    assert "content/cinema/reports/2026-W48-2.md" in texts_of(portal)


def test_what_would_be_a_mistake_is_refused_and_nothing_is_written(
    portal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = texts_of(portal)
    assert run(portal, "new", "approval", "cinema", "The plan") == 1
    assert "'subject'" in capsys.readouterr().err
    assert run(portal, "new", "risk", "cinema", "x", "likelihod=2") == 1
    assert run(portal, "new", "risk", "cinema", "x", "id=REQ-007") == 1
    assert texts_of(portal) == before


def test_a_client_is_made_of_its_name(portal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(portal, "new", "client", "L'Étoile & Söhne", "currency=EUR") == 0
    text = texts_of(portal)["content/letoile-sohne/client.yaml"]
    assert text.startswith("name: L'Étoile & Söhne\ncurrency: EUR\n# locale:")
    assert run(portal, "new", "client", "library", "图书馆") == 0
    assert "name: 图书馆\n" in texts_of(portal)["content/library/client.yaml"]
    assert run(portal, "new", "client", "图书馆") == 2
    assert "portalgen new client alder-clinic '图书馆'" in capsys.readouterr().err
    assert run(portal, "new", "client", "cinema", "Again") == 1
    assert run(portal, "check", "--strict", "--client", "library", "--client", "letoile-sohne") == 0


def test_a_project_gets_a_folder_and_records_go_there(portal: Path) -> None:
    assert run(portal, "new", "project", "cinema/tickets", "Tickets online") == 0
    assert texts_of(portal)["content/cinema/tickets/project.yaml"] == (
        "name: Tickets online\nphase: initiating\nmanager: maya\nstart: 2026-11-23\n"
    )
    assert run(portal, "new", "milestone", "cinema/tickets", "Trial", "baseline=2027-01-04") == 0
    # Ids are unique in the client, and written as elsewhere in it.
    assert "- id: MS-2\n" in texts_of(portal)["content/cinema/tickets/milestones.yaml"]
    assert run(portal, "new", "risk", "cinema/ticket", "x") == 2
    assert run(portal, "new", "project", "cinema", "All") == 1


def test_a_second_project_beside_one_in_the_clients_own_folder_is_refused(portal: Path) -> None:
    assert run(portal, "new", "project", "cinema", "Everything") == 0
    assert run(portal, "new", "project", "cinema/tickets", "Tickets") == 1


def test_a_new_file_names_its_schema_where_the_repository_keeps_schemas(portal: Path) -> None:
    (portal / ".schemas").mkdir()
    for kind in ("issues", "meetings", "client"):
        (portal / f".schemas/{kind}.schema.json").write_text("{}", encoding="utf-8")
    assert run(portal, "new", "issue", "cinema", "x") == 0
    assert run(portal, "new", "meeting", "cinema", "x") == 0
    assert run(portal, "new", "client", "other", "Other") == 0
    texts = texts_of(portal)
    assert texts["content/cinema/issues.yaml"].startswith(
        "# yaml-language-server: $schema=../../.schemas/issues.schema.json\n- id: ISS-1\n"
    )
    assert texts["content/cinema/meetings/2026-11-23-x.md"].startswith(
        "---\n# yaml-language-server: $schema=../../../.schemas/meetings.schema.json\ntitle: x\n"
    )
    assert texts["content/other/client.yaml"].startswith(
        "# yaml-language-server: $schema=../../.schemas/client.schema.json\n"
    )
    assert run(portal, "check") == 0


def test_the_one_who_types_is_the_owner_where_git_knows_their_address(
    portal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = portal / "content/cinema/people.yaml"
    people.write_text(people.read_text(encoding="utf-8") + "  email: Jo@cinema.example\n", encoding="utf-8")
    for name, value in {"COUNT": "1", "KEY_0": "user.email", "VALUE_0": "jo@cinema.example"}.items():
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    assert run(portal, "new", "change", "cinema", "Later") == 0
    assert "owner: jo\n" in texts_of(portal)["content/cinema/changes/CR-2.yaml"]


def test_edit_opens_the_file_and_says_what_is_wrong_with_it_afterwards(
    portal: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    editor = portal / "editor.sh"
    editor.write_text('#!/bin/sh\necho \'likelihood: 9\' >> "$1"\necho "$1" > "$1.seen"\n', encoding="utf-8")
    editor.chmod(0o755)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", str(editor))
    assert run(portal, "new", "change", "cinema", "Later", "--edit") == 1
    assert (portal / "content/cinema/changes/CR-2.yaml.seen").exists()
    assert "'likelihood' is no field of a change" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("word", "kind"), [("risk", "risks"), ("risks", "risks"), ("rsk", "risks"), ("comm", "communications")]
)
def test_a_kind_may_be_typed_in_several_ways(word: str, kind: str) -> None:
    from portalgen.commands.common import kind_named

    assert kind_named(word) == kind


def test_an_unknown_kind_names_the_nearest_one(portal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(portal, "new", "riks", "cinema", "x") == 2
    assert "did you mean 'risks'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("kind", "ids", "taken", "expected"),
    [
        ("risks", [], [], "RSK-1"),
        ("risks", ["RSK-2", "RSK-9"], ["RSK-2", "RSK-9"], "RSK-10"),
        ("risks", ["RSK-2"], ["RSK-2", "rsk-3"], "RSK-4"),
        ("requirements", ["KEP-0099"], ["KEP-0099"], "KEP-0100"),
        ("requirements", ["WEB-1", "WEB-2", "REQ-1"], ["WEB-1", "WEB-2", "REQ-1"], "WEB-3"),
        ("requirements", ["login", "search"], ["login", "search"], "REQ-1"),
        ("requirements", ["需求7"], ["需求7"], "需求8"),
        ("reports", [], [], "2026-W48"),
        ("reports", ["2026-11-16"], ["2026-11-16"], "2026-11-23"),
        ("reports", ["crates-2026-W47"], ["crates-2026-W47"], "crates-2026-W48"),
        ("meetings", [], ["2026-11-23-the-title"], "2026-11-23-the-title-2"),
        ("pages", [], [], "the-title"),
        ("communications", [], [], "COM-1"),
    ],
)
def test_the_next_id_is_written_as_the_others_are(
    kind: str, ids: list[str], taken: list[str], expected: str
) -> None:
    assert next_id(kind, "The title", TODAY, same_project=ids, taken=taken) == expected


def test_a_title_of_any_script_becomes_part_of_an_id() -> None:
    assert slug_of("Wo? – Überall! (2)") == "wo-überall-2"
    assert slug_of("启动会议") == "启动会议"
    assert slug_of("…") == ""
    assert len(slug_of("word " * 40)) <= 50
    assert folder_name_of("O'Neill & Co. Ltd") == "oneill-co-ltd"


def test_today_is_the_day_of_a_new_record() -> None:
    assert TODAY.isoformat() == DAY


def test_every_dotted_field_of_a_mapping_is_taken(portal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    impact = ("impact.cost=100 EUR", "impact.schedule=+7d", "impact.scope=none")
    assert run(portal, "new", "change", "cinema", "Popcorn", *impact) == 0
    text = (portal / "content/cinema/changes/CR-2.yaml").read_text(encoding="utf-8")
    assert "impact: {cost: 100 EUR, schedule: +7d, scope: none}\n" in text
    target = ("target.baseline=2027-01-01", "target.forecast=2027-02-01")
    assert run(portal, "new", "client", "Birch Bank") == 0
    assert run(portal, "new", "project", "birch-bank", "Cards", *target) == 0
    text = (portal / "content/birch-bank/project.yaml").read_text(encoding="utf-8")
    assert "target: {baseline: 2027-01-01, forecast: 2027-02-01}\n" in text
    capsys.readouterr()
    assert run(portal, "new", "change", "cinema", "Nuts", "impact.cost=1 EUR", "impact.cost.amount=1") == 1
    assert "'impact.cost' is typed twice, and 'impact.cost.amount' is part of it" in capsys.readouterr().err
