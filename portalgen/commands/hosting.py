"""`portalgen hosting`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from msgspec.structs import replace

from portalgen import terminal
from portalgen.commands.common import PROBLEMS, WELL, looks_at, source_option


@click.command("hosting")
@click.argument("server", type=click.Choice(("nginx", "caddy")))
@click.option(
    "--domain",
    default="",
    metavar="NAME",
    help="Where clients without a url stand: below this, by their name.",
)
@click.option(
    "--root", default="/srv/portals", metavar="DIR", help="The folder of the clients' folders there."
)
@click.option(
    "--passwords", default="/etc/portals", metavar="DIR", help="The folder of the files with passwords there."
)
@click.option(
    "--listen", default="", metavar="ADDRESS:PORT", help="Plain HTTP, behind a proxy that speaks TLS."
)
@click.option(
    "--certificate", default="", metavar="FILE", help="For nginx; {host} and {client} in it are filled in."
)
@click.option("--key", default="", metavar="FILE", help="Of the certificate.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="The sites, whose headers are taken over. Default: public/ in the source.",
)
@source_option
def hosting_command(
    server: str,
    domain: str,
    root: str,
    passwords: str,
    listen: str,
    certificate: str,
    key: str,
    output: Path | None,
    source: Path,
) -> int:
    """Print the configuration of a web server that shows each client its own site, behind its own password.

    A client stands at its `url`, else at its name below --domain. The headers are those that the built sites ask for;
    print it anew after a change of theme.

    \b
    Examples:
      portalgen hosting nginx --domain portals.example > portals.conf
      portalgen hosting caddy --domain portals.example > Caddyfile
    """
    from portalgen import hosting

    found = Path(os.path.abspath(output)) if output else source / "public"
    there = hosting.Server(root=root.rstrip("/"), passwords=passwords.rstrip("/"), listen=listen)
    if certificate or key:
        there = replace(there, certificate=certificate or there.certificate, key=key or there.key)
    try:
        sites = []
        for look in looks_at(source, (), None):
            url = (look.facts.content.client.fields.url if look.facts else "") or ""
            sites.append(hosting.site_at(look.slug, url, domain, hosting.read_headers(found, look.slug)))
        text = (hosting.nginx if server == "nginx" else hosting.caddy)(sites, there)
    except hosting.HostingError as error:
        terminal.say(f"portalgen: {error}", sys.stderr)
        return PROBLEMS
    terminal.write(text.replace("{passwords}", there.passwords), sys.stdout)
    return WELL
