"""Run a GitHub workflow's shell steps as they stand, with a folder for what GitHub keeps between jobs.

What is not shell is done in the plainest way: checkout is a clone, the cache and the artefacts are folders.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


@dataclass
class GitHub:
    """What stays between runs: the repository, caches, artefacts, variables."""

    folder: Path
    origin: Path
    environment: dict[str, str]
    """Of every step: where programs are."""
    variables: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, Any] = field(default_factory=dict)
    runs: int = 0
    said: list[str] = field(default_factory=list)
    """What the steps of the last run printed."""

    def artefacts(self) -> dict[str, Path]:
        """Return the artefacts of the last run by name."""
        return {path.name: path for path in sorted((self.folder / f"artefacts-{self.runs}").glob("*"))}

    def run(self, workflow: str, event: Mapping[str, Any] | None = None) -> dict[str, str]:
        """Return how each job of a workflow ended: success, failure or skipped; a job of a matrix fails if one does."""
        self.runs += 1
        self.said = []
        text = subprocess.run(
            ["git", "-C", self.origin, "show", f"main:.github/workflows/{workflow}"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        needs: dict[str, dict[str, Any]] = {}
        for name, job in yaml.safe_load(text)["jobs"].items():
            wanted = job.get("needs", [])
            context: dict[str, Any] = {
                "needs": {each: needs[each] for each in ([wanted] if isinstance(wanted, str) else wanted)},
                "github": {"run_id": self.runs, "run_attempt": 1, "token": "t", "event": event or {}},
                "vars": self.variables,
                "secrets": self.secrets,
                "inputs": self.inputs,
                "steps": {},
            }
            if not self._goes_on(job.get("if"), context):
                needs[name] = {"result": "skipped", "outputs": {}}
                continue
            ended = [
                self._job(name, job, context | {"matrix": matrix}) for matrix in self._matrix(job, context)
            ]
            result = "success" if all(each["result"] == "success" for each in ended) else "failure"
            needs[name] = {"result": result, "outputs": ended[0]["outputs"] if ended else {}}
        return {name: each["result"] for name, each in needs.items()}

    def _job(self, name: str, job: Mapping[str, Any], context: dict[str, Any]) -> dict[str, Any]:
        work = self.folder / f"work-{self.runs}-{name}-{'-'.join(context['matrix'].values())}"
        result = "success"
        for step in job["steps"]:
            is_wanted = self._goes_on(step.get("if"), context)
            if not is_wanted or (result == "failure" and "cancelled()" not in str(step.get("if"))):
                continue
            if "uses" in step:
                self._use(step["uses"].partition("@")[0], _filled(step.get("with", {}), context), work)
            elif not self._shell(step, work, context):
                result = "failure"
        outputs = {key: _filled(value, context) for key, value in job.get("outputs", {}).items()}
        return {"result": result, "outputs": outputs}

    def _shell(self, step: Mapping[str, Any], work: Path, context: dict[str, Any]) -> bool:
        assert "${{" not in step["run"], "an expression in a script is an open door: hand it over in env"
        output = self.folder / "output.txt"
        output.write_text("", encoding="utf-8")
        done = subprocess.run(
            # As GitHub's runner does.
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=work,
            env={
                **self.environment,
                **_filled(step.get("env", {}), context),
                "GITHUB_OUTPUT": str(output),
                "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        self.said.append(done.stdout + done.stderr)
        if "id" in step:
            pairs = (line.partition("=") for line in output.read_text(encoding="utf-8").splitlines())
            context["steps"][step["id"]] = {"outputs": {key: value for key, _, value in pairs}}
        return done.returncode == 0

    def _use(self, action: str, given: Mapping[str, Any], work: Path) -> None:
        match action:
            case "actions/checkout":
                depth = [] if given.get("fetch-depth") == 0 else ["--depth", "1"]
                source = f"file://{self.origin}"
                subprocess.run(["git", "clone", "-q", *depth, source, work], check=True, env=self.environment)
            case "actions/setup-python":
                pass
            case "actions/cache/restore":
                found = sorted(
                    (self.folder / "cache").glob(f"{given['restore-keys']}*"),
                    key=lambda path: path.stat().st_mtime_ns,
                )
                if found:
                    shutil.copytree(found[-1], work, symlinks=True, dirs_exist_ok=True)
            case "actions/cache/save":
                for path in given["path"].split():
                    shutil.copytree(work / path, self.folder / "cache" / given["key"] / path, symlinks=True)
            case "actions/upload-artifact":
                assert (work / given["path"]).is_dir()
                shutil.copytree(work / given["path"], self.folder / f"artefacts-{self.runs}" / given["name"])
            case _:
                raise AssertionError(f"nobody knows what {action} does")

    def _matrix(self, job: Mapping[str, Any], context: dict[str, Any]) -> Iterator[dict[str, str]]:
        values = job.get("strategy", {}).get("matrix")
        if not values:
            yield {}
            return
        ((key, expression),) = values.items()
        match = re.fullmatch(r"\$\{\{\s*fromJSON\((.*?)\)\s*\}\}", expression)
        assert match
        yield from ({key: value} for value in json.loads(_value(match[1], context)))

    def _goes_on(self, condition: str | None, context: dict[str, Any]) -> bool:
        """Return whether a condition holds; each one that stands in a workflow is written down here."""
        needs = context["needs"]
        if condition is None:
            return all(each["result"] == "success" for each in needs.values())
        return {
            "${{ !cancelled() }}": lambda: True,
            "${{ !inputs.all }}": lambda: not context["inputs"].get("all"),
            "${{ needs.build.outputs.clients != '[]' }}": lambda: (
                needs["build"]["result"] == "success" and needs["build"]["outputs"]["clients"] != "[]"
            ),
            "${{ !cancelled() && needs.build.result == 'success' && "
            'contains(fromJSON(\'["success", "skipped"]\'), needs.site.result) }}': lambda: (
                needs["build"]["result"] == "success" and needs["site"]["result"] in ("success", "skipped")
            ),
        }[condition]()


def _filled(value: Any, context: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(each, context) for key, each in value.items()}
    if isinstance(value, str):
        return _EXPRESSION.sub(lambda match: _value(match[1], context), value)
    return value


def _value(path: str, context: Mapping[str, Any]) -> str:
    found: Any = context
    for part in path.split("."):
        found = found.get(part, "") if isinstance(found, Mapping) else ""
    return str(found)


def programs(folder: Path, **scripts: str) -> str:
    """Return a PATH that begins with small programs, by name and text."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in scripts.items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"
