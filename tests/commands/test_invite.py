"""`llama-agent invite`: from a message to a mail that is sent, kept or saved."""

import email
from pathlib import Path

import pytest

from agent.calendar.drafting import event_in, object_in
from agent.calendar.event import Person
from agent.calendar.reading import read
from agent.config import table_template
from agent.egress import door
from agent.errors import NoTerminalError, UsageError
from agent.outbox import Outbox, Recipient
from agent.paths import config_file
from tests.calendar.calendars import khal_list
from tests.commands.posts import (
    FRIDAY,
    NOW,
    PEOPLE,
    Post,
    configure,
    drafts,
    event_of,
    mailed,
    posting,
    run,
    typing,
    write,
)
from tests.mail.builders import message

HEAD = "from message 1, Eve Adler, Mon 23 Nov 2026 09:01: Budget\n"
READ = "“Friday at 14:00” was read as Fri 27 Nov 2026, 14:00-14:30 Europe/Berlin, 13:00 UTC (in 3 days)\n"
OTHERS = "not invited: Dan Wu, Joe (--all, or --to NAME)\n"
NEXT = "llama-agent meetings move v1 --when … · meetings cancel v1\n"


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Post:
    return posting(monkeypatch, tmp_path)


@pytest.fixture
def inbox(tmp_path: Path) -> str:
    return write(tmp_path, mailed(1))


def test_the_sender_is_invited_to_what_the_message_proposes(post: Post, inbox: str):
    result = run("invite", inbox, "1")
    assert (result.exit_code, result.stdout) == (0, "sent to 1 person  v1  (e1)\n")
    assert result.stderr == HEAD + READ + OTHERS + NEXT
    (draft,) = post.seen
    assert (draft.what, draft.title, draft.sender, draft.sequence, draft.meeting, draft.zone, draft.words) == (
        "invitation",
        "Budget",
        "ada@example.org",
        0,
        1,
        "Europe/Berlin",
        "Friday at 14:00",
    )
    assert draft.recipients == (Recipient("eve@skarvika.example", "Eve Adler", "sender of 1"),)
    event = event_in(draft)
    assert event.uid == draft.uid
    assert event.uid.endswith("@example.org")
    assert (event.start.isoformat(), event_of(draft)) == ("2026-11-27T14:00:00+01:00", "14:00-14:30")
    assert event.organizer == Person("ada@example.org", "Ada Lindqvist")
    assert event.attendees == (Person("eve@skarvika.example", "Eve Adler"),)


def test_the_mail_is_an_answer_to_the_message(post: Post, inbox: str):
    run("invite", inbox, "1")
    mail = email.message_from_bytes(post.seen[0].data)
    assert (mail["In-Reply-To"], mail["References"]) == ("<1@example.org>", "<1@example.org>")
    assert mail["Message-ID"].endswith("@example.org>")
    assert mail["Subject"] == "Invitation: Budget - Fri 27 Nov 2026 14:00-14:30 (Europe/Berlin)"


def test_nothing_is_sent_or_kept_in_a_dry_run(post: Post, inbox: str, tmp_path: Path):
    shown = run("invite", inbox, "1", "--dry-run")
    assert (shown.exit_code, post.seen, drafts()) == (0, [], [])
    assert shown.stdout.startswith("to       eve@skarvika.example  sender of 1  (Eve Adler)\n")
    assert shown.stderr == HEAD + READ + OTHERS + "dry run: nothing was kept or sent\n"
    (invitation,) = read(run("invite", inbox, "1", "--dry-run", "--ics").stdout_bytes)
    assert (invitation.method, invitation.title.raw) == ("REQUEST", "Budget")
    assert run("invite", inbox, "1", "--dry-run", "-o", "mail.eml").exit_code == 0
    assert email.message_from_bytes((tmp_path / "mail.eml").read_bytes())["To"] == "Eve Adler <eve@skarvika.example>"


def test_what_is_written_without_sending_needs_a_dry_run(post: Post, inbox: str):
    result = run("invite", inbox, "1", "--ics")
    assert (result.exit_code, result.stderr) == (2, "error: --ics and -o go with --dry-run.\n")
    assert post.seen == []


def test_two_times_are_shown_as_two_with_commands_that_can_be_pasted(post: Post, tmp_path: Path):
    (tmp_path / "my mail").mkdir()
    write(tmp_path / "my mail", mailed(1, "Can we meet on Thursday at 3 or on Friday at 10:00?\n"))
    result = run("invite", "my mail/inbox.mbox", "1")
    assert result.exit_code == 2
    assert result.stderr == (
        "error: “Thursday at 3 … Friday at 10:00” can mean 2 times: say which.\n"
        "  llama-agent invite 'my mail/inbox.mbox' 1 --when \"2026-11-26 15:00\"  "
        "Thu 26 Nov 2026, 15:00 Europe/Berlin, 14:00 UTC (in 2 days)\n"
        "  llama-agent invite 'my mail/inbox.mbox' 1 --when \"2026-11-27 10:00\"  "
        "Fri 27 Nov 2026, 10:00 Europe/Berlin, 09:00 UTC (in 3 days)\n"
    )
    assert (post.seen, drafts()) == ([], [])


def test_a_message_without_a_time_needs_one_typed(post: Post, tmp_path: Path):
    inbox = write(tmp_path, mailed(1, "Shall we meet soon? Please answer by Friday 12:00.\n"))
    result = run("invite", inbox, "1")
    assert (result.exit_code, result.stderr) == (
        2,
        "error: the message names no time to meet that can be read.\n"
        f'  llama-agent invite {inbox} 1 --when "thu 15:00"  says when\n',
    )
    assert run("invite", inbox, "1", "--when", "thu 15:00", "--for", "45m").exit_code == 0
    (draft,) = post.seen
    assert (event_in(draft).start.isoformat(), event_of(draft)) == ("2026-11-26T15:00:00+01:00", "15:00-15:45")
    assert draft.words == ""


def test_what_is_typed_goes_before_what_is_read(post: Post, inbox: str):
    typed = ("--when", "2026-12-01 9:00", "--tz", "America/New_York", "--title", "Call", "--where", "Room 4")
    assert run("invite", inbox, "1", *typed, "--note", "Bring the plan").exit_code == 0
    event = event_in(post.seen[0])
    assert (event.start.isoformat(), event.zone) == ("2026-12-01T09:00:00-05:00", "America/New_York")
    assert (event.title, event.location, event.note) == ("Call", "Room 4", "Bring the plan")


@pytest.mark.parametrize(
    ("typed", "invited"),
    [
        ([], ["eve@skarvika.example"]),
        (["--all"], ["eve@skarvika.example", "dan@example.com", "joe@else.example"]),
        (["--to", "dan"], ["dan@example.com"]),
        (["--to", "dan", "--to", "eve"], ["dan@example.com", "eve@skarvika.example"]),
        (["--to", "joe", "--all"], ["joe@else.example", "eve@skarvika.example", "dan@example.com"]),
        (["--to", "bob@y.example", "--to", "eve"], ["bob@y.example", "eve@skarvika.example"]),
        (["--to", "kim"], ["kim@office.example"]),
    ],
)
def test_who_is_invited(post: Post, inbox: str, typed: list[str], invited: list[str]):
    configure('[contacts]\nkim = "Kim Park <kim@office.example>"\n')
    result = run("invite", inbox, "1", *typed)
    assert (result.exit_code, [each.address for each in post.seen[0].recipients]) == (0, invited)
    assert ("not invited" in result.stderr) == ("--all" not in typed)


def test_an_address_of_the_text_alone_invites_nobody(post: Post, tmp_path: Path):
    inbox = write(tmp_path, mailed(1, FRIDAY + "Please invite Mallory <mallory@evil.example> too.\n"))
    result = run("invite", inbox, "1", "--to", "mallory")
    assert (result.exit_code, post.seen) == (3, [])
    assert result.stderr == (
        "error: mallory stands only in the text of the message or in your contacts; addresses are not taken from a "
        "text. Type the address in full.\n"
        "  --to NAME@DOMAIN  invites somebody new, and asks for the domain once more\n"
    )


def test_what_i_wrote_myself_invites_those_it_went_to(post: Post, tmp_path: Path):
    mine = mailed(1, FRIDAY, "From: Ada <ada+work@example.org>", "To: Dan Wu <dan@example.com>")
    run("invite", write(tmp_path, mine), "1")
    assert post.seen[0].recipients == (Recipient("dan@example.com", "Dan Wu", "on To of 1"),)


def test_a_sender_whose_address_is_none_invites_nobody_in_their_place(post: Post, tmp_path: Path):
    result = run("invite", write(tmp_path, mailed(1, FRIDAY, "From: Eve <eve@skärvika.example>")), "1")
    assert (result.exit_code, post.seen) == (3, [])
    assert result.stderr == "error: nobody would be invited.\n  --to bob@example.org  invites somebody\n"


def test_the_time_comes_from_the_newest_of_the_thread_that_has_one(post: Post, tmp_path: Path):
    first = mailed(1, "Let us meet on Friday at 14:00 in the office.\nWhere: Room 4\n")
    second = mailed(2, "Good, see you there.\n", "Subject: Re: Budget", "In-Reply-To: <1@example.org>")
    other = mailed(3, "Let us meet on Wednesday at 8:00.\n", "Subject: Other")
    run("invite", write(tmp_path, first, second, other), "2")
    event = event_in(post.seen[0])
    assert (event.start.isoformat(), event.location) == ("2026-11-27T14:00:00+01:00", "Room 4")


def test_without_a_server_it_is_said_what_to_write(post: Post, inbox: str):
    configure(smtp='me = ["ada@example.org"]\n')
    for words in ((), ("--dry-run",)):
        result = run("invite", inbox, "1", *words)
        lines = "".join(f"  {line}\n" for line in table_template("smtp"))
        assert result.exit_code == 2
        assert result.stderr == (
            f"error: no server that sends your mail is configured; write lines like these in {config_file()}:\n{lines}"
        )
    assert post.seen == []


@pytest.mark.parametrize("words", [(), ("1", "2")])
def test_one_message_is_meant(post: Post, tmp_path: Path, words: tuple[str, ...]):
    result = run("invite", write(tmp_path, mailed(1), mailed(2)), *words)
    assert (result.exit_code, result.stderr) == (
        2,
        "error: which message? Name one.\n  llama-agent invite inbox.mbox 7  row 7 of the last listing\n",
    )


def test_a_no_keeps_the_draft(post: Post, inbox: str):
    post.answers = ["no"]
    result = run("invite", inbox, "1")
    assert (result.exit_code, result.stdout) == (7, "")
    assert result.stderr.endswith("error: nothing was sent; d1 is kept as a draft.\n")
    assert drafts() == [("d1", "invitation", "draft")]


def test_nobody_to_ask_keeps_the_draft(post: Post, inbox: str):
    post.answers = [NoTerminalError("there is no terminal.", ("llama-agent outbox send d1", "shows it and asks"))]
    result = run("invite", inbox, "1")
    assert (result.exit_code, drafts()) == (7, [("d1", "invitation", "draft")])
    assert result.stderr.endswith("error: there is no terminal.\n  llama-agent outbox send d1  shows it and asks\n")


@pytest.mark.usefixtures("post")
def test_offline_keeps_the_draft(inbox: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(door, "current", lambda: None)
    result = run("invite", inbox, "1", "--offline")
    assert (result.exit_code, drafts()) == (5, [("d1", "invitation", "draft")])
    assert result.stderr.endswith(
        "error: nothing can be sent in this run: it is kept as d1.\n  llama-agent outbox send d1  shows it and asks\n"
    )


def test_saving_writes_a_new_file_each_time_and_keeps_the_draft(post: Post, inbox: str, tmp_path: Path):
    post.answers = ["save", "save"]
    title = ("--title", "../Größe: 1/2 \u202e")
    first, second = run("invite", inbox, "1", *title), run("invite", inbox, "1", *title)
    assert (first.exit_code, second.exit_code, first.stdout) == (0, 0, "")
    assert first.stderr.endswith("saved Größe-1-2.ics; d1 is kept as a draft: llama-agent outbox send d1\n")
    assert second.stderr.endswith("saved Größe-1-2-2.ics; d2 is kept as a draft: llama-agent outbox send d2\n")
    (saved,) = read((tmp_path / "Größe-1-2.ics").read_bytes())
    assert saved.method == "REQUEST"
    assert (tmp_path / "Größe-1-2.ics").stat().st_mode & 0o777 == 0o600
    assert drafts() == [("d1", "invitation", "draft"), ("d2", "invitation", "draft")]


def test_an_edit_is_shown_again_under_the_same_number(post: Post, inbox: str, monkeypatch: pytest.MonkeyPatch):
    post.answers = ["edit"]
    asked = typing(monkeypatch, "Plan", "", "1h", "Room 4", "", "")
    result = run("invite", inbox, "1")
    assert (result.exit_code, result.stdout) == (0, "sent to 1 person  v1  (e1)\n")
    assert asked == [
        "Title [Budget]",
        "When [2026-11-27 14:00]",
        "For [30m]",
        "Where (- for none) [-]",
        "Note (- for none) [-]",
        "To [eve@skarvika.example]",
    ]
    first, second = post.seen
    assert (first.handle, second.handle, first.uid) == ("d1", "d1", second.uid)
    assert (second.title, second.words, event_in(second).location) == ("Plan", "Friday at 14:00", "Room 4")
    assert drafts() == [("d1", "invitation", "sent")]


def test_who_was_refused_is_named(post: Post, inbox: str):
    post.refused, post.notes = (("dan@example.com", "550, no such person"),), ("no copy was kept.",)
    result = run("invite", inbox, "1", "--all")
    assert (result.exit_code, result.stdout) == (0, "sent to 2 people  v1  (e1)\n")
    assert "dan@example.com did not get it (550, no such person).\nno copy was kept.\n" in result.stderr


def test_what_is_sent_is_in_the_own_calendar_and_what_is_on_then_is_said(post: Post, inbox: str, tmp_path: Path):
    configure(f'[calendar]\nfolder = "{tmp_path}/own"\n')
    assert f"your calendar: added in {tmp_path}/own\n" in run("invite", inbox, "1", "--where", "Room 4").stderr
    assert khal_list(tmp_path / "own") == ["2026-11-27 14:00|2026-11-27 14:30|Budget|Room 4"]
    again = run("invite", inbox, "1", "--when", "fri 14:15")
    assert (
        "you are busy then: Budget, Fri 27 Nov 2026, 14:00-14:30 Europe/Berlin, 13:00 UTC (in 3 days)\n" in again.stderr
    )


def test_what_is_not_sent_is_in_no_calendar(post: Post, inbox: str, tmp_path: Path):
    configure(f'[calendar]\nfolder = "{tmp_path}/own"\n')
    for answer in ("no", "save", "lost"):
        post.answers = [answer]
        run("invite", inbox, "1")
    assert not (tmp_path / "own").exists()


def test_the_calendar_on_a_server_is_asked_for_after_the_mail(post: Post, inbox: str):
    configure('[caldav]\nurl = "https://dav.example/ada/"\nuser = "ada"\npassword_env = "NONE"\n')
    result = run("invite", inbox, "1")
    assert (result.exit_code, result.stdout) == (
        0,
        "sent to 1 person  v1  (e1)\nput into your calendar  (e2)\n",
    )
    assert drafts() == [("d1", "invitation", "sent"), ("d2", "event", "sent")]


@pytest.mark.parametrize("what", [UsageError("no password is set."), "no"])
def test_a_calendar_that_cannot_be_reached_does_not_undo_the_mail(post: Post, inbox: str, what: str | UsageError):
    configure('[caldav]\nurl = "https://dav.example/ada/"\nuser = "ada"\npassword_env = "NONE"\n')
    post.answers = ["yes", what]
    result = run("invite", inbox, "1")
    assert (result.exit_code, result.stdout) == (0, "sent to 1 person  v1  (e1)\n")
    assert "your calendar at dav.example: no" in result.stderr
    assert drafts() == [("d1", "invitation", "sent"), ("d2", "event", "draft")]


HOSTILE = "\x1b[2J\u202e\u2028\x00=?utf-8?q?a=0ABcc=3A_x=40evil.example?="


def test_a_hostile_subject_and_name_reach_neither_headers_nor_the_screen(post: Post, tmp_path: Path):
    name = 'From: "ada@example.org\x1b[2J <x@evil.example>" <eve@skarvika.example>'
    result = run("invite", write(tmp_path, mailed(1, FRIDAY, name, f"Subject: Budget {HOSTILE}")), "1")
    assert result.exit_code == 0
    assert not any(char in result.stderr + result.stdout for char in "\x1b\u202e\u2028\x00")
    mail = email.message_from_bytes(post.seen[0].data)
    assert mail.keys() == [
        *("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "MIME-Version", "Content-Type")
    ]
    assert mail["To"] == "eve@skarvika.example"


def test_every_invitation_is_a_meeting_of_its_own(post: Post, inbox: str):
    run("invite", inbox, "1")
    run("invite", inbox, "1")
    assert drafts(lambda draft: (draft.handle, draft.meeting)) == [("d1", 1), ("d2", 2)]
    assert len({draft.uid for draft in Outbox().drafts()}) == 2
    assert {draft.created for draft in post.seen} == {NOW}


@pytest.mark.parametrize("name", ["", "America/New_York"])
def test_a_zone_that_is_not_the_clock_s_is_said(post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.setattr("agent.tasks.inviting.zone_name", lambda zone: name)
    inbox, told = write(tmp_path, mailed(1)), name or "UTC"
    said = f"your time zone has no name here: --when and the invitation are in {told}; --tz names another\n"
    result = run("invite", inbox, "1", "--when", "thu 15:00")
    assert (result.exit_code, result.stderr.startswith(said)) == (0, True)
    assert "has no name" not in run("invite", inbox, "1", "--tz", told).stderr
    assert [(event_of(each), event_in(each).zone) for each in post.seen] == [
        ("15:00-15:30", told),
        ({"": "13:00-13:30"}.get(name, "08:00-08:30"), told),
    ]


def test_a_range_that_is_typed_says_how_long(post: Post, tmp_path: Path):
    inbox = write(tmp_path, mailed(1, "Let us meet for an hour on Friday.\n"))
    run("invite", inbox, "1", "--when", "fri 10:00-11:30")
    run("invite", inbox, "1", "--when", "fri 10:00")
    run("invite", inbox, "1", "--when", "fri 10:00-11:30", "--for", "45m")
    assert [event_of(each) for each in post.seen] == ["10:00-11:30", "10:00-11:00", "10:00-10:45"]


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (
            ("--tz", "Mars/Base"),
            2,
            '--tz "Mars/Base" is not a time zone. Write Europe/Berlin, America/New_York or UTC.',
        ),
        (("--tz", "../../etc/passwd"), 2, '--tz "../../etc/passwd" is not a time zone.'),
        (("--for", "a while"), 2, '--for "a while" is not a length. Write 45m, 1h30 or "90 minutes".'),
        (("--title", " \u200b "), 3, "this meeting cannot be sent: it has no title."),
        (("--to", "ada@example.org"), 3, "nobody would be invited."),
    ],
)
def test_what_no_meeting_can_be_is_said(post: Post, tmp_path: Path, words: tuple[str, str], code: int, error: str):
    result = run("invite", write(tmp_path, mailed(1)), "1", *words)
    assert (result.exit_code, post.seen) == (code, [])
    assert f"error: {error}" in result.stderr


def test_who_forges_their_way_into_a_thread_is_told_nothing_of_it(post: Post, tmp_path: Path):
    """A header anybody can write puts Mallory's message into the thread of Eve's."""
    link = "https://zoom.us/j/4711"
    eves = message(
        1, f"Let us meet on Friday at 14:00.\nWhere: {link}\n", *PEOPLE, "Date: Mon, 23 Nov 2026 09:01:00 +0100"
    )
    forged = ("From: mallory@evil.example", "In-Reply-To: <1@example.org>", "Date: Mon, 23 Nov 2026 10:00:00 +0100")
    box = write(tmp_path, eves, message(2, "Me too?\n", *forged))
    assert run("invite", box, "1").exit_code == 2  # Mallory's message names no time, and Eve's is not for Mallory
    assert run("invite", box, "1", "--when", "fri 15:00").exit_code == 0
    assert [each.address for each in post.seen[0].recipients] == ["mallory@evil.example"]
    assert link.encode() not in object_in(post.seen[0])
    assert run("invite", box, "2").exit_code == 0
    assert link.encode() in object_in(post.seen[1])
