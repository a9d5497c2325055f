"""The form of case files, which other tests lean on."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from casefile import DEFAULT_DAY, read_case, with_problems, write_source

TEXT = """A title
--- content/a/client.yaml
name: A
--- content/a/notes.md
---
title: x
---
\\--- problems
--- problems
content/a/notes.md:1:1: error: x [y]
  hint: z
--- output a/index.html contains
<h1>
"""


def test_a_case_is_a_title_and_its_blocks() -> None:
    case = read_case(TEXT)
    assert case.title == "A title"
    assert [block.rest for block in case.files] == ["content/a/client.yaml", "content/a/notes.md"]
    assert case.problems == "content/a/notes.md:1:1: error: x [y]\n  hint: z\n"
    assert case.outputs[0].rest == "a/index.html contains"
    assert case.day == DEFAULT_DAY
    assert not case.is_strict


def test_front_matter_and_escaped_lines_belong_to_the_file(tmp_path: Path) -> None:
    write_source(read_case(TEXT), tmp_path)
    assert (tmp_path / "content/a/notes.md").read_text() == "---\ntitle: x\n---\n--- problems\n"


def test_a_case_may_name_its_day_and_be_strict() -> None:
    case = read_case("T\n--- as-of 2026-03-12\n--- strict\n--- a\nx\n")
    assert case.day == date(2026, 3, 12)
    assert case.is_strict


def test_bytes_and_repeated_texts_are_written_as_they_are_meant(tmp_path: Path) -> None:
    write_source(read_case("T\n--- a (bytes)\nx\\xff\\x0d\n--- b/c (repeated 3)\n- x\n"), tmp_path)
    assert (tmp_path / "a").read_bytes() == b"x\xff\r\n"
    assert (tmp_path / "b/c").read_bytes() == b"- x\n" * 3


def test_links_pipes_and_empty_folders_can_be_made(tmp_path: Path) -> None:
    write_source(read_case("T\n--- link a/b ../x y\n--- fifo a/p\n--- folder a/f\n"), tmp_path)
    assert (tmp_path / "a/b").readlink() == Path("../x y")
    assert (tmp_path / "a/p").is_fifo()
    assert (tmp_path / "a/f").is_dir()


def test_a_case_does_not_write_outside_its_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="outside"):
        write_source(read_case("T\n--- ../a\nx\n"), tmp_path)


@pytest.mark.parametrize("text", ["", "T\n", "--- a\nx\n", "T\nstray\n--- a\nx\n"])
def test_what_has_no_title_or_no_block_is_no_case(text: str) -> None:
    with pytest.raises(ValueError, match="title"):
        read_case(text)


def test_expected_problems_are_replaced_added_and_taken_out() -> None:
    assert read_case(with_problems(TEXT, "new\n")).problems == "new\n"
    assert with_problems(with_problems(TEXT, ""), read_case(TEXT).problems) == TEXT
    assert with_problems("T\n--- a\nx\n", "new\n") == "T\n--- a\nx\n--- problems\nnew\n"
