"""What bytes are, from how they begin: kinds of mail, or what else, in words for the user."""

import re
import shlex
from dataclasses import dataclass
from typing import Literal

from agent.errors import InputError
from agent.mail.headers import BOM, split_block
from agent.mail.lines import is_record
from agent.mail.separator import rule_of

OPENING = 64 * 1024

Kind = Literal["empty", "mbox", "takeout", "message", "jsonl", "zip", "text", "other"]

_FIRST_HEADER = re.compile(rb"[!-9;-~]{1,80}[ \t]*:")
_MAIL_HEADER = re.compile(
    rb"^(?:from|to|cc|date|subject|received|return-path|message-id|delivered-to|mime-version)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_TAKEOUT = re.compile(rb"^X-(?:GM-THRID|Gmail-Labels):", re.IGNORECASE | re.MULTILINE)
_RECORD = re.compile(rb'\{\s*"(?:schema_version|id|date|from|subject|text|body)"\s*:')
_CONTROLS = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")
_MAGIC: dict[bytes, str] = {
    b"\x1f\x8b": "gzip-compressed data; unpack it first",
    b"BZh": "bzip2-compressed data; unpack it first",
    b"\xfd7zXZ": "xz-compressed data; unpack it first",
    b"\x28\xb5\x2f\xfd": "zstd-compressed data; unpack it first",
    b"7z\xbc\xaf": "a 7-Zip archive; unpack it first",
    b"!BDN": "an Outlook .pst, which cannot be read; export it as mbox or .eml",
    b"\xd0\xcf\x11\xe0": "an Outlook .msg or Office document, which cannot be read",
    b"%PDF": "a PDF document",
    b"SQLite format 3": "a SQLite database",
    b"GGUF": "model weights",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
}


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds; `words` finishes the sentence "… is not a mailbox: " where it is no mail."""

    kind: Kind
    words: str = ""


def content_of(opening: bytes) -> Content:
    """Return what begins with these bytes (up to 64 KB of them)."""
    opening = opening.removeprefix(BOM)
    if not opening.strip():
        return Content("empty")
    if rule_of(opening) is not None:
        return Content("takeout" if _TAKEOUT.search(opening) else "mbox")
    if _is_message(opening):
        return Content("message")
    if opening.startswith(b"PK\x03\x04"):
        return Content("zip", "a zip file")
    if _is_lines(opening):
        return Content("jsonl")
    for magic, words in _MAGIC.items():
        if opening.startswith(magic):
            return Content("other", words + ".")
    if b"\x00" in opening or len(_CONTROLS.findall(opening)) * 20 > len(opening):
        return Content("other", "binary data.")
    return Content("text", 'plain text, no "From " line, no mail headers.')


def not_a_mailbox(name: str, content: Content) -> InputError:
    """Return the error for a file that is something else, with the way to read plain text all the same."""
    message = f"{name} is not a mailbox: {content.words}"
    if content.kind != "text":
        return InputError(message)
    return InputError(message, (f"llama-agent summarize - < {shlex.quote(name)}", "reads it as one message"))


def _is_message(opening: bytes) -> bool:
    start = opening.find(b"\n") + 1 if opening.startswith((b"From ", b">From ")) else 0
    if not _FIRST_HEADER.match(opening, start):
        return False
    return bool(_MAIL_HEADER.search(opening[start : split_block(opening, start)[0]]))


def _is_lines(opening: bytes) -> bool:
    line, ended, _ = opening.lstrip().partition(b"\n")
    if not line.startswith(b"{"):
        return False
    cut = not ended and len(opening) >= OPENING
    return bool(_RECORD.match(line)) if cut else is_record(line)
