"""Answers found in a mailbox: which count, and how much they are worth."""

from datetime import timedelta
from pathlib import Path

import pytest

from agent.calendar.meetings import meetings
from agent.commands import replies
from agent.outbox import Outbox
from agent.session import open_session
from tests.commands.posts import NOW, Post, calendar_mail, mailed, posting, run, write
from tests.commands.test_meetings import answer

EVE = "eve@skarvika.example"


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Post:
    """Let Eve be invited to v1."""
    post = posting(monkeypatch, tmp_path)
    assert run("invite", write(tmp_path, mailed(1)), "1").exit_code == 0
    return post


def kept(*mails: bytes) -> list[tuple[str, str, int, str]]:
    """Read these mails, and return what is kept then."""
    name = write(Path(), *mails)
    with open_session() as session:
        replies.keep(session, session.open(name), meetings(Outbox().drafts()))
        found = session.store.replies(uid())
    return [(each.attendee, each.partstat, each.sequence, each.believed) for each in found]


def uid() -> str:
    return Outbox().get(1).uid


def dated(number: int, ics: bytes, date: str) -> bytes:
    old = f"Date: Tue, 24 Nov 2026 11:{number:02}:00 +0100".encode()
    return calendar_mail(number, ics).replace(old, f"Date: {date}".encode())


@pytest.mark.usefixtures("post")
def test_an_answer_of_somebody_invited_counts_as_claimed():
    assert kept(calendar_mail(1, answer(uid()))) == [(EVE, "ACCEPTED", 0, "claimed")]


@pytest.mark.usefixtures("post")
@pytest.mark.parametrize(
    ("sender", "who", "sequence", "other"),
    [
        ("From: Eve Adler <mallory@evil.example>", EVE, 0, ""),
        ("From: Mallory <mallory@evil.example>", "mallory@evil.example", 0, ""),
        ("From: Eve <eve@skarvika.example>", "dan@example.com", 0, ""),
        ("From: Eve <eve@skarvika.example>", EVE, 1, ""),
        ("From: Eve <eve@skarvika.example>", EVE, 0, "x"),
    ],
    ids=["somebody else's From", "not invited", "for somebody else", "a revision there is not", "another UID"],
)
def test_what_does_not_count(sender: str, who: str, sequence: int, other: str):
    assert kept(calendar_mail(1, answer(uid() + other, who, sequence=sequence), sender=sender)) == []


@pytest.mark.usefixtures("post")
def test_what_is_no_answer_or_no_calendar_is_passed_over():
    ics = answer(uid())
    nonsense = [
        calendar_mail(1, ics.replace(b"REPLY", b"COUNTER")),
        calendar_mail(2, ics.replace(b"REPLY", b"REQUEST")),
        calendar_mail(3, ics[:120]),
        calendar_mail(4, b"\xff\x00" * 500),
        mailed(5, "text/calendar is a word here\n"),
        calendar_mail(
            6, ics.replace(b"END:VEVENT", b"ATTENDEE;PARTSTAT=DECLINED:mailto:dan@example.com\r\nEND:VEVENT")
        ),
    ]
    assert kept(*nonsense) == []


@pytest.mark.usefixtures("post")
def test_a_later_answer_takes_the_place_of_an_earlier_one_in_whatever_order_they_lie():
    first, second = answer(uid()), answer(uid(), partstat="DECLINED").replace(b"20261124T100000Z", b"20261124T120000Z")
    assert kept(calendar_mail(1, first), calendar_mail(2, second)) == [(EVE, "DECLINED", 0, "claimed")]
    assert kept(calendar_mail(1, second), calendar_mail(2, first)) == [(EVE, "DECLINED", 0, "claimed")]


@pytest.mark.usefixtures("post")
@pytest.mark.parametrize(
    ("date", "counts"),
    [
        ("Mon, 23 Nov 2026 20:30:00 -0800", True),  # 05:30 on the day of the invitation, here
        ("Tue, 24 Nov 2026 00:10:00 -1000", True),
        ("Sun, 22 Nov 2026 09:00:00 +0100", False),
    ],
)
def test_mail_from_before_the_invitation_is_not_read(date: str, counts: bool):
    assert bool(kept(dated(1, answer(uid()), date))) == counts


def test_an_answer_from_before_a_move_is_still_read(post: Post, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tests.commands.posts.NOW", NOW + timedelta(days=10))
    assert run("meetings", "move", "v1", "--when", "2026-12-11 10:00").exit_code == 0
    assert len(post.seen) == 2
    assert kept(calendar_mail(1, answer(uid()))) == [(EVE, "ACCEPTED", 0, "claimed")]
    assert "Eve Adler: accepted (before it was moved), as a mail in their name says" in run("meetings", "list").stdout
