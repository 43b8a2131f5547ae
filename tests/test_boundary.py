"""Nothing else leaves: a mailbox of canaries, an endpoint that records every byte, and the program as people run it.

What is offered is looked through for every value in every encoding; what is shown, sent and kept is compared byte for
byte; and strace and a namespace without interfaces see from outside what the program says of itself.
"""

import base64
import codecs
import hashlib
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from agent.commands.options import Wanted
from agent.commands.question import Typed, ready
from agent.egress import approval, wire
from agent.egress.ledger import Ledger
from agent.egress.verify import verify
from agent.session import Session, open_session
from agent.terms import Offer, Sink
from tests.canaries import HOSTILE, MASKED, MESSAGES, Canary, Mailbox, canary_mailbox, seen
from tests.commands.at_terminal import typing
from tests.egress.model_server import model_server, says
from tests.egress.test_rendering import URL, Reader, canonical
from tests.mail.builders import mbox
from tests.sending import MODEL, configure, random_requests

QUESTION = "what about the delivery?"
HERE = "http://127.0.0.1:9/v1"  # nobody is there
# Of names that stand in the prose alone so many may stay: what evals/privacy.py measures, and some slack.
MOST_PROSE = 0.25


@pytest.fixture(scope="module")
def canaries() -> Mailbox:
    """The mailbox of canaries."""
    return canary_mailbox()


def offered(session: Session, path: Path, *words: str, share: str) -> bytes | None:
    """Return the bytes `ask --cloud` would offer, None where it offers nothing.

    The endpoint is one on this computer the user trusts, which is not asked about: what it is offered is masked alike.
    """
    question = ready(session, Typed(QUESTION, [str(path), *words], Wanted(), share=share), "ask", planning=True)
    assert question.question is not None
    request = question.model.plan(question.question.request).request
    return wire.body(request, MODEL) if request else None


@pytest.fixture(scope="module")
def bodies(canaries: Mailbox, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, int], bytes | None]:
    """What would be offered of each message, as an excerpt and in full."""
    folder = tmp_path_factory.mktemp("bodies")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LLAMA_AGENT_HOME", str(folder / "home"))
        patch.delenv("LLAMA_AGENT_CONFIG", raising=False)
        configure(HERE, 'trust = "this-machine"', 'share = "full"')
        path = folder / "inbox.mbox"
        path.write_bytes(mbox(canaries.messages))
        with open_session() as session:
            return {
                (share, number): offered(session, path, str(MESSAGES - number), share=share)
                for share in ("excerpt", "full")
                for number in range(MESSAGES)
            }


def test_a_canary_is_found_in_every_form() -> None:
    secret = Canary("email", "zelvo.brand@quonok.example", 0)
    text = f"so {secret.value} it is"
    for hidden in (
        text,
        text.upper(),
        *(base64.b64encode(b"x" * offset + text.encode()).decode() for offset in range(3)),
        base64.urlsafe_b64encode(text.encode()).decode(),
        text.encode().hex(),
        text.encode().hex().upper(),
        text.replace("@", "%40"),
        text[::-1],
        codecs.encode(text, "rot13"),
        text.replace(".", " . "),
        text.replace("@", " at ").replace("at", "@"),
    ):
        assert seen([secret], hidden) == [secret], hidden
    assert seen([secret], "so zelvo.branc@quonok.example it is") == []


def test_nothing_that_is_masked_is_in_what_is_offered_in_any_encoding(
    canaries: Mailbox, bodies: dict[tuple[str, int], bytes | None]
) -> None:
    masked = canaries.of(*MASKED)
    assert seen(masked, b"".join(canaries.messages).decode()) == masked
    everything = "\n".join(body.decode() for body in bodies.values() if body)
    assert (len(masked), seen(masked, everything)) == (810, [])


def test_mail_with_a_key_in_it_is_offered_to_nobody(
    canaries: Mailbox, bodies: dict[tuple[str, int], bytes | None]
) -> None:
    kept = {number for (share, number), body in bodies.items() if share == "full" and body is None}
    assert kept >= canaries.with_keys
    # A link that is for one person alone counts as one too; all other mail is offered.
    assert {canaries.hostile[number] for number in kept - canaries.with_keys} <= {HOSTILE[10]}


def test_most_names_that_stand_in_the_prose_alone_are_masked(
    canaries: Mailbox, bodies: dict[tuple[str, int], bytes | None], record_property: Callable[[str, object], None]
) -> None:
    prose = [each for each in canaries.of("prose") if bodies["full", each.message]]
    left = seen(prose, "\n".join(body.decode() for body in bodies.values() if body))
    record_property("prose names left", f"{len(left)} of {len(prose)}")
    print(f"prose names left: {len(left)} of {len(prose)}")
    assert len(left) <= MOST_PROSE * len(prose)


AGENT = [sys.executable, "-m", "agent"]
SENDING = [sys.executable, "-m", "tests.sending"]
RUNS, HOMES = 1_000, 20  # every send reads the ledger of its home, so there are many short ones


@pytest.mark.loopback
def test_what_is_shown_is_what_is_sent_and_kept_for_a_thousand_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    with in_memory() as folder, model_server(says("ok")) as server:
        homes = [folder / str(number) for number in range(HOMES)]
        for home in homes:
            monkeypatch.setenv("LLAMA_AGENT_HOME", str(home))
            configure(server.url)
        code, screen = typing("y\n" * RUNS, [*SENDING, "1", str(RUNS), *map(str, homes)])
        received = [request.body for request in server.requests]
        entries = [entry for home in homes for entry in kept(home)]
    expected = list(random_requests(1, RUNS))
    assert (code, received) == (0, [body for _, body in expected])
    assert entries == [(hashlib.sha256(body).hexdigest(), body) for body in received]
    assert [line for line in screen if line != "-- more (Enter) or q -- "] == [
        row for offer, body in expected for row in shown(offer, body, server.url.split("/")[2])
    ]


def test_what_is_shown_of_a_thousand_requests_reads_back_as_them() -> None:
    for offer, body in random_requests(1, RUNS):
        lines = approval.preview(offer, Sink("chat", "api.example.org", MODEL), body)
        whole = lines[lines.index(f"All {len(body):,} bytes, from first to last:") + 2 :]
        pictures_named = re.sub(rb"data:image/png;base64,iVBOR[A-Za-z0-9+/=]+", URL.encode(), body)
        assert canonical(Reader(whole).whole()) == pictures_named


def shown(offer: Offer, body: bytes, host: str) -> Iterator[str]:
    """Yield what a terminal of 80 columns shows of an offer, and the yes."""
    for line in approval.preview(offer, Sink("chat", host, MODEL), body):
        yield from approval.folded(line, 79)
    yield f"Send these {len(body):,} bytes to {host}? [y/N] y"


def kept(home: Path) -> list[tuple[str, bytes | None]]:
    """Return the hash and the body of each entry in the ledger of this home, which is whole."""
    ledger = Ledger(home / "egress")
    assert verify(ledger).problem == ""
    hashes = [entry.intent["body_sha256"] for entry in ledger.entries()]
    return [(digest, ledger.body(digest)) for digest in hashes]


@contextmanager
def in_memory() -> Iterator[Path]:
    """Give a folder on no disk, where there is one: a thousand entries are written through to it four times each."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)
