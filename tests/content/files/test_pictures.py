"""Metadata leave a picture, pixels and colours stay, and what is no whole picture is refused."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import picture_files as make
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portalgen.content.files.exif import orientation, orientation_only, said_by_exif, said_by_xmp
from portalgen.content.files.pictures import CleanPicture, PictureError, clean_picture, picture_type

EXIF_OF_ADA = make.exif({make.ARTIST: b"Ada Lindqvist"})
SECRET = b"Ada Lindqvist"

PLAIN = {
    "png": make.png(make.png_chunk(b"gAMA", bytes(4)), make.png_chunk(b"tRNS", bytes(2))),
    "jpg": make.jpeg(make.JFIF, make.jpeg_segment(0xE2, b"ICC_PROFILE\x00\x01\x01colours")),
    "gif": make.gif(
        b"\x21\xff" + make.gif_blocks(b"NETSCAPE2.0", b"\x01\x00\x00"),
        b"\x21\xf9" + make.gif_blocks(bytes(4)),
    ),
    "webp": make.webp(
        make.webp_chunk(b"VP8X", b"\x20" + bytes(9)), make.webp_chunk(b"ICCP", b"colour"), make.WEBP_PIXELS
    ),
}

WITH_ADA = {
    "png tEXt": make.png(make.png_chunk(b"tEXt", b"Author\x00" + SECRET)),
    "png zTXt": make.png(make.png_chunk(b"zTXt", b"Author\x00\x00" + zlib.compress(SECRET))),
    "png iTXt": make.png(make.png_chunk(b"iTXt", b"Author\x00\x00\x00\x00\x00" + SECRET)),
    "png iTXt packed": make.png(
        make.png_chunk(b"iTXt", b"Author\x00\x01\x00\x00\x00" + zlib.compress(SECRET))
    ),
    "png XMP": make.png(make.png_chunk(b"iTXt", b"XML:com.adobe.xmp\x00\x00\x00\x00\x00" + make.XMP_OF_ADA)),
    "png eXIf": make.png(make.png_chunk(b"eXIf", EXIF_OF_ADA)),
    "png raw profile": make.png(
        make.png_chunk(
            b"zTXt",
            b"Raw profile type exif\x00\x00"
            + zlib.compress(b"\nexif\n  90\n" + (b"Exif\x00\x00" + EXIF_OF_ADA).hex().encode() + b"\n"),
        )
    ),
    "jpg Exif": make.jpeg(make.JFIF, make.jpeg_segment(0xE1, b"Exif\x00\x00" + EXIF_OF_ADA)),
    "jpg XMP": make.jpeg(make.jpeg_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + make.XMP_OF_ADA)),
    "jpg IPTC": make.jpeg(
        make.jpeg_segment(
            0xED,
            b"Photoshop 3.0\x00"
            + b"8BIM\x03\xed\x00\x00\x00\x00\x00\x02ab"
            + b"8BIM\x04\x04\x00\x00\x00\x00\x00\x12\x1c\x02\x50\x00\x0d"
            + SECRET,
        )
    ),
    "gif XMP": make.gif(
        b"\x21\xff\x0bXMP DataXMP" + make.XMP_OF_ADA + b"\x01" + bytes(range(255, -1, -1)) + b"\x00"
    ),
    "webp EXIF": make.webp(
        make.webp_chunk(b"VP8X", b"\x08" + bytes(9)), make.WEBP_PIXELS, make.webp_chunk(b"EXIF", EXIF_OF_ADA)
    ),
    "webp XMP": make.webp(
        make.webp_chunk(b"VP8X", b"\x04" + bytes(9)),
        make.WEBP_PIXELS,
        make.webp_chunk(b"XMP ", make.XMP_OF_ADA),
    ),
}


@pytest.mark.parametrize("kind", PLAIN)
def test_a_picture_that_is_nothing_but_picture_stays_as_it_is(kind: str) -> None:
    clean = clean_picture(PLAIN[kind])
    assert (clean.data, clean.held) == (PLAIN[kind], ())
    assert picture_type(PLAIN[kind][:12]) == kind


@pytest.mark.parametrize("where", WITH_ADA)
def test_an_author_is_taken_out_and_named_as_a_sort_of_metadata(where: str) -> None:
    clean = clean_picture(WITH_ADA[where])
    assert clean.held == ("an author",)
    assert SECRET not in clean.data
    assert SECRET.hex().encode() not in clean.data
    assert clean_picture(clean.data).data == clean.data


@pytest.mark.parametrize("where", WITH_ADA)
def test_pixels_are_the_same_bytes_without_the_metadata(where: str) -> None:
    pixels = {
        "png": make.png_chunk(b"IDAT", zlib.compress(b"\x00\x80")),
        "jpg": b"\x12\xff\x00\x34\xff\xd0\x56\xff\xd9",
        "gif": b"\x02" + make.gif_blocks(b"\x44\x01"),
        "webp": make.WEBP_PIXELS,
    }
    assert pixels[where.split()[0]] in clean_picture(WITH_ADA[where]).data


@pytest.mark.parametrize("order", ["big", "little"])
def test_a_place_is_named(order: str) -> None:
    placed = make.exif(latitude=(52, 31, 12), order="big" if order == "big" else "little")
    assert clean_picture(make.png(make.png_chunk(b"eXIf", placed))).held == ("a place",)
    nowhere = make.exif(latitude=(0, 0, 0), order="big" if order == "big" else "little")
    assert clean_picture(make.png(make.png_chunk(b"eXIf", nowhere))).data == make.png()
    assert said_by_exif(nowhere) == set()


def test_what_is_named_stands_in_one_order() -> None:
    both = make.exif(
        {make.SERIAL: b"0042", make.DESCRIPTION: b"harbour", make.ARTIST: SECRET}, latitude=(1, 2, 3)
    )
    held = clean_picture(make.jpeg(make.jpeg_segment(0xE1, b"Exif\x00\x00" + both))).held
    assert held == ("a place", "an author", "a text", "the serial number of a camera")


@pytest.mark.parametrize("turned", range(2, 9))
def test_which_way_is_up_is_all_that_stays_of_exif(turned: int) -> None:
    said = make.exif({make.ARTIST: SECRET}, turned=turned)
    only = orientation_only(turned)
    cases = {
        make.jpeg(make.JFIF, make.jpeg_segment(0xE1, b"Exif\x00\x00" + said)): make.jpeg(
            make.JFIF, make.jpeg_segment(0xE1, b"Exif\x00\x00" + only)
        ),
        make.png(make.png_chunk(b"eXIf", said)): make.png(make.png_chunk(b"eXIf", only)),
        make.webp(
            make.webp_chunk(b"VP8X", b"\x0c" + bytes(9)), make.WEBP_PIXELS, make.webp_chunk(b"EXIF", said)
        ): make.webp(
            make.webp_chunk(b"VP8X", b"\x08" + bytes(9)), make.WEBP_PIXELS, make.webp_chunk(b"EXIF", only)
        ),
    }
    for before, after in cases.items():
        assert clean_picture(before).data == after
        assert clean_picture(after) == CleanPicture(after, ())
    assert orientation(only) == turned


@pytest.mark.parametrize(
    "quiet",
    [
        make.png(make.png_chunk(b"tEXt", b"Software\x00Matplotlib")),
        make.png(make.png_chunk(b"tEXt", b"date:create\x002026-03-04")),
        make.png(make.png_chunk(b"tIME", bytes(7))),
        make.png(make.png_chunk(b"tEXt", b"Comment\x00Created with GIMP")),
        make.png(make.png_chunk(b"eXIf", make.exif({make.USER_COMMENT: b"ASCII\x00\x00\x00Screenshot"}))),
        make.png(make.png_chunk(b"eXIf", make.exif({make.MAKE: b"A maker of cameras"}))),
        make.jpeg(make.jpeg_segment(0xFE, b"CREATOR: gd-jpeg v1.0 (using IJG JPEG v62), quality = 90\n")),
        make.gif(b"\x21\xfe" + make.gif_blocks(b"Created with GIMP")),
    ],
    ids=range(8),
)
def test_what_tools_write_by_themselves_is_taken_out_without_a_word(quiet: bytes) -> None:
    clean = clean_picture(quiet)
    assert clean.held == ()
    assert clean.data != quiet


@pytest.mark.parametrize(
    "picture",
    [
        make.png(make.png_chunk(b"tEXt", b"Comment\x00the north wing is for sale")),
        make.jpeg(make.jpeg_segment(0xFE, b"the north wing is for sale")),
        make.gif(b"\x21\xfe" + make.gif_blocks(b"the north wing ", b"is for sale")),
    ],
    ids=["png", "jpg", "gif"],
)
def test_a_text_is_named(picture: bytes) -> None:
    clean = clean_picture(picture)
    assert clean.held == ("a text",)
    assert b"north wing" not in clean.data


def test_the_diagram_that_a_picture_was_drawn_from_is_named() -> None:
    drawn = make.png(make.png_chunk(b"tEXt", b"mxfile\x00%3Cmxfile%3E a page that was thrown away"))
    assert clean_picture(drawn).held == ("the diagram it was drawn from",)
    assert clean_picture(drawn).data == make.png()


def test_a_small_picture_inside_that_may_show_what_was_cut_away_is_taken_out() -> None:
    with_small = make.jpeg_segment(0xE0, make.JFIF[4:16] + b"\x01\x01" + b"RGB")
    second = make.jpeg_segment(0xE0, b"JFXX\x00\x10" + b"small")
    assert clean_picture(make.jpeg(with_small, second)).data == make.jpeg(make.JFIF)


def test_a_gif_keeps_nothing_of_its_loop_but_how_often() -> None:
    loop = b"\x21\xff" + make.gif_blocks(b"NETSCAPE2.0", b"hidden words", b"\x01\x05\x00", b"more")
    bare = b"\x21\xff" + make.gif_blocks(b"NETSCAPE2.0", b"\x01\x05\x00")
    assert clean_picture(make.gif(loop)).data == make.gif(bare)


def test_a_moving_webp_keeps_its_frames_and_nothing_else_in_them() -> None:
    start = make.webp_chunk(b"VP8X", b"\x02" + bytes(9))
    full = make.webp_chunk(b"ANMF", bytes(16) + make.WEBP_PIXELS + make.webp_chunk(b"NOTE", b"hidden"))
    bare = make.webp_chunk(b"ANMF", bytes(16) + make.WEBP_PIXELS)
    assert clean_picture(make.webp(start, full)).data == make.webp(start, bare)


@pytest.mark.parametrize("maker", [make.png, make.jpeg, make.gif], ids=["png", "jpg", "gif"])
def test_what_stands_behind_the_end_is_cut_off_and_named(maker: Callable[..., bytes]) -> None:
    # Row 42 of the hostile inputs: one file that is a picture and an archive.
    clean = clean_picture(maker(after_end=b"PK\x03\x04 an archive"))
    assert (clean.data, clean.held) == (maker(), ("data after its end",))
    assert clean_picture(maker(after_end=bytes(100))).held == ()


def test_what_stands_behind_the_end_of_a_webp_is_cut_off_and_named() -> None:
    clean = clean_picture(make.webp(make.WEBP_PIXELS, after_end=b"PK\x03\x04"))
    assert (clean.data, clean.held) == (make.webp(make.WEBP_PIXELS), ("data after its end",))


@pytest.mark.parametrize("kind", PLAIN)
def test_a_picture_that_ends_in_the_middle_is_refused_wherever_it_ends(kind: str) -> None:
    whole = PLAIN[kind]
    # Of a GIF, the sign of the end may be missing.
    for length in range(len(whole) - (1 if kind == "gif" else 0)):
        with pytest.raises(PictureError):
            clean_picture(whole[:length])


@pytest.mark.parametrize(
    "broken",
    [
        make.png()[:8] + make.png_chunk(b"IDAT", b"") + make.png()[8:],
        make.png()[:30] + b"\x00" + make.png()[31:],
        make.png(make.png_chunk(b"CgBI", bytes(4))),
        make.png()[:33] + make.png_chunk(b"IEND", b""),
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8" + make.jpeg_segment(0xDA, b"\x00") + b"\x12\xff\xd9",
        make.jpeg(make.jpeg_segment(0xF0, b"")),
        make.jpeg(make.JFIF + b"between"),
        b"GIF89a" + bytes(7) + b"\x3b",
        make.webp(make.webp_chunk(b"ICCP", b"colour")),
        make.webp(make.WEBP_PIXELS[:-2]),
    ],
    ids=range(11),
)
def test_what_is_built_like_no_picture_is_refused(broken: bytes) -> None:
    with pytest.raises(PictureError):
        clean_picture(broken)


@settings(deadline=None)
@given(
    st.sampled_from([*PLAIN.values(), *WITH_ADA.values()]),
    st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=4)), min_size=1, max_size=4),
)
# The name of the part that says what follows: a colour profile stands first then.
@example(
    b"RIFF4\0\0\0WEBPVP8X\n\0\0\0 " + bytes(9) + b"ICCP\x06\0\0\0colourVP8L\x07\0\0\0/\0\0\0\0\x07\x10\0",
    [(12, b"\0")],
)
def test_damage_is_refused_or_ends_in_a_picture_that_stays_as_it_is(
    picture: bytes, damages: list[tuple[int, bytes]]
) -> None:
    data = bytearray(picture)
    for at, replaced in damages:
        data[at : at + len(replaced)] = replaced
    try:
        clean = clean_picture(bytes(data))
    except PictureError:
        return
    assert clean_picture(clean.data).data == clean.data


@settings(deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"MM\x00\x2a\x00\x00\x00\x08", b"II\x2a\x00\x08\x00\x00\x00"]),
)
def test_exif_of_any_bytes_says_something_or_nothing(data: bytes, start: bytes) -> None:
    assert orientation(start + data) in range(1, 9)
    assert said_by_exif(start + data) <= {"a place", "an author", "a text", "the serial number of a camera"}


def test_exif_whose_directories_lead_to_each_other_comes_to_an_end() -> None:
    entry = b"\x87\x69\x00\x04\x00\x00\x00\x01\x00\x00\x00\x08"
    assert said_by_exif(b"MM\x00\x2a\x00\x00\x00\x08\x00\x02" + entry * 2 + bytes(4)) == set()


def test_xmp_that_names_nobody_says_nothing() -> None:
    empty = make.XMP_OF_ADA.replace(SECRET, b" ")
    assert said_by_xmp(make.XMP_OF_ADA) == {"an author"}
    assert said_by_xmp(empty) == set()


def test_xmp_that_cannot_be_read_is_taken_to_say_what_it_names() -> None:
    assert said_by_xmp(make.XMP_OF_ADA[:-10]) == {"an author"}
    bomb = b'<!DOCTYPE x [<!ENTITY a "creator">]>' + make.XMP_OF_ADA
    assert said_by_xmp(bomb) == {"an author"}
