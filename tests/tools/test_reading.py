"""Tools that read one message or one thread."""

from pathlib import Path

from agent.tools.reading import read_message, read_thread, summarize
from benchmarks import threads
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


def test_of_a_thread_the_subject_is_said_where_it_changes(tmp_path: Path):
    subjects = ("Gauge", "Re: Gauge", "AW: Re: Gauge", "Price", "Re: Gauge")
    box = tmp_path / "thread.mbox"
    box.write_text(
        "".join(
            f"From eve@example.com Mon Nov 23 09:{at:02}:00 2026\nFrom: eve@example.com\nTo: ada@example.org\n"
            f"Date: Mon, 23 Nov 2026 09:{at:02}:00 +0000\nMessage-ID: <{at}@example.com>\nReferences: <0@example.com>\n"
            f"Subject: {subject}\n\nNews {at}.\n\n"
            for at, subject in enumerate(subjects)
        )
    )
    with desk(box) as at:
        rows = read_thread(at, 1).value["thread"]
        assert [row.get("subject") for row in rows] == ["Gauge", None, None, "Price", "Re: Gauge"]
        assert [row["text"] for row in rows] == [f"News {number}." for number in range(5)]


def test_what_a_thread_repeats_is_read_once(tmp_path: Path):
    threads.write(tmp_path / "thread.mbox", "unmarked", messages=5)
    with desk(tmp_path / "thread.mbox") as at:
        rows = read_thread(at, 1).value["thread"]
        first = " ".join(rows[0]["text"].split())
        later = [" ".join(row["text"].split()) for row in rows[1:]]
        assert not any(first in text for text in later)
        assert all(text.count("[…]") == 1 for text in later)


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
