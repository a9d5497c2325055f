"""Rows of figures → bench/RESULTS.md."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]
OF_THEIR_OWN = ("History", "Preview")
"""Sections that other programs than bench/run.py write."""


def write_report(path: Path, about: dict[str, Any], rows: list[Row], missing: list[str], rounds: int) -> None:
    """Write what was measured, and beside it what was to be reached; what others measured stays."""
    kept = {title: text for title, text in _sections(path).items() if title in OF_THEIR_OWN}
    _write(path, "\n".join(_lines(about, rows, missing, rounds)) + "\n", kept)


def write_section(path: Path, title: str, about: str, rows: Sequence[Sequence[str]]) -> None:
    """Write a section of what bench/past.py or bench/preview.py has measured; the first of `rows` is the table's head."""
    head, *body = rows
    table = [" | ".join(row) for row in (head, ["---", *["---:"] * (len(head) - 1)], *body)]
    sections = _sections(path)
    first = sections.pop("", "# What a build takes\n")
    sections[title] = "\n".join(("", about, "", *(f"| {row} |" for row in table), ""))
    _write(path, first, sections)


def _sections(path: Path) -> dict[str, str]:
    """Return title → text of what stands in the report; what stands above the first title has none."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    first, *others = f"\n{text}".split("\n## ")
    found = {"": first.removeprefix("\n")} if first.strip() else {}
    for each in others:
        title, _, rest = each.partition("\n")
        found[title] = rest
    return found


def _write(path: Path, first: str, sections: Mapping[str, str]) -> None:
    parts = [first.strip("\n"), *(f"## {title}\n\n{text.strip(chr(10))}" for title, text in sections.items())]
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _lines(about: dict[str, Any], rows: list[Row], missing: list[str], rounds: int) -> Iterator[str]:
    yield "# What a build takes"
    yield ""
    yield "Written by `make bench`; earlier figures stand in results.jsonl. Every client of the workload has 103 records,"
    yield "so 109 pages in the other generators; portalgen makes the same pages and those of its registers, the search,"
    yield "the feeds and the calendar, and checks everything on the way."
    yield ""
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    yield f"* {about['when']} UTC, commit {about['commit']}, Python {about['python']}; {versions}"
    yield f"* {about['machine']}; the load was {about['load']} at the end, so read the ratios rather than the seconds"
    yield f"* medians of {rounds} rounds, run in turn; CPU of all processes; memory is the highest sum of their own parts"
    yield from (f"* {one}" for one in missing)
    for case in dict.fromkeys(row["case"] for row in rows):
        yield from _table(case, [row for row in rows if row["case"] == case])
    yield from _goals(rows)


def _table(case: str, rows: list[Row]) -> Iterator[str]:
    yield ""
    yield f"## {case[0].upper()}{case[1:]}"
    yield ""
    yield "| clients | | wall, s | CPU, s | ÷ Hugo, wall | ÷ Hugo, CPU | peak, MB |"
    yield "| ---: | --- | ---: | ---: | ---: | ---: | ---: |"
    for row in rows:
        hugo = _row(rows, case, "hugo", row["clients"])
        ratios = [f"{row[key] / hugo[key]:.2f}" if hugo else "" for key in ("wall", "cpu")]
        cells = [
            row["clients"],
            row["tool"],
            f"{row['wall']:.3f}",
            f"{row['cpu']:.3f}",
            *ratios,
            row["peak_mb"] or "",
        ]
        yield "| " + " | ".join(map(str, cells)) + " |"


def _goals(rows: list[Row]) -> Iterator[str]:
    yield ""
    yield "## Held against what was to be reached"
    yield ""
    yield "| measure | reached | at least | aim |"
    yield "| --- | ---: | ---: | ---: |"
    most = max(row["clients"] for row in rows if row["case"] == "cold")
    for clients, least, aim in ((most, 1.0, 0.5), (10, 1.5, 0.8)):
        yield from _goal(
            f"cold, {clients} clients, wall ÷ Hugo", _ratio(rows, "cold", "wall", clients, "hugo"), least, aim
        )
    yield from _goal("cold, wall ÷ cp -r", _over(rows, "cold", most, "cp -r", "wall"), 4, None)
    yield from _goal("nothing changed, CPU ÷ python -S -E -c pass",
                     _over(rows, "nothing changed", most, "python -S -E -c pass", "cpu"), 8, 4)  # fmt: skip
    yield from _goal(
        "nothing changed, wall ÷ Hugo", _ratio(rows, "nothing changed", "wall", most, "hugo"), 0.03, 0.01
    )
    yield from _goal(
        "one note changed, wall ÷ Hugo", _ratio(rows, "one note changed", "wall", most, "hugo"), 0.05, 0.025
    )
    yield from _goal("one note changed, CPU ÷ import jinja2",
                     _over(rows, "one note changed", most, "import jinja2", "cpu"), 4, None)  # fmt: skip
    one, two = (_row(rows, "processes", f"--jobs {jobs}", most) for jobs in (1, 2))
    yield from _goal(
        "two processes over one", one["wall"] / two["wall"] if one and two else None, 1.6, 1.8, up=True
    )
    own = _row(rows, "cold", "portalgen", most)
    yield from _goal("peak memory, MB", own["peak_mb"] if own else None, 250, 120)
    grown = {row["clients"]: row for row in rows if row["case"] == "growth"}
    for few, many in ((10, 100), (100, 300)):
        if few in grown and many in grown:
            exponent = math.log(grown[many]["cpu"] / grown[few]["cpu"]) / math.log(many / few)
            yield from _goal(f"growth of CPU, {few} → {many} clients, exponent", exponent, 1.05, 1.0)
    if 10 in grown and 300 in grown and grown[10]["peak_mb"] and grown[300]["peak_mb"]:
        ratio = grown[300]["peak_mb"] / grown[10]["peak_mb"]
        yield from _goal("peak memory, 300 ÷ 10 clients", ratio, 1.5, None)
    large = next((row for row in rows if row["case"] == "large client, one note"), None)
    yield from _goal("one change in a client of 10,000 records, s", large["wall"] if large else None, 1, 0.3)


def _goal(
    name: str, reached: float | None, least: float, aim: float | None, *, up: bool = False
) -> Iterator[str]:
    if reached is not None:
        is_met = reached >= least if up else reached <= least
        yield f"| {name} | {reached:.3g}{'' if is_met else ' (missed)'} | {least} | {aim or ''} |"


def _ratio(rows: list[Row], case: str, key: str, clients: int, other: str) -> float | None:
    own, peer = (_row(rows, case, tool, clients) for tool in ("portalgen", other))
    return own[key] / peer[key] if own and peer else None


def _over(rows: list[Row], case: str, clients: int, floor: str, key: str) -> float | None:
    own, below = _row(rows, case, "portalgen", clients), _row(rows, "floor", floor, clients)
    return own[key] / below[key] if own and below else None


def _row(rows: list[Row], case: str, tool: str, clients: int) -> Row | None:
    found = (row for row in rows if (row["case"], row["tool"], row["clients"]) == (case, tool, clients))
    return next(found, None)
