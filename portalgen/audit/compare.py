"""Compare what leaves the team now with what left it at another commit: what a reviewer reads in a pull request."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from portalgen.audit.items import Item
from portalgen.content.past.git import (
    NoHistory,
    Repository,
    list_tree,
    open_blobs,
    open_repository,
    resolve_commit,
)

_NOT_CONTENT = (".", "..", ".git")


class NoSuchRevision(Exception):
    """git knows no commit of that name here, or there is no git; the message says so, for people."""


class Shift(Struct, frozen=True):
    """A text that leaves now and did not, or the other way round."""

    client: str
    item: Item
    before: str
    """Of what leaves now: why it stayed before, `changed` where another text stood there, empty where nothing did.
    Of what no longer leaves: why it stays now, `changed`, or empty where it is gone."""


def shifts(
    old: Mapping[str, Iterable[Item]], new: Mapping[str, Iterable[Item]]
) -> tuple[list[Shift], list[Shift]]:
    """Return what is newly exposed and what is newly hidden, client by client, in the order of the content."""
    exposed, hidden = [], []
    for client in sorted({*old, *new}):
        before, now = list(old.get(client, ())), list(new.get(client, ()))
        exposed += [Shift(client, item, why) for item, why in _leaving(now, before)]
        hidden += [Shift(client, item, why) for item, why in _leaving(before, now)]
    return exposed, hidden


def _leaving(here: list[Item], there: list[Item]) -> Iterator[tuple[Item, str]]:
    """Yield what is published `here` and not `there`, with what is the matter with it there."""
    texts: dict[tuple[str, str, str], set[str]] = {}
    reasons: dict[tuple[str, str, str], str] = {}
    for item in there:
        if item.why:
            reasons.setdefault(_key(item), item.why)
        else:
            texts.setdefault(_key(item), set()).add(item.text)
    for item in here:
        if not item.why and item.text not in texts.get(_key(item), ()):
            yield item, "changed" if _key(item) in texts else reasons.get(_key(item), "")


def _key(item: Item) -> tuple[str, str, str]:
    # Entries of a list move when one is put before them: their number says nothing.
    field = ".".join(part for part in item.field.split(".") if not part.isdecimal())
    return item.kind, item.owner.casefold(), field


@contextmanager
def content_at(source: Path, revision: str) -> Iterator[Path]:
    """Give a folder that holds the content and the settings as they were committed at `revision`.

    Blobs are read as git keeps them: no filter, hook or attribute of the repository has a say. Links are left out.
    Raises NoSuchRevision.
    """
    repository = open_repository(source)
    if isinstance(repository, NoHistory):
        raise NoSuchRevision(f"there is nothing to compare with: {repository.message}")
    commit = resolve_commit(repository, revision)
    if commit is None:
        raise NoSuchRevision(f"git knows no commit '{revision}' here")
    with tempfile.TemporaryDirectory(prefix="portalgen-") as folder:
        root = Path(folder)
        (root / "content").mkdir()
        _write_tree(repository, commit, root)
        yield root


def _write_tree(repository: Repository, commit: str, root: Path) -> None:
    files = [
        file
        for file in list_tree(repository, commit, below=("content", "portalgen.yaml"))
        if not file.is_link and _is_inside(file.path)
    ]
    with open_blobs(repository) as blobs:
        for file, (_, data) in zip(files, blobs.read(file.blob for file in files), strict=True):
            path = root / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            # A file too large for a text is there by its name alone.
            with open(path, "xb") as written:
                written.write(data or b"")


def _is_inside(path: str) -> bool:
    """Return whether a path of a commit stays below the folder; git refuses others, and we do not rely on that."""
    parts = path.split("/")
    is_ours = parts[0] in ("content", "portalgen.yaml")
    return is_ours and not any(
        part in ("", *_NOT_CONTENT) or os.sep in part or "\0" in part for part in parts
    )
