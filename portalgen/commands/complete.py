"""Say what can be typed next, for the shell: kinds, clients, projects, ids, fields. Reads as little as it can."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import CompletionItem


def complete_kind(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return kinds in the singular, as one types them."""
    from portalgen.kinds import KINDS

    names = ["client", "project", *(kind.one.partition(" ")[2] for kind in KINDS.values())]
    return _beginning(begun, names)


def complete_kinds(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return kinds in the plural."""
    from portalgen.kinds import KINDS

    return _beginning(begun, KINDS)


def complete_client(context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the clients."""
    return _beginning(begun, _clients(_source(context)))


def complete_place(context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the clients, and behind a slash the projects of one."""
    slug, slash, _ = begun.partition("/")
    if not slash:
        return _beginning(begun, _clients(_source(context)))
    folder = _source(context) / "content" / slug
    return _beginning(begun, sorted(f"{slug}/{path.parent.name}" for path in folder.glob("*/project.yaml")))


def complete_id(context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return ids of the client that was typed before, with their titles."""
    client = context.params.get("client") or ""
    found = sorted((id_, title) for _, id_, title in _records(_source(context), client)) if client else []
    return [
        CompletionItem(id_, help=title or None)
        for id_, title in found
        if id_.casefold().startswith(begun.casefold())
    ]


def complete_assignment(
    context: click.Context, _parameter: click.Parameter, begun: str
) -> list[CompletionItem]:
    """Return `field=` for the fields of any record, and the words that a field takes behind its `=`."""
    from portalgen.editing.fields import fields_of, words_of

    client, id_ = context.params.get("client") or "", context.params.get("record") or ""
    kind = next((kind for kind, known, _ in _records(_source(context), client) if known == id_), "")
    name, sign, _ = begun.partition("=")
    if sign:
        return _beginning(begun, [f"{name}={word}" for word in words_of(kind, name.rstrip("+"))])
    return _beginning(begun, [f"{field}=" for field in fields_of(kind)])


def complete_schema(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return what has a schema."""
    from portalgen.kinds import KINDS

    names = [
        "client",
        "project",
        "contract",
        "people",
        "responsibilities",
        "communication-plan",
        "settings",
        "data",
    ]
    return _beginning(begun, [*KINDS, *names])


def complete_code(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return problem codes."""
    from portalgen.codes import CODES

    return _beginning(begun, CODES)


def _beginning(begun: str, names: object) -> list[CompletionItem]:
    assert isinstance(names, (list, tuple, dict))
    return [CompletionItem(name) for name in names if name.startswith(begun)]


def _source(context: click.Context) -> Path:
    return Path(context.params.get("source") or ".")


def _clients(source: Path) -> list[str]:
    from portalgen.content.read import list_clients

    try:
        return list_clients(source)[0]
    except OSError:
        return []


def _records(source: Path, client: str) -> list[tuple[str, str, str]]:
    """Return kind, id and title of what stands in the client's files, without asking whether it is right."""
    from portalgen.editing.entries import ids_of

    return list(ids_of(source, client))
