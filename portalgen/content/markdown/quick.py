"""Read the plain kind of Markdown without markdown-it: the same pieces in a tenth of the time.

Most texts are paragraphs, headings, lists, tables, quotes and code in which a few words are emphasised or linked. Here
is what can be read in one way only. Whatever else stands in a text, a stray `*` or a line that is indented oddly,
leaves all of it to markdown-it. Tests prove that both say the same wherever this one says anything.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct, field

from portalgen.content.markdown.code import language_of
from portalgen.content.markdown.links import unique_slugs
from portalgen.content.markdown.text import Places
from portalgen.content.markdown.types import NAME_MARK, Code, RecordLink
from portalgen.content.markdown.writer import Writer
from portalgen.content.markdown.written import ALIGNMENTS, Written, joined, joins_lines

_MAX_DEPTH: Final = 8
_MAX_BARS: Final = 20_000
"""Far fewer cells than a text may have."""

_HEADING = re.compile(r"(#{1,6}) +(\S.*)")
_FENCE = re.compile(r"(`{3,})([^`]*)")
_ITEM = re.compile(r"([-*+]|([0-9]{1,9})[.)]) (?=\S)")
_NUMBERED = re.compile(r"[0-9]{1,9}[.)](?:\s|$)")
_TASK = re.compile(r"\[([ xX])\] +(?=\S)")
_BORDER = re.compile(r"\|(?: *:?-+:? *\|)+ *")
_RULE: Final = frozenset(["---", "***", "___"])

_PLAIN: Final = r"[^\[\]`*_~\\&<@\n]"
_LETTER: Final = r"[^\W_]"
# Begins with a letter or digit, so that a mark before it opens; ends with one, so that a mark behind it closes.
_WORDS: Final = rf"{_LETTER}(?:{_PLAIN}*{_LETTER})?"
_SAYING: Final = rf"{_LETTER}{_PLAIN}*[:.,!?)](?=\*\*(?:[ \n]|$))"
# Every branch begins with a character of its own, by which `re` finds it at once.
_MARK = re.compile(
    r"\n"
    r"|`(?<!``)(?P<code>[^`\s](?:[^`\n]*[^`\s])?)`(?!`)"
    rf"|\*(?<!\*\*)(?:\*(?P<strong>{_WORDS}|{_SAYING})\*\*|(?P<em>{_WORDS})\*)(?!\*)"
    rf"|_(?<![^ \n(]_)(?P<stress>{_WORDS})_(?![^ \n.,;:!?)])"
    rf"|\[(?<![!\[]\[)\[(?P<id>[A-Z][A-Z0-9]*-[0-9]+)(?:\|(?P<label>{_WORDS}))?\]\](?![(\[])"
    rf"|\[(?<![!\[]\[)(?:`(?P<name>[^`\s\[\]]+)`|(?P<words>{_WORDS}))\]\((?P<url>[^\s()<>\\&\"'`]+)\)"
)
_MAY_MARK = re.compile(r"[`*_~\\&<@\n\[]")
# Marks that are left over, but not `_` inside a word, and not brackets that link nothing.
_STRAY = re.compile(
    rf"[`*\\<@]|~~|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=[#A-Za-z])|!\[|\[(?!(?![\^!]){_PLAIN}*\](?![(\[:]))"
)
_RARE: Final = (
    "://",
    "www.",
    "mailto:",
    "-->",
    *(one + other for one in ":\uff1a\uff1b" for other in ":\uff1a\uff1b"),
)
"""Parts of addresses, of what ends a comment, and of what may be a slip of a `:::`; in lower case."""

_PLAIN_URL = re.compile(r"(?:https?://)?[a-z0-9][a-z0-9./_-]*")
"""Addresses that stay as they are typed."""


class _Unsure(Exception):
    """Something stands here that only markdown-it is trusted with."""


def read_quickly(places: Places) -> Written | None:
    """Return the pieces of a text as `write_pieces` makes them; None where it may mean something else than it seems.

    There are no problems where there are pieces, but for anchors, which are looked at later.
    """
    text = places.text
    if ":::" in text or "<!--" in text or text.count("|") > _MAX_BARS:
        return None
    reader = _Reader(Writer(places), has_rare=_has_rare(text))
    try:
        reader.read_blocks(text.split("\n"), 0)
        return reader.written()
    except _Unsure:
        return None


class _Reader(Struct):
    writer: Writer
    has_rare: bool
    """Whether anything of `_RARE` stands in the text: if nothing does, no part of it need be searched."""
    headings: list[tuple[int, int, str]] = field(default_factory=list)
    """Where in the pieces each heading begins, its level and its words."""
    title: str = ""
    title_end: int = 0

    def written(self) -> Written:
        """Return what was read, once the fragments of all headings are known."""
        writer = self.writer
        slugs = unique_slugs(words for _, _, words in self.headings)
        for (index, level, _), slug in zip(self.headings, slugs, strict=True):
            writer.out[index] = f'<h{level} id="{NAME_MARK}-{html.escape(slug)}">'
        if self.title_end and not slugs[0]:
            raise _Unsure
        writer.anchors = dict.fromkeys(slugs)
        return Written(
            writer,
            self.title,
            tuple(joined(writer.out[: self.title_end])),
            slugs[0] if self.title_end else "",
            tuple(joined(writer.out[self.title_end :])),
            False,
        )

    def read_blocks(
        self, lines: Sequence[str], first: int, depth: int = 0, *, is_item: bool = False, task: int = 0
    ) -> None:
        """Write the blocks of `lines`, of which the first is line `first` of the text.

        In an item of a list paragraphs are bare; `task` is the length of the box that its first one begins with.
        """
        if depth > _MAX_DEPTH:
            raise _Unsure
        at = 0
        if task:
            at = self._paragraph(lines, 0, first, is_bare=True, task=task)
        while at < len(lines):
            line = lines[at]
            if not line or line.isspace():
                # A list with an empty line in it is another kind of list.
                if is_item or line.strip(" "):
                    raise _Unsure
                at += 1
                continue
            if line[0].isalpha():
                at = self._paragraph(lines, at, first, is_bare=is_item)
                continue
            match line[0]:
                case "#":
                    at = self._heading(lines, at, first, depth)
                case "`" if line.startswith("```"):
                    at = self._fence(lines, at)
                case ">":
                    at = self._quote(lines, at, first, depth, is_item=is_item)
                case "|":
                    at = self._table(lines, at, first)
                case "-" | "*" | "_" if line in _RULE and depth == 0:
                    self.writer.out.append("<hr>\n")
                    at += 1
                case _ if _ITEM.match(line):
                    at = self._list(lines, at, first, depth)
                case mark if mark in "-+~:= \t" or _NUMBERED.match(line):
                    raise _Unsure
                case _:
                    at = self._paragraph(lines, at, first, is_bare=is_item)

    def _paragraph(self, lines: Sequence[str], at: int, first: int, *, is_bare: bool, task: int = 0) -> int:
        begin, at = at, at + 1
        while at < len(lines) and (line := lines[at]) and not line.isspace():
            if line[0] in "#>" or line.startswith("```"):
                break
            if line[0] in "-+*0123456789" and (item := _ITEM.match(line)):
                if item[2] and item[2] != "1":
                    raise _Unsure
                break
            if line[0] in "-+~:=|_ \t" or line in _RULE or _NUMBERED.match(line):
                raise _Unsure
            at += 1
        content = lines[begin] if at == begin + 1 else "\n".join(lines[begin:at])
        content = content.strip()
        if " \n" in content:
            raise _Unsure
        if task:
            checked = " checked" if content[1] in "xX" else ""
            box = f'<label><input type="checkbox" disabled{checked}> '
            self._inline(first + begin, content[task:], box, "</label>")
        elif is_bare:
            self._inline(first + begin, content)
        else:
            self._inline(first + begin, content, "<p>", "</p>\n")
        return at

    def _heading(self, lines: Sequence[str], at: int, first: int, depth: int) -> int:
        found = _HEADING.fullmatch(lines[at])
        if found is None or depth:
            raise _Unsure
        content = found[2].strip()
        if content.endswith("#"):
            raise _Unsure
        out = self.writer.out
        words = _MARK.sub(_words_of, content) if _MAY_MARK.search(content) else content
        level = min(len(found[1]) + 1, 6)
        is_title = level == 2 and not out
        self.headings.append((len(out), level, words))
        out.append("")
        self._inline(first + at, content)
        out.append(f"</h{level}>\n")
        if is_title:
            self.title, self.title_end = words.strip(), len(out)
        return at + 1

    def _fence(self, lines: Sequence[str], at: int) -> int:
        found = _FENCE.fullmatch(lines[at])
        if found is None:
            raise _Unsure
        closing = re.compile(rf" {{0,3}}`{{{len(found[1])},}} *")
        end = next((index for index in range(at + 1, len(lines)) if closing.fullmatch(lines[index])), None)
        if end is None:
            raise _Unsure
        code = "".join(f"{line}\n" for line in lines[at + 1 : end])
        self.writer.out.append(Code(language_of(found[2]), code))
        return end + 1

    def _quote(self, lines: Sequence[str], at: int, first: int, depth: int, *, is_item: bool) -> int:
        begin = at
        while at < len(lines) and lines[at].startswith(">"):
            at += 1
        inner = [line[2:] if line[1:2] == " " else line[1:] for line in lines[begin:at]]
        # The lines below may belong to the quote without a mark of their own.
        if (at < len(lines) and lines[at].strip()) or not (inner[0] and inner[-1]) or is_item:
            raise _Unsure
        self.writer.out.append("<blockquote>\n")
        self.read_blocks(inner, first + begin, depth + 1)
        self.writer.out.append("</blockquote>\n")
        return at

    def _list(self, lines: Sequence[str], at: int, first: int, depth: int) -> int:
        kind, number = _kind_of_item(lines[at])
        out = self.writer.out
        tag = "ol" if number else "ul"
        out.append(f"<{tag}>\n" if number in ("", "1") else f'<ol start="{int(number)}">\n')
        while at < len(lines) and lines[at]:
            found = _ITEM.match(lines[at])
            if found is None or found[1][-1] != kind:
                raise _Unsure
            width, begin = found.end(), at
            item, at = [lines[at][width:]], at + 1
            while at < len(lines) and lines[at].startswith(" " * width):
                item.append(lines[at][width:])
                at += 1
            if len(item) == 1 and item[0][0].isalpha():
                self._inline(first + begin, item[0].strip(), "<li>", "</li>\n")
                continue
            task = _TASK.match(item[0])
            out.append('<li class="task-list-item">' if task else "<li>")
            self.read_blocks(item, first + begin, depth + 1, is_item=True, task=task.end() if task else 0)
            out.append("</li>\n")
        out.append(f"</{tag}>\n")
        below = next((line for line in lines[at:] if line and not line.isspace()), "")
        if (again := _ITEM.match(below)) and again[1][-1] == kind:
            raise _Unsure
        return at

    def _table(self, lines: Sequence[str], at: int, first: int) -> int:
        end = at
        while end < len(lines) and lines[end]:
            if not lines[end].startswith("|") or not lines[end].endswith("|"):
                raise _Unsure
            end += 1
        if end < at + 3 or not _BORDER.fullmatch(lines[at + 1]):
            raise _Unsure
        looks = []
        for cell in _cells(lines[at + 1]):
            side = {(True, True): "center", (True, False): "left", (False, True): "right"}
            named = side.get((cell.startswith(":"), cell.endswith(":")), "")
            looks.append(ALIGNMENTS.get(f"text-align:{named}", ""))
        out = self.writer.out
        out.append('<div class="table-scroll" tabindex="0"><table>\n<thead>\n')
        self._row("th", lines[at], looks, first + at)
        out.append("</thead>\n<tbody>\n")
        for index in range(at + 2, end):
            self._row("td", lines[index], looks, first + index)
        out.append("</tbody>\n</table></div>\n")
        return end

    def _row(self, tag: str, line: str, looks: Sequence[str], number: int) -> None:
        cells = _cells(line)
        if len(cells) != len(looks) or "\\" in line:
            raise _Unsure
        out = self.writer.out
        out.append("<tr>")
        for cell, look in zip(cells, looks, strict=True):
            # A head without words is none, as in `pieces`.
            name = tag if cell else "td"
            self._inline(number, cell, f"<{name}{look}>", f"</{name}>")
        out.append("</tr>\n")

    def _inline(self, line: int, content: str, before: str = "", behind: str = "") -> None:
        """Write a paragraph, a heading or a cell that begins on line `line`, between two tags."""
        writer = self.writer
        if _MAY_MARK.search(content) is None:
            if self.has_rare and _has_rare(content):
                raise _Unsure
            if "-" not in content:
                # Of what HTML escapes only this is no mark here.
                writer.out.append(f"{before}{content.replace('>', '&gt;')}{behind}")
                return
        writer.move_to(line, content)
        writer.out.append(before)
        done = 0
        for found in _MARK.finditer(content):
            if done < found.start():
                self._text(content[done : found.start()])
            done = found.end()
            self._mark(found)
        if done < len(content):
            self._text(content[done:])
        writer.out.append(behind)

    def _mark(self, found: re.Match[str]) -> None:
        writer = self.writer
        match found.lastgroup:
            case None:
                if not joins_lines(found.string, found.start()):
                    writer.out.append("\n")
            case "code":
                writer.out.append(f"<code>{html.escape(found['code'], quote=False)}</code>")
            case "strong":
                writer.out.append("<strong>")
                self._text(found["strong"])
                writer.out.append("</strong>")
            case "em" | "stress" as name:
                writer.out.append("<em>")
                self._text(found[name])
                writer.out.append("</em>")
            case "url":
                self._link(found)
            case _:
                target, label = found["id"], found["label"]
                writer.advance(found.start())
                index = writer.add_link("record", target, "", label or target)
                self._doubt(label or "")
                typed = ("[", html.escape(found.group()[1:-1], quote=False), "]")
                writer.out.append(RecordLink(index, (html.escape(label or target, quote=False),), typed))

    def _link(self, found: re.Match[str]) -> None:
        writer = self.writer
        name = found["name"]
        writer.advance(found.start())
        url = found["url"]
        address = url if _PLAIN_URL.fullmatch(url) else _normalized(url)
        end = writer.start_link(address, "", name or found["words"])
        if end is None or writer.problems:
            raise _Unsure
        writer.link_depth += 1
        if name:
            writer.out.append(f"<code>{html.escape(name, quote=False)}</code>")
        else:
            self._text(found["words"])
        writer.link_depth -= 1
        writer.out.append(end)

    def _text(self, text: str) -> None:
        self._doubt(text)
        self.writer.text(text)

    def _doubt(self, text: str) -> None:
        """Raise _Unsure where something in `text` may be more than text."""
        if (_MAY_MARK.search(text) and _STRAY.search(text)) or (self.has_rare and _has_rare(text)):
            raise _Unsure


def _normalized(url: str) -> str:
    # Imported here, since nearly all addresses are plain, and markdown-it takes long to come.
    from markdown_it.common.normalize_url import normalizeLink

    return normalizeLink(url)


def _has_rare(text: str) -> bool:
    lowered = text.lower()
    # Most texts have none of the characters without which there is nothing rare, but for `www.`.
    if ":" not in lowered and "--" not in lowered and lowered.isascii():
        return "www." in lowered
    return any(rare in lowered for rare in _RARE)


def _words_of(found: re.Match[str]) -> str:
    """Return what a reader sees of a mark in a heading."""
    group = found.lastgroup or ""
    if group == "url":
        group = "name" if found["name"] else "words"
    return found["label"] or found["id"] if group in ("id", "label") else found[group]


def _kind_of_item(line: str) -> tuple[str, str]:
    """Return what a list's items have in common, `-` or the `.` of `1.`, and its first number, empty without."""
    found = _ITEM.match(line)
    assert found, "asked about items only"
    return found[1][-1], found[2] or ""


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip()[1:-1].split("|")]
