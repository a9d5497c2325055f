"""Look at text before it is parsed: line ends, characters nobody sees, leftovers of git."""

from __future__ import annotations

import re
import unicodedata

LONGEST_QUOTE = 60
"""Characters of an author's text that a message repeats."""

# Bidirectional overrides and isolates, characters without width, and the invisible copies of ASCII. The joiners
# U+200C and U+200D are letters' business in Persian, Hindi and emoji: odd only behind Latin text. Tag characters
# spell the flags of England, Scotland and Wales behind U+1F3F4.
_ODD = re.compile(
    "[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
    "|(?<=[\\x00-\u024f])[\u200c\u200d]"
    "|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]"
)
# Every character that the expression above can find: looking for them alone takes an eighth of the time.
_MAYBE_ODD = re.compile(
    "[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# The marks U+061C, U+200E and U+200F belong to right-to-left text: odd only in a text that has none.
_DIRECTION_MARKS = "\u061c\u200e\u200f"
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_HIDDEN_LINE_BREAK = re.compile("[\x85\u2028\u2029]")
_UNSHOWABLE = re.compile(f"[\t\n]|{_CONTROL.pattern}|{_HIDDEN_LINE_BREAK.pattern}|{_ODD.pattern}")
_NAMES = {
    "\x00": "NUL",
    "\x07": "BEL",
    "\x08": "backspace",
    "\x0d": "carriage return",
    "\x1b": "ESC",
    "\x7f": "DEL",
}

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")


def join_line_ends(text: str) -> str:
    """Return `text` with every line end, CRLF and a lone CR too, as LF and without a byte order mark."""
    if text.startswith("\ufeff"):
        text = text[1:]
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def line_and_column(text: str, index: int) -> tuple[int, int]:
    """Return the line and the column, both from 1, of the character at `index`."""
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def find_odd_characters(text: str) -> list[int]:
    """Return where each code point that cannot be seen, or that turns the reading order, stands first."""
    if text.isascii() or not _MAYBE_ODD.search(text):
        return []
    first: dict[str, int] = {}
    has_right_to_left: bool | None = None
    for match in _ODD.finditer(text):
        if match[0] in first:
            continue
        if match[0] in _DIRECTION_MARKS:
            if has_right_to_left is None:
                has_right_to_left = _RIGHT_TO_LEFT.search(text) is not None
            if has_right_to_left:
                continue
        first[match[0]] = match.start()
    return list(first.values())


def find_control_characters(text: str) -> list[int]:
    """Return where each control character, lone surrogate or noncharacter stands first; tab and LF are none."""
    first: dict[str, int] = {}
    for match in _CONTROL.finditer(text):
        first.setdefault(match[0], match.start())
    return list(first.values())


def find_hidden_line_break(text: str) -> int | None:
    """Return where the first NEL, line or paragraph separator stands: YAML ends a line there, editors do not."""
    match = None if text.isascii() else _HIDDEN_LINE_BREAK.search(text)
    return match.start() if match else None


def find_conflict(text: str) -> int | None:
    """Return the line, from 1, of the first marker that a merge in git left, or None.

    A line of seven equals signs alone is none: it underlines a heading in Markdown.
    """
    if "<<<<<<<" not in text and ">>>>>>>" not in text:
        return None
    has_middle = False
    for number, line in enumerate(text.split("\n"), 1):
        if line == "=======":
            has_middle = True
        # Seven > are a quote in a quote in Markdown: only below a middle line are they a marker.
        elif line[:8] in ("<<<<<<<", "<<<<<<< ") or (has_middle and line[:8] in (">>>>>>>", ">>>>>>> ")):
            return number
    return None


def is_lfs_pointer(text: str) -> bool:
    """Return whether `text` is what git LFS leaves in place of a file that it did not fetch."""
    return text.startswith("version https://git-lfs.github.com/spec/")


def lines_outside_code(text: str) -> list[tuple[int, str]]:
    """Return index and text of each line of Markdown that stands in no fenced code."""
    found: list[tuple[int, str]] = []
    fence = ""
    for index, line in enumerate(text.split("\n")):
        match = _FENCE.match(line)
        if fence:
            if match and match[1].startswith(fence) and not line[match.end() :].strip():
                fence = ""
        elif match:
            fence = match[1]
        else:
            found.append((index, line))
    return found


def shown(text: str) -> str:
    """Return `text` with each character that a terminal would obey, or would not show, as an escape."""
    return text if text.isascii() and text.isprintable() else _UNSHOWABLE.sub(_escape, text)


SECRET_IN_ADDRESS = "this address holds a user name or a password, which every reader would see"
SECRET_HINT = "take out what stands between // and @"


def quoted(text: str) -> str:
    """Return `text` in single quotes as a message repeats it: escaped, and cut where it is long."""
    return f"'{shown(_cut(text))}'"


def in_quotes(text: str) -> str:
    """Return `text` as an author would write it in quotes, for a hint: escaped, and cut where it is long."""
    mark = "'" if '"' in text or "\\" in text else '"'
    return f"{mark}{shown(_cut(text))}{mark}"


def name_of(character: str) -> str:
    """Return a character's code point with its name: `U+202E (right-to-left override)`."""
    name = _NAMES.get(character) or unicodedata.name(character, "").lower()
    return f"U+{ord(character):04X}" + (f" ({name})" if name else "")


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"


def _escape(match: re.Match[str]) -> str:
    number = ord(match[0])
    if match[0] in "\n\t\r":
        return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}[match[0]]
    if 0xDC80 <= number <= 0xDCFF:  # a byte of a file's name that is no UTF-8, as os.fsdecode keeps it
        return f"\\x{number - 0xDC00:02x}"
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
