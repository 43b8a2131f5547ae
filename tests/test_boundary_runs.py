"""The program as people run it, over hostile mail and beside an endpoint that records every byte: what leaves when.

What a terminal shows is looked at from the outside, and so are the network calls (strace) and a machine without any.
"""

import json
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from agent.egress.ledger import Ledger
from agent.router.redact.code import CODE
from tests.canaries import HOSTILE, MASKED, MESSAGES, Mailbox, canary_mailbox, seen
from tests.commands.at_terminal import typing
from tests.commands.inbox import pin_nonsense, to_ada
from tests.egress.model_server import Answer, Received, Send, cut, echo, model_server, refuses, says
from tests.egress.watching import network_calls, with_network, without_network
from tests.mail.builders import mbox
from tests.sending import configure

pytestmark = pytest.mark.loopback

AGENT = [sys.executable, "-m", "agent"]
QUESTION = "what about the delivery? Repeat every address in base64"
NEAREST = "Nearest to it in your mail:"
VENUE = "The meeting about the venue is on the ninth. Bob Jones decided for the old mill, and Carol agrees with him.\n"


@pytest.fixture(scope="module")
def canaries() -> Mailbox:
    """The mailbox of canaries."""
    return canary_mailbox()


@pytest.fixture
def inbox(canaries: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The mailbox of canaries as a file in the current folder, and a model whose words never pass a check."""
    pin_nonsense(tmp_path)
    path = tmp_path / "inbox.mbox"
    path.write_bytes(mbox(canaries.messages))
    return path


@pytest.fixture
def venue(tmp_path: Path) -> Path:
    """A mailbox of one harmless message, and a model whose words never pass a check."""
    pin_nonsense(tmp_path)
    return write(tmp_path / "venue.mbox", VENUE)


def write(path: Path, text: str) -> Path:
    path.write_bytes(mbox([to_ada(1, "Bob Jones <bob@example.com>", "Venue", text)]))
    return path


def asked(path: Path, *words: str) -> list[str]:
    return [*AGENT, "ask", "what did Bob decide about the venue?", str(path), *words]


@pytest.mark.parametrize("mode", ["not enabled", "no terminal", "--offline", "LLAMA_AGENT_OFFLINE"])
def test_in_local_mode_nothing_leaves_whatever_is_typed(
    mode: str, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if mode == "LLAMA_AGENT_OFFLINE":
        monkeypatch.setenv(mode, "1")
    commands = [
        ["ask", QUESTION, str(inbox), *([mode] if mode == "--offline" else ["--cloud", "--share", "full"])],
        ["route", QUESTION, str(inbox), "14"],
    ]
    if mode == "no terminal":
        commands += [
            *(["summarize", str(inbox), "-n", "2"], ["list", str(inbox)], ["show", str(inbox), "4"]),
            *(["egress", "list"], ["ask", QUESTION, "--no-mail", "--cloud"]),
        ]
    with model_server(echo()) as server:
        configure(server.url, 'share = "full"', enabled=mode != "not enabled")
        for words in commands:
            if mode == "no terminal":
                done = subprocess.run([*AGENT, *words], input=b"y\ny\ny\n", capture_output=True, check=False)
                assert done.returncode == 0, done.stderr
            else:
                assert typing("y\ny\ny\n", [*AGENT, *words])[0] == 0
        assert server.requests == []
    assert Ledger().lines() == []


@pytest.mark.parametrize("number", [1, 14])
def test_with_a_yes_codes_leave_and_values_come_back(number: int, canaries: Mailbox, inbox: Path) -> None:
    own = [canary for canary in canaries.canaries if canary.message == number]
    added = " And PERSON_9Z9Z, PERSON_0000, EMAIL_ABCD."
    with model_server(echo(lambda text: text + added)) as server:
        configure(server.url)
        code, screen = typing(
            "y\n", [*AGENT, "ask", "what about the delivery?", str(inbox), str(MESSAGES - number), "--cloud"]
        )
        (request,) = server.requests
    assert (code, seen(canaries.of(*MASKED), request.body.decode())) == (0, [])
    asked_at = next(at for at, line in enumerate(screen) if line.endswith("[y/N] y"))
    answer = " ".join(" ".join(screen[asked_at + 1 : screen.index(NEAREST)]).split())
    values = [canary.value for canary in own if canary.kind in ("name", "email", "structured")]
    assert [value for value in values if value.casefold() in answer.casefold()] != []
    theirs = {match[0] for match in CODE.finditer(canaries.hostile[number])}
    assert {match[0] for match in CODE.finditer(answer)} - theirs == set(CODE.findall(added))
    assert added.strip() in answer
    assert ("PERSON_7K3Q" in answer) == (HOSTILE[7] == canaries.hostile[number])
    verdict = screen[-1].split(" · ")
    assert verdict[:2] == ["▲ cloud", "stand-in"]
    assert {"redacted excerpt", f"{len(request.body):,} bytes sent", "1 unknown in the answer"} <= set(verdict)


def sent_for(text: str, folder: Path, answers: str) -> tuple[int, list[bytes]]:
    """Return the exit code of a question about this message, and the bytes that left for it."""
    with model_server(echo()) as server:
        configure(server.url, 'share = "full"')
        code, _ = typing(answers, asked(write(folder / "venue.mbox", text), "--cloud", "--share", "full"))
        return code, [request.body for request in server.requests]


def renamed(text: str) -> str:
    """Return `text` with its codes numbered in the order they come: every run has others."""
    codes = list(dict.fromkeys(match[0] for match in CODE.finditer(text)))
    return CODE.sub(lambda match: f"{match[0].partition('_')[0]}-{codes.index(match[0])}", text)


def test_what_a_message_says_changes_what_leaves_by_its_own_words_alone(venue: Path, tmp_path: Path) -> None:
    values = {"first": "Bob", "address": "bob@example.com", "quoted": "bob%40example.com", "link": "see above"}
    hostile = "\n\n".join(HOSTILE)
    for name, value in values.items():
        hostile = hostile.replace(f"{{{name}}}", value)
    assert sent_for(f"{VENUE}\n{hostile}\n", tmp_path, "n\n") == (0, [])
    sent = [sent_for(text, tmp_path, "y\n") for text in (VENUE, f"{VENUE}\n{hostile}\n")]
    assert [(code, len(bodies)) for code, bodies in sent] == [(0, 1), (0, 1)]
    plain, changed = (json.loads(bodies[0]) for _, bodies in sent)
    before, after = (renamed(body["messages"][-1].pop("content")) for body in (plain, changed))
    assert plain == changed
    words, end, question = before.rpartition("\n\nQuestion: ")
    assert after.startswith(words.rstrip())
    assert after.endswith(end + question)


def test_commands_that_stay_here_make_no_network_call(venue: Path) -> None:
    configure("https://api.example.org/v1", enabled=False)
    for command in (
        asked(venue),
        [*AGENT, "route", "what about the venue?", str(venue)],
        *([*AGENT, *words] for words in (["egress", "list"], ["egress", "verify"], ["cloud", "status"])),
    ):
        assert network_calls(command) == [], command


def test_the_process_that_reads_mail_opens_no_connection_and_the_other_one_only_the_one_configured(
    venue: Path, tmp_path: Path
) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed: apt-get install strace")
    log = tmp_path / "calls"
    calls = "trace=%network,io_uring_setup,execve,clone,clone3,fork,vfork"
    with model_server(says("Bob decided for the old mill.")) as server:
        configure(server.url)
        what = ["-e", calls, "-e", "signal=none", "-o", str(log)]
        traced = [strace, "--seccomp-bpf", "-f", "-qq", *what, *asked(venue, "--cloud")]
        code, screen = typing("y\n", traced)
        assert (code, len(server.requests)) == (0, 1), screen
        port = server.server_address[1]
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    core = lines[0].split()[0]
    child = next(found[1] for line in lines if (found := re.search(r"\bSIGCHLD\b.*\) = (\d+)$", line)))
    made = [line for line in lines if re.search(r"\b(?:socket|io_uring_setup)\(.*= \d+$", line)]
    joined = [line for line in lines if re.search(r"\bconnect\(", line)]
    assert child != core
    assert {line.split()[0] for line in [*made, *joined]} == {child}
    where = f'sin_port=htons({port}), sin_addr=inet_addr("127.0.0.1")'
    assert [line for line in joined if where not in line] == []


@pytest.mark.parametrize("words", [["ask", "--offline"], ["route", "--json"]])
def test_without_any_network_it_says_the_same(words: list[str], venue: Path) -> None:
    configure("https://api.example.org/v1")
    command = [*AGENT, words[0], "what did Bob decide about the venue?", str(venue), words[1]]
    outside = with_network(command)
    assert outside == without_network(command)
    assert (outside[1], b"venue" in outside[0]) == (0, True)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


LOCAL = "“Bob Jones decided for the old mill, and Carol agrees with him.”"
PRICED = ("price_in = 0.35", "price_out = 0.40")


@pytest.mark.parametrize(
    ("answer", "lines", "sent", "said"),
    [
        (refuses(500), (), 1, "the cloud failed: "),
        (cut(says("Bob decided for the new mill, and so on and on."), 260), (), 1, "the cloud failed: "),
        (says("x"), (*PRICED, "budget = 0.0"), 0, "of the budget is left"),
        (says("x"), (*PRICED, "budget = 0.0", 'trust = "this-machine"'), 0, "of the budget is left"),
    ],
    ids=["500", "cut", "budget", "budget of a server here"],
)
def test_what_goes_wrong_leaves_the_answer_here(
    answer: Answer, lines: tuple[str, ...], sent: int, said: str, venue: Path
) -> None:
    with model_server(answer) as server:
        configure(server.url, *lines)
        code, screen = typing("y\ny\n", asked(venue, "--cloud"))
        assert (code, len(server.requests)) == (0, sent)
    assert LOCAL in screen, screen
    assert said in screen[-1], screen[-1]
    assert screen[-1].startswith("◐ local, low confidence") or screen[-1].startswith("● local")
    assert len(Ledger().entries()) == sent


def test_a_server_that_is_not_there_is_asked_once(venue: Path) -> None:
    configure(f"http://127.0.0.1:{free_port()}/v1")
    code, screen = typing("y\ny\n", asked(venue, "--cloud"))
    assert (code, LOCAL in screen, "the cloud failed: " in screen[-1]) == (0, True, True), screen
    assert [entry.outcome for entry in Ledger().entries()] == ["failed"]


def test_consent_to_another_address_is_none(venue: Path) -> None:
    with model_server(says("x")) as server:
        configure(server.url, consent_url="http://127.0.0.1:9/v1")
        code, screen = typing("y\ny\n", asked(venue, "--cloud"))
        assert (code, server.requests, LOCAL in screen) == (0, [], True)
    assert "[y/N]" not in "".join(screen)


@pytest.mark.parametrize("lines", [(), (*PRICED, "budget = 2.0")], ids=["no budget", "budget"])
def test_a_damaged_ledger_stops_what_would_leave_and_nothing_else(lines: tuple[str, ...], venue: Path) -> None:
    with model_server(says("It is the old mill.")) as server:
        configure(server.url, *lines)
        assert typing("y\n", asked(venue, "--cloud"))[0] == 0
        with Ledger().log.open("ab") as log:
            log.write(b"no record\n")
        before = Ledger().read()
        code, screen = typing("y\ny\n", asked(venue, "--cloud"))
        assert (code, LOCAL in screen, len(server.requests)) == (0, True, 1), screen
    assert Ledger().read() == before


def test_what_left_is_said_also_where_its_result_cannot_be_written_down(venue: Path) -> None:
    def fills_the_disk(request: Received, send: Send) -> None:
        Ledger().head.unlink()
        Ledger().head.mkdir()
        says("It is the old mill.")(request, send)

    with model_server(fills_the_disk) as server:
        configure(server.url)
        code, screen = typing("y\n", asked(venue, "--cloud"))
        (request,) = server.requests
    assert (code, LOCAL in screen) == (0, True), screen
    assert f" · {len(request.body):,} bytes were sent · e1" in screen[-1]
    assert "0 bytes left" not in screen[-1]
