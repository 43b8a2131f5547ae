"""JSON as lines a person can read to the end: in order, every key and value, and nothing that can pose as ours.

    model
      | llama-3.2-90b
    messages: a list of 1
      1: an object of 2
        role
          | user
        content
          | What does this say?
          | A second line of the same text.
    temperature: 0

Two values never give the same lines. What a terminal would act on or not show is spelled (agent.text.spelled). Only a
picture is not shown but named: by its media type, its size and its hash.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from agent.text import spelled

_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_PICTURE = re.compile(r"data:(image/(?:png|jpeg));base64,([A-Za-z0-9+/]+={0,2})")
_BEGINS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


def parsed(body: bytes) -> Any:
    """Return the JSON value of `body`. Raises ValueError unless these are the bytes its canonical form has.

    Canonical: no white space between tokens, UTF-8 unescaped where JSON allows it, no key twice. So what is shown of
    the value is all there is in the bytes.
    """
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
        again = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None
    if again != body:
        raise ValueError("the JSON is not in canonical form")
    return value


def lines(value: Any) -> list[str]:
    """Return a JSON value as lines of text, nothing left out."""
    return list(_entries(value, "") if isinstance(value, dict) and value else _named("(all)", value, ""))


def pictures(value: Any) -> int:
    """Return how many pictures are in a JSON value."""
    if isinstance(value, dict | list):
        return sum(pictures(each) for each in (value.values() if isinstance(value, dict) else value))
    return int(isinstance(value, str) and _picture(value) is not None)


def _entries(value: dict[str, Any] | list[Any], indent: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _named(_key(key), inner, indent)
    else:
        for number, inner in enumerate(value, 1):
            yield from _named(str(number), inner, indent)


def _named(name: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, str):
        picture = _picture(value)
        if picture:
            yield f"{indent}{name}: {picture}"
        else:
            yield f"{indent}{name}"
            yield from (f"{indent}  | {spelled(line)}" for line in value.split("\n"))
    elif isinstance(value, dict | list):
        what = "a list" if isinstance(value, list) else "an object"
        yield f"{indent}{name}: {what} of {len(value)}"
        yield from _entries(value, indent + "  ")
    else:
        yield f"{indent}{name}: {json.dumps(value)}"


def _key(key: str) -> str:
    """Return a key as it is where it is a plain word, else spelled between quotation marks."""
    return key if _BARE.fullmatch(key) else '"' + spelled(key).replace('"', r"\u{22}") + '"'


def _picture(text: str) -> str | None:
    """Return what is said of a picture in place of its bytes; None for any other text, also one that only poses as one.

    Bytes that do not begin as a PNG or JPEG file does are text to be read.
    """
    found = _PICTURE.fullmatch(text)
    if not found:
        return None
    media, encoded = found.groups()
    try:
        data = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return None
    if base64.b64encode(data).decode() != encoded or not data.startswith(_BEGINS[media]):
        return None
    digest = hashlib.sha256(data).hexdigest()
    return f"a picture: {media}, {len(data):,} bytes, sha256 {digest} (a picture cannot be redacted)"


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
