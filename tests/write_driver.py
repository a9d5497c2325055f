"""Two small sites, old and new, and processes that write and read them for the tests of faults and races.

`write_driver.py serve` is a fork server, so that a sweep of a thousand faults starts Python once. A job is a
line of JSON on stdin; the child's number comes back on stdout; after an empty line on stdin the child starts;
its exit status comes back on stdout: 0 well, 3 an OSError that names a file, 5 busy, 98 one that names none,
99 another exception, 130 a Ctrl-C, minus a signal's number when it was killed.

`write_driver.py race SCRATCH SITE` and `write_driver.py read SCRATCH` write and read until stdin is closed, and
then print what they saw.
"""

from __future__ import annotations

import ctypes
import hashlib
import io
import itertools
import json
import os
import resource
import select
import signal
import sys
import traceback
from collections import Counter
from pathlib import Path
from typing import BinaryIO

sys.path.insert(0, str(Path(__file__).parents[1]))

from portalgen.site import disk, write
from portalgen.site.write import Content, FileCopy, OutputBusy, open_output

SLUG = "harbour-museum"
OTHER = "灯塔"
PLAN = b"%PDF plan " * 2000
PHOTO = b"\x89PNG photo " * 3000


def copy_of(data: bytes) -> FileCopy:
    def reader() -> BinaryIO:
        return io.BytesIO(data)

    return FileCopy(reader, len(data), hashlib.sha256(data).hexdigest())


OLD: dict[str, Content] = {
    "index.html": b"<p>old",
    "assets/style.css": b"p { color: navy }",
    "requirements/REQ-1.html": b"<p>old requirement",
    "requirements/REQ-2.html": b"<p>gone tomorrow",
    "files/DOC-1/plan.pdf": copy_of(PLAN),
}
NEW: dict[str, Content] = {
    "index.html": b"<p>new",
    "assets/style.css": b"p { color: navy }",
    "requirements/REQ-1.html": b"<p>new, and longer, requirement",
    "需求/需求-1.html": b"<p>new page",
    "files/DOC-1/plan.pdf": copy_of(PLAN),
    "files/DOC-2/photo.png": copy_of(PHOTO),
}
SITES = {"old": OLD, "new": NEW}


def contents(site: dict[str, Content]) -> dict[str, bytes]:
    """Return the bytes that the folder of `site` must hold, by name."""
    return {name: c if isinstance(c, bytes) else c.open().read() for name, c in site.items()}


def tree(folder: Path) -> dict[str, bytes]:
    """Return the bytes of all files below `folder`, by name; empty folders have a name that ends in `/`."""
    found = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_dir():
            if not any(path.iterdir()):
                found[name + "/"] = b""
        else:
            found[name] = path.read_bytes()
    return found


def without_exchange() -> None:
    """Make this process one on a system that can neither exchange folders nor sync a file system."""
    write.exchange = lambda first, second: False  # type: ignore[attr-defined]
    disk.sync_file_system = lambda folder: False  # type: ignore[attr-defined]


def do(job: dict[str, str]) -> None:
    """Do one job: `act` (write, both, remove or hold), `output`, `source`, and `site` and `system` if need be."""
    if job.get("system") == "plain":
        without_exchange()
    # Who asks whether this holds the output takes the lock for a moment: the holder waits for that to pass.
    wait_seconds = 30 if job["act"] == "hold" else 0
    with open_output(Path(job["output"]), source=Path(job["source"]), wait_seconds=wait_seconds) as output:
        match job["act"]:
            case "write":
                output.write_site(SLUG, SITES[job["site"]])
            case "both":
                output.switch_sites([output.stage_site(slug, SITES[job["site"]]) for slug in (SLUG, OTHER)])
            case "remove":
                output.remove_site(SLUG)
            case "hold":
                select.select([], [], [], 60)


def child(job: dict[str, str], gate: int) -> int:
    """Return the exit status of the job, which starts when something can be read from `gate`."""
    try:
        # Let strace attach although it is a sister, not a parent, where the system is strict about that.
        ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1 & (2**64 - 1)), 0, 0, 0)
        for limit in ("RLIMIT_NOFILE", "RLIMIT_FSIZE"):
            if limit in job:
                resource.setrlimit(getattr(resource, limit), (int(job[limit]),) * 2)
        if "umask" in job:
            os.umask(int(job["umask"], 8))
        select.select([gate], [], [])
        do(job)
    except OutputBusy:
        return 5
    except OSError as error:
        return 3 if error.errno and isinstance(error.filename, str) else 98
    except KeyboardInterrupt:
        return 130
    except BaseException:
        traceback.print_exc()
        return 99
    return 0


def race(scratch: Path, site: str) -> dict[str, int]:
    """Return how often the site was written, was held by another, and was not what had just been written."""
    seen = Counter(written=0, busy=0, wrong=0)
    for wait_seconds in itertools.cycle((0, 0, 0.01, 1)):
        if is_told_to_stop():
            return dict(seen)
        try:
            with open_output(scratch / "public", source=scratch, wait_seconds=wait_seconds) as output:
                output.write_site(SLUG, SITES[site])
                seen["wrong"] += tree(scratch / "public" / SLUG) != contents(SITES[site])
                seen["written"] += 1
        except OutputBusy:
            seen["busy"] += 1
    raise AssertionError


def read(scratch: Path) -> dict[str, int]:
    """Return how many times all pages were opened by path, and how many were missing or neither old nor new."""
    old, new = contents(OLD), contents(NEW)
    both = {str(scratch / "public" / SLUG / name): {old[name], new[name]} for name in old.keys() & new.keys()}
    seen = Counter(passes=0, missing=0, torn=0)
    while not is_told_to_stop():
        for _ in range(20):
            seen["passes"] += 1
            for path, wholes in both.items():
                try:
                    with open(path, "rb") as file:
                        seen["torn"] += file.read() not in wholes
                except FileNotFoundError:
                    seen["missing"] += 1
    return dict(seen)


def is_told_to_stop() -> bool:
    return bool(select.select([0], [], [], 0)[0])


def serve() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for line in sys.stdin:
        job = json.loads(line)
        gate, key = os.pipe()
        pid = os.fork()
        if pid == 0:
            status = 99
            try:
                status = child(job, gate)
            finally:
                os._exit(status)
        print(pid, flush=True)
        sys.stdin.readline()
        os.write(key, b"go")
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
        os.close(gate)
        os.close(key)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve"]:
            serve()
        case ["race", folder, name]:
            print(json.dumps(race(Path(folder), name)))
        case ["read", folder]:
            print(json.dumps(read(Path(folder))))
        case other:
            raise AssertionError(other)
