"""What is kept between builds is believed where it is sure to be of the same, and nowhere else."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from build.some_clients import write_clients
from sites import build_at, tree_of, write_tree

from portalgen.build.cache import FolderDigests, digest_of, digest_of_files
from portalgen.build.stamps import Walk, stamps_of
from portalgen.site.render import forget_themes
from portalgen.site.write import Output


def _is_built(source: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Build into public/ and return the clients that were not found unchanged."""
    made: list[str] = []
    stage_site = Output.stage_site

    def watched(self: Output, slug: str, files: dict[str, bytes]) -> object:
        made.append(slug)
        return stage_site(self, slug, files)

    monkeypatch.setattr(Output, "stage_site", watched)
    build_at(source, source / "public", jobs=1)
    monkeypatch.undo()
    return sorted(made)


def test_what_a_machine_kept_is_of_use_to_another_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_clients(tmp_path / "first", 2)
    assert _is_built(source, monkeypatch) == ["client-0", "client-1"]
    other = tmp_path / "other"
    # A clone and a restored cache: the same names and bytes, with other times and numbers.
    shutil.copytree(source, other, copy_function=shutil.copyfile)
    assert _is_built(other, monkeypatch) == []
    (other / "content/client-1/client.yaml").write_text("name: Another\n")
    assert _is_built(other, monkeypatch) == ["client-1"]


@pytest.mark.parametrize("what", ["changed", "gone", "new"])
def test_a_site_that_is_not_as_it_was_left_is_made_anew(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_clients(tmp_path / "first", 2)
    build_at(source, source / "public", jobs=1)
    whole = tree_of(source / "public" / "client-0")
    other = tmp_path / "other"
    shutil.copytree(source, other, copy_function=shutil.copyfile)
    page = other / "public/client-0/index.html"
    match what:
        case "changed":
            page.write_bytes(page.read_bytes() + b"<!-- -->")
        case "gone":
            page.unlink()
        case "new":
            (other / "public/client-0/one-more").mkdir()
    assert _is_built(other, monkeypatch) == ["client-0"]
    assert tree_of(other / "public" / "client-0") == whole
    assert not (other / "public/client-0/one-more").exists()


def test_a_theme_that_is_named_by_its_path_is_looked_at_too(tmp_path: Path) -> None:
    source, theme = write_clients(tmp_path / "source", 1), tmp_path / "elsewhere/own"
    write_tree(theme, {"theme.yaml": "extends: default\n", "styles/9-own.css": "h1 { color: red }\n"})
    build_at(source, tmp_path / "public", theme=str(theme))
    (theme / "styles/9-own.css").write_text("h1 { color: blue }\n")
    forget_themes()
    build_at(source, tmp_path / "public", theme=str(theme))
    assert "h1 { color: blue }" in (tmp_path / "public/client-0/assets/portal.css").read_text("utf-8")


def test_the_digest_of_files_is_that_of_the_folder_which_holds_them(tmp_path: Path) -> None:
    source = write_clients(tmp_path, 1)
    folder = source / "content"
    files = {path: hashlib.sha256(data).hexdigest() for path, data in tree_of(folder).items()}
    assert digest_of(folder) == digest_of_files(files)
    files["client-0/client.yaml"] = hashlib.sha256(b"another").hexdigest()
    assert digest_of(folder) != digest_of_files(files)


def test_a_walk_over_a_folder_tells_of_each_folder_in_it_what_a_walk_over_that_tells(tmp_path: Path) -> None:
    source = write_clients(tmp_path, 2)
    content = source / "content"
    # Names that sort between a folder and what stands in it.
    write_tree(content, {"client-0-b/client.yaml": "name: B\n", "client-0.txt": "", "client-00/a/b": "b"})
    walk = Walk([str(content)], [stamps_of(str(content))])
    shutil.rmtree(content)
    assert walk.of(str(content))
    assert walk.of(str(content / "none")) == []
    write_clients(tmp_path, 1)
    walked = Walk([str(content)], [stamps_of(str(content))])
    for folder in (content, *(each for each in content.rglob("*") if each.is_dir())):
        assert walked.of(str(folder)) == stamps_of(str(folder))
    assert walked.of(str(source)) == stamps_of(str(source))


def test_a_digest_is_reckoned_again_once_a_file_stands_otherwise(tmp_path: Path) -> None:
    write_tree(tmp_path, {"theme/a.css": "one", "theme/b/c.css": "two"})
    theme = tmp_path / "theme"
    first = FolderDigests(Walk(), None)
    assert first.of(theme) == digest_of(theme)
    kept = {path: (stamps, "kept") for path, (stamps, _) in first.now.items()}
    assert FolderDigests(Walk(), kept).of(theme) == "kept"
    (theme / "b/c.css").write_text("too", encoding="utf-8")
    assert FolderDigests(Walk(), kept).of(theme) == digest_of(theme)
