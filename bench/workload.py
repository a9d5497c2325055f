#!/usr/bin/env python3
"""Write one deterministic workload in the shape that each static-site generator wants.

    workload.py --shape portal --clients 100 --out WORK/portal-100

The same N clients, each with 40 requirements, 24 meeting notes, 12 milestones, 15 risks and
12 status updates (103 items), come out for every shape.  Every item becomes one HTML page, and
each client has a home page and five section pages: 109 pages a client, plus one root page.
The page layout is the same few lines in each template language: a header, a nav of the five
sections, a sidebar listing the section's other pages (or a table on a section page), the
item's fields, the Markdown body and a footer.

Same (seed, clients) -> same bytes; a client's content does not depend on how many there are.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import shutil
from pathlib import Path
from typing import Iterator, NamedTuple

SECTIONS = {  # section -> (items per client, id prefix, title)
    "requirements": (40, "r", "Requirements"),
    "meetings": (24, "m", "Meetings"),
    "milestones": (12, "ms", "Milestones"),
    "risks": (15, "k", "Risks"),
    "updates": (12, "u", "Updates"),
}
STATUS = ["proposed", "approved", "in-progress", "blocked", "done"]
LEVEL = ["low", "medium", "high", "critical"]
PEOPLE = [
    "Ada Byron",
    "Grace Park",
    "Linus Holm",
    "Mina Sato",
    "Omar Reyes",
    "Priya Nair",
    "Tom Oduya",
    "Zoë Lind",
]
WORDS = (
    "api audit backlog baseline billing budget cache calendar catalogue checkout client contract copy "
    "dashboard data decision delivery deploy design draft email export feature feedback filter flow form "
    "gateway handover identity import index integration invoice journey label launch ledger legacy limit "
    "login mapping metric migration model module network notice offer order owner page partner payment "
    "permission pilot plan policy portal price process profile project prototype quality query queue quote "
    "rate record redirect region release report request review risk role rollout schedule schema scope "
    "search security service session sign-off sprint staging stock storage support survey table target "
    "team template tender test ticket timeline token training translation update upload user vendor "
    "version warning webhook workflow"
).split()
GLUE = "the a to for of with and before after until because while on in from that this we they should must can".split()


class Item(NamedTuple):
    client: str
    section: str
    slug: str
    fields: dict  # front matter, in order; 'title' and 'date' always there
    body: str  # Markdown; links to other items are written [[section/slug]]


class Client(NamedTuple):
    slug: str
    name: str
    items: list


def sentence(r: random.Random, lo=7, hi=16) -> str:
    out = []
    for i in range(r.randint(lo, hi)):
        out.append(r.choice(GLUE if i % 2 else WORDS))
    if r.random() < 0.25:
        out[len(out) // 2] = f"**{out[len(out) // 2]}**"
    if r.random() < 0.15:
        out[-1] = f"`{r.choice(WORDS)}_{r.choice(WORDS).replace('-', '_')}`"
    s = " ".join(out)
    return s[0].upper() + s[1:] + "."


def para(r, n):
    return " ".join(sentence(r) for _ in range(n))


def ref(r, section):
    n, prefix, _ = SECTIONS[section]
    return f"[[{section}/{prefix}-{r.randint(1, n):03d}]]"


def table(r, head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "|".join(" --- " for _ in head) + "|"]
    for _ in range(rows):
        lines.append("| " + " | ".join(" ".join(r.choice(WORDS) for _ in range(2)) for _ in head) + " |")
    return "\n".join(lines)


def bullets(r, n, task=False):
    return "\n".join(
        f"- {'[x] ' if task and i % 2 else '[ ] ' if task else ''}{sentence(r, 5, 10)}" for i in range(n)
    )


def body(r: random.Random, section: str) -> str:
    if section == "meetings":
        return "\n\n".join(
            [
                "## Agenda",
                "\n".join(f"{i}. {sentence(r, 5, 9)}" for i in range(1, 6)),
                "## Discussion",
                para(r, 4),
                f"We reviewed {ref(r, 'requirements')} and {ref(r, 'requirements')}. " + para(r, 3),
                "### Figures",
                table(r, ["Topic", "Owner", "Outcome"], 6),
                "## Decisions",
                bullets(r, 5),
                "> " + sentence(r, 10, 18),
                "```json\n"
                + json.dumps(
                    {
                        r.choice(WORDS): r.randint(1, 999),
                        "owner": r.choice(PEOPLE),
                        "tags": [r.choice(WORDS) for _ in range(4)],
                    },
                    indent=2,
                )
                + "\n```",
                "## Actions",
                bullets(r, 5),
                f"See [the notes](https://example.com/{r.choice(WORDS)}) and {ref(r, 'milestones')}.",
                para(r, 2),
            ]
        )
    if section == "updates":
        return "\n\n".join(
            [
                "## This week",
                para(r, 3),
                bullets(r, 4),
                "## Next week",
                para(r, 2),
                f"Progress on {ref(r, 'requirements')} and {ref(r, 'milestones')}.",
                bullets(r, 2),
            ]
        )
    if section == "requirements":
        return "\n\n".join(
            [para(r, 2), "## Acceptance", bullets(r, 4), f"Depends on {ref(r, 'requirements')}.", para(r, 1)]
        )
    return "\n\n".join([para(r, 2), bullets(r, 3), f"Related: {ref(r, 'requirements')}."])


def make_client(n: int, seed: str) -> Client:
    slug = f"c{n:03d}"
    r = random.Random(f"{seed}/{slug}")
    name = f"{r.choice(WORDS).title()} {r.choice(WORDS).title()} Ltd"
    items = []
    for section, (count, prefix, _) in SECTIONS.items():
        for i in range(1, count + 1):
            r = random.Random(f"{seed}/{slug}/{section}/{i}")
            title = " ".join(r.choice(WORDS) for _ in range(4)).capitalize()
            day = dt.date(2025, 1, 6) + dt.timedelta(
                days=7 * i if section in ("meetings", "updates") else 5 * i
            )
            f = {
                "title": title,
                "date": day.isoformat(),
                "ref": f"{prefix.upper()}-{i:03d}",
                "status": r.choice(STATUS),
                "owner": r.choice(PEOPLE),
                "level": r.choice(LEVEL),
            }
            items.append(Item(slug, section, f"{prefix}-{i:03d}", f, body(r, section)))
    return Client(slug, name, items)


def clients(n: int, seed: str) -> Iterator[Client]:
    for i in range(1, n + 1):
        yield make_client(i, seed)


def large_client(records: int, seed: str) -> Iterator[Client]:
    """Yield one client with so many records, in the proportions of the others."""
    small = {name: count for name, (count, *_) in SECTIONS.items()}
    total = sum(small.values())
    for name, (count, *rest) in SECTIONS.items():
        SECTIONS[name] = (count * records // total, *rest)
    try:
        yield make_client(1, seed)
    finally:
        for name, (_, *rest) in SECTIONS.items():
            SECTIONS[name] = (small[name], *rest)


# ---------------------------------------------------------------- writing


def link(text: str, here: Item, style: str) -> str:
    """Turn [[section/slug]] into a Markdown link: 'pretty' -> ../../section/slug/, 'md' -> ../section/slug.md"""
    out = []
    for i, part in enumerate(text.split("[[")):
        if i:
            target, rest = part.split("]]", 1)
            url = f"../../{target}/" if style == "pretty" else f"../{target}.md"
            part = f"[{target.split('/')[1].upper()}]({url}){rest}"
        out.append(part)
    return "".join(out)


def front(fields: dict) -> str:
    return (
        "---\n"
        + "".join(
            f"{k}: {json.dumps(v, ensure_ascii=False) if k in ('title', 'owner') else v}\n"
            for k, v in fields.items()
        )
        + "---\n"
    )


def put(path: Path, text: str):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


CSS = "body{font:16px/1.5 system-ui;margin:0;display:grid;grid-template-columns:16rem 1fr}header,footer{grid-column:1/-1;padding:1rem}aside{padding:1rem}main{padding:1rem;max-width:60rem}table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.25rem .5rem}"
HEAD = '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>%s</title>\n<link rel="stylesheet" href="/style.css">\n</head>\n<body>\n'
NAV = "".join(f'<li><a href="/%s/{s}/">{t[2]}</a></li>\n' for s, t in SECTIONS.items())
FOOT = '<footer><p>Built from the project repository. Questions? Write to <a href="mailto:pm@example.com">pm@example.com</a>.</p></footer>\n</body>\n</html>\n'


def side_tpl(rows_open, href, title, ref, status, date, rows_close):
    """The sidebar: one row for each page of the section."""
    return (
        f'<ul>\n{rows_open}<li class="row {status}"><a href="{href}">{ref} {title}</a> <small class="badge">{status}</small> '
        f'<time datetime="{date}">{date}</time></li>\n{rows_close}</ul>'
    )


def page_tpl(title, client, side, fields, body):
    """The shared layout, filled with one template language's expressions."""
    return (
        HEAD % title
        + f"<header><p>{client}</p><nav><ul>\n"
        + NAV.replace("%s", client)
        + "</ul></nav></header>\n"
        + f"<aside>{side}</aside>\n"
        + f"<main>\n<h1>{title}</h1>\n<dl>{fields}</dl>\n{body}\n</main>\n"
        + FOOT
    )


def dl(expr):  # expr(name) -> template expression for a field
    return "".join(f"<dt>{k}</dt><dd>{expr(k)}</dd>" for k in ("ref", "status", "owner", "level", "date"))


def shape_hugo(out: Path, data, cached=True):
    put(
        out / "hugo.toml",
        'baseURL = "https://example.com/"\ntitle = "Portals"\ndisableKinds = ["taxonomy", "term", "RSS", "sitemap", "404"]\nenableGitInfo = false\n[markup.highlight]\nnoClasses = false\ncodeFences = false\n',
    )
    put(out / "static/style.css", CSS)
    side = side_tpl(
        "{{ range .CurrentSection.RegularPages }}",
        "{{ .RelPermalink }}",
        "{{ .Title }}",
        "{{ .Params.ref }}",
        "{{ .Params.status }}",
        '{{ .Date.Format "2006-01-02" }}',
        "{{ end }}",
    )
    put(out / "layouts/partials/side.html", side)
    side = (
        '{{ partialCached "side.html" . .CurrentSection.RelPermalink }}'
        if cached
        else '{{ partial "side.html" . }}'
    )
    single = page_tpl(
        "{{ .Title }}",
        "{{ $c }}",
        side,
        dl(lambda k: '{{ .Date.Format "2006-01-02" }}' if k == "date" else "{{ .Params.%s }}" % k),
        "{{ .Content }}",
    )
    pre = '{{ $c := index (split .File.Dir "/") 0 }}'
    put(out / "layouts/_default/single.html", pre + single)
    row = '<tr><td><a href="{{ .RelPermalink }}">{{ .Params.ref }}</a></td><td>{{ .Title }}</td><td>{{ .Params.status }}</td><td>{{ .Params.owner }}</td><td>{{ .Date.Format "2006-01-02" }}</td></tr>\n'
    put(
        out / "layouts/_default/list.html",
        pre
        + HEAD % "{{ .Title }}"
        + "<header><p>{{ $c }}</p><nav><ul>\n"
        + NAV.replace("%s", "{{ $c }}")
        + "</ul></nav></header>\n<main>\n<h1>{{ .Title }}</h1>\n<table>\n{{ range .RegularPages }}"
        + row
        + "{{ end }}</table>\n{{ .Content }}\n</main>\n"
        + FOOT,
    )
    put(
        out / "layouts/index.html",
        HEAD % "Portals"
        + '<main><ul>\n{{ range .Sections }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>\n{{ end }}</ul></main>\n'
        + FOOT,
    )
    c = out / "content"
    put(c / "_index.md", front({"title": "Portals"}))
    for cl in data:
        put(c / cl.slug / "_index.md", front({"title": cl.name}) + "Welcome.\n")
        for s, t in SECTIONS.items():
            put(c / cl.slug / s / "_index.md", front({"title": t[2]}))
        for it in cl.items:
            put(
                c / cl.slug / it.section / f"{it.slug}.md",
                front(it.fields) + link(it.body, it, "pretty") + "\n",
            )


def shape_eleventy(out: Path, data):
    put(
        out / "eleventy.config.js",
        """export default function (c) {
  c.addPassthroughCopy("content/style.css");
  return { dir: { input: "content", includes: "../_includes", output: "_site" }, markdownTemplateEngine: false, htmlTemplateEngine: "njk" };
}
""",
    )
    put(out / "package.json", '{"type": "module", "private": true}\n')
    put(out / "content/style.css", CSS)
    put(
        out / "_includes/page.njk",
        page_tpl(
            "{{ title }}",
            "{{ client }}",
            side_tpl(
                "{% for p in collections[list] %}",
                "{{ p.url }}",
                "{{ p.data.title }}",
                "{{ p.data.ref }}",
                "{{ p.data.status }}",
                "{{ p.date.toISOString().slice(0, 10) }}",
                "{% endfor %}",
            ),
            dl(lambda k: "{{ page.date.toISOString().slice(0, 10) }}" if k == "date" else "{{ %s }}" % k),
            "{{ content | safe }}",
        ),
    )
    row = '<tr><td><a href="{{ p.url }}">{{ p.data.ref }}</a></td><td>{{ p.data.title }}</td><td>{{ p.data.status }}</td><td>{{ p.data.owner }}</td><td>{{ p.date.toISOString().slice(0, 10) }}</td></tr>\n'
    put(
        out / "_includes/list.njk",
        HEAD % "{{ title }}"
        + "<header><p>{{ client }}</p><nav><ul>\n"
        + NAV.replace("%s", "{{ client }}")
        + "</ul></nav></header>\n<main>\n<h1>{{ title }}</h1>\n<table>\n{% for p in collections[list] %}"
        + row
        + "{% endfor %}</table>\n{{ content | safe }}\n</main>\n"
        + FOOT,
    )
    c = out / "content"
    names = []
    for cl in data:
        names.append((cl.slug, cl.name))
        put(c / cl.slug / f"{cl.slug}.json", json.dumps({"client": cl.slug}))
        put(
            c / cl.slug / "index.md",
            front({"title": cl.name, "layout": "list.njk", "list": "none"}) + "Welcome.\n",
        )
        for s, t in SECTIONS.items():
            put(c / cl.slug / s / f"{s}.json", json.dumps({"layout": "page.njk", "list": f"{cl.slug}_{s}"}))
            put(c / cl.slug / s / "index.md", front({"title": t[2], "layout": "list.njk"}))
        for it in cl.items:
            put(
                c / cl.slug / it.section / f"{it.slug}.md",
                front({**it.fields, "tags": f"{cl.slug}_{it.section}"}) + link(it.body, it, "pretty") + "\n",
            )
    put(
        c / "index.html",
        HEAD % "Portals"
        + "<main><ul>\n"
        + "".join(f'<li><a href="/{s}/">{n}</a></li>\n' for s, n in names)
        + "</ul></main>\n"
        + FOOT,
    )


def shape_pelican(out: Path, data):
    put(
        out / "pelicanconf.py",
        """AUTHOR = 'pm'
SITENAME = 'Portals'
SITEURL = ''
PATH = 'content'
OUTPUT_PATH = 'output'
TIMEZONE = 'UTC'
DEFAULT_LANG = 'en'
THEME = 'theme'
ARTICLE_URL = '{category}/{slug}/'
ARTICLE_SAVE_AS = '{category}/{slug}/index.html'
CATEGORY_URL = '{slug}/'
CATEGORY_SAVE_AS = '{slug}/index.html'
PAGE_URL = '{slug}/'
PAGE_SAVE_AS = '{slug}/index.html'
SLUGIFY_SOURCE = 'basename'
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
AUTHOR_SAVE_AS = TAG_SAVE_AS = ''
DIRECT_TEMPLATES = ['index']
DEFAULT_PAGINATION = False
SUMMARY_MAX_LENGTH = None
MARKDOWN = {'extension_configs': {'markdown.extensions.meta': {}, 'markdown.extensions.tables': {}, 'markdown.extensions.fenced_code': {}}, 'output_format': 'html5'}
_by = {}
def _siblings(categories, category):  # a dict look-up, not a walk over every category
    if not _by:
        _by.update((c.slug, articles) for c, articles in categories)
    return _by[category.slug]
JINJA_FILTERS = {'siblings': _siblings}
import os
if os.environ.get('PELICAN_CACHE'):
    CACHE_CONTENT = LOAD_CONTENT_CACHE = True
    CONTENT_CACHING_LAYER = 'generator'
    CHECK_MODIFIED_METHOD = 'mtime'
""",
    )
    put(out / "theme/static/style.css", CSS)
    art = page_tpl(
        "{{ article.title }}",
        "{{ article.client }}",
        side_tpl(
            "{% for p in categories | siblings(article.category) %}",
            "/{{ p.url }}",
            "{{ p.title }}",
            "{{ p.ref }}",
            "{{ p.state }}",
            "{{ p.date.date().isoformat() }}",
            "{% endfor %}",
        ),
        dl(
            lambda k: (
                "{{ article.date.date().isoformat() }}"
                if k == "date"
                else "{{ article.level }}"
                if k == "level"
                else "{{ article.%s }}" % {"status": "state"}.get(k, k)
            )
        ),
        "{{ article.content }}",
    )
    put(out / "theme/templates/article.html", art)
    row = '<tr><td><a href="/{{ p.url }}">{{ p.ref }}</a></td><td>{{ p.title }}</td><td>{{ p.state }}</td><td>{{ p.owner }}</td><td>{{ p.date.date().isoformat() }}</td></tr>\n'
    put(
        out / "theme/templates/category.html",
        HEAD % "{{ category }}"
        + "<header></header><main>\n<h1>{{ category }}</h1>\n<table>\n{% for p in articles %}"
        + row
        + "{% endfor %}</table></main>\n"
        + FOOT,
    )
    put(
        out / "theme/templates/page.html",
        HEAD % "{{ page.title }}" + "<main><h1>{{ page.title }}</h1>{{ page.content }}</main>\n" + FOOT,
    )
    put(
        out / "theme/templates/index.html",
        HEAD % "Portals"
        + '<main><ul>{% for p in pages %}<li><a href="/{{ p.url }}">{{ p.title }}</a></li>\n{% endfor %}</ul></main>'
        + FOOT,
    )
    c = out / "content"
    for cl in data:
        put(c / "pages" / f"{cl.slug}.md", f"Title: {cl.name}\n\nWelcome.\n")
        for it in cl.items:
            f = it.fields
            meta = f"Title: {f['title']}\nDate: {f['date']}\nCategory: {cl.slug}-{it.section}\nSlug: {it.slug}-{cl.slug}\nClient: {cl.slug}\nRef: {f['ref']}\nState: {f['status']}\nOwner: {f['owner']}\nLevel: {f['level']}\n\n"
            put(
                c / cl.slug / it.section / f"{it.slug}-{cl.slug}.md",
                meta + link(it.body, it, "pretty") + "\n",
            )


def shape_mkdocs(out: Path, data, theme="bare"):
    th = {
        "bare": "theme:\n  name: null\n  custom_dir: theme\n",
        "mkdocs": "theme: mkdocs\n",
        "material": "theme: material\n",
    }[theme]
    put(
        out / "mkdocs.yml",
        f"site_name: Portals\nsite_url: https://example.com/\n{th}plugins: []\nmarkdown_extensions: [tables, fenced_code]\nvalidation:\n  links:\n    not_found: ignore\n    absolute_links: ignore\n    unrecognized_links: ignore\n  omitted_files: ignore\n",
    )
    if theme == "bare":
        main = page_tpl(
            "{{ page.title }}",
            "{{ page.meta.client }}",
            side_tpl(
                "{% if page.parent %}{% for p in page.parent.children if p.is_page %}",
                "{{ p.url|url }}",
                "{{ p.title }}",
                "{{ p.meta.ref }}",
                "{{ p.meta.status }}",
                "{{ p.meta.date }}",
                "{% endfor %}{% endif %}",
            ),
            dl(lambda k: "{{ page.meta.%s }}" % k),
            "{{ page.content }}",
        )
        put(out / "theme/main.html", main)
        put(out / "theme/mkdocs_theme.yml", "static_templates: []\n")
        put(out / "theme/style.css", CSS)
    c = out / "docs"
    names = []
    for cl in data:
        names.append((cl.slug, cl.name))
        put(c / cl.slug / "index.md", front({"title": cl.name}) + "Welcome.\n")
        for s, t in SECTIONS.items():
            rows = "".join(
                f"| [{i.fields['ref']}]({i.slug}.md) | {i.fields['title']} | {i.fields['status']} | {i.fields['owner']} | {i.fields['date']} |\n"
                for i in cl.items
                if i.section == s
            )
            put(
                c / cl.slug / s / "index.md",
                front({"title": t[2]})
                + "| Ref | Title | Status | Owner | Date |\n| --- | --- | --- | --- | --- |\n"
                + rows,
            )
        for it in cl.items:
            put(
                c / cl.slug / it.section / f"{it.slug}.md",
                front({**it.fields, "client": cl.slug}) + link(it.body, it, "md") + "\n",
            )
    put(c / "index.md", front({"title": "Portals"}) + "".join(f"- [{n}]({s}/index.md)\n" for s, n in names))


PRIORITY = ["must", "should", "could", "wont"]
REQUIREMENT = {
    "proposed": "proposed",
    "approved": "approved",
    "in-progress": "in_progress",
    "blocked": "deferred",
    "done": "implemented",
}
RISK = {
    "proposed": "proposed",
    "approved": "approved",
    "in-progress": "assessing",
    "blocked": "occurred",
    "done": "closed",
}
HEALTH = {"low": "on_track", "medium": "at_risk", "high": "off_track", "critical": "on_hold"}


def portal_fields(it: Item) -> dict:
    """The item's fields under the names and states of content-format.md."""
    f = it.fields
    number = int(it.slug.rsplit("-", 1)[1])
    common = {"id": f["ref"], "title": f["title"], "owner": f["owner"]}
    match it.section:
        case "requirements":
            return common | {
                "status": REQUIREMENT[f["status"]],
                "priority": PRIORITY[LEVEL.index(f["level"])],
                "raised_on": f["date"],
                "milestone": f"MS-{1 + number % 12:03d}",
                "acceptance": ["It works.", "The client has seen it."],
            }
        case "milestones":
            day = dt.date.fromisoformat(f["date"])
            slip = LEVEL.index(f["level"]) * 7
            return (
                common
                | {"baseline": f["date"], "forecast": (day + dt.timedelta(days=slip)).isoformat()}
                | ({"met_on": (day + dt.timedelta(days=slip)).isoformat()} if f["status"] == "done" else {})
            )
        case "risks":
            return common | {
                "status": RISK[f["status"]],
                "identified_on": f["date"],
                "likelihood": 1 + LEVEL.index(f["level"]),
                "impact": 1 + number % 5,
                "response": "reduce",
                "review_on": f["date"],
            }
        case "meetings":
            return common | {
                "date": f["date"],
                "type": "status",
                "status": "held",
                "attendees": PEOPLE[number % 4 :][:4],
            }
        case "updates":
            return common | {
                "date": f["date"],
                "health": {"overall": HEALTH[f["level"]]},
                "author": f["owner"],
            }
    raise AssertionError(it.section)


def shape_portal(out: Path, data):
    """Lists for requirements, milestones and risks; a Markdown file each for meetings and reports; as a team would."""
    q = lambda v: json.dumps(v, ensure_ascii=False)
    block = lambda text: "|\n" + "".join(f"    {line}\n" if line else "\n" for line in text.splitlines())
    for cl in data:
        d = out / "content" / cl.slug
        put(d / "client.yaml", f"name: {q(cl.name)}\nlocale: en\ntimezone: Europe/Amsterdam\n")
        for s in ("requirements", "milestones", "risks"):
            rows = []
            for it in (i for i in cl.items if i.section == s):
                fields = "".join(f"  {k}: {q(v)}\n" for k, v in portal_fields(it).items())
                rows.append("-" + fields[1:] + f"  body: {block(refs(it.body))}")
            put(d / f"{s}.yaml", "".join(rows))
        for it in cl.items:
            if it.section in ("meetings", "updates"):
                kind = "reports" if it.section == "updates" else "meetings"
                front_matter = "".join(f"{k}: {q(v)}\n" for k, v in portal_fields(it).items())
                put(d / kind / f"{it.slug}.md", f"---\n{front_matter}---\n\n{refs(it.body)}\n")


def refs(text: str) -> str:
    """[[section/ms-001]] as a record link: [[MS-001]]."""
    out = []
    for i, part in enumerate(text.split("[[")):
        if i:
            target, rest = part.split("]]", 1)
            part = f"[[{target.split('/')[1].upper()}]]{rest}"
        out.append(part)
    return "".join(out)


SHAPES = {
    "portal": shape_portal,
    "hugo": shape_hugo,
    "eleventy": shape_eleventy,
    "pelican": shape_pelican,
    "mkdocs": shape_mkdocs,
}


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--shape", choices=SHAPES, required=True)
    ap.add_argument("--clients", type=int, default=10)
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--seed", default="portal")
    a = ap.parse_args()
    shutil.rmtree(a.out, ignore_errors=True)
    SHAPES[a.shape](a.out, clients(a.clients, a.seed))
    files = [p for p in a.out.rglob("*") if p.is_file()]
    print(
        f"{a.shape}: {a.clients} clients, {len(files)} files, {sum(p.stat().st_size for p in files) / 1e6:.2f} MB in {a.out}"
    )


if __name__ == "__main__":
    main()
