"""Mailboxes of any size, in date order, the same bytes every time: long Gmail-like headers and invented text."""

import os
import random
import re
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

# Without "from": a sentence that begins with it would be one more trap.
_TEXT = """the a this our your we they it is was will should can need report invoice meeting gauge river tide harbour
station budget contract review draft plan team customer office phone order part list drift sensor battery firmware
week month morning Thursday Friday before after about for with into between under please send check confirm move
agree answer write read bring pay sign print new old last next final short early late open small main second good more
question number price cost offer date place room day time page letter box key train ticket map bridge boat crane wall
pump valve cable paint and or but so because while until when if not only also still"""
_WORDS = _TEXT.split()
_AVERAGE = 4_000  # characters of text; the headers add about 1,500
_MOST_QUOTED = 200  # lines: what a reply drags along ends somewhere
_BEGINNING = 1_262_304_000  # 2010-01-01, as the oldest message
# Lines that begin like a separator and are none: in prose, and with a date.
_TRAPS = (
    "From here on the new price list holds, also for what was ordered before.",
    "From the harbour office, Tue Mar 3 10:00:00 2026, by hand and in ink:\nthe crane on the second wall stays closed.",
)


def write(
    path: Path, *, messages: int = 0, size: int = 0, traps: int = 0, average: int = _AVERAGE, seed: int = 1
) -> int:
    """Write a mailbox of so many messages, or of at least `size` bytes, and return how many messages it has.

    `traps` of the `messages` hold a line that begins with an unquoted `From ` and is no separator; a text has about
    `average` characters.
    """
    choice = random.Random(seed)
    trapped = set(choice.sample(range(messages), traps))
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    written = 0
    with temporary.open("wb") as file:
        for message in _messages(choice, trapped, average):
            file.write(message)
            written += 1
            if written == messages or (not messages and file.tell() >= size):
                break
    temporary.replace(path)
    return written


def write_one(path: Path, *, words: int, seed: int = 1) -> None:
    """Write a mailbox of one message with so many words."""
    choice = random.Random(seed)
    head = _head(choice, 0, _BEGINNING, [_base64(choice, 300)])
    path.write_text(f"{head}\n{prose(words, seed)}\n", encoding="ascii")


def write_thread(path: Path, *, messages: int, words: int, seed: int = 1) -> None:
    """Write a mailbox that is one thread: each message has so many words of its own, and quotes all before it."""
    choice = random.Random(seed)
    keys = [_base64(choice, 300)]
    heads = [_head(choice, number, _BEGINNING + 3_600 * number, keys) for number in range(messages)]
    said, ids = "", [re.findall(r"^Message-ID: (.*)$", head, re.MULTILINE)[0] for head in heads]
    with path.open("w", encoding="ascii") as file:
        for number, head in enumerate(heads):
            answers = f"In-Reply-To: {ids[number - 1]}\nReferences: {' '.join(ids[:number][-20:])}\n" if number else ""
            said = f"{prose(words, seed * messages + number)}\n{_quoted(said, number)}"
            file.write(f"{head}{answers}\n{said}\n")


def prose(words: int, seed: int = 1) -> str:
    """Return a text of so many words, in paragraphs."""
    choice, left = random.Random(seed), words
    paragraphs: list[str] = []
    while left > 0:
        sentence = _sentence(choice, min(left, choice.randint(6, 18)))
        left -= len(sentence.split())
        if paragraphs and choice.random() < 0.8:
            paragraphs[-1] += " " + sentence
        else:
            paragraphs.append(sentence)
    return "\n\n".join(map(_wrapped, paragraphs)) + "\n"


def _messages(choice: random.Random, trapped: set[int], average: int) -> Iterator[bytes]:
    paragraphs = [prose(choice.randint(20, 90), seed) for seed in range(2_000)]
    keys = [_base64(choice, 300) for _ in range(50)]
    sent = _BEGINNING
    for number in count():
        sent += choice.randint(1, 3_600)
        body: list[str] = []
        left = choice.lognormvariate(0, 0.9) / 1.5 * average
        while left > 0:
            body.append(choice.choice(paragraphs))
            left -= len(body[-1])
        if number in trapped:
            body.insert(choice.randint(0, len(body)), _TRAPS[number % len(_TRAPS)] + "\n")
        yield f"{_head(choice, number, sent, keys)}\n{chr(10).join(body)}\n".encode()


def _head(choice: random.Random, number: int, sent: int, keys: list[str]) -> str:
    who, key = choice.randint(1, 400), choice.choice(keys)
    date = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(sent))
    folded = "\n".join(f"        {key[at : at + 68]}" for at in range(0, len(key), 68))
    return f"""From person{who}@example.org {time.asctime(time.gmtime(sent))}
Delivered-To: ada@example.org
Received: by 2002:a05:6a10:{who:x}:0:0:0:0 with SMTP id x{number}csp{sent};
        {date}
X-Received: by 2002:a5d:{who:x}:: with SMTP id y{number}mr{sent};
        {date}
ARC-Seal: i=1; a=rsa-sha256; t={sent}; cv=none; d=example.org; s=arc-20240605;
{folded}
Return-Path: <person{who}@example.org>
Received: from mail{who % 7}.example.org (mail{who % 7}.example.org. [192.0.2.{who % 250}])
        by mx.example.org with ESMTPS id z{number}si{sent}
        for <ada@example.org>; {date}
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=20230601; t={sent};
        h=to:subject:message-id:date:from:mime-version:from:to:cc:subject:date;
{folded}
MIME-Version: 1.0
From: Person {who} <person{who}@example.org>
Date: {date}
Message-ID: <CA{number}.{sent}.{who}@mail.example.org>
Subject: {_sentence(choice, 6)[:-1]}
To: Ada Lindqvist <ada@example.org>
Content-Type: text/plain; charset="UTF-8"
"""


def _quoted(text: str, number: int) -> str:
    """Return what a reply quotes, with the line that says whose words they are; "" where nothing was said yet."""
    lines = text.splitlines()[:_MOST_QUOTED]
    said = f"On Fri, Jan 1, 2010 at 10:{number % 60:02} Person {number} <person{number}@example.org> wrote:\n"
    return (
        said + "".join(f">{'' if line.startswith('>') else ' '}{line}".rstrip() + "\n" for line in lines)
        if lines
        else ""
    )


def _sentence(choice: random.Random, words: int) -> str:
    return " ".join(choice.choices(_WORDS, k=words)).capitalize() + "."


def _wrapped(text: str) -> str:
    line = ""
    lines: list[str] = []
    for word in text.split():
        if len(line) + len(word) > 71:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join([*lines, line])


def _base64(choice: random.Random, length: int) -> str:
    return "".join(choice.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", k=length))
