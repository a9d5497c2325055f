"""What left of records the last time: of one that stands as it did, in a world that is the same, the same leaves."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Protocol

from msgspec.msgpack import Encoder

from portalgen.content import schema
from portalgen.content.files.attachments import Attachment
from portalgen.content.records import Entry
from portalgen.content.resolve import Facts
from portalgen.portal.publish.records import WayOut
from portalgen.portal.published import Record
from portalgen.portal.visible import Visible
from portalgen.portal.words import people_of

_DIGEST_BYTES = 16


class Known(Protocol):
    """Remembers from one time to the next what left of records, each with the keys of the persons whom that names."""

    def begin(self, world: bytes) -> None:
        """Forget what left into another world than this one."""

    def find(self, entry: Entry) -> tuple[Record, tuple[str, ...]] | None:
        """Return what left of the record as it stands, or None where that is not known."""

    def keep(self, entry: Entry, record: Record, named: tuple[str, ...]) -> None:
        """Remember what leaves of a record."""


def leave(entry: Entry, way_out: WayOut, known: Known | None) -> tuple[Record, tuple[str, ...]]:
    """Return what leaves of a record, and the keys of the persons whom that names.

    Only what says all there is to say is remembered: no record with a problem, with a file or a picture, or with a
    link that leads into another record's body; nor one with a summary, whose problems may be found on the way to it.
    """
    found = known.find(entry) if known else None
    if found:
        return found
    before = len(way_out.problems), len(way_out.files.put_by_address)
    record = way_out.record(entry)
    named = tuple(set(people_of(record)))
    is_all = before == (len(way_out.problems), len(way_out.files.put_by_address))
    links = entry.body.links if entry.body else ()
    looks_away = any(link.fragment and link.form != "anchor" for link in links)
    if known and is_all and not looks_away and not entry.fields.client_summary:
        known.keep(entry, record, named)
    return record, named


def world_of(
    facts: Facts,
    visible: Visible,
    attachments: Mapping[str, Attachment],
    digests: Mapping[str, str],
    words: Mapping[str, str],
) -> bytes:
    """Return a digest of all that what leaves of a record may depend on, beside the record itself.

    That is what `WayOut` reads of other records, of persons and of files, and who of them stays with the team.
    """
    content = facts.content
    world = (
        [
            (id_, entry.id, entry.kind, entry.meeting, entry.document.path if entry.address == () else "",
             entry.fields.date if isinstance(entry.fields, schema.Meeting) else None)
            for id_, entry in facts.records.items()
        ],
        list(visible.refs.items()),
        # Persons, projects, the client and the settings as a whole: few of them change, and a field that is forgotten
        # here would let what was once true stand.
        [(key, person.is_shared, repr(person.fields)) for key, person in content.people.items()],
        [(name, repr(project and project.fields)) for name, project in content.projects.items()],
        (repr(content.client.fields), repr(facts.settings)),
        sorted(content.files),
        sorted(visible.held_files),
        sorted(attachments),
        sorted(digests.items()),
        sorted(words.items()),
    )  # fmt: skip
    try:
        data = Encoder().encode(world)
    except UnicodeEncodeError:
        # Half of a character, as in a file's name.
        data = repr(world).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=_DIGEST_BYTES).digest()
