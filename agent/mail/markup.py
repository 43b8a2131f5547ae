"""HTML rewritten so that parsing it is cheap whoever wrote it.

lexbor builds the tree a browser would, which is what hiding tricks are judged against; but its time is quadratic
in depth (100,000 nested divs: 22 s) and in attributes, and 35 KB of unclosed formatting tags make it build four
million nodes (1.4 GB). So one linear pass comes first: it keeps tags with the few attributes we read, sets style
sheets and comments aside, and stops where a document asks for more work than honest mail does. lexbor then sees
only tags written here, so nothing can look smaller to this pass than to the parser.
"""

import re
from collections import Counter
from dataclasses import dataclass

HTML_LIMIT = 2_000_000
_TAGS = 20_000
_WORK = 200_000

_TOKEN = re.compile(r"<(?:!--|(/?)([a-zA-Z][^\s/>]*+)|[!?/])")
_COMMENT_END = re.compile(r"--!?>")
_ATTRIBUTE = r"""([^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:"([^"]*+)(?:"|\Z)|'([^']*+)(?:'|\Z)|([^\s>"'][^\s>]*+))?+)?+"""
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_REST = re.compile(rf"(?P<attributes>(?:[\s/]++|{_ATTRIBUTE})*+)(?P<end>>?)")
_KEPT = frozenset({
    "alt", "bgcolor", "background", "class", "color", "hidden", "href", "id", "open", "style", "text",
    "type",
})  # fmt: skip
# Formatting tags left open are opened again in every later block, so each distinct one multiplies the work.
_FORMATTING = frozenset({"b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"})
# What these hold is text to a parser, whatever it looks like; True where a reader sees that text.
_RAW = {
    "iframe": False,
    "noembed": False,
    "noframes": False,
    "script": False,
    "style": False,
    "textarea": True,
    "title": False,
    "xmp": True,
}
# Tags that switch a parser into another mode. Without them their content is read as ordinary HTML.
_UNWRAPPED = frozenset({"frame", "frameset", "math", "plaintext", "svg"})
_RENAMED = {"template": "x-template", "noscript": "x-noscript"}


@dataclass(frozen=True, slots=True)
class Markup:
    """`html` is safe to parse; `css` is all style sheets, `comments` the inside of each comment, in order.

    `cut` says that the document was too large or too entangled to be read to its end.
    """

    html: str
    css: str
    comments: tuple[str, ...]
    cut: bool


def tidy(html: str) -> Markup:
    """Return `html` reduced to what we read of it, in time linear in its length."""
    source = _head(html)
    writer = _Writer()
    at = 0
    while (token := _TOKEN.search(source, at)) is not None:
        writer.text(source[at : token.start()])
        if token[2] is None:
            at = _skip_comment(source, token, writer)
            continue
        rest = _REST.match(source, token.end())
        if rest is None or not rest["end"]:
            return writer.markup(cut=len(source) < len(html))
        name = token[2].lower()
        at = rest.end()
        if not writer.afford(name, closing=bool(token[1]), attributes=rest["attributes"]):
            return writer.markup(cut=True)
        if name in _RAW and not token[1]:
            at = _skip_raw(source, at, name, writer)
    writer.text(source[at:])
    return writer.markup(cut=len(source) < len(html))


def _head(html: str) -> str:
    if len(html) <= HTML_LIMIT:
        return html
    end = html.rfind("\n", 0, HTML_LIMIT)
    return html[: end if end > 0 else HTML_LIMIT]


def _skip_comment(source: str, token: re.Match[str], writer: "_Writer") -> int:
    """Return where the comment, declaration or other non-element that starts at `token` ends."""
    if token[0] != "<!--":
        end = source.find(">", token.end())
        return len(source) if end < 0 else end + 1
    close = _COMMENT_END.search(source, token.start() + 2)
    writer.comments.append(source[token.end() : close.start() if close else len(source)])
    return close.end() if close else len(source)


def _skip_raw(source: str, at: int, name: str, writer: "_Writer") -> int:
    close = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(source, at)
    end = close.start() if close else len(source)
    if name == "style":
        writer.css.append(source[at:end])
    elif _RAW[name]:
        writer.text(source[at:end])
    elif name not in ("script", "title"):
        writer.comments.append(source[at:end])
    return end


class _Writer:
    def __init__(self) -> None:
        self.parts: list[str] = []
        self.css: list[str] = []
        self.comments: list[str] = []
        self._tags = 0
        self._work = 0
        self._formatting: Counter[str] = Counter()
        self._reopened = 0

    def text(self, text: str) -> None:
        self.parts.append(text.replace("<", "&lt;"))

    def afford(self, name: str, *, closing: bool, attributes: str) -> bool:
        """Write a tag; False, and nothing written, where it would cost more than a document may."""
        name = _RENAMED.get(name, name)
        if name in _UNWRAPPED:
            return True
        tag = f"</{name}>" if closing else f"<{name}{_kept(attributes)}>"
        if name in _FORMATTING and not closing:
            self._formatting[tag] += 1
            self._reopened += self._formatting[tag] <= 3  # a parser keeps three alike at most
        self._tags += 1
        self._work += 1 + self._reopened
        if self._tags > _TAGS or self._work > _WORK:
            return False
        if name not in _RAW:
            self.parts.append(tag)
        return True

    def markup(self, *, cut: bool) -> Markup:
        return Markup("".join(self.parts), "\n".join(self.css), tuple(self.comments), cut)


def _kept(attributes: str) -> str:
    found: dict[str, str] = {}
    for match in _ATTRIBUTES.finditer(attributes):
        name = match[1].lower()
        if name in _KEPT and name not in found:
            found[name] = (match[2] or match[3] or match[4] or "").replace('"', "&quot;")
    return "".join(f' {name}="{value}"' for name, value in found.items())
