"""`llama-agent ask` and `route`: from the command line to the answer, with a model whose words never pass a check."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.cli import app
from agent.egress import consent
from agent.egress.consent import Consent
from agent.paths import config_file
from agent.tasks.answer_record import AnswerRecord
from tests.commands.inbox import BUDGET, REVIEW, mail, pin_nonsense, to_ada, write_inbox
from tests.mail.builders import mbox, multipart, part
from tests.pictures import GAUGES, chart

PRICE = "The supplier holds the price of 214,000 EUR until Friday only."
MOVED = (
    "The review with the board moved to Tuesday because the chairman is still travelling in the north of the country."
)
LOCKED = "0 bytes left this computer (kernel lock: seccomp)"
ENABLE = "llama-agent cloud status says how a larger model could be offered it"
CHART = chart("Gauges", GAUGES)
CLOUD = '[cloud]\nurl = "https://api.example.org/v1"\nmodel = "large"\n'


def run(*words: str) -> Result:
    return CliRunner().invoke(app, [*words])


@pytest.fixture(autouse=True)
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """inbox.mbox and chart.png in the current folder, and a model of random weights."""
    monkeypatch.chdir(tmp_path)
    pin_nonsense(tmp_path)
    (tmp_path / "chart.png").write_bytes(CHART)
    return write_inbox(tmp_path)


def configure(text: str = CLOUD, *, enabled: bool = True) -> None:
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text(text)
    if enabled:
        consent.write(Consent("https://api.example.org/v1", "large", "ada", datetime.now(UTC)))


def test_an_answer_is_words_of_the_mail_with_where_they_stand_and_a_verdict():
    result = run("ask", "until when does the supplier hold the price?", "inbox.mbox")
    assert result.stdout == (f"“{PRICE}”\n  5  Bob Jones, Mon  2 Nov 12:00: Budget\n")
    lines = result.stderr.splitlines()
    assert lines[0] == "inbox.mbox - 6 messages - Mon 2 Nov 2026"
    assert lines[-1].startswith("◐ local, low confidence · tiny")
    assert lines[-1].endswith(f", so your mail is quoted · {LOCKED} · {ENABLE}")
    assert result.exit_code == 0


def test_its_number_opens_the_message():
    run("ask", "until when does the supplier hold the price?", "inbox.mbox")
    run("use", "inbox.mbox")
    assert PRICE in " ".join(run("show", "5").stdout.split())


def test_what_is_not_in_the_mail_is_said_without_a_model():
    result = run("ask", "what did Bob decide about the helicopter?", "inbox.mbox")
    assert (result.exit_code, result.stdout) == (
        0,
        "Not in your mail: the words of the question are in none of 6 messages.\n",
    )
    assert result.stderr.splitlines()[-1] == f"● local · no model was asked · {LOCKED}"


def test_json_has_the_same_and_is_what_the_schema_says():
    result = run("ask", "until when does the supplier hold the price?", "inbox.mbox", "--json")
    record = AnswerRecord.model_validate(json.loads(result.stdout))
    assert (record.kind, record.text, record.mailbox, record.looked_at) == ("quoted", PRICE, "inbox.mbox", 6)
    assert [receipt.text for receipt in record.receipts] == [PRICE]
    route = record.route
    assert (route.where, route.outcome, route.rung) == ("local", "low confidence", "nothing")
    assert (route.sent_bytes, route.entry, route.head, record.lock) == (0, None, None, "seccomp")
    assert {reason.rule for reason in route.reasons} >= {"consent", "confidence"}
    schema = json.loads(run("schema", "ask").stdout)
    assert set(schema["properties"]) == set(json.loads(result.stdout))


@pytest.mark.parametrize(
    ("options", "looked"),
    [
        (["--from", "carol"], 1),
        (["-n", "2"], 2),
        (["--since", "2026-11-02"], 6),
        (["5", "6"], 2),
        (["--thread", "5"], 2),
    ],
)
def test_only_the_mail_that_is_selected_is_looked_at(options, looked):
    record = json.loads(run("ask", "when is the review?", "inbox.mbox", *options, "--json").stdout)
    assert record["looked_at"] == looked


def test_of_a_long_mailbox_the_newest_500_are_looked_at_and_that_is_said(tmp_path):
    many = [to_ada(number, "Bob <bob@example.com>", "Note", f"Note {number}.") for number in range(501)]
    (tmp_path / "long.mbox").write_bytes(mbox(many))
    result = run("ask", "what is in note 0?", "long.mbox", "--json")
    assert json.loads(result.stdout)["looked_at"] == 500
    assert "only the newest 500 are looked at; -n, --since or --search say otherwise" in result.stderr


def test_without_mail_the_model_answers_from_what_it_knows_and_that_is_said():
    result = run("ask", "what is the capital of France?", "--no-mail")
    assert result.stdout.endswith("(no source: from the model's own knowledge)\n")
    assert "the model here is not calibrated for this" in result.stderr
    assert result.exit_code == 0


def test_the_mailbox_that_is_set_is_asked_unless_told_not_to():
    run("use", "inbox.mbox")
    assert run("ask", "until when does the supplier hold the price?").stdout.startswith(f"“{PRICE}”")
    assert "no source" in run("ask", "until when does the supplier hold the price?", "--no-mail").stdout


def test_an_empty_mailbox_holds_no_answer(tmp_path):
    (tmp_path / "empty.mbox").write_bytes(b"")
    result = run("ask", "when is the review?", "empty.mbox")
    assert (result.exit_code, result.stdout) == (0, "There is no message to answer it from.\n")


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["  "], 2, "the question is empty."),
        (["x" * 100_000], 2, "the question has 100,000 characters; 4,000 is the most. Mail goes in a mailbox."),
        (
            ["q", "--image", "chart.png", "--attachment", "1.1"],
            2,
            "--image is a file, --attachment a part of a message",
        ),
        (["q", "inbox.mbox", "--image", "chart.png"], 2, "--image is asked about by itself."),
        (["q", "inbox.mbox", "--no-mail"], 2, "--no-mail, and mail to read: give one of them."),
        (["q", "--offline", "--cloud"], 2, "--offline and --cloud say opposite things: give one of them."),
        (["q", "--share", "everything"], 2, '--share "everything" is not known.'),
        (["q", "--image", "none.png"], 3, "none.png"),
        (["q", "--image", "inbox.mbox"], 3, "inbox.mbox is not a picture"),
        (["q", "inbox.mbox", "--attachment", "6.1"], 3, "the message has no attachment 1; it has 0."),
        (["q", "inbox.mbox", "--attachment", "6"], 2, '--attachment "6" names no attachment.'),
        (["q", "inbox.mbox", "5", "--attachment", "6.1"], 2, "--attachment names the message: leave out the others."),
        (["q", "none.mbox"], 3, "none.mbox"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(words, code, sentence):
    result = run("ask", *words)
    assert (result.exit_code, result.stdout) == (code, "")
    assert sentence in result.stderr


def attached(data: bytes) -> None:
    header = b"From: Bob <bob@example.org>\nTo: ada@example.org\nSubject: Chart\nMessage-ID: <c@x.example>\n"
    picture = part("image/png", data, 'Content-Disposition: attachment; filename="chart.png"')
    Path("one.mbox").write_bytes(mbox([header + multipart("mixed", part("text/plain", "See the chart."), picture)]))


def test_an_attachment_that_is_no_picture_is_refused():
    attached(b"%PDF-1.4")
    result = run("ask", "what does it show?", "one.mbox", "--attachment", "1.1")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == "error: attachment 1.1 is a PDF document; only PNG, JPEG, WebP and GIF can be read.\n"


@pytest.mark.parametrize("words", [["--image", "chart.png"], ["one.mbox", "--attachment", "1.1"]])
def test_a_picture_no_model_here_can_look_at_needs_a_yes_and_the_sentence_says_how(words):
    attached(CHART)
    result = run("ask", "what does it show?", *words)
    assert (result.exit_code, result.stdout) == (7, "")
    assert result.stderr == (
        "error: no model on this computer can look at pictures, and no model elsewhere is enabled.\n"
        "  llama-agent cloud status  says how one elsewhere could be asked, each time with your yes\n"
    )


def test_where_nobody_can_be_asked_a_picture_is_refused():
    configure()
    result = run("ask", "what does it show?", "--image", "chart.png")
    assert (result.exit_code, result.stdout) == (7, "")
    assert result.stderr.startswith(
        "error: no model on this computer can look at pictures, and no process that can send"
    )


def test_a_plan_names_every_rule_and_asks_no_model():
    result = run("route", "until when does the supplier hold the price?", "inbox.mbox")
    assert result.stdout.splitlines()[:2] == [
        "answered   on this computer",
        "otherwise  on this computer, with low confidence",
    ]
    assert "consent     no model elsewhere is enabled\n" in result.stdout
    assert result.stderr.splitlines()[-1] == "this was a plan: no model was asked and nothing was sent"


def test_a_plan_in_json_says_what_would_be_offered():
    configure()
    plan = json.loads(run("route", "until when does the supplier hold the price?", "inbox.mbox", "--json").stdout)
    assert plan["outcome"] == "local"
    # Nobody can be asked in a test; a plan is for when somebody can.
    assert (plan["otherwise"]["outcome"], plan["offered"]["rung"]) == ("ask", "excerpt")


def test_a_plan_of_a_question_the_mail_does_not_answer_is_that_no_model_is_asked():
    result = run("route", "what did Bob decide about the helicopter?", "inbox.mbox")
    assert result.stdout == "No model would be asked: nothing in your mail speaks of it.\n"
    plan = json.loads(run("route", "what about the helicopter?", "inbox.mbox", "--json").stdout)
    assert (plan["outcome"], plan["otherwise"], plan["offered"]) == ("local", None, None)


@pytest.mark.parametrize(
    ("never", "rule"),
    [("from:bob", "private"), ("is:unread", "private"), ("label:medical", "private"), ("from:carol", "grant")],
)
def test_mail_that_matches_never_is_offered_to_nobody(never, rule):
    configure(f'{CLOUD}never = ["{never}"]\n')
    result = run("route", "until when does the supplier hold the price?", "inbox.mbox", "--json")
    assert rule in {reason["rule"] for reason in json.loads(result.stdout)["otherwise"]["reasons"]}


def test_share_is_never_above_the_settings():
    configure(f'{CLOUD}share = "excerpt"\n')
    result = run("route", "when is the review?", "inbox.mbox", "--share", "raw")
    assert 'share = "excerpt" in [cloud] is the most that is offered' in result.stderr
    assert "share " not in result.stdout


def test_a_rule_of_never_that_cannot_be_read_stops_the_question():
    configure(f'{CLOUD}never = ["from:"]\n')
    result = run("ask", "when is the review?", "inbox.mbox")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "never in [cloud]" in result.stderr


def test_words_that_act_on_a_terminal_are_shown_harmless(tmp_path):
    text = "The review\x1b[2J is on \x07Tuesday next week."
    (tmp_path / "odd.mbox").write_bytes(mbox([to_ada(1, "Bob\x1b <bob@example.com>", "Review", text)]))
    result = run("ask", "when is the review?", "odd.mbox")
    assert "\x1b" not in result.stdout + result.stderr
    assert "Tuesday" in result.stdout


def test_the_fixture_mail_says_what_these_tests_think():
    assert PRICE in BUDGET
    assert MOVED in REVIEW
    assert len(mail()) == 6
