"""Links, pipes, devices and names that would lead out of a client's folder, hang a build or mislead a host."""

from __future__ import annotations

import os
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from portalgen.content import read
from portalgen.content.read import ContentFileError, list_clients, open_file, read_client, read_text
from portalgen.problems import Problem

CANARY = "CANARY-7f3a"


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    """A client's folder; beside it another client and a secret outside the source."""
    folder = tmp_path / "source" / "content" / "harbour"
    folder.mkdir(parents=True)
    other = folder.parent / "harbour-private"
    other.mkdir()
    (other / "secret.md").write_text(CANARY)
    (tmp_path / "secret.md").write_text(CANARY)
    return folder


def problems_of(folder: Path) -> list[Problem]:
    """Return the problems of the client in `folder`, of which nothing must have been read."""
    client, problems = read_client(folder.parent.parent, folder.name)
    assert CANARY not in str(client)
    return problems


@pytest.mark.parametrize(
    "target",
    [
        "/etc/passwd",
        "../../../secret.md",
        "../harbour-private/secret.md",
        "nowhere.md",
        "self.md",
        "/dev/zero",
        "/proc/self/environ",
    ],
)
def test_a_link_is_an_error_wherever_it_leads(harbour: Path, target: str) -> None:
    (harbour / "self.md").symlink_to(target)
    [problem] = problems_of(harbour)
    assert str(problem.place) == "content/harbour/self.md:1:1"
    assert (problem.code, problem.severity) == ("not-a-file", "error")
    assert "link" in problem.message


@pytest.mark.parametrize("target", ["../harbour-private", ".", "..", "/", "../../.."])
def test_a_link_to_a_folder_is_an_error_and_is_not_walked(harbour: Path, target: str) -> None:
    (harbour / "meetings").symlink_to(target)
    client, [problem] = read_client(harbour.parent.parent, "harbour")
    assert problem.code == "not-a-file"
    assert (client.texts, client.files) == ({}, {})


def test_a_client_that_is_a_link_is_an_error_and_no_client(harbour: Path) -> None:
    (harbour.parent / "copy").symlink_to("harbour")
    slugs, [problem] = list_clients(harbour.parent.parent)
    assert slugs == ["harbour", "harbour-private"]
    assert (problem.place.path, problem.code) == ("content/copy", "not-a-file")
    client, problems = read_client(harbour.parent.parent, "copy")
    assert client.texts == {}
    assert [problem.code for problem in problems] == ["not-a-file"]


def test_content_that_is_a_link_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "harbour").mkdir(parents=True)
    (tmp_path / "content").symlink_to("elsewhere")
    slugs, [problem] = list_clients(tmp_path)
    assert slugs == []
    assert (problem.place.path, problem.code) == ("content", "not-a-file")


def test_the_source_folder_itself_may_be_a_link(harbour: Path, tmp_path: Path) -> None:
    (tmp_path / "here").symlink_to(harbour.parent.parent)
    assert list_clients(tmp_path / "here") == (["harbour", "harbour-private"], [])


def test_settings_and_shared_people_behind_a_link_are_an_error(harbour: Path) -> None:
    source = harbour.parent.parent
    (source / "portalgen.yaml").symlink_to("/etc/passwd")
    (source / "content" / "_shared").symlink_to("harbour-private")
    for path, place in (
        ("portalgen.yaml", "portalgen.yaml"),
        ("content/_shared/people.yaml", "content/_shared"),
    ):
        text, [problem] = read_text(source, path)
        assert text is None
        assert (problem.place.path, problem.code) == (place, "not-a-file")


def test_pipes_sockets_and_devices_are_errors_and_are_never_opened(
    harbour: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(harbour / "pipe.md")
    os.mkfifo(harbour / "pipe.pdf")
    with in_folder(harbour), socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.yaml")
    names = ["pipe.md", "pipe.pdf", "socket.yaml"]
    if os.geteuid() == 0:
        os.mknod(harbour / "zero.md", 0o666 | 0o020000, os.makedev(1, 5))
        names.append("zero.md")
    opened: list[object] = []
    really_open = os.open

    def watched(path: str, *rest: int, **more: int) -> int:
        opened.append(path)
        return really_open(path, *rest, **more)

    monkeypatch.setattr(os, "open", watched)
    problems = problems_of(harbour)
    assert [problem.place.path for problem in problems] == [f"content/harbour/{name}" for name in names]
    assert {problem.code for problem in problems} == {"not-a-file"}
    assert not set(opened) & set(names)


@pytest.mark.parametrize("name", ["pipe.pdf", "link.pdf", "folder/plan.pdf"])
def test_a_published_file_that_is_a_pipe_or_lies_behind_a_link_is_not_opened(
    harbour: Path, name: str
) -> None:
    os.mkfifo(harbour / "pipe.pdf")
    (harbour / "link.pdf").symlink_to("../harbour-private/secret.md")
    (harbour.parent / "harbour-private" / "plan.pdf").write_text(CANARY)
    (harbour / "folder").symlink_to("../harbour-private")
    with pytest.raises(ContentFileError):
        open_file(harbour.parent.parent, f"content/harbour/{name}")


def test_a_file_that_becomes_a_link_or_a_pipe_after_it_was_listed_is_not_followed(
    harbour: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_list = read._entries
    for name in ("a.md", "b.md", "c.pdf"):
        (harbour / name).write_text("ours")
    (harbour / "notes").mkdir()

    def list_then_swap(folder: int, path: str) -> list[tuple[str, int]]:
        entries = really_list(folder, path)
        if path == "content/harbour":
            for name in ("a.md", "b.md"):
                (harbour / name).unlink()
            (harbour / "a.md").symlink_to("../harbour-private/secret.md")
            os.mkfifo(harbour / "b.md")
            (harbour / "notes").rmdir()
            (harbour / "notes").symlink_to("../harbour-private")
        return entries

    monkeypatch.setattr(read, "_entries", list_then_swap)
    problems = problems_of(harbour)
    assert [(problem.place.path, problem.code) for problem in problems] == [
        ("content/harbour/a.md", "not-a-file"),
        ("content/harbour/b.md", "not-a-file"),
        ("content/harbour/notes", "not-a-file"),
    ]


def test_a_link_that_is_swapped_in_while_clients_are_read_never_shows_what_it_leads_to(harbour: Path) -> None:
    private = harbour.parent / "harbour-private"
    stop = threading.Event()

    def swap() -> None:
        while not stop.is_set():
            for name, target in (("note.md", private / "secret.md"), ("notes", private)):
                link, real = harbour / f".{name}-link", harbour / f".{name}-real"
                link.symlink_to(target)
                if name == "note.md":
                    real.write_text("ours")
                    os.replace(link, harbour / name)
                    os.replace(real, harbour / name)
                else:
                    real.mkdir()
                    os.replace(link, harbour / name)
                    (harbour / name).unlink()
                    os.replace(real, harbour / name)
                    (harbour / name).rmdir()

    swapping = threading.Thread(target=swap)
    swapping.start()
    try:
        for _ in range(200):
            client, _ = read_client(harbour.parent.parent, "harbour")
            assert CANARY not in str(client)
            try:
                with open_file(harbour.parent.parent, "content/harbour/note.md") as file:
                    assert CANARY.encode() not in file.read()
            except ContentFileError:
                pass
    finally:
        stop.set()
        swapping.join()


def test_a_file_deleted_after_it_was_listed_is_as_if_it_had_never_been_there(
    harbour: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_list = read._entries
    monkeypatch.setattr(
        read, "_entries", lambda folder, path: [*really_list(folder, path), ("gone.md", 0o100000)]
    )
    assert problems_of(harbour) == []


@pytest.mark.parametrize(
    ("names", "both"),
    [
        (["Note.md", "note.md"], "'Note.md' and 'note.md'"),
        (["e\u0301.md", "\u00e9.md"], "accent"),
        (["STRASSE.md", "straße.md"], "'STRASSE.md' and 'straße.md'"),
        (["Meetings/x.md", "meetings/y.md"], "'Meetings' and 'meetings'"),
    ],
)
def test_two_names_that_are_one_on_another_system_are_an_error_that_names_both(
    harbour: Path, names: list[str], both: str
) -> None:
    for name in names:
        (harbour / name).parent.mkdir(exist_ok=True)
        (harbour / name).write_text("")
    if len(list(harbour.iterdir())) < 2:
        pytest.skip("NOT TESTED: this file system takes the two names for one")
    [problem] = problems_of(harbour)
    assert (problem.code, problem.severity) == ("clashing-names", "error")
    assert both in problem.message + problem.hint


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        (b"a\nb.md", "a\\nb.md"),
        (b"a\x1b[31m.md", "a\\x1b[31m.md"),
        (b'a"b.md', 'a"b.md'),
        (b"a<b>.md", "a<b>.md"),
        (b"a\\b.md", "a\\b.md"),
        (b"%2e%2e.md", "%2e%2e.md"),
        (b"caf\xe9.md", "caf\\xe9.md"),
        (b"-rf.md", "-rf.md"),
        (b"a.md.", "a.md."),
        (b"a.md ", "a.md "),
        (b"CON.md", "CON.md"),
        (b"aux", "aux"),
        (b"com1.tar.gz", "com1.tar.gz"),
        (b"x" * 201, "x" * 201),
        ("a\u202egpj.md".encode(), "a\\u202egpj.md"),
        ("a\u200b.md".encode(), "a\\u200b.md"),
    ],
)
def test_a_name_that_some_system_cannot_keep_is_an_error_and_is_shown_escaped(
    harbour: Path, name: bytes, seen: str
) -> None:
    (Path(os.fsdecode(os.fsencode(harbour) + b"/" + name))).write_text("")
    client, [problem] = read_client(harbour.parent.parent, "harbour")
    assert (problem.code, problem.severity) == ("bad-file-name", "error")
    assert problem.place.path == f"content/harbour/{seen}"
    assert str(problem).replace("\n  hint: ", "").isprintable()
    assert str(problem).encode("utf-8")
    assert (client.texts, client.files) == ({}, {})


@pytest.mark.parametrize(
    "name",
    [
        "x" * 190 + ".md",
        "Sitzung vom 4. März.md",
        "会议 (第1次).md",
        "a%20b.md",
        "v1.10.md",
        "R&D #1.md",
        "console.md",
    ],
)
def test_an_ordinary_name_in_any_script_is_read(harbour: Path, name: str) -> None:
    (harbour / name).write_text("")
    client, problems = read_client(harbour.parent.parent, "harbour")
    assert problems == []
    assert list(client.texts) == [f"content/harbour/{name}"]


@pytest.mark.parametrize(
    "name",
    [
        "_headers",
        "_redirects",
        "CNAME",
        ".htaccess",
        "robots.txt",
        "index.html",
        "INDEX.HTML",
        "documents/_redirects",
    ],
)
def test_a_name_that_steers_a_host_is_an_error_in_any_folder(harbour: Path, name: str) -> None:
    (harbour / name).parent.mkdir(exist_ok=True)
    (harbour / name).write_text("/* https://elsewhere.example 301\n")
    client, [problem] = read_client(harbour.parent.parent, "harbour")
    assert (problem.place.path, problem.code) == (f"content/harbour/{name}", "steering-name")
    assert problem.severity == "error"
    assert client.files == {}


def test_the_folder_assets_is_the_sites_own_at_the_top_of_a_client_only(harbour: Path) -> None:
    for folder in ("assets", "documents/assets"):
        (harbour / folder).mkdir(parents=True)
        (harbour / folder / "a.png").write_text("")
    client, [problem] = read_client(harbour.parent.parent, "harbour")
    assert (problem.place.path, problem.code) == ("content/harbour/assets", "steering-name")
    assert list(client.files) == ["content/harbour/documents/assets/a.png"]


@pytest.mark.parametrize(
    "name",
    ["risks.yaml~", ".risks.yaml.swp", "#risks.yaml#", "4913", ".env", ".DS_Store", ".git/config.yaml"],
)
def test_what_editors_and_systems_leave_behind_is_not_read(harbour: Path, name: str) -> None:
    (harbour / name).parent.mkdir(exist_ok=True)
    (harbour / name).write_text(CANARY)
    client, problems = read_client(harbour.parent.parent, "harbour")
    assert (client.texts, client.files) == ({}, {})
    assert [problem for problem in problems if problem.severity == "error"] == []


def test_the_link_by_which_emacs_locks_a_file_is_not_read(harbour: Path) -> None:
    (harbour / ".#risks.yaml").symlink_to("anna@laptop.4711")
    assert problems_of(harbour) == []


def test_an_unreadable_file_or_folder_is_the_machines_fault_and_not_no_notes() -> None:
    with tempfile.TemporaryDirectory() as name:
        source = Path(name)
        os.chmod(source, 0o755)
        folder = source / "content" / "harbour"
        (folder / "meetings").mkdir(parents=True)
        for closed, path in (
            (folder / "risks.yaml", "content/harbour/risks.yaml"),
            (folder / "meetings", "content/harbour/meetings"),
            (folder, "content/harbour"),
        ):
            (folder / "risks.yaml").write_text("")
            mode = closed.stat().st_mode
            os.chmod(closed, 0)
            try:
                with not_as_root(), pytest.raises(PermissionError) as caught:
                    read_client(source, "harbour")
            finally:
                os.chmod(closed, mode)
            assert caught.value.filename == path


def test_a_repository_inside_the_content_is_named(harbour: Path) -> None:
    (harbour / "webshop").mkdir()
    (harbour / "webshop" / ".git").write_text("gitdir: ../../.git/modules/webshop\n")
    [problem] = problems_of(harbour)
    assert (problem.place.path, problem.code) == ("content/harbour/webshop", "nested-repository")
    assert "git repository" in problem.message


def test_too_many_files_are_an_error(harbour: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MOST_FILES", 5)
    for number in range(5):
        (harbour / f"{number}.pdf").write_text("")
    assert problems_of(harbour) == []
    (harbour / "5.pdf").write_text("")
    [problem] = problems_of(harbour)
    assert (problem.place.path, problem.code) == ("content/harbour", "too-large")


def test_too_much_text_is_an_error(harbour: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MOST_TEXT_BYTES", 10)
    (harbour / "a.md").write_text("x" * 11)
    [problem] = problems_of(harbour)
    assert problem.code == "too-large"


def test_folders_nested_too_deep_are_an_error(harbour: Path) -> None:
    deep = harbour.joinpath(*["a"] * 16)
    deep.mkdir(parents=True)
    (deep / "note.md").write_text("")
    client, problems = read_client(harbour.parent.parent, "harbour")
    assert (len(client.texts), problems) == (1, [])
    (deep / "a").mkdir()
    [problem] = problems_of(harbour)
    assert (problem.code, problem.place.path) == ("too-deep", "content/harbour" + "/a" * 17)


@pytest.mark.parametrize(("name", "limit"), [("a.md", 1024 * 1024), ("a.yaml", 8 * 1024 * 1024)])
def test_a_text_over_its_limit_is_an_error_and_is_not_read_whole(
    harbour: Path, name: str, limit: int
) -> None:
    make_sparse(harbour / name, 5 * 1024**3)
    client, [problem] = read_client(harbour.parent.parent, "harbour")
    assert (client.texts, problem.code) == ({}, "too-large")
    assert f"{limit // 1024**2} MiB" in problem.message


def test_a_text_of_exactly_its_limit_is_read(harbour: Path) -> None:
    (harbour / "a.md").write_bytes(b"x" * 1024 * 1024)
    client, problems = read_client(harbour.parent.parent, "harbour")
    assert problems == []
    assert len(client.texts["content/harbour/a.md"]) == 1024 * 1024


def test_a_file_of_five_gigabytes_is_counted_without_being_read(harbour: Path) -> None:
    make_sparse(harbour / "film.mp4", 5 * 1024**3)
    client, problems = read_client(harbour.parent.parent, "harbour")
    assert problems == []
    assert client.files == {"content/harbour/film.mp4": 5 * 1024**3}


@pytest.mark.parametrize(
    ("data", "line", "column", "offset", "guess"),
    [
        ("title: ok\nname: Grün\n".encode("latin-1"), 2, 9, 18, "Latin-1"),
        ("title: 中\nname: 海港博物馆\n".encode("gbk"), 1, 8, 7, "GBK"),
        ("title: ok\n".encode("utf-16"), 1, 1, 0, "UTF-16"),
        ("é: ok\n".encode() + b"\xff\n", 2, 1, 7, "Latin-1"),
        (b"a: \xc3", 1, 4, 3, "Latin-1"),
        (b"a: \xed\xa0\x80", 1, 4, 3, "Latin-1"),
        (b"a: \xc0\xaf", 1, 4, 3, "is it "),
    ],
)
def test_bytes_that_are_no_utf8_are_an_error_with_offset_line_and_a_guess(
    harbour: Path, data: bytes, line: int, column: int, offset: int, guess: str
) -> None:
    (harbour / "a.yaml").write_bytes(data)
    client, [problem] = read_client(harbour.parent.parent, "harbour")
    assert client.texts == {}
    assert (problem.code, problem.place.line, problem.place.column) == ("bad-encoding", line, column)
    assert f"offset {offset} " in problem.message
    assert guess in problem.hint


def make_sparse(path: Path, size: int) -> None:
    """Write a file of `size` bytes that takes no room."""
    path.touch()
    os.truncate(path, size)


@contextmanager
def in_folder(folder: Path) -> Iterator[None]:
    """Work in `folder`, since a socket's path is short."""
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@contextmanager
def not_as_root() -> Iterator[None]:
    """Give up root's right to read everything for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
