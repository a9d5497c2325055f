"""The files of which a client has one → what leaves of them: the client, projects, people, contract, who does what."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from portalgen.content import schema
from portalgen.content.records import Single
from portalgen.content.resolve import CLIENT_ITSELF, Facts
from portalgen.portal import published
from portalgen.portal.publish.allow import Allow
from portalgen.portal.publish.files import Files
from portalgen.portal.published import Project
from portalgen.portal.words import Held, check_single
from portalgen.problems import Problem


class Singles(Struct, frozen=True):
    """What one client has once."""

    facts: Facts
    allow: Allow
    files: Files
    held: Held
    problems: list[Problem]

    def client(self) -> published.Client:
        fields = self.facts.content.client.fields
        values = self.allow.fields(fields, published.Client, "")
        values |= {"id": self.facts.content.slug, "lead": self.allow.person(fields.lead)}
        if fields.brand:
            values["brand_colour"] = fields.brand.colour or ""
            name = fields.brand.logo
            values["logo"] = self.files.logo(
                self.facts.path_of(self.facts.content.folder, name) if name else None
            )
        if fields.feedback:
            values |= {
                "feedback_email": fields.feedback.email or "",
                "feedback_form": fields.feedback.form or "",
            }
        values.setdefault("currency", self.facts.settings.currency)
        client = published.Client(**values)
        self.problems.extend(check_single(self.facts.content.client, client, self.held))
        return client

    def project(self, name: str, single: Single[schema.Project] | None, lists: published.Lists) -> Project:
        slug = self.facts.content.slug
        if single is None:
            return Project(id=slug, name=self.facts.content.client.fields.name, lists=lists)
        fields = single.fields
        values = self.allow.fields(fields, Project, name)
        if fields.budget and fields.budget.show:
            values["budget"] = published.Budget(
                baseline=self.allow.shown(fields.budget.baseline, None, name),
                spent=self.allow.shown(fields.budget.spent, None, name),
            )
        project = Project(**values | {"id": name or slug, "prefix": f"{name}/" if name else ""})
        self.problems.extend(check_single(single, project, self.held))
        return replace(project, lists=lists)

    def people(self, named: set[str]) -> tuple[published.Person, ...]:
        """Return the client's own people, and of the shared ones those who are `named` in what leaves."""
        found = []
        for key, entry in self.facts.content.people.items():
            if entry.fields.visibility == "internal" or (entry.is_shared and key not in named):
                continue
            values = self.allow.fields(entry.fields, published.Person, "")
            person = published.Person(**values | {"key": key, "side": entry.side})
            self.problems.extend(check_single(entry, person, self.held))
            found.append(person)
        return tuple(
            sorted(
                found,
                key=lambda person: (
                    person.side != "client",
                    person.left_on is not None,
                    person.name,
                    person.key,
                ),
            )
        )

    def contract(self) -> published.Contract | None:
        single = self.facts.content.contract
        if single is None or single.fields.status == "pending" or single.fields.visibility == "internal":
            return None
        contract = published.Contract(**self.allow.fields(single.fields, published.Contract, CLIENT_ITSELF))
        signed = [
            published.Amendment(
                **self.allow.fields(row, published.Amendment, CLIENT_ITSELF)
                | {"id": row.id or str(number), "status": "signed"}
            )
            for number, row in enumerate((row for row in single.fields.amendments if is_signed(row)), start=1)
        ]
        contract = replace(contract, amendments=tuple(signed))
        self.problems.extend(check_single(single, contract, self.held))
        return contract

    def responsibility(self, single: Single[schema.Responsibility]) -> published.Responsibility | None:
        fields = single.fields
        if fields.visibility == "internal":
            return None
        responsible = self.allow.person(fields.responsible[0])
        accountable = self.allow.person(fields.accountable[0])
        if not responsible or not accountable:
            self.problems.append(
                Problem(
                    single.place(),
                    "held-back",
                    f"'{fields.activity}' stays with the team, since a person it needs does",
                    "name somebody whom the client may know",
                )
            )
            return None
        values = self.allow.fields(fields, published.Responsibility, "")
        row = published.Responsibility(**values | {"responsible": responsible, "accountable": accountable})
        self.problems.extend(check_single(single, row, self.held))
        return row

    def communication_row(self, single: Single[schema.CommunicationRow]) -> published.CommunicationRow | None:
        if single.fields.visibility == "internal":
            return None
        row = published.CommunicationRow(**self.allow.fields(single.fields, published.CommunicationRow, ""))
        self.problems.extend(check_single(single, row, self.held))
        return row


def is_signed(row: schema.Amendment) -> bool:
    """Return whether an amendment is published: a draft stays with the team."""
    return (
        row.visibility != "internal" and (row.status or ("signed" if row.signed_on else "draft")) == "signed"
    )
