"""What the two processes say to each other: any frame, in any pieces, and nothing that is none."""

import json
import socket
import struct
import threading
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.egress.frames import Line, NotAFrame
from agent.egress.listener import Listener

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FRAMES = st.lists(
    st.tuples(st.dictionaries(st.text().filter(lambda name: name != "size"), JSON, max_size=4), st.binary()),
    max_size=4,
)


def pair() -> tuple[Line, socket.socket]:
    """A line, and the other end of it: one that never comes fails the test and does not hang it."""
    ours, theirs = socket.socketpair()
    ours.settimeout(20)
    return Line(ours), theirs


def heard(data: bytes) -> list[tuple[dict[str, Any], bytes]]:
    """What comes of these bytes and the end of the conversation."""
    line, other = pair()
    other.sendall(data)
    other.close()
    with closing(line):
        return list(iter(line.receive, None))


def said(*frames: tuple[dict[str, Any], bytes]) -> bytes:
    """The bytes that are sent for them."""
    line, other = pair()
    for header, body in frames:
        line.send(header, body)
    line.close()
    data = b"".join(iter(lambda: other.recv(1 << 16), b""))
    other.close()
    return data


@given(FRAMES, st.data())
def test_what_is_said_is_heard_however_it_is_cut_on_the_way(
    frames: list[tuple[dict[str, Any], bytes]], data: st.DataObject
) -> None:
    whole = said(*frames)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    line, other = pair()
    got: list[tuple[dict[str, Any], bytes]] = []

    def read() -> None:
        while (frame := line.receive()) is not None:
            got.append(frame)

    reader = threading.Thread(target=read)
    reader.start()
    for begin, end in zip([0, *cuts], [*cuts, len(whole)], strict=True):
        other.sendall(whole[begin:end])
    other.close()
    reader.join()
    line.close()
    assert got == [({**header, "size": len(body)}, body) for header, body in frames]


@given(st.binary(max_size=200))
def test_any_bytes_at_all_are_frames_or_none_and_never_hang(data: bytes) -> None:
    try:
        frames = heard(data)
    except NotAFrame:
        return
    assert all(len(body) == header["size"] for header, body in frames)


def test_a_conversation_that_ends_in_the_middle_of_a_frame_has_ended() -> None:
    whole = said(({"op": "send"}, b"12345"))
    assert [heard(whole[:cut]) for cut in range(len(whole))] == [[]] * len(whole)


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"{",
        b"[]",
        b"17",
        b"null",
        b"{}",
        b'{"size":-1}',
        b'{"size":1.0}',
        b'{"size":"1"}',
        b'{"size":67108865}',
        b'{"size":1e999}',
        b"\xff\xfe{",
        b"[" * 100_000,
        b'{"size":' + b"9" * 5000 + b"}",
    ],
)
def test_a_header_that_is_none_of_ours_is_no_frame(header: bytes) -> None:
    with pytest.raises(NotAFrame):
        heard(struct.pack("!I", len(header)) + header)


def test_a_header_of_more_than_a_megabyte_is_not_waited_for() -> None:
    with pytest.raises(NotAFrame):
        heard(struct.pack("!I", (1 << 20) + 1))


@pytest.mark.parametrize(("header", "body"), [({"a": "x" * (1 << 20)}, b""), ({}, bytes((64 << 20) + 1))])
def test_too_large_a_frame_is_not_begun(header: dict[str, str], body: bytes) -> None:
    line, other = pair()
    with pytest.raises(ValueError, match="too large for a frame"):
        line.send(header, body)
    line.close()
    assert other.recv(1) == b""
    other.close()


def test_the_size_is_that_of_the_bytes_whatever_the_header_says() -> None:
    assert heard(said(({"size": 99}, b"abc"))) == [({"size": 3}, b"abc")]


def test_saying_something_to_nobody_is_the_systems_error() -> None:
    line, other = pair()
    other.close()
    with pytest.raises(OSError, match="Broken pipe"):
        line.send({})
    line.close()


def test_a_core_that_took_it_back_in_the_same_breath_is_heard() -> None:
    line, other = pair()
    other.sendall(said(({"op": "send"}, b"abc"), ({"op": "cancel"}, b"")))
    core = Listener(line)
    assert core.hear() == ({"op": "send", "size": 3}, b"abc")
    assert core.speaks()
    assert core.hear() == ({"op": "cancel", "size": 0}, b"")
    assert not core.speaks()
    other.close()
    assert core.speaks()
    assert core.hear() is None
    line.close()


def test_a_core_that_talks_nonsense_counts_as_gone() -> None:
    line, other = pair()
    other.sendall(struct.pack("!I", 2) + b"[]")
    assert Listener(line).hear() is None
    other.close()
    line.close()


def test_headers_are_json() -> None:
    (length,) = struct.unpack("!I", said(({"op": "ü"}, b""))[:4])
    assert json.loads(said(({"op": "ü"}, b""))[4 : 4 + length]) == {"op": "ü", "size": 0}
