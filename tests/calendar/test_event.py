"""A meeting as a value: what its texts may hold, and what no meeting is."""

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.calendar.event import Event, Person, fit, is_address, line, lines, named
from tests.calendar.calendars import EVENT

BERLIN = ZoneInfo("Europe/Berlin")
TEXTS = st.text(
    st.characters() | st.sampled_from("a \u200d\ufe0f👩\u0301\u0302\u0303\u3164\u2800\u202e\r\n\v\u2028\x1b\ud800"),
    max_size=60,
)


@given(TEXTS, st.integers(1, 70))
def test_a_cleaned_text_is_short_and_stays_as_it_is(text: str, most: int):
    for clean, ends in ((line, ""), (lines, "\n")):
        kept = clean(text, most)
        assert len(kept) <= most
        assert clean(kept, most) == kept
        assert {unicodedata.category(char) for char in kept if char not in ends}.isdisjoint(
            ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
        )


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  two\r\n lines\u2028and\x0ba tab\t", "two lines and a tab"),
        ("bell\x07 \x1b[31mred\x1b[0m \u202ebidi\u200b", "bell [31mred[0m bidi"),
        ("👩\u200d💻 emoji ❤\ufe0f", "👩💻 emoji ❤\ufe0f"),
        ("nothing to see: \u3164", "nothing to see:"),
        ("e" + "\u0301" * 9, "e\u0301\u0301"),
        ("x" * 50, "x" * 29 + "…"),
    ],
)
def test_a_line_holds_nothing_that_acts_or_is_not_seen(text: str, kept: str):
    assert line(text, 30) == kept


def test_lines_stay_lines():
    assert lines("\n\na \r\nb\x0b\u2029c\n") == "a\nb\n\nc"


@pytest.mark.parametrize(
    "address",
    [
        *("", "a", "a@b", "A@b.example", "a@b.example ", "<a@b.example>", "a@b.example\n", "a b@c.example"),
        *("a@b..example", "ä@b.example", "a@bücher.example", '"a"@b.example', "a@[127.0.0.1]", "a@b@c.example"),
        "a" * 65 + "@b.example",
    ],
)
def test_what_can_be_read_in_two_ways_is_no_address(address: str):
    assert not is_address(address)
    with pytest.raises(ValueError, match="an address is not one"):
        fit(replace(EVENT, attendees=(Person(address),)))


def test_a_name_cannot_end_a_quotation_or_look_like_an_address():
    assert named(Person("a@b.example", ' Bob "the\r\nbuilder" ^Jones ')).name == "Bob the builder Jones"
    assert named(Person("a@b.example", "ceo@bank.example")).name == ""


def test_the_texts_of_an_event_are_cleaned():
    found = fit(
        replace(EVENT, title="a\nb", location="Room\u20284", note="x\r\ny", organizer=Person("a@b.example", '"'))
    )
    assert (found.title, found.location, found.note, found.organizer.name) == ("a b", "Room 4", "x\ny", "")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": " \u200b\u3164"}, "no title"),
        ({"end": EVENT.start}, "ends before"),
        ({"end": date(2026, 11, 27)}, "ends before"),
        ({"start": EVENT.start.replace(tzinfo=None), "end": EVENT.end.replace(tzinfo=None)}, "without a zone"),
        ({"instance": date(2026, 11, 26)}, "something else"),
        ({"attendees": EVENT.attendees * 2}, "twice"),
        ({"attendees": (EVENT.organizer,)}, "twice"),
    ],
)
def test_what_is_no_meeting_is_refused(change: dict[str, object], said: str):
    with pytest.raises(ValueError, match=said):
        fit(replace(EVENT, **change))  # type: ignore[arg-type]


def test_an_hour_that_comes_twice_is_told_apart():
    early = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    late = early.replace(fold=1)
    assert fit(replace(EVENT, start=early, end=late)).end == late
    with pytest.raises(ValueError, match="ends before"):
        fit(replace(EVENT, start=late, end=early.replace(minute=45)))


def test_whole_days_have_no_clock():
    whole: Event = fit(replace(EVENT, start=date(2026, 11, 26), end=date(2026, 11, 27)))
    assert (whole.all_day, EVENT.all_day) == (True, False)
    assert EVENT.start.astimezone(UTC) + timedelta(minutes=30) == EVENT.end
