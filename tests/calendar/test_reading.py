"""What others send as invitations, answers and cancellations: read as it is written, and never refused."""

import builtins
import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.calendar.reading import Invitation, attached, read
from agent.mail.addresses import NOBODY
from tests.calendar.calendars import BERLIN

AT = "DTSTART:20261126T140000Z"
BEGIN = datetime(2026, 11, 26, 14, tzinfo=UTC)


def ics(*lines: str, method: str = "REQUEST", before: str = "") -> bytes:
    whole = [f"BEGIN:VCALENDAR\r\nMETHOD:{method}", *before.splitlines(), "BEGIN:VEVENT", *lines, "END:VEVENT"]
    return ("\r\n".join(whole) + "\r\nEND:VCALENDAR\r\n").encode("utf-8", "surrogateescape")


def only(*lines: str, method: str = "REQUEST", before: str = "") -> Invitation:
    (found,) = read(ics(*lines, method=method, before=before))
    return found


def test_everything_of_an_invitation_is_read():
    found = only(
        "UID: 1@x.example ",
        "SEQUENCE:2",
        "DTSTAMP:20261120T090000Z",
        AT,
        "DURATION:PT45M",
        "SUMMARY:Lunch\\, late\\nand long",
        "LOCATION:Room 4",
        "DESCRIPTION:a\\;b",
        "RRULE:FREQ=WEEKLY;COUNT=3",
        "RECURRENCE-ID:20261203T140000Z",
        "STATUS:cancelled",
        'ORGANIZER;CN="Jones, Bob";SENT-BY="mailto:Desk@x.example":MAILTO:Bob@X.example',
        "ATTENDEE;PARTSTAT=accepted;CN=Ada ^'the^' ^^ Lindqvist:mailto:ada@example.org",
        "ATTENDEE:mailto:eve@x.example",
    )
    assert (found.method, found.uid.raw, found.sequence) == ("REQUEST", "1@x.example", 2)
    assert found.stamp == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert (found.start, found.end, found.all_day) == (BEGIN, BEGIN.replace(minute=45), False)
    assert (found.title.raw, found.location.raw, found.note.raw) == ("Lunch, late\nand long", "Room 4", "a;b")
    assert (found.rule, found.instance, found.cancelled) == (
        "FREQ=WEEKLY;COUNT=3",
        BEGIN.replace(month=12, day=3),
        True,
    )
    assert (found.organizer.name.raw, found.organizer.address.raw) == ("Jones, Bob", "bob@x.example")
    assert found.sent_by.address.raw == "desk@x.example"
    assert [(each.name.raw, each.address.raw, partstat) for each, partstat in found.attendees] == [
        ('Ada "the" ^ Lindqvist', "ada@example.org", "ACCEPTED"),
        ("", "eve@x.example", "NEEDS-ACTION"),
    ]
    assert (found.partstat("ada@example.org"), found.partstat("bob@x.example")) == ("ACCEPTED", None)
    assert found.problems == ()


@pytest.mark.parametrize(
    ("line", "start"),
    [
        ("DTSTART;TZID=Europe/Berlin:20261126T150000", BEGIN),
        ("DTSTART;TZID=W. Europe Standard Time:20261126T150000", BEGIN),
        ('DTSTART;TZID="Eastern Standard Time":20261126T090000', BEGIN),
        ("DTSTART;TZID=/vendor.example/Europe/Berlin:20261126T150000", BEGIN),
        ("DTSTART;VALUE=DATE:20261126", date(2026, 11, 26)),
    ],
)
def test_zones_are_known_by_their_own_names_and_by_those_of_windows(line: str, start: datetime | date):
    found = only("UID:a", line)
    assert (found.start, found.problems) == (start, ())


def test_a_zone_without_a_known_name_has_the_rules_the_file_gives_it():
    found = only("UID:a", "DTSTART;TZID=Ours:20260701T150000", before=BERLIN.replace("Europe/Berlin", "Ours"))
    assert found.start is not None
    assert (found.start, found.problems) == (datetime(2026, 7, 1, 13, tzinfo=UTC), ())


def test_a_file_cannot_give_a_known_zone_other_rules():
    found = only(
        "UID:a", "DTSTART;TZID=Asia/Tokyo:20260701T150000", before=BERLIN.replace("Europe/Berlin", "Asia/Tokyo")
    )
    assert found.start == datetime(2026, 7, 1, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((), "it has no time that can be read"),
        (("DTSTART:soon",), "it has no time that can be read"),
        (("DTSTART:20261301T000000Z",), "it has no time that can be read"),
        (("DTSTART;TZID=America/New_York:99991231T235959",), "it has no time that can be read"),
        (("DTSTART;TZID=Asia/Tokyo:00010101T000000",), "it has no time that can be read"),
        (("DTSTART:20261126T140000",), "it does not say in which time zone it is, taken to be UTC"),
        (("DTSTART;TZID=Nowhere:20261126T140000",), "it is in a time zone that is not known, taken to be UTC"),
        ((AT, "DTEND:later"), "it has no end that can be read"),
        ((AT, "DTEND:20261126"), "it has no end that can be read"),
        ((AT, "DURATION:P99999999999D"), "it has no end that can be read"),
        (("DTSTART:89991231T000000Z", "DURATION:P1000D"), "it has no end that can be read"),
    ],
)
def test_a_time_that_cannot_be_read_is_said(lines: tuple[str, ...], said: str):
    assert only("UID:a", *lines).problems == (said,)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "..", "a/../../b", "Europe/../../x", "C:\\x", "\x00"]
)
def test_the_name_of_a_zone_is_never_a_path(name: str, monkeypatch: pytest.MonkeyPatch):
    opened: list[object] = []
    real = builtins.open

    def watched(path, *more, **named):
        opened.append(path)
        return real(path, *more, **named)

    monkeypatch.setattr(builtins, "open", watched)
    assert only("UID:a", f'DTSTART;TZID="{name}":20261126T140000').start == BEGIN
    assert opened == []


@pytest.mark.parametrize(
    "uri",
    ["bob@x.example", "mailto:bob", "http://x.example", "mailto:böb@x.example", "mailto:a@b.example?cc=c@d.example"],
)
def test_what_is_no_plain_address_is_nobody(uri: str):
    found = only("UID:a", AT, f"ORGANIZER:{uri}", f"ATTENDEE:{uri}")
    assert (found.organizer.address.raw, found.attendees[0][0].address.raw) == ("", "")


def test_who_speaks_for_another_is_the_attendee_s_word_in_an_answer_and_the_organizer_s_elsewhere():
    people = (
        'ORGANIZER;SENT-BY="mailto:desk@x.example":mailto:bob@x.example',
        'ATTENDEE;SENT-BY="mailto:aide@y.example":mailto:ada@y.example',
    )
    for method, by in (("REPLY", "aide@y.example"), ("COUNTER", "aide@y.example"), ("CANCEL", "desk@x.example")):
        assert only("UID:a", AT, *people, method=method).sent_by.address.raw == by
    assert only("UID:a", AT, method="REPLY").sent_by == NOBODY


def test_an_answer_a_cancellation_and_a_counter_proposal_are_told_apart():
    assert [only("UID:a", AT, method=each).method for each in ("REPLY", "cancel", "COUNTER")] == [
        "REPLY",
        "CANCEL",
        "COUNTER",
    ]


def test_a_reminder_inside_an_event_is_not_the_event():
    found = only(
        "UID:a", AT, "BEGIN:VALARM", "SUMMARY:ring", "ATTENDEE:mailto:x@y.example", "END:VALARM", "SUMMARY:Lunch"
    )
    assert (found.title.raw, found.attendees) == ("Lunch", ())


@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_no_bytes_raise(data: bytes):
    read(data)
    read(b"BEGIN:VEVENT\n" + data + b"\nEND:VEVENT\n")
    attached(data)


_LINES = st.sampled_from(
    f"""BEGIN:VEVENT END:VEVENT BEGIN:VTIMEZONE END:VTIMEZONE BEGIN:STANDARD END:STANDARD TZID:Ours {AT}
    DTSTART;TZID=Ours:99991231T235959 DTEND:00010101T000000Z DURATION:-P99999W DTSTAMP:99991231T235959Z
    RRULE:FREQ=SECONDLY RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU TZOFFSETFROM:+2359 TZOFFSETTO:-2359 SEQUENCE:-1
    SEQUENCE:99999999999999 RECURRENCE-ID;TZID=Ours:10000101 ORGANIZER: ATTENDEE;CN=: METHOD""".split()
)


@given(st.lists(_LINES, max_size=30))
def test_no_order_of_lines_raises(lines: list[str]):
    for found in read("\r\n".join([*lines, ""]).encode()):
        assert found.start is None or found.stamp is None or found.stamp.tzinfo is not None


@pytest.mark.parametrize(
    "data",
    [
        b"BEGIN:VEVENT\r\n" * 30_000 + b"END:VEVENT\r\n" * 30_000,
        b"BEGIN:VEVENT\r\nUID:a\r\nEND:VEVENT\r\n" * 30_000,
        b"BEGIN:VTIMEZONE\r\nTZID:a\r\nEND:VTIMEZONE\r\n" * 20_000 + ics("DTSTART;TZID=a:20261126T150000"),
        ics(AT, "RRULE:FREQ=SECONDLY", "RDATE:" + "20261126T140000Z," * 50_000),
        ics(AT, "SUMMARY:" + "\\" * 900_000),
        ics(AT, "ATTENDEE" + ";A=b" * 200_000 + ":mailto:a@x.example"),
        ics(AT, 'ATTENDEE;A="' + "a," * 300_000),
        ics(AT, *("ATTENDEE:mailto:a@x.example" for _ in range(30_000))),
        b"\r\n ".join([b"a"] * 300_000),
        b"METHOD" + b";a" * 400_000,
        b"\xff" * 2_000_000,
    ],
    ids=lambda data: repr(data[:24]),
)
def test_hostile_files_take_no_time(data: bytes):
    begun = time.process_time()
    assert len(read(data)) <= 500
    assert time.process_time() - begun < 2


def test_many_people_are_read_and_too_many_are_said():
    people = [f"ATTENDEE:mailto:p{number}@x.example" for number in range(2_001)]
    assert len(only("UID:a", AT, *people[:1_600]).attendees) == 1_600
    found = only("UID:a", AT, *people)
    assert (len(found.attendees), found.problems) == (2_000, ("of the people in it only the first 2,000 were read",))


def test_the_calendar_parts_of_a_mail_are_found_and_decoded():
    raw = (
        b'Content-Type: multipart/mixed; boundary="m"\r\n\r\n--m\r\n'
        b'Content-Type: multipart/alternative; boundary="a"\r\n'
        b"\r\n--a\r\nContent-Type: text/plain\r\n\r\nhello\r\n--a\r\n"
        b"Content-Type: text/calendar; method=REQUEST\r\nContent-Transfer-Encoding: base64\r\n\r\nQkVHSU4=\r\n--a--\r\n"
        b"--m\r\nContent-Type: application/ics\r\n\r\nanother\r\n--m--\r\n"
    )
    assert attached(raw) == [b"BEGIN"]
    assert attached(raw.replace(b"text/calendar", b"text/x")) == [b"another"]
    assert attached(b"Content-Type: text/plain\r\n\r\nBEGIN:VCALENDAR") == []
    assert attached(b"Content-Type: message/rfc822\r\n\r\n" + raw) == []


def test_of_many_calendar_parts_a_few_are_read():
    part = b"--m\r\nContent-Type: text/calendar\r\n\r\nx\r\n"
    raw = b'Content-Type: multipart/mixed; boundary="m"\r\n\r\n' + part * 300 + b"--m--\r\n"
    assert attached(raw) == [b"x"] * 5


def test_berlin_is_told_in_its_own_zone():
    start = only("UID:a", "DTSTART;TZID=Europe/Berlin:20261126T150000").start
    assert isinstance(start, datetime)
    assert start.tzinfo == ZoneInfo("Europe/Berlin")
