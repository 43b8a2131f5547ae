"""Bytes of one message to Message. Nothing in a message makes this fail: what cannot be read is said in `problems`."""

import html
from dataclasses import replace

from agent.errors import InputError
from agent.mail.addresses import addresses
from agent.mail.body import TEXT_LIMIT, read_body
from agent.mail.headers import excess, plain, split_block, words
from agent.mail.markup import HTML_LIMIT
from agent.mail.message import Attachment, Body, Head, Message
from agent.mail.mime import Part, Splitter
from agent.mail.payload import payload, payload_size, readable
from agent.text import Untrusted

MESSAGE_LIMIT = 25 * 1024 * 1024

# (plain, html): two faces of one stretch of the body; at least one is there.
_Section = tuple[str | None, str | None]


def parse(text: bytes, head: Head) -> Message:
    """Return the whole message from its bytes and its head, reading at most 25 MB of it."""
    reading = _Reading(text[:MESSAGE_LIMIT])
    if max(head.size, len(text)) > MESSAGE_LIMIT:
        reading.say(f"it is larger than {MESSAGE_LIMIT // 1024**2} MB, and the rest was not read")
    body = reading.body()
    return Message(
        head=head,
        reply_to=addresses(reading.root.header.get(b"reply-to", b"")),
        body=body,
        attachments=tuple(attachment for attachment, _ in reading.attached),
        problems=tuple(reading.problems),
    )


def attachment_bytes(text: bytes, number: int) -> bytes:
    """Return the decoded bytes of attachment `number` of a message. Raises InputError where there is none."""
    reading = _Reading(text)
    reading.body()
    if not 1 <= number <= len(reading.attached):
        raise InputError(f"the message has no attachment {number}; it has {len(reading.attached)}.")
    return payload(text, reading.attached[number - 1][1])[0]


class _Reading:
    """One walk over a message: what it has met so far."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.attached: list[tuple[Attachment, Part]] = []
        self._forwarded: list[str] = []
        self._hidden: list[Untrusted] = []
        self._room = TEXT_LIMIT
        splitter = Splitter(text)
        self.root = splitter.message()
        self.problems = excess(text[: split_block(text)[0]]) + splitter.problems
        self._opaque = splitter.opaque

    def say(self, problem: str) -> None:
        """Note a problem, once."""
        if problem not in self.problems:
            self.problems.append(problem)

    def body(self) -> Body:
        """Return the body of the message; attachments and problems are complete afterwards."""
        plain_text, html_text = _merged(self._sections(self.root) or self._rescued())
        made, cut = read_body(plain_text, html_text, self._forwarded)
        if cut:
            self.say(f"only the first {TEXT_LIMIT // 1000} KB of its text were read")
        return replace(made, hidden=(*made.hidden, *self._hidden)) if self._hidden else made

    def _sections(self, part: Part) -> list[_Section]:
        """Return the stretches of text under a part, in order; everything else becomes an attachment."""
        kind = part.content_type
        if kind.startswith("multipart/"):
            return self._multipart(part)
        named = part.name and part.disposition == "inline" and part is not self.root
        if kind in ("text/plain", "text/html") and part.disposition != "attachment" and not named:
            return self._text(part)
        if kind in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
            self.say("a part signed or encrypted with S/MIME was not read")
        self._attach(part)
        if kind == "message/rfc822":
            self._forward(part)
        return []

    def _multipart(self, part: Part) -> list[_Section]:
        if part.content_type == "multipart/encrypted":
            self.say("it is encrypted, and was not read")
        if not part.parts and not self._opaque:
            return self._text(part)  # no boundary that holds: what is there, as it stands
        sections = [self._sections(child) for child in part.parts]
        if part.content_type != "multipart/alternative":
            return [section for child in sections for section in child]
        faces = [_merged(child) for child in sections if child]
        plain_text = next((text for text, _ in faces if text and text.strip()), None)
        html_text = next((text for _, text in reversed(faces) if text), None)
        return [(plain_text, html_text)] if plain_text or html_text else []

    def _text(self, part: Part) -> list[_Section]:
        is_html = part.content_type == "text/html"
        text, problems = readable(self.text, part, HTML_LIMIT if is_html else self._room)
        for problem in problems:
            self.say(problem)
        if is_html:
            return [(None, text)]
        self._room -= len(text)
        return [(text, None)]

    def _attach(self, part: Part) -> None:
        size = payload_size(self.text, part)
        made = Attachment(len(self.attached) + 1, Untrusted(part.name), part.content_type, size)
        self.attached.append((made, part))

    def _forward(self, part: Part) -> None:
        """Read the message inside: its text is forwarded text, its attachments are attachments."""
        for inner in part.parts:
            body, _ = read_body(*_merged(self._sections(inner)))
            self._hidden += body.hidden
            shown = [
                f"{name}: {words(plain(inner.header[name.lower().encode()]))}"
                for name in ("From", "Date", "Subject")
                if name.lower().encode() in inner.header
            ]
            self._forwarded.append("\n".join(shown) + "\n\n" + body.text.raw)

    def _rescued(self) -> list[_Section]:
        """Return the first other text (text/enriched, a named inline part) of a message that has no usual one."""
        for made, part in self.attached:
            is_text = made.content_type.startswith("text/") and made.content_type != "text/calendar"
            if is_text and part.disposition != "attachment":
                return self._text(part)
        return []


def _merged(sections: list[_Section]) -> _Section:
    """Return the plain and the HTML face of several stretches. A stretch without HTML is put into it as it stands."""
    if len(sections) == 1:
        return sections[0]
    plains = [text for text, _ in sections if text is not None]
    plain_text = "\n\n".join(plains) if plains and len(plains) == len(sections) else None
    if all(face is None for _, face in sections):
        return plain_text, None
    faces = [face if face is not None else f"<pre>{html.escape(text or '')}</pre>" for text, face in sections]
    return plain_text, "\n".join(faces)
