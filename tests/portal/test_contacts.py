from __future__ import annotations

from datetime import date as Day

from portalgen.portal import contacts
from portalgen.portal.published import Client, Person, PersonRef, Portal, Project

TODAY = Day(2026, 11, 20)
STEEN = PersonRef("Dr Johanna Steen", "johanna-steen")


def test_somebody_is_here_until_their_last_day() -> None:
    def leaving(on: Day | None) -> Person:
        return Person(key="x", name="X", side="client", left_on=on)

    people = [leaving(None), leaving(Day(2026, 11, 21)), leaving(TODAY), Person(key="y", name="Y")]
    assert contacts.people_here(people, "client", TODAY) == (people[0], people[1])
    assert contacts.has_left(people[2], TODAY)


def test_the_entry_of_a_person_is_found_by_key_and_a_plain_name_has_none() -> None:
    steen = Person(key="johanna-steen", name="Dr Johanna Steen")
    portal = Portal(client=Client(id="museum", name="Museum"), as_of=TODAY, people=(steen,))
    assert contacts.person(portal, STEEN) == steen
    assert contacts.person(portal, PersonRef("Dr Johanna Steen")) is None
    assert contacts.person(portal, None) is None


def test_without_a_ladder_the_manager_is_who_to_ask() -> None:
    assert contacts.escalation(Project(id="", name="", manager=STEEN)) == (STEEN,)
    assert contacts.escalation(
        Project(id="", name="", manager=STEEN, escalation=(PersonRef("A"), STEEN))
    ) == (
        PersonRef("A"),
        STEEN,
    )
    assert contacts.escalation(Project(id="", name="")) == ()


def test_one_person_who_leads_every_project_is_named_once() -> None:
    client = Client(id="museum", name="Museum", lead=STEEN)
    clerk = PersonRef("The clerk")
    shop, app = Project(id="shop", name="Shop", manager=clerk), Project(id="app", name="App")
    assert contacts.managers(Portal(client=client, as_of=TODAY, projects=(shop, app))) == (
        (clerk, (shop,)),
        (STEEN, (app,)),
    )
    assert contacts.managers(Portal(client=client, as_of=TODAY, projects=(app, app))) == ((STEEN, ()),)
    assert contacts.managers(Portal(client=Client(id="a", name="A"), as_of=TODAY, projects=(app,))) == ()


def test_a_client_without_any_address_has_nowhere_to_write_to() -> None:
    def portal(of_lead: str = "", form: str = "") -> Portal:
        lead = Person(key="johanna-steen", name="", email=of_lead)
        return Portal(
            client=Client(id="a", name="A", lead=STEEN, feedback_form=form), as_of=TODAY, people=(lead,)
        )

    assert not contacts.has_address(portal())
    assert contacts.has_address(portal(of_lead="steen@museum.example"))
    assert contacts.has_address(portal(form="https://forms.example/a"))
