"""Measure the preview: from a save to the new bytes in the browser's hands, as an open page gets them.

    python bench/preview.py [--clients 100] [--edits 50]

A page is open, so it hears of the change and asks for itself again; what counts is the time from the end of the save
until the new words have arrived. Edits stand a second apart, as a person's do, and fall on
notes of many clients.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from report import write_section
from tools import find_tools, make_source

PATIENCE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Edit:
    """A save, and the page that shows it."""

    file: Path
    page: str
    """`/c001/meetings/m-003.html`."""


def main() -> None:
    """Measure what the arguments say, print it and write it into bench/RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--edits", type=int, default=50)
    given = parser.parse_args()
    (tool,), _ = find_tools(["portalgen"])
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        source = make_source(tool, Path(folder), given.clients)
        started = time.monotonic()
        command = [sys.executable, "-m", "portalgen.cli", "serve", "--source", str(source), "--port", "0"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            port = _port_of(process)
            ready = time.monotonic() - started
            print(f"serving {given.clients} clients after {ready:.2f} s")
            _wait_for_all(port, source)
            made = time.monotonic() - started
            print(f"all made after {made:.2f} s")
            waits = [_wait(port, edit, number) for number, edit in enumerate(_edits(source, given.edits))]
            shown = {
                "median": statistics.median(waits),
                "90 % within": sorted(waits)[len(waits) * 9 // 10],
                "worst": max(waits),
            }
            said = ", ".join(f"{name} {seconds * 1000:.0f} ms" for name, seconds in shown.items())
            held = _held_mb(process.pid)
            print(f"{len(waits)} edits: {said}; the process holds {held} MB")
        finally:
            began = time.monotonic()
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE_SECONDS)
            ended = time.monotonic() - began
            print(f"ended {ended:.2f} s after Ctrl-C")
    about = f"{given.clients} clients are served; {len(waits)} edits a second apart, from the save until the page is there."
    rows = [
        ("", "reached", "allowed"),
        ("first page to be had, s", f"{ready:.2f}", ""),
        ("all clients made, s", f"{made:.2f}", ""),
        ("save to new bytes, median, ms", f"{shown['median'] * 1000:.0f}", "100"),
        ("90 % within, ms", f"{shown['90 % within'] * 1000:.0f}", ""),
        ("the worst, ms", f"{shown['worst'] * 1000:.0f}", "250"),
        ("memory of the process, MB", str(held), ""),
        ("from Ctrl-C to its end, s", f"{ended:.2f}", "1"),
    ]
    write_section(Path(__file__).parent / "RESULTS.md", "Preview", about, rows)


def _port_of(process: subprocess.Popen[str]) -> int:
    assert process.stdout
    for line in process.stdout:
        if found := re.search(r"http://[^ ]*:(\d+)/", line):
            return int(found[1])
    raise SystemExit("the preview did not start")


def _held_mb(pid: int) -> int:
    """Return the memory that a process holds; 0 where the system does not say."""
    about = Path(f"/proc/{pid}/status")
    found = re.search(r"VmRSS:\s*(\d+)", about.read_text(encoding="ascii")) if about.exists() else None
    return int(found[1]) // 1024 if found else 0


def _wait_for_all(port: int, source: Path) -> None:
    for folder in sorted((source / "content").iterdir()):
        if (folder / "client.yaml").exists():
            assert _get(port, f"/{folder.name}/")


def _edits(source: Path, count: int) -> Iterator[Edit]:
    """Yield notes of every client in turn."""
    notes = sorted((source / "content").glob("*/meetings/*.md"))
    step = max(1, len(notes) // count)
    for note in notes[::step][:count]:
        client = note.parent.parent.name
        id_ = re.search(r'^id: *"?([^"\n]+)', note.read_text(encoding="utf-8"), re.MULTILINE)
        yield Edit(note, f"/{client}/meetings/{id_[1] if id_ else note.stem}.html")


def _wait(port: int, edit: Edit, number: int) -> float:
    """Return the seconds from the end of a save until its words have come to an open page."""
    words = f"Sentence {number} of this measurement."
    client, _, address = edit.page.removeprefix("/").partition("/")
    assert _get(port, edit.page)
    listener = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    listener.request("GET", f"/_preview/events?client={client}&address={address}&view=client")
    told = listener.getresponse()
    build = _next_build(told)
    time.sleep(1.0)
    with edit.file.open("a", encoding="utf-8") as file:
        file.write(f"\n{words}\n")
    saved = time.perf_counter()
    while True:
        newer = _next_build(told)
        if newer != build and words.encode() in _get(port, edit.page):
            break
    waited = time.perf_counter() - saved
    listener.close()
    return waited


def _next_build(told: http.client.HTTPResponse) -> str:
    while True:
        line = told.readline()
        if line.startswith(b"data: "):
            return str(json.loads(line[6:])["build"])


def _get(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{path} answers {answer.status}")
    return body


if __name__ == "__main__":
    main()
