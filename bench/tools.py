"""The generators that are compared, each with its own shape of the one workload; peers are optional."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import workload

PEERS = Path(__file__).resolve().parent / ".peers"
"""Where `make bench` installs what we compare with: Python packages in venv/, npm packages in node_modules/."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A generator that is at hand."""

    name: str
    version: str
    shape: str
    """The workload's shape, as workload.py names it."""
    build: Callable[[Path, Path], list[str]]
    """Source and output → the command, to be run in the source."""
    edited: str
    """The note that changes, below the source."""


def find_tools(names: list[str]) -> tuple[list[Tool], list[str]]:
    """Return the tools at hand of those named, portalgen first, and in words which are missing."""
    found, missing = [], []
    for name in names:
        tool = _FINDERS[name]()
        if tool:
            found.append(tool)
        else:
            missing.append(f"{name} is not installed, so it was not measured")
    return found, missing


def portalgen(*options: str) -> Callable[[Path, Path], list[str]]:
    """Return portalgen's command with more options."""
    script = Path(sys.executable).parent / "portalgen"
    start = [str(script)] if script.exists() else [sys.executable, "-m", "portalgen"]
    return lambda source, output: [
        *start,
        "build",
        "--source",
        str(source),
        "--output",
        str(output),
        *options,
    ]


def make_source(tool: Tool, folder: Path, clients: int, records: int = 0) -> Path:
    """Write the workload for a tool and return its folder; portalgen's stands in git, as a team's does."""
    source = folder / f"{tool.shape}-{clients}-{records or 103}"
    if not source.exists():
        data = (
            workload.clients(clients, "portal") if not records else workload.large_client(records, "portal")
        )
        workload.SHAPES[tool.shape](source, data)
        if tool.shape == "eleventy":
            (source / "node_modules").symlink_to(PEERS / "node_modules")
        if tool.shape == "portal":
            for command in (
                "init -q",
                "add -A",
                "-c user.name=t -c user.email=t@example.org commit -qm Start",
            ):
                subprocess.run(["git", *command.split()], cwd=source, check=True)
    return source


def _portalgen() -> Tool:
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("portalgen")
    except PackageNotFoundError:
        number = "source"
    return Tool("portalgen", number, "portal", portalgen(), "content/c001/meetings/m-003.md")


def _hugo() -> Tool | None:
    binary = next(PEERS.glob("venv/lib/python*/site-packages/hugo/binaries/hugo"), None)
    if binary is None:
        return None
    return Tool(
        "hugo",
        _said(binary, "version").split("-")[0].removeprefix("hugo v"),
        "hugo",
        lambda source, output: [str(binary), "--quiet", "-s", str(source), "-d", str(output)],
        "content/c001/meetings/m-003.md",
    )


def _eleventy() -> Tool | None:
    script = PEERS / "node_modules/@11ty/eleventy/cmd.cjs"
    node = shutil.which("node")
    if node is None or not script.exists():
        return None
    return Tool(
        "eleventy",
        _said(node, str(script), "--version"),
        "eleventy",
        lambda source, output: [node, str(script), "--quiet", f"--output={os.path.relpath(output, source)}"],
        "content/c001/meetings/m-003.md",
    )


def _mkdocs() -> Tool | None:
    script = PEERS / "venv/bin/mkdocs"
    if not script.exists():
        return None
    return Tool(
        "mkdocs",
        _said(script, "--version").split()[2],
        "mkdocs",
        lambda source, output: [
            str(script),
            "build",
            "-q",
            "-f",
            str(source / "mkdocs.yml"),
            "-d",
            str(output),
        ],
        "docs/c001/meetings/m-003.md",
    )


def _pelican() -> Tool | None:
    script = PEERS / "venv/bin/pelican"
    if not script.exists():
        return None
    return Tool(
        "pelican",
        _said(script, "--version"),
        "pelican",
        lambda source, output: [str(script), "-q", "-s", str(source / "pelicanconf.py"), "-o", str(output)],
        "content/c001/meetings/m-003-c001.md",
    )


_FINDERS: dict[str, Callable[[], Tool | None]] = {
    "portalgen": _portalgen,
    "hugo": _hugo,
    "eleventy": _eleventy,
    "mkdocs": _mkdocs,
    "pelican": _pelican,
}
NAMES = list(_FINDERS)


def _said(*command: str | Path) -> str:
    return subprocess.run([*map(str, command)], capture_output=True, text=True, check=True).stdout.strip()
