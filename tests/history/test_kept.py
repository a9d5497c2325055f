"""What is kept of the past between builds saves time, and is never seen in what is built."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from repositories import CLIENT, Repository, changes

from portalgen.content.past.git import Blobs

MILESTONE = "id: MS-{}\ntitle: Pilot {}\nforecast: 2026-03-{:02}\nowner: jane\n"
PEOPLE = "content/acme/people.yaml"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "portals")
    files = {f"content/acme/milestones/MS-{n}.yaml": MILESTONE.format(n, n, 1) for n in range(1, 6)}
    made.commit(
        "2026-01-05",
        {
            CLIENT: "name: Acme\n",
            PEOPLE: "jane: {name: Jane}\n",
            "content/bakery/client.yaml": "name: Bakery\n",
            **files,
        },
    )
    for day in range(2, 6):
        made.commit(
            f"2026-01-{day + 5:02}",
            {f"content/acme/milestones/MS-{day}.yaml": MILESTONE.format(day, day, day)},
        )
    made.build()
    return made


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The blobs that git was asked for."""
    names: list[str] = []
    original = Blobs.read

    def read(self: Blobs, wanted: Any) -> Any:
        kept = list(wanted)
        names.extend(kept)
        return original(self, kept)

    monkeypatch.setattr(Blobs, "read", read)
    return names


def cold(repository: Repository) -> Any:
    return repository.build(cache=False)


def edit(number: int, day: int) -> dict[str, str | None]:
    return {f"content/acme/milestones/MS-{number}.yaml": MILESTONE.format(number, number, day)}


def test_after_one_more_commit_only_what_it_needs_is_read(repository: Repository, read: list[str]) -> None:
    repository.commit("2026-02-01", edit(3, 20))
    warm = repository.build()
    assert changes(warm, "MS-3")[-1] == ("MS-3", "2026-02-01", "forecast", "2026-03-03", "2026-03-20")
    # The old version: what else there is to read stands there today.
    assert len(set(read)) == 1
    assert warm == cold(repository)


def test_a_past_that_is_like_today_is_not_asked_for(tmp_path: Path, read: list[str]) -> None:
    made = Repository(tmp_path / "portals")
    made.commit("2026-01-05", {CLIENT: "name: Acme\n", PEOPLE: "jane: {name: Jane}\n", **edit(1, 9)})
    assert changes(made.build(), "MS-1") == [("MS-1", "2026-01-05", None, None, None)]
    assert read == []


EDITS: dict[str, Callable[[Repository], object]] = {
    "nothing": lambda made: made.commit("2026-02-01"),
    "a record": lambda made: made.commit("2026-02-01", edit(2, 9)),
    "an edit that is not committed": lambda made: made.write(edit(2, 9)),
    "a record that goes": lambda made: made.commit("2026-02-01", {"content/acme/milestones/MS-1.yaml": None}),
    "a record that moves": lambda made: made.commit(
        "2026-02-01", {"content/acme/milestones/MS-1.yaml": None, "content/acme/milestones.yaml": "- {id: MS-1, title: Pilot 1, forecast: 2026-03-08}\n"}
    ),
    "a person who becomes internal": lambda made: made.commit("2026-02-01", {PEOPLE: "jane: {name: Jane, visibility: internal}\n"}),
    "one more person": lambda made: made.commit("2026-02-01", {PEOPLE: "jane: {name: Jane}\njohn: {name: John}\n"}),
    "a default": lambda made: made.commit("2026-02-01", {CLIENT: "name: Acme\ncurrency: EUR\n"}),
    "a setting": lambda made: made.commit("2026-02-01", {"portalgen.yaml": "history: {from: 2026-01-08}\n"}),
    "a setting that names a commit": lambda made: made.commit("2026-02-01", {"portalgen.yaml": "history: {from: HEAD~1}\n"}),
    "a project": lambda made: made.commit("2026-02-01", {"content/acme/shop/project.yaml": "name: Shop\n", "content/acme/shop/risks.yaml": "- {id: RSK-1, title: Flood}\n"}),
    "another client": lambda made: made.commit("2026-02-01", {"content/cafe/client.yaml": "name: Cafe\n"}),
    "another client's record": lambda made: made.commit("2026-02-01", {"content/bakery/risks.yaml": "- {id: RSK-1, title: Flood}\n"}),
    "an older clock": lambda made: made.commit("2025-02-01", edit(2, 9)),
    "a rewritten commit": lambda made: made.git("commit", "--amend", "--quiet", "--message", "x", at="2026-02-02"),
    "a commit that is taken back": lambda made: made.git("reset", "--quiet", "--hard", "HEAD~2"),
    "a merge": lambda made: (
        made.git("checkout", "--quiet", "-b", "proposal", "HEAD~2"),
        made.commit("2026-02-01", edit(1, 9)),
        made.git("checkout", "--quiet", "-"),
        made.git("merge", "--quiet", "--no-ff", "--message", "x", "proposal", at="2026-02-04"),
    ),
    "the other side of a merge": lambda made: (
        made.git("checkout", "--quiet", "-b", "proposal", "HEAD~2"),
        made.commit("2026-02-01", edit(1, 9)),
        made.git("merge", "--quiet", "--no-ff", "--message", "x", "-", at="2026-02-04"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("edit_", EDITS.values(), ids=EDITS.keys())
def test_going_on_from_what_was_kept_gives_the_same_as_reading_it_all(
    repository: Repository, edit_: Callable[[Repository], object]
) -> None:
    edit_(repository)
    assert repository.build() == cold(repository)
    repository.commit("2026-03-01", edit(4, 21))
    assert repository.build() == cold(repository)
    repository.commit("2026-03-02")
    assert repository.build() == cold(repository)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: b"\xff" + data,
        lambda data: data[:60] + b"x" + data[61:],
    ],
)
def test_what_is_damaged_is_as_if_it_were_not_there(
    repository: Repository, damage: Callable[[bytes], bytes]
) -> None:
    repository.commit("2026-02-01", edit(3, 20))
    kept = sorted(repository.folder.parent.rglob("*.past")) + sorted(repository.folder.parent.rglob("past"))
    assert [path.name for path in kept] == ["acme.past", "bakery.past", "past"]
    for path in kept:
        path.write_bytes(damage(path.read_bytes()))
    assert repository.build() == cold(repository)


def test_what_was_kept_of_another_client_is_not_read(repository: Repository) -> None:
    (folder,) = {path.parent for path in repository.folder.parent.rglob("*.past")}
    (folder / "bakery.past").write_bytes((folder / "acme.past").read_bytes())
    repository.commit("2026-02-01", {"content/bakery/risks.yaml": "- {id: RSK-1, title: Flood}\n"})
    assert changes(repository.build(client="bakery")) == [("RSK-1", "2026-02-01", None, None, None)]


def test_a_client_built_alone_in_between_is_no_matter(repository: Repository) -> None:
    repository.commit(
        "2026-02-01", edit(3, 20) | {"content/bakery/risks.yaml": "- {id: RSK-1, title: Flood}\n"}
    )
    repository.build(clients=("acme",))
    repository.commit("2026-02-02", {"content/bakery/risks.yaml": "- {id: RSK-1, title: Fire}\n"})
    assert changes(repository.build(client="bakery")) == [
        ("RSK-1", "2026-02-01", None, None, None),
        ("RSK-1", "2026-02-02", "title", "Flood", "Fire"),
    ]


def test_a_client_that_is_gone_leaves_nothing_of_its_past(repository: Repository) -> None:
    shutil.rmtree(repository.folder / "content/bakery")
    repository.commit("2026-02-01")
    repository.build()
    assert [path.name for path in repository.folder.parent.rglob("*.past")] == ["acme.past"]
