"""A client's portal and its attachments → every file of its site; those of which nothing changed stand as they are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec.structs import replace

from portalgen.build.cache import digest_of_files
from portalgen.build.kept import KeptLines
from portalgen.content.files.attachments import Attachment, open_attachment
from portalgen.portal.published import Portal
from portalgen.site.data import write_data
from portalgen.site.reads import Parts
from portalgen.site.render import plan_files
from portalgen.site.standing import KeptSite, make_site, sha256_of_each
from portalgen.site.theme import Theme
from portalgen.site.write import Content, FileCopy


def files_of(
    portal: Portal,
    attachments: Mapping[str, Attachment],
    theme: Theme,
    root: Path,
    was: KeptSite | None,
    *,
    is_noted: bool,
    old: Callable[[str], bytes | None],
) -> tuple[dict[str, Content], KeptSite]:
    """Return every file of a client's site by its address from the site's root, and what to keep of how it was made.

    `was` is what was kept the last time, by the same program with the same themes. Where `is_noted` is false, nothing
    is noted: all is made anew the next time. `old` reads a file of the site that stands.
    """
    parts = Parts(was["parts"] if was else None)
    lines = KeptLines(was["lines"] if was else None, old, parts.digests)
    data, revision = write_data(portal, lines.line if is_noted else None)
    files: dict[str, Content] = {"data.json": data}
    planned = plan_files(replace(portal, revision=revision), theme, parts, is_noted=is_noted)
    made, is_now = make_site(planned, was, old)
    is_now |= {"parts": parts.to_keep(), "lines": lines.to_keep(data)}
    files |= made
    for address, attachment in attachments.items():
        files[address] = attachment.data if attachment.data is not None else copy_of(root, attachment)
    return files, is_now


def digest_of_site(files: Mapping[str, Content], made: KeptSite) -> str:
    """Return what `digest_of` says of a folder that holds these files and nothing else; `made` tells of many."""
    known = sha256_of_each(made)
    return digest_of_files(
        {
            path: known.get(path) or hashlib.sha256(each).hexdigest()
            if isinstance(each, bytes)
            else each.sha256
            for path, each in files.items()
        }
    )


def copy_of(root: Path, attachment: Attachment) -> FileCopy:
    """Return a published file that stands in the client's folder as it is."""
    return FileCopy(
        open=lambda: open_attachment(root, attachment), size=attachment.size, sha256=attachment.sha256
    )
