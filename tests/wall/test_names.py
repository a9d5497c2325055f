"""Names that mean something to a program mean nothing in content."""

from __future__ import annotations

from pathlib import Path

import html5lib
from sites import build_at, dead_links, write_tree

WORDS = ("__proto__", "constructor", "toString", "hasOwnProperty", "location", "top", "search", "main", "1-2")
"""Of JavaScript, of a browser's window, of our own pages."""


def test_ids_that_are_words_of_javascript_are_ids_like_others(tmp_path: Path) -> None:
    """Nothing that an author wrote is an id or a name in a page under which a script could look for something else."""
    headings = "".join(f"\n## {word}\n\n<a id={word} name={word}>x</a>\n" for word in WORDS)
    files = {
        f"content/acme/risks/{word}.md": f"---\nid: {word}\nlikelihood: 1\nimpact: 1\n---\n# {word}\n{headings}"
        for word in WORDS
    }
    write_tree(tmp_path, {"content/acme/client.yaml": "name: Acme\n", **files})
    assert build_at(tmp_path, tmp_path / "public", jobs=1).status == 0
    site = tmp_path / "public" / "acme"
    assert dead_links(site) == []
    ids: set[str] = set()
    for word in WORDS:
        page = html5lib.parse((site / "risks" / f"{word}.html").read_bytes(), namespaceHTMLElements=False)
        written = [
            value
            for element in page.iter()
            for name in ("id", "name")
            if (value := element.get(name)) and element.tag != "meta"
        ]
        assert any(value.startswith("text-") for value in written)
        ids.update(written)
    assert ids & {"__proto__", "constructor", "toString", "hasOwnProperty", "location", "top"} == set()
