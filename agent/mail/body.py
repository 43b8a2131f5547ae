"""From the decoded parts of a message to the words a person wrote and a reader sees."""

import re
from collections.abc import Sequence
from typing import Literal

from agent.mail.message import Body, Zone
from agent.mail.zones import split
from agent.text import Untrusted

TEXT_LIMIT = 200_000
"""Characters of text that are read of one message; HTML_LIMIT in markup.py bounds its HTML."""

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u200b\u200e\u200f\u2060-\u2064\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff\ud800-\udfff]",
)
_TAGS = re.compile(r"[\U000e0020-\U000e007e]{8,}")  # a flag of a region has five
_URL = re.compile(r"https?://[^\s<>]+|<[^<>\n]*>|\[-> [^\]\n]*\]")
_LETTERS = re.compile(r"[^\W_]+")
_STUB = re.compile(
    r"(?:does not|doesn['’]t|cannot|can['’]t|unable to|not) (?:support|display|show|read|view"
    r"|enabled?)[^\n]{0,40}\bhtml|\bhtml[^\n]{0,60}\b(?:client|reader|viewer|version|e-?mail|format"
    r"|capable|enabled)|(?:view|read|see|open) (?:this|it|the)[^\n]{0,60}(?:browser|online|html|web)"
    r"|kein(?:e)? html|html[^\n]{0,40}(?:darstellen|anzeigen|unterstütz)|im browser|en (?:su|tu|votre"
    r"|el) navega|navigateur|nel browser|no (?:seu )?navegador|in je browser|不支持\s*html|浏览器",
    re.IGNORECASE,
)
_STUB_LENGTH = 400
_SHINGLE = 8
_SHINGLES_TO_JUDGE = 20
_SHARED = 0.3

Source = Literal["plain", "html", "none"]


def make_body(plain: str | None, html: str | None, forwarded: Sequence[str] = ()) -> Body:
    """Return the readable text of a message in zones, and what its HTML hides: `read_body` without its second part."""
    return read_body(plain, html, forwarded)[0]


def read_body(plain: str | None, html: str | None, forwarded: Sequence[str] = ()) -> tuple[Body, bool]:
    """Return the body of a message, and whether some of it was left unread because it is too long.

    The plain part is the text, unless it is empty, a stub that asks for an HTML reader, or says what the HTML
    does not: people are shown the HTML, so that counts as hidden. `forwarded` are the texts of attached messages;
    they become forward zones at the end. Text beyond TEXT_LIMIT is cut at a line.
    """
    written = clean(plain or "")
    shown, concealed, cut = _rendered(html)
    stub = bool(shown.strip()) and _is_stub(written)
    unseen = _only_in(written, shown) if shown.strip() and not stub else []
    use_html = stub or bool(unseen)
    kept, longer = _within(shown if use_html else written, TEXT_LIMIT)
    text, zones, dropped = _with_forwarded(kept, forwarded)
    hidden = (*concealed, *unseen, *_smuggled(f"{plain or ''}\n{html or ''}"))
    source: Source = "html" if use_html else "plain" if written.strip() else "none"
    return Body(Untrusted(text), zones, tuple(map(Untrusted, hidden)), source), longer or dropped or (use_html and cut)


def clean(text: str) -> str:
    """Return `text` with LF line ends, and without control, bidi and zero-width characters and lone surrogates.

    Joiners (ZWJ, ZWNJ) and variation selectors stay: scripts and emoji need them.
    """
    return _UNSEEN.sub("", _LINE_ENDS.sub("\n", text))


def _rendered(html: str | None) -> tuple[str, list[str], bool]:
    if not html or html.isspace():
        return "", [], False
    from agent.mail.html import render  # lexbor is loaded for the first HTML message only

    rendering = render(html)
    return clean(rendering.text), [clean(text) for text in rendering.hidden], rendering.cut


def _is_stub(written: str) -> bool:
    """Whether a plain part says nothing but where to find the message."""
    if len(written) > _STUB_LENGTH:
        return False
    words = _URL.sub("", written)
    return not _LETTERS.search(words) or _STUB.search(words) is not None


def _only_in(written: str, shown: str) -> list[str]:
    """Return the own paragraphs of the plain part that a reader of the HTML does not get to see."""
    known = _shingles(shown[: 2 * TEXT_LIMIT])
    unseen = []
    for zone in split(written):
        if zone.kind != "own":
            continue
        for paragraph in written[zone.start : zone.end].split("\n\n"):
            own = _shingles(paragraph)
            if len(own) >= _SHINGLES_TO_JUDGE and len(own & known) < _SHARED * len(own):
                unseen.append(paragraph.strip())
    return unseen


def _shingles(text: str) -> set[str]:
    """Return each run of eight letters and digits, so that wrapping, links and punctuation do not count."""
    bare = "".join(_LETTERS.findall(_URL.sub("", text).casefold()))
    return {bare[at : at + _SHINGLE] for at in range(len(bare) - _SHINGLE + 1)}


def _smuggled(raw: str) -> list[str]:
    """Return the ASCII that was written in Unicode tag characters, which no screen shows but a model reads."""
    return ["".join(chr(ord(char) - 0xE0000) for char in run) for run in _TAGS.findall(raw)]


def _with_forwarded(text: str, forwarded: Sequence[str]) -> tuple[str, tuple[Zone, ...], bool]:
    """Return the text with the attached messages below it, its zones, and whether something had to be left out."""
    cut = False
    whole = ""
    zones: list[Zone] = []
    for number, part in enumerate([text, *map(clean, forwarded)]):
        kept, longer = _within(part, TEXT_LIMIT - len(whole)) if number else (part, False)
        cut = cut or longer
        if not kept.strip():
            continue
        if whole:
            gap = "\n\n" if not whole.endswith("\n") else "\n"
            whole, last = whole + gap, zones.pop()
            zones.append(Zone(last.kind, last.start, len(whole)))
        for zone in split(kept):
            kind = "forward" if number and zone.kind == "own" else zone.kind
            zones.append(Zone(kind, len(whole) + zone.start, len(whole) + zone.end))
        whole += kept
    return whole or text, tuple(zones) or split(text), cut


def _within(text: str, limit: int) -> tuple[str, bool]:
    """Return `text` cut at the last line end within `limit` characters, and whether it was longer."""
    if len(text) <= limit:
        return text, False
    end = text.rfind("\n", 0, max(limit, 0)) + 1
    return text[: end or max(limit, 0)], True
