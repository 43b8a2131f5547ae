"""Pictures: read by what they are, made small, upright and silent, and refused in a sentence."""

import os
import random
import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image as Pillow
from PIL import ImageChops, ImageStat

from agent.errors import InputError
from agent.images import from_file, read
from tests.pictures import GAUGES, SECRET, chart, corner, encoded, gradient, telling, turned

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


def pixels(data: bytes) -> Pillow.Image:
    picture = Pillow.open(BytesIO(data))
    picture.load()
    return picture


def png(width: int, height: int) -> bytes:
    """Return a PNG that claims this size and holds nothing."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"IDAT" + zlib.compress(b"")
    chunks = (struct.pack(">I", len(each) - 4) + each + struct.pack(">I", zlib.crc32(each)) for each in (header, data))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize(
    ("format", "media"),
    [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/jpeg"), ("GIF", "image/png")],
)
def test_each_format_becomes_one_of_two(format, media):
    picture = read(encoded(gradient(), format))
    assert (picture.media, picture.width, picture.height) == (media, 48, 32)
    seen = pixels(picture.data)
    assert (seen.format, seen.mode, seen.size) == (media.removeprefix("image/").upper(), "RGB", (48, 32))
    assert max(ImageStat.Stat(ImageChops.difference(seen, gradient())).mean) < 8


def test_few_colours_are_kept_exactly_also_from_a_format_that_blurs():
    picture = read(encoded(corner(), "WEBP", lossless=True))
    assert picture.media == "image/png"
    assert pixels(picture.data).tobytes() == corner().tobytes()


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_but_pixels_is_kept(format):
    told = telling(format)
    assert SECRET.encode() in told
    silent = read(told).data
    assert SECRET[:8].encode() not in silent
    info = pixels(silent)
    assert dict(info.getexif()) == {}
    assert set(info.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    if format in ("PNG", "GIF"):
        assert _chunks(silent) == ["IHDR", "IDAT", "IEND"]
    else:
        assert _markers(silent) <= {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}


@pytest.mark.parametrize("format", FORMATS)
def test_a_picture_is_the_same_with_and_without_what_its_file_says(format):
    plain = gradient().convert("P") if format == "GIF" else gradient()
    assert read(telling(format)) == read(encoded(plain, format))


@pytest.mark.parametrize(
    ("orientation", "red"),
    [*enumerate(("left top", "right top", "right bottom", "left bottom") * 2, start=1), (9, "left top")],
)
def test_a_picture_stands_upright_as_its_exif_says(orientation, red):
    picture = read(turned(orientation))
    assert (picture.width, picture.height) == ((24, 40) if 5 <= orientation <= 8 else (40, 24))
    seen = pixels(picture.data)
    corners = {"left top": (0, 0), "right top": (-1, 0), "left bottom": (0, -1), "right bottom": (-1, -1)}
    found = [name for name, (x, y) in corners.items() if seen.getpixel((x % seen.width, y % seen.height)) != (255,) * 3]
    assert found == [red]


@pytest.mark.parametrize(
    ("size", "expected"),
    [((1120, 700), (1120, 700)), ((2240, 1000), (1120, 500)), ((1000, 4480), (250, 1120)), ((5000, 1), (1120, 1))],
)
@pytest.mark.parametrize("format", ["PNG", "JPEG"])
def test_the_longest_side_is_at_most_1120_pixels(size, expected, format):
    picture = read(encoded(Pillow.new("RGB", size, "green"), format))
    assert (picture.width, picture.height) == expected


@pytest.mark.parametrize(
    ("mode", "colour", "format", "seen"),
    [
        ("1", 1, "PNG", 255),
        ("L", 90, "PNG", 90),
        ("L", 90, "JPEG", 90),
        ("I;16", 0x8040, "PNG", 0x80),
        ("LA", (90, 0), "PNG", 255),
        ("RGBA", (200, 0, 0, 0), "PNG", (255, 255, 255)),
        ("RGBA", (200, 0, 0, 255), "WEBP", (200, 0, 0)),
        ("RGBA", (0, 0, 0, 51), "PNG", (204, 204, 204)),
        ("CMYK", (0, 0, 0, 0), "JPEG", (255, 255, 255)),
    ],
)
def test_every_kind_of_pixel_becomes_grey_or_rgb_on_white(mode, colour, format, seen):
    more = {"lossless": True, "exact": True} if format == "WEBP" else {}
    picture = pixels(read(encoded(Pillow.new(mode, (8, 8), colour), format, **more)).data)
    assert picture.mode == ("L" if isinstance(seen, int) else "RGB")
    assert picture.getpixel((3, 3)) == seen


def test_a_transparent_colour_of_a_palette_is_white():
    picture = corner().convert("P", palette=Pillow.Palette.ADAPTIVE)
    clear = picture.getpixel((0, 0))
    for format in ("PNG", "GIF"):
        assert pixels(read(encoded(picture, format, transparency=clear)).data).getpixel((0, 0)) == (255, 255, 255)


def test_an_animation_is_its_first_frame():
    frames = [Pillow.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    for format in ("GIF", "WEBP", "PNG"):
        moving = encoded(frames[0], format, save_all=True, append_images=frames[1:], duration=50)
        red, _, blue = pixels(read(moving).data).getpixel((4, 4))
        assert red > 250 > 5 > blue


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_bytes_give_the_same_picture(format):
    data = encoded(gradient((1300, 40)), format)
    assert read(data) == read(data)


def test_a_picture_of_ours_is_already_as_it_should_be():
    once = read(chart("Gauges sold 2026", GAUGES))
    assert read(once.data) == once
    assert len(once.data) < 20_000


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "the picture is empty."),
        (b"%PDF-1.7\n", "the picture is a PDF document; only PNG, JPEG, WebP and GIF can be read."),
        (b"\n <svg xmlns='x'/>", "the picture is a vector drawing (SVG); only PNG, JPEG, WebP and GIF can be read."),
        (b"\0\0\0\x18ftypheic\0\0", "the picture is a HEIC picture; only PNG, JPEG, WebP and GIF can be read."),
        (b"BM1234567890" * 20, "the picture is a BMP picture; only PNG, JPEG, WebP and GIF can be read."),
        (b"Dear Ada,", "the picture is not a picture, or a damaged one; PNG, JPEG, WebP and GIF can be read."),
        (b"\x89PNG\r\n\x1a\n", "the picture is not a picture, or a damaged one; PNG, JPEG, WebP and GIF can be read."),
        (png(8, 8), "the picture is damaged: it cannot be decoded to its end."),
        (png(10_000, 5_001), "the picture has more than 50 million pixels."),
        (png(60_000, 60_000), "the picture has more than 50 million pixels."),
        (bytes(40_000_001), "the picture is larger than 40 MB."),
    ],
    ids=lambda each: each if isinstance(each, str) else "data",
)
def test_what_cannot_be_read_is_refused_in_a_sentence(data, sentence):
    with pytest.raises(InputError) as refused:
        read(data)
    assert refused.value.message == sentence


@pytest.mark.parametrize("format", FORMATS)
def test_half_a_file_is_damaged(format):
    data = encoded(gradient((200, 200)), format)
    with pytest.raises(InputError):
        read(data[: len(data) // 2])


@pytest.mark.parametrize("format", ["TIFF", "BMP", "ICO", "PPM", "TGA"])
def test_no_other_decoder_is_ever_used(format):
    with pytest.raises(InputError):
        read(encoded(gradient(), format))


def test_two_thousand_damaged_files_are_read_or_refused():
    draw = random.Random(3)
    files = [telling(format) for format in FORMATS] + [turned(6), encoded(gradient(mode="L"), "JPEG", progressive=True)]
    for _ in range(2_000):
        data = bytearray(draw.choice(files))
        for _ in range(draw.randint(1, 6)):
            at = draw.randrange(len(data))
            data[at : at + draw.choice((0, 1, 1, 4))] = draw.randbytes(draw.choice((0, 1, 1, 4)))
        try:
            picture = read(bytes(data))
        except InputError:
            continue
        assert max(picture.width, picture.height) <= 1120


def test_a_file_is_read_by_what_it_holds_not_by_its_name(tmp_path):
    path = tmp_path / "chart.jpg"
    path.write_bytes(chart("Gauges sold 2026", GAUGES))
    assert from_file(path) == read(path.read_bytes())


def test_a_path_that_is_no_picture_is_refused_by_name(tmp_path):
    note, pipe = tmp_path / "note.png", tmp_path / "pipe"
    note.write_text("Dear Ada,")
    os.mkfifo(pipe)
    sentences = {}
    for path in (note, tmp_path / "none.png", tmp_path, pipe):
        with pytest.raises(InputError) as refused:
            from_file(path)
        sentences[path.name] = refused.value.message.replace(str(path), "PATH")
    assert sentences == {
        "note.png": "PATH is not a picture, or a damaged one; PNG, JPEG, WebP and GIF can be read.",
        "none.png": "cannot read PATH: no such file or directory.",
        tmp_path.name: "PATH is not a file that can be read twice.",
        "pipe": "PATH is not a file that can be read twice.",
    }


def _chunks(data: bytes) -> list[str]:
    """Return the names of a PNG's chunks; many of one kind in a row are one."""
    names: list[str] = []
    at = 8
    while at < len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        names += [name.decode()] if names[-1:] != [name.decode()] else []
        at += 12 + length
    return names


def _markers(data: bytes) -> set[int]:
    """Return the markers of a JPEG up to its first scan."""
    markers = set()
    at = 2
    while 0xDA not in markers:
        marker, length = struct.unpack(">xBH", data[at : at + 4])
        markers.add(marker)
        at += 2 + length
    return markers
