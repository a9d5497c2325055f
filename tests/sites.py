"""Build sites in tests, and read them as a browser would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import html5lib

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
    ids: dict[Path, set[str]] = {}
    for page in sorted(site.rglob("*.html")):
        if page.name == "404.html":
            continue
        for address in _addresses(page):
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            if not target.is_file() or site not in target.parents:
                found.append(f"{page.relative_to(site)} -> {address}")
            elif parts.fragment and target.suffix == ".html":
                if target not in ids:
                    ids[target] = {element.get("id", "") for element in _elements(target)}
                if unquote(parts.fragment) not in ids[target]:
                    found.append(f"{page.relative_to(site)} -> {address}")
    return found


def _addresses(page: Path) -> Iterator[str]:
    for element in _elements(page):
        for name in ("href", "src"):
            if name in element.attrib:
                yield element.attrib[name]


def _elements(page: Path) -> Iterator[object]:
    return html5lib.parse(page.read_bytes(), transport_encoding="utf-8", namespaceHTMLElements=False).iter()  # type: ignore[no-any-return]


def suffixes(paths: Iterator[str]) -> set[str]:
    """Return the endings of paths."""
    return {PurePosixPath(path).suffix for path in paths}
