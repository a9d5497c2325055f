"""Make a source folder with a long history in git, for measuring how fast the past is read.

    python bench/history.py FOLDER [--clients 100] [--records 10000] [--commits 20000]

Every client's records are committed once, then each further commit changes one or a few of them. The same arguments
make the same commits.
"""

from __future__ import annotations

import argparse
import random
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

FIRST = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())
SECONDS_APART = 9_000
STATUSES = ("proposed", "approved", "in_progress", "implemented", "validated")
WORDS = "harbour archive picture search reading room terminal catalogue negative scan visitor quay ship print".split()


def main() -> None:
    """Make what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--commits", type=int, default=20_000)
    given = parser.parse_args()
    make(given.folder, clients=given.clients, records=given.records, commits=given.commits)


def make(folder: Path, *, clients: int, records: int, commits: int) -> None:
    """Write the repository: half of each client's records are requirements, half milestones, one to a file."""
    folder.mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main"], cwd=folder, check=True)
    stream = b"".join(_commits(clients, records, commits))
    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, check=True, input=stream)
    subprocess.run(["git", "reset", "--quiet", "--hard", "main"], cwd=folder, check=True)


def _commits(clients: int, records: int, commits: int) -> Iterator[bytes]:
    chance = random.Random(20)
    slugs = [f"client-{number:03}" for number in range(clients)]
    own = {slug: list(range(number, records, clients)) for number, slug in enumerate(slugs)}
    for number, slug in enumerate(slugs):
        files = {f"content/{slug}/client.yaml": f"name: Client {number}\n"}
        files |= dict(_record(slug, each, 0, chance) for each in own[slug])
        yield _commit(number, files)
    for number in range(clients, commits):
        slug = chance.choice(slugs)
        some = chance.sample(own[slug], k=min(len(own[slug]), chance.choice((1, 1, 1, 2, 3))))
        yield _commit(number, dict(_record(slug, each, number, chance) for each in some))


def _commit(number: int, files: dict[str, str]) -> bytes:
    at = FIRST + number * SECONDS_APART
    head = f"commit refs/heads/main\ncommitter Team <team@example.org> {at} +0000\ndata 6\nChange\n"
    body = "".join(
        f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n" for path, text in files.items()
    )
    return (head + body + "\n").encode()


def _record(slug: str, number: int, turn: int, chance: random.Random) -> tuple[str, str]:
    title = " ".join(chance.choices(WORDS, k=5)).capitalize()
    text = ". ".join(" ".join(chance.choices(WORDS, k=12)).capitalize() for _ in range(4))
    if number % 2:
        day = f"20{20 + turn % 9}-{1 + turn % 12:02}-{1 + turn % 28:02}"
        return f"content/{slug}/milestones/MS-{number}.yaml", (
            f"id: MS-{number}\ntitle: Milestone {number}\ntype: delivery\nbaseline: 2026-03-12\nforecast: {day}\n"
            f"body: |\n  {text}.\n"
        )
    return f"content/{slug}/requirements/REQ-{number}.md", (
        f"---\nid: REQ-{number}\ntitle: {title}\nstatus: {chance.choice(STATUSES)}\n"
        f"priority: must\nweight: {1 + turn % 5}\n"
        f"statement: {text}.\n---\n# {title}\n\n{text}.\n\n* {text}.\n* [[REQ-{number}]]\n"
    )


if __name__ == "__main__":
    main()
