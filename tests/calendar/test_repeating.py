"""Which series we make, and how they are put into words."""

from datetime import UTC, date, datetime

import pytest

from agent.calendar.event import Moment
from agent.calendar.repeating import in_words, supported

START = datetime(2026, 11, 26, 14, tzinfo=UTC)  # the fourth Thursday of its month, and the last


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY", "every day"),
        ("FREQ=DAILY;INTERVAL=3;COUNT=1", "every 3 days, 1 time"),
        ("FREQ=WEEKLY;BYDAY=TU,TH;COUNT=10", "every week on Tue and Thu, 10 times"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH,FR", "every 2 weeks on Mon, Thu and Fri"),
        ("FREQ=MONTHLY;BYDAY=4TH;COUNT=6", "every month on the fourth Thu, 6 times"),
        ("FREQ=MONTHLY;BYDAY=-1TH", "every month on the last Thu"),
        ("FREQ=WEEKLY;UNTIL=20270305T140000Z", "every week, until Fri 5 Mar 2027"),
    ],
)
def test_a_series_has_words(rule: str, words: str):
    assert in_words(supported(rule, START)) == words


@pytest.mark.parametrize(
    "rule",
    [
        *(
            "",
            "FREQ=SECONDLY",
            "FREQ=HOURLY;COUNT=2",
            "FREQ=YEARLY",
            "FREQ=MONTHLY;BYMONTHDAY=26",
            "FREQ=DAILY;COUNT=0",
        ),
        *("FREQ=MONTHLY;BYDAY=TH;BYSETPOS=4", "FREQ=WEEKLY;BYDAY=FR", "FREQ=MONTHLY;BYDAY=3TH", "FREQ=DAILY;BYDAY=MO"),
        *("FREQ=WEEKLY;UNTIL=20270305", "FREQ=WEEKLY;UNTIL=20270305T140000", "FREQ=WEEKLY;UNTIL=20261125T140000Z"),
        *("FREQ=DAILY;COUNT=2;UNTIL=20270305T140000Z", "FREQ=DAILY\r\nATTENDEE:mailto:a@b.example", "FREQ=DAILY;X-A=1"),
    ],
)
def test_every_other_rule_is_refused(rule: str):
    with pytest.raises(ValueError, match=r"\w"):
        supported(rule, START)


@pytest.mark.parametrize(("until", "start"), [("20270305", START.date()), ("20270305T140000Z", START)])
def test_the_end_of_a_series_is_of_the_kind_of_its_begin(until: str, start: Moment):
    rule = supported(f"FREQ=DAILY;UNTIL={until}", start)
    assert in_words(rule) == "every day, until Fri 5 Mar 2027"
    with pytest.raises(ValueError, match="another kind"):
        supported(
            f"FREQ=DAILY;UNTIL={until}", START if isinstance(start, date) and start == START.date() else START.date()
        )
