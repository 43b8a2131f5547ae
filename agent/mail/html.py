"""HTML to the text a reader sees, and apart from it the text that was only sent.

Paragraphs, lists, tables and quotes keep their shape in plain text; a quote's lines begin with `> `, so zones.py
needs to know one form only. Links show where they lead when their words do not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from agent.mail.css import Keys
from agent.mail.hidden import Attributes, Look, Styles
from agent.mail.layout import Layout
from agent.mail.markup import tidy

_PARAGRAPHS = frozenset({"dl", "fieldset", "h1", "h2", "h3", "h4", "h5", "h6", "p", "pre"})
_BLOCKS = frozenset({
    "address", "article", "aside", "body", "caption", "center", "dd", "details", "dialog", "div", "dt",
    "figcaption", "figure", "footer", "form", "header", "html", "legend", "main", "nav", "option",
    "section", "select", "summary", "tbody", "tfoot", "thead",
})  # fmt: skip
_SPACE = re.compile(r"\s+")
_TAG = re.compile(r"<[^<>]*>?")
_WORD = re.compile(r"[^\W\d_]{2,}")
_CONDITION = re.compile(r"\s*\[if[^\]]*\]>?|<!\[endif\]")
_NO_MARGIN = re.compile(r"(?:\A|;)\s*margin(?:-bottom)?\s*:\s*0")
_HEADER_LINE = re.compile(r"border:none;\s*border-top:\s*solid")
_HOST_LIKE = re.compile(r"(?:https?://)?((?:[\w-]++\.)++[a-z]{2,})(?:[:/?#]\S*)?\Z", re.IGNORECASE)
_PATH = 40


@dataclass(frozen=True, slots=True)
class Rendering:
    """`text` is what a reader sees, `hidden` each run of words that is not shown; `cut`: longer than we read."""

    text: str
    hidden: tuple[str, ...]
    cut: bool


def render(html: str) -> Rendering:
    """Return the text of an HTML document, in time linear in its length; bad HTML is read as a browser would."""
    markup = tidy(html)
    page = _Page(Styles(markup.css))
    root = LexborHTMLParser(markup.html).root
    if root is not None:
        page.walk(root)
    hidden = [*page.hidden, *filter(None, map(_prose, markup.comments))]
    return Rendering(page.layout.finish(), tuple(hidden), markup.cut)


def _prose(comment: str) -> str:
    """Return the text of a comment where it is a sentence, not a template's note or conditional markup."""
    text = _SPACE.sub(" ", _TAG.sub(" ", _CONDITION.sub(" ", comment))).strip()
    return text if len(_WORD.findall(text)) >= 5 and not {"{", "}"} & set(text) else ""


class _Open(NamedTuple):
    """An element being walked."""

    tag: str
    look: Look
    keys: Keys
    attributes: Attributes
    paragraph: bool
    quote: bool


class _Page:
    """Walks a document once, telling the layout what is seen and keeping what is not."""

    def __init__(self, styles: Styles) -> None:
        self.layout = Layout()
        self.hidden: list[str] = []
        self._styles = styles
        self._out_of_sight: list[str] = []
        self._link: list[str] = []

    def walk(self, root: LexborNode) -> None:
        open_: list[_Open] = []
        todo: list[LexborNode | _Open] = [root]
        while todo:
            item = todo.pop()
            if isinstance(item, _Open):
                self._leave(open_.pop())
            elif item.is_text_node:
                self._text(item.text_content or "", open_[-1].look if open_ else Look())
            elif item.is_element_node:
                open_.append(self._enter(item, open_[-1].look if open_ else Look()))
                todo.append(open_[-1])
                todo.extend(reversed(list(_children(item))))
        self._keep_hidden()

    def _text(self, text: str, look: Look) -> None:
        if not look.seen:
            self._out_of_sight.append(text)
        elif look.preformatted:
            self.layout.verbatim(text)
        else:
            self.layout.text(text)
        if look.seen and text.strip():
            self._keep_hidden()
            self._link.append(text)

    def _keep_hidden(self) -> None:
        """Close a run of hidden text; what holds no words (padding of a preview line) is not worth a mention."""
        text = _SPACE.sub(" ", " ".join(self._out_of_sight)).strip()
        self._out_of_sight.clear()
        if _WORD.search(text):
            self.hidden.append(text)

    def _enter(self, node: LexborNode, parent: Look) -> _Open:
        tag, attributes = node.tag or "", node.attributes
        look, keys = self._styles.enter(parent, tag, attributes)
        element = _Open(tag, look, keys, attributes, _is_paragraph(tag, attributes), _is_quote(tag, attributes))
        if not look.gone:
            self._begin(element)
        return element

    def _begin(self, element: _Open) -> None:
        layout, tag, attributes = self.layout, element.tag, element.attributes
        if element.quote:
            layout.open_quote()
        elif element.paragraph:
            layout.paragraph()
        elif tag == "br":
            layout.break_line()
        elif tag in ("ul", "ol"):
            layout.open_list(numbered=tag == "ol")
        elif tag == "li":
            layout.open_item()
        elif tag == "table":
            layout.open_table()
        elif tag == "tr":
            layout.open_row()
        elif tag in ("td", "th"):
            layout.open_cell(heading=tag == "th")
        elif tag == "hr" or (tag == "div" and _begins_answered(attributes)):
            layout.rule()
        elif tag == "img":
            self._text(attributes.get("alt") or "", element.look)
        elif tag == "a":
            self._link.clear()
        elif tag in _BLOCKS or tag in _PARAGRAPHS or tag == "blockquote":
            layout.end_line()

    def _leave(self, element: _Open) -> None:
        self._styles.leave(element.keys)
        if element.look.gone:
            return
        layout, tag = self.layout, element.tag
        if element.quote:
            layout.close_quote()
        elif element.paragraph:
            layout.paragraph()
        elif tag in ("ul", "ol"):
            layout.close_list()
        elif tag == "li":
            layout.close_item()
        elif tag == "table":
            layout.close_table()
        elif tag == "tr":
            layout.close_row()
        elif tag == "a" and element.look.seen:
            layout.text(_destination(element.attributes.get("href") or "", "".join(self._link)))
        elif tag in _BLOCKS or tag in _PARAGRAPHS or tag == "blockquote":
            layout.end_line()


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.first_child
    while child is not None:
        yield child
        child = child.next


def _is_paragraph(tag: str, attributes: Attributes) -> bool:
    """Whether the element stands apart by a blank line; Outlook writes each line as a <p> without margin."""
    if tag not in _PARAGRAPHS:
        return False
    named = (attributes.get("class") or "").startswith(("MsoNormal", "MsoPlainText"))
    return not named and not _NO_MARGIN.search(attributes.get("style") or "")


def _is_quote(tag: str, attributes: Attributes) -> bool:
    """Whether the element is a quoted message; Gmail indents one's own text by a borderless <blockquote>."""
    if tag != "blockquote":
        return False
    style = (attributes.get("style") or "").replace(" ", "")
    cited = attributes.get("type") == "cite" or "quote" in (attributes.get("class") or "")
    return cited or "border:none" not in style or "border-left" in style


def _begins_answered(attributes: Attributes) -> bool:
    """Whether this is the box in which Outlook names the message below it."""
    if attributes.get("id") in ("divRplyFwdMsg", "x_divRplyFwdMsg"):
        return True
    return bool(_HEADER_LINE.match(attributes.get("style") or ""))


def _destination(href: str, words: str) -> str:
    """Return what to write behind a link's words: nothing, ` <where>`, or ` [-> host]` where they name another."""
    words = words.strip()
    href = re.sub(r"[\x00-\x20]", "", href)
    if not words or not href:
        return ""
    if href.lower().startswith("mailto:"):
        address = href[7:].partition("?")[0]
        return "" if address.lower() in words.lower() else f" <{address}>"
    try:
        parts = urlsplit(href.replace("\\", "/"))
        host = (parts.hostname or "").encode("idna").decode()
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not 0 < len(host) <= 253:
        return ""
    claimed = _HOST_LIKE.match(words)
    if claimed is None:
        return f" <{_short(host, parts.path)}>"
    return "" if _same(claimed[1], host) else f" [-> {host}]"


def _short(host: str, path: str) -> str:
    return host + (path.rstrip("/") if len(path) <= _PATH else "/…")


def _same(claimed: str, host: str) -> bool:
    try:
        name = claimed.lower().encode("idna").decode()
    except ValueError:
        return False
    return name.removeprefix("www.") == host.removeprefix("www.")
