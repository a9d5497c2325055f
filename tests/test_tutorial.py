"""Follow the tutorial and the README as a newcomer does: type what stands there, and compare what it says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sites import DAY, REPOSITORY
from typed_page import Reader, changed, is_said, read_page, write_programs

TYPED = ("README.md", "docs/tutorial.md")


def a_clone(folder: Path) -> Path:
    """Return a clone of the repository as it is after `pip install`: with a .venv that runs the code under test."""
    for name in ("content", "docs/demo", "Makefile", "pyproject.toml", "portalgen.yaml"):
        copy = shutil.copytree if (REPOSITORY / name).is_dir() else shutil.copy2
        (folder / name).parent.mkdir(exist_ok=True)
        copy(REPOSITORY / name, folder / name)
    programs = folder / ".venv" / "bin"
    write_programs(programs)
    (programs / "activate").write_text(f'PATH="{programs}:$PATH"\n', encoding="utf-8")
    (folder / ".venv" / "demo.stamp").touch()
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("name", TYPED)
def test_a_newcomer_can_type_the_page_from_top_to_bottom(name: str, tmp_path: Path) -> None:
    clone = tmp_path / "portalgen"
    clone.mkdir()
    environment = {"PYTHONPATH": str(REPOSITORY)}
    with Reader(a_clone(clone), clone / ".venv" / "bin", environment) as reader:
        reader.follow((REPOSITORY / name).read_text(encoding="utf-8"))
        assert reader.folder != clone, "the reader ends with a portal of their own"
        said, status = reader.type(f"portalgen check --strict --as-of {DAY}")
        assert status == 0, said
        assert list((reader.folder / "public").glob("*/index.html")), "no site was built"


def test_a_page_that_promises_other_words_is_found_out(tmp_path: Path) -> None:
    page = "```console\n$ echo one two\none three\n```\n"
    with Reader(tmp_path, tmp_path, {}) as reader, pytest.raises(AssertionError, match="one three"):
        reader.follow(page)


def test_a_command_that_fails_is_found_out_where_the_page_shows_nothing_of_it(tmp_path: Path) -> None:
    with Reader(tmp_path, tmp_path, {}) as reader, pytest.raises(AssertionError, match="line 2: false"):
        reader.follow("```console\n$ false\n```\n")


def test_a_reader_saves_changes_and_goes_on_in_another_folder(tmp_path: Path) -> None:
    page = (
        '```yaml title="a.yaml"\none: 1\ntwo: 2\n```\n'
        "<!-- change a.yaml\n one: 1\n-two: 2\n+two: 3\n-->\n"
        '```yaml add="a.yaml"\nthree: 4\n```\n'
        "```console\n$ cat a.yaml\none: …\n…\n$ mkdir -p b && cd b\n$ cat ../a.yaml | wc -l\n3\n```\n"
    )
    with Reader(tmp_path, tmp_path, {}) as reader:
        reader.follow(page)
        assert reader.folder == tmp_path / "b"
    assert (tmp_path / "a.yaml").read_text() == "one: 1\ntwo: 3\nthree: 4\n"


def test_progress_that_was_taken_away_again_is_not_heard(tmp_path: Path) -> None:
    with Reader(tmp_path, tmp_path, {}) as reader:
        said, status = reader.type(r"printf 'one\n\r\033[K1 of 2\r\033[Ktwo\n'")
    assert (said, status) == ("one\ntwo\n", 0)


def test_an_example_says_what_it_is_for() -> None:
    with pytest.raises(ValueError, match="a yaml block says"):
        read_page("```yaml\nname: X\n```\n")
    assert read_page("```yaml fragment\nname: X\n```\n") == ()


def test_a_change_fits_one_place_only() -> None:
    assert changed("a\nb\nc\n", " a\n-b\n+d\n") == "a\nd\nc\n"
    with pytest.raises(ValueError, match="2 times"):
        changed("a\na\n", "-a\n")


def test_dots_stand_for_anything_in_a_line_and_alone_for_any_lines() -> None:
    assert is_said("Built … pages in … s\n", "Built 3 pages in 0.1 s\n")
    assert is_said("a\n…\nz\n", "a\nb\nc\nz\n")
    assert not is_said("Built … pages\n", "Built 3 sites\n")
    assert not is_said("a\n", "a\nb\n")
