"""Reading a client's folder: what counts as text, what as a file, and what is nobody's content."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from portalgen.content import read
from portalgen.content.read import ContentFileError, list_clients, open_file, read_client, read_text


def write_at(source: Path, files: dict[str, str | bytes]) -> Path:
    for name, text in files.items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return source


def test_texts_are_read_and_other_files_only_counted(tmp_path: Path) -> None:
    write_at(
        tmp_path,
        {
            "content/harbour/client.yaml": "name: Harbour\n",
            "content/harbour/risks.yml": "[]\n",
            "content/harbour/meetings/2026/kickoff.md": "# Hello\n",
            "content/harbour/documents/plan.pdf": b"\xff" * 7,
        },
    )
    client, problems = read_client(tmp_path, "harbour")
    assert problems == []
    assert (client.slug, client.path) == ("harbour", "content/harbour")
    assert client.texts == {
        "content/harbour/client.yaml": "name: Harbour\n",
        "content/harbour/meetings/2026/kickoff.md": "# Hello\n",
        "content/harbour/risks.yml": "[]\n",
    }
    assert client.files == {"content/harbour/documents/plan.pdf": 7}


def test_texts_and_files_are_sorted_by_path_whatever_order_the_disk_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["b.md", "a/z.md", "a.md", "c.pdf", "B/x.pdf", "a-b/y.md"]
    write_at(tmp_path, {f"content/harbour/{name}": "" for name in names})
    forwards = read_client(tmp_path, "harbour")
    sort = read._entries

    def backwards(folder: int, path: str) -> list[tuple[str, int]]:
        return sort(folder, path)[::-1]

    monkeypatch.setattr(read, "_entries", backwards)
    again = read_client(tmp_path, "harbour")
    assert list(forwards[0].texts) == sorted(forwards[0].texts) == list(again[0].texts)
    assert list(forwards[0].files) == sorted(forwards[0].files) == list(again[0].files)


def test_crlf_a_lone_cr_and_a_byte_order_mark_make_no_difference(tmp_path: Path) -> None:
    write_at(
        tmp_path,
        {
            "content/harbour/a.md": b"one\ntwo\n",
            "content/harbour/b.md": b"\xef\xbb\xbfone\r\ntwo\r\n",
            "content/harbour/c.md": b"one\rtwo\r",
        },
    )
    client, problems = read_client(tmp_path, "harbour")
    assert problems == []
    assert set(client.texts.values()) == {"one\ntwo\n"}


def test_clients_are_the_folders_of_content_sorted(tmp_path: Path) -> None:
    for name in ("orchard-foods", "harbour-museum", "_shared", ".git", "a1"):
        (tmp_path / "content" / name).mkdir(parents=True)
    (tmp_path / "content" / "README.md").write_text("not a client")
    assert list_clients(tmp_path) == (["a1", "harbour-museum", "orchard-foods"], [])


def test_a_source_without_content_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="content/"):
        list_clients(tmp_path)


@pytest.mark.parametrize("slug", ["nobody", "../harbour", "harbour/meetings", ".", ""])
def test_a_client_that_is_not_there_is_not_found(tmp_path: Path, slug: str) -> None:
    write_at(tmp_path, {"content/harbour/meetings/a.md": ""})
    with pytest.raises(FileNotFoundError):
        read_client(tmp_path, slug)


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("Harbour Museum", "harbour-museum"),
        ("harbour_museum", "harbour-museum"),
        ("harbour--museum", "harbour-museum"),
        ("-harbour", "harbour"),
        ("Café", "cafe"),
    ],
)
def test_a_folder_whose_name_is_no_slug_is_an_error_with_a_better_name(
    tmp_path: Path, name: str, better: str
) -> None:
    (tmp_path / "content" / name).mkdir(parents=True)
    slugs, [problem] = list_clients(tmp_path)
    assert slugs == []
    assert (problem.code, problem.severity) == ("bad-slug", "error")
    assert str(problem.place) == f"content/{name}:1:1"
    assert f"'{better}'" in problem.hint


def test_a_slug_has_at_most_a_hundred_characters_and_is_no_device_of_windows(tmp_path: Path) -> None:
    for name in ("a" * 100, "b" * 101, "con", "lpt1"):
        (tmp_path / "content" / name).mkdir(parents=True)
    slugs, problems = list_clients(tmp_path)
    assert slugs == ["a" * 100]
    assert [problem.place.path for problem in problems] == [
        "content/" + "b" * 101,
        "content/con",
        "content/lpt1",
    ]


def test_a_single_text_is_read_by_its_path(tmp_path: Path) -> None:
    write_at(tmp_path, {"portalgen.yaml": "theme: default\r\n", "content/_shared/people.yaml": "anna: {}\n"})
    assert read_text(tmp_path, "portalgen.yaml") == ("theme: default\n", [])
    assert read_text(tmp_path, "content/_shared/people.yaml") == ("anna: {}\n", [])


def test_a_single_text_that_is_not_there_is_none_without_a_problem(tmp_path: Path) -> None:
    assert read_text(tmp_path, "portalgen.yaml") == (None, [])
    assert read_text(tmp_path, "content/_shared/people.yaml") == (None, [])


@pytest.mark.parametrize(
    "path", ["content", "content/harbour", "", "..", "content/harbour/../../portalgen.yaml", "/etc/hostname"]
)
def test_a_single_text_is_none_where_the_path_names_no_file_of_the_source(tmp_path: Path, path: str) -> None:
    write_at(tmp_path, {"portalgen.yaml": "x", "content/harbour/notes.txt": "y"})
    assert read_text(tmp_path, path)[0] is None
    assert read_text(tmp_path, "content/harbour/notes.txt") == ("y", [])


def test_a_single_text_in_another_encoding_is_a_problem(tmp_path: Path) -> None:
    write_at(tmp_path, {"portalgen.yaml": "theme: grün\n".encode("latin-1")})
    text, [problem] = read_text(tmp_path, "portalgen.yaml")
    assert text is None
    assert problem.code == "bad-encoding"


def test_a_file_is_opened_by_its_path(tmp_path: Path) -> None:
    write_at(tmp_path, {"content/harbour/documents/plan.pdf": b"%PDF"})
    with open_file(tmp_path, "content/harbour/documents/plan.pdf") as file:
        assert file.read() == b"%PDF"


@pytest.mark.parametrize(
    "path",
    [
        "content/harbour/none.pdf",
        "content/harbour",
        "content/harbour/plan.pdf/x",
        "content/../secret.txt",
        "../secret.txt",
        "/etc/hostname",
        "content//harbour/plan.pdf",
        "content/./harbour/plan.pdf",
        "",
        ".",
    ],
)
def test_what_is_no_file_below_the_source_is_not_opened(tmp_path: Path, path: str) -> None:
    source = write_at(tmp_path / "source", {"content/harbour/plan.pdf": b"%PDF", "secret.txt": b"x"})
    write_at(tmp_path, {"secret.txt": b"x"})
    with pytest.raises(ContentFileError):
        open_file(source, path)


def test_an_ending_in_capitals_is_an_error_and_not_a_record_that_nobody_reads(tmp_path: Path) -> None:
    write_at(tmp_path, {"content/harbour/RISKS.YAML": "", "content/harbour/Note.Md": ""})
    client, problems = read_client(tmp_path, "harbour")
    assert (client.texts, client.files) == ({}, {})
    assert [problem.hint for problem in problems] == ["rename it to 'Note.md'", "rename it to 'RISKS.yaml'"]


def test_reading_leaves_no_file_open(tmp_path: Path) -> None:
    write_at(
        tmp_path, {"content/harbour/a/b.md": "x", "content/harbour/c.yaml": b"\xff", "content/other/x.md": ""}
    )
    os.symlink("a", tmp_path / "content" / "harbour" / "link")
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    list_clients(tmp_path)
    read_client(tmp_path, "harbour")
    for path in ("content/harbour/link/b.md", "content/harbour/a", "content/harbour/none"):
        with pytest.raises(ContentFileError):
            open_file(tmp_path, path)
    after = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    assert before == after
