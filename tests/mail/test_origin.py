"""What threads a mail of ours to the message it answers (RFC 5322 section 3.6.4)."""

from dataclasses import replace

import pytest

from agent.mail.origin import new_id, origin
from agent.text import Untrusted
from tests.messages import message

HEAD = message("Hello.").head


@pytest.mark.parametrize(
    ("references", "in_reply_to", "expected"),
    [
        ((), "", ("<1@example.com>",)),
        (("<a@x.example>", " <b@x.example>"), "<b@x.example>", ("<a@x.example>", "<b@x.example>", "<1@example.com>")),
        ((), "<a@x.example>", ("<a@x.example>", "<1@example.com>")),
        ((), "<a@x.example> <b@x.example>", ("<1@example.com>",)),
        ((), "your message of Friday", ("<1@example.com>",)),
    ],
)
def test_the_references_are_those_of_the_message_and_its_own_id(
    references: tuple[str, ...], in_reply_to: str, expected: tuple[str, ...]
):
    head = replace(HEAD, references=tuple(map(Untrusted, references)), in_reply_to=Untrusted(in_reply_to))
    found = origin(head, "inbox")
    assert (found.message, found.mailbox, found.message_id) == (head.id, "inbox", "<1@example.com>")
    assert found.references == expected


def test_no_two_ids_are_the_same_and_none_names_this_computer():
    ids = {new_id("ada@example.org") for _ in range(9)}
    assert (len(ids), {each.rpartition("@")[2] for each in ids}) == (9, {"example.org"})
