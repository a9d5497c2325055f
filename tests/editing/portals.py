"""A small portal repository for tests of the commands that change one."""

from __future__ import annotations

from pathlib import Path

from sites import write_tree

from portalgen import cli

DAY = "2026-11-23"

FILES = {
    "content/_shared/people.yaml": "maya:\n  name: Maya Lind\n  email: maya@lind.example\n",
    "content/cinema/client.yaml": "name: Riverside Cinema\nlead: maya   # she knows them\n",
    "content/cinema/people.yaml": "omar:\n  name: Omar Reed\njo:\n  name: Jo Banks\n",
    "content/cinema/requirements.yaml": (
        "# What they asked for.\n\n- id: REQ-007   # the first\n  title: Tickets\n  priority: must\n  milestone: MS-1\n"
        "  acceptance: It works\n\n- {id: REQ-009, title: Popcorn, priority: wont, visibility: internal}\n"
    ),
    "content/cinema/milestones.yaml": "- id: MS-1\n  title: Opening\n  baseline: 2026-12-04\n  forecast: 2026-12-11  # late\n",
    "content/cinema/changes/CR-1.yaml": "title: Returns\nsubmitted_on: 2026-11-16\nimpact: {cost: 5 EUR}\n",
    "content/cinema/risks/first.md": "---\nid: RSK-1\ntitle: It rains  # in\nlikelihood: 1\nimpact: 2\n---\n# In Spring\n\nIt rains.\n",
    "content/cinema/meetings/2026-11-18-trial.md": (
        "---\ntitle: Trial\nattendees: [omar, maya]\ndecisions:\n  - We open later   # agreed\n"
        "actions:\n  - id: ACT-1\n    title: Send the plan\n    owner: omar\n    due: 2026-11-20\n"
        "  - {id: ACT-2, title: Ask the bank, owner: maya, visibility: internal}\n"
        "  - {id: ACT-3, title: Call, owner: maya, status: done}\n---\nWe met.\n"
    ),
}


def a_portal(folder: Path, **more: str) -> Path:
    """Write a portal repository with one client; `more` adds files, a name's `__` standing for `/`."""
    return write_tree(
        folder, FILES | {f"content/{name.replace('__', '/')}.yaml": text for name, text in more.items()}
    )


def run(folder: Path, *arguments: str, day: str = DAY) -> int:
    """Return the exit status of a command in a portal repository."""
    return cli.run([*arguments, "--source", str(folder), "--as-of", day])


def texts_of(folder: Path) -> dict[str, str]:
    """Return every file of the content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode()
        for path in sorted((folder / "content").rglob("*"))
        if path.is_file()
    }
