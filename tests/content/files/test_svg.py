"""An SVG is made anew of drawing alone: what runs, fetches or tells of its maker is gone, what is seen stays."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET

import picture_files as make
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portalgen.content.files.svg import DEEPEST, MOST_PARTS, CleanSvg, SvgError, clean_svg
from portalgen.content.files.svg_css import clean_declarations, clean_stylesheet, is_plain_value

SVG = "http://www.w3.org/2000/svg"
_RUNS_OR_FETCHES = re.compile(
    r"script|\bon\w+=|javascript:|evil\.example|@import|foreignObject|expression|<!|<\?", re.IGNORECASE
)


def clean(inside: str, attributes: str = "") -> CleanSvg:
    """Return an SVG around `inside`, cleaned."""
    return clean_svg(
        f'<svg xmlns="{SVG}" xmlns:xlink="http://www.w3.org/1999/xlink"{attributes}>{inside}</svg>'.encode()
    )


def kept(inside: str, attributes: str = "") -> str:
    """Return what stays of an SVG around `inside`, without its own element."""
    text = clean(inside, attributes).data.decode()
    return text.partition(">")[2].removesuffix("</svg>\n") if "</svg>" in text else ""


DRAWING = (
    "<title>Ground floor</title><desc>Doors &amp; walls</desc><defs>"
    '<linearGradient id="g" x1="0" gradientUnits="userSpaceOnUse"><stop offset="0" stop-color="#fff"/></linearGradient>'
    '<radialGradient id="h" href="#g" fx="1"/><pattern id="p" width="4" height="4"><path d="M0 0h4"/></pattern>'
    '<clipPath id="c"><rect width="9" height="9"/></clipPath><mask id="m"><circle r="3"/></mask>'
    '<marker id="k" orient="auto" markerWidth="4"><path d="M0 0L4 2"/></marker>'
    '<filter id="f"><feGaussianBlur in="SourceGraphic" stdDeviation="2"/></filter>'
    '<symbol id="s" viewBox="0 0 9 9"><ellipse rx="1" ry="2"/></symbol></defs>'
    '<g clip-path="url(#c)" mask="url(#m)" filter="url(#f)" transform="translate(1 2) rotate(45)" fill="url(#g) red">'
    '<use href="#s" x="1" y="2"/><polyline points="1,2 3,4" marker-end="url(\'#k\')" style="fill:none;stroke:#000"/>'
    '<text x="1" xml:space="preserve">a <tspan font-weight="bold">b</tspan>  c</text></g>'
)


def test_a_drawing_stays_as_it_is() -> None:
    found = clean(DRAWING, ' viewBox="0 0 9 9" width="90" role="img" aria-label="plan (ground floor)"')
    assert found.taken == found.held == ()
    assert kept(DRAWING) == DRAWING
    assert found.data.startswith(f'<svg xmlns="{SVG}" viewBox="0 0 9 9" width="90" role="img"'.encode())


@pytest.mark.parametrize(
    ("hostile", "said"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ("<script href='data:text/javascript,1'/>", "<script>"),
        ("<s:script xmlns:s='http://www.w3.org/2000/svg'>alert(1)</s:script>", "<script>"),
        ("<h:script xmlns:h='http://www.w3.org/1999/xhtml'>alert(1)</h:script>", "<script>"),
        ("<SCRIPT>alert(1)</SCRIPT>", "<SCRIPT>"),
        ("<rect onclick='alert(1)'/>", "'onclick'"),
        ("<rect ONLOAD='alert(1)'/>", "'ONLOAD'"),
        (
            "<foreignObject><h:b xmlns:h='http://www.w3.org/1999/xhtml'>x</h:b></foreignObject>",
            "<foreignObject>",
        ),
        ("<iframe src='https://evil.example'/>", "<iframe>"),
        ("<a href='javascript:alert(1)'><rect/></a>", "the link of <a>"),
        ("<a xlink:href=' java&#10;script:alert(1)'><rect/></a>", "the link of <a>"),
        ("<a href='https://evil.example'><rect/></a>", "the link of <a>"),
        ("<image href='https://evil.example/a.png'/>", "the link of <image>"),
        ("<image href='//evil.example/a.png'/>", "the link of <image>"),
        ("<image href='../../other-client/plan.png'/>", "the link of <image>"),
        ("<image href='data:image/svg+xml;base64,PHN2Zy8+'/>", "the link of <image>"),
        ("<image href='data:image/png;base64,bm8gcGljdHVyZQ=='/>", "the link of <image>"),
        ("<image href='data:image/png;base64,===='/>", "the link of <image>"),
        ("<feImage xlink:href='https://evil.example/a.png'/>", "the link of <feImage>"),
        ("<use href='https://evil.example/a.svg#x'/>", "the link of <use>"),
        ("<use xlink:href='data:image/svg+xml,x#x'/>", "the link of <use>"),
        ("<linearGradient href='https://evil.example/a.svg#x'/>", "the link of <linearGradient>"),
        ("<animate attributeName='href' to='javascript:alert(1)'/>", "<animate> of 'href'"),
        ("<set attributeName='xlink:href' to='javascript:alert(1)'/>", "<set> of 'xlink:href'"),
        ("<set attributeName='onclick' to='alert(1)'/>", "<set> of 'onclick'"),
        ("<animate attributeName='fill' values='url(https://evil.example)'/>", "what 'values' fetches"),
        ("<rect fill='url(https://evil.example/a.svg#x)'/>", "what 'fill' fetches"),
        ("<rect fill='URL( &quot;https://evil.example/a.svg#x&quot; )'/>", "what 'fill' fetches"),
        ("<rect fill='u\\72l(https://evil.example/a.svg#x)'/>", "what 'fill' fetches"),
        ("<rect cursor='image-set(\"https://evil.example\" 1x)'/>", "what 'cursor' fetches"),
        ("<rect mask='url(#a), url(https://evil.example)'/>", "what 'mask' fetches"),
        ("<rect style='fill:url(https://evil.example)'/>", "what 'fill' of a style fetches"),
        ("<rect style='fill:red;background:url(//evil.example)'/>", "what 'background' of a style fetches"),
        ("<rect style='x:expression(alert(1))'/>", "what 'x' of a style fetches"),
        ("<rect style='--a:url(https://evil.example)'/>", "what '--a' of a style fetches"),
        ("<rect style='fill:\\75rl(https://evil.example)'/>", "a style that cannot be read"),
        ("<style>@import 'https://evil.example/a.css';</style>", "@import"),
        ("<style>@import url(https://evil.example/a.css)</style>", "@import"),
        (
            "<style>@font-face{font-family:x;src:url(https://evil.example)}</style>",
            "what 'src' of a style fetches",
        ),
        ("<style>rect{fill:u\\72l(https://evil.example)}</style>", "styles that cannot be read"),
        ("<style>rect{fill:url('https://evil.example)}</style>", "styles that cannot be read"),
        ("<style>/* x */@im/**/port 'https://evil.example';</style>", "@im"),
        ("<style>a{b{fill:url(https://evil.example)}}</style>", "a style rule inside a rule"),
        ("<style type='text/x-other'>rect{}</style>", "styles that are no CSS"),
        ("<style><![CDATA[@import 'https://evil.example';]]></style>", "@import"),
    ],
)
def test_what_runs_or_fetches_is_taken_out_and_named(hostile: str, said: str) -> None:
    # Row 41 of the hostile inputs.
    found = clean(hostile + "<rect width='9'/>")
    assert found.taken == (said,)
    assert not _RUNS_OR_FETCHES.search(found.data.decode())
    assert '<rect width="9"/>' in found.data.decode()
    assert clean_svg(found.data) == CleanSvg(found.data, (), (), 1)


def test_a_style_sheet_of_another_file_is_taken_out_and_named() -> None:
    found = clean_svg(f'<?xml-stylesheet href="https://evil.example"?><svg xmlns="{SVG}"><g/></svg>'.encode())
    assert found == CleanSvg(
        f'<svg xmlns="{SVG}"><g/></svg>\n'.encode(), ("a style sheet of another file",), (), 1
    )


def test_what_was_taken_out_first_has_its_line() -> None:
    assert clean("\n<g/>\n<script/>\n<rect onclick='a'/>").line == 3


@pytest.mark.parametrize(
    "quiet",
    [
        "<!-- the client pays late -->",
        "<?editor the client pays late?>",
        "<metadata>the client pays late</metadata>",
        "<s:namedview xmlns:s='http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd' note='the client pays late'/>",
        "<g xmlns:i='http://www.inkscape.org/namespaces/inkscape' i:label='the client pays late'/>",
        "<g data-note='the client pays late'/>",
        "<g>the client pays late</g>",
        "<rect style='-inkscape-note:the client pays late'/>",
    ],
)
def test_what_nobody_sees_is_taken_out_without_a_word(quiet: str) -> None:
    found = clean(quiet)
    assert found.taken == found.held == ()
    assert b"pays" not in found.data


def test_an_author_in_the_metadata_is_named() -> None:
    rdf = (
        "<metadata><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:dc='http://purl.org/dc/elements/1.1/'>"
        "<dc:title>Plan</dc:title><dc:creator><rdf:li>{}</rdf:li></dc:creator></rdf:RDF></metadata>"
    )
    assert clean(rdf.format("Ada Lindqvist")).held == ("an author",)
    assert clean(rdf.format("Ada Lindqvist")).data == clean("").data
    assert clean(rdf.format(" ")).held == ()


def test_a_path_of_an_editor_and_a_hidden_diagram_are_named() -> None:
    space = " xmlns:i='http://www.inkscape.org/namespaces/inkscape'"
    assert clean("<g/>", f"{space} i:export-filename='/home/ada/plan.png'").held == (
        "a path of its maker's disk",
    )
    assert clean("<g/>", f"{space} i:export-filename='plan.png'").held == ()
    assert clean("<g/>", " content='&lt;mxfile&gt;'").held == ("the diagram it was drawn from",)


def test_a_picture_inside_stays_less_its_metadata() -> None:
    def href(data: bytes) -> str:
        return f'<image width="1" xlink:href="data:image/png;base64,{base64.b64encode(data).decode()}"/>'

    author = make.png(make.png_chunk(b"tEXt", b"Author\x00Ada Lindqvist"))
    assert kept(href(author)) == href(make.png())
    assert clean(href(author)).held == ("an author",)
    assert b'xmlns:xlink="http://www.w3.org/1999/xlink"' in clean(href(author)).data


HTML = " xmlns='http://www.w3.org/1999/xhtml'"


def test_the_words_of_html_become_text_in_the_same_place() -> None:
    label = f"<foreignObject x='10' width='60' height='20'><div{HTML}><p>Ground <b>floor</b></p></div></foreignObject>"
    assert clean(label).taken == ("<foreignObject>",)
    assert kept(label) == (
        '<text x="40" y="10" text-anchor="middle" dominant-baseline="central">'
        '<tspan x="40" dy="0">Ground floor</tspan></text>'
    )


def test_lines_and_the_size_of_html_are_kept() -> None:
    label = (
        f"<foreignObject width='60' height='20'><div{HTML} style='font-size: 12px'>a &lt; b<br/>c"
        "<span style='display:none'>hidden</span><script>d</script><style>e</style></div></foreignObject>"
    )
    assert kept(f"<switch>{label}<text>[Not supported by viewer]</text></switch>") == (
        '<switch><text x="30" y="10" text-anchor="middle" dominant-baseline="central" font-size="12px">'
        '<tspan x="30" dy="-0.6em">a &lt; b</tspan><tspan x="30" dy="1.2em">c</tspan></text>'
        "<text>[Not supported by viewer]</text></switch>"
    )


@pytest.mark.parametrize(
    "place", ["", "width='0' height='9'", "width='100%' height='100%'", "width='9' height='9' x='a'"]
)
def test_words_without_a_place_in_numbers_stay_out(place: str) -> None:
    assert kept(f"<g><foreignObject {place}><div{HTML}>hall</div></foreignObject></g>") == "<g/>"


def test_the_text_beside_a_foreign_object_takes_its_place() -> None:
    drawn = "<switch><foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>hall</p></foreignObject><text>hall</text></switch>"
    assert kept(drawn) == "<switch><text>hall</text></switch>"


def test_text_and_attributes_are_escaped_again() -> None:
    written = '<text class="a&amp;b&lt;&quot;&#10;" id="x">1 &lt; 2 &amp; 3 &gt; 2 ]]&gt;</text>'
    assert kept(written) == written


@pytest.mark.parametrize(
    "doctype",
    [
        "",
        "<!DOCTYPE svg>",
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"\n "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">',
        '<!-- <!DOCTYPE svg [<!ENTITY a "b">]> --><!DOCTYPE svg SYSTEM "svg.dtd">',
    ],
)
def test_a_document_type_without_declarations_is_left_out(doctype: str) -> None:
    found = clean_svg(f'<?xml version="1.0"?>\n{doctype}\n<svg xmlns="{SVG}">\n<script/></svg>'.encode())
    assert found.data == f'<svg xmlns="{SVG}"/>\n'.encode()
    assert found.line == 4 + doctype.count("\n")


_BOMB = "".join(f'<!ENTITY a{i} "' + f"&a{i - 1};" * 10 + '">' for i in range(1, 10))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            f'<!DOCTYPE svg [<!ENTITY a0 "x">{_BOMB}]><svg xmlns="{SVG}"><text>&a9;</text></svg>',
            "entities are not read",
        ),
        (
            f'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg xmlns="{SVG}"/>',
            "entities are not read",
        ),
        (
            f'<!DOCTYPE svg [<!ENTITY % a SYSTEM "https://evil.example">%a;]><svg xmlns="{SVG}"/>',
            "entities are not read",
        ),
        (
            f'<!DOCTYPE svg PUBLIC "a" "b" [<!ATTLIST svg onload CDATA "alert(1)">]><svg xmlns="{SVG}"/>',
            "entities are not",
        ),
        (f'<!DOCTYPE svg SYSTEM "x.dtd"><svg xmlns="{SVG}"><text>a&nbsp;b</text></svg>', "undefined entity"),
        (f'<svg xmlns="{SVG}"><g></svg>', "mismatched tag"),
        (f'<svg xmlns="{SVG}"><g>', "no element found"),
        (f'<svg xmlns="{SVG}"><g xlink:href="#a"/></svg>', "unbound prefix"),
        (f'<svg xmlns="{SVG}"/><svg/>', "junk after document element"),
        ("", "no element found"),
        ("<svg/>", "begins with <svg> in place of"),
        ("<html><body/></html>", "begins with <html> in place of"),
        (f'<svg xmlns="{SVG}">' + "<g>" * DEEPEST + "</g>" * DEEPEST + "</svg>", "is nested deeper"),
        (f'<svg xmlns="{SVG}">' + "<x>" * 90000, "is nested deeper"),
        (f'<svg xmlns="{SVG}">' + "<g/>" * MOST_PARTS + "</svg>", "elements and attributes"),
        ('<?xml version="1.0" encoding="utf-7"?><svg/>', "is written in utf-7"),
    ],
    ids=range(16),
)
def test_what_is_no_plain_xml_is_refused(source: str, said: str) -> None:
    with pytest.raises(SvgError, match=re.escape(said)):
        clean_svg(source.encode())


def test_what_cannot_be_read_has_its_place() -> None:
    with pytest.raises(SvgError) as caught:
        clean_svg(f'<svg xmlns="{SVG}">\n<g>\n  </b>\n</svg>'.encode())
    assert (caught.value.line, caught.value.column) == (3, 5)


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8", ""), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("latin-1", "ISO-8859-1")],
)
def test_other_encodings_become_utf_8(encoding: str, declared: str) -> None:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    text = f'<svg xmlns="{SVG}"><text>Küche</text></svg>'
    assert clean_svg((declaration + text).encode(encoding)).data == (text + "\n").encode()


def test_bytes_of_another_encoding_and_gzip_are_named() -> None:
    with pytest.raises(SvgError, match="no utf-8"):
        clean_svg(f'<svg xmlns="{SVG}"><text>Küche</text></svg>'.encode("latin-1"))
    with pytest.raises(SvgError, match="gzip"):
        clean_svg(b"\x1f\x8b\x08\x00")


def test_elements_that_use_each_other_may_not_draw_without_end() -> None:
    rows = ['<g id="a0"><rect/></g>']
    rows += [f'<g id="a{i}">' + f'<use href="#a{i - 1}"/>' * 10 + "</g>" for i in range(1, 12)]
    with pytest.raises(SvgError, match="draw more than"):
        clean("".join(rows))
    assert clean("".join(rows[:4])).taken == ()


@pytest.mark.parametrize(
    "circle",
    [
        '<g id="a"><use href="#a"/></g>',
        '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>',
        '<g id="a"><g id="b"><g><use href="#a"/></g></g></g>',
        '<use id="a" href="#a"/>',
    ],
)
def test_an_element_may_not_use_itself(circle: str) -> None:
    with pytest.raises(SvgError, match="inside itself"):
        clean(circle)


def test_a_chain_of_uses_longer_than_python_can_nest_is_counted() -> None:
    chain = "".join(f'<g id="a{i}"><use href="#a{i + 1}"/></g>' for i in range(1_200))
    assert clean(chain).taken == ()


def test_an_id_that_stands_twice_is_no_circle() -> None:
    assert (
        clean('<g id="a"><g id="b"><rect id="a"/></g></g><use href="#a"/><use href="#nothing"/>').taken == ()
    )


@pytest.mark.parametrize(
    ("styles", "expected"),
    [
        ("*{stroke-linejoin: round; stroke-linecap: butt}", "*{stroke-linejoin:round;stroke-linecap:butt}"),
        (".a > rect, #b:hover { fill : url(#g) ; }", ".a > rect, #b:hover{fill:url(#g)}"),
        ("/* note */ .a{fill:red /* note */ !important}", ".a{fill:red   !important}"),
        (
            "@media (prefers-color-scheme: dark) { .a { fill: #fff } }",
            "@media (prefers-color-scheme: dark){.a{fill:#fff}}",
        ),
        ("@keyframes k { 0% { opacity: 0 } to { opacity: 1 } }", "@keyframes k{0%{opacity:0}to{opacity:1}}"),
        ("@charset 'utf-8'; .a{fill:red", ".a{fill:red}"),
        (".a{font:10px 'A; B}', serif;made-up:1}", ".a{font:10px 'A; B}', serif}"),
        (
            "@font-face{font-family:x;src:url(data:font/woff2;base64,d09GMgAB//aa) format('woff2')}",
            "@font-face{font-family:x;src:url(data:font/woff2;base64,d09GMgAB//aa) format('woff2')}",
        ),
        ("", ""),
    ],
    ids=range(9),
)
def test_harmless_styles_stay(styles: str, expected: str) -> None:
    assert clean_stylesheet(styles) == (expected, set())
    assert clean_stylesheet(expected) == (expected, set())


def test_a_font_may_stand_in_no_other_place() -> None:
    font = "url(data:font/woff2;base64,d09GMgAB)"
    assert clean_declarations(f"fill:{font};src:{font}")[0] == ""


@pytest.mark.parametrize(
    "value", ["url(#a)", 'url("#a")', "URL( '#a' ) red", "rgb(1 2 3 / 50%)", "calc((1px + 2px)*3)"]
)
def test_a_value_that_fetches_nothing_is_plain(value: str) -> None:
    assert is_plain_value(value)


@pytest.mark.parametrize(
    "value",
    [
        "url(a)",
        "url()",
        "url(#a)url(b)",
        "url('#a' b)",
        'url("#a)',
        "u\\72l(#a)",
        "attr(x)",
        "src('a')",
        "URL(//a)",
    ],
)
def test_a_value_that_fetches_or_hides_something_is_not_plain(value: str) -> None:
    assert not is_plain_value(value)


_PIECES = st.sampled_from(
    [
        "<g>", "</g>", "<script>", "</script>", "<style>", "</style>", "<text>", "</text>", "<rect ", "/>", ">", " onload='",
        "'", '"', " href='", "javascript:", " style='", "fill:", "url(", ")", "https://evil.example", "#a", "{", "}", ";",
        "@import ", "\\", "/*", "*/", "<![CDATA[", "]]>", "<!--", "-->", "&lt;", "&#10;", "&quot;", "a", " ", "<foreignObject>",
        "</foreignObject>", "<image", "<set attributeName='href' to='", " fill='", "<a", "</a>",
    ]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(_PIECES, max_size=24).map("".join))
def test_of_any_pieces_only_drawing_comes_out(inside: str) -> None:
    try:
        found = clean(inside)
    except SvgError:
        return
    for element in ET.fromstring(found.data).iter():
        assert element.tag.removeprefix(f"{{{SVG}}}") in (
            "svg",
            "g",
            "style",
            "text",
            "rect",
            "image",
            "set",
            "a",
        )
        assert element.get("href", "#").startswith("#")
        assert not [name for name in element.attrib if name.startswith("on")]
        for styles in (element.get("fill", ""), element.get("style", ""), element.text or ""):
            assert element.tag.endswith("text") or not re.search(r"@import|url\(\s*['\"]?h|\\", styles)
    assert clean_svg(found.data).data == found.data
