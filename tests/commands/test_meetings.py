"""`llama-agent meetings`: how meetings stand, and what moves or cancels them."""

import email
import json
from pathlib import Path

import pytest

from agent.calendar.drafting import event_in, object_in
from agent.calendar.meeting_records import MeetingList, MeetingRecord
from agent.calendar.reading import read
from agent.outbox import Outbox
from tests.calendar.calendars import khal_list
from tests.commands.posts import Post, calendar_mail, configure, drafts, event_of, mailed, posting, run, typing, write

FIRST = "Fri 27 Nov 2026, 14:00-14:30 Europe/Berlin, 13:00 UTC (in 3 days)"


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Post:
    """Let Eve and Dan be invited to v1, Friday at 14:00."""
    post = posting(monkeypatch, tmp_path)
    inbox = write(tmp_path, mailed(1))
    assert run("invite", inbox, "1", "--to", "eve", "--to", "dan", "--where", "Room 4").exit_code == 0
    post.seen.clear()
    return post


def answer(uid: str, who: str = "eve@skarvika.example", partstat: str = "ACCEPTED", sequence: int = 0) -> bytes:
    return "\r\n".join(
        [
            *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x.example//EN", "METHOD:REPLY", "BEGIN:VEVENT"),
            *(f"UID:{uid}", f"SEQUENCE:{sequence}", "DTSTAMP:20261124T100000Z", "DTSTART:20261127T130000Z"),
            *("ORGANIZER:mailto:ada@example.org", f"ATTENDEE;PARTSTAT={partstat}:mailto:{who}"),
            *("END:VEVENT", "END:VCALENDAR", ""),
        ]
    ).encode()


def uid() -> str:
    return Outbox().get(1).uid


def test_nothing_was_made_yet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    posting(monkeypatch, tmp_path)
    result = run("meetings", "list")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "no meeting was made from here yet: llama-agent invite MAILBOX MSG\n"
    assert json.loads(run("meetings", "list", "--json").stdout) == {"schema_version": 1, "meetings": []}


@pytest.mark.usefixtures("post")
def test_a_meeting_is_shown_with_who_comes():
    assert run("meetings", "list").stdout == (
        f"v1  {FIRST}  Budget\n    Eve Adler: no answer yet\n    Dan Wu: no answer yet\n"
    )
    assert run("meetings", "show", "v1").stdout == (
        f"v1  {FIRST}  Budget\n    Eve Adler: no answer yet\n    Dan Wu: no answer yet\n"
        "    where  Room 4\n    d1  invitation  sent\n"
    )


@pytest.mark.usefixtures("post")
def test_json_is_what_the_schema_says():
    listed, shown = (json.loads(run("meetings", *words, "--json").stdout) for words in (("list",), ("show", "1")))
    assert MeetingList.model_validate(listed).model_dump(mode="json") == listed
    assert MeetingRecord.model_validate(shown).model_dump(mode="json") == shown
    assert listed["meetings"] == [shown]
    assert (shown["meeting"], shown["standing"], shown["sequence"]) == ("v1", "invited", 0)


@pytest.mark.usefixtures("post")
def test_answers_are_read_from_the_mailbox_kept_and_shown_as_claimed(tmp_path: Path):
    proved = "Authentication-Results: mx.example.org; dmarc=pass header.from=example.com"
    dans = calendar_mail(
        2, answer(uid(), "dan@example.com", "DECLINED"), proved, sender="From: Dan Wu <dan@example.com>"
    )
    inbox = write(tmp_path, calendar_mail(1, answer(uid())), dans)
    shown = f"v1  {FIRST}  Budget\n    Eve Adler: accepted, as a mail in their name says\n    Dan Wu: declined\n"
    assert run("meetings", "list", inbox).stdout == shown
    assert run("meetings", "list").stdout == shown


@pytest.mark.usefixtures("post")
def test_a_default_mailbox_that_is_gone_hides_no_meeting(tmp_path: Path):
    configure()
    inbox = write(tmp_path, calendar_mail(1, answer(uid())))
    assert run("use", inbox).exit_code == 0
    (tmp_path / inbox).unlink()
    result = run("meetings", "list")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, f"v1  {FIRST}  Budget")
    assert result.stderr.startswith("no answers were read: ")
    assert run("meetings", "list", inbox).exit_code == 3


def test_a_move_tells_everybody_with_a_higher_sequence_and_the_same_uid(post: Post):
    result = run("meetings", "move", "v1", "--when", "fri 10:00")
    assert (result.exit_code, result.stdout) == (0, "sent to 2 people  v1  (e2)\n")
    (draft,) = post.seen
    event = event_in(draft)
    assert (draft.what, draft.uid, draft.sequence, draft.words) == ("update", uid(), 1, "")
    assert (event.start.isoformat(), event_of(draft)) == ("2026-11-27T10:00:00+01:00", "10:00-10:30")
    assert (event.location, len(event.attendees), len(draft.recipients)) == ("Room 4", 2, 2)
    mail = email.message_from_bytes(draft.data)
    assert mail["Subject"] == "Updated: Budget - Fri 27 Nov 2026 10:00-10:30 (Europe/Berlin)"
    assert "Before" in mail.get_payload()[0].get_payload()[0].get_payload(decode=True).decode()


def test_a_change_stands_in_the_thread_of_the_invitation(post: Post):
    invitation = email.message_from_bytes(Outbox().get(1).data)
    run("meetings", "move", "v1", "--when", "fri 10:00")
    update = email.message_from_bytes(post.seen[0].data)
    assert update["In-Reply-To"] == invitation["Message-ID"]
    assert update["References"].split() == ["<1@example.org>", invitation["Message-ID"]]
    run("meetings", "cancel", "v1")
    end = email.message_from_bytes(post.seen[1].data)
    assert end["References"].split() == ["<1@example.org>", invitation["Message-ID"], update["Message-ID"]]


@pytest.mark.parametrize(
    ("typed", "sequence", "length", "place"),
    [
        (["--for", "1h"], 1, 60, "Room 4"),
        (["--where", "Room 5"], 1, 30, "Room 5"),
        (["--where", "Room 4"], 0, 30, "Room 4"),
        (["--when", "fri 14:00"], 0, 30, "Room 4"),
        (["--when", "fri 10:00-11:00"], 1, 60, "Room 4"),
        (["--when", "mon 9:00", "--for", "1h30", "--where", ""], 1, 90, ""),
    ],
)
def test_the_sequence_goes_up_where_something_changes(
    post: Post, typed: list[str], sequence: int, length: int, place: str
):
    assert run("meetings", "move", "1", *typed).exit_code == 0
    event = event_in(post.seen[0])
    minutes = (event.end - event.start).total_seconds() // 60  # type: ignore[operator]
    assert (post.seen[0].sequence, minutes, event.location) == (sequence, length, place)


def test_a_cancellation_ends_it_for_everybody(post: Post):
    result = run("meetings", "cancel", "v1")
    assert (result.exit_code, result.stdout) == (0, "sent to 2 people  v1  (e2)\n")
    (draft,) = post.seen
    (object_,) = read(object_in(draft))
    assert (draft.what, object_.method, object_.cancelled, object_.sequence) == ("cancellation", "CANCEL", True, 1)
    assert run("meetings", "list").stdout == f"v1  {FIRST}  Budget  CANCELLED\n"
    for words in (("move", "v1", "--for", "1h"), ("cancel", "v1")):
        again = run("meetings", *words)
        assert (again.exit_code, again.stderr) == (3, "error: v1 is cancelled already.\n")


def test_one_person_is_taken_out_and_the_others_hear_nothing(post: Post):
    result = run("meetings", "cancel", "v1", "--only", "Dan@Example.com")
    assert (result.exit_code, result.stdout) == (0, "sent to 1 person  v1  (e2)\n")
    assert [each.address for each in post.seen[0].recipients] == ["dan@example.com"]
    assert run("meetings", "list").stdout == f"v1  {FIRST}  Budget\n    Eve Adler: no answer yet\n"
    run("meetings", "move", "v1", "--when", "fri 10:00")
    assert [each.address for each in post.seen[1].recipients] == ["eve@skarvika.example"]
    assert post.seen[1].sequence == 2
    nobody = run("meetings", "cancel", "v1", "--only", "dan@example.com")
    assert (nobody.exit_code, nobody.stderr) == (3, "error: dan@example.com is not invited to v1.\n")


def test_without_the_last_one_it_is_the_meeting_that_is_cancelled(post: Post):
    run("meetings", "cancel", "v1", "--only", "dan@example.com")
    run("meetings", "cancel", "v1", "--only", "eve@skarvika.example")
    assert run("meetings", "list").stdout == f"v1  {FIRST}  Budget  CANCELLED\n"
    assert [each.sequence for each in post.seen] == [1, 2]


def test_the_own_calendar_follows(post: Post, tmp_path: Path):
    configure(f'[calendar]\nfolder = "{tmp_path}/own"\n')
    run("meetings", "move", "v1", "--when", "fri 10:00")
    assert khal_list(tmp_path / "own") == ["2026-11-27 10:00|2026-11-27 10:30|Budget|Room 4"]
    result = run("meetings", "cancel", "v1")
    assert f"your calendar: changed in {tmp_path}/own\n" in result.stderr
    (kept,) = (tmp_path / "own").glob("*.ics")
    assert read(kept.read_bytes())[0].cancelled
    assert len(post.seen) == 2


@pytest.mark.parametrize(
    ("typed", "code", "error"),
    [
        (["move", "v1"], 2, 'move it how? --when "fri 10:00", --for 1h or --where TEXT.'),
        (["move", "v1", "--when", "soon"], 2, '--when "soon" is not a time. Write it like "thu 15:00"'),
        (["move", "v1", "--when", "fri"], 2, '--when "fri" has no clock time. Write it like "thu 15:00"'),
        (["move", "v1", "--for", "0m"], 2, '--for "0m" is not a length. Write 45m, 1h30 or "90 minutes".'),
        (["move", "v1", "--for", "400h"], 2, '--for "400h" is not a length. Write 45m, 1h30 or "90 minutes".'),
        (["move", "v2", "--for", "1h"], 3, "there is no meeting v2."),
        (["cancel", "d1"], 3, '"d1" is not written like v3.'),
    ],
)
def test_what_cannot_be_is_one_sentence(post: Post, typed: list[str], code: int, error: str):
    result = run("meetings", *typed)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith(f"error: {error}")
    assert (post.seen, len(drafts())) == ([], 1)


@pytest.mark.parametrize("words", [("move", "v2", "--when", "fri 10:00"), ("cancel", "v2")])
def test_a_meeting_that_was_never_sent_is_neither_moved_nor_cancelled(post: Post, words: tuple[str, ...]):
    post.answers = ["save"]
    run("invite", "inbox.mbox", "1")
    result = run("meetings", *words)
    assert (result.exit_code, len(drafts())) == (3, 2)
    assert result.stderr == (
        "error: v2 was never sent: there is nothing to change yet.\n"
        "  llama-agent outbox send d2  shows the draft, asks, and can edit it\n"
        "  llama-agent outbox drop d2  removes it\n"
    )


def test_what_nobody_knows_the_end_of_comes_first(post: Post):
    post.answers = ["lost"]
    assert run("meetings", "move", "v1", "--when", "fri 10:00").exit_code == 7
    assert f"v1  {FIRST}  Budget  not known whether the last mail arrived\n" in run("meetings", "list").stdout
    for words in (("move", "v1", "--for", "1h"), ("cancel", "v1")):
        result = run("meetings", *words)
        assert (result.exit_code, len(drafts())) == (7, 2)
        assert result.stderr == (
            "error: of v1 a mail may have arrived or not (d2): settle that first.\n"
            "  llama-agent outbox send d2          sends it again, after a word of yours\n"
            "  llama-agent outbox drop d2 --force  takes it as never sent\n"
        )


def test_a_meeting_made_under_another_address_is_not_changed_under_this_one(post: Post):
    configure(
        smtp='[smtp]\nhost = "127.0.0.1"\nport = 2525\nsecurity = "none"\nsender = "ada@other.example"\n',
    )
    result = run("meetings", "cancel", "v1")
    assert (result.exit_code, post.seen) == (2, [])
    assert result.stderr == "error: v1 was made as ada@example.org, and you send as ada@other.example.\n"


def test_a_no_leaves_the_meeting_as_it_was(post: Post):
    post.answers = ["no"]
    assert run("meetings", "cancel", "v1").exit_code == 7
    assert run("meetings", "list").stdout.startswith(f"v1  {FIRST}  Budget\n")
    assert drafts() == [("d1", "invitation", "sent"), ("d2", "cancellation", "draft")]


@pytest.mark.parametrize(
    ("typed", "answers", "sequence", "before"),
    [
        (["--where", "Room 5"], ("", "2026-11-30 9:00", "", "", ""), 1, True),
        (["--when", "fri 10:00"], ("", "2026-11-27 14:00", "", "", ""), 0, False),
    ],
)
def test_an_edited_change_counts_from_what_was_sent(
    post: Post,
    monkeypatch: pytest.MonkeyPatch,
    typed: list[str],
    answers: tuple[str, ...],
    sequence: int,
    before: bool,
):
    post.answers = ["edit"]
    asked = typing(monkeypatch, *answers)
    assert run("meetings", "move", "v1", *typed).exit_code == 0
    assert not [question for question in asked if question.startswith("To")]
    draft = post.seen[1]
    assert (draft.handle, draft.what, draft.sequence, event_in(draft).sequence) == ("d2", "update", sequence, sequence)
    mail = email.message_from_bytes(draft.data)
    text = mail.get_payload()[0].get_payload()[0].get_payload(decode=True).decode()
    assert ("Before  Fri 27 Nov 2026 14:00-14:30" in text) == before
    assert mail["In-Reply-To"] == email.message_from_bytes(Outbox().get(1).data)["Message-ID"]


def test_a_cancellation_cannot_be_edited(post: Post):
    post.answers = ["edit"]
    result = run("meetings", "cancel", "v1")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "this cannot be edited; it is kept as d2\n")
    assert drafts() == [("d1", "invitation", "sent"), ("d2", "cancellation", "draft")]
