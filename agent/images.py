"""Pictures from outside to pictures of our own: the pixels, decoded within limits and encoded anew, and nothing else.

What a file says beside its pixels is lost: where and when it was taken, by whom, colour profiles, thumbnails, comments.
What can be seen in a picture cannot be redacted.
"""

import warnings
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from agent.errors import InputError
from agent.mail.source import File
from agent.model import Image

if TYPE_CHECKING:
    from PIL.Image import Image as Pixels
    from PIL.Image import Transpose

LONGEST = 1120
_BYTES = 40 * 1000**2
_PIXELS = 50 * 1000**2
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_FEW_COLOURS = 256
_ORIENTATION = 0x0112  # the Exif tag that says which side is up

# What other files begin with, for a better sentence than that we cannot read them.
_OTHERS = (
    (b"%PDF-", 0, "a PDF document"),
    (b"<svg", 0, "a vector drawing (SVG)"),
    (b"<?xml", 0, "a vector drawing (SVG) or other XML"),
    (b"ftypavif", 4, "an AVIF picture"),
    (b"ftyphe", 4, "a HEIC picture"),
    (b"ftypmif1", 4, "a HEIC picture"),
    (b"II*\0", 0, "a TIFF picture"),
    (b"MM\0*", 0, "a TIFF picture"),
    (b"BM", 0, "a BMP picture"),
)


def from_file(path: Path) -> Image:
    """Return the picture in a file. Raises InputError where there is none we can read."""
    file = File(path, str(path))
    return read(file.read(0, _BYTES + 1), str(path))


def read(data: bytes, label: str = "the picture") -> Image:
    """Return a PNG, JPEG, WebP or GIF (its first frame) as a picture of ours, upright, on white.

    Its longest side is at most 1,120 pixels. The same bytes always give the same picture. Raises InputError for any
    other kind of file, a damaged one, more than 40 MB, or more than 50 million pixels.
    """
    if not data:
        raise InputError(f"{label} is empty.")
    if len(data) > _BYTES:
        raise InputError(f"{label} is larger than {_BYTES // 1000**2} MB.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's, about sizes we check ourselves and Exif we drop
        picture, lossless = _decoded(data, label)
        return _encoded(picture, lossless)


def _decoded(data: bytes, label: str) -> "tuple[Pixels, bool]":
    """Return the pixels in grey or RGB, scaled down, and whether the file kept each exactly."""
    from PIL import Image as Pillow

    try:
        file = Pillow.open(BytesIO(data), formats=_FORMATS)
    except Pillow.DecompressionBombError:
        raise _too_many(label) from None
    except Exception:
        raise InputError(_unknown(data, label)) from None
    if file.width * file.height > _PIXELS:
        raise _too_many(label)
    # A damaged file can raise nearly anything from Pillow's decoders.
    try:
        file.draft("RGB", (LONGEST, LONGEST))
        turn = _turn(file)
        picture = _plain(file)
        return picture if turn is None else picture.transpose(turn), file.format in ("PNG", "GIF")
    except Exception:
        raise InputError(f"{label} is damaged: it cannot be decoded to its end.") from None


def _plain(file: "Pixels") -> "Pixels":
    """Return the pixels scaled down, in grey or RGB and without transparency: white shows through."""
    from PIL import Image as Pillow

    mode = "L" if file.mode in ("1", "L", "LA") or file.mode.startswith("I") else "RGB"
    clear = file.has_transparency_data and not file.mode.startswith("I")
    if file.mode.startswith("I"):  # 16 bits per pixel
        picture = file.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    else:
        picture = file.convert("RGBA" if clear else mode)
    picture.thumbnail((LONGEST, LONGEST), Pillow.Resampling.LANCZOS)
    if clear:
        picture = Pillow.alpha_composite(Pillow.new("RGBA", picture.size, "white"), picture).convert(mode)
    return picture


def _encoded(picture: "Pixels", lossless: bool) -> Image:
    """Encode pixels, and nothing that came with them: as PNG where the file was lossless or colours are few."""
    from PIL import Image as Pillow

    bare = Pillow.frombytes(picture.mode, picture.size, picture.tobytes())
    out = BytesIO()
    if lossless or bare.getcolors(_FEW_COLOURS) is not None:
        bare.save(out, "PNG", optimize=True)
        return Image(out.getvalue(), "image/png", bare.width, bare.height)
    bare.save(out, "JPEG", quality=90)
    return Image(out.getvalue(), "image/jpeg", bare.width, bare.height)


def _turn(file: "Pixels") -> "Transpose | None":
    """Return what brings the picture upright by its Exif; None where it is, or where that cannot be read."""
    from PIL import Image as Pillow

    turns: dict[object, Transpose] = {
        2: Pillow.Transpose.FLIP_LEFT_RIGHT,
        3: Pillow.Transpose.ROTATE_180,
        4: Pillow.Transpose.FLIP_TOP_BOTTOM,
        5: Pillow.Transpose.TRANSPOSE,
        6: Pillow.Transpose.ROTATE_270,
        7: Pillow.Transpose.TRANSVERSE,
        8: Pillow.Transpose.ROTATE_90,
    }
    try:
        return turns.get(file.getexif().get(_ORIENTATION))
    except Exception:
        return None


def _unknown(data: bytes, label: str) -> str:
    start = data[:64].lstrip()
    kind = next((kind for magic, at, kind in _OTHERS if start.startswith(magic, at)), None)
    if kind is None:
        return f"{label} is not a picture, or a damaged one; PNG, JPEG, WebP and GIF can be read."
    return f"{label} is {kind}; only PNG, JPEG, WebP and GIF can be read."


def _too_many(label: str) -> InputError:
    return InputError(f"{label} has more than {_PIXELS // 1000**2} million pixels.")
