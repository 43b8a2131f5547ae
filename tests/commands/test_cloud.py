"""`llama-agent cloud`: nothing without a yes on the terminal, taken back without one, and told as it is."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner, Result

from agent.cli import app
from agent.egress import consent, records
from agent.egress.consent import Consent
from agent.egress.ledger import Ledger
from agent.paths import config_file
from agent.terms import Offer, Rung, Sink
from tests.commands.at_terminal import typing
from tests.egress.model_server import model_server, refuses

AGENT = [sys.executable, "-m", "agent"]
URL = "https://api.example.org/v1"
CONFIG = f"""
[cloud]
url = "{URL}"
model = "big"
token_env = "EXAMPLE_API_KEY"
price_in = 0.35
price_out = 0.40
budget = 2.0
"""
STAMP = r"\d{4}-\d\d-\d\d \d\d:\d\d"


@pytest.fixture(autouse=True)
def without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EXAMPLE_API_KEY", raising=False)


@pytest.fixture
def configured() -> None:
    configure(CONFIG)


def configure(text: str) -> None:
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text(text)


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["cloud", *words])


def given() -> Consent:
    found = consent.read()
    assert found
    return found


@pytest.mark.parametrize("command", ["enable", "test"])
def test_without_an_endpoint_the_lines_to_write_are_shown(command: str):
    result = run(command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"error: no endpoint is configured; write lines like these in {config_file()}:\n"
        "  [cloud]\n"
        '  url = "https://api.example.org/v1"\n'
        '  model = "llama-3.2-90b-vision-instruct"\n'
        '  token_env = "EXAMPLE_API_KEY"\n'
    )


@pytest.mark.usefixtures("configured")
def test_without_a_terminal_nothing_is_allowed():
    result = run("enable")
    assert (result.exit_code, result.stderr) == (
        7,
        "error: this needs your yes, and there is no terminal to ask on.\n",
    )
    assert consent.read() is None


@pytest.mark.usefixtures("configured")
def test_a_yes_on_the_terminal_allows_this_endpoint_and_model_to_be_offered_requests():
    code, shown = typing("n\n", [*AGENT, "cloud", "enable"])
    assert (code, shown[-1], consent.read()) == (7, "error: nothing was allowed.", None)
    code, shown = typing("y\n", [*AGENT, "cloud", "enable"])
    assert (code, shown) == (
        0,
        [
            "host      api.example.org  (https://api.example.org/v1)",
            "model     big",
            "offered   at most: redacted excerpt",
            "price     $0.3500 sent, $0.4000 received, a million tokens",
            "budget    $2.00 a month",
            "This sends nothing. Each request is shown to you before it is sent, and goes only after your yes.",
            "Mail that `never` names in the configuration is not offered, and neither is what holds a password or key.",
            "Allow this? [y/N] y",
            "enabled; nothing has been sent. To take it back: llama-agent cloud disable",
        ],
    )
    assert (given().url, given().model, given().grants) == (URL, "big", ())
    assert datetime.now(UTC) - given().at < timedelta(minutes=1)
    before = consent.path().read_bytes()
    assert run("enable").stderr.startswith("already enabled, since ")
    assert consent.path().read_bytes() == before


@pytest.mark.usefixtures("configured")
def test_a_grant_is_asked_for_with_what_it_lets_go_without_a_question():
    typing("y\n", [*AGENT, "cloud", "enable"])
    words = ["--auto", "question", "--days", "3", "--max-bytes", "2000", "--task", "ask"]
    code, shown = typing("y\n", [*AGENT, "cloud", "enable", *words])
    assert code == 0
    assert [re.sub(STAMP, "WHEN", line) for line in shown] == [
        "Without a question, until WHEN, to big at api.example.org:",
        "`ask`, question only, at most 2,000 bytes each.",
        "Only your own words go this way, with nothing masked in them; mail and pictures are asked about each time.",
        "Allow this? [y/N] y",
        "enabled; nothing has been sent. To take it back: llama-agent cloud disable",
    ]
    (grant,) = given().grants
    assert (grant.host, grant.model, grant.task, grant.rung) == ("api.example.org", "big", "ask", Rung.QUESTION)
    assert grant.max_bytes == 2_000
    assert timedelta(days=2, hours=23) < grant.until - datetime.now(UTC) <= timedelta(days=3)
    code, shown = typing("y\n", [*AGENT, "cloud", "enable", "--auto", "excerpt"])
    assert [each.rung for each in given().grants] == [Rung.QUESTION, Rung.EXCERPT]
    assert run("enable", "--auto", "question").exit_code == 7
    assert len(given().grants) == 2


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--days", "3"], "--days, --max-bytes and --task say how far --auto reaches: name it too."),
        (["--auto", "question", "--task", "reply"], 'there is no task "reply" for --auto. There is: ask.'),
    ],
)
def test_a_grant_that_makes_no_sense_is_not_asked_for(words: list[str], said: str):
    result = run("enable", *words)
    assert (result.exit_code, result.stderr) == (2, f"error: {said}\n")


@pytest.mark.parametrize("auto", ["full", "raw", "nothing"])
@pytest.mark.usefixtures("configured")
def test_no_more_than_an_excerpt_is_ever_granted(auto: str):
    assert run("enable", "--auto", auto).exit_code == 2


def test_a_grant_beyond_what_the_configuration_offers_is_refused():
    configure(CONFIG + 'share = "question"\n')
    result = run("enable", "--auto", "excerpt")
    assert (result.exit_code, result.stderr) == (
        2,
        'error: the configuration offers no more than share = "question".\n',
    )


@pytest.mark.usefixtures("configured")
def test_it_is_taken_back_without_a_question():
    consent.write(Consent(URL, "big", "ada", datetime.now(UTC)))
    assert run("disable").stderr == "disabled: nothing is offered any more.\n"
    assert consent.read() is None
    assert (run("disable").exit_code, run("disable").stderr) == (0, "it was not enabled.\n")


def test_where_things_stand_with_nothing_configured():
    result = run("status")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "mode      not configured: nothing is ever offered",
        "",
        "For anything to be sent, each of these has to be so:",
        f"  no   {config_file()} names an endpoint and a model: llama-agent cloud enable says what to write",
        "  no   you allowed it: llama-agent cloud enable",
        "  yes  nothing says that this computer is offline",
        "  each your yes to that very request, on the terminal",
    ]


@pytest.mark.usefixtures("configured")
def test_where_things_stand_once_it_is_enabled(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EXAMPLE_API_KEY", "not a key")
    consent.write(Consent(URL, "big", "ada", datetime.now(UTC)))
    ledger = Ledger()
    sink = Sink("chat", "api.example.org", "big")
    offer = Offer("ask", Rung.QUESTION)
    of = ledger.intend(records.intent(offer, sink, body_sha256="", body_bytes=0, approval={"by": "user:tty"}))
    ledger.finish(of, records.result("ok", cost=0.25))
    shown = run("status").stdout
    assert re.sub(STAMP, "WHEN", shown).splitlines() == [
        "mode      enabled: each request is shown to you before it is sent",
        "endpoint  https://api.example.org/v1",
        "model     big",
        "offered   at most: redacted excerpt",
        "since     WHEN, by ada",
        "spent     $0.2500 of $2.00 this month",
        "",
        "For anything to be sent, each of these has to be so:",
        f"  yes  {config_file()} names an endpoint and a model",
        "  yes  you allowed requests to this endpoint and model",
        "  yes  nothing says that this computer is offline",
        "  yes  the key is in EXAMPLE_API_KEY",
        "  yes  the ledger of what was sent can be read",
        "  yes  $1.75 of this month's budget are left",
        "  each your yes to that very request, on the terminal",
    ]
    assert "not a key" not in shown
    told = json.loads(run("status", "--json").stdout)
    assert (told["mode"], told["spent"], told["budget"], told["left"]) == ("enabled", 0.25, 2.0, 1.75)
    assert (told["url"], told["share"], told["enabled_by"]) == (URL, "redacted excerpt", "ada")
    assert [each["holds"] for each in told["conditions"]] == [True] * 6


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize(
    ("break_it", "mode", "line"),
    [
        ("url", "not enabled", f"no   you allowed it for big at {URL}, which is no longer what is configured"),
        (
            "damage",
            "not enabled",
            "no   {consent} is damaged, so it is no consent: llama-agent cloud enable asks you again",
        ),
        ("offline", "offline", "no   the configuration does not say offline = true"),
        ("variable", "offline", "no   LLAMA_AGENT_OFFLINE is not set"),
        ("key", "enabled", "no   the key is in EXAMPLE_API_KEY"),
        (
            "ledger",
            "enabled",
            "no   the ledger in {ledger} is damaged: line 1 is no record of ours. Nothing is sent before",
        ),
    ],
)
def test_what_stands_in_the_way_is_said(break_it: str, mode: str, line: str, monkeypatch: pytest.MonkeyPatch):
    consent.write(Consent(URL, "big", "ada", datetime.now(UTC)))
    if break_it == "url":
        configure(CONFIG.replace("/v1", "/v2"))
    elif break_it == "damage":
        consent.path().write_text("{}")
    elif break_it == "offline":
        configure("offline = true\n" + CONFIG)
    elif break_it == "variable":
        monkeypatch.setenv("LLAMA_AGENT_OFFLINE", "1")
    elif break_it == "ledger":
        Ledger().folder.mkdir()
        Ledger().log.write_text("?\n")
    line = line.format(consent=consent.path(), ledger=Ledger().folder)
    assert json.loads(run("status", "--json").stdout)["mode"] == mode
    assert line in run("status").stdout


@pytest.mark.usefixtures("configured")
def test_a_grant_that_is_over_is_not_shown_and_one_that_is_not_is():
    typing("y\n", [*AGENT, "cloud", "enable", "--auto", "question"])
    shown = run("status").stdout
    (line,) = [line for line in shown.splitlines() if line.startswith("auto")]
    assert re.sub(STAMP, "WHEN", line) == (
        "auto      ask: question only, your own words, at most 4,096 bytes, without a question until WHEN"
    )
    assert "each your yes" not in shown
    then = given()
    old = [Consent(then.url, then.model, then.by, then.at, ())]
    consent.write(old[0])
    assert json.loads(run("status", "--json").stdout)["grants"] == []


def test_a_trusted_server_on_this_computer_is_said_to_be_asked_without_a_question():
    configure('[cloud]\nurl = "http://127.0.0.1:8080/v1"\nmodel = "big"\ntrust = "this-machine"\n')
    code, shown = typing("y\n", [*AGENT, "cloud", "enable"])
    assert code == 0
    assert 'This sends nothing. Because of trust = "this-machine" requests then go there without a question.' in shown
    stood = run("status").stdout
    assert stood.startswith('mode      enabled: requests go there without a question (trust = "this-machine")\n')
    assert "each your yes" not in stood


def asked_for_models(url: str, *words: str, model: str = "big") -> "subprocess.CompletedProcess[str]":
    """Run `cloud test` as a user does, against this url; nothing was enabled."""
    configure(f'[cloud]\nurl = "{url}"\nmodel = "{model}"\n')
    return subprocess.run([*AGENT, "cloud", "test", *words], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.loopback
def test_the_endpoint_is_asked_for_its_models_and_that_is_in_the_ledger():
    with model_server(models=("small", "big")) as server:
        done = asked_for_models(server.url)
        assert (done.returncode, re.sub(r"\d+\.\d s", "SECONDS", done.stdout).splitlines()) == (
            0,
            [f"ok    {server.url[7:-3]} answers, in SECONDS; it was sent no key", "ok    it has big"],
        )
        assert done.stderr == "e1: one request without content; llama-agent egress show e1\n"
        assert [(each.method, each.path, each.body) for each in server.requests] == [("GET", "/v1/models", b"")]
        told = json.loads(asked_for_models(server.url, "--json").stdout)
        assert (told["entry"], told["has_model"], told["models"]) == ("e3", True, ["small", "big"])
    first, second = Ledger().entries()
    assert (first.intent["sink"]["kind"], first.intent["body_bytes"], first.outcome) == ("models", 0, "ok")
    assert second.number == 3


@pytest.mark.loopback
def test_a_model_that_is_not_there_or_a_server_that_refuses_is_exit_5():
    with model_server(models=("small",)) as server:
        done = asked_for_models(server.url)
        assert (done.returncode, done.stdout.splitlines()[1]) == (5, "no    it has no big; it has small")
    with model_server(refuses(401), models=()) as server:
        done = asked_for_models(server.url)
        assert (done.returncode, done.stdout) == (5, "")
        assert "does not accept the key (401" in done.stderr


@pytest.mark.usefixtures("configured")
def test_offline_nobody_is_asked():
    result = run("test")
    assert (result.exit_code, result.stderr.splitlines()[0]) == (
        5,
        "error: this run is offline: nothing was asked for.",
    )
