"""A theme's templates and labels → the catalogue that translators fill: portalgen.pot, and one .po a language."""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from portalgen.site.labels import LABELS

_TEMPLATE_OPTIONS = {
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "extensions": "jinja2.ext.do",
    "silent": "false",
}
_KEYWORDS = {
    "gettext": None,
    "_": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
# A date in the header would change the file with every run.
_NEVER = datetime(2026, 1, 1, tzinfo=UTC)


def extract(theme_folder: Path) -> Catalog:
    """Return every message of a theme's templates, of the labels and of the modules beside this one."""
    catalog = Catalog(project="portalgen", creation_date=_NEVER, charset="utf-8", fuzzy=False)
    templates = theme_folder / "templates"
    for path in sorted(templates.rglob("*.html")):
        with path.open("rb") as file:
            for line, _, message, _ in babel_extract(file, tuple(_KEYWORDS), [], _TEMPLATE_OPTIONS):
                _add(catalog, message, (path.relative_to(theme_folder).as_posix(), line))
    for path in sorted(Path(__file__).parent.glob("*.py")):
        for line, message, _, context in extract_from_file("python", path, keywords=_KEYWORDS):
            catalog.add(message, locations=[(f"site/{path.name}", line)], context=context)
    for context, words in LABELS.items():
        for text in dict.fromkeys(words.values()):
            catalog.add(text, locations=[("site/labels.py", 1)], context=context)
    return catalog


def update(theme_folder: Path) -> None:
    """Write portalgen.pot, and bring each .po beside it up to date; translations that fit are kept."""
    catalog = extract(theme_folder)
    messages = theme_folder / "messages"
    (messages / "portalgen.pot").write_bytes(_written(catalog))
    for path in sorted(messages.glob("*.po")):
        with path.open("rb") as file:
            known = read_po(file, locale=path.stem)
        known.update(catalog, no_fuzzy_matching=True)
        known.obsolete.clear()
        path.write_bytes(_written(known))


def _add(catalog: Catalog, message: object, place: tuple[str, int]) -> None:
    """Add what Jinja found: a text, or for plurals (singular, plural, …); parts that are no literal are no message."""
    if isinstance(message, tuple):
        texts = tuple(part for part in message if isinstance(part, str))
        catalog.add(texts[:2] if len(texts) > 1 else texts[0], locations=[place])
    elif isinstance(message, str):
        catalog.add(message, locations=[place])


def _written(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    write_po(out, catalog, sort_by_file=True, width=0, include_lineno=False)
    lines = out.getvalue().decode().splitlines(keepends=True)
    volatile = (
        '"POT-Creation-Date',
        '"PO-Revision-Date',
        '"Generated-By',
        '"Last-Translator',
        '"Report-Msgid',
        '"Language-Team',
    )
    return "".join(line for line in lines if not line.startswith(volatile)).encode()


if __name__ == "__main__":
    update(Path(sys.argv[1]))
