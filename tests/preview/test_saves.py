"""Whatever way a file is saved, it is one rebuild with the final text; what is nobody's content is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from editing.tools import program

from portalgen.preview import workshop as workshops
from portalgen.preview.workshop import Workshop
from tests.preview.served import IS_WHOLE, NOTE, Told, note, page_of, settle, until, working

SLUG = "harbour"


@pytest.fixture
def workshop(running: tuple[Workshop, Told]) -> Workshop:
    return running[0]


def builds_of(workshop: Workshop, change: Callable[[], object]) -> int:
    """Return how many builds a change made."""
    before = workshop.builds
    change()
    return settle(workshop) - before


def test_103_saving_in_place_is_one_rebuild_with_the_final_text(workshop: Workshop, source: Path) -> None:
    assert builds_of(workshop, lambda: (source / NOTE).write_text(note("In place."))) == 1
    assert "In place." in page_of(workshop)


def test_103_saving_by_a_file_that_takes_the_place_is_one_rebuild(workshop: Workshop, source: Path) -> None:
    def save() -> None:
        beside = (source / NOTE).with_suffix(".tmp")
        with beside.open("w") as file:
            file.write(note("Replaced."))
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, source / NOTE)

    assert builds_of(workshop, save) == 1
    assert "Replaced." in page_of(workshop)


def test_103_a_slow_writer_is_one_rebuild_with_the_final_text(workshop: Workshop, source: Path) -> None:
    first, second = note("Slowly, ")[:30], note("Slowly, ")[30:] + "but whole.\n"

    def save() -> None:
        with (source / NOTE).open("w") as file:
            for part in (first, second):
                file.write(part)
                file.flush()
                time.sleep(0.25)

    assert builds_of(workshop, save) == 1
    assert "but whole." in page_of(workshop)


def test_103_the_way_of_vim_is_one_rebuild(workshop: Workshop, source: Path) -> None:
    def save() -> None:
        path = source / NOTE
        swap, probe, backup = (
            path.with_name(f".{path.name}.swp"),
            path.with_name("4913"),
            path.with_name(f"{path.name}~"),
        )
        swap.write_text("swap")
        probe.touch()
        probe.unlink()
        path.rename(backup)
        path.write_text(note("By vim."))
        path.chmod(0o644)
        backup.unlink()
        swap.unlink()

    assert builds_of(workshop, save) == 1
    assert "By vim." in page_of(workshop)


@pytest.mark.slow
@pytest.mark.parametrize(
    "setting", ["set backupcopy=no", "set backupcopy=yes", "set backup writebackup", "set nowritebackup"]
)
def test_103_real_vim_is_one_rebuild(workshop: Workshop, source: Path, setting: str) -> None:
    vim = shutil.which("vim") or program("vim.tiny", "apt-get install vim-tiny")

    def save() -> None:
        command = [
            vim,
            "-u",
            "NONE",
            "-N",
            "-es",
            "-c",
            setting,
            "-c",
            "%s/We began/Vim began/",
            "-c",
            "wq",
            NOTE,
        ]
        subprocess.run(command, cwd=source, check=True, timeout=30, stdin=subprocess.DEVNULL)

    assert builds_of(workshop, save) == 1
    assert "Vim began." in page_of(workshop)


@pytest.mark.slow
@pytest.mark.parametrize("setting", ["nil", "t"])
def test_103_real_emacs_is_one_rebuild(workshop: Workshop, source: Path, setting: str) -> None:
    emacs = program("emacs", "apt-get install emacs-nox")

    def save() -> None:
        code = (
            f"(progn (setq backup-by-copying {setting} create-lockfiles t make-backup-files t) (find-file {str(source / NOTE)!r})"
            ' (goto-char (point-max)) (insert "Emacs was here.\\n") (sit-for 0.3) (do-auto-save) (save-buffer))'
        ).replace("'", '"')
        subprocess.run([emacs, "-Q", "--batch", "--eval", code], check=True, timeout=60, capture_output=True)

    assert builds_of(workshop, save) == 1
    assert "Emacs was here." in page_of(workshop)


def test_103_what_editors_leave_behind_builds_nothing(workshop: Workshop, source: Path) -> None:
    folder = (source / NOTE).parent

    def litter() -> None:
        for name in (".note.md.swp", "note.md~", "#note.md#", "4913", ".DS_Store", ".#note.md.tmp"):
            (folder / name).write_text("litter")
        (folder / ".#note.md").symlink_to("somebody@somewhere.1234")
        (folder / ".git").mkdir()
        (folder / ".git" / "index").write_text("index")

    assert builds_of(workshop, litter) == 0


def test_reading_builds_nothing(workshop: Workshop, source: Path) -> None:
    assert (
        builds_of(workshop, lambda: [path.read_bytes() for path in source.rglob("*.*") if path.is_file()])
        == 0
    )


def test_saving_the_same_again_gives_no_other_site(workshop: Workshop, source: Path) -> None:
    before = workshop.standing(SLUG)
    assert builds_of(workshop, lambda: (source / NOTE).write_text(note("We began."))) == 1
    after = workshop.standing(SLUG)
    assert before
    assert after
    assert before.build == after.build
    assert before.site is after.site


def test_only_the_client_whose_file_was_saved_is_made_anew(workshop: Workshop, source: Path) -> None:
    other = workshop.standing("orchard")
    assert builds_of(workshop, lambda: (source / NOTE).write_text(note("Alone."))) == 1
    assert workshop.standing("orchard") is other


def test_what_all_share_makes_all_clients_anew(workshop: Workshop, source: Path) -> None:
    def share() -> None:
        (source / "content/_shared").mkdir()
        (source / "content/_shared/people.yaml").write_text("ines: {name: Ines Okafor}\n")

    assert builds_of(workshop, share) >= 2
    assert (
        builds_of(
            workshop, lambda: (source / "portalgen.yaml").write_text("visibility: {meetings: internal}\n")
        )
        == 2
    )
    assert page_of(workshop) == ""


@pytest.mark.slow
def test_104_a_checkout_of_300_files_is_one_rebuild(source: Path) -> None:
    git = program("git")
    folder = source / "content/harbour/meetings"

    def run(*words: str) -> None:
        author = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
        subprocess.run([git, *author, *words], cwd=source, check=True, capture_output=True, timeout=60)

    run("init")
    run("add", "-A")
    run("commit", "-m", "one")
    run("checkout", "-b", "many")
    for number in range(300):
        (folder / f"2026-10-{number % 28 + 1:02}-n{number}.md").write_text(
            f"---\nid: N-{number}\ntitle: Note {number}\n---\nx\n"
        )
    run("add", "-A")
    run("commit", "-m", "many")
    run("checkout", "main")
    with working(source) as (workshop, _):
        assert page_of(workshop, "meetings/N-299.html") == ""
        before = workshop.builds
        run("checkout", "many")
        settle(workshop)
        assert "Note 299" in page_of(workshop, "meetings/N-299.html")
        assert page_of(workshop, "meetings/N-0.html")
        # Both clients, since the branch is another one, and the one with the files no second time.
        assert workshop.builds - before <= 3
        run("checkout", "main")
        settle(workshop)
        assert page_of(workshop, "meetings/N-299.html") == ""


def test_104_new_folders_full_of_files_are_seen_whole(workshop: Workshop, source: Path) -> None:
    def fill() -> None:
        folder = source / "content/harbour/decisions"
        for number in range(300):
            deep = folder / f"d{number % 10}" / "more"
            deep.mkdir(parents=True, exist_ok=True)
            (deep / f"{number}.md").write_text(f"---\nid: D-{number}\ntitle: Decision {number}\n---\n")

    builds_of(workshop, fill)
    assert all(page_of(workshop, f"decisions/D-{number}.html") for number in range(300))


def test_104_a_folder_that_is_deleted_and_made_again_is_watched_again(
    workshop: Workshop, source: Path
) -> None:
    folder = source / "content/harbour/meetings"

    def again() -> None:
        shutil.rmtree(folder)
        folder.mkdir()
        (source / NOTE).write_text(note("Made again."))

    builds_of(workshop, again)
    assert "Made again." in page_of(workshop)
    builds_of(workshop, lambda: (source / NOTE).write_text(note("And changed.")))
    assert "And changed." in page_of(workshop)


def test_104_content_that_is_deleted_and_made_again_is_watched_again(
    running: tuple[Workshop, Told], source: Path
) -> None:
    workshop, told = running
    kept = source.parent / "kept"
    shutil.copytree(source / "content", kept)
    shutil.rmtree(source / "content")
    until(lambda: workshop.trouble)
    assert "no content/" in workshop.trouble[0].message
    assert "We began." in page_of(workshop), "the last good pages stay"
    shutil.copytree(kept, source / "content")
    until(lambda: not workshop.trouble)
    settle(workshop)
    builds_of(workshop, lambda: (source / NOTE).write_text(note("Anew.")))
    assert "Anew." in page_of(workshop)
    assert not told.lacks
    assert not told.faults


def test_104_a_source_that_is_renamed_away_and_back_goes_on(
    running: tuple[Workshop, Told], source: Path
) -> None:
    workshop, told = running
    away = source.with_name("away")
    source.rename(away)
    until(lambda: workshop.trouble)
    assert "We began." in page_of(workshop)
    away.rename(source)
    until(lambda: not workshop.trouble)
    builds_of(workshop, lambda: (source / NOTE).write_text(note("Back.")))
    assert "Back." in page_of(workshop)
    assert not told.faults


def test_a_client_that_is_renamed_is_another_client(workshop: Workshop, source: Path) -> None:
    (source / "content/harbour").rename(source / "content/harbor")
    until(lambda: "harbor" in workshop.slugs() and page_of(workshop, slug="harbor"))
    assert workshop.standing(SLUG) is None


def test_106_an_edit_in_the_middle_of_a_build_is_one_more_build(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = workshops.prepare
    is_read, may_go_on = threading.Event(), threading.Event()
    may_go_on.set()

    def slowly(*words: object) -> object:
        made = real(*words)  # type: ignore[arg-type]
        is_read.set()
        may_go_on.wait(10)
        return made

    monkeypatch.setattr(workshops, "prepare", slowly)
    with working(source) as (workshop, _):
        before = workshop.builds
        is_read.clear()
        may_go_on.clear()
        (source / NOTE).write_text(note("First."))
        assert is_read.wait(10)
        (source / NOTE).write_text(note("Second."))
        time.sleep(0.3)
        may_go_on.set()
        assert settle(workshop) - before == 2
        assert "Second." in page_of(workshop)


@pytest.mark.slow
def test_106_thousands_of_events_give_few_builds(running: tuple[Workshop, Told], source: Path) -> None:
    workshop, told = running
    before, looks, began = workshop.builds, workshop.looks, time.monotonic()
    for number in range(10_000 if IS_WHOLE else 2_000):
        (source / NOTE).write_text(note(f"Turn {number}."))
    (source / NOTE).write_text(note("The last turn."))
    took = time.monotonic() - began
    settle(workshop)
    assert "The last turn." in page_of(workshop)
    # Where all is in motion, one in two seconds; a busy machine has pauses in which it seems to rest.
    assert workshop.builds - before <= 3 * took + 5
    assert workshop.looks - looks <= 3 * took + 5
    assert not told.faults


def test_a_new_day_makes_clients_anew(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workshops, "LOOK_SECONDS", 0.1)
    (source / "content/orchard/client.yaml").write_text("name: Orchard Foods\ntimezone: Pacific/Kiritimati\n")
    now = [datetime(2026, 11, 23, 9, 59, tzinfo=UTC)]
    with working(source, clock=lambda: now[0], as_of=False) as (workshop, _):

        def days():
            return [
                str(standing.site.portal.as_of)
                for slug in workshop.slugs()
                if (standing := workshop.standing(slug)) and standing.site
            ]

        assert days() == ["2026-11-23", "2026-11-23"]
        before = workshop.builds
        now[0] = datetime(2026, 11, 23, 10, 1, tzinfo=UTC)
        until(lambda: days() == ["2026-11-23", "2026-11-24"])
        now[0] = datetime(2026, 11, 24, 0, 1, tzinfo=UTC)
        until(lambda: days() == ["2026-11-24", "2026-11-24"])
        assert settle(workshop) - before == 2


def test_a_file_that_cannot_be_read_leaves_the_last_good_page(
    running: tuple[Workshop, Told], source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop, told = running
    real = workshops.prepare

    def refused(*words: object) -> object:
        raise PermissionError(13, "Permission denied", "content/harbour/risks.yaml")

    monkeypatch.setattr(workshops, "prepare", refused)
    builds_of(workshop, lambda: (source / NOTE).write_text(note("Unread.")))
    standing = workshop.standing(SLUG)
    assert standing
    assert [one.message for one in standing.notices] == ["content/harbour/risks.yaml: Permission denied"]
    assert "We began." in page_of(workshop)
    monkeypatch.setattr(workshops, "prepare", real)
    builds_of(workshop, lambda: (source / NOTE).write_text(note("Read again.")))
    assert "Read again." in page_of(workshop)
    assert not told.faults


def test_a_fault_of_ours_is_said_and_the_next_save_is_a_new_try(
    running: tuple[Workshop, Told], source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop, told = running
    real = workshops.prepare
    monkeypatch.setattr(workshops, "prepare", lambda *words: 1 / 0)
    builds_of(workshop, lambda: (source / NOTE).write_text(note("Unmade.")))
    standing = workshop.standing(SLUG)
    assert standing
    assert "a fault of portalgen" in standing.notices[0].message
    assert "ZeroDivisionError" in told.faults[0]
    assert "We began." in page_of(workshop)
    monkeypatch.setattr(workshops, "prepare", real)
    builds_of(workshop, lambda: (source / NOTE).write_text(note("Made.")))
    assert "Made." in page_of(workshop)


def test_of_the_past_only_what_was_committed_since_is_read(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portalgen.build import remember

    git = program("git")

    def commit() -> None:
        for words in (["add", "-A"], ["commit", "-qm", "x"]):
            author = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
            subprocess.run([git, *author, *words], cwd=source, check=True, capture_output=True)

    subprocess.run([git, "init", "-q", "-b", "main"], cwd=source, check=True)
    commit()
    read_whole: list[str] = []
    real = remember._Way.read_all
    monkeypatch.setattr(
        remember._Way, "read_all", lambda way, log: [read_whole.append(way.slug), real(way, log)][1]
    )
    with working(source) as (workshop, told):
        assert sorted(read_whole) == ["harbour", "orchard"]
        (source / NOTE).write_text(note("Not committed."))
        until(lambda: "Not committed." in page_of(workshop))
        commit()
        (source / NOTE).write_text(note("After a commit."))
        until(lambda: "After a commit." in page_of(workshop))
        settle(workshop)
        assert sorted(read_whole) == ["harbour", "orchard"]
        assert not told.faults
        shown = workshop.standing(SLUG)
    whole = Workshop(workshop._job, workshop._clock, workshop._tell)
    whole._make(SLUG)
    again = whole.standing(SLUG)
    assert shown
    assert shown.site
    assert again
    assert again.site
    assert shown.site.portal == again.site.portal, "it is the past that is read as a whole"
