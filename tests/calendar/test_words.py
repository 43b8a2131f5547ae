import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.calendar.phrases.vocabulary import LANGUAGES, tree
from agent.calendar.words import Reading, find, length, typed
from tests.calendar.meanings import MONDAY, meant, told

BERLIN = ZoneInfo("Europe/Berlin")

ENGLISH = {
    "Could we talk on Thursday at 3?": [("Thursday at 3", "11-26T15:00")],
    "Lunch on Monday?": [("Monday", "11-23 | 11-30")],
    "Let us say next Friday.": [("next Friday", "11-27 | 12-04")],
    "Any time this Friday": [("this Friday", "11-27")],
    "Tuesday or Wednesday next week": [("Tuesday", "12-01"), ("Wednesday next week", "12-02")],
    "from 2 to 4 on Thursday": [("2 to 4 on Thursday", "11-26T14:00/11-26T16:00")],
    "3-4pm Thursday": [("3-4pm Thursday", "11-26T15:00/11-26T16:00")],
    "Thursday 11-1": [("Thursday 11-1", "11-26T11:00/11-26T13:00")],
    "8pm-2am Saturday": [("8pm-2am Saturday", "11-28T20:00/11-29T02:00")],
    "Mon-Wed": [("Mon-Wed", "11-23/11-25 | 11-30/12-02")],
    "between the 3rd and the 5th of December": [("3rd and the 5th of December", "12-03/12-05")],
    "December 3-5, 2026": [("December 3-5, 2026", "12-03/12-05")],
    "Send it by close of business on Friday": [("close of business on Friday", "11-27")],
    "by the end of next week": [("the end of next week", "12-04 | 12-06")],
    "before noon tomorrow": [("noon tomorrow", "11-24T12:00")],
    "midnight on Friday": [("midnight on Friday", "11-27T00:00 | 11-28T00:00")],
    "half past three on Thursday": [("half past three on Thursday", "11-26T15:30")],
    "within the next three days": [("within the next three days", "11-26")],
    "three weeks ago": [("three weeks ago", "11-02")],
    "in half an hour": [("in half an hour", "11-23T09:42")],
    "in 3 business days": [("in 3 business days", "11-26")],
    "Thu., 26 Nov., 3 p.m.": [("Thu., 26 Nov., 3 p.m.", "11-26T15:00")],
    "the week of 30 November": [("week of 30 November", "11-30/12-06")],
    "26-Nov-2026 at 10": [("26-Nov-2026 at 10", "11-26T10:00")],
    "due 12/4": [("12/4", "12-04 | 04-12")],
    "on 12/15 at 9": [("12/15 at 9", "12-15T09:00")],
    "Mon/Tue": [("Mon", "11-23 | 11-30"), ("Tue", "11-24")],
    "My new proposal is\nFriday 27 November, 14:00 to 15:30, by video.": [
        ("Friday 27 November, 14:00 to 15:30", "11-27T14:00/11-27T15:30")
    ],
    "a time stamp 2026-11-26T15:00:00": [("2026-11-26T15:00:00", "11-26T15:00")],
}
GERMAN = {
    "Freitagnachmittag um 3": [("Freitagnachmittag um 3", "11-27T15:00")],
    "am Montag um 3 Uhr": [("Montag um 3 Uhr", "11-23T15:00 | 11-30T03:00 | 11-30T15:00")],
    "bis Ende nächster Woche": [("Ende nächster Woche", "12-04 | 12-06")],
    "vom 1. bis 4. Dezember": [("1. bis 4. Dezember", "12-01/12-04")],
    "am 26.11 um 15 Uhr": [("26.11 um 15 Uhr", "11-26T15:00")],
    "Mo, 30.11., 10 Uhr": [("Mo, 30.11., 10 Uhr", "11-30T10:00")],
    "morgen früh um 8": [("morgen früh um 8", "11-24T08:00")],
    "um halb vier": [("halb vier", "11-23T15:30")],
    "in KW 49": [("KW 49", "11-30/12-06")],
    "Guten Morgen, das war so, im Mai war es noch": [("Mai", "05-01/05-31")],
    "jeden Montag um 9": [("Montag um 9", "-")],
}
FRENCH = {
    "jeudi 26 novembre à 15h30": [("jeudi 26 novembre à 15h30", "11-26T15:30")],
    "du 1er au 4 décembre": [("1er au 4 décembre", "12-01/12-04")],
    "à la fin du mois prochain": [("la fin du mois prochain", "12-31")],
    "cet après-midi à 3h": [("cet après-midi à 3h", "11-23T15:00")],
    "mercredi prochain": [("mercredi prochain", "11-25 | 12-02")],
    "Il a mis 3 h pour 15,50 €, en mars ?": [("mars", "03-01/03-31")],
    "le 5 à 10h": [("5 à 10h", "12-05T10:00")],
    "Bonne journée !": [],
}
SPANISH = {
    "el 15 de\ndiciembre a las 9 de la noche": [("15 de\ndiciembre a las 9 de la noche", "12-15T21:00")],
    "mañana por la mañana": [("mañana por la mañana", "11-24")],
    "entre las 2 y las 3 del jueves": [("2 y las 3 del jueves", "11-26T14:00/11-26T15:00")],
    "el lunes que viene": [("lunes que viene", "11-30")],
    "antes de las 18:00": [("18:00", "11-23T18:00")],
    "El mar está en calma": [],
}
ITALIAN = {
    "giovedì 26 novembre alle 15:30": [("giovedì 26 novembre alle 15:30", "11-26T15:30")],
    "dalle 10 alle 11 di venerdì": [("10 alle 11 di venerdì", "11-27T10:00/11-27T11:00")],
    "entro fine mese": [("fine mese", "11-30")],
    "fra un'ora": [("fra un'ora", "11-23T10:12")],
    "Alla fine va bene": [],
}
PORTUGUESE = {
    "quinta-feira, 26 de novembro, às 15h30": [("quinta-feira, 26 de novembro, às 15h30", "11-26T15:30")],
    "das 10 às 11 na sexta": [("10 às 11 na sexta", "11-27T10:00/11-27T11:00")],
    "até o dia 30": [("dia 30", "11-30")],
    "na próxima quarta": [("próxima quarta", "11-25 | 12-02")],
    "A segunda reunião foi boa": [],
}
DUTCH = {
    "vrijdag van 14.00 tot 15.30 uur": [("vrijdag van 14.00 tot 15.30 uur", "11-27T14:00/11-27T15:30")],
    "morgenochtend om 8": [("morgenochtend om 8", "11-24T08:00")],
    "uiterlijk woensdag 18.00 uur": [("woensdag 18.00 uur", "11-25T18:00")],
    "drie dagen geleden": [("drie dagen geleden", "11-20")],
    "Ik heb 3 uur gewacht": [],
}
CHINESE = {
    "明天下午3点半开会": [("明天下午3点半", "11-24T15:30")],
    "下周四上午9:30-11:00": [("下周四上午9:30-11:00", "12-03T09:30/12-03T11:00")],
    "12月1日到4日": [("12月1日到4日", "12-01/12-04")],
    "请于周五17:00前提交": [("周五17:00", "11-27T17:00")],
    "在1号会议室讨论三点建议": [],
}
JAPANESE = {
    "11月26日（木）15:00～16:00": [("11月26日（木）15:00～16:00", "11-26T15:00/11-26T16:00")],
    "来週の水曜日10時半": [("来週の水曜日10時半", "12-02T10:30")],
    "来月末までに": [("来月末", "12-31")],
    "2時間後": [("2時間後", "11-23T11:12")],
    "毎日お世話になります": [],
}
CASES = [
    (language, text, phrases)
    for language, cases in {
        "en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH, "it": ITALIAN, "pt": PORTUGUESE, "nl": DUTCH,
        "zh": CHINESE, "ja": JAPANESE,
    }.items()
    for text, phrases in cases.items()
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "phrases"), CASES)
def test_a_phrase_means_what_a_careful_reader_takes_from_it(
    language: str, text: str, phrases: list[tuple[str, str]]
) -> None:
    assert meant(text, language) == phrases


@pytest.mark.parametrize(
    "text",
    [
        "We may march in the sun, and they wed.",
        "Version 4.2.1 on 10.0.0.1, room 3.14, chapter 3:16, 24/7.",
        "It costs $3.50, 26.11 EUR or 5 %, 16:9, 3/4 of it.",
        "Call +49 30 23125 026, flight LH 1126, ticket #2611.",
        "It takes 3-4 hours, at 3 different places, on the 5th floor.",
        "See monday.example/friday and tuesday@example.org.",
        "ASAP, soon, later, one of these days.",
    ],
)
def test_what_only_looks_like_a_time_is_none(text: str) -> None:
    assert meant(text, "en") == []


@pytest.mark.parametrize(
    "text",
    [
        "on 31 April",
        "on 2026-11-31",
        "at 25:00",
        "Thursday 27 November 2026",
        "2026-11-26 10:00 IST",
        "the second Tuesday of December",
        "every Friday at 10",
    ],
)
def test_what_cannot_be_told_is_refused(text: str) -> None:
    assert all(not each.readings for each in find(text, MONDAY, "en"))


@pytest.mark.parametrize(
    ("text", "anchor", "meaning"),
    [
        ("on Sunday at 2:30 am", datetime(2027, 3, 22, 9, tzinfo=BERLIN), []),
        ("on Sunday at 3:00 am", datetime(2027, 3, 22, 9, tzinfo=BERLIN), ["2027-03-28T01:00:00+00:00"]),
        (
            "on Sunday at 2:30 am",
            datetime(2026, 10, 20, 9, tzinfo=BERLIN),
            ["2026-10-25T00:30:00+00:00", "2026-10-25T01:30:00+00:00"],
        ),
        ("in 3 hours", datetime(2027, 3, 28, 0, 30, tzinfo=BERLIN), ["2027-03-28T02:30:00+00:00"]),
        ("Thursday 9am ET", datetime(2026, 7, 6, 9, tzinfo=BERLIN), ["2026-07-09T13:00:00+00:00"]),
        (
            "Thursday 10:00 CST",
            datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("America/Chicago")),
            ["2026-11-26T16:00:00+00:00"],
        ),
    ],
)
def test_the_clocks_of_a_zone_decide(text: str, anchor: datetime, meaning: list[str]) -> None:
    found = [each.start for phrase in find(text, anchor, "en") for each in phrase.readings]
    assert [each.astimezone(UTC).isoformat() for each in found if isinstance(each, datetime)] == meaning


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("ja", "月末までに", date(2026, 11, 30)),
        ("ja", "3月末までに", date(2027, 3, 31)),
        ("ja", "来年12月末までに", date(2027, 12, 31)),
        ("ja", "2030年2月末までに", date(2030, 2, 28)),
        ("ja", "2030年末までに", date(2030, 12, 31)),
        ("zh", "请在12月底之前付款", date(2026, 12, 31)),
    ],
)
def test_the_number_before_the_end_of_a_month_says_which_month(language: str, text: str, day: date) -> None:
    assert [each.readings for each in find(text, MONDAY, language)] == [(Reading(day, None, "deadline"),)]


def test_a_deadline_and_what_was_decided_are_said() -> None:
    (by,) = find("by Friday", MONDAY, "en")
    (at,) = find("at 3", MONDAY, "en")
    assert [each.kind for each in by.readings] == ["deadline"]
    assert [each.said for each in at.readings] == ["3 was read as 15:00"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Das schicke ich dir am Freitag.", "11-27"),
        ("Je vous envoie le rapport vendredi.", "11-27"),
        ("Te lo mando el viernes por la tarde.", "11-27"),
        ("金曜日までにお願いします。", "11-27"),
        ("I will send it on Friday.", "11-27"),
    ],
)
def test_a_language_is_told_from_its_words(text: str, day: str) -> None:
    assert [meaning for _, meaning in meant(text, None)] == [day]


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("thu 15:00", "11-26T15:00"),
        ("fri", "11-27"),
        ("mon", "11-30"),
        ("fri 10:00", "11-27T10:00"),
        ("2026-12-01 14:00", "12-01T14:00"),
        ("2026-12-01T10:00", "12-01T10:00"),
        ("tomorrow 9am", "11-24T09:00"),
        ("26.11. 15:00", "11-26T15:00"),
        ("next week", "11-30/12-06"),
        ("in 2 weeks", "12-07"),
        ("mon 30 nov 10:00", "11-30T10:00"),
        ("today", "11-23"),
        ("noon tomorrow", "11-24T12:00"),
        ("morgen 15 Uhr", "11-24T15:00"),
        ("thu 10-11", "11-26T10:00/11-26T11:00"),
        ("on friday.", "11-27"),
        ("monday 23 nov", "11-23"),
        ("monday next week", "11-30"),
        ("next friday", "11-27 | 12-04"),
        ("today friday", "-"),
        ("thu 15:00 or so many", "-"),
        ("banana", "-"),
        ("", "-"),
    ],
)
def test_what_a_user_types_is_understood_as_a_whole(text: str, meaning: str) -> None:
    assert told(typed(text, MONDAY)) == meaning


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("45m", 45),
        ("1h30", 90),
        ("1h30m", 90),
        ("1.5h", 90),
        ("90 minutes", 90),
        ("1 hour", 60),
        ("half an hour", 30),
        ("Eine Stunde", 60),
        ("30", 30),
        ("0", None),
        ("", None),
        ("long", None),
    ],
)
def test_a_length_is_read(text: str, minutes: int | None) -> None:
    assert length(text) == (None if minutes is None else timedelta(minutes=minutes))


@pytest.mark.parametrize(
    "unit",
    [
        "1 ",
        "mon ",
        "at 3 to ",
        "1.1.",
        "Thursday, at ",
        "thu-",
        "下周四",
        "一二三",
        "a.",
        "a@",
        "3 \n",
        "(",
        "March 3 ",
    ],
)
def test_hostile_text_takes_linear_time(unit: str) -> None:
    text = (unit * 200_000)[:200_000]
    before = time.process_time()
    find(text, MONDAY, "en")
    assert time.process_time() - before < 2.5  # seconds; under 1 on an idle computer


WORDS = sorted({word for language in LANGUAGES for word in tree(language).following})
TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(st.one_of(st.sampled_from(WORDS), st.from_regex(r"[0-9:./-]{1,6}", fullmatch=True)), max_size=12).map(
        " ".join
    ),
    st.lists(st.sampled_from(WORDS), max_size=8).map("".join),
)


@given(TEXTS, st.sampled_from([*LANGUAGES, None]), st.datetimes(timezones=st.sampled_from([UTC, BERLIN])))
def test_any_text_gives_phrases_in_order_with_aware_readings(text: str, language: str | None, anchor: datetime) -> None:
    last = 0
    for phrase in find(text, anchor, language):
        assert last <= phrase.start < phrase.end <= len(text)
        last = phrase.end
        for reading in phrase.readings:
            moments = [each for each in (reading.start, reading.end) if isinstance(each, datetime)]
            assert all(each.tzinfo is not None for each in moments)
            assert reading.end is None or type(reading.end) is type(reading.start)


@given(st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2090, 1, 1)))
def test_a_moment_that_is_written_down_is_read_back(moment: datetime) -> None:
    moment = moment.replace(second=0, microsecond=0, tzinfo=UTC)
    assert [each.start for each in typed(f"{moment:%Y-%m-%d %H:%M}", moment)] == [moment]
