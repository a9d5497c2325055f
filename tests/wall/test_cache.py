"""What is kept between builds saves time and changes nothing: whatever was edited before, and whatever befell the caches."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sites import build_at, tree_of, write_tree
from wall.depth import IS_WHOLE, some

from portalgen.build.unchanged import repeat
from portalgen.cli import run

SLUGS = ("acme", "birch", "cedar")
IDS = st.sampled_from(["RSK-1", "RSK-2", "RSK-3"])
CLIENTS = st.sampled_from(SLUGS)


def build_as_typed(root: Path) -> int:
    """Return the exit status of `portalgen build`, which first looks whether anything has to be done."""
    arguments = ["build", "--source", str(root), "--as-of", "2026-11-23", "--jobs", "1"]
    # --jobs is one of the options with which nobody looks.
    status = repeat(arguments[:-2])
    return run(arguments[:-2]) if status is None else status


def sites_of(output: Path) -> dict[str, dict[str, bytes]]:
    found = sorted(path.name for path in output.iterdir() if not path.name.startswith("."))
    return {slug: tree_of(output / slug) for slug in found}


class Edits(RuleBasedStateMachine):
    """Whatever a team does to its content: after each build the sites are those that a clean build makes."""

    scratch: Path

    @initialize()
    def begin(self) -> None:
        self.root = self.scratch / "portal"
        shutil.rmtree(self.scratch)
        write_tree(self.root, {"content/_shared/people.yaml": "ours: {name: Our One}\n"})
        for slug in SLUGS[:2]:
            write_tree(self.root, {f"content/{slug}/client.yaml": f"name: {slug}\nlead: ours\n"})

    @rule(slug=CLIENTS, id_=IDS, title=st.sampled_from(["Flood", "Fire"]), mark=st.sampled_from(["", "visibility: internal\n"]))  # fmt: skip
    def write_record(self, slug: str, id_: str, title: str, mark: str) -> None:
        if (self.root / "content" / slug).exists():
            text = f"id: {id_}\ntitle: {title}\nlikelihood: 1\nimpact: 1\nbody: See [[RSK-1]].\n{mark}"
            if id_ != "RSK-1" and not self._names(slug, "RSK-1"):
                text = text.replace("[[RSK-1]]", "them")
            write_tree(self.root, {f"content/{slug}/risks/{id_}.yaml": text})

    @rule(slug=CLIENTS, id_=IDS)
    def delete_record(self, slug: str, id_: str) -> None:
        for path in self._names(slug, id_):
            path.unlink()

    @rule(slug=CLIENTS, id_=IDS)
    def rename_file(self, slug: str, id_: str) -> None:
        for path in self._names(slug, id_):
            path.rename(path.with_name(f"{id_}-again.yaml" if "again" not in path.name else f"{id_}.yaml"))

    @rule(slug=CLIENTS, id_=IDS)
    def break_and_mend(self, slug: str, id_: str) -> None:
        """A client with errors keeps its old site; once it is mended it has the new one."""
        for path in self._names(slug, id_):
            text = path.read_text()
            path.write_text(text + "titel: x\n")
            assert build_as_typed(self.root) == 1
            path.write_text(text)

    @rule(slug=CLIENTS)
    def a_client_comes_or_goes(self, slug: str) -> None:
        folder = self.root / "content" / slug
        if not folder.exists():
            write_tree(self.root, {f"content/{slug}/client.yaml": f"name: {slug}\n"})
        elif len(list((self.root / "content").glob("*/client.yaml"))) > 1:
            shutil.rmtree(folder)

    @rule(text=st.sampled_from(["", "visibility: {risks: internal}\n", "risk: {medium: 1, high: 2}\n"]))
    def change_settings(self, text: str) -> None:
        write_tree(self.root, {"portalgen.yaml": text})

    @rule(name=st.sampled_from(["Our One", "Our Other"]))
    def change_shared_people(self, name: str) -> None:
        write_tree(self.root, {"content/_shared/people.yaml": f"ours: {{name: {name}}}\n"})

    @rule(colour=st.sampled_from(["", "styles/9-more.css"]))
    def change_theme(self, colour: str) -> None:
        theme = self.root / "themes/mine"
        shutil.rmtree(theme, ignore_errors=True)
        if colour:
            write_tree(theme, {"theme.yaml": "name: mine\nextends: default\n"})
        write_tree(self.root, {"portalgen.yaml": "theme: mine\n" if colour else ""})

    @rule(slug=CLIENTS)
    def set_times_back(self, slug: str) -> None:
        for path in (self.root / "content" / slug).rglob("*"):
            os.utime(path, (1, 1))

    @rule()
    def nothing(self) -> None:
        """A build right after a build."""

    @invariant()
    def the_sites_are_those_of_a_clean_build(self) -> None:
        if not hasattr(self, "root"):
            return
        status = build_as_typed(self.root)
        clean = self.scratch / "clean"
        outcome = build_at(self.root, clean, cache=False, jobs=1)
        assert status == outcome.status
        if status == 0:
            assert sites_of(self.root / "public") == sites_of(clean)
        shutil.rmtree(clean)

    def _names(self, slug: str, id_: str) -> list[Path]:
        return list((self.root / "content" / slug / "risks").glob(f"{id_}*.yaml"))


@pytest.mark.slow
def test_after_any_edits_a_build_makes_what_a_clean_build_makes(tmp_path: Path) -> None:
    """A thousand histories in a sweep."""

    class Here(Edits):
        scratch = tmp_path / "scratch"

    Here.scratch.mkdir()
    case = Here.TestCase
    case.settings = settings(
        max_examples=1000 if IS_WHOLE else 12, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck)
    )  # fmt: skip
    case("runTest").runTest()


DAMAGE = [
    "a byte is another",
    "it is cut off",
    "it is empty",
    "it is another client's",
    "it is of another version",
]


def damaged(file: Path, how: str) -> Iterator[bytes]:
    """Yield what may stand in the place of a cache."""
    data = file.read_bytes()
    match how:
        case "a byte is another":
            for at in some(range(len(data)), 40):
                yield data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :]
        case "it is cut off":
            for end in some(range(len(data)), 20):
                yield data[:end]
        case "it is empty":
            yield b""
        case "it is another client's":
            yield from (other.read_bytes() for other in file.parent.iterdir() if other != file)
        case "it is of another version":
            yield data.replace(b"portalgen-cache-1", b"portalgen-cache-0")


@pytest.mark.slow
@pytest.mark.parametrize("how", DAMAGE)
def test_a_cache_that_was_damaged_changes_no_byte_of_a_site(tmp_path: Path, how: str) -> None:
    """Of the caches beside the output, and of our own state in it."""
    root = tmp_path / "portal"
    for slug in SLUGS[:2]:
        write_tree(root, {f"content/{slug}/{name}": f"name: {slug}\n" for name in ("client.yaml",)})
        write_tree(root, {f"content/{slug}/risks.yaml": "- {id: RSK-1, title: Flood, likelihood: 1, impact: 1}\n"})  # fmt: skip
    assert build_as_typed(root) == 0
    assert build_as_typed(root) == 0
    caches = sorted(path for path in (root / ".portalgen-cache").rglob("*") if path.is_file())
    caches += sorted((root / "public" / ".portalgen" / "sites").iterdir())
    assert len(caches) >= 4
    wanted, title, tried = {"Flood": sites_of(root / "public")}, "Flood", 0
    kept = {path: path.read_bytes() for path in caches}
    for file in caches:
        for data in damaged(file, how):
            file.write_bytes(data)
            tried += 1
            # Now and then with another content: a cache may not make an old site of a new one either.
            if Random(tried).random() < 0.3:
                title = "Fire" if title == "Flood" else "Flood"
                write_tree(root, {"content/acme/risks.yaml": f"- {{id: RSK-1, title: {title}, likelihood: 1, impact: 1}}\n"})  # fmt: skip
            assert build_as_typed(root) == 0, file
            wanted.setdefault(title, sites_of(root / "public"))
            assert sites_of(root / "public") == wanted[title], file
    assert b"Fire" in wanted.get("Fire", {}).get("acme", {}).get("risks.html", b"Fire")
    print(f"{tried} damaged caches of {len(kept)}")
