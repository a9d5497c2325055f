"""Writing a client's site: what is touched, what is refused, and what is never believed."""

from __future__ import annotations

import errno
import io
import multiprocessing
import os
import pickle
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from write_driver import NEW, OLD, PLAN, SLUG, contents, copy_of, tree

from portalgen.site import disk, write
from portalgen.site.write import (
    Content,
    FileChanged,
    FileCopy,
    Output,
    OutputBusy,
    OutputRefused,
    Written,
    open_output,
)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "content" / SLUG).mkdir(parents=True)
    return folder


@pytest.fixture
def public(source: Path) -> Path:
    return source / "public"


def build(public: Path, site: dict[str, Content], slug: str = SLUG, *, wait_seconds: float = 10) -> Written:
    with open_output(public, source=public.parent, wait_seconds=wait_seconds) as output:
        return output.write_site(slug, site)


def never_opened(data: bytes) -> FileCopy:
    """Return a copy of `data` whose source must not be needed."""

    def fail() -> BinaryIO:
        raise AssertionError("the source was opened although the file is there already")

    return FileCopy(fail, len(data), copy_of(data).sha256)


def state_of(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return what tells whether a file or folder was touched, by name."""
    found = {}
    for path in (folder, *folder.rglob("*")):
        about = path.stat()
        found[path.relative_to(folder).as_posix()] = (about.st_ino, about.st_mtime_ns, about.st_ctime_ns)
    return found


# What is written


def test_a_first_build_makes_the_output_and_all_above_it(tmp_path: Path, source: Path) -> None:
    public = tmp_path / "web" / "portals"
    with open_output(public, source=source) as output:
        assert output.sites() == ()
        assert output.write_site(SLUG, OLD) == Written(total=5, changed=5, removed=0, changed_pages=3)
        assert output.sites() == (SLUG,)
    assert tree(public / SLUG) == contents(OLD)


def test_a_second_build_replaces_the_whole_site_and_counts_what_was_new(public: Path) -> None:
    build(public, OLD)
    assert build(public, NEW) == Written(total=6, changed=4, removed=1, changed_pages=3)
    assert tree(public / SLUG) == contents(NEW)


def test_an_equal_site_is_not_touched(public: Path) -> None:
    build(public, OLD)
    before = state_of(public)
    assert build(public, OLD) == Written(total=5, changed=0, removed=0)
    assert state_of(public) == before


def test_one_changed_page_leaves_all_other_files_the_same_files(public: Path) -> None:
    build(public, OLD)
    before = state_of(public / SLUG)
    assert build(public, {**OLD, "index.html": b"<p>new"}).changed == 1
    after = state_of(public / SLUG)
    inodes = {name for name in contents(OLD) if before[name][0] == after[name][0]}
    assert inodes == contents(OLD).keys() - {"index.html"}


def test_a_file_of_the_old_site_is_never_changed_in_place(public: Path, tmp_path: Path) -> None:
    build(public, OLD)
    kept = tmp_path / "kept.html"
    os.link(public / SLUG / "index.html", kept)
    build(public, NEW)
    assert kept.read_bytes() == OLD["index.html"]


def test_a_reader_of_an_open_page_reads_it_to_its_end(public: Path) -> None:
    build(public, OLD)
    with open(public / SLUG / "index.html", "rb") as page:
        build(public, NEW)
        assert page.read() == OLD["index.html"]


def test_a_site_that_only_lost_a_page_loses_it(public: Path) -> None:
    build(public, OLD)
    assert build(public, {"index.html": OLD["index.html"]}) == Written(total=1, changed=0, removed=4)
    assert tree(public / SLUG) == {"index.html": OLD["index.html"]}


def test_clients_and_pages_may_have_names_in_any_script(public: Path) -> None:
    site: dict[str, Content] = {"需求/需求-1.html": b"1", "المخاطر/خطر.html": b"2", "a b/é\u3000.html": b"3"}
    build(public, site, "灯塔")
    assert tree(public / "灯塔") == contents(site)
    assert (os.fsencode(public) + "/灯塔/需求/需求-1.html".encode()) in list(walk(os.fsencode(public)))


def walk(top: bytes) -> list[bytes]:
    return [os.path.join(folder, name) for folder, _, names in os.walk(top) for name in names]


def test_a_page_as_long_as_a_file_system_hands_over_in_pieces_is_whole(
    public: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: whole(descriptor, bytes(data)[:7]))
    build(public, OLD)
    assert tree(public / SLUG) == contents(OLD)


def test_staged_sites_are_read_by_nobody_until_they_are_switched_together(public: Path) -> None:
    build(public, OLD)
    with open_output(public, source=public.parent) as output:
        staged = [
            output.stage_site(SLUG, NEW),
            output.stage_site("second", OLD),
            output.stage_site("third", OLD),
        ]
        assert tree(public / SLUG) == contents(OLD)
        assert output.sites() == (SLUG,)
        output.switch_sites(pickle.loads(pickle.dumps(staged[:2])))
        assert output.sites() == (SLUG, "second")
    assert tree(public / SLUG) == contents(NEW)
    assert tree(public / "second") == contents(OLD)
    assert list((public / ".portalgen/staging").iterdir()) == []
    assert {path.name for path in (public / ".portalgen/sites").iterdir()} == {SLUG, "second"}


def test_a_staged_site_that_equals_the_live_one_is_not_switched(public: Path) -> None:
    build(public, OLD)
    before = state_of(public)
    with open_output(public, source=public.parent) as output:
        staged = output.stage_site(SLUG, OLD)
        assert staged.is_equal
        output.switch_sites([staged])
    assert state_of(public) == before


NAMES = st.lists(st.sampled_from(["a", "b", "index.html", "需求"]), min_size=1, max_size=3).map("/".join)
SITES = st.dictionaries(NAMES, st.sampled_from([b"", b"one", b"two", b"three"]), max_size=8).filter(
    lambda site: not any(other.startswith(name + "/") for name in site for other in site)
)


@settings(deadline=None, max_examples=60)
@given(st.lists(SITES, min_size=2, max_size=5))
def test_after_any_builds_the_folder_holds_the_last_site_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, sites: list[dict[str, Content]]
) -> None:
    public = tmp_path_factory.mktemp("any") / "public"
    for site in sites:
        build(public, site)
    assert tree(public / SLUG) == contents(sites[-1])
    assert {p.name for p in public.iterdir()} == {".portalgen", SLUG}
    shutil.rmtree(public.parent)


def test_where_neither_links_nor_an_exchange_are_known_a_site_is_still_replaced(
    public: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    build(public, OLD)
    with monkeypatch.context() as here:
        here.setattr(os, "link", no_links)
        here.setattr(write, "exchange", lambda first, second: False)
        here.setattr(disk, "sync_file_system", lambda folder: False)
        assert build(public, NEW) == Written(total=6, changed=4, removed=1, changed_pages=3)
        assert tree(public / SLUG) == contents(NEW)
        build(public, OLD)
    assert tree(public / SLUG) == contents(OLD)
    assert list((public / ".portalgen/staging").iterdir()) == []


def test_a_worker_process_writes_while_its_parent_holds_the_output(public: Path) -> None:
    with open_output(public, source=public.parent) as output:
        assert pickle.loads(pickle.dumps(output)) == output
        workers = [
            multiprocessing.get_context("spawn").Process(target=Output.write_site, args=(output, slug, PAGES))
            for slug in ("one", "two")
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert output.sites() == ("one", "two")
    assert tree(public / "one") == tree(public / "two") == PAGES


PAGES = {"index.html": b"<p>page", "pages/1.html": b"<p>1"}


# What is not believed


@pytest.mark.parametrize("name", ["index.html", "files/DOC-1/plan.pdf"])
def test_a_file_that_was_changed_by_hand_is_written_anew(public: Path, name: str) -> None:
    build(public, OLD)
    path = public / SLUG / name
    path.write_bytes(b"X" * len(path.read_bytes()))
    assert build(public, OLD).changed == 1
    assert tree(public / SLUG) == contents(OLD)


def test_a_page_changed_by_hand_is_seen_though_its_size_and_time_are_as_before(public: Path) -> None:
    build(public, OLD)
    path = public / SLUG / "index.html"
    about = path.stat()
    path.write_bytes(b"<p>OLD")
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert build(public, OLD).changed == 1
    assert path.read_bytes() == b"<p>old"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda site: (site / "stray.html").write_text("stray"),
        lambda site: (site / "stray").mkdir(),
        lambda site: (site / "link").symlink_to("/etc"),
        lambda site: os.mkfifo(site / "pipe"),
        lambda site: (site / "index.html").unlink(),
        lambda site: (site / "assets").chmod(0o700),
        lambda site: (site / "index.html").chmod(0o600),
        lambda site: shutil.rmtree(site / "requirements"),
        lambda site: shutil.rmtree(site),
    ],
)
def test_whatever_was_done_to_a_site_by_hand_the_next_build_puts_right(
    public: Path, spoil: Callable[[Path], object]
) -> None:
    build(public, OLD)
    modes = {path.name: path.lstat().st_mode for path in public.rglob("*")}
    spoil(public / SLUG)
    build(public, OLD)
    assert tree(public / SLUG) == contents(OLD)
    assert {path.name: path.lstat().st_mode for path in public.rglob("*")} == modes


@pytest.mark.parametrize("name", ["index.html", "assets"])
def test_a_link_in_the_place_of_a_page_or_folder_is_replaced_and_not_followed(
    public: Path, tmp_path: Path, name: str
) -> None:
    build(public, OLD)
    outside = tmp_path / "outside"
    shutil.move(public / SLUG / name, outside)
    (public / SLUG / name).symlink_to(outside)
    build(public, OLD)
    assert not (public / SLUG / name).is_symlink()
    assert tree(public / SLUG) == contents(OLD)
    assert outside.exists()


def test_a_damaged_record_of_copied_files_costs_a_look_at_them_and_no_more(public: Path) -> None:
    build(public, OLD)
    record = public / ".portalgen/sites" / SLUG
    good = record.read_bytes()
    assert PLAN not in good
    for i in range(0, len(good), 3):
        for damaged in (
            good[:i],
            good[:i] + bytes([good[i] ^ 0x55]) + good[i + 1 :],
            good[:i] + b"\xff\n" + good[i:],
        ):
            record.write_bytes(damaged)
            assert build(public, {**OLD, "files/DOC-1/plan.pdf": never_opened(PLAN)}).changed == 0
            assert tree(public / SLUG) == contents(OLD)


# Files that are copied


def test_a_copied_file_that_is_there_already_is_neither_opened_nor_read(
    public: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(public, {"plan.pdf": copy_of(PLAN)})
    opened: list[bytes] = []
    real = os.open

    def watched(path: bytes | str, *rest: int, **more: int) -> int:
        opened.append(os.fsencode(path))
        return real(path, *rest, **more)

    monkeypatch.setattr(os, "open", watched)
    assert build(public, {"plan.pdf": never_opened(PLAN)}).changed == 0
    assert build(public, {"plan.pdf": never_opened(PLAN), "index.html": b"new"}).changed == 1
    assert [path for path in opened if path.endswith(b"plan.pdf")] == []


def test_a_copied_file_whose_record_is_lost_is_read_where_it_is_live(public: Path, tmp_path: Path) -> None:
    build(public, {"plan.pdf": copy_of(PLAN)})
    shutil.copytree(public, tmp_path / "moved")
    assert build(tmp_path / "moved", {"plan.pdf": never_opened(PLAN)}).changed == 0


def test_a_page_may_become_a_copied_file_and_back(public: Path) -> None:
    build(public, {"index.html": b"page"})
    assert build(public, {"index.html": never_opened(b"page")}).changed == 0
    assert build(public, {"index.html": b"page"}).changed == 0
    assert build(public, {"index.html": copy_of(b"other")}).changed == 1
    assert tree(public / SLUG) == {"index.html": b"other"}


@pytest.mark.parametrize("now", [b"", b"short", PLAN[:-1] + b"!", PLAN + b"more"])
def test_a_file_that_changed_under_the_copy_leaves_the_old_site(public: Path, now: bytes) -> None:
    build(public, OLD)
    promised = copy_of(PLAN[::-1])
    copy = FileCopy(lambda: io.BytesIO(now), promised.size, promised.sha256)
    with pytest.raises(FileChanged, match=r"'files/DOC-1/plan\.pdf' changed while it was copied"):
        build(public, {**NEW, "files/DOC-1/plan.pdf": copy})
    assert tree(public / SLUG) == contents(OLD)
    assert list((public / ".portalgen/staging").iterdir()) == []


def test_a_large_file_is_copied_in_small_pieces_and_a_file_without_end_is_not_copied_for_ever(
    public: Path,
) -> None:
    asked: list[int] = []

    class Endless(io.RawIOBase):
        def read(self, size: int = -1, /) -> bytes:
            asked.append(size)
            return b"x" * size

    copy = FileCopy(lambda: Endless(), 40 << 20, "0" * 64)  # type: ignore[arg-type, return-value]
    with pytest.raises(FileChanged):
        build(public, {"film.mp4": copy})
    assert len(asked) == 41
    assert max(asked) <= 1 << 20


def test_an_error_of_the_source_names_the_file_and_leaves_the_old_site(public: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(errno.EIO, "broken")

    build(public, OLD)
    with pytest.raises(OSError, match="broken") as caught:
        build(public, {**NEW, "files/DOC-2/photo.png": FileCopy(Broken, 3, "0" * 64)})
    assert caught.value.filename == "files/DOC-2/photo.png"
    assert tree(public / SLUG) == contents(OLD)


# Which folders are ours


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("/", "root of the file system"),
        ("home", "your home folder"),
        (".", "the source folder itself"),
        ("..", "holds the source folder"),
        ("../..", "holds the source folder"),
        ("content", r"inside content/"),
        (f"content/{SLUG}/public", r"inside content/"),
        ("link", "is a link"),
        ("dangling", "is a link"),
        ("file", "is a file"),
        ("full", "not empty and was not written by portalgen"),
        ("checkout", "is a git checkout"),
        ("worktree", "is a git checkout"),
        ("link-inside/../full", "not empty and was not written by portalgen"),
    ],
)
def test_a_folder_that_is_not_ours_is_refused_and_not_touched(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, why: str
) -> None:
    home = tmp_path / "people" / "mia"
    home.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    (source / "full").mkdir()
    (source / "full/thesis.txt").write_text("ten years' work")
    (source / "link").symlink_to(tmp_path / "elsewhere")
    (source / "dangling").symlink_to("nowhere")
    (source / "link-inside").symlink_to("content")
    (source / "file").write_text("text")
    (source / "checkout/.git").mkdir(parents=True)
    (source / "worktree").mkdir()
    (source / "worktree/.git").write_text("gitdir: elsewhere")
    before = state_of_all(tmp_path)
    public = home if name == "home" else Path(name) if name == "/" else source / name
    with pytest.raises(OutputRefused, match=why), open_output(public, source=source):
        raise AssertionError("it was opened")
    assert state_of_all(tmp_path) == before


def state_of_all(folder: Path) -> dict[Path, tuple[int, int]]:
    return {path: (path.lstat().st_ino, path.lstat().st_mtime_ns) for path in (folder, *folder.rglob("*"))}


def test_the_source_is_recognised_through_a_link(source: Path, tmp_path: Path) -> None:
    (tmp_path / "also").symlink_to(tmp_path)
    with (
        pytest.raises(OutputRefused, match="source folder itself"),
        open_output(source, source=tmp_path / "also/source"),
    ):
        pass
    with pytest.raises(OutputRefused, match="holds"), open_output(tmp_path, source=tmp_path / "also/source"):
        pass


def test_an_empty_folder_and_one_that_we_wrote_are_taken(public: Path) -> None:
    public.mkdir()
    build(public, OLD)
    (public / ".git").mkdir()
    build(public, NEW)
    assert tree(public / SLUG) == contents(NEW)


def test_files_beside_our_sites_are_left_alone(public: Path) -> None:
    build(public, OLD)
    (public / "CNAME").write_text("portal.example")
    (public / "other").mkdir()
    (public / "other/page.html").write_text("by hand")
    build(public, NEW)
    assert (public / "CNAME").read_text() == "portal.example"
    assert (public / "other/page.html").read_text() == "by hand"


@pytest.mark.parametrize("kind", ["folder", "empty folder", "file", "link"])
def test_what_is_in_the_place_of_a_client_and_not_ours_is_refused(
    public: Path, tmp_path: Path, kind: str
) -> None:
    build(public, OLD, "another")
    place = public / SLUG
    match kind:
        case "folder":
            place.mkdir()
            (place / "index.html").write_text("by hand")
        case "empty folder":
            place.mkdir()
        case "file":
            place.write_text("by hand")
        case "link":
            place.symlink_to(tmp_path)
    before = state_of_all(place)
    with open_output(public, source=public.parent) as output:
        with pytest.raises(OutputRefused, match="was not written by portalgen"):
            output.write_site(SLUG, NEW)
        with pytest.raises(OutputRefused, match="was not written by portalgen"):
            output.remove_site(SLUG)
        assert output.sites() == ("another",)
    assert state_of_all(place) == before


def test_an_output_of_another_version_is_refused(public: Path) -> None:
    build(public, OLD)
    (public / ".portalgen/layout").write_text("portalgen output, layout 2\n")
    with pytest.raises(OutputRefused, match="another version of portalgen"):
        build(public, NEW)
    assert tree(public / SLUG) == contents(OLD)


def test_a_state_folder_that_is_a_link_does_not_make_an_output_ours(public: Path, tmp_path: Path) -> None:
    build(public, OLD)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/.portalgen").symlink_to(public / ".portalgen")
    with pytest.raises(OutputRefused, match="not empty"):
        build(tmp_path / "mine", NEW)


def test_a_site_is_removed_only_if_we_wrote_it(public: Path) -> None:
    build(public, OLD)
    build(public, OLD, "another")
    with open_output(public, source=public.parent) as output:
        output.remove_site(SLUG)
        assert output.sites() == ("another",)
        with pytest.raises(OutputRefused):
            output.remove_site(SLUG)
        with pytest.raises(OutputRefused):
            output.remove_site("never-there")
    assert {path.name for path in public.iterdir()} == {".portalgen", "another"}
    assert [path.name for path in (public / ".portalgen/sites").iterdir()] == ["another"]


def test_a_folder_made_by_hand_after_ours_was_removed_by_hand_is_not_ours(public: Path) -> None:
    build(public, OLD)
    shutil.rmtree(public / SLUG)
    build(public, OLD, "another")
    (public / SLUG).mkdir()
    with pytest.raises(OutputRefused, match="was not written by portalgen"):
        build(public, OLD)


# What others learn of it


def test_only_the_owner_can_read_which_clients_there_are(public: Path) -> None:
    build(public, OLD)
    assert stat.S_IMODE((public / ".portalgen").stat().st_mode) == 0o700
    assert "never publish this one" in (public / ".portalgen/README").read_text()
    assert (public / ".portalgen/.gitignore").read_text() == "*\n"


def test_the_folder_of_a_client_holds_nothing_but_its_site(public: Path) -> None:
    build(public, OLD, "one")
    build(public, NEW, "two")
    assert tree(public / "one") == contents(OLD)
    assert tree(public / "two") == contents(NEW)


# Faults of ours, and other builds


@pytest.mark.parametrize(
    "name",
    ["", "/etc/passwd", "../x", "a/../x", "a//b", "a/", "./a", "a/.", "..", "a\\b", "a\nb", "a\0b", "a\x7f"],
)
def test_a_name_that_could_lead_elsewhere_is_a_fault_of_ours(public: Path, name: str) -> None:
    with pytest.raises(AssertionError, match="is no name for a file"):
        build(public, {name: b""})
    assert not (public / SLUG).exists()


@pytest.mark.parametrize("slug", ["", "a/b", "..", ".", ".portalgen", ".git", "a\\b"])
def test_a_client_whose_name_could_lead_elsewhere_is_a_fault_of_ours(public: Path, slug: str) -> None:
    with pytest.raises(AssertionError, match="is no name"):
        build(public, PAGES, slug)  # type: ignore[arg-type]
    assert [path.name for path in public.iterdir()] == [".portalgen"]


def test_a_file_that_is_a_folder_too_is_a_fault_of_ours(public: Path) -> None:
    with pytest.raises(AssertionError, match="files and folders of one site"):
        build(public, {"a": b"", "a/b.html": b""})


def test_a_second_build_is_told_that_the_output_is_busy(public: Path) -> None:
    with (
        open_output(public, source=public.parent),
        pytest.raises(OutputBusy, match="another build is writing to"),
    ):
        build(public, OLD, wait_seconds=0.1)
    build(public, OLD)


def test_a_build_that_fails_in_the_middle_frees_the_output(public: Path) -> None:
    with pytest.raises(ZeroDivisionError), open_output(public, source=public.parent):
        _ = 1 / 0
    build(public, OLD)


def test_an_old_site_that_could_not_be_put_back_is_put_back_by_the_next_start(
    public: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(public, OLD)
    real = os.rename

    def fails_on_the_live_site(old: bytes, new: bytes) -> None:
        if new == os.fsencode(public / SLUG):
            raise OSError(errno.EIO, "broken", new)
        real(old, new)

    with monkeypatch.context() as here:
        here.setattr(write, "exchange", lambda first, second: False)
        here.setattr(os, "rename", fails_on_the_live_site)
        with pytest.raises(OSError, match="broken") as caught:
            build(public, NEW)
    assert caught.value.filename == str(public / SLUG)
    assert not (public / SLUG).exists()
    with open_output(public, source=public.parent) as output:
        assert output.sites() == (SLUG,)
        assert tree(public / SLUG) == contents(OLD)


def test_what_a_killed_build_left_is_cleared_away(public: Path) -> None:
    build(public, OLD)
    staging = public / ".portalgen/staging"
    (staging / SLUG / "site/deep/er").mkdir(parents=True)
    (staging / SLUG / "site/page.html").write_text("half a pa")
    (staging / SLUG / "claim").write_text("")
    (staging / "gone-since").mkdir()
    (staging / "stray").write_text("")
    (public / ".portalgen/sites/never-finished").write_text("portalgen site 1\n")
    with open_output(public, source=public.parent) as output:
        assert output.sites() == (SLUG,)
    assert list(staging.iterdir()) == []
    assert [path.name for path in (public / ".portalgen/sites").iterdir()] == [SLUG]
    assert tree(public / SLUG) == contents(OLD)
