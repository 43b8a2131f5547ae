"""Tools that read one message or one thread."""

from pathlib import Path

from agent.tools.reading import read_message, read_thread, summarize
from tests.tools.desks import desk


def test_a_message_is_read_without_what_it_quotes():
    with desk() as at:
        read = read_message(at, 2)
        assert read.value["from"] == "Dan Wu"
        assert read.value["text"] == "Signed, attached. Dan"
        assert read.value["attachments"]
        assert (read.said, [each.id for each in read.messages]) == ("read message 2", [at.head(2).id])


def test_a_long_message_is_cut_and_that_is_said(tmp_path: Path):
    long = tmp_path / "long.eml"
    long.write_bytes(b"From: eve@example.com\r\nTo: ada@example.org\r\nSubject: long\r\n\r\n" + b"word " * 20_000)
    with desk(long) as at:
        read = read_message(at, 1)
        assert (len(read.value["text"]), read.value["cut"]) == (6_000, "the first 6000 of 99999 characters")


def test_a_thread_is_read_as_a_whole():
    with desk() as at:
        read = read_thread(at, 3)
        assert [each["message"] for each in read.value["thread"]] == [29, 3]
        assert read.said == "read the thread of message 3: 2 messages"
        assert len(read.messages) == 2


def test_a_thread_is_summarised_in_its_own_words_and_says_which():
    with desk() as at:
        short = summarize(at, 3)
        assert short.text.raw.splitlines() == [
            "3  Bob Jones, Mon 23 Nov 2026 09:12: Budget v3: please approve by Thursday noon",
            "   v3 is attached.",
            "   We are at 214,000 EUR against the 200,000 planned: the calibration bench came forward (9,400 EUR), "
            "and the enclosures and the reserve of chips make up the rest.",
            "   Please approve v3 before Thursday 26 November, 12:00.",
        ]
        assert [each.message for each in short.receipts] == [at.head(3).id] * 3


def test_the_newest_messages_get_a_line_each_and_newsletters_none():
    with desk() as at:
        newest = summarize(at, newest=5)
        numbers = [each["message"] for each in newest.value["summaries"]]
        assert numbers == [at.number_of(head.id) for head in at.opened().heads[:5] if not head.bulk]
        assert newest.value["summaries"][0]["summary"] == ["Can you give me a go or\na no-go by 17:00 today?"]
