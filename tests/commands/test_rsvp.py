"""`llama-agent rsvp`: answering an invitation, whoever wrote it."""

import email
from pathlib import Path

import pytest

from agent.calendar.folder import put
from agent.calendar.reading import attached, read
from agent.outbox import Recipient
from tests.calendar.calendars import BERLIN, calendar, event, khal_list
from tests.commands.posts import Post, calendar_mail, configure, drafts, mailed, posting, run, write

ORGANIZER, ME = "ORGANIZER;CN=Eve Adler:mailto:eve@skarvika.example", "ATTENDEE;RSVP=TRUE:mailto:ada@example.org"
SAID = "from message 1, Eve Adler: Review, Thu 26 Nov 2026, 15:00-16:00 Europe/Berlin, 14:00 UTC (in 2 days)\n"


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Post:
    return posting(monkeypatch, tmp_path)


def invitation(*lines: str, uid: str = "u1@x.example", title: str = "Review", method: str = "REQUEST") -> bytes:
    return calendar(BERLIN, event(uid, *(lines or (ORGANIZER, ME, "SEQUENCE:3")), title=title), method=method)


@pytest.mark.parametrize(
    ("word", "partstat", "subject"),
    [("yes", "ACCEPTED", "Accepted"), ("no", "DECLINED", "Declined"), ("Maybe", "TENTATIVE", "Tentative")],
)
def test_the_organizer_gets_the_answer(post: Post, tmp_path: Path, word: str, partstat: str, subject: str):
    result = run("rsvp", write(tmp_path, calendar_mail(1, invitation())), "1", word)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "sent to 1 person  (e1)\n", SAID)
    (draft,) = post.seen
    assert draft.recipients == (Recipient("eve@skarvika.example", "Eve Adler", "sender of 1"),)
    (reply,) = [each for ics in attached(draft.data) for each in read(ics)]
    assert (reply.method, reply.uid.raw, reply.sequence) == ("REPLY", "u1@x.example", 3)
    assert [(each.address.raw, said) for each, said in reply.attendees] == [("ada@example.org", partstat)]
    mail = email.message_from_bytes(draft.data)
    assert (mail["Subject"], mail["In-Reply-To"]) == (f"{subject}: Review", "<c1@x.example>")


def test_an_organizer_who_is_not_the_sender_is_somebody_new(post: Post, tmp_path: Path):
    lines = ("ORGANIZER;CN=Eve Adler:mailto:mallory@evil.example", ME)
    run("rsvp", write(tmp_path, calendar_mail(1, invitation(*lines))), "1", "yes")
    assert post.seen[0].recipients == (Recipient("mallory@evil.example", "Eve Adler", "organizer named in 1"),)


@pytest.mark.parametrize(("word", "there"), [("yes", 1), ("maybe", 1), ("no", 0)])
def test_yes_and_maybe_put_it_into_the_own_calendar(post: Post, tmp_path: Path, word: str, there: int):
    configure(f'[calendar]\nfolder = "{tmp_path}/own"\n')
    run("rsvp", write(tmp_path, calendar_mail(1, invitation())), "1", word)
    listed = khal_list(tmp_path / "own") if (tmp_path / "own").exists() else []
    assert listed == ["2026-11-26 15:00|2026-11-26 16:00|Review|"] * there
    assert len(post.seen) == 1


def test_one_yes_puts_no_other_event_into_the_calendar(post: Post, tmp_path: Path):
    configure(f'[calendar]\nfolder = "{tmp_path}/own"\n')
    several = [event(uid, ORGANIZER, ME, title=uid) for uid in ("shown", "hidden", "other")]
    result = run("rsvp", write(tmp_path, calendar_mail(1, calendar(*several, method="REQUEST"))), "1", "yes")
    assert result.stderr.endswith(f"your calendar: added in {tmp_path}/own\n")
    assert [each.name for each in (tmp_path / "own").glob("*.ics")] == ["shown.ics"]
    assert len(post.seen) == 1


def test_what_is_kept_rings_runs_and_loads_nothing(post: Post, tmp_path: Path):
    configure(f'[calendar]\nfolder = "{tmp_path}/own"\n')
    alarm = "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT15M\nEND:VALARM"
    lines = (ORGANIZER, ME, "ATTACH:https://evil.example/track", alarm)
    run("rsvp", write(tmp_path, calendar_mail(1, invitation(*lines))), "1", "yes")
    kept = next((tmp_path / "own").glob("*.ics")).read_text()
    assert not [word for word in ("ATTACH:", "VALARM", "METHOD") if word in kept]
    assert len(post.seen) == 1


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (("ORGANIZER:mailto:bob@x.example", "SEQUENCE:1"), "somebody else's event of that name is there"),
        ((ORGANIZER, "SEQUENCE:9"), "what is there is newer"),
    ],
)
def test_an_invitation_takes_the_place_of_nothing_it_may_not(
    post: Post, tmp_path: Path, lines: tuple[str, ...], why: str
):
    configure(f'[calendar]\nfolder = "{tmp_path}/own"\n')
    put(tmp_path / "own", "u1@x.example", calendar(event("u1@x.example", *lines, title="Kept")))
    result = run("rsvp", write(tmp_path, calendar_mail(1, invitation())), "1", "yes")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (0, f"your calendar: not changed, {why}")
    assert khal_list(tmp_path / "own") == ["2026-11-26 15:00|2026-11-26 16:00|Kept|"]
    assert len(post.seen) == 1


def test_what_else_is_on_then_is_said(post: Post, tmp_path: Path):
    configure(f'[calendar]\nfolder = "{tmp_path}/own"\n')
    put(tmp_path / "own", "other", calendar(event("other", title="Dentist")))
    result = run("rsvp", write(tmp_path, calendar_mail(1, invitation())), "1", "no")
    assert result.stderr == SAID + (
        "you are busy then: Dentist, Thu 26 Nov 2026, 15:00-16:00 Europe/Berlin, 14:00 UTC (in 2 days)\n"
    )
    assert len(post.seen) == 1


def test_a_calendar_that_cannot_be_looked_at_is_said(post: Post, tmp_path: Path):
    configure(f'[calendar]\nread = ["{tmp_path}/gone"]\n')
    result = run("rsvp", write(tmp_path, calendar_mail(1, invitation())), "1", "no")
    assert result.stderr == SAID + f"the calendar {tmp_path}/gone could not be read: No such file or directory.\n"
    assert len(post.seen) == 1


def test_an_invitation_of_many_years_can_be_answered(post: Post, tmp_path: Path):
    configure(f'[calendar]\nfolder = "{tmp_path}/own"\n')
    put(tmp_path / "own", "other", calendar(event("other", title="Dentist")))
    years = invitation(ORGANIZER, ME, "DTSTART:20261126T000000Z", "DTEND:20961126T000000Z")
    result = run("rsvp", write(tmp_path, calendar_mail(1, years)), "1", "no")
    assert (result.exit_code, len(post.seen)) == (0, 1)
    assert "you are busy then: Dentist, Thu 26 Nov 2026, 15:00-16:00" in result.stderr


def test_an_answer_of_somebody_who_is_not_invited_is_noted(post: Post, tmp_path: Path):
    configure(smtp=f'me = ["ada@example.org", "Ada@Work.example"]\n{_SMTP}')
    other = write(tmp_path, calendar_mail(1, invitation(ORGANIZER, "ATTENDEE:mailto:ada@work.example")))
    unknown = "the organizer may not know what to do with it\n"
    said = f"Ada@Work.example is invited, and you answer as ada@example.org; {unknown}"
    assert run("rsvp", other, "1", "no").stderr.startswith(said)
    nobody = write(tmp_path, calendar_mail(2, invitation(ORGANIZER, "ATTENDEE:mailto:bob@x.example")))
    assert run("rsvp", nobody, "1", "no").stderr.startswith(f"ada@example.org is not among those invited; {unknown}")
    assert len(post.seen) == 2


_SMTP = '[smtp]\nhost = "127.0.0.1"\nport = 2525\nsecurity = "none"\nsender = "ada@example.org"\n'


@pytest.mark.parametrize(
    ("ics", "error"),
    [
        (invitation(method="CANCEL"), "this cancels a meeting: there is nothing to answer."),
        (
            invitation("ORGANIZER:mailto:bob@x.example", ME, method="CANCEL"),
            "this says a meeting is cancelled, and is not from who made it: nothing is done.",
        ),
        (invitation(method="REPLY"), "this is no invitation: what is attached asks for no answer."),
        (invitation(method=""), "this is no invitation: what is attached asks for no answer."),
        (b"BEGIN:VCALENDAR\r\nnonsense", "no invitation is attached to this message."),
        (invitation(ME), "this invitation names no organizer who can be written to."),
        (
            invitation("ORGANIZER:mailto:eve@x.example\\nBcc:all@x.example", ME),
            "this invitation names no organizer who can be written to.",
        ),
        (
            invitation("ORGANIZER:mailto:ada@example.org", ME),
            "this is your own invitation: llama-agent meetings list shows who answered it.",
        ),
        (
            invitation(ORGANIZER, ME, "DTSTART:99999999T999999Z"),
            "this invitation cannot be answered: it has no time that can be read.",
        ),
        (
            invitation(uid=""),
            "this invitation cannot be answered: it has no UID, or one that cannot be written.",
        ),
        (
            invitation(uid="x" * 300),
            "this invitation cannot be answered: it has no UID, or one that cannot be written.",
        ),
    ],
)
def test_what_cannot_be_answered_is_one_sentence(post: Post, tmp_path: Path, ics: bytes, error: str):
    result = run("rsvp", write(tmp_path, calendar_mail(1, ics)), "1", "yes")
    assert (result.exit_code, result.stdout, post.seen, drafts()) == (3, "", [], [])
    assert result.stderr.splitlines()[-1] == f"error: {error}"


def test_a_message_without_a_calendar_has_nothing_to_answer(post: Post, tmp_path: Path):
    result = run("rsvp", write(tmp_path, mailed(1)), "1", "yes")
    assert (result.exit_code, result.stderr) == (3, "error: no invitation is attached to this message.\n")
    assert post.seen == []


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("inbox.mbox", "1"), 'error: "1" is no answer. Write yes, no or maybe after the message.\n'),
        (
            ("inbox.mbox", "yes"),
            "error: which message? Name one.\n  llama-agent rsvp inbox.mbox 9 yes  answers row 9\n",
        ),
        (
            ("inbox.mbox", "1", "2", "yes"),
            "error: which message? Name one.\n  llama-agent rsvp inbox.mbox 9 yes  answers row 9\n",
        ),
    ],
)
def test_one_message_and_one_answer_are_meant(post: Post, tmp_path: Path, words: tuple[str, ...], error: str):
    write(tmp_path, calendar_mail(1, invitation()), calendar_mail(2, invitation()))
    result = run("rsvp", *words)
    assert (result.exit_code, result.stderr, post.seen) == (2, error, [])


def test_nothing_is_sent_or_kept_in_a_dry_run(post: Post, tmp_path: Path):
    configure(f'[calendar]\nfolder = "{tmp_path}/own"\n')
    result = run("rsvp", write(tmp_path, calendar_mail(1, invitation())), "1", "yes", "--dry-run")
    assert (result.exit_code, post.seen, drafts(), (tmp_path / "own").exists()) == (0, [], [], False)
    assert result.stdout.startswith("to       eve@skarvika.example  sender of 1  (Eve Adler)\n")
    assert result.stderr == SAID + "dry run: nothing was kept or sent\n"


def test_a_no_of_the_user_changes_no_calendar(post: Post, tmp_path: Path):
    configure(f'[calendar]\nfolder = "{tmp_path}/own"\n')
    post.answers = ["no"]
    result = run("rsvp", write(tmp_path, calendar_mail(1, invitation())), "1", "yes")
    assert (result.exit_code, drafts(), (tmp_path / "own").exists()) == (7, [("d1", "answer", "draft")], False)


def test_an_answer_sent_later_keeps_the_invitation_then(post: Post, tmp_path: Path):
    configure(f'[calendar]\nfolder = "{tmp_path}/own"\n')
    post.answers = ["no"]
    inbox = write(tmp_path, calendar_mail(1, invitation()))
    run("rsvp", inbox, "1", "yes")
    assert run("outbox", "send", "d1").stderr == f"your calendar: added in {tmp_path}/own\n"
    assert khal_list(tmp_path / "own") == ["2026-11-26 15:00|2026-11-26 16:00|Review|"]


def test_an_answer_sent_after_the_message_is_gone_is_sent_all_the_same(post: Post, tmp_path: Path):
    configure(f'[calendar]\nfolder = "{tmp_path}/own"\n')
    post.answers = ["no"]
    run("rsvp", write(tmp_path, calendar_mail(1, invitation())), "1", "yes")
    write(tmp_path, mailed(5))
    result = run("outbox", "send", "d1")
    assert (result.exit_code, result.stdout) == (0, "sent to 1 person  (e1)\n")
    assert result.stderr == "the invitation is no longer in its mailbox: it was not put into your calendar\n"
    (tmp_path / "inbox.mbox").unlink()
    post.answers = ["no"]


def test_a_hostile_title_and_name_reach_no_screen_and_no_header(post: Post, tmp_path: Path):
    lines = ('ORGANIZER;CN="ada@example.org^n\x1b[2J":mailto:eve@skarvika.example', ME)
    title = "Review\\nBcc: all@evil.example\x1b[31m\u202e"
    result = run("rsvp", write(tmp_path, calendar_mail(1, invitation(*lines, title=title))), "1", "yes")
    assert (result.exit_code, [char for char in "\x1b\u202e" if char in result.stderr + result.stdout]) == (0, [])
    mail = email.message_from_bytes(post.seen[0].data)
    assert (mail["Bcc"], mail["To"]) == (None, "eve@skarvika.example")
