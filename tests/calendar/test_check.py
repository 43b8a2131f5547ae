"""What keeps a mail here: each rule, by an object or a mail that breaks it and no other."""

import re
import time
from base64 import b64decode, b64encode
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.calendar import imip, itip, reading
from agent.calendar.check import check_itip, check_mail
from agent.calendar.event import Event, Person
from tests.calendar.calendars import EVENT, calendar, event

STAMP = datetime(2026, 11, 20, 9, tzinfo=UTC)
TO = ["bob@x.example", "eve@y.example"]
REQUEST = itip.request(replace(EVENT, location="Room 4", note="Bring the plans."), STAMP)
CANCEL = itip.cancel(replace(EVENT, sequence=1), STAMP)
SERIES = itip.request(replace(EVENT, rule="FREQ=WEEKLY;BYDAY=TH;COUNT=5"), STAMP)
STORED = itip.stored(EVENT, STAMP)
_INVITED = event("1@x.example", "ORGANIZER:mailto:bob@x.example", "ATTENDEE:mailto:ada@example.org")
REPLY = itip.answer(
    reading.read(calendar(_INVITED, method="REQUEST"))[0], Person("ada@example.org", "Ada"), "ACCEPTED", STAMP
)


def rules(ics: bytes, *, serious: bool = True) -> set[str]:
    return {each.rule for each in check_itip(ics, STAMP) if each.serious or not serious}


@pytest.mark.parametrize(
    "ics", [REQUEST, CANCEL, SERIES, STORED, REPLY, itip.cancel(EVENT, STAMP, EVENT.attendees[:1])]
)
def test_what_we_write_has_no_problem(ics: bytes):
    assert check_itip(ics, STAMP) == []


@pytest.mark.parametrize(
    ("ics", "old", "new", "rule"),
    [
        (REQUEST, b"BEGIN:VCALENDAR", b"BEGIN:X", "object"),
        (REQUEST, b"END:VCALENDAR\r\n", b"END:VCALENDAR", "object"),
        (REQUEST, b"SUMMARY:Review\r\n", b"SUMMARY:Review\n", "line ends"),
        (REQUEST, b"SUMMARY:Review", b"SUMMARY:Re\rview", "line ends"),
        (REQUEST, b"SUMMARY:Review", b"SUMMARY:" + b"x" * 80, "line length"),
        (REQUEST, b"SUMMARY:Review", b"SUMMARY:\xff", "utf-8"),
        (REQUEST, b"SUMMARY:Review", b"SUMMARY:\x07", "control characters"),
        (REQUEST, b"SUMMARY:Review", "SUMMARY:a\u2028b".encode(), "control characters"),
        (REQUEST, b"SUMMARY:Review", "SUMMARY:a\u202eb".encode(), "texts"),
        (REQUEST, b"SUMMARY:Review", b"SUMMARY:" + b"x \r\n " * 150, "texts"),
        (REQUEST, b'CN="Bob Jones"', 'CN="Bob\u200b"'.encode(), "texts"),
        (REQUEST, b"SUMMARY:Review", b"SUMMARY", "lines"),
        (REQUEST, b"END:VEVENT\r\n", b"", "lines"),
        (REQUEST, b"END:VEVENT", b"END:VEVENT\r\nBEGIN:VEVENT\r\nUID:2\r\nEND:VEVENT", "one event"),
        (REQUEST, b"UID:1@example.org\r\n", b"", "needed"),
        (REQUEST, b"DTSTAMP:20261120T090000Z\r\n", b"", "needed"),
        (REQUEST, b"SEQUENCE:0\r\n", b"", "needed"),
        (REQUEST, b"UID:1@example.org", b"UID:1@example.org\r\nUID:2", "once"),
        (REQUEST, b"METHOD:REQUEST", b"METHOD:REQUEST\r\nMETHOD:CANCEL", "once"),
        (REQUEST, b"VERSION:2.0\r\n", b"", "once"),
        (REQUEST, b"STATUS:CONFIRMED", b"ATTACH:https://x.example/", "known properties"),
        (REQUEST, b"STATUS:CONFIRMED", b"X-A:hidden words", "known properties"),
        (REQUEST, b"STATUS:CONFIRMED", b"METHOD:REQUEST", "known properties"),
        (REQUEST, b"VERSION:2.0", b"VERSION:2.0\r\nX-A:hidden words", "known properties"),
        (REQUEST, b"SUMMARY:Review", b"SUMMARY;X-A=hidden:Review", "known parameters"),
        (REQUEST, b"ORGANIZER;", b"ORGANIZER;DIR=x;", "known parameters"),
        (REQUEST, b"STATUS:CONFIRMED", b"BEGIN:VALARM\r\nTRIGGER:-PT1H\r\nEND:VALARM", "components"),
        (REQUEST, b"END:VEVENT", b"END:VEVENT\r\nBEGIN:VTODO\r\nEND:VTODO", "components"),
        (REQUEST, b"DTSTAMP:20261120T090000Z", b"DTSTAMP:20261120T090000", "stamp"),
        (REQUEST, b"SEQUENCE:0", b"SEQUENCE:-1", "sequence"),
        (REQUEST, b"SEQUENCE:0", b"SEQUENCE:one", "sequence"),
        (REQUEST, b"UID:1@example.org", b"UID:", "uid"),
        (REQUEST, b"SUMMARY:Review", b"SUMMARY:", "title"),
        (REQUEST, b"METHOD:REQUEST", b"METHOD:COUNTER", "method"),
        (REQUEST, b"STATUS:CONFIRMED", b"STATUS:CANCELLED", "status"),
        (CANCEL, b"STATUS:CANCELLED", b"STATUS:CONFIRMED", "status"),
        (REQUEST, b"DTEND:20261126T143000Z", b"DTEND:20261126T140000Z", "end"),
        (REQUEST, b"DTSTART:20261126T140000Z", b"DTSTART:20261126T140000", "times"),
        (REQUEST, b"DTSTART:20261126T140000Z", b"DTSTART;TZID=Europe/Berlin:20261126T150000", "zone"),
        (SERIES, b";TZID=Europe/Berlin:20261126T150000", b":20261126T140000Z", "zone"),
        (SERIES, b"BYDAY=-1SU;BYMONTH=3", b"BYDAY=-2SU;BYMONTH=3", "zone rules"),
        (SERIES, b"FREQ=WEEKLY;COUNT=5;BYDAY=TH", b"FREQ=WEEKLY;COUNT=5;BYDAY=FR", "series"),
        (SERIES, b"FREQ=WEEKLY;COUNT=5;BYDAY=TH", b"FREQ=SECONDLY", "series"),
        (SERIES, b"COUNT=5;BYDAY=TH", b"UNTIL=20270101T000000", "series"),
        (REQUEST, b"mailto:bob@x.example", b"mailto:eve@y.example", "attendees"),
        (REQUEST, b"mailto:bob@x.example", b"tel:1234", "attendees"),
        (REPLY, b"PARTSTAT=ACCEPTED", b"PARTSTAT=NEEDS-ACTION", "answer"),
        (STORED, b";SCHEDULE-AGENT=CLIENT", b"", "schedule"),
    ],
)
def test_each_rule_is_broken_by_what_it_is_about(ics: bytes, old: bytes, new: bytes, rule: str):
    assert ics.replace(b"\r\n ", b"").count(old) > 0
    broken = ics.replace(b"\r\n ", b"").replace(old, new)
    # what was unfolded to be changed is folded again, so that only the change is wrong
    folded = b"\r\n".join(b"\r\n ".join(re.findall(rb".{1,74}", each, re.DOTALL)) for each in broken.split(b"\r\n"))
    assert rule in rules(broken if rule in ("line length", "utf-8", "control characters", "texts") else folded)


def test_nobody_invited_is_a_problem():
    assert "attendees" in rules(itip.request(replace(EVENT, attendees=()), STAMP))


def test_a_long_meeting_and_one_that_is_over_are_only_warned_of():
    long = itip.request(replace(EVENT, end=EVENT.end + timedelta(days=2)), STAMP)
    assert (rules(long), rules(long, serious=False)) == (set(), {"length"})
    assert isinstance(EVENT.start, datetime)
    over = [(each.rule, each.serious) for each in check_itip(REQUEST, EVENT.start + timedelta(days=1))]
    assert over == [("past", False)]


def test_somebody_else_s_event_may_be_kept_as_it_was_written():
    theirs = event("1@x.example", "CLASS:PRIVATE", "X-A:b", 'CATEGORIES;X-P="a","b":c', "CREATED:20260101T000000Z")
    assert check_itip(calendar(theirs), STAMP) == []
    assert rules(calendar(event("1", "ATTENDEE:mailto:a@b.example"))) == {"schedule"}
    assert rules(calendar(event("1", "ATTACH:https://x.example/"))) == {"known properties"}


@pytest.mark.parametrize("data", [b"", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", b"\xff" * 99, calendar("x" * 999)])
def test_what_is_no_object_has_a_problem_and_raises_nothing(data: bytes):
    assert rules(data) != set()
    assert check_mail(data, "a@b.example", []) != []


def test_a_large_object_and_one_that_is_deep_take_no_time():
    begun = time.process_time()
    assert rules(calendar(event("1", "SUMMARY:" + "," * 10**6))) == {"size"}
    assert rules(calendar("BEGIN:VEVENT\n" * 9_000 + "END:VEVENT\n" * 9_000)) == {"lines"}
    assert rules(calendar(event("1", "ATTENDEE;A=" + "," * 200_000 + ":mailto:a@b.example"))) != set()
    assert time.process_time() - begun < 3


def test_a_parser_of_somebody_else_s_may_fail_as_it_likes():
    assert "two readers" in rules(SERIES.replace(b"RRULE:FREQ=YEARLY", b"RRULE:FR\\nQ=YEARLY"))


def mail(event: Event = EVENT, text: str = "", **changes: object) -> bytes:
    subject, said = imip.wording(event, "REQUEST")
    ics = changes.pop("ics", itip.request(event, STAMP))
    given = {"sender": event.organizer, "recipients": event.attendees, "method": "REQUEST"} | changes
    made = imip.mail(
        ics=ics,
        subject=subject,
        text=text or said,
        date=STAMP,
        message_id="<m1@example.org>",
        **given,  # type: ignore[arg-type]
    )
    return made


SAYS = imip.answer_wording("Review", "Thu", Person("ada@example.org", "Ada"), "ACCEPTED")[1]


def answered(text: str, to: str = "bob@x.example") -> bytes:
    return imip.mail(REPLY, "REPLY", "Accepted", text, Person("ada@example.org"), [Person(to)], STAMP, "<m1@a.example>")


def found(data: bytes, sender: str = "ada@example.org", to: list[str] = TO) -> set[str]:
    return {each.rule for each in check_mail(data, sender, to, STAMP)}


def test_a_mail_of_ours_has_no_problem():
    assert found(mail()) == set()
    assert found(mail(replace(EVENT, start=date(2026, 11, 26), end=date(2026, 11, 27)))) == set()
    assert found(answered(SAYS), to=["bob@x.example"]) == set()


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b"MIME-Version: 1.0\r\n", b"MIME-Version: 1.0\n", "line ends"),
        (b"Subject: Inv", b"Subject: \xc3\xa4Inv", "7 bit"),
        (b"Subject: Inv", b"Subject: " + b"x" * 999, "7 bit"),
        (b"Subject: Inv", b"Bcc: mallory@evil.example\r\nSubject: Inv", "headers"),
        (b"Subject: Inv", b"Cc: mallory@evil.example\r\nSubject: Inv", "headers"),
        (b"Subject: Inv", b"Reply-To: mallory@evil.example\r\nSubject: Inv", "headers"),
        (b"Subject: Inv", b"Subject: a\r\nSubject: Inv", "headers"),
        (b"Message-ID:", b"X-Id:", "headers"),
        (b"From: Ada Lindqvist <ada@", b"From: Ada Lindqvist <mallory@", "from"),
        (b"From: Ada", b"From: m@evil.example, Ada", "from"),
        (b"eve@y.example", b"mallory@evil.example", "to"),
        (b"multipart/alternative", b"multipart/related", "structure"),
        (b"application/ics", b"application/pdf", "structure"),
        (b"text/plain", b"text/html", "structure"),
        (b"method=\"REQUEST\"", b"method=\"CANCEL\"", "method"),
        (b"Content-Disposition: attachment", b"X-A: hidden\r\nContent-Disposition: attachment", "as written"),
        (b"\r\n\r\n--=", b"\r\n\r\nhidden\r\n--=", "as written"),
        (b"invite.ics", b"other.ics", "as written"),
        (b"\"utf-8\"\r\n", b"\"utf-7\"\r\n", "as written"),
        (b"Subject: Inv", b"Subject: (hidden\r\n words) Inv", "as written"),
        (b"Message-ID: <", b"Message-ID: hidden <", "as written"),
    ],
)  # fmt: skip
def test_each_rule_of_a_mail_is_broken_by_what_it_is_about(old: bytes, new: bytes, rule: str):
    broken = mail().replace(old, new, 1)
    assert broken != mail()
    assert rule in found(broken)


def test_signs_that_are_no_base64_are_not_sent_along():
    made = mail()
    assert found(made.replace(b"\r\n\r\nQWRh", b"\r\n\r\n!!!!QWRh", 1)) == {"as written"}


def test_the_file_is_the_invitation():
    made = mail()
    first, second = (match.start() for match in re.finditer(b64encode(b"BEGIN:VCALENDAR")[:12], made))
    assert first < second
    other = made[:second] + b64encode(b"BEGIN:XCALENDAR")[:12] + made[second + 12 :]
    assert found(other) == {"same bytes", "as written"}


def test_the_people_of_the_mail_are_those_of_the_meeting():
    assert found(mail(recipients=EVENT.attendees[:1]), to=TO[:1]) == {"people"}
    assert found(mail(sender=Person("mallory@x.example")), "mallory@x.example") == {"organizer"}
    assert found(mail(), to=TO[:1]) == {"people", "to"}
    assert found(answered(SAYS, to="eve@y.example"), to=["eve@y.example"]) == {"people"}


@pytest.mark.parametrize(
    "change",
    [
        {"start": datetime(2026, 11, 26, 13, tzinfo=UTC)},
        {"end": datetime(2026, 11, 26, 15, tzinfo=UTC)},
        {"start": date(2026, 11, 26), "end": date(2026, 11, 27)},
    ],
)
def test_the_text_says_the_time_of_the_object(change: dict[str, object]):
    said = imip.wording(EVENT, "REQUEST")[1]
    assert found(mail(text=said, ics=itip.request(replace(EVENT, **change), STAMP))) == {"same time"}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("old", "new"), [("15:00-15:30 (", "15:00-16:30 ("), ("Berlin", "London"), ("Berlin", "Nowhere")]
)
def test_the_text_says_it_in_both_zones(old: str, new: str):
    assert found(mail(text=imip.wording(EVENT, "REQUEST")[1].replace(old, new))) == {"same time"}


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Hidden"},
        {"location": "Hidden"},
        {"note": "Hidden words,\nof two lines."},
        {"organizer": replace(EVENT.organizer, name="Hidden")},
        {"attendees": tuple(replace(each, name="Hidden") for each in EVENT.attendees)},
        {"rule": "FREQ=DAILY;COUNT=2"},
    ],
)
def test_the_text_says_every_word_of_the_object(change: dict[str, object]):
    other = replace(EVENT, **change)  # type: ignore[arg-type]
    assert found(mail(ics=itip.request(other, STAMP))) == {"same words"}
    assert found(mail(other)) == set()


@pytest.mark.parametrize(
    ("old", "new"), [("Review", "Another"), ("accepts", "declines"), ("Ada <", "Eve <"), ("accepts", "gladly accepts")]
)
def test_the_text_of_an_answer_says_whose_it_is_and_what(old: str, new: str):
    assert found(answered(SAYS.replace(old, new)), to=["bob@x.example"]) == {"same words"}


def test_a_series_is_in_utc_only_where_the_zone_is():
    series = replace(EVENT, rule="FREQ=WEEKLY;COUNT=3")
    ics = itip.request(replace(series, zone="UTC"), STAMP)
    assert found(mail(series, ics=ics)) == {"series"}
    assert found(mail(replace(series, zone="UTC"))) == set()
    assert found(mail(series)) == set()


def test_nothing_in_the_text_is_unseen():
    said = imip.wording(EVENT, "REQUEST")[1]
    for unseen in ("\x07", "\u202e", "\u200b", "\x1b[2J"):
        assert found(mail(text=f"{said}{unseen}\n")) == {"text"}


@pytest.mark.parametrize(
    ("ics", "old", "new"),
    [
        (REQUEST, b"CUTYPE=INDIVIDUAL", b"CUTYPE=HIDDEN"),
        (REQUEST, b"ROLE=REQ-PARTICIPANT", b"ROLE=HIDDEN"),
        (REQUEST, b"RSVP=TRUE", b"RSVP=HIDDEN"),
        (REQUEST, b"PARTSTAT=NEEDS-ACTION", b"PARTSTAT=HIDDEN"),
        (REQUEST, b"VERSION:2.0", b"VERSION:?2.0"),
        (REQUEST, b"-//llama-agent//EN", b"-//hidden//EN"),
        (REQUEST, b"TRANSP:OPAQUE", b"TRANSP:HIDDEN"),
        (REQUEST, b"DTEND:20261126T143000Z", b"DTEND:20261126T143000Z\t"),
        (REQUEST, b":mailto:ada", b": mailto:ada"),
        (REQUEST, b"TRANSP:OPAQUE\r\n", b"TRANSP:OPAQUE\r\nDTEND:20261126T143000Z\r\n"),
        (SERIES, b"DTSTART:19700329T020000", b"DTSTART:19690330T020000"),
        (REPLY, b"ROLE=REQ-PARTICIPANT", b"ROLE=HIDDEN"),
        (CANCEL, b"ROLE=REQ-PARTICIPANT", b"ROLE=HIDDEN"),
    ],
)
def test_no_words_hide_where_nobody_looks(ics: bytes, old: bytes, new: bytes):
    lines = ics.replace(b"\r\n ", b"").replace(old, new)
    assert lines != ics.replace(b"\r\n ", b"")
    folded = b"\r\n".join(b"\r\n ".join(re.findall(rb".{1,74}", each, re.DOTALL)) for each in lines.split(b"\r\n"))
    assert "as written" in rules(folded)


@settings(deadline=None)
@given(st.data())
def test_no_change_of_a_mail_is_overlooked_and_none_makes_the_check_fail(data: st.DataObject):
    """Whatever is put into the head or the frame of a mail, it is found, unless it is in what is shown of it."""
    made = mail()
    at = data.draw(st.integers(0, len(made)))
    line = made[made.rfind(b"\n", 0, at) + 1 : at]
    put = data.draw(st.sampled_from([b" ", b";", b"\r\n", b"\r\n ", b"(x)", b"--", b"a=b", b"BEGIN:", b'"', b"\\n"]))
    broken = made[:at] + put + made[at:]
    shown = re.match(rb"(?:From|To|Subject|Date|Message-ID): | eve", line)
    assert shown or found(broken) != set()


@settings(deadline=None)
@given(st.sampled_from([REQUEST, CANCEL, SERIES, REPLY]), st.data())
def test_no_bytes_make_the_check_of_an_object_fail(ics: bytes, data: st.DataObject):
    at = data.draw(st.integers(0, len(ics)))
    put = data.draw(st.binary(max_size=3) | st.sampled_from([b"\\n", b"\r\n", b"BEGIN:VEVENT", b";TZID=a", b"=", b'"']))
    check_itip(ics[:at] + put + ics[at + data.draw(st.integers(0, 3)) :], STAMP)


def test_the_text_is_in_the_mail():
    part = mail().partition(b"base64\r\n\r\n")[2].partition(b"\r\n\r\n")[0]
    assert b64decode(part).decode().replace("\r\n", "\n") == imip.wording(EVENT, "REQUEST")[1]
