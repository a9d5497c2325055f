"""Replay the demonstration company into a git repository: content/ as it stands, and how it came to be so.

    python docs/demo/replay.py FOLDER

content/ is the last commit. Earlier versions of a record follow from its own dates (a requirement was proposed before
it was approved) and from earlier.yaml, which says what else it said before. The same content makes the same commits:
no clock is read, and whoever committed is made up.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from ways import Fields, Record, record_of

from portalgen.content.folders import record_file

ROOT = Path(__file__).parents[2]
LAST_DAY = date(2026, 11, 23)
"""The story is told as of this day."""
COMMITTER = "Marram Team <team@marram.example>"
TEXTS = (".yaml", ".md")
_LINK = re.compile(r"\[\[([^\]|]+)(?:\|([^\]]+))?\]\]")


_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Reads every scalar as it was typed."""


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes a value wherever it stands: no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


@dataclass(frozen=True, kw_only=True)
class RecordsFile:
    """A file with one record or a list of them."""

    path: str
    client: str
    is_list: bool
    body: str
    """Of a Markdown file, below its front matter."""
    records: tuple[Record, ...]


def main() -> None:
    """Make the repository that the argument names."""
    if len(sys.argv) != 2:
        sys.exit("usage: python docs/demo/replay.py FOLDER")
    folder = Path(sys.argv[1])
    replay(ROOT, folder)


def replay(source: Path, folder: Path) -> None:
    """Write `source`'s content into a new repository at `folder`, with its past."""
    folder.mkdir(parents=True)
    commits = b"".join(_stream(source))
    git = ("git", "-c", "init.defaultBranch=main", "-c", "core.autocrlf=false")
    subprocess.run([*git, "init", "--quiet"], cwd=folder, check=True)
    subprocess.run([*git, "fast-import", "--quiet"], cwd=folder, check=True, input=commits)
    subprocess.run([*git, "reset", "--quiet", "--hard", "main"], cwd=folder, check=True)


def _stream(source: Path) -> Iterator[bytes]:
    """Yield the commits in git's words, one for each day on which something changed."""
    today = {
        path.relative_to(source).as_posix(): path.read_bytes()
        for path in sorted((source / "content").rglob("*"))
        if path.is_file()
    }
    today |= {name: (source / name).read_bytes() for name in ("portalgen.yaml",) if (source / name).is_file()}
    earlier = _read((Path(__file__).parent / "earlier.yaml").read_bytes())
    clients = sorted({path.split("/")[1] for path in today if path.startswith("content/")} - {"_shared"})
    files = [file for slug in clients for file in _files_of(slug, today, earlier)]
    starts = {slug: _start(slug, today) for slug in clients}
    days = {day for file in files for record in file.records for day in (record.born, *record.before)}
    known: dict[str, bytes] = {}
    said: dict[str, tuple[Any, str]] = {}
    for day in sorted(day for day in {*days, *starts.values(), LAST_DAY} if day <= LAST_DAY):
        now = _tree_of_rest(today, {file.path for file in files}, starts, day)
        unborn = {slug: _unborn(slug, files, day) for slug in clients}
        for file in files:
            there = [_without(each.on(day), unborn[file.client]) for each in file.records if each.born <= day]
            if file.path not in said or said[file.path][0] != there:
                said[file.path] = there, _text_of(file, there, unborn[file.client])
            if there:
                now[file.path] = said[file.path][1].encode()
        for path in [path for path in now if path.endswith("/contract.yaml")]:
            now[path] = _contract_on(day, now[path], unborn[path.split("/")[1]])
        if day == LAST_DAY:
            now = today
        yield from _commit(day, known, now)
        known = now


def _commit(day: date, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[bytes]:
    changed = {path: text for path, text in after.items() if before.get(path) != text}
    gone = sorted(before.keys() - after.keys())
    if not changed and not gone:
        return
    seconds = int(datetime.combine(day, time(10), UTC).timestamp())
    message = f"As of {day.isoformat()}\n".encode()
    yield f"commit refs/heads/main\ncommitter {COMMITTER} {seconds} +0000\ndata {len(message)}\n".encode()
    yield message
    for path in gone:
        yield f"D {_quoted(path)}\n".encode()
    for path, text in changed.items():
        yield f"M 100644 inline {_quoted(path)}\ndata {len(text)}\n".encode() + text + b"\n"
    yield b"\n"


def _quoted(path: str) -> str:
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unborn(slug: str, files: Iterable[RecordsFile], day: date) -> frozenset[str]:
    """Return the ids of a client's records that come later."""
    return frozenset(
        id_
        for file in files
        for record in file.records
        if file.client == slug and record.born > day
        for id_ in record.ids
    )


def _tree_of_rest(
    today: Mapping[str, bytes], told: set[str], starts: Mapping[str, date], day: date
) -> dict[str, bytes]:
    """Return what has no past of its own: it is there from its client's first day on."""
    return {
        path: text
        for path, text in today.items()
        if path not in told
        and (
            (slug := path.split("/")[1] if path.startswith("content/") else "") not in starts
            or starts[slug] <= day
        )
    }


def _start(slug: str, today: Mapping[str, bytes]) -> date:
    """Return the first day of a client's first project."""
    starts = [LAST_DAY]
    for path, text in today.items():
        if path.startswith(f"content/{slug}/") and path.endswith("/project.yaml"):
            starts.append(date.fromisoformat(_read(text)["start"]))
    return min(starts)


# --- files of records


def _files_of(slug: str, today: Mapping[str, bytes], earlier: Mapping[str, Any]) -> Iterator[RecordsFile]:
    folder = f"content/{slug}/"
    inside = [path for path in today if path.startswith(folder) and path.endswith(TEXTS)]
    projects = {
        path.removeprefix(folder).split("/")[0]
        for path in inside
        if path.endswith("/project.yaml") and path != f"{folder}project.yaml"
    }
    for path in inside:
        parts = tuple(path.removeprefix(folder).split("/"))
        project = parts[0] if parts[0] in projects else ""
        source = record_file(path, parts[1:] if project else parts, project)
        if source is None or path.endswith("README.md"):
            continue
        start = _start(slug, {own: today[own] for own in inside if own.startswith(f"{folder}{project}")})
        said = earlier.get(f"{slug}/{project}" if project else slug, {})
        text, body = today[path].decode(), ""
        if path.endswith(".md"):
            text, body = text.removeprefix("---\n").split("\n---\n", 1)
        read = _read(text) or {}
        yield RecordsFile(
            path=path,
            client=slug,
            is_list=source.form == "list",
            body=body,
            records=tuple(
                record_of(source.kind, row, PurePosixPath(path).stem, start, said, LAST_DAY)
                for row in (read if isinstance(read, list) else [read])
            ),
        )


def _text_of(file: RecordsFile, there: list[Fields], unborn: frozenset[str]) -> str:
    """Return what a file said when `there` was in it."""
    if not there:
        return ""
    if file.is_list:
        return _dump(there)
    if not file.path.endswith(".md"):
        return _dump(there[0])
    body = _LINK.sub(lambda link: (link[2] or link[1]) if link[1] in unborn else link[0], file.body)
    return f"---\n{_dump(there[0])}---\n{body}"


def _contract_on(day: date, text: bytes, unborn: frozenset[str]) -> bytes:
    """Return a contract without what was signed and paid later."""
    contract = _read(text)
    for name, on in (("amendments", "date"), ("payments", "paid_on")):
        for row in list(contract.get(name, [])):
            if row.get(on, "") > day.isoformat():
                contract[name].remove(row) if name == "amendments" else row.pop(on)
    return _dump(_without(contract, unborn)).encode()


def _read(text: bytes | str) -> Any:
    return yaml.load(text, _Loader)  # noqa: S506  it makes nothing but texts, lists and mappings


def _dump(value: Any) -> str:
    return str(yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120))


def _without(value: Any, unborn: frozenset[str]) -> Any:
    """Return a value without the ids of records that were not there yet."""
    if isinstance(value, dict):
        found = {name: _without(each, unborn) for name, each in value.items() if name not in unborn}
        return {name: each for name, each in found.items() if each not in (None, [], {})}
    if isinstance(value, list):
        return [each for each in (_without(each, unborn) for each in value) if each is not None]
    return None if value in unborn else value


if __name__ == "__main__":
    main()
