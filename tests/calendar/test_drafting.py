"""From a meeting to the draft of a mail and back: what the draft says of its mail is what the mail says."""

import email
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.calendar import drafting, itip, reading
from agent.calendar.check import check_itip, check_mail
from agent.calendar.event import Event, Person, fit
from agent.mail.addresses import NOBODY
from agent.mail.message import Head
from agent.mail.origin import Origin, new_id, origin
from agent.outbox import Draft, Recipient
from agent.text import Untrusted
from tests.calendar.calendars import EVENT, calendar, event

NOW = datetime(2026, 11, 20, 9, tzinfo=ZoneInfo("Europe/Berlin"))
PEOPLE = (Recipient("bob@x.example", "Bob Jones", "sender of 7"), Recipient("eve@y.example", "", "typed by you"))
NOWHERE = Origin()


def draft(event: Event = EVENT, kind: drafting.Kind = "REQUEST", origin: Origin = NOWHERE, **more: object) -> Draft:
    return drafting.draft(event, kind, PEOPLE, NOW, origin, **more)  # type: ignore[arg-type]


def head(message_id: str, *references: str) -> Head:
    return Head(
        where="0",
        size=1,
        date=None,
        date_source="none",
        sender=NOBODY,
        to=(),
        cc=(),
        subject=Untrusted(""),
        message_id=Untrusted(message_id),
        in_reply_to=Untrusted(""),
        references=tuple(map(Untrusted, references)),
    )


def problems(kept: Draft) -> list[str]:
    return [each.rule for each in check_mail(kept.data, kept.sender, [each.address for each in kept.recipients], NOW)]


def test_a_draft_says_what_its_mail_is():
    made = draft(origin=Origin("mabc", "/mail", "<a@x.example>"), words="Thursday\n15:00", meeting=3)
    assert replace(made, data=b"") == Draft(
        what="invitation",
        title="Review",
        sender="ada@example.org",
        recipients=PEOPLE,
        data=b"",
        uid="1@example.org",
        sequence=0,
        meeting=3,
        zone="Europe/Berlin",
        words="Thursday 15:00",
        source="mabc",
        mailbox="/mail",
        created=NOW,
    )
    assert problems(made) == []


@pytest.mark.parametrize(
    ("kind", "what", "method", "subject"),
    [
        ("REQUEST", "invitation", "REQUEST", "Invitation: "),
        ("UPDATE", "update", "REQUEST", "Updated: "),
        ("CANCEL", "cancellation", "CANCEL", "Cancelled: "),
    ],
)
def test_each_kind_of_mail_has_its_method(kind: drafting.Kind, what: str, method: str, subject: str):
    made = draft(replace(EVENT, sequence=2), kind, before=EVENT)
    (found,) = reading.read(drafting.object_in(made))
    assert (made.what, found.method, found.sequence, made.sequence) == (what, method, 2, 2)
    assert email.message_from_bytes(made.data)["Subject"].startswith(subject)
    assert problems(made) == []


def test_one_person_is_told_of_the_end_of_their_part_alone():
    kept = drafting.draft(EVENT, "CANCEL", PEOPLE[:1], NOW, NOWHERE, only=EVENT.attendees[:1])
    (found,) = reading.read(drafting.object_in(kept))
    assert [each.address.raw for each, _ in found.attendees] == ["bob@x.example"]
    assert (found.cancelled, problems(kept)) == (False, [])


def test_two_mails_never_have_the_same_id_and_none_names_this_computer():
    ids = {email.message_from_bytes(draft().data)["Message-ID"] for _ in range(9)}
    assert len(ids) == 9
    assert {each.rpartition("@")[2] for each in ids} == {"example.org>"}
    assert new_id("ada@example.org") != new_id("ada@example.org")


def test_a_mail_joins_the_thread_it_comes_from():
    came_from = origin(head("c@x.example", "<a@x.example>", " <b@x.example> "), "/mail")
    assert came_from.message_id == "<c@x.example>"
    found = email.message_from_bytes(draft(origin=came_from).data)
    assert found["In-Reply-To"] == "<c@x.example>"
    assert found["References"].split() == ["<a@x.example>", "<b@x.example>", "<c@x.example>"]


@pytest.mark.parametrize(
    "hostile",
    [
        *("", "<>", "a b", "<a b@x.example>", "<ä@x.example>", "a>\r\nBcc: mallory@evil.example", "<a\x00@x.example>"),
        *("<a@x.example><b@x.example>", "<" + "a" * 300 + ">", "<a@x.example>\r\n\r\nbody", "=?utf-8?q?=0ABcc:_x?="),
    ],
)
def test_an_id_of_a_thread_cannot_add_a_header(hostile: str):
    kept = draft(origin=origin(head(hostile, hostile, "<a@x.example>"), "/mail"))
    found = email.message_from_bytes(kept.data)
    assert problems(kept) == []
    assert "<a@x.example>" in found["References"]
    assert "Bcc" not in found
    assert found.get_payload(0) is not None


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("<>@\r\n a=?\udcff"), max_size=80))
def test_whatever_an_id_holds_the_mail_is_right(hostile: str):
    assert problems(draft(origin=origin(head(hostile, hostile), "/mail"))) == []


WEEKLY = replace(EVENT, rule="FREQ=WEEKLY;COUNT=30;BYDAY=TH")


@pytest.mark.parametrize(
    "event",
    [
        EVENT,
        replace(EVENT, location="Room 4; left", note="a\n\nb", sequence=3),
        replace(EVENT, start=date(2026, 11, 26), end=date(2026, 11, 28)),
        WEEKLY,
        replace(EVENT, start=datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1)),
    ],
)
def test_the_event_of_a_draft_is_the_event_it_was_made_of(event: Event):
    for kept in (draft(event), drafting.put(event, NOW)):
        assert drafting.event_in(kept) == event


TEXTS = st.text(st.characters() | st.sampled_from(' \\;,:"^n\r\n\u2028ß陈🎉'), max_size=120)


@given(TEXTS, TEXTS, TEXTS, TEXTS, st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)))
def test_whatever_is_in_it_an_event_comes_back_as_it_was_cleaned(
    title: str, place: str, note: str, name: str, start: datetime
):
    begin = start.replace(second=0, microsecond=0, tzinfo=UTC)
    made = replace(
        EVENT,
        title=f"x{title}",
        location=place,
        note=note,
        organizer=Person("ada@example.org", name),
        start=begin,
        end=begin + timedelta(minutes=30),
    )
    assert drafting.event_in(draft(made)) == fit(made)


def test_an_event_for_a_calendar_is_mailed_to_nobody():
    kept = drafting.put(EVENT, NOW)
    assert (kept.what, kept.sender, kept.recipients, kept.zone) == ("event", "", (), "Europe/Berlin")
    assert drafting.object_in(kept) == kept.data == itip.stored(EVENT, NOW)
    assert [each for each in check_itip(kept.data, NOW) if each.serious] == []
    assert b"STATUS:CANCELLED" in drafting.put(EVENT, NOW, cancelled=True).data


INVITED = calendar(
    event(
        "9@x.example",
        "SEQUENCE:4",
        "ORGANIZER;CN=Bob:mailto:bob@x.example",
        "ATTENDEE:mailto:ada@example.org",
        title="Lunch\\, late",
    ),
    method="REQUEST",
)


def test_an_answer_goes_to_who_invites_and_says_when_it_is():
    (invitation,) = reading.read(INVITED)
    ada, bob = Person("ada@example.org", "Ada"), Recipient("bob@x.example", "Bob", "who invites you")
    made = drafting.answer(invitation, ada, "ACCEPTED", bob, NOW, Origin("mabc", "/mail", "<a@x.example>"))
    assert replace(made, data=b"") == Draft(
        what="answer",
        title="Lunch, late",
        sender="ada@example.org",
        recipients=(bob,),
        data=b"",
        uid="9@x.example",
        sequence=4,
        source="mabc",
        mailbox="/mail",
        created=NOW,
    )
    text = next(email.message_from_bytes(made.data).walk()).get_payload(0).get_payload(0).get_payload(decode=True)  # type: ignore[union-attr]
    assert text.decode().replace("\r\n", "\n") == (
        "Ada <ada@example.org> accepts the invitation:\n\n"
        "  What   Lunch, late\n"
        "  When   Thu 26 Nov 2026, 15:00-16:00 Europe/Berlin, 14:00 UTC\n"
    )
    assert problems(made) == []


@pytest.mark.parametrize("data", [b"", b"Subject: x\r\n\r\nno calendar", b"\xff" * 99])
def test_a_mail_without_a_calendar_has_no_event(data: bytes):
    with pytest.raises(ValueError, match="calendar"):
        drafting.event_in(replace(draft(), data=data))


@pytest.mark.parametrize("data", [b"", calendar(event("1"), event("2")), calendar(event("1", "DTSTART:soon"))])
def test_an_object_without_one_event_and_its_time_is_no_event(data: bytes):
    with pytest.raises(ValueError, match="event"):
        drafting.event_in(replace(drafting.put(EVENT, NOW), data=data))


def test_what_no_invitation_may_say_is_no_draft():
    with pytest.raises(ValueError, match="ends before"):
        draft(replace(EVENT, end=EVENT.start))
