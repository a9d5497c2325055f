"""A few small clients whose records name each other, for builds that are divided or repeated."""

from __future__ import annotations

from pathlib import Path

from sites import write_tree

REQUIREMENTS = """
- id: REQ-1
  title: Log in of {name}
  priority: must
  status: approved
  milestone: MS-1
  acceptance: [It works.]
- id: REQ-2
  title: Log out
  priority: should
  body: See [[REQ-1]].
"""
MILESTONES = """
- id: MS-1
  title: First version
  baseline: 2026-11-20
  forecast: 2026-12-01
"""
MEETING = """---
id: M-1
title: Kick-off
date: 2026-10-01
---

We spoke of REQ-2.
"""


def files_of(name: str) -> dict[str, str]:
    """Return a client's files by their path below its folder."""
    return {
        "client.yaml": f"name: Client {name}\n",
        "requirements.yaml": REQUIREMENTS.format(name=name),
        "milestones.yaml": MILESTONES,
        "meetings/kick-off.md": MEETING,
    }


def write_clients(root: Path, count: int) -> Path:
    """Write so many clients and return the source folder."""
    for number in range(count):
        slug = f"client-{number}"
        write_tree(root, {f"content/{slug}/{path}": text for path, text in files_of(str(number)).items()})
    return root
