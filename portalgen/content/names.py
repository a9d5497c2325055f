"""Judge the names of files and folders: which are nobody's content, and which some machine cannot keep."""

from __future__ import annotations

import os
import re
import unicodedata

from portalgen.content.characters import (
    find_control_characters,
    find_hidden_line_break,
    find_odd_characters,
    name_of,
    quoted,
)

LONGEST_NAME_BYTES = 200
LONGEST_SLUG = 100

Fault = tuple[str, str, str]
"""Code, message, hint."""

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DIGITS = "123456789¹²³"
_KEPT_BY_WINDOWS = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in _DIGITS)]
)
# What Netlify, Cloudflare, GitHub, Apache, IIS, nginx and crawlers obey, whatever folder it stands in.
_STEERS_A_HOST = frozenset(
    "_headers _redirects _routes.json _worker.js .htaccess .htpasswd cname index.htm index.html robots.txt "
    "web.config".split()
)
_BREAKS_ADDRESSES = re.compile(r"""["<>\\]|%(?:00|2e|2f|5c)""", re.IGNORECASE)


def is_litter(name: str) -> bool:
    """Return whether an editor, a system or git put a file or folder of this name there, and nobody as content."""
    return (
        name.startswith(".")
        or name.endswith("~")
        or name == "4913"
        or (len(name) > 1 and name[0] == "#" == name[-1])
    )


def steers_a_host(name: str) -> bool:
    """Return whether a web host would obey a file of this name."""
    return name.lower() in _STEERS_A_HOST


def fault_of_name(name: str) -> Fault | None:
    """Return what is wrong with the name of a file or folder, or None."""
    if steers_a_host(name):
        return "steering-name", f"{quoted(name)} is a name that web hosts obey", "give the file another name"
    message, hint = _fault(name)
    return ("bad-file-name", f"{quoted(name)} {message}", hint) if message else None


def fault_of_slug(name: str) -> Fault | None:
    """Return what is wrong with the name of a client's folder, or None."""
    if is_kept_by_windows(name):
        return "bad-slug", f"{quoted(name)} is a name that Windows keeps for itself", "rename the folder"
    if len(name) > LONGEST_SLUG:
        return (
            "bad-slug",
            f"the name {quoted(name)} is longer than {LONGEST_SLUG} characters",
            "rename the folder",
        )
    if _SLUG.fullmatch(name):
        return None
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    better = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    hint = f"rename the folder, to '{better}' for example" if _SLUG.fullmatch(better) else "rename the folder"
    return "bad-slug", f"{quoted(name)} is no client's name: small letters, digits and single hyphens", hint


def is_kept_by_windows(name: str) -> bool:
    """Return whether Windows keeps this name, with whatever ending, for a device."""
    return name.split(".", 1)[0].rstrip(" ").lower() in _KEPT_BY_WINDOWS


def folded(name: str) -> str:
    """Return what two names have in common that one file system or another takes for the same."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _fault(name: str) -> tuple[str, str]:
    if len(os.fsencode(name)) > LONGEST_NAME_BYTES:
        return f"is longer than {LONGEST_NAME_BYTES} bytes", "shorten it"
    if any("\udc80" <= character <= "\udcff" for character in name):
        return "is not written in UTF-8", "rename it"
    unseen = [*find_control_characters(name), *find_odd_characters(name)]
    unseen += [name.index(character) for character in "\t\n" if character in name]
    if (line_break := find_hidden_line_break(name)) is not None:
        unseen.append(line_break)
    if unseen:
        return f"holds {name_of(name[unseen[0]])}, which cannot be seen", "rename it"
    if broken := _BREAKS_ADDRESSES.search(name):
        return f"holds '{broken[0]}', which breaks addresses", "rename it"
    if name.startswith("-"):
        return "begins with a hyphen, so commands take it for an option", "rename it"
    if name != name.strip() or name.endswith("."):
        return "begins or ends with a space, or ends with a dot", "rename it"
    if is_kept_by_windows(name):
        return "is a name that Windows keeps for itself", "rename it"
    return "", ""
