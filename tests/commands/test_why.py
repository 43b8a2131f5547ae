"""`show --why`: what each line rests on, for each way a summary can have come about."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli import app
from tests.commands.inbox import mail, run, to_ada, write_inbox
from tests.mail.builders import mbox


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_inbox(tmp_path)


def why(*rows: str, mailbox: str = "inbox.mbox") -> str:
    result = CliRunner().invoke(app, ["show", mailbox, *rows, "--why"])
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_a_written_line_is_shown_with_the_words_it_rests_on(inbox: Path):
    run(inbox)
    assert why("5") == (
        "Bob Jones: Budget\n"
        "  written by the model; every check against the words below passed\n"
        "  the rules saw: asks you, deadline\n"
        "\n"
        "  Approve the budget for the Oslo project before Thursday noon.\n"
        "    <-  “Please approve the budget for the Oslo project before Thursday noon.”  (characters 122-190)\n"
    )


@pytest.mark.usefixtures("inbox")
def test_without_a_summary_the_rules_explain_themselves():
    assert why("6", "3") == (
        "Carol Nilsen: Review\n"
        "  quoted by the rules; no summary of it is kept yet\n"
        "  the rules saw: change\n"
        "\n"
        "  “The review with the board moved to Tuesday because the chairman is still travelling in the north of the "
        "country.”\n"
        "    <-  “The review with the board moved to Tuesday because the chairman is still travelling in the north of "
        "the country.”  (characters 123-235)\n"
        "\n"
        "Dan Wu: Re: Budget\n"
        "  short: shown in its own words, no model was asked\n"
        "  the rules saw: decision\n"
        "\n"
        "  “Signed, attached.”\n"
        "    <-  “Signed, attached.”  (characters 0-17)\n"
    )


@pytest.mark.usefixtures("inbox")
def test_nothing_rests_on_no_words():
    assert why("1") == "陈思远: Scan 7\n  nobody wrote any words in it\n"


def test_words_refused_are_said_to_have_been_refused(inbox: Path):
    run(inbox, lambda request: "They signed in Paris.")
    assert why("5").splitlines()[1] == (
        "  quoted: what the model wrote did not pass every check, or missed the best sentence"
    )


def test_the_line_of_a_thread_names_the_message_its_words_are_from(inbox: Path):
    done = run(inbox, by_thread=True)
    newest = done.records
    [thread] = [record for record in newest.values() if len(record.messages) == 2]
    assert why("5").endswith(f"(characters 0-17 of {thread.messages[1]})\n")


def test_a_summary_is_not_shown_of_another_message_that_goes_by_the_same_id(inbox: Path):
    run(inbox)
    forged = to_ada(2, "Mallory <mallory@example.biz>", "Budget", "Nothing of the kind was ever said, by anybody.\n")
    inbox.write_bytes(mbox([*mail()[:1], forged, *mail()[2:]]))
    assert why("5").splitlines()[1:] == [
        "  short: shown in its own words, no model was asked",
        "",
        "  “Nothing of the kind was ever said, by anybody.”",
        "    <-  “Nothing of the kind was ever said, by anybody.”  (characters 0-46)",
    ]


def test_words_of_mail_cannot_write_to_the_terminal(inbox: Path):
    text = "Please sign \x1b[2Jthe plan\x07 by Friday.\n"
    inbox.write_bytes(mbox([to_ada(1, "Eve \x1b]0;x\x07 <eve@example.biz>", "\x1b[31mHi", text)]))
    shown = why("1")
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "  “Please sign [2Jthe plan by Friday.”" in shown
