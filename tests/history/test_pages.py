"""What history tells on the pages: in words, on the right page, and nothing where there is none."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from xml.etree.ElementTree import fromstring

import html5lib
import pytest
from repositories import CLIENT, Repository, changes

MILESTONES = "content/acme/milestones.yaml"
REQUIREMENTS = "content/acme/requirements.yaml"
CHANGES = "content/acme/changes.yaml"
RISKS = "content/acme/risks.yaml"
APPROVALS = "content/acme/approvals.yaml"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "portals")
    made.commit("2026-01-05", {CLIENT: "name: Acme\n"})
    return made


def read(repository: Repository, page: str, *, output: str = "") -> str:
    """Return the words of a page's main part, with one space between any two."""
    path = Path(output or repository.output) / "acme" / page
    tree = html5lib.parse(path.read_text("utf-8"), namespaceHTMLElements=False)
    main = tree.find(".//main")
    return re.sub(r"\s+", " ", " ".join(main.itertext())).replace(" ,", ",")


def a_slip(repository: Repository) -> None:
    milestone = "- {{id: MS-1, title: Pilot, baseline: 2026-03-12, forecast: 2026-03-{}, links: [CR-7]}}\n"
    change = (
        "- {id: CR-7, title: A bridge, status: approved, submitted_on: 2026-01-20, decided_by: Jo, "
        "decided_on: 2026-02-03, impact: {scope: none, schedule: +14d, cost: 0 EUR}}\n"
    )
    repository.commit("2026-01-12", {MILESTONES: milestone.format(12), CHANGES: change})
    repository.commit("2026-02-04", {MILESTONES: milestone.format(26)})


def test_a_records_page_tells_its_story_in_words_with_the_cause(repository: Repository) -> None:
    a_slip(repository)
    repository.build()
    page = read(repository, "milestones/MS-1.html")
    assert "4 Feb 2026 Expected day moved from 12 Mar 2026 to 26 Mar 2026, because of CR-7" in page
    assert "12 Jan 2026 First shown" in page


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("de", "Erwarteter Tag verschoben von 12. März 2026 auf 26. März 2026, wegen CR-7"),
        ("zh-CN", "预计日期由 2026年3月12日 改为 2026年3月26日 ，原因是 CR-7"),
        ("zh-TW", "預計日期由 2026年3月12日 改為 2026年3月26日 ，原因是 CR-7"),
    ],
)
def test_the_story_is_told_in_the_clients_language(repository: Repository, locale: str, said: str) -> None:
    a_slip(repository)
    repository.commit("2026-02-05", {CLIENT: f"name: Acme\nlocale: {locale}\n"})
    repository.build()
    assert said in read(repository, "milestones/MS-1.html")


def test_the_next_meeting_is_told_by_its_title_or_its_day(repository: Repository) -> None:
    folder, held = "content/acme/meetings", "date: 2026-01-20\ntitle: Kickoff\nnext_meeting: {}\n"
    first, second = f"{folder}/2026-01-20-kickoff.yaml", f"{folder}/2026-02-17-steering.yaml"
    repository.commit("2026-01-20", {first: held.format("")})
    repository.commit("2026-01-21", {first: held.format("2026-02-10")})
    repository.commit("2026-02-01", {first: held.format("2026-02-12")})
    repository.commit(
        "2026-02-02",
        {first: held.format("2026-02-17-steering"), second: "date: 2026-02-17\ntitle: Steering\n"},
    )
    repository.build()
    page = read(repository, "meetings/2026-01-20-kickoff.html")
    assert "Next meeting: Steering" in page
    assert "Next meeting: no longer 12 Feb 2026" in page
    assert "Next meeting moved from 10 Feb 2026 to 12 Feb 2026" in page
    assert "Next meeting Steering, 17 Feb 2026" in page


def test_a_record_that_never_changed_has_no_story(repository: Repository) -> None:
    a_slip(repository)
    repository.build()
    assert "First shown" not in read(repository, "changes/CR-7.html")


def test_what_is_new_and_the_feed_tell_of_a_moved_date_what_it_was(repository: Repository) -> None:
    a_slip(repository)
    repository.build(as_of="2026-02-10")
    said = "Expected day moved from {}12 {}Mar"
    assert said.format("", "") in read(repository, "whats-new.html")
    feed = fromstring((repository.output / "acme" / "feed.xml").read_bytes())
    texts = ["".join(each.itertext()) for each in feed.iter("{http://www.w3.org/2005/Atom}entry")]
    moved = [text for text in texts if "Moved: Pilot" in text]
    assert len(moved) == 1
    assert "Expected day moved from 12 March 2026 to 26 March 2026, because of CR-7" in moved[0]


def test_what_is_new_repeats_nothing_that_a_records_own_date_tells(repository: Repository) -> None:
    requirement = "- {{id: REQ-1, title: A map, raised_on: 2026-01-10, status: {}}}\n"
    repository.commit("2026-01-12", {REQUIREMENTS: requirement.format("proposed")})
    repository.commit("2026-02-02", {REQUIREMENTS: requirement.format("withdrawn")})
    repository.build(as_of="2026-02-10")
    page = read(repository, "whats-new.html")
    assert page.count("A map") == 2
    assert "Raised" in page
    assert "Left out" in page


def test_what_is_new_since_the_report_is_grouped_where_it_is_much(repository: Repository) -> None:
    a_slip(repository)
    risks = "".join(
        f"- {{id: RSK-{number}, title: Flood {number}, identified_on: 2026-02-06}}\n" for number in range(8)
    )
    report = "- {id: R-1, title: Well, date: 2026-02-01, health: on_track}\n"
    repository.commit("2026-02-06", {RISKS: risks, "content/acme/reports.yaml": report})
    repository.build(as_of="2026-02-10")
    headings = re.findall(
        r"<h2>([^<]*)</h2>", (repository.output / "acme" / "whats-new.html").read_text("utf-8")
    )
    assert headings[:4] == ["Since your last visit", "Dates", "Decided", "Risks and issues"]


def an_approval(repository: Repository, *, then: str, now: str) -> None:
    requirement = "- {{id: REQ-1, title: A map, {}}}\n"
    approval = (
        "- {id: APR-1, title: The map, subject: REQ-1, requested_on: 2026-01-10, status: approved, "
        "decided_by: Jo, decided_on: 2026-01-20}\n"
    )
    repository.commit("2026-01-12", {REQUIREMENTS: requirement.format(then), APPROVALS: approval})
    repository.commit("2026-02-02", {REQUIREMENTS: requirement.format(now)})
    repository.build()


def test_an_approval_whose_subject_changed_is_to_be_confirmed_again(repository: Repository) -> None:
    an_approval(repository, then="weight: 2", now="weight: 5")
    page = read(repository, "approvals/APR-1.html")
    assert "To be confirmed again" in page
    assert "Your turn Approved, " in page
    assert "Weight: from 2 to 5" in page
    assert "To be confirmed again" in read(repository, "feedback.html")


def test_the_client_is_asked_to_confirm_again_what_was_overtaken(repository: Repository) -> None:
    an_approval(repository, then="weight: 2", now="weight: 5")
    for page in ("index.html", "needs-you.html"):
        said = read(repository, page)
        row = "since 2 Feb 2026 The map APR-1 For REQ-1 . What was approved has been changed since. "
        assert f"{row}To be confirmed again" in said, page
    data = json.loads((repository.output / "acme" / "data.json").read_text("utf-8"))
    assert data["projects"][0]["waiting_for_approval"] == ["APR-1"]


@pytest.mark.parametrize(
    "newer", ["status: requested", "status: approved, decided_by: Jo, decided_on: 2026-02-03"]
)
def test_what_another_approval_asks_for_or_has_confirmed_is_not_asked_for_twice(
    repository: Repository, newer: str
) -> None:
    an_approval(repository, then="weight: 2", now="weight: 5")
    old = (repository.folder / APPROVALS).read_text("utf-8")
    second = f"- {{id: APR-2, title: The new map, subject: REQ-1, requested_on: 2026-02-03, {newer}}}\n"
    repository.commit("2026-02-03", {APPROVALS: old + second})
    repository.build()
    data = json.loads((repository.output / "acme" / "data.json").read_text("utf-8"))
    assert data["projects"][0]["waiting_for_approval"] == (
        ["APR-2"] if "requested" in newer.split(",")[0] else []
    )


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ("acceptance: [Found]", "acceptance: [{criterion: Found, met: yes, note: Seen}]"),
        ("status: approved", "status: validated, validated_on: 2026-02-01"),
    ],
)
def test_that_things_go_on_does_not_overtake_an_approval(repository: Repository, then: str, now: str) -> None:
    an_approval(repository, then=then, now=now)
    assert "To be confirmed again" not in read(repository, "approvals/APR-1.html")
    assert [problem for problem in repository.outcome.problems if problem.code == "overtaken-approval"] == []


def test_a_criterion_that_is_met_is_part_of_the_story(repository: Repository) -> None:
    an_approval(repository, then="acceptance: [Found]", now="acceptance: [{criterion: Found, met: yes}]")
    assert changes(repository.build(), "REQ-1")[1:] == [("REQ-1", "2026-02-02", "acceptance.met", None, None)]
    assert "What is met of the criteria: wording changed" in read(repository, "requirements/REQ-1.html")


def test_a_report_keeps_the_figures_of_its_own_day(repository: Repository) -> None:
    requirement = (
        "- {{id: REQ-1, title: A map, status: {}}}\n- {{id: REQ-2, title: A key, status: approved}}\n"
    )
    reports = "".join(
        f"- {{id: R-{month}, title: Report, date: 2026-0{month}-28, health: on_track}}\n" for month in (1, 2)
    )
    repository.commit("2026-01-08", {REQUIREMENTS: requirement.format("approved")})
    a_slip(repository)
    repository.commit("2026-02-20", {REQUIREMENTS: requirement.format("implemented")})
    repository.commit("2026-02-28", {"content/acme/reports.yaml": reports})
    repository.build()
    before, after = (read(repository, f"reports/R-{month}.html") for month in (1, 2))
    assert "As it stood on 28 January 2026 0% of the scope was delivered" in before
    assert "Pilot 12 Mar 12 Mar on time" in before
    assert "As it stood on 28 February 2026 50% of the scope was delivered" in after
    assert "Pilot 12 Mar 26 Mar 14 days later" in after


def test_scope_tells_how_much_the_requirements_changed_month_by_month(repository: Repository) -> None:
    rows = [f"- {{{{id: REQ-{number}, title: Wish, weight: {{}}}}}}\n" for number in range(4)]
    repository.commit("2026-01-12", {REQUIREMENTS: "".join(row.format(1) for row in rows[:3])})
    repository.commit("2026-02-12", {REQUIREMENTS: "".join(row.format(1 + (row is rows[0])) for row in rows)})
    repository.build(as_of="2026-03-10")
    page = read(repository, "scope.html")
    assert "Mar 2026 4 0 0 0 0%" in page
    assert "Feb 2026 3 1 0 1 67%" in page


def test_risks_and_health_are_told_through_time(repository: Repository) -> None:
    risk = "- {{id: RSK-1, title: Flood, likelihood: {}, impact: 5}}\n"
    reports = "".join(
        f"- {{id: R-{number}, title: Report, date: 2026-01-{day}, health: {word}}}\n"
        for number, (day, word) in enumerate([(10, "on_track"), (17, "on_track"), (24, "at_risk")])
    )
    repository.commit("2026-01-12", {RISKS: risk.format(2), "content/acme/reports.yaml": reports})
    repository.commit("2026-02-12", {RISKS: risk.format(5)})
    repository.build(as_of="2026-02-20")
    assert "medium since 12 Jan → high since 12 Feb" in read(repository, "risks.html")
    page = read(repository, "reports.html")
    assert (
        "Health through time Newest first 24 Jan At risk, 1 report 10 Jan On track, 2 reports, up to 17 Jan"
        in page
    )


def test_how_long_answers_took_is_told_without_git_too(repository: Repository) -> None:
    feedback = (
        "- {id: FB-1, title: Late, date: 2026-01-02, answer: Yes., answered_on: 2026-01-06, status: answered}\n"
        "- {id: FB-2, title: Later, date: 2026-01-03}\n"
    )
    repository.write({"content/acme/feedback.yaml": feedback})
    repository.build(history=False)
    page = read(repository, "feedback.html")
    assert "What you told us 1 4 4 1" in page


def test_where_the_past_is_cut_off_the_pages_say_so(repository: Repository, tmp_path: Path) -> None:
    a_slip(repository)
    shallow = tmp_path / "shallow"
    address = f"file://{repository.folder}"
    subprocess.run(["git", "clone", "--quiet", "--depth", "1", address, str(shallow)], check=True)
    cut = Repository.__new__(Repository)
    cut.folder = shallow
    cut.build()
    for page in ("whats-new.html", "timeline.html"):
        assert "How dates and scope moved is not shown" in read(cut, page)
    assert "Expected day moved" not in read(cut, "milestones/MS-1.html")
