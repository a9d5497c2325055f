"""Say where the portalgen that runs now came from, so that colleagues and continuous integration install the same."""

from __future__ import annotations

import json
import re
from importlib import metadata
from pathlib import Path
from urllib.parse import unquote, urlsplit

from portalgen.editing.author import git_commit, git_remote

_NAME = "portalgen[serve]"
_SCP = re.compile(r"(?P<user>[\w.-]+@)?(?P<host>[\w.-]+):(?P<path>[^/\d].*)")
"""An address as git takes it: `git@host.example:tools/portalgen.git`."""


def requirement() -> str:
    """Return the lines of a requirements.txt: a commit where portalgen came from git, else its version."""
    try:
        found = metadata.distribution("portalgen")
    except metadata.PackageNotFoundError:
        return _NAME
    return requirement_from(found.version, found.read_text("direct_url.json") or "{}")


def requirement_from(version: str, direct_url: str) -> str:
    """As `requirement`, from what pip noted: `direct_url` is the text of direct_url.json, `{}` from an index."""
    told = json.loads(direct_url)
    url = told.get("url", "")
    if "vcs_info" in told:
        return f"{_NAME} @ git+{url}@{told['vcs_info']['commit_id']}"
    if not url.startswith("file:"):
        return f"{_NAME}=={version}"
    folder = Path(unquote(urlsplit(url).path))
    remote, commit = address_of(git_remote(folder)), git_commit(folder)
    if remote and commit:
        return f"{_NAME} @ git+{remote}@{commit}"
    return (
        f"# This portalgen came from a folder of one machine: say here where others get it, as in\n"
        f"# {_NAME} @ git+https://git.example/portalgen@v{version}\n"
        f"{_NAME}=={version}"
    )


def address_of(remote: str) -> str:
    """Return git's address as pip takes it, without a password; empty where only this machine has it."""
    parts = urlsplit(remote)
    if parts.scheme in ("https", "ssh") and parts.hostname:
        user = f"{parts.username}@" if parts.scheme == "ssh" and parts.username else ""
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{user}{parts.hostname}{port}{parts.path}"
    if match := _SCP.fullmatch(remote):
        return f"ssh://{match['user'] or ''}{match['host']}/{match['path']}"
    return ""
