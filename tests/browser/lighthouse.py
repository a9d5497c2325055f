"""Lighthouse on the pages that a client opens first; run as a program it prints the scores, performance among them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.browser.places import ENGLISH, NODE_MODULES, build_sites, serve
from tests.conftest import CHROMIUM, CHROMIUM_FLAGS

PROGRAM = "lighthouse/cli/index.js"
PAGES = ("index", "scope", "timeline")


def lighthouse(address: str, *categories: str) -> tuple[Mapping[str, int], list[str]]:
    """Return the scores of a page on a phone, 0 to 100 by category, and the ids of the audits that cost any."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder, "result.json")
        subprocess.run(
            ["node", str(NODE_MODULES / PROGRAM), address, "--quiet", "--output=json", f"--output-path={result}",
             f"--only-categories={','.join(categories)}", f"--chrome-flags={CHROMIUM_FLAGS} --headless=new"],
            env={**os.environ, "HOME": folder, "CHROME_PATH": str(CHROMIUM)},
            check=True, timeout=240, capture_output=True,
        )  # fmt: skip
        told = json.loads(result.read_text(encoding="utf-8"))
    scores = {name: round(100 * each["score"]) for name, each in told["categories"].items()}
    wrong = [
        name for name, audit in told["audits"].items() if audit["score"] is not None and audit["score"] < 0.9
    ]
    return scores, wrong


def main() -> int:
    """Print a line a page; return 1 where one is below what is promised."""
    promised = {"accessibility": 100, "best-practices": 100, "performance": 95}
    is_below = False
    with tempfile.TemporaryDirectory() as folder, serve(build_sites(Path(folder))) as base:
        for name in PAGES:
            scores, wrong = lighthouse(f"{base}{ENGLISH}/{name}.html", *promised)
            print(
                f"{name}.html: {', '.join(f'{key} {score}' for key, score in scores.items())}; {', '.join(wrong)}"
            )
            is_below = is_below or any(scores[key] < least for key, least in promised.items())
    return int(is_below)


if __name__ == "__main__":
    sys.exit(main())
