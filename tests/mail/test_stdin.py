import io
import json
from pathlib import Path

import pytest

from agent.errors import InputError
from agent.mail.mailbox import Mailbox, open_mailbox
from agent.mail.records import message_record
from agent.mail.source import drain
from tests.mail.builders import SEPARATOR, mbox, message


def piped(data: bytes) -> Mailbox:
    return open_mailbox("-", io.BytesIO(data))


def test_an_mbox_on_stdin_is_a_mailbox() -> None:
    mailbox = piped(mbox([message(1), message(2)]))
    assert (mailbox.kind, mailbox.label, mailbox.key) == ("mbox", "-", "-")
    assert [mailbox.read(head).head.subject.raw for head in mailbox.heads()] == ["Report 1", "Report 2"]


def test_one_message_on_stdin_is_a_mailbox() -> None:
    mailbox = piped(message(1))
    (head,) = mailbox.heads()
    assert mailbox.kind == "eml"
    assert mailbox.read(head).body.text.raw == "Please send the report by Friday.\n"
    assert mailbox.tail(3) == [head]
    assert mailbox.raw(head) == message(1)


def test_plain_text_on_stdin_is_one_message_without_headers() -> None:
    text = "Can you send the report by Friday?\n\nThanks: Ada\n"
    mailbox = piped(text.encode())
    (head,) = mailbox.heads()
    assert (mailbox.kind, head.subject.raw, head.date, head.sender.address.raw) == ("text", "", None, "")
    assert mailbox.read(head).body.text.raw == text


def test_text_that_only_looks_like_a_header_is_text() -> None:
    mailbox = piped(b"Note: buy milk\nAlso: bread\n\nBye\n")
    (head,) = mailbox.heads()
    assert mailbox.kind == "text"
    assert mailbox.read(head).body.text.raw == "Note: buy milk\nAlso: bread\n\nBye\n"


def test_our_own_json_lines_come_back_as_they_went_out() -> None:
    source = piped(
        mbox([message(1, "> a\n\nYes.\n\n-- \nAda\n"), message(2, "x\n", "Cc: c@example.org", message_id=False)])
    )
    went_out = [source.read(head) for head in source.heads()]
    lines = [message_record(each).model_dump_json(by_alias=True) for each in went_out]
    mailbox = piped("\n".join([*lines, "", ""]).encode())
    heads = list(mailbox.heads())
    came_back = [mailbox.read(head) for head in heads]
    assert mailbox.kind == "jsonl"
    assert [message_record(each) for each in came_back] == [message_record(each) for each in went_out]
    assert [head.id for head in heads] == [each.id for each in went_out]
    assert mailbox.raw(heads[1]).decode() == lines[1]


def test_a_record_may_have_a_text_in_place_of_a_body() -> None:
    line = {"from": {"name": "Ada", "address": "ada@example.org"}, "subject": "Hi", "text": "See you.\n\n-- \nAda\n"}
    mailbox = piped(json.dumps(line).encode())
    (head,) = mailbox.heads()
    body = mailbox.read(head).body
    assert (head.subject.raw, body.text.raw) == ("Hi", line["text"])
    assert "signature" in [zone.kind for zone in body.zones]


@pytest.mark.parametrize("line", [b'{"subject": ', b"[1]", b"null", b'{"subject": 7}', b'{"a":' * 50_000])
def test_a_line_that_is_no_record_is_named(line: bytes) -> None:
    mailbox = piped(b'{"subject": "fine", "text": "x"}\n' + line)
    with pytest.raises(InputError, match=r"line 2 of - is not a message record\."):
        list(mailbox.heads())


def test_json_lines_are_read_across_the_edges_of_windows() -> None:
    records = [{"subject": f"{number}", "text": "word " * 60_000} for number in range(8)]
    mailbox = piped("\n".join(map(json.dumps, records)).encode())
    assert [head.subject.raw for head in mailbox.heads()] == [f"{number}" for number in range(8)]


def test_nothing_on_stdin_is_a_mailbox_without_messages() -> None:
    assert list(piped(b"").heads()) == []
    assert list(piped(b"\n\n").heads()) == []


def test_binary_data_on_stdin_is_refused() -> None:
    with pytest.raises(InputError, match=r"^standard input is not a mailbox: binary data\.$"):
        piped(b"\x00\x01\x02" * 100)


def test_a_redirected_file_is_not_held_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "inbox"
    path.write_bytes(mbox([message(1)]))
    with path.open("rb") as stream:
        mailbox = open_mailbox("-", stream)
    with path.open("ab") as file:
        file.write(SEPARATOR + message(2))
    assert [head.subject.raw for head in mailbox.heads()] == ["Report 1", "Report 2"]


def test_an_endless_stream_is_given_up() -> None:
    with pytest.raises(InputError, match="more than 0 MB came on standard input"):
        drain(io.BytesIO(b"x" * 2_000), limit=1_000)
