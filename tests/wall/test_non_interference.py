"""Change, add or remove what a client may not see: every byte of the client's site stays."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sites import build_at, tree_of, write_tree
from wall.company import write_company
from wall.depth import some
from wall.random_site import KINDS, LINKS

CLIENT = "content/acme"
ENVIRONMENT = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


class Repository:
    """A company whose client `acme` is watched."""

    def __init__(self, root: Path) -> None:
        self.root = root
        write_company(root, ("acme", "birch-and-sons"))
        self.before = self.site()

    def site(self, slug: str = "acme") -> dict[str, bytes]:
        outcome = build_at(self.root, self.root / "public", jobs=1)
        of_client = [
            str(one)
            for one in outcome.problems
            if one.severity == "error" and one.place.path.startswith((CLIENT, "content/_shared"))
        ]
        assert of_client == []
        return tree_of(self.root / "public" / slug)

    def edit(self, path: str, change: Callable[[str], str]) -> None:
        file = self.root / path
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        changed = change(text)
        assert changed != text, f"nothing is changed in {path}"
        write_tree(self.root, {path: changed})

    def change_fields(self, path: str, change: Callable[[object], object]) -> None:
        """Change a file that Everything wrote, which is JSON."""

        def edit(text: str) -> str:
            value = json.loads(text)
            return json.dumps(change(value) or value)

        self.edit(path, edit)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("template") / "source"
    Repository(root)
    return root


@pytest.fixture
def repository(template: Path, tmp_path: Path) -> Iterator[Repository]:
    root = tmp_path / "source"
    shutil.copytree(template, root)
    found = object.__new__(Repository)
    found.root = root
    found.before = tree_of(root / "public" / "acme")
    yield found
    after = found.site()
    assert after.keys() == found.before.keys()
    assert [name for name in after if after[name] != found.before[name]] == []
    # And cold, in another place.
    outcome = build_at(root, tmp_path / "cold", jobs=1)
    assert outcome.sites >= 1
    assert tree_of(tmp_path / "cold" / "acme") == found.before


INTERNAL_RECORDS = [
    {
        "id": f"{prefix}-900", "title": "hidden", "visibility": "internal", "owner": "ines", "body": "hidden, see [[REQ-1]]",
        "links": {name: ["REQ-1", "MS-1", "CR-1", "DEL-1", "DEC-1", "RSK-1", "ISS-1", "REP-1"] for name in LINKS}, "tags": ["a"],
    }
    | {
        "requirements": {"status": "validated", "weight": "1000", "priority": "must", "parent": "REQ-1", "milestone": "MS-1", "raised_on": "2026-11-22", "validated_on": "2026-11-22"},
        "changes": {"status": "approved", "submitted_on": "2026-11-01", "decided_on": "2026-11-22", "impact": {"cost": "5000 EUR", "schedule": {"MS-1": "+90d"}, "scope": {"adds": ["REQ-1"]}}},
        "milestones": {"baseline": "2026-01-01", "forecast": "2027-01-01", "depends_on": ["MS-1"], "deliverables": ["DEL-1"]},
        "deliverables": {"status": "submitted", "due": "2026-01-01", "submitted_on": "2026-11-22", "milestone": "MS-1"},
        "meetings": {"date": "2026-11-22", "decisions": ["hidden", "hidden too"], "actions": [{"title": "hidden", "side": "client"}], "next_meeting": "M-1"},
        "decisions": {"date": "2026-11-22"},
        "actions": {"side": "client", "status": "open", "due": "2026-01-01", "requested_on": "2025-01-01", "blocks": ["REQ-1"]},
        "risks": {"likelihood": "5", "impact": "5", "status": "approved", "identified_on": "2026-11-22", "escalated": "yes"},
        "issues": {"status": "open", "raised_on": "2026-11-22", "impact": "5", "target_date": "2026-01-01"},
        "reports": {"date": "2026-11-22", "health": "off_track", "author": "ines"},
        "documents": {"date": "2026-11-22", "supersedes": "DOC-1", "url": "https://hidden.example/"},
        "feedback": {"date": "2026-11-22", "answered_on": "2026-11-22", "answer": "hidden", "resulted_in": ["REQ-1"]},
        "surveys": {"status": "closed", "type": "nps", "opened_on": "2026-11-01", "responses": [{"score": "1"}, {"score": "1"}, {"score": "1"}]},
        "approvals": {"subject": ["REQ-1", "DEL-1"], "status": "requested", "requested_on": "2025-01-01"},
        "communications": {"date": "2026-11-22", "from": ["ines"]},
        "lessons": {"applied_in": ["hidden"]},
        "pages": {"order": "-9"},
    }[kind]
    | {"kind": kind}
    for kind, prefix in KINDS.items()
]  # fmt: skip


def _rows_of(path: str, name: str, *rows: dict[str, object]) -> Callable[[Repository], None]:
    """Return what adds rows, first and last, to a list of the first record of a file, or to a list of its mapping."""

    def add(value: object) -> None:
        holder = value[0] if isinstance(value, list) else value
        assert isinstance(holder, dict)
        holder[name] = [*rows, *holder.get(name, []), *rows]

    return lambda repository: repository.change_fields(f"{CLIENT}/{path}", add)


def _new_words(repository: Repository) -> None:
    """Every internal word becomes another, and every internal file and id gets another name."""
    mark = re.compile(r"canarya([a-z]*)(\d+)")
    for path in sorted(repository.root.glob("content/acme/**/*"), reverse=True):
        if path.is_file() and path.suffix not in (".png", ".svg"):
            text = path.read_text(encoding="utf-8")
            path.write_text(mark.sub(r"anotherandlongercanarya\g<1>\g<2>", text), encoding="utf-8")
        if mark.search(path.name):
            path.rename(path.with_name(mark.sub(r"anotherandlongercanarya\g<1>\g<2>", path.name)))


def _new_record(kind: str, *, first: bool) -> Callable[[Repository], None]:
    record = next(record for record in INTERNAL_RECORDS if record["kind"] == kind)
    fields = {name: value for name, value in record.items() if name != "kind"}

    def add(value: object) -> object:
        assert isinstance(value, list)
        return [fields, *value] if first else [*value, fields]

    return lambda repository: repository.change_fields(f"{CLIENT}/{kind}.yaml", add)


def _all_records(repository: Repository) -> None:
    for number, kind in enumerate(KINDS):
        _new_record(kind, first=number % 2 == 0)(repository)


def _hidden_records_gone(repository: Repository) -> None:
    """What Everything marks as internal is deleted; what more_files add is still linked to."""
    for kind in KINDS:
        repository.change_fields(
            f"{CLIENT}/{kind}.yaml",
            lambda value: [row for row in value if row.get("visibility") != "internal"],
        )  # type: ignore[attr-defined]


def _fields_of_client(repository: Repository) -> None:
    changes = {
        "since": "2001-01-01",
        "status": "closed",
        "preferences": {"a": ["b"]},
        "internal": ["another", {"note": "x"}],
        "visibility": {"lessons": "internal"},
    }
    repository.change_fields(f"{CLIENT}/client.yaml", lambda value: value | changes)  # type: ignore[operator]


def _fields_of_records(repository: Repository) -> None:
    """What is for the team alone is filled with something else, whatever its type."""
    changes = {
        "requirements": {"estimate": "9m"}, "surveys": {}, "feedback": {"from": "Somebody Else"}, "milestones": {"confidence": "none at all"},
        "approvals": {},
    }  # fmt: skip
    for kind in KINDS:
        more = {"tags": ["other", "words"], "internal": {"deep": [{"er": "x"}]}, **changes.get(kind, {})}
        repository.change_fields(
            f"{CLIENT}/{kind}.yaml", lambda value, more=more: [row | more for row in value]
        )  # type: ignore[misc]


def _answers(repository: Repository) -> None:
    def change(value: object) -> None:
        assert isinstance(value, list)
        for row in value[0]["responses"]:
            row |= {"from": "Somebody Else", "comment": "changed, see REQ-1", "date": "2020-02-02"}

    repository.change_fields(f"{CLIENT}/surveys.yaml", change)


def _people(repository: Repository) -> None:
    repository.change_fields(
        f"{CLIENT}/people.yaml",
        lambda value: {
            "a-first": {"name": "Hidden One", "visibility": "internal"},
            **{
                key: person | {"interest": "x", "influence": "y", "attitude": "z", "internal": "changed"}
                for key, person in value.items()
            },  # type: ignore[attr-defined]
            "z-last": {"name": "Hidden Two", "side": "client", "visibility": "internal"},
        },
    )


def _shared_people(repository: Repository) -> None:
    repository.edit(
        "content/_shared/people.yaml",
        lambda text: (
            text.replace("canaryshared3", "Other Name")
            + "ours-new: {name: New One}\nours-new-hidden: {name: X, visibility: internal}\n"
        ),
    )


def _blocks(repository: Repository) -> None:
    """Blocks and comments before, between and behind what is there, and in lists and quotes."""
    held = "::: internal\nhidden [[REQ-1]]\n\n# hidden\n:::\n"

    def change(value: object) -> None:
        assert isinstance(value, list)
        for row in value:
            if row.get("visibility") != "internal" and row.get("body"):
                row["body"] = f"{held}\n<!-- hidden\n\nhidden -->\n\n{row['body']}\n\n{held}\n"

    for kind in KINDS:
        repository.change_fields(f"{CLIENT}/{kind}.yaml", change)
    path = f"{CLIENT}/requirements/with-blocks.md"
    repository.edit(path, lambda text: text.replace(" and [", " <!-- x --> and ["))
    repository.edit(
        path,
        lambda text: (
            text.replace("\n> showna", "\n> <!-- x y\n> z -->\n>\n> showna")
            .replace("- shownalist2", "  ::: internal\n  x\n  :::\n- shownalist2")
            .replace("---\n# canary", f"---\n{held}\n# canary")
        ),
    )
    repository.edit(
        path, lambda text: text.replace("canaryablock5", "canaryablock5\n\nmuch more\n\n- and\n- more")
    )


def _project(repository: Repository) -> None:
    """An internal project beside a client that has none of its own folders needs one to begin with: see cedar in test_canaries."""
    files = {
        "hidden-project/project.yaml": "name: Hidden\nvisibility: internal\norder: -5\n",
        "hidden-project/risks.yaml": "- {id: RSK-901, title: hidden, likelihood: 5, impact: 5, visibility: client, links: {affects: REQ-1}}\n",
        "hidden-project/plan.txt": "hidden",
    }
    # Two kinds of project at once are an error; so the client's own project.yaml moves into a folder first.
    write_tree(repository.root / CLIENT, files)


def _drafts(repository: Repository) -> None:
    write_tree(
        repository.root / CLIENT,
        {
            "documents/new-draft.md": "---\nid: DOC-902\nstatus: draft\nsupersedes: DOC-1\nfile: new.txt\n---\n# hidden\n[[REQ-1]]\n",
            "documents/new.txt": "hidden",
        },
    )


def _files(repository: Repository) -> None:
    write_tree(
        repository.root / CLIENT,
        {
            "more.pdf": "x",
            "documents/deep/more.bin": "y",
            ".editor/z": "z",
            "requirements/x.md~": "w",
            "README.md": "changed",
        },
    )


def _settings(repository: Repository) -> None:
    repository.edit(
        "portalgen.yaml",
        lambda text: (
            "# another remark\n"
            + text
            + "cadence: {meeting: 3d, answer: 1d}\nvisibility: {communications: internal}\n"
        ),
    )


def _renamed_files(repository: Repository) -> None:
    """A record's id is its identity, never its path."""
    for path in (
        "requirements/rows.yaml",
        "risks/source.yaml",
        "meetings/steering.yaml",
        "pages/with-code.md",
    ):
        old = repository.root / CLIENT / path
        if "with-code" in path:
            continue
        (old.parent / "deeper").mkdir(exist_ok=True)
        old.rename(old.parent / "deeper" / f"aaa-{old.name}")


def _another_client_added(repository: Repository) -> None:
    shutil.copytree(
        repository.root / "content" / "birch-and-sons", repository.root / "content" / "a-new-client"
    )


def _another_client_broken(repository: Repository) -> None:
    repository.edit("content/birch-and-sons/risks.yaml", lambda text: text + "\n[[[")


def _another_client_changed(repository: Repository) -> None:
    for path in (repository.root / "content/birch-and-sons").glob("*.yaml"):
        path.write_text(
            path.read_text(encoding="utf-8").replace("shownb", "shownbx").replace("canaryb", "canarybx"),
            encoding="utf-8",
        )


def _another_client_gone(repository: Repository) -> None:
    shutil.rmtree(repository.root / "content" / "birch-and-sons")


CHANGES: dict[str, Callable[[Repository], None]] = {
    "every internal word, file name and id is another": _new_words,
    "an internal record of each kind is new": _all_records,
    "the internal records are gone": _hidden_records_gone,
    "internal fields of the client are changed": _fields_of_client,
    "internal fields of every record are changed": _fields_of_records,
    "an internal answer is new in a survey": _rows_of("surveys.yaml", "responses", {"score": "1", "visibility": "internal"}),
    "who answered a survey and what they wrote is changed": _answers,
    "an internal criterion is new": _rows_of("requirements.yaml", "acceptance", {"criterion": "hidden, see CR-1 and REQ-9", "visibility": "internal"}),
    "an internal obligation is new": _rows_of("contract.yaml", "obligations", {"party": "client", "text": "hidden", "visibility": "internal"}),
    "an internal payment is new": _rows_of("contract.yaml", "payments", {"title": "hidden", "amount": "7 EUR", "visibility": "internal"}),
    "draft and internal amendments are new": _rows_of("contract.yaml", "amendments", {"description": "hidden"}, {"description": "hidden", "status": "signed", "visibility": "internal"}),
    "people's internal fields are changed and internal people are new": _people,
    "shared people whom nobody names are changed": _shared_people,
    "internal blocks and comments are new": _blocks,
    "drafts are new": _drafts,
    "files that no record names are new": _files,
    "settings that say nothing of what is shown are changed": _settings,
    "records' files are renamed": _renamed_files,
    "another client is new": _another_client_added,
    "another client has errors": _another_client_broken,
    "another client is changed": _another_client_changed,
    "another client is gone": _another_client_gone,
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_every_byte_of_the_site_stays_where(change: str, repository: Repository) -> None:
    CHANGES[change](repository)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "first"), some([(kind, first) for kind in KINDS for first in (True, False)], 4)
)
def test_every_byte_of_the_site_stays_where_an_internal_record_is_new(
    kind: str, first: bool, repository: Repository
) -> None:
    _new_record(kind, first=first)(repository)


def test_every_byte_of_the_site_stays_where_all_is_changed_at_once(repository: Repository) -> None:
    for name, change in CHANGES.items():
        if name not in (
            "the internal records are gone",
            "another client is changed",
            "another client has errors",
        ):
            change(repository)


def test_where_git_keeps_the_content_other_people_words_and_ids_change_no_byte(tmp_path: Path) -> None:
    def commit(root: Path, who: str, message: str, branch: str) -> str:
        days = {"GIT_AUTHOR_DATE": "2026-05-01T10:00:00Z", "GIT_COMMITTER_DATE": "2026-05-01T10:00:00Z"}
        names = {
            "GIT_AUTHOR_NAME": who,
            "GIT_AUTHOR_EMAIL": f"{who}@x.example",
            "GIT_COMMITTER_NAME": who,
            "GIT_COMMITTER_EMAIL": f"{who}@y.example",
        }

        def git(*arguments: str) -> str:
            done = subprocess.run(
                ["git", *arguments],
                cwd=root,
                env=ENVIRONMENT | names | days,
                check=True,
                capture_output=True,
                text=True,
            )
            return done.stdout.strip()

        if not (root / ".git").exists():
            git("init", "-q", "-b", branch)
        git("add", "content", "portalgen.yaml")
        git("commit", "-q", "-m", message)
        return git("rev-parse", "HEAD")

    sites, ids = [], set()
    for who, branch in (("one", "main"), ("two-and-more", "other/branch")):
        root = tmp_path / who / "repository"
        write_company(root, ("acme",))
        ids.add(commit(root, who, f"first of {who}", branch))
        write_tree(
            root,
            {
                f"{CLIENT}/risks/source.yaml": (root / CLIENT / "risks/source.yaml")
                .read_text()
                .replace("likelihood: 2", "likelihood: 4")
            },
        )
        ids.add(commit(root, who, f"second of {who}", branch))
        assert build_at(root, root / "public", jobs=1).sites == 1
        sites.append(tree_of(root / "public" / "acme"))
    assert len(ids) == 4
    assert sites[0] == sites[1]
