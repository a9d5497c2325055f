from __future__ import annotations

from datetime import date as Day

import pytest
from msgspec.structs import replace

from portalgen.portal import groups
from portalgen.portal.published import (
    Action,
    Approval,
    Backlink,
    Decision,
    Deliverable,
    Derived,
    Document,
    DueDerived,
    Issue,
    Meeting,
    PersonRef,
    Project,
    ProjectDerived,
    Ref,
    Risk,
    RiskDerived,
    Survey,
    SurveyDerived,
    Waiting,
)

TODAY = Day(2026, 11, 20)
STEEN = PersonRef("Dr Johanna Steen", "johanna-steen")


def an_action(id: str, status: str = "open", side: str = "client", **fields: object) -> Action:
    return Action(id=id, title=id, url=f"actions/{id}.html", status=status, side=side, **fields)  # type: ignore[arg-type]


def a_document(id: str, type: str = "", supersedes: str = "") -> Document:
    older = Ref("documents", supersedes, supersedes, f"documents/{supersedes}.html") if supersedes else None
    return Document(id=id, title=id, url=f"documents/{id}.html", status="issued", type=type, supersedes=older)


def a_deliverable(id: str, status: str, **fields: object) -> Deliverable:
    return Deliverable(id=id, title=id, url=f"deliverables/{id}.html", status=status, **fields)  # type: ignore[arg-type]


def a_meeting(id: str, status: str, day: Day | None, time: str = "") -> Meeting:
    return Meeting(id=id, title=id, url=f"meetings/{id}.html", status=status, date=day, time=time)


def a_risk(id: str, level: str, status: str = "approved", **fields: object) -> Risk:
    derived = RiskDerived(level=level)
    return Risk(id=id, title=id, url=f"risks/{id}.html", status=status, derived=derived, **fields)  # type: ignore[arg-type]


def ids(records: tuple[object, ...]) -> list[str]:
    return [record.id for record in records]  # type: ignore[attr-defined]


def test_actions_are_split_by_side_and_by_whether_they_are_over() -> None:
    actions = [
        an_action("ACT-1"),
        an_action("ACT-2", "blocked"),
        an_action("ACT-3", "done"),
        an_action("ACT-4", "cancelled"),
        an_action("ACT-5", "in_progress", side="provider"),
    ]
    client = groups.actions_of("client", actions)
    assert (ids(client.open), ids(client.over)) == (["ACT-1", "ACT-2"], ["ACT-3", "ACT-4"])
    assert ids(groups.actions_of("provider", actions).open) == ["ACT-5"]


def test_only_open_actions_count_as_overdue() -> None:
    late = DueDerived(overdue=True)
    actions = [
        an_action("ACT-1", derived=late),
        an_action("ACT-2", "done", derived=late),
        an_action("ACT-3"),
    ]
    assert groups.actions_of("client", actions).overdue == 1


def test_a_side_without_actions_is_false() -> None:
    assert not groups.actions_of("client", [an_action("ACT-1", side="provider")])


def test_response_time_is_the_mean_of_actions_that_have_both_days() -> None:
    side = groups.actions_of(
        "client",
        [
            an_action("ACT-1", "done", requested_on=Day(2026, 11, 2), received_on=Day(2026, 11, 4)),
            an_action("ACT-2", "done", requested_on=Day(2026, 11, 2), received_on=Day(2026, 11, 7)),
            an_action("ACT-3", requested_on=Day(2026, 1, 1)),
            an_action("ACT-4", "done", received_on=Day(2026, 11, 7)),
        ],
    )
    assert side.response == groups.Mean(3.5, 2)


def test_no_answers_have_no_mean() -> None:
    assert groups.mean_days([(TODAY, None), (None, TODAY)]) is None


def test_an_answer_before_its_question_is_left_out_of_the_mean() -> None:
    assert groups.mean_days([(TODAY, Day(2026, 11, 1))]) is None


def test_an_older_version_stands_behind_the_one_that_took_its_place() -> None:
    chains = groups.version_chains(
        [a_document("DOC-3", supersedes="DOC-2"), a_document("DOC-9"), a_document("DOC-2", supersedes="DOC-1"), a_document("DOC-1")]
    )  # fmt: skip
    assert [(chain.newest.id, ids(chain.older)) for chain in chains] == [
        ("DOC-3", ["DOC-2", "DOC-1"]),
        ("DOC-9", []),
    ]


def test_a_document_that_two_supersede_stands_in_one_chain_only() -> None:
    chains = groups.version_chains(
        [a_document("DOC-2", supersedes="DOC-1"), a_document("DOC-3", supersedes="DOC-1"), a_document("DOC-1")]
    )  # fmt: skip
    assert [(chain.newest.id, ids(chain.older)) for chain in chains] == [("DOC-2", ["DOC-1"]), ("DOC-3", [])]


def test_documents_that_supersede_each_other_in_a_circle_are_all_shown_once() -> None:
    chains = groups.version_chains(
        [a_document("DOC-1", supersedes="DOC-2"), a_document("DOC-2", supersedes="DOC-1")]
    )
    assert [(chain.newest.id, ids(chain.older)) for chain in chains] == [("DOC-1", ["DOC-2"])]


def test_documents_stand_by_type_and_those_without_a_type_last() -> None:
    types = {
        "DOC-6": "",
        "DOC-5": "minutes",
        "DOC-4": "plan",
        "DOC-3": "minutes",
        "DOC-2": "plan",
        "DOC-1": "",
    }
    shelves = groups.shelves([a_document(id, type) for id, type in types.items()])
    assert [(shelf.type, [chain.newest.id for chain in shelf.chains]) for shelf in shelves] == [
        ("minutes", ["DOC-5", "DOC-3"]),
        ("plan", ["DOC-4", "DOC-2"]),
        ("", ["DOC-6", "DOC-1"]),
    ]


def test_documents_of_as_many_types_stand_on_one_shelf() -> None:
    documents = [a_document("DOC-3", "minutes"), a_document("DOC-2", "plan"), a_document("DOC-1", "plan")]
    shelves = groups.shelves(documents)
    assert [(shelf.type, len(shelf.chains)) for shelf in shelves] == [("", 3)]
    assert groups.shelves([]) == ()


def test_a_deliverable_that_was_not_accepted_is_to_come_again() -> None:
    found = groups.deliverables(
        [
            a_deliverable("DEL-1", "not_accepted", derived=DueDerived(overdue=True)),
            a_deliverable("DEL-2", "in_review", submitted_on=Day(2026, 11, 9)),
            a_deliverable("DEL-3", "submitted", submitted_on=Day(2026, 11, 2)),
            a_deliverable("DEL-4", "accepted", decided_on=Day(2026, 8, 1)),
            a_deliverable("DEL-5", "conditionally_accepted", decided_on=Day(2026, 9, 1)),
            a_deliverable("DEL-6", "planned", due=TODAY),
            a_deliverable("DEL-7", "in_progress", due=Day(2026, 11, 19)),
        ],
        TODAY,
    )
    assert ids(found.waiting) == ["DEL-3", "DEL-2"]
    assert ids(found.coming) == ["DEL-1", "DEL-6", "DEL-7"]
    assert found.next is not None
    assert found.next.id == "DEL-6"
    assert ids(found.accepted) == ["DEL-5", "DEL-4"]
    assert (found.with_conditions, found.sent_back, found.overdue) == (1, 1, 1)


def test_a_meeting_of_today_is_still_to_come_and_the_next_one_is_first() -> None:
    found = groups.meetings(
        [
            a_meeting("later", "planned", Day(2026, 12, 1)),
            a_meeting("afternoon", "planned", TODAY, "14:00"),
            a_meeting("morning", "planned", TODAY, "09:00"),
            a_meeting("called-off", "cancelled", Day(2026, 12, 2)),
            a_meeting("past", "held", Day(2026, 11, 1)),
            a_meeting("undated", "planned", None),
        ],
        TODAY,
    )
    assert ids(found.coming) == ["morning", "afternoon", "later"]
    assert ids(found.past) == ["called-off", "past", "undated"]


def test_the_day_that_a_past_meeting_names_counts_where_none_is_planned() -> None:
    past = replace(a_meeting("past", "held", Day(2026, 11, 1)), next_meeting_on=Day(2026, 12, 4))
    older = replace(a_meeting("older", "agreed", Day(2026, 10, 1)), next_meeting_on=Day(2026, 11, 1))
    found = groups.meetings([past, older], TODAY)
    assert (found.held, found.promised) == (2, Day(2026, 12, 4))
    planned = a_meeting("planned", "planned", Day(2026, 12, 9))
    assert groups.meetings([past, planned], TODAY).promised is None


def test_the_newest_record_is_the_one_with_the_latest_day() -> None:
    meetings = [
        a_meeting("a", "held", None),
        a_meeting("b", "held", Day(2026, 1, 1)),
        a_meeting("c", "held", TODAY),
    ]
    assert groups.newest(meetings) == meetings[2]
    assert groups.newest(meetings[:1]) is None


def test_records_without_a_date_stand_after_the_last_year() -> None:
    decisions = [
        Decision(id=id, title=id, url=f"decisions/{id}.html", status="decided", date=day)
        for id, day in (("DEC-0", None), ("DEC-2", Day(2026, 1, 2)), ("DEC-1", Day(2025, 5, 5)))
    ]
    assert [(year.year, ids(year.records)) for year in groups.years(decisions)] == [
        (2026, ["DEC-2"]),
        (2025, ["DEC-1"]),
        (None, ["DEC-0"]),
    ]


def test_a_high_risk_is_ready_with_an_owner_and_a_day() -> None:
    found = groups.risks(
        [
            a_risk("RSK-1", "high", owner=STEEN, review_on=TODAY),
            a_risk("RSK-2", "high", owner=STEEN),
            a_risk("RSK-3", "high", target_date=TODAY),
            a_risk("RSK-4", "high", "closed", owner=STEEN, target_date=TODAY),
            a_risk("RSK-5", "medium", "assessing"),
            a_risk("RSK-6", "unrated", "proposed"),
            a_risk("RSK-7", "high", "occurred"),
        ]
    )
    assert ids(found.open) == ["RSK-1", "RSK-2", "RSK-3", "RSK-5", "RSK-6"]
    assert ids(found.high) == ["RSK-1", "RSK-2", "RSK-3"]
    assert (found.high_ready, found.high_without_owner, found.high_without_date) == (1, 1, 1)
    assert (found.medium, found.low, found.unrated) == (1, 0, 1)
    assert (ids(found.occurred), ids(found.over)) == (["RSK-7"], ["RSK-4"])


def test_the_day_of_a_risk_is_its_target_else_its_review() -> None:
    assert groups.risk_day(a_risk("RSK-1", "high", review_on=Day(2026, 12, 1), target_date=TODAY)) == TODAY
    assert groups.risk_day(a_risk("RSK-1", "high", review_on=Day(2026, 12, 1))) == Day(2026, 12, 1)
    assert groups.risk_day(a_risk("RSK-1", "high")) is None


def test_the_oldest_open_issue_is_found_and_a_postponed_one_is_open() -> None:
    def issue(id: str, status: str, age: int | None, **fields: object) -> Issue:
        derived = DueDerived(age_days=age, overdue=age == 30)
        return Issue(id=id, title=id, url=f"issues/{id}.html", status=status, derived=derived, **fields)  # type: ignore[arg-type]

    found = groups.issues(
        [
            issue("ISS-1", "open", 12),
            issue("ISS-2", "postponed", 30),
            issue("ISS-3", "open", None),
            issue("ISS-4", "closed", 99, raised_on=Day(2026, 5, 1), resolved_on=Day(2026, 5, 4)),
        ]
    )
    assert (ids(found.open), ids(found.over)) == (["ISS-1", "ISS-2", "ISS-3"], ["ISS-4"])
    assert (found.overdue, found.oldest_days, found.resolution) == (1, 30, groups.Mean(3.0, 1))


def test_the_age_of_issues_is_unknown_where_no_first_day_is_known() -> None:
    assert groups.issues([Issue(id="ISS-1", title="", url="", status="open")]).oldest_days is None


@pytest.mark.parametrize(
    ("derived", "has_figures"),
    [
        (SurveyDerived(answers=2), False),
        (SurveyDerived(answers=9, nps=0), True),
        (SurveyDerived(answers=9, mean=0.0), True),
    ],
)
def test_a_survey_has_figures_where_one_is_known_even_if_it_is_nought(
    derived: SurveyDerived, has_figures: bool
) -> None:
    survey = Survey(id="SVY-1", title="", url="", status="closed", derived=derived)
    assert groups.has_figures(survey) is has_figures


def an_approval(id: str, status: str, *subject: str) -> Approval:
    refs = tuple(Ref("documents", each, each, f"documents/{each}.html") for each in subject)
    return Approval(id=id, title=id, url=f"approvals/{id}.html", status=status, subject=refs)


def test_an_approval_that_was_revoked_is_not_among_the_approved() -> None:
    found = groups.approvals(
        [an_approval(word, word) for word in ("requested", "approved", "declined", "revoked", "expired")]
    )
    assert (ids(found.waiting), ids(found.approved), ids(found.other)) == (
        ["requested"],
        ["approved"],
        ["declined", "revoked", "expired"],
    )


def test_an_approval_is_asked_for_a_record_as_long_as_it_is_requested() -> None:
    requested, declined = an_approval("APR-1", "requested"), an_approval("APR-2", "declined")
    records = {each.url: each for each in (requested, declined)}
    back = Derived(links_in=tuple(Backlink("subject", each.ref) for each in (declined, requested)))
    assert groups.asked_of(replace(a_document("DOC-1"), derived=back), records) == (requested.ref,)


def test_what_an_approval_is_asked_for_waits_under_its_own_id_too() -> None:
    asked = Waiting(record=an_approval("APR-1", "requested", "DOC-1", "ACT-1"))
    to_do = Waiting(record=an_action("ACT-1"))
    area = Project(id="", name="", derived=ProjectDerived(needs_you=(to_do,), waiting_for_approval=(asked,)))
    assert groups.waiting_by_id([area]) == {"ACT-1": to_do, "APR-1": asked, "DOC-1": asked}


def test_records_of_a_meeting_are_its_own_and_those_that_name_it() -> None:
    inside = Ref("actions", "kickoff.a1", "Send", "actions/kickoff.a1.html")
    outside = Ref("actions", "ACT-1", "Call", "actions/ACT-1.html")
    back = Derived(links_in=(Backlink("raised_in", inside), Backlink("raised_in", outside)))
    meeting = replace(a_meeting("kickoff", "held", TODAY), actions=(inside,), derived=back)
    assert groups.born_in(meeting, "actions") == (inside, outside)


def test_a_record_is_related_to_what_it_links_to_and_to_what_names_it() -> None:
    one, other = (Ref("issues", id, id, f"issues/{id}.html") for id in ("ISS-1", "ISS-2"))
    risk = a_risk(
        "RSK-1", "high", "occurred", links={"resulted_in": (one,), "affects": (a_document("DOC-1").ref,)}
    )
    risk = replace(
        risk, derived=replace(risk.derived, links_in=(Backlink("body", other), Backlink("body", one)))
    )
    assert groups.related(risk, "issues") == (one, other)


def test_a_record_that_names_another_twice_is_counted_once() -> None:
    issue = Ref("issues", "ISS-1", "Mould", "issues/ISS-1.html")
    risk = a_risk("RSK-1", "high")
    back = Derived(links_in=(Backlink("links", issue), Backlink("body", issue), Backlink("body", risk.ref)))
    decision = Decision(id="DEC-1", title="", url="", status="decided", derived=back)
    assert groups.named_by(decision, "issues") == (issue,)
    assert groups.named_by(decision, "risks", "links") == ()
