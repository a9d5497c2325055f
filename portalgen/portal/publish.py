"""Turn facts into what a client may see: the one way out, by allow-list.

A field leaves only if the published type of its kind has a field of that name (portal.published); what it holds is
turned by `_shown`, which drops every id, person, row and file that stays with the team.
"""

from __future__ import annotations

import dataclasses
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from portalgen.content import schema
from portalgen.content.files.attachments import Attachment, picture_of
from portalgen.content.markdown.body import AS_TYPED, Body, Link, find_bare_ids, parse_body, render_body
from portalgen.content.markdown.links import slug_of
from portalgen.content.markdown.types import LinkStart, Picture, Piece, RecordLink
from portalgen.content.records import Entry, Single
from portalgen.content.resolve import CLIENT_ITSELF, Facts, is_day, target_of
from portalgen.content.roles import marker_of, parts
from portalgen.content.values import Marker, RefTo
from portalgen.money import Money
from portalgen.portal import published
from portalgen.portal.published import File, Html, PersonRef, Portal, Project, Record, Ref
from portalgen.portal.visible import (
    Visible,
    evidence_of,
    names_of_internal,
    shown_title,
    shows_all,
)
from portalgen.portal.words import Held, check_record, check_single, held_ids, people_of, texts_of
from portalgen.problems import Problem

BODY = "text"
"""Prefixes the ids of a body's headings; one page shows one body."""

_NESTED: dict[type[schema.Strict], type[Any]] = {
    schema.Criterion: published.Criterion,
    schema.Impact: published.Impact,
    schema.ScopeImpact: published.ScopeImpact,
    schema.Rating: published.Rating,
    schema.Period: published.Period,
    schema.ReportHealth: published.ReportHealth,
    schema.Target: published.Target,
    schema.Obligation: published.Obligation,
    schema.Payment: published.Payment,
    schema.Amendment: published.Amendment,
}
_FIRST_PARAGRAPH = re.compile(r"<p[^>]*>(.*?)</p>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Publication:
    """What leaves the team: values, and the files they name."""

    portal: Portal
    """Not derived yet."""
    files: Mapping[str, Attachment]
    """Address from the site's root (not percent-encoded) → file."""
    responses: Mapping[str, tuple[Decimal, ...]]
    """Survey id → the numbers answered, and nothing of who answered; only their totals are shown."""


def publish(
    facts: Facts,
    visible: Visible,
    attachments: Mapping[str, Attachment],
    digests: Mapping[str, str],
    as_of: date,
    words: Mapping[str, str] | None = None,
) -> tuple[Publication, list[Problem]]:
    """Return what the client may see of `facts`, and problems that only show when it is put into words.

    `attachments` are the files of `visible.files` and `digests` the sha256 of those of `visible.evidence`, as read.
    `words` are our own in bodies (content.markdown.body.WORDS) in the client's language; None: in English.
    """
    way_out = WayOut(facts, visible, attachments, digests, [], {}, set(), words=words or {})
    records = [way_out.record(entry) for id_, entry in facts.records.items() if id_ in visible.refs]
    lists = _lists(facts, records)
    client = way_out.client()
    shown = {
        name: single for name, single in facts.content.projects.items() if name not in facts.held_projects
    }
    # Where all projects stay with the team the client looks like one that has none: it is one project itself.
    projects = [
        way_out.project(name, single, lists.get(name, published.Lists()))
        for name, single in (shown or {"": None}).items()
    ]
    own = None
    if shown and "" not in shown and "" in lists:
        own = Project(id="", name=client.name, lists=lists[""])
    contract = way_out.contract()
    responsibilities = tuple(
        row for single in facts.content.responsibilities if (row := way_out.responsibility(single))
    )
    plan = tuple(
        line for single in facts.content.communication_plan if (line := way_out.communication_row(single))
    )
    # Only now, since a shared person is published where something that leaves names them, and nowhere else.
    way_out.named.update(people_of((client, *projects, *((own,) if own else ()), *responsibilities, *plan)))
    portal = Portal(
        client=client,
        as_of=as_of,
        people=way_out.people(),
        contract=contract,
        responsibilities=responsibilities,
        communication_plan=plan,
        projects=tuple(projects),
        own=own,
    )
    responses = {
        entry.id: tuple(
            row.score
            for row in entry.fields.responses
            if row.score is not None and row.visibility != "internal"
        )
        for entry in facts.records.values()
        if isinstance(entry.fields, schema.Survey) and entry.id.casefold() in visible.refs
    }
    return Publication(portal, way_out.files, responses), way_out.problems


def _lists(facts: Facts, records: list[Record]) -> dict[str, published.Lists]:
    by_project: dict[str, dict[str, list[Record]]] = {}
    for record in records:
        project = facts.records[record.id.casefold()].project
        by_project.setdefault(project, {}).setdefault(record.kind, []).append(record)
    return {
        name: published.Lists(**{kind: tuple(rows) for kind, rows in kinds.items()})  # type: ignore[arg-type]
        for name, kinds in by_project.items()
    }


@dataclass(frozen=True, slots=True)
class WayOut:
    """What turning one client's records needs to know, and what it finds on the way."""

    facts: Facts
    visible: Visible
    attachments: Mapping[str, Attachment]
    digests: Mapping[str, str]
    problems: list[Problem]
    files: dict[str, Attachment]
    named: set[str]
    """Keys of shared people whom something published names."""
    bodies: dict[str, Body | None] = dataclasses.field(default_factory=dict)
    """By id: the body that the client reads, once it was asked for."""
    strangers: list[frozenset[str]] = dataclasses.field(default_factory=list)
    """What internal persons are called, once it was asked for."""
    held_ids: list[Held] = dataclasses.field(default_factory=list)
    """Ids of records that stay with the team, once they were asked for."""
    words: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Our own in bodies, in the client's language; those that are not there are in English."""

    # --- records

    def record(self, entry: Entry) -> Record:
        cls = published.RECORDS[entry.kind]
        ref = self.visible.refs[entry.id.casefold()]
        values = (
            self.fields(entry.fields, cls, entry.project)
            if shows_all(entry)
            else self.first_sight(entry.fields)
        )
        if shows_all(entry):
            body = self.body(entry)
            values |= {
                "owner": self.person(entry.fields.owner),
                "links": self.links(entry),
                "source": self.source(entry.fields),
            }
            values |= {"body": body, "mentions": self.mentions(entry, values), "files": self.files_of(entry)}
            values |= self.own_ways(entry, body)
            self.check_targets(entry)
        record = cls(**values | {"id": ref.id, "title": ref.title, "url": ref.url})
        self.problems.extend(check_record(entry, record, self.held()))
        return record

    def first_sight(self, fields: schema.Record) -> dict[str, Any]:
        """A deliverable before it is submitted."""
        return {name: getattr(fields, name) for name in ("status", "due")}

    def fields(self, fields: schema.Strict, cls: type[Any], project: str) -> dict[str, Any]:
        """Return the typed values for which `cls` has a field; prose only where no summary replaces it."""
        summary = getattr(fields, "client_summary", None)
        values: dict[str, Any] = {}
        for name, marker in _taken(cls, type(fields)):
            value = getattr(fields, name)
            if value is None or (summary and marker == Marker("prose")):
                continue
            shown = self.shown(value, marker, project, without_prose=bool(summary))
            if shown is not None:
                values[name] = shown
        return values

    def shown(
        self, value: Any, marker: RefTo | Marker | None, project: str, *, without_prose: bool = False
    ) -> Any:
        """Return a value as a client may see it, or None where nothing of it may leave."""
        match value:
            case list():
                return tuple(
                    kept
                    for item in value
                    if (kept := self.shown(item, marker, project, without_prose=without_prose)) is not None
                )
            case schema.Row(visibility="internal"):
                return None
            case schema.Criterion() if without_prose:
                return None
            case schema.ScheduleImpact():
                pairs = ((self.visible.ref(id_), days) for id_, days in value.milestones.items())
                milestones = tuple((ref, days) for ref, days in pairs if ref)
                if value.milestones and not milestones and value.days is None:
                    return None
                return published.ScheduleImpact(days=value.days, milestones=milestones)
            case schema.ScopeImpact() if not self.has_any(value.adds, value.changes, value.removes):
                return None
            case schema.Strict():
                cls = _NESTED[type(value)]
                inner = self.fields(value, cls, project)
                if without_prose:
                    inner = {
                        name: kept
                        for name, kept in inner.items()
                        if marker_of(type(value), name) != Marker("prose")
                    }
                return cls(**inner)
            case Money():
                return Money(value.amount, value.currency or self.facts.currency(project))
            case str():
                match marker:
                    case RefTo():
                        return self.visible.ref(value)
                    case Marker("person"):
                        return self.person(value)
        return value

    def has_any(self, *ids: list[str]) -> bool:
        """Return whether one of the ids is published; also where none was typed, which says "none"."""
        typed = [id_ for each in ids for id_ in each]
        return not typed or any(self.visible.ref(id_) for id_ in typed)

    def own_ways(self, entry: Entry, body: Html) -> dict[str, Any]:
        """Return what a kind publishes in a way of its own."""
        match entry.fields:
            case schema.Milestone(forecast=None, baseline=baseline):
                return {"forecast": baseline}
            case schema.Decision(date=None):
                return {"date": self.day_of_meeting(entry)}
            case schema.Action(side=side, owner=owner) as action:
                person = self.facts.content.people.get(owner or "")
                is_shown = person is not None and person.fields.visibility != "internal"
                return {
                    "side": side or (person.side if person and is_shown else "provider"),
                    "requested_on": action.requested_on or self.day_of_meeting(entry),
                }
            case schema.Meeting() as meeting:
                nested = [
                    other
                    for other in self.facts.records.values()
                    if other.meeting == entry.id and other.kind != "meetings"
                ]
                refs = [ref for other in nested if (ref := self.visible.ref(other.id))]
                day = (
                    date.fromisoformat(meeting.next_meeting)
                    if meeting.next_meeting and is_day(meeting.next_meeting)
                    else None
                )
                return {
                    "status": meeting.status or "",
                    "decisions": tuple(ref for ref in refs if ref.kind == "decisions"),
                    "actions": tuple(ref for ref in refs if ref.kind == "actions"),
                    "next_meeting": self.visible.ref(meeting.next_meeting or ""),
                    "next_meeting_on": day,
                }
            case schema.Report():
                return {"reason": first_paragraph(body)}
            case schema.Document(file=name, url=url):
                path = self.facts.path_of(entry.folder, name) if name else None
                return {"file": self.file(entry, path) if path else None, "external_url": url or ""}
            case schema.Survey(status=status, closed_on=closed):
                return {"status": status or ("closed" if closed else "open")}
            case schema.Lesson(applied_in=words, client_summary=None):
                # An id among the words is left out, as in any list of ids.
                return {"applied_in": tuple(word for word in words if not self.is_held(word))}
            case schema.Approval():
                evidence = evidence_of(self.facts, entry)
                return {"evidence_sha256": self.digests.get(evidence, "") if evidence else ""}
        return {}

    def day_of_meeting(self, entry: Entry) -> date | None:
        """What stands in a meeting takes the meeting's date."""
        meeting = self.facts.record(entry.meeting) if entry.meeting else None
        return meeting.fields.date if meeting and isinstance(meeting.fields, schema.Meeting) else None

    def links(self, entry: Entry) -> dict[str, tuple[Ref, ...]]:
        links = entry.fields.links or schema.Links()
        ids = {name: list(getattr(links, name)) for name in schema.Links.model_fields}
        if entry.meeting:
            ids["raised_in"].append(entry.meeting)
        by_type = {
            name: tuple(dict.fromkeys(ref for id_ in each if (ref := self.visible.ref(id_))))
            for name, each in ids.items()
        }
        return {name: refs for name, refs in by_type.items() if refs}

    def source(self, fields: schema.Record) -> Ref | None:
        return self.visible.ref(fields.source) if fields.source else None

    # --- words

    def body(self, entry: Entry) -> Html:
        body = self.body_of(entry)
        if body is None:
            return Html()
        repeats_title = bool(body.title) and _plain(body.title) == shown_title(entry)
        rendered = render_body(
            body,
            lambda link: self.address(entry, link),
            name=BODY,
            skip_title=repeats_title or hides_title(entry),
            words=self.words,
        )
        # A body of which nothing leaves is no body: an empty section would tell of it.
        return Html(rendered.parts) if any(part.strip() for part in rendered.parts) else Html()

    def body_of(self, entry: Entry) -> Body | None:
        """Return the body that the client reads: the summary, where there is one, takes the place of the author's."""
        key = entry.id.casefold()
        if key not in self.bodies:
            body = entry.body
            if entry.fields.client_summary:
                body, problems = parse_body(entry.fields.client_summary, entry.document.path)
                place = entry.place("client_summary")
                self.problems.extend(Problem(place, one.code, one.message, one.hint) for one in problems)
            elif body is not None and hides_title(entry):
                body = _without_heading(body)
            self.bodies[key] = body
        return self.bodies[key]

    def address(self, entry: Entry, link: Link) -> Any:
        """Return where a link of a body leads on the site, or None for its label alone."""
        if (
            link.form == "picture"
            and (body := self.body_of(entry))
            and (picture := next((one for one in body.pictures if one.name == link.target), None))
        ):
            attachment = picture_of(picture.name, picture.data)
            if attachment is None:
                return None
            return self.put(entry, attachment).url
        target = target_of(self.facts, entry, link)
        if isinstance(target, Entry):
            ref = self.visible.ref(target.id)
            fragment = self.fragment_of(target, link) if ref else ""
            return (ref.url + (f"#{BODY}-{fragment}" if fragment else "")) if ref else None
        if isinstance(target, str):
            file = self.file(entry, target)
            return file.url if file else None
        return AS_TYPED if link.form == "record" else None

    def fragment_of(self, target: Entry, link: Link) -> str:
        """Return the heading that a link means if the client reads it: it may stand in what stays with the team."""
        if not link.fragment or not shows_all(target):
            return ""
        body = self.body_of(target)
        meant = (link.fragment, link.fragment.lower(), slug_of(link.fragment))
        return next((one for one in meant if body and one in body.anchors), "")

    def mentions(self, entry: Entry, values: Mapping[str, Any]) -> tuple[Ref, ...]:
        """Return the published records that the words of this one name to the client; `values` are its fields."""
        body = self.body_of(entry)
        links = body.links if body else ()
        targets = [
            target for link in links if isinstance(target := target_of(self.facts, entry, link), Entry)
        ]
        ids = [target.id for target in targets]
        words = [shown_title(entry)]
        words += [
            text
            for name in type(entry.fields).model_fields
            if name not in _BY_HAND
            and (value := values.get(name)) is not None
            and (dataclasses.is_dataclass(value) or isinstance(value, tuple) or self.is_prose(entry, name))
            for text in texts_of(value)
        ]
        ids += [id_ for text in words for _, _, id_ in find_bare_ids(text)]
        found = dict.fromkeys(ref for id_ in ids if (ref := self.visible.ref(id_)) and ref.id != entry.id)
        return tuple(found)

    def is_prose(self, entry: Entry, name: str) -> bool:
        return marker_of(type(entry.fields), name) == Marker("prose")

    def check_targets(self, entry: Entry) -> None:
        """Warn of each link of the body that leads to nothing that the client sees."""
        body = self.body_of(entry)
        for link in body.links if body else ():
            if link.form in ("path", "picture") and self.address(entry, link) is None:
                self.problems.append(
                    Problem(
                        entry.place("client_summary")
                        if entry.fields.client_summary
                        else entry.place_of(link),
                        "unpublished-link",
                        f"'{link.target}' is nothing that the client sees: its label stands alone",
                    )
                )

    def is_held(self, id_: str) -> bool:
        return self.facts.record(id_) is not None and self.visible.ref(id_) is None

    def held(self) -> Held:
        """Return the ids of all records that stay with the team."""
        if not self.held_ids:
            self.held_ids.append(held_ids(self.facts, self.visible))
        return self.held_ids[0]

    # --- files

    def file(self, entry: Entry, path: str) -> File | None:
        attachment = self.attachments.get(path)
        return self.put(entry, attachment) if attachment and path not in self.visible.held_files else None

    def put(self, entry: Entry, attachment: Attachment) -> File:
        address = f"files/{entry.id}/{attachment.name}"
        other = self.files.setdefault(address, attachment)
        if other.sha256 != attachment.sha256:
            self.problems.append(
                Problem(
                    entry.place(),
                    "file-clash",
                    f"'{entry.id}' names two files that are called '{attachment.name}'",
                    "rename one of them",
                )
            )
        return File(attachment.name, quote(address), attachment.type, attachment.size, attachment.sha256)

    def files_of(self, entry: Entry) -> tuple[File, ...]:
        found: dict[str, File] = {}
        for part in parts(entry.fields):
            if part.marker != Marker("file"):
                continue
            path = self.facts.path_of(entry.folder, part.value)
            file = self.file(entry, path) if path else None
            if file:
                found[file.url] = file
            elif path in self.visible.held_files:
                self.problems.append(
                    Problem(
                        entry.place(*part.address),
                        "held-back",
                        f"'{part.value}' stays with the team, since an internal record names it too",
                        "give the client a copy of its own",
                    )
                )
        body = self.body_of(entry)
        for link in body.links if body else ():
            target = target_of(self.facts, entry, link)
            file = self.file(entry, target) if isinstance(target, str) else None
            if file:
                found[file.url] = file
        return tuple(found.values())

    # --- persons

    def person(self, text: str | None) -> PersonRef | None:
        if not text:
            return None
        entry = self.facts.content.people.get(text)
        if entry is None:
            return None if _plain(text).casefold() in self.internal_names() else PersonRef(text)
        if entry.fields.visibility == "internal":
            return None
        return PersonRef(entry.fields.name, text)

    def internal_names(self) -> frozenset[str]:
        """Return what internal persons are called: an author may write the name where the key is meant."""
        if not self.strangers:
            self.strangers.append(names_of_internal(self.facts))
        return self.strangers[0]

    def people(self) -> tuple[published.Person, ...]:
        found = []
        for key, entry in self.facts.content.people.items():
            if entry.fields.visibility == "internal" or (entry.is_shared and key not in self.named):
                continue
            values = self.fields(entry.fields, published.Person, "")
            person = published.Person(**values | {"key": key, "side": entry.side})
            self.problems.extend(check_single(entry, person, self.held()))
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

    # --- the client's own files

    def client(self) -> published.Client:
        fields = self.facts.content.client.fields
        values = self.fields(fields, published.Client, "")
        values |= {"id": self.facts.content.slug, "lead": self.person(fields.lead)}
        if fields.brand:
            values["brand_colour"] = fields.brand.colour or ""
            path = (
                self.facts.path_of(self.facts.content.folder, fields.brand.logo)
                if fields.brand.logo
                else None
            )
            attachment = self.attachments.get(path) if path else None
            if attachment:
                address = f"assets/logo.{attachment.type}"
                self.files[address] = attachment
                values["logo"] = File(
                    attachment.name, address, attachment.type, attachment.size, attachment.sha256
                )
        if fields.feedback:
            values |= {
                "feedback_email": fields.feedback.email or "",
                "feedback_form": fields.feedback.form or "",
            }
        values.setdefault("currency", self.facts.settings.currency)
        client = published.Client(**values)
        self.problems.extend(check_single(self.facts.content.client, client, self.held()))
        return client

    def project(self, name: str, single: Single[schema.Project] | None, lists: published.Lists) -> Project:
        slug = self.facts.content.slug
        if single is None:
            return Project(id=slug, name=self.facts.content.client.fields.name, lists=lists)
        fields = single.fields
        values = self.fields(fields, Project, name)
        if fields.budget and fields.budget.show:
            values["budget"] = published.Budget(
                baseline=self.shown(fields.budget.baseline, None, name),
                spent=self.shown(fields.budget.spent, None, name),
            )
        project = Project(**values | {"id": name or slug, "prefix": f"{name}/" if name else ""})
        self.problems.extend(check_single(single, project, self.held()))
        return dataclasses.replace(project, lists=lists)

    def contract(self) -> published.Contract | None:
        single = self.facts.content.contract
        if single is None or single.fields.status == "pending" or single.fields.visibility == "internal":
            return None
        contract = published.Contract(**self.fields(single.fields, published.Contract, CLIENT_ITSELF))
        signed = [
            published.Amendment(
                **self.fields(row, published.Amendment, CLIENT_ITSELF)
                | {"id": row.id or str(number), "status": "signed"}
            )
            for number, row in enumerate((row for row in single.fields.amendments if is_signed(row)), start=1)
        ]
        contract = dataclasses.replace(contract, amendments=tuple(signed))
        self.problems.extend(check_single(single, contract, self.held()))
        return contract

    def responsibility(self, single: Single[schema.Responsibility]) -> published.Responsibility | None:
        fields = single.fields
        if fields.visibility == "internal":
            return None
        responsible, accountable = self.person(fields.responsible[0]), self.person(fields.accountable[0])
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
        values = self.fields(fields, published.Responsibility, "")
        row = published.Responsibility(**values | {"responsible": responsible, "accountable": accountable})
        self.problems.extend(check_single(single, row, self.held()))
        return row

    def communication_row(self, single: Single[schema.CommunicationRow]) -> published.CommunicationRow | None:
        if single.fields.visibility == "internal":
            return None
        row = published.CommunicationRow(**self.fields(single.fields, published.CommunicationRow, ""))
        self.problems.extend(check_single(single, row, self.held()))
        return row


_BY_HAND = frozenset({"links", "body", "source", "files", "file", "budget", "amendments"})
"""Fields that `WayOut` fills by a rule of their own."""


def _taken(cls: type[Any], model: type[schema.Strict]) -> tuple[tuple[str, RefTo | Marker | None], ...]:
    """Return the fields that both a published type and what an author writes have, and what each means."""
    if (cls, model) not in _taken_by_types:
        _taken_by_types[cls, model] = tuple(
            (field.name, marker_of(model, field.name))
            for field in dataclasses.fields(cls)
            if field.name in model.model_fields and field.name not in _BY_HAND
        )
    return _taken_by_types[cls, model]


_taken_by_types: dict[
    tuple[type[Any], type[schema.Strict]], tuple[tuple[str, RefTo | Marker | None], ...]
] = {}


def is_signed(row: schema.Amendment) -> bool:
    """Return whether an amendment is published: a draft stays with the team."""
    return (
        row.visibility != "internal" and (row.status or ("signed" if row.signed_on else "draft")) == "signed"
    )


def first_paragraph(body: Html) -> str:
    """Return the first paragraph as plain text."""
    match = _FIRST_PARAGRAPH.search(body.at(""))
    return " ".join(html.unescape(_TAG.sub("", match[1])).split()) if match else ""


def hides_title(entry: Entry) -> bool:
    """Return whether the body begins with the title in whose place the client reads another."""
    return (
        bool(entry.fields.client_title and entry.body and entry.body.title)
        and not entry.fields.client_summary
        and _plain(entry.body.title).casefold() == _plain(entry.title).casefold()  # type: ignore[union-attr]
    )


def _without_heading(body: Body) -> Body:
    """Return a body without the heading that its title was taken from: neither words, nor fragment, nor links of it."""
    hidden, its_links = body.heading_anchor, set(_link_numbers(body.heading))
    # What leads nowhere stands in their place, since the pieces of the rest count links from the first.
    links = tuple(
        dataclasses.replace(link, form="anchor", target="", fragment="", label="")
        if number in its_links
        else link
        for number, link in enumerate(body.links)
    )
    return dataclasses.replace(
        body,
        title="",
        heading=(),
        heading_anchor="",
        links=links,
        anchors=tuple(anchor for anchor in body.anchors if anchor != hidden),
        anchor_by_link=tuple(pair for pair in body.anchor_by_link if pair[1] != hidden),
    )


def _link_numbers(pieces: Sequence[Piece]) -> Iterator[int]:
    for piece in pieces:
        match piece:
            case LinkStart(link) | Picture(link):
                yield link
            case RecordLink(link, label):
                yield link
                yield from _link_numbers(label)


def _plain(text: str) -> str:
    return " ".join(text.split())
