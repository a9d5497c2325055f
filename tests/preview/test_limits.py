"""Where the system does not tell of changes, or not of all, it is said, and saves are seen all the same."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from editing.tools import program

from portalgen import watch as watching
from portalgen.preview import workshop as workshops
from portalgen.preview.workshop import Workshop
from tests.preview.served import NOTE, Told, note, page_of, until, working


def test_105_where_no_folder_may_be_watched_all_files_are_looked_through(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refused:
        def __init__(self) -> None:
            raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr(watching, "Observer", Refused)
    monkeypatch.setattr(workshops, "POLL_SECONDS", 0.1)
    with working(source) as (workshop, told):
        assert [lack.reason for lack in told.lacks] == ["the system lets no more folders be watched"]
        (source / NOTE).write_text(note("Found."))
        until(lambda: "Found." in page_of(workshop))
        assert len(told.lacks) == 1


def test_105_where_the_system_does_not_tell_it_is_noticed_and_all_files_are_looked_through(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching.Watch, "start", lambda self, roots: setattr(self, "_marks", marks(roots)))
    monkeypatch.setattr(workshops, "LOOK_SECONDS", 0.3)
    with working(source) as (workshop, told):
        assert told.lacks == []
        (source / NOTE).write_text(note("Found."))
        until(lambda: "Found." in page_of(workshop))
        assert [lack.reason for lack in told.lacks] == ["something changed and the system did not tell"]


def marks(roots: object) -> dict[Path, tuple[int, int]]:
    return {root: mark for root, _ in roots if (mark := watching.mark_of(root))}  # type: ignore[attr-defined]


@pytest.mark.skipif(
    not Path("/proc/sys/user/max_inotify_watches").exists(), reason="NO LIMIT OF INOTIFY TO SET HERE"
)
def test_105_a_limit_of_eight_folders_is_said_and_saves_are_seen_all_the_same(source: Path) -> None:
    unshare = program("unshare")
    for number in range(20):
        (source / f"content/harbour/decisions/d{number}").mkdir(parents=True)
    script = 'echo 8 > /proc/sys/user/max_inotify_watches && exec "$@"'
    if subprocess.run(
        [unshare, "-Ur", "sh", "-c", script, "sh", "true"], capture_output=True, check=False
    ).returncode:
        pytest.skip("NO USER NAMESPACES: the limit cannot be set here")
    from tests.preview import served

    with served.serving(source, before=(unshare, "-Ur", "sh", "-c", script, "sh")) as preview:
        until(lambda: preview.said("Watching: the system lets no more folders be watched"))
        until(lambda: preview.shows("We began."))
        (source / NOTE).write_text(note("Found."))
        until(lambda: preview.shows("Found."))


def test_105_an_overflow_is_said_and_everything_is_looked_at(
    running: tuple[Workshop, Told], source: Path
) -> None:
    import logging

    workshop, told = running
    looks = workshop.looks
    logging.getLogger("watchdog.observers.inotify").warning("Inotify queue overflowed")
    until(lambda: workshop.looks > looks and told.lacks)
    assert told.lacks[0].reason == "more changed at once than the system could tell"
