"""Mailboxes for tests, written by us: small ones by hand, a large one by rule."""

import os
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

Style = Literal["mboxo", "mboxrd", "mboxcl", "mboxcl2"]

SEPARATOR = b"From ada@example.org Mon Nov  2 10:00:00 2026\n"


def message(
    number: int = 1,
    text: str = "Please send the report by Friday.\n",
    *extra: str,
    charset: str = "utf-8",
    message_id: bool = True,
) -> bytes:
    """Return a message of plain text. `extra` are header lines; each replaces ours of the same name."""
    lines = [
        "From: Ada Lovelace <ada@example.org>",
        "To: Bob <bob@example.org>",
        f"Subject: Report {number}",
        f"Date: Mon, 02 Nov 2026 10:{number % 60:02}:00 +0100",
        *([f"Message-ID: <{number}@example.org>"] if message_id else []),
        "MIME-Version: 1.0",
        f"Content-Type: text/plain; charset={charset}",
        "Content-Transfer-Encoding: 8bit",
    ]
    named = {line.partition(":")[0].lower() for line in extra}
    head = "\n".join([*(line for line in lines if line.partition(":")[0].lower() not in named), *extra])
    return head.encode() + b"\n\n" + text.encode(charset)


def multipart(kind: str, *parts: bytes, boundary: str = "edge") -> bytes:
    """Return a multipart entity, its header included, with nothing above its Content-Type."""
    edge = boundary.encode()
    inner = b"".join(b"--" + edge + b"\n" + part + b"\n" for part in parts)
    return b"Content-Type: multipart/%b; boundary=%b\n\n%b--%b--\n" % (kind.encode(), edge, inner, edge)


def part(content_type: str, body: str | bytes, *header: str) -> bytes:
    """Return a part of a multipart."""
    data = body.encode() if isinstance(body, str) else body
    return "\n".join([f"Content-Type: {content_type}", *header]).encode() + b"\n\n" + data


def mbox(messages: Iterable[bytes], style: Style | None = "mboxrd", newline: bytes = b"\n") -> bytes:
    """Return the messages as an mbox; style None glues them together with nothing quoted."""
    return b"".join(_kept(each, style) for each in messages).replace(b"\n", newline)


def write_maildir(root: Path, *folders: str) -> Path:
    """Create an empty Maildir, and Maildir++ folders in it."""
    for folder in ("", *folders):
        for place in ("cur", "new", "tmp"):
            (root / folder / place).mkdir(parents=True, exist_ok=True)
    return root


def write_zip(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write a zip with these members."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def large(count: int, bytes_each: int, trap_every: int = 133) -> Iterable[bytes]:
    """Yield the pieces of an mbox of `count` Gmail-like messages of text and HTML, about `bytes_each` long.

    Every `trap_every`th body holds unquoted lines that begin with `From `.
    """
    for number in range(count):
        trap = "From here on we take the train.\n\nFrom Monday 9:30 the office is open.\n" * (number % trap_every == 0)
        text = f"Message {number}. {trap}" + "The quarterly figures are attached, please have a look at them.\n" * 8
        gmail = "".join(
            f"Received: by 2002:a05:6402:{number % 9999:04}:b0:{at} with SMTP id x{at}csp{number};\r\n".replace(
                "\r", ""
            )
            + f"        Mon, 02 Nov 2026 0{at}:00:00 -0800 (PST)\n"
            for at in range(4)
        )
        signature = "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\n" + f"        b={'Zm9vYmFy' * 8}\n" * 8
        head = (
            f"Delivered-To: bob@example.org\n{gmail}{signature}X-Gmail-Labels: Inbox,Opened\n"
            f"From: Person {number % 97} <p{number % 97}@example.org>\nTo: Bob <bob@example.org>, carl@example.org\n"
            f"Subject: =?UTF-8?Q?Quarterly_f=C3=BCr_{number}?=\nMessage-ID: <large.{number}@example.org>\n"
            f"In-Reply-To: <large.{number - 1}@example.org>\n"
            f"References: <large.{number - 2}@example.org>\n <large.{number - 1}@example.org>\n"
            f"Date: Mon, {1 + number % 28:02} Nov 2026 {number % 24:02}:{number % 60:02}:00 +0000\nMIME-Version: 1.0\n"
        ).encode()
        filler = max(0, bytes_each - len(head) - 2 * len(text) - 420)
        page = f"<html><body><p>{text}</p><div>{'<span>figures</span> ' * (filler // 21)}</div></body></html>\n"
        body = multipart("alternative", part("text/plain; charset=utf-8", text), part("text/html; charset=utf-8", page))
        yield b"From %d@xxx Mon Nov 02 10:00:00 +0000 2026\n%b%b\n" % (number, head, body)


def write_large(path: Path, pieces: Iterable[bytes]) -> Path:
    """Write the pieces, one after the other."""
    with path.open("wb") as file:
        file.writelines(pieces)
    return path


def tree(root: Path) -> Sequence[tuple[str, int, int]]:
    """Return (path, size, time of change) of everything under a folder, to see that nothing was touched."""
    found = [root, *root.rglob("*")]
    return sorted((os.fspath(one), (state := one.lstat()).st_size, state.st_mtime_ns) for one in found)


def _kept(data: bytes, style: Style | None) -> bytes:
    if style in ("mboxo", "mboxcl"):
        data = re.sub(rb"(?m)^From ", b">From ", data)
    elif style == "mboxrd":
        data = re.sub(rb"(?m)^(>*From )", rb">\1", data)
    if style in ("mboxcl", "mboxcl2"):
        head, _, body = data.partition(b"\n\n")
        data = head + b"\nContent-Length: %d\n\n" % len(body) + body
    return SEPARATOR + data + (b"" if data.endswith(b"\n") else b"\n") + b"\n"
