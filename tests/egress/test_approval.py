"""The question before bytes leave: what is shown, to the end, and what counts as a yes."""

import hashlib
import os
import pty
import select
import signal
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.egress.approval import folded, preview
from agent.terms import Offer, Rung, Sink
from agent.text import spelled

SINK = Sink("chat", "api.example.org", "big")
BODY = b'{"model":"big","messages":[{"role":"user","content":"Who is PERSON_7K3Q?"}]}'
OFFER = Offer(
    "ask",
    Rung.EXCERPT,
    frozenset({"own words", "mail"}),
    placeholders={"PERSON": 2, "EMAIL": 1},
    residual=("Kestrel", "1846"),
    why=("uncalibrated", "checks failed"),
)
ASKS = """
import sys, time
from agent.egress.approval import ask
began = time.monotonic()
gone = float(sys.argv[2])
lines = [f"line {number}" for number in range(int(sys.argv[1]))]
time.sleep(float(sys.argv[3]))
answer = ask(lines, "Send this?", lambda: time.monotonic() - began > gone)
sys.stdout.write(f"<{answer}>")
"""


def test_the_preview_is_what_is_known_what_is_said_and_the_whole_of_it():
    assert preview(OFFER, SINK, BODY, cost=0.0011) == [
        "to      api.example.org",
        "model   big",
        "bytes   76",
        "cost    at most $0.0011",
        f"sha256  {hashlib.sha256(BODY).hexdigest()}",
        "",
        "What the program says of it:",
        "task     ask",
        "what     redacted excerpt",
        "whose    mail, own words",
        "masked   1 EMAIL, 2 PERSON",
        "why      uncalibrated, checks failed",
        "look at  Kestrel, 1846  (not masked: do they tell something?)",
        "",
        "All 76 bytes, from first to last:",
        "",
        "model",
        "  | big",
        "messages: a list of 1",
        "  1: an object of 2",
        "    role",
        "      | user",
        "    content",
        "      | Who is PERSON_7K3Q?",
    ]


def test_what_is_not_redacted_is_said_to_be():
    shown = preview(
        Offer("ask", Rung.RAW, frozenset({"image"})), Sink("chat", "127.0.0.1:8080", "big", here=True), b"{}"
    )
    assert [line for line in shown if line[:4] in ("to  ", "cost", "what", "mask")] == [
        "to      127.0.0.1:8080 (on this computer)",
        "cost    not known: no prices are set",
        "what    not redacted",
        "masked  nothing: it goes as it is",
    ]


@given(st.text(), st.text())
def test_no_word_of_the_core_can_pose_as_a_line_of_ours(word: str, residual: str):
    shown = preview(Offer(word, Rung.QUESTION, residual=(residual,), why=(word,)), SINK, BODY)
    plain = preview(Offer("x", Rung.QUESTION, residual=("y",), why=("z",)), SINK, BODY)
    assert len(shown) == len(plain)
    assert all("\n" not in line for line in shown)
    assert f"task     {spelled(word)}" in shown


def test_bytes_that_could_mean_something_else_than_what_is_shown_are_refused():
    with pytest.raises(ValueError, match="canonical"):
        preview(OFFER, SINK, b'{"model": "big"}')


@given(st.text(st.characters(blacklist_categories=("Cc", "Cs"))), st.integers(20, 120))
def test_a_long_line_is_folded_with_nothing_lost_and_no_row_begins_as_a_line_of_ours(text: str, width: int):
    line = f"      | {text}"
    first, *others = folded(line, width)
    assert all(row.startswith("      : ") for row in others)
    assert first + "".join(row.removeprefix("      : ") for row in others) == line
    assert all(len(row) <= width for row in (first, *others))


class Person:
    """Somebody at a terminal of 24 rows in which a program asks."""

    def __init__(self, lines: int, *, gone: float = 60, wait: float = 0, code: str = ASKS) -> None:
        self.shown = b""
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            os.execv(sys.executable, [sys.executable, "-c", code, str(lines), str(gone), str(wait)])

    def sees(self, text: bytes, seconds: float = 10) -> None:
        until = time.monotonic() + seconds
        while text not in self.shown and time.monotonic() < until:
            if select.select([self.terminal], [], [], 0.05)[0]:
                try:
                    self.shown += os.read(self.terminal, 4096)
                except OSError:
                    break
        assert text in self.shown, self.shown

    def types(self, text: bytes) -> None:
        os.write(self.terminal, text)

    def ends(self) -> str:
        """Wait for the program's end; return the answer it got."""
        self.sees(b">")
        os.close(self.terminal)
        os.waitpid(self.child, 0)
        return self.shown.decode().rpartition("<")[2].partition(">")[0]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        (b"y\n", "yes"),
        (b"Yes\n", "yes"),
        (b" y \n", "yes"),
        (b"\n", "no"),
        (b"n\n", "no"),
        (b"yy\n", "no"),
        (b"yes please\n", "no"),
        (b"q\n", "no"),
        (b"\x04", "no"),
        (b"y\x04\x04", "no"),
        ("ｙ\n".encode(), "no"),
    ],
)
def test_only_y_or_yes_is_a_yes(typed: bytes, answer: str):
    person = Person(3)
    person.sees(b"line 0\r\nline 1\r\nline 2\r\nSend this? [y/N] ")
    person.types(typed)
    assert person.ends() == answer


def test_a_long_text_is_shown_to_its_end_before_the_question():
    person = Person(50)
    person.sees(b"line 21\r\n-- more (Enter) or q -- ")
    assert b"line 22" not in person.shown
    person.types(b"\n")
    person.sees(b"line 43\r\n-- more (Enter) or q -- ")
    assert b"Send this" not in person.shown
    person.types(b"\n")
    person.sees(b"line 49\r\nSend this? [y/N] ")
    person.types(b"y\n")
    assert person.ends() == "yes"


def test_a_person_who_has_seen_enough_has_said_no():
    person = Person(50)
    person.sees(b"q -- ")
    person.types(b"q\n")
    assert person.ends() == "no"
    assert b"Send this" not in person.shown


def test_what_was_typed_before_the_question_does_not_answer_it():
    person = Person(3, wait=0.5)
    person.types(b"y\ny\ny")
    person.sees(b"[y/N] ")
    person.types(b"\n")
    assert person.ends() == "no"


def test_when_nobody_waits_for_the_answer_it_is_no():
    person = Person(3, gone=0.3)
    assert person.ends() == "no"


def test_a_terminal_that_goes_away_is_no_yes():
    person = Person(3)
    person.sees(b"[y/N] ")
    os.close(person.terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(person.child, 0)[1]) in (-signal.SIGHUP, 0)


def test_without_a_terminal_nobody_is_asked():
    done = subprocess.run(
        [sys.executable, "-c", ASKS, "3", "9", "0"],
        input=b"y\n",
        capture_output=True,
        start_new_session=True,
        timeout=30,
        check=True,
    )
    assert (done.stdout, done.stderr) == (b"<no terminal>", b"")


def test_lines_of_others_cannot_act_on_the_terminal_either():
    person = Person(1, code=ASKS.replace('f"line {number}"', '"a\\x1b[2J\\u202e\\nSend this? [y/N] y é"'))
    person.sees("a\\u{1b}[2J\\u{202e}\\u{a}Send this? [y/N] y é\r\nSend this? [y/N] ".encode())
    person.types(b"n\n")
    assert person.ends() == "no"


def test_a_terminal_without_utf8_gets_no_byte_it_could_act_on(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("PYTHONCOERCECLOCALE", "0")
    monkeypatch.setenv("PYTHONUTF8", "0")
    person = Person(1, code=ASKS.replace('f"line {number}"', 'f"caf\\u00e9 \\u009b {number}"'))
    person.sees(b"caf\\u{e9} \\u{9b} 0\r\nSend this? [y/N] ")
    person.types(b"n\n")
    assert person.ends() == "no"
