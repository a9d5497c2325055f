"""Look for ids in a client's files without judging them: quick, for shells and editors that wait for an answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from portalgen.content.folders import lay_out
from portalgen.content.read import read_client
from portalgen.content.yaml.places import Value, read_front_matter, read_yaml


def ids_of(source: Path, client: str) -> Iterator[tuple[str, str, str]]:
    """Yield kind, id and title of what stands in a client's files, without asking whether it is right."""
    try:
        folder, _ = read_client(source, client)
    except OSError:
        return
    layout, _ = lay_out(folder)
    for file in layout.records:
        value = value_of(folder.texts[file.path], file.path)
        stem = PurePosixPath(file.path).stem if file.form == "record" else ""
        for row in value if isinstance(value, list) else [value if value is not None else {}]:
            if not isinstance(row, dict):
                continue
            if id_ := text_of(row.get("id")) or stem:
                yield file.kind, id_, text_of(row.get("title"))
            for kind in ("decisions", "actions") if file.kind == "meetings" else ():
                for inner in rows_of(row.get(kind)):
                    if id_ := text_of(inner.get("id")):
                        yield kind, id_, text_of(inner.get("title"))


def value_of(text: str, path: str) -> Value:
    """Return what a file says, of Markdown its front matter; None where it cannot be read."""
    document = (read_front_matter if path.endswith(".md") else read_yaml)(text, path)[0]
    return document.value if document else None


def rows_of(value: Value) -> Iterable[dict[str, Value]]:
    """Return the mappings of a list."""
    return (row for row in value if isinstance(row, dict)) if isinstance(value, list) else ()


def text_of(value: Value) -> str:
    """Return a text, or an empty one for anything else."""
    return value if isinstance(value, str) else ""
