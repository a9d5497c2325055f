"""A page as it will be published → the page as the preview shows it: it hears of changes, and keeps a strict policy."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from portalgen.site.render import POLICY

STATIC = "/_preview/"
"""Where scripts and styles of the preview stand; no site has such an address."""

_META = re.compile(rb'(<meta http-equiv="Content-Security-Policy" content=")([^"]*)(">)', re.IGNORECASE)
_BODY = re.compile(rb"<body[^>]*>", re.IGNORECASE)
_TITLE = re.compile(rb"<title>", re.IGNORECASE)


def dress(page: bytes, facts: Mapping[str, str], *, of_team: str = "") -> tuple[bytes, str]:
    """Return the page with what makes it live, and the policy to be sent with it; `facts` are told to its script.

    `of_team` is the client's name where the page is the team's view: then it says so in words and colour.
    """
    found = _META.search(page)
    policy = relaxed(html.unescape(found[2].decode()) if found else POLICY)
    if found:
        meta = found[1] + html.escape(policy).encode() + found[3]
        page = page[: found.start()] + meta + page[found.end() :]
    data = "".join(f' data-{name}="{html.escape(value)}"' for name, value in facts.items())
    head = f'<link rel="stylesheet" href="{STATIC}page.css">\n<script src="{STATIC}page.js" defer{data}></script>\n'
    if of_team:
        head = f'<meta name="portalgen-audience" content="team">\n{head}'
        page = _TITLE.sub(b"<title>INTERNAL: ", page, count=1)
        page = _BODY.sub(lambda body: body[0] + _banner(of_team, facts).encode(), page, count=1)
    return page.replace(b"</head>", head.encode() + b"</head>", 1), policy + "; frame-ancestors 'none'"


def relaxed(policy: str) -> str:
    """Return a page's policy with what the preview needs and no more: a script, a style, word of changes."""
    rules = {}
    for rule in policy.split(";"):
        name, *sources = rule.split()
        rules[name] = sources
    for name in ("script-src", "style-src", "connect-src"):
        sources = [source for source in rules.get(name, []) if source != "'none'"]
        rules[name] = sources if "'self'" in sources else [*sources, "'self'"]
    return "; ".join(" ".join((name, *sources)) for name, sources in rules.items())


def _banner(client: str, facts: Mapping[str, str]) -> str:
    name, slug = html.escape(client), html.escape(facts["client"])
    return (
        '\n<aside class="portalgen-internal" role="note" lang="en" dir="ltr"><p><strong>INTERNAL</strong> '
        f"The team’s own view of <bdi>{name}</bdi>. It shows what the client must not see: "
        "never send, print or publish it. "
        f'<a href="/{slug}/">To what the client sees</a></p></aside>'
    )
