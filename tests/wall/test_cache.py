"""What is kept between builds saves time and changes no byte, whatever befell it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from sites import tree_of, write_tree
from wall.depth import some

from portalgen.build.unchanged import repeat
from portalgen.cli import run

SLUGS = ("acme", "birch", "cedar")


def build_as_typed(root: Path) -> int:
    """Return the exit status of `portalgen build`, which first looks whether anything has to be done."""
    arguments = ["build", "--source", str(root), "--as-of", "2026-11-23"]
    status = repeat(arguments)
    return run(arguments) if status is None else status


def sites_of(output: Path) -> dict[str, dict[str, bytes]]:
    found = sorted(path.name for path in output.iterdir() if not path.name.startswith("."))
    return {slug: tree_of(output / slug) for slug in found}


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


def test_only_the_owner_can_read_what_is_kept_of_all_clients(tmp_path: Path) -> None:
    """An output may stand among files that a web server shows."""
    write_tree(tmp_path, {"content/acme/client.yaml": "name: Acme\n"})
    assert build_as_typed(tmp_path) == 0
    kept = tmp_path / ".portalgen-cache"
    assert [folder.stat().st_mode & 0o777 for folder in (kept, kept / "public")] == [0o700, 0o700]
