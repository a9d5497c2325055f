"""One slip in a mark that holds something back is an error, or holds it back still: it never publishes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sites import DAY, write_tree
from wall.depth import some
from wall.search import views

from portalgen.pipeline import Job, SettingsError, open_source, prepare
from portalgen.problems import has_errors
from portalgen.site.data import write_data

CLIENT = {"content/acme/client.yaml": "name: Acme\n"}
# What is mutated stands between « and », which are taken out first.
SITES: dict[str, dict[str, str]] = {
    "visibility of a record in a list": {"content/acme/risks.yaml": "- id: RSK-1\n  title: canary\n«  visibility: internal\n»  cause: canary\n"},
    "visibility of a record in a list, last": {"content/acme/risks.yaml": "- id: RSK-1\n  title: canary\n«  visibility: internal\n»- {id: RSK-2, title: b}\n"},
    "visibility of a record in braces": {"content/acme/risks.yaml": "- {id: RSK-1, title: canary«, visibility: internal}»\n"},
    "visibility of a record in its own file": {"content/acme/risks/RSK-1.yaml": "title: canary\n«visibility: internal\n»cause: canary\n"},
    "visibility in quotes": {"content/acme/risks/RSK-1.yaml": "title: canary\n«visibility: 'internal'\n»cause: canary\n"},
    "visibility below a block of text": {"content/acme/risks/RSK-1.yaml": "title: canary\ncause: |\n canary\n«visibility: internal\n»"},
    "visibility below a folded text": {"content/acme/risks/RSK-1.yaml": "title: canary\ncause: >-\n  canary\n\n«visibility: internal\n»"},
    "visibility below a plain text": {"content/acme/risks/RSK-1.yaml": "title: canary\ncause: canary\n  goes on\n«visibility: internal\n»"},
    "visibility below a list": {"content/acme/requirements/REQ-1.yaml": "title: canary\nacceptance:\n- canary\n«visibility: internal\n»"},
    "front matter": {"content/acme/risks/RSK-1.md": "«---\nvisibility: internal\n---\n»# canary\n\ncanary\n"},
    "front matter with a title": {"content/acme/risks/RSK-1.md": "«---\ntitle: canary\nvisibility: internal\n---\n»\ncanary\n"},
    "front matter, with dots": {"content/acme/risks/RSK-1.md": "---\ntitle: canary\n«visibility: internal\n...\n»\ncanary\n"},
    "front matter, with Windows line ends": {"content/acme/risks/RSK-1.md": "«---\r\ntitle: canary\r\nvisibility: internal\r\n---\r\n»# canary\r\n"},
    "internal of a record": {"content/acme/risks.yaml": "- id: RSK-1\n  title: b\n«  internal: »canary\n"},
    "internal of a record, a block": {"content/acme/risks.yaml": "- id: RSK-1\n  title: b\n  cause: |\n    shown\n«  internal: |\n»    canary\n"},
    "internal of a record, a mapping": {"content/acme/risks.yaml": "- id: RSK-1\n  title: b\n«  internal:\n    note: »canary\n"},
    "internal in front matter": {"content/acme/risks/RSK-1.md": "---\ntitle: b\n«internal: »canary\n---\nc\n"},
    "internal of the client": {"content/acme/client.yaml": "name: Acme\n«internal: »canary\n"},
    "what is for the team alone": {"content/acme/requirements.yaml": "- id: REQ-1\n  title: b\n«  difficulty: »canary\n"},
    "who gave feedback": {"content/acme/feedback.yaml": "- id: FB-1\n  title: b\n«  from: »Canary\n"},
    "tags": {"content/acme/risks.yaml": "- id: RSK-1\n  title: b\n«  tags: »[canary]\n"},
    "client_title": {"content/acme/risks.yaml": "- id: RSK-1\n  title: canary\n«  client_title: »b\n"},
    "client_title over a heading": {"content/acme/risks/RSK-1.md": "---\nid: RSK-1\n«client_title: »b\n---\n# canary\n"},
    "client_summary": {"content/acme/risks/RSK-1.md": "---\nid: RSK-1\ntitle: b\n«client_summary: »c\ncause: canary\n---\ncanary\n"},
    "visibility of a criterion": {"content/acme/requirements.yaml": "- id: REQ-1\n  title: b\n  acceptance:\n  - {criterion: canary«, visibility: internal}»\n"},
    "visibility of a criterion, below": {"content/acme/requirements.yaml": "- id: REQ-1\n  title: b\n  acceptance:\n  - criterion: canary\n«    visibility: internal\n»"},
    "visibility of a person": {"content/acme/people.yaml": "ada:\n  name: canary\n«  visibility: internal\n»"},
    "visibility of a person in a list": {"content/acme/people.yaml": "- key: ada\n  name: canary\n«  visibility: internal\n»"},
    "interest of a person": {"content/acme/people.yaml": "ada:\n  name: b\n«  interest: »canary\n"},
    "visibility of a project": {"content/acme/one/project.yaml": "name: canary\n«visibility: internal\n»", "content/acme/one/risks.yaml": "- {id: RSK-1, title: canary}\n"},
    "visibility of a kind in client.yaml": {"content/acme/client.yaml": "name: Acme\n«visibility: {risks: internal}\n»", "content/acme/risks.yaml": "- {id: RSK-1, title: canary}\n"},
    "visibility of a kind in client.yaml, below": {"content/acme/client.yaml": "name: Acme\n«visibility:\n  risks: internal\n»", "content/acme/risks.yaml": "- {id: RSK-1, title: canary}\n"},
    "visibility of a kind in portalgen.yaml": {"portalgen.yaml": "«visibility: {risks: internal}\n»", "content/acme/risks.yaml": "- {id: RSK-1, title: canary}\n"},
    "visibility of a meeting": {"content/acme/meetings.yaml": "- id: M-1\n  title: canary\n«  visibility: internal\n»  decisions: [canary]\n"},
    "visibility of what stands in a meeting": {"content/acme/meetings.yaml": "- id: M-1\n  title: b\n  decisions:\n  - title: canary\n«    visibility: internal\n»"},
    "a draft": {"content/acme/documents.yaml": "- id: DOC-1\n  title: canary\n«  status: draft\n»"},
    "a draft in braces": {"content/acme/documents.yaml": "- {id: DOC-1, title: canary«, status: draft}»\n"},
    "a pending contract": {"content/acme/contract.yaml": "title: canary\n«status: pending\n»"},
    "an obligation": {"content/acme/contract.yaml": "title: b\nobligations:\n- party: client\n  text: canary\n«  visibility: internal\n»"},
    "an internal block": {"content/acme/pages/p.md": "---\ntitle: b\n---\nshown\n\n«::: internal\n»canary\n«:::\n»\nshown\n"},
    "an internal block under a text": {"content/acme/pages/p.md": "---\ntitle: b\n---\nshown\n«::: internal\n»canary\n«:::\n»shown\n"},
    "an internal block in a list": {"content/acme/pages/p.md": "---\ntitle: b\n---\n- shown\n\n«  ::: internal\n»  canary\n«  :::\n»- shown\n"},
    "an internal block in a quote": {"content/acme/pages/p.md": "---\ntitle: b\n---\n> shown\n>\n«> ::: internal\n»> canary\n«> :::\n»\nshown\n"},
    "an internal block with another in it": {"content/acme/pages/p.md": "---\ntitle: b\n---\n«::: internal\n::: note\n»canary\n«:::\n»canary\n«:::\n»\nshown\n"},
    "an internal block with code in it": {"content/acme/pages/p.md": "---\ntitle: b\n---\n«::: internal\n```\n»canary\n«```\n»canary\n«:::\n»\nshown\n"},
    "an internal block in a body in YAML": {"content/acme/risks.yaml": "- id: RSK-1\n  title: b\n  body: |\n    shown\n\n«    ::: internal\n»    canary\n«    :::\n»"},
    "a comment": {"content/acme/pages/p.md": "---\ntitle: b\n---\nshown\n\n«<!-- »canary« -->\n»\nshown\n"},
    "a comment in a line": {"content/acme/pages/p.md": "---\ntitle: b\n---\nshown «<!-- »canary« -->» shown\n"},
    "a comment of several lines": {"content/acme/pages/p.md": "---\ntitle: b\n---\n«<!--\n»canary\n\ncanary\n«-->\n»\nshown\n"},
    "a comment in a list": {"content/acme/pages/p.md": "---\ntitle: b\n---\n- shown «<!-- »canary« -->»\n- shown\n"},
    "a comment in a cell": {"content/acme/pages/p.md": "---\ntitle: b\n---\n| a | b |\n|---|---|\n| shown | «<!-- »canary« -->» |\n"},
}  # fmt: skip

PUT_IN = " \t\n#:-'\"xI{[|>!&*,.\\=+`~\u200b\u00a0\uff1a"
"""What a slip of the finger, an editor or a paste puts in: marks of YAML and Markdown above all."""
PUT_BEFORE_A_LINE = ("  ", "    ", "\n\n", "- ", "> ", "# ", "--")
"""What one key of an editor does to a line."""


def mutants(site: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield what was done and the files, for every single edit of what holds something back."""
    files = CLIENT | SITES[site]
    path = next(path for path in files if "«" in files[path])
    text = files[path]
    for start, end in _spans(text):
        plain = re.sub("[«»]", "", text)
        for at in range(start, end):
            edits = {f"without {plain[at]!r}": plain[:at] + plain[at + 1 :]}
            if at + 1 < end:
                edits["turned round"] = plain[:at] + plain[at + 1] + plain[at] + plain[at + 2 :]
            edits |= {f"{put!r} before": plain[:at] + put + plain[at:] for put in PUT_IN}
            edits |= {f"{put!r} in place": plain[:at] + put + plain[at + 1 :] for put in PUT_IN}
            if at == 0 or plain[at - 1] == "\n":
                edits |= {
                    f"{put!r} before the line": plain[:at] + put + plain[at:] for put in PUT_BEFORE_A_LINE
                }
            edits["in the other case"] = plain[:at] + plain[at].swapcase() + plain[at + 1 :]
            edits["twice"] = plain[:at] + plain[at] + plain[at:]
            for what, changed in edits.items():
                if changed != plain and not _is_commented_out(plain, changed) and not _is_code(changed):
                    yield (
                        f"{site}, {what} at {at} ({plain[start:end]!r}): {changed!r}",
                        files | {path: changed},
                    )


def _spans(text: str) -> list[tuple[int, int]]:
    """Return where what stood between « and » stands once they are gone."""
    spans, at, start = [], 0, 0
    for part in re.split("([«»])", text):
        if part == "«":
            start = at
        elif part == "»":
            spans.append((start, at))
        else:
            at += len(part)
    return spans


def _is_commented_out(before: str, after: str) -> bool:
    """Return whether a line was made a comment, which is no slip: it says that the mark no longer holds."""
    pairs = itertools.zip_longest(before.split("\n"), after.split("\n"), fillvalue="")
    return any(new.lstrip().startswith("#") and not old.lstrip().startswith("#") for old, new in pairs)


def _is_code(text: str) -> bool:
    """Return whether what began a comment stands in indented code, in which all is shown as typed."""
    return re.search(r"^(?:\t| {4}).*!--", text, re.MULTILINE) is not None


def leaks(files: dict[str, str], root: Path) -> bool:
    """Return whether a client would read the canary: there is no error, and it stands in what is published."""
    for path in root.glob("content/acme/**/*"):
        if path.is_file():
            path.unlink()
    (root / "portalgen.yaml").unlink(missing_ok=True)
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    job = Job(
        source=root, output=root / "public", as_of=DAY, now=datetime(2026, 11, 23, tzinfo=UTC), history=False
    )
    try:
        source, _, problems = open_source(job)
    except SettingsError:
        return False
    prepared, found = prepare(source, "acme", job)
    if prepared is None or has_errors([*problems, *found]):
        return False
    data, _ = write_data(prepared.portal)
    published = [data, *(name.encode() for name in prepared.files)]
    return any(b"canary" in view for each in published for view in views(each))


@pytest.mark.parametrize("site", SITES)
def test_without_a_slip_nothing_leaks_and_without_the_mark_it_would(site: str, tmp_path: Path) -> None:
    """Else no slip could show anything."""
    plain = {path: re.sub("[«»]", "", text) for path, text in SITES[site].items()}
    write_tree(tmp_path, {})
    assert not leaks(CLIENT | plain, tmp_path)


def tried(sites: Iterator[tuple[str, dict[str, str]]], root: Path) -> tuple[int, list[str]]:
    number, found = 0, []
    for what, files in sites:
        number += 1
        if leaks(files, root):
            found.append(what)
    return number, found


@pytest.mark.slow
@pytest.mark.parametrize("site", SITES)
def test_no_single_edit_of_a_mark_publishes_what_it_held_back(site: str, tmp_path: Path) -> None:
    """Every edit in a sweep, a hundred of each site in `make test`."""
    every = list(mutants(site))
    assert len(every) > 100
    found = [what for what, files in some(every, 100) if leaks(files, tmp_path)]
    assert found == []
