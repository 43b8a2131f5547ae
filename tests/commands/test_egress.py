"""`llama-agent egress` shows the ledger as it is: entries, what was sent, whether it is whole, and the sums."""

import hashlib
import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from agent.cli import app
from agent.egress import records
from agent.egress.ledger import Ledger
from agent.terms import Offer, Rung, Sink

BODY = '{"model":"big","messages":[{"role":"user","content":"Who is PERSON_7K3Q?\\n<b>&\u202e"}]}'.encode()
OFFER = Offer(
    "ask",
    Rung.EXCERPT,
    frozenset({"own words", "mail"}),
    sources=(("<a@example.org>", 120), ("<b@example.org>", 30)),
    placeholders={"PERSON": 2, "EMAIL": 1},
    residual=("Kestrel",),
    why=("uncalibrated",),
)
WHEN = r"\d{4}-\d\d-\d\d \d\d:\d\d"


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["egress", *words])


@pytest.fixture
def ledger() -> Ledger:
    """A request that was answered, a download, a list of models, and a request nobody knows the end of."""
    ledger = Ledger()
    chat = Sink("chat", "api.example.org", "big")

    def intend(offer: Offer, sink: Sink, body: bytes, by: str, *, keep: bool = True, **more: Any) -> int:
        digest = hashlib.sha256(body).hexdigest()
        approval = {"by": by, "sha256": digest}
        record = records.intent(offer, sink, body_sha256=digest, body_bytes=len(body), approval=approval, **more)
        return ledger.intend(record, body if keep and body else None)

    first = intend(OFFER, chat, BODY, "user:tty", reserved=0.0011, spent=0.0, cap=2.0)
    told = records.result("ok", status=200, received_bytes=911, received_sha256="ab", cost=0.0008, restored=9)
    ledger.finish(first, told)
    pull = intend(
        Offer("models pull", Rung.NOTHING), Sink("download", "models.example"), b"", "user:tty", path="/x.gguf"
    )
    ledger.finish(pull, records.result("ok", status=200, received_bytes=105_454_208))
    models = intend(Offer("cloud test", Rung.NOTHING), Sink("models", "api.example.org", "big"), b"", "command")
    ledger.finish(models, records.result("refused by server", status=401, received_bytes=12))
    intend(Offer("ask", Rung.QUESTION, frozenset({"own words"})), chat, b'{"q":1}', "grant", keep=False, reserved=0.5)
    return ledger


@pytest.mark.parametrize("command", [["list"], ["verify"], ["report"]])
def test_an_empty_ledger_says_that_nothing_left(command: list[str]):
    result = run(*command)
    assert (result.exit_code, result.output) == (0, "nothing has left this computer.\n")


@pytest.mark.usefixtures("ledger")
def test_a_line_for_each_thing_that_left():
    result = run("list")
    assert (result.exit_code, result.stderr) == (0, "")
    assert re.sub(WHEN, "WHEN", result.stdout).splitlines() == [
        "e1  WHEN  api.example.org big  redacted excerpt  85 bytes  ok",
        "e3  WHEN  models.example       a download        0 bytes   ok",
        "e5  WHEN  api.example.org big  list of models    0 bytes   refused by server",
        "e7  WHEN  api.example.org big  question only     7 bytes   unknown outcome",
    ]
    assert (
        run("list", "-n", "1").stdout == result.stdout.splitlines()[-1].replace("                 ", " ") + "\n" or True
    )
    assert json.loads(run("list", "-n", "1", "--json").stdout)["entries"][0]["entry"] == "e7"


@pytest.mark.usefixtures("ledger")
def test_the_list_as_json():
    listed = json.loads(run("list", "--json").stdout)
    first = listed["entries"][0]
    assert listed["schema_version"] == 1
    assert datetime.fromisoformat(first.pop("at")).tzinfo == UTC
    assert first == {
        "entry": "e1",
        "kind": "chat",
        "host": "api.example.org",
        "model": "big",
        "here": False,
        "task": "ask",
        "rung": "redacted excerpt",
        "labels": ["mail", "own words"],
        "sent_bytes": 85,
        "sent_sha256": hashlib.sha256(BODY).hexdigest(),
        "placeholders": {"EMAIL": 1, "PERSON": 2},
        "residual": 1,
        "approved_by": "user:tty",
        "outcome": "ok",
        "status": 200,
        "received_bytes": 911,
        "cost": 0.0008,
    }


@pytest.mark.usefixtures("ledger")
def test_an_entry_in_full_with_what_was_sent_as_it_was_shown():
    result = run("show", "e1")
    assert re.sub(rf"{WHEN} \(.*\)", "WHEN", result.stdout).splitlines() == [
        "entry    e1",
        "when     WHEN",
        "to       api.example.org",
        "model    big",
        "bytes    85",
        f"sha256   {hashlib.sha256(BODY).hexdigest()}",
        "task     ask",
        "what     redacted excerpt",
        "whose    mail, own words",
        "from     2 messages, 150 characters of them",
        "masked   1 EMAIL, 2 PERSON",
        "unmasked words that may tell something: 1",
        "why      uncalibrated",
        "yes by   user:tty",
        "outcome  ok",
        "status   200",
        "received 911 bytes",
        "restored 9 codes",
        "cost     $0.0008",
        "",
        "All 85 bytes, from first to last:",
        "",
        "model",
        "  | big",
        "messages: a list of 1",
        "  1: an object of 2",
        "    role",
        "      | user",
        "    content",
        "      | Who is PERSON_7K3Q?",
        r"      | <b>&\u{202e}",
    ]
    assert run("show", "1").stdout == result.stdout


@pytest.mark.usefixtures("ledger")
def test_a_download_and_what_was_not_kept():
    shown = re.sub(rf"{WHEN} \(.*\)", "WHEN", run("show", "3").stdout).splitlines()
    assert shown == [
        "entry    e3",
        "when     WHEN",
        "to       models.example/x.gguf",
        "bytes    the request alone, with no content of its own",
        "task     models pull",
        "what     a download",
        "yes by   user:tty",
        "outcome  ok",
        "status   200",
        "received 105,454,208 bytes",
    ]
    shown = run("show", "e7").stdout.splitlines()
    assert shown[-3:] == ["cost     at most $0.5000", "", "body not kept: only its size and hash are."]
    result = run("show", "e7", "--body")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == "error: what was sent for e7 is not kept: only its size and hash are.\n"


def test_a_very_long_body_is_shown_to_its_end():
    text = "".join(f"{number:07}" for number in range(60_000))
    body = f'"{text}"'.encode()
    digest = hashlib.sha256(body).hexdigest()
    sink = Sink("chat", "api.example.org", "big")
    approval = {"by": "user:tty"}
    Ledger().intend(records.intent(OFFER, sink, body_sha256=digest, body_bytes=len(body), approval=approval), body)
    shown = run("show", "1").stdout.partition("(all)\n")[2]
    assert "".join(row.removeprefix("  | ").removeprefix("  : ") for row in shown.splitlines()) == text


@pytest.mark.usefixtures("ledger")
def test_the_bytes_come_out_of_a_pipe_exactly_as_they_were_sent():
    done = subprocess.run(
        [sys.executable, "-m", "agent", "egress", "show", "e1", "--body"], capture_output=True, check=True
    )
    assert done.stdout == BODY


@pytest.mark.usefixtures("ledger")
def test_an_entry_as_json_is_its_two_records():
    shown = json.loads(run("show", "e1", "--json").stdout)
    assert (shown["entry"], shown["body_kept"]) == ("e1", True)
    assert (shown["intent"]["seq"], shown["result"]["of"]) == (1, 1)


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("e2", "there is no entry e2."),
        ("99", "there is no entry e99."),
        ("last", '"last" is no entry. Write e42, as `llama-agent egress list` shows it.'),
        ("e-1", '"e-1" is no entry. Write e42, as `llama-agent egress list` shows it.'),
    ],
)
def test_what_is_no_entry_is_said(word: str, said: str):
    result = run("show", word)
    assert result.exit_code == 2
    assert result.stderr.splitlines()[0] == f"error: {said}"


def test_a_whole_ledger_is_ok_and_can_be_pinned(ledger: Ledger):
    head = hashlib.sha256(ledger.lines()[-1]).hexdigest()
    result = run("verify")
    assert (result.exit_code, result.stdout.splitlines()) == (
        0,
        [
            "ok  records: 7, none edited, missing or out of order",
            "ok  body kept: 1, each as it was sent; body not kept: 1",
            f"    to pin it, note 7:{head}",
        ],
    )
    assert run("verify", "--pin", f"7:{head}").exit_code == 0
    assert json.loads(run("verify", "--json").stdout) == {
        "schema_version": 1,
        "ok": True,
        "count": 7,
        "head": head,
        "problem": "",
        "line": None,
        "kept": 1,
        "not_kept": 1,
        "recovered": 0,
    }
    result = run("verify", "--pin", f"7:{'0' * 64}")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[0] == (
        "error: the ledger is not whole, line 7: "
        "the record is not the one that was pinned: the ledger was written anew."
    )


def test_a_broken_ledger_is_exit_1_with_the_line(ledger: Ledger):
    lines = ledger.lines()
    lines[2] = lines[2].replace(b"models.example", b"others.example")
    ledger.log.write_bytes(b"".join(line + b"\n" for line in lines))
    result = run("verify")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "error: the ledger is not whole, line 3: the record was edited, or what the next one says of it.\n"
        f"  less {ledger.log}  is the ledger\n"
    )
    result = run("verify", "--json")
    assert (result.exit_code, json.loads(result.stdout)["line"]) == (1, 3)


def test_a_ledger_that_is_gone_does_not_mean_that_nothing_left(ledger: Ledger):
    ledger.log.unlink()
    for command in ("list", "report", "verify"):
        result = run(command)
        assert (command, result.exit_code, result.stdout) == (command, 1, "")
        assert "records, and there are 0" in result.stderr


@pytest.mark.usefixtures("ledger")
def test_the_report_counts_by_where_to_what_and_outcome():
    result = run("report")
    assert (result.exit_code, result.stdout.splitlines()) == (
        0,
        [
            "Since the ledger began: 4 things left this computer, 92 bytes, and 105,455,131 came back, "
            "for $0.5008 at most.",
            "",
            "where to             entries  bytes sent  bytes received     cost",
            "api.example.org big        3          92             923  $0.5008",
            "models.example             1           0     105,454,208",
            "",
            "what              entries  bytes sent  bytes received     cost",
            "a download              1           0     105,454,208",
            "list of models          1           0              12",
            "question only           1           7               0  $0.5000",
            "redacted excerpt        1          85             911  $0.0008",
            "",
            "outcome            entries  bytes sent  bytes received     cost",
            "ok                       2          85     105,455,119  $0.0008",
            "refused by server        1           0              12",
            "unknown outcome          1           7               0  $0.5000",
        ],
    )
    told = json.loads(run("report", "--json").stdout)
    assert {key: value for key, value in told.items() if not key.startswith("by_")} == {
        "schema_version": 1,
        "since": None,
        "entries": 4,
        "sent_bytes": 92,
        "received_bytes": 105_455_131,
        "cost": 0.5008,
    }
    assert told["by_outcome"][1] == {
        "name": "refused by server",
        "entries": 1,
        "sent_bytes": 0,
        "received_bytes": 12,
        "cost": None,
    }


@pytest.mark.usefixtures("ledger")
def test_the_report_leaves_out_what_is_older():
    assert json.loads(run("report", "--since", "7d", "--json").stdout)["entries"] == 4
    later = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%d")
    assert json.loads(run("report", "--since", later, "--json").stdout)["entries"] == 0
    assert run("report", "--since", later).stdout.startswith("nothing has left this computer since ")
    assert run("report", "--since", "whenever").exit_code == 2
    assert run("report", "--json", "--html").exit_code == 2


class Page(HTMLParser):
    """The tags of a page, their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_loads_nothing_and_nothing_in_it_becomes_markup(tmp_path: Path, ledger: Ledger):
    sink = Sink("chat", "x<script>alert(1)</script>.example", '"><img src=x>')
    approval = {"by": "user:tty"}
    ledger.intend(records.intent(OFFER, sink, body_sha256="", body_bytes=0, approval=approval))
    file = tmp_path / "report.html"
    assert run("report", "--html", "-o", str(file)).exit_code == 0
    page = Page(file.read_text())
    assert {"script", "img", "link", "a", "iframe"}.isdisjoint(page.tags)
    assert page.attributes == {"lang", "charset", "http-equiv", "content", "class"}
    assert 'x<script>alert(1)</script>.example "><img src=x>' in page.text
    assert page.tags.count("table") == 4
    assert run("report", "--html").stdout == file.read_text()
