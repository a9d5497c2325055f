"""YAML that would crash the parser, fill the memory, run code or hide what it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from portalgen.content.yaml.places import read_front_matter, read_yaml
from portalgen.problems import Problem

REPOSITORY = Path(__file__).parents[2]

# Reads the YAML of standard input with little memory and time, and prints the codes of its problems.
IN_LIMITS = """
import resource, sys
from portalgen.content.yaml.places import read_yaml
resource.setrlimit(resource.RLIMIT_AS, (512 * 1024**2, 512 * 1024**2))
resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
document, problems = read_yaml(sys.stdin.buffer.read().decode(), "f.yaml")
print(document is None, *sorted({problem.code for problem in problems}))
"""


def codes_in_limits(text: str) -> list[str]:
    """Return the codes of the problems of `text`, found by a process with 512 MB and 10 s, which must not use it."""
    done = subprocess.run(
        [sys.executable, "-c", IN_LIMITS],
        input=text.encode(),
        capture_output=True,
        cwd=REPOSITORY,
        check=False,
    )
    assert done.returncode == 0, f"{done.returncode}: {done.stderr.decode()[-500:]}"
    is_none, *codes = done.stdout.decode().split()
    assert is_none == "True"
    return codes


def errors(text: str) -> list[Problem]:
    """Return the errors of a text of which nothing may be used."""
    document, problems = read_yaml(text, "f.yaml")
    assert document is None
    return [problem for problem in problems if problem.severity == "error"]


def test_an_alias_bomb_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    assert codes_in_limits("\n".join(lines)) == ["yaml-anchor"]


def test_a_merge_key_bomb_is_refused() -> None:
    lines = ["a0: &a0 {x: y}"]
    lines += [f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, 30)]
    assert codes_in_limits("\n".join(lines)) == ["yaml-anchor"]


@pytest.mark.parametrize("levels", [1_000, 30_000, 100_000, 1_000_000])
@pytest.mark.parametrize("opening", ["[", "- ", "{a: ", "? ", "[[],", "{? "])
def test_nesting_that_crashes_the_parser_is_refused_before_it_does(opening: str, levels: int) -> None:
    text = opening * min(levels, 8 * 1024**2 // len(opening) - 1)
    assert "too-deep" in codes_in_limits(text)


@pytest.mark.parametrize("levels", [1_000, 30_000, 100_000])
def test_closed_nesting_is_refused_as_well(levels: int) -> None:
    assert codes_in_limits("[" * levels + "]" * levels) == ["too-deep"]
    assert codes_in_limits("{a: " * levels + "}" * levels) == ["too-deep"]


def test_nesting_of_32_is_read_and_of_33_is_refused_with_its_place() -> None:
    document, problems = read_yaml("a: " + "[" * 31 + "]" * 31, "f.yaml")
    assert problems == []
    assert document is not None
    assert document.place(("a", *[0] * 30)).column == 34
    [problem] = errors("a: " + "[" * 32 + "]" * 32)
    assert (problem.code, problem.place.column) == ("too-deep", 35)
    assert "deeper than 32" in problem.message


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [*a]\n",
        "a: &a {b: *a}\n",
        "&a a: *a\n",
        "&a {<<: *a}\n",
        "- &a\n  - *a\n",
        "*a : b\n",
        "? *a\n: b\n",
        "a: *b\n",
    ],
)
def test_an_anchor_or_alias_is_an_error_even_where_it_leads_to_itself(text: str) -> None:
    assert {problem.code for problem in errors(text)} == {"yaml-anchor"}


def test_a_merge_key_is_an_error_with_and_without_an_alias() -> None:
    for text in ("<<: {a: b}\n", "a:\n  <<: {b: c}\n", "? <<\n: {a: b}\n"):
        assert [problem.code for problem in errors(text)] == ["yaml-anchor"]


@pytest.mark.parametrize(
    ("text", "place", "line"),
    [
        ("visibility: client\ntitle: x\nvisibility: internal\n", "3:1", 1),
        ("- a: 1\n  b:\n    c: 1\n    d: 2\n    c: 3\n", "5:5", 3),
        ("{a: 1, 'a': 2}\n", "1:8", 1),
        ("a: 1\n? a\n: 2\n", "2:3", 1),
        ('a: 1\nb:\n- x: {y: 1,\n    z: 2, "y": 3}\n', "4:11", 3),
        ("a: 1\na:\n  b: 1\n  b: 2\n", "2:1", 1),
    ],
)
def test_a_key_that_stands_twice_is_an_error_that_names_both_lines(text: str, place: str, line: int) -> None:
    document, [problem] = read_yaml(text, "f.yaml")
    assert (problem.code, problem.severity, str(problem.place)) == (
        "duplicate-key",
        "error",
        f"f.yaml:{place}",
    )
    assert f"here and on line {line}" in problem.message
    assert document is not None


def test_of_two_equal_keys_the_first_stays() -> None:
    document, _ = read_yaml("- {a: 1, a: {b: 2}, c: 3}\n- {a: 4}\n", "f.yaml")
    assert document is not None
    assert document.value == [{"a": "1", "c": "3"}, {"a": "4"}]
    assert document.place((0, "a")).column == 7


def test_a_file_of_doubled_keys_ends_in_one_error() -> None:
    assert [problem.code for problem in errors("a: 1\n" * 1000)] == ["duplicate-key"]


@pytest.mark.parametrize(
    "typed",
    [
        "!!python/object/apply:os.system ['touch PWNED_YAML']",
        "!!python/name:os.system",
        "!ENV ${HOME}",
        "!include /etc/passwd",
        "!!binary aGk=",
        "!!set {a, b}",
        "!!int ''",
        "!!bool maybe",
        "!!timestamp x",
        "!!str x",
        "! x",
        "!<tag:yaml.org,2002:str> x",
    ],
)
def test_a_tag_is_an_error_and_runs_nothing(
    typed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for text in (f"a: {typed}\n", f"- {typed}\n", f"{typed}\n"):
        [problem] = errors(text)
        assert problem.code == "yaml-tag"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text", ["%YAML 1.1\n---\na: 1\n", "# x\n\n%TAG ! tag:example.org,2000:\n---\na: 1\n", "%\n"]
)
def test_a_directive_is_an_error(text: str) -> None:
    [problem] = errors(text)
    assert problem.code == "yaml-tag"
    assert problem.place.line == text[: text.index("%")].count("\n") + 1


def test_a_hundred_thousand_directives_take_no_time() -> None:
    directives = "".join(f"%TAG !{n}! x\n" for n in range(300_000))
    assert codes_in_limits(directives + "---\na: 1\n") == ["yaml-tag"]
    assert codes_in_limits("a: 1\n...\n" + directives + "---\na: 1\n") == ["several-documents"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: 1\n---\nb: 2\n", "2:1"),
        ("---\na: 1\n---\n", "3:1"),
        ("a: 1\n...\nb: 2\n", "3:1"),
        ("a: 1\n...\n---\nb: 2\n", "3:1"),
        ("a: 1\n...\n\n# x\n\n  text\n", "6:3"),
        ("a: 1\n... # x\n%TAG\n", "3:1"),
        ("---\n---\nvisibility: internal\n", "2:1"),
        ("text\n--- more\n", "2:1"),
    ],
)
def test_a_second_document_is_an_error_and_nothing_is_dropped(text: str, place: str) -> None:
    [problem] = errors(text)
    assert (problem.code, str(problem.place)) == ("several-documents", f"f.yaml:{place}")


@pytest.mark.parametrize(
    "text",
    [
        "? [a, b]\n: c\n",
        "? {a: b}\n: c\n",
        "{[a]: b}\n",
        "title: {{ client.name }}\n",
        "? \n: b\n",
        "? {a: }\n: b # c\n",
        "- ? [{a: }]\n  : b # c\n",
    ],
)
def test_a_key_that_is_no_text_is_an_error(text: str) -> None:
    assert {problem.code for problem in errors(text)} == {"bad-key"}


def test_a_template_in_quotes_stays_as_it_was_typed() -> None:
    document, problems = read_yaml("title: '{{ client.name }}{% raw %}'\n", "f.yaml")
    assert problems == []
    assert document is not None
    assert document.value == {"title": "{{ client.name }}{% raw %}"}


@pytest.mark.parametrize("blank", ["\u00a0", "\u3000", "\u2003"])
def test_a_key_indented_with_another_space_is_an_error_and_no_key_of_its_own(blank: str) -> None:
    [problem] = errors(f"a:\n{blank}{blank}visibility: internal\n")
    assert (problem.code, problem.place.line) == ("bad-key", 2)
    assert f"U+{ord(blank):04X}" in problem.message


@pytest.mark.parametrize(
    "number",
    [*range(9), 11, 12, *range(14, 32), *range(127, 133), *range(134, 160), 0xD800, 0xDFFF, 0xFFFE, 0xFFFF],
)
def test_a_control_character_is_an_error_and_is_shown_escaped(number: int) -> None:
    for text in (
        f"a: 1\nb: x{chr(number)}y\n",
        f"a: 1\nb:  {chr(number)}\n",
        f"a: 1\n#  {chr(number)}\n",
        f'a: 1\nb: "{chr(number)}"\n',
    ):
        [problem] = errors(text)
        assert (problem.code, str(problem.place)) == (
            "control-character",
            f"f.yaml:2:{text[5:].index(chr(number)) + 1}",
        )
        assert f"U+{number:04X}" in problem.message
        assert str(problem).replace("\n  hint: ", "").isprintable()


def test_each_control_character_is_reported_once() -> None:
    assert [problem.place.column for problem in errors("a: \x1b[31m\x07\x1b[0m\n")] == [4, 9]


@pytest.mark.parametrize(
    "escape", ["\\0", "\\e", "\\x1b", "\\u0007", "\\r", "\\x7f", "\\N", "\\L", "\\P", "\\uffff"]
)
def test_an_escape_that_stands_for_a_control_character_is_an_error(escape: str) -> None:
    for text in (f'a: "x{escape}"\n', f'"x{escape}": a\n', f'- ["x{escape}"]\n'):
        [problem] = errors(text)
        assert problem.code == "control-character"


def test_tabs_and_line_ends_may_be_written_as_escapes() -> None:
    document, problems = read_yaml('a: "x\\ty\\nz \\u00e9 \\\\"\n', "f.yaml")
    assert problems == []
    assert document is not None
    assert document.value == {"a": "x\ty\nz é \\"}


@pytest.mark.parametrize("character", ["\x85", "\u2028", "\u2029"])
def test_a_key_hidden_behind_a_line_end_that_no_editor_shows_is_an_error(character: str) -> None:
    [problem] = errors(f"a: 1\ntitle: x{character}visibility: client\n")
    assert (problem.code, str(problem.place)) == ("hidden-line-break", "f.yaml:2:9")
    assert f"U+{ord(character):04X}" in problem.message


@pytest.mark.parametrize(
    "character",
    ["\u202e", "\u202a", "\u2066", "\u2069", "\u200b", "\u2060", "\ufeff", "\u200e", "\U000e0041"],
)
def test_a_character_that_cannot_be_seen_is_a_warning_that_names_it_once(character: str) -> None:
    document, [problem] = read_yaml(f"a: 1\ntitle: x{character}y{character}\nb: {character}z\n", "f.yaml")
    assert (problem.code, problem.severity) == ("odd-character", "warning")
    assert str(problem.place) == "f.yaml:2:9"
    assert f"U+{ord(character):04X}" in problem.message
    assert character not in str(problem)
    assert document is not None


def test_an_escape_that_stands_for_a_character_that_cannot_be_seen_is_a_warning() -> None:
    document, [problem] = read_yaml('a: "\\u202e"\n', "f.yaml")
    assert (problem.code, str(problem.place)) == ("odd-character", "f.yaml:1:4")
    assert document is not None


def test_joiners_are_odd_in_latin_text_only() -> None:
    well = [
        "نمی\u200cخواهم",
        "👩\u200d🚀",
        "क्\u200dष",
        "🏴\U000e0067\U000e0062\U000e007f",
        "שלום\u200f, world\u200e",
    ]
    document, problems = read_yaml("\n".join(f"- {text}" for text in well), "f.yaml")
    assert problems == []
    assert document is not None
    assert document.value == well
    _, [problem] = read_yaml("- visib\u200dility\n", "f.yaml")
    assert "U+200D" in problem.message


def test_merge_conflict_markers_are_one_error_that_says_so() -> None:
    text = "a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> theirs\n"
    [problem] = errors(text)
    assert (problem.code, str(problem.place)) == ("merge-conflict", "f.yaml:2:1")
    for note in (f"---\n{text}---\nText\n", f"---\na: 1\n---\n{text}", text):
        document, body, _, [problem] = read_front_matter(note, "f.md")
        assert (document, body, problem.code) == (None, "", "merge-conflict")
        assert problem.place.line == note[: note.index("<<<")].count("\n") + 1
    _, _, _, [problem] = read_front_matter("Ours\n=======\nTheirs\n>>>>>>> branch\n", "f.md")
    assert (problem.code, problem.place.line) == ("merge-conflict", 4)


@pytest.mark.parametrize(
    "text", ["Heading\n=======\n\nText\n", ">>>>>>> quoted\n", " <<<<<<< HEAD\n", "<<<<<<<<\n"]
)
def test_a_heading_and_a_quote_are_no_merge_conflict(text: str) -> None:
    _, body, _, problems = read_front_matter(text, "f.md")
    assert (body, problems) == (text, [])


def test_a_pointer_of_git_lfs_is_an_error_that_says_so() -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
    [problem] = errors(pointer)
    assert problem.code == "lfs-pointer"
    assert "git LFS" in problem.message
    _, body, _, [problem] = read_front_matter(pointer, "f.md")
    assert (body, problem.code) == ("", "lfs-pointer")


@pytest.mark.parametrize("text", ["a: " + "x" * 8 * 1024**2, "a: " + "中" * 3 * 1024**2])
def test_a_file_over_eight_mebibytes_is_an_error(text: str) -> None:
    [problem] = errors(text)
    assert problem.code == "too-large"
    assert "8 MiB" in problem.message


def test_a_markdown_file_over_one_mebibyte_is_an_error() -> None:
    _, body, _, [problem] = read_front_matter("---\na: 1\n---\n" + "x" * 1024**2, "f.md")
    assert (body, problem.code) == ("", "too-large")


def test_a_text_over_one_mebibyte_is_an_error_with_its_place() -> None:
    [problem] = errors("a: 1\nb: |\n  " + "x" * (1024**2 + 1))
    assert (problem.code, str(problem.place)) == ("too-large", "f.yaml:2:4")


@pytest.mark.parametrize("line", ["k{}: x\n", "- x\n", "- []\n", "- {{}}\n", "- a{}: x\n"])
def test_more_than_fifty_thousand_keys_or_entries_are_an_error(line: str) -> None:
    text = "".join(line.format(number) for number in range(50_001))
    assert codes_in_limits(text) == ["too-large"]


def test_fifty_thousand_keys_are_read() -> None:
    document, problems = read_yaml("".join(f"k{number}:\n" for number in range(50_000)), "f.yaml")
    assert problems == []
    assert document is not None
    assert isinstance(document.value, dict)
    assert len(document.value) == 50_000


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('a: "' + "x\n" * 4_000_000, "yaml-syntax"),
        ("a: '" + "''" * 4_000_000, "yaml-syntax"),
        ("a: " + ": " * 4_000_000, "yaml-syntax"),
        ("x" * 8_000_000 + ": y", "yaml-syntax"),
        ("a: x\n " + "- y\n " * 1_500_000, "too-large"),
        ("\t" * 8_000_000, "yaml-syntax"),
        ("- &a x\n" * 1_000_000, "yaml-anchor"),
        ("- !a x\n" * 1_000_000, "yaml-tag"),
        ("- #a\n" * 1_500_000, "hidden-value"),
        ('- "\\e"\n' * 1_000_000, "control-character"),
        ("a: \0" * 2_000_000, "control-character"),
        ("---\n" * 2_000_000, "several-documents"),
        ("<<<<<<< x\n" * 800_000, "merge-conflict"),
        ("{a,\n" * 2_000_000, "too-deep"),
    ],
)
def test_eight_mebibytes_of_anything_cost_neither_ten_seconds_nor_half_a_gigabyte(
    text: str, code: str
) -> None:
    assert code in codes_in_limits(text)
