"""Pictures for tests and the demo, all drawn here: `python -m tests.pictures` writes examples/chart.png anew."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

GAUGES = {"Jan": 31, "Feb": 28, "Mar": 44, "Apr": 52, "May": 61, "Jun": 73, "Jul": 40, "Aug": 35, "Sep": 58, "Oct": 66}
SECRET = "Zanzibar 52.5200N 13.4050E"
"""What the pictures of `telling` say beside their pixels."""

_INK, _BAR = (20, 24, 40), (46, 110, 170)


def chart(title: str, bars: Mapping[str, float], size: tuple[int, int] = (640, 400)) -> bytes:
    """Return a bar chart as PNG: a title, a bar per entry with its number above and its name below."""
    width, height = size
    picture = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    draw.text((width / 2, 28), title, _INK, ImageFont.load_default(22), anchor="mm")
    font = ImageFont.load_default(14)
    floor, step, top = height - 40, (width - 40) / len(bars), max(bars.values())
    draw.line((20, floor, width - 20, floor), _INK, 2)
    for at, (name, value) in enumerate(bars.items()):
        middle = 20 + step * (at + 0.5)
        roof = floor - value / top * (floor - 80)
        draw.rectangle((middle - step * 0.32, roof, middle + step * 0.32, floor - 1), _BAR)
        draw.text((middle, roof - 12), f"{value:g}", _INK, font, anchor="mm")
        draw.text((middle, floor + 16), name, _INK, font, anchor="mm")
    return encoded(picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=16), "PNG", optimize=True)


def gradient(size: tuple[int, int] = (48, 32), mode: str = "RGB") -> Image.Image:
    """Return many colours: red grows to the right, green downwards."""
    width, height = size
    red = Image.linear_gradient("L").rotate(90).resize(size)
    green = Image.linear_gradient("L").resize((width, height))
    return Image.merge("RGB", (red, green, Image.new("L", size, 90))).convert(mode)


def corner(size: tuple[int, int] = (40, 24)) -> Image.Image:
    """Return a white picture whose upper left quarter is red."""
    picture = Image.new("RGB", size, "white")
    picture.paste((220, 0, 0), (0, 0, size[0] // 2, size[1] // 2))
    return picture


def turned(orientation: int) -> bytes:
    """Return a picture whose Exif says that its side `orientation` (1 to 8) is up, as PNG."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(corner(), "PNG", exif=exif)


def telling(format: str) -> bytes:
    """Return a picture that says SECRET in every place its format has for it, GPS and colour profile among them."""
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = SECRET  # description, artist
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 0x1D: SECRET[:10]})  # GPS
    packet = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{SECRET}</x:xmpmeta>".encode()
    profile = SECRET.encode().ljust(132, b"\0")
    picture = gradient()
    if format == "GIF":
        return encoded(picture.convert("P"), "GIF", comment=SECRET.encode())
    if format == "PNG":
        notes = PngInfo()
        notes.add_text("Author", SECRET)
        notes.add_itxt("XML:com.adobe.xmp", packet.decode())
        return encoded(picture, "PNG", pnginfo=notes, exif=exif, icc_profile=profile, dpi=(72, 72))
    more = {"comment": SECRET.encode()} if format == "JPEG" else {}
    return encoded(picture, format, exif=exif, icc_profile=profile, xmp=packet, **more)


def encoded(picture: Image.Image, format: str, **more: object) -> bytes:
    """Return the bytes of a file of this format."""
    out = BytesIO()
    picture.save(out, format, **more)
    return out.getvalue()


if __name__ == "__main__":
    path = Path(__file__).parent.parent / "examples" / "chart.png"
    path.write_bytes(chart("Gauges sold 2026", GAUGES))
