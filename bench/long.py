#!/usr/bin/env python3
"""Write one client whose lists are long: 1,000 requirements, 2,000 decisions, minutes of 350 kB, 60 milestones.

    python bench/long.py FOLDER [--requirements 1000] [--decisions 2000] [--minutes 350000]

The same figures give the same bytes. The project runs for four years around 23 November 2026.
"""

from __future__ import annotations

import argparse
import random
from datetime import date, timedelta
from pathlib import Path

DAY = date(2026, 11, 23)
BEGIN = date(2024, 12, 2)
STATES = ("validated", "implemented", "in_progress", "approved", "proposed", "deferred")
PRIORITIES = ("must", "should", "should", "could", "could", "wont")
SUBJECTS = (
    "register of permits", "notice of a hearing", "list of addresses", "payment by instalment", "letter to a neighbour",
    "archive of drawings", "search by plot", "reminder before a deadline", "signature on a phone", "export for the auditor",
)  # fmt: skip
VERBS = ("shows", "keeps", "sends", "checks", "sorts", "counts", "prints", "finds", "locks", "renews")
SENTENCE = "The {subject} {verb} what the officer asked for, and {name} looks at it again on {day}."
NAMES = ("Ana Duarte", "Bo Lindqvist", "Chen Wei", "Dalia Haddad", "Emre Kaya")


def write_long(
    root: Path, *, requirements: int = 1000, decisions: int = 2000, minutes: int = 350_000
) -> Path:
    """Write content/long-town below `root` and return `root`; `minutes` is their size in bytes, at least."""
    chance = random.Random(7)
    folder = root / "content" / "long-town"
    files = {
        "client.yaml": "name: Long Town\nlead: ana\nurl: https://long.example/\nfeedback: {email: ana@long.example}\n",
        "people.yaml": "ana: {name: Ana Duarte, role: Project manager, email: ana@long.example}\n"
        "bo: {name: Bo Lindqvist, side: client, role: Town clerk}\n",
        "project.yaml": "name: Permits online\nmanager: ana\n",
        "requirements.yaml": "".join(_requirement(number, chance) for number in range(1, requirements + 1)),
        "decisions.yaml": "".join(_decision(number, decisions, chance) for number in range(1, decisions + 1)),
        "milestones.yaml": "".join(_milestone(number) for number in range(1, 61)),
        "actions.yaml": "".join(_action(number) for number in range(1, 41)),
        "reports/2026-W46.md": "---\ndate: 2026-11-13\nhealth: at_risk\nauthor: ana\n---\n# Two letters are late\n\n"
        "Two letters are late, and the sixth release moves by a week.\n",
        "meetings/2026-11-16-hearing.md": _minutes(minutes, chance),
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def _requirement(number: int, chance: random.Random) -> str:
    status, priority = chance.choice(STATES), chance.choice(PRIORITIES)
    raised = BEGIN + timedelta(days=number % 600)
    return (
        f"- id: REQ-{number}\n  title: The {chance.choice(SUBJECTS)} {chance.choice(VERBS)} case {number}\n"
        f"  statement: An officer sees it within two seconds, however many cases there are.\n"
        f"  status: {status}\n  priority: {priority}\n  owner: ana\n  milestone: MS-{number % 60 + 1}\n  raised_on: {raised}\n"
        f"  acceptance: [{{criterion: Ten of ten officers find it, met: {'yes' if status == 'validated' else 'no'}}}]\n"
    )


def _decision(number: int, total: int, chance: random.Random) -> str:
    on = DAY - timedelta(days=(total - number) * 700 // total)
    return f"- {{id: DEC-{number}, title: The {chance.choice(SUBJECTS)} {chance.choice(VERBS)} form {number}, date: {on}, decided_by: bo}}\n"


def _milestone(number: int) -> str:
    agreed = BEGIN + timedelta(days=24 * number)
    later = agreed + timedelta(days=number % 4 * 5)
    met = f", met_on: {later}" if later < DAY else ""
    return f"- {{id: MS-{number}, title: Release {number} is with the officers, baseline: {agreed}, forecast: {later}{met}}}\n"


def _action(number: int) -> str:
    due = DAY + timedelta(days=number - 10)
    side, owner = ("client", "bo") if number % 4 else ("provider", "ana")
    return f"- {{id: ACT-{number}, title: Read draft {number} of the letters, side: {side}, owner: {owner}, due: {due}, requested_on: {due - timedelta(days=20)}}}\n"


def _minutes(size: int, chance: random.Random) -> str:
    parts, length, number = (
        ["---\ndate: 2026-11-16\nattendees: [ana, bo]\n---\n# Hearing of the officers\n"],
        0,
        0,
    )
    while length < size:
        number += 1
        lines = [
            SENTENCE.format(
                subject=chance.choice(SUBJECTS), verb=chance.choice(VERBS), name=chance.choice(NAMES),
                day=DAY + timedelta(days=chance.randrange(300)),
            )
            for _ in range(8)
        ]  # fmt: skip
        parts.append(f"\n## Case {number}, REQ-{number % 1000 + 1}\n\n" + "\n".join(lines) + "\n")
        length += len(parts[-1])
    return "".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--requirements", type=int, default=1000)
    parser.add_argument("--decisions", type=int, default=2000)
    parser.add_argument("--minutes", type=int, default=350_000)
    given = parser.parse_args()
    write_long(
        given.folder, requirements=given.requirements, decisions=given.decisions, minutes=given.minutes
    )


if __name__ == "__main__":
    main()
