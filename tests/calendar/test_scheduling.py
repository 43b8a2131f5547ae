"""Events of others on a server that schedules: nobody is written to for them."""

from hypothesis import given
from hypothesis import strategies as st

from agent.calendar import reading
from agent.calendar.check import check_itip
from agent.calendar.scheduling import unscheduled
from tests.calendar.calendars import calendar, event


def test_every_person_is_ours_to_write_to():
    theirs = calendar(
        event(
            "1@x.example",
            "ORGANIZER:mailto:ada@example.org",
            'ATTENDEE;schedule-agent=SERVER;CN="a;SCHEDULE-AGENT=NONE:b";SCHEDULE-FORCE-SEND=REQUEST:mailto:bob@x.example',
            title="ATTENDEE:x",
        )
    )
    assert "schedule" in {each.rule for each in check_itip(theirs)}
    made = unscheduled(theirs)
    assert check_itip(made) == []
    assert [line for line in made.replace(b"\r\n ", b"").decode().split("\r\n") if "mailto:" in line] == [
        "ORGANIZER;SCHEDULE-AGENT=CLIENT:mailto:ada@example.org",
        'ATTENDEE;SCHEDULE-AGENT=CLIENT;CN="a;SCHEDULE-AGENT=NONE:b":mailto:bob@x.example',
    ]


def test_a_person_whose_line_is_spelled_oddly_is_ours_too():
    theirs = calendar(event("1", "\x01ATTENDEE:mailto:bob@x.example", "\xa0ATT\n ENDEE:mailto:eve@x.example"))
    made = unscheduled(theirs).decode().split("\r\n")
    assert [line for line in made if "mailto:" in line] == [
        "ATTENDEE;SCHEDULE-AGENT=CLIENT:mailto:bob@x.example",
        "ATTENDEE;SCHEDULE-AGENT=CLIENT:mailto:eve@x.example",
    ]


def test_what_is_said_twice_is_not_believed():
    twice = event("1", "ATTENDEE;SCHEDULE-AGENT=SERVER;SCHEDULE-AGENT=CLIENT:mailto:bob@x.example")
    assert [each.rule for each in check_itip(calendar(twice))] == ["lines"]


@given(st.text(max_size=100), st.text(max_size=100))
def test_all_else_stays(title: str, name: str):
    theirs = calendar(event("1@x.example", f"ATTENDEE;CN={name}:mailto:bob@x.example", title=title))
    before, after = reading.read(theirs), reading.read(unscheduled(theirs))
    assert [(each.uid, each.start, each.end) for each in after] == [(each.uid, each.start, each.end) for each in before]
    assert unscheduled(unscheduled(theirs)) == unscheduled(theirs)
