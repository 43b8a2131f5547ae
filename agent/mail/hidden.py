"""What a reader cannot see: text that a message's HTML sends but does not show.

Not a style engine: it follows the properties people hide text with down the tree, and errs towards seen where a
style is beyond it (an image behind the text, a rule css.py passes over).
"""

import colorsys
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from agent.mail.css import Keys, Sheet

Colour = tuple[int, int, int]
Attributes = Mapping[str, str | None]

_NEVER_SHOWN = frozenset({"datalist", "rp", "x-template"})
_PAINTED = _NEVER_SHOWN | {"a", "dialog", "pre"}
_PAINTING = frozenset({"background", "bgcolor", "color", "hidden", "text"})
_CLASSES = 10
_BLEND = 24
_FAR_BACK, _FAR_OUT = -200, 5_000
_SMALLEST = 2.0
_HIDING = frozenset({
    "clip", "clip-path", "display", "left", "margin", "margin-left", "margin-top", "opacity", "overflow", "overflow-x",
    "overflow-y", "position", "transform",
})  # fmt: skip
_LINK_BLUE: Colour = (0, 0, 238)
_NAMED: dict[str, Colour] = {
    "aliceblue": (240, 248, 255), "azure": (240, 255, 255), "black": (0, 0, 0), "blue": (0, 0, 255),
    "floralwhite": (255, 250, 240), "ghostwhite": (248, 248, 255), "gray": (128, 128, 128),
    "green": (0, 128, 0), "grey": (128, 128, 128), "honeydew": (240, 255, 240), "ivory": (255, 255, 240),
    "lightgray": (211, 211, 211), "lightgrey": (211, 211, 211), "mintcream": (245, 255, 250),
    "navy": (0, 0, 128), "red": (255, 0, 0), "seashell": (255, 245, 238), "silver": (192, 192, 192),
    "snow": (255, 250, 250), "white": (255, 255, 255), "whitesmoke": (245, 245, 245), "yellow": (255, 255, 0),
}  # fmt: skip
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "in": 96.0, "cm": 37.8, "mm": 3.78, "rem": 16.0, "vw": 10.0, "vh": 8.0}
_LENGTH = re.compile(r"(-?(?:\d++(?:\.\d*+)?|\.\d++))\s*(px|pt|r?em|ex|in|cm|mm|vw|vh|%)?")
_NUMBER = re.compile(r"-?(?:\d++(?:\.\d*+)?|\.\d++)%?")
_COLOUR = re.compile(r"#([0-9a-f]{3,8})\b|(rgb|hsl)a?\(([^()]{1,60})\)|\b([a-z]{3,20})\b")
_CLEAR = re.compile(
    r"transparent|(?:rgb|hsl)a\([^()]*[,/]\s*0?(?:\.0\d*)?\s*\)|rgb\([^()]*/\s*0?(?:\.0\d*)?%?\s*\)"
    r"|#(?:[0-9a-f]{6}0[0-9a-f]|[0-9a-f]{3}0)(?![0-9a-f])"
)
_NO_AREA = re.compile(
    r"rect\((?:[01](?:px)?[ ,]{0,2}){4}\)|inset\((?:5\d|[6-9]\d|100)%|circle\(0"
    r"|scale[xy]?\(0?(?:\.0\d*)?[,)]",
)
_FONT_SIZE = re.compile(r"(?<![\w.-])(?![1-9]00\b)[\d.]+(?:px|pt|r?em|ex|%)?(?=[\s/])")


@dataclass(frozen=True, slots=True)
class Look:
    """How the text of one element is painted; the default is a browser's.

    A colour of None is not known, and then never taken for that of the background. `gone` holds for all
    that is inside, the rest may be changed by an element inside.
    """

    colour: Colour | None = (0, 0, 0)
    background: Colour | None = (255, 255, 255)
    size: float = 16.0
    gone: bool = False
    visible: bool = True
    indented_away: bool = False
    preformatted: bool = False

    @property
    def seen(self) -> bool:
        """Whether a reader sees text painted like this."""
        if self.gone or self.indented_away or not self.visible or self.size < _SMALLEST:
            return False
        if self.colour is None or self.background is None:
            return True
        return any(abs(a - b) > _BLEND for a, b in zip(self.colour, self.background, strict=True))


class Styles:
    """How each element of one document is painted, while it is walked from its root (`enter`, `leave`)."""

    def __init__(self, css: str) -> None:
        self._sheet = Sheet(css)
        self._open: Counter[str] = Counter()

    def enter(self, parent: Look, tag: str, attributes: Attributes) -> tuple[Look, Keys]:
        """Return the look of an element inside `parent`, and the keys to give back to `leave`."""
        keys = _keys(tag, attributes)
        style = self._sheet.style(keys, self._open, attributes.get("style") or "")
        for key in keys:
            self._open[key] += 1
        if not style and tag not in _PAINTED and _PAINTING.isdisjoint(attributes):
            return parent, keys
        return _look(parent, tag, attributes, style), keys

    def leave(self, keys: Keys) -> None:
        """Close the element `enter` opened with these keys."""
        for key in keys:
            self._open[key] -= 1


def _keys(tag: str, attributes: Attributes) -> Keys:
    names = (attributes.get("class") or "").lower().split()[:_CLASSES]
    identity = (attributes.get("id") or "").strip().lower()
    return frozenset({"*", tag, *("." + name for name in names), *(["#" + identity] if identity else [])})


def _look(parent: Look, tag: str, attributes: Attributes, style: dict[str, str]) -> Look:
    closed = tag == "dialog" and "open" not in attributes
    if parent.gone or closed or tag in _NEVER_SHOWN or "hidden" in attributes:
        return replace(parent, gone=True)
    size = _font_size(style, parent.size)
    shown = style.get("visibility", "visible" if parent.visible else "hidden")
    space = style.get("white-space", "pre" if parent.preformatted else "normal")
    indent = style.get("text-indent")
    return Look(
        colour=_text_colour(parent, tag, attributes, style),
        background=_background(parent, attributes, style),
        size=size,
        gone=_gone(style, size),
        visible=shown not in ("hidden", "collapse"),
        indented_away=parent.indented_away if indent is None else _outside(indent, size),
        preformatted=tag == "pre" or space.startswith("pre"),
    )


def _gone(style: dict[str, str], size: float) -> bool:
    """Whether the style takes the element, and all that is in it, out of sight."""
    if _HIDING.isdisjoint(style):
        return False
    if style.get("display") == "none" or _fraction(style.get("opacity", "1")) < 0.05:
        return True
    clipped = any(style.get(n, "").startswith(("hidden", "clip")) for n in ("overflow", "overflow-x", "overflow-y"))
    sides = [style[n] for n in ("height", "max-height", "width", "max-width") if n in style]
    if clipped and any(_px(side, size, 99.0) <= 1 for side in sides):
        return True
    return any(_NO_AREA.search(style.get(n, "")) for n in ("clip", "clip-path", "transform")) or _moved_out(style, size)


def _moved_out(style: dict[str, str], size: float) -> bool:
    shifts = [style.get("margin-left", ""), style.get("margin-top", ""), *style.get("margin", "").split()[:4]]
    if style.get("position", "static") != "static":
        shifts += [style.get(side, "") for side in ("left", "top", "right", "bottom")]
    _, moved, distances = style.get("transform", "").partition("translate")
    if moved:
        shifts += re.split(r"[(,]\s*", distances)
    return any(_outside(shift, size) for shift in shifts)


def _outside(shift: str, size: float) -> bool:
    return not _FAR_BACK < _px(shift, size, 0.0) < _FAR_OUT


def _font_size(style: dict[str, str], inherited: float) -> float:
    shorthand = _FONT_SIZE.search(style.get("font", ""))
    value = style.get("font-size") or (shorthand[0] if shorthand else "")
    return _px(value, inherited, inherited)


def _text_colour(parent: Look, tag: str, attributes: Attributes, style: dict[str, str]) -> Colour | None:
    value = style.get("color") or (attributes.get("text" if tag == "body" else "color") or "").lower()
    if value and value not in ("inherit", "currentcolor"):
        return parent.background if _CLEAR.match(value) else _colour(value)
    return _LINK_BLUE if tag == "a" and "href" in attributes else parent.colour


def _background(parent: Look, attributes: Attributes, style: dict[str, str]) -> Colour | None:
    shorthand = style.get("background", "")
    image = style.get("background-image", "") + shorthand
    if "url(" in image or "gradient" in image or attributes.get("background"):
        return None
    value = style.get("background-color") or shorthand or (attributes.get("bgcolor") or "").lower()
    if value in ("", "none", "inherit", "initial", "unset") or _CLEAR.search(value):
        return parent.background
    return _colour(value)


def _colour(value: str) -> Colour | None:
    """Return the first colour named in a CSS value, None where there is none we know."""
    for match in _COLOUR.finditer(value[:200]):
        if match[1]:
            digits = match[1] if len(match[1]) >= 6 else "".join(digit * 2 for digit in match[1])
            return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
        if match[2]:
            return _mixed(match[2], _NUMBER.findall(match[3]))
        if match[4] in _NAMED:
            return _NAMED[match[4]]
    return None


def _mixed(kind: str, numbers: list[str]) -> Colour | None:
    if len(numbers) < 3:
        return None
    first, second, third = (float(number.rstrip("%")) for number in numbers[:3])
    if kind == "hsl":
        parts = colorsys.hls_to_rgb(first % 360 / 360, min(third, 100) / 100, min(second, 100) / 100)
        red, green, blue = (round(part * 255) for part in parts)
    else:
        scale = 2.55 if numbers[0].endswith("%") else 1.0
        red, green, blue = (max(0, min(255, round(n * scale))) for n in (first, second, third))
    return red, green, blue


def _px(value: str, size: float, otherwise: float) -> float:
    match = _LENGTH.match(value)
    if match is None:
        return otherwise
    unit = match[2] or ""
    return float(match[1]) * _UNITS.get(unit, size / 100 if unit == "%" else size)


def _fraction(value: str) -> float:
    match = _NUMBER.match(value)
    if match is None:
        return 1.0
    return float(match[0].rstrip("%")) / (100 if match[0].endswith("%") else 1)
