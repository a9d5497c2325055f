"""The registers and the records' own pages: what their first sentence says, and what stands in them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import html5lib
import pytest
from msgspec.structs import replace

from portalgen.money import Money
from portalgen.portal import published as p
from portalgen.portal.published import Backlink, Lists, PersonRef, Portal, Ref
from portalgen.site.render import render_site
from portalgen.site.theme import load_theme
from tests.site import sample

XHTML = "{http://www.w3.org/1999/xhtml}"
OPEN, ASSESSED = "open", "approved"


def page(portal: Portal, url: str) -> Any:
    return html5lib.HTMLParser(strict=True).parse(render_site(portal, load_theme())[url].decode())


@cache
def rich(url: str) -> Any:
    return page(sample.rich(), url)


def a_portal(people: tuple[p.Person, ...] = (), **lists: tuple[Any, ...]) -> Portal:
    project = p.Project(id="museum", name="Museum", lists=Lists(**lists))
    return Portal(
        client=p.Client(id="museum", name="Museum"), as_of=sample.AS_OF, projects=(project,), people=people
    )


def a_risk(id: str, level: str, status: str = ASSESSED, **fields: Any) -> p.Risk:
    likelihood, impact = {"high": (5, 5), "medium": (3, 3), "low": (1, 1), "unrated": (None, None)}[level]
    score = likelihood * impact if likelihood and impact else None
    return p.Risk(
        id=id,
        title=f"Title of {id}",
        url=f"risks/{id}.html",
        status=status,
        likelihood=likelihood,
        impact=impact,
        derived=p.RiskDerived(level=level, score=score),
        **fields,
    )


def an_action(id: str, side: str, is_overdue: bool = False, **fields: Any) -> p.Action:
    due = date(2026, 11, 20) if is_overdue else None
    derived = p.DueDerived(overdue=is_overdue)
    return p.Action(
        id=id,
        title=f"Title of {id}",
        url=f"actions/{id}.html",
        status=OPEN,
        side=side,
        due=due,
        derived=derived,
        **fields,
    )


def elements(where: Any, name: str, class_: str = "") -> list[Any]:
    found = where.iter(XHTML + name)
    return [each for each in found if not class_ or class_ in each.get("class", "").split()]


def words(element: Any) -> str:
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


def main(where: Any) -> Any:
    return elements(where, "main")[0]


def deck(where: Any) -> str:
    found = elements(where, "p", "lead__deck")
    return words(found[0]) if found else ""


def sections(where: Any) -> dict[str, Any]:
    return {words(elements(each, "h2")[0]): each for each in elements(where, "section", "section")}


def rows(where: Any) -> list[str]:
    ledgers = elements(where, "ul", "ledger")
    return [words(row) for ledger in ledgers for row in ledger if row.tag == XHTML + "li"]


READY = {"owner": sample.INES, "review_on": sample.AS_OF}


@pytest.mark.parametrize(
    ("risks", "sentence"),
    [
        ((a_risk("A", "high", **READY),), "One risk is open. It is high; it has an owner and a date."),
        (
            (a_risk("A", "high", **READY), a_risk("B", "high", **READY), a_risk("C", "low")),
            "Three risks are open. Two of them are high; each has an owner and a date.",
        ),
        (
            (a_risk("A", "high", owner=sample.INES), a_risk("B", "medium")),
            "Two risks are open. One of them is high. It has no date.",
        ),
        (
            (a_risk("A", "high"), a_risk("B", "high", **READY)),
            "Two risks are open. Two of them are high. One high risk has no owner. One high risk has no date.",
        ),
        ((a_risk("A", "low"), a_risk("B", "medium")), "Two risks are open. None is high."),
        ((a_risk("A", "low"), a_risk("B", "unrated")), "Two risks are open. One is not rated."),
        ((a_risk("A", "unrated"),), "One risk is open. It is not rated."),
        ((a_risk("A", "high", "closed"),), "No risk is open."),
        ((a_risk("A", "high", "occurred"),), "No risk is open. One has happened."),
    ],
)
def test_the_risk_page_begins_with_how_many_are_high_and_cared_for(
    risks: tuple[p.Risk, ...], sentence: str
) -> None:
    assert deck(page(a_portal(risks=risks), "risks.html")) == sentence


def test_the_risk_matrix_is_a_table_whose_cells_link_to_the_risks() -> None:
    table = elements(rich("risks.html"), "table", "risk-matrix__table")[0]
    assert [each.get("scope") for each in elements(table, "th")].count("row") == 5
    cells = elements(table, "td")
    linked = {a.get("href"): words(cell) for cell in cells for a in elements(cell, "a")}
    open_and_rated = [
        risk for risk in sample.RISKS if risk.likelihood and risk.impact and risk.status == ASSESSED
    ]
    assert set(linked) == {risk.url for risk in open_and_rated}
    # The level is a word in the cell, and a class for its pattern.
    for risk in open_and_rated:
        assert linked[risk.url].startswith(risk.derived.level.capitalize())


def test_without_a_rated_risk_there_is_no_matrix() -> None:
    assert not elements(page(a_portal(risks=(a_risk("A", "unrated"),)), "risks.html"), "table")


def test_a_risk_without_an_owner_is_said_to_have_none_known() -> None:
    assert "owner not known" in rows(page(a_portal(risks=(a_risk("A", "low"),)), "risks.html"))[0]


@pytest.mark.parametrize(
    ("actions", "sentence"),
    [
        ((an_action("A", "client"),), "One action is yours. We have no open action."),
        (
            (an_action("A", "client", True), an_action("B", "provider", True)),
            "One action is yours. It is overdue. One is ours. Ours is overdue.",
        ),
        (
            (an_action("A", "client", True), an_action("B", "client"), an_action("C", "provider")),
            "Two actions are yours. One of yours is overdue. One is ours.",
        ),
        ((an_action("A", "provider"),), "You have no open action. One action is ours."),
    ],
)
def test_the_actions_page_begins_with_whose_they_are(actions: tuple[p.Action, ...], sentence: str) -> None:
    assert deck(page(a_portal(actions=actions), "actions.html")) == sentence


def test_actions_stand_by_side_and_what_is_overdue_says_by_how_much() -> None:
    by_title = sections(rich("actions.html"))
    assert list(by_title) == ["Yours", "Ours", "How long they have been open", "Finished"]
    assert "5 days overdue" in rows(by_title["Yours"])[0]
    assert "Holds up All voices recorded MS-4" in rows(by_title["Yours"])[0]
    assert "4 days left" in rows(by_title["Ours"])[0]


def test_the_yellow_edge_is_on_what_holds_up_because_of_the_client_only() -> None:
    ours = an_action("A", "provider", blocks=(sample.MILESTONES[0].ref,))
    portal = a_portal(actions=(ours,), milestones=sample.MILESTONES[:1])
    assert not elements(page(portal, "actions.html"), "p", "ledger__holds")
    assert elements(rich("actions.html"), "p", "ledger__holds")


def test_deliverables_in_review_are_the_clients_turn() -> None:
    found = rich("deliverables.html")
    assert deck(found).startswith("Two of four deliverables are accepted. One was accepted with conditions.")
    waiting = sections(found)["Waiting for your review"]
    assert [words(each) for each in elements(waiting, "span", "turn")] == ["Your turn"]


@pytest.mark.parametrize(
    ("statuses", "sentence"),
    [
        (("accepted",), "The one deliverable is accepted."),
        (("planned",), "The one deliverable is not accepted yet."),
        (("accepted", "accepted"), "Both deliverables are accepted."),
        (
            ("planned", "in_review"),
            "Neither of the two deliverables is accepted yet. One waits for your review.",
        ),
        (("accepted", "planned", "planned"), "One of three deliverables is accepted."),
    ],
)
def test_the_deliverables_page_begins_with_how_many_are_accepted(
    statuses: tuple[str, ...], sentence: str
) -> None:
    records = tuple(
        p.Deliverable(id=f"D-{at}", title="T", url=f"deliverables/D-{at}.html", status=status)
        for at, status in enumerate(statuses)
    )
    assert deck(page(a_portal(deliverables=records), "deliverables.html")) == sentence


def test_an_older_version_stands_behind_the_current_one() -> None:
    found = rich("documents.html")
    assert deck(found).startswith("There are two documents.")
    older = elements(found, "details", "older")[0]
    assert words(elements(older, "summary")[0]) == "1 earlier version"
    assert [a.get("href") for a in elements(older, "a")] == ["documents/DOC-20.html"]


def test_a_document_page_tells_type_size_sum_and_what_took_its_place() -> None:
    current = words(main(rich("documents/DOC-19.html")))
    file = next(record.file for record in sample.DOCUMENTS if record.id == "DOC-19")
    assert file is not None
    assert "PDF, 380 kB" in current
    assert file.sha256 in current
    assert "A newer version has taken its place: Narrator shortlist DOC-21." in words(
        main(rich("documents/DOC-20.html"))
    )


def test_a_file_that_is_the_document_is_not_listed_again_among_other_files() -> None:
    others = sections(rich("documents/DOC-19.html"))["Other files"]
    assert [words(each) for each in elements(others, "a")] == ["plan.png"]


def test_meetings_begin_with_the_next_one_and_list_what_came_of_the_others() -> None:
    found = rich("meetings.html")
    assert (
        deck(found)
        == "The next meeting is on Tuesday 1 December 2026, 10:00–11:30. So far, two have been held."
    )
    assert list(sections(found)) == ["To come", "2026", "Calls and mails"]
    assert "1 decision, 1 action" in rows(sections(found)["2026"])[0]


def test_without_a_planned_meeting_the_page_says_so() -> None:
    meeting = p.Meeting(id="m", title="M", url="meetings/m.html", status="held", date=date(2026, 11, 2))
    assert deck(page(a_portal(meetings=(meeting,)), "meetings.html")) == (
        "No meeting is planned. So far, one has been held."
    )


def test_a_meeting_page_has_agenda_people_decisions_actions_and_minutes() -> None:
    found = rich(sample.STEERING.url)
    by_title = sections(found)
    assert [each for each in by_title if each in ("Decisions", "Who does what", "Agenda", "Minutes")] == [
        "Decisions",
        "Who does what",
        "Agenda",
        "Minutes",
    ]
    assert "Apologies" in words(by_title["Who was there"])
    # The page names no day, so it says nothing that changes from day to day.
    assert "Overdue" not in words(found)


def test_a_decision_without_a_date_stands_apart_and_its_page_says_not_known() -> None:
    decision = p.Decision(id="DEC-1", title="D", url="decisions/DEC-1.html", status="decided")
    portal = a_portal(decisions=(decision,))
    assert list(sections(page(portal, "decisions.html"))) == ["Without a date"]
    facts = [words(each) for each in elements(page(portal, "decisions/DEC-1.html"), "dd")]
    assert facts == ["Decided", "not known"]


def test_a_decision_that_was_replaced_names_the_new_one() -> None:
    replaced = next(row for row in rows(rich("decisions.html")) if "DEC-2" in row)
    assert "replaced by Handsets are rented DEC-4" in replaced


def test_the_rasci_matrix_has_a_letter_for_each_part_and_its_word_for_who_cannot_see_it() -> None:
    table = elements(rich("people.html"), "table", "rasci__table")[0]
    head, *body = elements(table, "tr")
    people = [words(each) for each in elements(head, "th")[1:]]
    parts = dict(zip(people, [words(each) for each in elements(body[0], "td")], strict=True))
    assert parts["Priya Nair"] == "R Responsible"
    assert parts["Ines Okafor"] == "A Accountable"
    assert parts["Dr Lena Brandt"] == "S Supports"
    assert set(people) == {"Dr Lena Brandt", "Maarten de Wit", "Ines Okafor", "Priya Nair", "سامي حداد"}


def test_a_table_that_may_scroll_can_be_reached_by_keyboard_and_has_a_name() -> None:
    region = elements(rich("people.html"), "div", "rasci")[0]
    assert (region.get("tabindex"), region.get("role")) == ("0", "region")
    assert region.get("aria-label")


def test_everyone_on_the_people_page_can_be_linked_to_and_who_left_stands_last() -> None:
    found = rich("people.html")
    blocks = elements(elements(found, "main")[0], "li")
    assert {person.key for person in sample.PEOPLE} <= {each.get("id") for each in blocks}
    assert list(sections(found))[-1] == "No longer here"
    assert "Until 30 September 2026" in words(sections(found)["No longer here"])


def test_several_projects_with_one_manager_name_them_once() -> None:
    assert deck(page(sample.several(), "people.html")) == "Ask Ines Okafor first."


def test_contract_payments_are_added_up_and_late_ones_do_not_accuse() -> None:
    found = rich("contract.html")
    totals = [words(each) for each in elements(elements(found, "dl", "totals")[0], "dd")]
    assert totals == ["€96,000", "€24,000", "25% of it", "€72,000", "next €48,000 by 18 Dec"]
    contract = replace(
        sample.CONTRACT, payments=(p.Payment(title="P", amount=sample.eur("5"), due=date(2026, 11, 1)),)
    )
    late = rows(sections(page(replace(sample.rich(), contract=contract), "contract.html"))["Payments"])
    assert late == ["by 1 Nov P €5 Past its date, no payment recorded"]


def test_two_currencies_have_totals_of_their_own() -> None:
    pounds = Money(Decimal(7), "GBP")
    contract = p.Contract(
        payments=(p.Payment(title="A", amount=pounds), p.Payment(title="B", amount=sample.eur("5")))
    )
    found = page(replace(sample.rich(), contract=contract), "contract.html")
    first = [words(elements(each, "dd")[0]) for each in elements(found, "dl", "totals")]
    assert first == ["€5", "£7"]


def test_feedback_says_where_to_write_what_was_answered_and_how_fast() -> None:
    found = rich("feedback.html")
    assert (
        deck(found)
        == "You told us two things. One is answered. Our answer took 8 days. One approval waits for you."
    )
    mails = [a.get("href") for a in elements(sections(found)["Say something now"], "a")]
    assert "mailto:portal@northlight.example" in mails
    assert "answered after 8 days" in rows(sections(found)["What you told us"])[1]


@pytest.mark.parametrize(
    ("derived", "finding"),
    [
        (p.SurveyDerived(answers=0), "No answers."),
        (p.SurveyDerived(answers=2), "Two answers."),
        (
            p.SurveyDerived(answers=7, csat=6 / 7, mean=4.3),
            "6 of 7 answers gave a 4 or a 5: satisfaction (CSAT) 86%.",
        ),
        (p.SurveyDerived(answers=12, nps=-8), "Recommendation (NPS) −8, from 12 answers."),
        (p.SurveyDerived(answers=3, nps=0), "Recommendation (NPS) 0, from 3 answers."),
        (p.SurveyDerived(answers=4, mean=2.25), "2.2 on average, from 4 answers."),
    ],
)
def test_a_survey_says_its_figure_with_the_number_of_answers(derived: p.SurveyDerived, finding: str) -> None:
    survey = p.Survey(id="S", title="S", url="surveys/S.html", status="closed", derived=derived)
    assert finding in rows(page(a_portal(surveys=(survey,)), "feedback.html"))[0]


def test_an_approval_shows_the_hash_of_its_evidence() -> None:
    assert "ab" * 32 in words(main(rich("approvals/APR-1.html")))


def test_what_waits_for_an_approval_says_so_on_its_own_page() -> None:
    document = replace(sample.DOCUMENTS[0], source=None, links={}, mentions=())
    asked = p.Approval(
        id="APR-9", title="The plan", url="approvals/APR-9.html", status="requested", subject=(document.ref,)
    )
    document = replace(document, derived=p.Derived(links_in=(Backlink("subject", asked.ref),)))
    portal = a_portal(documents=(document,), approvals=(asked,))
    assert "Your turn It waits for your approval: The plan APR-9." in words(page(portal, document.url))
    done = replace(asked, status="approved")
    assert "Your turn" not in words(
        main(page(a_portal(documents=(document,), approvals=(done,)), document.url))
    )


def test_a_risk_that_has_happened_names_what_it_became() -> None:
    issue = Ref("issues", "ISS-1", "Mould", "issues/ISS-1.html")
    risk = replace(a_risk("RSK-1", "high", "occurred"), links={"resulted_in": (issue,)})
    record = p.Issue(id="ISS-1", title="Mould", url=issue.url, status=OPEN)
    portal = a_portal(risks=(risk,), issues=(record,))
    assert "It has happened, and became Mould ISS-1." in words(page(portal, risk.url))


@pytest.mark.parametrize("kind", sorted(p.RECORDS))
def test_every_link_of_a_record_both_ways_stands_on_its_page(kind: str) -> None:
    for record in sample.LISTS.of(kind):
        hrefs = {each.get("href") for each in elements(main(rich(record.url)), "a")}
        named = {ref.url for refs in record.links.values() for ref in refs}
        named |= {backlink.ref.url for backlink in record.derived.links_in}
        assert {f"../{url}" for url in named} <= hrefs, record.id


def test_a_bare_record_of_each_kind_has_a_page_that_says_nothing_empty() -> None:
    statuses = {"deliverables": "planned", "meetings": "held", "decisions": "decided", "documents": "issued",
                "feedback": "new", "surveys": OPEN, "approvals": "requested", "lessons": "captured",
                "actions": OPEN, "risks": "proposed", "issues": OPEN, "communications": "", "pages": ""}  # fmt: skip
    lists = {
        kind: (
            p.RECORDS[kind](
                id="X-1", title="Bare", url=f"{kind}/X-1.html", **({"status": word} if word else {})
            ),
        )
        for kind, word in statuses.items()
    }
    for url, data in render_site(a_portal(**lists), load_theme()).items():
        if not url.endswith(".html") or url in ("404.html", "index.html"):
            continue
        found = main(html5lib.HTMLParser(strict=True).parse(data.decode()))
        for element in found.iter():
            if element.tag in {XHTML + name for name in ("p", "h2", "h3", "dd", "dt", "td", "a")}:
                assert words(element) or element.get("class") == "risk-matrix__axis", f"{url}: {element.tag}"
        assert "None" not in words(found), url


def test_a_name_that_is_not_on_the_people_page_is_no_link() -> None:
    risk = a_risk("RSK-1", "low", owner=PersonRef("The night porter"))
    row = elements(page(a_portal(risks=(risk,)), "risks.html"), "ul", "ledger")[0]
    assert "owner: The night porter" in words(row)
    assert [a.get("href") for a in elements(row, "a")] == ["risks/RSK-1.html"]
