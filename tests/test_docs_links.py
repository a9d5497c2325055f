"""Hold the docs to what they say: links lead somewhere, commands are there, examples pass `check`."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import click
import pytest
from sites import DAY, REPOSITORY, build_at
from typed_page import Reader, read_page, write_programs

from portalgen.cli import portalgen
from portalgen.content.markdown.links import slug_of

PAGES = sorted(
    path.relative_to(REPOSITORY).as_posix()
    for path in (
        *REPOSITORY.glob("*.md"),
        *(REPOSITORY / "docs").rglob("*.md"),
    )
)

_CODE = re.compile(r"^( {0,3})(`{3,}|~{3,})[^\n]*\n.*?^\1\2 *$", re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SPAN = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_LINK = re.compile(r"\]\(([^()\s]+(?:\([^()]*\))?[^()\s]*)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)


def text_of(name: str) -> str:
    return (REPOSITORY / name).read_text(encoding="utf-8")


def prose_of(name: str) -> str:
    """Return a page without code and comments."""
    return _SPAN.sub("", _COMMENT.sub("", _CODE.sub("", text_of(name))))


def code_of(name: str) -> Iterator[str]:
    """Yield what stands in blocks and spans of code, and lines in which commands stand indented."""
    text = _COMMENT.sub("", text_of(name))
    for block in _CODE.finditer(text):
        yield block[0]
    rest = _CODE.sub("", text)
    for span in _SPAN.finditer(rest):
        yield span[2]
    yield from re.findall(r"^    (.+)$", rest, re.MULTILINE)


def fragments_of(path: Path) -> set[str]:
    """Return the names under which GitHub shows the headings of a page."""
    number: Counter[str] = Counter()
    found = set()
    for heading in _HEADING.findall(_CODE.sub("", path.read_text(encoding="utf-8"))):
        slug = slug_of(re.sub(r"`|\*\*|\[([^\]]*)\]\([^)]*\)", r"\1", heading))
        found.add(f"{slug}-{number[slug]}" if number[slug] else slug)
        number[slug] += 1
    return found


FOLLOWED = ("README.md", "docs/tutorial.md")
"""These are followed in a clone by test_tutorial.py."""
EXAMPLES = [
    name
    for name in PAGES
    # Every example of problems.md is wrong on purpose, and a case of its own.
    if name not in (*FOLLOWED, "docs/problems.md") and read_page(text_of(name))
]
"""Pages whose examples make a portal."""


@pytest.mark.parametrize("name", PAGES)
def test_every_link_of_a_page_leads_somewhere(name: str) -> None:
    dead = []
    for link in _LINK.findall(prose_of(name)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, fragment = unquote(link).partition("#")
        target = (REPOSITORY / name).parent / path if path else REPOSITORY / name
        is_there = target.exists() and REPOSITORY in (target.resolve(), *target.resolve().parents)
        if not is_there or (fragment and fragment not in fragments_of(target)):
            dead.append(link)
    assert not dead


def test_every_page_of_the_docs_can_be_reached_from_the_readme() -> None:
    reached, waiting = set(), ["README.md"]
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        for link in _LINK.findall(prose_of(name)):
            path = ((REPOSITORY / name).parent / unquote(link).partition("#")[0]).resolve()
            if path.suffix == ".md" and path.is_file() and REPOSITORY in path.parents:
                waiting.append(path.relative_to(REPOSITORY).as_posix())
    assert set(PAGES) - reached == set()


def commands_in(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each command that is called in code, with its options: ("build", ["--as-of"])."""
    for found in re.finditer(r"(?<![\w./-])portalgen +([a-z][a-z-]*)((?: +[^\s|&;`)]+)*)", text):
        yield found[1], re.findall(r"(?<= )--?[a-z][a-z-]*", found[2])


@pytest.mark.parametrize("name", [name for name in PAGES if not name.startswith("docs/reference/")])
def test_every_command_that_a_page_names_is_there(name: str) -> None:
    wrong = []
    for code in code_of(name):
        for command, options in commands_in(code):
            # Commands are loaded when they are asked for, so a dict of them would lack some.
            found = portalgen.get_command(click.Context(portalgen), command)
            if found is None:
                wrong.append(f"portalgen {command}")
                continue
            known = {word for each in found.params if isinstance(each, click.Option) for word in each.opts}
            wrong += [
                f"portalgen {command} {word}" for word in options if word not in known | {"--help", "-h"}
            ]
    targets = set(re.findall(r"^([a-z][\w-]*):", text_of("Makefile"), re.MULTILINE))
    wrong += [
        f"make {target}"
        for code in code_of(name)
        for target in re.findall(r"^(?:\$ )?make ([a-z][\w-]*)", code, re.MULTILINE)
        if target not in targets
    ]
    assert not wrong


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_of_a_page_is_accepted(name: str, tmp_path: Path) -> None:
    write_programs(tmp_path / "programs")
    portal = tmp_path / "portal"
    portal.mkdir()
    with Reader(portal, tmp_path / "programs", {"PYTHONPATH": str(REPOSITORY)}) as reader:
        reader.follow(text_of(name))
        if (portal / "content").is_dir():
            said, status = reader.type(f"portalgen check --strict --as-of {DAY}")
            assert status == 0, said


@pytest.mark.slow
def test_the_example_of_data_json_is_cut_from_the_museums(tmp_path: Path) -> None:
    shown = next(code for code in code_of("docs/reference/site.md") if code.startswith("```json"))
    example = json.loads(shown.removeprefix("```json").removesuffix("```"))
    del example["revision"]
    build_at(REPOSITORY, tmp_path, clients=("harbour-museum",))
    data = json.loads((tmp_path / "harbour-museum" / "data.json").read_text(encoding="utf-8"))
    assert is_cut_from(example, data)


def is_cut_from(example: object, whole: object) -> bool:
    """Return whether `example` says nothing else than `whole`, and no more."""
    match example, whole:
        case dict(), dict():
            return all(key in whole and is_cut_from(value, whole[key]) for key, value in example.items())
        case list(), list():
            return all(is_cut_from(*pair) for pair in zip(example, whole, strict=False)) and len(
                example
            ) <= len(whole)
    return example == whole


@pytest.mark.parametrize("name", [*FOLLOWED, *EXAMPLES])
def test_every_example_that_is_a_file_is_called_so_in_the_text(name: str) -> None:
    lines = text_of(name).splitlines()
    for step in read_page(text_of(name)):
        if step.is_seen and step.does != "type":
            before = "\n".join(lines[max(0, step.line - 8) : step.line - 1])
            assert f"`{step.target}`" in before, f"line {step.line}: say above it that this is {step.target}"
