"""What TAB offers in a chat."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.commands.chat_offers import offers
from agent.commands.chat_state import Chat, Exchange
from agent.events import Answer
from agent.session import open_session
from agent.text import Untrusted
from tests.commands.inbox import to_ada, write_inbox
from tests.egress.mails import invitation


@pytest.fixture
def chat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chat]:
    """A chat about eleven messages, the newest of which is hostile, with one answer and one draft."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LLAMA_AGENT_MODEL", "")
    mail = [to_ada(n, f"Bob {n} <bob@example.com>", f"Budget {n}", "Hello.\n") for n in range(1, 11)]
    mail.append(to_ada(11, "M\x1b[2Jallory <m@example.com>", "B\u202eudget\x07", "Hello.\n"))
    invitation()
    with open_session() as session:
        talk = session.talk(session.mail(session.open(str(write_inbox(tmp_path, mail)))))
        chat = Chat(session, talk)
        chat.exchanges.append(Exchange("what did\nBob want?", Answer(Untrusted("Nothing."))))
        yield chat


@pytest.mark.parametrize(
    ("line", "word", "found"),
    [
        ("/s", "/s", ["/show", "/send", "/save"]),
        ("/S", "/S", ["/show", "/send", "/save"]),
        ("/x", "/x", []),
        ("//s", "", []),
        ("what is /s", "", []),
        ("/show 1\nmore", "", []),
        ("/show 1", "1", ["1", "10", "11"]),
        ("/show  7", "7", ["7"]),
        ("/show x", "x", []),
        ("/why ", "", ["1"]),
        ("/send d", "d", ["d1"]),
        ("/todo ", "", []),
        ("/open in", "in", ["inbox.mbox"]),
    ],
)
def test_what_is_offered_at_the_end_of_a_line(chat: Chat, line: str, word: str, found: list[str]) -> None:
    assert (offers(chat, line)[0], [offer for offer, _ in offers(chat, line)[1]]) == (word, found)


def test_beside_it_stands_what_it_is_without_what_a_terminal_could_trip_over(chat: Chat) -> None:
    assert offers(chat, "/show 1")[1] == [
        ("1", "M[2Jallory: Budget"),
        ("10", "Bob 2: Budget 2"),
        ("11", "Bob 1: Budget 1"),
    ]
    assert offers(chat, "/why ")[1] == [("1", "what did Bob want?")]
    assert offers(chat, "/send ")[1] == [("d1", "invitation: Review")]
    assert offers(chat, "/ex")[1] == [("/exit", "leave; so does Ctrl-D")]


def test_files_are_offered_with_their_folder_hidden_ones_when_asked_for_and_hostile_names_never(
    chat: Chat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "mail"
    (folder / "archive").mkdir(parents=True)
    for name in ("a.mbox", ".hidden", "a\x1b[2J.mbox", "a\nb"):
        (folder / name).touch()
    (folder / os.fsdecode(b"a\xff")).touch()
    assert offers(chat, "/open mail/")[1] == [("mail/a.mbox", ""), ("mail/archive/", "folder")]
    assert offers(chat, "/save mail/.h")[1] == [("mail/.hidden", "")]
    assert offers(chat, "/open mail/no/such")[1] == []
    assert offers(chat, "/open \0")[1] == []
    monkeypatch.setenv("HOME", str(tmp_path))
    assert offers(chat, "/open ~/mail/a.")[1] == [("~/mail/a.mbox", "")]


def test_no_more_than_two_hundred_are_offered(chat: Chat, tmp_path: Path) -> None:
    (tmp_path / "many").mkdir()
    for number in range(300):
        (tmp_path / "many" / f"f{number}").touch()
    assert len(offers(chat, "/open many/")[1]) == 200
