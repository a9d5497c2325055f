"""Files that records name → their addresses on the site, and what is to be copied there."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from msgspec import Struct

from portalgen.content.files.attachments import Attachment
from portalgen.content.records import Entry
from portalgen.portal.published import File
from portalgen.portal.visible import Visible
from portalgen.problems import Problem


class Files(Struct, frozen=True):
    """The files of one client that leave, found one by one."""

    visible: Visible
    attachments: Mapping[str, Attachment]
    """By path, as read."""
    problems: list[Problem]
    put_by_address: dict[str, Attachment]
    """Address from the site's root (not percent-encoded) → file."""

    def file(self, entry: Entry, path: str) -> File | None:
        """Return the file at `path` as a part of `entry`; None where it stays with the team."""
        attachment = self.attachments.get(path)
        return self.put(entry, attachment) if attachment and path not in self.visible.held_files else None

    def put(self, entry: Entry, attachment: Attachment) -> File:
        """Give a file its address below `entry`'s."""
        address = f"files/{entry.id}/{attachment.name}"
        other = self.put_by_address.setdefault(address, attachment)
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

    def logo(self, path: str | None) -> File | None:
        """Return the client's logo, which stands at the same address whatever its name."""
        attachment = self.attachments.get(path) if path else None
        if attachment is None:
            return None
        address = f"assets/logo.{attachment.type}"
        self.put_by_address[address] = attachment
        return File(attachment.name, address, attachment.type, attachment.size, attachment.sha256)
