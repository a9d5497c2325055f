"""Measure portalgen, its peers and the machine's floor on one workload, in turn, and write down what came out.

    python bench/run.py [--clients 10 100] [--rounds 3] [--tools portalgen hugo …] [--all]

Everything is run A B A B, so that what slows the machine down slows all of them down; what counts are medians, and
ratios of medians of one run. Rows are added to bench/results.jsonl, and bench/RESULTS.md is written anew.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from measure import Failed, Taken, peak_memory_mb, run
from report import write_report
from tools import NAMES, Tool, find_tools, make_source, portalgen

HERE = Path(__file__).resolve().parent
GROWTH = (10, 100, 300)
RECORDS = 10_000


@dataclass(slots=True)
class Bench:
    """What is measured, where, and what was found so far."""

    folder: Path
    rounds: int
    tools: list[Tool]
    rows: list[dict[str, object]] = field(default_factory=list)
    count: int = 0

    def turns(
        self,
        case: str,
        clients: int,
        runs: dict[str, Callable[[], Taken]],
        peaks: dict[str, Callable[[], float]],
    ) -> None:
        """Run each in turn, as often as there are rounds, and note the medians."""
        taken: dict[str, list[Taken]] = {name: [] for name in runs}
        for _ in range(self.rounds):
            for name in list(runs):
                try:
                    taken[name].append(runs[name]())
                except Failed as error:
                    print(f"{case}, {clients} clients: {error}", file=sys.stderr)
                    del runs[name]
        for name in runs:
            row = {
                "case": case,
                "clients": clients,
                "tool": name,
                "wall": round(statistics.median(one.wall for one in taken[name]), 4),
                "cpu": round(statistics.median(one.cpu for one in taken[name]), 4),
                "peak_mb": round(peaks[name]()) if name in peaks else None,
            }
            self.rows.append(row)
            print(
                f"{case:24} {clients:4} {name:12} {row['wall']:9.3f} s {row['cpu']:9.3f} s CPU",
                file=sys.stderr,
            )

    def fresh(self) -> Path:
        """Return an output folder that was never there: emptied ones are written to more slowly."""
        self.count += 1
        return self.folder / f"output-{self.count}" / "public"

    def sizes(self, clients: int) -> None:
        """Measure a number of clients: cold, nothing changed, one note changed, and the floor."""
        sources = {tool.name: make_source(tool, self.folder, clients) for tool in self.tools}
        outputs = {tool.name: self.fresh() for tool in self.tools}
        builds = {tool.name: _build(tool, sources[tool.name], outputs[tool.name]) for tool in self.tools}

        def cold(tool: Tool) -> Callable[[], Taken]:
            def once() -> Taken:
                shutil.rmtree(outputs[tool.name].parent, ignore_errors=True)
                output = self.fresh()
                outputs[tool.name], builds[tool.name] = output, _build(tool, sources[tool.name], output)
                output.parent.mkdir()
                return run(builds[tool.name], sources[tool.name])

            return once

        def peak(tool: Tool) -> Callable[[], float]:
            return lambda: peak_memory_mb(_build(tool, sources[tool.name], self.fresh()), sources[tool.name])

        def changed(tool: Tool) -> Callable[[], Taken]:
            def once() -> Taken:
                note = sources[tool.name] / tool.edited
                note.write_text(note.read_text() + "\nOne more sentence for this note.\n")
                return run(builds[tool.name], sources[tool.name])

            return once

        def first(tool: Tool) -> Callable[[], Taken]:
            # Each time another client's: what its pages read is noted only now, for the changes that follow.
            notes = iter(sorted(sources[tool.name].glob(tool.edited.replace("c001", "c00[2-9]"))))

            def once() -> Taken:
                note = next(notes)
                note.write_text(note.read_text() + "\nOne more sentence for this note.\n")
                return run(builds[tool.name], sources[tool.name])

            return once

        def again(tool: Tool) -> Callable[[], Taken]:
            return lambda: run(builds[tool.name], sources[tool.name])

        self.turns(
            "cold", clients, {t.name: cold(t) for t in self.tools}, {t.name: peak(t) for t in self.tools}
        )
        own, source = outputs[self.tools[0].name], sources[self.tools[0].name]
        floor = {
            "cp -r": lambda: run(["cp", "-r", str(own), str(self.fresh().parent)], self.folder),
            "git status": lambda: run(["git", "status", "--short"], source),
            "python -S -E -c pass": lambda: run([sys.executable, "-S", "-E", "-c", "pass"], self.folder),
            "import jinja2": lambda: run([sys.executable, "-c", "import jinja2"], self.folder),
        }
        self.turns("floor", clients, floor, {})
        self.turns("nothing changed", clients, {tool.name: again(tool) for tool in self.tools}, {})
        own_tool = self.tools[0]
        self.turns("first note of a client changed", clients, {own_tool.name: first(own_tool)}, {})
        changed(own_tool)()
        self.turns("one note changed", clients, {tool.name: changed(tool) for tool in self.tools}, {})

    def processes(self, clients: int) -> None:
        """Measure one process against two."""
        source = make_source(self.tools[0], self.folder, clients)

        def cold(jobs: str) -> Callable[[], Taken]:
            return lambda: run(portalgen("--jobs", jobs)(source, self.fresh()), source)

        self.turns("processes", clients, {f"--jobs {jobs}": cold(jobs) for jobs in ("1", "2")}, {})

    def growth(self) -> None:
        """Measure how time and memory grow with the number of clients; each takes long, so once."""
        self.rounds = 1
        for clients in GROWTH:
            source = make_source(self.tools[0], self.folder, clients)
            build = portalgen()
            self.turns(
                "growth",
                clients,
                {"portalgen": lambda source=source: run(build(source, self.fresh()), source)},
                {"portalgen": lambda source=source: peak_memory_mb(build(source, self.fresh()), source)},
            )

    def large(self) -> None:
        """Measure one client with very many records, and one change in it; each takes long, so once."""
        self.rounds = 1
        source = make_source(self.tools[0], self.folder, 1, RECORDS)
        build = portalgen()
        self.turns("large client", 1, {"portalgen": lambda: run(build(source, self.fresh()), source)}, {})
        output = self.fresh()
        run(build(source, output), source)
        note = source / self.tools[0].edited

        def changed() -> Taken:
            note.write_text(note.read_text() + "\nOne more sentence for this note.\n")
            return run(build(source, output), source)

        self.turns("large client, one note", 1, {"portalgen": changed}, {})


def main() -> None:
    """Measure what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--clients", type=int, nargs="+", default=[10, 100])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tools", nargs="+", choices=NAMES, default=NAMES)
    parser.add_argument(
        "--all", action="store_true", help="growth to 300 clients and a client of 10,000 records too"
    )
    given = parser.parse_args()
    tools, missing = find_tools(list(dict.fromkeys(["portalgen", *given.tools])))
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bench = Bench(Path(folder), given.rounds, tools)
        # Stopped on the way, it writes down what was measured so far.
        with suppress(KeyboardInterrupt):
            for clients in given.clients:
                bench.sizes(clients)
            bench.processes(max(given.clients))
            if given.all:
                bench.large()
                bench.growth()
    about = dict(_about(tools))
    with (HERE / "results.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(about | row, ensure_ascii=False) + "\n" for row in bench.rows)
    write_report(HERE / "RESULTS.md", about, bench.rows, missing, given.rounds)


def _build(tool: Tool, source: Path, output: Path) -> list[str]:
    return tool.build(source, output)


def _about(tools: list[Tool]) -> Iterator[tuple[str, object]]:
    """Yield what must be known of the machine and the programs to read the figures."""
    yield "when", datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
    said = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=HERE, capture_output=True, text=True)
    yield "commit", said.stdout.strip()
    models = [line for line in Path("/proc/cpuinfo").read_text().split("\n") if line.startswith("model name")]
    yield "machine", f"{len(models)} × {models[0].partition(': ')[2]}" if models else platform.machine()
    yield "load", round(float(Path("/proc/loadavg").read_text().split()[0]), 1)
    yield "python", platform.python_version()
    yield "versions", {tool.name: tool.version for tool in tools}


if __name__ == "__main__":
    main()
