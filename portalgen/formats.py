"""Turn problems into text for people, and into JSON, GitHub annotations and SARIF for programs."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import quote

from portalgen.codes import CODES
from portalgen.problems import Place, Problem

MANY = 10
"""More warnings of one code than this in a client become one line, unless all are asked for."""

FINGERPRINT = "portalgenProblem/v1"
"""The name under which SARIF keeps what tells that two runs found the same problem."""

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_RED, _YELLOW, _CYAN, _BOLD, _DIM = "31;1", "33;1", "36", "1", "2"
_WINDOW_CELLS = 100
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
"""Control characters, those that turn the direction of text or show nothing, and halves of characters."""


def as_text(
    problems: Iterable[Problem],
    *,
    is_verbose: bool = False,
    colour: bool = False,
    source_line: Callable[[Place], str | None] | None = None,
) -> str:
    """Return problems for people, a line each with its hint below, in the order given.

    With `source_line`, which returns the line of a place or None, that line and a caret are shown too.
    Warnings of one code that a client has more than `MANY` of are one line, unless `is_verbose`.
    """
    listed = list(problems)
    number = Counter(_heap(problem) for problem in listed)
    told: set[tuple[str, str]] = set()
    blocks = []
    for problem in listed:
        heap = _heap(problem)
        is_heap = problem.severity == "warning" and number[heap] > MANY and not is_verbose
        if is_heap and heap in told:
            continue
        told.add(heap)
        blocks.append(_block(problem, number[heap] - 1 if is_heap else 0, colour, source_line))
    return "".join(blocks)


def as_json(problems: Iterable[Problem], *, prefix: str = "", version: str = "") -> str:
    """Return a list of objects with the keys path, line, column, severity, code, message, hint."""
    return _json(
        [
            {
                "path": prefix + problem.place.path,
                "line": problem.place.line,
                "column": problem.place.column,
                "severity": problem.severity,
                "code": problem.code,
                "message": problem.message,
                "hint": problem.hint,
            }
            for problem in problems
        ]
    )


def as_github(problems: Iterable[Problem], *, prefix: str = "", version: str = "") -> str:
    """Return workflow commands, from which GitHub Actions makes annotations in the pull request."""
    lines = []
    for problem in problems:
        place = problem.place
        file = _property(prefix + place.path)
        text = f"{problem.message}\nhint: {problem.hint}" if problem.hint else problem.message
        where = f"file={file},line={place.line},col={place.column},title={_property(problem.code)}"
        lines.append(f"::{problem.severity} {where}::{_data(text)}\n")
    return "".join(lines)


def as_sarif(problems: Iterable[Problem], *, prefix: str = "", version: str = "") -> str:
    """Return a SARIF 2.1.0 log, as code scanning services read it; paths are relative to `%SRCROOT%`."""
    codes = sorted(CODES)
    rules = [
        {
            "id": code,
            "shortDescription": {"text": CODES[code].title},
            "fullDescription": {"text": CODES[code].meaning},
            "help": {"text": CODES[code].mend},
            "defaultConfiguration": {"level": CODES[code].severity},
        }
        for code in codes
    ]
    listed = list(problems)
    results = [
        {
            "ruleId": problem.code,
            "ruleIndex": codes.index(problem.code),
            "level": problem.severity,
            "message": {"text": f"{problem.message}; {problem.hint}" if problem.hint else problem.message},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {
                            "uri": _uri(prefix + problem.place.path),
                            "uriBaseId": "%SRCROOT%",
                        },
                        "region": {"startLine": problem.place.line, "startColumn": problem.place.column},
                    }
                }
            ],
            "partialFingerprints": {FINGERPRINT: fingerprint},
        }
        for problem, fingerprint in zip(listed, _fingerprints(listed), strict=True)
    ]
    driver = {"name": "portalgen", **({"version": version} if version else {}), "rules": rules}
    run = {
        "tool": {"driver": driver},
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The top of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return _json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


FORMATS: dict[str, Callable[..., str]] = {"json": as_json, "github": as_github, "sarif": as_sarif}
"""The formats for programs. `prefix` is what leads from the top of the repository to the source: `""` or `portal/`."""


def visible(text: str) -> str:
    """Return `text` as it may be shown: what steers a terminal or turns the reading direction is spelt out."""
    return _UNSEEN.sub(lambda match: _escape(match[0]), text)


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: `1 site`, `2 sites`, `840 pages`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def count_problems(problems: Sequence[Problem]) -> str:
    """Return how many errors and warnings there are: `1 error, 2 warnings`; nothing of what there is none of."""
    number = Counter(problem.severity for problem in problems)
    return ", ".join(
        count(number[severity], severity) for severity in ("error", "warning") if number[severity]
    )


def _heap(problem: Problem) -> tuple[str, str]:
    parts = problem.place.path.split("/")
    client = parts[1] if len(parts) > 1 and parts[0] == "content" else ""
    return client, problem.code


def _block(
    problem: Problem, others: int, colour: bool, source_line: Callable[[Place], str | None] | None
) -> str:
    def paint(style: str, text: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if colour else text

    severity = paint(_RED if problem.severity == "error" else _YELLOW, f"{problem.severity}:")
    place = paint(_BOLD, visible(str(problem.place)))
    more = f", and {others} more like it" if others else ""
    block = f"{place}: {severity} {visible(problem.message)}{more} {paint(_DIM, f'[{problem.code}]')}\n"
    line = source_line(problem.place) if source_line else None
    if line is not None:
        number = str(problem.place.line)
        shown, before, marked = _window(line, problem)
        block += f"{paint(_DIM, f' {number} |')} {shown}\n"
        margin = " " * len(number)
        block += f"{paint(_DIM, f' {margin} |')} {' ' * before}{paint(_RED, '^' * marked)}\n"
    hints = [problem.hint] if problem.hint else []
    if others:
        hints.append("--verbose lists them all")
    return block + "".join(f"  {paint(_CYAN, 'hint:')} {visible(hint)}\n" for hint in hints)


def _window(line: str, problem: Problem) -> tuple[str, int, int]:
    """Return the part of a line that is shown, the cells before the caret and the cells that it marks."""
    # Imported here: most runs show no line, and none without a terminal does.
    from rich.cells import cell_len

    start = min(problem.place.column - 1, len(line))
    quoted = re.match(r"'(.*?)'", problem.message)
    word = quoted[1] if quoted else ""
    offset = 1 if line[start : start + 1] in ("'", '"') else 0
    length = len(word) + offset * 2 if word and line.startswith(word, start + offset) else 1
    first = max(0, start - _WINDOW_CELLS // 2) if len(line) > _WINDOW_CELLS else 0
    last = first + _WINDOW_CELLS
    cut_before, cut_after = ("…" if first else ""), ("…" if last < len(line) else "")
    before = cut_before + _flat(line[first:start])
    marked = _flat(line[start : min(start + length, last)])
    shown = before + marked + _flat(line[start + length : last]) + cut_after
    return shown, cell_len(before), max(1, cell_len(marked))


def _flat(text: str) -> str:
    return visible(text.replace("\t", "    "))


def _escape(character: str) -> str:
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
    number = ord(character)
    return named.get(character) or (f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}")


def _json(value: object) -> str:
    import json

    text = json.dumps(value, ensure_ascii=False, indent=2)
    # What is unseen stands in strings only, but for the line ends between them; spelt out it is JSON still.
    return _UNSEEN.sub(lambda match: match[0] if match[0] == "\n" else f"\\u{ord(match[0]):04x}", text) + "\n"


def _data(text: str) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return visible(text)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _uri(path: str) -> str:
    return quote(path, safe="/", errors="surrogateescape")


def _fingerprints(problems: Iterable[Problem]) -> Iterable[str]:
    """Return for each problem what stays when lines move: its code, file and message, and which of several it is."""
    seen: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for problem in problems:
        key = (problem.code, problem.place.path, problem.message)
        text = "\0".join((*key, str(seen[key])))
        seen[key] += 1
        yield hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
