"""The JSON Schemas as files of a portal's repository, for editors, and the ids that editors offer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from portalgen.authoring import IDS, NAMES, Schema, author_schema, ids_schema
from portalgen.content.read import list_clients, read_client, read_text
from portalgen.content.yaml.places import Value
from portalgen.editing.entries import ids_of, rows_of, text_of, value_of
from portalgen.editing.files import write_whole

FOLDER = ".schemas"
"""The folder of a portal's repository that editors read; `portalgen schema --write` fills it."""
SHARED_PEOPLE = "content/_shared/people.yaml"


def schema_files() -> dict[str, str]:
    """Return the text of every schema of what an author writes, by file name."""
    return {
        f"{name}.schema.json": json.dumps(
            author_schema(name, with_ids=True), ensure_ascii=False, separators=(",", ":")
        )
        + "\n"
        for name in NAMES
    }


def ids_file(source: Path) -> str:
    """Return the text of the file of ids and people; of all clients together, since an editor knows one schema a kind.

    A line an id, commas first: git can join what two people have added (`merge=union` in .gitattributes).
    """
    ids: dict[str, list[str]] = {}
    people = list(_people(value_of(read_text(source, SHARED_PEOPLE)[0] or "", SHARED_PEOPLE)))
    try:
        slugs = list_clients(source)[0]
    except FileNotFoundError:
        slugs = []
    for slug in slugs:
        for kind, id_, _ in ids_of(source, slug):
            ids.setdefault(kind, []).append(id_)
        folder = read_client(source, slug)[0]
        path = f"{folder.path}/people.yaml"
        people += _people(value_of(folder.texts.get(path, ""), path))
    return _ids_text(ids_schema(ids, people))


def with_id(text: str, kind: str, id_: str) -> str:
    """Return the text of the file of ids with one more; the same text where that file is none of ours."""
    try:
        offered = {name: each["examples"] for name, each in json.loads(text)["$defs"].items()}
        people = offered.pop("person")
        offered.pop("any")
        return _ids_text(ids_schema(offered | {kind: [*offered.get(kind, []), id_]}, people))
    except (ValueError, KeyError, TypeError):
        return text


def _ids_text(found: Schema) -> str:
    parts = []
    for name, offered in found["$defs"].items():
        lines = "\n,".join(json.dumps(id_, ensure_ascii=False) for id_ in offered["examples"])
        parts.append(f'"{name}": {{"examples": [\n{lines}\n]}}')
    return f'{{"$schema": "{found["$schema"]}", "$defs": {{\n' + ",\n".join(parts) + "\n}}\n"


def write_schemas(source: Path) -> Iterator[str]:
    """Write what of the schemas and ids is not current, and yield the path of each file that was written."""
    for name, text in (schema_files() | {IDS: ids_file(source)}).items():
        path = source / FOLDER / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            write_whole(source, f"{FOLDER}/{name}", text)
            yield f"{FOLDER}/{name}"


def offer_id(source: Path, kind: str, id_: str) -> None:
    """Let editors offer an id from now on, where the repository keeps a file of them."""
    path = source / FOLDER / IDS
    if path.is_file():
        write_whole(source, f"{FOLDER}/{IDS}", with_id(path.read_text(encoding="utf-8"), kind, id_))


def _people(value: Value) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    else:
        yield from (key for row in rows_of(value) if (key := text_of(row.get("key"))))
