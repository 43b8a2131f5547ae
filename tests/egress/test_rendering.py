"""JSON as lines: nothing left out, nothing that could pose as something else, canonical bytes only."""

import base64
import hashlib
import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.egress.rendering import lines, parsed, pictures
from agent.text import spelled

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
URL = "data:image/png;base64," + base64.b64encode(PNG).decode()
# Texts that look like what we write ourselves are likelier than hypothesis would make them.
TEXTS = st.one_of(
    st.text(),
    st.text(alphabet='|: \n"\\u{}0a1,\u202e\u0301\u00a0\t-listofbjec()'),
    st.sampled_from(
        ["", "\n", "| ", "  | x", "a: 1", "1", "(all)", "a list of 2", r"\u{a}", "null", URL, "x: a picture"]
    ),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=12,
)


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def unspelled(text: str) -> str:
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), text)


class Reader:
    """Reads the lines back into the value: what can be read back in one way only cannot stand for two values."""

    def __init__(self, shown: list[str]) -> None:
        self.rest = shown

    def whole(self) -> Any:
        if self.rest[0].startswith("(all)"):
            return self.named("")[1]
        found = {}
        while self.rest:
            name, value = self.named("")
            found[name] = value
        return found

    def named(self, indent: str) -> tuple[str, Any]:
        line = self.rest.pop(0).removeprefix(indent)
        found = re.fullmatch(r'("[^"]*"|[^":]+)(?:: (.*))?', line)
        assert found, line
        name = unspelled(found[1].strip('"'))
        if found[2] is None:
            return name, self.block(f"{indent}  | ")
        size = re.fullmatch(r"(a list|an object) of (\d+)", found[2])
        if not size:
            return name, URL if found[2].startswith("a picture: ") else json.loads(found[2])
        inner = [self.named(f"{indent}  ") for _ in range(int(size[2]))]
        return name, dict(inner) if size[1] == "an object" else [value for _, value in inner]

    def block(self, indent: str) -> str:
        text = []
        while self.rest and self.rest[0].startswith(indent):
            text.append(unspelled(self.rest.pop(0).removeprefix(indent)))
        return "\n".join(text)


def test_a_request_reads_from_top_to_bottom():
    value = {
        "model": "llama-3.2-90b",
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "What is this?\n\nmodel: none"}, {"url": URL}]},
        ],
        "stream": True,
        "tools": [],
        "odd key": {},
        "temperature": 0,
    }
    assert lines(value) == [
        "model",
        "  | llama-3.2-90b",
        "messages: a list of 1",
        "  1: an object of 2",
        "    role",
        "      | user",
        "    content: a list of 2",
        "      1: an object of 2",
        "        type",
        "          | text",
        "        text",
        "          | What is this?",
        "          | ",
        "          | model: none",
        "      2: an object of 1",
        f"        url: a picture: image/png, 28 bytes, sha256 {hashlib.sha256(PNG).hexdigest()}"
        " (a picture cannot be redacted)",
        "stream: true",
        "tools: a list of 0",
        '"odd key": an object of 0',
        "temperature: 0",
    ]
    assert pictures(value) == 1


@settings(max_examples=400, deadline=None)
@given(VALUES)
def test_the_lines_can_be_read_back_in_one_way_only(value: Any):
    assert canonical(Reader(lines(value)).whole()) == canonical(value)


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_every_key_and_every_text_is_there(value: Any):
    shown = "\n".join(lines(value))

    def look(inner: Any) -> None:
        if isinstance(inner, dict):
            assert all(spelled(key).replace('"', r"\u{22}") in shown for key in inner)
        if isinstance(inner, dict | list):
            for each in inner.values() if isinstance(inner, dict) else inner:
                look(each)
        elif isinstance(inner, str) and inner != URL:
            assert all(f"| {spelled(line)}" in shown for line in inner.split("\n"))
        elif inner != URL:
            assert json.dumps(inner) in shown

    look(value)


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_no_line_has_what_a_terminal_would_act_on_or_not_show(value: Any):
    for line in lines(value):
        left = re.sub(r"\\u\{[0-9a-f]+\}", "x", line) + "."
        assert spelled(left) == left


@settings(deadline=None)
@given(VALUES)
def test_canonical_bytes_are_read_and_are_what_they_were(value: Any):
    try:
        body = canonical(value)
    except UnicodeEncodeError:
        return
    assert canonical(parsed(body)) == body


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"a": 1}',
        b'{"a":1} ',
        b'{"a":1,"a":2}',
        b'{"a":{"b":1,"b":1}}',
        b'{"a":1.00}',
        b'{"a":1e400}',
        b'{"a":-0}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'"\\u0041"',
        b'"\\/"',
        b'"\\ud800"',
        b'"\xff"',
        b"\xef\xbb\xbf{}",
        b"[" * 100_000 + b"]" * 100_000,
        b"1" * 5_000,
    ],
    ids=lambda body: body[:12].decode("latin-1") or "nothing",
)
def test_bytes_that_are_not_canonical_are_refused(body: bytes):
    with pytest.raises(ValueError):  # noqa: PT011 - json's words, or ours
        parsed(body)


@pytest.mark.parametrize(
    "text",
    [
        "data:image/png;base64," + base64.b64encode(b"Ada lives in Oslo.").decode(),
        "data:image/svg+xml;base64," + base64.b64encode(PNG).decode(),
        "data:text/plain;base64," + base64.b64encode(PNG).decode(),
        "data:image/jpeg;base64," + base64.b64encode(PNG).decode(),
        URL + "\n",
        URL + "=",
        URL[:-3] + "B==",
        URL[:-2],
        "see " + URL,
        "https://example.org/x.png",
    ],
)
def test_what_only_poses_as_a_picture_is_shown_in_full(text: str):
    assert lines({"url": text}) == ["url", *(f"  | {spelled(line)}" for line in text.split("\n"))]
    assert pictures([text]) == 0
