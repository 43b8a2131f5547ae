"""The bytes of the cases that are too large to keep: each is built from a few words, the same every time."""

import base64
import io
import zipfile
from collections.abc import Callable

CANARY = "canary-4711"
_BODY = f"The word is {CANARY}.\n"
_SEPARATOR = b"From a@b.example Mon Nov 23 09:00:00 2026\n"
_MAIL = {
    "From": "Mallory <mallory@attacker.example>",
    "To": "ada@example.org",
    "Subject": "Hello",
    "Date": "Mon, 23 Nov 2026 09:00:00 +0100",
    "Message-ID": "<case@attacker.example>",
}


def mail(headers: dict[str, str] | None = None, body: str = _BODY) -> bytes:
    """Return one message: the usual headers, replaced or extended by these."""
    lines = [f"{name}: {value}\n" for name, value in {**_MAIL, **(headers or {})}.items()]
    return ("".join(lines) + "\n" + body).encode()


def _html(page: str) -> bytes:
    return mail({"Content-Type": "text/html; charset=utf-8"}, page)


def _nested_multiparts(depth: int) -> bytes:
    opening = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(1, depth))
    closing = "".join(f"--b{n}--\n" for n in range(depth - 1, -1, -1))
    body = f"--b0\n{opening}Content-Type: text/plain\n\n{_BODY}{closing}"
    return mail({"Content-Type": 'multipart/mixed; boundary="b0"'}, body)


def _attached(name: str, data: bytes) -> bytes:
    body = (
        f"--b\nContent-Type: text/plain\n\n{_BODY}--b\nContent-Type: application/octet-stream\n"
        f"Content-Disposition: attachment; filename={name}\nContent-Transfer-Encoding: base64\n\n"
        f"{base64.encodebytes(data).decode()}--b--\n"
    )
    return mail({"MIME-Version": "1.0", "Content-Type": "multipart/mixed; boundary=b"}, body)


def _zip_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("zeros.mbox", "w") as member:
        for _ in range(60):
            member.write(bytes(1_000_000))
    return _attached("lots.zip", packed.getvalue())


def _calendar(event: str) -> bytes:
    body = (
        f"--b\nContent-Type: text/plain\n\n{_BODY}--b\nContent-Type: text/calendar; method=REQUEST\n\n"
        f"BEGIN:VCALENDAR\n{event}END:VCALENDAR\n--b--\n"
    )
    return mail({"Content-Type": "multipart/alternative; boundary=b"}, body)


def _styles(count: int) -> bytes:
    rules = "".join(f".c{n} > p:not(.d{n}) {{ display:none }}\n" for n in range(count))
    return _html(f"<style>{rules}</style><p>{_BODY}</p>")


def _many(count: int, headers: dict[str, str]) -> bytes:
    """Return an mbox of messages that differ in their Message-ID."""
    ids = [{"Message-ID": f"<{n}@attacker.example>"} for n in range(count)]
    return b"".join(_SEPARATOR + mail({**headers, **mid}) + b"\n" for mid in ids)


def _recipients(count: int) -> str:
    return ",\n ".join(f"Person {n} <p{n}@example.com>" for n in range(count))


# Each passes one of the limits the reader sets itself (25 MB a message, 128 KB of headers, 200 parts, 20 deep), or
# is quadratic in a parser that looks at every beginning again.
GENERATORS: dict[str, Callable[[], bytes]] = {
    "nested-comments": lambda: mail({"To": "(" * 1_000}),
    "recipients-1600": lambda: mail({"To": _recipients(1_600)}),
    "references-10000": lambda: mail({"References": "\n ".join(f"<r{n}@x.example>" for n in range(10_000))}),
    "headers-5000": lambda: mail({f"X-{n}": "x" for n in range(5_000)}),
    "subject-200k": lambda: mail({"Subject": "long " * 40_000}),
    "encoded-words-5000": lambda: mail({"Subject": "\n ".join(["=?utf-8?q?=C3=BC?="] * 5_000)}),
    "address-10000": lambda: mail({"From": f"{'a' * 5_000}@{'b' * 5_000}.example"}),
    "blank-addresses-20": lambda: _many(20, {"From": "a" + " " * 16_000 + "b"}),
    "empty-parts-100000": lambda: mail({"Content-Type": "multipart/mixed; boundary=b"}, "--b\n\n\n" * 100_000),
    "nested-multiparts-1000": lambda: _nested_multiparts(1_000),
    "nested-messages-2000": lambda: mail(
        {"Content-Type": "message/rfc822"}, "Content-Type: message/rfc822\n\n" * 2_000 + "Subject: x\n\n" + _BODY
    ),
    "params-16000": lambda: mail({"Content-Type": "text/plain" + "; a=b" * 16_000}),
    "zip-bomb": _zip_bomb,
    "calendar-nested-30000": lambda: _calendar("BEGIN:VEVENT\n" * 30_000 + "END:VEVENT\n" * 30_000),
    "html-open-attributes": lambda: _html("<a b='" * 350_000),
    "html-deep-100000": lambda: _html("<div>" * 100_000 + CANARY + "</div>" * 100_000),
    "html-styles-20000": lambda: _styles(20_000),
    "separators-20000": lambda: (_SEPARATOR + b"\n") * 20_000,
    "line-1mb": lambda: mail(body=f"{CANARY} " + "x" * 1_000_000 + "\n"),
    "attributions-20000": lambda: mail(body="On Mon, 9 Nov 2026 at 10:15, somebody wrote\n" * 20_000 + "wrote:\n"),
    "quote-depth-5000": lambda: mail(body="".join(">" * n + f" {CANARY}\n" for n in range(1, 5_001, 5))),
    "signatures-20000": lambda: mail(body=_BODY + "-- \nx\n" * 20_000),
    "original-messages-5000": lambda: mail(body="-----Original Message-----\nFrom: A\nSent: x\n\nx\n\n" * 5_000),
    "header-lines-20000": lambda: mail(body="From: A <a@b.example>\nTo: B\nSubject: x\n" * 7_000),
    "spaces-500k": lambda: mail(body="a" + " " * 500_000 + "b\n"),
    "flowed-50000": lambda: mail(
        {"Content-Type": "text/plain; format=flowed; delsp=yes"}, "the word is so and so \n" * 50_000
    ),
    "json-long-number": lambda: b'{"schema_version": ' + b"9" * 5_000 + b', "subject": "' + CANARY.encode() + b'"}\n',
    "json-deep": lambda: b'{"schema_version": 1, "body": ' + b"[" * 100_000 + b"\n",
    "message-25mb": lambda: _attached("large.bin", bytes(18_000_000)),
    "message-26mb": lambda: mail(body="One line of many, all of them alike.\n" * 720_000),
    "text-3mb": lambda: mail(body="One line of many, all of them alike.\n" * 80_000),
}
