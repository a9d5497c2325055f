"""Say which requests the preview answers: those of this machine's own browser windows, asking for its own names."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

METHODS = ("GET", "HEAD")
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def is_loopback(host: str) -> bool:
    """Return whether a host's name or address is this machine and nothing else."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False


def refusal(method: str, headers: Mapping[str, str], *, host: str, port: int) -> tuple[int, str] | None:
    """Return status and reason for which a request is not answered, or None; `headers` have names in small letters.

    `host` is what the server was told to listen to. A page elsewhere can make a browser ask this server, under a name
    of its own that leads here: so the name must be ours, and whoever asks must be a page of ours.
    """
    asked = headers.get("host", "")
    if not _is_ours(asked, host, port):
        return 403, "The preview answers to its own names only, such as localhost and 127.0.0.1."
    origin = headers.get("origin")
    if origin is not None and origin.casefold() != f"http://{asked}".casefold():
        return 403, "The preview answers its own pages only."
    # Scripts and pictures are asked for without an origin; a link that somebody follows is welcome.
    if headers.get("sec-fetch-site") in ("cross-site", "same-site") and (
        headers.get("sec-fetch-mode") != "navigate" or headers.get("sec-fetch-dest") != "document"
    ):
        return 403, "The preview answers its own pages only."
    if method not in METHODS:
        return 405, "The preview can be read, and nothing else."
    return None


def _is_ours(asked: str, host: str, port: int) -> bool:
    try:
        parts = urlsplit(f"//{asked}")
        name, asked_port = parts.hostname or "", parts.port or 80
    except ValueError:
        return False
    if asked_port != port or parts.username is not None or parts.path or parts.query or parts.fragment:
        return False
    if name in _LOCAL_NAMES or name == host.casefold():
        return True
    # Open to others there are addresses that we do not know, but a name that leads here would be somebody else's.
    return not is_loopback(host) and _is_address(name)


def _is_address(name: str) -> bool:
    try:
        return bool(ipaddress.ip_address(name))
    except ValueError:
        return False
