"""Turn a few answers into the files of a new portal repository; nothing that is there is overwritten."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path, PurePosixPath
from typing import Literal

from msgspec import Struct

from portalgen.authoring import FILES as ONE_FILE
from portalgen.authoring import IDS
from portalgen.editing.author import git_remote, git_setting
from portalgen.editing.files import write_whole
from portalgen.editing.ids import folder_name_of
from portalgen.editing.origin import requirement
from portalgen.editing.scalars import as_scalar
from portalgen.editing.schema_files import FOLDER as SCHEMAS
from portalgen.editing.schema_files import ids_file, schema_files

FILES = Path(__file__).parent.parent / "_scaffold"
"""The files as they are shipped; `dot-` at a name's beginning is a dot, and words between @ are filled in."""

Ci = Literal["github", "gitlab", "both", "none"]

_TOKEN = re.compile(r"@(?P<name>[a-z]+(?:-[a-z]+)*)(?P<days>[+-]\d+)?@")
_COMMENT = re.compile(r"(?P<before>.*?\S)(?P<gap> {2,})(?P<comment># .*)")


class Answers(Struct, frozen=True, kw_only=True):
    """What is asked, or guessed with --yes."""

    client: str
    slug: str
    team: str
    me: str
    mail: str
    currency: str
    ci: Ci


def guess(folder: Path) -> Answers:
    """Return what git knows of the person and of where the repository is pushed; examples for the rest."""
    remote = git_remote(folder).casefold()
    ci: Ci = "gitlab" if "gitlab" in remote else "github" if "github" in remote else "both"
    return Answers(
        client="Example Practice",
        slug="example-practice",
        team="Our Company",
        me=git_setting(folder, "user.name") or "Your Name",
        mail=git_setting(folder, "user.email") or "you@example.com",
        currency="EUR",
        ci=ci,
    )


def plan_files(answers: Answers, today: date) -> dict[str, str]:
    """Return the text of every file by its path."""
    words = {
        "client": answers.client,
        "slug": answers.slug,
        "team": answers.team,
        "me": answers.me,
        "mail": answers.mail,
        "currency": answers.currency,
        "me-key": folder_name_of(answers.me) or "me",
        "requirement": requirement(),
        "today": today.isoformat(),
        "week": "{}-W{:02}".format(*today.isocalendar()),
    }
    files = {}
    for path in sorted(FILES.rglob("*")):
        name = path.relative_to(FILES).as_posix()
        if path.is_file() and _belongs(name, answers.ci):
            name = "/".join(re.sub("^dot-", ".", part) for part in name.split("/"))
            files[_filled(name, words, today)] = _text(path.read_text(encoding="utf-8"), name, words, today)
    files |= {f"{SCHEMAS}/{name}": text for name, text in schema_files().items()}
    files[".vscode/settings.json"] = _editor_settings()
    return files


class Made(Struct, frozen=True):
    """What became of one planned file."""

    path: str
    is_new: bool
    """False where one was there, which stays."""


def write_files(folder: Path, files: Mapping[str, str]) -> Iterator[Made]:
    """Write what is not there yet, and yield what became of each. Where there are clients already, none is added."""
    has_clients = any(folder.glob("content/*/client.yaml"))
    for path, text in files.items():
        if has_clients and path.startswith("content/"):
            continue
        target = folder / path
        if target.exists() or target.is_symlink():
            yield Made(path, is_new=False)
            continue
        write_whole(folder, path, text)
        if path.endswith(".sh"):
            target.chmod(target.stat().st_mode | 0o111)
        yield Made(path, is_new=True)
    # Last, since it names what the content holds.
    if not (folder / SCHEMAS / IDS).exists():
        write_whole(folder, f"{SCHEMAS}/{IDS}", ids_file(folder))
        yield Made(f"{SCHEMAS}/{IDS}", is_new=True)


def begin_repository(folder: Path) -> bool:
    """Return whether a git repository was begun: not where there is one, or no git."""
    if not shutil.which("git"):
        return False
    inside = subprocess.run(
        ["git", "-C", str(folder), "rev-parse", "--is-inside-work-tree"], capture_output=True, check=False
    )
    if inside.returncode == 0:
        return False
    begun = subprocess.run(
        ["git", "-C", str(folder), "init", "--quiet", "--initial-branch=main"],
        capture_output=True,
        check=False,
    )
    return begun.returncode == 0


def _belongs(name: str, ci: Ci) -> bool:
    if "__pycache__" in name:
        return False
    if name.startswith("dot-github/"):
        return ci in ("github", "both")
    if name.startswith("dot-gitlab") or name == "publish/gitlab-jobs.sh":
        return ci in ("gitlab", "both")
    return not name.startswith("publish/") or ci != "none"


def _text(text: str, name: str, words: Mapping[str, str], today: date) -> str:
    is_yaml = PurePosixPath(name).suffix in (".yaml", ".yml") or name.startswith("content/")
    if is_yaml:
        # Whatever somebody is called, it reads back as that.
        words = {key: as_scalar(word) for key, word in words.items()}
    return "".join(_line(line, words, today) for line in text.splitlines(keepends=True))


def _line(line: str, words: Mapping[str, str], today: date) -> str:
    """Return a line filled in; a comment behind it stays in its column where there is room."""
    match = _COMMENT.match(line)
    if not match or "@" not in match["before"]:
        return _filled(line, words, today)
    column = match.start("comment")
    before = _filled(match["before"], words, today)
    return f"{before:{column - 2}}  {_filled(line[column:], words, today)}"


def _filled(text: str, words: Mapping[str, str], today: date) -> str:
    def fill(match: re.Match[str]) -> str:
        if match["name"] == "day":
            return (today + timedelta(days=int(match["days"]))).isoformat()
        return words[match["name"]]

    return _TOKEN.sub(fill, text)


def _editor_settings() -> str:
    """Return the settings that lead VS Code from each file to its schema."""
    import json

    places: dict[str, list[str]] = {}
    for file in sorted(schema_files()):
        name = file.partition(".")[0]
        patterns = [f"content/**/{name}.yaml" if name != "settings" else "portalgen.yaml"]
        if name not in (*ONE_FILE, "settings"):
            patterns.append(f"content/**/{name}/**/*.yaml")
        places[f"./{SCHEMAS}/{file}"] = patterns
    settings = {
        "yaml.schemas": places,
        "yaml.format.enable": False,
        "yaml.completion": True,
        "files.insertFinalNewline": True,
        "files.encoding": "utf8",
        "files.exclude": {"**/.portalgen-cache": True},
        "[markdown]": {"editor.quickSuggestions": {"other": True, "comments": False, "strings": False}},
    }
    return json.dumps(settings, indent=2) + "\n"
