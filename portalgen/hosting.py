"""Make the configuration of a web server that shows each client its own site, behind a password of its own.

Each client has a host name of its own: below one name, clients would share cookies and a password dialogue, and could
guess each other. Whoever has no password gets the same answer from every name, one that is no client's too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

HEADERS = "_headers"
REALM = "Portal"
"""What the password dialogue says: the same for all."""

_HEADER = re.compile(r"  (?P<name>[A-Za-z-]+): (?P<value>[^\r\n]+)")
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
# Nothing that a browser, or a proxy that several people share, keeps without asking again.
_CACHE = ("Cache-Control", "private, no-cache")


class HostingError(Exception):
    """The sites cannot be served as asked; the message says why, in a sentence."""


class HostedSite(Struct, frozen=True, kw_only=True):
    """A client's site and where it stands."""

    slug: str
    host: str
    """`harbour-museum.portals.example`."""
    headers: tuple[tuple[str, str], ...]
    """What its pages are sent with, as the site's own `_headers` says."""


class Server(Struct, frozen=True, kw_only=True):
    """What the machine is like."""

    root: str = "/srv/portals"
    """The folder that holds a folder a client, a copy of public/<client>/."""
    passwords: str = "/etc/portals"
    """The folder that holds a file of names and passwords a client."""
    listen: str = ""
    """`127.0.0.1:8080`: plain HTTP behind a proxy that speaks TLS. Empty: TLS on port 443."""
    certificate: str = "/etc/letsencrypt/live/{host}/fullchain.pem"
    key: str = "/etc/letsencrypt/live/{host}/privkey.pem"


def site_at(slug: str, url: str, domain: str, headers: str) -> HostedSite:
    """Return where a client's site stands: at client.yaml's `url`, else at its name below `domain`.

    `headers` is the text of the site's `_headers`. Raises HostingError.
    """
    parts = urlsplit(url)
    if url and (parts.path.strip("/") or not parts.hostname or parts.port):
        raise HostingError(
            f"{slug} stands at {url}: give it a host name of its own, as in https://{slug}.portals.example/"
        )
    host = parts.hostname if url else f"{slug}.{domain}" if domain else ""
    if not host:
        raise HostingError(f"{slug} has no 'url' in client.yaml: write one, or say --domain portals.example")
    if not _HOST.fullmatch(host):
        raise HostingError(f"'{host}' is no host name")
    found = tuple((match["name"], match["value"]) for match in _HEADER.finditer(headers))
    if not found:
        raise HostingError(f"there is no site of {slug} to take the headers from: run portalgen build first")
    return HostedSite(slug=slug, host=host, headers=found)


def nginx(sites: Sequence[HostedSite], server: Server) -> str:
    """Return what stands inside nginx's `http { }`; raises HostingError where two clients have one host name."""
    _check_hosts(sites)
    listen = f"listen {server.listen}" if server.listen else "listen 443 ssl"
    blocks = [_NGINX_HEAD]
    if not server.listen:
        blocks.append(_NGINX_REDIRECT)
    blocks.append(_nginx_nobody(listen, server, sites))
    blocks.extend(_nginx_site(site, listen, server) for site in sites)
    return "\n".join(blocks)


def caddy(sites: Sequence[HostedSite], server: Server) -> str:
    """Return a Caddyfile; Caddy fetches the certificates itself. Raises HostingError as `nginx` does."""
    _check_hosts(sites)
    address, _, port = server.listen.rpartition(":")
    blocks = [_CADDY_HEAD]
    bind = f"\tbind {address}\n" if address else ""
    blocks.append(_CADDY_NOBODY.format(site=f"http://:{port}" if port else "http://", bind=bind, realm=REALM))
    for site in sites:
        headers = "".join(f"\t\t{name} {_caddy_text(value)}\n" for name, value in (*site.headers, _CACHE))
        blocks.append(
            _CADDY_SITE.format(
                site=f"http://{site.host}:{port}" if port else f"https://{site.host}",
                bind=bind,
                root=_caddy_text(f"{server.root}/{site.slug}"),
                users=_caddy_text(f"{server.passwords}/{site.slug}.caddy"),
                realm=REALM,
                headers=headers,
            )
        )
    return "\n".join(blocks)


def read_headers(output: Path, slug: str) -> str:
    """Return the text of a built site's `_headers`; empty where there is none."""
    try:
        return (output / slug / HEADERS).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def _check_hosts(sites: Iterable[HostedSite]) -> None:
    seen: dict[str, str] = {}
    for site in sites:
        other = seen.setdefault(site.host, site.slug)
        if other != site.slug:
            raise HostingError(
                f"{other} and {site.slug} would both stand at {site.host}: give each a host name"
            )


_NGINX_HEAD = """\
# Made by `portalgen hosting nginx`: include it inside http { }, for example from /etc/nginx/conf.d/.
#
# Who can read what: a site, only who has a name and password in that client's file
#   printf 'lena:%s\\n' "$(openssl passwd -6)" >> {passwords}/<client>.users
# All of it without a password: nobody. Names of clients: whoever knows or guesses a host name; a name that is no
# client's answers alike. Certificates are listed in public: take one for *.your-domain, which names no client.
"""
_NGINX_REDIRECT = """\
server {
    listen 80 default_server;
    server_name _;
    server_tokens off;
    return 301 https://$host$request_uri;
}
"""


def _nginx_nobody(listen: str, server: Server, sites: Sequence[HostedSite]) -> str:
    tls = "" if server.listen or not sites else _nginx_tls(sites[0], server)
    return f"""\
# A name that is no client's: as if it were one whose password nobody has.
server {{
    {listen} default_server;
    server_name _;
{tls}    server_tokens off;
    auth_basic "{REALM}";
    auth_basic_user_file /dev/null;
    root /var/empty;
{_nginx_headers(sites[0].headers if sites else ())}}}
"""


def _nginx_site(site: HostedSite, listen: str, server: Server) -> str:
    tls = "" if server.listen else _nginx_tls(site, server)
    return f"""\
server {{
    {listen};
    server_name {site.host};
{tls}    server_tokens off;
    root {_nginx_text(f"{server.root}/{site.slug}")};
    charset utf-8;
    disable_symlinks on;

    auth_basic "{REALM}";
    auth_basic_user_file {_nginx_text(f"{server.passwords}/{site.slug}.users")};
{_nginx_headers(site.headers)}
    error_page 404 /404.html;
    location / {{ try_files $uri $uri/index.html =404; }}
    location = /404.html {{ internal; }}
    location = /calendar.ics {{ types {{ }} default_type text/calendar; }}
    location = /feed.xml {{ types {{ }} default_type application/atom+xml; }}
    location = /{HEADERS} {{ return 404; }}
    location ~ /\\. {{ return 404; }}
}}
"""


def _nginx_headers(headers: Iterable[tuple[str, str]]) -> str:
    return "".join(
        f"    add_header {name} {_nginx_text(value)} always;\n" for name, value in (*headers, _CACHE)
    )


def _nginx_tls(site: HostedSite, server: Server) -> str:
    names = {"ssl_certificate": server.certificate, "ssl_certificate_key": server.key}
    return "".join(
        f"    {name} {_nginx_text(path.replace('{host}', site.host).replace('{client}', site.slug))};\n"
        for name, path in names.items()
    )


def _nginx_text(text: str) -> str:
    if "$" in text:
        raise HostingError(f"'{text}' holds a $, which nginx takes for a variable")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


_CADDY_HEAD = """\
# Made by `portalgen hosting caddy`: a Caddyfile for Caddy 2.6 or newer.
#
# Who can read what: a site, only who has a name and password in that client's file
#   echo "lena $(caddy hash-password)" >> {passwords}/<client>.caddy
# All of it without a password: nobody. Names of clients: whoever knows or guesses a host name. Certificates are listed
# in public; to hide the names of clients there, take one for *.your-domain.
"""
_CADDY_NOBODY = """\
# A name that is no client's: as if it were one whose password nobody has.
{site} {{
{bind}	header -Server
	header WWW-Authenticate `Basic realm="{realm}"`
	respond 401
}}
"""
_CADDY_SITE = """\
{site} {{
{bind}	root * {root}
	encode gzip
	header {{
{headers}		-Server
	}}
	@writing not method GET HEAD
	respond @writing 405
	basicauth bcrypt {realm} {{
		import {users}
	}}
	header /calendar.ics Content-Type text/calendar
	header /feed.xml Content-Type application/atom+xml
	file_server {{
		hide _headers .*
	}}
	handle_errors {{
		header {{
{headers}			-Server
		}}
		@missing expression {{err.status_code}} == 404
		rewrite @missing /404.html
		file_server @missing
	}}
}}
"""


def _caddy_text(text: str) -> str:
    if "`" in text:
        raise HostingError(f"'{text}' holds a backtick, which ends a text for Caddy")
    return f"`{text}`"
