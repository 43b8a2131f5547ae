"""From the words of a command line to messages, and what is said and remembered of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from agent.commands.options import Wanted
from agent.commands.reading import Reading, counted, read
from agent.errors import InputError, UsageError
from agent.paths import config_file
from agent.session import Session, open_session
from tests.commands.inbox import mail, to_ada, write_inbox
from tests.mail.builders import mbox


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_inbox(tmp_path)


@contextmanager
def read_(
    *words: str, command: str = "list", files_from: str | None = None, **wanted: object
) -> Iterator[tuple[Session, Reading]]:
    with open_session() as session:
        yield session, read(session, command, words, Wanted(**wanted), files_from=files_from)


def title(*words: str, **wanted: object) -> str:
    with read_(*words, **wanted) as (session, reading):
        return reading.title(session.now)


@pytest.mark.usefixtures("inbox")
@pytest.mark.parametrize(
    ("words", "wanted", "expected"),
    [
        ([], {}, "inbox.mbox  -  6 messages  -  Mon 2 Nov 2026"),
        ([], {"last": 2}, "inbox.mbox  -  6 messages  -  newest 2  -  Mon 2 Nov 2026"),
        ([], {"sender": "bob"}, "inbox.mbox  -  6 messages  -  1 of them  -  Mon 2 Nov 2026"),
        (["3"], {}, "inbox.mbox  -  1 message  -  Mon 2 Nov 2026"),
    ],
)
def test_the_title_names_the_mailbox_how_much_of_it_and_when(words: list[str], wanted: dict, expected: str):
    assert title("inbox.mbox", *words, **wanted) == expected


def test_the_title_spans_the_days_of_the_messages_in_the_zone_of_the_user(inbox: Path):
    later = to_ada(13, "Bob <bob@example.com>", "Late", "Late on the second of November in London.\n")
    inbox.write_bytes(mbox([*mail(), later, later.replace(b"<13@", b"<14@").replace(b"22:00:00", b"23:30:00")]))
    assert title("inbox.mbox") == "inbox.mbox  -  8 messages  -  Mon 2 Nov 2026 to Tue 3 Nov 2026"


def test_an_empty_choice_says_whether_there_is_anything_at_all(inbox: Path):
    with read_("inbox.mbox", sender="nobody") as (_, reading):
        assert reading.nothing() == "no message of inbox.mbox is meant by that."
    inbox.write_bytes(b"")
    with read_("inbox.mbox") as (_, reading):
        assert reading.nothing() == "inbox.mbox holds no messages."


@pytest.mark.usefixtures("inbox")
def test_numbers_stay_with_their_messages_until_the_next_listing_is_remembered():
    with read_("inbox.mbox", sender="bob") as (session, reading):
        [(number, bob)] = reading.numbered()
        assert number == 1
        reading.remember(session)
    with read_("inbox.mbox") as (_, reading):
        assert len(reading.numbered()) == 6
    with read_("inbox.mbox", "1") as (_, reading):
        assert (reading.named, reading.numbered()) == (("1",), [(1, bob)])


@pytest.mark.usefixtures("inbox")
def test_a_guess_of_who_i_am_is_said_once_for_each_mailbox_and_again_when_it_changes(
    capsys: pytest.CaptureFixture[str],
):
    said = "taking you to be ada@example.org (me = [...] in the config says otherwise)\n"

    def told() -> str:
        with read_("inbox.mbox") as (session, reading):
            reading.me(session)
        return capsys.readouterr().err

    assert [told(), told()] == [said, ""]
    Path("inbox.mbox").write_bytes(Path("inbox.mbox").read_bytes().replace(b"To: ada@", b"To: grace@"))
    assert [told(), told()] == [said.replace("ada", "grace"), ""]
    config_file().write_text('me = ["someone@example.org"]\n')
    assert told() == ""


@pytest.mark.usefixtures("inbox")
def test_since_last_is_since_this_command_began_its_last_whole_run_here():
    with read_("inbox.mbox") as (session, reading):
        reading.finish(session, "list")
        began = session.now
    with read_("inbox.mbox", since="last") as (session, reading):
        assert session.store.last_run(reading.mailbox.key, "list") == began
        assert reading.chosen.heads == ()
    with read_("inbox.mbox", command="summarize", since="last") as (_, reading):
        assert len(reading.chosen.heads) == 6
    with open_session() as session:
        long_ago = session.now - timedelta(days=20_000)
        session.store.finish_run(str(Path("inbox.mbox").resolve()), "list", long_ago)
    with read_("inbox.mbox", since="last") as (_, reading):
        assert len(reading.chosen.heads) == 6


def test_what_was_left_out_is_counted(inbox: Path, capsys: pytest.CaptureFixture[str]):
    inbox.write_bytes(mbox([*mail(), mail()[0], mail()[0]]))
    config_file().parent.mkdir(parents=True)
    config_file().write_text('ignore = ["from:shop@example.biz"]\n')
    with read_("inbox.mbox") as (_, reading):
        reading.say_what_was_left_out()
    assert capsys.readouterr().err == (
        "1 message ignored as the config says; --all shows them\n2 duplicates left out\n"
    )


@pytest.mark.usefixtures("inbox")
def test_files_listed_are_one_mailbox_that_keeps_no_rows():
    Path("paths").write_text("inbox.mbox\n")
    with read_(files_from="paths", last=99) as (session, reading):
        assert (reading.mailbox.label, len(reading.chosen.heads)) == ("--files-from paths", 6)
        reading.remember(session)
        reading.finish(session, "list")
        assert session.store.traces() == dict.fromkeys(("listings", "summaries", "runs", "todos", "replies"), 0)
    with pytest.raises(UsageError, match="not both"), read_("inbox.mbox", files_from="paths"):
        pass
    with pytest.raises(InputError, match="cannot read the list of files"), read_(files_from="gone"):
        pass


def test_counts_are_said_as_a_person_would():
    assert [counted(0, "message"), counted(1, "message"), counted(1284, "message")] == [
        "0 messages",
        "1 message",
        "1,284 messages",
    ]
