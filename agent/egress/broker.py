"""The egress process: asks the user about the very bytes, writes the ledger, sends, and writes what came of it.

What it may do it decides from the settings and the consent as they were when it started, and from the bytes, never
from what the core says of them; that is only shown. It reads no mail and takes no answer apart: what comes back is
passed on to the core, which is locked.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from agent.egress import approval, budget, consent, https, records, rendering, wire
from agent.egress.connecting import Broken, Cancelled
from agent.egress.fetching import fetch
from agent.egress.ledger import Ledger
from agent.egress.listener import Listener
from agent.egress.rules import Rules, read_rules
from agent.egress.secrets import token
from agent.errors import AgentError, ConsentError, NetworkError, NoTerminalError
from agent.model import Limits, Request
from agent.prompts import load
from agent.terms import Offer, Rung, Sink
from agent.text import Untrusted

if TYPE_CHECKING:
    from agent.egress.frames import Line

_LIMIT = 32 << 20  # bytes of an answer
_ANSWER = 512  # tokens of an answer to what goes without a question
_MOST = 1_000_000_000  # of anything that is counted: a larger one has no price as a float
_ENABLE = ("llama-agent cloud enable", "lets it be offered, each time with your yes")


def serve(line: "Line", arguments: Sequence[str], ready: Callable[[], object]) -> None:
    """Do what is asked over the line, one thing after the other, until nobody is there any more.

    `arguments` is the command line; `ready` is called once the rules are read.
    """
    core = Listener(line)
    rules: Rules | AgentError
    try:
        rules = read_rules(arguments)
    except AgentError as error:
        rules = error
    ready()  # only now may the core go on and read what is hostile: it cannot have changed the settings
    while (frame := core.hear()) is not None:
        header, body = frame
        try:
            if isinstance(rules, AgentError):
                raise rules
            match header.get("op"):
                case "send":
                    _Sending(core, rules, header, body).run()
                case "download":
                    fetch(core, rules, header)
                case "mail":
                    from agent.egress.mailing import post  # what it needs is loaded where something is mailed

                    post(core, rules, header)
        except AgentError as error:
            core.refuse(error)
        except (KeyError, TypeError, ValueError, OverflowError, RecursionError):
            core.refuse(NetworkError("the process that sends was asked for what it does not do: nothing was sent."))
        except OSError as error:
            core.refuse(AgentError(f"the process that sends failed: {error.strerror or type(error).__name__}."))


class _Sending:
    """One request to the endpoint, from the question to the last line in the ledger."""

    def __init__(self, core: Listener, rules: Rules, header: Mapping[str, Any], body: bytes) -> None:
        self._core, self._rules, self._cloud, self._body = core, rules, rules.cloud, body
        self._offer = _offer(header["offer"])
        self._chat = {"chat": True, "models": False}[header["kind"]]
        if not self._chat and (body or rules.verb != ("cloud", "test")):
            raise ValueError("what nobody typed, or bytes that nobody was asked about")
        here = self._cloud.trust == "this-machine"
        self._sink = Sink("chat" if self._chat else "models", self._cloud.host, self._cloud.model, here)
        self._digest = hashlib.sha256(body).hexdigest()
        self._reserved: float | None = None
        self._spent: float | None = None
        self._status: int | None = None
        self._received, self._hash = 0, hashlib.sha256()

    def run(self) -> None:
        """Send it where that is allowed. Raises AgentError where nothing was sent, or where it failed."""
        self._rules.check_online()
        key = None if self._cloud.token_command else token(self._cloud)  # a program may ask the user: after the yes
        by = self._allowed() if self._chat else "command"
        key = token(self._cloud) if self._cloud.token_command else key
        ledger = Ledger()
        entry = self._intend(ledger, by)
        self._check_budget(ledger, entry)
        self._core.tell({"is": "sent", "entry": entry, "bytes": len(self._body)})
        try:
            self._send(key)
            result = self._settled()
        except Cancelled as error:
            result = self._result("cancelled", cost=None if error.unsure else 0.0)
        except Broken as error:
            nothing = {} if error.unsure else {"cost": 0.0}
            ledger.finish(entry, self._result("unknown outcome" if error.unsure else "failed", **nothing))
            raise
        count, head = ledger.finish(entry, result)
        self._core.tell({"is": "recorded", "entry": entry, "count": count, "head": head, "cost": result["cost"]})

    def _allowed(self) -> str:
        """Return on whose word it is sent, having asked where there is none yet. Raises ConsentError without one."""
        cloud, offer, now = self._cloud, self._offer, datetime.now(UTC)
        given = self._given()
        if given is None:
            raise ConsentError(f"{cloud.model} at {cloud.host} is not enabled: nothing was sent.", _ENABLE)
        value = rendering.parsed(self._body)
        if value["model"] != cloud.model:
            raise ValueError("another model")
        if not _pictures_are_pixels(value):
            raise ValueError("an address of a picture")
        pictures, most = rendering.pictures(value), Rung[cloud.share.upper()]
        if offer.rung > most and not pictures:
            raise ConsentError(f"the most you share is: {most.words}. Nothing was sent.")
        size, tokens = len(self._body), value["max_tokens"]
        entries = Ledger().entries() if cloud.budget is not None else []
        self._spent = budget.spent(entries, now) if entries else None
        self._reserved = budget.reserve(cloud, size, tokens, entries, now, pictures=pictures)
        if self._sink.here:
            return "this-machine"
        if (
            offer.granted
            and not pictures
            and _is_own(offer)
            and self._is_typed(value)
            and given.grant(cloud.host, offer.task, offer.rung, size, now)
        ):
            return "grant"
        return self._asked()

    def _is_typed(self, value: Mapping[str, Any]) -> bool:
        """Return whether these are, to the byte, words of the command line in our prompt, whatever the core says."""
        files, most = load("question"), value["max_tokens"]
        if type(most) is not int or not 0 < most <= _ANSWER:
            return False
        for word in self._rules.arguments:
            asked = Request("ask", files.turns(question=Untrusted(word.strip())), Limits(most))
            if any(wire.body(asked, self._cloud.model, stream=stream) == self._body for stream in (True, False)):
                return True
        return False

    def _given(self) -> "consent.Consent | None":
        """Return the consent that was there when this process began and still is; None where it was taken back."""
        then, now = self._rules.consent, consent.read()
        for each in (then, now):
            if each is None or not each.is_for(self._cloud.url, self._cloud.model):
                return None
        assert then is not None
        assert now is not None
        return replace(then, grants=tuple(each for each in then.grants if each in now.grants))

    def _asked(self) -> str:
        lines = approval.preview(self._offer, self._sink, self._body, cost=self._reserved)
        question = f"Send these {len(self._body):,} bytes to {self._sink.host}?"
        match approval.ask(lines, question, self._core.speaks):
            case "yes" if self._given() is None:
                raise ConsentError("consent was taken back meanwhile: nothing was sent.", _ENABLE)
            case "yes":
                return "user:tty"
            case "no":
                raise ConsentError("you said no: nothing was sent.")
        raise NoTerminalError("this needs your yes, and there is no terminal to ask on: nothing was sent.")

    def _check_budget(self, ledger: Ledger, entry: int) -> None:
        """Raise ConsentError where another process reserved the same money meanwhile: its intent is in the ledger."""
        if self._cloud.budget is None or self._reserved is None:
            return
        if budget.spent(ledger.entries(), datetime.now(UTC)) > self._cloud.budget:
            ledger.finish(entry, self._result("cancelled", cost=0.0))
            raise ConsentError("another request took what was left of this month's budget: nothing was sent.")

    def _intend(self, ledger: Ledger, by: str) -> int:
        """Write down what is about to leave; once this returns it is on the disk."""
        record = records.intent(
            self._offer,
            self._sink,
            body_sha256=self._digest,
            body_bytes=len(self._body),
            approval={"by": by, "sha256": self._digest},
            reserved=self._reserved,
            spent=self._spent,
            cap=self._cloud.budget,
        )
        return ledger.intend(record, self._body if self._cloud.keep_bodies and self._body else None)

    def _send(self, key: str | None) -> None:
        """Send the body whose hash was approved, and pass on what comes. Raises Broken."""
        if hashlib.sha256(self._body).hexdigest() != self._digest:
            raise ValueError("other bytes than those that were approved")
        method, path = ("POST", "/chat/completions") if self._chat else ("GET", "/models")
        for piece in https.request(
            method,
            self._cloud.url.rstrip("/") + path,
            {"Authorization": f"Bearer {key}"} if key else {},
            self._body or None,
            seconds=self._cloud.seconds,
            limit=_LIMIT,
            gone=self._core.speaks,
        ):
            if isinstance(piece, https.Head):
                self._status = piece.status
                self._core.tell({"is": "head", "status": piece.status, "headers": piece.headers})
            else:
                self._received += len(piece)
                self._hash.update(piece)
                self._core.tell({"is": "data"}, piece)
        self._core.tell({"is": "end"})

    def _settled(self) -> dict[str, Any]:
        """Return the result with what the core says of the answer; "cancelled" where it says no more."""
        frame = self._core.hear()
        if frame is None or frame[0].get("op") != "settle":
            return self._result("cancelled")
        told = frame[0]
        prompt, output = (_count(told["usage"][name]) for name in ("prompt_tokens", "output_tokens"))
        good = self._status is not None and 200 <= self._status < 300
        return self._result(
            "ok" if good else "refused by server",
            prompt_tokens=prompt,
            output_tokens=output,
            cost=_at_most(budget.cost(self._cloud, prompt, output), self._reserved),
            restored=_count(told["restored"]) or 0,
            unknown_codes=_count(told["unknown"]) or 0,
        )

    def _result(self, outcome: records.Outcome, **facts: Any) -> dict[str, Any]:
        digest = self._hash.hexdigest() if self._received else ""
        return records.result(
            outcome, status=self._status, received_bytes=self._received, received_sha256=digest, **facts
        )


def _at_most(cost: float | None, reserved: float | None) -> float | None:
    """Return what it cost: what was set aside is an upper bound, whatever a server says it counted."""
    return cost if cost is None or reserved is None else min(cost, reserved)


def _count(value: object) -> int | None:
    """Return a number of things; None for what is none, so that the amount set aside stands (NaN would end it)."""
    return value if type(value) is int and 0 <= value <= _MOST else None


def _is_own(offer: Offer) -> bool:
    """Return whether this is what a grant covers: the user's own words, with nothing masked or left to look at."""
    return offer.labels == {"own words"} and not offer.placeholders and not offer.residual


def _pictures_are_pixels(value: Any) -> bool:
    """Return whether no picture in a body is an address, which the endpoint would ask on our behalf."""
    if isinstance(value, dict):
        shown = value.get("image_url")
        address = shown.get("url") if isinstance(shown, dict) else shown
        if shown is not None and not rendering.pictures(address):
            return False
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return all(map(_pictures_are_pixels, inner))


def _offer(value: Mapping[str, Any]) -> Offer:
    """Return the offer the core speaks of; what is not one raises KeyError, TypeError or ValueError."""
    return Offer(
        task=str(value["task"]),
        rung=Rung(value["rung"]),
        labels=frozenset(value["labels"]),
        sources=tuple((str(source), int(characters)) for source, characters in value["sources"]),
        placeholders={str(kind): int(count) for kind, count in dict(value["placeholders"]).items()},
        residual=tuple(map(str, value["residual"])),
        why=tuple(map(str, value["why"])),
        granted=value["granted"] is True,
        max_tokens=int(value["max_tokens"]),
    )
