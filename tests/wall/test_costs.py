"""What the largest file that is let in may cost: a whole build, with a processor's seconds and memory as limits."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from sites import REPOSITORY, write_tree

SECONDS, BYTES = 10, 512 << 20
HEAD = "- {{id: REQ-{}, title: T, priority: must"
SHAPES = {
    "criteria": HEAD.format(1) + ", acceptance: [" + ", ".join(f"水 `x` {n}" for n in range(49_900)) + "]}\n",
    "records": "".join(f"{HEAD.format(n)}}}\n" for n in range(12_400)),
    "links": HEAD.format(1) + ", links: {depends_on: [" + ", ".join(f"REQ-{n}" for n in range(49_900)) + "]}}\n",
    "mistakes": HEAD.format(1) + ", acceptance: [" + ", ".join(["{a: }"] * 24_900) + "]}\n",
}  # fmt: skip


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_the_largest_file_of_each_shape_is_built_in_ten_seconds_and_half_a_gigabyte(
    tmp_path: Path, shape: str
) -> None:
    files = {"client.yaml": "name: Acme\n", "requirements.yaml": SHAPES[shape]}
    write_tree(tmp_path, {f"content/acme/{name}": text for name, text in files.items()})
    done = subprocess.run(
        [sys.executable, "-m", "portalgen.cli", "build", "--quiet", "--as-of", "2026-11-23", "--no-cache"], cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)}, preexec_fn=limited, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == (0 if shape in ("criteria", "records") else 1), done.stderr[-500:]
    assert "too-large" not in done.stderr
    assert "Traceback" not in done.stderr
