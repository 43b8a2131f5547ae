"""Meetings told from an outbox: how one stands is what was sent last."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agent.calendar import drafting
from agent.calendar.event import Event, Person
from agent.calendar.meetings import Meeting, meetings
from agent.mail.origin import Origin
from agent.outbox import Draft, Outbox, Outcome, Recipient, State
from tests.calendar.calendars import EVENT

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
PEOPLE = (Recipient("bob@x.example", "Bob Jones"), Recipient("eve@y.example"))
MOVED = replace(EVENT, start=EVENT.start + timedelta(days=1), end=EVENT.end + timedelta(days=1), sequence=1)


def draft(
    event: Event = EVENT, kind: drafting.Kind = "REQUEST", state: State = "sent", meeting: int = 1, minutes: int = 0
) -> Draft:
    at = NOW + timedelta(minutes=minutes)
    made = drafting.draft(event, kind, PEOPLE, at, Origin(), meeting=meeting)
    return replace(made, state=state, number=minutes + 1)


def only(*drafts: Draft) -> Meeting:
    (found,) = meetings(drafts)
    return found


def test_a_meeting_that_was_sent_is_as_it_was_sent():
    sent = draft()
    assert only(sent) == Meeting(1, EVENT, "invited", PEOPLE, sent)
    assert (only(sent).handle, only(sent).sequence) == ("v1", 0)


def test_a_meeting_that_was_not_sent_is_a_draft():
    waiting = draft(state="draft")
    assert only(waiting) == Meeting(1, EVENT, "draft", PEOPLE, waiting, (), (waiting,))


def test_a_change_counts_once_it_was_sent():
    first, change = draft(), draft(MOVED, "UPDATE", "draft", minutes=1)
    assert only(first, change) == Meeting(1, EVENT, "invited", PEOPLE, first, (), (change,))
    sent = replace(change, state="sent")
    assert only(first, sent) == Meeting(1, MOVED, "invited", PEOPLE, sent)


def test_a_meeting_that_was_cancelled_stays_so_whatever_is_drafted():
    first, end = draft(), draft(replace(EVENT, sequence=1), "CANCEL", minutes=1)
    again = draft(replace(EVENT, sequence=2), "UPDATE", "draft", minutes=2)
    assert [only(first, end).standing, only(end, first, again).standing] == ["cancelled", "cancelled"]


def test_what_nobody_knows_to_have_arrived_raises_the_sequence_and_nothing_else():
    first, unsure = draft(), draft(MOVED, "UPDATE", "sending", minutes=1)
    found = only(first, unsure)
    assert (found.event, found.standing, found.unsure, found.sequence) == (EVENT, "invited", (unsure,), 1)


def test_of_two_with_the_same_sequence_the_later_counts():
    first, renamed = draft(), draft(replace(EVENT, title="Retro"), "UPDATE", minutes=5)
    assert only(renamed, first).event.title == "Retro"


def test_meetings_come_by_their_numbers_and_what_is_none_is_left_out():
    drafts = [draft(meeting=3), draft(meeting=1), draft(meeting=0), replace(drafting.put(EVENT, NOW), meeting=2)]
    assert [each.handle for each in meetings(drafts)] == ["v1", "v3"]
    assert meetings([]) == []


@pytest.mark.parametrize("data", [b"", b"Subject: x\r\n\r\nno calendar", b"\xff\x00" * 50])
def test_a_mail_that_holds_no_event_hides_no_other_meeting(data: bytes):
    assert [each.number for each in meetings([replace(draft(), data=data), draft(meeting=2)])] == [2]


def test_a_meeting_is_told_from_what_an_outbox_keeps():
    box = Outbox()
    kept = box.add(replace(draft(), state="draft", number=0))
    box.claim(kept)
    sent = box.finish(kept, Outcome(NOW, 1))
    (found,) = meetings(box.drafts())
    assert found == Meeting(1, EVENT, "invited", PEOPLE, sent)


def without(event: Event, *people: int, sequence: int, minutes: int, state: State = "sent") -> Draft:
    """Return the cancellation of some people's part, as `meetings cancel --only` makes it."""
    event = replace(event, sequence=sequence)
    only = [event.attendees[each] for each in people]
    to = [each for each in PEOPLE if each.address in {person.address for person in only}]
    at = NOW + timedelta(minutes=minutes)
    made = drafting.draft(event, "CANCEL", to, at, Origin(), meeting=1, only=only)
    return replace(made, state=state, number=minutes + 1)


def test_a_meeting_goes_on_without_one_who_was_taken_out():
    first, out = draft(), without(EVENT, 0, sequence=1, minutes=1)
    found = only(first, out)
    assert found == Meeting(1, replace(EVENT, attendees=EVENT.attendees[1:]), "invited", PEOPLE[1:], out)
    assert (found.sequence, found.event.sequence) == (1, 0)  # the others got no mail: what they answered still counts


def test_one_who_is_only_drafted_or_not_known_to_be_out_is_still_in():
    for state in ("draft", "sending"):
        assert only(draft(), without(EVENT, 0, sequence=1, minutes=1, state=state)).event == EVENT


def test_each_who_was_taken_out_stays_out_until_the_next_mail_to_all():
    three = replace(EVENT, attendees=(*EVENT.attendees, Person("joe@z.example")))
    sent = [draft(three), *(without(three, at, sequence=at + 1, minutes=at + 1) for at in (0, 1))]
    assert [each.address for each in only(*sent).event.attendees] == ["joe@z.example"]
    again = draft(replace(three, sequence=3), "UPDATE", minutes=3)
    assert only(*sent, again).event.attendees == three.attendees


def test_a_meeting_is_cancelled_after_one_was_taken_out_of_it():
    rest = replace(EVENT, attendees=EVENT.attendees[1:], sequence=2)
    end = draft(rest, "CANCEL", minutes=2)
    assert only(draft(), without(EVENT, 0, sequence=1, minutes=1), end).standing == "cancelled"


def test_who_is_left_cannot_be_told_where_the_invitation_is_gone():
    assert meetings([without(EVENT, 0, sequence=1, minutes=1)]) == []
