"""Let typed HTML through by allow-list: elements, attributes, and nothing that acts, hides or dresses up."""

from __future__ import annotations

import html
import re
from typing import Final

import nh3
from markdown_it.common.html_re import HTML_TAG_RE
from msgspec import Struct

ALLOWED: Final = frozenset(
    """
    a abbr article b bdi bdo blockquote br caption center cite code col colgroup dd del details dfn div dl dt em
    figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp section small span strike
    strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr
    """.split()
)
"""Elements that an author may type. `<a>`, `<img>` and headings are written anew, as if they had been Markdown."""

VOID: Final = frozenset(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr".split()
)

CONTENT_LOST: Final = frozenset(["script", "style"])
"""What stands inside these is no text."""

HIDING: Final = frozenset(["datalist", "dialog", "noframes", "noscript", "template"])
"""What stands inside these is in the page without being seen."""

ELEMENTS: Final = (
    ALLOWED
    | VOID
    | CONTENT_LOST
    | HIDING
    | frozenset(
        """
        acronym address applet aside audio big blink body button canvas content data dir fieldset font footer form
        frameset head header hgroup html iframe image isindex label legend listing main map marquee math menu menuitem
        meter nav nobr noembed object optgroup option output picture plaintext portal progress rb rtc search select
        slot spacer svg textarea title video xmp
        """.split()
    )
)
"""Every element that HTML has or had. Anything else between < and > is text."""

_RENAMED: Final = {
    "strike": "s",
    "tt": "code",
    "center": "div",
    "h1": "h2",
    "h2": "h3",
    "h3": "h4",
    "h4": "h5",
    "h5": "h6",
}
_CLASSES: Final = {"center": "align-center"}

_GLOBAL_ATTRIBUTES: Final = frozenset(["title", "lang", "dir"])
_ATTRIBUTES: Final = {
    "col": frozenset(["span"]),
    "colgroup": frozenset(["span"]),
    "del": frozenset(["datetime"]),
    "details": frozenset(["open"]),
    "img": frozenset(["alt", "width", "height"]),
    "ins": frozenset(["datetime"]),
    "li": frozenset(["value"]),
    "ol": frozenset(["start", "reversed"]),
    "td": frozenset(["colspan", "rowspan"]),
    "th": frozenset(["colspan", "rowspan", "scope"]),
    "time": frozenset(["datetime"]),
}
_NUMBERS: Final = frozenset(["span", "width", "height", "value", "start", "colspan", "rowspan"])
_VALUES: Final = {
    "dir": re.compile(r"ltr|rtl|auto"),
    "lang": re.compile(r"[A-Za-z0-9-]{1,35}"),
    "scope": re.compile(r"row|col|rowgroup|colgroup"),
    "datetime": re.compile(r"[0-9TZPWDHMS:.+ -]{1,40}"),
}
# They say how a thing looks and lose no meaning: the theme decides that.
_LOOKS: Final = frozenset(
    """
    style class align valign border cellpadding cellspacing bgcolor color face size frame rules nowrap noshade
    background hspace vspace clear compact summary type target rel loading decoding width height
    """.split()
)
_ALL_ATTRIBUTES: Final = (
    _GLOBAL_ATTRIBUTES
    | frozenset().union(*_ATTRIBUTES.values())
    | _LOOKS
    | frozenset(
        """
        accept action allowfullscreen async autocomplete autofocus autoplay charset checked cite contenteditable
        controls coords crossorigin data default defer disabled download draggable enctype for form formaction hidden
        high href hreflang id inert integrity is ismap itemprop itemscope itemtype kind list loop low max maxlength
        media method min minlength multiple muted name nomodule nonce novalidate open optimum part pattern ping
        placeholder playsinline popover poster preload readonly referrerpolicy required role sandbox selected shadowroot
        shape sizes slot spellcheck src srcdoc srclang srcset step tabindex translate usemap value wrap xmlns
        """.split()
    )
)
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0?\.?0*\s*(?:[;!]|$)|font-size\s*:\s*0|"
    r"content-visibility|text-indent\s*:\s*-",
    re.IGNORECASE,
)
_ALIGNMENTS: Final = frozenset(["left", "right", "center"])
_TAG_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")
_ATTRIBUTE = re.compile(r"\s+([a-zA-Z_:][a-zA-Z0-9:._-]*)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\"'=<>`\s]+))?")


class Tag(Struct, frozen=True):
    """One tag as typed."""

    name: str
    """In lower case."""
    closes: bool
    attributes: dict[str, str]
    """By name in lower case; of two with one name the first, as browsers do."""
    is_complete: bool
    """Whether it is empty: `<br>`, `<a name="x"/>`."""


class CleanTag(Struct, frozen=True):
    """What is left of a tag: HTML to write, and what was refused."""

    opening: str
    closing: str
    refused: tuple[str, ...]
    """Names of attributes."""


def is_element(name: str) -> bool:
    """Return whether HTML has an element of this name."""
    return name.lower() in ELEMENTS


def read_tag(typed: str) -> Tag | None:
    """Return the tag that `typed` wholly is; None for a comment, a declaration, or anything that is no tag."""
    name = _TAG_NAME.match(typed)
    if name is None:
        return None
    attributes: dict[str, str] = {}
    closes = typed.startswith("</")
    if not closes:
        for found in _ATTRIBUTE.finditer(typed, name.end()):
            value = found[2] or ""
            if value[:1] in ("'", '"'):
                value = value[1:-1]
            attributes.setdefault(found[1].lower(), html.unescape(value))
    lower = name[1].lower()
    return Tag(lower, closes, attributes, typed.endswith("/>") or lower in VOID)


def is_prose(tag: Tag) -> bool:
    """Return whether `<link to the report>` or `<your name>` was typed: words in brackets, not an element."""
    if not is_element(tag.name):
        return True
    has_words = bool(tag.attributes) and not any(tag.attributes.values())
    return has_words and not any(
        name in _ALL_ATTRIBUTES or "-" in name or name.startswith("on") for name in tag.attributes
    )


def next_tag(text: str, start: int) -> tuple[int, int]:
    """Return begin and end of the next tag, comment or declaration from `start` on; (-1, -1) where there is none."""
    at = text.find("<", start)
    while at >= 0:
        found = HTML_TAG_RE.match(text, at)
        if found:
            return at, found.end()
        at = text.find("<", at + 1)
    return -1, -1


def hides(tag: Tag) -> bool:
    """Return whether what stands in this element would be in the page without being seen."""
    if tag.name in HIDING and not (tag.name == "dialog" and "open" in tag.attributes):
        return True
    return "hidden" in tag.attributes or _HIDDEN_STYLE.search(tag.attributes.get("style", "")) is not None


def clean_tag(tag: Tag, anchor: str) -> CleanTag:
    """Return an allowed element's tag with allowed attributes; `anchor` is its id, ready to be written, or empty."""
    name = _RENAMED.get(tag.name, tag.name)
    written = f' id="{anchor}"' if anchor else ""
    classes = _CLASSES.get(tag.name, "")
    refused = []
    allowed = _GLOBAL_ATTRIBUTES | _ATTRIBUTES.get(tag.name, frozenset())
    for key, value in tag.attributes.items():
        if key == "align" and value.lower() in _ALIGNMENTS:
            classes = f"align-{value.lower()}"
        elif key in allowed:
            written += _attribute(key, value)
        elif key not in _LOOKS and key not in ("id", "name", "href", "src", "hidden"):
            refused.append(key)
    if classes:
        written += f' class="{classes}"'
    return CleanTag(f"<{name}{written}>", "" if name in VOID else f"</{name}>", tuple(refused))


def picture_size(tag: Tag) -> str:
    """Return width and height of an `<img>` as attributes, as far as they are whole numbers of pixels."""
    return "".join(
        _attribute(key, tag.attributes[key].removesuffix("px"))
        for key in ("width", "height")
        if key in tag.attributes
    )


def clean(text: str) -> str:
    """Return HTML in which every element is closed and nothing stands but what portalgen writes itself."""
    return _CLEANER.clean(text)


def _attribute(key: str, value: str) -> str:
    if key in ("open", "reversed"):
        return f" {key}"
    if key in _NUMBERS and not re.fullmatch(r"-?[0-9]{1,6}", value, re.ASCII):
        return ""
    pattern = _VALUES.get(key)
    if pattern and not pattern.fullmatch(value):
        return ""
    return f' {key}="{html.escape(value)}"'


_OWN_ATTRIBUTES: Final = {
    "*": {"class", "id", "title", "lang", "dir"},
    "a": {"href", "rel", "aria-label"},
    "div": {"role", "tabindex"},
    "img": {"src", "alt", "width", "height", "loading", "decoding"},
    "input": {"type", "checked", "disabled"},
    "pre": {"tabindex"},
    "section": {"role", "aria-label"},
}
_CLEANER: Final = nh3.Cleaner(
    tags=set(ALLOWED | {"input", "label"}),
    clean_content_tags=set(CONTENT_LOST),
    attributes={
        name: set(_OWN_ATTRIBUTES.get(name, set())) | set(_ATTRIBUTES.get(name, frozenset()))
        for name in ALLOWED | {"input", "label", "*"}
    },
    link_rel=None,
    url_schemes={"http", "https", "mailto", "tel"},
    url_relative="pass_through",
)
