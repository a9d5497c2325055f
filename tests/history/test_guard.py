"""The wall holds for the past too: a value is told only if its commit and today both publish it."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from repositories import ADDRESS, AUTHOR, BRANCH, CLIENT, MESSAGE, Repository, changes

RISKS = "content/acme/risks.yaml"
PEOPLE = "content/acme/people.yaml"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "portals")
    made.commit("2026-01-05", {CLIENT: "name: Acme\n"})
    return made


def everything_in(repository: Repository) -> str:
    """Every byte of every site, as text, with what base64 would hide."""
    files = [path for path in repository.output.rglob("*") if path.is_file()]
    text = "\n".join(path.read_bytes().decode("utf-8", "replace") for path in files)
    return "\n".join([text, text.casefold(), *(str(path) for path in files)])


def assert_nowhere(repository: Repository, *words: str) -> None:
    text = everything_in(repository)
    for word in words:
        forms = [word, word.casefold(), base64.b64encode(word.encode()).decode().rstrip("=")]
        assert [form for form in forms if form in text] == []


def test_what_was_internal_begins_on_the_day_it_was_first_shown(repository: Repository) -> None:
    risk = "- {{id: RSK-1, title: {}, visibility: {}, likelihood: {}}}\n"
    repository.commit("2026-01-10", {RISKS: risk.format("Canaryfirst", "internal", 2)})
    repository.commit("2026-01-20", {RISKS: risk.format("Canarysecond", "internal", 3)})
    repository.commit("2026-02-01", {RISKS: risk.format("Flood", "client", 4)})
    repository.commit("2026-02-10", {RISKS: risk.format("Flood", "client", 5)})
    assert changes(repository.build()) == [
        ("RSK-1", "2026-02-01", None, None, None),
        ("RSK-1", "2026-02-10", "likelihood", 4, 5),
    ]
    assert_nowhere(repository, "Canaryfirst", "Canarysecond")


def test_what_became_internal_has_no_past_not_even_its_removal(repository: Repository) -> None:
    both = "- {{id: RSK-1, title: Canaryrisk, visibility: {}}}\n- {{id: RSK-2, title: Fire}}\n"
    repository.commit("2026-01-10", {RISKS: both.format("client")})
    repository.commit("2026-02-01", {RISKS: both.format("internal")})
    assert changes(repository.build()) == [("RSK-2", "2026-01-10", None, None, None)]
    assert_nowhere(repository, "Canaryrisk", "RSK-1", "2026-02-01")


def test_what_was_deleted_has_no_past(repository: Repository) -> None:
    repository.commit(
        "2026-01-10",
        {RISKS: "- {id: RSK-1, title: Canaryrisk}\n", "content/bakery/client.yaml": "name: Canarybakery\n"},
    )
    repository.commit("2026-02-01", {RISKS: None, "content/bakery/client.yaml": None})
    assert changes(repository.build()) == []
    assert_nowhere(repository, "Canaryrisk", "RSK-1", "Canarybakery", "bakery")


def test_nobody_who_committed_and_no_word_of_theirs_is_in_any_byte(repository: Repository) -> None:
    ids = [
        repository.commit("2026-01-10", {RISKS: "- {id: RSK-1, title: Flood}\n"}),
        repository.commit("2026-01-11", {RISKS: "- {id: RSK-1, title: Fire}\n"}),
    ]
    assert len(changes(repository.build())) == 2
    assert_nowhere(repository, AUTHOR, ADDRESS, MESSAGE, BRANCH, *(id_[:7] for id_ in ids))


@pytest.mark.parametrize(
    "path",
    [CLIENT, "portalgen.yaml", "content/acme/project.yaml"],
)
def test_a_default_of_the_time_decides_what_was_shown_then(repository: Repository, path: str) -> None:
    risk = "- {{id: RSK-1, title: {}}}\n"
    if path.endswith("project.yaml"):
        hidden, shown = "name: Build\nvisibility: internal\n", "name: Build\n"
    else:
        own = "name: Acme\n" if path == CLIENT else ""
        hidden, shown = f"{own}visibility: {{risks: internal}}\n", own
    repository.commit("2026-01-10", {path: hidden, RISKS: risk.format("Canaryfirst")})
    repository.commit("2026-01-20", {RISKS: risk.format("Canarysecond")})
    repository.commit("2026-02-01", {path: shown})
    repository.commit("2026-02-10", {RISKS: risk.format("Flood")})
    told = changes(repository.build())
    assert told == [
        ("RSK-1", "2026-02-01", None, None, None),
        ("RSK-1", "2026-02-10", "title", "Canarysecond", "Flood"),
    ]
    assert_nowhere(repository, "Canaryfirst")


def test_a_default_of_today_hides_the_past_too(repository: Repository) -> None:
    repository.commit(
        "2026-01-10",
        {RISKS: "- {id: RSK-1, title: Canaryrisk}\n- {id: RSK-2, title: Fire, visibility: client}\n"},
    )
    repository.commit("2026-02-01", {CLIENT: "name: Acme\nvisibility: {risks: internal}\n"})
    assert changes(repository.build()) == [("RSK-2", "2026-01-10", None, None, None)]
    assert_nowhere(repository, "Canaryrisk")


def test_nothing_is_told_of_a_time_without_a_client_yaml_or_with_a_broken_one(tmp_path: Path) -> None:
    made = Repository(tmp_path / "portals")
    risk = "- {{id: RSK-1, title: {}}}\n"
    made.commit("2026-01-01", {RISKS: risk.format("Canarynoclient")})
    made.commit("2026-01-02", {CLIENT: "name: Acme\nvisiblity: {risks: internal}\n"})
    made.commit("2026-01-03", {RISKS: risk.format("Canarybroken")})
    made.commit("2026-01-04", {RISKS: risk.format("Flood")})
    made.commit("2026-01-05", {CLIENT: "name: Acme\n"})
    assert changes(made.build()) == [("RSK-1", "2026-01-05", None, None, None)]
    assert_nowhere(made, "Canarynoclient", "Canarybroken")


def test_a_broken_visibility_of_the_past_shows_nothing(repository: Repository) -> None:
    repository.commit("2026-01-10", {RISKS: "- {id: RSK-1, title: Canaryslip, visibility: internl}\n"})
    repository.commit("2026-01-11", {RISKS: "- {id: RSK-1, title: Canaryslip, Visibility: internal}\n"})
    repository.commit("2026-01-12", {RISKS: "- {id: RSK-1, title: Flood}\n"})
    assert changes(repository.build()) == [("RSK-1", "2026-01-12", None, None, None)]
    assert_nowhere(repository, "Canaryslip")


def test_what_stands_in_an_internal_meeting_has_no_past(repository: Repository) -> None:
    path = "content/acme/meetings/2026-01-07.yaml"
    meeting = "title: Kick-off\nvisibility: {}\nactions: [{{id: ACT-1, title: {}}}]\n"
    repository.commit("2026-01-07", {path: meeting.format("internal", "Canaryaction")})
    repository.commit("2026-02-07", {path: meeting.format("client", "Send plans")})
    assert changes(repository.build(), "ACT-1") == [("ACT-1", "2026-02-07", None, None, None)]
    assert_nowhere(repository, "Canaryaction")


@pytest.mark.parametrize(
    ("then", "now"), [("internal", "client"), ("client", "internal"), ("internal", "internal")]
)
def test_a_person_is_named_in_the_past_only_if_then_and_today_both_do(
    repository: Repository, then: str, now: str
) -> None:
    people = "canary-jane: {{name: Canary Jane, visibility: {}}}\njohn: {{name: John Smith}}\n"
    repository.commit(
        "2026-01-10",
        {PEOPLE: people.format(then), RISKS: "- {id: RSK-1, title: Flood, owner: canary-jane}\n"},
    )
    repository.commit("2026-01-20", {RISKS: "- {id: RSK-1, title: Flood, owner: john}\n"})
    repository.commit("2026-02-01", {PEOPLE: people.format(now)})
    assert changes(repository.build())[1:] == [("RSK-1", "2026-01-20", "owner", None, "john")]
    if now == "internal":
        assert_nowhere(repository, "canary-jane", "Canary Jane")


def test_a_person_who_was_typed_as_a_plain_name_and_is_internal_today_is_not_named(
    repository: Repository,
) -> None:
    repository.commit("2026-01-10", {RISKS: "- {id: RSK-1, title: Flood, owner: Canary Jane}\n"})
    repository.commit("2026-01-20", {RISKS: "- {id: RSK-1, title: Flood, owner: Paul Miller}\n"})
    repository.commit("2026-02-01", {PEOPLE: "jane: {name: Canary Jane, visibility: internal}\n"})
    assert changes(repository.build())[1:] == [("RSK-1", "2026-01-20", "owner", None, "Paul Miller")]
    assert_nowhere(repository, "Canary Jane")


def test_somebody_of_ours_whom_nothing_published_names_today_is_not_named_in_the_past(
    repository: Repository,
) -> None:
    repository.commit(
        "2026-01-10",
        {
            "content/_shared/people.yaml": "canary-jane: {name: Canary Jane}\njohn: {name: John Smith}\n",
            RISKS: "- {id: RSK-1, title: Flood, owner: canary-jane}\n",
        },
    )
    repository.commit("2026-01-20", {RISKS: "- {id: RSK-1, title: Flood, owner: john}\n"})
    assert changes(repository.build())[1:] == [("RSK-1", "2026-01-20", "owner", None, "john")]
    assert_nowhere(repository, "canary-jane", "Canary Jane")


@pytest.mark.parametrize(("then", "now"), [("internal", "client"), ("client", "internal")])
def test_a_record_that_a_value_names_is_told_only_if_then_and_today_both_publish_it(
    repository: Repository, then: str, now: str
) -> None:
    milestones = "- {{id: CANARY-7, title: Canarypilot, visibility: {}}}\n- {{id: MS-2, title: Opening}}\n"
    requirement = "- {{id: REQ-1, title: A map, milestone: {}}}\n"
    path = "content/acme/requirements.yaml"
    repository.commit(
        "2026-01-10",
        {"content/acme/milestones.yaml": milestones.format(then), path: requirement.format("CANARY-7")},
    )
    repository.commit("2026-01-20", {path: requirement.format("MS-2")})
    repository.commit("2026-02-01", {"content/acme/milestones.yaml": milestones.format(now)})
    assert changes(repository.build(), "REQ-1")[1:] == [("REQ-1", "2026-01-20", "milestone", None, "MS-2")]
    if now == "internal":
        assert_nowhere(repository, "CANARY-7", "Canarypilot")


def test_when_a_named_record_is_shown_those_that_name_it_say_so_on_that_day(repository: Repository) -> None:
    milestone = "- {{id: MS-1, title: Pilot, visibility: {}}}\n"
    repository.commit(
        "2026-01-10",
        {
            "content/acme/milestones.yaml": milestone.format("internal"),
            "content/acme/requirements.yaml": "- {id: REQ-1, title: A map, milestone: MS-1}\n",
        },
    )
    repository.commit("2026-02-01", {"content/acme/milestones.yaml": milestone.format("client")})
    assert changes(repository.build(), "REQ-1")[1:] == [("REQ-1", "2026-02-01", "milestone", None, "MS-1")]


def test_an_approval_is_shown_from_the_day_on_which_what_it_approves_is(repository: Repository) -> None:
    change = "- {{id: CR-1, title: A bridge, submitted_on: 2026-01-02, visibility: {}}}\n"
    approval = "- {id: APR-1, title: The bridge, subject: CR-1}\n"
    repository.commit(
        "2026-01-10",
        {"content/acme/changes.yaml": change.format("internal"), "content/acme/approvals.yaml": approval},
    )
    repository.commit("2026-02-01", {"content/acme/changes.yaml": change.format("client")})
    assert changes(repository.build(), "APR-1") == [("APR-1", "2026-02-01", None, None, None)]


def test_a_draft_has_no_past(repository: Repository) -> None:
    document = "- {{id: DOC-1, title: {}, status: {}, version: '{}'}}\n"
    path = "content/acme/documents.yaml"
    repository.commit("2026-01-10", {path: document.format("Canarydraft", "draft", "canary0")})
    repository.commit("2026-02-01", {path: document.format("Plan", "issued", "1.0")})
    assert changes(repository.build()) == [("DOC-1", "2026-02-01", None, None, None)]
    assert_nowhere(repository, "Canarydraft", "canary0")


def test_a_deliverable_before_it_is_submitted_has_only_the_past_of_what_was_shown(
    repository: Repository,
) -> None:
    deliverable = "- {{id: DEL-1, title: Plan, status: {}, due: {}, version: '{}', conditions: {}}}\n"
    path = "content/acme/deliverables.yaml"
    repository.commit(
        "2026-01-10", {path: deliverable.format("planned", "2026-02-01", "canary1", "Canarycondition")}
    )
    repository.commit(
        "2026-01-11", {path: deliverable.format("in_progress", "2026-02-03", "canary2", "Canaryother")}
    )
    repository.commit("2026-02-03", {path: deliverable.format("submitted", "2026-02-03", "1.0", "None")})
    told = changes(repository.build())
    assert told[1:3] == [("DEL-1", "2026-01-11", "due", "2026-02-01", "2026-02-03"), ("DEL-1", "2026-01-11", "status", "planned", "in_progress")] or told[1:3] == [
        ("DEL-1", "2026-01-11", "status", "planned", "in_progress"), ("DEL-1", "2026-01-11", "due", "2026-02-01", "2026-02-03"),
    ]  # fmt: skip
    # What comes into view with the submission is no change: before it, nobody knew.
    assert told[3:] == [("DEL-1", "2026-02-03", "status", "in_progress", "submitted")]
    assert_nowhere(repository, "canary1", "canary2", "Canarycondition", "Canaryother")


def test_a_deliverable_that_was_taken_back_shows_nothing_of_its_submission(repository: Repository) -> None:
    deliverable = "- {{id: DEL-1, title: Plan, status: {}, version: '{}'}}\n"
    path = "content/acme/deliverables.yaml"
    repository.commit("2026-01-10", {path: deliverable.format("submitted", "canary1")})
    repository.commit("2026-01-12", {path: deliverable.format("submitted", "canary2")})
    repository.commit("2026-01-20", {path: deliverable.format("in_progress", "canary3")})
    assert changes(repository.build())[1:] == [("DEL-1", "2026-01-20", "status", "submitted", "in_progress")]
    assert_nowhere(repository, "canary1", "canary2", "canary3")


def test_a_title_of_the_teams_own_is_no_past_of_the_one_made_for_the_client(repository: Repository) -> None:
    repository.commit("2026-01-10", {RISKS: "- {id: RSK-1, title: Canaryplain}\n"})
    repository.commit("2026-01-20", {RISKS: "- {id: RSK-1, title: Canaryhidden, client_title: Weather}\n"})
    repository.commit("2026-02-01", {RISKS: "- {id: RSK-1, title: Canaryother, client_title: Storm}\n"})
    assert changes(repository.build())[1:] == [("RSK-1", "2026-02-01", "title", "Weather", "Storm")]
    assert_nowhere(repository, "Canaryplain", "Canaryhidden", "Canaryother")


def test_between_two_titles_of_the_same_voice_another_voice_is_passed_over(repository: Repository) -> None:
    repository.commit("2026-01-10", {RISKS: "- {id: RSK-1, title: Rain}\n"})
    repository.commit("2026-01-20", {RISKS: "- {id: RSK-1, title: Canaryplain, client_title: Weather}\n"})
    repository.commit("2026-02-01", {RISKS: "- {id: RSK-1, title: Flood}\n"})
    assert changes(repository.build())[1:] == [("RSK-1", "2026-02-01", "title", "Rain", "Flood")]
    assert_nowhere(repository, "Canaryplain")


def test_under_a_summary_no_change_of_the_teams_own_text_is_told(repository: Repository) -> None:
    risk = "- {{id: RSK-1, title: Flood, cause: {}, client_summary: {}, body: {}}}\n"
    repository.commit("2026-01-10", {RISKS: risk.format("One", "Rain.", "First")})
    repository.commit("2026-01-20", {RISKS: risk.format("Two", "Rain.", "Second")})
    repository.commit("2026-02-01", {RISKS: risk.format("Two", "Much rain.", "Second")})
    assert changes(repository.build())[1:] == [("RSK-1", "2026-02-01", "body", None, None)]


def test_a_title_of_the_past_that_names_what_stays_with_the_team_is_not_told(repository: Repository) -> None:
    risks = "- {{id: RSK-1, title: Flood after RSK-2, visibility: client}}\n- {{id: RSK-2, title: Dam, visibility: {}}}\n"
    repository.commit("2026-01-10", {RISKS: risks.format("client")})
    repository.commit("2026-02-01", {RISKS: risks.format("internal").replace(" after RSK-2", "")})
    assert changes(repository.build())[1:] == [("RSK-1", "2026-02-01", "title", None, "Flood")]
    assert_nowhere(repository, "RSK-2")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("internal: canary one", "internal: canary two"),
        ("tags: [canaryone]", "tags: [canarytwo]"),
        ("confidence: canary one", "confidence: canary two"),
        ("source: a canary", "source: another canary"),
        ("acceptance: [{criterion: Seen, visibility: internal}]", "acceptance: [{criterion: Heard, visibility: internal}]"),
        ("body: \"Text.\\n\\n::: internal\\ncanary one\\n:::\\n\"", "body: \"Text.\\n\\n::: internal\\ncanary two\\n:::\\n\""),
        ("body: \"Text. <!-- canary one -->\"", "body: \"Text.\""),
        ("body: \"Text, [minutes](canaryone.md).\"", "body: \"Text, [minutes](canarytwo.md).\""),
        ("links: [CANARY-1]", "links: []"),
        ("depends_on: [CANARY-1]", "depends_on: []"),
        ("owner: canary-jane", "owner: canary-joan"),
    ],
)  # fmt: skip
def test_an_edit_of_what_stays_with_the_team_leaves_every_byte_as_it_was(
    tmp_path: Path, first: str, second: str
) -> None:
    """Non-interference: the days and the number of internal edits tell nothing either."""
    others = {
        CLIENT: "name: Acme\n",
        PEOPLE: "canary-jane: {name: Jane, visibility: internal}\ncanary-joan: {name: Joan, visibility: internal}\n",
        "content/acme/issues.yaml": "- {id: CANARY-1, title: Canary, visibility: internal}\n",
        "content/acme/actions.yaml": "- {id: ACT-1, title: Begin}\n",
    }
    if "depends_on" in first:
        others["content/acme/milestones.yaml"] = "- {id: CANARY-1, title: Canary, visibility: internal}\n"
        del others["content/acme/issues.yaml"]
    sites = []
    for name, lines in (("still", [second]), ("moving", [first, second, first, second])):
        made = Repository(tmp_path / name)
        made.commit("2026-01-05", others)
        for number, line in enumerate(lines):
            path = "content/acme/milestones/MS-1.yaml"
            made.commit(
                "2026-01-06" if number == 0 else f"2026-02-0{number}",
                {path: f"id: MS-1\ntitle: Pilot\n{line}\n"},
            )
        made.build()
        sites.append(
            {
                path.relative_to(made.output).as_posix(): path.read_bytes()
                for path in made.output.rglob("*")
                if path.is_file() and "acme" in path.parts
            }
        )
    assert sites[0] == sites[1]
    assert json.loads(sites[0]["acme/data.json"])["projects"][0]["history"] != []


def test_what_others_do_changes_no_byte(tmp_path: Path) -> None:
    sites = []
    for name in ("alone", "together"):
        made = Repository(tmp_path / name)
        made.commit("2026-01-05", {CLIENT: "name: Acme\n", RISKS: "- {id: RSK-1, title: Flood}\n"})
        if name == "together":
            made.commit(
                "2026-01-07",
                {
                    "content/bakery/client.yaml": "name: Bakery\n",
                    "content/bakery/risks.yaml": "- {id: RSK-1, title: Fire}\n",
                },
            )
            made.commit("2026-01-09", {"content/bakery/risks.yaml": "- {id: RSK-1, title: Smoke}\n"})
        made.commit("2026-02-01", {RISKS: "- {id: RSK-1, title: Storm}\n"})
        made.build()
        sites.append(
            {path.name: path.read_bytes() for path in (made.output / "acme").rglob("*") if path.is_file()}
        )
    assert sites[0] == sites[1]
