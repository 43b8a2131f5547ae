"""Meetings as mail: its structure, its headers and its words."""

import email
import email.policy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.calendar import imip, itip
from agent.calendar.check import check_mail
from agent.calendar.event import Event, Person
from tests.calendar.calendars import EVENT

STAMP = datetime(2026, 11, 20, 9, tzinfo=UTC)
WHOLE = replace(EVENT, start=date(2026, 11, 26), end=date(2026, 11, 27))
TEXTS = st.text(st.characters() | st.sampled_from(' ,;:"\\()<>[]@.=?äß陈🎉\r\n\u2028'), max_size=250)


def mail(event: Event = EVENT, **changes: Any) -> bytes:
    subject, text = imip.wording(event, "REQUEST")
    given = {
        "ics": itip.request(event, STAMP),
        "method": "REQUEST",
        "subject": subject,
        "text": text,
        "sender": event.organizer,
        "recipients": event.attendees,
        "date": STAMP,
        "message_id": "<m1@example.org>",
    }
    return imip.mail(**(given | changes))


def test_an_invitation_is_built_as_mail_programs_take_it():
    found = email.message_from_bytes(mail(), policy=email.policy.default)
    mixed, alternative, text, calendar, file = found.walk()
    assert [part.get_content_type() for part in (mixed, alternative, text, calendar, file)] == [
        *("multipart/mixed", "multipart/alternative", "text/plain", "text/calendar", "application/ics"),
    ]
    assert dict(calendar["Content-Type"].params) == {"charset": "utf-8", "method": "REQUEST"}
    assert calendar["Content-Disposition"] is None
    assert (file.get_filename(), file.get_payload(decode=True)) == ("invite.ics", itip.request(EVENT, STAMP))
    assert calendar.get_payload(decode=True) == itip.request(EVENT, STAMP)
    assert {part["Content-Transfer-Encoding"] for part in (text, calendar, file)} == {"base64"}
    assert dict(found.items()) | {"Content-Type": ""} == {
        "From": "Ada Lindqvist <ada@example.org>",
        "To": "Bob Jones <bob@x.example>, eve@y.example",
        "Subject": "Invitation: Review - Thu 26 Nov 2026 15:00-15:30 (Europe/Berlin)",
        "Date": "Fri, 20 Nov 2026 09:00:00 +0000",
        "Message-ID": "<m1@example.org>",
        "MIME-Version": "1.0",
        "Content-Type": "",
    }


def test_a_mail_is_ascii_and_its_lines_end_in_crlf():
    made = mail(replace(EVENT, title="Größe 陈思远 🎉", note="ä\nö" * 500))
    assert made.isascii()
    assert b"\n" not in made.replace(b"\r\n", b"")
    assert max(map(len, made.split(b"\r\n"))) <= 78


def test_a_mail_joins_the_thread_and_ids_that_are_none_are_left_out():
    made = mail(
        in_reply_to="<a@x.example>", references=["<a@x.example>", "no id", "<b\r\nBcc: c@x.example>", "<d@x.example>"]
    )
    found = email.message_from_bytes(made)
    assert (found["In-Reply-To"], found["References"]) == ("<a@x.example>", "<a@x.example>\r\n <d@x.example>")
    assert "In-Reply-To" not in email.message_from_bytes(mail(in_reply_to="<a@x.example>\r\nBcc: c@x.example"))
    long = [f"<{number}@x.example>" for number in range(99)]
    assert email.message_from_bytes(mail(references=long))["References"].split() == [long[0], *long[-19:]]


@pytest.mark.parametrize(
    "change",
    [
        {"message_id": ""},
        {"message_id": "<a@b>\r\nBcc: c@x.example"},
        {"sender": Person("ada@example.org>, c@x.example")},
        {"recipients": (Person("bob@x.example\r\nBcc: c@x.example"),)},
        {"recipients": (Person("bob"),)},
    ],
)
def test_what_would_be_another_header_is_refused(change: dict[str, Any]):
    with pytest.raises(ValueError, match="none"):
        mail(**change)


def test_a_subject_that_once_became_a_header_is_a_subject():
    made = mail(replace(EVENT, title="=?utf-8?q?a=0ABcc=3A_x=40evil.example?="))
    assert "Bcc" not in email.message_from_bytes(made)
    assert check_mail(made, "ada@example.org", ["bob@x.example", "eve@y.example"], STAMP) == []


@given(TEXTS, TEXTS, TEXTS)
def test_whatever_names_and_titles_hold_the_mail_is_right(title: str, name: str, note: str):
    people = (Person("bob@x.example", name), Person("eve@y.example", name[::-1]))
    event = replace(EVENT, title=f"x{title}", organizer=Person("ada@example.org", name), attendees=people, note=note)
    assert check_mail(mail(event), "ada@example.org", ["bob@x.example", "eve@y.example"], STAMP) == []


def test_an_invitation_says_what_when_where_and_who():
    event = replace(EVENT, location="Room 4", note="Bring the plans.\nBoth.", rule="FREQ=WEEKLY;COUNT=3")
    assert imip.wording(event, "REQUEST")[1] == (
        "Ada Lindqvist <ada@example.org> invites you to:\n"
        "\n"
        "  What    Review\n"
        "  When    Thu 26 Nov 2026 15:00-15:30 (Europe/Berlin)\n"
        "  In UTC  Thu 26 Nov 2026 14:00-14:30 (UTC)\n"
        "  Again   every week, 3 times\n"
        "  Where   Room 4\n"
        "  Who     Ada Lindqvist <ada@example.org>, who invites\n"
        "          Bob Jones <bob@x.example>\n"
        "          eve@y.example\n"
        "\n"
        "Bring the plans.\n"
        "Both.\n"
        "\n"
        "Your calendar program can answer the attached invitation; so can a reply to this mail.\n"
    )


def test_a_change_says_when_it_was_before():
    before = replace(EVENT, start=EVENT.start - timedelta(days=1), end=EVENT.end - timedelta(days=1))
    subject, text = imip.wording(EVENT, "UPDATE", before=before)
    assert subject == "Updated: Review - Thu 26 Nov 2026 15:00-15:30 (Europe/Berlin)"
    assert text.startswith("Ada Lindqvist <ada@example.org> has changed this meeting:\n")
    assert "\n  Before  Wed 25 Nov 2026 15:00-15:30 (Europe/Berlin)\n" in text
    assert "Before" not in imip.wording(EVENT, "UPDATE", before=replace(EVENT, title="Other"))[1]


def test_a_cancellation_asks_for_no_answer():
    subject, text = imip.wording(EVENT, "CANCEL")
    assert subject == "Cancelled: Review - Thu 26 Nov 2026 15:00-15:30 (Europe/Berlin)"
    assert text.startswith("Ada Lindqvist <ada@example.org> has cancelled this meeting:\n")
    assert "answer" not in text


@pytest.mark.parametrize(
    ("event", "when"),
    [
        (WHOLE, "Thu 26 Nov 2026, the whole day"),
        (replace(WHOLE, end=date(2026, 11, 29)), "Thu 26 Nov 2026 to Sat 28 Nov 2026"),
        (replace(EVENT, zone="Asia/Tokyo"), "Thu 26 Nov 2026 23:00-23:30 (Asia/Tokyo)"),
        (
            replace(EVENT, end=datetime(2026, 11, 27, 1, tzinfo=ZoneInfo("Europe/Berlin"))),
            "Thu 26 Nov 2026 15:00-Fri 27 Nov 2026 01:00 (Europe/Berlin)",
        ),
    ],
)
def test_times_are_told_in_the_zone_of_the_meeting(event: Event, when: str):
    assert imip.wording(event, "REQUEST")[0] == f"Invitation: Review - {when}"
    assert check_mail(mail(event), "ada@example.org", ["bob@x.example", "eve@y.example"], STAMP) == []


def test_a_note_cannot_pose_as_one_of_our_lines():
    text = imip.wording(replace(EVENT, title="a\n  When    never", note="  When    never"), "REQUEST")[1]
    assert "\n  When    never" not in text


@pytest.mark.parametrize(
    ("partstat", "subject", "says"),
    [
        ("ACCEPTED", "Accepted: Review", "accepts"),
        ("DECLINED", "Declined: Review", "declines"),
        ("TENTATIVE", "Tentative: Review", "may come to"),
    ],
)
def test_an_answer_says_what_it_is(partstat: Any, subject: str, says: str):
    assert imip.answer_wording("Review", "Thu", Person("ada@example.org", "Ada"), partstat) == (
        subject,
        f"Ada <ada@example.org> {says} the invitation:\n\n  What   Review\n  When   Thu\n",
    )


def test_a_name_in_an_answer_is_one_line():
    text = imip.answer_wording("Review", "Thu", Person("ada@example.org", "Ada\r\n\x1b[2J"), "ACCEPTED")[1]
    assert text.startswith("Ada [2J <ada@example.org> accepts the invitation:\n")
