"""What a draft says, asked for: what is answered, what is left, and what cannot be."""

import email
import os
import pty
import select
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from agent.calendar.drafting import event_in
from agent.commands.editing import edited, editor
from agent.errors import NoTerminalError
from agent.mail.check_reply import text_of
from agent.outbox import Draft, Outbox, Recipient
from agent.session import open_session
from agent.tasks.reply import own_text
from tests.commands.posts import Post, answered, configure, event_of, mailed, posting, run, typing, write

KEEP = ("", "", "", "", "", "")


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Post:
    """Let d1 be the draft of an invitation to Eve, Friday 14:00 to 14:30, in Room 4."""
    post = posting(monkeypatch, tmp_path)
    post.answers = ["no"]
    run("invite", write(tmp_path, mailed(1)), "1", "--where", "Room 4", "--note", "Bring\nthe plan")
    return post


def edit(old: Draft | None = None) -> Draft:
    with open_session() as session:
        return edited(session, old or Outbox().get(1))


@pytest.mark.usefixtures("post")
def test_empty_answers_leave_everything_as_it_is(monkeypatch: pytest.MonkeyPatch):
    asked = typing(monkeypatch, *KEEP)
    old, new = Outbox().get(1), edit()
    assert event_in(new) == event_in(old)
    assert (new.recipients, new.words, new.uid, new.meeting, new.source, new.mailbox, new.title) == (
        *(old.recipients, old.words, old.uid, old.meeting, old.source, old.mailbox, old.title),
    )
    assert asked == [
        "Title [Budget]",
        "When [2026-11-27 14:00]",
        "For [30m]",
        "Where (- for none) [Room 4]",
        "Note (- for none) [Bring the plan]",
        "To [eve@skarvika.example]",
    ]
    assert event_in(new).note == "Bring\nthe plan"


@pytest.mark.usefixtures("post")
def test_every_field_can_be_another(monkeypatch: pytest.MonkeyPatch):
    configure('[contacts]\nkim = "Kim Park <kim@office.example>"\n')
    typing(monkeypatch, "Plan", "mon 9:00", "1h", "-", "-", "eve, kim, new@y.example")
    new = edit()
    event = event_in(new)
    assert (event.title, f"{event.start:%a %H:%M}", event_of(new)) == ("Plan", "Mon 09:00", "09:00-10:00")
    assert (event.location, event.note, new.words) == ("", "", "")
    assert new.recipients == (
        Recipient("eve@skarvika.example", "Eve Adler", "sender of 1"),
        Recipient("kim@office.example", "Kim Park", "in your contacts"),
        Recipient("new@y.example", "", "typed by you"),
    )
    assert [each.address for each in event.attendees] == [each.address for each in new.recipients]


@pytest.mark.usefixtures("post")
def test_a_range_says_how_long_unless_that_is_answered_too(monkeypatch: pytest.MonkeyPatch):
    asked = typing(monkeypatch, "", "fri 9:00-10:30", "", "", "", "")
    assert (event_of(edit()), asked[2]) == ("09:00-10:30", "For [1h30]")
    typing(monkeypatch, "", "fri 9:00-10:30", "15m", "", "", "")
    assert event_of(edit()) == "09:00-09:15"
    typing(monkeypatch, "", "fri 9:00", "", "", "", "")
    assert event_of(edit()) == "09:00-09:30"


@pytest.mark.usefixtures("post")
def test_what_cannot_be_is_said_and_asked_again(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    asked = typing(monkeypatch, "", "soon", "fri", "fri 9:00", "long", "20m", "", "", "eve@half", "nobody", "eve")
    assert event_of(edit()) == "09:00-09:20"
    assert [each.partition(" ")[0] for each in asked] == [
        *("Title", "When", "When", "When", "For", "For", "Where", "Note", "To", "To", "To")
    ]
    forms = '"thu 15:00", "tomorrow 9:30", "2026-12-01 14:00"'
    assert capsys.readouterr().err.splitlines() == [
        f'--when "soon" is not a time. Write it like {forms}.',
        f'--when "fri" has no clock time. Write it like {forms}.',
        '--for "long" is not a length. Write 45m, 1h30 or "90 minutes".',
        "eve@half is no address mail of ours goes to: write it like bob@example.org.",
        "nobody is nobody on this message or in your contacts; addresses are not taken from a text. "
        "Type the address in full.",
    ]


@pytest.mark.usefixtures("post")
def test_what_no_meeting_can_be_is_asked_for_from_the_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    typing(monkeypatch, "\u200b", *KEEP[1:], *KEEP[:5], "ada@example.org", "Plan", *KEEP[1:])
    assert edit().title == "Plan"
    assert capsys.readouterr().err.splitlines() == [
        "this meeting cannot be sent: it has no title.",
        "nobody would be invited.",
    ]


@pytest.mark.usefixtures("post")
def test_an_hour_that_is_there_twice_can_be_left_as_it_is(monkeypatch: pytest.MonkeyPatch):
    typing(monkeypatch, "", "2027-10-31 01:30 UTC", *KEEP[2:])
    second = edit()
    asked = typing(monkeypatch, *KEEP)
    assert event_in(edit(second)).start == event_in(second).start
    assert asked[1] == "When [2027-10-31 01:30 UTC]"


@pytest.mark.usefixtures("post")
def test_without_a_terminal_nothing_is_changed():
    before = Outbox().get(1)
    with pytest.raises(NoTerminalError, match="there is no terminal to edit on: the draft is kept as it was"):
        edit()
    assert Outbox().get(1) == before


def at_terminal(printed: str, *answers: bytes) -> list[str]:
    """Print what Python code makes of a session `s` before a person who types these answers; return the screen."""
    code = "from agent.outbox import Outbox; from agent.session import open_session; from agent.commands import editing"
    code += f"\nfrom agent.tasks.reply import own_text\nwith open_session() as s: print({printed})"
    child, terminal = pty.fork()
    if child == 0:
        os.execve(sys.executable, [sys.executable, "-c", code], dict(os.environ))
    shown, waiting = b"", list(answers)
    while select.select([terminal], [], [], 60)[0]:
        try:
            data = os.read(terminal, 4096)
        except OSError:
            break
        shown += data
        if shown.endswith((b"]: ", b"was:\r\n")) and waiting:
            os.write(terminal, waiting.pop(0))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    return shown.decode().replace("\r", "").splitlines()


@pytest.mark.loopback
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_person_at_a_terminal_is_asked(post: Post, tmp_path: Path):
    assert post.seen
    shown = at_terminal(
        "editing.edited(s, Outbox().get(1)).title, 'is the title'", b"Plan\n", b"\n", b"\n", b"\n", b"\n", b"\n"
    )
    assert shown == [
        *("Title [Budget]: Plan", "When [2026-11-27 14:00]: ", "For [30m]: ", "Where (- for none) [Room 4]: "),
        *("Note (- for none) [Bring the plan]: ", "To [eve@skarvika.example]: ", "Plan is the title"),
    ]


@pytest.fixture
def answer(post: Post) -> Draft:
    """Let d2 be a reply to Eve."""
    assert post.seen
    return Outbox().add(answered("Sounds good.\n\nSee you."))


def test_a_dot_at_once_leaves_the_text_and_an_empty_answer_whom_it_goes_to(
    answer: Draft, monkeypatch: pytest.MonkeyPatch
):
    retyping(monkeypatch, [])
    asked = typing(monkeypatch, "")
    new = edit_with_editor(answer)
    assert (own_text(new), new.recipients, new.source) == (own_text(answer), answer.recipients, answer.source)
    assert asked == ["To [eve@skarvika.example]"]


def test_a_reply_is_typed_anew_above_its_quotation(answer: Draft, monkeypatch: pytest.MonkeyPatch):
    retyping(monkeypatch, ["No.", "", "  Sorry."])
    typing(monkeypatch, "eve, new@y.example")
    new = edit_with_editor(answer)
    said = text_of(email.message_from_bytes(new.data))
    assert said == "No.\n\n  Sorry.\n\nOn 23 Nov 2026 10:01, Eve Adler wrote:\n> Shall we meet?\n"
    assert [(each.address, each.how) for each in new.recipients] == [
        ("eve@skarvika.example", "sender of 1"),
        ("new@y.example", "typed by you"),
    ]


def test_a_reply_that_would_say_nothing_is_asked_for_again(
    answer: Draft, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    retyping(monkeypatch, ["\u200b"], ["Yes."])
    typing(monkeypatch, "", "")
    assert own_text(edit_with_editor(answer)) == "Yes.\n"
    said = "this reply cannot be sent: it says nothing, or too much, or goes to nobody.\n"
    assert capsys.readouterr().err == said


@pytest.mark.usefixtures("post")
def test_an_answer_to_an_invitation_or_an_event_cannot_be_edited():
    with open_session() as session:
        for what in ("answer", "cancellation", "event"):
            assert editor(session, replace(Outbox().get(1), what=what)) is None


def test_without_a_terminal_a_reply_is_not_changed(answer: Draft):
    with pytest.raises(NoTerminalError, match="there is no terminal to edit on: the draft is kept as it was"):
        edit_with_editor(answer)


@pytest.mark.loopback
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_what_is_pasted_is_taken_to_its_last_line(answer: Draft):
    shown = at_terminal(
        f"repr(own_text(editing.retyped(s, Outbox().get({answer.number}))))",
        b"No.\n\nSorry, Gr\xc3\xbc\xc3\x9fe\n.\n",
        b"\n",
    )
    assert (shown[0], shown[-1]) == (
        "The text anew; a line that is only a dot ends it, a dot at once leaves it as it was:",
        repr("No.\n\nSorry, Grüße\n"),
    )


def retyping(monkeypatch: pytest.MonkeyPatch, *texts: list[str]) -> None:
    """Let a person type these texts, line by line, one for each time they are asked."""
    waiting = list(texts)
    monkeypatch.setattr("agent.output.ask_lines", lambda question: waiting.pop(0))


def edit_with_editor(draft: Draft) -> Draft:
    with open_session() as session:
        ask = editor(session, draft)
        assert ask is not None
        return ask(draft)
