"""When it is time to look: soon after a save, not before a slow writer is done, and now and then while all is in motion."""

from __future__ import annotations

from portalgen.watch import (
    FEW,
    MANY_QUIET_SECONDS,
    MOST_SECONDS,
    QUIET_SECONDS,
    WRITER_SECONDS,
    Burst,
    lack_of,
)


def burst(*events: tuple[str, str, float]) -> Burst:
    made = Burst(knows_closing=True)
    for kind, path, at in events:
        made.add(kind, path, at)
    return made


def test_without_events_it_is_never_time() -> None:
    assert burst().ready_at() is None


def test_a_save_is_looked_at_as_soon_as_its_file_is_closed() -> None:
    saved = burst(("modified", "a.md", 1.0), ("closed", "a.md", 1.01))
    assert saved.ready_at() == 1.01 + QUIET_SECONDS
    assert not saved.is_large


def test_103_a_slow_writer_is_waited_for_while_its_file_is_open() -> None:
    writing = burst(("modified", "a.md", 1.0), ("modified", "a.md", 1.3))
    assert writing.ready_at() == 1.3 + WRITER_SECONDS
    writing.add("closed", "a.md", 1.4)
    assert writing.ready_at() == 1.4 + QUIET_SECONDS


def test_103_a_writer_that_never_closes_its_file_is_looked_at_within_half_a_second() -> None:
    assert WRITER_SECONDS < 0.5
    assert burst(("modified", "a.md", 1.0)).ready_at() == 1.0 + WRITER_SECONDS


def test_a_file_that_takes_another_one_s_place_needs_no_closing() -> None:
    replaced = burst(
        ("modified", "a.tmp", 1.0), ("closed", "a.tmp", 1.0), ("moved", "a.tmp", 1.0), ("moved", "a.md", 1.0)
    )
    assert replaced.ready_at() == 1.0 + QUIET_SECONDS


def test_another_file_that_is_closed_does_not_end_the_waiting() -> None:
    both = burst(("modified", "a.md", 1.0), ("modified", "b.md", 1.0), ("closed", "b.md", 1.0))
    assert both.ready_at() == 1.0 + WRITER_SECONDS


def test_104_many_files_are_waited_for_longer() -> None:
    checkout = burst(*(("closed", f"{number}.md", 1.0) for number in range(FEW + 1)))
    assert checkout.is_large
    assert checkout.ready_at() == 1.0 + MANY_QUIET_SECONDS


def test_104_a_folder_that_comes_or_goes_makes_everything_be_looked_at() -> None:
    made = burst()
    made.add("created", "content/acme", 1.0, is_folder=True)
    assert made.is_large


def test_106_a_burst_without_end_is_looked_at_now_and_then_and_takes_no_room() -> None:
    endless = burst(*(("modified", f"{number}.md", number / 10_000) for number in range(300_000)))
    assert endless.ready_at() == MOST_SECONDS
    assert len(endless.paths) <= FEW + 1
    assert len(endless.writers) <= 1000


def test_106_who_saves_again_and_again_is_given_more_time() -> None:
    again = Burst(is_restless=True, knows_closing=True)
    again.add("closed", "a.md", 1.0)
    assert again.ready_at() == 1.0 + MANY_QUIET_SECONDS


def test_where_closing_is_not_told_a_save_is_looked_at_all_the_same() -> None:
    saved = Burst(knows_closing=False)
    saved.add("modified", "a.md", 1.0)
    assert saved.ready_at() == 1.0 + QUIET_SECONDS


def test_105_a_limit_is_named_with_what_raises_it() -> None:
    assert "max_user_watches" in lack_of(OSError(28, "inotify watch limit reached")).hint
    assert "max_user_instances" in lack_of(OSError(24, "inotify instance limit reached")).hint
    assert "Function not implemented" in lack_of(OSError(38, "Function not implemented")).reason
