"""Records → what leaves of them: by the allow-list, and what a kind publishes in a way of its own."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from portalgen.content import schema
from portalgen.content.markdown.body import find_bare_ids
from portalgen.content.records import Entry
from portalgen.content.resolve import Facts, is_day, target_of
from portalgen.content.roles import marker_of, parts_marked
from portalgen.content.values import Marker
from portalgen.portal import published
from portalgen.portal.publish.allow import BY_HAND, Allow
from portalgen.portal.publish.bodies import Bodies
from portalgen.portal.publish.files import Files
from portalgen.portal.published import File, Html, Record, Ref
from portalgen.portal.visible import Visible, evidence_of, shown_title, shows_all
from portalgen.portal.words import Held, check_record, texts_of
from portalgen.problems import Problem

_FIRST_PARAGRAPH = re.compile(r"<p[^>]*>(.*?)</p>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")

_FILE = Marker("file")


class WayOut(Struct, frozen=True):
    """What turning one client's records needs to know, and what it finds on the way."""

    facts: Facts
    visible: Visible
    allow: Allow
    files: Files
    bodies: Bodies
    digests: Mapping[str, str]
    """Path of an approval's evidence → its sha256."""
    held: Held
    """Ids of records that stay with the team."""
    problems: list[Problem]
    nested: Mapping[str, list[Entry]]
    """Id of a meeting → what stands in it, in the order of files, then of lines."""

    def record(self, entry: Entry) -> Record:
        cls = published.RECORDS[entry.kind]
        ref = self.visible.refs[entry.id.casefold()]
        values = (
            self.allow.fields(entry.fields, cls, entry.project)
            if shows_all(entry)
            else self.first_sight(entry.fields)
        )
        if shows_all(entry):
            body = self.bodies.html(entry)
            values |= {
                "owner": self.allow.person(entry.fields.owner),
                "links": self.links(entry),
                "source": self.source(entry.fields),
            }
            values |= {"body": body, "mentions": self.mentions(entry, values), "files": self.files_of(entry)}
            values |= self.own_ways(entry, body)
            self.bodies.check_targets(entry)
        record = cls(**values | {"id": ref.id, "title": ref.title, "url": ref.url})
        self.problems.extend(check_record(entry, record, self.held))
        return record

    def first_sight(self, fields: schema.Record) -> dict[str, Any]:
        """A deliverable before it is submitted."""
        return {name: getattr(fields, name) for name in ("status", "due")}

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
                refs = [ref for other in self.nested.get(entry.id, ()) if (ref := self.visible.ref(other.id))]
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
                return {"file": self.files.file(entry, path) if path else None, "external_url": url or ""}
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
        if entry.fields.links is None and not entry.meeting:
            return {}
        links = entry.fields.links or schema.Links()
        ids = {name: list(getattr(links, name)) for name in schema.fields_of(schema.Links)}
        if entry.meeting:
            ids["raised_in"].append(entry.meeting)
        by_type = {
            name: tuple(dict.fromkeys(ref for id_ in each if (ref := self.visible.ref(id_))))
            for name, each in ids.items()
        }
        return {name: refs for name, refs in by_type.items() if refs}

    def source(self, fields: schema.Record) -> Ref | None:
        return self.visible.ref(fields.source) if fields.source else None

    def mentions(self, entry: Entry, values: Mapping[str, Any]) -> tuple[Ref, ...]:
        """Return the published records that the words of this one name to the client; `values` are its fields."""
        body = self.bodies.of(entry)
        links = body.links if body else ()
        targets = [
            target for link in links if isinstance(target := target_of(self.facts, entry, link), Entry)
        ]
        ids = [target.id for target in targets]
        words = [shown_title(entry)]
        words += [
            text
            for name in schema.fields_of(schema.RECORDS[entry.kind])
            if (value := values.get(name)) is not None
            and name not in BY_HAND
            and (isinstance(value, (Struct, tuple)) or _is_prose(entry, name))
            for text in texts_of(value)
        ]
        ids += [id_ for text in words for _, _, id_ in find_bare_ids(text)]
        found = dict.fromkeys(ref for id_ in ids if (ref := self.visible.ref(id_)) and ref.id != entry.id)
        return tuple(found)

    def is_held(self, id_: str) -> bool:
        return self.facts.record(id_) is not None and self.visible.ref(id_) is None

    def files_of(self, entry: Entry) -> tuple[File, ...]:
        found: dict[str, File] = {}
        for part in parts_marked(entry.fields, _FILE):
            path = self.facts.path_of(entry.folder, part.value)
            file = self.files.file(entry, path) if path else None
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
        body = self.bodies.of(entry)
        for link in body.links if body else ():
            target = target_of(self.facts, entry, link)
            file = self.files.file(entry, target) if isinstance(target, str) else None
            if file:
                found[file.url] = file
        return tuple(found.values())


def _is_prose(entry: Entry, name: str) -> bool:
    return marker_of(type(entry.fields), name) == Marker("prose")


def first_paragraph(body: Html) -> str:
    """Return the first paragraph as plain text."""
    match = _FIRST_PARAGRAPH.search(body.at(""))
    return " ".join(html.unescape(_TAG.sub("", match[1])).split()) if match else ""
