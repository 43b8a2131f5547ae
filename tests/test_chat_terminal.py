"""A whole chat on a terminal, as a person has it: what the screen shows, cell for cell."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from agent.commands import line_history
from agent.paths import config_file
from tests import screens
from tests.egress.mails import configure, invitation
from tests.egress.model_server import model_server, says
from tests.egress.smtp_server import aiosmtpd
from tests.mail.builders import mbox, message
from tests.screens import Screen
from tests.sending import configure as configure_cloud

ROOT = Path(__file__).parent.parent
# tmux listens on a socket.
pytestmark = [
    pytest.mark.loopback,
    pytest.mark.skipif(screens.missing() is not None, reason=str(screens.missing())),
]

BUDGET = "Please approve the third version of the budget before Thursday noon.\n\nBob\n"
LUNCH = "Is lunch on Friday at one good for you? \x1b[31mRed\x1b[0m tables only.\n"
LOOKED = {"name": "search_mail", "arguments": {"query": "budget"}}
ANSWER = "Please approve the third version of the budget before Thursday noon [1]. Lunch is at \x1b]0;two\x07three."


def write(folder: Path) -> None:
    """Write inbox.mbox: Bob's budget is message 1, Eve's lunch 2. Of old mail the year is shown, and not the time."""
    bob = ("From: Bob Jones <bob@example.com>", "Subject: Budget", "Date: Tue, 03 Nov 2020 10:00:00 +0100")
    eve = ("From: Eve Adler <eve@example.com>", "Subject: Lunch \u202eon", "Date: Mon, 02 Nov 2020 10:00:00 +0100")
    (folder / "inbox.mbox").write_bytes(mbox([message(1, LUNCH, *eve), message(2, BUDGET, *bob)]))


@contextmanager
def chat(
    folder: Path, script: list[Any], *options: str, size: tuple[int, int] = (80, 24), **surroundings: str
) -> Iterator[Screen]:
    """Begin a chat about inbox.mbox with a model that says what the script says."""
    write(folder)
    program = [sys.executable, "-m", "tests.commands.a_chat", "inbox.mbox", json.dumps(script), *options]
    with screens.screen(program, folder, size, {"PYTHONPATH": str(ROOT)} | surroundings) as shown:
        shown.ready("/help")
        yield shown


def test_a_whole_chat_at_80_by_24(tmp_path: Path) -> None:
    script = [LOOKED, ANSWER, {"name": "add_todo", "arguments": {"what": "approve the budget"}}, "Shall I note more?"]
    with chat(tmp_path, script) as screen:
        screen.ends_as(
            "inbox.mbox - 2 messages",
            "Ask, or /help. Nothing is sent without your yes.",
            ">",
            *[""] * 20,
            "nothing left this computer · scripted",
        )
        screen.type("what did Bob want?", "Enter")
        screen.ends_as(
            "inbox.mbox - 2 messages",
            "Ask, or /help. Nothing is sent without your yes.",
            "> what did Bob want?",
            '[searched "budget": 1 message]',
            "Please approve the third version of the budget before Thursday noon [1]. Lunch",
            "is at ]0;twothree.",
            "",
            "  1  Bob Jones, Tue 3 Nov 2020: Budget",
            "    “Please approve the third version of the budget before Thursday noon.”",
            "(not confirmed by your mail: “Lunch is at ]0;twothree.”)",
            ">",
            *[""] * 12,
            "nothing left this computer · context 9% · scripted",
        )
        screen.type("note that", "Enter")
        screen.ready("Shall I note more?")
        screen.type("/undo", "Enter")
        screen.ready("dropped t1")
        screen.type("/wy", "Enter")
        screen.ready("//…")
        screen.type("/exit", "Enter")
        screen.ends_as(
            "Ask, or /help. Nothing is sent without your yes.",
            "> what did Bob want?",
            '[searched "budget": 1 message]',
            "Please approve the third version of the budget before Thursday noon [1]. Lunch",
            "is at ]0;twothree.",
            "",
            "  1  Bob Jones, Tue 3 Nov 2020: Budget",
            "    “Please approve the third version of the budget before Thursday noon.”",
            "(not confirmed by your mail: “Lunch is at ]0;twothree.”)",
            "> note that",
            "[kept a to-do]",
            "[kept as t1; /undo takes it back]",
            "Shall I note more?",
            "> /undo",
            "dropped t1",
            "> /wy",
            "error: there is no command /wy. Did you mean /why?",
            "  /help  lists them",
            "  //…    asks with a slash",
            "> /exit",
            "exit 0",
        )


def test_numbers_are_completed_with_who_wrote_and_what_about(tmp_path: Path) -> None:
    with chat(tmp_path, []) as screen:
        screen.type("/sho", "Tab", " ")
        screen.after("Eve Adler")
        assert [line.split() for line in screen.lines()[3:5]] == [
            ["1", "Bob", "Jones:", "Budget"],
            ["2", "Eve", "Adler:", "Lunch", "on"],
        ]


def test_what_is_pasted_is_cleaned_and_never_sends_itself(tmp_path: Path) -> None:
    with chat(tmp_path, ["Heard."]) as screen:
        screen.paste("/exit\nread \x1b[31mthis\u202e\nand this\n")
        screen.after("and this")
        assert screen.lines()[2:6] == ["> /exit", "  read [31mthis", "  and this", ""]
        screen.type("Enter")
        screen.after("Heard.")


def test_ctrl_c_stops_what_runs_and_the_talk_goes_on(tmp_path: Path) -> None:
    with chat(tmp_path, [{"again": "and go on"}, {"seconds": 60}, "Here I am."]) as screen:
        screen.type("talk", "Enter")
        screen.after("and go on")
        screen.type("C-c")
        screen.ready("stopped; what was said is kept")
        screen.type("wait", "Enter")
        screen.after(" s · nothing left this computer")
        screen.type("C-c")
        screen.until(lambda lines: sum("stopped" in line for line in lines) == 2)
        screen.type("still there?", "Enter")
        screen.after("Here I am.")


def test_ctrl_c_at_the_prompt_clears_the_line_and_twice_leaves(tmp_path: Path) -> None:
    with chat(tmp_path, ["Heard."]) as screen:
        screen.type("half a questio", "C-c")
        screen.after("Ctrl-C again, or Ctrl-D, leaves")
        screen.type("whole", "C-c", "C-c")
        assert screen.after("exit 0")[2:4] == [">", "exit 0"]


def test_a_model_that_fails_is_one_sentence_and_the_talk_goes_on(tmp_path: Path) -> None:
    with chat(tmp_path, [{"error": "the model is gone."}, "Back again."]) as screen:
        screen.type("are you there?", "Enter")
        screen.ready("error: the model is gone.")
        screen.type("Up")
        screen.until(lambda lines: sum("> are you there?" in line for line in lines) == 2)
        screen.type("C-c")
        screen.ready("Ctrl-C again")
        screen.type("and now?", "Enter")
        screen.ready("Back again.")
        screen.type("C-d")
        screen.after("exit 0")


AT_40_COLUMNS = (
    "inbox.mbox - 2 messages",
    "Ask, or /help. Nothing is sent without",
    "your yes.",
    "> what did Bob want?",
    '[searched "budget": 1 message]',
    "Please approve the third version of the",
    "budget before Thursday noon [1]. Lunch",
    "is at ]0;twothree.",
    "",
    "  1  Bob Jones, Tue 3 Nov 2020: Budget",
    "    “Please approve the third version of",
    "    the budget before Thursday noon.”",
    "(not confirmed by your mail: “Lunch is",
    "at ]0;twothree.”)",
)


@pytest.mark.parametrize(
    ("options", "surroundings"), [(["--plain"], {}), ([], {"TERM": "dumb"}), (["--plain"], {"NO_COLOR": "1"})]
)
def test_nothing_is_drawn_over_on_a_plain_terminal_and_40_columns_are_enough(
    tmp_path: Path, options: list[str], surroundings: dict[str, str]
) -> None:
    with chat(tmp_path, [LOOKED, ANSWER], *options, size=(40, 24), **surroundings) as screen:
        screen.type("what did Bob want?", "Enter")
        screen.ready("scripted")
        screen.type("C-c")
        screen.ready("Ctrl-C again")
        screen.type("C-d")
        screen.ends_as(
            *AT_40_COLUMNS,
            "nothing left this computer · context 9%",
            "· scripted",
            "> ^C",
            "Ctrl-C again, or Ctrl-D, leaves",
            ">",
            "exit 0",
        )


def test_40_columns_with_line_editing_and_without_colour(tmp_path: Path) -> None:
    with chat(tmp_path, [LOOKED, ANSWER], size=(40, 19), NO_COLOR="1") as screen:
        screen.type("what did Bob want?", "Enter")
        screen.ends_as(
            *AT_40_COLUMNS,
            ">",
            *[""] * 3,
            "nothing left this computer · context 9%…",
        )


def test_typed_lines_are_had_again_in_the_next_chat_where_the_settings_say_so(tmp_path: Path) -> None:
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text("[chat]\nhistory = true\n")
    for sub in ("one", "two"):
        (tmp_path / sub).mkdir()
    with chat(tmp_path / "one", ["Heard."]) as screen:
        screen.type("remember me", "Enter")
        screen.ready("Heard.")
        screen.type("C-d")
        screen.after("exit 0")
    with chat(tmp_path / "two", ["Heard."]) as screen:
        screen.type("Up")
        screen.after("> remember me")


def test_a_folder_in_the_place_of_the_typed_lines_is_said_and_nothing_else_changes(tmp_path: Path) -> None:
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text("[chat]\nhistory = true\n")
    line_history.file().mkdir()
    with chat(tmp_path, ["Heard."], size=(200, 24)) as screen:
        assert screen.lines()[0] == (
            f"{line_history.file()} is not of this version: it is left as it is, and what you type is not kept."
        )
        screen.type("are you there?", "Enter")
        screen.ready("Heard.")


def test_a_draft_is_shown_and_asked_about_between_two_prompts_and_sent_after_a_yes(tmp_path: Path) -> None:
    with aiosmtpd("none") as (port, taken):
        configure(port)
        draft = invitation()
        with chat(tmp_path, ["Heard."], size=(100, 50)) as screen:
            screen.type("/send ", "Tab", "Enter")
            screen.after("[N]o:")
            screen.type("n", "Enter")
            screen.ready("nothing was sent")
            screen.type("/send d1", "Enter")
            screen.until(lambda lines: sum("[N]o:" in line for line in lines) == 2)
            assert taken.mails == []
            screen.type("y", "Enter")
            screen.ready(f"{len(draft.data):,} bytes left this computer (e1)")
            screen.type("/drafts", "Enter")
            screen.ready("there are no drafts.")
            screen.type("and now?", "Enter")
            screen.ready("Heard.")
    assert [mail[2] for mail in taken.mails] == [draft.data]


def test_what_was_typed_goes_to_the_larger_model_after_a_yes_and_nothing_else_does(tmp_path: Path) -> None:
    write(tmp_path)
    program = [sys.executable, "-m", "agent", "chat", "inbox.mbox"]
    with model_server(says("A long narrow inlet.")) as server:
        configure_cloud(server.url)
        with screens.screen(program, tmp_path, (100, 60), {"PYTHONPATH": str(ROOT)}) as screen:
            screen.ready("/help")
            screen.type("what did Bob want?", "Enter")
            screen.ready("[1]")
            screen.type("ask the cloud what a fjord is", "Enter")
            screen.after("[y/N]")
            assert server.requests == []
            screen.type("n", "Enter")
            screen.ready("nothing was sent")
            screen.type("ask the cloud: what is a fjord?", "Enter")
            screen.until(lambda lines: sum("[y/N]" in line for line in lines) == 2)
            screen.type("y", "Enter")
            lines = screen.ready("(no source: from the own knowledge of stand-in)")
    assert "A long narrow inlet." in lines
    (request,) = server.requests
    asked = json.loads(request.body)["messages"]
    assert asked[-1] == {"role": "user", "content": "what is a fjord?"}
    assert "Bob" not in request.body.decode()
