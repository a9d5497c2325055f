"""What a client's folder holds once it is read: records as their authors wrote them, each with its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from msgspec import Struct, field

from portalgen.content import schema
from portalgen.content.markdown.body import Body, Link
from portalgen.content.yaml.places import Document
from portalgen.problems import Place

Address = tuple[str | int, ...]
Model = TypeVar("Model", bound=schema.Strict)


class File(Struct, frozen=True):
    """A file that was read."""

    document: Document
    body: str = ""
    """The text below the front matter of a Markdown file."""
    body_line: int = 0
    """The file's line on which that begins."""


class Entry(Struct, frozen=True, kw_only=True):
    """A record of any kind."""

    kind: str
    id: str
    """As written (NFC); a file's name where none is written; empty for a nested one until `resolve` numbers it."""
    fields: schema.Record
    document: Document
    address: Address
    """Where in the document the record stands."""
    folder: str
    """Of the file that holds it, from the source: what `file` is relative to."""
    project: str
    """The name of its project's folder; empty in the client's own folder."""
    body: Body | None
    body_line: int
    """The file's line on which a Markdown file's body begins; 0 where the body is a value in YAML."""
    title: str
    """Its `title`, else its body's first heading."""
    meeting: str = ""
    """The id of the meeting it stands in; empty for all others."""
    is_whole: bool = True
    """False where a part of it was wrong, was reported, and is left out."""

    def place(self, *address: str | int, key: bool = False) -> Place:
        """Return where a field of the record stands."""
        return self.document.place((*self.address, *address), key=key)

    def place_in_body(self, line: int, column: int) -> Place:
        """Return the place in the file of a line and column of the body, both counted from 1."""
        if self.body_line:
            return Place(self.document.path, self.body_line + line - 1, column)
        address = (*self.address, "body")
        file_line = self.document.body_line(address) + line - 1
        # A value in YAML is indented; what stands on the file's line before the body's own text is the difference.
        there = self.document.text.split("\n")[file_line - self.document.first_line :][:1]
        here = self.body.text.split("\n")[line - 1].strip() if self.body else ""
        if not there or here not in there[0]:
            # In quotes the lines of a body need not be lines of the file: `"one\ntwo"`.
            return self.document.place(address)
        return Place(self.document.path, file_line, column + there[0].find(here))

    def place_of(self, link: Link) -> Place:
        """Return where a link of the body stands."""
        return self.place_in_body(link.line, link.column)


class PersonEntry(Struct, frozen=True, kw_only=True):
    """A person of a people.yaml."""

    key: str
    fields: schema.Person
    document: Document
    address: Address
    is_shared: bool
    """Of content/_shared: published only where something published names the person."""

    @property
    def side(self) -> str:
        return self.fields.side or ("provider" if self.is_shared else "client")


class Single(Struct, Generic[Model], frozen=True, kw_only=True):
    """The one mapping of a file such as client.yaml, or one row of a file such as responsibilities.yaml."""

    fields: Model
    document: Document
    address: Address = ()

    def place(self, *address: str | int, key: bool = False) -> Place:
        return self.document.place((*self.address, *address), key=key)


class ClientContent(Struct, frozen=True, kw_only=True):
    """All that one client's folder says."""

    slug: str
    folder: str
    """From the source: `content/harbour-museum`."""
    client: Single[schema.Client]
    projects: Mapping[str, Single[schema.Project] | None]
    """By folder, empty for the client's own; None where a client without any project.yaml is one project itself."""
    people: Mapping[str, PersonEntry]
    """By key, the client's own and the shared ones."""
    contract: Single[schema.Contract] | None
    responsibilities: tuple[Single[schema.Responsibility], ...]
    communication_plan: tuple[Single[schema.CommunicationRow], ...]
    entries: tuple[Entry, ...]
    """In the order of files, then of lines."""
    files: Mapping[str, int]
    """Every other file of the folder and its size."""
    unread: tuple[str, ...]
    """Texts of files and rows that could not be read: an id that stands in one of them is not missing."""
    read: Mapping[str, File] = field(default_factory=dict)
    """Path → what was read of each file that could be."""
