"""Content lines: taken apart as they are meant, however they are written, and put on disk so that all can read them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from agent.calendar import content
from agent.calendar.content import Property

NAMES = frozenset(("UID", "SUMMARY", "TZID", "DTSTART"))
EVENT = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1\r\n%bEND:VEVENT\r\nEND:VCALENDAR\r\n"


def properties(line: bytes) -> list[Property]:
    (part,) = content.parts(EVENT % line, NAMES)
    return part.properties.get("SUMMARY", []) + part.properties.get("DTSTART", [])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"SUMMARY:Lunch\r\n", Property({}, "Lunch")),
        (b"SUMMARY:Lunch\n", Property({}, "Lunch")),
        (b"SUMMARY:Lunch\r", Property({}, "Lunch")),
        (b"summary;language=en:Lunch\r\n", Property({"LANGUAGE": "en"}, "Lunch")),
        (b"SUM\r\n MARY:Lu\r\n\tnch\r\n", Property({}, "Lunch")),
        (b"SUMMARY:Gr\xc3\r\n \xbc\xc3\x9fe\r\n", Property({}, "Grüße")),
        (b"SUMMARY:\xff\r\n", Property({}, "\ufffd")),
        (
            b'DTSTART;TZID="a;b:c,d";X=1,"2":20261126T150000\r\n',
            Property({"TZID": "a;b:c,d", "X": "1,2"}, "20261126T150000"),
        ),
        (b"SUMMARY:a:b;c\r\n", Property({}, "a:b;c")),
    ],
)
def test_a_line_is_read(line: bytes, expected: Property):
    assert properties(line) == [expected]


@pytest.mark.parametrize(
    "line", [b"SUMMARY\r\n", b"SUMMARY;:x\r\n", b'SUMMARY;X="a:x\r\n', b":x\r\n", b"X-SUMMARY:x\r\n"]
)
def test_a_line_that_is_none_is_passed_over(line: bytes):
    assert properties(line) == []


def test_text_is_set_free_of_its_escapes():
    assert Property({}, r"a\, b\; c\\n\nd\N\x").text == "a, b; c\\n\nd\nx"


def test_what_is_within_an_event_is_not_of_it():
    alarm = b"BEGIN:VALARM\r\nSUMMARY:Ring\r\nEND:VALARM\r\nSUMMARY:Lunch\r\n"
    (part,) = content.parts(EVENT % alarm, NAMES)
    assert [each.value for each in part.properties["SUMMARY"]] == ["Lunch"]
    assert part.lines == ["BEGIN:VEVENT", "UID:1", "SUMMARY:Lunch", "END:VEVENT"]


def test_a_time_zone_is_kept_whole():
    zone = b"BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    (part,) = content.parts(zone, NAMES)
    assert b"\r\n".join(line.encode() for line in part.lines) + b"\r\n" == zone


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\r\n\r\n",
        b"\x00" * 1000,
        b"BEGIN:VEVENT",
        b"END:VEVENT\r\n" * 9,
        b"BEGIN:VEVENT\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\n",
    ],
)
def test_what_is_not_closed_is_no_event(data: bytes):
    assert list(content.parts(data, NAMES)) == []


def test_method_is_found_and_only_that():
    assert content.method(EVENT % b"") == "REQUEST"
    assert content.method((EVENT % b"").replace(b"METHOD:REQUEST", b"method;x=1:cancel")) == "CANCEL"
    assert content.method((EVENT % b"SUMMARY:x METHOD:CANCEL\r\n").replace(b"METHOD:REQUEST\r\n", b"")) == ""


@pytest.mark.parametrize(
    "data",
    [
        b"BEGIN:VEVENT\r\n" * 100_000,
        b"BEGIN:VEVENT\r\nSUMMARY" + b";A=b" * 200_000 + b"\r\nEND:VEVENT\r\n",
        b"BEGIN:VEVENT\r\nSUMMARY;" + b'"' * 1_000_000 + b"\r\nEND:VEVENT\r\n",
        b"BEGIN:VEVENT\r\nSUMMARY;A=" + b'"",' * 300_000 + b"\r\nEND:VEVENT\r\n",
        b"\r\n " * 400_000,
        b"METHOD" * 200_000,
    ],
)
def test_a_megabyte_of_anything_is_read_in_no_time(data: bytes):
    begin = time.process_time()
    assert sum(1 for _ in content.parts(data, NAMES)) <= 1
    content.method(data)
    assert time.process_time() - begin < 2


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=200), max_size=5))
def test_lines_are_written_folded_without_control_characters_and_read_back(texts: list[str]):
    lines = [f"X-NOTE:{text}" for text in texts]
    data = content.written(["BEGIN:VEVENT", *lines, "END:VEVENT"])
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert not set(data.replace(b"\r\n", b"")) & (set(range(32)) - {9})
    data.decode()
    (part,) = content.parts(data, frozenset())
    assert part.lines == ["BEGIN:VEVENT", *map(content.clean, lines), "END:VEVENT"]


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=200))
def test_icalendar_reads_what_is_written(text: str):
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    data = content.written(["BEGIN:VEVENT", "UID:1", f"SUMMARY:{escaped}", "END:VEVENT"])
    (part,) = content.parts(data, NAMES)
    assert part.properties["SUMMARY"][0].text == text
    assert str(Calendar.from_ical(b"BEGIN:VCALENDAR\r\n" + data + b"END:VCALENDAR\r\n").events[0]["SUMMARY"]) == text
