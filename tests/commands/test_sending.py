"""What every command that sends does with a draft: has it sent, saves it, says what became of it."""

from pathlib import Path

import pytest

from agent.commands import sending
from agent.errors import InputError, NetworkError
from agent.outbox import Draft, Outbox
from tests.commands.posts import Post, answered, mailed, posting, run, write


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Post:
    """Let d1 be the draft of an invitation to Eve."""
    post = posting(monkeypatch, tmp_path)
    post.answers = ["no"]
    run("invite", write(tmp_path, mailed(1)), "1")
    return post


@pytest.fixture
def draft(post: Post) -> Draft:
    assert post.seen
    return Outbox().get(1)


def test_it_is_sent_and_returned_as_sent(draft: Draft, capsys: pytest.CaptureFixture[str]):
    sent = sending.send(draft)
    assert sent == Outbox().get(1)
    assert sent.state == "sent"
    assert capsys.readouterr().out == "sent to 1 person  v1  (e1)\n"


def test_what_was_not_sent_raises_and_stays(post: Post, draft: Draft):
    post.answers = [NetworkError("127.0.0.1:2525 does not answer: nothing was sent.")]
    with pytest.raises(NetworkError, match="does not answer"):
        sending.send(draft)
    assert Outbox().get(1) == draft


def test_a_file_that_is_there_is_never_written_over(draft: Draft, tmp_path: Path):
    (tmp_path / "Budget.ics").write_text("mine")
    (tmp_path / "Budget-2.ics").symlink_to(tmp_path / "elsewhere")
    for _ in range(2):
        sending.save(draft)
    assert (tmp_path / "Budget.ics").read_text() == "mine"
    assert sorted(each.name for each in tmp_path.glob("*.ics")) == [
        *("Budget-2.ics", "Budget-3.ics", "Budget-4.ics", "Budget.ics")
    ]
    assert not (tmp_path / "elsewhere").exists()


def test_a_hundred_files_of_one_name_are_enough(draft: Draft, tmp_path: Path):
    for number in range(1, 100):
        (tmp_path / f"Budget{f'-{number}' if number > 1 else ''}.ics").touch()
    with pytest.raises(InputError, match="a hundred files called Budget: nothing was saved"):
        sending.save(draft)


@pytest.mark.parametrize(
    ("put", "said"),
    [
        ("added", "your calendar: added in ~/own"),
        ("changed", "your calendar: changed in ~/own"),
        ("older", "your calendar: not changed, what is there is newer"),
        ("not theirs", "your calendar: not changed, somebody else's event of that name is there"),
    ],
)
def test_what_became_of_an_event_is_a_sentence(put: str, said: str):
    assert sending.kept_in("~/own", put) == said  # type: ignore[arg-type]


@pytest.mark.usefixtures("post")
def test_a_reply_is_saved_as_mail_and_sent_to_nobody_s_calendar(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    reply = Outbox().add(answered("Sounds good."))
    sending.save(reply)
    assert (tmp_path / "Re-Budget.eml").read_bytes() == reply.data
    assert capsys.readouterr().err == (
        f"saved Re-Budget.eml; {reply.handle} is kept as a draft: llama-agent outbox send {reply.handle}\n"
    )
    assert sending.send(reply) == Outbox().get(reply.number)
    assert capsys.readouterr().out == f"sent to 1 person  (e{reply.number})\n"
