"""Build sites in tests, and read them as a browser would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from portalgen.pipeline import Job, Outcome, build

REPOSITORY = Path(__file__).resolve().parent.parent
SAMPLES = REPOSITORY.parent / "shared" / "samples"
DAY = date(2026, 11, 23)


def build_at(source: Path, output: Path, *, as_of: date = DAY, **more: object) -> Outcome:
    """Return what came of building `source` into `output`."""
    job = Job(source=source, output=output, as_of=as_of, now=datetime(2026, 11, 23, 12, tzinfo=UTC), **more)  # type: ignore[arg-type]
    return build(job)


def write_tree(root: Path, files: Mapping[str, str]) -> Path:
    """Write `files` (path → text) below `root`."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def tree_of(root: Path) -> dict[str, bytes]:
    """Return every file below `root` by its path."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def dead_links(site: Path) -> list[str]:
    """Return `page -> address` for each link, picture, style and script of a site that leads to no file or no id of it."""
    found = []
    pages = {page: _read(page) for page in sorted(site.rglob("*.html"))}
    for page, read in pages.items():
        if page.name == "404.html":
            continue
        for address in read.addresses:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            is_there = target.is_file() and site in target.parents
            if is_there and parts.fragment and target.suffix == ".html":
                is_there = unquote(parts.fragment) in pages[target].ids
            if not is_there:
                found.append(f"{page.relative_to(site)} -> {address}")
    return found


class _Read(HTMLParser):
    """What a page leads to, and what can be led to on it."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src"):
                self.addresses.append(value or "")
            elif name == "id":
                self.ids.add(value or "")


def _read(page: Path) -> _Read:
    read = _Read()
    read.feed(page.read_text(encoding="utf-8"))
    read.close()
    return read


def suffixes(paths: Iterator[str]) -> set[str]:
    """Return the endings of paths."""
    return {PurePosixPath(path).suffix for path in paths}
