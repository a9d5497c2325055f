"""A file is published as its ending says, less what tells of its maker, and streamed where it stays as it is."""

from __future__ import annotations

import hashlib
import io
import os
import tracemalloc
import zipfile
from pathlib import Path

import picture_files as make
import pytest

from portalgen.content.files import attachments
from portalgen.content.files.attachments import TYPES, Attachment, attach, digest, open_attachment, picture_of
from portalgen.content.read import ContentFileError
from portalgen.problems import Place, Problem

FOLDER = "content/harbour/documents"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="9"/></svg>\n'


def write(source: Path, name: str, data: bytes) -> str:
    """Write a file of a client and return its path relative to the source."""
    file = source / FOLDER / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return f"{FOLDER}/{name}"


def attached(source: Path, name: str, data: bytes) -> tuple[Attachment | None, list[Problem]]:
    """Return what becomes of a file of these bytes."""
    path = write(source, name, data)
    found, problems = attach(source, [path])
    return found.get(path), problems


def published(source: Path, attachment: Attachment) -> bytes:
    """Return what is published, and see that its size and sha256 are told right."""
    with open_attachment(source, attachment) as file:
        data = file.read()
    assert attachment.size == len(data)
    assert attachment.sha256 == hashlib.sha256(data).hexdigest()
    return data


def archive(members: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as zipped:
        for name, data in members.items():
            zipped.writestr(name, data)
    return file.getvalue()


def core(author: bytes, element: bytes = b"dc:creator") -> bytes:
    """Return the properties of a Word file."""
    return b"<cp:coreProperties><" + element + b">" + author + b"</" + element + b"></cp:coreProperties>"


ODF = b"application/vnd.oasis.opendocument."
PLAIN = {
    "plan.pdf": b"%PDF-1.7\n1 0 obj<</Title(Plan)>>\n%%EOF\n",
    "page.pdf": b"\xef\xbb\xbf\r\n%PDF-1.4\n",
    "plan.png": make.png(),
    "plan.jpg": make.jpeg(),
    "plan.jpeg": make.jpeg(make.JFIF),
    "plan.gif": make.gif(),
    "plan.webp": make.webp(make.WEBP_PIXELS),
    "plan.svg": SVG,
    "notes.txt": "<html>this is <b>text</b> ü".encode(),
    "empty.txt": b"",
    "list.csv": b"a;b\r\n1;2\r\n",
    "dates.ics": b"\xef\xbb\xbfBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    "offer.docx": archive(
        {"[Content_Types].xml": b"", "word/document.xml": b"", "docProps/core.xml": core(b" ")}
    ),
    "list.xlsx": archive({"[Content_Types].xml": b"", "xl/workbook.xml": b""}),
    "talk.pptx": archive({"[Content_Types].xml": b"", "ppt/presentation.xml": b""}),
    "offer.odt": archive({"mimetype": ODF + b"text", "meta.xml": b"<office:meta/>"}),
    "list.ods": archive({"mimetype": ODF + b"spreadsheet"}),
    "talk.odp": archive({"mimetype": ODF + b"presentation"}),
    "all.zip": archive({"docProps/core.xml": core(b"Ada Lindqvist")}),
    "nothing.zip": archive({}),
    "locked.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
}


@pytest.mark.parametrize("name", PLAIN)
def test_a_file_that_tells_nothing_of_its_maker_is_published_as_it_stands(tmp_path: Path, name: str) -> None:
    found, problems = attached(tmp_path, name, PLAIN[name])
    assert problems == []
    assert found is not None
    assert (found.path, found.name, found.type) == (f"{FOLDER}/{name}", name, name.rpartition(".")[2])
    assert published(tmp_path, found) == PLAIN[name]
    assert found.data is None or name.endswith(".svg")


def test_every_type_that_is_published_has_a_file_here() -> None:
    assert {name.rpartition(".")[2] for name in PLAIN} == TYPES


def test_an_ending_in_capitals_is_the_same_type(tmp_path: Path) -> None:
    found, problems = attached(tmp_path, "PLAN.PDF", PLAIN["plan.pdf"])
    assert problems == []
    assert found is not None
    assert (found.name, found.type) == ("PLAN.PDF", "pdf")


@pytest.mark.parametrize(
    "name",
    [
        "page.html",
        "run.exe",
        "macro.docm",
        "list.xls",
        "app.js",
        "plan.svgz",
        "all.tar.gz",
        "README",
        ".pdf",
        "a.pdf.",
    ],
)
def test_a_type_that_is_not_on_the_list_is_refused_with_the_list(tmp_path: Path, name: str) -> None:
    found, [problem] = attached(tmp_path, name, b"%PDF-1.7")
    assert found is None
    assert (problem.place, problem.code, problem.severity) == (
        Place(f"{FOLDER}/{name}"),
        "bad-file-type",
        "error",
    )
    assert all(kind in problem.hint for kind in TYPES)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("plan.pdf", b"<html>%PDF-1.7", "does not begin like a .pdf"),
        ("plan.pdf", make.png(), "does not begin like a .pdf"),
        ("plan.pdf", b"", "is empty"),
        ("plan.png", make.jpeg(), "is a .jpg, no .png"),
        ("plan.jpg", make.png(), "is a .png, no .jpg"),
        ("plan.gif", b"<html>", "does not begin like a .gif"),
        ("plan.webp", b"RIFF\x00\x00\x00\x00WAVE", "does not begin like a .webp"),
        ("plan.png", b"", "is empty"),
        ("all.zip", b"Rar!\x1a\x07", "does not begin like a .zip"),
        ("all.zip", PLAIN["all.zip"][:-8], "is an archive that ends in the middle"),
        ("all.zip", b"PK\x03\x04" + bytes(60), "is an archive that ends in the middle"),
        ("offer.docx", PLAIN["list.xlsx"], "holds no folder 'word', as every .docx does"),
        ("offer.docx", PLAIN["all.zip"], "holds no folder 'word', as every .docx does"),
        ("list.xlsx", PLAIN["offer.docx"], "holds no folder 'xl', as every .xlsx does"),
        ("offer.odt", PLAIN["list.ods"], "does not say of itself that it is a .odt"),
        ("offer.odt", PLAIN["offer.docx"], "does not say of itself that it is a .odt"),
        ("offer.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is an old Office file, no .docx"),
        ("notes.txt", b"MZ\x00\x00", "holds NUL, so it is no text that everybody can open"),
        ("list.csv", "a;b".encode("utf-16"), "holds NUL, so it is no text that everybody can open"),
        ("dates.ics", b"<html>", "does not begin like a .ics"),
    ],
)
def test_content_that_contradicts_the_ending_is_refused(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    found, [problem] = attached(tmp_path, name, data)
    assert found is None
    assert (problem.code, problem.severity) == ("bad-file-content", "error")
    assert problem.message == f"'{name}' {said}"
    assert problem.hint


def test_nul_is_found_wherever_it_stands(tmp_path: Path) -> None:
    found, [problem] = attached(tmp_path, "notes.txt", b"a" * 3_000_000 + b"\x00")
    assert (found, problem.code) == (None, "bad-file-content")


@pytest.mark.parametrize("name", ["plan.pdf", "notes.txt", "plan.svg", "plan.png", "all.zip"])
def test_a_pointer_of_git_lfs_is_named_as_such(tmp_path: Path, name: str) -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n"
    found, [problem] = attached(tmp_path, name, pointer)
    assert (found, problem.code) == (None, "lfs-pointer")
    assert "git LFS" in problem.message


def test_a_picture_is_published_less_its_metadata_with_one_warning(tmp_path: Path) -> None:
    said = make.exif({make.ARTIST: b"Ada Lindqvist"}, latitude=(52, 31, 12))
    photo = make.jpeg(make.jpeg_segment(0xE1, b"Exif\x00\x00" + said), make.jpeg_segment(0xFE, b"north wing"))
    found, [problem] = attached(tmp_path, "photo.jpg", photo)
    assert found is not None
    assert published(tmp_path, found) == make.jpeg()
    assert (problem.code, problem.severity) == ("cleaned-picture", "warning")
    assert problem.place == Place(f"{FOLDER}/photo.jpg")
    assert problem.message == (
        "'photo.jpg' holds a place, an author and a text beside the picture, taken out of what is published"
    )
    assert (tmp_path / FOLDER / "photo.jpg").read_bytes() == photo


def test_a_picture_with_an_archive_behind_it_is_cut_off_with_a_warning(tmp_path: Path) -> None:
    # Row 42 of the hostile inputs.
    found, [problem] = attached(tmp_path, "plan.png", make.png(after_end=PLAIN["all.zip"]))
    assert found is not None
    assert published(tmp_path, found) == make.png()
    assert (problem.code, "data after its end" in problem.message) == ("cleaned-picture", True)


def test_what_a_tool_wrote_is_taken_out_of_a_picture_without_a_word(tmp_path: Path) -> None:
    found, problems = attached(
        tmp_path, "plot.png", make.png(make.png_chunk(b"tEXt", b"Software\x00Plots 1.0"))
    )
    assert problems == []
    assert found is not None
    assert published(tmp_path, found) == make.png()


def test_a_damaged_picture_is_refused(tmp_path: Path) -> None:
    found, [problem] = attached(tmp_path, "plan.png", make.png()[:-3])
    assert (found, problem.code, problem.message) == (
        None,
        "damaged-picture",
        "'plan.png' ends in the middle",
    )


def test_a_picture_that_is_too_large_to_be_looked_through_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "LARGEST_REWRITTEN_BYTES", len(make.png()))
    assert attached(tmp_path, "plan.png", make.png())[1] == []
    found, [problem] = attached(tmp_path, "plan.png", make.png(after_end=b"\x00"))
    assert (found, problem.code) == (None, "too-large")


def test_an_svg_is_published_less_what_runs_with_a_warning(tmp_path: Path) -> None:
    hostile = (
        b'<svg xmlns="http://www.w3.org/2000/svg">\n<script>a</script><rect width="9" onclick="b"/></svg>'
    )
    found, [problem] = attached(tmp_path, "plan.svg", hostile)
    assert found is not None
    assert published(tmp_path, found) == SVG
    assert (problem.place, problem.code, problem.severity) == (
        Place(f"{FOLDER}/plan.svg", 2),
        "cleaned-svg",
        "warning",
    )
    assert problem.message == "'plan.svg' is published without 'onclick' and <script>"


def test_an_svg_that_cannot_be_read_is_refused_at_its_line(tmp_path: Path) -> None:
    found, [problem] = attached(tmp_path, "plan.svg", b'<svg xmlns="http://www.w3.org/2000/svg">\n <g></svg>')
    assert found is None
    assert (problem.code, problem.severity) == ("bad-svg", "error")
    assert (problem.place.line, problem.place.path) == (2, f"{FOLDER}/plan.svg")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", b"%PDF-1.7\n<</Author (Ada Lindqvist)>>"),
        ("a.pdf", b"%PDF-1.7\n<</Author(Ada\\040Lind\\161vist)>>"),
        (
            "a.pdf",
            b"%PDF-1.7\n<</Author <"
            + (b"\xfe\xff" + "Ada Lindqvist".encode("utf-16-be")).hex().encode()
            + b">>>",
        ),
        ("a.pdf", b"%PDF-1.7\n<</Author ()>><</Author (Ada Lindqvist)>>"),
        ("a.pdf", b"%PDF-1.7\n" + b" " * (attachments._CHUNK_BYTES - 20) + b"/Author (Ada Lindqvist)"),
        ("a.docx", archive({"word/document.xml": b"", "docProps/core.xml": core(b"Ada Lindqvist")})),
        (
            "a.xlsx",
            archive({"xl/x.xml": b"", "docProps/core.xml": core(b"Ada Lindqvist", b"cp:lastModifiedBy")}),
        ),
        (
            "a.pptx",
            archive({"ppt/x.xml": b"", "docProps/core.xml": core(b"Ada Lind&#113;vist")}, zipfile.ZIP_STORED),
        ),
        (
            "a.odt",
            archive({"mimetype": ODF + b"text", "meta.xml": core(b"Ada Lindqvist", b"meta:initial-creator")}),
        ),
    ],
    ids=range(9),
)
def test_an_author_in_a_document_is_named_and_the_file_left_alone(
    tmp_path: Path, name: str, data: bytes
) -> None:
    found, [problem] = attached(tmp_path, name, data)
    assert found is not None
    assert found.data is None
    assert published(tmp_path, found) == data
    assert (problem.code, problem.severity) == ("author-in-file", "warning")
    assert f"'{name}' names its author, 'Ada Lindqvist'," in problem.message


def test_a_locked_name_in_a_pdf_is_not_repeated(tmp_path: Path) -> None:
    assert attached(tmp_path, "a.pdf", b"%PDF-1.7\n<</Author (\x01\x9f\x80)>>")[1] == []


def test_an_archive_that_unpacks_without_end_is_not_unpacked(tmp_path: Path) -> None:
    bomb = archive({"word/x.xml": b"", "docProps/core.xml": b" " * 100_000_000 + core(b"Ada Lindqvist")})
    path = write(tmp_path, "a.docx", bomb)
    tracemalloc.start()
    found, problems = attach(tmp_path, [path])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (list(found), problems) == ([path], [])
    assert peak < 10_000_000


def test_a_large_file_is_never_held_as_a_whole(tmp_path: Path) -> None:
    for name, start in {"film.zip": b"PK\x03\x04", "plan.pdf": b"%PDF-1.7", "notes.txt": b""}.items():
        path = write(tmp_path, name, start)
        with (tmp_path / path).open("ab") as file:
            for _ in range(48):
                file.write(b"a" * (1 << 20))
            file.write(archive({}))
        if name.endswith(".txt"):
            (tmp_path / path).write_bytes((tmp_path / path).read_bytes().replace(b"\x00", b""))
        tracemalloc.start()
        found, problems = attach(tmp_path, [path])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert problems == []
        assert peak < 8_000_000
        assert found[path].sha256 == digest(tmp_path, path)


def test_links_and_pipes_are_refused(tmp_path: Path) -> None:
    # Rows 46 to 50 of the hostile inputs.
    secret = write(tmp_path, "../../other/secret.pdf", PLAIN["plan.pdf"])
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "link.pdf").symlink_to(tmp_path / secret)
    (folder / "etc").symlink_to("/etc")
    (folder / "loop.pdf").symlink_to("loop.pdf")
    (folder / "folder.pdf").mkdir()
    os.mkfifo(folder / "pipe.pdf")
    paths = [f"{FOLDER}/{name}" for name in ("link.pdf", "loop.pdf", "folder.pdf", "pipe.pdf", "gone.pdf")]
    found, problems = attach(
        tmp_path, [*paths, f"{FOLDER}/../../other/secret.pdf", f"{FOLDER}/etc/passwd.txt"]
    )
    assert found == {}
    assert [problem.code for problem in problems] == ["not-a-file"] * 7
    for path in paths:
        with pytest.raises(ContentFileError):
            digest(tmp_path, path)


def test_a_link_swapped_in_after_the_look_is_not_followed(tmp_path: Path) -> None:
    # Row 51 of the hostile inputs.
    secret = write(tmp_path, "../../other/secret.pdf", PLAIN["plan.pdf"])
    found, _ = attached(tmp_path, "plan.pdf", PLAIN["plan.pdf"])
    assert found is not None
    (tmp_path / found.path).unlink()
    (tmp_path / found.path).symlink_to(tmp_path / secret)
    with pytest.raises(ContentFileError):
        open_attachment(tmp_path, found)


def test_all_files_are_looked_at_once_and_all_problems_told(tmp_path: Path) -> None:
    good, bad, worse = (
        write(tmp_path, "a.txt", b"a"),
        write(tmp_path, "b.exe", b"b"),
        write(tmp_path, "c.png", b"c"),
    )
    found, problems = attach(tmp_path, [worse, good, bad, good, worse])
    assert list(found) == [good]
    assert [problem.place.path for problem in problems] == [worse, bad]


def test_a_name_that_a_terminal_would_obey_is_shown_escaped(tmp_path: Path) -> None:
    # Row 54 of the hostile inputs.
    _, [problem] = attached(tmp_path, "a\x1b[31m.exe", b"")
    assert "\x1b" not in str(problem)
    assert "a\\x1b[31m.exe" in problem.message


def test_a_digest_is_of_the_file_as_it_stands(tmp_path: Path) -> None:
    photo = make.png(make.png_chunk(b"tEXt", b"Author\x00Ada"))
    path = write(tmp_path, "photo.png", photo)
    assert digest(tmp_path, path) == hashlib.sha256(photo).hexdigest()


@pytest.mark.parametrize("name", ["plan.png", "plan.jpg", "plan.jpeg", "plan.gif", "plan.webp"])
def test_a_picture_of_a_body_becomes_a_file(tmp_path: Path, name: str) -> None:
    found = picture_of(name, PLAIN[name])
    assert found is not None
    assert (found.path, found.name, found.type) == ("", name, name.rpartition(".")[2])
    assert published(tmp_path, found) == PLAIN[name]


def test_a_picture_of_a_body_loses_its_metadata() -> None:
    found = picture_of("1.png", make.png(make.png_chunk(b"tEXt", b"Author\x00Ada")))
    assert found is not None
    assert found.data == make.png()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("1.png", make.jpeg()),
        ("1.svg", SVG),
        ("1.png", SVG),
        ("1.png", make.png()[:-1]),
        ("1.pdf", PLAIN["plan.pdf"]),
        ("png", b""),
    ],
    ids=range(6),
)
def test_what_is_no_picture_of_that_name_becomes_no_file(name: str, data: bytes) -> None:
    assert picture_of(name, data) is None
