"""A long day at the preview: nothing of it piles up. PORTALGEN_WHOLE=1 makes it 2,000 edits rather than 100."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.preview.served import IS_WHOLE, NOTE, Preview, note, serving, small, until

pytestmark = pytest.mark.slow

EDITS = 2000 if IS_WHOLE else 100


def held(preview: Preview) -> tuple[int, int, int]:
    """Return megabytes, threads and descriptors that the preview holds."""
    process = Path(f"/proc/{preview.process.pid}")
    if not process.exists():
        pytest.skip("NO /proc: what a process holds cannot be seen here")
    status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
    return int(status["VmRSS"].split()[0]) // 1024, int(status["Threads"]), len(os.listdir(process / "fd"))


def test_108_a_long_day_of_edits_leaves_memory_threads_and_descriptors_flat(tmp_path: Path) -> None:
    source = small(tmp_path)
    risks = source / "content/harbour/risks.yaml"
    good = risks.read_text()
    after_a_while = (0, 0, 0)
    with serving(source) as preview:
        for edit in range(EDITS):
            if edit % 50 == 25:
                risks.write_text(good.replace("title", "titel"))
                until(lambda: preview.said("'titel' is no field") and "titel" in preview.get("/").text)
                risks.write_text(good)
                del preview.lines[:]
            (source / NOTE).write_text(note(f"Edit {edit}, {'and more words ' * (edit % 7)}"))
            until(lambda: preview.shows(f"Edit {edit},"))  # noqa: B023
            if edit == EDITS // 5:
                after_a_while = held(preview)
        megabytes, threads, descriptors = held(preview)
    assert megabytes <= after_a_while[0] + 8
    assert threads <= after_a_while[1] + 2
    assert descriptors <= after_a_while[2] + 2
    print(f"\n{after_a_while} after {EDITS // 5}, {(megabytes, threads, descriptors)} after {EDITS}")
