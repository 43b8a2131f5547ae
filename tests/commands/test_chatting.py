"""What happens of a turn: what is drawn on which stream, what is offered to be sent, and what Ctrl-C leaves."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent import output
from agent.commands import chatting
from agent.commands.chat_record import ChatRecord
from agent.commands.chat_state import Chat
from agent.errors import ConsentError, NetworkError
from agent.events import Answer, Answered, Called, Event, Kept, Misused, Said, Started
from agent.mail.message import Receipt
from agent.session import open_session
from agent.text import Untrusted
from agent.tools.effects import KeepDraft
from tests.commands.inbox import BUDGET, write_inbox
from tests.commands.posts import Post, posting
from tests.egress.mails import invitation

PRICE = "The supplier holds the price of 214,000 EUR until Friday only."


class Typed:
    """Somebody who types these lines."""

    has_toolbar = True

    def __init__(self, *lines: str, stays: bool = True) -> None:
        self._lines = list(lines)
        self.stays = stays

    def read(self) -> str | None:
        return self._lines.pop(0) if self._lines else None


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    with open_session() as session:
        yield Chat(session, session.talk(session.mail(session.open(str(write_inbox(tmp_path))))))


def hold(chat: Chat, *events: Event | type[BaseException], typed: Typed | None = None, as_json: bool = False) -> None:
    """Have one question answered by these events; an exception among them is raised there."""

    def ask(words: str) -> Iterator[Event]:
        for event in events:
            if isinstance(event, type):
                raise event
            yield event

    chat.talk.ask = ask  # type: ignore[method-assign]
    chatting.converse(chat, typed or Typed("what?"), as_json=as_json)


def said(text: str) -> list[Event]:
    return [Said(Untrusted(piece)) for piece in text]


def test_the_answer_comes_on_stdout_and_what_runs_on_stderr(chat: Chat, capsys: pytest.CaptureFixture[str]) -> None:
    text = "It is 214,000 EUR [5]. It is \x1b[31mred."
    start = BUDGET.index(PRICE)
    message = chat.talk.desk.message(5)
    receipt = Receipt(message.id, start, start + len(PRICE), Untrusted(PRICE))
    answer = Answer(Untrusted(text), (receipt, receipt), (message,), (Untrusted("It is \x1b[31mred."),), note="cut off")
    asides = [Said(Untrusted("I look. ")), Started("search_mail"), Called("search_mail", 'searched "a\x1b": 1')]
    hold(chat, *asides, Misused("there is no such tool"), *said(text), Answered(answer))
    shown = capsys.readouterr()
    assert shown.out == (
        "I look.\n"
        "It is 214,000 EUR [5]. It is [31mred.\n"
        "\n"
        "  5  Bob Jones, Mon 2 Nov 12:00: Budget\n"
        f"    “{PRICE}”\n"
        f"    “{PRICE}”\n"
        "(not confirmed by your mail: “It is [31mred.”)\n"
    )
    assert shown.err == '[searched "a": 1]\n[asked wrongly: there is no such tool]\ncut off\n'


@pytest.mark.parametrize("pieces", [[], ["I look. "], ["The tool's ", "words."]])
def test_the_tools_own_words_are_shown_where_the_model_said_nothing_else(
    chat: Chat, capsys: pytest.CaptureFixture[str], pieces: list[str]
) -> None:
    events = [Said(Untrusted(piece)) for piece in pieces]
    hold(chat, *events, Answered(Answer(Untrusted("The tool's words."))))
    assert capsys.readouterr().out == ("I look.\n" if pieces == ["I look. "] else "") + "The tool's words.\n"


def test_a_text_of_escapes_cut_anywhere_shows_none(chat: Chat, capsys: pytest.CaptureFixture[str]) -> None:
    text = "a\x1b[2Jb\x1b]52;c;aGk=\x07c\x9b31md\r\ne\rf\u202eg"
    hold(chat, *said(text), Answered(Answer(Untrusted(text))))
    assert capsys.readouterr().out == "a[2Jb]52;c;aGk=c31md\ne\nfg\n"


def test_ctrl_c_keeps_what_was_said(chat: Chat, capsys: pytest.CaptureFixture[str]) -> None:
    hold(chat, *said("half an ans"), KeyboardInterrupt)
    assert capsys.readouterr() == ("half an ans\n", "stopped; what was said is kept\n")
    assert [(each.answer.text.raw, each.answer.stop) for each in chat.exchanges] == [("half an ans", "cancelled")]


def test_ctrl_c_ends_it_where_nobody_types(chat: Chat) -> None:
    with pytest.raises(KeyboardInterrupt):
        hold(chat, *said("half"), KeyboardInterrupt, typed=Typed("what?", stays=False))


def drafted(count: int) -> list[Event]:
    return [Kept(KeepDraft(draft), draft.handle) for draft in (invitation() for _ in range(count))]


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Post:
    return posting(monkeypatch, tmp_path)


def test_a_draft_of_a_turn_is_sent_after_a_yes(post: Post, chat: Chat, capsys: pytest.CaptureFixture[str]) -> None:
    hold(chat, *drafted(1), Answered(Answer(Untrusted("Drafted."))))
    assert capsys.readouterr() == (
        "Drafted.\nsent to 1 person  v1  (e1)\n",
        "[kept as d1; /undo takes it back]\n",
    )
    assert [each.kept for each in chat.exchanges] == [("d1",)]


def test_three_drafts_of_a_turn_are_asked_about_and_the_others_wait(
    post: Post, chat: Chat, capsys: pytest.CaptureFixture[str]
) -> None:
    post.answers = ["no", NetworkError("the server does not answer."), "no"]
    hold(chat, *drafted(5), Answered(Answer(Untrusted("Drafted."))))
    assert [draft.handle for draft in post.seen] == ["d1", "d2", "d3"]
    assert capsys.readouterr().err.splitlines()[5:] == [
        "nothing was sent; d1 is kept as a draft.",
        "the server does not answer.",
        "nothing was sent; d3 is kept as a draft.",
        "d4 is kept as a draft: /send d4 shows it and asks",
        "d5 is kept as a draft: /send d5 shows it and asks",
    ]


def test_between_json_records_nothing_is_asked(post: Post, chat: Chat, capsys: pytest.CaptureFixture[str]) -> None:
    hold(chat, *drafted(1), Answered(Answer(Untrusted("Drafted."))), typed=Typed("what?", "/send d1"), as_json=True)
    shown = capsys.readouterr()
    assert ChatRecord.model_validate_json(shown.out).kept == ["d1"]
    assert shown.err.splitlines()[1:] == [
        "d1 is kept as a draft: llama-agent outbox send d1 shows it and asks",
        "error: with --json nothing is asked: llama-agent outbox send sends a draft.",
    ]
    assert post.seen == []


def test_where_nothing_can_be_sent_the_draft_stays_and_that_is_said(
    chat: Chat, capsys: pytest.CaptureFixture[str]
) -> None:
    hold(chat, *drafted(1), Answered(Answer(Untrusted("Drafted."))))
    assert capsys.readouterr().err.splitlines() == [
        "[kept as d1; /undo takes it back]",
        "nothing can be sent in this run: it is kept as d1.",
        "llama-agent outbox send d1: shows it and asks",
    ]


@pytest.mark.parametrize(("name", "drawn"), [("search_mail", True), ("ask_cloud", False)])
def test_nothing_is_drawn_while_a_tool_asks_the_user(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, name: str, drawn: bool
) -> None:
    drawing: list[bool] = []
    waiting = output.waiting

    def watched(line: Callable[[], str]) -> object:
        drawing.append(name in line())
        return waiting(line)

    monkeypatch.setattr(output, "waiting", watched)
    hold(chat, Started(name), Called(name, "done"), Answered(Answer(Untrusted("Done."))))
    assert any(drawing) is drawn


def test_a_consent_that_was_not_given_is_an_error_of_the_line_alone(
    chat: Chat, capsys: pytest.CaptureFixture[str]
) -> None:
    def ask(words: str) -> Iterator[Event]:
        raise ConsentError("nobody allowed it.")
        yield

    chat.talk.ask = ask  # type: ignore[method-assign]
    error = chatting.converse(chat, Typed("one", "/help"))
    assert isinstance(error, ConsentError)
    shown = capsys.readouterr()
    assert shown.err == "error: nobody allowed it.\n"
    assert shown.out.startswith("/why [N]")
